"""Whether people tire of a film: the daily counts of one variant in, how its rate moves out (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from variantgen.results.counts import Arm, Cell
from variantgen.results.logistic import fitted, ratio_of
from variantgen.results.planning import Model

Movement = Literal["falling", "rising", "no trend shown", "not enough data"]
LEAST_DAYS = 7
LEAST_EVENTS = 20
"""Of all days together: fewer move by chance alone."""
_SATURDAY = 5
_LEAST_WEEKEND_DAYS = 2


@dataclass(frozen=True)
class Trend:
    """How a variant's metric moved from day to day, each as a ratio: 0.97 is 3 % less every day."""

    variant: str
    movement: Movement
    days: int
    per_day: float | None = None
    low: float | None = None
    high: float | None = None
    first_third: float | None = None
    """The metric of the first third of its days, and of the last."""
    last_third: float | None = None


def trend(arm: Arm, model: Model = "proportion") -> Trend:
    """The slope of the log odds (or log rate) over days, with its 95 % interval, days varying as they do.

    It falls when the whole interval is below 1. A day that is missing is missing, not zero. Weekends have a level of
    their own, as a week that ends with a poor one would seem to fall.
    """
    import numpy as np
    from scipy.stats import t

    cells = arm.daily
    hits = np.array([cell.numerator for cell in cells], dtype=float)
    base = np.array([cell.denominator for cell in cells], dtype=float)
    if len(cells) < LEAST_DAYS or (model != "mean" and hits.sum() < LEAST_EVENTS) or not hits.sum():
        return Trend(arm.variant, "not enough data", len(cells))
    since = np.array([_number(cell) - _number(cells[0]) for cell in cells], dtype=float)
    at_weekend = np.array([_is_weekend(cell) for cell in cells], dtype=float)
    is_told_apart = min(at_weekend.sum(), len(cells) - at_weekend.sum()) >= _LEAST_WEEKEND_DAYS
    design = np.column_stack([since, at_weekend] if is_told_apart else [since])
    fit = fitted(np.zeros(len(cells), dtype=int), design, hits, base, model)
    reach = float(t.ppf(0.975, fit.freedom)) * float(np.sqrt(fit.covariance[0, 0]))
    slope = float(fit.coefficients[0])
    movement: Movement = "falling" if slope + reach < 0 else "rising" if slope - reach > 0 else "no trend shown"
    third = max(1, len(cells) // 3)
    rates = [float(hits[part].sum() / base[part].sum()) for part in (slice(0, third), slice(-third, None))]
    ends = [ratio_of(at) for at in (slope, slope - reach, slope + reach)]
    return Trend(arm.variant, movement, len(cells), *ends, *rates)


def _number(cell: Cell) -> int:
    assert cell.first_day is not None
    return cell.first_day.toordinal()


def _is_weekend(cell: Cell) -> bool:
    return cell.first_day is not None and cell.first_day.weekday() >= _SATURDAY

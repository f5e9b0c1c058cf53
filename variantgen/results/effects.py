"""What each choice did: the counts of variants and their levels in, main effects with intervals out (pure).

A hook is judged over all variants that had it, each channel having its own rate. Days are the units that vary: what an
interval says rests on how much a variant's days differ from one another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from variantgen.results.counts import Arm, Cell
from variantgen.results.logistic import Fit, fitted, least_dispersion, ratio_of
from variantgen.results.planning import Model

CONFIDENCE = 0.95
FALSE_DISCOVERIES = 0.05
"""The share of false ones among what is called proven (Benjamini and Hochberg 1995)."""
_SURPRISING = 0.01
_LEAST_FREEDOM = 6
_IMPOSSIBLE = 10.0
"""A log ratio that no choice of a level brings about, and a level without a single event does."""


@dataclass(frozen=True)
class Observation:
    """A variant on a channel: its levels by factor, and its counts by day."""

    channel: str
    levels: Mapping[str, str]
    arm: Arm


@dataclass(frozen=True)
class LevelEffect:
    """A level beside its factor's first one; the interval holds the truth in 95 of 100 such comparisons."""

    factor: str
    level: str
    beside: str
    ratio: float
    """Of odds for a proportion, else of rates: above 1 is more of the metric, whether that is good or not."""
    low: float
    high: float
    p_value: float
    rate: float
    """The metric with this level, all else at the mix that was delivered."""
    is_proven: bool
    """With all the levels' effects together in mind."""


@dataclass(frozen=True)
class Effects:
    """All factors' effects on one metric, over all channels together, and what could not be told."""

    levels: tuple[LevelEffect, ...]
    base_rates: tuple[tuple[str, str, float], ...]
    """(factor, first level, rate) that the effects stand beside."""
    dispersion: float
    aliased: tuple[str, ...]
    """Factors whose levels always came together with others', so that nobody can tell them apart."""
    notes: tuple[str, ...]
    columns: tuple[tuple[str, str], ...] = ()
    """(factor, level) of `coefficients`, which are log (odds) ratios to the first level."""
    coefficients: Any = None
    covariance: Any = None


def main_effects(
    observations: Sequence[Observation],
    factors: Mapping[str, Sequence[str]],
    model: Model = "proportion",
    *,
    is_day_shared: bool = False,
) -> Effects:
    """The effects of factors (name to levels, the first is what the others stand beside) on a metric.

    Levels that were not delivered are left out; a factor with fewer than two of them has no effect to tell.
    `is_day_shared`: what a day does, it does to all rows of a level, as to a channel's, so days and not rows are what
    the intervals count.
    """
    import numpy as np

    told = [(one, cells) for one in observations if (cells := _cells(one.arm))]
    rows = [(n, cell) for n, (_, cells) in enumerate(told) for cell in cells]
    places = np.array([n for n, _ in rows], dtype=int)
    delivered = {name: [level for level in levels if _has(told, name, level)] for name, levels in factors.items()}
    wanted = [(name, level) for name, levels in delivered.items() for level in levels[1:]]
    treated = np.array([[one.levels.get(name) == level for name, level in wanted] for one, _ in told], dtype=float)
    treated = treated.reshape(len(told), len(wanted))
    channels = _numbered([one.channel for one, _ in told])
    aliased = _aliased(channels, treated, [name for name, _ in wanted])
    kept = [n for n, (name, _) in enumerate(wanted) if name not in aliased]
    columns = [wanted[n] for n in kept]
    if not columns or not any(cell.numerator > 0 for _, cell in rows):
        return Effects((), (), 1.0, tuple(aliased), tuple(_alias_notes(aliased)))
    treated = treated[places][:, kept]
    days = _numbered([cell.first_day for _, cell in rows])
    strata = _of_days(channels[places], days, treated, is_dated=all(cell.first_day for _, cell in rows))
    hits = np.array([cell.numerator for _, cell in rows], dtype=float)
    base = np.array([cell.denominator for _, cell in rows], dtype=float)
    is_clustered = is_day_shared and days.max() > 0
    fit = fitted(strata, treated, hits, base, model, clusters=days if is_clustered else None)
    between = _misfit(places, base, hits, fit, model, int(channels.max()) + 1 + len(columns))
    covariance = _wider(fit.covariance, fit.robust) * between
    mixes = _Mix(strata, treated, base, fit, model, columns)
    firsts = {name: levels[0] for name, levels in delivered.items() if levels}
    levels = _told(columns, fit, covariance, mixes, firsts)
    base_rates = tuple((name, firsts[name], mixes.rate(name, None)) for name in dict.fromkeys(n for n, _ in columns))
    return Effects(
        tuple(levels), base_rates, fit.dispersion * between, tuple(aliased), tuple(_notes(aliased, between, fit)),
        tuple(columns), fit.coefficients, covariance,
    )  # fmt: skip


def _notes(aliased: Sequence[str], between: float, fit: Fit) -> list[str]:
    notes = _alias_notes(aliased)
    if between > 1:
        notes.append("variants differ by more than their levels' sum explains: some levels may suit each other")
    if not fit.has_converged or max(abs(fit.coefficients)) > _IMPOSSIBLE:
        notes.append("the estimates did not settle: some level has next to nothing to count")
    return notes


def _numbered(values: Sequence[Any]) -> Any:
    """Whole numbers from 0 on, alike where the values are."""
    import numpy as np

    found = {value: n for n, value in enumerate(dict.fromkeys(values))}
    return np.array([found[value] for value in values], dtype=int)


def _cells(arm: Arm) -> tuple[Cell, ...]:
    """Days where there are days, else what there is."""
    return arm.daily or tuple(cell for cell in arm.cells if cell.denominator > 0)


def _has(told: Sequence[tuple[Observation, Any]], factor: str, level: str) -> bool:
    return any(one.levels.get(factor) == level for one, _ in told)


def _of_days(channels: Any, days: Any, treated: Any, *, is_dated: bool) -> Any:
    """A stratum for each day of each channel, as a day does the same to all its variants; else one for each channel.

    That is where variants had no days in common, or rows are too few for so many strata.
    """
    import numpy as np

    strata = _numbered(list(zip(channels.tolist(), days.tolist(), strict=True)))
    freedom = len(strata) - int(strata.max()) - 1 - treated.shape[1]
    if not is_dated or freedom < _LEAST_FREEDOM:
        return channels
    counts = np.bincount(strata)[:, None]
    sums = np.stack([np.bincount(strata, column) for column in treated.T], axis=1)
    apart = treated - (sums / counts)[strata]
    return strata if np.linalg.matrix_rank(apart.T @ apart) == treated.shape[1] else channels


def _aliased(channels: Any, treated: Any, names: Sequence[str]) -> list[str]:
    """The factors with a column that the channels and the other factors' columns already make up."""
    import numpy as np

    if not len(channels):
        return []
    strata, found = np.eye(int(channels.max()) + 1)[channels], []
    for name in dict.fromkeys(names):
        own = [n for n, other in enumerate(names) if other == name]
        rest = np.hstack([strata, treated[:, [n for n in range(len(names)) if n not in own]]])
        if np.linalg.matrix_rank(np.hstack([rest, treated[:, own]])) < np.linalg.matrix_rank(rest) + len(own):
            found.append(name)
    return found


def _alias_notes(aliased: Sequence[str]) -> list[str]:
    if not aliased:
        return []
    return [f"{', '.join(aliased)}: cannot be told apart: their levels always came together with others, or channels"]


def _misfit(owner: Any, base: Any, hits: Any, fit: Fit, model: Model, told: int) -> float:
    """By how much variants stray from their levels' sum more than their days do; 1 where chance explains it.

    `owner` is each row's variant, `told` how many figures channels and levels have. An F test of the variants' totals
    against the days within them: without it, many days would pass for many variants.
    """
    import numpy as np
    from scipy.stats import f

    sums = np.bincount(owner, hits)
    expected = np.bincount(owner, base * fit.fitted)
    factor = 1 - fit.fitted if model == "proportion" else np.ones_like(fit.fitted)
    variance = np.bincount(owner, base * fit.fitted * factor)
    freedom = len(sums) - told
    within = fit.freedom - freedom
    if freedom < 1 or within < 1:
        return 1.0
    chi = float(((sums - expected) ** 2 / np.maximum(variance, 1e-12)).sum())
    inside = max((fit.chi_square - chi) / within, least_dispersion(hits, model), 1e-12)
    if f.sf(chi / freedom / inside, freedom, within) > _SURPRISING:
        return 1.0
    return max(1.0, chi / freedom / fit.dispersion)


def _wider(covariance: Any, robust: Any) -> Any:
    """The covariance with each standard error as large as the rows' own residuals make it, where that is larger.

    A good hook's days swing by more clicks than a bad one's, which one dispersion for all does not see.
    """
    import numpy as np

    more = np.sqrt(np.maximum(np.diag(robust) / np.maximum(np.diag(covariance), 1e-300), 1.0))
    return covariance * np.outer(more, more)


class _Mix:
    """The metric of a level with everything else as it was delivered (standardised to the rows' own mix)."""

    def __init__(
        self, strata: Any, treated: Any, base: Any, fit: Fit, model: Model, columns: Sequence[tuple[str, str]]
    ):
        self._strata, self._treated, self._base, self._fit, self._model = strata, treated, base, fit, model
        self._columns = columns

    def rate(self, factor: str, level: str | None) -> float:
        """With all rows at a level; None is the factor's first."""
        import numpy as np

        treated = self._treated.copy()
        for n, (name, of) in enumerate(self._columns):
            if name == factor:
                treated[:, n] = float(of == level)
        at = self._fit.rates[self._strata] + treated @ self._fit.coefficients
        rates = 1 / (1 + np.exp(-at)) if self._model == "proportion" else np.exp(at)
        return float((rates * self._base).sum() / self._base.sum())


def _told(
    columns: Sequence[tuple[str, str]], fit: Fit, covariance: Any, mixes: _Mix, firsts: Mapping[str, str]
) -> list[LevelEffect]:
    import numpy as np
    from scipy.stats import t

    sizes, errors = fit.coefficients, np.sqrt(np.maximum(np.diag(covariance), 0.0))
    reaches = t.ppf((1 + CONFIDENCE) / 2, fit.effective) * errors
    p_values = 2 * t.sf(np.abs(sizes) / np.maximum(errors, 1e-300), fit.effective)
    proven = false_discovery(p_values)
    return [
        LevelEffect(
            name,
            level,
            firsts[name],
            ratio_of(sizes[n]),
            ratio_of(sizes[n] - reaches[n]),
            ratio_of(sizes[n] + reaches[n]),
            float(p_values[n]),
            mixes.rate(name, level),
            bool(proven[n]),
        )
        for n, (name, level) in enumerate(columns)
    ]


def false_discovery(p_values: Any) -> Any:
    """Which of several p values stand with at most FALSE_DISCOVERIES of them false."""
    from scipy.stats import false_discovery_control

    return false_discovery_control(p_values, method="bh") <= FALSE_DISCOVERIES

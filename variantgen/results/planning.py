"""How much a comparison needs before it is begun: an effect and a base rate in, a size per arm out (pure)."""

from __future__ import annotations

from math import asin, ceil, sqrt
from typing import Literal

from variantgen.errors import UserError

Model = Literal["proportion", "rate", "mean"]
POWER = 0.8
ALPHA = 0.05
"""Two-sided."""


def size_per_arm(
    base: float,
    relative_effect: float,
    *,
    model: Model = "proportion",
    power: float = POWER,
    alpha: float = ALPHA,
    dispersion: float = 1.0,
    comparisons: int = 1,
) -> int:
    """Trials (or exposure, in its own unit) that each arm needs to show a difference from `base`.

    `relative_effect` is 0.2 for +20 % and -0.2 for -20 %. `dispersion` is by how much days vary more than chance.
    With several `comparisons` alpha is shared out among them (Bonferroni).
    Cohen's h, as statsmodels' NormalIndPower has it (Cohen, Statistical Power Analysis, 1988, chapter 6); for counts
    per exposure the square root takes the arcsine's place (Anscombe 1948). Raises UserError for impossible rates.
    """
    _check(base, relative_effect, model, power, alpha)
    distance = _distance(base, base * (1 + relative_effect), model)
    z = _z(1 - alpha / comparisons / 2) + _z(power)
    return ceil(2 * (z / distance) ** 2 * dispersion)


def detectable_effect(
    base: float,
    per_arm: float,
    *,
    model: Model = "proportion",
    power: float = POWER,
    alpha: float = ALPHA,
    dispersion: float = 1.0,
    comparisons: int = 1,
) -> float | None:
    """The smallest relative rise that a size per arm shows with this power; None where even the most would not do."""
    _check(base, 1e-9, model, power, alpha)
    needed = (_z(1 - alpha / comparisons / 2) + _z(power)) * sqrt(2 * dispersion / per_arm)
    most = 1 / base - 1 if model == "proportion" else 1e6
    if per_arm <= 0 or _distance(base, base * (1 + most), model) < needed:
        return None
    low, high = 0.0, most
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if _distance(base, base * (1 + middle), model) >= needed else (middle, high)
    return high


def _check(base: float, relative_effect: float, model: Model, power: float, alpha: float) -> None:
    target = base * (1 + relative_effect)
    most = 1.0 if model == "proportion" else float("inf")
    if not 0 < base < most:
        raise UserError(f"base: value {base} is not allowed: allowed is a rate above 0{_below(model)}")
    if not 0 <= target <= most or relative_effect == 0:
        raise UserError(
            f"effect: value {relative_effect} is not allowed: it makes {base:g} to {target:g}; "
            f"allowed is what leads to another rate of 0 or more{_below(model)}"
        )
    for key, value in (("power", power), ("alpha", alpha)):
        if not 0 < value < 1:
            raise UserError(f"{key}: value {value} is not allowed: allowed is a number between 0 and 1")


def _below(model: Model) -> str:
    return " and below 1" if model == "proportion" else ""


def _distance(first: float, second: float, model: Model) -> float:
    """How far two rates lie apart on the scale where the variance of an estimate is 1 / size."""
    if model == "proportion":
        return 2 * abs(asin(sqrt(min(second, 1.0))) - asin(sqrt(first)))
    # a mean's variance is told as its own multiple (the dispersion), as a count's is
    return 2 * abs(sqrt(second) - sqrt(first))


def _z(probability: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(probability))

"""A quasi-likelihood regression of counts (pure): cells and a design in, coefficients with their covariance out.

Proportions by logit, counts and sums per exposure by log; the variance is Pearson's dispersion times the family's, as
in McCullagh and Nelder, Generalized Linear Models, 2nd edition, chapters 4 and 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from variantgen.results.planning import Model

_FARTHEST = 30.0
_ROUNDS, _ENOUGH = 60, 1e-10
_MOST_LEVERAGE = 0.99


@dataclass(frozen=True)
class Fit:
    """Coefficients (columns,), their covariance with dispersion in it, and what is left over."""

    coefficients: Any
    covariance: Any
    robust: Any
    """The covariance from each row's own residual (HC2, MacKinnon and White 1985), for rows that vary unlike."""
    chi_square: float
    freedom: int
    dispersion: float
    fitted: Any
    """The rate of each row."""
    has_converged: bool


def fitted(design: Any, hits: Any, base: Any, model: Model, *, least_dispersion: float = 1.0) -> Fit:
    """Fits (rows, columns) of full rank to `hits` of `base` by iteratively reweighted least squares.

    `least_dispersion` is 1 for counts, whose days cannot vary less than chance, and 0 for sums of any unit.
    """
    import numpy as np

    rate = (hits.sum() + 0.5) / (base.sum() + 1.0)
    # each row starts between its own rate and everybody's, so that no logarithm of 0 comes up
    at = _linked((hits + rate) / (base + 1.0), model)
    before = np.full(design.shape[1], np.inf)
    weights, has_converged = np.ones(len(at)), False
    for _ in range(_ROUNDS):
        means = _unlinked(at, model)
        slope = means * (1 - means) if model == "proportion" else means
        slope = np.maximum(slope, 1e-12)
        weights = base * slope
        working = at + (hits / base - means) / slope
        root = np.sqrt(weights)[:, None]
        coefficients = np.linalg.lstsq(design * root, working * root[:, 0], rcond=None)[0]
        at = np.clip(design @ coefficients, -30, 30)
        if np.abs(coefficients - before).max() < _ENOUGH:
            has_converged = True
            break
        before = coefficients
    means = _unlinked(at, model)
    variance = base * (means * (1 - means) if model == "proportion" else means)
    chi = float(((hits - base * means) ** 2 / np.maximum(variance, 1e-12)).sum())
    freedom = len(hits) - design.shape[1]
    scale = max(least_dispersion, chi / freedom) if freedom > 0 else max(least_dispersion, 1.0)
    bread = np.linalg.pinv(design.T @ (design * weights[:, None]))
    leverage = np.minimum(weights * ((design @ bread) * design).sum(axis=1), _MOST_LEVERAGE)
    scores = design * ((hits - base * means) / np.sqrt(1 - leverage))[:, None]
    robust = bread @ scores.T @ scores @ bread
    return Fit(coefficients, bread * scale, robust, chi, freedom, scale, means, has_converged)


def ratio_of(logarithm: float) -> float:
    """What a log (odds) ratio stands for, as a number that JSON has, where nothing bounds it."""
    import numpy as np

    return float(np.exp(np.clip(logarithm, -_FARTHEST, _FARTHEST)))


def _linked(rates: Any, model: Model) -> Any:
    import numpy as np

    return np.log(rates / (1 - rates)) if model == "proportion" else np.log(rates)


def _unlinked(at: Any, model: Model) -> Any:
    import numpy as np

    return 1 / (1 + np.exp(-at)) if model == "proportion" else np.exp(at)

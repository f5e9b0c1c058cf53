"""A quasi-likelihood regression of counts (pure): cells and a design in, coefficients with their covariance out.

Proportions by logit, counts and sums per exposure by log; the variance is Pearson's dispersion times the family's, as
in McCullagh and Nelder, Generalized Linear Models, 2nd edition, chapters 4 and 6. Strata (days of channels) may be many
hundreds: each one's own rate is taken out by its weighted mean, so that no design has a column for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from variantgen.results.planning import Model

_FARTHEST = 30.0
_ROUNDS, _ENOUGH = 60, 1e-10
_MOST_LEVERAGE = 0.99
_NO_PULL = 1e-9
_LEAST_ERROR = 1e-4
"""Of a mean, relative: exports round times and sums, so days that are told alike need not have been."""


@dataclass(frozen=True)
class Fit:
    """Log (odds) ratios (columns,), their covariance with dispersion in it, and what is left over."""

    rates: Any
    """Log odds, or log rate, of each stratum where all columns are 0."""
    coefficients: Any
    covariance: Any
    robust: Any
    """The covariance from each row's own residual (HC2, MacKinnon and White 1985), for rows that vary unlike; from the
    residuals of each cluster together (Liang and Zeger 1986) where there are clusters."""
    chi_square: float
    freedom: int
    effective: Any
    """(columns,) degrees of freedom of what `robust` says: fewer than `freedom` where few rows (or clusters) of great
    weight decide (Kish's effective number, 1965)."""
    dispersion: float
    fitted: Any
    """The rate of each row."""
    has_converged: bool


def fitted(strata: Any, treated: Any, hits: Any, base: Any, model: Model, *, clusters: Any = None) -> Fit:
    """Fits `treated` (rows, columns) to `hits` of `base` by iteratively reweighted least squares.

    `strata` (rows,) are whole numbers from 0 on, each with a rate of its own, out of which no column may be made up.
    `clusters` (rows,) are the same for rows that vary together.
    """
    import numpy as np

    at = _linked(_beginning(hits, base, model), model)
    inverse, apart, weights = np.zeros((treated.shape[1],) * 2), treated, np.ones(len(at))
    rates, coefficients, has_converged = np.zeros(1), np.zeros(treated.shape[1]), False
    for _ in range(_ROUNDS):
        means = _unlinked(at, model)
        slope = np.maximum(means * (1 - means) if model == "proportion" else means, 1e-12)
        weights = base * slope
        working = at + (hits / base - means) / slope
        own, mixes = _means_of(strata, weights, working[:, None]), _means_of(strata, weights, treated)
        apart = treated - mixes[strata]
        inverse = _inverse(apart.T @ (apart * weights[:, None]))
        coefficients = inverse @ (apart.T @ (weights * (working - own[strata, 0])))
        rates = own[:, 0] - mixes @ coefficients
        before, at = at, np.clip(rates[strata] + treated @ coefficients, -_FARTHEST, _FARTHEST)
        if np.abs(at - before).max() < _ENOUGH:
            has_converged = True
            break
    means = _unlinked(at, model)
    variance = base * (means * (1 - means) if model == "proportion" else means)
    chi = float(((hits - base * means) ** 2 / np.maximum(variance, 1e-12)).sum())
    freedom = len(hits) - len(rates) - treated.shape[1]
    least = least_dispersion(hits, model)
    scale = max(least, chi / freedom) if freedom > 0 else max(least, 1.0)
    leverage = weights * (1 / np.bincount(strata, weights)[strata] + ((apart @ inverse) * apart).sum(axis=1))
    robust = _robust(apart, hits - base * means, leverage, inverse, clusters)
    effective = _effective(apart * weights[:, None], freedom, clusters)
    return Fit(rates, coefficients, inverse * scale, robust, chi, freedom, effective, scale, means, has_converged)


def least_dispersion(hits: Any, model: Model) -> float:
    """Below which days cannot vary: chance's own of counts, and of sums of any unit what an export's rounding hides."""
    return 1.0 if model != "mean" else _LEAST_ERROR**2 * max(float(hits.sum()), 0.0)


def _beginning(hits: Any, base: Any, model: Model) -> Any:
    """Rates between each row's own and everybody's, so that no logarithm of 0 (or of less, as of net sums) comes up."""
    import numpy as np

    rate = (hits.sum() + 0.5) / (base.sum() + 1.0)
    return np.clip((hits + rate) / (base + 1.0), 1e-12, 1 - 1e-9 if model == "proportion" else None)


def _means_of(strata: Any, weights: Any, columns: Any) -> Any:
    """(strata, columns): the weighted mean of each column in each stratum."""
    import numpy as np

    total = np.bincount(strata, weights)[:, None]
    sums = [np.bincount(strata, weights * columns[:, n], len(total)) for n in range(columns.shape[1])]
    return np.stack(sums, axis=1) / total if sums else np.zeros((len(total), 0))


def _inverse(information: Any) -> Any:
    """Its inverse, each column brought to one size first: a level with next to no events has hardly any weight."""
    import numpy as np

    size = np.sqrt(np.maximum(np.diag(information), 1e-300))
    return np.linalg.pinv(information / np.outer(size, size), hermitian=True) / np.outer(size, size)


def _robust(apart: Any, residuals: Any, leverage: Any, inverse: Any, clusters: Any) -> Any:
    import numpy as np

    if clusters is None:
        scores = apart * (residuals / np.sqrt(1 - np.minimum(leverage, _MOST_LEVERAGE)))[:, None]
        return inverse @ scores.T @ scores @ inverse
    scores = _sums_of(clusters, apart * residuals[:, None])
    return inverse @ scores.T @ scores @ inverse * len(scores) / max(len(scores) - 1, 1)


def _effective(pulls: Any, freedom: int, clusters: Any) -> Any:
    """`pulls` (rows, columns) is by how much a row's residual moves each coefficient."""
    import numpy as np

    shares = (pulls if clusters is None else _sums_of(clusters, np.abs(pulls))) ** 2
    shares = shares / np.maximum(shares.max(axis=0), 1e-300) if len(shares) else shares
    number = shares.sum(axis=0) ** 2 / np.maximum((shares**2).sum(axis=0), 1e-300)
    counted = np.maximum((shares > _NO_PULL).sum(axis=0), 1)
    whole = freedom if clusters is None else np.minimum(freedom, counted - 1)
    return np.maximum(whole * number / counted, 1.0)


def _sums_of(clusters: Any, columns: Any) -> Any:
    import numpy as np

    return np.stack([np.bincount(clusters, columns[:, n]) for n in range(columns.shape[1])], axis=1)


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

"""Rates of several arms, each drawn towards what the arms have in common (pure; arithmetic by numpy and scipy).

Arms of one channel share a distribution of rates whose mean and spread are not known either (Gelman and others,
Bayesian Data Analysis, 3rd edition, chapter 5). With few counts an arm stays near the others, with many it speaks for
itself, so the best of twelve is not taken for better than it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from variantgen.results.counts import Arm, Cell
from variantgen.results.logistic import least_dispersion

if TYPE_CHECKING:
    from variantgen.results.planning import Model

SPREAD_SCALE = 0.2
"""Median of the relative difference between arms that is thought of beforehand (half-Cauchy, as Gelman 2006)."""
DRAWS = 20_000
LEAST_DAYS = 3
"""Of an arm, to see how days vary."""
_STEADY = 0.2
"""By how much an arm's share of a day may differ from its share of all days."""
_SPREADS, _MEANS, _WIDTH = 40, 41, 6.0
_FARTHEST = 36.0


@dataclass(frozen=True)
class Posterior:
    """What is believed about one arm. `loss` is what choosing it costs on average, as a share of the best's rate."""

    variant: str
    rate: float
    low: float
    high: float
    chance_best: float
    loss: float
    shortfall: float
    """The 95 % quantile of how far it lies behind the best, as a share of the best's rate."""


@dataclass(frozen=True)
class Shrunk:
    """All arms of a comparison, in their order, and the draws (draws x arms) that they were told from."""

    arms: tuple[Posterior, ...]
    dispersion: float
    spread: float
    """Relative standard deviation between arms, its posterior median."""
    draws: Any


# ---------------------------------------------------------------- days


def dispersion(arms: Sequence[Arm], model: Model) -> float | None:
    """By how much days vary more than chance: Pearson's chi-square per degree of freedom, at least 1.

    Where all arms ran on the same days, each getting its steady share of a day, what a day does to all of them alike is
    left out, as it cannot favour one. Few degrees of freedom make it larger, as Student's t is wider than the normal.
    None where no arm has LEAST_DAYS days. A mean's may be below 1: it holds the sums' own scale as well.
    """
    import numpy as np
    from scipy.stats import norm, t

    chi, freedom = _beside_days(arms, model) or _within_arms(arms, model)
    if not freedom:
        return None
    widened = chi / freedom * float(t.ppf(0.975, freedom) / norm.ppf(0.975)) ** 2
    return max(widened, least_dispersion(np.array([arm.numerator for arm in arms]), model))


def _within_arms(arms: Sequence[Arm], model: Model) -> tuple[float, int]:
    """(chi-square, degrees of freedom) of days against their arm's rate."""
    import numpy as np

    chi, freedom = 0.0, 0
    for arm in arms:
        cells = arm.daily
        hits, base = _sums(cells)
        if len(cells) < LEAST_DAYS or not 0 < hits.sum() < (base.sum() if model == "proportion" else np.inf):
            continue
        chi += _chi_square(hits, base, np.full(len(cells), hits.sum() / base.sum()), model)
        freedom += len(cells) - 1
    return chi, freedom


def _beside_days(arms: Sequence[Arm], model: Model) -> tuple[float, int] | None:
    """The same against the arm's rate times the day's; None where arms had other days or uneven shares of a day."""
    import numpy as np

    daily = [arm.daily for arm in arms]
    days = {tuple(cell.first_day for cell in cells) for cells in daily}
    if len(arms) < 2 or len(days) != 1 or len(daily[0]) < LEAST_DAYS:
        return None
    hits, base = np.stack([_sums(cells) for cells in daily], axis=1)
    share = base / base.sum(axis=0) / (base.sum(axis=1) / base.sum())[:, None]
    events = hits.sum(axis=0) > 0
    if np.abs(share - 1).max() > _STEADY or events.sum() < LEAST_DAYS or not (hits.sum(axis=1) > 0).all():
        return None
    rates = np.outer(hits.sum(axis=1) / base.sum(axis=1), hits.sum(axis=0) / base.sum(axis=0)) * base.sum() / hits.sum()
    rates = np.minimum(rates, 1 - 1e-9) if model == "proportion" else rates
    chi = _chi_square(hits[:, events], base[:, events], rates[:, events], model)
    return chi, (len(arms) - 1) * (int(events.sum()) - 1)


def _sums(cells: Sequence[Cell]) -> tuple[Any, Any]:
    import numpy as np

    hits = np.array([cell.numerator for cell in cells], dtype=float)
    return hits, np.array([cell.denominator for cell in cells], dtype=float)


def _chi_square(hits: Any, base: Any, rates: Any, model: Model) -> float:
    variance = base * rates * (1 - rates if model == "proportion" else 1.0)
    return float(((hits - base * rates) ** 2 / variance).sum())


# ---------------------------------------------------------------- shrinking


def shrunk(
    arms: Sequence[Arm], model: Model, *, is_more_better: bool = True, scale: float = 1.0, seed: int = 7
) -> Shrunk:
    """The posteriors of arms on one channel; `scale` is their dispersion, by which counts are divided.

    `model` proportion: successes of trials (beta-binomial); rate and mean: events or sums per exposure
    (gamma-Poisson). The prior's mean and relative spread are integrated over a grid, the arms are drawn from it.
    An arm without a denominator is drawn from what the others have in common.
    """
    import numpy as np

    base = np.array([arm.denominator for arm in arms], dtype=float) / scale
    hits = np.where(base > 0, np.array([arm.numerator for arm in arms], dtype=float) / scale, 0.0)
    mean, spread, weight = _prior_grid(hits, base, model)
    first, second = _shape(mean, spread, model)
    weight = weight * np.exp(_centred(log_evidence(hits, base, first, second, model)))
    chosen = _resampled(weight / weight.sum(), np.random.default_rng(seed))
    rng = np.random.default_rng(seed + 1)
    if model == "proportion":
        draws = rng.beta(first[chosen, None] + hits, second[chosen, None] + np.maximum(base - hits, 0.0))
    else:
        draws = rng.gamma(first[chosen, None] + hits) / (second[chosen, None] + base)
    told = tuple(_told(arms, draws, is_more_better))
    return Shrunk(told, scale, float(np.median(spread[chosen])), draws)


def log_evidence(hits: Any, base: Any, first: Any, second: Any, model: Model = "proportion") -> Any:
    """Log probability of all arms' counts under each prior (grid,): Beta(first, second) or Gamma(first, rate second).

    `hits` and `base` are (arms,); what depends on the counts alone is left out.
    """
    from scipy.special import betaln, gammaln

    first, second = first[:, None], second[:, None]
    if model == "proportion":
        return (betaln(first + hits, second + base - hits) - betaln(first, second)).sum(axis=1)
    import numpy as np

    # b^a / (b + x)^(a + y), written so that a large b does not cancel
    ratio = -first * np.log1p(base / second) - hits * np.log(second + base)
    return (gammaln(first + hits) - gammaln(first) + ratio).sum(axis=1)


def _prior_grid(hits: Any, base: Any, model: Model) -> tuple[Any, Any, Any]:
    """(mean, relative spread, prior weight) of each point, flat.

    Spreads are quantiles of the half-Cauchy, so each weighs the same; means are laid where a spread puts them, evenly
    in log (or log odds), where the prior is flat.
    """
    import numpy as np

    known = base > 0
    rates = (hits[known] + 0.5) / (base[known] + 1.0) if model == "proportion" else (hits[known] + 0.5) / base[known]
    if not len(rates):
        rates, known = np.array([0.5]), np.ones_like(base, dtype=bool)
    spreads = SPREAD_SCALE * np.tan(np.pi / 2 * (np.arange(_SPREADS) + 0.5) / _SPREADS)
    odds = 1 - rates if model == "proportion" else np.ones_like(rates)
    noise = 1 / (np.maximum(hits[known], 0.0) + 0.5) if known.any() else np.ones_like(rates)
    variance = noise[None, :] / odds + (spreads[:, None] / odds) ** 2
    precision = 1 / variance
    centre = (precision * np.log(rates / odds)).sum(axis=1) / precision.sum(axis=1)
    width = 1 / np.sqrt(precision.sum(axis=1))
    steps = np.linspace(-_WIDTH, _WIDTH, _MEANS)
    place = centre[:, None] + width[:, None] * steps
    # beyond these ends a rate is 0, or 1, to the last digit
    place = np.clip(place, -_FARTHEST, _FARTHEST if model == "proportion" else None)
    mean = 1 / (1 + np.exp(-place)) if model == "proportion" else np.exp(place)
    weight = np.broadcast_to(width[:, None], mean.shape)
    spread = np.broadcast_to(spreads[:, None], mean.shape)
    mean, spread, weight = mean.ravel(), spread.ravel(), weight.ravel()
    # a beta distribution cannot spread wider than its mean allows
    fits = spread**2 < (1 - mean) / mean if model == "proportion" else np.ones_like(mean, dtype=bool)
    return mean[fits], spread[fits], weight[fits]


def _shape(mean: Any, spread: Any, model: Model) -> tuple[Any, Any]:
    if model == "proportion":
        size = (1 - mean) / (mean * spread**2) - 1
        return mean * size, (1 - mean) * size
    return spread**-2, spread**-2 / mean


def _centred(log_values: Any) -> Any:
    return log_values - log_values.max()


def _resampled(weight: Any, rng: Any) -> Any:
    """Points by their weight, DRAWS of them, with as little noise as can be (systematic resampling), in no order."""
    import numpy as np

    at = (np.arange(DRAWS) + rng.random()) / DRAWS
    chosen = np.minimum(np.searchsorted(np.cumsum(weight), at), len(weight) - 1)
    return rng.permutation(chosen)


def _told(arms: Sequence[Arm], draws: Any, is_more_better: bool) -> list[Posterior]:
    import numpy as np

    best = draws.max(axis=1) if is_more_better else draws.min(axis=1)
    # arms alike to the last digit share what is best, as at 100 %
    firsts = draws == best[:, None]
    chances = (firsts / firsts.sum(axis=1, keepdims=True)).mean(axis=0)
    # behind the best, as a share of the best: 0.1 is a tenth fewer clicks, or a tenth more to pay
    behind = np.abs(best[:, None] - draws) / np.maximum(best[:, None], 1e-300)
    low, high = np.quantile(draws, (0.025, 0.975), axis=0)
    return [
        Posterior(
            arm.variant,
            float(draws[:, n].mean()),
            float(low[n]),
            float(high[n]),
            float(chances[n]),
            float(behind[:, n].mean()),
            float(np.quantile(behind[:, n], 0.95)),
        )
        for n, arm in enumerate(arms)
    ]


# ---------------------------------------------------------------- without shrinking, exactly


def chances_best(shapes: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    """The chance of each independent Beta(a, b) to be the largest, by quadrature: no draws, the same on every machine.

    Gauss-Legendre between all arms' quantiles, so that an arm of 4 trials and one of ten million both get their nodes.
    """
    import numpy as np
    from scipy.special import betainc, betaincinv, betaln, xlog1py, xlogy

    nodes, weights = np.polynomial.legendre.leggauss(24)
    tail = np.array([1e-13, 1e-11, 1e-9, 1e-7, 1e-5, 1e-4])
    levels = np.concatenate([tail, np.linspace(0.001, 0.999, 41), 1 - tail])
    cuts = np.unique(np.concatenate([[0.0, 1.0], *(betaincinv(a, b, levels) for a, b in shapes)]))
    half = np.diff(cuts)[:, None] / 2
    at = (cuts[:-1, None] + half * (nodes + 1)).ravel()
    share = (half * weights).ravel()
    below = np.array([betainc(a, b, at) for a, b in shapes])
    density = np.array([np.exp(xlogy(a - 1, at) + xlog1py(b - 1, -at) - betaln(a, b)) for a, b in shapes])
    others = [np.prod(np.delete(below, n, axis=0), axis=0) for n in range(len(shapes))]
    return tuple(float((share * density[n] * others[n]).sum()) for n in range(len(shapes)))


def chance_better(first: tuple[float, float], second: tuple[float, float]) -> float:
    """The chance that the second's rate is above the first's, each (successes, trials) under a flat prior."""
    shapes = [(1 + hits, 1 + base - hits) for hits, base in (first, second)]
    return chances_best(shapes)[1]

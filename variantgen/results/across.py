"""Two variants over several channels: what pooling would say, and what the channels say at one common mix (pure).

Where one variant went more to the channel on which everything does well, pooled counts can rank two variants against
every single channel (Simpson's paradox). Counts of channels are therefore never added up to compare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from variantgen.results.counts import Arm

DRAWS = 20_000


@dataclass(frozen=True)
class Across:
    """Variants over all channels that have each of them, and whether adding up would turn their order."""

    variants: tuple[str, ...]
    pooled: tuple[float, ...]
    """Rates of counts added up over channels: shown only to warn of them."""
    adjusted: tuple[float, ...]
    """Rates at one mix of channels for all variants: that of all their trials together."""
    chance_best: tuple[float, ...]
    warning: str = ""


@dataclass(frozen=True)
class Stratified:
    """Mantel-Haenszel's odds ratio of the first variant to the second over channels."""

    odds_ratio: float
    p_value: float
    """That the ratio is 1 (Cochran-Mantel-Haenszel without continuity correction)."""
    homogeneity_p_value: float | None
    """That it is the same on every channel (Breslow-Day, Tarone's correction left out); None for one channel."""


def across_channels(arms: Mapping[str, Sequence[Arm]], *, scales: Mapping[str, float] | None = None) -> Across | None:
    """Proportions of the variants that every channel has; None where that leaves fewer than two.

    `arms` by channel; `scales` is each channel's dispersion. `adjusted` weighs each channel's rate alike for all.
    """
    import numpy as np

    shared = [{arm.variant for arm in its if arm.denominator > 0} for its in arms.values()]
    named = set.intersection(*shared) if shared else set()
    variants = [arm.variant for arm in next(iter(arms.values()), ()) if arm.variant in named]
    if len(variants) < 2:
        return None
    table = {channel: {arm.variant: arm for arm in its} for channel, its in arms.items()}
    hits, base = (
        np.array([[getattr(its[name], part) for name in variants] for its in table.values()], dtype=float)
        for part in ("numerator", "denominator")
    )
    mix = base.sum(axis=1) / base.sum()
    pooled, adjusted = hits.sum(axis=0) / base.sum(axis=0), mix @ (hits / base)
    scale = np.array([(scales or {}).get(channel, 1.0) for channel in table])[:, None]
    rng = np.random.default_rng(11)
    draws = rng.beta(1 + hits / scale, 1 + (base - hits) / scale, size=(DRAWS, *hits.shape))
    best = np.bincount((mix[:, None] * draws).sum(axis=1).argmax(axis=1), minlength=len(variants)) / DRAWS
    return Across(
        tuple(variants),
        tuple(map(float, pooled)),
        tuple(map(float, adjusted)),
        tuple(map(float, best)),
        _warning(variants, pooled, adjusted),
    )


def _warning(variants: Sequence[str], pooled: Any, adjusted: Any) -> str:
    turned = [
        (a, b)
        for a in range(len(variants))
        for b in range(len(variants))
        if pooled[a] > pooled[b] and adjusted[a] < adjusted[b]
    ]
    if not turned:
        return ""
    worse, better = max(turned, key=lambda pair: float(adjusted[pair[1]] - adjusted[pair[0]]))
    return (
        f"do not add channels up: together {variants[worse]} seems better than {variants[better]} "
        f"({pooled[worse]:.1%} and {pooled[better]:.1%}), but at the same mix of channels it is worse "
        f"({adjusted[worse]:.1%} and {adjusted[better]:.1%}): it ran where all do well (Simpson's paradox)"
    )


def stratified(tables: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> Stratified:
    """Mantel-Haenszel's odds ratio over channels: each ((successes, trials) of the first, of the second).

    Mantel and Haenszel 1959; Breslow and Day, Statistical Methods in Cancer Research I, 1980, section 4.4.
    """
    import numpy as np
    from scipy.stats import chi2

    a, n1, c, n2 = (np.array([table[i][j] for table in tables], dtype=float) for i in (0, 1) for j in (0, 1))
    b, d, n, m = n1 - a, n2 - c, n1 + n2, a + c
    ratio = float((a * d / n).sum() / (b * c / n).sum())
    difference = float((a - n1 * m / n).sum())
    p_value = float(chi2.sf(difference**2 / (n1 * n2 * m * (n - m) / (n**2 * (n - 1))).sum(), 1))
    if len(tables) < 2:
        return Stratified(ratio, p_value, None)
    expected = np.array([_expected(*cell, ratio) for cell in zip(n1, n2, m, strict=True)])
    variance = 1 / (1 / expected + 1 / (m - expected) + 1 / (n1 - expected) + 1 / (n2 - m + expected))
    homogeneity = float(chi2.sf(((a - expected) ** 2 / variance).sum(), len(tables) - 1))
    return Stratified(ratio, p_value, homogeneity)


def _expected(n1: float, n2: float, m: float, ratio: float) -> float:
    """The first's successes in a table with these margins and this odds ratio."""
    from math import sqrt

    if abs(ratio - 1) < 1e-12:
        return n1 * m / (n1 + n2)
    second, first, none = 1 - ratio, n2 - m + ratio * (n1 + m), -ratio * m * n1
    root = sqrt(first**2 - 4 * second * none)
    return next(
        x for x in ((-first + root) / (2 * second), (-first - root) / (2 * second)) if max(0, m - n2) <= x <= min(n1, m)
    )

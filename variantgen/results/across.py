"""Variants over several channels: what pooling would say, and what the channels say at one common mix (pure).

Where one variant went more to the channel on which everything does well, pooled counts can rank two variants against
every single channel (Simpson's paradox). Counts of channels are therefore never added up to compare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from variantgen.results.counts import Arm

DRAWS = 20_000
_DOUBT = 0.1
"""Of two variants, that one order or the other is chance."""


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
    together, apart = (draws * base / base.sum(axis=0)).sum(axis=1), (mix[:, None] * draws).sum(axis=1)
    best = np.bincount(apart.argmax(axis=1), minlength=len(variants)) / DRAWS
    return Across(
        tuple(variants),
        tuple(map(float, pooled)),
        tuple(map(float, adjusted)),
        tuple(map(float, best)),
        _warning(variants, pooled, adjusted, together, apart),
    )


def _warning(variants: Sequence[str], pooled: Any, adjusted: Any, together: Any, apart: Any) -> str:
    """A sentence on the pair that adding up turns most; `together` and `apart` are draws of both, (draws, variants).

    Of many variants that are alike some pair always turns, so both orders must be likely, and the more so the more
    variants there are.
    """
    wanted = 1 - _DOUBT / (len(variants) - 1)
    turned = [
        (a, b)
        for a, b in permutations(range(len(variants)), 2)
        if pooled[a] > pooled[b]
        and adjusted[a] < adjusted[b]
        and min((together[:, a] > together[:, b]).mean(), (apart[:, b] > apart[:, a]).mean()) >= wanted
    ]
    if not turned:
        return ""
    worse, better = max(turned, key=lambda pair: float(adjusted[pair[1]] - adjusted[pair[0]]))
    return (
        f"do not add channels up: together {variants[worse]} seems better than {variants[better]} "
        f"({pooled[worse]:.1%} and {pooled[better]:.1%}), but at the same mix of channels it is worse "
        f"({adjusted[worse]:.1%} and {adjusted[better]:.1%}): it ran where all do well (Simpson's paradox)"
    )

"""What results say of a campaign's levels: which are let go, and a line for each factor (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log

from variantgen.campaign.values import Campaign, Factor
from variantgen.results.effects import Effects, LevelEffect
from variantgen.results.next_round import next_levels
from variantgen.results.verdicts import Comparison

NOT_LET_GO = ("language",)
"""Kinds of factors that are for an audience each: what does worse there is still needed."""


def worse_levels(campaign: Campaign, effects: Effects, *, is_more_better: bool) -> dict[str, tuple[str, ...]]:
    """The levels by factor that are proven to be worse than their factor's best, all effects together in mind.

    Never a factor's last one, and none of a factor that stands for audiences or that others' levels came with.
    """
    proven = {(one.factor, one.level) for one in effects.levels if one.is_proven}
    found = {}
    for one in next_levels(effects, is_more_better=is_more_better):
        factor = next((factor for factor in campaign.factors if factor.name == one.factor), None)
        if factor is None or factor.kind in NOT_LET_GO or one.factor in effects.aliased:
            continue
        best = best_level(effects, factor, is_more_better=is_more_better)
        names = {level.name for level in factor.levels}
        gone = tuple(
            level for level in one.dropped if level in names and {(one.factor, level), (one.factor, best)} & proven
        )
        if gone and len(gone) < len(names):
            found[one.factor] = gone
    return found


def best_level(effects: Effects, factor: Factor, *, is_more_better: bool) -> str:
    """The level that did best as far as is known; the factor's first one where nothing is."""
    sizes = level_sizes(effects)
    sign = 1 if is_more_better else -1
    return max((level.name for level in factor.levels), key=lambda name: sign * sizes.get((factor.name, name), 0.0))


def level_sizes(effects: Effects) -> dict[tuple[str, str], float]:
    """(factor, level) to its log (odds) ratio beside the factor's first level, which has 0 and is not here."""
    if effects.coefficients is None:
        return {}
    return {column: float(size) for column, size in zip(effects.columns, effects.coefficients, strict=True)}


def is_told(comparisons: Mapping[str, Comparison], effects: Effects) -> bool:
    """Whether the effects rest on enough to be worth following."""
    enough = any(one.verdict not in ("not enough data", "not comparable") for one in comparisons.values())
    return bool(enough and effects.columns)


def known_of(
    campaign: Campaign,
    comparisons: Mapping[str, Comparison],
    effects: Effects,
    dropped: Mapping[str, Sequence[str]],
    *,
    is_more_better: bool,
) -> dict[str, str]:
    """A line for each factor: what is known of its levels."""
    found = {}
    for factor in campaign.factors:
        told = _known(factor, comparisons, effects, is_more_better)
        gone = dropped.get(factor.name, ())
        found[factor.name] = f"{told}; let go: {', '.join(gone)}" if gone else told
    return found


def _known(factor: Factor, comparisons: Mapping[str, Comparison], effects: Effects, is_more_better: bool) -> str:
    own = [one for one in effects.levels if one.factor == factor.name]
    if len(factor.levels) == 1:
        return "a single level, so there is nothing to tell apart"
    if not comparisons or all(one.verdict == "not comparable" for one in comparisons.values()):
        return "no results"
    if not is_told(comparisons, effects):
        return "not enough data" if factor.name not in effects.aliased else _ALIASED
    if factor.name in effects.aliased:
        return _ALIASED
    if not own:
        return "no results"
    bases = {name: rate for name, _, rate in effects.base_rates}
    verb = "beats" if any(one.is_settled for one in comparisons.values()) else "is ahead of"
    told = [_beats(one, bases[factor.name], is_more_better, verb) for one in own if one.is_proven]
    if not told:
        return "not told apart yet"
    unsure = [one.level for one in own if not one.is_proven]
    return "; ".join([*told, *([f"not told apart from {own[0].beside} yet: {', '.join(unsure)}"] if unsure else [])])


_ALIASED = "cannot be told: its levels always came together with others"


def _beats(one: LevelEffect, base_rate: float, is_more_better: bool, verb: str) -> str:
    """ "question beats promise by 31 % (21 to 42 %)", of rates, also where the effect is one of odds."""
    is_better = (one.ratio > 1) == is_more_better
    scale = log(one.rate / base_rate) / log(one.ratio) if one.rate > 0 and base_rate > 0 and one.ratio != 1 else 1.0
    sign = scale if is_better else -scale
    size, low, high = (100 * (exp(sign * log(ratio)) - 1) for ratio in (one.ratio, one.low, one.high))
    better, worse = (one.level, one.beside) if is_better else (one.beside, one.level)
    least, most = sorted((abs(low), abs(high)))
    less = "" if is_more_better else " less"
    return f"{better} {verb} {worse} by {abs(size):.0f} %{less} ({least:.0f} to {most:.0f} %)"

"""Each channel of a campaign by its own primary metric: what it is judged by, on which rows, and the verdict (pure)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from variantgen.campaign import Campaign
from variantgen.results.comparing import channel_effects, comparisons, effects_of, trends_of
from variantgen.results.counts import DayCounts, by_channel
from variantgen.results.delivery import SUSPICIOUS, split_p_value
from variantgen.results.effects import Effects, LevelEffect
from variantgen.results.fatigue import Trend
from variantgen.results.metrics import Metric, Metrics, reading
from variantgen.results.variants import CampaignVariant
from variantgen.results.verdicts import Comparison, Look

_OPEN = "no level is called proven yet: that takes the planned look, with enough days and events on some channel"


@dataclass(frozen=True)
class Judged:
    """One channel: `rows` are those of the look, `comparison` is None where no metric of the objective can be had."""

    channel: str
    rows: tuple[DayCounts, ...]
    metric: Metric | None
    guards: tuple[Metric, ...]
    comparison: Comparison | None
    trends: tuple[Trend, ...] = ()
    later_days: int = 0
    """Days that were counted after the planned look, and are no part of it."""
    countable: tuple[str, ...] = ()
    """Names of metrics that the exports have the counts for, where none is the objective's."""


@dataclass(frozen=True)
class EffectsTold:
    """Main effects, and their rows in report.json (with the channels', which are told apart from the others)."""

    effects: Effects
    told: dict[str, Any]


def judged_channels(
    campaign: Campaign, rows: Sequence[DayCounts], metrics: Metrics, *, seed: int = 7
) -> tuple[Judged, ...]:
    """A verdict a channel, in the order of `rows`; UserError for a metric or an objective that is unknown."""
    return tuple(_judged(campaign, channel, its, metrics, seed) for channel, its in by_channel(rows).items())


def main_metric(judged: Sequence[Judged]) -> Metric | None:
    """By which most variants are judged; the first such one. None where none is."""
    counted: dict[str, int] = {}
    named = {one.metric.name: one.metric for one in judged if one.metric}
    for one in judged:
        if one.metric:
            counted[one.metric.name] = counted.get(one.metric.name, 0) + len({row.variant for row in one.rows})
    return named[max(counted, key=lambda name: counted[name])] if counted else None


def _judged(campaign: Campaign, channel: str, every: tuple[DayCounts, ...], metrics: Metrics, seed: int) -> Judged:
    plan = campaign.results
    planned_on = plan.read_on or campaign.ends
    rows = tuple(row for row in every if not (planned_on and row.first_day and row.first_day > planned_on)) or every
    known = set().union(*(row.known for row in rows))
    metric = metrics.named(plan.metric) if plan.metric else _primary(metrics, campaign.objective, rows, known)
    guards = tuple(one for one in metrics.guards(campaign.objective, known) if one != metric)
    later = len({row.first_day for row in every} - {row.first_day for row in rows})
    if metric is None or not set(metric.counts) <= known:
        others = tuple(one.name for one in metrics.metrics if one.is_compared and set(one.counts) <= known)
        return Judged(channel, rows, metric if metric and plan.metric else None, guards, None, (), later, others)
    last = max((row.last_day for row in rows if row.last_day), default=None)
    is_split, doubts = _split(plan.is_randomised, metric, rows)
    found = comparisons(
        metric, rows, look=Look(last, planned_on, plan.per_variant), interesting=plan.least_difference,
        is_randomised=is_split, seed=seed,
    )  # fmt: skip
    comparison = found[0] if found else None
    if comparison is not None and doubts:
        comparison = replace(comparison, reasons=(*comparison.reasons, *doubts))
    trends = trends_of(metric, every).get(channel, ())
    return Judged(channel, rows, metric, guards, comparison, trends, later)


def _primary(metrics: Metrics, objective: str, rows: Sequence[DayCounts], known: Collection[str]) -> Metric | None:
    """The objective's first metric that can be had; one whose events never happened gives way (an empty column)."""
    found = metrics.candidates(objective, known)
    happened = {name for row in rows for name, count in row.known.items() if count}
    return next((one for one in found if happened & set(one.events)), next(iter(found), None))


def _split(is_randomised: bool, metric: Metric, rows: Sequence[DayCounts]) -> tuple[bool, tuple[str, ...]]:
    """Whether a split test's variants were delivered alike, and the doubt where they were not."""
    counts = ("impressions", "plays", "views")
    base = next((name for name in counts if all(name in row.known for row in rows)), "")
    delivered: dict[str, float] = {}
    for row in rows:
        delivered[row.variant] = delivered.get(row.variant, 0.0) + row.known.get(base, 0.0)
    if not is_randomised or not base or len(delivered) < 2 or not all(delivered.values()):
        return is_randomised, ()
    chance = split_p_value(list(delivered.values()))
    if chance >= SUSPICIOUS:
        return True, ()
    words = f"a split by chance would hardly deliver {base} so unevenly (p = {chance:.2g}): read as delivered"
    return False, (words,)


# ---------------------------------------------------------------- levels


def effects_told(
    campaign: Campaign,
    variants: Sequence[CampaignVariant],
    metric: Metric | None,
    rows: Sequence[DayCounts],
    *,
    is_settled: bool,
) -> EffectsTold:
    """The main effects of every factor with two levels or more, and of channels and masters where there are several.

    Without a planned look at enough data (`is_settled`) nothing is told to be proven: who looks every day finds some.
    """
    if metric is None or not metric.is_compared:
        nothing = Effects((), (), 1.0, (), ())
        return EffectsTold(nothing, {"levels": [], "firsts": [], "aliased": [], "notes": []})
    levels = {variant.id: dict(variant.levels) for variant in variants}
    factors = {factor.name: [level.name for level in factor.levels] for factor in campaign.factors}
    masters = list(dict.fromkeys(variant.master for variant in variants if variant.master))
    if len(masters) > 1 and "master" not in factors:
        factors["master"] = masters
        for variant in variants:
            levels[variant.id]["master"] = variant.master
    # a level that the file has no more would pass for its factor's first one
    rows, strangers = _of_known_levels(rows, levels, factors)
    found = effects_of(metric, rows, levels, factors)
    between = channel_effects(metric, rows, levels, factors)
    told = {
        "levels": [_level(metric, one, is_settled) for one in (*found.levels, *between.levels)],
        "firsts": [
            {"factor": name, "level": level, "figure": reading(metric, rate)}
            for name, level, rate in (*found.base_rates, *between.base_rates)
        ],
        "aliased": list(dict.fromkeys((*found.aliased, *between.aliased))),
        "notes": list(
            dict.fromkeys(
                (*strangers, *found.notes, *between.notes, *([] if is_settled or not found.levels else [_OPEN]))
            )
        ),
    }
    return EffectsTold(found, told)


def _of_known_levels(
    rows: Sequence[DayCounts], levels: Mapping[str, Mapping[str, str]], factors: Mapping[str, Sequence[str]]
) -> tuple[list[DayCounts], list[str]]:
    """The rows of variants whose levels the campaign file has, and a sentence on the others."""
    unknown = {
        name
        for name in dict.fromkeys(row.variant for row in rows)
        if any(levels.get(name, {}).get(factor) not in known for factor, known in factors.items())
    }
    told = (
        f"{', '.join(sorted(unknown)[:3])}{' and others' if len(unknown) > 3 else ''}: no part of the levels' effects"
    )
    kept = [row for row in rows if row.variant not in unknown]
    return kept, [f"{told}, as the campaign file has not all of their levels"] if unknown else []


def _level(metric: Metric, one: LevelEffect, is_settled: bool) -> dict[str, Any]:
    is_proven = one.is_proven and is_settled
    is_better = (one.ratio > 1) == metric.is_more_better_of_arms if is_proven else None
    return {
        "factor": one.factor, "level": one.level, "beside": one.beside, "ratio": one.ratio, "low": one.low,
        "high": one.high, "p_value": one.p_value, "figure": reading(metric, one.rate), "is_proven": is_proven,
        "is_better": is_better,
    }  # fmt: skip

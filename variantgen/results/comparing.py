"""A campaign's rows and a metric in, what can be said of each channel and over all of them out (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from variantgen.results.across import Across, across_channels
from variantgen.results.counts import DayCounts, by_channel
from variantgen.results.effects import Effects, Observation, main_effects
from variantgen.results.fatigue import Trend, trend
from variantgen.results.metrics import Metric, arms, why_not_comparable
from variantgen.results.shrinkage import dispersion
from variantgen.results.verdicts import INTERESTING, Comparison, Look, compared, impossible, not_comparable

CHANNEL = "channel"


def comparisons(
    metric: Metric,
    rows: Sequence[DayCounts],
    *,
    look: Look | None = None,
    interesting: float = INTERESTING,
    is_randomised: bool = False,
    seed: int = 7,
) -> tuple[Comparison, ...]:
    """One verdict a channel, in the order in which channels come. A cost's arms hold events per money (`reading`)."""
    found = []
    for channel, its in by_channel(_with_counts(metric, rows)).items():
        reasons = why_not_comparable(metric, its)
        if reasons:
            found.append(not_comparable(channel, metric.name, reasons))
            continue
        found.append(
            compared(
                arms(metric, its),
                channel=channel,
                metric=metric.name,
                model=metric.arm_model,
                is_more_better=metric.is_more_better_of_arms,
                look=look,
                interesting=interesting,
                is_randomised=is_randomised,
                trials=" + ".join(metric.numerator if metric.model == "cost" else metric.denominator),
                seed=seed,
            )
        )
    return tuple(found)


def effects_of(
    metric: Metric,
    rows: Sequence[DayCounts],
    levels: Mapping[str, Mapping[str, str]],
    factors: Mapping[str, Sequence[str]],
) -> Effects:
    """The factors' main effects on a metric over all channels, each channel at its own rate.

    `levels` is each variant's level by factor; `factors` each factor's levels, the first is what others stand beside.
    A channel whose rows must not be compared is left out, and named in the notes.
    """
    observations, notes = [], []
    for channel, its in by_channel(_with_counts(metric, rows)).items():
        reasons = _why_left_out(metric, its)
        if reasons:
            notes.append(f"{channel} is left out: {reasons[0]}")
            continue
        observations += [Observation(channel, levels.get(arm.variant, {}), arm) for arm in arms(metric, its)]
    if not observations:
        return Effects((), (), 1.0, (), tuple(notes))
    found = main_effects(observations, factors, metric.arm_model)
    return found if not notes else _noted(found, notes)


def channel_effects(
    metric: Metric,
    rows: Sequence[DayCounts],
    levels: Mapping[str, Mapping[str, str]],
    factors: Mapping[str, Sequence[str]],
) -> Effects:
    """What the channels did, with the factors' levels held alike: the effects of a factor "channel" alone.

    Channels reach other people, so this tells where a metric was higher, and not what a channel would do for others.
    """
    its = by_channel(_with_counts(metric, rows))
    fit = [channel for channel, own in its.items() if not _why_left_out(metric, own)]
    if len(fit) < 2 or len({row.currency for channel in fit for row in its[channel]}) > 1:
        return Effects((), (), 1.0, (), ())
    observations = [
        Observation("", {**levels.get(arm.variant, {}), CHANNEL: channel}, arm)
        for channel in fit
        for arm in arms(metric, its[channel])
    ]
    found = main_effects(observations, {**factors, CHANNEL: fit}, metric.arm_model, is_day_shared=True)
    own = tuple(level for level in found.levels if level.factor == CHANNEL)
    firsts = tuple(rate for rate in found.base_rates if rate[0] == CHANNEL)
    return Effects(own, firsts, found.dispersion, tuple(name for name in found.aliased if name == CHANNEL), ())


def trends_of(metric: Metric, rows: Sequence[DayCounts]) -> dict[str, tuple[Trend, ...]]:
    """How each variant's metric moved from day to day, by channel; of a cost, how many events the money brought."""
    told = by_channel(_with_counts(metric, rows)) if metric.is_compared else {}
    return {channel: tuple(trend(arm, metric.arm_model) for arm in arms(metric, its)) for channel, its in told.items()}


def over_channels(metric: Metric, rows: Sequence[DayCounts]) -> Across | None:
    """The variants of all channels at one common mix, with a warning where adding up would turn their order.

    None for a metric that is no proportion, and where channels share fewer than two variants.
    """
    if metric.model != "proportion":
        return None
    told = by_channel(_with_counts(metric, rows))
    fit = {channel: arms(metric, its) for channel, its in told.items() if not _why_left_out(metric, its)}
    if len(fit) < 2:
        return None
    return across_channels(fit, scales={channel: dispersion(its, "proportion") or 1.0 for channel, its in fit.items()})


def _why_left_out(metric: Metric, rows: Sequence[DayCounts]) -> tuple[str, ...]:
    """Why a channel has no part in what is told over all of them."""
    reasons = why_not_comparable(metric, rows)
    if reasons:
        return reasons
    fault = impossible(arms(metric, rows), metric.arm_model)
    return (fault,) if fault else ()


def _with_counts(metric: Metric, rows: Sequence[DayCounts]) -> list[DayCounts]:
    return [row for row in rows if set(metric.counts) <= set(row.known)]


def _noted(effects: Effects, notes: Sequence[str]) -> Effects:
    return replace(effects, notes=(*effects.notes, *notes))

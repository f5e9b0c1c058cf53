"""A campaign's counts in, everything that can be said about them out: the values of report.json (pure).

Each channel is judged by itself, by its own primary metric; effects of levels are told over the channels that share
one. Nothing here is rounded: a page or a table rounds what it shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from variantgen.campaign import Campaign
from variantgen.results.comparing import over_channels
from variantgen.results.counts import DayCounts
from variantgen.results.effects import Effects
from variantgen.results.judging import Judged, effects_told, judged_channels, main_metric
from variantgen.results.metrics import Metric, Metrics
from variantgen.results.next_round import next_shares
from variantgen.results.telling import channel_told, metric_told
from variantgen.results.variants import CampaignVariant
from variantgen.results.verdicts import Comparison

SCHEMA_VERSION = 1
_MOST_SHARES = 4
BEAR_IN_MIND = (
    "an impression is not a person: who saw a film three times counts three times, which days' variation shows in part",
)


@dataclass(frozen=True)
class Findings:
    """What was found, as values for the next campaign, and as the dict of report.json."""

    judged: tuple[Judged, ...]
    metric: Metric | None
    """By which effects are told; None where no metric can be had."""
    effects: Effects
    report: dict[str, Any]

    @property
    def told_for_next(self) -> tuple[str, ...]:
        """By what levels are told apart, and what each channel's running variants should get of the next round."""
        own = [one.channel for one in self.judged if one.metric == self.metric and one.comparison is not None]
        by = [f"judged by {self.metric.name} on {', '.join(own)}"] if self.metric and own else []
        shares = [_shares_told(one.channel, one.comparison) for one in self.judged if one.comparison is not None]
        return (*by, *filter(None, shares))

    @property
    def comparisons(self) -> dict[str, Comparison]:
        """By the campaign's channel, of those that have a metric; the first where two exports tell of one."""
        told = {_plain(one.channel): one.comparison for one in reversed(self.judged) if one.comparison is not None}
        return dict(reversed(told.items()))


def findings(
    campaign: Campaign,
    variants: Sequence[CampaignVariant],
    rows: Sequence[DayCounts],
    metrics: Metrics,
    *,
    made_at: str,
    sources: Sequence[Mapping[str, Any]] = (),
    unmatched: Sequence[tuple[str, str, int]] = (),
    notes: Sequence[str] = (),
    seed: int = 7,
) -> Findings:
    """Everything that the counts of a campaign say; raises UserError for a metric or an objective that is unknown."""
    judged = judged_channels(campaign, rows, metrics, seed=seed)
    metric = main_metric(judged)
    same = [one for one in _told_once(judged) if one.metric == metric]
    shared = [row for one in same for row in one.rows]
    is_settled = any(one.comparison is not None and one.comparison.is_settled for one in same)
    effects = effects_told(campaign, variants, metric, shared, is_settled=is_settled)
    report = {
        "schema_version": SCHEMA_VERSION,
        "kind": "performance",
        "campaign": campaign.name,
        "objective": campaign.objective,
        "made_at": made_at,
        "look": _look(campaign, judged),
        "metric": metric_told(metric, why=_why(campaign, metric, judged)) if metric else None,
        "guards": [metric_told(guard) for guard in _guards(judged)],
        "least_difference": campaign.results.least_difference,
        "is_randomised": campaign.results.is_randomised,
        "sources": [dict(source) for source in sources],
        "channels": [channel_told(one, variants, main=metric) for one in judged],
        "effects": effects.told,
        "across": _across(metric, shared, variants) if metric else None,
        "unmatched": [{"what": what, "why": why, "rows": count} for what, why, count in unmatched],
        "notes": [*notes, *BEAR_IN_MIND] if rows else list(notes),
    }
    return Findings(judged, metric, effects.effects, report)


def _shares_told(channel: str, comparison: Comparison) -> str:
    """ "tiktok (paid): of what runs, b2015xyz 47 %, ...; the other 3 are let go"; empty where nothing is compared."""
    shares = sorted(next_shares(comparison), key=lambda one: -one.share)
    kept = [one for one in shares if one.share]
    if not kept or len({one.share for one in shares}) == 1:
        return ""
    words = ", ".join(f"{one.variant} {one.share:.0%}" for one in kept[:_MOST_SHARES])
    more = (
        [f"{len(kept) - _MOST_SHARES} more {kept[_MOST_SHARES].share:.0%} or less each"]
        if len(kept) > _MOST_SHARES
        else []
    )
    gone = [f"{len(shares) - len(kept)} let go"] if len(kept) < len(shares) else []
    return f"{channel}: of what runs already, {'; '.join([words, *more, *gone])}"


def _told_once(judged: Sequence[Judged]) -> list[Judged]:
    """One of the channels that two exports tell of ("youtube (organic) by youtube-api"): the same views are in both."""
    return list({_plain(one.channel): one for one in reversed(judged)}.values())[::-1]


def _plain(channel: str) -> str:
    """A channel as the campaign calls it, without the export that tells of it."""
    return channel.partition(") by ")[0] + (")" if ") by " in channel else "")


def _look(campaign: Campaign, judged: Sequence[Judged]) -> dict[str, Any]:
    plan = campaign.results
    planned_on = plan.read_on or campaign.ends
    looks = [one.comparison.is_interim for one in judged if one.comparison is not None]
    last = max((day for one in judged for row in one.rows if (day := row.last_day)), default=None)
    return {
        "read_on": _day(last),
        "planned_on": _day(planned_on),
        "planned_per_variant": plan.per_variant,
        "is_planned": planned_on is not None or plan.per_variant is not None,
        "is_interim": bool(looks) and all(looks),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _why(campaign: Campaign, metric: Metric | None, judged: Sequence[Judged]) -> str:
    if metric is None:
        return ""
    others = [f"{one.channel} by {one.metric.name}" for one in judged if one.metric and one.metric != metric]
    words = (
        "the campaign file asks for it"
        if campaign.results.metric == metric.name
        else f"the first of {campaign.objective}'s metrics that the exports have the counts for"
    )
    return "; ".join([words, *([f"judged by another: {', '.join(others)}"] if others else [])])


def _guards(judged: Sequence[Judged]) -> list[Metric]:
    return list({guard.name: guard for one in judged for guard in one.guards}.values())


def _across(metric: Metric, rows: Sequence[DayCounts], variants: Sequence[CampaignVariant]) -> dict[str, Any] | None:
    """The same levels over all channels; a variant is another one on each channel."""
    from dataclasses import replace

    labels = {variant.id: variant.label for variant in variants}
    found = over_channels(metric, [replace(row, variant=labels[row.variant]) for row in rows])
    if found is None:
        return None
    each = zip(found.variants, found.pooled, found.adjusted, found.chance_best, strict=True)
    return {
        "variants": [
            {"name": name, "pooled": pooled, "adjusted": adjusted, "chance_best": chance}
            for name, pooled, adjusted, chance in each
        ],
        "warning": found.warning,
    }

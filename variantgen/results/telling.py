"""Verdicts and counts as the plain values of report.json, every figure as its metric is read (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from variantgen.results.counts import DayCounts
from variantgen.results.fatigue import Trend
from variantgen.results.judging import Judged
from variantgen.results.metrics import Metric, arms, counted_in, figure, reading, why_not_the_same
from variantgen.results.next_round import next_shares
from variantgen.results.shrinkage import Posterior
from variantgen.results.values import COUNTS
from variantgen.results.variants import CampaignVariant
from variantgen.results.verdicts import Comparison

QUARTERS = (("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95), ("p100", 1.0))
_FEWEST_POINTS = 2
_MOST_NAMED = 4
_TURNED = {"falling": "rising", "rising": "falling"}


def metric_told(metric: Metric, *, why: str = "") -> dict[str, Any]:
    """A metric's definition."""
    told = {
        "name": metric.name, "definition": metric.definition, "note": metric.note,
        "numerator": list(metric.numerator), "denominator": list(metric.denominator),
        "unit": metric.unit, "better": metric.better, "per": metric.per, "model": metric.model,
    }  # fmt: skip
    return {**told, "why": why} if why else told


def channel_told(judged: Judged, variants: Sequence[CampaignVariant], main: Metric | None = None) -> dict[str, Any]:
    """A channel's verdict and its variants, by their chance to be the best where they were compared.

    `metric` is None where the channel is judged by the report's own, `main`.
    """
    comparison, metric = judged.comparison, judged.metric
    known = {variant.id: variant for variant in variants}
    names = list(dict.fromkeys(row.variant for row in judged.rows))
    ranked = [arm.variant for arm in comparison.arms] if comparison else []
    with_counts = [name for name in names if metric and _rows(judged, name, metric)]
    shares = {share.variant: share.share for share in next_shares(comparison)} if comparison else {}
    # where nothing has happened yet, what is believed is what was believed before
    has_happened = comparison is not None and any(arm.rate for arm in comparison.counted)
    posteriors = {arm.variant: arm for arm in comparison.arms} if comparison and has_happened else {}
    trends = {trend.variant: trend for trend in judged.trends}
    order = [*ranked, *(name for name in with_counts if name not in ranked)]
    return {
        "channel": judged.channel,
        "currency": next((row.currency for row in judged.rows if row.currency), ""),
        "metric": metric_told(metric) if metric and metric != main else None,
        "verdict": comparison.verdict if comparison else "not comparable",
        "sentence": _sentence(comparison, known) if comparison else _without_metric(judged),
        "reasons": [*_reasons(comparison), *_later(judged), *_apart(judged, main)],
        "is_interim": comparison.is_interim if comparison else False,
        "dispersion": comparison.dispersion if comparison else None,
        "more": {"per_variant": comparison.more.per_arm, "of": comparison.more.trials, "days": comparison.more.days}
        if comparison and comparison.more
        else None,
        "variants": [
            _variant(judged, known[name], posteriors.get(name), shares.get(name), trends.get(name))
            for name in order
        ],
        "without": [
            {"id": name, "name": known[name].name, "missing": _missing(judged, name)}
            for name in names
            if name not in order and order
        ],
    }  # fmt: skip


def _sentence(comparison: Comparison, known: Mapping[str, CampaignVariant]) -> str:
    """The verdict in words, with what the leader is beside its id."""
    leader = comparison.leader
    if leader is None or leader.variant not in known:
        return comparison.sentence
    return comparison.sentence.replace(leader.variant, f"{leader.variant} ({known[leader.variant].label})", 1)


def _reasons(comparison: Comparison | None) -> list[str]:
    """All but the one that the verdict's sentence is."""
    return [reason for reason in comparison.reasons if reason != comparison.sentence] if comparison else []


def _without_metric(judged: Judged) -> str:
    if judged.metric is None:
        return f"the exports have the counts of none of the objective's metrics{_others(judged)}"
    missing = [name for name in judged.metric.counts if not any(name in row.known for row in judged.rows)]
    return f"the exports do not count {', '.join(missing)}, which {judged.metric.name} needs{_others(judged)}"


def _others(judged: Judged) -> str:
    named = ", ".join(judged.countable[:_MOST_NAMED])
    return f": look at another one with --metric, as {named}" if named else ""


def _later(judged: Judged) -> list[str]:
    if not judged.later_days:
        return []
    return [f"{judged.later_days} days after the planned look are no part of the verdict"]


def _apart(judged: Judged, main: Metric | None) -> list[str]:
    if judged.metric is None or main is None or judged.metric == main:
        return []
    return [f"not held against the other channels: {why_not_the_same(judged.metric, main)}"]


def _rows(judged: Judged, name: str, metric: Metric) -> list[DayCounts]:
    return [row for row in judged.rows if row.variant == name and set(metric.counts) <= set(row.known)]


def _missing(judged: Judged, name: str) -> list[str]:
    if judged.metric is None:
        return []
    known = set().union(*(row.known for row in judged.rows if row.variant == name))
    return [count for count in judged.metric.counts if count not in known]


# ---------------------------------------------------------------- one variant


def _variant(
    judged: Judged, variant: CampaignVariant, posterior: Posterior | None, share: float | None, trend: Trend | None
) -> dict[str, Any]:
    metric = judged.metric
    assert metric is not None
    own = [row for row in judged.rows if row.variant == variant.id]
    told = _rows(judged, variant.id, metric)
    (arm,) = arms(metric, told)
    days = [day for row in own for day in (row.first_day, row.last_day) if day]
    return {
        "id": variant.id,
        "name": variant.name,
        "levels": dict(variant.levels),
        "seconds": variant.seconds,
        "counts": _sums(own),
        "first": min(days).isoformat() if days else None,
        "last": max(days).isoformat() if days else None,
        "days": arm.days,
        "figure": figure(metric, told),
        "estimate": _estimate(metric, posterior) if posterior else None,
        "chance_best": posterior.chance_best if posterior else None,
        "loss": posterior.loss if posterior else None,
        "shortfall": posterior.shortfall if posterior else None,
        "share_next": share,
        "guards": {guard.name: figure(guard, own) for guard in judged.guards},
        **_retention(own),
        "by_day": _by_day(metric, told),
        "trend": _trend(metric, trend) if trend else None,
    }


def _sums(rows: Sequence[DayCounts]) -> dict[str, float]:
    """What every row counts, added up; people are not."""
    known = counted_in(rows)
    return {
        name: sum(row.counts[name] for row in rows)
        for name, count in COUNTS.items()
        if name in known and name in rows[0].counts and count.is_additive
    }


def _estimate(metric: Metric, posterior: Posterior) -> dict[str, float | None]:
    value, low, high = (reading(metric, rate) for rate in (posterior.rate, posterior.low, posterior.high))
    # of a cost the arms hold events per money: the most of them is the lowest price
    return {"value": value, "low": low, "high": high} if metric.model != "cost" else {
        "value": value, "low": high, "high": low,
    }  # fmt: skip


def _retention(rows: Sequence[DayCounts]) -> dict[str, Any]:
    """How much of the film was seen, of its plays, or of its impressions where plays are not counted."""
    known = counted_in(rows)
    base = next((name for name in ("plays", "impressions") if name in known and _total(rows, name)), "")
    points = [(name, at) for name, at in QUARTERS if name in known]
    if not base or len(points) < _FEWEST_POINTS:
        return {"retention": None, "retention_of": ""}
    total = _total(rows, base)
    return {
        "retention": [{"at": at, "share": _total(rows, name) / total} for name, at in points],
        "retention_of": base,
    }


def _total(rows: Sequence[DayCounts], name: str) -> float:
    return sum(row.known[name] for row in rows)


def _by_day(metric: Metric, rows: Sequence[DayCounts]) -> list[dict[str, Any]]:
    sums: dict[Any, tuple[float, float]] = {}
    for row in rows:
        if row.first_day and row.first_day == row.last_day:
            above, below = (sum(row.known[name] for name in part) for part in (metric.numerator, metric.denominator))
            before = sums.get(row.first_day, (0.0, 0.0))
            sums[row.first_day] = before[0] + above, before[1] + below
    return [
        {
            "day": day.isoformat(),
            "numerator": above,
            "denominator": below,
            "figure": metric.per * above / below if below else None,
        }
        for day, (above, below) in sorted(sums.items())
    ]


def _trend(metric: Metric, trend: Trend) -> Mapping[str, Any]:
    """How the metric itself moved: a cost rises where the events that its money brings fall."""
    is_cost = metric.model == "cost"
    ends = (trend.per_day, trend.low, trend.high)
    per_day, low, high = (None if end is None else 1 / end if is_cost and end else end for end in ends)
    movement = _TURNED.get(trend.movement, trend.movement) if is_cost else trend.movement
    worse = "falling" if metric.is_more_better_of_arms else "rising"
    return {
        "movement": movement,
        "is_tiring": trend.movement == worse,
        "per_day": per_day,
        "low": high if is_cost else low,
        "high": low if is_cost else high,
        "days": trend.days,
        "first_third": None if trend.first_third is None else reading(metric, trend.first_third),
        "last_third": None if trend.last_third is None else reading(metric, trend.last_third),
    }

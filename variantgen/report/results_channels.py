"""A channel of a results report as its page tells it: its place in report.json in, rows and plots out (pure)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from variantgen.report import results_wording as wording
from variantgen.report.results_plots import day_lines, drawn_out, figure_intervals, retention_lines
from variantgen.report.results_wording import NOTHING, Measure, Place, Shown, measure

VERDICTS: dict[str, tuple[str, str]] = {
    "winner": ("winner", "✓"),
    "leading, not proven": ("leading", "↗"),
    "no practical difference": ("alike", "="),
    "not enough data": ("more", "…"),
    "not comparable": ("apart", "≠"),
}
"""A verdict's class in the style, and its sign."""
_MOVEMENTS = {"falling": "↘", "rising": "↗", "no trend shown": "→", "not enough data": "…"}
_COLUMNS = ("estimate", "chance_best", "loss", "share_next", "trend")
"""What the table of variants has a column of only where something stands in it."""


def verdict(place: Place) -> dict[str, str]:
    """A verdict's word, class and sign."""
    kind, sign = VERDICTS.get(place.text, ("apart", "?"))
    return {"word": place.text, "kind": kind, "sign": sign}


def metric_view(metric: Place) -> dict[str, Any]:
    """What variants are judged by; all empty where no metric can be had."""
    above, below = (" + ".join(map(str, metric.at(part).value or ())) for part in ("numerator", "denominator"))
    per = metric.at("per").number
    times = f" × {wording.count_words(per)}" if per not in (None, 1) else ""
    return {
        "name": metric.at("name").text,
        "formula": " / ".join(filter(None, (above, below))) + times,
        "definition": wording.sentence(metric.at("definition").text),
        "note": wording.sentence(metric.at("note").text),
        "why": wording.sentence(metric.at("why").text),
        "better": {"more": "more is better", "less": "less is better"}.get(metric.at("better").text, ""),
        "model": metric.at("model").text,
    }


def channel_view(channel: Place, report: Place, names: Collection[str] = ()) -> dict[str, Any]:
    """All that the page says of one channel; `names` are not changed where a sentence begins with one."""
    own, variants = channel.at("metric"), channel.at("variants").each()
    metric = own if own.value else report.at("metric")
    currency = channel.at("currency").text
    keyed = _names(variants)
    figures = measure(metric.at("unit").text, currency, (n for one in variants for n in _figures(one)))
    chosen = drawn_out(variants, better=metric.at("better").text)
    guards = [
        _guard(guard, variants, currency)
        for guard in report.at("guards").each()
        if any(one.at("guards", guard.at("name").text).value is not None for one in variants)
    ]
    leads = channel.at("verdict").text in ("winner", "leading, not proven")
    return {
        "name": channel.at("channel").text,
        "verdict": verdict(channel.at("verdict")),
        "sentence": wording.sentence(channel.at("sentence").text, names),
        "is_interim": bool(channel.at("is_interim").value),
        "reasons": [
            wording.sentence(reason.text, names)
            for reason in channel.at("reasons").each()
            # the sentence may end on the first of them
            if reason.text not in channel.at("sentence").text
        ],
        "more": _more(channel.at("more"), metric),
        "metric": metric_view(metric),
        "has_own_metric": bool(own.value),
        "dispersion": channel.at("dispersion").shown(wording.ratio_words),
        "measure": figures,
        "guards": guards,
        "columns": {part for part in _COLUMNS if any(one.at(part).value is not None for one in variants)},
        "rows": [_row(one, *name, metric, figures, guards) for one, name in zip(variants, keyed, strict=True)],
        "intervals": figure_intervals(variants, keyed, figures, leads=leads),
        "retention": retention_lines(variants, keyed, chosen=chosen),
        "retention_of": _retention_of(variants),
        "retention_at": _retention_at(variants),
        "retention_rows": _retention_rows(variants, keyed),
        "days": day_lines(variants, keyed, figures, chosen=chosen),
        "day_names": [name for one, name in zip(variants, keyed, strict=True) if one.at("by_day").value],
        "day_rows": _day_rows(variants, figures),
        "chosen": [keyed[n] for n in chosen],
        "without": [_without(one) for one in channel.at("without").each()],
    }


def _names(variants: Sequence[Place]) -> list[tuple[str, str]]:
    short = wording.short_names([one.value for one in variants])
    return [(wording.key_of(n), name) for n, name in enumerate(short)]


def _figures(variant: Place) -> list[float | None]:
    estimate = variant.at("estimate")
    return [variant.at("figure").number, estimate.at("value").number]


def _guard(guard: Place, variants: Sequence[Place], currency: str) -> dict[str, Any]:
    name = guard.at("name").text
    figures = (variant.at("guards", name).number for variant in variants)
    return {
        "name": name,
        "definition": guard.at("definition").text,
        "measure": measure(guard.at("unit").text, currency, figures),
    }


def _more(more: Place, metric: Place) -> list[tuple[Shown, str]]:
    """What is missing before a verdict, each with what it is counted in."""
    of = more.at("of").text or " + ".join(metric.at("denominator").value or ["counts"])
    of = "money spent" if of == "spend" else of
    days = "more day" if more.at("days").number == 1 else "more days"
    rows = [(more.at("per_variant"), f"more {of} per variant"), (more.at("days"), days)]
    return [(place.shown(wording.count_words), noun) for place, noun in rows if place.number]


# ---------------------------------------------------------------- the table of variants


def _row(
    variant: Place, key: str, short: str, metric: Place, figures: Measure, guards: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    estimate, levels = variant.at("estimate"), variant.at("levels").value or {}
    return {
        "key": key,
        "short": short,
        "name": variant.at("name").text or variant.at("id").text,
        "id": variant.at("id").text,
        "levels": [(str(factor), str(level)) for factor, level in levels.items()],
        "seconds": variant.at("seconds").shown(wording.seconds_words),
        "period": wording.period_words(variant.at("first").text, variant.at("last").text),
        "days": variant.at("days").shown(wording.count_words),
        "numerator": _counts(variant, metric.at("numerator")),
        "denominator": _counts(variant, metric.at("denominator")),
        "counts": [
            (str(name), variant.at("counts", str(name)).shown(wording.count_words))
            for name in variant.at("counts").value or {}
        ],
        "figure": variant.at("figure").shown(figures.words),
        "value": estimate.at("value").shown(figures.words),
        "low": estimate.at("low").shown(figures.bare),
        "high": estimate.at("high").shown(figures.words),
        "has_estimate": estimate.value is not None,
        "chance": variant.at("chance_best").shown(wording.chance_words),
        "loss": variant.at("loss").shown(wording.share_words),
        "shortfall": variant.at("shortfall").shown(wording.share_words),
        "share": variant.at("share_next").shown(wording.share_words),
        "guards": [variant.at("guards", guard["name"]).shown(guard["measure"].words) for guard in guards],
        "trend": _trend(variant.at("trend")),
    }


def _counts(variant: Place, names: Place) -> list[Shown]:
    return [variant.at("counts", str(name)).shown(wording.count_words) for name in names.value or ()]


def _trend(trend: Place) -> dict[str, Any]:
    movement = trend.at("movement").text
    return {
        "movement": movement or NOTHING,
        "sign": _MOVEMENTS.get(movement, ""),
        "per_day": trend.at("per_day").shown(wording.change_words),
        "low": trend.at("low").shown(wording.bare_change_words),
        "high": trend.at("high").shown(wording.change_words),
        "days": trend.at("days").shown(wording.count_words),
        "is_tiring": bool(trend.at("is_tiring").value),
        "has_slope": trend.at("per_day").value is not None,
    }


# ---------------------------------------------------------------- retention and days


def _retention_of(variants: Sequence[Place]) -> str:
    return " or ".join(dict.fromkeys(name for one in variants if (name := one.at("retention_of").text)))


def _retention_at(variants: Sequence[Place]) -> list[float]:
    points = [point.at("at").number for one in variants for point in one.at("retention").each()]
    return sorted({at for at in points if at is not None})


def _retention_rows(variants: Sequence[Place], names: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    rows = []
    for one, (key, name) in zip(variants, names, strict=True):
        shares = {point.at("at").number: point.at("share") for point in one.at("retention").each()}
        told = [shares.get(at, Place(None)) for at in _retention_at(variants)]
        if shares:
            of = one.at("retention_of").text
            rows.append({"key": key, "name": name, "of": of, "shares": [place.shown(_kept_words) for place in told]})
    return rows


def _kept_words(share: float) -> str:
    return f"{100 * share:.1f} %"


def _day_rows(variants: Sequence[Place], figures: Measure) -> list[dict[str, Any]]:
    """A row a day, a cell a variant with days; None where that day is missing, which is not zero."""
    told = [one for one in variants if one.at("by_day").value]
    tables = [{row.at("day").text: row for row in one.at("by_day").each()} for one in told]
    return [
        {
            "day": wording.date_words(day),
            "cells": [_day_cell(table[day], figures) if day in table else None for table in tables],
        }
        for day in sorted({day for table in tables for day in table})
    ]


def _day_cell(row: Place, figures: Measure) -> dict[str, Shown]:
    return {
        "figure": row.at("figure").shown(figures.words),
        "numerator": row.at("numerator").shown(wording.count_words),
        "denominator": row.at("denominator").shown(wording.count_words),
    }


def _without(row: Place) -> dict[str, str]:
    missing = row.at("missing").value or ()
    return {"name": row.at("name").text or row.at("id").text, "missing": ", ".join(str(name) for name in missing)}

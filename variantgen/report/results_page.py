"""The page of a campaign's results: report.json in, one page out that opens from disk and asks nothing of any network.

Every number on it is one of report.json, whose place and exact value stand beside it in `data-path` and `data-value`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from variantgen.report import results_wording as wording
from variantgen.report.results_channels import channel_view, verdict
from variantgen.report.results_plots import MOST_COLOURS, across_intervals, effect_intervals, effect_kind
from variantgen.report.results_wording import Place, measure
from variantgen.report.templating import asset, template

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""Nothing runs and nothing loads, even if an escape were missing somewhere."""
_RATIOS = {"proportion": "odds", "rate": "rates", "cost": "events per money", "mean": "means"}
_EFFECTS = {"better": "✓ proven better", "worse": "✗ proven worse", "other": "● proven", "open": "○ not proven"}


def results_html(report: Mapping[str, Any]) -> str:
    """The page for a report of schema_version 1; what the report does not have is left out of it."""
    place = Place(dict(report))
    names = wording.names_in(place)
    channels = [channel_view(channel, place, names) for channel in place.at("channels").each()]
    return str(
        template("results.html.j2").render(
            head=_head(place, names),
            metric=_metric(place.at("metric")),
            channels=channels,
            effects=_effects(place, names),
            across=_across(place, names),
            unmatched=[_unmatched(row) for row in place.at("unmatched").each()],
            sources=[_source(source) for source in place.at("sources").each()],
            notes=[wording.sentence(note.text, names) for note in place.at("notes").each()],
            most_colours=MOST_COLOURS,
            style=asset("results.css"),
            policy=_POLICY,
        )
    )


# ---------------------------------------------------------------- the head


def _head(report: Place, names: Collection[str]) -> dict[str, Any]:
    return {
        "campaign": report.at("campaign").text or "Results",
        "objective": report.at("objective").text,
        "made_at": report.at("made_at").text,
        "made_on": wording.date_words(report.at("made_at").text),
        "look": _look(report.at("look")),
        "is_interim": bool(report.at("look", "is_interim").value),
        "planned_per_variant": report.at("look", "planned_per_variant").shown(wording.count_words),
        "is_randomised": bool(report.at("is_randomised").value),
        "least_difference": report.at("least_difference").shown(wording.share_words),
        "verdicts": [
            {
                "channel": channel.at("channel").text,
                "verdict": verdict(channel.at("verdict")),
                "sentence": wording.sentence(channel.at("sentence").text, names),
            }
            for channel in report.at("channels").each()
        ],
    }


def _look(look: Place) -> dict[str, str]:
    """What kind of look this is, and its dates in words."""
    planned, read = (wording.date_words(look.at(key).text) for key in ("planned_on", "read_on"))
    kind = "Interim" if look.at("is_interim").value else "Planned" if look.at("is_planned").value else "None planned"
    told = [f"planned for {planned}"] if planned else []
    return {"kind": kind, "dates": ", ".join([*told, *([f"read on {read}"] if read and read != planned else [])])}


def _metric(metric: Place) -> dict[str, Any]:
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


# ---------------------------------------------------------------- over all channels


def _effects(report: Place, names: Collection[str]) -> dict[str, Any]:
    effects = report.at("effects")
    levels, firsts = effects.at("levels").each(), effects.at("firsts").each()
    figures = [one.at("figure").number for one in (*levels, *firsts)]
    figure = measure(report.at("metric", "unit").text, _currency(report), figures)
    factors = list(dict.fromkeys([one.at("factor").text for one in (*levels, *firsts)]))
    aliased = [one.text for one in effects.at("aliased").each()]
    return {
        "factors": [
            {
                "name": factor,
                "firsts": [
                    {"level": one.at("level").text, "figure": one.at("figure").shown(figure.words)}
                    for one in firsts
                    if one.at("factor").text == factor
                ],
                "levels": [_level(one, figure) for one in levels if one.at("factor").text == factor],
            }
            for factor in factors
        ],
        "intervals": effect_intervals(levels),
        "of": _RATIOS.get(report.at("metric", "model").text, "rates"),
        "above_one": _above_one(report.at("metric")),
        "figure_note": figure.note,
        "notes": [wording.sentence(note.text, names) for note in effects.at("notes").each()],
        "aliased": aliased,
    }


def _above_one(metric: Place) -> str:
    """What a ratio above 1 means; a cost is compared as events per money."""
    if metric.at("model").text == "cost":
        return "more for the same money"
    return {"more": "better", "less": "worse"}.get(metric.at("better").text, "more")


def _level(level: Place, figure: wording.Measure) -> dict[str, Any]:
    kind = effect_kind(level)
    return {
        "level": level.at("level").text,
        "beside": level.at("beside").text,
        "kind": kind,
        "told": _EFFECTS[kind],
        "ratio": level.at("ratio").shown(wording.ratio_words),
        "low": level.at("low").shown(wording.ratio_words),
        "high": level.at("high").shown(wording.ratio_words),
        "p_value": level.at("p_value").shown(wording.p_words),
        "figure": level.at("figure").shown(figure.words),
    }


def _across(report: Place, names: Collection[str]) -> dict[str, Any] | None:
    across = report.at("across")
    variants = across.at("variants").each()
    if across.value is None:
        return None
    told = [one.at(part).number for one in variants for part in ("pooled", "adjusted")]
    figure = measure(report.at("metric", "unit").text, _currency(report), told)
    return {
        "warning": wording.sentence(across.at("warning").text, names),
        "intervals": across_intervals(variants, figure),
        "rows": [
            {
                "name": one.at("name").text,
                "pooled": one.at("pooled").shown(figure.words),
                "adjusted": one.at("adjusted").shown(figure.words),
                "chance": one.at("chance_best").shown(wording.chance_words),
            }
            for one in variants
        ],
    }


def _currency(report: Place) -> str:
    """The currency of all channels, empty where they differ."""
    found = {channel.at("currency").text for channel in report.at("channels").each()}
    return found.pop() if len(found) == 1 else ""


# ---------------------------------------------------------------- lists


def _unmatched(row: Place) -> dict[str, Any]:
    return {
        "what": row.at("what").text,
        "why": row.at("why").text,
        "rows": row.at("rows").shown(wording.count_words),
    }


def _source(source: Place) -> dict[str, Any]:
    return {
        "file": source.at("file").text,
        "title": source.at("title").text or source.at("profile").text,
        "period": wording.period_words(source.at("first").text, source.at("last").text) or wording.NOTHING,
        "rows": source.at("rows").shown(wording.count_words),
    }

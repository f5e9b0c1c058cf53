"""How results are judged as the campaign file plans it, and what the report tells of each variant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from results_folder import FILE, campaign_folder_in

from variantgen.campaign import Campaign, load_campaign
from variantgen.campaign.values import ResultsPlan
from variantgen.results.counts import DayCounts
from variantgen.results.findings import Findings, findings
from variantgen.results.metrics import read_metrics
from variantgen.results.variants import CampaignVariant

FIRST = date(2026, 10, 5)
LEVELS = {"a": ("face", "film"), "b": ("question", "film"), "c": ("face", "shop"), "d": ("question", "shop")}
PAID, OTHER = "tiktok (paid)", "youtube (paid)"


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    """Two hooks, two calls, from 5 to 18 October."""
    return load_campaign(campaign_folder_in(tmp_path, FILE)[0])


def variants(*, channel: str = PAID, names: str = "abcd") -> list[CampaignVariant]:
    """The variants of a channel; each channel's have ids of their own."""
    preset, promotion = channel.rstrip(")").split(" (")
    told = {name: dict(zip(("hook", "cta"), LEVELS[name], strict=True)) for name in names}
    return [
        CampaignVariant(f"{name}-{preset}", name, preset, promotion, levels, 8.0, "film.mov")
        for name, levels in told.items()
    ]


def days(
    clicks: Mapping[str, int], *, channel: str = PAID, count: int = 14, shown: int = 4000, **more: float
) -> list[DayCounts]:
    """The same counts every day, but for a click more on each third one."""
    preset = channel.split(" ")[0]
    return [
        DayCounts(
            f"{name}-{preset}", channel, {"clicks_link": hits + (n % 3 == 0), "impressions": shown, **more},
            FIRST + timedelta(days=n), FIRST + timedelta(days=n), "EUR", 8.0,
        )
        for name, hits in clicks.items()
        for n in range(count)
    ]  # fmt: skip


def found(campaign: Campaign, rows: list[DayCounts], own: list[CampaignVariant] | None = None) -> Findings:
    """What these rows say."""
    return findings(campaign, own or variants(), rows, read_metrics(), made_at="now")


CLEAR = {"a": 80, "b": 110, "c": 80, "d": 170}


def test_the_look_is_on_the_day_that_is_planned(campaign: Campaign) -> None:
    """`read_on` goes before the campaign's last day: eight days are enough where eight were planned."""
    rows = days(CLEAR, count=8)
    assert found(campaign, rows).report["channels"][0]["verdict"] == "leading, not proven"
    planned = replace(campaign, results=ResultsPlan(read_on=FIRST + timedelta(days=7)))
    told = found(planned, rows).report
    assert (told["channels"][0]["verdict"], told["look"]["is_interim"]) == ("winner", False)


def test_the_size_that_is_planned_has_to_be_reached(campaign: Campaign) -> None:
    """Fewer impressions than were planned are not enough data, and how many are missing is told in impressions."""
    planned = replace(campaign, results=ResultsPlan(per_variant=60_000))
    (channel,) = found(planned, days(CLEAR)).report["channels"]
    assert channel["verdict"] == "not enough data"
    assert channel["more"] == {"per_variant": 60_000 - 14 * 4000, "of": "impressions", "days": 0}
    assert "about 4,000 more impressions per variant" in channel["sentence"]


def test_what_is_missing_of_a_cost_is_money(campaign: Campaign) -> None:
    """Costs are compared as events per money: more has to be spent."""
    plan = replace(campaign, results=ResultsPlan("cpc"))
    (channel,) = found(plan, days({"a": 1, "b": 2, "c": 1, "d": 1}, count=3, spend=5.0)).report["channels"]
    assert channel["more"]["of"] == "spend" and "more money spent per variant and 4 more days" in channel["sentence"]


def test_where_the_objective_has_no_metric_others_are_named(campaign: Campaign) -> None:
    """Plays alone are none of acquisition's, but tell how many saw the film to its end."""
    rows = [replace(row, counts={"plays": 900, "p100": 90}) for row in days(CLEAR)]
    (channel,) = found(campaign, rows).report["channels"]
    assert channel["verdict"] == "not comparable" and channel["sentence"].endswith("as completion_rate_plays")
    plan = replace(campaign, results=ResultsPlan("ctr_link"))
    (channel,) = found(plan, rows).report["channels"]
    assert "do not count clicks_link, impressions" in channel["sentence"] and "completion_rate" in channel["sentence"]


def test_why_nothing_is_compared_is_told_once(campaign: Campaign) -> None:
    """One variant alone: the sentence says so, and no reason says it again."""
    (channel,) = found(campaign, days({"a": 80})).report["channels"]
    assert channel["verdict"] == "not comparable" and channel["sentence"].startswith("there is nothing to hold it")
    assert channel["sentence"] not in channel["reasons"]


def test_what_does_not_matter_is_what_the_file_says(campaign: Campaign) -> None:
    """The same rows differ by more than 10 %, and by less than 60 %."""
    rows = days({"a": 80, "b": 86, "c": 80, "d": 92})
    assert found(campaign, rows).report["channels"][0]["verdict"] != "no practical difference"
    plan = replace(campaign, results=ResultsPlan(least_difference=0.6))
    assert found(plan, rows).report["channels"][0]["verdict"] in ("winner", "no practical difference")
    alike = days(dict.fromkeys("abcd", 80))
    assert found(plan, alike).report["channels"][0]["verdict"] == "no practical difference"
    tiny = replace(campaign, results=ResultsPlan(least_difference=0.0001))
    assert found(tiny, alike).report["channels"][0]["verdict"] == "leading, not proven"


def test_a_report_is_interim_only_where_every_channel_is(campaign: Campaign) -> None:
    """An export without days beside one that reached the look leaves the report at its planned look."""
    rows = days(CLEAR)
    undated = [replace(row, channel=OTHER, first_day=None, last_day=None) for row in rows if row.first_day == FIRST]
    told = found(campaign, [*rows, *undated]).report
    assert [channel["is_interim"] for channel in told["channels"]] == [False, True]
    assert not told["look"]["is_interim"]


def test_a_metric_is_no_guard_of_itself(campaign: Campaign) -> None:
    """Judged by its hook, a campaign has its other guards beside it."""
    rows = days(CLEAR, views_2s=2000, landing_page_views=20)
    own, by_hook = (
        found(replace(campaign, results=ResultsPlan(metric)), rows).report["guards"] for metric in ("", "hook_rate_2s")
    )
    assert [guard["name"] for guard in own] == ["hook_rate_2s", "lp_view_rate"]
    assert [guard["name"] for guard in by_hook] == ["lp_view_rate"]


def test_masters_are_a_factor_where_there_are_several(campaign: Campaign) -> None:
    """The same levels cut from two films: what the film did is told."""
    own = [replace(one, master="b.mov" if one.id[0] in "bd" else "a.mov") for one in variants()]
    own = [replace(one, levels={**one.levels, "hook": "face"}) for one in own]
    factors = {level["factor"] for level in found(campaign, days(CLEAR), own).report["effects"]["levels"]}
    assert "master" in factors
    assert "master" not in {one["factor"] for one in found(campaign, days(CLEAR)).report["effects"]["levels"]}


def test_the_same_levels_meet_across_channels(campaign: Campaign) -> None:
    """Ids differ by channel, levels do not; one that ran where all do well is not better for that."""
    rows = days({"a": 40, "b": 44}, shown=1000) + days({"a": 50, "b": 56}, channel=OTHER, shown=9000)
    rows = [row for row in rows if not (row.variant == "b-tiktok" and row.first_day and row.first_day.day > 8)]
    both = [*variants(names="ab"), *variants(channel=OTHER, names="ab")]
    across = found(campaign, rows, both).report["across"]
    assert [one["name"] for one in across["variants"]] == ["hook=face, cta=film", "hook=question, cta=film"]
    assert "Simpson" in across["warning"]
    assert found(campaign, days(CLEAR)).report["across"] is None


def test_effects_rest_on_one_of_two_exports_of_a_channel(campaign: Campaign) -> None:
    """The same clicks told twice would make every interval too narrow."""
    once = [replace(row, channel=f"{PAID} by tiktok-ads") for row in days(CLEAR)]
    twice = [*once, *(replace(row, channel=f"{PAID} by mapped") for row in once)]
    alone = found(campaign, once)
    assert found(campaign, twice).report["effects"]["levels"] == alone.report["effects"]["levels"]
    assert set(found(campaign, twice).comparisons) == {PAID}


def test_a_price_that_rises_tires(campaign: Campaign) -> None:
    """Clicks that fall by 5 % a day: the clicks fall, their price rises by 5 %, and people tire of it in both."""
    rows = [
        replace(row, counts={**row.counts, "clicks_link": round(300 * 0.95**n)})
        for one in "ab"
        for n, row in enumerate(days({one: 0}, spend=50.0))
    ]
    told = {}
    for metric in ("ctr_link", "cpc"):
        plan = replace(campaign, results=ResultsPlan(metric))
        told[metric] = found(plan, rows).report["channels"][0]["variants"][0]["trend"]
    assert (told["ctr_link"]["movement"], told["ctr_link"]["is_tiring"]) == ("falling", True)
    assert (told["cpc"]["movement"], told["cpc"]["is_tiring"]) == ("rising", True)
    assert told["cpc"]["low"] < 1 / 0.95 < told["cpc"]["high"]
    assert told["cpc"]["first_third"] < told["cpc"]["last_third"]


def test_a_rising_trend_of_clicks_tires_nobody(campaign: Campaign) -> None:
    """More from day to day is told, and is no fatigue."""
    rows = [
        replace(row, counts={**row.counts, "clicks_link": round(100 * 1.05**n)})
        for one in "ab"
        for n, row in enumerate(days({one: 0}))
    ]
    trend = found(campaign, rows).report["channels"][0]["variants"][0]["trend"]
    assert (trend["movement"], trend["is_tiring"]) == ("rising", False)


def test_people_and_spans_are_not_added_up(campaign: Campaign) -> None:
    """Reach of two days is nobody's sum, and a week told as one is no day."""
    week = [replace(row, first_day=FIRST, last_day=FIRST + timedelta(days=6)) for row in days(CLEAR, count=1, reach=9)]
    (channel,) = found(campaign, [*week, *days(CLEAR, reach=9)]).report["channels"]
    first = channel["variants"][0]
    assert "reach" not in first["counts"] and first["counts"]["impressions"] == 15 * 4000
    assert [day["denominator"] for day in first["by_day"]] == [4000] * 14


def test_a_variant_without_the_metrics_counts_is_named(campaign: Campaign) -> None:
    """One ad's export has no clicks: it stands apart with what is missing, the others are compared."""
    rows = days({"a": 80, "b": 110}) + [
        replace(row, counts={"impressions": 4000}) for row in days({"c": 0}, count=2)
    ]  # fmt: skip
    (channel,) = found(campaign, rows).report["channels"]
    assert [one["id"] for one in channel["variants"]] == ["b-tiktok", "a-tiktok"]
    assert channel["without"] == [{"id": "c-tiktok", "name": "c", "missing": ["clicks_link"]}]
    none = found(replace(campaign, results=ResultsPlan("hook_rate_3s")), rows).report["channels"][0]
    assert (none["verdict"], none["variants"], none["without"]) == ("not comparable", [], [])


def test_variants_that_cannot_be_best_stand_by_their_rate(campaign: Campaign) -> None:
    """Where the chance is nought for all but one, the better comes first."""
    (channel,) = found(campaign, days({"a": 20, "b": 40, "c": 30, "d": 170}, shown=20_000)).report["channels"]
    assert [one["id"][0] for one in channel["variants"]] == ["d", "b", "c", "a"]


def test_the_next_round_is_told_what_runs_on(campaign: Campaign) -> None:
    """Shares of what runs, the most first, by the campaign's channel; nothing where all get alike."""
    told = found(campaign, days(CLEAR)).told_for_next
    assert told[0] == "judged by ctr_link on tiktok (paid)"
    assert told[1].startswith("tiktok (paid): of what runs already, d-tiktok ") and told[1].endswith("; 3 let go")
    assert len(found(campaign, days(CLEAR, count=3)).told_for_next) == 1

"""What results say: each channel by its own metric, at the planned look, with levels told apart and nothing added up
that must not be."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from results_folder import FILE, campaign_folder_in, studio_export, tiktok_export, variants
from results_made import daily_rates, days_of

from variantgen.campaign import load_campaign
from variantgen.campaign.values import ResultsPlan
from variantgen.campaign_results import (
    CampaignFolder,
    campaign_folder,
    made_on,
    recognised_export,
    results_of,
    take_export,
)
from variantgen.campaigns import opened_campaign
from variantgen.errors import UserError
from variantgen.results.comparing import channel_effects, effects_of
from variantgen.results.counts import DayCounts
from variantgen.results.judging import judged_channels, main_metric
from variantgen.results.metrics import read_metrics
from variantgen.results.sums import VariantSum
from variantgen.results.values import Period
from variantgen.results.variants import CampaignVariant, day_counts

STRONG = {"question": 0.4}
PLANNED = Period(date(2026, 10, 5), date(2026, 10, 18))


def folder_with(tmp_path: Path, *texts: str, file: str = FILE) -> CampaignFolder:
    """A campaign's folder that has taken these exports."""
    told = campaign_folder(*campaign_folder_in(tmp_path, file))
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.csv"
        path.write_text(text, "utf-8")
        take_export(told, recognised_export(path)[0], period=PLANNED)
    return told


def test_each_channel_is_judged_by_its_own_metric(tmp_path: Path) -> None:
    """Ads by clicks, films on YouTube by shares, as their export has no clicks; the first is the report's."""
    found = results_of(folder_with(tmp_path, tiktok_export(STRONG), studio_export()))
    paid, organic = found.report["channels"]
    assert (paid["channel"], paid["metric"], found.report["metric"]["name"]) == ("tiktok (paid)", None, "ctr_link")
    assert (organic["channel"], organic["metric"]["name"]) == ("youtube (organic)", "share_rate")
    assert "youtube (organic) by share_rate" in found.report["metric"]["why"]
    assert "not held against the other channels: share_rate and ctr_link are different metrics" in organic["reasons"]


def test_a_strong_hook_wins_and_its_level_is_proven(tmp_path: Path) -> None:
    """Log odds of 0.4 more by the question: it leads on every call, and its odds ratio holds 1.49."""
    report = results_of(folder_with(tmp_path, tiktok_export(STRONG))).report
    (paid,) = report["channels"]
    assert [one["levels"]["hook"] for one in paid["variants"]] == ["question", "question", "face", "face"]
    hook, call = report["effects"]["levels"]
    assert (hook["level"], hook["is_proven"], hook["is_better"]) == ("question", True, True)
    assert hook["low"] < 1.49 < hook["high"]
    assert (call["level"], call["is_proven"], call["is_better"]) == ("shop", False, None)


def test_figures_are_what_the_export_counts(tmp_path: Path) -> None:
    """A variant's counts, its figure, its days and its retention, from the file's own numbers."""
    text = tiktok_export(STRONG)
    (paid,) = results_of(folder_with(tmp_path, text)).report["channels"]
    first = next(one for one in paid["variants"] if one["id"] == "b2000xyz")
    cells = [line.split(",") for line in text.splitlines() if "b2000xyz" in line]
    clicks = [int(cell[8]) for cell in cells]
    assert first["counts"]["clicks_link"] == sum(clicks) and first["counts"]["impressions"] == 14 * 4000
    assert first["figure"] == sum(clicks) / (14 * 4000)
    assert [day["numerator"] for day in first["by_day"]] == clicks and first["days"] == 14
    assert [point["share"] for point in first["retention"]] == [0.6, 0.4, 0.25, 0.2]
    assert first["retention_of"] == "plays" and first["guards"]["hook_rate_2s"] == 0.36


def test_nobody_wins_before_the_planned_look(tmp_path: Path) -> None:
    """A week of two: the same numbers that win at the end only lead."""
    early = results_of(folder_with(tmp_path / "early", tiktok_export(STRONG, days=9))).report
    (paid,) = early["channels"]
    assert paid["is_interim"] and early["look"]["is_interim"] and early["look"]["read_on"] == "2026-10-13"
    assert paid["verdict"] in ("leading, not proven", "no practical difference")
    assert not any(level["is_proven"] for level in early["effects"]["levels"])
    assert any("no level is called proven yet" in note for note in early["effects"]["notes"])


def test_days_after_the_planned_look_are_no_part_of_it(tmp_path: Path) -> None:
    """Whoever goes on looking does not get another verdict; how a variant moved is told of all days."""
    planned = results_of(folder_with(tmp_path / "a", tiktok_export(STRONG, days=14))).report["channels"][0]
    longer = results_of(folder_with(tmp_path / "b", tiktok_export(STRONG, days=14) + _more())).report["channels"][0]
    assert longer["variants"][0]["counts"] == planned["variants"][0]["counts"]
    assert longer["verdict"] == planned["verdict"]
    assert "2 days after the planned look are no part of the verdict" in longer["reasons"]
    assert any(one["trend"]["days"] == 16 for one in longer["variants"])


def _more() -> str:
    """Two more days, on which the worst variant gets every click."""
    days = [date(2026, 10, 19), date(2026, 10, 20)]
    cells = "EUR,32.00,4000,4000,3600,1440,2160,1440,900,720"
    return "".join(f"Autumn,All,autumn_b2000xyz,17800000000000000,{day},{cells}\n" for day in days)


def test_a_metric_that_was_not_planned_proves_nothing(tmp_path: Path) -> None:
    """Chosen when the results are known, it is shown with a note, and has no winner."""
    plan = '[results]\nmetric = "hook_rate_2s"\nread_on = 2026-10-18\n'
    told = folder_with(tmp_path, tiktok_export({"question": 1.0, "shop": 1.0}), file=FILE + plan)
    assert results_of(told).report["metric"]["name"] == "hook_rate_2s"
    other = results_of(told, metric="ctr_link").report
    assert other["channels"][0]["verdict"] == "leading, not proven"
    assert "not what the campaign file plans" in other["notes"][0]
    with pytest.raises(UserError, match=r"metric: value 'ctr_lnk' is not allowed: .* Did you mean .ctr_link.\?"):
        results_of(told, metric="ctr_lnk")


def test_an_empty_column_is_no_metric(tmp_path: Path) -> None:
    """Leads that never came (the ads had no form) leave the judging to clicks."""
    text = tiktok_export(STRONG).replace("Video views,2", "Leads (form),Video views,2", 1)
    lines = text.splitlines()
    with_leads = [lines[0], *(",".join([*(cells := line.split(","))[:9], "0", *cells[9:]]) for line in lines[1:])]
    report = results_of(folder_with(tmp_path, "\n".join(with_leads))).report
    assert "leads" in report["channels"][0]["variants"][0]["counts"] and report["metric"]["name"] == "ctr_link"


def test_two_exports_of_one_channel_stay_apart() -> None:
    """The same views stand in both: each is a channel of its own, and effects rest on the first."""
    film = CampaignVariant("b2000xyz", "film", "youtube", "organic", {"hook": "face"}, 8.0)
    day = date(2026, 10, 5)
    sums = [
        VariantSum("b2000xyz", profile, "organic", day, day, "", "", 1, {"views": 100})
        for profile in ("youtube-studio", "youtube-api")
    ]
    rows = day_counts(sums, [film])
    assert [row.channel for row in rows] == [
        "youtube (organic) by youtube-studio",
        "youtube (organic) by youtube-api",
    ]
    assert [row.channel for row in day_counts(sums[:1], [film])] == ["youtube (organic)"]
    told = replace(sums[0], counts={"views": 100, "video_seconds": 7.0})
    lengths = [day_counts([told], [replace(film, seconds=seconds)])[0].length_seconds for seconds in (8.0, None)]
    assert lengths == [8.0, 7.0], "the film's own length goes before the export's, which is rounded"


def test_an_organic_film_that_was_boosted_is_on_two_channels() -> None:
    """How it was shown is what the export says, not what was planned."""
    film = CampaignVariant("b2000xyz", "film", "tiktok", "organic")
    day = date(2026, 10, 5)
    sums = [VariantSum("b2000xyz", "tiktok-ads", "paid", day, day, "", "EUR", 1, {"plays": 1}),
            VariantSum("b2000xyz", "mapped", "", day, day, "", "", 1, {"plays": 1})]  # fmt: skip
    assert [row.channel for row in day_counts(sums, [film])] == ["tiktok (paid)", "tiktok (organic)"]


def test_a_film_that_ran_elsewhere_stands_apart(tmp_path: Path) -> None:
    """YouTube's variant was put on TikTok: it is none of those that ran on YouTube, and not held against them."""
    text = tiktok_export(STRONG) + "".join(
        f"Autumn,All,autumn_b2004xyz,178000,{date(2026, 10, 5) + timedelta(days=n)},EUR,9,4000,99,3600,9,9,9,9,9\n"
        for n in range(14)
    )
    channels = results_of(folder_with(tmp_path, text)).report["channels"]
    assert [channel["channel"] for channel in channels] == ["tiktok (paid)", "youtube (paid) by tiktok-ads"]
    assert len(channels[0]["variants"]) == 4


def test_an_uneven_split_is_no_split(tmp_path: Path) -> None:
    """A split test that delivered one variant a third more is read as delivered, and says why."""
    file = FILE + "[results]\nrandomised = true\n"
    told = folder_with(tmp_path / "fair", tiktok_export(STRONG), file=file)
    assert "as delivered" not in results_of(told).report["channels"][0]["sentence"]
    uneven = tiktok_export(STRONG).replace(",4000,", ",5000,", 14)
    (paid,) = results_of(folder_with(tmp_path / "uneven", uneven, file=file)).report["channels"]
    assert "as delivered" in paid["sentence"]
    assert any("a split by chance would hardly deliver impressions so unevenly" in one for one in paid["reasons"])


def test_costs_are_told_as_money_for_one_event(tmp_path: Path) -> None:
    """Spend per click: the lower the better, its interval the right way round, a trend in the price."""
    file = FILE + '[results]\nmetric = "cpc"\n'
    (paid,) = results_of(folder_with(tmp_path, tiktok_export({"question": 1.0}), file=file)).report["channels"]
    best, worst = paid["variants"][0], paid["variants"][-1]
    assert best["levels"]["hook"] == "question" and best["figure"] < worst["figure"] and paid["currency"] == "EUR"
    for one in paid["variants"]:
        assert one["estimate"]["low"] < one["estimate"]["value"] < one["estimate"]["high"]
        assert one["figure"] == one["counts"]["spend"] / one["counts"]["clicks_link"]


def test_channels_are_a_factor_of_their_own(tmp_path: Path) -> None:
    """What a channel did stands beside the levels' effects, as delivered there."""
    rows, levels = [], {}
    for channel, rate in (("a (paid)", 20), ("b (paid)", 40)):
        for hook in ("face", "question"):
            name = f"{channel}{hook}"
            levels[name] = hook
            for n in range(10):
                day = date(2026, 10, 5) + timedelta(days=n)
                clicks = rate + (n % 3) + (hook == "question")
                rows.append(DayCounts(name, channel, {"clicks_link": clicks, "impressions": 1000}, day, day))
    found = channel_effects(
        read_metrics().named("ctr_link"), rows, {name: {"hook": hook} for name, hook in levels.items()},
        {"hook": ["face", "question"]},
    )  # fmt: skip
    (effect,) = found.levels
    assert (effect.factor, effect.level, effect.beside) == ("channel", "b (paid)", "a (paid)")
    assert effect.low < 2 < effect.high and effect.is_proven


def test_the_metric_of_most_variants_is_the_reports(tmp_path: Path) -> None:
    """Effects are told by one metric: that of the channels with most variants."""
    told = folder_with(tmp_path, tiktok_export(STRONG), studio_export())
    campaign = replace(told.campaign, objective="awareness")
    day = date(2026, 10, 5)
    rows = [DayCounts(name, "meta (paid)", {"views_3s": 1, "impressions": 9}, day, day) for name in "abc"]
    rows += [DayCounts(name, "tiktok (paid)", {"views_2s": 1, "impressions": 9}, day, day) for name in "abcd"]
    judged = judged_channels(campaign, rows, read_metrics())
    assert [one.metric.name for one in judged] == ["hook_rate_3s", "hook_rate_2s"]
    assert main_metric(judged).name == "hook_rate_2s"


def test_the_report_is_plain_json_and_the_same_twice(tmp_path: Path) -> None:
    """No infinities, nothing that JSON has not, and the same figures each time."""
    told = folder_with(tmp_path, tiktok_export(STRONG), studio_export())
    first, second = (json.dumps(results_of(told).report | {"made_at": ""}, allow_nan=False) for _ in range(2))
    assert first == second


def test_what_never_happened_is_told_in_numbers(tmp_path: Path) -> None:
    """A hook without one click: intervals are wide, never infinite, and the page's JSON holds."""
    lines = tiktok_export(STRONG, days=8).splitlines()
    none = [",".join([*line.split(",")[:8], "0", *line.split(",")[9:]]) if "b2000" in line or "b2001" in line else line
            for line in lines]  # fmt: skip
    report = results_of(folder_with(tmp_path, "\n".join(none))).report
    json.dumps(report, allow_nan=False)
    assert report["channels"][0]["variants"][-1]["figure"] == 0


def test_a_folder_without_variants_is_refused(tmp_path: Path) -> None:
    """Nothing rendered there, or another campaign's variants: the sentence says what to name."""
    file, out = campaign_folder_in(tmp_path)
    with pytest.raises(UserError, match=r"no campaign\.json and no posted\.csv: name the folder"):
        campaign_folder(file, tmp_path / "other")
    (out / "campaign.json").write_text((out / "campaign.json").read_text("utf-8").replace("autumn", "winter"), "utf-8")
    with pytest.raises(UserError, match="holds variants of winter, and none of autumn"):
        campaign_folder(file, out)


def test_variants_that_only_posted_csv_knows_are_counted(tmp_path: Path) -> None:
    """campaign.json was lost: their results are shown, without levels."""
    file, out = campaign_folder_in(tmp_path)
    (out / "campaign.json").unlink()
    told = campaign_folder(file, out)
    assert {one.id for one in told.variants} == {name for name, *_ in variants()}
    path = tmp_path / "ads.csv"
    path.write_text(tiktok_export(STRONG), "utf-8")
    take_export(told, recognised_export(path)[0])
    (paid,) = results_of(told).report["channels"]
    assert paid["channel"] == "tiktok (paid)" and len(paid["variants"]) == 4


def test_rows_are_matched_again_when_posted_csv_says_more(tmp_path: Path) -> None:
    """A film's id that was written down after the import is found by the next report."""
    file, out = campaign_folder_in(tmp_path)
    posted = (out / "posted.csv").read_text("utf-8")
    (out / "posted.csv").write_text(posted.replace("vid,", ","), "utf-8")
    path = tmp_path / "studio.csv"
    path.write_text(studio_export(), "utf-8")
    assert take_export(campaign_folder(file, out), recognised_export(path)[0]).matched == 0
    assert not results_of(campaign_folder(file, out)).report["channels"]
    (out / "posted.csv").write_text(posted, "utf-8")
    report = results_of(campaign_folder(file, out)).report
    assert [len(one["variants"]) for one in report["channels"]] == [4] and not report["unmatched"]


def test_a_campaign_file_says_how_its_results_are_read(tmp_path: Path) -> None:
    """Metric, look, size and difference are said beforehand; what cannot be is told with what is allowed."""
    told = '[results]\nmetric = "cpl"\nread_on = 2026-10-20\nper_variant = 900\nleast_difference = 0.2\n'
    file, _ = campaign_folder_in(tmp_path, FILE + told + "randomised = true\n")
    plan = load_campaign(file).results
    assert plan == ResultsPlan("cpl", date(2026, 10, 20), 900, 0.2, is_randomised=True)
    wrong = told.replace("2026-10-20", "2026-10-01").replace("900", "0")
    file.write_text(FILE + wrong + 'look = "today"\n', "utf-8")
    with pytest.raises(UserError) as caught:
        load_campaign(file)
    said = str(caught.value).splitlines()
    assert [line.partition("results.")[2].partition(":")[0] for line in said] == ["read_on", "per_variant", "look"]
    assert "value 2026-10-01 lies before starts, 2026-10-05" in said[0]


def test_a_metric_that_is_none_is_told_before_anything_is_rendered(tmp_path: Path) -> None:
    """A slip in [results] comes with the campaign file's other faults."""
    file, _ = campaign_folder_in(tmp_path, FILE + '[results]\nmetric = "ctr_lnk"\n')
    (tmp_path / "film.mov").write_bytes(b"")
    with pytest.raises(UserError, match=r"autumn\.toml: results\.metric: value 'ctr_lnk' .* Did you mean .ctr_link"):
        opened_campaign(file)
    told = folder_with(tmp_path / "later", tiktok_export(STRONG), file=file.read_text("utf-8"))
    with pytest.raises(UserError, match=r"autumn\.toml: results\.metric: value 'ctr_lnk'"):
        results_of(told)


def test_what_earlier_rounds_made_is_not_made_again(tmp_path: Path) -> None:
    """The third round knows the first's and the second's combinations; another campaign's are not its own."""
    file, out = campaign_folder_in(tmp_path, FILE.replace('"autumn"', '"autumn-3"'))
    rows = json.loads((out / "campaign.json").read_text("utf-8"))["variants"]
    names = ["autumn", "autumn-2", "autumn-3", "autumn-4", "winter", "autumn", "autumn-3", "autumn-2x"]
    for row, name in zip(rows, names, strict=True):
        row["specification"]["campaign"] = name
    (out / "campaign.json").write_text(json.dumps({"campaign": "autumn-3", "variants": rows}), "utf-8")
    told = campaign_folder(file, out)
    assert {one.id for one in told.variants} == {rows[2]["id"], rows[6]["id"]}
    assert {one.id for one in told.earlier} == {rows[0]["id"], rows[1]["id"], rows[5]["id"]}
    assert len(made_on(told)) == 5 and len(told.ids) == 8


def test_a_channels_days_are_what_its_interval_counts() -> None:
    """Days that swing for all films of a channel alike: of 60 intervals of equal channels at least 52 hold 1.

    Counted by rows, six films would pass for six times as many days, and 27 hold it.
    """
    metric, rng, held = read_metrics().named("ctr_link"), np.random.default_rng(4), 0
    films = [f"film{n}" for n in range(6)]
    for _ in range(60):
        rows = []
        for channel in ("a (paid)", "b (paid)"):
            rates = daily_rates(rng, 0.02, 0.3, 14)
            for film in films:
                for day, rate in zip(days_of(14), rates, strict=True):
                    counts = {"clicks_link": float(rng.binomial(4000, rate)), "impressions": 4000.0}
                    rows.append(DayCounts(channel[0] + film, channel, counts, day, day))
        levels = {channel + film: {"hook": film} for channel in "ab" for film in films}
        (effect,) = channel_effects(metric, rows, levels, {"hook": films}).levels
        held += effect.low <= 1 <= effect.high
    assert held >= 52


def test_what_cannot_be_counted_has_no_part_in_the_effects() -> None:
    """More clicks than impressions on one channel: it is left out of the levels, and named; the other tells them."""
    metric, rows = read_metrics().named("ctr_link"), []
    for channel, clicks in (("a (paid)", 20.0), ("b (paid)", 2000.0)):
        for hook, more in (("face", 0), ("question", 5)):
            rows += [
                DayCounts(f"{channel}{hook}", channel, {"clicks_link": clicks + more, "impressions": 1000.0}, day, day)
                for day in days_of(14)
            ]
    levels = {row.variant: {"hook": row.variant.partition(")")[2]} for row in rows}
    found = effects_of(metric, rows, levels, {"hook": ["face", "question"]})
    assert found.levels[0].ratio == pytest.approx((25 / 975) / (20 / 980), rel=1e-6)
    assert any(note.startswith("b (paid) is left out: ") for note in found.notes)


def test_nothing_yet_is_no_estimate(tmp_path: Path) -> None:
    """No click at all: no estimate, no chance to be the best and no effects, which would be mere prior belief."""
    lines = [line.split(",") for line in tiktok_export({}).splitlines()]
    none = [",".join([*cells[:8], "0", *cells[9:]]) if cells[8].isdigit() else ",".join(cells) for cells in lines]
    file = FILE + '[results]\nmetric = "ctr_link"\nread_on = 2026-10-18\n'
    report = results_of(folder_with(tmp_path, "\n".join(none), file=file)).report
    (paid,) = report["channels"]
    assert paid["verdict"] == "not enough data" and report["effects"]["levels"] == []
    assert all(one["estimate"] is None and one["chance_best"] is None for one in paid["variants"])


def test_rounds_in_folders_of_their_own_know_each_other_by_their_files(tmp_path: Path) -> None:
    """The first round's folder is another one, and its file lies beside: what it says is not made again."""
    rest = FILE.replace('{ name = "question", span = [4.0, 6.0] }', '{ name = "claim", span = [4.0, 6.0] }')
    file, out = campaign_folder_in(tmp_path, rest.replace('"autumn"', '"autumn-2"'))
    rows = json.loads((out / "campaign.json").read_text("utf-8"))["variants"]
    for row in rows:
        row["specification"]["campaign"] = "autumn-2"
    (out / "campaign.json").write_text(json.dumps({"campaign": "autumn-2", "variants": rows}), "utf-8")
    for name, text in (("autumn", FILE), ("autumn-3", FILE), ("broken", "name = 3"), ("winter", FILE)):
        (tmp_path / f"{name}-1.toml").write_text(text.replace('"autumn"', f'"{name}"'), "utf-8")
    made = made_on(campaign_folder(file, out))
    assert len(made) == 8 and {levels["hook"] for _, levels in made} == {"face", "question"}
    rows = [row | {"levels": row["levels"] | {"hook": "claim"}} for row in rows]
    (out / "campaign.json").write_text(json.dumps({"campaign": "autumn-2", "variants": rows}), "utf-8")
    assert len(made_on(campaign_folder(file, out))) == 16


SECOND = (
    FILE.replace('"autumn"', '"autumn-2"')
    .replace("starts = 2026-10-05\nends = 2026-10-18", "starts = 2026-10-12\nends = 2026-10-25")
    .replace('{ name = "face", span = [0.0, 2.0] }, ', "")
    .replace('name = "question", span', 'name = "claim", span = [6.0, 8.0] }, { name = "question", span')
)


def test_what_runs_on_is_held_against_the_next_round(tmp_path: Path) -> None:
    """The winner of the first round beside the second's only variant, from the second's first day on."""
    folder_with(tmp_path, tiktok_export(STRONG, days=21))
    (tmp_path / "autumn.toml").write_text(SECOND, "utf-8")
    rows = json.loads((tmp_path / "out" / "campaign.json").read_text("utf-8"))["variants"]
    rows[0]["specification"]["campaign"] = "autumn-2"
    rows[0]["levels"]["hook"] = "claim"
    (tmp_path / "out" / "campaign.json").write_text(json.dumps({"campaign": "autumn-2", "variants": rows}), "utf-8")
    told = campaign_folder(tmp_path / "autumn.toml", tmp_path / "out")
    report = results_of(told).report
    (paid,) = report["channels"]
    assert {one["id"] for one in paid["variants"]} == {row["id"] for row in rows[:4]}
    assert {one["first"] for one in paid["variants"] if one["id"] != rows[0]["id"]} == {"2026-10-12"}
    assert paid["verdict"] != "not comparable"
    assert any(note.startswith("of earlier rounds, held against these") for note in report["notes"])
    # rows[1] shows the face, which the second file has not: it would pass for the claim
    assert any(
        rows[1]["id"] in note and "no part of the levels' effects" in note for note in report["effects"]["notes"]
    )
    assert {level["level"] for level in report["effects"]["levels"]} <= {"question", "shop"}


def test_a_first_round_has_only_its_own(tmp_path: Path) -> None:
    """A round that follows, and one without a first day, bring nobody in."""
    folder_with(tmp_path, tiktok_export(STRONG, days=21))
    rows = json.loads((tmp_path / "out" / "campaign.json").read_text("utf-8"))["variants"]
    for row, name in zip(rows, ["autumn-2", "autumn-2", "autumn", "autumn-3"], strict=False):
        row["specification"]["campaign"] = name
    (tmp_path / "out" / "campaign.json").write_text(json.dumps({"campaign": "autumn-2", "variants": rows}), "utf-8")
    for file, ids in ((SECOND, rows[:3]), (SECOND.replace("starts = 2026-10-12\n", ""), rows[:2])):
        (tmp_path / "autumn.toml").write_text(file, "utf-8")
        (paid,) = results_of(campaign_folder(tmp_path / "autumn.toml", tmp_path / "out")).report["channels"]
        assert {one["id"] for one in paid["variants"]} == {row["id"] for row in ids}


def test_the_same_levels_of_two_films_are_told_apart(tmp_path: Path) -> None:
    """With several masters each variant says which film it is of, in rows, over channels and among the effects."""
    told = folder_with(tmp_path, tiktok_export(STRONG))
    films = [replace(one, master=f"{'ab'[n % 2]}.mov") for n, one in enumerate(told.variants)]
    report = results_of(replace(told, variants=tuple(films))).report
    assert {one["levels"]["master"] for one in report["channels"][0]["variants"]} == {"a.mov", "b.mov"}
    assert "master=a.mov" in report["channels"][0]["sentence"] or "master=b.mov" in report["channels"][0]["sentence"]
    assert "master" in {*report["effects"]["aliased"], *(one["factor"] for one in report["effects"]["levels"])}

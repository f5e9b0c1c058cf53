"""Results as they are typed: exports in, a report out, the same on the screen, on the page and in the JSON."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import masters
import numpy as np
import pytest
from renders import write_placement
from results_folder import campaign_folder_in, studio_export, tiktok_export
from results_made import days_of

from variantgen.analyze import whole
from variantgen.analyze.detectors import Detectors

pytestmark = pytest.mark.e2e


@pytest.fixture
def campaign(tmp_path: Path) -> tuple[str, str]:
    """A campaign's file and folder, with two exports beside them: ads.csv and films.csv."""
    file, out = campaign_folder_in(tmp_path)
    (tmp_path / "ads.csv").write_text(tiktok_export({"question": 0.4}), "utf-8")
    (tmp_path / "films.csv").write_text(studio_export(), "utf-8")
    return str(file), str(out)


def stored_in(out: str) -> int:
    """How many rows are kept in a folder."""
    with sqlite3.connect(Path(out) / "results.sqlite") as store:
        return store.execute("SELECT count(*) FROM results").fetchone()[0]


def test_exports_are_shown_taken_and_told_of(type_in, campaign, tmp_path) -> None:
    """Both files in one call: what their columns are, what came in, and what to type next."""
    file, out = campaign
    said = type_in("results", "import", tmp_path / "ads.csv", tmp_path / "films.csv", "--campaign", file, "-o", out)
    assert said.code == 0
    assert "TikTok Ads Manager" in said.out and "Clicks (destination) -> clicks_link" in said.out
    assert f"variantgen results report --campaign {file} -o {out}" in said.out
    assert stored_in(out) == 4 * 14 + 4


def test_an_export_taken_again_adds_nothing(type_in, campaign, tmp_path) -> None:
    """The same file, and the same days in another file."""
    file, out = campaign
    words = ("results", "import", tmp_path / "ads.csv", "--campaign", file, "-o", out, "--json")
    assert json.loads(type_in(*words).out)["imports"][0]["added"] == 56
    again = json.loads(type_in(*words).out)["imports"][0]
    assert (again["added"], again["matched"], stored_in(out)) == (0, 56, 56)
    (tmp_path / "ads.csv").write_text(tiktok_export({"question": 0.4}, seed=4), "utf-8")
    newer = json.loads(type_in(*words).out)["imports"][0]
    assert (newer["added"], newer["brought_up_to_date"], stored_in(out)) == (0, 56, 56)


def test_a_bad_file_leaves_the_good_ones(type_in, campaign, tmp_path) -> None:
    """One of three cannot be read: it is named, the others are taken, and the command says not all is done."""
    file, out = campaign
    bad = tmp_path / "bad.csv"
    bad.write_text(tiktok_export({}).replace(",4000,", ",many,", 1), "utf-8")
    files = (tmp_path / "films.csv", bad, tmp_path / "ads.csv")
    said = type_in("results", "import", *files, "--campaign", file, "-o", out)
    assert said.code == 1 and "bad.csv: line 2" in said.err and '"many"' in said.err
    assert stored_in(out) == 60
    assert type_in("results", "import", bad, "--campaign", file, "-o", out).code == 2  # and nothing else


def test_a_long_list_of_other_ads_is_short_and_counts_all(type_in, campaign, tmp_path) -> None:
    """Ads of one account, most of other campaigns: each reason stands there once, and the rows are those of all."""
    file, out = campaign
    head, *_ = tiktok_export({}).split("\n")
    ads = "".join(f"C,G,brand {n},{17 * 10**16 + n},2026-10-05,EUR,1,100,1,90,,,,,\n" for n in range(300))
    (tmp_path / "others.csv").write_text(f"{head}\n{ads}C,G,x_b2000xyw,9,2026-10-05,EUR,1,100,1,90,,,,,\n", "utf-8")
    taken = type_in("results", "import", tmp_path / "others.csv", "--campaign", file, "-o", out)
    told = type_in("results", "report", "--campaign", file, "-o", out)
    for said in (taken, told):
        shown = said.out[said.out.index("Of no variant") :].splitlines()
        assert "(301 rows)" in shown[0] and len(shown) < 22
        assert sum("no id stands" in words for words in shown) == 1
        assert any("b2000xyw is no variant" in words for words in shown)


def test_a_wrong_currency_is_told_once(type_in, campaign, tmp_path) -> None:
    """Before a file is opened, and not for each of its lines."""
    file, out = campaign
    words = ("--campaign", file, "-o", out, "--currency", "EURO")
    said = type_in("results", "import", tmp_path / "ads.csv", *words)
    assert said.code == 2 and said.err.count("EURO") == 1


def test_a_store_that_somebody_writes_to_says_so(type_in, campaign, tmp_path, monkeypatch) -> None:
    """A second program has it open for writing: the sentence says what to do, and nothing is lost."""
    monkeypatch.setattr("variantgen.results.store._BUSY_SECONDS", 0)
    file, out = campaign
    words = ("results", "import", tmp_path / "ads.csv", "--campaign", file, "-o", out)
    type_in(*words)
    with sqlite3.connect(Path(out) / "results.sqlite", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        said = type_in(*words)
        other.execute("ROLLBACK")
    assert said.code == 2 and "another program is writing to it" in said.err
    assert stored_in(out) == 56


def test_a_dry_run_takes_nothing(type_in, campaign, tmp_path) -> None:
    """What a file is taken for is shown, and the folder stays as it was."""
    file, out = campaign
    said = type_in("results", "import", tmp_path / "ads.csv", "--campaign", file, "-o", out, "--dry-run")
    assert said.code == 0 and "By Day -> day" in said.out
    assert not (Path(out) / "results.sqlite").exists()


def test_any_other_export_is_taken_by_a_mapping(type_in, campaign, tmp_path) -> None:
    """Columns of a channel that has no profile, with a share that becomes a count, and days by hand."""
    file, out = campaign
    (tmp_path / "map.toml").write_text(
        'channel = "reddit"\npromotion = "paid"\n[columns]\n"Ad" = "ad_name"\n"Shown" = "impressions"\n'
        '"Quarter" = "p25 percent impressions"\n', "utf-8",
    )  # fmt: skip
    (tmp_path / "odd.csv").write_text("Ad,Shown,Quarter\nautumn_b2000xyz,1000,40.00 %\nother,5,1 %\n", "utf-8")
    words = ("--mapping", tmp_path / "map.toml", "--period", "2026-10-05..2026-10-18", "--json")
    said = type_in("results", "import", tmp_path / "odd.csv", "--campaign", file, "-o", out, *words)
    (done,) = json.loads(said.out)["imports"]
    assert (done["matched"], done["unmatched"][0][0]) == (1, "other")
    with sqlite3.connect(Path(out) / "results.sqlite") as store:
        kept = store.execute("SELECT impressions, p25, first, last FROM results WHERE variant <> ''").fetchall()
    assert kept == [(1000, 400, "2026-10-05", "2026-10-18")]


def test_the_report_is_one_on_screen_page_and_json(type_in, campaign, tmp_path) -> None:
    """The verdicts, and every variant, stand in all three."""
    file, out = campaign
    type_in("results", "import", tmp_path / "ads.csv", tmp_path / "films.csv", "--campaign", file, "-o", out)
    said = type_in("results", "report", "--campaign", file, "-o", out)
    told = json.loads((Path(out) / "report.json").read_text("utf-8"))
    page = (Path(out) / "report.html").read_text("utf-8")
    assert said.code == 0
    for channel in told["channels"]:
        assert channel["channel"] in said.out and channel["verdict"].upper() in said.out
        for variant in channel["variants"]:
            assert variant["id"] in said.out and variant["name"] in page
    asked = json.loads(type_in("results", "report", "--campaign", file, "-o", out, "--json").out)
    assert asked | {"made_at": ""} == told | {"made_at": ""}


def test_a_report_without_results_says_what_to_do(type_in, campaign) -> None:
    """Nothing imported yet: the command for it; no folder: its option."""
    file, out = campaign
    said = type_in("results", "report", "--campaign", file, "-o", out)
    assert said.code == 2 and f"variantgen results import EXPORT --campaign {file} -o {out}" in said.err
    assert "with -o" in type_in("results", "report", "--campaign", file, "-o", f"{out}x").err


def test_metrics_are_listed_with_what_they_are(type_in) -> None:
    """All of them with what objectives are judged by; one with its definition; a slip with the nearest."""
    said = type_in("results", "metrics")
    assert (
        "hook_rate_2s" in said.out and "conversion is judged by the first that is counted: cpa, cvr_click" in said.out
    )
    (one,) = json.loads(type_in("results", "metrics", "cpl", "--json").out)["metrics"]
    assert (one["numerator"], one["denominator"], "tiktok-ads" in one["exports"]) == (["spend"], ["leads"], True)
    assert "impressions that became a view of 2 seconds" in type_in("results", "metrics", "hook_rate_2s").out
    assert 'Did you mean "cpl"?' in type_in("results", "metrics", "cppl").err


def test_sizes_are_those_of_the_textbook(type_in) -> None:
    """+20 % on 2 % takes 21 066 of each within 1 %, whole weeks where a day's trials are known, and turned around."""
    told = json.loads(type_in("results", "plan-size", "--base", "2%", "--effect", "20%", "--json").out)
    assert told["sizes"][0]["per_variant"] == pytest.approx(21_066, rel=0.01)
    words = ("results", "plan-size", "--base", "0.02", "--effect", "0.2", "--per-day", "2000", "--json")
    assert json.loads(type_in(*words).out)["sizes"][0]["days"] == 14
    told = json.loads(type_in("results", "plan-size", "--base", "2%", "--have", "21067", "--json").out)
    assert told["shows"] == pytest.approx(0.2, abs=0.001)
    more = json.loads(
        type_in("results", "plan-size", "--base", "2%", "--effect", "20%", "--variants", "4", "--json").out
    )
    assert more["sizes"][0]["per_variant"] > 21_067
    said = type_in("results", "plan-size", "--base", "25%")
    assert said.code == 0 and "+10%" in said.out and "per_variant" in said.out
    assert "is not allowed" in type_in("results", "plan-size", "--base", "2", "--effect", "20%").err


ROUND = """\
schema_version = 1
name = "round"
objective = "acquisition"    # what we want
masters = ["film.mov"]
channels = [{ preset = "tall.toml", as = "paid" }]
starts = 2026-10-05
ends = 2026-10-18

[[factor]]
name = "hook"
levels = [{ name = "face", span = [0.0, 2.0] }, { name = "question", span = [4.0, 6.0] }]

[[factor]]
name = "cta"
levels = [{ name = "film", span = [8.0, 9.0] }, { name = "shop", card = "end", text = "Shop now" }]
"""


def test_from_a_campaign_to_the_next_and_its_render(type_in, store, shelf, tmp_path, monkeypatch) -> None:
    """Rendered, posted, counted: the hook that loses is let go, and everything the next file names is made and new."""
    monkeypatch.setattr(whole, "load_detectors", lambda: Detectors(None, None))
    film = masters.stamped(shelf, 150, masters.Fraction(15), sound=masters.speech_like(10), name="campaign")
    (tmp_path / "film.mov").write_bytes(film.read_bytes())
    values = {"canvas.width": 90, "canvas.height": 160, "canvas.fit": "pad", "channel": "tiktok"}
    write_placement(tmp_path, "tall", **values, **{"audio.codec": "aac"})
    (tmp_path / "round.toml").write_text(ROUND, "utf-8")
    out, kept = tmp_path / "out", ("--store", str(store), "--draft", "--json")
    assert type_in("campaign", "render", tmp_path / "round.toml", "-o", out, *kept).code == 0
    first = json.loads((out / "campaign.json").read_text("utf-8"))["variants"]
    assert len(first) == 4 and all(row["seconds"] > 0 for row in first)
    (tmp_path / "ads.csv").write_text(_ads(first), "utf-8")
    words = ("--campaign", tmp_path / "round.toml", "-o", out)
    assert type_in("results", "import", tmp_path / "ads.csv", *words).code == 0
    report = json.loads(type_in("results", "report", *words, "--json").out)
    assert report["channels"][0]["verdict"] == "winner"
    assert report["channels"][0]["variants"][0]["levels"] == {"hook": "question", "cta": "shop"}
    said = type_in("results", "next", *words, "--store", str(store), "--json")
    told = json.loads(said.out)
    assert told["kept"]["hook"] == ["question"] and told["dropped"]["hook"] == ["face"]
    following = Path(told["file"])
    assert following == tmp_path / "round.next.toml" and "# what we want" in following.read_text("utf-8")
    assert type_in("results", "next", *words, "--store", str(store)).code == 2, "a file that is there is not replaced"
    assert type_in("campaign", "render", following, "-o", out, *kept).code == 0
    rows = json.loads((out / "campaign.json").read_text("utf-8"))["variants"]
    new = [row for row in rows if row["specification"]["campaign"] == "round-2"]
    assert len(new) == len(told["variants"]) > 0
    assert not {row["id"] for row in new} & {row["id"] for row in first}
    assert not [row for row in new if row["levels"] in [other["levels"] for other in first]]
    assert json.loads(type_in("results", "report", *words, "--json").out)["channels"] == report["channels"]


def _ads(rows: list[dict]) -> str:
    """TikTok's export of two weeks: the question is clicked on twice as often, the shop card half as often again."""
    rng = np.random.default_rng(5)
    lines = ["Ad name,Ad ID,By Day,Currency,Cost,Impressions,Clicks (destination)"]
    for n, row in enumerate(rows):
        rate = 0.02 * (2 if row["levels"]["hook"] == "question" else 1) * (1.5 if row["levels"]["cta"] == "shop" else 1)
        name = Path(row["file"]).stem
        lines += [f"{name},{17800000 + n},{day},EUR,30,5000,{rng.binomial(5000, rate)}" for day in days_of(14)]
    return "\n".join(lines) + "\n"

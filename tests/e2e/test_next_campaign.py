"""From a campaign over its results to the next campaign and its render: new variants, none of them seen before."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import masters
import numpy as np
import pytest
from renders import write_placement
from results_made import days_of

from variantgen.analyze import whole
from variantgen.analyze.detectors import Detectors
from variantgen.campaign import Cell, load_campaign, matrix_of
from variantgen.next_campaign import next_campaign, write_next
from variantgen.results.comparing import comparisons, effects_of
from variantgen.results.counts import DayCounts
from variantgen.results.metrics import read_metrics
from variantgen.results.verdicts import Look

pytestmark = pytest.mark.e2e

TEXT = """\
name = "spring"
objective = "acquisition"
masters = ["film.mov"]
url = "https://example.com/offer"
starts = 2026-10-05
ends = 2026-10-18
channels = [{ preset = "tall.toml", as = "paid" }, { preset = "wide.toml", as = "paid" }]
sequence = ["hook", "body", "cta"]

[[factor]]
name = "hook"    # what stops the thumb
levels = [
  { name = "face", span = [0.0, 2.0] },
  { name = "question", card = "hook", text = "Still cutting?" },    # Ann's words
]

[[factor]]
name = "body"
levels = [{ name = "full", span = [2.0, 4.8] }, { name = "short", span = [6.0, 8.0] }]

[[factor]]
name = "cta"
levels = [{ name = "shop", card = "end", text = "Shop now" }, { name = "film", span = [8.0, 9.0] }]
"""
TRUTHS = {("hook", "face"): 0.5}
"""Log odds of a click beside the factor's other level."""


@pytest.fixture(autouse=True)
def _nobody_in_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbered frames show nobody, and asking the detectors takes longest."""
    monkeypatch.setattr(whole, "load_detectors", lambda: Detectors(None, None))


def campaign_in(folder: Path, shelf: Path) -> Path:
    """A campaign file with a film that falls silent now and then, and two placements."""
    folder.mkdir()
    sound = masters.speech_like(10, pauses=[(2.3, 3.0), (4.7, 5.3), (8.3, 8.9)])
    film = masters.stamped(shelf, 150, masters.Fraction(15), sound=sound, name="next campaign")
    (folder / "film.mov").write_bytes(film.read_bytes())
    for name, size in (("tall", (90, 160)), ("wide", (160, 90))):
        values = {"canvas.width": size[0], "canvas.height": size[1], "canvas.fit": "pad", "channel": "tiktok"}
        write_placement(folder, name, **values, **{"audio.codec": "aac"})
    file = folder / "spring.toml"
    file.write_text(TEXT, "utf-8")
    return file


def counted(rows: list[dict]) -> list[DayCounts]:
    """Two weeks of every variant that was made."""
    rng = np.random.default_rng(11)
    found = []
    for row in rows:
        rate = 1 / (1 + np.exp(3.5 - sum(TRUTHS.get(pair, 0.0) for pair in row["levels"].items())))
        for day in days_of(14):
            counts = {"impressions": 3000.0, "clicks_link": float(rng.binomial(3000, rate))}
            found.append(DayCounts(row["id"], f"{row['preset']} ({row['as']})", counts, day, day))
    return found


def test_a_campaign_its_results_and_the_next_one_are_made(shelf, store, type_in, tmp_path) -> None:
    """The worse hook is gone, a new one is drafted from the film, and every variant of the next round is a new one."""
    file, out = campaign_in(tmp_path / "in", shelf), tmp_path / "out"
    words = ("-o", out, "--store", store, "--draft", "--json")
    first = type_in("campaign", "render", file, *words)
    assert first.code == 0, first.err
    old, rows = load_campaign(file), json.loads((out / "campaign.json").read_bytes())["variants"]
    assert len(rows) == 16
    counts, metric = counted(rows), read_metrics().named("ctr_link")
    look = Look(read_on=date(2026, 10, 19), planned_on=date(2026, 10, 18))
    told = {one.channel: one for one in comparisons(metric, counts, look=look)}
    factors = {factor.name: [level.name for level in factor.levels] for factor in old.factors}
    effects = effects_of(metric, counts, {row["id"]: row["levels"] for row in rows}, factors)
    channels = {(channel.preset, channel.as_): channel for channel in old.channels}
    made = [(channels[row["preset"], row["as"]], row["levels"]) for row in rows]
    found = next_campaign(
        file, out, comparisons=told, effects=effects, is_more_better=True, made=made, count=None, store=store,
        ffmpeg=None, notify=lambda event: None,
    )  # fmt: skip
    assert found.dropped == {"hook": ("question",)} and found.drafted and not found.is_empty
    target = write_next(found)
    text = target.read_text("utf-8")
    assert "# what stops the thumb" in text and "Ann's words" not in text and "face beats question by" in text
    new = load_campaign(target)
    assert (new.name, new.starts, new.ends) == ("spring-2", date(2026, 10, 19), date(2026, 11, 1))
    second = type_in("campaign", "render", target, *words)
    assert second.code == 0, second.err
    _judge(json.loads(second.out.splitlines()[-1]), rows, found, matrix_of(new).cells)


def _judge(report: dict, rows: list[dict], found, cells: tuple[Cell, ...]) -> None:
    variants = report["variants"]
    assert len(variants) == len(cells) >= 4 and {one["status"] for one in variants} == {"made"}
    assert not {one["id"] for one in variants} & {row["id"] for row in rows}
    drafted = {(draft.factor, draft.name) for draft in found.drafted}
    assert all(drafted & set(cell.levels) for cell in cells)

"""Nothing is encoded twice: second runs, changed captions, added placements, shortened lengths."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import masters
import numpy as np
import pytest
from renders import SOUND, Studio

from variantgen.analyze import whole
from variantgen.media import ffmpeg as tool

pytestmark = pytest.mark.e2e

WORDS = {"captions__mode": "burn", "captions__font_size_px": 14, "captions__look__outline": 0.07}
LINES = (("00:00:01,000", "00:00:02,000"), ("00:00:06,000", "00:00:07,000"), ("00:00:14,000", "00:00:15,000"))


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """A studio with the FFmpeg that is installed with variantgen."""
    return Studio(tmp_path, tool.find_ffmpeg(None).path)


@pytest.fixture(scope="session")
def talk(shelf: Path) -> Path:
    """Sixteen seconds of one shot with a voice: four parts of four seconds."""
    frames = (np.roll(masters.slope(160, 90)[..., 0], n, axis=1).tobytes() for n in range(400))
    sound = masters.speech_like(16)
    return masters.encode(shelf / "talk.mov", frames, (160, 90), masters.Fraction(25), sound=sound)


@pytest.fixture
def no_ffmpeg(monkeypatch: pytest.MonkeyPatch):
    """After `no_ffmpeg()` starting any process and measuring any master is a fault."""

    def refuse(*args: object, **values: object) -> None:
        raise AssertionError(f"a process was started, or a master measured: {args}")

    def forbid() -> None:
        monkeypatch.setattr(subprocess, "Popen", refuse)
        monkeypatch.setattr(subprocess, "run", refuse)
        monkeypatch.setattr(tool.subprocess, "Popen", refuse)
        monkeypatch.setattr(whole, "analyse", refuse)

    return forbid


def captions_file(studio: Studio, *texts: str) -> Path:
    """Three captions: in the first seconds, in the second part of the film, and near its end."""
    path = studio.folder / "words.srt"
    rows = (f"{n}\n{a} --> {b}\n{text}\n\n" for n, ((a, b), text) in enumerate(zip(LINES, texts, strict=True)))
    path.write_text("".join(rows), "utf-8")
    return path


def encoded(made) -> int:
    """Parts that were encoded, by the report."""
    assert made.report.is_complete, [result.error for result in made.report.results]
    assert made.report.parts["encoded"] + made.report.parts["reused"] >= made.report.parts["unique"]
    return made.report.parts["encoded"]


def test_a_second_run_starts_no_process_at_all(talk, studio, no_ffmpeg):
    """The same command again: every variant unchanged, 0 parts encoded, no FFmpeg started, files untouched."""
    placements = (studio.placement("wide", **SOUND), studio.placement("tall", canvas__width=50, **SOUND))
    first = studio.render(talk, *placements)
    times = {path.name: path.stat().st_mtime_ns for path in first.out.glob("*.mp4")}
    no_ffmpeg()
    second = studio.render(talk, *placements)
    assert encoded(second) == 0
    assert {result.status for result in second.report.results} == {"unchanged"}
    assert {path.name: path.stat().st_mtime_ns for path in second.out.glob("*.mp4")} == times
    checks = [[check.name for check in result.checks] for result in second.report.results]
    assert checks == [[check.name for check in result.checks] for result in first.report.results]


def test_a_lost_output_folder_costs_no_encode(talk, studio, no_ffmpeg):
    """With the store still there, the files are joined and measured again without starting FFmpeg."""
    placement = studio.placement(**SOUND)
    first = studio.render(talk, placement).file.read_bytes()
    no_ffmpeg()
    again = studio.render(talk, placement, out="elsewhere")
    assert encoded(again) == 0 and again.file.read_bytes() == first


def test_a_touched_file_is_made_again(talk, studio):
    """A variant that somebody wrote over is joined again from its parts."""
    made = studio.render(talk, studio.placement())
    whole = made.file.read_bytes()
    made.file.write_bytes(b"edited")
    again = studio.render(talk, studio.placement())
    assert again.result.status == "made" and encoded(again) == 0 and again.file.read_bytes() == whole


@pytest.mark.parametrize("changed", [0, 1, 2])
def test_one_changed_caption_encodes_only_the_parts_that_show_it(talk, studio, changed):
    """Another text in one of three captions encodes one part for each canvas, not the film."""
    placements = (studio.placement("a", **WORDS), studio.placement("b", canvas__width=90, **WORDS))
    texts = ["One", "Two", "Three"]
    first = studio.render(talk, *placements, captions=captions_file(studio, *texts))
    assert encoded(first) >= 8
    texts[changed] = "Four"
    assert encoded(studio.render(talk, *placements, captions=captions_file(studio, *texts))) == 2


def test_a_placement_that_shares_its_pixels_encodes_nothing(talk, studio):
    """Another channel with the same picture: 0 parts, and another loudness costs only sound."""
    first = studio.placement("one", **SOUND)
    other = studio.placement("other", **SOUND, audio__loudness_lufs=-20, file__max_megabytes=50)
    assert encoded(studio.render(talk, first)) > 0
    both = studio.render(talk, first, other)
    assert encoded(both) == 0
    assert {result.preset: result.status for result in both.report.results} == {"one": "unchanged", "other": "made"}


def test_built_in_placements_of_one_family_share_everything(talk, studio):
    """TikTok, Reels and Shorts of one master are one encode."""
    names = ("tiktok", "instagram-reels", "youtube-shorts")
    made = studio.render(talk, *names, is_draft=True, settings=(("length.max_seconds", "8"),))
    parts = made.report.parts
    assert parts["planned"] == 3 * parts["unique"] and encoded(made) == parts["unique"]


def test_a_shorter_cut_shares_all_but_its_end(talk, studio):
    """Of a film and its first seconds only the part at the cut is encoded twice."""
    whole, short = studio.placement("whole"), studio.placement("short", length__max_seconds=11)
    alone = encoded(studio.render(talk, whole))
    both = Studio(studio.folder / "both", studio.ffmpeg)
    (studio.folder / "both").mkdir()
    assert encoded(both.render(talk, whole, short)) <= alone + 1


def test_a_changed_end_card_encodes_the_card(talk, studio):
    """Another call to action at the end is one part."""
    studio.render(talk, studio.placement(), end_card="Shop now")
    assert encoded(studio.render(talk, studio.placement(), end_card="Learn more")) == 1


def test_a_renamed_master_is_the_same_master(talk, studio, no_ffmpeg, tmp_path):
    """Content counts, not the name: a copy under another name encodes nothing."""
    studio.render(talk, studio.placement())
    copy = tmp_path / "copy of talk.mov"
    os.link(talk, copy)
    no_ffmpeg()
    assert encoded(studio.render(copy, studio.placement())) == 0


def test_force_makes_everything_again(talk, studio):
    """`--force` encodes what is there, too, and comes to the same bytes."""
    made = studio.render(talk, studio.placement())
    count, before = encoded(made), made.file.read_bytes()
    again = studio.render(talk, studio.placement(), is_forced=True)
    assert encoded(again) == count and again.file.read_bytes() == before


def test_the_number_of_jobs_changes_nothing(talk, studio):
    """One encode at a time or four: the same bytes."""
    one = studio.render(talk, studio.placement(**SOUND), jobs=1).file.read_bytes()
    four = Studio(studio.folder / "four", studio.ffmpeg)
    (studio.folder / "four").mkdir()
    assert four.render(talk, studio.placement(**SOUND), jobs=4).file.read_bytes() == one

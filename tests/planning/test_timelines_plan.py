"""Planned variants as timelines: an editor finds the planned frames, the cards and the framing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from made import NTSC, master, plan_of, preset

from variantgen.model import Card, Piece, Variant
from variantgen.timelines import KINDS, MediaFacts, read_timeline, write_timeline
from variantgen.timelines.from_plan import edit_of

SUFFIXES = {"otio": ".otio", "edl": ".edl", "fcpxml": ".fcpxml", "fcp7": ".xml"}


def cut(rate: Fraction = NTSC) -> Variant:
    """A variant of three spans of its master, out of order, and an end card."""
    variant = plan_of(preset(captions=None), film=master(frame_rate=rate, frames=6000)).variants[0]
    key = (0, 656.0, 0.0, 608, 1080)
    pieces = (
        Piece("master", 1799, 1850, crop=(key,), why="the hook"),
        Piece("master", 10, 400, crop=(key, (399, 700.5, 0.0, 608, 1080))),
        Piece("master", 3000, 3001, fit="blur"),
        Piece("card", 0, 60, card=Card("end", "Shop\nnow")),
    )
    return replace(variant, pieces=pieces, frames=502, frame_rate=rate)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rate", [NTSC, Fraction(25), Fraction(24000, 1001)])
def test_a_plan_comes_back_from_every_form(tmp_path: Path, kind: str, rate: Fraction) -> None:
    """Plan, timeline, plan: the same master frames in the same order, from a master with a timecode of its own."""
    if kind == "otio":
        pytest.importorskip("opentimelineio")
    film = master(frame_rate=rate, frames=6000, path=tmp_path / "film.mp4")
    film.path.touch()
    variant = cut(rate)
    write_timeline(edit_of(variant, film, first_frame=90_000), kind, tmp_path / f"out{SUFFIXES[kind]}")
    back = read_timeline(tmp_path / f"out{SUFFIXES[kind]}", facts_of=lambda _: MediaFacts(rate, 6000, 90_000))
    wanted = [
        (film.path, p.start_frame, p.end_frame) if p.source == "master" else (None, 0, 60) for p in variant.pieces
    ]
    assert list(back.spans) == (wanted if kind != "fcp7" else wanted[:-1])  # which has no gap at its end
    assert back.rate == rate


def test_a_variant_at_half_the_masters_rate_keeps_its_times(tmp_path: Path) -> None:
    """At 30 frames a second out of 60, every form leads back to the variant's own frames."""
    pytest.importorskip("opentimelineio")
    film = master(frame_rate=Fraction(60), frames=12_000, path=tmp_path / "film.mp4")
    film.path.touch()
    edit = edit_of(cut(Fraction(30)), film)
    for kind, suffix in SUFFIXES.items():
        write_timeline(edit, kind, tmp_path / f"out{suffix}")
        back = read_timeline(tmp_path / f"out{suffix}", facts_of=lambda _: MediaFacts(Fraction(60), 12_000))
        assert back.spans[:3] == edit.spans[:3], kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_faster_variant_is_retimed(tmp_path: Path, kind: str) -> None:
    """Every clip plays at the variant's speed for as long as planned, from where its piece begins in the master."""
    if kind == "otio":
        pytest.importorskip("opentimelineio")
    film = master(frame_rate=NTSC, frames=6000, path=tmp_path / "film.mp4")
    film.path.touch()
    faster = replace(cut(), speed=Fraction(21, 20))
    edit = edit_of(faster, film, first_frame=90_000)
    assert [clip.frames for clip in edit.clips] == [piece.frames for piece in faster.pieces]
    assert [clip.start_frame for clip in edit.clips[:3]] == [round(p.start_frame * 1.05) for p in faster.pieces[:3]]
    write_timeline(edit, kind, tmp_path / f"out{SUFFIXES[kind]}")
    back = read_timeline(tmp_path / f"out{SUFFIXES[kind]}", facts_of=lambda _: MediaFacts(NTSC, 6000, 90_000))
    for clip, wanted in zip(back.clips, edit.clips[:3], strict=False):
        assert (clip.speed, clip.frames) == (Fraction(21, 20), wanted.frames)
        assert abs(clip.start_frame - wanted.start_frame) <= (kind == "fcp7")


def test_framing_and_cards_are_told_in_words() -> None:
    """A still window, a moving one, a whole picture and a card each say what an editor has to do."""
    edit = edit_of(cut(), master(frame_rate=NTSC, frames=6000))
    assert [clip.note for clip in edit.clips] == [
        "crop w=608 h=1080 x=656 y=0; the hook",
        "crop w=608 h=1080 x=656 y=0 at frame 0, x=700.5 y=0 at frame 399",
        "whole picture, blur",
        "",
    ]
    assert [(m.start_frame, m.frames, m.name) for m in edit.markers] == [(442, 60, "end card: Shop now")]
    assert (edit.clips[-1].name, edit.is_drop_frame, edit.width, edit.height) == (
        "end card: Shop now",
        True,
        1080,
        1920,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_notes_travel_in_every_form(tmp_path: Path, kind: str) -> None:
    """How a piece is framed can be read in the exported file, and comes back with it."""
    if kind == "otio":
        pytest.importorskip("opentimelineio")
    film = master(frame_rate=NTSC, frames=6000, path=tmp_path / "film.mp4")
    film.path.touch()
    write_timeline(edit_of(cut(), film), kind, tmp_path / f"out{SUFFIXES[kind]}")
    back = read_timeline(tmp_path / f"out{SUFFIXES[kind]}", facts_of=lambda _: None)
    assert back.clips[0].note == "crop w=608 h=1080 x=656 y=0; the hook"

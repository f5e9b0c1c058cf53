"""Plan, timeline, plan: an exported cut that comes back as a master shows the very frames that were planned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made import master, plan_of, preset

import variantgen.timeline_masters as timeline_masters
from variantgen.conforming import Conformed
from variantgen.events import Event, Note
from variantgen.model import Card, Master, Piece, Variant
from variantgen.plan.cutdowns import LengthWish
from variantgen.plan.length import choose_rate
from variantgen.timelines import KINDS, MediaFacts, TimelineEdit, read_timeline, write_timeline
from variantgen.timelines.conforming import conform_of
from variantgen.timelines.from_plan import edit_of

SUFFIXES = {"otio": ".otio", "edl": ".edl", "fcpxml": ".fcpxml", "fcp7": ".xml"}
# master's rate, the placement's rule for its own, the master's timecode at its first frame
CASES: dict[str, tuple[Fraction, dict[str, float], int]] = {
    "29.97 drop-frame": (Fraction(30000, 1001), {}, 107_892),
    "23.976": (Fraction(24000, 1001), {}, 86_400),
    "25 from midnight": (Fraction(25), {}, 0),
    "60 as 30": (Fraction(60), {"max_frame_rate": 30}, 216_000),
    "60 as 30 from an odd frame": (Fraction(60), {"max_frame_rate": 30}, 216_001),
    "59.94 as 29.97 drop-frame": (Fraction(60000, 1001), {"max_frame_rate": 30}, 215_785),
    "25 as 50": (Fraction(25), {"min_frame_rate": 50}, 90_000),
    "25 as 24": (Fraction(25), {"max_frame_rate": 24}, 90_001),
    "24 late on the clock": (Fraction(24), {}, 23 * 3600 * 24),
}
SECONDS = 600


def shown(variant: Variant) -> list[int]:
    """The master's frames, at the variant's rate, in the order in which they are seen."""
    spans = ((piece.start_frame, piece.end_frame) for piece in variant.pieces if piece.source == "master")
    return [frame for start, end in spans for frame in range(start, end)]


def planned(film: Master, video: dict[str, Any], spans: list[tuple[float, float]], fit: str = "pad") -> Variant:
    """The plan of a cut, in the master's seconds; whole pictures are planned faster than windows."""
    one = preset(captions=None, canvas={"fit": fit}, video=video, length={"max_seconds": SECONDS})
    plan = plan_of(one, film=film, length=LengthWish(shown=tuple(spans)))
    assert not plan.refusals, plan.refusals
    return plan.variants[0]


def never(edit: TimelineEdit, name: str) -> NoReturn:
    """What makes a film of a timeline, where none is needed."""
    raise AssertionError(f"{name} is a cut of one film")


def returned(
    path: Path, film: Master, first_frame: int, told: list[Event], conform: Callable[..., Any] = never
) -> list[tuple[float, float]]:
    """What the exported file cuts, opened as a master."""
    facts = MediaFacts(film.frame_rate, film.frames, first_frame, film.width, film.height)
    opening = pytest.MonkeyPatch()
    with opening.context() as patch:
        patch.setattr(
            timeline_masters,
            "read_timeline",
            lambda path, search: read_timeline(path, search=search, facts_of=lambda _: facts),
        )
        opened = timeline_masters.opened_master(path, (), told.append, conform)
    assert opened.path == film.path
    return list(opened.spans)


def film_of(folder: Path, rate: Fraction) -> Master:
    """Ten minutes of a film that lies in a folder."""
    film = master(frame_rate=rate, frames=int(SECONDS * rate), path=folder / "film.mp4")
    film.path.touch()
    return film


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_export_comes_back_frame_by_frame(kind: str, case: str, tmp_path: Path, data: st.DataObject) -> None:
    """Up to fifty cuts, some of one frame and some that repeat or go back, at every rate and timecode."""
    if kind == "otio":
        pytest.importorskip("opentimelineio")
    rate, video, first_frame = CASES[case]
    film = film_of(tmp_path, rate)
    own_rate = choose_rate(rate, preset(video=video).video)
    last = int(SECONDS * own_rate) - 1
    starts = data.draw(st.lists(st.integers(0, last), min_size=1, max_size=50))
    spans = [(start, min(last + 1, start + data.draw(st.integers(1, 200)))) for start in starts]
    first = planned(film, video, [(float(start / own_rate), float(end / own_rate)) for start, end in spans])
    if own_rate == rate:
        assert shown(first) == [frame for start, end in spans for frame in range(start, end)]

    path = tmp_path / f"cut{SUFFIXES[kind]}"
    write_timeline(edit_of(first, film, first_frame=first_frame), kind, path)
    back = returned(path, film, first_frame, [])
    edges = [(start * float(own_rate), end * float(own_rate)) for start, end in back]
    assert edges == [pytest.approx((piece.start_frame, piece.end_frame), abs=1e-3) for piece in first.pieces]
    if max(rate / own_rate, own_rate / rate).denominator != 1:
        return  # which of the master's frames a cut between two of them means is for the plan to say, not for the file
    again = planned(film, video, back)
    assert (shown(again), again.frames, again.frame_rate) == (shown(first), first.frames, first.frame_rate)


@pytest.mark.parametrize("kind", KINDS)
def test_fifty_cuts_come_back(kind: str, tmp_path: Path) -> None:
    """Fifty cuts of 29.97 over ten minutes, across the drop-frame clock's minutes."""
    if kind == "otio":
        pytest.importorskip("opentimelineio")
    rate, video, first_frame = CASES["29.97 drop-frame"]
    film = film_of(tmp_path, rate)
    spans = [(number * 359 % 17_900, number * 359 % 17_900 + 1 + number * 7 % 90) for number in range(50)]
    first = planned(film, video, [(float(start / rate), float(end / rate)) for start, end in spans], "crop")
    path = tmp_path / f"cut{SUFFIXES[kind]}"
    write_timeline(edit_of(first, film, first_frame=first_frame), kind, path)
    assert shown(planned(film, video, returned(path, film, first_frame, []), "crop")) == shown(first)
    assert len(first.pieces) == 50


@pytest.mark.parametrize("kind", KINDS)
def test_cards_become_black_and_framing_is_told(kind: str, tmp_path: Path) -> None:
    """A cut with a card is made into one film of the master's own shape, with the card's time black."""
    if kind == "otio":
        pytest.importorskip("opentimelineio")
    film = film_of(tmp_path, Fraction(25))
    base = planned(film, {}, [(0.0, 2.0), (10.0, 12.0)], "crop")
    title = Piece("card", 0, 50, card=Card("title", "Hello"))
    variant = replace(base, pieces=(title, *base.pieces), frames=base.frames + 50)
    write_timeline(edit_of(variant, film), kind, tmp_path / f"cut{SUFFIXES[kind]}")
    told: list[Event] = []
    asked: list[TimelineEdit] = []

    def conform(edit: TimelineEdit, _: str) -> Conformed:
        asked.append(edit)
        return Conformed(film.path, "key")

    assert returned(tmp_path / f"cut{SUFFIXES[kind]}", film, 0, told, conform) == []
    made = conform_of(asked[0], {film.path: film})
    assert (made.picture.width, made.picture.height) == (film.width, film.height)
    assert [(clip.source, clip.frames) for clip in made.clips] == [(None, 50), (film, 50), (film, 50)]
    framing = ["its framing is left out: every placement frames the film for itself"] if kind != "edl" else []
    assert [event.text.partition(": ")[2] for event in told if isinstance(event, Note)] == framing

"""Cuts inside a shot, hidden by a larger picture: where it is shown, what it never cuts, what is said of it."""

from __future__ import annotations

from itertools import pairwise

import made
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import analysis, master, preset
from subjects_made import across, subject

from variantgen.model import Analysis, FramingMark, Subject, Variant
from variantgen.plan.contract import plan_json
from variantgen.plan.crop_keys import window_at
from variantgen.plan.cutdowns import LengthWish
from variantgen.plan.framing import Framer, Room, Stretch
from variantgen.plan.shorten import KeptSpan, LengthMark, Material
from variantgen.plan.shorten.punch import punched_in
from variantgen.presets import load_preset
from variantgen.presets.schema import Preset

FILM = master()  # 20 s of 1920x1080 at 30 frames a second
END, RATE = FILM.frames, FILM.frame_rate
TALL, WIDE = Room(1080, 1920), Room(1920, 1080)
SHAPES = {"tall": (1080, 1920), "portrait": (1080, 1350), "square": (1080, 1080), "wide": (1920, 1080)}
SOME = settings(max_examples=25, deadline=None)
# two jump cuts: what is between the marks goes
DROPPED = (LengthMark("drop", 5.0, 7.0), LengthMark("drop", 12.0, 13.5))


def placement(width: int = 1080, height: int = 1920, **tables) -> Preset:
    """A placement of any length and no captions."""
    return preset(canvas={"width": width, "height": height}, captions=None, **tables)


def cut(asked: Preset | None = None, *subjects: Subject, starts: tuple[int, ...] = (0,), **wishes) -> Variant:
    """A cut-down of 16 s, and at most a frame less, with jump cuts."""
    film = wishes.pop("film", FILM)
    measured = wishes.pop("measured", None) or analysis(film, shot_starts=starts, subjects=subjects)
    length = LengthWish((16.0,), marks=DROPPED)
    return made.variant_of(asked or placement(), film=film, measured=measured, length=length, **wishes)


def face(left: float, top: float = 300, *, size: tuple[float, float] = (150, 190), **changes) -> Subject:
    """A face that stays at a place through the film."""
    return subject(1, "face", (0, END), (left, top), **{"size": size, **changes})


def punches(variant: Variant) -> list[bool]:
    """Which pieces play larger."""
    return [any(shot.punch_in > 1 for shot in piece.framing) for piece in variant.pieces]


def near(*subjects: Subject, room: Room = TALL, span: tuple[int, int] = (0, END), film=FILM, **wishes) -> Stretch:
    """All of a film of one shot, asked to be closer; the span that is shown is all of it too unless it is given."""
    framer = Framer(film, Analysis(film.frames, (0,), subjects=subjects), **wishes)
    (run,) = framer.stretches(*span, film.frame_rate, room, [span])
    return run


def is_closer(run: Stretch) -> bool:
    """Whether a stretch is played larger."""
    return run.framing[0].punch_in > 1


def holds(run: Stretch, one: Subject, frame: int) -> bool:
    """Whether a subject that does not move is in the window."""
    x, y, w, h = window_at(run.crop, frame)
    box = one.boxes[0]
    return x <= box.x and y <= box.y and box.x + box.w <= x + w and box.y + box.h <= y + h


# ---------------------------------------------------------------- which spans


def kept(*spans: tuple[int, int]) -> tuple[KeptSpan, ...]:
    """Spans without reasons."""
    return tuple(KeptSpan(start, end, "") for start, end in spans)


def material(*starts: int) -> Material:
    """A minute of shots."""
    return Material(1800, RATE, shot_starts=(0, *starts))


def test_only_what_is_beside_a_jump_plays_larger() -> None:
    """A span over three shots is larger in the one that begins inside a shot, not in the others it shows."""
    (_, second) = punched_in(material(400, 800), kept((0, 200), (300, 1000)), ())
    assert second.punched == ((300, 400),)


def test_spans_that_meet_play_alike() -> None:
    """Without a gap between them there is no cut to hide, and none is made by a change of scale."""
    spans = punched_in(material(), kept((0, 300), (300, 600), (700, 900)), ())
    assert bool(spans[0].punched) == bool(spans[1].punched) != bool(spans[2].punched)


def test_a_shot_change_hides_a_cut() -> None:
    """Spans of different shots stay as they are."""
    spans = punched_in(material(250), kept((0, 200), (300, 500)), ())
    assert not any(span.punched for span in spans)


def test_a_long_span_keeps_the_scale_it_has_in_a_longer_length() -> None:
    """What the longer length shows larger is larger in the shorter one, so that it is encoded once."""
    longer = punched_in(material(), kept((0, 300), (400, 900), (950, 1300)), ())
    assert [bool(span.punched) for span in longer] == [False, True, False]
    assert [bool(span.punched) for span in punched_in(material(), kept((400, 900)), longer)] == [True]


@SOME
@given(
    edges=st.lists(st.integers(0, 1799), min_size=2, max_size=16, unique=True).filter(lambda e: len(e) % 2 == 0),
    starts=st.lists(st.integers(1, 1799), max_size=5, unique=True),
)
def test_scales_alternate_at_jumps_and_nowhere_else(edges: list[int], starts: list[int]) -> None:
    """Any cut: neighbours in one shot differ, and a larger stretch is the whole of what a span shows of a shot."""
    edges, shots = sorted(edges), (0, *sorted(starts))
    spans = punched_in(material(*sorted(starts)), kept(*zip(edges[::2], edges[1::2], strict=True)), ())

    def is_large(span: KeptSpan, frame: int) -> bool:
        return any(start <= frame < end for start, end in span.punched)

    for before, after in pairwise(spans):
        if not any(before.end_frame <= start <= after.start_frame for start in shots):
            assert is_large(before, before.end_frame - 1) != is_large(after, after.start_frame)
    for span in spans:
        inside = [start for start in shots if span.start_frame < start < span.end_frame]
        assert set(span.punched) <= set(pairwise([span.start_frame, *inside, span.end_frame]))


# ---------------------------------------------------------------- the window


@pytest.mark.parametrize("shape", SHAPES)
def test_the_picture_changes_its_size_at_each_jump(shape: str) -> None:
    """Every second piece is larger: the same shape, even, inside the piece's usual window."""
    variant = cut(placement(*SHAPES[shape]), face(900))
    assert punches(variant) in ([False, True, False], [True, False, True])
    sizes = {piece.crop[0][3:] for piece in variant.pieces}
    (small, large) = sorted(sizes)
    assert 1.08 <= large[0] / small[0] <= 1.16
    assert small[0] / small[1] == pytest.approx(SHAPES[shape][0] / SHAPES[shape][1], rel=0.005)
    for piece in variant.pieces:
        ((_, x, y, w, h),) = piece.crop
        assert all(value % 2 == 0 for value in (x, y, w, h))
        assert x >= 0 and y >= 0 and x + w <= 1920 and y + h <= 1080


def test_a_placement_may_say_no() -> None:
    """With length.punch_in false nothing is larger, and the notes do not speak of it."""
    variant = cut(placement(length={"punch_in": False}), face(900))
    assert not any(punches(variant))
    assert len({piece.crop[0][1:] for piece in variant.pieces}) == 1
    assert "larger" not in "".join((*variant.told, *(piece.why for piece in variant.pieces)))


def test_pieces_that_are_not_larger_keep_their_parts() -> None:
    """Turning it on encodes nothing but the larger pieces anew."""
    with_it, without = (cut(placement(length={"punch_in": is_on}), face(900)) for is_on in (True, False))
    for closer_one, plain, is_larger in zip(with_it.pieces, without.pieces, punches(with_it), strict=True):
        assert (closer_one.start_frame, closer_one.end_frame) == (plain.start_frame, plain.end_frame)
        assert (closer_one.parts == plain.parts) == (not is_larger)


def test_eyes_stay_where_they_are_on_the_canvas() -> None:
    """The larger picture grows around the eyes of who is there."""
    one = face(400, 450)
    eyes = (400 + 75, 450 + 0.4 * 190)
    (usual,) = Framer(FILM, Analysis(END, (0,), subjects=(one,))).stretches(0, END, RATE, WIDE)
    seen = []
    for window in (usual, near(one, room=WIDE)):
        x, y, w, h = window_at(window.crop, 0)
        seen.append(((eyes[0] - x) / w, (eyes[1] - y) / h))
    assert seen[0] == pytest.approx(seen[1], abs=0.01)


def test_without_anybody_the_upper_third_stays() -> None:
    """More goes below than above, as heads are above."""
    _, _, y, _, h = near(room=WIDE).crop[0]
    above, below = y, 1080 - y - h
    assert 0 < above < below


@SOME
@given(
    left=st.integers(0, 1730), top=st.integers(0, 890), size=st.integers(60, 190), room=st.sampled_from([TALL, WIDE])
)
def test_no_face_is_cut(left: int, top: int, size: int, room: Room) -> None:
    """Wherever a face is: one that the usual window holds is held by the closer one too, or there is no closer one."""
    opposite = (1920 - left - size, 1080 - top - size)
    others = (face(left, top, size=(size, size)), subject(2, "face", (0, END), opposite, size=(size, size)))
    (usual,) = Framer(FILM, Analysis(END, (0,), subjects=others)).stretches(0, END, RATE, room)
    closer_one = near(*others, room=room)
    for one in others:
        assert not holds(usual, one, 0) or holds(closer_one, one, 0)


def test_faces_at_both_edges_keep_the_picture_as_it_is() -> None:
    """Where no smaller window holds both, the cut shows, and the notes say why."""
    pair = (face(4), subject(2, "face", (0, END), (1766, 300), size=(150, 190)))
    run = near(*pair, room=WIDE)
    assert not is_closer(run) and run.crop[0][3:] == (1920, 1080)
    variant = cut(placement(1920, 1080), *pair)
    assert any("the cut shows: a closer picture would cut a head" in line for line in variant.told)
    assert any("the cut shows" in piece.why for piece in variant.pieces)


def test_a_face_near_the_edge_has_a_smaller_step() -> None:
    """The step is 1.15 where that cuts nobody, and 1.1 where only that does not."""
    assert near(face(900), room=WIDE).framing[0].punch_in == pytest.approx(1.15, abs=0.01)
    pair = (face(100), subject(2, "face", (0, END), (1680, 300), size=(150, 190)))
    assert near(*pair, room=WIDE).framing[0].punch_in == pytest.approx(1.1, abs=0.01)


def test_somebody_who_comes_later_does_not_count_before() -> None:
    """A face at the edge in the second half keeps that half as it is, not the first one."""
    late = subject(2, "face", (300, END), (2, 300), size=(150, 190))
    both = (subject(1, "face", (0, END), (1766, 300), size=(150, 190)), late)
    assert is_closer(near(*both, room=WIDE, span=(0, 250)))
    assert not is_closer(near(*both, room=WIDE, span=(310, END)))


def test_a_head_at_the_top_keeps_its_hair() -> None:
    """A face high in the picture: the window stays at its top."""
    _, _, y, _, _ = near(face(900, 30)).crop[0]
    assert y == 0


def test_a_text_is_not_cut() -> None:
    """A channel's mark in one corner is kept whole; marks in two corners keep the picture as it is."""
    mark = subject(8, "text", (0, END), (40, 40), size=(200, 60))
    other = subject(9, "text", (0, END), (1680, 980), size=(200, 60))
    run = near(mark, room=WIDE)
    assert is_closer(run) and holds(run, mark, 0)
    run = near(mark, other, room=WIDE)
    assert not is_closer(run) and run.hiding == ("the cut shows: a closer picture would cut a text",)


def test_a_moving_window_is_closer_all_along() -> None:
    """A path that follows keeps its way: the closer window is as far inside the usual one at every frame."""
    walker = subject(1, "person", (0, END), across((0, END), 100, 1500), size=(200, 700))
    measured = Analysis(END, (0,), subjects=(walker,))
    (usual,) = Framer(FILM, measured).stretches(0, END, RATE, TALL)
    run = near(walker)
    assert len(usual.crop) > 1 and is_closer(run)
    offsets = set()
    for frame in range(0, END, 7):
        (x, y, w, h), (x0, y0, w0, h0) = window_at(run.crop, frame), window_at(usual.crop, frame)
        offsets.add((round(x - x0, 6), round(y - y0, 6)))
        assert x0 <= x and y0 <= y and x + w <= x0 + w0 and y + h <= y0 + h0
    assert len(offsets) == 1
    assert all(value % 2 == 0 for value in next(iter(offsets)))


def test_what_an_editor_framed_is_closer_inside_it() -> None:
    """A mark's window is made smaller like any other."""
    run = near(marks=(FramingMark(0, END, ((0, 0.3, 0.5),)),))
    (_, x, _, w, _) = run.crop[0]
    assert is_closer(run)
    assert abs(x + w / 2 - 0.3 * 1920) < 0.03 * 1920


def test_a_small_master_is_not_enlarged_further() -> None:
    """Where the closer picture would be enlarged more than three times, the cut shows rather."""
    small = master(width=640, height=360)
    run = near(film=small)
    assert not is_closer(run) and "enlarged more than 3 times" in run.hiding[0]
    assert is_closer(near(film=small, room=Room(640, 360)))


@pytest.mark.parametrize(("fit", "words"), [("split", "split"), ("blur", "shown whole")])
def test_other_fits_are_left_alone(fit: str, words: str) -> None:
    """Two windows, or the whole picture over its blur, stay as they are and the notes say that the cut shows."""
    pair = (face(100), subject(2, "face", (0, END), (1650, 300), size=(150, 190)))
    wide = subject(9, "text", (0, END), (260, 800), size=(1400, 90), activity=0.0)
    shown = pair if fit == "split" else (wide,)
    variant = cut(placement(framing={"fallback": [fit]}), *shown)
    assert {piece.fit for piece in variant.pieces} == {fit}
    assert not any(punches(variant))
    assert any(f"the cut shows: the picture is {words}" in line for line in variant.told)


# ---------------------------------------------------------------- what is said


def test_the_notes_say_what_plays_larger() -> None:
    """The kept line, the piece's reason and the plan's JSON name the step; what is as it was says nothing of it."""
    film_analysis = analysis(subjects=(face(900),))
    plan = made.plan_of(placement(), measured=film_analysis, length=LengthWish((16.0,), marks=DROPPED))
    (variant,) = plan.variants
    lines = [line for line in variant.told if line.startswith("keep")]
    for line, piece, is_larger in zip(lines, variant.pieces, punches(variant), strict=True):
        for text in (line, piece.why):
            assert text.endswith("played a little larger (1.15x) to hide the cut") == is_larger
    (told,) = plan_json(plan)["variants"]
    scales = [piece["framing"][0].get("punch_in") for piece in told["pieces"]]
    assert [scale is not None for scale in scales] == punches(variant)


def test_the_whole_is_told_by_its_usual_window() -> None:
    """A larger piece does not turn "the whole picture" into a crop, nor a still window into a moving one."""
    assert "the whole picture, which has the canvas's shape" in cut(placement(1920, 1080), face(900)).why
    assert any("cropped to 9:16 from x" in line for line in cut(placement(), face(900)).why)


@pytest.mark.parametrize(
    ("name", "is_on"), [("tiktok", True), ("youtube", True), ("ctv-ad", False), ("ebu-r128", False)]
)
def test_presets_say_where_it_belongs(name: str, is_on: bool) -> None:
    """On for social placements, off for broadcast and television; a setting wins."""
    assert load_preset(name).preset.length.punch_in == is_on
    turned = load_preset(name, settings=(("length.punch_in", str(not is_on).lower()),))
    assert turned.preset.length.punch_in != is_on

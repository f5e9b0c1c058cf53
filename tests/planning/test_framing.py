"""How a master is framed: shot by shot, never over a cut, as an editor asked, or split or whole where a crop loses."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import analysis, master, plan_of, preset, variant_of
from subjects_made import across, subject

import variantgen.plan.framing as framing
from variantgen.model import Analysis, FramingMark, Master, ShotFraming, Subject
from variantgen.plan.contract import plan_json
from variantgen.plan.crop_keys import shown_frame, window_at
from variantgen.plan.framing import Framer, Room, Stretch
from variantgen.plan.framing.words import named, shots_told

FILM = master()  # 20 s of 1920x1080 at 30 frames a second
END, RATE = FILM.frames, FILM.frame_rate
TALL = Room(1080, 1920)
EITHER = Room(1080, 1920, ("split", "blur"))
FITS = ("crop", "split", "blur", "pad")
# where a person of 250 px stands to be in the left, middle or right of the picture
LEFT, MIDDLE, RIGHT = 60, 835, 1600
SOME = settings(max_examples=20, deadline=None)


def seen(*subjects: Subject, starts: tuple[int, ...] = (0,), film: Master = FILM, **changes) -> Analysis:
    """What was measured in a film of these shots and subjects."""
    return analysis(film, shot_starts=starts, subjects=subjects, **changes)


def framer(*subjects: Subject, starts: tuple[int, ...] = (0,), film: Master = FILM, **wishes) -> Framer:
    """A framer of such a film."""
    return Framer(film, seen(*subjects, starts=starts, film=film), **wishes)


def person(number: int, span: tuple[int, int], left: float, **changes) -> Subject:
    """Somebody who stands at a place through a span."""
    return subject(number, "person", span, (left, 300), **changes)


def face(number: int, left: float, span: tuple[int, int] = (0, END), **changes) -> Subject:
    """A face of an interview."""
    return subject(number, "face", span, (left, 300), **{"size": (150, 190), **changes})


def text(width: float, **changes) -> Subject:
    """A title that stands in the middle through the film."""
    return subject(9, "text", (0, END), (960 - width / 2, 800), **{"size": (width, 90), "activity": 0.0, **changes})


def middle(run: Stretch, frame: int) -> float:
    """Where the window's middle is, in pixels of the master."""
    x, _, w, _ = window_at(run.crop, frame)
    return x + w / 2


def only(runs: list[Stretch]) -> Stretch:
    """The one run there is."""
    assert len(runs) == 1, runs
    return runs[0]


def whole(framed: Framer, room: Room = TALL, rate: Fraction = RATE, end: int = END) -> list[Stretch]:
    """All of a film."""
    return framed.stretches(0, end, rate, room)


# ---------------------------------------------------------------- cuts

SHOTS = (0, 100, 220, 400)
CAST = (
    person(1, (0, 100), LEFT),
    person(2, (100, 220), RIGHT),
    subject(3, "person", (220, 400), across((220, 400), 100, 1500)),
    person(4, (400, 600), LEFT),
)


def test_every_cut_has_a_key_on_both_sides():
    """The window jumps at a cut: held to the frame before it, at its new place from the cut on."""
    run = only(whole(framer(*CAST, starts=SHOTS)))
    frames = [key[0] for key in run.crop]
    assert {99, 100, 219, 220, 399, 400} <= set(frames) and frames == sorted(set(frames))
    assert middle(run, 99) == middle(run, 0) < 400 and middle(run, 100) == middle(run, 219) > 1500


@SOME
@given(
    cuts=st.sets(st.integers(1, 299), max_size=5),
    lefts=st.lists(st.tuples(st.integers(0, 1670), st.integers(0, 1670)), min_size=6, max_size=6),
)
def test_no_window_moves_over_a_cut(cuts, lefts):
    """Framed in one go or shot by shot: each shot's windows are its own."""
    film = master(frames=300)
    starts = (0, *sorted(cuts))
    spans = list(zip(starts, (*starts[1:], 300), strict=True))
    cast = [
        subject(n, "person", span, across(span, *ends))
        for n, (span, ends) in enumerate(zip(spans, lefts, strict=False), 1)
    ]
    run = only(whole(framer(*cast, starts=starts, film=film), end=300))
    for span in spans:
        alone = only(framer(*cast, starts=starts, film=film).stretches(*span, RATE, TALL))
        assert [window_at(run.crop, f) for f in range(*span)] == [window_at(alone.crop, f) for f in range(*span)]


@SOME
@given(
    cut=st.integers(20, 180),
    rates=st.sampled_from([(60, 30), (24, 30), (30, 24), (25, 30), (Fraction(30000, 1001), 30), (50, 25)]),
)
def test_at_another_rate_the_window_jumps_with_the_picture(cut, rates):
    """Every frame of a variant is framed for the shot whose picture it shows."""
    film = master(frames=200, frame_rate=Fraction(rates[0]))
    rate = Fraction(rates[1])
    end = int(200 * rate / film.frame_rate)
    cast = (person(1, (0, cut), LEFT), person(2, (cut, 200), RIGHT))
    run = only(whole(framer(*cast, starts=(0, cut), film=film), rate=rate, end=end))
    shown = [shown_frame(frame, film.frame_rate, rate) for frame in range(end)]
    assert [middle(run, frame) > 960 for frame in range(end)] == [at >= cut for at in shown]
    assert run.framing[0].start_frame == 0 and run.framing[-1].end_frame == end


def test_a_moving_window_is_where_its_subject_is_at_any_rate():
    """At half the rate the window crosses the picture in half as many frames."""
    film = master(frame_rate=Fraction(60), frames=600)
    one = subject(1, "person", (0, 600), across((0, 600), 100, 1500))
    full, half = (only(whole(framer(one, film=film), rate=Fraction(r), end=10 * r)) for r in (60, 30))
    assert all(abs(middle(half, f) - middle(full, 2 * f)) < 1 for f in range(300))
    assert middle(half, 290) > middle(half, 10) + 800


# ---------------------------------------------------------------- spans


@SOME
@given(
    start=st.integers(0, 500), length=st.integers(1, 500), room=st.sampled_from((TALL, EITHER)),
    marks=st.lists(st.tuples(st.integers(0, 590), st.integers(1, 300), st.sampled_from(FITS)), max_size=3),
)  # fmt: skip
def test_runs_cover_a_span_exactly(start, length, room, marks):
    """No frame is left out or shown twice, whatever the shots and marks; neighbours are fitted differently."""
    end = min(END, start + length)
    asked = tuple(FramingMark(a, a + n, fit=fit) for a, n, fit in marks)
    runs = framer(*CAST, starts=SHOTS, marks=asked).stretches(start, end, RATE, room)
    assert [runs[0].start_frame, *(r.end_frame for r in runs)] == [*(r.start_frame for r in runs), end]
    assert runs[0].start_frame == start
    assert all(one.fit != two.fit for one, two in zip(runs, runs[1:], strict=False))
    told = [shot for run in runs for shot in run.framing]
    assert [told[0].start_frame, *(s.end_frame for s in told)] == [*(s.start_frame for s in told), end]


@SOME
@given(cuts=st.sets(st.integers(1, END - 1), min_size=1, max_size=4))
def test_a_cut_down_is_framed_as_the_whole(cuts):
    """A frame has the same window in every span that shows it, so that long and short cuts share their parts."""
    edges = [0, *sorted(cuts), END]
    full = only(whole(framer(*CAST, starts=SHOTS)))
    framed = framer(*CAST, starts=SHOTS)
    for start, end in zip(edges, edges[1:], strict=False):
        run = only(framed.stretches(start, end, RATE, TALL))
        # a span of one frame is at rest, and rests stand on even pixels
        allowed_px = 0.02 if end - start > 1 else 1
        assert all(abs(middle(run, f) - middle(full, f)) <= allowed_px for f in range(start, end))


def test_shots_are_solved_once_for_a_shape(monkeypatch):
    """More spans and placements of a shape cost no more solving; another shape is solved for itself."""
    calls = []
    solve = framing.solve
    monkeypatch.setattr(framing, "solve", lambda *args: calls.append(args[0].number) or solve(*args))
    framed = framer(*CAST, starts=SHOTS)
    for room in (TALL, Room(720, 1280), EITHER):
        for span in ((0, 600), (30, 250), (250, 600)):
            framed.stretches(*span, RATE, room)
    assert sorted(calls) == [0, 1, 2, 3]
    whole(framed, Room(1080, 1080))
    assert sorted(calls) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_each_shot_tells_its_own_reason():
    """Who is in view and how the window moves is told shot by shot."""
    told = only(whole(framer(*CAST, starts=SHOTS))).framing
    assert [(s.start_frame, s.end_frame, s.subjects) for s in told] == [
        (0, 100, (1,)), (100, 220, (2,)), (220, 400, (3,)), (400, 600, (4,)),
    ]  # fmt: skip
    assert [s.motion == "still" for s in told] == [True, True, False, True]
    assert [f"person {n}" in s.why for n, s in enumerate(told, 1)] == [True] * 4


def test_bars_are_left_out_of_the_window():
    """Each shot is framed inside its own picture: full height where there are no bars, less where there are."""
    pictures = ((0, 0, 1920, 1080), (0, 140, 1920, 800))
    cast = (person(1, (0, 300), LEFT), person(2, (300, 600), RIGHT))
    framed = Framer(FILM, seen(*cast, starts=(0, 300), pictures=pictures))
    run = only(whole(framed))
    assert window_at(run.crop, 0)[1:] == (0, 608, 1080) and window_at(run.crop, 300)[1:] == (140, 450, 800)
    assert middle(run, 300) > 1500


# ---------------------------------------------------------------- what was asked for


def test_a_focus_wins_over_everyone():
    """`--focus` holds the window through the film, subjects and framing file or not."""
    mark = FramingMark(100, 200, ((100, 0.1, 0.5),))
    run = only(whole(framer(*CAST, starts=SHOTS, focus=(0.9, 0.5), marks=(mark,))))
    assert {middle(run, f) for f in range(END)} == {middle(run, 0)} and middle(run, 0) > 1600
    assert [s.why for s in run.framing] == ["the focus that was asked for"] * 4


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_mark_wins_inside_its_span_only(share):
    """The window is where the framing file says from the mark's first frame to its last, and where it was around it."""
    walker = subject(1, "person", (0, END), across((0, END), 100, 1500))
    free = only(whole(framer(walker)))
    mark = FramingMark(100, 200, ((100, share, 0.5),))
    run = only(whole(framer(walker, marks=(mark,))))
    assert {middle(run, f) for f in range(100, 200)} == {middle(run, 100)}
    assert middle(run, 100) == pytest.approx(min(max(share * 1920, 304), 1616), abs=1)
    outside = [*range(100), *range(200, END)]
    assert all(abs(middle(run, f) - middle(free, f)) < 0.6 for f in outside) and middle(free, 599) > 1400
    assert [s.why == "as the framing file says" for s in run.framing] == [False, True, False]


def test_a_marks_keys_are_a_straight_way():
    """Between its keys a marked window runs straight, outside them it is held."""
    mark = FramingMark(100, 300, ((150, 0.25, 0.5), (250, 0.75, 0.5)))
    run = only(whole(framer(person(1, (0, END), LEFT), marks=(mark,))))
    wanted = [(100, 480), (150, 480), (200, 960), (250, 1440), (299, 1440)]
    assert [middle(run, f) for f, _ in wanted] == pytest.approx([at for _, at in wanted], abs=1)


def test_marks_reach_over_cuts_and_over_each_other():
    """A mark holds in each shot it covers; of two that overlap the first one given holds."""
    marks = (FramingMark(50, 150, ((50, 0.5, 0.5),)), FramingMark(120, 250, ((120, 0.7, 0.5),)))
    run = only(whole(framer(*CAST, starts=SHOTS, marks=marks)))
    places = [middle(run, f) for f in (49, 50, 149, 150, 249)]
    assert places[1:] == pytest.approx([960, 960, 1344, 1344], abs=1) and places[0] < 400


@pytest.mark.parametrize("name", ["2", "animal"])
def test_a_mark_names_who_to_follow(name):
    """By number or by kind: the lesser one is in view while the mark holds, and the telling says why."""
    dog = subject(2, "animal", (0, END), (RIGHT, 600), size=(250, 250), activity=0.1)
    run = only(whole(framer(person(1, (0, END), LEFT), dog, marks=(FramingMark(300, 600, subject=name),))))
    assert middle(run, 299) < 400 and middle(run, 300) > 1500
    assert run.framing[1].subjects == (2,) and "framing file" in run.framing[1].why


def test_a_named_subject_is_followed_however_small_it_is():
    """The editor is sure, though a detector is not: nothing else draws the window, and the reason names the subject."""
    bird = subject(2, "animal", (0, END), (1300, 700), size=(60, 50), activity=0.0, confidence=0.3)
    framed = framer(person(1, (0, END), LEFT), bird, marks=(FramingMark(0, END, subject="2"),))
    run = only(whole(framed))
    assert middle(run, 0) == pytest.approx(1330, abs=25)
    assert run.framing[0].subjects == (2,) and "animal 2" in run.framing[0].why


def test_a_mark_that_names_nobody_of_the_shot_changes_nothing():
    """Who is not there cannot be followed: the shot is framed as without the mark."""
    mark = FramingMark(0, END, subject="vehicle")
    assert only(whole(framer(person(1, (0, END), LEFT), marks=(mark,)))).crop == (
        only(whole(framer(person(1, (0, END), LEFT)))).crop
    )


@pytest.mark.parametrize("fit", ["blur", "pad"])
def test_a_mark_may_ask_for_the_whole_picture(fit):
    """Whatever the placement falls back to, and only inside the mark's span."""
    runs = whole(framer(person(1, (0, END), LEFT), marks=(FramingMark(100, 200, fit=fit),)))
    assert [(r.start_frame, r.end_frame, r.fit) for r in runs] == [
        (0, 100, "crop"),
        (100, 200, fit),
        (200, END, "crop"),
    ]
    assert runs[1].crop == () and runs[1].framing[0].why == "as the framing file says"


def test_a_mark_may_ask_for_a_crop_where_the_placement_would_not():
    """`fit = "crop"` keeps a window on what would be split."""
    pair = (face(1, 200), face(2, 1500))
    assert only(whole(framer(*pair), EITHER)).fit == "split"
    assert only(whole(framer(*pair, marks=(FramingMark(0, END, fit="crop"),)), EITHER)).fit == "crop"


def test_a_mark_may_ask_for_a_split_where_the_placement_does_not():
    """`fit = "split"` splits two who do not fit, though the placement falls back to nothing."""
    assert only(whole(framer(face(1, 200), face(2, 1500), marks=(FramingMark(0, END, fit="split"),)))).fit == "split"


@pytest.mark.parametrize("fit", FITS)
def test_a_mark_on_a_picture_that_fits_whole_is_no_fault(fit):
    """A canvas of the master's shape has nothing to fit, whatever is asked for other shapes."""
    framed = framer(face(1, 200), face(2, 1500), marks=(FramingMark(0, END, fit=fit),))
    run = only(whole(framed, Room(1920, 1080)))
    assert run.fit == "crop" and window_at(run.crop, 0) == (0, 0, 1920, 1080)


def test_kinds_that_are_not_kept_are_not_framed():
    """`--keep person=0` leaves the person for the animal."""
    cast = (person(1, (0, END), LEFT), subject(2, "animal", (0, END), (RIGHT, 300)))
    assert only(whole(framer(*cast, keep={"animal": 0.0}))).framing[0].subjects == (1,)
    assert only(whole(framer(*cast, keep={"person": 0.0}))).framing[0].subjects == (2,)


# ---------------------------------------------------------------- split


@SOME
@given(
    left=st.integers(330, 400), right=st.integers(1400, 1470), top=st.integers(0, 800), is_swapped=st.booleans(),
    canvas=st.sampled_from(((1080, 1920), (1080, 1350), (720, 1280))),
    picture=st.sampled_from(((0, 0, 1920, 1080), (0, 120, 1920, 840), (120, 0, 1680, 1080))),
)  # fmt: skip
def test_two_who_do_not_fit_are_split(left, right, top, is_swapped, canvas, picture):
    """Windows on even pixels, inside the picture, of the half canvas's shape; the left person above, each in theirs."""
    ids = (2, 1) if is_swapped else (1, 2)
    pair = [subject(n, "face", (0, END), (x, top), size=(130, 160)) for n, x in zip(ids, (left, right), strict=True)]
    run = only(whole(Framer(FILM, seen(*pair, pictures=(picture,))), Room(*canvas, ("split",))))
    start_x, start_y, end_x, end_y = *picture[:2], picture[0] + picture[2], picture[1] + picture[3]
    assert run.fit == "split" and len(run.crop) == len(run.lower_crop) == 1
    for (_, x, y, w, h), one in zip((*run.crop, *run.lower_crop), pair, strict=True):
        assert [side % 2 for side in (x, y, w, h)] == [0, 0, 0, 0]
        assert start_x <= x < x + w <= end_x and start_y <= y < y + h <= end_y
        assert abs(w - h * canvas[0] / (canvas[1] // 2)) <= 4
        box = one.boxes[0]
        assert x <= box.x and box.x + box.w <= x + w
        top_seen, bottom_seen = max(y, box.y), min(y + h, box.y + box.h)
        in_picture = min(end_y, box.y + box.h) - max(start_y, box.y)
        assert bottom_seen - top_seen >= in_picture - 2
    assert run.framing[0].subjects and run.framing[0].motion == "split"
    assert f"face {ids[0]} above face {ids[1]}" in run.framing[0].why


def test_two_who_sit_at_the_edges_are_split():
    """Who sits still near the picture's edge is no more on the move than who sits further in."""
    run = only(whole(framer(face(1, 10, size=(130, 160)), face(2, 1780, size=(130, 160))), EITHER))
    assert run.fit == "split"


NOT_SPLIT = {
    "nothing is allowed": ((), (face(1, 200), face(2, 1500))),
    "both fit": (("split",), (face(1, 760), face(2, 1000))),
    "one is alone": (("split",), (face(1, 200),)),
    "three are apart": (("split",), (face(1, 100), face(2, 900), face(3, 1600))),
    "one walks": (
        ("split",),
        (face(1, 100), subject(2, "face", (0, END), across((0, END), 600, 1700), size=(150, 190))),
    ),
    "they take turns": (("split",), (face(1, 200, (0, 300)), face(2, 1500, (300, END)))),
}


@pytest.mark.parametrize("case", NOT_SPLIT)
def test_others_are_not_split(case):
    """A split is for two who are there together, each in a place of their own, and too far apart."""
    fallback, cast = NOT_SPLIT[case]
    assert only(whole(framer(*cast), Room(1080, 1920, fallback))).fit == "crop"


def test_two_bodies_are_split_by_their_heads():
    """People without a face to see have windows on the upper part of their bodies."""
    pair = [subject(n, "person", (0, END), (x, 200), size=(300, 800)) for n, x in ((1, 100), (2, 1500))]
    run = only(whole(framer(*pair), EITHER))
    assert run.fit == "split"
    for (_, x, y, w, h), one in zip((*run.crop, *run.lower_crop), pair, strict=True):
        assert x <= one.boxes[0].x and x + w >= one.boxes[0].x + 300 and y <= 200 < 350 <= y + h


# ---------------------------------------------------------------- whole


def test_text_that_a_window_would_cut_is_shown_whole():
    """A title wider than the window, with nobody beside it, is blurred around, and the plan says why."""
    run = only(whole(framer(text(1200)), EITHER))
    assert run.fit == "blur" and run.crop == () and "text" in run.framing[0].why


CROPPED = {
    "it fits": (EITHER, (text(500),)),
    "somebody is there": (EITHER, (text(1200), person(1, (0, END), MIDDLE))),
    "nothing is allowed": (TALL, (text(1200),)),
    "it is unsure": (EITHER, (text(1200, confidence=0.3),)),
}


@pytest.mark.parametrize("case", CROPPED)
def test_other_text_is_cropped(case):
    """Text that fits, is unsure or stands beside somebody is no reason to shrink the picture."""
    room, cast = CROPPED[case]
    assert only(whole(framer(*cast), room)).fit == "crop"


def test_a_channels_mark_is_no_title():
    """Text that stands at one place through several shots draws no window and shrinks no picture."""
    starts = (0, 150, 300, 450)
    spans = zip(starts, (*starts[1:], END), strict=True)
    marks = [subject(n, "text", span, (100, 900), size=(1200, 90)) for n, span in enumerate(spans, 1)]
    once = whole(framer(marks[0], starts=starts), EITHER)
    assert [run.fit for run in once] == ["blur", "crop"]
    run = only(whole(framer(*marks, starts=starts), EITHER))
    assert run.fit == "crop" and middle(run, 0) == 960 and {shot.subjects for shot in run.framing} == {()}


def runner(span: tuple[int, int]) -> Subject:
    """Somebody who is through the picture before a window could follow."""
    return subject(1, "person", span, across(span, 0, 1700), size=(200, 600), step=1)


@pytest.mark.parametrize(("room", "fit"), [(Room(1080, 1920, ("blur",)), "blur"), (Room(1080, 1920, ("pad",)), "pad")])
def test_who_would_be_lost_is_shown_whole(room, fit):
    """Where the subject would be out of the window for more than is allowed the picture is shown whole."""
    runs = whole(framer(runner((0, 15)), person(2, (15, END), LEFT), starts=(0, 15)), room)
    assert [(r.fit, r.start_frame, r.end_frame) for r in runs] == [(fit, 0, 15), ("crop", 15, END)]
    assert "person 1 would be lost" in runs[0].framing[0].why and runs[0].framing[0].lost_share == 0


@pytest.mark.parametrize("room", [TALL, Room(1080, 1920, ("blur",), max_lost_share=1.0)])
def test_what_is_lost_is_told_where_nothing_helps(room):
    """A crop that loses its subject says for how much of the shot."""
    run = only(whole(framer(runner((0, 15)), person(2, (15, END), LEFT), starts=(0, 15)), room))
    assert 0.4 < run.framing[0].lost_share < 0.9 and run.framing[1].lost_share == 0


def test_neighbours_of_one_fit_are_one_run():
    """A piece goes on over a cut; it ends only where the fit changes."""
    cast = (person(1, (0, 100), LEFT), person(2, (100, 200), RIGHT), person(5, (300, 400), LEFT), CAST[3])
    marks = (FramingMark(200, 300, fit="blur"), FramingMark(300, 400, fit="blur"))
    runs = whole(framer(*cast, starts=(0, 100, 200, 300, 400), marks=marks))
    assert [(r.fit, r.start_frame, r.end_frame, len(r.framing)) for r in runs] == [
        ("crop", 0, 200, 2), ("blur", 200, 400, 2), ("crop", 400, END, 1),
    ]  # fmt: skip


# ---------------------------------------------------------------- the plan


def test_a_plan_carries_its_framing():
    """Pieces have their paths and, shot by shot, motion, subjects, reason and lost share; it all survives JSON."""
    plan = plan_of(preset(captions=None), measured=seen(*CAST, starts=SHOTS))
    told = json.loads(json.dumps(plan_json(plan)))
    (piece,) = told["variants"][0]["pieces"]
    assert [shot["subjects"] for shot in piece["framing"]] == [[1], [2], [3], [4]]
    assert {"start_frame", "end_frame", "motion", "why", "lost_share"} <= set(piece["framing"][0])
    assert piece["crop"] == [list(key) for key in plan.variants[0].pieces[0].crop] and len(piece["crop"]) > 6


def test_a_split_is_a_piece_with_two_paths():
    """Pieces are divided where the fit changes, and their parts carry both windows."""
    cast = (face(1, 200, (0, 300)), face(2, 1500, (0, 300)), person(3, (300, END), LEFT))
    plan = plan_of(preset(captions=None), measured=seen(*cast, starts=(0, 300)))
    split, crop = plan.variants[0].pieces
    assert (split.fit, split.end_frame, crop.fit, crop.start_frame) == ("split", 300, "crop", 300)
    assert all(plan.parts[key].fit == "split" and plan.parts[key].lower_crop for key in split.parts)
    assert all(plan.parts[key].fit == "crop" and not plan.parts[key].lower_crop for key in crop.parts)
    assert "lower_crop" in plan_json(plan)["variants"][0]["pieces"][0]


def test_placements_of_one_shape_share_parts():
    """Two 9:16 placements of the same pixels are framed alike, so nothing is encoded twice."""
    one, two = plan_of(preset(captions=None), preset(captions=None), measured=seen(*CAST, starts=SHOTS)).variants
    assert one.part_keys == two.part_keys and one.pieces == two.pieces


def test_still_shots_share_parts_with_a_plan_that_moves_elsewhere():
    """The key of a part holds its own windows only: a mark in one shot leaves the parts of others as they were."""
    measured = seen(*CAST, starts=SHOTS)
    free = plan_of(preset(captions=None), measured=measured)
    marked = plan_of(preset(captions=None), measured=measured, marks=(FramingMark(450, 600, ((450, 0.9, 0.5),)),))
    ends = [{free.parts[k].start_frame: k for k in free.parts}, {marked.parts[k].start_frame: k for k in marked.parts}]
    same = [start for start in ends[0] if ends[0][start] == ends[1].get(start)]
    assert [s for s in ends[0] if s < 300] == [s for s in same if s < 300] and len(same) < len(ends[0])


def test_a_plan_is_the_same_when_made_again():
    """Framing holds no clock, no chance and no memory of the run before."""
    film, measured = master(), seen(*CAST, starts=SHOTS)
    presets = (preset(), preset(canvas={"width": 1080, "height": 1080}))
    assert plan_of(*presets, film=film, measured=measured) == plan_of(*presets, film=film, measured=measured)


@SOME
@given(
    cuts=st.sets(st.integers(1, END - 1), max_size=4),
    lefts=st.lists(st.tuples(st.integers(-100, 1800), st.integers(-100, 1800)), min_size=5, max_size=5),
    canvas=st.sampled_from(((1080, 1920), (1080, 1080), (1080, 1350), (1920, 1080))),
)
def test_every_part_of_a_plan_looks_inside_the_master(cuts, lefts, canvas):
    """Windows of parts lie in the picture, those at rest on even pixels, and every part has its own frames."""
    starts = (0, *sorted(cuts))
    spans = zip(starts, (*starts[1:], END), strict=True)
    cast = [subject(n, "person", s, across(s, *ends)) for n, (s, ends) in enumerate(zip(spans, lefts, strict=False), 1)]
    plan = plan_of(
        preset(captions=None, canvas={"width": canvas[0], "height": canvas[1]}), measured=seen(*cast, starts=starts)
    )
    for part in plan.parts.values():
        windows = [*part.crop, *part.lower_crop]
        assert windows or part.fit in ("blur", "pad")
        assert all(0 <= x < x + w <= 1920 and 0 <= y < y + h <= 1080 for _, x, y, w, h in windows)
        assert len(part.crop) != 1 or [side % 2 for side in part.crop[0][1:]] == [0, 0, 0, 0]


def test_a_plan_says_who_is_framed():
    """One shot: the sentence names its subject. Several: how many there are of each kind."""
    (one,) = plan_of(preset(captions=None), measured=seen(person(7, (0, END), LEFT))).variants
    assert any("person 7" in word for word in one.why)
    (many,) = plan_of(preset(captions=None), measured=seen(*CAST, starts=SHOTS)).variants
    assert any(word.startswith("4 shots: 3 still") for word in many.why)


def test_who_asks_for_a_fit_gets_it_everywhere():
    """`--fit crop` and `--focus` leave no shot split or blurred."""
    measured = seen(face(1, 200), face(2, 1500))
    assert {p.fit for p in variant_of(preset(captions=None), measured=measured).pieces} == {"split"}
    for wish in ({"fit": "crop"}, {"focus": (0.5, 0.5)}):
        assert {p.fit for p in variant_of(preset(captions=None), measured=measured, **wish).pieces} == {"crop"}


# ---------------------------------------------------------------- words


def test_subjects_are_named_by_kind_and_number():
    """One, two, and more than would be read."""
    cast = [person(n, (0, 10), LEFT) for n in range(1, 6)]
    assert named(cast[:1]) == "person 1"
    assert named(cast[:2]) == "person 1 and person 2"
    assert named(cast) == "person 1, person 2, person 3 and 2 more"


def test_shots_are_counted_by_how_they_are_framed():
    """The commonest first; nothing where every shot is shown whole anyway."""
    shots = [ShotFraming(0, 1, motion, "") for motion in ("pan", "still", "still", "split")]
    assert shots_told(shots) == "4 shots: 2 still, 1 panned, 1 split in two"
    assert shots_told([ShotFraming(0, 1, "whole", "")] * 2) == ""


def test_where_nobody_is_recognised_the_reason_says_so():
    """A window without a subject does not claim one."""
    told = only(whole(framer())).framing[0]
    assert "nothing was recognised" in told.why and told.subjects == () and told.lost_share is None

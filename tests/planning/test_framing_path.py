"""How one shot is framed: the window stays inside, holds still, moves like an operator, and keeps what matters."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from subjects_made import (
    NINE_BY_SIXTEEN,
    RATE,
    WIDE,
    across,
    flipped_interest,
    interest,
    mirrored,
    share_seen,
    solved,
    subject,
    turns,
    window_px,
)

from variantgen.model import Subject, SubjectBox
from variantgen.plan.framing.density import Axis, subject_density, unpacked
from variantgen.plan.framing.path import (
    MOST_SPEED_PER_SECOND,
    best_path,
    centres_of,
    coverage,
    eased,
    scaled,
    still_place,
    straightened,
    wholly,
)
from variantgen.plan.framing.shot import window_axis
from variantgen.plan.framing.weights import KEEP, bodies, saliences

SECOND = int(RATE)
SHOT = (0, 10 * SECOND)
SHAPES = (NINE_BY_SIXTEEN, Fraction(1), Fraction(4, 5))
KINDS = ("face", "person", "animal", "vehicle", "thing", "text")
SOLVES = settings(max_examples=50, deadline=None)


@st.composite
def wanderers(draw: st.DrawFn, frames: int) -> Subject:
    """A subject that walks between a few places, some of them outside the picture."""
    start = draw(st.integers(0, frames - 10))
    end = draw(st.integers(start + 5, frames))
    stops = draw(st.lists(st.integers(-200, 1900), min_size=2, max_size=5))
    size = (draw(st.integers(20, 700)), draw(st.integers(20, 1000)))
    at = np.linspace(start, end, len(stops))
    return subject(
        draw(st.integers(1, 10_000)), draw(st.sampled_from(KINDS)), (start, end),
        lambda frame: (float(np.interp(frame, at, stops)), 200), size=size,
        confidence=draw(st.sampled_from((0.3, 0.6, 0.9))), activity=draw(st.floats(0, 1)),
    )  # fmt: skip


@st.composite
def shots(draw: st.DrawFn) -> tuple[int, list[Subject], Fraction, float]:
    """Frames, up to three subjects, a shape and a frame rate."""
    frames = draw(st.integers(15, 400))
    subjects = draw(st.lists(wanderers(frames), max_size=3, unique_by=lambda one: one.id))
    return frames, subjects, draw(st.sampled_from(SHAPES)), draw(st.sampled_from((24.0, 25.0, 30.0, 60.0)))


# ---------------------------------------------------------------- always


@SOLVES
@given(shots())
def test_a_window_never_leaves_the_picture(shot):
    """Whoever is where, every frame has a window and all of it lies on the picture."""
    frames, subjects, shape, rate = shot
    framed = solved(*subjects, frames=frames, shape=shape, rate=rate)
    half = framed.axis.window / 2
    assert len(framed.centres) == frames
    assert half - 1e-9 <= framed.centres.min() and framed.centres.max() <= 1 - half + 1e-9


@SOLVES
@given(shots())
def test_no_window_is_faster_than_an_operator(shot):
    """The speed limit holds after smoothing too, but for the little that smoothing may add."""
    frames, subjects, shape, rate = shot
    framed = solved(*subjects, frames=frames, shape=shape, rate=rate)
    assert np.abs(np.diff(framed.centres)).max() * rate <= 1.1 * MOST_SPEED_PER_SECOND


@example(stops=[0, 0, 1148, 1750], frames=60)
@SOLVES
@given(stops=st.lists(st.integers(0, 1750), min_size=2, max_size=6), frames=st.integers(60, 300))
def test_no_face_drags_a_window_faster_than_an_operator(stops, frames):
    """A sure face that ties the window down does not tear it along either."""
    at = np.linspace(0, frames, len(stops))
    one = subject(1, "face", (0, frames), lambda f: (float(np.interp(f, at, stops)), 300), size=(150, 190))
    framed = solved(one, frames=frames)
    assert np.abs(np.diff(framed.centres)).max() * RATE <= 1.1 * MOST_SPEED_PER_SECOND


@SOLVES
@given(shots())
def test_a_still_window_is_wholly_still(shot):
    """What is told as still has one place; what is told as a move has more than one."""
    frames, subjects, shape, rate = shot
    framed = solved(*subjects, frames=frames, shape=shape, rate=rate)
    assert (np.ptp(framed.centres) == 0) == (framed.motion == "still")


@SOLVES
@given(shots())
def test_a_flipped_picture_is_framed_by_the_flipped_window(shot):
    """Left and right are alike: no tie is broken towards one side."""
    frames, subjects, shape, rate = shot
    framed = solved(*subjects, frames=frames, shape=shape, rate=rate)
    other = solved(*map(mirrored, subjects), frames=frames, shape=shape, rate=rate)
    assert other.motion == framed.motion
    assert np.abs(other.centres - (1 - framed.centres)).max() < 0.02


def test_a_flipped_movement_is_followed_by_the_flipped_window():
    """The same of what moves and stands out where nobody was recognised."""
    seen = interest(300, motion=lambda f: (0.1 + 0.7 * f / 300, 0.1), standout=lambda f: (0.8, 0.1))
    framed, other = solved(seen=seen), solved(seen=flipped_interest(seen))
    assert np.abs(other.centres - (1 - framed.centres)).max() < 0.02


# ---------------------------------------------------------------- one subject


@SOLVES
@given(left=st.integers(0, 1920), wide=st.integers(40, 480), kind=st.sampled_from(("face", "person", "animal")))
def test_who_stands_still_is_held_by_a_still_window(left, wide, kind):
    """The tripod is not touched, and the subject is wholly in view, at the picture's edge too."""
    one = subject(1, kind, SHOT, (min(left, 1920 - wide), 300), size=(wide, 500))
    framed = solved(one)
    assert framed.motion == "still"
    assert share_seen(framed, one, 0) > 0.999
    assert not framed.lost_share


def test_who_is_held_is_told():
    """The shot's main subject is named, and none of it is lost."""
    one = subject(1, "person", SHOT, (1400, 300))
    framed = solved(one)
    assert framed.main == (one,) and framed.lost_share == 0 and dict(framed.weights) == {1: 1.0}


@SOLVES
@given(seconds=st.integers(5, 12), wide=st.integers(80, 400), is_leftward=st.booleans())
def test_who_crosses_steadily_is_followed_in_one_move(seconds, wide, is_leftward):
    """The window goes with the subject, one way, and keeps it in view all the way."""
    span = (0, seconds * SECOND)
    ends = (1800 - wide, 100) if is_leftward else (100, 1800 - wide)
    one = subject(1, "person", span, across(span, *ends), size=(wide, 600))
    framed = solved(one, frames=span[1])
    assert framed.motion in ("pan", "follow")
    assert turns(framed.centres) == 0
    assert min(share_seen(framed, one, frame) for frame in range(span[1])) > 0.8
    assert np.mean([share_seen(framed, one, frame) for frame in range(span[1])]) > 0.95


def test_a_window_rests_before_and_after_a_move():
    """Who waits, walks and waits again is followed by a window that rests, moves and rests."""
    walk = lambda f: (float(np.interp(f, (120, 240), (150, 1500))), 300)  # noqa: E731
    one = subject(1, "person", (0, 360), walk)
    framed = solved(one, frames=360)
    speeds = np.abs(np.diff(framed.centres)) * RATE
    assert framed.motion == "follow" and turns(framed.centres) == 0
    assert speeds[:60].max() < 0.02 and speeds[-60:].max() < 0.02 < speeds[150:210].min()


@pytest.mark.parametrize("tremble_px", [5, 20, 40])
def test_a_trembling_detector_does_not_shake_the_window(tremble_px):
    """Boxes that jump about a still subject leave the window where it is."""
    jumps = np.random.default_rng(1).uniform(-tremble_px, tremble_px, 301)
    one = subject(1, "person", SHOT, lambda f: (1200 + float(jumps[f]), 300))
    framed = solved(one)
    assert framed.motion == "still" and share_seen(framed, one, 150) > 0.95


def test_a_step_aside_and_back_is_waited_for():
    """Who is out of the window for a moment and comes back finds it where it was."""
    aside = lambda f: (float(np.interp(f, (145, 148, 152, 155), (800, 1350, 1350, 800))), 300)  # noqa: E731
    assert solved(subject(1, "person", SHOT, aside, step=1)).motion == "still"


def test_a_walk_aside_and_back_is_one_move_there_and_one_back():
    """Who stays away a little longer is fetched, or waited for, and nothing else moves."""
    aside = lambda f: (float(np.interp(f, (140, 150, 155, 165), (800, 1250, 1250, 800))), 300)  # noqa: E731
    one = subject(1, "person", SHOT, aside)
    framed = solved(one)
    assert turns(framed.centres) <= 1
    assert share_seen(framed, one, 0) > 0.999 and share_seen(framed, one, 299) > 0.999


def test_a_short_absence_does_not_send_the_window_away():
    """Who is not seen for a second is expected where they were, though somebody lesser is elsewhere."""
    first = subject(1, "person", (0, 150), (1300, 300))
    again = subject(2, "person", (180, 300), (1300, 300))
    lesser = subject(3, "thing", SHOT, (100, 500), size=(150, 150), activity=0.0)
    framed = solved(first, again, lesser)
    assert turns(framed.centres) == 0
    assert min(share_seen(framed, first, frame) for frame in range(300)) > 0.9


def test_pacing_inside_a_window_is_watched_from_a_tripod():
    """A subject that goes to and fro within a window's width does not drag the window after it."""
    pace = lambda f: (835 + 150 * float(np.sin(2 * np.pi * f / SECOND)), 300)  # noqa: E731
    assert solved(subject(1, "person", SHOT, pace)).motion == "still"


def test_pacing_faster_than_a_window_may_move_does_not_make_it_dither():
    """One who runs to and fro across the picture is followed or waited for, never with more turns than their own."""
    run = lambda f: (835 + 700 * float(np.sin(2 * np.pi * f / (2 * SECOND))), 300)  # noqa: E731
    framed = solved(subject(1, "person", SHOT, run))
    assert turns(framed.centres) <= 10
    assert np.abs(np.diff(framed.centres)).max() * RATE <= 1.1 * MOST_SPEED_PER_SECOND


def test_a_shot_too_short_for_a_move_is_still_and_says_what_it_loses():
    """Half a second is framed still, and the share of it without the subject is the geometry's."""
    span = (0, SECOND // 2)
    one = subject(1, "person", span, across(span, 0, 1720), size=(200, 600), step=1)
    framed = solved(one, frames=span[1])
    assert framed.motion == "still"
    # half of it is inside while its middle is: 608 px of the 1720 it goes
    assert framed.lost_share == pytest.approx(1 - 608 / 1720, abs=0.15)


def test_a_wide_subject_is_centred():
    """Who is wider than the window is cut on both sides alike."""
    one = subject(1, "vehicle", SHOT, (500, 300), size=(1000, 500))
    framed = solved(one)
    assert framed.motion == "still" and sum(window_px(framed, 0)) / 2 == pytest.approx(1000, abs=25)


# ---------------------------------------------------------------- nobody


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seen", [None, interest(300)])
def test_where_nothing_is_known_the_window_stays_in_the_middle(shape, seen):
    """Neither subjects nor movement: the middle, and no share of a subject that is lost."""
    framed = solved(shape=shape, seen=seen)
    assert framed.motion == "still" and framed.centres[0] == pytest.approx(0.5, abs=0.01)
    assert framed.main == () and framed.lost_share is None


def test_what_moves_is_followed_where_nobody_is_recognised():
    """A thing that no detector knows is kept in view by its movement alone."""
    seen = interest(300, motion=lambda f: (0.15 + 0.7 * f / 300, 0.08))
    framed = solved(seen=seen)
    away = np.abs(framed.centres - (0.15 + 0.7 * np.arange(300) / 300))
    assert framed.motion in ("pan", "follow") and (away < framed.axis.window / 2).mean() > 0.95


def test_what_stands_out_is_shown_where_nothing_moves():
    """A still picture is framed around what its border does not show."""
    framed = solved(seen=interest(300, standout=lambda f: (0.8, 0.1)))
    assert framed.motion == "still" and abs(framed.centres[0] - 0.8) < framed.axis.window / 2


def test_a_sure_subject_is_not_left_for_what_stands_out():
    """Standing out is asked only where nobody was recognised."""
    one = subject(1, "person", SHOT, (200, 300))
    framed = solved(one, seen=interest(300, standout=lambda f: (0.8, 0.1)))
    assert share_seen(framed, one, 150) > 0.999


# ---------------------------------------------------------------- several


@SOLVES
@given(gap=st.integers(0, 250), left=st.integers(0, 1300))
def test_two_who_fit_together_are_both_in(gap, left):
    """Two alike whose span is smaller than the window are framed together."""
    one, two = (subject(n, "face", SHOT, (left + n * (130 + gap), 300), size=(130, 170)) for n in (0, 1))
    framed = solved(one, two)
    assert share_seen(framed, one, 0) > 0.99 and share_seen(framed, two, 0) > 0.99


@pytest.mark.parametrize("big_left", [100, 1400])
def test_of_two_who_do_not_fit_the_heavier_is_wholly_in(big_left):
    """The larger, more active one is kept whole; nobody is cut in two."""
    big = subject(1, "person", SHOT, (big_left, 200), size=(350, 800), activity=0.6)
    small = subject(2, "person", SHOT, (1500 - big_left, 500), size=(120, 300), activity=0.1)
    framed = solved(big, small)
    assert framed.main == (big,)
    assert share_seen(framed, big, 150) > 0.999 and share_seen(framed, small, 150) < 0.5


@SOLVES
@given(left=st.integers(0, 1600))
def test_a_face_is_framed_with_its_body(left):
    """One somebody: neither the face nor the arms of the person it belongs to are cut."""
    face = subject(1, "face", SHOT, (left + 100, 320), size=(90, 110))
    body = subject(2, "person", SHOT, (left, 300), size=(320, 700), confidence=0.5, activity=0.1)
    framed = solved(face, body)
    assert [(f.id, p.id) for f, p in bodies((face, body))] == [(1, 2)]
    assert share_seen(framed, face, 0) > 0.99 and share_seen(framed, body, 0) > 0.99


def test_a_face_belongs_to_nobody_whose_head_is_elsewhere():
    """A face at somebody's feet, or beside them, is not theirs."""
    person = subject(1, "person", SHOT, (500, 100), size=(300, 800))
    feet = subject(2, "face", SHOT, (600, 750), size=(80, 100))
    beside = subject(3, "face", SHOT, (1200, 150), size=(80, 100))
    assert bodies((person, feet, beside)) == []


@pytest.mark.parametrize(("unwanted", "winner"), [("person", 2), ("animal", 1)])
def test_what_was_asked_to_be_kept_wins(unwanted, winner):
    """`--keep` decides between two who do not fit together; a kind of weight 0 is not there."""
    person = subject(1, "person", SHOT, (100, 300))
    animal = subject(2, "animal", SHOT, (1500, 300))
    framed = solved(person, animal, keep={unwanted: 0.0})
    kept = person if winner == 1 else animal
    assert framed.main == (kept,) and share_seen(framed, kept, 0) > 0.999


def test_a_higher_weight_turns_the_choice():
    """What loses at the usual weights wins once it is asked for ten times as much."""
    person = subject(1, "person", SHOT, (100, 300), activity=0.4)
    car = subject(2, "vehicle", SHOT, (1500, 300), activity=0.2)
    assert solved(person, car).main[0] is person
    framed = solved(person, car, keep={"vehicle": 10.0})
    assert framed.main == (car,) and share_seen(framed, car, 0) > 0.999


def test_many_faces_are_a_background():
    """Each face of a crowd counts less than each of two: what is before the crowd gains on them."""
    dog = subject(99, "animal", SHOT, (1300, 300))

    def gain(count: int) -> float:
        faces = [subject(n, "face", SHOT, (900 + 3 * n, 200), size=(60, 75)) for n in range(count)]
        weights = saliences([dog, *faces], KEEP, *WIDE, 300)
        return weights[99] / weights[0]

    assert gain(12) > 2 * gain(2)
    assert gain(2) == pytest.approx(gain(1), rel=0.1)


@settings(max_examples=40, deadline=None)
@given(st.lists(wanderers(300), min_size=1, max_size=5, unique_by=lambda one: one.id))
def test_weights_are_shares_of_the_heaviest(subjects):
    """Every subject has a weight from 0 to 1."""
    weights = saliences(subjects, KEEP, *WIDE, 300)
    assert set(weights) == {one.id for one in subjects}
    assert all(0 <= weight <= 1 + 1e-9 for weight in weights.values())


# ---------------------------------------------------------------- upright axes and bars


@SOLVES
@given(top=st.integers(300, 1100), shape=st.sampled_from((Fraction(1), Fraction(4, 5), Fraction(16, 9))))
def test_a_face_stands_on_the_upper_third(top, shape):
    """A window that can move up and down has a face above its middle, with room over the head."""
    face = subject(1, "face", SHOT, (440, top), size=(160, 200))
    framed = solved(face, shape=shape, whole=(1080, 1920))
    start, end = window_px(framed, 0)
    assert framed.axis.is_upright and share_seen(framed, face, 0) > 0.999
    is_at_an_edge = start < 20 or end > 1900
    assert is_at_an_edge or 0.25 < (top + 100 - start) / (end - start) < 0.47


@pytest.mark.parametrize("top", [0, 1700])
def test_a_face_at_the_top_or_bottom_is_in_view(top):
    """Head room is given only where there is some."""
    face = subject(1, "face", SHOT, (440, top), size=(160, 200))
    framed = solved(face, shape=Fraction(1), whole=(1080, 1920))
    assert share_seen(framed, face, 0) > 0.999


def test_a_standing_person_does_not_lose_the_head():
    """Who is taller than the window is cut at the legs."""
    person = subject(1, "person", SHOT, (340, 300), size=(400, 1500))
    framed = solved(person, shape=Fraction(16, 9), whole=(1080, 1920))
    start, end = window_px(framed, 0)
    assert start <= 300 and end >= 300 + 1500 / 5


@SOLVES
@given(left=st.integers(0, 1800))
def test_windows_stay_inside_bars(left):
    """A pillarboxed picture is framed as if its bars were not there."""
    picture = (240, 0, 1440, 1080)
    one = subject(1, "person", SHOT, (left, 300), size=(120, 600))
    start, end = window_px(solved(one, picture=picture), 0)
    assert start >= 240 - 1e-6 and end <= 1680 + 1e-6


def test_a_letterboxed_picture_has_a_narrower_window():
    """The window is as high as the picture between the bars, and keeps its shape."""
    axis, w, h = window_axis((0, 140, 1920, 800), NINE_BY_SIXTEEN)
    assert (w, h) == (450, 800) and not axis.is_upright and axis.window == pytest.approx(450 / 1920)


@given(
    width=st.integers(16, 4096), height=st.integers(16, 4096),
    shape=st.tuples(st.integers(1, 40), st.integers(1, 40)).map(lambda sides: Fraction(*sides)),
)  # fmt: skip
def test_a_window_is_the_largest_of_its_shape(width, height, shape):
    """It is even, inside the picture, as wide or as high as it, and off its shape by less than two pixels."""
    axis, w, h = window_axis((0, 0, width, height), shape)
    assert w % 2 == h % 2 == 0 and w <= width and h <= height
    assert h >= height - 1 if not axis.is_upright else w >= width - 1
    assert abs(w - h * shape) <= 2 * max(1, shape) or min(w, h) == 2
    assert 0 < axis.window <= 1


# ---------------------------------------------------------------- the pieces a path is made of


def test_a_subject_is_spread_over_its_box():
    """A density holds the whole subject, in its box, with its middle in the box's middle."""
    one = subject(1, "animal", SHOT, (480, 300), size=(480, 300))
    density = subject_density(one, np.arange(0, 300, 10), Axis((0, 0, *WIDE), False, 0.3))
    places = (np.arange(density.shape[1]) + 0.5) / density.shape[1]
    assert density.sum(axis=1) == pytest.approx(1)
    assert (density @ places) == pytest.approx(0.375, abs=0.005)
    assert not density[:, (places < 0.24) | (places > 0.51)].any()


def test_a_subject_counts_only_while_it_is_there():
    """Before its first box and after its last one a subject weighs nothing."""
    one = subject(1, "animal", (100, 200), (480, 300))
    looks = np.arange(0, 300, 10)
    there = subject_density(one, looks, Axis((0, 0, *WIDE), False, 0.3)).sum(axis=1) > 0
    assert looks[there].min() == 100 and looks[there].max() == 200


def test_an_unsure_box_counts_less():
    """Where a subject was only carried along it weighs less than where it was seen."""
    boxes = (SubjectBox(0, 480, 300, 200, 200, 0.9), SubjectBox(10, 480, 300, 200, 200, 0.4))
    density = subject_density(Subject(1, "animal", boxes, 0.9), np.array([0, 10]), Axis((0, 0, *WIDE), False, 0.3))
    assert density[1].sum() < 0.8 * density[0].sum()


def test_unpacked_maps_are_shares_of_columns_and_rows():
    """An interest's bytes are square roots: what was packed from a quarter comes back as a quarter."""
    maps = unpacked(interest(10, motion=lambda f: (0.5, 0.2), step_frames=3))
    columns, rows = maps.motion
    assert columns.shape == (4, 64) and rows.shape == (4, 36) and maps.step_frames == 3
    assert columns.max() == pytest.approx((180 / 255) ** 2) and not maps.standout[0].any()


def test_a_window_covers_most_where_its_subject_is():
    """Coverage is best with the subject in the middle, never above the whole, and none far away."""
    density = np.zeros((1, 96))
    density[0, 48:52] = 0.25
    kept = coverage(density, 0.3)[0]
    centres = centres_of(0.3)
    assert centres[kept.argmax()] == pytest.approx(50 / 96, abs=0.01)
    assert 0.9 < kept.max() <= 1 and not kept[np.abs(centres - 50 / 96) > 0.18].any()


def test_half_of_somebody_is_less_than_half_as_good():
    """Worth rises faster than the share that is kept, up to what is possible at all."""
    kept = np.array([[0.0, 0.4, 0.8]])
    assert wholly(kept)[0] == pytest.approx([0.0, 0.2, 0.8])
    assert not wholly(np.zeros((2, 3))).any()


def test_worths_are_told_by_what_the_better_looks_offer():
    """Weights of another size scale to the same worths; none at all stay none."""
    kept = np.random.default_rng(2).random((40, 193))
    assert scaled(kept * 7) == pytest.approx(scaled(kept)) and not scaled(np.zeros((3, 193))).any()


def test_of_equally_good_places_the_middle_one_is_taken():
    """A plateau is not hugged at its side."""
    kept = np.zeros((5, 193))
    kept[:, 40:101] = 1
    assert still_place(kept) == 70


def test_a_path_goes_where_the_most_is_kept_no_faster_than_allowed():
    """A jump of the subject costs the looks that the way there takes at the speed limit, and no more."""
    kept = np.zeros((120, 193))
    kept[:60, 10:30] = kept[60:, 160:180] = 1
    centres = centres_of(0.3)
    path = best_path(centres, kept, 12.0)
    places = np.abs(centres[None, :] - path[:, None]).argmin(axis=1)
    way = float(centres[160] - centres[29]) / (MOST_SPEED_PER_SECOND / 12)
    assert np.abs(np.diff(path)).max() * 12 <= MOST_SPEED_PER_SECOND + 1e-9
    assert 120 - kept[np.arange(120), places].sum() <= way + 1


def test_a_path_through_one_look_or_one_place_stands():
    """The shortest shot and the window that fills the picture need no solving."""
    assert best_path(centres_of(0.3), np.eye(193)[:1], 12.0).shape == (1,)
    assert best_path(centres_of(1.0), np.ones((5, 193)), 12.0) == pytest.approx([0.5] * 5)


@given(start=st.floats(0, 1), slope=st.floats(-0.03, 0.03), count=st.integers(1, 200))
def test_a_straight_path_stays_as_it_is(start, slope, count):
    """There is nothing to straighten in an even move."""
    path = start + slope * np.arange(count)
    assert straightened(path, 12.0) == pytest.approx(path, abs=1e-6)


def test_straightening_takes_the_stairs_out_of_a_path():
    """A move by fits and starts becomes an even one that goes the same way."""
    stairs = np.repeat(np.linspace(0.2, 0.8, 11), 5)
    smooth = straightened(stairs, 12.0)
    assert np.abs(np.diff(smooth, 2)).sum() < 0.1 * np.abs(np.diff(stairs, 2)).sum()
    assert np.abs(smooth - stairs).max() < 0.06


@given(st.lists(st.floats(0.1, 0.9), min_size=1, max_size=100), st.floats(0.5, 12))
def test_easing_never_goes_beyond_a_path(path, deviation):
    """Rounded corners lie inside: neither further out nor faster, and no frame is lost."""
    smooth = eased(np.array(path), deviation)
    assert len(smooth) == len(path)
    assert min(path) - 1e-9 <= smooth.min() and smooth.max() <= max(path) + 1e-9
    assert np.abs(np.diff(smooth)).max(initial=0) <= np.abs(np.diff(path)).max(initial=0) + 1e-9

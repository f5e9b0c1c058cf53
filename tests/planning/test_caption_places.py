"""Captions move up or down for faces and burned-in text: inside their margins, no further than needed, seldom."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import analysis, master
from subjects_made import subject

from variantgen.model import Cue, Look, Piece, Subject, SubjectBox
from variantgen.plan.caption_places import FACE_ROWS, TEXT_AIR, TEXT_WEIGHT, UNREADABLE_SHARE, clear_of

RATE = Fraction(25)
WIDE, TALL = (1920, 1080), (1080, 1920)
LOOK = Look("Inter", 58, True, "#FFFFFF", "#000000", 4, 1.5, 120, 300, 288, 672, 3)
HOME = {"bottom": (150, 1108, 750, 1248), "top": (150, 288, 750, 428), "middle": (150, 698, 750, 838)}
"""A caption of two lines on a 9:16 canvas: left, top, right, bottom."""
FILM = master(width=1080, height=1920, frame_rate=RATE, frames=500)
WHOLE = (Piece("master", 0, 500, "crop", ((0, 0, 0, 1080, 1920),)),)


def cue(start: int, end: int) -> Cue:
    """A caption of two lines."""
    return Cue(start, end, ("We began with two people", "and one camera"))


def every_two_seconds(end: int = 500) -> tuple[Cue, ...]:
    """Captions of 48 frames, each 50."""
    return tuple(cue(start, start + 48) for start in range(0, end, 50))


def head(number: int, place: tuple[float, float], span: tuple[int, int] = (0, 500), **changes: Any) -> Subject:
    """A face of 300 x 400 px of the master with its left upper corner at a place."""
    return subject(number, "face", span, place, **{"size": (300, 400), **changes})


def rises(
    cues: tuple[Cue, ...], *subjects: Subject, position: str = "bottom", box: Any = None, **changes: Any
) -> list[int]:
    """How far each cue moves, on a 9:16 canvas that shows a 9:16 master as it is unless `changes` say otherwise."""
    values: dict[str, Any] = {
        "pieces": WHOLE, "master": FILM, "frame_rate": RATE, "width": 1080, "height": 1920,
        "look": replace(LOOK, position=position), "avoid": ("face", "text"),
        "extent": box or (lambda _: HOME[position]),
    }  # fmt: skip
    shots = changes.pop("shot_starts", (0,))
    values.update(changes)
    measured = analysis(values["master"], subjects=subjects, shot_starts=shots)
    return [one.rise_px for one in clear_of(cues, analysis=measured, **values)]


# ---------------------------------------------------------------- who is avoided


def test_nobody_to_avoid_nothing_moves() -> None:
    """Without a face or text, or where none is asked to be avoided, every cue stands at its look's place."""
    in_the_way = head(1, (300, 1000))
    assert rises(every_two_seconds(), replace(in_the_way, kind="person")) == [0] * 10
    assert rises(every_two_seconds(), in_the_way, avoid=()) == [0] * 10
    assert rises(every_two_seconds(), in_the_way, avoid=("text",)) == [0] * 10
    assert rises((replace(cue(0, 48), rise_px=8),)) == [0]
    assert rises((), in_the_way) == []


def test_a_face_in_the_captions_place_moves_them_all_alike() -> None:
    """A head over the lower third: captions go above it, as far as it takes with a little air, and stay there."""
    moved = rises(every_two_seconds(), head(1, (300, 1000)))
    # 1248 - (1000 - 4 % of 400) = 264
    assert moved == [264] * 10


def test_the_shorter_way_is_taken() -> None:
    """A head that reaches into captions at the top from above is left below, not above."""
    assert rises((cue(0, 48),), head(1, (300, -40)), position="top") == [-88]  # 360 + 16 - 288


def test_captions_stand_above_a_lower_third_and_below_a_title() -> None:
    """Burned-in text is never written over: captions at the bottom rise above it, those at the top sink below it."""
    name = subject(1, "text", (0, 500), (200, 1150), size=(500, 90))
    (up,) = rises((cue(0, 48),), name)
    assert 1248 - up <= 1150 < 1248 - up + 40
    title = subject(1, "text", (0, 500), (200, 300), size=(500, 90))
    (down,) = rises((cue(0, 48),), title, position="top")
    assert 288 - down >= 390 > 288 - down - 40


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "unsure",
    [
        head(1, (300, 1000), confidence=0.45),
        head(1, (300, 1000), span=(300, 500)),
        Subject(1, "face", tuple(SubjectBox(f, 300, 1000, 300, 400, 0.0) for f in (0, 499)), 0.9),
        Subject(
            1, "face",
            tuple(SubjectBox(f, 300, 1000, 300, 400, 0.55 if f == 200 else 0.27) for f in range(0, 500, 10)), 0.55,
        ),
        head(1, (300, 1000), size=(0, 0)),
        head(1, (800, 1000)),
        head(1, (300, 1232)),
    ],
    ids=["unsure", "later in the shot", "out of sight", "detected once", "nothing", "beside", "a touch of its hair"],
)  # fmt: skip
def test_who_does_not_count_moves_nothing(unsure: Subject) -> None:
    """Captions stay for what is unsure, not there, beside them, or covered by less than a twentieth."""
    assert rises(every_two_seconds(250), unsure) == [0] * 5


def test_a_face_counts_a_moment_longer_than_it_is_looked_at() -> None:
    """Detectors look at every few frames: a caption just after the last look moves too, one a second later does not."""
    face = Subject(1, "face", (SubjectBox(100, 300, 1000, 300, 400, 0.9),), 0.9)
    assert rises((cue(102, 104),), face) == [264]
    assert rises((cue(125, 150),), face) == [0]


def test_a_small_caption_leaves_a_large_title() -> None:
    """On a title that fills the picture a caption covers a hundredth, and is as unreadable as over a small one."""
    title = subject(1, "text", (0, 500), (0, 450), size=(1080, 1470))
    (rise,) = rises((cue(0, 48),), title, box=lambda _: (300, 1178, 600, 1248))
    assert 1248 - rise <= 450


def test_hair_is_not_worth_a_long_way() -> None:
    """Captions that touch the hair of a head that fills the picture do not cross it to its chin."""
    assert rises((cue(0, 48),), head(1, (0, 340), size=(1080, 700)), position="top") == [0]
    # over the brows it is
    (rise,) = rises((cue(0, 48),), head(1, (0, 183), size=(1080, 700)), position="top")
    assert 288 - rise >= 883


def test_of_two_ways_as_long_captions_go_up() -> None:
    """A face behind captions in the middle that lies as far below them as above."""
    assert rises((cue(0, 48),), head(1, (300, 568)), position="middle") == [286]


# ---------------------------------------------------------------- how steadily


def test_captions_of_a_shot_share_one_place() -> None:
    """A head that comes into the captions' place in the middle of a shot moves those before and after it too."""
    still = every_two_seconds()
    assert rises(still, head(1, (300, 1000), span=(200, 300))) == [264] * 10


def test_each_shot_has_its_own_place() -> None:
    """Captions move in the shot with the face, and back at the cut."""
    moved = rises(every_two_seconds(), head(1, (300, 1000), (200, 350)), shot_starts=(0, 200, 350))
    assert moved == [0] * 4 + [264] * 3 + [0] * 3


LOW, HIGH = (100, 620), (100, 50)
"""Places of heads of 800 x 850 px: wherever captions stand, one of the two is under them."""


def test_a_caption_over_a_cut_goes_with_the_shot_it_is_longer_in() -> None:
    """Its place is that of the captions behind the cut, and those before it stay."""
    cues = (cue(0, 48), cue(80, 128), cue(130, 178))
    assert rises(cues, head(1, (300, 1000), (100, 500)), shot_starts=(0, 100)) == [0, 264, 264]


def test_no_place_for_all_gives_runs_and_not_jumps() -> None:
    """Somebody who fills the lower half of the captions' room, then the upper: captions change places once."""
    low, high = (head(n, at, span, size=(800, 850)) for n, at, span in ((1, LOW, (0, 250)), (2, HIGH, (250, 500))))
    moved = rises(every_two_seconds(), low, high)
    assert moved == [moved[0]] * 5 + [0] * 5
    assert 1248 - moved[0] <= 620


def test_one_short_caption_does_not_jump_alone() -> None:
    """Where no place is good for all, a caption of a second would rather cover a face than jump there and back."""
    spans = ((1, HIGH, (0, 200)), (2, LOW, (200, 225)), (3, HIGH, (225, 500)))
    people = [head(number, at, span, size=(800, 850)) for number, at, span in spans]
    cues = (*every_two_seconds(200), cue(200, 225), *(cue(start, start + 48) for start in range(225, 470, 50)))
    assert rises(cues, *people) == [0] * 10


def test_who_was_only_carried_there_counts_for_less() -> None:
    """Between a face that was detected and one that was carried along, captions cover the second."""
    sure, other = head(1, LOW, size=(800, 850)), head(2, (100, -50), size=(800, 1100))
    boxes = tuple(replace(box, confidence=0.9 if number == 90 else 0.45) for number, box in enumerate(other.boxes))
    assert rises((cue(0, 48),), sure, other) == [0]
    assert rises((cue(0, 48),), sure, replace(other, boxes=boxes)) > [0]


def test_a_face_that_fills_the_room_moves_nothing_for_little() -> None:
    """Where captions cover part of a face wherever they stand, they stay unless another place is much better."""
    assert rises((cue(0, 48),), head(1, (0, 0), size=(1080, 1300))) == [0]
    # from the eyes to the hair or the chin: much better, though there is no room that is clear
    (moved,) = rises((cue(0, 48),), head(1, (0, 300), size=(1080, 920)), position="middle")
    assert 838 - moved < 300 + 0.38 * 920 or 698 - moved > 300 + 0.85 * 920


def test_a_cut_elsewhere_changes_nothing_here() -> None:
    """Captions of a shot stand where they stood when other shots are left out of the variant."""
    faces = (head(1, (300, 1000), (0, 200)), head(2, (300, 900), (200, 350)), head(3, (300, 1100), (350, 500)))
    shots = (0, 200, 350)
    long = rises(every_two_seconds(), *faces, shot_starts=shots)
    middle = (Piece("master", 200, 350, "crop", ((0, 0, 0, 1080, 1920),)),)
    short = rises(every_two_seconds(150), *faces, shot_starts=shots, pieces=middle)
    assert short == long[4:7] and len(set(long)) == 3


# ---------------------------------------------------------------- where they are on the canvas


def test_a_moving_window_brings_a_face_into_the_way() -> None:
    """Boxes are seen through the window: one that stands still in the master is under captions once the window is."""
    film = master(width=1920, height=1080, frame_rate=RATE, frames=500)
    path = ((0, 0, 0, 608, 1080), (249, 0, 0, 608, 1080), (250, 1300, 0, 608, 1080), (499, 1300, 0, 608, 1080))
    pieces = (Piece("master", 0, 500, "crop", path),)
    face = [head(n, (1400, 580), s, size=(150, 200)) for n, s in ((1, (0, 250)), (2, (250, 500)))]
    moved = rises(every_two_seconds(), *face, master=film, pieces=pieces, shot_starts=(0, 250))
    # of 1080 px shown 1920 high: the face begins at 1031, less 14 of air
    assert moved == [0] * 5 + [232] * 5


UPPER = ((0, 0, 0, 1080, 540),)


@pytest.mark.parametrize(
    ("piece", "place", "top", "rise"),
    [
        # the lower window is shown as it is: the face is at 840, less 4 of air
        (Piece("master", 0, 500, "split", UPPER, lower_crop=((0, 0, 540, 1080, 540),)), (300, 840), 780, 44),
        # only its hair is above the seam, and the lower window shows another side of the master
        (Piece("master", 0, 500, "split", UPPER, lower_crop=((0, 840, 540, 1080, 540),)), (300, 500), 545, 0),
        # shown 1080 px wide and 607.5 high, from 236.25 on: the face is at 776.25, less 2.25 of air
        (Piece("master", 0, 500, "blur"), (800, 960), 780, 106),
        (Piece("master", 0, 500, "pad"), (800, 960), 780, 106),
    ],
    ids=["split", "beyond the seam", "blur", "pad"],
)
def test_every_fit_says_where_faces_are(piece: Piece, place: tuple[int, int], top: int, rise: int) -> None:
    """Two windows, or the whole picture between bars: captions clear the face where it is on the canvas."""
    film = master(width=1920, height=1080, frame_rate=RATE, frames=500)
    look = replace(LOOK, margin_top_px=60, margin_bottom_px=200)
    face = head(1, place, size=(200, 100))
    moved = rises(
        (cue(0, 48),), face, master=film, pieces=(piece,), height=1080, look=look,
        box=lambda _: (100, top, 980, top + 100),
    )  # fmt: skip
    assert moved == [rise]


def test_what_a_split_cuts_off_is_not_hidden() -> None:
    """Captions that flee a face in the lower window may stand where the upper one's face would be, were it not cut."""
    lower = ((0, 840, 540, 1080, 540),)
    film = master(width=1920, height=1080, frame_rate=RATE, frames=500)
    cut_off, chased = head(1, (100, 440), size=(200, 200)), head(2, (1100, 700), size=(200, 200))
    look = replace(LOOK, margin_top_px=60, margin_bottom_px=200)
    pieces = (Piece("master", 0, 500, "split", UPPER, lower_crop=lower),)
    moved = rises(
        (cue(0, 48),), cut_off, chased, master=film, pieces=pieces, height=1080, look=look,
        box=lambda _: (100, 780, 980, 880),
    )  # fmt: skip
    assert moved == [188]


def test_captions_on_a_card_cover_nobody() -> None:
    """A card's frames are none of the master's, whose first frames have a face."""
    pieces = (Piece("card", 0, 50), Piece("master", 0, 100, "crop", ((0, 0, 0, 1080, 1920),)))
    assert rises(every_two_seconds(150), head(1, (300, 1000)), pieces=pieces) == [0, 264, 264]


def test_frames_are_followed_through_cards_cuts_and_rates() -> None:
    """At half the rate, with a card first and a middle part left out, the captions of the right shot move."""
    film = master(width=1080, height=1920, frame_rate=2 * RATE, frames=1000)
    crop = ((0, 0, 0, 1080, 1920),)
    pieces = (Piece("card", 0, 50), Piece("master", 0, 100, "crop", crop), Piece("master", 300, 400, "crop", crop))
    face = head(1, (300, 1000), (600, 700))
    cues = every_two_seconds(250)
    assert rises(cues, face, master=film, pieces=pieces, shot_starts=(0, 200, 600, 700)) == [0, 0, 0, 264, 0]


# ---------------------------------------------------------------- always


Scene = tuple[tuple[Cue, ...], dict[Cue, tuple[int, int, int, int]], tuple[Subject, ...]]


@st.composite
def scenes(draw: st.DrawFn, position: str) -> Scene:
    """Cues of five shots, where each stands, and still faces and texts that are there through a shot."""
    cues, boxes, subjects = [], {}, []
    for start in range(0, 500, 100):
        for number in range(draw(st.integers(0, 3))):
            one = cue(start + 30 * number, start + 30 * number + draw(st.integers(2, 28)))
            half, tall = draw(st.integers(40, 330)), draw(st.integers(50, 300))
            top = {"top": 288, "bottom": 1248 - tall, "middle": 768 - tall // 2}[position]
            cues.append(one)
            boxes[one] = (450 - half, top, 450 + half, top + tall)
        for _ in range(draw(st.integers(0, 3))):
            place = draw(st.tuples(st.integers(-100, 1000), st.integers(-100, 1800)))
            size = draw(st.tuples(st.integers(30, 900), st.integers(30, 900)))
            kind = draw(st.sampled_from(["face", "text"]))
            subjects.append(subject(len(subjects), kind, (start, start + 100), place, size=size))  # type: ignore[arg-type]
    return tuple(cues), boxes, tuple(subjects)


def hidden(box: tuple[int, int, int, int], one: Subject) -> float:
    """What a caption's box hides of a face or text on a canvas that shows the master as it is; little is nothing."""
    seen = one.boxes[0]

    def common(air: float) -> tuple[float, float, float]:
        upper, lower = max(box[1], seen.y - air), min(box[3], seen.y + seen.h + air)
        across = min(box[2], seen.x + seen.w + air, 1080) - max(box[0], seen.x - air, 0)
        return max(0.0, across), upper, max(upper, lower)

    is_face = one.kind == "face"
    area = seen.w * seen.h if is_face else min(seen.w * seen.h, (box[2] - box[0]) * (box[3] - box[1]))
    across, upper, lower = common(0)
    if across * (lower - upper) / area < 0.05:
        return 0.0
    if is_face:
        above, below = np.interp([(edge - seen.y) / seen.h for edge in (box[1], box[3])], *zip(*FACE_ROWS, strict=True))
        return float(below - above) * across / seen.w
    across, upper, lower = common(TEXT_AIR * min(seen.h, box[3] - box[1]))
    return TEXT_WEIGHT * min(1.0, across * (lower - upper) / area / UNREADABLE_SHARE)


@pytest.mark.parametrize("position", ["bottom", "top", "middle"])
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_captions_stay_inside_their_margins_and_never_hide_more(position: str, data: st.DataObject) -> None:
    """Whoever is where: every cue is inside its look's margins, by even steps; no shot loses more than unmoved; twice
    the same question has the same answer.
    """
    cues, boxes, subjects = data.draw(scenes(position))

    def asked() -> list[int]:
        return rises(
            cues, *subjects, position=position, box=lambda one: boxes[one], shot_starts=tuple(range(0, 500, 100))
        )

    moved = asked()
    assert moved == asked()
    before, after = np.zeros(5), np.zeros(5)
    for one, rise in zip(cues, moved, strict=True):
        left, top, right, bottom = boxes[one]
        assert rise % 2 == 0 and top - rise >= 288 and bottom - rise <= 1248
        shot = one.start_frame // 100
        there = [s for s in subjects if s.boxes[0].frame == 100 * shot]
        frames = one.end_frame - one.start_frame
        before[shot] += frames * sum(hidden(boxes[one], s) for s in there)
        after[shot] += frames * sum(hidden((left, top - rise, right, bottom - rise), s) for s in there)
    assert (after <= before + 1e-3).all()


@settings(deadline=None, max_examples=60)
@given(top=st.integers(300, 1150), tall=st.integers(100, 700), position=st.sampled_from(["bottom", "top", "middle"]))
def test_a_face_that_can_be_cleared_is_cleared(top: int, tall: int, position: str) -> None:
    """Where there is room above or below a face whose eyes or mouth would be covered, nothing of it is."""
    home = HOME[position]
    face = head(1, (300, top), size=(300, tall))
    air = 0.04 * tall + 2
    has_room = top - air - 140 >= 288 or top + tall + air + 140 <= 1248
    is_covered = hidden(home, face) > 0.2
    (rise,) = rises((cue(0, 48),), face, position=position)
    if is_covered and has_room:
        assert home[3] - rise <= top or home[1] - rise >= top + tall
    if not is_covered and hidden(home, face) == 0:
        assert rise == 0

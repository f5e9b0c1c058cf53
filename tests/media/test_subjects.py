"""Who is in a shot and where it moves: on made frames whose movement is known, without a film or a detector."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest

from variantgen.analyze import subjects as watching
from variantgen.analyze import tracks as following
from variantgen.analyze.detections import Detection
from variantgen.analyze.motion import Motion, MotionFinder, own_motion
from variantgen.analyze.standout import standing_out
from variantgen.analyze.subjects import SubjectWatcher
from variantgen.analyze.tracks import Box, Track, Tracker, likeness, overlap_of, relinked, without_doubles
from variantgen.model import Interest, Subject

SIZE = (240, 136)
SQUARE_PX = 48
RED, BLUE, GREEN = (40, 40, 220), (220, 60, 40), (50, 200, 60)


def texture(width: int, height: int, seed: int = 1, colour: tuple[int, int, int] = (128, 128, 128)) -> np.ndarray:
    """A picture of soft spots around a colour: something for a flow to hold on to."""
    spots = np.random.default_rng(seed).normal(0, 1, (height, width, 3)).astype(np.float32)
    soft = cv2.GaussianBlur(spots, (0, 0), 2.5)
    return np.clip(np.array(colour) + 40 * soft / soft.std(), 0, 255).astype(np.uint8)


GROUND = texture(480, 300)
THING = texture(SQUARE_PX, SQUARE_PX, 2, RED)


def picture(pan: tuple[int, int] = (0, 0), square: tuple[int, int] | None = None) -> np.ndarray:
    """The ground seen from a place of its own, and a red square at a place of the frame."""
    width, height = SIZE
    x, y = 60 + pan[0], 60 + pan[1]
    frame = GROUND[y : y + height, x : x + width].copy()
    if square is not None:
        left, top = square
        frame[top : top + SQUARE_PX, left : left + SQUARE_PX] = THING
    return frame


def motion_of(*frames: np.ndarray) -> Motion:
    """What moved between the last two of some frames."""
    finder = MotionFinder()
    found = [finder.take(frame) for frame in frames]
    assert found[0] is None and found[-1] is not None
    return found[-1]


def as_box(left: float, top: float, size: float = SQUARE_PX) -> Box:
    """A square of the small frame as shares of it."""
    return left / SIZE[0], top / SIZE[1], size / SIZE[0], size / SIZE[1]


# ---------------------------------------------------------------- what moves


@pytest.mark.parametrize("pan", [(0, 0), (4, 0), (-3, 2), (0, -4)])
def test_what_moves_on_its_own_stands_out_from_the_pan(pan):
    """The square is found and the ground is not, whatever the camera does."""
    moved = motion_of(picture(square=(80, 40)), picture(pan, square=(86, 40)))
    inner = moved.inside(*as_box(90, 48, SQUARE_PX - 16))
    rows, columns = moved.own.shape
    away = moved.own.copy()
    away[20 * rows // SIZE[1] : 108 * rows // SIZE[1], 60 * columns // SIZE[0] : 154 * columns // SIZE[0]] = 0
    assert inner > 0.8
    assert away.mean() < 0.02


@pytest.mark.parametrize("pan", [(0, 0), (4, 0), (0, 3), (-4, -3)])
def test_a_camera_that_moves_alone_moves_nothing(pan):
    """A pan over a still ground has no motion of its own."""
    assert motion_of(picture(), picture(pan)).own.mean() < 0.02


def test_a_zoom_and_a_turn_are_the_cameras():
    """The camera's motion is affine: growing and turning pictures have no motion of their own either."""
    turn = cv2.getRotationMatrix2D((SIZE[0] / 2, SIZE[1] / 2), 1.0, 1.02)
    after = cv2.warpAffine(picture(), turn, SIZE, borderMode=cv2.BORDER_REFLECT)
    assert motion_of(picture(), after).own.mean() < 0.05


def test_a_still_picture_does_not_move():
    """Nothing at all where two frames are equal."""
    moved = motion_of(picture(square=(80, 40)), picture(square=(80, 40)))
    assert not moved.own.any()
    assert moved.shift(*as_box(80, 40)) == pytest.approx((0, 0), abs=1e-3)


def test_noise_is_not_movement():
    """Grain on a still picture stays below the floor."""
    grain = np.random.default_rng(3)
    frames = [np.clip(picture() + grain.normal(0, 4, (*SIZE[::-1], 3)), 0, 255).astype(np.uint8) for _ in range(2)]
    assert motion_of(*frames).own.mean() < 0.02


def test_a_large_subject_is_not_taken_for_the_camera():
    """Somebody before the middle of a still ground counts as moving, up to two fifths of the picture."""
    flow = np.zeros((60, 100, 2), np.float32)
    flow[6:54, 25:75] = (5, 0)
    own = own_motion(flow)
    assert own[6:54, 25:75].min() == 1 and own.sum() == 48 * 50


def test_a_large_subject_at_one_side_is_not_taken_for_the_camera():
    """The same of somebody who fills the left quarter."""
    flow = np.zeros((60, 100, 2), np.float32)
    flow[:, :25] = (5, 0)
    own = own_motion(flow)
    assert own[:, :25].min() == 1 and not own[:, 25:].any()


def test_a_flow_of_one_affine_motion_has_nothing_of_its_own():
    """Whatever its size: pan, zoom and shear are taken out exactly."""
    ys, xs = np.mgrid[:60, :100].astype(np.float32)
    flow = np.stack([7 + 0.05 * xs - 0.02 * ys, -3 + 0.01 * xs + 0.04 * ys], axis=2)
    assert own_motion(flow).max() < 0.01


def test_a_shift_is_told_as_a_share_of_the_frame():
    """A box goes as far as what is in it, in shares of the width and height."""
    moved = motion_of(picture(square=(80, 40)), picture(square=(86, 37)))
    across, down = moved.shift(*as_box(80, 40))
    # a flow of patches tells somewhat less than what a small thing moved
    assert across * SIZE[0] == pytest.approx(6, rel=0.3) and down * SIZE[1] == pytest.approx(-3, rel=0.4)


@pytest.mark.parametrize("box", [(-0.5, -0.5, 0.3, 0.3), (1.2, 1.2, 0.3, 0.3), (0.999, 0.0, 0.5, 1.0), (0, 0, 0, 0)])
def test_a_box_outside_the_frame_is_read_at_its_edge(box):
    """A box that was carried out of the picture is no fault."""
    moved = motion_of(picture(), picture((3, 0)))
    assert np.isfinite(moved.shift(*box)).all() and 0 <= moved.inside(*box) <= 1


def test_after_a_restart_there_is_no_frame_before():
    """A cut is not a movement: the first frame of a shot is compared with nothing."""
    finder = MotionFinder()
    assert finder.take(picture()) is None and finder.take(picture((3, 0))) is not None
    finder.restart()
    assert finder.take(GROUND[:136, :240]) is None
    assert finder.take(GROUND[:136, :240]).own.max() == 0


@pytest.mark.parametrize("size", [(480, 270), (270, 480), (480, 100), (16, 16), (2, 480)])
def test_frames_of_any_size_are_compared(size):
    """Upright, very wide and tiny masters have a flow too."""
    frame = texture(*size)
    moved = motion_of(frame, frame)
    assert max(moved.flow.shape[:2]) <= max(240, 24) and moved.own.ndim == 2


# ---------------------------------------------------------------- what stands out


def test_a_colour_the_border_does_not_have_stands_out():
    """A red square on a grey ground, at any brightness of the ground."""
    for grey in (60, 128, 200):
        frame = np.full((136, 240, 3), grey, np.uint8)
        frame[40:88, 100:148] = RED
        found = standing_out(frame)
        rows, columns = found.shape
        inside = found[44 * rows // 136 : 84 * rows // 136, 104 * columns // 240 : 144 * columns // 240]
        assert inside.mean() > 0.8 and found.sum() < 2 * inside.sum()


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (10, 200, 30)])
def test_nothing_stands_out_of_one_colour(colour):
    """A flat picture is all border."""
    assert standing_out(np.full((136, 240, 3), colour, np.uint8)).max() < 0.01


def test_what_reaches_the_border_stands_out_less():
    """A colour that is as often at the border as inside belongs to the ground."""
    frame = np.full((136, 240, 3), 128, np.uint8)
    frame[:, 100:148] = RED
    assert standing_out(frame).max() < 0.3


# ---------------------------------------------------------------- tracks

STEP = 2
PAINTED = {"person": RED, "animal": BLUE, "face": GREEN}


class Stage:
    """Painted subjects on a textured ground, looked at one look after the other."""

    def __init__(self) -> None:
        self.finder, self.tracker, self.frame = MotionFinder(), Tracker(), 0

    def look(
        self, places: dict[str, tuple[float, float]], detections: Sequence[Detection] | None, size: int = SQUARE_PX
    ) -> None:
        """One look at squares at places of the frame (top left corners, in px)."""
        frame = picture()
        for colour, (left, top) in places.items():
            paint = texture(size, size, len(colour), PAINTED[colour])
            x0, y0 = max(0, round(left)), max(0, round(top))
            x1, y1 = min(SIZE[0], round(left) + size), min(SIZE[1], round(top) + size)
            if x1 > x0 and y1 > y0:
                frame[y0:y1, x0:x1] = paint[y0 - round(top) : y1 - round(top), x0 - round(left) : x1 - round(left)]
        self.tracker.take(self.frame, self.finder.take(frame), detections, frame)
        self.frame += STEP


def found(left: float, top: float, kind: str = "person", confidence: float = 0.8, size: int = SQUARE_PX) -> Detection:
    """What a detector says of a square."""
    return Detection(kind, *as_box(left, top, size), confidence)  # type: ignore[arg-type]


def test_a_track_goes_on_while_the_detector_blinks():
    """Seen at every fourth look, a walking subject is one track from the first look to the last."""
    stage = Stage()
    for look in range(24):
        left = 10 + 5 * look
        stage.look({"person": (left, 40)}, [found(left, 40)] if look % 4 == 0 else None)
    (track,) = stage.tracker.finish()
    assert [frame for frame, _, _ in track.seen] == [8 * n for n in range(6)]
    assert track.confidence == pytest.approx(0.8)
    last, box, confidence = track.boxes()[-1]
    assert last == 46 and confidence < 0.8
    assert box[0] * SIZE[0] == pytest.approx(10 + 5 * 23, abs=6)


def test_a_detector_that_sees_nobody_does_not_end_a_track():
    """An empty answer is a blink, like no answer."""
    stage = Stage()
    for look in range(12):
        stage.look({"person": (80, 40)}, [found(80, 40)] if look in (0, 8) else [])
    (track,) = stage.tracker.tracks
    assert len(track.seen) == 2


@pytest.mark.parametrize("every", [1, 3])
def test_two_that_cross_keep_their_tracks(every):
    """Those who pass before each other are told apart by their colours and their ways."""
    stage = Stage()
    for look in range(30):
        places = {"person": (5 + 6 * look, 44), "animal": (185 - 6 * look, 40)}
        seen = [found(*places["animal"]), found(*places["person"])] if look % every == 0 else None
        stage.look(places, seen)
    tracks = stage.tracker.finish()
    assert len(tracks) == 2
    for track in tracks:
        lefts = [box[0] for _, box, _ in track.seen]
        steps = np.sign(np.diff(lefts))
        assert (steps > 0).all() or (steps < 0).all()


def test_a_track_is_carried_to_before_it_was_first_seen():
    """Who is detected late was there before: the flow tells where, a few looks back."""
    stage = Stage()
    for look in range(10):
        left = 20 + 4 * look
        stage.look({"person": (left, 40)}, [found(left, 40)] if look >= 6 else None)
    (track,) = stage.tracker.finish()
    first, box, confidence = track.boxes()[0]
    assert first == 0 and confidence < 0.8
    assert box[0] * SIZE[0] == pytest.approx(20, abs=6)
    frames = [frame for frame, _, _ in track.boxes()]
    assert frames == sorted(set(frames))


def test_a_track_is_not_carried_for_ever():
    """Who is not seen again is let go of after a few looks, and begins anew when found later."""
    stage = Stage()
    for look in range(40):
        stage.look({"person": (80, 40)}, [found(80, 40)] if look == 2 else None)
    (track,) = stage.tracker.tracks
    boxes = track.boxes()
    assert boxes[0][0] == 0 and 4 + STEP <= boxes[-1][0] <= 4 + STEP * (following.CARRIED_LOOKS + 1)


def test_a_track_ends_where_it_leaves_the_picture():
    """A box that the flow carried out of the frame is not told."""
    tracker, frame = Tracker(), picture()
    drift = Motion(np.full((*SIZE[::-1], 2), (9, 0), np.float32), np.zeros((68, 120), np.float32))
    for look in range(10):
        tracker.take(2 * look, drift if look else None, [found(170, 40)] if look == 0 else None, frame)
    (track,) = tracker.finish()
    # less than three tenths of it are in from look 7 on: 170 + 63 of 240 px
    assert [at for at, _, _ in track.boxes()] == [0, 2, 4, 6, 8, 10, 12]


def test_a_weak_detection_goes_on_with_a_track_and_begins_none():
    """What a detector is unsure of is believed only where somebody was."""
    stage = Stage()
    for look in range(4):
        stage.look(
            {"person": (80, 40)}, [found(80, 40, confidence=0.8 if look == 0 else 0.2), found(5, 5, "animal", 0.2)]
        )
    (track,) = stage.tracker.finish()
    assert track.kind == "person" and len(track.seen) == 4


def test_a_face_is_no_person():
    """A face on a body is a track of its own, however much they overlap."""
    stage = Stage()
    for _ in range(4):
        stage.look({"person": (80, 40)}, [found(80, 40), found(82, 42, "face", size=44)])
    stage.look({"person": (80, 40)}, [found(80, 40, "face")])
    assert sorted((track.kind, len(track.seen)) for track in stage.tracker.finish()) == [("face", 5), ("person", 4)]


def test_a_kind_that_a_detector_mixes_up_goes_on():
    """A dog that is a person for one look stays one track."""
    stage = Stage()
    for look in range(6):
        stage.look({"animal": (80, 40)}, [found(80, 40, "person" if look == 3 else "animal")])
    (track,) = stage.tracker.finish()
    assert track.kind == "animal"


def test_what_moves_is_more_active_than_what_rests():
    """The share of the shot's own motion is the walker's, not the sitter's."""
    stage = Stage()
    for look in range(10):
        left = 20 + 5 * look
        stage.look({"person": (left, 80), "animal": (180, 10)}, [found(left, 80), found(180, 10, "animal")])
    walker, sitter = sorted(stage.tracker.finish(), key=lambda track: track.kind, reverse=True)
    assert walker.inside / walker.looks > 0.4 and sitter.inside / sitter.looks < 0.1
    assert walker.density > 5 * sitter.density


# ---------------------------------------------------------------- joining and thinning


def hue(number: int) -> np.ndarray:
    """A histogram of one colour."""
    counts = np.zeros(216, np.float32)
    counts[number] = 1
    return counts


def track(start: int, end: int, box: Box, *, colour: int = 0, kind: str = "person", confidence: float = 0.8) -> Track:
    """A track seen at every second frame at one place."""
    return Track(kind, hue(colour), seen=[(frame, box, confidence) for frame in range(start, end, 2)], box=box)


HERE, NEAR, FAR = (0.2, 0.2, 0.2, 0.5), (0.24, 0.2, 0.2, 0.5), (0.7, 0.2, 0.2, 0.5)


def test_the_pieces_of_one_subject_are_joined():
    """One ends and soon one like it begins there: they are one, in frame order."""
    (one,) = relinked([track(30, 50, NEAR), track(0, 20, HERE)])
    frames = [frame for frame, _, _ in one.seen]
    assert frames == sorted(frames) and frames[0] == 0 and frames[-1] == 48


APART = {
    "elsewhere": track(30, 50, FAR),
    "another colour and a step away": track(30, 50, (0.36, 0.2, 0.2, 0.5), colour=9),
    "another kind": track(30, 50, NEAR, kind="animal"),
    "at the same time": track(10, 50, NEAR),
    "much larger": track(30, 50, (0.1, 0.0, 0.5, 1.0)),
}


@pytest.mark.parametrize("case", APART)
def test_others_are_not_joined(case):
    """Place, colours, kind, size and time all have to agree."""
    assert len(relinked([track(0, 20, HERE), APART[case]])) == 2


def test_a_track_that_shows_a_part_of_another_is_dropped():
    """The upper half of a person is no second person; the whole one stays."""
    whole, half = track(0, 40, (0.2, 0.1, 0.3, 0.8)), track(0, 40, (0.22, 0.12, 0.2, 0.3), confidence=0.5)
    for order in ([whole, half], [half, whole]):
        assert without_doubles(order) == [whole]


DIFFERENT = {
    "a face on a body": track(0, 40, (0.22, 0.12, 0.1, 0.2), kind="face"),
    "somebody beside": track(0, 40, (0.45, 0.1, 0.3, 0.8)),
    "somebody later": track(100, 140, (0.2, 0.1, 0.3, 0.8)),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_others_are_no_doubles(case):
    """Another kind, another place or another time is somebody else."""
    assert len(without_doubles([track(0, 40, (0.2, 0.1, 0.3, 0.8)), DIFFERENT[case]])) == 2


def test_overlap_and_likeness_are_shares():
    """Equal is 1, apart is 0, half is between."""
    assert overlap_of(HERE, HERE) == pytest.approx(1) and overlap_of(HERE, FAR) == 0
    assert overlap_of((0, 0, 0.2, 0.2), (0.1, 0, 0.2, 0.2)) == pytest.approx(1 / 3)
    assert likeness(hue(1), hue(1)) == pytest.approx(1) and likeness(hue(1), hue(2)) == 0


# ---------------------------------------------------------------- the watcher

MASTER = (1920, 1088)
RATE = 24.0


class Detector:
    """Answers with what a script says of the frames it is asked about, and remembers when it was asked."""

    def __init__(self, script: Callable[[int], Sequence[Detection]] = lambda number: ()) -> None:
        self.script, self.number = script, 0
        self.asked: list[int] = []

    def __call__(self, frame_bgr: np.ndarray) -> Sequence[Detection]:
        self.asked.append(self.number)
        return self.script(self.number)


def watch(
    detector: Detector,
    frame_of: Callable[[int], np.ndarray],
    frames: int,
    *,
    cuts: Sequence[int] = (),
    rate: float = RATE,
) -> tuple[tuple[Subject, ...], Interest]:
    """What a watcher tells of so many frames."""
    watcher = SubjectWatcher(detector, rate=rate, width=MASTER[0], height=MASTER[1])
    for number in range(frames):
        detector.number = number
        watcher.take(number, frame_of(number), number == 0 or number in cuts)
    return watcher.finish()


def maps(interest: Interest) -> tuple[np.ndarray, np.ndarray]:
    """An interest's motion and standout, looks x (columns + rows)."""
    flat = [
        np.frombuffer(zlib.decompress(base64.b64decode(one)), np.uint8) for one in (interest.motion, interest.standout)
    ]
    motion, standout = (one.reshape(-1, interest.columns + interest.rows) for one in flat)
    return motion, standout


def test_a_subject_is_told_in_the_masters_pixels():
    """Boxes of the small frame's shares become rectangles of the master, with what the detector was sure of."""
    still = picture(square=(80, 40))
    ((one,), _) = watch(Detector(lambda number: [found(80, 40)]), lambda number: still, 49)
    assert (one.kind, one.id, one.confidence) == ("person", 1, 0.8)
    assert one.boxes[0].frame == 0 and one.boxes[-1].frame == 48
    scale = MASTER[0] / SIZE[0]
    for box in one.boxes:
        assert (box.x, box.y, box.w, box.h) == pytest.approx((80 * scale, 40 * scale, 48 * scale, 48 * scale), abs=0.5)
    assert one.activity < 0.05


def test_no_subject_reaches_over_a_cut():
    """Who stands at the same place before and after a cut is two, each with frames of one shot."""
    cuts = (25, 50, 53)
    still = picture(square=(80, 40))
    found_, _ = watch(Detector(lambda number: [found(80, 40)]), lambda number: still, 100, cuts=cuts)
    spans = [(one.boxes[0].frame, one.boxes[-1].frame) for one in found_]
    assert len(spans) == 4 and [one.id for one in found_] == [1, 2, 3, 4]
    for (first, last), start, end in zip(spans, (0, *cuts), (*cuts, 100), strict=True):
        assert start <= first <= last < end


def test_who_is_in_one_shot_is_told_of_no_other():
    """A shot begins without anybody: who was seen in the one before is gone."""
    still = picture(square=(80, 40))
    detector = Detector(lambda number: [found(80, 40)] if number < 25 else [])
    found_, _ = watch(detector, lambda number: still, 75, cuts=(25, 50))
    assert [(one.boxes[0].frame, one.boxes[-1].frame) for one in found_] == [(0, 24)]


def test_a_late_detection_is_not_carried_back_over_a_cut():
    """Boxes carried to before the first detection stop at the shot's start."""
    detector = Detector(lambda number: [found(80, 40)] if number >= 40 else [])
    moving = lambda number: picture(square=(80 + (number // 2) % 2, 40))  # noqa: E731
    (one,), _ = watch(detector, moving, 60, cuts=(30,))
    assert one.boxes[0].frame >= 30


def test_who_comes_much_later_is_somebody_else():
    """A place that was empty for twelve seconds of a shot is not told as having had somebody in it."""
    still = picture(square=(80, 40))
    detector = Detector(lambda number: [found(80, 40)] if not 24 <= number < 312 else [])
    assert len(watch(detector, lambda number: still, 336)[0]) == 2


def test_frames_of_subjects_are_in_order():
    """Each box has a later frame than the one before, whatever was joined."""
    detector = Detector(lambda number: [found(20 + 2 * number, 40)] if number % 20 < 10 else [])
    found_, _ = watch(detector, lambda number: picture(square=(min(180, 20 + 2 * number), 40)), 80)
    assert found_
    for one in found_:
        frames = [box.frame for box in one.boxes]
        assert frames == sorted(set(frames)) and all(frame % 2 == 0 for frame in frames)


@pytest.mark.parametrize(("rate", "step"), [(24.0, 2), (25.0, 2), (30.0, 2), (60.0, 5), (12.0, 1), (5.0, 1)])
@pytest.mark.parametrize("frames", [1, 7, 31])
def test_interest_has_a_row_for_every_look(rate, step, frames):
    """About twelve looks a second, from frame 0: as many rows as looks, of columns and rows."""
    _, interest = watch(Detector(), lambda number: picture(), frames, rate=rate)
    motion, standout = maps(interest)
    assert interest.step_frames == step
    assert motion.shape == standout.shape == (-(-frames // step), interest.columns + interest.rows)


def test_interest_shows_where_it_moves_and_stands_out():
    """The columns and rows of a red square that moves on its own are bright, the others dark."""
    _, interest = watch(Detector(), lambda number: picture(square=(10 + 2 * number, 20)), 40)
    for shown in maps(interest):
        row = shown[10].astype(float)
        columns, rows = row[: interest.columns], row[interest.columns :]
        middle = (10 + 40 + SQUARE_PX / 2) / SIZE[0] * interest.columns
        assert 100 < columns.max() <= 255
        assert abs(columns.argmax() - middle) < 0.12 * interest.columns
        assert columns[-8:].max() < 0.4 * columns.max()
        assert abs(rows.argmax() - (20 + SQUARE_PX / 2) / SIZE[1] * interest.rows) < 0.2 * interest.rows


def test_a_still_master_has_no_movement():
    """Motion maps of equal frames are empty."""
    still = picture(square=(80, 40))
    _, interest = watch(Detector(), lambda number: still, 40)
    assert not maps(interest)[0].any()


def test_a_cut_is_not_seen_as_movement():
    """The first look of a shot has nothing to be compared with, wherever in the step the cut is."""
    for cut in (20, 21):
        _, interest = watch(
            Detector(), lambda number, cut=cut: picture((0 if number < cut else 50, 0)), 40, cuts=(cut,)
        )
        assert not maps(interest)[0].any()


# ---------------------------------------------------------------- how often it detects


def test_a_still_master_is_looked_at_twice_a_second():
    """Ten seconds without movement are twenty-odd detections."""
    detector = Detector()
    still = picture()
    watch(detector, lambda number: still, 240)
    assert 18 <= len(detector.asked) <= 22
    assert np.diff(detector.asked).max() <= watching.REST_SECONDS * RATE + 2


def moving(number: int) -> np.ndarray:
    """A square that never rests."""
    return picture(square=(20 + abs((4 * number) % 300 - 150), 40))


def test_a_moving_master_is_looked_at_more_often():
    """Movement asks for more detections, as long as there are some saved up."""
    detector = Detector()
    watch(detector, moving, 96)
    assert len(detector.asked) > 2 * 96 / RATE * 2


def test_detections_never_come_to_more_than_was_saved():
    """A long film that moves all the time costs what was saved up and the steady rate, and is looked at to its end."""
    detector = Detector()
    seconds = 40
    watch(detector, moving, int(seconds * RATE))
    asked = np.array(detector.asked)
    for at in range(1, seconds + 1):
        most = watching.SAVED_DETECTIONS + watching.DETECTIONS_PER_SECOND * at + 1
        assert (asked < at * RATE).sum() <= most
    late = (asked >= 30 * RATE).sum() / 10
    assert 0.7 * watching.DETECTIONS_PER_SECOND <= late <= 1.1 * watching.DETECTIONS_PER_SECOND + 0.2


def test_every_shot_is_looked_at_when_it_begins():
    """The first look of a shot is a detection, however much was spent before."""
    detector = Detector()
    cuts = tuple(range(8, 400, 8))
    watch(detector, moving, 400, cuts=cuts)
    assert {0, *cuts} <= set(detector.asked)


def test_a_shot_has_no_more_subjects_than_are_kept():
    """A crowd is told by its largest and longest; the rest are background."""
    crowd = [found(x, y, size=14) for x in range(0, 224, 18) for y in range(0, 120, 18)]
    still = picture()
    found_, _ = watch(Detector(lambda number: crowd), lambda number: still, 30)
    assert len(found_) == watching.MOST_SUBJECTS

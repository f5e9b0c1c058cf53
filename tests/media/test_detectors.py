"""Faces, people, animals and vehicles: found where they are, nowhere else, and what is told without detectors."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from variantgen.analyze import detections, faces, objects
from variantgen.analyze.detections import Detection, best_boxes, detectors_identity, without_chatter
from variantgen.analyze.detectors import Detectors, load_detectors, plausible_faces
from variantgen.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
FOOTAGE = ROOT.parent / "shared" / "footage"
LONGEST_PX = 480
"""Of a frame's sides, as the analysis samples them."""

needs_footage = pytest.mark.skipif(
    not (FOOTAGE / "people").is_dir(), reason="no recordings beside this checkout (../shared/footage)"
)


@pytest.fixture(scope="module")
def detectors() -> Detectors:
    """Both detectors, or a skip on a system that has no runtime for them."""
    pytest.importorskip("ai_edge_litert.interpreter", reason="ai-edge-litert has no wheel for this system")
    return load_detectors()


def frames(name: str, *, every: int, most: int = 8) -> list[tuple[int, np.ndarray]]:
    """Numbers and pictures (BGR, longest side 480) of some frames of a recording."""
    import av
    import cv2

    found = []
    with av.open(str(FOOTAGE / name)) as container:
        for n, frame in enumerate(container.decode(video=0)):
            if n % every == 0:
                scale = LONGEST_PX / max(frame.width, frame.height)
                size = (round(frame.width * scale), round(frame.height * scale))
                found.append((n, cv2.resize(frame.to_ndarray(format="bgr24"), size, interpolation=cv2.INTER_AREA)))
            if len(found) == most:
                break
    return found


def covered(box: Detection, mask: np.ndarray) -> tuple[float, float]:
    """The share of a mask that lies in a box, and the share of the box that its mask's own rectangle fills."""
    high, wide = mask.shape
    x0, y0, x1, y1 = (
        round(edge) for edge in (box.x * wide, box.y * high, (box.x + box.w) * wide, (box.y + box.h) * high)
    )
    rows, columns = np.nonzero(mask[y0:y1, x0:x1])
    tight = (np.ptp(rows) + 1) * (np.ptp(columns) + 1) if len(rows) else 0
    return len(rows) / mask.sum(), tight / max(1, (x1 - x0) * (y1 - y0))


# ---------------------------------------------------------------- recordings


@needs_footage
def test_two_seated_people_have_two_faces(detectors: Detectors) -> None:
    """In a wide shot, small heads that look aside are found, each on its own side, in nine looks of ten."""
    sides = []
    for _, picture in frames("people/two-seated-interview.mp4", every=24, most=10):
        heads = [each for each in detectors.find(picture) if each.kind == "face"]
        middles = [head.x + head.w / 2 for head in heads]
        assert all(0.37 < middle < 0.48 or 0.62 < middle < 0.70 for middle in middles)
        sides.append((any(middle < 0.5 for middle in middles), any(middle > 0.5 for middle in middles)))
    assert np.mean(sides) >= 0.9


@needs_footage
def test_a_talking_head_is_one_face_and_one_person(detectors: Detectors) -> None:
    """A face that fills half the height is found once, although three looks see it, and its person holds it."""
    for _, picture in frames("people/talking-head.mp4", every=30):
        found = detectors.find(picture)
        assert [each.kind for each in found] == ["face", "person"]
        head, body = found
        assert 0.45 < head.h < 0.7
        assert body.x < head.x and body.x + body.w > head.x + head.w


@needs_footage
@pytest.mark.parametrize(
    ("clip", "kind"),
    [("dog", "animal"), ("goat", "animal"), ("car-roundabout", "vehicle"), ("parkour", "person")],
)
def test_a_subject_is_boxed_whole(detectors: Detectors, clip: str, kind: str) -> None:
    """A box of the right kind holds nearly all of a subject's mask and little else."""
    image = pytest.importorskip("PIL.Image")
    for n, picture in frames(f"davis/{clip}.mp4", every=12):
        mask = np.array(image.open(FOOTAGE / "davis" / "masks" / clip / f"{n:05}.png")) > 0
        boxes = [covered(each, mask) for each in detectors.find(picture) if each.kind == kind]
        held, filled = max(boxes, default=(0.0, 0.0))
        assert held > 0.9, f"frame {n}"
        assert filled > 0.5, f"frame {n}"


@needs_footage
def test_wheels_are_no_faces(detectors: Detectors) -> None:
    """A car's wheels, which the face model half believes, do not become people."""
    for _, picture in frames("davis/car-roundabout.mp4", every=6, most=14):
        assert not [each for each in detectors.find(picture) if each.kind == "face"]


@needs_footage
def test_an_upright_frame_shows_the_same_face(detectors: Detectors) -> None:
    """Shares are of the frame's own sides: a face cut out upright is found at the place where it then is."""
    for _, picture in frames("people/talking-head.mp4", every=60, most=3):
        wide = detectors.faces.find(picture)[0]
        upright = picture[:, 220:372]
        found = detectors.faces.find(upright)
        assert len(found) == 1
        assert (found[0].x + found[0].w / 2) * 152 + 220 == pytest.approx((wide.x + wide.w / 2) * 480, abs=8)
        assert found[0].y == pytest.approx(wide.y, abs=0.05)


# ---------------------------------------------------------------- made pictures


@pytest.mark.parametrize("size", [(270, 480), (480, 270), (200, 480), (2, 2), (1, 300)])
def test_nothing_is_found_where_nothing_is(detectors: Detectors, size: tuple[int, int]) -> None:
    """Flat grey, black, white and noise show no subject, whatever the frame's form."""
    noise = np.random.default_rng(3).integers(0, 256, (*size, 3), np.uint8)
    for picture in (*(np.full((*size, 3), grey, np.uint8) for grey in (0, 128, 255)), noise):
        assert detectors.find(picture) == []


@pytest.mark.parametrize(("wide", "high"), [(480, 270), (270, 480), (480, 200), (480, 360), (480, 480), (480, 20)])
def test_squares_stay_inside_and_overlap(wide: int, high: int) -> None:
    """The whole frame is looked at first; squares lie inside it, end at its ends, and leave no gap in usual forms."""
    whole, *squares = faces.looked_at(wide, high)
    assert whole == (0, 0, wide, high)
    assert len(squares) <= 4
    assert all(w == h == min(wide, high) for _, _, w, h in squares)
    long, axis = max(wide, high), 0 if wide > high else 1
    spans = [(square[axis], square[axis] + square[2]) for square in squares]
    if wide == high:
        assert squares == []
    else:
        assert spans[0][0] == 0 and spans[-1][1] == long
    if long < 4 * min(wide, high):
        assert all(later[0] < earlier[1] for earlier, later in zip(spans, spans[1:], strict=False))


def test_a_face_cut_by_a_seam_is_left_to_another_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """A face at the end of a look counts where the frame ends too, and not at a square's edge inside the frame."""

    class AtTheRightEnd:
        def __init__(self, file: object) -> None: ...

        def run(self, picture: np.ndarray) -> list[np.ndarray]:
            cell = 24 * faces.CELLS + 46  # its middle at 0.51 of the height and 0.97 of the width
            boxes, logits = np.zeros((faces.CELLS**2, 16)), np.full((faces.CELLS**2, 1), -9.0)
            boxes[cell, 2:4], logits[cell] = 0.1 * faces.SIDE_PX, 3
            return [boxes, logits]

    monkeypatch.setattr(faces, "Model", AtTheRightEnd)
    found = faces.FaceDetector().find(np.zeros((270, 480, 3), np.uint8))
    assert len(found) == 2  # the whole frame's and the right square's
    assert all(each.x + each.w == 1 for each in found)


# ---------------------------------------------------------------- decisions over boxes


def answering(monkeypatch: pytest.MonkeyPatch, *seen: tuple[str, float, float]) -> objects.ObjectDetector:
    """An object detector whose model answers with 0.4 x 0.4 boxes at the frame's middle: label, shift in x, logit."""
    labels = [label for label, _ in objects.CLASSES]

    class Answers:
        def __init__(self, file: object) -> None:
            anchors = np.array(objects._anchors())
            self.boxes = np.zeros((len(anchors), 4), np.float32)
            self.logits = np.full((len(anchors), len(labels)), -9, np.float32)
            for n, (label, shift, logit) in enumerate(seen):
                x, y, w, h = anchors[n]
                middle = ((0.5 - y) / h * 10, (0.5 + shift - x) / w * 10)
                self.boxes[n] = (*middle, np.log(0.4 / h) * 5, np.log(0.4 / w) * 5)
                self.logits[n, labels.index(label)] = logit

        def run(self, picture: np.ndarray) -> list[np.ndarray]:
            return [self.boxes, self.logits]

    monkeypatch.setattr(objects, "Model", Answers)
    return objects.ObjectDetector()


GREY = np.full((90, 160, 3), 128, np.uint8)


def test_one_subject_is_one_box(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of boxes that overlap by much the surest stays, at the place that the model's answer says."""
    found = answering(monkeypatch, ("Dog", 0.02, 1), ("Cat", 0, 2), ("Dog", -0.02, 0.5)).find(GREY)
    assert [each.kind for each in found] == ["animal"]
    assert (found[0].x, found[0].y, found[0].w, found[0].h) == pytest.approx((0.3, 0.3, 0.4, 0.4), abs=1e-5)
    assert found[0].confidence == pytest.approx(1 / (1 + np.exp(-2)), abs=1e-5)


def test_somebody_before_a_car_does_not_hide_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes of two kinds at one place are two subjects."""
    found = answering(monkeypatch, ("Person", 0, 2), ("Car", 0.01, 1)).find(GREY)
    assert [each.kind for each in found] == ["person", "vehicle"]


def test_a_limb_is_no_second_subject() -> None:
    """Of boxes inside each other only the much surer one stays, unless the outer is far larger: somebody close by."""
    inner, outer = (0.4, 0.4, 0.5, 0.5), (0.4, 0.4, 0.55, 0.55)
    sure, unsure = np.array([0.8, 0.3]), np.array([0.3, 0.8])
    assert list(objects._is_whole(np.array([inner, outer]), sure)) == [True, False]
    assert list(objects._is_whole(np.array([inner, outer]), unsure)) == [False, True]
    assert list(objects._is_whole(np.array([inner, outer]), np.array([0.5, 0.4]))) == [True, True]
    assert list(objects._is_whole(np.array([inner, (0.0, 0.0, 1.0, 1.0)]), sure)) == [True, True]


def test_furniture_and_shoes_are_no_subjects(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is a part of somebody or of a room is not handed on, however sure the model is."""
    assert answering(monkeypatch, ("Footwear", 0, 5), ("Chair", 0.3, 5), ("Table", -0.3, 5)).find(GREY) == []


def test_a_box_beyond_the_frame_is_cut_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Detections never leave the frame: half of this one is outside, all of the other."""
    found = answering(monkeypatch, ("Person", 0.5, 2), ("Person", -1.2, 2)).find(GREY)
    assert [(each.x, each.w) for each in found] == [(pytest.approx(0.8), pytest.approx(0.2))]


def test_a_doubtful_face_needs_a_person() -> None:
    """A face of middling confidence counts on a person's upper half only; on a vehicle it must be surer still."""
    car = Detection("vehicle", 0.0, 0.0, 0.5, 1.0, 0.9)
    person = Detection("person", 0.5, 0.0, 0.5, 1.0, 0.9)
    on_car, on_person = (
        (lambda c: Detection("face", 0.2, 0.4, 0.1, 0.1, c)),
        Detection("face", 0.7, 0.1, 0.1, 0.1, 0.56),
    )
    assert plausible_faces([on_person], [person, car]) == [on_person]
    assert plausible_faces([on_person], [car]) == []
    assert plausible_faces([replace(on_person, y=0.7)], [person, car]) == []
    assert plausible_faces([on_car(0.7)], []) == [on_car(0.7)]
    assert plausible_faces([on_car(0.7), on_car(0.8)], [car, person]) == [on_car(0.8)]


def test_a_faces_ghost_is_no_second_face() -> None:
    """A doubtful face that lies partly on a surer one is dropped; a sure neighbour stays, as does one apart."""
    person = Detection("person", 0.0, 0.0, 1.0, 1.0, 0.4)
    face, near = Detection("face", 0.40, 0.1, 0.2, 0.3, 0.9), Detection("face", 0.54, 0.1, 0.2, 0.3, 0.5)
    assert plausible_faces([near, face], [person]) == [face]
    assert plausible_faces([face, replace(near, confidence=0.8)], [person]) == [face, replace(near, confidence=0.8)]
    assert plausible_faces([face, replace(near, x=0.7)], [person]) == [face, replace(near, x=0.7)]


def test_overlap_of_the_smaller_catches_a_box_in_a_box() -> None:
    """A small box inside a large one is the same by the smaller's area and another by the union's."""
    boxes, scores = np.array([[0.4, 0.4, 0.5, 0.5], [0, 0, 1, 1]]), np.array([0.6, 0.9])
    assert [list(group) for group in best_boxes(boxes, scores, overlap=0.5, is_of_smaller=True)] == [[1, 0]]
    assert [list(group) for group in best_boxes(boxes, scores, overlap=0.5)] == [[1], [0]]


# ---------------------------------------------------------------- what is told


@pytest.mark.parametrize("model", [detections.FACE_MODEL, detections.OBJECT_MODEL], ids=lambda model: model.name)
@pytest.mark.parametrize("left", [None, 0, 1000])
def test_a_damaged_model_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, model: detections.ModelFile, left: int | None
) -> None:
    """A model that is gone or cut short is named with what to do, before native code sees it."""
    for each in (detections.FACE_MODEL, detections.OBJECT_MODEL):
        content = (detections.FOLDER / each.name).read_bytes()
        if each != model or left is not None:
            (tmp_path / each.name).write_bytes(content[:left] if each == model else content)
    monkeypatch.setattr(detections, "FOLDER", tmp_path)
    with pytest.raises(UserError, match=rf"{model.name}.* is (gone|damaged).*install variantgen again"):
        load_detectors()


def test_a_missing_runtime_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ai-edge-litert nothing is found, a sentence says so, and analyses made so are kept apart."""
    whole = detectors_identity()
    monkeypatch.setitem(sys.modules, "ai_edge_litert", None)
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    found = load_detectors()
    assert "ai-edge-litert" in found.complaint
    assert found.find(GREY) == []
    assert detectors_identity() != whole or "no detectors" in whole


def test_models_open_without_chatter(detectors: Detectors) -> None:
    """The runtime's own lines do not reach the terminal."""
    code = "from variantgen.analyze.detectors import load_detectors; assert not load_detectors().complaint"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout + done.stderr == ""


def test_only_chatter_is_kept_back(capfd: pytest.CaptureFixture[str]) -> None:
    """Errors of native code, and what others say meanwhile, still reach standard error."""
    code = "import os; os.write(2, b'INFO: created\\nERROR: no memory\\n')"
    assert without_chatter(lambda: subprocess.run([sys.executable, "-c", code], check=True).returncode) == 0
    assert capfd.readouterr().err == "ERROR: no memory\n"

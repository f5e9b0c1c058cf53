"""Faces in a frame, by BlazeFace (full range, sparse): https://arxiv.org/abs/1907.05047."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from variantgen.analyze.detections import FACE_MODEL, Detection, Model, best_boxes, inside_frame

if TYPE_CHECKING:
    import numpy as np

SIDE_PX = 192
"""Of the model's square input, and the unit of its boxes."""
CELLS = 48
"""One anchor in each cell of 4 x 4 px, of size 1 and at the cell's middle (MediaPipe's face_detection_full_range)."""
SCORE_LEAST = 0.45
"""Faces in profile score no more; MediaPipe's own least is 0.6, and detectors.py asks those below for a person."""
OVERLAP = 0.3
"""Of two boxes' union, from which on they are one face (MediaPipe's min_suppression_threshold)."""
COVERED = 0.35
"""Of the smaller of two heads, from which on it is the other one, seen by another look."""
HEAD_ABOVE, HEAD_BELOW, HEAD_ASIDE = 0.55, 0.15, 0.15
"""Added to a face's box, in shares of it: the model frames brows to mouth, an editor keeps hair and chin."""
SQUARES_FROM_ASPECT = 1.2
"""Longer frames are also looked at in squares, in which faces are larger: whole 16:9 frames showed 1 face of 18 in a
wide shot of two people, squares 16."""
SQUARES_MOST = 4

Box = tuple[int, int, int, int]


class FaceDetector:
    """Finds heads that show a face; not for two threads at a time."""

    def __init__(self) -> None:
        """Raises UserError for a damaged model and MissingRuntimeError where no model can run."""
        import numpy as np

        self._model = Model(FACE_MODEL)
        middles = (np.arange(CELLS, dtype=np.float32) + 0.5) / CELLS
        self._anchors = np.stack(np.meshgrid(middles, middles), axis=-1).reshape(-1, 2)

    def find(self, frame_bgr: np.ndarray) -> list[Detection]:
        """The heads in a frame (height, width, 3; uint8), surest first.

        Faces of a twentieth of the frame's shorter side are found, so frames need no more than 480 px a side.
        """
        import numpy as np

        high, wide = frame_bgr.shape[:2]
        looks = [self._look(frame_bgr, part) for part in looked_at(wide, high)]
        boxes, scores = (np.concatenate(each) for each in zip(*looks, strict=True))
        best = [group[0] for group in best_boxes(boxes, scores, overlap=COVERED, is_of_smaller=True)]
        found = [inside_frame("face", boxes[n] / (wide, high, wide, high), scores[n]) for n in best]
        return [each for each in found if each is not None]

    def _look(self, frame_bgr: np.ndarray, part: Box) -> tuple[np.ndarray, np.ndarray]:
        """Heads (n, 4: left, top, right, bottom in the frame's pixels) and scores (n) of one part of a frame."""
        import numpy as np

        x, y, w, h = part
        picture, scale = _letterboxed(frame_bgr[y : y + h, x : x + w])
        boxes, scores = self._faces(picture)
        boxes = boxes * (SIDE_PX / scale) + (x, y, x, y)
        is_whole = _is_clear_of_seams(boxes, part, frame_bgr.shape[1], frame_bgr.shape[0])
        return np.array([_whole_head(box) for box in boxes[is_whole]]).reshape(-1, 4), scores[is_whole]

    def _faces(self, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Faces (n, 4) and scores (n) in a picture of the model's size, in shares of it."""
        import numpy as np

        regressors, logits = self._model.run(picture)
        scores = 1 / (1 + np.exp(-np.clip(logits[:, 0], -50, 50)))
        chosen = np.flatnonzero(scores >= SCORE_LEAST)
        middles = regressors[chosen, :2] / SIDE_PX + self._anchors[chosen]
        sizes = regressors[chosen, 2:4] / SIDE_PX
        boxes, scores = np.hstack((middles - sizes / 2, middles + sizes / 2)), scores[chosen]
        groups = best_boxes(boxes, scores, overlap=OVERLAP)
        # several anchors see one face: their mean, weighted by how sure each is, is steadier than the best alone
        means = [np.average(boxes[group], axis=0, weights=scores[group]) for group in groups]
        return np.array(means).reshape(-1, 4), scores[[group[0] for group in groups]]


def looked_at(wide_px: int, high_px: int) -> list[Box]:
    """Parts of a frame (x, y, w, h) that are looked at: all of it, and if it is long, squares that overlap."""
    short, long = sorted((wide_px, high_px))
    parts = [(0, 0, wide_px, high_px)]
    if long / short >= SQUARES_FROM_ASPECT:
        count = min(SQUARES_MOST, math.ceil(long / short))
        for n in range(count):
            at = round(n * (long - short) / (count - 1))
            parts.append((at, 0, short, short) if wide_px > high_px else (0, at, short, short))
    return parts


def _is_clear_of_seams(boxes: np.ndarray, part: Box, wide: int, high: int) -> np.ndarray:
    """Which boxes do not touch an edge of their part that is inside the frame: there a face would be cut."""
    import numpy as np

    x, y, w, h = part
    near = 0.02 * min(w, h)
    edges = (x if x > 0 else -math.inf, y if y > 0 else -math.inf)
    ends = (x + w if x + w < wide else math.inf, y + h if y + h < high else math.inf)
    return np.all(boxes[:, :2] > np.add(edges, near), axis=1) & np.all(boxes[:, 2:] < np.subtract(ends, near), axis=1)


def _letterboxed(frame_bgr: np.ndarray) -> tuple[np.ndarray, float]:
    """A frame in the upper left of the model's input, in -1 to 1, and its scale there."""
    import cv2
    import numpy as np

    high, wide = frame_bgr.shape[:2]
    scale = SIDE_PX / max(high, wide)
    w, h = max(1, round(wide * scale)), max(1, round(high * scale))
    small = cv2.resize(frame_bgr, (w, h), interpolation=cv2.INTER_AREA)
    picture = np.full((SIDE_PX, SIDE_PX, 3), -1, np.float32)
    picture[:h, :w] = small[:, :, ::-1] / np.float32(127.5) - 1
    return picture, scale


def _whole_head(face: np.ndarray) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(edge) for edge in face)
    w, h = x1 - x0, y1 - y0
    return x0 - HEAD_ASIDE * w, y0 - HEAD_ABOVE * h, x1 + HEAD_ASIDE * w, y1 + HEAD_BELOW * h

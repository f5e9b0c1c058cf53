"""People, animals, vehicles and things in a frame, by SSD MobileNetV2 trained on Open Images."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from variantgen.analyze.detections import OBJECT_MODEL, Detection, Model, best_boxes, inside_frame
from variantgen.model.analysis import SubjectKind

if TYPE_CHECKING:
    import numpy as np

SIDE_PX = 300
"""Of the model's square input; a frame is stretched to it."""
CLASSES: tuple[tuple[str, SubjectKind | None], ...] = (
    ("???", None),
    ("Bicycle", "vehicle"),
    ("Boot", None),
    ("Laptop", "thing"),
    ("Person", "person"),
    ("Chair", None),
    ("Cattle", "animal"),
    ("Desk", None),
    ("Cat", "animal"),
    ("Computer mouse", None),
    ("Computer monitor", "thing"),
    ("Box", "thing"),
    ("Mug", "thing"),
    ("Coffee cup", "thing"),
    ("Stationary bicycle", "vehicle"),
    ("Table", None),
    ("Bottle", "thing"),
    ("High heels", None),
    ("Vehicle", "vehicle"),
    ("Footwear", None),
    ("Dog", "animal"),
    ("Book", "thing"),
    ("Camera", "thing"),
    ("Car", "vehicle"),
)
"""The model's labels in its order, and the kind of subject each is; None: furniture and parts, never a subject."""
KINDS: tuple[SubjectKind, ...] = ("person", "animal", "vehicle", "thing")
SCORES_LEAST = (0.3, 0.2, 0.3, 0.3)
"""Of each kind; animals that the model never learnt, as camels, score low, and little else looks like an animal."""
CANDIDATES = 60
"""Of a frame, the surest ones; the rest would only cost time."""
OVERLAP = 0.45
"""Of two boxes' union, from which on they are one subject, if they are of one kind."""
INSIDE = 0.85
"""Of the smaller of two boxes of one kind, from which on they may be one subject."""
SURER = 1.8
"""Times as sure: then the other box is only a limb or a head of this one, or this one with its surroundings."""
SURROUNDING = 4
"""Times as large at most as the surer box inside it; somebody close by may hold somebody far off in his box."""
STRIDES_PX = (16, 32, 64, 128, 256, 512)
SCALES = (0.2, 0.95)
"""Of the anchors on the finest and the coarsest grid, in shares of the input's side."""
MIDDLE_SCALE, SIZE_SCALE = 10.0, 5.0
"""By which the model's answers are divided (the SSD box coder of TensorFlow's object detection)."""


class ObjectDetector:
    """Finds people, animals, vehicles and things; not for two threads at a time."""

    def __init__(self) -> None:
        """Raises UserError for a damaged model and MissingRuntimeError where no model can run."""
        import numpy as np

        self._model = Model(OBJECT_MODEL)
        self._anchors = np.array(_anchors(), np.float32)
        self._kinds = np.array([-1 if kind is None else KINDS.index(kind) for _, kind in CLASSES])

    def find(self, frame_bgr: np.ndarray) -> list[Detection]:
        """The subjects in a frame (height, width, 3; uint8), surest first."""
        import cv2
        import numpy as np

        small = cv2.resize(frame_bgr, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
        encoded, logits = self._model.run(small[:, :, ::-1] / np.float32(127.5) - 1)
        scores, kinds, chosen = self._candidates(logits)
        boxes = _boxes(encoded[chosen], self._anchors[chosen])
        found = []
        for number, kind in enumerate(KINDS):  # apart, so that somebody before a car and the car both stay
            mine = np.flatnonzero(kinds == number)
            best = mine[[group[0] for group in best_boxes(boxes[mine], scores[mine], overlap=OVERLAP)]]
            for n in best[_is_whole(boxes[best], scores[best])]:
                found.append(inside_frame(kind, boxes[n], scores[n]))
        return sorted((each for each in found if each is not None), key=lambda each: -each.confidence)

    def _candidates(self, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Scores, kinds and anchors of the surest answers whose best class is a kind of subject."""
        import numpy as np

        best = logits[:, 1:].argmax(axis=1) + 1
        scores = 1 / (1 + np.exp(-np.clip(logits[np.arange(len(best)), best], -50, 50)))
        kinds = self._kinds[best]
        chosen = np.flatnonzero((kinds >= 0) & (scores >= np.array(SCORES_LEAST)[kinds]))
        chosen = chosen[np.argsort(-scores[chosen], kind="stable")[:CANDIDATES]]
        return scores[chosen], kinds[chosen], chosen


def _is_whole(boxes: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Which boxes of one kind are neither a part of a surer one nor that one with its surroundings."""
    import numpy as np

    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    sides = np.minimum(boxes[:, None, 2:], boxes[:, 2:]) - np.maximum(boxes[:, None, :2], boxes[:, :2])
    common = np.prod(np.clip(sides, 0, None), axis=2)
    is_part = common > INSIDE * areas[:, None]
    is_around = (common > INSIDE * areas) & (areas[:, None] < SURROUNDING * areas)
    is_less_sure = scores[:, None] * SURER <= scores
    return ~(is_less_sure & (is_part | is_around)).any(axis=1)


def _boxes(encoded: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """Left, top, right, bottom in shares, from the model's (middle y, middle x, height, width) about its anchors."""
    import numpy as np

    middles = encoded[:, 1::-1] / MIDDLE_SCALE * anchors[:, 2:] + anchors[:, :2]
    sizes = np.exp(encoded[:, :1:-1] / SIZE_SCALE) * anchors[:, 2:]
    return np.hstack((middles - sizes / 2, middles + sizes / 2))


def _anchors() -> list[tuple[float, float, float, float]]:
    """Middle x and y, width and height of the 1917 anchors, in the model's order."""
    least, most = SCALES
    scales = [least + (most - least) * n / (len(STRIDES_PX) - 1) for n in range(len(STRIDES_PX))] + [1.0]
    anchors = []
    for level, stride in enumerate(STRIDES_PX):
        if level == 0:  # the finest grid has three anchors a cell, one of them half as large
            shapes = [(1.0, 0.1), (2.0, least), (0.5, least)]
        else:
            shapes = [(ratio, scales[level]) for ratio in (1.0, 2.0, 0.5, 3.0, 1 / 3)]
            shapes.append((1.0, math.sqrt(scales[level] * scales[level + 1])))
        cells = math.ceil(SIDE_PX / stride)
        for row in range(cells):
            for column in range(cells):
                middle = ((column + 0.5) / cells, (row + 0.5) / cells)
                anchors += [(*middle, scale * math.sqrt(ratio), scale / math.sqrt(ratio)) for ratio, scale in shapes]
    return anchors

"""The detectors that this machine can run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from variantgen.analyze.detections import Detection, MissingRuntimeError
from variantgen.analyze.faces import FaceDetector
from variantgen.analyze.objects import ObjectDetector

if TYPE_CHECKING:
    import numpy as np

SURE_FACE = 0.65
"""From here on a face needs nobody below it."""
SURE_FACE_ON_OTHERS = 0.75
"""The same on an animal or a vehicle: wheels and muzzles score up to 0.7."""

GHOST = 0.2
"""Of a doubtful face's box on a surer face's, from which on it is that one's hair or shadow."""


@dataclass(frozen=True)
class Detectors:
    """What can be found here; `complaint` is a sentence about what cannot, empty when all is well."""

    faces: FaceDetector | None
    objects: ObjectDetector | None
    complaint: str = ""

    def find(self, frame_bgr: np.ndarray) -> list[Detection]:
        """All that a frame (height, width, 3; uint8) shows: faces, then the rest; empty without detectors."""
        others = self.objects.find(frame_bgr) if self.objects else []
        faces = self.faces.find(frame_bgr) if self.faces else []
        return [*plausible_faces(faces, others), *others]


def load_detectors() -> Detectors:
    """Opens both models, or is empty and says why where nothing can run them. Raises UserError for a damaged one."""
    try:
        return Detectors(FaceDetector(), ObjectDetector())
    except MissingRuntimeError as error:
        return Detectors(None, None, f"{error}; windows follow what moves")


def plausible_faces(faces: Sequence[Detection], others: Sequence[Detection]) -> list[Detection]:
    """Faces, surest first, without the doubtful ones: who is in nobody's upper half or on another has to be surer."""
    people = [each for each in others if each.kind == "person"]
    lookalikes = [each for each in others if each.kind in ("animal", "vehicle")]
    kept: list[Detection] = []
    for face in sorted(faces, key=lambda each: -each.confidence):
        if any(_holds_middle(person, face, upper_share=0.5) for person in people):
            is_plausible = face.confidence >= SURE_FACE or not any(_share_on(one, face) > GHOST for one in kept)
        else:
            on_others = any(_holds_middle(other, face) for other in lookalikes)
            is_plausible = face.confidence >= (SURE_FACE_ON_OTHERS if on_others else SURE_FACE)
        if is_plausible:
            kept.append(face)
    return kept


def _holds_middle(holder: Detection, held: Detection, *, upper_share: float = 1.0) -> bool:
    """Whether the middle of one is in the other, or in that upper share of it."""
    x, y = held.x + held.w / 2, held.y + held.h / 2
    return holder.x <= x <= holder.x + holder.w and holder.y <= y <= holder.y + upper_share * holder.h


def _share_on(one: Detection, other: Detection) -> float:
    """The share of the other that lies on the one."""
    wide = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    high = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    return max(0.0, wide) * max(0.0, high) / (other.w * other.h)

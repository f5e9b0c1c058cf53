"""How sharp and how bright a master's small frames are, cell by cell: what covers are chosen by."""

from __future__ import annotations

import base64
import math
import zlib
from typing import Any

from variantgen.model import Clarity

CLARITY_FORMAT = 1
"""Raised when the same frames would give another clarity."""
LOOKS_PER_SECOND = 8.0
MOST_LOOKS = 2400
"""A longer master is looked at less often: five minutes at eight looks a second."""
COLUMNS, ROWS = 12, 12
STEPS_PER_DOUBLING = 14.0
"""Of the coded sharpness: 255 is a variance of the Laplacian of 300 000, which no picture reaches."""


class ClarityWatcher:
    """Takes every small frame of a master in order, and tells at the end how sharp and bright it was, look by look."""

    def __init__(self, *, rate: float, frames: int) -> None:
        """`rate` is the master's, `frames` how many it says it has."""
        self.step_frames = max(1, round(rate / LOOKS_PER_SECOND), math.ceil(frames / MOST_LOOKS))
        self._sharpness: list[bytes] = []
        self._light: list[bytes] = []

    def take(self, frame_number: int, frame_bgr: Any, is_cut: bool) -> None:
        """One frame, h x w x 3 uint8."""
        if frame_number % self.step_frames:
            return
        import cv2
        import numpy as np

        grey = cv2.cvtColor(frame_bgr, cv2.COLOR_BGR2GRAY)
        edges = cv2.Laplacian(grey, cv2.CV_32F)
        # the mean of the Laplacian is nearly 0, so that of its square is its variance
        # (Pech-Pacheco et al. 2000, "Diatom autofocusing in brightfield microscopy")
        coded = np.clip(np.round(STEPS_PER_DOUBLING * np.log2(1 + np.maximum(_cells(edges * edges), 0))), 0, 255)
        self._sharpness.append(coded.astype(np.uint8).tobytes())
        self._light.append(_cells(grey).tobytes())

    def finish(self) -> Clarity:
        """The clarity of the whole master."""
        return Clarity(self.step_frames, COLUMNS, ROWS, _packed(self._sharpness), _packed(self._light))


def _cells(values: Any) -> Any:
    """The mean of each cell, rows x columns; a few pixels at the right and below that make no whole cell are left out.

    Cells of whole pixels are ten times as fast to average as others.
    """
    import cv2

    height, width = (side // count * count or side for side, count in zip(values.shape, (ROWS, COLUMNS), strict=True))
    return cv2.resize(values[:height, :width], (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)


def _packed(looks: list[bytes]) -> str:
    return base64.b64encode(zlib.compress(b"".join(looks), 6)).decode("ascii")

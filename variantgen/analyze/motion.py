"""What moves beside the camera: dense flow between small frames, less the one motion that explains most of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FLOW_WIDTH_PX = 240
"""Longest side of the frames that are compared: enough for a subject of a tenth of the picture, 1 ms a pair."""
GRID_STEP_PX = 3
FIT_ROUNDS = 8
NOISE_FLOOR_PX = 0.18
"""Slower than this is noise of the flow, whatever the rest of the picture does."""


@dataclass(frozen=True)
class Motion:
    """What moved between two looks at a shot.

    `flow` is h x w x 2 float32, pixels of the small frame; `own` is float32 at half that size, 0 where the picture
    moves with the camera, 1 where it surely does not.
    """

    flow: Any
    own: Any

    def shift(self, x: float, y: float, w: float, h: float) -> tuple[float, float]:
        """How far the inner part of a box (shares of the frame) moved: the median of its flow, as shares."""
        import numpy as np

        rows, columns = self.flow.shape[:2]
        top, bottom = _span(y + 0.2 * h, y + 0.8 * h, rows)
        left, right = _span(x + 0.2 * w, x + 0.8 * w, columns)
        # every other pixel: the median of a dense flow does not need them all
        inner = self.flow[top:bottom:2, left:right:2].reshape(-1, 2)
        across, down = np.median(inner, axis=0)
        return float(across) / columns, float(down) / rows

    def inside(self, x: float, y: float, w: float, h: float) -> float:
        """The mean of `own` inside a box given in shares of the frame."""
        rows, columns = self.own.shape
        top, bottom = _span(y, y + h, rows)
        left, right = _span(x, x + w, columns)
        return float(self.own[top:bottom, left:right].mean())


class MotionFinder:
    """Compares each small frame with the one before it; `restart` at a cut."""

    def __init__(self) -> None:
        import cv2

        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._before: Any = None

    def restart(self) -> None:
        """Forgets the frame before: the next one begins a shot."""
        self._before = None

    def take(self, frame_bgr: Any) -> Motion | None:
        """The motion since the frame taken before; None for the first of a shot. `frame_bgr` is h x w x 3 uint8."""
        import cv2

        height, width = frame_bgr.shape[:2]
        scale = min(1.0, FLOW_WIDTH_PX / max(width, height))
        # DIS needs a few pixels of each side
        size = (max(24, round(width * scale)), max(24, round(height * scale)))
        grey = cv2.cvtColor(cv2.resize(frame_bgr, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
        before, self._before = self._before, grey
        if before is None:
            return None
        flow = self._flow.calc(before, grey, None)  # type: ignore[call-overload]
        # the flow is made of 8 px patches: every second pixel tells as much, at a quarter of the arithmetic
        return Motion(flow, own_motion(flow[::2, ::2] / 2))


def own_motion(flow: Any) -> Any:
    """h x w float32, 0-1: how surely each pixel moves on its own, given h x w x 2 flow in pixels.

    The camera is an affine motion, fitted by iteratively reweighted least squares with the Geman-McClure weight
    (Black & Anandan 1996), so that a large subject does not pass for the camera.
    """
    import numpy as np

    height, width = flow.shape[:2]
    ys, xs = np.mgrid[GRID_STEP_PX // 2 : height : GRID_STEP_PX, GRID_STEP_PX // 2 : width : GRID_STEP_PX]
    moved = flow[ys, xs].reshape(-1, 2)
    places = np.stack([np.ones(xs.size), xs.ravel() / width - 0.5, ys.ravel() / width - 0.5 * height / width], axis=1)
    places = places.astype(np.float32)
    # the first guess is a plain pan: an affine one would bend towards a large subject at one side
    misses = np.hypot(*(moved - np.median(moved, axis=0)).T)
    spread = max(0.08, 1.48 * float(np.median(misses)))
    weights = 1 / (1 + (misses / (1.5 * spread)) ** 2) ** 2
    for _ in range(FIT_ROUNDS):
        weighted = places * weights[:, None]
        camera = np.linalg.solve(weighted.T @ places + 1e-6 * np.eye(3), weighted.T @ moved)
        misses = np.hypot(*(moved - places @ camera).T)
        spread = max(0.08, 1.48 * float(np.median(misses)))
        weights = 1 / (1 + (misses / (1.5 * spread)) ** 2) ** 2
    across = np.linspace(-0.5, 0.5, width, endpoint=False, dtype=np.float32)[None, :]
    down = ((np.arange(height, dtype=np.float32) - height / 2) / width)[:, None]
    camera = camera.astype(np.float32)
    rest = flow - (camera[0] + across[..., None] * camera[1] + down[..., None] * camera[2])
    floor = max(NOISE_FLOOR_PX, 2.5 * spread)
    return np.clip((np.hypot(rest[..., 0], rest[..., 1]) - floor) / (2 * floor), 0, 1)


def _span(low: float, high: float, length: int) -> tuple[int, int]:
    start = min(max(0, int(low * length)), length - 1)
    return start, max(start + 1, min(length, int(high * length + 0.999)))

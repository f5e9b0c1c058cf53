"""What stands out from a picture's border: a cue for subjects that no detector knows."""

from __future__ import annotations

from typing import Any

LIGHT_BINS, COLOUR_BINS = 8, 16
THUMB_PX = 120
LEAST_SHARE = 0.6
"""A colour counts from where it is this much rather inside than at the border: 0.5 would be equally often in both."""


def standing_out(frame_bgr: Any) -> Any:
    """h x w float32, 0-1, at the size of a thumb: how surely each pixel's colour belongs inside, not to the border.

    `frame_bgr` is h x w x 3 uint8. A picture's border is mostly background (Wei et al. 2012, "Geodesic saliency using
    background priors"); colours are compared as smoothed histograms in L*a*b*.
    """
    import cv2
    import numpy as np

    height, width = frame_bgr.shape[:2]
    scale = min(1.0, THUMB_PX / max(width, height))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    thumb = cv2.GaussianBlur(cv2.resize(frame_bgr, size, interpolation=cv2.INTER_AREA), (0, 0), 1.0)
    lab = cv2.cvtColor(thumb, cv2.COLOR_BGR2LAB)
    light = (lab[..., 0] >> 5).astype(np.int32)
    # most pictures live in the middle of a* and b*: their outer quarters share a bin
    colour = np.clip((lab[..., 1:].astype(np.int32) - 64) >> 3, 0, COLOUR_BINS - 1)
    bins = (light * COLOUR_BINS + colour[..., 0]) * COLOUR_BINS + colour[..., 1]
    edge = max(2, max(size) // 16)
    border = np.ones(bins.shape, dtype=bool)
    border[edge:-edge, edge:-edge] = False
    outside, inside = _histogram(bins[border]), _histogram(bins[~border])
    surety = np.clip((inside / (inside + outside + 1e-4) - LEAST_SHARE) / (1 - LEAST_SHARE), 0, 1)
    return surety[bins].astype(np.float32)


def _histogram(bins: Any) -> Any:
    """Shares of the bins, smoothed along the three axes so that near colours count for each other."""
    import cv2
    import numpy as np

    cells = LIGHT_BINS * COLOUR_BINS * COLOUR_BINS
    counts = np.bincount(bins, minlength=cells).astype(np.float32) / max(1, len(bins))
    cube: Any = counts.reshape(LIGHT_BINS, COLOUR_BINS * COLOUR_BINS)
    kernel = np.array([0.25, 0.5, 0.25], dtype=np.float32)
    cube = cv2.sepFilter2D(cube, -1, np.ones(1, np.float32), kernel, borderType=cv2.BORDER_CONSTANT)
    planes = [
        cv2.sepFilter2D(plane.reshape(COLOUR_BINS, COLOUR_BINS), -1, kernel, kernel, borderType=cv2.BORDER_CONSTANT)
        for plane in cube
    ]
    return np.stack(planes).ravel()

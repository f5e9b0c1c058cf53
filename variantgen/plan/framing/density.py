"""Where a shot holds what matters: its subjects by their weight, what moves and what stands out, along one axis."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import Any

from variantgen.model import Interest, Rectangle, Subject

BINS = 96
MOTION_WEIGHT, MOTION_WEIGHT_UNKNOWN = 1.0, 3.0
"""Of all that moves together, beside a subject of weight 1; the second is added as far as nothing was recognised."""
STANDOUT_WEIGHT, CENTRE_WEIGHT = 2.0, 1.5
"""Of what stands out, and of the picture's middle, as far as nothing was recognised."""
MOTION_LEAST, STANDOUT_LEAST = 0.005, 0.01
"""Shares of the picture: where less than this moves, or stands out, it counts for less than its whole weight."""
CENTRAL_DEVIATION = 0.35
"""Of the axis: people who frame a shot put what it is about near its middle."""
FACE_ABOVE_MIDDLE = 0.14
"""Of the window's height: faces stand on the upper third's line rather than in the middle."""
HEAD_SHARE = 0.45
"""Of a standing person: the upper part, which an upright axis must not lose."""
HEAD_MOST = 0.6
"""Of the window's height, of that part: centred a little low, it leaves room over the head."""


@dataclass(frozen=True)
class Axis:
    """The axis a window can move along: of which rectangle of the master, upright or not, and the window's share."""

    picture: Rectangle
    is_upright: bool
    window: float

    @property
    def start_px(self) -> int:
        """Where the axis begins in the master."""
        return self.picture[1] if self.is_upright else self.picture[0]

    @property
    def length_px(self) -> int:
        """The axis' length in the master's pixels."""
        return self.picture[3] if self.is_upright else self.picture[2]


@dataclass(frozen=True)
class Maps:
    """An interest, unpacked: looks x (columns, rows) each, shares 0-1 of the column or row."""

    step_frames: int
    motion: tuple[Any, Any]
    standout: tuple[Any, Any]


def unpacked(interest: Interest) -> Maps:
    """An interest's maps as arrays."""
    import numpy as np

    def maps(packed: str) -> tuple[Any, Any]:
        flat = np.frombuffer(zlib.decompress(base64.b64decode(packed)), dtype=np.uint8)
        both = (flat.reshape(-1, interest.columns + interest.rows).astype(np.float32) / 255) ** 2
        return both[:, : interest.columns], both[:, interest.columns :]

    return Maps(interest.step_frames, maps(interest.motion), maps(interest.standout))


def background_density(maps: Maps | None, unknown: float, looks: Any, axis: Axis, whole: tuple[int, int]) -> Any:
    """Looks x BINS: what moves, and as far as subjects are `unknown` (0-1) what stands out and is near the middle.

    `looks` are master frames, multiples of the maps' step; `whole` is the master's width and height, which the maps are
    of.
    """
    import numpy as np

    central = np.exp(-0.5 * (((np.arange(BINS) + 0.5) / BINS - 0.5) / CENTRAL_DEVIATION) ** 2)
    density = np.tile(unknown * CENTRE_WEIGHT * central / central.sum(), (len(looks), 1))
    if maps is None:
        return density
    rows = np.minimum(looks // maps.step_frames, len(maps.motion[0]) - 1)
    side = 1 if axis.is_upright else 0
    motion = _on_axis(maps.motion[side][rows], axis, whole) * central
    standout = _on_axis(maps.standout[side][rows], axis, whole) * central
    if len(motion) > 1:
        # nothing has moved yet at a shot's first look
        motion[0] = motion[1]
    moving = motion / (motion.sum(axis=1, keepdims=True) + MOTION_LEAST * BINS)
    standing = standout / (standout.sum(axis=1, keepdims=True) + STANDOUT_LEAST * BINS)
    motion_weight = MOTION_WEIGHT + MOTION_WEIGHT_UNKNOWN * unknown
    return density + motion_weight * moving + STANDOUT_WEIGHT * unknown * standing


def _on_axis(maps: Any, axis: Axis, whole: tuple[int, int]) -> Any:
    """Maps of the whole master's side, read at the bins of the axis."""
    import numpy as np

    length = whole[1] if axis.is_upright else whole[0]
    middles = (axis.start_px + (np.arange(BINS) + 0.5) / BINS * axis.length_px) / length
    places = middles * maps.shape[1] - 0.5
    low = np.clip(np.floor(places).astype(int), 0, maps.shape[1] - 1)
    high = np.minimum(low + 1, maps.shape[1] - 1)
    share = np.clip(places - low, 0, 1)
    return maps[:, low] * (1 - share) + maps[:, high] * share


def subject_density(subject: Subject, looks: Any, axis: Axis) -> Any:
    """Looks x BINS: the share of a subject that lies in each bin; sums to 1, less where it is not surely there."""
    import numpy as np

    edges = np.linspace(0, 1, BINS + 1)
    low, high, there = extent(subject, looks, axis)
    stretch = np.clip(high - low, 1 / BINS, None)
    # bodies fill a box in its middle, and reach its sides with a limb: an ellipse's share of each bin
    across = np.clip(2 * (edges[None, :] - low[:, None]) / stretch[:, None] - 1, -1, 1)
    filled = (across * np.sqrt(1 - across**2) + np.arcsin(across)) / np.pi
    return np.diff(filled, axis=1) * there[:, None]


def extent(subject: Subject, looks: Any, axis: Axis) -> tuple[Any, Any, Any]:
    """Start and end of what of a subject should be seen, as shares of the axis, and how surely it is there (0-1).

    Along an upright axis that is the upper part of a person, and faces are asked for a little below themselves, so that
    a window centred on them has them on its upper third.
    """
    import numpy as np

    at = [box.frame for box in subject.boxes]
    starts = np.array([box.y if axis.is_upright else box.x for box in subject.boxes], dtype=float)
    sizes = np.array([box.h if axis.is_upright else box.w for box in subject.boxes], dtype=float)
    is_person = subject.kind == "person"
    if axis.is_upright and subject.kind in ("face", "person"):
        # of somebody taller than the window the head is kept, not the middle
        sizes = np.minimum(sizes * HEAD_SHARE, HEAD_MOST * axis.window * axis.length_px) if is_person else sizes
        starts = starts + FACE_ABOVE_MIDDLE * axis.window * axis.length_px
    low = (np.interp(looks, at, starts) - axis.start_px) / axis.length_px
    high = low + np.interp(looks, at, sizes) / axis.length_px
    sure = [_surety(box.confidence, subject.confidence) for box in subject.boxes]
    there = np.interp(looks, at, sure) * ((looks >= at[0] - 1) & (looks <= at[-1] + 1))
    return low, high, there


def _surety(confidence: float, usual: float) -> float:
    """How surely a subject is where a box says: not at all out of sight, less where it was only carried."""
    if confidence <= 0.0:
        return 0.0
    return 1.0 if confidence >= 0.6 * usual else 0.6

"""Made subjects, interests and shots whose truth is known, and their framing: no file, no picture."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from variantgen.model import Interest, Rectangle, Subject, SubjectBox, SubjectKind
from variantgen.plan.framing.density import unpacked
from variantgen.plan.framing.shot import Shot, Solved, solve, window_axis
from variantgen.plan.framing.weights import KEEP

WIDE = (1920, 1080)
NINE_BY_SIXTEEN = Fraction(9, 16)
RATE = 30.0
Place = Callable[[int], tuple[float, float]]


def subject(
    number: int,
    kind: SubjectKind,
    span: tuple[int, int],
    place: Place | tuple[float, float],
    *,
    size: tuple[float, float] = (250, 600),
    confidence: float = 0.9,
    activity: float = 0.3,
    step: int = 5,
) -> Subject:
    """A subject seen every `step` frames of a span; `place` is its left and top edge, or tells them for a frame."""
    start, end = span
    boxes = []
    for frame in sorted({*range(start, end, step), end - 1}):
        left, top = place(frame) if callable(place) else place
        boxes.append(SubjectBox(frame, left, top, *size, confidence))
    return Subject(number, kind, tuple(boxes), confidence, activity)


def across(span: tuple[int, int], left: float, right: float, top: float = 300) -> Place:
    """A place that goes evenly from one left edge to another over a span."""
    start, end = span
    return lambda frame: (left + (right - left) * (frame - start) / max(1, end - 1 - start), top)


def mirrored(one: Subject, width: int = WIDE[0]) -> Subject:
    """The same subject in a picture that is flipped left to right."""
    return replace(one, boxes=tuple(replace(box, x=width - box.x - box.w) for box in one.boxes))


def flipped_interest(one: Interest) -> Interest:
    """The same interest of a picture that is flipped left to right."""

    def flipped(packed: str) -> str:
        rows = np.frombuffer(zlib.decompress(base64.b64decode(packed)), np.uint8)
        rows = rows.reshape(-1, one.columns + one.rows).copy()
        rows[:, : one.columns] = rows[:, one.columns - 1 :: -1]
        return base64.b64encode(zlib.compress(rows.tobytes())).decode()

    return replace(one, motion=flipped(one.motion), standout=flipped(one.standout))


def interest(
    frames: int,
    *,
    motion: Callable[[int], tuple[float, float] | None] = lambda frame: None,
    standout: Callable[[int], tuple[float, float] | None] = lambda frame: None,
    step_frames: int = 2,
    columns: int = 64,
    rows: int = 36,
) -> Interest:
    """Looks of which a blob (centre and width, shares of the width) moves or stands out; None: nothing does."""

    def packed(blob: Callable[[int], tuple[float, float] | None]) -> str:
        looks = np.zeros((-(-frames // step_frames), columns + rows), np.uint8)
        for look, frame in enumerate(range(0, frames, step_frames)):
            found = blob(frame)
            if found is not None:
                centre, wide = found
                middles = (np.arange(columns) + 0.5) / columns
                looks[look, :columns] = np.where(np.abs(middles - centre) <= wide / 2, 180, 0)
                looks[look, columns + rows // 3 : columns + 2 * rows // 3] = 100
        return base64.b64encode(zlib.compress(looks.tobytes())).decode()

    return Interest(step_frames, columns, rows, packed(motion), packed(standout))


def solved(
    *subjects: Subject,
    frames: int = 300,
    shape: Fraction = NINE_BY_SIXTEEN,
    picture: Rectangle | None = None,
    whole: tuple[int, int] = WIDE,
    rate: float = RATE,
    seen: Interest | None = None,
    keep: Mapping[str, float] | None = None,
) -> Solved:
    """One shot that fills a master, framed for a shape."""
    picture = picture or (0, 0, *whole)
    axis, _, _ = window_axis(picture, shape)
    shot = Shot(0, 0, frames, picture, subjects)
    return solve(shot, axis, rate, unpacked(seen) if seen else None, {**KEEP, **(keep or {})}, whole)


def window_px(framed: Solved, frame: int) -> tuple[float, float]:
    """Where the window begins and ends at a frame of a shot that starts at 0: pixels of the master, along the axis."""
    axis = framed.axis
    centre = float(framed.centres[frame])
    return tuple(axis.start_px + (centre + side * axis.window / 2) * axis.length_px for side in (-1, 1))  # type: ignore[return-value]


def box_at(one: Subject, frame: int) -> tuple[float, float, float, float]:
    """A subject's box at a frame, linear between what was seen."""
    at = [box.frame for box in one.boxes]
    return tuple(float(np.interp(frame, at, [getattr(box, side) for box in one.boxes])) for side in "xywh")  # type: ignore[return-value]


def share_seen(framed: Solved, one: Subject, frame: int) -> float:
    """The share of a subject's extent along the axis that is in the window."""
    x, y, w, h = box_at(one, frame)
    low, size = (y, h) if framed.axis.is_upright else (x, w)
    start, end = window_px(framed, frame)
    return max(0.0, min(end, low + size) - max(start, low)) / size


def turns(path: Any, least: float = 0.01) -> int:
    """How often a path changes its direction, by moves of at least a share of the axis."""
    count, way, extreme = 0, 0, float(path[0])
    for place in map(float, path):
        if (way >= 0 and place > extreme) or (way <= 0 and place < extreme):
            if way == 0 and abs(place - extreme) >= least:
                way, extreme = (1 if place > extreme else -1), place
            elif way != 0:
                extreme = place
        elif abs(place - extreme) >= least:
            count, way, extreme = count + 1, -way, place
    return count

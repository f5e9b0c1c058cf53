"""Two stacked windows for two people who do not fit one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from variantgen.model import Rectangle, Subject, SubjectBox
from variantgen.plan.framing.shot import Shot, Solved, main_subjects

TOGETHER_SHARE = 0.5
"""Two are split where they are in one window together for less than this share of the time that both are there."""
BOTH_THERE_SHARE = 0.6
LEAST_HEIGHT_SHARE = 0.45
"""Of the picture: a smaller window would be enlarged too much."""
FACES_HIGH = 3.6
"""A window of a face is this many faces high: head and shoulders."""
FACE_LINE = 0.42
"""Of the window's height, from its top: where the middle of a face stands."""
MOST_SWAY = 0.22
"""Of the window: a person who moves more than this from their usual place is not held by a still one."""


def split_windows(
    shot: Shot, solved: Solved, weights: Mapping[int, float], shape: Fraction
) -> tuple[tuple[Rectangle, Rectangle], tuple[Subject, Subject]] | None:
    """The upper and the lower window, still, and who is in each (left above right); None where a split does not help.

    `shape` is width to height of one of the two windows.
    """
    pair = _pair(shot.subjects, weights)
    if pair is None or not _is_apart(pair, shot, solved):
        return None
    windows = [_window(one, shot.picture, shape) for one in pair]
    if any(_sways(one, window) for one, window in zip(pair, windows, strict=True)):
        return None
    return (windows[0], windows[1]), pair


def _pair(subjects: Sequence[Subject], weights: Mapping[int, float]) -> tuple[Subject, Subject] | None:
    """The two main people, left first, where there are exactly two; by their faces, else by their bodies."""
    for kind in ("face", "person"):
        main = [s for s in main_subjects(subjects, weights) if s.kind == kind]
        if len(main) == 2:
            left, right = sorted(main, key=lambda s: _mean_box(s)[0])
            return left, right
        if main:
            return None
    return None


def _is_apart(pair: tuple[Subject, Subject], shot: Shot, solved: Solved) -> bool:
    """Whether both are there most of the time, and one window holds them together for too little of it."""
    import numpy as np

    frames = np.arange(shot.start, shot.end)
    spans = [_centre_x(one, frames) for one in pair]
    is_both = np.logical_and(*(there for _, there in spans))
    if is_both.mean() < BOTH_THERE_SHARE:
        return False
    axis = solved.axis
    left, right = (axis.start_px + (solved.centres + side * axis.window / 2) * axis.length_px for side in (-1, 1))
    is_together = np.all([(x > left) & (x < right) for x, _ in spans], axis=0) if not axis.is_upright else is_both
    return float(is_together[is_both].mean()) < TOGETHER_SHARE


def _centre_x(subject: Subject, frames: Any) -> tuple[Any, Any]:
    import numpy as np

    at = [box.frame for box in subject.boxes]
    return (
        np.interp(frames, at, [box.x + box.w / 2 for box in subject.boxes]),
        (frames >= at[0] - 1) & (frames <= at[-1] + 1),
    )


def _mean_box(subject: Subject) -> tuple[float, float, float, float]:
    """x and y of the centre, w, h, as means over the shot."""
    count = len(subject.boxes)
    return (
        sum(b.x + b.w / 2 for b in subject.boxes) / count,
        sum(b.y + b.h / 2 for b in subject.boxes) / count,
        sum(b.w for b in subject.boxes) / count,
        sum(b.h for b in subject.boxes) / count,
    )


def _window(subject: Subject, picture: Rectangle, shape: Fraction) -> Rectangle:
    left, top, width, height = picture
    x, y, _, tall = _mean_box(subject)
    wanted = FACES_HIGH * tall if subject.kind == "face" else 0.8 * tall
    if subject.kind == "person":
        y -= 0.3 * tall  # where the head is
    most = min(Fraction(height), width / shape)
    h = _even(min(float(most), max(wanted, LEAST_HEIGHT_SHARE * height)))
    w = _even(min(width, h * float(shape)))
    return (
        _even(min(max(left, x - w / 2), left + width - w)),
        _even(min(max(top, y - FACE_LINE * h), top + height - h)),
        w,
        h,
    )


def _even(length: float) -> int:
    return max(0, int(length) - int(length) % 2)


def _sways(subject: Subject, window: Rectangle) -> bool:
    """Whether somebody is away from their usual place, or out of the window, for a tenth of the time."""
    usual = _mean_box(subject)[0]

    def is_off(box: SubjectBox) -> bool:
        middle = box.x + box.w / 2
        return abs(middle - usual) > MOST_SWAY * window[2] or not window[0] <= middle <= window[0] + window[2]

    return sum(map(is_off, subject.boxes)) > 0.1 * len(subject.boxes)

"""Small frames in, each shot's active picture out: the rectangle inside letterbox and pillarbox bars."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from variantgen.model import Rectangle

BAR_LEVEL = 28
"""No pixel of a bar is lighter, 0-255: black with the noise of a bad encode."""
LEAST_SHARE = 0.02
MOST_SHARE = 0.42
STEP_LEVELS = 20
"""What the picture's first full row is lighter than the bar, on average over the shot: dark rooms end softly."""
UNEVEN_SHARE = 0.25
"""Bars of one picture differ at most by this share of the larger: it sits in the middle."""
LOOKS_PER_SECOND = 6.0

Edges = tuple[float, float, float, float]
"""Left, top, right, bottom of a picture as shares of the frame."""
WHOLE: Edges = (0.0, 0.0, 1.0, 1.0)


@dataclass
class _Shot:
    looks: int
    most: list[Any]
    """Lightest pixel ever, of each column and of each row."""
    total: list[Any]
    """Sums of the means of each column and of each row."""


class BarFinder:
    """Takes every small frame with whether a shot starts there, and tells the picture inside the bars, shot by shot.

    Bars are black from edge to edge through the whole shot and end in a clear step; a shot too dark to tell takes
    the bars that most others have, if they are black in it as well.
    """

    def __init__(self, rate: float) -> None:
        self._step = max(1, round(rate / LOOKS_PER_SECOND))
        self._since = 0
        self._shot: _Shot | None = None
        self._found: list[tuple[Edges, Edges]] = []

    def take(self, frame_number: int, frame_bgr: Any, is_cut: bool) -> None:
        """One frame, height x width x 3 of BGR."""
        if is_cut:
            self._end_shot()
            self._since = frame_number
        if (frame_number - self._since) % self._step:
            return
        import cv2
        import numpy as np

        luma = cv2.cvtColor(frame_bgr, cv2.COLOR_BGR2GRAY)
        most = [luma.max(axis=axis) for axis in (0, 1)]
        means = [cv2.reduce(luma, axis, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel() for axis in (0, 1)]
        if self._shot is None:
            self._shot = _Shot(1, most, means)
            return
        self._shot.looks += 1
        for axis in (0, 1):
            np.maximum(self._shot.most[axis], most[axis], out=self._shot.most[axis])
            self._shot.total[axis] += means[axis]

    def pictures(self, width: int, height: int) -> tuple[Rectangle, ...]:
        """The picture of each shot in pixels of a width x height master; empty where no shot has bars."""
        self._end_shot()
        sure = Counter(edges for edges, _ in self._found if edges != WHOLE)
        if not sure:
            return ()
        usual = sure.most_common(1)[0][0]
        return tuple(
            _rectangle(usual if edges == WHOLE and _holds(dark, usual) else edges, width, height)
            for edges, dark in self._found
        )

    def _end_shot(self) -> None:
        if self._shot is None:
            return
        shot, self._shot = self._shot, None
        (left, right), (top, bottom) = (_edges(shot.most[a], shot.total[a] / shot.looks) for a in (0, 1))
        (dark_left, dark_right), (dark_top, dark_bottom) = (_dark(shot.most[a]) for a in (0, 1))
        self._found.append(((left, top, right, bottom), (dark_left, dark_top, dark_right, dark_bottom)))


def _dark(most: Any) -> tuple[float, float]:
    """Where, from either end, the first line that is not black all the time begins; as shares."""
    import numpy as np

    light = np.flatnonzero(most > BAR_LEVEL)
    if not len(light):
        return 1.0, 0.0
    return float(light[0]) / len(most), float(light[-1] + 1) / len(most)


def _edges(most: Any, mean: Any) -> tuple[float, float]:
    """Where the picture begins and ends along one side, as shares; 0 and 1 where there are no sure bars."""
    count = len(most)
    start, end = _dark(most)
    first, last = round(start * count), round((1 - end) * count)
    if (
        start >= end
        or min(first, last) < 1
        or not LEAST_SHARE <= min(start, 1 - end) <= max(start, 1 - end) <= MOST_SHARE
    ):
        return 0.0, 1.0
    begin, finish = _exact_edge(mean, first), _exact_edge(mean[::-1], last)
    if begin is None or finish is None or abs(begin - finish) > max(1.5, UNEVEN_SHARE * max(begin, finish)):
        return 0.0, 1.0
    return round(begin / count, 4), round(1 - finish / count, 4)


def _exact_edge(mean: Any, first: int) -> float | None:
    """The edge to a part of a line: the first light line may be part bar, part picture. None without a clear step."""
    bar, inside = float(mean[:first].mean()), float(mean[first + 1 : first + 3].mean())
    if inside - bar < STEP_LEVELS:
        return None
    filled = min(1.0, max(0.0, (float(mean[first]) - bar) / (inside - bar)))
    return first + 1 - filled


def _holds(dark: Edges, usual: Edges) -> bool:
    """Whether a shot is black wherever the usual bars are."""
    slack = 0.005
    return (
        dark[0] >= usual[0] - slack and dark[1] >= usual[1] - slack
        and dark[2] <= usual[2] + slack and dark[3] <= usual[3] + slack
    )  # fmt: skip


def _rectangle(edges: Edges, width: int, height: int) -> Rectangle:
    """Even, and a pixel or two inside each edge that is not the frame's own."""

    def first(share: float, size: int) -> int:
        return 0 if share <= 0 else 2 * ceil((share * size + 1) / 2)

    def last(share: float, size: int) -> int:
        return size // 2 * 2 if share >= 1 else 2 * floor((share * size - 1) / 2)

    x, y = first(edges[0], width), first(edges[1], height)
    return x, y, last(edges[2], width) - x, last(edges[3], height) - y

"""Small frames in, first frames of shots out: hard cuts, fades through black and dissolves, told a little late."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

LEAST_SECONDS = 0.3
"""No shot is shorter: faster cutting is an effect inside a shot, and no window can follow it."""
LOOK_PX = 160
"""Longest side on which changes are looked for."""
GLANCE_PX = (32, 18)
FLAT = 2.0
"""A glance whose levels spread less than this (standard deviation, 0-255) has no structure to compare."""

ADAPTIVE_RATIO = 3.0
"""PySceneDetect's own default: how much a change stands out from the two frames on either side."""
LEAST_CONTENT = 12.0
"""PySceneDetect's least content value is 15 by default; what else is asked of a cut here allows a lower one."""
CUT_DISTANCE, CUT_RATIO = 0.25, 1.5
"""What PySceneDetect finds must be this far from the frame before, and farther than the frames on one side."""
SPIKE_DISTANCE, SPIKE_RATIO = 0.42, 2.5
"""A change that large is weighed unasked: cuts into and out of fast motion hide from a mean of both sides."""
RETURN_SECONDS, RETURN_SHARE = 0.28, 0.55
"""A flash is over by then, and what was before it is back: nearer to it than this share of the change."""
LIGHT_LIKENESS, LIGHT_TINT = 0.85, 0.04
"""Pictures so alike in structure and tint differ in their light only."""
LOCAL_SHARE = 0.4
"""A median change so far below the mean one: most of the picture stayed."""
RAMP_SHARE = 0.6
"""A frame next to black that is darker than this share of its neighbours is part of a fade."""

BLACK_SHARE, BLACK_MOST, BLACK_LEAST = 0.18, 16.0, 2.0
"""Black is a mean below this share of the shot's brightest, between two levels of 0-255: night scenes are not black."""
BLACK_RISE = 3.0
"""So many levels above the deepest black, a picture begins to show."""
BLACK_FORGETS = 0.998
"""A frame, of the shot's brightest: shots that slowly turn dark are not black."""
LONG_BLACK_SECONDS, SHORT_BLACK_SECONDS, SAME_LIKENESS = 0.8, 0.28, 0.7
"""Black that lasts longer is a shot of its own; shorter, two shots meet in its middle; shorter still, and with the same
structure before and after it, it is a fault, or a blink."""

DISSOLVE_HALVES_SECONDS = (0.2, 0.35, 0.6)
DISSOLVE_MISFIT = 0.14
"""What in a frame is no mixture of the first and the last: moving pictures have 0.2 and more, dissolves up to 0.1."""
DISSOLVE_LIKENESS, DISSOLVE_CHANGE = 0.5, 14.0
"""The first and the last must be less alike, and so many levels apart."""
DISSOLVE_STEP = 0.35
"""No frame of it is farther from the one before: that would be a cut, or a flash."""
MIDDLE_SHARES = (0.3, 0.7)
SHARE_RISE = 0.08

CUT, BLACK, DISSOLVE = 3, 2, 1
"""What a boundary rests on; the stronger wins where two are too near."""


@dataclass(frozen=True)
class _Glance:
    """What is kept of a frame: its structure (zero mean), the length of that, its colours and mean level (0-255)."""

    number: int
    shape: Any
    norm: float
    colours: Any
    tint: Any
    level: float
    step: float = 0.0
    """Distance from the frame before."""


@dataclass(frozen=True)
class _Start:
    """What a boundary rests on, and the frames that it speaks for."""

    weight: int
    first: float
    last: float


class ShotFinder:
    """Takes every frame in order; whether a shot starts at one is settled `delay_frames` later.

    Hard cuts are those of PySceneDetect's AdaptiveDetector which a comparison of structure and colours confirms: a
    flash is none, because the picture before it comes back. Memory does not grow with the film, but for the starts.
    """

    def __init__(self, rate: float) -> None:
        from scenedetect.detectors import AdaptiveDetector

        self._rate = rate
        self._least = max(2, round(LEAST_SECONDS * rate))
        self._return = max(2, round(RETURN_SECONDS * rate))
        self._halves = sorted({max(4, round(half * rate)) for half in DISSOLVE_HALVES_SECONDS})
        self._adaptive = AdaptiveDetector(
            adaptive_threshold=ADAPTIVE_RATIO, min_scene_len=0, min_content_val=LEAST_CONTENT
        )
        self._black = _BlackWatch(rate)
        self.delay_frames = max(self._black.long_frames, self._halves[-1]) + self._return + 4
        self._glances: deque[_Glance] = deque(maxlen=2 * self._halves[-1] + self._return + 4)
        self._standing_out: set[int] = set()
        self._starts: dict[int, _Start] = {0: _Start(9, 0, 0)}
        self._count = 0

    def take(self, frame_number: int, frame_bgr: Any) -> None:
        """One frame, height x width x 3 of BGR; numbers go up by one from 0."""
        import cv2
        from scenedetect import FrameTimecode

        height, width = frame_bgr.shape[:2]
        scale = min(1.0, LOOK_PX / max(height, width))
        size = (max(8, round(width * scale)), max(8, round(height * scale)))
        small = cv2.resize(frame_bgr, size, interpolation=cv2.INTER_AREA)
        glance = _glance(small, frame_number, self._glances[-1] if self._glances else None)
        self._glances.append(glance)
        self._count = frame_number + 1
        found = self._adaptive.process_frame(FrameTimecode(frame_number, fps=self._rate), small)
        self._standing_out.update(int(one.frame_num) for one in found)
        self._weigh(frame_number - self._return)
        for number, reach in self._black.take(glance):
            self._add(number, BLACK, reach)
        for half in self._halves:
            if self._is_dissolve(half):
                self._add(frame_number - half, DISSOLVE, half)

    def finish(self) -> None:
        """No more frames come: what waited for some is decided."""
        for number in range(self._count - self._return, self._count):
            self._weigh(number)
        for number in [n for n in self._starts if n and self._count - n < self._least]:
            del self._starts[number]

    def is_start(self, frame_number: int) -> bool:
        """Whether a shot starts at a frame; settled once `delay_frames` more were taken, or after `finish`."""
        return frame_number in self._starts

    def shot_starts(self) -> tuple[int, ...]:
        """First frames of shots in order, 0 included."""
        return tuple(sorted(self._starts))

    def _add(self, number: int, weight: int, reach: int = 0) -> None:
        """A boundary, unless a stronger or settled one speaks for the same frames; it sends weaker ones away."""
        if number < self._least:
            return
        around = max(reach, self._least / 2)
        start = _Start(weight, number - around, number + around)
        rivals = [n for n, other in self._latest() if other.first < start.last and start.first < other.last]
        settled = self._count - self.delay_frames
        if any(self._starts[n].weight >= weight or n < settled for n in rivals):
            return
        for rival in rivals:
            del self._starts[rival]
        self._starts[number] = start

    def _latest(self) -> Iterator[tuple[int, _Start]]:
        # in the order of finding, which is nearly that of time: the search ends early however many there are
        for number in reversed(self._starts):
            if number < self._count - 4 * self.delay_frames:
                return
            yield number, self._starts[number]

    def _weigh(self, number: int) -> None:
        """Takes a frame for a cut where it stands out and the picture before it does not come back at once."""
        glances = self._glances
        at = number - glances[0].number if glances else 0
        if at < 1:
            return
        steps = [one.step for one in glances]
        sides = [max(side) for side in (steps[max(1, at - 3) : at], steps[at + 1 : at + 4]) if side]
        ratio = steps[at] / max(min(sides, default=0.0), 1e-3)
        is_adaptive = number in self._standing_out
        self._standing_out.discard(number)
        is_spike = steps[at] >= SPIKE_DISTANCE and ratio >= SPIKE_RATIO
        if not is_spike and not (is_adaptive and steps[at] >= CUT_DISTANCE and ratio >= CUT_RATIO):
            return
        before = [glances[n] for n in range(max(0, at - self._return), at)]
        after = [glances[n] for n in range(at, min(len(glances), at + self._return + 1))]
        back = min(_distance(one, other) for one in before for other in after)
        if back < RETURN_SHARE * steps[at] or _is_ramp(before, after):
            return
        if not _is_local(before[-1], after[0]) and not _is_light(before[-1], after[0]):
            self._add(number, CUT)

    def _is_dissolve(self, half: int) -> bool:
        """Whether the frames up to the newest run evenly from one picture into another, half way `half` frames ago."""
        newest = len(self._glances) - 1
        if newest < 2 * half:
            return False
        first, last = self._glances[newest - 2 * half], self._glances[newest]
        if min(first.level, last.level) < BLACK_MOST:
            return False  # a fade is told by its black
        if _likeness(first, last) > DISSOLVE_LIKENESS or float(abs(last.shape - first.shape).mean()) < DISSOLVE_CHANGE:
            return False
        if max(one.step for one in islice(self._glances, max(0, newest - 2 * half - 2), None)) > DISSOLVE_STEP:
            return False
        shares = []
        for step in (1, 2, 3):
            share, misfit = _mixture(self._glances[newest - 2 * half + step * half // 2], first, last)
            if misfit > DISSOLVE_MISFIT:
                return False
            shares.append(share)
        rises = min(shares[1] - shares[0], shares[2] - shares[1]) > SHARE_RISE
        return rises and MIDDLE_SHARES[0] <= shares[1] <= MIDDLE_SHARES[1]


class _BlackWatch:
    """Finds black stretches and says where shots meet in them."""

    def __init__(self, rate: float) -> None:
        self.long_frames = max(3, round(LONG_BLACK_SECONDS * rate))
        self._short_frames = max(2, round(SHORT_BLACK_SECONDS * rate))
        self._brightest = 0.0
        self._since: int | None = None
        self._deepest = 0.0
        self._is_told = False
        self._last: _Glance | None = None
        """The frame before; while in black, the one before it."""

    def take(self, glance: _Glance) -> Iterator[tuple[int, int]]:
        """Boundaries that a frame settles, with how far around them no other can be."""
        if self._since is None:
            if glance.step > SPIKE_DISTANCE:
                self._brightest = glance.level  # another shot perhaps, and a dark one
            limit = min(BLACK_MOST, max(BLACK_LEAST, BLACK_SHARE * self._brightest))
            self._brightest = max(glance.level, BLACK_FORGETS * self._brightest)
            if glance.level < limit:
                self._since, self._deepest, self._is_told = glance.number, glance.level, False
            else:
                self._last = glance
            return
        self._deepest = min(self._deepest, glance.level)
        if glance.level > self._deepest + BLACK_RISE:
            yield from self._leave(glance, self._since)
            self._since, self._brightest, self._last = None, glance.level, glance
        elif not self._is_told and glance.number - self._since >= self.long_frames:
            self._is_told = True
            yield self._since, 0

    def _leave(self, glance: _Glance, since: int) -> Iterator[tuple[int, int]]:
        length = glance.number - since
        if self._is_told:
            yield glance.number, 0
        elif self._last is not None and (length > self._short_frames or _likeness(self._last, glance) < SAME_LIKENESS):
            yield since + length // 2, length // 2 + 2


def _is_light(one: _Glance, other: _Glance) -> bool:
    """Whether only the light changed: same structure, same tint."""
    return _likeness(one, other) > LIGHT_LIKENESS and float(abs(one.tint - other.tint).max()) < LIGHT_TINT


def _is_ramp(before: list[_Glance], after: list[_Glance]) -> bool:
    """Whether a picture sinks into black, or rises out of it, over several frames."""
    if after[0].level < BLACK_MOST:
        return before[-1].level < RAMP_SHARE * max(one.level for one in before)
    return before[-1].level < BLACK_MOST and after[0].level < RAMP_SHARE * max(one.level for one in after)


def _is_local(one: _Glance, other: _Glance) -> bool:
    """Whether most of what is not black stayed as it was: a title that appears is no cut."""
    import numpy as np

    levels = one.shape + one.level, other.shape + other.level
    live = np.maximum(*levels) > BLACK_MOST
    change = np.abs(levels[0] - levels[1])[live]
    return bool(len(change)) and float(np.median(change)) < LOCAL_SHARE * float(change.mean())


def _glance(small_bgr: Any, number: int, before: _Glance | None) -> _Glance:
    import cv2
    import numpy as np

    tiny = cv2.resize(cv2.cvtColor(small_bgr, cv2.COLOR_BGR2GRAY), GLANCE_PX, interpolation=cv2.INTER_AREA)
    shape = tiny.astype(np.float32).ravel()
    level = float(shape.mean())
    shape -= level
    glance = _Glance(number, shape, float(np.sqrt(shape @ shape)), _colours(small_bgr), _tint(small_bgr), level)
    return replace(glance, step=_distance(before, glance)) if before is not None else glance


def _colours(small_bgr: Any) -> Any:
    """Shares of coarse colours that spill into their neighbours, so that a slow change of light is a small one."""
    import cv2
    import numpy as np

    counts = cv2.calcHist([small_bgr], [0, 1, 2], None, [8, 8, 8], [0, 256] * 3) / (small_bgr.size / 3)
    spill = 0.5 * np.eye(8) + 0.25 * (np.eye(8, k=1) + np.eye(8, k=-1))
    spill[0, 0] = spill[7, 7] = 0.75
    for _ in range(3):
        # one axis a time, each coming first in turn
        counts = (spill @ counts.reshape(8, 64)).reshape(8, 8, 8).transpose(1, 2, 0)
    return counts.ravel()


def _tint(small_bgr: Any) -> Any:
    """The mean colour without its brightness."""
    import cv2
    import numpy as np

    means = np.array(cv2.mean(small_bgr)[:3]) + 1.0
    return means / means.sum()


def _likeness(one: _Glance, other: _Glance) -> float:
    """How alike two pictures are built, -1 to 1, whatever their brightness and contrast; two flat ones are alike."""
    flat = FLAT * FLAT * one.shape.size
    return (float(one.shape @ other.shape) + flat) / ((one.norm**2 + flat) * (other.norm**2 + flat)) ** 0.5


def _distance(one: _Glance, other: _Glance) -> float:
    """0 for equal pictures to 1 for unlike ones: half of it structure, half colours."""
    import numpy as np

    colours = 1.0 - float(np.minimum(one.colours, other.colours).sum())
    return 0.5 * (1.0 - max(0.0, _likeness(one, other))) + 0.5 * colours


def _mixture(middle: _Glance, first: _Glance, last: _Glance) -> tuple[float, float]:
    """The share of `last` in `middle` if it is a mixture of both, and how much it differs from one (0-1)."""
    step, moved = last.shape - first.shape, middle.shape - first.shape
    length = max(float(step @ step), 1e-6)
    share = float(moved @ step) / length
    rest = moved - share * step
    return share, float(rest @ rest) / length

"""A window made smaller inside the one a shot has, so that its subject plays a little larger after a cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from variantgen.model import CropKey, Subject
from variantgen.plan.reframe import largest_window

PUNCH_IN = Fraction(11, 10)
"""How much larger. Less looks like a slip of the camera, and much more would be another shot of its own."""
MOST_ENLARGED = 3
"""The canvas's width to the window's: a picture that is enlarged further is too soft beside itself."""
LOOKS_PER_SECOND = 6
SURE_FACE, SURE_TEXT = 0.5, 0.7
"""From here on a face, and a text, must not be cut."""
HAIR = 0.35
"""Of a face's height, that a head is higher than its face."""
EYES = 0.55
"""Of a head's height, from the top of its hair."""
MOSTLY = 0.5
"""Of the looks: who is there for less is not whom the shot is about."""
HEAD_WIDTH, HEAD_HEIGHT = 0.5, 0.2
"""Of a person's box, where no face is seen: the middle of its top."""
NOBODY = (0.5, 1 / 3)
"""Of the window: what stays where it was when nobody is there; heads are in the upper third."""


@dataclass(frozen=True)
class Closer:
    """A smaller window in the windows of a whole stretch; `keys` are at the variant's rate.

    `looks` are frames of it; `faces_cut` and `texts_cut` say at which of them the smaller window would cut somebody's
    head or a text that the larger one holds.
    """

    keys: tuple[CropKey, ...]
    scale: float
    looks: Any
    faces_cut: Any
    texts_cut: Any
    is_too_soft: bool = False

    def refusal(self, start: int, end: int) -> str:
        """Why frames start..end-1 cannot be shown closer; empty where they can."""
        if self.is_too_soft:
            return f"closer the picture would be enlarged more than {MOST_ENLARGED} times"
        step = int(self.looks[1] - self.looks[0]) if len(self.looks) > 1 else 1
        inside = (self.looks > start - step) & (self.looks < end + step)
        if self.faces_cut[inside].any():
            return "a closer picture would cut a head"
        return "a closer picture would cut a text" if self.texts_cut[inside].any() else ""


@dataclass(frozen=True)
class _Boxes:
    """What should be seen of a subject, at each look: from the larger window's corner, and whether that holds it."""

    x: Any
    y: Any
    w: Any
    h: Any
    is_held: Any

    def median(self, down: float) -> tuple[float, float]:
        """The usual place of its middle, `down` of its height from its top."""
        import numpy as np

        places = (self.x + self.w / 2, self.y + down * self.h)
        across, upright = (float(np.median(place[self.is_held])) for place in places)
        return across, upright


def closer(
    keys: Sequence[CropKey],
    end: int,
    subjects: Sequence[Subject],
    *,
    rates: tuple[Fraction, Fraction],
    canvas: tuple[int, int],
) -> Closer:
    """The smaller window of a stretch of one shot, which has the path `keys` up to frame `end`.

    `subjects` are all of the shot, `rates` the master's and the variant's, `canvas` its width and height. The eyes of
    who matters most stay where they are on the canvas.
    """
    import numpy as np

    start, (w, h) = keys[0][0], keys[0][3:]
    small_w, small_h = largest_window(round(w / PUNCH_IN), round(h / PUNCH_IN), Fraction(*canvas))
    looks = np.unique(np.append(np.arange(start, end, max(1, round(rates[1] / LOOKS_PER_SECOND))), end - 1))
    at = [key[0] for key in keys]
    lefts, tops = (np.interp(looks, at, [key[side] for key in keys]) for side in (1, 2))
    shown = [(one, _boxes(one, looks * float(rates[0] / rates[1]), (lefts, tops, w, h))) for one in subjects]
    heads = [box for one, box in shown if one.kind == "face" and one.confidence >= SURE_FACE]
    heads = heads or [box for one, box in shown if one.kind == "person"]
    texts = [box for one, box in shown if one.kind == "text" and one.confidence >= SURE_TEXT]
    others = [box for one, box in shown if one.kind in ("animal", "vehicle")]
    fixed = _fixed_point(heads, others, (w, h))
    x = _offset(fixed[0], w, small_w, [(box.x, box.w, box.is_held) for box in (*heads, *texts)])
    y = _offset(fixed[1], h, small_h, [(box.y, box.h, box.is_held) for box in (*heads, *texts)])
    return Closer(
        tuple((frame, left + x, top + y, small_w, small_h) for frame, left, top, *_ in keys),
        round(w / small_w, 2),
        looks,
        _is_cut(heads, looks, (x, y, small_w, small_h)),
        _is_cut(texts, looks, (x, y, small_w, small_h)),
        is_too_soft=canvas[0] > MOST_ENLARGED * small_w,
    )


def _boxes(one: Subject, at: Any, window: tuple[Any, Any, int, int]) -> _Boxes:
    """What should be seen of a subject at frames of the master: a face with hair, a person's head, all of others."""
    import numpy as np

    lefts, tops, width, height = window
    frames = [box.frame for box in one.boxes]
    left, top, w, h, sure = (
        np.interp(at, frames, [getattr(box, side) for box in one.boxes]) for side in ("x", "y", "w", "h", "confidence")
    )
    x, y = left - lefts, top - tops
    if one.kind == "person":
        x, w, h = x + (1 - HEAD_WIDTH) / 2 * w, HEAD_WIDTH * w, HEAD_HEIGHT * h
    is_there = (at >= frames[0] - 1) & (at <= frames[-1] + 1) & (sure > 0)
    # the box of what ends at the picture's edge may end a pixel outside it
    is_inside = (x >= -1) & (y >= -1) & (x + w <= width + 1) & (y + h <= height + 1)
    right, bottom = np.minimum(width, x + w), np.minimum(height, y + h)
    x, y = np.maximum(0, x), np.maximum(0, y - HAIR * h if one.kind == "face" else y)
    return _Boxes(x, y, right - x, bottom - y, is_there & is_inside)


def _fixed_point(heads: Sequence[_Boxes], others: Sequence[_Boxes], window: tuple[int, int]) -> tuple[float, float]:
    """The point of the window that stays where it is on the canvas: the eyes of the largest, most of the time there."""
    for boxes, down in ((heads, EYES), (others, 0.5)):
        usual = [box for box in boxes if box.is_held.mean() > MOSTLY]
        if usual:
            return max(usual, key=lambda box: float((box.w * box.h * box.is_held).sum())).median(down)
    return NOBODY[0] * window[0], NOBODY[1] * window[1]


def _offset(fixed: float, length: int, small: int, held: Sequence[tuple[Any, Any, Any]]) -> int:
    """How far inside the larger window the smaller one begins, in even px: what it must hold, inside if it can be."""
    least, most = 0, length - small
    wanted = fixed * (length - small) / length
    for begins, lengths, is_held in held:
        if not is_held.any():
            continue
        low = max(least, int(-(-(begins + lengths)[is_held].max() // 2) * 2) - small)
        high = min(most, int(begins[is_held].min() // 2) * 2)
        if low <= high:
            least, most = low, high
    return min(max(2 * round(wanted / 2), least), most)


def _is_cut(boxes: Sequence[_Boxes], looks: Any, window: tuple[int, int, int, int]) -> Any:
    """At which looks a window (from the larger one's corner) cuts what the larger one holds."""
    import numpy as np

    x, y, w, h = window
    cut = np.zeros(len(looks), dtype=bool)
    for box in boxes:
        is_inside = (box.x >= x) & (box.y >= y) & (box.x + box.w <= x + w) & (box.y + box.h <= y + h)
        cut |= box.is_held & ~is_inside
    return cut

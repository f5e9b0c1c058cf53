"""A window made smaller inside the one a shot has, so that its subject plays a little larger after a cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from variantgen.model import CropKey, Subject
from variantgen.plan.crop_keys import inner_path
from variantgen.plan.reframe import largest_window

SCALES = (Fraction(115, 100), Fraction(110, 100))
"""How much larger, the first that cuts nobody. Less looks like a slip of the camera, more like another shot."""
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
class _Boxes:
    """What should be seen of a subject, at each look: from the larger window's corner, and whether that holds it."""

    x: Any
    y: Any
    w: Any
    h: Any
    is_held: Any

    def median(self, down: float, at: Any) -> tuple[float, float]:
        """The usual place of its middle, `down` of its height from its top, at some looks."""
        import numpy as np

        places = (self.x + self.w / 2, self.y + down * self.h)
        across, upright = (float(np.median(place[self.is_held & at])) for place in places)
        return across, upright


@dataclass(frozen=True)
class Held:
    """What the windows of a stretch of one shot hold: its path `keys` at the variant's rate, who is seen at `looks`."""

    keys: tuple[CropKey, ...]
    canvas: tuple[int, int]
    looks: Any
    heads: tuple[_Boxes, ...]
    texts: tuple[_Boxes, ...]
    others: tuple[_Boxes, ...]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its windows."""
        return self.keys[0][3:]


@dataclass(frozen=True)
class Closer:
    """The path of a smaller window, and how much larger it shows what it holds."""

    keys: tuple[CropKey, ...]
    scale: float


def held_by(
    keys: tuple[CropKey, ...],
    end: int,
    subjects: Sequence[Subject],
    *,
    rates: tuple[Fraction, Fraction],
    canvas: tuple[int, int],
) -> Held:
    """What is held by windows on the path `keys` up to frame `end`.

    `subjects` are all of the shot, `rates` the master's and the variant's, `canvas` its width and height in px.
    """
    import numpy as np

    step = max(1, round(rates[1] / LOOKS_PER_SECOND))
    looks = np.unique(np.append(np.arange(keys[0][0], end, step), end - 1))
    at = [key[0] for key in keys]
    lefts, tops = (np.interp(looks, at, [key[side] for key in keys]) for side in (1, 2))
    window = (lefts, tops, *keys[0][3:])
    shown = [(one, _boxes(one, looks * float(rates[0] / rates[1]), window)) for one in subjects]
    heads = [box for one, box in shown if one.kind == "face" and one.confidence >= SURE_FACE]
    heads = heads or [box for one, box in shown if one.kind == "person"]
    texts = [box for one, box in shown if one.kind == "text" and one.confidence >= SURE_TEXT]
    others = [box for one, box in shown if one.kind in ("animal", "vehicle")]
    return Held(keys, canvas, looks, tuple(heads), tuple(texts), tuple(others))


def closer(held: Held, start: int, end: int) -> Closer | str:
    """The smaller window for frames start..end-1, or why there is none.

    The eyes of who matters most stay where they are on the canvas. Its place is the same for the whole stretch, so
    that long and short cuts share it, unless it would cut somebody there.
    """
    import numpy as np

    step = int(held.looks[1] - held.looks[0]) if len(held.looks) > 1 else 1
    here = (held.looks > start - step) & (held.looks < end + step)
    everywhere = np.ones(len(held.looks), dtype=bool)
    reason = ""
    for scale, placed_for in (*((scale, everywhere) for scale in SCALES), (SCALES[-1], here)):
        w, h = _smaller(held, scale)
        if held.canvas[0] > MOST_ENLARGED * w:
            reason = reason or f"closer, the picture would be enlarged more than {MOST_ENLARGED} times"
            continue
        x, y = _placed(held, (w, h), placed_for)
        cut = next((word for word in ("heads", "texts") if _is_cut(getattr(held, word), here, (x, y, w, h))), "")
        if not cut:
            return Closer(inner_path(held.keys, x, y, w, h), round(held.size[0] / w, 2))
        reason = f"a closer picture would cut {'a head' if cut == 'heads' else 'a text'}"
    return reason


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


def _smaller(held: Held, scale: Fraction) -> tuple[int, int]:
    width, height = held.size
    return largest_window(round(width / scale), round(height / scale), Fraction(*held.canvas))


def _placed(held: Held, small: tuple[int, int], at: Any) -> tuple[int, int]:
    """Where the smaller window begins in the larger one, in even px: heads and texts inside, as far as that goes."""
    fixed = _fixed_point(held, at)
    places = []
    for side, (wanted, length, inner) in enumerate(zip(fixed, held.size, small, strict=True)):
        least, most = 0, length - inner
        for box in (*held.heads, *held.texts):
            seen = box.is_held & at
            begins, lengths = ((box.x, box.w), (box.y, box.h))[side]
            if seen.any():
                low = max(least, 2 * ceil((begins + lengths)[seen].max() / 2) - inner)
                high = min(most, 2 * floor(begins[seen].min() / 2))
                least, most = (low, high) if low <= high else (least, most)
        places.append(min(max(2 * round(wanted * (length - inner) / length / 2), least), most))
    return places[0], places[1]


def _fixed_point(held: Held, at: Any) -> tuple[float, float]:
    """The point of the window that stays where it is on the canvas: the eyes of the largest, most of the time there."""
    for boxes, down in ((held.heads, EYES), (held.others, 0.5)):
        usual = [box for box in boxes if box.is_held[at].mean() > MOSTLY]
        if usual:
            return max(usual, key=lambda box: float((box.w * box.h * box.is_held)[at].sum())).median(down, at)
    return NOBODY[0] * held.size[0], NOBODY[1] * held.size[1]


def _is_cut(boxes: Sequence[_Boxes], at: Any, window: tuple[int, int, int, int]) -> bool:
    """Whether a window (from the larger one's corner) cuts what the larger one holds at some looks."""
    x, y, w, h = window
    return any(
        (box.is_held & at & ~((box.x >= x) & (box.y >= y) & (box.x + box.w <= x + w) & (box.y + box.h <= y + h))).any()
        for box in boxes
    )

"""Keyframes of a crop path: where the window is at a frame, which keys a span needs, fewer keys for the same path.

Frames are those of the variant's rate, as in a piece. Between two keys x and y run straight; before the first and after
the last they are held. w and h are those of the key before: they never change inside a shot. A window that jumps at a
cut has two keys on neighbouring frames, so nothing lies between them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import NamedTuple

from variantgen.model import CropKey

TOLERANCE_PX = 0.25
"""What `simplify` may move a window by, in pixels of the canvas: half of the step in which a window is drawn."""
KEPT_DIGITS = 4
"""Decimals of a key that a part's border puts between two keys; with two, joined parts would not show the same path."""


class _Window(NamedTuple):
    """A window's place, exactly."""

    x: Fraction
    y: Fraction
    w: int
    h: int


def window_at(keys: Sequence[CropKey], frame: int) -> tuple[float, float, int, int]:
    """The window of a frame: x, y, w, h in the master's pixels."""
    place = _exact_at(keys, frame)
    return float(place.x), float(place.y), place.w, place.h


def _exact_at(keys: Sequence[CropKey], frame: int) -> _Window:
    before = bisect_right(keys, frame, key=lambda key: key[0]) - 1
    at, x, y, w, h = keys[max(0, before)]
    here = _Window(_fraction(x), _fraction(y), w, h)
    if before < 0 or before == len(keys) - 1 or at == frame:
        return here
    after, x_after, y_after, *_ = keys[before + 1]
    share = Fraction(frame - at, after - at)
    return _Window(here.x + (_fraction(x_after) - here.x) * share, here.y + (_fraction(y_after) - here.y) * share, w, h)


def _fraction(value: float) -> Fraction:
    # by its decimals: 0.1 is a tenth, as it is told, not the nearest binary number
    return Fraction(str(value))


def slice_keys(keys: Sequence[CropKey], start: int, end: int) -> tuple[CropKey, ...]:
    """The fewest keys that give the same windows on frames start..end-1.

    Equal windows on the span give equal keys, whatever the path does elsewhere. Where the window stands still there is
    one key, at `start`, on even pixels: no part of it then needs more than a plain crop.
    """
    if not keys:
        return ()
    inside = [key[0] for key in keys if start < key[0] < end - 1]
    frames = sorted({start, *inside, end - 1})
    places = [(frame, _exact_at(keys, frame)) for frame in frames]
    first = places[0][1]
    if all(place == first for _, place in places):
        return ((start, _to_even(first.x), _to_even(first.y), first.w, first.h),)
    return tuple(
        (frame, _told(place.x), _told(place.y), place.w, place.h)
        for number, (frame, place) in enumerate(places)
        if number in (0, len(places) - 1) or not _is_between(places[number - 1], places[number], places[number + 1])
    )


def _is_between(before: tuple[int, _Window], here: tuple[int, _Window], after: tuple[int, _Window]) -> bool:
    """Whether a key lies on the straight way between its neighbours."""
    (a, first), (b, middle), (c, last) = before, here, after
    if (first.w, first.h) != (middle.w, middle.h):
        return False
    share = Fraction(b - a, c - a)
    return all(one + (two - one) * share == mid for one, mid, two in zip(first[:2], middle[:2], last[:2], strict=True))


def _to_even(value: Fraction) -> int:
    # a tie goes down: up might leave a master of an odd size
    return 2 * ceil((value - 1) / 2)


def _told(value: Fraction) -> float:
    """The number as it stands in a plan: whole ones without a point, so that equal windows give equal text."""
    return int(value) if value.denominator == 1 else round(float(value), KEPT_DIGITS)


def settle(keys: Sequence[CropKey], start: int, end: int) -> tuple[CropKey, ...]:
    """The path of a span with every rest on even pixels, so that a still part and a moving one meet without a step.

    A rest is two keys of the same place, and what is held before the first key or after the last. Idempotent.
    """
    if not keys:
        return ()
    around = [(start, *keys[0][1:])] if start < keys[0][0] else []
    behind = [(end - 1, *keys[-1][1:])] if end - 1 > keys[-1][0] else []
    shown = [*around, *keys, *behind]
    rests = {at for one, two in pairwise(shown) if one[1:] == two[1:] for at in (one[0], two[0])}
    if len(shown) == 1:
        rests = {start}
    return tuple(
        (at, _to_even(_fraction(x)), _to_even(_fraction(y)), w, h)
        if at in rests
        else (at, _told(_fraction(x)), _told(_fraction(y)), w, h)
        for at, x, y, w, h in keys
    )


def inner_path(keys: Sequence[CropKey], x: int, y: int, w: int, h: int) -> tuple[CropKey, ...]:
    """The path of a window of w x h that begins x and y further in than another's; even ones keep rests even."""
    return tuple((at, _hundredths(left + x), _hundredths(top + y), w, h) for at, left, top, *_ in keys)


def resize_frames(keys: Sequence[CropKey]) -> set[int]:
    """The frames from which the window has another size: no part may reach over them."""
    return {two[0] for one, two in pairwise(keys) if one[3:] != two[3:]}


def simplify(
    windows: Sequence[CropKey],
    *,
    output_width: int,
    shot_starts: Collection[int] = (),
    tolerance_px: float = TOLERANCE_PX,
) -> tuple[CropKey, ...]:
    """Few keys for a path given frame by frame (Douglas and Peucker, 1973, with time as the third axis).

    No window is moved by more than `tolerance_px`, counted in pixels of a canvas `output_width` wide, because that is
    where it is seen: a small window is enlarged and with it each error. `windows` are of consecutive frames. The
    frames on both sides of each of `shot_starts`, and of any change of size, keep their windows exactly.
    """
    if not windows:
        return ()
    first = windows[0][0]
    cuts = {at - first for at in shot_starts} | {
        number for number, (one, two) in enumerate(pairwise(windows), 1) if one[3:] != two[3:]
    }
    borders = [0, *sorted(cut for cut in cuts if 0 < cut < len(windows)), len(windows)]
    if all(window[1:] == windows[0][1:] for window in windows):
        borders = [0, 1]
    kept = [
        windows[number]
        for start, end in pairwise(borders)
        for number in _kept_in_shot(windows, start, end - 1, tolerance_px * windows[start][3] / output_width)
    ]
    return tuple((at, _hundredths(x), _hundredths(y), w, h) for at, x, y, w, h in kept)


def _kept_in_shot(windows: Sequence[CropKey], first: int, last: int, tolerance: float) -> list[int]:
    """Numbers of the windows first..last (both kept) from which the others follow within a tolerance."""
    import numpy as np

    places = np.array([window[1:3] for window in windows[first : last + 1]], float)
    # a hundredth is lost to rounding, half of it here
    tolerance = max(0.0, tolerance - 0.005)
    kept, spans = {0, last - first}, [(0, last - first)]
    while spans:
        start, end = spans.pop()
        if end - start < 2:
            continue
        share = (np.arange(start + 1, end) - start)[:, None] / (end - start)
        straight = places[start] + share * (places[end] - places[start])
        off = np.abs(places[start + 1 : end] - straight).max(axis=1)
        worst = int(off.argmax())
        if off[worst] > tolerance:
            middle = start + 1 + worst
            kept.add(middle)
            spans += [(start, middle), (middle, end)]
    return [first + number for number in sorted(kept)]


def _hundredths(value: float) -> float:
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def shown_frame(frame: int, master_rate: Fraction, rate: Fraction) -> int:
    """The master's frame that a variant shows at `frame` of its own rate, as the build picks them."""
    return max(0, ceil((frame + _early(master_rate, rate)) * master_rate / rate) - 1)


def first_showing(master_frame: int, master_rate: Fraction, rate: Fraction) -> int:
    """The variant's first frame that shows the master's frame or a later one: where a shot begins at another rate."""
    return max(0, floor(Fraction(master_frame) * rate / master_rate - _early(master_rate, rate)) + 1)


def _early(master_rate: Fraction, rate: Fraction) -> Fraction:
    """By how many of its own frames a variant may show one of the master's early: about a quarter.

    The master's frames begin at multiples of 1/`steps` of a variant's. Half a step beside those nearest to a quarter
    no clock that rounds, as containers' do, can decide which of two frames is shown. `build.graph` picks by the same.
    """
    steps = (rate / master_rate).denominator
    return (steps // 4 + Fraction(1, 2)) / steps

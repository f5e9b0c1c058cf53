"""Boxes of a caption in, one outline of them all out (ASS drawing commands): corners rounded, nothing drawn twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in px; of boxes above each other each begins where the one before it ends."""
Point = tuple[int, int]

# 1 - 0.5523: where the handles of a quarter circle stand, as a share of its radius from the corner
_HANDLE = 0.45


def box_path(boxes: Sequence[Box], radius: int) -> tuple[Point, str]:
    """The left top corner of all boxes, and the path of their outline from there.

    Boxes of nearly the same width become as wide as the wider one: a step smaller than its own corners looks wrong.
    """
    evened = _evened(boxes, 2 * radius)
    corners = _without_steps([*_down_the_right(evened), *_up_the_left(evened)])
    origin = min(box[0] for box in evened), evened[0][1]
    moved = [(x - origin[0], y - origin[1]) for x, y in corners]
    return origin, _rounded(moved, radius)


def _evened(boxes: Sequence[Box], least_step: int) -> list[Box]:
    even = list(boxes)
    for _ in boxes:
        for i in range(len(even) - 1):
            (a, top, b, end), (c, next_top, d, next_end) = even[i], even[i + 1]
            if abs(a - c) < least_step:
                a = c = min(a, c)
            if abs(b - d) < least_step:
                b = d = max(b, d)
            even[i], even[i + 1] = (a, top, b, end), (c, next_top, d, next_end)
    return even


def _down_the_right(boxes: Sequence[Box]) -> Iterator[Point]:
    for _left, top, right, end in boxes:
        yield right, top
        yield right, end


def _up_the_left(boxes: Sequence[Box]) -> Iterator[Point]:
    for left, top, _right, end in reversed(boxes):
        yield left, end
        yield left, top


def _without_steps(corners: Sequence[Point]) -> list[Point]:
    """Only where the outline turns: points in the middle of a straight side are none."""
    kept = []
    for i, (x, y) in enumerate(corners):
        (before_x, before_y), (after_x, after_y) = corners[i - 1], corners[(i + 1) % len(corners)]
        if not (before_x == x == after_x or before_y == y == after_y):
            kept.append((x, y))
    return kept


def _rounded(corners: Sequence[Point], radius: int) -> str:
    """A path along straight sides, each corner (outer or inner) a quarter circle as large as its sides allow."""
    words: list[str] = []
    for i, corner in enumerate(corners):
        before, after = corners[i - 1], corners[(i + 1) % len(corners)]
        r = min(radius, _length(before, corner) // 2, _length(corner, after) // 2)
        start, end = _towards(corner, before, r), _towards(corner, after, r)
        k = round(r * _HANDLE)
        words.append(f"{'l' if words else 'm'} {_word(start)}")
        if r > 0:
            words.append(f"b {_word(_towards(corner, before, k))} {_word(_towards(corner, after, k))} {_word(end)}")
    return " ".join(words)


def _length(a: Point, b: Point) -> int:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(a: Point, b: Point, px: int) -> Point:
    """`px` from `a` along a side that is level or upright."""
    length = max(1, _length(a, b))
    return a[0] + (b[0] - a[0]) * px // length, a[1] + (b[1] - a[1]) * px // length


def _word(point: Point) -> str:
    return f"{point[0]} {point[1]}"

"""A caption and its look in, where it stands on its canvas out: size, baselines, boxes, what it covers (pure)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from variantgen.fonts import ASCENT_EM, DESCENT_EM
from variantgen.model import Look

LineSize = tuple[float, float, float]
"""A line's advance, and how far it reaches above and below its baseline, in ems."""
MeasureLine = Callable[[str, Look, str], LineSize]
"""The size of a line in a look and a language (`fonts.shaping.measured_line`)."""

Edges = tuple[float, float, float, float]
"""Left, top, right and bottom in px of the canvas."""
Box = tuple[int, int, int, int]
"""The same, on whole pixels."""

# Room in a box: beside the text, and above and below it.
_PADDING_EM: Final = {"block": (0.34, 0.17), "line": (0.3, 0.06)}
# libass slants upright letters for italics: a capital leans this far over its advance.
_SLANT_EM: Final = 0.2
# What a line may leave the usual one by without meeting its neighbour: a ring above, a matra below.
_USUAL_LEAVE_EM: Final = 0.05


@dataclass(frozen=True)
class Line:
    """One line of a block: its baseline, its advance, and how far it reaches above and below the baseline, in px."""

    baseline_px: float
    width_px: float
    above_px: float
    below_px: float


@dataclass(frozen=True)
class Block:
    """A caption on its canvas: em and centre in px, its lines from top to bottom, what it covers.

    `edges` hold ink and box. `boxes` are none, one, or one a line, each beginning where the one above it ends.
    `up_px` and `down_px` say how far it may move before it leaves its margins.
    """

    size_px: float
    centre_px: float
    lines: tuple[Line, ...]
    edges: Edges
    boxes: tuple[Box, ...]
    up_px: int
    down_px: int

    def risen(self, rise_px: int) -> Block:
        """The block moved up by whole pixels (down where negative), as far as its margins allow."""
        by = max(-self.down_px, min(self.up_px, rise_px))
        left, top, right, bottom = self.edges
        return replace(
            self,
            lines=tuple(replace(line, baseline_px=line.baseline_px - by) for line in self.lines),
            edges=(left, top - by, right, bottom - by),
            boxes=tuple((x, y - by, to_x, to_y - by) for x, y, to_x, to_y in self.boxes),
            up_px=self.up_px - by,
            down_px=self.down_px + by,
        )

    def grown(self, scale: float) -> Block:
        """The block at a scale about its own middle: what an entrance shows on the way."""
        middle_px = (self.edges[1] + self.edges[3]) / 2

        def across(x: float) -> float:
            return self.centre_px + scale * (x - self.centre_px)

        def down(y: float) -> float:
            return middle_px + scale * (y - middle_px)

        lines = (
            Line(down(line.baseline_px), scale * line.width_px, scale * line.above_px, scale * line.below_px)
            for line in self.lines
        )
        boxes = ((round(across(a)), round(down(b)), round(across(c)), round(down(d))) for a, b, c, d in self.boxes)
        left, top, right, bottom = self.edges
        edges = (across(left), down(top), across(right), down(bottom))
        return replace(self, size_px=self.size_px * scale, lines=tuple(lines), edges=edges, boxes=tuple(boxes))


def block_of(
    lines: Sequence[str],
    look: Look,
    width: int,
    height: int,
    *,
    measure_line: MeasureLine,
    language: str = "",
    is_italic: bool = False,
) -> Block:
    """The block of `lines` on a width x height canvas, inside the margins of its look, before it is moved.

    Smaller than its look says where it would not fit: better small than cut off at the edge of the picture.
    """
    sizes = [measure_line(line, look, language) for line in lines]
    widths_em = [size[0] for size in sizes]
    reaches = [_reach(*size[1:], look) for size in sizes]
    slant_em = 2 * _SLANT_EM if is_italic else 0.0
    beside_em, beyond_em = _padding_em(look)
    room_x = width - look.margin_left_px - look.margin_right_px
    # a pixel less: baselines stand on whole ones
    room_y = height - look.margin_top_px - look.margin_bottom_px - 1
    tall_em = sum(reach.above_em + reach.below_em for reach in reaches)
    tall_px = sum(reach.above_px + reach.below_px for reach in reaches)
    size_px = min(
        float(look.font_size_px),
        _largest_em(room_x, max(widths_em) + slant_em, beside_em, look),
        _largest_em(room_y - tall_px, tall_em, beyond_em, look),
    )
    size_px = max(1.0, size_px)
    baselines = _baselines(reaches, size_px, height, look)
    shown = tuple(
        Line(baseline, width_em * size_px, reach.above(size_px), reach.below(size_px))
        for baseline, width_em, reach in zip(baselines, widths_em, reaches, strict=True)
    )
    centre_px = (look.margin_left_px + width - look.margin_right_px) / 2
    return _movable(shown, size_px, centre_px, slant_em * size_px / 2, width, height, look)


@dataclass(frozen=True)
class _Reach:
    """How far a line reaches from its baseline: ems, and px beside them."""

    above_em: float
    below_em: float
    above_px: float
    below_px: float

    def above(self, size_px: float) -> float:
        return self.above_em * size_px + self.above_px

    def below(self, size_px: float) -> float:
        return self.below_em * size_px + self.below_px


def _reach(above_em: float, below_em: float, look: Look) -> _Reach:
    """Marks that leave the usual line bring their outline with them: it would lie on the letters of the next line."""
    above_px = look.outline_px if above_em > ASCENT_EM + _USUAL_LEAVE_EM else 0.0
    below_px = look.outline_px if below_em > DESCENT_EM + _USUAL_LEAVE_EM else 0.0
    return _Reach(above_em, below_em, above_px, below_px)


def _largest_em(room_px: float, text_em: float, padding_em: float, look: Look) -> float:
    """The em at which a text and its padding fill a room, or the text and its edges where these are wider."""
    padded = room_px / max(text_em + 2 * padding_em, 1e-6)
    return min(padded, (room_px - 2 * _edge_px(look)) / max(text_em, 1e-6))


def _padding_em(look: Look) -> tuple[float, float]:
    return _PADDING_EM[look.box_shape] if look.box_colour else (0.0, 0.0)


def _edge_px(look: Look) -> int:
    """How far a caption's ink reaches beyond its lines."""
    return math.ceil(look.outline_px + look.shadow_px) + 1


def _baselines(reaches: Sequence[_Reach], size_px: float, height: int, look: Look) -> list[float]:
    """On whole pixels, so that letters stand sharp; the room that rounding takes is at the free side."""
    edge_px = max(_edge_px(look), _padding_em(look)[1] * size_px)
    tops, at = [], 0.0
    for reach in reaches:
        tops.append(at + reach.above(size_px))
        at += reach.above(size_px) + reach.below(size_px)
    top_px, bottom_px = look.margin_top_px + edge_px, height - look.margin_bottom_px - edge_px
    # the line at the margin is the one that stands fast: it must not move as others come and go
    held = tops[-1] if look.position == "bottom" else tops[0]
    if look.position == "top":
        held_px = math.ceil(top_px + held)
    elif look.position == "bottom":
        held_px = math.floor(bottom_px - at + held)
    else:
        held_px = round((top_px + bottom_px - at) / 2 + held)
    return [held_px + round(top - held) for top in tops]


def _movable(
    lines: tuple[Line, ...], size_px: float, centre_px: float, slant_px: float, width: int, height: int, look: Look
) -> Block:
    margins = (look.margin_left_px, look.margin_top_px, width - look.margin_right_px, height - look.margin_bottom_px)
    boxes = _boxes(lines, size_px, centre_px, slant_px, margins, look)
    edge_px = _edge_px(look)
    half_px = max(line.width_px for line in lines) / 2 + slant_px + edge_px
    first, last = lines[0], lines[-1]
    ink = (
        centre_px - half_px, first.baseline_px - first.above_px - edge_px,
        centre_px + half_px, last.baseline_px + last.below_px + edge_px,
    )  # fmt: skip
    corners = [ink, *boxes]
    left, top = (min(corner[side] for corner in corners) for side in (0, 1))
    right, bottom = (max(corner[side] for corner in corners) for side in (2, 3))
    slack = 1 if boxes else 0
    up_px, down_px = (max(0, math.floor(room) - slack) for room in (top - margins[1], margins[3] - bottom))
    return Block(size_px, centre_px, lines, (left, top, right, bottom), boxes, up_px, down_px)


def _boxes(
    lines: tuple[Line, ...], size_px: float, centre_px: float, slant_px: float, margins: Box, look: Look
) -> tuple[Box, ...]:
    if not look.box_colour:
        return ()
    beside_em, beyond_em = _padding_em(look)
    beside_px = max(beside_em * size_px, _edge_px(look)) + slant_px
    tops = [line.baseline_px - line.above_px for line in lines]
    ends = [*tops[1:], lines[-1].baseline_px + lines[-1].below_px + beyond_em * size_px]
    tops[0] -= beyond_em * size_px
    # a pixel less: libass smooths the edges of a box, and a breath of it (1 of 255) falls on the pixel beside
    least_x, least_y, most_x, most_y = margins[0] + 1, margins[1] + 1, margins[2] - 1, margins[3] - 1
    bounds = [max(least_y, round(tops[0])), *(min(most_y, round(end)) for end in ends)]
    halves = [line.width_px / 2 + beside_px for line in lines]
    sides = [(max(least_x, math.floor(centre_px - half)), min(most_x, math.ceil(centre_px + half))) for half in halves]
    if look.box_shape == "block":
        left, right = min(side[0] for side in sides), max(side[1] for side in sides)
        return ((left, bounds[0], right, bounds[-1]),)
    return tuple((left, top, right, end) for (left, right), top, end in zip(sides, bounds, bounds[1:], strict=False))

"""Crop paths in, filters out: how a window that moves inside a part is cut from the frame, finer than by whole pixels.

`crop` can only begin at every second pixel, where 4:2:0 has chroma. So the window is cut twice, before the scaling and
after it, each time at an even pixel. A step of one is not a step of the other, so that together they reach places in
between, like the two scales of a vernier: 608 pixels shown 1080 wide give sixteen places, an eighth of a pixel apart.
The picture is scaled once, as it is for a still window, and a margin of a few pixels is all that it costs. Where the
two steps are multiples of each other (1080 pixels shown 1080 wide) the window is moved by a fraction first: enlarged
an odd number of times, cut, and every so-manieth pixel taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Any

from variantgen.model import CropKey, Master

FINEST_STEP_PX = 0.5
COARSEST_STEP_PX = 0.7
"""Of the canvas: places that far apart are at most 0.2 px (rms) from where the path wants them."""
MOST_MARGIN_PX = 64
MOST_STRETCH_PX = 0.05
"""Of the canvas: by as much a moving window may differ from a still one at its far edge."""
# Bicubic: lanczos and spline score the same VMAF here, and their chroma slips twice as far from the luma.
FRACTION_FLAGS = "bicubic+accurate_rnd+bitexact"
NEAREST_FLAGS = "neighbor+accurate_rnd+bitexact"


@dataclass(frozen=True)
class Vernier:
    """Two cuts of one axis: `length` + `margin_px` pixels, enlarged to `scaled_px`, of which `shown_px` are kept.

    The first cut begins at multiples of `step_px`, the second at the even numbers in `offsets_px`.
    """

    length: int
    shown_px: int
    margin_px: int
    scaled_px: int
    step_px: int

    @property
    def ratio(self) -> Fraction:
        """By how much the axis is enlarged."""
        return Fraction(self.scaled_px, self.length + self.margin_px)

    @property
    def places(self) -> tuple[tuple[Fraction, int], ...]:
        """Where a window can begin, as shares of a step of the first cut, ascending, each with its second cut."""
        # the second cut may not begin before the first one's margin is used up, nor end after the picture
        most = min(self.margin_px * self.ratio, Fraction(self.scaled_px - self.shown_px))
        found: dict[Fraction, int] = {}
        for offset in range(0, int(most) + 1, 2):
            found.setdefault(Fraction(offset) / self.ratio / self.step_px % 1, offset)
        return tuple(sorted(found.items()))

    @property
    def coarseness_px(self) -> Fraction:
        """The largest gap between two places, in pixels after the scaling."""
        shares = [share for share, _ in self.places]
        return max(b - a for a, b in pairwise([*shares, shares[0] + 1])) * self.step_px * self.ratio

    @property
    def stretch_px(self) -> Fraction:
        """How far the window's far edge is off, because the picture is scaled to whole pixels."""
        return abs(self.length * self.ratio - self.shown_px)


def vernier(length: int, shown_px: int, step_px: int) -> Vernier | None:
    """Two cuts for `length` pixels shown `shown_px` wide, with the smallest margin that is fine enough; None: none."""
    best: Vernier | None = None
    for margin in range(step_px, min(MOST_MARGIN_PX, length) + 1, 2):
        scaled = 2 * round(Fraction((length + margin) * shown_px, length) / 2)
        found = Vernier(length, shown_px, margin, scaled, step_px)
        if scaled < shown_px or found.stretch_px > MOST_STRETCH_PX:
            continue
        if best is None or found.coarseness_px < best.coarseness_px:
            best = found
        if best.coarseness_px <= FINEST_STEP_PX:
            break
    return best if best is not None and best.coarseness_px <= COARSEST_STEP_PX else None


def fraction_vernier(length: int, shown_px: int, step_px: int) -> Vernier:
    """Two cuts that move a window of `length` pixels by a fraction and keep its size: enlarged an odd number of times.

    An odd number, because then one of every so many enlarged pixels lies exactly on one of the picture.
    """
    times = max(3, ceil(Fraction(step_px * shown_px, length) / Fraction(FINEST_STEP_PX)) | 1)
    return Vernier(length, length * times, 2 * step_px, (length + 2 * step_px) * times, step_px)


@dataclass(frozen=True)
class Axis:
    """One axis of a moving window: the whole `frame_px` of the master, where the window begins, and how it is cut."""

    frame_px: int
    length: int
    places: tuple[tuple[int, float], ...]
    """Frame of the part, where the window begins."""
    cuts: Vernier | None
    """None for an axis that rests on a pixel where `crop` can begin: one cut is enough."""
    is_fraction: bool = False
    """Whether the cuts keep the window's size and only move it; the scaling comes after them."""

    @property
    def margin_px(self) -> int:
        """What the first cut takes beyond the window."""
        return self.cuts.margin_px if self.cuts else 0

    @property
    def pad_px(self) -> int:
        """By how much the frame is continued on both sides, so that the first cut stays inside near its edges."""
        begins = [place for _, place in self.places]
        if min(begins) >= self.margin_px and max(begins) + self.length + self.margin_px <= self.frame_px:
            return 0
        step = self.cuts.step_px if self.cuts else 2
        return step * ceil(self.margin_px / step)

    def first_cut(self) -> str:
        """Where the first cut begins, as an expression of `n`."""
        if self.cuts is None:
            return str(int(self.places[0][1]) + self._shift)
        step, ratio = self.cuts.step_px, self.cuts.ratio
        behind = f"ld(1)*{Fraction(1) / ratio / step}"
        return f"{self._chosen()};{self._shift}+{step}*round(ld(0)-{behind})"

    def second_cut(self) -> str:
        """Where the second cut begins, as an expression of `n`."""
        return "0" if self.cuts is None else f"{self._chosen()};ld(1)"

    @property
    def _shift(self) -> int:
        return self.pad_px

    def _chosen(self) -> str:
        """The window's place in steps in variable 0, the second cut whose place is nearest to it in variable 1."""
        assert self.cuts is not None
        return f"st(0,({path_expression(self.places)})/{self.cuts.step_px});st(2,mod(ld(0),1));st(1,{self._table()})"

    def _table(self) -> str:
        assert self.cuts is not None
        places = self.cuts.places
        rows = [(float((a + b) / 2), offset) for (a, offset), (b, _) in pairwise(places)]
        around = float((places[-1][0] + places[0][0] + 1) / 2)
        leaves = [*rows, (around, places[-1][1]), (1.0, places[0][1])]
        return _bisected("ld(2)", [(edge, str(offset)) for edge, offset in leaves])


def _bisected(variable: str, rows: Sequence[tuple[float, str]]) -> str:
    """The value of the first row whose edge lies above the variable, as a tree of `if`: its depth is the logarithm.

    FFmpeg takes at most 99 expressions inside each other; a tree of thousands of rows is a dozen deep.
    """
    if len(rows) == 1:
        return rows[0][1]
    middle = len(rows) // 2
    left, right = _bisected(variable, rows[:middle]), _bisected(variable, rows[middle:])
    return f"if(lt({variable},{rows[middle - 1][0]:.7g}),{left},{right})"


def path_expression(places: Sequence[tuple[int, float]]) -> str:
    """A value by frame `n`: straight between the given frames, held before the first and after the last."""
    rows: list[tuple[float, str]] = []
    for (at, value), (after, next_value) in pairwise(places):
        rows.append((after, _straight(at, value, after, next_value)))
    rows.append((float("inf"), f"{places[-1][1]:.10g}"))
    merged = [row for row, behind in zip(rows, [*rows[1:], None], strict=True) if behind is None or row[1] != behind[1]]
    return _bisected("n", merged)


def _straight(at: int, value: float, after: int, next_value: float) -> str:
    # over a single frame nothing lies between: this is also how a window jumps at a cut
    if value == next_value or after - at == 1:
        return f"{value:.10g}"
    change = f"{next_value - value:+.10g}"
    return f"{value:.10g}{change}*(n-{at})/{after - at}" if at else f"{value:.10g}{change}*n/{after}"


@dataclass(frozen=True)
class MovingWindow:
    """A window that moves inside a part, as filters before and after its one scaling."""

    across: Axis
    down: Axis
    shown_width: int
    shown_height: int

    @property
    def scaled_width(self) -> int:
        """What the scaling must give, margin included."""
        return self._scaled(self.across, self.shown_width)

    @property
    def scaled_height(self) -> int:
        """What the scaling must give, margin included."""
        return self._scaled(self.down, self.shown_height)

    @staticmethod
    def _scaled(axis: Axis, shown_px: int) -> int:
        return axis.cuts.scaled_px if axis.cuts and not axis.is_fraction else shown_px

    def cut(self, stream: Any) -> Any:
        """The frame with all but the window and its margins cut away."""
        across, down = self.across, self.down
        if across.pad_px or down.pad_px:
            stream = self._continued(stream)
        width, height = across.length + across.margin_px, down.length + down.margin_px
        stream = stream.filter("crop", width, height, across.first_cut(), down.first_cut())
        if across.is_fraction:
            stream = _moved(stream, across.cuts, (height, height), is_upright=False, begin=across.second_cut())
            width = across.length
        if down.is_fraction:
            stream = _moved(stream, down.cuts, (width, width), is_upright=True, begin=down.second_cut())
        return stream

    def _continued(self, stream: Any) -> Any:
        """The frame continued beyond its edges by what stands there."""
        left, top = self.across.pad_px, self.down.pad_px
        # an odd frame is continued to an even one: `pad` would round down
        right, bottom = left + self.across.frame_px % 2, top + self.down.frame_px % 2
        width, height = self.across.frame_px + left + right, self.down.frame_px + top + bottom
        stream = stream.filter("pad", width, height, left, top)
        return stream.filter("fillborders", left, right, top, bottom, "smear")

    def trim(self, stream: Any) -> Any:
        """The scaled picture with its margins cut away."""
        if (self.scaled_width, self.scaled_height) == (self.shown_width, self.shown_height):
            return stream
        x, y = ("0" if axis.is_fraction else axis.second_cut() for axis in (self.across, self.down))
        return stream.filter("crop", self.shown_width, self.shown_height, x, y)


def _moved(stream: Any, cuts: Vernier | None, other: tuple[int, int], *, is_upright: bool, begin: str) -> Any:
    """One axis enlarged, cut at `begin` and taken back to its size."""
    assert cuts is not None
    keep = other[0]
    if is_upright:
        stream = stream.filter("scale", w=keep, h=cuts.scaled_px, flags=FRACTION_FLAGS)
        stream = stream.filter("crop", keep, cuts.shown_px, "0", begin)
        return stream.filter("scale", w=keep, h=cuts.length, flags=NEAREST_FLAGS)
    stream = stream.filter("scale", w=cuts.scaled_px, h=keep, flags=FRACTION_FLAGS)
    stream = stream.filter("crop", cuts.shown_px, keep, begin, "0")
    return stream.filter("scale", w=cuts.length, h=keep, flags=NEAREST_FLAGS)


def moving_window(
    master: Master, keys: Sequence[CropKey], start_frame: int, width: int, height: int
) -> MovingWindow | None:
    """How a path of several keys is cut for a picture of width x height; None where the window stands still.

    `keys` are a part's, which begins at `start_frame`; the size of the window does not change inside a part.
    """
    if len(keys) < 2:
        return None
    w, h = keys[0][3:]
    sideways, upright = crop_steps(master.pixel_format)
    across = [(key[0] - start_frame, key[1]) for key in keys]
    down = [(key[0] - start_frame, key[2]) for key in keys]
    return MovingWindow(
        _axis(master.width, w, across, width, sideways), _axis(master.height, h, down, height, upright), width, height
    )


def _axis(frame_px: int, length: int, places: Sequence[tuple[int, float]], shown_px: int, step_px: int) -> Axis:
    begins = {place for _, place in places}
    if len(begins) == 1 and next(iter(begins)) % step_px == 0:
        return Axis(frame_px, length, tuple(places), None)
    cuts = vernier(length, shown_px, step_px)
    if cuts is not None:
        return Axis(frame_px, length, tuple(places), cuts)
    return Axis(frame_px, length, tuple(places), fraction_vernier(length, shown_px, step_px), is_fraction=True)


def crop_steps(pixel_format: str) -> tuple[int, int]:
    """The steps in pixels, sideways and upright, at which `crop` can begin: 4:1:1 and 4:1:0 have chroma every 4."""
    return (4 if "411" in pixel_format or "410" in pixel_format else 2), (4 if "410" in pixel_format else 2)

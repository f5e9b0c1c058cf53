"""A set line and a size in, its ink out: coverage of its letters, and a picture of its emoji.

Outlines are filled by hand: Pillow needs a FriBidi of the machine for Arabic, and cannot draw what HarfBuzz shaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from variantgen.build.emoji import HEIGHT_EM, MIDDLE_EM, scaled_emoji
from variantgen.fonts.faces import Face, harfbuzz_face, harfbuzz_font
from variantgen.fonts.glyphs import PlacedGlyph, SetLine
from variantgen.fonts.runs import EMOJI_ADVANCE_EM

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

LARGE_PX = 240
"""Type above this is sampled 4 x 4 times a pixel, and 8 x 8 times below."""
_CURVE_STEPS = 10


@dataclass(frozen=True)
class Ink:
    """A line's ink: 8-bit coverage of letters, emoji as RGBA (None without any), as large as each other.

    `left` and `top` are where its corner lies from the line's start and baseline, in px.
    """

    cover: Image.Image
    pictures: Image.Image | None
    left: int
    top: int


def ink_bounds(line: SetLine, size_px: float) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a line's ink in whole px from its start and baseline."""
    left, right, above, below = line.ink_em
    return floor(left * size_px), floor(-above * size_px), ceil(right * size_px), ceil(below * size_px)


def draw_ink(line: SetLine, size_px: float) -> Ink:
    """The ink of a line whose em is `size_px`; nothing lies outside of `ink_bounds`."""
    from PIL import Image

    left, top, right, bottom = ink_bounds(line, size_px)
    width, height = max(1, right - left), max(1, bottom - top)
    cover = _filled(line, size_px, (left, top, width, height))
    pictures = None
    for emoji in line.emoji:
        pictures = pictures or Image.new("RGBA", (width, height))
        picture = scaled_emoji(emoji, max(1, round(HEIGHT_EM * size_px)))
        x = (emoji.left_em + EMOJI_ADVANCE_EM / 2) * size_px - picture.width / 2 - left
        y = -MIDDLE_EM * size_px - picture.height / 2 - top
        sheet = Image.new("RGBA", (width, height))
        sheet.paste(picture, (round(x), round(y)))
        pictures.alpha_composite(sheet)
    return Ink(Image.fromarray(cover), pictures, left, top)


def _filled(line: SetLine, size_px: float, box: tuple[int, int, int, int]) -> np.ndarray:
    import numpy as np

    left, top, width, height = box
    fine = 4 if size_px > LARGE_PX else 8
    large = np.zeros((height * fine, width * fine), bool)
    for glyph in line.glyphs:
        _fill(large, glyph, size_px * fine, (left * fine, top * fine))
    samples = large.reshape(height, fine, width, fine).sum(axis=(1, 3), dtype=np.uint16)
    return (samples * 255 // (fine * fine)).astype(np.uint8)


def _fill(large: np.ndarray, placed: PlacedGlyph, em_px: float, origin: tuple[int, int]) -> None:
    """Adds a glyph by the nonzero rule: strokes of a letter may overlap themselves, and holes run the other way."""
    import numpy as np

    edges = _edges(placed.face, placed.weight, placed.glyph)
    if not len(edges):
        return
    at = np.array([placed.left_em * em_px - origin[0], -placed.up_em * em_px - origin[1]])
    ends = edges * (em_px, -em_px) + at
    low = np.maximum(np.floor(ends.min(axis=(0, 1))).astype(int), 0)
    high = np.minimum(np.ceil(ends.max(axis=(0, 1))).astype(int), [large.shape[1], large.shape[0]])
    width, height = high - low
    if width <= 0 or height <= 0:
        return
    (x0, y0), (x1, y1) = (ends[:, 0] - low).T, (ends[:, 1] - low).T
    # a sample lies in the middle of its cell; each edge turns what lies right of it in the rows that it crosses
    first = np.clip(np.ceil(np.minimum(y0, y1) - 0.5).astype(int), 0, height)
    count = np.clip(np.ceil(np.maximum(y0, y1) - 0.5).astype(int), 0, height) - first
    edge = np.repeat(np.arange(len(ends)), count)
    rows = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    slope = (x1 - x0) / np.where(y1 == y0, 1.0, y1 - y0)
    columns = np.clip(np.ceil(x0[edge] + (rows + 0.5 - y0[edge]) * slope[edge] - 0.5).astype(int), 0, width)
    turns = np.zeros((height, width + 1), np.int16)
    np.add.at(turns, (rows, columns), np.where(y1 > y0, 1, -1)[edge])
    large[low[1] : high[1], low[0] : high[0]] |= np.cumsum(turns, axis=1)[:, :-1] != 0


@lru_cache(maxsize=4096)
def _edges(face: Face, weight: int, glyph: int) -> Any:
    """A glyph's outlines as straight lines, an array of (count, 2 ends, x and y) in ems, y upwards."""
    import numpy as np

    pen = _Pen()
    harfbuzz_font(face, weight).draw_glyph_with_pen(glyph, pen)
    upem = harfbuzz_face(face).upem
    lines = [(a, b) for points in pen.contours for a, b in zip(points, [*points[1:], points[0]], strict=True)]
    return np.array(lines, float).reshape(-1, 2, 2) / upem


class _Pen:
    """Collects outlines; curves become short straight lines."""

    def __init__(self) -> None:
        self.contours: list[list[tuple[float, float]]] = []

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802  (the pen protocol of fontTools)
        self.contours.append([point])

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self.contours[-1].append(point)

    def qCurveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._curve(points)

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._curve(points)

    def closePath(self) -> None:  # noqa: N802
        """Polygons are closed as they are."""

    def endPath(self) -> None:  # noqa: N802
        """Polygons are closed as they are."""

    def _curve(self, points: tuple[tuple[float, float], ...]) -> None:
        """A Bézier curve of the second or third degree, by de Casteljau."""
        whole = [self.contours[-1][-1], *points]
        for step in range(1, _CURVE_STEPS + 1):
            share, level = step / _CURVE_STEPS, whole
            while len(level) > 1:
                level = [
                    (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
                    for a, b in zip(level, level[1:], strict=False)
                ]
            self.contours[-1].append(level[0])

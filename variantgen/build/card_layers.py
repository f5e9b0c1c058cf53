"""What a card is made of: bars, pills and lines of type that know how to come to rest in their box."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from variantgen.build.brand import Brand, rgb
from variantgen.build.card_type import FittedText

if TYPE_CHECKING:
    from PIL import Image

Box = tuple[int, int, int, int]
"""x, y, w, h in pixels of the canvas."""


@dataclass(frozen=True)
class Layer:
    """A box of the canvas and how it is painted; boxes of one scene do not overlap.

    `paint` gets the picture behind the box and how far the entrance is, 0 to 1; at 1 nothing moves any more.
    """

    box: Box
    paint: Callable[[Image.Image, float], None]


def _stage(progress: float, start: float, end: float) -> float:
    """How far a movement from `start` to `end` of the entrance is, 0 to 1, fast first and softly to rest."""
    along = min(1.0, max(0.0, (progress - start) / (end - start)))
    return 1.0 - (1.0 - along) ** 4


def rule(box: Box, colour: str, *, span: tuple[float, float], is_centred: bool = False) -> Layer:
    """A bar that draws itself from its left end, or from its middle."""

    def paint(picture: Image.Image, progress: float) -> None:
        length = round(box[2] * _stage(progress, *span))
        left = (box[2] - length) // 2 if is_centred else 0
        if length:
            picture.paste(rgb(colour), (left, 0, left + length, box[3]))

    return Layer(box, paint)


def rising_lines(text: FittedText, at: tuple[int, int], colour: str, *, rise_px: int, start: float) -> Layer:
    """Lines that rise one after another out of the dark; the box holds the `rise_px` below them too."""
    size = (text.width, text.height + rise_px)
    delay = min(0.1, 0.4 / len(text.lines))

    def paint(picture: Image.Image, progress: float) -> None:
        up = [_stage(progress, start + n * delay, start + n * delay + 0.62) for n in range(len(text.lines))]
        picture.paste(rgb(colour), (0, 0), _cover(text, size, [(1.0 - u) * rise_px for u in up], up))

    return Layer((*at, *size), paint)


def settling_text(text: FittedText, at: tuple[int, int], colour: str) -> Layer:
    """Text that comes up from the dark and grows its last few per cent."""
    rest = _at_rest(text)

    def paint(picture: Image.Image, progress: float) -> None:
        there = _stage(progress, -0.1, 0.9)
        picture.paste(rgb(colour), (0, 0), _faded(_moved(rest, scale=0.9 + 0.1 * there), there))

    return Layer((*at, text.width, text.height), paint)


def pill(box: Box, label: FittedText, brand: Brand) -> Layer:
    """A pill that opens from its middle, then shows its label."""
    width, height = box[2:]
    ends = _disc(height)
    words = _at_rest(label)

    def paint(picture: Image.Image, progress: float) -> None:
        opened = _stage(progress, 0.25, 0.85)
        length = height + round((width - height) * opened)
        pill = _faded(_stretched(ends, length), min(1.0, 3 * opened))
        picture.paste(rgb(brand.accent), ((width - length) // 2, 0), pill)
        at = ((width - label.width) // 2, (height - label.height) // 2)
        picture.paste(rgb(brand.accent_text), at, _faded(words, _stage(progress, 0.4, 1.0)))

    return Layer(box, paint)


def _cover(text: FittedText, size: tuple[int, int], down_px: list[float], opacity: list[float]) -> Image.Image:
    """The text's coverage on a still of `size`, each line moved down and faded."""
    from PIL import Image, ImageChops

    cover = Image.new("L", size)
    for line, down, there in zip(text.lines, down_px, opacity, strict=True):
        room = line.ink.crop((0, 0, line.ink.width, line.ink.height + math.ceil(down)))
        ink = _faded(_moved(room, down_px=down), there)
        spot = (line.left, line.top, line.left + ink.width, line.top + ink.height)
        # lighter, as a descender may reach into the next line's box
        cover.paste(ImageChops.lighter(cover.crop(spot), ink), spot)
    return cover


def _at_rest(text: FittedText) -> Image.Image:
    return _cover(text, (text.width, text.height), [0.0] * len(text.lines), [1.0] * len(text.lines))


def _moved(ink: Image.Image, *, down_px: float = 0.0, scale: float = 1.0) -> Image.Image:
    """Ink moved or scaled about its middle by parts of a pixel, so that slow movement does not stutter."""
    from PIL import Image

    if down_px == 0.0 and scale == 1.0:
        return ink
    x, y = ink.width / 2, ink.height / 2
    matrix = (1 / scale, 0.0, x - x / scale, 0.0, 1 / scale, y - y / scale - down_px)
    return ink.transform(ink.size, Image.Transform.AFFINE, matrix, resample=Image.Resampling.BICUBIC)


def _faded(ink: Image.Image, opacity: float) -> Image.Image:
    return ink if opacity == 1.0 else ink.point([round(level * opacity) for level in range(256)])


def _disc(width_px: int) -> Image.Image:
    from PIL import Image, ImageDraw

    large = Image.new("L", (width_px * 4, width_px * 4))
    ImageDraw.Draw(large).ellipse((0, 0, width_px * 4 - 1, width_px * 4 - 1), fill=255)
    return large.resize((width_px, width_px), Image.Resampling.BOX)


def _stretched(disc: Image.Image, length: int) -> Image.Image:
    """A pill of that length from a disc: its halves at the ends and ink between."""
    from PIL import Image

    half, height = disc.width // 2, disc.height
    pill = Image.new("L", (length, height), 255)
    pill.paste(disc.crop((0, 0, half, height)), (0, 0))
    pill.paste(disc.crop((disc.width - half, 0, disc.width, height)), (length - half, 0))
    return pill

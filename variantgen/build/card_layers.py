"""What cards and overlays are made of: bars, boxes, pills, pictures, lines of type that come to rest in a box."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from variantgen.build.brand import rgb
from variantgen.build.card_type import FittedText

if TYPE_CHECKING:
    from PIL import Image

Box = tuple[int, int, int, int]
"""x, y, w, h in pixels of the canvas."""
Side = Literal["left", "right", "bottom"]
Span = tuple[float, float]
"""When a movement begins and ends, as shares of the entrance; it may have begun before frame 0."""


@dataclass(frozen=True)
class Layer:
    """A box of the canvas and how it is painted; boxes of one scene do not overlap.

    `paint` gets the picture behind the box and how far the entrance is, 0 to 1; at 1 nothing moves any more. It only
    pastes opaque colours through masks, so that it paints as well on nothing (see `overlays`).
    """

    box: Box
    paint: Callable[[Image.Image, float], None]


def stacked(box: Box, layers: Sequence[Layer]) -> Layer:
    """Layers one over the other as one; their boxes lie inside `box`."""

    def paint(picture: Image.Image, progress: float) -> None:
        for layer in layers:
            x, y, w, h = layer.box
            spot = (x - box[0], y - box[1], x - box[0] + w, y - box[1] + h)
            below = picture.crop(spot)
            layer.paint(below, progress)
            picture.paste(below, spot)

    return Layer(box, paint)


def moved(layer: Layer, by: tuple[int, int]) -> Layer:
    """The layer elsewhere."""
    x, y, w, h = layer.box
    return replace(layer, box=(x + by[0], y + by[1], w, h))


def stage(progress: float, start: float, end: float) -> float:
    """How far a movement from `start` to `end` of the entrance is, 0 to 1, fast first and softly to rest."""
    along = min(1.0, max(0.0, (progress - start) / (end - start)))
    return 1.0 - (1.0 - along) ** 4


def rule(box: Box, colour: str, *, span: Span, is_centred: bool = False, is_rtl: bool = False) -> Layer:
    """A bar that draws itself from the end where reading starts, or from its middle."""

    def paint(picture: Image.Image, progress: float) -> None:
        length = round(box[2] * stage(progress, *span))
        left = (box[2] - length) // 2 if is_centred else box[2] - length if is_rtl else 0
        if length:
            picture.paste(rgb(colour), (left, 0, left + length, box[3]))

    return Layer(box, paint)


def upright(box: Box, colour: str, *, span: Span) -> Layer:
    """A bar that grows upwards from its foot."""

    def paint(picture: Image.Image, progress: float) -> None:
        height = round(box[3] * stage(progress, *span))
        if height:
            picture.paste(rgb(colour), (0, box[3] - height, box[2], box[3]))

    return Layer(box, paint)


def rounded(box: Box, colour: str, radius_px: int, *, span: Span, is_rtl: bool = False) -> Layer:
    """A box with round corners that opens from the end where reading starts."""
    width, height = box[2:]
    ends = disc(2 * min(radius_px, height // 2, width // 2))

    def paint(picture: Image.Image, progress: float) -> None:
        opened = stage(progress, *span)
        length = max(ends.width, round(width * opened))
        if opened:
            cover = faded(corners(ends, (length, height)), min(1.0, 4 * opened))
            picture.paste(rgb(colour), (width - length if is_rtl else 0, 0), cover)

    return Layer(box, paint)


def sliding(box: Box, colour: str, *, side: Side) -> Layer:
    """A field of colour that comes in from a side of its box."""

    def paint(picture: Image.Image, progress: float) -> None:
        there = stage(progress, -0.7, 0.7)
        width, height = (box[2], round(box[3] * there)) if side == "bottom" else (round(box[2] * there), box[3])
        left = 0 if side == "left" else box[2] - width
        if width and height:
            picture.paste(rgb(colour), (left, box[3] - height, left + width, box[3]))

    return Layer(box, paint)


def rising_lines(text: FittedText, at: tuple[int, int], colour: str, *, rise_px: int, start: float) -> Layer:
    """Lines that rise one after another out of the dark; the box holds the `rise_px` below them too."""
    size = (text.width, text.height + rise_px)
    delay = min(0.1, 0.4 / len(text.lines))

    def paint(picture: Image.Image, progress: float) -> None:
        up = [stage(progress, start + n * delay, start + n * delay + 0.62) for n in range(len(text.lines))]
        _paint_lines(picture, text, size, colour, [(1.0 - u) * rise_px for u in up], up)

    return Layer((*at, *size), paint)


def settling_text(text: FittedText, at: tuple[int, int], colour: str, *, span: Span = (-0.1, 0.9)) -> Layer:
    """Text that comes up from the dark and grows its last few per cent."""
    cover, pictures = _sheets(text, (text.width, text.height))

    def paint(picture: Image.Image, progress: float) -> None:
        there = stage(progress, *span)
        scale = 0.9 + 0.1 * there
        picture.paste(rgb(colour), (0, 0), faded(shifted(cover, scale=scale), there))
        if pictures:
            paste_picture(picture, (0, 0), shifted(pictures, scale=scale), there)

    return Layer((*at, text.width, text.height), paint)


def still_text(text: FittedText, at: tuple[int, int], colour: str, *, span: Span) -> Layer:
    """Text that comes up where it is."""
    cover, pictures = _sheets(text, (text.width, text.height))

    def paint(picture: Image.Image, progress: float) -> None:
        there = stage(progress, *span)
        picture.paste(rgb(colour), (0, 0), faded(cover, there))
        if pictures:
            paste_picture(picture, (0, 0), pictures, there)

    return Layer((*at, text.width, text.height), paint)


def picture_layer(shown: Image.Image, at: tuple[int, int], *, span: Span, opacity: float = 1.0) -> Layer:
    """A picture (RGBA) that comes up where it is."""

    def paint(picture: Image.Image, progress: float) -> None:
        paste_picture(picture, (0, 0), shown, opacity * stage(progress, *span))

    return Layer((*at, *shown.size), paint)


def pill(box: Box, label: FittedText, colours: tuple[str, str], *, span: Span = (0.25, 0.85)) -> Layer:
    """A pill that opens from its middle, then shows its label; `colours` are the pill's and the label's."""
    width, height = box[2:]
    ends = disc(height)
    words = still_text(
        label, ((width - label.width) // 2, (height - label.height) // 2), colours[1],
        span=(span[0] + 0.25 * (span[1] - span[0]), span[1] + 0.15),
    )  # fmt: skip

    def paint(picture: Image.Image, progress: float) -> None:
        opened = stage(progress, *span)
        length = height + round((width - height) * opened)
        shape = faded(corners(ends, (length, height)), min(1.0, 3 * opened))
        picture.paste(rgb(colours[0]), ((width - length) // 2, 0), shape)
        x, y, w, h = words.box
        below = picture.crop((x, y, x + w, y + h))
        words.paint(below, min(1.0, progress))
        picture.paste(below, (x, y))

    return Layer(box, paint)


# ---------------------------------------------------------------- ink


def _paint_lines(
    picture: Image.Image,
    text: FittedText,
    size: tuple[int, int],
    colour: str,
    down_px: Sequence[float],
    opacity: Sequence[float],
) -> None:
    cover, pictures = _sheets(text, size, down_px, opacity)
    picture.paste(rgb(colour), (0, 0), cover)
    if pictures:
        paste_picture(picture, (0, 0), pictures, 1.0)


def _sheets(
    text: FittedText, size: tuple[int, int], down_px: Sequence[float] = (), opacity: Sequence[float] = ()
) -> tuple[Image.Image, Image.Image | None]:
    """The text's coverage and its emoji on stills of `size`, each line moved down and faded."""
    from PIL import Image, ImageChops

    cover = Image.new("L", size)
    pictures = Image.new("RGBA", size) if any(line.pictures for line in text.lines) else None
    for number, line in enumerate(text.lines):
        down, there = (down_px[number], opacity[number]) if down_px else (0.0, 1.0)
        room = (0, 0, line.ink.width, line.ink.height + math.ceil(down))
        ink = faded(shifted(line.ink.crop(room), down_px=down), there)
        spot = (line.left, line.top, line.left + ink.width, line.top + ink.height)
        # lighter, as a descender may reach into the next line's box
        cover.paste(ImageChops.lighter(cover.crop(spot), ink), spot)
        if line.pictures and pictures:
            sheet = Image.new("RGBA", size)
            sheet.paste(shifted(line.pictures.crop(room), down_px=down), spot[:2])
            sheet.putalpha(faded(sheet.getchannel("A"), there))
            pictures.alpha_composite(sheet)
    return cover, pictures


def paste_picture(picture: Image.Image, at: tuple[int, int], shown: Image.Image, opacity: float) -> None:
    """Pastes an RGBA picture through its own alpha, as `Layer` asks."""
    picture.paste(shown.convert("RGB").convert(picture.mode), at, faded(shown.getchannel("A"), opacity))


def shifted(ink: Image.Image, *, down_px: float = 0.0, scale: float = 1.0) -> Image.Image:
    """Ink moved or scaled about its middle by parts of a pixel, so that slow movement does not stutter."""
    from PIL import Image

    if down_px == 0.0 and scale == 1.0:
        return ink
    if ink.mode == "RGBA":
        return shifted(ink.convert("RGBa"), down_px=down_px, scale=scale).convert("RGBA")
    x, y = ink.width / 2, ink.height / 2
    matrix = (1 / scale, 0.0, x - x / scale, 0.0, 1 / scale, y - y / scale - down_px)
    # bicubic may overshoot, which colours times alpha must not
    filter_ = Image.Resampling.BILINEAR if ink.mode == "RGBa" else Image.Resampling.BICUBIC
    return ink.transform(ink.size, Image.Transform.AFFINE, matrix, resample=filter_)


def faded(ink: Image.Image, opacity: float) -> Image.Image:
    """Coverage times an opacity."""
    return ink if opacity == 1.0 else ink.point([round(level * opacity) for level in range(256)])


def disc(width_px: int) -> Image.Image:
    """The coverage of a disc of that diameter."""
    from PIL import Image, ImageDraw

    large = Image.new("L", (max(1, width_px) * 4, max(1, width_px) * 4))
    ImageDraw.Draw(large).ellipse((0, 0, large.width - 1, large.height - 1), fill=255)
    return large.resize((max(1, width_px), max(1, width_px)), Image.Resampling.BOX)


def corners(ends: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A box whose corners are the quarters of a disc."""
    from PIL import Image

    (width, height), half = size, ends.width // 2
    shape = Image.new("L", size, 255)
    for x, left in ((0, 0), (width - half, ends.width - half)):
        for y, top in ((0, 0), (height - half, ends.height - half)):
            shape.paste(ends.crop((left, top, left + half, top + half)), (x, y))
    return shape

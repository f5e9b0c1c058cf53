"""Burned lines in, pictures of their emoji out: libass draws no colour glyphs, so they are laid over its captions.

A line leaves room for its emoji (`Run.burned_text`); a picture holds all emoji of one span, ready to be overlaid.
"""

from __future__ import annotations

import io
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from variantgen.fonts import CAPTION_FAMILY
from variantgen.fonts.emoji import PlacedEmoji, placed_emoji
from variantgen.fonts.faces import Face, harfbuzz_font
from variantgen.fonts.laying_out import LONE_GLYPH, lone_glyph_font
from variantgen.fonts.runs import EMOJI_ADVANCE_EM

if TYPE_CHECKING:
    from PIL.Image import Image

HEIGHT_EM = 1.05
"""Of a picture; from 0.17 em below the baseline to 0.88 em above it, so inside the caption font's own line."""
MIDDLE_EM = 0.36
"""Where its middle lies above the baseline: that of a capital letter of Inter, whose height is 0.73 em."""


@dataclass(frozen=True)
class EmojiLine:
    """A line as it is burned: its centre, baseline and em on the canvas, and the frames of the part it is seen in."""

    text: str
    centre_px: float
    baseline_px: float
    size_px: float
    start_frame: int
    end_frame: int
    is_bold: bool = True
    language: str = ""
    font: str = CAPTION_FAMILY


@dataclass(frozen=True)
class EmojiPicture:
    """A PNG with alpha to be overlaid at x, y in frames `start_frame` up to `end_frame`.

    Place and size are even, so that 4:2:0 video takes them without a shift of colour.
    """

    png: bytes
    x: int
    y: int
    width: int
    height: int
    start_frame: int
    end_frame: int


def emoji_pictures(lines: Iterable[EmojiLine], *, width: int, height: int) -> tuple[EmojiPicture, ...]:
    """One picture for each span of frames in which emoji are seen, in order of time; what leaves the canvas is cut."""
    spans: dict[tuple[int, int], list[tuple[PlacedEmoji, float, float, float]]] = defaultdict(list)
    for line in lines:
        placed, width_em = placed_emoji(line.text, is_bold=line.is_bold, language=line.language, font=line.font)
        left_px = line.centre_px - width_em * line.size_px / 2
        middle_px = line.baseline_px - MIDDLE_EM * line.size_px
        for emoji in placed:
            x_px = left_px + (emoji.left_em + EMOJI_ADVANCE_EM / 2) * line.size_px
            spans[line.start_frame, line.end_frame].append((emoji, x_px, middle_px, line.size_px))
    pictures = (_picture(span, emoji, width, height) for span, emoji in sorted(spans.items(), key=lambda item: item[0]))
    return tuple(picture for picture in pictures if picture is not None)


def _picture(
    span: tuple[int, int], placed: Sequence[tuple[PlacedEmoji, float, float, float]], width: int, height: int
) -> EmojiPicture | None:
    from PIL import Image

    drawn = []
    for emoji, x_px, y_px, size_px in placed:
        image = scaled_emoji(emoji, round(HEIGHT_EM * size_px))
        drawn.append((image, round(x_px - image.width / 2), round(y_px - image.height / 2)))
    left = _even_below(max(0, min(x for _image, x, _y in drawn)))
    top = _even_below(max(0, min(y for _image, _x, y in drawn)))
    right = _even_below(min(width, max(x + image.width for image, x, _y in drawn) + 1))
    bottom = _even_below(min(height, max(y + image.height for image, _x, y in drawn) + 1))
    if right <= left or bottom <= top:
        return None
    sheet = Image.new("RGBA", (right - left, bottom - top))
    for image, x, y in drawn:
        layer = Image.new("RGBA", sheet.size)
        layer.paste(image, (x - left, y - top))
        sheet.alpha_composite(layer)
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return EmojiPicture(file.getvalue(), left, top, sheet.width, sheet.height, *span)


def _even_below(value: float) -> int:
    return 2 * math.floor(value / 2)


@lru_cache(maxsize=256)
def scaled_emoji(emoji: PlacedEmoji, height_px: int) -> Image:
    """An emoji's own picture at a height; no wider than its room, in its own proportions."""
    from PIL import Image

    picture = _own_picture(emoji.face, emoji.glyph)
    room_px = EMOJI_ADVANCE_EM / HEIGHT_EM * height_px
    scale = min(height_px / picture.height, room_px / picture.width)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    # colours times alpha while scaling: the hidden colour of clear pixels would show as a rim
    return picture.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")


def _own_picture(face: Face, glyph: int) -> Image:
    """The picture that a font holds of a glyph (Noto, Apple), or its coloured layers drawn large (Microsoft)."""
    from PIL import Image, ImageDraw, ImageFont

    font = harfbuzz_font(face, face.weight(is_bold=False))
    png = font.get_glyph_color_png(glyph).data
    if png:
        with Image.open(io.BytesIO(png)) as image:
            return image.convert("RGBA")
    layered = ImageFont.truetype(io.BytesIO(lone_glyph_font(face, glyph)), 256, layout_engine=ImageFont.Layout.BASIC)
    left, top, right, bottom = (int(edge) for edge in layered.getbbox(LONE_GLYPH))
    drawn = Image.new("RGBA", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(drawn).text((-left, -top), LONE_GLYPH, font=layered, embedded_color=True)
    return drawn

"""The fonts that travel with variantgen: where they are, how wide their text is, what they cannot draw.

Captions are drawn in Inter by libass and cards in Inter by Pillow, so a machine's own fonts never show.
"""

from __future__ import annotations

import html
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

CAPTION_FAMILY: Final = "Inter"
"""The family as libass must be given it; its Bold flag then picks exactly Inter-Bold or Inter-Regular."""

UNITS_PER_EM: Final = 2048
# libass fits usWinAscent + usWinDescent into an ASS font size, as Windows did, not the em square.
WIN_ASCENT_EM: Final = 2269 / UNITS_PER_EM
WIN_DESCENT_EM: Final = 660 / UNITS_PER_EM
# The designers' own line: what CSS calls normal line height.
ASCENT_EM: Final = 1984 / UNITS_PER_EM
DESCENT_EM: Final = 494 / UNITS_PER_EM

_UNDRAWN_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})


def fonts_folder() -> Path:
    """The folder of the vendored font files, and of nothing else: libass opens whatever it finds there."""
    return Path(__file__).resolve().parent / "inter"


def font_path(*, bold: bool = True) -> Path:
    """The file of the caption face."""
    return fonts_folder() / ("Inter-Bold.ttf" if bold else "Inter-Regular.ttf")


def card_font_path() -> Path:
    """The file of the heavier face that cards set their headlines in."""
    return fonts_folder() / "Inter-ExtraBold.ttf"


def text_width_px(
    text: str, size_px: float, *, is_bold: bool = True, language: str = "", font: str = CAPTION_FAMILY
) -> float:
    """Width in pixels of one line of `text`, `size_px` being the em; in the caption font's bold face if not told else.

    The sum of unkerned advances: the same on every machine, and never less than what libass draws but for
    a hair of kerning. What that face lacks is as wide as the font that draws it sets it (within a hundredth of
    what libass does), an emoji as the room left for its picture; what no font draws counts as the face's box.
    `language` is what `language_of` says of the whole track; `font` a family or a font file, as a look names it.
    A font that is not there raises UserError.
    """
    if is_caption_font(font) and text.isascii() and inter_draws(text):
        return inter_width_em(text, is_bold=is_bold) * size_px
    from variantgen.fonts.shaping import width_em

    return width_em(text, is_bold=is_bold, language=language, font=font) * size_px


def is_caption_font(font: str) -> bool:
    """Whether a look's font is the one that travels with variantgen."""
    return font in ("", CAPTION_FAMILY)


def inter_width_em(text: str, *, is_bold: bool = True) -> float:
    """The sum of unkerned advances in the caption face, in ems."""
    return sum(_advance_units(character, is_bold) for character in text) / UNITS_PER_EM


@lru_cache(maxsize=8192)
def _advance_units(character: str, is_bold: bool) -> float:
    if unicodedata.category(character) in {"Cc", "Cf", "Mn", "Me"}:
        return 0.0
    return float(_measuring_font(is_bold).getlength(character))


@lru_cache(maxsize=2)
def _measuring_font(is_bold: bool) -> FreeTypeFont:
    from PIL import ImageFont

    # At one pixel a unit hinting has nothing to round; the basic layout needs no system library.
    return ImageFont.truetype(str(font_path(bold=is_bold)), UNITS_PER_EM, layout_engine=ImageFont.Layout.BASIC)


def missing_characters(text: str) -> tuple[str, ...]:
    """The characters of `text` that the caption face cannot draw, each once, in order of appearance.

    Spaces, line breaks, controls, direction marks and variation selectors draw nothing and do not count.
    """
    drawable = _drawable_code_points()
    seen = dict.fromkeys(unicodedata.normalize("NFC", text))
    return tuple(glyph for glyph in seen if needs_glyph(glyph) and ord(glyph) not in drawable)


def inter_draws(text: str) -> bool:
    """Whether the caption face has a glyph for every character of `text` that needs one."""
    drawable = _drawable_code_points()
    return all(ord(character) in drawable or not needs_glyph(character) for character in text)


def needs_glyph(character: str) -> bool:
    """Whether a character draws something: not spaces, line breaks, controls, direction marks, selectors."""
    if unicodedata.category(character) in _UNDRAWN_CATEGORIES:
        return False
    return not (0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF)


@lru_cache(maxsize=1)
def _drawable_code_points() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(font_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def fontconfig_text(folder: Path, *, cache_folder: Path | None = None) -> str:
    """A fonts.conf naming `folder` and nothing else, so that no font of the machine is ever picked.

    FONTCONFIG_FILE must name the file this is written to. Without a writable `cache_folder` the fonts are
    scanned on each start, which costs milliseconds and a harmless line on stderr.
    """
    cache = f"  <cachedir>{html.escape(str(cache_folder), quote=False)}</cachedir>\n" if cache_folder else ""
    return (
        '<?xml version="1.0"?>\n'
        '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
        "<fontconfig>\n"
        f"  <dir>{html.escape(str(folder), quote=False)}</dir>\n"
        f"{cache}"
        "</fontconfig>\n"
    )

"""How captions are measured: what planning is told of fonts, which it cannot open itself."""

from __future__ import annotations

from collections.abc import Sequence

from variantgen.fonts import text_width_px
from variantgen.fonts.block import block_of
from variantgen.fonts.runs import fonts_identity
from variantgen.fonts.shaping import measured_line
from variantgen.model import Cue, Look


def caption_width_px(text: str, size_px: float, look: Look, language: str) -> float:
    """Width in px of a line at a font size in px, in a look's font and weight."""
    return text_width_px(text, size_px, is_bold=look.is_bold, language=language, font=look.font_family)


def caption_fonts(lines: Sequence[str], look: Look, language: str) -> str:
    """Names the fonts that draw lines beside the caption font, by their content; empty where that draws all."""
    return fonts_identity(lines, is_bold=look.is_bold, language=language, font=look.font_family)


def caption_extent(cue: Cue, look: Look, width: int, height: int, language: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom in px of a cue, box included, at its look's place on a canvas of width x height."""
    block = block_of(
        cue.lines, look, width, height, measure_line=measured_line, language=language, is_italic=cue.is_italic
    )
    return block.edges

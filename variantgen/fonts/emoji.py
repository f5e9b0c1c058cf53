"""Where the emoji of a line stand: how far from its left end, seen as libass sets it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from variantgen.fonts import CAPTION_FAMILY
from variantgen.fonts.direction import levels_of, visual_order
from variantgen.fonts.faces import Face
from variantgen.fonts.runs import EMOJI_ADVANCE_EM, GAP_CHARACTER, Run, emoji_glyph_ids, runs_of
from variantgen.fonts.shaping import run_width_em


@dataclass(frozen=True)
class PlacedEmoji:
    """One emoji's picture in a line: glyph of a colour face, the left edge of its room from the line's left, in ems."""

    face: Face
    glyph: int
    left_em: float


def placed_emoji(
    line: str, *, is_bold: bool = True, language: str = "", font: str = CAPTION_FAMILY
) -> tuple[tuple[PlacedEmoji, ...], float]:
    """The pictures of a line from left to right, and the line's width in ems. None of them where it has no emoji."""
    runs = runs_of(line, is_bold=is_bold, language=language, font=font)
    width = sum(run_width_em(run, is_bold=is_bold) for run in runs)
    if not any(run.gaps for run in runs):
        return (), width
    placed, left = [], 0.0
    for run, text in _seen(runs):
        if run.gaps and run.face is not None:
            glyphs = emoji_glyph_ids(run.face, run.text)
            placed += [PlacedEmoji(run.face, glyph, left + n * EMOJI_ADVANCE_EM) for n, glyph in enumerate(glyphs)]
        left += run_width_em(run if text == run.burned_text else Run(0, 0, text, run.face), is_bold=is_bold)
    return tuple(placed), width


def _seen(runs: tuple[Run, ...]) -> list[tuple[Run, str]]:
    """The stretches of one font and one direction from left to right: the run, and the text of it that stands there."""
    burned = "".join(run.burned_text for run in runs)
    owners = [index for index, run in enumerate(runs) for _character in run.burned_text]
    levels = levels_of(burned)
    stretches = []
    for (owner, _level), indices in groupby(visual_order(burned), key=lambda index: (owners[index], levels[index])):
        text = "".join(burned[index] for index in sorted(indices))
        stretches.append((runs[owner], text))
    return stretches


__all__ = ["GAP_CHARACTER", "PlacedEmoji", "placed_emoji"]

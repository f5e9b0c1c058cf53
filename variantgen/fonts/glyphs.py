"""One line of text in, its glyphs from left to right out: shaped by HarfBuzz, each run in the font that draws it.

For what is drawn outside of libass (cards, overlays): every script, mixed directions and emoji, in ems, so that one
setting does for every size, the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final, Literal

from variantgen.fonts import card_font_path, font_path
from variantgen.fonts.direction import is_rtl, levels_of, visual_order
from variantgen.fonts.emoji import PlacedEmoji
from variantgen.fonts.faces import Face, features_left_out, harfbuzz_face, harfbuzz_font, read_faces
from variantgen.fonts.runs import EMOJI_ADVANCE_EM, Run, emoji_glyph_ids, faces_for, runs_of

Weight = Literal["heavy", "bold", "regular"]
"""Of type: heavy is bolder than bold where a font has more than that (our own has)."""
_NUMBERS: Final = {"heavy": 800, "bold": 700, "regular": 400}

EMOJI_ABOVE_EM: Final = 0.885
EMOJI_BELOW_EM: Final = 0.165
"""How far an emoji's picture reaches above and below the baseline; it stands about the middle of capitals."""


@dataclass(frozen=True)
class Typeface:
    """What a text is set in: a font (family or file, empty for our own), its weight, and the text's language."""

    font: str = ""
    weight: Weight = "bold"
    language: str = ""

    @property
    def is_bold(self) -> bool:
        """Whether fonts with two weights give their bold one."""
        return self.weight != "regular"


@dataclass(frozen=True)
class PlacedGlyph:
    """A glyph of a face at a weight: its origin from the line's left end, and above its baseline, in ems."""

    face: Face
    weight: int
    glyph: int
    left_em: float
    up_em: float


@dataclass(frozen=True)
class SetLine:
    """A line that is set: its glyphs and emoji, its advance, and how far its ink reaches, all in ems.

    `ink_em` is left and right of the line's start, and above and below its baseline.
    """

    glyphs: tuple[PlacedGlyph, ...]
    emoji: tuple[PlacedEmoji, ...]
    width_em: float
    ink_em: tuple[float, float, float, float]
    is_rtl: bool = False


def undrawn(text: str, face: Typeface) -> tuple[str, ...]:
    """A sentence for each character of a text that no font of this machine draws."""
    lacking = faces_for([text], is_bold=face.is_bold, language=face.language, font=face.font).undrawable
    return tuple(one.sentence for one in lacking)


@lru_cache(maxsize=4096)
def set_line(text: str, face: Typeface) -> SetLine:
    """The line set in a typeface. A font that is not there raises UserError."""
    glyphs: list[PlacedGlyph] = []
    emoji: list[PlacedEmoji] = []
    left, edges = 0.0, []
    runs = runs_of(text, is_bold=face.is_bold, language=face.language, font=face.font)
    for run, letters, level in _stretches(runs):
        if run.gaps and run.face is not None:
            for number, glyph in enumerate(emoji_glyph_ids(run.face, run.text)):
                emoji.append(PlacedEmoji(run.face, glyph, left + number * EMOJI_ADVANCE_EM))
            width = run.gaps * EMOJI_ADVANCE_EM
            edges.append((left, left + width, EMOJI_ABOVE_EM, EMOJI_BELOW_EM))
        else:
            placed, width, ink = _shaped(letters, run.face or _inter(face.weight), face.weight, level % 2 == 1)
            glyphs += [PlacedGlyph(g.face, g.weight, g.glyph, g.left_em + left, g.up_em) for g in placed]
            edges += [(left + ink[0], left + ink[1], ink[2], ink[3])] if placed else []
        left += width
    ink = (
        min((edge[0] for edge in edges), default=0.0), max((edge[1] for edge in edges), default=0.0),
        max((edge[2] for edge in edges), default=0.0), max((edge[3] for edge in edges), default=0.0),
    )  # fmt: skip
    return SetLine(tuple(glyphs), tuple(emoji), left, ink, is_rtl(text))


def _stretches(runs: tuple[Run, ...]) -> list[tuple[Run, str, int]]:
    """What one font draws in one direction, from left to right: the run, its text there, and its level."""
    burned = "".join(run.burned_text for run in runs)
    owners = [index for index, run in enumerate(runs) for _character in run.burned_text]
    levels = levels_of(burned)
    found = []
    for (owner, level), indices in groupby(visual_order(burned), key=lambda index: (owners[index], levels[index])):
        found.append((runs[owner], "".join(burned[index] for index in sorted(indices)), level))
    return found


@lru_cache(maxsize=8192)
def _shaped(
    text: str, face: Face, weight: Weight, is_rtl: bool
) -> tuple[tuple[PlacedGlyph, ...], float, tuple[float, float, float, float]]:
    """A stretch of one font: its glyphs from its left end, its advance, and the reach of its ink."""
    import uharfbuzz as hb

    number = min(max(_NUMBERS[weight], face.weights[0]), face.weights[1])
    font, upem = harfbuzz_font(face, number), harfbuzz_face(face).upem
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if is_rtl else "ltr"
    hb.shape(font, buffer, dict.fromkeys(features_left_out(text), False))
    glyphs, at, edges = [], 0.0, []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        x, y = (at + position.x_offset) / upem, position.y_offset / upem
        extents = font.get_glyph_extents(info.codepoint)
        if extents is not None and extents.width and extents.height:
            glyphs.append(PlacedGlyph(face, number, info.codepoint, x, y))
            left, top = x + extents.x_bearing / upem, y + extents.y_bearing / upem
            edges.append((left, left + extents.width / upem, top, -(top + extents.height / upem)))
        at += position.x_advance
    if not edges:
        return (), at / upem, (0.0, 0.0, 0.0, 0.0)
    lefts, rights, aboves, belows = zip(*edges, strict=True)
    return tuple(glyphs), at / upem, (min(lefts), max(rights), max(aboves), max(belows))


@lru_cache(maxsize=3)
def _inter(weight: Weight) -> Face:
    path = card_font_path() if weight == "heavy" else font_path(bold=weight == "bold")
    return read_faces(path, "vendored")[0]

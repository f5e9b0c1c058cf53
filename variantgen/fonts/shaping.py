"""How wide and how tall a line is, each run of it shaped by HarfBuzz in its own font as libass does."""

from __future__ import annotations

from functools import lru_cache

from variantgen.fonts import ASCENT_EM, DESCENT_EM, font_path, inter_width_em
from variantgen.fonts.faces import Face, features_left_out, harfbuzz_face, harfbuzz_font, read_faces
from variantgen.fonts.runs import EMOJI_ADVANCE_EM, Run, runs_of


def width_em(text: str, *, is_bold: bool = True, language: str = "") -> float:
    """The advance of one line of text in ems; the sum of its runs'."""
    return sum(run_width_em(run, is_bold=is_bold) for run in runs_of(text, is_bold=is_bold, language=language))


def run_width_em(run: Run, *, is_bold: bool = True) -> float:
    """The advance of one run in ems; in the caption font always that of its bold face, as plans count it."""
    if run.gaps:
        return run.gaps * EMOJI_ADVANCE_EM
    if run.face is None:
        return inter_width_em(run.text)
    return _shaped(run.text, run.face, run.face.weight(is_bold=is_bold))[0]


def line_extent_em(text: str, *, is_bold: bool = True, language: str = "") -> tuple[float, float]:
    """How far a line's ink reaches above and below its baseline, in ems; at least the caption font's own line.

    Marks above Thai, matras below Devanagari and nuqtas below Arabic reach further than Latin letters.
    """
    above, below = ASCENT_EM, DESCENT_EM
    for run in runs_of(text, is_bold=is_bold, language=language):
        face = run.face or _inter(is_bold)
        # ASCII stays inside the caption font's own line, and so do most accents; a ring or two marks do not
        if not run.gaps and (run.face is not None or not run.text.isascii()):
            _width, run_above, run_below = _shaped(run.text, face, face.weight(is_bold=is_bold))
            above, below = max(above, run_above), max(below, run_below)
    return above, below


@lru_cache(maxsize=2)
def _inter(is_bold: bool) -> Face:
    return read_faces(font_path(bold=is_bold), "vendored")[0]


@lru_cache(maxsize=16384)
def _shaped(text: str, face: Face, weight: int) -> tuple[float, float, float]:
    """Advance, highest and deepest ink of a run, in ems."""
    import uharfbuzz as hb

    font = harfbuzz_font(face, weight)
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    # libass draws without kerning unless a document asks for it
    hb.shape(font, buffer, dict.fromkeys(("kern", *features_left_out(text)), False))
    upem = harfbuzz_face(face).upem
    above = below = 0.0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        extents = font.get_glyph_extents(info.codepoint)
        if extents is not None and extents.height:
            top = position.y_offset + extents.y_bearing
            above, below = max(above, top), max(below, -(top + extents.height))
    return sum(p.x_advance for p in buffer.glyph_positions) / upem, above / upem, below / upem

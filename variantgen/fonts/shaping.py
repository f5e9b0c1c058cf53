"""How wide and how tall a line is, each run of it shaped by HarfBuzz in its own font as libass does."""

from __future__ import annotations

from functools import lru_cache
from typing import TypedDict

from variantgen.fonts import ASCENT_EM, CAPTION_FAMILY, DESCENT_EM, font_path, inter_width_em
from variantgen.fonts.block import LineSize
from variantgen.fonts.faces import Face, draws, features_left_out, harfbuzz_face, harfbuzz_font, read_faces
from variantgen.fonts.runs import EMOJI_ADVANCE_EM, Run, runs_of
from variantgen.model import Look


class _Asked(TypedDict):
    is_bold: bool
    language: str
    font: str


# By script (ISO 15924): letters of everyday text that reach far above and below the line.
_TALL_AND_DEEP = {
    "Arab": "إيجع", "Beng": "র্কীন্ত্রূ", "Deva": "र्हिंक्रू", "Gujr": "ર્કીંસ્ત્રૂ", "Guru": "ਸ਼੍ਰੀਂਕੂ", "Hebr": "לשץק",
    "Khmr": "ស្ត្រីក្រុំ", "Knda": "ಸ್ತ್ರೀಕೃ", "Laoo": "ທີ່ປູ້", "Latn": "dgjpqy", "Mlym": "സ്ത്രീകൃ", "Mymr": "မြို့ကြွယ်",
    "Orya": "ସ୍ତ୍ରୀ", "Sinh": "ශ්‍රීකූ", "Taml": "ஸ்ரீது", "Telu": "స్త్రీకృ", "Thai": "ที่ปู้ญุ", "Tibt": "བསྒྲུབས",
}  # fmt: skip


def width_em(text: str, *, is_bold: bool = True, language: str = "", font: str = CAPTION_FAMILY) -> float:
    """The advance of one line of text in ems; the sum of its runs'."""
    runs = runs_of(text, is_bold=is_bold, language=language, font=font)
    return sum(run_width_em(run, is_bold=is_bold) for run in runs)


def run_width_em(run: Run, *, is_bold: bool = True) -> float:
    """The advance of one run in ems."""
    if run.gaps:
        return run.gaps * EMOJI_ADVANCE_EM
    if run.face is None:
        return inter_width_em(run.text, is_bold=is_bold)
    return _shaped(run.text, run.face, run.face.weight(is_bold=is_bold))[0]


def measured_line(text: str, look: Look, language: str) -> LineSize:
    """The MeasureLine of the fonts that draw captions. A font that is not there raises UserError."""
    asked: _Asked = {"is_bold": look.is_bold, "language": language, "font": look.font_family}
    return width_em(text, **asked), *line_extent_em(text, **asked)


def line_extent_em(
    text: str, *, is_bold: bool = True, language: str = "", font: str = CAPTION_FAMILY
) -> tuple[float, float]:
    """How far a line's ink reaches above and below its baseline, in ems; at least the caption font's own line.

    Marks above Thai, matras below Devanagari and nuqtas below Arabic reach further than Latin letters. At least
    what letters of such a script usually reach, so that captions do not jump as their letters change.
    """
    above, below = ASCENT_EM, DESCENT_EM
    for run in runs_of(text, is_bold=is_bold, language=language, font=font):
        face = run.face or _inter(is_bold)
        # ASCII stays inside the caption font's own line, and so do most accents; a ring or two marks do not
        if not run.gaps and (run.face is not None or not run.text.isascii()):
            usual = _usual_letters(run.text, face) if run.face is not None else ()
            for shown in (run.text, *usual):
                _width, shown_above, shown_below = _shaped(shown, face, face.weight(is_bold=is_bold))
                above, below = max(above, shown_above), max(below, shown_below)
    return above, below


def _usual_letters(text: str, face: Face) -> tuple[str, ...]:
    """Samples of the scripts of a text, as far as the face draws them."""
    from fontTools.unicodedata import script

    samples = (_TALL_AND_DEEP.get(code, "") for code in sorted({script(character) for character in text}))
    return tuple(sample for sample in samples if sample and draws(face, sample))


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

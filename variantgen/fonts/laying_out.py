"""Texts in, a folder out that holds exactly the fonts that burn them: Inter, and each other face cut to its letters.

A face is cut to the characters asked for, fixed at its weight, taken out of its collection, given a name of its own
and Inter's line metrics. So libass, on every system and with or without fontconfig, finds it by that name alone,
draws it at the same em as Inter and sets it on the same baseline; variable fonts and collections work as plain ones.
"""

from __future__ import annotations

import io
import shutil
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from variantgen.fonts import CAPTION_FAMILY, UNITS_PER_EM, WIN_ASCENT_EM, WIN_DESCENT_EM, fonts_folder
from variantgen.fonts.faces import BOLD, REGULAR, Face, features_left_out, harfbuzz_face, sha256_of
from variantgen.fonts.runs import EMOJI_ADVANCE_EM, GAP_CHARACTER, GAP_FAMILY, family_of, runs_of

# Space, hyphens, joiners and the circle that carries a mark without a letter.
_SHAPERS_OWN = " \u00a0\u00ad\u2010\u2011\u200c\u200d\u25cc"

LONE_GLYPH: Final = "\ue000"

WrittenText = tuple[str, bool, str] | tuple[str, bool, str, str]
"""A text, whether it is bold, its language as `language_of` says, and its look's font where it has one."""


def lay_out_fonts(folder: Path, texts: Iterable[WrittenText]) -> tuple[Path, ...]:
    """Writes into `folder` (made where it is missing) the fonts that burn `texts`, all in one call; returns the files.

    A font file that cannot be read any more raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [_copied(path, folder) for path in sorted(fonts_folder().glob("*.ttf"))]
    wanted: dict[tuple[Face, bool], set[str]] = defaultdict(set)
    has_gaps = False
    for text, is_bold, language, *chosen in texts:
        font = chosen[0] if chosen else CAPTION_FAMILY
        for line in text.split("\n"):
            for run in runs_of(line, is_bold=is_bold, language=language, font=font):
                has_gaps = has_gaps or run.gaps > 0
                if run.face is not None and not run.gaps:
                    wanted[run.face, is_bold] |= set(run.text)
    for (face, is_bold), characters in wanted.items():
        name = f"{sha256_of(face.path)[:12]}-{face.index}-{'bold' if is_bold else 'regular'}.ttf"
        written.append(_saved(cut_face(face, "".join(sorted(characters)), is_bold=is_bold), folder / name))
    if has_gaps:
        written.append(_saved(_gap_font(), folder / "gap.ttf"))
    return tuple(written)


def _copied(source: Path, folder: Path) -> Path:
    if not (folder / source.name).exists():
        shutil.copyfile(source, folder / source.name)
    return folder / source.name


def _saved(content: bytes, path: Path) -> Path:
    """Under another name first: a process that starts meanwhile finds the whole file or none."""
    partial = path.with_name(f"{uuid.uuid4().hex}.tmp")
    partial.write_bytes(content)
    return partial.replace(path)


@lru_cache(maxsize=64)
def cut_face(face: Face, characters: str, *, is_bold: bool) -> bytes:
    """A font file that draws `characters` as `face` does at its weight, named `family_of(face)`, bold or regular."""
    from fontTools.ttLib import TTFont

    if face.needs_whole:
        font = TTFont(face.path, fontNumber=face.index)
    else:
        font = TTFont(io.BytesIO(_subset(face, characters, is_bold)))
    _rename(font, family_of(face), is_bold=is_bold)
    _set_line(font)
    held = io.BytesIO()
    font.save(held)
    return held.getvalue()


def _subset(face: Face, characters: str, is_bold: bool) -> bytes:
    import uharfbuzz as hb

    wanted = hb.SubsetInput()
    wanted.unicode_set.update(map(ord, _with_forms(characters)))
    # every feature stays: joins and conjuncts are not letters of the text, but features lead to them
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.invert()
    for feature in features_left_out(characters):
        wanted.layout_feature_tag_set.discard(int.from_bytes(feature.encode(), "big"))
    source = harfbuzz_face(face)
    for axis in source.axis_infos:
        at = face.weight(is_bold=is_bold) if axis.tag == "wght" else axis.default_value
        wanted.pin_axis_location(source, axis.tag, at)
    return bytes(hb.subset(source, wanted).blob.data)


def _with_forms(characters: str) -> set[str]:
    """The characters and what a shaper may ask for in their place: composed, apart (Thai am is two marks), joiners."""
    forms = (unicodedata.normalize(form, characters) for form in ("NFC", "NFD", "NFKD"))
    return set(characters).union(*forms, *(unicodedata.normalize("NFKD", c) for c in characters), _SHAPERS_OWN)


def _rename(font: Any, family: str, *, is_bold: bool) -> None:
    """What libass reads: the family, and a weight that is the asked one, so that it thickens nothing by itself."""
    style = "Bold" if is_bold else "Regular"
    font["name"].names = []
    names = {1: family, 2: style, 4: f"{family} {style}", 6: f"{family.replace(' ', '')}-{style}"}
    for number, value in names.items():
        font["name"].setName(value, number, 3, 1, 0x409)
    font["head"].macStyle = int(is_bold)
    if "OS/2" in font:
        font["OS/2"].usWeightClass = BOLD if is_bold else REGULAR
        font["OS/2"].fsSelection = 0x20 if is_bold else 0x40


def _set_line(font: Any) -> None:
    """Inter's ascent and descent: libass takes the size of the letters and the place of the baseline from them."""
    units = font["head"].unitsPerEm
    ascent, descent = round(WIN_ASCENT_EM * units), round(WIN_DESCENT_EM * units)
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = ascent, -descent, 0
    if "OS/2" in font:
        line = font["OS/2"]
        line.usWinAscent, line.usWinDescent = ascent, descent
        line.sTypoAscender, line.sTypoDescender, line.sTypoLineGap = ascent, -descent, 0


def lone_glyph_font(face: Face, glyph: int) -> bytes:
    """A font file whose character `LONE_GLYPH` is one glyph of `face`, with its colour layers."""
    import uharfbuzz as hb
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    wanted = hb.SubsetInput()
    wanted.glyph_set.add(glyph)
    wanted.flags |= hb.SubsetFlags.RETAIN_GIDS
    font = TTFont(io.BytesIO(bytes(hb.subset(harfbuzz_face(face), wanted).blob.data)))
    table = CmapSubtable.newSubtable(4)
    table.platformID, table.platEncID, table.language = 3, 1, 0
    table.cmap = {ord(LONE_GLYPH): font.getGlyphName(glyph)}
    font["cmap"].tables = [table]
    held = io.BytesIO()
    font.save(held)
    return held.getvalue()


@lru_cache(maxsize=1)
def _gap_font() -> bytes:
    """A font of one empty glyph: room for an emoji, in a line that libass sets and in whatever direction it runs."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    builder = FontBuilder(UNITS_PER_EM)
    builder.setupGlyphOrder([".notdef", "gap"])
    builder.setupCharacterMap({ord(GAP_CHARACTER): "gap"})
    builder.setupGlyf({".notdef": Glyph(), "gap": Glyph()})
    advance = (round(EMOJI_ADVANCE_EM * UNITS_PER_EM), 0)
    builder.setupHorizontalMetrics({".notdef": advance, "gap": advance})
    builder.setupHorizontalHeader()
    builder.setupOS2()
    builder.setupNameTable({"familyName": GAP_FAMILY, "styleName": "Bold"})
    builder.setupPost()
    _rename(builder.font, GAP_FAMILY, is_bold=True)
    _set_line(builder.font)
    builder.font["head"].created = builder.font["head"].modified = 0
    held = io.BytesIO()
    builder.save(held)
    return held.getvalue()

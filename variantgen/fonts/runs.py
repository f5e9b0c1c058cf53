"""A line of text in, the runs it is drawn as out: which font draws what, where emoji stand, what nobody draws."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from variantgen.fonts import CAPTION_FAMILY, inter_draws, is_caption_font, needs_glyph
from variantgen.fonts.faces import Face, draws, harfbuzz_face, harfbuzz_font, sha256_of
from variantgen.fonts.language import language_of
from variantgen.fonts.library import EAST_ASIAN, chosen_face, colour_face, face_for, user_folder

GAP_FAMILY: Final = "vg gap"
GAP_CHARACTER: Final = "\u00b7"
"""Stands in a burned line where a coloured emoji goes: neutral in direction, as emoji are, and drawn as nothing."""
EMOJI_ADVANCE_EM: Final = 1.2

_NO_SCRIPT = frozenset({"Zyyy", "Zinh", "Zzzz"})
# Emoji that are digits and signs unless the keycap follows.
_KEYCAP_BASES = frozenset("0123456789#*")


@dataclass(frozen=True)
class Run:
    """A stretch of a line, in the order it is read: characters `start` to `end` of it, drawn by one font.

    `face` is None for the caption font itself. `gaps` is how many emoji wide the run is; 0 for text. `text` is in
    the normal form that the font has glyphs for.
    """

    start: int
    end: int
    text: str
    face: Face | None = None
    gaps: int = 0

    @property
    def family(self) -> str:
        """The family to name in an ASS document, once the fonts are laid out (`fonts.laying_out`)."""
        if self.gaps:
            return GAP_FAMILY
        return CAPTION_FAMILY if self.face is None else family_of(self.face)

    @property
    def burned_text(self) -> str:
        """The text to put into an ASS document: that of the run, or room for its emoji."""
        return GAP_CHARACTER * self.gaps if self.gaps else self.text


@dataclass(frozen=True)
class Undrawable:
    """What no font of this machine draws: one letter with its marks, or one emoji."""

    text: str

    @property
    def sentence(self) -> str:
        """The character, its name and script, and what to install."""
        from fontTools.unicodedata import script, script_name

        codes = " ".join(f"U+{ord(character):04X}" for character in self.text)
        name = unicodedata.name(self.text[0], "a character without a name")
        code = next((script(c) for c in self.text if script(c) not in _NO_SCRIPT), "")
        known = f", {script_name(code).replace('_', ' ')}" if code else ""
        return f"{self.text} ({codes}, {name}{known}) is in no font of this machine. {self._advice(code)}"

    def _advice(self, script: str) -> str:
        folder = user_folder()
        if is_emoji(self.text):
            return f"Install fonts-noto-color-emoji, or put NotoColorEmoji.ttf into {folder}"
        system = "fonts-noto-cjk" if script in EAST_ASIAN else "fonts-noto-core"
        return (
            f'Install fonts with: pip install "variantgen[fonts]" (or your system\'s, on Debian {system}),'
            f" or put a font that has it into {folder}"
        )


@dataclass(frozen=True)
class Faces:
    """What draws some texts: faces beside the caption font in order of first use, and what none of them draws."""

    faces: tuple[Face, ...]
    undrawable: tuple[Undrawable, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files of the faces, each once."""
        return tuple(dict.fromkeys(face.path for face in self.faces))


def faces_for(texts: Iterable[str], *, is_bold: bool = True, language: str = "", font: str = CAPTION_FAMILY) -> Faces:
    """The faces that draw `texts` beside the caption font, and what none does. Empty where it draws all by itself.

    The face of another `font` is always among them, as the first. A font that is not there raises UserError.
    """
    chosen = chosen_face(font, is_bold=is_bold)
    used: dict[Face, None] = {chosen: None} if chosen else {}
    lacking: dict[str, None] = {}
    for line in _lines(texts):
        for run in runs_of(line, is_bold=is_bold, language=language, font=font):
            if run.face is not None:
                used[run.face] = None
            elif not inter_draws(run.text):
                lacking.update(dict.fromkeys(c for c in clusters_of(run.text) if not inter_draws(c)))
    return Faces(tuple(used), tuple(Undrawable(text) for text in lacking))


def fonts_identity(
    texts: Iterable[str], *, is_bold: bool = True, language: str = "", font: str = CAPTION_FAMILY
) -> str:
    """What a part's key must hold of the fonts that draw its texts: a digest, or "" for the caption font alone.

    Of each face used, in order: its file's content, its place in the file, its weight; and of what cuts it to size.
    """
    faces = faces_for(texts, is_bold=is_bold, language=language, font=font).faces
    if not faces:
        return ""
    import hashlib

    import uharfbuzz as hb

    values = [f"{sha256_of(face.path)}:{face.index}:{face.weight(is_bold=is_bold)}" for face in faces]
    return hashlib.sha256("\n".join([hb.version_string(), *values]).encode()).hexdigest()


def family_of(face: Face) -> str:
    """A name of our own for a face, so that no installed font is ever taken for it, nor a look's own file for one."""
    return ("vg own " if face.origin == "file" else "vg ") + re.sub(r"[^0-9A-Za-z]+", " ", face.family).strip()


def main_family(font: str, *, is_bold: bool) -> str:
    """The family to name in an ASS document's style for a look's `font`."""
    face = chosen_face(font, is_bold=is_bold)
    return CAPTION_FAMILY if face is None else family_of(face)


def is_plain(text: str) -> bool:
    """Whether the caption font draws all of `text`, and no emoji is in it that would be drawn in colour."""
    return inter_draws(text) and not any(map(is_emoji, clusters_of(text) if not text.isascii() else ()))


@lru_cache(maxsize=8192)
def runs_of(
    line: str, *, is_bold: bool = True, language: str = "", font: str = CAPTION_FAMILY, cuts: tuple[int, ...] = ()
) -> tuple[Run, ...]:
    """The runs of one line in reading order; what no font draws stays in a run of the caption font.

    `language` is what `language_of` says of the whole track; without it the line itself decides. `font` is asked
    first. At `cuts` (indices of characters) a new run begins, or after the character seen there where one is cut.
    """
    if is_caption_font(font) and is_plain(line) and (not cuts or line.isascii()):
        bounds = [0, *(cut for cut in sorted(set(cuts)) if 0 < cut < len(line)), len(line)]
        return tuple(Run(a, b, line[a:b]) for a, b in zip(bounds, bounds[1:], strict=False)) if line else ()
    asked = language or language_of((line,))
    clusters = list(_placed(clusters_of(line)))
    found: list[Run] = []
    for script, segment in groupby(_with_scripts(clusters), key=lambda item: item[0]):
        found += _segment_runs(script, [cluster for _script, cluster in segment], is_bold, asked, font)
    return tuple(_joined(found, cuts))


def _lines(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from text.split("\n")


# ---------------------------------------------------------------- clusters and scripts


@lru_cache(maxsize=8192)
def clusters_of(text: str) -> tuple[str, ...]:
    """What a reader takes for one character each (UAX 29): letters with their marks, whole emoji sequences."""
    import regex

    return tuple(regex.findall(r"\X", text))


def _placed(clusters: Iterable[str]) -> Iterator[tuple[int, str]]:
    start = 0
    for cluster in clusters:
        yield start, cluster
        start += len(cluster)


@lru_cache(maxsize=4096)
def is_emoji(cluster: str) -> bool:
    """Whether a cluster is an emoji to be drawn in colour: by its own nature, or asked for by a selector or keycap."""
    import regex

    first = cluster[:1]
    if first in _KEYCAP_BASES:
        return "\u20e3" in cluster
    if "\ufe0e" in cluster or not regex.match(r"\p{Emoji}", first):
        return False
    if regex.match(r"\p{Emoji_Presentation}", first) or "\ufe0f" in cluster or len(cluster) > 1:
        return True
    return not inter_draws(first)


def _with_scripts(clusters: list[tuple[int, str]]) -> list[tuple[str, tuple[int, str]]]:
    """Each cluster with the script it is drawn in: its own, or for spaces and signs that of what they stand by."""
    own = [_script(cluster) for _start, cluster in clusters]
    near = next((script for script in own if script), "Zyyy")
    resolved = []
    for script, item in zip(own, clusters, strict=True):
        near = script or near
        resolved.append((_fitting_script(near, item[1]), item))
    return resolved


def _script(cluster: str) -> str:
    from fontTools.unicodedata import script

    return next((code for code in map(script, cluster) if code not in _NO_SCRIPT), "")


def _fitting_script(near: str, cluster: str) -> str:
    """`near`, unless the cluster is a sign of other scripts only: 。 after a Latin word is East Asian all the same."""
    from fontTools.unicodedata import script_extension

    if near in EAST_ASIAN:
        return "Hani"  # one face for kana, Han and hangul of a line
    if inter_draws(cluster):
        return near
    if unicodedata.east_asian_width(cluster[0]) in "FW" and not is_emoji(cluster):
        return "Hani"
    others = script_extension(cluster[0]) - _NO_SCRIPT
    if others and near not in others:
        return "Hani" if others & EAST_ASIAN else min(others)
    return near


# ---------------------------------------------------------------- fonts


def _segment_runs(
    script: str, clusters: list[tuple[int, str]], is_bold: bool, language: str, font: str
) -> Iterator[Run]:
    chosen = chosen_face(font, is_bold=is_bold)
    foreign = [text for _start, text in clusters if _script(text) and not inter_draws(text)]
    own = "".join(text for text in foreign if chosen is None or not _drawable_form(chosen, text))
    needed = "".join(sorted(set(filter(needs_glyph, own))))
    main = face_for(needed, script, is_bold=is_bold, language=language) if needed else None
    for start, cluster in clusters:
        yield _cluster_run(start, cluster, script, (main, chosen), is_bold, language)


def _cluster_run(
    start: int, cluster: str, script: str, asked: Iterable[Face | None], is_bold: bool, language: str
) -> Run:
    """One character's run: in the first of the `asked` faces that draws it, the caption font, or any other."""
    end = start + len(cluster)
    if is_emoji(cluster):
        face = colour_face()
        gaps = emoji_glyphs(face, cluster) if face else 0
        if gaps:
            return Run(start, end, cluster, face, gaps)
    for face in asked:
        if face is not None and (form := _drawable_form(face, cluster)):
            return Run(start, end, form, face)
    for form in dict.fromkeys((cluster, unicodedata.normalize("NFC", cluster))):
        if inter_draws(form):
            return Run(start, end, form)
    needed = "".join(sorted(set(filter(needs_glyph, cluster))))
    kind = script if script in EAST_ASIAN else _script(cluster) or "Zyyy"
    return Run(start, end, cluster, face_for(needed, kind, is_bold=is_bold, language=language))


def _drawable_form(face: Face, cluster: str) -> str:
    """The cluster as the face has it: as written, composed or taken apart; "" where it has it in no way."""
    forms = dict.fromkeys((cluster, *(unicodedata.normalize(form, cluster) for form in ("NFC", "NFD"))))
    return next((form for form in forms if draws(face, "".join(c for c in form if needs_glyph(c) or c.isspace()))), "")


def emoji_glyphs(face: Face, cluster: str) -> int:
    """How many pictures a colour font draws an emoji as: one, more where it does not know the sequence, 0 for none."""
    return len(emoji_glyph_ids(face, cluster))


@lru_cache(maxsize=1024)
def emoji_glyph_ids(face: Face, cluster: str) -> tuple[int, ...]:
    """The glyphs of an emoji that have a picture; none where a visible character of it has no glyph."""
    import uharfbuzz as hb

    font = harfbuzz_font(face, face.weight(is_bold=False))
    buffer = hb.Buffer()
    buffer.add_str(cluster)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    glyphs = [info.codepoint for info in buffer.glyph_infos]
    return () if 0 in glyphs else tuple(glyph for glyph in glyphs if _has_picture(face, font, glyph))


def _has_picture(face: Face, font: Any, glyph: int) -> bool:
    return bool(font.get_glyph_color_png(glyph).data or harfbuzz_face(face).get_glyph_color_layers(glyph))


def _joined(runs: Iterable[Run], cuts: tuple[int, ...]) -> Iterator[Run]:
    """Neighbours that one font draws, as one run; every emoji stays by itself."""
    held: Run | None = None
    for run in runs:
        is_cut = held is not None and any(held.start < cut <= run.start for cut in cuts)
        if held and not is_cut and not held.gaps and not run.gaps and held.face == run.face:
            held = Run(held.start, run.end, held.text + run.text, held.face)
            continue
        if held:
            yield held
        held = run
    if held:
        yield held

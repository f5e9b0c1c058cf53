"""Captions files (SRT, WebVTT, ASS, SSA) in, plain cues in the master's seconds out.

SRT and WebVTT are read here, block by block: pysubs2 takes a sentence that quotes two times for a timing
line, and cue names, notes and style sheets for speech. ASS and SSA go through pysubs2.
"""

from __future__ import annotations

import html
import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from variantgen.analyze.cue_overlaps import without_overlaps
from variantgen.errors import UserError
from variantgen.model import SourceCue

if TYPE_CHECKING:
    from pysubs2 import SSAEvent, SSAStyle

MAX_MEGABYTES = 20
SUFFIXES = (".srt", ".vtt", ".ass", ".ssa")

_STAMP = r"(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,6}))?"
_TIMING = re.compile(rf"^\s*{_STAMP}\s*-{{1,3}}>\s*{_STAMP}(?!\d)")
_ITALIC = re.compile(r"<i(?:[.\s][^<>]*)?>.*?(?:</i>|\Z)", re.DOTALL | re.IGNORECASE)
_SRT_TAG = re.compile(r"</?\s*(?:i|b|u|s|font|c|v)(?:[.\s][^<>]*)?>", re.IGNORECASE)
_VTT_TAG = re.compile(r"<[^<>]*>")
_VTT_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});")
_ASS_TAGS_IN_TEXT = re.compile(r"\{\\[^{}]*\}")
_ASS_ALIGNMENT = re.compile(r"\{\\an?\d{1,2}\}")  # all of ASS that converters leave behind in WebVTT
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Stand for escaped braces while pysubs2 takes override blocks out; they are nobody's characters.
_OPEN_BRACE, _CLOSE_BRACE = "\ufdd0", "\ufdd1"
_WORD_JOINER = "\u2060"


@dataclass(frozen=True)
class CaptionsFile:
    """The cues of one captions file, in order and never overlapping, and what had to be mended."""

    cues: tuple[SourceCue, ...]
    notes: tuple[str, ...] = ()


class _Raw(NamedTuple):
    start_ms: int
    end_ms: int
    text: str
    is_italic: bool


def find_captions(master: Path) -> Path | None:
    """The captions file lying beside `master` under its name (`film.srt`, `.vtt`, `.ass`, `.ssa`), if any."""
    candidates = (master.with_suffix(suffix) for suffix in SUFFIXES)
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def read_captions(path: Path) -> CaptionsFile:
    """Read a captions file; what it is is told by its content, not by its name.

    Text comes back plain: tags and entities resolved, NFC, no control characters. Raises UserError, one
    sentence with the file's name, for what cannot be read or holds no captions.
    """
    text, notes = _decode(_read_bytes(path), path)
    raw = _raw_cues(_LINE_ENDS.sub("\n", text), path)
    in_order, time_notes = _in_time_order(raw)
    cues, overlap_notes = without_overlaps(in_order)
    if not cues:
        raise UserError(f'"{path.name}" holds no captions: not one cue has both a time and a text.')
    return CaptionsFile(cues, (*notes, *time_notes, *overlap_notes))


# ---------------------------------------------------------------- bytes to text


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UserError(f'"{path.name}" is a folder; a captions file (SRT, VTT, ASS) is needed.')
        with path.open("rb") as file:
            content = file.read(MAX_MEGABYTES * 1_000_000 + 1)
    except FileNotFoundError:
        raise UserError(f'The captions file "{path}" does not exist.') from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(f'The captions file "{path}" cannot be read: {reason}.') from error
    if len(content) > MAX_MEGABYTES * 1_000_000:
        raise UserError(f'"{path.name}" is larger than {MAX_MEGABYTES} MB, which no captions file is.')
    return content


def _decode(content: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), ()
    for encoding, zeros in (("utf-16-le", content[1:400:2]), ("utf-16-be", content[0:400:2])):
        if len(zeros) > 8 and zeros.count(0) > 0.6 * len(zeros):
            return content.decode(encoding, errors="replace"), (f'"{path.name}" was read as {encoding}.',)
    if b"\0" in content[:4096]:
        raise UserError(f'"{path.name}" is not a text file; captions are read from SRT, VTT or ASS.')
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return _decode_damaged(content, path)


def _decode_damaged(content: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    text = content.decode("utf-8-sig", errors="replace")
    damaged = text.count("\ufffd")
    # Windows text that happens to be valid UTF-8 is rare: mostly valid means UTF-8 with a few broken bytes.
    if damaged * 10 < sum(character > "\x7f" for character in text):
        return text, (f'"{path.name}" is UTF-8 with {damaged} broken characters, shown as \ufffd.',)
    note = f'"{path.name}" is not UTF-8 and was read as windows-1252; save it as UTF-8 if letters look wrong.'
    return content.decode("cp1252", errors="replace"), (note,)


# ---------------------------------------------------------------- text to cues


def _raw_cues(text: str, path: Path) -> list[_Raw]:
    body = text.lstrip("\ufeff \t\n")
    if body.startswith("WEBVTT"):
        return list(_from_blocks(body, is_vtt=True))
    if re.search(r"^\[(script info|events)\]", body, re.IGNORECASE | re.MULTILINE):
        return _from_ass(body, path)
    if any(_TIMING.match(line) for line in body.split("\n")):
        return list(_from_blocks(body, is_vtt=False))
    if not body.strip():
        raise UserError(f'"{path.name}" is empty; a captions file (SRT, VTT, ASS) is needed.')
    raise UserError(f'"{path.name}" is not captions: it reads as none of SRT, VTT or ASS.')


def _from_blocks(body: str, *, is_vtt: bool) -> Iterator[_Raw]:
    lines = body.split("\n")
    starts = [i for i, line in enumerate(lines) if "-" in line and _TIMING.match(line)]
    for start, following in zip_longest(starts, starts[1:]):
        match = _TIMING.match(lines[start])
        assert match is not None
        text = _cue_lines(lines[start + 1 : following], has_following=following is not None, is_vtt=is_vtt)
        groups = match.groups()
        plain, is_italic = (_plain_vtt if is_vtt else _plain_srt)("\n".join(text))
        yield _Raw(_milliseconds(groups[:4]), _milliseconds(groups[4:]), plain, is_italic)


def _cue_lines(lines: list[str], *, has_following: bool, is_vtt: bool) -> list[str]:
    if has_following and lines and re.fullmatch(r"\s*\d+\s*", lines[-1]):
        lines = lines[:-1]  # the number of the next cue
    if not is_vtt:
        return lines  # an SRT text may hold blank lines; a WebVTT text ends at the first
    blank = next((i for i, line in enumerate(lines) if not line.strip()), len(lines))
    return lines[:blank]


def _milliseconds(groups: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, fraction = (group or "0" for group in groups)
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int(fraction.ljust(3, "0")[:3])


def _plain_srt(text: str) -> tuple[str, bool]:
    # {\an8} and its kin are positioning that every player leaves out; {hello} is text.
    text = _ASS_TAGS_IN_TEXT.sub("", text)
    return _SRT_TAG.sub("", text), _is_all_italic(text, _SRT_TAG)


def _plain_vtt(text: str) -> tuple[str, bool]:
    text = _ASS_ALIGNMENT.sub("", text)
    plain = _VTT_ENTITY.sub(lambda match: html.unescape(match[0]), _VTT_TAG.sub("", text))
    return plain, _is_all_italic(text, _VTT_TAG)


def _is_all_italic(text: str, tag: re.Pattern[str]) -> bool:
    rest, count = _ITALIC.subn("", text)
    return count > 0 and not tag.sub("", rest).strip()


def _from_ass(body: str, path: Path) -> list[_Raw]:
    import pysubs2
    from pysubs2.exceptions import Pysubs2Error

    is_ssa = re.search(r"^\[v4 styles\]", body, re.IGNORECASE | re.MULTILINE) is not None
    guarded = body.replace(r"\{", _OPEN_BRACE).replace(r"\}", _CLOSE_BRACE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of layers and margins, which plain text has none of
            subtitles = pysubs2.SSAFile.from_string(guarded, format_="ssa" if is_ssa else "ass")
        return [_from_event(event, subtitles.styles) for event in subtitles if event.is_text]
    except (Pysubs2Error, ValueError, IndexError, KeyError, AttributeError, OverflowError) as error:
        raise UserError(f'"{path.name}" is not valid ASS: {str(error).splitlines()[0]}') from error


def _from_event(event: SSAEvent, styles: dict[str, SSAStyle]) -> _Raw:
    from pysubs2 import SSAStyle
    from pysubs2.formats.substation import parse_tags

    own_style = styles.get(event.style, SSAStyle.DEFAULT_STYLE)
    shown = [style.italic for text, style in parse_tags(event.text, own_style, styles) if text.strip()]
    text = event.plaintext.replace(_OPEN_BRACE, "{").replace(_CLOSE_BRACE, "}")
    return _Raw(event.start, event.end, text.replace("\\" + _WORD_JOINER, "\\"), bool(shown) and all(shown))


# ---------------------------------------------------------------- cues in order


def _in_time_order(raw: Iterable[_Raw]) -> tuple[list[SourceCue], list[str]]:
    cues: list[SourceCue] = []
    swapped = instant = 0
    for cue in raw:
        text = _clean(cue.text)
        if not text:
            continue
        start_ms, end_ms = sorted((max(cue.start_ms, 0), max(cue.end_ms, 0)))
        swapped += cue.end_ms < cue.start_ms
        if start_ms == end_ms:
            instant += 1
            continue
        cues.append(SourceCue(start_ms / 1000, end_ms / 1000, text, cue.is_italic))
    notes = []
    if swapped:
        notes.append(f"{_count(swapped)} that ended before the start: times swapped.")
    if instant:
        notes.append(f"{_count(instant)} that lasted no time: left out.")
    return sorted(cues, key=lambda cue: (cue.start_seconds, cue.end_seconds)), notes


def _count(cues: int) -> str:
    return "1 caption" if cues == 1 else f"{cues} captions"


def _clean(text: str) -> str:
    lines = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text)).split("\n")
    kept = (re.sub(r"[ \t]+", " ", _without_controls(line)).strip() for line in lines)
    return "\n".join(line for line in kept if line)


def _without_controls(line: str) -> str:
    return "".join(
        character
        for character in line.replace("\t", " ").replace("\ufeff", "")
        if unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}
    )

"""SRT and WebVTT: blocks of a timing line and the text below it.

Read here and not by pysubs2, which takes a sentence that quotes two times for a timing line, and cue names, notes
and style sheets for speech.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import NamedTuple

from variantgen.analyze.captions.raw import MAX_MARKED_CHARACTERS, RawCaptions, RawCue, Run, refuse_too_many

_STAMP = r"(-?)(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,6}))?"
TIMING = re.compile(rf"^\s*{_STAMP}\s*-{{1,3}}>\s*{_STAMP}(?!\d)(.*)")
_TAG = re.compile(r"<[^<>]*>")
_SRT_TAG = re.compile(r"</?\s*(?:i|b|u|s|font|c|v|ruby|rt)(?:[.\s][^<>]*)?>", re.IGNORECASE)
_INNER_STAMP = re.compile(r"<\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{1,6})\s*>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});")
# Tags whose ">" got lost: the name goes, the words stay.
_BROKEN_TAG = re.compile(r"<(?:/?(?:c|v|b|i|u|lang|ruby|rt)(?:\.[\w.-]*)?|[\d:.]{5,15})(?=\s[^<>]*(?:<|\Z))")
_ASS_TAGS = re.compile(r"\{\\[^{}]*\}")
_ASS_ALIGNMENT = re.compile(r"\{\\an?\d{1,2}\}")  # all of ASS that converters leave behind in WebVTT
_PLACED = re.compile(r"\{\\(?:an?(?!2\})\d|pos|move)")
_PLACING_SETTING = re.compile(r"\b(?:line|position|vertical)\s*:")
_COORDINATES = re.compile(r"\bX1:\d+")
_LANGUAGE = re.compile(r"^Language:[ \t]*([\w-]{2,20})[ \t]*$", re.IGNORECASE | re.MULTILINE)


class Plain(NamedTuple):
    """Text without its markup: is all of it italic, does it ask for a place, and its runs where times are inside."""

    text: str
    is_italic: bool = False
    is_placed: bool = False
    runs: tuple[Run, ...] = ()


def is_srt(body: str) -> bool:
    """Whether any line is a timing line."""
    return any("-" in line and TIMING.match(line) is not None for line in body.split("\n"))


def is_vtt(body: str) -> bool:
    """Whether the text opens with WebVTT's word."""
    return re.match(r"WEBVTT(?:[ \t\n]|\Z)", body, re.IGNORECASE) is not None or body.startswith("WEBVTT")


def read_srt(body: str, name: str) -> RawCaptions:
    """Every block of an SRT text; `body` has newlines only."""
    return RawCaptions(_cues(body, name, _srt_text, plain_srt))


def read_vtt(body: str, name: str) -> RawCaptions:
    """Every cue block of a WebVTT text, with its inline times as runs."""
    header = body.partition("\n\n")[0]
    language = _LANGUAGE.search(header)
    return RawCaptions(_cues(body, name, _vtt_text, plain_vtt), language=language[1] if language else "")


def milliseconds(groups: Sequence[str | None]) -> int:
    """Of hours, minutes, seconds and a decimal fraction; a missing one is nought."""
    hours, minutes, seconds, fraction = (group or "0" for group in groups)
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int(fraction.ljust(3, "0")[:3])


def plain_srt(text: str, start_ms: int = 0, end_ms: int = 0) -> Plain:
    """An SRT cue's text: HTML-like tags and ASS overrides go, ruby keeps its base, anything else is text."""
    # {\an8} and its kin are positioning that every player leaves out; {hello} is text.
    return _spoken(_ASS_TAGS.sub("", text), _SRT_TAG, start_ms, end_ms, is_placed=_PLACED.search(text) is not None)


def plain_vtt(text: str, start_ms: int = 0, end_ms: int = 0) -> Plain:
    """A WebVTT cue's text: tags and entities resolved, ruby keeps its base, inline times become runs."""
    bare = _BROKEN_TAG.sub("", _ASS_ALIGNMENT.sub("", text))
    plain = _spoken(bare, _TAG, start_ms, end_ms, is_placed=_PLACED.search(text) is not None)
    runs = tuple(run._replace(text=_unescaped(run.text)) for run in plain.runs)
    return plain._replace(text=_unescaped(plain.text), runs=runs)


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def _spoken(text: str, tag: re.Pattern[str], start_ms: int, end_ms: int, *, is_placed: bool) -> Plain:
    """Walk over the tags: what is said, whether all of it leans, and from when each piece of it counts."""
    pieces: list[tuple[int, str]] = []
    now_ms, italic, ruby, is_timed, at = start_ms, 0, list[str](), False, 0
    leaning = upright = False
    marks = [*tag.finditer(text), None]
    for mark in marks:
        piece = text[at : mark.start() if mark else len(text)]
        if piece and ruby[-2:] != ["ruby", "rt"]:
            pieces.append((now_ms, piece))
            leaning, upright = (
                leaning or (italic > 0 and not piece.isspace()),
                upright or not (italic > 0 or piece.isspace()),
            )
        if mark is None:
            break
        at = mark.end()
        stamp = _INNER_STAMP.fullmatch(mark[0])
        if stamp:
            now_ms, is_timed = milliseconds(stamp.groups()), True
        italic, ruby = _after_tag(mark[0], italic, ruby)
    runs = _runs(pieces, end_ms) if is_timed else ()
    return Plain("".join(piece for _, piece in pieces), leaning and not upright, is_placed, runs)


def _after_tag(tag: str, italic: int, ruby: list[str]) -> tuple[int, list[str]]:
    match = re.match(r"<\s*(/?)\s*([A-Za-z]+)", tag)
    if match is None:
        return italic, ruby
    is_end, name = bool(match[1]), match[2].lower()
    if name == "i":
        return max(italic - 1, 0) if is_end else italic + 1, ruby
    if name == "ruby":
        return italic, [] if is_end else ["ruby"]
    if name == "rt" and ruby:
        return italic, ["ruby"] if is_end else ["ruby", "rt"]
    return italic, ruby


def _runs(pieces: Sequence[tuple[int, str]], end_ms: int) -> tuple[Run, ...]:
    """One run for each stretch of one time; it lasts until the next begins."""
    joined: list[tuple[int, str]] = []
    for start_ms, piece in pieces:
        if joined and joined[-1][0] == start_ms:
            joined[-1] = (start_ms, joined[-1][1] + piece)
        else:
            joined.append((start_ms, piece))
    ends = [*(start_ms for start_ms, _ in joined[1:]), end_ms]
    return tuple(Run(start, max(end, start), piece) for (start, piece), end in zip(joined, ends, strict=True))


def _cues(
    body: str, name: str, text_of: Callable[[list[str]], list[str]], plain: Callable[[str, int, int], Plain]
) -> tuple[RawCue, ...]:
    lines = body.split("\n")
    timings = [(i, match) for i, line in enumerate(lines) if "-" in line and (match := TIMING.match(line))]
    refuse_too_many(len(timings), name)
    cues = []
    for (start, match), following in zip_longest(timings, (i for i, _ in timings[1:])):
        text = lines[start + 1 : following]
        if following is not None and text and re.fullmatch(r"\s*\d{1,9}\s*", text[-1]):
            text = text[:-1]  # the number of the next cue
        groups = match.groups()
        start_ms, end_ms = _signed(groups[:5]), _signed(groups[5:10])
        said = plain("\n".join(text_of(text))[:MAX_MARKED_CHARACTERS], start_ms, end_ms)
        is_placed = said.is_placed or bool(_PLACING_SETTING.search(groups[10]) or _COORDINATES.search(groups[10]))
        cues.append(RawCue(start_ms, end_ms, said.text, said.is_italic, said.runs, is_placed))
    return tuple(cues)


def _signed(groups: Sequence[str | None]) -> int:
    return -milliseconds(groups[1:]) if groups[0] else milliseconds(groups[1:])


def _srt_text(lines: list[str]) -> list[str]:
    return lines  # an SRT text may hold blank lines; without the last they are taken out later


def _vtt_text(lines: list[str]) -> list[str]:
    """A WebVTT text ends at the first empty line; one of spaces is not empty (YouTube writes such)."""
    return lines[: next((i for i, line in enumerate(lines) if not line), len(lines))]

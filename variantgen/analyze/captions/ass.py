"""ASS and SSA: the events of a script as plain text, their karaoke tags as the times of syllables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from variantgen.analyze.captions.raw import MAX_MARKED_CHARACTERS, RawCaptions, RawCue, Run, count_of, refuse_too_many
from variantgen.errors import UserError

_HEADER = re.compile(r"^\s*\[(?:script info|events|v4\+? styles\+?)\]", re.IGNORECASE | re.MULTILINE)
_DIALOGUE = re.compile(r"^\s*Dialogue\s*:", re.IGNORECASE | re.MULTILINE)
_TIME = re.compile(r"\s*(-?)(\d{1,4}):(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3}))?\s*\Z")
_EVENT_FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_STYLE_FIELDS = ("name", "fontname", "fontsize", "primarycolour", "secondarycolour", "outlinecolour", "backcolour")
_STYLE_FIELDS_ALL = (*_STYLE_FIELDS, "bold", "italic")
_BLOCK = re.compile(r"\{([^{}]*)\}")
# \k60 \kf60 \K60 \ko60 last 60 hundredths of a second, \kt60 sets the clock; \i1, \r, \p1, \pos: what else matters.
_TAG = re.compile(r"\\(kt|k[fo]?|K|i(?![a-z])|r|p(?![a-z])|pos|move|an?(?=\d))\s*([^\\]*)")


class Event(NamedTuple):
    """One line of dialogue as written, times in milliseconds."""

    start_ms: int
    end_ms: int | None
    style: str
    text: str


def is_ass(body: str) -> bool:
    """Whether the text has a section of ASS and a line of dialogue, or begins with such a section."""
    header = _HEADER.search(body)
    return header is not None and (not body[: header.start()].strip() or _DIALOGUE.search(body) is not None)


def read_ass(body: str, name: str) -> RawCaptions:
    """Every dialogue line of a script; drawings and lines without times are left out and counted."""
    refuse_too_many(len(_DIALOGUE.findall(body)), name)
    events: list[Event] = []
    broken = 0
    for event in _events(body):
        if event is None:
            broken += 1
        else:
            events.append(event)
    if broken and not events:
        raise UserError(f'"{name}" is not valid ASS: not one of its {count_of(broken, "line")} of dialogue has times.')
    notes = [f"{count_of(broken, 'line')} of dialogue without a start and an end: left out."] if broken else []
    return read_events(events, italic_styles(body), notes)


def read_events(events: Iterable[Event], italics: Mapping[str, bool], notes: Iterable[str] = ()) -> RawCaptions:
    """The events as raw cues; `italics` says of each style whether it leans."""
    cues, drawings = [], 0
    for event in events:
        cue, has_drawing = _cue(event, italics)
        if has_drawing and not cue.text.strip():
            drawings += 1
        else:
            cues.append(cue)
    drawn = [f"{count_of(drawings, 'drawing')}: left out."] if drawings else []
    return RawCaptions(tuple(cues), (*notes, *drawn))


def italic_styles(body: str) -> dict[str, bool]:
    """Whether each style of a script is italic, by its name."""
    fields: tuple[str, ...] = _STYLE_FIELDS_ALL
    italics: dict[str, bool] = {}
    for section, key, value in _lines(body):
        if "styles" not in section:
            continue
        if key == "format":
            fields = _names(value)
        elif key == "style":
            row = dict(zip(fields, (part.strip() for part in value.split(",")), strict=False))
            italics[row.get("name", "").lstrip("*")] = row.get("italic", "0") not in ("0", "")
    return italics


def _lines(body: str) -> Iterator[tuple[str, str, str]]:
    section = ""
    for line in body.split("\n"):
        stripped = line.strip()
        if stripped.startswith("[") and stripped.endswith("]"):
            section = stripped[1:-1].lower()
            continue
        key, colon, value = stripped.partition(":")
        if colon:
            yield section, key.strip().lower(), value


def _names(value: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in value.split(","))


def _events(body: str) -> Iterator[Event | None]:
    fields: tuple[str, ...] = _EVENT_FIELDS
    for section, key, value in _lines(body):
        # A damaged script may have lost the section's name; its Dialogue lines are unmistakable.
        if key == "format" and section == "events":
            names = _names(value)
            fields = names if {"start", "end", "text"} <= set(names) else _EVENT_FIELDS
        elif key == "dialogue":
            yield _event(value, fields)


def _event(value: str, fields: tuple[str, ...]) -> Event | None:
    parts = value.split(",", len(fields) - 1)
    row = dict(zip(fields, parts, strict=False))
    start_ms, end_ms = _milliseconds(row.get("start", "")), _milliseconds(row.get("end", ""))
    if start_ms is None or end_ms is None or "text" not in row:
        return None
    return Event(start_ms, end_ms, row.get("style", "").strip().lstrip("*"), row["text"])


def _milliseconds(stamp: str) -> int | None:
    match = _TIME.match(stamp)
    if match is None:
        return None
    hours, minutes, seconds = (int(part) for part in match.groups()[1:4])
    whole = ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((match[5] or "0").ljust(3, "0"))
    return -whole if match[1] else whole


class _Pen:
    """Where the walk over one event's text stands."""

    def __init__(self, event: Event, italics: Mapping[str, bool]) -> None:
        self.italics = italics
        self.style_italic = self.is_italic = italics.get(event.style, False)
        self.start_ms = self.now_ms = self.until_ms = event.start_ms
        self.is_drawing = self.is_sung = self.is_placed = False

    def take(self, name: str, value: str) -> None:
        """One override tag."""
        number = re.match(r"-?\d{1,7}(?:\.\d{1,3})?", value)
        if name == "kt":
            self.until_ms = self.start_ms + int(float(number[0]) * 10) if number else self.until_ms
        elif name[0] in "kK":
            self.is_sung, self.now_ms = True, self.until_ms
            self.until_ms += max(int(float(number[0]) * 10), 0) if number else 0
        elif name == "i":
            self.is_italic = number[0] != "0" if number else self.style_italic
        elif name == "r":
            self.is_italic = self.italics.get(value.strip(), self.style_italic)
        elif name == "p":
            self.is_drawing = number is not None and number[0] != "0"
        else:
            self.is_placed |= name in ("pos", "move") or (number is not None and number[0] != "2")


def _cue(event: Event, italics: Mapping[str, bool]) -> tuple[RawCue, bool]:
    """The event as plain text, and whether it draws."""
    pen = _Pen(event, italics)
    text, runs, leans, has_drawing = "", list[Run](), set[bool](), False
    # Odd pieces are what stood between braces. Escaped braces are text, which the marks stand for meanwhile.
    guarded = event.text[:MAX_MARKED_CHARACTERS].replace(r"\{", _OPEN).replace(r"\}", _CLOSE)
    for place, piece in enumerate(_BLOCK.split(guarded)):
        if place % 2:
            for name, value in _TAG.findall(piece):
                pen.take(name, value)
        elif pen.is_drawing:
            has_drawing = has_drawing or bool(piece.strip())
        elif piece:
            said = _unescaped(piece)
            text += said
            leans |= {pen.is_italic} if said.strip() else set()
            runs.append(Run(pen.now_ms, max(pen.until_ms, pen.now_ms), said))
    cue = RawCue(event.start_ms, event.end_ms, text, leans == {True}, tuple(runs) if pen.is_sung else (), pen.is_placed)
    return cue, has_drawing


_OPEN, _CLOSE = "\ufdd0", "\ufdd1"  # noncharacters: nobody's letters
_WORD_JOINER = "\u2060"


def _unescaped(piece: str) -> str:
    broken = re.sub(r"\\[Nn]", "\n", piece).replace(r"\h", "\u00a0")
    # A backslash that stands for itself is written with a word joiner after it, as our own sidecars do.
    return broken.replace("\\" + _WORD_JOINER, "\\").replace(_OPEN, "{").replace(_CLOSE, "}")

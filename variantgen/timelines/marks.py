"""Markers of a timeline in, marks for choosing a length out: what to keep, to drop, to open with and to end on.

What a marker is, its name or its note says with a first word, alone or before a number or a sign ("KEEP", "hook 2",
"drop: the cough", "[cta] shop"):

    keep    keep, must, select, favourite, favorite, best
    drop    drop, cut, remove, skip, delete, reject, out
    hook    hook, open, opening, teaser
    cta     cta, call to action, end, ending, end card, endcard

A marker that says none of these goes by its colour, green keep, red drop, yellow hook, magenta or pink cta, but only
in a file that uses several colours: one colour alone is what the program gives every marker. All others are chapters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from variantgen.timelines.edit import TimelineEdit

MarkKind = Literal["keep", "drop", "hook", "cta", "chapter"]
MARK_KINDS: tuple[str, ...] = get_args(MarkKind)

WORDS: dict[str, MarkKind] = {
    **dict.fromkeys(("keep", "must", "select", "favourite", "favorite", "best"), "keep"),
    **dict.fromkeys(("drop", "cut", "remove", "skip", "delete", "reject", "out"), "drop"),
    **dict.fromkeys(("hook", "open", "opening", "teaser"), "hook"),
    **dict.fromkeys(("cta", "call to action", "end", "ending", "end card", "endcard"), "cta"),
}
COLOURS: dict[str, MarkKind] = {"green": "keep", "red": "drop", "yellow": "hook", "magenta": "cta", "pink": "cta"}

_ANY_WORD = "|".join(sorted(map(re.escape, WORDS), key=len, reverse=True))
_FIRST_WORD = re.compile(rf"[\s\[(#*]*({_ANY_WORD})\b\s*\d{{0,4}}\s*(?:$|[\])\-:;,.|/–—])", re.IGNORECASE)


@dataclass(frozen=True)
class LengthMark:
    """What an editor decided about a moment or a span of the master, in seconds; `end_seconds` is None for a moment."""

    kind: MarkKind
    start_seconds: float
    end_seconds: float | None = None
    note: str = ""


@dataclass(frozen=True)
class WrittenMark:
    """A mark as some file has it, before anyone has said what it is."""

    start_seconds: float
    end_seconds: float | None = None
    name: str = ""
    note: str = ""
    colour: str = ""
    kind: MarkKind | None = None


def kind_in_words(text: str) -> MarkKind | None:
    """The kind that a marker's text begins with, or None."""
    found = _FIRST_WORD.match(text[:200])
    return WORDS[found[1].lower()] if found else None


def told(written: Iterable[WrittenMark]) -> tuple[LengthMark, ...]:
    """Marks with their kinds, in order of time: as said, in words, or by colours where a file uses several."""
    marks = list(written)
    colours = {mark.colour for mark in marks if mark.colour}
    by_colour = COLOURS if len(colours) > 1 else {}

    def kind(mark: WrittenMark) -> MarkKind:
        words = kind_in_words(mark.name) or kind_in_words(mark.note)
        return mark.kind or words or by_colour.get(mark.colour.lower(), "chapter")

    found = [
        LengthMark(kind(mark), mark.start_seconds, mark.end_seconds, ": ".join(t for t in (mark.name, mark.note) if t))
        for mark in marks
    ]
    return tuple(sorted(found, key=lambda mark: (mark.start_seconds, mark.end_seconds or mark.start_seconds)))


def marks_of(edit: TimelineEdit) -> tuple[LengthMark, ...]:
    """The markers of a timeline as marks, in seconds from the edit's first frame."""
    return told(
        WrittenMark(
            float(marker.start_frame / edit.rate),
            float((marker.start_frame + marker.frames) / edit.rate) if marker.frames else None,
            *(marker.name, marker.note, marker.colour),
        )
        for marker in edit.markers
    )

"""What every reader of captions hands over: cues as they stand in the file, nothing mended yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from variantgen.errors import UserError
from variantgen.model import SourceCue

MAX_MEGABYTES = 20
MAX_CUES = 100_000
MAX_CUE_CHARACTERS = 10_000
MAX_MARKED_CHARACTERS = 100_000
"""Of one cue with all its markup."""
FORMS_READ = "SRT, WebVTT, ASS, TTML, SCC, EBU STL or Whisper JSON"


class Run(NamedTuple):
    """Letters of a cue that have a time of their own: a word, a syllable or a few words."""

    start_ms: int
    end_ms: int
    text: str
    confidence: float = 1.0


class RawCue(NamedTuple):
    """One cue as written: plain text (tags resolved), times as they are; `end_ms` is None where none is given.

    `runs` are the text once more, cut where times are written inside it; they may be fewer letters than the text
    when the file contradicts itself.
    """

    start_ms: int
    end_ms: int | None
    text: str
    is_italic: bool = False
    runs: tuple[Run, ...] = ()
    is_placed: bool = False
    """Whether the file asks for a place on the picture."""


@dataclass(frozen=True)
class RawCaptions:
    """All cues of a file in the file's order, what the reader had to leave out, and the language if it says."""

    cues: tuple[RawCue, ...]
    notes: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True)
class CaptionsFile:
    """The cues of one captions file or track, in order and never overlapping, and what had to be mended.

    `form` names what it is (`SRT`, `WebVTT`...), `language` is a BCP 47 tag where the file says one, else empty.
    """

    cues: tuple[SourceCue, ...]
    notes: tuple[str, ...] = ()
    form: str = ""
    language: str = ""


def count_of(number: int, noun: str = "caption") -> str:
    """`1 caption`, `2 captions`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def refuse_too_many(cues: int, name: str) -> None:
    """Raises UserError where a file holds more cues than any film has."""
    if cues > MAX_CUES:
        raise UserError(f'"{name}" holds more than {MAX_CUES} captions, which no film has; cut it into several.')

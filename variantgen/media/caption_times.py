"""A written captions file in, its cues' times out: a strict reader of what this program writes, and no other's."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable

from variantgen.errors import ToolError

_TIME = r"(?:(\d{2,}):)?(\d{2}):(\d{2})[.,](\d{3})"
# One line whole: a text line never holds an arrow, whatever was said.
_ARROW = re.compile(rf"(?m)^{_TIME} --> {_TIME}$")
_DIALOGUE = re.compile(r"(?m)^Dialogue: \d+,(\d+):(\d\d):(\d\d)\.(\d\d),(\d+):(\d\d):(\d\d)\.(\d\d),")
_CLOCK = re.compile(_TIME)
_PARAGRAPH = "{http://www.w3.org/ns/ttml}p"

Spans = tuple[tuple[float, float], ...]


def caption_times(content: bytes, form: str, name: str) -> Spans:
    """(start, end) in seconds of every cue; `form` is srt, vtt, ttml or ass, the content UTF-8.

    Raises ToolError for what is not whole: a file of ours that cannot be read back.
    """
    try:
        return _READERS[form](content.decode("utf-8"))
    except (ValueError, ElementTree.ParseError) as error:
        raise ToolError(f"{name} cannot be read back", said=str(error)) from None


def _arrows(text: str) -> Spans:
    if text.count("-->") != len(found := _ARROW.findall(text)):
        raise ValueError("a line that holds an arrow is no time")
    return tuple((_seconds(*row[:4]), _seconds(*row[4:])) for row in found)


def _webvtt(text: str) -> Spans:
    if not text.startswith("WEBVTT\n\n"):
        raise ValueError("it does not begin with WEBVTT")
    return _arrows(text)


def _dialogue(text: str) -> Spans:
    # of hundredths of a second
    return tuple(
        (_seconds(row[0], row[1], row[2], f"{row[3]}0"), _seconds(row[4], row[5], row[6], f"{row[7]}0"))
        for row in _DIALOGUE.findall(text)
    )


def _ttml(text: str) -> Spans:
    paragraphs = ElementTree.fromstring(text).iter(_PARAGRAPH)
    return tuple((_clock(paragraph.get("begin", "")), _clock(paragraph.get("end", ""))) for paragraph in paragraphs)


def _clock(written: str) -> float:
    found = _CLOCK.fullmatch(written)
    if found is None:
        raise ValueError(f"a paragraph's time is {written!r}")
    hours, minutes, seconds, milliseconds = found.groups(default="")
    return _seconds(hours, minutes, seconds, milliseconds)


def _seconds(hours: str, minutes: str, seconds: str, milliseconds: str) -> float:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return (whole * 1000 + int(milliseconds)) / 1000


_READERS: dict[str, Callable[[str], Spans]] = {"srt": _arrows, "vtt": _webvtt, "ttml": _ttml, "ass": _dialogue}

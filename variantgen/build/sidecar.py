"""Cues in, the text of a captions file beside the variant out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from variantgen.model import SourceCue

_WORD_JOINER = "\u2060"


def sidecar_text(cues: Sequence[SourceCue], format: str) -> str:  # noqa: A002  the word of presets
    """The whole file as text, to be written as UTF-8 with newlines as they are; `format` is srt, vtt or ass.

    Raises ValueError for any other format: presets have been checked before.
    """
    if format not in _WRITERS:
        raise ValueError(f"no captions format {format!r}: {', '.join(_WRITERS)}")
    return _WRITERS[format](cues)


def _srt(cues: Iterable[SourceCue]) -> str:
    return "".join(f"{number}\n{_span(cue, ',')}\n{_tagged(cue, _srt_line)}\n\n" for number, cue in enumerate(cues, 1))


def _vtt(cues: Iterable[SourceCue]) -> str:
    return "WEBVTT\n\n" + "".join(f"{_span(cue, '.')}\n{_tagged(cue, _vtt_line)}\n\n" for cue in cues)


def _ass(cues: Iterable[SourceCue]) -> str:
    import pysubs2

    subtitles = pysubs2.SSAFile()
    for cue in cues:
        text = r"\N".join(_ass_line(line) for line in _lines(cue))
        start_ms, end_ms = round(cue.start_seconds * 1000), round(cue.end_seconds * 1000)
        italic = r"{\i1}" if cue.is_italic else ""
        subtitles.append(pysubs2.SSAEvent(start_ms, end_ms, italic + text))
    return subtitles.to_string("ass")


_WRITERS: dict[str, Callable[[Iterable[SourceCue]], str]] = {"srt": _srt, "vtt": _vtt, "ass": _ass}


def _lines(cue: SourceCue) -> list[str]:
    """A blank line would end the cue."""
    return [line for line in cue.text.split("\n") if line.strip()]


def _tagged(cue: SourceCue, written: Callable[[str], str]) -> str:
    text = "\n".join(map(written, _lines(cue)))
    return f"<i>{text}</i>" if cue.is_italic else text


def _srt_line(line: str) -> str:
    # SRT has no escapes; an arrow alone would be read as a time.
    return line.replace("-->", "→")


def _vtt_line(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _ass_line(line: str) -> str:
    guarded = line.replace("\\", "\\" + _WORD_JOINER)
    return re.sub(r"([{}])", r"\\\1", guarded)


def _span(cue: SourceCue, point: str) -> str:
    return f"{_stamp(cue.start_seconds, point)} --> {_stamp(cue.end_seconds, point)}"


def _stamp(seconds: float, point: str) -> str:
    whole, milliseconds = divmod(round(max(seconds, 0) * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point}{milliseconds:03}"

"""Cues in, the text of a captions file beside the variant out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from variantgen.build.ttml import ttml_text
from variantgen.model import SourceCue

# What makes a reader take a letter for markup; after it, it makes the letter plain and draws nothing.
_WORD_JOINER = "\u2060"
_LINE_ENDS = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Controls and noncharacters: no letters, XML takes none of them, and some of them steer terminals.
_NO_LETTERS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
# SRT has no escapes; these are what players read as tags, overrides, MicroDVD codes or entities.
_SRT_MARKUP = re.compile(r"<(?!\d)|\{(?=\\|[A-Za-z]:)|&(?=#?\w+;)")

# Shares of the canvas's shorter side, near what the style "clean" burns.
_ASS_FONT = 0.065
_ASS_OUTLINE = 0.004
_MARGIN = 0.1
"""Of the canvas's width and height: title safe (SMPTE RP 218) with room to spare."""


@dataclass(frozen=True)
class _Sheet:
    """What a file says beside its cues; a short one spends no byte that its form does not ask for."""

    language: str
    width: int
    height: int
    is_short: bool = False


def sidecar_text(
    cues: Sequence[SourceCue],
    form: str,
    language: str = "",
    *,
    canvas: tuple[int, int] = (1920, 1080),
    max_bytes: int | None = None,
) -> str:
    """The whole file as text, to be written as UTF-8 with newlines as they are; `form` is srt, vtt, ttml or ass.

    `canvas` is the picture's size in px, for forms that place text on it. Over `max_bytes` the shortest way of
    writing the same is taken; it may still be too long, which is for the caller to measure: no cue is left out.
    Raises ValueError for any other form: presets have been checked before.
    """
    if form not in _WRITERS:
        raise ValueError(f"no captions format {form!r}: {', '.join(_WRITERS)}")
    width, height = canvas if min(canvas) > 0 else (1920, 1080)
    text = _WRITERS[form](cues, _Sheet(language, width, height))
    if max_bytes is None or len(text.encode()) <= max_bytes:
        return text
    return _WRITERS[form](cues, _Sheet(language, width, height, is_short=True))


def shown_lines(cue: SourceCue) -> list[str]:
    """The cue's lines as plain letters; an empty one, which would end the cue in most forms, is left out."""
    lines = (_NO_LETTERS.sub("", line.replace("\t", " ")) for line in _LINE_ENDS.split(cue.text))
    return [line for line in lines if line.strip()]


def vtt_payload(cue: SourceCue) -> str:
    """The cue's text in WebVTT's escapes and tags, without its times."""
    return _tagged(cue, _vtt_line)


def _srt(cues: Sequence[SourceCue], sheet: _Sheet) -> str:
    blocks = (f"{number}\n{_span(cue, ',')}\n{_tagged(cue, _srt_line)}\n" for number, cue in enumerate(cues, 1))
    return _joined(blocks, sheet)


def _vtt(cues: Sequence[SourceCue], sheet: _Sheet) -> str:
    # Hours are optional in WebVTT alone (W3C WebVTT 1, 4.1).
    blocks = (f"{_span(cue, '.', are_hours_written=not sheet.is_short)}\n{vtt_payload(cue)}\n" for cue in cues)
    return "WEBVTT\n\n" + _joined(blocks, sheet)


def _joined(blocks: Iterable[str], sheet: _Sheet) -> str:
    return "\n".join(blocks) if sheet.is_short else "".join(block + "\n" for block in blocks)


def _ass(cues: Sequence[SourceCue], sheet: _Sheet) -> str:
    import pysubs2

    subtitles = pysubs2.SSAFile()
    # Without the canvas's own size players draw for 384 x 288 and stretch the letters on any other shape.
    subtitles.info |= {"PlayResX": str(sheet.width), "PlayResY": str(sheet.height), "ScaledBorderAndShadow": "yes"}
    if sheet.language:
        subtitles.info["Language"] = sheet.language.partition("-")[0]
    subtitles.styles["Default"] = _ass_style(sheet)
    for cue in cues:
        text = r"\N".join(_ass_line(line) for line in shown_lines(cue))
        start_ms, end_ms = round(cue.start_seconds * 1000), round(cue.end_seconds * 1000)
        italic = r"{\i1}" if cue.is_italic else ""
        subtitles.append(pysubs2.SSAEvent(start_ms, end_ms, italic + text))
    return subtitles.to_string("ass")


def _ass_style(sheet: _Sheet) -> Any:
    import pysubs2

    shorter = min(sheet.width, sheet.height)
    return pysubs2.SSAStyle(
        fontname="Arial",
        fontsize=round(_ASS_FONT * shorter),
        bold=True,
        outline=round(_ASS_OUTLINE * shorter, 1),
        shadow=0,
        alignment=pysubs2.Alignment.BOTTOM_CENTER,
        marginl=round(_MARGIN * sheet.width),
        marginr=round(_MARGIN * sheet.width),
        marginv=round(_MARGIN * sheet.height),
    )


def _ttml(cues: Sequence[SourceCue], sheet: _Sheet) -> str:
    return ttml_text(
        [(cue, shown_lines(cue)) for cue in cues], sheet.language, canvas=(sheet.width, sheet.height),
        is_short=sheet.is_short,
    )  # fmt: skip


_WRITERS: dict[str, Callable[[Sequence[SourceCue], _Sheet], str]] = {
    "srt": _srt,
    "vtt": _vtt,
    "ttml": _ttml,
    "ass": _ass,
}


def _tagged(cue: SourceCue, written: Callable[[str], str]) -> str:
    text = "\n".join(map(written, shown_lines(cue)))
    return f"<i>{text}</i>" if cue.is_italic else text


def _srt_line(line: str) -> str:
    # An arrow alone would be read as a time.
    return _SRT_MARKUP.sub(rf"\g<0>{_WORD_JOINER}", line.replace("-->", "→"))


def _vtt_line(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _ass_line(line: str) -> str:
    guarded = line.replace("\\", "\\" + _WORD_JOINER)
    return re.sub(r"([{}])", r"\\\1", guarded)


def _span(cue: SourceCue, point: str, *, are_hours_written: bool = True) -> str:
    start, end = (_stamp(seconds, point, are_hours_written) for seconds in (cue.start_seconds, cue.end_seconds))
    return f"{start} --> {end}"


def _stamp(seconds: float, point: str, are_hours_written: bool) -> str:
    whole, milliseconds = divmod(round(max(seconds, 0) * 1000), 1000)
    hours = f"{whole // 3600:02}:" if are_hours_written or whole >= 3600 else ""
    return f"{hours}{whole // 60 % 60:02}:{whole % 60:02}{point}{milliseconds:03}"

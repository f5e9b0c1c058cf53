"""Captions as a text track inside a file: cues in, a stream and its packets out (PyAV)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from variantgen.build.sidecar import shown_lines, vtt_payload
from variantgen.errors import UserError
from variantgen.media.languages import language_code
from variantgen.model import CaptionDelivery, SourceCue

_CODEC_OF_CONTAINER = {"mp4": "mov_text", "mov": "mov_text", "m4a": "mov_text", "webm": "webvtt"}

# The muxer compares a caption's end with other streams' times without minding their clocks: only where a tick of the
# captions is the shortest of all does it write the gap between two captions when the gap begins, and only then.
_TICKS_A_SECOND = 90_000
_LONGEST_BYTES = 0xFFFF
# 3GPP TS 26.245: what the encoder makes the track's sample description of.
_HEADER = (
    b"[Script Info]\nScriptType: v4.00+\nPlayResX: 384\nPlayResY: 288\n\n[V4+ Styles]\nFormat: Name, Fontname,"
    b" Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX,"
    b" ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n"
    b"Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,0\n\n[Events]\n"
)
_ITALIC, _FONT_ID, _FONT_SIZE, _WHITE = 2, 1, 16, 0xFFFFFFFF


def text_codec(container: str) -> str:
    """What a container's text tracks are made of; UserError for a container that carries none."""
    codec = _CODEC_OF_CONTAINER.get(container)
    if codec is None:
        known = ", ".join(_CODEC_OF_CONTAINER)
        raise UserError(f'a {container} file carries no text track ({known} do): take "embed" out of captions.mode')
    return codec


def text_packets(
    file: Any,
    delivery: CaptionDelivery,
    *,
    container: str,
    rate: Fraction,
    end_seconds: Fraction | None,
    is_default: bool = False,
) -> Iterator[tuple[float, Any]]:
    """Yields one empty row once the stream exists in the open output `file`, then (seconds, packet).

    `rate` is the picture's frame rate; no caption outlasts `end_seconds`, so that the track adds no length. Players
    show the default one without being asked. Raises UserError for a container without text tracks and for a caption
    too long for one.
    """
    import av
    from av.stream import Disposition

    codec = text_codec(container)
    ticks = 1000 * max(_TICKS_A_SECOND // 1000, -(-rate.numerator // 1000))
    stream = _added(file, codec, delivery, container)
    stream.time_base = Fraction(1, ticks)
    if is_default:
        stream.disposition = Disposition.default
    yield 0.0, None
    written = _mov_text if codec == "mov_text" else _webvtt
    for cue, start, end in _spans(delivery.cues, ticks, end_seconds):
        packet = av.Packet(written(cue))
        packet.stream = stream
        packet.time_base = Fraction(1, ticks)
        packet.pts = packet.dts = start
        packet.duration = end - start
        packet.is_keyframe = True
        yield start / ticks, packet


def _added(file: Any, codec: str, delivery: CaptionDelivery, container: str) -> Any:
    stream = file.add_stream(codec)
    stream.codec_context.subtitle_header = _HEADER
    if container == "mov":
        # QuickTime's own text is not Unicode; its players read 3GPP's just as well
        stream.codec_context.codec_tag = "tx3g"
    code = language_code(delivery.language)
    if code:
        stream.metadata["language"] = code
    # zho says nothing of Hans and Hant, por nothing of Brazil
    name = f"Captions ({delivery.language})" if delivery.language else "Captions"
    stream.metadata["title" if codec == "webvtt" else "handler_name"] = name
    return stream


def _spans(cues: Sequence[SourceCue], ticks: int, end_seconds: Fraction | None) -> Iterator[tuple[SourceCue, int, int]]:
    """Each cue with its first tick and the one after its last; a track shows one at a time, so a cue gives way."""
    # the muxer ends the track with a sample of one tick
    last = None if end_seconds is None else int(end_seconds * ticks) - 1
    shown = [cue for cue in cues if shown_lines(cue)]
    starts = [_tick(cue.start_seconds, ticks) for cue in shown]
    for cue, start, following in zip_longest(shown, starts, starts[1:]):
        ends = (_tick(cue.end_seconds, ticks), following, last)
        end = min(end for end in ends if end is not None)
        if end > start:
            yield cue, start, end


def _tick(seconds: float, ticks: int) -> int:
    """Of a time that is exact to the millisecond."""
    return round(max(seconds, 0.0) * 1000) * (ticks // 1000)


def _mov_text(cue: SourceCue) -> bytes:
    """3GPP timed text: the text's length in bytes, the text, and for italics a `styl` box over all of its letters."""
    text = "\n".join(shown_lines(cue))
    content = text.encode()
    if len(content) > _LONGEST_BYTES:
        raise UserError(
            f"the caption at {cue.start_seconds:.1f} s has {len(content)} bytes, a text track takes {_LONGEST_BYTES}:"
            ' shorten it, or take "embed" out of captions.mode'
        )
    sample = struct.pack(">H", len(content)) + content
    if cue.is_italic:
        letters = struct.pack(">HHHBBI", 0, len(text), _FONT_ID, _ITALIC, _FONT_SIZE, _WHITE)
        sample += struct.pack(">I4sH", 10 + len(letters), b"styl", 1) + letters
    return sample


def _webvtt(cue: SourceCue) -> bytes:
    return vtt_payload(cue).encode()

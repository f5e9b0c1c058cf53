"""A text subtitle track of a master in, its cues out, mended as those of a file are."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from variantgen.analyze.captions.ass import Event, italic_styles, read_events
from variantgen.analyze.captions.blocks import Plain, plain_srt, plain_vtt
from variantgen.analyze.captions.encodings import encoding_of
from variantgen.analyze.captions.plain import LINE_ENDS
from variantgen.analyze.captions.raw import CaptionsFile, RawCaptions, RawCue
from variantgen.analyze.captions.repairs import mended
from variantgen.analyze.captions.timed_text import read_ttml
from variantgen.errors import UserError
from variantgen.media.languages import language_tag
from variantgen.media.subtitle_tracks import TrackSample, track_samples
from variantgen.model import SubtitleTrack

_INNER_STAMP = re.compile(r"<((?:\d{1,4}:)?\d{1,2}:\d{2}\.\d{3})>")


def read_track(master: Path, track: SubtitleTrack, *, end_seconds: float | None = None) -> CaptionsFile:
    """The captions of one of `text_tracks(master)`, in seconds from the master's start.

    Raises UserError for a track of pictures (it says what to do instead) and for one without a cue.
    """
    name = f"subtitle track {track.position + 1} of {master.name}"
    samples = track_samples(master, track)
    read = _READERS[samples.codec]
    raw, notes = read(samples.samples, samples.header, name)
    cues, mended_notes = mended(raw, end_seconds=end_seconds)
    if not cues:
        raise UserError(f'"{name}" holds no captions: not one cue has both a time and a text.')
    language = language_tag(track.language) or language_tag(raw.language)
    return CaptionsFile(cues, (*notes, *mended_notes), _FORM_NAMES[samples.codec], language)


Read = tuple[RawCaptions, tuple[str, ...]]


def _texts(samples: Sequence[TrackSample], name: str) -> tuple[list[str], tuple[str, ...]]:
    """The payloads as text, all in the one encoding that fits them together, and a note where it was guessed."""
    encoding, notes = encoding_of(b"\n".join(sample.payload for sample in samples), name)
    texts = (sample.payload.decode(encoding, errors="replace").rstrip("\0") for sample in samples)
    return [LINE_ENDS.sub("\n", text) for text in texts], notes


def _blocks(plain: Callable[[str, int, int], Plain]) -> Callable[[Sequence[TrackSample], bytes, str], Read]:
    def read(samples: Sequence[TrackSample], _: bytes, name: str) -> Read:
        texts, notes = _texts(samples, name)
        cues = []
        for sample, text in zip(samples, texts, strict=True):
            start_ms, end_ms = _span(sample)
            said = plain(text, start_ms, start_ms if end_ms is None else end_ms)
            cues.append(RawCue(start_ms, end_ms, said.text, said.is_italic, said.runs, said.is_placed))
        return RawCaptions(tuple(cues)), notes

    return read


def _vtt_in_a_track(text: str, start_ms: int, end_ms: int) -> Plain:
    """Matroska counts inner times from the cue's start, FFmpeg writes them as they were in the file: both are read."""
    said = plain_vtt(text, start_ms, end_ms)
    if any(run.start_ms < start_ms for run in said.runs):
        relative = plain_vtt(text, 0, end_ms - start_ms).runs
        moved = (run._replace(start_ms=run.start_ms + start_ms, end_ms=run.end_ms + start_ms) for run in relative)
        said = said._replace(runs=tuple(moved))
    return said


def _read_ass(samples: Sequence[TrackSample], header: bytes, name: str) -> Read:
    """Matroska keeps a line of dialogue without its times: ReadOrder, Layer, Style, Name, margins, Effect, Text."""
    texts, notes = _texts(samples, name)
    events = []
    for sample, text in zip(samples, texts, strict=True):
        parts = text.split(",", 8)
        if len(parts) == 9:
            events.append(Event(*_span(sample), parts[2].strip().lstrip("*"), parts[8]))
    return read_events(events, italic_styles(LINE_ENDS.sub("\n", header.decode("utf-8", errors="replace")))), notes


def _read_mov_text(samples: Sequence[TrackSample], _: bytes, __: str) -> Read:
    """3GPP timed text (TS 26.245): two bytes of length, the text, then boxes, of which `styl` says what leans."""
    cues = []
    for sample in samples:
        length = int.from_bytes(sample.payload[:2], "big")
        content, boxes = sample.payload[2 : 2 + length], sample.payload[2 + length :]
        encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        text = content.decode(encoding, errors="replace")
        if text.strip():
            cues.append(RawCue(*_span(sample), text, _is_all_italic(text, boxes)))
    return RawCaptions(tuple(cues)), ()


def _is_all_italic(text: str, boxes: bytes) -> bool:
    leaning: set[int] = set()
    while len(boxes) >= 8:
        size, kind = int.from_bytes(boxes[:4], "big"), boxes[4:8]
        if kind == b"styl":
            for at in range(10, min(size, len(boxes)) - 11, 12):
                start, end = int.from_bytes(boxes[at : at + 2], "big"), int.from_bytes(boxes[at + 2 : at + 4], "big")
                leaning |= set(range(start, min(end, len(text)))) if boxes[at + 6] & 2 else set()
        boxes = boxes[max(size, 8) :]
    return bool(leaning) and all(place in leaning for place, letter in enumerate(text) if not letter.isspace())


def _read_ttml_samples(samples: Sequence[TrackSample], _: bytes, name: str) -> Read:
    """Every sample is a document; its times count from the track's start, or, where they cannot, from its own."""
    texts, notes = _texts(samples, name)
    cues: list[RawCue] = []
    language = ""
    for sample, text in zip(samples, texts, strict=True):
        start_ms, end_ms = _span(sample)
        raw = read_ttml(text.lstrip("\ufeff \t\n"), name)
        language = language or raw.language
        is_absolute = start_ms == 0 or any((cue.end_ms or cue.start_ms + 1) > start_ms for cue in raw.cues)
        shift_ms = 0 if is_absolute else start_ms
        cues += [_shifted(cue, shift_ms, end_ms) for cue in raw.cues]
    return RawCaptions(tuple(cues), language=language), notes


def _shifted(cue: RawCue, by_ms: int, end_ms: int | None) -> RawCue:
    runs = tuple(run._replace(start_ms=run.start_ms + by_ms, end_ms=run.end_ms + by_ms) for run in cue.runs)
    return cue._replace(
        start_ms=cue.start_ms + by_ms, end_ms=end_ms if cue.end_ms is None else cue.end_ms + by_ms, runs=runs
    )


def _read_wvtt(samples: Sequence[TrackSample], header: bytes, name: str) -> Read:
    """WebVTT in MP4 (ISO 14496-30): `vttc` boxes, whose `payl` holds a cue's text; `vtte` is a gap."""
    cues = []
    for sample in samples:
        for text in _payloads(sample.payload):
            cues.append(TrackSample(sample.start_seconds, sample.end_seconds, text))
    return _blocks(_vtt_in_a_track)(cues, header, name)


def _payloads(content: bytes) -> list[bytes]:
    found: list[bytes] = []
    while len(content) >= 8:
        size, kind = max(int.from_bytes(content[:4], "big"), 8), content[4:8]
        if kind == b"vttc":
            found += _payloads(content[8:size])
        elif kind == b"payl":
            found.append(content[8:size])
        content = content[size:]
    return found


def _span(sample: TrackSample) -> tuple[int, int | None]:
    end_seconds = sample.end_seconds
    return round(sample.start_seconds * 1000), None if end_seconds is None else round(end_seconds * 1000)


# FFmpeg's name of the codec -> its reader and what it is called.
_READERS: dict[str, Callable[[Sequence[TrackSample], bytes, str], Read]] = {
    "srt": _blocks(plain_srt),
    "webvtt": _blocks(_vtt_in_a_track),
    "ass": _read_ass,
    "mov_text": _read_mov_text,
    "ttml": _read_ttml_samples,
    "wvtt": _read_wvtt,
}
_FORM_NAMES = {
    "srt": "SRT", "webvtt": "WebVTT", "ass": "ASS", "mov_text": "MP4 timed text", "ttml": "TTML", "wvtt": "WebVTT",
}  # fmt: skip

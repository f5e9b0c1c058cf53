"""The subtitle tracks of a master in, the samples of its text tracks with their times out (PyAV, read only)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from variantgen.errors import MasterError, UserError
from variantgen.media.ffmpeg import guarded_input
from variantgen.media.probe import refuse_what_is_no_file
from variantgen.model import SubtitleTrack

MAX_MEGABYTES = 20
MAX_SAMPLES = 100_000
# FFmpeg's names of codecs and decoders -> the form of a track's samples.
_TEXT_CODECS = {
    "subrip": "srt", "srt": "srt", "text": "srt", "webvtt": "webvtt", "ass": "ass", "ssa": "ass",
    "mov_text": "mov_text", "ttml": "ttml",
}  # fmt: skip
_PICTURES = {
    "pgssub": "PGS", "hdmv_pgs_subtitle": "PGS", "dvdsub": "DVD", "dvd_subtitle": "DVD", "dvbsub": "DVB",
    "dvb_subtitle": "DVB", "xsub": "XSUB",
}  # fmt: skip
# Samples looked at to tell what a track is that FFmpeg has no decoder for.
_SNIFFED_SAMPLES = 20


@dataclass(frozen=True)
class TrackSample:
    """What is shown at one time: seconds from the master's start (no end: none is given), bytes as in the file."""

    start_seconds: float
    end_seconds: float | None
    payload: bytes


@dataclass(frozen=True)
class TrackSamples:
    """A text track: `codec` is srt, webvtt, wvtt, ass, mov_text or ttml, `header` what the container says of it all."""

    codec: str
    header: bytes
    samples: tuple[TrackSample, ...]


def subtitle_tracks(master: Path) -> tuple[SubtitleTrack, ...]:
    """Every subtitle track of a master, those of pictures included; languages as the container writes them."""
    with _opened(master) as container:
        return tuple(_track(master, stream, n) for n, stream in enumerate(container.streams.subtitles))


def text_tracks(master: Path) -> tuple[SubtitleTrack, ...]:
    """The subtitle tracks of a master that hold text and can be read as captions."""
    return tuple(track for track in subtitle_tracks(master) if track.is_text)


def track_samples(master: Path, track: SubtitleTrack) -> TrackSamples:
    """Every sample of one text track of a master, in the file's order.

    Raises UserError for a track of pictures or of a kind that is not read, one that is not there, and one larger
    than 20 MB or 100 000 samples.
    """
    codec = _text_codec(master, track)
    with _opened(master) as container:
        streams = container.streams.subtitles
        if track.position >= len(streams):
            noun = "track" if len(streams) == 1 else "tracks"
            raise UserError(f"{master}: has {len(streams)} subtitle {noun}; there is no number {track.position + 1}.")
        stream = streams[track.position]
        header = bytes(stream.codec_context.extradata or b"") if stream.codec_context is not None else b""
        samples = tuple(_bounded(master, track, _samples(container, stream)))
    return TrackSamples(codec, header, samples)


def _text_codec(master: Path, track: SubtitleTrack) -> str:
    codec = _TEXT_CODECS.get(track.codec, track.codec)
    if track.is_text and (codec in _TEXT_CODECS.values() or codec == "wvtt"):
        return codec
    which = f"{master}: subtitle track {track.position + 1}"
    if track.codec in _PICTURES:
        raise UserError(
            f"{which} is {_PICTURES[track.codec]}, pictures of text: turn it into SRT with an OCR tool (Subtitle Edit"
            " does) and give that with --captions."
        )
    raise UserError(f'{which} is "{track.codec}", which is not read; give its captions as a file with --captions.')


def _opened(master: Path) -> Any:
    refuse_what_is_no_file(master)
    import av

    guard = guarded_input(master)
    options = {key: guard[key] for key in ("protocol_whitelist", "format_whitelist")}
    try:
        return av.open(guard["filename"], options=options, metadata_errors="replace")
    except av.FFmpegError as error:
        raise MasterError(f"{master}: cannot be read as a film ({error.strerror or error}).") from None


def _track(master: Path, stream: Any, position: int) -> SubtitleTrack:
    context = stream.codec_context
    codec = context.name if context is not None else _codec_without_decoder(master, position)
    is_text = codec in _TEXT_CODECS or codec == "wvtt"
    return SubtitleTrack(stream.index, position, codec, stream.metadata.get("language", ""), is_text)


def _codec_without_decoder(master: Path, position: int) -> str:
    """TTML and WebVTT in MP4 come without a decoder and so without a name: the first samples tell."""
    with _opened(master) as container:
        stream = container.streams.subtitles[position]
        for number, sample in enumerate(_samples(container, stream)):
            if sample.payload.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
                return "ttml"
            if sample.payload[4:8] in (b"vttc", b"vtte"):
                return "wvtt"
            if number >= _SNIFFED_SAMPLES:
                break
    return "unknown"


def _samples(container: Any, stream: Any) -> Iterator[TrackSample]:
    """Packets with content; times count from where the container starts, as FFmpeg and the master's frames do."""
    import av

    origin_seconds = (container.start_time or 0) / av.time_base
    try:
        for packet in container.demux(stream):
            if packet.pts is None or not packet.size:
                continue
            start_seconds = float(packet.pts * packet.time_base) - origin_seconds
            lasting_seconds = float((packet.duration or 0) * packet.time_base)
            end_seconds = start_seconds + lasting_seconds if lasting_seconds > 0 else None
            yield TrackSample(start_seconds, end_seconds, bytes(packet))
    except av.FFmpegError:
        return  # a master cut short still has the captions before the cut


def _bounded(master: Path, track: SubtitleTrack, samples: Iterator[TrackSample]) -> Iterator[TrackSample]:
    size = 0
    for number, sample in enumerate(samples):
        size += len(sample.payload)
        if number >= MAX_SAMPLES or size > MAX_MEGABYTES * 1_000_000:
            raise UserError(
                f"{master}: subtitle track {track.position + 1} holds more than {MAX_SAMPLES} captions or"
                f" {MAX_MEGABYTES} MB, which no film has."
            )
        yield sample

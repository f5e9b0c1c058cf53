"""A media file in, a Master out: what it is, how its time runs, how its colours are to be read (PyAV)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from variantgen.errors import MasterError, UserError
from variantgen.media.ffmpeg import MAX_PIXELS, guarded_input
from variantgen.model import AudioTrack, Colour, DynamicRange, Master, SubtitleTrack

STANDARD_RATES = tuple(
    Fraction(*pair)
    for pair in (
        (24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48000, 1001), (48, 1), (50, 1),
        (60000, 1001), (60, 1), (100, 1), (120000, 1001), (120, 1), (10, 1), (12, 1), (15, 1), (20, 1),
    )
)  # fmt: skip
PROBE_FORMAT = 1
"""Raised when the same file would give another Master."""

HIGHEST_RATE = Fraction(120)
TEXT_SUBTITLES = {"subrip", "ass", "ssa", "mov_text", "webvtt", "text", "ttml", "srt"}

# Values of ITU-T H.273, under the names that FFmpeg's filters take.
MATRIX = {
    0: "gbr",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    9: "bt2020nc",
    10: "bt2020c",
}
PRIMARIES = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    9: "bt2020",
    12: "smpte432",
}
TRANSFER = {
    1: "bt709", 4: "gamma22", 5: "gamma28", 6: "smpte170m", 7: "smpte240m", 8: "linear", 13: "iec61966-2-1",
    14: "bt2020-10", 15: "bt2020-12", 16: "smpte2084", 18: "arib-std-b67",
}  # fmt: skip


@dataclass(frozen=True)
class _Clock:
    """What the packet times of a video stream tell."""

    start_seconds: float
    end_seconds: float
    packets: int
    frame_rate: Fraction
    is_variable: bool
    max_gap_seconds: float


def fingerprint_of(path: Path) -> str:
    """The content hash that names a master in every key: 32 hex digits of SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:32]


def probe(path: Path, *, audio_track: int | None = None) -> Master:
    """Reads a master's header, one frame and its packet times.

    `audio_track` chooses among several sound tracks, counted from 1. Raises UserError, one sentence, for
    what is not a usable film.
    """
    refuse_what_is_no_file(path)
    import av

    try:
        # Two passes over two openings: seeking back after reading packets is not reliable in every container.
        with av.open(_name(path), options=_options(path)) as container:
            index = _choose_video(path, container).index
            clock = _read_clock(path, container, container.streams[index])
        with av.open(_name(path), options=_options(path)) as container:
            build = _x264_build(container, container.streams[index])
        with av.open(_name(path), options=_options(path)) as container:
            return replace(_read_master(path, container, index, clock, audio_track), x264_build=build)
    except av.FFmpegError as error:
        raise MasterError(f"{path}: cannot be read as a film ({_reason(error)}).") from None


def _read_master(path: Path, container: Any, index: int, clock: _Clock, audio_track: int | None) -> Master:
    stream = container.streams[index]
    frame, is_interlaced = _first_frames(path, container, stream)
    tracks = _audio_tracks(container)
    audio, audio_notes = _choose_audio(path, tracks, audio_track)
    notes = (*_several_pictures_note(container, stream), *audio_notes)
    subtitles = _subtitle_tracks(container)
    return _master(path, stream, frame, clock, audio, tracks, subtitles, is_interlaced, notes)


def refuse_what_is_no_file(path: Path) -> None:
    """Raises UserError for a path that is missing, a folder, empty or unreadable."""
    if not path.exists():
        from variantgen.errors import nearest

        siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise UserError(f"{path}: no such file.{nearest(path.name, siblings)}")
    if path.is_dir():
        raise UserError(f"{path}: is a folder, not a film.")
    if path.stat().st_size == 0:
        raise MasterError(f"{path}: is empty.")
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise UserError(f"{path}: cannot be opened: {error.strerror}.") from None


def _name(path: Path) -> str:
    return guarded_input(path)["filename"]


def _options(path: Path) -> dict[str, str]:
    guard = guarded_input(path)
    return {key: guard[key] for key in ("protocol_whitelist", "format_whitelist")}


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return "its format is not on the list of film formats" if "Operation not permitted" in text else text.lower()


def _choose_video(path: Path, container: Any) -> Any:
    streams = [s for s in container.streams.video if not _is_cover(s)]
    if not streams:
        held = "sound only" if container.streams.audio else "no picture"
        raise MasterError(f"{path}: holds {held}; variantgen needs a film with a picture.")
    stream = max(streams, key=lambda s: (_is_default(s), (s.width or 0) * (s.height or 0), -s.index))
    if not stream.width or not stream.height:
        raise MasterError(f"{path}: its picture has no size; the file is damaged or cut short.")
    if stream.width * stream.height > MAX_PIXELS:
        raise MasterError(f"{path}: {stream.width}x{stream.height} is larger than variantgen takes (8192x8192).")
    return stream


def _is_cover(stream: Any) -> bool:
    import av.stream

    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _is_default(stream: Any) -> bool:
    import av.stream

    return bool(stream.disposition & av.stream.Disposition.default)


def _several_pictures_note(container: Any, chosen: Any) -> tuple[str, ...]:
    streams = [s for s in container.streams.video if not _is_cover(s)]
    if len(streams) < 2:
        return ()
    return (f"{len(streams)} pictures in the file; using stream {chosen.index} ({chosen.width}x{chosen.height})",)


def _first_frames(path: Path, container: Any, stream: Any) -> tuple[Any, bool]:
    """The first decodable frame, and whether most of the first dozen are flagged as interlaced."""
    import av

    first, flags, refused = None, [], 0
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.FFmpegError:
            refused += 1
            if refused > 200:
                break
            continue
        for frame in frames:
            first = first if first is not None else frame
            flags.append(bool(frame.interlaced_frame))
        if len(flags) >= 12:
            break
    if first is None:
        raise MasterError(f"{path}: not one frame of its picture can be decoded; the file is damaged or cut short.")
    return first, sum(flags) * 2 > len(flags)


def _x264_build(container: Any, stream: Any) -> int:
    """The x264 build that wrote a 4:4:4 stream, from its first packet; 0 elsewhere.

    Builds before 151 coded 4:4:4 differently. A decoder learns the build there only, so that one which starts
    further in, as every part's does, must be told.
    """
    import re

    if stream.codec_context.name != "h264" or "444" not in (stream.codec_context.pix_fmt or ""):
        return 0
    for packet in container.demux(stream):
        found = re.search(rb"x264 - core (\d+)", bytes(packet)[:100_000])
        return int(found.group(1)) if found else 0
    return 0


def _read_clock(path: Path, container: Any, stream: Any) -> _Clock:
    """Packet times in one pass without decoding; edit lists' discarded packets do not count."""
    import av
    import numpy as np

    times: list[int] = []
    last_duration = 0
    try:
        for packet in container.demux(stream):
            if packet.pts is not None and not packet.is_discard:
                times.append(packet.pts)
                last_duration = packet.duration or last_duration
    except av.FFmpegError:
        pass  # what was read until here is judged below
    base = stream.time_base
    start = (container.start_time or 0) / av.time_base
    if not times:
        raise MasterError(f"{path}: its picture holds no frames; the file is damaged or cut short.")
    pts = np.unique(np.asarray(times, dtype=np.int64))
    steps = np.diff(pts) * float(base) if len(pts) > 1 else np.array([float(last_duration * base) or 0.04])
    if len(pts) > 2 and float(steps.mean()) < 1 / (2 * HIGHEST_RATE):
        raise MasterError(
            f"{path}: its picture times are broken ({len(pts)} frames in {float(steps.sum()):.2f} s)."
            " Export it again at a constant frame rate."
        )
    rate, is_variable = frame_rate_of(steps, stream.base_rate, stream.average_rate)
    end = float(pts[-1] * base) + max(float(last_duration * base), float(1 / rate) * 0.5)
    clock = _Clock(
        float(pts[0] * base) - start, end - start, len(pts), rate, is_variable, float(steps.max(initial=0.0))
    )
    _refuse_truncated(path, container, stream, clock)
    return clock


def frame_rate_of(steps: Any, base_rate: Fraction | None, average_rate: Fraction | None) -> tuple[Fraction, bool]:
    """The one exact rate of a film, and whether its own steps vary.

    `steps` are seconds between frames in showing order. A steady film keeps its container's rate, snapped to the
    broadcast rate within 0.05 %; a varying one takes the standard rate nearest to its usual step.
    """
    import numpy as np

    usual = float(np.median(steps))
    # Matroska and FLV round to milliseconds: 2 ms of spread is still steady.
    is_variable = bool(len(steps) > 1 and (steps.max() - steps.min()) > 0.0021 + 0.02 * usual)
    if is_variable:
        rate = _nearest_standard(1 / max(usual, 1 / 120))
        return rate, True
    mean = 1 / max(float(steps.mean()), 1e-6)
    tolerance = 0.002 if len(steps) > 30 else 0.02
    for named in (base_rate, average_rate):
        if named and abs(float(named) / mean - 1) < tolerance and named <= HIGHEST_RATE:
            standard = _nearest_standard(float(named))
            is_near = abs(float(standard) / float(named) - 1) < 0.0005
            return (standard if is_near else Fraction(named).limit_denominator(1001)), False
    return _nearest_standard(mean), False


def _nearest_standard(rate: float) -> Fraction:
    return min(STANDARD_RATES, key=lambda standard: abs(float(standard) / rate - 1))


def _refuse_truncated(path: Path, container: Any, stream: Any, clock: _Clock) -> None:
    promised = _promised_seconds(container, stream)
    held = clock.end_seconds - max(clock.start_seconds, 0.0)
    if held < promised * 0.9 - 0.5:
        raise MasterError(
            f"{path}: is cut short: its header promises {promised:.1f} s of picture, {held:.1f} s are there."
            " Copy or export it again."
        )


def _promised_seconds(container: Any, stream: Any) -> float:
    """How long a header says that the picture is; 0.0 where it says nothing of the picture itself."""
    if stream.duration:
        return float(stream.duration * stream.time_base)
    try:
        # Matroska keeps it in a tag: "00:00:10.010000000"
        hours, minutes, seconds = stream.metadata.get("DURATION", "").split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except ValueError:
        # a subtitle or a sound that outlasts the picture lengthens a container too
        return container.duration / 1e6 if len(container.streams) == 1 and container.duration else 0.0


def _audio_tracks(container: Any) -> tuple[AudioTrack, ...]:
    return tuple(
        AudioTrack(
            index=s.index,
            channels=s.codec_context.channels,
            sample_rate=s.codec_context.sample_rate,
            codec=s.codec_context.name,
            language=s.metadata.get("language", ""),
            title=s.metadata.get("title", s.metadata.get("handler_name", "")),
            is_default=_is_default(s),
        )
        for s in container.streams.audio
        if s.codec_context is not None and s.codec_context.sample_rate and s.codec_context.channels
    )


def _subtitle_tracks(container: Any) -> tuple[SubtitleTrack, ...]:
    # a codec that PyAV was built without (TTML) has no context, and then no name
    names = [s.codec_context.name if s.codec_context is not None else "unknown" for s in container.streams.subtitles]
    return tuple(
        SubtitleTrack(s.index, n, name, s.metadata.get("language", ""), name in TEXT_SUBTITLES)
        for n, (s, name) in enumerate(zip(container.streams.subtitles, names, strict=True))
    )


def _choose_audio(
    path: Path, tracks: Sequence[AudioTrack], wanted: int | None
) -> tuple[AudioTrack | None, tuple[str, ...]]:
    if wanted is not None:
        if not 1 <= wanted <= len(tracks):
            raise UserError(f"--audio-track {wanted}: {path} has {len(tracks)} sound tracks, counted from 1.")
        return tracks[wanted - 1], (f"sound track {wanted} of {len(tracks)}, as asked",)
    if not tracks:
        return None, ("the master has no sound",)
    chosen = next((t for t in tracks if t.is_default), tracks[0])
    if len(tracks) == 1:
        return chosen, ()
    position = tracks.index(chosen) + 1
    named = f" ({chosen.language})" if chosen.language else ""
    return chosen, (f"sound track {position}{named} of {len(tracks)}; choose another with --audio-track N",)


def _master(
    path: Path,
    stream: Any,
    frame: Any,
    clock: _Clock,
    audio: AudioTrack | None,
    tracks: tuple[AudioTrack, ...],
    subtitles: tuple[SubtitleTrack, ...],
    is_interlaced: bool,
    notes: tuple[str, ...],
) -> Master:
    aspect = Fraction(stream.sample_aspect_ratio or 1)
    aspect = aspect if Fraction(1, 20) < aspect < 20 else Fraction(1)
    rotation = round(frame.rotation or 0)
    width, height = frame.width, frame.height
    if rotation % 180:
        width, height, aspect = height, width, 1 / aspect
    width = max(2, round(width * aspect))
    colour = colour_of(frame, height=min(width, height))
    return Master(
        path=path,
        name=path.name,
        fingerprint=fingerprint_of(path),
        width=width,
        height=height,
        frame_rate=clock.frame_rate,
        frames=max(1, round(clock.end_seconds * clock.frame_rate)),
        duration_seconds=clock.end_seconds,
        video_index=stream.index,
        codec=stream.codec_context.name,
        pixel_format=frame.format.name,
        bit_depth=max((c.bits for c in frame.format.components), default=8),
        pixel_aspect=aspect,
        rotation=rotation,
        is_variable_rate=clock.is_variable,
        max_gap_seconds=max(clock.max_gap_seconds, max(clock.start_seconds, 0.0)),
        is_interlaced=is_interlaced,
        has_alpha=any(c.is_alpha for c in frame.format.components),
        dynamic_range=_dynamic_range(colour),
        colour=colour,
        audio=audio,
        audio_tracks=tracks,
        subtitle_tracks=subtitles,
        notes=notes,
    )


def colour_of(frame: Any, *, height: int) -> Colour:
    """How a decoded frame's samples are to be read; what is untagged is decided by rule (HD is bt709, SD is bt601)."""
    matrix = MATRIX.get(int(frame.colorspace), "")
    primaries = PRIMARIES.get(int(getattr(frame, "color_primaries", 2)), "")
    transfer = TRANSFER.get(int(getattr(frame, "color_trc", 2)), "")
    is_full = int(frame.color_range) == 2 or frame.format.name.startswith("yuvj")
    by_size = "bt709" if height >= 720 else "smpte170m"
    if transfer in ("smpte2084", "arib-std-b67"):
        matrix, primaries = matrix or "bt2020nc", primaries or "bt2020"
    return Colour(
        matrix=matrix or by_size,
        primaries=primaries or "bt709",
        transfer=transfer or "bt709",
        range="pc" if is_full else "tv",
        is_tagged=bool(matrix),
    )


def _dynamic_range(colour: Colour) -> DynamicRange:
    return {"smpte2084": "pq", "arib-std-b67": "hlg"}.get(colour.transfer, "sdr")  # type: ignore[return-value]

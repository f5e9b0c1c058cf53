"""One decode of a file, small: what its picture and sound hold, read from FFmpeg's metadata files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from variantgen.media.ffmpeg import Children, RawFrames, Tool, input_args, run
from variantgen.model import Loudness, SecondsSpan

SMALL_WIDTH_PX = 160
BLACK_LEAST_SECONDS = 0.5
SPEECH_RATE = 8000
HOP_SECONDS = 0.02
PAUSE_LEAST_SECONDS = 0.2
PAUSE_BELOW_DB = 22.0
"""A pause lies this far below the programme's loud level (its 90th percentile of short-time level)."""
SILENCE_DB = -60.0
SILENCE_LEAST_SECONDS = 0.5


@dataclass(frozen=True)
class FrameWatch:
    """Who takes the frames while they are measured, and how small (both even).

    Each comes as width x height x 3 bytes of BGR, row by row from the top, upright and with square pixels.
    """

    width_px: int
    height_px: int
    take: Callable[[bytes], None]


@dataclass(frozen=True)
class Reading:
    """What one decode told; times in seconds from the file's start."""

    frames: int = 0
    black: tuple[SecondsSpan, ...] = ()
    pauses: tuple[SecondsSpan, ...] = ()
    silences: tuple[SecondsSpan, ...] = ()
    loudness: Loudness | None = None
    errors: int = 0
    """Errors that the decoder told of: a damaged file decodes to something all the same."""


def meter(
    tool: Tool,
    path: Path,
    folder: Path,
    *,
    video_index: int | None,
    audio_index: int | None,
    frame_rate: Fraction | None = None,
    watch: FrameWatch | None = None,
    doing: str = "",
    on_progress: Callable[[float], None] | None = None,
    children: Children | None = None,
) -> Reading:
    """Decodes the named streams once, in one process; `folder` is private to the call.

    With a `frame_rate` the frames are those after `fps=frame_rate`, else those of the file; a `watch` takes each of
    them, in order and in the calling thread, and needs a frame rate. Raises ToolError when the file cannot be decoded.
    """
    taken = 0

    def take(frame: bytes) -> None:
        nonlocal taken
        taken += 1
        if watch is not None:
            watch.take(frame)

    frames = None
    if watch is not None and frame_rate is not None and video_index is not None:
        frames = RawFrames(watch.width_px * watch.height_px * 3, float(frame_rate), take)
    errors = run(
        tool,
        _command(path, video_index, audio_index, frame_rate, watch),
        doing=doing or f"measuring {path.name}",
        folder=folder,
        on_progress=on_progress,
        frames=frames,
        children=children,
    )
    count, black = _read_picture(folder / "picture.txt", taken / frames.rate if frames else None)
    count = taken if frames else count
    pauses, silences = _read_level(folder / "level.raw")
    return Reading(count, black, pauses, silences, last_loudness(folder / "loudness.txt"), errors)


def _command(
    path: Path, video_index: int | None, audio_index: int | None, rate: Fraction | None, watch: FrameWatch | None
) -> list[str]:
    # metadata goes to files: FFmpeg 9 mixes the log lines of its threads, so the log is no source of figures
    chains: list[str] = []
    outputs: list[str] = []
    if video_index is not None:
        chains.append(f"[0:{video_index}]{_picture_chain(rate, watch)}[v]")
        outputs += ["-map", "[v]", "-fps_mode", "passthrough", "-f"]
        outputs += ["rawvideo", "pipe:1"] if watch else ["null", "-"]
    if audio_index is not None:
        chains.append(
            f"[0:{audio_index}]aresample=async=1:first_pts=0,asplit=2[loud][level];"
            "[loud]ebur128=metadata=1:peak=true,ametadata=print:file=loudness.txt[l];"
            f"[level]aresample={SPEECH_RATE},aformat=sample_fmts=s16:channel_layouts=mono[m]"
        )
        outputs += [
            "-map",
            "[l]",
            "-f",
            "null",
            "-",
            "-map",
            "[m]",
            "-c:a",
            "pcm_s16le",
            "-f",
            "s16le",
            "level.raw",
        ]
    return [*input_args(path), "-filter_complex", ";".join(chains), *outputs]


def _picture_chain(rate: Fraction | None, watch: FrameWatch | None) -> str:
    """Frames at a steady rate, small, black stretches told; to be watched: sized exactly and as BGR."""
    steady = f"fps=fps={rate}:start_time=0," if rate else ""
    told = f"blackdetect=d={BLACK_LEAST_SECONDS},metadata=print:file=picture.txt"
    if watch is None:
        # scdet marks every frame: only frames with something to tell are printed, and this is how they are counted
        return f"{steady}scale={SMALL_WIDTH_PX}:-2:flags=fast_bilinear,format=yuv420p,scdet=threshold=100,{told}"
    # area: the cheapest that sees every pixel; 5 % of a 1080p decode more than fast_bilinear, which shimmers
    size = f"{watch.width_px}:{watch.height_px}"
    return f"{steady}scale={size}:flags=area,format=yuv420p,{told},scale=flags=fast_bilinear,format=bgr24"


def _read_picture(file: Path, end_seconds: float | None) -> tuple[int, tuple[SecondsSpan, ...]]:
    """Frames printed, and black stretches in seconds; one that never ends reaches to `end_seconds`."""
    frames, now = 0, 0.0
    black: list[SecondsSpan] = []
    black_since: float | None = None
    for name, value in _metadata(file):
        if name == "pts_time":
            frames, now = frames + 1, value
        elif name == "lavfi.black_start":
            black_since = value
        elif name == "lavfi.black_end" and black_since is not None:
            black.append((black_since, value))
            black_since = None
    if black_since is not None:
        black.append((black_since, now + 1.0 if end_seconds is None else end_seconds))
    return frames, tuple(black)


def _metadata(file: Path) -> Iterator[tuple[str, float]]:
    """Name and number of every line that FFmpeg's metadata filter printed; frame heads come as `pts_time`."""
    if not file.exists():
        return
    with file.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith("frame:"):
                text = line.rpartition("pts_time:")[2]
                name = "pts_time"
            else:
                name, _, text = line.partition("=")
            try:
                yield name, float(text)
            except ValueError:
                continue


def last_loudness(file: Path) -> Loudness | None:
    """The programme's loudness from the metadata that `ebur128=metadata=1:peak=true` printed into a file."""
    last: dict[str, float] = {}
    for name, value in _metadata(file):
        if name.startswith("lavfi.r128."):
            last[name] = value
    if not last:
        return None
    # the gate of BS.1770 leaves silence at -70 LUFS
    integrated = last.get("lavfi.r128.I")
    peaks = [value for name, value in last.items() if name.startswith("lavfi.r128.true_peaks_ch")]
    return Loudness(
        integrated_lufs=integrated if integrated is not None and integrated > -69.9 else None,
        true_peak_dbtp=max((_decibels(p) for p in peaks), default=None),
        range_lu=last.get("lavfi.r128.LRA", 0.0),
    )


def _decibels(linear: float) -> float:
    from math import log10

    return 20 * log10(linear) if linear > 0 else -120.0


def _read_level(file: Path) -> tuple[tuple[SecondsSpan, ...], tuple[SecondsSpan, ...]]:
    import numpy as np

    hop = round(SPEECH_RATE * HOP_SECONDS)
    if not file.exists() or file.stat().st_size < 2 * hop:
        return (), ()
    samples = np.memmap(file, dtype="<i2", mode="r")
    count = len(samples) // hop
    levels = np.empty(count, dtype=np.float32)
    for start in range(0, count, 4096):
        block = np.asarray(samples[start * hop : min(count, start + 4096) * hop], dtype=np.float32).reshape(-1, hop)
        levels[start : start + len(block)] = 10 * np.log10(np.mean(block**2, axis=1) / 32768.0**2 + 1e-12)
    loud = float(np.percentile(levels, 90))
    return (
        quiet_spans(levels, loud - PAUSE_BELOW_DB, PAUSE_LEAST_SECONDS),
        quiet_spans(levels, SILENCE_DB, SILENCE_LEAST_SECONDS),
    )


def quiet_spans(levels_db: Any, below_db: float, least_seconds: float) -> tuple[SecondsSpan, ...]:
    """Spans in seconds in which the level (one value every HOP_SECONDS) stays below a threshold long enough."""
    import numpy as np

    quiet = np.concatenate(([False], np.asarray(levels_db) < below_db, [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(quiet))
    spans = ((float(a) * HOP_SECONDS, float(b) * HOP_SECONDS) for a, b in zip(edges[::2], edges[1::2], strict=True))
    return tuple((round(a, 3), round(b, 3)) for a, b in spans if b - a >= least_seconds - 1e-9)

"""A mixed programme in, an encoded soundtrack out: levelled, encoded, measured again, corrected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from variantgen.media.ffmpeg import Children, Tool, run
from variantgen.model import Loudness, Soundtrack

# Codec and a container that keeps its times to the sample.
ENCODERS = {
    "aac": ("aac", "mp4"),
    "opus": ("libopus", "ogg"),
    "mp3": ("libmp3lame", "mp3"),
    "pcm": ("pcm_s16le", "wav"),
}
MOST_ROUNDS = 5
LEAST_LUFS = -60.0
"""Below this a programme is room noise, not a programme: it is not raised."""
MOST_GAIN_DB = 30.0
AIM_LU = 0.3
"""Correct again while the encoded loudness is further off than this (and than a third of the tolerance)."""
PEAK_MARGIN_DB = 0.3


@dataclass(frozen=True)
class SoundBench:
    """What making one soundtrack needs: the FFmpeg, a folder private to the call, who reads loudness from its files."""

    tool: Tool
    track: Soundtrack
    folder: Path
    measure: Callable[[Path], Loudness | None]
    children: Children | None = None

    def run(self, args: list[str], doing: str) -> None:
        """Runs FFmpeg in the folder."""
        run(self.tool, args, doing=doing, folder=self.folder, children=self.children)

    def samples_in(self, file: str) -> list[str]:
        """Input options for a file of plain floats."""
        return ["-f", "f32le", "-ar", str(self.track.sample_rate), "-ac", str(self.track.channels), "-i", file]


def measured(file: str) -> str:
    """FFmpeg's words that print a programme's loudness into a file."""
    return f"ebur128=metadata=1:peak=true,ametadata=print:file={file}"


def levelled(bench: SoundBench, source: str, before: Loudness | None) -> Path:
    """The programme of plain floats in `source`, encoded; gain and limiter are corrected until what is encoded fits."""
    track = bench.track
    gain, ceiling = _first_gain(track, before), track.max_true_peak_dbtp - PEAK_MARGIN_DB
    best: tuple[float, Path] | None = None
    for turn in range(MOST_ROUNDS):
        made = bench.folder / f"levelled{turn}.sound"
        _encode(bench, source, made.name, gain, ceiling, before)
        if not _is_programme(track, before):
            return made
        after = _measure_file(bench, made)
        fault = _fault(track, after)
        if best is None or fault < best[0]:
            best = (fault, made)
        if after is None or after.integrated_lufs is None or fault == 0.0:
            break
        gain, ceiling = _corrected(track, after, gain, ceiling)
    assert best is not None
    return best[1]


def _is_programme(track: Soundtrack, before: Loudness | None) -> bool:
    """Whether there is a level to reach, and more than room noise to bring to it."""
    if track.target_lufs is None or before is None or before.integrated_lufs is None:
        return False
    return before.integrated_lufs >= LEAST_LUFS


def _first_gain(track: Soundtrack, before: Loudness | None) -> float:
    if not _is_programme(track, before):
        return 0.0
    assert track.target_lufs is not None and before is not None and before.integrated_lufs is not None
    return min(MOST_GAIN_DB, track.target_lufs - before.integrated_lufs)


def _encode(
    bench: SoundBench, source: str, out: str, gain_db: float, ceiling_db: float, before: Loudness | None
) -> None:
    track = bench.track
    filters = [f"volume={gain_db:.3f}dB"]
    peak = before.true_peak_dbtp if before is not None else None
    if peak is None or peak + gain_db > ceiling_db:
        # limited at four times the rate, because a peak between two samples is a peak too;
        # level=disabled: no make-up gain of its own; latency=1: no 5 ms of delay
        limit = 10 ** (ceiling_db / 20)
        filters += [
            f"aresample={4 * track.sample_rate}",
            f"alimiter=limit={limit:.6f}:level=disabled:latency=1:attack=5:release=60",
            f"aresample={track.sample_rate}",
        ]
    filters.append(f"apad,atrim=end_sample={track.samples}")
    codec, container = ENCODERS[track.codec]
    kbps = [] if track.codec == "pcm" else ["-b:a", f"{track.kbps}k"]
    # substituted noise is drawn by each decoder anew: peaks measured here would not be those of the finished file
    steady = ["-aac_pns", "0"] if track.codec == "aac" else []
    bench.run(
        [
            *bench.samples_in(source), "-af", ",".join(filters), "-c:a", codec, *kbps, *steady,
            "-ar", str(track.sample_rate), "-ac", str(track.channels), "-map_metadata", "-1", "-fflags", "+bitexact",
            "-flags:a", "+bitexact", "-f", container, out,
        ],
        "encoding the sound",
    )  # fmt: skip


def _measure_file(bench: SoundBench, made: Path) -> Loudness | None:
    listing = f"{made.stem}.txt"
    bench.run(["-i", made.name, "-af", measured(listing), "-f", "null", "-"], "measuring the sound")
    return bench.measure(bench.folder / listing)


def _fault(track: Soundtrack, after: Loudness | None) -> float:
    """How far an encoded soundtrack is off: 0.0 fits; a peak above the limit weighs more than loudness."""
    if after is None or after.integrated_lufs is None or track.target_lufs is None:
        return 0.0
    off = abs(after.integrated_lufs - track.target_lufs)
    over = max(0.0, (after.true_peak_dbtp or -120.0) - track.max_true_peak_dbtp)
    aim = min(AIM_LU, track.tolerance_lu / 3)
    return (off if off > aim else 0.0) + 10 * over


def _corrected(track: Soundtrack, after: Loudness, gain: float, ceiling: float) -> tuple[float, float]:
    assert after.integrated_lufs is not None and track.target_lufs is not None
    over = (after.true_peak_dbtp or -120.0) - track.max_true_peak_dbtp
    if over > 0:
        ceiling -= over + 0.1
    gain = min(MOST_GAIN_DB, gain + track.target_lufs - after.integrated_lufs)
    return gain, ceiling

"""A planned music bed in, mixed into the programme: looped or cut on its beats, lower where somebody speaks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from variantgen.build.sample_files import SampleFile, blocks
from variantgen.build.soundtrack_joints import FADE_SECONDS, Stretch, lay
from variantgen.build.soundtrack_levels import SoundBench
from variantgen.build.soundtrack_takes import SoundSource, take
from variantgen.model import MusicBed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DOWN_SECONDS = 0.25
"""The music is down when the first word comes."""
UP_SECONDS = 0.4


def add_music(bench: SoundBench, bed: MusicBed, path: Path, mixed: SampleFile) -> None:
    """Adds the bed to the programme in `mixed`, block by block."""
    track = bench.track
    fade = round(FADE_SECONDS * track.sample_rate)
    with SampleFile(bench.folder / "music.f32", track.channels) as laid:
        _lay_music(bench, bed, path, laid)
        for at, samples in blocks(0, track.samples):
            gain = gains(bed, at, samples, sample_rate=track.sample_rate, fade_in_samples=fade)
            mixed.write(at, mixed.read(at, samples) + laid.read(at, samples) * gain[:, None])
    laid.drop()


def _lay_music(bench: SoundBench, bed: MusicBed, path: Path, laid: SampleFile) -> None:
    track = bench.track
    reach = bed.joint_samples // 2
    with SampleFile(bench.folder / "taken-music.f32", track.channels) as taken:
        spans = [(max(0, p.start_sample - reach), p.end_sample + reach) for p in bed.pieces]
        source = SoundSource(path, bed.track_index, track.sample_rate, track.channels)
        places = take(
            bench.tool, source, spans, taken, bench.folder, doing=f"reading the music of {path.name}",
            children=bench.children,
        )  # fmt: skip
        stretches = [
            Stretch(taken, place + p.start_sample - start, p.end_sample - p.start_sample, p.start_sample - start, reach)
            for p, place, (start, _) in zip(bed.pieces, places, spans, strict=True)
        ]
        fade = round(FADE_SECONDS * track.sample_rate)
        lay(stretches, laid, joint_samples=bed.joint_samples, fade_samples=fade, is_bare=True)
    taken.drop()


def gains(bed: MusicBed, at: int, samples: int, *, sample_rate: int, fade_in_samples: int = 0) -> NDArray[np.float32]:
    """How loud the bed plays at `samples` samples of the variant from `at` on, as factors.

    Straight lines in dB: down before a ducked span, up again behind it; between two of them is room for both.
    """
    import numpy as np

    now = np.arange(at, at + samples)
    down, up = round(DOWN_SECONDS * sample_rate), round(UP_SECONDS * sample_rate)
    corners = [(start - down, start, stop, stop + up) for start, stop in bed.ducked]
    level = np.full(samples, bed.gain_db)
    if corners:
        depths = np.tile([0.0, -bed.duck_db, -bed.duck_db, 0.0], len(corners))
        level += np.interp(now, np.concatenate(corners), depths)
    gain = 10 ** (level / 20)
    if fade_in_samples:
        gain *= np.clip((now + 0.5) / fade_in_samples, 0, 1)
    left = np.clip((bed.end_sample - now - 0.5) / max(1, bed.fade_out_samples), 0, 1)
    gain *= np.sin(left * (np.pi / 2))
    return gain.astype(np.float32)

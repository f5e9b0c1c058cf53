"""Samples of music in, what changes in them out: how strongly something begins and how it sounds, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MUSIC_HZ = 22_050
WINDOW, HOP = 1024, 128
FRAMES_A_SECOND = MUSIC_HZ / HOP
BLOCK_FRAMES = 2048
BANDS = 40
LOWEST_HZ, HIGHEST_HZ = 30.0, 10_000.0
FLUX_FRAMES = 2
"""An attack is told by what was added since so many frames (12 ms)."""
COMPRESSION = 300.0
"""Before the logarithm: soft attacks count too, the noise floor of a file hardly."""
CHROMA_HZ = (100.0, 2000.0)


@dataclass(frozen=True)
class Spectra:
    """Frame by frame: `onset` says how much begins, `level_db` how loud it is, `colour` (frames x 52) how it sounds."""

    onset: NDArray[np.float32]
    level_db: NDArray[np.float32]
    colour: NDArray[np.float32]


def spectra_of(samples: NDArray[np.int16]) -> Spectra:
    """Spectra of mono samples at MUSIC_HZ; frame n is centred on sample n * HOP."""
    import numpy as np

    count = max(1, len(samples) // HOP)
    window = np.hanning(WINDOW).astype(np.float32)
    bands, chroma = _bands(), _chroma()
    level = np.empty(count, np.float32)
    colour = np.empty((count, BANDS + 12), np.float32)
    loud = np.empty((count, BANDS), np.float32)
    for start in range(0, count, BLOCK_FRAMES):
        end = min(count, start + BLOCK_FRAMES)
        frames = _frames(samples, start, end)
        power = np.abs(np.fft.rfft(frames * window)) / (WINDOW / 4)
        level[start:end] = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-12)
        loud[start:end] = np.log1p(COMPRESSION * (power @ bands))
        colour[start:end] = np.hstack([loud[start:end], np.sqrt(power**2 @ chroma)])
    grown = np.maximum(0.0, loud[FLUX_FRAMES:] - loud[:-FLUX_FRAMES]).mean(axis=1)
    return Spectra(np.concatenate([np.zeros(min(count, FLUX_FRAMES), np.float32), grown]), level, colour)


def _frames(samples: NDArray[np.int16], start: int, end: int) -> NDArray[np.float32]:
    """Windows of samples as rows, -1 to 1, with silence beyond both ends."""
    import numpy as np

    first, last = start * HOP - WINDOW // 2, (end - 1) * HOP + WINDOW // 2
    held = np.asarray(samples[max(0, first) : max(0, last)], np.float32) / 32768.0
    whole = np.zeros(last - first, np.float32)
    at = max(0, -first)
    whole[at : at + len(held)] = held
    return np.lib.stride_tricks.sliding_window_view(whole, WINDOW)[::HOP]


def _bands() -> NDArray[np.float32]:
    """Bins x bands: equal steps on a logarithmic scale above 500 Hz and nearly equal ones below, as mel has it."""
    import numpy as np

    def mel(hertz: float) -> float:
        return float(2595 * np.log10(1 + hertz / 700))

    corners = 700 * (10 ** (np.linspace(mel(LOWEST_HZ), mel(HIGHEST_HZ), BANDS + 2) / 2595) - 1)
    bins = np.arange(WINDOW // 2 + 1) * MUSIC_HZ / WINDOW
    low, middle, high = corners[:-2], corners[1:-1], corners[2:]
    rising = (bins[:, None] - low) / (middle - low)
    falling = (high - bins[:, None]) / (high - middle)
    return np.clip(np.minimum(rising, falling), 0, 1).astype(np.float32)


def _chroma() -> NDArray[np.float32]:
    """Bins x the twelve tones of the octave."""
    import numpy as np

    bins = np.arange(WINDOW // 2 + 1) * MUSIC_HZ / WINDOW
    used = (bins >= CHROMA_HZ[0]) & (bins <= CHROMA_HZ[1])
    tone = np.round(12 * np.log2(np.maximum(bins, 1) / 440)).astype(int) % 12
    return ((tone[:, None] == np.arange(12)) & used[:, None]).astype(np.float32)

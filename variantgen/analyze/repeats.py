"""Beats and how they sound in, the stretch out that can be repeated without being noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BEATS_A_BAR = 4
CONTEXT_BEATS = 4
"""So many beats after both places have to sound alike, and as many before."""
LEAST_SHARE = 0.4
"""A repeat is at least so much of the music, as far as there are places alike."""
MOST_BEATS = 3000


def best_repeat(colour: NDArray[np.float32], beats: NDArray[np.float64]) -> tuple[int, int] | None:
    """From which beat to which the music can be repeated, as places in `beats`; None where there are too few.

    `colour` says frame by frame how it sounds. Whole bars of four only; of places that sound alike the longest
    repeat wins.
    """
    import numpy as np

    beats = beats[:MOST_BEATS]
    if len(beats) < BEATS_A_BAR + 2:
        return None
    alike = _alike(_beat_colours(colour, beats))
    count = len(alike)
    most_bars = (count - 1) // BEATS_A_BAR
    least_bars = max(1, int(LEAST_SHARE * most_bars))
    best, best_score = None, -np.inf
    for bars in range(least_bars, most_bars + 1):
        length = bars * BEATS_A_BAR
        along = np.diagonal(alike, length)
        score = _around(along) + 0.3 * bars / most_bars
        at = int(np.argmax(score))
        if score[at] > best_score + 1e-9:
            best, best_score = (at, at + length), float(score[at])
    return best


def _beat_colours(colour: NDArray[np.float32], beats: NDArray[np.float64]) -> NDArray[np.float32]:
    """How each beat sounds until the next one, as rows of length 1 around what is usual in this music."""
    import numpy as np

    borders = np.clip(np.round(beats).astype(int), 0, len(colour) - 1)
    ends = np.append(borders[1:], min(len(colour), borders[-1] + int(np.median(np.diff(borders)))))
    rows = np.array([colour[a : max(a + 1, b)].mean(axis=0) for a, b in zip(borders, ends, strict=True)])
    rows = (rows - rows.mean(axis=0)) / (rows.std(axis=0) + 0.05 * rows.std() + 1e-6)
    return rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-6)


def _alike(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return rows @ rows.T


def _around(along: NDArray[np.float32]) -> NDArray[np.float64]:
    """The mean over the beats before and after each place; a place without all of them counts what it has less."""
    import numpy as np

    width = 2 * CONTEXT_BEATS
    padded = np.concatenate([np.zeros(CONTEXT_BEATS), along, np.zeros(CONTEXT_BEATS)])
    return np.convolve(padded, np.ones(width) / width, "valid")[: len(along)]

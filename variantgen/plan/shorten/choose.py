"""The best pieces that fit, exactly: dynamic programming over pieces and frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from variantgen.plan.shorten.links import Links

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_CELLS = 12_000_000
"""Pieces times steps of length that are looked at, four bytes each; longer lengths are counted in steps of frames."""
MOST_TRIES = 400
NEVER = -1e9
WORST = -500.0
"""Good seconds: a choice worth less breaks what may not be broken, and is none."""


@dataclass(frozen=True)
class Problem:
    """What is chosen from, a value a piece: `frames` it plays, its `points`, whether it `must` or `may` be kept.

    `between` are the frames that play between a piece and the one before where both are kept. `most_frames` is the
    limit of all.
    """

    frames: tuple[int, ...]
    points: tuple[float, ...]
    must: tuple[bool, ...]
    may: tuple[bool, ...]
    between: tuple[int, ...]
    links: Links
    most_frames: int


def choices(problem: Problem) -> Iterator[tuple[bool, ...]]:
    """Which pieces to keep: the best choice of each length, the best of all first; at most MOST_TRIES."""
    import numpy as np

    count, most = len(problem.frames), problem.most_frames
    if count == 0 or most <= 0 or sum(f for f, m in zip(problem.frames, problem.must, strict=True) if m) > most:
        return
    step = max(1, -(-count * (most + 1) // MOST_CELLS))
    # rounded running sums: no drift, however many pieces
    lengths, joins = _steps(problem.frames, step), _steps(problem.between, step)
    size = most // step + 2
    best = np.full((4, size), NEVER)
    best[0, 0] = 0.0
    came = np.zeros((count, 4, size), dtype=np.uint8)
    for place in range(count):
        best, came[place] = _advance(problem, place, best, lengths[place], joins[place])
    leave = problem.links.leave[-1] if count else 0.0
    ends = best - np.array([0.0, 0.0, leave, leave])[:, None]
    yield from _backwards(problem, ends, came, lengths, joins)


def _advance(
    problem: Problem, place: int, best: NDArray[np.float64], length: int, join: int
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """One piece further: state 2*kept + open, `open` while the members so far of an enumeration are kept."""
    import numpy as np

    links = problem.links
    is_member, is_opening = links.member[place] >= 0, links.opens[place]
    after = np.full_like(best, NEVER)
    came = np.zeros(best.shape, dtype=np.uint8)
    leave = links.leave[place - 1] if place else 0.0
    for state in range(4):
        was_kept, was_open = divmod(state, 2)
        if not problem.must[place]:
            cost = leave * was_kept + links.enumeration * (is_member and not is_opening and was_open)
            _take(after, came, 0 if is_member else was_open, best[state] - cost, state)
        if problem.may[place]:
            broken = is_member and not is_opening and not was_open
            cost = (0.0 if was_kept else links.enter[place]) + links.enumeration * broken
            gain = problem.points[place] - cost
            shift = length + (join if was_kept else 0)
            moved = np.full(best.shape[1], NEVER)
            if shift < len(moved):
                moved[shift:] = best[state, : len(moved) - shift] + gain
            _take(after, came, 2 + (1 if is_member else was_open), moved, state)
    return after, came


def _take(
    after: NDArray[np.float64], came: NDArray[np.uint8], state: int, offered: NDArray[np.float64], origin: int
) -> None:
    is_better = offered > after[state]
    after[state][is_better] = offered[is_better]
    came[state][is_better] = origin


def _backwards(
    problem: Problem,
    ends: NDArray[np.float64],
    came: NDArray[np.uint8],
    lengths: Sequence[int],
    joins: Sequence[int],
) -> Iterator[tuple[bool, ...]]:
    import numpy as np

    states, tops = ends.argmax(axis=0), ends.max(axis=0)
    order = sorted(np.flatnonzero(tops > WORST).tolist(), key=lambda size: (-round(float(tops[size]), 9), -size))
    for size in order[:MOST_TRIES]:
        state, at = int(states[size]), size
        kept = [False] * len(lengths)
        for place in range(len(lengths) - 1, -1, -1):
            origin = int(came[place, state, at])
            kept[place] = state >= 2
            if kept[place]:
                at -= lengths[place] + (joins[place] if origin >= 2 else 0)
            state = origin
        if frames_played(problem, kept) <= problem.most_frames:
            yield tuple(kept)


def frames_played(problem: Problem, kept: Sequence[bool]) -> int:
    """How many frames a choice plays."""
    total = 0
    for place, is_kept in enumerate(kept):
        if is_kept:
            total += problem.frames[place] + (problem.between[place] if place and kept[place - 1] else 0)
    return total


def _steps(frames: Sequence[int], step: int) -> list[int]:
    total, told, steps = 0, 0, []
    for count in frames:
        total += count
        steps.append(round(total / step) - told)
        told += steps[-1]
    return steps

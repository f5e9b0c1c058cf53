"""One shot framed for one shape of window: still, pan or follow, solved over the whole shot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from variantgen.model import Motion, Rectangle, Subject
from variantgen.plan.framing.density import Axis, Maps, background_density, extent, subject_density
from variantgen.plan.framing.path import (
    EASE_SECONDS,
    MOST_SPEED_PER_SECOND,
    STRAIGHTER,
    best_path,
    centres_of,
    coverage,
    eased,
    is_comfortable,
    limited,
    scaled,
    still_place,
    straightened,
    wholly,
)
from variantgen.plan.framing.weights import bodies, saliences
from variantgen.plan.reframe import largest_window

WHOLE_SHARE = 0.995
STILL_SHARE, STILL_LEAST_SHARE = 0.97, 0.88
"""A still window wins when it keeps this share of what the best windows of all looks keep, in the mean and at its tenth
worst look in a hundred."""
SHORT_SECONDS = 0.6
"""A shorter shot is over before a move of the window would be understood."""
STILL_RANGE = 0.02
"""Of the axis: a path that moves no further is a still window with a tremble."""
PAN_BEND = 0.03
"""Of the axis: a path that stays this near to one even move is a pan."""
LEAST_WEIGHT = 0.02
"""Subjects of less weight are as good as not there."""
MAIN_WEIGHT = 0.5
"""From here on a subject is one of those that the shot is about."""
FACE_AIR = 0.02
"""Of the axis, on either side of faces that are held together."""
GROUP_WEIGHT = 0.25
"""From here on a face belongs to a group that a still window holds together."""
SURE_FACE, SURE_FACE_LIFE = 0.68, 0.6
KNOWN_WEIGHT = 0.1
"""From here on somebody is worth looking at while the main subjects are out of sight."""
LOST_SHARE = 0.5
"""A subject is lost while less than this of what the window could hold of it is inside."""


@dataclass(frozen=True)
class Shot:
    """A shot as the analysis knows it: master frames, the active picture, and who is there."""

    number: int
    start: int
    end: int
    picture: Rectangle
    subjects: tuple[Subject, ...]


@dataclass(frozen=True)
class Solved:
    """A shot's framing: the window's centre along its axis, one share a frame, and what it is based on."""

    axis: Axis
    centres: Any
    motion: Motion
    main: tuple[Subject, ...] = ()
    lost_share: float | None = None
    main_lost_share: float = 0.0
    weights: tuple[tuple[int, float], ...] = ()


def window_axis(picture: Rectangle, shape: Fraction) -> tuple[Axis, int, int]:
    """The axis that the largest window of a shape can move along inside a picture, and that window's even size."""
    _, _, width, height = picture
    w, h = largest_window(width, height, shape)
    is_upright = Fraction(width, height) < shape
    return Axis(picture, is_upright, min(1.0, h / height if is_upright else w / width)), w, h


def solve(
    shot: Shot, axis: Axis, rate: float, maps: Maps | None, keep: Mapping[str, float], whole: tuple[int, int]
) -> Solved:
    """Where the window looks through a shot. `rate` is the master's, `whole` its width and height."""
    import numpy as np

    frames = np.arange(shot.start, shot.end)
    if axis.window >= WHOLE_SHARE:
        return Solved(axis, np.full(len(frames), 0.5), "whole")
    weights = saliences(shot.subjects, keep, *whole, shot.end - shot.start)
    looks = _looks(shot, maps.step_frames if maps else max(1, round(rate / 12)))
    centres = centres_of(axis.window)
    kept = _worths(shot.subjects, weights, maps, looks, axis, whole)
    looks_per_second = rate / (maps.step_frames if maps else max(1, round(rate / 12)))
    main = main_subjects(shot.subjects, weights)
    first, last = face_bounds(main, looks, axis)
    motion: Motion = "still"
    place = still_place(kept)
    path = np.full(len(frames), held(centres[place], first.min(), last.max(), axis.window))
    if not _is_enough(kept, place) and shot.end - shot.start > SHORT_SECONDS * rate:
        bounds = body_bounds(main, shot.subjects, looks, axis)
        path, motion = _moving(centres, kept, looks, frames, looks_per_second, rate, axis, bounds)
    if not main:
        return Solved(axis, path, motion, weights=tuple(weights.items()))
    lost = lost_shares(shot.subjects, weights, looks, np.interp(looks, frames, path), axis)
    return Solved(axis, path, motion, main, *lost, weights=tuple(weights.items()))


def _worths(
    subjects: Sequence[Subject], weights: Mapping[int, float], maps: Maps | None, looks: Any, axis: Axis,
    whole: tuple[int, int],
) -> Any:  # fmt: skip
    """Looks x PLACES: what a window is worth at each place, 1 where it keeps all that matters."""
    unknown = max(0.0, 1.05 - max(weights.values(), default=0.0))
    worths = coverage(background_density(maps, unknown, looks, axis, whole), axis.window)
    for subject in subjects:
        if weights[subject.id] >= LEAST_WEIGHT:
            worths += weights[subject.id] * wholly(coverage(subject_density(subject, looks, axis), axis.window))
    return scaled(worths)


def _looks(shot: Shot, step: int) -> Any:
    import numpy as np

    first = -(-shot.start // step) * step
    looks = np.arange(first, shot.end, step)
    return looks if len(looks) else np.array([shot.start])


def _is_enough(kept: Any, place: int) -> bool:
    """Whether one still place keeps nearly what the best place of each look would."""
    import numpy as np

    best = np.maximum(kept.max(axis=1), 1e-9)
    share = kept[:, place] / best
    return bool(share.mean() >= STILL_SHARE and np.percentile(share, 10) >= STILL_LEAST_SHARE)


def _moving(
    centres: Any,
    kept: Any,
    looks: Any,
    frames: Any,
    looks_per_second: float,
    rate: float,
    axis: Axis,
    bounds: tuple[Any, Any],
) -> tuple[Any, Motion]:
    """The solved path, a centre a frame, and what kind of move it is."""
    import numpy as np

    wanted = held(best_path(centres, kept, looks_per_second), bounds[0], bounds[1], axis.window)
    wanted = limited(wanted, MOST_SPEED_PER_SECOND / looks_per_second)
    for strength in STRAIGHTER:
        path = straightened(wanted, looks_per_second, strength)
        path = eased(np.interp(frames, looks, path), EASE_SECONDS * rate)
        path = np.clip(path, axis.window / 2, 1 - axis.window / 2)
        if is_comfortable(path, rate):
            break
    if np.ptp(path) < STILL_RANGE:
        return np.full(len(frames), float(centres[still_place(kept)])), "still"
    even = np.linspace(path[0], path[-1], len(path))
    return path, "pan" if np.abs(path - even).max() < PAN_BEND else "follow"


def face_bounds(subjects: Sequence[Subject], looks: Any, axis: Axis) -> tuple[Any, Any]:
    """At each look, where the first sure face begins and the last one ends; 0.5 and 0.5 where there is none."""
    import numpy as np

    low, high = np.full(len(looks), 1.0), np.zeros(len(looks))
    for subject in subjects:
        if is_sure_face(subject, looks):
            start, end, there = extent(subject, looks, axis)
            low, high = (
                np.where(there > 0, np.minimum(low, start), low),
                np.where(there > 0, np.maximum(high, end), high),
            )
    is_none = low > high
    return np.where(is_none, 0.5, np.clip(low, 0, 1)), np.where(is_none, 0.5, np.clip(high, 0, 1))


def body_bounds(main: Sequence[Subject], subjects: Sequence[Subject], looks: Any, axis: Axis) -> tuple[Any, Any]:
    """At each look, the stretch of the heaviest sure face and of the person it belongs to, as far as both fit."""
    import numpy as np

    face = next((s for s in main if is_sure_face(s, looks)), None)
    low, high = face_bounds([face] if face else [], looks, axis)
    body = next((person for one, person in bodies(subjects) if one is face), None)
    if face is None or body is None:
        return low, high
    start, end, there = extent(body, looks, axis)
    start, end = np.minimum(low, np.clip(start, 0, 1)), np.maximum(high, np.clip(end, 0, 1))
    is_fitting = (there > 0) & (high > low) & (end - start <= axis.window)
    return np.where(is_fitting, start, low), np.where(is_fitting, end, high)


def is_sure_face(subject: Subject, looks: Any) -> bool:
    """Whether a subject is a face beyond doubt, seen through most of the shot: others may not tie the window down."""
    life = (subject.boxes[-1].frame - subject.boxes[0].frame + 1) / max(1, looks[-1] - looks[0] + 1)
    return subject.kind == "face" and subject.confidence >= SURE_FACE and life >= SURE_FACE_LIFE


def held(path: Any, low: Any, high: Any, window: float) -> Any:
    """A path moved as little as it takes to have a stretch wholly inside, with some air where there is room for it.

    Where the stretch is wider than the window the path is left alone.
    """
    import numpy as np

    air = np.minimum(FACE_AIR, np.maximum(0.0, (window - (high - low)) / 2))
    inside = np.clip(path, high + air - window / 2, low - air + window / 2)
    inside = np.clip(inside, window / 2, 1 - window / 2)
    return np.where((high - low <= window) & (high > low), inside, path)


def main_subjects(subjects: Sequence[Subject], weights: Mapping[int, float]) -> tuple[Subject, ...]:
    """Those that the shot is about, the heaviest first; a face beyond doubt needs less weight to be one of them."""
    chosen = [
        s
        for s in subjects
        if weights[s.id] >= (GROUP_WEIGHT if s.kind == "face" and s.confidence >= SURE_FACE else MAIN_WEIGHT)
    ]
    return tuple(sorted(chosen, key=lambda s: -weights[s.id]))


def lost_shares(
    subjects: Sequence[Subject], weights: Mapping[int, float], looks: Any, path: Any, axis: Axis
) -> tuple[float, float]:
    """The share of looks at which the window holds none of those it should, and that of the main subjects alone.

    Those are the main subjects that are there; while all of them are out of sight, any other known one.
    """
    import numpy as np

    main = {s.id for s in main_subjects(subjects, weights)}
    is_there = {is_main: np.zeros(len(looks), dtype=bool) for is_main in (True, False)}
    is_seen = {is_main: np.zeros(len(looks), dtype=bool) for is_main in (True, False)}
    for subject in subjects:
        if weights[subject.id] < KNOWN_WEIGHT:
            continue
        low, high, there = extent(subject, looks, axis)
        inside = np.minimum(high, path + axis.window / 2) - np.maximum(low, path - axis.window / 2)
        could = np.minimum(np.clip(high, 0, 1) - np.clip(low, 0, 1), axis.window)
        is_here = (there > 0) & (could > 0.01)
        is_there[subject.id in main] |= is_here
        is_seen[subject.id in main] |= is_here & (inside >= LOST_SHARE * could)
    is_main_lost = is_there[True] & ~is_seen[True]
    is_lost = is_main_lost | (~is_there[True] & is_there[False] & ~is_seen[False])
    return float(is_lost.mean()), float(is_main_lost.mean())

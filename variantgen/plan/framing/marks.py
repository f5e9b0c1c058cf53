"""What an editor decided, which wins over every detector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from variantgen.model import FramingMark, Subject
from variantgen.plan.framing.density import Axis

CHOSEN_WEIGHT = 1e6
"""Enough that whom an editor names is what the shot is about."""


def stretches(start: int, end: int, marks: Sequence[FramingMark]) -> list[tuple[int, int, FramingMark | None]]:
    """A shot (master frames) divided where marks begin and end: from, to, and the mark that holds there."""
    inside = [m for m in marks if m.start_frame < end and m.end_frame > start]
    edges = {edge for m in inside for edge in (m.start_frame, m.end_frame) if start < edge < end}
    borders = sorted({start, end, *edges})
    return [
        (a, b, next((m for m in inside if m.start_frame <= a < m.end_frame), None))
        for a, b in zip(borders, borders[1:], strict=False)
    ]


def marked_centres(mark: FramingMark, frames: Any, axis: Axis, whole: tuple[int, int]) -> Any:
    """The window's centre along the axis at each frame, as the mark's keys say; kept inside the picture."""
    import numpy as np

    at = [key[0] for key in mark.centres]
    side = 1 if axis.is_upright else 0
    shares = np.interp(frames, at, [key[1 + side] for key in mark.centres])
    places = (shares * whole[side] - axis.start_px) / axis.length_px
    return np.clip(places, axis.window / 2, 1 - axis.window / 2)


def chosen(subjects: Sequence[Subject], name: str) -> tuple[Subject, ...]:
    """The subjects that a mark's word names: one by its id, or all of a kind."""
    return tuple(s for s in subjects if name in (str(s.id), s.kind))


def only(subjects: Sequence[Subject], keep: Mapping[str, float]) -> dict[str, float]:
    """Weights of kinds with those of the chosen subjects beyond doubt, however small and unsure they are."""
    return {**keep, **{s.kind: CHOSEN_WEIGHT for s in subjects}}

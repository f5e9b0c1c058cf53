"""Which stretches play a little larger, so that a cut inside one shot looks meant: scales that alternate."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from variantgen.model import FrameSpan
from variantgen.plan.shorten.values import KeptSpan, Material

UNHIDDEN_SECONDS = 6.0
"""A jump cut that shows is as bad as encoding so many seconds twice, since another length shows them otherwise."""
LARGE_PRICE = 0.5
"""Frames: without a jump nothing needs hiding, so a large stretch is only there for those beside it."""
OPENING_PRICE = 1.0
"""Frames more for the first stretch: a film opens as it was shot."""


def punched_in(material: Material, kept: Sequence[KeptSpan], shown: Sequence[KeptSpan]) -> tuple[KeptSpan, ...]:
    """The same spans, with the stretches of them that play larger; `shown` are spans of longer lengths.

    A stretch is what a span shows of one shot. At a jump inside a shot the scale changes; where a shot begins nothing
    is hidden, and where two spans meet without a gap nothing changes. Where both cannot be had, long stretches keep
    the scale that they have in longer lengths, and are encoded once.
    """
    takes = [(number, part) for number, span in enumerate(kept) for part in _by_shot(material, span)]
    if not takes:
        return tuple(kept)
    unhidden = float(UNHIDDEN_SECONDS * material.rate)
    scales = _seen(shown)
    total, came = [_price(takes[0][1], scales, large) for large in (False, True)], list[list[int]]()
    total[1] += OPENING_PRICE
    for (number, before), (following, take) in pairwise(takes):
        is_jump, is_running_on = number != following and _is_same_shot(material, before, take), before[1] == take[0]
        step, reached = [], []
        for large in (0, 1):
            faults = [is_jump and ((was == large) != is_running_on) for was in (0, 1)]
            ways = [total[was] + unhidden * faults[was] for was in (0, 1)]
            step.append(min((0, 1), key=lambda was: (ways[was], was)))
            reached.append(ways[step[-1]] + _price(take, scales, bool(large)))
        came.append(step)
        total = reached
    states = [min((0, 1), key=lambda state: (total[state], state))]
    for step in reversed(came):
        states.append(step[states[-1]])
    large_takes = [take for take, state in zip(takes, reversed(states), strict=True) if state]
    return tuple(
        replace(span, punched=tuple(part for at, part in large_takes if at == number))
        for number, span in enumerate(kept)
    )


def _by_shot(material: Material, span: KeptSpan) -> list[FrameSpan]:
    """A span divided where shots begin."""
    inside = [start for start in material.shot_starts if span.start_frame < start < span.end_frame]
    return list(pairwise([span.start_frame, *inside, span.end_frame]))


def _is_same_shot(material: Material, before: FrameSpan, after: FrameSpan) -> bool:
    shots = material.shot_starts
    return bisect_right(shots, before[1] - 1) == bisect_right(shots, after[0])


def _seen(shown: Sequence[KeptSpan]) -> tuple[list[FrameSpan], list[FrameSpan], list[FrameSpan]]:
    """What longer lengths show as it is, what they show larger, and both; none overlaps itself."""
    plain, large = [], []
    for span in shown:
        edges = [span.start_frame, *(edge for stretch in span.punched for edge in stretch), span.end_frame]
        plain += list(zip(edges[::2], edges[1::2], strict=True))
        large += list(span.punched)
    return _merged(plain), _merged(large), _merged([*plain, *large])


def _merged(spans: Sequence[FrameSpan]) -> list[FrameSpan]:
    merged: list[FrameSpan] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def _price(take: FrameSpan, seen: tuple[list[FrameSpan], list[FrameSpan], list[FrameSpan]], is_large: bool) -> float:
    """Frames of a take that longer lengths show only at the other scale, and what a large one costs by itself."""
    return _shared(take, seen[2]) - _shared(take, seen[int(is_large)]) + LARGE_PRICE * is_large


def _shared(take: FrameSpan, spans: Sequence[FrameSpan]) -> int:
    return sum(max(0, min(take[1], end) - max(take[0], start)) for start, end in spans)

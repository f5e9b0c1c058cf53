"""Which spans play a little larger, so that a cut inside one shot looks meant: scales that alternate."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from variantgen.plan.shorten.values import KeptSpan, Material

UNHIDDEN_SECONDS = 3.0
"""A jump cut that shows is as bad as encoding so many seconds twice, since another length shows them otherwise."""


def punched_in(material: Material, kept: Sequence[KeptSpan], shown: Sequence[KeptSpan]) -> tuple[KeptSpan, ...]:
    """The same spans, some of them larger: at jump cuts the scale changes; `shown` are spans of longer lengths.

    Where both cannot be had, long spans keep the scale that they have in longer lengths, and are encoded once.
    """
    if not kept:
        return ()
    unhidden = float(UNHIDDEN_SECONDS * material.rate)
    costs = [[_other_frames(span, shown, is_large) for is_large in (False, True)] for span in kept]
    total, came = [costs[0][0], costs[0][1] + 0.5], list[list[int]]()
    for place in range(1, len(kept)):
        is_jump = _is_jump(material, kept[place - 1], kept[place])
        step = []
        for large in (0, 1):
            # without a jump nothing needs hiding, so a large one is only there for those after it
            ways = [total[was] + unhidden * (is_jump and was == large) + 0.5 * large for was in (0, 1)]
            step.append(min((0, 1), key=lambda was: (ways[was], was)))
            costs[place][large] += ways[step[-1]]
        came.append(step)
        total = costs[place]
    large = min((0, 1), key=lambda state: (total[state], state))
    flags = [large]
    for step in reversed(came):
        flags.append(step[flags[-1]])
    return tuple(replace(span, is_punched_in=bool(flag)) for span, flag in zip(kept, reversed(flags), strict=True))


def _is_jump(material: Material, before: KeptSpan, after: KeptSpan) -> bool:
    shots = material.shot_starts
    return bisect_right(shots, before.end_frame - 1) == bisect_right(shots, after.start_frame)


def _other_frames(span: KeptSpan, shown: Sequence[KeptSpan], is_large: bool) -> float:
    """Frames of a span that longer lengths show at the other scale, and not at this one."""
    return float(
        sum(
            max(0, min(span.end_frame, other.end_frame) - max(span.start_frame, other.start_frame))
            for other in shown
            if other.is_punched_in != is_large
        )
    )

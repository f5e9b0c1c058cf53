"""Shorter and still making sense: what is known of a master and the lengths asked for in, what to show of it out.

Reads as the order of the steps: pauses and fillers first (`gaps`), then the best sentences or shots (`score`, `links`,
`choose`), then a little speed, then a trim (`solve`); what is left of the length goes back to the pauses (`layout`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from variantgen.model import FrameSpan
from variantgen.plan.shorten.explain import explained
from variantgen.plan.shorten.punch import punched_in
from variantgen.plan.shorten.solve import Attempt, Grounds, Solution, solve
from variantgen.plan.shorten.told import dropped_told, kept_told, refusal, whole_told
from variantgen.plan.shorten.values import (
    Ask,
    DroppedSpan,
    KeptSpan,
    LengthMark,
    MarkKind,
    Material,
    Method,
    Shortening,
)

__all__ = [
    "Ask",
    "DroppedSpan",
    "KeptSpan",
    "LengthMark",
    "MarkKind",
    "Material",
    "Method",
    "Shortening",
    "explained",
    "shorten",
    "shorten_all",
]

MOST_ALONE = 4
"""What plays at another speed is encoded apart: lengths of more than a quarter of the longest do not."""


def shorten(material: Material, ask: Ask) -> Shortening | str:
    """The cut-down of one length, or the sentence that says why there is none and what would help."""
    return _shortened(Grounds(material, {}), ask, ())


def shorten_all(material: Material, asks: Sequence[Ask]) -> tuple[Shortening | str, ...]:
    """The cut-downs of several lengths, in the order asked; the longest is decided first, and the others share with it.

    Their spans have the same borders wherever they show the same sentences, so that these are encoded once. For that
    reason only short ones play faster than the master, unless there is no other way.
    """
    grounds = Grounds(material, {})
    longest = max((ask.target_frames for ask in asks), default=0)
    made: dict[int, Shortening | str] = {}
    shown: tuple[KeptSpan, ...] = ()
    for place in sorted(range(len(asks)), key=lambda place: (-asks[place].target_frames, place)):
        ask = asks[place]
        is_unsped = len(asks) > 1 and ask.method == "auto" and ask.target_frames * MOST_ALONE > longest
        made[place] = cut = _shortened(grounds, replace(ask, max_speed=Fraction(1)) if is_unsped else ask, shown)
        if is_unsped and isinstance(cut, str):
            made[place] = cut = _shortened(grounds, ask, shown)
        if isinstance(cut, Shortening):
            shown += cut.kept
    return tuple(made[place] for place in range(len(asks)))


def _shortened(grounds: Grounds, ask: Ask, shown: Sequence[KeptSpan]) -> Shortening | str:
    material = grounds.material
    if ask.target_frames < 1 or ask.least_frames > ask.target_frames:
        return f"no length lies between {ask.least_frames} and {ask.target_frames} frames; ask for another"
    if material.frames < ask.least_frames:
        return (
            f"the master is {float(material.frames / material.rate):.1f} s and at least "
            f"{float(ask.least_frames / material.rate):.1f} s is asked for; it cannot be cut to be longer"
        )
    if material.frames <= ask.target_frames and not _changes(material, ask):
        return Shortening((KeptSpan(0, material.frames, "fits whole"),), (), Fraction(1), "fits whole")
    solution = solve(grounds, ask, _united(shown))
    if solution is None:
        looser = solve(grounds, replace(ask, least_frames=0), _united(shown)) if ask.least_frames else None
        possible = None if looser is None else int(sum(b - a for a, b in looser.spans) / looser.speed)
        return refusal(grounds.of(ask, Attempt()), ask, possible)
    kept = kept_told(solution.ground, solution)
    dropped = dropped_told(solution.ground, solution, kept)
    why = whole_told(solution.ground, solution, ask, kept)
    if ask.hides_cuts_by_punch_in:
        kept = punched_in(material, kept, shown)
    return Shortening(kept, dropped, solution.speed, why, breaks_sentences=_is_broken(solution))


def _is_broken(solution: Solution) -> bool:
    pieces, played = solution.ground.candidates.pieces, set(solution.piece_of)
    whole = {pieces[place].sentence for place in played if pieces[place].has_words}
    return any(piece.sentence in whole and place not in played for place, piece in enumerate(pieces) if piece.has_words)


def _changes(material: Material, ask: Ask) -> bool:
    """Whether something was asked for beside the length."""
    return bool(ask.open_with or ask.end_with or not ask.keeps_order or any(m.kind == "drop" for m in material.marks))


def _united(spans: Sequence[KeptSpan]) -> tuple[FrameSpan, ...]:
    united: list[FrameSpan] = []
    for start, end in sorted((span.start_frame, span.end_frame) for span in spans):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], end))
        else:
            united.append((start, end))
    return tuple(united)

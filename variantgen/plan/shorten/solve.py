"""One length asked for, its cut-down out: attempts from the gentlest to the hardest, the first that fits wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, inf
from typing import Literal

from variantgen.model import FrameSpan
from variantgen.plan.shorten.asked import Wanted, wanted_of
from variantgen.plan.shorten.choose import Problem, choices
from variantgen.plan.shorten.layout import Layout, grown, lay_out, room_of
from variantgen.plan.shorten.links import Links, links_of
from variantgen.plan.shorten.pieces import Candidates, Grain, candidates_of
from variantgen.plan.shorten.score import Worth, worths_of
from variantgen.plan.shorten.values import Ask, Material

Protection = Literal["both", "hook", "cta", "none"]

REST_SECONDS = 0.9
LONG_REST_SECONDS = 1.6
"""The longest pause that is given back to fill a length: one that is natural, and one that is just bearable."""
AUTO_SPEED = Fraction(21, 20)
"""Unasked, the last few percent only: nobody hears them."""
MOST_FILLED = 0.1
"""Of a length, what rests may grow before a little speed is tried instead."""
REUSE = 0.5
"""Good seconds a second for what a longer cut of the same master shows already: it is encoded once."""
PROTECTED = 3.0
"""Good seconds for the hook and the call to action where they cannot be held whole."""


@dataclass(frozen=True)
class Attempt:
    """One way to shorten: how fine, what is protected, how fast, how long rests may grow.

    `takes_all`: nothing but pauses and fillers (and what a person drops) is left out. `keeps_sense`: no sentence plays
    without the one that it leans on.
    """

    grain: Grain = "sentences"
    takes_all: bool = False
    keeps_sense: bool = False
    is_tightened: bool = True
    drops_fillers: bool = True
    protection: Protection = "both"
    speed: Fraction = Fraction(1)
    rest_seconds: float = REST_SECONDS


@dataclass(frozen=True)
class Solution:
    """Spans that play, in order, each with the index of its piece, and how they were found."""

    spans: tuple[FrameSpan, ...]
    piece_of: tuple[int, ...]
    speed: Fraction
    attempt: Attempt
    ground: Ground


@dataclass(frozen=True)
class Ground:
    """Candidates with all that is known of them, for one ask."""

    candidates: Candidates
    wanted: Wanted

    @cached_property
    def worths(self) -> tuple[Worth, ...]:
        """What each piece is worth."""
        return worths_of(self.candidates)

    @cached_property
    def links(self) -> Links:
        """What each cut costs."""
        return self._links(keeps_sense=False)

    @cached_property
    def unbroken(self) -> Links:
        """What each cut costs where sense is to be kept at any rate."""
        return self._links(keeps_sense=True)

    def _links(self, *, keeps_sense: bool) -> Links:
        wanted = self.wanted
        marked = wanted.keep | wanted.drop
        borders = marked | {place + 1 for place in marked}
        return links_of(self.candidates, borders, wanted.hook | wanted.cta, keeps_sense=keeps_sense)


@dataclass
class Grounds:
    """Makes each ground once: attempts and lengths share them."""

    material: Material
    _made: dict[tuple[object, ...], Ground]

    def of(self, ask: Ask, attempt: Attempt) -> Ground:
        """The ground that an attempt stands on."""
        key = (
            attempt.grain, attempt.is_tightened, attempt.drops_fillers, ask.open_with, ask.end_with, ask.keeps_order
        )  # fmt: skip
        if key not in self._made:
            candidates = candidates_of(
                self.material, ask, grain=attempt.grain, is_tightened=attempt.is_tightened,
                drops_fillers=attempt.drops_fillers,
            )  # fmt: skip
            self._made[key] = Ground(candidates, wanted_of(candidates, ask))
        return self._made[key]


def attempts_of(ask: Ask, *, is_cta_first: bool = False, is_guessed: bool = False) -> tuple[Attempt, ...]:
    """The ways to try for an ask, in order; `is_cta_first`: where both cannot be held, the hook goes first.

    `is_guessed`: nobody marked a hook or a call to action, and no sentence is cut off to hold what may be none.
    """
    if ask.method == "speed":
        return (Attempt(takes_all=True, is_tightened=False, drops_fillers=False, speed=ask.max_speed),)
    whole = (
        Attempt(takes_all=True, drops_fillers=False, rest_seconds=inf),
        Attempt(takes_all=True, rest_seconds=inf),
    )
    if ask.method == "tighten":
        return whole
    protections: tuple[Protection, ...] = ("both", "cta", "hook", "none") if is_cta_first else _PROTECTIONS
    # finer cuts and less protection only where nothing else fits
    chosen = tuple(
        Attempt(grain=grain, protection=protection, rest_seconds=rest_seconds, keeps_sense=keeps_sense)
        for protection in protections
        for grain, rest_seconds, keeps_sense in _FINER
    )
    if is_guessed:
        chosen = tuple(sorted(chosen, key=lambda one: one.grain != "sentences"))
    if ask.method == "highlights":
        return tuple(replace(one, is_tightened=False, drops_fillers=False) for one in chosen)
    speed = min(AUTO_SPEED, ask.max_speed)
    if speed <= 1:
        return (*whole, *chosen)
    # to lose nothing, and not to break sense or lose the hook or the call to action, speed comes before the knife
    faster = tuple(replace(chosen[0], speed=one, keeps_sense=sense) for one, sense in (
        (speed, True), (speed, False), (ask.max_speed, False)
    ))  # fmt: skip
    return (*whole, replace(whole[1], speed=speed), *chosen[:2], faster[0], *chosen[2:4], *faster[1:], *chosen[4:])


_FINER: tuple[tuple[Grain, float, bool], ...] = (
    ("sentences", REST_SECONDS, True), ("sentences", LONG_REST_SECONDS, True),
    ("sentences", REST_SECONDS, False), ("sentences", LONG_REST_SECONDS, False),
    ("clauses", REST_SECONDS, False), ("words", REST_SECONDS, False),
)  # fmt: skip


_PROTECTIONS: tuple[Protection, ...] = ("both", "hook", "cta", "none")


def solve(grounds: Grounds, ask: Ask, shown: Sequence[FrameSpan]) -> Solution | None:
    """The first attempt that lands between `least_frames` and `target_frames`; `shown` are spans of longer lengths."""
    if ask.method == "trim":
        return _trimmed(grounds, ask)
    wanted = grounds.of(ask, Attempt()).wanted
    tried: dict[Attempt, list[tuple[bool, ...]]] = {}
    for attempt in attempts_of(
        ask, is_cta_first=wanted.is_cta_marked and not wanted.is_hook_marked,
        is_guessed=not (wanted.is_cta_marked or wanted.is_hook_marked),
    ):  # fmt: skip
        ground = grounds.of(ask, attempt)
        found = _take_all(ground, ask, attempt) if attempt.takes_all else _choose(ground, ask, attempt, shown, tried)
        if found is not None:
            return _with_speed(ground, ask, found, shown) or found
    return None


def _with_speed(ground: Ground, ask: Ask, found: Solution, shown: Sequence[FrameSpan]) -> Solution | None:
    """The same a little faster, where the length is otherwise filled with rests and a sentence more would fit."""
    said = sum(ground.candidates.pieces[place].frames for place in set(found.piece_of))
    speed = min(AUTO_SPEED, ask.max_speed)
    is_full = said > (1 - MOST_FILLED) * ask.target_frames
    if is_full or ask.method != "auto" or found.attempt.takes_all or found.attempt.grain != "sentences" or speed <= 1:
        return None
    faster = _choose(ground, ask, replace(found.attempt, speed=speed), shown, {})
    return faster if faster is not None and len(set(faster.piece_of)) > len(set(found.piece_of)) else None


def _trimmed(grounds: Grounds, ask: Ask) -> Solution | None:
    """The beginning, up to the last end of a sentence that fits, else of a clause, else of a word."""
    for grain, rest_seconds, _ in _FINER:
        attempt = Attempt(grain, is_tightened=False, drops_fillers=False, rest_seconds=rest_seconds)
        ground = grounds.of(ask, attempt)
        wanted, pieces = ground.wanted, ground.candidates.pieces
        kept = [False] * len(pieces)
        order = [p for p in range(wanted.first[0] if wanted.first else 0, len(pieces)) if p not in wanted.drop]
        fitted: Solution | None = None
        for place in dict.fromkeys((*wanted.last, *order)):
            kept[place] = True
            tried = _fitted(ground, ask, attempt, kept)
            fitted = tried or fitted
            if tried is None and lay_out_frames(ground, attempt, kept) > ask.target_frames:
                kept[place] = False
                break
        if fitted is not None and all(kept[place] for place in wanted.keep):
            return fitted
    return None


def lay_out_frames(ground: Ground, attempt: Attempt, kept: Sequence[bool]) -> int:
    """How many frames a choice plays before pauses are given back."""
    order = playing_order(ground.wanted, kept)
    return lay_out(ground.candidates, order, is_tightened=attempt.is_tightened).frames


def _take_all(ground: Ground, ask: Ask, attempt: Attempt) -> Solution | None:
    pieces = ground.candidates.pieces
    kept = tuple(place not in ground.wanted.drop for place in range(len(pieces)))
    if ask.method == "speed":
        return _sped(ground, ask, attempt, playing_order(ground.wanted, kept))
    return _fitted(ground, ask, attempt, kept)


def _sped(ground: Ground, ask: Ask, attempt: Attempt, order: Sequence[int]) -> Solution | None:
    """Everything, to the first and the last frame, as much faster as it takes."""
    layout = lay_out(ground.candidates, order, is_tightened=False)
    spans = grown(ground.candidates, layout, ground.candidates.material.frames, inf)
    frames = sum(end - start for start, end in spans)
    speed = max(Fraction(1), Fraction(frames, ask.target_frames))
    is_right = ask.least_frames <= int(frames / speed) and speed <= attempt.speed
    return Solution(spans, layout.piece_of, speed, attempt, ground) if spans and is_right else None


def _choose(
    ground: Ground, ask: Ask, attempt: Attempt, shown: Sequence[FrameSpan], tried: dict[Attempt, list[tuple[bool, ...]]]
) -> Solution | None:
    """The best choice that can be laid out; `tried` remembers the choices of attempts that differ in rests alone."""
    same = replace(attempt, rest_seconds=REST_SECONDS)
    for kept in tried.get(same, ()):
        if (fitted := _fitted(ground, ask, attempt, kept)) is not None:
            return fitted
    if same in tried:
        return None
    problem = problem_of(ground, ask, attempt, shown)
    tried[same] = []
    for kept in choices(problem) if problem is not None else ():
        if (fitted := _fitted(ground, ask, attempt, kept)) is not None:
            return fitted
        tried[same].append(kept)
    return None


def problem_of(ground: Ground, ask: Ask, attempt: Attempt, shown: Sequence[FrameSpan]) -> Problem | None:
    """What the optimiser is asked; None where what must be kept does not fit."""
    pieces, wanted = ground.candidates.pieces, ground.wanted
    must = set(wanted.keep)
    must |= wanted.hook if attempt.protection in ("both", "hook") else frozenset()
    must |= wanted.cta if attempt.protection in ("both", "cta") else frozenset()
    most = floor(ask.target_frames * attempt.speed)
    if sum(pieces[place].frames for place in must) > most:
        return None
    rate = ground.candidates.material.rate
    soft = (wanted.hook | wanted.cta) - must if attempt.grain != "sentences" else frozenset[int]()
    points = [
        worth.points
        + REUSE * _share(piece.start_frame, piece.end_frame, shown) * float(piece.frames / rate)
        + PROTECTED * (place in soft)
        for place, (piece, worth) in enumerate(zip(pieces, ground.worths, strict=True))
    ]
    between = [0] * len(pieces)
    if not attempt.is_tightened:
        between[1:] = [b.start_frame - a.end_frame for a, b in zip(pieces, pieces[1:], strict=False)]
    return Problem(
        tuple(piece.frames for piece in pieces), tuple(points),
        tuple(place in must for place in range(len(pieces))),
        tuple(place not in wanted.drop for place in range(len(pieces))),
        tuple(between), ground.unbroken if attempt.keeps_sense else ground.links, most,
    )  # fmt: skip


def _fitted(ground: Ground, ask: Ask, attempt: Attempt, kept: Sequence[bool]) -> Solution | None:
    """A choice laid out at exactly the target, or as near below it as it comes; None outside of the window."""
    order = playing_order(ground.wanted, kept)
    if not order:
        return None
    layout = lay_out(ground.candidates, order, is_tightened=attempt.is_tightened)
    speed = max(Fraction(1), Fraction(layout.frames, ask.target_frames))
    if speed > attempt.speed:
        return None
    if speed > 1:
        return _faster(ground, ask, attempt, layout, speed)
    if layout.frames + room_of(ground.candidates, layout, attempt.rest_seconds) < ask.least_frames:
        return None
    spans = _filled(ground, layout, ask, attempt)
    return Solution(spans, layout.piece_of, speed, attempt, ground)


def _faster(ground: Ground, ask: Ask, attempt: Attempt, layout: Layout, speed: Fraction) -> Solution:
    """A layout played faster: by whole percents where rests can grow to fill what is left, else exactly."""
    rounded = min(attempt.speed, Fraction(ceil(speed * 100), 100))
    spans = grown(ground.candidates, layout, ceil(ask.target_frames * rounded), attempt.rest_seconds)
    if int(sum(end - start for start, end in spans) / rounded) == ask.target_frames:
        return Solution(spans, layout.piece_of, rounded, attempt, ground)
    return Solution(layout.spans, layout.piece_of, speed, attempt, ground)


def _filled(ground: Ground, layout: Layout, ask: Ask, attempt: Attempt) -> tuple[FrameSpan, ...]:
    return grown(ground.candidates, layout, ask.target_frames, attempt.rest_seconds)


def playing_order(wanted: Wanted, kept: Sequence[bool]) -> tuple[int, ...]:
    """The kept pieces as they play: what opens, all others in the master's order, what ends."""
    moved = {*wanted.first, *wanted.last}
    middle = [place for place, is_kept in enumerate(kept) if is_kept and place not in moved]
    return (*(p for p in wanted.first if kept[p]), *middle, *(p for p in wanted.last if kept[p]))


def _share(start_frame: int, end_frame: int, shown: Sequence[FrameSpan]) -> float:
    """How much of a span is inside of others (sorted, disjoint)."""
    covered = sum(max(0, min(end, end_frame) - max(start, start_frame)) for start, end in shown)
    return covered / max(1, end_frame - start_frame)

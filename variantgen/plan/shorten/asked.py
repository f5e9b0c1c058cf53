"""What a person (or good sense) wants of single pieces: in, out, first, last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from variantgen.model import SecondsSpan
from variantgen.plan.shorten.pieces import Candidates, frames_of
from variantgen.plan.shorten.values import Ask

SLIGHT_WORDS = 3
"""A sentence of fewer words ("Hello.", "Call now.") opens or closes together with its neighbour."""


@dataclass(frozen=True)
class Wanted:
    """Indices of pieces: kept at any rate, dropped at any rate, the hook, the call to action.

    `first` and `last` are played there wherever they lie. `is_hook_marked` and `is_cta_marked`: a person said so.
    """

    keep: frozenset[int]
    drop: frozenset[int]
    hook: frozenset[int]
    cta: frozenset[int]
    first: tuple[int, ...] = ()
    last: tuple[int, ...] = ()
    is_hook_marked: bool = False
    is_cta_marked: bool = False


def wanted_of(candidates: Candidates, ask: Ask) -> Wanted:
    """What is wanted of a material's pieces; where a piece is both marked to keep and to drop, it is kept."""
    spans = {kind: [(m.start_seconds, m.end_seconds) for m in candidates.material.marks if m.kind == kind]
             for kind in ("keep", "drop", "hook", "cta")}  # fmt: skip
    keep = _inside(candidates, spans["keep"])
    first = sorted(_inside(candidates, [ask.open_with] if ask.open_with else []))
    last = sorted(_inside(candidates, [ask.end_with] if ask.end_with else []) - set(first))
    keep |= {*first, *last}
    drop = _inside(candidates, spans["drop"]) - keep
    hook, cta = _inside(candidates, spans["hook"]), _inside(candidates, spans["cta"])
    is_hook_marked, is_cta_marked = bool(hook or first), bool(cta or last)
    hook = hook or set(first) or _opening(candidates, drop)
    cta = cta or set(last) or _closing(candidates, drop)
    if not ask.keeps_order:
        first = first or (sorted(hook) if spans["hook"] else [])
        last = last or (sorted(cta - set(first)) if spans["cta"] else [])
    return Wanted(
        frozenset(keep), frozenset(drop), frozenset(hook - drop), frozenset(cta - drop), tuple(first), tuple(last),
        is_hook_marked, is_cta_marked,
    )  # fmt: skip


def _inside(candidates: Candidates, spans: Iterable[SecondsSpan]) -> set[int]:
    """Pieces that share a word's middle with one of the spans, or, without words, a frame."""
    found: set[int] = set()
    words, rate = candidates.speech.words, candidates.material.rate
    for start, end in spans:
        first, last = frames_of(start, rate), frames_of(end, rate)
        for place, piece in enumerate(candidates.pieces):
            if piece.has_words:
                middles = ((w.start_seconds + w.end_seconds) / 2 for w in words[piece.first_word : piece.last_word])
                is_inside = any(start <= middle < end for middle in middles)
            else:
                is_inside = piece.start_frame < last and piece.end_frame > first
            if is_inside:
                found.add(place)
    return found


def _opening(candidates: Candidates, drop: set[int]) -> set[int]:
    """The first sentence (with the next where it is slight), or the first look where nothing is said."""
    return _sentence_at(candidates, [i for i in range(len(candidates.pieces)) if i not in drop])


def _closing(candidates: Candidates, drop: set[int]) -> set[int]:
    """The last sentence (with the one before where it is slight), or the end of the last shot."""
    places = [i for i in reversed(range(len(candidates.pieces))) if i not in drop]
    if candidates.speech.words:
        return _sentence_at(candidates, places)
    last = places[:1]
    if len(places) > 1 and last and not candidates.pieces[last[0]].starts_at_shot:
        last = places[:2]
    return set(last)


def _sentence_at(candidates: Candidates, places: list[int]) -> set[int]:
    pieces = candidates.pieces
    if not candidates.speech.words:
        return set(places[:1])
    spoken = [place for place in places if pieces[place].has_words]
    found: list[int] = []
    sentences: list[int] = []
    for place in spoken:
        if pieces[place].sentence not in sentences:
            said = sum(pieces[other].last_word - pieces[other].first_word for other in found)
            if len(sentences) == 2 or (sentences and (said >= SLIGHT_WORDS or not candidates.speech.has_text)):
                break
            sentences.append(pieces[place].sentence)
        found.append(place)
    return set(found)

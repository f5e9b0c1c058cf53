"""What it costs to cut before and after each piece: the sense that pieces make together, in good seconds."""

from __future__ import annotations

from dataclasses import dataclass

from variantgen.plan.shorten.pieces import Candidates, Piece
from variantgen.plan.shorten.speech import CLOSERS, is_clause_end
from variantgen.plan.shorten.vocabulary import leans, place_in_enumeration

# In good seconds: a second of ordinary speech is worth about one. Set by reading cut-downs, not measured.
JOIN = 0.6
"""Every cut is seen and heard."""
AT_SHOT = -0.25
TIGHT = 0.4
"""Less than TIGHT_SECONDS between the words on both sides: the cut is heard."""
TIGHT_SECONDS = 0.1
LEANING = 5.0
QUESTION = 4.0
ANSWER = 4.0
ENUMERATION = 5.0
INSIDE_START = 1000.0
"""So much that nothing starts inside a sentence, unless a person marked it so."""
INSIDE_END = 8.0
UNBROKEN = 200.0
"""Times as much where sense is to be kept at any rate."""
AT_CLAUSE = -2.0
IN_SHOT = 0.3
ENUMERATION_REACH = 12
"""Sentences between "first" and "second" at most."""


@dataclass(frozen=True)
class Links:
    """Costs by piece: to enter at it when the one before is dropped, to leave after it when the next is dropped.

    `member` numbers the enumeration that a piece belongs to (-1: none), `opens` says that it begins it. Breaking one
    costs `enumeration`. `leaning` marks pieces that lean on the one before.
    """

    enter: tuple[float, ...]
    leave: tuple[float, ...]
    member: tuple[int, ...]
    opens: tuple[bool, ...]
    leaning: tuple[bool, ...]
    asks: tuple[bool, ...]
    enumeration: float = ENUMERATION


def links_of(
    candidates: Candidates,
    marked: frozenset[int] = frozenset(),
    held: frozenset[int] = frozenset(),
    *,
    keeps_sense: bool = False,
) -> Links:
    """The costs of all cuts between a material's pieces; at borders that a person `marked` they are those of any cut.

    Marked are pieces at whose start a mark begins or ends. With `keeps_sense` no cut may break what belongs together,
    but for what the `held` pieces (hook, call to action) lean on: they play at any rate.
    """
    pieces = candidates.pieces
    leaning = tuple(_leans(candidates, piece) for piece in pieces)
    asks = tuple(_asks(candidates, piece) for piece in pieces)
    member, opens = _enumerations(candidates)
    enter, leave = [], []
    for place, piece in enumerate(pieces):
        answers = place > 0 and asks[place - 1]
        weight = UNBROKEN if keeps_sense and place not in held else 1.0
        sense = weight * (LEANING * leaning[place] + ANSWER * answers)
        enter.append(JOIN / 2 if place in marked else _enter(candidates, piece) + sense)
        left = weight * QUESTION * asks[place]
        leave.append(JOIN / 2 if place + 1 in marked else _leave(candidates, piece) + left)
    enumeration = ENUMERATION * (UNBROKEN if keeps_sense else 1.0)
    return Links(tuple(enter), tuple(leave), member, opens, leaning, asks, enumeration)


def _enter(candidates: Candidates, piece: Piece) -> float:
    cost = JOIN / 2 + AT_SHOT * piece.starts_at_shot
    if not piece.has_words:
        return cost + IN_SHOT * (not piece.starts_at_shot)
    cost += TIGHT * (candidates.gaps[piece.first_word].seconds < TIGHT_SECONDS)
    if piece.starts_sentence:
        return cost
    before = candidates.speech.words[piece.first_word - 1].text
    return cost + INSIDE_START + AT_CLAUSE * is_clause_end(before)


def _leave(candidates: Candidates, piece: Piece) -> float:
    cost = JOIN / 2 + AT_SHOT * piece.ends_at_shot
    if not piece.has_words:
        return cost + IN_SHOT * (not piece.ends_at_shot)
    cost += TIGHT * (candidates.gaps[piece.last_word].seconds < TIGHT_SECONDS)
    if piece.ends_sentence:
        return cost
    gap = candidates.gaps[piece.last_word]
    is_clause = is_clause_end(candidates.speech.words[piece.last_word - 1].text)
    return cost + INSIDE_END + AT_CLAUSE * is_clause - min(2.0, 2.0 * gap.seconds)


def _leans(candidates: Candidates, piece: Piece) -> bool:
    if not piece.has_words or not piece.starts_sentence or piece.first_word == 0:
        return False
    return leans(candidates.speech.words[piece.first_word].text, candidates.speech.language)


def _asks(candidates: Candidates, piece: Piece) -> bool:
    if not piece.has_words or not piece.ends_sentence or piece.last_word >= len(candidates.speech.words):
        return False
    return candidates.speech.words[piece.last_word - 1].text.rstrip(CLOSERS).endswith(("?", "？", "؟"))


def _enumerations(candidates: Candidates) -> tuple[tuple[int, ...], tuple[bool, ...]]:
    """The enumeration each piece is a member of, and whether it opens it: "first ... second" and what follows."""
    member, opens = [-1] * len(candidates.pieces), [False] * len(candidates.pieces)
    count, opened, last = 0, None, -1
    for place, piece in enumerate(candidates.pieces):
        if not (piece.has_words and piece.starts_sentence):
            continue
        told = place_in_enumeration(candidates.speech.words[piece.first_word].text, candidates.speech.language)
        if told is None:
            continue
        if told == 0:
            opened, last = place, 0
        elif opened is not None and told > last and place - opened <= ENUMERATION_REACH * told:
            if not opens[opened]:
                opens[opened], member[opened] = True, count
                count += 1
            member[place], last = member[opened], told
    return tuple(member), tuple(opens)

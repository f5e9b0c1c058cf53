"""A material in, its candidates out: pieces of it that are kept or dropped whole, in the master's order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from variantgen.model import FrameSpan, SecondsSpan
from variantgen.plan.shorten.gaps import Gap, gaps_of
from variantgen.plan.shorten.speech import Speech, blocks_of, is_clause_end, speech_of
from variantgen.plan.shorten.values import Ask, Material

Grain = Literal["sentences", "clauses", "words"]

CLAUSE_PAUSE_SECONDS = 0.35
LEAST_CLAUSE_WORDS = 3
PICTURE_SECONDS = 1.0
"""Picture without words is chosen in steps of about this length: shorter looks are not read."""
SPEECH_SHOT_SECONDS = 6.0
SPEECH_PAUSE_EVERY_SECONDS = 10.0
"""Long shots and a pause at least so often are how speech looks when its words are not known."""


@dataclass(frozen=True)
class Hole:
    """Frames inside a piece that are left out: a pause of `seconds`, and the filler said in it."""

    start_frame: int
    end_frame: int
    seconds: float
    filler: str = ""


@dataclass(frozen=True)
class Piece:
    """One candidate: frames `start_frame` to `end_frame` without its `holes`.

    `first_word` to `last_word` (half-open) index the speech's words; both are equal for a piece of picture alone.
    `starts_sentence` and `ends_sentence` say whether it can be cut there without harm. `frames` is how long it plays.
    """

    start_frame: int
    end_frame: int
    first_word: int = 0
    last_word: int = 0
    sentence: int = -1
    starts_sentence: bool = True
    ends_sentence: bool = True
    holes: tuple[Hole, ...] = ()
    starts_at_shot: bool = False
    ends_at_shot: bool = False

    @property
    def frames(self) -> int:
        """How many frames it plays."""
        return self.end_frame - self.start_frame - sum(hole.end_frame - hole.start_frame for hole in self.holes)

    @property
    def has_words(self) -> bool:
        """Whether something is said in it (or sounds, where words are not known)."""
        return self.last_word > self.first_word


@dataclass(frozen=True)
class Candidates:
    """A material cut into pieces that follow one another, and the speech whose words they index."""

    material: Material
    speech: Speech
    pieces: tuple[Piece, ...]
    gaps: tuple[Gap, ...] = ()


def candidates_of(
    material: Material, ask: Ask, *, grain: Grain, is_tightened: bool = True, drops_fillers: bool = True
) -> Candidates:
    """The pieces of a material: sentences, parts of them or words; shots where nothing is known to be said."""
    speech = speech_of(material, drops_fillers=drops_fillers)
    if not speech.words and looks_spoken(material):
        speech = blocks_of(material)
    forced = borders_of(material, ask)
    if not speech.words:
        whole = (0, material.frames)
        return Candidates(material, speech, tuple(_pictures(material, whole, forced, -1)))
    gaps = gaps_of(material, speech, held_of(material, ask))
    cuts = _cut_words(speech, gaps, grain, forced)
    pieces: list[Piece] = []
    if gaps[0].has_picture:
        pieces += _pictures(material, (gaps[0].start_frame, gaps[0].end_frame), forced, -1)
    for first, last in zip(cuts, cuts[1:], strict=False):
        pieces.append(_spoken(material, speech, gaps, (first, last), is_tightened))
        if gaps[last].has_picture:
            span = (gaps[last].start_frame, gaps[last].end_frame)
            pieces += _pictures(material, span, forced, -1)
    return Candidates(material, speech, tuple(piece for piece in pieces if piece.frames > 0), gaps)


def looks_spoken(material: Material) -> bool:
    """Whether pauses and shots look like speech: shots are long and pauses are many."""
    seconds = float(material.frames / material.rate)
    shots, pauses = max(1, len(material.shot_starts)), len(material.pauses)
    return seconds / shots >= SPEECH_SHOT_SECONDS and pauses >= 3 and seconds / pauses <= SPEECH_PAUSE_EVERY_SECONDS


def borders_of(material: Material, ask: Ask) -> tuple[SecondsSpan, ...]:
    """Spans, in seconds, at whose ends pieces must end too: marks, and what opens and ends."""
    spans = [(mark.start_seconds, mark.end_seconds) for mark in material.marks]
    return tuple(spans + [span for span in (ask.open_with, ask.end_with) if span is not None])


def held_of(material: Material, ask: Ask) -> tuple[SecondsSpan, ...]:
    """Spans, in seconds, that a person wants whole."""
    spans = [(mark.start_seconds, mark.end_seconds) for mark in material.marks if mark.kind == "keep"]
    return tuple(spans + [span for span in (ask.open_with, ask.end_with) if span is not None])


def frames_of(seconds: float, rate: Fraction) -> int:
    """The frame that is nearest to a time."""
    return round(Fraction(seconds).limit_denominator(100_000) * rate)


def _cut_words(speech: Speech, gaps: tuple[Gap, ...], grain: Grain, forced: tuple[SecondsSpan, ...]) -> list[int]:
    """The words before which a piece starts, and their count at the end."""
    count = len(speech.words)
    middles = [(word.start_seconds + word.end_seconds) / 2 for word in speech.words]
    asked = {bisect_left(middles, at) for span in forced for at in span}
    cuts = [0]
    for place in range(1, count):
        if not gaps[place].can_cut:
            continue
        if (
            grain == "words"
            or place in asked
            or speech.ends_sentence(place)
            or (grain == "clauses" and _is_clause(speech, gaps, place, cuts[-1]))
        ):
            cuts.append(place)
    return [*cuts, count]


def _is_clause(speech: Speech, gaps: tuple[Gap, ...], place: int, start: int) -> bool:
    is_pause = gaps[place].seconds >= CLAUSE_PAUSE_SECONDS
    is_marked = is_clause_end(speech.words[place - 1].text)
    return (is_pause or is_marked) and place - start >= LEAST_CLAUSE_WORDS


def _spoken(
    material: Material, speech: Speech, gaps: tuple[Gap, ...], words: tuple[int, int], is_tightened: bool
) -> Piece:
    first, last = words
    inner = [gaps[place] for place in range(first + 1, last)] if is_tightened else []
    holes = tuple(
        Hole(gap.start_frame, gap.end_frame, gap.seconds, gap.filler)
        for gap in inner
        if gap.can_cut and gap.end_frame > gap.start_frame and not gap.has_picture
    )
    start, end = gaps[first].end_frame, gaps[last].start_frame
    return Piece(
        start, end, first, last, speech.sentence_of[first],
        starts_sentence=speech.ends_sentence(first), ends_sentence=speech.ends_sentence(last), holes=holes,
        starts_at_shot=_is_shot(material, start), ends_at_shot=_is_shot(material, end),
    )  # fmt: skip


def _pictures(material: Material, span: FrameSpan, forced: tuple[SecondsSpan, ...], sentence: int) -> list[Piece]:
    """A span without words as its shots, long ones in equal steps of about PICTURE_SECONDS."""
    start, end = span
    shots = [shot for shot in material.shot_starts if start < shot < end]
    asked = [frames_of(at, material.rate) for pair in forced for at in pair]
    borders = sorted({start, end, *shots, *(frame for frame in asked if start < frame < end)})
    step = float(PICTURE_SECONDS * material.rate)
    pieces = []
    for first, last in zip(borders, borders[1:], strict=False):
        count = max(1, round((last - first) / step))
        edges = [first + (last - first) * i // count for i in range(count + 1)]
        for a, b in zip(edges, edges[1:], strict=False):
            shot, shot_at_end = _is_shot(material, a), _is_shot(material, b)
            pieces.append(Piece(a, b, sentence=sentence, starts_at_shot=shot, ends_at_shot=shot_at_end))
    return pieces


def _is_shot(material: Material, frame: int) -> bool:
    place = bisect_right(material.shot_starts, frame)
    return (place > 0 and material.shot_starts[place - 1] == frame) or frame in (0, material.frames)

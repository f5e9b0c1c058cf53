"""Words in, sentences out; where no words are known, stretches of sound between pauses stand in for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from variantgen.model import SecondsSpan, Word
from variantgen.plan.shorten.values import Material
from variantgen.plan.shorten.vocabulary import TITLES, bare, fillers_of, language_told

SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟", "।")
CLAUSE_ENDS = (",", ";", ":", "–", "—", "，", "、", "；", "：", "،")
CLOSERS = "\"'”’»)]」』）"
MOST_WORDS_A_MARK = 50
"""A transcript with fewer full stops than one in so many words has none that can be relied on."""
SENTENCE_PAUSE_SECONDS = 0.5
MOST_WORDS = 60
"""Where nothing but a rest of the voice can end a sentence, one this long is cut at its longest rest."""
FILLER_ROOM_SECONDS = 0.06
"""On both sides of a filler, or its sound runs into that of its neighbours."""
BLOCK_PAUSE_SECONDS = 0.35


@dataclass(frozen=True)
class Speech:
    """The words that are to stay, in order; `sentence_of` numbers each one's sentence from 0.

    `filler_before[i]` is the filler, as it was said, in the gap before word i; the last entry is the gap after all.
    `has_text` is false where stretches of sound stand for words.
    """

    words: tuple[Word, ...]
    sentence_of: tuple[int, ...]
    filler_before: tuple[str, ...]
    language: str
    has_text: bool = True

    def ends_sentence(self, place: int) -> bool:
        """Whether the gap before word `place` lies between sentences (or at an end)."""
        return place in (0, len(self.words)) or self.sentence_of[place - 1] != self.sentence_of[place]


def speech_of(material: Material, *, drops_fillers: bool) -> Speech:
    """The material's words as sentences, fillers left out if asked; none where it has none."""
    words = ordered(material.words, float(material.frames / material.rate))
    language = material.language.partition("-")[0].lower() or language_told(word.text for word in words)
    # with less than a frame of pause there is no place to cut at
    room_seconds = max(FILLER_ROOM_SECONDS, float(1 / material.rate))
    fillers = _filler_places(words, language, room_seconds) if drops_fillers else frozenset[int]()
    sentence_of = _sentences(words)
    kept = [place for place in range(len(words)) if place not in fillers]
    before = []
    for last, place in zip([-1, *kept], [*kept, len(words)], strict=True):
        before.append(" ".join(words[i].text for i in range(last + 1, place)))
    return Speech(tuple(words[i] for i in kept), _renumbered([sentence_of[i] for i in kept]), tuple(before), language)


def blocks_of(material: Material) -> Speech:
    """Stretches of sound between pauses as if each were a sentence of one word, whose text is not known."""
    total = float(material.frames / material.rate)
    spans: list[SecondsSpan] = []
    at = 0.0
    for start, end in sorted(material.pauses):
        if end - start >= BLOCK_PAUSE_SECONDS and start > at:
            spans.append((at, start))
        if end - start >= BLOCK_PAUSE_SECONDS:
            at = max(at, end)
    if at < total:
        spans.append((at, total))
    words = tuple(Word(start, min(end, total), "") for start, end in spans if start < total)
    return Speech(words, tuple(range(len(words))), ("",) * (len(words) + 1), "", has_text=False)


def ordered(words: Sequence[Word], total_seconds: float) -> tuple[Word, ...]:
    """Words by their start, those after the end of the master left out."""
    inside = [word for word in words if word.start_seconds < total_seconds and word.text.strip()]
    return tuple(sorted(inside, key=lambda word: (word.start_seconds, word.end_seconds)))


def is_end(text: str) -> bool:
    """Whether a word's punctuation ends a sentence."""
    return text.rstrip(CLOSERS).endswith(SENTENCE_ENDS)


def is_clause_end(text: str) -> bool:
    """Whether a word's punctuation ends a part of a sentence."""
    return text.rstrip(CLOSERS).endswith(CLAUSE_ENDS)


def _sentences(words: Sequence[Word]) -> list[int]:
    marks = sum(is_end(word.text) for word in words)
    is_marked = marks * MOST_WORDS_A_MARK >= len(words)
    numbers, number, size = [], 0, 0
    for place in range(len(words)):
        numbers.append(number)
        size += 1
        if place + 1 < len(words) and _ends_here(words, place, is_marked):
            number, size = number + 1, 0
    return numbers if is_marked else _shorter(words, numbers)


def _ends_here(words: Sequence[Word], place: int, is_marked: bool) -> bool:
    word, after = words[place], words[place + 1]
    if not is_marked:
        return after.start_seconds - word.end_seconds >= SENTENCE_PAUSE_SECONDS or is_end(word.text)
    if not is_end(word.text):
        return False
    stem = bare(word.text)
    is_title = stem in TITLES or (len(stem) == 1 and stem.isalpha() and stem != "i")
    return not (word.text.endswith(".") and (is_title or after.text[:1].islower()))


def _shorter(words: Sequence[Word], numbers: Sequence[int]) -> list[int]:
    """The same sentences, those of more than MOST_WORDS words cut at their longest rests."""
    starts = [i for i in range(len(numbers)) if i == 0 or numbers[i] != numbers[i - 1]]
    todo = list(zip(starts, [*starts[1:], len(numbers)], strict=True))
    done: list[tuple[int, int]] = []
    while todo:
        start, end = todo.pop()
        if end - start <= MOST_WORDS:
            done.append((start, end))
            continue
        inner = range(start + MOST_WORDS // 6, end - MOST_WORDS // 6)
        cut = max(inner, key=lambda i: (words[i].start_seconds - words[i - 1].end_seconds, -i))
        todo += [(start, cut), (cut, end)]
    return [number for number, (start, end) in enumerate(sorted(done)) for _ in range(start, end)]


def _filler_places(words: Sequence[Word], language: str, room_seconds: float) -> frozenset[int]:
    """Indices of words that are fillers with a little pause on both sides."""
    fillers = fillers_of(language)
    longest = max(map(len, fillers))
    found: set[int] = set()
    reached = list(accumulate((word.end_seconds for word in words), max))
    for start in range(len(words)):
        for size in range(longest, 0, -1):
            said = tuple(bare(word.text) for word in words[start : start + size])
            if said in fillers and _pause_around(words, reached, start, start + size) >= room_seconds - 1e-6:
                found.update(range(start, start + size))
                break
    return frozenset(found)


def _pause_around(words: Sequence[Word], reached: Sequence[float], start: int, end: int) -> float:
    """The shorter of the pauses before and after, in seconds; the ends of the master count as long ones.

    `reached` is how far the words up to each have sounded: two voices may overlap.
    """
    before = words[start].start_seconds - reached[start - 1] if start else 1.0
    after = words[end].start_seconds - reached[end - 1] if end < len(words) else 1.0
    return min(before, after)


def _renumbered(numbers: Sequence[int]) -> tuple[int, ...]:
    order = {number: place for place, number in enumerate(dict.fromkeys(numbers))}
    return tuple(order[number] for number in numbers)

"""A cue's text and the times written inside it in, its words with their times out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from variantgen.analyze.captions.plain import BIDI_CONTROLS, balanced
from variantgen.analyze.captions.raw import Run
from variantgen.model import Word

# Scripts that write no spaces between words: kana, Han, Thai, Lao, Tibetan, Myanmar, Khmer, full-width forms.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff\u3000-\u30ff\u31f0-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
# Closing marks stay with the word before them, opening ones with the word after.
_CLOSING = {"Pe", "Pf", "Po", "Mn", "Mc", "Lm"}
_OPENING = {"Ps", "Pi"}

Letter = tuple[str, float, float, int]
"""A letter, its start and end in milliseconds, and the number of its run."""


def words_of(text: str, runs: Sequence[Run], start_ms: float, end_ms: float) -> tuple[Word, ...]:
    """The words of `text` in order, each inside the cue's time and none before the one before it.

    A run's time is shared by its letters; a word is what stands between spaces, and where a script has none, what
    has a time of its own. Empty where the runs are not the letters of the text.
    """
    letters = list(_letters(runs))
    if not letters or [letter[0] for letter in letters] != [c for c in text if _is_counted(c)]:
        return ()
    words = []
    for token, own in _tokens(text, letters):
        confidence = min(runs[letter[3]].confidence for letter in own)
        start = min(max(own[0][1], start_ms), end_ms)
        end = min(max(own[-1][2], start), end_ms)
        words.append(Word(start / 1000, end / 1000, balanced(token), confidence))
    return _in_order(words)


def without_first_letters(runs: Iterable[Run], count: int) -> tuple[Run, ...]:
    """The runs less their first `count` letters, spaces not counted; what is left of a run has all of its time."""
    kept = []
    for run in runs:
        if count <= 0:
            kept.append(run)
            continue
        letters = [c for c in run.text if _is_counted(c)]
        if len(letters) > count:
            kept.append(run._replace(text="".join(letters[count:])))
        count -= len(letters)
    return tuple(kept)


def letters_in(text: str) -> int:
    """How many letters of `text` count: all but spaces and directional marks."""
    return sum(map(_is_counted, text))


def _is_counted(letter: str) -> bool:
    return not letter.isspace() and letter not in BIDI_CONTROLS


def _letters(runs: Sequence[Run]) -> Iterator[Letter]:
    for number, run in enumerate(runs):
        counted = [c for c in run.text if _is_counted(c)]
        step = (run.end_ms - run.start_ms) / max(len(counted), 1)
        for place, letter in enumerate(counted):
            yield letter, run.start_ms + place * step, run.start_ms + (place + 1) * step, number


def _tokens(text: str, letters: Sequence[Letter]) -> Iterator[tuple[str, list[Letter]]]:
    token, own, at = "", list[Letter](), 0
    for letter in text:
        if letter.isspace():
            if own:
                yield token, own
                token, own = "", []
            continue
        if letter not in BIDI_CONTROLS:
            if own and _is_between(own[-1], letters[at]):
                yield token, own
                token, own = "", []
            own.append(letters[at])
            at += 1
        token += letter
    if own:
        yield token, own


def _is_between(before: Letter, after: Letter) -> bool:
    if before[3] == after[3] or not (_UNSPACED.match(before[0]) or _UNSPACED.match(after[0])):
        return False
    return unicodedata.category(after[0]) not in _CLOSING and unicodedata.category(before[0]) not in _OPENING


def _in_order(words: Sequence[Word]) -> tuple[Word, ...]:
    ordered: list[Word] = []
    for word in words:
        if ordered:
            last = ordered[-1]
            start = max(word.start_seconds, last.start_seconds)
            ordered[-1] = replace(last, end_seconds=min(last.end_seconds, start))
            word = replace(word, start_seconds=start, end_seconds=max(word.end_seconds, start))
        ordered.append(word)
    instant = sum(word.start_seconds == word.end_seconds for word in ordered)
    return tuple(ordered) if instant * 2 <= len(ordered) else ()

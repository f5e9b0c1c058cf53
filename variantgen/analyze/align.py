"""A known text and the words that a recogniser heard go in; the text's own words with times come out.

The text is matched word by word against what was heard, and takes its times. That was right more often than aligning
the sounds of the whole text: it needs no pronunciations, works in every language that the recogniser knows, and where
text and sound part (music, a passage that was cut, a stage direction) only the words there are off. What was heard
differently is matched letter by letter, what was not heard at all shares the time between its neighbours.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from variantgen.analyze.captions.encodings import decode
from variantgen.errors import UserError
from variantgen.model import Word
from variantgen.phrasing.writing import SPACELESS

ALIGN_FORMAT = 1
"""Raised when the same text and the same words would give other times."""
LARGEST_TEXT_BYTES = 4_000_000
"""About 60 hours of speech."""
LEAST_FOUND_SHARE = 0.25
"""With fewer of its letters found, a text is not the one that is spoken."""
SECONDS_A_LETTER = 0.09
"""About what a letter lasts: 11 letters a second, where nothing was heard to go by."""


@dataclass(frozen=True)
class Aligned:
    """A text's words with times; `found_share` (0-1) is how much of its letters were heard.

    A word's confidence is the recogniser's where it heard it so, and 0 where the time is a guess between neighbours.
    """

    words: tuple[Word, ...]
    found_share: float


def read_transcript(path: Path) -> str:
    """The text of a transcript file. Raises UserError for what is no text, or has times already."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_TEXT_BYTES + 1)
    except OSError as error:
        raise UserError(f"--text {path}: cannot be read ({error.strerror}).") from None
    if len(content) > LARGEST_TEXT_BYTES:
        raise UserError(f"--text {path}: is larger than {LARGEST_TEXT_BYTES // 1_000_000} MB; that is no transcript.")
    text, _ = decode(content, path.name)
    if re.search(r"\d:\d\d[.,]?\d*\s*-->\s*\d", text):
        raise UserError(
            f"--text {path}: has times already. Use it as it is: variantgen render MASTER --captions {path}"
        )
    if not letters(text):
        raise UserError(f"--text {path}: holds no words.")
    return text


def text_words(text: str) -> list[str]:
    """The words of a text with their punctuation, in order; of scripts without spaces, letter by letter."""
    folded = unicodedata.normalize("NFC", text)
    clean = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in folded)
    return [piece for chunk in clean.split() for piece in _pieces(chunk)]


def _pieces(chunk: str) -> Iterator[str]:
    """A chunk as it is, or cut around letters of scripts without spaces, marks staying with their letter."""
    if not SPACELESS.search(chunk):
        yield chunk
        return
    piece = ""
    for character in chunk:
        is_mark = unicodedata.category(character)[0] in "MP"
        is_foreign = not SPACELESS.match(character) and bool(piece) and not SPACELESS.search(piece)
        if piece and not is_mark and not is_foreign:
            yield piece
            piece = ""
        piece += character
    yield piece


def letters(word: str) -> str:
    """What of a word can be heard: its letters and digits, lower case, without accents."""
    folded = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in folded if character.isalnum())


# ---------------------------------------------------------------- matching


def align_text(text: str, heard: Sequence[Word], *, end_seconds: float) -> Aligned:
    """The words of `text` at the times of the words that were `heard`; none is later than `end_seconds`."""
    words = text_words(text)
    spoken = [word for word in heard if letters(word.text)]
    times = _Times([letters(word) for word in words])
    ours, theirs = times.keys, [letters(word.text) for word in spoken]
    at, there = 0, 0
    for block in difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        _match_letters(times, at, block.a, spoken[there : block.b])
        for step in range(block.size):
            times.take(block.a + step, spoken[block.b + step])
        at, there = block.a + block.size, block.b + block.size
    found = sum(len(key) for key, known in zip(ours, times.known, strict=True) if known)
    total = sum(map(len, ours))
    return Aligned(times.words(words, end_seconds), found / total if total else 0.0)


class _Times:
    """The times of a text's words as they become known."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        self.known: list[Word | None] = [None] * len(keys)

    def take(self, place: int, word: Word) -> None:
        self.known[place] = word

    def words(self, texts: Sequence[str], end_seconds: float) -> tuple[Word, ...]:
        """Every word; what stayed unknown shares the time between its known neighbours by its letters."""
        done: list[Word] = []
        place = 0
        while place < len(texts):
            known = self.known[place]
            if known is not None:
                done.append(Word(known.start_seconds, known.end_seconds, texts[place], known.confidence))
                place += 1
                continue
            until = next((n for n in range(place, len(texts)) if self.known[n] is not None), len(texts))
            before = done[-1].end_seconds if done else None
            after = self.known[until].start_seconds if until < len(texts) else None  # type: ignore[union-attr]
            done += self._shared(texts, place, until, before, after, end_seconds)
            place = until
        return tuple(done)

    def _shared(
        self, texts: Sequence[str], first: int, last: int, before: float | None, after: float | None, end: float
    ) -> list[Word]:
        sizes = [max(1, len(key)) for key in self.keys[first:last]]
        needed = sum(sizes) * SECONDS_A_LETTER
        if before is None:
            # nothing before: they end where the known words begin
            after = min(needed, end) if after is None else after
            before = max(0.0, after - needed)
        room = max(0.0, (end if after is None else after) - before)
        step = min(SECONDS_A_LETTER, room / sum(sizes))
        shared, at = [], before
        for text, size in zip(texts[first:last], sizes, strict=True):
            shared.append(Word(at, at + size * step, text, 0.0))
            at += size * step
        return shared


def _match_letters(times: _Times, first: int, last: int, heard: Sequence[Word]) -> None:
    """Words `first` to `last`, matched letter by letter to words that were heard differently in their place."""
    if first == last or not heard:
        return
    ours = [(place, letter) for place in range(first, last) for letter in times.keys[place]]
    theirs = [(word, n, letter) for word in heard for n, letter in enumerate(letters(word.text))]
    if len(ours) * len(theirs) > 4_000_000:
        return  # whole pages apart: a letter found there means nothing
    matcher = difflib.SequenceMatcher(None, [one[-1] for one in ours], [one[-1] for one in theirs], autojunk=False)
    met: dict[int, list[tuple[float, float, float]]] = {}
    for block in matcher.get_matching_blocks():
        if block.size < 2 and not SPACELESS.match(ours[block.a][1] if block.size else ""):
            continue  # one letter alone is chance
        for step in range(block.size):
            word, n, _ = theirs[block.b + step]
            long = (word.end_seconds - word.start_seconds) / len(letters(word.text))
            start = word.start_seconds + n * long
            met.setdefault(ours[block.a + step][0], []).append((start, start + long, word.confidence))
    for place, spans in met.items():
        if 2 * len(spans) >= len(times.keys[place]):
            sure = len(spans) / len(times.keys[place]) * min(span[2] for span in spans)
            times.take(place, Word(spans[0][0], spans[-1][1], "", round(sure, 3)))

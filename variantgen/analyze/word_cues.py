"""Words with their times in, captions out: cut where sentences end and where the voice rests."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from variantgen.analyze.align import SPACELESS
from variantgen.model import SourceCue, Word

# Two lines of 42 letters and 7 seconds: Netflix, https://partnerhelp.netflixstudios.com/hc/en-us/articles/215758617
MAX_LINE_LETTERS = 42
MAX_LINES = 2
MAX_SECONDS = 7.0
PAUSE_SECONDS = 0.6
SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟", "।")
CLOSERS = "\"'”’»)]」』）"


def cues_from_words(words: Sequence[Word]) -> list[SourceCue]:
    """Cues that hold every word once, in order, in at most two lines; each lasts from its first word to its last."""
    return [
        SourceCue(group[0].start_seconds, group[-1].end_seconds, "\n".join(_lines(group)), words=tuple(group))
        for group in _groups(words)
    ]


def joined(words: Sequence[Word]) -> str:
    """Words as they are written: with spaces between them where their script has any."""
    text = ""
    for word in words:
        is_close = not text or (SPACELESS.search(text[-2:]) and SPACELESS.search(word.text[:2]))
        text += word.text if is_close else f" {word.text}"
    return text


def width_of(text: str) -> int:
    """How wide a text is in letters; a wide one (Chinese, Japanese, Korean) counts for two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _groups(words: Sequence[Word]) -> Iterator[list[Word]]:
    group: list[Word] = []
    for word in words:
        if group and _is_over(group, word):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _is_over(group: list[Word], word: Word) -> bool:
    return (
        group[-1].text.rstrip(CLOSERS).endswith(SENTENCE_ENDS)
        or word.start_seconds - group[-1].end_seconds > PAUSE_SECONDS
        or word.end_seconds - group[0].start_seconds > MAX_SECONDS
        or len(_lines([*group, word])) > MAX_LINES
    )


def _lines(group: Sequence[Word]) -> list[str]:
    """One line if it fits; else the two most equal ones that fit; else as many as it takes, filled in turn."""
    whole = joined(group)
    if width_of(whole) <= MAX_LINE_LETTERS:
        return [whole]
    halves = [[joined(group[:place]), joined(group[place:])] for place in range(1, len(group))]
    fitting = [pair for pair in halves if max(map(width_of, pair)) <= MAX_LINE_LETTERS]
    if fitting:
        return min(fitting, key=lambda pair: abs(width_of(pair[0]) - width_of(pair[1])))
    if len(group) == 1:
        return [whole]
    lines = [""]
    for place, word in enumerate(group):
        longer = joined([Word(0, 0, lines[-1]), word]) if lines[-1] else word.text
        if lines[-1] and width_of(longer) > MAX_LINE_LETTERS:
            lines.append(word.text)
        else:
            lines[-1] = longer if place else word.text
    return lines

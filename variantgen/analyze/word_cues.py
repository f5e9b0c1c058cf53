"""Words with their times in, captions for a file out: broken at sense, as subtitlers break them."""

from __future__ import annotations

from collections.abc import Sequence

from variantgen.model import SourceCue, Word
from variantgen.phrasing import Limits, SpokenWord, guess_language, has_close_join, letters_in, phrase_words
from variantgen.phrasing.lines import Room

# Netflix, Timed Text Style Guide: https://partnerhelp.netflixstudios.com/hc/en-us/articles/215758617
MAX_LINE_LETTERS = 42
MAX_LINES = 2
LETTERS_PER_SECOND = 20
MIN_SECONDS = 5 / 6
MAX_SECONDS = 7.0
GAP_SECONDS = 2 / 24
_TICKS_PER_SECOND = 1000

width_of = letters_in


def cues_from_words(words: Sequence[Word], language: str = "") -> list[SourceCue]:
    """Cues that hold every word once, in order, in at most two lines of 42 letters and at most seven seconds.

    Each starts with its first word; it stays for half a second after its last, and as long as it is read, where the
    next leaves room. One word alone may be longer than a line. `language` is a BCP 47 tag; without it the words tell.
    """
    if not words:
        return []
    starts = [round(word.start_seconds * _TICKS_PER_SECOND) for word in words]
    spoken = [
        SpokenWord(
            start,
            round(word.end_seconds * _TICKS_PER_SECOND),
            word.text,
            has_space=number > 0 and not has_close_join(words[number - 1].text, word.text),
        )
        for number, (start, word) in enumerate(zip(starts, words, strict=True))
    ]
    # a millisecond a word is there beyond the last, and time to read it
    end = max(word.end for word in spoken) + len(words) + round(MAX_SECONDS * _TICKS_PER_SECOND)
    shown = phrase_words(
        spoken,
        limits=Limits(
            ticks_per_second=_TICKS_PER_SECOND,
            max_lines=MAX_LINES,
            letters_per_second=LETTERS_PER_SECOND,
            min_ticks=round(MIN_SECONDS * _TICKS_PER_SECOND),
            max_ticks=round(MAX_SECONDS * _TICKS_PER_SECOND),
            gap_ticks=round(GAP_SECONDS * _TICKS_PER_SECOND),
        ),
        room=Room(MAX_LINE_LETTERS, 1),
        measure=letters_in,
        walls=[end],
        language=language or guess_language(word.text for word in words),
    )
    return [
        SourceCue(
            cue.start / _TICKS_PER_SECOND,
            cue.end / _TICKS_PER_SECOND,
            "\n".join(cue.lines),
            words=tuple(words[cue.first_word : cue.end_word]),
        )
        for cue in shown
    ]


def joined(words: Sequence[Word]) -> str:
    """Words as they are written: with spaces between them where their script has any."""
    text = ""
    for word in words:
        text += word.text if not text or has_close_join(text, word.text) else f" {word.text}"
    return text

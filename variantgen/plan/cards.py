"""How long a card stays on screen: its text goes in, seconds come out (pure)."""

from __future__ import annotations

CARD_DESIGN = 2
"""Part of every card's key: raised when a template draws other pixels."""

LEAST_SECONDS = 2.0
MOST_SECONDS = 3.0
SETTLING_SECONDS = 0.8
"""Until the last line of a card can be read."""
# silent reading of English, Brysbaert 2019: 238 words a minute; a card is met unprepared, so a fifth slower
WORDS_A_SECOND = 3.2
# subtitling practice: 17 characters a second; it speaks for languages with long words or without spaces
CHARACTERS_A_SECOND = 17.0


def card_seconds(text: str) -> float:
    """The time to read a card's text once it stands, from 2.0 to 3.0 seconds, in tenths.

    >>> card_seconds("Thanks for watching")
    2.0
    """
    words = text.replace("\\n", " ").split()
    reading_seconds = max(len(words) / WORDS_A_SECOND, len(" ".join(words)) / CHARACTERS_A_SECOND)
    return round(min(MOST_SECONDS, max(LEAST_SECONDS, SETTLING_SECONDS + reading_seconds)), 1)

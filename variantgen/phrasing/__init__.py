"""Where captions break: spoken words in, the cues and lines that show them out (pure).

`plan` breaks the words of a variant on its canvas with it, `analyze` those of a transcript for a captions file.
"""

from variantgen.phrasing.cues import Limits, ShownCue, ShownWord, SpokenWord, phrase_words
from variantgen.phrasing.lines import Setting, Token
from variantgen.phrasing.sense import break_cost, guess_language
from variantgen.phrasing.writing import clusters, has_close_join, letters_in, units_of

__all__ = [
    "Limits",
    "Setting",
    "ShownCue",
    "ShownWord",
    "SpokenWord",
    "Token",
    "break_cost",
    "clusters",
    "guess_language",
    "has_close_join",
    "letters_in",
    "phrase_words",
    "units_of",
]

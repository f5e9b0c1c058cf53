"""A text in, the same in capitals out, as its language writes them (pure)."""

from __future__ import annotations

import unicodedata

from variantgen.model import SourceCue, Word

_DOTTED = str.maketrans({"i": "İ", "ı": "I"})
_DOTTED_LANGUAGES = frozenset({"tr", "az"})
_TONOS = "\u0301"
# Georgian capitals are for display only, and few fonts have them.
_GEORGIAN = range(0x10D0, 0x1100)


def in_capitals(text: str, language: str = "") -> str:
    """The text in capitals: a Turkish i keeps its dot, a Greek vowel loses its accent, Georgian stays as it is."""
    if language.replace("_", "-").partition("-")[0].lower() in _DOTTED_LANGUAGES:
        text = unicodedata.normalize("NFC", text).translate(_DOTTED)
    if any("\u0370" <= letter <= "\u03ff" or "\u1f00" <= letter <= "\u1fff" for letter in text):
        text = _without_tonos(text)
    return "".join(letter if ord(letter) in _GEORGIAN else letter.upper() for letter in text)


def cue_in_capitals(cue: SourceCue, language: str = "") -> SourceCue:
    """A cue with its text and its words in capitals."""
    words = tuple(
        Word(word.start_seconds, word.end_seconds, in_capitals(word.text, language), word.confidence)
        for word in cue.words
    )
    text = "\n".join(in_capitals(line, language) for line in cue.text.split("\n"))
    return SourceCue(cue.start_seconds, cue.end_seconds, text, cue.is_italic, words)


def _without_tonos(text: str) -> str:
    """Greek vowels without their accent; a diaeresis stays, and other scripts keep all their marks."""
    plain, base = "", ""
    for letter in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(letter):
            base = letter
        elif letter == _TONOS and "\u0370" <= base <= "\u03ff":
            continue
        plain += letter
    return unicodedata.normalize("NFC", plain)

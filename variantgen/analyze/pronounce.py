"""English words in, their sounds out (ARPAbet, as the CMU dictionary writes them), for what a dictionary lacks.

Good enough to find a name in the sound at its place between known words; not good enough to speak it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

Lookup = Callable[[str], str | None]
"""A dictionary: a lower-case word in, its sounds (`"K AE T"`) out, None where it is not in there."""

LETTERS = {
    "a": "EY", "b": "B IY", "c": "S IY", "d": "D IY", "e": "IY", "f": "EH F", "g": "JH IY", "h": "EY CH", "i": "AY",
    "j": "JH EY", "k": "K EY", "l": "EH L", "m": "EH M", "n": "EH N", "o": "OW", "p": "P IY", "q": "K Y UW",
    "r": "AA R", "s": "EH S", "t": "T IY", "u": "Y UW", "v": "V IY", "w": "D AH B AH L Y UW", "x": "EH K S",
    "y": "W AY", "z": "Z IY",
}  # fmt: skip
# The longest spelling that fits is taken, from the left; vowels before an "e" that ends the word come first.
SPELLINGS = {
    "tion": "SH AH N", "sion": "ZH AH N", "ture": "CH ER", "eigh": "EY", "ough": "AO", "augh": "AO",
    "igh": "AY", "sch": "SH", "tch": "CH", "dge": "JH", "eau": "OW", "ous": "AH S", "que": "K",
    "sh": "SH", "ch": "CH", "th": "TH", "ph": "F", "wh": "W", "ck": "K", "ng": "NG", "qu": "K W", "gh": "G",
    "kn": "N", "wr": "R", "ee": "IY", "ea": "IY", "oo": "UW", "ou": "AW", "ow": "OW", "oi": "OY", "oy": "OY",
    "ai": "EY", "ay": "EY", "ey": "IY", "ei": "EY", "ie": "IY", "au": "AO", "aw": "AO", "oa": "OW", "ue": "UW",
    "ew": "UW", "er": "ER", "ir": "ER", "ur": "ER", "ar": "AA R", "or": "AO R", "bb": "B", "cc": "K", "dd": "D",
    "ff": "F", "gg": "G", "ll": "L", "mm": "M", "nn": "N", "pp": "P", "rr": "R", "ss": "S", "tt": "T", "zz": "Z",
    "a": "AE", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F", "g": "G", "h": "HH", "i": "IH", "j": "JH",
    "k": "K", "l": "L", "m": "M", "n": "N", "o": "AA", "p": "P", "q": "K", "r": "R", "s": "S", "t": "T",
    "u": "AH", "v": "V", "w": "W", "x": "K S", "y": "IY", "z": "Z",
}  # fmt: skip
LONG_VOWELS = {"a": "EY", "e": "IY", "i": "AY", "o": "OW", "u": "UW"}
_LONGEST_SPELLING = max(map(len, SPELLINGS))

ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SIGNS = {"%": "percent", "&": "and", "$": "dollars", "€": "euros", "£": "pounds", "+": "plus", "@": "at", "=": "equals"}


def plain(word: str) -> str:
    """A written word as a dictionary lists it: lower case, no accents, no punctuation but apostrophes inside."""
    letters = unicodedata.normalize("NFKD", word.replace("’", "'").lower())
    return re.sub(r"[^a-z0-9']", "", letters).strip("'")


def pronounce(word: str, lookup: Lookup) -> str:
    """The sounds of a written word, numbers and signs read out; empty for one that holds nothing to say."""
    known = lookup(plain(word)) if plain(word) else None
    if known:
        return known
    sounds = [_of_chunk(chunk, lookup) for chunk in re.findall(r"\d[\d,.]*|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]", word)]
    return " ".join(sound for sound in sounds if sound)


def _of_chunk(chunk: str, lookup: Lookup) -> str:
    if chunk[0].isdigit():
        return " ".join(lookup(word) or _by_letters(word) for word in number_words(chunk))
    if chunk in SIGNS:
        return lookup(SIGNS[chunk]) or _by_letters(SIGNS[chunk])
    bare = plain(chunk)
    if not bare:
        return ""
    known = lookup(bare)
    if known:
        return known
    stem = lookup(bare.removesuffix("'s")) if bare.endswith("'s") else None
    if stem:
        return f"{stem} Z"
    letters = bare.replace("'", "")
    is_spelled = (chunk.isupper() and len(chunk) > 1) or not re.search("[aeiouy]", letters)
    return " ".join(LETTERS[letter] for letter in letters) if is_spelled else _by_letters(letters)


def _by_letters(word: str) -> str:
    """By spelling rules: the longest spelling that fits, a vowel before a consonant and a last "e" long."""
    sounds, place = [], 0
    while place < len(word):
        rest = word[place:]
        if re.fullmatch("[aeiou][bcdfgklmnpstvz]e", rest):
            sounds += [LONG_VOWELS[rest[0]], {"c": "S", "g": "JH"}.get(rest[1], SPELLINGS[rest[1]])]
            break
        if rest == "e" and place > 1:
            break
        size = next(n for n in range(_LONGEST_SPELLING, 0, -1) if rest[:n] in SPELLINGS and len(rest) >= n)
        soft = {"c": "S", "g": "JH"}.get(rest[0]) if size == 1 and rest[1:2] in ("e", "i", "y") else None
        sounds.append(soft or SPELLINGS[rest[:size]])
        place += size
    return " ".join(sounds)


def number_words(digits: str) -> list[str]:
    """`["twenty", "five"]` of "25"; years in two halves, decimals after "point", very long ones digit by digit."""
    whole, point, rest = digits.rstrip(".,").replace(",", "").partition(".")
    if point:
        return [*number_words(whole), "point", *(ONES[int(digit)] for digit in rest if digit.isdigit())]
    if len(whole) > 9 or (len(whole) > 1 and whole.startswith("0")):
        return [ONES[int(digit)] for digit in whole]
    value = int(whole or 0)
    if "," not in digits and (1100 <= value < 2000 or 2010 <= value < 2100):
        low = _below_thousand(value % 100) if value % 100 >= 10 else (["oh", *_below_thousand(value % 100)])
        return [*_below_thousand(value // 100), *(["hundred"] if value % 100 == 0 else low)]
    words: list[str] = []
    for size, name in ((1_000_000, "million"), (1000, "thousand")):
        if value >= size:
            words += [*_below_thousand(value // size), name]
            value %= size
    return words + _below_thousand(value) if value or not words else words


def _below_thousand(value: int) -> list[str]:
    if value >= 100:
        return [ONES[value // 100], "hundred", *(_below_thousand(value % 100) if value % 100 else [])]
    if value < 20:
        return [ONES[value]]
    return [TENS[value // 10 - 2], *([ONES[value % 10]] if value % 10 else [])]

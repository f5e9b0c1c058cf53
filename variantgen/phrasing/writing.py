"""How scripts are written: what stands close, what may begin or end a line, how many letters wide a text is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Written without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han, full-width forms. Korean has spaces.
SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u31c0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\ufe30-\ufe4f\uff00-\uff9f\U00020000-\U0003fffd]"
)
# Those of them that break between any two characters: Han, kana, their punctuation and full-width forms.
BETWEEN_CHARACTERS = re.compile(
    "[\u2e80-\u303f\u3040-\u30ff\u31c0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U00020000-\U0003fffd]"
)
_NEVER_FIRST = frozenset(
    "、。，．・：；！？ー」』）〕］｝〉》】,.!?:;)]}%…〜～ぁぃぅぇぉっゃゅょァィゥェォッャュョ々๏ๆฯ"
)
# Brackets, and the Thai and Lao vowels that are written before the letter they follow.
_LEADING_VOWELS = frozenset("เแโใไເແໂໃໄ")
_NEVER_LAST = frozenset("「『（〔［｛〈《【([{") | _LEADING_VOWELS
# Thai and Lao vowels that are written after their letter and belong to it.
_FOLLOWING_VOWELS = frozenset("ะาำๅະາຳ")
# Signs that are words of their own where spaces stand around them (« Non ! »), yet belong to a neighbour.
_CLOSING_SIGNS = frozenset(".,!?;:…»”’)]}、。，．！？：；」』）؟،؛।-–—")
_OPENING_SIGNS = frozenset("«“‘„([{¿¡「『（")


def letters_in(text: str) -> int:
    """How many letters wide a text is: a wide one (Chinese, Japanese, Korean) counts for two, an accent for none."""
    if text.isascii():
        return len(text)
    return sum(_letters(character) for character in text)


def _letters(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def has_close_join(before: str, after: str) -> bool:
    """Whether two words are written without a space between them."""
    return bool(SPACELESS.search(before[-2:]) and SPACELESS.search(after[:2]))


def is_inseparable(before: str, after: str) -> bool:
    """Whether a break between two words written close, or signs set apart, would be wrong in any language."""
    if _signs(after, _CLOSING_SIGNS) or _signs(before, _OPENING_SIGNS):
        return True
    if not has_close_join(before, after):
        return False
    return after[0] in _NEVER_FIRST or before[-1] in _NEVER_LAST or continues(before[-1], after[0])


def _signs(word: str, signs: frozenset[str]) -> bool:
    return all(character in signs for character in word)


def units_of(word: str) -> Iterator[str]:
    """A written word's unbreakable pieces: the word itself, or its characters in scripts without spaces."""
    start = 0
    for i in range(1, len(word)):
        before, after = word[i - 1], word[i]
        if not (BETWEEN_CHARACTERS.match(before) or BETWEEN_CHARACTERS.match(after)):
            continue
        if before in _NEVER_LAST or after in _NEVER_FIRST or continues(before, after):
            continue
        yield word[start:i]
        start = i
    yield word[start:]


def clusters(text: str) -> Iterator[str]:
    """What a reader calls the text's characters, with what may not be parted from them (Unicode's UAX 29, and Thai)."""
    if text.isascii():
        yield from text
        return
    import regex

    held = ""
    for cluster in regex.findall(r"\X", text):
        if held and not (held[-1] in _LEADING_VOWELS or cluster[0] in _FOLLOWING_VOWELS):
            yield held
            held = ""
        held += cluster
    if held:
        yield held


def continues(before: str, after: str) -> bool:
    """Whether `after` is drawn onto `before`: an accent, a vowel sign, a joined emoji."""
    return before == "\u200d" or after == "\u200d" or unicodedata.category(after) in {"Mn", "Me", "Mc"}

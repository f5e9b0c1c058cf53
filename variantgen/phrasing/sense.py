"""How much a reader minds a break between two words: by punctuation, by the small words, by the script."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from variantgen.phrasing.function_words import FIRST, LAST, SUBJECTS
from variantgen.phrasing.writing import has_close_join

PLAIN_COST = 1.0
"""Of a break between any two words."""
SENTENCE_COST = -0.3
_STRONG_CLAUSE_COST = 0.1
CLAUSE_COST = 0.3
_ASIDE_COST = 0.6
_BEFORE_FIRST_BONUS = 0.35
_AFTER_SUBJECT_COST = 1.6
_AFTER_LAST_COST = 2.5

_CLOSERS = "[\"'”’»›)\\]」』）]*$"
_SENTENCE_END = re.compile("[.!?…。！？؟।॥։።]" + _CLOSERS)
_STRONG_CLAUSE_END = re.compile("[;:—–；：؛]" + _CLOSERS)
_CLAUSE_END = re.compile("([,،、，]|(^|\\s)-)" + _CLOSERS)
_QUOTE_END = re.compile('["”»)\\]」』）]$')
_ASIDE_START = re.compile("[(\\[«“„—–「『（]")
_INITIAL = re.compile(r"(^|[\W_])[^\W\d_]\.$")
_EDGES = re.compile(r"^[^\w]+|[^\w.']+$")
_NUMBER = re.compile(r"[$€£¥]?\d[\d.,]*$")
# A phrase of Japanese mostly ends in kana, and the next begins with Han or katakana; Chinese has particles too.
_JAPANESE_TURN = re.compile("[\u3041-\u309f][\u30a1-\u30fa\u4e00-\u9fff]")
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]{2}")
_STEM_AND_ENDING = re.compile("[\u4e00-\u9fff][\u3041-\u309f]")
_PARTICLES = frozenset("はがをにでともへのよねか的了吗呢吧啊")
_LANGUAGES_OF = {key: {lang: frozenset(words.split()) for lang, words in table.items()} for key, table in (
    ("last", LAST), ("subject", SUBJECTS), ("first", FIRST)
)}  # fmt: skip


@lru_cache(maxsize=16384)
def break_cost(before: str, after: str, language: str = "") -> float:
    """What a break between two words costs: below 0 after a sentence, 1 anywhere, 2.5 after "the".

    `language` is a BCP 47 tag; the small words of English, French, German, Spanish, Italian, Portuguese and Dutch
    are known.
    """
    language = language.replace("_", "-").partition("-")[0].lower()
    if ends_sentence(before, language):
        return SENTENCE_COST
    if _STRONG_CLAUSE_END.search(before):
        return _STRONG_CLAUSE_COST
    if _CLAUSE_END.search(before):
        return CLAUSE_COST
    if _ASIDE_START.match(after) or _QUOTE_END.search(before):
        return _ASIDE_COST
    if has_close_join(before, after):
        return _close_cost(before, after)
    return _word_cost(_bare(before), _bare(after), language)


def ends_sentence(word: str, language: str = "") -> bool:
    """Whether a sentence ends with this word; an initial and a title (Dr.) end none."""
    if not _SENTENCE_END.search(word):
        return False
    return not _INITIAL.search(word) and word.lower() not in _words("last", language)


def guess_language(texts: Iterable[str]) -> str:
    """Which of the known languages the texts are in, by their small words; empty where they hold none."""
    seen = [word for text in texts for word in text.lower().split()]
    counts = {lang: sum(word in words for word in seen) for lang, words in _LANGUAGES_OF["last"].items()}
    best = max(counts, key=lambda lang: counts[lang])
    return best if counts[best] else ""


def _words(kind: str, language: str) -> frozenset[str]:
    return _LANGUAGES_OF[kind].get(language, frozenset())


def _bare(word: str) -> str:
    return _EDGES.sub("", word.replace("’", "'"))


def _close_cost(before: str, after: str) -> float:
    pair = before[-1] + after[0]
    if before[-1] == "・":
        return 0.5
    if _KATAKANA.match(pair):
        return 2.0  # a foreign word
    if _STEM_AND_ENDING.match(pair):
        return 1.4
    return 0.7 if before[-1] in _PARTICLES or _JAPANESE_TURN.match(pair) else 1.1


def _word_cost(before: str, after: str, language: str) -> float:
    if before.lower() in _words("last", language):
        return _AFTER_LAST_COST
    cost = PLAIN_COST
    if before.lower() in _words("subject", language):
        cost = _AFTER_SUBJECT_COST
    elif _NUMBER.match(before) or (_NUMBER.match(after) and before.istitle()):
        cost = 1.5  # 5 dollars, Channel 4
    elif language != "de" and before.istitle() and after.istitle():
        cost = 1.5  # a name of two words; every German noun has a capital
    if after.lower() in _words("first", language):
        cost -= _BEFORE_FIRST_BONUS
    return cost

"""Small tables of words by language: fillers, openings that lean on what was said before, counting, function words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

FILLERS = {
    # these mean nothing else in any of the languages below; "um" and "er" do (German), so they need the language
    "": ("uh", "uhm", "uhh", "umm", "erm", "hmm", "mhm", "ähm", "äh", "öh", "euh", "heu"),
    "en": ("um", "er", "ah", "eh", "you know"),
    "de": ("ehm", "hm", "tja", "sozusagen"),
    "fr": ("hum", "hein", "bah", "ben"),
    "es": ("eh", "este", "em", "o sea"),
}
"""Words that are dropped where they stand alone."""

LEANING = {
    "en": """he she it they him her them his its their this these those that and but so or because then also however
        therefore thus instead otherwise besides meanwhile which who there likewise moreover nor yet""",
    "de": """er sie es ihn ihm ihr ihnen dies diese dieser dieses das und aber also oder denn weil dann auch jedoch
        deshalb darum trotzdem außerdem dort dabei damit sondern""",
    "fr": """il elle ils elles lui leur ce cela ça ceci ces et mais donc ou car parce puis alors aussi cependant
        pourtant ensuite""",
    "es": """él ella ellos ellas esto eso esta este estos estas y pero así entonces o porque luego también sin además
        aunque pues""",
}
"""First words by which a sentence leans on the one before it."""

COUNTING = {
    "en": ("first firstly", "second secondly", "third thirdly", "fourth", "finally lastly last"),
    "de": ("erstens zuerst", "zweitens", "drittens", "viertens", "schließlich zuletzt"),
    "fr": ("premièrement d'abord", "deuxièmement", "troisièmement", "quatrièmement", "enfin finalement"),
    "es": ("primero", "segundo", "tercero", "cuarto", "finalmente último"),
}
"""First words of the members of an enumeration, in order; the last row closes it."""

FUNCTION = {
    "en": """the a an of to in on at for with from by as is are was were be been being am do does did have has had
        will would can could should may might must not no i you we my your our me us if when what where how why all any
        some more most very just about into out up down over than too only own same here there it's i'm don't""",
    "de": """der die das den dem des ein eine einen einem einer und zu in im am auf für mit von aus bei nach ist sind
        war waren sein bin hat haben hatte wird werden kann können nicht kein ich du wir ihr mein dein unser wenn was wo
        wie warum alle sehr nur über unter mehr als noch schon""",
    "fr": """le la les un une des du de à au aux en dans sur pour avec par est sont était être suis ai as a ont avait
        sera peut ne pas je tu nous vous mon ton notre votre si quand que qui où comment pourquoi tout tous très plus
        seulement comme""",
    "es": """el la los las un una unos unas de del a al en con por para es son era ser soy ha han había será puede no
        yo tú nosotros mi tu su nuestro si cuando que qué quien dónde cómo todo todos muy más sólo como se lo le""",
}
TITLES = frozenset(("mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "mme", "mlle", "sra", "hr", "fr"))
"""A full stop after these ends no sentence, though a name follows; other abbreviations are told by what follows."""

_EDGE = re.compile(r"^[^\w']+|[^\w']+$")
_LEANING = {language: frozenset(text.split()) for language, text in LEANING.items()}
_FUNCTION = {language: frozenset(text.split()) for language, text in FUNCTION.items()}
_ALL_FUNCTION = frozenset().union(*_FUNCTION.values())
LEAST_SHARE = 0.12
"""Of the words of a transcript, function words of a language it is in; English has about 0.4."""


def bare(text: str) -> str:
    """A word in small letters without the punctuation around it.

    >>> bare("“Don’t,")
    "don't"
    """
    return _EDGE.sub("", text.replace("’", "'").casefold()).strip("'")


def language_told(texts: Iterable[str]) -> str:
    """The language of a transcript if it is one of the tables', told from its function words; else empty."""
    counts = Counter(bare(text) for text in texts)
    total = sum(counts.values())
    found = {language: sum(counts[word] for word in words) for language, words in _FUNCTION.items()}
    best = max(found, key=lambda language: found[language])
    return best if total and found[best] >= LEAST_SHARE * total else ""


def fillers_of(language: str) -> frozenset[tuple[str, ...]]:
    """The fillers of a language, each as its words."""
    return frozenset(tuple(phrase.split()) for phrase in (*FILLERS[""], *FILLERS.get(language, ())))


def leans(word: str, language: str) -> bool:
    """Whether a sentence that starts with this word leans on the sentence before it."""
    return bare(word).partition("'")[0] in _LEANING.get(language, ())


def place_in_enumeration(word: str, language: str) -> int | None:
    """0 for "first", 1 for "second" ..., None for words that do not count."""
    said = bare(word)
    rows = COUNTING.get(language, ())
    return next((place for place, row in enumerate(rows) if said in row.split()), None)


def carries_meaning(word: str) -> bool:
    """Whether a bare word says what a sentence is about."""
    return len(word) > 2 and word not in _ALL_FUNCTION and not any(word in words for words in _LEANING.values())

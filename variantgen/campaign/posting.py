"""What is written beside a post: a campaign's [posting] table and one variant's values in, its texts out (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from variantgen.errors import nearest

TEXTS = ("title", "headline", "text", "brand", "alt_text")
LISTS = ("tags", "hashtags")
KEYS = (*TEXTS, *LISTS)

PLACEHOLDERS = ("campaign", "objective", "channel", "preset", "language", "url", "id", "seconds")
"""What every variant has; beside these, each factor's name stands for the text of the variant's level."""

_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
# BCP 47 as far as people write it: de, pt-BR, zh-Hant
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Texts:
    """What one post says; a list of tags goes into a channel's own field for them, hashtags into the text."""

    title: str = ""
    headline: str = ""
    text: str = ""
    brand: str = ""
    alt_text: str = ""
    tags: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()


def posting_faults(
    posting: Mapping[str, Any], *, names: Sequence[str], factors: Sequence[str], where: str = "posting"
) -> list[str]:
    """A sentence for every fault of a [posting] table.

    `names` are the presets and channels of the campaign: each, and each language's tag, may have a table of its own
    inside, as in [posting.youtube], which goes before the general one. `factors` are the campaign's factor names.
    """
    known = (*PLACEHOLDERS, *factors)
    return list(_faults(posting, names, known, where, is_inner=False))


def _faults(
    table: Mapping[str, Any], names: Sequence[str], known: Sequence[str], where: str, *, is_inner: bool
) -> Iterator[str]:
    for key, value in table.items():
        place = f"{where}.{key}"
        if isinstance(value, Mapping) and (key in names or _LANGUAGE.fullmatch(key)) and not is_inner:
            yield from _faults(value, (), known, place, is_inner=True)
        elif key in TEXTS:
            if isinstance(value, str):
                yield from _placeholder_faults(value, known, place)
            else:
                yield f"{place}: value {value!r} is not allowed: allowed is text"
        elif key in LISTS:
            if isinstance(value, (list, tuple)) and all(isinstance(one, str) and one.strip() for one in value):
                for one in value:
                    yield from _placeholder_faults(one, known, place)
            else:
                yield f"{place}: value {value!r} is not allowed: allowed is a list of words"
        else:
            allowed = [*KEYS, *names]
            tables = "" if is_inner else ", and tables named by a preset, a channel or a language"
            yield f"{place}: is not a known key: allowed is {', '.join(KEYS)}{tables}.{nearest(key, allowed)}"


def _placeholder_faults(text: str, known: Sequence[str], place: str) -> Iterator[str]:
    for found in _BRACES.finditer(text):
        if found[0] in ("{{", "}}"):
            continue
        if found[1] is None:
            yield f'{place}: a single "{found[0]}": write "{found[0] * 2}" for one that is to be shown'
        elif found[1] not in known:
            allowed = ", ".join(f"{{{name}}}" for name in known)
            yield f'{place}: "{found[0]}" stands for nothing: allowed is {allowed}.{nearest(found[1], known)}'


def texts_for(
    posting: Mapping[str, Any], *, preset: str, channel: str, language: str, values: Mapping[str, str]
) -> Texts:
    """One post's texts: the placement's own before the channel's, the language's, and the general ones.

    `values` are what placeholders stand for; what they hold is not filled in again. A placeholder without a value is
    left out: `posting_faults` tells of those that can have none.
    """
    base = language.partition("-")[0]
    tables = [posting.get(name) for name in (preset, channel, language, base) if name]
    layers = [table for table in (*tables, posting) if isinstance(table, Mapping)]

    def chosen(key: str) -> Any:
        return next((layer[key] for layer in layers if key in layer), () if key in LISTS else "")

    words: dict[str, Any] = {key: filled(chosen(key), values).strip() for key in TEXTS}
    for key in LISTS:
        made = [filled(one, values).strip() for one in chosen(key)]
        words[key] = tuple(dict.fromkeys(one for one in made if one))
    words["hashtags"] = tuple(dict.fromkeys(as_hashtag(one) for one in words["hashtags"]))
    return Texts(**words)


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its placeholders filled in, once.

    >>> filled("{hook} {{so}} {url}", {"hook": "{url}?", "url": "https://a.example"})
    '{url}? {so} https://a.example'
    """

    def put(found: re.Match[str]) -> str:
        return found[0][0] if found[1] is None else values.get(found[1], "")

    return _BRACES.sub(put, text)


def as_hashtag(word: str) -> str:
    """A word or a phrase as a hashtag: spaces and hyphens end one, so they go.

    >>> as_hashtag("spring sale"), as_hashtag("#spring")
    ('#springSale', '#spring')
    """
    first, *others = re.split(r"[\s\-]+", word.lstrip("#＃").strip())
    return "#" + first + "".join(part[:1].upper() + part[1:] for part in others)

"""A variant's specification in, its short id out: the same on every machine, in every folder, with every FFmpeg.

The id is made of the specification's canonical JSON, in the manner of RFC 8785: keys sorted, text in Unicode's NFC,
one way to write each number. So the order of keys, the form of an accent, and 2 against 2.0 make no other id.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from variantgen.errors import UserError
from variantgen.plan.keys import key_of

ID_VERSION = 1
"""Raised only where the same specification has to give another id; then every file, link and log keeps its old one."""

FIRST_LETTERS = "bcdfghjkmnpqrstvwxyz"
LETTERS = "0123456789" + FIRST_LETTERS
"""Of an id: lower case, no vowel (so that no word comes out by accident), no l that reads as 1.

Without an e, and with a letter first, no spreadsheet takes an id for a number: 12345e67 would become 1.2E+71.
"""

ID_LENGTH = 8
"""20 x 30^7 ids (38.7 bits): two of 10 000 variants share one in 1 of 8 700 campaigns, and then `ids_of` refuses.

There is no check letter: of a campaign's 10 000 ids, a mistyped one hits another by chance once in 44 million.
"""

_ID = re.compile(rf"(?<![0-9a-z])[{FIRST_LETTERS}][{LETTERS}]{{{ID_LENGTH - 1}}}(?![0-9a-z])")
_MISREAD = str.maketrans("oil", "011")


def specification_id(specification: Mapping[str, Any]) -> str:
    """Eight letters and digits from everything that specifies a variant; TypeError for what is no plain data."""
    number = int(key_of("specification", ID_VERSION, canonical(specification)), 16)
    number, place = divmod(number, len(FIRST_LETTERS))
    letters = [FIRST_LETTERS[place]]
    for _ in range(ID_LENGTH - 1):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def canonical(value: Any) -> str:
    """The one JSON text of a value: dicts, lists, text, numbers (fractions and decimals too), true, false and null.

    A number is written as the shortest decimal of its value, one without an end (1/3) as the text of its fraction.
    Raises TypeError for anything else (a path, a set), ValueError for NaN, infinity and keys that are the same text.

    >>> canonical({"b": 2.0, "a": Fraction(1, 2)})
    '{"a":0.5,"b":2}'
    """
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, (int, float, Fraction, Decimal)):
        return _number(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, Mapping):
        return _table(value)
    raise TypeError(f"a specification holds plain data, not {type(value).__name__}: {value!r}")


def _quoted(text: str) -> str:
    return json.dumps(unicodedata.normalize("NFC", text), ensure_ascii=False)


def _number(number: float | Fraction | Decimal) -> str:
    # a float means the decimal that it is written as: 0.1 is a tenth, and not the binary fraction nearest to it
    exact = Fraction(repr(number)) if isinstance(number, float) else Fraction(number)
    if exact.denominator == 1:
        return str(exact.numerator)
    rest, digits = exact.denominator, 0
    for factor in (2, 5):
        count = 0
        while rest % factor == 0:
            rest, count = rest // factor, count + 1
        digits = max(digits, count)
    if rest != 1:
        return f'"{exact}"'
    whole = str(abs(exact.numerator) * 10**digits // exact.denominator).rjust(digits + 1, "0")
    return f"{'-' if exact < 0 else ''}{whole[:-digits]}.{whole[-digits:]}"


def _table(table: Mapping[Any, Any]) -> str:
    told: dict[str, str] = {}
    for key, value in table.items():
        if not isinstance(key, str):
            raise TypeError(f"a specification's keys are text, not {type(key).__name__}: {key!r}")
        plain = unicodedata.normalize("NFC", key)
        if plain in told:
            raise ValueError(f'two keys of a specification are the same text: "{plain}"')
        told[plain] = canonical(value)
    return "{" + ",".join(f"{_quoted(key)}:{told[key]}" for key in sorted(told)) + "}"


def ids_of(specifications: Iterable[Mapping[str, Any]]) -> list[str]:
    """The id of each; UserError where two that differ would share one, or where one is there twice."""
    told: dict[str, str] = {}
    for specification in specifications:
        text, identity = canonical(specification), specification_id(specification)
        if told.get(identity) == text:
            raise UserError(f"two variants of the campaign are the same in everything (id {identity}): take one out.")
        if identity in told:
            raise UserError(f"two variants came to the same id {identity}: change the campaign's name by a letter.")
        told[identity] = text
    return list(told)


def as_typed(text: str) -> str:
    """An id as a person typed or copied it, in its own letters: O, I and L are read as digits.

    >>> as_typed(" B2OIXYZ9 ")
    'b201xyz9'
    """
    return text.strip().lower().translate(_MISREAD)


def is_id(text: str) -> bool:
    """Whether a text has the form of an id."""
    return _ID.fullmatch(text) is not None


def ids_in(text: str) -> tuple[str, ...]:
    """Everything that has the form of an id in an ad's name, a link or a file name, each once, in order.

    Words of eight letters without a vowel have that form too: hold the result against the ids that are known.
    """
    return tuple(dict.fromkeys(_ID.findall(text.lower())))

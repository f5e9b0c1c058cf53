"""Cells as people's spreadsheets write them: counts, money, percentages, times and days (pure).

Which mark parts the decimals is never guessed from one cell: 1.200 is twelve hundred in one file and 1.2 in another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Mark = Literal[".", ","]
DayOrder = Literal["month-first", "day-first", ""]

NO_VALUE = frozenset(("", "-", "--", "—", "–", "n/a", "na", "#n/a", "null", "none", "nan", "n. d.", "s.o."))
"""What exports write where there is nothing: missing, and not a nought."""

_GROUPS = r"[0-9]{{1,3}}(?:{mark}[0-9]{{2,3}})*{mark}[0-9]{{3}}"  # 1,234,567, and 12,34,567 as India groups
_DECIMALS = re.compile(r"(?:[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
_TYPED = re.compile(r"[0-9]+e-[0-9]{1,2}")
_BLANKS = re.compile(r"[\s\u00a0\u202f\u2009'’]")
_FLOOR = re.compile(r"[<≤]\s*[0-9.,]+")
_COMPACT = {"k": 1e3, "m": 1e6, "b": 1e9}
_LARGEST = 1e15  # a double holds every whole number up to here


class Unreadable(ValueError):
    """A cell that cannot be read; its text goes on "value "x" ..."."""


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is no value, or hides a small one (`<10`)."""
    return text.casefold() in NO_VALUE or _FLOOR.fullmatch(text) is not None


@lru_cache(maxsize=65536)
def number(text: str, mark: Mark) -> float:
    """The number of a cell in which `mark` parts the decimals; blanks, currency signs and % are left out.

    Raises Unreadable for anything else, and for thousands that are not grouped by three: 12,5 is no 125.

    >>> number("1,234.5", "."), number("1.234,50 €", ","), number("28 000", ","), number("(3.20)", ".")
    (1234.5, 1234.5, 28000.0, -3.2)
    """
    plain = _bare(text)
    is_negative = plain.startswith("-") or (plain.startswith("(") and plain.endswith(")"))
    plain = plain.strip("()").lstrip("+-")
    times = _COMPACT.get(plain[-1:].lower(), 1.0) if plain[:-1] else 1.0
    if times != 1:
        plain = plain[:-1]
    other = "," if mark == "." else "."
    if _TYPED.fullmatch(plain):
        plain = format(Decimal(plain), "f").replace(".", mark)  # 12345e-1: a workbook's typed number
    whole, _, decimals = plain.partition(mark)
    grouped = _GROUPS.format(mark=re.escape(other))
    if not re.fullmatch(rf"(?:[0-9]+|{grouped})?", whole) or not _DECIMALS.fullmatch(decimals):
        raise Unreadable("is no number")
    if not whole and not decimals:
        raise Unreadable("is no number")
    try:
        value = float(f"{whole.replace(other, '') or 0}.{decimals or 0}") * times
    except ValueError:
        raise Unreadable("is no number") from None
    if value > _LARGEST:
        raise Unreadable("is larger than anything that is counted")
    return -value if is_negative else value


def _bare(text: str) -> str:
    plain = _BLANKS.sub("", text.replace("−", "-")).rstrip("%")
    if plain[-1:].isdigit() and plain[:1].isdigit():
        return plain
    sign = "-" if plain.startswith("-") else ""
    plain = plain.removeprefix("-") if sign else plain
    plain = re.sub(r"(?i:^kr\.?)|^(?:[A-Z]{3}|[A-Z]{0,2}[$€£¥₹₩₺₽₪฿₫₴₦])(?=[-(0-9.,])", "", plain)
    plain = re.sub(r"(?:[A-Z]{3}|[$€£¥₹₩₺₽₪฿₫₴₦]|zł|kr\.?|Kč|Ft)$", "", plain)
    return sign + plain


@lru_cache(maxsize=4096)
def told_mark(text: str) -> Mark | None:
    """Which mark parts decimals, where one cell alone shows it: `12,50` and `1.234,5` do, `1.200` does not."""
    plain = _bare(text).lstrip("+-").rstrip("kKmMbB")
    if not re.fullmatch(r"[0-9.,]*[0-9]", plain):
        return None
    points, commas = plain.count("."), plain.count(",")
    if points and commas:
        return "." if plain.rindex(".") > plain.rindex(",") else ","
    if points > 1 or commas > 1:
        return "," if points else "."
    if not points and not commas:
        return None
    used: Mark = "." if points else ","
    before, _, after = plain.partition(used)
    return None if len(after) == 3 and 0 < len(before) <= 3 and before != "0" else used


def mark_of(cells: Iterable[str]) -> Mark | None:
    """The mark that all cells agree upon, None where no cell shows it; Unreadable where they do not agree."""
    told = {mark: cell for cell in cells if (mark := told_mark(cell))}
    if len(told) > 1:
        raise Unreadable(f'"{told["."]}" has a decimal point and "{told[","]}" a decimal comma')
    return next(iter(told), None)


# ---------------------------------------------------------------- times

_CLOCK = re.compile(r"(?:(?P<h>[0-9]+):)?(?P<m>[0-9]{1,4}):(?P<s>[0-9]{1,2}(?:[.,][0-9]+)?)")
_WORDS = re.compile(
    r"(?:(?P<h>[0-9]+)\s*(?:h|hr|hrs|hours?|heures?)\.?)?\s*(?:(?P<m>[0-9]+)\s*(?:m|mn|min|mins|minutes?)\.?)?\s*"
    r"(?:(?P<s>[0-9]+(?:[.,][0-9]+)?)\s*(?:s|sec|secs|sek|seconds?|secondes?)\.?)?",
    re.IGNORECASE,
)
_ISO = re.compile(r"PT(?=[0-9])(?:(?P<h>[0-9]+)H)?(?:(?P<m>[0-9]+)M)?(?:(?P<s>[0-9]+(?:[.,][0-9]+)?)S)?")


@lru_cache(maxsize=65536)
def seconds(text: str, mark: Mark) -> float:
    """A duration in seconds: 0:03:12, 3:12, 3m 12s, PT3M12S, or a plain number of seconds; Unreadable else.

    >>> seconds("0:03:12", "."), seconds("1h 2m 3.5s", "."), seconds("PT1M5S", "."), seconds("12,5", ",")
    (192.0, 3723.5, 65.0, 12.5)
    """
    plain = text.strip()
    found = _CLOCK.fullmatch(plain) or _ISO.fullmatch(plain) or (_WORDS.fullmatch(plain) if plain else None)
    if found is None or not any(found.groups()):
        try:
            return number(plain, mark)
        except Unreadable:
            raise Unreadable("is no duration: allowed are 0:03:12, 3m 12s and seconds") from None
    hours, minutes, rest = (float((found[name] or "0").replace(",", ".")) for name in "hms")
    if ":" in plain and (rest >= 60 or (found["h"] and minutes >= 60)):
        raise Unreadable("is no duration: minutes and seconds end at 59")
    return hours * 3600 + minutes * 60 + rest


# ---------------------------------------------------------------- days

_YEAR, _HOUR = r"(?P<y>[0-9]{4})", r"(?:,?[t ].*)?"
_ISO_DAY = re.compile(rf"{_YEAR}(?P<mark>[-/.]?)(?P<m>[0-9]{{2}})(?P=mark)(?P<d>[0-9]{{2}}){_HOUR}")
_PARTED = re.compile(
    rf"(?P<a>[0-9]{{1,2}})(?P<mark>[/.-])(?P<b>[0-9]{{1,2}})(?P=mark)(?P<y>[0-9]{{4}}|[0-9]{{2}}){_HOUR}"
)
_NAMED = re.compile(rf"(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th|er)?\.?[\s-]+(?P<w>[^\W\d]+)\.?,?[\s-]+{_YEAR}{_HOUR}")
_NAMED_US = re.compile(rf"(?P<w>[^\W\d]+)\.?\s+(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}{_HOUR}")
_MONTHS = {
    **{word: month for month, words in enumerate((
        "jan january janv janvier januar enero ene gennaio gen",
        "feb february févr février fevr fevrier février februar febrero febbraio",
        "mar march mars märz mär marzo",
        "apr april avr avril abril abr aprile",
        "may mai mayo maggio mag",
        "jun june juin juni junio giugno giu",
        "jul july juil juillet juli julio luglio lug",
        "aug august août aout agosto ago",
        "sep sept september septembre septiembre settembre set",
        "oct october octobre okt oktober octubre ottobre ott",
        "nov november novembre noviembre",
        "dec december déc décembre dez dezember diciembre dic dicembre",
    ), 1) for word in words.split()},
}  # fmt: skip


@lru_cache(maxsize=16384)
def day(text: str, order: DayOrder) -> date:
    """The day of a cell: 2026-10-03, Oct 3, 2026, 3 oct. 2026, 03.10.2026 (day first), 10/03/2026 by `order`.

    Unreadable for what is no day, and for 10/03/2026 where no order is known.
    """
    plain = text.strip().casefold()
    try:
        if found := _ISO_DAY.fullmatch(plain):
            return date(int(found["y"]), int(found["m"]), int(found["d"]))
        if found := _NAMED.fullmatch(plain) or _NAMED_US.fullmatch(plain):
            return date(int(found["y"]), _MONTHS[found["w"]], int(found["d"]))
        if found := _PARTED.fullmatch(plain):
            year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
            first, second = int(found["a"]), int(found["b"])
            if found["mark"] == "." or first > 12:
                return date(year, second, first)
            if second > 12 or first == second or order == "month-first":
                return date(year, first, second)
            if order == "day-first":
                return date(year, second, first)
            raise Unreadable("could be day and month or month and day")
    except (KeyError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("is no day that there is") from None
    raise Unreadable("is no day: allowed is one like 2026-10-03")


def day_order(cells: Iterable[str]) -> DayOrder:
    """Which comes first in 10/03/2026, where a cell of the same column shows it (10/23/2026); empty where none does."""
    for cell in cells:
        found = _PARTED.fullmatch(cell.strip().casefold())
        if found and found["mark"] != ".":
            if int(found["a"]) > 12:
                return "day-first"
            if int(found["b"]) > 12:
                return "month-first"
    return ""


_ANY_DAY = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{4}|[^\W\d]+\.? [0-9]{1,2},? [0-9]{4}"
    r"|[0-9]{1,2} [^\W\d]+\.? [0-9]{4}"
)


def days_in(text: str, order: DayOrder) -> tuple[date, ...]:
    """The days that a line of words holds, as in "Report Start: Oct 1, 2026, Report End: Oct 31, 2026"."""
    found = []
    for match in _ANY_DAY.finditer(text):
        try:
            found.append(day(match[0], order))
        except Unreadable:
            continue
    return tuple(found)

"""Where in a line each thing stands and how it is read: made once for an export, used for each of its rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Any

from variantgen.errors import UserError
from variantgen.results.numbers import DayOrder, Mark, Unreadable, day, day_order, days_in, is_nothing, mark_of
from variantgen.results.numbers import number as number_of
from variantgen.results.numbers import seconds as seconds_of
from variantgen.results.opening import lines_of
from variantgen.results.profiles import PART, SHARES
from variantgen.results.recognising import Column, Recognition
from variantgen.results.values import COUNTS, KEYS, Period

LOOKED_AT = 2000
"""Rows that say how numbers and days are written; a cell further down that is written otherwise is a complaint."""
DECIMAL_COMMA = ("fr", "de", "es", "it", "pt", "nl", "pl")
"""Languages whose exports part decimals by a comma, where no cell shows it."""
_FACTORS = {"": 1.0, "seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "milliseconds": 1e-3, "micros": 1e-6}
_DAYS = ("day", "first_day", "last_day", "period")
_REMEMBERED = 10_000
"""Cells of a column whose numbers are known, as a million rows repeat them."""
_UNREAD = -1.5  # stands for no count: what it says of a memory is that the text is not in it
_MARKED = "='-—–"
_OPEN = re.compile(r"[0-9][.,][0-9]")
_MIDNIGHT = re.compile(r".*[T ](?:00:00(?::00)?(?:\.0+)?|12:00(?::00)? ?AM)(?: ?Z| ?UTC|[+-][0-9:]+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Direct:
    """A column whose cells are counts: its number times `factor`; `known` are its cells that were read before."""

    place: int
    name: str
    header: str
    factor: float
    is_time: bool
    is_whole: bool
    known: dict[str, float | None] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose counts a line holds: texts by key, the currency that a column names, what it is a part of."""

    texts: dict[str, str]
    currency: str
    parts: str
    is_named: bool
    """Whether any of the columns that say which ad it is says something."""


@dataclass
class Cells:
    """How a line of cells is taken apart; `has_rounded` and `has_hidden` count what a reader should be told."""

    recognition: Recognition
    mark: Mark
    days: DayOrder
    width: int
    header_count: int
    texts: tuple[tuple[str, int], ...]
    parts: tuple[tuple[str, int], ...]
    naming: tuple[int, ...]
    """Places of the columns that say which ad it is."""
    day_columns: dict[str, Column]
    direct: tuple[Direct, ...]
    shares: tuple[Column, ...]
    currency: str
    currency_header: str
    zone: str
    totals: re.Pattern[str]
    assumed: tuple[str, ...] = ()
    """How numbers and days are read that no cell shows, as sentences."""
    has_rounded: int = 0
    has_hidden: int = 0
    _totals: dict[str, bool] = field(default_factory=dict)
    _whose: dict[tuple[str, ...], Whose] = field(default_factory=dict)
    _periods: dict[tuple[str, ...], Period | None] = field(default_factory=dict)

    @property
    def day_places(self) -> tuple[int, ...]:
        """Places of the columns that say which days it is of."""
        return tuple(column.place for column in self.day_columns.values())

    @property
    def is_split_by(self) -> str:
        """What splits an ad's rows, as words; empty where nothing does."""
        return ", ".join(name for name, _ in self.parts)

    def is_total(self, text: str) -> bool:
        """Whether a cell is what the export calls a sum of its rows."""
        told = self._totals.get(text)
        if told is None:
            told = self.totals.fullmatch(text.strip().casefold()) is not None
            _remember(self._totals, text, told)
        return told

    def whose(self, found: Sequence[str]) -> Whose:
        """What a line says of whose counts it holds: a million rows are of a few ads."""
        key = tuple([found[place] for _, place in self.texts] + [found[place] for _, place in self.parts])
        told = self._whose.get(key)
        if told is None:
            texts = {name: text_of(found[place]) for name, place in self.texts}
            currency = texts.pop("currency", "").upper()
            parts = ", ".join(f"{name}={text}" for name, place in self.parts if (text := text_of(found[place])))
            is_named = any(not is_nothing(found[place].strip()) for place in self.naming)
            told = Whose({name: texts.get(name, "") for name in KEYS}, currency, parts, is_named)
            _remember(self._whose, key, told)
        return told

    def counts(self, found: Sequence[str], faults: list[str]) -> dict[str, float]:
        """The counts of a line by name; a cell that cannot be read is a complaint, an empty one is missing."""
        counts: dict[str, float] = {}
        for column in self.direct:
            text = found[column.place]
            value = column.known.get(text, _UNREAD)
            if value == _UNREAD:
                value = self._count(column, text, faults)
            if value is not None:
                counts[column.name] = value
        for share in self.shares:
            self._share(share, found[share.place].strip(), counts, faults)
        return counts

    def _count(self, column: Direct, cell: str, faults: list[str]) -> float | None:
        text = cell.strip()
        if is_nothing(text):
            if text[:1] in ("<", "≤"):
                self.has_hidden += 1
            else:
                _remember(column.known, cell, None)
            return None
        try:
            value = (seconds_of if column.is_time else number_of)(text, self.mark) * column.factor
            _check(value, column.name, is_whole=column.is_whole)
        except Unreadable as error:
            faults.append(f'column "{column.header}": value "{text[:60]}" {error}')
            return None
        value = round(value) if column.is_whole else value
        if text[-1] in "kKmMbB":
            self.has_rounded += 1
        else:
            _remember(column.known, cell, value)
        return value

    def _share(self, column: Column, text: str, counts: dict[str, float], faults: list[str]) -> None:
        meaning = column.meaning
        of = counts.get(meaning.of)
        if meaning.name in counts or is_nothing(text):
            return
        try:
            if meaning.unit == "average":
                value = seconds_of(text, self.mark)
                limit = float("inf")
            else:
                is_percent = meaning.unit == "percent" or text.endswith("%")
                value = number_of(text, self.mark) / (100 if is_percent else 1)
                limit = 1.0
            if not 0 <= value <= limit:
                raise Unreadable("is no share: allowed is 0 to 100 %" if limit == 1 else "is less than nothing")
        except Unreadable as error:
            faults.append(f'column "{column.header}": value "{text[:60]}" {error}')
            return
        if of is not None:
            exact = value * of
            counts[meaning.name] = round(exact) if COUNTS[meaning.name].is_whole else exact

    def period(self, found: Sequence[str], faults: list[str]) -> Period | None:
        """The days of a line; None where it says none, and a complaint where they cannot be read."""
        key = tuple([found[column.place] for column in self.day_columns.values()])
        if key in self._periods:
            return self._periods[key]
        before = len(faults)
        told = self._period(found, faults)
        if len(faults) == before:
            _remember(self._periods, key, told)
        return told

    def _period(self, found: Sequence[str], faults: list[str]) -> Period | None:
        told: dict[str, date] = {}
        for name, column in self.day_columns.items():
            text = found[column.place].strip()
            if is_nothing(text):
                continue
            try:
                if name == "period":
                    told |= self._range(text)
                else:
                    told[name] = day(text, self.days)
                    is_later = name == "last_day" and told[name] > told.get("first_day", told[name])
                    if is_later and _MIDNIGHT.fullmatch(text):
                        told[name] -= timedelta(days=1)  # it ends as that day begins
            except Unreadable as error:
                faults.append(f'column "{column.header}": value "{text[:60]}" {error}')
                return None
        first = told.get("day") or told.get("first_day")
        last = told.get("day") or told.get("last_day") or first
        if first is None or last is None:
            return None
        if last < first:
            faults.append(f"ends on {last}, before it begins on {first}")
            return None
        return Period(first, last, self.zone)

    def _range(self, text: str) -> dict[str, date]:
        found = days_in(text, self.days)
        if not 1 <= len(found) <= 2:
            raise Unreadable("is no span of days: allowed is one like 2026-10-01 - 2026-10-31")
        return {"first_day": found[0], "last_day": found[-1]}


def text_of(cell: str) -> str:
    """A cell's text, without what a spreadsheet stands before it; empty where it says that there is none."""
    plain = cell.strip()
    if not plain or plain[0] not in _MARKED:
        return plain
    # what a spreadsheet does not run stands behind an apostrophe, and what it does not round behind ="..."
    if plain.startswith('="') and plain.endswith('"') and len(plain) > 3:
        plain = plain[2:-1]
    return "" if plain in ("-", "--", "—", "–") else plain.removeprefix("'")


def _remember(known: dict[Any, Any], key: object, value: object) -> None:
    if len(known) >= _REMEMBERED:
        known.clear()
    known[key] = value


def _check(value: float, name: str, *, is_whole: bool) -> None:
    if value < 0 and not COUNTS[name].can_be_negative:
        raise Unreadable("is less than nothing")
    if is_whole and abs(value - round(value)) > 1e-6:
        raise Unreadable("is no whole number: is the mark of its decimals another one?")


def cells_of(recognition: Recognition) -> Cells:
    """How the lines of an export are read; UserError where its own cells contradict each other on it."""
    columns = recognition.columns
    start = recognition.header_line
    lines = islice(lines_of(recognition.table, recognition.delimiter), start, start + 1 + LOOKED_AT)
    header, *sample = [cells for _, cells in lines]
    by_name = {column.meaning.name: column for column in columns if column.meaning.unit not in SHARES}
    currencies = {column.currency for column in columns if column.currency}
    if len(currencies) > 1:
        raise UserError(f"{recognition.table.where}: its headers name {', '.join(sorted(currencies))}: allowed is one.")
    words = " ".join((*recognition.preamble, *(column.header for column in columns)))
    money = by_name.get("currency")
    mark, of_mark = _mark(recognition, sample)
    order, of_days = _order(recognition, sample)
    return Cells(
        recognition,
        mark,
        order,
        max(column.place for column in columns) + 1,
        len(header),
        tuple((name, by_name[name].place) for name in (*KEYS, "currency") if name in by_name),
        tuple((n.removeprefix(PART), column.place) for n, column in by_name.items() if n.startswith(PART)),
        tuple(
            by_name[name].place
            for name in ("campaign", "ad_group", "ad_name", "ad_id", "content_id", "post_url")
            if name in by_name
        ),
        {name: by_name[name] for name in _DAYS if name in by_name},
        tuple(_direct(column) for name, column in by_name.items() if name in COUNTS),
        tuple(column for column in columns if column.meaning.unit in SHARES),
        next(iter(currencies), ""),
        money.header if money else "",
        "UTC" if re.search(r"\bUTC\b", words) else "",
        re.compile("|".join(f"(?:{one})" for one in recognition.profile.totals) or r"(?!)", re.IGNORECASE),
        tuple(filter(None, (of_mark, of_days))),
    )


def _direct(column: Column) -> Direct:
    count, unit = COUNTS[column.meaning.name], column.meaning.unit
    is_time = count.unit == "seconds" and unit in ("", "seconds")
    return Direct(column.place, count.name, column.header, _FACTORS[unit], is_time, count.is_whole)


def _cells(sample: Iterable[Sequence[str]], columns: Iterable[Column]) -> Iterable[str]:
    places = [column.place for column in columns]
    return (cells[place] for cells in sample for place in places if place < len(cells))


def _mark(recognition: Recognition, sample: Sequence[Sequence[str]]) -> tuple[Mark, str]:
    """What parts decimals, and what to tell of it: by the cells, else by the language and the mark between cells."""
    columns = [column for column in recognition.columns if column.meaning.name in COUNTS]
    try:
        told = mark_of(_cells(sample, columns))
    except Unreadable as error:
        raise UserError(f"{recognition.table.where}: {error}: which one parts decimals cannot be told.") from None
    if told:
        return told, ""
    # a spreadsheet parts cells by ; where the comma is taken for decimals
    mark: Mark = "," if recognition.delimiter == ";" or recognition.language in DECIMAL_COMMA else "."
    shown = next((cell.strip() for cell in _cells(sample, columns) if _OPEN.search(cell)), "")
    try:
        return mark, f'no cell shows what parts decimals: "{shown}" is read as {number_of(shown, mark):g}'
    except Unreadable:
        return mark, ""


def _order(recognition: Recognition, sample: Sequence[Sequence[str]]) -> tuple[DayOrder, str]:
    """Which comes first in 10/03/2026, and what to tell of it where no cell shows it."""
    columns = [column for column in recognition.columns if column.meaning.name in _DAYS]
    if told := day_order(_cells(sample, columns)):
        return told, ""
    is_english = recognition.language in ("en", "")
    order: DayOrder = recognition.profile.days if is_english else "day-first"
    for shown in _cells(sample, columns):
        # two that are read apart: the cell could be either day
        if order and "/" in shown and _apart(shown.strip()):
            return order, f'no cell shows whether days or months come first: "{shown}" is read as {day(shown, order)}'
    return order, ""


def _apart(cell: str) -> bool:
    try:
        return day(cell, "month-first") != day(cell, "day-first")
    except Unreadable:
        return False

"""The rows of a recognised export, one after another, so that a million of them fit: a bad file is refused whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from variantgen.errors import UserError
from variantgen.results.cells import Cells, cells_of
from variantgen.results.numbers import DayOrder, days_in, is_nothing
from variantgen.results.opening import lines_of
from variantgen.results.recognising import NOT_KNOWN, Recognition
from variantgen.results.values import Period, ResultRow

MOST_ROWS = 5_000_000
MOST_FAULTS = 20
"""That are told at once; the others are counted."""
MOST_LISTED = 100
"""Rows that are left out and told one by one."""
MOST_SHOWN = 3
"""Of these in the notes."""

NAMING = ("campaign", "ad_group", "ad_name", "ad_id", "content_id", "post_url")
_SUM = "is a sum of the others, or of no ad"
_QUARTERS = ("p25", "p50", "p75", "p95", "p100")
_MONEY = frozenset(("spend", "conversion_value"))
_STRONG = ("ad_name", "ad_id", "content_id", "post_url")

# Whose count is more than the other's was mapped wrongly; quartiles of a channel that counts skipping ahead may cross.
_NO_MORE_THAN = (
    ("views_2s", "plays"), ("views_3s", "plays"), ("p25", "plays"), ("p100", "plays"),
    ("p25", "impressions"), ("p100", "impressions"), ("views_2s", "impressions"), ("views_3s", "impressions"),
    ("clicks_link", "impressions"), ("thumbnail_clicks", "thumbnail_impressions"), ("reach", "impressions"),
    ("engaged_views", "views"),
)  # fmt: skip


@dataclass
class Reading:
    """What a reading told beside its rows; whole only when `rows` came to an end."""

    taken: int = 0
    totals: int = 0
    left_out: list[str] = field(default_factory=list)
    """Rows that hold no result, each with its line and why, the first ones only."""
    left_out_count: int = 0
    currency: str = ""
    nameless_money: int = 0
    """Rows with money whose currency nobody said."""
    first: date | None = None
    last: date | None = None
    crossed: int = 0
    """Rows in which more plays reached a later quarter than an earlier one."""
    notes: list[str] = field(default_factory=list)

    def leave_out(self, words: str) -> None:
        """Counts a row that is no result, and lists it while there are few."""
        self.left_out_count += 1
        if len(self.left_out) < MOST_LISTED:
            self.left_out.append(words)


def export_rows(
    recognition: Recognition, told: Reading, *, period: Period | None = None, currency: str = ""
) -> Iterator[ResultRow]:
    """The rows of an export, and beside them in `told` what was left out and why.

    `period` holds for rows without a day where the file does not say one, `currency` where it names none. Raises
    UserError with up to 20 complaints (file, line, column) when the last line was read: take no row before the end.
    """
    cells = cells_of(recognition)
    faults: list[str] = []
    whole = period or _period_told(recognition, cells.days)
    wrong = 0
    count = 0
    where = recognition.table.where
    names = {column.meaning.name for column in recognition.columns}
    pairs = tuple((part, whole) for part, whole in _NO_MORE_THAN if {part, whole} <= names)
    for line, found in islice(lines_of(recognition.table, recognition.delimiter), recognition.header_line + 1, None):
        if not any(found):
            continue
        count += 1
        if count > MOST_ROWS:
            raise UserError(f"{where}: has more than {MOST_ROWS} rows: export fewer days at once.")
        if _is_no_result(found, line, recognition, cells, told):
            continue
        row_faults: list[str] = []
        row = _row(found, line, recognition, cells, whole, currency, row_faults)
        wrong += len(row_faults)
        faults += [f"{where}: line {line}: {fault}" for fault in row_faults[: MOST_FAULTS - len(faults)]]
        if row is None or wrong:
            continue
        if why := _why_impossible(row.counts, pairs):
            told.leave_out(f"{where}: line {line}: {why}")
            continue
        _take(row, told, where)
        yield row
    if wrong:
        more = [f"{where}: and {wrong - len(faults)} more."] if wrong > len(faults) else []
        raise UserError("\n".join([*faults, *more, f"{where}: nothing of it was taken."]))
    if not told.taken:
        raise UserError(f"{where}: holds no row with a result.")
    _note(recognition, cells, told, whole)


def _take(row: ResultRow, told: Reading, where: str) -> None:
    told.taken += 1
    reached = [row.counts[name] for name in _QUARTERS if name in row.counts]
    told.crossed += reached != sorted(reached, reverse=True)
    told.nameless_money += not row.currency and not _MONEY.isdisjoint(row.counts)
    if row.currency and row.currency != told.currency:
        if told.currency:
            raise UserError(
                f"{where}: line {row.row}: is in {row.currency}, and those before it in {told.currency}: money of two"
                " currencies is not added; export each account by itself. Nothing of it was taken."
            )
        told.currency = row.currency
    if row.period is not None:
        told.first = min(told.first or row.period.first, row.period.first)
        told.last = max(told.last or row.period.last, row.period.last)


# ---------------------------------------------------------------- what is no result


def _is_no_result(found: list[str], line: int, recognition: Recognition, cells: Cells, told: Reading) -> bool:
    is_one_cell = len(recognition.columns) > 2 and found.count("") == len(found) - 1
    is_whole = len(found) >= cells.width and not is_one_cell
    if is_whole and found[0].strip() and not cells.is_total(found[0]) and cells.whose(found).is_named:
        return False  # as most rows are
    first = next((cell.strip() for cell in found if cell.strip()), "")
    if not first:
        return True
    where = recognition.table.where
    if cells.is_total(first) or not cells.naming or not any(_has(found, place) for place in cells.naming):
        named = {name: found[place] for name, place in cells.texts if name in NAMING and _has(found, place)}
        days = [found[place] for place in cells.day_places if _has(found, place)]
        others = [name for name, text in named.items() if not cells.is_total(text)]
        if not set(others) & set(_STRONG) and (cells.is_total(first) or not (named or (days and not cells.naming))):
            told.totals += 1
            told.leave_out(f'{where}: line {line}: "{first[:60]}" {_SUM}')
            return True
    if is_one_cell:
        told.leave_out(f'{where}: line {line}: "{first[:60]}" is a footnote')
        return True
    return False


def _has(found: Sequence[str], place: int) -> bool:
    return place < len(found) and not is_nothing(found[place].strip())


def _why_impossible(counts: Mapping[str, float], pairs: Iterable[tuple[str, str]]) -> str:
    if not counts:
        return "holds no count"
    for part, whole in pairs:
        if part in counts and whole in counts and counts[part] > counts[whole]:
            return f"{part} ({counts[part]:g}) is more than {whole} ({counts[whole]:g}): one of the columns is not that"
    return ""


# ---------------------------------------------------------------- a row


def _row(
    found: Sequence[str],
    line: int,
    recognition: Recognition,
    cells: Cells,
    whole: Period | None,
    currency: str,
    faults: list[str],
) -> ResultRow | None:
    width = cells.width
    is_longer = len(found) > cells.header_count
    if len(found) < width or (is_longer and any(cell.strip() for cell in found[cells.header_count :])):
        faults.append(
            f"has {len(found)} cells, and the headers are {cells.header_count}: is a mark between cells inside a text?"
        )
        return None
    counts = cells.counts(found, faults)
    period = cells.period(found, faults) or whole
    whose = cells.whose(found)
    money = whose.currency or cells.currency or currency
    if money and not (len(money) == 3 and money.isascii() and money.isalpha()):
        faults.append(f'column "{cells.currency_header}": value "{money}" is no currency: allowed are codes like EUR')
    if faults:
        return None
    profile, currency = recognition.profile, "" if _MONEY.isdisjoint(counts) else money
    return ResultRow(
        profile.name, profile.channel, profile.promotion, line, period, counts, currency,
        **whose.texts, parts=whose.parts,
    )  # fmt: skip


# ---------------------------------------------------------------- the file's own words


_DAY = r"(?<![0-9])([0-9]{4}-[0-9]{2}-[0-9]{2})"
_IN_A_NAME = re.compile(rf"{_DAY}[_ .]+(?:to[_ ]|-[_ ])?{_DAY}(?![0-9])")


def _period_told(recognition: Recognition, order: DayOrder) -> Period | None:
    """The days that the lines before the headers name, or the file's name does: exactly two, in order."""
    words = " ".join(recognition.preamble)
    zone = "UTC" if re.search(r"\bUTC\b", words) else ""
    days = days_in(words, order)
    if len(days) != 2:
        found = _IN_A_NAME.search(recognition.table.path.stem)
        days = days_in(f"{found[1]} {found[2]}", order) if found else ()
    return Period(days[0], days[1], zone) if len(days) == 2 and days[0] <= days[1] else None


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" + "s" * (count != 1)


def _note(recognition: Recognition, cells: Cells, told: Reading, whole: Period | None) -> None:
    profile = recognition.profile
    if told.totals:
        told.notes.append(f"left out as sums of the others, or of no ad: {_many(told.totals, 'row')}")
    others = [words for words in told.left_out if not words.endswith(_SUM)]
    if told.left_out_count > told.totals:
        shown = "; ".join(words.removeprefix(f"{recognition.table.where}: ") for words in others[:MOST_SHOWN])
        more = told.left_out_count - told.totals - len(others[:MOST_SHOWN])
        told.notes.append(f"left out: {shown}" + (f"; and {more} more" if more else ""))
    told.notes += cells.assumed
    if told.first is None:
        told.notes.append("no day is told: name them with --period, or export by day")
    elif whole is not None and not cells.day_places:
        told.notes.append(f"all rows are of {told.first} to {told.last}")
    if told.nameless_money:
        told.notes.append("its money has no currency: name it with --currency, as in --currency EUR")
    if cells.is_split_by:
        told.notes.append(f"the rows are split by {cells.is_split_by}")
    if any(column.meaning.unit == "percent" for column in recognition.columns):
        told.notes.append("counts that were told as percentages are right to half of the last digit shown")
    if told.crossed:
        told.notes.append(f"in {_many(told.crossed, 'row')} more plays reached a later quarter than an earlier one")
    if cells.has_rounded:
        told.notes.append(f"rounded by the channel, as 1.2K is: {_many(cells.has_rounded, 'count')}")
    if cells.has_hidden:
        told.notes.append(
            f"hidden by the channel as too small (<10): {cells.has_hidden} counts, missing and not nought"
        )
    unknown = [header for header, why in recognition.not_understood if why == NOT_KNOWN]
    if unknown:
        told.notes.append(f"columns that are not known: {', '.join(unknown)}")
    if profile.most_rows and told.taken == profile.most_rows:
        told.notes.append(
            f"exactly {profile.most_rows} rows: {profile.title} ends there, the films with least are missing"
        )
    if told.first and told.last:
        for change in profile.changes:
            if told.first < change <= told.last:
                told.notes.append(f"{change} lies inside, and {profile.note}")

"""Which export a file is: its headers are held against every profile, and shown before it is taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from variantgen.errors import UserError, nearest
from variantgen.results.opening import WORKBOOK, Table, heads_of, tables_of
from variantgen.results.profiles import (
    PART,
    SHARES,
    Meaning,
    Profile,
    header_forms,
    mapped_profile,
    profiles,
)
from variantgen.results.values import COUNTS

MOST_PREAMBLE = 40
"""Lines before the headers; no export that is known has more than five."""
NOT_KNOWN = "is not known"
"""Why a column is left out that no profile names."""
LANGUAGES = {
    "en": "English", "fr": "French", "de": "German", "es": "Spanish", "it": "Italian", "pt": "Portuguese",
    "nl": "Dutch", "pl": "Polish",
}  # fmt: skip
_MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "|"}
_FEWEST = 3
_MOSTLY = 0.75  # of the headers: a profile that somebody names knows at least so many, or no other knows more
_SHARE = 0.4  # of the headers: people take out columns and add their own


@dataclass(frozen=True)
class Column:
    """A column that is taken: its place from 0, its header as it stands there, and what it holds."""

    place: int
    header: str
    meaning: Meaning
    currency: str = ""
    """Named by the header, as in "Cost (EUR)"."""


@dataclass(frozen=True)
class Recognition:
    """What a file was taken for, and why; nothing is read of it yet."""

    table: Table
    profile: Profile
    delimiter: str
    header_line: int
    """Of the table's lines of cells, from 0."""
    preamble: tuple[str, ...]
    columns: tuple[Column, ...]
    not_understood: tuple[tuple[str, str], ...]
    """(header, why it is left out)"""
    why: str
    notes: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        """Of most of the headers; empty where they tell none."""
        told = [column.meaning.language for column in self.columns if column.meaning.language]
        return max(dict.fromkeys(told), key=told.count, default="")


@dataclass(frozen=True)
class _Candidate:
    table: Table
    profile: Profile
    delimiter: str
    line: int
    headers: tuple[str, ...]
    hits: int
    kept: int
    lines: tuple[tuple[str, ...], ...]

    @property
    def rank(self) -> tuple[int, int]:
        return self.hits, self.kept


def recognised(
    path: Path, *, profile: str = "", mapping: Path | None = None, known: Mapping[str, Profile] | None = None
) -> Recognition:
    """What an export is: by its own headers, as a profile's that is named, or as a mapping file says.

    `known` are the profiles by name where they were read already, for many files.

    Raises UserError where no profile fits or two fit alike, with the headers that were found.
    """
    if profile and mapping:
        raise UserError(f'{mapping}: says what the columns hold, and profile "{profile}" does too: name one of them.')
    every = (known or profiles()) if mapping is None else {}
    if profile and profile not in every:
        raise UserError(f'profile: "{profile}" is not known: allowed is {", ".join(every)}.{nearest(profile, every)}')
    wanted = [mapped_profile(mapping)] if mapping else [every[profile]] if profile else list(every.values())
    is_told = bool(profile or mapping)
    tables = tables_of(path)
    found = [one for table in tables for one in _candidates(table, wanted, is_told=is_told)]
    if not found:
        raise UserError(_not_recognised(path, tables, wanted, is_told=is_told))
    best = max(found, key=lambda one: one.rank)
    if profile:
        _refuse_anothers(path, best, [one for table in tables for one in _candidates(table, list(every.values()))])
    _refuse_a_tie(path, best, found)
    others = [table.member for table in tables if table != best.table]
    notes = (f"read is {best.table.member}; left out: {', '.join(others)}",) if others else ()
    return _recognition(best, notes)


def _candidates(table: Table, wanted: Sequence[Profile], *, is_told: bool = False) -> Iterable[_Candidate]:
    for delimiter, lines in heads_of(table, MOST_PREAMBLE + 1):
        for place, cells in enumerate(lines):
            headers = tuple(cell.strip() for cell in cells)
            named = [header for header in headers if header]
            if len(set(named)) < 2:
                continue
            for profile in wanted:
                candidate = _candidate(table, profile, delimiter, place, headers, lines)
                fewest = 2 if is_told else max(_FEWEST, _SHARE * len(named))
                if candidate.hits >= fewest and candidate.kept and _has_needs(candidate):
                    yield candidate


def _candidate(
    table: Table, profile: Profile, delimiter: str, place: int, headers: tuple[str, ...], lines: list[list[str]]
) -> _Candidate:
    hits = kept = 0
    for header in headers:
        forms = [form for form, _ in header_forms(header)] if header else []
        kept += any(form in profile.columns for form in forms)
        hits += any(form in profile.columns or form in profile.known for form in forms)
    before = tuple(tuple(cells) for cells in lines[:place])
    return _Candidate(table, profile, delimiter, place, headers, hits, kept, before)


def _has_needs(candidate: _Candidate) -> bool:
    names = {meaning.name for _, _, meaning, _ in _meanings(candidate)}
    has_count = any(name in COUNTS for name in names)
    return has_count and all(any(name in names for name in need) for need in candidate.profile.needs)


def _refuse_anothers(path: Path, told: _Candidate, found: Sequence[_Candidate]) -> None:
    """UserError where a profile that was named leaves much unknown that another one knows: it would lose its days."""
    best = max(found, key=lambda one: one.rank, default=told)
    count = sum(1 for header in told.headers if header)
    if best.hits > told.hits and told.hits < _MOSTLY * count:
        raise UserError(
            f"{path}: is an export of {best.profile.name}: {best.hits} of its headers are known there, and"
            f" {told.hits} of {told.profile.name}: leave out --profile, or say what its columns hold with --mapping."
        )


def _refuse_a_tie(path: Path, best: _Candidate, found: Sequence[_Candidate]) -> None:
    alike = [one for one in found if one.rank == best.rank and one is not best]
    names = dict.fromkeys([best.profile.name, *(one.profile.name for one in alike)])
    if len(names) > 1:
        raise UserError(f"{path}: could be an export of {' or '.join(names)}: say which with --profile.")
    members = dict.fromkeys([best.table.member, *(one.table.member for one in alike)])
    if len(members) > 1:
        way = "save the one that is" if best.table.encoding == WORKBOOK else "unzip it"
        raise UserError(f"{path}: holds several tables that could be meant ({', '.join(members)}): {way}.")


def _not_recognised(path: Path, tables: Sequence[Table], wanted: Sequence[Profile], *, is_told: bool) -> str:
    shown = ""
    for table in tables[:1]:
        lines = [found for _, found in heads_of(table, MOST_PREAMBLE + 1)]
        widest = max((cells for one in lines for cells in one), key=lambda cells: len(set(cells)), default=[])
        shown = ", ".join(cell.strip()[:40] for cell in widest[:12] if cell.strip())
    found = f" Headers found: {shown}." if shown else " No headers were found."
    if is_told:
        needs = "; ".join(" or ".join(need) for need in wanted[0].needs)
        words = f" It needs columns for {needs}." if needs else ""
        return f"{path}: has not the columns of {wanted[0].name}.{words}{found}"
    return (
        f"{path}: is an export of none of {', '.join(profile.name for profile in wanted)}.{found}"
        " Say what its columns hold with --mapping FILE."
    )


# ---------------------------------------------------------------- columns


def _meanings(candidate: _Candidate) -> list[tuple[int, str, Meaning, str]]:
    found = []
    for place, header in enumerate(candidate.headers):
        if header:
            for form, currency in header_forms(header):
                if form in candidate.profile.columns:
                    found.append((place, header, candidate.profile.columns[form][0], currency))
                    break
    return found


def _recognition(best: _Candidate, notes: tuple[str, ...]) -> Recognition:
    meanings = _meanings(best)
    taken: dict[tuple[str, bool], Column] = {}
    dropped: dict[int, str] = {}
    for place, header, meaning, currency in meanings:
        column = Column(place, header, meaning, currency)
        slot = (meaning.name, meaning.unit in SHARES)
        held = taken.get(slot)
        if held is None or meaning.rank < held.meaning.rank:
            taken[slot], held = column, held
        else:
            column, held = held, column
        if held is not None:
            dropped[held.place] = f'"{column.header}" is taken for {meaning.name}'
    names = {column.meaning.name for column in taken.values()}
    for slot, column in list(taken.items()):
        if column.meaning.of and column.meaning.of not in names:
            dropped[column.place] = f"cannot be counted without a column of {column.meaning.of}"
            del taken[slot]
    columns = tuple(sorted(taken.values(), key=lambda column: column.place))
    places = {column.place for column in columns}
    left = tuple(
        (header, dropped.get(place) or _why_left(best.profile.known, header))
        for place, header in enumerate(best.headers)
        if header and place not in places
    )
    total = sum(map(bool, best.headers))
    why = f"{best.hits} of its {total} headers are those of {best.profile.title}"
    preamble = tuple(" ".join(filter(None, map(str.strip, cells))) for cells in best.lines)
    return Recognition(best.table, best.profile, best.delimiter, best.line, preamble, columns, left, why, notes)


def _why_left(known: Mapping[str, str], header: str) -> str:
    return next((known[form] for form, _ in header_forms(header) if form in known), NOT_KNOWN)


def split_by(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The columns that split an ad's counts into parts: age, placement, ..."""
    return tuple(column for column in columns if column.meaning.name.startswith(PART))


def described(recognition: Recognition) -> tuple[str, ...]:
    """A recognition as lines to show before the file is taken: whose it is, what each column becomes, what does not."""
    language = LANGUAGES.get(recognition.language, recognition.language)
    told = f" in {language}" if language else ""
    table = recognition.table
    lines = [f"{table.where}: {recognition.profile.title}{told}: {recognition.why}"]
    before = f', after "{" / ".join(filter(None, recognition.preamble))}"' if any(recognition.preamble) else ""
    parted = "" if table.encoding == WORKBOOK else f", cells parted by {_MARKS[recognition.delimiter]}"
    lines.append(f"  headers on line {recognition.header_line + 1}{parted}, {table.encoding}{before}")
    direct = {one.meaning.name: one.header for one in recognition.columns if one.meaning.unit not in SHARES}
    for column in recognition.columns:
        lines.append(f"  {column.header} -> {_becomes(column, direct)}")
    lines += [f"  {header} -> left out: {why}" for header, why in recognition.not_understood]
    return (*lines, *(f"  {note}" for note in recognition.notes))


def _becomes(column: Column, direct: Mapping[str, str]) -> str:
    meaning = column.meaning
    if meaning.unit not in SHARES:
        words = ", ".join(filter(None, (meaning.unit, column.currency)))
        return meaning.name + (f" ({words})" if words else "")
    other = f", where {direct[meaning.name]} is empty" if meaning.name in direct else ""
    return f"{meaning.name} ({meaning.unit} of {meaning.of}{other})"

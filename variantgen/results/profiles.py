"""Channels' exports as data: what their columns are called in each language, and what these hold."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from variantgen.errors import UserError, nearest
from variantgen.presets.fact_tables import FACTS_FOLDER, Sourced, checked_facts
from variantgen.presets.folders import preset_folders
from variantgen.results.numbers import DayOrder
from variantgen.results.values import COUNTS, KEYS, Promotion

EXPORTS_FOLDER = "exports"
Unit = Literal["", "seconds", "minutes", "hours", "milliseconds", "micros", "percent", "fraction", "average"]
SHARES = ("percent", "fraction", "average")
"""Units of columns that become counts by another column: of 40.00 % and 1 000 impressions, 400."""
TEXTS = (*KEYS, "currency", "day", "first_day", "last_day", "period")
PART = "part:"
"""Before the name of what splits rows: part:age."""


@dataclass(frozen=True, kw_only=True)
class ProfileRow(Sourced):
    """One export: `needs` are lists of names, parted by blanks, of which one has to be there.

    `posted_as` are the channels of presets that it tells of, `totals` expressions of what its sums are called, and
    `days` says which comes first in 10/03/2026 where the file does not show it.
    """

    name: str
    title: str
    channel: str
    promotion: Promotion
    posted_as: tuple[str, ...]
    needs: tuple[str, ...]
    days: DayOrder = ""
    totals: tuple[str, ...] = ()
    most_rows: int = 0
    """Where the export ends without a word; 0 where it does not."""
    changes: tuple[date, ...] = ()
    """From these days on something counts otherwise, as `note` says."""


@dataclass(frozen=True, kw_only=True)
class ColumnRows(Sourced):
    """Columns of one language and unit: a name of ours, then its headers, the best one first."""

    language: str
    maps: tuple[tuple[str, ...], ...]
    unit: Unit = ""
    of: str = ""
    """The count that a percentage, a fraction or an average belongs to."""


@dataclass(frozen=True, kw_only=True)
class KnownRows(Sourced):
    """Columns that are known and not kept, and why."""

    why: str
    headers: tuple[str, ...]


@dataclass(frozen=True)
class Meaning:
    """What a column holds: `rank` is 0 for the best header of its name."""

    name: str
    unit: Unit = ""
    of: str = ""
    rank: int = 0
    language: str = ""


@dataclass(frozen=True)
class Profile:
    """One export's profile, ready to look headers up in."""

    name: str
    title: str
    channel: str
    promotion: Promotion
    posted_as: tuple[str, ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    days: DayOrder = ""
    totals: tuple[str, ...] = ()
    most_rows: int = 0
    changes: tuple[date, ...] = ()
    note: str = ""
    columns: dict[str, tuple[Meaning, ...]] = field(default_factory=dict, hash=False)
    """By `plain_header`; two languages may mean different things by one word."""
    known: dict[str, str] = field(default_factory=dict, hash=False)
    """Why a header is not kept, by `plain_header`."""


def plain_header(text: str) -> str:
    """A header without what spreadsheets and languages vary: case, blanks, quotes, forms of accents.

    >>> plain_header("  Vidéo\u00a0 jouée à 25 % "), plain_header("J’aime")
    ('vidéo jouée à 25%', "j'aime")
    """
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").replace("\ufeff", "")
    return re.sub(r"\s+%", "%", " ".join(plain.split())).casefold()


_CODE = re.compile(r"\(([A-Z]{3})\)\s*$")


def header_forms(header: str) -> tuple[tuple[str, str], ...]:
    """What a header is looked up as, and the currency that it names: itself, then with (CUR) for its code."""
    forms = [(plain_header(header), "")]
    if found := _CODE.search(header):
        forms.append((plain_header(_CODE.sub("(CUR)", header)), found[1]))
        forms.append((plain_header(_CODE.sub("", header)), found[1]))
    return tuple(forms)


def profiles() -> dict[str, Profile]:
    """Every profile by name, a project's before the user's before the built-in; UserError with a file's faults."""
    found: dict[str, Path] = {}
    for folder in preset_folders():
        for path in sorted((folder.path / FACTS_FOLDER / EXPORTS_FOLDER).glob("*.toml")):
            found.setdefault(path.stem, path)
    return {name: read_profile(path) for name, path in sorted(found.items())}


def read_profile(path: Path) -> Profile:
    """The profile of a file; UserError with one line for every fault."""
    tables = checked_facts(path, {"profile": ProfileRow, "columns": ColumnRows, "known": KnownRows})
    faults = _faults(path, tables["profile"], tables["columns"])
    if faults:
        raise UserError("\n".join(faults))
    told: ProfileRow = tables["profile"][0]
    columns: dict[str, list[Meaning]] = {}
    for rows in tables["columns"]:
        for name, *headers in rows.maps:
            for rank, header in enumerate(headers):
                meaning = Meaning(name, rows.unit, rows.of, rank, rows.language)
                columns.setdefault(plain_header(header), []).append(meaning)
    return Profile(
        told.name,
        told.title,
        told.channel,
        told.promotion,
        told.posted_as,
        tuple(tuple(need.split()) for need in told.needs),
        told.days,
        told.totals,
        told.most_rows,
        told.changes,
        told.note,
        {header: tuple(meanings) for header, meanings in columns.items()},
        {plain_header(header): rows.why for rows in tables["known"] for header in rows.headers},
    )


def _faults(path: Path, told: tuple[ProfileRow, ...], columns: tuple[ColumnRows, ...]) -> list[str]:
    faults = []
    if len(told) != 1:
        faults.append(f"{path}: profile: stands {len(told)} times: allowed is one [[profile]]")
    for one in told:
        for expression in one.totals:
            try:
                re.compile(expression)
            except re.error as error:
                faults.append(f'{path}: totals: value "{expression}" is no regular expression: {error}')
    for rows in columns:
        if (rows.unit in SHARES) != (rows.of in COUNTS):
            faults.append(f'{path}: of: value "{rows.of}" is not allowed with unit "{rows.unit}"')
        for names in rows.maps:
            if len(names) < 2:
                faults.append(f"{path}: maps: {list(names)} holds no header: allowed is a name and then headers")
            elif not _is_name(names[0]):
                known = (*COUNTS, *TEXTS)
                faults.append(f'{path}: maps: "{names[0]}" is no count.{nearest(names[0], known)}')
    return faults


def _is_name(name: str) -> bool:
    return name in COUNTS or name in TEXTS or (name.startswith(PART) and len(name) > len(PART))


# ---------------------------------------------------------------- anything else


def mapped_profile(path: Path) -> Profile:
    """The profile of a plain mapping file, for an export that has none: `channel`, and [columns] header = name.

    Units stand in the name as in `"Watch time (h)" = "watch_seconds hours"` and `"25 %" = "p25 percent impressions"`.
    Raises UserError with one line for every fault.
    """
    told, faults = _mapping(path), []
    allowed = ("channel", "promotion", "days", "totals", "columns")
    for key in told:
        if key not in allowed:
            faults.append(f"{path}: {key}: is not a known key: allowed is {', '.join(allowed)}.{nearest(key, allowed)}")
    choices = {"promotion": ("paid", "organic", ""), "days": ("month-first", "day-first", "")}
    for key, words in choices.items():
        if told.get(key, "") not in words:
            faults.append(
                f"{path}: {key}: value {told[key]!r} is not allowed: allowed is {', '.join(filter(None, words))}"
            )
    if not isinstance(told.get("channel"), str) or not told.get("channel"):
        faults.append(f'{path}: channel: is missing: allowed is a name, as in channel = "reddit"')
    columns: dict[str, tuple[Meaning, ...]] = {}
    given = told.get("columns")
    if not isinstance(given, dict) or not given:
        faults.append(f'{path}: columns: is missing: allowed is a table of headers, as in "Impr." = "impressions"')
        given = {}
    for header, text in given.items():
        meaning = _meaning(text)
        if isinstance(meaning, str):
            faults.append(f'{path}: columns: "{header}": {meaning}')
        else:
            columns[plain_header(header)] = (meaning,)
    totals = told.get("totals", ["total"])
    if not isinstance(totals, list) or not all(isinstance(word, str) for word in totals):
        faults.append(f"{path}: totals: value {totals!r} is not allowed: allowed is a list of text")
        totals = []
    if faults:
        raise UserError("\n".join(faults))
    channel = told["channel"]
    words = tuple(map(re.escape, totals))
    return Profile(
        path.stem,
        path.stem,
        channel,
        told.get("promotion", ""),
        (channel,),
        days=told.get("days", ""),
        totals=words,
        columns=columns,
    )


def _mapping(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(f"{path}: is no TOML: {error}") from None


def _meaning(text: object) -> Meaning | str:
    words = text.split() if isinstance(text, str) else []
    if not 1 <= len(words) <= 3 or not _is_name(words[0]):
        near = nearest(words[0], (*COUNTS, *TEXTS)) if words else ""
        return f"value {text!r} is not allowed: allowed is a count's name, a unit, and what it is a share of.{near}"
    name, unit, of = (*words, "", "")[:3]
    units = ("", "seconds", "minutes", "hours", "milliseconds", "micros", *SHARES)
    if unit not in units:
        return f'unit "{unit}" is not allowed: allowed is {", ".join(units[1:])}.{nearest(unit, units)}'
    if (unit in SHARES) != (of in COUNTS):
        return f'"{of}" is not allowed: a percentage, a fraction and an average are of a count, others of none'
    return Meaning(name, unit, of)  # type: ignore[arg-type]

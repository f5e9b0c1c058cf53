"""results.sqlite in, sums out: what each variant was counted in each span of days, and where that came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from variantgen.results.store import WHAT, read_store
from variantgen.results.values import COUNTS, Promotion

MOST_UNMATCHED = 20
_OF_A_REASON = 10
"""Ads that are told of each reason before there are more of any."""
_SAME = ("variant", "profile", "promotion", "first", "last", "zone", "currency")
_ADDED = tuple(name for name, count in COUNTS.items() if count.is_additive)
_NOT_ADDED = tuple(name for name in COUNTS if name not in _ADDED)


@dataclass(frozen=True)
class VariantSum:
    """Rows of one variant, export and span of days that tell the same counts, added up."""

    variant: str
    profile: str
    promotion: Promotion
    first: date | None
    """None, as `last` is, where nobody said of which days."""
    last: date | None
    zone: str
    currency: str
    rows: int
    counts: dict[str, float] = field(default_factory=dict, hash=False)
    """Canonical names; people and a film's length only where it is one row, as they are not added."""


@dataclass(frozen=True)
class ImportedFile:
    """A file that was taken: `member` is its name in a zip, `rows` what it held when it was taken."""

    file: str
    member: str
    profile: str
    first: date | None
    last: date | None
    rows: int


def variant_sums(path: Path) -> Iterator[VariantSum]:
    """The rows of a store that count and are some variant's, by variant, export and days, in this order.

    Rows that tell other counts stay apart, so that a count which is missing in one of them is no nought in the sum:
    a variant's day is told in several sums then. Raises UserError where the file is missing, or no store.
    """
    tells = " + ".join(f"({name} IS NULL) * {1 << place}" for place, name in enumerate(_ADDED))
    added = ", ".join(f"sum({name})" for name in _ADDED)
    single = ", ".join(f"CASE WHEN count(*) = 1 THEN max({name}) END" for name in _NOT_ADDED)
    query = (
        f"SELECT {', '.join(_SAME)}, count(*), {added}, {single} FROM results"
        f" WHERE replaced_by IS NULL AND variant <> '' GROUP BY {', '.join(_SAME)}, {tells}"
    )
    with read_store(path) as store:
        for variant, profile, promotion, first, last, zone, currency, rows, *values in store.execute(query):
            told = zip((*_ADDED, *_NOT_ADDED), values, strict=True)
            counts = {name: value for name, value in told if value is not None}
            yield VariantSum(variant, profile, promotion, _day(first), _day(last), zone, currency, rows, counts)


def imports_of(path: Path) -> tuple[ImportedFile, ...]:
    """The files that were taken into a store, in that order; UserError as `variant_sums`."""
    with read_store(path) as store:
        found = store.execute("SELECT file, member, profile, first, last, rows FROM imports ORDER BY id").fetchall()
    return tuple(
        ImportedFile(file, member, profile, _day(first), _day(last), rows)
        for file, member, profile, first, last, rows in found
    )


def unmatched_of(path: Path, most: int = MOST_UNMATCHED) -> tuple[tuple[str, str, int], ...]:
    """What is no variant's: (an ad's name, post or link, why, rows), the most rows first; UserError as above.

    Where there are more than `most`, each reason's first come before any other's rest, and the last of all stands for
    those that are not told.
    """
    query = (
        f"SELECT {WHAT} AS what, why, count(*) AS n FROM results WHERE replaced_by IS NULL AND variant = ''"
        " GROUP BY 1, 2"
    )
    ranked = f"SELECT *, row_number() OVER (PARTITION BY why ORDER BY n DESC, what) AS place FROM ({query})"
    with read_store(path) as store:
        found = store.execute(f"SELECT what, why, n FROM ({ranked}) ORDER BY place > {_OF_A_REASON}, n DESC, what, why")
        told = found.fetchall()
    shown, others = (told, []) if len(told) <= most else (told[: most - 1], told[most - 1 :])
    listed = sorted(shown, key=lambda one: -one[2])
    if others:
        listed.append((f"{len(others):,} others", "for reasons as above", sum(rows for *_, rows in others)))
    return tuple(listed)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

"""What a campaign's results hold, row by row, as tests look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from variantgen.results.store import read_store
from variantgen.results.values import COUNTS, KEYS, Period, Promotion, ResultRow


@dataclass(frozen=True)
class StoredRow:
    """A row as it is kept: whose it is, what it is of, and the export's file and line that it came from."""

    variant: str
    row: ResultRow
    file: str


def stored_rows(path: Path, *, is_matched: bool = True) -> Iterator[StoredRow]:
    """The rows that count, by variant, channel and day; those of no variant instead, where `is_matched` is False."""
    names = (
        "variant",
        "first",
        "last",
        "zone",
        "currency",
        "row",
        "profile",
        "channel",
        "promotion",
        *KEYS,
        "parts",
        *COUNTS,
    )
    test = "<>" if is_matched else "="
    query = (
        f"SELECT imports.file, {', '.join(f'results.{name}' for name in names)} FROM results"
        f" JOIN imports ON imports.id = results.import WHERE replaced_by IS NULL AND variant {test} ''"
        " ORDER BY variant, channel, results.first, results.last, key"
    )
    with read_store(path) as store:
        for file, *values in store.execute(query):
            yield _restored(file, dict(zip(names, values, strict=True)))


def _restored(file: str, told: dict[str, object]) -> StoredRow:
    promotion: Promotion = told["promotion"]  # type: ignore[assignment]
    first, last = str(told["first"]), str(told["last"])
    days = Period(date.fromisoformat(first), date.fromisoformat(last), str(told["zone"])) if first else None
    counts = {name: told[name] for name in COUNTS if told[name] is not None}
    row = ResultRow(
        str(told["profile"]), str(told["channel"]), promotion, int(str(told["row"])), days, counts,  # type: ignore[arg-type]
        str(told["currency"]), **{name: str(told[name]) for name in (*KEYS, "parts")},
    )  # fmt: skip
    return StoredRow(str(told["variant"]), row, file)

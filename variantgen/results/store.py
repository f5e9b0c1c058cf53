"""results.sqlite in a campaign's folder: what was imported, kept as counts, each row once.

SQLite and not DuckDB: it is in the standard library, one file takes part in transactions and in backups, a spreadsheet
or any language opens it, and what is asked of it (sums by variant and day of a million rows) takes it a second.

A row's key is what it is of: profile, account, days, ad, and what splits it. The same key again brings a row up to
date, so an export that is taken twice adds nothing, and one that is exported anew with later conversions replaces.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from variantgen.errors import UserError
from variantgen.results.matching import Match
from variantgen.results.reading import Reading
from variantgen.results.recognising import Recognition
from variantgen.results.values import COUNTS, KEYS, Period, Promotion, ResultRow

STORE_NAME = "results.sqlite"
STORE_VERSION = 1
_BATCH = 5000
_BUSY_SECONDS = 30
_TEXTS = ("profile", "channel", "promotion", *KEYS, "parts")
_OWN = ("key", "thing", "grain", "first", "last", "zone", "currency", "variant", "by", "why", "import", "row")
_COLUMNS = (*_OWN, *_TEXTS, *COUNTS)

_SCHEMA = f"""
CREATE TABLE imports (
    id INTEGER PRIMARY KEY, file TEXT NOT NULL, member TEXT NOT NULL, sha256 TEXT NOT NULL, profile TEXT NOT NULL,
    first TEXT, last TEXT, rows INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE results (
    key BLOB PRIMARY KEY, thing TEXT NOT NULL, grain TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
    zone TEXT NOT NULL, currency TEXT NOT NULL, variant TEXT NOT NULL, by TEXT NOT NULL, why TEXT NOT NULL,
    import INTEGER NOT NULL REFERENCES imports (id), row INTEGER NOT NULL, replaced_by INTEGER REFERENCES imports (id),
    {", ".join(f"{name} TEXT NOT NULL" for name in _TEXTS)},
    {", ".join(f"{name} {'INTEGER' if count.is_whole else 'REAL'}" for name, count in COUNTS.items())}
) WITHOUT ROWID;
CREATE INDEX of_thing ON results (thing, first, last);
CREATE INDEX of_variant ON results (variant, channel);
PRAGMA user_version = {STORE_VERSION};
"""


def _upsert() -> str:
    """Two rows of one key in one export are parts of a whole (an ad in two ad groups): what is additive is added.

    A count that one of them does not tell is not known of both: NULL, as SQL adds.
    """
    kept = [name for name in _COLUMNS if name not in ("key", *COUNTS)]
    sets = [f"{name} = excluded.{name}" for name in kept if name != "row"]
    sets.append("row = CASE WHEN import = excluded.import THEN row ELSE excluded.row END")
    for name, count in COUNTS.items():
        both = f"{name} + excluded.{name}" if count.is_additive else "NULL"
        sets.append(f"{name} = CASE WHEN import = excluded.import THEN {both} ELSE excluded.{name} END")
    marks = ", ".join("?" * len(_COLUMNS))
    names = ", ".join(_COLUMNS)
    return (
        f"INSERT INTO results ({names}) VALUES ({marks}) ON CONFLICT (key) DO UPDATE SET replaced_by = NULL, "
        + ", ".join(sets)
    )


@dataclass(frozen=True)
class Imported:
    """What an import did: `unmatched` holds (an ad's name, post or link, why, rows), the most rows first."""

    file: str
    taken: int
    added: int
    brought_up_to_date: int
    unchanged: int
    replaced: int
    """Older rows of the same ads and of days inside the new ones, which do not count any more."""
    matched: int
    unmatched: tuple[tuple[str, str, int], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class StoredRow:
    """A row as it is kept: whose it is, what it is of, and the export's file and line that it came from."""

    variant: str
    row: ResultRow
    file: str


@contextmanager
def opened_store(path: Path) -> Iterator[sqlite3.Connection]:
    """The store of a file, made where there is none; UserError for a file that is no store of ours."""
    try:
        with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)) as store:
            version = store.execute("PRAGMA user_version").fetchone()[0]
            if version == 0 and not store.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                store.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")
            elif version != STORE_VERSION:
                raise UserError(f"{path}: is no store of results of this version: move it away and import again.")
            yield store
    except sqlite3.OperationalError as error:
        raise UserError(f"{path}: cannot be used: {error}.") from None
    except sqlite3.DatabaseError as error:
        raise UserError(f"{path}: is no store of results ({error}): move it away and import again.") from None


def import_rows(
    path: Path,
    recognition: Recognition,
    rows: Iterable[ResultRow],
    told: Reading,
    match: Callable[[ResultRow], Match],
) -> Imported:
    """Takes an export into the store, all of it or nothing; UserError where it cannot be taken as it is.

    Refused are money of another currency than the store's, and days that overlap with older rows of the same ads
    without holding them: 1 to 7 November after 4 to 30 October would count four days twice.
    """
    with opened_store(path) as store:
        store.execute("BEGIN IMMEDIATE")
        try:
            done = _import(store, recognition, rows, told, match)
            store.execute("COMMIT")
        except BaseException:
            if store.in_transaction:
                store.execute("ROLLBACK")
            raise
    return done


def _import(
    store: sqlite3.Connection,
    recognition: Recognition,
    rows: Iterable[ResultRow],
    told: Reading,
    match: Callable[[ResultRow], Match],
) -> Imported:
    table = recognition.table
    number = store.execute(
        "INSERT INTO imports (file, member, sha256, profile) VALUES (?, ?, ?, ?)",
        (table.path.name, table.member, table.sha256, recognition.profile.name),
    ).lastrowid
    assert number is not None
    store.execute("CREATE TEMP TABLE IF NOT EXISTS incoming (key BLOB PRIMARY KEY) WITHOUT ROWID")
    store.execute("DELETE FROM temp.incoming")
    before = store.execute("SELECT count(*) FROM results").fetchone()[0]
    upsert = _upsert()
    changes, last_batch = 0, False
    source = iter(rows)
    while not last_batch:
        batch = [_stored(row, match(row), number) for row in islice(source, _BATCH)]
        last_batch = len(batch) < _BATCH
        store.executemany("INSERT OR IGNORE INTO temp.incoming VALUES (?)", ((one[0],) for one in batch))
        changes += len(batch)
        store.executemany(upsert, batch)
    where = table.where
    _refuse_currencies(store, where)
    first = told.first.isoformat() if told.first else ""
    last = told.last.isoformat() if told.last else ""
    replaced = _replace_older(store, number, recognition.profile.channel, first, last)
    _refuse_overlaps(store, where)
    keys = store.execute("SELECT count(*) FROM temp.incoming").fetchone()[0]
    added = store.execute("SELECT count(*) FROM results").fetchone()[0] - before
    store.execute("UPDATE imports SET first = ?, last = ?, rows = ? WHERE id = ?", (first, last, told.taken, number))
    unmatched = store.execute(
        "SELECT coalesce(nullif(ad_name, ''), nullif(content_id, ''), nullif(post_url, ''), campaign), why, count(*) AS n"
        " FROM results WHERE import = ? AND variant = '' GROUP BY 1, 2 ORDER BY n DESC, 1",
        (number,),
    ).fetchall()
    joined = store.execute("SELECT count(*) FROM results WHERE import = ? AND variant <> ''", (number,)).fetchone()[0]
    notes = list(told.notes)
    if changes > keys:
        notes.append(f"{changes - keys} rows were of the same ad and days as another, and were added to it")
    again = store.execute(
        "SELECT count(*) FROM imports WHERE sha256 = ? AND id < ?", (table.sha256, number)
    ).fetchone()[0]
    if again:
        notes.append("this file was imported before")
    return Imported(
        str(table.path), told.taken, added, keys - added, 0, replaced, joined, tuple(unmatched), tuple(notes)
    )


def _stored(row: ResultRow, match: Match, number: int) -> tuple[object, ...]:
    texts = [getattr(row, name) for name in _TEXTS]
    thing = "\x1f".join(texts[: len(texts) - 1])
    grain = ",".join(name for name, text in zip(_TEXTS, texts, strict=True) if text and name in (*KEYS, "parts"))
    first = row.period.first.isoformat() if row.period else ""
    last = row.period.last.isoformat() if row.period else ""
    content = "\x1f".join((thing, row.parts, first, last))
    key = hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    counts = row.counts
    return (
        key, thing, grain, first, last, row.period.zone if row.period else "", row.currency,
        match.variant, match.by, match.why, number, row.row, *texts, *map(counts.get, COUNTS),
    )  # fmt: skip


def _refuse_currencies(store: sqlite3.Connection, where: str) -> None:
    found = [code for (code,) in store.execute("SELECT DISTINCT currency FROM results WHERE currency <> '' ORDER BY 1")]
    if len(found) > 1:
        raise UserError(
            f"{where}: the campaign would have money in {' and '.join(found)}, which is not added: export it in the"
            " currency of the others, or keep its results in a store of their own. Nothing of it was taken."
        )


def _replace_older(store: sqlite3.Connection, number: int, channel: str, first: str, last: str) -> int:
    """Older rows whose days all lie in the new export's, of an ad or a variant that it tells of anew, count no more.

    A campaign's totals give way to the same days one by one, and the first week to the first two.
    """
    if not first:
        return 0
    older = (
        "UPDATE results SET replaced_by = :new WHERE import < :new AND replaced_by IS NULL AND channel = :channel"
        " AND first >= :first AND last <= :last AND first <> ''"
    )
    told = {"new": number, "channel": channel, "first": first, "last": last}
    store.execute("CREATE TEMP TABLE IF NOT EXISTS fresh (thing TEXT, variant TEXT, grain TEXT, days TEXT)")
    store.execute("DELETE FROM temp.fresh")
    store.execute(
        "INSERT INTO temp.fresh SELECT DISTINCT thing, variant, grain, CASE WHEN first = last THEN '1' ELSE first || last"
        " END FROM results WHERE import = ?",
        (number,),
    )
    other_days = (
        " AND EXISTS (SELECT 1 FROM temp.fresh AS f WHERE f.thing = results.thing AND (f.grain <> results.grain OR"
        " f.days <> CASE WHEN results.first = results.last THEN '1' ELSE results.first || results.last END))"
    )
    other_grain = (
        " AND variant <> '' AND EXISTS (SELECT 1 FROM temp.fresh AS f WHERE f.variant = results.variant"
        " AND f.grain <> results.grain)"
    )
    store.execute("CREATE INDEX IF NOT EXISTS temp.fresh_things ON fresh (thing)")
    store.execute("CREATE INDEX IF NOT EXISTS temp.fresh_variants ON fresh (variant)")
    return store.execute(older + other_days, told).rowcount + store.execute(older + other_grain, told).rowcount


def _refuse_overlaps(store: sqlite3.Connection, where: str) -> None:
    """No two rows of one ad may hold the same day, but for parts of it on the same days."""
    found = store.execute(
        "SELECT channel, ad_name, content_id, first, last, until FROM (SELECT *, max(last) OVER (PARTITION BY thing"
        " ORDER BY first, last DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until FROM (SELECT DISTINCT"
        " thing, channel, ad_name, content_id, first, last FROM results WHERE replaced_by IS NULL AND first <> ''))"
        " WHERE until >= first LIMIT 1"
    ).fetchone()
    if found:
        channel, name, post, first, last, until = found
        raise UserError(
            f"{where}: {channel}: {name or post or 'a row'} has results of {first} to {last}, and others that reach"
            f" {until}: the same days would count twice. Export whole days one by one, or a span that holds the older"
            " one. Nothing of it was taken."
        )


# ---------------------------------------------------------------- what is kept


def stored_rows(path: Path, *, is_matched: bool = True) -> Iterator[StoredRow]:
    """The rows that count, by variant, channel and day; those of no variant instead, where `is_matched` is False."""
    if not path.is_file():
        raise UserError(f"{path}: is not there: import an export first, with variantgen results import.")
    names = ("variant", "first", "last", "zone", "currency", "row", *_TEXTS, *COUNTS)
    test = "<>" if is_matched else "="
    query = (
        f"SELECT imports.file, {', '.join(f'results.{name}' for name in names)} FROM results"
        f" JOIN imports ON imports.id = results.import WHERE replaced_by IS NULL AND variant {test} ''"
        " ORDER BY variant, channel, results.first, results.last, key"
    )
    with opened_store(path) as store:
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


def match_again(path: Path, match: Callable[[ResultRow], Match]) -> int:
    """Rows of no variant that have one now, as posted.csv was written since; how many they are."""
    waiting: Sequence[ResultRow] = [stored.row for stored in stored_rows(path, is_matched=False)]
    found = 0
    with opened_store(path) as store:
        store.execute("BEGIN IMMEDIATE")
        for row in waiting:
            told = match(row)
            key = _stored(row, told, 0)[0]
            store.execute(
                "UPDATE results SET variant = ?, by = ?, why = ? WHERE key = ?", (told.variant, told.by, told.why, key)
            )
            found += bool(told.variant)
        store.execute("COMMIT")
    return found

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
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from pathlib import Path

from variantgen.errors import UserError
from variantgen.results.matching import NAMELESS, Match, is_rounded
from variantgen.results.overlaps import days_lost, refuse_currencies, refuse_overlaps, replace_older
from variantgen.results.profiles import PART
from variantgen.results.reading import NAMING, Reading
from variantgen.results.recognising import Recognition, split_by
from variantgen.results.values import COUNTS, KEYS, ResultRow

STORE_NAME = "results.sqlite"
STORE_VERSION = 1
_BATCH = 5000
_CACHE_KB = 65536  # of pages: keys come in no order
_BUSY_SECONDS = 30
_TEXTS = ("profile", "channel", "promotion", *KEYS, "parts")
_OWN = ("key", "thing", "level", "split", "first", "last", "zone", "currency", "variant", "by", "why", "import", "row")
_WHOSE = ("variant", "by", "why")
_NAMELESS = NAMELESS.replace("'", "''")
_texts_of = attrgetter(*_TEXTS)
WHAT = "coalesce(nullif(ad_name, ''), nullif(content_id, ''), nullif(post_url, ''), campaign)"
"""What a row is called when a person is told of it, as SQL."""
_COLUMNS = (*_OWN, *_TEXTS, *COUNTS)

_SCHEMA = f"""
CREATE TABLE imports (
    id INTEGER PRIMARY KEY, file TEXT NOT NULL, member TEXT NOT NULL, sha256 TEXT NOT NULL, profile TEXT NOT NULL,
    said TEXT NOT NULL, first TEXT, last TEXT, rows INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE results (
    key BLOB NOT NULL UNIQUE, thing TEXT NOT NULL, level TEXT NOT NULL, split TEXT NOT NULL,
    first TEXT NOT NULL, last TEXT NOT NULL, zone TEXT NOT NULL, currency TEXT NOT NULL,
    variant TEXT NOT NULL, by TEXT NOT NULL, why TEXT NOT NULL,
    import INTEGER NOT NULL REFERENCES imports (id), row INTEGER NOT NULL, replaced_by INTEGER REFERENCES imports (id),
    {", ".join(f"{name} TEXT NOT NULL" for name in _TEXTS)},
    {", ".join(f"{name} {'INTEGER' if count.is_whole else 'REAL'}" for name, count in COUNTS.items())}
);
PRAGMA user_version = {STORE_VERSION};
"""


def _upsert(counted: Sequence[str]) -> str:
    """The statement for rows that hold the counts `counted`; those that an export has not become missing.

    Two rows of one key in one export are parts of a whole (an ad in two ad groups): what is additive is added.

    A count that one of them does not tell is not known of both: NULL, as SQL adds.
    """
    kept = [name for name in _COLUMNS if name not in ("key", "row", *_WHOSE, *COUNTS)]
    sets = [f"{name} = excluded.{name}" for name in kept]
    # an ad that was renamed since is still the one that its id says
    renamed = f"level = 'ad_id' AND variant <> '' AND excluded.variant = '' AND excluded.why = '{_NAMELESS}'"
    sets += [f"{name} = CASE WHEN {renamed} THEN {name} ELSE excluded.{name} END" for name in _WHOSE]
    sets.append("row = CASE WHEN import = excluded.import THEN row ELSE excluded.row END")
    for name, count in COUNTS.items():
        both = f"{name} + excluded.{name}" if count.is_additive else "NULL"
        sets.append(f"{name} = CASE WHEN import = excluded.import THEN {both} ELSE excluded.{name} END")
    marks = ", ".join("?" * (len(_OWN) + len(_TEXTS) + len(counted)))
    names = ", ".join((*_OWN, *_TEXTS, *counted))
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
    replaced: int
    """Older rows of the same ads and of days inside the new ones, which do not count any more."""
    matched: int
    unmatched: tuple[tuple[str, str, int], ...]
    notes: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    """Rows that hold no result, each with its line and why, the first 100."""


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
            store.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            yield store
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise UserError(f"{path}: another program is writing to it: close that, or wait, and try again.") from None
        raise UserError(f"{path}: cannot be used: {error}.") from None
    except sqlite3.DatabaseError as error:
        raise UserError(f"{path}: is no store of results ({error}): move it away and import again.") from None


@contextmanager
def read_store(path: Path) -> Iterator[sqlite3.Connection]:
    """The store of a file that is there; UserError where nothing was imported yet, or as `opened_store`."""
    if not path.is_file():
        raise UserError(f"{path}: is not there: import an export first, with variantgen results import.")
    with opened_store(path) as store:
        yield store


def import_rows(
    path: Path,
    recognition: Recognition,
    rows: Iterable[ResultRow],
    told: Reading,
    match: Callable[[ResultRow], Match],
    said: str = "",
) -> Imported:
    """Takes an export into the store, all of it or nothing; UserError where it cannot be taken as it is.

    Refused are money of another currency than the store's, and days that overlap with older rows of the same ads
    without holding them: 1 to 7 November after 4 October to 3 November would count three days twice. `said`
    stands for how the file is understood (its columns, days, currency): the same file is taken once in each way.
    """
    with opened_store(path) as store:
        store.execute("BEGIN IMMEDIATE")
        try:
            done = _again(store, recognition, said) or _import(store, recognition, rows, told, match, said)
            store.execute("COMMIT")
        except BaseException:
            if store.in_transaction:
                store.execute("ROLLBACK")
            raise
    return done


def _again(store: sqlite3.Connection, recognition: Recognition, said: str) -> Imported | None:
    """An older export that is named again must not put its numbers over those of a newer one."""
    table = recognition.table
    found = store.execute(
        "SELECT id, rows FROM imports WHERE sha256 = ? AND member = ? AND profile = ? AND said = ?",
        (table.sha256, table.member, recognition.profile.name, said),
    ).fetchone()
    if not found:
        return None
    joined, unmatched = _joined(store, found[0])
    note = "this file was imported before: nothing of it is taken again"
    gone, newer = store.execute(
        "SELECT count(*), max(file) FROM results JOIN imports ON imports.id = replaced_by WHERE import = ?", (found[0],)
    ).fetchone()
    if gone:
        note += f"; {gone} of its rows gave way to newer ones, as of {newer}"
    return Imported(str(table.path), found[1], 0, 0, 0, joined, unmatched, (note,))


def _joined(store: sqlite3.Connection, number: int) -> tuple[int, tuple[tuple[str, str, int], ...]]:
    unmatched = store.execute(
        f"SELECT {WHAT}, why, count(*) AS n FROM results WHERE import = ? AND variant = '' GROUP BY 1, 2"
        " ORDER BY n DESC, 1",
        (number,),
    ).fetchall()
    query = "SELECT count(*) FROM results WHERE import = ? AND variant <> ''"
    return store.execute(query, (number,)).fetchone()[0], tuple(unmatched)


def _import(
    store: sqlite3.Connection,
    recognition: Recognition,
    rows: Iterable[ResultRow],
    told: Reading,
    match: Callable[[ResultRow], Match],
    said: str,
) -> Imported:
    table = recognition.table
    number = store.execute(
        "INSERT INTO imports (file, member, sha256, profile, said) VALUES (?, ?, ?, ?, ?)",
        (table.path.name, table.member, table.sha256, recognition.profile.name, said),
    ).lastrowid
    assert number is not None
    before = store.execute("SELECT count(*) FROM results").fetchone()[0]
    names = {column.meaning.name for column in recognition.columns}
    counted = tuple(name for name in COUNTS if name in names)
    upsert = _upsert(counted)
    columns = ",".join(name for name in NAMING if name in names)
    split = ",".join(sorted(column.meaning.name.removeprefix(PART) for column in split_by(recognition.columns)))
    changes, last_batch = 0, False
    source = iter(rows)
    while not last_batch:
        batch = [_stored(row, match(row), number, columns, split, counted) for row in islice(source, _BATCH)]
        last_batch = len(batch) < _BATCH
        changes += len(batch)
        store.executemany(upsert, batch)
    _join_renamed(store)
    where = table.where
    refuse_currencies(store, where)
    first = told.first.isoformat() if told.first else ""
    last = told.last.isoformat() if told.last else ""
    replaced = replace_older(store, number, recognition.profile.name, first, last)
    refuse_overlaps(store, where, number)
    keys = store.execute("SELECT count(*) FROM results WHERE import = ?", (number,)).fetchone()[0]
    added = store.execute("SELECT count(*) FROM results").fetchone()[0] - before
    store.execute("UPDATE imports SET first = ?, last = ?, rows = ? WHERE id = ?", (first, last, told.taken, number))
    joined, unmatched = _joined(store, number)
    notes = list(told.notes)
    if changes > keys:
        notes.append(f"{changes - keys} rows were of the same ad and days as another, and were added to it")
    if lost := days_lost(store, number):
        notes.append(lost)
    return Imported(
        str(table.path),
        told.taken,
        added,
        keys - added,
        replaced,
        joined,
        unmatched,
        tuple(notes),
        tuple(told.left_out),
    )


def _join_renamed(store: sqlite3.Connection) -> None:
    """Gives rows of an ad that told no variant, before or after it was renamed, the one that its id stands for."""
    nobodys = f"variant = '' AND level = 'ad_id' AND why = '{_NAMELESS}'"
    known = "variant <> '' AND level = 'ad_id' AND thing IN (SELECT thing FROM results WHERE " + nobodys + ")"
    found = store.execute(
        f"SELECT thing, min(variant) FROM results WHERE {known} GROUP BY thing HAVING min(variant) = max(variant)"
    ).fetchall()
    if not found:
        return
    store.execute("CREATE TEMP TABLE IF NOT EXISTS renamed (thing TEXT PRIMARY KEY, variant TEXT)")
    store.execute("DELETE FROM temp.renamed")
    store.executemany("INSERT INTO temp.renamed VALUES (?, ?)", found)
    store.execute(
        "UPDATE results SET variant = (SELECT r.variant FROM temp.renamed AS r WHERE r.thing = results.thing),"
        f" by = 'ad id', why = '' WHERE {nobodys} AND thing IN (SELECT thing FROM temp.renamed)"
    )


def _stored(
    row: ResultRow, match: Match, number: int, columns: str, split: str, counted: Sequence[str]
) -> tuple[object, ...]:
    texts = _texts_of(row)
    level, thing = _identity(texts, columns)
    first = row.period.first.isoformat() if row.period else ""
    last = row.period.last.isoformat() if row.period else ""
    content = "\x1f".join((thing, split, row.parts, first, last))
    key = hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return (
        key, thing, level, split, first, last, row.period.zone if row.period else "", row.currency,
        match.variant, match.by, match.why, number, row.row, *texts, *map(row.counts.get, counted),
    )  # fmt: skip


@lru_cache(maxsize=10_000)
def _identity(texts: tuple[str, ...], columns: str) -> tuple[str, str]:
    """By what an ad is known from one export to the next, and its text: an id stays where a name is changed."""
    told = dict(zip(_TEXTS, texts, strict=True))
    whose = (told["profile"], told["account"])
    if told["ad_id"] and not is_rounded(told["ad_id"]):
        return "ad_id", "\x1f".join((*whose, "ad_id", told["ad_id"]))
    post = told["content_id"] or told["post_url"]
    if post and told["promotion"] == "organic" and not is_rounded(post):
        return "post", "\x1f".join((*whose, "post", post))
    return columns, "\x1f".join((*whose, *(told[name] for name in NAMING)))


# ---------------------------------------------------------------- what is kept


def match_again(path: Path, match: Callable[[ResultRow], Match]) -> int:
    """Gives rows of no variant theirs, where `match` finds one now; how many they are.

    Each ad is looked up once, whatever its rows: what says whose they are is the same in all of them.
    """
    names = ("profile", "channel", "promotion", *KEYS)
    where = " AND ".join(f"{name} = ?" for name in names)
    found = 0
    with opened_store(path) as store:
        waiting = store.execute(f"SELECT DISTINCT {', '.join(names)}, why FROM results WHERE variant = ''").fetchall()
        store.execute("BEGIN IMMEDIATE")
        for profile, channel, promotion, *keys, why in waiting:
            told = match(ResultRow(profile, channel, promotion, 0, **dict(zip(KEYS, keys, strict=True))))
            if told.variant or told.why != why:
                done = store.execute(
                    f"UPDATE results SET variant = ?, by = ?, why = ? WHERE variant = '' AND why = ? AND {where}",
                    (told.variant, told.by, told.why, why, profile, channel, promotion, *keys),
                )
                found += done.rowcount if told.variant else 0
        store.execute("COMMIT")
    return found

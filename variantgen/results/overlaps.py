"""What must not be added up: days that two exports hold, and money of two currencies (over the store's connection)."""

from __future__ import annotations

import sqlite3

from variantgen.errors import UserError

_MOST_FILES = 3
"""That a sentence names."""
# a row of one day beside others of one day is an export by day: a day that the new one has not is no overlap
_DAYS = "CASE WHEN {0}.first = {0}.last THEN 'by day' ELSE {0}.first || {0}.last END"


def refuse_currencies(store: sqlite3.Connection, where: str) -> None:
    """UserError where the store would hold money of two currencies."""
    found = [code for (code,) in store.execute("SELECT DISTINCT currency FROM results WHERE currency <> '' ORDER BY 1")]
    if len(found) > 1:
        raise UserError(
            f"{where}: the campaign would have money in {' and '.join(found)}, which is not added: export it in the"
            " currency of the others, or keep its results in a store of their own. Nothing of it was taken."
        )


def replace_older(store: sqlite3.Connection, number: int, profile: str, first: str, last: str) -> int:
    """Older rows whose days all lie in a new import's, of an ad or a variant that it tells anew, count no more.

    A campaign's totals give way to the same days one by one, the first week to the first two, and rows without days to
    those with. Returns how many rows gave way; they stay in the file.
    """
    if not first or not store.execute("SELECT 1 FROM results WHERE import < ? LIMIT 1", (number,)).fetchone():
        return 0
    store.execute("CREATE TEMP TABLE IF NOT EXISTS fresh (thing TEXT, variant TEXT, level TEXT, split TEXT, days TEXT)")
    store.execute("CREATE INDEX IF NOT EXISTS temp.fresh_things ON fresh (thing)")
    store.execute("CREATE INDEX IF NOT EXISTS temp.fresh_variants ON fresh (variant)")
    store.execute("DELETE FROM temp.fresh")
    store.execute(
        "INSERT INTO temp.fresh SELECT DISTINCT thing, variant, level, split, " + _DAYS.format("results")
        + " FROM results WHERE import = ?",
        (number,),
    )  # fmt: skip
    older = (
        "UPDATE results SET replaced_by = :new WHERE import < :new AND replaced_by IS NULL AND profile = :profile"
        " AND (first = '' OR (first >= :first AND last <= :last)) AND "
    )
    of_an_ad = (
        "EXISTS (SELECT 1 FROM temp.fresh AS f WHERE f.thing = results.thing"
        " AND (f.split <> results.split OR f.days <> " + _DAYS.format("results") + "))"
    )
    of_a_variant = (
        "variant <> '' AND EXISTS (SELECT 1 FROM temp.fresh AS f WHERE f.variant = results.variant"
        " AND f.level <> results.level)"
    )
    told = {"new": number, "profile": profile, "first": first, "last": last}
    return sum(store.execute(older + which, told).rowcount for which in (of_an_ad, of_a_variant))


def days_lost(store: sqlite3.Connection, number: int) -> str:
    """What is to be said where rows of one day gave way to an import of several days together; empty else."""
    query = "SELECT count(*) FROM results WHERE first <> '' AND first = last AND "
    lost, by_day = (
        store.execute(query + where, (number,)).fetchone()[0] for where in ("replaced_by = ?", "import = ?")
    )
    if not lost or by_day:
        return ""
    return (
        f"{lost} rows of single days gave way to it, as it is newer: without days nothing can be proven, so export"
        " it by day too"
    )


def refuse_overlaps(store: sqlite3.Connection, where: str, number: int) -> None:
    """UserError where two rows that count hold a day of one ad, but for the parts of it on the same days.

    `number` is of the import that brought the newer ones; what to export instead is told.
    """
    found = store.execute(
        "SELECT ad_name, content_id, campaign, first, last, until FROM (SELECT *, max(last) OVER (PARTITION BY thing"
        " ORDER BY first, last DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until FROM (SELECT thing,"
        " max(ad_name) AS ad_name, max(content_id) AS content_id, max(campaign) AS campaign, first, last FROM results"
        # days one by one never overlap: most exports are of these, and are not sorted for it
        " WHERE replaced_by IS NULL AND first <> '' AND thing IN (SELECT thing FROM results WHERE replaced_by IS NULL"
        " AND first <> last) GROUP BY thing, first, last)) WHERE until >= first LIMIT 1"
    ).fetchone() or _of_two_levels(store)
    if found:
        name, post, campaign, first, last, until = found
        twice = first if first == min(last, until) else f"{first} to {min(last, until)}"
        raise UserError(
            f"{where}: {name or post or campaign or 'a row'}: {twice} would count twice, {_held(store, number)}."
            " Nothing of it was taken."
        )
    undated = store.execute(
        "SELECT coalesce(nullif(ad_name, ''), nullif(content_id, ''), post_url) FROM results WHERE replaced_by IS NULL"
        " AND first = '' AND thing IN (SELECT thing FROM results WHERE replaced_by IS NULL AND first <> '') LIMIT 1"
    ).fetchone()
    if undated:
        raise UserError(
            f"{where}: {undated[0] or 'a row'} has results of days that are known already, and these say none: name"
            " theirs with --period. Nothing of it was taken."
        )


def _held(store: sqlite3.Connection, number: int) -> str:
    """Which exports hold days of an import too, and what to export instead, in words."""
    overlapping = (
        "FROM results JOIN imports ON imports.id = results.import JOIN (SELECT profile AS p, min(first) AS low,"
        " max(last) AS high FROM results WHERE import = :new AND first <> '') ON results.profile = p"
        " WHERE replaced_by IS NULL AND results.first <> '' AND results.first <= high AND results.last >= low"
    )
    told = {"new": number}
    first, last = store.execute(f"SELECT min(results.first), max(results.last) {overlapping}", told).fetchone()
    files = store.execute(f"SELECT DISTINCT file {overlapping} AND import <> :new ORDER BY import", told).fetchall()
    names = [name for (name,) in files[:_MOST_FILES]] + ["others"] * (len(files) > _MOST_FILES)
    by = (
        f"as {' and '.join(names)} {'holds' if len(names) == 1 else 'hold'} it too" if names else "as it has them twice"
    )
    return f"{by}: export {first} to {last} in one file instead, best day by day"


def _of_two_levels(store: sqlite3.Connection) -> tuple[str, ...] | None:
    """A variant's rows by ads' ids in one export and by their names in another, of the same days."""
    mixed = store.execute(
        "SELECT profile, variant FROM results WHERE replaced_by IS NULL AND variant <> '' AND first <> ''"
        " GROUP BY profile, variant HAVING min(level) <> max(level)"
    ).fetchall()
    for profile, variant in mixed:
        spans = store.execute(
            "SELECT DISTINCT level, ad_name, content_id, campaign, first, last FROM results WHERE profile = ?"
            " AND variant = ? AND replaced_by IS NULL AND first <> '' ORDER BY first, last",
            (profile, variant),
        )
        reached: dict[str, str] = {}
        for level, name, post, campaign, first, last in spans:
            until = max((day for other, day in reached.items() if other != level), default="")
            if until >= first:
                return name, post, campaign, first, last, until
            reached[level] = max(last, reached.get(level, ""))
    return None

"""A campaign file's text and what is to change in it in, the text of the next campaign's file out (pure).

What nobody asked to change stays as it was written, comments too. Written texts are TOML of their own, so that the
editor reads what the program reads.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from variantgen.campaign.factors import name_of
from variantgen.campaign.next_changes import NextChanges
from variantgen.campaign.toml_text import (
    Item,
    Path,
    Statement,
    edited,
    entries_of,
    items_of,
    list_text,
    read_value,
    statements,
)

YOURS = "# yours: fill it in and take the # away"
DRAFT = "# a draft: put your own in its place"
_HEAD = "# The next campaign, written by variantgen from "
_KNOWN = "# Known from "
_MAKE = "# What to make: "
_DESIGN = "# what is made are the [[variant]] tables at the end"


def next_text(text: str, changes: NextChanges) -> str:
    """The next campaign's file. `text` is a campaign file that loads."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    plain = _without_head(plain if plain.endswith("\n") else f"{plain}\n")
    told = tomllib.loads(plain)
    lines = list(statements(plain))
    lines = _named_and_dated(lines, told, changes.name)
    lines = _without_variants(lines)
    lines = _ruled(lines, changes.dropped)
    lines, homeless = _factors(lines, told, changes)
    lines = _listed(lines)
    body = "".join(line.text for line in lines).rstrip("\n") + "\n"
    whole = f"{_head(changes, homeless)}\n{body}\n{_rows(changes)}"
    return whole.replace("\n", "\r\n") if "\r\n" in text else whole


# ---------------------------------------------------------------- what is said before anything else


def _head(changes: NextChanges, homeless: Sequence[str]) -> str:
    lines = [
        f"{_HEAD}{changes.source} and its results.",
        "# What is proven to be worse was let go, and nothing is made that was made there.",
    ]
    lines += [f"# - {_one_line(note)}" for note in (*homeless, *changes.notes)]
    return "\n".join(lines) + "\n"


def _without_head(text: str) -> str:
    """Without what was said at the top when this file was written itself."""
    if not text.startswith(_HEAD):
        return text
    lines = text.splitlines(keepends=True)
    first = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return "".join(lines[first:]).lstrip("\n")


def _one_line(text: str) -> str:
    return " ".join(text.split())


# ---------------------------------------------------------------- name and days


def _named_and_dated(lines: Sequence[Statement], told: Mapping[str, Any], name: str) -> list[Statement]:
    days = _next_days(told)
    changed: list[Statement] = []
    for line in lines:
        if line.path == ("name",):
            line = line.with_value(_quoted(name))
        elif line.path in days and line.key:
            day = days[line.path]
            old = line.text.rstrip("\n")
            then = Statement(f"# {old.lstrip()}    # was; say it anew\n", line.table)
            line = line.with_value(day.isoformat()) if day else then
        elif line.path == ("results",) and line.key:
            value = edited(line.path, line.value, _day_edit(days), falls_with=lambda _: False)
            line = line.with_value(value or "{}")
        changed.append(line)
    return changed


def _next_days(told: Mapping[str, Any]) -> dict[Path, date | None]:
    """The days moved on by as long as the campaign lasted; None where the file does not tell how long."""
    results = told.get("results")
    read_on = results.get("read_on") if isinstance(results, dict) else None
    starts, ends = told.get("starts"), told.get("ends")
    last = ends or read_on
    days: dict[Path, Any] = {("starts",): starts, ("ends",): ends, ("results", "read_on"): read_on}
    if not (isinstance(starts, date) and isinstance(last, date)) or last < starts:
        return {path: None for path, day in days.items() if day is not None}
    lasted = last - starts + timedelta(days=1)
    return {path: day + lasted for path, day in days.items() if isinstance(day, date)}


def _day_edit(days: Mapping[Path, date | None]) -> Callable[[Path, str], str | None]:
    def edit(path: Path, value: str) -> str | None:
        if path not in days:
            return value
        day = days[path]
        return day.isoformat() if day else None

    return edit


# ---------------------------------------------------------------- rules that name what is gone


def _ruled(lines: Sequence[Statement], dropped: Mapping[str, Collection[str]]) -> list[Statement]:
    """Exclusions and channels' rules without the levels that are let go; a rule that names nothing more goes."""

    def edit(path: Path, value: str) -> str | None:
        factor = path[2] if len(path) == 3 and path[0] == "exclude" else None
        if len(path) == 4 and (path[0], path[2]) == ("channels", "only"):
            factor = path[3]
        return _fewer(value, dropped.get(str(factor), ())) if factor else value

    changed, gone = [], set()
    for line in lines:
        if line.key and line.path[0] in ("exclude", "channels"):
            value = edited(line.path, line.value, edit, falls_with=_is_exclusion)
            if value is None and line.path[0] == "exclude" and len(line.table) == 2:
                gone.add(line.table)
            if value is None:
                continue
            line = line.with_value(value) if value != line.value else line
        changed.append(line)
    return _without_tables(changed, gone)


def _is_exclusion(path: Path) -> bool:
    return len(path) == 2 and path[0] == "exclude"


def _fewer(value: str, names: Collection[str]) -> str | None:
    """A level's name or a list of them without those given; None where none is left."""
    if not names:
        return value
    said = read_value(value)
    if isinstance(said, str):
        return None if said in names else value
    items, closing = items_of(value)
    left = [item for item in items if read_value(item.text) not in names]
    if len(left) == len(items):
        return value
    if not left:
        return None
    return list_text(left, closing, like=value) if "\n" in value else f"[{', '.join(item.text for item in left)}]"


def _without_tables(lines: Sequence[Statement], gone: Collection[Path]) -> list[Statement]:
    """Without tables, with all that stands in them and the comment right above; what follows them stays."""
    kept: list[Statement] = []
    for n, line in enumerate(lines):
        held = next((table for table in gone if line.table[: len(table)] == table), None)
        if held is None:
            kept.append(line)
            continue
        if line.is_header and line.table == held:
            while kept and kept[-1].text.lstrip().startswith("#"):
                kept.pop()
        rest = lines[n:]
        tail = next((m for m, other in enumerate(rest) if other.table[: len(held)] != held), len(rest))
        is_blank = not line.text.strip() and bool(kept) and not kept[-1].text.strip()
        if not any(other.path for other in rest[:tail]) and not is_blank:
            kept.append(line)
    return kept


def _without_variants(lines: Sequence[Statement]) -> list[Statement]:
    """Without the variants of the old list and what was said of them when this file was written."""
    gone = {line.table for line in lines if line.table[:1] == ("variant",)}
    lines = [line for line in lines if line.path != ("variant",)]
    return _without_ours(_without_tables(lines, gone))


def _without_ours(lines: Iterable[Statement]) -> list[Statement]:
    """Without the comments that the last round wrote."""
    kept, is_inside = [], False
    for line in lines:
        text = line.text.strip()
        is_ours = text.startswith((_KNOWN, _MAKE)) or (text.startswith("#") and text.endswith(YOURS))
        is_inside = text.startswith("#") and not line.path and (is_inside or (is_ours and not text.startswith(_KNOWN)))
        if not is_inside and not (is_ours and not line.path):
            kept.append(line)
    return kept


# ---------------------------------------------------------------- factors


def level_name(level: object) -> str:
    """What a level is called, as the file's reader calls it; empty where it has no name."""
    if isinstance(level, dict):
        length = level.get("length")
        return str(level.get("name") or name_of(level.get("value") if length is None else length))
    return name_of(level) if isinstance(level, (str, int, float)) else ""


def _factors(
    lines: Sequence[Statement], told: Mapping[str, Any], changes: NextChanges
) -> tuple[list[Statement], list[str]]:
    """Levels taken out and put in, with what is known above them; what found no place there is told by itself."""
    tables = told.get("factor", [])
    names = [str(table["name"]) for table in tables]
    gone = {
        ("factor", n, "levels", place)
        for n, table in enumerate(tables)
        for place, level in enumerate(table["levels"])
        if level_name(level) in changes.dropped.get(names[n], ())
    }
    lines = _without_tables(lines, gone)
    last = {line.table[1]: n for n, line in enumerate(lines) if line.path and _is_level(line.table)}
    heads = {line.table[1]: n for n, line in enumerate(lines) if line.path and _is_factor(line.table)}
    found: list[Statement] = []
    homes: dict[str, None] = {}
    for n, line in enumerate(lines):
        name = names[int(line.table[1])] if line.table[:1] == ("factor",) else ""
        if line.path == ("languages",) and "language" not in names:
            name = "language"
        is_list = (bool(name) and line.path[2:] == ("levels",)) or line.path == ("languages",)
        if name and is_list:
            homes[name] = None
            found += _known_line(name, changes, line.table)
        if line.path == ("factor",):
            line = line.with_value(_inline(line.value, names, changes))
        elif name and is_list:
            line = line.with_value(_list(line.value, name, changes))
        found.append(line)
        if name and _is_factor(line.table) and line.table[1] in last and heads[line.table[1]] == n:
            homes[name] = None
            found += _known_line(name, changes, line.table)
        if _is_level(line.table) and last[line.table[1]] == n:
            found += _level_tables(name, changes, line.table)
    return found, [f"{name}: {known}" for name, known in changes.known.items() if name not in homes]


def _is_factor(table: Path) -> bool:
    return len(table) == 2 and table[0] == "factor"


def _is_level(table: Path) -> bool:
    """Whether a table is a level that has a table of its own, or stands inside one."""
    return len(table) > 3 and table[0] == "factor" and table[2] == "levels"


def _known_line(name: str, changes: NextChanges, table: Path) -> list[Statement]:
    known = changes.known.get(name)
    return [Statement(f"{_KNOWN}{changes.source}: {_one_line(known)}\n", table)] if known else []


def _list(value: str, factor: str, changes: NextChanges) -> str:
    """A list of levels, a level a line where anything is to be told of them."""
    dropped = changes.dropped.get(factor, ())
    drafted = [level for level in changes.drafted if level.factor == factor]
    items, closing = items_of(value)
    own = [_without_our_comments(item) for item in items]
    left = [item for item in own if level_name(read_value(item.text)) not in dropped]
    example = changes.examples.get(factor)
    if left == list(items) and not drafted and not example and closing == _not_ours(closing):
        return value
    return list_text(
        [*left, *(Item(level.text, behind=f"    {DRAFT}") for level in drafted)],
        [*_not_ours(closing), *([f"# {example},    {YOURS}"] if example else [])],
        like=value,
    )


def _without_our_comments(item: Item) -> Item:
    return replace(item, above=_not_ours(item.above), behind="" if item.behind.strip() == DRAFT else item.behind)


def _not_ours(comments: Sequence[str]) -> tuple[str, ...]:
    return tuple(comment for comment in comments if not comment.endswith(YOURS))


def _inline(value: str, names: Sequence[str], changes: NextChanges) -> str:
    """A list of factors that are written as inline tables; comments have no place there."""

    def edit(path: Path, text: str) -> str | None:
        if len(path) != 3 or path[2] != "levels":
            return text
        name = names[int(path[1])]
        items, _ = items_of(text)
        left = [item.text for item in items if level_name(read_value(item.text)) not in changes.dropped.get(name, ())]
        left += [level.text for level in changes.drafted if level.factor == name]
        return f"[{', '.join(left)}]" if left != [item.text for item in items] else text

    return edited(("factor",), value, edit, falls_with=lambda _: False) or value


def _level_tables(factor: str, changes: NextChanges, table: Path) -> list[Statement]:
    """Drafted levels and the example as tables of their own."""
    told = [f"\n[[factor.levels]]    {DRAFT}\n{_entries(lv.text)}" for lv in changes.drafted if lv.factor == factor]
    if example := changes.examples.get(factor):
        lines = _entries(example).splitlines()
        told.append("\n# [[factor.levels]]    " + YOURS + "\n" + "".join(f"# {line}\n" for line in lines))
    return [Statement(text, table) for text in told]


def _entries(text: str) -> str:
    """A level of a list as lines of a table."""
    if text[0] == "{":
        return "".join(f"{front}{value}\n" for _, front, value in entries_of(text))
    return f"{'value' if isinstance(read_value(text), str) else 'length'} = {text}\n"


# ---------------------------------------------------------------- what is made


def _listed(lines: Sequence[Statement]) -> list[Statement]:
    """With the design that makes the variants at the end and no others."""
    held = next((n for n, line in enumerate(lines) if line.path == ("design",)), None)
    if held is not None:
        found = list(lines)
        found[held] = lines[held].with_value('"list"')
        return found
    last = max(n for n, line in enumerate(lines) if line.key and not line.table)
    return [*lines[: last + 1], Statement(f'design = "list"    {_DESIGN}\n'), *lines[last + 1 :]]


def _rows(changes: NextChanges) -> str:
    """The variants to be made, and one to be filled in for a level that the editor adds."""
    told = [f"{_MAKE}combinations of the levels above that were not made in {changes.source}; take out, or add, any.\n"]
    for row in changes.rows:
        lines = [f"{factor} = {_quoted(level)}" for factor, level in row.levels]
        for key, names in (("channel", row.channels), ("as", row.promotions)):
            if names:
                lines.append(f"{key} = {_quoted(names[0]) if len(names) == 1 else _quoted_list(names)}")
        told.append(f"[[variant]]    # {_one_line(row.why)}\n" + "".join(f"{line}\n" for line in lines))
    told += _sample(changes)
    return "\n".join(told)


def _sample(changes: NextChanges) -> list[str]:
    factor = next((name for name in changes.examples if changes.rows and name in dict(changes.rows[0].levels)), "")
    if not factor:
        return []
    new = level_name(read_value(changes.examples[factor]))
    levels = dict(changes.rows[0].levels) | {factor: new}
    lines = "".join(f"# {name} = {_quoted(level)}\n" for name, level in levels.items())
    return [f"# [[variant]]    {YOURS}\n{lines}"]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _quoted_list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"

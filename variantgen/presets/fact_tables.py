"""Dated facts about channels: a table's name in, its rows out, each with its source and the day it was read.

A table of facts is a TOML file in the folder `facts` of a folder of presets. A project's own file of the same name, or
the user's, replaces the built-in one whole: a channel that changes its mind needs no new version of variantgen.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from variantgen.errors import UserError, nearest
from variantgen.presets.folders import preset_folders
from variantgen.presets.reading import read_toml

FACTS_FOLDER = "facts"
Confidence = Literal["official", "official-quoted", "third-party", "derived", "memory", "not-published"]


@dataclass(frozen=True, kw_only=True)
class Sourced:
    """Where a fact comes from: an address or a sentence, the day it was read, and how good the source is."""

    source: str
    checked: date
    confidence: Confidence
    note: str = ""

    @property
    def cited(self) -> str:
        """The source and its date, as words to stand behind a claim."""
        return f"{self.source}, read {self.checked.isoformat()}"


def read_facts(name: str, shapes: dict[str, type[Sourced]]) -> dict[str, tuple[Any, ...]]:
    """The rows of facts/`name`.toml by table, each an instance of its table's shape; a table that is missing is empty.

    Raises UserError that holds one line for every fault of the file.
    """
    return checked_facts(_facts_file(name), shapes)


def checked_facts(path: Path, shapes: dict[str, type[Sourced]]) -> dict[str, tuple[Any, ...]]:
    """The rows of one file of facts; UserError as `read_facts`."""
    tables = read_toml(path)
    faults: list[str] = []
    found: dict[str, tuple[Any, ...]] = dict.fromkeys(shapes, ())
    for table, rows in tables.items():
        if table not in shapes:
            faults.append(
                f"{path}: {table}: is not a known table: allowed is {_listed(shapes)}.{nearest(table, shapes)}"
            )
        elif not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            faults.append(f"{path}: {table}: is not a list of rows: each begins with [[{table}]]")
        else:
            made = [_row(shapes[table], row, f"{path}: {table} {n}", faults) for n, row in enumerate(rows, 1)]
            found[table] = tuple(row for row in made if row is not None)
    if faults:
        raise UserError("\n".join(faults))
    return found


def _facts_file(name: str) -> Path:
    wanted = [folder.path / FACTS_FOLDER / f"{name}.toml" for folder in preset_folders()]
    path = next((path for path in wanted if path.is_file()), None)
    if path is None:
        raise UserError(f"{FACTS_FOLDER}/{name}.toml: is in no folder of presets; install variantgen again")
    return path


def _row(shape: type[Sourced], values: dict[str, Any], where: str, faults: list[str]) -> Any:
    known = {field.name: field for field in fields(shape)}
    told = list(_row_faults(shape, known, values, where))
    faults += told
    return None if told else shape(**{key: _frozen(value) for key, value in values.items()})


def _row_faults(shape: type, known: dict[str, Field[Any]], values: dict[str, Any], where: str) -> Iterator[str]:
    hints = get_type_hints(shape)
    for key, value in values.items():
        if key not in known:
            yield f"{where}: {key}: is not a known key: allowed is {_listed(known)}.{nearest(key, known)}"
        elif not _fits(_frozen(value), hints[key]):
            yield f"{where}: {key}: value {value!r} is not allowed: allowed is {_told(hints[key])}"
    for key, field in known.items():
        if key not in values and field.default is MISSING and field.default_factory is MISSING:
            yield f"{where}: {key}: is missing"
    if values.get("source") == "":
        yield f'{where}: source: value "" is not allowed: allowed is an address or a sentence that names the source'


def _fits(value: object, hint: Any) -> bool:
    """Whether a value is of a field's type: text, numbers, dates, one of some words, tuples of these, or None."""
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if get_origin(hint) in (Union, types.UnionType):
        return any(_fits(value, one) for one in get_args(hint))
    if get_origin(hint) is tuple:
        kinds = [kind for kind in get_args(hint) if kind is not Ellipsis]
        if not isinstance(value, tuple):
            return False
        if len(kinds) > 1:
            return len(value) == len(kinds) and all(_fits(one, kind) for one, kind in zip(value, kinds, strict=True))
        return all(_fits(one, kinds[0]) for one in value)
    if hint is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    # a bool is an int, and a datetime a date: neither is meant
    return type(value) is hint


def _told(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return ", ".join(f'"{word}"' for word in get_args(hint))
    if get_origin(hint) in (Union, types.UnionType):
        return " or ".join(_told(one) for one in get_args(hint) if one is not type(None))
    if get_origin(hint) is tuple:
        return f"a list of {_told(get_args(hint)[0])}"
    names = {
        str: "text",
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        date: "a date like 2026-11-22",
    }
    return names.get(hint, str(hint))


_WORDS: dict[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date like 2026-11-22",
}


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)

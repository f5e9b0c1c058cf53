"""--set key=value: raw preset tables and settings in, tables with the settings applied out (pure)."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Sequence
from typing import Any

from variantgen.presets import fields

REMOVING_WORDS = ("none", "")


def apply_settings(
    tables: dict[str, Any], settings: Sequence[tuple[str, str]]
) -> tuple[dict[str, Any], tuple[str, ...], list[str]]:
    """The tables with each dotted key set, the keys that were set, and complaints about unknown ones.

    "none" or nothing as a value removes the key, or empties the list; a list's words stand between commas, or as
    TOML writes them. The provenance of a value that was set is dropped: its
    source said something else.
    """
    changed = copy.deepcopy(tables)
    overridden: list[str] = []
    complaints: list[str] = []
    for key, text in settings:
        try:
            node = fields.node_at(key)
        except KeyError:
            node = {}
        if not node or key.split(".")[0] == "facts":
            complaints.append(f"--set {key}: is not a known key.{fields.nearest_name(key)}")
            continue
        _put(changed, key.split("."), value_of(node, text), may_be_nothing=fields.may_be_nothing(node))
        _drop_facts(changed, key)
        if key not in overridden:
            overridden.append(key)
    return changed, tuple(overridden), complaints


def value_of(node: fields.Node, text: str) -> Any:
    """The typed value that a setting's text stands for; None to remove the key."""
    words = fields.words_allowed(node)
    if fields.may_be_list(node) and (fields.must_be_list(node) or set(text) & set(",[")):
        return _listed(text)
    if text in words:
        return text
    if text.strip().lower() in REMOVING_WORDS:
        return None
    if fields.is_text(node) or words:
        return _unquoted(text)
    return _as_toml(text)


def _as_toml(text: str) -> Any:
    """The value that TOML reads in the text; the text itself where it reads none."""
    try:
        parsed = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    # text with a line break could smuggle in a second key
    return parsed["value"] if list(parsed) == ["value"] else text


def _listed(text: str) -> Any:
    if text.strip().startswith("["):
        return _as_toml(text)
    if text.strip().lower() in REMOVING_WORDS:
        return []
    return [_unquoted(word.strip()) for word in text.split(",")]


def _unquoted(text: str) -> str:
    is_quoted = len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if is_quoted else text


def _put(tables: dict[str, Any], path: list[str], value: Any, *, may_be_nothing: bool) -> None:
    *parents, leaf = path
    table: Any = tables
    for name in parents:
        table = table.setdefault(name, {})
        if not isinstance(table, dict):
            return  # the file has no table here: validation complains about that
    if value is None and not may_be_nothing:
        table.pop(leaf, None)
    else:
        table[leaf] = value


def _drop_facts(tables: dict[str, Any], key: str) -> None:
    facts = tables.get("facts")
    if isinstance(facts, dict):
        for name in [name for name in facts if f"{name}.".startswith(f"{key}.") or f"{key}.".startswith(f"{name}.")]:
            del facts[name]

"""What a preset's keys are called and what each may hold, read from the preset's own JSON schema."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache
from typing import Any

from variantgen.errors import nearest

Node = dict[str, Any]

# how a pattern of schema.py begins, said so that a person can type a value that fits
WORDS_OF_PATTERN = {
    r"^#[0-9a-fA-F]{6}$": "a colour like #1A2B3C",
    r"^[a-z0-9][a-z0-9-]*$": "lower-case letters, digits and hyphens",
    r"^([^{}": "a file name with {file} in it, and where wanted {language}, {locale} and {format}",
}


@cache
def schema() -> Node:
    """The JSON schema of a preset, as pydantic writes it."""
    from variantgen.presets.schema import Preset

    return Preset.model_json_schema()


def node_at(dotted: str | tuple[str, ...]) -> Node:
    """The schema of a key by its dotted name; raises KeyError where no such key is."""
    node = schema()
    for name in dotted.split(".") if isinstance(dotted, str) else dotted:
        table = table_of(node)
        if name in table.get("properties", {}):
            node = table["properties"][name]
        elif isinstance(table.get("additionalProperties"), dict):
            node = table["additionalProperties"]
        else:
            raise KeyError(dotted)
    return node


def table_of(node: Node) -> Node:
    """The object schema behind a reference or an "or nothing"; the node itself for a plain value."""
    for choice in node.get("anyOf", [node]):
        if "$ref" in choice:
            target: Node = schema()["$defs"][choice["$ref"].rsplit("/", 1)[-1]]
            return target
    return node


def keys_of(node: Node) -> list[str]:
    """The keys that a table may hold; empty for a plain value."""
    return list(table_of(node).get("properties", {}))


def dotted_names() -> tuple[str, ...]:
    """Every value's dotted name, tables and provenance left out."""
    return tuple(_leaves(schema(), ""))


def same_name(dotted: str) -> str:
    """` Did you mean "x"?` for the known key whose last name this one has, in its own table before others."""
    table, _, rest = dotted.partition(".")
    leaf = rest.rpartition(".")[2]
    found = [name for name in dotted_names() if leaf and name.rpartition(".")[2] == leaf]
    found.sort(key=lambda name: (not name.startswith(f"{table}."), name.count(".")))
    return f' Did you mean "{found[0]}"?' if found else ""


def nearest_name(dotted: str) -> str:
    """` Did you mean "x"?` for the known key that is closest, the keys of its own table before others."""
    table, _, rest = dotted.partition(".")
    own = {name.rpartition(".")[2]: name for name in dotted_names() if name.startswith(f"{table}.")}
    close = difflib.get_close_matches(rest.rpartition(".")[2], own, n=1, cutoff=0.7)
    return f' Did you mean "{own[close[0]]}"?' if close else nearest(dotted, dotted_names())


def may_be_nothing(node: Node) -> bool:
    """Whether the key may be switched off altogether."""
    return any(choice.get("type") == "null" for choice in node.get("anyOf", ()))


def words_allowed(node: Node) -> list[str]:
    """The words a value is chosen from, alone or in a list; empty where it is not a choice."""
    choices = [choice.get("items", choice) for choice in node.get("anyOf", [node])]
    words = [word for choice in choices for word in choice.get("enum", [choice.get("const")])]
    return list(dict.fromkeys(word for word in words if isinstance(word, str)))


def may_be_list(node: Node) -> bool:
    """Whether the value may be a list."""
    return any(choice.get("type") == "array" for choice in node.get("anyOf", [node]))


def must_be_list(node: Node) -> bool:
    """Whether the value can be nothing but a list."""
    return all(choice.get("type") == "array" for choice in node.get("anyOf", [node]))


def is_text(node: Node) -> bool:
    """Whether the value is written as text, so that 6 on the command line means "6"."""
    return any(choice.get("type") == "string" for choice in node.get("anyOf", [node]))


def allowed(node: Node) -> str:
    """What a value may be, as words for a complaint.

    >>> allowed(node_at("canvas.width"))
    'a whole number from 16 to 8192 in steps of 2'
    """
    choices = [choice for choice in node.get("anyOf", [node]) if choice.get("type") != "null"]
    return " or ".join(_allowed_one(choice) for choice in choices)


def _leaves(node: Node, prefix: str) -> Iterator[str]:
    for name, child in table_of(node)["properties"].items():
        if keys_of(child):
            yield from _leaves(child, f"{prefix}{name}.")
        elif name != "facts":
            yield prefix + name


def _allowed_one(node: Node) -> str:
    if keys_of(node):
        return f"a table of {', '.join(keys_of(node))}"
    if "enum" in node or "const" in node:
        return ", ".join(str(word) or '""' for word in node.get("enum", [node.get("const")]))
    kind = node.get("type")
    if kind in ("integer", "number"):
        return ("a whole number" if kind == "integer" else "a number") + _bounds(node)
    if kind == "boolean":
        return "true or false"
    if node.get("format") == "date":
        return "a date like 2026-11-22, without quotes"
    if kind == "array":
        return f"a list of {'one or more of ' if node.get('minItems') else ''}{_allowed_one(node.get('items', {}))}"
    if "pattern" in node:
        told = [words for begin, words in WORDS_OF_PATTERN.items() if node["pattern"].startswith(begin)]
        return told[0] if told else f"text that matches {node['pattern']}"
    least = node.get("minLength", 0)
    return "a table" if kind == "object" else f"text of {least} or more characters" if least else "text"


def _bounds(node: Node) -> str:
    least = f" from {node['minimum']:g}" if "minimum" in node else ""
    least = f" above {node['exclusiveMinimum']:g}" if "exclusiveMinimum" in node else least
    most = f" {'to' if 'minimum' in node else 'up to'} {node['maximum']:g}" if "maximum" in node else ""
    return least + most + (f" in steps of {node['multipleOf']:g}" if "multipleOf" in node else "")

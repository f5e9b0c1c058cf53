"""What is wrong with a campaign file: places and reasons in, sentences that name file, key and nearest match out.

The words for what a value may be are those of presets (presets/fields.py). Presets have no lists of tables, so places
are found here: `factor.hook.levels.face.span` is told by the names that the file gives.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from variantgen.errors import nearest
from variantgen.presets import fields

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from variantgen.campaign.schema import Campaign

ELEMENTS = ("channels", "factor", "levels", "exclude", "variant")
"""The keys whose lists hold tables, each of which is judged by itself."""
WORDS = "words"
"""Where a field's schema holds what it allows, said so that a person can type it."""
Location = tuple[str | int, ...]
Tables = dict[str, Any]
LONGEST_VALUE = 60
MOST_ROUNDS = 20
STAND_INS: Tables = {"name": "x", "objective": "awareness", "masters": ["x"], "channels": [None]}
"""For what a file must hold and does not, or wrongly: the rest of it can then be looked at."""


class Faults:
    """The complaints about one file, one for each place, in the file's order."""

    def __init__(self, where: str, tables: Tables) -> None:
        self.where = where
        self.tables = tables
        self.told: dict[Location, str] = {}
        self._of_schema: set[Location] = set()

    def add(self, location: Location, sentence: str, *, is_about_all: bool = False) -> None:
        """Complains about a place, unless its form was found wrong already.

        `is_about_all` is a complaint about how the keys of a table go together: none is made where one of them is
        wrong by itself.
        """
        about = (_element(location) or location) if is_about_all else location
        is_known = any(known[: len(about)] == about or about[: len(known)] == known for known in self._of_schema)
        if not is_known:
            self.told.setdefault(location, sentence)

    def value(self, location: Location) -> Any:
        """What the file holds at a place; None where it holds nothing."""
        value: Any = self.tables
        for name in location:
            value = _inside(value, name)
        return value

    def add_of_schema(self, location: Location, sentence: str) -> None:
        """Complains about a place whose form is wrong, so that nothing more is said of it."""
        self._of_schema.add(location)
        if sentence:
            self.told.setdefault(location, sentence)

    def lines(self) -> list[str]:
        """The complaints as lines in the file's order: file, key, sentence."""
        told = sorted(self.told.items(), key=lambda item: self._order(item[0]))
        return [_printable(f"{self.where}: {self._key(location)}: {sentence}") for location, sentence in told]

    def _order(self, location: Location) -> list[int]:
        order, value = [], self.tables
        for name in location:
            keys = list(value) if isinstance(value, dict) else []
            order.append(name if isinstance(name, int) else keys.index(name) if name in keys else len(keys))
            value = _inside(value, name)
        return order

    def _key(self, location: Location) -> str:
        told = ""
        value: Any = self.tables
        for name in location:
            siblings = value if isinstance(value, list) else []
            value = _inside(value, name)
            told += f".{_quoted(name)}" if isinstance(name, str) else _called(value, name, siblings)
        return told.removeprefix(".") or "the file"


def _called(value: Any, place: int, siblings: list[Any]) -> str:
    """What a list's element is called: by its name, by its place where it has none, by both where another has it."""
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(name, str) or not name.strip():
        return f"[{place + 1}]"
    is_shared = sum(isinstance(one, dict) and one.get("name") == name for one in siblings) > 1
    return f".{_quoted(name)}{f'[{place + 1}]' if is_shared else ''}"


def shown(value: Any) -> str:
    """A value of the file as the file would write it, shortened."""
    if isinstance(value, (list, tuple)):
        text = f"[{', '.join(map(shown, value[:LONGEST_VALUE]))}]"
    elif isinstance(value, dict):
        inner = ", ".join(f"{_quoted(str(key))} = {shown(one)}" for key, one in list(value.items())[:LONGEST_VALUE])
        text = f"{{ {inner} }}"
    else:
        text = (
            f'"{value}"' if isinstance(value, str) else {"True": "true", "False": "false"}.get(str(value), str(value))
        )
    text = _printable(text)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."


def _printable(text: str) -> str:
    """A text in which nothing breaks a line or is invisible."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def validated(tables: Tables, faults: Faults) -> Campaign:
    """The campaign of these tables; what is wrong in form is told to `faults` and left out, lists keep their places."""
    from pydantic import ValidationError

    from variantgen.campaign.schema import Campaign

    rest = copy.deepcopy(tables)
    for _ in range(MOST_ROUNDS):
        try:
            return Campaign.model_validate(rest, strict=True)
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                location = _location(fault)
                faults.add_of_schema(location, _sentence(fault, location, faults))
                _leave_out(rest, location)
    return Campaign.model_validate(STAND_INS)


def unknown(kind: str, name: str, allowed: Sequence[str]) -> str:
    """The complaint about a name that is none of the allowed ones."""
    told = f"allowed are {listed(allowed)}" if listed(allowed) else "there are none"
    return f"no {kind} is named {shown(name)}: {told}.{nearest(name, allowed)}"


def listed(names: Sequence[str]) -> str:
    """Names that a file gives, as a sentence holds them: those that are no names are left out."""
    return ", ".join(name for name in names if name.strip() and name.isprintable())


# ---------------------------------------------------------------- the schema


@cache
def schema() -> fields.Node:
    """The JSON schema of a campaign with every reference replaced by what it refers to."""
    from variantgen.campaign.schema import Campaign

    whole = Campaign.model_json_schema()
    node: fields.Node = _inlined(whole, whole.get("$defs", {}))
    return node


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(inner, definitions) for inner in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        node = {**definitions[node["$ref"].rsplit("/", 1)[-1]], **{k: v for k, v in node.items() if k != "$ref"}}
    return {key: _inlined(inner, definitions) for key, inner in node.items() if key != "$defs"}


def _choices(node: fields.Node) -> Iterator[fields.Node]:
    for choice in node.get("anyOf", [node]):
        if choice is node:
            yield node
        else:
            yield from _choices(choice)


def _child(node: fields.Node, name: str | int) -> fields.Node | None:
    for choice in _choices(node):
        if isinstance(name, int):
            if "items" in choice:
                return dict(choice["items"])
        elif name in choice.get("properties", {}):
            return dict(choice["properties"][name])
        elif isinstance(choice.get("additionalProperties"), dict):
            return dict(choice["additionalProperties"])
    return None


def _node_at(location: Location) -> fields.Node | None:
    node: fields.Node | None = schema()
    for name in location:
        node = _child(node, name) if node is not None else None
    return node


def _words_of(node: fields.Node) -> str:
    return str(node.get(WORDS) or next((choice[WORDS] for choice in _choices(node) if WORDS in choice), ""))


def _allowed(node: fields.Node) -> str:
    if words := _words_of(node):
        return words
    tables = [choice for choice in _choices(node) if choice.get("properties")]
    lists = [choice["items"] for choice in _choices(node) if "items" in choice]
    if tables:
        return f"a table of {', '.join(tables[0]['properties'])}"
    return f"a list of one or more of {_allowed(lists[0])}" if lists else fields.allowed(node)


# ---------------------------------------------------------------- pydantic's errors


def _location(fault: ErrorDetails) -> Location:
    """The place a fault is about: pydantic adds the branch of a union, and a span is told as a whole."""
    node: fields.Node | None = schema()
    found: Location = ()
    for name in fault["loc"]:
        node = _child(node, name) if node is not None else None
        if node is None and (fault["type"] != "extra_forbidden" or name != fault["loc"][-1]):
            break
        found = (*found, name)
        if node is not None and _words_of(node) and not _is_element(found):
            break
    return found


def _is_element(location: Location) -> bool:
    return len(location) > 1 and isinstance(location[-1], int) and location[-2] in ELEMENTS


def _element(location: Location) -> Location:
    """The table of a list that a place lies in; nothing where it lies in none."""
    ends = [end for end in range(len(location), 0, -1) if _is_element(location[:end])]
    return location[: ends[0]] if ends else ()


def _sentence(fault: ErrorDetails, location: Location, faults: Faults) -> str:
    node = _node_at(location) or {}
    if fault["type"] == "extra_forbidden":
        return _unknown_key(location)
    if fault["type"] == "missing":
        if any(nearest(str(location[-1]), [key]) for key in _unknown_keys(location[:-1], faults)):
            return ""  # it is there, and misspelt: that is told
        return f"is missing: it holds {_allowed(node)}."
    value = faults.value(location)
    closest = nearest(value, fields.words_allowed(node)) if isinstance(value, str) else ""
    return f"value {shown(value)} is not allowed: allowed is {_allowed(node)}.{closest}"


def _unknown_key(location: Location) -> str:
    parent = _node_at(location[:-1]) or {}
    keys = [key for choice in _choices(parent) for key in choice.get("properties", {})]
    name = str(location[-1])
    closest = nearest(name, keys) or nearest(name, _every_key(schema()))
    return f"is not a known key: allowed are {', '.join(keys)}.{closest}"


def _unknown_keys(table: Location, faults: Faults) -> list[str]:
    held = faults.value(table)
    known = [key for choice in _choices(_node_at(table) or {}) for key in choice.get("properties", {})]
    return [str(key) for key in held if key not in known] if isinstance(held, dict) else []


def _every_key(node: fields.Node) -> list[str]:
    found: list[str] = []
    for choice in _choices(node):
        for name, child in choice.get("properties", {}).items():
            found += [name, *_every_key(child)]
        found += _every_key(choice["items"]) if "items" in choice else []
    return found


def _leave_out(tables: Tables, location: Location) -> None:
    """Takes what is faulty out of the tables: an element of a list becomes nothing, so that others keep their place."""
    holder, path = _holder(tables, location), location
    if not isinstance(holder, dict) or path[-1] not in holder:
        path = _element(location) or location  # a key is missing, or a list is wrong: its table cannot be told
        holder = _holder(tables, path)
    if isinstance(holder, list) and isinstance(path[-1], int) and _is_element(path):
        holder[path[-1]] = None
        return
    if isinstance(holder, dict) and path[-1] in holder and len(path) > 1:
        del holder[path[-1]]
        return
    top = str(path[0])  # it is missing, or cannot be left out alone: the whole table is
    tables.pop(top, None)
    if top in STAND_INS:
        tables[top] = copy.deepcopy(STAND_INS[top])


def _holder(tables: Tables, location: Location) -> Any:
    value: Any = tables
    for name in location[:-1]:
        value = _inside(value, name)
    return value


def _inside(value: Any, name: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(name)
    is_there = isinstance(value, list) and isinstance(name, int) and -len(value) <= name < len(value)
    return value[name] if is_there else None


def _quoted(name: str) -> str:
    is_plain = name.isprintable() and "." not in name and " " not in name and name
    return name if is_plain else shown(name)

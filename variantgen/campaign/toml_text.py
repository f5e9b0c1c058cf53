"""A TOML file's text as statements and a list's text as items, so that one is changed and all else stays (pure).

Only where things begin and end is found here, in text that is TOML; what they say, `tomllib` reads.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

Path = tuple["str | int", ...]
"""Keys from the top, with numbers from 0 for the tables of a list: ("factor", 0, "levels")."""
_BARE_END = re.compile(r"[,#\n\]}]")


@dataclass(frozen=True)
class Statement:
    """One key with its value, one header of a table, or one line without any of these."""

    text: str
    """With the line's end."""
    table: Path = ()
    """The table that it stands in, or that it is the header of."""
    key: tuple[str, ...] = ()
    """Below the table; empty for headers and lines without a key."""
    is_header: bool = False
    value_start: int = 0
    value_end: int = 0

    @property
    def path(self) -> Path:
        """From the top; empty for a line that says nothing."""
        return (*self.table, *self.key) if self.key or self.is_header else ()

    @property
    def value(self) -> str:
        """The value's text; empty where there is no key."""
        return self.text[self.value_start : self.value_end]

    def with_value(self, value: str) -> Statement:
        """The same key with another value's text; what stands behind it stays."""
        text = self.text[: self.value_start] + value + self.text[self.value_end :]
        return replace(self, text=text, value_end=self.value_start + len(value))


@dataclass(frozen=True)
class Item:
    """One thing in a list, with the comments above it and the one behind it."""

    text: str
    above: tuple[str, ...] = ()
    """Lines of comment, "" for an empty line."""
    behind: str = ""
    """With the blanks in front of it."""


def read_value(text: str) -> Any:
    """What a value's text says."""
    return tomllib.loads(f"x = {text}")["x"]


def statements(text: str) -> tuple[Statement, ...]:
    """The statements of a TOML text whose lines end in a plain newline; joined they are that text."""
    found: list[Statement] = []
    table: Path = ()
    counts: dict[Path, int] = {}
    at = 0
    while at < len(text):
        start = _skipped(text, at)
        first = text[start : start + 1]
        if first == "[":
            end = _line_end(text, _header_end(text, start))
            table = _table(text[start : _header_end(text, start)], counts)
            found.append(Statement(text[at:end], table, is_header=True))
        elif first in ("", "#", "\n", "\r"):
            end = _line_end(text, start)
            found.append(Statement(text[at:end], table))
        else:
            equals = _key_end(text, start)
            begin = _skipped(text, equals + 1)
            stop = _value_end(text, begin)
            end = _line_end(text, stop)
            found.append(Statement(text[at:end], table, _keys(text[start:equals]), False, begin - at, stop - at))
        at = end
    return tuple(found)


def items_of(text: str) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """The items of a list's text, and the comments after the last one."""
    items: list[Item] = []
    above: list[str] = []
    at, is_behind = 1, False
    while at < len(text) - 1:
        char = text[at]
        if char == "#":
            end = _line_end(text, at)
            comment = text[at:end].rstrip()
            if is_behind:
                blanks = text[:at].rpartition("\n")[2]
                items[-1] = replace(items[-1], behind=blanks[len(blanks.rstrip()) :] + comment)
            else:
                above.append(comment)
            is_behind, at = False, end
        elif char == "\n":
            is_behind = False
            following = text[at + 1 :].lstrip(" \t")
            if following.startswith("\n") and (above or items) and above[-1:] != [""]:
                above.append("")
            at += 1
        elif char in " \t\r,":
            at += 1
        else:
            end = _value_end(text, at)
            items.append(Item(text[at:end], tuple(above)))
            above, at, is_behind = [], end, True
    return tuple(items), tuple(above)


def list_text(items: Sequence[Item], closing: Sequence[str] = (), *, like: str = "") -> str:
    """A list with an item a line, and comments after the last one; set in as far as the items of a text `like` it."""
    found = re.match(r"\[[^\n]*\n(?:\s*\n)?([ \t]+)[^\s]", like)
    blanks = found[1] if found else "  "
    lines: list[str] = []
    for item in items:
        lines += [f"{blanks}{line}".rstrip() for line in item.above]
        lines.append(f"{blanks}{item.text},{item.behind}")
    lines += [f"{blanks}{line}".rstrip() for line in closing]
    return "\n".join(["[", *lines, "]"])


def entries_of(text: str) -> tuple[tuple[tuple[str, ...], str, str], ...]:
    """The entries of an inline table's text: the key, the text in front of its value, the value's text."""
    found = []
    at = 1
    while at < len(text) - 1:
        if text[at] == "#":
            at = _line_end(text, at)
        elif text[at] in " \t\r\n,":
            at += 1
        else:
            equals = _key_end(text, at)
            begin = _skipped(text, equals + 1)
            end = _value_end(text, begin)
            found.append((_keys(text[at:equals]), text[at:begin], text[begin:end]))
            at = end
    return tuple(found)


Edit = Callable[[Path, str], "str | None"]
"""A path and its value's text in; the text to stand there out, None to take it out."""


def edited(path: Path, value: str, edit: Edit, *, falls_with: Callable[[Path], bool]) -> str | None:
    """A value's text with `edit` done to it and, where that left it, to everything inside.

    A table or list for which `falls_with` holds goes as soon as a part of it goes, and any other when it is empty.
    """
    found = edit(path, value)
    if found != value or value[0] not in "[{":
        return found
    if value[0] == "[":
        items, closing = items_of(value)
        parts = [edited((*path, n), item.text, edit, falls_with=falls_with) for n, item in enumerate(items)]
        left = [replace(item, text=part) for item, part in zip(items, parts, strict=True) if part is not None]
        told = list_text(left, closing, like=value) if "\n" in value else f"[{', '.join(item.text for item in left)}]"
        is_same, is_empty = [item.text for item in items] == parts, not left
    else:
        entries = entries_of(value)
        parts = [edited((*path, *keys), inner, edit, falls_with=falls_with) for keys, _, inner in entries]
        kept = [f"{front}{part}" for (_, front, _), part in zip(entries, parts, strict=True) if part is not None]
        told = f"{{ {', '.join(kept)} }}"
        is_same, is_empty = [inner for *_, inner in entries] == parts, not kept
    if is_same:
        return value
    return None if is_empty or (None in parts and falls_with(path)) else told


# ---------------------------------------------------------------- where things end


def _skipped(text: str, at: int) -> int:
    """Behind the blanks and tabs that stand here."""
    while text[at : at + 1] in (" ", "\t"):
        at += 1
    return at


def _line_end(text: str, at: int) -> int:
    """Just behind the end of the line."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _string_end(text: str, at: int) -> int:
    """Just behind the string that begins here."""
    mark = text[at]
    quotes = mark * 3 if text.startswith(mark * 3, at) else mark
    at += len(quotes)
    while not text.startswith(quotes, at):
        at += 2 if text[at] == "\\" and mark == '"' else 1
    at += len(quotes)
    while len(quotes) == 3 and text.startswith(mark, at):  # one or two quotes may stand before the last three
        at += 1
    return at


def _value_end(text: str, at: int) -> int:
    """Just behind the value that begins here."""
    if text[at] in "\"'":
        return _string_end(text, at)
    if text[at] not in "[{":
        found = _BARE_END.search(text, at)
        end = found.start() if found else len(text)
        return at + len(text[at:end].rstrip())
    depth = 0
    while True:
        char = text[at]
        if char in "\"'":
            at = _string_end(text, at)
            continue
        if char == "#":
            at = _line_end(text, at)
            continue
        depth += (char in "[{") - (char in "]}")
        at += 1
        if not depth:
            return at


def _key_end(text: str, at: int) -> int:
    """Where the equals sign behind a key stands."""
    while text[at] != "=":
        at = _string_end(text, at) if text[at] in "\"'" else at + 1
    return at


def _header_end(text: str, at: int) -> int:
    """Just behind the bracket that closes a header."""
    at += 2 if text.startswith("[[", at) else 1
    while text[at] != "]":
        at = _string_end(text, at) if text[at] in "\"'" else at + 1
    return at + (2 if text.startswith("]]", at) else 1)


# ---------------------------------------------------------------- what they are called


def _keys(text: str) -> tuple[str, ...]:
    """The keys of one that may be dotted."""
    return tuple(_nested(tomllib.loads(f"{text} = 0")))


def _nested(table: Any) -> Iterator[str]:
    while isinstance(table, dict):
        ((key, table),) = table.items()
        yield key


def _table(header: str, counts: dict[Path, int]) -> Path:
    """The path of the table that a header opens; `counts` of the tables in lists is brought up to date."""
    is_listed = header.startswith("[[")
    depth = 1 + is_listed
    names = _keys(header[depth:-depth])
    path: Path = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, names[-1])
    if is_listed:
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    return path

"""File and ad names from a template with keys, and the values back from a name: what goes in comes out.

`{campaign}_{hook}_{id}`: keys in braces, and between two keys a separator. A value keeps its letters, whatever the
script; a blank is written +, and what a separator, a file system or a spreadsheet would trip over is written as ~
and two hexadecimal digits for each byte of its UTF-8; a value that is empty is a ~ alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from variantgen.errors import UserError, nearest

MOST_FILE_BYTES = 255
"""Of one name on ext4, APFS and NTFS (which count bytes, and for the others no more than that)."""

UNSAFE = frozenset('<>:"/\\|?*%~+')
"""Not allowed on Windows, read as a pattern by FFmpeg (%), or our own (~ and +)."""

_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])[ .]*")
"""What Windows takes for a device, whatever comes after the first dot (Naming Files, Paths, and Namespaces)."""

# at a name's start: an option, a hidden file, a formula; a dot at its end is dropped by Windows
_NOT_FIRST, _NOT_LAST = "-.=@ ", "."
EMPTY = "~"
"""For an empty value: without it, a name could begin or end with a separator, or with nothing."""
_ESCAPE = re.compile(r"(?:~[0-9a-f]{2})+")
_TOKEN = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class NameTemplate:
    """A template that has been read: `literals` stand before, between and behind the `keys`."""

    text: str
    keys: tuple[str, ...]
    literals: tuple[str, ...]

    @classmethod
    def parse(cls, text: str, *, known: Collection[str] = (), where: str = "name template") -> NameTemplate:
        """Reads a template; UserError with one line for every fault, each beginning with `where`.

        `known` are the keys that there are; where it is empty, any word is one.
        """
        text = unicodedata.normalize("NFC", text)
        pieces = _TOKEN.split(text)
        template = cls(text, tuple(pieces[1::2]), tuple(pieces[0::2]))
        faults = [*_key_faults(template, known), *_literal_faults(template)]
        if faults:
            raise UserError("\n".join(f'{where}: value "{text}": {fault}' for fault in faults))
        return template

    def name(
        self, values: Mapping[str, str], *, most_bytes: int | None = None, most_characters: int | None = None
    ) -> str:
        """The name of these values (other keys' values are left out of it), no longer than asked for.

        A file's name has most_bytes = 255 less its suffix; a channel's limit on ad names counts characters. Raises
        UserError for a key without a value, and for a name too long.
        """
        missing = [key for key in self.keys if key not in values]
        if missing:
            told = (f'name "{self.text}": no value for {{{key}}}.{nearest(key, values)}' for key in missing)
            raise UserError("\n".join(told))
        written = [_written(values[key], end) for key, end in zip(self.keys, self._ends, strict=True)]
        name = self._whole(written)
        if _RESERVED.fullmatch(name.partition(".")[0]):
            name = self._whole(_with_first_escaped(written))
        self._refuse_long(name, written, most_bytes, most_characters)
        return name

    def values(self, name: str) -> dict[str, str]:
        """The values that a name was made of, in Unicode's NFC; UserError for a name of no such form."""
        found = self._pattern.fullmatch(unicodedata.normalize("NFC", name))
        try:
            if found is None:
                raise ValueError
            return dict(zip(self.keys, map(_read, found.groups()), strict=True))
        except ValueError:
            raise UserError(f'"{name}" is no name of the form "{self.text}".') from None

    @property
    def _ends(self) -> tuple[str, ...]:
        """What ends each value: the first letter of the separator behind it; empty for the last."""
        return tuple(literal[:1] for literal in self.literals[1:])

    @property
    def _pattern(self) -> re.Pattern[str]:
        told = [re.escape(self.literals[0])]
        for end, literal in zip(self._ends, self.literals[1:], strict=True):
            told.append(f"([^{re.escape(end)}]*){re.escape(literal)}" if end else "(.*)")
        return re.compile("".join(told), re.DOTALL)

    def _whole(self, written: list[str]) -> str:
        return self.literals[0] + "".join(map("".join, zip(written, self.literals[1:], strict=True)))

    def _refuse_long(self, name: str, written: list[str], most_bytes: int | None, most_characters: int | None) -> None:
        limits: tuple[tuple[str, int | None, Callable[[str], int]], ...] = (
            ("bytes", most_bytes, lambda text: len(text.encode("utf-8"))),
            ("characters", most_characters, len),
        )
        for unit, most, size in limits:
            if most is not None and size(name) > most:
                longest = max(zip(self.keys, written, strict=True), key=lambda row: size(row[1]))
                raise UserError(
                    f'name "{name}": {size(name)} {unit}, and {most} are allowed; the longest value in it is'
                    f" {{{longest[0]}}} with {size(longest[1])}. Shorten it, or take a key out of the template."
                )


def refuse_same_names(names: Mapping[str, str]) -> None:
    """UserError where two variants' names (by id) are one on a disk that does not tell a from A, or é from e with ´."""
    taken: dict[str, str] = {}
    faults = []
    for identity, name in names.items():
        plain = unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())
        other = taken.setdefault(plain, identity)
        if other != identity:
            faults.append(
                f'variants {other} and {identity} would both be named "{name}": put {{id}} into the template.'
            )
    if faults:
        raise UserError("\n".join(faults))


def _key_faults(template: NameTemplate, known: Collection[str]) -> list[str]:
    faults = []
    if not template.keys:
        faults.append("has no key: put at least {id} into it.")
    for number, key in enumerate(template.keys):
        if not re.fullmatch(r"\w[\w-]*", key):
            faults.append(f"{{{key}}} is no key: a key is a word of letters, digits, _ and -.")
        elif known and key not in known:
            faults.append(f"{{{key}}} is not known: allowed are {', '.join(known)}.{nearest(key, known)}")
        if key in template.keys[:number]:
            faults.append(f"{{{key}}} is there twice: name it once.")
    return faults


def _literal_faults(template: NameTemplate) -> list[str]:
    faults = []
    first, last = template.literals[0], template.literals[-1]
    for before, after, literal in zip(template.keys, template.keys[1:], template.literals[1:-1], strict=False):
        if not literal:
            faults.append(f"nothing stands between {{{before}}} and {{{after}}}: put a separator there, like _.")
    for literal in template.literals:
        for letter in sorted(set(literal)):
            if letter in "{}":
                faults.append(f"a {letter} has no partner: a key is written {{key}}.")
            elif letter in UNSAFE or letter == " " or not letter.isprintable():
                faults.append(f'"{letter}" cannot stand in a name: use letters, digits, _, - or a dot.')
    for key, literal in zip(template.keys, template.literals[1:], strict=True):
        if literal[:1] in tuple("0123456789abcdef"):
            faults.append(
                f'the separator behind {{{key}}} begins with "{literal[0]}", of which escapes are made: begin with _.'
            )
    if first[:1] in tuple(_NOT_FIRST):
        faults.append(f'a name cannot begin with "{first[0]}".')
    if last.endswith(_NOT_LAST):
        faults.append("a name cannot end with a dot: Windows drops it.")
    if _RESERVED.fullmatch(first.partition(".")[0]) and ("." in first):
        faults.append(f'"{first}" is a device on Windows: begin with another word.')
    return faults


def _written(value: str, end: str) -> str:
    value = unicodedata.normalize("NFC", value)
    last = len(value) - 1
    if not value:
        return EMPTY
    return "".join(_letter(letter, end, is_first=n == 0, is_last=n == last) for n, letter in enumerate(value))


def _letter(letter: str, end: str, *, is_first: bool, is_last: bool) -> str:
    if letter == end or (is_first and letter in _NOT_FIRST) or (is_last and letter in _NOT_LAST):
        return _escaped(letter)
    if letter == " ":
        return "+"
    # one that joins what stands before it: NFC would make one letter of it and a separator
    is_joining = is_first and unicodedata.combining(letter)
    return _escaped(letter) if is_joining or letter in UNSAFE or not letter.isprintable() else letter


def _escaped(letter: str) -> str:
    # a lone surrogate (a name that was no UTF-8) has bytes too, and comes back
    return "".join(f"~{byte:02x}" for byte in letter.encode("utf-8", "surrogatepass"))


def _with_first_escaped(written: list[str]) -> list[str]:
    return [_escaped(written[0][0]) + written[0][1:], *written[1:]]


def _read(written: str) -> str:
    if written == EMPTY:
        return ""
    plain = _ESCAPE.sub(lambda found: _unescaped(found[0]), written.replace("+", " "))
    return unicodedata.normalize("NFC", plain)


def _unescaped(escape: str) -> str:
    return bytes.fromhex(escape.replace("~", "")).decode("utf-8", "surrogatepass")

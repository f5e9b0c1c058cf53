"""A timeline file's bytes in, its text or its XML tree out, within bounds that a hostile file cannot pass."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from variantgen.errors import UserError

MAX_MEGABYTES = 64
"""An FCPXML of a feature film is about 20 MB."""
MAX_CLIPS = 20_000
_MAX_ELEMENTS = 2_000_000
_MAX_DEPTH = 200
_MAX_SENTENCE = 2000
_ENTITIES = re.compile(r"<!ENTITY|<!DOCTYPE[^>\[]{0,1000}\[")


def read_text(path: Path) -> str:
    """The text of a timeline or marks file; UserError where it cannot be read or is too large.

    UTF-8 and UTF-16 (as Premiere writes its marker lists) are told by their first bytes; anything else is taken as
    Windows-1252, which EDLs of old programs are in.
    """
    try:
        if path.is_dir():
            raise UserError(f'"{path.name}" is a folder; a file is needed.')
        if path.exists() and not path.is_file():
            raise UserError(f'"{path.name}" is no plain file.')
        with path.open("rb") as file:
            content = file.read(MAX_MEGABYTES * 1_000_000 + 1)
    except FileNotFoundError:
        raise UserError(f'"{path}" does not exist.') from None
    except (OSError, ValueError) as error:
        raise UserError(f'"{path}" cannot be read: {getattr(error, "strerror", None) or error}.') from None
    if len(content) > MAX_MEGABYTES * 1_000_000:
        raise UserError(f'"{path.name}" is larger than {MAX_MEGABYTES} MB, which no timeline is.')
    return _decoded(content).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


@contextmanager
def one_line() -> Iterator[None]:
    """Makes one line of a UserError, whatever line ends and lengths the names that it quotes from a file have."""
    try:
        yield
    except UserError as error:
        raise UserError(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", str(error)[:_MAX_SENTENCE])) from None


def xml_root(text: str, name: str) -> ElementTree.Element:
    """The tree of an XML text; UserError for broken XML, for entities of its own and for unreasonable size or depth."""
    if _ENTITIES.search(text):
        raise UserError(f'"{name}" declares XML entities of its own, which no timeline needs; export it again.')
    if text.count("<") > 2 * _MAX_ELEMENTS:
        raise UserError(f'"{name}" holds more than {_MAX_ELEMENTS} XML elements; export one sequence only.')
    parser = ElementTree.XMLParser(target=_Shallow(name))
    try:
        parser.feed(text)  # text, not bytes: an encoding that the file declares cannot hide anything from the search
        root: ElementTree.Element = parser.close()
    except ElementTree.ParseError as error:
        raise UserError(f'"{name}" is broken XML at line {error.position[0]}; export it again.') from None
    except (ValueError, LookupError) as error:
        raise UserError(f'"{name}" is broken XML: {error}; export it again.') from None
    return root


class _Shallow(ElementTree.TreeBuilder):
    """Builds a tree and refuses one so deep that walking it would not end well."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self._depth = name, 0

    def start(self, tag, attrs, /):  # type: ignore[no-untyped-def]
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise UserError(f'"{self._name}" nests XML more than {_MAX_DEPTH} deep; export it again.')
        return super().start(tag, attrs)

    def end(self, tag, /):  # type: ignore[no-untyped-def]
        self._depth -= 1
        return super().end(tag)

"""An export as it was downloaded, whatever wrote it: bytes, zips and encodings in, lines of cells out.

Nothing is unpacked onto the disk, and nothing is read that is larger than any export.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from variantgen.errors import UserError
from variantgen.results.workbooks import is_workbook, sheet_lines, sheets_of

DELIMITERS = (",", ";", "\t", "|")
WORKBOOK = "xlsx"
"""Instead of an encoding: cells of a sheet, which nothing parts."""
MOST_BYTES = 2**30
"""Of a file, and of all tables in a zip."""
MOST_TABLES = 50
MOST_COLUMNS = 1000
_HEAD = 65536
_AS_UTF_16 = 0.3  # of every other byte: a text in Latin letters has a nought beside each of them
_NO_TABLES = (
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"\x1f\x8b",
    b"{",
    b"<",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x1aE\xdf\xa3",
    b"RIFF",
)
"""How old workbooks, PDF, gzip, JSON, pages, pictures and films begin; of MP4 and MOV it is `ftyp` after four bytes."""
_TABLE_ENDINGS = (".csv", ".tsv", ".txt")


@dataclass(frozen=True)
class Table:
    """One table of an export: `member` is its name in a zip or a workbook, `encoding` what its bytes are."""

    path: Path
    member: str
    encoding: str
    sha256: str
    """Of the file as it lies, the zip and not its member."""

    @property
    def where(self) -> str:
        """The file, and the table in it, as complaints name it."""
        return f"{self.path}: {self.member}" if self.member else str(self.path)


def tables_of(path: Path) -> tuple[Table, ...]:
    """The tables of a file: one of a CSV, several of a zip. UserError for what cannot be one, before anything is read.

    The whole of each is decoded once, so that a file that is cut off or no text is refused before a row of it counts.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise UserError(f"{path}: is a folder: name the exports in it.")
        if size == 0:
            raise UserError(f"{path}: is empty.")
        if size > MOST_BYTES:
            raise UserError(f"{path}: has {size} bytes: allowed are {MOST_BYTES}; export fewer days at once.")
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            start = file.read(8)
            file.seek(0)
            if start.startswith(b"PK\x03\x04"):
                return _zipped(path, file, sha256)
            if start.startswith(_NO_TABLES) or start[4:8] == b"ftyp":
                raise UserError(f"{path}: is no table: export it from the channel as CSV.")
            return (Table(path, "", _encoding(file, str(path)), sha256),)
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror or error}") from None


def _zipped(path: Path, file: IO[bytes], sha256: str) -> tuple[Table, ...]:
    try:
        with zipfile.ZipFile(file) as archive:
            if is_workbook(archive):
                return tuple(Table(path, name, WORKBOOK, sha256) for name in sheets_of(path))
            wanted = [
                info
                for info in archive.infolist()
                if info.filename.lower().endswith(_TABLE_ENDINGS) and not info.filename.startswith("__MACOSX/")
            ]
            if not wanted:
                raise UserError(f"{path}: no table (.csv, .tsv) is in the zip.")
            if len(wanted) > MOST_TABLES or sum(info.file_size for info in wanted) > MOST_BYTES:
                raise UserError(f"{path}: holds more than {MOST_TABLES} tables or {MOST_BYTES} bytes: unzip it.")
            tables = []
            for info in wanted:
                where = f"{path}: {info.filename}"
                if info.flag_bits & 1:
                    raise UserError(f"{where}: is locked by a password: unzip it.")
                if info.file_size:
                    with archive.open(info) as member:
                        tables.append(Table(path, info.filename, _encoding(member, where), sha256))
            return tuple(tables)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UserError(f"{path}: is a broken zip: {error}. Download it again.") from None
    except Exception as error:
        if type(error).__module__ in ("zlib", "lzma", "_lzma", "_bz2"):
            raise UserError(f"{path}: is a broken zip: {error}. Download it again.") from None
        raise


def _encoding(file: IO[bytes], where: str) -> str:
    """What the bytes are: by their mark, as UTF-16 by their noughts, as UTF-8 where all of them are, else cp1252."""
    head = file.read(_HEAD)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        names: tuple[str, ...] = ("utf-16",)
    elif head[1::2].count(0) > _AS_UTF_16 * len(head) / 2:
        names = ("utf-16-le",)
    elif head[::2].count(0) > _AS_UTF_16 * len(head) / 2:
        names = ("utf-16-be",)
    elif head.startswith(codecs.BOM_UTF8):
        names = ("utf-8-sig",)
    else:
        names = ("utf-8", "cp1252")
    decoders = {name: codecs.getincrementaldecoder(name)() for name in names}
    while head or decoders:
        for name, decoder in list(decoders.items()):
            try:
                text = decoder.decode(head, final=not head)
                if "\0" in text:
                    raise UserError(f"{where}: holds bytes that no text has: export it from the channel as CSV.")
            except UnicodeError:
                del decoders[name]
        if not head:
            break
        head = file.read(1 << 20)
    if not decoders:
        raise UserError(f"{where}: is no text (tried: {', '.join(names)}): download it again, as CSV.")
    return next(name for name in names if name in decoders)


@contextmanager
def _text_of(table: Table) -> Iterator[IO[str]]:
    with table.path.open("rb") as file:
        if not table.member:
            yield io.TextIOWrapper(file, table.encoding, newline="")
            return
        with zipfile.ZipFile(file) as archive, archive.open(table.member) as member:
            yield io.TextIOWrapper(member, table.encoding, newline="")


def heads_of(table: Table, most: int) -> Iterator[tuple[str, list[list[str]]]]:
    """The first lines of a table in each way that its cells could be parted: (delimiter, lines), "" for a sheet."""
    if table.encoding == WORKBOOK:
        yield "", [cells for _, cells in islice(sheet_lines(table.path, table.member), most)]
        return
    head = _head_of(table)
    for delimiter in DELIMITERS:
        if delimiter in head:
            yield delimiter, _lines_in(head, delimiter)[:most]


def _head_of(table: Table) -> str:
    """The first letters of a table, up to the last line that is whole; all of a short one."""
    with _text_of(table) as file:
        text = file.read(_HEAD)
    end = text.rfind("\n")
    return text if len(text) < _HEAD or end < 0 else text[: end + 1]


def _lines_in(text: str, delimiter: str) -> list[list[str]]:
    """The cells of a text's lines, as far as it is a table."""
    found: list[list[str]] = []
    try:
        found.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        pass
    return found


def lines_of(table: Table, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each line of cells with the number of the file's line that it begins on, from 1; blank lines are []

    Raises UserError where the table breaks off in quotes, or a line is larger than any.
    """
    if table.encoding == WORKBOOK:
        for number, cells in sheet_lines(table.path, table.member):
            if len(cells) > MOST_COLUMNS:
                raise UserError(f"{table.where}: line {number}: has {len(cells)} cells: allowed are {MOST_COLUMNS}.")
            yield number, cells
        return
    with _text_of(table) as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        begun = 1
        try:
            for cells in reader:
                if len(cells) > MOST_COLUMNS:
                    raise UserError(f"{table.where}: line {begun}: has {len(cells)} cells: allowed are {MOST_COLUMNS}.")
                yield begun, cells
                begun = reader.line_num + 1
        except csv.Error as error:
            raise UserError(f"{table.where}: line {begun}: is no CSV: {error}. Download it again.") from None
        except (zipfile.BadZipFile, EOFError) as error:
            raise UserError(f"{table.where}: is a broken zip: {error}. Download it again.") from None

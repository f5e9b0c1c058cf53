"""Excel workbooks (.xlsx) as lines of cells, as Meta, TikTok and X hand them out: typed cells in, texts out.

A typed number says what parts its decimals, and a typed day which of its figures is the month: both become texts
that no language reads in another way. Nothing is computed: a formula gives what was saved beside it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from variantgen.errors import UserError

MOST_BYTES = 2**28
"""Unpacked, of all parts together; a million rows of ten counts have about 200 million."""
MOST_PART_BYTES = 2**24
"""Of a part that is read at once: styles, names, relations. Sheets and their texts are read bit by bit."""
MOST_LINES = 2**20
"""What Excel itself allows."""
_STREAMED = ("xl/worksheets/", "xl/sharedstrings.xml", "xl/media/")
_EXACT = 10**15  # more figures than a spreadsheet keeps


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether a zip is a workbook."""
    return "xl/workbook.xml" in archive.namelist()


def sheets_of(path: Path) -> tuple[str, ...]:
    """The names of a workbook's sheets that hold cells; UserError for one that is broken, locked or far too large."""
    with _opened(path) as book:
        return tuple(sheet.title for sheet in book.worksheets)


def sheet_lines(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each line of a sheet with its number from 1, as texts; blank lines are []. UserError as `sheets_of`."""
    with _opened(path) as book:
        sheet = book[name]
        # what a sheet says of its own size is often wrong
        sheet.reset_dimensions()
        widest = 0
        for number, cells in enumerate(sheet.iter_rows(), 1):
            if number > MOST_LINES:
                raise UserError(f"{path}: {name}: has more than {MOST_LINES} lines: export fewer days at once.")
            texts = [_text(cell.value, cell.number_format if cell.value is not None else "") for cell in cells]
            widest = max(widest, len(texts))
            # blank cells at the end of a line are not kept in the file
            yield number, texts + [""] * (widest - len(texts)) if any(texts) else []


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    from openpyxl import load_workbook

    try:
        with path.open("rb") as file:
            with zipfile.ZipFile(file) as archive:
                _refuse_large(path, archive)
            file.seek(0)
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            try:
                yield book
            finally:
                book.close()
    except (UserError, GeneratorExit):
        raise
    except Exception as error:
        # of a file that is no proper workbook the parsers below raise whatever they stumble over
        raise UserError(
            f"{path}: is a broken workbook ({type(error).__name__}). Download it again, or as CSV."
        ) from None


def _refuse_large(path: Path, archive: zipfile.ZipFile) -> None:
    """Before a part is unpacked: a zip reads no more of one than it says here."""
    parts = archive.infolist()
    whole = [part for part in parts if not part.filename.lower().startswith(_STREAMED)]
    if sum(part.file_size for part in parts) > MOST_BYTES or any(part.file_size > MOST_PART_BYTES for part in whole):
        raise UserError(f"{path}: is larger than any export when it is unpacked: export it as CSV, or fewer days.")
    for part in parts:
        if part.flag_bits & 1:
            raise UserError(f"{path}: is locked by a password: save it without one.")
        if part.filename.lower().endswith((".xml", ".rels")):
            with archive.open(part) as content:
                # no workbook has one, and its entities could be made to grow without end
                if b"<!DOCTYPE" in content.read(1 << 16).replace(b"\0", b""):
                    raise UserError(f"{path}: is no workbook of a channel: {part.filename} defines its own XML.")


def _text(value: object, style: str) -> str:
    """A cell as a text that reads in one way only: 1234.5 is 12345e-1, a share of 0.4 shown as 40 % is 40%."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            return _number(value, is_percent=style.rstrip('" ').endswith("%"))
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            seconds = value.total_seconds()
            return f"{int(seconds // 3600)}:{int(seconds // 60 % 60):02}:{int(seconds % 60):02}"
        case _:
            return str(value)


def _number(value: float, *, is_percent: bool) -> str:
    if isinstance(value, float) and abs(value) >= _EXACT:
        return f"{value:.5E}"  # as a rounded id is written: it is told, and not taken for one
    exact = Decimal(repr(value)) * (100 if is_percent else 1)
    exact = exact.normalize()
    sign, digits, exponent = exact.as_tuple()
    figures = "-" * sign + "".join(map(str, digits))
    if not isinstance(exponent, int):
        return str(value)  # no number at all
    told = figures + "0" * exponent if exponent >= 0 else f"{figures}e{exponent}"
    return told + "%" * is_percent

"""posted.csv: what was made, and what people write beside it: which post it became, and when.

People open it in a spreadsheet, so it comes back with other separators, another order of columns and other line ends.
Nothing that they wrote is ever lost: a new render changes only what is the tool's, and only of what is not posted yet.
"""

from __future__ import annotations

import csv
import io
import os
import re
import secrets
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path

from variantgen.campaign.ad_id import KINDS, checked_identifier
from variantgen.campaign.identity import as_typed, is_id
from variantgen.campaign.moments import moment_fault, plain_moment
from variantgen.errors import UserError, nearest

TOOLS_COLUMNS = ("id", "file", "sha256", "preset", "channel", "as", "ad_name", "url")
PEOPLES_COLUMNS = ("post_id", "post_url", "posted_at", "ad_id", "note")
COLUMNS = (*TOOLS_COLUMNS, *PEOPLES_COLUMNS)
REGISTERED = ("ad-id", "clock-number", "isci", "eidr")
"""What `ad_id` may hold: identifiers whose form their registries publish."""
SEPARATORS = (",", ";", "\t")

# A cell that a spreadsheet would run (OWASP, "CSV Injection") or round: a post's id has up to 19 digits, a
# spreadsheet keeps 15. An apostrophe before it makes it text; one that is there already gets another.
_GUARDED = re.compile(r"(?s)'*(?:[=+\-@\t\r\n＝＋－＠]|[0-9]{12,}\Z).*")
_ROUNDED = re.compile(r"[0-9]+[.,]?[0-9]*E\+?[0-9]+", re.IGNORECASE)
_DIGITS_KEPT = 15


@dataclass(frozen=True)
class PostedRow:
    """One variant and, where there is one, its post; `posted_at` is ISO 8601 as `moments` writes it.

    The columns after `url` are people's; `extra` are columns of their own, by name.
    """

    id: str
    file: str = ""
    sha256: str = ""
    preset: str = ""
    channel: str = ""
    as_: str = ""
    ad_name: str = ""
    url: str = ""
    post_id: str = ""
    post_url: str = ""
    posted_at: str = ""
    ad_id: str = ""
    """As it was registered (Ad-ID, clock number, ...); never made up here."""
    note: str = ""
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def is_posted(self) -> bool:
        """Whether somebody wrote down a post of it."""
        return bool(self.post_id or self.post_url or self.posted_at)


@dataclass(frozen=True)
class PostedLog:
    """A file's rows in their order, with what it looked like: its columns by name, and its separator."""

    rows: tuple[PostedRow, ...] = ()
    columns: tuple[str, ...] = COLUMNS
    separator: str = ","


_FIELD_OF_COLUMN = {field.name.rstrip("_"): field.name for field in fields(PostedRow) if field.name != "extra"}


def posted_rows(log: PostedLog, made: Iterable[PostedRow]) -> PostedLog:
    """The log after a render: what is new is added, what is not posted yet is brought up to date, the rest stays.

    A variant that was posted and then came out another file gets a second row, as what is out there is the first.
    """
    rows = list(log.rows)
    for new in made:
        places = [place for place, row in enumerate(rows) if row.id == new.id]
        waiting = [place for place in places if not rows[place].is_posted]
        for place in waiting:
            rows[place] = _brought_up_to_date(rows[place], new)
        is_out = any(rows[place].is_posted and rows[place].sha256 in ("", new.sha256) for place in places)
        if not waiting and not is_out:
            rows.append(new)
    return replace(log, rows=tuple(rows))


def _brought_up_to_date(row: PostedRow, new: PostedRow) -> PostedRow:
    told = {name: getattr(new, name) for name in map(_FIELD_OF_COLUMN.__getitem__, TOOLS_COLUMNS)}
    return replace(row, **told)


# ---------------------------------------------------------------- files


def read_posted(path: Path, *, known: Collection[str] = ()) -> PostedLog:
    """The log of a file, an empty one where there is no file; `known` are the campaign's ids, if they are known.

    Raises UserError with one line for every fault: the row and the column, what stands there, what is allowed.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return PostedLog()
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror or error}") from None
    return parsed_log(content, where=str(path), known=known)


def update_posted(path: Path, made: Iterable[PostedRow]) -> PostedLog:
    """Reads the file, brings it up to date and writes it whole; nothing is written where it cannot be read."""
    log = posted_rows(read_posted(path), made)
    write_posted(path, log)
    return log


def write_posted(path: Path, log: PostedLog) -> None:
    """Puts the log in place whole, or leaves what is there as it was; UserError where it cannot be written."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(log_bytes(log))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except PermissionError:
        raise UserError(
            f"{path}: cannot be written: is it open in a spreadsheet? Close it, and run this again."
        ) from None
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def log_bytes(log: PostedLog) -> bytes:
    """The log as CSV (RFC 4180) that spreadsheets take for UTF-8, in its own columns and with its own separator."""
    missing = [column for column in COLUMNS if column not in map(_plain_name, log.columns)]
    columns = (*log.columns, *missing)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=log.separator, lineterminator="\r\n")
    writer.writerow(columns)
    for row in log.rows:
        extra = dict(row.extra)
        cells = (_cell(row, _plain_name(column), extra.get(column, "")) for column in columns)
        writer.writerow([f"'{cell}" if _GUARDED.fullmatch(cell) else cell for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def _cell(row: PostedRow, column: str, extra: str) -> str:
    name = _FIELD_OF_COLUMN.get(column)
    return extra if name is None else str(getattr(row, name))


def _plain_name(column: str) -> str:
    """A column's name as we write it: `Post ID` is post_id."""
    return re.sub(r"[\s-]+", "_", column.strip().casefold())


# ---------------------------------------------------------------- reading what people made of it


def parsed_log(content: bytes, *, where: str, known: Collection[str] = ()) -> PostedLog:
    """The log that a file's bytes hold, in any of the ways a spreadsheet writes one; UserError as `read_posted`."""
    text = _decoded(content)
    separator, text = _separator(text)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise UserError(f"{where}: is no CSV: {error}. Save it from the spreadsheet as CSV again.") from None
    if not any(map(any, lines)):
        return PostedLog(separator=separator)
    columns = tuple(cell.strip() for cell in lines[0])
    while columns and not columns[-1]:
        columns = columns[:-1]
    faults = _column_faults(columns, where)
    if faults:
        raise UserError("\n".join(faults))
    rows = []
    for number, cells in enumerate(lines[1:], 2):
        if any(map(str.strip, cells)):
            rows.append(_row(cells, columns, f"{where}: row {number}", known, faults))
    if faults:
        raise UserError("\n".join(faults))
    return PostedLog(tuple(rows), columns, separator)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # "Unicode text" of a spreadsheet
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # "CSV" of Excel on Windows, west of Vienna


def _separator(text: str) -> tuple[str, str]:
    """What parts the cells, and the text without the line in which some spreadsheets say so."""
    if found := re.match(r'"?sep=(.)"?\r?\n', text):
        return found[1], text[found.end() :]
    first = text.partition("\n")[0]
    return max(
        SEPARATORS, key=lambda mark: sum(_plain_name(word.strip('"')) in COLUMNS for word in first.split(mark))
    ), text


def _column_faults(columns: Sequence[str], where: str) -> list[str]:
    names = [_plain_name(column) for column in columns]
    faults = []
    if "id" not in names:
        faults.append(
            f'{where}: no column is named "id", so that no row says which variant it is.{nearest("id", names)}'
        )
    for name in dict.fromkeys(name for name in names if names.count(name) > 1 and name):
        faults.append(f'{where}: two columns are named "{name}": rename one.')
    missing = [column for column in COLUMNS if column not in names]
    for name in names:
        # a column of their own may have any name, but not almost that of one of ours that is not there
        if name not in COLUMNS and (told := nearest(name, missing)) and _is_slip(name, missing):
            faults.append(f'{where}: column "{name}" is not known.{told}')
    return faults


def _is_slip(name: str, missing: Sequence[str]) -> bool:
    from difflib import get_close_matches

    return bool(get_close_matches(name, missing, n=1, cutoff=0.8))


def _row(
    cells: Sequence[str], columns: Sequence[str], where: str, known: Collection[str], faults: list[str]
) -> PostedRow:
    if extra := [cell for cell in cells[len(columns) :] if cell.strip()]:
        faults.append(f'{where}: "{extra[0]}" stands in no column: is a cell with a comma in it without quotes?')
    told, own = {}, []
    for column, cell in zip(columns, cells, strict=False):
        cell = _without_guard(cell)
        name = _FIELD_OF_COLUMN.get(_plain_name(column))
        if name is None:
            own.append((column, cell))
        else:
            told[name] = cell if name == "note" else cell.strip()
    row = PostedRow(**{"id": "", **told}, extra=tuple(own))
    row = replace(row, id=as_typed(row.id), posted_at=plain_moment(row.posted_at), as_=row.as_.casefold())
    faults += [f"{where}: {fault}" for fault in _row_faults(row, told.get("id", ""), known)]
    return row


def _without_guard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _GUARDED.fullmatch(cell) else cell


def _row_faults(row: PostedRow, typed: str, known: Collection[str]) -> Iterable[str]:
    if not is_id(row.id):
        yield f'id: value "{typed}" is no id: allowed are eight letters and digits, as in the file\'s name.'
    elif known and row.id not in known:
        yield f'id: "{row.id}" is no variant of this campaign.{nearest(row.id, known)}'
    if row.sha256 and not re.fullmatch(r"[0-9a-fA-F]{64}", row.sha256):
        yield f'sha256: value "{row.sha256}" is not allowed: allowed are 64 hexadecimal digits, or nothing.'
    if row.as_ not in ("", "paid", "organic"):
        yield f'as: value "{row.as_}" is not allowed: allowed are paid, organic.{nearest(row.as_, ("paid", "organic"))}'
    if _is_rounded(row.post_id):
        yield (
            f'post_id: value "{row.post_id}" was rounded by a spreadsheet: make the column text before the id is'
            " pasted, or write an apostrophe before it."
        )
    if row.ad_id and not any(_is_identifier(kind, row.ad_id) for kind in REGISTERED):
        forms = "; ".join(KINDS[kind].words for kind in REGISTERED)
        yield f'ad_id: value "{row.ad_id}" is no registered identifier: {forms}.'
    if fault := moment_fault(row.posted_at):
        yield f"posted_at: {fault}"


def _is_identifier(kind: str, text: str) -> bool:
    try:
        return bool(checked_identifier(kind, text, where=""))
    except UserError:
        return False


def _is_rounded(text: str) -> bool:
    """Whether a number lost its last digits: written with an exponent, or all noughts from the 16th digit on."""
    has_noughts = text.isascii() and text.isdigit() and len(text) > _DIGITS_KEPT + 1
    return _ROUNDED.fullmatch(text) is not None or (has_noughts and not text[_DIGITS_KEPT:].strip("0"))

"""Marks written beside a master in, LengthMarks out: CSV of editing programs, TOML, YouTube chapters, timelines.

TOML:  [[mark]]
       start = 12.5              # seconds, or "1:02.5", or with a known frame rate "00:01:02:12"
       end = "0:18"              # may be missing: a moment
       kind = "keep"             # keep, drop, hook, cta or chapter; missing: as the note begins
       note = "the laugh"
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from variantgen.errors import UserError, nearest
from variantgen.timelines.marks import MARK_KINDS, LengthMark, WrittenMark, told
from variantgen.timelines.opening import read_text
from variantgen.timelines.timecode import seconds_of

MAX_MARKS = 10_000
_TOML_KEYS = ("start", "end", "kind", "note")
_HOUR_SECONDS = 3600

# Column names of Premiere, Resolve, Avid, Audition and spreadsheets, in lower case; the first that is there counts.
COLUMNS = {
    "start": (
        "in",
        "start",
        "start time",
        "record in",
        "timecode",
        "start timecode",
        "time",
        "start_seconds",
        "position",
    ),
    "end": ("out", "end", "end time", "record out", "end timecode", "end_seconds"),
    "length": ("duration", "dur", "length", "record duration"),
    "kind": ("kind", "mark"),
    "name": ("marker name", "name", "marker", "title", "label"),
    "note": ("description", "comment", "comments", "note", "notes", "text"),
    "colour": ("color", "colour", "marker color"),
}
_CHAPTER = re.compile(r"\s*[(\[]?((?:\d{1,2}:)?\d{1,3}:\d{2}(?:\.\d{1,3})?)[)\]]?\s*[-–—:|.]?\s+(\S.*)")


def read_marks(
    path: Path, *, rate: Fraction | None = None, start_seconds: Fraction = Fraction(0), end_seconds: float | None = None
) -> tuple[LengthMark, ...]:
    """The marks of a .csv, .tsv, .txt, .toml or timeline file, in seconds of the master.

    `rate` reads timecodes (hh:mm:ss:ff). `start_seconds` is what the master's own timecode begins at and is taken off
    every time; where it is 0, `end_seconds` (the master's length) is known and all marks lie whole hours after it,
    those hours are taken off. Raises UserError for what cannot be read, holds no mark, or lies outside of the master.
    """
    from variantgen.timelines import is_timeline, marks_of, parse_timeline

    if is_timeline(path):
        marks = marks_of(parse_timeline(path, rate=rate))
    else:
        marks = told(_reader(path)(read_text(path), path.name, rate))
    if not marks:
        raise UserError(f'"{path.name}" holds no marks.')
    if len(marks) > MAX_MARKS:
        raise UserError(f'"{path.name}" holds more than {MAX_MARKS} marks.')
    return _in_the_master(marks, path.name, float(start_seconds), end_seconds)


def _reader(path: Path) -> Callable[[str, str, Fraction | None], Iterable[WrittenMark]]:
    readers = {".toml": _toml_marks, ".csv": _csv_marks, ".tsv": _csv_marks, ".txt": _text_marks}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        allowed = (*readers, ".otio", ".edl", ".fcpxml", ".xml")
        raise UserError(f'"{path.name}" is no file of marks; these are: {", ".join(allowed)}.')
    return reader


def _in_the_master(
    marks: Sequence[LengthMark], name: str, start_seconds: float, end_seconds: float | None
) -> tuple[LengthMark, ...]:
    earliest = min(mark.start_seconds for mark in marks)
    if start_seconds == 0 and end_seconds is not None and earliest >= max(end_seconds, _HOUR_SECONDS):
        start_seconds = earliest // _HOUR_SECONDS * _HOUR_SECONDS
    moved = tuple(
        replace(
            mark, start_seconds=mark.start_seconds - start_seconds,
            end_seconds=None if mark.end_seconds is None else mark.end_seconds - start_seconds,
        )
        for mark in marks
    )  # fmt: skip
    outside = [mark for mark in moved if mark.start_seconds < 0 or (end_seconds or 1e9) <= mark.start_seconds]
    if outside:
        where = f"{outside[0].start_seconds:.1f} s"
        length = "before the film begins" if outside[0].start_seconds < 0 else f"the film ends at {end_seconds:.1f} s"
        raise UserError(
            f'"{name}": {len(outside)} of {len(moved)} marks lie outside of the film: one is at {where}, {length}.'
        )
    return moved


# ---------------------------------------------------------------- TOML


def _toml_marks(text: str, name: str, rate: Fraction | None) -> Iterator[WrittenMark]:
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UserError(f"{name}: is not valid TOML: {error}") from None
    for key in tables:
        if key not in ("mark", "schema_version"):
            raise UserError(
                f"{name}: {key} is not a key; allowed are tables that begin with [[mark]].{nearest(key, ['mark'])}"
            )
    rows = tables.get("mark", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UserError(f"{name}: mark must be tables that each begin with [[mark]].")
    for number, row in enumerate(rows, 1):
        yield _toml_mark(row, f"{name}: mark {number}", rate)


def _toml_mark(row: dict[str, Any], where: str, rate: Fraction | None) -> WrittenMark:
    for key in row:
        if key not in _TOML_KEYS:
            raise UserError(
                f"{where}: {key} is not a key; allowed are {', '.join(_TOML_KEYS)}.{nearest(key, _TOML_KEYS)}"
            )
    kind, note = row.get("kind"), row.get("note", "")
    if kind is not None and kind not in MARK_KINDS:
        raise UserError(
            f"{where}: kind is {str(kind)[:60]!r}; allowed are {', '.join(MARK_KINDS)}.{nearest(str(kind), MARK_KINDS)}"
        )
    if not isinstance(note, str):
        raise UserError(f"{where}: note is not a text in quotes.")
    start = _toml_seconds(row, "start", where, rate)
    if start is None:
        raise UserError(f"{where}: start is missing.")
    return _mark(where, start, _toml_seconds(row, "end", where, rate), note=note, kind=kind)


def _toml_seconds(row: dict[str, Any], key: str, where: str, rate: Fraction | None) -> Fraction | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e6:
        return Fraction(value)
    seconds = seconds_of(value, rate) if isinstance(value, str) else None
    if seconds is None:
        raise UserError(f'{where}: {key} is {str(value)[:40]!r}; allowed are seconds (12.5) and times ("1:02.5").')
    return seconds


def _mark(where: str, start: Fraction, end: Fraction | None, **more: Any) -> WrittenMark:
    if end is not None and end < start:
        raise UserError(f"{where}: ends at {float(end):g} s, before it starts at {float(start):g} s.")
    return WrittenMark(float(start), None if end is None or end == start else float(end), **more)


# ---------------------------------------------------------------- tables


def _csv_marks(text: str, name: str, rate: Fraction | None) -> Iterator[WrittenMark]:
    rows = _rows(text, name)
    columns: dict[str, int] = {}
    for number, row in rows:
        if not columns:
            columns = _columns(row)
        elif any(cell.strip() for cell in row):
            mark = _row_mark(row, columns, f'"{name}" line {number}', rate)
            if mark is not None:
                yield mark
    if not columns:
        raise UserError(f'"{name}" has no line of column names with a start: {", ".join(COLUMNS["start"])}.')


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    head = text[:4000]
    delimiter = max("\t;,", key=lambda mark: head.splitlines()[0].count(mark) if head.strip() else 0)
    reader = csv.reader(text.replace("\0", "").splitlines(), delimiter=delimiter)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise UserError(f'"{name}" is broken CSV at line {reader.line_num}: {error}.') from None


def _columns(row: Sequence[str]) -> dict[str, int]:
    """Which column holds what; empty where the row is not the one with the names."""
    names = [cell.strip().lower() for cell in row]
    found = {
        what: names.index(wanted)
        for what, known in COLUMNS.items()
        if (wanted := next((k for k in known if k in names), ""))
    }
    return found if "start" in found else {}


def _row_mark(row: Sequence[str], columns: dict[str, int], where: str, rate: Fraction | None) -> WrittenMark | None:
    def cell(what: str) -> str:
        at = columns.get(what, len(row))
        return row[at].strip() if at < len(row) else ""

    if not cell("start"):
        return None
    start = _cell_seconds(cell("start"), where, rate)
    end = _cell_seconds(cell("end"), where, rate) if cell("end") else None
    if end is None and cell("length"):
        end = start + _cell_seconds(cell("length"), where, rate)
    kind = cell("kind").lower()
    if kind and kind not in MARK_KINDS:
        raise UserError(
            f'{where}: kind is "{kind[:40]}"; allowed are {", ".join(MARK_KINDS)}.{nearest(kind, MARK_KINDS)}'
        )
    said = {"name": cell("name"), "note": cell("note"), "colour": cell("colour").lower(), "kind": kind or None}
    if end is not None and rate is not None and end - start <= 1 / rate:
        end = None  # Resolve gives a moment one frame
    return _mark(where, start, end, **said)


def _cell_seconds(text: str, where: str, rate: Fraction | None) -> Fraction:
    seconds = seconds_of(text, rate)
    if seconds is not None:
        return seconds
    if rate is None and seconds_of(text, Fraction(300)) is not None:
        raise UserError(f'{where}: "{text[:40]}" is a timecode in frames, and the frame rate is not known.')
    raise UserError(f'{where}: "{text[:40]}" is no time; write 12.5, 1:02.5 or a timecode like 00:01:02:12.')


# ---------------------------------------------------------------- chapters


def _text_marks(text: str, name: str, rate: Fraction | None) -> Iterator[WrittenMark]:
    """YouTube chapters, `0:00 Intro`, among any other lines; a table in a .txt (Avid, Premiere) is read as one."""
    chapters = [found for line in text.splitlines() if (found := _CHAPTER.match(line[:1000]))]
    if not chapters and "\t" in text:
        yield from _csv_marks(text, name, rate)
    for found in chapters:
        seconds = seconds_of(found[1])
        if seconds is None:
            raise UserError(f'"{name}": "{found[1]}" is no time; a chapter is written like 1:02:03 Title.')
        yield WrittenMark(float(seconds), name=found[2].strip())

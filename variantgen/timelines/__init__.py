"""Timeline files in and out: OpenTimelineIO, CMX 3600 EDL, FCPXML and FCP 7 XML against one value, the TimelineEdit.

A new form is a function that reads (text and file name in, TimelineEdit out), one that writes (edit and folder in, text
out) and a row in the tables below.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from variantgen.errors import UserError, nearest
from variantgen.timelines.edit import (
    PlacementKey,
    TimelineClip,
    TimelineEdit,
    TimelineMarker,
    TimelineMedia,
    clip_of,
    gap_of,
)
from variantgen.timelines.edl import RateOfMedia, read_edl
from variantgen.timelines.edl_writing import edl_text
from variantgen.timelines.fcp7 import read_fcp7
from variantgen.timelines.fcp7_writing import fcp7_text
from variantgen.timelines.fcpxml import read_fcpxml
from variantgen.timelines.fcpxml_writing import fcpxml_text
from variantgen.timelines.finding import FactsOf, MediaFacts, MediaFinder, media_facts, with_media
from variantgen.timelines.mark_files import read_marks
from variantgen.timelines.marks import LengthMark, marks_of
from variantgen.timelines.opening import one_line, read_text
from variantgen.timelines.otio_file import otio_text, read_otio

__all__ = [
    "KINDS", "SUFFIXES", "LengthMark", "MediaFacts", "PlacementKey", "TimelineClip", "TimelineEdit", "TimelineMarker",
    "TimelineMedia", "clip_of", "gap_of", "is_timeline", "marks_of", "media_facts", "parse_timeline", "read_marks",
    "read_timeline", "timeline_text", "write_text", "write_timeline",
]  # fmt: skip

READERS: dict[str, Callable[[str, str], TimelineEdit]] = {".otio": read_otio, ".fcpxml": read_fcpxml, ".xml": read_fcp7}
WRITERS: dict[str, tuple[str, Callable[[TimelineEdit, Path], str]]] = {
    "otio": (".otio", otio_text),
    "edl": (".edl", lambda edit, _folder: edl_text(edit)),
    "fcpxml": (".fcpxml", lambda edit, _folder: fcpxml_text(edit)),
    "fcp7": (".xml", lambda edit, _folder: fcp7_text(edit)),
}
SUFFIXES = (*READERS, ".edl")
KINDS = tuple(WRITERS)


def is_timeline(path: Path) -> bool:
    """Whether a file's name says that it is a timeline."""
    return path.suffix.lower() in SUFFIXES


def read_timeline(
    path: Path, *, search: Sequence[Path] = (), rate: Fraction | None = None, facts_of: FactsOf = media_facts
) -> TimelineEdit:
    """The edit in a timeline file, its media found where the file says, beside it, or in or below `search`.

    `rate` is what an EDL runs at, which does not say so itself; without it the media tell. Raises UserError, one
    sentence: for what cannot be read, and one that names all missing media.
    """
    finder = MediaFinder(path.absolute().parent, search, facts_of)
    edit = parse_timeline(path, rate=rate, rate_of_media=finder.rate)
    if not edit.clips:
        raise UserError(f'"{path.name}" holds markers but no cut; give it as a file of marks.')
    with one_line():
        return with_media(edit, finder, path.name)


def parse_timeline(
    path: Path, *, rate: Fraction | None = None, rate_of_media: RateOfMedia | None = None
) -> TimelineEdit:
    """The edit in a timeline file as it is written, no media looked for; UserError, one sentence, where it is none."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UserError(f'"{path.name}" is no timeline file; these are: {", ".join(SUFFIXES)}.')
    text = read_text(path)
    if suffix == ".xml" and "<fcpxml" in text[:10_000]:
        suffix = ".fcpxml"
    with one_line():
        if suffix == ".edl":
            return read_edl(text, path.name, rate=rate, rate_of_media=rate_of_media)
        return READERS[suffix](text, path.name)


def write_timeline(edit: TimelineEdit, kind: str, path: Path) -> None:
    """Writes an edit as `otio`, `edl`, `fcpxml` or `fcp7` to `path`, whole or not at all.

    Raises UserError for another kind, an edit that the kind cannot hold, and where nothing can be written.
    """
    write_text(path, timeline_text(edit, kind, path.absolute().parent))


def timeline_text(edit: TimelineEdit, kind: str, folder: Path) -> str:
    """The text of an edit as a kind of timeline that will lie in `folder`; UserError as write_timeline raises it."""
    if kind not in WRITERS:
        raise UserError(f'"{kind}" is no kind of timeline; allowed are {", ".join(KINDS)}.{nearest(kind, KINDS)}')
    return WRITERS[kind][1](edit, folder)


def write_text(path: Path, text: str) -> None:
    """Puts a text into place whole, as UTF-8 with newlines as they are; UserError where it cannot be written."""
    # what a killed run leaves under this name, the next one sweeps away
    temporary = path.with_name(f".variantgen-{path.name}.part")
    try:
        with temporary.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UserError(f'"{path}" cannot be written: {error.strerror or error}.') from None

"""A timeline file as a master: the one film it cuts, the spans it shows of it, and the marks in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from variantgen.errors import UserError
from variantgen.events import Note, Notify
from variantgen.model import SecondsSpan
from variantgen.timelines import LengthMark, TimelineEdit, is_timeline, marks_of, read_timeline


@dataclass(frozen=True)
class OpenedMaster:
    """The media file to read, and what a timeline shows of it in its seconds; no spans where it is no timeline."""

    path: Path
    spans: tuple[SecondsSpan, ...] = ()
    marks: tuple[LengthMark, ...] = ()


def opened_master(path: Path, search: Sequence[Path], notify: Notify) -> OpenedMaster:
    """A master, or the film that a timeline cuts. Raises UserError for a timeline of several films, gaps or speeds."""
    if not is_timeline(path):
        return OpenedMaster(path)
    edit = read_timeline(path, search=search)
    for note in edit.notes:
        notify(Note(f"{path.name}: {note}"))
    clips = [clip for clip in edit.clips if not clip.is_gap]
    films = {clip.media for clip in clips if clip.media is not None}
    if len(films) != 1:
        names = ", ".join(sorted(film.name for film in films)) or "none"
        raise UserError(
            f'"{path.name}" cuts {len(films)} media files ({names}); only the cut of one film can be a master: '
            "export the timeline as one film first."
        )
    if any(clip.speed != 1 for clip in clips):
        raise UserError(f'"{path.name}" plays clips at other speeds; export the timeline as one film first.')
    if len(clips) < len(edit.clips):
        notify(Note(f"{path.name}: its gaps are left out", is_warning=True))
    if any(clip.placement for clip in clips):
        notify(Note(f"{path.name}: its framing is left out: every placement frames the film for itself"))
    (film,) = films
    spans = tuple((float(clip.source_start_seconds), float(clip.source_end_seconds)) for clip in clips)
    return OpenedMaster(film, spans, _marks(edit))


def _marks(edit: TimelineEdit) -> tuple[LengthMark, ...]:
    """The timeline's marks in the film's seconds; one on a gap is left out."""
    told = []
    for mark in marks_of(edit):
        for clip, start in zip(edit.clips, edit.starts, strict=True):
            begins, ends = float(start / edit.rate), float((start + clip.frames) / edit.rate)
            if clip.is_gap or not begins <= mark.start_seconds < ends:
                continue
            moved = float(clip.source_start_seconds) - begins
            end = None if mark.end_seconds is None else min(mark.end_seconds, ends) + moved
            told.append(LengthMark(mark.kind, mark.start_seconds + moved, end, mark.note))
    return tuple(told)

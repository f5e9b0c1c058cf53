"""A timeline file as a master: the film to read, the spans it shows of it, and the marks in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from variantgen.events import Note, Notify
from variantgen.model import SecondsSpan
from variantgen.timelines import LengthMark, TimelineEdit, is_timeline, marks_of, read_timeline
from variantgen.timelines.conforming import needs_conforming

if TYPE_CHECKING:
    from variantgen.conforming import Conformed


@dataclass(frozen=True)
class OpenedMaster:
    """The media file to read, and what a timeline shows of it in its seconds; no spans where it shows all.

    Where the film was made of a timeline, `edit` is that and `key` names the film's content.
    """

    path: Path
    spans: tuple[SecondsSpan, ...] = ()
    marks: tuple[LengthMark, ...] = ()
    edit: TimelineEdit | None = None
    key: str = ""


def opened_master(
    path: Path, search: Sequence[Path], notify: Notify, conform: Callable[[TimelineEdit, str], Conformed]
) -> OpenedMaster:
    """A master, the film that a timeline cuts, or the one that `conform` makes of a timeline of more than one.

    A timeline of one film without gaps and speeds is a cut of that film, which is read as it is.
    """
    if not is_timeline(path):
        return OpenedMaster(path)
    edit = read_timeline(path, search=search)
    for note in edit.notes:
        notify(Note(f"{path.name}: {note}"))
    if any(clip.placement for clip in edit.clips):
        notify(Note(f"{path.name}: its framing is left out: every placement frames the film for itself"))
    film = edit.clips[0].media
    if film is None or needs_conforming(edit):
        made = conform(edit, path.name)
        return OpenedMaster(made.path, (), marks_of(edit), edit, made.key)
    spans = tuple((float(clip.source_start_seconds), float(clip.source_end_seconds)) for clip in edit.clips)
    return OpenedMaster(film, spans, _marks(edit))


def _marks(edit: TimelineEdit) -> tuple[LengthMark, ...]:
    """The timeline's marks in the film's seconds."""
    told = []
    for mark in marks_of(edit):
        for clip, start in zip(edit.clips, edit.starts, strict=True):
            begins, ends = float(start / edit.rate), float((start + clip.frames) / edit.rate)
            if not begins <= mark.start_seconds < ends:
                continue
            moved = float(clip.source_start_seconds) - begins
            end = None if mark.end_seconds is None else min(mark.end_seconds, ends) + moved
            told.append(LengthMark(mark.kind, mark.start_seconds + moved, end, mark.note))
    return tuple(told)

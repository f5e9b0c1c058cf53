"""Framing told as an editor would tell it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from variantgen.model import ShotFraming, Subject
from variantgen.plan.framing.shot import Solved

if TYPE_CHECKING:
    from variantgen.plan.framing import Stretch

NEAR_MIDDLE = 0.02
MOTION_WORDS = {"still": "still", "pan": "panned", "follow": "followed", "split": "split in two", "whole": "whole"}


def named(subjects: Sequence[Subject], most: int = 3) -> str:
    """Subjects by kind and number: "face 3 and person 1"."""
    names = [f"{s.kind} {s.id}" for s in subjects]
    if len(names) > most:
        names = [*names[:most], f"{len(names) - most} more"]
    return names[0] if len(names) == 1 else " and ".join([", ".join(names[:-1]), names[-1]])


def why(solved: Solved) -> str:
    """One sentence on how a cropped shot is framed."""
    if solved.motion == "whole":
        return "the whole picture fits"
    if not solved.main:
        unknown = "nothing was recognised"
        if solved.motion == "still" and abs(float(solved.centres[0]) - 0.5) < NEAR_MIDDLE:
            return f"{unknown}: still in the middle"
        if solved.motion == "still":
            return f"{unknown}: still where the picture stands out"
        return f"{unknown}: {'pans with' if solved.motion == 'pan' else 'follows'} what moves"
    who = named(solved.main)
    if solved.motion == "still":
        return f"still: {who} {'stay' if len(solved.main) > 1 else 'stays'} in view"
    if solved.motion == "pan":
        return f"pans {_direction(solved)} with {who}"
    return f"follows {who}"


def _direction(solved: Solved) -> str:
    is_forward = solved.centres[-1] > solved.centres[0]
    if solved.axis.is_upright:
        return "down" if is_forward else "up"
    return "right" if is_forward else "left"


def shots_told(framing: Sequence[ShotFraming]) -> str:
    """ "5 shots: 3 still, 2 followed"; empty where all are whole."""
    if all(shot.motion == "whole" for shot in framing):
        return ""
    counts: dict[str, int] = {}
    for shot in framing:
        word = MOTION_WORDS[shot.motion]
        counts[word] = counts.get(word, 0) + 1
    told = ", ".join(f"{count} {word}" for word, count in sorted(counts.items(), key=lambda item: -item[1]))
    return f"{len(framing)} shots: {told}"


def notes_as_shown(notes: Sequence[str], shown: Sequence[Sequence[Stretch]]) -> tuple[str, ...]:
    """An editor's notes, each kept span's with how the cut before or after it is hidden.

    After the first line, which is on the whole, there is a line that begins with "keep" for each span that is shown.
    """
    spans = iter(shown)
    told = list(notes[:1])
    for line in notes[1:]:
        hiding = dict.fromkeys(way for run in next(spans, ()) for way in run.hiding) if line.startswith("keep") else ()
        told.append(", ".join((line, *hiding)))
    return tuple(told)

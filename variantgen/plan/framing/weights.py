"""How much each subject of a shot matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp

from variantgen.model import Subject
from variantgen.plan.framing.density import CENTRAL_DEVIATION

KEEP = {"face": 1.0, "person": 0.8, "animal": 0.8, "vehicle": 0.7, "thing": 0.2, "text": 0.5}
"""What is kept in view before what, where nothing was asked for."""
LEAST_ACTIVITY = 0.15
SPEAKS_FOR = {"face": 12.0, "text": 4.0}
"""Kinds that speak for this many times their own area: a head for its shoulders, a line for the space around it."""
GROUP_FACES = 3
"""More faces than this at once are a crowd."""
BODY_SHARE = 1.0
"""Of a face's salience, before squaring, that the person whose face it is has at least."""
SURE_SALIENCE = 0.02
"""From here on a subject is taken for what the shot is about; below, what moves and stands out is asked too."""


def saliences(
    subjects: Sequence[Subject], keep: Mapping[str, float], width: int, height: int, frames: int
) -> dict[int, float]:
    """Weight of each subject of a shot of so many frames: 1 for the one that matters most, less if none is sure.

    By kind, confidence, size, how much it moves, how long it is there and how central it is. Squared at the end: the
    main subject should not be left for the sum of the lesser ones.
    """
    raw = {s.id: salience(s, keep, width, height, frames) for s in subjects}
    for face in (s for s in subjects if s.kind == "face"):
        raw[face.id] *= _alone(subjects, frames)
    for face, person in bodies(subjects):
        # one somebody: a window on the face alone would cut the arms off
        raw[person.id] = max(raw[person.id], BODY_SHARE * raw[face.id] * min(1.0, keep.get("person", 0.0)))
    top = max([SURE_SALIENCE, *raw.values()])
    return {number: (value / top) ** 2 for number, value in raw.items()}


def salience(subject: Subject, keep: Mapping[str, float], width: int, height: int, frames: int) -> float:
    """A subject's weight before it is held against its shot's others; 0 or more."""
    boxes = subject.boxes
    larger = SPEAKS_FOR.get(subject.kind, 1.0)
    area = sum(min(1.0, larger * b.w * b.h / (width * height)) for b in boxes) / len(boxes)
    centre = sum((b.x + b.w / 2) / width for b in boxes) / len(boxes)
    central = exp(-0.5 * ((centre - 0.5) / CENTRAL_DEVIATION) ** 2)
    activity = LEAST_ACTIVITY + subject.activity
    return (
        keep.get(subject.kind, 0.0)
        * subject.confidence ** (2 if subject.kind == "face" else 1)
        * min(area, 0.25) ** 0.5
        * activity
        * _life(subject, frames) ** 0.5
        * central
    )


def _alone(subjects: Sequence[Subject], frames: int) -> float:
    """How much one face counts: wholly in a small group, less in a crowd, where faces are the background."""
    at_once = sum(_life(s, frames) for s in subjects if s.kind == "face")
    return min(1.0, GROUP_FACES / max(1.0, at_once))


def _life(subject: Subject, frames: int) -> float:
    return min(1.0, (subject.boxes[-1].frame - subject.boxes[0].frame + 1) / max(1, frames))


def bodies(subjects: Sequence[Subject]) -> list[tuple[Subject, Subject]]:
    """Faces with the person each belongs to: whose upper half it is in, most of the time that both are seen."""
    pairs = []
    people = [s for s in subjects if s.kind == "person"]
    for face in (s for s in subjects if s.kind == "face"):
        shares = [(_share_on(face, person), person) for person in people]
        share, person = max(shares, key=lambda pair: pair[0], default=(0.0, None))
        if person is not None and share > 0.5:
            pairs.append((face, person))
    return pairs


def _share_on(face: Subject, person: Subject) -> float:
    """The share of a face's boxes whose middle is in the upper half of a person's nearest box in time."""
    hits = 0
    for box in face.boxes:
        near = min(person.boxes, key=lambda b: abs(b.frame - box.frame))
        x, y = box.x + box.w / 2, box.y + box.h / 2
        hits += near.x <= x <= near.x + near.w and near.y <= y <= near.y + near.h / 2
    return hits / len(face.boxes)

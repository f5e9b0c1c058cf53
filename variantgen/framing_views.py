"""A plan and its analysis in; what an editor looks at out: a view for each canvas shape, its shots, its moments."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from variantgen.model import Analysis, CropKey, FramingMark, Master, Motion, Piece, Plan, ShotFraming, Subject, Variant
from variantgen.plan.crop_keys import first_showing, shown_frame, window_at
from variantgen.report.framing_scene import Box, Scene, SceneBox

EXPORT_TOLERANCE_PX = 0.5
"""A key of an exported path is left out where the line past it comes this near, in the master's pixels."""
HELD_SECONDS = 0.2
"""Detectors look at every few frames only: a box is drawn this long before its first look and after its last."""


@dataclass(frozen=True)
class ViewShot:
    """One shot of a view; frames are the master's own."""

    number: int
    start_frame: int
    end_frame: int
    piece: Piece
    framing: ShotFraming
    subjects: tuple[Subject, ...]

    @property
    def framed(self) -> tuple[Subject, ...]:
        """The subjects that the window is there for."""
        return tuple(subject for subject in self.subjects if subject.id in self.framing.subjects)


@dataclass(frozen=True)
class View:
    """How a master is framed for one canvas shape: the fullest variant of that shape, and who shares it."""

    master: Master
    shape: str
    variant: Variant
    presets: tuple[str, ...]
    shots: tuple[ViewShot, ...]
    max_lost_share: float
    is_alone: bool = True
    """Whether no other view has this shape; else the placement's name is part of its files' names."""

    @property
    def label(self) -> str:
        """`9x16`, or `9x16.tiktok` where placements of one shape are framed differently."""
        return self.shape if self.is_alone else f"{self.shape}.{self.variant.preset}"

    @property
    def name(self) -> str:
        """`film.9x16`: how the view's files are called."""
        return f"{self.variant.file.removesuffix(f'_{self.variant.preset}.{self.variant.container}')}.{self.label}"

    @property
    def losing(self) -> tuple[ViewShot, ...]:
        """The shots whose subject is out of the window for more of the time than the placement allows."""
        return tuple(shot for shot in self.shots if (shot.framing.lost_share or 0.0) > self.max_lost_share)


def views_of(plan: Plan, analysis: Analysis) -> tuple[View, ...]:
    """One view for each canvas shape (and way of fitting) among a plan's variants that have a picture."""
    alike: dict[object, list[Variant]] = {}
    for variant in plan.variants:
        if variant.width:
            alike.setdefault(_look(variant), []).append(variant)
    views = []
    for variants in alike.values():
        fullest = max(variants, key=lambda variant: sum(p.frames / variant.frame_rate for p in _pieces(variant)))
        shape = _shape(fullest)
        shots = tuple(_shots(plan.master, analysis, fullest))
        names = tuple(variant.preset for variant in variants)
        most = float(fullest.preset_values.get("framing", {}).get("max_lost_share", 1.0))
        views.append(View(plan.master, shape, fullest, names, shots, most))
    shapes = [view.shape for view in views]
    return tuple(replace(view, is_alone=shapes.count(view.shape) == 1) for view in views)


def _look(variant: Variant) -> object:
    values = variant.preset_values
    fallback = values.get("framing", {}).get("fallback", ())
    return _shape(variant), values.get("canvas", {}).get("fit"), tuple(fallback)


def _shape(variant: Variant) -> str:
    ratio = Fraction(variant.width, variant.height).limit_denominator(20)
    return f"{ratio.numerator}x{ratio.denominator}"


def _pieces(variant: Variant) -> list[Piece]:
    """The pieces of the master, each moment once: a loop shows its frames again."""
    pieces: list[Piece] = []
    for piece in variant.pieces:
        if piece.source == "master" and all(
            piece.start_frame >= one.end_frame or piece.end_frame <= one.start_frame for one in pieces
        ):
            pieces.append(piece)
    return sorted(pieces, key=lambda piece: piece.start_frame)


def _shots(master: Master, analysis: Analysis, variant: Variant) -> Iterable[ViewShot]:
    rate = variant.frame_rate
    cuts = {first_showing(start, master.frame_rate, rate): start for start in reversed(analysis.shot_starts)}
    for piece in _pieces(variant):
        for framing in piece.framing or _as_shots(piece, sorted(cuts)):
            start, end = (
                min(cuts.get(frame, shown_frame(frame, master.frame_rate, rate)), master.frames)
                for frame in (framing.start_frame, framing.end_frame)
            )
            if end > start:
                number = max(1, bisect_right(analysis.shot_starts, start))
                seen = tuple(s for s in analysis.subjects if s.boxes and _is_within(s, start, end))
                yield ViewShot(number, start, end, piece, framing, seen)


def _as_shots(piece: Piece, cuts: Sequence[int]) -> Iterable[ShotFraming]:
    """The shots of a piece whose framing nobody decided shot by shot."""
    edges = [piece.start_frame, *(cut for cut in cuts if piece.start_frame < cut < piece.end_frame), piece.end_frame]
    motion: Motion = "split" if piece.fit == "split" else "still" if piece.fit == "crop" else "whole"
    for start, end in pairwise(edges):
        yield ShotFraming(start, end, motion, "")


def _is_within(subject: Subject, start: int, end: int) -> bool:
    return subject.boxes[0].frame < end and subject.boxes[-1].frame >= start


# ---------------------------------------------------------------- one moment


def scene_at(view: View, frame: int) -> Scene:
    """What is at a frame of the master."""
    shot = shot_at(view, frame)
    time = clock(frame / view.master.frame_rate)
    if shot is None:
        return Scene(f"{time} · not in {view.variant.preset}", "The placement's length leaves this out.", is_used=False)
    held = round(HELD_SECONDS * view.master.frame_rate)
    boxes = ((subject, box_at(subject, frame, held)) for subject in shot.subjects)
    return Scene(
        f"{time} · shot {shot.number} · {shot.framing.motion}",
        shot.framing.why,
        windows_at(view, shot, frame),
        tuple(
            SceneBox(subject.id, subject.kind, subject.confidence, box, subject.id in shot.framing.subjects)
            for subject, box in boxes
            if box is not None
        ),
    )


def shot_at(view: View, frame: int) -> ViewShot | None:
    """The shot that shows a frame of the master; None where the variant leaves it out."""
    place = bisect_right(view.shots, frame, key=lambda shot: shot.start_frame) - 1
    shot = view.shots[place] if place >= 0 else None
    return shot if shot is not None and frame < shot.end_frame else None


def windows_at(view: View, shot: ViewShot, frame: int) -> tuple[tuple[str, Box], ...]:
    """What of a frame is shown: name and box of each window; nothing where the whole picture is."""
    piece = shot.piece
    if piece.fit in ("blur", "pad") or not piece.crop:
        return ()
    at = _source_frame(view, shot, frame)
    upper = _window(piece.crop, at)
    if piece.fit == "split" and piece.lower_crop:
        return ("upper", upper), ("lower", _window(piece.lower_crop, at))
    return (("", upper),)


def _source_frame(view: View, shot: ViewShot, frame: int) -> Fraction:
    """A frame of the master as the variant counts, whose keys are at its own rate; never beyond the shot."""
    at = frame * view.variant.frame_rate / view.master.frame_rate
    return min(max(at, Fraction(shot.framing.start_frame)), Fraction(shot.framing.end_frame - 1))


def _window(keys: Sequence[CropKey], at: Fraction) -> Box:
    """The window between two frames lies between theirs."""
    low, high = floor(at), ceil(at)
    x, y, w, h = window_at(keys, low)
    if high == low:
        return x, y, w, h
    x_next, y_next, _, _ = window_at(keys, high)
    share = float(at - low)
    return x + (x_next - x) * share, y + (y_next - y) * share, w, h


def box_at(subject: Subject, frame: int, held_frames: int = 0) -> Box | None:
    """Where a subject is in a frame of the master: linear between its boxes, held a little, None further outside."""
    boxes = subject.boxes
    if not boxes[0].frame - held_frames <= frame <= boxes[-1].frame + held_frames:
        return None
    frame = min(max(frame, boxes[0].frame), boxes[-1].frame)
    place = bisect_right(boxes, frame, key=lambda box: box.frame)
    one = boxes[place - 1]
    if place == len(boxes):
        return one.x, one.y, one.w, one.h
    other = boxes[place]
    if one.confidence == other.confidence == 0:
        return None  # out of sight in between
    share = (frame - one.frame) / (other.frame - one.frame)
    ends = zip((one.x, one.y, one.w, one.h), (other.x, other.y, other.w, other.h), strict=True)
    x, y, w, h = (a + (b - a) * share for a, b in ends)
    return x, y, w, h


def clock(seconds: Fraction | float) -> str:
    """`1:02.40`: minutes, seconds, hundredths."""
    hundredths = round(float(seconds) * 100)
    return f"{hundredths // 6000}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"


# ---------------------------------------------------------------- as a framing file


def marks_of(view: View) -> list[tuple[FramingMark, str]]:
    """The view's framing as an editor could have written it: a mark a shot, and what to say above it."""
    marks = ((_mark(view, shot), _comment(view, shot)) for shot in view.shots)
    return [(mark, comment) for mark, comment in marks if mark.centres or mark.fit]


def _mark(view: View, shot: ViewShot) -> FramingMark:
    if shot.piece.fit != "crop" or not shot.piece.crop:
        return FramingMark(shot.start_frame, shot.end_frame, fit=shot.piece.fit if shot.piece.fit != "crop" else None)
    return FramingMark(shot.start_frame, shot.end_frame, _centres(view, shot))


def _centres(view: View, shot: ViewShot) -> tuple[tuple[int, float, float], ...]:
    """The window's centre as shares of the picture, in as few keys as keep the path."""
    scale = view.master.frame_rate / view.variant.frame_rate
    inside = range(shot.start_frame, shot.end_frame)
    corners = {edge for key in shot.piece.crop for edge in (floor(key[0] * scale), ceil(key[0] * scale))}
    frames = sorted({shot.start_frame, shot.end_frame - 1} | {frame for frame in corners if frame in inside})
    points = []
    for frame in frames:
        x, y, w, h = _window(shot.piece.crop, _source_frame(view, shot, frame))
        points.append((frame, x + w / 2, y + h / 2))
    if all(max(abs(x - points[0][1]), abs(y - points[0][2])) <= EXPORT_TOLERANCE_PX for _, x, y in points):
        points = points[:1]
    width, height = view.master.width, view.master.height
    return tuple((frame, x / width, y / height) for frame, x, y in _simplified(points))


def _simplified(points: list[tuple[int, float, float]]) -> list[tuple[int, float, float]]:
    """Ramer, Douglas and Peucker's way of thinning a line, with the distance measured at the same time."""
    # a rest keeps both of its ends: thinned to a slope of half a pixel it would have to be drawn as a movement
    rests = {n + end for n in range(len(points) - 1) if points[n][1:] == points[n + 1][1:] for end in (0, 1)}
    kept = {0, len(points) - 1} | rests
    open_spans = list(pairwise(sorted(kept)))
    while open_spans:
        first, last = open_spans.pop()
        far, worst = 0.0, first
        for place in range(first + 1, last):
            off = _distance(points[first], points[last], points[place])
            if off > far:
                far, worst = off, place
        if far > EXPORT_TOLERANCE_PX:
            kept.add(worst)
            open_spans += [(first, worst), (worst, last)]
    return [points[place] for place in sorted(kept)]


def _distance(start: tuple[int, float, float], end: tuple[int, float, float], point: tuple[int, float, float]) -> float:
    share = (point[0] - start[0]) / (end[0] - start[0])
    return max(abs(start[n] + (end[n] - start[n]) * share - point[n]) for n in (1, 2))


def _comment(view: View, shot: ViewShot) -> str:
    rate = view.master.frame_rate
    time = f"{clock(shot.start_frame / rate)} to {clock(shot.end_frame / rate)}"
    words = [f"Shot {shot.number}, {time}, {shot.framing.motion}"]
    words += [shot.framing.why] if shot.framing.why else []
    words += ["seen: " + seen_words(shot)] if shot.subjects else []
    return ". ".join(word.rstrip(". ") for word in words) + "."


def seen_words(shot: ViewShot) -> str:
    """`1 face 92%, 4 person 80%`, those that the window is there for first."""
    ordered = sorted(shot.subjects, key=lambda one: (one.id not in shot.framing.subjects, one.id))
    shown = ", ".join(f"{one.id} {one.kind} {one.confidence:.0%}" for one in ordered[:8])
    return shown + (f" and {len(ordered) - 8} more" if len(ordered) > 8 else "")

"""Where the window looks, shot by shot: what the analysis saw and an editor decided, turned into crop paths."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from variantgen.model import Analysis, CropKey, Fit, FrameSpan, FramingMark, Master, Rectangle, ShotFraming, Subject
from variantgen.plan.crop_keys import first_showing, simplify, slice_keys
from variantgen.plan.framing.density import Maps, unpacked
from variantgen.plan.framing.marks import chosen, marked_centres, only, stretches
from variantgen.plan.framing.punch import closer, held_by
from variantgen.plan.framing.shot import Shot, Solved, solve, window_axis
from variantgen.plan.framing.split import split_windows
from variantgen.plan.framing.weights import KEEP
from variantgen.plan.framing.words import named, why

WIDE_TEXT = 1.05
"""Standing text this much wider than the window is cut by it."""
TEXT_CONFIDENCE = 0.7
WATERMARK_SHOTS = 3
WHOLE_LOST = 2.0
"""Times what a placement lets a variant lose: a shot that loses more is better shown whole."""


@dataclass(frozen=True)
class Stretch:
    """A run of a piece's frames (at the variant's rate) that are fitted in one way."""

    start_frame: int
    end_frame: int
    fit: Fit
    crop: tuple[CropKey, ...] = ()
    lower_crop: tuple[CropKey, ...] = ()
    framing: tuple[ShotFraming, ...] = ()
    hiding: tuple[str, ...] = ()
    """How cuts inside its shots are hidden, or why they show."""


@dataclass(frozen=True)
class Room:
    """What framing needs to know of a placement: its canvas and what may be done with shots that do not fit it."""

    width: int
    height: int
    fallback: tuple[Fit, ...] = ()
    max_lost_share: float = 0.1


@dataclass(frozen=True)
class _Stretch:
    """A stretch of one shot in master frames: its fit, the window of each frame, and the telling."""

    start: int
    end: int
    fit: Fit
    centres: Any
    solved: Solved
    size: tuple[int, int]
    lower: tuple[Rectangle, Rectangle] | None = None
    told: ShotFraming | None = None


@dataclass
class Framer:
    """Frames spans of one master. Shots are solved whole and once a shape, whatever the spans: cuts share them."""

    master: Master
    analysis: Analysis
    keep: Mapping[str, float] = field(default_factory=dict)
    marks: tuple[FramingMark, ...] = ()
    focus: tuple[float, float] | None = None
    own_rate: Fraction | None = None
    """The rate at which paths are solved, where the master plays at another."""
    _solved: dict[Any, Any] = field(default_factory=dict)

    def played(self, speed: Fraction) -> Framer:
        """The framer of the master as it plays at a speed; the windows of its frames stay the same."""
        return replace(self, master=self.master.played(speed), own_rate=self.own_rate or self.master.frame_rate)

    def stretches(
        self, start: int, end: int, rate: Fraction, room: Room, punched: Sequence[FrameSpan] = ()
    ) -> list[Stretch]:
        """Frames start..end-1 of a variant's rate, divided where the fit changes; each with its path and reasons.

        What lies in `punched`, whose spans end where shots do, is shown a little larger where that cuts nobody.
        """
        found: list[Stretch] = []
        shots, firsts = self._shots(), self._firsts(rate)
        number = max(0, bisect_right(firsts, start, hi=len(shots)) - 1)
        for shot, first, last in zip(shots[number:], firsts[number:], firsts[number + 1 :], strict=False):
            if first >= end:
                break
            if shot.end >= self.analysis.frames:
                last = max(last, end)
            if last <= start:
                continue
            for one in self._framed(shot, room):
                low = first if one.start == shot.start else first_showing(one.start, self.master.frame_rate, rate)
                high = last if one.end == shot.end else first_showing(one.end, self.master.frame_rate, rate)
                if max(start, low) < min(end, high):
                    whole = self._as_stretch(one, low, high, rate, room)
                    low, high = max(start, low), min(end, high)
                    if any(a < high and low < b for a, b in punched):
                        whole = self._punched(one, shot, whole, (low, high), rate, room)
                    _append(found, _sliced(whole, low, high))
        return found

    def _shots(self) -> list[Shot]:
        if "shots" not in self._solved:
            self._solved["shots"] = shots_of(self.master, self.analysis)
        return self._solved["shots"]

    def _firsts(self, rate: Fraction) -> list[int]:
        """The first frame of every shot at a rate, and the last one's end."""
        key = ("firsts", rate, self.master.frame_rate)
        if key not in self._solved:
            shots = self._shots()
            firsts = [first_showing(shot.start, self.master.frame_rate, rate) for shot in shots]
            self._solved[key] = [0, *firsts[1:], first_showing(shots[-1].end, self.master.frame_rate, rate)]
        return self._solved[key]

    def _maps(self) -> Maps | None:
        if "maps" not in self._solved:
            self._solved["maps"] = unpacked(self.analysis.interest) if self.analysis.interest else None
        return self._solved["maps"]

    def _framed(self, shot: Shot, room: Room) -> list[_Stretch]:
        shape = Fraction(room.width, room.height)
        key = (shot.number, shape, room.fallback, room.max_lost_share)
        if key not in self._solved:
            self._solved[key] = [
                self._stretch(shot, a, b, mark, shape, room)
                for a, b, mark in stretches(shot.start, shot.end, () if self.focus else self.marks)
            ]
        return self._solved[key]

    def _solve(self, shot: Shot, shape: Fraction, keep: Mapping[str, float]) -> Solved:
        axis, _, _ = window_axis(shot.picture, shape)
        key = ("solved", shot.number, shape, tuple(s.id for s in shot.subjects), tuple(sorted(keep.items())))
        if key not in self._solved:
            whole = (self.master.width, self.master.height)
            rate = float(self.own_rate or self.master.frame_rate)
            self._solved[key] = solve(shot, axis, rate, self._maps(), keep, whole)
        return self._solved[key]

    def _stretch(
        self, shot: Shot, start: int, end: int, mark: FramingMark | None, shape: Fraction, room: Room
    ) -> _Stretch:
        import numpy as np

        whole = (self.master.width, self.master.height)
        axis, w, h = window_axis(shot.picture, shape)
        keep = {**KEEP, **self.keep}
        frames = np.arange(start, end)
        inside = slice(start - shot.start, end - shot.start)
        if self.focus is not None:
            mark = FramingMark(start, end, ((start, *self.focus),))
        if mark is not None and mark.centres:
            centres = marked_centres(mark, frames, axis, whole)
            is_still = bool(np.ptp(centres) < 1e-6)
            reason = "the focus that was asked for" if self.focus else "as the framing file says"
            solved = Solved(axis, centres, "still" if is_still else "follow")
            told = ShotFraming(start, end, solved.motion, reason)
            fit: Fit = mark.fit if mark.fit in ("blur", "pad") else "crop"
            return _Stretch(start, end, fit, centres, solved, (w, h), told=told)
        asked = chosen(shot.subjects, mark.subject) if mark is not None and mark.subject else ()
        if asked:
            shot = replace(shot, subjects=asked)
            keep = only(asked, keep)
        solved = self._solve(shot, shape, keep)
        fit, lower, told = self._fitted(shot, solved, shape, room, mark.fit if mark else None)
        told = replace(told, start_frame=start, end_frame=end)
        if asked:
            told = replace(told, why=f"{told.why}, as the framing file says")
        return _Stretch(start, end, fit, solved.centres[inside], solved, (w, h), lower, told)

    def _fitted(
        self, shot: Shot, solved: Solved, shape: Fraction, room: Room, asked: Fit | None
    ) -> tuple[Fit, tuple[Rectangle, Rectangle] | None, ShotFraming]:
        """Crop, or what the placement allows where a crop would lose what the shot is about; and why."""
        ids = tuple(s.id for s in solved.main)
        told = ShotFraming(0, 0, solved.motion, why(solved), ids, solved.lost_share)
        # where the picture has the canvas's shape there is nothing to fit, whatever a mark says for other shapes
        if asked == "crop" or solved.motion == "whole":
            return "crop", None, told
        half = Fraction(room.width, room.height // 2)
        allowed: tuple[Fit, ...] = (asked,) if asked else room.fallback
        for fallback in allowed:
            if fallback == "split":
                found = split_windows(shot, solved, dict(solved.weights), half)
                if found:
                    windows, pair = found
                    reason = f"{named(pair[:1])} above {named(pair[1:])}: both do not fit one window"
                    return "split", windows, replace(told, motion="split", why=reason, lost_share=0.0)
            elif fallback == "blur" or fallback == "pad":
                reason = "as the framing file says" if asked else self._reason_for_whole(shot, solved, room)
                if reason:
                    return fallback, None, replace(told, motion="whole", why=reason, lost_share=0.0)
        return "crop", None, told

    def _reason_for_whole(self, shot: Shot, solved: Solved, room: Room) -> str:
        """Why a shot is better shown whole; empty where it is not."""
        if solved.main_lost_share > WHOLE_LOST * room.max_lost_share:
            return f"shown whole: {named(solved.main)} would be lost for {solved.main_lost_share:.0%} of the shot"
        texts = [s for s in shot.subjects if s.kind == "text" and s.confidence >= TEXT_CONFIDENCE]
        widest = solved.axis.window * solved.axis.length_px * WIDE_TEXT
        people = [s for s in solved.main if s.kind in ("face", "person", "animal", "vehicle")]
        if not people and not solved.axis.is_upright and any(max(b.w for b in t.boxes) > widest for t in texts):
            return "shown whole: its text is wider than the window"
        return ""

    def _as_stretch(self, one: _Stretch, start: int, end: int, rate: Fraction, room: Room) -> Stretch:
        """A shot's whole stretch at the variant's rate: cut afterwards, so that long and short cuts share its keys."""
        told = (replace(one.told, start_frame=start, end_frame=end),) if one.told else ()
        if one.fit == "split" and one.lower is not None:
            upper, lower = one.lower
            return Stretch(start, end, "split", ((start, *upper),), ((start, *lower),), told)
        if one.fit != "crop":
            return Stretch(start, end, one.fit, framing=told)
        key = ("keys", one.start, one.end, one.size, id(one.solved), rate, self.master.frame_rate, room.width, end)
        if key not in self._solved:
            windows = self._windows(one, start, end, rate)
            self._solved[key] = simplify(windows, output_width=room.width)
        return Stretch(start, end, "crop", self._solved[key], (), told)

    def _punched(
        self, one: _Stretch, shot: Shot, whole: Stretch, span: FrameSpan, rate: Fraction, room: Room
    ) -> Stretch:
        """A stretch played a little larger, where nothing speaks against it on a span of its frames."""
        if whole.fit != "crop":
            how = "split" if whole.fit == "split" else "shown whole"
            return replace(whole, hiding=(f"the cut shows: the picture is {how}",))
        key = ("held", one.start, one.end, id(one.solved), rate, room.width, room.height, whole.end_frame)
        if key not in self._solved:
            subjects = _present(self.analysis.subjects, shot.start, shot.end)
            rates, canvas = (self.master.frame_rate, rate), (room.width, room.height)
            self._solved[key] = held_by(whole.crop, whole.end_frame, subjects, rates=rates, canvas=canvas)
        near = closer(self._solved[key], *span)
        if isinstance(near, str):
            return replace(whole, hiding=(f"the cut shows: {near}",))
        told = tuple(replace(shown, punch_in=near.scale) for shown in whole.framing)
        words = f"played a little larger ({near.scale:.3g}x) to hide the cut"
        return replace(whole, crop=near.keys, framing=told, hiding=(words,))

    def _windows(self, one: _Stretch, start: int, end: int, rate: Fraction) -> list[CropKey]:
        """The window of each of a stretch's frames at the variant's rate."""
        import numpy as np

        axis, (w, h) = one.solved.axis, one.size
        frames = np.arange(start, end)
        at = np.clip(frames * float(self.master.frame_rate / rate), one.start, one.end - 1)
        centres = np.interp(at, np.arange(one.start, one.end), one.centres)
        is_still = bool(np.ptp(one.centres) < 1e-9)
        side = h if axis.is_upright else w
        places = np.clip(centres * axis.length_px - side / 2, 0, axis.length_px - side) + axis.start_px
        if is_still:
            # an even pixel needs no more than a plain crop
            places = 2 * np.ceil((places - 1) / 2)
        x0, y0, width, height = axis.picture
        if axis.is_upright:
            x = x0 + 2 * ((width - w) // 4)
            return [(int(f), x, float(p), w, h) for f, p in zip(frames, places, strict=True)]
        y = y0 + 2 * ((height - h) // 4)
        return [(int(f), float(p), y, w, h) for f, p in zip(frames, places, strict=True)]


def shots_of(master: Master, analysis: Analysis) -> list[Shot]:
    """The master's shots with the picture inside its bars and those who are in it."""
    starts = [*analysis.shot_starts, max(analysis.frames, master.frames)]
    whole = (0, 0, master.width, master.height)
    pictures = [*analysis.pictures, *[whole] * (len(starts) - 1 - len(analysis.pictures))]
    subjects = without_watermarks(analysis.subjects, analysis.shot_starts)
    return [
        Shot(number, start, end, picture, _present(subjects, start, end))
        for number, (start, end, picture) in enumerate(zip(starts, starts[1:], pictures, strict=False))
        if end > start
    ]


def _present(subjects: Sequence[Subject], start: int, end: int) -> tuple[Subject, ...]:
    return tuple(s for s in subjects if start <= s.boxes[0].frame < end)


def without_watermarks(subjects: Sequence[Subject], shot_starts: Sequence[int]) -> list[Subject]:
    """Subjects less the texts that stand at one place through several shots: a channel's mark is no title."""
    texts = [(bisect_right(shot_starts, s.boxes[0].frame), s) for s in subjects if s.kind == "text"]
    return [
        s
        for s in subjects
        if s.kind != "text" or len({shot for shot, other in texts if _is_at(s, other)}) < WATERMARK_SHOTS
    ]


def _is_at(one: Subject, other: Subject) -> bool:
    """Whether the middle of one text is inside another's box."""
    a, b = one.boxes[0], other.boxes[0]
    return b.x <= a.x + a.w / 2 <= b.x + b.w and b.y <= a.y + a.h / 2 <= b.y + b.h


def _sliced(whole: Stretch, start: int, end: int) -> Stretch:
    """A stretch cut to start..end-1."""
    return Stretch(
        start,
        end,
        whole.fit,
        slice_keys(whole.crop, start, end),
        slice_keys(whole.lower_crop, start, end),
        tuple(replace(shot, start_frame=start, end_frame=end) for shot in whole.framing),
        whole.hiding,
    )


def _append(found: list[Stretch], new: Stretch) -> None:
    """Adds a stretch; to the one before it where both are fitted alike, so that a piece goes on over cuts."""
    if found and found[-1].fit == new.fit and found[-1].end_frame == new.start_frame:
        last = found[-1]
        found[-1] = replace(
            last,
            end_frame=new.end_frame,
            crop=_joined(last.crop, new.crop, new.start_frame),
            lower_crop=_joined(last.lower_crop, new.lower_crop, new.start_frame),
            framing=(*last.framing, *new.framing),
            hiding=tuple(dict.fromkeys((*last.hiding, *new.hiding))),
        )
    else:
        found.append(new)


def _joined(before: tuple[CropKey, ...], after: tuple[CropKey, ...], cut: int) -> tuple[CropKey, ...]:
    """Two paths as one, which jumps at the cut: the first is held to the frame before it."""
    if not before or not after or (len(before) == len(after) == 1 and before[0][1:] == after[0][1:]):
        return before
    held = before if before[-1][0] == cut - 1 else (*before, (cut - 1, *before[-1][1:]))
    return (*held, *after)

"""Chosen pieces in, the spans that play out: exactly as long as wanted, by giving pauses back their length."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, inf

from variantgen.model import FrameSpan
from variantgen.plan.shorten.pieces import Candidates, Piece, frames_of

LEAST_HOLE_SECONDS = 0.15
"""A pause is not cut for less: the jump would be seen and nothing gained."""
END_HOLD_SECONDS = 0.5
"""The last word may rest so much longer than a pause between sentences."""
PICTURE_REST_SECONDS = 0.35
"""A cut beside a piece without words counts as a rest of this length when room is given out."""


@dataclass(frozen=True)
class Slot:
    """Where frames can be given back: after (`is_before`: before) span number `span`, at most `room_frames`.

    `rest_seconds` is the rest there now: the shortest rests grow first. `is_hole`: what follows plays after it, so
    that it closes once all room is given, and is not left open for a few frames.
    """

    span: int
    room_frames: int
    rest_seconds: float
    is_before: bool = False
    is_hole: bool = False
    bonus_seconds: float = 0.0


@dataclass(frozen=True)
class Layout:
    """Spans in playing order, the piece each comes from, and where they can grow."""

    spans: tuple[FrameSpan, ...]
    piece_of: tuple[int, ...]
    slots: tuple[Slot, ...]

    @property
    def frames(self) -> int:
        """How long the spans play together."""
        return sum(end - start for start, end in self.spans)


def lay_out(candidates: Candidates, order: Sequence[int], *, is_tightened: bool) -> Layout:
    """The spans of pieces in playing order; pieces that follow one another are joined with what lies between.

    Where `is_tightened` is false, pauses between them stay whole.
    """
    pieces, kept = candidates.pieces, frozenset(order)
    spans: list[FrameSpan] = []
    piece_of: list[int] = []
    slots: list[Slot] = []
    if order and order[0] == 0 and pieces[0].has_words:
        slots.append(Slot(0, _room_before(candidates), candidates.gaps[0].seconds / 2, is_before=True))
    for turn, place in enumerate(order):
        piece = pieces[place]
        start = piece.start_frame
        if turn and order[turn - 1] != place - 1 and (room := _room_in_shot(candidates, place, kept)):
            slots.append(Slot(len(spans), room, PICTURE_REST_SECONDS, is_before=True))
        for hole in piece.holes:
            spans.append((start, hole.start_frame))
            piece_of.append(place)
            rest = hole.seconds - float((hole.end_frame - hole.start_frame) / candidates.material.rate)
            room = _until_dropped(candidates, hole.start_frame, hole.end_frame)
            if not hole.filler:  # a filler stays out, whatever room there is
                slots.append(Slot(len(spans) - 1, room, rest, is_hole=True))
            start = hole.end_frame
        after = order[turn + 1] if turn + 1 < len(order) else None
        end = piece.end_frame
        if not is_tightened and after == place + 1:
            end = _until_dropped(candidates, end, pieces[after].start_frame) + end
        spans.append((start, end))
        piece_of.append(place)
        if end == piece.end_frame:
            slots += _slot_after(candidates, place, after, kept, len(spans) - 1)
    return Layout(tuple(spans), tuple(piece_of), tuple(slot for slot in slots if slot.room_frames > 0))


def room_of(candidates: Candidates, layout: Layout, most_rest_seconds: float) -> int:
    """How many frames a layout can grow while no rest is longer than that."""
    rate = float(candidates.material.rate)
    return sum(_growth(slot, most_rest_seconds * rate, rate) for slot in layout.slots)


def grown(candidates: Candidates, layout: Layout, frames: int, most_rest_seconds: float) -> tuple[FrameSpan, ...]:
    """The spans, grown to play `frames` or as near as they can: the shortest rests grow to one level first."""
    rate, need = float(candidates.material.rate), frames - layout.frames
    low, high = -ceil(END_HOLD_SECONDS * rate), ceil(min(most_rest_seconds * rate, frames + candidates.material.frames))
    while low < high:
        middle = (low + high + 1) // 2
        if sum(_growth(slot, middle, rate) for slot in layout.slots) <= need:
            low = middle
        else:
            high = middle - 1
    growths = [_growth(slot, low, rate) for slot in layout.slots]
    most = [_growth(slot, most_rest_seconds * rate, rate) for slot in layout.slots]
    for least_hole in (LEAST_HOLE_SECONDS * rate, 0.0):
        _give_out(layout.slots, growths, most, need - sum(growths), least_hole)
    starts, ends = [span[0] for span in layout.spans], [span[1] for span in layout.spans]
    for slot, growth in zip(layout.slots, growths, strict=True):
        if slot.is_before:
            starts[slot.span] -= growth
        else:
            ends[slot.span] += growth
    return tuple(zip(starts, ends, strict=True))


def _growth(slot: Slot, level_frames: float, rate: float) -> int:
    if level_frames == inf:
        return slot.room_frames
    wanted = max(0, floor(level_frames - (slot.rest_seconds - slot.bonus_seconds) * rate))
    if slot.is_hole and wanted > slot.room_frames - LEAST_HOLE_SECONDS * rate:
        return slot.room_frames if wanted > 0 else 0
    return min(slot.room_frames, wanted)


def _give_out(slots: Sequence[Slot], growths: list[int], most: list[int], need: int, least_hole: float) -> None:
    """Gives the last few frames to single slots, the last ones first, so that the length is met to the frame."""
    at_start = need + 1
    while 0 < need < at_start:
        at_start = need
        for index in reversed(range(len(slots))):
            left = most[index] - growths[index]
            # a hole that would become too short is closed at once
            step = left if slots[index].is_hole and left - 1 < least_hole else 1
            if left > 0 and step <= need:
                growths[index] += step
                need -= step


def _slot_after(
    candidates: Candidates, place: int, after: int | None, kept: frozenset[int], span: int
) -> tuple[Slot, ...]:
    """Where a piece can grow at its end: into the pause, or the picture without words, that follows it."""
    pieces, rate = candidates.pieces, float(candidates.material.rate)
    piece = pieces[place]
    bonus = END_HOLD_SECONDS if after is None else 0.0
    if piece.has_words and candidates.gaps[piece.last_word].filler:
        return ()  # what would be given back is the filler
    if after == place + 1:
        room = _until_dropped(candidates, piece.end_frame, pieces[after].start_frame)
        rest = PICTURE_REST_SECONDS
        if piece.has_words and pieces[after].has_words:
            rest = candidates.gaps[piece.last_word].seconds - (pieces[after].start_frame - piece.end_frame) / rate
        is_hole = room == pieces[after].start_frame - piece.end_frame
        return (Slot(span, room, rest, is_hole=is_hole),)
    room = _room_after(candidates, place, kept)
    rest = PICTURE_REST_SECONDS
    if piece.has_words:
        rest = piece.end_frame / rate - candidates.speech.words[piece.last_word - 1].end_seconds
        if after is not None and pieces[after].has_words:
            lead = candidates.speech.words[pieces[after].first_word].start_seconds - pieces[after].start_frame / rate
            rest += max(0.0, lead)
    return (Slot(span, room, rest, bonus_seconds=bonus),)


def _room_after(candidates: Candidates, place: int, kept: frozenset[int]) -> int:
    """Frames after a piece that nothing is said in and nothing kept uses, in the shot that the piece ends in."""
    pieces, material = candidates.pieces, candidates.material
    start = end = pieces[place].end_frame
    following = place + 1
    while following < len(pieces) and following not in kept and not pieces[following].has_words:
        end = pieces[following].end_frame
        following += 1
    if following == len(pieces):
        end = material.frames
    elif pieces[following].has_words or following in kept:
        end = pieces[following].start_frame
    # where a shot begins right after the piece there is none: a few frames of it would flash up
    shot = bisect_left(material.shot_starts, start)
    if shot < len(material.shot_starts):
        end = min(end, material.shot_starts[shot])
    return _until_dropped(candidates, start, max(start, end))


def _room_in_shot(candidates: Candidates, place: int, kept: frozenset[int]) -> int:
    """Frames before a piece of picture, back to where its shot starts; none where more of that shot is kept."""
    pieces, material = candidates.pieces, candidates.material
    start = pieces[place].start_frame
    first = material.shot_starts[bisect_right(material.shot_starts, start) - 1]
    before = place - 1
    while before >= 0 and pieces[before].end_frame > first:
        if before in kept or pieces[before].has_words:
            return 0
        before -= 1
    is_free = not pieces[place].has_words and not any(mark.kind == "drop" for mark in material.marks)
    return start - first if is_free else 0


def _room_before(candidates: Candidates) -> int:
    first: Piece = candidates.pieces[0]
    drops = [mark for mark in candidates.material.marks if mark.kind == "drop"]
    return 0 if drops or candidates.gaps[0].filler else first.start_frame


def _until_dropped(candidates: Candidates, start_frame: int, end_frame: int) -> int:
    """Frames from a start to an end, or to where a person said that it is to be dropped."""
    rate = candidates.material.rate
    for mark in candidates.material.marks:
        first, last = frames_of(mark.start_seconds, rate), frames_of(mark.end_seconds, rate)
        if mark.kind == "drop" and first < end_frame and last > start_frame:
            end_frame = max(start_frame, first)
    return end_frame - start_frame

"""Cues and who is in the picture in, the cues' places out: clear of faces and of text that is already there (pure)."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, groupby
from typing import Any

from variantgen.model import Analysis, CropKey, Cue, Look, Master, Piece, Subject, SubjectBox
from variantgen.plan.crop_keys import shown_frame, window_at

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in px of the canvas."""
Window = tuple[float, float, float, float]
"""x, y, w, h, in px of the master."""

LOOKS_PER_SECOND = 4
STEP_PX = 2
LEAST_CONFIDENCE = 0.5
"""Subjects that are less sure move nothing."""
LEAST_SEEN_SHARE, SURE_AT_ONCE = 0.125, 0.6
"""Nor does what was detected in fewer of its looks, and only carried along through the others, unless it is so sure."""
CARRIED_SHARE, CARRIED_WEIGHT = 0.6, 0.5
"""A box of less than this share of its subject's confidence was not detected but carried there; it weighs less."""
HELD_SECONDS = 0.2
"""Detectors look at every few frames only: a box counts this long before its first look and after its last."""
TEXT_AIR = 0.1
"""Of the lower of text and cue, kept free around text by a cue that has to move."""
TINY_SHARE = 0.05
"""Of a face or text: a cue that covers no more of it stays."""
FACE_ROWS = (
    *((-0.04, 0.0), (0.0, 0.01), (0.3, 0.08), (0.38, 0.14), (0.55, 0.5)),
    *((0.66, 0.6), (0.85, 0.93), (0.95, 0.98), (1.0, 0.99), (1.04, 1.0)),
)
"""Height in a face's box (a whole head: `analyze.faces`), and how much of the face is lost where all above is covered.
Eyes and mouth are most of it, hair and chin are little; 4 % of air is kept free by a cue that has to move."""
TEXT_WEIGHT = 0.6
UNREADABLE_SHARE = 0.5
"""Text of which so much is covered is lost as a whole."""
WORTHWHILE = 0.75
"""A cue leaves its look's place for one where it covers less than this share of what it would cover there."""
JUMP_COST = 0.8
"""Seconds of a hidden face: covering less is better than captions that jump from cue to cue inside a shot."""
LEAST_GAIN = 0.06
"""Of a face, for a way of the canvas's height: what is hardly covered is not worth a long way."""
_UNITS = 1_000_000
_NEVER = 10**12


@dataclass(frozen=True)
class _Seen:
    """A face or text as a cue's look finds it on the canvas; only what lies inside `view` is in the picture."""

    is_face: bool
    box: Box
    view: Box
    seconds: float


@dataclass(frozen=True)
class _Waiting:
    """A cue whose place is open: the shot it is of, its box at its look's place, and what may lie under it."""

    shot: int
    box: Box
    seen: tuple[_Seen, ...]


def clear_of(
    cues: tuple[Cue, ...],
    *,
    pieces: Sequence[Piece],
    master: Master,
    analysis: Analysis,
    frame_rate: Fraction,
    width: int,
    height: int,
    look: Look,
    avoid: tuple[str, ...],
    extent: Callable[[Cue], Box],
) -> tuple[Cue, ...]:
    """The cues with `rise_px` set, so that they cover no face or text that they can avoid inside the look's margins.

    Cues count frames of the variant that `pieces` make at `frame_rate` on a canvas of width x height px; `avoid` names
    kinds of subjects (face, text); `extent(cue)` is its left, top, right, bottom in px at its look's place, box
    included. Each shot is decided by its own cues: they share one place where one is good for all.
    """
    kinds = set(avoid) & {"face", "text"}
    subjects = [one for one in analysis.subjects if one.kind in kinds and _is_sure(one)]
    if not subjects:
        return tuple(replace(cue, rise_px=0) for cue in cues)
    shots = analysis.shot_starts
    ends = tuple(accumulate(piece.frames for piece in pieces))
    film = _Film(pieces, master, shots, _by_shot(subjects, shots), frame_rate, ends)
    waiting = [_waiting(cue, film, (width, height), extent(cue)) for cue in cues]
    places: list[int] = []
    for _, run in groupby(waiting, key=lambda one: one.shot):
        places += _places(list(run), look, height)
    return tuple(replace(cue, rise_px=place) for cue, place in zip(cues, places, strict=True))


# ---------------------------------------------------------------- what lies under a cue


@dataclass(frozen=True)
class _Film:
    """Where a variant's frames come from, and who is in each shot of the master."""

    pieces: Sequence[Piece]
    master: Master
    shot_starts: tuple[int, ...]
    subjects: dict[int, list[Subject]]
    rate: Fraction
    ends: tuple[int, ...]
    """The variant's frames at which its pieces end."""

    def source(self, frame: int) -> tuple[Piece, int] | None:
        """The piece of the master that a frame of the variant shows, and the frame in it; None on a card."""
        number = bisect_right(self.ends, frame)
        if number >= len(self.ends) or self.pieces[number].source == "card":
            return None
        piece = self.pieces[number]
        return piece, piece.end_frame - (self.ends[number] - frame)

    def master_frame(self, frame: int) -> int:
        """The master's frame that is shown at a frame of a piece."""
        return min(shown_frame(frame, self.master.frame_rate, self.rate), self.master.frames - 1)


def _is_sure(subject: Subject) -> bool:
    seen = sum(not _is_carried(subject, box) for box in subject.boxes)
    is_seen_often = seen >= LEAST_SEEN_SHARE * len(subject.boxes) or subject.confidence >= SURE_AT_ONCE
    return bool(subject.boxes) and subject.confidence >= LEAST_CONFIDENCE and is_seen_often


def _is_carried(subject: Subject, box: SubjectBox) -> bool:
    return box.confidence < CARRIED_SHARE * subject.confidence


def _by_shot(subjects: Sequence[Subject], shot_starts: Sequence[int]) -> dict[int, list[Subject]]:
    found: dict[int, list[Subject]] = {}
    for subject in subjects:
        found.setdefault(_shot_of(subject.boxes[0].frame, shot_starts), []).append(subject)
    return found


def _shot_of(frame: int, shot_starts: Sequence[int]) -> int:
    return bisect_right(shot_starts, frame)


def _waiting(cue: Cue, film: _Film, canvas: tuple[int, int], box: Box) -> _Waiting:
    looks = _looks(cue, film.rate)
    seconds = float((cue.end_frame - cue.start_frame) / film.rate)
    shots: list[int] = []
    seen: list[_Seen] = []
    for look in looks:
        source = film.source(look)
        if source is not None:
            piece, frame = source
            at = film.master_frame(frame)
            shots.append(_shot_of(at, film.shot_starts))
            if shots[-1] in film.subjects:
                views = list(_views(piece, frame, film.master, canvas))
                seen += _seen(film, shots[-1], at, views, seconds / len(looks))
    # the shot of most of its looks, the first of two
    shot = Counter(shots).most_common(1)[0][0] if shots else -1
    return _Waiting(shot, box, tuple(seen))


def _seen(film: _Film, shot: int, frame: int, views: Sequence[tuple[Window, Box]], seconds: float) -> Iterator[_Seen]:
    """Who of a shot is in the picture at a frame of the master, once for each view."""
    for subject in film.subjects[shot]:
        found = _box_at(subject, frame, round(HELD_SECONDS * film.master.frame_rate))
        if found is None:
            continue
        weight = CARRIED_WEIGHT if _is_carried(subject, found) else 1.0
        for window, view in views:
            one = _Seen(subject.kind == "face", _on_canvas(found, window, view), view, weight * seconds)
            if _is_inside(one):
                yield one


def _looks(cue: Cue, rate: Fraction) -> list[int]:
    """The frames at which a cue is held against the picture: some in each second, and both ends."""
    step = max(1, round(rate / LOOKS_PER_SECOND))
    last = max(cue.start_frame, cue.end_frame - 1)
    return sorted({*range(cue.start_frame, last, step), last})


def _box_at(subject: Subject, frame: int, held_frames: int) -> SubjectBox | None:
    """Where a subject is in a frame of the master; None where it is out of sight."""
    boxes = subject.boxes
    if not boxes[0].frame - held_frames <= frame <= boxes[-1].frame + held_frames:
        return None
    frame = min(max(frame, boxes[0].frame), boxes[-1].frame)
    place = bisect_right(boxes, frame, key=lambda box: box.frame)
    one, other = boxes[place - 1], boxes[min(place, len(boxes) - 1)]
    if one.confidence == 0 and (other.confidence == 0 or one.frame == frame):
        return None
    share = (frame - one.frame) / max(1, other.frame - one.frame)
    ends = zip((one.x, one.y, one.w, one.h), (other.x, other.y, other.w, other.h), strict=True)
    x, y, w, h = (a + (b - a) * share for a, b in ends)
    return SubjectBox(frame, x, y, w, h, max(one.confidence, other.confidence))


def _views(piece: Piece, frame: int, master: Master, canvas: tuple[int, int]) -> Iterator[tuple[Window, Box]]:
    """Each window of the master that is shown at a frame of a piece, and where on the canvas."""
    width, height = canvas
    whole = (0.0, 0.0, float(master.width), float(master.height))
    if piece.fit in ("blur", "pad"):
        # the blurred copy behind it hides nobody's face
        scale = min(width / master.width, height / master.height)
        across, down = (width - master.width * scale) / 2, (height - master.height * scale) / 2
        yield whole, (across, down, width - across, height - down)
    elif piece.fit == "split":
        middle = height // 4 * 2
        yield _window(piece.crop, frame, whole), (0, 0, width, middle)
        yield _window(piece.lower_crop, frame, whole), (0, middle, width, height)
    else:
        yield _window(piece.crop, frame, whole), (0, 0, width, height)


def _window(keys: Sequence[CropKey], frame: int, whole: Window) -> Window:
    return window_at(keys, frame) if keys else whole


def _on_canvas(box: SubjectBox, window: Window, view: Box) -> Box:
    """A box of the master as a window brings it to the canvas; it may reach beyond the view."""
    across, down = (view[2] - view[0]) / window[2], (view[3] - view[1]) / window[3]
    left, top = view[0] + (box.x - window[0]) * across, view[1] + (box.y - window[1]) * down
    return left, top, left + box.w * across, top + box.h * down


def _is_inside(seen: _Seen) -> bool:
    (left, top, right, bottom), view = seen.box, seen.view
    return min(right, view[2]) > max(left, view[0]) and min(bottom, view[3]) > max(top, view[1])


# ---------------------------------------------------------------- the places of one shot


def _places(run: Sequence[_Waiting], look: Look, height: int) -> list[int]:
    """The rise of each cue of a shot, so that what is hidden and the jumps from cue to cue cost least together."""
    import numpy as np

    home = np.zeros(1, int)
    if not any(_costs(one, home, (0, 0), height).any() for one in run):
        return [0] * len(run)
    ranges = [_range(one.box, look, height) for one in run]
    # nearest first, of two as near the upper: the first of the cheapest is taken
    lowest, highest = min(low for low, _ in ranges), max(high for _, high in ranges)
    rises = np.array(sorted(range(lowest, highest + 1, STEP_PX), key=lambda rise: (abs(rise), -rise)))
    costs = np.stack([_costs(one, rises, span, height) for one, span in zip(run, ranges, strict=True)])
    jump = round(JUMP_COST * _UNITS)
    totals, ways = costs[0], []
    for cost in costs[1:]:
        best = int(totals.argmin())
        is_stay = totals <= totals[best] + jump
        ways.append((is_stay, best))
        totals = cost + np.where(is_stay, totals, totals[best] + jump)
    chosen = [int(totals.argmin())]
    for is_stay, best in reversed(ways):
        chosen.append(chosen[-1] if is_stay[chosen[-1]] else best)
    return [int(rises[number]) for number in reversed(chosen)]


def _range(box: Box, look: Look, height: int) -> tuple[int, int]:
    """How far a cue may sink (negative) and rise inside its look's margins, in even px."""
    up, down = box[1] - look.margin_top_px, height - look.margin_bottom_px - box[3]
    return -STEP_PX * max(0, int(down // STEP_PX)), STEP_PX * max(0, int(up // STEP_PX))


def _costs(one: _Waiting, rises: Any, span: tuple[int, int], height: int) -> Any:
    """What each rise of a cue costs: millionths of a second of a hidden face; the first rise is 0.

    Whole numbers, so that sums are the same on every machine.
    """
    import numpy as np

    least_gain = LEAST_GAIN * np.abs(rises) / height
    cost = np.zeros(len(rises))
    for seen in one.seen:
        hidden, is_tiny = _hidden(seen, one.box, rises)
        at_home = 0.0 if is_tiny[0] else hidden[0]
        # who has to move moves clear of it, air and all
        moved = hidden / WORTHWHILE + np.minimum(at_home, least_gain)
        cost += seen.seconds * np.where(rises == 0, at_home, moved)
    is_outside = ((rises < span[0]) | (rises > span[1])) & (rises != 0)
    return np.where(is_outside, _NEVER, np.rint(cost * _UNITS)).astype(np.int64)


def _hidden(seen: _Seen, box: Box, rises: Any) -> tuple[Any, Any]:
    """How much of what a face or text tells is lost at each rise (0-1), and whether hardly any of it is covered."""
    import numpy as np

    left, top, right, bottom = seen.box
    uppers, lowers = (np.clip(edge - rises, seen.view[1], seen.view[3]) for edge in (box[1], box[3]))
    across = _common((box[0], box[2]), (left, right), (seen.view[0], seen.view[2]))
    area = (right - left) * (bottom - top)
    if seen.is_face:
        heights, lost = zip(*FACE_ROWS, strict=True)
        above, below = (np.interp((edges - top) / (bottom - top), heights, lost) for edges in (uppers, lowers))
        hidden = (below - above) * across / (right - left)
    else:
        # captions over large text are as bad as captions that cover a small one
        area = min(area, (box[2] - box[0]) * (box[3] - box[1]))
        air = TEXT_AIR * min(bottom - top, box[3] - box[1])
        broad = _common((box[0], box[2]), (left - air, right + air), (seen.view[0], seen.view[2]))
        share = broad * _common((uppers, lowers), (top - air, bottom + air)) / area
        hidden = TEXT_WEIGHT * np.minimum(1.0, share / UNREADABLE_SHARE)
    covered = across * _common((uppers, lowers), (top, bottom)) / area
    return hidden, covered < TINY_SHARE


def _common(first: tuple[Any, Any], *others: tuple[float, float]) -> Any:
    """The length that stretches from low to high have in common."""
    import numpy as np

    low, high = max(one[0] for one in others), min(one[1] for one in others)
    return np.maximum(0.0, np.minimum(first[1], high) - np.maximum(first[0], low))

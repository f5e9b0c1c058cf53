"""Detections joined into subjects: who is where through a shot, though a detector looks only now and then."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from variantgen.analyze.detections import Detection
from variantgen.analyze.motion import Motion

Box = tuple[float, float, float, float]
"""x, y, w, h as shares of the frame."""

START_CONFIDENCE = 0.25
"""A detection weaker than this goes on with a track, and begins none."""
CARRIED_LOOKS = 9
"""A track that no detector sees is carried by the flow for this many looks, before its first detection and after its
last one."""
LEAST_MATCH = 0.35
RELINK_LOOKS = 18
"""Pieces that are further apart are not one subject's."""
HISTOGRAM_BINS = 6


@dataclass
class Track:
    """One subject while it is followed: what was seen, and where the flow carried it before and after."""

    kind: str
    colours: Any
    seen: list[tuple[int, Box, float]] = field(default_factory=list)
    before: list[tuple[int, Box]] = field(default_factory=list)
    after: list[tuple[int, Box]] = field(default_factory=list)
    box: Box = (0.0, 0.0, 0.0, 0.0)
    unseen_looks: int = 0
    inside: float = 0.0
    """Sum over looks of the share of the shot's own motion that was inside the box."""
    density: float = 0.0
    """Sum over looks of the mean of that motion inside the box."""
    looks: int = 0

    @property
    def confidence(self) -> float:
        """Mean confidence of what was detected, less for what was hardly ever seen again."""
        return sum(c for _, _, c in self.seen) / len(self.seen)

    def boxes(self) -> list[tuple[int, Box, float]]:
        """Frame, box and confidence in frame order; what was only carried has half the confidence."""
        half = 0.5 * self.confidence
        outer = [[(f, b, half) for f, b in _while_in_view(side)] for side in (reversed(self.before), self.after)]
        return [*reversed(outer[0]), *self.seen, *outer[1]]


class Tracker:
    """Follows what the detectors find through one shot; looks come in the order of their frames."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self._step = 1
        self._lately: deque[tuple[int, Motion | None]] = deque(maxlen=CARRIED_LOOKS)

    def take(self, frame: int, motion: Motion | None, detections: Sequence[Detection] | None, frame_bgr: Any) -> None:
        """One look: the motion since the last one, and what was detected (None: nobody looked).

        `frame_bgr` is h x w x 3 uint8, for the colours of what was detected.
        """
        alive = [track for track in self.tracks if track.unseen_looks <= CARRIED_LOOKS]
        for track in alive:
            track.unseen_looks += 1
            if motion is not None:
                track.box = _moved(track.box, motion, 1)
            track.after.append((frame, track.box))
        if self._lately:
            self._step = frame - self._lately[-1][0]
        self._lately.append((frame, motion))
        if detections:
            self._match(frame, alive, detections, frame_bgr)
        if motion is not None:
            total = float(motion.own.sum()) + 1e-6
            for track in alive:
                mean = motion.inside(*track.box)
                track.density += mean
                track.inside += min(1.0, mean * track.box[2] * track.box[3] * motion.own.size / total)
                track.looks += 1

    def _match(self, frame: int, alive: list[Track], detections: Sequence[Detection], frame_bgr: Any) -> None:
        boxes: list[Box] = [(d.x, d.y, d.w, d.h) for d in detections]
        colours = [_colours(frame_bgr, box) for box in boxes]
        scores = sorted(
            (
                (_match_score(track, boxes[d], found.kind, colours[d]), t, d)
                for t, track in enumerate(alive)
                for d, found in enumerate(detections)
            ),
            reverse=True,
        )
        matched: dict[int, int] = {}
        for score, t, d in scores:
            if score >= LEAST_MATCH and d not in matched and t not in matched.values():
                matched[d] = t
        for d, found in enumerate(detections):
            if d in matched:
                _see(alive[matched[d]], frame, boxes[d], found.confidence, colours[d])
            elif found.confidence >= START_CONFIDENCE:
                track = Track(found.kind, colours[d], before=self._carried_back(boxes[d]))
                _see(track, frame, boxes[d], found.confidence, colours[d])
                self.tracks.append(track)

    def _carried_back(self, box: Box) -> list[tuple[int, Box]]:
        """Where the flow says a box of the latest look was before, oldest first."""
        looks = list(self._lately)
        carried = []
        for (_, motion), (earlier, _) in zip(reversed(looks), reversed(looks[:-1]), strict=False):
            if motion is None:
                break
            box = _moved(box, motion, -1)
            carried.append((earlier, box))
        return carried[::-1]

    def finish(self) -> list[Track]:
        """The shot's tracks: pieces of one subject joined, doubles dropped."""
        return without_doubles(relinked(self.tracks, RELINK_LOOKS * self._step))


def _see(track: Track, frame: int, box: Box, confidence: float, colours: Any) -> None:
    track.box, track.unseen_looks = box, 0
    track.after.clear()
    track.seen.append((frame, box, confidence))
    track.colours = 0.8 * track.colours + 0.2 * colours


def _moved(box: Box, motion: Motion, sign: int) -> Box:
    across, down = motion.shift(*box)
    return box[0] + sign * across, box[1] + sign * down, box[2], box[3]


def _while_in_view(carried: Iterable[tuple[int, Box]]) -> Iterable[tuple[int, Box]]:
    """A carried box, until most of it has left the frame."""
    for frame, box in carried:
        across = min(1.0, box[0] + box[2]) - max(0.0, box[0])
        down = min(1.0, box[1] + box[3]) - max(0.0, box[1])
        if across < 0.3 * box[2] or down < 0.3 * box[3]:
            return
        yield frame, box


def _match_score(track: Track, box: Box, kind: str, colours: Any) -> float:
    """0-1.1: how well a detection goes on with a track; by place, colours and kind."""
    overlap = overlap_of(track.box, box)
    if overlap < 0.1 or ("face" in (kind, track.kind) and kind != track.kind):
        return 0.0
    return 0.65 * overlap + 0.35 * likeness(track.colours, colours) + (0.1 if kind == track.kind else 0.0)


def overlap_of(a: Box, b: Box) -> float:
    """Intersection over union of two boxes, 0-1."""
    shared = _shared(a, b)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared) if shared else 0.0


def _shared(a: Box, b: Box) -> float:
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return across * down if across > 0 and down > 0 else 0.0


def _colours(frame_bgr: Any, box: Box) -> Any:
    """Colours of a box's inner part as a histogram that sums to 1."""
    import numpy as np

    height, width = frame_bgr.shape[:2]
    x, y, w, h = box
    top, left = max(0, int((y + 0.15 * h) * height)), max(0, int((x + 0.15 * w) * width))
    bottom, right = int((y + 0.85 * h) * height) + 1, int((x + 0.85 * w) * width) + 1
    step = max(1, round(max(bottom - top, right - left) / 24))
    inner = frame_bgr[top:bottom:step, left:right:step].reshape(-1, 3).astype(np.int32)
    bins = (inner * HISTOGRAM_BINS) >> 8
    index = (bins[:, 0] * HISTOGRAM_BINS + bins[:, 1]) * HISTOGRAM_BINS + bins[:, 2]
    counts = np.bincount(index, minlength=HISTOGRAM_BINS**3).astype(np.float32)
    return counts / max(1.0, float(counts.sum()))


def likeness(a: Any, b: Any) -> float:
    """Bhattacharyya coefficient of two histograms that sum to 1: 1 for equal ones, 0 for nothing in common."""
    import numpy as np

    return float(np.sqrt(a * b).sum())


def relinked(tracks: Sequence[Track], most_frames: float = inf) -> list[Track]:
    """Tracks with the pieces of one subject joined: one ends, and soon one like it begins where it would be."""
    joined: list[Track] = []
    for track in sorted(tracks, key=lambda t: t.seen[0][0]):
        best = max(joined, key=lambda t: _relink_score(t, track, most_frames), default=None)
        if best is None or _relink_score(best, track, most_frames) < 0.5:
            joined.append(track)
            continue
        best.seen += track.seen
        best.after, best.box = track.after, track.box
        best.inside, best.density = best.inside + track.inside, best.density + track.density
        best.looks += track.looks
    return joined


def _relink_score(earlier: Track, later: Track, most_frames: float) -> float:
    first, box, _ = later.seen[0]
    last, was, _ = earlier.seen[-1]
    if earlier.kind != later.kind or first <= last or first - last > most_frames:
        return 0.0
    carried = dict(earlier.after)
    there = carried.get(first) or (earlier.after[-1][1] if earlier.after else was)
    back = dict(later.before)
    here = back.get(last, later.before[0][1] if later.before else box)
    size = (box[2] * box[3]) / (was[2] * was[3])
    if not 0.4 < size < 2.5:
        return 0.0
    near = max(overlap_of(there, box), overlap_of(was, here))
    return 0.5 * min(1.0, 2 * near) + 0.5 * likeness(earlier.colours, later.colours) if near > 0.1 else 0.0


def without_doubles(tracks: Sequence[Track]) -> list[Track]:
    """Tracks less those that show, most of their time, a part of another one of the same kind."""
    kept: list[Track] = []
    for track in sorted(tracks, key=lambda t: -len(t.seen) * t.confidence * (t.box[2] * t.box[3]) ** 0.25):
        boxes = {f: b for f, b, _ in track.boxes()}
        if not any(other.kind == track.kind and _covered(boxes, other) > 0.6 for other in kept):
            kept.append(track)
    return kept


def _covered(boxes: dict[int, Box], other: Track) -> float:
    """The share of looks at which another track's box holds most of this one's, or is nearly it."""
    others = {f: b for f, b, _ in other.boxes()}
    frames = sorted(others)
    hits = 0
    for frame, box in boxes.items():
        near = min(frames, key=lambda f: abs(f - frame))
        held = _shared(box, others[near]) / max(1e-6, box[2] * box[3])
        hits += abs(near - frame) <= 12 and held > 0.75
    return hits / max(1, len(boxes))

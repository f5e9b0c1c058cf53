"""Watches a master's small frames go by: who and what is in each shot, where it is, and where the picture moves."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Sequence
from typing import Any

from variantgen.analyze.detections import Detection
from variantgen.analyze.motion import Motion, MotionFinder
from variantgen.analyze.standout import standing_out
from variantgen.analyze.tracks import Box, Track, Tracker
from variantgen.model import Interest, Subject, SubjectBox

SUBJECTS_FORMAT = 3
"""Raised when the same frames would give other subjects or another interest."""
LOOKS_PER_SECOND = 12.0
COLUMNS, ROWS = 64, 36

DETECTIONS_PER_SECOND = 3.0
"""What detecting may come to in the long run: it costs more than all the rest together."""
SAVED_DETECTIONS = 48
"""What may be saved up for: short films, and stretches with much movement, are looked at more often."""
REST_SECONDS = 0.5
"""A picture that hardly moves is looked at this often."""
MOVED_SHARE = 0.02
"""Of the width: once this much has moved since the last detection, it is time for another."""
MOST_SUBJECTS = 16
EDGE_SHARE = 0.01
EDGE_PATIENCE_SECONDS, PATIENCE_SECONDS = 0.8, 2.0
"""A subject that no detector sees for longer is not there: at the frame's edge, and elsewhere."""


class SubjectWatcher:
    """Takes every small frame of a master in order, and tells at the end what was there."""

    def __init__(
        self,
        find: Callable[[Any], Sequence[Detection]],
        *,
        rate: float,
        width: int,
        height: int,
    ) -> None:
        """`find` looks for subjects in one frame; `width` and `height` are the master's, which boxes are told in."""
        self.step_frames = max(1, round(rate / LOOKS_PER_SECOND))
        self._find = find
        self._rate = rate
        self._width, self._height = width, height
        self._finder, self._tracker = MotionFinder(), Tracker()
        self._subjects: list[Subject] = []
        self._motion: list[bytes] = []
        self._standout: list[bytes] = []
        self._is_fresh = True
        self._shot_start = 0
        self._last_detection = 0
        self._moved = 0.0
        self._saved = float(SAVED_DETECTIONS)

    def take(self, frame_number: int, frame_bgr: Any, is_cut: bool) -> None:
        """One frame, h x w x 3 uint8; `is_cut` for the first of a shot."""
        if is_cut and frame_number > 0:
            self._end_shot()
            self._shot_start = frame_number
            self._is_fresh = True
        if frame_number % self.step_frames:
            return
        if self._is_fresh:
            self._finder.restart()
        motion = self._finder.take(frame_bgr)
        self._moved += _movement(motion)
        self._saved = min(SAVED_DETECTIONS, self._saved + DETECTIONS_PER_SECOND * self.step_frames / self._rate)
        detections = self._find(frame_bgr) if self._is_time(frame_number) else None
        if detections is not None:
            self._last_detection, self._moved = frame_number, 0.0
            self._saved -= 1
        self._tracker.take(frame_number, motion, detections, frame_bgr)
        self._motion.append(_profile(motion.own) if motion is not None else bytes(COLUMNS + ROWS))
        # colours change slowly: a third of the looks tells as much
        is_due = self._is_fresh or len(self._standout) % 3 == 0
        self._standout.append(_profile(standing_out(frame_bgr)) if is_due else self._standout[-1])
        self._is_fresh = False

    def _is_time(self, frame: int) -> bool:
        """Whether to detect: at a shot's first look, after a movement, after a rest; within what was saved."""
        if self._is_fresh:
            return True
        waited = (frame - self._last_detection) / self._rate
        return self._saved >= 1 and (self._moved > MOVED_SHARE or waited >= REST_SECONDS - 1e-6)

    def _end_shot(self) -> None:
        tracks = sorted(self._tracker.finish(), key=lambda t: -len(t.seen) * t.confidence * _area(t) ** 0.5)
        for track in tracks[:MOST_SUBJECTS]:
            self._subjects.append(self._as_subject(track))
        self._tracker = Tracker()

    def _as_subject(self, track: Track) -> Subject:
        looks = max(1, track.looks)
        density, share = track.density / looks, track.inside / looks
        return Subject(
            id=len(self._subjects) + 1,
            kind=track.kind,  # type: ignore[arg-type]
            boxes=tuple(
                SubjectBox(
                    frame,
                    round(box[0] * self._width, 1),
                    round(box[1] * self._height, 1),
                    round(box[2] * self._width, 1),
                    round(box[3] * self._height, 1),
                    round(confidence, 3),
                )
                for frame, box, confidence in with_absences(track.boxes(), self._rate)
                if frame >= self._shot_start
            ),
            confidence=round(track.confidence, 3),
            # a large share of hardly any movement says little
            activity=round(max(density, share * min(1.0, 10 * density)), 4),
        )

    def finish(self) -> tuple[tuple[Subject, ...], Interest]:
        """All subjects, in order of their shots, and the interest of the whole master."""
        self._end_shot()
        return tuple(self._subjects), Interest(
            self.step_frames, COLUMNS, ROWS, _packed(self._motion), _packed(self._standout)
        )


def with_absences(boxes: Sequence[tuple[int, Box, float]], rate: float) -> list[tuple[int, Box, float]]:
    """Boxes with such of confidence 0 on both sides of a time in which nobody saw the subject.

    One that was last seen at the frame's edge has left it; elsewhere a detector may look away for a while.
    """
    found: list[tuple[int, Box, float]] = []
    for (frame, box, confidence), (later, next_box, _) in zip(boxes, boxes[1:], strict=False):
        found.append((frame, box, confidence))
        patience = EDGE_PATIENCE_SECONDS if _is_at_edge(box) or _is_at_edge(next_box) else PATIENCE_SECONDS
        if later - frame > patience * rate:
            found += [(frame + 1, box, 0.0), (later - 1, next_box, 0.0)]
    return [*found, *boxes[-1:]]


def _is_at_edge(box: Box) -> bool:
    return box[0] < EDGE_SHARE or box[0] + box[2] > 1 - EDGE_SHARE


def _area(track: Track) -> float:
    return sum(box[2] * box[3] for _, box, _ in track.seen) / len(track.seen)


def _movement(motion: Motion | None) -> float:
    """How far the picture or something in it moved, as a share of the width."""
    import numpy as np

    if motion is None:
        return 0.0
    coarse = motion.flow[::8, ::8]
    # a subject of a fiftieth of the picture is enough to count
    return float(np.percentile(np.hypot(coarse[..., 0], coarse[..., 1]), 98)) / float(motion.flow.shape[1])


def _profile(map_: Any) -> bytes:
    """A map's columns and rows, each as the square root of its mean, in bytes."""
    import cv2
    import numpy as np

    columns = cv2.resize(map_.mean(axis=0)[None, :], (COLUMNS, 1), interpolation=cv2.INTER_AREA)[0]
    rows = cv2.resize(map_.mean(axis=1)[None, :], (ROWS, 1), interpolation=cv2.INTER_AREA)[0]
    return bytes(np.round(255 * np.sqrt(np.clip(np.concatenate([columns, rows]), 0, 1))).astype(np.uint8).tobytes())


def _packed(rows: Sequence[bytes]) -> str:
    return base64.b64encode(zlib.compress(b"".join(rows), 6)).decode("ascii")

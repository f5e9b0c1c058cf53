"""One decode of a master, small: its frames, shots, bars, standing text, black stretches, pauses and loudness."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from variantgen.analyze.bars import BarFinder
from variantgen.analyze.shots import ShotFinder
from variantgen.analyze.standing_text import TextFinder
from variantgen.media.ffmpeg import Children, Tool
from variantgen.media.metering import FrameWatch, meter
from variantgen.model import Analysis, Master

if TYPE_CHECKING:
    import numpy as np

SURVEY_FORMAT = 2
"""Raised when the same master would give another analysis."""

SMALL_PX = 480
"""Longest side of the frames that are looked at."""

# SMPTE ST 2084 and the diffuse white of ITU-R BT.2408, for a look-up table that makes HDR10 frames visible.
PQ_M1, PQ_M2, PQ_C1, PQ_C2, PQ_C3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
WHITE_NITS = 203.0


class Watcher(Protocol):
    """Whoever wants to see a master's frames go by while it is measured."""

    def take(self, frame_number: int, frame_bgr: np.ndarray, is_cut: bool) -> None:
        """One frame: every one, in order, numbers from 0 at the master's frame rate, in the thread of `survey`.

        `frame_bgr` is height x width x 3 of uint8, blue first, as `small_size` says: upright, square pixels, the whole
        frame with its bars; read-only, and not to be kept without a copy. `is_cut` is true for the first frame of
        each shot, frame 0 included, and agrees with `Analysis.shot_starts`: frames come late by as much as it
        takes to know that, about a second of film. What is raised ends the survey and is raised by it.
        """


def survey(
    tool: Tool,
    master: Master,
    folder: Path,
    *,
    watchers: Sequence[Watcher] = (),
    on_progress: Callable[[float], None] | None = None,
    children: Children | None = None,
) -> Analysis:
    """Measures a master in one FFmpeg process and shows its small frames to `watchers`; `folder` is private to it.

    The analysis holds standing text as its only subjects, ids from 0. Raises ToolError when the master cannot be
    decoded.
    """
    rate = float(master.frame_rate)
    shots, bars, text = ShotFinder(rate), BarFinder(rate), TextFinder(rate)
    width, height = small_size(master)
    stage = _Stage(master, shots, (bars, text, *watchers))
    reading = meter(
        tool,
        master.path,
        folder,
        video_index=master.video_index,
        audio_index=master.audio.index if master.audio else None,
        frame_rate=master.frame_rate,
        watch=FrameWatch(width, height, stage.take),
        doing=f"measuring {master.name}",
        on_progress=on_progress,
        children=children,
    )
    stage.finish()
    return Analysis(
        frames=reading.frames,
        shot_starts=shots.shot_starts(),
        pictures=bars.pictures(master.width, master.height),
        subjects=text.subjects(master.width, master.height),
        black=tuple((round(a * rate), min(reading.frames, round(b * rate))) for a, b in reading.black),
        pauses=reading.pauses,
        silences=reading.silences,
        loudness=reading.loudness,
        decode_errors=reading.errors,
    )


def small_size(master: Master) -> tuple[int, int]:
    """Width and height of a master's small frames: its shape, longest side at most SMALL_PX, both even."""
    scale = min(1.0, SMALL_PX / max(master.width, master.height))
    width, height = (max(2, min(2 * round(side * scale / 2), side // 2 * 2)) for side in (master.width, master.height))
    return width, height


class _Stage:
    """Holds frames back until it is known whether a shot starts at them, then shows them to all watchers."""

    def __init__(self, master: Master, shots: ShotFinder, watchers: Sequence[Watcher]) -> None:
        width, height = small_size(master)
        self._shape = (height, width, 3)
        self._levels = pq_levels() if master.dynamic_range == "pq" else None
        self._shots, self._watchers = shots, watchers
        self._held: deque[Any] = deque()
        self._taken = 0

    def take(self, raw: bytes) -> None:
        """One frame as FFmpeg wrote it."""
        import numpy as np

        frame = np.frombuffer(raw, np.uint8).reshape(self._shape)
        if self._levels is not None:
            frame = self._levels[frame]
        self._shots.take(self._taken, frame)
        self._taken += 1
        self._held.append(frame)
        if len(self._held) > self._shots.delay_frames:
            self._show()

    def finish(self) -> None:
        """There are no more frames: shows those still held."""
        self._shots.finish()
        while self._held:
            self._show()

    def _show(self) -> None:
        number = self._taken - len(self._held)
        frame, is_cut = self._held.popleft(), self._shots.is_start(number)
        for watcher in self._watchers:
            watcher.take(number, frame, is_cut)


def pq_levels() -> Any:
    """256 levels that show PQ-coded pictures as bright as SDR ones: HDR white becomes white, what is above clips."""
    import numpy as np

    signal = (np.arange(256) / 255) ** (1 / PQ_M2)
    nits = 10000 * (np.maximum(signal - PQ_C1, 0) / (PQ_C2 - PQ_C3 * signal)) ** (1 / PQ_M1)
    return np.round(255 * np.clip(nits / WHITE_NITS, 0, 1) ** (1 / 2.2)).astype(np.uint8)

"""One decode of a master, small: its frames, shots, black stretches, pauses and loudness."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from variantgen.media.ffmpeg import Children, Tool
from variantgen.media.metering import meter
from variantgen.model import Analysis, Master

SURVEY_FORMAT = 1
"""Raised when the same master would give another analysis."""

SHOT_SCORE = 10.0
"""scdet's own default threshold, 0-100: the change of mean absolute difference from one frame to the next."""
SHOT_LEAST_SECONDS = 0.3


def survey(
    tool: Tool,
    master: Master,
    folder: Path,
    *,
    on_progress: Callable[[float], None] | None = None,
    children: Children | None = None,
) -> Analysis:
    """Measures a master in one FFmpeg process; `folder` is private to the call.

    Raises ToolError when the master cannot be decoded.
    """
    reading = meter(
        tool,
        master.path,
        folder,
        video_index=master.video_index,
        audio_index=master.audio.index if master.audio else None,
        frame_rate=master.frame_rate,
        doing=f"measuring {master.name}",
        on_progress=on_progress,
        children=children,
    )
    rate = float(master.frame_rate)
    return Analysis(
        frames=reading.frames,
        shot_starts=shot_starts(reading.shot_scores, rate),
        black=tuple((round(a * rate), min(reading.frames, round(b * rate))) for a, b in reading.black),
        pauses=reading.pauses,
        silences=reading.silences,
        loudness=reading.loudness,
        decode_errors=reading.errors,
    )


def shot_starts(scores: Sequence[float], rate: float) -> tuple[int, ...]:
    """First frames of shots, 0 included: frames whose change stands out from the threshold and their neighbours."""
    starts = [0]
    least = max(1, round(SHOT_LEAST_SECONDS * rate))
    for n, score in enumerate(scores):
        around = [*scores[max(0, n - 3) : n], *scores[n + 1 : n + 4]]
        if score >= SHOT_SCORE and score >= 1.5 * max(around, default=0.0) and n - starts[-1] >= least:
            starts.append(n)
    return tuple(starts)

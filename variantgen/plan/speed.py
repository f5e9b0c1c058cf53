"""A master played faster: its frames come at another rate and its captions at other times; nothing else changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from variantgen.model import CaptionTrack, FrameSpan, SourceCue, Word


def played_spans(spans: Sequence[FrameSpan], speed: Fraction, total_frames: int) -> tuple[FrameSpan, ...]:
    """Spans of the master as they are counted when it plays `speed` times as fast, inside 0..`total_frames`.

    Together they last as long as all of them divided by the speed, so rounding does not add up. Each lies in the middle
    of its own span, so that it begins and ends less than a frame beside it, and has one frame at least. A span that
    goes on where the one before ends still does.
    """
    if speed == 1:
        return tuple(spans)
    played: list[FrameSpan] = []
    taken, given = 0, 0
    before_end = -1
    for start, end in spans:
        taken += end - start
        frames = max(1, int(taken / speed) - given)
        given += frames
        first = played[-1][1] if played and start == before_end else round(((start + end) / speed - frames) / 2)
        first = max(0, min(first, total_frames - frames))
        played.append((first, first + frames))
        before_end = end
    return tuple(played)


def played_inside(spans: Sequence[FrameSpan], speed: Fraction) -> tuple[FrameSpan, ...]:
    """Spans as they are counted at a speed, a frame less at both ends: none reaches into the shot beside its own."""
    if speed == 1:
        return tuple(spans)
    inside = ((ceil(start / speed) + 1, floor(end / speed) - 1) for start, end in spans)
    return tuple((start, end) for start, end in inside if start < end)


def played_track(track: CaptionTrack, speed: Fraction) -> CaptionTrack:
    """Captions of a master at the times they have when it plays `speed` times as fast."""
    return track if speed == 1 else replace(track, cues=tuple(_played_cue(cue, float(speed)) for cue in track.cues))


def _played_cue(cue: SourceCue, speed: float) -> SourceCue:
    return replace(
        cue,
        start_seconds=cue.start_seconds / speed,
        end_seconds=cue.end_seconds / speed,
        words=tuple(_played_word(word, speed) for word in cue.words),
    )


def _played_word(word: Word, speed: float) -> Word:
    return replace(word, start_seconds=word.start_seconds / speed, end_seconds=word.end_seconds / speed)

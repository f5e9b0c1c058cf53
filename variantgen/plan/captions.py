"""Cues of a captions file in, cues of a variant out: on its frames, in its lines (pure)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, pairwise, zip_longest
from typing import TypeVar

from variantgen.model import Cue, FrameSpan, Look, SourceCue
from variantgen.plan.caption_lines import Measure, screens
from variantgen.presets.schema import Captions

KeptSpan = tuple[int, int, int]
"""Source start frame, source end frame, variant start frame: one kept span of a time map."""

_Time = TypeVar("_Time", int, Fraction)

# Shorter than this nobody reads a caption, so a long one is not cut into more screens.
MIN_SCREEN_SECONDS = 0.7
# One frame of a caption is a flash, not a caption.
MIN_PIECE_FRAMES = 2
# About 45 letters: the eye finds the next line of a longer one late, however wide the picture.
_MAX_LINE_EM = 26
# Room a box needs beside its text, in parts of the font size.
_BOX_PADDING_EM = 0.4


def place_cues(
    cues: Sequence[SourceCue],
    *,
    time_map: Sequence[KeptSpan],
    frame_rate: Fraction,
    look: Look,
    canvas_width: int,
    measure: Measure,
    captions: Captions | None = None,
    language: str = "",
) -> tuple[Cue, ...]:
    """The cues as they stand on the variant's frames, lines broken; in order, never overlapping.

    `time_map` holds the kept spans at the variant's rate, `measure` gives the width in pixels of a text at a
    size. A cue with more text than `look.max_lines` hold is shown as several after each other; one too short
    for that keeps all its lines on one screen.
    """
    width_px = text_width_limit_px(look, canvas_width)
    min_frames = math.ceil(MIN_SCREEN_SECONDS * frame_rate)
    placed: list[Cue] = []
    for cue, (start_frame, end_frame) in _spans_of(cues, frame_rate):
        shown = screens(
            cue.text,
            width_px=width_px,
            size_px=look.font_size_px,
            max_lines=look.max_lines,
            max_screens=max(1, (end_frame - start_frame) // min_frames),
            measure=measure,
        )
        spans = _shares(start_frame, end_frame, [_characters(lines) for lines in shown], min_frames)
        for lines, span in zip(shown, spans, strict=True):
            pieces = _kept_pieces(span, time_map)
            placed.extend(Cue(start, end, lines, cue.is_italic) for start, end in pieces)
    return tuple(sorted(placed, key=lambda cue: cue.start_frame))


def text_width_limit_px(look: Look, canvas_width: int) -> float:
    """How wide a line of text may be: readable, and its outline, shadow and box inside the margins."""
    edge_px = look.outline_px + look.shadow_px
    if look.box_colour:
        edge_px = max(edge_px, _BOX_PADDING_EM * look.font_size_px)
    room_px = canvas_width - look.margin_left_px - look.margin_right_px - 2 * edge_px
    return max(1.0, min(room_px, _MAX_LINE_EM * look.font_size_px))


def part_cues(cues: Iterable[Cue], start_frame: int, end_frame: int) -> tuple[Cue, ...]:
    """The cues seen in frames `start_frame` up to `end_frame`, cut to them and counted from `start_frame`."""
    return tuple(
        replace(
            cue,
            start_frame=max(cue.start_frame, start_frame) - start_frame,
            end_frame=min(cue.end_frame, end_frame) - start_frame,
        )
        for cue in cues
        if cue.start_frame < end_frame and cue.end_frame > start_frame
    )


def sidecar_cues(
    cues: Sequence[SourceCue], time_map: Sequence[KeptSpan], frame_rate: Fraction
) -> tuple[SourceCue, ...]:
    """The cues in the variant's seconds, for a captions file beside it; text and lines stay as they were."""
    placed: list[SourceCue] = []
    exact_map = [(Fraction(start), Fraction(end), Fraction(at)) for start, end, at in time_map]
    for cue in cues:
        start, end = (Fraction(second) * frame_rate for second in (cue.start_seconds, cue.end_seconds))
        for piece_start, piece_end in _kept_pieces((start, end), exact_map):
            start_seconds, end_seconds = (round(float(frame / frame_rate), 3) for frame in (piece_start, piece_end))
            placed.append(replace(cue, start_seconds=start_seconds, end_seconds=end_seconds))
    return tuple(sorted(placed, key=lambda cue: cue.start_seconds))


# ---------------------------------------------------------------- spans


def _spans_of(cues: Sequence[SourceCue], frame_rate: Fraction) -> Iterator[tuple[SourceCue, FrameSpan]]:
    """Each cue with its frames, nearest to its seconds; a cue gives way to the next one."""
    ordered = sorted(cues, key=lambda cue: (cue.start_seconds, cue.end_seconds))
    starts = [_frame(cue.start_seconds, frame_rate) for cue in ordered]
    for cue, start_frame, next_start in zip_longest(ordered, starts, starts[1:]):
        end_frame = _frame(cue.end_seconds, frame_rate)
        if next_start is not None:
            end_frame = min(end_frame, next_start)
        if end_frame > start_frame:
            yield cue, (start_frame, end_frame)


def _frame(seconds: float, frame_rate: Fraction) -> int:
    return math.floor(Fraction(seconds) * frame_rate + Fraction(1, 2))


def _shares(start_frame: int, end_frame: int, weights: Sequence[int], min_frames: int) -> list[FrameSpan]:
    """A span cut by weights, each share at least `min_frames` where there is more than one."""
    if len(weights) <= 1:  # a lone screen may be shorter than `min_frames`
        return [(start_frame, end_frame)] * len(weights)
    free = end_frame - start_frame - min_frames * len(weights)
    total = sum(weights)
    bounds = [
        start_frame + min_frames * count + free * weight // total
        for count, weight in enumerate(accumulate(weights, initial=0))
    ]
    return list(pairwise(bounds))


def _characters(lines: Iterable[str]) -> int:
    return sum(len(line) for line in lines)


def _kept_pieces(
    span: tuple[_Time, _Time], time_map: Iterable[tuple[_Time, _Time, _Time]]
) -> list[tuple[_Time, _Time]]:
    """What a time map keeps of a source span, in the variant's frames; pieces that meet become one."""
    start, end = span
    pieces = sorted(
        (max(start, kept_start) - kept_start + variant_start, min(end, kept_end) - kept_start + variant_start)
        for kept_start, kept_end, variant_start in time_map
        if max(start, kept_start) < min(end, kept_end)
    )
    joined: list[tuple[_Time, _Time]] = []
    for piece_start, piece_end in pieces:
        if joined and joined[-1][1] == piece_start:
            joined[-1] = (joined[-1][0], piece_end)
        else:
            joined.append((piece_start, piece_end))
    return [piece for piece in joined if piece[1] - piece[0] >= MIN_PIECE_FRAMES]

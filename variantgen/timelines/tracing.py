"""A cut of a conformed timeline in, the same cut of the original media out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from variantgen.timelines.edit import TimelineClip, TimelineEdit, gap_of
from variantgen.timelines.placing import on_media, part_of


def traced(edit: TimelineEdit, conformed: TimelineEdit) -> TimelineEdit:
    """`edit`, whose clips cut the film that was made of `conformed`, with clips of the media that `conformed` cuts.

    A clip is split where the timeline cuts, its gaps become gaps, and speeds multiply. Every frame shows the frame of
    the media that the film shows there; where rates differ a clip begins on the media's frame that is showing.
    """
    return replace(edit, clips=tuple(piece for clip in edit.clips for piece in _pieces(clip, edit.rate, conformed)))


def _pieces(clip: TimelineClip, rate: Fraction, conformed: TimelineEdit) -> list[TimelineClip]:
    if clip.is_gap:
        return [clip]
    step = clip.speed / rate
    starts = [start / conformed.rate for start in conformed.starts]
    begin = clip.source_start_seconds
    # the clip's frame that is the first to show each of the timeline's clips
    firsts = [max(0, min(clip.frames, ceil((start - begin) / step))) for start in starts]
    pieces = []
    for number, (first, last) in enumerate(pairwise((*firsts, clip.frames))):
        if first < last:
            shown = conformed.clips[number]
            into = begin + first * step - starts[number]
            pieces.append(_piece(clip, shown, into, first, last - first, rate))
    return pieces


def _piece(
    clip: TimelineClip, shown: TimelineClip, into: Fraction, first: int, frames: int, rate: Fraction
) -> TimelineClip:
    """`frames` of `clip`, from its `first` on: what the timeline's `shown` shows from `into` seconds of it on."""
    if shown.source is None:
        return gap_of(frames, rate, name=shown.name, note=shown.note)
    speed = clip.speed * shown.speed
    start = floor((shown.source_start_seconds + into * shown.speed) * shown.rate)
    is_plain = (shown.rate, speed) == (rate, 1)
    length = frames if is_plain else max(1, round(frames / rate * speed * shown.rate))
    film = (0, 0) if clip.source is None else (clip.source.width, clip.source.height)
    framing = on_media(part_of(clip.placement, first, frames), film, (shown.source.width, shown.source.height))
    return replace(
        clip, source=shown.source, start_frame=start, end_frame=start + length, rate=shown.rate, frames=frames,
        name=shown.name or clip.name, speed=speed, note="; ".join(text for text in (clip.note, shown.note) if text),
        placement=framing,
    )  # fmt: skip

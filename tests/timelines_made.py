"""Random edits for the timeline tests: clips, gaps, markers, speeds and framing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from hypothesis import strategies as st

from variantgen.timelines import (
    PlacementKey,
    TimelineClip,
    TimelineEdit,
    TimelineMarker,
    TimelineMedia,
    clip_of,
    gap_of,
)
from variantgen.timelines.timecode import can_drop

RATES = tuple(
    Fraction(*pair)
    for pair in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (50, 1), (60000, 1001), (60, 1))
)
NAMES = ("master.mp4", "a b & ü <1>.mov", "IMG_0001.MOV", "IMG_00012.MOV")
SIZES = ((1920, 1080), (3840, 2160), (1080, 1920), (720, 576), (1998, 1080))
FRAMES = 500_000


@st.composite
def edits(draw: st.DrawFn, *, has_speed: bool = False) -> TimelineEdit:
    """An edit of one to twelve clips and gaps, at least one clip among them, at one of the eight rates."""
    rate = draw(st.sampled_from(RATES))
    first = draw(st.sampled_from((0, 0, 1, 86_400, 108_000)))
    media = [
        TimelineMedia(Path("/elsewhere") / name, (name,), rate, FRAMES, first, 1920, 1080, draw(st.booleans()))
        for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    ]
    clips: list[TimelineClip] = []
    for _ in range(draw(st.integers(1, 12))):
        frames = draw(st.one_of(st.integers(1, 5), st.integers(1, 4000)))
        start = draw(st.integers(0, FRAMES - 2 * frames))
        if clips and draw(st.integers(0, 4)) == 0:
            clips.append(gap_of(frames, rate, name=draw(st.sampled_from(("", "end card: Go!")))))
            continue
        source = draw(st.sampled_from(media))
        clip = clip_of(source, start, start + frames, rate, name=draw(st.sampled_from(("", "hook", "b"))))
        if has_speed and frames >= 20 and frames % 20 == 0:
            clip = replace(clip, speed=Fraction(11, 10), end_frame=start + frames * 11 // 10)
        clips.append(clip)
    if draw(st.booleans()) and len(clips) > 1:
        clips = [gap_of(7, rate), *clips]
    total = sum(clip.frames for clip in clips)
    markers = tuple(
        TimelineMarker(at, draw(st.sampled_from(("keep", "drop: this", "x"))), 0, draw(st.sampled_from(("", "red"))))
        for at in sorted(draw(st.sets(st.integers(0, total - 1), max_size=3)))
    )
    start_frame = draw(st.sampled_from((0, 0, round(rate) * 3600)))
    return TimelineEdit("cut <1>", rate, tuple(clips), markers, start_frame, can_drop(rate) and draw(st.booleans()))


@st.composite
def framed(draw: st.DrawFn) -> TimelineEdit:
    """An edit of one to four clips whose pictures stand still, move, jump or grow, at normal and other speeds."""
    rate, (width, height) = draw(st.sampled_from(RATES)), draw(st.sampled_from(SIZES))
    media = TimelineMedia(Path("/m/film.mp4"), (), rate, 100_000, draw(st.sampled_from((0, 90_000))), width, height)
    clips = []
    for _ in range(draw(st.integers(1, 4))):
        frames, start = draw(st.integers(1, 200)), draw(st.integers(0, 90_000))
        times = sorted(draw(st.sets(st.integers(0, frames - 1), max_size=6)))
        keys: list[PlacementKey] = []
        for frame in times:
            scale = (
                keys[-1].scale if keys and draw(st.booleans()) else draw(st.integers(20_000, 20_000_000)) / 1_000_000
            )
            x, y = draw(st.integers(0, 100 * width)) / 100, draw(st.integers(0, 100 * height)) / 100
            keys.append(PlacementKey(frame, scale, x, y))
        if len({(key.scale, key.x_px, key.y_px) for key in keys}) == 1:
            keys = [replace(keys[0], frame=0)]
        speed = draw(st.sampled_from((Fraction(1), Fraction(11, 10), Fraction(15, 14), Fraction(1, 2))))
        end = start + max(1, round(frames * speed))
        clips.append(TimelineClip(media, start, end, rate, frames, "a", speed, "", tuple(keys)))
    return TimelineEdit("framed", rate, tuple(clips), width=1080, height=draw(st.sampled_from((1920, 1080, 566))))

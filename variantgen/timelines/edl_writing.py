"""An edit in, the text of a CMX 3600 edit decision list out, as Premiere, Resolve and Avid open it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from variantgen.errors import UserError
from variantgen.timelines.edit import TimelineClip, TimelineEdit, TimelineMedia
from variantgen.timelines.edl import NAME_COMMENT, RATE_COMMENT, SPEED_COMMENT
from variantgen.timelines.naming import reel_of
from variantgen.timelines.timecode import can_drop, counted_rate, timecode_of

MAX_EVENTS = 999
"""Event numbers have three digits."""
MAX_COMMENT = 240


def edl_text(edit: TimelineEdit) -> str:
    """The EDL of an edit: one event a clip, black (reel BL) for gaps, M2 for speed, locators for markers.

    Source timecodes count at the edit's rate from the media's own first timecode. Raises UserError for more than 999
    events and for times past 24 hours.
    """
    if len(edit.clips) > MAX_EVENTS:
        raise UserError(
            f"An EDL holds at most {MAX_EVENTS} events, {edit.name} has {len(edit.clips)}; export otio or fcpxml."
        )
    is_drop = edit.is_drop_frame and can_drop(edit.rate)
    lines = [f"TITLE: {_plain(edit.name)}", f"FCM: {'DROP FRAME' if is_drop else 'NON-DROP FRAME'}"]
    lines += [f"* {_plain(edit.note)}", ""] if edit.note else [""]
    reels = _reels(edit)
    try:
        for number, (clip, start) in enumerate(zip(edit.clips, edit.starts, strict=True), 1):
            lines += _event(edit, number, clip, start, reels)
            lines += _locators(edit, clip, start)
            if number == 1:
                lines.append(f"* COMMENT: {RATE_COMMENT} {edit.rate}")
            lines.append("")
    except ValueError as error:
        raise UserError(f"{edit.name} cannot be an EDL: {error}; export otio or fcpxml.") from None
    return "\n".join(lines)


def _reels(edit: TimelineEdit) -> dict[TimelineMedia, str]:
    reels: dict[TimelineMedia, str] = {}
    for clip in edit.clips:
        if clip.source is not None and clip.source not in reels:
            reels[clip.source] = reel_of(clip.source.path.stem, set(reels.values()))
    return reels


def _event(
    edit: TimelineEdit, number: int, clip: TimelineClip, start: int, reels: dict[TimelineMedia, str]
) -> Iterator[str]:
    is_drop = edit.is_drop_frame
    reel = reels[clip.source] if clip.source else "BL"
    channels = "AA/V" if clip.source and clip.source.has_sound else "V"
    source = _source_frames(clip, edit.rate)
    record = (edit.start_frame + start, edit.start_frame + start + clip.frames)
    times = " ".join(timecode_of(frame, edit.rate, is_drop=is_drop) for frame in (*source, *record))
    yield f"{number:03}  {reel:<8} {channels:<5} C        {times}"
    if clip.source is None:
        yield from [f"* FROM CLIP NAME: {_plain(clip.name)}"] if clip.name else []
    else:
        if clip.speed != 1:
            fps = float(clip.speed * counted_rate(edit.rate))
            yield f"M2   {reel:<8}       {fps:05.1f}       {timecode_of(source[0], edit.rate, is_drop=is_drop)}"
            yield f"* COMMENT: {SPEED_COMMENT} {clip.speed}"
        yield f"* FROM CLIP NAME: {_plain(clip.source.path.name)}"
        if clip.name and clip.name != clip.source.path.name:
            yield f"* COMMENT: {NAME_COMMENT} {_plain(clip.name)}"
    if clip.note:
        yield f"* COMMENT: {_plain(clip.note)}"


def _source_frames(clip: TimelineClip, rate: Fraction) -> tuple[int, int]:
    if clip.source is None:
        return 0, clip.frames
    own_rate = clip.source.frame_rate or rate
    # a timecode counts whole frames of its own rate: where rates differ, the same second is meant, not the same count
    first = round((clip.source.first_frame or 0) / own_rate * rate)
    start = first + round(clip.source_start_seconds * rate)
    if clip.speed == 1:
        return start, start + clip.frames
    return start, start + max(1, round(clip.frames * clip.speed))


def _locators(edit: TimelineEdit, clip: TimelineClip, start: int) -> Iterator[str]:
    for marker in edit.markers:
        if start <= marker.start_frame < start + clip.frames:
            time = timecode_of(edit.start_frame + marker.start_frame, edit.rate, is_drop=edit.is_drop_frame)
            colour = (marker.colour or "green").upper()
            yield f"* LOC: {time} {colour:<7} {_plain(' - '.join(text for text in (marker.name, marker.note) if text))}"


def _plain(text: str) -> str:
    """One line of an EDL: no line ends, no control characters, not too long."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:MAX_COMMENT].strip()

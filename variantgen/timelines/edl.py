"""A CMX 3600 edit decision list in, an edit out: the events of its video track, gaps between them, its locators.

An EDL names neither its frame rate nor, often, its media: the rate is told from drop-frame timecodes or the media.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from variantgen.errors import UserError
from variantgen.timelines.edit import TimelineClip, TimelineEdit, TimelineMarker, TimelineMedia, gap_of
from variantgen.timelines.naming import last_name
from variantgen.timelines.opening import MAX_CLIPS
from variantgen.timelines.timecode import SEPARATED, can_drop, counted_rate, exact_rate, frames_of, is_written_as_drop

RateOfMedia = Callable[[TimelineMedia], Fraction | None]

RATE_COMMENT = "VARIANTGEN FRAME RATE"
NAME_COMMENT = "VARIANTGEN NAME"
SPEED_COMMENT = "VARIANTGEN SPEED"
BLACK_REELS = {"BL", "BLACK", "BARS", "NONE"}
NO_REELS = {"AX", *BLACK_REELS}

_TC = f"({SEPARATED})"
_EVENT = re.compile(
    rf"\s*(\d{{1,6}})\s+(\S+)\s+(\S+)\s+(C|D|W\d{{1,3}}|KB|KO|K)\s+(?:(\d{{1,4}})\s+)?{_TC}\s+{_TC}\s+{_TC}\s+{_TC}(?!\S)"
)
_MOTION = re.compile(rf"M2\s.{{0,200}}?\s(-?\d{{1,5}}(?:\.\d{{1,6}})?)\s+{SEPARATED}\s*")
_LOCATOR = re.compile(rf"LOC:?\s*({SEPARATED})\s+(\w+)\s*(.*)")
_RESOLVE_MARKER = re.compile(r"\|C:ResolveColor(\w+)\s*\|M:(.*?)\s*\|D:(\d{1,9})")
_COMMENT = re.compile(r"(SOURCE FILE|(?:FROM|TO) (?:CLIP NAME|CLIP|FILE)|COMMENT)\s*(?:IS\s*)?:\s*(.*)", re.IGNORECASE)
_MAX_LINE = 2000


@dataclass
class _Event:
    """One event as written: everything still text."""

    line: int
    number: str
    reel: str
    channels: str
    kind: str
    length: str
    times: tuple[str, str, str, str]
    is_drop: bool
    comments: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Placed:
    """One event in frames: of its source, and of the timeline."""

    event: _Event
    source: tuple[int, int]
    record: tuple[int, int]


def read_edl(
    text: str, name: str, *, rate: Fraction | None = None, rate_of_media: RateOfMedia | None = None
) -> TimelineEdit:
    """The edit that an EDL describes; clips count frames of their source's timecode, from midnight.

    `rate` is what it runs at, where the caller knows; else a comment of ours, drop-frame timecodes or `rate_of_media`
    (asked for each clip in turn) tell. A dissolve or wipe becomes a cut in its middle. Raises UserError, one sentence,
    for what is no EDL, keys, overlapping events and a rate that nothing tells.
    """
    title, events = _events(text, name)
    notes: list[str] = []
    rate = rate or _told_rate(events) or _media_rate(events, rate_of_media)
    if rate is None:
        raise UserError(_no_rate(events, name))
    placed = [_placed(event, rate, name) for event in events]
    markers = _markers(placed, rate)
    shown = _video(placed, notes)
    if all(_RESOLVE_MARKER.search(" ".join(event.comments)) for event in events):
        shown = []
        notes.append("every event is a marker, as Resolve exports them: there is no cut in this file")
    clips, start = _clips(shown, rate, name, notes)
    is_drop = can_drop(rate) and any(event.is_drop for event in events)
    first = start if clips or not markers else 0
    markers = tuple(replace(m, start_frame=m.start_frame - first) for m in markers if m.start_frame >= first)
    return TimelineEdit(
        title or Path(name).stem, rate, clips, markers, start, is_drop, notes=tuple(dict.fromkeys(notes))
    )


# ---------------------------------------------------------------- lines into events


def _events(text: str, name: str) -> tuple[str, list[_Event]]:
    title, events, is_drop = "", list[_Event](), False
    for number, line in enumerate(text.splitlines(), 1):
        line = line[:_MAX_LINE].strip()
        found = _EVENT.match(line)
        if found:
            times = (found[6], found[7], found[8], found[9])
            dropped = is_drop or any(map(is_written_as_drop, times))
            events.append(_Event(number, found[1], found[2], found[3], found[4], found[5] or "", times, dropped))
        elif line.upper().startswith("TITLE:"):
            title = line[6:].strip()
        elif line.upper().startswith("FCM"):
            is_drop = "NON" not in line.upper() and "DROP" in line.upper()
        elif line[:1].isdigit() and re.match(r"\d{3,6}\s", line):
            raise UserError(f'"{name}" line {number} is no event of a CMX 3600 EDL: "{line[:60]}".')
        elif line and events:
            events[-1].comments.append(line)
        if len(events) > MAX_CLIPS:
            raise UserError(f'"{name}" holds more than {MAX_CLIPS} events, which no EDL does.')
    if not events:
        raise UserError(f'"{name}" holds no event of a CMX 3600 EDL.')
    return title, events


def _told_rate(events: Sequence[_Event]) -> Fraction | None:
    for event in events:
        for comment in event.comments:
            _, found, said = comment.partition(RATE_COMMENT)
            if found and re.fullmatch(r"\s*\d{1,6}(/\d{1,6})?\s*", said) and not said.strip().endswith("/0"):
                return exact_rate(Fraction(said.strip()))
    if any(event.is_drop for event in events):
        highest = max(int(re.split("[:;.,]", time)[-1]) for event in events for time in event.times)
        return Fraction(30000, 1001) if highest < 30 else Fraction(60000, 1001)
    return None


def _media_rate(events: Sequence[_Event], rate_of_media: RateOfMedia | None) -> Fraction | None:
    if rate_of_media is None:
        return None
    asked = dict.fromkeys(media for event in events if (media := _media(event, None)) is not None)
    return next((rate for media in asked if (rate := rate_of_media(media))), None)


def _no_rate(events: Sequence[_Event], name: str) -> str:
    counted = max(int(re.split("[:;.,]", time)[-1]) for event in events for time in event.times) + 1
    media = dict.fromkeys(str(one.path) for event in events if (one := _media(event, None)))
    names = ", ".join(f'"{one}"' for one in list(media)[:20]) + (
        f" and {len(media) - 20} more" if len(media) > 20 else ""
    )
    return (
        f'"{name}" is an EDL, which does not say its frame rate (at least {counted} frames a second), and none of its '
        f"media was found to tell: {names or 'it names none'}; add their folder to the search folders."
    )


# ---------------------------------------------------------------- events into frames


def _placed(event: _Event, rate: Fraction, name: str) -> _Placed:
    frames = []
    is_told_by_sign = any(map(is_written_as_drop, event.times))
    for time in event.times:
        is_drop = is_written_as_drop(time) if is_told_by_sign else event.is_drop
        frame = frames_of(time, rate, is_drop=is_drop)
        if frame is None:
            raise UserError(
                f'"{name}" line {event.line}: "{time}" is no timecode at {counted_rate(rate)} frames a second; '
                "the EDL runs at another rate than was said, or is damaged."
            )
        frames.append(frame)
    source, record = (frames[0], frames[1]), (frames[2], frames[3])
    if source[1] < source[0] or record[1] < record[0]:
        raise UserError(f'"{name}" line {event.line}: event {event.number} ends before it begins.')
    return _Placed(event, source, record)


def _video(placed: Sequence[_Placed], notes: list[str]) -> list[_Placed]:
    """The events of the first video track, in the order they play."""
    shown = []
    for one in placed:
        channels = one.event.channels.upper()
        is_video = channels in ("B", "NONE") or "V" in channels
        other = re.search(r"V(\d+)", channels)
        if other and other[1] != "1":
            notes.append(f"events of track V{other[1]} are left out: only the first video track is used")
        elif is_video and one.event.kind.startswith("K"):
            notes.append(f"event {one.event.number} is a key over the picture and is left out")
        elif is_video:
            shown.append(one)
    return sorted(shown, key=lambda one: one.record)


def _clips(
    shown: Sequence[_Placed], rate: Fraction, name: str, notes: list[str]
) -> tuple[tuple[TimelineClip, ...], int]:
    start = at = shown[0].record[0] if shown else 0
    clips: list[TimelineClip] = []
    for one in shown:
        event, (first, last) = one.event, one.record
        if first < at:
            raise UserError(f'"{name}" line {event.line}: event {event.number} overlaps the one before it.')
        if last == first:
            continue  # the outgoing side of a dissolve, written once more
        if first > at:
            clips.append(gap_of(first - at, rate))
        clips.append(_clip(one, rate, name, notes))
        at = last
        if event.kind != "C" and len(clips) > 1:
            _cut_in_the_middle(clips, min(int(event.length or 0), last - first) // 2)
            notes.append(f"event {event.number} is a {_word(event.kind)}: it becomes a cut in its middle")
    return tuple(clips), start


def _word(kind: str) -> str:
    return "dissolve" if kind == "D" else "wipe"


def _cut_in_the_middle(clips: list[TimelineClip], by: int) -> None:
    """Gives the first `by` frames of the last clip to the one before, which plays on under the transition."""
    before, after = clips[-2:]
    by = min(by, after.frames - 1)
    clips[-2:] = [
        replace(before, frames=before.frames + by, end_frame=before.end_frame + round(by * before.speed)),
        replace(
            after,
            frames=after.frames - by,
            start_frame=after.start_frame + (0 if after.is_gap else round(by * after.speed)),
        )
        if not after.is_gap
        else gap_of(after.frames - by, after.rate, name=after.name),
    ]


def _clip(one: _Placed, rate: Fraction, file: str, notes: list[str]) -> TimelineClip:
    event = one.event
    frames = one.record[1] - one.record[0]
    media = _media(event, rate)
    said = _said(event)
    note = "; ".join(said.get("COMMENT", ()))
    name = said["NAME"][0] if "NAME" in said else media.names[0] if media else next(iter(said.get("CLIP NAME", [])), "")
    if media is None:
        return gap_of(frames, rate, name=name, note=note)
    length = one.source[1] - one.source[0]
    speed = _speed(event, Fraction(length, frames), rate, notes)
    if speed <= 0:
        how = "frozen" if speed == 0 else "reversed"
        raise UserError(f'"{file}" line {event.line}: event {event.number} is {how}, which is not taken.')
    end = one.source[0] + (frames if speed == 1 else length)
    return TimelineClip(media, one.source[0], end, rate, frames, last_name(name), speed, note)


def _speed(event: _Event, by_length: Fraction, rate: Fraction, notes: list[str]) -> Fraction:
    """The speed of an event: what M2 says (frames a second, one decimal), made exact by ours or by its two lengths."""
    ours = _said(event).get("SPEED", [""])[0]
    if (
        re.fullmatch(r"[1-9]\d{0,6}(/[1-9]\d{0,6})?", ours)
        and abs(Fraction(ours) - by_length) * _length(event.times[2:], rate) <= 1
    ):
        return Fraction(ours)
    motion = next((found for comment in event.comments if (found := _MOTION.fullmatch(comment))), None)
    if motion is not None:
        said = Fraction(motion[1]) / counted_rate(rate)
        return by_length if abs(said - by_length) * rate < Fraction(1, 2) else said
    source, record = event.times[:2], event.times[2:]
    if by_length == 1 or abs(by_length - 1) * _length(record, rate) <= 1:
        return Fraction(1)
    notes.append(
        f"event {event.number} takes {'-'.join(source)} of its source for {'-'.join(record)}: "
        f"it plays at {float(by_length):.3g} times its speed"
    )
    return by_length


def _length(times: Sequence[str], rate: Fraction) -> int:
    first, last = (frames_of(time, rate) or 0 for time in times)
    return last - first


# ---------------------------------------------------------------- comments


def _said(event: _Event) -> dict[str, list[str]]:
    """What the comments of an event say, by what they are about; of a transition, only its incoming side."""
    incoming = event.kind != "C" and any("TO CLIP" in comment.upper() for comment in event.comments)
    said: dict[str, list[str]] = {}
    for key, value in _keyed(event.comments):
        side, _, about = key.partition(" ")
        if key == "COMMENT" and value.startswith((NAME_COMMENT, SPEED_COMMENT)):
            ours = NAME_COMMENT if value.startswith(NAME_COMMENT) else SPEED_COMMENT
            said.setdefault(ours.split()[1], []).append(value[len(ours) :].strip())
        elif key == "COMMENT" and not value.startswith(RATE_COMMENT):
            said.setdefault(key, []).append(value)
        elif key == "SOURCE FILE" or side == ("TO" if incoming else "FROM"):
            said.setdefault(about if side in ("TO", "FROM") else key, []).append(value)
    return said


def _keyed(comments: Sequence[str]) -> Iterator[tuple[str, str]]:
    for comment in comments:
        found = _COMMENT.match(comment.lstrip("* \t"))
        if found and found[2].strip():
            yield found[1].upper(), found[2].strip()


def _media(event: _Event, rate: Fraction | None) -> TimelineMedia | None:
    """What an event shows, by every name it has for it; None for black and bars."""
    if event.reel.upper() in BLACK_REELS:
        return None
    said = _said(event)
    names = [name for about in ("FILE", "SOURCE FILE", "CLIP", "CLIP NAME") for name in said.get(about, ())]
    if event.reel.upper() not in NO_REELS:
        names.append(event.reel)
    names = names or [event.reel]
    return TimelineMedia(Path(last_name(names[0])), tuple(dict.fromkeys(names)), rate, first_frame=None)


def _markers(placed: Sequence[_Placed], rate: Fraction) -> tuple[TimelineMarker, ...]:
    """Avid's locators and Resolve's markers, in frames of the timeline's timecode."""
    markers = []
    for one in placed:
        for comment in one.event.comments:
            if resolve := _RESOLVE_MARKER.search(comment):
                note = " ".join(text for text in one.event.comments if text != comment and "|C:" not in text).strip(
                    "* "
                )
                frames = int(resolve[3]) if int(resolve[3]) > 1 else 0
                markers.append(TimelineMarker(one.record[0], resolve[2], frames, resolve[1].lower(), note))
            elif locator := _LOCATOR.match(comment.lstrip("* \t")):
                frame = frames_of(locator[1], rate, is_drop=one.event.is_drop)
                markers += [] if frame is None else [_located(one, frame, locator[2], locator[3].strip())]
    return tuple(sorted(markers, key=lambda marker: marker.start_frame))


def _located(one: _Placed, frame: int, colour: str, name: str) -> TimelineMarker:
    """A locator, whose timecode is the timeline's (Avid) or, where it lies outside of the event, the source's."""
    is_of_source = not one.record[0] <= frame <= one.record[1] and one.source[0] <= frame <= one.source[1]
    return TimelineMarker(frame - one.source[0] + one.record[0] if is_of_source else frame, name, 0, colour.lower())

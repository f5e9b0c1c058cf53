"""A Final Cut Pro 7 XML (xmeml, as Premiere and Resolve write it) in, an edit out: one sequence's first video track."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from xml.etree.ElementTree import Element

from variantgen.errors import UserError
from variantgen.timelines.edit import TimelineEdit, TimelineMedia
from variantgen.timelines.fcp7_motion import read_motion
from variantgen.timelines.laying import Budget, Laid, LaidMarker, edit_of_spans, trimmed
from variantgen.timelines.naming import last_name
from variantgen.timelines.opening import xml_root
from variantgen.timelines.timecode import NTSC, exact_rate

_ITEMS = ("clipitem", "generatoritem", "transitionitem")


@dataclass
class _File:
    """What is shared while one file is read."""

    name: str
    named: dict[str, Element]
    """Files and sequences by tag and id: the first mention holds the content, later ones only the id."""
    budget: Budget
    notes: list[str] = field(default_factory=list)
    canvas: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class _Item:
    """An item of a track with its place in it, in frames of the sequence, transitions' ends resolved."""

    element: Element
    start: int
    end: int
    skipped: int = 0
    """How many frames after its own in point it is cut in, at a transition's middle."""


def read_fcp7(text: str, name: str) -> TimelineEdit:
    """The edit of the first sequence; nested sequences are opened, transitions become cuts in their middle.

    Raises UserError for what is no FCP 7 XML, and for speed ramps, reversed and frozen clips.
    """
    root = xml_root(text, name)
    if root.tag != "xmeml":
        raise UserError(f'"{name}" is XML but neither FCP 7 XML nor FCPXML: it begins with <{root.tag[:40]}>.')
    named = {
        f"{one.tag} {one.get('id')}": one
        for tag in ("file", "sequence")
        for one in reversed(list(root.iter(tag)))
        if one.get("id") and len(one)
    }
    file = _File(name, named, Budget(name))
    sequence = next((one for one in root.iter("sequence") if one.find("media") is not None), None)
    if sequence is None:
        raise UserError(f'"{name}" holds no sequence.')
    rate = _rate(sequence)
    if rate is None:
        raise UserError(f'"{name}": its sequence says no frame rate.')
    width, height = file.canvas = _size(sequence, "./media/video/format/samplecharacteristics")
    spans = _sequence(file, sequence, rate, 0)
    return edit_of_spans(
        spans, rate, name=sequence.findtext("name") or "", file=name, notes=file.notes,
        markers=_markers(sequence, rate, 0), start_frame=max(0, _number(sequence, "./timecode/frame") or 0),
        is_drop_frame=sequence.findtext("./timecode/displayformat") == "DF",
        width=width, height=height,
    )  # fmt: skip


# ---------------------------------------------------------------- tracks


def _sequence(file: _File, sequence: Element, rate: Fraction, depth: int) -> list[Laid]:
    tracks = sequence.findall("./media/video/track")
    used = next((track for track in tracks if _is_on(track) and track.find("clipitem") is not None), None)
    if used is None:
        raise UserError(f'"{file.name}" holds no video track with a clip.')
    others = sum(track.find("clipitem") is not None for track in tracks) - 1
    if others > 0:
        file.notes.append(f"{others} more video tracks are left out: only the first one is used")
    items = _items(file, used)
    file.budget.spend(len(items), depth)
    spans, at = list[Laid](), 0
    for item in items:
        if item.start < at:
            raise UserError(f'"{file.name}": "{item.element.findtext("name")}" overlaps the clip before it.')
        if item.start > at:
            spans.append(Laid((item.start - at) / rate, rate))
        spans += _shown(file, item, rate, depth)
        at = item.end
    return spans


def _items(file: _File, track: Element) -> list[_Item]:
    """The clips of a track in order, those that meet under a transition cut at its middle."""
    elements = [one for one in track if one.tag in _ITEMS]
    items = []
    for index, one in enumerate(elements):
        if one.tag == "transitionitem":
            file.notes.append("transitions become cuts in their middle")
            continue
        before = elements[index - 1] if index and elements[index - 1].tag == "transitionitem" else None
        after = (
            elements[index + 1] if index + 1 < len(elements) and elements[index + 1].tag == "transitionitem" else None
        )
        start, end = _needed(file, one, "start"), _needed(file, one, "end")
        skipped = 0
        if start == -1:
            start = _middle(file, before, one)
            skipped = start - _needed(file, before, "start") if before is not None else 0
        if end == -1:
            end = _middle(file, after, one)
        if end > start:
            items.append(_Item(one, start, end, skipped))
    return sorted(items, key=lambda item: (item.start, item.end))


def _middle(file: _File, transition: Element | None, clip: Element) -> int:
    if transition is None:
        raise UserError(
            f'"{file.name}": "{clip.findtext("name")}" has no place in its track, and no transition beside it.'
        )
    return (_needed(file, transition, "start") + _needed(file, transition, "end")) // 2


def _shown(file: _File, item: _Item, rate: Fraction, depth: int) -> list[Laid]:
    clip = item.element
    seconds = (item.end - item.start) / rate
    name = (clip.findtext("name") or "").strip()
    note = (clip.findtext("./comments/mastercomment1") or "").strip()
    first = _number(clip, "in") or 0
    own_rate = _rate(clip) or rate
    speed = _speed(file, clip)
    # in points are counted after the speed change: a frame of theirs is `speed` frames of the media
    source = (first / own_rate + item.skipped / rate) * speed
    markers = _markers(clip, own_rate, first + round(item.skipped / rate * own_rate))
    if clip.tag == "generatoritem" or not _is_on(clip):
        return [Laid(seconds, rate, name, note=note, markers=markers)]
    if (nested := clip.find("sequence")) is not None:
        nested = file.named.get(f"sequence {nested.get('id')}", nested)
        if speed != 1:
            raise UserError(f'"{file.name}": "{name}" is a retimed nested sequence; render it first.')
        return trimmed(_sequence(file, nested, _rate(nested) or rate, depth + 1), source, seconds)
    media = _media(file, clip, own_rate, name)
    cut_in = first + item.skipped / rate * own_rate
    canvas = (0, 0) if depth else file.canvas  # of a nested sequence it is another
    places = read_motion(
        clip, (media.width, media.height), canvas, lambda key: ((_number(key, "when") or 0) - cut_in) / own_rate
    )
    return [Laid(seconds, own_rate, name, media, source, speed, note, markers, places)]


def _speed(file: _File, clip: Element) -> Fraction:
    for effect in clip.iterfind("./filter/effect"):
        if effect.findtext("effectid") != "timeremap":
            continue
        said = {
            one.findtext("parameterid"): (one.findtext("value") or "").strip() for one in effect.iterfind("parameter")
        }
        percent = said.get("speed", "100")
        if said.get("variablespeed", "0") not in ("0", "FALSE"):
            raise UserError(
                f'"{file.name}": "{clip.findtext("name")}" has a speed ramp; one steady speed a clip is taken.'
            )
        if not re.fullmatch(r"\d{1,5}(\.\d{1,12})?", percent) or said.get("reverse") == "TRUE" or not Fraction(percent):
            raise UserError(f'"{file.name}": "{clip.findtext("name")}" is reversed or frozen, which is not taken.')
        return (Fraction(percent) / 100).limit_denominator(1_000_000)  # thirds and the like are written rounded
    return Fraction(1)


def _media(file: _File, clip: Element, rate: Fraction, name: str) -> TimelineMedia:
    mentioned = clip.find("file")
    held = mentioned if mentioned is None else file.named.get(f"file {mentioned.get('id')}", mentioned)
    written = () if held is None else (held.findtext("pathurl"), held.findtext("name"))
    names = tuple(dict.fromkeys(text.strip() for text in (*written, name) if text and text.strip()))
    if not names:
        raise UserError(f'"{file.name}": a clip has neither a file nor a name.')
    if held is None:
        return TimelineMedia(Path(last_name(names[0])), names, rate)
    width, height = _size(held, "./media/video/samplecharacteristics")
    return TimelineMedia(
        Path(last_name(names[0])), names, _rate(held) or rate, max(0, _number(held, "duration") or 0) or None,
        max(0, _number(held, "./timecode/frame") or 0), width, height, held.find("./media/audio") is not None,
    )  # fmt: skip


def _markers(one: Element, rate: Fraction, first: int) -> tuple[LaidMarker, ...]:
    """Markers of a sequence or clip, counted from frame `first` of it."""
    found = []
    for marker in one.iterfind("marker"):
        start, end = _number(marker, "in"), _number(marker, "out")
        if start is not None:
            length = (end - start) / rate if end is not None and end > start else Fraction(0)
            note = (marker.findtext("comment") or "").strip()
            found.append(LaidMarker((start - first) / rate, marker.findtext("name") or "", length, note=note))
    return tuple(found)


# ---------------------------------------------------------------- numbers


def _is_on(one: Element) -> bool:
    return (one.findtext("enabled") or "TRUE").strip().upper() != "FALSE"


def _rate(one: Element) -> Fraction | None:
    base = _number(one, "./rate/timebase")
    if base is None:
        return None
    is_ntsc = (one.findtext("./rate/ntsc") or "").strip().upper() == "TRUE"
    return exact_rate(base * NTSC if is_ntsc else Fraction(base))


def _size(one: Element, path: str) -> tuple[int, int]:
    width, height = (min(max(_number(one, f"{path}/{side}") or 0, 0), 99_999) for side in ("width", "height"))
    return width, height


def _needed(file: _File, one: Element, path: str) -> int:
    number = _number(one, path)
    if number is None or number < -1:
        raise UserError(f'"{file.name}": "{one.findtext("name") or one.tag}" has no {path}.')
    return number


def _number(one: Element, path: str) -> int | None:
    text = (one.findtext(path) or "").strip()
    return int(text) if re.fullmatch(r"-?\d{1,12}", text) else None

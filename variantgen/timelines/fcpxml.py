"""A Final Cut Pro XML (FCPXML 1.0 to 1.13, Resolve writes it too) in, an edit out: one project's primary storyline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from xml.etree.ElementTree import Element

from variantgen.errors import UserError
from variantgen.timelines.edit import TimelineEdit, TimelineMedia
from variantgen.timelines.fcpxml_transform import read_transform
from variantgen.timelines.laying import Budget, Laid, LaidMarker, edit_of_spans, trimmed
from variantgen.timelines.naming import last_name
from variantgen.timelines.opening import xml_root
from variantgen.timelines.timecode import exact_rate

_TIME = re.compile(r"(-?\d{1,18}(?:\.\d{1,9})?)(?:/(\d{1,12}))?s?")
_SHOWN = {"asset-clip", "clip", "video", "audio", "ref-clip", "sync-clip", "mc-clip", "title", "gap", "audition"}
_CLIPS = {"asset-clip", "clip", "sync-clip", "ref-clip", "mc-clip", "video"}
_MARKERS = {"marker", "chapter-marker"}
_TO_DO_COLOURS = {"0": "red", "1": "green"}
"""Final Cut shows a to-do in red and a finished one in green; other markers have no colour of their own in the file."""


@dataclass
class _File:
    """What the elements of one file refer to."""

    name: str
    resources: dict[str, Element]
    budget: Budget
    notes: list[str] = field(default_factory=list)
    canvas: tuple[int, int] = (0, 0)
    media: dict[tuple[str, Fraction], tuple[TimelineMedia, Fraction, Fraction]] = field(default_factory=dict)
    """By the asset's id and the storyline's rate: a long edit uses few files often."""


def read_fcpxml(text: str, name: str) -> TimelineEdit:
    """The first project's primary storyline; where there is no project, the clips in the file's order.

    Compound clips are opened; connected clips, titles' text and transitions are left out with a note. Raises UserError
    for what is no FCPXML, for multicam clips, speed ramps and reversed or frozen clips.
    """
    root = xml_root(text, name)
    if root.tag != "fcpxml":
        raise UserError(f'"{name}" is XML but no FCPXML: it begins with <{root.tag[:40]}>.')
    resources = {one.get("id", ""): one for one in root.iterfind("./resources/*")}
    file = _File(name, resources, Budget(name))
    projects = list(root.iter("project"))
    if len(projects) > 1:
        file.notes.append(
            f'the file holds {len(projects)} projects: "{projects[0].get("name", "")}", the first, is used'
        )
    sequence = projects[0].find("sequence") if projects else None
    if sequence is not None:
        return _edit(file, sequence, projects[0].get("name", ""))
    events = root.findall(".//event") or [root]
    loose = [one for event in events for one in event if one.tag in _CLIPS]
    if not loose:
        raise UserError(f'"{name}" holds no project and no clip.')
    return _loose(file, loose)


def _edit(file: _File, sequence: Element, title: str) -> TimelineEdit:
    rate = _rate(file, sequence.get("format"))
    if rate is None:
        raise UserError(f'"{file.name}": the sequence names no format with a frame rate.')
    width, height = file.canvas = _size(file, sequence.get("format"))
    spans = _spine(file, sequence.find("spine"), rate, 0)
    start = round(_seconds(file, sequence, "tcStart") * rate)
    return edit_of_spans(
        spans, rate, name=title, file=file.name, notes=file.notes,
        start_frame=max(0, start), is_drop_frame=sequence.get("tcFormat") == "DF", width=width, height=height,
    )  # fmt: skip


def _loose(file: _File, clips: list[Element]) -> TimelineEdit:
    file.notes.append("there is no project in the file: its clips are taken one after the other")
    rates = (_rate(file, clip.get("format") or _asset_format(file, clip)) for clip in clips)
    rate = next((rate for rate in rates if rate), None)
    if rate is None:
        raise UserError(f'"{file.name}": none of its clips names a format with a frame rate.')
    spans = [span for clip in clips for span in _shown(file, clip, rate, 0)]
    return edit_of_spans(spans, rate, name="", file=file.name, notes=file.notes)


# ---------------------------------------------------------------- storylines


def _spine(file: _File, spine: Element | None, rate: Fraction, depth: int) -> list[Laid]:
    """What a storyline shows, gaps included; its elements follow one another, transitions lie over their cuts."""
    spans: list[Laid] = []
    file.budget.spend(0 if spine is None else len(spine), depth)
    for one in [] if spine is None else spine:
        if one.tag == "transition":
            file.notes.append("transitions become cuts in their middle")
        elif one.tag in _SHOWN:
            spans += _shown(file, one, rate, depth)
    return spans


def _shown(file: _File, one: Element, rate: Fraction, depth: int) -> list[Laid]:
    """The spans of one element of a storyline."""
    if one.tag == "audition":
        inner = next((child for child in one if child.tag in _SHOWN), None)
        return [] if inner is None or depth > 8 else _shown(file, inner, rate, depth + 1)
    seconds = _length(file, one)
    _note_lanes(file, one)
    markers = _laid_markers(file, one)
    note = (one.findtext("note") or "").strip()
    name = one.get("name", "")
    if one.get("enabled") == "0" or one.tag in ("gap", "title", "audio"):
        return [Laid(seconds, rate, "" if one.tag == "gap" and name == "Gap" else name, note=note, markers=markers)]
    if one.tag == "mc-clip":
        raise UserError(f'"{file.name}": "{name}" is a multicam clip; flatten it in Final Cut Pro and export again.')
    start, speed = _timing(file, one)
    if one.tag == "ref-clip":
        return _compound(file, one, (start, seconds, speed), markers, depth)
    asset = _asset(file, one)
    if asset is None:
        return [Laid(seconds, rate, name, note=note, markers=markers)]
    key = (asset.get("id", ""), rate)
    if key not in file.media:
        file.media[key] = _media(file, asset, rate)
    media, source_rate, asset_start = file.media[key]
    source = start - asset_start
    inner = _picture(one)
    if one.tag in ("clip", "sync-clip") and inner is not None:
        source = start - _seconds(file, inner, "offset") + _start(file, inner) - asset_start
    canvas = (0, 0) if depth else file.canvas  # of a compound clip it is another
    places = read_transform(
        one, (media.width, media.height), canvas, lambda key: _seconds(file, key, "time") - _start(file, one)
    )
    # where the timeline runs at another rate than the media, a cut may lie between two frames of the media
    edges = (source, source + seconds * speed)
    is_between = not _are_frames(edges, source_rate) and _are_frames(edges, rate)
    return [Laid(seconds, rate if is_between else source_rate, name, media, source, speed, note, markers, places)]


def _are_frames(times: Iterable[Fraction], rate: Fraction) -> bool:
    return all((time * rate).denominator == 1 for time in times)


def _note_lanes(file: _File, one: Element) -> None:
    pictures = {"asset-clip", "clip", "video", "ref-clip", "title", "spine", "sync-clip", "mc-clip"}
    if any(child.tag in pictures and not child.get("lane", "0").startswith(("-", "0")) for child in one):
        file.notes.append("connected clips above the primary storyline are left out")


def _compound(
    file: _File, one: Element, timing: tuple[Fraction, Fraction, Fraction], markers: tuple[LaidMarker, ...], depth: int
) -> list[Laid]:
    media = file.resources.get(one.get("ref", ""))
    sequence = media.find("sequence") if media is not None and media.tag == "media" else None
    if sequence is None:
        raise UserError(f'"{file.name}": "{one.get("name", "")}" is a compound clip whose content is not in the file.')
    start, seconds, speed = timing
    if speed != 1:
        raise UserError(
            f'"{file.name}": "{one.get("name", "")}" is a retimed compound clip; flatten it and export again.'
        )
    rate = _rate(file, sequence.get("format")) or Fraction(1)
    inner = _spine(file, sequence.find("spine"), rate, depth + 1)
    shown = trimmed(inner, start - _seconds(file, sequence, "tcStart"), seconds)
    if shown and markers:
        shown[0] = replace(shown[0], markers=(*shown[0].markers, *markers))
    return shown


# ---------------------------------------------------------------- one clip


def _length(file: _File, one: Element) -> Fraction:
    if one.get("duration") is None and one.tag == "asset-clip":
        asset = _asset(file, one)
        return _seconds(file, asset, "duration") if asset is not None else Fraction(0)
    seconds = _seconds(file, one, "duration")
    if seconds < 0:
        raise UserError(f'"{file.name}": "{one.get("name", "")}" has a duration below zero.')
    return seconds


def _timing(file: _File, one: Element) -> tuple[Fraction, Fraction]:
    """Where in its media's time an element begins, and how fast it plays."""
    start = _start(file, one)
    points = one.findall("./timeMap/timept")
    if not points:
        return start, Fraction(1)
    times = [(_seconds(file, point, "time"), _seconds(file, point, "value")) for point in points]
    (first, at_first), last = times[0], times[-1][0]
    speeds = {(b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(times, times[1:], strict=False) if b[0] > a[0]}
    name = one.get("name", "")
    if len(speeds) != 1 or last <= first:
        raise UserError(f'"{file.name}": "{name}" has a speed ramp; variantgen takes one steady speed a clip.')
    speed = speeds.pop()
    if speed <= 0:
        raise UserError(f'"{file.name}": "{name}" is {"frozen" if speed == 0 else "reversed"}, which is not taken.')
    return at_first + (start - first) * speed, speed


def _start(file: _File, one: Element) -> Fraction:
    """The element's `start`; one that is missing means the beginning of what it shows."""
    if one.get("start") is not None:
        return _seconds(file, one, "start")
    if one.tag in ("clip", "sync-clip"):
        inner = _picture(one)
        return Fraction(0) if inner is None else _seconds(file, inner, "offset")
    if one.tag in ("asset-clip", "video"):
        asset = _asset(file, one)
        return Fraction(0) if asset is None else _seconds(file, asset, "start")
    return Fraction(0)


def _picture(clip: Element) -> Element | None:
    return next(
        (child for child in clip if child.tag in ("video", "asset-clip") and child.get("lane", "0") == "0"), None
    )


def _asset(file: _File, one: Element) -> Element | None:
    """The asset whose picture an element shows, or None for generators and sound."""
    inner: Element | None = one
    if one.tag in ("clip", "sync-clip"):
        inner = _picture(one)
    found = None if inner is None else file.resources.get(inner.get("ref", ""))
    return found if found is not None and found.tag == "asset" and found.get("hasVideo", "1") != "0" else None


def _asset_format(file: _File, one: Element) -> str | None:
    asset = _asset(file, one)
    return None if asset is None else asset.get("format")


def _media(file: _File, asset: Element, rate: Fraction) -> tuple[TimelineMedia, Fraction, Fraction]:
    """An asset as media, the rate its frames count at, and the second at which its own time begins."""
    written = asset.get("src") or next((rep.get("src", "") for rep in asset.iterfind("media-rep")), "")
    names = tuple(dict.fromkeys(name for name in (written, asset.get("name", "")) if name))
    if not names:
        raise UserError(f'"{file.name}": an asset has neither a file nor a name.')
    source_rate = _rate(file, asset.get("format")) or rate
    start, length = _seconds(file, asset, "start"), _seconds(file, asset, "duration")
    width, height = _size(file, asset.get("format"))
    media = TimelineMedia(
        Path(last_name(names[0])), names, source_rate, max(0, round(length * source_rate)) or None,
        round(start * source_rate), width, height, asset.get("hasAudio") == "1",
    )  # fmt: skip
    return media, source_rate, start


def _laid_markers(file: _File, one: Element) -> tuple[LaidMarker, ...]:
    start = _start(file, one)
    return tuple(
        LaidMarker(
            _seconds(file, marker, "start") - start, marker.get("value", ""), _marked(file, marker),
            _TO_DO_COLOURS.get(marker.get("completed", ""), ""), marker.get("note", ""),
        )
        for marker in one
        if marker.tag in _MARKERS
    )  # fmt: skip


def _marked(file: _File, marker: Element) -> Fraction:
    """A marker's length; the one frame (or one sample) that every marker has is a point."""
    seconds = _seconds(file, marker, "duration")
    return seconds if seconds > Fraction(1, 20) else Fraction(0)


# ---------------------------------------------------------------- times and formats


def _seconds(file: _File, one: Element, key: str) -> Fraction:
    """A time attribute, `1001/30000s`, as seconds; 0 where it is missing."""
    said = one.get(key)
    if said is None:
        return Fraction(0)
    found = _TIME.fullmatch(said.strip())
    if found is None or (found[2] is not None and int(found[2]) == 0):
        raise UserError(f'"{file.name}": {key}="{said[:40]}" is no time; FCPXML writes 1001/30000s.')
    return Fraction(found[1]) / int(found[2] or 1)


def _rate(file: _File, key: str | None) -> Fraction | None:
    form = file.resources.get(key or "")
    if form is None or form.tag != "format":
        return None
    duration = _seconds(file, form, "frameDuration")
    if duration > 0:
        return exact_rate(1 / duration)
    found = re.search(r"[pi](\d{4}|\d{2})$", form.get("name", ""))  # FFVideoFormat1080p2997
    if found is None:
        return None
    return exact_rate(Fraction(found[1]) / (100 if len(found[1]) == 4 else 1))


def _size(file: _File, key: str | None) -> tuple[int, int]:
    form = file.resources.get(key or "")
    sides = ("0", "0") if form is None else (form.get("width", "0"), form.get("height", "0"))
    return tuple(int(side) if re.fullmatch(r"\d{1,5}", side) else 0 for side in sides)  # type: ignore[return-value]

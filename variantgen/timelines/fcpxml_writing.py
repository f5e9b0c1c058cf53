"""An edit in, the text of an FCPXML 1.8 out, which Final Cut Pro 10.4 and later and Resolve open.

Version 1.8 is the oldest that holds all that is needed; its DTD asks for resources before the library, for `src` on the
asset itself, and inside a clip for note, timeMap, adjustments and markers in this order.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from variantgen.timelines.edit import TimelineClip, TimelineEdit, TimelineMarker, TimelineMedia
from variantgen.timelines.fcpxml_transform import add_transform
from variantgen.timelines.naming import url_of

VERSION = "1.8"
_GAP_START_SECONDS = 3600
"""Where Final Cut itself begins the local time of its gaps."""
_TO_DO = {"red": "0", "green": "1"}


def fcpxml_text(edit: TimelineEdit) -> str:
    """The FCPXML of an edit: one project whose primary storyline holds its clips, gaps and markers."""
    root = Element("fcpxml", version=VERSION)
    resources = SubElement(root, "resources")
    form = _format(resources, "r1", edit.rate, edit.width, edit.height)
    assets = _assets(resources, edit)
    event = SubElement(SubElement(root, "library"), "event", name=_plain(edit.name))
    project = SubElement(event, "project", name=_plain(edit.name))
    sequence = SubElement(
        project, "sequence", format=form, duration=_time(edit.frames, edit.rate),
        tcStart=_time(edit.start_frame, edit.rate), tcFormat=_counting(edit), audioLayout="stereo", audioRate="48k",
    )  # fmt: skip
    if edit.note:
        SubElement(sequence, "note").text = _plain(edit.note)
    spine = SubElement(sequence, "spine")
    for clip, start in zip(edit.clips, edit.starts, strict=True):
        shown = _clip(spine, edit, clip, start, assets) if clip.source else _gap(spine, edit, clip, start)
        _markers(shown, edit, clip, start)
    ElementTree.indent(root, "    ")
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{body}\n'


def _counting(edit: TimelineEdit) -> str:
    return "DF" if edit.is_drop_frame else "NDF"


def _format(resources: Element, key: str, rate: Fraction, width: int, height: int) -> str:
    size: dict[str, str] = {"width": str(width), "height": str(height)} if width and height else {}
    SubElement(resources, "format", {"id": key, "frameDuration": _time(1, rate), **size})
    return key


def _assets(resources: Element, edit: TimelineEdit) -> dict[TimelineMedia, str]:
    assets: dict[TimelineMedia, str] = {}
    for clip in edit.clips:
        media = clip.source
        if media is None or media in assets:
            continue
        number = 2 + 2 * len(assets)
        rate = media.frame_rate or edit.rate
        form = _format(resources, f"r{number}", rate, media.width, media.height)
        held = media.frames or max(round(one.source_end_seconds * rate) for one in edit.clips if one.source == media)
        sound: dict[str, str] = {"hasAudio": "1", "audioSources": "1", "audioChannels": "2"} if media.has_sound else {}
        asset = {
            "id": f"r{number + 1}", "name": media.path.name, "src": url_of(media.path),
            "start": _time(media.first_frame or 0, rate), "duration": _time(held, rate),
            "hasVideo": "1", "format": form,
        }  # fmt: skip
        SubElement(resources, "asset", {**asset, **sound})
        assets[media] = asset["id"]
    return assets


def _clip(
    spine: Element, edit: TimelineEdit, clip: TimelineClip, start: int, assets: dict[TimelineMedia, str]
) -> Element:
    assert clip.source is not None
    shown = SubElement(
        spine, "asset-clip", ref=assets[clip.source], name=_plain(clip.name) or clip.source.path.name,
        offset=_offset(edit, start), start=_seconds(_local_start(clip, edit), edit.rate),
        duration=_time(clip.frames, edit.rate), tcFormat=_counting(edit),
    )  # fmt: skip
    if clip.note:
        SubElement(shown, "note").text = _plain(clip.note)
    if clip.speed != 1:
        _time_map(shown, edit, clip)
    first = _local_start(clip, edit)
    add_transform(
        shown, clip.placement, (clip.source.width, clip.source.height), (edit.width, edit.height),
        lambda frame: _seconds(first + frame / edit.rate, edit.rate),
    )  # fmt: skip
    return shown


def _time_map(shown: Element, edit: TimelineEdit, clip: TimelineClip) -> None:
    """A steady speed, mapped over the whole media: a map that ends with the clip leaves its last frames black in
    Resolve (palmier-pro, pull request 197)."""
    assert clip.source is not None
    base, start = _media_start(clip, edit), _local_start(clip, edit)
    used = base + clip.source_start_seconds
    held = (clip.source.frames or 0) / (clip.source.frame_rate or edit.rate)
    ends = (base, max(base + held, used + clip.frames / edit.rate * clip.speed))
    points = SubElement(shown, "timeMap")
    for value in ends:
        time = start + (value - used) / clip.speed
        SubElement(points, "timept", time=_seconds(time, edit.rate), value=_seconds(value, edit.rate), interp="linear")


def _gap(spine: Element, edit: TimelineEdit, clip: TimelineClip, start: int) -> Element:
    shown = SubElement(
        spine, "gap", name=_plain(clip.name) or "Gap", offset=_offset(edit, start), start=f"{_GAP_START_SECONDS}s",
        duration=_time(clip.frames, edit.rate),
    )  # fmt: skip
    if clip.note:
        SubElement(shown, "note").text = _plain(clip.note)
    return shown


def _media_start(clip: TimelineClip, edit: TimelineEdit) -> Fraction:
    media = clip.source
    return Fraction(0) if media is None else Fraction(media.first_frame or 0) / (media.frame_rate or edit.rate)


def _local_start(clip: TimelineClip, edit: TimelineEdit) -> Fraction:
    """Where a clip's own time begins: in its media's time, stretched by its speed, then on the next frame."""
    if clip.source is None:
        return Fraction(_GAP_START_SECONDS)
    stretched = clip.source_start_seconds / clip.speed
    return _media_start(clip, edit) + (
        stretched if clip.speed == 1 else Fraction(ceil(stretched * edit.rate)) / edit.rate
    )


def _markers(shown: Element, edit: TimelineEdit, clip: TimelineClip, start: int) -> None:
    for marker in edit.markers:
        if start <= marker.start_frame < start + clip.frames:
            _marker(shown, edit, marker, _local_start(clip, edit) + Fraction(marker.start_frame - start) / edit.rate)


def _marker(shown: Element, edit: TimelineEdit, marker: TimelineMarker, at: Fraction) -> None:
    more: dict[str, str] = {"note": _plain(marker.note)} if marker.note else {}
    if marker.colour in _TO_DO:
        more["completed"] = _TO_DO[marker.colour]
    length = _time(max(1, marker.frames), edit.rate)
    said = {"start": _seconds(at, edit.rate), "duration": length, "value": _plain(marker.name) or "Marker"}
    SubElement(shown, "marker", {**said, **more})


def _offset(edit: TimelineEdit, start: int) -> str:
    return _time(edit.start_frame + start, edit.rate)


def _time(frames: int, rate: Fraction) -> str:
    """Whole frames as FCPXML writes them, not shortened: 7007/30000s is plainly seven frames at 29.97."""
    return f"{frames * rate.denominator}/{rate.numerator}s" if frames else "0s"


def _seconds(value: Fraction, rate: Fraction) -> str:
    """A time that may lie between frames, as those of retimed clips do."""
    frames = value * rate
    if frames.denominator == 1:
        return _time(frames.numerator, rate)
    return f"{value.numerator}/{value.denominator}s" if value.denominator != 1 else f"{value.numerator}s"


def _plain(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()

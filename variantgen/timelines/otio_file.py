"""OpenTimelineIO JSON in and out, through the opentimelineio library (the `timelines` extra)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from variantgen.errors import UserError
from variantgen.timelines.edit import TimelineClip, TimelineEdit, TimelineMedia
from variantgen.timelines.laying import MAX_SECONDS, Budget, Laid, LaidMarker, edit_of_spans, moved_cut, trimmed
from variantgen.timelines.naming import last_name, relative_url, url_of
from variantgen.timelines.otio_transform import (
    metadata_of,
    places_in,
    premiere_effect,
    premiere_sequence,
    resolve_effect,
)
from variantgen.timelines.timecode import exact_rate

INSTALL = 'pip install "variantgen[timelines]"'
METADATA = "variantgen"
_MAX_DEPTH = 200


def _library(name: str) -> Any:
    try:
        import opentimelineio
    except ImportError:
        raise UserError(
            f'"{name}" is OpenTimelineIO, which needs the opentimelineio package: install it with {INSTALL}; '
            "EDL and FCPXML need nothing more."
        ) from None
    return opentimelineio


# ---------------------------------------------------------------- reading


def read_otio(text: str, name: str) -> TimelineEdit:
    """The first video track of an OTIO timeline that shows anything; nested stacks show their own first track.

    Dissolves become cuts in their middle. Raises UserError where the extra is missing, for what is no OTIO timeline,
    freeze frames and reversed clips.
    """
    otio = _library(name)
    timeline = _timeline(otio, _loaded(otio, text, name), name)
    budget, notes = Budget(name), list[str]()
    tracks = _video_tracks(otio, timeline.tracks)
    at = next((index for index, track in enumerate(tracks) if _has_clip(otio, track)), None)
    if at is None:
        raise UserError(f'"{name}" holds no video track with a clip.')
    if len(tracks) > at + 1:
        notes.append(f"{len(tracks) - at - 1} more video tracks are left out: only the first one is used")
    rate = _timeline_rate(timeline, tracks[at], name)
    spans, markers = _track(otio, tracks[at], rate, budget, notes, 0)
    markers += _markers(timeline.tracks, Fraction(0), name)
    start = timeline.global_start_time
    begin = 0 if start is None else round(_seconds(start, name) * rate)
    said = _ours(timeline)
    return edit_of_spans(
        spans, rate, name=timeline.name, file=name, markers=markers, notes=notes, start_frame=max(0, begin),
        is_drop_frame=said.get("is_drop_frame") is True, width=_whole(said, "width"), height=_whole(said, "height"),
    )  # fmt: skip


def _loaded(otio: Any, text: str, name: str) -> Any:
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        raise UserError(f'"{name}" is no OpenTimelineIO file: it is not JSON.') from None
    if not isinstance(tree, dict) or "OTIO_SCHEMA" not in tree:
        raise UserError(f'"{name}" is JSON but no OpenTimelineIO file: it has no OTIO_SCHEMA.')
    _made_readable(tree, otio.core.type_version_map(), name)
    try:
        return otio.core.deserialize_json_from_string(json.dumps(tree))
    except Exception as error:  # the library's own errors share no base, and it raises many others
        raise UserError(f'"{name}" cannot be read as OpenTimelineIO: {" ".join(str(error).split())[:200]}.') from None


def _made_readable(tree: Any, versions: dict[str, int], name: str) -> None:
    """Lowers schemas newer than the library knows to what it knows, and refuses trees too deep to walk.

    What this reader uses has kept its names; a newer Marker differs by its colour, a table where a word was.
    """
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            raise UserError(f'"{name}" nests more than {_MAX_DEPTH} deep; export it flattened.')
        if isinstance(node, dict):
            schema, _, version = str(node.get("OTIO_SCHEMA", "")).partition(".")
            known = versions.get(schema)
            if known is not None and version.isdigit() and len(version) < 6 and int(version) > known:
                node["OTIO_SCHEMA"] = f"{schema}.{known}"
            if schema == "Marker" and isinstance(node.get("color"), dict):
                node["color"] = str(node["color"].get("name", ""))
            waiting += [(inner, depth + 1) for inner in node.values()]
        elif isinstance(node, list):
            waiting += [(inner, depth + 1) for inner in node]


def _timeline(otio: Any, held: Any, name: str) -> Any:
    if isinstance(held, otio.schema.SerializableCollection):
        held = next((one for one in held if isinstance(one, otio.schema.Timeline)), held)
    if not isinstance(held, otio.schema.Timeline):
        raise UserError(f'"{name}" holds no timeline but a {type(held).__name__}.')
    return held


def _video_tracks(otio: Any, stack: Any) -> list[Any]:
    return [
        t for t in stack if isinstance(t, otio.schema.Track) and t.kind == otio.schema.TrackKind.Video and t.enabled
    ]


def _has_clip(otio: Any, track: Any) -> bool:
    return any(isinstance(one, (otio.schema.Clip, otio.schema.Stack, otio.schema.Track)) for one in track)


def _timeline_rate(timeline: Any, track: Any, name: str) -> Fraction:
    times = [timeline.global_start_time, *(_duration(one) for one in track)]
    rates = (exact_rate(time.rate) for time in times if time is not None)
    rate = next((rate for rate in rates if rate), None)
    if rate is None:
        raise UserError(f'"{name}" says no frame rate that a film can have (1 to 300).')
    return rate


def _duration(one: Any) -> Any:
    try:
        return one.duration()
    except Exception:  # a clip with neither a source range nor media to measure
        return None


def _track(
    otio: Any, track: Any, rate: Fraction, budget: Budget, notes: list[str], depth: int
) -> tuple[list[Laid], list[LaidMarker]]:
    """The spans of a track, and its own markers; transitions move the cut that they lie over to their middle."""
    budget.spend(len(track), depth)
    spans: list[Laid] = []
    moves: list[tuple[int, Fraction]] = []
    for one in track:
        if isinstance(one, otio.schema.Transition):
            notes.append("transitions become cuts in their middle")
            middle = (_seconds(one.out_offset, budget.name) - _seconds(one.in_offset, budget.name)) / 2
            moves.append((len(spans), Fraction(round(middle * rate)) / rate))
        else:
            spans += _spans(otio, one, rate, budget, notes, depth)
    for index, by in moves:
        moved_cut(spans, index, by)
    markers = list(_markers(track, Fraction(0), budget.name))
    if track.source_range is not None:
        start, length = _range(track.source_range, budget.name)
        spans = trimmed(spans, start, length)
        markers = [replace(marker, at=marker.at - start) for marker in markers]
    return spans, markers


def _spans(otio: Any, one: Any, rate: Fraction, budget: Budget, notes: list[str], depth: int) -> list[Laid]:
    schema, name = otio.schema, budget.name
    if isinstance(one, schema.Gap):
        _, seconds = _range(one.source_range, name)
        return [
            Laid(
                seconds, rate, one.name, note=str(_ours(one).get("note", "")), markers=_markers(one, Fraction(0), name)
            )
        ]
    if isinstance(one, schema.Track):
        return _track(otio, one, rate, budget, notes, depth + 1)[0]
    if isinstance(one, schema.Stack):
        inner = next((track for track in _video_tracks(otio, one) if _has_clip(otio, track)), None)
        spans = [] if inner is None else _track(otio, inner, rate, budget, notes, depth + 1)[0]
        return spans if one.source_range is None else trimmed(spans, *_range(one.source_range, name))
    return [_clip(otio, one, rate, name)] if isinstance(one, schema.Clip) else []


def _clip(otio: Any, clip: Any, rate: Fraction, name: str) -> Laid:
    reference = clip.media_reference
    used = clip.source_range or (reference.available_range if reference else None)
    if used is None:
        raise UserError(f'"{name}": clip "{clip.name}" has no source range, and its media no length.')
    start, seconds = _range(used, name)
    markers = _markers(clip, start, name)
    note = str(_ours(clip).get("note", ""))
    if isinstance(reference, otio.schema.GeneratorReference) or not clip.enabled:
        return Laid(seconds, rate, clip.name, note=note, markers=markers)
    source_rate = exact_rate(used.start_time.rate) or rate
    media = _media(otio, clip, reference, source_rate, name)
    first = Fraction(media.first_frame or 0) / (media.frame_rate or source_rate)
    speed = _speed(otio, clip, name)
    places = places_in(_ours(clip).get("placement", ()), rate)
    return Laid(seconds, source_rate, clip.name, media, start - first, speed, note, markers, places)


def _speed(otio: Any, clip: Any, name: str) -> Fraction:
    speed = Fraction(1)
    for effect in clip.effects:
        if isinstance(effect, otio.schema.FreezeFrame):
            raise UserError(f'"{name}": "{clip.name}" is frozen, which is not taken.')
        if isinstance(effect, otio.schema.LinearTimeWarp):
            scalar = effect.time_scalar
            if not 0.001 <= scalar <= 1000:
                raise UserError(f'"{name}": "{clip.name}" plays at {scalar:g} times its speed, which is not taken.')
            speed *= Fraction(scalar).limit_denominator(1_000_000)
        elif isinstance(effect, otio.schema.TimeEffect):
            raise UserError(f'"{name}": "{clip.name}" has a speed ramp; variantgen takes one steady speed a clip.')
    return speed


def _media(otio: Any, clip: Any, reference: Any, rate: Fraction, name: str) -> TimelineMedia:
    if isinstance(reference, otio.schema.ImageSequenceReference):
        raise UserError(f'"{name}": "{clip.name}" is an image sequence; render it to a film first.')
    url = reference.target_url if isinstance(reference, otio.schema.ExternalReference) else ""
    names = tuple(dict.fromkeys(str(text) for text in (url, reference.name if reference else "", clip.name) if text))
    if not names:
        raise UserError(f'"{name}": a clip has neither media nor a name.')
    held = reference.available_range if reference else None
    if held is None:
        return TimelineMedia(Path(last_name(names[0])), names, rate, first_frame=None)
    own_rate = exact_rate(held.start_time.rate) or rate
    start, length = _range(held, name)
    return TimelineMedia(
        Path(last_name(names[0])), names, own_rate, round(length * own_rate) or None, round(start * own_rate)
    )


def _markers(item: Any, start: Fraction, name: str) -> tuple[LaidMarker, ...]:
    """The markers of an item, at seconds after `start` of its own time."""
    return tuple(
        LaidMarker(
            _seconds(marker.marked_range.start_time, name) - start, marker.name,
            max(Fraction(0), _seconds(marker.marked_range.duration, name)), str(marker.color or "").lower(),
            str(getattr(marker, "comment", "") or _ours(marker).get("note", "")),
        )
        for marker in item.markers
    )  # fmt: skip


def _ours(item: Any) -> dict[str, Any]:
    held = item.metadata.get(METADATA)
    return dict(held) if hasattr(held, "keys") else {}


def _whole(held: dict[str, Any], key: str) -> int:
    value = held.get(key)
    return value if isinstance(value, int) and 0 <= value < 100_000 else 0


def _range(span: Any, name: str) -> tuple[Fraction, Fraction]:
    start, seconds = _seconds(span.start_time, name), _seconds(span.duration, name)
    if seconds < 0:
        raise UserError(f'"{name}" holds a span that is shorter than nothing.')
    return start, seconds


def _seconds(time: Any, name: str) -> Fraction:
    """A RationalTime exactly: its rate is a rounded float that stands for 24000/1001 and the like."""
    rate = exact_rate(time.rate)
    if rate is None or not abs(time.value / time.rate) <= 10 * MAX_SECONDS:  # also refuses nan
        raise UserError(f'"{name}" holds a time that no film has ({time.value:g} at {time.rate:g} a second).')
    return Fraction(time.value).limit_denominator(1_000_000) / rate


# ---------------------------------------------------------------- writing


def otio_text(edit: TimelineEdit, folder: Path) -> str:
    """The OTIO JSON of an edit that will lie in `folder`: a video track, and a sound track where media have sound.

    Media inside `folder` are named relative to it, others by file: URLs.
    """
    otio = _library("An .otio timeline")
    rate = float(edit.rate)
    timeline = otio.schema.Timeline(edit.name, global_start_time=otio.opentime.RationalTime(edit.start_frame, rate))
    timeline.metadata[METADATA] = {
        "is_drop_frame": edit.is_drop_frame,
        "width": edit.width,
        "height": edit.height,
        **({"note": edit.note} if edit.note else {}),
    }
    if edit.width and edit.height:
        timeline.metadata["PremierePro_OTIO"] = {"MetadataVersion": "1.0"}
        timeline.tracks.metadata.update(premiere_sequence(edit.rate, (edit.width, edit.height)))
    has_sound = any(clip.source and clip.source.has_sound for clip in edit.clips)
    for kind in ("Video", "Audio") if has_sound else ("Video",):
        track = otio.schema.Track(f"{kind[0]}1", kind=kind)
        track.extend([_written(otio, edit, clip, folder, kind) for clip in edit.clips])
        timeline.tracks.append(track)
    timeline.tracks.markers.extend(_written_markers(otio, edit))
    return str(otio.core.serialize_json_to_string(timeline, indent=2)) + "\n"


def _written(otio: Any, edit: TimelineEdit, clip: TimelineClip, folder: Path, kind: str) -> Any:
    def span(first: int, frames: int, rate: Fraction) -> Any:
        times = (otio.opentime.RationalTime(number, float(rate)) for number in (first, frames))
        return otio.opentime.TimeRange(*times)

    said: dict[str, Any] = {"note": clip.note} if clip.note else {}
    if clip.placement:
        said["placement"] = metadata_of(clip.placement)
    metadata = {METADATA: said} if said and kind == "Video" else {}
    media = clip.source
    if media is None or (kind == "Audio" and not media.has_sound):
        return otio.schema.Gap(name=clip.name, source_range=span(0, clip.frames, edit.rate), metadata=metadata)
    own_rate = media.frame_rate or clip.rate
    held = media.frames or round(clip.source_end_seconds * own_rate)
    reference = otio.schema.ExternalReference(
        relative_url(media.path, folder) or url_of(media.path), span(media.first_frame or 0, held, own_rate)
    )
    reference.name = media.path.name  # Resolve links by it
    first, frames, rate = _used(clip, edit.rate)
    made = otio.schema.Clip(clip.name, reference, span(first, frames, rate), metadata=metadata)
    if clip.speed != 1:
        made.effects.append(otio.schema.LinearTimeWarp(name="speed", time_scalar=float(clip.speed)))
    picture, canvas = (media.width, media.height), (edit.width, edit.height)
    if clip.placement and kind == "Video" and min(*picture, *canvas) > 0:
        made.effects.append(resolve_effect(otio, clip.placement, picture, canvas))
        begins = first / rate * edit.rate
        made.effects.append(premiere_effect(otio, clip.placement, picture, canvas, begins, edit.rate))
    return made


def _used(clip: TimelineClip, edit_rate: Fraction) -> tuple[int, int, Fraction]:
    """The first frame of a clip's media by its timecode, how many, and the rate at which both are counted.

    Of a retimed clip OTIO counts what plays, not what is used. The rate is the clip's; where the media's timecode
    begins between two frames of that, and the media's rate has both, it is the media's.
    """
    assert clip.source is not None
    own_rate = clip.source.frame_rate or clip.rate
    begins, played = (clip.source.first_frame or 0) / own_rate, clip.frames / edit_rate
    first = begins + clip.source_start_seconds
    has_both = all((time * own_rate).denominator == 1 for time in (first, played))
    rate = own_rate if has_both and (first * clip.rate).denominator != 1 else clip.rate
    return round(begins * rate) + round(clip.source_start_seconds * rate), round(played * rate), rate


def _written_markers(otio: Any, edit: TimelineEdit) -> Iterator[Any]:
    for marker in edit.markers:
        times = (otio.opentime.RationalTime(number, float(edit.rate)) for number in (marker.start_frame, marker.frames))
        made = otio.schema.Marker(marker.name, otio.opentime.TimeRange(*times), (marker.colour or "green").upper())
        made.comment = marker.note
        yield made

"""Spans in exact seconds in, clips in whole frames out: what OTIO, FCPXML and FCP 7 XML have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from variantgen.errors import UserError
from variantgen.timelines.edit import PlacementKey, TimelineClip, TimelineEdit, TimelineMarker, TimelineMedia
from variantgen.timelines.opening import MAX_CLIPS

MAX_NESTING = 16
MAX_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class LaidMarker:
    """A marker at `at` seconds after the start of the span (or the edit) that carries it."""

    at: Fraction
    name: str = ""
    seconds: Fraction = Fraction(0)
    colour: str = ""
    note: str = ""


@dataclass(frozen=True)
class LaidPlace:
    """Where a picture stands at `at` seconds after the start of the span that carries it; as in PlacementKey."""

    at: Fraction
    scale: float
    x_px: float
    y_px: float


@dataclass(frozen=True)
class Laid:
    """A span of a track that fills `seconds` of it: of a media file from `source` seconds on, or a gap.

    `rate` is what the source is counted at.
    """

    seconds: Fraction
    rate: Fraction
    name: str = ""
    media: TimelineMedia | None = None
    source: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    note: str = ""
    markers: tuple[LaidMarker, ...] = ()
    places: tuple[LaidPlace, ...] = ()


class Budget:
    """Counts what one file unfolds into; a few nested sequences can stand for billions of clips."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._left = MAX_CLIPS

    def spend(self, spans: int, depth: int) -> None:
        """UserError once more is asked for than any edit holds."""
        self._left -= max(1, spans)
        if self._left < 0:
            raise UserError(f'"{self.name}" holds more than {MAX_CLIPS} clips; export a shorter sequence.')
        if depth > MAX_NESTING:
            raise UserError(f'"{self.name}" nests sequences more than {MAX_NESTING} deep; export it flattened.')


def trimmed(spans: Iterable[Laid], start: Fraction, seconds: Fraction) -> list[Laid]:
    """What of a nested sequence shows between `start` and `start + seconds` of it; a gap fills up what is missing."""
    kept: list[Laid] = []
    at, end = Fraction(0), start + seconds
    rate = Fraction(1)
    for span in spans:
        rate = span.rate
        first, last = max(at, start), min(at + span.seconds, end)
        if first < last:
            kept.append(_part(span, first - at, last - first))
        at += span.seconds
    missing = seconds - sum((span.seconds for span in kept), Fraction(0))
    return [*kept, Laid(missing, rate)] if missing > 0 else kept


def _part(span: Laid, skip: Fraction, seconds: Fraction) -> Laid:
    markers = tuple(replace(m, at=m.at - skip) for m in span.markers if skip <= m.at < skip + seconds)
    places = tuple(replace(place, at=place.at - skip) for place in span.places)
    return replace(span, source=span.source + skip * span.speed, seconds=seconds, markers=markers, places=places)


def moved_cut(spans: list[Laid], index: int, by: Fraction) -> None:
    """Moves the cut before `spans[index]` by so many seconds, within what the two spans hold."""
    if not 0 < index < len(spans):
        return
    before, after = spans[index - 1], spans[index]
    by = max(min(by, after.seconds), -before.seconds)
    spans[index - 1] = replace(before, seconds=before.seconds + by)
    places = tuple(replace(place, at=place.at - by) for place in after.places)
    spans[index] = replace(after, seconds=after.seconds - by, source=after.source + by * after.speed, places=places)


def edit_of_spans(
    spans: Sequence[Laid],
    rate: Fraction,
    *,
    name: str,
    file: str,
    markers: Iterable[LaidMarker] = (),
    notes: Iterable[str] = (),
    **more: int | bool,
) -> TimelineEdit:
    """The edit that spans make, each cut on the nearest frame; errors do not add up.

    `more` goes into the edit as it is. Raises UserError where nothing is left, or it is longer than a day.
    """
    clips: list[TimelineClip] = []
    found = list(markers)
    at = Fraction(0)
    for span in spans:
        first, last = round(at * rate), round((at + span.seconds) * rate)
        found += [replace(marker, at=marker.at + at) for marker in span.markers]
        at += span.seconds
        if last > first:
            clips.append(_clip(span, last - first, rate))
    if at > MAX_SECONDS:
        raise UserError(f'"{file}" is an edit of more than 24 hours; export a shorter sequence.')
    if not any(clip.source for clip in clips):
        raise UserError(f'"{file}" holds no clip with a picture in its first video track.')
    shown = tuple(_marker(marker, rate) for marker in sorted(found, key=lambda m: m.at) if 0 <= marker.at < at)
    return TimelineEdit(name or file, rate, tuple(clips), shown, notes=tuple(dict.fromkeys(notes)), **more)  # type: ignore[arg-type]


def _clip(span: Laid, frames: int, rate: Fraction) -> TimelineClip:
    if span.media is None:
        return TimelineClip(None, 0, frames, rate, frames, span.name, note=span.note)
    start = round(span.source * span.rate)
    length = frames if (span.rate, span.speed) == (rate, 1) else max(1, round(frames / rate * span.speed * span.rate))
    placement = tuple(PlacementKey(round(key.at * rate), key.scale, key.x_px, key.y_px) for key in span.places)
    return TimelineClip(
        span.media, start, start + length, span.rate, frames, span.name, span.speed, span.note, placement
    )


def _marker(marker: LaidMarker, rate: Fraction) -> TimelineMarker:
    frames = max(0, round(marker.seconds * rate))
    return TimelineMarker(round(marker.at * rate), marker.name, frames, marker.colour, marker.note)

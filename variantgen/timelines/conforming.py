"""An edit and its media in, the film that is to be made of it out: canvas, colours, and what each clip shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from variantgen.errors import UserError
from variantgen.model import Colour, Conform, ConformClip, ConformPicture, DynamicRange, Master, Still
from variantgen.timelines.edit import TimelineClip, TimelineEdit
from variantgen.timelines.finding import is_still

SIDE_PX = (16, 8192)
"""The smallest and the largest side that a timeline's picture may say it has."""
RATES = (Fraction(1), Fraction(120))
HALVED = ("420", "nv12", "nv21", "p010", "gray", "410", "411")
"""In pixel formats' names: no more colour than 4:2:0 has, or nearly."""
DYNAMIC_RANGE: dict[str, DynamicRange] = {"smpte2084": "pq", "arib-std-b67": "hlg"}


def needs_conforming(edit: TimelineEdit) -> bool:
    """Whether an edit is more than spans of one film at their own speed."""
    media = {clip.media for clip in edit.clips}
    is_plain = all(clip.media is not None and clip.speed == 1 and not is_still(clip.media) for clip in edit.clips)
    return len(media) != 1 or not is_plain


def conform_of(edit: TimelineEdit, sources: Mapping[Path, Master | Still]) -> Conform:
    """What is to be made of an edit; `sources` holds every media file that it shows.

    The canvas is the timeline's own, else the largest film's. Raises UserError for a canvas or a rate that no film has.
    """
    if not RATES[0] <= edit.rate <= RATES[1]:
        raise UserError(
            f'"{edit.name}" runs at {float(edit.rate):g} frames a second; {RATES[0]} to {RATES[1]} are taken.'
        )
    clips = tuple(_clip(clip, sources) for clip in edit.clips)
    shown = list(dict.fromkeys(clip.source for clip in clips if clip.source is not None))
    width, height = _canvas(edit, shown)
    colour = _colour(shown)
    dynamic_range = DYNAMIC_RANGE.get(colour.transfer, "sdr")
    films = [source for source in shown if isinstance(source, Master)]
    is_mapped = any(film.dynamic_range != dynamic_range for film in films)
    notes = ("its HDR films are brought to SDR, because others are not HDR in the same way",) if is_mapped else ()
    picture = ConformPicture(width, height, edit.rate, _pixel_format(films), colour, dynamic_range)
    return Conform(edit.name, picture, clips, notes)


def _clip(clip: TimelineClip, sources: Mapping[Path, Master | Still]) -> ConformClip:
    if clip.media is None:
        return ConformClip(None, clip.frames)
    source = sources[clip.media]
    if isinstance(source, Still):
        return ConformClip(source, clip.frames)
    return ConformClip(source, clip.frames, clip.source_start_seconds * source.frame_rate, clip.speed)


def _canvas(edit: TimelineEdit, shown: Sequence[Master | Still]) -> tuple[int, int]:
    """Width and height, made even; the largest film's where the timeline frames its pictures: plans do that anew."""
    films = [source for source in shown if isinstance(source, Master)] or shown
    width, height = (0, 0) if any(clip.placement for clip in edit.clips) else (edit.width, edit.height)
    if not (width and height):
        largest = max(films, key=lambda film: film.width * film.height)
        width, height = largest.width, largest.height
    if not all(SIDE_PX[0] <= side <= SIDE_PX[1] for side in (width, height)):
        raise UserError(
            f'"{edit.name}" has a picture of {width}x{height}; sides of {SIDE_PX[0]} to {SIDE_PX[1]} pixels are taken.'
        )
    return width // 2 * 2, height // 2 * 2


def _pixel_format(films: Iterable[Master]) -> str:
    """The one that holds the colour and the depth of all films; 10 bits at most."""
    chroma = max((_chroma(film.pixel_format) for film in films), default="420")
    return f"yuv{chroma}p10le" if any(film.bit_depth > 8 for film in films) else f"yuv{chroma}p"


def _chroma(name: str) -> str:
    if "422" in name or "yuyv" in name or "uyvy" in name:
        return "422"
    return "420" if any(word in name for word in HALVED) else "444"


def _colour(shown: Sequence[Master | Still]) -> Colour:
    """The colours that all films agree on, else bt709; always studio range."""
    colours = {film.colour if isinstance(film, Master) else Colour("gbr") for film in shown}
    said = {(colour.matrix, colour.primaries, colour.transfer) for colour in colours}
    return Colour() if len(said) > 1 or "gbr" in {colour.matrix for colour in colours} else Colour(*said.pop())

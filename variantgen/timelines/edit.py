"""The values that every timeline file is read into and written from: an edit of clips, gaps and markers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path


@dataclass(frozen=True)
class TimelineMedia:
    """One media file that an edit uses.

    `path` is where it lies, once found; before that its bare name. `names` is what the timeline file calls it (paths,
    URLs, clip names, reels), best first. `first_frame` is what its own timecode says at its first frame, counted at
    `frame_rate`; None where nobody has looked yet, and then the clips that use it count from midnight.
    """

    path: Path
    names: tuple[str, ...] = ()
    frame_rate: Fraction | None = None
    frames: int | None = None
    first_frame: int | None = 0
    width: int = 0
    height: int = 0
    has_sound: bool = True


@dataclass(frozen=True)
class PlacementKey:
    """Where a picture stands on the canvas of its timeline at one frame of its clip, the clip's first being 0.

    `scale` is canvas pixels for one pixel of the upright picture; (`x_px`, `y_px`) is the point of the picture, from
    its upper left corner, that stands in the middle of the canvas.
    """

    frame: int
    scale: float
    x_px: float
    y_px: float


@dataclass(frozen=True)
class TimelineClip:
    """A span of a media file (or a gap, where `source` is None) that fills `frames` frames of the timeline.

    `start_frame` and `end_frame` (half-open) count frames of the media from its first, at `rate`, which is the rate
    that the timeline file counts them at. Of a gap they are 0 and its length. `placement` runs straight between its
    keys and is held outside of them; without keys nothing is said of where the picture stands.
    """

    source: TimelineMedia | None
    start_frame: int
    end_frame: int
    rate: Fraction
    frames: int
    name: str = ""
    speed: Fraction = Fraction(1)
    note: str = ""
    placement: tuple[PlacementKey, ...] = ()

    @property
    def media(self) -> Path | None:
        """The file that is shown, or None for a gap."""
        return self.source.path if self.source else None

    @property
    def is_gap(self) -> bool:
        """Whether no media is shown: black, or a card that the timeline cannot hold."""
        return self.source is None

    @property
    def source_start_seconds(self) -> Fraction:
        """Where the clip begins in its media, in seconds after the media's first frame."""
        return self.start_frame / self.rate

    @property
    def source_end_seconds(self) -> Fraction:
        """Where the clip ends in its media, in seconds after the media's first frame."""
        return self.end_frame / self.rate


@dataclass(frozen=True)
class TimelineMarker:
    """A marker in timeline frames from the edit's first frame; `frames` is 0 for a point in time.

    `colour` is a plain English word in lower case (red, green, ...), or empty.
    """

    start_frame: int
    name: str = ""
    frames: int = 0
    colour: str = ""
    note: str = ""


@dataclass(frozen=True)
class TimelineEdit:
    """An edit as an editor's program would show it: what follows what, in frames at one exact rate.

    `start_frame` is the timeline's own timecode at its first frame, as a count of frames. `notes` say what reading the
    file left out or changed, one sentence each; `note` is for the person who opens the file that is written.
    """

    name: str
    rate: Fraction
    clips: tuple[TimelineClip, ...]
    markers: tuple[TimelineMarker, ...] = ()
    start_frame: int = 0
    is_drop_frame: bool = False
    width: int = 0
    height: int = 0
    notes: tuple[str, ...] = ()
    note: str = ""

    @property
    def frames(self) -> int:
        """How long the edit is."""
        return sum(clip.frames for clip in self.clips)

    @property
    def starts(self) -> tuple[int, ...]:
        """The timeline frame at which each clip begins, counted from 0."""
        starts, at = [], 0
        for clip in self.clips:
            starts.append(at)
            at += clip.frames
        return tuple(starts)

    @property
    def spans(self) -> tuple[tuple[Path | None, int, int], ...]:
        """What is shown as (file, start, end) in frames at the edit's own rate, half-open; no file for a gap.

        A retimed clip's end is where its media would be at normal speed.
        """
        firsts = (round(clip.source_start_seconds * self.rate) for clip in self.clips)
        return tuple((clip.media, first, first + clip.frames) for clip, first in zip(self.clips, firsts, strict=True))


def clip_of(
    source: TimelineMedia, start_frame: int, end_frame: int, rate: Fraction, *, name: str = "", note: str = ""
) -> TimelineClip:
    """A clip at normal speed in a timeline of the same rate."""
    length = end_frame - start_frame
    return TimelineClip(source, start_frame, end_frame, rate, length, name or source.path.stem, Fraction(1), note)


def gap_of(frames: int, rate: Fraction, *, name: str = "", note: str = "") -> TimelineClip:
    """A gap of so many frames; `name` says what belongs there."""
    return TimelineClip(None, 0, frames, rate, frames, name, Fraction(1), note)

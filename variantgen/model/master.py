"""The master as probed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

DynamicRange = Literal["sdr", "pq", "hlg"]


@dataclass(frozen=True)
class Colour:
    """How a master's samples are to be read; values are FFmpeg's names."""

    matrix: str = "bt709"
    primaries: str = "bt709"
    transfer: str = "bt709"
    range: Literal["tv", "pc"] = "tv"
    is_tagged: bool = True


@dataclass(frozen=True)
class AudioTrack:
    """One sound track of a master; `index` counts all streams of the file."""

    index: int
    channels: int
    sample_rate: int
    codec: str
    language: str = ""
    title: str = ""
    is_default: bool = False


@dataclass(frozen=True)
class SubtitleTrack:
    """One subtitle track of a master; `position` counts subtitle streams only."""

    index: int
    position: int
    codec: str
    language: str = ""
    is_text: bool = True


@dataclass(frozen=True)
class Master:
    """A finished edit as it will be read: upright, square pixels, one exact frame rate.

    `width` and `height` are display pixels after rotation and pixel aspect are undone; `frames` counts frames
    after `fps=frame_rate` from the container's start.
    """

    path: Path
    name: str
    fingerprint: str
    width: int
    height: int
    frame_rate: Fraction
    frames: int
    duration_seconds: float
    video_index: int
    codec: str
    pixel_format: str
    bit_depth: int = 8
    pixel_aspect: Fraction = Fraction(1)
    rotation: int = 0
    is_variable_rate: bool = False
    max_gap_seconds: float = 0.0
    is_seekable: bool = True
    x264_build: int = 0
    """The x264 that made a 4:4:4 master, where its decoder needs to know; 0 elsewhere."""
    is_interlaced: bool = False
    has_alpha: bool = False
    dynamic_range: DynamicRange = "sdr"
    colour: Colour = field(default_factory=Colour)
    audio: AudioTrack | None = None
    audio_tracks: tuple[AudioTrack, ...] = ()
    subtitle_tracks: tuple[SubtitleTrack, ...] = ()
    notes: tuple[str, ...] = ()

    def played(self, speed: Fraction) -> Master:
        """The same master `speed` times as fast: the same frames, at another rate."""
        if speed == 1:
            return self
        return replace(
            self,
            frame_rate=self.frame_rate * speed,
            duration_seconds=float(self.duration_seconds / speed),
            max_gap_seconds=float(self.max_gap_seconds / speed),
        )

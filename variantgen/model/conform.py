"""A timeline of several films as the one film that is made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from pathlib import Path

from variantgen.model.master import Colour, DynamicRange, Master

HEARD_SPEED = 16
"""A clip that plays faster than this, or slower by as much, is silent."""


@dataclass(frozen=True)
class Still:
    """A picture that a timeline shows for a while; `width` and `height` are upright pixels."""

    path: Path
    fingerprint: str
    width: int
    height: int


@dataclass(frozen=True)
class ConformClip:
    """What is shown for `frames` frames: a film, a still, or (no source) black and silence.

    `start_frame` counts frames of a film at its own rate and may lie between two: what shows then is the earlier one.
    """

    source: Master | Still | None
    frames: int
    start_frame: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)

    @property
    def is_heard(self) -> bool:
        """Whether the film has sound, and plays at a speed at which there is any sense in it."""
        is_film = isinstance(self.source, Master) and self.source.audio is not None
        return is_film and 1 / HEARD_SPEED <= self.speed <= HEARD_SPEED

    def step(self, rate: Fraction) -> Fraction:
        """How many frames of the film go by in one frame at `rate`."""
        assert isinstance(self.source, Master)
        return self.speed * self.source.frame_rate / rate

    def span(self, rate: Fraction) -> tuple[int, int]:
        """The film's frames that are shown at `rate`, half-open."""
        last = self.start_frame + (self.frames - 1) * self.step(rate)
        return floor(self.start_frame), floor(last) + 1


@dataclass(frozen=True)
class ConformPicture:
    """The picture that all clips are brought to: studio range, square pixels, `pixel_format` a planar YCbCr."""

    width: int
    height: int
    frame_rate: Fraction
    pixel_format: str = "yuv420p"
    colour: Colour = field(default_factory=Colour)
    dynamic_range: DynamicRange = "sdr"


@dataclass(frozen=True)
class Conform:
    """A whole timeline; `notes` say what of its clips could not stay as it was, one sentence each."""

    name: str
    picture: ConformPicture
    clips: tuple[ConformClip, ...]
    notes: tuple[str, ...] = ()

    @property
    def frames(self) -> int:
        """How long it is."""
        return sum(clip.frames for clip in self.clips)

    @property
    def has_sound(self) -> bool:
        """Whether any clip can be heard."""
        return any(clip.is_heard for clip in self.clips)

"""What is asked of a plan: wishes beside the presets, and single variants of a campaign."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from variantgen.model import (
    Brand,
    CaptionTrack,
    Cue,
    Fit,
    FramingMark,
    Identity,
    Look,
    Music,
)
from variantgen.plan.composing import Segment
from variantgen.plan.cutdowns import LengthWish
from variantgen.plan.overlays import OverlayWish
from variantgen.presets.schema import Preset

ExtentOf = Callable[[Cue, Look, int, int, str], tuple[float, float, float, float]]
"""Left, top, right, bottom in px of a cue at its look's place on a canvas (width, height), in a language."""
MeasureText = Callable[[str, float, Look, str], float]
"""Width in px of a line of text at a font size in px, in a look and a language."""


@dataclass(frozen=True)
class Wishes:
    """What was asked for beside the presets."""

    focus: tuple[float, float] | None = None
    fit: Fit | None = None
    title: str = ""
    end_card: str = ""
    is_draft: bool = False
    captions: tuple[CaptionTrack, ...] = ()
    """One a language; each burned one makes a variant of its own."""
    length: LengthWish = field(default_factory=LengthWish)
    music: Music | None = None
    keep: tuple[tuple[str, float], ...] = ()
    """Weights of kinds of subjects, 0 to 10; a kind that is not named has its usual one."""
    marks: tuple[FramingMark, ...] = ()
    composition: tuple[Segment, ...] = ()
    """The pieces of the variant in their order; none is the master as it is."""
    overlays: tuple[OverlayWish, ...] = ()
    brand: Brand | None = None


@dataclass(frozen=True)
class VariantAsk:
    """One variant to plan: a placement with its captions, and a length in seconds (None: what the placement takes).

    `file` and `id` are its own where a campaign names it; empty where they follow from the rest.
    """

    name: str
    preset: Preset
    wishes: Wishes
    tracks: tuple[CaptionTrack, ...] = ()
    seconds: float | None = None
    file: str = ""
    id: str = ""
    identity: Identity | None = None

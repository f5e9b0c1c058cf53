"""Decides what will be made, down to the frame: a pure function of master, analysis, presets and wishes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from variantgen.model import Analysis, Master, Plan, Refusal
from variantgen.plan.cutdowns import Shortener, shortener_of
from variantgen.plan.framing import Framer
from variantgen.plan.overlays import SizeOf, no_size
from variantgen.plan.parts import FontsOf, divide, only_the_caption_font
from variantgen.plan.variants import Desk, Draft, caption_choices, plan_variant
from variantgen.plan.wishes import ExtentOf, MeasureText, VariantAsk, Wishes
from variantgen.presets.schema import Preset

__all__ = ["VariantAsk", "Wishes", "make_plan", "plan_variants"]


def make_plan(
    master: Master,
    analysis: Analysis,
    presets: Sequence[tuple[str, Preset]],
    wishes: Wishes,
    *,
    stem: str,
    ffmpeg_identity: str,
    measure: MeasureText,
    fonts_of: FontsOf = only_the_caption_font,
    extent_of: ExtentOf | None = None,
    size_of: SizeOf = no_size,
) -> Plan:
    """The plan for one master.

    `stem` begins every file name; `measure(text, size_px, look, language)` is the width of a line of captions in px;
    `fonts_of(lines, look, language)` names the fonts that draw them beside the caption font; `extent_of` tells where a
    cue stands, without it none moves out of the way; `size_of` how large an overlay is; the FFmpeg's identity is part
    of every part's key. What cannot be made becomes a Refusal, never an exception.
    """
    asks = [
        VariantAsk(name, preset, wishes, tracks, seconds)
        for name, preset in presets
        for seconds in wishes.length.seconds or (None,)
        for tracks in caption_choices(preset, wishes.captions)
    ]
    return plan_variants(
        master, analysis, asks, stem=stem, ffmpeg_identity=ffmpeg_identity, measure=measure, fonts_of=fonts_of,
        extent_of=extent_of, size_of=size_of,
    )  # fmt: skip


def plan_variants(
    master: Master,
    analysis: Analysis,
    asks: Sequence[VariantAsk],
    *,
    stem: str,
    ffmpeg_identity: str,
    measure: MeasureText,
    fonts_of: FontsOf = only_the_caption_font,
    extent_of: ExtentOf | None = None,
    size_of: SizeOf = no_size,
) -> Plan:
    """The plan of variants that are asked for one by one; the other arguments are those of `make_plan`."""
    drafts: list[Draft] = []
    refusals: list[Refusal] = []
    framers: dict[Any, Framer] = {}
    shorteners: dict[Any, Shortener] = {}
    for ask in asks:
        wishes = ask.wishes
        looks = (wishes.keep, wishes.marks, wishes.focus)
        said = (wishes.length, wishes.captions)
        if looks not in framers:
            framers[looks] = Framer(master, analysis, dict(wishes.keep), wishes.marks, wishes.focus)
        if said not in shorteners:
            shorteners[said] = shortener_of(master, analysis, *said)
        desk = Desk(
            master, analysis, wishes, stem, measure, extent_of, framers[looks], shorteners[said], fonts_of, size_of
        )
        outcome = plan_variant(desk, ask)
        (refusals if isinstance(outcome, Refusal) else drafts).append(outcome)  # type: ignore[arg-type]
    planned = [(d.variant, d.pixels) for d in drafts]
    variants, parts = divide(master, analysis, planned, ffmpeg_identity, fonts_of)
    return Plan(master, variants, parts, tuple(dict.fromkeys(refusals)))

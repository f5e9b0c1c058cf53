"""Variants put together from pieces: spans of the master and cards in an asked order, frames out (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from variantgen.model import Card, FrameSpan, SecondsSpan
from variantgen.plan.cards import card_seconds
from variantgen.plan.cutdowns import LengthWish, Shortener, frame_spans
from variantgen.plan.length import Cut, PlacedCard, limits_of, master_frames, seconds_told
from variantgen.presets.schema import Preset


@dataclass(frozen=True)
class Segment:
    """One piece of a composed variant: a card, or spans of the master in their order; none of both is all of it.

    `seconds` is how long a card is held (None: as long as reading takes). `length_seconds` asks for the spans cut down
    to that length. An elastic segment gives way where the variant has a length of its own.
    """

    name: str
    spans: tuple[SecondsSpan, ...] = ()
    card: Card | None = None
    seconds: float | None = None
    length_seconds: float | None = None
    is_elastic: bool = False


@dataclass(frozen=True)
class _Shown:
    """What a segment shows: spans in frames with reasons, or a card's frames."""

    segment: Segment
    spans: tuple[FrameSpan, ...] = ()
    reasons: tuple[str, ...] = ()
    card_frames: int = 0

    @property
    def frames(self) -> int:
        """How long it plays."""
        return self.card_frames + sum(end - start for start, end in self.spans)


def composed(
    shortener: Shortener,
    preset: Preset,
    rate: Fraction,
    segments: Sequence[Segment],
    seconds: float | None,
) -> Cut | str:
    """The cut of segments in their order, `seconds` long where that is asked; else the sentence why it cannot be."""
    shown: list[_Shown] = []
    for segment in segments:
        one = _shown(shortener, rate, segment)
        if isinstance(one, str):
            return one
        shown.append(one)
    if seconds is not None:
        fitted = _fitted(shortener, rate, shown, round(Fraction(seconds).limit_denominator(1000) * rate))
        if isinstance(fitted, str):
            return fitted
        shown = fitted
    frames = sum(one.frames for one in shown)
    least, most = limits_of(preset.length, rate)
    if (most is not None and frames > most) or frames < least:
        limits = preset.length
        takes = f"at least {limits.min_seconds:g} s" if frames < least else f"at most {limits.max_seconds:g} s"
        told = " + ".join(f"{one.segment.name} {seconds_told(one.frames, rate)}" for one in shown)
        return f"{told} make {seconds_told(frames, rate)} and the placement takes {takes}"
    return _as_cut(shown, rate)


def _shown(shortener: Shortener, rate: Fraction, segment: Segment) -> _Shown | str:
    total = master_frames(shortener.master, rate)
    if segment.card is not None:
        held = segment.seconds if segment.seconds is not None else card_seconds(segment.card.text)
        return _Shown(segment, card_frames=max(1, round(Fraction(held).limit_denominator(1000) * rate)))
    spans = frame_spans(shortener.master, rate, segment.spans) or ((0, total),)
    for (start, end), (first, last) in zip(spans, segment.spans, strict=False):
        if start >= end:
            long = seconds_told(total, rate)
            return f"{segment.name} is {first:g}-{last:g} s of the master, which is {long} long"
    one = _Shown(segment, spans, tuple(segment.name for _ in spans))
    if segment.length_seconds is None:
        return one
    return _shortened(shortener, rate, one, round(Fraction(segment.length_seconds).limit_denominator(1000) * rate))


def _fitted(shortener: Shortener, rate: Fraction, shown: Sequence[_Shown], frames: int) -> list[_Shown] | str:
    """The segments with the elastic one cut so that all of them last `frames`."""
    total = sum(one.frames for one in shown)
    if total == frames:
        return list(shown)
    told = f"its pieces last {seconds_told(total, rate)} and {seconds_told(frames, rate)} was asked for"
    place = next((n for n, one in enumerate(shown) if one.segment.is_elastic), None)
    if total < frames or place is None:
        return told
    room = frames - (total - shown[place].frames)
    if room < 1:
        return f"{told}: nothing is left for {shown[place].segment.name}"
    one = _shortened(shortener, rate, shown[place], room)
    return one if isinstance(one, str) else [*shown[:place], one, *shown[place + 1 :]]


def _shortened(shortener: Shortener, rate: Fraction, one: _Shown, frames: int) -> _Shown | str:
    """A segment cut down to a length, as a whole film would be."""
    if one.frames <= frames:
        same = one.frames == frames
        told = f"{one.segment.name} lasts {seconds_told(one.frames, rate)}, less than {seconds_told(frames, rate)}"
        return one if same else told
    seconds = [(float(start / rate), float(end / rate)) for start, end in one.spans]
    inner = replace(shortener, wish=LengthWish(shown=tuple(seconds)), _decided=shortener.inside(tuple(seconds)))
    made = inner.to_length(rate, frames)
    if isinstance(made, str):
        return f"{one.segment.name}: {made}"
    kept = tuple((span.start_frame, span.end_frame) for span in made.kept)
    return replace(one, spans=kept, reasons=tuple(f"{one.segment.name}: {span.why}" for span in made.kept))


def _as_cut(shown: Sequence[_Shown], rate: Fraction) -> Cut:
    spans: list[FrameSpan] = []
    reasons: list[str] = []
    cards: list[PlacedCard] = []
    for one in shown:
        if one.segment.card is not None:
            cards.append(PlacedCard(len(spans), one.segment.card, one.card_frames, one.segment.name))
        spans += one.spans
        reasons += one.reasons
    why = " + ".join(f"{one.segment.name} ({seconds_told(one.frames, rate)})" for one in shown)
    return Cut(tuple(spans), 0, 0, why, is_shortened=True, reasons=tuple(reasons), cards=tuple(cards))

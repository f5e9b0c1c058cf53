"""Decides what will be made, down to the frame: a pure function of master, analysis, presets and wishes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from variantgen.fonts.language import language_of
from variantgen.model import (
    Analysis,
    CaptionDelivery,
    CaptionTrack,
    Card,
    Cue,
    Fit,
    FramingMark,
    Identity,
    Look,
    Master,
    Music,
    Piece,
    Plan,
    Refusal,
    Variant,
)
from variantgen.plan.caption_places import clear_of
from variantgen.plan.captions import place_cues, sidecar_cues
from variantgen.plan.composing import Segment, composed
from variantgen.plan.cutdowns import LengthWish, Shortener, as_asked, decided, shortener_of
from variantgen.plan.draft import as_draft
from variantgen.plan.framing import Framer, Room, Stretch
from variantgen.plan.framing.words import notes_as_shown, shots_told
from variantgen.plan.length import Cut, cards_of, choose_rate, decide_length
from variantgen.plan.naming import file_name, sidecar_file, variant_id
from variantgen.plan.parts import FontsOf, Pixels, divide, encode_of, look_of, only_the_caption_font
from variantgen.plan.predict import predicted_megabytes
from variantgen.plan.reframe import crop_rectangle, fit_words
from variantgen.plan.sound import decide_sound
from variantgen.plan.speed import played_track
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


@dataclass(frozen=True)
class _Desk:
    """What the planning of every variant of a master works with."""

    master: Master
    analysis: Analysis
    wishes: Wishes
    stem: str
    measure: MeasureText
    extent_of: ExtentOf | None
    framer: Framer
    shortener: Shortener

    def played(self, speed: Fraction) -> _Desk:
        """The desk for a variant that plays the master at a speed."""
        if speed == 1:
            return self
        return replace(self, master=self.master.played(speed), framer=self.framer.played(speed))


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


@dataclass(frozen=True)
class _Draft:
    """A variant before its pieces are divided into parts."""

    variant: Variant
    pixels: Pixels | None


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
) -> Plan:
    """The plan for one master.

    `stem` begins every file name; `measure(text, size_px, look, language)` is the width of a line of captions in px;
    `fonts_of(lines, look, language)` names the fonts that draw them beside the caption font; `extent_of` tells where a
    cue stands, without it none moves out of the way; the FFmpeg's identity is part of every part's key. What
    cannot be made becomes a Refusal, never an exception.
    """
    asks = [
        VariantAsk(name, preset, wishes, tracks, seconds)
        for name, preset in presets
        for seconds in wishes.length.seconds or (None,)
        for tracks in _caption_choices(preset, wishes.captions)
    ]
    return plan_variants(
        master, analysis, asks, stem=stem, ffmpeg_identity=ffmpeg_identity, measure=measure, fonts_of=fonts_of,
        extent_of=extent_of,
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
) -> Plan:
    """The plan of variants that are asked for one by one; the other arguments are those of `make_plan`."""
    drafts: list[_Draft] = []
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
        desk = _Desk(master, analysis, wishes, stem, measure, extent_of, framers[looks], shorteners[said])
        outcome = _plan_variant(desk, ask)
        (refusals if isinstance(outcome, Refusal) else drafts).append(outcome)  # type: ignore[arg-type]
    planned = [(d.variant, d.pixels) for d in drafts]
    variants, parts = divide(master, analysis, planned, ffmpeg_identity, fonts_of)
    return Plan(master, variants, parts, tuple(dict.fromkeys(refusals)))


def _plan_variant(desk: _Desk, ask: VariantAsk) -> _Draft | Refusal:
    master, wishes, name, tracks, seconds = desk.master, ask.wishes, ask.name, ask.tracks, ask.seconds
    preset = as_draft(ask.preset) if wishes.is_draft else ask.preset
    rate = choose_rate(master.frame_rate, preset.video)
    title, end = _cards(preset, wishes)
    cut = _cut(desk, preset, rate, seconds, cards=(title, end))
    if isinstance(cut, str):
        return Refusal(name, master.name, cut)
    own = replace(wishes, captions=tracks, length=as_asked(wishes.length, seconds))
    desk = desk.played(cut.speed)
    tracks = tuple(played_track(track, cut.speed) for track in tracks)
    pixels = _pixels(master, preset, wishes, rate, cut.speed)
    shown = _shown(pixels, cut, desk.framer, _room(preset, wishes))
    pieces = _pieces(pixels, cut, shown, title, end)
    frames = sum(piece.frames for piece in pieces)
    is_one_of_several = len(tracks) < len(wishes.captions)
    language = tracks[0].language if len(tracks) == 1 else ""
    named = ask.file or file_name(desk.stem, name, preset.container, language if is_one_of_several else "", seconds)
    soundtrack, sound_words = decide_sound(
        master, preset, pieces, rate, cut, analysis=desk.analysis, words=desk.shortener.words, music=wishes.music,
        speed=cut.speed,
    )  # fmt: skip
    megabytes, size_words = predicted_megabytes(preset, pixels, frames, rate, soundtrack)
    return _Draft(
        Variant(
            id=ask.id or variant_id(master, name, preset, own),
            preset=name,
            file=named,
            title=preset.title,
            container=preset.container,
            width=preset.canvas.width if preset.canvas else 0,
            height=preset.canvas.height if preset.canvas else 0,
            frame_rate=rate,
            frames=frames,
            pieces=pieces,
            cues=_burned(desk, tracks, pieces, pixels, preset) if pixels else (),
            deliveries=_deliveries(tracks, _time_map(pieces), rate, preset, named),
            soundtrack=soundtrack,
            encode=pixels.encode if pixels else None,
            preset_values=preset.model_dump(mode="json", exclude={"facts"}),
            why=(
                *_rate_words(master, rate, preset),
                *_fit_words(master, pixels, pieces),
                cut.why,
                *sound_words,
                *size_words,
            ),
            predicted_megabytes=megabytes,
            fingerprint=master.fingerprint,
            language=language,
            length_seconds=seconds,
            told=notes_as_shown(cut.told, shown),
            speed=cut.speed,
            identity=ask.identity,
        ),
        pixels,
    )


def _cut(
    desk: _Desk, preset: Preset, rate: Fraction, seconds: float | None, *, cards: tuple[Card | None, Card | None]
) -> Cut | str:
    """What a variant shows, or the sentence that says why it cannot be made."""
    if preset.video is None and desk.master.audio is None:
        return "the placement is sound only and the master has no sound"
    if desk.wishes.composition:
        margins = _card_margins(preset)
        return composed(desk.shortener, preset, rate, desk.wishes.composition, seconds, margins)
    plain = decide_length(desk.master, desk.analysis, preset, rate, *cards)
    return decided(desk.shortener, preset, rate, seconds, plain, cards_of(*cards, rate))


def _cards(preset: Preset, wishes: Wishes) -> tuple[Card | None, Card | None]:
    if preset.canvas is None:
        return None, None
    margins = _card_margins(preset)
    return (
        Card("title", wishes.title, margins) if wishes.title else None,
        Card("end", wishes.end_card, margins) if wishes.end_card else None,
    )


def _card_margins(preset: Preset) -> tuple[int, int, int, int]:
    """Top, right, bottom, left in px of the canvas: what a card's text stays inside."""
    if preset.canvas is None:
        return 0, 0, 0, 0
    # the captions' box is common to a family of placements, so that they share their cards too
    edges = preset.captions.margins if "burn" in preset.captions.ways else preset.canvas.safe_zone
    least = min(preset.canvas.width, preset.canvas.height) // 16
    top, right, bottom, left = (max(getattr(edges, side), least) for side in ("top", "right", "bottom", "left"))
    return top, right, bottom, left


def _pixels(master: Master, preset: Preset, wishes: Wishes, rate: Fraction, speed: Fraction) -> Pixels | None:
    if preset.canvas is None or preset.video is None:
        return None
    fit: Fit = wishes.fit or preset.canvas.fit
    crop = crop_rectangle(master, preset.canvas.width, preset.canvas.height, wishes.focus)
    return Pixels(
        rate=rate,
        speed=speed,
        width=preset.canvas.width,
        height=preset.canvas.height,
        fit=fit,
        window=crop if fit == "crop" else None,
        encode=encode_of(preset.video, preset.canvas, rate),
        look=look_of(preset.captions, preset.canvas) if "burn" in preset.captions.ways else None,
        watermark="DRAFT" if wishes.is_draft else "",
        pad_colour=preset.canvas.pad_colour if fit == "pad" or "pad" in preset.framing.fallback else "",
    )


def _room(preset: Preset, wishes: Wishes) -> Room | None:
    """The canvas that shots are framed for; who asks for a crop gets one, whatever the placement would rather do."""
    if preset.canvas is None:
        return None
    fallback = () if wishes.fit or wishes.focus else preset.framing.fallback
    return Room(preset.canvas.width, preset.canvas.height, fallback, preset.framing.max_lost_share)


def _shown(pixels: Pixels | None, cut: Cut, framer: Framer, room: Room | None) -> list[list[Stretch]]:
    """How each of a cut's spans is framed."""
    if pixels is None or room is None or pixels.fit != "crop":
        return [[Stretch(start, stop, pixels.fit if pixels else "crop")] for start, stop in cut.spans]
    punched = cut.punched_in or [()] * len(cut.spans)
    return [
        framer.stretches(start, stop, pixels.rate, room, larger)
        for (start, stop), larger in zip(cut.spans, punched, strict=True)
    ]


def _pieces(
    pixels: Pixels | None, cut: Cut, shown: Sequence[Sequence[Stretch]], title: Card | None, end: Card | None
) -> tuple[Piece, ...]:
    reasons = cut.reasons or [cut.why] * len(cut.spans)
    fit: Fit = pixels.fit if pixels else "crop"
    cards: dict[int, list[Piece]] = defaultdict(list)
    if title:
        cards[0].append(Piece("card", 0, cut.title_frames, fit, why="the title that was asked for", card=title))
    for one in cut.cards:
        cards[one.before].append(Piece("card", 0, one.frames, fit, why=one.why, card=one.card))
    if end:
        cards[len(shown)].append(Piece("card", 0, cut.end_frames, fit, why="the end card that was asked for", card=end))
    pieces: list[Piece] = []
    for number, (runs, why) in enumerate(zip(shown, reasons, strict=True)):
        pieces += cards[number]
        for run in runs:
            told = ", ".join((why, *run.hiding))
            pieces.append(
                Piece(
                    "master", run.start_frame, run.end_frame, run.fit, run.crop, told, lower_crop=run.lower_crop,
                    framing=run.framing,
                )
            )  # fmt: skip
    return (*pieces, *cards[len(shown)])


def _time_map(pieces: Sequence[Piece]) -> tuple[tuple[int, int, int], ...]:
    """Source span -> variant frame, one row a piece of the master: the one time map of the variant."""
    rows, at = [], 0
    for piece in pieces:
        if piece.source == "master":
            rows.append((piece.start_frame, piece.end_frame, at))
        at += piece.frames
    return tuple(rows)


def _caption_choices(preset: Preset, tracks: tuple[CaptionTrack, ...]) -> list[tuple[CaptionTrack, ...]]:
    """The captions of each variant that a placement gets: burned ones one language each, others all together."""
    ways = preset.captions.ways
    if not ways:
        return [()]
    return [(track,) for track in tracks] if tracks and "burn" in ways and preset.canvas else [tracks]


def _burned(
    desk: _Desk, tracks: Sequence[CaptionTrack], pieces: Sequence[Piece], pixels: Pixels, preset: Preset
) -> tuple[Cue, ...]:
    measure, extent_of = desk.measure, desk.extent_of
    look = pixels.look
    if look is None or not tracks:
        return ()
    track = tracks[0]
    letters = language_of((), track.language)
    cues = place_cues(
        track.cues, time_map=_time_map(pieces), frame_rate=pixels.rate, look=look, canvas_width=pixels.width,
        captions=preset.captions, language=track.language,
        measure=lambda text, size_px: measure(text, size_px, look, letters),
    )  # fmt: skip
    if extent_of is None or not preset.captions.avoid:
        return cues
    return clear_of(
        cues, pieces=pieces, master=desk.master, analysis=desk.analysis, frame_rate=pixels.rate, width=pixels.width,
        height=pixels.height, look=look, avoid=preset.captions.avoid,
        extent=lambda cue: extent_of(cue, look, pixels.width, pixels.height, letters),
    )  # fmt: skip


def _deliveries(
    tracks: Sequence[CaptionTrack], time_map: Sequence[tuple[int, int, int]], rate: Fraction, preset: Preset, file: str
) -> tuple[CaptionDelivery, ...]:
    """The captions that leave as text: every language in every form that the placement takes."""
    captions = preset.captions
    made = []
    for track in tracks:
        cues = sidecar_cues(track.cues, time_map, rate)
        if "embed" in captions.ways:
            made.append(CaptionDelivery("mov_text", track.language, cues))
        if "sidecar" in captions.ways:
            made += [
                CaptionDelivery(form, track.language, cues, sidecar_file(file, track.language, form, captions, tracks))
                for form in captions.sidecar_formats
            ]
    return tuple(made)


def _rate_words(master: Master, rate: Fraction, preset: Preset) -> tuple[str, ...]:
    if rate == master.frame_rate or preset.video is None:
        return ()
    return (f"{float(master.frame_rate):.4g} frames a second become {float(rate):.4g}, which the placement takes",)


def _fit_words(master: Master, pixels: Pixels | None, pieces: Sequence[Piece]) -> tuple[str, ...]:
    if pixels is None:
        return ("sound only",)
    shown = [piece for piece in pieces if piece.source == "master"]
    framing = [shot for piece in shown for shot in piece.framing]
    crop = [key for piece in shown for key in piece.crop if not _is_punched(piece, key[0])]
    crop = crop or [key for piece in shown for key in piece.crop]
    is_still = len({key[1:] for key in crop}) == 1
    window = (round(crop[0][1]), round(crop[0][2]), *crop[0][3:]) if crop else pixels.window
    words = fit_words(master, pixels.width, pixels.height, pixels.fit, window, is_still=is_still)
    reasons = {shot.why for shot in framing if shot.motion != "whole"}
    told = sorted(reasons) if len(reasons) == 1 else [shots_told(framing)]
    return (*words, *filter(None, told))


def _is_punched(piece: Piece, frame: int) -> bool:
    return any(shot.punch_in > 1 and shot.start_frame <= frame < shot.end_frame for shot in piece.framing)

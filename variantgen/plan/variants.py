"""One variant, decided down to the frame: its cut, pieces, captions, overlays and sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from variantgen.errors import UserError
from variantgen.fonts.language import language_of
from variantgen.model import (
    Analysis,
    CaptionDelivery,
    CaptionTrack,
    Card,
    Cue,
    Master,
    Overlay,
    Piece,
    Refusal,
    Variant,
)
from variantgen.plan.caption_places import clear_of
from variantgen.plan.captions import place_cues, sidecar_cues
from variantgen.plan.composing import composed
from variantgen.plan.cutdowns import Shortener, as_asked, decided
from variantgen.plan.draft import as_draft
from variantgen.plan.framing import Framer
from variantgen.plan.framing.words import notes_as_shown
from variantgen.plan.length import Cut, PlacedCard, cards_of, choose_rate, decide_length
from variantgen.plan.naming import file_name, sidecar_file, variant_id
from variantgen.plan.overlays import Ground, SizeOf, card_in, lay_overlays, no_size
from variantgen.plan.parts import FontsOf, Pixels, only_the_caption_font
from variantgen.plan.pieces import (
    cards_asked,
    drawn_margins,
    fit_told,
    framed_spans,
    pieces_of,
    pixels_of,
    room_of,
    time_map,
)
from variantgen.plan.predict import predicted_megabytes
from variantgen.plan.sound import decide_sound
from variantgen.plan.speed import played_track
from variantgen.plan.wishes import ExtentOf, MeasureText, VariantAsk, Wishes
from variantgen.presets.schema import Preset


@dataclass(frozen=True)
class Desk:
    """What the planning of every variant of a master works with."""

    master: Master
    analysis: Analysis
    wishes: Wishes
    stem: str
    measure: MeasureText
    extent_of: ExtentOf | None
    framer: Framer
    shortener: Shortener
    fonts_of: FontsOf = only_the_caption_font
    size_of: SizeOf = no_size

    def played(self, speed: Fraction) -> Desk:
        """The desk for a variant that plays the master at a speed."""
        if speed == 1:
            return self
        return replace(self, master=self.master.played(speed), framer=self.framer.played(speed))


@dataclass(frozen=True)
class Draft:
    """A variant before its pieces are divided into parts."""

    variant: Variant
    pixels: Pixels | None


def plan_variant(desk: Desk, ask: VariantAsk) -> Draft | Refusal:
    """One variant as it was asked for, or why it cannot be made."""
    master, wishes, name, tracks, seconds = desk.master, ask.wishes, ask.name, ask.tracks, ask.seconds
    preset = as_draft(ask.preset) if wishes.is_draft else ask.preset
    rate = choose_rate(master.frame_rate, preset.video)
    language = tracks[0].language if len(tracks) == 1 else ""
    cut = _cut(desk, preset, rate, seconds, language)
    if isinstance(cut, str):
        return Refusal(name, master.name, cut)
    own = replace(wishes, captions=tracks, length=as_asked(wishes.length, seconds))
    desk = desk.played(cut.speed)
    tracks = tuple(played_track(track, cut.speed) for track in tracks)
    pixels = pixels_of(master, preset, wishes, rate, cut.speed)
    shown = framed_spans(pixels, cut, desk.framer, room_of(preset, wishes))
    pieces = pieces_of(pixels, cut, shown)
    frames = sum(piece.frames for piece in pieces)
    cues = _burned(desk, tracks, pieces, pixels, preset) if pixels else ()
    overlays = _overlays(desk, pieces, pixels, preset, cues, language)
    if isinstance(overlays, str):
        return Refusal(name, master.name, overlays)
    is_one_of_several = len(tracks) < len(wishes.captions)
    named = ask.file or file_name(desk.stem, name, preset.container, language if is_one_of_several else "", seconds)
    soundtrack, sound_words = decide_sound(
        master, preset, pieces, rate, cut, analysis=desk.analysis, words=desk.shortener.words, music=wishes.music,
        speed=cut.speed,
    )  # fmt: skip
    megabytes, size_words = predicted_megabytes(preset, pixels, frames, rate, soundtrack)
    return Draft(
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
            cues=cues,
            deliveries=_deliveries(tracks, time_map(pieces), rate, preset, named),
            soundtrack=soundtrack,
            encode=pixels.encode if pixels else None,
            preset_values=preset.model_dump(mode="json", exclude={"facts"}),
            why=(*_shape_words(master, rate, preset, pixels, pieces), cut.why, *sound_words, *size_words),
            predicted_megabytes=megabytes,
            fingerprint=master.fingerprint,
            language=language,
            length_seconds=seconds,
            told=notes_as_shown(cut.told, shown),
            speed=cut.speed,
            overlays=overlays,
            identity=ask.identity,
        ),
        pixels,
    )


def _cut(desk: Desk, preset: Preset, rate: Fraction, seconds: float | None, language: str) -> Cut | str:
    """What a variant shows, its cards in their places, or the sentence that says why it cannot be made."""
    if preset.video is None and desk.master.audio is None:
        return "the placement is sound only and the master has no sound"
    wishes, margins = desk.wishes, drawn_margins(preset)
    if wishes.composition:
        cut = composed(desk.shortener, preset, rate, wishes.composition, seconds)
        before: Card | None = None
        after: Card | None = None
    else:
        before, after = cards_asked(preset, wishes)
        plain = decide_length(desk.master, desk.analysis, preset, rate, before, after)
        cut = decided(desk.shortener, preset, rate, seconds, plain, cards_of(before, after, rate))
    if isinstance(cut, str):
        return cut
    first = [PlacedCard(0, before, cut.title_frames, "the title that was asked for")] if before else []
    last = [PlacedCard(len(cut.spans), after, cut.end_frames, "the end card that was asked for")] if after else []
    cards = [
        replace(one, card=card_in(wishes.brand, replace(one.card, margins_px=margins), language, desk.fonts_of))
        for one in (*first, *cut.cards, *last)
    ]
    return replace(cut, cards=tuple(cards))


def _overlays(
    desk: Desk, pieces: tuple[Piece, ...], pixels: Pixels | None, preset: Preset, cues: tuple[Cue, ...], language: str
) -> tuple[Overlay, ...] | str:
    """What is laid over a variant, or the sentence that says why that cannot be drawn on its canvas."""
    wishes = desk.wishes
    if pixels is None or not (wishes.overlays or wishes.brand):
        return ()
    look, extent_of, letters = pixels.look, desk.extent_of, language_of((), language)
    captions = []
    for cue in cues if look and extent_of else ():
        left, top, right, bottom = extent_of(cue, look, pixels.width, pixels.height, letters)  # type: ignore[misc, arg-type]
        captions.append((cue.start_frame, cue.end_frame, (left, top - cue.rise_px, right, bottom - cue.rise_px)))
    ground = Ground(
        desk.master, desk.analysis, pieces, pixels.rate, pixels.width, pixels.height, drawn_margins(preset), captions,
        language, tuple(preset.captions.avoid) or ("face",),
    )  # fmt: skip
    try:
        return lay_overlays(wishes.overlays, wishes.brand, ground, size_of=desk.size_of, fonts_of=desk.fonts_of)
    except UserError as error:
        return str(error)


def caption_choices(preset: Preset, tracks: tuple[CaptionTrack, ...]) -> list[tuple[CaptionTrack, ...]]:
    """The captions of each variant that a placement gets: burned ones one language each, others all together."""
    ways = preset.captions.ways
    if not ways:
        return [()]
    return [(track,) for track in tracks] if tracks and "burn" in ways and preset.canvas else [tracks]


def _burned(
    desk: Desk, tracks: Sequence[CaptionTrack], pieces: Sequence[Piece], pixels: Pixels, preset: Preset
) -> tuple[Cue, ...]:
    measure, extent_of = desk.measure, desk.extent_of
    look = pixels.look
    if look is None or not tracks:
        return ()
    track = tracks[0]
    letters = language_of((), track.language)
    cues = place_cues(
        track.cues, time_map=time_map(pieces), frame_rate=pixels.rate, look=look, canvas_width=pixels.width,
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


def _shape_words(
    master: Master, rate: Fraction, preset: Preset, pixels: Pixels | None, pieces: Sequence[Piece]
) -> tuple[str, ...]:
    """Why the rate, and why the picture is fitted as it is."""
    framed = fit_told(master, pixels, pieces)
    if rate == master.frame_rate or preset.video is None:
        return framed
    return (
        f"{float(master.frame_rate):.4g} frames a second become {float(rate):.4g}, which the placement takes",
        *framed,
    )

"""Decides what will be made, down to the frame: a pure function of master, analysis, presets and wishes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from variantgen.errors import UserError
from variantgen.fonts.language import language_of
from variantgen.model import (
    Analysis,
    Brand,
    CaptionDelivery,
    CaptionTrack,
    Card,
    Cue,
    Fit,
    FramingMark,
    Look,
    Master,
    Music,
    Overlay,
    Piece,
    Plan,
    Refusal,
    Variant,
)
from variantgen.plan.caption_places import clear_of
from variantgen.plan.captions import place_cues, sidecar_cues
from variantgen.plan.cutdowns import LengthWish, Shortener, as_asked, decided, shortener_of
from variantgen.plan.draft import as_draft
from variantgen.plan.framing import Framer, Room
from variantgen.plan.framing.words import shots_told
from variantgen.plan.length import Cut, cards_of, choose_rate, decide_length
from variantgen.plan.naming import file_name, sidecar_file, variant_id
from variantgen.plan.overlays import Ground, OverlayWish, SizeOf, card_in, lay_overlays, no_size
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
    overlays: tuple[OverlayWish, ...] = ()
    brand: Brand | None = None


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
    fonts_of: FontsOf = only_the_caption_font
    size_of: SizeOf = no_size

    def played(self, speed: Fraction) -> _Desk:
        """The desk for a variant that plays the master at a speed."""
        if speed == 1:
            return self
        return replace(self, master=self.master.played(speed), framer=self.framer.played(speed))


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
    size_of: SizeOf = no_size,
) -> Plan:
    """The plan for one master.

    `stem` begins every file name; `measure(text, size_px, look, language)` is the width of a line of captions in px;
    `fonts_of(lines, look, language)` names the fonts that draw them beside the caption font; `extent_of` tells where a
    cue stands, without it none moves out of the way; `size_of` how large an overlay is; the FFmpeg's identity is part
    of every part's key. What cannot be made becomes a Refusal, never an exception.
    """
    drafts: list[_Draft] = []
    refusals: list[Refusal] = []
    desk = _Desk(
        master, analysis, wishes, stem, measure, extent_of,
        framer=Framer(master, analysis, dict(wishes.keep), wishes.marks, wishes.focus),
        shortener=shortener_of(master, analysis, wishes.length, wishes.captions),
        fonts_of=fonts_of, size_of=size_of,
    )  # fmt: skip
    for name, preset in presets:
        preset = as_draft(preset) if wishes.is_draft else preset
        for seconds in wishes.length.seconds or (None,):
            for tracks in _caption_choices(preset, wishes.captions):
                outcome = _plan_variant(desk, name, preset, tracks, seconds)
                if isinstance(outcome, Refusal):
                    refusals.append(outcome)
                    break
                drafts.append(outcome)
    planned = [(d.variant, d.pixels) for d in drafts]
    variants, parts = divide(master, analysis, planned, ffmpeg_identity, fonts_of)
    return Plan(master, variants, parts, tuple(refusals))


def _plan_variant(
    desk: _Desk, name: str, preset: Preset, tracks: tuple[CaptionTrack, ...], seconds: float | None
) -> _Draft | Refusal:
    """The variant of one placement, with these captions and at this length (None: what the placement takes)."""
    master, wishes = desk.master, desk.wishes
    rate = choose_rate(master.frame_rate, preset.video)
    language = tracks[0].language if len(tracks) == 1 else ""
    title, end = _cards(preset, wishes, language, desk.fonts_of)
    cut = _cut(desk, preset, rate, seconds, cards=(title, end))
    if isinstance(cut, str):
        return Refusal(name, master.name, cut)
    own = replace(wishes, captions=tracks, length=as_asked(wishes.length, seconds))
    desk = desk.played(cut.speed)
    tracks = tuple(played_track(track, cut.speed) for track in tracks)
    pixels = _pixels(master, preset, wishes, rate, cut.speed)
    pieces = _pieces(pixels, cut, title, end, desk.framer, _room(preset, wishes))
    frames = sum(piece.frames for piece in pieces)
    cues = _burned(desk, tracks, pieces, pixels, preset) if pixels else ()
    overlays = _overlays(desk, pieces, pixels, preset, cues, language)
    if isinstance(overlays, str):
        return Refusal(name, master.name, overlays)
    is_one_of_several = len(tracks) < len(wishes.captions)
    named = file_name(desk.stem, name, preset.container, language if is_one_of_several else "", seconds)
    soundtrack, sound_words = decide_sound(
        master, preset, pieces, rate, cut, analysis=desk.analysis, words=desk.shortener.words, music=wishes.music,
        speed=cut.speed,
    )  # fmt: skip
    megabytes, size_words = predicted_megabytes(preset, pixels, frames, rate, soundtrack)
    return _Draft(
        Variant(
            id=variant_id(master, name, preset, own),
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
            deliveries=_deliveries(tracks, _time_map(pieces), rate, preset, named),
            soundtrack=soundtrack,
            encode=pixels.encode if pixels else None,
            preset_values=preset.model_dump(mode="json", exclude={"facts"}),
            why=(*_picture_words(master, rate, preset, pixels, pieces), cut.why, *sound_words, *size_words),
            predicted_megabytes=megabytes,
            fingerprint=master.fingerprint,
            language=language,
            length_seconds=seconds,
            told=cut.told,
            speed=cut.speed,
            overlays=overlays,
        ),
        pixels,
    )


def _cut(
    desk: _Desk, preset: Preset, rate: Fraction, seconds: float | None, *, cards: tuple[Card | None, Card | None]
) -> Cut | str:
    """What a variant shows, or the sentence that says why it cannot be made."""
    if preset.video is None and desk.master.audio is None:
        return "the placement is sound only and the master has no sound"
    plain = decide_length(desk.master, desk.analysis, preset, rate, *cards)
    return decided(desk.shortener, preset, rate, seconds, plain, cards_of(*cards, rate))


def _cards(preset: Preset, wishes: Wishes, language: str, fonts_of: FontsOf) -> tuple[Card | None, Card | None]:
    if preset.canvas is None:
        return None, None
    title, end = (
        card_in(wishes.brand, Card(kind, text, _margins(preset)), language, fonts_of) if text else None
        for kind, text in (("title", wishes.title), ("end", wishes.end_card))
    )
    return title, end


def _margins(preset: Preset) -> tuple[int, int, int, int]:
    """The safe zone of what is drawn on a canvas (top, right, bottom, left, in px)."""
    assert preset.canvas is not None
    # The captions' box is common to a family of placements, so that they share their cards too.
    edges = preset.captions.margins if "burn" in preset.captions.ways else preset.canvas.safe_zone
    least = min(preset.canvas.width, preset.canvas.height) // 16
    return max(edges.top, least), max(edges.right, least), max(edges.bottom, least), max(edges.left, least)


def _overlays(
    desk: _Desk, pieces: tuple[Piece, ...], pixels: Pixels | None, preset: Preset, cues: tuple[Cue, ...], language: str
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
        desk.master, desk.analysis, pieces, pixels.rate, pixels.width, pixels.height, _margins(preset), captions,
        language, tuple(preset.captions.avoid) or ("face",),
    )  # fmt: skip
    try:
        return lay_overlays(wishes.overlays, wishes.brand, ground, size_of=desk.size_of, fonts_of=desk.fonts_of)
    except UserError as error:
        return str(error)


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


def _pieces(
    pixels: Pixels | None, cut: Cut, title: Card | None, end: Card | None, framer: Framer, room: Room | None
) -> tuple[Piece, ...]:
    body = []
    for (start, stop), why in zip(cut.spans, cut.reasons or [cut.why] * len(cut.spans), strict=True):
        if pixels is None or room is None or pixels.fit != "crop":
            body.append(Piece("master", start, stop, pixels.fit if pixels else "crop", why=why))
            continue
        for run in framer.stretches(start, stop, pixels.rate, room):
            body.append(
                Piece(
                    "master", run.start_frame, run.end_frame, run.fit, run.crop, why,
                    lower_crop=run.lower_crop, framing=run.framing,
                )
            )  # fmt: skip
    fit: Fit = pixels.fit if pixels else "crop"
    before = [Piece("card", 0, cut.title_frames, fit, why="the title that was asked for", card=title)] if title else []
    after = [Piece("card", 0, cut.end_frames, fit, why="the end card that was asked for", card=end)] if end else []
    return (*before, *body, *after)


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


def _picture_words(
    master: Master, rate: Fraction, preset: Preset, pixels: Pixels | None, pieces: Sequence[Piece]
) -> tuple[str, ...]:
    return *_rate_words(master, rate, preset), *_fit_words(master, pixels, pieces)


def _rate_words(master: Master, rate: Fraction, preset: Preset) -> tuple[str, ...]:
    if rate == master.frame_rate or preset.video is None:
        return ()
    return (f"{float(master.frame_rate):.4g} frames a second become {float(rate):.4g}, which the placement takes",)


def _fit_words(master: Master, pixels: Pixels | None, pieces: Sequence[Piece]) -> tuple[str, ...]:
    if pixels is None:
        return ("sound only",)
    shown = [piece for piece in pieces if piece.source == "master"]
    framing = [shot for piece in shown for shot in piece.framing]
    crop = next((piece.crop for piece in shown if piece.crop), ())
    is_still = len({key[1:] for piece in shown for key in piece.crop}) == 1
    window = (round(crop[0][1]), round(crop[0][2]), *crop[0][3:]) if crop else pixels.window
    words = fit_words(master, pixels.width, pixels.height, pixels.fit, window, is_still=is_still)
    reasons = {shot.why for shot in framing if shot.motion != "whole"}
    told = sorted(reasons) if len(reasons) == 1 else [shots_told(framing)]
    return (*words, *filter(None, told))

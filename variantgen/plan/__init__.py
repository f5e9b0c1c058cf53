"""Decides what will be made, down to the frame: a pure function of master, analysis, presets and wishes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from variantgen.model import (
    Analysis,
    Card,
    Cue,
    Fit,
    FramingMark,
    Master,
    Piece,
    Plan,
    Refusal,
    SourceCue,
    Variant,
)
from variantgen.plan.captions import place_cues, sidecar_cues
from variantgen.plan.draft import as_draft
from variantgen.plan.framing import Framer, Room
from variantgen.plan.framing.words import shots_told
from variantgen.plan.length import Cut, choose_rate, decide_length
from variantgen.plan.naming import file_name, variant_id
from variantgen.plan.parts import Pixels, Written, divide, encode_of, look_of
from variantgen.plan.predict import predicted_megabytes
from variantgen.plan.reframe import crop_rectangle, fit_words
from variantgen.plan.sound import decide_sound
from variantgen.presets.schema import Preset


@dataclass(frozen=True)
class Wishes:
    """What was asked for beside the presets."""

    focus: tuple[float, float] | None = None
    fit: Fit | None = None
    title: str = ""
    end_card: str = ""
    is_draft: bool = False
    cues: tuple[SourceCue, ...] = ()
    language: str = ""
    """Of the captions, where their letters leave it open: ja, ko, zh-Hans, zh-Hant, zh-HK."""
    keep: tuple[tuple[str, float], ...] = ()
    """Weights of kinds of subjects, 0 to 10; a kind that is not named has its usual one."""
    marks: tuple[FramingMark, ...] = ()


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
    measure: Callable[[str, int], float],
    fonts_of: Callable[[Sequence[str]], str] = lambda _: "",
) -> Plan:
    """The plan for one master.

    `stem` begins every file name; `measure(text, size_px)` is the width of a line of captions in px;
    `fonts_of(lines)` names the fonts that draw them beside the caption font; the FFmpeg's identity is part of every
    part's key. What cannot be made becomes a Refusal, never an exception.
    """
    drafts: list[_Draft] = []
    refusals: list[Refusal] = []
    framer = Framer(master, analysis, dict(wishes.keep), wishes.marks, wishes.focus)
    for name, preset in presets:
        preset = as_draft(preset) if wishes.is_draft else preset
        outcome = _plan_variant(master, analysis, name, preset, wishes, stem, measure, framer)
        if isinstance(outcome, Refusal):
            refusals.append(outcome)
        else:
            drafts.append(outcome)
    planned = [(d.variant, d.pixels) for d in drafts]
    variants, parts = divide(master, analysis, planned, ffmpeg_identity, Written(wishes.language, fonts_of))
    return Plan(master, variants, parts, tuple(refusals))


def _plan_variant(
    master: Master,
    analysis: Analysis,
    name: str,
    preset: Preset,
    wishes: Wishes,
    stem: str,
    measure: Callable[[str, int], float],
    framer: Framer,
) -> _Draft | Refusal:
    rate = choose_rate(master.frame_rate, preset.video)
    if preset.video is None and master.audio is None:
        return Refusal(name, master.name, "the placement is sound only and the master has no sound")
    title, end = _cards(preset, wishes)
    cut = decide_length(master, analysis, preset, rate, title, end)
    if isinstance(cut, str):
        return Refusal(name, master.name, cut)
    pixels = _pixels(master, preset, wishes, rate)
    room = _room(preset, wishes)
    pieces = _pieces(pixels, cut, title, end, framer, room)
    time_map = _time_map(pieces)
    frames = sum(piece.frames for piece in pieces)
    burns = preset.captions.mode in ("burn", "both") and pixels is not None
    keeps_sidecar = preset.captions.mode in ("sidecar", "both")
    soundtrack, sound_words = decide_sound(master, preset, pieces, rate, cut)
    megabytes, size_words = predicted_megabytes(preset, pixels, frames, rate, soundtrack)
    fit = _fit_words(master, pixels, pieces)
    return _Draft(
        Variant(
            id=variant_id(master, name, preset, wishes),
            preset=name,
            file=file_name(stem, name, preset.container),
            title=preset.title,
            container=preset.container,
            width=preset.canvas.width if preset.canvas else 0,
            height=preset.canvas.height if preset.canvas else 0,
            frame_rate=rate,
            frames=frames,
            pieces=pieces,
            cues=_placed(wishes.cues, time_map, rate, pixels, measure) if burns and pixels else (),
            sidecar_cues=sidecar_cues(wishes.cues, time_map, rate) if keeps_sidecar else (),
            sidecar_format=preset.captions.sidecar_format if keeps_sidecar else "",
            soundtrack=soundtrack,
            encode=pixels.encode if pixels else None,
            preset_values=preset.model_dump(mode="json", exclude={"facts"}),
            why=(*_rate_words(master, rate, preset), *fit, cut.why, *sound_words, *size_words),
            predicted_megabytes=megabytes,
            fingerprint=master.fingerprint,
        ),
        pixels,
    )


def _cards(preset: Preset, wishes: Wishes) -> tuple[Card | None, Card | None]:
    if preset.canvas is None:
        return None, None
    # The captions' box is common to a family of placements, so that they share their cards too.
    burns = preset.captions.mode in ("burn", "both")
    edges = preset.captions.margins if burns else preset.canvas.safe_zone
    least = min(preset.canvas.width, preset.canvas.height) // 16
    margins = tuple(max(getattr(edges, side), least) for side in ("top", "right", "bottom", "left"))
    return (
        Card("title", wishes.title, margins) if wishes.title else None,
        Card("end", wishes.end_card, margins) if wishes.end_card else None,
    )


def _pixels(master: Master, preset: Preset, wishes: Wishes, rate: Fraction) -> Pixels | None:
    if preset.canvas is None or preset.video is None:
        return None
    fit: Fit = wishes.fit or preset.canvas.fit
    crop = crop_rectangle(master, preset.canvas.width, preset.canvas.height, wishes.focus)
    return Pixels(
        rate=rate,
        width=preset.canvas.width,
        height=preset.canvas.height,
        fit=fit,
        window=crop if fit == "crop" else None,
        encode=encode_of(preset.video, preset.canvas, rate),
        look=look_of(preset.captions) if preset.captions.mode in ("burn", "both") else None,
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
    for start, stop in cut.spans:
        if pixels is None or room is None or pixels.fit != "crop":
            body.append(Piece("master", start, stop, pixels.fit if pixels else "crop", why=cut.why))
            continue
        for run in framer.stretches(start, stop, pixels.rate, room):
            body.append(
                Piece(
                    "master", run.start_frame, run.end_frame, run.fit, run.crop, cut.why,
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


def _placed(
    cues: Sequence[SourceCue],
    time_map: Sequence[tuple[int, int, int]],
    rate: Fraction,
    pixels: Pixels,
    measure: Callable[[str, int], float],
) -> tuple[Cue, ...]:
    if pixels.look is None:
        return ()
    return place_cues(
        cues, time_map=time_map, frame_rate=rate, look=pixels.look, canvas_width=pixels.width, measure=measure
    )


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

"""A cut and a canvas in, the pieces of a variant out: spans as they are framed, and cards between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from variantgen.model import (
    Card,
    Fit,
    Master,
    Piece,
)
from variantgen.plan.framing import Framer, Room, Stretch
from variantgen.plan.framing.words import shots_told
from variantgen.plan.length import Cut
from variantgen.plan.parts import Pixels, encode_of, look_of
from variantgen.plan.reframe import crop_rectangle, fit_words
from variantgen.plan.wishes import Wishes
from variantgen.presets.schema import Preset


def cards_asked(preset: Preset, wishes: Wishes) -> tuple[Card | None, Card | None]:
    """The title and the end card that were asked for, where the placement has a picture."""
    if preset.canvas is None:
        return None, None
    title, end = (
        Card(kind, text) if text else None for kind, text in (("title", wishes.title), ("end", wishes.end_card))
    )
    return title, end


def drawn_margins(preset: Preset) -> tuple[int, int, int, int]:
    """Top, right, bottom, left in px of the canvas: what a card's text stays inside."""
    if preset.canvas is None:
        return 0, 0, 0, 0
    # the captions' box is common to a family of placements, so that they share their cards too
    edges = preset.captions.margins if "burn" in preset.captions.ways else preset.canvas.safe_zone
    least = min(preset.canvas.width, preset.canvas.height) // 16
    top, right, bottom, left = (max(getattr(edges, side), least) for side in ("top", "right", "bottom", "left"))
    return top, right, bottom, left


def pixels_of(master: Master, preset: Preset, wishes: Wishes, rate: Fraction, speed: Fraction) -> Pixels | None:
    """What shapes the pixels of a variant beside which frames it shows; None for sound alone."""
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


def room_of(preset: Preset, wishes: Wishes) -> Room | None:
    """The canvas that shots are framed for; who asks for a crop gets one, whatever the placement would rather do."""
    if preset.canvas is None:
        return None
    fallback = () if wishes.fit or wishes.focus else preset.framing.fallback
    return Room(preset.canvas.width, preset.canvas.height, fallback, preset.framing.max_lost_share)


def framed_spans(pixels: Pixels | None, cut: Cut, framer: Framer, room: Room | None) -> list[list[Stretch]]:
    """How each of a cut's spans is framed."""
    if pixels is None or room is None or pixels.fit != "crop":
        return [[Stretch(start, stop, pixels.fit if pixels else "crop")] for start, stop in cut.spans]
    punched = cut.punched_in or [()] * len(cut.spans)
    return [
        framer.stretches(start, stop, pixels.rate, room, larger)
        for (start, stop), larger in zip(cut.spans, punched, strict=True)
    ]


def pieces_of(pixels: Pixels | None, cut: Cut, shown: Sequence[Sequence[Stretch]]) -> tuple[Piece, ...]:
    """The pieces of a cut in playing order; `shown` says how each of its spans is framed."""
    reasons = cut.reasons or [cut.why] * len(cut.spans)
    fit: Fit = pixels.fit if pixels else "crop"
    cards: dict[int, list[Piece]] = defaultdict(list)
    for one in cut.cards:
        cards[one.before].append(Piece("card", 0, one.frames, fit, why=one.why, card=one.card))
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


def time_map(pieces: Sequence[Piece]) -> tuple[tuple[int, int, int], ...]:
    """Source span -> variant frame, one row a piece of the master: the one time map of the variant."""
    rows, at = [], 0
    for piece in pieces:
        if piece.source == "master":
            rows.append((piece.start_frame, piece.end_frame, at))
        at += piece.frames
    return tuple(rows)


def fit_told(master: Master, pixels: Pixels | None, pieces: Sequence[Piece]) -> tuple[str, ...]:
    """How the picture is fitted to the canvas, and why, in words."""
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

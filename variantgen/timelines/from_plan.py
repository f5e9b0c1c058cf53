"""A planned variant and its master in, the edit that an editor opens out: cuts, gaps for cards, framing as notes."""

from __future__ import annotations

from fractions import Fraction

from variantgen.model import Card, Master, Piece, Variant
from variantgen.timelines.edit import TimelineClip, TimelineEdit, TimelineMarker, TimelineMedia, clip_of, gap_of
from variantgen.timelines.timecode import can_drop

MAX_KEYS = 8
"""A note longer than this is for no reader; the plan's JSON holds the whole path."""


def edit_of(variant: Variant, master: Master, *, first_frame: int = 0) -> TimelineEdit:
    """The cuts of a variant over its master, frame by frame as planned; sound cuts follow the picture.

    `first_frame` is the master's own timecode at its first frame, counted at its rate (media_facts tells it). Cards
    become gaps with a name and a marker; how a piece is framed, and why it is there, stands in its note.
    """
    media = TimelineMedia(
        *(master.path, (master.path.name,), master.frame_rate, master.frames, first_frame),
        *(master.width, master.height, master.audio is not None),
    )
    clips = tuple(_clip(piece, media, variant.frame_rate) for piece in variant.pieces)
    edit = TimelineEdit(
        *(variant.title or variant.id, variant.frame_rate, clips, (), 0, can_drop(variant.frame_rate)),
        *(variant.width, variant.height),
    )
    markers = tuple(
        TimelineMarker(start, clip.name, clip.frames, "purple", clip.note)
        for clip, start in zip(clips, edit.starts, strict=True)
        if clip.is_gap
    )
    return TimelineEdit(edit.name, edit.rate, clips, markers, 0, edit.is_drop_frame, edit.width, edit.height)


def _clip(piece: Piece, media: TimelineMedia, rate: Fraction) -> TimelineClip:
    if piece.source == "card":
        return gap_of(piece.frames, rate, name=_card_name(piece.card), note=piece.why)
    note = "; ".join(text for text in (_framing(piece), piece.why) if text)
    return clip_of(media, piece.start_frame, piece.end_frame, rate, name=media.path.stem, note=note)


def _card_name(card: Card | None) -> str:
    if card is None:
        return "card"
    words = " ".join(card.text.split())
    return f"{card.kind} card: {words}" if words else f"{card.kind} card"


def _framing(piece: Piece) -> str:
    """What an editor types in to frame a piece alike, in pixels of the upright master."""
    if not piece.crop or piece.fit not in ("crop", "split"):
        return "" if piece.fit == "crop" else f"whole picture, {piece.fit}"
    _, x, y, w, h = piece.crop[0]
    places = {(key[1], key[2]) for key in piece.crop}
    size = f"crop w={w} h={h}"
    if len(places) == 1:
        return f"{size} x={x:g} y={y:g}"
    keys = ", ".join(f"x={key[1]:g} y={key[2]:g} at frame {key[0]}" for key in piece.crop[:MAX_KEYS])
    more = len(piece.crop) - MAX_KEYS
    return f"{size} {keys}" + (f" and {more} more" if more > 0 else "")

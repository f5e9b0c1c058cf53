"""A planned variant and its master in, the edit that an editor opens out: cuts, speed, framing, gaps for cards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from variantgen.model import Card, Master, Piece, Variant
from variantgen.plan.crop_keys import slice_keys
from variantgen.timelines.edit import PlacementKey, TimelineClip, TimelineEdit, TimelineMarker, TimelineMedia, gap_of
from variantgen.timelines.placing import rounded, whole
from variantgen.timelines.timecode import can_drop

MAX_KEYS = 8
"""A note longer than this is for no reader; the plan's JSON holds the whole path."""


def edit_of(variant: Variant, master: Master, *, first_frame: int = 0, note: str = "") -> TimelineEdit:
    """The cuts of a variant over its master, frame by frame as planned; sound cuts follow the picture.

    `first_frame` is the master's own timecode at its first frame, counted at its rate (media_facts tells it). How a
    piece is framed stands in its placement where one picture shows it (a crop, or the whole picture), and in words in
    its note, with why it is there: what is behind a whole picture and what a split shows are for the editor to make.
    Cards become gaps with a name and a marker. `note` is told to whoever opens the file.
    """
    media = TimelineMedia(
        *(master.path, (master.path.name,), master.frame_rate, master.frames, first_frame),
        *(master.width, master.height, master.audio is not None),
    )
    clips = tuple(_clips(variant, media))
    edit = TimelineEdit(
        *(variant.title or variant.id, variant.frame_rate, clips, (), 0, can_drop(variant.frame_rate)),
        *(variant.width, variant.height), note=note,
    )  # fmt: skip
    markers = tuple(
        TimelineMarker(start, clip.name, clip.frames, "purple", clip.note)
        for clip, start in zip(clips, edit.starts, strict=True)
        if clip.is_gap
    )
    return replace(edit, markers=markers)


def _clips(variant: Variant, media: TimelineMedia) -> Iterator[TimelineClip]:
    """One clip a piece; at another speed it begins on the master's frame nearest to where it does."""
    rate, speed = variant.frame_rate, variant.speed
    for piece in variant.pieces:
        if piece.source == "card":
            yield gap_of(piece.frames, rate, name=_card_name(piece.card), note=piece.why)
            continue
        note = "; ".join(text for text in (_framing(piece), piece.why) if text)
        placement = _placement(piece, media, variant)
        first = round(piece.start_frame * speed)
        span = (first, first + max(1, round(piece.frames * speed)))
        yield TimelineClip(media, *span, rate, piece.frames, media.path.stem, speed, note, placement)


def _placement(piece: Piece, media: TimelineMedia, variant: Variant) -> tuple[PlacementKey, ...]:
    """Where the picture of a piece stands on the canvas; nothing where no one place shows it, or sizes are unknown.

    A window fills the canvas; where its shape is a hair off (its sides are even), its shorter side does.
    """
    canvas, picture = (variant.width, variant.height), (media.width, media.height)
    if piece.fit == "split" or min(*canvas, *picture) < 1:
        return ()
    if piece.fit != "crop" or not piece.crop:
        return whole(picture, canvas)
    keys = {}
    for frame, x, y, w, h in slice_keys(piece.crop, piece.start_frame, piece.end_frame):
        at = frame - piece.start_frame
        keys[at] = rounded(at, max(canvas[0] / w, canvas[1] / h), x + w / 2, y + h / 2)
    return tuple(keys.values())


def _card_name(card: Card | None) -> str:
    if card is None:
        return "card"
    words = " ".join(card.text.split())
    return f"{card.kind} card: {words}" if words else f"{card.kind} card"


def _framing(piece: Piece) -> str:
    """What an editor types in to frame a piece alike, in pixels of the upright master."""
    if not piece.crop or piece.fit not in ("crop", "split"):
        return "" if piece.fit == "crop" else f"whole picture, {piece.fit}"
    if piece.fit == "split":
        return f"split: above {_window(piece.crop)}; below {_window(piece.lower_crop)}"
    return f"crop {_window(piece.crop)}"


def _window(keys: tuple[tuple[int, float, float, int, int], ...]) -> str:
    if not keys:
        return "the whole picture"
    _, x, y, w, h = keys[0]
    size = f"w={w} h={h}"
    if len({(key[1], key[2]) for key in keys}) == 1:
        return f"{size} x={x:g} y={y:g}"
    told = ", ".join(f"x={key[1]:g} y={key[2]:g} at frame {key[0]}" for key in keys[:MAX_KEYS])
    more = len(keys) - MAX_KEYS
    return f"{size} {told}" + (f" and {more} more" if more > 0 else "")

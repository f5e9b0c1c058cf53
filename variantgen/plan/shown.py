"""What a variant shows and when: its pieces on its own clock, and where its picture changes shot (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from variantgen.model import Analysis, FrameSpan, Master, Piece, Variant
from variantgen.plan.crop_keys import first_showing


@dataclass(frozen=True)
class Shown:
    """A piece at its place: it is on screen from `start_frame` to before `end_frame` of the variant."""

    piece: Piece
    start_frame: int
    end_frame: int


def pieces_shown(variant: Variant) -> tuple[Shown, ...]:
    """The variant's pieces in playing order, each with the variant's frames that it fills."""
    shown, at = [], 0
    for piece in variant.pieces:
        shown.append(Shown(piece, at, at + piece.frames))
        at += piece.frames
    return tuple(shown)


def master_seconds(variant: Variant, shown: Shown, frame: int) -> float:
    """The moment of the master, as it was handed in, that the variant shows at one of its frames."""
    return float((shown.piece.start_frame + frame - shown.start_frame) * variant.speed / variant.frame_rate)


def shots_shown(variant: Variant, master: Master, analysis: Analysis) -> tuple[FrameSpan, ...]:
    """The shots that a viewer of the variant sees, as spans of its frames; a card is one shot.

    A piece that goes on where the one before ends starts no shot by itself. Pieces of one frame's length, as rounding
    may leave beside a cut, join the shot after them.
    """
    rate = master.frame_rate * variant.speed
    cuts = {first_showing(start, rate, variant.frame_rate) for start in analysis.shot_starts}
    starts: list[int] = []
    before: Piece | None = None
    for shown in pieces_shown(variant):
        piece = shown.piece
        goes_on = (
            before is not None
            and piece.source == before.source == "master"
            and (piece.start_frame == before.end_frame and piece.start_frame not in cuts)
        )
        if not goes_on:
            starts.append(shown.start_frame)
        if piece.source == "master":
            inside = (cut for cut in cuts if piece.start_frame < cut < piece.end_frame)
            starts += [shown.start_frame + cut - piece.start_frame for cut in inside]
        before = piece
    kept: list[int] = []
    for start in sorted(set(starts)):
        if kept and start - kept[-1] <= 1 and len(kept) > 1:
            kept[-1] = start
        else:
            kept.append(start)
    return tuple(zip(kept, [*kept[1:], variant.frames], strict=True))


def seconds_of(variant: Variant, frames: int) -> float:
    """A number of the variant's frames as seconds."""
    return float(Fraction(frames) / variant.frame_rate)

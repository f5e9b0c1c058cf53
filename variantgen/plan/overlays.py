"""What is to be laid over a variant in, overlays with their frames and places out (pure).

Captions have the right of way: an overlay stands clear of every caption that is shown while it is, then clear of
faces as far as that goes, and never leaves the safe zone. A logo keeps the corner it was given where it can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from variantgen.errors import UserError
from variantgen.fonts.direction import is_rtl
from variantgen.fonts.language import language_of
from variantgen.model import BRAND, Analysis, Brand, Card, Cue, Look, Master, Overlay, Piece
from variantgen.plan.caption_places import clear_of
from variantgen.plan.cards import card_seconds

_BARE = Look("", 1, True, "#FFFFFF", "#000000", 0, 0, 0, 0, 0, 0, 1)
OVERLAY_DESIGN = 1
"""Part of the key of every part with overlays: raised when a template draws other pixels."""
Template = Literal["headline", "lower-third", "call-to-action"]
When = Literal["opening", "closing", "span"]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in px of the canvas."""
SizeOf = Callable[[Overlay, int, int], tuple[int, int]]
"""Width and height in even px of an overlay on a canvas (width, height); UserError where it cannot be drawn."""
FontsOf = Callable[[Sequence[str], Look, str], str]

LEAST_SECONDS = 0.5
LONGER_SECONDS = 1.0
"""Than a card of the same text: the film is watched meanwhile."""
CLEAR_SHARE = 0.02
"""Of the short side, kept free between an overlay and a caption or another overlay."""
SIDES = {"headline": "start", "lower-third": "start", "call-to-action": "middle"}
"""Where an overlay stands across the safe zone: where reading starts, or in the middle."""
HOMES = {"headline": 0.0, "lower-third": 1.0, "call-to-action": 1.0}
"""And down the safe zone, where nothing is in its way: 0 is at its top, 1 at its bottom."""


@dataclass(frozen=True)
class OverlayWish:
    """A text to be laid over every variant: over the opening or the closing of the film, or a span.

    A span counts seconds of the variant; beside it, `start_seconds` and `end_seconds` shift or shorten: seconds
    after the opening begins, or before the closing ends.
    """

    template: Template
    text: str
    at: When = "opening"
    start_seconds: float | None = None
    end_seconds: float | None = None


@dataclass(frozen=True)
class Ground:
    """What overlays are laid on: a variant's pieces at a rate on a canvas, and who is in the picture.

    `margins` (top, right, bottom, left, in px) are the safe zone; `captions` are (start frame, end frame, box).
    """

    master: Master
    analysis: Analysis
    pieces: Sequence[Piece]
    rate: Fraction
    width: int
    height: int
    margins: tuple[int, int, int, int]
    captions: Sequence[tuple[int, int, Box]] = ()
    language: str = ""
    avoid: tuple[str, ...] = ("face",)


def lay_overlays(
    wishes: Sequence[OverlayWish], brand: Brand | None, ground: Ground, *, size_of: SizeOf, fonts_of: FontsOf
) -> tuple[Overlay, ...]:
    """The overlays of a variant, in order of painting: logo, watermark, then texts as they were wished.

    UserError where one cannot be drawn on this canvas.
    """
    laid: list[Overlay] = []
    for overlay in _wanted(wishes, brand or BRAND, ground, fonts_of):
        if overlay.end_frame - overlay.start_frame < 1:
            continue
        width, height = size_of(overlay, ground.width, ground.height)
        sized = replace(overlay, width=width, height=height)
        taken = [(start, end, box) for start, end, box in ground.captions if _meet(sized, start, end)]
        taken += [(one.start_frame, one.end_frame, box_of(one)) for one in laid if _meet(sized, *_span(one))]
        laid.append(_placed(sized, ground, [box for _, _, box in taken]))
    return tuple(laid)


def no_size(overlay: Overlay, width: int, height: int) -> tuple[int, int]:
    """The SizeOf where nothing is laid over."""
    raise UserError(f"nothing here measures the {overlay.template} overlay")


def card_in(brand: Brand | None, card: Card, language: str, fonts_of: FontsOf) -> Card:
    """A card as its brand draws it: with its template, and the fonts that its text needs."""
    letters = letters_of(card.text, language)
    fonts = text_fonts(card.text, brand or BRAND, letters, fonts_of)
    if brand is None:
        return replace(card, language=letters, fonts=fonts)
    # what is laid over the film, and how other cards are drawn, is no matter of this one
    own: Brand | None = replace(brand, watermark=None, templates=())
    own = None if own == BRAND else own
    template = dict(brand.templates).get(card.kind, "")
    return replace(card, brand=own, template=template, language=letters, fonts=fonts)


def box_of(overlay: Overlay) -> Box:
    """What an overlay covers of its canvas."""
    return overlay.x, overlay.y, overlay.x + overlay.width, overlay.y + overlay.height


def part_overlays(overlays: Sequence[Overlay], start: int, end: int, rate: Fraction) -> tuple[Overlay, ...]:
    """The overlays seen in frames `start` up to `end`, cut to them and counted from `start`.

    What is at rest in a part looks the same wherever it is in its variant, so that parts are shared.
    """
    cut = []
    for one in overlays:
        if one.start_frame < end and one.end_frame > start:
            entrance, leaving = one.moving_frames(rate)
            cut.append(
                replace(
                    one,
                    start_frame=max(one.start_frame, start) - start,
                    end_frame=min(one.end_frame, end) - start,
                    before_frames=min(entrance, max(0, start - one.start_frame)),
                    after_frames=min(leaving, max(0, one.end_frame - end)),
                )
            )
    return tuple(cut)


def told(overlay: Overlay) -> dict[str, Any]:
    """An overlay of a plan as plain data, for the plan's contract."""
    values = asdict(overlay)
    kept = ("template", "text", "start_frame", "end_frame", "x", "y", "width", "height")
    return {name: values[name] for name in kept}


def text_fonts(text: str, brand: Brand, language: str, fonts_of: FontsOf) -> str:
    """Names the fonts that draw a text in a brand's fonts beside our own; empty where ours draw all."""
    lines = text.replace("\\n", "\n").split("\n")
    asked = {(brand.font_of(is_heading=True), True), (brand.font, True), (brand.font, False)}
    looks = [replace(_BARE, font_family=font, is_bold=is_bold) for font, is_bold in sorted(asked)]
    found = [fonts_of(lines, look, language) for look in looks]
    return ":".join(found) if any(found) else ""


def letters_of(text: str, tag: str) -> str:
    """The language whose shapes the letters of a text take, where it holds any that differ between languages."""
    return language_of((text,), tag) if language_of((text,)) else ""


# ---------------------------------------------------------------- when


def _wanted(wishes: Sequence[OverlayWish], brand: Brand, ground: Ground, fonts_of: FontsOf) -> Iterator[Overlay]:
    top, right, bottom, left = ground.margins
    # two pixels less: places and sizes are even
    room = (ground.width - left - right - 2, ground.height - top - bottom - 2)
    total = sum(piece.frames for piece in ground.pieces)
    plain = replace(brand, logo=None, watermark=None, templates=())
    if brand.logo is not None:
        own = replace(BRAND, logo=brand.logo, background=brand.background if brand.logo.plate else BRAND.background)
        for start, end in _film_spans(ground.pieces):
            yield Overlay("logo", "", start, end, 0, 0, 0, 0, room, own)
    if brand.watermark is not None:
        text = brand.watermark.text
        letters = letters_of(text, ground.language)
        fonts = text_fonts(text, plain, letters, fonts_of) if text else ""
        own = replace(plain, watermark=brand.watermark)
        yield Overlay("watermark", text, 0, total, 0, 0, 0, 0, room, own, letters, fonts)
    titled = max((_frames(wish, ground, total)[1] for wish in wishes if _is_title(wish)), default=0)
    for wish in wishes:
        letters = letters_of(wish.text, ground.language)
        start, end = _after(titled, _frames(wish, ground, total), wish, total)
        fonts = text_fonts(wish.text, plain, letters, fonts_of)
        yield Overlay(wish.template, wish.text, start, end, 0, 0, 0, 0, room, plain, letters, fonts)


def _film_spans(pieces: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """Spans of the variant that show the master; a card draws the logo itself."""
    at, begun = 0, -1
    for piece in pieces:
        if piece.source == "master" and begun < 0:
            begun = at
        if piece.source != "master" and begun >= 0:
            yield begun, at
            begun = -1
        at += piece.frames
    if begun >= 0:
        yield begun, at


def _frames(wish: OverlayWish, ground: Ground, total: int) -> tuple[int, int]:
    spans = list(_film_spans(ground.pieces)) or [(0, total)]
    first, last = spans[0][0], spans[-1][1]
    seconds = card_seconds(wish.text) + LONGER_SECONDS
    if wish.at == "closing":
        end = last - round((wish.end_seconds or 0.0) * ground.rate)
        length = wish.start_seconds - (wish.end_seconds or 0.0) if wish.start_seconds is not None else seconds
        return max(first, end - round(length * ground.rate)), end
    begin = first if wish.at == "opening" else 0
    start = begin + round((wish.start_seconds or 0.0) * ground.rate)
    until = begin + round(wish.end_seconds * ground.rate) if wish.end_seconds is not None else None
    end = until if until is not None else start + round(seconds * ground.rate)
    return start, min(end, last if wish.at == "opening" else total)


def _is_title(wish: OverlayWish) -> bool:
    return wish.template == "headline" and wish.at == "opening"


def _after(titled: int, frames: tuple[int, int], wish: OverlayWish, total: int) -> tuple[int, int]:
    """A name over the opening waits until the headline has gone, where the film is long enough: one thing at a time."""
    late = titled - frames[0]
    if wish.template != "lower-third" or wish.at != "opening" or late <= 0 or frames[1] + late > total:
        return frames
    return frames[0] + late, frames[1] + late


# ---------------------------------------------------------------- where


def _span(overlay: Overlay) -> tuple[int, int]:
    return overlay.start_frame, overlay.end_frame


def _meet(overlay: Overlay, start: int, end: int) -> bool:
    return overlay.start_frame < end and start < overlay.end_frame


def _placed(overlay: Overlay, ground: Ground, taken: Sequence[Box]) -> Overlay:
    mark = overlay.brand.logo or overlay.brand.watermark
    if mark is not None and overlay.template in ("logo", "watermark"):
        return _in_a_corner(overlay, ground, mark.corner, mark.margin, taken)
    top, right, bottom, left = ground.margins
    free_x = ground.width - left - right - overlay.width
    is_right = is_rtl(overlay.text) and SIDES[overlay.template] == "start"
    across = 0.5 if SIDES[overlay.template] == "middle" else 1.0 if is_right else 0.0
    x = left + max(0, round(across * free_x))
    home = top + max(0, round(HOMES[overlay.template] * (ground.height - top - bottom - overlay.height)))
    y, band = _nearest_free(overlay, ground, x, home, taken)
    y -= _rise(overlay, ground, x, y, band)
    return replace(overlay, x=_even(x, left), y=_even(y, band[0]))


def _even(place: float, least: int) -> int:
    down = 2 * int(place // 2)
    return down if down >= least else down + 2


def _nearest_free(
    overlay: Overlay, ground: Ground, x: int, home: int, taken: Sequence[Box]
) -> tuple[int, tuple[int, int]]:
    """The top edge nearest to home at which it covers nothing that is taken, and the free band that it is in."""
    top, _, bottom, _ = ground.margins
    whole = (top, ground.height - bottom)
    air = round(CLEAR_SHARE * min(ground.width, ground.height))
    blocked = sorted(
        (int(box[1]) - air, int(box[3]) + 1 + air)
        for box in taken
        if box[0] < x + overlay.width + air and x - air < box[2]
    )
    bands, low = [], whole[0]
    for upper, lower in blocked:
        bands.append((low, min(upper, whole[1])))
        low = max(low, lower)
    bands.append((low, whole[1]))
    # two pixels more: places are even
    fitting = [band for band in bands if band[1] - band[0] >= overlay.height + 2]
    if not fitting:
        return home, whole
    places = [(min(max(home, band[0]), band[1] - overlay.height), band) for band in fitting]
    return min(places, key=lambda place: abs(place[0] - home))


def _rise(overlay: Overlay, ground: Ground, x: int, y: int, band: tuple[int, int]) -> int:
    """How far it moves up (down where negative) inside its band to cover less of faces: captions' own rule."""
    box = (float(x), float(y), float(x + overlay.width), float(y + overlay.height))
    look = replace(_BARE, margin_top_px=band[0], margin_bottom_px=ground.height - band[1])
    moved = clear_of(
        (Cue(overlay.start_frame, overlay.end_frame, ("",)),),
        pieces=ground.pieces, master=ground.master, analysis=ground.analysis, frame_rate=ground.rate,
        width=ground.width, height=ground.height, look=look, avoid=ground.avoid, extent=lambda cue: box,
    )  # fmt: skip
    return moved[0].rise_px


def _in_a_corner(overlay: Overlay, ground: Ground, corner: str, margin: float, taken: Sequence[Box]) -> Overlay:
    """The corner that was asked for, or the next one where a caption or a mark would lie under it."""
    up_down, _, side = corner.partition("-")
    other_row, other_side = "top" if up_down == "bottom" else "bottom", "left" if side == "right" else "right"
    order = [(up_down, side), (other_row, side), (up_down, other_side), (other_row, other_side)]
    places = [_corner(overlay, ground, row, at, margin) for row, at in order]
    free = [place for place in places if not any(_overlap(box_of(place), box) for box in taken)]
    return (free or places)[0]


def _corner(overlay: Overlay, ground: Ground, row: str, side: str, margin: float) -> Overlay:
    top, right, bottom, left = ground.margins
    inset = round(margin * min(ground.width, ground.height))
    x = left + inset if side == "left" else ground.width - right - inset - overlay.width
    y = top + inset if row == "top" else ground.height - bottom - inset - overlay.height
    return replace(overlay, x=_even(max(left, x), left), y=_even(max(top, y), top))


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]

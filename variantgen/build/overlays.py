"""Drawings laid over the film: an overlay goes in, its pictures with alpha and the frames of each come out.

A few pictures for the entrance and the exit, one for the time between; FFmpeg lays them over the part's own frames.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from variantgen.build.boxed_lines import boxed_lines
from variantgen.build.brand_shelf import NOTHING_SHELVED, Shelf
from variantgen.build.card_layers import Box, Layer, faded, picture_layer, pill, rounded, still_text, upright
from variantgen.build.card_templates import Sheet
from variantgen.build.card_type import FittedText, NoRoomError
from variantgen.build.cards import cleaned, refuse_undrawn
from variantgen.build.logos import logo_size, scaled_logo
from variantgen.errors import UserError, nearest
from variantgen.fonts.direction import is_rtl
from variantgen.model import Overlay, Part

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True)
class OverlayScene:
    """An overlay laid out: layers in a box of `width` x `height` px that begins at 0, 0."""

    width: int
    height: int
    layers: tuple[Layer, ...]


OverlayTemplate = Callable[[str, Sheet, Shelf], OverlayScene]


def headline(text: str, sheet: Sheet, shelf: Shelf) -> OverlayScene:
    """Lines in boxes of the accent: words over the opening."""
    _, _, width, height = sheet.box
    boxed = sheet.fit_boxed(text.replace("\n\n", "\n"), (width, round(height * 0.4)), largest=0.098)
    layer = boxed_lines(boxed, (0, 0), (sheet.brand.accent, sheet.brand.accent_text), start=-0.45)
    return OverlayScene(boxed.width, boxed.height, (layer,))


def lower_third(text: str, sheet: Sheet, shelf: Shelf) -> OverlayScene:
    """A name and, on the next line, who that is: on a plate of the background beside a bar of the accent."""
    (_, _, room_x, room_y), brand = sheet.box, sheet.brand
    name, _, role = text.replace("\n\n", "\n").partition("\n")
    bar_px, pad_x, pad_y, gap_px = sheet.px(0.013), sheet.px(0.036), sheet.px(0.03), sheet.px(0.018)
    room = (round(min(room_x, 1.3 * sheet.short_px)) - bar_px - 2 * pad_x, room_y // 4)
    above = sheet.fit(name, room, largest=0.056, line_limit=2)
    below = sheet.fit(role.replace("\n", " "), room, largest=0.037, weight="bold", line_limit=2) if role else None
    width = bar_px + 2 * pad_x + max(above.width, below.width if below else 0)
    height = 2 * pad_y + above.height + (gap_px + below.height if below else 0)
    rtl = is_rtl(text)

    def across(inner: int, from_start: int) -> int:
        return width - from_start - inner if rtl else from_start

    plate: Box = (across(width - bar_px, bar_px), 0, width - bar_px, height)
    layers = [
        rounded(plate, brand.background[0], 0, span=(0.1, 0.8), is_rtl=rtl),
        upright((across(bar_px, 0), 0, bar_px, height), brand.accent, span=(-0.1, 0.4)),
        still_text(above, (across(above.width, bar_px + pad_x), pad_y), brand.text, span=(0.3, 0.9)),
    ]
    if below:
        at = (across(below.width, bar_px + pad_x), pad_y + above.height + gap_px)
        layers.append(still_text(below, at, brand.muted_text, span=(0.4, 1.0)))
    return OverlayScene(width, height, tuple(layers))


def call_to_action(text: str, sheet: Sheet, shelf: Shelf) -> OverlayScene:
    """A pill that opens from its middle."""
    _, _, room_x, room_y = sheet.box
    pad_x, pad_y = sheet.px(0.06), sheet.px(0.036)
    room = (room_x - 2 * pad_x, room_y // 5)
    label = sheet.fit(text.replace("\n", " "), room, largest=0.062, line_limit=1)
    box: Box = (0, 0, label.width + 2 * pad_x, label.height + 2 * pad_y)
    brand = sheet.brand
    return OverlayScene(box[2], box[3], (pill(box, label, (brand.accent, brand.accent_text), span=(-0.1, 0.7)),))


def logo(text: str, sheet: Sheet, shelf: Shelf) -> OverlayScene:
    """The brand's logo as it is, or on a plate."""
    own = sheet.brand.logo
    if own is None:
        raise UserError("a logo overlay needs a brand with a logo: --logo FILE")
    size = logo_size(own.picture, own.share, sheet.short_px, (sheet.box[2] * 3 // 4, sheet.box[3] // 4))
    pad_px = sheet.px(0.022) if own.plate else 0
    whole = (size[0] + 2 * pad_px, size[1] + 2 * pad_px)
    layers = []
    if own.plate:
        layers.append(rounded((0, 0, *whole), sheet.brand.background[0], pad_px, span=(-2, -1)))
    if shelf is not NOTHING_SHELVED:
        picture = scaled_logo(shelf.picture(own.picture.fingerprint), size)
        layers.append(picture_layer(picture, (pad_px, pad_px), span=(-2, -1), opacity=own.opacity))
    return OverlayScene(*whole, tuple(layers))


def watermark(text: str, sheet: Sheet, shelf: Shelf) -> OverlayScene:
    """A faint picture, or a faint text with a soft dark edge so that it is seen on any picture."""
    own = sheet.brand.watermark
    if own is None:
        raise UserError("a watermark overlay needs a brand with a watermark: --watermark TEXT")
    room = (sheet.box[2], sheet.box[3] // 4)
    if own.picture is not None:
        size = logo_size(own.picture, own.share, sheet.short_px, room)
        picture = scaled_logo(shelf.picture(own.picture.fingerprint), size) if shelf is not NOTHING_SHELVED else None
        layer = (picture_layer(picture, (0, 0), span=(-2, -1), opacity=own.opacity),) if picture else ()
        return OverlayScene(*size, layer)
    edge_px = sheet.px(0.008)
    inner = (room[0] - 2 * edge_px, room[1] - 2 * edge_px)
    # as wide as its share asks, but never so large that it is read before the film
    inner = (min(inner[0], sheet.px(2 * own.share)), inner[1])
    fitted = sheet.fit(text, inner, largest=0.17 * own.share, weight="bold")
    size = (fitted.width + 2 * edge_px, fitted.height + 2 * edge_px)
    return OverlayScene(*size, (_soft_text(fitted, edge_px, own.opacity),))


def _soft_text(text: FittedText, edge_px: int, opacity: float) -> Layer:
    from PIL import Image, ImageFilter

    cover = Image.new("L", (text.width + 2 * edge_px, text.height + 2 * edge_px))
    for line in text.lines:
        cover.paste(line.ink, (edge_px + line.left, edge_px + line.top))
    shade = cover.filter(ImageFilter.GaussianBlur(edge_px / 2)).point([min(255, round(v * 1.3)) for v in range(256)])

    def paint(picture: Image.Image, progress: float) -> None:
        picture.paste((0, 0, 0), (0, 0), faded(shade, 0.6 * opacity))
        picture.paste((255, 255, 255), (0, 0), faded(cover, opacity))

    return Layer((0, 0, *cover.size), paint)


TEMPLATES: dict[str, OverlayTemplate] = {
    "headline": headline,
    "lower-third": lower_third,
    "call-to-action": call_to_action,
    "logo": logo,
    "watermark": watermark,
}
"""How each overlay is laid out.

To add one: (1) write a function that takes the cleaned text, a Sheet whose box begins at 0, 0 and is the room there
is, and the shelf; it returns an OverlayScene no larger than that room. (2) Give it a row here, one in
`model.OVERLAY_SECONDS` for its entrance and exit, and one in `plan.overlays.PLACES`. (3) Look at it over footage.
"""


def overlay_size(overlay: Overlay, width: int, height: int) -> tuple[int, int]:
    """Width and height in even px of what an overlay covers on a canvas; its place is not looked at.

    UserError for text that is empty, too long for its room, or that no font draws.
    """
    scene = _scene(overlay, width, height, NOTHING_SHELVED)
    return scene.width + scene.width % 2, scene.height + scene.height % 2


@dataclass(frozen=True)
class LaidPicture:
    """An RGBA picture to be laid at even x, y over frames `start_frame` up to `end_frame` of a part."""

    picture: Image.Image
    x: int
    y: int
    start_frame: int
    end_frame: int

    @property
    def png(self) -> bytes:
        """The picture as a file."""
        file = io.BytesIO()
        self.picture.save(file, "PNG", compress_level=1)
        return file.getvalue()


def laid_pictures(part: Part, shelf: Shelf) -> Iterator[LaidPicture]:
    """The pictures of a part's overlays, each overlay's in order of time."""
    for overlay in part.overlays:
        scene = _scene(overlay, part.width, part.height, shelf)
        for progress, opacity, start, end in _states(overlay, part.frame_rate):
            picture = _painted(scene, (overlay.width, overlay.height), progress, opacity)
            if picture.getbbox():
                yield LaidPicture(picture, overlay.x, overlay.y, start, end)


def laid_over(frames: Iterable[bytes], part: Part, shelf: Shelf) -> Iterator[bytes]:
    """rgb24 frames of a card's part with its overlays on them."""
    from PIL import Image

    pictures = list(laid_pictures(part, shelf))
    for number, frame in enumerate(frames):
        seen = [one for one in pictures if one.start_frame <= number < one.end_frame]
        if not seen:
            yield frame
            continue
        canvas = Image.frombytes("RGB", (part.width, part.height), frame)
        for one in seen:
            canvas.paste(one.picture.convert("RGB"), (one.x, one.y), one.picture.getchannel("A"))
        yield canvas.tobytes()


def _states(overlay: Overlay, rate: Fraction) -> Iterator[tuple[float, float, int, int]]:
    """How far the entrance is, how opaque the whole, and from which to which frame; alike neighbours as one."""
    entrance, leaving = overlay.moving_frames(rate)
    held: tuple[float, float, int] | None = None
    step = 1 if rate <= 31 else 2
    for frame in range(overlay.start_frame, overlay.end_frame):
        shown = overlay.before_frames + frame - overlay.start_frame
        left = overlay.after_frames + overlay.end_frame - 1 - frame
        progress = min(1.0, shown // step * step / entrance) if entrance else 1.0
        opacity = min(1.0, (left // step * step + 1) / (leaving + 1)) if leaving else 1.0
        if held is None or (progress, opacity) != held[:2]:
            if held is not None:
                yield (*held, frame)
            held = (progress, opacity, frame)
    if held is not None:
        yield (*held, overlay.end_frame)


def _painted(scene: OverlayScene, size: tuple[int, int], progress: float, opacity: float) -> Image.Image:
    """The overlay on nothing. Layers paste opaque colours through masks, which leaves colours times alpha."""
    from PIL import Image

    sheet = Image.new("RGBA", size)
    for layer in scene.layers:
        x, y, w, h = layer.box
        below = sheet.crop((x, y, x + w, y + h))
        layer.paint(below, progress)
        sheet.paste(below, (x, y))
    plain = Image.frombytes("RGBa", size, sheet.tobytes()).convert("RGBA")
    if opacity < 1.0:
        plain.putalpha(faded(plain.getchannel("A"), opacity))
    return plain


@lru_cache(maxsize=64)
def _scene(overlay: Overlay, width: int, height: int, shelf: Shelf) -> OverlayScene:
    if overlay.template not in TEMPLATES:
        allowed = ", ".join(TEMPLATES)
        raise UserError(
            f'overlay "{overlay.template}" is unknown: it is one of {allowed}.{nearest(overlay.template, TEMPLATES)}'
        )
    sheet = Sheet(width, height, (0, 0, *overlay.room), overlay.brand, overlay.language)
    asked = f"--{overlay.template}"
    text = overlay.text
    if text or overlay.template not in ("logo", "watermark"):
        text = cleaned(text, asked)
        refuse_undrawn(text, sheet.face("heavy"), asked)
    try:
        return TEMPLATES[overlay.template](text, sheet, shelf)
    except NoRoomError:
        raise UserError(
            f"{asked} {text[:40]!r}: {len(text)} characters do not fit the {overlay.room[0]}x{overlay.room[1]}"
            f" pixels that a {width}x{height} canvas leaves for it; shorten the text"
        ) from None

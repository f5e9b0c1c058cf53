"""Cards: a text and a canvas go in, the frames of a designed, animated scene come out.

MoviePy holds the timeline and puts the layers together, Pillow draws the type. Stills are drawn once; a frame
only moves them, inside the smallest box that holds their ink. The same input gives the same bytes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from variantgen.build.brand_shelf import NOTHING_SHELVED, Shelf
from variantgen.build.card_backdrop import backdrop
from variantgen.build.card_layers import Box, Layer, picture_layer
from variantgen.build.card_templates import TEMPLATES, Scene, Sheet, Template
from variantgen.build.card_type import NoRoomError
from variantgen.build.logos import logo_size, scaled_logo
from variantgen.errors import UserError, nearest
from variantgen.fonts import needs_glyph
from variantgen.fonts.glyphs import Typeface, undrawn
from variantgen.model import Card
from variantgen.model.brand import BRAND, Brand

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

ENTRANCE_SECONDS = 1.2
LONGEST_ENTRANCE = 0.6
"""Of the card: everything has come to rest by then, and the rest of the time is for reading."""


def card_frames(
    card: Card,
    *,
    width: int,
    height: int,
    frame_rate: Fraction,
    frames: int,
    shelf: Shelf = NOTHING_SHELVED,
) -> Iterator[bytes]:
    """Exactly `frames` rgb24 frames of `width * height * 3` bytes, each made when it is asked for.

    `shelf` gives the pictures and templates that the card's brand names. Raises UserError at once, before the first
    frame, for text that is empty, too long for the canvas, or holds a character that no font draws.
    """
    scene = _lay_out(card, width, height, shelf)
    return _rendered(scene, card.brand or BRAND, width, height, float(frame_rate), frames)


def card_poster(card: Card, width: int, height: int, *, shelf: Shelf = NOTHING_SHELVED) -> Image.Image:
    """The card at rest, as one picture; raises UserError as `card_frames` does."""
    from PIL import Image

    frame = card_frames(card, width=width, height=height, frame_rate=Fraction(1), frames=1, shelf=shelf)
    return Image.frombytes("RGB", (width, height), next(frame))


# ---------------------------------------------------------------- from text to a scene


def _lay_out(card: Card, width: int, height: int, shelf: Shelf) -> Scene:
    template = _template(card, shelf)
    text, box = cleaned(card.text, _asked(card)), _text_box(card, width, height)
    sheet = Sheet(width, height, box, card.brand or BRAND, card.language)
    refuse_undrawn(text, sheet.face("heavy"), _asked(card))
    refuse_undrawn(text, sheet.face("regular"), _asked(card))
    try:
        sheet, logo = _with_logo(card, sheet, shelf)
        scene = template(text, sheet)
    except NoRoomError:
        start = text if len(text) <= 40 else text[:40] + "..."
        raise UserError(
            f"{_asked(card)} {start!r}: {len(text)} characters do not fit the {box[2]}x{box[3]}"
            f" pixels that a {width}x{height} canvas leaves for text; shorten the text"
        ) from None
    return Scene(scene.light, scene.ring, (*scene.layers, *logo), scene.panels)


def _template(card: Card, shelf: Shelf) -> Template:
    name = card.template or card.kind
    if ":" in name:
        return shelf.template(name)
    if name not in TEMPLATES:
        allowed = ", ".join(TEMPLATES)
        raise UserError(f'card kind "{name}" is unknown: it is one of {allowed}.{nearest(name, TEMPLATES)}')
    return TEMPLATES[name]


_OPTIONS = {"title": "--title", "end": "--end-card"}


def _asked(card: Card) -> str:
    """How the card was asked for, to begin a complaint with."""
    return _OPTIONS.get(card.kind, f"{card.kind} card")


def cleaned(text: str, asked: str) -> str:
    """The text with plain line breaks and spaces; a backslash and n, as shells pass it, is a line break."""
    plain = unicodedata.normalize("NFC", text.replace("\\n", "\n")).replace("\u202f", "\u00a0")
    lines = [re.sub(r"[^\S\u00a0]+", " ", line) for line in re.split(r"\r\n|[\r\n\u2028\u2029]", plain)]
    plain = "\n".join("".join(c for c in line if not _is_invisible(c)).strip() for line in lines)
    plain = re.sub(r"\n{3,}", "\n\n", plain).strip()
    if not any(map(needs_glyph, plain)):
        raise UserError(f"{asked} {text!r} holds no text to show: give it at least one word")
    return plain


# joiners shape letters and emoji, and marks of direction turn lines: these stay
_KEPT = frozenset("\u200c\u200d\u200e\u200f\u061c\u2066\u2067\u2068\u2069")


def _is_invisible(character: str) -> bool:
    """Controls and what else draws nothing and does nothing."""
    return unicodedata.category(character) in ("Cc", "Cf") and character not in _KEPT and not _is_tag(character)


def _is_tag(character: str) -> bool:
    return "\U000e0020" <= character <= "\U000e007f"  # of the flags of England, Scotland and Wales


def refuse_undrawn(text: str, face: Typeface, asked: str) -> None:
    """A character that no font here can draw is an error, never a box on the picture."""
    missing = undrawn(text, face)
    if missing:
        others = f" So are {len(missing) - 1} more." if len(missing) > 1 else ""
        raise UserError(f"{asked} {text!r}: {missing[0]}.{others}")


def _text_box(card: Card, width: int, height: int) -> Box:
    """The safe box, no closer to an edge than 7 % of the short side; centred where that costs little."""
    least_px = round(min(width, height) * 0.07)
    top, right, bottom, left = (max(margin, least_px) for margin in card.margins_px)
    widest = max(left, right)
    if card.kind == "end" and width - 2 * widest >= 0.7 * (width - left - right):
        left = right = widest
    box = (left, top, width - left - right, height - top - bottom)
    if box[2] < 1 or box[3] < 1:
        raise UserError(f"the safe zone {card.margins_px} leaves no room for a card on a {width}x{height} canvas")
    return box


def _with_logo(card: Card, sheet: Sheet, shelf: Shelf) -> tuple[Sheet, tuple[Layer, ...]]:
    """The sheet without the strip that the brand's logo takes, and the logo; at the middle above an end card."""
    logo = sheet.brand.logo
    if logo is None:
        return sheet, ()
    is_end = card.kind == "end"
    share = logo.share * (1.5 if is_end else 1.0)
    x, y, width, height = sheet.box
    w, h = logo_size(logo.picture, share, sheet.short_px, (width, height // 4))
    is_low = logo.corner.startswith("bottom") and not is_end and card.kind != "split"
    is_right = logo.corner.endswith("right") and card.kind != "split"
    at = (
        x + (width - w) // 2 if is_end else x + width - w if is_right else x,
        y + height - h if is_low else y,
    )
    left_px = height - h - sheet.px(0.05)
    rest = (x, y if is_low else y + height - left_px, width, left_px)
    picture = scaled_logo(shelf.picture(logo.picture.fingerprint), (w, h))
    return sheet.inside(rest), (picture_layer(picture, at, span=(-0.2, 0.6), opacity=logo.opacity),)


# ---------------------------------------------------------------- the timeline


def _rendered(scene: Scene, brand: Brand, width: int, height: int, rate: float, frames: int) -> Iterator[bytes]:
    """The scene's frames, one at a time; the last is at rest, also of a card of one frame."""
    moviepy = _moviepy()
    end_seconds = (frames - 1) / rate
    entrance_seconds = min(ENTRANCE_SECONDS, LONGEST_ENTRANCE * end_seconds)
    backdrop_at = backdrop(scene.light, scene.ring, brand, width, height)

    def behind(t: float) -> np.ndarray:
        along = t / end_seconds if end_seconds else 1.0
        ground = backdrop_at(along * along * (3 - 2 * along))
        for panel in scene.panels:
            ground = _panelled(ground, panel, min(1.0, t / entrance_seconds) if entrance_seconds else 1.0)
        return ground

    ground = moviepy.VideoClip(behind, duration=frames / rate)
    ground.memoize = True  # every layer asks for the same moment again
    clips = [ground]
    for layer in scene.layers:
        clip = moviepy.VideoClip(_painter(layer, ground, entrance_seconds), duration=frames / rate)
        clips.append(clip.with_position(layer.box[:2]))
    composite = moviepy.CompositeVideoClip(clips, size=(width, height), use_bgclip=True)
    for number in range(frames):
        yield composite.get_frame(number / rate).tobytes()


def _moviepy() -> Any:
    """The moviepy module, imported so that an odd FFMPEG_BINARY in the environment cannot stop it."""
    import os

    asked = os.environ.get("FFMPEG_BINARY")
    os.environ["FFMPEG_BINARY"] = "ffmpeg-imageio"
    try:
        import moviepy
    finally:
        if asked is None:
            del os.environ["FFMPEG_BINARY"]
        else:
            os.environ["FFMPEG_BINARY"] = asked
    return moviepy


def _panelled(ground: np.ndarray, panel: Layer, progress: float) -> np.ndarray:
    import numpy as np
    from PIL import Image

    x, y, w, h = panel.box
    picture = Image.fromarray(np.ascontiguousarray(ground[y : y + h, x : x + w]))
    panel.paint(picture, progress)
    painted = np.array(ground)
    painted[y : y + h, x : x + w] = np.asarray(picture)
    return painted


def _painter(layer: Layer, ground: Any, entrance_seconds: float) -> Callable[[float], np.ndarray]:
    """The layer with what is behind it, opaque: MoviePy blends a masked clip over all of the canvas."""
    import numpy as np
    from PIL import Image

    x, y, w, h = layer.box

    def painted(t: float) -> np.ndarray:
        picture = Image.fromarray(np.ascontiguousarray(ground.get_frame(t)[y : y + h, x : x + w]))
        layer.paint(picture, min(1.0, t / entrance_seconds) if entrance_seconds else 1.0)
        return np.asarray(picture)

    return painted

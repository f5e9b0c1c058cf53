"""Cards: a text and a canvas go in, the frames of a designed, animated scene come out.

MoviePy holds the timeline and puts the layers together, Pillow draws the type. Stills are drawn once; a frame
only moves them, inside the smallest box that holds their ink. The same input gives the same bytes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from variantgen.build.brand import BRAND, Brand
from variantgen.build.card_backdrop import Point, backdrop
from variantgen.build.card_layers import Box, Layer, pill, rising_lines, rule, settling_text
from variantgen.build.card_type import NoRoomError, fit_text
from variantgen.errors import UserError, nearest
from variantgen.model import Card

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image


@dataclass(frozen=True)
class Scene:
    """A card laid out on its canvas: where the light wanders from and to, the ring's centre, the layers."""

    light: tuple[Point, Point]
    ring: Point
    layers: tuple[Layer, ...]


def title_scene(text: str, box: Box, short_px: int, brand: Brand) -> Scene:
    """A headline at the left that rises line by line under a rule; a subtitle follows an empty line."""
    x, y, width, height = box
    head, _, small = text.partition("\n\n")
    rule_px, gap_px = max(2, round(short_px * 0.012)), max(4, round(short_px * 0.055))
    subtitle = None
    if small:
        subtitle = fit_text(small, (width, height // 4), short_px=short_px, largest=0.054, is_bold=False)
    # the gap below each text is where its lines rise from
    below_px = round(gap_px * 1.25)
    around_px = rule_px + 2 * gap_px + (subtitle.height + below_px if subtitle else 0)
    headline = fit_text(head, (width, height - around_px), short_px=short_px, largest=0.165)
    y += (height - around_px - headline.height) // 2
    head_y = y + rule_px + gap_px
    layers = [
        rule((x, y, min(width, round(short_px * 0.16)), rule_px), brand.accent, span=(-0.4, 0.6)),
        rising_lines(headline, (x, head_y), brand.text, rise_px=gap_px, start=-0.45),
    ]
    if subtitle:
        at = (x, head_y + headline.height + below_px)
        layers.append(rising_lines(subtitle, at, brand.muted_text, rise_px=gap_px, start=0.15))
    return Scene(light=((0.98, 0.0), (0.72, 0.14)), ring=(1.0, 1.0), layers=tuple(layers))


def end_scene(text: str, box: Box, short_px: int, brand: Brand) -> Scene:
    """A centred headline that settles over a pill with the address, or over a bar where there is none."""
    x, y, width, height = box
    head, address = _split_address(text)
    gap_px, pad_px = max(4, round(short_px * 0.07)), round(short_px * 0.05)
    label = None
    accent_px = (min(width, round(short_px * 0.14)), max(3, round(short_px * 0.011)))
    if address:
        room = (width - 2 * pad_px, height // 4)
        label = fit_text(address, room, short_px=short_px, largest=0.052, line_limit=1)
        accent_px = (label.width + 2 * pad_px, label.height + round(1.3 * label.size_px))
    around_px = gap_px + accent_px[1]
    headline = fit_text(head, (width, height - around_px), short_px=short_px, largest=0.15, is_centred=True)
    y += (height - around_px - headline.height) // 2
    below = (x + (width - accent_px[0]) // 2, y + headline.height + gap_px, *accent_px)
    layers = (
        settling_text(headline, (x + (width - headline.width) // 2, y), brand.text),
        pill(below, label, brand) if label else rule(below, brand.accent, span=(0.2, 1.0), is_centred=True),
    )
    return Scene(light=((0.3, 1.02), (0.5, 0.88)), ring=(0.5, 1.1), layers=layers)


Template = Callable[[str, Box, int, Brand], Scene]
TEMPLATES: dict[str, Template] = {"title": title_scene, "end": end_scene}
"""How each kind of card is laid out.

To add one: (1) write a function that takes the cleaned text, the box that text must stay inside, the
canvas's short side in pixels and the brand, and returns a Scene; size everything by the short side and fit
text with `fit_text`. (2) Give it a row here and in `_OPTIONS`, and its name in `Card.kind` of model.py.
(3) Look at it on 9:16, 1:1 and 16:9.
"""

PILL_CHARACTERS = 32
_ADDRESS = re.compile(r"\S*[@#./]\S*\w")
ENTRANCE_SECONDS = 1.2
LONGEST_ENTRANCE = 0.6
"""Of the card: everything has come to rest by then, and the rest of the time is for reading."""


def card_frames(
    card: Card, *, width: int, height: int, frame_rate: Fraction, frames: int, brand: Brand = BRAND
) -> Iterator[bytes]:
    """Exactly `frames` rgb24 frames of `width * height * 3` bytes, each made when it is asked for.

    Raises UserError at once, before the first frame, for text that is empty, too long for the canvas, or
    holds a character the font cannot draw.
    """
    scene = _lay_out(card, width, height, brand)
    return _rendered(scene, brand, width, height, float(frame_rate), frames)


def card_poster(card: Card, width: int, height: int, brand: Brand = BRAND) -> Image.Image:
    """The card at rest, as one picture; raises UserError as `card_frames` does."""
    from PIL import Image

    frame = card_frames(card, width=width, height=height, frame_rate=Fraction(1), frames=1, brand=brand)
    return Image.frombytes("RGB", (width, height), next(frame))


# ---------------------------------------------------------------- from text to a scene


def _lay_out(card: Card, width: int, height: int, brand: Brand) -> Scene:
    if card.kind not in TEMPLATES:
        allowed = ", ".join(TEMPLATES)
        raise UserError(f'card kind "{card.kind}" is unknown: it is one of {allowed}.{nearest(card.kind, TEMPLATES)}')
    text = _clean(card)
    box = _text_box(card, width, height)
    try:
        return TEMPLATES[card.kind](text, box, min(width, height), brand)
    except NoRoomError:
        start = text if len(text) <= 40 else text[:40] + "..."
        raise UserError(
            f"--{_OPTIONS[card.kind]} {start!r}: {len(text)} characters do not fit the {box[2]}x{box[3]}"
            f" pixels that a {width}x{height} canvas leaves for text; shorten the text"
        ) from None


_OPTIONS = {"title": "title", "end": "end-card"}


def _clean(card: Card) -> str:
    """The text with plain line breaks and spaces; a backslash and n, as shells pass it, is a line break."""
    option = _OPTIONS[card.kind]
    text = unicodedata.normalize("NFC", card.text.replace("\\n", "\n")).replace("\u202f", "\u00a0")
    lines = [re.sub(r"[^\S\u00a0]+", " ", line) for line in re.split(r"\r\n|[\r\n\u2028\u2029]", text)]
    text = "\n".join("".join(c for c in line if not _is_invisible(c)).strip() for line in lines)
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    if not text:
        raise UserError(f"--{option} {card.text!r} holds no text to show: give it at least one word")
    _refuse_missing(text, option)
    return text


def _is_invisible(character: str) -> bool:
    """Controls, direction marks and emoji selectors: some layout engines draw a box for them."""
    return unicodedata.category(character) in ("Cc", "Cf") or "\ufe00" <= character <= "\ufe0f"


def _split_address(text: str) -> tuple[str, str]:
    """The headline, and a short last line if it is an address (a.com/b, @a) or follows an empty line."""
    head, _, last = text.rpartition("\n")
    stands_alone = head.endswith("\n") or _ADDRESS.fullmatch(last)
    if head and stands_alone and len(last) <= PILL_CHARACTERS:
        return head.rstrip(), last
    return text, ""


def _refuse_missing(text: str, option: str) -> None:
    from variantgen.fonts import missing_characters

    missing = missing_characters(text.replace("\n", " "))
    if missing:
        names = ", ".join(f'"{c}" (U+{ord(c):04X} {unicodedata.name(c, "unnamed")})' for c in missing[:5])
        raise UserError(f"--{option} {text!r} holds characters that the card font cannot draw: {names}; remove them")


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


# ---------------------------------------------------------------- the timeline


def _rendered(scene: Scene, brand: Brand, width: int, height: int, rate: float, frames: int) -> Iterator[bytes]:
    """The scene's frames, one at a time; the last is at rest, also of a card of one frame."""
    moviepy = _moviepy()
    end_seconds = (frames - 1) / rate
    entrance_seconds = min(ENTRANCE_SECONDS, LONGEST_ENTRANCE * end_seconds)
    backdrop_at = backdrop(scene.light, scene.ring, brand, width, height)

    def behind(t: float) -> np.ndarray:
        along = t / end_seconds if end_seconds else 1.0
        return backdrop_at(along * along * (3 - 2 * along))

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

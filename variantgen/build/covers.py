"""Covers: a finished variant's file and a frame in, a picture of the size and weight that a channel takes out."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen.build.brand import BRAND, Brand, contrast_ratio, rgb
from variantgen.build.card_type import FittedText, NoRoomError, fit_text
from variantgen.errors import UserError

if TYPE_CHECKING:
    from PIL import Image

Box = tuple[float, float, float, float]
"""x, y, w, h as shares of the picture."""
PxBox = tuple[int, int, int, int]
"""x, y, w, h in pixels of the cover."""

REACH_FRAMES = 3
"""Frames beside the chosen one among which the sharpest is taken: they are decoded anyway."""
LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3 level AA, of text against what lies behind all but a fiftieth of it."""
BEHIND_SHARE = 0.98
TEXT_ROOMS = (0.36, 0.24, 0.16)
"""Of the safe height: text that takes more hides what the cover shows; less is tried where it would hide a face."""
LARGEST_TYPE = 0.15
LEAST_MARGIN = 0.06
QUALITIES = (92, 88, 84, 78, 70, 60, 50, 40, 30)
"""Of a JPEG, tried in this order until it is light enough; below, squares show."""


@dataclass(frozen=True)
class CoverText:
    """Where a cover's text stands, in pixels of the cover, and the contrast it reaches."""

    box: PxBox
    contrast: float


def cover_frame(path: Path, frame: int, span: tuple[int, int], frame_rate: Fraction) -> Image.Image | None:
    """The sharpest frame of a finished variant at `frame` or a few beside it, inside `span`; None if it shows none.

    `span` is half-open, frames in which the picture is of one shot and one caption.
    """
    from variantgen.media.frames import frame_at, frames_in

    if path.suffix.lower() in (".gif", ".webp"):
        return frame_at(path, frame / max(1, span[1]))
    first, end = max(span[0], frame - REACH_FRAMES), min(span[1], frame + REACH_FRAMES + 1)
    best: Image.Image | None = None
    sharpest = -1.0
    for _, picture in frames_in(path, first, end, frame_rate):
        sharpness = sharpness_of(picture)
        if sharpness > sharpest:
            best, sharpest = picture, sharpness
    return best


def sharpness_of(picture: Image.Image) -> float:
    """The variance of the Laplacian of a picture at 480 px: noise and grain do not pass for sharpness there."""
    import cv2
    import numpy as np

    scale = min(1.0, 480 / max(picture.size))
    grey = np.asarray(picture.convert("L"))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return float(cv2.Laplacian(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), cv2.CV_64F).var())


def cover_picture(
    frame: Image.Image,
    size: tuple[int, int],
    *,
    faces: Sequence[Box] = (),
    text: str = "",
    margins: Sequence[float] = (0.0, 0.0, 0.0, 0.0),
    brand: Brand = BRAND,
) -> tuple[Image.Image, CoverText | None]:
    """A frame cut and scaled to a cover's size (0 for a side: as the frame is), with a text where one is given.

    `faces` are shares of the frame and stay in the picture. `margins` are top, right, bottom and left shares of the
    cover that the channel's own interface takes. The text goes where it hides least of the faces, on a shade just dark
    enough for it to be read. Raises UserError for a text that does not fit or that the font cannot draw.
    """
    picture, faces = _cut(frame.convert("RGB"), size, faces)
    if not text.strip():
        return picture, None
    return _with_text(picture, text, faces, margins, brand)


def save_cover(picture: Image.Image, path: Path, *, most_bytes: int = 0) -> int:
    """Writes a cover as its name says, .jpg or .png, no heavier than `most_bytes` (0: any); its bytes.

    The file appears whole or not at all. Raises UserError where no quality is light enough.
    """
    raw = _png(picture) if path.suffix.lower() == ".png" else _jpeg(picture, most_bytes)
    if most_bytes and len(raw) > most_bytes:
        raise UserError(
            f"{path.name}: a cover of {picture.width}x{picture.height} weighs {len(raw)} bytes and the channel takes"
            f" {most_bytes}; make it smaller{', or a .jpg' if path.suffix.lower() == '.png' else ''}"
        )
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        scratch.write_bytes(raw)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
    return len(raw)


# ---------------------------------------------------------------- the picture


def _cut(frame: Image.Image, size: tuple[int, int], faces: Sequence[Box]) -> tuple[Image.Image, tuple[Box, ...]]:
    """The frame at a size: cut to its shape about the faces, or a little above the middle; and the faces there."""
    from PIL import Image

    width, height = (wanted or own for wanted, own in zip(size, frame.size, strict=True))
    scale = min(frame.width / width, frame.height / height)
    w, h = width * scale, height * scale
    x = _placed([(face[0] * frame.width, face[2] * frame.width) for face in faces], w, frame.width, 0.5)
    # people look better with room above them than below
    y = _placed([(face[1] * frame.height, face[3] * frame.height) for face in faces], h, frame.height, 0.42)
    cut = frame.resize((width, height), Image.Resampling.LANCZOS, box=(x, y, x + w, y + h))
    across, down = frame.width / w, frame.height / h
    moved = (
        ((left - x / frame.width) * across, (top - y / frame.height) * down, wide * across, high * down)
        for left, top, wide, high in faces
    )
    return cut, tuple(moved)


def _placed(spans: Sequence[tuple[float, float]], length: float, whole: float, share: float) -> float:
    """Where a window of `length` begins on an axis: with its `share` at the middle of all spans, or of the axis."""
    if not spans:
        return (whole - length) * share
    start, end = min(at for at, _ in spans), max(at + wide for at, wide in spans)
    if end - start > length:  # not all fit: the largest one
        start, wide = max(spans, key=lambda span: span[1])
        end = start + wide
    return min(max(0.0, (start + end) / 2 - length * share), whole - length)


# ---------------------------------------------------------------- its text


def _with_text(
    picture: Image.Image, text: str, faces: Sequence[Box], margins: Sequence[float], brand: Brand
) -> tuple[Image.Image, CoverText]:
    from PIL import Image

    fitted, at = _laid_out(text, picture.size, margins, faces)
    ink = Image.new("L", picture.size)
    for line in fitted.lines:
        ink.paste(line.ink, (at[0] + line.left, at[1] + line.top))
    shaded, contrast = _shaded(picture, at, brand)
    shaded.paste(rgb(brand.text), (0, 0), ink)
    return shaded, CoverText(at, contrast)


def _laid_out(
    text: str, size: tuple[int, int], margins: Sequence[float], faces: Sequence[Box]
) -> tuple[FittedText, PxBox]:
    """The text and its box: as large as it can be without hiding a face; low in the room, high, or in its middle."""
    words, room = _words(text), _room(size, margins)
    tries: list[tuple[float, FittedText, PxBox]] = []
    for share in TEXT_ROOMS:
        try:
            fitted = fit_text(
                words,
                (room[2], round(room[3] * share)),
                short_px=min(size),
                largest=LARGEST_TYPE,
                is_centred=size[0] <= size[1],
            )
        except NoRoomError:
            break
        place = _place(fitted, room, faces, size)
        tries.append((_hidden(place, faces, size), fitted, place))
        if tries[-1][0] == 0:
            break
    if not tries:
        start = words if len(words) <= 40 else words[:40] + "..."
        raise UserError(
            f"cover text {start!r}: {len(words)} characters do not fit a cover of {size[0]}x{size[1]}; shorten it"
        )
    _, fitted, place = min(tries, key=lambda one: one[0])
    return fitted, place


def _words(text: str) -> str:
    from variantgen.fonts import missing_characters

    words = "\n".join(" ".join(line.split()) for line in text.strip().splitlines() if line.strip())
    missing = missing_characters(words.replace("\n", " "))
    if missing:
        raise UserError(
            f"cover text {words!r} holds characters that the card font cannot draw: {' '.join(missing)}; remove them"
        )
    return words


def _room(size: tuple[int, int], margins: Sequence[float]) -> PxBox:
    """The safe box that text may stand in, no closer to an edge than LEAST_MARGIN."""
    width, height = size
    least = LEAST_MARGIN * min(size)
    top, bottom = (math.ceil(max(least, share * height)) for share in (margins[0], margins[2]))
    right, left = (math.ceil(max(least, share * width)) for share in (margins[1], margins[3]))
    return (left, top, max(1, width - left - right), max(1, height - top - bottom))


def _place(fitted: FittedText, room: PxBox, faces: Sequence[Box], size: tuple[int, int]) -> PxBox:
    x, y, w, h = room
    left = x + (w - fitted.width) // 2 if size[0] <= size[1] else x
    free = h - fitted.height
    places = [(left, y + down, fitted.width, fitted.height) for down in (free, 0, free // 2)]
    return min(places, key=lambda place: _hidden(place, faces, size))


def _hidden(place: PxBox, faces: Sequence[Box], size: tuple[int, int]) -> float:
    """How much of the faces a box covers, as a share of them; a twentieth is hair or chin, and counts as nothing."""
    hidden = total = 0.0
    for face in faces:
        x, y, w, h = face[0] * size[0], face[1] * size[1], face[2] * size[0], face[3] * size[1]
        across = min(place[0] + place[2], x + w) - max(place[0], x)
        down = min(place[1] + place[3], y + h) - max(place[1], y)
        hidden += max(0.0, across) * max(0.0, down)
        total += w * h
    share = hidden / total if total else 0.0
    return share if share > 0.05 else 0.0


def _shaded(picture: Image.Image, box: PxBox, brand: Brand) -> tuple[Image.Image, float]:
    """The picture darkened behind a box no more than its text needs, fading out around; and the contrast there."""
    import numpy as np
    from PIL import Image

    x, y, w, h = box
    reach = max(1, round(max(0.9 * h, 0.08 * picture.height)))
    first, end = max(0, y - reach), min(picture.height, y + h + reach)
    rows = np.asarray(picture.crop((0, first, picture.width, end)), dtype=np.float32)
    behind = rows[y - first : y - first + h, x : x + w].reshape(-1, 3)
    brightest = behind[_luminance(behind).argsort()[int(BEHIND_SHARE * (len(behind) - 1))]]
    shade = np.array(rgb(brand.background[0]), dtype=np.float32)
    shades = ((strength, brightest + (shade - brightest) * strength) for strength in np.linspace(0, 1, 41))
    strength, darkest = next((s, c) for s, c in shades if _contrast(c, brand.text) >= LEAST_CONTRAST or s == 1)
    down = np.arange(first, end, dtype=np.float32)
    near = np.clip(1 - np.maximum(0, np.maximum(y - down, down - (y + h))) / reach, 0, 1)
    cover = (strength * near * near * (3 - 2 * near))[:, None, None]
    shaded = picture.copy()
    rows = np.round(rows + (shade - rows) * cover).clip(0, 255).astype(np.uint8)
    shaded.paste(Image.fromarray(rows), (0, first))
    return shaded, _contrast(darkest, brand.text)


def _luminance(pixels: Any) -> Any:
    """Relative luminance (WCAG 2.2) of rows of red, green and blue, 0 to 255."""
    import numpy as np

    shares = pixels / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)


def _contrast(pixel: Any, colour: str) -> float:
    return contrast_ratio((round(float(pixel[0])), round(float(pixel[1])), round(float(pixel[2]))), colour)


# ---------------------------------------------------------------- the file


def _jpeg(picture: Image.Image, most_bytes: int) -> bytes:
    raw = b""
    for quality in QUALITIES:
        held = io.BytesIO()
        # full colour resolution: halved, coloured type gets ragged edges
        picture.save(held, "JPEG", quality=quality, subsampling=0, optimize=True, progressive=False)
        raw = held.getvalue()
        if not most_bytes or len(raw) <= most_bytes:
            break
    return raw


def _png(picture: Image.Image) -> bytes:
    held = io.BytesIO()
    picture.save(held, "PNG", optimize=True)
    return held.getvalue()

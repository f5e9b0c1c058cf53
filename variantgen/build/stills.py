"""A picture file that a timeline shows: its size, and its pixels for FFmpeg (Pillow reads, so that no playlist can)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from variantgen.errors import MasterError
from variantgen.media.ffmpeg import MAX_PIXELS
from variantgen.media.probe import fingerprint_of
from variantgen.model import Still

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")
_TURNED = {5, 6, 7, 8}
"""Values of EXIF's Orientation that lay a picture on its side."""


def read_still(path: Path) -> Still:
    """What a picture file is, upright. Raises MasterError, one sentence, for what is no picture."""
    with _opened(path) as image:
        width, height = image.size
        if image.getexif().get(0x0112) in _TURNED:
            width, height = height, width
    return Still(path, fingerprint_of(path), width, height)


def still_pixels(still: Still) -> bytes:
    """Its pixels as rgb24, upright; what is see-through is black."""
    from PIL import Image, ImageOps

    with _opened(still.path) as image:
        try:
            upright = ImageOps.exif_transpose(image).convert("RGBA")
        except (OSError, ValueError, SyntaxError) as error:
            raise MasterError(f"{still.path}: cannot be read as a picture ({error}).") from None
    black = Image.new("RGBA", upright.size, (0, 0, 0, 255))
    return Image.alpha_composite(black, upright).convert("RGB").tobytes()


def _opened(path: Path) -> Image:
    from PIL import Image

    try:
        image = Image.open(path, formats=FORMATS)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise MasterError(f"{path}: cannot be read as a picture ({type(error).__name__}).") from None
    if image.width * image.height > MAX_PIXELS:
        image.close()
        raise MasterError(f"{path}: {image.width}x{image.height} is larger than variantgen takes (8192x8192).")
    return image

"""How large a logo is on a canvas, and its picture at that size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from variantgen.model.brand import BrandPicture

if TYPE_CHECKING:
    from PIL import Image

HEIGHT_SHARE = 0.5
"""Of a logo's width at most: a square one is as weighty as a wide one of twice its width."""


def logo_size(picture: BrandPicture, share: float, short_px: int, room: tuple[int, int]) -> tuple[int, int]:
    """Width and height in even px of a picture whose width is `share` of the short side, inside a room."""
    wide, high = min(share * short_px, room[0]), min(HEIGHT_SHARE * share * short_px, room[1])
    scale = min(wide / picture.width, high / picture.height)
    width, height = (max(2, 2 * round(side * scale / 2)) for side in (picture.width, picture.height))
    return width, height


def scaled_logo(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """An RGBA picture at a size."""
    from PIL import Image

    # colours times alpha while scaling: the hidden colour of clear pixels would show as a rim
    return picture.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")

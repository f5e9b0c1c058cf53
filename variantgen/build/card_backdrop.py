"""What is behind a card's text: a dark gradient, faint rings, and a light that wanders."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from variantgen.build.brand import LIGHT_STRENGTH, Brand, rgb

if TYPE_CHECKING:
    import numpy as np

Point = tuple[float, float]
"""A place as shares of the canvas's width and height."""


def backdrop(
    light_path: tuple[Point, Point], ring: Point, brand: Brand, width: int, height: int
) -> Callable[[float], np.ndarray]:
    """The rgb24 background as a function of how far its light has wandered along its path, 0 to 1."""
    import numpy as np
    from PIL import Image, ImageChops

    (from_x, from_y), (to_x, to_y) = light_path
    shift_x, shift_y = round((to_x - from_x) * width), round((to_y - from_y) * height)
    # the light is drawn once on a larger picture; a window that slides over it moves the light
    start = (max(0, shift_x), max(0, shift_y))
    centre = (from_x * width + start[0], from_y * height + start[1])
    light = Image.fromarray(_light(width + abs(shift_x), height + abs(shift_y), centre, min(width, height), brand))
    ground = Image.fromarray(_ground(width, height, ring, brand))

    def at(along: float) -> np.ndarray:
        x, y = start[0] - round(shift_x * along), start[1] - round(shift_y * along)
        return np.asarray(ImageChops.add(ground, light.crop((x, y, x + width, y + height))))

    return at


def _ground(width: int, height: int, ring: Point, brand: Brand) -> np.ndarray:
    """The gradient between the two background colours, and faint rings about one point."""
    import numpy as np

    reach_px = math.sqrt(width * height)
    first, second, accent = (np.array(rgb(c), np.float32) for c in (*brand.background, brand.accent))

    def band(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        along = (0.35 * x / width + 0.65 * y / height)[..., None]
        away = np.hypot(x - ring[0] * width, y - ring[1] * height)
        rings = np.zeros_like(away)
        for radius, strength in ((0.34, 0.10), (0.5, 0.08), (0.66, 0.06), (0.82, 0.04)):
            edge = 0.5 + reach_px * 0.0018 - np.abs(away - radius * reach_px)
            rings += strength * np.clip(edge, 0.0, 1.0)
        colour = first + (second - first) * along
        return colour + (accent - colour) * rings[..., None]

    return _in_bands(width, height, band)


def _light(width: int, height: int, centre: Point, short_px: int, brand: Brand) -> np.ndarray:
    import numpy as np

    colour = np.array(rgb(brand.light), np.float32) * LIGHT_STRENGTH

    def band(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        away = np.hypot(x - centre[0], y - centre[1]) / (0.8 * short_px)
        return np.exp(-(away**2))[..., None] * colour

    return _in_bands(width, height, band)


def _in_bands(width: int, height: int, band: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    """An rgb24 picture painted 64 rows at a time, as floats of a whole 4K canvas would take half a gigabyte.

    Levels are dithered with a fixed pattern (interleaved gradient noise), or dark gradients show as bands.
    """
    import numpy as np

    picture = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, 64):
        rows = np.arange(top, min(height, top + 64), dtype=np.float32)
        y, x = np.meshgrid(rows, np.arange(width, dtype=np.float32), indexing="ij")
        noise = np.modf(52.9829189 * np.modf(0.06711056 * x + 0.00583715 * y)[0])[0]
        picture[top : top + 64] = np.clip(band(x, y) + noise[..., None], 0, 255).astype(np.uint8)
    return picture

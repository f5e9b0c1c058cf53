"""How well the colours of a brand read on each other, and what follows from it."""

from __future__ import annotations

from variantgen.model.brand import BRAND, Brand

Rgb = tuple[int, int, int]


def contrast_ratio(one: Rgb | str, other: Rgb | str) -> float:
    """WCAG 2.2 contrast of two colours, 1 to 21 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).

    >>> contrast_ratio("#000000", "#ffffff")
    21.0
    """
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def rgb(colour: Rgb | str) -> Rgb:
    """Red, green and blue, 0 to 255, of a #rrggbb colour."""
    if not isinstance(colour, str):
        return colour
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mixed(one: Rgb | str, other: Rgb | str, share: float) -> str:
    """The colour that lies `share` of the way from one to another, as #rrggbb."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(rgb(one), rgb(other), strict=True))
    return f"#{red:02X}{green:02X}{blue:02X}"


def display_colour(brand: Brand) -> str:
    """The accent for very large type on the background, where it reads (WCAG asks 3:1 of large text); else the text's.

    Held to 4.5 like all else: the background's light makes it lighter here and there.
    """
    grounds = brand.background
    reads = all(contrast_ratio(brand.accent, ground) >= 4.5 for ground in grounds)
    return brand.accent if reads else brand.text


def _luminance(colour: Rgb | str) -> float:
    shares = [level / 255 for level in rgb(colour)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


__all__ = ["BRAND", "Brand", "Rgb", "contrast_ratio", "display_colour", "mixed", "rgb"]

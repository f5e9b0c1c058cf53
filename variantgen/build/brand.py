"""The colours that drawn scenes wear, and how well one reads on another."""

from __future__ import annotations

from dataclasses import dataclass

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Brand:
    """The colours of a card as #rrggbb; text keeps a contrast of 4.5:1 (WCAG AA) on what it stands on."""

    background: tuple[str, str] = ("#0A1420", "#12324A")
    light: str = "#2F86A6"
    accent: str = "#FFB454"
    text: str = "#FBF8F2"
    muted_text: str = "#D9E2EA"
    accent_text: str = "#1B1206"


BRAND = Brand()


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


def _luminance(colour: Rgb | str) -> float:
    shares = [level / 255 for level in rgb(colour)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

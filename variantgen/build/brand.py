"""How well the colours of a brand read on each other, and what follows from it."""

from __future__ import annotations

from variantgen.model.brand import BRAND, Brand

Rgb = tuple[int, int, int]
LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3 level AA."""
LIGHT_STRENGTH = 0.36
"""Of the light that falls on a card's background."""


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


def faint_faults(brand: Brand) -> list[str]:
    """A sentence for each pair of colours of which one cannot be read on the other."""
    pairs = [(key, getattr(brand, key), ground) for key in ("text", "muted_text") for ground in _grounds(brand)]
    pairs.append(("accent_text", brand.accent_text, ("accent", brand.accent)))
    faults: dict[str, str] = {}
    for key, colour, (name, ground) in sorted(pairs, key=lambda pair: contrast_ratio(pair[1], pair[2][1])):
        ratio = contrast_ratio(colour, ground)
        if ratio < LEAST_CONTRAST and key not in faults:
            faults[key] = (
                f"brand.{key}: {colour} on the {name} ({ground}) has a contrast of {int(ratio * 10) / 10:.1f}:1,"
                f" and WCAG asks for {LEAST_CONTRAST}:1; take a {_way(ground)} one, or leave it out"
            )
    return [faults[key] for key in ("text", "muted_text", "accent_text") if key in faults]


def _grounds(brand: Brand) -> list[tuple[str, str]]:
    """What text of a card can stand on: the gradient, and the same where the light falls on it."""
    first, second = brand.background
    plain = [first, mixed(first, second, 0.5), second]
    glow = rgb(mixed("#000000", brand.light, LIGHT_STRENGTH))
    lit = [tuple(min(255, a + b) for a, b in zip(rgb(ground), glow, strict=True)) for ground in plain]
    named = [("background", mixed(ground, ground, 0.0)) for ground in plain]
    return named + [("background in the light", mixed(ground, ground, 0.0)) for ground in lit]  # type: ignore[arg-type]


def _way(ground: str) -> str:
    return "lighter" if contrast_ratio("#FFFFFF", ground) > contrast_ratio("#000000", ground) else "darker"


def _luminance(colour: Rgb | str) -> float:
    shares = [level / 255 for level in rgb(colour)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


__all__ = ["BRAND", "Brand", "Rgb", "contrast_ratio", "display_colour", "faint_faults", "mixed", "rgb"]

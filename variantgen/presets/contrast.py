"""Colours of a style in, what is too faint to read in them out, by WCAG 2.2 (pure).

https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio and https://www.w3.org/TR/WCAG22/#contrast-minimum
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from variantgen.presets.schema import Style

LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3 level AA. Large text would do with 3, but a phone shows captions small."""
LEAST_OUTLINE_EM = 0.03
"""A thinner outline is under two pixels on a 1080 canvas, and encoding smears it into the picture."""

_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)
_Rgb = tuple[int, int, int]
_Luminances = tuple[float, float]
"""The darkest and the lightest that what is behind the letters can be, whatever the picture shows."""


def contrast_ratio(one: str, other: str) -> float:
    """The contrast of two colours (#rrggbb), 1 to 21, whichever comes first.

    >>> round(contrast_ratio("#000000", "#FFFFFF"), 2)
    21.0
    """
    return _ratio(_luminance(_rgb(one)), _luminance(_rgb(other)))


def look_contrast(style: Style, colour: str = "") -> float:
    """The contrast of letters in `colour` (the text's where empty) with what surrounds them, on any picture.

    That is the box where there is one, else the outline; where there are both, the better of the two. 1 where
    neither is there: a shadow lies on one side only.
    """
    letters = _luminance(_rgb(colour or style.colour))
    return max((_worst(letters, behind) for _, behind in _surroundings(style)), default=1.0)


def contrast_faults(style: Style) -> list[str]:
    """A sentence for each colour of a style that has too little contrast, with what reaches it."""
    around = list(_surroundings(style))
    if not around:
        return [
            "letters stand on the bare picture, where some frame is always of their colour (a shadow lies on one side"
            f' only): give an outline of {LEAST_OUTLINE_EM} or more, or a box_colour, as in box_colour = "#000000"'
        ]
    faults = []
    for key, colour in (("colour", style.colour), ("highlight_colour", style.highlight_colour)):
        if colour and look_contrast(style, colour) < LEAST_CONTRAST:
            faults.append(_fault(style, key, colour, around))
    return faults


def _fault(style: Style, key: str, colour: str, around: list[tuple[str, _Luminances]]) -> str:
    letters = _luminance(_rgb(colour))
    words, behind = max(around, key=lambda each: _worst(letters, each[1]))
    advice = [_nearest_colour(colour, behind), _stronger_box(style, letters)]
    return (
        f"{key} {colour} on {words} has a contrast of {_told(_worst(letters, behind))}:1, and WCAG asks for"
        f" {LEAST_CONTRAST}:1: {' or '.join(filter(None, advice)) or 'take another box_colour or outline_colour'}"
        " reaches it"
    )


def _told(ratio: float) -> str:
    return f"{int(ratio * 10) / 10:.1f}"  # cut, so that 4.49 is not called 4.5


def _nearest_colour(colour: str, behind: _Luminances) -> str:
    """The least change towards white or black that is readable, as words; empty where neither is."""
    found = []
    for end, words in ((_WHITE, "lighter"), (_BLACK, "darker")):
        mixes = (_mixed(_rgb(colour), end, step / 255) for step in range(256))
        near = ((step, mix) for step, mix in enumerate(mixes) if _worst(_luminance(mix), behind) >= LEAST_CONTRAST)
        found += [(step, mix, words) for step, mix in near][:1]
    if not found:
        return ""
    _, mix, words = min(found)
    return f"{_hex(mix)} or {words}"


def _stronger_box(style: Style, letters: float) -> str:
    """The least opacity of the box at which the letters are readable, as words; empty where none is."""
    if not style.box_colour:
        return ""
    for percent in range(int(style.box_opacity * 100) + 1, 101):
        if _worst(letters, _box(style.box_colour, percent / 100)) >= LEAST_CONTRAST:
            return f"box_opacity = {percent / 100:g}"
    return ""


# ---------------------------------------------------------------- what is behind the letters


def _surroundings(style: Style) -> Iterator[tuple[str, _Luminances]]:
    """What can lie against the letters, named and with its darkest and lightest luminance."""
    if style.box_colour and style.box_opacity > 0:
        yield (
            f"box_colour {style.box_colour} at box_opacity {style.box_opacity:g}",
            _box(style.box_colour, style.box_opacity),
        )
    if style.outline >= LEAST_OUTLINE_EM:
        outline = _luminance(_rgb(style.outline_colour))
        yield f"outline_colour {style.outline_colour}", (outline, outline)


def _box(colour: str, opacity: float) -> _Luminances:
    """A box over a black and over a white picture; any other picture lies between."""
    over_black, over_white = (_luminance(_mixed(end, _rgb(colour), opacity)) for end in (_BLACK, _WHITE))
    return over_black, over_white


def _worst(letters: float, behind: _Luminances) -> float:
    """The least contrast: none at all where some picture makes what is behind as light as the letters."""
    darkest, lightest = behind
    if darkest <= letters <= lightest:
        return 1.0
    return min(_ratio(letters, darkest), _ratio(letters, lightest))


# ---------------------------------------------------------------- WCAG's arithmetic


def _ratio(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _luminance(colour: _Rgb) -> float:
    """Relative luminance of an sRGB colour, 0 to 1: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    red, green, blue = map(_linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _mixed(one: _Rgb, other: _Rgb, share: float) -> _Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _rgb(colour: str) -> _Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(colour: _Rgb) -> str:
    return "#" + "".join(f"{channel:02X}" for channel in colour)

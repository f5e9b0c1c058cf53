"""Placements between this tool's words and those of editing programs: scale and offset of a picture on a canvas.

A placement names the point of the picture that stands in the middle of the canvas. Editing programs name the way from
the canvas's middle to the picture's: offset = (picture / 2 - point) * scale, in canvas pixels, right and down.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import isfinite

from variantgen.timelines.edit import PlacementKey
from variantgen.timelines.laying import LaidPlace

SCALE_DIGITS, PLACE_DIGITS = 6, 2
"""Decimals of a placement: a hundredth of a pixel across any canvas, and a hundredth of a pixel of the picture."""
MAX_KEYS = 100_000
MAX_SCALE = 1000.0

Size = tuple[int, int]
Curve = Sequence[tuple[Fraction, float]]
"""Values at times, in order."""


def fit_scale(picture: Size, canvas: Size) -> float:
    """The scale at which a picture just fits into a canvas, whole."""
    return min(canvas[0] / picture[0], canvas[1] / picture[1])


def fill_scale(picture: Size, canvas: Size) -> float:
    """The scale at which a picture just fills a canvas."""
    return max(canvas[0] / picture[0], canvas[1] / picture[1])


def whole(picture: Size, canvas: Size) -> tuple[PlacementKey, ...]:
    """The whole picture in the middle of the canvas."""
    return (rounded(0, fit_scale(picture, canvas), picture[0] / 2, picture[1] / 2),)


def offset_px(key: PlacementKey | LaidPlace, picture: Size) -> tuple[float, float]:
    """How far right and how far down of the canvas's middle the picture's middle stands, in canvas pixels."""
    return (picture[0] / 2 - key.x_px) * key.scale, (picture[1] / 2 - key.y_px) * key.scale


def rounded(frame: int, scale: float, x_px: float, y_px: float) -> PlacementKey:
    """A key with the decimals that every timeline file keeps."""
    return PlacementKey(frame, round(scale, SCALE_DIGITS), round(x_px, PLACE_DIGITS), round(y_px, PLACE_DIGITS))


def part_of(keys: Sequence[PlacementKey], first: int, frames: int) -> tuple[PlacementKey, ...]:
    """What a placement is from frame `first` of its clip on, for so many frames."""
    if not keys:
        return ()
    last = first + frames - 1
    inside = [key.frame for key in keys if first < key.frame < last]
    cut = [_at(keys, frame) for frame in sorted({first, *inside, last})]
    if all((key.scale, key.x_px, key.y_px) == (cut[0].scale, cut[0].x_px, cut[0].y_px) for key in cut):
        cut = cut[:1]
    return tuple(rounded(key.frame - first, key.scale, key.x_px, key.y_px) for key in cut)


def _at(keys: Sequence[PlacementKey], frame: int) -> PlacementKey:
    values = (
        value_at([(Fraction(key.frame), getattr(key, name)) for key in keys], Fraction(frame))
        for name in ("scale", "x_px", "y_px")
    )
    return PlacementKey(frame, *values)


def on_media(keys: Sequence[PlacementKey], film: Size, media: Size) -> tuple[PlacementKey, ...]:
    """A placement of a film in which a media stands whole and in the middle, as a placement of that media."""
    if min(*film, *media) < 1:
        return ()
    scale = fit_scale(media, film)
    return tuple(
        rounded(
            key.frame, key.scale * scale,
            (key.x_px - film[0] / 2) / scale + media[0] / 2, (key.y_px - film[1] / 2) / scale + media[1] / 2,
        )
        for key in keys
    )  # fmt: skip


def laid_places(
    curves: Mapping[str, Curve],
    picture: Size,
    to_canvas: Callable[[float, float, float], tuple[float, float, float]],
) -> tuple[LaidPlace, ...]:
    """The places that curves of `scale`, `x` and `y` give, one at each time of those that change.

    `to_canvas` turns a program's scale, x and y into the picture's scale and its offset right and down in canvas
    pixels. Between the times of one curve another runs straight. Nothing where a value is beyond reason.
    """
    times = sorted({time for curve in curves.values() if len(curve) > 1 for time, _ in curve}) or [Fraction(0)]
    if len(times) > MAX_KEYS or min(picture) < 1:
        return ()
    places = []
    for time in times:
        scale, x, y = to_canvas(*(value_at(curves[name], time) for name in ("scale", "x", "y")))
        if not 0 < scale <= MAX_SCALE or not isfinite(x) or not isfinite(y):
            return ()
        key = rounded(0, scale, picture[0] / 2 - x / scale, picture[1] / 2 - y / scale)
        places.append(LaidPlace(time, key.scale, key.x_px, key.y_px))
    return tuple(places)


def value_at(curve: Curve, time: Fraction) -> float:
    """The value of a curve: straight between its times, held outside."""
    after = bisect_right(curve, time, key=lambda one: one[0])
    if after == 0 or after == len(curve):
        return curve[0 if after == 0 else -1][1]
    (start, first), (end, last) = curve[after - 1], curve[after]
    return first + (last - first) * float((time - start) / (end - start)) if time > start else first


def number_of(text: str | None) -> float | None:
    """A plain decimal number as XML writes it, or None."""
    try:
        value = float((text or "").strip())
    except ValueError:
        return None
    return value if isfinite(value) and abs(value) < 1e9 else None


def decimal(value: float, digits: int) -> str:
    """A number for a file: so many decimals at most, no zero too many, never `-0`."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    return "0" if text == "-0" else text


def in_order(curve: Iterable[tuple[Fraction, float]]) -> list[tuple[Fraction, float]]:
    """A curve by its times, the last value counting where a time comes twice."""
    return sorted(dict(curve).items())

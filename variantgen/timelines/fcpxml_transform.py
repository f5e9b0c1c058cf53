"""Placements as FCPXML's adjust-conform and adjust-transform, out and in.

`scale` multiplies the size that spatial conform gives, which here is `fit`: the picture's whole, as large as the
canvas takes it. Fit is the default of the DTD and of Resolve's own exports, so a program that reads no adjust-conform
comes to the same picture. `position` moves the picture's middle right and up, both in percent of the canvas's height
(Apple, FCPXML reference, "Animation"). With s canvas pixels for a pixel of the picture w x h, (x, y) of which stands
in the middle of the canvas W x H:

    scale = s / min(W / w, H / h)     position = 100 s (w / 2 - x) / H,  100 s (y - h / 2) / H

Keyframes stand in the clip's own time, in which `start` is, and are `linear`: the default would round the corners.
They are pairs, as Apple's reference shows them; Final Cut Pro itself writes a moving position as two curves, X and Y,
inside the parameter, which are read too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from variantgen.timelines.edit import PlacementKey
from variantgen.timelines.laying import LaidPlace
from variantgen.timelines.placing import (
    Size,
    decimal,
    fill_scale,
    fit_scale,
    in_order,
    laid_places,
    number_of,
    offset_px,
)

SCALE_DECIMALS, POSITION_DECIMALS = 8, 6
_CONFORMED: dict[str, Callable[[Size, Size], float]] = {
    "fit": fit_scale,
    "fill": fill_scale,
    "none": lambda _picture, _canvas: 1.0,
}


def add_transform(
    clip: Element, keys: Sequence[PlacementKey], picture: Size, canvas: Size, time_of: Callable[[int], str]
) -> None:
    """Adds the adjustments of a placement to a clip; `time_of` writes the time of a frame of the clip.

    Nothing is added where a size is not known.
    """
    if not keys or min(*picture, *canvas) < 1:
        return
    SubElement(clip, "adjust-conform", type="fit")
    rows = [_written(key, picture, canvas) for key in keys]
    times = [time_of(key.frame) for key in keys]
    made = SubElement(clip, "adjust-transform")
    for name, values in zip(("position", "scale"), zip(*rows, strict=True), strict=True):
        made.set(name, values[0])
        if len(set(values)) > 1:
            animation = SubElement(SubElement(made, "param", name=name), "keyframeAnimation")
            for time, value in zip(times, values, strict=True):
                SubElement(animation, "keyframe", time=time, value=value, curve="linear")


def _written(key: PlacementKey, picture: Size, canvas: Size) -> tuple[str, str]:
    """A key's position, right and up, and its scale of width and height."""
    right, down = offset_px(key, picture)
    scale = decimal(key.scale / fit_scale(picture, canvas), SCALE_DECIMALS)
    x, y = (decimal(100 * way / canvas[1], POSITION_DECIMALS) for way in (right, -down))
    return f"{x} {y}", f"{scale} {scale}"


# ---------------------------------------------------------------- reading


def read_transform(
    clip: Element, picture: Size, canvas: Size, seconds_of: Callable[[Element], Fraction]
) -> tuple[LaidPlace, ...]:
    """Where a clip's picture stands; `seconds_of` tells the time of a keyframe after the clip's start.

    Nothing where the file does not say, or says what a placement does not hold: turned, stretched, anchored elsewhere.
    """
    made, conform = clip.find("adjust-transform"), clip.find("adjust-conform")
    if (made is None and conform is None) or min(*picture, *canvas) < 1:
        return ()
    conformed = _CONFORMED.get("fit" if conform is None else conform.get("type", "fit"), fit_scale)(picture, canvas)
    if made is None or made.get("enabled") == "0":
        made = Element("adjust-transform")
    if any((number_of(word) or 0) != 0 for key in ("rotation", "anchor") for word in made.get(key, "0").split()):
        return ()
    if any(param.get("name") in ("rotation", "anchor") for param in made.iterfind("param")):
        return ()
    position, scale = _pair(made.get("position"), 0.0), _pair(made.get("scale"), 1.0)
    curves = {
        "x": _curve(made, "position", 0, seconds_of) or [(Fraction(0), position[0])],
        "y": _curve(made, "position", 1, seconds_of) or [(Fraction(0), position[1])],
        "scale": _curve(made, "scale", 0, seconds_of) or [(Fraction(0), scale[0])],
    }
    percent = canvas[1] / 100
    if abs(scale[0] - scale[1]) > 1e-6 or any(value <= 0 for _, value in curves["scale"]):
        return ()
    return laid_places(curves, picture, lambda scale, x, y: (scale * conformed, x * percent, -y * percent))


def _pair(text: str | None, default: float) -> tuple[float, float]:
    words = [number_of(word) for word in (text or "").split()]
    first, last = (words[0], words[-1]) if words else (None, None)
    return (default if first is None else first), (default if last is None else last)


def _curve(
    made: Element, name: str, axis: int, seconds_of: Callable[[Element], Fraction]
) -> list[tuple[Fraction, float]]:
    """The keyframes of one axis: of pairs, as Apple's reference shows them, or of its own curve inside."""
    own = f"./param[@name='{name}']"
    inner = f"{own}/param[@key='{axis + 1}']/keyframeAnimation/keyframe"
    found = []
    for key in made.findall(inner) or made.findall(f"{own}/keyframeAnimation/keyframe"):
        words = key.get("value", "").split()
        value = number_of(words[min(axis, len(words) - 1)]) if words else None
        if value is not None:
            found.append((seconds_of(key), value))
    return in_order(found)

"""Placements as FCP 7 XML's Basic Motion filter, out and in.

`scale` is in percent of the picture's own pixels: Premiere fits nothing by itself. `center` moves the picture's middle
right and down, in shares of the canvas's width and height: Apple documents the filter but not the unit, this is the
one that programs which were tried against Premiere write (palmier-pro, OpenShot). With s canvas pixels for a pixel of
the picture w x h, (x, y) of which stands in the middle of the canvas W x H:

    scale = 100 s     horiz = s (w / 2 - x) / W     vert = s (h / 2 - y) / H

A keyframe's `when` counts frames on the clip's own clock, as `in` and `out` do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from variantgen.timelines.edit import PlacementKey
from variantgen.timelines.laying import LaidPlace
from variantgen.timelines.placing import Size, decimal, in_order, laid_places, number_of, offset_px

SCALE_DECIMALS, CENTER_DECIMALS = 6, 8
_LIMITS = {"scale": ("0", "1000")}


def add_motion(item: Element, keys: Sequence[PlacementKey], picture: Size, canvas: Size, first_frame: int) -> None:
    """Adds the filter of a placement to a clip item whose `in` is `first_frame`; nothing where a size is not known."""
    if not keys or min(*picture, *canvas) < 1:
        return
    effect = SubElement(SubElement(item, "filter"), "effect")
    for tag, text in (
        *(("name", "Basic Motion"), ("effectid", "basic"), ("effectcategory", "motion")),
        *(("effecttype", "motion"), ("mediatype", "video")),
    ):
        SubElement(effect, tag).text = text
    whens = [first_frame + key.frame for key in keys]
    _parameter(effect, "scale", whens, [(decimal(100 * key.scale, SCALE_DECIMALS),) for key in keys])
    _parameter(effect, "center", whens, [_center(key, picture, canvas) for key in keys])


def _center(key: PlacementKey, picture: Size, canvas: Size) -> tuple[str, str]:
    right, down = offset_px(key, picture)
    return decimal(right / canvas[0], CENTER_DECIMALS), decimal(down / canvas[1], CENTER_DECIMALS)


def _parameter(effect: Element, name: str, whens: Sequence[int], values: Sequence[tuple[str, ...]]) -> None:
    """One parameter with its first value, and with keyframes where it changes; a value is a number or a point."""
    made = SubElement(effect, "parameter")
    SubElement(made, "parameterid").text = name
    SubElement(made, "name").text = name.capitalize()
    for tag, limit in zip(("valuemin", "valuemax"), _LIMITS.get(name, ()), strict=False):
        SubElement(made, tag).text = limit
    _value(made, values[0])
    for when, value in zip(whens, values, strict=True) if len(set(values)) > 1 else ():
        keyframe = SubElement(made, "keyframe")
        SubElement(keyframe, "when").text = str(when)
        _value(keyframe, value)


def _value(holder: Element, texts: tuple[str, ...]) -> None:
    made = SubElement(holder, "value")
    if len(texts) == 1:
        made.text = texts[0]
        return
    for tag, text in zip(("horiz", "vert"), texts, strict=True):
        SubElement(made, tag).text = text


# ---------------------------------------------------------------- reading


def read_motion(
    item: Element, picture: Size, canvas: Size, seconds_of: Callable[[Element], Fraction]
) -> tuple[LaidPlace, ...]:
    """Where a clip item's picture stands; `seconds_of` tells the time of a keyframe after the clip's start.

    Nothing where the file does not say, or says what a placement does not hold: turned or anchored elsewhere.
    """
    effect = next((one for one in item.iterfind("./filter/effect") if one.findtext("effectid") == "basic"), None)
    if effect is None or min(*picture, *canvas) < 1:
        return ()
    said = {(one.findtext("parameterid") or "").strip(): one for one in effect.iterfind("parameter")}
    others = (("rotation", "value"), ("centerOffset", "value/horiz"), ("centerOffset", "value/vert"))
    if any(value for key, path in others for _, value in _curve(said.get(key), path, 0.0, seconds_of)):
        return ()
    curves = {
        "scale": _curve(said.get("scale"), "value", 100.0, seconds_of),
        "x": _curve(said.get("center"), "value/horiz", 0.0, seconds_of),
        "y": _curve(said.get("center"), "value/vert", 0.0, seconds_of),
    }
    return laid_places(curves, picture, lambda scale, x, y: (scale / 100, x * canvas[0], y * canvas[1]))


def _curve(
    parameter: Element | None, path: str, default: float, seconds_of: Callable[[Element], Fraction]
) -> list[tuple[Fraction, float]]:
    if parameter is None:
        return [(Fraction(0), default)]
    found = []
    for keyframe in parameter.iterfind("keyframe"):
        value = number_of(keyframe.findtext(path))
        if value is not None:
            found.append((seconds_of(keyframe), value))
    if found:
        return in_order(found)
    value = number_of(parameter.findtext(path))
    return [(Fraction(0), default if value is None else value)]

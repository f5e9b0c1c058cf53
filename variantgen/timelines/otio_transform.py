"""Placements in OpenTimelineIO files, out and in.

OpenTimelineIO has no transform of its own (its issue 253 is open), so a placement is written three times: under our
own metadata, which is what is read back; as the effect in which DaVinci Resolve's own exports hold it (`Resolve_OTIO`,
read by Blender too); and as the one of Premiere's (`PremierePro_OTIO`, as auto-editor writes it). With s canvas pixels
for a pixel of the picture and an offset of the picture's middle right and down of the canvas's W x H, in pixels:

    Resolve    zoom = s / min(W / w, H / h)   pan = right / W   tilt = -down / H   keys count from the clip's first
    Premiere   scale = 100 s   position = 0.5 + right / W, 0.5 + down / H          keys stand in the source's time
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from variantgen.timelines.edit import PlacementKey
from variantgen.timelines.laying import LaidPlace
from variantgen.timelines.placing import MAX_KEYS, MAX_SCALE, Size, fit_scale, offset_px, rounded

PREMIERE_SINCE_EVER = -10_800_000.0
"""The frame that Premiere gives to a value without key frames."""


def metadata_of(keys: Sequence[PlacementKey]) -> list[list[float]]:
    """A placement as our metadata hold it: frame, scale, x and y of each key."""
    return [[key.frame, key.scale, key.x_px, key.y_px] for key in keys]


def places_in(held: Any, rate: Fraction) -> tuple[LaidPlace, ...]:
    """The placement in our metadata; nothing where it is none. Frames count at the timeline's `rate`."""
    if not hasattr(held, "__len__") or isinstance(held, str) or len(held) > MAX_KEYS:
        return ()
    places = []
    for row in held:
        if not hasattr(row, "__len__") or len(row) != 4 or not all(isinstance(one, (int, float)) for one in row):
            return ()
        frame, scale, x_px, y_px = (float(one) for one in row)
        if not (abs(frame) < 1e8 and 0 < scale <= MAX_SCALE and abs(x_px) < 1e9 and abs(y_px) < 1e9):  # refuses nan too
            return ()
        key = rounded(round(frame), scale, x_px, y_px)
        places.append(LaidPlace(key.frame / rate, key.scale, key.x_px, key.y_px))
    return tuple(places)


def resolve_effect(otio: Any, keys: Sequence[PlacementKey], picture: Size, canvas: Size) -> Any:
    """The effect that Resolve calls Transform."""
    fit = fit_scale(picture, canvas)
    offsets = [offset_px(key, picture) for key in keys]
    zooms = [key.scale / fit for key in keys]
    rows = {
        "transformationZoomX": (1.0, 0.0, 100.0, zooms),
        "transformationZoomY": (1.0, 0.0, 100.0, zooms),
        "transformationPan": (0.0, -4.0, 4.0, [right / canvas[0] for right, _ in offsets]),
        "transformationTilt": (0.0, -4.0, 4.0, [-down / canvas[1] for _, down in offsets]),
    }
    parameters = [
        {
            "Parameter ID": name, "Parameter Value": values[0], "Default Parameter Value": default,
            "Variant Type": "Double", "minValue": least, "maxValue": most,
            "Key Frames": {
                str(key.frame): {"Value": value, "Variant Type": "Double"}
                for key, value in zip(keys, values, strict=True)
                if len(set(values)) > 1
            },
        }
        for name, (default, least, most, values) in rows.items()
    ]  # fmt: skip
    said = {"Effect Name": "Transform", "Name": "Transform", "Enabled": True, "Type": 2, "Parameters": parameters}
    return otio.schema.Effect(effect_name="Resolve Effect", metadata={"Resolve_OTIO": said})


def premiere_effect(
    otio: Any, keys: Sequence[PlacementKey], picture: Size, canvas: Size, first_frame: Fraction, rate: Fraction
) -> Any:
    """The effect that Premiere calls Motion, of a clip that begins at `first_frame` of its source at `rate`."""
    offsets = [offset_px(key, picture) for key in keys]
    positions = [{"X": 0.5 + right / canvas[0], "Y": 0.5 + down / canvas[1]} for right, down in offsets]
    scales = [100 * key.scale for key in keys]
    whens = [float(first_frame + key.frame) for key in keys]

    def time(frame: float) -> Any:
        return otio.opentime.RationalTime(frame, float(rate))

    def parameter(name: str, number: int, values: Sequence[Any]) -> dict[str, Any]:
        made = {"DisplayName": name, "ID": number}
        if any(value != values[0] for value in values):
            rows = [{"Position": time(when), "Value": value} for when, value in zip(whens, values, strict=True)]
            return {**made, "Keyframes": rows}
        return {**made, "StartValue": {"Position": time(PREMIERE_SINCE_EVER), "Value": values[0]}}

    middle = {"X": 0.5, "Y": 0.5}
    parameters = [
        parameter("Position", 1, positions), parameter("Scale", 2, scales), parameter("Scale Width", 3, [100.0]),
        parameter(" ", 4, [True]), parameter("Rotation", 5, [0.0]), parameter("Anchor Point", 6, [middle]),
        *(
            parameter(name, number, [0.0])
            for number, name in enumerate(
                ("Anti-flicker Filter", "Crop Left", "Crop Top", "Crop Right", "Crop Bottom"), 7
            )
        ),
    ]  # fmt: skip
    said = {"IsIntrinsic": True, "MatchName": "AE.ADBE Motion", "Parameters": parameters}
    return otio.schema.Effect(effect_name="Motion", metadata={"PremierePro_OTIO": said})


def premiere_sequence(rate: Fraction, canvas: Size) -> dict[str, Any]:
    """What Premiere keeps beside the tracks: the sequence's size and rate."""
    return {
        "PremierePro_OTIO": {
            "AudioFrameRate": 48_000.0,
            "PixelAspectRatio": {"denominator": 1.0, "numerator": 1.0},
            "VideoFrameRate": float(rate),
            "VideoResolution": {"height": canvas[1], "width": canvas[0]},
        }
    }

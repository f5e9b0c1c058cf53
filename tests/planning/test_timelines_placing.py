"""Framing through timeline files: it comes back exactly, and the numbers show the window by each program's rules."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from made import master, plan_of, preset
from timelines_made import framed

from variantgen.model import CropKey, Piece, Variant
from variantgen.plan.crop_keys import window_at
from variantgen.timelines import PlacementKey, TimelineEdit, parse_timeline, write_timeline
from variantgen.timelines.fcp7_writing import fcp7_text
from variantgen.timelines.fcpxml_writing import fcpxml_text
from variantgen.timelines.from_plan import edit_of
from variantgen.timelines.otio_file import otio_text
from variantgen.timelines.placing import on_media, part_of

SUFFIXES = {"otio": ".otio", "fcpxml": ".fcpxml", "fcp7": ".xml"}
Box = tuple[float, float, float, float]
"""Left, top, right, bottom of what the canvas shows, in pixels of the picture."""


@pytest.mark.parametrize("kind", SUFFIXES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edit=framed())
def test_framing_comes_back_exactly(kind: str, tmp_path: Path, edit: TimelineEdit) -> None:
    """Every key of every clip is read back as it was written: frame, scale and place, at any speed."""
    if kind == "otio":
        pytest.importorskip("opentimelineio")
    path = tmp_path / f"framed{SUFFIXES[kind]}"
    write_timeline(edit, kind, path)
    back = parse_timeline(path)
    assert [clip.placement for clip in back.clips] == [clip.placement for clip in edit.clips]
    assert [(clip.speed, clip.frames) for clip in back.clips] == [(clip.speed, clip.frames) for clip in edit.clips]


# ---------------------------------------------------------------- what each program would show


def fcpxml_boxes(text: str, frames: int) -> list[Box]:
    """By Apple's reference: conformed to fit, scaled, moved right and up in percent of the project's height."""
    root = ElementTree.fromstring(text)
    formats = {one.get("id"): one for one in root.iter("format")}
    asset, clip, sequence = (next(root.iter(tag)) for tag in ("asset", "asset-clip", "sequence"))
    (w, h), (canvas_w, canvas_h) = (
        (int(formats[one.get("format")].get("width")), int(formats[one.get("format")].get("height")))  # type: ignore[arg-type]
        for one in (asset, sequence)
    )
    conform, made = clip.find("adjust-conform"), clip.find("adjust-transform")
    assert conform is not None and conform.get("type") == "fit" and made is not None
    duration = formats[sequence.get("format")].get("frameDuration")
    boxes = []
    for frame in range(frames):
        now = seconds(clip.get("start")) + frame * seconds(duration)
        x, y = values(made, "position", now)
        scale = values(made, "scale", now)[0] * min(canvas_w / w, canvas_h / h)
        boxes.append(shown((w, h), (canvas_w, canvas_h), scale, (x * canvas_h / 100, -y * canvas_h / 100)))
    return boxes


def values(made: ElementTree.Element, name: str, now: Fraction) -> list[float]:
    """A parameter's values at a time: its attribute, or its keyframes with straight lines between them."""
    param = made.find(f"param[@name='{name}']")
    if param is None:
        return [float(word) for word in (made.get(name) or "").split()]
    assert all(key.get("curve") == "linear" for key in param.iter("keyframe"))
    rows = [(seconds(key.get("time")), key.get("value", "").split()) for key in param.iter("keyframe")]
    return [between([(time, float(words[axis])) for time, words in rows], now) for axis in (0, 1)]


def fcp7_boxes(text: str, frames: int) -> list[Box]:
    """As Premiere takes it: percent of the picture's own pixels, moved right and down in shares of the sequence."""
    root = ElementTree.fromstring(text)
    item = next(root.iter("clipitem"))
    sizes = []
    for path in ("./sequence/media/video/format/samplecharacteristics", ".//file/media/video/samplecharacteristics"):
        sizes.append(tuple(int(root.findtext(f"{path}/{side}") or 0) for side in ("width", "height")))
    (canvas, picture) = sizes
    said = {one.findtext("parameterid"): one for one in item.iter("parameter")}
    boxes = []
    for frame in range(frames):
        now = Fraction(int(item.findtext("in") or 0) + frame)
        scale, x, y = (
            keyed(said[name], path, now)
            for name, path in (("scale", "value"), ("center", "value/horiz"), ("center", "value/vert"))
        )
        boxes.append(shown(picture, canvas, scale / 100, (x * canvas[0], y * canvas[1])))  # type: ignore[arg-type]
    return boxes


def keyed(parameter: ElementTree.Element, path: str, now: Fraction) -> float:
    """A parameter's value at a frame of the clip's own clock."""
    keys = [(Fraction(one.findtext("when") or 0), float(one.findtext(path) or 0)) for one in parameter.iter("keyframe")]
    return between(keys, now) if keys else float(parameter.findtext(path) or 0)


def otio_boxes(text: str, frames: int, program: str) -> list[Box]:
    """By the effects that Resolve and Premiere keep in their own OTIO files."""
    timeline = json.loads(text)
    clip = timeline["tracks"]["children"][0]["children"][0]
    size = timeline["tracks"]["metadata"]["PremierePro_OTIO"]["VideoResolution"]
    canvas, picture = (size["width"], size["height"]), (1920, 1080)
    effect = next(one["metadata"][program] for one in clip["effects"] if program in one["metadata"])
    boxes = []
    for frame in range(frames):
        if program == "Resolve_OTIO":
            said = {one["Parameter ID"]: resolve_value(one, frame) for one in effect["Parameters"]}
            scale = said["transformationZoomX"] * min(canvas[0] / picture[0], canvas[1] / picture[1])
            offset = said["transformationPan"] * canvas[0], -said["transformationTilt"] * canvas[1]
        else:
            first = clip["source_range"]["start_time"]["value"]
            named = {one["DisplayName"]: one for one in effect["Parameters"]}
            scale = premiere_value(named["Scale"], first + frame) / 100
            x, y = (premiere_value(named["Position"], first + frame, axis) for axis in "XY")
            offset = (x - 0.5) * canvas[0], (y - 0.5) * canvas[1]
        boxes.append(shown(picture, canvas, scale, offset))
    return boxes


def resolve_value(parameter: dict[str, Any], frame: int) -> float:
    """A parameter of Resolve's at a frame of the clip."""
    keys = sorted((Fraction(at), key["Value"]) for at, key in parameter["Key Frames"].items())
    return between(keys, Fraction(frame)) if keys else parameter["Parameter Value"]


def premiere_value(parameter: dict[str, Any], frame: float, axis: str = "") -> float:
    """A parameter of Premiere's at a frame of the source."""
    rows = parameter.get("Keyframes") or [parameter["StartValue"]]
    keys = [(Fraction(row["Position"]["value"]), row["Value"][axis] if axis else row["Value"]) for row in rows]
    return between(keys, Fraction(frame))


def between(keys: list[tuple[Fraction, float]], now: Fraction) -> float:
    """Straight between keys, held outside."""
    if now <= keys[0][0]:
        return keys[0][1]
    for (start, first), (end, last) in zip(keys, keys[1:], strict=False):
        if start <= now <= end:
            return first + (last - first) * float((now - start) / (end - start))
    return keys[-1][1]


def seconds(time: str | None) -> Fraction:
    """FCPXML's times."""
    return Fraction((time or "0s").rstrip("s"))


def shown(picture: tuple[int, int], canvas: tuple[int, int], scale: float, offset: tuple[float, float]) -> Box:
    """What a canvas shows of a picture that is scaled and whose middle is moved right and down."""
    x, y = (size / 2 - way / scale for size, way in zip(picture, offset, strict=True))
    half_w, half_h = canvas[0] / scale / 2, canvas[1] / scale / 2
    return x - half_w, y - half_h, x + half_w, y + half_h


def cropped(keys: tuple[CropKey, ...], canvas: tuple[int, int], frames: int = 60) -> tuple[Variant, TimelineEdit]:
    """A variant of one piece that shows a window of a 1920 x 1080 master, and its edit."""
    film = master(path=Path("/m/film.mp4"))
    base = plan_of(preset(captions=None), film=film).variants[0]
    variant = replace(
        base, width=canvas[0], height=canvas[1], frames=frames, pieces=(Piece("master", 100, 100 + frames, crop=keys),)
    )
    return variant, edit_of(variant, film, first_frame=90_000)


WINDOWS: dict[str, tuple[tuple[int, int], tuple[CropKey, ...]]] = {
    "still": ((1080, 1920), ((0, 100.0, 0.0, 608, 1080),)),
    "panning": (
        (1080, 1920),
        ((90, 0.0, 0.0, 608, 1080), (130, 500.25, 0.0, 608, 1080), (200, 1312.0, 0.0, 608, 1080)),
    ),
    "jumping": ((1080, 1080), ((0, 0.0, 0.0, 1080, 1080), (129, 0.0, 0.0, 1080, 1080), (130, 840.0, 0.0, 1080, 1080))),
    "closer": ((1080, 1350), ((0, 300.0, 40.0, 800, 1000),)),
    "up and down": ((1920, 1080), ((100, 0.0, 200.0, 960, 540), (159, 960.0, 540.0, 960, 540))),
}


@pytest.mark.parametrize("form", ["fcpxml", "fcp7", "Resolve_OTIO", "PremierePro_OTIO"])
@pytest.mark.parametrize("name", WINDOWS)
def test_each_program_shows_the_planned_window(form: str, name: str) -> None:
    """In every frame what the file's numbers show is the window that is rendered, to a fiftieth of a pixel.

    Where the window's shape is a hair off the canvas's, less than a pixel of its longer side is lost.
    """
    canvas, keys = WINDOWS[name]
    _, edit = cropped(keys, canvas)
    if form == "fcpxml":
        boxes = fcpxml_boxes(fcpxml_text(edit), 60)
    elif form == "fcp7":
        boxes = fcp7_boxes(fcp7_text(edit), 60)
    else:
        pytest.importorskip("opentimelineio")
        boxes = otio_boxes(otio_text(edit, Path("/m")), 60, form)
    for frame, (left, top, right, bottom) in enumerate(boxes):
        x, y, w, h = window_at(keys, 100 + frame)
        assert abs((left + right) / 2 - (x + w / 2)) < 0.02, frame
        assert abs((top + bottom) / 2 - (y + h / 2)) < 0.02, frame
        assert w - 1 < right - left < w + 0.02 and h - 1 < bottom - top < h + 0.02, frame


def test_a_whole_picture_fits_into_the_canvas() -> None:
    """Blur and pad show all of the master, in the middle; what stands behind it is told in a note."""
    film = master(path=Path("/m/film.mp4"))
    base = plan_of(preset(captions=None), film=film).variants[0]
    for fit in ("blur", "pad"):
        edit = edit_of(replace(base, pieces=(Piece("master", 0, 60, fit=fit),)), film)  # type: ignore[arg-type]
        assert edit.clips[0].note == f"whole picture, {fit}"
        for box in (fcpxml_boxes(fcpxml_text(edit), 1)[0], fcp7_boxes(fcp7_text(edit), 1)[0]):
            left, top, right, bottom = box
            assert (left, right) == (pytest.approx(0, abs=0.01), pytest.approx(1920, abs=0.01))
            assert top + bottom == pytest.approx(1080, abs=0.01) and top < 0


def test_a_split_is_told_in_a_note_alone() -> None:
    """Two windows at once are no one placement: both are told, and no transform is written."""
    film = master(path=Path("/m/film.mp4"))
    base = plan_of(preset(captions=None), film=film).variants[0]
    piece = Piece("master", 0, 60, "split", ((0, 0.0, 0.0, 608, 540),), lower_crop=((0, 900.0, 0.0, 608, 540),))
    edit = edit_of(replace(base, pieces=(piece,)), film)
    assert edit.clips[0].note == "split: above w=608 h=540 x=0 y=0; below w=608 h=540 x=900 y=0"
    assert "adjust-transform" not in fcpxml_text(edit) and "Basic Motion" not in fcp7_text(edit)


KEYS = (PlacementKey(0, 1.0, 100.0, 540.0), PlacementKey(10, 1.0, 200.0, 540.0), PlacementKey(30, 2.0, 200.0, 540.0))


def test_a_part_of_a_clip_keeps_its_part_of_the_framing() -> None:
    """Cut between keys, a placement begins and ends where it was; what stands still has one key."""
    assert part_of(KEYS, 5, 16) == (
        PlacementKey(0, 1.0, 150.0, 540.0),
        PlacementKey(5, 1.0, 200.0, 540.0),
        PlacementKey(15, 1.5, 200.0, 540.0),
    )
    assert part_of(KEYS, 30, 50) == (PlacementKey(0, 2.0, 200.0, 540.0),) and part_of((), 0, 9) == ()


def test_framing_of_a_film_is_framing_of_the_media_in_it() -> None:
    """A 4:3 media that stands in a 16:9 film between bars shows the same point in the middle, at the same size."""
    (key,) = on_media((PlacementKey(3, 1.5, 960.0 - 300, 540.0 + 90),), (1920, 1080), (720, 540))
    assert key == PlacementKey(3, 3.0, 360.0 - 150, 270.0 + 45)
    assert on_media(KEYS, (1920, 1080), (0, 0)) == ()


CAPTURED = """<?xml version="1.0"?><fcpxml version="1.10"><resources>
<format id="r1" frameDuration="100/3000s" width="1080" height="1920"/>
<format id="r2" frameDuration="100/3000s" width="1920" height="1080"/>
<asset id="r3" name="a.mov" src="a.mov" start="0s" duration="100s" hasVideo="1" format="r2"/></resources>
<library><event><project name="p"><sequence format="r1"><spine><asset-clip ref="r3" start="10s" duration="4s">
{adjusted}</asset-clip></spine></sequence></project></event></library></fcpxml>"""
FORMS = {
    "as Final Cut Pro writes it": (
        '<adjust-transform><param name="position"><param name="X" key="1"><keyframeAnimation>'
        '<keyframe time="10s" value="0"/><keyframe time="12s" value="10"/></keyframeAnimation></param>'
        '<param name="Y" key="2"><keyframeAnimation><keyframe time="10s" value="0" curve="linear"/>'
        "</keyframeAnimation></param></param></adjust-transform>",
        [(0, 960.0, 540.0), (60, 960 - 192 / 0.5625, 540.0)],
    ),
    "as Apple's reference shows it": (
        '<adjust-transform position="-10 10"><param name="position"><keyframeAnimation>'
        '<keyframe time="10s" value="-5 10"/><keyframe time="11s" value="10 20"/></keyframeAnimation></param>'
        "</adjust-transform>",
        [(0, 960 + 96 / 0.5625, 540 + 192 / 0.5625), (30, 960 - 192 / 0.5625, 540 + 384 / 0.5625)],
    ),
    "filled and moved": (
        '<adjust-conform type="fill"/><adjust-transform position="50 0"/>',
        [(0, 960 - 960 / (1920 / 1080), 540.0)],
    ),
    "in its own pixels": ('<adjust-conform type="none"/>', [(0, 960.0, 540.0)]),
    "turned": ('<adjust-transform rotation="12"/>', []),
    "stretched": ('<adjust-transform scale="1 2"/>', []),
    "not adjusted": ("", []),
    "broken": ('<adjust-transform position="x" scale="0 0"/>', []),
}


@pytest.mark.parametrize("name", FORMS)
def test_other_programs_framing_is_read(tmp_path: Path, name: str) -> None:
    """Final Cut Pro's curves an axis, pairs, other conforms; what is no placement is none."""
    adjusted, wanted = FORMS[name]
    (tmp_path / "x.fcpxml").write_text(CAPTURED.format(adjusted=adjusted))
    (clip,) = parse_timeline(tmp_path / "x.fcpxml").clips
    assert [
        (key.frame, pytest.approx(key.x_px, abs=0.01), pytest.approx(key.y_px, abs=0.01)) for key in clip.placement
    ] == wanted

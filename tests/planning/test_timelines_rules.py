"""What the published rules of FCPXML, FCP 7 XML and EDL ask for, held against files of random edits."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st
from timelines_made import edits, framed

from variantgen.timelines import TimelineEdit
from variantgen.timelines.edl_writing import edl_text
from variantgen.timelines.fcp7_writing import fcp7_text
from variantgen.timelines.fcpxml_writing import fcpxml_text

# Of FCPXML's DTD (Apple; `src` of an asset as up to 1.8): children, attributes that are needed, others that we write.
ELEMENTS: dict[str, tuple[str, str, str]] = {
    "fcpxml": ("resources library", "version", ""),
    "resources": ("(format|asset)*", "", ""),
    "format": ("", "id", "frameDuration width height"),
    "asset": ("", "id src", "name start duration hasVideo format hasAudio audioSources audioChannels"),
    "library": ("event*", "", ""),
    "event": ("project*", "", "name"),
    "project": ("sequence", "", "name"),
    "sequence": ("note? spine", "format", "duration tcStart tcFormat audioLayout audioRate"),
    "spine": ("(asset-clip|gap)*", "", ""),
    "asset-clip": (
        "note? timeMap? adjust-conform? adjust-transform? marker*", "ref", "name offset start duration tcFormat",
    ),
    "gap": ("note? marker*", "duration", "name offset start"),
    "note": ("", "", ""),
    "timeMap": ("timept*", "", ""),
    "timept": ("", "time value", "interp"),
    "adjust-conform": ("", "", "type"),
    "adjust-transform": ("param*", "", "position scale"),
    "param": ("keyframeAnimation?", "name", ""),
    "keyframeAnimation": ("keyframe*", "", ""),
    "keyframe": ("", "time value", "curve"),
    "marker": ("", "start value", "duration completed note"),
}  # fmt: skip
ANY_EDIT = st.one_of(edits(), edits(has_speed=True), framed())


def seconds(time: str | None) -> Fraction:
    """FCPXML's times."""
    assert time is not None and re.fullmatch(r"\d+(/\d+)?s", time), time
    return Fraction(time[:-1])


def is_on_a_frame(time: Fraction, frame: Fraction) -> bool:
    """Whether a time is a whole number of frames."""
    return (time / frame).denominator == 1


@settings(max_examples=150, deadline=None)
@given(edit=ANY_EDIT)
def test_fcpxml_keeps_to_its_dtd(edit: TimelineEdit) -> None:
    """Every element has the children that it may have, in their order, and the attributes that it must have."""
    root = ElementTree.fromstring(fcpxml_text(edit))
    for one in root.iter():
        children, needed, others = ELEMENTS[one.tag]
        pattern = re.sub(r"[\w-]+", lambda name: f"(?:{name[0]},)", children).replace(" ", "")
        assert re.fullmatch(pattern, "".join(f"{child.tag}," for child in one)), (one.tag, [c.tag for c in one])
        assert {*needed.split()} <= {*one.keys()} <= {*needed.split(), *others.split()}, one.tag


@settings(max_examples=150, deadline=None)
@given(edit=ANY_EDIT)
def test_fcpxml_adds_up(edit: TimelineEdit) -> None:
    """Ids are known, each clip begins where the one before ends, on a frame, and shows what its asset has."""
    root = ElementTree.fromstring(fcpxml_text(edit))
    named = {one.get("id"): one for one in root[0]}
    assert len(named) == len(root[0])
    sequence = next(root.iter("sequence"))
    frame = seconds(named[sequence.get("format")].get("frameDuration"))
    assert frame == 1 / edit.rate
    at = seconds(sequence.get("tcStart"))
    for one in next(root.iter("spine")):
        assert seconds(one.get("offset")) == at
        length = seconds(one.get("duration"))
        assert length > 0 and is_on_a_frame(length, frame) and is_on_a_frame(at, frame)
        at += length
        if one.tag == "asset-clip":
            starts_in_asset(one, named, length, frame)
        for marker in one.iter("marker"):
            assert 0 <= seconds(marker.get("start")) - seconds(one.get("start")) < length
        for key in one.iter("keyframe"):
            assert 0 <= seconds(key.get("time")) - seconds(one.get("start")) < length
    assert len(list(root.iter("timeMap"))) == sum(clip.speed != 1 for clip in edit.clips)
    assert at == seconds(sequence.get("tcStart")) + seconds(sequence.get("duration"))


def starts_in_asset(
    clip: ElementTree.Element, named: dict[str | None, ElementTree.Element], length: Fraction, frame: Fraction
) -> None:
    """What a clip shows lies inside of its asset, and a map of time covers all of it."""
    asset = named[clip.get("ref")]
    assert asset.tag == "asset" and named[asset.get("format")].tag == "format"
    start, first = seconds(clip.get("start")), seconds(asset.get("start"))
    assert is_on_a_frame(start - first, frame)
    used = (start, start + length)
    if points := clip.findall("./timeMap/timept"):
        (time, value), (last, end) = ((seconds(p.get("time")), seconds(p.get("value"))) for p in points)
        assert time <= start and start + length <= last
        assert value == first and end >= first + seconds(asset.get("duration"))
        speed = (end - value) / (last - time)
        used = (value + (start - time) * speed, value + (start + length - time) * speed)
    held = max(seconds(asset.get("duration")), used[1] - first) if len(clip.findall("timeMap")) else None
    assert first <= used[0] and used[1] <= first + (held or seconds(asset.get("duration")))


@settings(max_examples=150, deadline=None)
@given(edit=ANY_EDIT)
def test_fcp7_links_and_files_resolve(edit: TimelineEdit) -> None:
    """Ids are told once, picture and sound of a clip link to each other, each file is described once."""
    root = ElementTree.fromstring(fcp7_text(edit))
    items = {one.get("id"): one for one in root.iter("clipitem")}
    assert len(items) == len(list(root.iter("clipitem")))
    described = [one.get("id") for one in root.iter("file") if len(one)]
    assert sorted(described) == sorted({one.get("id") for one in root.iter("file")})
    kinds = {
        id(item): kind
        for kind in ("video", "audio")
        for item in root.findall(f"./sequence/media/{kind}/track/clipitem")
    }
    for item in items.values():
        links = [(link.findtext("linkclipref"), link.findtext("mediatype")) for link in item.iterfind("link")]
        for ref, kind in links:
            other = items[ref]
            assert kinds[id(other)] == kind
            assert [other.findtext(key) for key in ("start", "end", "in", "out")] == [
                item.findtext(key) for key in ("start", "end", "in", "out")
            ]
        if links:
            assert item.get("id") in [ref for ref, _ in links] and len(links) == 2
    assert int(root.findtext("./sequence/duration") or 0) == edit.frames


@settings(max_examples=60, deadline=None)
@given(edit=edits(has_speed=True))
def test_an_edl_tells_retimes_by_m2(edit: TimelineEdit) -> None:
    """Each retimed event has its M2 line, with its reel, frames a second and source in point; no other has."""
    lines = edl_text(edit).splitlines()
    events = [index for index, line in enumerate(lines) if re.match(r"\d{3}  ", line)]
    for index, clip in zip(events, edit.clips, strict=True):
        motion = re.fullmatch(r"M2   (\S+) +(\d{3}\.\d) +([\d:;]{11})", [*lines, ""][index + 1])
        assert (motion is not None) == (clip.speed != 1)
        if motion:
            words = lines[index].split()
            assert motion[1] == words[1] and motion[3] == words[4]
            assert abs(float(motion[2]) - float(clip.speed) * round(edit.rate)) <= 0.05

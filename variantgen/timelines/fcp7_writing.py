"""An edit in, the text of a Final Cut Pro 7 XML (xmeml version 4) out: what Premiere opens best."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from variantgen.timelines.edit import TimelineClip, TimelineEdit, TimelineMedia
from variantgen.timelines.fcp7_motion import add_motion
from variantgen.timelines.naming import url_of
from variantgen.timelines.placing import decimal
from variantgen.timelines.timecode import counted_rate, timecode_of


def fcp7_text(edit: TimelineEdit) -> str:
    """The xmeml of an edit: one sequence, one video track, a sound track linked clip by clip; gaps are left empty."""
    root = Element("xmeml", version="4")
    sequence = SubElement(root, "sequence", id="sequence-1")
    _texts(sequence, name=_plain(edit.name), duration=edit.frames)
    _rate(sequence, edit.rate)
    _timecode(sequence, edit.rate, edit.start_frame, edit.is_drop_frame)
    media = SubElement(sequence, "media")
    video, audio = SubElement(media, "video"), SubElement(media, "audio")
    _size(SubElement(video, "format"), edit.rate, edit.width, edit.height)  # without it Resolve shows no timeline
    tracks = (SubElement(video, "track"), SubElement(audio, "track"))
    written: set[TimelineMedia] = set()
    numbers = {clip.source: number for number, clip in enumerate(edit.clips, 1) if clip.source}
    for number, (clip, start) in enumerate(zip(edit.clips, edit.starts, strict=True), 1):
        for kind, track in zip(("video", "audio"), tracks, strict=True):
            if clip.source and (kind == "video" or clip.source.has_sound):
                _clip(track, edit, clip, (number, start, numbers[clip.source]), kind, written)
    if edit.note:
        _texts(SubElement(sequence, "comments"), mastercomment1=_plain(edit.note))
    for marker in edit.markers:
        made = SubElement(sequence, "marker")
        end = marker.start_frame + marker.frames if marker.frames else -1
        made_name = _plain(marker.name)
        _texts(made, name=made_name, comment=_plain(marker.note), **{"in": marker.start_frame, "out": end})
    ElementTree.indent(root, "  ")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n{ElementTree.tostring(root, encoding="unicode")}\n'
    )


def _clip(
    track: Element,
    edit: TimelineEdit,
    clip: TimelineClip,
    place: tuple[int, int, int],
    kind: str,
    written: set[TimelineMedia],
) -> None:
    assert clip.source is not None
    number, start, media_number = place
    item = SubElement(track, "clipitem", id=f"clipitem-{kind}-{number}")
    first = round(clip.source_start_seconds / clip.speed * clip.rate)
    held = clip.source.frames or round(clip.source_end_seconds * (clip.source.frame_rate or clip.rate))
    _texts(item, name=_plain(clip.name) or clip.source.path.name, enabled="TRUE", duration=held)
    _rate(item, clip.rate)
    last = first + round(clip.frames / edit.rate * clip.rate)
    _texts(item, start=start, end=start + clip.frames, **{"in": first, "out": last})
    _file(item, clip.source, clip.source.frame_rate or clip.rate, held, media_number, written)
    if kind == "audio":
        _texts(SubElement(item, "sourcetrack"), mediatype="audio", trackindex=1)
    if clip.speed != 1:
        _retiming(item, clip.speed, kind)
    if kind == "video":
        size = (clip.source.width, clip.source.height)
        add_motion(item, clip.placement, size, (edit.width, edit.height), first)
    if clip.note:
        _texts(SubElement(item, "comments"), mastercomment1=_plain(clip.note))
    if clip.source.has_sound:
        for linked in ("video", "audio"):
            _texts(SubElement(item, "link"), linkclipref=f"clipitem-{linked}-{number}", mediatype=linked, trackindex=1)


def _file(
    item: Element, media: TimelineMedia, rate: Fraction, held: int, number: int, written: set[TimelineMedia]
) -> None:
    """A file's whole description at its first mention, only its id after that."""
    file = SubElement(item, "file", id=f"file-{number}")
    if media in written:
        return
    written.add(media)
    _texts(file, name=media.path.name, pathurl=url_of(media.path), duration=held)
    _rate(file, rate)
    _timecode(file, rate, media.first_frame or 0, False)
    kinds = SubElement(file, "media")
    _size(SubElement(kinds, "video"), rate, media.width, media.height)
    if media.has_sound:
        _texts(SubElement(kinds, "audio"), channelcount=2)


def _size(holder: Element, rate: Fraction, width: int, height: int) -> None:
    made = SubElement(holder, "samplecharacteristics")
    _rate(made, rate)
    if width and height:
        _texts(made, width=width, height=height, pixelaspectratio="square")


def _retiming(item: Element, speed: Fraction, kind: str) -> None:
    effect = SubElement(SubElement(item, "filter"), "effect")
    _texts(
        effect, name="Time Remap", effectid="timeremap", effectcategory="motion", effecttype="motion", mediatype=kind
    )
    for key, value in (("variablespeed", "0"), ("speed", decimal(float(speed) * 100, 12)), ("reverse", "FALSE")):
        _texts(SubElement(effect, "parameter"), parameterid=key, name=key, value=value)


def _rate(holder: Element, rate: Fraction) -> None:
    ntsc = "TRUE" if rate.denominator == 1001 else "FALSE"
    _texts(SubElement(holder, "rate"), timebase=counted_rate(rate), ntsc=ntsc)


def _timecode(holder: Element, rate: Fraction, frame: int, is_drop: bool) -> None:
    made = SubElement(holder, "timecode")
    _rate(made, rate)
    shown = timecode_of(frame % (counted_rate(rate) * 86_000), rate, is_drop=is_drop)
    _texts(made, string=shown, frame=frame, displayformat="DF" if is_drop else "NDF")


def _texts(holder: Element, **texts: object) -> None:
    for key, value in texts.items():
        SubElement(holder, key).text = str(value)


def _plain(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()

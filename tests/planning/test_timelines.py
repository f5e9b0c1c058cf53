"""Edits through timeline files: what is written comes back frame by frame, and other programs read the same."""

from __future__ import annotations

import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from timelines_made import NAMES, edits

from variantgen.errors import UserError
from variantgen.timelines import (
    KINDS,
    MediaFacts,
    TimelineClip,
    TimelineEdit,
    TimelineMarker,
    TimelineMedia,
    clip_of,
    gap_of,
    parse_timeline,
    read_timeline,
    write_timeline,
)

SUFFIXES = {"otio": ".otio", "edl": ".edl", "fcpxml": ".fcpxml", "fcp7": ".xml"}
BLACK = TimelineMedia(Path("/m/film.mp4"), ("film.mp4",), Fraction(25), 1000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with empty files under the names of the media."""
    made = tmp_path_factory.mktemp("timelines")
    for name in NAMES:
        (made / name).touch()
    return made


def frames_in(edit: TimelineEdit) -> list[tuple[object, ...]]:
    """What an edit shows: file (or none), source frames, speed and length of each clip."""
    return [(c.media and c.media.name, c.start_frame, c.end_frame, c.speed, c.frames) for c in edit.clips]


def told(edit: TimelineEdit, folder: Path) -> dict[Path, MediaFacts]:
    """What the files of an edit would say of themselves."""
    return {
        folder / clip.source.path.name: MediaFacts(
            *(clip.source.frame_rate, clip.source.frames, clip.source.first_frame or 0),
            *(clip.source.width, clip.source.height, clip.source.has_sound),
        )
        for clip in edit.clips
        if clip.source
    }


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edit=edits())
def test_an_edit_comes_back_frame_by_frame(kind: str, folder: Path, edit: TimelineEdit) -> None:
    """Written and read again, every clip shows the same frames of its file at the same place, at all eight rates."""
    if kind == "otio":
        pytest.importorskip("opentimelineio")
    path = folder / f"cut{SUFFIXES[kind]}"
    write_timeline(edit, kind, path)
    known = told(edit, folder)
    back = read_timeline(path, facts_of=known.get)
    trailing = edit.clips[-1].is_gap and kind == "fcp7"  # which has no gaps, so that one at the end is nothing
    wanted = frames_in(edit)[:-1] if trailing else frames_in(edit)
    assert joined_gaps(frames_in(back)) == joined_gaps(strip_end(wanted) if kind == "fcp7" else wanted)
    assert (back.rate, back.start_frame, back.is_drop_frame) == (edit.rate, edit.start_frame, edit.is_drop_frame)
    shown = [marker.start_frame for marker in back.markers]
    assert shown == [marker.start_frame for marker in edit.markers if marker.start_frame < back.frames]


def joined_gaps(shown: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Neighbouring gaps as one: forms without gap elements cannot tell them apart."""
    joined: list[tuple[object, ...]] = []
    for one in shown:
        if joined and one[0] is None and joined[-1][0] is None:
            length = joined.pop()[4] + one[4]  # type: ignore[operator]
            one = (None, 0, length, Fraction(1), length)
        joined.append(one)
    return joined


def strip_end(shown: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Without the gaps at the end."""
    while shown and shown[-1][0] is None:
        shown = shown[:-1]
    return shown


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edit=edits(has_speed=True))
def test_a_steady_speed_comes_back(kind: str, folder: Path, edit: TimelineEdit) -> None:
    """A clip at 1.1 times its speed keeps its place, its speed and its source frames."""
    if kind == "otio":
        pytest.importorskip("opentimelineio")
    path = folder / f"speed{SUFFIXES[kind]}"
    write_timeline(edit, kind, path)
    back = read_timeline(path, facts_of=told(edit, folder).get)
    wanted = [clip for clip in edit.clips if clip.source]
    found = [clip for clip in back.clips if clip.source]
    assert [(c.frames, c.speed) for c in found] == [(c.frames, c.speed) for c in wanted]
    # a retimed in point may stand between two frames: forms that count it after the speed change round it
    assert all(abs(a.start_frame - b.start_frame) <= (b.speed != 1) for a, b in zip(found, wanted, strict=True))


@settings(max_examples=60, deadline=None)
@given(edit=edits())
def test_opentimelineio_reads_the_same_frames(edit: TimelineEdit) -> None:
    """OpenTimelineIO's own EDL, FCP 7 and JSON readers find in our files the frames that we wrote."""
    otio = pytest.importorskip("opentimelineio")
    pytest.importorskip("otio_cmx3600_adapter")
    pytest.importorskip("otio_fcp_adapter")
    from variantgen.timelines.edl_writing import edl_text
    from variantgen.timelines.fcp7_writing import fcp7_text
    from variantgen.timelines.otio_file import otio_text

    read = otio.adapters.read_from_string
    texts = {
        "cmx_3600": lambda: read(edl_text(edit), "cmx_3600", rate=float(edit.rate)),
        "fcp_xml": lambda: read(fcp7_text(edit), "fcp_xml"),
        "otio_json": lambda: read(otio_text(edit, Path("/elsewhere")), "otio_json"),
    }
    wanted = [
        (clip.source.first_frame + clip.start_frame, clip.frames, start)
        for clip, start in zip(edit.clips, edit.starts, strict=True)
        if clip.source
    ]
    for form, timeline in texts.items():
        track = timeline().video_tracks()[0]
        clips = [one for one in track if isinstance(one, otio.schema.Clip)]
        clips = [one for one in clips if not isinstance(one.media_reference, otio.schema.GeneratorReference)]
        found = [(one.source_range, track.range_of_child(one).start_time) for one in clips]
        assert [
            (round(used.start_time.value), round(used.duration.value), round(at.value)) for used, at in found
        ] == wanted, form


def test_an_edl_is_written_as_editors_expect() -> None:
    """Title, FCM, eight-letter reels, black for cards, locators, and semicolons where drop-frame."""
    rate = Fraction(30000, 1001)
    media = TimelineMedia(Path("/m/summer spot final.mp4"), (), rate, 5000)
    clips = (clip_of(media, 1000, 2799, rate, note="crop w=608 h=1080 x=656 y=0"), gap_of(30, rate, name="end card"))
    edit = TimelineEdit("Spot", rate, clips, (TimelineMarker(10, "hook", colour="red"),), is_drop_frame=True)
    from variantgen.timelines.edl_writing import edl_text

    assert edl_text(edit).splitlines() == [
        "TITLE: Spot",
        "FCM: DROP FRAME",
        "",
        "001  SUMMERSP AA/V  C        00:00:33;10 00:01:33;11 00:00:00;00 00:00:59;29",
        "* FROM CLIP NAME: summer spot final.mp4",
        "* COMMENT: VARIANTGEN NAME summer spot final",
        "* COMMENT: crop w=608 h=1080 x=656 y=0",
        "* LOC: 00:00:00;10 RED     hook",
        "* COMMENT: VARIANTGEN FRAME RATE 30000/1001",
        "",
        "002  BL       V     C        00:00:00;00 00:00:01;00 00:00:59;29 00:01:01;01",
        "* FROM CLIP NAME: end card",
    ]


def test_an_edl_keeps_a_speed_that_its_lengths_do_not_tell() -> None:
    """Ten frames at 15/14 take eleven of their source: our comment beside M2 tells the rest."""
    rate = Fraction(25)
    slow = replace(clip_of(BLACK, 100, 111, rate), frames=10, speed=Fraction(15, 14))
    from variantgen.timelines.edl import read_edl
    from variantgen.timelines.edl_writing import edl_text

    text = edl_text(TimelineEdit("x", rate, (slow,)))
    assert "M2   FILM           026.8       00:00:04:00" in text
    assert read_edl(text, "x.edl").clips[0].speed == Fraction(15, 14)
    others = text.replace("VARIANTGEN SPEED 15/14", "VARIANTGEN SPEED 3")  # an editor has changed the lengths since
    assert read_edl(others, "x.edl").clips[0].speed == Fraction("26.8") / 25


def test_an_edl_of_more_than_999_events_is_refused() -> None:
    """Event numbers have three digits, so a longer edit is told to leave another way."""
    edit = TimelineEdit("x", Fraction(25), tuple(clip_of(BLACK, 0, 2, Fraction(25)) for _ in range(1000)))
    with pytest.raises(UserError, match="at most 999 events, x has 1000; export otio or fcpxml"):
        write_timeline(edit, "edl", Path("never.edl"))


def test_an_edl_past_24_hours_is_refused() -> None:
    """A timecode that would begin again at zero is an error and no wrong number."""
    edit = TimelineEdit("x", Fraction(25), (clip_of(BLACK, 0, 100, Fraction(25)),), start_frame=25 * 86_400 - 50)
    with pytest.raises(UserError, match="24 hours"):
        write_timeline(edit, "edl", Path("never.edl"))


def test_a_kind_that_is_none_names_the_nearest(tmp_path: Path) -> None:
    """A slip in a kind's name is answered with all kinds and the nearest."""
    edit = TimelineEdit("x", Fraction(25), (clip_of(BLACK, 0, 2, Fraction(25)),))
    with pytest.raises(UserError, match=r'"fcpxm" .* otio, edl, fcpxml, fcp7.* Did you mean "fcpxml"'):
        write_timeline(edit, "fcpxm", tmp_path / "x.fcpxml")
    assert list(tmp_path.iterdir()) == []


def test_media_inside_the_folder_are_named_relative_to_it(tmp_path: Path) -> None:
    """An OTIO file names media beside or below it without the way to it, and media elsewhere by a file: URL."""
    otio = pytest.importorskip("opentimelineio")
    inside = TimelineMedia(tmp_path / "media" / "my film.mp4", (), Fraction(25), 1000)
    clips = (clip_of(inside, 0, 10, Fraction(25)), clip_of(BLACK, 0, 10, Fraction(25)))
    write_timeline(TimelineEdit("x", Fraction(25), clips), "otio", tmp_path / "x.otio")
    timeline = otio.adapters.read_from_file(str(tmp_path / "x.otio"))
    urls = [clip.media_reference.target_url for clip in timeline.video_tracks()[0]]
    assert urls == ["media/my%20film.mp4", BLACK.path.absolute().as_uri()]


def test_fcpxml_keeps_to_the_order_of_its_dtd(tmp_path: Path) -> None:
    """Resources first, ids unique and known, children of clips in the order that Final Cut demands (DTD 1.8)."""
    from xml.etree import ElementTree

    rate = Fraction(30000, 1001)
    media = replace(BLACK, frame_rate=rate, first_frame=1800, width=1920, height=1080)
    slow = TimelineClip(media, 0, 55, rate, 50, "slow", Fraction(11, 10), "crop x=1")
    edit = TimelineEdit("x", rate, (slow, gap_of(30, rate, name="card", note="why")), (TimelineMarker(3, "hook"),))
    write_timeline(edit, "fcpxml", tmp_path / "x.fcpxml")
    text = (tmp_path / "x.fcpxml").read_text("utf-8")
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n<fcpxml version="1.8">')
    root = ElementTree.fromstring(text)
    assert [child.tag for child in root] == ["resources", "library"]
    ids = [child.get("id") for child in root[0]]
    assert len(set(ids)) == len(ids)
    used = [one.get(key) for one in root.iter() for key in ("ref", "format") if one.get(key)]
    assert set(used) <= set(ids)
    order = ("note", "timeMap", "marker")
    for one in [*root.iter("asset-clip"), *root.iter("gap")]:
        places = [order.index(child.tag) for child in one]
        assert places == sorted(places)
    times = [one.get(key) for one in root.iter("asset-clip") for key in ("offset", "duration")]
    assert all(time == "0s" or int(time.split("/")[0]) % 1001 == 0 for time in times)


def test_without_the_extra_one_sentence_says_how_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """OTIO without its library names the command; the other forms do without it."""
    monkeypatch.setitem(sys.modules, "opentimelineio", None)
    edit = TimelineEdit("x", Fraction(25), (clip_of(BLACK, 0, 10, Fraction(25)),))
    with pytest.raises(UserError, match=r'pip install "variantgen\[timelines\]"') as caught:
        write_timeline(edit, "otio", tmp_path / "x.otio")
    assert "\n" not in str(caught.value)
    (tmp_path / "y.otio").write_text("{}")
    with pytest.raises(UserError, match=r'"y.otio" .* pip install "variantgen\[timelines\]"'):
        parse_timeline(tmp_path / "y.otio")
    for kind, name in (("edl", "x.edl"), ("fcpxml", "x.fcpxml"), ("fcp7", "x.xml")):
        write_timeline(edit, kind, tmp_path / name)
        assert frames_in(parse_timeline(tmp_path / name))[0][4] == 10

"""Timeline files of other programs: what they mean, what is left out, and what is refused in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from variantgen.errors import UserError
from variantgen.timelines import MediaFacts, TimelineEdit, parse_timeline, read_timeline
from variantgen.timelines.timecode import exact_rate, frames_of, timecode_of

FOOTAGE = Path(__file__).resolve().parents[3] / "shared" / "footage" / "timelines"
HEAD = "TITLE: x\nFCM: NON-DROP FRAME\n"

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a text under a name and gives its path."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return written


def spans(edit: TimelineEdit) -> list[tuple[str, int, int, int]]:
    """Name, source frames and length on the timeline of each clip."""
    return [(clip.name, clip.start_frame, clip.end_frame, clip.frames) for clip in edit.clips]


def edl(write: Write, body: str, rate: int | Fraction | None = 25) -> TimelineEdit:
    """The edit of an EDL with these events."""
    return parse_timeline(write("x.edl", HEAD + body), rate=None if rate is None else Fraction(rate))


# ---------------------------------------------------------------- timecode


@pytest.mark.parametrize(
    ("text", "rate", "frames"),
    [
        ("00:01:00;02", Fraction(30000, 1001), 1800),
        ("00:10:00;00", Fraction(30000, 1001), 17982),
        ("01:00:00;00", Fraction(30000, 1001), 107892),
        ("01:00:00;00", Fraction(60000, 1001), 215784),
        ("01:00:00:00", Fraction(24000, 1001), 86400),
        ("23:59:59:24", Fraction(25), 2_159_999),
    ],
)
def test_timecodes_count_as_smpte_says(text: str, rate: Fraction, frames: int) -> None:
    """Known timecodes of SMPTE ST 12-1 are the known frames, both ways."""
    is_drop = ";" in text
    assert frames_of(text, rate, is_drop=is_drop) == frames
    assert timecode_of(frames, rate, is_drop=is_drop) == text


@pytest.mark.parametrize("rate", [Fraction(30000, 1001), Fraction(60000, 1001)])
def test_drop_frame_numbers_every_frame_once(rate: Fraction) -> None:
    """Over twenty-one minutes each frame has its own drop-frame timecode, and it leads back to the frame."""
    texts = [timecode_of(frame, rate, is_drop=True) for frame in range(round(rate) * 60 * 21)]
    assert len(set(texts)) == len(texts)
    assert [frames_of(text, rate, is_drop=True) for text in texts] == list(range(len(texts)))


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        (23.976, Fraction(24000, 1001)),
        (23.98, Fraction(24000, 1001)),
        (29.97, Fraction(30000, 1001)),
        (59.94, Fraction(60000, 1001)),
        (24.0, Fraction(24)),
        (12.5, Fraction(25, 2)),
        (float("nan"), None),
        (0.0, None),
        (1e9, None),
    ],
)
def test_rounded_rates_stand_for_exact_ones(written: float, exact: Fraction | None) -> None:
    """Every short form of a rate is the exact fraction; what no film runs at is none."""
    assert exact_rate(written) == exact


# ---------------------------------------------------------------- EDL


def test_gaps_between_events_are_gaps(write: Write) -> None:
    """Record times that leave a hole give a gap of that length; the first record time is the timeline's start."""
    edit = edl(
        write,
        "001  A  V  C  00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n"
        "002  B  AA/V  C  00:00:00:00 00:00:00:10 01:00:01:05 01:00:01:15\n",
    )
    assert spans(edit) == [("A", 25, 50, 25), ("", 0, 5, 5), ("B", 0, 10, 10)]
    assert edit.start_frame == 90_000


def test_a_dissolve_is_cut_in_its_middle(write: Write) -> None:
    """Half of a ten-frame dissolve goes to each side, and a note says so."""
    edit = edl(
        write,
        "001  A  V  C       00:00:01:00 00:00:02:00 00:00:00:00 00:00:01:00\n"
        "002  A  V  C       00:00:02:00 00:00:02:00 00:00:01:00 00:00:01:00\n"
        "002  B  V  D  010  00:00:05:00 00:00:06:00 00:00:01:00 00:00:02:00\n"
        "* FROM CLIP NAME: first\n* TO CLIP NAME: second.mov\n",
    )
    assert spans(edit) == [("A", 25, 55, 30), ("second.mov", 130, 150, 20)]
    assert edit.notes == ("event 002 is a dissolve: it becomes a cut in its middle",)


def test_only_the_first_video_track_is_used(write: Write) -> None:
    """Sound events and a second video track are left out, the latter with a note."""
    edit = edl(
        write,
        "001  A  V   C  00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n"
        "002  A  A2  C  00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n"
        "003  B  V2  C  00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n",
    )
    assert spans(edit) == [("A", 0, 25, 25)]
    assert edit.notes == ("events of track V2 are left out: only the first video track is used",)


def test_a_file_of_drop_frame_timecodes_tells_its_rate(write: Write) -> None:
    """FCM: DROP FRAME counts colons as drop-frame too, and says 29.97."""
    path = write("x.edl", "FCM: DROP FRAME\n001  A  V  C  00:00:00:00 00:01:00:02 01:00:00:00 01:01:00:02\n")
    edit = parse_timeline(path)
    assert (edit.rate, edit.is_drop_frame) == (Fraction(30000, 1001), True)
    assert spans(edit) == [("A", 0, 1800, 1800)]


def test_m2_sets_the_speed(write: Write) -> None:
    """An M2 line makes a clip play faster by exactly what its two lengths say."""
    edit = edl(
        write,
        "001  A  V  C  00:00:00:00 00:00:01:02 00:00:00:00 00:00:00:20\nM2   A       033.8       00:00:00:00\n",
    )
    assert [(clip.speed, clip.frames, clip.end_frame) for clip in edit.clips] == [(Fraction(27, 20), 20, 27)]
    assert edit.notes == ()


def test_resolves_marker_list_is_markers_and_no_cut(write: Write, tmp_path: Path) -> None:
    """The EDL that Resolve exports its markers as holds marks with colour, name and length, and no clips."""
    edit = edl(
        write,
        "001  001  V  C  01:00:00:00 01:00:00:01 01:00:00:00 01:00:00:01\n |C:ResolveColorBlue |M:Intro |D:1\n"
        "002  001  V  C  01:00:02:00 01:00:02:01 01:00:02:00 01:00:02:01\n |C:ResolveColorRed |M:cut |D:50\n",
    )
    assert edit.clips == ()
    with pytest.raises(UserError, match="holds markers but no cut; give it as a file of marks"):
        read_timeline(tmp_path / "x.edl", rate=Fraction(25))
    assert [(m.start_frame, m.name, m.frames, m.colour) for m in edit.markers] == [
        (90_000, "Intro", 0, "blue"),
        (90_050, "cut", 50, "red"),
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("hello\n", "holds no event of a CMX 3600 EDL"),
        ("001  A  V  C  00:00:00:00 00:00:01:00 00:00:00:00\n", "line 3 is no event"),
        ("001  A  V  C  00:00:00:00 00:00:01:30 00:00:00:00 00:00:01:30\n", '"00:00:01:30" is no timecode at 25'),
        ("001  A  V  C  00:00:02:00 00:00:01:00 00:00:00:00 00:00:01:00\n", "event 001 ends before it begins"),
        (
            "001  A  V  C  00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n"
            "002  A  V  C  00:00:00:00 00:00:01:00 00:00:00:10 00:00:01:10\n",
            "line 4: event 002 overlaps",
        ),
        (
            "001  A  V  C  00:00:00:00 00:00:00:01 00:00:00:00 00:00:01:00\nM2   A       000.0       00:00:00:00\n",
            "event 001 is frozen",
        ),
    ],
)
def test_a_broken_edl_names_its_line(write: Write, body: str, said: str) -> None:
    """What is wrong with an EDL is one sentence with the file's name and the line."""
    with pytest.raises(UserError) as caught:
        edl(write, body)
    assert said in str(caught.value) and "x.edl" in str(caught.value) and "\n" not in str(caught.value)


def test_an_edl_takes_its_rate_from_its_media(write: Write, tmp_path: Path) -> None:
    """Without a word about the rate, the media found beside the EDL decides; nothing is guessed."""
    path = write("x.edl", HEAD + "001  A  V  C  01:00:01:00 01:00:02:00 00:00:00:00 00:00:01:00\n")
    with pytest.raises(UserError, match=r'does not say its frame rate .*none of its media was found to tell: "A"'):
        read_timeline(path)
    (tmp_path / "a.MOV").touch()
    edit = read_timeline(path, facts_of=lambda _: MediaFacts(Fraction(24), 500, 86_400))
    assert (edit.rate, spans(edit)) == (Fraction(24), [("A", 24, 48, 24)])


# ---------------------------------------------------------------- XML


def fcpxml(body: str, *, frame: str = "1/25s", more: str = "") -> str:
    """An FCPXML of one project with this storyline; asset r2 begins at one hour."""
    return (
        '<?xml version="1.0"?><!DOCTYPE fcpxml><fcpxml version="1.9"><resources>'
        f'<format id="r1" frameDuration="{frame}"/>'
        '<asset id="r2" name="a" start="3600s" duration="100s" hasVideo="1" hasAudio="1" format="r1">'
        f'<media-rep src="file:///else/where/a.mov"/></asset>{more}</resources><library><event><project name="p">'
        f'<sequence format="r1" tcStart="3600s"><spine>{body}</spine></sequence></project></event></library></fcpxml>'
    )


def test_fcpxml_clips_of_every_kind(write: Write) -> None:
    """asset-clip, clip around a video, compound clip and gap show the frames of the file they stand for."""
    compound = (
        '<media id="r5" name="c"><sequence format="r1"><spine><asset-clip ref="r2" offset="0s" start="3602s" '
        'duration="2s"/><asset-clip ref="r2" offset="2s" start="3620s" duration="2s"/></spine></sequence></media>'
    )
    body = (
        '<asset-clip name="one" ref="r2" offset="3600s" start="3601s" duration="50/25s"/>'
        '<clip name="two" start="10s" duration="1s"><video ref="r2" offset="8s" start="3605s" duration="50s"/></clip>'
        '<gap name="Gap" start="3600s" duration="1s"/><ref-clip name="c" ref="r5" start="1s" duration="2s"/>'
    )
    edit = parse_timeline(write("x.fcpxml", fcpxml(body, more=compound)))
    assert spans(edit) == [
        ("one", 25, 75, 50),
        ("two", 175, 200, 25),
        ("", 0, 25, 25),
        ("", 75, 100, 25),
        ("", 500, 525, 25),
    ]
    assert edit.start_frame == 90_000


def test_a_steady_time_map_is_a_speed_and_a_ramp_is_refused(write: Write) -> None:
    """Two points of a timeMap give one speed; a bend in it is refused by the clip's name."""

    def clip(*points: tuple[int, int]) -> str:
        shown = "".join(f'<timept time="{time}s" value="{value}s" interp="linear"/>' for time, value in points)
        return f'<asset-clip name="fast" ref="r2" start="3602s" duration="2s"><timeMap>{shown}</timeMap></asset-clip>'

    edit = parse_timeline(write("x.fcpxml", fcpxml(clip((3600, 3600), (3650, 3700)))))
    assert [(c.start_frame, c.end_frame, c.frames, c.speed) for c in edit.clips] == [(100, 200, 50, 2)]
    with pytest.raises(UserError, match='"fast" has a speed ramp'):
        parse_timeline(write("x.fcpxml", fcpxml(clip((3600, 3600), (3610, 3630), (3650, 3700)))))


@pytest.mark.parametrize(("deep", "said"), [(15, "holds more than 20000 clips"), (30, "nests sequences more than 16")])
def test_nested_sequences_cannot_unfold_without_end(write: Write, deep: int, said: str) -> None:
    """Compound clips that each hold two of the next stand for up to a billion clips and are refused at once."""
    nested = "".join(
        f'<media id="m{n}"><sequence format="r1"><spine>'
        + (f'<ref-clip ref="m{n + 1}" duration="1s"/>' if n < deep else '<gap duration="1s"/>')
        * (2 if deep < 20 else 1)
        + "</spine></sequence></media>"
        for n in range(deep + 1)
    )
    with pytest.raises(UserError, match=said):
        parse_timeline(write("x.fcpxml", fcpxml('<ref-clip ref="m0" duration="1s"/>', more=nested)))


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE fcpxml [<!ENTITY a "aaaa">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://x/y">%p;]>',
        '<!DOCTYPE x SYSTEM "e.dtd" [ ]>',
    ],
)
def test_xml_entities_are_refused(write: Write, head: str) -> None:
    """No file that declares entities is read, neither bombs nor ones that would read other files."""
    for name in ("x.fcpxml", "x.xml"):
        with pytest.raises(UserError, match="declares XML entities of its own"):
            parse_timeline(write(name, f"<?xml version='1.0'?>{head}<fcpxml/>"))


def test_entities_cannot_hide_in_utf_16(tmp_path: Path) -> None:
    """The search for entities sees what the parser sees, in every encoding that is read."""
    path = tmp_path / "x.xml"
    path.write_bytes('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"))
    with pytest.raises(UserError, match="entities of its own"):
        parse_timeline(path)


FCP7 = """<?xml version="1.0"?><!DOCTYPE xmeml><xmeml version="4"><sequence id="s"><name>cut</name>
<rate><timebase>30</timebase><ntsc>TRUE</ntsc></rate>
<timecode><rate><timebase>30</timebase><ntsc>TRUE</ntsc></rate><frame>107892</frame><displayformat>DF</displayformat></timecode>
<media><video><track>{}</track></video></media></sequence></xmeml>"""


def clipitem(start: int, end: int, first: int, last: int, more: str = "") -> str:
    """A clip of one file, described whole in its first mention."""
    file = (
        '<file id="f"><name>b.mov</name><pathurl>file://localhost/else/b.mov</pathurl><duration>9000</duration></file>'
    )
    place = f"<start>{start}</start><end>{end}</end><in>{first}</in><out>{last}</out>"
    return f"<clipitem><name>b</name>{place}{file}{more}</clipitem>"


def test_fcp7_transitions_give_clips_their_ends(write: Write) -> None:
    """A start or end of -1 is at a transition; the cut falls in its middle and the in point moves along."""
    track = (
        clipitem(0, -1, 100, 150)
        + "<transitionitem><start>40</start><end>50</end><alignment>center</alignment></transitionitem>"
        + clipitem(-1, 90, 200, 250).replace("<name>b.mov</name>", "")
    )
    edit = parse_timeline(write("x.xml", FCP7.format(track)))
    assert spans(edit) == [("b", 100, 145, 45), ("b", 205, 250, 45)]
    assert (edit.rate, edit.start_frame, edit.is_drop_frame) == (Fraction(30000, 1001), 107892, True)


def test_fcp7_written_by_opentimelineio_is_read_alike(write: Write) -> None:
    """What OpenTimelineIO's FCP 7 adapter writes has the frames that it was given."""
    otio = pytest.importorskip("opentimelineio")
    pytest.importorskip("otio_fcp_adapter")
    rate = 24000 / 1001
    timeline = otio.schema.Timeline("x")
    track = otio.schema.Track("V", kind="Video")
    timeline.tracks.append(track)

    def span(first: int, frames: int) -> object:
        return otio.opentime.TimeRange(*(otio.opentime.RationalTime(number, rate) for number in (first, frames)))

    for number in range(5):
        reference = otio.schema.ExternalReference("file:///m/b.mov", span(0, 9000))
        track.append(otio.schema.Clip(f"c{number}", reference, span(1799 * number + 7, 31 + number)))
    text = otio.adapters.write_to_string(timeline, "fcp_xml")
    edit = parse_timeline(write("x.xml", text))
    assert spans(edit) == [(f"c{n}", 1799 * n + 7, 1799 * n + 38 + n, 31 + n) for n in range(5)]
    assert edit.rate == Fraction(24000, 1001)


# ---------------------------------------------------------------- OTIO


def test_newer_otio_schemas_are_read(write: Write) -> None:
    """A marker of a schema version that the library does not know yet keeps its place, name and colour."""
    otio = pytest.importorskip("opentimelineio")
    time = {"OTIO_SCHEMA": "RationalTime.1", "rate": 25.0, "value": 10.0}
    span = {"OTIO_SCHEMA": "TimeRange.1", "start_time": time, "duration": {**time, "value": 50.0}}
    colour = {"OTIO_SCHEMA": "Color.1", "r": 1.0, "g": 0.0, "b": 0.0, "a": 1.0, "name": "RED"}
    marker = {"OTIO_SCHEMA": "Marker.3", "name": "drop", "color": colour, "marked_range": span}
    clip = otio.schema.Clip(
        "a", otio.schema.MissingReference(), otio.core.deserialize_json_from_string(json.dumps(span))
    )
    timeline = otio.schema.Timeline("x")
    timeline.tracks.append(otio.schema.Track("V", [clip], kind="Video"))
    tree = json.loads(otio.core.serialize_json_to_string(timeline))
    tree["tracks"]["markers"] = [marker]
    edit = parse_timeline(write("x.otio", json.dumps(tree)))
    assert [(m.start_frame, m.name, m.frames, m.colour) for m in edit.markers] == [(10, "drop", 50, "red")]


def test_an_uneven_transition_is_cut_in_its_middle(write: Write) -> None:
    """A dissolve of ten frames that lies wholly after its cut moves the cut, and both clips' frames, by five."""
    otio = pytest.importorskip("opentimelineio")
    time, span = otio.opentime.RationalTime, otio.opentime.TimeRange
    clips = [otio.schema.Clip(name, None, span(time(100, 25), time(50, 25))) for name in "ab"]
    dissolve = otio.schema.Transition("d", "SMPTE_Dissolve", time(0, 25), time(10, 25))
    timeline = otio.schema.Timeline("x")
    timeline.tracks.append(otio.schema.Track("V", [clips[0], dissolve, clips[1]], kind="Video"))
    edit = parse_timeline(write("x.otio", otio.core.serialize_json_to_string(timeline)))
    assert spans(edit) == [("a", 100, 155, 55), ("b", 105, 150, 45)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("{}", "has no OTIO_SCHEMA"),
        ('{"OTIO_SCHEMA": "Gap.1"}', "holds no timeline but a Gap"),
        ('{"OTIO_SCHEMA": "Timeline.1", "a": ' + "[" * 300 + "]" * 300 + "}", "nests more than 200 deep"),
        ('{"OTIO_SCHEMA": "Timeline.1", "tracks": 7}', "cannot be read as OpenTimelineIO"),
    ],
)
def test_what_is_no_otio_is_refused_in_one_line(write: Write, text: str, said: str) -> None:
    """Every kind of broken OTIO file gets one sentence with its name."""
    pytest.importorskip("opentimelineio")
    with pytest.raises(UserError) as caught:
        parse_timeline(write("x.otio", text))
    assert said in str(caught.value) and "x.otio" in str(caught.value) and "\n" not in str(caught.value)


# ---------------------------------------------------------------- finding media


def test_all_missing_media_are_named_at_once(write: Write, tmp_path: Path) -> None:
    """One sentence names every missing file and every folder that was searched."""
    more = "".join(
        f'<asset id="x{n}" name="{n}" src="file:///gone/{n}.mov" format="r1" duration="9s"/>' for n in range(3)
    )
    body = "".join(f'<asset-clip ref="x{n}" duration="1s"/>' for n in range(3))
    path = write("cut/x.fcpxml", fcpxml(body, more=more))
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "1.mov").touch()
    with pytest.raises(UserError) as caught:
        read_timeline(path, search=[tmp_path / "media"], facts_of=lambda _: None)
    assert '"0.mov", "2.mov"' in str(caught.value) and "1.mov" not in str(caught.value)
    assert f'"{tmp_path / "cut"}", "{tmp_path / "media"}"' in str(caught.value)


def test_media_are_found_by_path_name_and_stem(write: Write, tmp_path: Path) -> None:
    """As written first, then by name beside the timeline, then in and below the search folders, then without suffix."""
    body = '<asset-clip ref="x" duration="1s"/>'

    def found(src: str, name: str, places: list[str]) -> str:
        for place in places:
            write(place, "")
        more = f'<asset id="x" name="{name}" src="{src}" format="r1" duration="9s"/>'
        path = write("cut/x.fcpxml", fcpxml(body, more=more))
        media = read_timeline(path, search=[tmp_path / "media"], facts_of=lambda _: None).clips[0].media
        for place in places:
            (tmp_path / place).unlink()
        assert media is not None
        return media.relative_to(tmp_path).as_posix()

    absolute = (tmp_path / "here" / "ü b.mov").as_uri()
    assert found(absolute, "", ["here/ü b.mov", "media/ü b.mov"]) == "here/ü b.mov"
    assert found("sub/a.mov", "", ["cut/sub/a.mov", "media/a.mov"]) == "cut/sub/a.mov"
    assert found("file:///gone/a.mov", "", ["cut/A.MOV", "media/a.mov"]) == "cut/A.MOV"
    assert found("file:///C:/gone/a.mov", "", ["media/deep/er/a.mov"]) == "media/deep/er/a.mov"
    assert found("S:\\gone\\a.mov", "", ["media/a.mov"]) == "media/a.mov"
    assert found("file:///gone/proxy.mov", "IMG_7", ["media/IMG_7.MP4", "media/IMG_77.MP4"]) == "media/IMG_7.MP4"
    assert found("http://host/a%20b.mov", "", ["media/a b.mov"]) == "media/a b.mov"


@pytest.mark.parametrize(
    "name",
    [
        "http://h/a.mov",
        "http:a.mov",
        "data:a.mov",
        "ftp:///a.mov",
        "file://h/a.mov",
        "//h/a.mov",
        "\\\\h\\s\\a.mov",
        "",
    ],
)
def test_names_that_would_ask_another_machine_are_no_paths(name: str) -> None:
    """URLs with a host and UNC paths are never looked up, only their last part is used as a name."""
    from variantgen.timelines.naming import local_path

    assert local_path(name) is None


def test_a_clip_outside_of_its_media_is_refused(write: Write, tmp_path: Path) -> None:
    """A file that is shorter than what was cut from it is another one, and the sentence says so."""
    (tmp_path / "a.mov").touch()
    path = write("x.fcpxml", fcpxml('<asset-clip name="n" ref="r2" start="3601s" duration="3s"/>'))
    known = MediaFacts(Fraction(25), 75, 90_000)
    with pytest.raises(
        UserError, match=r'takes 00:00:01:00 to 00:00:04:00 of "a.mov", which runs from .* to 00:00:03:00'
    ):
        read_timeline(path, facts_of=lambda _: known)
    assert read_timeline(path, facts_of=lambda _: MediaFacts(Fraction(25), 100, 90_000)).clips[0].end_frame == 100


@pytest.mark.skipif(not FOOTAGE.is_dir(), reason="the shared footage is not beside this checkout")
def test_real_timelines_are_read_or_refused_in_one_line() -> None:
    """Every timeline of OpenTimelineIO's own tests gives clips, or one sentence with its name."""
    pytest.importorskip("opentimelineio")
    paths = sorted(path for path in FOOTAGE.iterdir() if path.is_file())
    assert len(paths) >= 12
    for path in paths:
        rate = None if path.suffix != ".edl" else Fraction(25 if path.name == "25fps.edl" else 24)
        edit = parse_timeline(path, rate=rate)
        assert edit.clips and all(clip.frames > 0 for clip in edit.clips), path.name
        with pytest.raises(UserError) as caught:  # none of their media is there
            read_timeline(path, rate=rate)
        assert path.name in str(caught.value) and "\n" not in str(caught.value)


def test_names_with_line_ends_stay_in_one_sentence(write: Write) -> None:
    """A clip's name is quoted from the file, but cannot break the sentence or make it endless."""
    reverse = "<parameter><parameterid>reverse</parameterid><value>TRUE</value></parameter>"
    speed = f"<filter><effect><effectid>timeremap</effectid>{reverse}</effect></filter>"
    track = clipitem(0, 50, 0, 50, speed).replace("<name>b</name>", f"<name>a\nb{'c' * 9000}</name>")
    with pytest.raises(UserError, match=r'"x.xml": "a bccc') as caught:
        parse_timeline(write("x.xml", FCP7.format(track)))
    assert "\n" not in str(caught.value) and len(str(caught.value)) <= 2000

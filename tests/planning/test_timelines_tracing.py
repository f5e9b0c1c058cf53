"""A conformed timeline: what is to be made of it, and cuts of its film led back to the media that it cuts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import NTSC, STEREO, master

from variantgen.errors import UserError
from variantgen.model import Colour, ConformClip, Master, Still
from variantgen.timelines import PlacementKey, TimelineClip, TimelineEdit, TimelineMedia, clip_of, gap_of
from variantgen.timelines.conforming import conform_of, needs_conforming
from variantgen.timelines.tracing import traced

PAL = Fraction(25)
A, B = (
    TimelineMedia(Path(f"{name}.mov"), (f"{name}.mov",), PAL, 1000, first, 1920, 1080)
    for name, first in (("a", 7), ("b", 0))
)
FILM = TimelineMedia(Path("store.mov"), ("store.mov",), PAL, 100)
CONFORMED = TimelineEdit(
    "cut", PAL,
    (
        clip_of(A, 100, 130, PAL, name="first", note="grade it"),
        gap_of(10, PAL, name="title to come"),
        TimelineClip(B, 200, 240, PAL, 20, "fast", Fraction(2)),
        clip_of(A, 500, 540, PAL),
    ),
)  # fmt: skip


def rows(edit: TimelineEdit) -> list[tuple[str, int, int, int, Fraction]]:
    """Media, start, end, length and speed of each clip."""
    return [
        (clip.media.stem if clip.media else "-", clip.start_frame, clip.end_frame, clip.frames, clip.speed)
        for clip in edit.clips
    ]


def test_a_cut_is_split_where_the_timeline_cuts() -> None:
    """A clip over all of the film becomes the timeline's clips, gaps and speeds; cards stay gaps."""
    edit = TimelineEdit("x", PAL, (clip_of(FILM, 20, 70, PAL, note="the hook"), gap_of(5, PAL, name="end card")))
    made = traced(edit, CONFORMED)
    assert rows(made) == [
        ("a", 120, 130, 10, 1),
        ("-", 0, 10, 10, 1),
        ("b", 200, 240, 20, 2),
        ("a", 500, 510, 10, 1),
        ("-", 0, 5, 5, 1),
    ]
    assert [clip.name for clip in made.clips] == ["first", "title to come", "fast", "a", "end card"]
    assert [clip.note for clip in made.clips] == ["the hook; grade it", "", "the hook", "the hook", ""]
    assert made.clips[0].source == A and made.frames == edit.frames


def test_speeds_multiply() -> None:
    """A variant at 110 % of a film in which a clip plays at 200 % plays its media at 220 %."""
    clip = TimelineClip(FILM, 40, 62, PAL, 20, "x", Fraction(11, 10))
    made = traced(TimelineEdit("x", PAL, (clip,)), CONFORMED)
    # frame 18 shows the film's frame 59.8, which is the fast clip's; frame 19 shows 60.9
    assert rows(made) == [("b", 200, 242, 19, Fraction(11, 5)), ("a", 500, 501, 1, Fraction(11, 10))]


spans = st.lists(st.tuples(st.integers(0, 98), st.integers(1, 60)), min_size=1, max_size=6)


@given(spans, st.sampled_from([PAL, Fraction(50), Fraction(25, 2), NTSC]))
def test_every_frame_leads_to_the_media_frame_that_the_film_shows(cuts: list[tuple[int, int]], rate: Fraction) -> None:
    """Frame by frame the export shows the media that the film shows at that time, to the frame where rates agree."""
    seconds = 100 / PAL
    clips = []
    for first, length in cuts:
        start = floor(first / PAL * rate)
        length = min(length, floor(seconds * rate) - start)
        if length > 0:
            clips.append(clip_of(FILM, start, start + length, rate))
    made = traced(TimelineEdit("x", rate, tuple(clips)), CONFORMED)
    assert made.frames == sum(clip.frames for clip in clips)
    shown = [frame for clip in made.clips for frame in _frames(clip, rate)]
    wanted = [
        frame for clip in clips for k in range(clip.frames) for frame in [_conformed_at((clip.start_frame + k) / rate)]
    ]
    for ours, theirs in zip(shown, wanted, strict=True):
        assert ours[0] == theirs[0]
        # where rates differ a clip begins on a whole frame of its media, so it may be up to one behind
        assert theirs[1] - ours[1] in ((0,) if rate == PAL else (0, 1))


def _frames(clip: TimelineClip, rate: Fraction) -> list[tuple[Path | None, int]]:
    if clip.is_gap:
        return [(None, 0)] * clip.frames
    assert clip.source is not None
    return [(clip.media, floor((clip.source_start_seconds + k * clip.speed / rate) * PAL)) for k in range(clip.frames)]


def _conformed_at(seconds: Fraction) -> tuple[Path | None, int]:
    """What the film shows at a time: the media and its frame."""
    for clip, start in zip(CONFORMED.clips, CONFORMED.starts, strict=True):
        into = seconds - start / PAL
        if 0 <= into < clip.frames / PAL:
            return (
                (None, 0) if clip.is_gap else (clip.media, floor((clip.source_start_seconds + into * clip.speed) * PAL))
            )
    raise AssertionError("beyond the film")


# ---------------------------------------------------------------- what is to be made


def film(name: str, **changes: object) -> Master:
    """A film of a timeline."""
    return master(path=Path(name), name=name, **changes)


def edit_of(*names: str, **values: int) -> TimelineEdit:
    """Ten frames of each film."""
    clips = tuple(clip_of(TimelineMedia(Path(name)), 0, 10, PAL) for name in names)
    return TimelineEdit("cut", PAL, clips, **values)  # type: ignore[arg-type]


def test_the_canvas_is_the_timelines_or_the_largest_films() -> None:
    """A timeline that says no size takes the largest film's, made even; a still decides only where it is alone."""
    films = {Path("a"): film("a", width=1280, height=720), Path("b"): film("b", width=721, height=1281)}
    made = conform_of(edit_of("a", "b"), films)
    assert (made.picture.width, made.picture.height) == (720, 1280)
    made = conform_of(edit_of("a", "b", width=1920, height=1080), films)
    assert (made.picture.width, made.picture.height) == (1920, 1080)
    still = Still(Path("c"), "c" * 32, 6000, 4000)
    made = conform_of(edit_of("a", "c"), {**films, Path("c"): still})
    assert (made.picture.width, made.picture.height) == (1280, 720)
    assert conform_of(edit_of("c"), {Path("c"): still}).picture.width == 6000


@pytest.mark.parametrize(
    ("formats", "wanted"),
    [
        ([("yuv420p", 8)], "yuv420p"),
        ([("yuvj420p", 8), ("nv12", 8)], "yuv420p"),
        ([("yuv420p", 8), ("yuv422p10le", 10)], "yuv422p10le"),
        ([("yuv420p10le", 10), ("yuv422p", 8)], "yuv422p10le"),
        ([("gbrp", 8), ("yuv420p", 8)], "yuv444p"),
        ([("yuv444p12le", 12)], "yuv444p10le"),
        ([("gray", 8)], "yuv420p"),
    ],
)
def test_no_film_loses_colour_or_depth(formats: list[tuple[str, int]], wanted: str) -> None:
    """The pixel format is that of all films, else the one that holds them all, up to 10 bits."""
    films = {Path(str(n)): film(str(n), pixel_format=name, bit_depth=bits) for n, (name, bits) in enumerate(formats)}
    assert conform_of(edit_of(*map(str, films)), films).picture.pixel_format == wanted


def test_colours_stay_where_all_agree() -> None:
    """One colour space is kept, several become bt709; HDR stays HDR only among its like, else a note says so."""
    sd, pq = Colour("smpte170m", "smpte170m", "smpte170m"), Colour("bt2020nc", "bt2020", "smpte2084")
    films = {
        Path("sd"): film("sd", colour=sd),
        Path("full"): film("full", colour=Colour("smpte170m", "smpte170m", "smpte170m", "pc")),
        Path("hd"): film("hd"),
        Path("pq"): film("pq", colour=pq, dynamic_range="pq", bit_depth=10),
        Path("hlg"): film("hlg", colour=Colour("bt2020nc", "bt2020", "arib-std-b67"), dynamic_range="hlg"),
    }
    assert conform_of(edit_of("sd", "full"), films).picture.colour == sd
    assert conform_of(edit_of("sd", "hd"), films).picture.colour == Colour()
    hdr = conform_of(edit_of("pq", "pq"), films)
    assert (hdr.picture.dynamic_range, hdr.picture.colour, hdr.notes) == ("pq", pq, ())
    for others in (("pq", "hd"), ("pq", "hlg")):
        mixed = conform_of(edit_of(*others), films)
        assert (mixed.picture.dynamic_range, mixed.picture.colour) == ("sdr", Colour())
        assert len(mixed.notes) == 1 and "SDR" in mixed.notes[0]


def test_what_no_film_has_is_refused() -> None:
    """A canvas of one pixel and 1000 frames a second each get a sentence that names the timeline."""
    with pytest.raises(UserError, match='"cut" has a picture of 1x1'):
        conform_of(edit_of("a", width=1, height=1), {Path("a"): film("a")})
    fast = TimelineEdit("cut", Fraction(1000), edit_of("a").clips)
    with pytest.raises(UserError, match='"cut" runs at 1000 frames a second'):
        conform_of(fast, {Path("a"): film("a")})


def test_only_spans_of_one_film_stay_as_they_are() -> None:
    """Gaps, speeds and a second film need a film of their own; a still does, because it is none."""
    plain = TimelineEdit("x", PAL, (clip_of(A, 5, 9, PAL), clip_of(A, 0, 2, PAL)))
    assert not needs_conforming(plain)
    assert needs_conforming(CONFORMED)
    for other in (gap_of(3, PAL), clip_of(B, 0, 2, PAL), TimelineClip(A, 0, 4, PAL, 2, "", Fraction(2))):
        assert needs_conforming(TimelineEdit("x", PAL, (*plain.clips, other)))
    picture = TimelineMedia(Path("poster.JPG"))
    assert needs_conforming(TimelineEdit("x", PAL, (clip_of(picture, 0, 9, PAL),)))


def test_a_clip_knows_which_frames_it_needs() -> None:
    """Ten frames at 25 of a film at 30 need its frames 60 to 70; at twice the speed 60 to 81; crazy speeds are mute."""
    thirty = film("a", audio=STEREO)
    assert ConformClip(thirty, 10, Fraction(60)).span(PAL) == (60, 71)
    assert ConformClip(thirty, 10, Fraction(60), Fraction(2)).span(PAL) == (60, 82)
    assert ConformClip(thirty, 10, Fraction(121, 2), Fraction(5, 6)).span(PAL) == (60, 70)
    heard = [
        ConformClip(thirty, 10, Fraction(0), Fraction(speed)).is_heard for speed in ("1/20", "1/16", "1", "16", "17")
    ]
    assert heard == [False, True, True, True, False]


def test_framing_is_led_back_to_each_media() -> None:
    """A window that moves over the film moves over what stands in it: each clip has its part, in its media's pixels."""
    small = replace(B, width=960, height=540)
    two = replace(CONFORMED, clips=(clip_of(A, 100, 130, PAL), clip_of(small, 200, 240, PAL)))
    film = replace(FILM, width=1920, height=1080)
    keys = (PlacementKey(0, 1.5, 400.0, 540.0), PlacementKey(60, 1.5, 1000.0, 540.0))
    edit = TimelineEdit("x", PAL, (replace(clip_of(film, 0, 61, PAL), placement=keys),), width=1080, height=1920)
    first, second = traced(edit, two).clips
    assert first.placement == (PlacementKey(0, 1.5, 400.0, 540.0), PlacementKey(29, 1.5, 690.0, 540.0))
    assert second.placement == (PlacementKey(0, 3.0, 350.0, 270.0), PlacementKey(30, 3.0, 500.0, 270.0))

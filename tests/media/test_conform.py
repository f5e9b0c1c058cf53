"""A timeline of several films as a master: every frame and every sound in its place, each clip made once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import floor
from pathlib import Path

import av
import masters
import numpy as np
import pytest
import readings
from masters import NTSC, SAMPLE_RATE
from renders import SOUND, Studio

from variantgen import conforming
from variantgen.conforming import ConformBench, Conformed, conformed
from variantgen.errors import UserError
from variantgen.events import Event, Note, Progress
from variantgen.media.ffmpeg import Children, find_ffmpeg
from variantgen.media.probe import probe
from variantgen.store import Store
from variantgen.timeline_masters import opened_master
from variantgen.timelines import (
    TimelineClip,
    TimelineEdit,
    TimelineMarker,
    TimelineMedia,
    clip_of,
    gap_of,
    media_facts,
    parse_timeline,
    read_timeline,
    write_timeline,
)

pytestmark = pytest.mark.media

PAL = Fraction(25)
FOOTAGE = Path(__file__).resolve().parents[3] / "shared" / "footage" / "timelines"
EARLY = 0.02
"""A film's frame may come this share of a timeline's frame early."""


class Workshop:
    """Makes films of edits with one FFmpeg and one store, and remembers what it told and which clips it made."""

    def __init__(self, folder: Path, ffmpeg: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.store, self.tool = folder, Store(folder / "store"), find_ffmpeg(str(ffmpeg))
        self.told: list[Event] = []
        self.made: list[object] = []
        command = conforming.clip_command
        monkeypatch.setattr(
            conforming,
            "clip_command",
            lambda picture, clip, file: self.made.append(clip) or command(picture, clip, file),
        )

    def conform(self, edit: TimelineEdit, file: str = "cut.otio") -> Conformed:
        """The film of an edit."""
        with self.store.working_folder() as folder:
            bench = ConformBench(self.tool, self.store, folder, Children(), self.told.append, probe, jobs=2)
            return conformed(bench, edit, file)


@pytest.fixture
def workshop(tmp_path: Path, bundled: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """A workshop with the FFmpeg that is installed with variantgen."""
    return Workshop(tmp_path, bundled, monkeypatch)


@pytest.fixture
def either_workshop(tmp_path: Path, ffmpeg: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """A workshop with each FFmpeg in turn."""
    return Workshop(tmp_path, ffmpeg, monkeypatch)


def media(path: Path) -> TimelineMedia:
    """A film as a timeline's reader would know it."""
    facts = media_facts(path)
    assert facts is not None and facts.frame_rate is not None
    return TimelineMedia(
        path, (path.name,), facts.frame_rate, facts.frames, 0, facts.width, facts.height, facts.has_sound
    )


@pytest.fixture(scope="module")
def films(shelf: Path) -> dict[str, TimelineMedia]:
    """Numbered films: 25 frames a second with a tone, 30 with another one in another shape, 25 without sound."""
    low, high = masters.tone(4, 410), masters.tone(5, 1210)
    made = {
        "low": masters.stamped(shelf, 100, PAL, sound=low, name="low"),
        "high": masters.stamped(shelf, 150, Fraction(30), size=(120, 120), sound=high, name="high"),
        "mute": masters.stamped(shelf, 80, PAL, name="mute"),
    }
    return {name: media(path) for name, path in made.items()}


def edit_of(films: dict[str, TimelineMedia], rate: Fraction) -> TimelineEdit:
    """All there is: two films that cut into each other, a gap, a film without sound, twice and half the speed."""
    low, high, mute = films["low"], films["high"], films["mute"]
    clips = (
        clip_of(low, 10, 30, PAL),
        TimelineClip(high, 30, 60, Fraction(30), 25),
        gap_of(12, rate),
        clip_of(mute, 5, 15, PAL),
        TimelineClip(low, 40, 80, PAL, 20, "fast", Fraction(2)),
        TimelineClip(high, 100, 120, Fraction(30), 30, "slow", Fraction(1, 2)),
    )
    return TimelineEdit("cut", rate, clips, width=160, height=90)


def shown(edit: TimelineEdit) -> Iterator[set[int]]:
    """For every frame of an edit the numbers that it may show; none in a gap."""
    for clip in edit.clips:
        for k in range(clip.frames):
            if clip.source is None:
                yield set()
                continue
            own = clip.source.frame_rate
            assert own is not None
            at = (clip.source_start_seconds + k * clip.speed / edit.rate) * own
            yield {floor(at), floor(at + Fraction(EARLY) * clip.speed * own / edit.rate)}


# ---------------------------------------------------------------- picture


@pytest.mark.parametrize("rate", [PAL, NTSC], ids=["25", "29.97"])
def test_every_frame_is_the_right_one_of_the_right_film(
    films: dict[str, TimelineMedia], either_workshop: Workshop, rate: Fraction
) -> None:
    """Frame k shows what its film shows at the time of frame k: at its own rate, another, twice, half the speed."""
    edit = edit_of(films, rate)
    made = either_workshop.conform(edit)
    film = probe(made.path)
    assert (film.width, film.height, film.frame_rate, film.frames) == (160, 90, rate, edit.frames)
    seen = list(readings.pictures(made.path, either_workshop.tool.path))
    assert len(seen) == edit.frames
    for number, (planes, allowed) in enumerate(zip(seen, shown(edit), strict=True)):
        if allowed:
            assert masters.read_stamp(planes[0]) in allowed, number
        else:
            assert [(plane.min(), plane.max()) for plane in planes] == [(16, 16), (128, 128), (128, 128)], number
    assert readings.shown_at(made.path) == [n / rate for n in range(edit.frames)]


def test_twice_the_speed_shows_every_other_frame(films: dict[str, TimelineMedia], workshop: Workshop) -> None:
    """A clip at 200 % skips one frame of two, one at 50 % shows each twice."""
    fast = TimelineClip(films["low"], 40, 80, PAL, 20, "fast", Fraction(2))
    slow = TimelineClip(films["low"], 7, 17, PAL, 20, "slow", Fraction(1, 2))
    made = workshop.conform(TimelineEdit("cut", PAL, (fast, slow)))
    numbers = readings.numbers(made.path, workshop.tool.path)
    assert numbers == [*range(40, 80, 2), *(number for n in range(7, 17) for number in (n, n))]


def test_a_film_that_fits_keeps_its_samples(films: dict[str, TimelineMedia], workshop: Workshop) -> None:
    """Of a film in the timeline's size and rate not one sample changes; a letterboxed one stands between black bars."""
    low, high = films["low"], films["high"]
    clips = (clip_of(low, 20, 40, PAL), TimelineClip(high, 0, 6, Fraction(30), 5))
    made = workshop.conform(TimelineEdit("cut", PAL, clips, width=160, height=90))
    _, hashes = readings.numbers_and_hashes(made.path, workshop.tool.path)
    _, originals = readings.numbers_and_hashes(low.path, workshop.tool.path)
    assert hashes[:20] == originals[20:40]
    luma = list(readings.pictures(made.path, workshop.tool.path))[-1][0]
    assert (luma[:, :34] == 16).all() and (luma[:, 126:] == 16).all() and (luma[:, 36:124] > 25).all()


def test_colours_of_all_films_agree(shelf: Path, workshop: Workshop) -> None:
    """An SD film, an HD one, a full-range 4:4:4 one and a PNG show one red, once they stand in one timeline."""
    from PIL import Image

    red = np.full((90, 160, 3), masters.BRAND, np.uint8)
    sd = masters.tags("smpte170m", "smpte170m", "smpte170m")
    full = masters.tags("bt709", "bt709", "bt709", "pc")
    paths = [
        masters.still(shelf, "red-sd", red, matrix="bt601", tagged=sd),
        masters.still(shelf, "red-hd", red),
        masters.still(shelf, "red-full", red, is_full=True, is_444=True, tagged=full),
    ]
    Image.fromarray(red).save(shelf / "red.png")
    clips = [clip_of(media(path), 0, 5, PAL) for path in paths]
    clips.append(TimelineClip(TimelineMedia(shelf / "red.png", ("red.png",)), 0, 5, PAL, 5))
    made = workshop.conform(TimelineEdit("cut", PAL, tuple(clips)))
    film = probe(made.path)
    assert (film.pixel_format, film.colour.matrix, film.colour.range, film.frames) == ("yuv444p", "bt709", "tv", 20)
    for number, planes in enumerate(readings.pictures(made.path, workshop.tool.path)):
        assert np.abs(readings.rgb(planes)[30:60, 50:110] - masters.BRAND).max() <= 4, number


def test_hdr_among_sdr_is_brought_to_sdr_and_told(shelf: Path, workshop: Workshop) -> None:
    """A PQ film in an SDR timeline is tone-mapped: 100 nit come out near the curve's 151 of 255, and a note says so."""
    patches = masters.grey_patches(shelf, "pq-conform", [masters.pq_code(100)] * 5, "smpte2084")
    clips = (clip_of(media(patches), 0, 5, PAL), clip_of(media(masters.stamped(shelf, 50, PAL)), 0, 5, PAL))
    made = workshop.conform(TimelineEdit("cut", PAL, clips))
    film = probe(made.path)
    assert (film.dynamic_range, film.colour.transfer) == ("sdr", "bt709")
    assert any("brought to SDR" in event.text for event in workshop.told if isinstance(event, Note))
    luma = next(readings.pictures(made.path, workshop.tool.path))[0]
    assert abs(float(luma[40:50, 70:90].mean()) - 151) < 3
    alone = probe(workshop.conform(TimelineEdit("cut", PAL, (clips[0], gap_of(3, PAL)))).path)
    assert (alone.dynamic_range, alone.pixel_format) == ("pq", "yuv420p10le")


# ---------------------------------------------------------------- sound


def hertz(sound: np.ndarray) -> float:
    """The strongest frequency of a stretch."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), SAMPLE_RATE))
    return float(spectrum.argmax())


def test_each_sound_is_at_its_place(films: dict[str, TimelineMedia], either_workshop: Workshop) -> None:
    """Every frame is heard with its film's tone at its own pitch; gaps and mute films are digital silence."""
    edit = edit_of(films, PAL)
    made = either_workshop.conform(edit)
    sound = readings.samples(made.path, either_workshop.tool.path)[:, 0]
    frame = SAMPLE_RATE // 25
    assert len(sound) == edit.frames * frame
    wanted = [410, 1210, 0, 0, 410, 1210]
    for clip, start, tone in zip(edit.clips, edit.starts, wanted, strict=True):
        for k in range(clip.frames):
            heard = sound[(start + k) * frame : (start + k + 1) * frame]
            if not tone:
                assert not heard.any(), (clip.name, k)
            elif 0 < k < clip.frames - 1:
                assert abs(hertz(heard) - tone) < 40 and np.abs(heard).max() > 0.05, (clip.name, k)


def test_a_click_stays_with_its_frame(shelf: Path, workshop: Workshop) -> None:
    """What is heard on a frame is heard on it to the sample; at another speed within half a frame."""
    path = masters.stamped(shelf, 100, PAL, sound=masters.clicks(4, [48_000, 96_000, 144_000]), name="clicks")
    film = media(path)
    clips = (
        clip_of(film, 20, 30, PAL),
        gap_of(7, PAL),
        clip_of(film, 45, 60, PAL),
        TimelineClip(film, 65, 85, PAL, 10, "", Fraction(2)),
    )
    made = workshop.conform(TimelineEdit("cut", PAL, clips))
    sound = readings.samples(made.path, workshop.tool.path)
    first, second, fast = readings.click_positions(sound, 3)
    frame = SAMPLE_RATE // 25
    assert abs(first - 5 * frame) <= 1 and abs(second - (17 + 5) * frame) <= 1
    assert abs(fast - (17 + 15 + 5) * frame) <= frame / 2


def test_no_cut_clicks(films: dict[str, TimelineMedia], workshop: Workshop) -> None:
    """No step between samples at a cut is larger than the loudest tone's own; what goes on in its film is untouched."""
    low, high = films["low"], films["high"]
    clips = (
        clip_of(low, 3, 14, PAL),
        clip_of(low, 14, 20, PAL),
        clip_of(low, 37, 50, PAL),
        gap_of(3, PAL),
        TimelineClip(high, 7, 19, Fraction(30), 10),
        clip_of(low, 71, 90, PAL),
    )
    made = workshop.conform(TimelineEdit("cut", PAL, clips))
    sound = readings.samples(made.path, workshop.tool.path)[:, 0]
    own = readings.samples(low.path, workshop.tool.path)[:, 0]
    largest = 0.2 * 2 * np.pi * 1210 / SAMPLE_RATE
    assert np.abs(np.diff(sound)).max() < 1.05 * largest
    frame = SAMPLE_RATE // 25
    # a mono film's sound is 3 dB lower in each of two channels
    assert np.allclose(sound[8 * frame : 14 * frame], own[11 * frame : 17 * frame] * np.sqrt(0.5), atol=1e-4)


def test_films_without_sound_make_one_without(films: dict[str, TimelineMedia], workshop: Workshop) -> None:
    """Where nothing can be heard there is no sound track."""
    made = workshop.conform(TimelineEdit("cut", PAL, (clip_of(films["mute"], 0, 5, PAL), gap_of(5, PAL))))
    assert probe(made.path).audio is None


# ---------------------------------------------------------------- made once


def test_a_changed_clip_is_the_only_one_made_again(films: dict[str, TimelineMedia], workshop: Workshop) -> None:
    """A second run makes nothing; another out point makes one clip; the same clip twice is made once."""
    edit = edit_of(films, PAL)
    first = workshop.conform(edit)
    assert len(workshop.made) == len(edit.clips)
    assert workshop.conform(edit) == first and len(workshop.made) == len(edit.clips)
    changed = replace(edit, clips=(*edit.clips[:3], clip_of(films["mute"], 5, 14, PAL), *edit.clips[4:], edit.clips[0]))
    second = workshop.conform(changed)
    assert second.key != first.key and len(workshop.made) == len(edit.clips) + 1
    assert len(list(readings.pictures(second.path, workshop.tool.path))) == edit.frames - 1 + 20
    first.path.unlink()
    workshop.conform(edit)
    assert len(workshop.made) == len(edit.clips) + 1  # the clips of the first cut are all still there


def test_a_damaged_clip_in_the_store_is_made_again(films: dict[str, TimelineMedia], workshop: Workshop) -> None:
    """Files that a bad disk has left under a clip's name are found when they are joined."""
    edit = edit_of(films, PAL)
    made = workshop.conform(edit)
    whole = made.path.read_bytes()
    made.path.unlink()
    for path in (workshop.store.root / "clips").glob("*/*.mov"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    again = workshop.conform(edit)
    assert again == made
    numbers = readings.numbers(again.path, workshop.tool.path)
    again.path.write_bytes(whole)
    assert numbers == readings.numbers(again.path, workshop.tool.path)


def test_progress_is_told(films: dict[str, TimelineMedia], workshop: Workshop) -> None:
    """A sentence says what is being made of what, and shares of 0 to 1 follow."""
    workshop.conform(edit_of(films, PAL))
    words = [event.text for event in workshop.told if isinstance(event, Note)]
    assert words[0] == (
        "cut.otio: 5 clips of 3 files and 1 gap (2 at another speed) become one film of 160x90 at 25 frames a second"
    )
    shares = [event.share for event in workshop.told if isinstance(event, Progress)]
    assert shares and all(0 <= share <= 1 for share in shares)


# ---------------------------------------------------------------- through the whole tool


def test_a_timeline_of_several_films_is_a_master(
    films: dict[str, TimelineMedia], either_studio: Studio, nobody_in_sight: None
) -> None:
    """Frames, name, captions beside it and markers are the timeline's; the export cuts the original films."""
    clips = [clip for clip in edit_of(films, PAL).clips if clip.source is not films["high"]]  # bars would be cut off
    edit = TimelineEdit("cut", PAL, tuple(clips), (TimelineMarker(22, "drop", 8),), width=160, height=90)
    folder = either_studio.folder / "in"
    folder.mkdir()
    write_timeline(edit, "fcpxml", folder / "my cut.fcpxml")
    (folder / "my cut.srt").write_text("1\n00:00:00,200 --> 00:00:01,000\nHello\n", "utf-8")
    placement = either_studio.placement(video__quality=10, **{"captions.mode": "sidecar"}, **SOUND)
    made = either_studio.render(folder / "my cut.fcpxml", placement, timelines=("fcpxml",))
    assert made.file.name.startswith("my-cut_") and made.result.master == "my cut.fcpxml"
    assert [path.suffix for path in made.out.iterdir() if path.stem == made.file.stem and path.suffix == ".srt"]
    numbers = readings.numbers(made.file, either_studio.ffmpeg)
    for number, (seen, allowed) in enumerate(zip(numbers, shown(edit), strict=True)):
        assert not allowed or seen in allowed, number
    back = read_timeline(made.file.with_suffix(".fcpxml"))
    assert [(clip.media, clip.frames, clip.speed) for clip in back.clips] == [
        (clip.media, clip.frames, clip.speed) for clip in edit.clips
    ]
    assert [clip.source_start_seconds for clip in back.clips] == [clip.source_start_seconds for clip in edit.clips]


def test_markers_in_gaps_count(films: dict[str, TimelineMedia], workshop: Workshop) -> None:
    """A conformed timeline's markers are marks in its own seconds, wherever they lie."""
    edit = replace(edit_of(films, PAL), markers=(TimelineMarker(50, "keep", 5), TimelineMarker(90, "cta")))
    write_timeline(edit, "fcpxml", workshop.folder / "cut.fcpxml")
    opened = opened_master(workshop.folder / "cut.fcpxml", (), workshop.told.append, workshop.conform)
    assert [(mark.kind, mark.start_seconds, mark.end_seconds) for mark in opened.marks] == [
        ("keep", 2.0, 2.2),
        ("cta", 3.6, None),
    ]
    assert opened.spans == () and opened.edit is not None


def test_one_film_at_its_own_speed_is_read_as_it_is(films: dict[str, TimelineMedia], workshop: Workshop) -> None:
    """A cut of one film is not encoded; a gap in it makes a film of it."""
    low = films["low"]
    plain = TimelineEdit("x", PAL, (clip_of(low, 50, 60, PAL), clip_of(low, 0, 10, PAL)))
    write_timeline(plain, "fcpxml", workshop.folder / "plain.fcpxml")
    opened = opened_master(workshop.folder / "plain.fcpxml", (), workshop.told.append, workshop.conform)
    assert (opened.path, opened.spans, opened.edit) == (low.path, ((2.0, 2.4), (0.0, 0.4)), None)
    assert workshop.made == []
    with_gap = replace(plain, clips=(plain.clips[0], gap_of(5, PAL), plain.clips[1]))
    write_timeline(with_gap, "fcpxml", workshop.folder / "gap.fcpxml")
    opened = opened_master(workshop.folder / "gap.fcpxml", (), workshop.told.append, workshop.conform)
    assert opened.edit is not None and readings.numbers(opened.path, workshop.tool.path)[15:] == list(range(10))


def test_a_canvas_that_no_film_has_is_refused(films: dict[str, TimelineMedia], workshop: Workshop) -> None:
    """A timeline that says it is 60000 pixels wide gets one sentence, and nothing is made."""
    edit = replace(edit_of(films, PAL), width=60_000, height=90)
    with pytest.raises(UserError, match="60000x90; sides of 16 to 8192 pixels"):
        workshop.conform(edit)
    assert workshop.made == []


# ---------------------------------------------------------------- real timelines


def stand_ins(timeline: Path, rate: Fraction | None, folder: Path) -> TimelineEdit:
    """Small films under the names that a timeline asks for, as long as it needs; the edit as it is written."""
    edit = parse_timeline(timeline, rate=rate)
    for number, source in enumerate(dict.fromkeys(clip.source for clip in edit.clips if clip.source)):
        # a sequence of EXR pictures is there as a film under the clip's name
        name = next(name for name in source.names if not name.endswith(".exr")).rsplit("/", 1)[-1]
        used = [clip for clip in edit.clips if clip.source == source]
        own, start = source.frame_rate or edit.rate, source.first_frame
        is_timed = start is None and min(clip.start_frame for clip in used) > 80_000
        base = floor(3600 * own) if is_timed else 0
        if is_timed and min(clip.start_frame for clip in used) < base:
            base -= floor(60 * own)
        frames = max(floor(clip.end_frame / clip.rate * own) - base for clip in used) + 2
        words = ["-f", "lavfi", "-i", f"testsrc2=s={48 + 16 * (number % 2)}x36:r={own}"]
        path = folder / (name if name.lower().endswith(".mov") else f"{name}.mov")
        timecode = [] if not is_timed else ["-timecode", "01:00:00:00" if base == floor(3600 * own) else "00:59:00:00"]
        made(path, *words, "-frames:v", str(frames), "-preset", "ultrafast", "-pix_fmt", "yuv420p", *timecode)
    return edit


def made(path: Path, *words: str) -> None:
    """A film by FFmpeg's own words."""
    import subprocess

    subprocess.run([find_ffmpeg().path, "-v", "error", "-y", *words, path], check=True)


@pytest.mark.skipif(not FOOTAGE.is_dir(), reason="the shared footage is not beside this checkout")
def test_real_timelines_become_masters_once_their_media_are_there(workshop: Workshop) -> None:
    """With stand-ins under the names they ask for, all timelines of OpenTimelineIO's tests become films."""
    pytest.importorskip("opentimelineio")
    paths = sorted(path for path in FOOTAGE.iterdir() if path.is_file())
    assert len(paths) >= 12

    def small(edit: TimelineEdit, file: str) -> Conformed:
        return workshop.conform(replace(edit, width=0, height=0), file)

    for path in paths:
        folder = workshop.folder / path.stem
        folder.mkdir(exist_ok=True)
        rate = Fraction(25 if path.name == "25fps.edl" else 24) if path.suffix == ".edl" else None
        edit = stand_ins(path, rate, folder)
        opened = opened_master(path, (folder,), workshop.told.append, small)
        if opened.edit is None:
            assert len(opened.spans) == len(edit.clips), path.name
            continue
        with av.open(str(opened.path)) as file:
            held = sum(1 for packet in file.demux(video=0) if packet.size)
            assert (held, file.streams.video[0].average_rate) == (edit.frames, edit.rate), path.name


@pytest.mark.skipif(not FOOTAGE.is_dir(), reason="the shared footage is not beside this checkout")
def test_real_timelines_without_media_get_one_line(studio: Studio) -> None:
    """Through the planner each of them ends in one sentence that names the timeline and what is missing."""
    pytest.importorskip("opentimelineio")
    for path in sorted(path for path in FOOTAGE.iterdir() if path.is_file()):
        with pytest.raises(UserError) as caught:
            studio.render(path)
        assert path.name in str(caught.value) and "\n" not in str(caught.value)
        wanted = {"simple_cut.otio": ("titles.mov", "wind-up.mov", "punchline.mov", "credits.mov")}
        assert all(name in str(caught.value) for name in wanted.get(path.name, ()))

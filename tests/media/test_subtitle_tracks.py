"""Text subtitle tracks of real containers become cues; tracks of pictures are refused with advice."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from captions_made import ASS, SAMPLES

from variantgen.analyze.captions import CaptionsFile, read_captions, read_track
from variantgen.errors import MasterError, UserError
from variantgen.media import subtitle_tracks as tracks
from variantgen.media.subtitle_tracks import subtitle_tracks, text_tracks, track_samples
from variantgen.model import SubtitleTrack

pytestmark = pytest.mark.media

FOOTAGE = Path(__file__).parents[2].parent / "shared" / "footage" / "hard"
SRT = (
    "1\n00:00:01,000 --> 00:00:02,000\nHello <i>there</i>\n\n"
    "2\n00:00:02,500 --> 00:00:03,000\n<i>All of it: é, 你好</i>\n<i>and this</i>\n"
)


@pytest.fixture
def muxed(tmp_path: Path, bundled: Path):
    """`muxed("film.mkv", "webvtt", text, name)`: a film of four seconds with one track made of the captions file."""

    def made(name: str, codec: str, text: str | bytes, captions: str = "in.srt", *words: str) -> Path:
        source, path = tmp_path / captions, tmp_path / name
        source.write_bytes(text.encode() if isinstance(text, str) else text)
        picture = ("-f", "lavfi", "-i", "color=s=64x64:d=4:r=10")
        encoded = ("-c:v", "libvpx" if path.suffix == ".webm" else "libx264", "-c:s", codec)
        language = ("-metadata:s:s:0", "language=fra")
        asked = [bundled, "-v", "error", "-y", *picture, "-i", source, *encoded, *language, *words, path]
        subprocess.run(asked, check=True, timeout=60)
        return path

    return made


def read_only_track(master: Path) -> CaptionsFile:
    """The captions of the only text track of a master."""
    (track,) = text_tracks(master)
    return read_track(master, track)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        *(("film.mp4", "mov_text"), ("film.mov", "mov_text"), ("film.mp4", "ttml"), ("film.mkv", "subrip")),
        *(("film.mkv", "webvtt"), ("film.webm", "webvtt"), ("film.mkv", "ass"), ("film.mkv", "ssa")),
    ],
)
def test_every_kind_of_text_track_gives_the_same_cues(muxed, name: str, codec: str) -> None:
    """Times to a hundredth of a second, text, italics and language come out of each container as they went in."""
    file = read_only_track(muxed(name, codec, SRT))
    first, second = file.cues
    assert (first.start_seconds, first.end_seconds) == pytest.approx((1.0, 2.0), abs=0.011)
    assert (second.start_seconds, second.end_seconds) == pytest.approx((2.5, 3.0), abs=0.011)
    assert (first.text, first.is_italic) == ("Hello there", False)
    assert second.text == "All of it: é, 你好\nand this"
    assert second.is_italic or codec == "ttml"  # FFmpeg writes TTML without italics
    assert file.language == "fr"


def test_a_tracks_times_count_from_the_masters_start(muxed) -> None:
    """Where a container starts late, its captions move with its pictures."""
    master = muxed("late.mkv", "subrip", SRT, "in.srt", "-output_ts_offset", "7")
    assert [cue.start_seconds for cue in read_only_track(master).cues] == pytest.approx([1.0, 2.5], abs=0.011)


@pytest.mark.parametrize("sample", ["film.ass", "film.vtt"])
def test_words_survive_the_container(muxed, tmp_path: Path, sample: str) -> None:
    """Karaoke tags and inline times of a track give the words that the file gives."""
    master = muxed("film.mkv", "copy", SAMPLES[sample], sample)
    wanted = read_captions(tmp_path / sample).cues[0]
    found = read_only_track(master).cues[0]
    assert (
        [word.text for word in found.words] == [word.text for word in wanted.words] == ["Good", "evening,", "everyone."]
    )
    assert [w.start_seconds for w in found.words] == pytest.approx([w.start_seconds for w in wanted.words], abs=0.011)


def test_styles_of_an_ass_track_are_followed(muxed) -> None:
    """A style that is italic in the header makes its lines italic, and drawings stay out."""
    file = read_only_track(muxed("film.mkv", "copy", ASS, "in.ass"))
    assert [(cue.text, cue.is_italic) for cue in file.cues] == [
        ("Good evening, everyone.", False),
        ("lean\nover {here}", True),
    ]
    assert any("drawing" in note for note in file.notes)


@pytest.mark.parametrize(
    ("codec", "called"), [("pgssub", "PGS"), ("dvdsub", "DVD"), ("dvbsub", "DVB"), ("unknown", "unknown")]
)
def test_tracks_that_are_not_text_are_refused_with_advice(muxed, codec: str, called: str) -> None:
    """The sentence names the track, what it is and what to give instead."""
    master = muxed("film.mkv", "subrip", SRT)
    with pytest.raises(UserError, match=f"subtitle track 1 is .*{called}.*--captions"):
        read_track(master, SubtitleTrack(1, 0, codec, "eng", is_text=False))


def test_bounds_and_wrong_tracks_are_user_errors(muxed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A track that is not there, one too large and a file that is no film each give one sentence."""
    master = muxed("film.mkv", "subrip", SRT)
    (track,) = text_tracks(master)
    with pytest.raises(UserError, match="has 1 subtitle track; there is no number 6"):
        track_samples(master, SubtitleTrack(9, 5, "srt"))
    monkeypatch.setattr(tracks, "MAX_SAMPLES", 1)
    with pytest.raises(UserError, match="more than 1 captions"):
        track_samples(master, track)
    text = tmp_path / "film.txt"
    text.write_text("#EXTM3U\nfilm.mkv\n")
    with pytest.raises(MasterError, match="cannot be read as a film"):
        subtitle_tracks(text)


@pytest.mark.skipif(not FOOTAGE.is_dir(), reason="the shared footage is not beside this checkout")
def test_tracks_of_the_hard_films_are_read_or_refused() -> None:
    """Each track of every MKV gives its cues, or one line that says why not."""
    said = {}
    for path in sorted(FOOTAGE.glob("*.mkv")):
        for track in subtitle_tracks(path):
            try:
                said[path.stem, track.position] = read_track(path, track).cues[0].text
            except UserError as error:
                assert "\n" not in str(error) and path.name in str(error)
                said[path.stem, track.position] = "refused"
    assert said == {
        **{("ass-and-fonts-in-mkv", position): "refused" for position in range(3)},  # tracks without a single line
        ("sample_with_ass_subtitles", 0): "This is the first subtitle.",
        ("sample_with_overlapping_srt", 0): (
            "First subtitle - end overlaps second\nThird subtitle - fully encompasses second\n"
            "Second subtitle - beginning overlaps first"
        ),
        ("sample_with_pgs_subtitles", 0): "refused",
        ("sample_with_srt", 0): "This is the first subtitle.",
    }

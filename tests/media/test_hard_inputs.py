"""What an editor may hand over by mistake or by chance: one clear line and the right exit code, or a good film."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import masters
import numpy as np
import pytest
import readings
from renders import SOUND, write_placement

from variantgen.cli import main

pytestmark = pytest.mark.media

Said = tuple[int, str, str]


@pytest.fixture
def rendered(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Said]]:
    """`rendered(master, ...)`: the render command in this process, for one tiny placement: code, stdout, stderr."""
    placement = write_placement(tmp_path / "placements", "tiny", **SOUND, audio__loudness_is_advice=True)
    before = signal.getsignal(signal.SIGTERM)

    def typed(*words: object) -> Said:
        asked = [str(word) for word in ("render", "-p", placement, *words)]
        for option, place in (("-o", "out"), ("--store", "store")):
            asked[1:1] = [] if option in asked else [option, str(tmp_path / place)]
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(asked)
        said = capfd.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    yield typed
    signal.signal(signal.SIGTERM, before)


def is_one_clear_line(err: str, *words: str) -> bool:
    """Whether stderr holds one complaint with those words, without any traceback or FFmpeg dump."""
    lines = [line for line in err.strip().splitlines() if not line.lstrip().startswith("✗")]
    return len(lines) == 1 and "Traceback" not in err and all(word in err for word in words)


def leftovers(folder: Path) -> list[str]:
    """Names in an output folder that are not the run's own report."""
    reports = ("manifest.json", "gallery", "contact-sheet", "summary", "junit")
    return (
        [p.name for p in folder.rglob("*") if p.is_file() and not p.name.startswith(reports)] if folder.exists() else []
    )


def heard(shelf: Path) -> Path:
    """A master of which there is nothing to note."""
    return masters.heard(shelf, "said", masters.speech_like(4))


# ---------------------------------------------------------------- no film at all


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.mp4", b"This is a letter, not a film.\n" * 50),
        ("empty.mp4", b""),
        ("one-byte.mp4", b"x"),
        ("zeros.mp4", bytes(100_000)),
        ("page.mp4", b"<!doctype html><html><body>404</body></html>"),
        ("subtitles.mp4", b"1\n00:00:00,000 --> 00:00:05,000\nHello\n"),
        ("head-only.mp4", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"),
    ],
)
def test_what_is_no_film_gives_one_line_and_no_file(rendered, tmp_path, name, content):
    """Named .mp4 and no film: exit 1, one line that names the file, an empty output folder."""
    (tmp_path / name).write_bytes(content)
    code, _, err = rendered(tmp_path / name)
    assert code == 1
    assert is_one_clear_line(err, name), err
    assert not leftovers(tmp_path / "out")


PLAYLISTS = {
    "concat": "ffconcat version 1.0\nfile neighbour.mp4\n",
    "m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{neighbour}\n#EXT-X-ENDLIST\n",
    "m3u8-net": "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period>'
    '<AdaptationSet><Representation id="v" bandwidth="1"><BaseURL>neighbour.mp4</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", PLAYLISTS)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_playlist_never_reads_its_neighbour(shelf, rendered, tmp_path, kind, suffix):
    """A playlist that calls itself a film is refused: what it names is neither read nor shown."""
    neighbour = tmp_path / "neighbour.mp4"
    shutil.copyfile(masters.stamped(shelf, 40), neighbour)
    before = neighbour.stat().st_atime_ns
    playlist = tmp_path / f"playlist{suffix}"
    playlist.write_text(PLAYLISTS[kind].replace("{neighbour}", f"file://{neighbour}"), "utf-8")
    code, _, err = rendered(playlist)
    assert code == 1 and is_one_clear_line(err, playlist.name), err
    assert neighbour.stat().st_atime_ns == before
    assert not leftovers(tmp_path / "out")


@pytest.mark.parametrize(("name", "words"), [("nothing.mp4", "no such file"), ("folder", "is a folder")])
def test_a_path_that_is_no_file_is_a_wrong_command(rendered, tmp_path, name, words):
    """A missing file and a folder are slips of typing: exit 2 and nothing written."""
    (tmp_path / "folder").mkdir()
    code, _, err = rendered(tmp_path / name)
    assert code == 2 and is_one_clear_line(err, name, words), err
    assert not (tmp_path / "out").exists()


def test_a_slip_of_typing_is_met_with_the_name_that_was_meant(shelf, rendered, tmp_path):
    """`holday.mp4` beside a `holiday.mp4` asks whether that was meant."""
    shutil.copyfile(masters.stamped(shelf, 40), tmp_path / "holiday.mp4")
    code, _, err = rendered(tmp_path / "holday.mp4")
    assert code == 2 and 'Did you mean "holiday.mp4"?' in err


def test_a_film_without_a_picture_says_so(shelf, rendered, tmp_path):
    """Sound alone is no master."""
    sound = masters.remade(masters.heard(shelf, "voice", masters.speech_like(3)), tmp_path / "voice.m4a", "-vn")
    code, _, err = rendered(sound)
    assert code == 1 and is_one_clear_line(err, "sound only"), err


# ---------------------------------------------------------------- damaged films


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "mov"])
def test_a_film_cut_short_is_refused(shelf, rendered, tmp_path, suffix):
    """With its last 40 % missing a film is refused, whether its index says so or not."""
    index_first = ("-movflags", "+faststart") if suffix != "mkv" else ()
    whole = masters.remade(masters.stamped(shelf, 300), tmp_path / f"whole.{suffix}", "-c", "copy", *index_first)
    content = whole.read_bytes()
    (tmp_path / f"short.{suffix}").write_bytes(content[: int(len(content) * 0.6)])
    code, _, err = rendered(tmp_path / f"short.{suffix}")
    assert code == 1 and is_one_clear_line(err, f"short.{suffix}"), err
    assert not leftovers(tmp_path / "out")


def test_a_film_with_its_index_missing_is_refused(shelf, rendered, tmp_path):
    """Without faststart a cut-off end takes the index with it."""
    content = masters.stamped(shelf, 300).read_bytes()
    (tmp_path / "headless.mp4").write_bytes(content[: int(len(content) * 0.6)])
    code, _, err = rendered(tmp_path / "headless.mp4")
    assert code == 1 and is_one_clear_line(err, "headless.mp4"), err


def test_a_film_with_flipped_bytes_never_gives_a_traceback(shelf, rendered, tmp_path):
    """Thirty wrong bytes inside the picture: a verified variant or one line, nothing between."""
    content = bytearray(masters.stamped(shelf, 300).read_bytes())
    for at in np.random.default_rng(2).integers(len(content) // 4, len(content) * 3 // 4, 30):
        content[at] ^= 0xFF
    (tmp_path / "flipped.mp4").write_bytes(content)
    code, _, err = rendered(tmp_path / "flipped.mp4")
    assert code in (0, 1) and "Traceback" not in err
    assert len(leftovers(tmp_path / "out")) == (1 if code == 0 else 0)


def test_one_bad_master_never_stops_the_others(shelf, rendered, tmp_path):
    """The good film is made, the bad one told, exit 1."""
    (tmp_path / "bad.mp4").write_bytes(b"no film")
    good = masters.stamped(shelf, 40)
    code, out, err = rendered(tmp_path / "bad.mp4", good)
    assert code == 1 and "bad.mp4" in err and "1 made, 1 failed" in out
    assert len(leftovers(tmp_path / "out")) == 1


# ---------------------------------------------------------------- places that cannot be written


def test_an_output_that_is_a_file_is_refused(shelf, rendered, tmp_path):
    """`-o` on a file: exit 2, one line, the file untouched."""
    (tmp_path / "taken").write_text("mine")
    code, _, err = rendered(heard(shelf), "-o", tmp_path / "taken")
    assert code == 2 and is_one_clear_line(err, "taken", "cannot be written"), err
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_store_that_is_a_file_is_refused(shelf, rendered, tmp_path):
    """`--store` on a file: exit 2, one line."""
    (tmp_path / "taken").write_text("mine")
    code, _, err = rendered(masters.stamped(shelf, 40), "--store", tmp_path / "taken")
    assert code == 2 and is_one_clear_line(err, "--store", "taken"), err


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="/proc is Linux's: a folder that not even root can write")
def test_an_unwritable_output_is_refused(shelf, rendered):
    """A folder that cannot be made: exit 2, one line."""
    code, _, err = rendered(heard(shelf), "-o", "/proc/variantgen-out")
    assert code == 2 and is_one_clear_line(err, "/proc/variantgen-out"), err


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = (
        shutil.which("mount")
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=300k", "none", disk], capture_output=True
        ).returncode
    )
    if not mounted:
        pytest.skip("a full disk needs a small one to fill: mounting a tmpfs takes root on Linux")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.parametrize("option", ["-o", "--store"])
def test_a_full_disk_gives_one_line_and_no_half_file(shelf, rendered, tmp_path, tiny_disk, option):
    """No space left, for output or store: told in words, exit 1 or 2, nothing half-written under a final name."""
    noise = np.random.default_rng(4)
    frames = (noise.integers(0, 255, (90, 160), np.uint8).tobytes() for _ in range(90))
    master = masters.encode(shelf / "noise.mp4", frames, (160, 90), masters.NTSC)
    code, _, err = rendered(master, option, tiny_disk / "full")
    assert code in (1, 2) and "Traceback" not in err
    assert "space" in err, err
    assert not list(tiny_disk.rglob("*_tiny.mp4")) and not leftovers(tmp_path / "out")
    assert not [p for p in tiny_disk.rglob(".variantgen-*") if p.is_file()]


def test_a_track_of_an_unknown_codec_is_no_obstacle(shelf, rendered, tmp_path):
    """A master with a TTML track, for which PyAV has no decoder, is probed and made like any other."""
    (tmp_path / "words.srt").write_text("1\n00:00:00,200 --> 00:00:01,000\nHi\n", "utf-8")
    film = masters.remade(
        masters.stamped(shelf, 40), tmp_path / "ttml.mp4", "-map", "1:v", "-map", "0:s", "-c:v", "copy", "-c:s", "ttml",
        before=("-i", str(tmp_path / "words.srt")),
    )  # fmt: skip
    code, _, err = rendered(film)
    assert code == 0, err


# ---------------------------------------------------------------- names


NAMES = [
    "two words.mp4", "it's.mp4", 'say "hi".mp4', "a:b.mp4", "100%d %s.mp4", "Größe – 東京 🎬.mp4", "-lead.mp4",
    "new\nline.mp4", "semi;colon,comma[0].mp4", "back\\slash.mp4", "$HOME `id`.mp4", "http:x.mp4", "pipe:1.mp4",
    "e\u0301.mp4", "." + "dots..mp4", "n" * 240 + ".mp4",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_hostile_names_are_only_names(shelf, rendered, tmp_path, name):
    """Whatever a file is called, its captions are burned and its variant is made, inside the output folder."""
    folder = tmp_path / "in"
    folder.mkdir()
    try:
        shutil.copyfile(masters.stamped(shelf, 40), folder / name)
    except OSError:
        pytest.skip("this file system takes no such name")
    placement = write_placement(tmp_path, "words", captions__mode="burn", captions__font_size_px=14)
    (folder / name).with_suffix(".srt").write_text("1\n00:00:00,200 --> 00:00:01,000\nHi\n", "utf-8")
    code, _, err = rendered(folder / name, "-p", placement)
    assert code == 0, err
    made = [p for p in (tmp_path / "out").iterdir() if p.suffix == ".mp4"]
    assert len(made) == 2
    assert not {p.name for p in tmp_path.iterdir()} - {"in", "out", "store", "placements", "words.toml"}


def test_a_leading_dash_can_be_typed(shelf, rendered, tmp_path, monkeypatch):
    """`variantgen render -- -lead.mp4`, from the folder itself."""
    shutil.copyfile(masters.stamped(shelf, 40), tmp_path / "-lead.mp4")
    monkeypatch.chdir(tmp_path)
    code, _, err = rendered("--", "-lead.mp4")
    assert code == 0, err


def test_two_masters_of_one_name_get_two_files(shelf, rendered, tmp_path, bundled):
    """The same name in two folders: two variants, neither over the other."""
    for folder, frames in (("a", 40), ("b", 70)):
        (tmp_path / folder).mkdir()
        shutil.copyfile(masters.stamped(shelf, frames), tmp_path / folder / "film.mp4")
    code, _, err = rendered(tmp_path / "a" / "film.mp4", tmp_path / "b" / "film.mp4")
    assert code == 0, err
    files = sorted((tmp_path / "out").glob("*.mp4"))
    assert sorted(len(readings.numbers(file, bundled)) for file in files) == [40, 70]


# ---------------------------------------------------------------- real recordings

# Beside a checkout of the project, where there is one: recordings that other players have stumbled over.
FOOTAGE = Path(__file__).resolve().parents[3] / "shared" / "footage" / "hard"
# One ends in the middle of its index; the other holds 30 frames within 50 ms.
UNUSABLE = ("large_stbl_truncated_after_moov.m4b", "sample_with_pgs_subtitles.mkv")
RECORDINGS = sorted(path for path in FOOTAGE.iterdir() if path.is_file()) if FOOTAGE.is_dir() else []


@pytest.mark.skipif(not RECORDINGS, reason="no folder of hard recordings beside this checkout (../shared/footage/hard)")
@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.name)
def test_a_hard_recording_is_made_or_refused_in_a_line(rendered, tmp_path, recording):
    """Two verified drafts of the recording, or one line, exit 1 and no output."""
    tall = write_placement(tmp_path, "tall", canvas__width=90, canvas__height=160, canvas__fit="blur", **SOUND)
    code, out, err = rendered("--draft", "-p", tall, "--set", "audio.loudness_is_advice=true", recording)
    assert "Traceback" not in err
    assert code == (1 if recording.name in UNUSABLE else 0), err
    if code == 0:
        assert "2 made" in out and len(list((tmp_path / "out").glob("*.mp4"))) == 2
    else:
        assert is_one_clear_line(err, recording.name), err
        assert not leftovers(tmp_path / "out")

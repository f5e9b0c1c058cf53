"""A placement's limits: megabytes, seconds, and the containers that are not MP4."""

from __future__ import annotations

from fractions import Fraction

import av
import masters
import numpy as np
import pytest
import readings
from masters import SAMPLE_RATE
from PIL import Image
from renders import SOUND

pytestmark = [pytest.mark.media, pytest.mark.usefixtures("nobody_in_sight")]

SMALL = (("canvas.width", "128"), ("canvas.height", "72"))


def busy(folder, seconds: int = 8):
    """A film that no encoder makes small: new noise in every frame."""
    rng = np.random.default_rng(1)
    frames = (rng.integers(0, 255, (90, 160), np.uint8).tobytes() for _ in range(seconds * 15))
    return masters.encode(folder / f"busy{seconds}.mp4", frames, (160, 90), Fraction(15))


def spoken(folder):
    """Twelve numbered seconds with two pauses, at 4.6 s and at 8.2 s."""
    sound = masters.speech_like(12, pauses=[(4.6, 5.2), (8.2, 9.0)])
    return masters.stamped(folder, 180, Fraction(15), size=(64, 36), sound=sound, name="spoken")


# ---------------------------------------------------------------- megabytes


@pytest.mark.parametrize("codec", ["h264", "h265", "av1"])
def test_a_file_too_large_is_encoded_again_to_fit(shelf, studio, codec):
    """Over its limit at constant quality, a variant is made again a little below it: whole, and not far below."""
    speeds = {"h264": "superfast", "h265": "ultrafast", "av1": "12"}
    values = {"video__codec": codec, "video__speed": speeds[codec], "video__quality": 20, "video__keyframe_seconds": 4}
    free = studio.render(busy(shelf), studio.placement(f"free-{codec}", **values), out="free").file.stat().st_size
    limit = round(free * 0.55 / 1e6, 3)
    placement = studio.placement(f"held-{codec}", **values, file__max_megabytes=limit)
    made = studio.render(busy(shelf), placement, out="held")
    size = made.file.stat().st_size
    assert 0.5 * limit * 1e6 < size <= limit * 1e6
    # the parts of constant quality come from the store, so what was encoded is the smaller ones
    assert made.report.parts["encoded"] > 0
    checks = {check.name: check for check in made.result.checks}
    assert checks["megabytes"].ok and checks["decoded_frames"].measured == "120"


def test_what_cannot_be_made_small_enough_is_refused_in_words(shelf, studio):
    """A limit below any bitrate gives a sentence with the limit in it, and no file."""
    made = studio.render(busy(shelf), studio.placement(file__max_megabytes=0.004))
    assert made.result.status == "failed" and "0.004 MB" in made.result.error
    assert not list(made.out.glob("*.mp4"))


# ---------------------------------------------------------------- seconds


def test_too_long_is_cut_in_the_pause(shelf, studio, bundled):
    """The picture ends inside the last pause before the limit, the sound with it, and the cut is told."""
    placement = studio.placement(**SOUND, canvas__width=64, canvas__height=36, length__max_seconds=10)
    made = studio.render(spoken(shelf), placement)
    numbers = readings.numbers(made.file, bundled)
    assert numbers == list(range(len(numbers)))
    assert 8.2 <= len(numbers) / 15 <= 9.0
    assert len(readings.samples(made.file, bundled)) == pytest.approx(len(numbers) * SAMPLE_RATE / 15, abs=1024)


def test_without_a_pause_near_the_limit_it_is_kept_to_the_frame(shelf, studio, bundled):
    """Where nobody pauses the cut is at the limit itself."""
    placement = studio.placement(**SOUND, canvas__width=64, canvas__height=36, length__max_seconds=4)
    assert readings.numbers(studio.render(spoken(shelf), placement).file, bundled) == list(range(60))


def test_too_short_is_looped_or_refused_as_the_placement_says(shelf, studio, bundled):
    """A loop shows the master again from its first frame until it is long enough; a refusal says both lengths."""
    master = masters.stamped(shelf, 40, Fraction(10), size=(64, 36))
    values = {"canvas__width": 64, "canvas__height": 36, "length__min_seconds": 10}
    loop = studio.placement("loop", **values, length__too_short="loop", length__max_seconds=11)
    refuse = studio.placement("refuse", **values, length__too_short="refuse")
    made = studio.render(master, loop, refuse)
    results = {result.preset: result for result in made.report.results}
    assert results["refuse"].status == "failed"
    assert "4.0 s" in results["refuse"].error and "10 s" in results["refuse"].error
    assert results["loop"].status == "made"
    assert readings.numbers(made.out / results["loop"].file, bundled) == [n % 40 for n in range(110)]


def test_a_loop_is_heard_again_too(shelf, studio, bundled):
    """The sound of a looped master repeats with its picture."""
    sound = masters.clicks(4, [60_000])
    master = masters.stamped(shelf, 40, Fraction(10), size=(64, 36), sound=sound, name="loop")
    placement = studio.placement(
        **SOUND, canvas__width=64, canvas__height=36, length__min_seconds=12, length__too_short="loop",
        audio__loudness_lufs=-30, audio__tolerance_lu=5,
    )  # fmt: skip
    heard = readings.samples(studio.render(master, placement).file, bundled)
    found = readings.click_positions(heard, 3)
    wanted = [60_000 + turn * 4 * SAMPLE_RATE for turn in range(3)]
    assert max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= 5


# ---------------------------------------------------------------- other containers


@pytest.mark.parametrize("name", ["email-gif", "email-webp"])
def test_animated_pictures_are_short_small_and_loop(shelf, studio, name):
    """The e-mail placements: as many seconds as asked, under the limit, for ever."""
    master = masters.stamped(shelf, 90, Fraction(30), size=(160, 90))
    made = studio.render(master, name, settings=(*SMALL, ("captions.mode", "none")))
    with Image.open(made.file) as picture:
        assert picture.size == (128, 72) and picture.info.get("loop") == 0
        milliseconds, colours = 0, set()
        for number in range(picture.n_frames):
            picture.seek(number)
            picture.load()
            milliseconds += picture.info["duration"]
            colours.add(picture.convert("L").tobytes())
        assert milliseconds / 1000 == pytest.approx(3, abs=0.2)
        assert picture.n_frames >= 30 and len(colours) >= 30, "every frame is another"
    assert made.file.stat().st_size < 1e6


def test_hero_loops_are_silent_films_for_browsers(shelf, studio, ffmpeg):
    """MP4 and WebM of the website placements: no sound, index first, the master's frames."""
    master = masters.stamped(shelf, 150, Fraction(25), size=(128, 72), sound=masters.tone(6, 300), name="hero")
    made = studio.render(master, "website-hero", "website-hero-webm", settings=SMALL)
    files = made.files()
    for name, file in files.items():
        with av.open(str(file)) as opened:
            assert not opened.streams.audio
            assert opened.streams.video[0].codec_context.name in ("h264", "vp9", "libvpx-vp9")
        assert readings.numbers(file, ffmpeg) == list(range(150)), name
    head = files["website-hero"].read_bytes()
    assert 0 < head.find(b"moov") < head.find(b"mdat")


@pytest.mark.parametrize(("container", "codec"), [("m4a", "aac"), ("mp3", "mp3"), ("wav", "pcm")])
def test_a_podcast_is_sound_only(shelf, studio, bundled, container, codec):
    """Sound files hold no picture, at their loudness, over the whole length."""
    settings = (("container", container), ("audio.codec", codec))
    made = studio.render(spoken(shelf), "podcast", settings=settings)
    assert made.file.suffix == f".{container}"
    with av.open(str(made.file)) as opened:
        assert not opened.streams.video
    sound = readings.samples(made.file, bundled)
    assert len(sound) == pytest.approx(12 * SAMPLE_RATE, abs=2400)
    assert readings.loudness_lufs(sound) == pytest.approx(-16, abs=1)


def test_a_podcast_of_a_silent_film_is_refused(shelf, studio):
    """Sound only, and there is none: a sentence."""
    made = studio.render(masters.stamped(shelf, 40), "podcast")
    assert made.result.status == "failed" and "no sound" in made.result.error


@pytest.mark.parametrize("codec", ["h265", "av1", "vp9"])
def test_other_codecs_keep_every_frame(shelf, either_studio, ffmpeg, codec):
    """Parts of H.265, AV1 and VP9 join as exactly as those of H.264."""
    container = "webm" if codec == "vp9" else "mp4"
    speed = {"h265": "ultrafast", "av1": "12", "vp9": "8"}[codec]
    placement = either_studio.placement(
        container=container, video__codec=codec, video__speed=speed, video__quality=24, video__profile="main",
    )  # fmt: skip
    made = either_studio.render(masters.stamped(shelf, 300), placement)
    assert made.report.parts["encoded"] > 1
    assert readings.numbers(made.file, ffmpeg) == list(range(300))

"""Sound and picture stay together, to the sample, however the master was made."""

from __future__ import annotations

from fractions import Fraction

import av
import masters
import numpy as np
import pytest
import readings
from masters import SAMPLE_RATE
from renders import SOUND

pytestmark = [pytest.mark.media, pytest.mark.usefixtures("nobody_in_sight")]

# Loud clicks over almost nothing: these tests are about time, not level.
LEVEL = {"audio__loudness_lufs": -28, "audio__tolerance_lu": 5, **SOUND}
AT = [48_000, 200_003, 411_111]


def worst(found: list[int], wanted: list[int]) -> int:
    """The largest distance in samples."""
    return max(abs(a - b) for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("kind", ["pcm.mov", "aac.mp4", "aac.mkv", "44100.mov"])
def test_clicks_are_where_they_were(shelf, either_studio, ffmpeg, kind):
    """Within 5 samples in the final file: no drift, no delay of the limiter, no priming of either encoder left."""
    rate = 44_100 if kind.startswith("44100") else SAMPLE_RATE
    at = [round(a * rate / SAMPLE_RATE) for a in AT]
    coded = ("-c:a", "aac", "-b:a", "256k") if kind.startswith("aac") else ("-c:a", "pcm_s16le")
    frames = (masters.stamp(n, 64, 36).tobytes() for n in range(100))
    master = masters.encode(
        shelf / f"clicks-{kind}", frames, (64, 36), Fraction(10),
        sound=masters.clicks(10, at, rate=rate), sound_rate=rate, sound_options=coded,
    )  # fmt: skip
    own = readings.click_positions(readings.samples(master, ffmpeg), len(AT)) if kind == "aac.mkv" else AT
    placement = either_studio.placement(**LEVEL, canvas__width=64, canvas__height=36)
    made = either_studio.render(master, placement)
    assert worst(readings.click_positions(readings.samples(made.file, ffmpeg), len(AT)), own) <= 5


def test_a_hard_limited_programme_is_not_late(shelf, either_studio, ffmpeg):
    """Where the limiter works hard, what it lets through comes at its time."""
    knocks = masters.tone(10, 150, level=0.02)
    for at in AT:
        knocks[at - 1 : at + 2] = 0.99
    master = masters.heard(shelf, "knocks", knocks)
    placement = either_studio.placement(
        **SOUND, canvas__width=64, canvas__height=36, audio__loudness_lufs=-14, audio__loudness_is_advice=True,
    )  # fmt: skip
    sound = readings.samples(either_studio.render(master, placement).file, ffmpeg)
    assert readings.true_peak_dbtp(sound[1024:]) < -0.9
    # what is left of a knock after limiting is found by its edge
    edges = np.abs(np.diff(sound.mean(axis=1)))
    assert worst(readings.click_positions(edges, len(AT)), AT) <= 5


def test_flash_and_click_fall_together_at_the_end_of_half_a_minute(shelf, either_studio, ffmpeg):
    """At 29.97 over many parts: the frame of each second and its click are no more than a frame apart."""
    marks = [round(n * 1001 * SAMPLE_RATE / 30000) for n in (30, 450, 870)]
    sound = masters.clicks(900 * 1001 / 30000, marks)
    master = masters.stamped(shelf, 900, size=(64, 36), sound=sound, name="half-a-minute")
    placement = either_studio.placement(**LEVEL, canvas__width=64, canvas__height=36)
    made = either_studio.render(master, placement)
    numbers = readings.numbers(made.file, ffmpeg)
    assert numbers == list(range(900))
    assert worst(readings.click_positions(readings.samples(made.file, ffmpeg), 3), marks) <= 5


def test_sound_that_begins_late_stays_late(shelf, either_studio, ffmpeg):
    """A track that starts 0.4 s after the picture is silent until then."""
    whole = masters.heard(shelf, "punctual", masters.clicks(10, AT))
    master = masters.remade(
        whole,
        shelf / "late-sound.mov",
        "-itsoffset",
        "0.4",
        "-i",
        str(whole),
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-c",
        "copy",
    )
    placement = either_studio.placement(**LEVEL, canvas__width=64, canvas__height=36)
    made = either_studio.render(master, placement)
    wanted = [at + round(0.4 * SAMPLE_RATE) for at in AT]
    sound = readings.samples(made.file, ffmpeg)
    assert worst(readings.click_positions(sound, len(AT)), wanted) <= 5
    assert np.abs(sound[2048:16_000]).max() < 1e-3


def test_a_cut_with_cards_keeps_the_rest_in_step(shelf, either_studio, ffmpeg):
    """Behind a title card, frame and click have moved by the same time."""
    master = masters.heard(shelf, "punctual", masters.clicks(10, AT))
    placement = either_studio.placement(**LEVEL, canvas__width=64, canvas__height=36)
    made = either_studio.render(master, placement, title="Hello")
    numbers = readings.numbers(made.file, ffmpeg)
    body = next(at for at in range(len(numbers)) if numbers[at : at + 40] == list(range(40)))
    assert 10 <= body <= 60
    wanted = [at + body * SAMPLE_RATE // 10 for at in AT]
    assert worst(readings.click_positions(readings.samples(made.file, ffmpeg), len(AT)), wanted) <= 5


@pytest.mark.parametrize("edit_lists", [False, True])
def test_both_streams_begin_at_zero(shelf, studio, bundled, edit_lists):
    """With an edit list or without one, picture and sound start at 0 and end within a frame of each other."""
    master = masters.heard(shelf, "punctual", masters.clicks(10, AT))
    placement = studio.placement(**LEVEL, canvas__width=64, canvas__height=36, video__edit_lists=edit_lists)
    made = studio.render(master, placement)
    boxes = made.file.read_bytes()
    assert (b"elst" in boxes) == edit_lists
    with av.open(str(made.file)) as file:
        starts = [float((s.start_time or 0) * s.time_base) for s in file.streams]
        ends = [float(s.duration * s.time_base) for s in file.streams]
    assert starts == pytest.approx([0, 0], abs=0.001) and ends[0] == pytest.approx(ends[1], abs=0.1)
    assert worst(readings.click_positions(readings.samples(made.file, bundled), len(AT)), AT) <= 5

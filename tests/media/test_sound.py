"""What is heard: levels after encoding, mixdowns, tracks, fades, and what sounds under a card."""

from __future__ import annotations

import masters
import numpy as np
import pytest
import readings
from masters import SAMPLE_RATE
from renders import SOUND

from variantgen.media.probe import probe

pytestmark = [pytest.mark.media, pytest.mark.usefixtures("nobody_in_sight")]

SMALL = {"canvas__width": 64, "canvas__height": 36, "video__min_frame_rate": 10, **SOUND}
SECONDS = 6


def peaky() -> np.ndarray:
    """A quiet voice with a sharp knock every second."""
    sound = masters.speech_like(SECONDS, level=0.02)
    for knock in range(SAMPLE_RATE // 2, len(sound), SAMPLE_RATE):
        sound[knock : knock + 240] += 0.9 * np.hanning(240) * np.sin(np.arange(240) * 0.3)
    return sound


PROGRAMMES = {
    "speech": lambda: masters.speech_like(SECONDS, level=0.12, pauses=[(3, 3.6)]),
    "peaky": peaky,
    "square": lambda: 0.98 * np.sign(masters.tone(SECONDS, 331.7)),
    "quiet": lambda: 0.25 * masters.speech_like(SECONDS, level=0.12),
    "noise": lambda: 0.25 * np.random.default_rng(3).standard_normal((SECONDS * SAMPLE_RATE, 2)).clip(-3.9, 3.9),
}


@pytest.mark.parametrize("target", [(-14, -1), (-23, -2)], ids=str)
@pytest.mark.parametrize("name", PROGRAMMES)
def test_the_encoded_file_has_its_loudness_and_keeps_its_peak(shelf, studio, bundled, name, target):
    """Within the tolerance and below the peak limit after AAC, by a meter of the tests' own."""
    master = masters.heard(shelf, name, PROGRAMMES[name]())
    lufs, peak = target
    placement = studio.placement(**SMALL, audio__loudness_lufs=lufs, audio__max_true_peak_dbtp=peak)
    sound = readings.samples(studio.render(master, placement).file, bundled)
    assert readings.loudness_lufs(sound) == pytest.approx(lufs, abs=1.0)
    assert readings.true_peak_dbtp(sound) <= peak + 0.1


def test_an_older_ffmpeg_levels_as_well(shelf, either_studio, ffmpeg):
    """The same levels by each FFmpeg, also in WebM's Opus."""
    master = masters.heard(shelf, "peaky", peaky())
    values = {**SMALL, "audio__loudness_lufs": -16, "audio__max_true_peak_dbtp": -1.5}
    opus = {
        "container": "webm",
        "video__codec": "vp9",
        "video__profile": "0",
        "video__speed": "8",
        "video__quality": 40,
    }
    webm = either_studio.placement("webm", **{**values, **opus, "audio__codec": "opus"})
    files = either_studio.render(master, either_studio.placement("mp4", **values), webm).files()
    for file in files.values():
        sound = readings.samples(file, ffmpeg)
        assert readings.loudness_lufs(sound) == pytest.approx(-16, abs=1.0)
        assert readings.true_peak_dbtp(sound) <= -1.4


@pytest.mark.parametrize("hertz", [130, 997, 3011])
def test_a_film_that_is_loud_at_once_keeps_its_peak_too(shelf, studio, bundled, hertz):
    """Without an edit list the first packet is missing; what decoders make of the second stays below the limit."""
    loud = 0.7 * np.cos(2 * np.pi * hertz * np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE)
    loud[-4800:] *= np.linspace(1, 0, 4800)
    master = masters.heard(shelf, f"loud-{hertz}", loud)
    placement = studio.placement(**SMALL, audio__loudness_lufs=-6, audio__max_true_peak_dbtp=-5)
    sound = readings.samples(studio.render(master, placement).file, bundled)
    assert readings.true_peak_dbtp(sound) <= -4.9


def test_silence_stays_silent(shelf, studio, bundled):
    """A silent track is delivered as it is: not raised, not refused."""
    master = masters.heard(shelf, "silent", np.zeros(SECONDS * SAMPLE_RATE))
    made = studio.render(master, studio.placement(**SMALL))
    assert np.abs(readings.samples(made.file, bundled)).max() < 1e-4


def test_room_noise_is_not_raised_to_a_programme(shelf, studio, bundled):
    """Far below any programme, noise keeps its level."""
    noise = 0.0004 * np.random.default_rng(5).standard_normal(SECONDS * SAMPLE_RATE)
    master = masters.heard(shelf, "hiss", noise)
    made = studio.render(master, studio.placement(**SMALL, audio__loudness_is_advice=True))
    assert readings.level_db(readings.samples(made.file, bundled)) < -60


def test_a_master_without_sound_makes_silent_variants(shelf, studio):
    """No sound in, none out: verified, and told."""
    made = studio.render(masters.stamped(shelf, 40), studio.placement(**SOUND))
    checks = {check.name: check for check in made.result.checks}
    assert made.file.exists() and checks["sound"].measured == "none" and checks["sound"].ok
    assert any("no sound" in note for note in made.notes)


def test_mono_is_heard_on_both_sides(shelf, studio, bundled):
    """One channel becomes two equal ones."""
    master = masters.heard(shelf, "speech", PROGRAMMES["speech"]())
    assert probe(master).audio.channels == 1
    sound = readings.samples(studio.render(master, studio.placement(**SMALL)).file, bundled)
    assert sound.shape[1] == 2
    assert readings.level_db(sound[:, 0] - sound[:, 1]) < readings.level_db(sound) - 25


def test_surround_is_mixed_down_without_losing_a_voice(shelf, studio, bundled):
    """5.1: left stays left, the centre is heard on both sides, the surrounds too; level and peak fit."""
    hertz = {"left": 400, "right": 550, "centre": 700, "low": 60, "left behind": 900, "right behind": 1100}
    channels = np.stack([masters.tone(SECONDS, f, level=0.15) for f in hertz.values()], axis=1)
    master = masters.heard(shelf, "surround", channels, sound_options=("-c:a", "pcm_s16le", "-channel_layout", "5.1"))
    assert probe(master).audio.channels == 6
    sound = readings.samples(studio.render(master, studio.placement(**SMALL)).file, bundled)
    part = sound[SAMPLE_RATE : 5 * SAMPLE_RATE]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))[:, None], axis=0))
    heard = {name: spectrum[round(f * 4)] for name, f in hertz.items()}
    loudest = spectrum.max()
    assert heard["left"][0] > 20 * heard["left"][1] and heard["right"][1] > 20 * heard["right"][0]
    assert heard["centre"][0] == pytest.approx(heard["centre"][1], rel=0.05) and heard["centre"][0] > 0.3 * loudest
    assert heard["left behind"][0] > 0.2 * loudest and heard["right behind"][1] > 0.2 * loudest


@pytest.mark.parametrize(("wanted", "hertz"), [(None, 440), (1, 440), (2, 880)])
def test_the_sound_track_is_the_one_that_was_chosen(shelf, studio, bundled, wanted, hertz):
    """Two tracks: the first by itself and told, or the one asked for."""
    master = masters.heard(shelf, "tracks", [masters.tone(3, 440), masters.tone(3, 880)])
    made = studio.render(master, studio.placement(**SMALL), audio_track=wanted)
    sound = readings.samples(made.file, bundled)[:, 0]
    assert np.argmax(np.abs(np.fft.rfft(sound * np.hanning(len(sound))))) * SAMPLE_RATE / len(sound) == pytest.approx(
        hertz, abs=2
    )
    assert any(f"track {wanted or 1}" in note and "of 2" in note for note in made.notes)


def test_a_cut_fades_out(shelf, studio, bundled):
    """Where the length was cut the sound goes down to nothing, and keeps its level until then."""
    master = masters.heard(shelf, "tone", masters.tone(SECONDS, 300))
    placement = studio.placement(**SMALL, length__max_seconds=5, length__fade_out_seconds=0.5)
    sound = readings.samples(studio.render(master, placement).file, bundled)
    assert len(sound) == pytest.approx(5 * SAMPLE_RATE, abs=1024)
    levels = [readings.level_db(sound[at : at + 2400]) for at in range(2400, 5 * SAMPLE_RATE - 2400, 2400)]
    steady, fading = levels[:88], levels[-10:]
    assert max(steady) - min(steady) < 1
    assert fading == sorted(fading, reverse=True) and fading[-1] < steady[-1] - 12


# ---------------------------------------------------------------- under a card


@pytest.mark.parametrize("floor", [0.0012, 0.0], ids=["with room tone", "without"])
def test_a_card_has_room_tone_and_no_click(shelf, studio, bundled, floor):
    """Under title and end card there is soft sound, never digital silence, and no step at the joints."""
    speech = masters.speech_like(6, level=0.15, pauses=[(2, 2.8)])
    if not floor:
        speech = masters.tone(6, 200, level=0.15)
    master = masters.heard(shelf, f"card-{floor}", speech)
    made = studio.render(master, studio.placement(**SMALL), title="Hello", end_card="Bye")
    sound = readings.samples(made.file, bundled)[:, 0]
    rate = 10
    frames = int({check.name: check for check in made.result.checks}["frames"].wanted)
    numbers = readings.numbers(made.file, bundled)
    body = next(at for at in range(frames - 59) if numbers[at : at + 60] == list(range(60)))
    start, end = body * SAMPLE_RATE // rate, (body + 60) * SAMPLE_RATE // rate
    programme = readings.level_db(sound[start:end])
    cards = np.concatenate([sound[4800 : start - 2400], sound[end + SAMPLE_RATE // 2 : len(sound) - 4800]])
    levels = [readings.level_db(cards[at : at + 2400]) for at in range(0, len(cards) - 2400, 2400)]
    assert min(levels) > -90 and max(levels) < programme - 12
    steps = np.abs(np.diff(sound))
    inside = steps[start + SAMPLE_RATE // 2 : end - SAMPLE_RATE // 2].max()
    joints = max(steps[at - 1200 : at + 1200].max() for at in (start, end))
    assert joints <= 1.5 * inside

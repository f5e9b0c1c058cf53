"""A music bed: heard in the right place, down under speech, looped on its beats, and beats found at all."""

from __future__ import annotations

import wave
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import masters
import numpy as np
import pytest
import readings
from made import analysis, preset
from masters import SAMPLE_RATE

from variantgen.analyze.beats import know_music, listen
from variantgen.analyze.spectra import MUSIC_HZ
from variantgen.build.soundtrack import build_soundtrack
from variantgen.errors import UserError
from variantgen.media.ffmpeg import find_ffmpeg
from variantgen.media.metering import last_loudness
from variantgen.media.probe import probe
from variantgen.model import Loudness, Music, Piece
from variantgen.plan.length import Cut
from variantgen.plan.sound import decide_sound

pytestmark = pytest.mark.media

RATE = Fraction(10)
HIGH = 6000.0
"""A pitch that the speech here does not have."""


def placed(**audio) -> object:
    """A placement of sound alone, plain samples, its level left alone unless asked otherwise."""
    values = {"codec": "pcm", "channels": 1, "loudness_lufs": None, **audio}
    return preset(container="wav", canvas=None, video=None, captions=None, audio=values)


def written(path: Path, sound: np.ndarray, rate: int = SAMPLE_RATE) -> Path:
    """A WAV file of one channel."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.round(np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def heard(film: Path, seconds: float, song: Path, music: Music, folder: Path, ffmpeg: Path, **values) -> np.ndarray:
    """A variant's samples with music, from the first `seconds` of a film."""
    audio = values.pop("audio", {})
    master = replace(probe(film), **values.pop("master", {}))
    pieces = [Piece("master", 0, round(seconds * RATE))]
    track, _ = decide_sound(master, placed(**audio), pieces, RATE, Cut((), 0, 0, ""), music=music, **values)  # type: ignore[arg-type]
    assert track is not None
    made = build_soundtrack(find_ffmpeg(str(ffmpeg)), master, track, folder, measure=last_loudness, music=song)
    sound = readings.samples(made, ffmpeg)[:, 0]
    assert len(sound) == track.samples == round(seconds * SAMPLE_RATE)
    return sound


def level_of(sound: np.ndarray, hertz: float, start: float, end: float) -> float:
    """The level of one pitch in a stretch, in dB of a full-scale sine."""
    part = sound[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]
    window = np.hanning(len(part))
    turn = np.exp(-2j * np.pi * hertz * np.arange(len(part)) / SAMPLE_RATE)
    return float(20 * np.log10(2 * abs(np.sum(part * window * turn)) / window.sum() + 1e-12))


def drums(seconds: float, bpm: float, *, start: float = 0.3, rate: int = MUSIC_HZ) -> tuple[np.ndarray, np.ndarray]:
    """A drum kit and chords that change every bar, four to a round; and where its beats are, in seconds."""
    rng = np.random.default_rng(3)
    sound = 0.001 * rng.standard_normal(round(seconds * rate))
    beat = 60 / bpm
    times = np.arange(start, seconds - 0.2, beat)
    short = np.arange(round(0.25 * rate)) / rate
    kick = 0.6 * np.exp(-18 * short) * np.sin(2 * np.pi * (50 * short + 4 * (1 - np.exp(-40 * short))))
    snare = 0.3 * np.exp(-22 * short) * rng.standard_normal(len(short))
    hat = 0.1 * np.exp(-70 * short) * rng.standard_normal(len(short))
    bar = np.arange(round(4 * beat * rate)) / rate
    swell = np.minimum(1, bar / 0.03) * np.minimum(1, (4 * beat - bar) / 0.05)

    def add(at: float, made: np.ndarray) -> None:
        first = round(at * rate)
        made = made[: max(0, len(sound) - first)]
        sound[first : first + len(made)] += made

    for n, time in enumerate(times):
        add(time, kick if n % 2 == 0 else snare)
        add(time, hat)
        add(time + beat / 2, hat)
        if n % 4 == 0:
            root = (220.0, 174.6, 261.6, 196.0)[n // 4 % 4]
            add(time, 0.1 * swell * sum(np.sin(2 * np.pi * root * step * bar) for step in (1, 1.26, 1.5)))
    return sound, times


def as_heard(sound: np.ndarray) -> np.ndarray:
    """Samples as the analysis takes them."""
    return np.round(np.clip(sound, -1, 1) * 32767).astype("<i2")


# ---------------------------------------------------------------- beats


@pytest.mark.parametrize("bpm", [75, 96, 118, 140])
def test_beats_are_found_where_they_are(bpm):
    """In a kit with chords nine beats of ten within 15 ms, none missed, hats between the beats left out."""
    sound, beats = drums(40, bpm)
    found = np.array(listen(as_heard(sound)).beats)
    off = np.array([np.abs(found - beat).min() for beat in beats])
    assert np.mean(off < 0.015) > 0.9
    assert len(found) == pytest.approx(len(beats), abs=2) or len(found) == pytest.approx(2 * len(beats), abs=4)


@pytest.mark.parametrize("bpm", [96, 118])
def test_a_loop_is_a_round_of_the_chords(bpm):
    """What is repeated starts on a beat and lasts whole rounds of four bars, most of the music."""
    sound, _ = drums(60, bpm)
    start, end = listen(as_heard(sound)).loop_seconds
    rounds = (end - start) * bpm / 60 / 16
    assert rounds == pytest.approx(round(rounds), abs=0.01) and round(rounds) >= 1
    assert end - start > 0.4 * 60 - 16 * 60 / bpm


def test_what_has_no_beat_gets_none():
    """Neither noise nor a voice that reads is cut as if it were dance music."""
    rng = np.random.default_rng(9)
    noise = 0.1 * rng.standard_normal(40 * MUSIC_HZ)
    lengths = rng.integers(MUSIC_HZ // 16, MUSIC_HZ // 2, 200)
    syllables = np.convolve(np.repeat(rng.random(200) ** 2, lengths)[: len(noise)], np.hanning(1500) / 750, "same")
    for sound in (noise, 8 * noise * syllables, np.zeros(20 * MUSIC_HZ)):
        assert listen(as_heard(sound)).beats == ()


def test_a_file_of_music_is_known(tmp_path, ffmpeg):
    """Its length, loudness and beats, and where it begins to sound; by each FFmpeg."""
    sound, beats = drums(20, 120, rate=SAMPLE_RATE)
    silence = np.zeros(SAMPLE_RATE)
    song = written(tmp_path / "song.wav", np.concatenate([silence, sound, silence]))
    music = know_music(find_ffmpeg(str(ffmpeg)), song, tmp_path)
    assert (music.name, music.track_index) == ("song.wav", 0) and len(music.fingerprint) == 32
    assert music.seconds == pytest.approx(22, abs=0.01)
    assert music.loudness_lufs == pytest.approx(readings.loudness_lufs(sound[:, None]), abs=0.6)
    assert music.sounding_seconds == pytest.approx((1.0, 21.0), abs=0.35)
    near = [min(abs(found - beat - 1.0) for found in music.beats) for beat in beats]
    assert max(near) < 0.02


def test_what_is_no_music_is_told(tmp_path, shelf, bundled):
    """A missing file, a picture without sound and a text each get one sentence."""
    silent = masters.stamped(shelf, 40)
    text = tmp_path / "notes.mp3"
    text.write_text("no sound in here, only words\n" * 20, "utf-8")
    for path, words in ((tmp_path / "sogn.wav", "no such file"), (silent, "no sound"), (text, "cannot be read")):
        with pytest.raises(UserError, match=words):
            know_music(find_ffmpeg(str(bundled)), path, tmp_path)


# ---------------------------------------------------------------- under the programme


def test_music_goes_down_under_speech_and_comes_back(shelf, tmp_path, either_studio, ffmpeg):
    """12 dB down where somebody speaks, up within 0.4 s in a long pause, left down in a short one."""
    pauses = ((3.0, 5.0), (8.0, 8.5))
    film = masters.heard(shelf, "talk", masters.speech_like(12, level=0.1, pauses=pauses))
    song = written(tmp_path / "song.wav", 0.25 * np.sin(2 * np.pi * HIGH * np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE))
    music = know_music(find_ffmpeg(str(ffmpeg)), song, tmp_path)
    measured = analysis(pauses=pauses, loudness=Loudness(-20.0, -3.0))
    sound = heard(film, 12, song, music, tmp_path, ffmpeg, analysis=measured)
    wanted = -20.0 - 6.0 - music.loudness_lufs + 20 * np.log10(0.25)
    assert level_of(sound, HIGH, 3.45, 4.7) == pytest.approx(wanted, abs=0.3)
    for start, end in ((0.5, 2.9), (5.0, 7.9), (8.0, 8.5), (8.6, 10.4)):
        assert level_of(sound, HIGH, start, end) == pytest.approx(wanted - 12, abs=0.4)
    # it goes down before the word, not with it, and fades out at the end
    assert level_of(sound, HIGH, 4.9, 5.0) < wanted - 7
    assert level_of(sound, HIGH, 11.15, 11.35) == pytest.approx(wanted - 12 - 3, abs=0.8)
    assert level_of(sound, HIGH, 11.9, 12) < wanted - 12 - 12


def test_the_mix_has_the_loudness_of_the_placement(shelf, tmp_path, bundled):
    """Levelled after mixing: with music as without."""
    film = masters.heard(shelf, "talk", masters.speech_like(12, level=0.1, pauses=((3.0, 5.0), (8.0, 8.5))))
    song = written(tmp_path / "song.wav", 0.5 * drums(20, 120, rate=SAMPLE_RATE)[0])
    music = replace(know_music(find_ffmpeg(str(bundled)), song, tmp_path), level_db=0.0)
    measured = analysis(loudness=Loudness(-20.0, -3.0))
    sound = heard(film, 12, song, music, tmp_path, bundled, analysis=measured, audio={"loudness_lufs": -16})
    assert readings.loudness_lufs(sound[:, None]) == pytest.approx(-16, abs=0.5)


def test_a_silent_master_is_heard_with_its_music_alone(shelf, tmp_path, bundled):
    """Without sound in the master the bed plays as it is, from where it was asked to."""
    film = masters.stamped(shelf, 120, RATE)
    tones = np.concatenate([masters.tone(4, hertz) for hertz in (500, 800, 1100)])
    song = written(tmp_path / "song.wav", tones)
    music = replace(know_music(find_ffmpeg(str(bundled)), song, tmp_path), starts_at_seconds=2.0)
    sound = heard(film, 9, song, music, tmp_path, bundled)
    for hertz, start, end in ((500, 0.1, 1.9), (800, 2.1, 5.9), (1100, 6.1, 7.4)):
        assert level_of(sound, hertz, start, end) == pytest.approx(20 * np.log10(0.2), abs=0.2)


def test_a_loop_joins_on_its_beats(shelf, tmp_path, bundled):
    """Clicks at 120 a minute, 20 s of them for a film of 60: half a second from each to the next, none doubled."""
    film = masters.stamped(shelf, 600, RATE)
    at = [round((0.4 + 0.5 * n) * SAMPLE_RATE) for n in range(39)]
    song = written(tmp_path / "clicks.wav", masters.clicks(20, at))
    music = know_music(find_ffmpeg(str(bundled)), song, tmp_path)
    sound = heard(film, 60, song, music, tmp_path, bundled)
    found = np.array(readings.click_positions(sound[: 58 * SAMPLE_RATE], 116))
    gaps = np.diff(found) / SAMPLE_RATE
    assert np.abs(gaps - 0.5).max() < 0.015
    # the soft tone under the clicks goes on through every joint: no step, no dip
    steps = np.abs(np.diff(sound[: 58 * SAMPLE_RATE]))
    for click in found:
        steps[max(0, click - 96) : click + 96] = 0
    assert steps.max() < 0.002
    between = [part for n in range(115) for part in np.split(sound[found[n] + 240 : found[n] + 23760], 24)]
    assert min(readings.level_db(part) for part in between) > 20 * np.log10(0.01) - 3 - 0.8


def test_music_ends_on_a_beat(shelf, tmp_path, bundled):
    """The last click rings out and nothing comes after it."""
    film = masters.stamped(shelf, 600, RATE)
    at = [round((0.4 + 0.5 * n) * SAMPLE_RATE) for n in range(39)]
    song = written(tmp_path / "clicks.wav", masters.clicks(20, at))
    music = replace(know_music(find_ffmpeg(str(bundled)), song, tmp_path), ends="beat")
    sound = heard(film, 11.0, song, music, tmp_path, bundled)
    last = readings.click_positions(sound[10 * SAMPLE_RATE :], 1)[0] + 10 * SAMPLE_RATE
    assert 0.15 < 11 - last / SAMPLE_RATE < 0.8
    assert np.abs(sound[last]) == pytest.approx(np.abs(sound).max(), rel=0.2)
    assert np.abs(sound[last + 480 :]).max() < 0.012 and np.abs(sound[-480:]).max() < 0.002

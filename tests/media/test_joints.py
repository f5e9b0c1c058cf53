"""Sound across cuts: in its place to the sample, without a click, at any number of pieces, order and speed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import masters
import numpy as np
import pytest
import readings
from made import preset
from masters import SAMPLE_RATE

from variantgen.build import stretching
from variantgen.build.soundtrack import build_soundtrack
from variantgen.media.ffmpeg import find_ffmpeg
from variantgen.media.metering import last_loudness
from variantgen.media.probe import probe
from variantgen.model import Analysis, Card, Piece, SoundPiece, Soundtrack
from variantgen.plan.length import Cut
from variantgen.plan.sound import decide_sound

pytestmark = pytest.mark.media

RATE = Fraction(10)
FRAME = SAMPLE_RATE // 10
PLAIN = preset(
    container="wav", canvas=None, video=None, captions=None,
    audio={"codec": "pcm", "channels": 1, "loudness_lufs": None},
)  # fmt: skip
CARD = Card("end", "Bye")
JOINT = 360
"""Half of a crossfade, and of what is not looked at beside a joint, in samples."""


def planned(film: Path, pieces: list[Piece], **values) -> Soundtrack:
    """The soundtrack of hand-made pieces: one channel, plain samples, its level left alone."""
    track, _ = decide_sound(probe(film), PLAIN, pieces, RATE, Cut((), 0, 0, ""), **values)
    assert track is not None
    return track


def heard(film: Path, track: Soundtrack, folder: Path, ffmpeg: Path) -> np.ndarray:
    """The samples of a soundtrack, built by an FFmpeg."""
    made = build_soundtrack(find_ffmpeg(str(ffmpeg)), probe(film), track, folder, measure=last_loudness)
    return readings.samples(made, ffmpeg)[:, 0]


def tones(seconds: int) -> np.ndarray:
    """A tone for every second, a little higher each, over a soft hiss; no step from one to the next."""
    hertz = np.repeat(300 + 23.7 * np.arange(seconds), SAMPLE_RATE)
    wave = 0.2 * np.sin(2 * np.pi * np.cumsum(hertz) / SAMPLE_RATE)
    return wave + 0.0005 * np.random.default_rng(2).standard_normal(len(wave))


def spoken(seconds: int) -> np.ndarray:
    """Syllables without a pause: hardly a place where a cut would not be heard."""
    return masters.speech_like(seconds, level=0.12)


def random_pieces(seconds: int, count: int) -> list[Piece]:
    """Pieces of 1 to 12 frames anywhere in a master, in no order."""
    rng = np.random.default_rng(11)
    starts, lengths = rng.integers(0, seconds * 10 - 12, count), rng.integers(1, 13, count)
    return [Piece("master", int(a), int(a + n)) for a, n in zip(starts, lengths, strict=True)]


def largest_step(sound: np.ndarray, at: int, reach: int = JOINT) -> float:
    """The largest step from sample to sample around a place."""
    return float(np.abs(np.diff(sound[max(0, at - reach) : at + reach])).max())


@pytest.mark.parametrize("programme", [tones, spoken])
def test_a_hundred_pieces_in_any_order_are_in_place_and_do_not_click(shelf, tmp_path, ffmpeg, programme):
    """Every piece has the master's own samples at its planned place; no joint steps further than the programme does.

    Not at the joint itself (its 99.9th percentile), nor anywhere in the crossfade (what its two sources do there).
    """
    source = programme(40)
    film = masters.heard(shelf, f"joints-{programme.__name__}", source)
    track = planned(film, random_pieces(40, 100))
    sound = heard(film, track, tmp_path, ffmpeg)
    assert len(sound) == track.samples == sum(p.end_sample - p.start_sample for p in track.pieces)
    at, usual = 0, np.percentile(np.abs(np.diff(source)), 99.9)
    for n, piece in enumerate(track.pieces):
        length = piece.end_sample - piece.start_sample
        inside = slice(JOINT, length - JOINT)
        off = sound[at : at + length][inside] - source[piece.start_sample : piece.end_sample][inside]
        assert np.abs(off).max() < 1e-4
        if n:
            sides = track.pieces[n - 1].end_sample, piece.start_sample
            assert largest_step(sound, at, 2) < usual
            assert largest_step(sound, at) < 1.02 * max(largest_step(source, side) for side in sides)
        at += length


def test_the_level_holds_through_a_joint(shelf, tmp_path, bundled):
    """Where steady noise meets itself there is neither a dip nor a swell, and where it is the same noise neither."""
    noise = 0.1 * np.random.default_rng(4).standard_normal(20 * SAMPLE_RATE)
    tone = masters.tone(20, 200)
    for name, source, frames in (("noise", noise, 37), ("tone", tone, 40)):
        film = masters.heard(shelf, f"level-{name}", source)
        pieces = [Piece("master", n * frames % 150, n * frames % 150 + 10) for n in range(1, 40)]
        sound = heard(film, planned(film, pieces), tmp_path, bundled)
        joints = np.concatenate(
            [sound[n * 10 * FRAME - JOINT // 2 : n * 10 * FRAME + JOINT // 2] for n in range(1, 39)]
        )
        assert readings.level_db(joints) == pytest.approx(readings.level_db(source), abs=0.8)


def test_a_loop_of_the_whole_fades_where_there_is_nothing_beyond(shelf, tmp_path, bundled):
    """The master's end meets its start: both are taken down to the joint, and each keeps its place."""
    source = 0.3 * np.cos(2 * np.pi * 310.3 * np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE)
    film = masters.heard(shelf, "whole", source)
    sound = heard(film, planned(film, [Piece("master", 0, 30)] * 3), tmp_path, bundled)
    assert len(sound) == 9 * SAMPLE_RATE
    usual = np.percentile(np.abs(np.diff(source)), 99.9)
    for at in (3 * SAMPLE_RATE, 6 * SAMPLE_RATE):
        assert np.abs(sound[at - 2 : at + 2]).max() < 0.02
        assert largest_step(sound, at) <= 1.01 * usual
        assert np.abs(sound[at + JOINT : at + 9600] - source[JOINT:9600]).max() < 1e-4


def test_joined_pieces_fade_like_one(shelf, tmp_path, bundled):
    """What fades a single stretch in and out fades many: down over the last half second, nothing at the very ends."""
    source = 0.3 * np.cos(2 * np.pi * 310.3 * np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE)
    film = masters.heard(shelf, "whole", source)
    track = planned(film, [Piece("master", 0, 15), Piece("master", 5, 20)])
    sound = heard(film, replace(track, fade_in_seconds=0.02, fade_out_seconds=0.5), tmp_path, bundled)
    levels = [readings.level_db(sound[at : at + 2400]) for at in range(4800, len(sound) - 2400, 2400)]
    assert abs(sound[0]) < 0.002 and np.abs(sound[-48:]).max() < 0.002
    assert max(levels[:-10]) - min(levels[:-10]) < 2
    assert levels[-10:] == sorted(levels[-10:], reverse=True) and levels[-1] < levels[0] - 12


# ---------------------------------------------------------------- under cards


def test_a_card_sounds_like_the_masters_quietest_pause(shelf, tmp_path, bundled):
    """Room tone at the pause's own level, all through the card, with its colour and without a repeat that is heard."""
    # a rumble: where it is repeated without care, it steps
    rumble = np.convolve(np.random.default_rng(8).standard_normal(12 * SAMPLE_RATE), np.hanning(300), "same")
    rumble /= np.sqrt(np.mean(rumble**2))
    source = spoken(12)
    for start, end, level in ((2.0, 3.5, 0.004), (6.0, 7.5, 0.002), (9.0, 10.5, 0.008)):
        span = slice(round(start * SAMPLE_RATE), round(end * SAMPLE_RATE))
        source[span] = level * rumble[span]
    film = masters.heard(shelf, "paused", source)
    pauses = ((2.0, 3.5), (6.0, 7.5), (9.0, 10.5))
    pieces = [Piece("master", 0, 15), Piece("card", 0, 60, card=CARD), Piece("master", 80, 120)]
    track = planned(film, pieces, analysis=Analysis(120, (0,), pauses=pauses))
    assert len(track.room_tone) == 3
    sound = heard(film, track, tmp_path, bundled)
    assert len(sound) == 115 * FRAME
    card = sound[15 * FRAME + FRAME * 5 : 75 * FRAME - JOINT]
    levels = [readings.level_db(card[at : at + 14400]) for at in range(0, len(card) - 14400, 4800)]
    wanted = 20 * np.log10(0.002)
    assert min(levels) > wanted - 2 and max(levels) < wanted + 2
    assert np.abs(np.diff(card)).max() < 1.2 * np.abs(np.diff(source[6 * SAMPLE_RATE + 4800 : 7 * SAMPLE_RATE])).max()


# ---------------------------------------------------------------- speed


def syllables(seconds: int) -> tuple[np.ndarray, np.ndarray]:
    """Short sounds of 440 Hz and where they begin, in samples."""
    sound = 0.0005 * np.random.default_rng(6).standard_normal(seconds * SAMPLE_RATE)
    begins = np.arange(0.5, seconds - 0.5, 0.41) * SAMPLE_RATE
    time = np.arange(round(0.15 * SAMPLE_RATE)) / SAMPLE_RATE
    for begin in begins.astype(int):
        sound[begin : begin + len(time)] += 0.4 * np.exp(-8 * time) * np.sin(2 * np.pi * 440 * time)
    return sound, begins


def begins_in(sound: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Where sounds begin, searched 50 ms around places."""
    level = np.convolve(sound**2, np.ones(96) / 96, "same")
    found = []
    for place in near.astype(int):
        around = level[max(0, place - 2400) : place + 2400]
        found.append(max(0, place - 2400) + int(np.argmax(around > 0.25 * around.max())))
    return np.array(found)


@pytest.mark.parametrize("has_rubberband", [True, False])
def test_speed_keeps_pitch_length_and_time(shelf, tmp_path, ffmpeg, has_rubberband, monkeypatch):
    """At 1.1 times the speed: exactly as long as planned, 440 Hz still, every onset within half a frame of 30."""
    if not has_rubberband:
        monkeypatch.setattr(stretching, "capabilities", lambda tool: {"filters": frozenset()})
    source, begins = syllables(33)
    film = masters.heard(shelf, "syllables", source)
    speed = Fraction(11, 10)
    track = planned(film, [Piece("master", 10, 290)], speed=speed)
    start, end = 11 * FRAME, 11 * FRAME + 308 * FRAME
    assert track.pieces == (SoundPiece("master", start, end, 280 * FRAME),)
    sound = heard(film, track, tmp_path, ffmpeg)
    assert len(sound) == track.samples == 280 * FRAME
    begins = begins[(begins > start + FRAME) & (begins < end - FRAME)]
    off = begins_in(sound, (begins - start) / float(speed)) - (begins_in(source, begins) - start) / float(speed)
    assert np.abs(off).max() <= SAMPLE_RATE / 60
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    assert np.argmax(spectrum) / 28 == pytest.approx(440, abs=2)


def test_speed_is_changed_once_over_all_joints(shelf, tmp_path, bundled):
    """Twenty pieces and a card at 1.1 times the speed: the exact length, the card as long as it was, no click."""
    film = masters.heard(shelf, "joints-tones", tones(40))
    pieces = [*random_pieces(30, 20), Piece("card", 0, 20, card=CARD), Piece("master", 55, 80)]
    track = planned(film, pieces, speed=Fraction(11, 10))
    sound = heard(film, track, tmp_path, bundled)
    assert len(sound) == track.samples == sum(piece.frames for piece in pieces) * FRAME
    at, usual = 0, np.percentile(np.abs(np.diff(tones(40))), 99.9)
    for piece in pieces[:-1]:
        at += piece.frames * FRAME
        assert largest_step(sound, at, 2) < usual
    card = sound[at - 15 * FRAME : at - JOINT]
    assert readings.level_db(card) < readings.level_db(sound[: at - 25 * FRAME]) - 20

"""The sound of the sample film: sentences in, 48 kHz stereo samples out; a formant voice over a soft bed.

The voice is made the way CHANT sang: every opening of the glottis sets off a few damped sine waves, one a
formant. Consonants are shaped noise. Nothing is recorded, nothing is random from run to run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from harbour_story import Sentence

SAMPLE_RATE = 48_000
STEP_SECONDS = 0.005
VOICE_GAIN, BED_GAIN = 0.53, 0.0125
Samples = np.ndarray


@dataclass(frozen=True)
class Sound:
    """One speech sound: seconds, formants in hertz, how much voice, how much of which noise."""

    seconds: float
    formants: tuple[float, float, float]
    voice: float = 1.0
    noise: str = ""
    hiss: float = 0.0
    glide_to: tuple[float, float, float] | None = None


# Formants of a man's vowels after Peterson and Barney (1952); consonant places are rounded textbook values.
_VOWELS = {
    "IY": (0.13, (270, 2290, 3010)),
    "IH": (0.09, (390, 1990, 2550)),
    "EH": (0.12, (530, 1840, 2480)),
    "AE": (0.13, (660, 1720, 2410)),
    "AA": (0.15, (730, 1090, 2440)),
    "AH": (0.09, (600, 1190, 2390)),
    "UW": (0.13, (300, 870, 2240)),
    "ER": (0.14, (490, 1350, 1690)),
}
_GLIDES = {
    "EY": (0.17, (500, 1850, 2500), (310, 2200, 2900)),
    "OW": (0.18, (560, 950, 2400), (340, 820, 2250)),
    "AY": (0.20, (730, 1150, 2440), (350, 2050, 2700)),
    "AW": (0.20, (730, 1200, 2440), (360, 900, 2300)),
}
_CONSONANTS = {
    "L": Sound(0.07, (360, 1300, 2700), 0.55),
    "R": Sound(0.07, (330, 1060, 1380), 0.6),
    "W": Sound(0.07, (300, 650, 2200), 0.6),
    "M": Sound(0.08, (260, 1000, 2200), 0.4),
    "N": Sound(0.07, (270, 1450, 2300), 0.4),
    "V": Sound(0.06, (300, 1100, 2200), 0.35, "breath", 0.15),
    "DH": Sound(0.05, (300, 1350, 2500), 0.35, "breath", 0.12),
    "Z": Sound(0.08, (280, 1600, 2500), 0.28, "sharp", 0.3),
    "S": Sound(0.10, (320, 1700, 2600), 0.0, "sharp", 0.75),
    "SH": Sound(0.11, (320, 1800, 2500), 0.0, "broad", 0.8),
    "F": Sound(0.10, (340, 1100, 2300), 0.0, "breath", 0.5),
    "HH": Sound(0.06, (560, 1500, 2500), 0.0, "breath", 0.5),
}
# a stop is a silence and a burst: place in hertz, which noise, how loud, how voiced the closure is
_STOPS = {
    "P": ((320, 800, 2200), "breath", 0.6, 0.0),
    "B": ((300, 800, 2200), "breath", 0.25, 0.2),
    "T": ((330, 1750, 2650), "sharp", 0.6, 0.0),
    "D": ((300, 1700, 2600), "sharp", 0.25, 0.2),
    "K": ((330, 1900, 2400), "broad", 0.65, 0.0),
    "G": ((310, 1850, 2350), "broad", 0.25, 0.2),
    "CH": ((330, 1800, 2500), "broad", 0.85, 0.0),
}
_BANDS = {"sharp": (5200, 9000), "broad": (1900, 4600), "breath": (900, 6500)}


def score(sentences: Sequence[Sentence], seconds: float) -> Samples:
    """The whole soundtrack as float samples within -1..1, shape (samples, 2), exactly `seconds` long."""
    count = round(seconds * SAMPLE_RATE)
    dry = np.zeros(count)
    for sentence in sentences:
        # the caption stands a little longer than the voice speaks
        spoken = speak(sentence.sounds, sentence.end_seconds - sentence.start_seconds - 0.16)
        start = round((sentence.start_seconds + 0.04) * SAMPLE_RATE)
        dry[start : start + len(spoken)] += spoken[: count - start]
    voice = _in_a_room(dry) * VOICE_GAIN
    mixed = voice + _bed(count) * BED_GAIN
    return np.tanh(mixed * 1.02) * _fades(count)[:, None]


# ---------------------------------------------------------------- the voice


def speak(sounds: str, seconds: float) -> Samples:
    """One sentence of ARPAbet `sounds` stretched to `seconds`; mono, loudest vowels near 1."""
    steps, accents = _lay_out(sounds, seconds)
    tracks = {name: _glide(np.array(values, float), width) for name, (values, width) in steps.items()}
    pitch = _melody(len(tracks["voice"]), accents)
    count = round(seconds * SAMPLE_RATE)
    at = np.arange(count) / SAMPLE_RATE / STEP_SECONDS
    spoken = _vowels(tracks, pitch, count)
    for name, (low, high) in _BANDS.items():
        level = np.interp(at, np.arange(len(tracks[name])), tracks[name])
        spoken += level * _noise(count, low, high) * 0.5
    edge = round(0.012 * SAMPLE_RATE)
    ramp = np.linspace(0, 1, edge)
    spoken[:edge] *= ramp
    spoken[-edge:] *= ramp[::-1]
    return spoken


def _lay_out(sounds: str, seconds: float) -> tuple[dict[str, tuple[list[float], int]], list[tuple[float, float]]]:
    """Each quantity step by step with the steps it takes to move, and the accents (place, strength)."""
    spoken = [sound for name in sounds.split() for sound in _sounds_of(name)]
    stretch = seconds / sum(sound.seconds for sound in spoken)
    names = ("f1", "f2", "f3", "voice", *_BANDS)
    steps: dict[str, list[float]] = {name: [] for name in names}
    accents, passed = [], 0.0
    for name in sounds.split():
        for sound in _sounds_of(name):
            passed += sound.seconds * stretch
            long = round(passed / STEP_SECONDS) - len(steps["voice"])
            _append(steps, sound, long)
            if name.endswith("1") and sound.voice == 1:
                accents.append(((passed - sound.seconds * stretch / 2) / seconds, 1.0))
    return {name: (steps[name], 9 if name.startswith("f") else 4) for name in names}, accents


def _sounds_of(name: str) -> list[Sound]:
    plain, stressed = name.rstrip("01"), name.endswith("1")
    longer = 1.25 if stressed else 0.9
    if plain == ",":
        return [Sound(0.13, (500, 1500, 2500), 0.0)]
    if plain in _VOWELS:
        length, formants = _VOWELS[plain]
        return [Sound(length * longer, formants, 1.0 if stressed else 0.8)]
    if plain in _GLIDES:
        length, start, end = _GLIDES[plain]
        return [Sound(length * longer, start, 1.0 if stressed else 0.8, glide_to=end)]
    if plain in _STOPS:
        formants, noise, hiss, voiced = _STOPS[plain]
        return [
            Sound(0.05, formants, voiced),
            Sound(0.035 if plain != "CH" else 0.08, formants, 0.0, noise, hiss),
        ]
    return [_CONSONANTS[plain]]


def _append(steps: dict[str, list[float]], sound: Sound, long: int) -> None:
    for k in range(long):
        share = k / max(long - 1, 1)
        goal = sound.glide_to or sound.formants
        for name, start, end in zip(("f1", "f2", "f3"), sound.formants, goal, strict=True):
            steps[name].append(start + (end - start) * share)
        steps["voice"].append(sound.voice)
        for band in _BANDS:
            steps[band].append(sound.hiss if band == sound.noise else 0.0)


def _glide(track: Samples, width: int) -> Samples:
    """A mouth moves, it does not jump: the mean over `width` steps."""
    padded = np.pad(track, (width // 2, width - 1 - width // 2), mode="edge")
    return np.convolve(padded, np.ones(width) / width, mode="valid")


def _melody(steps: int, accents: Sequence[tuple[float, float]]) -> Samples:
    """Pitch in hertz: falls through the sentence, rises on accents, drops at the end."""
    place = np.linspace(0, 1, steps)
    pitch = 132 - 24 * place - 16 * np.clip((place - 0.86) / 0.14, 0, 1)
    for where, strength in accents:
        pitch += 17 * strength * np.exp(-(((place - where) / 0.07) ** 2)) * (1 - 0.4 * where)
    return pitch + 1.2 * np.sin(np.arange(steps) * STEP_SECONDS * 2 * math.pi * 5.1)


def _vowels(tracks: dict[str, Samples], pitch: Samples, count: int) -> Samples:
    ring = round(0.03 * SAMPLE_RATE)
    time = np.arange(ring) / SAMPLE_RATE
    spoken, now, pulse = np.zeros(count + ring), 0.0, 0
    attack = 0.5 - 0.5 * np.cos(np.pi * np.clip(time / 0.0009, 0, 1))
    while now * SAMPLE_RATE < count:
        step = min(int(now / STEP_SECONDS), len(pitch) - 1)
        strength = tracks["voice"][step]
        if strength > 0.02:
            start = round(now * SAMPLE_RATE)
            spoken[start : start + ring] += strength * attack * _opening(tracks, step, time)
        # a trace of unevenness keeps it from buzzing
        now += (1 + 0.007 * math.sin(pulse * 2.399)) / pitch[step]
        pulse += 1
    return spoken[:count] * 0.62


def _opening(tracks: dict[str, Samples], step: int, time: Samples) -> Samples:
    """What one opening of the glottis sets ringing."""
    formants = (tracks["f1"][step], tracks["f2"][step], tracks["f3"][step], 3500.0)
    rows = zip(formants, (70, 95, 140, 220), (1.0, 0.5, 0.26, 0.09), strict=True)
    ringing = sum(
        level * np.exp(-math.pi * width * time) * np.sin(2 * math.pi * hertz * time) for hertz, width, level in rows
    )
    return ringing + 0.35 * np.exp(-time * 160) * np.sin(2 * math.pi * 120 * time)


def _noise(count: int, low: float, high: float) -> Samples:
    spectrum = np.fft.rfft(np.random.default_rng(round(low)).standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    middle, width = (low + high) / 2, (high - low) / 2
    shaped = np.fft.irfft(spectrum * np.exp(-(((hertz - middle) / width) ** 2)), count)
    return shaped / (np.std(shaped) * 4 + 1e-9)


def _in_a_room(dry: Samples) -> Samples:
    """Stereo, with a short quiet room that is a little different on each side."""
    sides = []
    for seed in (3, 5):
        long = round(0.22 * SAMPLE_RATE)
        room = np.random.default_rng(seed).standard_normal(long) * np.exp(-np.arange(long) / SAMPLE_RATE * 26)
        room[: round(0.008 * SAMPLE_RATE)] = 0
        sides.append(dry + 0.012 * _convolve(dry, room))
    return np.stack(sides, axis=-1)


def _convolve(one: Samples, other: Samples) -> Samples:
    size = 1 << (len(one) + len(other)).bit_length()
    return np.fft.irfft(np.fft.rfft(one, size) * np.fft.rfft(other, size), size)[: len(one)]


# ---------------------------------------------------------------- the bed

_CHORDS = ((48, 60, 64, 67, 71), (45, 57, 60, 64, 67), (41, 57, 60, 65, 69), (43, 55, 59, 62, 67))
_BAR_SECONDS, _PLUCKS = 2.4, (1, 3, 2, 4, 3, 1, 4, 2)


def _bed(count: int) -> Samples:
    """Four chords in turn: a pad that breathes, a plucked line, and the sea."""
    bars = math.ceil(count / SAMPLE_RATE / _BAR_SECONDS)
    long = round((bars + 2) * _BAR_SECONDS * SAMPLE_RATE)
    bed = np.zeros((long, 2))
    for bar in range(bars):
        chord = _CHORDS[bar % 4]
        start = round(bar * _BAR_SECONDS * SAMPLE_RATE)
        for k, note in enumerate(chord):
            _add(bed, start, _pad(note), 0.5, 0.32 + 0.09 * k)
        for k, voice in enumerate(_PLUCKS):
            at = start + round(k * _BAR_SECONDS / len(_PLUCKS) * SAMPLE_RATE)
            _add(bed, at, _pluck(chord[voice] + 12), 0.55, 0.3 + 0.4 * (k % 2))
    return bed[:count] + _surf(count) * 0.5


def _add(bed: Samples, start: int, tone: Samples, level: float, right: float) -> None:
    bed[start : start + len(tone), 0] += tone * level * math.cos(right * math.pi / 2)
    bed[start : start + len(tone), 1] += tone * level * math.sin(right * math.pi / 2)


def _pad(note: int) -> Samples:
    time = np.arange(round(_BAR_SECONDS * 1.3 * SAMPLE_RATE)) / SAMPLE_RATE
    hertz = 440 * 2 ** ((note - 69) / 12)
    tone = sum(np.sin(2 * math.pi * hertz * k * (1 + d) * time) / k**2 for k in (1, 2, 3) for d in (-0.0014, 0.0014))
    return tone * np.sin(math.pi * np.clip(time / time[-1], 0, 1)) ** 0.7 * 0.5


def _pluck(note: int) -> Samples:
    time = np.arange(round(1.2 * SAMPLE_RATE)) / SAMPLE_RATE
    hertz = 440 * 2 ** ((note - 69) / 12)
    rows = ((1, 1.0, 3.5), (2, 0.4, 6.0), (3, 0.22, 9.0), (5.4, 0.1, 16.0))
    tone = sum(level * np.sin(2 * math.pi * hertz * k * time) * np.exp(-decay * time) for k, level, decay in rows)
    return tone * np.clip(time / 0.004, 0, 1)


def _surf(count: int) -> Samples:
    swell = 0.55 + 0.45 * np.sin(np.arange(count) / SAMPLE_RATE * 2 * math.pi / 5.3)
    return np.stack([_noise(count, low, low + 500) * swell for low in (250, 260)], axis=-1)


def _fades(count: int) -> Samples:
    rise, fall = 0.25 * SAMPLE_RATE, 0.6 * SAMPLE_RATE
    place = np.arange(count)
    return np.clip(np.minimum(place / rise, (count - 1 - place) / fall), 0, 1)

"""What recognising and timing speech comes to: word error rates on recordings, errors of word starts on made speech.

    python tests/bench/bench_speech.py [--model tiny.en --model base] [--footage ../shared/footage]

Needs the extra `transcribe` and a model; for the made speech, espeak-ng on PATH (apt-get install espeak-ng).

  WER     plain: lower case, no punctuation, nothing else evened out ("Mr." is not "mister"); (wrong + missing + extra)
          words by words spoken
  apart   words spoken one by one and set beside each other with gaps of 60 to 180 ms, and 0.4 to 1.1 s at commas and
          full stops: the true starts are known to the sample
  connected  the same text spoken in one go, at 150 and 200 words a minute; starts as espeak-ng's library tells
  starts  |start told - true start| of the words that were recognised (`transcribe`), and of all (`align`: the text was
          given); rough is what the recogniser says, before `word_times.settle`
"""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import difflib
import random
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variantgen.analyze.align import align_text, letters
from variantgen.analyze.sound import SPEECH_HZ, decode_sound, find_sound
from variantgen.analyze.speech import hear, load_recogniser
from variantgen.analyze.speech_models import find_model
from variantgen.analyze.word_times import settle
from variantgen.media.ffmpeg import find_ffmpeg
from variantgen.model import Word

JFK = "And so my fellow Americans, ask not what your country can do for you, ask what you can do for your country."
# William Shakespeare, 1609; the reader says the number of the sonnet and its author or not, which the rate counts
SONNET_1 = """From fairest creatures we desire increase, That thereby beauty's rose might never die,
But as the riper should by time decease, His tender heir might bear his memory:
But thou, contracted to thine own bright eyes, Feed'st thy light's flame with self-substantial fuel,
Making a famine where abundance lies, Thyself thy foe, to thy sweet self too cruel.
Thou that art now the world's fresh ornament And only herald to the gaudy spring,
Within thine own bud buriest thy content And, tender churl, mak'st waste in niggarding.
Pity the world, or else this glutton be, To eat the world's due, by the grave and thee."""
ENGLISH = """Good morning and welcome back to the garden. Today we plant three kinds of tomato, and later we water the
young trees. A small bucket is enough, because the ground is still wet from the rain. If you have any questions, write
them down and send them to us. We answer every letter before the end of the week."""
GERMAN = """Guten Morgen und willkommen im Garten. Heute pflanzen wir drei Sorten Tomaten, und danach gießen wir die
jungen Bäume. Ein kleiner Eimer genügt, denn der Boden ist noch nass vom Regen. Wenn ihr Fragen habt, schreibt sie auf
und schickt sie uns. Wir beantworten jeden Brief vor dem Ende der Woche."""
MADE = {"en": ("en-us", ENGLISH), "de": ("de", GERMAN)}


def plain_words(text: str) -> list[str]:
    """Lower case, without punctuation."""
    return re.sub(r"[^\w\s]", "", text.lower().replace("-", " ")).split()


def word_errors(spoken: Sequence[str], heard: Sequence[str]) -> int:
    """The fewest words to change, add or leave out (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for n, word in enumerate(spoken, 1):
        before, row[0] = row[0], n
        for m, other in enumerate(heard, 1):
            before, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, before + (word != other))
    return row[-1]


def spoken_apart(voice: str, text: str, seed: int, folder: Path) -> tuple[NDArray[np.int16], list[tuple[str, float]]]:
    """Speech at `SPEECH_HZ` made word by word, and each word with its true start in seconds."""
    chance = random.Random(seed)
    pieces: list[NDArray[Any]] = [np.zeros(SPEECH_HZ // 2)]
    truth, at = [], SPEECH_HZ // 2
    for word in text.split():
        made = folder / "word.wav"
        subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", made, word.strip(".,")], check=True)
        sound = _read_wav(made)
        truth.append((word, at / SPEECH_HZ))
        gap = chance.uniform(0.4, 1.1) if word[-1] in ".," else chance.uniform(0.06, 0.18)
        pieces += [sound, np.zeros(round(gap * SPEECH_HZ))]
        at += len(pieces[-2]) + len(pieces[-1])
    return np.concatenate(pieces).astype(np.int16), truth


def spoken_connected(voice: str, text: str, rate: int) -> tuple[NDArray[np.int16], list[tuple[str, float]]]:
    """Speech at `SPEECH_HZ` made in one go, and each word with the start that it tells (speak_lib.h)."""

    class Event(ctypes.Structure):
        _fields_ = (
            ("type", ctypes.c_int), ("id", ctypes.c_uint), ("position", ctypes.c_int), ("length", ctypes.c_int),
            ("milliseconds", ctypes.c_int), ("sample", ctypes.c_int), ("user", ctypes.c_void_p), ("of", ctypes.c_int64),
        )  # fmt: skip

    library = ctypes.CDLL(ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1")
    sound: list[NDArray[Any]] = [np.zeros(SPEECH_HZ // 2)]
    truth: list[tuple[str, float]] = []

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))
    def take(samples: Any, count: int, events: Any) -> int:
        if count:
            sound.append(_at_speech_hz(np.ctypeslib.as_array(samples, (count,)).astype(np.float32), hertz))
        place = 0
        while events[place].type:
            if events[place].type == 1:  # a word; the position counts letters from 1
                at = events[place].position - 1
                truth.append((text[at : at + events[place].length], 0.5 + events[place].milliseconds / 1000))
            place += 1
        return 0

    hertz = library.espeak_Initialize(2, 0, None, 0)
    library.espeak_SetSynthCallback(take)
    library.espeak_SetVoiceByName(voice.encode())
    library.espeak_SetParameter(1, rate, 0)
    written = text.encode() + b"\0"
    library.espeak_Synth(written, len(written), 0, 1, 0, 1, None, None)
    library.espeak_Synchronize()
    return np.concatenate([*sound, np.zeros(SPEECH_HZ // 2)]).astype(np.int16), truth


def _at_speech_hz(samples: NDArray[Any], hertz: int) -> NDArray[Any]:
    times = np.arange(round(len(samples) * SPEECH_HZ / hertz)) * hertz / SPEECH_HZ
    return np.interp(times, np.arange(len(samples)), samples)


def _read_wav(path: Path) -> NDArray[Any]:
    """A mono WAV file of espeak-ng at `SPEECH_HZ`, without the silence around the word."""
    import wave

    with wave.open(str(path)) as file:
        rate, raw = file.getframerate(), file.readframes(file.getnframes())
    samples = np.frombuffer(raw, "<i2").astype(np.float32)
    loud = np.flatnonzero(np.abs(samples) > 200)
    return _at_speech_hz(samples[loud[0] : loud[-1]], rate)


def start_errors(truth: Sequence[tuple[str, float]], words: Sequence[Word]) -> NDArray[Any]:
    """Told less true starts, in milliseconds, of the words that both have in the same place."""
    ours, theirs = [letters(word) for word, _ in truth], [letters(word.text) for word in words]
    return np.array([
        1000 * (words[block.b + n].start_seconds - truth[block.a + n][1])
        for block in difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
        for n in range(block.size)
    ])  # fmt: skip


def told(errors: NDArray[Any]) -> str:
    """Median, nine tenths and the largest of errors, and how many there are."""
    size = np.abs(errors)
    median, most = np.median(size), np.quantile(size, 0.9)
    return f"median {median:4.0f} ms  p90 {most:4.0f}  most {size.max():4.0f}  ({len(size)} words)"


def bench_recordings(recogniser: Any, footage: Path) -> None:
    """Word error rates on the recordings of the footage folder."""
    spoken = {
        "jfk.flac": JFK,
        "sonnet-1.mp3": SONNET_1,
        "lucier.mp3": (footage / "speech" / "lucier.txt").read_text("utf-8"),
    }
    for name, text in spoken.items():
        path = footage / "speech" / name
        with tempfile.TemporaryDirectory() as folder:
            samples = decode_sound(find_ffmpeg(None), find_sound(path), Path(folder))
            began = time.perf_counter()
            heard = hear(samples, recogniser)
            took = time.perf_counter() - began
            words = plain_words(" ".join(word.text for word in heard.words))
            wrong, count = word_errors(plain_words(text), words), len(plain_words(text))
            seconds = len(samples) / SPEECH_HZ
            found = align_text(text, heard.words, end_seconds=seconds).found_share
            print(
                f"  {name:13} WER {wrong}/{count} = {wrong / count:6.1%}   {took:5.1f} s for {seconds:5.1f} s"
                f"   text found {found:.0%}"
            )
            del samples


def bench_starts(recogniser: Any, language: str) -> None:
    """Errors of word starts on made speech."""
    voice, text = MADE[language]
    text = " ".join(text.split())
    with tempfile.TemporaryDirectory() as folder:
        made = {"apart": [spoken_apart(voice, text, seed, Path(folder)) for seed in (1, 2, 3)]}
    made["connected"] = [spoken_connected(voice, text, rate) for rate in (150, 200)]
    for kind, sounds in made.items():
        rows: dict[str, list[NDArray[Any]]] = {}
        for samples, truth in sounds:
            heard = hear(samples, recogniser, language=language).words
            given = align_text(text, heard, end_seconds=len(samples) / SPEECH_HZ).words
            for row, words in {
                "transcribe, rough": heard,
                "transcribe": settle(samples, heard, language),
                "align, rough": given,
                "align": settle(samples, given, language),
            }.items():
                rows.setdefault(row, []).append(start_errors(truth, words))
        for row, errors in rows.items():
            print(f"  {language} {kind:10} {row:18} {told(np.concatenate(errors))}")


def main() -> None:
    """Measures and prints."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--model", action="append")
    words.add_argument("--footage", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "footage")
    given = words.parse_args()
    for name in given.model or ("tiny.en", "base"):
        recogniser = load_recogniser(find_model(name))
        print(name)
        if given.footage.is_dir():
            bench_recordings(recogniser, given.footage)
        if shutil.which("espeak-ng"):
            for language in MADE:
                if language in recogniser.supported_languages:
                    bench_starts(recogniser, language)


if __name__ == "__main__":
    main()

"""`--length 60,30,15,6` of a spoken film, as it is typed: shared spans are encoded once, hook and call are in each."""

from __future__ import annotations

import json
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from random import Random

import av
import masters
import numpy as np
import pytest
from renders import write_placement

from variantgen.analyze import whole
from variantgen.analyze.detectors import Detectors

pytestmark = pytest.mark.e2e

RATE = Fraction(10)
LENGTHS = (60, 30, 15, 6)
HOOK, CALL = "Here all bread sings.", "Visit us on Saturday."
SUBJECTS = ("The baker", "Our oven", "A neighbour", "The old mill", "My grandmother", "The first loaf", "Maria")
VERBS = ("changed", "carried", "surprised", "rebuilt", "remembered", "measured", "followed", "repaired", "filled")
OBJECTS = ("the narrow kitchen", "three hundred people", "a bag of rye", "an empty shop window", "the late train")
TAILS = ("", "before sunrise", "in one week", "without a plan", "for 9 euros", "after the long rain")
Said = tuple[float, float, str]


def speech(seconds: float) -> list[list[Said]]:
    """Sentences of words with their times, from the hook to the call; about every fourth leans on the one before."""
    chance, at, sentences = Random(5), 0.5, []

    def say(text: str) -> None:
        nonlocal at
        words = []
        for word in text.split():
            length = 0.1 + 0.05 * len(word)
            words.append((round(at, 2), round(at + length, 2), word))
            at += length + chance.choice((0.02, 0.05, 0.1, 0.1, 0.45))
        sentences.append(words)
        at += chance.choice((0.15, 0.3, 0.5, 0.8, 1.2))

    say(HOOK)
    while at < seconds - 6:
        text = " ".join(chance.choice(words) for words in (SUBJECTS, VERBS, OBJECTS, TAILS)).strip()
        say(f"{f'But {text[0].lower()}{text[1:]}' if chance.random() < 0.25 else text}.")
    say(CALL)
    return sentences


def sounding(sentences: list[list[Said]], seconds: float) -> np.ndarray:
    """A tone of its own for every word, over the soft noise of a room."""
    sound = 0.001 * np.random.default_rng(1).standard_normal(round(seconds * masters.SAMPLE_RATE))
    for number, (start, end, _) in enumerate(word for words in sentences for word in words):
        first, last = (round(at * masters.SAMPLE_RATE) for at in (start, end))
        edges = np.minimum(1, np.minimum(np.arange(last - first), np.arange(last - first)[::-1]) / 480)
        sound[first:last] += edges * masters.tone(10, 200 + 7 * (number % 60))[: last - first]
    return sound


def written(folder: Path, sentences: list[list[Said]]) -> tuple[Path, Path]:
    """The words as a transcript, and the hook and the call to action as a CSV of marks."""
    segments = [
        {
            "start": words[0][0], "end": words[-1][1], "text": " ".join(text for _, _, text in words),
            "words": [{"start": start, "end": end, "word": f" {text}"} for start, end, text in words],
        }
        for words in sentences
    ]  # fmt: skip
    captions, marks = folder / "words.json", folder / "marks.csv"
    captions.write_text(json.dumps({"language": "en", "segments": segments}))
    rows = [("hook", sentences[0]), ("cta", sentences[-1])]
    marks.write_text("name,start,end\n" + "".join(f"{kind},{w[0][0]},{w[-1][1]}\n" for kind, w in rows))
    return captions, marks


def shown(path: Path) -> list[int]:
    """The number stamped on every frame, above its captions."""
    with av.open(str(path)) as film:
        return [masters.read_stamp(frame.to_ndarray(format="gray")[35:125]) for frame in film.decode(video=0)]


def frames_of(path: Path) -> int:
    """How many frames a part holds."""
    with av.open(str(path)) as part:
        return sum(packet.size > 0 for packet in part.demux(video=0))


def cut_into(numbers: list[int], words: list[Said]) -> list[Said]:
    """Words of which some frames are shown and some are not; a frame that reaches over a word's end is the pause's."""
    seen = set(numbers)
    whole = [(range(ceil(start * RATE), floor(end * RATE)), (start, end, text)) for start, end, text in words]
    return [word for frames, word in whole if 0 < len(seen.intersection(frames)) < len(frames)]


def test_four_lengths_share_what_they_show_and_hold_hook_and_call(shelf, store, type_in, tmp_path, monkeypatch):
    """At most 1.3 times the frames of the longest are encoded; lengths are met, both marks and every word whole."""
    monkeypatch.setattr(whole, "load_detectors", lambda: Detectors(None, None))
    sentences = speech(190)
    sound = sounding(sentences, sentences[-1][-1][1] + 1.5)
    assert len(sound) >= 180 * masters.SAMPLE_RATE
    film = masters.stamped(shelf, round(len(sound) / masters.SAMPLE_RATE * RATE), RATE, sound=sound, name="spoken")
    captions, marks = written(tmp_path, sentences)
    values = {"audio.codec": "aac", "captions.mode": "burn", "captions.font_size_px": 12, "captions.max_lines": 2}
    values |= {"captions.avoid": [], "canvas.height": 160, "canvas.fit": "pad"}
    placement = write_placement(tmp_path, "spot", **values)
    said = type_in(
        "render", film, "-p", placement, "--length", ",".join(map(str, LENGTHS)), "--captions", captions,
        "--marks", marks, "-o", tmp_path / "out", "--store", store, "--json",
    )  # fmt: skip
    assert said.code == 0, said.err
    variants = json.loads(said.out.splitlines()[-1])["variants"]
    words = [word for sentence in sentences for word in sentence]
    for seconds, variant in zip(LENGTHS, variants, strict=True):
        numbers = shown(tmp_path / "out" / variant["file"])
        # in so short a cut whole sentences may be worth the last half second
        assert seconds * RATE - (6 if seconds == 6 else 1) <= len(numbers) <= seconds * RATE
        assert numbers == sorted(set(numbers))
        for sentence in (sentences[0], sentences[-1]):
            assert {at for start, end, _ in sentence for at in range(ceil(start * RATE), floor(end * RATE))} <= {
                *numbers
            }
        assert cut_into(numbers, words) == []
    encoded = sum(frames_of(part) for part in (store / "parts").rglob("*.mp4"))
    assert LENGTHS[0] * RATE - 1 <= encoded <= 1.3 * LENGTHS[0] * RATE

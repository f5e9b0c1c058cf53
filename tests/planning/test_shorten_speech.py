"""Cut-downs of speech with known words: never inside a word, at sentence ends, the opening and the call held."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import pytest
from made import NTSC

from variantgen.model import Word
from variantgen.plan.shorten import Ask, Material, Shortening, explained, shorten, shorten_all

OPENINGS = ("We spent a year building the smallest bakery in Lisbon.", "Nobody told us that a garden could sing.")
CLOSINGS = ("Visit the bakery on Saturday and bring a friend.", "Call us today and ask for the garden tour.")
SUBJECTS = (
    *("The baker", "Our oven", "A neighbour", "The old mill", "Every customer", "The first loaf", "Maria", "The city"),
    *("A quiet street", "The recipe", "My grandmother", "The garden", "This flour", "The morning crew"),
)
VERBS = (
    *("changed", "carried", "surprised", "rebuilt", "paid for", "remembered", "measured", "painted", "followed"),
    *("crossed", "repaired", "opened", "tasted", "filled"),
)
OBJECTS = (
    *("the narrow kitchen", "three hundred people", "a bag of rye", "the whole market", "an empty shop window"),
    *("12 kilos of dough", "the river path", "a broken clock", "the late train", "two long winters"),
    *("the blue door", "a very stubborn starter", "40 wooden boxes", "the neighbour's piano"),
)
TAILS = ("", "", "before sunrise", "in one week", "without a plan", "for 9 euros", "after the long rain", "again")
LEANING = ("But", "So", "And", "Then")


@dataclass(frozen=True)
class Spoken:
    """Made speech: the material, and the first and last word of each sentence."""

    material: Material
    sentences: tuple[tuple[int, int], ...]


def spoken(seed: int, seconds: float, rate: Fraction = Fraction(30), *, has_pauses: bool = True) -> Spoken:
    """Speech of about that length: sentences of real-looking words, pauses, fillers, questions and answers."""
    chance = Random(seed)
    words: list[Word] = []
    sentences: list[tuple[int, int]] = []
    pauses: list[tuple[float, float]] = []
    at = 0.4 + chance.random()

    def rest(length: float) -> None:
        nonlocal at
        if length >= 0.2:
            pauses.append((round(at + 0.02, 3), round(at + length - 0.01, 3)))
        at += length

    def say(text: str) -> None:
        nonlocal at
        first = len(words)
        for place, word in enumerate(text.split()):
            if place:
                rest(chance.choice((0.0, 0.02, 0.04, 0.04, 0.05, 0.08, 0.1, 0.6 if chance.random() < 0.2 else 0.03)))
            if place and chance.random() < 0.03:
                rest(0.15)
                words.append(Word(round(at, 3), round(at + 0.3, 3), "um,"))
                at += 0.3
                rest(0.2)
            length = 0.09 + 0.05 * len(word) * chance.uniform(0.8, 1.2)
            words.append(Word(round(at, 3), round(at + length, 3), word))
            at = round(at + length, 3)
        sentences.append((first, len(words) - 1))
        rest(chance.choice((0.08, 0.2, 0.35, 0.5, 0.8, 1.4, 2.2)))

    say(OPENINGS[seed % 2])
    while at < seconds - 6:
        start, verb, end = chance.choice(SUBJECTS), chance.choice(VERBS), chance.choice(OBJECTS)
        text = f"{start} {verb} {end} {chance.choice(TAILS)}".strip()
        kind = chance.random()
        if kind < 0.12:
            text = f"{chance.choice(LEANING)} {text[0].lower()}{text[1:]}"
        elif kind < 0.2:
            say(f"How did {text[0].lower()}{text[1:]}?")
            text = f"With {chance.choice(OBJECTS)} and {chance.choice(OBJECTS)}"
        elif kind < 0.3:
            text = f"{text}, and {chance.choice(SUBJECTS).lower()} {chance.choice(VERBS)} {chance.choice(OBJECTS)}"
        say(f"{text}.")
    say(CLOSINGS[seed % 2])
    frames = int((at + 1.5) * rate)
    shots = tuple(sorted({0, *(chance.randrange(frames) for _ in range(int(seconds / 12)))}))
    material = Material(frames, rate, tuple(words), tuple(pauses) if has_pauses else (), (), shots, language="en")
    return Spoken(material, tuple(sentences))


def words_in(cut: Shortening, material: Material) -> list[int]:
    """The words that a cut-down says, as it plays."""
    middles = [(word.start_seconds + word.end_seconds) / 2 for word in material.words]
    said: list[int] = []
    for span in cut.kept:
        first, last = (bisect_left(middles, float(at / material.rate)) for at in (span.start_frame, span.end_frame))
        said += range(first, last)
    return said


def cuts_in_words(cut: Shortening, material: Material) -> list[tuple[int, str]]:
    """Borders of spans that lie inside a word, each with it."""
    starts = [word.start_seconds + 1e-6 for word in material.words]
    borders = {border for span in cut.kept for border in (span.start_frame, span.end_frame)}
    inside = []
    for border in sorted(borders):
        at = float(border / material.rate)
        word = material.words[bisect_left(starts, at) - 1]  # words do not overlap here
        if word.start_seconds + 1e-6 < at < word.end_seconds - 1e-6:
            inside.append((border, word.text))
    return inside


def cuts_between_sentences(cut: Shortening, speech: Spoken) -> tuple[int, int]:
    """How many cuts leave words out (fillers aside), and how many of these lie between sentences on both sides."""
    said = words_in(cut, speech.material)
    firsts, lasts = {first for first, _ in speech.sentences}, {last for _, last in speech.sentences}
    meant = [place for place, word in enumerate(speech.material.words) if word.text != "um,"]
    after = dict(zip(meant, meant[1:], strict=False))
    said = [place for place in said if place in after or place == meant[-1]]
    joins = [(a, b) for a, b in zip(said, said[1:], strict=False) if after.get(a) != b]
    clean = sum(a in lasts for a, _ in joins) + sum(b in firsts for _, b in joins)
    ends = (said[-1] in lasts) + (said[0] in firsts)
    return 2 * len(joins) + 2, clean + ends


# ---------------------------------------------------------------- over many lengths


@pytest.mark.parametrize("seed", range(5))
def test_no_cut_falls_into_a_word_and_most_fall_between_sentences(seed: int) -> None:
    """Over 40 random lengths each: exact to one frame, no border in a word, 95 % of cuts between sentences."""
    chance = Random(100 + seed)
    rate = (Fraction(30), NTSC, Fraction(25), Fraction(24000, 1001), Fraction(50))[seed]
    speech = spoken(seed, chance.uniform(100, 240), rate, has_pauses=seed % 2 == 0)
    cuts, clean = 0, 0
    for _ in range(40):
        target = int(chance.uniform(5, float(speech.material.frames / rate)) * rate)
        made = shorten(speech.material, Ask(target, target - 1))
        assert isinstance(made, Shortening), made
        assert target - 1 <= made.variant_frames <= target
        assert cuts_in_words(made, speech.material) == []
        more, well = cuts_between_sentences(made, speech)
        cuts, clean = cuts + more, clean + well
    assert clean >= 0.95 * cuts


@pytest.mark.parametrize("seed", range(6))
def test_lengths_hold_the_opening_and_the_call_and_share_their_spans(seed: int) -> None:
    """60, 30, 15 s hold both; all that is encoded is at most 1.3 times the longest, cuts hidden or not."""
    speech = spoken(seed, 190)
    material = speech.material
    for hides in (False, True):
        asks = [Ask(seconds * 30, seconds * 30 - 1, hides_cuts_by_punch_in=hides) for seconds in (15, 60, 6, 30)]
        made = shorten_all(material, asks)
        cuts = [cut for cut in made if isinstance(cut, Shortening)]
        assert [cut.variant_frames for cut in cuts] == [450, 1800, 180, 900]
        encoded = {
            (frame, any(a <= frame < b for a, b in span.punched), cut.speed)
            for cut in cuts
            for span in cut.kept
            for frame in range(span.start_frame, span.end_frame)
        }
        assert made[1] == shorten(material, replace(asks[1], max_speed=Fraction(1)))  # the longest has its free choice
        assert len(encoded) <= 1.3 * cuts[1].kept_frames
        for cut in (cuts[0], cuts[1], cuts[3]):
            said = " ".join(material.words[place].text for place in words_in(cut, material)).replace("um, ", "")
            assert said.startswith(OPENINGS[seed % 2])
            assert said.endswith(CLOSINGS[seed % 2])


def test_the_same_material_gives_the_same_cut() -> None:
    """Two plannings of one ask are equal to the last word."""
    first, second = (shorten(spoken(7, 150).material, Ask(900, 880)) for _ in range(2))
    assert first == second


def test_the_notes_have_one_line_a_span_and_quote_it() -> None:
    """The editor's notes name every kept and dropped span in order, with its time and words."""
    material = spoken(4, 150).material
    made = shorten(material, Ask(900, 890))
    assert isinstance(made, Shortening)
    lines = explained(made, material)
    assert lines[0] == made.why
    assert len(lines) == 1 + len(made.kept) + len(made.dropped)
    assert [line.split()[1] for line in lines[1:]] == sorted((line.split()[1] for line in lines[1:]), key=_seconds)
    assert any(line.startswith("keep") and '"We spent a ' in line and line.endswith("the opening") for line in lines)
    assert any(line.startswith("drop") and "a pause of" in line for line in lines)


def _seconds(times: str) -> float:
    minutes, _, seconds = times.partition("-")[0].partition(":")
    return 60 * int(minutes) + float(seconds)

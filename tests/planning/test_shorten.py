"""Cut-downs, one rule a test: pauses, fillers, sense, marks, speed, shots; and what holds for any material."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variantgen.model import Word
from variantgen.plan.shorten import Ask, LengthMark, Material, Shortening, explained, shorten, shorten_all
from variantgen.plan.shorten.links import links_of
from variantgen.plan.shorten.pieces import candidates_of
from variantgen.plan.shorten.speech import speech_of
from variantgen.plan.shorten.vocabulary import language_told

RATE = Fraction(30)
PLAIN = (
    "The farmer crossed a narrow valley under heavy cloud.",
    "The doctor mended an old bicycle beside green water.",
    "The sailor carried a wooden ladder through empty rooms.",
    "The teacher found a silver spoon inside warm bread.",
    "The painter sold a yellow curtain after long talks.",
    "The driver lost a paper ticket behind stone walls.",
    "The hunter built a quiet engine without cheap tools.",
    "The singer wrote a short letter across thin glass.",
    "The baker opened a second window above busy streets.",
    "The miller kept a round table below dark beams.",
)
WORDS = 9
"""In each of them."""


def told(*sentences: str, rest: float = 0.4, word: float = 0.3, gap: float = 0.05, **changes: Any) -> Material:
    """Sentences spoken evenly, `rest` seconds between them, as a master at 30 a second; `|` in a text is a second."""
    words: list[Word] = []
    at = 0.5
    for sentence in sentences:
        for text in sentence.split():
            if text == "|":
                at += 1.0
                continue
            words.append(Word(round(at, 3), round(at + word, 3), text))
            at += word + gap
        at += rest - gap
    made = Material(frames=int((at + 0.5) * RATE), rate=RATE, words=tuple(words), language="en")
    return replace(made, **changes)


def plain(count: int) -> list[str]:
    """So many sentences that lean on nothing."""
    return list(PLAIN[:count])


def asked(seconds: float, slack: float = 0.5, **changes: Any) -> Ask:
    """A length with a window of `slack` seconds below it."""
    return Ask(int(seconds * RATE), int((seconds - slack) * RATE), **changes)


def cut(material: Material, ask: Ask) -> Shortening:
    """The cut-down, which there must be."""
    made = shorten(material, ask)
    assert isinstance(made, Shortening), made
    return made


def text_of(made: Shortening, material: Material) -> str:
    """What a cut-down says, as it plays."""
    return " ".join(
        word.text
        for span in made.kept
        for word in material.words
        if span.start_frame <= (word.start_seconds + word.end_seconds) / 2 * RATE < span.end_frame
    )


def kept_frames(made: Shortening) -> set[int]:
    """Every frame that is shown."""
    return {frame for span in made.kept for frame in range(span.start_frame, span.end_frame)}


# ---------------------------------------------------------------- whole, or not at all


def test_a_master_that_fits_is_kept_whole() -> None:
    """Nothing is cut where nothing must be."""
    material = told(*plain(3))
    made = cut(material, Ask(material.frames))
    assert [(span.start_frame, span.end_frame) for span in made.kept] == [(0, material.frames)]
    assert made.dropped == ()


def test_a_master_that_is_too_short_is_refused_with_both_lengths() -> None:
    """A cut-down cannot be longer than its master, and says so."""
    material = replace(told(*plain(1)), frames=120)
    assert shorten(material, Ask(900, 600)) == (
        "the master is 4.0 s and at least 20.0 s is asked for; it cannot be cut to be longer"
    )


def test_what_cannot_be_tightened_enough_says_how_long_it_stays() -> None:
    """Tightening drops no sentence: it names the length it reaches and what would help."""
    said = shorten(told(*plain(6), rest=1.5), asked(5, method="tighten"))
    assert isinstance(said, str)
    assert "without its pauses and fillers it still lasts 21.0 s and 5.0 s is asked for" in said
    assert "method auto" in said


# ---------------------------------------------------------------- pauses and fillers


def test_pauses_are_shortened_before_any_sentence_is_lost() -> None:
    """A length that tightening reaches keeps every word, and no rest falls below a natural one."""
    material = told(*plain(4), rest=2.5)
    made = cut(material, asked(15, method="auto"))
    assert text_of(made, material) == " ".join(plain(4))
    borders = [(a.end_frame, b.start_frame) for a, b in zip(made.kept, made.kept[1:], strict=False)]
    assert len(borders) == 3
    for end, start in borders:
        before = max(word.end_seconds for word in material.words if word.end_seconds * RATE <= end)
        after = min(word.start_seconds for word in material.words if word.start_seconds * RATE >= start)
        assert end / RATE - before >= 0.12 - 1e-6
        assert after - start / RATE >= 0.08 - 1e-6
        assert end / RATE - before + after - start / RATE >= 0.25


def test_short_pauses_and_sounds_are_left_alone() -> None:
    """Where pauses were measured, a gap between words that is not quiet keeps its sound: it may be a laugh."""
    material = told("Here they | laughed at the joke.", "Nobody else | could tell it.", rest=0.4)
    laugh = next(word.end_seconds for word in material.words if word.text == "they")
    quiet = next(word.end_seconds for word in material.words if word.text == "else")
    heard = replace(material, pauses=((quiet + 0.05, quiet + 1.0),))
    made = cut(heard, Ask(material.frames - 12, 0, method="tighten"))
    assert int((laugh + 0.5) * RATE) in kept_frames(made)
    assert int((quiet + 0.7) * RATE) not in kept_frames(made)


def test_fillers_go_where_they_stand_alone() -> None:
    """A filler between two little pauses is left out; one that runs into its neighbour stays."""
    material = told("We um sold the old um house", "and, you know, moved away.", gap=0.1, rest=0.1)
    words = list(material.words)
    words[5] = replace(words[5], start_seconds=words[4].end_seconds)
    tight = replace(material, words=tuple(words))
    whole = float(tight.frames / RATE)
    made = cut(tight, asked(whole - 1.6, slack=1.0, method="tighten"))
    assert text_of(made, tight) == "We sold the old um house and, moved away."
    assert any(span.why == 'filler "you know,"' for span in made.dropped)


def test_a_filler_does_not_come_back_to_fill_a_length() -> None:
    """Room after the last word is used up to a filler and no further."""
    material = told(*plain(4), "um", rest=0.6)
    um = material.words[-1]
    said = set(range(int(um.start_seconds * RATE) + 1, int(um.end_seconds * RATE)))
    cuts = [shorten(material, asked(tenths / 10, 0.1)) for tenths in range(60, 130, 2)]
    made = [one for one in cuts if isinstance(one, Shortening)]
    assert len(made) > 5
    assert not any(kept_frames(one) & said for one in made if len(text_of(one, material).split()) < 4 * WORDS)


def test_what_is_a_filler_depends_on_the_language() -> None:
    """ "um" is a word in German, which is told from the other words."""
    german = Material(900, RATE, told("Wir sind um die Ecke und das ist nicht weit.", gap=0.1).words)
    assert language_told(word.text for word in german.words) == "de"
    assert len(speech_of(german, drops_fillers=True).words) == 10
    assert len(speech_of(replace(german, language="en-GB"), drops_fillers=True).words) == 9


def test_sentences_end_at_full_stops_but_not_after_abbreviations() -> None:
    """ "Dr. Smith" and "p. 5" are inside a sentence; without full stops, rests end sentences."""
    marked = told("Dr. Smith met J. Brown at 5 p.m. today.", "They left!")
    assert sum(speech_of(marked, drops_fillers=False).ends_sentence(place) for place in range(1, 11)) == 1
    bare = told("we went out", "they stayed home", rest=0.8)
    assert speech_of(bare, drops_fillers=False).sentence_of == (0, 0, 0, 1, 1, 1)


# ---------------------------------------------------------------- sense


def test_the_opening_and_the_call_to_action_are_held() -> None:
    """The first and the last sentence are in a cut that has room for both."""
    material = told("Nobody knew this valley.", *plain(8), "Come and visit us soon.")
    made = text_of(cut(material, asked(12)), material)
    assert made.startswith("Nobody knew this valley.")
    assert made.endswith("Come and visit us soon.")


def test_a_sentence_that_leans_on_the_one_before_does_not_stand_alone() -> None:
    """ "But it ..." is kept with what it speaks of, or not at all, however much else it has to say."""
    leaning = "But it sold 500 tickets in Vienna on Monday."
    material = told("Nobody knew this valley.", *plain(3), leaning, *plain(6)[3:], "Come and visit us soon.")
    for seconds in range(6, 26):
        said = text_of(cut(material, asked(seconds, slack=2)), material)
        assert leaning not in said or f"{plain(3)[2]} {leaning}" in said


def test_a_question_stays_with_its_answer() -> None:
    """Neither plays without the other."""
    question, answer = "Where did 300 people find Vienna?", "Right behind Monday's 12 markets."
    material = told("Nobody knew this valley.", *plain(3), question, answer, *plain(6)[3:], "Come and visit us soon.")
    seen = set()
    for seconds in range(6, 26):
        said = text_of(cut(material, asked(seconds, slack=2)), material)
        assert (question in said) == (answer in said)
        seen.add(question in said)
    assert seen == {True, False}


def test_an_enumeration_stays_together() -> None:
    """ "Second" does not play without "first", nor "first" alone, though sentences lie between them."""
    first, second = "First 20 Vienna bakers mixed flour.", "Second 30 Berlin bakers lit ovens."
    material = told(
        "Nobody knew this valley.", plain(1)[0], first, plain(2)[1], second, *plain(6)[2:], "Come soon now."
    )
    seen = set()
    for seconds in range(6, 26):
        said = text_of(cut(material, asked(seconds, slack=2)), material)
        assert (first in said) == (second in said)
        seen.add(first in said)
    assert seen == {True, False}


def test_of_two_takes_the_later_is_kept() -> None:
    """What is said again later is dropped first, and the notes say why."""
    first = "Our bright kitchen serves warm bread every morning, friends."
    again = "Our bright kitchen serves warm bread every single morning."
    material = told("Nobody knew this valley.", plain(1)[0], first, plain(2)[1], again, plain(3)[2], "Come and see us.")
    made = cut(material, asked(float(material.frames / RATE) - 4, slack=1.5))
    assert again in text_of(made, material)
    assert first not in text_of(made, material)
    assert any(span.why == "said again later" for span in made.dropped)


# ---------------------------------------------------------------- marks and wishes


def test_marks_keep_and_drop_to_the_word() -> None:
    """A span marked to keep is shown in full, pauses included; one marked to drop is not."""
    material = told(*plain(8), rest=1.2)
    words = material.words
    keep = LengthMark("keep", words[3 * WORDS].start_seconds, words[5 * WORDS - 1].end_seconds)
    drop = LengthMark("drop", words[WORDS].start_seconds, words[2 * WORDS - 1].end_seconds)
    marked = replace(material, marks=(keep, drop))
    made = cut(marked, asked(14))
    assert set(range(int(keep.start_seconds * RATE) + 1, int(keep.end_seconds * RATE))) <= kept_frames(made)
    assert " ".join(plain(2)[1].split()[1:-1]) not in text_of(made, marked)
    assert any(span.why == "marked to drop" for span in made.dropped)
    assert any("marked to keep" in span.why for span in made.kept)


@pytest.mark.parametrize("rest", [0.2, 0.5, 1.2])
def test_nothing_of_what_is_dropped_plays_not_even_as_a_rest(rest: float) -> None:
    """Neither the rest after the word before nor the lead of the word after reaches into a span marked to drop."""
    material = told(*plain(8), rest=rest)
    words = material.words
    drop = LengthMark("drop", words[2 * WORDS - 1].end_seconds + 0.03, words[4 * WORDS].start_seconds)
    for seconds in (8, 12, 16):
        made = cut(replace(material, marks=(drop,)), asked(seconds))
        dropped = range(round(drop.start_seconds * RATE), round(drop.end_seconds * RATE))
        assert not kept_frames(made) & set(dropped)


def test_too_much_to_keep_is_refused_with_its_length() -> None:
    """Marks are promises: where they do not fit, that is said and nothing is cut."""
    material = replace(told(*plain(8)), marks=(LengthMark("keep", 0.5, 15.0),))
    said = shorten(material, asked(10))
    assert isinstance(said, str)
    assert said.startswith("what is to be kept lasts 1")


def test_a_wish_opens_and_another_ends_the_cut() -> None:
    """`open_with` plays first and `end_with` last, wherever they lie in the master."""
    material = told(*plain(8))
    words = material.words
    opening, end = (
        (words[5 * WORDS].start_seconds, words[6 * WORDS - 1].end_seconds),
        (words[WORDS].start_seconds, words[2 * WORDS - 1].end_seconds),
    )
    made = cut(material, asked(14, open_with=opening, end_with=end))
    assert text_of(made, material).startswith(plain(6)[5])
    assert text_of(made, material).endswith(plain(2)[1])


def test_a_marked_hook_moves_to_the_front_only_where_order_is_free() -> None:
    """The master's order is kept unless it may be given up."""
    material = told(*plain(8))
    words = material.words
    hook = LengthMark("hook", words[5 * WORDS].start_seconds, words[6 * WORDS - 1].end_seconds)
    marked = replace(material, marks=(hook,))
    free = text_of(cut(marked, asked(14, keeps_order=False)), marked)
    bound = text_of(cut(marked, asked(14)), marked)
    assert free.startswith(plain(6)[5])
    assert plain(6)[5] in bound and not bound.startswith(plain(6)[5])


# ---------------------------------------------------------------- methods


def test_speed_alone_plays_everything_exactly_to_length() -> None:
    """Every frame plays, as much faster as it takes; beyond the limit that is refused."""
    material = told(*plain(4))
    made = cut(material, Ask(material.frames - 20, material.frames - 20, method="speed"))
    assert made.kept_frames == material.frames
    assert made.speed == Fraction(material.frames, material.frames - 20)
    assert made.variant_frames == material.frames - 20
    said = shorten(material, Ask(material.frames // 2, method="speed"))
    assert isinstance(said, str)
    assert "2.00 times the speed and at most 1.10 is allowed" in said


def test_a_little_speed_saves_the_call_to_action() -> None:
    """Where opening and call just do not fit, the cut plays a little faster instead of losing one."""
    material = told("Nobody knew this valley.", *plain(4), "Come and visit us soon.", rest=0.36)
    made = cut(material, Ask(106, 100))
    assert text_of(made, material) == "Nobody knew this valley. Come and visit us soon."
    assert 1 < made.speed <= Fraction(11, 10)


def test_a_little_speed_saves_a_sentence_where_rests_would_fill_the_length() -> None:
    """Three sentences a little faster are better than two and long rests."""
    material = told(*plain(5), rest=1.5)
    made = cut(material, Ask(300, 225))
    assert len(text_of(made, material).split()) == 3 * WORDS
    assert 1 < made.speed <= Fraction(21, 20)


def test_speed_alone_does_not_fall_below_the_window() -> None:
    """What is left after a dropped span is refused where it is too short."""
    material = told(*plain(4))
    words = material.words
    drop = LengthMark("drop", words[WORDS].start_seconds, words[2 * WORDS - 1].end_seconds)
    least = material.frames - 10
    assert isinstance(shorten(replace(material, marks=(drop,)), Ask(least, least, "speed")), str)


def test_nothing_starts_inside_a_sentence() -> None:
    """A part of a sentence is its beginning, whatever its end has to say."""
    text = "Nobody came in winter, when deep snow fell, and 500 Vienna bakers sold 900 Berlin loaves."
    material = told(text, text.replace("Nobody", "Everybody"), text.replace("Nobody", "Somebody"), rest=0.5)
    for frames in range(30, 150, 7):
        made = shorten(material, Ask(frames, frames - 8))
        for span in made.kept if isinstance(made, Shortening) else ():
            first = next(w for w in material.words if w.start_seconds * RATE >= span.start_frame - 1e-6)
            assert first.text in ("Nobody", "Everybody", "Somebody")


def test_a_cut_at_a_shot_change_costs_less() -> None:
    """Entering and leaving a sentence is cheaper where the picture changes with it."""
    material = told(*plain(5), rest=0.5)
    first, last = material.words[2 * WORDS], material.words[3 * WORDS - 1]
    shots = (0, int((first.start_seconds - 0.1) * RATE), int((last.end_seconds + 0.25) * RATE))
    without, at_shots = (
        links_of(candidates_of(one, Ask(1), grain="sentences"))
        for one in (material, replace(material, shot_starts=shots))
    )
    assert at_shots.enter[2] < without.enter[2]
    assert at_shots.leave[2] < without.leave[2]


def test_trimming_ends_at_the_last_sentence_that_fits() -> None:
    """One span from the beginning, cut after a sentence."""
    material = told(*plain(6))
    made = cut(material, asked(11, slack=4, method="trim"))
    assert len(made.kept) == 1
    assert text_of(made, material) == " ".join(plain(3))


def test_trimming_falls_back_to_a_word_but_never_into_one() -> None:
    """Where no sentence ends in the window, the cut lies between two words."""
    material = told(*plain(6))
    made = cut(material, asked(10, slack=0.4, method="trim"))
    border = made.kept[-1].end_frame / RATE
    assert not any(word.start_seconds < border < word.end_seconds for word in material.words)
    assert "between words" in made.why


def test_highlights_leave_pauses_inside_sentences_as_they_are() -> None:
    """Sentences are chosen, not tightened."""
    material = told(*(text.replace("crossed", "| crossed") for text in plain(8)))
    made = cut(material, asked(14, slack=2, method="highlights"))
    pauses = [
        (a.end_seconds, b.start_seconds)
        for a, b in zip(material.words, material.words[1:], strict=False)
        if b.text == "crossed"
    ]
    whole = [set(range(int(a * RATE) + 1, int(b * RATE))) for a, b in pauses]
    assert all(pause <= kept_frames(made) or not pause & kept_frames(made) for pause in whole)
    assert any(pause <= kept_frames(made) for pause in whole)


# ---------------------------------------------------------------- pictures


def test_without_words_cuts_lie_at_shots() -> None:
    """A spot of many shots is cut where shots begin, its first look and its last shot held."""
    shots = tuple(range(0, 900, 60))
    material = Material(900, RATE, shot_starts=shots, motion=tuple((0.1, 0.9) * 15))
    made = cut(material, asked(14))
    assert made.kept_frames == 420
    assert {border for span in made.kept for border in (span.start_frame, span.end_frame)} <= {*shots, 900}
    assert made.kept[0].start_frame == 0
    assert made.kept[-1].end_frame == 900


@pytest.mark.parametrize("seconds", range(5, 28))
def test_no_few_frames_of_another_shot_flash_up(seconds: int) -> None:
    """To the frame as long as asked, and where a span ends or begins at a shot change it does so exactly."""
    shots = (0, 223, 280, 316, 394, 484, 635, 668, 791)
    made = cut(Material(899, RATE, shot_starts=shots, motion=tuple((0.1, 0.4, 0.9) * 10)), asked(seconds, 1 / 30))
    for span in made.kept:
        assert not any(span.start_frame < shot < span.start_frame + 10 for shot in shots)
        assert not any(span.end_frame - 10 < shot < span.end_frame for shot in shots)


def test_text_to_read_is_worth_showing() -> None:
    """Of shots that are alike the one with a claim in it is kept."""
    shots = tuple(range(0, 900, 90))
    texts = tuple(float(15 <= second < 18) for second in range(30))
    made = cut(Material(900, RATE, shot_starts=shots, texts=texts), asked(12))
    assert set(range(450, 540)) <= kept_frames(made)
    assert any("text to read" in span.why for span in made.kept)


def test_speech_without_words_is_cut_in_its_pauses() -> None:
    """One long shot with many pauses is taken for speech: no cut falls into its sound."""
    pauses = tuple((2.0 + 3 * i, 2.6 + 3 * i) for i in range(20))
    material = Material(1800, RATE, pauses=pauses)
    made = cut(material, asked(20))
    for span in made.kept:
        for border in (span.start_frame, span.end_frame):
            assert border in (0, 1800) or any(a <= border / RATE <= b for a, b in pauses)


def test_a_cut_near_a_shot_change_moves_onto_it() -> None:
    """No few frames of the next shot flash up before the cut."""
    material = told(*plain(6), rest=1.0)
    end = material.words[WORDS - 1].end_seconds
    change = int((end + 0.2) * RATE)
    made = cut(replace(material, shot_starts=(0, change)), asked(10))
    ends = {span.end_frame for span in made.kept}
    assert not any(change < border <= change + 6 for border in ends)
    assert change in ends | {span.start_frame for span in made.kept} or change in kept_frames(made)


def test_jump_cuts_are_hidden_by_a_change_of_scale() -> None:
    """Inside one shot neighbours differ in scale; across a shot change nothing needs hiding."""
    material = told(*plain(8), rest=1.5)
    made = cut(material, asked(16, hides_cuts_by_punch_in=True))
    scales = [bool(span.punched) for span in made.kept]
    assert len(scales) > 2
    assert all(a != b for a, b in zip(scales, scales[1:], strict=False))
    every = replace(material, shot_starts=tuple(range(0, material.frames, 15)))
    assert not any(bool(span.punched) for span in cut(every, asked(16, hides_cuts_by_punch_in=True)).kept)


# ---------------------------------------------------------------- any material


@st.composite
def materials(draw: st.DrawFn) -> Material:
    """Any speech: words that touch or lie apart, pauses that fit or not, shots, marks."""
    rate = draw(st.sampled_from([Fraction(30), Fraction(25), Fraction(30000, 1001), Fraction(10)]))
    words, at = [], draw(st.floats(0.1, 3))
    for _ in range(draw(st.integers(0, 40))):
        length = draw(st.sampled_from([0.02, 0.2, 0.35, 1.1]))
        text = draw(st.sampled_from(["we", "But", "first", "Second", "um", "Vienna", "12", "why?", "done.", "well,"]))
        words.append(Word(round(at, 3), round(at + length, 3), text))
        at += length + draw(st.sampled_from([0.0, 0.0, 0.01, 0.1, 0.4, 1.0, 4.0, -0.05]))
    total = int((max(at, 0) + draw(st.floats(0.2, 8))) * rate) + 1
    span = st.tuples(st.floats(0, 20), st.floats(0.2, 4)).map(lambda pair: (pair[0], pair[0] + pair[1]))
    kinds = st.sampled_from(["keep", "drop", "hook", "cta"])
    marks = draw(st.lists(st.builds(lambda kind, at: LengthMark(kind, *at), kinds, span), max_size=2))
    shots = sorted({0, *draw(st.lists(st.integers(0, total - 1), max_size=5))})
    pauses = tuple(sorted(draw(st.lists(span, max_size=4))))
    return Material(total, rate, tuple(words), pauses, (), tuple(shots), marks=tuple(marks), language="en")


METHODS = st.sampled_from(["auto", "auto", "auto", "trim", "tighten", "highlights", "speed"])


@settings(max_examples=150, deadline=None)
@given(materials(), METHODS, st.floats(0.05, 1.1), st.floats(0, 1), st.booleans(), st.booleans())
def test_any_cut_is_a_partition_of_its_master_inside_its_window(
    material: Material, method: Any, share: float, window: float, keeps_order: bool, opens: bool
) -> None:
    """Kept and dropped spans hold every frame once, the length is in the window, and what is refused says why."""
    target = max(1, int(material.frames * share))
    opening = (1.0, 2.5) if opens else None
    ask = Ask(target, int(target * window), method, keeps_order=keeps_order, open_with=opening)
    made = shorten(material, ask)
    assert made == shorten(material, ask)
    if isinstance(made, str):
        assert made and not made.endswith(".")
        return
    spans = sorted((span.start_frame, span.end_frame) for span in (*made.kept, *made.dropped))
    assert spans[0][0] == 0 and spans[-1][1] == material.frames
    assert all(a[1] == b[0] and a[0] < a[1] for a, b in zip(spans, spans[1:], strict=False))
    assert ask.least_frames <= made.variant_frames <= target
    assert 1 <= made.speed <= ask.max_speed
    assert len(explained(made, material)) == 1 + len(made.kept) + len(made.dropped)


@settings(max_examples=100, deadline=None)
@given(materials(), st.floats(0.1, 0.9))
def test_no_cut_of_any_speech_falls_into_a_word(material: Material, share: float) -> None:
    """A border is at most half a frame inside a word, and that only where two sentences touch."""
    plain_material = replace(material, marks=())
    made = shorten(plain_material, Ask(max(1, int(material.frames * share))))
    if isinstance(made, str):
        return
    half = 0.5 / float(material.rate) + 1e-6
    said = candidates_of(plain_material, Ask(1), grain="sentences").speech.has_text
    for span in made.kept if said else ():
        for border in (span.start_frame, span.end_frame):
            at = float(border / material.rate)
            for word in material.words:
                inside = min(at - word.start_seconds, word.end_seconds - at)
                assert inside <= half, (border, word)


def test_equal_lengths_are_equal_in_any_company() -> None:
    """The longest of several lengths is what it is alone at that speed, and answers come in the order asked."""
    material = told(*plain(10))
    steady = asked(20, max_speed=Fraction(1))
    assert shorten_all(material, [asked(8), steady])[1] == shorten(material, steady)


def test_lengths_that_share_do_not_differ_in_speed() -> None:
    """A cut that would play a little faster alone keeps the master's speed beside others, and shares their parts."""
    material = told(*plain(10))
    assert cut(material, asked(20)).speed > 1
    beside = [made for made in shorten_all(material, [asked(20), asked(30)]) if isinstance(made, Shortening)]
    assert [made.speed for made in beside] == [1, 1]


@pytest.mark.parametrize("least", [301, 400])
def test_a_window_that_is_none_is_refused(least: int) -> None:
    """A least length above the most is a mistake that is told."""
    said = shorten(told(*plain(10)), Ask(300, least))
    assert said == f"no length lies between {least} and 300 frames; ask for another"

"""Cues made from words: every kept word once, in order, where it can be read, whatever was cut away."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, zip_longest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variantgen.analyze.word_cues import cues_from_words
from variantgen.fonts.runs import clusters_of
from variantgen.model import Cue, CueWord, Look, SourceCue, Word
from variantgen.phrasing import break_cost, guess_language, letters_in
from variantgen.phrasing.writing import SPACELESS
from variantgen.plan.caption_case import in_capitals
from variantgen.plan.captions import part_cues, place_cues, sidecar_cues, text_width_limit_px
from variantgen.presets.schema import Captions

LOOK = Look("Inter", 10, True, "#FFFFFF", "#000000", 0, 0, 0, 0, 0, 0, 3)
LIT = replace(LOOK, highlight_colour="#FFD60A")
RATE = Fraction(25)
WHOLE = ((0, 100_000, 0),)


def ten_px_a_letter(text: str, size_px: float) -> float:
    """A measure under which a line's length can be counted by eye."""
    return letters_in(text) * size_px


def placed(*cues, time_map=WHOLE, on=LOOK, width_px=250, measure=ten_px_a_letter, language="en", **limits):
    """Cues placed at 25 frames a second on lines of 25 letters; `limits` are those of a captions table."""
    return place_cues(
        cues, time_map=time_map, frame_rate=RATE, look=on, canvas_width=width_px, measure=measure,
        captions=Captions(**limits), language=language,
    )  # fmt: skip


def said(text: str, start: float = 0.0, each: float = 0.32, rests: dict[int, float] | None = None) -> SourceCue:
    """A cue whose words last alike; `rests` are silences in seconds after words, by number."""
    words, at = [], start
    for number, word in enumerate(text.split()):
        words.append(Word(at, round(at + each, 6), word))
        at = round(at + each + (rests or {}).get(number, 0.0), 6)
    return SourceCue(start, words[-1].end_seconds, text, words=tuple(words))


def texts(cues) -> list[str]:
    """The cues with their lines parted by a slash."""
    return [" / ".join(cue.lines) for cue in cues]


def flat(text: str) -> str:
    """The text without white space, which breaking lines may change."""
    return "".join(text.split())


# ---------------------------------------------------------------- where cues break


def test_cues_end_with_sentences_and_clauses_before_anything_else():
    """A full stop, then a comma, is where a cue ends; no cue or line ends after "the" or "of"."""
    cue = said(
        "Most films never reach the people they were made for. If nobody sees the cut, nobody hears the song that you "
        "have been working on for the better part of a year."
    )
    shown = placed(cue, max_lines=2)
    assert texts(shown) == [
        "Most films never / reach the people",
        "they were made for.",
        "If nobody sees the cut,",
        "nobody hears the song",
        "that you / have been working",
        "on for the better / part of a year.",
    ]


def test_a_breath_is_where_a_cue_ends_and_a_long_rest_ends_it_always():
    """The same words, broken where the voice breathes; a rest of more than 0.6 s is never spanned."""
    text = "one two three four five six seven eight nine ten eleven twelve"
    for rested in (4, 6, 7):
        (first, _second) = placed(said(text, rests={rested: 0.28}), max_lines=2)
        assert len(first.text.split()) == rested + 1
    assert texts(placed(said("one two three four", rests={1: 0.7}))) == ["one two", "three four"]


def test_a_word_that_leans_on_the_next_waits_for_it():
    """After "he's" a rest of 0.7 s ends no cue, one of more than a second does."""
    assert len(placed(said("and now he's in town", rests={2: 0.7}))) == 1
    assert len(placed(said("and now he's in town", rests={2: 1.1}))) == 2


def test_the_source_cues_end_is_a_weak_hint():
    """Where nothing else tells, a cue ends where the recogniser's did."""
    words = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett", "kilo"]
    for place in (5, 6, 7):
        first = said(" ".join(words[:place]))
        second = said(" ".join(words[place:]), start=first.end_seconds)
        assert [len(flat(cue.text)) for cue in placed(first, second, max_lines=2)] == [
            len("".join(words[:place])),
            len("".join(words[place:])),
        ]


def test_each_voice_and_a_change_to_italics_has_its_own_cue():
    """A dash at the head of a line, and slanted text, are not shown together with the others."""
    two = said("- Who is it?\n- Only me.", each=0.4)
    slanted = replace(said("far away", start=two.end_seconds), is_italic=True)
    shown = placed(two, slanted)
    assert texts(shown) == ["- Who is it?", "- Only me.", "far away"]
    assert [cue.is_italic for cue in shown] == [False, False, True]


@pytest.mark.parametrize(
    ("language", "before", "bad", "after"),
    [
        ("en", "house", "of", "cards"),
        ("fr", "maison", "de", "campagne"),
        ("de", "Haus", "mit", "Garten"),
        ("es", "casa", "de", "campo"),
    ],
)
def test_small_words_stay_with_what_follows(language, before, bad, after):
    """A break before an article or preposition is welcome, one after it the last resort."""
    assert break_cost(before, bad, language) < break_cost(before, after, language) < break_cost(bad, after, language)


def test_abbreviations_end_no_sentence():
    """Dr. and J. are followed by a name; a full stop inside quotes ends its sentence."""
    assert break_cost("Dr.", "Who", "en") > 1 <= break_cost("J.", "Bach", "en")
    assert break_cost("“No.”", "He", "en") < 0


def test_lines_are_even_and_rather_long_below():
    """Two lines part where they are most alike; of two ways alike the lower line is the longer."""
    assert texts(placed(said("aaaa bbbb cccccc dddd eeee", each=0.5), width_px=200)) == ["aaaa bbbb / cccccc dddd eeee"]


def test_the_language_is_told_by_its_small_words():
    """Without a tag the words say it; without small words nobody does."""
    assert guess_language(["Das ist der Hund und die Katze"]) == "de"
    assert guess_language(["The dog and the cat"]) == "en"
    assert guess_language(["Alpha bravo"]) == ""


# ---------------------------------------------------------------- how long cues stay


def test_a_cue_starts_with_its_word_and_lingers_half_a_second():
    """On at the first word's frame; off half a second after the last, if nothing else asks for it."""
    (cue,) = placed(said("a short one here", start=1.0, each=0.4))
    assert (cue.start_frame, cue.end_frame) == (25, 25 + 40 + 12)


def test_a_short_word_stands_as_long_as_it_is_read():
    """A word of 0.1 s stays for the minimum; a quick sentence until it can have been read."""
    (no,) = placed(said("No.", start=1, each=0.1), min_seconds=1.2)
    assert no.end_frame - no.start_frame == 30
    (quick,) = placed(said("unbelievably complicated sesquipedalian", each=0.1), characters_per_second=10)
    assert quick.end_frame - quick.start_frame == -(-39 * 25 // 10)


def test_a_gap_under_half_a_second_is_closed_to_the_least_gap():
    """Two cues 0.9 s apart: the first stays until two frames before the second."""
    first, second = placed(said("one two three", rests={2: 0.9}), said("four five", start=0.96 + 0.9))
    assert second.start_frame - first.end_frame == 2
    first, second = placed(said("one two three"), said("four five", start=0.96 + 1.2))
    assert second.start_frame - first.end_frame > 12


# ---------------------------------------------------------------- cuts


def test_a_word_cut_away_is_not_shown_and_no_cue_spans_the_cut():
    """Two words gone: what is left of the sentence stands on both sides of the cut, in cues of its own."""
    cue = said("keep these words not these but those again", each=0.4)
    shown = placed(cue, time_map=((0, 30, 0), (50, 200, 30)))
    assert texts(shown) == ["keep these words", "but those again"]
    assert shown[0].end_frame <= 30 <= shown[1].start_frame


def test_words_cut_off_the_end_of_a_cue_part_it_from_the_next():
    """What follows the cut is the next cue's first word, and yet it has a cue of its own."""
    first, second = said("here go these", each=0.4), said("and these stay", start=1.2, each=0.4)
    shown = placed(first, second, time_map=((0, 10, 0), (30, 200, 10)))
    assert texts(shown) == ["here", "and these stay"]
    assert shown[0].end_frame <= 10


def test_a_cut_of_silence_only_is_spanned():
    """Where the cut takes no word the sentence goes on across it."""
    cue = said("before the rest and after it", each=0.4, rests={2: 0.4})
    shown = placed(cue, time_map=((0, 31, 0), (39, 200, 31)))
    assert texts(shown) == ["before the rest / and after it"]


def test_half_a_word_is_a_word():
    """A word of which half is heard is shown, one of which less is heard is not."""
    cue = said("first second third", each=0.4)
    assert texts(placed(cue, time_map=((0, 25, 0),))) == ["first second third"]
    assert texts(placed(cue, time_map=((0, 24, 0),))) == ["first second"]
    assert texts(placed(cue, time_map=((14, 60, 0),))) == ["first second third"[6:]]


def test_words_of_a_loop_are_shown_each_time():
    """A span of the master that stands twice is captioned twice."""
    shown = placed(said("once more", start=0.4), time_map=((0, 50, 0), (0, 50, 50)))
    assert [(cue.start_frame, cue.text) for cue in shown] == [(10, "once more"), (60, "once more")]


SENTENCES = [
    "Most of the people who saw it never said a word about it.",
    "So we went home, and on the way we talked about the weather.",
    "Nobody knows why.",
    "There is a reason for everything that happens in this house.",
    "Wait, what?",
]


@given(st.lists(st.sampled_from(SENTENCES), min_size=4, max_size=8), st.data())
@settings(max_examples=40, deadline=None)
def test_a_cut_far_away_changes_no_cue(sentences, data):
    """A sentence taken out leaves all other cues as they were, but for the end of the one before the cut."""
    cues, at = [], 0.0
    for sentence in sentences:
        cues.append(said(sentence, start=at, each=0.24))
        at = round(cues[-1].end_seconds + data.draw(st.sampled_from([0.4, 0.8, 1.6])), 6)
    gone = data.draw(st.integers(1, len(cues) - 2))
    out, back = round(cues[gone].start_seconds * 25) - 4, round(cues[gone + 1].start_seconds * 25) - 4
    whole = placed(*cues, on=LIT)
    cut = placed(*cues, on=LIT, time_map=((0, out, 0), (back, 100_000, out)))
    before = [cue for cue in whole if cue.start_frame < out]
    after = [cue for cue in whole if cue.start_frame >= back]
    shifted = part_cues(after, back - out, 200_000) if after else ()
    assert [replace(cue, end_frame=0) for cue in cut[: len(before)]] == [replace(cue, end_frame=0) for cue in before]
    assert cut[: len(before) - 1] == tuple(before[:-1])
    assert cut[len(before) :] == shifted


# ---------------------------------------------------------------- limits, over random words and cuts

SCRIPTS = [
    ["the", "of", "harbour,", "and", "they", "unbelievable", "no.", "well;", "Dr.", "I", "it's", "-", "Antananarivo"],
    ["我们", "的", "机会", "，", "学习", "大", "学", "。", "（", "DO-IT"],
    ["青い", "丸型", "アーチ", "ー", "の", "っ", "た", "。", "「", "」"],
    ["مرحبا", "بالعالم", "،", "في", "البيت", "؟"],
    ["สวัส", "ดี", "ครับ", "เ", "รา", "ๆ"],
    ["क्या", "आप", "मुझे", "नहीं।", "\U0001f600", "사람들이", "자막을"],
]


def uneven(text: str, size_px: float) -> float:
    """A measure like that of shaped text: a line is wider than its words where a space stands before an o or a 的."""
    return ten_px_a_letter(text, size_px) + 6 * text.count(" o") + 6 * text.count("的")


@st.composite
def spoken(draw):
    """Cues with words, each longer than two frames, and their texts."""
    words = draw(st.sampled_from(SCRIPTS))
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from(words), st.integers(100, 900), st.sampled_from([0, 0, 0, 40, 200, 450, 900])),
            min_size=1,
            max_size=45,
        )
    )
    cues, own, at = [], [], 0
    for text, long, rest in rows:
        own.append(Word(at / 1000, (at + long) / 1000, text))
        at += long + rest
        if draw(st.integers(0, 6)) == 0:
            cues.append(own)
            own = []
    return [
        SourceCue(group[0].start_seconds, group[-1].end_seconds, " ".join(w.text for w in group), words=tuple(group))
        for group in (*cues, own)
        if group
    ]


@st.composite
def forward_maps(draw):
    """Kept spans in the master's order, put end to end in the variant, and how long that is."""
    bounds = sorted(draw(st.sets(st.integers(0, 700), min_size=2, max_size=8)))
    at, rows = 0, []
    for number, (start, end) in enumerate(pairwise(bounds)):
        if number % 2 == 0:
            rows.append((start, end, at))
            at += end - start
    return tuple(rows)


def is_kept(word: Word, time_map) -> bool:
    """Whether at least half of a word's time is kept, in exact frames."""
    start, end = (Fraction(round(seconds * 1000), 1000) * RATE for seconds in (word.start_seconds, word.end_seconds))
    return 2 * sum(max(0, min(end, b) - max(start, a)) for a, b, _at in time_map) >= end - start


LIMITS = st.fixed_dictionaries(
    {
        "max_lines": st.integers(1, 3),
        "max_line_characters": st.sampled_from([None, 8, 14, 30]),
        "characters_per_second": st.sampled_from([8, 15, 20]),
        "min_seconds": st.sampled_from([0.3, 0.833, 1.5]),
        "max_seconds": st.sampled_from([2.0, 4.0, 7.0]),
        "min_gap_frames": st.integers(0, 4),
        "look": st.sampled_from([{}, {"max_words": 1}, {"max_words": 3}]),
    }
)


def is_cut(cue: Cue) -> bool:
    """Whether a word of the cue was too wide for a line."""
    return not set(" ".join(cue.lines).split()) <= {word for words in SCRIPTS for word in words}


@given(spoken(), st.one_of(st.just(WHOLE), forward_maps()), LIMITS, st.integers(60, 300), st.sampled_from(["", "en"]))
@settings(max_examples=250, deadline=None)
def test_every_kept_word_is_shown_once_within_all_limits(cues, time_map, limits, width_px, language):
    """Whatever is said and cut: order, lines, width, letters, words, time, gap; too fast only without room left."""
    shown = placed(*cues, time_map=time_map, on=LIT, width_px=width_px, measure=uneven, language=language, **limits)
    words = [word for cue in cues for word in cue.words]
    kept = [word for word in words if is_kept(word, time_map)]
    assert "".join(flat(cue.text) for cue in shown) == "".join(word.text for word in kept)
    max_words, captions = limits["look"].get("max_words"), Captions(**limits)
    gap_frames = 0 if max_words else captions.min_gap_frames
    joins = {at for _start, _end, at in time_map} | {time_map[-1][2] + time_map[-1][1] - time_map[-1][0]}
    for cue, after in zip_longest(shown, shown[1:]):
        assert len(cue.lines) <= min(captions.max_lines, LOOK.max_lines)
        for line in cue.lines:
            is_one = len(clusters_of(line)) == 1
            assert uneven(line, 10) <= text_width_limit_px(LIT, width_px) or is_one
            assert letters_in(line) <= (captions.max_line_characters or 1000)
        frames = cue.end_frame - cue.start_frame
        assert 1 <= frames <= captions.max_seconds * RATE
        assert all(cue.start_frame <= word.start_frame < cue.end_frame for word in cue.words)
        ends = joins | {cue.start_frame + int(captions.max_seconds * RATE)}
        if after is not None:
            assert after.start_frame >= cue.end_frame + gap_frames or frames == 1
            ends.add(after.start_frame - gap_frames)
        letters = letters_in("".join(cue.lines))  # between lines there may be a space, or a word that was parted
        if letters > captions.characters_per_second * frames / RATE and frames > 1:
            assert cue.end_frame in ends
        if max_words and not SPACELESS.search(cue.text):
            assert sum(any(map(str.isalnum, word)) for word in " ".join(cue.lines).split()) <= max_words or is_cut(cue)


@given(spoken(), forward_maps())
@settings(max_examples=80, deadline=None)
def test_no_cue_spans_a_cut_that_takes_words(cues, time_map):
    """Between the first and the last word of a cue nothing was taken away, and it is over where words are cut."""
    words = [word for cue in cues for word in cue.words]
    numbers = iter(range(len(words)))
    named = []
    for cue in cues:
        own = tuple(replace(word, text=f"w{next(numbers)}") for word in cue.words)
        named.append(replace(cue, text=" ".join(word.text for word in own), words=own))
    for cue in placed(*named, time_map=time_map, width_px=900):
        shown = [int(word[1:]) for word in cue.text.split()]
        assert shown == list(range(shown[0], shown[-1] + 1))
        if shown[-1] + 1 < len(words) and not is_kept(words[shown[-1] + 1], time_map):
            until = words[shown[-1]].end_seconds * 25
            assert cue.end_frame <= max(at + end - start for start, end, at in time_map if start < until)


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 300), st.sampled_from(["ab", "f", "ghij"])), max_size=40))
@settings(max_examples=80, deadline=None)
def test_times_out_of_order_lose_no_word(rows):
    """Words without length, at one time or before each other: all are shown, and no cue overlaps the next."""
    words = [Word(at / 100, (at + long) / 100, text) for at, long, text in rows]
    shown = placed(SourceCue(0, 8, "", words=tuple(words)), time_map=((0, 300, 0),), on=LIT)
    assert "".join(flat(cue.text) for cue in shown) == "".join(word.text for word in words)
    assert all(a.start_frame < a.end_frame <= b.start_frame for a, b in pairwise(shown))
    assert not shown or shown[-1].end_frame <= 300


def test_words_at_one_time_are_shown_one_after_the_other():
    """A recogniser that gives three words the same instant: each has a frame, and a cue where one asks for it."""
    words = (Word(1, 1, "all"), Word(1, 1, "at"), Word(1, 1.4, "once"))
    shown = placed(SourceCue(1, 1.4, "all at once", words=words), look={"max_words": 1})
    assert [(cue.text, cue.start_frame) for cue in shown] == [("all", 25), ("at", 26), ("once", 27)]


# ---------------------------------------------------------------- what a style asks for


def test_few_words_at_a_time_follow_each_other_without_a_gap():
    """With max_words no cue has more, and the next takes over at once while speech goes on."""
    shown = placed(said("never more than two of them at once", each=0.4), look={"max_words": 2})
    assert all(len(cue.text.split()) <= 2 for cue in shown)
    assert all(a.end_frame == b.start_frame for a, b in pairwise(shown))


def test_words_are_told_where_the_look_lights_them():
    """Each word's place in its line and the frame it is spoken at; nothing where no word is lit."""
    cue = said("light this word now", start=1, each=0.4)
    (shown,) = placed(cue, on=LIT, width_px=110)
    assert shown.lines == ("light this", "word now")
    assert shown.words == (CueWord(25, 0, 0, 5), CueWord(35, 0, 6, 10), CueWord(45, 1, 0, 4), CueWord(55, 1, 5, 8))
    assert placed(cue, width_px=110)[0].words == ()


def test_words_without_times_share_those_of_their_cue_by_letters():
    """A style that lights words works with any captions: a wide letter lasts two, a comma little."""
    (shown,) = placed(SourceCue(0, 4, "ab, 漢字 abcd"), on=LIT, width_px=900)
    assert [word.start_frame for word in shown.words] == [0, 22, 42, 61]
    assert [shown.lines[0][word.start : word.end] for word in shown.words] == ["ab,", "漢", "字", "abcd"]


def test_a_persons_timing_stays_where_no_word_is_asked_for():
    """Captions without word times, in a look that needs none, stand as long as their author said."""
    cue = SourceCue(1, 1.2, "too short to read for anyone")
    assert [(shown.start_frame, shown.end_frame) for shown in placed(cue)] == [(25, 30)]


def test_heard_and_written_cues_stand_side_by_side():
    """A cue with words gives way to one without, which keeps its time."""
    heard, written = said("heard words here", start=0), SourceCue(1.2, 2, "written")
    shown = placed(heard, written)
    assert [(cue.text, cue.start_frame) for cue in shown] == [("heard words here", 0), ("written", 30)]
    assert shown[0].end_frame == 30 and shown[1].end_frame == 50


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("istanbul ılık", "tr", "İSTANBUL ILIK"),
        ("straße", "de", "STRASSE"),
        ("Καλημέρα, προϊόν", "el", "ΚΑΛΗΜΕΡΑ, ΠΡΟΪΟΝ"),
        ("é à la carte", "fr", "É À LA CARTE"),
        ("გამარჯობა", "ka", "გამარჯობა"),
    ],
)
def test_capitals_are_those_of_the_language(text, language, wanted):
    """A Turkish i keeps its dot, a Greek accent goes, ß becomes two letters, French accents stay."""
    assert in_capitals(text, language) == unicodedata.normalize("NFC", wanted)


def test_capitals_are_measured_as_capitals_both_ways():
    """What is wide only in capitals is broken as capitals, from words and from written cues."""
    look = replace(LOOK, is_upper=True)

    def capitals_are_wide(text, size_px):
        return sum(size_px * (2 if letter.isupper() else 1) for letter in text)

    for cue in (SourceCue(0, 2, "four words in all"), said("four words in all")):
        (shown,) = placed(cue, on=look, width_px=180, measure=capitals_are_wide)
        assert shown.lines == ("FOUR", "WORDS", "IN ALL")


def test_a_word_too_wide_for_a_line_is_cut_at_its_hyphen_or_in_even_pieces():
    """Never one letter alone on the next line."""
    assert texts(placed(said("self-substantial"), width_px=120)) == ["self- / substantial"]
    assert texts(placed(said("Donaudampfschiff"), width_px=140)) == ["Donaudamp / fschiff"]


def test_thai_and_chinese_pieces_stand_close_and_latin_as_written():
    """Pieces of a recogniser are joined as the text has them; no space comes in, none goes."""
    pieces = ["我", "是", "AutoCut", ".", "这", "是", "OK", "的"]
    cue = SourceCue(
        0, 3.2, "我是AutoCut.这是 OK 的",
        words=tuple(Word(n * 0.4, n * 0.4 + 0.4, piece) for n, piece in enumerate(pieces)),
    )  # fmt: skip
    assert texts(placed(cue, width_px=900)) == ["我是AutoCut.这是 OK 的"]


# ---------------------------------------------------------------- parts


def test_a_part_carries_the_words_it_lights():
    """Words shift with the part; one spoken before it stays lit from its frame 0, one after it is not there."""
    cue = Cue(10, 60, ("one two three",), words=(CueWord(10, 0, 0, 3), CueWord(30, 0, 4, 7), CueWord(50, 0, 8, 13)))
    (part,) = part_cues([cue], 40, 50)
    assert (part.start_frame, part.end_frame, part.shown_frames) == (0, 10, 0)
    assert part.words == (CueWord(0, 0, 0, 3), CueWord(0, 0, 4, 7))
    (part,) = part_cues([cue], 5, 40, keeps_shown=True)
    assert part.words == (CueWord(5, 0, 0, 3), CueWord(25, 0, 4, 7)) and part.shown_frames == 0


@given(st.lists(st.integers(1, 79), max_size=6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_parts_light_what_the_variant_lights(bounds, keeps_shown):
    """Frame by frame: the lit word and, where it counts, how long the cue has been seen."""
    cues = placed(said("light one of these words. Then light the others too", start=0.2, each=0.28), on=LIT)

    def seen(cues, at=0):
        frames = {}
        for cue in cues:
            for frame in range(cue.start_frame, cue.end_frame):
                lit = [word for word in cue.words if word.start_frame <= frame]
                age = cue.shown_frames + frame - cue.start_frame if keeps_shown else 0
                frames[at + frame] = (cue.lines, lit[-1].line, lit[-1].start, lit[-1].end, age)
        return frames

    parts = {}
    for start, end in pairwise(sorted({0, 80, *bounds})):
        parts |= seen(part_cues(cues, start, end, keeps_shown=keeps_shown), start)
    assert parts == {frame: shown for frame, shown in seen(cues).items() if frame < 80}


@given(forward_maps(), st.lists(st.tuples(st.integers(80, 2000), st.integers(0, 900)), min_size=1, max_size=10))
@settings(max_examples=80, deadline=None)
def test_an_entrance_goes_on_across_a_cut_as_in_the_master(time_map, lengths):
    """Written captions that enter: captioning then cutting equals cutting then captioning, age of each cue included."""
    cues, at_ms = [], 0
    for number, (length_ms, rest_ms) in enumerate(lengths):
        cues.append(SourceCue(at_ms / 1000, (at_ms + length_ms) / 1000, f"cue {number}"))
        at_ms += length_ms + rest_ms
    look = replace(LOOK, entrance="pop")

    def seen(cues):
        return {
            frame: (cue.text, cue.shown_frames + frame - cue.start_frame)
            for cue in cues
            for frame in range(cue.start_frame, cue.end_frame)
        }

    of_master, of_variant = seen(placed(*cues, on=look)), seen(placed(*cues, on=look, time_map=time_map))
    wanted = {
        at + frame - start: of_master[frame]
        for start, end, at in time_map
        for frame in range(start, end)
        if frame in of_master
    }
    name = {frame: text for frame, (text, _age) in wanted.items()}
    flashes = {f for f in wanted if name.get(f - 1) != name[f] and name.get(f + 1) != name[f]}
    assert of_variant == {frame: shown for frame, shown in wanted.items() if frame not in flashes}


# ---------------------------------------------------------------- beside the variant, and from speech


def test_words_cut_away_leave_the_text_beside_the_variant():
    """The author's lines stay; what is left on both sides of the cut is a cue of its own, in the variant's time."""
    cue = said("keep these words\nnot these but\nthose again", each=0.4)
    whole = sidecar_cues([cue], ((0, 200, 0),), RATE)
    assert whole == (cue,)
    first, second = sidecar_cues([cue], ((0, 30, 0), (50, 200, 30)), RATE)
    assert (first.start_seconds, first.end_seconds, first.text) == (0.0, 1.2, "keep these words")
    assert (second.start_seconds, second.end_seconds, second.text) == (1.2, 2.4, "but\nthose again")
    assert [word.start_seconds for word in second.words] == [1.2, 1.6, 2.0]


@given(spoken(), forward_maps())
@settings(max_examples=60, deadline=None)
def test_the_file_beside_a_variant_says_what_the_variant_says(cues, time_map):
    """Every kept word once, in order, and cues that do not overlap by more than a rounded millisecond."""
    told = sidecar_cues(cues, time_map, RATE)
    kept = [word.text for cue in cues for word in cue.words if is_kept(word, time_map)]
    assert "".join(flat(cue.text) for cue in told) == "".join(kept)
    assert [word.text for cue in told for word in cue.words] == kept
    assert all(a.end_seconds <= b.start_seconds + 0.0015 for a, b in pairwise(told))


def test_a_fast_speaker_gets_no_third_line():
    """A hundred words without a rest, twelve a second: two lines of 42 letters all the way."""
    made = cues_from_words(said("never so many words " * 25, each=0.08).words)
    assert all(len(cue.text.split("\n")) <= 2 and letters_in(cue.text) <= 85 for cue in made)


@given(spoken())
@settings(max_examples=80, deadline=None)
def test_a_transcripts_captions_keep_netflixs_limits(cues):
    """Two lines of 42 letters, 5/6 to 7 s where there is room, a gap of two frames at 24, and every word once."""
    words = [word for cue in cues for word in cue.words]
    made = cues_from_words(words)
    assert [word for cue in made for word in cue.words] == words
    for cue, after in zip_longest(made, made[1:]):
        assert flat(cue.text) == "".join(word.text for word in cue.words)
        assert cue.start_seconds == pytest.approx(cue.words[0].start_seconds, abs=0.001)
        lines = cue.text.split("\n")
        assert len(lines) <= 2 and all(letters_in(line) <= 42 for line in lines)
        seconds = cue.end_seconds - cue.start_seconds
        assert seconds <= 7.0005
        least = max(5 / 6, letters_in(" ".join(lines)) / 20 if " " in cue.text else 0)
        if after is not None:
            assert after.start_seconds - cue.end_seconds >= 0.082
            assert seconds >= least - 0.001 or after.start_seconds - cue.end_seconds <= 0.084
        else:
            assert seconds >= min(least, 7) - 0.001

"""Cues become lines that fit on the frames that are kept; text is never lost."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variantgen import fonts
from variantgen.model import Cue, Look, SourceCue
from variantgen.plan.caption_lines import screens
from variantgen.plan.captions import part_cues, place_cues, sidecar_cues, text_width_limit_px

LOOK = Look("Inter", 58, True, "#FFFFFF", "#000000", 4, 1.5, 120, 300, 288, 672, 3)
RATE = Fraction(30)
NTSC = Fraction(30000, 1001)
WHOLE = [(0, 100_000, 0)]
HOSTILE = [
    "{\\p1}m 0 0 l 9 9",
    "{hello} world",
    "100% sure",
    "it's \"so\" 'quoted'; [a], b=c:d",
    "C:\\New\\Nothing \\h \\",
    "a < b && c > d <3",
    "x" * 10_000,
    "word " * 2_000,
    "É\u0301\u0327 \U0001f469\u200d\U0001f469\u200d\U0001f467 e\u0301",
    "--> 00:00:01.000 --> 00:00:02.000",
]


def flat(text: str) -> str:
    """The text with all white space taken out, which breaking lines may change."""
    return "".join(text.split())


def ten_px_a_letter(text: str, size_px: int) -> float:
    """A measure under which a line's length can be counted by eye."""
    return len(text) * size_px / 5.8


def placed(*cues: SourceCue, time_map=WHOLE, rate=RATE, look=LOOK, canvas_width=1080, measure=ten_px_a_letter):
    """Cues placed by the rules of a 9:16 canvas, where 64 letters of the counting measure fit a line."""
    return place_cues(cues, time_map=time_map, frame_rate=rate, look=look, canvas_width=canvas_width, measure=measure)


# ---------------------------------------------------------------- lines


def test_lines_that_fit_stay_as_the_author_broke_them():
    """Broken by hand, within the width and the number of lines: not touched."""
    (cue,) = placed(SourceCue(0, 2, "Who?\nThe whole of the harbour, that is who"))
    assert cue.lines == ("Who?", "The whole of the harbour, that is who")


def test_each_speaker_begins_a_line():
    """Dialogue that has to be set anew keeps a line for each voice."""
    (cue,) = placed(SourceCue(0, 4, "- Who?\n- The whole of the harbour, that is who, " + "and more " * 5))
    assert cue.lines[0] == "- Who?" and len(cue.lines) == 3


def test_lines_come_out_alike_in_length():
    """Two even lines, not a full one and an orphan."""
    (cue,) = placed(SourceCue(0, 4, "most films never reach the people whom they were once made for ok"))
    assert len(cue.lines) == 2
    assert abs(len(cue.lines[0]) - len(cue.lines[1])) <= 8


def test_breaks_prefer_the_end_of_a_sentence():
    """Where lengths allow it a line ends with its sentence."""
    (cue,) = placed(SourceCue(0, 4, "It was late when we left town. Nobody said one word to us all the way home."))
    assert cue.lines[0].endswith("town.")


def test_scripts_without_spaces_break_between_characters_but_not_before_a_full_stop():
    """Japanese is set without spaces, and no line begins with a long-vowel mark though evenness asks it."""
    cues = placed(SourceCue(0, 9, "かなー" * 10), measure=lambda text, size_px: len(text) * size_px)
    lines = [line for cue in cues for line in cue.lines]
    assert len(lines) > 2 and "".join(lines) == "かなー" * 10
    assert not any(line.startswith("ー") for line in lines)


def test_a_screen_stands_as_long_as_its_text_asks():
    """Of two screens the one with more letters gets more of the time, and neither less than 0.7 s."""
    short, long = placed(
        SourceCue(0, 6, "- Hi.\n- " + "word " * 12), look=replace(LOOK, max_lines=1), measure=ten_px_a_letter
    )
    assert 21 <= short.end_frame - short.start_frame < (long.end_frame - long.start_frame) / 2


def test_a_long_cue_is_shown_on_screens_in_proportion_to_their_text():
    """More lines than allowed become consecutive cues that fill the time exactly."""
    text = "one two three four five six seven eight nine ten. " * 12
    cues = placed(SourceCue(1, 13, text.strip()))
    assert len(cues) > 1
    assert (cues[0].start_frame, cues[-1].end_frame) == (30, 390)
    assert all(a.end_frame == b.start_frame for a, b in pairwise(cues))
    shares = [(cue.end_frame - cue.start_frame) / len(cue.text) for cue in cues]
    assert max(shares) < 1.35 * min(shares)


def test_screens_change_with_the_speaker():
    """A new voice is reason enough to end a screen a little early."""
    first, second = placed(SourceCue(0, 9, "- " + "word " * 20 + "\n- " + "word " * 24))
    assert second.lines[0].startswith("- ") and not any(line.startswith("- ") for line in first.lines[1:])


def test_a_cue_too_short_for_screens_keeps_all_its_text():
    """No screen under 0.7 s: rather more lines than asked for than text nobody can read."""
    text = "word " * 100
    cues = placed(SourceCue(0, 1, text))
    assert len(cues) == 1 and len(cues[0].lines) > LOOK.max_lines
    assert flat(cues[0].text) == flat(text)


WORDS = st.text(
    st.sampled_from("abcdefghij ABC ,.!? -'\n漢字かな。、「」éß{}\\%한국\u200d\u0301ไทย"),
    min_size=1,
    max_size=260,
)


@given(
    st.lists(st.tuples(WORDS, st.integers(40, 4000), st.integers(0, 500)), min_size=1, max_size=6),
    st.integers(1, 4),
    st.integers(200, 1000),
)
@settings(max_examples=200, deadline=None)
def test_no_text_is_lost_no_line_too_wide_and_order_is_kept(rows, max_lines, room_px):
    """Whatever the text, the width and the time: all letters are shown, in order, inside the width."""
    at_ms, cues = 0, []
    for text, length_ms, pause_ms in rows:
        cues.append(SourceCue(at_ms / 1000, (at_ms + length_ms) / 1000, text))
        at_ms += length_ms + pause_ms
    look = Look("Inter", 58, True, "#FFFFFF", "#000000", 4, 1, 40, 40, 40, 40, max_lines)
    shown = placed(*cues, rate=Fraction(60), look=look, canvas_width=room_px + 80, measure=fonts.text_width_px)
    long_enough = [cue for cue in cues if cue.end_seconds - cue.start_seconds >= 0.05]
    letters = "".join(flat(cue.text) for cue in shown)
    assert all(flat(cue.text) in letters for cue in long_enough)
    assert len(letters) <= sum(len(flat(cue.text)) for cue in cues)
    limit_px = text_width_limit_px(look, room_px + 80)
    for cue in shown:
        for line in cue.lines:
            assert fonts.text_width_px(line, 58) <= limit_px + 0.01 or len(line.strip("\u0301\u200d")) <= 3
    assert all(a.end_frame <= b.start_frame for a, b in pairwise(shown))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_keeps_every_letter(text):
    """Commands, quotes and a line of ten thousand letters are shown as what they are."""
    shown = placed(SourceCue(0, 5, text), measure=fonts.text_width_px)
    assert flat("".join(cue.text for cue in shown)) == flat(text)


# ---------------------------------------------------------------- frames


def test_seconds_become_the_nearest_frames():
    """At 29.97 a second is frame 30, and a cue ends where the next begins."""
    first, second = placed(SourceCue(1.0, 2.0, "a"), SourceCue(2.0, 3.0, "b"), rate=NTSC)
    assert (first.start_frame, first.end_frame, second.start_frame) == (30, 60, 60)


def test_a_cut_inside_a_cue_joins_what_is_left():
    """A cue around a cut goes on without a gap as one cue; what was cut away is gone."""
    time_map = [(0, 45, 0), (75, 200, 45)]
    cues = placed(SourceCue(1, 3, "around"), SourceCue(5, 6, "after"), time_map=time_map)
    assert [(cue.start_frame, cue.end_frame, cue.text) for cue in cues] == [
        (30, 60, "around"),
        (120, 150, "after"),
    ]


def test_a_cue_outside_every_kept_span_is_gone_and_a_lone_frame_too():
    """What is not in the variant is not captioned, and nothing flashes for one frame."""
    time_map = [(0, 31, 0), (60, 90, 31)]
    assert placed(SourceCue(1, 2, "one frame of it"), SourceCue(4, 5, "cut"), time_map=time_map) == ()


def test_a_loop_shows_its_captions_again():
    """A span of the master that stands twice in a variant is captioned twice."""
    cues = placed(SourceCue(0.5, 1, "again"), time_map=[(0, 60, 0), (0, 60, 60)])
    assert [(cue.start_frame, cue.end_frame) for cue in cues] == [(15, 30), (75, 90)]


@st.composite
def time_maps(draw):
    """Kept spans in the master's order, put end to end in the variant."""
    bounds = sorted(draw(st.sets(st.integers(0, 900), min_size=2, max_size=9)))
    spans = [pair for number, pair in enumerate(pairwise(bounds)) if number % 2 == 0 or draw(st.booleans())]
    at, time_map = 0, []
    for start, end in spans:
        time_map.append((start, end, at))
        at += end - start
    return time_map, at


@given(time_maps(), st.lists(st.tuples(st.integers(1, 3000), st.integers(0, 900)), min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_frame_for_frame_the_variant_shows_what_the_master_shows(time_map_and_frames, lengths):
    """Captioning then cutting equals cutting then captioning, but for flashes of one frame."""
    time_map, frames = time_map_and_frames
    at_ms, cues = 0, []
    for number, (length_ms, pause_ms) in enumerate(lengths):
        cues.append(SourceCue(at_ms / 1000, (at_ms + length_ms) / 1000, f"cue {number}"))
        at_ms += length_ms + pause_ms
    whole, cut = placed(*cues), placed(*cues, time_map=time_map)
    assert all(0 <= cue.start_frame < cue.end_frame <= frames for cue in cut)
    assert all(cue.end_frame - cue.start_frame >= 2 for cue in cut)
    assert all(a.end_frame <= b.start_frame for a, b in pairwise(cut))
    of_master = {frame: cue.text for cue in whole for frame in range(cue.start_frame, cue.end_frame)}
    of_variant = {frame: cue.text for cue in cut for frame in range(cue.start_frame, cue.end_frame)}
    wanted = {
        at + frame - start: of_master[frame]
        for start, end, at in time_map
        for frame in range(start, end)
        if frame in of_master
    }
    flashes = {f for f in wanted if wanted.get(f - 1) != wanted[f] and wanted.get(f + 1) != wanted[f]}
    assert of_variant == {frame: text for frame, text in wanted.items() if frame not in flashes}


def test_a_part_carries_its_own_stretch_of_the_cues():
    """Cues are cut to the part, counted from its first frame, and others left out."""
    cues = (Cue(0, 10, ("a",)), Cue(10, 40, ("b",)), Cue(40, 60, ("c",)))
    assert part_cues(cues, 20, 40) == (Cue(0, 20, ("b",)),)
    assert part_cues(cues, 5, 41) == (Cue(0, 5, ("a",)), Cue(5, 35, ("b",)), Cue(35, 36, ("c",)))


def test_sidecar_cues_follow_the_cuts_to_the_millisecond():
    """Captions beside a variant are moved and joined as its picture was, and keep the author's lines."""
    cues = [SourceCue(1.5, 3.5, "over\nthe cut", True), SourceCue(9, 9.5, "gone")]
    moved = sidecar_cues(cues, [(30, 60, 0), (90, 200, 30)], RATE)
    assert moved == (SourceCue(0.5, 1.5, "over\nthe cut", True),)


def test_korean_breaks_between_words_only() -> None:
    """Hangul is written with spaces: no word of it is cut in two, as those of Chinese and Japanese may be."""
    words = ["사람들이", "읽는", "자막", "모든", "화면에서"]
    (shown,) = screens(
        " ".join(words),
        width_px=80,
        size_px=10,
        max_lines=3,
        max_screens=1,
        measure=lambda text, size: size * len(text),
    )
    assert " ".join(shown).split() == words
    (japanese,) = screens(
        "人々が読む字幕どの画面でも", width_px=80, size_px=10, max_lines=3, max_screens=1,
        measure=lambda text, size: size * len(text),
    )  # fmt: skip
    assert len(japanese) == 2

"""Looks drawn by the real libass: inside the margins in every script, words lit to the frame, entrances, boxes."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from burned import frames_of, ink_edges, part_of
from fonts_made import make_font

from variantgen import fonts
from variantgen.fonts.library import colour_face
from variantgen.fonts.runs import faces_for
from variantgen.lettering import caption_extent
from variantgen.model import Cue, CueWord, Look

pytestmark = pytest.mark.media

SIZE = (360, 640)
NTSC = Fraction(30000, 1001)
CLEAN = Look("Inter", 20, True, "#FFFFFF", "#000000", 1.4, 0.5, 40, 64, 96, 160, 3)
KARAOKE = replace(CLEAN, font_size_px=22, outline_px=2.0, highlight_colour="#FFD400", position="middle")
LOOKS = {
    "clean": CLEAN,
    "boxed": replace(CLEAN, box_colour="#101010", box_opacity=0.7, outline_px=0.0, shadow_px=0.0, position="top"),
    "karaoke": KARAOKE,
    "pop": replace(KARAOKE, font_size_px=36, outline_px=3.0, shadow_px=1.5, entrance="pop", position="top"),
    "broadcast": replace(
        CLEAN, is_bold=False, box_colour="#000000", box_opacity=0.85, box_shape="line", outline_px=0.0, shadow_px=0.0
    ),
}
# Two lines each: letters that reach deep above letters that reach high.
SAMPLES = {
    "latin": ("jumping gypsy (Ç)", "ÅÉ Ẫ tall Ődön"),
    "arabic": ("في جميع عليّ", "أهلاً إلى كِتابٌ"),
    "hebrew": ("לשץ קץ ךְ", "שָׁלוֹם לּ"),
    "hindi": ("कुछ टृ द्ध स्त्रू", "र्हिं कीं ऐं र्क्रों"),
    "japanese": ("港のことを、", "「彼女ほど」"),
    "korean": ("한국어 뷁 쀍", "자막 시험을"),
    "chinese": ("中文字幕，测", "试龘灪"),
    "thai": ("ญุ ฎู ปู ฤๅ", "ที่ ปั๊ม น้ำ ใบ้"),
    "emoji": ("Who 😀 knew", "it 🎉👍🏽"),
}


@pytest.fixture
def drawable():
    """Skips with a sentence where no font of this machine draws a text."""

    def check(*texts: str) -> None:
        undrawable = faces_for(texts).undrawable
        if undrawable:
            pytest.skip(undrawable[0].sentence)
        if any("😀" in text for text in texts) and colour_face() is None:
            pytest.skip("this machine has no colour emoji font; on Debian: apt install fonts-noto-color-emoji")

    return check


def words_of(lines, first_frame: int = 0, step: int = 2) -> tuple[CueWord, ...]:
    """A word every `step` frames; without spaces every two characters are one."""
    found = [
        (number, match.start(), match.end())
        for number, line in enumerate(lines)
        for match in re.finditer(r"\S+" if " " in line else r"..?", line)
    ]
    return tuple(CueWord(first_frame + step * n, *word) for n, word in enumerate(found))


def is_lit(frame):
    """Where a picture is in the highlight's yellow and not in white or grey."""
    return frame[..., 0].astype(int) - frame[..., 2] > 90


# ---------------------------------------------------------------- where it stands


@pytest.mark.parametrize("script", SAMPLES)
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_no_pixel_leaves_the_margins(tmp_path, drawable, look, script):
    """Short, slanted, too wide and too high; lit, boxed or coming in; marks above and below: all inside."""
    lines = SAMPLES[script]
    drawable(*lines)
    wide, high = (" ".join([lines[0]] * 6), lines[1]), lines * 12
    cues = [
        Cue(0, 4, lines, words=words_of(lines)),
        Cue(4, 6, lines, is_italic=True),
        Cue(6, 7, wide),
        Cue(7, 8, high),
        Cue(8, 9, lines, rise_px=10_000),
        Cue(9, 10, lines, rise_px=-10_000),
    ]
    part = part_of(cues, look, 10, size=SIZE)
    for number, frame in enumerate(frames_of(part, tmp_path, ground="gray")):
        left, top, right, bottom = ink_edges(frame, ground=int(frame[0, 0]))
        assert left >= look.margin_left_px and right <= SIZE[0] - look.margin_right_px, number
        assert top >= look.margin_top_px and bottom <= SIZE[1] - look.margin_bottom_px, number


@pytest.mark.parametrize("script", [name for name in SAMPLES if name != "emoji"])
def test_no_line_reaches_into_the_one_above(tmp_path, drawable, script):
    """The deepest letters of a line end above the highest of the next one."""
    lines = SAMPLES[script]
    drawable(*lines)
    words = (CueWord(0, 1, 0, len(lines[1])),)
    part = part_of([Cue(0, 1, lines, words=words)], replace(KARAOKE, font_size_px=30), 1, size=SIZE)
    (frame,) = frames_of(part, tmp_path, pixel_format="rgb24")
    lit = is_lit(frame)
    first = np.flatnonzero((frame.min(2) > 150).any(1))
    second = np.flatnonzero(lit.any(1))
    assert first.size and second.size
    assert first[-1] < second[0]


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_what_a_caption_covers_is_known_before_it_is_drawn(tmp_path, look):
    """All ink lies inside the extent, and the extent is no wider than outline and slack need."""
    lines = ("Hamburgefonstiv", "jÅgq")
    part = part_of([Cue(0, 20, lines)], look, 20, size=SIZE)
    frame = frames_of(part, tmp_path, ground="gray")[-1]
    left, top, right, bottom = ink_edges(frame, ground=int(frame[0, 0]))
    extent = caption_extent(Cue(0, 20, lines), look, *SIZE, "")
    assert extent[0] <= left and extent[1] <= top and extent[2] >= right and extent[3] >= bottom
    slack_px = 3 + 0.2 * look.font_size_px
    assert left - extent[0] < slack_px and extent[2] - right < slack_px
    assert top - extent[1] < slack_px and extent[3] - bottom < slack_px


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("rise", [37, -3])
def test_a_caption_rises_whole_and_exactly(tmp_path, drawable, look, rise):
    """Text, box and emoji move by so many pixels and by nothing else."""
    lines = ("Who 😀 knew", "it (all)")
    drawable(*lines)
    look = replace(look, position="middle")
    still, risen = (
        frames_of(part_of([Cue(0, 1, lines, rise_px=by)], look, 1, size=SIZE), tmp_path / str(by))[0]
        for by in (0, rise)
    )
    assert (np.roll(still, -rise, axis=0) == risen).all()
    assert ink_edges(still) != ink_edges(risen)


# ---------------------------------------------------------------- the spoken word


@pytest.mark.parametrize("script", SAMPLES)
def test_no_letter_moves_as_words_light_up(tmp_path, drawable, ffmpeg, script):
    """White and yellow have the same red: in that channel every frame is the same picture, before, while and after."""
    lines = SAMPLES[script]
    drawable(*lines)
    words = words_of(lines, first_frame=1, step=1)
    part = part_of([Cue(0, len(words) + 1, lines, words=words)], KARAOKE, len(words) + 1, size=SIZE)
    frames = frames_of(part, tmp_path, ffmpeg=ffmpeg, pixel_format="rgb24", ground="0x303030").astype(int)
    assert (is_lit(frames).sum((1, 2)) > is_lit(frames[0]).sum()).sum() >= min(2, len(words) - 1)
    changes = np.abs(frames[..., 0] - frames[0, ..., 0])
    assert changes.max() <= 10, "more than colour arithmetic rounds"


@pytest.mark.parametrize("rate", [NTSC, Fraction(60)], ids=["29.97", "60"])
def test_a_word_is_lit_on_its_frames_and_no_others(tmp_path, ffmpeg, rate):
    """From its first frame to the next word's, also in a part that begins in the middle of the cue."""
    line = "one three five"
    spans = [(line.index(word), line.index(word) + len(word)) for word in line.split()]
    starts = (3, 4, 9)
    whole = Cue(2, 17, (line,), words=tuple(CueWord(f, 0, *s) for f, s in zip(starts, spans, strict=True)))
    for first in (0, 6):
        words = tuple(replace(word, start_frame=word.start_frame - first) for word in whole.words)
        cue = replace(whole, start_frame=max(0, 2 - first), end_frame=17 - first, words=words)
        part = part_of([cue], KARAOKE, 18 - first, size=SIZE, rate=rate)
        frames = frames_of(part, tmp_path / str(first), ffmpeg=ffmpeg, pixel_format="rgb24")
        left_px = (SIZE[0] - 64 + 40) / 2 - fonts.text_width_px(line, 22) / 2
        edges = [[left_px + fonts.text_width_px(line[:i], 22) for i in span] for span in spans]
        for number, frame in enumerate(frames, start=first):
            columns = np.flatnonzero(is_lit(frame).any(0))
            spoken = [i for i, start in enumerate(starts) if start <= number < 17][-1:]
            assert bool(columns.size) == bool(spoken), number
            for word in spoken:
                assert edges[word][0] - 2 < columns[0] < columns[-1] < edges[word][1] + 2, number


def test_words_light_up_in_reading_order_from_the_right(tmp_path, drawable, ffmpeg):
    """In Hebrew the first word is the rightmost, and it alone is lit."""
    line = "שלום עולם יפה"
    drawable(line)
    words = words_of([line], step=1)
    frames = frames_of(
        part_of([Cue(0, 3, (line,), words=words)], KARAOKE, 3, size=SIZE), tmp_path, ffmpeg=ffmpeg, pixel_format="rgb24"
    )
    lit = [np.flatnonzero(is_lit(frame).any(0)) for frame in frames]
    assert lit[0][0] > lit[1][-1] and lit[1][0] > lit[2][-1]


# ---------------------------------------------------------------- entrances


@pytest.mark.parametrize("rate", [NTSC, Fraction(60)], ids=["29.97", "60"])
def test_a_part_s_border_does_not_show_in_an_entrance(tmp_path, ffmpeg, rate):
    """A cue cut into two parts on any frame of its entrance gives the very pictures of the whole."""
    line = "POP IT"
    words = (CueWord(5, 0, 0, 3), CueWord(8, 0, 4, 6))
    look = replace(LOOKS["pop"], box_colour="#2050A0", box_opacity=0.6)
    cue = Cue(5, 20, (line,), words=words)
    whole = frames_of(part_of([cue], look, 22, size=SIZE, rate=rate), tmp_path / "whole", ffmpeg=ffmpeg)
    for border in (6, 9):
        later = replace(
            cue,
            start_frame=0,
            end_frame=20 - border,
            shown_frames=border - 5,
            words=tuple(replace(word, start_frame=word.start_frame - border) for word in words),
        )
        before = part_of([replace(cue, end_frame=border)], look, border, size=SIZE, rate=rate)
        after = part_of([later], look, 22 - border, size=SIZE, rate=rate)
        halves = [frames_of(part, tmp_path / f"{border}-{n}", ffmpeg=ffmpeg) for n, part in enumerate((before, after))]
        assert (np.concatenate(halves) == whole).all(), border


def test_an_entrance_grows_to_its_place_and_stays(tmp_path, ffmpeg):
    """From four fifths to the whole in a tenth of a second, about its own middle, never beyond its last place."""
    look = LOOKS["pop"]
    frames = frames_of(part_of([Cue(0, 10, ("POP",))], look, 10, size=SIZE), tmp_path / "pop", ffmpeg=ffmpeg)
    standing = replace(look, entrance="none")
    (last,) = frames_of(part_of([Cue(0, 1, ("POP",))], standing, 1, size=SIZE), tmp_path / "none", ffmpeg=ffmpeg)
    edges = [ink_edges(frame) for frame in frames]
    widths = [right - left for left, _top, right, _bottom in edges]
    assert 0.78 < widths[0] / widths[-1] < 0.9
    assert widths[:5] == sorted(widths[:5]) and len(set(widths[:4])) >= 3
    assert all((frame == last).all() for frame in frames[4:])
    final = edges[-1]
    for left, top, right, bottom in edges:
        assert final[0] <= left and final[1] <= top and final[2] >= right and final[3] >= bottom


def test_text_with_emoji_stands_from_the_start(tmp_path, drawable):
    """Pictures do not grow, so neither does the text that leaves room for them."""
    drawable("SO 😀")
    frames = frames_of(part_of([Cue(0, 6, ("SO 😀",))], LOOKS["pop"], 6, size=SIZE), tmp_path)
    assert all((frame == frames[0]).all() for frame in frames)


# ---------------------------------------------------------------- boxes


@pytest.mark.parametrize("lines", [("A long line here", "short"), ("short", "A long line here", "mid size")])
def test_a_box_for_each_line_hugs_it(tmp_path, ffmpeg, lines):
    """Each as wide as its line and a little more; where they meet nothing is drawn twice and nothing shows through."""
    look = replace(LOOKS["broadcast"], box_opacity=0.5)
    part = part_of([Cue(0, 1, lines)], look, 1, size=SIZE)
    (frame,) = frames_of(part, tmp_path, ffmpeg=ffmpeg, ground="white")
    boxed = frame < 200
    rows = np.flatnonzero(boxed.any(1))
    assert (np.diff(rows) == 1).all()
    pitch = len(rows) / len(lines)
    for number, line in enumerate(lines):
        row = boxed[rows[0] + round((number + 0.12) * pitch)]
        columns = np.flatnonzero(row)
        room_px = len(columns) - fonts.text_width_px(line, 20, is_bold=False)
        assert 0.4 * 20 < room_px < 0.9 * 20
        assert columns.size == columns[-1] - columns[0] + 1
    assert frame.min() > 100, "a shade over a shade"


def test_one_box_is_as_wide_as_the_widest_line(tmp_path):
    """A block keeps its width over all its lines."""
    look = replace(LOOKS["boxed"], box_opacity=1.0)
    (frame,) = frames_of(
        part_of([Cue(0, 1, ("A long line here", "short"))], look, 1, size=SIZE), tmp_path, ground="white"
    )
    boxed = frame < 128
    rows = np.flatnonzero(boxed.any(1))[6:-6]
    widths = {int(np.flatnonzero(boxed[row])[-1] - np.flatnonzero(boxed[row])[0]) for row in rows}
    assert len(widths) == 1


# ---------------------------------------------------------------- faces


def test_the_regular_face_is_drawn_as_measured(tmp_path):
    """A look that is not bold is drawn and measured in the lighter face, which is narrower."""
    line = "Hamburgefonstiv mmm"
    look = replace(CLEAN, is_bold=False, outline_px=0.0, shadow_px=0.0)
    (frame,) = frames_of(part_of([Cue(0, 1, (line,))], look, 1, size=SIZE), tmp_path)
    left, _top, right, _bottom = ink_edges(frame)
    measured = fonts.text_width_px(line, 20, is_bold=False)
    assert 0.96 * measured <= right - left <= measured + 1
    assert measured < fonts.text_width_px(line, 20)


@pytest.mark.parametrize("is_bold", [True, False])
def test_a_look_s_own_font_draws_what_it_has(tmp_path, ffmpeg, is_bold):
    """Its letters are boxes of known widths, at the look's em and on the same baseline; Inter draws the rest."""
    path = make_font(tmp_path / "fonts, of {mine}" / "odd name.ttf", "Odd, Name", {"a": 1000, "b": 500, " ": 300})
    look = replace(CLEAN, font_family=str(path), is_bold=is_bold, outline_px=0.0, shadow_px=0.0, font_size_px=40)
    part = part_of([Cue(0, 1, ("ab a",)), Cue(1, 2, ("abXa",))], look, 2, size=SIZE)
    own, mixed = (ink_edges(frame) for frame in frames_of(part, tmp_path / "desk", ffmpeg=ffmpeg))
    assert own[2] - own[0] == pytest.approx(40 * (1.0 + 0.5 + 0.3 + 1.0 - 0.08), abs=2)
    assert own[3] - own[1] == pytest.approx(40 * 0.7, abs=2)
    wider = fonts.text_width_px("X", 40, is_bold=is_bold) - 40 * 0.3
    assert (mixed[2] - mixed[0]) - (own[2] - own[0]) == pytest.approx(wider, abs=2)
    assert mixed[3] == own[3]

"""Captions burned by the real libass: inside their margins, on their frames, in our font and colour."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from variantgen import fonts
from variantgen.build.ass import ass_text
from variantgen.media.ffmpeg import find_ffmpeg
from variantgen.model import Cue, Encode, Look, Part, SourceCue
from variantgen.plan.captions import part_cues, place_cues

pytestmark = pytest.mark.media

TALL = Look("Inter", 58, True, "#FFFFFF", "#000000", 4, 1.5, 120, 300, 288, 672, 3)
WIDE = Look("Inter", 54, True, "#FFFFFF", "#000000", 3.5, 1.5, 192, 192, 108, 108, 2)
BOXED = {"box_colour": "#2050A0", "box_opacity": 0.8, "outline_px": 0.0, "shadow_px": 0.0}
NTSC = Fraction(30000, 1001)
# Seen well against black, as an outline in black would not be.
BRIGHT = {"outline_colour": "#FF8080"}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A private folder with the fonts under a plain name and the configuration that knows only them."""
    shutil.copytree(fonts.fonts_folder(), tmp_path / "fonts")
    conf = fonts.fontconfig_text(tmp_path / "fonts", cache_folder=tmp_path / "cache")
    (tmp_path / "fonts.conf").write_text(conf, encoding="utf-8")
    return tmp_path


def burned(desk: Path, document: str, part: Part, *, pixel_format: str = "gray", ground: str = "black"):
    """The part's frames with the document burned on a plain ground, as an array of samples."""
    (desk / "c.ass").write_text(document, encoding="utf-8", newline="\n")
    source = f"color={ground}:s={part.width}x{part.height}:r={part.frame_rate}"
    chain = (
        "scale=out_color_matrix=bt709:out_range=tv,format=yuv444p,"
        "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709,ass=c.ass:fontsdir=fonts"
    )
    command = [find_ffmpeg().path, "-v", "error", "-f", "lavfi", "-i", source, "-vf", chain]
    command += ["-frames:v", str(part.frames), "-pix_fmt", pixel_format, "-f", "rawvideo", "-"]
    environment = {**os.environ, "FONTCONFIG_FILE": str(desk / "fonts.conf")}
    run = subprocess.run(command, cwd=desk, env=environment, capture_output=True, check=True, timeout=120)
    samples = np.frombuffer(run.stdout, np.uint8)
    planes = (part.height, part.width) if pixel_format == "gray" else (3, part.height, part.width)
    return samples.reshape(part.frames, *planes)


def part_of(cues: Sequence[Cue], look: Look | None, frames: int, rate=Fraction(30), watermark="") -> Part:
    """A part on the canvas that the look is made for."""
    width, height = (1920, 1080) if look is not None and look.margin_left_px == 192 else (1080, 1920)
    encode = Encode("lossless", 0, "fast", "high", 60)
    return Part("k", "master", "f", 0, frames, rate, width, height, "crop", (), encode, tuple(cues), look, watermark)


def ink_box(frame) -> tuple[int, int, int, int]:
    """Left, top, right and bottom (after the last) of what differs from black."""
    rows, columns = np.flatnonzero((frame > 24).any(1)), np.flatnonzero((frame > 24).any(0))
    assert rows.size, "nothing was drawn"
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


TEXTS = [
    "Åj",
    "Most films never reach the people they were made for, whoever says so.",
    "- WWWWWWWWWWWW MMMMMMMMMMMM\n- ÅÉÎÕÜ gjpqy, (ÇŞ)",
    "W" * 400,
]


@pytest.mark.parametrize("box", [{}, BOXED], ids=["outlined", "boxed"])
@pytest.mark.parametrize("look", [TALL, WIDE], ids=["tall", "wide"])
@pytest.mark.parametrize("position", ["bottom", "top", "middle"])
def test_every_pixel_of_a_caption_is_inside_its_margins(desk, look, box, position):
    """Wide letters, accents, tails, slanted, boxed or too long for the box: never over the edge."""
    look = replace(look, position=position, **BRIGHT, **box)
    canvas_width = 1920 if look.margin_left_px == 192 else 1080
    cues = []
    for number, text in enumerate(TEXTS):
        placed = place_cues(
            [SourceCue(0, 0.5, text, is_italic=number == 2)],
            time_map=[(0, 100, 0)],
            frame_rate=Fraction(30),
            look=look,
            canvas_width=canvas_width,
            measure=fonts.text_width_px,
        )
        cues.append(replace(placed[0], start_frame=number, end_frame=number + 1))
    part = part_of(cues, look, len(cues))
    for frame in burned(desk, ass_text(part), part):
        left, top, right, bottom = ink_box(frame)
        assert left >= look.margin_left_px and right <= part.width - look.margin_right_px
        assert top >= look.margin_top_px and bottom <= part.height - look.margin_bottom_px


@pytest.mark.parametrize("rate", [NTSC, Fraction(60)], ids=["29.97", "60"])
def test_a_caption_is_on_its_frames_and_no_others(desk, rate):
    """Counted from the start of a part in the middle of a variant, to the frame."""
    cues = (Cue(1000, 1003, ("one",)), Cue(1005, 1006, ("two",)), Cue(1006, 1013, ("three",)))
    part = part_of(part_cues(cues, 1001, 1012), TALL, 11, rate)
    has_text = [bool((frame > 24).any()) for frame in burned(desk, ass_text(part), part)]
    assert has_text == [number + 1001 in {1001, 1002, *range(1005, 1012)} for number in range(11)]


def test_text_that_looks_like_commands_is_drawn(desk):
    """{hello} takes its own room: braces and backslashes are letters, and nothing hides or moves."""
    texts = ["world", "{hello} world", "{\\fs200}world", "\\N\\hworld\\"]
    cues = [Cue(number, number + 1, (text,)) for number, text in enumerate(texts)]
    part = part_of(cues, replace(WIDE, outline_px=0, shadow_px=0), len(cues))
    for text, frame in zip(texts, burned(desk, ass_text(part), part), strict=True):
        left, top, right, bottom = ink_box(frame)
        assert right - left == pytest.approx(fonts.text_width_px(text, 54), abs=12)
        assert bottom - top < 54 * 1.21


def test_the_vendored_font_is_drawn_as_measured(desk):
    """Line widths in libass and in planning agree: the font, its weight and its size are the planned ones."""
    lines = ["Hamburgefonstiv", "HHHHHHHHHHHHHHH", "iiiiiiiiiiiiiiiiiiiiiiii", "AVATAR To. Ye, W."]
    cues = [Cue(number, number + 1, (line,)) for number, line in enumerate(lines)]
    part = part_of(cues, replace(WIDE, outline_px=0, shadow_px=0, font_size_px=80), len(cues))
    for line, frame in zip(lines, burned(desk, ass_text(part), part), strict=True):
        left, _top, right, _bottom = ink_box(frame)
        # Side bearings and kerning only ever make the drawn line narrower than the sum of advances.
        assert 0.94 * fonts.text_width_px(line, 80) <= right - left <= fonts.text_width_px(line, 80) + 1


def test_caption_colours_are_bt709(desk):
    """A brand colour comes out as it is, by the header or, where FFmpeg ignores that, by compensating."""
    look = replace(TALL, box_colour="#B05030", box_opacity=1.0, outline_px=0, shadow_px=0)
    part = part_of([Cue(0, 1, ("IIII",))], look, 1)
    wanted = (100, 104, 171)  # #B05030 by bt709, limited range
    found = []
    for is_compensated in (False, True):
        frame = burned(desk, ass_text(part, compensate=is_compensated), part, pixel_format="yuv444p")[0]
        _left, top, _right, bottom = ink_box(frame[0])
        centre_x = (look.margin_left_px + part.width - look.margin_right_px) // 2
        assert bottom - top > 20
        found.append([int(frame[plane, top + 6, centre_x]) for plane in range(3)])
    assert any(max(abs(a - b) for a, b in zip(wanted, colour, strict=True)) <= 2 for colour in found), found


def test_a_watermark_covers_every_frame_and_stays_on_the_picture(desk):
    """A draft is marked large on all its frames, on light and dark, and not cut at the edges."""
    part = part_of([], None, 3, watermark="DRAFT")
    dark = burned(desk, ass_text(part), part)
    light = burned(desk, ass_text(part), part, ground="white")
    for frame in dark:
        left, top, right, bottom = ink_box(frame)
        assert left > 0 and right < part.width and top > 0 and bottom < part.height
        assert right - left > part.width * 0.6
    assert all((frame < 220).any() for frame in light)

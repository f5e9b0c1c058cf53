"""Every script through the real libass: the right letters, joined and in order, as wide as planned, emoji in place."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, features

from variantgen import fonts
from variantgen.build.emoji import EmojiLine, emoji_pictures
from variantgen.fonts.laying_out import lay_out_fonts
from variantgen.fonts.library import colour_face
from variantgen.fonts.runs import faces_for, runs_of
from variantgen.fonts.shaping import line_extent_em
from variantgen.media.ffmpeg import find_ffmpeg

pytestmark = pytest.mark.media

SIZE_PX, BASELINE_PX, WIDTH_PX, HEIGHT_PX = 60, 130, 1600, 200
SAMPLES = {
    "latin": "Größe, Åsa, naïve",
    "arabic": "مرحبا بالعالم الجميل",
    "hebrew": "שלום עולם יפה",
    "hindi": "हिन्दी में क्षत्रिय स्त्री",
    "japanese": "日本語の字幕テスト",
    "korean": "한국어 자막 시험",
    "chinese": "中文字幕测试",
    "thai": "ภาษาไทยที่นี่ น้ำ ปั๊ม",
}
HEADER = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 2
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, Bold, BorderStyle, Outline, Shadow, Alignment, Encoding
Style: Caption,Inter,{size:.3f},&H00FFFFFF,&H00000000,-1,1,0,0,2,-1

[Events]
Format: Layer, Start, End, Style, Text
"""


@pytest.fixture
def has_fonts():
    """Skips with a sentence where no font of this machine draws a text."""

    def check(*texts: str) -> None:
        undrawable = faces_for(texts).undrawable
        if undrawable:
            pytest.skip(undrawable[0].sentence)

    return check


def written(line: str, colour_of=lambda run: "FFFFFF") -> str:
    """A line as it is put into an ASS document: each run in its own family."""
    return "".join(f"{{\\fn{run.family}\\c&H{colour_of(run)}&}}{run.burned_text}" for run in runs_of(line))


def burned(folder: Path, lines: list[str], document_lines: list[str] | None = None, pixel_format="gray"):
    """Each line on a frame of its own, its baseline at BASELINE_PX, in the fonts laid out for all of them."""
    lay_out_fonts(folder / "fonts", [(line, True, "") for line in lines])
    conf = fonts.fontconfig_text(folder / "fonts", cache_folder=folder / "cache")
    (folder / "fonts.conf").write_text(conf, encoding="utf-8")
    size = SIZE_PX * (fonts.WIN_ASCENT_EM + fonts.WIN_DESCENT_EM)
    place = f"{{\\pos({WIDTH_PX / 2},{BASELINE_PX + fonts.WIN_DESCENT_EM * SIZE_PX:.2f})}}"
    document = HEADER.format(width=WIDTH_PX, height=HEIGHT_PX, size=size) + "".join(
        f"Dialogue: 0,0:00:{n:02}.00,0:00:{n + 1:02}.00,Caption,{place}{text}\n"
        for n, text in enumerate(document_lines or map(written, lines))
    )
    (folder / "c.ass").write_text(document, encoding="utf-8", newline="\n")
    source = f"color=black:s={WIDTH_PX}x{HEIGHT_PX}:r=1"
    command = [find_ffmpeg().path, "-v", "error", "-f", "lavfi", "-i", source]
    command += ["-vf", "format=gbrp,ass=c.ass:fontsdir=fonts", "-frames:v", str(len(lines))]
    command += ["-pix_fmt", pixel_format, "-f", "rawvideo", "-"]
    environment = {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True, timeout=120)
    shape = (len(lines), HEIGHT_PX, WIDTH_PX) + ((3,) if pixel_format == "rgb24" else ())
    return np.frombuffer(run.stdout, np.uint8).reshape(shape)


def extent(frame) -> tuple[int, int, int, int]:
    """Left, top, right and bottom (after the last) of the ink."""
    rows, columns = np.flatnonzero((frame > 24).any(1)), np.flatnonzero((frame > 24).any(0))
    assert rows.size, "nothing was drawn"
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def trimmed(frame):
    """What lies inside the ink's box, as yes and no."""
    left, top, right, bottom = extent(frame)
    return frame[top:bottom, left:right] > 127


def likeness(one, other) -> float:
    """The share of ink that two drawings have in common, laid on each other by their top left corners."""
    height, width = (max(a, b) for a, b in zip(one.shape, other.shape, strict=True))
    padded = [np.pad(ink, ((0, height - ink.shape[0]), (0, width - ink.shape[1]))) for ink in (one, other)]
    return float((padded[0] & padded[1]).sum() / (padded[0] | padded[1]).sum())


def drawn_by_pillow(text: str):
    """The text drawn by FreeType and raqm from the font file itself: a second opinion on shapes and order."""
    (run,) = runs_of(text)
    path, index = (run.face.path, run.face.index) if run.face else (fonts.font_path(), 0)
    font = ImageFont.truetype(str(path), SIZE_PX, index=index, layout_engine=ImageFont.Layout.RAQM)
    if run.face and run.face.is_variable:
        axes = [700 if b"eight" in axis["name"] else axis["default"] for axis in font.get_variation_axes()]
        font.set_variation_by_axes(axes)
    image = Image.new("L", (WIDTH_PX, HEIGHT_PX))
    ImageDraw.Draw(image).text((50, BASELINE_PX), text, 255, font, anchor="ls", features=["-kern", "-locl", "-calt"])
    return np.asarray(image)


@pytest.mark.parametrize("script", SAMPLES)
def test_a_script_is_drawn_as_its_font_has_it(tmp_path, has_fonts, script):
    """No box: joined, reordered and stacked as an independent shaper does it, and not as the font's missing glyph."""
    text = SAMPLES[script]
    has_fonts(text)
    if not features.check("raqm"):
        pytest.skip("this Pillow has no raqm to compare with")
    missing = "\ue000" * len(text.replace(" ", ""))
    frame, boxes = burned(tmp_path, [text, missing], [written(text), missing])
    expected = trimmed(drawn_by_pillow(text))
    assert likeness(trimmed(frame), expected) > 0.8
    assert likeness(trimmed(boxes), expected) < 0.5


@pytest.mark.parametrize("script", SAMPLES)
def test_a_script_is_as_wide_and_tall_as_planned(tmp_path, has_fonts, script):
    """A text twice is wider than once by what was measured, to 2 %; no ink is above or below the measured line."""
    once = SAMPLES[script]
    twice = f"{once} {once}"
    has_fonts(once)
    frames = burned(tmp_path, [once, twice])
    (left, top, right, bottom), (left_twice, _, right_twice, _) = map(extent, frames)
    measured = fonts.text_width_px(twice, SIZE_PX) - fonts.text_width_px(once, SIZE_PX)
    assert (right_twice - left_twice) - (right - left) == pytest.approx(measured, rel=0.02)
    above_em, below_em = line_extent_em(once)
    assert top >= BASELINE_PX - above_em * SIZE_PX - 1
    assert bottom <= BASELINE_PX + below_em * SIZE_PX + 1


MIXED = [("مرحبا Hello 2026 بالعالم", [1, 0, 1]), ("שלום world", [0, 1]), ("Hi שלום abc", [0, 1, 0])]


@pytest.mark.parametrize(("line", "order"), MIXED, ids=["arabic", "hebrew", "latin-first"])
def test_mixed_lines_run_both_ways(tmp_path, has_fonts, line, order):
    """From left to right: which stretches are in the caption font (0) and which in another (1)."""
    has_fonts(line)
    text = written(line, lambda run: "0000FF" if run.face is None else "00FF00")
    (frame,) = burned(tmp_path, [line], [text], pixel_format="rgb24")
    red, green = ((frame[:, :, channel] > 127).any(0) for channel in (0, 1))
    kinds = [int(bool(g)) for r, g in zip(red, green, strict=True) if r != g]
    assert [kind for n, kind in enumerate(kinds) if n == 0 or kinds[n - 1] != kind] == order


@pytest.mark.parametrize("line", ["Hi 😀 you 🎉", "שלום world 😀 טוב 👍🏽 2026", "日本🍣語", "مرحبا 🎉 Hello"])
def test_emoji_fill_the_room_that_is_left_for_them(tmp_path, has_fonts, line):
    """A picture in colour for every emoji, over no letter, and letters on both sides as close as they should be."""
    has_fonts(line)
    if colour_face() is None:
        pytest.skip("this machine has no colour emoji font; on Debian: apt install fonts-noto-color-emoji")
    (frame,) = burned(tmp_path, [line])
    (picture,) = emoji_pictures(
        [EmojiLine(line, WIDTH_PX / 2, BASELINE_PX, SIZE_PX, 0, 1)], width=WIDTH_PX, height=HEIGHT_PX
    )
    (tmp_path / "emoji.png").write_bytes(picture.png)
    image = np.asarray(Image.open(tmp_path / "emoji.png"))
    assert (picture.x % 2, picture.y % 2, picture.width % 2, picture.height % 2) == (0, 0, 0, 0)
    assert image.shape == (picture.height, picture.width, 4)
    coloured = np.zeros(WIDTH_PX, bool)
    coloured[picture.x : picture.x + picture.width] = (image[:, :, 3] > 127).any(0)
    lettered = (frame > 24).any(0)
    assert not (coloured & lettered).any()
    assert (np.ptp(image[:, :, :3][image[:, :, 3] > 127].astype(int), axis=1) > 60).any(), "no colour in it"
    together = np.flatnonzero(coloured | lettered)
    assert np.diff(together).max() < 0.7 * SIZE_PX, "a room that no picture fills"
    assert together[-1] - together[0] == pytest.approx(fonts.text_width_px(line, SIZE_PX), abs=0.3 * SIZE_PX)

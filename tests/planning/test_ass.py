"""The burned document says what is drawn and when, and the fonts what can be drawn."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variantgen import fonts
from variantgen.build.ass import ass_text, ass_time, compensate_bt601
from variantgen.model import Cue, Encode, Look, Part

LOOK = Look("Inter", 58, True, "#FFFFFF", "#000000", 4, 1.5, 120, 300, 288, 672, 3)
RATE = Fraction(30)
NTSC = Fraction(30000, 1001)
RATES = [Fraction(24000, 1001), Fraction(25), NTSC, Fraction(50), Fraction(60)]
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


def part_of(*cues: Cue, rate=RATE, frames=60, look=LOOK, watermark="") -> Part:
    """A 9:16 part that carries nothing but cues."""
    encode = Encode("h264", 20, "medium", "high", 60)
    return Part("k", "master", "f", 0, frames, rate, 1080, 1920, "crop", (), encode, cues, look, watermark=watermark)


@pytest.mark.parametrize("rate", RATES)
def test_ass_times_split_the_frames_exactly(rate):
    """Given FFmpeg's float milliseconds, libass shows a cue from its first frame and not before."""
    seconds_of_tick = float(1 / rate)
    for frame in range(1, 12_000, 7):
        hours, minutes, seconds = ass_time(frame, rate).split(":")
        border_ms = round((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * 1000)
        assert int((frame - 1) * seconds_of_tick * 1000) < border_ms <= int(frame * seconds_of_tick * 1000)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_never_becomes_commands(text):
    """After the place at its start an event holds no open brace and no command that libass would obey."""
    document = ass_text(part_of(Cue(0, 30, (text,))))
    (event,) = [line for line in document.splitlines() if line.startswith("Dialogue:")]
    body = event.split(",,0,0,0,,", 1)[1].split("}", 1)[1]
    body = re.sub(r"\{\\fn(?:Inter|vg [^{}\\]*)\}", "", body)  # our own choice of a font for a stretch
    bare = body.replace("\\{", "").replace("\\}", "").replace("\\\u2060", "")
    assert "{" not in bare and "}" not in bare and "\\" not in bare


def test_a_document_declares_bt709_and_its_canvas():
    """Colours, size and wrapping are fixed by the header."""
    lines = ass_text(part_of(Cue(0, 30, ("hi",)))).splitlines()
    assert {"YCbCr Matrix: TV.709", "PlayResX: 1080", "PlayResY: 1920", "WrapStyle: 2"} <= set(lines)


def test_a_watermark_stands_on_every_frame():
    """The draft's mark lasts as long as the part."""
    document = ass_text(part_of(frames=90, look=None, watermark="DRAFT"))
    (event,) = [line for line in document.splitlines() if line.startswith("Dialogue:")]
    assert event.endswith("DRAFT") and event.split(",")[1:3] == ["0:00:00.00", "0:00:02.99"]


def _ycbcr(hex_colour: str, kr: float, kb: float) -> tuple[float, float, float]:
    red, green, blue = (int(hex_colour[i : i + 2], 16) for i in (1, 3, 5))
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    return luma, (blue - luma) / (2 - 2 * kb), (red - luma) / (2 - 2 * kr)


@pytest.mark.parametrize("colour", ["#FFFFFF", "#000000", "#B05030", "#3060A0", "#808000"])
def test_compensation_undoes_bt601(colour):
    """bt601 arithmetic on the compensated colour gives the values bt709 gives the wanted one."""
    wanted = _ycbcr(colour, 0.2126, 0.0722)
    given_601 = _ycbcr(compensate_bt601(colour), 0.299, 0.114)
    assert all(abs(a - b) < 1 for a, b in zip(wanted, given_601, strict=True))


@given(st.integers(0, 0xFFFFFF))
def test_compensation_always_gives_a_colour(number):
    """What bt601 cannot reach is clipped into two hexadecimal digits a channel."""
    assert re.fullmatch("#[0-9A-F]{6}", compensate_bt601(f"#{number:06X}"))


# ---------------------------------------------------------------- fonts


def test_family_and_bold_flag_name_one_file_each():
    """Each face answers to the family by its legacy name, and metrics are what the files say."""
    from fontTools.ttLib import TTFont

    for is_bold, style in ((True, "Bold"), (False, "Regular")):
        font = TTFont(fonts.font_path(bold=is_bold))
        names = font["name"]
        assert (names.getDebugName(1), names.getDebugName(2)) == (fonts.CAPTION_FAMILY, style)
        assert "fvar" not in font
        metrics = font["OS/2"]
        assert metrics.usWinAscent / fonts.UNITS_PER_EM == fonts.WIN_ASCENT_EM
        assert metrics.usWinDescent / fonts.UNITS_PER_EM == fonts.WIN_DESCENT_EM
    assert fonts.card_font_path().is_file()
    assert {path.suffix for path in fonts.fonts_folder().iterdir()} == {".ttf"}


def test_third_party_page_names_the_files_that_are_there():
    """Every vendored font is listed with its hash, beside the licence."""
    import hashlib

    page = (fonts.fonts_folder().parent / "THIRD_PARTY.md").read_text(encoding="utf-8")
    for path in fonts.fonts_folder().iterdir():
        assert path.name in page and hashlib.sha256(path.read_bytes()).hexdigest() in page
    assert "SIL OPEN FONT LICENSE" in (fonts.fonts_folder().parent / "OFL.txt").read_text(encoding="utf-8")


def test_missing_characters_are_named_and_invisible_ones_are_not():
    """Only what would be drawn as an empty box counts, after composing accents."""
    assert fonts.missing_characters("Cafe\u0301 u\u030b – „ja“\u200b\u00a0\ufe0f\n\t") == ()
    assert fonts.missing_characters("a漢b漢\U0001f600") == ("漢", "\U0001f600")


def test_width_grows_with_size_and_text():
    """Widths are additive and proportional, as line breaking takes for granted."""
    whole = fonts.text_width_px("Hello world", 58)
    assert whole == pytest.approx(sum(fonts.text_width_px(part, 58) for part in ("Hello", " ", "world")))
    assert fonts.text_width_px("Hello world", 116) == pytest.approx(2 * whole)
    assert 250 < whole < 400


def test_fonts_conf_names_our_folder_only(tmp_path):
    """One folder, escaped for XML, and no include of the machine's own configuration."""
    import xml.etree.ElementTree as ElementTree

    folder = tmp_path / "a & <b>"
    root = ElementTree.fromstring(fonts.fontconfig_text(folder, cache_folder=tmp_path))
    assert [(child.tag, child.text) for child in root] == [("dir", str(folder)), ("cachedir", str(tmp_path))]

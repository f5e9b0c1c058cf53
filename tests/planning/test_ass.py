"""The burned document says what is drawn and when, and the fonts what can be drawn."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variantgen import fonts
from variantgen.build.ass import ass_text, ass_time, compensate_bt601
from variantgen.build.ass_boxes import box_path
from variantgen.fonts.block import block_of
from variantgen.fonts.shaping import measured_line
from variantgen.model import Cue, CueWord, Encode, Look, Part

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


# ---------------------------------------------------------------- looks


KARAOKE = replace(LOOK, highlight_colour="#FFD400")


def events_of(part: Part) -> list[str]:
    """The dialogue lines of a part's document."""
    return [line for line in ass_text(part).splitlines() if line.startswith("Dialogue:")]


def test_one_event_lights_all_words_of_a_line():
    """Lit and put out between two frames, half a frame before the later one; the first is lit from the start."""
    cue = Cue(10, 40, ("one two",), words=(CueWord(10, 0, 0, 3), CueWord(25, 0, 4, 7)))
    (event,) = events_of(part_of(cue, look=KARAOKE))
    start = 10 * round(100 * float(event.split(",")[1].split(":")[2]))
    (out,), (lit,) = (re.findall(rf"\\t\((\d+),\1,\\1c&H{colour}&\)", event) for colour in ("FFFFFF", "00D4FF"))
    assert out == lit and int(lit) + start == pytest.approx(24.5 * 1000 / 30, abs=1)
    assert event.index("00D4FF") < event.index("one") < event.index("\\t(" + lit + "," + lit + ",\\1c&H00D4FF")


def test_words_without_a_highlight_are_written_as_ever():
    """A look that lights nothing draws the same document with words or without."""
    cue = Cue(10, 40, ("one two",))
    worded = replace(cue, words=(CueWord(10, 0, 0, 3), CueWord(25, 0, 4, 7)))
    assert ass_text(part_of(worded)) == ass_text(part_of(cue))


@pytest.mark.parametrize("text", HOSTILE)
def test_lit_text_never_becomes_commands(text):
    """Between our own colours a word is letters, whatever it looks like."""
    words = tuple(CueWord(n, 0, m.start(), m.end()) for n, m in enumerate(re.finditer(r"\S+", text)))
    (event,) = events_of(part_of(Cue(0, 30, (text,), words=words), look=KARAOKE))
    body = event.split(",,0,0,0,,", 1)[1].split("}", 1)[1]
    ours = r"\{(?:\\fn(?:Inter|vg [^{}\\]*))?(?:\\[12]c&H[0-9A-F]+&|\\t\(\d+,\d+,\\1c&H[0-9A-F]+&\))*\}"
    bare = re.sub(ours, "", body).replace("\\{", "").replace("\\}", "").replace("\\\u2060", "")
    assert "{" not in bare and "}" not in bare and "\\" not in bare


def test_an_entrance_is_over_where_a_part_begins_later():
    """A cue that has long been on screen is one event a line; a new one has one for each frame of its entrance."""
    pop = replace(LOOK, entrance="pop")
    assert len(events_of(part_of(Cue(0, 30, ("hi",)), look=pop))) == 5
    assert len(events_of(part_of(Cue(0, 30, ("hi",), shown_frames=3), look=pop))) == 2
    assert len(events_of(part_of(Cue(0, 30, ("hi",), shown_frames=4), look=pop))) == 1
    assert len(events_of(part_of(Cue(0, 2, ("hi",)), look=pop))) == 2


BOXES = [
    [(0, 0, 100, 40)],
    [(0, 0, 100, 40), (20, 40, 80, 80)],
    [(30, 5, 70, 40), (0, 40, 100, 80), (25, 80, 75, 120)],
    [(2, 0, 98, 40), (0, 40, 100, 80)],
]


@pytest.mark.parametrize("boxes", BOXES, ids=["one", "narrower", "wider between", "nearly alike"])
def test_boxes_are_one_outline(boxes):
    """Its area is that of the boxes, less the corners; it never leaves them, and small steps are evened out."""
    origin, path = box_path(boxes, 6)
    assert path.count("m") == 1
    steps = [word.split() for word in re.split(r" (?=[lb])", path)]
    points = [tuple(map(int, words[-2:])) for words in steps]
    shifted = [(x + origin[0], y + origin[1]) for x, y in points]
    area = abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(shifted, [*shifted[1:], shifted[0]], strict=True))) / 2
    wanted = sum((right - left) * (bottom - top) for left, top, right, bottom in boxes)
    assert area == pytest.approx(wanted, rel=0.06)
    assert min(y for _x, y in shifted) == boxes[0][1] and max(y for _x, y in shifted) == boxes[-1][3]
    assert min(x for x, _y in shifted) == min(box[0] for box in boxes)
    assert max(x for x, _y in shifted) == max(box[2] for box in boxes)
    if boxes is BOXES[3]:
        assert len(points) == 8, "two corners of a step of two pixels"


def test_a_caption_moves_inside_its_margins_only():
    """As far as asked where there is room, else to the margin; nothing else about it changes."""
    boxed = replace(LOOK, box_colour="#000000", position="middle")
    block = block_of(("hi", "you"), boxed, 1080, 1920, measure_line=measured_line)
    up = block.risen(50)
    assert [line.baseline_px + 50 for line in up.lines] == [line.baseline_px for line in block.lines]
    assert up.boxes[0][1] + 50 == block.boxes[0][1]
    for far, edge in ((5000, 1), (-5000, 3)):
        moved = block.risen(far)
        limit = boxed.margin_top_px if far > 0 else 1920 - boxed.margin_bottom_px
        assert abs(moved.edges[edge] - limit) <= 1, "a box keeps a pixel from the margin"
        assert moved.risen(far) == moved
    assert block.risen(0) == block


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

"""Cards and overlays in every script: ink stays in the safe zone, is there, reads, and is the same twice."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from variantgen.build.brand import contrast_ratio
from variantgen.build.card_templates import TEMPLATES, Sheet
from variantgen.build.card_type import fit_text
from variantgen.build.cards import card_frames
from variantgen.build.overlays import overlay_size
from variantgen.build.type_ink import draw_ink, ink_bounds
from variantgen.fonts.glyphs import Typeface, set_line
from variantgen.fonts.library import colour_face, face_for
from variantgen.model import BRAND, Card, Overlay

CANVASES = {"9:16": (324, 576), "1:1": (432, 432), "4:5": (432, 540), "16:9": (576, 324)}
TEXTS = {
    "a long word": "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    "Arabic": "هل ما زلت تقص الفيديو يدويا كل يوم؟\n\nجربها مجانا 2026",
    "Japanese": "まだ毎回手作業で動画を編集していますか？\n\n今すぐ無料で試す",
    "emoji": "Launch day 🚀🎉\n\nLet's go 👋🏽",
}


@pytest.fixture(autouse=True)
def _fonts_are_here() -> None:
    """Every one of these texts needs fonts beside our own."""
    for letters, script in (("جربها", "Arab"), ("試す", "Hani")):
        if face_for(letters, script, is_bold=True, language="") is None:
            pytest.skip(f'no font of this machine draws {script}: pip install "variantgen[fonts]"')
    if colour_face() is None:
        pytest.skip("this machine has no colour emoji font: install fonts-noto-color-emoji")


def stills(card: Card, size: tuple[int, int]) -> list[np.ndarray]:
    """The first frame of a card, one on its way and the last."""
    made = card_frames(card, width=size[0], height=size[1], frame_rate=Fraction(2), frames=3)
    return [np.frombuffer(frame, np.uint8).reshape(size[1], size[0], 3).astype(int) for frame in made]


@pytest.mark.media
@pytest.mark.parametrize("script", TEXTS)
@pytest.mark.parametrize("canvas", CANVASES)
@pytest.mark.parametrize("kind", TEMPLATES)
def test_every_template_keeps_every_script_inside(kind: str, canvas: str, script: str) -> None:
    """What differs from the same card with other text lies in the safe zone, and there is ink."""
    size = width, height = CANVASES[canvas]
    top, right, bottom, left = margins = (height // 8, width // 9, height // 6, width // 12)
    texts = stills(Card(kind, TEXTS[script], margins), size)
    others = stills(Card(kind, "ا" if script == "Arabic" else ".", margins), size)
    inside = np.zeros((height, width), bool)
    inside[top : height - bottom, left : width - right] = True
    for text, other in zip(texts, others, strict=True):
        assert (np.abs(text - other).max(axis=2)[~inside] == 0).all()
    assert (np.abs(texts[-1] - others[-1]).max(axis=2) > 60).mean() > 0.005
    again = stills(Card(kind, TEXTS[script], margins), size)
    assert all((one == two).all() for one, two in zip(texts, again, strict=True))


@pytest.mark.parametrize("script", TEXTS)
@pytest.mark.parametrize("canvas", CANVASES)
@pytest.mark.parametrize("template", ["headline", "lower-third", "call-to-action"])
def test_every_overlay_fits_its_room_in_every_script(template: str, canvas: str, script: str) -> None:
    """An overlay is never wider or higher than the room it was given, and has an even size."""
    size = CANVASES[canvas]
    room = (size[0] * 3 // 4, size[1] * 2 // 3)
    text = TEXTS[script]
    if template == "call-to-action":
        text = text.split("\n")[0][:24]
    width, height = overlay_size(Overlay(template, text, 0, 9, 0, 0, 0, 0, room, BRAND), *size)
    assert 20 < width <= room[0] + 1 and 10 < height <= room[1] + 1
    assert width % 2 == height % 2 == 0


def test_letters_join_and_turn_around() -> None:
    """Arabic letters take their joined shapes and run from the right; digits in them do not turn."""
    word = set_line("جربها", Typeface())
    alone = sum(set_line(letter, Typeface()).width_em for letter in "جربها")
    assert word.is_rtl and word.width_em < 0.9 * alone
    one, other = ([glyph.glyph for glyph in set_line(f"ا {digits}", Typeface()).glyphs] for digits in ("12", "21"))
    assert one[:2] == other[1::-1] and one[2] == other[2], "seen from left to right: the digits, then the letter"


def test_text_from_the_right_ends_at_the_right() -> None:
    """A title's Arabic lines share their right edge, Latin ones their left."""
    rows = {}
    for text in ("هل ما زلت تقص الفيديو\nيدويا", "One longer line\nshort"):
        fitted = fit_text(text, (500, 300), short_px=500, largest=0.1)
        rows[fitted.is_rtl] = fitted.lines
    assert len({line.left + line.ink.width for line in rows[True]}) == 1
    assert {line.left for line in rows[False]} == {0}


@pytest.mark.parametrize("text", [*TEXTS.values(), "Ågå jpqy (8%)", "नमस्ते", "ที่นี่"])
def test_ink_lies_inside_its_bounds_and_reaches_them(text: str) -> None:
    """Where a line's ink ends is known before it is drawn, to two pixels."""
    line = set_line(text.split("\n")[0], Typeface(weight="heavy"))
    left, top, right, bottom = ink_bounds(line, 60)
    ink = draw_ink(line, 60)
    assert (ink.left, ink.top) == (left, top) and ink.cover.size == (right - left, bottom - top)
    shown = ink.cover.copy()
    if ink.pictures:
        shown.paste(255, (0, 0), ink.pictures.getchannel("A"))
    found = shown.getbbox()
    assert found is not None and found[0] <= 4 and found[2] >= shown.width - 12


def test_letters_whose_strokes_cross_are_filled() -> None:
    """An outline that overlaps itself, as the e of our heaviest face does, has no hole there."""
    ink = np.asarray(draw_ink(set_line("e", Typeface(weight="heavy")), 200).cover)
    row = ink[round(ink.shape[0] * 0.58)]
    inked = np.flatnonzero(row > 250)
    assert (row[inked[0] : inked[-1]] > 250).all(), "the bar of the e is one stretch of ink"


@pytest.mark.media
@pytest.mark.parametrize("kind", ["hook", "split", "end"])
def test_type_on_the_accent_reads(kind: str) -> None:
    """Where a template puts type on the accent, the two colours that meet there keep 4.5:1."""
    accent = np.array([int(BRAND.accent[i : i + 2], 16) for i in (1, 3, 5)])
    still = stills(Card(kind, "Before\n\nafter.com"), (540, 540))[-1]
    is_accent = np.abs(still - accent).max(axis=2) < 6
    rows, columns = np.flatnonzero(is_accent.any(axis=1)), np.flatnonzero(is_accent.any(axis=0))
    field = still[rows[0] + 4 : rows[-1] - 4, columns[0] + 4 : columns[-1] - 4].reshape(-1, 3)
    darkest = field[field.sum(axis=1).argmin()]
    assert contrast_ratio(tuple(int(v) for v in darkest), BRAND.accent) >= 4.5  # type: ignore[arg-type]


def test_a_sheet_gives_headlines_and_text_their_own_fonts() -> None:
    """Headlines take the heading font, other text the other."""
    from dataclasses import replace

    sheet = Sheet(540, 540, (0, 0, 540, 540), replace(BRAND, heading_font="One", font="Other"))
    assert (sheet.face("heavy").font, sheet.face("bold").font) == ("One", "Other")
    assert Sheet(1, 1, (0, 0, 1, 1), replace(BRAND, font="Other")).face("heavy").font == "Other"


def test_an_emoji_keeps_its_colours() -> None:
    """The rocket of a title is drawn in its own colours and not in the text's."""
    still = stills(Card("title", "🚀"), (432, 432))[-1]
    picture = Image.fromarray(still.astype(np.uint8))
    red = np.asarray(picture.convert("HSV")).astype(int)
    strong = (red[..., 1] > 150) & (red[..., 2] > 150) & ((red[..., 0] < 12) | (red[..., 0] > 243))
    assert strong.sum() > 40

"""Which font draws what: the caption font first, then the user's, the extra's, the system's; never a box."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from fonts_made import make_font
from fontTools.ttLib import TTFont
from PIL import Image

from variantgen import fonts
from variantgen.build.emoji import EmojiLine, emoji_pictures
from variantgen.errors import UserError
from variantgen.fonts import library
from variantgen.fonts.direction import visual_order
from variantgen.fonts.emoji import placed_emoji
from variantgen.fonts.language import language_of
from variantgen.fonts.laying_out import cut_face, lay_out_fonts
from variantgen.fonts.runs import EMOJI_ADVANCE_EM, clusters_of, faces_for, fonts_identity, is_emoji, runs_of
from variantgen.fonts.shaping import line_extent_em

THAI = {"ก": 500, "ข": 600, "น": 550, "ำ": 450, "ํ": 0, "า": 400, "้": 0}
GRIN, MAN, JOINER = "\U0001f600", "\U0001f468", "\u200d"


@pytest.fixture
def user_folder(tmp_path, monkeypatch):
    """A machine whose only fonts are in this folder, beside our own."""
    folder = tmp_path / "my fonts"
    folder.mkdir()
    monkeypatch.setenv("VARIANTGEN_FONTS", str(folder))
    monkeypatch.setattr(library, "_package_folders", lambda: ())
    monkeypatch.setattr(library, "_system_folders", lambda: ())
    monkeypatch.setattr("platformdirs.user_config_dir", lambda *_, **__: str(tmp_path / "config"))
    library.forget_faces()
    yield folder
    library.forget_faces()


# ---------------------------------------------------------------- the caption font by itself


@pytest.mark.parametrize(
    "text", ["Hello", "Čeština, Ελληνικά, Русский", "“quoted” – 50 % ©", "a\u00adb\u200bc", "Việt"]
)
def test_what_inter_draws_is_measured_as_ever(user_folder, text):
    """No other font has a say in a text that the caption font draws: its width is the sum of its letters'."""
    make_font(user_folder / "all.ttf", "All", dict.fromkeys(text, 3000))
    assert [run.family for run in runs_of(text)] == ["Inter"]
    assert fonts.text_width_px(text, 100) == pytest.approx(sum(fonts.text_width_px(c, 100) for c in text), abs=1e-6)
    assert fonts.text_width_px(text, 100) < 100 * len(text)
    assert fonts_identity([text]) == ""


def test_letters_that_reach_beyond_the_line_are_known():
    """Two marks above a capital reach over Inter's own line; plain letters never change it."""
    assert line_extent_em("Ágjp") == (fonts.ASCENT_EM, fonts.DESCENT_EM)
    assert line_extent_em("Ẫ")[0] > fonts.ASCENT_EM


# ---------------------------------------------------------------- other fonts


def test_a_font_in_the_users_folder_draws_what_inter_lacks(user_folder):
    """Its own advances count, and the Latin beside it stays Inter's."""
    path = make_font(user_folder / "deep" / "thai.ttf", "My Thai", THAI)
    runs = runs_of("กข abc")
    assert [(run.family, run.text) for run in runs] == [("vg My Thai", "กข"), ("Inter", " abc")]
    assert fonts.text_width_px("กข", 100) == pytest.approx(110)
    assert faces_for(["abc", "กข"]).paths == (path,)
    assert line_extent_em("ก")[0] == fonts.ASCENT_EM


def test_ink_above_the_line_is_measured(user_folder):
    """A font taller than Inter says so: its lines need the room."""
    make_font(user_folder / "thai.ttf", "My Thai", THAI, height=1300)
    assert line_extent_em("ก")[0] == pytest.approx(1.3)


def test_the_script_s_noto_is_asked_before_others(user_folder):
    """Of two that draw a text the one made for its script is taken, wherever it stands in the alphabet."""
    make_font(user_folder / "a.ttf", "Noto Sans Aardvark", THAI)
    noto = make_font(user_folder / "z.ttf", "Noto Sans Thai", THAI)
    assert faces_for(["กข"]).paths == (noto,)


def test_a_letter_and_its_mark_are_drawn_by_one_font(user_folder):
    """A font that has only the letter is passed over for one that has both."""
    make_font(user_folder / "a.ttf", "Noto Sans Thai", {"ก": 500, "ข": 500})
    both = make_font(user_folder / "b.ttf", "Other", THAI)
    assert faces_for(["ก้ข"]).paths == (both,)


def test_fonts_without_letters_of_their_own_are_never_asked(user_folder):
    """macOS has a font that draws a box for every character there is: that is no way to draw one."""
    make_font(user_folder / "LastResort.otf", "LastResort", THAI)
    (user_folder / "broken.ttf").write_bytes(b"\0\1\0\0" + bytes(200))
    assert [missing.text for missing in faces_for(["กข"]).undrawable] == ["ก", "ข"]


def test_what_no_font_draws_is_named_with_what_to_install(user_folder):
    """The letter, its code and name, its script, the line to type and the folder to put a font into."""
    found = faces_for(["fine", "also fine ข้ and ข้ 字"])
    assert [missing.text for missing in found.undrawable] == ["ข้", "字"]
    thai, han = (missing.sentence for missing in found.undrawable)
    assert "U+0E02" in thai and "THAI CHARACTER KHO KHAI" in thai and ", Thai)" in thai
    assert 'pip install "variantgen[fonts]"' in thai and "fonts-noto-core" in thai and "config" in thai
    assert "fonts-noto-cjk" in han
    (emoji,) = faces_for([GRIN]).undrawable
    assert "NotoColorEmoji.ttf" in emoji.sentence


def test_the_identity_is_of_the_font_s_content(user_folder, tmp_path):
    """Another file under the same name changes the keys of what it draws; the same file elsewhere does not."""
    make_font(user_folder / "thai.ttf", "My Thai", THAI)
    first = fonts_identity(["ก"])
    (user_folder / "thai.ttf").rename(user_folder / "moved.ttf")
    library.forget_faces()
    assert fonts_identity(["ก"]) == first != ""
    make_font(user_folder / "moved.ttf", "My Thai", {**THAI, "ก": 700})
    library.forget_faces()
    assert fonts_identity(["ก"]) != first


def test_several_folders_may_be_named(user_folder, tmp_path, monkeypatch):
    """VARIANTGEN_FONTS is a list of folders, the first one wins."""
    first = make_font(tmp_path / "zz first" / "x.ttf", "X", THAI)
    make_font(user_folder / "x.ttf", "X", THAI)
    monkeypatch.setenv("VARIANTGEN_FONTS", os.pathsep.join([str(tmp_path / "zz first"), str(user_folder)]))
    library.forget_faces()
    assert {face.path.parent.name for face in library.all_faces()} == {"zz first", "my fonts"}
    assert faces_for(["ก"]).paths == (first,)


@pytest.mark.parametrize(
    ("texts", "tag", "language"),
    [
        (["今日は", "東京"], "", "ja"),
        (["한국어 漢字"], "", "ko"),
        (["这里没有声音", "中文"], "", "zh-Hans"),
        (["這裡沒有聲音", "中文"], "", "zh-Hant"),
        (["中文"], "ja-JP", "ja"),
        (["這裡沒有"], "zh", "zh-Hant"),
        (["中文"], "zh-TW", "zh-Hant"),
        (["中文"], "zh_HK", "zh-HK"),
        (["中文"], "zh-cn", "zh-Hans"),
        (["Hello"], "en", ""),
    ],
)
def test_the_language_of_han_is_told_by_tag_or_text(texts, tag, language):
    """The same characters have other shapes in Japan, Korea, China and Taiwan."""
    assert language_of(texts, tag) == language


def test_han_is_drawn_in_its_language_s_face(user_folder):
    """One text, four faces: the tag decides; a wide sign is East Asian even after a Latin word."""
    for code in ("JP", "KR", "SC", "TC"):
        make_font(user_folder / f"{code}.ttf", f"Noto Sans CJK {code}", {"直": 1000, "。": 1000})
    drawn = {tag: runs_of("直", language=tag)[0].family for tag in ("ja", "ko", "zh-Hans", "zh-Hant")}
    assert drawn == {tag: f"vg Noto Sans CJK {code}" for tag, code in zip(drawn, ("JP", "KR", "SC", "TC"), strict=True)}
    make_font(user_folder / "w.ttf", "Noto Sans", {"！": 1000})
    make_font(user_folder / "JP.ttf", "Noto Sans CJK JP", {"直": 1000, "！": 1000})
    library.forget_faces()
    assert [run.family for run in runs_of("OK！")] == ["Inter", "vg Noto Sans CJK JP"]


# ---------------------------------------------------------------- a look's own font


LETTERS = dict.fromkeys("abc ", 500)


def test_a_look_s_font_is_asked_first_and_inter_second(user_folder):
    """A family by its name, however it is spelled; what it lacks Inter draws, then the other fonts."""
    make_font(user_folder / "own.ttf", "My Own", LETTERS)
    make_font(user_folder / "thai.ttf", "My Thai", THAI)
    runs = runs_of("ab Xก", font="my own")
    assert [(run.family, run.text) for run in runs] == [("vg My Own", "ab "), ("Inter", "X"), ("vg My Thai", "ก")]
    inter = fonts.text_width_px("X", 100)
    assert fonts.text_width_px("ab Xก", 100, font="My Own") == pytest.approx(150 + inter + 50)
    assert {run.family for run in runs_of("ab X", font="Inter")} == {"Inter"}


def test_a_family_s_nearest_weight_is_taken(user_folder):
    """Bold where bold is wanted and there is one; the only one where there is no other."""
    light = make_font(user_folder / "light.ttf", "My Own", LETTERS)
    heavy = make_font(user_folder / "heavy.ttf", "My Own", LETTERS)
    font = TTFont(heavy)
    font["OS/2"].usWeightClass = 800
    font.save(heavy)
    library.forget_faces()
    assert [library.chosen_face("My Own", is_bold=is_bold).path for is_bold in (True, False)] == [heavy, light]
    heavy.unlink()
    library.forget_faces()
    assert library.chosen_face("My Own", is_bold=True).path == light


def test_a_font_file_may_be_named(user_folder, tmp_path):
    """It is drawn under a name of its own, though a font of the machine has the same one."""
    make_font(user_folder / "thai.ttf", "Same", THAI)
    own = make_font(tmp_path / "beside the style" / "own.TTF", "Same", LETTERS)
    assert [run.family for run in runs_of("ab ก", font=str(own))] == ["vg own Same", "vg Same"]
    names = [TTFont(path)["name"].getDebugName(1) for path in lay_out_fonts(
        tmp_path / "out", [("ab ก", True, "", str(own))]
    )]  # fmt: skip
    assert {"vg own Same", "vg Same"} <= set(names)


def test_a_look_s_font_is_part_of_the_identity(user_folder, tmp_path):
    """By its content, even for a text that it has no letter of: another file must not find the old parts."""
    own = make_font(tmp_path / "own.ttf", "Own", LETTERS)
    first, unused = fonts_identity(["ab"], font=str(own)), fonts_identity(["XY"], font=str(own))
    assert first and unused and fonts_identity(["ab"]) == ""
    make_font(own, "Own", {**LETTERS, "a": 900})
    library.forget_faces()
    assert fonts_identity(["ab"], font=str(own)) not in (first, unused, "")
    assert faces_for(["XY"], font=str(own)).paths == (own,)


def test_a_font_that_nobody_has_is_told(user_folder, tmp_path):
    """The family, the nearest one that is here, and where to put a file; or the path that holds no font."""
    make_font(user_folder / "own.ttf", "Montserrat", LETTERS)
    with pytest.raises(UserError, match=r'"Monserat".*Did you mean "Montserrat".*config') as told:
        fonts.text_width_px("abc", 100, font="Monserat")
    assert str(library.user_folder()) in str(told.value)
    with pytest.raises(UserError, match=r"gone\.ttf: is not there"):
        runs_of("abc", font=str(tmp_path / "gone.ttf"))
    (tmp_path / "page.otf").write_text("<html>")
    with pytest.raises(UserError, match=r"page\.otf: is no font"):
        faces_for(["abc"], font=str(tmp_path / "page.otf"))


def test_each_weight_is_measured_in_its_own_face():
    """The regular face is narrower; accents and ASCII alike."""
    for text in ("Hamburg", "Größe"):
        assert fonts.text_width_px(text, 100, is_bold=False) < 0.97 * fonts.text_width_px(text, 100)


def test_a_line_is_cut_between_characters_only(user_folder):
    """A cut inside a letter with its mark waits for the next letter; nothing is lost or said twice."""
    make_font(user_folder / "thai.ttf", "My Thai", THAI)
    for line, cuts, texts in [
        ("one two", (0, 4, 7), ["one ", "two"]),
        ("กำข้น", (1, 3), ["กำ", "ข้", "น"]),
        ("กก ab", (1, 4), ["ก", "ก", " a", "b"]),
        ("Zoë x", (3,), ["Zoë", " x"]),
    ]:
        runs = runs_of(line, cuts=cuts)
        assert "".join(line[run.start : run.end] for run in runs) == line
        assert [run.text for run in runs] == texts, line


def test_lines_of_a_script_are_alike_in_height(user_folder):
    """Letters that stay low get the room of those that do not: captions do not jump from cue to cue."""
    letters = {**THAI, **dict.fromkeys("ที่ปู้ญุ", 500)}
    low, high = (
        make_font(user_folder / name, "My Thai", letters, height=h) for name, h in (("a.ttf", 300), ("b.ttf", 1100))
    )
    font = TTFont(high)
    font["glyf"]["u0E19"] = TTFont(low)["glyf"]["u0E19"]
    font.save(high)
    low.unlink()
    assert line_extent_em("น") == line_extent_em("ที่ปู้ญุ") > line_extent_em("n")


# ---------------------------------------------------------------- what is laid out


def test_the_folder_holds_what_is_needed_and_nothing_else(user_folder, tmp_path):
    """Inter always; another font where a text needs it, cut to the text; room for emoji where there are any."""
    make_font(user_folder / "thai.ttf", "My Thai", THAI)
    inter = {path.name for path in fonts.fonts_folder().glob("*.ttf")}
    plain = lay_out_fonts(tmp_path / "plain", [("Hello", True, "")])
    assert {path.name for path in plain} == inter == {path.name for path in (tmp_path / "plain").iterdir()}
    files = lay_out_fonts(tmp_path / "thai", [("Hello", True, ""), ("ก", True, ""), ("ข", True, "")])
    (cut,) = [path for path in files if path.name not in inter]
    assert set(TTFont(cut).getBestCmap()) == {ord("ก"), ord("ข")}


def test_a_cut_face_stands_on_inter_s_line_under_its_own_name(user_folder):
    """libass takes em and baseline from these metrics, weight and name from those tables."""
    make_font(user_folder / "thai.ttf", "My: Thai, {1}", THAI)
    (face,) = faces_for(["ก"]).faces
    for is_bold in (True, False):
        font = TTFont(io.BytesIO(cut_face(face, "ก", is_bold=is_bold)))
        assert font["name"].getDebugName(1) == "vg My Thai 1"
        assert font["OS/2"].usWinAscent / 1000 == pytest.approx(fonts.WIN_ASCENT_EM, abs=1e-3)
        assert font["OS/2"].usWinDescent / 1000 == pytest.approx(fonts.WIN_DESCENT_EM, abs=1e-3)
        assert font["OS/2"].usWeightClass == (700 if is_bold else 400)
        assert font["head"].macStyle == int(is_bold)


def test_a_cut_face_keeps_what_a_shaper_asks_for(user_folder):
    """Thai am is shaped as two characters that the text does not hold."""
    make_font(user_folder / "thai.ttf", "My Thai", THAI)
    (face,) = faces_for(["นำ"]).faces
    held = TTFont(io.BytesIO(cut_face(face, "นำ", is_bold=True))).getBestCmap()
    assert {ord("ํ"), ord("า")} <= set(held)


# ---------------------------------------------------------------- emoji


@pytest.mark.parametrize(
    "cluster",
    [
        *(GRIN, f"{MAN}{JOINER}\U0001f469{JOINER}\U0001f467", "\U0001f1eb\U0001f1f7"),
        *("1\ufe0f\u20e3", "\U0001f44d\U0001f3fd", "\u2764\ufe0f", "\u2615"),
    ],
)
def test_sequences_are_one_emoji(cluster):
    """Families, flags, keycaps and skin tones are one picture each, cut from the letters beside them."""
    assert is_emoji(cluster)
    assert clusters_of(f"a{cluster}b") == ("a", cluster, "b")


@pytest.mark.parametrize("text", ["1", "#", "©", "™", "→", "❤", "\u2615\ufe0e", "a\ufe0f", "字", "♪"])
def test_signs_are_no_emoji(text):
    """Digits, marks and arrows that Inter draws stay letters."""
    assert not is_emoji(text)


def test_emoji_get_room_of_one_width(user_folder):
    """One picture for a sequence the font knows, two where it does not; the room is in the line's width."""
    advances = {GRIN: 1000, MAN: 1000, JOINER: 0, "\U0001f389": 1000}
    make_font(
        user_folder / "e.ttf", "My Emoji", advances, ligatures={GRIN + JOINER + MAN: "\U0001f389"}, has_colours=True
    )
    runs = runs_of(f"a {GRIN}{JOINER}{MAN} {MAN}{JOINER}{GRIN}")
    assert [run.gaps for run in runs if run.gaps] == [1, 2]
    text = fonts.text_width_px("a  ", 100)
    assert fonts.text_width_px(f"a {GRIN} ", 100) == pytest.approx(text + 100 * EMOJI_ADVANCE_EM)


def test_layers_of_colour_are_drawn(user_folder):
    """A font without pictures, as Windows has it: its layers in their colours, middled on the letters beside it."""
    make_font(user_folder / "e.ttf", "My Emoji", {GRIN: 1000}, has_colours=True)
    line = EmojiLine(f"ab {GRIN}", 300, 200, 100, 3, 9)
    (picture,) = emoji_pictures([line], width=600, height=400)
    image = Image.open(io.BytesIO(picture.png))
    assert image.getpixel((image.width // 2, image.height // 2)) == (255, 0, 0, 255)
    assert (picture.start_frame, picture.end_frame) == (3, 9)
    assert picture.y + picture.height / 2 == pytest.approx(200 - 36, abs=2)
    assert emoji_pictures([EmojiLine("no emoji", 300, 200, 100, 3, 9)], width=600, height=400) == ()


def test_emoji_stand_where_the_eye_meets_them(user_folder):
    """In a line from right to left the first emoji is the rightmost; Latin inside it keeps its own order."""
    make_font(user_folder / "e.ttf", "My Emoji", {GRIN: 1000, MAN: 1000}, has_colours=True)
    make_font(user_folder / "h.ttf", "Noto Sans Hebrew", {"א": 500, "ב": 500})
    placed, width = placed_emoji(f"אב {GRIN} ab {MAN}")
    man, grin = placed
    space, latin = fonts.text_width_px(" ", 1), fonts.text_width_px("ab", 1)
    assert man.left_em == pytest.approx(0)
    assert grin.left_em == pytest.approx(EMOJI_ADVANCE_EM + space + latin + space)
    assert width == pytest.approx(2 * EMOJI_ADVANCE_EM + 1.0 + latin + 3 * space, abs=0.3)
    assert [one.left_em for one in placed_emoji(f"ab {GRIN}")[0]] == [pytest.approx(latin + space)]


# ---------------------------------------------------------------- direction


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("abc", "abc"),
        ("אבג", "גבא"),
        ("אב 12 ג", "ג 12 בא"),
        ("אב abc ג", "ג abc בא"),
        ("ab אב 12", "ab 12 בא"),
        ("مرح Hello 2026 عام", "ماع Hello 2026 حرم"),
        ("١٢ سنة", "ةنس ١٢"),
        ("אב!", "!בא"),
        ("50% אב", "בא 50%"),
        ("مر 1-2", "2-1 رم"),
        ("אב 1-2", "1-2 בא"),
        ("ab \u202bאב  ", "ab בא  "),
        ("\u202bab.\u202c", ".ab"),
        ("a \u2067אב 1\u2069 b", "a 1 בא b"),
        ("\u202eabc\u202c", "cba"),
        ("\u200fab.", ".ab"),
    ],
)  # fmt: skip
def test_lines_are_seen_in_the_order_of_uax_9(line, seen):
    """Letters to the left, numbers to the right, signs with what they stand between; marks themselves are unseen."""
    unseen = {*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
    assert "".join(line[i] for i in visual_order(line) if ord(line[i]) not in unseen) == seen


def test_a_user_s_folder_is_in_the_settings_folder(user_folder, tmp_path, monkeypatch):
    """Beside the user's presets: the folder the sentences name is the one that is read."""
    folder = Path(tmp_path / "config" / "fonts")
    path = make_font(folder / "thai.ttf", "My Thai", THAI)
    monkeypatch.delenv("VARIANTGEN_FONTS")
    library.forget_faces()
    assert faces_for(["ก"]).paths == (path,)

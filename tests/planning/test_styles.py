"""Caption styles: the built-in ones can be read, one's own are found, and faulty ones are told all their faults."""

from __future__ import annotations

import json
from pathlib import Path

import platformdirs
import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from variantgen.cli.styles import styles as styles_command
from variantgen.errors import UserError
from variantgen.fonts import text_width_px
from variantgen.plan.captions import text_width_limit_px
from variantgen.plan.parts import look_of
from variantgen.presets import available_presets, available_styles, load_preset, load_style
from variantgen.presets.contrast import LEAST_CONTRAST, contrast_faults, contrast_ratio, look_contrast
from variantgen.presets.folders import built_in_folder
from variantgen.presets.reading import read_toml
from variantgen.presets.schema import Canvas, Captions, Style

FOLDER = built_in_folder() / "styles"
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))
CANVASES = ((1080, 1920), (1080, 1350), (1080, 1080), (1920, 1080))
PRESET = 'title = "Ours"\nchannel = "our"\n[canvas]\nwidth = 1080\nheight = 1920\n[video]\n[audio]\n'

# one fault a row: the file's text, the key that is told, and a word of the advice
FAULTS = {
    "unknown key": ('color = "#FFFFFF"', "color", 'Did you mean "colour"'),
    "not a colour": ('colour = "red"', "colour", "a colour like"),
    "misspelt choice": ('weight = "blod"', "weight", 'Did you mean "bold"'),
    "out of range": ("outline = 4", "outline", "from 0 to 0.5"),
    "no size": ("size = 0", "size", "above 0"),
    "number as text": ('size = "58"', "size", "a number"),
    "faint letters": ('colour = "#444444"', "colour #444444", "#757575 or lighter"),
    "faint spoken word": ('highlight_colour = "#A00000"', "highlight_colour", "or lighter"),
    "thin box": ('outline = 0\nbox_colour = "#000000"\nbox_opacity = 0.3', "box_opacity 0.3", "box_opacity = 0.54"),
    "thin outline": ("outline = 0.02", "bare picture", "box_colour"),
    "only a shadow": ("outline = 0\nshadow = 0.3", "bare picture", "an outline of 0.03 or more"),
    "font that is not there": ('font = "Ours.ttf"', "font", "no such font file"),
    "font in another form": ('font = "fonts/ours.woff2"', "font", "ends in .ttf"),
}

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")
shares = st.integers(0, 100).map(lambda percent: percent / 100)


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """The styles folders of an empty project to work in and of an empty settings folder."""
    project, user = tmp_path / "project", tmp_path / "settings"
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *_, **__: str(user))
    for folder in (project, user):
        (folder / "presets" / "styles").mkdir(parents=True)
    monkeypatch.chdir(project)
    return project / "presets" / "styles", user / "presets" / "styles"


def style(**values) -> Style:
    """A style that is not held to any contrast."""
    return Style.model_construct(**{**Style().model_dump(), **values})


# ---------------------------------------------------------------- the built-in styles


def test_the_promised_styles_are_there():
    """The looks of the brief come with the install, each with a title."""
    assert {"clean", "boxed", "karaoke", "pop", "broadcast"} <= set(NAMES)
    assert all(load_style(str(FOLDER / f"{name}.toml")).style.title for name in NAMES)


def test_clean_is_what_a_style_is_without_a_word():
    """The file of clean writes out the defaults, so that whoever copies it starts from what they saw."""
    tables = read_toml(FOLDER / "clean.toml")
    assert load_style("clean").style.model_copy(update={"title": ""}) == Style()
    assert set(Style.model_fields) - set(tables) == {"max_words", "max_lines"}


@pytest.mark.parametrize("name", NAMES)
def test_a_built_in_style_can_be_read_on_any_picture(name):
    """Letters and the spoken word reach 4.5:1 over black, white and everything between."""
    look = load_style(name).style
    assert look_contrast(look) >= LEAST_CONTRAST
    assert not look.highlight_colour or look_contrast(look, look.highlight_colour) >= LEAST_CONTRAST


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("width", "height"), CANVASES, ids=str)
def test_a_built_in_style_is_large_enough_on_every_canvas(name, width, height):
    """48 px on a 1080 canvas is the least that a phone shows legibly; an outline that counts is two pixels or more."""
    captions = Captions(look=load_style(name).style)
    look = look_of(captions, Canvas(width=width, height=height))
    assert look.font_size_px >= 48
    assert look.outline_px >= 2 or look.box_colour


def test_the_styles_are_what_they_are_called():
    """Karaoke lights words, pop shows three at most in capitals, broadcast has two lines in boxes and no edge."""
    karaoke, pop, broadcast = (load_style(name).style for name in ("karaoke", "pop", "broadcast"))
    assert karaoke.highlight_colour
    assert (pop.case, pop.entrance, pop.max_words) == ("upper", "pop", 3)
    assert pop.size == max(load_style(name).style.size for name in NAMES)
    assert (broadcast.box_shape, broadcast.max_lines, broadcast.outline) == ("line", 2, 0)


def test_a_word_of_ten_capitals_pops_at_its_full_size():
    """What pop says of TikTok's width is so."""
    preset = load_preset("tiktok", settings=[("captions.style", "pop")]).preset
    look = look_of(preset.captions, preset.canvas)
    assert text_width_px("EVERYTHING", look.font_size_px) <= text_width_limit_px(look, preset.canvas.width)


def test_broadcast_lines_are_as_high_as_the_bbc_has_them():
    """With Inter's lines of 1.21 em: 7 to 8 % of a wide picture's height, 3.9 to 4.5 % of an upright one's."""
    line_px = load_style("broadcast").style.size * 1080 * 1.21
    assert 0.07 <= line_px / 1080 <= 0.08
    assert 0.039 <= line_px / 1920 <= 0.045


def test_styles_are_no_presets():
    """The folder of styles inside the presets adds none to their list."""
    assert {source.name for source in available_presets()} & set(NAMES) == set()


# ---------------------------------------------------------------- contrast


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#FFFFFF", 21.0),
        ("#767676", "#FFFFFF", 4.54),
        ("#777777", "#FFFFFF", 4.48),
        ("#FF0000", "#FFFFFF", 4.00),
        ("#0000FF", "#FFFFFF", 8.59),
        ("#FFFF00", "#000000", 19.56),
        ("#FFFF00", "#FFFFFF", 1.07),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    """Pairs whose contrast every checker agrees on."""
    assert contrast_ratio(one, other) == pytest.approx(ratio, abs=0.006)
    assert contrast_ratio(other, one) == contrast_ratio(one, other)


@given(one=colours, other=colours)
def test_contrast_lies_between_1_and_21(one, other):
    """1 for a colour on itself, never above black on white."""
    assert 1 <= contrast_ratio(one, other) <= 21
    assert contrast_ratio(one, one) == 1


@given(colour=colours, box=colours, opacity=shares, picture=colours)
def test_no_picture_makes_a_box_worse_than_is_said(colour, box, opacity, picture):
    """Over any picture the letters have at least the contrast that the style is judged by."""
    assume(opacity > 0)
    behind = "#" + "".join(
        f"{round(int(p, 16) + (int(b, 16) - int(p, 16)) * opacity):02X}"
        for p, b in ((picture[at : at + 2], box[at : at + 2]) for at in (1, 3, 5))
    )
    judged = look_contrast(style(colour=colour, outline=0, box_colour=box, box_opacity=opacity))
    assert contrast_ratio(colour, behind) >= judged


@settings(max_examples=200)
@given(colour=colours, outline=colours)
def test_the_colour_that_is_advised_is_readable(colour, outline):
    """Whoever takes the colour that the message names is let through, and no other is refused."""
    look = style(colour=colour, outline_colour=outline)
    faults = contrast_faults(look)
    assert bool(faults) == (contrast_ratio(colour, outline) < LEAST_CONTRAST)
    for fault in faults:
        advised = fault.partition("4.5:1: ")[2][:7]
        assert contrast_faults(style(colour=advised, outline_colour=outline)) == []


@given(colour=colours, box=colours, opacity=shares)
def test_the_opacity_that_is_advised_is_enough(colour, box, opacity):
    """A box made as strong as the message says lets the same letters through."""
    look = style(colour=colour, outline=0, box_colour=box, box_opacity=opacity)
    told = [fault.partition("box_opacity = ")[2].partition(" ")[0] for fault in contrast_faults(look)]
    assert all(told) or opacity == 0 or contrast_ratio(colour, box) < LEAST_CONTRAST
    for advised in filter(None, told):
        assert contrast_faults(style(**{**look.model_dump(), "box_opacity": float(advised)})) == []


def test_the_better_of_box_and_outline_counts():
    """A faint box behind letters with a good edge does no harm."""
    assert contrast_faults(style(box_colour="#FFFFFF", box_opacity=0.5)) == []
    assert contrast_faults(style(outline_colour="#FFFFFF", box_colour="#000000", box_opacity=0.9)) == []


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_names_file_key_and_what_is_allowed(tmp_path, kind):
    """One fault is one line that says where it is and what would be right."""
    text, key, advice = FAULTS[kind]
    path = tmp_path / "ours.toml"
    path.write_text(text)
    with pytest.raises(UserError) as caught:
        load_style(str(path))
    told = str(caught.value)
    assert told.startswith(f"{path}: ")
    assert key in told
    assert advice in told
    assert len(told.splitlines()) == 1
    assert "captions.look" not in told


def test_all_faults_of_a_style_are_told_at_once(tmp_path):
    """Nobody repairs a style one run a fault; a preset that names it tells them too, and its own."""
    path = tmp_path / "ours.toml"
    path.write_text('wieght = "bold"\nsize = 9\ncolour = "red"\n')
    with pytest.raises(UserError) as caught:
        load_style(str(path))
    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == ["size", "colour", "wieght"]
    preset = tmp_path / "our.toml"
    preset.write_text(PRESET + '[captions]\nmode = "brun"\nstyle = "ours.toml"\n')
    with pytest.raises(UserError) as caught:
        load_preset(str(preset))
    told = str(caught.value)
    assert len(told.splitlines()) == 4
    assert f"{path}: size: " in told
    assert f"{preset}: captions.mode: " in told


def test_faint_letters_are_told_beside_other_faults(tmp_path):
    """A preset with a wrong word and a faint look has two faults, and its own file holds both."""
    path = tmp_path / "our.toml"
    path.write_text(PRESET + '[captions]\nmode = "brun"\nlook = { colour = "#444444" }\n')
    with pytest.raises(UserError) as caught:
        load_preset(str(path))
    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == ["captions.mode", "captions.look"]


def test_a_setting_that_makes_letters_faint_is_named():
    """The fault is told of what the user typed and not of the preset's file."""
    with pytest.raises(UserError, match=r"^--set captions.look.colour: colour #333333 on outline_colour #000000 has"):
        load_preset("tiktok", settings=[("captions.look.colour", "#333")])


# ---------------------------------------------------------------- where styles are looked for


def test_a_project_goes_before_the_user_and_the_user_before_the_built_in(folders):
    """A style of one's own hides the built-in of the same name, and says where it comes from."""
    project, user = folders
    assert load_style("pop").path.parent == FOLDER
    (user / "pop.toml").write_text('title = "user"')
    assert load_style("pop").style.title == "user"
    (project / "pop.toml").write_text('title = "project"')
    assert load_style("pop").style.title == "project"
    assert {source.name: source.origin for source in available_styles()}["pop"] == "project"


def test_a_preset_given_by_its_path_finds_the_styles_beside_it(folders, tmp_path):
    """A folder of presets and styles can be handed on as it is; by name the same style is not found."""
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "ours.toml").write_text('colour = "#FFDD00"')
    (tmp_path / "our.toml").write_text(PRESET + '[captions]\nstyle = "ours"\n')
    (folders[0] / "ours.toml").write_text('colour = "#FFFF00"')
    assert load_preset(str(tmp_path / "our.toml")).preset.captions.look.colour == "#FFDD00"
    (folders[0] / "ours.toml").unlink()
    with pytest.raises(UserError, match='no caption style is named "ours"'):
        load_preset("tiktok", settings=[("captions.style", "ours")])


def test_a_path_starts_at_the_file_that_names_it_and_a_setting_where_one_is(folders, tmp_path):
    """The same words mean the file beside the preset in a preset, and the one in this folder after --set."""
    (tmp_path / "ours.toml").write_text("size = 0.06")
    Path("ours.toml").write_text("size = 0.07")
    preset = tmp_path / "our.toml"
    preset.write_text(PRESET + '[captions]\nstyle = "./ours.toml"\n')
    assert load_preset(str(preset)).preset.captions.look.size == 0.06
    settings = [("captions.style", "./ours.toml")]
    assert load_preset(str(preset), settings=settings).preset.captions.look.size == 0.07


def test_an_unknown_style_is_answered_with_the_nearest(folders, tmp_path):
    """A typing error costs one look, and says whether the file or the command line holds it."""
    with pytest.raises(UserError, match=r'^--set captions.style: .*"karoke".*pop.*Did you mean "karaoke"'):
        load_preset("tiktok", settings=[("captions.style", "karoke")])
    path = tmp_path / "our.toml"
    path.write_text(PRESET + '[captions]\nstyle = "none.toml"\n')
    with pytest.raises(UserError, match=r"our.toml: captions.style: .*there is no such style file"):
        load_preset(str(path))


def test_a_font_file_is_found_beside_its_style_and_a_family_stays_a_name(folders, tmp_path):
    """A font travels in the folder of the style, or of the preset, that names it."""
    (folders[0] / "ours.toml").write_text('font = "fonts/Ours.OTF"')
    (folders[0] / "fonts").mkdir()
    (folders[0] / "fonts" / "Ours.OTF").write_bytes(b"")
    assert Path(load_style("ours").style.font) == (folders[0] / "fonts" / "Ours.OTF").resolve()
    assert load_style("pop").style.font == "Inter"
    (tmp_path / "Own.ttf").write_bytes(b"")
    preset = tmp_path / "our.toml"
    preset.write_text(PRESET + '[captions]\nstyle = "ours"\nlook = { font = "Own.ttf" }\n')
    assert Path(load_preset(str(preset)).preset.captions.look.font) == (tmp_path / "Own.ttf").resolve()
    Path("Here.ttf").write_bytes(b"")
    here = load_preset(str(preset), settings=[("captions.look.font", "Here.ttf")])
    assert Path(here.preset.captions.look.font) == Path("Here.ttf").resolve()
    with pytest.raises(UserError, match=r"^--set captions.look.font: .*no such font file"):
        load_preset(str(preset), settings=[("captions.look.font", "Gone.ttf")])


# ---------------------------------------------------------------- a preset's look


def test_a_setting_goes_before_the_preset_and_the_preset_before_its_style(folders, tmp_path):
    """What is said closest to the run wins, key by key."""
    path = tmp_path / "our.toml"
    path.write_text(PRESET + '[captions]\nstyle = "pop"\nlook = { max_words = 2, colour = "#FFFF00" }\n')
    look = load_preset(str(path)).preset.captions.look
    assert (look.case, look.max_words, look.colour) == ("upper", 2, "#FFFF00")
    look = load_preset(str(path), settings=[("captions.look.colour", "#fff")]).preset.captions.look
    assert (look.case, look.max_words, look.colour) == ("upper", 2, "#ffffff")
    look = load_preset(str(path), settings=[("captions.style", "karaoke")]).preset.captions.look
    assert (look.case, look.max_words, look.colour) == ("as-written", 2, "#FFFF00")


@pytest.mark.parametrize("name", NAMES)
def test_every_preset_takes_every_style(name, folders):
    """--set captions.style gives any placement with captions that look, and leaves the rest of it alone."""
    wanted = load_style(name).style.model_copy(update={"title": ""})
    for preset in (source.name for source in available_presets()):
        styled = load_preset(preset, settings=[("captions.style", name)]).preset
        plain = load_preset(preset).preset
        assert styled.captions.look == wanted
        assert styled.captions.model_copy(update={"look": plain.captions.look, "style": plain.captions.style}) == (
            plain.captions
        )


def test_a_single_value_of_a_style_can_be_switched_off():
    """Karaoke without the lit word, and pop with as many words as the line holds."""
    off = [("captions.style", "pop"), ("captions.look.highlight_colour", ""), ("captions.look.max_words", "none")]
    look = load_preset("tiktok", settings=off).preset.captions.look
    assert (look.highlight_colour, look.max_words, look.case) == ("", None, "upper")


# ---------------------------------------------------------------- the commands


def test_list_tells_every_style_and_survives_a_broken_one(folders):
    """A row each with where it is from; a style that cannot be read is told beside the others."""
    (folders[0] / "ours.toml").write_text('title = "Ours"')
    (folders[0] / "broken.toml").write_text("x")
    done = CliRunner().invoke(styles_command, ["list", "--json"])
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert set(rows) == {*NAMES, "ours"}
    assert (rows["ours"]["origin"], rows["pop"]["origin"]) == ("project", "built-in")
    assert rows["pop"]["max_words"] == 3
    assert "broken.toml" in done.stderr
    table = CliRunner().invoke(styles_command, ["list"]).stdout
    assert [line.split()[0] for line in table.splitlines()] == ["name", *sorted(rows)]


@pytest.mark.parametrize("name", NAMES)
def test_show_tells_every_key(name):
    """A person reads the values, their pixels and the file; a program reads the same as JSON."""
    as_json = json.loads(CliRunner().invoke(styles_command, ["show", name, "--json"]).stdout)
    assert Style.model_validate(as_json["style"]) == load_style(name).style
    shown = CliRunner().invoke(styles_command, ["show", name]).stdout
    assert as_json["path"] in shown
    assert f"({as_json['style']['size'] * 1080:.0f} px on 1080x1920)" in shown
    assert {line.split()[0] for line in shown.splitlines()[2:]} == set(Style.model_fields) - {"title"} | {"contrast"}

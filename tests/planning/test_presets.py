"""Presets: the built-in ones keep their promises, and faulty ones are told all their faults at once."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import platformdirs
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from variantgen.cli.presets import presets as presets_command
from variantgen.errors import UserError
from variantgen.plan.parts import look_of
from variantgen.presets import (
    available_packs,
    available_presets,
    expand,
    fields,
    load_pack,
    load_preset,
    new_preset_text,
    schema_json,
    unsourced_limits,
)
from variantgen.presets.folders import KEBAB, built_in_folder
from variantgen.presets.schema import OUTSIDE_LIMITS, Edges, Preset, value_at

NAMES = sorted(path.stem for path in built_in_folder().glob("*.toml") if path.stem != "packs")
TIKTOK = str(built_in_folder() / "tiktok.toml")
MOST_SOCIAL_ENCODES = 5

GOOD = """
title = "Our screen"
channel = "our"
[canvas]
width = 1080
height = 1920
[video]
[audio]
"""

LENGTH, CAPTIONS = "[length]\n", "[captions]\n"
FACT_OF_NOTHING = "[facts.'file.size']\nsource = 'page'\nchecked = 2026-01-01\nconfidence = 'memory'\n"

# one fault a row: lines that replace or extend GOOD, the key that is told, and a word of the advice
FAULTS = {
    "unknown key": ("kindd = 'ad'\n" + GOOD, "kindd", 'Did you mean "kind"'),
    "unknown key in a table": (GOOD + LENGTH + "max_second = 4\n", "length.max_second", '"max_seconds"?'),
    "key in the wrong table": (
        GOOD + LENGTH + "max_megabytes = 4\n",
        "length.max_megabytes",
        "file.max_mega",
    ),
    "misspelt choice": (GOOD + CAPTIONS + "mode = 'brun'\n", "captions.mode", 'Did you mean "burn"'),
    "out of range": (GOOD + "loudness_lufs = -50\n", "audio.loudness_lufs", "from -40 to -5"),
    "odd width": (GOOD.replace("1080", "1079"), "canvas.width", "in steps of 2"),
    "number as text": (GOOD.replace("1080", "'1080'"), "canvas.width", "a whole number"),
    "missing key": (GOOD.replace("height = 1920", ""), "canvas.height", "is missing"),
    "empty title": (GOOD.replace("Our screen", ""), "title", "text of 1 or more"),
    "not a colour": (GOOD + CAPTIONS + "look = { colour = 'red' }\n", "captions.look.colour", "a colour like"),
    "key of the look": (GOOD + CAPTIONS + "colour = '#000000'\n", "captions.colour", '"captions.look.colour"?'),
    "key like another": (GOOD + CAPTIONS + "outline = 0.1\n", "captions.outline", '"captions.look.outline"?'),
    "wrong word in a list": (GOOD + CAPTIONS + "mode = ['burn', 'sidcar']\n", "captions.mode", 'mean "sidecar"'),
    "empty list": (GOOD + CAPTIONS + "sidecar_format = []\n", "captions.sidecar_format", "a list of one or more of"),
    "word for a list": (GOOD + CAPTIONS + "avoid = ['fase']\n", "captions.avoid", 'mean "face"'),
    "name without the file": (GOOD + CAPTIONS + "sidecar_name = 'a.srt'\n", "captions.sidecar_name", "{file} in it"),
    "name in another folder": (GOOD + CAPTIONS + "sidecar_name = '../{file}.srt'\n", "captions.sidecar_name", "{file}"),
    "name of nothing": (GOOD + CAPTIONS + "sidecar_name = '{file.x}{y}.srt'\n", "captions.sidecar_name", "{format}"),
    "two formats, one name": (
        GOOD + CAPTIONS + "sidecar_format = ['srt', 'vtt']\nsidecar_name = '{file}.srt'\n",
        "captions.sidecar_name",
        "one name",
    ),
    "shortest above longest": (GOOD + CAPTIONS + "min_seconds = 4\nmax_seconds = 3\n", "captions.min_s", "more than"),
    "faint letters": (GOOD + CAPTIONS + "look = { colour = '#555555' }\n", "captions.look", "or lighter"),
    "not a table": ("length = 5\n" + GOOD, "length", "a table of min_seconds"),
    "codec and container": ("container = 'webm'\n" + GOOD + "codec = 'opus'\n", "video.codec", "vp9, av1"),
    "least above most": (
        GOOD + LENGTH + "min_seconds = 9\nmax_seconds = 3\n",
        "length.min_seconds",
        "more than",
    ),
    "no room": (GOOD + CAPTIONS + "margins = { left = 600, right = 600 }\n", "captions.margins", "no room"),
    "fact of nothing": (GOOD + FACT_OF_NOTHING, "file.size", "names no value"),
    "picture without a canvas": ("title = 'x'\nchannel = 'x'\n[video]\n", "[canvas]", "come together"),
    "nothing to deliver": ("title = 'x'\nchannel = 'x'\n", "a preset needs", "[audio]"),
}


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """An empty project to work in and an empty settings folder, both away from this machine's own."""
    project, user = tmp_path / "project", tmp_path / "settings"
    project.mkdir()
    monkeypatch.chdir(project)
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *_, **__: str(user))
    (project / "presets").mkdir()
    (user / "presets").mkdir(parents=True)
    return project / "presets", user / "presets"


def complaint_about(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_preset(str(path))
    return str(caught.value)


def encode_of(preset: Preset) -> tuple[str, ...]:
    """What decides a placement's pixels when the master and its captions are given."""
    assert preset.canvas is not None
    assert preset.video is not None
    burned = preset.captions.model_dump(exclude={"mode", "sidecar_format", "sidecar_name", "sidecar_max_bytes"})
    return (
        preset.canvas.model_dump_json(exclude={"safe_zone"}),
        preset.video.model_dump_json(exclude={"edit_lists", "faststart"}),
        json.dumps(burned) if "burn" in preset.captions.ways else "clean",
    )


# ---------------------------------------------------------------- the built-in presets


@pytest.mark.parametrize("name", NAMES)
def test_a_built_in_preset_is_valid_and_kebab_case(name):
    """Every preset that comes with the install loads, and its channel leads its name or owns it."""
    assert KEBAB.fullmatch(name)
    assert load_preset(str(built_in_folder() / f"{name}.toml")).name == name


@pytest.mark.parametrize("name", NAMES)
def test_every_outside_limit_has_a_source(name):
    """A limit that is the channel's and not ours names the page and the day it was read."""
    preset = load_preset(str(built_in_folder() / f"{name}.toml")).preset
    assert unsourced_limits(preset) == ()
    for dotted, fact in preset.facts.items():
        assert dotted in OUTSIDE_LIMITS, f"{dotted} is no outside limit"
        assert value_at(preset, dotted) not in (None, Edges()), f"the fact of {dotted} is about nothing"
        assert fact.source.startswith("https://") or fact.confidence not in ("official",), fact.source


@pytest.mark.parametrize("name", NAMES)
def test_burned_captions_stay_clear_of_the_channels_interface(name):
    """The box of burned captions lies inside the channel's own safe zone."""
    preset = load_preset(str(built_in_folder() / f"{name}.toml")).preset
    if preset.canvas is None or "burn" not in preset.captions.ways:
        return
    for edge in ("top", "right", "bottom", "left"):
        assert getattr(preset.captions.margins, edge) >= getattr(preset.canvas.safe_zone, edge), edge


@pytest.mark.parametrize("name", NAMES)
def test_burned_letters_can_be_read_on_a_phone(name):
    """Letters are at least 48 px on a canvas whose shorter side is 1080, the floor that editors know."""
    preset = load_preset(str(built_in_folder() / f"{name}.toml")).preset
    if preset.canvas is not None:
        shorter = min(preset.canvas.width, preset.canvas.height)
        assert look_of(preset.captions, preset.canvas).font_size_px >= 48 / 1080 * shorter


@pytest.mark.parametrize("name", NAMES)
def test_a_line_of_captions_is_as_long_as_its_shape_allows(name):
    """Upright pictures hold the BBC's 25 letters in three lines, wide ones two of at most Netflix's 42."""
    preset = load_preset(str(built_in_folder() / f"{name}.toml")).preset
    if preset.canvas is None or not preset.captions.ways:
        return
    shape = preset.canvas.width / preset.canvas.height
    letters, lines = preset.captions.max_line_characters, preset.captions.max_lines
    if shape < 0.6:
        assert (letters, lines) == (25, 3)
    elif shape > 1.5:
        assert (letters, lines) == (37 if preset.kind == "broadcast" or preset.channel == "ctv" else 42, 2)
    else:
        assert 25 < letters < 42
        assert lines == (3 if shape < 1 else 2)


def test_placements_that_share_an_encode_burn_the_same_captions():
    """Where canvas and video agree, so does all that shapes burned captions: a stray margin would cost an encode."""
    presets = [load_preset(str(built_in_folder() / f"{name}.toml")).preset for name in NAMES]
    burning = [preset for preset in presets if preset.canvas is not None and "burn" in preset.captions.ways]
    assert len({encode_of(preset)[:2] for preset in burning}) == len({encode_of(preset) for preset in burning})


def test_meta_gets_captions_files_by_its_rule():
    """Every Facebook placement, and Instagram's ad, names files like film.en_US.srt; nobody else does."""
    rules = {name: load_preset(str(built_in_folder() / f"{name}.toml")).preset.captions.sidecar_name for name in NAMES}
    by_locale = {name for name, rule in rules.items() if rule == "{file}.{locale}.{format}"}
    assert by_locale == {name for name in NAMES if name.startswith("facebook-")} | {"instagram-reels-ad"}


@pytest.mark.parametrize("name", NAMES)
def test_an_outside_limit_is_never_left_to_our_defaults(name):
    """Frame rate and loudness are written in the file, where their source stands."""
    tables = tomllib.loads((built_in_folder() / f"{name}.toml").read_text(encoding="utf-8"))
    for table, key in (("video", "max_frame_rate"), ("audio", "loudness_lufs")):
        assert table not in tables or key in tables[table], f"{table}.{key}"


def test_all_placements_of_the_brief_are_there():
    """No promised placement is missing."""
    promised = """
        youtube youtube-shorts youtube-bumper youtube-instream youtube-instream-nonskippable
        youtube-shorts-ad tiktok tiktok-ad instagram-reels instagram-feed instagram-square
        instagram-stories instagram-reels-ad facebook-feed facebook-reels facebook-stories
        facebook-instream facebook-feed-ad linkedin linkedin-ad x x-ad pinterest snapchat snapchat-ad
        threads bluesky mastodon reddit reddit-ad whatsapp-status telegram-story vimeo ctv-ad ebu-r128
        atsc-a85 dooh-portrait website-hero website-hero-webm email-gif email-webp podcast
    """
    assert set(promised.split()) <= set(NAMES)


# ---------------------------------------------------------------- packs


def test_packs_name_presets_that_exist(folders):
    """Every member of every built-in pack is a preset, and the pack of everything is whole."""
    for pack in available_packs():
        assert set(load_pack(pack)) <= set(NAMES), pack
    assert set(load_pack("everything")) == set(NAMES)


def test_the_social_pack_shares_its_encodes(folders):
    """Twelve or more placements cost at most five encodes of the picture."""
    social = [load_preset(name).preset for name in load_pack("social")]
    assert len(social) >= 12
    assert len({encode_of(preset) for preset in social}) <= MOST_SOCIAL_ENCODES


def test_the_social_pack_shares_one_sound(folders):
    """One mix at one level serves every social placement of the same length."""
    assert len({load_preset(name).preset.audio for name in load_pack("social")}) == 1


def test_expand_keeps_the_order_and_drops_repeats(folders):
    """Single presets come first, then packs in their order, each preset once."""
    (folders[0] / "packs.toml").write_text('[packs]\nours = ["x", "tiktok"]\nothers = ["tiktok", "vimeo"]\n')
    assert expand(["youtube", "x", "youtube"], ["ours", "others"]) == ("youtube", "x", "tiktok", "vimeo")


def test_a_projects_packs_replace_the_built_in_ones(folders):
    """packs.toml of the project wins over the user's, that over the built-in, and other packs remain."""
    project, user = folders
    (user / "packs.toml").write_text('[packs]\nsocial = ["x"]\nmine = ["x"]\n')
    (project / "packs.toml").write_text('[packs]\nsocial = ["vimeo"]\n')
    packs = available_packs()
    assert packs["social"] == ("vimeo",)
    assert packs["mine"] == ("x",)
    assert "vertical" in packs


def test_a_pack_that_is_wrong_says_how(folders):
    """Unknown packs and members name the nearest right word; a malformed file tells all its faults."""
    packs = folders[0] / "packs.toml"
    packs.write_text('[packs]\nours = ["tiktoc"]\n')
    with pytest.raises(UserError, match='Did you mean "tiktok"'):
        load_pack("ours")
    with pytest.raises(UserError, match='Did you mean "social"'):
        load_pack("soical")
    packs.write_text('pack = 1\n[packs]\nA_b = ["x"]\nempty = []\nword = "x"\n')
    with pytest.raises(UserError) as caught:
        available_packs()
    assert all(word in str(caught.value) for word in ('"packs"', '"A_b"', "packs.empty", "packs.word"))


# ---------------------------------------------------------------- the schema


def test_the_schema_file_is_current():
    """preset.schema.json, which editors complete from, is what the models say today."""
    on_disk = (built_in_folder() / "preset.schema.json").read_text(encoding="utf-8")
    assert on_disk == schema_json(), "run: variantgen presets schema > presets/preset.schema.json"


def test_the_schema_accepts_the_presets_and_refuses_faults():
    """An editor sees no fault in a built-in preset, and does see a misspelt key and a wrong value."""
    from jsonschema import Draft7Validator

    schema = json.loads(schema_json())
    Draft7Validator.check_schema(schema)
    validator = Draft7Validator(schema)
    for name in NAMES:
        tables = tomllib.loads((built_in_folder() / f"{name}.toml").read_text(encoding="utf-8"))
        assert not list(validator.iter_errors(json.loads(json.dumps(tables, default=str)))), name
    assert not validator.is_valid({"title": "x", "channel": "x", "kindd": "ad"})
    assert not validator.is_valid({"title": "x", "channel": "x", "kind": "advert"})


@pytest.mark.parametrize("name", [*NAMES])
def test_a_preset_file_names_its_schema(name):
    """The first line lets editors complete and check the file."""
    first = (built_in_folder() / f"{name}.toml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "#:schema ./preset.schema.json"


# ---------------------------------------------------------------- faults


def test_the_good_preset_is_good(tmp_path):
    """The preset that the faulty ones are made from has no fault of its own."""
    path = tmp_path / "our-screen.toml"
    path.write_text(GOOD)
    assert load_preset(str(path)).preset.title == "Our screen"


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_names_file_key_and_what_is_allowed(tmp_path, kind):
    """One fault is one line that says where it is and what would be right."""
    text, key, advice = FAULTS[kind]
    complaint = complaint_about(tmp_path / "our-screen.toml", text)
    assert complaint.startswith(str(tmp_path / "our-screen.toml"))
    assert key in complaint
    assert advice in complaint
    assert len(complaint.splitlines()) == 1


def test_all_faults_are_told_at_once(tmp_path):
    """Nobody repairs a preset one run a fault: keys, values, names and disagreements come together."""
    text = """
        title = ""
        kindd = "ad"
        container = "webm"
        [canvas]
        width = 1079
        fit = "crap"
        safe_zone = { top = -1 }
        [video]
        codec = "h265"
        quality = "20"
        [audio]
        loudness_is_advice = "yes"
        [length]
        min_seconds = 9
        max_seconds = 3
        max_second = 4
        [captions]
        look = { box_colour = "red" }
        [facts."length.max_seconds"]
        source = "some page"
        checked = "2026-01-01"
    """
    complaint = complaint_about(tmp_path / "Our_Screen.toml", text)
    wanted = [
        'the name "Our_Screen"',
        "title: value",
        "channel: is missing",
        "kindd: is not",
        "canvas.width: value 1079",
        "canvas.height: is missing",
        "canvas.fit: value",
        "canvas.safe_zone.top: value -1",
        'video.quality: value "20"',
        "loudness_is_advice: value",
        "length.max_second: is not",
        "captions.look.box_colour: value",
        '"length.max_seconds".checked: value',
        '"length.max_seconds".confidence: is missing',
        'cannot carry video.codec "h265"',
        "min_seconds 9 is more than",
    ]
    assert [words for words in wanted if words not in complaint] == []
    # sound in WebM is the default AAC here, a disagreement as well
    assert len(complaint.splitlines()) == len(wanted) + 1


def test_a_wrong_value_is_not_blamed_twice(tmp_path):
    """What the wrong container would have carried is nobody's fault."""
    text = "container = 'mp5'\n" + GOOD.replace("[video]", "[video]\ncodec = 'vp9'")
    complaint = complaint_about(tmp_path / "our-screen.toml", text)
    assert len(complaint.splitlines()) == 1
    assert 'container: value "mp5"' in complaint


def test_a_syntax_error_tells_line_and_column(tmp_path):
    """Text that is not TOML is shown where it stops being TOML."""
    complaint = complaint_about(tmp_path / "our-screen.toml", 'title = "x"\nchannel = our\n')
    assert re.search(r"line 2, column \d+", complaint)


@pytest.mark.parametrize(
    ("content", "words"), [(b"title = '\xff'", "is not UTF-8"), (None, "there is no such preset file")]
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path, content, words):
    """Bytes that are no text, and a file that is not there, are the user's to repair."""
    path = tmp_path / "our-screen.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=words):
        load_preset(str(path))


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path):
    """A preset saved by Notepad is as good as any."""
    path = tmp_path / "our-screen.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_preset(str(path)).preset.title == "Our screen"


# ---------------------------------------------------------------- --set


@pytest.mark.parametrize(
    ("key", "text", "wanted"),
    [
        ("length.max_seconds", "30", 30),
        ("audio.loudness_lufs", "-16.5", -16.5),
        ("audio.loudness_lufs", "none", None),
        ("video.max_frame_rate", "none", None),
        ("length.max_seconds", "", None),
        ("captions.mode", "none", "none"),
        ("captions.mode", "sidecar", "sidecar"),
        ("captions.mode", "burn,sidecar", ("burn", "sidecar")),
        ("captions.mode", '["burn", "embed"]', ("burn", "embed")),
        ("captions.sidecar_format", "srt, vtt", ("srt", "vtt")),
        ("captions.sidecar_format", '["ttml"]', ("ttml",)),
        ("captions.avoid", "face", ("face",)),
        ("captions.avoid", "none", ()),
        ("framing.fallback", "blur,pad", ("blur", "pad")),
        ("captions.min_gap_frames", "0", 0),
        ("captions.look.colour", "#ff0", "#ffff00"),
        ("captions.look.colour", "#ff0000", "#ff0000"),
        ("captions.look.box_colour", "", ""),
        ("video.speed", "6", "6"),
        ("title", '"Two words"', "Two words"),
        ("audio.loudness_is_advice", "false", False),
        ("canvas.safe_zone", "{ top = 9 }", Edges(top=9)),
        ("canvas.safe_zone.left", "7", None),
    ],
)
def test_a_setting_is_typed_as_its_key_asks(key, text, wanted):
    """Text from the command line becomes the value of its key; "none" switches off what can be off."""
    named = load_preset(TIKTOK, settings=[(key, text)])
    assert named.overridden == (key,)
    assert value_at(named.preset, key) == (7 if key.endswith(".left") else wanted)


def test_a_setting_can_repair_or_break_a_preset(tmp_path):
    """Settings are applied before validation, so they count as if the file said so."""
    path = tmp_path / "our-screen.toml"
    path.write_text(GOOD.replace("1080", "1079"))
    assert load_preset(str(path), settings=[("canvas.width", "1080")]).preset.canvas.width == 1080
    with pytest.raises(UserError, match=r'^--set canvas.fit: value "crap"'):
        load_preset(TIKTOK, settings=[("canvas.fit", "crap")])


def test_a_setting_drops_the_source_of_the_value_it_replaces():
    """A channel's page is not quoted for a value that the user chose."""
    facts = load_preset(TIKTOK, settings=[("length.max_seconds", "30"), ("audio", "none")]).preset.facts
    assert "length.max_seconds" not in facts
    assert "audio.loudness_lufs" not in facts
    assert "canvas.width" in facts


def test_unknown_settings_are_told_together_with_the_nearest_names():
    """Every wrong --set is named at once, beside wrong values."""
    wrong = [("length.max_second", "3"), ("captions.colur", "x"), ("facts.x", "1"), ("canvas.width", "7")]
    with pytest.raises(UserError) as caught:
        load_preset(TIKTOK, settings=wrong)
    told = str(caught.value)
    assert 'Did you mean "length.max_seconds"' in told
    assert 'Did you mean "captions.look.colour"' in told
    assert "--set facts.x: is not a known key" in told
    assert "canvas.width: value 7" in told


@settings(max_examples=150, deadline=None)
@given(key=st.sampled_from(fields.dotted_names()), text=st.text(max_size=12) | st.integers().map(str))
def test_any_setting_is_taken_or_named_in_a_sentence(key, text):
    """No text after --set KEY= is a crash: it is a value, or a complaint that names the key or its table."""
    try:
        named = load_preset(TIKTOK, settings=[(key, text)])
    except UserError as error:
        assert key.split(".")[0] in str(error)
    else:
        assert named.overridden == (key,)


# ---------------------------------------------------------------- where presets are looked for


def test_a_project_goes_before_the_user_and_the_user_before_the_built_in(folders):
    """A preset of one's own hides the built-in of the same name, and says where it comes from."""
    project, user = folders
    assert load_preset("tiktok").path.parent == built_in_folder()
    (user / "tiktok.toml").write_text(GOOD.replace("Our screen", "user's"))
    assert load_preset("tiktok").preset.title == "user's"
    (project / "tiktok.toml").write_text(GOOD.replace("Our screen", "project's"))
    assert load_preset("tiktok").preset.title == "project's"
    assert {s.name: s.origin for s in available_presets()}["tiktok"] == "project"


def test_a_path_is_taken_as_it_is(folders, tmp_path):
    """A .toml path is read wherever it lies, though a preset of its name is built in."""
    path = tmp_path / "tiktok.toml"
    path.write_text(GOOD)
    assert load_preset(str(path)).preset.title == "Our screen"
    assert load_preset("tiktok").preset.title != "Our screen"


def test_inside_a_checkout_the_built_in_presets_are_not_a_projects(monkeypatch):
    """./presets of the checkout is the built-in folder, listed once and as built-in."""
    monkeypatch.chdir(built_in_folder().parent)
    origins = {source.origin for source in available_presets() if source.name in NAMES}
    assert "project" not in origins


def test_an_unknown_name_is_answered_with_the_nearest(folders):
    """A typing error costs one look."""
    with pytest.raises(UserError, match='Did you mean "tiktok"'):
        load_preset("tictok")


# ---------------------------------------------------------------- the commands


def test_a_new_preset_keeps_comments_and_is_found_by_name(folders):
    """`new` writes a valid copy with its schema, tells what to type next, and never overwrites."""
    arguments = ["new", "our-screen", "--from", "dooh-portrait"]
    done = CliRunner().invoke(presets_command, arguments)
    assert done.exit_code == 0, done.output
    assert "variantgen presets check" in done.output
    source = (built_in_folder() / "dooh-portrait.toml").read_text(encoding="utf-8")
    written = (folders[0] / "our-screen.toml").read_text(encoding="utf-8")
    assert set(re.findall(r"^# .*", source, re.M)) <= set(re.findall(r"^# .*", written, re.M))
    assert load_preset("our-screen").preset == load_preset("dooh-portrait").preset
    assert (folders[0] / "preset.schema.json").read_text(encoding="utf-8") == schema_json()
    (folders[0] / "our-screen.toml").write_text("mine")
    again = CliRunner().invoke(presets_command, arguments)
    assert isinstance(again.exception, UserError)
    assert (folders[0] / "our-screen.toml").read_text() == "mine"


def test_a_new_preset_needs_a_kebab_case_name():
    """A name that could not be loaded, or that leaves the folder, is refused before anything is written."""
    for name in ("Our Screen", "../escape", ""):
        with pytest.raises(UserError, match="kebab-case"):
            new_preset_text("tiktok", name)


def test_check_reports_every_file(folders):
    """One command checks a folder: good files say ok, the faults of all bad ones come in one error."""
    for name, text in (("good", GOOD), ("bad", "kindd = 1\n" + GOOD), ("worse", "x")):
        (folders[0] / f"{name}.toml").write_text(text)
    files = [f"presets/{name}.toml" for name in ("good", "bad", "worse")]
    done = CliRunner().invoke(presets_command, ["check", *files])
    assert "good.toml: ok" in done.output
    assert isinstance(done.exception, UserError)
    assert "kindd" in str(done.exception)
    assert "worse.toml" in str(done.exception)


def test_check_tells_which_limits_have_no_source(folders):
    """A limit without a source is advice, not a fault."""
    (folders[0] / "ours.toml").write_text(GOOD + "[file]\nmax_megabytes = 4\n")
    done = CliRunner().invoke(presets_command, ["check", "presets/ours.toml"])
    assert done.exit_code == 0
    assert "file.max_megabytes" in done.stderr


def test_captions_in_two_ways_are_told_in_words(folders):
    """A preset whose captions are burned and beside stands in the table like any other."""
    (folders[0] / "ours.toml").write_text(GOOD + CAPTIONS + 'mode = ["burn", "sidecar"]\n')
    assert "burn, sidecar" in CliRunner().invoke(presets_command, ["list"]).stdout
    shown = CliRunner().invoke(presets_command, ["show", "ours"]).stdout
    assert re.search(r"look +font Inter, weight bold", shown)
    assert re.search(r"avoid +face, text", shown)


def test_list_shows_a_pack_and_survives_a_broken_preset(folders):
    """A pack's rows in its order; a preset that cannot be read is told beside the others."""
    (folders[0] / "broken.toml").write_text("x")
    (folders[0] / "packs.toml").write_text('[packs]\nours = ["vimeo", "broken", "x"]\n')
    done = CliRunner().invoke(presets_command, ["list", "--pack", "ours", "--json"])
    assert [row["name"] for row in json.loads(done.stdout)] == ["vimeo", "x"]
    assert "broken.toml" in done.stderr


@pytest.mark.parametrize("name", ["tiktok", "podcast", "email-gif"])
def test_show_tells_values_with_their_sources(folders, name):
    """A person reads what a preset asks for and which page says so; a program reads the same as JSON."""
    facts = load_preset(name).preset.facts
    shown = CliRunner().invoke(presets_command, ["show", name]).output
    assert all(fact.source in shown for fact in facts.values())
    as_json = json.loads(CliRunner().invoke(presets_command, ["show", name, "--json"]).output)
    assert set(as_json["preset"]["facts"]) == set(facts)


@pytest.mark.parametrize("arguments", [[], ["list"], ["show"], ["check"], ["schema"], ["new"]])
def test_help_has_examples(arguments):
    """-h works on every command and shows what to type."""
    done = CliRunner().invoke(presets_command, [*arguments, "-h"])
    assert done.exit_code == 0
    assert "variantgen presets" in done.output

"""Campaign files: what they say is read, and faulty ones are told all their faults at once, a line each."""

from __future__ import annotations

import copy
import json
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variantgen.campaign import load_campaign, matrix_of, missing_files, schema_json
from variantgen.campaign.factors import moment_seconds, slug
from variantgen.campaign.known import Known, known_from
from variantgen.campaign.reading import campaign_of
from variantgen.campaign.values import Campaign, text_in
from variantgen.errors import UserError
from variantgen.presets.folders import built_in_folder

# as the issue tells it, word for word
EXAMPLE = """
schema_version = 1
name = "spring"
objective = "acquisition"
masters = ["film.mp4"]
url = "https://example.com/offer"
channels = [{ preset = "tiktok", as = "paid" }, { preset = "youtube", as = "organic" }]
sequence = ["hook", "body", "cta"]
max_variants = 200

[[factor]]
name = "hook"
levels = [{ name = "face", span = [0.0, 2.0] }, { name = "question", card = "hook", text = "Still cutting by hand?" }]

[[factor]]
name = "body"
levels = [{ name = "full", span = [2.0, 14.0] }, { name = "short", span = [2.0, 6.0] }]

[[factor]]
name = "cta"
levels = [{ name = "shop", card = "end", text = "Shop now" }, { name = "film", span = [14.0, 17.0] }]
"""
X = "factor.hook.levels.x"
TOP = """
name = "spring"
objective = "acquisition"
masters = ["film.mp4"]
channels = [{ preset = "tiktok" }]
"""
FACE = '{ name = "face", span = [0, 2] }'
HOOK = f'[[factor]]\nname = "hook"\nlevels = [{FACE}, {{ name = "question", card = "hook", text = "Why?" }}]\n'
EVERYTHING = (
    EXAMPLE.replace("max_variants", 'starts = 2026-03-01\nends = 2026-04-30\nlanguages = ["en", "fr"]\nmax_variants')
    + """
[[factor]]
name = "caption_style"
levels = ["karaoke", { name = "quiet", value = "clean" }, { name = "bare", skip = true }]
[[factor]]
name = "length"
levels = [15, { name = "whole", skip = true }]
[[factor]]
name = "music"
levels = ["songs/Été.mp3", { name = "none", skip = true }]
[[factor]]
name = "badge"
levels = [{ name = "offer", overlay = "lower-third", text = { en = "Now", fr = "Ici" }, at = "end", seconds = 3 },
          { name = "none", skip = true }]
[[factor]]
name = "offer"
levels = ["ten percent", "free delivery"]
[[exclude]]
hook = "face"
cta = ["shop"]
[[exclude]]
channel = "tiktok"
as = "paid"
offer = "ten-percent"
[brand]
background = ["#fff", "#EEEEEE"]
font = "fonts/Own.ttf"
logo = { file = "logo.png", corner = "top-left", share = 0.2 }
watermark = { text = "draft" }
cards = { sale = "cards.py:sale" }
[naming]
template = "{campaign}_{channel}_{as}_{hook}-{body}-{cta}_{id}"
[posting]
title = "{campaign}"
[posting.youtube]
tags = ["spring"]
[c2pa]
certificate = "own.pem"
key = "own.key"
"""
)


def level(text: str) -> str:
    """A file whose factor hook has one more level."""
    return TOP + HOOK.replace(FACE, f"{FACE}, {text}")


def factor(name: str, levels: str) -> str:
    """A file with one factor."""
    return f'{TOP}[[factor]]\nname = "{name}"\nlevels = [{levels}]\n'


# one fault a row: the file, the key that is told, and words of the advice
FAULTS = {
    "unknown key": (TOP + "max_variant = 5\n", "max_variant", 'Did you mean "max_variants"?'),
    "misspelt key that must be": (TOP.replace("objective", "objectiv"), "objectiv", 'Did you mean "objective"?'),
    "no name": (TOP.replace('name = "spring"', ""), "name", "is missing: it holds lower-case"),
    "name with a blank": (TOP.replace("spring", "Spring sale"), "name", "hyphens between"),
    "name of a device": (TOP.replace("spring", "aux"), "name", "a device's name on Windows"),
    "name as a number": (TOP.replace('"spring"', "5"), "name", "value 5 is not allowed"),
    "no objective": (TOP.replace('objective = "acquisition"', ""), "objective", "it holds awareness, acquisition"),
    "misspelt objective": (TOP.replace("acquisition", "aquisition"), "objective", 'Did you mean "acquisition"?'),
    "no masters": (TOP.replace('["film.mp4"]', "[]"), "masters", "value [] is not allowed: allowed is a list of one"),
    "master as a number": (TOP.replace('["film.mp4"]', '["film.mp4", 5]'), "masters[2]", "value 5"),
    "the same master twice": (TOP.replace('["film.mp4"]', '["film.mp4", "film.mp4"]'), "masters[2]", "twice"),
    "schema version of tomorrow": (
        TOP + "schema_version = 2\n",
        "schema_version",
        "value 2 is not allowed: allowed is 1",
    ),
    "no channels": (TOP.replace('[{ preset = "tiktok" }]', "[]"), "channels", "allowed is a list of one or more"),
    "unknown preset": (TOP.replace("tiktok", "tiktk"), "channels[1].preset", 'Did you mean "tiktok"?'),
    "preset file that is not there": (TOP.replace("tiktok", "own.toml"), "channels[1].preset", "no such preset file"),
    "a pack as a preset": (TOP.replace("tiktok", "social"), "channels[1].preset", 'write pack = "social"'),
    "unknown pack": (TOP.replace("preset", "pack").replace("tiktok", "socal"), "channels[1].pack", 'mean "social"?'),
    "preset and pack": (TOP.replace('"tiktok"', '"tiktok", pack = "ads"'), "channels[1]", "one of them"),
    "neither preset nor pack": (TOP.replace('preset = "tiktok"', 'as = "paid"'), "channels[1]", "a preset or a pack"),
    "channel twice": (TOP.replace("[{", '[{ preset = "tiktok" }, {'), "channels[2]", "tiktok (organic) stands above"),
    "channel as text": (TOP.replace('{ preset = "tiktok" }', '"tiktok"'), "channels[1]", "a table of preset, pack, as"),
    "misspelt as": (TOP.replace('"tiktok"', '"tiktok", as = "payed"'), "channels[1].as", 'Did you mean "paid"?'),
    "rule about no factor": (
        TOP.replace('"tiktok"', '"tiktok", only = { hok = "face" }') + HOOK,
        "channels[1].only.hok",
        'no factor is named "hok": allowed are hook. Did you mean "hook"?',
    ),
    "rule about no level": (
        TOP.replace('"tiktok"', '"tiktok", only = { hook = ["fase"] }') + HOOK,
        "channels[1].only.hook",
        'no level is named "fase": allowed are face, question. Did you mean "face"?',
    ),
    "rule without levels": (
        TOP.replace('"tiktok"', '"tiktok", only = { hook = [] }') + HOOK,
        "channels[1].only.hook",
        "a name or a list of names",
    ),
    "address of a channel": (TOP.replace('"tiktok"', '"tiktok", url = "x"'), "channels[1].url", "no web address"),
    "address without a scheme": (TOP + 'url = "example.com"\n', "url", "one like https://example.com/offer"),
    "script as an address": (TOP + 'url = "javascript:alert(1)"\n', "url", "no web address"),
    "address with a broken port": (TOP + 'url = "https://example.com:99999/"\n', "url", "no web address"),
    "date in quotes": (TOP + 'starts = "2026-01-01"\n', "starts", "a date like 2026-11-22, without quotes"),
    "end before start": (TOP + "starts = 2026-02-01\nends = 2026-01-01\n", "ends", "lies before starts"),
    "no language": (TOP + 'languages = ["english"]\n', "languages[1]", "tags like en, fr or pt-BR"),
    "language twice": (TOP + 'languages = ["en", "EN"]\n', "languages[2]", "is en again"),
    "too few variants": (TOP + "max_variants = 0\n", "max_variants", "a whole number from 1 to 10000"),
    "variants as text": (TOP + 'max_variants = "200"\n', "max_variants", 'value "200"'),
    "misspelt design": (TOP + 'design = "fractoin"\n', "design", 'Did you mean "fraction"?'),
    "list without variants": (TOP + 'design = "list"\n', "design", "asks for [[variant]] tables"),
    "variants without a list": (
        TOP + 'design = "full"\n' + HOOK + '[[variant]]\nhook = "face"\n',
        "design",
        "they are for design",
    ),
    "sequence of no factor": (TOP + 'sequence = ["hok"]\n' + HOOK, "sequence[1]", 'Did you mean "hook"?'),
    "factor played twice": (TOP + 'sequence = ["hook", "hook"]\n' + HOOK, "sequence[2]", "stands there twice"),
    "setting in the sequence": (
        factor("length", "15").replace("[[factor]]", 'sequence = ["length"]\n[[factor]]'),
        "sequence[1]",
        "is no piece: a length holds for the whole variant",
    ),
    "piece that is not played": (
        TOP + 'sequence = ["hook"]\n' + HOOK + HOOK.replace('"hook"\nl', '"body"\nl'),
        "sequence",
        'leaves "body" out',
    ),
    "factor without a name": (TOP + "[[factor]]\nlevels = [1]\n", "factor[1].name", "is missing"),
    "factor without levels": (TOP + '[[factor]]\nname = "hook"\n', "factor.hook.levels", "is missing"),
    "factor with an empty list": (factor("hook", ""), "factor.hook.levels", "a list of one or more"),
    "factor twice": (TOP + HOOK + HOOK, "factor.hook[2].name", 'a factor "hook" stands above'),
    "reserved factor": (factor("channel", '"a"'), "factor.channel.name", "file names use it already"),
    "factor with capitals": (factor("Hook", '"a"'), "factor.Hook.name", "lower-case letters and digits"),
    "misspelt key of a factor": (factor("hook", "1") + "level = 1\n", "factor.hook.level", 'Did you mean "levels"?'),
    "level without a name": (level("{ span = [4, 6] }"), "factor.hook.levels[2].name", "is missing"),
    "level twice": (level('{ name = "face", span = [4, 6] }'), "factor.hook.levels.face[2].name", "stands above"),
    "level that says nothing": (level('{ name = "x" }'), X, "says nothing"),
    "level that says the same": (level('{ name = "x", span = [0, 2] }'), X, 'the same as "face"'),
    "level of a wrong kind": (level("true"), "factor.hook.levels[2]", "a table of name, span"),
    "level of one word": (level('"x"'), "factor.hook.levels[2]", 'value "x" is no level of a piece'),
    "misspelt key of a level": (level('{ name = "x", spann = [4, 6] }'), X + ".spann", 'mean "span"?'),
    "span backwards": (level('{ name = "x", span = [6, 4] }'), X + ".span", "ends after it begins"),
    "span of three": (level('{ name = "x", span = [1, 2, 3] }'), X + ".span", "value [1, 2, 3]"),
    "span below zero": (level('{ name = "x", span = [-1, 3] }'), X + ".span", "value [-1, 3]"),
    "span without end": (level('{ name = "x", span = [1, inf] }'), X + ".span", "value [1, inf]"),
    "span of no time": (level('{ name = "x", span = ["1:0x", 3] }'), X + ".span", 'like "1:02.5"'),
    "second span backwards": (level('{ name = "x", spans = [[1, 2], [4, 3]] }'), X + ".spans[2]", "no span"),
    "span and spans": (level('{ name = "x", span = [4, 5], spans = [[1, 2]] }'), X + ".spans", "one of them"),
    "span and card": (level('{ name = "x", span = [4, 5], card = "end", text = "a" }'), X + ".span", "beside card"),
    "card with a length": (
        level('{ name = "x", length = 3, card = "end", text = "a" }'),
        X + ".length",
        'Did you mean "seconds"?',
    ),
    "unknown card": (level('{ name = "x", card = "ende", text = "a" }'), X + ".card", 'mean "end"?'),
    "card without text": (level('{ name = "x", card = "end" }'), X + ".text", "stands on the card"),
    "text without a card": (level('{ name = "x", span = [4, 5], text = "a" }'), X + ".text", "a card or an overlay"),
    "text of blanks": (level('{ name = "x", card = "end", text = "  " }'), X + ".text", "text, or a table"),
    "text with a bell": (level('{ name = "x", card = "end", text = "a\\u0007" }'), X + ".text", "text, or a table"),
    "text in no language": (
        level('{ name = "x", card = "end", text = { english = "a" } }'),
        X + ".text.english",
        "tags like en",
    ),
    "text lacks a language": (
        level('{ name = "x", card = "end", text = { en = "a" } }').replace(
            "masters", 'languages = ["en", "fr"]\nmasters'
        ),
        X + ".text",
        "lacks the language fr",
    ),
    "unknown overlay": (
        level('{ name = "x", overlay = "lowerthird", text = "a" }'),
        X + ".overlay",
        'mean "lower-third"?',
    ),
    "place of no overlay": (level('{ name = "x", span = [4, 5], at = "end" }'), X + ".at", "there is none"),
    "misspelt place": (
        level('{ name = "x", overlay = "headline", text = "a", at = "ends" }'),
        X + ".at",
        'mean "end"?',
    ),
    "skip and more": (level('{ name = "x", skip = true, span = [4, 5] }'), X + ".skip", "take span out"),
    "value of a piece": (
        level('{ name = "x", span = [4, 5], value = "a" }'),
        X + ".value",
        "no key of a level of a piece",
    ),
    "unknown caption style": (
        factor("caption_style", '"brigt"'),
        "factor.caption_style.levels[1].value",
        'mean "bright"?',
    ),
    "number as a caption style": (
        factor("caption_style", "5"),
        "factor.caption_style.levels[1]",
        "no level of caption_style",
    ),
    "span of a caption style": (
        factor("caption_style", '{ name = "x", value = "clean", span = [1, 2] }'),
        "factor.caption_style.levels.x.span",
        "allowed are name, value, skip",
    ),
    "length below a second": (factor("length", "0.2"), "factor.length.levels[1].length", "from 1 to 86400"),
    "no language of a factor": (factor("language", '"deutsch"'), "factor.language.levels[1].value", "is no language"),
    "language left out": (
        factor("language", '{ name = "x", skip = true }'),
        "factor.language.levels.x.skip",
        "no key of",
    ),
    "exclusion of no factor": (TOP + HOOK + '[[exclude]]\nhok = "face"\n', "exclude[1].hok", 'Did you mean "hook"?'),
    "exclusion of no level": (TOP + HOOK + '[[exclude]]\nhook = "fase"\n', "exclude[1].hook", 'Did you mean "face"?'),
    "exclusion of no channel": (
        TOP + HOOK + '[[exclude]]\nchannel = "tiktk"\n',
        "exclude[1].channel",
        'mean "tiktok"?',
    ),
    "exclusion of nothing": (TOP + HOOK + "[[exclude]]\n", "exclude[1]", "names nothing"),
    "exclusion as a list": (
        TOP.replace("masters", "exclude = [5]\nmasters"),
        "exclude[1]",
        "a table of factor = level",
    ),
    "variant of no level": (TOP + HOOK + '[[variant]]\nhook = "fase"\n', "variant[1].hook", 'Did you mean "face"?'),
    "no colour": (TOP + '[brand]\naccent = "red"\n', "brand.accent", "a colour like #1A2B3C"),
    "misspelt key of the brand": (TOP + '[brand]\nacent = "#fff"\n', "brand.acent", 'Did you mean "accent"?'),
    "misspelt corner": (
        TOP + '[brand]\nlogo = { file = "a.png", corner = "top-rigth" }\n',
        "brand.logo.corner",
        'mean "top-right"?',
    ),
    "logo without a file": (TOP + "[brand]\nlogo = { share = 0.2 }\n", "brand.logo.file", "is missing"),
    "logo over all": (
        TOP + '[brand]\nlogo = { file = "a.png", share = 2 }\n',
        "brand.logo.share",
        "a number above 0 up to 1",
    ),
    "watermark of nothing": (TOP + "[brand]\nwatermark = { opacity = 0.2 }\n", "brand.watermark", "a text or a file"),
    "unknown template": (TOP + '[brand]\ncards = { sale = "ende" }\n', "brand.cards.sale", 'Did you mean "end"?'),
    "unknown key of names": (
        TOP + '[naming]\ntemplate = "{campain}_{id}"\n',
        "naming.template",
        'Did you mean "campaign"?',
    ),
    "names without an id": (TOP + '[naming]\ntemplate = "{campaign}"\n', "naming.template", "lacks {id}"),
    "names with half a brace": (
        TOP + '[naming]\ntemplate = "{campaign_{id}"\n',
        "naming.template",
        "without its partner",
    ),
    "signing without a key": (TOP + '[c2pa]\ncertificate = "a.pem"\n', "c2pa.key", "is missing"),
    "misspelt algorithm": (
        TOP + '[c2pa]\ncertificate = "a"\nkey = "b"\nalgorithm = "es265"\n',
        "c2pa.algorithm",
        'Did you mean "es256"?',
    ),
    "posting as text": (TOP + 'posting = "a"\n', "posting", "a table"),
}


@cache
def known() -> Known:
    """What is installed, looked up once."""
    return known_from(Path("folder"))


def read(tables: dict[str, Any]) -> Campaign:
    return campaign_of(tables, "campaign.toml", Path("folder"), known())


def faults_of(text: str) -> list[str]:
    with pytest.raises(UserError) as caught:
        read(tomllib.loads(text))
    return str(caught.value).splitlines()


# ---------------------------------------------------------------- good files


def test_the_issues_example_loads_as_it_is_written(tmp_path: Path) -> None:
    """The contract's own example is a campaign of 16 variants in the order of its pieces."""
    path = tmp_path / "campaign.toml"
    path.write_text(EXAMPLE, "utf-8")
    campaign = load_campaign(path)
    assert (campaign.name, campaign.objective, campaign.sequence) == ("spring", "acquisition", ("hook", "body", "cta"))
    assert campaign.masters == (tmp_path.resolve() / "film.mp4",)
    assert [channel.name for channel in campaign.channels] == ["tiktok (paid)", "youtube (organic)"]
    assert campaign.factor("hook").level("face").span == (0.0, 2.0)
    question = campaign.factor("hook").level("question")
    assert (question.card, question.text, question.span) == ("hook", "Still cutting by hand?", None)
    assert {factor.kind for factor in campaign.factors} == {"piece"}
    assert campaign.naming == "{campaign}_{channel}_{as}_{hook}-{body}-{cta}_{id}"
    assert len(matrix_of(campaign).cells) == 16


def test_every_key_is_read() -> None:
    """A file that uses all there is says what it says: kinds by name, short levels, places, paths and rules."""
    campaign = read(tomllib.loads(EVERYTHING))
    kinds = {factor.name: factor.kind for factor in campaign.factors}
    assert kinds == {
        **dict.fromkeys(("hook", "body", "cta", "badge"), "piece"),
        **{name: name for name in ("caption_style", "length", "music", "language")},
        "offer": "other",
    }
    names = {factor.name: [level.name for level in factor.levels] for factor in campaign.factors}
    assert names["caption_style"] == ["karaoke", "quiet", "bare"]
    assert names["length"] == ["15s", "whole"]
    assert names["music"] == ["ete", "none"]
    assert names["offer"] == ["ten-percent", "free-delivery"]
    assert names["language"] == ["en", "fr"], "several languages are a factor"
    assert campaign.factor("length").level("15s").length_seconds == 15
    assert campaign.factor("music").level("ete").value == str(Path("folder") / "songs/Été.mp3")
    badge = campaign.factor("badge").level("offer")
    assert (badge.overlay, badge.at, badge.seconds, badge.text_in("fr-CA"), badge.text_in("de")) == (
        *("lower-third", "end", 3, "Ici", "Now"),
    )
    assert campaign.sequence == ("hook", "body", "cta")
    assert (campaign.starts, campaign.ends) == (date(2026, 3, 1), date(2026, 4, 30))
    assert campaign.exclusions[0].levels == (("hook", ("face",)), ("cta", ("shop",)))
    assert (campaign.exclusions[1].channels, campaign.exclusions[1].promotions) == (("tiktok",), ("paid",))
    assert campaign.brand["background"] == ["#ffffff", "#EEEEEE"]
    assert (campaign.brand["logo"]["file"], campaign.brand["cards"]) == ("logo.png", {"sale": "cards.py:sale"})
    assert campaign.posting == {"title": "{campaign}", "youtube": {"tags": ["spring"]}}
    assert campaign.signing is not None


def test_an_overlay_lies_where_its_piece_is() -> None:
    """A text over the picture comes at the opening, and over the end in the last piece or a call to action."""
    text = TOP + "".join(
        f'[[factor]]\nname = "{name}"\nlevels = [{{ name = "a", overlay = "headline", text = "{name}" }}]\n'
        for name in ("hook", "cta")
    )
    assert [factor.levels[0].at for factor in read(tomllib.loads(text)).factors] == ["opening", "end"]


def test_packs_become_their_presets_and_single_ones_go_before_them() -> None:
    """A pack's placements are channels each, ad placements paid by themselves; a rule beside one of them holds."""
    channels = '[{ pack = "social" }, { preset = "tiktok", only = { hook = "face" } }, { preset = "tiktok-ad" }]'
    campaign = read(tomllib.loads(TOP.replace('[{ preset = "tiktok" }]', channels) + HOOK))
    assert {channel.preset for channel in campaign.channels} == {*known().packs["social"], "tiktok-ad"}
    assert [channel.as_ for channel in campaign.channels if channel.preset == "tiktok-ad"] == ["paid"]
    assert [channel.only for channel in campaign.channels if channel.preset == "tiktok"] == [{"hook": ("face",)}]


def test_the_order_of_tables_and_keys_says_nothing() -> None:
    """Keys of a table can stand in any order: the campaign is the same."""
    tables = tomllib.loads(EVERYTHING)
    turned = dict(reversed([(k, v if k != "brand" else dict(reversed(v.items()))) for k, v in tables.items()]))
    assert read(turned) == read(tables)


@pytest.mark.parametrize(("written", "seconds"), [(2, 2.0), ("2", 2.0), ("1:02.5", 62.5), ("1:00:00", 3600.0)])
def test_times_are_written_as_people_do(written: float | str, seconds: float) -> None:
    """Seconds, and text with minutes and hours."""
    assert moment_seconds(written) == seconds


def test_a_text_is_found_for_its_language() -> None:
    """The tag's own text goes before its language's, and that before the one for all."""
    texts = (("", "all"), ("pt", "pt"), ("pt-BR", "br"))
    assert [text_in(texts, tag) for tag in ("pt-BR", "pt-PT", "de")] == ["br", "pt", "all"]


@given(st.text(max_size=80))
def test_a_made_name_is_a_name(text: str) -> None:
    """Whatever a level's value is, the name made of it is safe, or there is none."""
    assert set(slug(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(slug(text)) <= 40


def test_missing_files_are_told_all_at_once(tmp_path: Path) -> None:
    """Each file that the campaign names and that is not there is a line, with the nearest name beside it."""
    (tmp_path / "film.mov").touch()
    path = tmp_path / "campaign.toml"
    path.write_text(EVERYTHING, "utf-8")
    lines = missing_files(load_campaign(path))
    keys = [line.removeprefix(f"{path}: ").partition(": ")[0] for line in lines]
    assert keys == [
        *("masters[1]", "factor.music.levels.ete", "brand.logo.file", "brand.font", "c2pa.certificate", "c2pa.key"),
    ]
    assert 'Did you mean "film.mov"?' in lines[0]
    (tmp_path / "film.mp4").touch()
    assert len(missing_files(load_campaign(path))) == len(lines) - 1


def test_the_editors_schema_is_current(is_updating_golden: bool) -> None:
    """presets/campaign.schema.json is what the code accepts now, and the example is right by it."""
    import jsonschema

    path = built_in_folder() / "campaign.schema.json"
    if is_updating_golden:
        path.write_text(schema_json(), "utf-8", newline="\n")
    assert path.read_text("utf-8") == schema_json(), "run: pytest tests/planning/test_campaign_files.py --update-golden"
    schema = json.loads(schema_json())
    jsonschema.Draft7Validator.check_schema(schema)
    for text in (EXAMPLE, EVERYTHING):
        tables = {**tomllib.loads(text.replace("#fff", "#ffffff")), "starts": "2026-03-01", "ends": "2026-04-30"}
        jsonschema.validate(tables, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**tomllib.loads(EXAMPLE), "max_variants": 0}, schema)


# ---------------------------------------------------------------- bad files


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_one_clear_line(kind: str) -> None:
    """A bad file gives one line, which begins with file and key and says what to do."""
    text, key, words = FAULTS[kind]
    (line,) = faults_of(text)
    assert line.startswith(f"campaign.toml: {key}: "), line
    assert words in line
    assert "\n" not in line


def test_faults_are_told_all_at_once_in_the_files_order() -> None:
    """Faults of every sort stand beside each other, a line each, in the order in which the file is read."""
    text = (
        TOP.replace("tiktok", "tiktk").replace("acquisition", "sales")
        + 'url = "x"\n'
        + HOOK.replace("[0, 2]", "[2, 0]")
        + '[[exclude]]\nhook = "fase"\n[brand]\naccent = "red"\n'
    )
    keys = [line.split(": ")[1] for line in faults_of(text)]
    assert keys == [
        *("objective", "channels[1].preset", "url", "factor.hook.levels.face.span", "exclude[1].hook", "brand.accent"),
    ]


@pytest.mark.parametrize("text", ["name = ", "a = " + "[" * 5000, "\x00", "name = 'a'\nname = 'b'"])
def test_what_is_no_toml_is_told_so(tmp_path: Path, text: str) -> None:
    """A file that cannot be read as TOML is one line that says so."""
    path = tmp_path / "campaign.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(UserError, match="is not valid TOML"):
        load_campaign(path)


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.dates(),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=3),
    st.sampled_from(["face", "hook", "tiktok", "../x", "a\x00b", "{", "1:02", "en", [[0, 1]], {"name": "face"}]),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside tables and lists."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, child in inner for found in ((*path, key), *places(child, (*path, key)))]


@settings(max_examples=150)
@given(st.data())
def test_no_file_brings_it_down(data: st.DataObject) -> None:
    """Values replaced by others, taken out, doubled and renamed: it loads, or every line begins with the file."""
    tables = copy.deepcopy(tomllib.loads(EVERYTHING))
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(places(tables)))
        holder: Any = tables
        for key in path[:-1]:
            holder = holder[key]
        act = data.draw(st.sampled_from(["replace", "remove", "double", "rename"]))
        if act == "replace" or (act == "double" and isinstance(holder, dict)):
            junk = data.draw(JUNK)
            holder[path[-1]] = "" if junk is None else junk
        elif act == "remove":
            del holder[path[-1]]
        elif act == "double":
            holder.append(copy.deepcopy(holder[path[-1]]))
        elif isinstance(holder, dict):
            holder[data.draw(st.text(max_size=12))] = holder.pop(path[-1])
        if not places(tables):
            break
    try:
        campaign = read(tables)
    except UserError as error:
        lines = str(error).splitlines()
        assert lines
        assert len(lines) == len(set(lines))
        assert all(line.startswith("campaign.toml: ") and line.isprintable() for line in lines)
    else:
        assert campaign.channels


@settings(max_examples=100)
@given(st.integers(0, len(EXAMPLE) - 1), st.integers(0, 20), st.text(max_size=6))
def test_no_typing_brings_it_down(at: int, length: int, typed: str) -> None:
    """Letters taken out of the example and others typed in: TOML's own error, a campaign, or complaints."""
    text = EXAMPLE[:at] + typed + EXAMPLE[at + length :]
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError):
        return
    try:
        read(tables)
    except UserError as error:
        assert all(line.startswith("campaign.toml: ") for line in str(error).splitlines())

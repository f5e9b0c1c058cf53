"""The text of a next campaign's file: what was asked for is changed, and all else stays as it was written."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variantgen.campaign import load_campaign, matrix_of
from variantgen.campaign.next_changes import DraftedLevel, NextChanges, Row, next_name
from variantgen.campaign.next_file import DRAFT, YOURS, next_text
from variantgen.campaign.toml_text import items_of, read_value, statements

TOP = """\
# Spring, for everybody
name = "spring"   # what it is called
objective = "acquisition"
masters = ["film.mp4"]
channels = [{ preset = "tiktok", as = "paid" }, { preset = "youtube", as = "organic" }]
"""
HOOK = """
# what stops the thumb
[[factor]]
name = "hook"
levels = [
    # her face, close
    { name = "face", span = [0.0, 2.0] },   # from the first take
    # a question
    { name = "question", card = "hook", text = "Still cutting?" },   # Ann's words
    { name = "claim", card = "hook", text = "One film # twelve places" } # Bob's words
]
"""
CTA = '[[factor]]\nname = "cta"\nlevels = ["shop", "learn"]\n'
REST = """
[brand]
accent = "#FFC46B"   # amber

[posting]
title = "{hook}"
"""
SEQUENCE = 'sequence = ["hook"]\n'


def changed(text: str, levels: Mapping[str, str] | None = None, **changes: object) -> str:
    """A next file with one variant of these levels."""
    rows = (Row(tuple((levels or {"hook": "face", "cta": "shop"}).items()), "new: never tried"),)
    return next_text(text, NextChanges("spring.toml", "spring-2", rows, **changes))  # type: ignore[arg-type]


def loaded(tmp_path: Path, text: str):
    """The campaign of a text."""
    file = tmp_path / "next.toml"
    file.write_text(text, "utf-8", newline="")
    return load_campaign(file)


# ---------------------------------------------------------------- what stays


def test_all_else_stays_as_it_was_written() -> None:
    """Without the lines that were added, the old file is there to the last blank, but for its name."""
    text = TOP + HOOK + CTA + REST
    out = changed(text)
    left = out.replace('"spring-2"', '"spring"').splitlines()
    lines = iter(left)
    assert [line for line in text.splitlines() if line not in lines] == []
    assert tomllib.loads(out)["brand"] == {"accent": "#FFC46B"}


def test_comments_of_what_stays_are_there_and_of_what_went_are_not() -> None:
    """A level takes the comment above it and the one behind it along."""
    out = changed(TOP + HOOK + CTA + REST, dropped={"hook": ["question"]})
    for comment in ("# Spring, for everybody", "# what it is called", "# her face, close", "# from the first take",
                    "# Bob's words", "# amber", "# what stops the thumb"):  # fmt: skip
        assert out.count(comment) == 1, comment
    assert "# a question" not in out and "Ann's words" not in out
    assert '    { name = "face", span = [0.0, 2.0] },   # from the first take\n' in out


def test_tables_between_the_factors_stay_where_they_are(tmp_path: Path) -> None:
    """Factors need not stand together, nor rules at the end."""
    text = TOP + SEQUENCE + HOOK + REST + "# the last thing\n" + CTA
    out = changed(text, dropped={"hook": ["claim"], "cta": ["learn"]})
    assert out.index("[brand]") < out.index('"cta"') and out.index("# the last thing") < out.index('"cta"')
    assert [len(factor.levels) for factor in loaded(tmp_path, out).factors] == [2, 1]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_stay(end: str) -> None:
    """A file of Windows stays one of Windows, in every line; a byte order mark is no part of it."""
    text = (TOP + HOOK + CTA).replace("\n", end)
    out = changed("\ufeff" + text)
    assert out.count("\n") == out.count(end) and out.startswith("# The next")
    assert tomllib.loads(out)["name"] == "spring-2"


# ---------------------------------------------------------------- names and days


@pytest.mark.parametrize(
    ("name", "following"),
    [
        ("spring", "spring-2"), ("spring-2", "spring-3"), ("spring-9", "spring-10"), ("launch-2026", "launch-2026-2"),
        ("take-1", "take-1-2"), ("a" * 40, "a" * 38 + "-2"), ("a" * 37 + "-99", "a" * 36 + "-100"), ("2", "2-2"),
    ],
)  # fmt: skip
def test_a_campaign_is_named_after_the_one_before(name: str, following: str) -> None:
    """A number that counts is counted on, and a name never grows over 40 characters."""
    assert next_name(name) == following and len(following) <= 40
    assert next_name(name, {following}) not in (name, following)


def test_days_are_moved_on_by_as_long_as_the_campaign_lasted() -> None:
    """The next one begins the day after, lasts as long, and is read as late in it."""
    days = "starts = 2026-12-01   # a Tuesday\nends = 2026-12-31\n"
    out = tomllib.loads(changed(TOP + days + CTA + "[results]\nread_on = 2027-01-02\nper_variant = 21066\n"))
    assert (out["starts"], out["ends"]) == (date(2027, 1, 1), date(2027, 1, 31))
    assert out["results"] == {"read_on": date(2027, 2, 2), "per_variant": 21066}
    out = tomllib.loads(
        changed(TOP + "starts = 2026-12-01\nresults = { read_on = 2026-12-10, least_difference = 0.2 }\n")
    )
    assert (out["starts"], out["results"]) == (
        date(2026, 12, 11),
        {"read_on": date(2026, 12, 20), "least_difference": 0.2},
    )


@pytest.mark.parametrize(
    "days", ["starts = 2026-12-01\n", "ends = 2026-12-31\n", "results.read_on = 2026-12-10 # Ann\n"]
)
def test_days_that_cannot_be_told_are_left_to_the_editor(days: str) -> None:
    """Where nobody said how long it lasts, the old day is a comment and no day of the next campaign."""
    out = changed(TOP + days + CTA)
    assert f"# {days.strip()}" in out
    assert not {"starts", "ends"} & tomllib.loads(out).keys() and not tomllib.loads(out).get("results")


# ---------------------------------------------------------------- levels, however they are written

HOOKS = {
    "one line": 'levels = [{ name = "face", span = [0, 2] }, { name = "other", span = [2, 4] }]\n',
    "lines": 'levels = [\n\t{ name = "face", span = [0, 2] },\n\n\t# x\n\t{ name = "other", span = [2, 4] }\n]\n',
    "derived from a length": 'levels = [{ name = "face", span = [0, 2] }, { length = 1.5, name = "other" }]\n',
    "tables": '[[factor.levels]]\nname = "face"\nspan = [0, 2]\n\n[[factor.levels]]\nname = "other"\nspan = [2, 4]\n',
    "tables with tables": '[[factor.levels]]\nname = "face"\nspan = [0, 2]\n[[factor.levels]]\nname = "other"\n'
    'card = "hook"\n[factor.levels.text]\nen = "[[factor]]"\nfr = "x"\n',
    "quoted keys": '"levels" = [{ "name" = \'face\', span = [0, 2] }, { name = """other""", span = [2, 4] }]\n',
}  # fmt: skip


@pytest.mark.parametrize("written", HOOKS.values(), ids=HOOKS)
def test_levels_go_and_come_however_they_are_written(written: str, tmp_path: Path) -> None:
    """The one that is let go is gone with all that it says; the draft loads; the example is a comment."""
    text = f'{TOP}{SEQUENCE}[[factor]]\nname = "hook"\n{written}\n# about calls\n{CTA}'
    assert [level.name for level in loaded(tmp_path, text).factor("hook").levels] == ["face", "other"]
    draft = DraftedLevel("hook", "shot-5s", '{ name = "shot-5s", span = [5.0, 7.0] }')
    out = changed(
        text,
        dropped={"hook": ["other"]},
        drafted=(draft,),
        examples={"hook": '{ name = "new-hook", span = [0.0, 2.0] }'},
        known={"hook": "face beats\nother", "cta": "no results"},
    )
    factor = loaded(tmp_path, out).factor("hook")
    assert [level.name for level in factor.levels] == ["face", "shot-5s"] and factor.level("shot-5s").span == (5, 7)
    assert out.count(DRAFT) == 1 and out.count(YOURS) == 2 and "new-hook" in out
    assert "# Known from spring.toml: face beats other\n" in out and "# Known from spring.toml: no results\n" in out
    assert out.index("# about calls") < out.index('"cta"') and "# x" not in out


VALUES = {
    "caption_style": ('levels = ["clean", "boxed"]\n', "boxed", '"karaoke"', "karaoke"),
    "length": ("levels = [15, 7.5]\n", "7-5s", "30", "30s"),
    "music": ('levels = ["songs/Été à Paris.mp3", "b.mp3"]\n', "ete-a-paris", '"c.mp3"', "c"),
    "language": ('levels = ["en", "pt-BR"]\n', "pt-br", '"fr"', "fr"),
    "offer": ('levels = ["Ten %", { value = "none" }]\n', "none", '"Gift"', "gift"),
    "style of tables": (
        '[[factor.levels]]\nvalue = "clean"\n[[factor.levels]]\nvalue = "boxed"\n', "boxed", '"pop"', "pop",
    ),
    "lengths of tables": ("[[factor.levels]]\nlength = 6\n[[factor.levels]]\nlength = 15\n", "15s", "30", "30s"),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_levels_without_a_name_are_known_by_the_one_they_get(name: str, tmp_path: Path) -> None:
    """Words, lengths and files go and come as they are written, by the names that the loader gives them."""
    written, gone, text, drafted = VALUES[name]
    factor = {"style of tables": "caption_style", "lengths of tables": "length"}.get(name, name)
    file = f'{TOP}[[factor]]\nname = "{factor}"\n{written}'
    (kept,) = [level.name for level in loaded(tmp_path, file).factors[0].levels if level.name != gone]
    out = changed(
        file, {factor: kept}, dropped={factor: [gone]}, drafted=(DraftedLevel(factor, drafted, text),),
    )  # fmt: skip
    assert [level.name for level in loaded(tmp_path, out).factors[0].levels] == [kept, drafted]


def test_factors_in_one_line_are_changed_and_what_is_known_stands_at_the_top(tmp_path: Path) -> None:
    """Inline tables hold no comments, so the head does."""
    text = TOP + 'factor = [{ name = "cta", levels = ["shop", "learn"] }, { name = "tone", levels = ["warm"] }]\n'
    out = changed(
        text, {"cta": "shop"}, dropped={"cta": ["learn"]}, drafted=(DraftedLevel("tone", "dry", '"dry"'),),
        known={"cta": "shop beats learn"},
    )  # fmt: skip
    assert "# - cta: shop beats learn\n" in out.split("\n\n")[0] + "\n"
    assert [[lv.name for lv in f.levels] for f in loaded(tmp_path, out).factors] == [["shop"], ["warm", "dry"]]


def test_languages_of_the_campaign_are_levels_too(tmp_path: Path) -> None:
    """A language that is let go leaves the list at the top."""
    out = changed(TOP + 'languages = ["en", "fr", "pt-BR"]   # as spoken\n', {"language": "en"},
                  dropped={"language": ["pt-br"]}, known={"language": "no results"})  # fmt: skip
    assert loaded(tmp_path, out).languages == ("en", "fr") and "# as spoken" in out
    assert out.index("# Known from spring.toml: no results") < out.index("languages =")


# ---------------------------------------------------------------- rules

RULES = {
    "tables": '[[exclude]]\nhook = "question"\ncta = "shop"\n\n'
    '# stays\n[[exclude]]\nhook = ["question", "claim"]\ncta = ["shop"]\n',
    "inline": 'exclude = [{ hook = "question", cta = "shop" }, { hook = ["question", "claim"], cta = ["shop"] }]\n',
}  # fmt: skip


@pytest.mark.parametrize("written", RULES.values(), ids=RULES)
def test_an_exclusion_of_what_is_gone_goes_and_never_grows(written: str, tmp_path: Path) -> None:
    """A rule of a gone level alone says nothing more; one of several levels keeps the others."""
    is_top = written.startswith("exclude")
    text = TOP + SEQUENCE + (written if is_top else "") + HOOK + CTA + ("" if is_top else written)
    assert len(loaded(tmp_path, text).exclusions) == 2
    out = changed(text, dropped={"hook": ["question"]})
    (rule,) = loaded(tmp_path, out).exclusions
    assert rule.levels == (("hook", ("claim",)), ("cta", ("shop",)))
    assert is_top or "# stays" in out


ONLY = {
    "inline": 'channels = [{ preset = "tiktok", only = { hook = ["face", "question"], cta = "shop" } },'
    ' { preset = "x" }]\n',
    "tables": '[[channels]]\npreset = "tiktok"\n[channels.only]\nhook = ["face", "question"]\ncta = "shop"\n'
    '[[channels]]\npreset = "x"\n',
    "dotted": '[[channels]]\npreset = "tiktok"\nonly.hook = ["face", "question"]\nonly.cta = "shop"\n'
    '[[channels]]\npreset = "x"\n',
}  # fmt: skip


@pytest.mark.parametrize("written", ONLY.values(), ids=ONLY)
def test_a_channels_own_levels_are_fewer(written: str, tmp_path: Path) -> None:
    """What a channel gets is told without the level that is gone, and no key without a level is left."""
    top = "".join(line for line in TOP.splitlines(keepends=True) if not line.startswith("channels"))
    text = top + SEQUENCE + (written if written.startswith("channels") else "") + HOOK + CTA
    text += "" if written.startswith("channels") else written
    out = changed(text, dropped={"hook": ["question"]})
    tiktok, x = loaded(tmp_path, out).channels
    assert (tiktok.only, x.only) == ({"hook": ("face",), "cta": ("shop",)}, {})
    out = changed(text, {"hook": "face", "cta": "learn"}, dropped={"hook": ["question"], "cta": ["shop"]})
    assert loaded(tmp_path, out).channels[0].only == {"hook": ("face",)}


# ---------------------------------------------------------------- what is made


@pytest.mark.parametrize(
    "old",
    [
        "", 'design = "fraction"   # Ann wants few\n', 'design = "list"\nvariant = [{ hook = "claim" }]\n',
        '# one\n[[variant]]\nhook = "claim"   # two\n\n# three\n[[variant]]\ncta = "shop"\n\n# four\n',
    ],
)  # fmt: skip
def test_what_is_made_are_the_new_rows_and_no_others(old: str, tmp_path: Path) -> None:
    """The design is a list of the combinations that were chosen, each with its reason, whatever it was before."""
    is_last = "[[variant]]" in old
    out = changed(TOP + SEQUENCE + ("" if is_last else old) + HOOK + CTA + (old if is_last else "") + REST)
    campaign = loaded(tmp_path, out)
    assert campaign.design == "list"
    assert [dict(cell.levels) for cell in matrix_of(campaign).cells] == [{"hook": "face", "cta": "shop"}] * 2
    assert "[[variant]]    # new: never tried\n" in out
    assert ("# four" in out) == is_last and "# two" not in out


def test_a_next_file_is_followed_without_a_trace_of_itself(tmp_path: Path) -> None:
    """What was said at the top, of levels, drafts and examples of one round does not pile up in the next."""
    draft = DraftedLevel("hook", "shot-5s", '{ name = "shot-5s", span = [5.0, 7.0] }')
    changes = NextChanges(
        "spring.toml", "spring-2", (Row((("hook", "face"), ("cta", "shop")), "likely best"),), {}, (draft,),
        {"hook": "not told apart yet"}, {"hook": '{ name = "new-hook", span = [0.0, 2.0] }'}, ("a note",),
    )  # fmt: skip
    first = next_text(TOP + SEQUENCE + HOOK + CTA + REST, changes)
    again = replace(changes, source="spring.next.toml", name="spring-3", drafted=())
    second = next_text(first, again)
    for told in ("a note", "# The next campaign", "# Known from", "# What to make", "new-hook = ", '"new-hook"'):
        assert second.count(told) == first.count(told), told
    assert DRAFT not in second and "shot-5s" in second and "spring.toml" not in second
    assert next_text(second, replace(again, name="spring-3")) == second.replace("spring.toml", "spring.next.toml")
    assert loaded(tmp_path, second).name == "spring-3"


# ---------------------------------------------------------------- reading TOML as text

WORDS = st.text(st.sampled_from("ab\"'\\#[]{}=, \n\té😀"), max_size=8)
SCALARS = st.one_of(st.integers(), st.booleans(), WORDS, st.dates(), st.floats(allow_nan=False, allow_infinity=False))


def in_toml(value: object, draw: st.DrawFn) -> str:
    """A value as TOML, written in one of several ways."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        basic = value.replace("\\", "\\\\").replace('"', '\\"')
        ways = [f'"{basic}"'.replace("\n", "\\n").replace("\t", "\\t"), f'"""\n{basic}"""']
        if '"""' not in value and "\\" not in value:
            ways.append(f'"""\n{value}"""')
        if not set(value) & set("'\n"):
            ways.append(f"'{value}'")
        if "'" not in value:
            ways.append(f"'''\n{value}'''")
        return draw(st.sampled_from(ways))
    if isinstance(value, list):
        gap = draw(st.sampled_from([" ", "\n  ", " # ]\n", ""]))
        return "[" + gap + f",{gap}".join(in_toml(one, draw) for one in value) + gap + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {in_toml(one, draw)}" for key, one in value.items()) + " }"
    return value.isoformat() if isinstance(value, date) else repr(value)


VALUE = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=2),
    max_leaves=6,
)


@settings(max_examples=300)
@given(st.data())
def test_text_is_parted_where_toml_says(data: st.DataObject) -> None:
    """Joined, the statements are the text; each key has the value that the file says; a list's items are its own."""
    lines, wanted = [], {}
    for n in range(data.draw(st.integers(0, 4))):
        value = data.draw(VALUE)
        if data.draw(st.booleans()):
            lines.append(
                data.draw(st.sampled_from(["", "# a = [", f'[t{n}] # "', '  [[ l . "a]b" ]]', f'["q#{n}".x]']))
            )
        written = in_toml(value, data.draw)
        tail = data.draw(st.sampled_from(["", "  # [x", "\t"]))
        lines.append(f"k{n}{data.draw(st.sampled_from([' = ', '=', '  =  ']))}{written}{tail}")
        wanted[f"k{n}"] = value, written
    text = "\n".join(lines) + data.draw(st.sampled_from(["", "\n"]))
    tomllib.loads(text)
    found = statements(text)
    assert "".join(one.text for one in found) == text
    told = {one.key[-1]: one.value for one in found if one.key}
    assert told == {key: written for key, (_, written) in wanted.items()}
    for value, written in wanted.values():
        if isinstance(value, list):
            assert [read_value(item.text) for item in items_of(written)[0]] == value

"""What goes on an upload sheet: texts filled in, counted as each channel counts, safe to open."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variantgen.campaign.counting import UNITS, counted, hashtags, mentions, tag_list_length
from variantgen.campaign.posting import KEYS, Texts, as_hashtag, filled, posting_faults, texts_for
from variantgen.campaign.upload import (
    COLUMNS,
    Post,
    UploadFacts,
    complaints_of,
    cover_fact,
    guarded,
    sheet_csv,
    sheet_files,
    sheets_of,
    upload_facts,
)
from variantgen.errors import UserError
from variantgen.presets import available_presets, load_preset
from variantgen.presets.fact_tables import checked_facts

FACTS = upload_facts()
FAMILY = "👨‍👩‍👧"


def post(channel: str = "x", preset: str = "", kind: Any = "organic", **changes: Any) -> Post:
    """A post of a channel; texts are given by their names."""
    texts = Texts(**{key: changes.pop(key) for key in KEYS if key in changes})
    made = Post("K7M2Q9A", "film.mp4", preset or channel, channel, kind, texts, url="https://example.com/?a=1")
    return replace(made, **changes)


def told(one: Post) -> list[str]:
    """What is refused about a post: its field and by how much it is over."""
    return [f"{c.field} {c.over}" for c in complaints_of(one, FACTS.limits) if not c.is_advice]


# ---------------------------------------------------------------- counting


@pytest.mark.parametrize(
    ("text", "unit", "wanted"),
    [
        ("naïve", "code points", 5),
        ("👍", "utf-16 units", 2),
        ("é", "bytes", 2),
        (FAMILY, "graphemes", 1),
        (FAMILY, "code points", 5),
        (FAMILY, "utf-16 units", 8),
        ("", "weighted", 0),
        ("abc", "weighted", 3),
        ("日本", "weighted", 4),
        ("\u10ff\u1100", "weighted", 3),
        ("\u200d\u200e", "weighted", 3),
        (FAMILY, "weighted", 2),
        ("👍🏽👍🏽", "weighted", 4),
        ("1️⃣", "weighted", 2),
        ("🇩🇪", "weighted", 2),
        ("e\u0301", "weighted", 1),
        ("https://example.com/" + "a" * 300, "weighted", 23),
        ("see https://example.com/a.", "weighted", 4 + 23 + 1),
        ("see (http://example.com/a)", "weighted", 5 + 23 + 1),
        ("👍", "emoji bytes", 4),
        ("né👍", "emoji bytes", 6),
        ("日本", "emoji bytes", 2),
        ("@ada@mastodon.example hi", "urls as 23", 7),
        ("https://example.com/" + "a" * 300, "urls as 23", 23),
    ],
)
def test_text_is_counted_as_channels_count(text: str, unit: str, wanted: int) -> None:
    """Code points, UTF-16, bytes, graphemes, and the three ways in which a network counts on its own."""
    assert counted(text, unit) == wanted


@given(st.text(max_size=60))
def test_every_unit_counts_any_text(text: str) -> None:
    """No text, however odd, has no length; graphemes are never more than code points."""
    lengths = {unit: counted(text, unit) for unit in UNITS}
    assert min(lengths.values()) >= 0
    assert lengths["graphemes"] <= lengths["code points"] <= lengths["utf-16 units"] <= lengths["bytes"] or not text
    assert all(counted(text + "\ud83d", unit) >= 0 for unit in UNITS)


def test_hashtags_and_mentions_are_told_from_addresses() -> None:
    """A fragment of an address is no hashtag, a number none either, and an e-mail address no mention."""
    text = "Spring! #sale #été #1 #2for1 a#b https://a.example/x#part @ada me@b.example (@bob)"
    assert hashtags(text) == ["#sale", "#été", "#2for1"]
    assert mentions(text) == ["@ada", "@bob"]


def test_a_tag_list_is_counted_with_its_commas_and_quotes() -> None:
    """YouTube puts a tag with a space in quotes and a comma between two."""
    assert tag_list_length([]) == 0
    assert tag_list_length(["a", "b c", "d"]) == 1 + 5 + 1 + 2


# ---------------------------------------------------------------- texts

FACTORS = ("hook", "cta")
NAMES = ("youtube", "tiktok", "tiktok-ad")


def test_placeholders_are_filled_once() -> None:
    """A level's text that looks like a placeholder stays as it was written."""
    values = {"hook": "{url}", "cta": "Shop {now}"}
    assert filled("{hook}: {cta} {{x}}", values) == "{url}: Shop {now} {x}"


def test_the_nearest_table_speaks_for_a_post() -> None:
    """A placement's own text goes before its channel's, that before the language's, and that before the general one."""
    posting = {
        "title": "all",
        "text": "all {hook}",
        "tags": ["a", "{hook}", " "],
        "de": {"title": "deutsch", "text": "deutsch"},
        "tiktok": {"title": "channel"},
        "tiktok-ad": {"title": "ad"},
    }
    values = {"hook": "h"}

    def title(preset: str, channel: str, language: str) -> tuple[str, str]:
        made = texts_for(posting, preset=preset, channel=channel, language=language, values=values)
        return made.title, made.text

    assert title("tiktok-ad", "tiktok", "de-AT") == ("ad", "deutsch")
    assert title("tiktok", "tiktok", "de") == ("channel", "deutsch")
    assert title("x", "x", "de") == ("deutsch", "deutsch")
    assert title("x", "x", "") == ("all", "all h")
    assert texts_for(posting, preset="x", channel="x", language="", values=values).tags == ("a", "h")


def test_a_posting_table_tells_all_its_faults_at_once() -> None:
    """Unknown keys and placeholders, lone braces and wrong kinds: a line each, with the nearest name."""
    posting = {
        "titel": "x",
        "text": "Look: {hok} and {",
        "tags": "a, b",
        "youtube": {"title": 3, "tiktok": {}},
        "instagramm": {"title": "x"},
    }
    faults = posting_faults(posting, names=NAMES, factors=FACTORS, where="spring.toml: posting")
    assert len(faults) == 7
    assert all(fault.startswith("spring.toml: posting.") for fault in faults)
    assert 'Did you mean "title"?' in faults[0]
    assert 'Did you mean "hook"?' in faults[1]
    assert 'write "{{"' in faults[2]


def test_a_sound_posting_table_has_no_faults() -> None:
    """Every placeholder, escaped braces, and tables of presets, channels and languages pass."""
    general = "{campaign} {objective} {channel} {preset} {language} {url} {id} {seconds} {hook} {{ }}"
    posting = {"text": general, "pt-BR": {"text": "{cta}"}, "tiktok-ad": {"hashtags": ["{hook}"]}}
    assert posting_faults(posting, names=NAMES, factors=FACTORS) == []


def test_a_phrase_becomes_one_hashtag() -> None:
    """A space would end it."""
    assert as_hashtag("made by hand") == "#madeByHand"
    assert as_hashtag("#été-2026") == "#été2026"


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize(
    ("at_limit", "over"),
    [
        (post("x", text="a" * 280), post("x", text="a" * 281)),
        (post("x", text="https://example.com/" + "a" * 400 + " " + "a" * 256), post("x", text="日" * 141)),
        (post("bluesky", text=FAMILY * 160), post("bluesky", text="a" * 301)),
        (post("tiktok", text="👍" * 1100), post("tiktok", text="👍" * 1100 + "a")),
        (post("youtube", text="é" * 2500), post("youtube", text="é" * 2500 + "a")),
        (post("youtube", title="a" * 100), post("youtube", title="a" * 101)),
        (post("youtube", tags=("a" * 99,) * 5), post("youtube", tags=("a" * 100,) * 5)),
        (post("instagram", hashtags=("#a1b",) * 1), post("instagram", text=" ".join(f"#a{n}" for n in range(31)))),
        (post("threads", text="👍" * 125), post("threads", text="👍" * 125 + "a")),
        (post("mastodon", text="a" * 500), post("mastodon", text="a" * 501)),
        (post("bluesky", captions=(("a.vtt", 20000),)), post("bluesky", captions=(("a.vtt", 20001),))),
        (post("snapchat", kind="ad", headline="a" * 34), post("snapchat", kind="ad", headline="a" * 35)),
    ],
)
def test_a_post_at_its_limit_passes_and_one_more_does_not(at_limit: Post, over: Post) -> None:
    """Each channel's limit in its own unit, to the last one."""
    assert told(at_limit) == []
    assert len(told(over)) == 1
    assert told(over)[0].endswith((" 1", " 2", " 4"))


def test_every_complaint_comes_at_once_with_its_number_and_source() -> None:
    """Title, text, tags and captions are all told of, refusals before advice, each with its page and date."""
    one = post("youtube", title="a" * 120, text="b" * 5010, tags=("c" * 101, "d" * 420), captions=(("a.srt", 10**9),))
    found = complaints_of(one, FACTS.limits)
    assert [(c.field, c.over) for c in found] == [
        *(("title", 20), ("text", 10), ("tags", 22), ("tag", 1), ("tag", 320), ("captions", 9 * 10**8)),
    ]
    assert all("https://" in c.words and ", read 20" in c.words and str(c.over) in c.words for c in found)


def test_what_is_only_advised_is_told_as_advice() -> None:
    """Six hashtags on Instagram and a long title on Pinterest are no refusal; a refused text is not advised on too."""
    (advice,) = complaints_of(post("instagram", hashtags=tuple(f"#a{n}" for n in range(6))), FACTS.limits)
    assert advice.is_advice and advice.over == 1
    assert [c.is_advice for c in complaints_of(post("pinterest", title="a" * 90), FACTS.limits)] == [True]
    assert [c.is_advice for c in complaints_of(post("pinterest", title="a" * 101), FACTS.limits)] == [False]


def test_a_limit_holds_for_its_kind_and_placement_only() -> None:
    """An organic post has no ad's headline limit, and a channel without facts none at all."""
    assert told(post("snapchat", headline="a" * 99)) == []
    assert told(post("nowhere", text="a" * 10**5)) == []


def test_hashtags_are_added_once_and_counted() -> None:
    """A hashtag that the text already holds is not written again."""
    (sheet,) = sheets_of([post("x", text="Sale #Spring", hashtags=("#spring", "#new"))], FACTS)
    assert sheet.rows[0]["text"] == "Sale #Spring\n\n#new"
    assert told(post("x", text="a" * 278, hashtags=("#b",))) == ["text 2"]


# ---------------------------------------------------------------- sheets


def test_a_sheet_a_channel_a_row_a_variant() -> None:
    """Posts of one channel stand together in their order, with paid and organic told apart."""
    posts = [post("x", id="A"), post("youtube", "youtube-shorts", id="B"), post("x", "x-ad", "ad", id="C")]
    sheets = sheets_of(posts, FACTS)
    assert [(s.channel, [(r["id"], r["kind"]) for r in s.rows]) for s in sheets] == [
        ("x", [("A", "organic"), ("C", "paid")]),
        ("youtube", [("B", "organic")]),
    ]
    assert set(sheet_files(sheets, "spring")) == {
        *("upload-x.csv", "upload-x.md", "upload-youtube.csv", "upload-youtube.md")
    }


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "\n=1", "＝1"])
def test_no_cell_runs_as_a_formula(cell: str) -> None:
    """What a spreadsheet would run gets an apostrophe, also behind blanks and in full width."""
    assert guarded(cell) == f"'{cell}"
    assert guarded(f"a{cell}") == f"a{cell}"


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=20), min_size=1))
def test_a_csv_sheet_reads_back_cell_by_cell(cells: list[str]) -> None:
    """Quotes, commas, line breaks and other scripts come back as they were, behind the guard."""
    row = dict(zip(COLUMNS, cells, strict=False))
    raw = sheet_csv([row])
    assert raw.startswith(b"\xef\xbb\xbf")
    header, read = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert tuple(header) == COLUMNS
    assert read == [guarded(row.get(column, "")) for column in COLUMNS]


def test_a_markdown_sheet_keeps_texts_to_copy_and_breaks_on_none() -> None:
    """A text with fences, pipes and HTML stays in one fence, and names cannot open a table, a link or a tag."""
    text = "````\n| a | b |\n# not a heading <script>"
    one = post("x", id="A|B", text=text, cover="a_b.png", labels=("may [call](x) for a label",))
    made = sheet_files(sheets_of([one], FACTS), "spring *sale*")["upload-x.md"].decode()
    assert f"`````text\n{text}\n`````" in made
    assert "## A\\|B" in made and "\\[call\\]" in made and "spring \\*sale\\*" in made and "a\\_b.png" in made


# ---------------------------------------------------------------- facts


def test_every_fact_has_a_source_a_date_and_a_channel_that_a_preset_has() -> None:
    """No limit and no cover stands there by itself, and none is for a channel or placement that does not exist."""
    presets = {source.name: load_preset(source.name).preset for source in available_presets()}
    channels = {preset.channel for preset in presets.values()}
    rows = [*FACTS.limits, *FACTS.covers]
    assert len(rows) > 40
    for row in rows:
        assert row.source.startswith("https://") and row.checked.year >= 2026
        assert row.confidence not in ("memory", "not-published")
        assert row.channel in channels and set(row.presets) <= set(presets)
    assert all(row.unit in (*UNITS, "tags", "count") for row in FACTS.limits)


def test_a_limit_is_not_told_twice() -> None:
    """No two rows say the same of the same field."""
    keys = [(r.channel, r.kind, r.presets, r.field, r.unit, r.is_advice) for r in FACTS.limits]
    assert len(set(keys)) == len(keys)


def test_a_cover_is_known_by_placement() -> None:
    """Shorts have an upright cover, YouTube a wide one; a channel without facts has none."""

    def size(preset: str, channel: str, kind: str = "organic") -> tuple[int, int] | None:
        found = cover_fact(FACTS, preset=preset, channel=channel, kind=kind)
        return (found.width, found.height) if found else None

    assert size("youtube", "youtube") == (1920, 1080)
    assert size("youtube-shorts", "youtube") == (1080, 1920)
    assert size("x", "x") is None
    assert size("x-ad", "x", "ad") == (0, 0)


def test_a_file_of_ones_own_tells_all_its_faults(tmp_path: Path) -> None:
    """A missing source, a wrong unit, an unknown key and table: a line each, with the row's number."""
    path = tmp_path / "upload.toml"
    path.write_text(
        '[[limit]]\nchannel = "x"\nfield = "text"\nunit = "letters"\nmost = true\n'
        'source = ""\nchecked = 2026-01-01\nconfidence = "official"\n'
        '[[limit]]\nchanel = "x"\n[[covers]]\n[cover]\nwidth = 3\n',
        "utf-8",
    )
    from variantgen.campaign.upload import CoverFact, Limit

    with pytest.raises(UserError) as caught:
        checked_facts(path, {"limit": Limit, "cover": CoverFact})
    lines = str(caught.value).splitlines()
    assert any("limit 1: unit: value 'letters'" in line for line in lines)
    assert any("limit 1: most: value True" in line and "a whole number" in line for line in lines)
    assert any("limit 1: source" in line for line in lines)
    assert any("limit 2: chanel" in line and 'Did you mean "channel"?' in line for line in lines)
    assert any("limit 2: source: is missing" in line for line in lines)
    assert any("covers: is not a known table" in line for line in lines)
    assert any("cover: is not a list of rows" in line for line in lines)


def test_a_projects_own_facts_replace_the_built_in_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """./presets/facts/upload.toml is read instead."""
    folder = tmp_path / "presets" / "facts"
    folder.mkdir(parents=True)
    (folder / "upload.toml").write_text("", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert upload_facts() == UploadFacts()

"""`variantgen styles` as a user types it, and a style that a run is told to use."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.e2e


def test_the_styles_are_listed_and_shown(type_in):
    """Results go to stdout, one row a style; a wrong name is one line with the nearest, and exit code 2."""
    listed = type_in("styles", "list")
    assert listed.code == 0 and {"clean", "boxed", "karaoke", "pop", "broadcast"} <= set(listed.out.split())
    shown = type_in("styles", "show", "karaoke", "--json")
    assert shown.code == 0 and json.loads(shown.out)["style"]["highlight_colour"]
    wrong = type_in("styles", "show", "karoake")
    assert wrong.code == 2 and wrong.out == "" and 'Did you mean "karaoke"?' in wrong.complaint


def test_a_run_takes_the_style_it_is_told(film, store, tiny, type_in, tmp_path):
    """--set captions.style reaches the parts that are burned; a style beside the placement is found by its name."""
    (tmp_path / "film.srt").write_text("1\n00:00:01,000 --> 00:00:03,000\nHello there\n", "utf-8")
    (tiny.parent / "styles").mkdir()
    (tiny.parent / "styles" / "ours.toml").write_text('colour = "#FFDD00"\n', "utf-8")
    arguments = ("plan", film, "-p", tiny, "--captions", tmp_path / "film.srt", "--store", store, "--json")
    colours = {}
    for style in ("clean", "ours", "karaoke"):
        said = type_in(*arguments, "--set", "captions.mode=burn", "--set", f"captions.style={style}")
        assert said.code == 0, said.err
        looks = [part["look"] for part in json.loads(said.out)["parts"].values() if part.get("look")]
        colours[style] = {(look["colour"], look["highlight_colour"]) for look in looks}
    assert colours == {"clean": {("#FFFFFF", "")}, "ours": {("#FFDD00", "")}, "karaoke": {("#FFFFFF", "#FFD60A")}}

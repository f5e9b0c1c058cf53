"""The README says what is true: its help, its command lines, its excerpts and its links.

    python tests/e2e/test_readme.py --update

writes the help of `variantgen` and `variantgen render` into it.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
UPDATE = "python tests/e2e/test_readme.py --update"
HELP_WIDTH = 88
SET_UP_AND_RUN = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/variantgen demo"
SET_UP_AND_TEST = 'python3 -m venv .venv && .venv/bin/pip install -e ".[test]" && .venv/bin/pytest'

pytestmark = pytest.mark.e2e


def readme() -> str:
    """The README's text."""
    return README.read_text("utf-8")


def excerpts(language: str) -> list[str]:
    """The README's code blocks of a language."""
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", readme())


def with_current_help(text: str) -> str:
    """The README's text with both help blocks as the commands print them now."""
    for words, block in (("", "help"), ("render", "render help")):
        shown = f"<!-- {block} -->\n\n```text\n{help_of(words)}\n```\n\n<!-- /{block} -->"
        found = re.findall(rf"(?s)<!-- {block} -->.*?<!-- /{block} -->", text)
        assert len(found) == 1, f"README.md needs one <!-- {block} --> block"
        text = text.replace(found[0], shown)
    return text


def help_of(words: str) -> str:
    """What `variantgen WORDS --help` prints, at a width that does not depend on the terminal."""
    from variantgen.cli import cli

    command: click.Command = cli
    if words:
        found = cli.get_command(click.Context(cli), words)
        assert found is not None
        command = found
    name = f"variantgen {words}".strip()
    context = click.Context(command, info_name=name, terminal_width=HELP_WIDTH, max_content_width=HELP_WIDTH)
    context.help_option_names = ["-h", "--help"]
    return command.get_help(context).strip()


def commands() -> Iterator[list[str]]:
    """The words of every variantgen command in the README's shell and CI blocks."""
    for line in "".join(excerpts("sh") + excerpts("yaml")).splitlines():
        found = re.search(r"variantgen ((?:render|plan|frame|check|presets|store|doctor|demo)\b[^#>|&]*)", line)
        if found:
            yield found[1].split()


def below(words: dict[str, Any], told: Any, where: str = "") -> list[str]:
    """Keys of an excerpt that the real thing does not have."""
    unknown = []
    for name, value in words.items():
        if name not in told:
            unknown.append(f"{where}{name}")
        elif isinstance(value, dict) and isinstance(told[name], dict):
            unknown += below(value, told[name], f"{where}{name}.")
        elif isinstance(value, list) and value and told[name] and isinstance(value[0], dict):
            unknown += below(value[0], told[name][0], f"{where}{name}[].")
    return unknown


# ---------------------------------------------------------------- commands


def test_the_help_is_current() -> None:
    """The help that the README shows is what the commands print now."""
    assert with_current_help(readme()) == readme(), f"run: {UPDATE}"


def test_the_two_command_lines_stand_as_they_are_promised() -> None:
    """Each of the two command lines is a line of its own, and each runs on a machine that has only Python."""
    lines = readme().splitlines()
    assert lines.count(SET_UP_AND_RUN) == 1
    assert lines.count(SET_UP_AND_TEST) == 1


def test_ci_runs_the_two_command_lines() -> None:
    """What .ci/run picks out of the README are exactly the two command lines."""
    script = ROOT / ".ci" / "run"
    if not script.exists():
        pytest.skip("no .ci/run here")
    picked = re.findall(r"grep -m1 '([^']+)' README\.md", script.read_text("utf-8"))
    found = [next(line for line in readme().splitlines() if words in line) for words in picked]
    assert found == [SET_UP_AND_RUN, SET_UP_AND_TEST]


def test_every_command_and_option_exists() -> None:
    """Each variantgen command of the README's examples has that name and those options."""
    from variantgen.cli import cli

    assert len(list(commands())) >= 8
    for words in commands():
        command: click.Command = cli
        while isinstance(command, click.Group):
            found = command.get_command(click.Context(command), words.pop(0))
            assert found is not None
            command = found
        options = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
        assert {word for word in words if word.startswith("-")} <= options, command.name


def test_packs_and_presets_that_are_named_exist() -> None:
    """Each -p and --pack of the examples is a built-in one, or made by `presets new` on the lines before."""
    from variantgen.presets import available_packs, available_presets

    known = {"-p": {source.name for source in available_presets()}, "--pack": set(available_packs())}
    known["--from"] = set(known["-p"])
    for words in commands():
        if words[:2] == ["presets", "new"]:
            known["-p"].add(words[2])
        for flag, name in zip(words, words[1:], strict=False):
            assert flag not in known or name in known[flag], f"{flag} {name}"


def test_the_number_of_placements_is_right() -> None:
    """The changelog and the opening sentence count the presets that there are."""
    from variantgen.presets import load_pack

    count = len(load_pack("everything"))
    opening = readme().split("\n\n")[1]
    others = re.search(r"that (.*) and (\d+) other\s+placements", opening.replace("\n", " "))
    assert others is not None
    assert len(others[1].split(", ")) + int(others[2]) == count
    assert f"with {count} presets" in readme()


# ---------------------------------------------------------------- files


def test_every_file_that_is_linked_exists() -> None:
    """A relative link or picture leads to a file of the project."""
    targets = [target for target in re.findall(r"\]\(([^)#\s]+)\)", readme()) if "://" not in target]
    assert len(targets) >= 4
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_test_and_sample_that_is_named_exists() -> None:
    """A path below tests/, samples/ or presets/ that the README names is there, but for the one it has you make."""
    named = set(re.findall(r"\b((?:tests|samples|presets)/[\w./-]*\w)", readme())) - {"presets/lobby-screen.toml"}
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


# ---------------------------------------------------------------- excerpts


def test_toml_excerpts_parse_and_are_valid(tmp_path: Path) -> None:
    """The preset that the README shows is valid as it stands, the pack is a pack, and its framing file is one."""
    from made import master

    from variantgen.campaign import load_campaign, matrix_of
    from variantgen.framing_file import read_framing
    from variantgen.presets.schema import Preset

    preset, pack, _, _, campaign = (tomllib.loads(text) for text in excerpts("toml"))
    assert Preset.model_validate(preset).channel == "tiktok"
    assert list(pack) == ["packs"]
    file = tmp_path / "film.framing.toml"
    file.write_text(excerpts("toml")[2], "utf-8")
    assert len(read_framing(file, master()).marks) == 4
    file.write_text(excerpts("toml")[4], "utf-8")
    assert len(matrix_of(load_campaign(file)).cells) == 16 and campaign["schema_version"] == 1


def test_the_brand_excerpt_and_its_card_work(tmp_path: Path) -> None:
    """The brand file that the README shows is valid beside the files it names, and its own card is drawn."""
    import shutil

    from PIL import Image

    from variantgen.brand_file import load_brand
    from variantgen.brand_wishes import shelve
    from variantgen.build.brand_shelf import shelf_of
    from variantgen.build.cards import card_poster
    from variantgen.fonts import font_path
    from variantgen.model import Card
    from variantgen.plan.overlays import card_in
    from variantgen.plan.parts import only_the_caption_font
    from variantgen.store import Store

    shutil.copy(font_path(), tmp_path / "brand.ttf")
    Image.new("RGBA", (60, 30), (255, 0, 0, 255)).save(tmp_path / "logo.png")
    (tmp_path / "cards.py").write_text(excerpts("python")[0], "utf-8")
    (tmp_path / "brand.toml").write_text(excerpts("toml")[3], "utf-8")
    source, store = load_brand(tmp_path / "brand.toml"), Store(tmp_path / "store")
    with store.working_folder() as folder:
        shelve(source.files, store, folder)
    card = card_in(source.brand, Card("end", "Hello"), "", only_the_caption_font)
    colours = card_poster(card, 320, 180, shelf=shelf_of(store)).getcolors(99999)
    assert colours and any(colour == (255, 180, 84) for _, colour in colours)


def test_the_preset_excerpt_is_a_real_one() -> None:
    """What the README shows of presets/tiktok.toml stands in it."""
    real = tomllib.loads((ROOT / "presets" / "tiktok.toml").read_text("utf-8"))
    shown = tomllib.loads(excerpts("toml")[0])
    for name, value in shown.items():
        if not isinstance(value, dict):
            assert real[name] == value
        elif name != "facts":
            assert value.items() <= real[name].items(), name
    for name, fact in shown["facts"].items():
        assert fact.items() <= real["facts"][name].items()


def test_the_events_are_those_that_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each JSON event of the README parses and has exactly the keys of the event that `--json` prints."""
    from reports import result

    from variantgen.cli.telling import JsonTeller
    from variantgen.events import Note, Progress, VariantDone
    from variantgen.pipeline import Report

    teller = JsonTeller()
    for event in (Note("x"), Progress("x", 0.5), VariantDone(result())):
        teller(event)
    teller.report(Report(results=[result()]))
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    shown = [json.loads(line) for line in "".join(excerpts("jsonl")).splitlines()]
    assert [event["event"] for event in shown] == [event["event"] for event in printed]
    for ours, real in zip(shown, printed, strict=True):
        assert (list(ours), below(ours, real)) == (list(real), [])


def test_the_plan_is_one_that_is_printed() -> None:
    """The README's plan parses and names no key that `plan --json` does not print."""
    from fractions import Fraction

    from reports import ENCODE, plan, variant

    from variantgen.model import Cue, Part, Refusal
    from variantgen.plan.contract import plan_json

    shown = json.loads(excerpts("json")[0])
    key = next(iter(shown["parts"]))
    made = plan(variant(cues=(Cue(1, 2, ("Hello",)),)), refusals=(Refusal("x", "film", "too short"),))
    made.parts[key] = Part(key, "master", "f", 0, 75, Fraction(25), 1080, 1920, "crop", (), ENCODE)
    assert below(shown, plan_json(made)) == []


def test_the_excerpts_name_no_folder_of_a_machine() -> None:
    """No path of the machine that the README was written on stands in it."""
    assert re.findall(r"(?m)(?:^|[\s`\"'(])(/(?:root|home|tmp|work|Users|var)/\S*)", readme()) == []


if __name__ == "__main__":
    if sys.argv[1:] != ["--update"]:
        sys.exit(f"usage: {UPDATE}")
    README.write_text(with_current_help(readme()), "utf-8", newline="\n")
    print("README.md is current")

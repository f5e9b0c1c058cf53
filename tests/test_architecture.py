"""The house rules of ARCHITECTURE, read from the source: who imports what, what is pure, how long, how told."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from variantgen.cli import cli

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "variantgen").rglob("*.py"))
HEAVY = (
    *("av", "numpy", "moviepy", "pydub", "PIL", "pysubs2", "pydantic", "jinja2", "ffmpeg", "fontTools", "rich"),
    *(
        "cv2",
        "scenedetect",
        "ai_edge_litert",
        "openpyxl",
        "scipy",
        "ttconv",
        "chardet",
        "uharfbuzz",
        "faster_whisper",
        "pocketsphinx",
        "opentimelineio",
        "c2pa",
        "cryptography",
    ),
)
ONLY_IN = {
    "subprocess": ("media/ffmpeg.py",),
    "moviepy": ("build/cards.py",),
    "pydub": ("build/soundtrack.py",),
    "ffmpeg": ("build/graph.py", "build/preview_graph.py", "build/conform_graph.py"),
    "openpyxl": ("results/workbooks.py",),
    "click": ("cli/",),
    "rich": ("cli/",),
}
# Group -> the groups it may import, beside itself; a new group needs a row. Steps are not in each other's rows.
BASE = {"model", "errors", "media", "fonts", "presets"}
STEPS = {"analyze", "plan", "build", "report"}
DELIVERING = {*BASE, "build", "plan", "store", "measure", "verify"}
MAY_IMPORT = {
    "model": set(),
    "errors": set(),
    "fonts": {"model", "errors"},
    "phrasing": set(),
    "events": {"model"},
    "store": {"errors"},
    "media": {"model", "errors"},
    "presets": {"errors"},
    "analyze": {"model", "errors", "media", "phrasing"},
    "plan": {"model", "errors", "presets", "fonts", "phrasing"},
    "build": {"model", "errors", "media", "fonts", "store", "phrasing"},
    "report": {"model", "errors", "media", "fonts", "campaign"},
    "campaign": {"model", "errors", "presets", "plan", "media", "timelines"},
    "results": {"model", "errors", "presets", "campaign"},
    "measure": {"model", "errors", "media", "store"},
    "verify": {"model", "presets", "measure"},
    "deliver": DELIVERING,
    "caption_sources": {"model", "errors", "events", "media", "analyze", "fonts"},
    "lettering": {"model", "fonts"},
    "timeline_exports": {"model", "errors", "events", "build", "timelines"},
    "music_files": {"model", "errors", "media", "store", "analyze", "plan"},
    "timeline_masters": {"model", "errors", "events", "timelines", "conforming"},
    "conforming": {"model", "errors", "events", "media", "store", "build", "plan", "timelines"},
    "length_wishes": {"model", "errors", "plan", "timelines", "pipeline", "timeline_masters"},
    "timelines": {"model", "errors", "media", "plan"},
    "framing_file": {"model", "errors", "presets"},
    "brand_file": {"model", "errors", "presets", "fonts", "build"},
    "brand_wishes": {"model", "errors", "plan", "store", "brand_file", "pipeline"},
    "framing_views": {"model", "plan", "report"},
    "framing_preview": {
        *("model", "errors", "media", "build", "report", "store", "events"),
        *("framing_file", "framing_views", "pipeline"),
    },
    "rendering": {*DELIVERING, "deliver", "report", "events", "pipeline", "timeline_exports"},
    "transcripts": {"model", "errors", "media", "analyze", "plan", "build", "report", "store", "events"},
    "campaigns": {
        *("model", "errors", "events", "media", "store", "plan", "presets", "analyze", "build", "campaign"),
        *("brand_file", "brand_wishes", "caption_sources", "lettering", "masters", "pipeline", "results"),
    },
    "campaign_results": {
        *("model", "errors", "events", "report", "campaign", "campaign_files", "results", "next_campaign"),
    },
    "next_campaign": {
        *("model", "errors", "events", "presets", "report", "campaign", "results", "campaigns", "campaign_files"),
    },
    "campaign_files": {"model", "errors", "events", "plan", "build", "report", "campaign", "pipeline"},
    "masters": {
        *("model", "errors", "events", "media", "store", "analyze", "plan", "fonts", "presets"),
        *("caption_sources", "conforming", "framing_file", "music_files", "timeline_masters", "pipeline"),
    },
    "pipeline": {
        *("masters", "campaign", "campaigns", "campaign_files"),
        *DELIVERING,
        *STEPS,
        "rendering",
        "events",
        "brand_wishes",
        "framing_file",
        "caption_sources",
        "lettering",
        "length_wishes",
        "music_files",
        "timeline_masters",
        "timeline_exports",
        "conforming",
        "timelines",
    },
    "cli": {
        *BASE,
        "pipeline",
        "events",
        "store",
        "plan",
        "analyze",
        "framing_preview",
        "framing_views",
        "transcripts",
        "caption_sources",
        *("campaign", "campaigns", "campaign_files", "campaign_results", "next_campaign", "results"),
    },
    "__main__": {"cli"},
}
IMPURE = {
    *("os", "io", "sys", "pathlib", "shutil", "tempfile", "subprocess", "socket", "threading", "time", "random"),
    *("secrets", "uuid", "logging", "platformdirs", "psutil", "filelock", *HEAVY),
} - {"pydantic"}


# Pure files of groups that are not: plan may use what they hold.
PURE = {
    *("verify.py", "presets/schema.py", "errors.py", "fonts/language.py", "fonts/block.py", "fonts/direction.py"),
    *(
        "campaign/schema.py",
        "campaign/designs.py",
        "campaign/matrix.py",
        "campaign/fraction.py",
        "campaign/only.py",
        "campaign/wording.py",
        *("campaign/next_changes.py", "campaign/next_file.py", "campaign/next_levels.py", "campaign/toml_text.py"),
        "results/values.py",
        "results/numbers.py",
    ),
    *(
        "results/across.py",
        "results/counts.py",
        "results/delivery.py",
        "results/effects.py",
        "results/fatigue.py",
        "results/logistic.py",
        "results/known_levels.py",
        "results/next_campaign.py",
        "results/next_round.py",
        "results/planning.py",
        "results/shrinkage.py",
        "results/verdicts.py",
    ),
    *(
        "report/plot_scales.py",
        "report/results_channels.py",
        "report/results_plots.py",
        "report/results_wording.py",
    ),
}


def name_of(path: Path) -> str:
    """A source's path inside the package, with slashes."""
    return path.relative_to(ROOT / "variantgen").as_posix()


def group_of(dotted: str) -> str:
    """The first name below the package: `plan` of variantgen.plan.parts, `` of the package itself."""
    return dotted.partition(".")[2].partition(".")[0]


def is_pure(name: str) -> bool:
    """Whether a source may do no I/O."""
    return name.startswith(("plan/", "model/", "phrasing/")) or name in PURE


@cache
def tree_of(path: Path) -> ast.Module:
    """A source's syntax tree."""
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """(module, name) of every import anywhere in a source."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: relative import"
            yield from ((node.module or "", alias.name) for alias in node.names)


def definitions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Every function and class of a module with its dotted name, those inside functions left out."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from definitions(node.body, f"{prefix}{node.name}.")


def commands(command: click.Command, words: str = "variantgen") -> Iterator[tuple[str, click.Command]]:
    """Every command below one, groups included, with the words that call it."""
    yield words, command
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), name)
            assert found is not None
            yield from commands(found, f"{words} {name}")


COMMANDS = dict(commands(cli))

# ---------------------------------------------------------------- who imports what


@pytest.mark.parametrize("package", ONLY_IN)
def test_tools_stay_in_their_modules(package: str) -> None:
    """subprocess, moviepy, pydub, ffmpeg-python, openpyxl, click and rich are each imported in one place only."""
    users = {name_of(p) for p in SOURCES if any(m.partition(".")[0] == package for m, _ in imports(p))}
    assert users
    assert {user for user in users if not user.startswith(ONLY_IN[package])} == set()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_arrows_point_one_way(path: Path) -> None:
    """cli -> pipeline -> steps -> media -> model: nothing imports upwards, no step imports another."""
    group = name_of(path).removesuffix(".py").partition("/")[0]
    if group == "__init__":
        return
    assert group in MAY_IMPORT, f"{group}: give the new group a row in MAY_IMPORT"
    used = {group_of(module) for module, _ in imports(path) if module.startswith("variantgen.")}
    assert used - MAY_IMPORT[group] - {group} == set()


def test_a_step_is_in_no_other_steps_row() -> None:
    """The table above keeps the steps apart and cli out of everybody's reach."""
    for step in STEPS:
        assert MAY_IMPORT[step] & (STEPS | {"pipeline", "rendering", "deliver"}) == set()
    assert {group for group, allowed in MAY_IMPORT.items() if "cli" in allowed} == {"__main__"}


@pytest.mark.parametrize("path", [p for p in SOURCES if is_pure(name_of(p))], ids=name_of)
def test_pure_modules_do_no_io(path: Path) -> None:
    """Deciding and comparing touch no disk, clock, process or chance; from impure modules only types come in."""
    name = name_of(path)
    allowed = {"pathlib"} if name.startswith("model/") else set()  # a Path is a value; nothing opens it there
    allowed |= {"numpy", "scipy"} if name.startswith(("plan/", "campaign/", "results/")) else set()  # arithmetic only
    impure = {module.partition(".")[0] for module, _ in imports(path)} & IMPURE - allowed
    assert impure == set()
    called = {
        node.func.id
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert called & {"open", "print", "input", "__import__"} == set()
    for module, what in imports(path):
        if f"{module.partition('.')[2].replace('.', '/')}.py" in PURE:
            continue
        if module.startswith("variantgen.") and group_of(module) in ("fonts", "measure", "media", "store"):
            assert what[:1].isupper(), f"{name} takes the function {what} from {module}"


def test_help_loads_nothing_heavy() -> None:
    """`variantgen --help` imports none of the packages that take long to load."""
    code = (
        "import sys, variantgen.cli\ntry:\n    variantgen.cli.main(['--help'])\nexcept SystemExit as end:\n"
        "    assert end.code == 0\n"
        f"print('loaded:', *[name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert "render" in done.stdout
    assert done.stdout.splitlines()[-1].strip() == "loaded:"


# ---------------------------------------------------------------- sizes and words


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    """No file reaches 420 lines and no function 60."""
    assert len(path.read_text("utf-8").splitlines()) < 420
    functions = [n for n in ast.walk(tree_of(path)) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    long = {f.name: f.end_lineno - f.lineno + 1 for f in functions if f.end_lineno - f.lineno + 1 >= 60}
    assert long == {}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_public_things_say_what_they_are(path: Path) -> None:
    """Every module with code in it, and every public function, method and class, has a docstring."""
    tree = tree_of(path)
    mute = [] if ast.get_docstring(tree) or not tree.body else ["the module"]
    for name, node in definitions(tree.body):
        is_public = not any(word.startswith("_") for word in name.split("."))
        if is_public and not ast.get_docstring(node):  # type: ignore[arg-type]
            mute.append(name)
    assert mute == []


# ---------------------------------------------------------------- commands and the README


@pytest.mark.parametrize("words", [words for words in COMMANDS if words != "variantgen"])
def test_every_command_has_help_and_an_example(words: str) -> None:
    """The help says what a command does and shows it being used, itself or in the list of its group."""
    command, parent = COMMANDS[words], COMMANDS[words.rpartition(" ")[0]]
    assert command.help and len(command.help.strip()) > 20
    shown = "".join(text for one in (command, parent) for text in (one.help, one.epilog) if text)
    assert re.search(rf"(?m)^ *{words}\b", shown), f'no example of "{words}" in its help'


@pytest.mark.parametrize("words", COMMANDS)
def test_every_option_says_what_it_does(words: str) -> None:
    """No option stands in the help without a word about it."""
    options = [p for p in COMMANDS[words].params if isinstance(p, click.Option)]
    assert [option.name for option in options if not option.help] == []


README = ROOT / "README.md"
HELP_BLOCK = re.compile(r"(?s)<!-- ((?:[\w ]+ )?)help -->\n.*?<!-- /\1help -->")


def help_block(found: re.Match[str]) -> str:
    """What belongs between <!-- render help --> and <!-- /render help -->: that command's help, at a fixed width."""
    words = found[1].strip()
    command = COMMANDS[f"variantgen {words}".strip()]
    context = click.Context(command, info_name=f"variantgen {words}".strip(), terminal_width=88, max_content_width=88)
    context.help_option_names = ["-h", "--help"]
    shown = command.get_help(context).strip()
    return f"<!-- {found[1]}help -->\n\n```text\n{shown}\n```\n\n<!-- /{found[1]}help -->"


def test_the_readmes_help_is_current(is_updating_golden: bool) -> None:
    """The help that the README shows is what the commands print now."""
    text = README.read_text("utf-8")
    assert HELP_BLOCK.search(text), "README.md has no <!-- help --> block"
    current = HELP_BLOCK.sub(help_block, text)
    if is_updating_golden:
        README.write_text(current, "utf-8", newline="\n")
    assert README.read_text("utf-8") == current, "run: pytest tests/test_architecture.py --update-golden"


def test_the_readme_names_every_command() -> None:
    """A command that the README does not mention is one that nobody finds."""
    text = README.read_text("utf-8")
    assert [words for words in COMMANDS if words not in text] == []

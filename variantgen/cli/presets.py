"""`variantgen presets`: list, show, check and make presets, and print their schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from variantgen.errors import UserError

if TYPE_CHECKING:
    from rich.console import Console

    from variantgen.presets import NamedPreset, PresetSource
    from variantgen.presets.schema import Preset

PIPED_WIDTH = 160
"""Columns of a table that goes to a file or another program, where no terminal tells its own."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def presets() -> None:
    """List, show, check and make presets: the delivery rules of one placement each.

    A name is looked for in ./presets, then in your own settings folder, then among the built-in ones.

    \b
    Examples:
      variantgen presets list --pack social
      variantgen presets show tiktok
      variantgen presets new our-screen --from dooh-portrait
    """


@presets.command("list")
@click.option("--pack", "pack_names", multiple=True, metavar="NAME", help="Only this pack's presets; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of the table.")
def list_presets(pack_names: tuple[str, ...], as_json: bool) -> None:
    """Every preset with its size, length, loudness and captions, and every pack.

    \b
    Examples:
      variantgen presets list
      variantgen presets list --pack vertical --json
    """
    from variantgen.presets import available_packs, available_presets, expand

    sources = {source.name: source for source in available_presets()}
    names = expand((), pack_names) if pack_names else tuple(sources)
    rows, faults = _rows([sources[name] for name in names])
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        _print_table(rows)
        if not pack_names:
            for pack, members in available_packs().items():
                click.echo(f"pack {pack}: {len(members)} presets")
    for fault in faults:
        click.echo(fault, err=True)


@presets.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="The resolved preset as JSON.")
def show_preset(name: str, as_json: bool) -> None:
    """Everything a preset says, and where the channel's limits come from. NAME may be a .toml file.

    \b
    Examples:
      variantgen presets show x
      variantgen presets show ./presets/our-screen.toml --json
    """
    from variantgen.presets import load_preset

    named = load_preset(name)
    if as_json:
        values = {"name": named.name, "path": str(named.path), "preset": named.preset.model_dump(mode="json")}
        click.echo(json.dumps(values, indent=2, ensure_ascii=False))
    else:
        _print_preset(named)


@presets.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def check_presets(files: tuple[str, ...]) -> None:
    """Say "ok" for each preset file (or packs.toml), or every fault of all of them and exit 2.

    \b
    Examples:
      variantgen presets check presets/our-screen.toml
      variantgen presets check presets/*.toml
    """
    faults: list[str] = []
    for file in files:
        try:
            advice = _checked(file)
        except UserError as error:
            faults.append(str(error))
        else:
            click.echo(f"{file}: ok")
            if advice:
                click.echo(f"{file}: no source is given for {', '.join(advice)} (see [facts])", err=True)
    if faults:
        raise UserError("\n".join(faults))


@presets.command("schema")
def print_schema() -> None:
    """Print the JSON schema from which editors complete preset files.

    \b
    Example:
      variantgen presets schema > presets/preset.schema.json
    """
    from variantgen.presets import schema_json

    click.echo(schema_json(), nl=False)


@presets.command("new")
@click.argument("name")
@click.option("--from", "from_name", required=True, metavar="NAME", help="The preset to start from.")
@click.option(
    "-o", "--output", "folder", type=click.Path(path_type=Path), default=Path("presets"), show_default=True,
    help="Folder for the new file; presets in ./presets are found by name.",
)  # fmt: skip
def new_preset(name: str, from_name: str, folder: Path) -> None:
    """Write a new preset file that starts as a copy of another, comments kept.

    \b
    Example:
      variantgen presets new our-screen --from dooh-portrait
    """
    from variantgen.presets import new_preset_text, schema_json
    from variantgen.presets.texts import SCHEMA_FILE

    path = folder / f"{name}.toml"
    text = new_preset_text(from_name, name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        if not (folder / SCHEMA_FILE).exists():
            (folder / SCHEMA_FILE).write_text(schema_json(), encoding="utf-8", newline="\n")
    except FileExistsError as error:
        raise UserError(f"{path}: is there already and is left alone; choose another name or folder") from error
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror or error}") from error
    click.echo(f"Wrote {path}. Change what differs, then: variantgen presets check {path}")


def _checked(file: str) -> tuple[str, ...]:
    """Limits without a source in a file that is otherwise right; UserError where it is not."""
    from variantgen.presets import check_packs_file, load_preset, unsourced_limits
    from variantgen.presets.folders import PACKS_FILE

    if Path(file).is_dir():
        raise UserError(f"{file}: is a folder; name the files in it, like {Path(file) / '*.toml'}")
    if Path(file).name == PACKS_FILE:
        check_packs_file(Path(file))
        return ()
    return unsourced_limits(load_preset(file).preset)


def _rows(sources: list[PresetSource]) -> tuple[list[dict[str, Any]], list[str]]:
    """One row a usable preset, and the complaints about the others."""
    from variantgen.presets import load_preset

    rows: list[dict[str, Any]] = []
    faults: list[str] = []
    for source in sources:
        try:
            preset = load_preset(source.name).preset
        except UserError as error:
            faults.append(str(error))
        else:
            rows.append({"name": source.name, "origin": source.origin, **_row(preset)})
    return rows, faults


def _row(preset: Preset) -> dict[str, Any]:
    return {
        "title": preset.title,
        "kind": preset.kind,
        "size": f"{preset.canvas.width}x{preset.canvas.height}" if preset.canvas else "sound only",
        "container": preset.container,
        "min_seconds": preset.length.min_seconds,
        "max_seconds": preset.length.max_seconds,
        "loudness_lufs": preset.audio.loudness_lufs if preset.audio else None,
        "loudness_is_advice": preset.audio.loudness_is_advice if preset.audio else None,
        "captions": _words(preset.captions.mode),
    }


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("name", "title", "size", "length", "loudness", "captions", "from"):
        table.add_column(title, no_wrap=title in ("name", "size", "length"), overflow="fold")
    for row in rows:
        length = _length_words(row["min_seconds"], row["max_seconds"])
        loudness = _loudness_words(row["loudness_lufs"], row["loudness_is_advice"])
        size = f"{row['size']} {row['container']}"
        table.add_row(row["name"], row["title"], size, length, loudness, row["captions"], row["origin"])
    _console().print(table)


def _length_words(least: float | None, most: float | None) -> str:
    if least is None and most is None:
        return "any"
    if least is None:
        return f"up to {most:g} s"
    if most is None or most == least:
        return f"{least:g} s" + ("" if most == least else " or more")
    return f"{least:g} to {most:g} s"


def _loudness_words(lufs: float | None, is_advice: bool | None) -> str:
    if is_advice is None:
        return "silent"
    return "as it is" if lufs is None else f"{lufs:g} LUFS" + (" (advice)" if is_advice else "")


def _print_preset(named: NamedPreset) -> None:
    from rich.markup import escape

    preset, console = named.preset, _console()
    console.print(f"[bold]{escape(named.name)}[/]: {escape(preset.title)} ({preset.kind}, .{preset.container})")
    if preset.description:
        console.print(escape(preset.description))
    console.print(f"[dim]{escape(str(named.path))}[/]", soft_wrap=True)
    for title in ("canvas", "video", "audio", "length", "file", "captions"):
        table = getattr(preset, title)
        values = _values(table) if table is not None else []
        console.print(f"\n[bold]{title}[/]" + ("" if table is not None else ": none"))
        for key, value in values:
            fact = preset.facts.get(f"{title}.{key}")
            console.print(f"  {key:20} {escape(value)}", highlight=False)
            if fact:
                note = f" {fact.note}" if fact.note else ""
                words = f"{fact.confidence}, {fact.checked}: {fact.source}{';' if note else ''}{note}"
                console.print(f"  {'':20} [dim]{escape(words)}[/]", highlight=False, soft_wrap=True)


def _values(table: Any) -> list[tuple[str, str]]:
    """Key and value of a table as words; what is not set is left out."""
    found = [(key, getattr(table, key)) for key in type(table).model_fields]
    return [(key, _words(value)) for key, value in found if value is not None and value != ""]


def _words(value: Any) -> str:
    from variantgen.presets.schema import Edges, Style

    if isinstance(value, Style):
        return ", ".join(f"{key} {words}" for key, words in _values(value))
    if isinstance(value, tuple):
        return ", ".join(map(_words, value)) or "none"
    if isinstance(value, Edges):
        return f"top {value.top}, right {value.right}, bottom {value.bottom}, left {value.left} px"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _console() -> Console:
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=PIPED_WIDTH)

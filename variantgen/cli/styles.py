"""`variantgen styles`: list and show caption styles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from variantgen.errors import UserError

if TYPE_CHECKING:
    from rich.console import Console

    from variantgen.presets import NamedStyle
    from variantgen.presets.schema import Style

PIPED_WIDTH = 160
"""Columns of a table that goes to a file or another program, where no terminal tells its own."""
SHOWN_ON = (1080, 1920)
"""Canvas for which lengths are told in pixels."""
LENGTHS = ("outline", "shadow")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def styles() -> None:
    """List and show caption styles: how burned captions look, on any canvas.

    A name is looked for in ./presets/styles, then in the folder styles of your own settings folder, then among the
    built-in ones. A preset names its style under captions.style; --set names another.

    \b
    Examples:
      variantgen styles list
      variantgen styles show karaoke
      variantgen render film.mp4 -p tiktok --captions film.srt --set captions.style=karaoke
    """


@styles.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of the table.")
def list_styles(as_json: bool) -> None:
    """Every style with its letters, what they stand on, and their contrast.

    \b
    Examples:
      variantgen styles list
      variantgen styles list --json
    """
    rows, faults = _rows()
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        _print_table(rows)
    for fault in faults:
        click.echo(fault, err=True)


@styles.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="The style's values as JSON.")
def show_style(name: str, as_json: bool) -> None:
    """Every value of a style, and where its file is. NAME may be a .toml file.

    \b
    Examples:
      variantgen styles show pop
      variantgen styles show ./presets/styles/ours.toml --json
    """
    from variantgen.presets import load_style

    named = load_style(name)
    if as_json:
        values = {"name": named.name, "path": str(named.path), "origin": named.origin, **_measured(named.style)}
        click.echo(json.dumps({**values, "style": named.style.model_dump(mode="json")}, indent=2, ensure_ascii=False))
    else:
        _print_style(named)


def _rows() -> tuple[list[dict[str, Any]], list[str]]:
    """One row a usable style, and the complaints about the others."""
    from variantgen.presets import available_styles, load_style

    rows: list[dict[str, Any]] = []
    faults: list[str] = []
    for source in available_styles():
        try:
            named = load_style(source.name)
        except UserError as error:
            faults.append(str(error))
        else:
            style = named.style.model_dump(mode="json")
            rows.append({"name": named.name, "origin": named.origin, **style, **_measured(named.style)})
    return rows, faults


def _measured(style: Style) -> dict[str, float | None]:
    """Contrast of the letters, and of the spoken word where it is lit, by WCAG 2.2."""
    from variantgen.presets.contrast import look_contrast

    lit = style.highlight_colour
    return {
        "contrast": round(look_contrast(style), 2),
        "highlight_contrast": round(look_contrast(style, lit), 2) if lit else None,
    }


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("name", "title", "letters", "on", "lit word", "at once", "contrast", "from"):
        table.add_column(title, no_wrap=title in ("name", "on"), overflow="fold")
    for row in rows:
        box = f"{row['box_shape']} {row['box_colour']} {row['box_opacity']:.0%}"
        table.add_row(
            row["name"],
            row["title"],
            f"{row['weight']} {row['size']:.1%} {row['colour']}" + (", upper case" if row["case"] == "upper" else ""),
            box if row["box_colour"] else f"outline {row['outline_colour']}",
            row["highlight_colour"],
            _at_once(row["max_words"], row["max_lines"]),
            f"{_contrast_told(row)}:1",
            row["origin"],
        )
    _console().print(table)


def _at_once(words: int | None, lines: int | None) -> str:
    told = [f"{count} {unit}" for count, unit in ((words, "words"), (lines, "lines")) if count is not None]
    return ", ".join(told) or "as placed"


def _contrast_told(values: dict[str, Any]) -> str:
    """The lower of the two contrasts, cut and not rounded: 4.49 is not 4.5."""
    least = min(filter(None, (values["contrast"], values["highlight_contrast"])))
    return f"{int(least * 10) / 10:.1f}"


def _print_style(named: NamedStyle) -> None:
    from rich.markup import escape

    style, console = named.style, _console()
    console.print(f"[bold]{escape(named.name)}[/]: {escape(style.title or 'no title')} ({named.origin})")
    console.print(f"[dim]{escape(str(named.path))}[/]", soft_wrap=True)
    size_px = style.size * min(SHOWN_ON)
    on = f"on {SHOWN_ON[0]}x{SHOWN_ON[1]}"
    for key in type(style).model_fields:
        value = getattr(style, key)
        if key == "title":
            continue
        words = f"{value:g}" if isinstance(value, float) else str(value or "none")
        words += f"  ({size_px:.0f} px {on})" if key == "size" else ""
        words += f"  ({value * size_px:.1f} px {on})" if key in LENGTHS and value else ""
        console.print(f"  {key:20} {escape(words)}", highlight=False, soft_wrap=True)
    measured = _measured(style)
    lit = f", {measured['highlight_contrast']:g}:1 of the spoken word" if measured["highlight_contrast"] else ""
    console.print(f"  {'contrast':20} {measured['contrast']:g}:1{lit}", highlight=False)


def _console() -> Console:
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=PIPED_WIDTH)

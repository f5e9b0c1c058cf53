"""`variantgen check`: any file measured against a preset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from variantgen.cli import EXIT_INCOMPLETE
from variantgen.cli.telling import variant_json
from variantgen.cli.wishes import PATH

EXAMPLES = """\b
Examples:
  variantgen check export.mp4 -p instagram-reels
  variantgen check *.mp4 -p ctv-ad --json
"""


@click.command(epilog=EXAMPLES)
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option(
    "-p",
    "--preset",
    "presets",
    multiple=True,
    required=True,
    metavar="PRESET",
    help="A placement, by name or file.",
)
@click.option("--ffmpeg", metavar="PROGRAM", help="Another FFmpeg, 5.1 or newer.")
@click.option("--store", type=PATH, help="Folder of remembered measurements. Default: the user's cache folder.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def check(
    files: tuple[Path, ...], presets: tuple[str, ...], ffmpeg: str | None, store: Path | None, as_json: bool
) -> None:
    """Measure FILES against placements, whoever made them. Exit code 1 when one does not fit."""
    from variantgen.pipeline import Request, check_files

    rows = check_files(files, presets, Request(masters=(), ffmpeg=ffmpeg, store=store))
    if as_json:
        told = [
            {"file": str(path), **_without_status(variant_json(result)), "ok": result.status == "made"}
            for path, _, result in rows
        ]
        click.echo(json.dumps({"schema_version": 1, "files": told}, ensure_ascii=False))
    else:
        for path, preset, result in rows:
            _show(path, preset, result)
    if any(result.status != "made" for _, _, result in rows):
        raise click.exceptions.Exit(EXIT_INCOMPLETE)


def _without_status(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in values.items()
        if name not in ("status", "file", "id", "master", "sidecars", "timelines")
    }


def _show(path: Path, preset: str, result: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=f"{path.name} for {preset}: {'fits' if result.status == 'made' else 'does not fit'}",
        title_justify="left",
    )
    for heading in ("", "check", "wanted", "measured", "note"):
        table.add_column(heading, overflow="fold")
    for row in result.checks:
        mark = "[green]✓[/]" if row.ok else ("[yellow]![/]" if row.is_advice else "[red]✗[/]")
        table.add_row(mark, row.name, row.wanted, row.measured, row.note or ("advice" if row.is_advice else ""))
    console = Console(highlight=False)
    (console if console.is_terminal else Console(highlight=False, width=110)).print(table)

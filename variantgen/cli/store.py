"""`variantgen store`: what the store holds, and cleaning it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from variantgen.cli.wishes import PATH


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def store() -> None:
    """The store keeps finished parts, so that nothing is encoded twice. It may be deleted at any time.

    \b
    Examples:
      variantgen store info
      variantgen store clean --max-gb 20
    """


@store.command()
@click.option("--store", "folder", type=PATH, help="Folder of the store. Default: the user's cache folder.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def info(folder: Path | None, as_json: bool) -> None:
    """Where the store is and how much it holds."""
    from variantgen.store import Store, default_store

    root = folder or default_store()
    rows = Store(root).info()
    if as_json:
        kinds = {row.kind: {"files": row.files, "bytes": row.bytes} for row in rows}
        click.echo(json.dumps({"schema_version": 1, "folder": str(root), "kinds": kinds}))
        return
    click.echo(f"store: {root}")
    for row in rows:
        click.echo(f"  {row.kind:<12} {row.files:>7} files  {row.bytes / 1e6:>10.1f} MB")
    click.echo(f"  {'all':<12} {sum(r.files for r in rows):>7} files  {sum(r.bytes for r in rows) / 1e6:>10.1f} MB")


@store.command()
@click.option(
    "--max-gb",
    type=click.FloatRange(0),
    required=True,
    metavar="N",
    help="Keep at most this many gigabytes (1e9 bytes).",
)
@click.option("--store", "folder", type=PATH, help="Folder of the store. Default: the user's cache folder.")
def clean(max_gb: float, folder: Path | None) -> None:
    """Remove what has been unused the longest, until the store is small enough."""
    from variantgen.store import Store, default_store

    removed, freed = Store(folder or default_store()).clean(int(max_gb * 1e9))
    click.echo(f"{removed} files removed, {freed / 1e6:.1f} MB freed")

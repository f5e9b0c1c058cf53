"""`variantgen campaign`: the variants of a campaign file, planned, rendered and followed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from variantgen.cli import EXIT_INCOMPLETE
from variantgen.cli.render import make_all
from variantgen.cli.telling import ScreenTeller
from variantgen.cli.wishes import campaign_request, shared_option

if TYPE_CHECKING:
    from variantgen.campaign import Campaign, Matrix
    from variantgen.pipeline import Planned, Report, Request

EXAMPLES = """\b
Examples:
  variantgen campaign plan spring.toml
  variantgen campaign render spring.toml -o out --only hook=face,channel=tiktok
  variantgen campaign status spring.toml -o out
  variantgen campaign schema > campaign.schema.json
"""

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
ONLY = click.option(
    "--only",
    multiple=True,
    metavar="KEY=VALUE,...",
    help="Some of its variants: hook=face,channel=tiktok,as=paid. Which fraction is taken does not change.",
)


@click.group(epilog=EXAMPLES)
def campaign() -> None:
    """Plan, render and follow the variants of a campaign file (write one with: variantgen init FILM)."""


@campaign.command("plan")
@FILE
@ONLY
@shared_option("set")
@shared_option("draft")
@shared_option("store")
@shared_option("ffmpeg")
@shared_option("json")
def plan_campaign(file: Path, as_json: bool, **values: Any) -> None:
    """Show the matrix of FILE: variants, minutes, megabytes, and what they cost in parts."""
    from variantgen.campaigns import opened_campaign
    from variantgen.media.ffmpeg import Children
    from variantgen.pipeline import Report, make_plans
    from variantgen.plan.contract import plan_json

    request = _request(file, values)
    told, matrix = opened_campaign(file, request.only)
    report = Report()
    with ScreenTeller() as screen:
        planned = make_plans(request, screen, report, Children())
    if as_json:
        plans = [plan_json(item.plan) for item in planned]
        click.echo(json.dumps({"schema_version": 1, **_matrix_json(told, matrix), "plans": plans}, ensure_ascii=False))
    else:
        _show_matrix(told, matrix, planned, report)
        click.echo(f"Make them:  variantgen campaign render {file}")
    if report.results:
        raise click.exceptions.Exit(EXIT_INCOMPLETE)


@campaign.command("render")
@FILE
@ONLY
@shared_option("out")
@shared_option("captions")
@shared_option("set")
@shared_option("timeline")
@shared_option("draft")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="Encodes at a time. Default: one a processor.")
@click.option("--force", is_flag=True, help="Make everything again, also what is finished.")
@shared_option("store")
@shared_option("ffmpeg")
@shared_option("json")
def render_campaign(file: Path, as_json: bool, **values: Any) -> None:
    """Make every variant of FILE, with posted.csv and an upload sheet for each channel."""
    make_all(_request(file, values), as_json=as_json)


@campaign.command("schema")
def schema() -> None:
    """Print the JSON schema of a campaign file, for editors."""
    from variantgen.campaign import schema_json

    click.echo(schema_json(), nl=False)


@campaign.command("status")
@FILE
@ONLY
@shared_option("out")
@shared_option("json")
def status(file: Path, only: tuple[str, ...], out: Path, as_json: bool) -> None:
    """Tell which variants of FILE are made, posted, or missing in the output folder."""
    from variantgen.campaign_files import campaign_status
    from variantgen.campaigns import opened_campaign

    told, matrix = opened_campaign(file, only)
    rows = campaign_status(told, matrix, out)
    if as_json:
        click.echo(json.dumps({"schema_version": 1, "campaign": told.name, "variants": rows}, ensure_ascii=False))
        return
    _show_rows([(row["channel"], row["levels"], row["state"], row["file"]) for row in rows], "variant")
    count = {state: sum(row["state"] == state for row in rows) for state in ("posted", "made", "failed", "missing")}
    click.echo(", ".join(f"{number} {state}" for state, number in count.items() if number))
    if count["missing"] or count["failed"]:
        click.echo(f"Make them:  variantgen campaign render {file} -o {out}")


def _request(file: Path, values: dict[str, Any]) -> Request:
    request = campaign_request({**values, "masters": (file.with_suffix(file.suffix or ".toml"),)})
    if request is None:
        raise click.UsageError(f"{file}: a campaign file ends in .toml")
    return request


def _matrix_json(told: Campaign, matrix: Matrix) -> dict[str, Any]:
    return {
        "campaign": told.name,
        "objective": told.objective,
        "design": matrix.design,
        "full_count": matrix.full_count,
        "excluded_count": matrix.excluded_count,
        "notes": list(matrix.notes),
        "cells": [
            {"preset": cell.channel.preset, "as": cell.channel.as_, "levels": dict(cell.levels)}
            for cell in matrix.cells
        ],
    }


def _show_matrix(told: Campaign, matrix: Matrix, planned: list[Planned], report: Report) -> None:
    variants = [(item, variant) for item in planned for variant in item.plan.variants]
    rows = []
    for name, count in matrix.per_channel:
        own = [(item, v) for item, v in variants if item.cells[v.id].channel.name == name]
        keys = {key for _, v in own for key in v.part_keys}
        frames = sum(item.plan.parts[key].frames / item.plan.parts[key].frame_rate for item in planned for key in
                     keys & item.plan.parts.keys())  # fmt: skip
        rows.append(
            (
                name, str(count), f"{sum(v.duration_seconds for _, v in own) / 60:.1f}",
                f"{sum(v.predicted_megabytes for _, v in own):.0f}", str(len(keys)), f"{float(frames) / 60:.1f}",
            )
        )  # fmt: skip
    _show_rows(rows, "channel", "variants", "minutes", "~MB", "parts", "minutes to encode")
    click.echo(f"{told.name} ({told.objective}): {matrix.design}")
    for note in matrix.notes:
        click.echo(f"  {note}")
    wanted = sum(len(v.part_keys) for _, v in variants)
    unique = len({key for item in planned for key in item.plan.parts})
    click.echo(
        f"{len(variants)} variants from {unique} parts instead of {wanted}"
        + (f"; {len(report.results)} cannot be made" if report.results else "")
        + (f"; {matrix.excluded_count} of {matrix.full_count} excluded" if matrix.excluded_count else "")
    )


def _show_rows(rows: Sequence[tuple[str, ...]], *headings: str) -> None:
    from rich.console import Console
    from rich.table import Table

    names = headings if len(headings) > 1 else ("channel", "levels", "state", "file")
    table = Table()
    for heading in names:
        is_number = heading in ("variants", "minutes", "~MB", "parts", "minutes to encode")
        table.add_column(heading, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console = Console(highlight=False)
    console.print(table) if console.is_terminal else Console(highlight=False, width=160).print(table)

"""`variantgen plan`: what render would make, and why."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import click

from variantgen.cli import EXIT_INCOMPLETE
from variantgen.cli.telling import ScreenTeller
from variantgen.cli.wishes import campaign_request, request_from, wishes

if TYPE_CHECKING:
    from variantgen.pipeline import Planned, Report, Request

EXAMPLES = """\b
Examples:
  variantgen plan film.mp4 --pack social
  variantgen plan film.mp4 -p tiktok --json
"""


@click.command(epilog=EXAMPLES)
@wishes
@click.option("--explain", is_flag=True, help="An editor's notes: every span that is kept or dropped, and why.")
def plan(as_json: bool, explain: bool, **values: Any) -> None:
    """Show what render would make of MASTERS: size, length, megabytes, shared parts, and why."""
    show_plans(campaign_request(values) or request_from(values), as_json=as_json, has_notes=explain)


def show_plans(request: Request, *, as_json: bool, has_notes: bool = False) -> None:
    """Plans the request and prints it as a table (with notes on each cut where they are asked), or as JSON."""
    from variantgen.media.ffmpeg import Children
    from variantgen.pipeline import Report, make_plans
    from variantgen.plan.contract import plan_json

    report = Report()
    with ScreenTeller() as screen:
        planned = make_plans(request, screen, report, Children())
    if as_json:
        plans = [plan_json(item.plan) for item in planned]
        click.echo(
            json.dumps(plans[0] if len(plans) == 1 else {"schema_version": 1, "plans": plans}, ensure_ascii=False)
        )
    else:
        for item in planned:
            _show_table(item)
            if has_notes:
                _show_notes(item)
        _show_sum(request, planned, report)
    if report.results:
        raise click.exceptions.Exit(EXIT_INCOMPLETE)


def _show_table(item: Planned) -> None:
    from rich.console import Console
    from rich.table import Table

    master = item.plan.master
    uses: dict[str, int] = {}
    for variant in item.plan.variants:
        for key in set(variant.part_keys):
            uses[key] = uses.get(key, 0) + 1
    table = Table(
        title=f"{master.name}  {master.width}x{master.height}, {float(master.frame_rate):.4g} fps,"
        f" {master.duration_seconds:.1f} s"
    )
    for heading in ("variant", "size", "seconds", "~MB", "parts", "shared", "why"):
        table.add_column(
            heading,
            justify="right" if heading in ("seconds", "~MB", "parts", "shared") else "left",
            overflow="fold",
        )
    for variant in item.plan.variants:
        keys = set(variant.part_keys)
        table.add_row(
            variant.file,
            f"{variant.width}x{variant.height}" if variant.width else "sound",
            f"{variant.duration_seconds:.2f}",
            f"{variant.predicted_megabytes:.1f}",
            str(len(keys)),
            str(sum(uses[key] > 1 for key in keys)),
            "; ".join(variant.why),
        )
    console = Console(highlight=False)
    console.print(table) if console.is_terminal else Console(highlight=False, width=160).print(table)


def _show_notes(item: Planned) -> None:
    """The notes of each cut once: placements often share theirs."""
    cuts: dict[tuple[str, ...], list[str]] = {}
    for variant in item.plan.variants:
        cuts.setdefault(variant.told or (next((piece.why for piece in variant.pieces), ""),), []).append(variant.file)
    for notes, files in cuts.items():
        click.echo("\n" + ", ".join(files))
        for note in notes:
            click.echo(f"  {note}")
    click.echo()


def _show_sum(request: Request, planned: list[Planned], report: Report) -> None:
    wanted = sum(len(v.part_keys) for item in planned for v in item.plan.variants)
    unique = len({key for item in planned for key in item.plan.parts})
    count = sum(len(item.plan.variants) for item in planned)
    click.echo(
        f"{count} variants from {unique} parts instead of {wanted}"
        + (f"; {len(report.results)} cannot be made" if report.results else "")
    )
    if count:
        program, _, *words = shlex.split(request.command)
        click.echo(
            "Make them:  "
            + shlex.join([program, "render", *(word for word in words if word not in ("--dry-run", "--explain"))])
        )

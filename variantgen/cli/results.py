"""`variantgen results`: channels' exports in, which variant did better and what to make next out."""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from variantgen.cli import EXIT_INCOMPLETE, EXIT_USAGE
from variantgen.cli.result_tables import next_json, print_imports, print_metrics, print_next, print_report, print_sizes
from variantgen.cli.wishes import shared_option
from variantgen.errors import UserError

if TYPE_CHECKING:
    from variantgen.campaign_results import CampaignFolder
    from variantgen.results.store import Imported

EXAMPLES = """\b
Examples:
  variantgen results plan-size --base 2% --effect 20%
  variantgen results import tiktok.csv youtube.zip --campaign spring.toml -o out
  variantgen results report --campaign spring.toml -o out
  variantgen results next --campaign spring.toml -o out
"""

FILE = click.Path(path_type=Path, dir_okay=False)
CAMPAIGN = click.option("--campaign", "file", type=FILE, required=True, metavar="FILE", help="The campaign file.")
FOLDER = click.option(
    "-o", "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True,
    help="The folder of campaign render, with campaign.json and posted.csv.",
)  # fmt: skip


class _Share(click.ParamType):
    name = "SHARE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        text = str(value).strip()
        try:
            return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            self.fail(f"{value!r} is no share, as in 2% or 0.02", param, ctx)


class _Period(click.ParamType):
    name = "DAY..DAY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[date, date]:
        first, dots, last = str(value).partition("..")
        try:
            days = date.fromisoformat(first), date.fromisoformat(last if dots else first)
        except ValueError:
            self.fail(f"{value!r} is no span of days, as in 2026-12-01..2026-12-31", param, ctx)
        if days[1] < days[0]:
            self.fail(f"{value!r} ends before it begins", param, ctx)
        return days


class _Currency(click.ParamType):
    name = "CODE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        code = str(value).strip().upper()
        if code and not re.fullmatch("[A-Z]{3}", code):
            self.fail(f"{value!r} is no currency, as in EUR", param, ctx)
        return code


@click.group(epilog=EXAMPLES)
def results() -> None:
    """Take in what channels counted, tell which variant did better, and write the next campaign.

    Nothing is sent anywhere: you download a channel's export, and it is read here.
    """


@results.command("import")
@click.argument("exports", nargs=-1, required=True, type=FILE, metavar="EXPORT...")
@CAMPAIGN
@FOLDER
@click.option("--profile", default="", metavar="NAME", help="Whose export it is, where that is not recognised.")
@click.option("--mapping", type=FILE, help="A TOML file that says what the columns of any other export hold.")
@click.option("--period", type=_Period(), help="The days of an export that names none.")
@click.option(
    "--currency",
    type=_Currency(),
    default="",
    metavar="CODE",
    help="The money of an export that names none, as in EUR.",
)
@click.option("--dry-run", is_flag=True, help="Show what each file is taken for, and take nothing.")
@click.option("--yes", is_flag=True, help="Ask nothing, also on a terminal.")
@shared_option("json")
def take(exports: tuple[Path, ...], file: Path, out: Path, dry_run: bool, as_json: bool, **values: Any) -> None:
    """Take EXPORTs (CSV, TSV, XLSX, zip) of a channel into the campaign's results.

    Each is recognised by its columns and shown before it is taken, whole or not at all. Taken again, it adds nothing.

    \b
    Profiles: meta-ads, meta-business-suite, youtube-studio, youtube-api, google-ads, tiktok-ads, tiktok-studio,
    linkedin-ads, x-ads, x-posts, snapchat-ads, pinterest-ads.
    Examples:
      variantgen results import ads.csv --campaign spring.toml -o out
      variantgen results import odd.csv --campaign spring.toml --mapping odd.toml --period 2026-12-01..2026-12-31
    """
    from variantgen.campaign_results import campaign_folder

    told = campaign_folder(file, out)
    taken: list[Imported] = []
    refused: list[tuple[Path, str]] = []
    shown: list[dict[str, Any]] = []
    for path in exports:
        try:
            _take_one(told, path, values, taken, shown, is_dry=dry_run, is_quiet=as_json)
        except UserError as error:
            refused.append((path, str(error)))
            click.echo(f"variantgen: {error}", err=True)
    if as_json:
        faults = [{"file": str(path), "error": words} for path, words in refused]
        click.echo(json.dumps({"schema_version": 1, "imports": shown, "refused": faults}, ensure_ascii=False))
    elif taken:
        print_imports(taken)
        click.echo(f"See what they say:  variantgen results report --campaign {file} -o {out}")
    if refused:
        raise click.exceptions.Exit(EXIT_INCOMPLETE if shown else EXIT_USAGE)


def _take_one(
    told: CampaignFolder,
    path: Path,
    values: dict[str, Any],
    taken: list[Imported],
    shown: list[dict[str, Any]],
    *,
    is_dry: bool,
    is_quiet: bool,
) -> None:
    """Recognises one export, shows it, and takes it unless told not to."""
    from dataclasses import asdict

    from variantgen.campaign_results import recognised_export, take_export
    from variantgen.results.values import Period

    recognition, lines = recognised_export(path, profile=values["profile"], mapping=values["mapping"])
    if not is_quiet:
        click.echo("\n".join(lines))
    if is_dry:
        shown.append({"file": str(path), "profile": recognition.profile.name, "recognised": list(lines)})
        return
    is_asked = sys.stdin.isatty() and not values["yes"] and not is_quiet
    if is_asked and not click.confirm(f"Take {path.name} as {recognition.profile.title}?", default=True):
        return
    period = Period(*values["period"]) if values["period"] else None
    done = take_export(told, recognition, period=period, currency=values["currency"])
    taken.append(done)
    shown.append({**asdict(done), "profile": recognition.profile.name, "recognised": list(lines)})


@results.command("report")
@CAMPAIGN
@FOLDER
@click.option("--metric", default="", metavar="NAME", help="Another metric than the planned one: shown, never proven.")
@shared_option("json")
def report(file: Path, out: Path, metric: str, as_json: bool) -> None:
    """Tell what the results say, as a table, and as report.html and report.json in the folder.

    Each channel is judged by itself and by the objective's own metric, at the one look that was planned ([results]
    read_on in the campaign file, else its last day). Before that nobody wins.

    \b
    Examples:
      variantgen results report --campaign spring.toml -o out
      variantgen results report --campaign spring.toml -o out --metric ctr_link --json
    """
    from variantgen.campaign_results import campaign_folder, results_of, write_report

    told = campaign_folder(file, out)
    found = results_of(told, metric=metric)
    page, _ = write_report(out, found)
    if as_json:
        click.echo(json.dumps(found.report, ensure_ascii=False, allow_nan=False))
        return
    print_report(found.report)
    click.echo(f"{page} shows it with plots.")
    if found.report["channels"]:
        click.echo(f"Make the next round:  variantgen results next --campaign {file} -o {out}")


@results.command("metrics")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@shared_option("json")
def show_metrics(names: tuple[str, ...], as_json: bool) -> None:
    """List what variants can be judged by: what is counted of what, and whose exports count it.

    The table is presets/facts/metrics.toml; a file of that name in your own presets replaces it.

    \b
    Examples:
      variantgen results metrics
      variantgen results metrics hook_rate_2s hook_rate_3s --json
    """
    from variantgen.results.metrics import read_metrics
    from variantgen.results.telling import metric_told

    table = read_metrics()
    chosen = [table.named(name) for name in names] or list(table.metrics)
    told = [{**metric_told(metric), "exports": list(metric.exports), "source": metric.source} for metric in chosen]
    objectives = {one.objective: list(one.primary) for one in table.objectives}
    if as_json:
        click.echo(json.dumps({"schema_version": 1, "metrics": told, "objectives": objectives}, ensure_ascii=False))
    else:
        print_metrics(told, {} if names else objectives)


@results.command("plan-size")
@click.option("--base", type=_Share(), required=True, help="The rate that is expected, as in 2% or 0.02.")
@click.option("--effect", type=_Share(), help="The relative difference to be shown, as in 20%. Default: several.")
@click.option("--variants", type=click.IntRange(2, 1000), default=2, show_default=True, help="How many are compared.")
@click.option("--per-day", type=click.FloatRange(min=0, min_open=True), help="Trials of each a day, to tell the days.")
@click.option("--have", type=click.FloatRange(min=0, min_open=True), help="Trials of each, to tell what they can show.")
@click.option("--dispersion", type=click.FloatRange(min=1), default=1.0, show_default=True,
              help="By how much days vary more than chance; the report of an earlier campaign tells it.")  # fmt: skip
@click.option(
    "--power", type=_Share(), default=0.8, show_default=True, help="The chance to see a difference that is there."
)
@click.option("--alpha", type=_Share(), default=0.05, show_default=True, help="The chance to see one that is not.")
@shared_option("json")
def plan_size(as_json: bool, **values: Any) -> None:
    """Tell how many impressions (or plays, or clicks) each variant needs to show a difference.

    \b
    Examples:
      variantgen results plan-size --base 2% --effect 20%
      variantgen results plan-size --base 25% --variants 4 --per-day 3000
      variantgen results plan-size --base 2% --have 10000
    """
    from variantgen.results.sizes import sizes

    told = sizes(**values)
    click.echo(json.dumps(told, ensure_ascii=False)) if as_json else print_sizes(told)


@results.command("next")
@CAMPAIGN
@FOLDER
@click.option("--to", type=FILE, help="The file. Default: beside the campaign file, with .next.toml.")
@click.option("--count", type=click.IntRange(1, 1000), help="Variants a channel. Default: as many as now, 12 at most.")
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed chooses the same combinations.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@shared_option("store")
@shared_option("ffmpeg")
@shared_option("json")
def make_next(file: Path, out: Path, as_json: bool, **values: Any) -> None:
    """Write the next campaign: what is proven stays, what is not is tried on, nothing is made twice.

    \b
    Examples:
      variantgen results next --campaign spring.toml -o out
      variantgen results next --campaign spring.toml -o out --count 6 --to summer.toml
    """
    from variantgen.campaign_results import campaign_folder, next_round
    from variantgen.cli.telling import ScreenTeller
    from variantgen.next_campaign import next_path, write_next

    target, is_forced = values.pop("to") or next_path(file), values.pop("force")
    if target.exists() and not is_forced:
        raise click.UsageError(f"{target} is there already: choose another with --to, or replace it with --force")
    with ScreenTeller() as screen:
        following = next_round(campaign_folder(file, out), notify=screen, **values)
    path = write_next(following, target, force=is_forced)
    if as_json:
        click.echo(json.dumps(next_json(path, following), ensure_ascii=False))
        return
    print_next(following)
    if following.is_empty:
        click.echo(f"{path} written. Fill in a new level there, then:  variantgen campaign plan {path}")
    else:
        click.echo(f"{path} written. Look at it, then:  variantgen campaign render {path} -o {out}")

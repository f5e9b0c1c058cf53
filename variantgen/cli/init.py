"""`variantgen init`: a first campaign file for a master."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from variantgen.cli.telling import ScreenTeller
from variantgen.cli.wishes import shared_option

EXAMPLES = """\b
Examples:
  variantgen init film.mp4
  variantgen init film.mp4 -o spring.toml --yes
"""


@click.command(epilog=EXAMPLES)
@click.argument("master", type=click.Path(path_type=Path, dir_okay=False))
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file. Default: MASTER.toml.")
@click.option("--yes", is_flag=True, help="Ask nothing, also on a terminal.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@shared_option("store")
@shared_option("ffmpeg")
def init(master: Path, out: Path | None, yes: bool, force: bool, **values: Any) -> None:
    """Write a commented campaign file for MASTER: its opening, middle and end as levels, to be edited."""
    from variantgen.campaign.drafting import Answers, campaign_name, campaign_text
    from variantgen.campaigns import pieces_of_master

    file = out or Path(f"{campaign_name(master.stem)}.toml")
    if file.exists() and not force:
        raise click.UsageError(f"{file} is there already: choose another with -o, or replace it with --force")
    with ScreenTeller() as screen:
        pieces = pieces_of_master(master, screen, **values)
    answers = Answers(campaign_name(file.stem))
    if sys.stdin.isatty() and not yes:
        answers = _asked(answers)
    try:
        named = os.path.relpath(master, file.resolve().parent)
    except ValueError:  # another drive of Windows
        named = str(master.resolve())
    file.write_text(campaign_text(named.replace(os.sep, "/"), answers, pieces), encoding="utf-8")
    click.echo(f"{file} written. Edit its texts, then:  variantgen campaign plan {file}")


def _asked(answers: Any) -> Any:
    from dataclasses import replace
    from typing import get_args

    from variantgen.campaign.values import Objective

    objective = click.prompt("Objective", type=click.Choice(get_args(Objective)), default=answers.objective)
    url = click.prompt("Landing page", default=answers.url)
    usual = ",".join(preset for preset, _ in answers.channels)
    presets = [one.strip() for one in click.prompt("Placements", default=usual).split(",") if one.strip()]
    as_ = click.prompt("Paid or organic", type=click.Choice(["paid", "organic"]), default="organic")
    return replace(answers, objective=objective, url=url, channels=tuple((preset, as_) for preset in presets))

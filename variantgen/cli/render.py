"""`variantgen render`: every variant of one or more masters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from variantgen.cli import EXIT_INCOMPLETE
from variantgen.cli.telling import JsonTeller, ScreenTeller, show_report
from variantgen.cli.wishes import campaign_request, request_from, wishes

if TYPE_CHECKING:
    from variantgen.pipeline import Request

EXAMPLES = """\b
Examples:
  variantgen render film.mp4 --pack social -o out
  variantgen render film.mp4 -p tiktok -p youtube --captions film.en.srt
  variantgen render film.mp4 -p instagram-reels --focus 0.35,0.4
  variantgen render film.mp4 --pack ads --set length.max_seconds=15 --end-card "Shop now"
  variantgen render film.mp4 --pack social --draft --json
  variantgen render campaign.toml -o out
"""


@click.command(epilog=EXAMPLES)
@wishes
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="Encodes at a time. Default: one a processor.")
@click.option("--force", is_flag=True, help="Make everything again, also what is finished.")
@click.option("--dry-run", is_flag=True, help="Only show the plan.")
def render(dry_run: bool, as_json: bool, **values: Any) -> None:
    """Make every variant of MASTERS that the chosen placements ask for, or of a campaign file.

    What an earlier run has finished is not made again. Files appear only when they are complete and measured;
    gallery.html in the output folder shows them all.
    """
    request = campaign_request(values) or request_from(values)
    if dry_run:
        from variantgen.cli.plan import show_plans

        show_plans(request, as_json=as_json)
        return
    make_all(request, as_json=as_json)


def make_all(request: Request, *, as_json: bool) -> None:
    """Renders a request and shows what became of it; the exit code says whether every variant was made."""
    from variantgen.pipeline import render as render_request

    if as_json:
        teller = JsonTeller()
        report = render_request(request, teller)
        teller.report(report)
    else:
        with ScreenTeller() as screen:
            report = render_request(request, screen)
        show_report(report, request.out)
    if not report.is_complete:
        raise click.exceptions.Exit(EXIT_INCOMPLETE)

"""`variantgen frame`: how a master is framed, as pictures, before anything is rendered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from variantgen.cli import EXIT_INCOMPLETE
from variantgen.cli.telling import ScreenTeller
from variantgen.cli.wishes import PATH, framing_wishes, request_from

if TYPE_CHECKING:
    from variantgen.framing_preview import Framed, Pictures
    from variantgen.framing_views import ViewShot

EXAMPLES = """\b
Examples:
  variantgen frame film.mp4
  variantgen frame film.mp4 -p tiktok -p youtube -o look
  variantgen frame film.mp4 --keep face=2,text=0
  variantgen frame film.mp4 --export
"""
DEFAULT_PRESET = "tiktok"


@click.command(epilog=EXAMPLES)
@framing_wishes
@click.option("-o", "--out", type=PATH, help="Folder for the pictures.  [default: MASTER-framing]")
@click.option("--no-video", "has_video", is_flag=True, default=True, flag_value=False, help="Only the sheet, no film.")
@click.option("--export", "is_exported", is_flag=True, help="Write MASTER.framing.toml beside the master, to edit.")
@click.option("--force", is_flag=True, help="With --export: replace a framing file that was edited.")
def frame(as_json: bool, has_video: bool, is_exported: bool, **values: Any) -> None:
    """Show where the window looks in MASTERS, and why, before anything is rendered.

    Writes a sheet of all shots and a small film with the window, the subjects and the reasons drawn in, one for
    each canvas shape among the placements (tiktok, unless you name others).
    """
    from variantgen.framing_preview import frame as frame_request
    from variantgen.pipeline import Report

    if not values["presets"] and not values["packs"]:
        values["presets"] = (DEFAULT_PRESET,)
    values["out"] = values["out"] or Path(f"{values['masters'][0].stem}-framing")
    request, report = request_from(values), Report()
    with ScreenTeller() as screen:
        framed = frame_request(request, screen, report, has_video=has_video, is_exported=is_exported)
    if as_json:
        masters = [_master_json(one) for one in framed]
        told = masters[0] if len(masters) == 1 else {"masters": masters}
        click.echo(json.dumps({"schema_version": 1, **told}, ensure_ascii=False))
    else:
        for one in framed:
            _show(one)
        _show_next(framed, values)
    if report.results:
        raise click.exceptions.Exit(EXIT_INCOMPLETE)


def _master_json(framed: Framed) -> dict[str, Any]:
    return {
        "master": framed.item.plan.master.name,
        "framing_file": str(framed.exported) if framed.exported else "",
        "views": [_view_json(pictures) for pictures in framed.pictures],
    }


def _view_json(pictures: Pictures) -> dict[str, Any]:
    view = pictures.view
    return {
        "shape": view.shape,
        "presets": list(view.presets),
        "sheet": str(pictures.sheet),
        "video": str(pictures.video) if pictures.video else "",
        "max_lost_share": view.max_lost_share,
        "shots": [_shot_json(shot, is_losing=shot in view.losing) for shot in view.shots],
    }


def _shot_json(shot: ViewShot, *, is_losing: bool) -> dict[str, Any]:
    return {
        "shot": shot.number, "start_frame": shot.start_frame, "end_frame": shot.end_frame, "fit": shot.piece.fit,
        "motion": shot.framing.motion, "why": shot.framing.why, "lost_share": shot.framing.lost_share,
        "is_losing": is_losing,
        "subjects": [
            {"id": one.id, "kind": one.kind, "confidence": one.confidence, "is_framed": one.id in shot.framing.subjects}
            for one in shot.subjects
        ],
    }  # fmt: skip


def _show(framed: Framed) -> None:
    for pictures in framed.pictures:
        _show_table(pictures)
        lost = pictures.view.losing
        for shot in lost:
            click.echo(
                f"! shot {shot.number}: its subject is out of the window for {shot.framing.lost_share:.0%} of it;"
                f" {pictures.view.variant.preset} allows {pictures.view.max_lost_share:.0%}"
            )


def _show_table(pictures: Pictures) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from variantgen.framing_views import clock, seen_words

    view = pictures.view
    title = f"{view.master.name} as {view.shape.replace('x', ':')} for {', '.join(view.presets)}"
    table = Table(title=escape(title))
    for heading in ("shot", "from", "seconds", "motion", "subjects", "lost", "why"):
        is_number = heading in ("shot", "from", "seconds", "lost")
        table.add_column(heading, justify="right" if is_number else "left", overflow="fold", no_wrap=is_number)
    for shot in view.shots:
        seconds = (shot.end_frame - shot.start_frame) / view.master.frame_rate
        lost = shot.framing.lost_share
        share = "" if lost is None else f"[red]{lost:.0%}[/]" if shot in view.losing else f"{lost:.0%}"
        table.add_row(
            str(shot.number), clock(shot.start_frame / view.master.frame_rate), f"{float(seconds):.2f}",
            shot.framing.motion, seen_words(shot), share, escape(shot.framing.why),
        )  # fmt: skip
    console = Console(highlight=False)
    (console if console.is_terminal else Console(highlight=False, width=160)).print(table)


def _show_next(framed: list[Framed], values: dict[str, Any]) -> None:
    """Where the pictures are, and what to type next."""
    import shlex

    for one in framed:
        for pictures in one.pictures:
            click.echo(f"Look at:    {pictures.sheet}" + (f"  {pictures.video}" if pictures.video else ""))
        if one.exported:
            click.echo(f"Edit:       {one.exported}")
    if any(one.pictures for one in framed):
        words = shlex.join([*(str(path) for path in values["masters"]), *_wishes_again(values)])
        if not any(one.exported for one in framed):
            click.echo(f"Edit it:    variantgen frame {words} --export")
        click.echo(f"Render it:  variantgen render {words}")


def _wishes_again(values: dict[str, Any]) -> list[str]:
    """The options that decide the framing, as they were typed."""
    words = [word for name in values["presets"] for word in ("-p", name)]
    words += [word for name in values["packs"] for word in ("--pack", name)]
    words += ["--focus", ",".join(f"{share:g}" for share in values["focus"])] if values["focus"] else []
    weights = {kind: weight for pairs in values["keep"] for kind, weight in pairs}
    words += ["--keep", ",".join(f"{kind}={weight:g}" for kind, weight in weights.items())] if weights else []
    words += ["--framing", str(values["framing"])] if values["framing"] else []
    words += ["--fit", values["fit"]] if values["fit"] else []
    return words + [word for key, value in values["settings"] for word in ("--set", f"{key}={value}")]

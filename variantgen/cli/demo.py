"""`variantgen demo`: the whole main job on a sample that is drawn on the spot."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import click

from variantgen.cli import EXIT_INCOMPLETE
from variantgen.cli.telling import ScreenTeller, show_report
from variantgen.cli.wishes import PATH
from variantgen.errors import UserError
from variantgen.events import Progress


@click.command()
@click.argument("folder", type=PATH, default=Path("variantgen-demo"))
@click.option("--pack", default="social", show_default=True, metavar="NAME", help="Which placements.")
@click.option("--draft", is_flag=True, help="Small and fast.")
@click.option("--seconds", type=click.FloatRange(4, 60), default=24, show_default=True, help="Length of the sample.")
@click.option("--ffmpeg", metavar="PROGRAM", help="Another FFmpeg, 5.1 or newer.")
@click.option("--store", type=PATH, help="Folder of finished parts. Default: the user's cache folder.")
def demo(folder: Path, pack: str, draft: bool, seconds: float, ffmpeg: str | None, store: Path | None) -> None:
    """Draw a sample master with sound and captions into FOLDER, and render it for the social placements.

    \b
    Examples:
      variantgen demo
      variantgen demo /tmp/look --pack ads --draft
    """
    from variantgen.media.ffmpeg import find_ffmpeg
    from variantgen.pipeline import Request, render

    tool = find_ffmpeg(ffmpeg)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder}: cannot be written ({error.strerror}).") from None
    out = folder / "variants"
    with ScreenTeller() as screen:
        master = _sample_maker().make_master(
            folder,
            ffmpeg=tool.path,
            seconds=seconds,
            height=540 if draft else 1080,
            on_progress=lambda share: screen(Progress("drawing the sample master", share)),
        )
        request = Request(
            masters=(master,),
            packs=(pack,),
            out=out,
            is_draft=draft,
            ffmpeg=ffmpeg,
            store=store,
            command="variantgen demo",
        )
        report = render(request, screen)
    show_report(report, out)
    if not report.is_complete:
        raise click.exceptions.Exit(EXIT_INCOMPLETE)
    click.echo(f"Do it with your own film:  variantgen render FILM --pack {pack} -o out")


def _sample_maker() -> ModuleType:
    """samples/make_master.py: beside the package in a checkout, inside it in an installed wheel."""
    import sys

    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_bundled" / "samples", package.parent / "samples"):
        file = folder / "make_master.py"
        if file.is_file():
            # its own helper modules lie beside it
            sys.path.insert(0, str(folder))
            try:
                spec = importlib.util.spec_from_file_location("make_master", file)
                assert spec is not None and spec.loader is not None
                module = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)
                return module
            finally:
                sys.path.remove(str(folder))
    raise UserError("the sample's drawing code is missing; install variantgen again")

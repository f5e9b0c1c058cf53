"""The options that render and plan share, and the Request they make."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from variantgen.pipeline import Request

PATH = click.Path(path_type=Path)


class _Focus(click.ParamType):
    name = "X,Y"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        try:
            x, y = (float(number) for number in str(value).split(","))
        except ValueError:
            self.fail(f"{value!r} is not two numbers, as in 0.5,0.4", param, ctx)
        if not (0 <= x <= 1 and 0 <= y <= 1):
            self.fail(f"{value!r}: both numbers lie between 0 (left, top) and 1 (right, bottom)", param, ctx)
        return x, y


class _Setting(click.ParamType):
    name = "KEY=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        key, equals, setting = str(value).partition("=")
        if not equals or not key.strip():
            self.fail(f"{value!r} has no key and value, as in length.max_seconds=30", param, ctx)
        return key.strip(), setting.strip()


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("masters", nargs=-1, required=True, type=PATH),
    click.option("-p", "--preset", "presets", multiple=True, metavar="PRESET", help="A placement, by name or file."),
    click.option(
        "--pack",
        "packs",
        multiple=True,
        metavar="NAME",
        help="A list of placements: social, vertical, ads, ctv, web, everything.",
    ),
    click.option("-o", "--out", type=PATH, default=Path("out"), show_default=True, help="Folder for the variants."),
    click.option(
        "--captions", type=PATH, help="SRT, VTT or ASS file. Without it, MASTER.srt is used where there is one."
    ),
    click.option("--focus", type=_Focus(), help="What a crop keeps in its middle: 0,0 is top left, 1,1 bottom right."),
    click.option(
        "--fit",
        type=click.Choice(["crop", "blur", "pad"]),
        help="Fit every variant this way, whatever its preset says.",
    ),
    click.option(
        "--set", "settings", multiple=True, type=_Setting(), help="Any preset value, as in length.max_seconds=30."
    ),
    click.option("--title", default="", metavar="TEXT", help="Open with a title card."),
    click.option("--end-card", default="", metavar="TEXT", help="Close with an end card."),
    click.option("--draft", is_flag=True, help="Small, fast and marked DRAFT: for previews in CI."),
    click.option("--audio-track", type=click.IntRange(1), metavar="N", help="Which sound track of the master, from 1."),
    click.option("--store", type=PATH, help="Folder of finished parts. Default: the user's cache folder."),
    click.option(
        "--ffmpeg",
        metavar="PROGRAM",
        help="Another FFmpeg, 5.1 or newer. Default: the one that was installed with variantgen.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print JSON for programs."),
)


def wishes(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the shared options to a command, in the order in which help shows them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def request_from(values: dict[str, Any]) -> Request:
    """The Request of a command's values; keys that are not of the shared options are ignored."""
    return Request(
        masters=tuple(dict.fromkeys(values["masters"])),
        presets=tuple(values["presets"]),
        packs=tuple(values["packs"]),
        settings=tuple(values["settings"]),
        out=values["out"],
        captions=values["captions"],
        focus=values["focus"],
        fit=values["fit"],
        title=values["title"],
        end_card=values["end_card"],
        is_draft=values["draft"],
        audio_track=values["audio_track"],
        jobs=values.get("jobs"),
        is_forced=values.get("force", False),
        store=values["store"],
        ffmpeg=values["ffmpeg"],
        command=shlex.join(["variantgen", *sys.argv[1:]]),
    )

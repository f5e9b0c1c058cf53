"""The options that render, plan and frame share, and the Request they make."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import click

from variantgen.caption_sources import CaptionWish, caption_wish
from variantgen.errors import UserError, nearest
from variantgen.model import SubjectKind
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


class _Lengths(click.ParamType):
    name = "SECONDS,..."

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        try:
            lengths = tuple(float(length) for length in str(value).split(","))
        except ValueError:
            self.fail(f"{value!r} is no list of seconds, as in 60,30,15,6", param, ctx)
        if not all(1 <= length <= 86400 for length in lengths):
            self.fail(f"{value!r}: a length is from 1 to 86400 seconds", param, ctx)
        return tuple(dict.fromkeys(lengths))


class _Span(click.ParamType):
    name = "TIME-TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        start, dash, end = str(value).partition("-")
        try:
            span = (_seconds(start), _seconds(end))
        except ValueError:
            self.fail(f"{value!r} is no span of time, as in 12.5-18.0 or 1:02-1:10.5", param, ctx)
        if not dash or span[1] <= span[0]:
            self.fail(f"{value!r}: a span ends after it begins", param, ctx)
        return span


def _seconds(written: str) -> float:
    """Seconds of 12.5, 1:02.5 or 1:00:00; ValueError for anything else."""
    parts = [float(part) for part in written.split(":")]
    if len(parts) > 3 or min(parts) < 0:
        raise ValueError(written)
    return sum(part * 60**place for place, part in enumerate(reversed(parts)))


class _Keep(click.ParamType):
    name = "TIME-TIME|KIND=WEIGHT,..."
    kinds = get_args(SubjectKind)
    largest = 10

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[tuple[str, float], ...] | tuple[float, float]:
        if "=" not in str(value):
            if str(value)[:1].isalpha():
                self.fail(f"{value!r} is no weight, as in face=1, and no span, as in 12.5-18.0", param, ctx)
            return _Span().convert(value, param, ctx)
        pairs = (pair.partition("=") for pair in str(value).split(","))
        return tuple((kind.strip(), self._weight(kind.strip(), text, param, ctx)) for kind, _, text in pairs)

    def _weight(self, kind: str, text: str, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if kind not in self.kinds:
            allowed = ", ".join(self.kinds)
            self.fail(f'no kind of subject "{kind}": allowed are {allowed}.{nearest(kind, self.kinds)}', param, ctx)
        try:
            weight = float(text)
        except ValueError:
            self.fail(f'{kind}: "{text}" is no weight, as in {kind}=1', param, ctx)
        if not 0 <= weight <= self.largest:
            self.fail(f"{kind}: {text} is not from 0 (let it go) to {self.largest} (above all)", param, ctx)
        return weight


class _Timelines(click.ParamType):
    name = "KIND,..."
    kinds = ("otio", "edl", "fcpxml", "fcp7")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        kinds = tuple(dict.fromkeys(kind.strip().lower() for kind in str(value).split(",")))
        for kind in kinds:
            if kind not in self.kinds:
                self.fail(f'"{kind}": allowed are {", ".join(self.kinds)}.{nearest(kind, self.kinds)}', param, ctx)
        return kinds


class _Captions(click.ParamType):
    name = "[LANGUAGE=]FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> CaptionWish:
        try:
            return caption_wish(str(value))
        except UserError as error:
            self.fail(str(error), param, ctx)


class _Setting(click.ParamType):
    name = "KEY=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        key, equals, setting = str(value).partition("=")
        if not equals or not key.strip():
            self.fail(f"{value!r} has no key and value, as in length.max_seconds=30", param, ctx)
        return key.strip(), setting.strip()


OVERLAYS = ("headline", "lower-third", "call-to-action")
_OPTIONS: dict[str, Callable[[Any], Any]] = {
    "masters": click.argument("masters", nargs=-1, required=True, type=PATH),
    "preset": click.option(
        "-p", "--preset", "presets", multiple=True, metavar="PRESET", help="A placement, by name or file."
    ),
    "pack": click.option(
        "--pack",
        "packs",
        multiple=True,
        metavar="NAME",
        help="A list of placements: social, vertical, ads, ctv, web, everything.",
    ),
    "out": click.option(
        "-o", "--out", type=PATH, default=Path("out"), show_default=True, help="Folder for the variants."
    ),
    "captions": click.option(
        "--captions",
        multiple=True,
        type=_Captions(),
        help="A captions file (SRT, VTT, ASS, TTML, SCC, STL, Whisper JSON) or track:N of the master; one for each"
        " language: --captions en=a.srt --captions fr=b.srt. Without it, MASTER.srt or the master's own track is used.",
    ),
    "focus": click.option(
        "--focus", type=_Focus(), help="What a crop keeps in its middle: 0,0 is top left, 1,1 bottom right."
    ),
    "keep": click.option(
        "--keep",
        multiple=True,
        type=_Keep(),
        help="A span that every cut-down keeps, as in 12.5-18.0; or what a crop keeps in view, by weight from 0 to 10:"
        " face=1,person=0.8,text=0.5. Kinds: " + ", ".join(_Keep.kinds) + ".",
    ),
    "length": click.option(
        "--length",
        "lengths",
        type=_Lengths(),
        help="Cut to these lengths, a variant each: 60,30,15,6. Without it, to what each placement takes.",
    ),
    "drop": click.option("--drop", multiple=True, type=_Span(), help="A span that is not shown."),
    "open-with": click.option("--open-with", type=_Span(), help="The span that every cut-down opens with."),
    "end-with": click.option("--end-with", type=_Span(), help="The span that every cut-down ends with."),
    "marks": click.option(
        "--marks", type=PATH, help="Keep, drop, hook and cta marks: CSV, TOML, chapters, or a timeline's markers."
    ),
    "method": click.option(
        "--method",
        type=click.Choice(["auto", "trim", "tighten", "highlights", "speed"]),
        default="auto",
        show_default=True,
        help="How a cut-down gets short: all in turn, the end off, pauses and fillers out, the best sentences, faster.",
    ),
    "music": click.option("--music", type=PATH, help="A music file under the whole variant, lower under speech."),
    "search": click.option(
        "--search", multiple=True, type=PATH, help="A folder with the media of a timeline that is given as a master."
    ),
    "timeline": click.option(
        "--timeline",
        "timelines",
        type=_Timelines(),
        help="Write each variant's cuts beside it, for an editor to go on: otio,edl,fcpxml,fcp7.",
    ),
    "framing": click.option(
        "--framing",
        type=PATH,
        help="A framing file. Without it, MASTER.framing.toml is used where there is one.",
    ),
    "fit": click.option(
        "--fit",
        type=click.Choice(["crop", "blur", "pad"]),
        help="Fit every variant this way, whatever its preset says.",
    ),
    "set": click.option(
        "--set", "settings", multiple=True, type=_Setting(), help="Any preset value, as in length.max_seconds=30."
    ),
    "title": click.option("--title", default="", metavar="TEXT", help="Open with a title card."),
    "end-card": click.option("--end-card", default="", metavar="TEXT", help="Close with an end card."),
    "headline": click.option("--headline", default="", metavar="TEXT", help="Lay a text over the opening."),
    "lower-third": click.option(
        "--lower-third", default="", metavar="TEXT", help="Name who is seen: a name, then \\n and who that is."
    ),
    "call-to-action": click.option(
        "--call-to-action", default="", metavar="TEXT", help="Lay a button over the film's last seconds."
    ),
    "logo": click.option("--logo", type=PATH, help="A picture (PNG, WebP, JPEG) that stays in a corner."),
    "watermark": click.option(
        "--watermark", default="", metavar="TEXT|FILE", help="A faint text or picture over everything."
    ),
    "brand": click.option("--brand", type=PATH, help="A brand file: colours, fonts, logo, watermark, cards."),
    "draft": click.option("--draft", is_flag=True, help="Small, fast and marked DRAFT: for previews in CI."),
    "audio-track": click.option(
        "--audio-track", type=click.IntRange(1), metavar="N", help="Which sound track of the master, from 1."
    ),
    "store": click.option("--store", type=PATH, help="Folder of finished parts. Default: the user's cache folder."),
    "ffmpeg": click.option(
        "--ffmpeg",
        metavar="PROGRAM",
        help="Another FFmpeg, 5.1 or newer. Default: the one that was installed with variantgen.",
    ),
    "json": click.option("--json", "as_json", is_flag=True, help="Print JSON for programs."),
}
_OF_FRAMES = ("masters", "preset", "pack", "focus", "keep", "framing", "fit", "set", "store", "ffmpeg", "json")


def wishes(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options of render and plan to a command, in the order in which help shows them."""
    return _with(command, tuple(_OPTIONS))


def framing_wishes(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds those of the shared options that have to do with where the window looks."""
    return _with(command, _OF_FRAMES)


def _with(command: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    for name in reversed(names):
        command = _OPTIONS[name](command)
    return command


def shared_option(name: str) -> Callable[[Any], Any]:
    """One of the shared options, for a command that takes only some."""
    return _OPTIONS[name]


def request_from(values: dict[str, Any]) -> Request:
    """The Request of a command's values; a command may lack some, and have others that are not of the shared ones."""
    weights = [kept for kept in values["keep"] if kept and isinstance(kept[0], tuple)]
    return Request(
        masters=tuple(dict.fromkeys(values["masters"])),
        presets=tuple(values["presets"]),
        packs=tuple(values["packs"]),
        settings=tuple(values["settings"]),
        out=values["out"],
        captions=tuple(values.get("captions", ())),
        focus=values["focus"],
        keep=tuple(dict(pair for pairs in weights for pair in pairs).items()),
        lengths=values.get("lengths") or (),
        keep_spans=tuple(kept for kept in values["keep"] if kept not in weights),
        drop_spans=tuple(values.get("drop", ())),
        open_with=values.get("open_with"),
        end_with=values.get("end_with"),
        marks=values.get("marks"),
        method=values.get("method", "auto"),
        music=values.get("music"),
        search=tuple(values.get("search", ())),
        timelines=values.get("timelines") or (),
        framing=values["framing"],
        fit=values["fit"],
        title=values.get("title", ""),
        end_card=values.get("end_card", ""),
        brand=values.get("brand"),
        logo=values.get("logo"),
        watermark=values.get("watermark", ""),
        overlays=tuple((name, text) for name in OVERLAYS if (text := values.get(name.replace("-", "_"), ""))),
        is_draft=values.get("draft", False),
        audio_track=values.get("audio_track"),
        jobs=values.get("jobs"),
        is_forced=values.get("force", False),
        store=values["store"],
        ffmpeg=values["ffmpeg"],
        command=shlex.join(["variantgen", *click.get_current_context().find_root().obj]),
    )


def campaign_request(values: dict[str, Any]) -> Request | None:
    """The Request of a campaign file that is given instead of masters; None where there is none."""
    files = [path for path in values["masters"] if path.suffix.lower() == ".toml"]
    if not files:
        return None
    if len(files) < len(values["masters"]) or len(files) > 1:
        raise click.UsageError("a campaign file says its masters itself: give it alone")
    said = [key for key in _SAID_BY_CAMPAIGNS if values.get(key) not in (None, "", (), "auto")]
    if said:
        words = ", ".join(f"--{key.replace('_', '-')}" for key in said)
        raise click.UsageError(f"{words}: a campaign file says that itself; write it there")
    return Request(
        masters=(),
        campaign=files[0],
        only=tuple(values.get("only", ())),
        **{key: values[key] for key in ("settings", "out", "captions", "store", "ffmpeg") if key in values},
        timelines=values.get("timelines") or (),
        search=tuple(values.get("search", ())),
        is_draft=values.get("draft", False),
        jobs=values.get("jobs"),
        is_forced=values.get("force", False),
        command=shlex.join(["variantgen", *click.get_current_context().find_root().obj]),
    )


_SAID_BY_CAMPAIGNS = (
    "presets", "packs", "lengths", "drop", "open_with", "end_with", "marks", "method", "music", "title", "end_card",
    "brand", "logo", "watermark", "headline", "lower_third", "fit", "focus", "keep",
)  # fmt: skip

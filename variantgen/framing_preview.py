"""A request in; pictures of how its masters are framed out: a sheet and a small film a shape, and a framing file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from variantgen.build.preview_graph import Proxy, preview_command
from variantgen.errors import UserError
from variantgen.events import Note, Notify, Progress
from variantgen.framing_file import framing_path, framing_text, is_edited
from variantgen.framing_views import View, ViewShot, clock, marks_of, scene_at, seen_words, views_of
from variantgen.media.ffmpeg import Children, Tool, find_ffmpeg, run
from variantgen.model import Master
from variantgen.pipeline import Planned, Report, Request, make_plans
from variantgen.report.framing_proxy import STRIP_PX, proxy_marks
from variantgen.report.framing_scene import Box, Scene
from variantgen.report.framing_sheet import MOST_TILES, ShotTiles, Tile, write_framing_sheet
from variantgen.report.replacing import replace_file, replace_text
from variantgen.report.wording import plural
from variantgen.store import Store, default_store

if TYPE_CHECKING:
    from PIL.Image import Image

PROXY_PX = 640
"""The small copy's longer side."""
MOST_RATE = 31
"""Frames a second of the small copy; a faster master shows every second frame, or every third."""
MOVED_SHARE = 0.02
"""A window, or a subject, that moves by less than this share of the picture is told by one frame."""


@dataclass(frozen=True)
class Pictures:
    """One view and the files that show it; `video` is None where only the sheet was asked for."""

    view: View
    sheet: Path
    video: Path | None


@dataclass(frozen=True)
class Framed:
    """What was made for one master; `exported` is the framing file that was written, from the view that crops most."""

    item: Planned
    pictures: tuple[Pictures, ...]
    exported: Path | None = None


def frame(
    request: Request, notify: Notify, report: Report, *, has_video: bool = True, is_exported: bool = False
) -> list[Framed]:
    """Plans a request and writes how it is framed into its output folder.

    An export starts from what is detected: the framing file beside the master is not read then. Raises UserError
    where that file was edited and `request.is_forced` is not set.
    """
    if is_exported:
        _refuse_edited(request)
        request = replace(request, is_framing_found=False)
    _prepare_folder(request.out)
    children = Children()
    try:
        planned = make_plans(request, notify, report, children)
        tool, store = find_ffmpeg(request.ffmpeg), Store(request.store or default_store())
        framed = []
        with store.working_folder() as folder:
            for number, item in enumerate(planned):
                private = folder / f"frame-{number}"
                private.mkdir()
                bench = _Bench(tool, private, request.out, notify, children, has_video)
                framed.append(_framed(bench, item, request, is_exported))
        return framed
    except BaseException:
        children.cancel()
        raise


def _refuse_edited(request: Request) -> None:
    for path in request.masters:
        file = framing_path(path)
        if not request.is_forced and is_edited(file):
            raise UserError(
                f"--export: {file} was written or changed by hand; it stays as it is. "
                "Rename it, or replace it with --force."
            )


def _prepare_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"-o {out}: cannot be written ({error.strerror}).") from None


@dataclass(frozen=True)
class _Bench:
    """What making the pictures of one master needs."""

    tool: Tool
    folder: Path
    out: Path
    notify: Notify
    children: Children
    has_video: bool


def _framed(bench: _Bench, item: Planned, request: Request, is_exported: bool) -> Framed:
    views = views_of(item.plan, item.analysis)
    _tell_of_sound(bench, item)
    pictures = tuple(_pictures(bench, item.plan.master, views)) if views else ()
    exported = _export(bench, item, views, request) if views and is_exported else None
    return Framed(item, pictures, exported)


def _tell_of_sound(bench: _Bench, item: Planned) -> None:
    for variant in item.plan.variants:
        if not variant.width:
            bench.notify(Note(f"{variant.preset} is sound only: there is nothing to frame"))


def _export(bench: _Bench, item: Planned, views: tuple[View, ...], request: Request) -> Path:
    """Writes the framing of the view that crops most: what it decides serves the others too."""
    view = min(views, key=lambda one: one.variant.width / one.variant.height * _crops_sideways(one))
    path = framing_path(item.asked or view.master.path)
    if len(views) > 1:
        bench.notify(Note(f"{path.name} holds the framing of {view.label}; the other shapes follow its centres"))
    return replace_text(path, framing_text(view.master, marks_of(view), request.keep))


def _crops_sideways(view: View) -> int:
    """1 where the canvas is narrower than the master, -1 where it is wider: the smallest product crops most."""
    return 1 if view.variant.width * view.master.height <= view.variant.height * view.master.width else -1


# ---------------------------------------------------------------- pictures


def _pictures(bench: _Bench, master: Master, views: tuple[View, ...]) -> Iterator[Pictures]:
    """Sheet and film of every view; the stills of all sheets come out of the first decode."""
    step = max(1, ceil(master.frame_rate / MOST_RATE))
    scale = PROXY_PX / max(master.width, master.height)
    proxy = Proxy(
        master.frame_rate / step, ceil(master.frames / step),
        _even(master.width * scale), _even(master.height * scale),
    )  # fmt: skip
    sheets = {view.name: _shot_tiles(view, step, proxy.frames) for view in views}
    wanted = sorted({tile.frame for shots in sheets.values() for shot in shots for tile in shot.tiles})
    stills: dict[int, Image] = {}
    for view in views:
        video = None
        if bench.has_video or not stills:
            video = _decode(bench, view, proxy, step, scale, () if stills else wanted)
        stills = stills or _read_stills(bench.folder / "stills.rgb", proxy, wanted)
        yield Pictures(view, _write_sheet(bench, view, sheets[view.name], stills), video)


def _even(length: float) -> int:
    return max(2, 2 * round(length / 2))


def _decode(
    bench: _Bench, view: View, proxy: Proxy, step: int, scale: float, wanted: tuple[int, ...] | list[int]
) -> Path | None:
    """One pass over the master for a view's film, where that is asked for, and for the stills at `wanted`."""
    doing = f"drawing {view.label} of {view.master.name}"

    def tell(done: float) -> None:
        bench.notify(Progress(doing, min(1.0, done)))

    def fed() -> Iterator[bytes]:
        """The overlay's frames, one after the other."""
        size = (proxy.width, proxy.height)
        badge = ", ".join(view.presets[:2]) + (", ..." if len(view.presets) > 2 else "")
        pictures = proxy_marks(
            lambda frame: scene_at(view, frame), proxy.frames, step=step, size=size, scale=scale,
            badge=f"{view.shape.replace('x', ':')} · {badge}",
        )  # fmt: skip
        for number, picture in enumerate(pictures):
            if number % 8 == 0:
                tell(number / proxy.frames)
            yield picture

    length = max(0.1, float(proxy.frames / proxy.rate))
    run(
        bench.tool,
        preview_command(
            view.master, proxy, strip_px=STRIP_PX, video="proxy.mp4" if bench.has_video else "",
            stills="stills.rgb" if wanted else "", still_frames=[frame // step for frame in wanted],
        ),
        doing=doing, folder=bench.folder, children=bench.children,
        feed=fed() if bench.has_video else None,
        on_progress=None if bench.has_video else lambda seconds: tell(seconds / length),
    )  # fmt: skip
    tell(1.0)
    if not bench.has_video:
        return None
    return _published(bench.folder / "proxy.mp4", bench.out / f"{view.name}.framing.mp4")


def _published(made: Path, path: Path) -> Path:
    """Moves a finished file to its name, whole or not at all; the two may lie on different disks."""
    with made.open("rb") as source:
        replace_file(path, lambda file: shutil.copyfileobj(source, file, 1 << 20))
    made.unlink()
    return path


def _read_stills(file: Path, proxy: Proxy, wanted: list[int]) -> dict[int, Image]:
    from PIL.Image import frombytes

    size = (proxy.width, proxy.height)
    with file.open("rb") as source:
        return {frame: frombytes("RGB", size, source.read(3 * proxy.width * proxy.height)) for frame in wanted}


# ---------------------------------------------------------------- sheet


def _shot_tiles(view: View, step: int, frames: int) -> list[ShotTiles]:
    """Every shot with the frames that tell of it; where there are too many, fewer frames, then fewer shots."""
    shots = list(view.shots)
    chosen = [_moments(view, shot) for shot in shots]
    if sum(map(len, chosen)) > MOST_TILES:
        chosen = [_moments(view, shot, is_window_only=True) for shot in shots]
    if sum(map(len, chosen)) > MOST_TILES:
        chosen = [moments[len(moments) // 2 :][:1] for moments in chosen]
    if len(shots) > MOST_TILES:
        kept = [round(n * (len(shots) - 1) / (MOST_TILES - 1)) for n in range(MOST_TILES)]
        shots, chosen = [shots[n] for n in kept], [chosen[n] for n in kept]
    told = []
    for shot, moments in zip(shots, chosen, strict=True):
        on_grid = dict.fromkeys(min(-(-moment // step), frames - 1) * step for moment in moments)
        tiles = tuple(Tile(frame, clock(frame / view.master.frame_rate), scene_at(view, frame)) for frame in on_grid)
        words = [shot.framing.why] if shot.framing.why else []
        words += [f"seen: {seen_words(shot)}"] if shot.subjects else []
        lost = shot.framing.lost_share or 0.0
        warning = f"out of the window for {lost:.0%} of the shot" if lost > view.max_lost_share else ""
        told.append(ShotTiles(f"Shot {shot.number} · {shot.framing.motion}", tuple(words), tiles, warning))
    return told


def _moments(view: View, shot: ViewShot, *, is_window_only: bool = False) -> list[int]:
    """Which frames of a shot are worth a tile: its middle where nothing moves, else its start, middle and end."""
    first, last = shot.start_frame, shot.end_frame - 1
    frames = sorted({first, (first + last) // 2, last})
    before, *others = (_places(scene_at(view, frame), is_window_only) for frame in frames)
    moved = max((_moved(before, places, view.master) for places in others), default=0.0)
    return frames if moved > MOVED_SHARE else [(first + last) // 2]


def _places(scene: Scene, is_window_only: bool) -> dict[str, Box]:
    places = dict(scene.windows)
    return places if is_window_only else {**places, **{str(one.id): one.box for one in scene.subjects}}


def _moved(before: dict[str, Box], after: dict[str, Box], master: Master) -> float:
    """By how much the window or any subject has moved, as a share of the picture; 1 where one came or went."""
    if before.keys() != after.keys():
        return 1.0
    shares = (
        max(abs(box[0] - before[name][0]) / master.width, abs(box[1] - before[name][1]) / master.height)
        for name, box in after.items()
    )
    return max(shares, default=0.0)


def _write_sheet(bench: _Bench, view: View, shots: list[ShotTiles], stills: dict[int, Image]) -> Path:
    left_out = len(view.shots) - len(shots)
    shots_told = plural(len(view.shots), "shot") + (f", {left_out} not shown" if left_out else "")
    remark = f"{', '.join(view.presets)}  ·  {shots_told}"
    return write_framing_sheet(
        bench.out / f"{view.name}.framing.jpg",
        f"{view.master.name}  as {view.shape.replace('x', ':')}", remark, shots, stills, master_width=view.master.width,
    )  # fmt: skip

"""Unfinished parts in, files in the store out: one FFmpeg process decodes a span once for all who want it."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from variantgen.build.graph import Overlay, card_command, parts_command
from variantgen.errors import ToolError
from variantgen.media.ffmpeg import Children, Tool, run, version_numbers
from variantgen.model import Master, Part
from variantgen.store import Store

LONGEST_GRAPH = 16_000
"""Characters of a graph on the command line; longer ones are handed over as a file.

Windows takes 32 767 for a whole command, Linux 131 071 for one argument; a path that never rests has a long graph.
"""


@dataclass(frozen=True)
class Bench:
    """What every encode of a run works with; `folder` is the run's private working folder."""

    tool: Tool
    store: Store
    folder: Path
    children: Children
    remaking: threading.Lock = field(default_factory=threading.Lock)
    """Held while parts are made outside the plan's own jobs: two variants may ask for the same one."""
    laying_out: threading.Lock = field(default_factory=threading.Lock)
    remade: set[str] = field(default_factory=set)


def groups_of(parts: Sequence[Part], workers: int) -> list[tuple[Part, ...]]:
    """Parts that one process makes together: the same span at the same rate and speed of the same master.

    Where there are fewer such groups than workers the largest are halved: idle cores cost more than a second decode.
    """
    together: dict[object, list[Part]] = defaultdict(list)
    for part in parts:
        span = (part.fingerprint, part.start_frame, part.end_frame, part.frame_rate, part.speed)
        together[part.key if part.source == "card" else span].append(part)
    groups = [tuple(group) for group in together.values()]
    while len(groups) < 2 * workers:
        largest = max(groups, key=lambda group: (len(group) > 1, weight_of(group)), default=())
        if len(largest) < 2:
            break
        groups.remove(largest)
        # dealt out by size, so that both halves take about as long
        ordered = sorted(largest, key=lambda part: -part.width * part.height)
        groups += [tuple(ordered[0::2]), tuple(ordered[1::2])]
    return groups


def weight_of(group: Sequence[Part]) -> float:
    """The work of a group in millions of encoded pixels."""
    return sum(part.frames * part.width * part.height for part in group) / 1e6


def encode_group(
    bench: Bench,
    masters: Mapping[str, Master],
    group: Sequence[Part],
    *,
    on_progress: Callable[[float], None] | None = None,
) -> None:
    """Encodes a group into the store. When one output fails all are thrown away: the others may be cut short."""
    files = {part.key: f"{part.key}.mp4" for part in group}
    try:
        if group[0].source == "card":
            _encode_card(bench, group[0], files[group[0].key], on_progress)
        else:
            _encode_span(bench, masters[group[0].fingerprint], group, files, on_progress)
        for part in group:
            _refuse_short(bench.folder / files[part.key], part)
        for part in group:
            bench.store.put("parts", part.key, bench.folder / files[part.key])
    finally:
        for name in files.values():
            (bench.folder / name).unlink(missing_ok=True)


def _encode_span(
    bench: Bench,
    master: Master,
    group: Sequence[Part],
    files: Mapping[str, str],
    on_progress: Callable[[float], None] | None,
) -> None:
    burned = [part for part in group if part.cues or part.watermark]
    laid = [part for part in group if part.overlays]
    ass_files = {part.key: f"{part.key}.ass" for part in burned}
    environment: dict[str, str] = {}
    fonts, overlays = "fonts", dict[str, list[Overlay]]()
    if burned:
        fonts, environment = _lay_out_fonts(bench, burned)
        overlays = {part.key: _emoji_overlays(bench, part) for part in burned}
        from variantgen.build.ass import ass_text
        from variantgen.build.colour_trial import turns_captions_bt601

        compensate = _has_colour(burned) and turns_captions_bt601(bench.tool, bench.folder)
        for part in burned:
            (bench.folder / ass_files[part.key]).write_text(ass_text(part, compensate=compensate), "utf-8")
    for part in laid:
        overlays[part.key] = [*overlays.get(part.key, ()), *_laid_overlays(bench, part)]
    first = group[0]
    graph_file = bench.folder / f"{first.key}.graph"
    try:
        run(
            bench.tool,
            with_graph_file(
                parts_command(master, group, files, ass_files, fonts=fonts, overlays=overlays),
                bench.tool.version,
                graph_file,
            ),
            doing=f"encoding frames {first.start_frame} to {first.end_frame} of {master.name}",
            folder=bench.folder,
            on_progress=on_progress,
            environment=environment,
            children=bench.children,
        )
    finally:
        graph_file.unlink(missing_ok=True)


def with_graph_file(args: Sequence[str], version: str, file: Path) -> list[str]:
    """The same arguments, a long graph written to `file` and named; to be run in that file's folder."""
    given = list(args)
    at = given.index("-filter_complex") if "-filter_complex" in given else -1
    if at < 0 or len(given[at + 1]) <= LONGEST_GRAPH:
        return given
    file.write_text(given[at + 1], "utf-8")
    # 7.0 brought the one word, 9.0 took the other away; a build without a number is a new one
    is_new = (version_numbers(version) or (9,)) >= (7,)
    given[at : at + 2] = ["-/filter_complex" if is_new else "-filter_complex_script", file.name]
    return given


def _has_colour(parts: Sequence[Part]) -> bool:
    """Whether any caption has a hue: black, white and grey are the same in bt601 and bt709."""
    looks = [part.look for part in parts if part.look is not None]
    colours = [
        c for look in looks for c in (look.colour, look.outline_colour, look.box_colour, look.highlight_colour) if c
    ]
    return any(len({c[1:3].lower(), c[3:5].lower(), c[5:7].lower()}) > 1 for c in colours)


def _lay_out_fonts(bench: Bench, burned: Sequence[Part]) -> tuple[str, dict[str, str]]:
    """The folder of the fonts that burn some parts, and the environment whose font configuration knows no others.

    Parts that our own fonts draw share one folder; others get one of their own, with the letters they need.
    """
    from variantgen.fonts import fontconfig_text
    from variantgen.fonts.laying_out import lay_out_fonts

    needing = [part for part in burned if part.fonts]
    name = f"fonts-{needing[0].key}" if needing else "fonts"
    fonts, config = bench.folder / name, bench.folder / f"{name}.conf"
    with bench.laying_out:
        if not config.exists():
            texts = [
                (cue.text, part.look.is_bold, part.language, part.look.font_family)
                for part in burned
                if part.look is not None
                for cue in part.cues
            ]
            lay_out_fonts(fonts, texts)
            config.write_text(fontconfig_text(fonts, cache_folder=bench.folder / "fontcache"), "utf-8")
    return name, {"FONTCONFIG_FILE": str(config)}


def _emoji_overlays(bench: Bench, part: Part) -> list[Overlay]:
    """Writes the emoji of a part as pictures beside its captions; a part without any costs nothing."""
    if not part.fonts:
        return []
    from variantgen.build.ass import emoji_lines
    from variantgen.build.emoji import emoji_pictures

    overlays = []
    for number, picture in enumerate(emoji_pictures(emoji_lines(part), width=part.width, height=part.height)):
        file = f"{part.key}-{number}.png"
        (bench.folder / file).write_bytes(picture.png)
        overlays.append(Overlay(file, picture.x, picture.y, picture.start_frame, picture.end_frame))
    return overlays


def _laid_overlays(bench: Bench, part: Part) -> list[Overlay]:
    """Writes what is laid over a part as pictures, for FFmpeg to lay over its frames."""
    from variantgen.build.brand_shelf import shelf_of
    from variantgen.build.overlays import laid_pictures

    made = []
    for number, laid in enumerate(laid_pictures(part, shelf_of(bench.store))):
        file = f"{part.key}-laid-{number}.png"
        (bench.folder / file).write_bytes(laid.png)
        made.append(Overlay(file, laid.x, laid.y, laid.start_frame, laid.end_frame))
    return made


def _encode_card(bench: Bench, part: Part, file: str, on_progress: Callable[[float], None] | None) -> None:
    from variantgen.build.brand_shelf import shelf_of
    from variantgen.build.cards import card_frames
    from variantgen.build.overlays import laid_over

    assert part.card is not None
    shelf = shelf_of(bench.store)
    frames = card_frames(
        part.card, width=part.width, height=part.height, frame_rate=part.frame_rate, frames=part.frames, shelf=shelf
    )
    run(
        bench.tool,
        card_command(part, file),
        doing=f"composing the {part.card.kind} card",
        folder=bench.folder,
        on_progress=on_progress,
        feed=laid_over(frames, part, shelf) if part.overlays else frames,
        children=bench.children,
    )


def _refuse_short(path: Path, part: Part) -> None:
    """Counts a new part's packets: an exit code of 0 is no proof that all frames are there."""
    import av

    try:
        with av.open(str(path)) as file:
            frames = sum(1 for packet in file.demux(video=0) if packet.size)
    except (av.FFmpegError, OSError, IndexError) as error:
        raise ToolError(
            f"a part of frames {part.start_frame} to {part.end_frame} cannot be read back ({type(error).__name__})"
        ) from None
    if frames != part.frames:
        raise ToolError(f"a part holds {frames} of {part.frames} frames ({part.start_frame} to {part.end_frame})")

"""The order of the steps: masters and presets in, plans or finished variants out. Nothing else knows it."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen.caption_sources import CaptionWish
from variantgen.errors import MasterError, ToolError, UserError
from variantgen.events import Note, Notify
from variantgen.masters import ReadMaster, Workshop, captions_of, known_music_of, read_master
from variantgen.media.ffmpeg import Cancelled, Children, Tool, find_ffmpeg
from variantgen.model import Analysis, Plan, Variant, VariantResult
from variantgen.store import Store, default_store

if TYPE_CHECKING:
    from variantgen.campaign import Cell
    from variantgen.timelines import TimelineEdit


@dataclass(frozen=True)
class Request:
    """What the user asked for."""

    masters: tuple[Path, ...]
    presets: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    out: Path = Path("out")
    captions: tuple[CaptionWish, ...] = ()
    """One a language; none is what comes with the master."""
    focus: tuple[float, float] | None = None
    keep: tuple[tuple[str, float], ...] = ()
    framing: Path | None = None
    """A framing file; None is the one beside the master, where there is one and `is_framing_found` says so."""
    is_framing_found: bool = True
    lengths: tuple[float, ...] = ()
    """Seconds; a variant each."""
    keep_spans: tuple[tuple[float, float], ...] = ()
    drop_spans: tuple[tuple[float, float], ...] = ()
    open_with: tuple[float, float] | None = None
    end_with: tuple[float, float] | None = None
    marks: Path | None = None
    method: str = "auto"
    music: Path | None = None
    search: tuple[Path, ...] = ()
    """Folders in which a timeline's media are looked for."""
    timelines: tuple[str, ...] = ()
    """Kinds of timeline files to write beside each variant."""
    fit: str | None = None
    title: str = ""
    end_card: str = ""
    brand: Path | None = None
    """A brand file."""
    logo: Path | None = None
    watermark: str = ""
    """A text, or a picture's path."""
    overlays: tuple[tuple[str, str], ...] = ()
    """(template, text) of what is laid over the film."""
    is_draft: bool = False
    audio_track: int | None = None
    jobs: int | None = None
    is_forced: bool = False
    store: Path | None = None
    ffmpeg: str | None = None
    command: str = ""
    campaign: Path | None = None
    """A campaign file; it says masters and placements, which are empty here."""
    only: tuple[str, ...] = ()
    """Which of a campaign's variants: words like hook=face."""


@dataclass(frozen=True)
class Planned:
    """A master's plan with what it was made from; `asked` is the file that was named, a timeline perhaps.

    `conformed` is the timeline that the master's film was made of, where it was.
    """

    plan: Plan
    analysis: Analysis
    presets: dict[str, Any]
    asked: Path | None = None
    conformed: TimelineEdit | None = None
    music: dict[str, Path] = field(default_factory=dict)
    """Music files by their fingerprint."""
    cells: dict[str, Cell] = field(default_factory=dict)
    """Of a campaign's variants, what each stands for, by id."""
    sign: Callable[[Path, Variant], None] | None = None
    """Signs a finished file in its place."""

    def preset_of(self, variant: Variant) -> Any:
        """The preset that a variant was planned with: its own where a campaign changes it, else its placement's."""
        return self.presets.get(variant.id, self.presets.get(variant.preset))


@dataclass
class Report:
    """What a run came to; `parts` counts planned, unique, encoded and reused ones."""

    results: list[VariantResult] = field(default_factory=list)
    parts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("planned", "unique", "encoded", "reused"), 0))
    seconds: float = 0.0
    files: tuple[Path, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every variant was made (or was there already) and verified."""
        return all(result.status in ("made", "unchanged") for result in self.results)


# ---------------------------------------------------------------- analyze and plan


def make_plans(request: Request, notify: Notify, report: Report, children: Children) -> list[Planned]:
    """Plans for every master that can be read; the others become failed results. Raises UserError for wrong wishes."""
    tool = find_ffmpeg(request.ffmpeg)
    store = Store(request.store or default_store())
    with store.working_folder() as folder:
        workshop = Workshop(request, tool, store, folder, notify, children)
        planned = _plan_campaign(workshop, report) if request.campaign else _plan_masters(workshop, report)
    for item in planned:
        for refusal in item.plan.refusals:
            report.results.append(_failed(refusal.preset, Path(refusal.master), refusal.reason))
            notify(Note(f"{refusal.master} for {refusal.preset}: {refusal.reason}", is_warning=True))
    return planned


def _plan_masters(workshop: Workshop, report: Report) -> list[Planned]:
    request, planned = workshop.request, []
    presets = _load_presets(request)
    refuse_missing_encoders(workshop.tool, presets.values())
    stems = _stems(request.masters)
    for path in request.masters:
        try:
            planned.append(_plan_master(workshop, read_master(workshop, path), stems[path], presets))
        except (MasterError, ToolError) as error:
            report.results += [_failed(name, path, str(error)) for name in presets]
            workshop.notify(Note(str(error), is_warning=True))
    return planned


def _plan_campaign(workshop: Workshop, report: Report) -> list[Planned]:
    from variantgen.campaigns import opened_campaign, plan_campaign

    assert workshop.request.campaign is not None
    made = plan_campaign(workshop, *opened_campaign(workshop.request.campaign, workshop.request.only))
    report.results += made.failed
    return list(made.planned)


def _failed(preset: str, master: Path, error: str) -> VariantResult:
    return VariantResult("", preset, "", "failed", error=error, master=master.name)


def _load_presets(request: Request) -> dict[str, Any]:
    from variantgen.presets import expand, load_preset

    names = expand(request.presets, request.packs)
    if not names:
        raise UserError("no preset named: add -p PRESET or --pack NAME. See them with: variantgen presets list")
    return {(loaded := load_preset(name, settings=request.settings)).name: loaded.preset for name in names}


def refuse_missing_encoders(tool: Tool, presets: Iterable[Any]) -> None:
    """Raises UserError where the FFmpeg cannot encode what one of the presets asks for."""
    from variantgen.build.graph import ENCODER_NAMES
    from variantgen.media.ffmpeg import capabilities

    wanted = {preset.video.codec for preset in presets if preset.video} & {"h265", "av1", "vp9"}
    # only the uncommon codecs are asked for: listing encoders starts a process
    missing = [c for c in sorted(wanted) if ENCODER_NAMES[c] not in capabilities(tool)["encoders"]] if wanted else []
    if missing:
        names = ", ".join(f"{codec} ({ENCODER_NAMES[codec]})" for codec in missing)
        raise UserError(f"{tool.path} cannot encode {names}. Choose another with --ffmpeg, or see: variantgen doctor")


def _stems(masters: Sequence[Path]) -> dict[Path, str]:
    """A stem for each master's file names; masters of the same name get a piece of their path's hash."""
    from variantgen.plan.naming import safe_stem

    stems: dict[Path, str] = {}
    for path in masters:
        stem = safe_stem(path.stem)
        if stem.casefold() in {s.casefold() for p, s in stems.items() if p != path}:
            stem += "-" + hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:6]
        stems[path] = stem
    return stems


def _plan_master(workshop: Workshop, read: ReadMaster, stem: str, presets: dict[str, Any]) -> Planned:
    from variantgen.brand_wishes import brand_of, overlay_wishes
    from variantgen.build.overlays import overlay_size
    from variantgen.length_wishes import length_wish
    from variantgen.lettering import caption_extent, caption_fonts, caption_width_px
    from variantgen.plan import Wishes, make_plan

    request = workshop.request
    music = known_music_of(workshop, request.music) if request.music else None
    wishes = Wishes(
        focus=request.focus,
        keep=read.keep,
        marks=read.marks,
        fit=request.fit,  # type: ignore[arg-type]
        title=request.title,
        end_card=request.end_card,
        is_draft=request.is_draft,
        captions=captions_of(request, read.beside, presets, workshop.notify),
        length=length_wish(request, read.master, read.opened),
        music=music,
        overlays=overlay_wishes(request),
        brand=brand_of(request, workshop.store, workshop.folder),
    )
    plan = make_plan(
        read.master, read.analysis, list(presets.items()), wishes,
        stem=stem, ffmpeg_identity=workshop.tool.identity,
        measure=caption_width_px, fonts_of=caption_fonts, extent_of=caption_extent, size_of=overlay_size,
    )  # fmt: skip
    held = {music.fingerprint: request.music} if music and request.music else {}
    return Planned(plan, read.analysis, _as_planned(presets, request.is_draft), read.asked, read.opened.edit, held)


def _as_planned(presets: dict[str, Any], is_draft: bool) -> dict[str, Any]:
    from variantgen.plan.draft import as_draft

    return {name: as_draft(preset) for name, preset in presets.items()} if is_draft else presets


# ---------------------------------------------------------------- build, verify, report


def render(request: Request, notify: Notify) -> Report:
    """Makes every variant that can be made. One that cannot never stops the rest; its result says why."""
    from variantgen.rendering import render_plans

    _refuse_unwritable(request.out)
    started = time.monotonic()
    report, children = Report(), Children()
    with ExitStack() as stack:
        try:
            planned = make_plans(request, notify, report, children)
            render_plans(request, planned, report, notify, children, stack, started)
            if request.campaign:
                from variantgen.campaign_files import write_campaign_files

                report.files += write_campaign_files(request, planned, report, notify)
        except Cancelled:
            raise KeyboardInterrupt from None
        except BaseException:
            children.cancel()
            raise
    report.seconds = time.monotonic() - started
    return report


def _refuse_unwritable(out: Path) -> None:
    """Tells of a folder that cannot be written before a long master is measured for it."""
    near = next(folder for folder in (out.absolute(), *out.absolute().parents) if folder.exists())
    if not near.is_dir() or not os.access(near, os.W_OK | os.X_OK):
        raise UserError(f"-o {out}: cannot be written ({near} is no folder that may be written to).")


def check_files(
    paths: Sequence[Path], presets: Sequence[str], request: Request
) -> list[tuple[Path, str, VariantResult]]:
    """Measures existing files against presets, whoever made them."""
    from variantgen.measure import measure_file
    from variantgen.media.probe import refuse_what_is_no_file
    from variantgen.verify import verify

    tool, store = find_ffmpeg(request.ffmpeg), Store(request.store or default_store())
    loaded = _load_presets(replace(request, presets=tuple(presets)))
    rows = []
    with store.working_folder() as folder:
        for number, path in enumerate(paths):
            refuse_what_is_no_file(path)
            private = folder / str(number)
            private.mkdir()
            facts = measure_file(path, tool, store, private)
            for name, preset in loaded.items():
                checks = verify(facts, preset)
                is_fine = all(check.ok or check.is_advice for check in checks)
                result = VariantResult("", name, path.name, "made" if is_fine else "failed", checks)
                rows.append((path, name, result))
    return rows

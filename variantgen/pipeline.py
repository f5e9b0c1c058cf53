"""The order of the steps: masters and presets in, plans or finished variants out. Nothing else knows it."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen.caption_sources import CaptionWish
from variantgen.errors import MasterError, ToolError, UserError
from variantgen.events import Note, Notify, Progress
from variantgen.media.ffmpeg import Cancelled, Children, Tool, find_ffmpeg
from variantgen.model import Analysis, CaptionTrack, FramingMark, Master, Plan, VariantResult
from variantgen.store import Store, default_store

if TYPE_CHECKING:
    from variantgen.timelines import TimelineEdit

ANALYSIS_FORMAT = 2
"""Raised when an analysis holds other values."""


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
    is_draft: bool = False
    audio_track: int | None = None
    jobs: int | None = None
    is_forced: bool = False
    store: Path | None = None
    ffmpeg: str | None = None
    command: str = ""


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
    presets = _load_presets(request)
    _refuse_missing_encoders(tool, presets)
    stems = _stems(request.masters)
    planned = []
    with store.working_folder() as folder:
        for path in request.masters:
            try:
                planned.append(_plan_master(request, path, stems[path], presets, tool, store, folder, notify, children))
            except (MasterError, ToolError) as error:
                report.results += [_failed(name, path, str(error)) for name in presets]
                notify(Note(str(error), is_warning=True))
    for item in planned:
        for refusal in item.plan.refusals:
            report.results.append(_failed(refusal.preset, Path(refusal.master), refusal.reason))
            notify(Note(f"{refusal.master} for {refusal.preset}: {refusal.reason}", is_warning=True))
    return planned


def _failed(preset: str, master: Path, error: str) -> VariantResult:
    return VariantResult("", preset, "", "failed", error=error, master=master.name)


def _load_presets(request: Request) -> dict[str, Any]:
    from variantgen.presets import expand, load_preset

    names = expand(request.presets, request.packs)
    if not names:
        raise UserError("no preset named: add -p PRESET or --pack NAME. See them with: variantgen presets list")
    return {(loaded := load_preset(name, settings=request.settings)).name: loaded.preset for name in names}


def _refuse_missing_encoders(tool: Tool, presets: dict[str, Any]) -> None:
    from variantgen.build.graph import ENCODER_NAMES
    from variantgen.media.ffmpeg import capabilities

    wanted = {preset.video.codec for preset in presets.values() if preset.video} & {"h265", "av1", "vp9"}
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


def _plan_master(
    request: Request,
    path: Path,
    stem: str,
    presets: dict[str, Any],
    tool: Tool,
    store: Store,
    folder: Path,
    notify: Notify,
    children: Children,
) -> Planned:
    from variantgen.conforming import ConformBench, conformed
    from variantgen.length_wishes import length_wish
    from variantgen.lettering import caption_extent, caption_fonts, caption_width_px
    from variantgen.music_files import known_music
    from variantgen.plan import Wishes, make_plan
    from variantgen.timeline_masters import opened_master

    bench = ConformBench(tool, store, folder, children, notify, probe=partial(_film, request, store), jobs=request.jobs)
    opened = opened_master(path, request.search, notify, partial(conformed, bench))
    if opened.edit is None:
        master = known_master(store, opened.path, request.audio_track)
    else:
        master = replace(known_master(store, opened.path, None, opened.key), name=path.name)
    analysis = _known_analysis(store, tool, master, folder, notify, children)
    master = _with_true_length(master, analysis)
    for note in master.notes:
        notify(Note(f"{master.name}: {note}"))
    # what lies beside a conformed timeline is its own
    beside = master if opened.edit is None else replace(master, path=path)
    tracks = _captions(request, beside, presets, notify)
    keep, marks = _framing(request, path, master, analysis, notify)
    wishes = Wishes(
        focus=request.focus,
        keep=keep,
        marks=marks,
        fit=request.fit,  # type: ignore[arg-type]
        title=request.title,
        end_card=request.end_card,
        is_draft=request.is_draft,
        captions=tracks,
        length=length_wish(request, master, opened),
        music=known_music(store, tool, request.music, folder, children) if request.music else None,
    )
    plan = make_plan(
        master, analysis, list(presets.items()), wishes,
        stem=stem, ffmpeg_identity=tool.identity,
        measure=caption_width_px, fonts_of=caption_fonts, extent_of=caption_extent,
    )  # fmt: skip
    return Planned(plan, analysis, _as_planned(presets, request.is_draft), path, opened.edit)


def _as_planned(presets: dict[str, Any], is_draft: bool) -> dict[str, Any]:
    from variantgen.plan.draft import as_draft

    return {name: as_draft(preset) for name, preset in presets.items()} if is_draft else presets


def _film(request: Request, store: Store, path: Path) -> Master:
    """One film of several in a timeline, with the sound track that was asked for; one without sound is no fault."""
    film = known_master(store, path, None)
    return known_master(store, path, request.audio_track) if request.audio_track and film.audio_tracks else film


def known_master(store: Store, path: Path, audio_track: int | None, content: str = "") -> Master:
    """A master's probe, from the store when the file is the one that was probed before.

    `content` names what is in a file that was made here: that becomes its fingerprint, whenever it was written.
    """
    from pydantic import TypeAdapter, ValidationError

    from variantgen.media.probe import PROBE_FORMAT, probe
    from variantgen.plan.keys import key_of

    adapter = TypeAdapter(Master)
    try:
        stat = path.stat()
        what = [content] if content else [str(path.resolve()), stat.st_size, stat.st_mtime_ns, audio_track]
        key = key_of("probe", PROBE_FORMAT, what)
    except (OSError, UnicodeError):
        return probe(path, audio_track=audio_track)
    held = store.read_json("probes", key)
    if held is not None:
        try:
            return replace(adapter.validate_python(held), path=path)
        except ValidationError:
            pass
    master = probe(path, audio_track=audio_track)
    master = replace(master, fingerprint=content) if content else master
    store.write_json("probes", key, adapter.dump_python(master, mode="json"))
    return master


def _known_analysis(
    store: Store, tool: Tool, master: Master, folder: Path, notify: Notify, children: Children
) -> Analysis:
    """A master's analysis, from the store when the same content was measured before."""
    from pydantic import TypeAdapter, ValidationError

    from variantgen.analyze.whole import analyse, analysis_identity
    from variantgen.plan.keys import key_of

    adapter = TypeAdapter(Analysis)
    track = master.audio.index if master.audio else None
    values = [analysis_identity(), master.fingerprint, track, str(master.frame_rate), tool.identity]
    key = key_of("analysis", ANALYSIS_FORMAT, values)
    held = store.read_json("analyses", key)
    if held is not None:
        try:
            return adapter.validate_python(held)
        except ValidationError:
            pass
    length = max(master.duration_seconds, 0.1)
    private = folder / f"survey-{key[:12]}"
    private.mkdir()
    analysis, complaint = analyse(
        tool, master, private, children=children,
        on_progress=lambda seconds: notify(Progress(f"measuring {master.name}", min(1.0, seconds / length))),
    )  # fmt: skip
    if complaint:
        notify(Note(complaint, is_warning=True))
    store.write_json("analyses", key, adapter.dump_python(analysis, mode="json"))
    return analysis


def _with_true_length(master: Master, analysis: Analysis) -> Master:
    """The master with the frames that really decode, where its header promised noticeably others."""
    off = master.frames - analysis.frames
    if analysis.frames < 1 or off > max(2, 0.1 * master.frames + master.max_gap_seconds * float(master.frame_rate)):
        raise MasterError(
            f"{master.path}: is damaged: {analysis.frames} of {master.frames} frames can be decoded. Export it again."
        )
    if analysis.decode_errors > max(10, 0.05 * analysis.frames):
        raise MasterError(
            f"{master.path}: is damaged: its decoder told {analysis.decode_errors} errors in {analysis.frames} frames."
            " Export it again."
        )
    # one frame more or less is rounding at the end, which differs between FFmpeg versions
    return master if abs(off) <= 1 else replace(master, frames=analysis.frames)


def _framing(
    request: Request, path: Path, master: Master, analysis: Analysis, notify: Notify
) -> tuple[tuple[tuple[str, float], ...], tuple[FramingMark, ...]]:
    """Weights by kind of subject, the command line's before the file's, and what the file decides."""
    from variantgen.framing_file import framing_path, read_framing

    file = request.framing or framing_path(path)
    if request.framing is None and not (request.is_framing_found and file.is_file()):
        return tuple(sorted(request.keep)), ()
    framing = read_framing(file, master, analysis.subjects)
    notify(Note(f"framing from {file.name}"))
    return tuple(sorted({**dict(framing.keep), **dict(request.keep)}.items())), framing.marks


def _captions(request: Request, master: Master, presets: dict[str, Any], notify: Notify) -> tuple[CaptionTrack, ...]:
    """The captions that were named or come with the master, where a placement takes any or a cut needs the words."""
    if not (request.lengths or any(preset.captions.ways for preset in presets.values())):
        return ()
    from variantgen.caption_sources import caption_tracks

    tracks = caption_tracks(master, request.captions, notify)
    burned = [preset.captions.look for preset in presets.values() if "burn" in preset.captions.ways]
    for weight, font in sorted({(look.weight, look.font) for look in burned}):
        for track in tracks:
            _refuse_undrawable(track, font, is_bold=weight == "bold")
    return tracks


def _refuse_undrawable(track: CaptionTrack, font: str, *, is_bold: bool) -> None:
    """A character that no font here can draw is an error, never a box on the picture."""
    from variantgen.fonts.language import language_of
    from variantgen.fonts.runs import faces_for

    texts = [cue.text for cue in track.cues]
    missing = faces_for(texts, is_bold=is_bold, language=language_of((), track.language), font=font).undrawable
    if not missing:
        return
    where = next((cue.start_seconds for cue in track.cues if missing[0].text in cue.text), 0.0)
    others = f" So are {len(missing) - 1} more." if len(missing) > 1 else ""
    raise UserError(
        f"{track.origin}: the caption at {where:.1f} s: {missing[0].sentence}.{others}"
        " Or deliver captions as a file: --set captions.mode=sidecar"
    )


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

"""Masters as they are read: opened, measured, and with what lies beside them (captions, framing, music)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen.errors import MasterError, UserError
from variantgen.events import Note, Notify, Progress
from variantgen.media.ffmpeg import Children, Tool
from variantgen.model import Analysis, CaptionTrack, FramingMark, Master, Music
from variantgen.store import Store

if TYPE_CHECKING:
    from variantgen.pipeline import Request
    from variantgen.timeline_masters import OpenedMaster

ANALYSIS_FORMAT = 2
"""Raised when an analysis holds other values."""


@dataclass(frozen=True)
class Workshop:
    """What a run works with: its FFmpeg, its store and a folder of its own, whom it tells, and its children."""

    request: Request
    tool: Tool
    store: Store
    folder: Path
    notify: Notify
    children: Children


@dataclass(frozen=True)
class ReadMaster:
    """A master with all that is known of it; `asked` is the file that was named, `opened` what a timeline shows."""

    master: Master
    analysis: Analysis
    asked: Path
    opened: OpenedMaster
    keep: tuple[tuple[str, float], ...]
    marks: tuple[FramingMark, ...]

    @property
    def beside(self) -> Master:
        """The master as what lies beside it finds it: what belongs to a conformed timeline lies beside that."""
        return self.master if self.opened.edit is None else replace(self.master, path=self.asked)


def read_master(workshop: Workshop, path: Path) -> ReadMaster:
    """Opens and measures a master. Raises MasterError for one that cannot be used."""
    from variantgen.conforming import ConformBench, conformed
    from variantgen.timeline_masters import opened_master

    request, store, notify = workshop.request, workshop.store, workshop.notify
    bench = ConformBench(
        workshop.tool, store, workshop.folder, workshop.children, notify, probe=partial(_film, request, store),
        jobs=request.jobs,
    )  # fmt: skip
    opened = opened_master(path, request.search, notify, partial(conformed, bench))
    if opened.edit is None:
        master = known_master(store, opened.path, request.audio_track)
    else:
        master = replace(known_master(store, opened.path, None, opened.key), name=path.name)
    analysis = _known_analysis(store, workshop.tool, master, workshop.folder, notify, workshop.children)
    master = with_true_length(master, analysis)
    for note in master.notes:
        notify(Note(f"{master.name}: {note}"))
    keep, marks = _framing(request, path, master, analysis, notify)
    return ReadMaster(master, analysis, path, opened, keep, marks)


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


def with_true_length(master: Master, analysis: Analysis) -> Master:
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


def captions_of(request: Request, master: Master, presets: dict[str, Any], notify: Notify) -> tuple[CaptionTrack, ...]:
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


def known_music_of(workshop: Workshop, path: Path) -> Music:
    """What is known of a music file. Raises UserError for what is no music."""
    from variantgen.music_files import known_music

    return known_music(workshop.store, workshop.tool, path, workshop.folder, workshop.children)

"""A timeline of several films, made into one film: clip by clip, joined without touching a pixel, kept in the store."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from variantgen.build.conform_graph import clip_command
from variantgen.build.conform_join import join_clips, refuse_short
from variantgen.build.conform_sound import conform_sound
from variantgen.build.executors import EXECUTORS, Job, Outcome, default_workers
from variantgen.build.join import UnusablePart
from variantgen.build.stills import read_still, still_pixels
from variantgen.errors import UserError
from variantgen.events import Note, Notify, Progress
from variantgen.media.ffmpeg import Cancelled, Children, Tool, run
from variantgen.model import Conform, ConformClip, Master, Still
from variantgen.plan.keys import key_of
from variantgen.store import Store
from variantgen.timelines import TimelineEdit
from variantgen.timelines.conforming import conform_of
from variantgen.timelines.finding import is_still

CLIP_FORMAT = 1
"""Raised when the same clip would be made of other pixels."""
CONFORM_FORMAT = 1
"""Raised when the same clips would be joined, or their sound be mixed, another way."""
SOUND_WEIGHT = 30.0
"""The work of the sound in millions of pixels."""


@dataclass(frozen=True)
class ConformBench:
    """What making a film of a timeline needs; `folder` is private to the run, `probe` tells what a media file is."""

    tool: Tool
    store: Store
    folder: Path
    children: Children
    notify: Notify
    probe: Callable[[Path], Master]
    jobs: int | None = None


@dataclass(frozen=True)
class Conformed:
    """The film that was made of a timeline, and the key that names its content."""

    path: Path
    key: str


def conformed(bench: ConformBench, edit: TimelineEdit, file: str) -> Conformed:
    """The one film of an edit, from the store where it was made before; `file` is the timeline's name in what is told.

    A clip that was made before is not made again. Raises UserError for a timeline that no film can be made of and for a
    full disk, MasterError for media that cannot be read.
    """
    media = dict.fromkeys(clip.media for clip in edit.clips if clip.media is not None)
    conform = conform_of(edit, {path: _source(bench, path) for path in media})
    keys = [_clip_key(bench, conform, clip) for clip in conform.clips]
    key = key_of("conform", CONFORM_FORMAT, [keys, _sound_key(conform), bench.tool.identity])
    for note in conform.notes:
        bench.notify(Note(f"{file}: {note}"))
    path = bench.store.find("conforms", key)
    if path is None:
        path = _Making(bench, conform, keys, key, file).make()
    return Conformed(path, key)


def _source(bench: ConformBench, path: Path) -> Master | Still:
    return read_still(path) if is_still(path) else bench.probe(path)


def _clip_key(bench: ConformBench, conform: Conform, clip: ConformClip) -> str:
    source = clip.source
    what = [source.fingerprint, str(clip.start_frame), str(clip.speed)] if source is not None else []
    if isinstance(source, Master):
        what.append(str(source.frame_rate))
    return key_of("clip", CLIP_FORMAT, [what, clip.frames, conform.picture, bench.tool.identity])


def _sound_key(conform: Conform) -> list[int]:
    """Which track of its film each clip is heard with."""
    films = [clip.source if clip.is_heard else None for clip in conform.clips]
    return [film.audio.index if isinstance(film, Master) and film.audio else -1 for film in films]


@dataclass
class _Making:
    """One film being made: what there is to do, and how far it is."""

    bench: ConformBench
    conform: Conform
    keys: Sequence[str]
    key: str
    file: str
    lock: threading.Lock = field(default_factory=threading.Lock)
    total: float = 0.0
    done: float = 0.0
    told: float = 0.0
    weights: dict[str, float] = field(default_factory=dict)
    partly: dict[str, float] = field(default_factory=dict)

    def make(self) -> Path:
        """Makes what is missing, joins it and puts the film into the store."""
        private = self.bench.folder / f"conform-{self.key[:12]}"
        private.mkdir()
        sound = private / "whole.mov" if self.conform.has_sound else None
        self._tell_of_all()
        jobs = self._clip_jobs(private)
        if sound is not None:
            jobs.append(Job("sound", partial(self._make_sound, private), weight=SOUND_WEIGHT))
        self._run(jobs)
        out = private / f"{self.key}.mov"
        remade: set[str] = set()
        while (broken := self._join(sound, out)) is not None:
            key = self.keys[broken.position]
            if key in remade:
                raise broken
            # what a damaged disk left under a clip's name is made once more
            remade.add(key)
            self.bench.store.drop("clips", key)
            self._run(self._clip_jobs(private))
        if sound is not None:
            sound.unlink()
        megabytes = out.stat().st_size / 1e6
        self.bench.notify(Note(f"{self.file}: its film is kept in the store ({megabytes:.0f} MB)"))
        return self.bench.store.put("conforms", self.key, out)

    def _join(self, sound: Path | None, out: Path) -> UnusablePart | None:
        """Writes the film; the clip that cannot be used, where there is one."""
        import av

        paths = [self.bench.store.path("clips", key) for key in self.keys]
        frames = [clip.frames for clip in self.conform.clips]
        rate = self.conform.picture.frame_rate
        try:
            join_clips(list(zip(paths, frames, strict=True)), sound, out, frame_rate=rate)
        except UnusablePart as broken:
            return broken
        except (av.FFmpegError, OSError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UserError(f"{self.file}: its film cannot be written to the store ({reason}).") from None
        return None

    def _tell_of_all(self) -> None:
        picture, clips = self.conform.picture, self.conform.clips
        gaps = sum(clip.source is None for clip in clips)
        films = len({clip.source.path for clip in clips if clip.source is not None})
        speeds = sum(clip.speed != 1 for clip in clips)
        counted = [_count(len(clips) - gaps, "clip"), _count(films, "file"), _count(gaps, "gap")]
        words = f"{counted[0]} of {counted[1]}" + (f" and {counted[2]}" if gaps else "")
        words += f" ({speeds} at another speed)" if speeds else ""
        canvas = f"{picture.width}x{picture.height} at {float(picture.frame_rate):.4g} frames a second"
        self.bench.notify(Note(f"{self.file}: {words} become one film of {canvas}"))

    # ------------------------------------------------------------ jobs

    def _clip_jobs(self, private: Path) -> list[Job]:
        """One a clip that the store does not hold."""
        missing: dict[str, ConformClip] = {}
        for key, clip in zip(self.keys, self.conform.clips, strict=True):
            if key not in missing and self.bench.store.find("clips", key) is None:
                missing[key] = clip
        picture = self.conform.picture
        pixels = picture.width * picture.height / 1e6
        return [
            Job(key, partial(self._make_clip, private, key, clip), weight=clip.frames * pixels)
            for key, clip in missing.items()
        ]

    def _make_clip(self, private: Path, key: str, clip: ConformClip) -> None:
        file = f"{key}.mov"
        seconds = float(clip.frames / self.conform.picture.frame_rate)
        name = clip.source.path.name if clip.source is not None else "a gap"
        run(
            self.bench.tool,
            clip_command(self.conform.picture, clip, file),
            doing=f"making the clip of {name} in {self.file}",
            folder=private,
            feed=[still_pixels(clip.source)] if isinstance(clip.source, Still) else None,
            on_progress=lambda at: self._on_progress(key, at / seconds),
            children=self.bench.children,
        )
        refuse_short(private / file, clip.frames, name)
        self.bench.store.put("clips", key, private / file)

    def _make_sound(self, private: Path) -> None:
        conform_sound(self.bench.tool, self.conform, private, children=self.bench.children)

    def _run(self, jobs: Sequence[Job]) -> None:
        self.total, self.done = sum(job.weight for job in jobs), 0.0
        self.weights = {job.name: job.weight for job in jobs}
        workers = self.bench.jobs or default_workers()
        EXECUTORS["local"](workers).run(jobs, self._on_done, self.bench.children)

    def _on_progress(self, name: str, share: float) -> None:
        with self.lock:
            self.partly[name] = self.weights[name] * min(1.0, share)
        self._tell()

    def _on_done(self, outcome: Outcome) -> None:
        with self.lock:
            self.partly.pop(outcome.job.name, None)
            self.done += outcome.job.weight
        if isinstance(outcome.error, Cancelled):
            raise KeyboardInterrupt
        if outcome.error is not None:
            raise outcome.error
        self._tell()

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self.told > 0.1 and self.total:
            self.told = now
            share = (self.done + sum(self.partly.copy().values())) / self.total
            self.bench.notify(Progress(f"conforming {self.file}", min(1.0, share)))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

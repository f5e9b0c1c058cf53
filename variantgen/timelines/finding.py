"""An edit whose media have only names in, the same edit with the files in out: found on this machine, nowhere else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from variantgen.errors import UserError
from variantgen.timelines.edit import TimelineClip, TimelineEdit, TimelineMedia
from variantgen.timelines.naming import last_name, local_path
from variantgen.timelines.timecode import exact_rate, frames_of, is_written_as_drop, timecode_of

MAX_SEARCHED_FILES = 100_000
MAX_NAMED = 20
MEDIA_SUFFIXES = {
    *(".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mxf", ".mts", ".m2ts", ".ts", ".mpg", ".mpeg", ".wmv", ".flv"),
    *(".3gp", ".ogv", ".dv", ".gif", ".wav", ".mp3", ".m4a", ".aac", ".flac", ".aif", ".aiff"),
}
STILL_SUFFIXES = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"}
LATE_FRAMES = 1
"""A clip may end this much after its media: programs round a length that is no whole number of frames either way."""


@dataclass(frozen=True)
class MediaFacts:
    """What a media file says of itself; `first_frame` is its own timecode there, 0 where it has none."""

    frame_rate: Fraction | None
    frames: int | None = None
    first_frame: int = 0
    width: int = 0
    height: int = 0
    has_sound: bool = True


FactsOf = Callable[[Path], MediaFacts | None]


class MediaFinder:
    """Looks for media where a timeline file says, beside it, and in the search folders; remembers what it found."""

    def __init__(self, folder: Path, search: Sequence[Path], facts_of: FactsOf) -> None:
        self._folder, self._search, self._facts_of = folder, tuple(search), facts_of
        self._facts: dict[Path, MediaFacts | None] = {}
        self._found: dict[tuple[str, ...], Path | None] = {}
        self._listed: dict[str, list[Path]] | None = None

    def find(self, names: Sequence[str]) -> Path | None:
        """The file that one of `names` stands for, the first name that is found wins; None for none."""
        key = tuple(names)
        if key not in self._found:
            places = (place for look in (self._as_written, self._by_name, self._by_stem) for place in look(key))
            self._found[key] = next(places, None)
        return self._found[key]

    def facts(self, path: Path) -> MediaFacts | None:
        """What a found file says of itself, asked once."""
        if path not in self._facts:
            self._facts[path] = self._facts_of(path)
        return self._facts[path]

    def rate(self, media: TimelineMedia) -> Fraction | None:
        """The frame rate of a media file, or None where it is not found."""
        path = self.find(media.names)
        facts = self.facts(path) if path else None
        return facts.frame_rate if facts else None

    @property
    def searched(self) -> str:
        """The folders looked into, for a sentence."""
        return ", ".join(f'"{folder}"' for folder in dict.fromkeys((self._folder, *self._search)))

    def _as_written(self, names: Iterable[str]) -> Iterator[Path]:
        for name in names:
            path = local_path(name)
            if path is not None and (place := self._folder / path) and _is_media(place):
                yield place

    def _by_name(self, names: Iterable[str]) -> Iterator[Path]:
        for name in names:
            yield from self._files().get(last_name(name).lower(), ())

    def _by_stem(self, names: Iterable[str]) -> Iterator[Path]:
        """By names that lost their suffix, as clip names and reels do."""
        known = MEDIA_SUFFIXES | STILL_SUFFIXES
        for name in names:
            wanted = last_name(name).lower()
            stems = {wanted, wanted.rpartition(".")[0] if Path(wanted).suffix in known else wanted}
            # a film before a picture: a poster often lies beside it under the same name
            for found, places in sorted(self._files().items(), key=lambda row: is_still(Path(row[0]))):
                if found.rpartition(".")[0] in stems:
                    yield from places

    def _files(self) -> dict[str, list[Path]]:
        """Media files by lower-case name: of the timeline's own folder, then below each search folder, in order."""
        if self._listed is None:
            self._listed = {}
            for path in self._walk():
                if path.suffix.lower() in MEDIA_SUFFIXES | STILL_SUFFIXES:
                    self._listed.setdefault(path.name.lower(), []).append(path)
        return self._listed

    def _walk(self) -> Iterator[Path]:
        seen = 0
        for top in (self._folder, *self._search):
            for folder, inside, files in os.walk(top):
                inside.sort()
                if top is self._folder:
                    inside.clear()  # beside it only: a timeline may lie in a home folder
                for name in sorted(files):
                    seen += 1
                    if seen > MAX_SEARCHED_FILES:
                        raise UserError(
                            f'The search folders hold more than {MAX_SEARCHED_FILES} files ("{top}" among them); '
                            "name the folder that holds the media."
                        )
                    yield Path(folder) / name


def is_still(path: Path) -> bool:
    """Whether a file's name says that it is one picture."""
    return path.suffix.lower() in STILL_SUFFIXES


def _is_media(path: Path) -> bool:
    try:
        return path.is_file() and path.suffix.lower() in MEDIA_SUFFIXES | STILL_SUFFIXES
    except (OSError, ValueError):
        return False


def with_media(edit: TimelineEdit, finder: MediaFinder, file: str) -> TimelineEdit:
    """The edit with every media file found and its clips counted from the media's first frame.

    Raises one UserError that names all media that are missing and where they were looked for, and one for a clip
    that lies outside of its media.
    """
    used = dict.fromkeys(clip.source for clip in edit.clips if clip.source)
    places = {media: finder.find(media.names) for media in used}
    missing = [media for media, place in places.items() if place is None]
    if missing:
        raise UserError(_missing(missing, finder, file))
    known = {media: _known(media, place, finder.facts(place)) for media, place in places.items() if place}
    clips = tuple(clip if clip.source is None else _set_in(clip, known[clip.source], file) for clip in edit.clips)
    return replace(edit, clips=clips)


def _missing(missing: Sequence[TimelineMedia], finder: MediaFinder, file: str) -> str:
    names = list(dict.fromkeys(last_name(media.names[0]) if media.names else media.path.name for media in missing))
    shown = ", ".join(f'"{name}"' for name in names[:MAX_NAMED])
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return (
        f'"{file}" needs media that are not found: {shown}{more}; looked where the file says and in {finder.searched}. '
        "Add the folder that holds them to the search folders."
    )


def _known(media: TimelineMedia, path: Path, facts: MediaFacts | None) -> TimelineMedia:
    """One value for a file, however often and by whichever names it is used."""
    if facts is None:
        return replace(media, path=path, names=(path.name,))
    return TimelineMedia(
        *(path, (path.name,), facts.frame_rate or media.frame_rate, facts.frames),
        *(facts.first_frame, facts.width, facts.height, facts.has_sound),
    )


def _set_in(clip: TimelineClip, media: TimelineMedia, file: str) -> TimelineClip:
    shift = 0
    if clip.source is not None and clip.source.first_frame is None:
        own_rate = media.frame_rate or clip.rate
        shift = round((media.first_frame or 0) / own_rate * clip.rate)
    start, end = clip.start_frame - shift, clip.end_frame - shift
    held = None if media.frames is None else round(media.frames / (media.frame_rate or clip.rate) * clip.rate)
    if held is not None and start >= 0 and held < end <= held + LATE_FRAMES and end - start > LATE_FRAMES:
        start, end = start - (end - held), held
    if start < 0 or (held is not None and end > held):
        raise UserError(_outside(clip, media, shift, held, file))
    return replace(clip, start_frame=start, end_frame=end, source=media)


def _outside(clip: TimelineClip, media: TimelineMedia, shift: int, held: int | None, file: str) -> str:
    def shown(frame: int) -> str:
        try:
            return timecode_of(frame, clip.rate)
        except ValueError:
            return f"frame {frame}"

    has = f"starts at {shown(shift)}" if held is None else f"runs from {shown(shift)} to {shown(shift + held)}"
    return (
        f'"{file}" takes {shown(clip.start_frame)} to {shown(clip.end_frame)} of "{media.path.name}", which {has}; '
        "it is another file than the one that was edited, or lost its timecode."
    )


def media_facts(path: Path) -> MediaFacts | None:
    """What a media file's header says (PyAV): rate, length, timecode, size, sound; None for what is no media.

    Reads the header only; FFmpeg's `timecode` tag comes from a MOV timecode track, MXF, GXF or MPEG GOP header.
    """
    import av

    from variantgen.media.ffmpeg import guarded_input

    guard = guarded_input(path)
    options = {key: guard[key] for key in ("protocol_whitelist", "format_whitelist")}
    try:
        with av.open(guard["filename"], options=options) as container:
            return _header(container)
    except (av.FFmpegError, OSError):
        return None


def _header(container: Any) -> MediaFacts:
    has_sound = bool(container.streams.audio)
    video = next(iter(container.streams.video), None)
    if video is None:
        return MediaFacts(None, has_sound=has_sound)
    rate = exact_rate(video.average_rate or video.guessed_rate or 0)
    seconds = Fraction(container.duration or 0, 1_000_000)
    if video.duration and video.time_base:
        seconds = video.duration * Fraction(video.time_base)
    frames = (video.frames or round(seconds * rate) or None) if rate else None
    tags = [stream.metadata for stream in container.streams] + [container.metadata]
    timecode = next((tag["timecode"] for tag in tags if tag.get("timecode")), "")
    first = frames_of(timecode, rate, is_drop=is_written_as_drop(timecode)) if rate else None
    return MediaFacts(rate, frames, first or 0, video.width or 0, video.height or 0, has_sound)

"""Which captions a master gets: the files and tracks that were named, what lies beside it, or what it carries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from variantgen.analyze.captions import CaptionsFile, find_caption_files, read_captions, read_track
from variantgen.errors import UserError
from variantgen.events import Note, Notify
from variantgen.fonts.language import language_of
from variantgen.media.languages import language_tag
from variantgen.model import CaptionTrack, Master, SubtitleTrack

NAMED_TRACK = re.compile(r"track:(\d{1,3})", re.IGNORECASE)


@dataclass(frozen=True)
class CaptionWish:
    """Captions that were asked for: a file, or a subtitle track of the master (from 1); the language if it was said."""

    language: str = ""
    file: Path | None = None
    track: int | None = None


def caption_wish(words: str) -> CaptionWish:
    """What `FILE`, `fr=FILE`, `track:2` or `fr=track:2` asks for. Raises UserError for a language that is none."""
    name, equals, rest = words.partition("=")
    if equals and rest and not re.search(r"[./\\]", name) and not Path(words).exists():
        language = language_tag(name)
        if not language:
            raise UserError(f'"{name}" is no language: write a tag as in en={rest}, pt-BR={rest} or zh-Hant={rest}.')
        return replace(_file_or_track(rest), language=language)
    return _file_or_track(words)


def _file_or_track(words: str) -> CaptionWish:
    track = NAMED_TRACK.fullmatch(words)
    if track and not Path(words).exists():
        if int(track[1]) < 1:
            raise UserError("subtitle tracks count from 1, as in --captions track:1.")
        return CaptionWish(track=int(track[1]))
    return CaptionWish(file=Path(words))


def caption_tracks(master: Master, wishes: Sequence[CaptionWish], notify: Notify) -> tuple[CaptionTrack, ...]:
    """The captions of a master, one track a language, mended; what was mended or chosen is told by notes.

    Without wishes: the file beside the master, else its first subtitle track of text. Raises UserError where captions
    cannot be read, or where two that were asked for have the same language or none.
    """
    if not wishes:
        return _found(master, notify)
    tracks = [_asked(master, wish, notify) for wish in wishes]
    _refuse_one_language_twice(tracks)
    return tuple(tracks)


def _asked(master: Master, wish: CaptionWish, notify: Notify) -> CaptionTrack:
    if wish.track is not None:
        return _from_track(master, _numbered(master, wish.track), wish.language, notify)
    assert wish.file is not None
    return _from_file(master, wish.file, wish.language, notify)


def _numbered(master: Master, number: int) -> SubtitleTrack:
    tracks = master.subtitle_tracks
    if number > len(tracks):
        has = f"has {len(tracks)}" if tracks else "has none"
        raise UserError(f"{master.path}: there is no subtitle track {number}: it {has}.")
    return tracks[number - 1]


def _refuse_one_language_twice(tracks: Sequence[CaptionTrack]) -> None:
    for number, track in enumerate(tracks):
        twins = [other for other in tracks[:number] if other.language == track.language]
        if twins and not track.language:
            raise UserError(
                f'"{twins[0].origin}" and "{track.origin}" do not say which language they are in: '
                f"name it, as in --captions en={twins[0].origin} --captions fr={track.origin}."
            )
        if twins:
            raise UserError(
                f'"{twins[0].origin}" and "{track.origin}" are both in "{track.language}": name one of them.'
            )


# ---------------------------------------------------------------- what nobody named


def _found(master: Master, notify: Notify) -> tuple[CaptionTrack, ...]:
    beside = find_caption_files(master.path)
    if beside:
        first = min(beside)
        track = _from_file(master, beside[first], first, notify)
        if len(beside) > 1:
            others = " ".join(f"--captions {tag or 'und'}={path.name}" for tag, path in beside.items())
            notify(Note(f"{master.name}: captions from {track.origin} alone; for every language: {others}"))
        return (track,)
    texts = [track for track in master.subtitle_tracks if track.is_text]
    if texts:
        try:
            track = _from_track(master, texts[0], "", notify)
        except UserError as error:  # nobody asked for it, so the film goes out without
            notify(Note(f"{master.name}: no captions: {error}", is_warning=True))
            return ()
        notify(Note(f"{master.name}: captions from its {track.origin}; others: --captions FILE or --captions track:N"))
        return (track,)
    if master.subtitle_tracks:
        kind = master.subtitle_tracks[0].codec
        notify(
            Note(
                f"{master.name}: its subtitles are pictures ({kind}), which cannot be set anew: "
                "name a captions file with --captions FILE"
            )
        )
    return ()


# ---------------------------------------------------------------- reading


def _from_file(master: Master, file: Path, language: str, notify: Notify) -> CaptionTrack:
    captions = read_captions(file, end_seconds=master.duration_seconds)
    return _track(captions, language or captions.language or _language_in_name(file), file.name, notify)


def _language_in_name(file: Path) -> str:
    """fr of film.fr.srt; a film's own name never counts, so only what stands alone between two dots does."""
    words = file.name.split(".")
    return language_tag(words[-2]) if len(words) > 2 else ""


def _from_track(master: Master, track: SubtitleTrack, language: str, notify: Notify) -> CaptionTrack:
    captions = read_track(master.path, track, end_seconds=master.duration_seconds)
    origin = f"subtitle track {track.position + 1}"
    return _track(captions, language or captions.language, origin, notify)


def _track(captions: CaptionsFile, language: str, origin: str, notify: Notify) -> CaptionTrack:
    for note in captions.notes:
        notify(Note(f"{origin}: {note}"))
    # Han letters look different in each language that has them: what the tag leaves open, the whole text decides
    letters = language_of([cue.text for cue in captions.cues], language)
    if letters and language in ("", "zh", "yue", "cmn"):
        language = letters
    return CaptionTrack(language, captions.cues, origin)

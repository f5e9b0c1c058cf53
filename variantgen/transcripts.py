"""Masters in, captions files out, made from what is said in them; what was heard is kept in the store."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from variantgen.errors import MasterError, ToolError, UserError, nearest
from variantgen.events import Note, Notify, Progress
from variantgen.media.ffmpeg import Children, Tool, find_ffmpeg
from variantgen.model import SourceCue, Word
from variantgen.store import Store, default_store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from variantgen.analyze.sound import SoundTrack
    from variantgen.analyze.speech import Transcript
    from variantgen.analyze.speech_models import SpeechModel

FORMATS = ("srt", "vtt", "json")
KEPT_FORMAT = 1
"""Raised when a transcript in the store holds other values."""
DOUBTFUL_SHARE = 0.7
"""With fewer of a text's letters found in the sound, somebody should look at it."""


@dataclass(frozen=True)
class TranscribeRequest:
    """What the user asked for; `out` is a file, or a folder for several masters, None beside each master."""

    masters: tuple[Path, ...]
    out: Path | None = None
    model: str = ""
    is_download_allowed: bool = False
    language: str = ""
    format: str = ""
    text: Path | None = None
    audio_track: int | None = None
    is_forced: bool = False
    store: Path | None = None
    ffmpeg: str | None = None


@dataclass(frozen=True)
class Transcribed:
    """One master's captions and the file that holds them; `has_picture` is False for sound alone.

    Of one in which nobody speaks no file is written. `found_share` (0-1) is how much of a given text was found in the
    sound, None where none was given.
    """

    master: Path
    file: Path
    transcript: Transcript
    cues: tuple[SourceCue, ...]
    status: Literal["made", "unchanged", "silent"] = "made"
    found_share: float | None = None
    has_picture: bool = True


def transcribe(request: TranscribeRequest, notify: Notify) -> list[Transcribed]:
    """Writes a captions file for each master; of several, one that cannot be heard is told of and left out.

    Raises UserError, with what to change, for wrong wishes.
    """
    files = [_target(request, master) for master in request.masters]
    _refuse_same(files)
    text = _text(request)
    bench = _bench(request, notify)
    done = []
    try:
        for master, file in zip(request.masters, files, strict=True):
            try:
                done.append(_one(bench, request, master, file, text))
            except (MasterError, ToolError) as error:
                if len(files) == 1:
                    raise
                notify(Note(str(error), is_warning=True))
    except BaseException:
        bench.children.cancel()
        raise
    return done


def transcript_json(transcript: Transcript, cues: tuple[SourceCue, ...]) -> dict[str, Any]:
    """The JSON that Whisper's tools write: segments of words, times in seconds; each caption is a segment."""
    from variantgen.analyze.word_cues import joined

    segments = [
        {
            "id": number,
            "start": cue.start_seconds,
            "end": cue.end_seconds,
            "text": joined(cue.words),
            "words": [_word_json(word) for word in cue.words],
        }
        for number, cue in enumerate(cues)
    ]
    text = joined(transcript.words)
    return {"language": transcript.language, "model": transcript.model, "text": text, "segments": segments}


def _word_json(word: Word) -> dict[str, Any]:
    return {"word": word.text, "start": word.start_seconds, "end": word.end_seconds, "probability": word.confidence}


# ---------------------------------------------------------------- what was asked for


def _target(request: TranscribeRequest, master: Path) -> Path:
    """The captions file of a master; its format is the wished one, or that of its name."""
    out = request.out
    if out is None:
        return master.with_suffix(f".{request.format or 'srt'}")
    if out.is_dir() or len(request.masters) > 1:
        if not out.is_dir():
            raise UserError(f"-o {out}: several masters need a folder that is there, not one file.")
        return out / f"{master.stem}.{request.format or 'srt'}"
    suffix = out.suffix.lower().removeprefix(".")
    if not request.format and suffix not in FORMATS:
        raise UserError(f"-o {out}: its name tells no format; end it in .srt, .vtt or .json.{nearest(suffix, FORMATS)}")
    if request.format and suffix in FORMATS and suffix != request.format:
        raise UserError(f"-o {out}: ends in .{suffix} but --format is {request.format}; leave one of them out.")
    if not out.parent.is_dir():
        raise UserError(f"-o {out}: there is no folder {out.parent}.")
    return out


def _refuse_same(files: list[Path]) -> None:
    for file in files:
        if files.count(file) > 1:
            raise UserError(f"{file} would be the captions of two masters; transcribe them one by one, with -o.")


def _text(request: TranscribeRequest) -> str:
    from variantgen.analyze.align import read_transcript

    if request.text is None:
        return ""
    if len(request.masters) > 1:
        raise UserError("--text: is the text of one master; transcribe them one by one.")
    return read_transcript(request.text)


# ---------------------------------------------------------------- one master


class _Recogniser:
    """A model, loaded when the first sound needs it."""

    def __init__(self, model: SpeechModel) -> None:
        self.model = model
        self._loaded: Any = None

    def loaded(self) -> Any:
        """The recogniser, ready to hear."""
        from variantgen.analyze import speech

        if self._loaded is None:
            self._loaded = speech.load_recogniser(self.model)
        return self._loaded


@dataclass(frozen=True)
class _Bench:
    """What transcribing a master needs."""

    tool: Tool
    store: Store
    notify: Notify
    recogniser: _Recogniser
    children: Children


def _bench(request: TranscribeRequest, notify: Notify) -> _Bench:
    from variantgen.analyze.speech_models import find_model

    model = find_model(request.model, is_download_allowed=request.is_download_allowed)
    notify(Note(f"listening with {model.name}"))
    return _Bench(
        find_ffmpeg(request.ffmpeg), Store(request.store or default_store()), notify, _Recogniser(model), Children()
    )


def _one(bench: _Bench, request: TranscribeRequest, master: Path, file: Path, text: str) -> Transcribed:
    from variantgen.analyze.sound import find_sound
    from variantgen.analyze.word_cues import cues_from_words

    track = find_sound(master, request.audio_track)
    if track.note:
        bench.notify(Note(f"{master.name}: {track.note}"))
    key = transcript_key(track, bench.recogniser.model, request.language, bench.tool.identity, text)
    kept = _kept(bench.store, key)
    if kept is None:
        # told before the long work, not after it; a transcript that is there already costs nothing to compare
        _refuse_existing(request, file)
        kept = _hear(bench, request, track, text)
        bench.store.write_json("analyses", key, {"transcript": asdict(kept[0]), "found_share": kept[1]})
    transcript, found_share = kept
    _tell(bench.notify, master, request, transcript, found_share)
    cues = tuple(cues_from_words(transcript.words, transcript.language))
    done = Transcribed(master, file, transcript, cues, "made", found_share, track.has_picture)
    if not cues:
        return replace(done, status="silent")
    content = _content(transcript, cues, request.format or file.suffix.lower().removeprefix("."))
    if file.is_file() and file.read_bytes() == content.encode():
        return replace(done, status="unchanged")
    _refuse_existing(request, file)
    _write(file, content)
    return done


def _refuse_existing(request: TranscribeRequest, file: Path) -> None:
    if file.exists() and not request.is_forced:
        raise UserError(
            f"{file}: is there already and stays as it is. Replace it with --force, or name another: -o FILE"
        )


def transcript_key(track: SoundTrack, model: SpeechModel, language: str, ffmpeg_identity: str, text: str) -> str:
    """The store's name of what is heard in a sound track: a hash of all that shapes it."""
    from variantgen.analyze.align import ALIGN_FORMAT
    from variantgen.analyze.sound import SOUND_FORMAT
    from variantgen.analyze.speech import recogniser_identity
    from variantgen.analyze.word_times import times_identity
    from variantgen.plan.keys import key_of

    means = [SOUND_FORMAT, ffmpeg_identity, recogniser_identity(), model.identity, times_identity()]
    given = [track.fingerprint, track.index, language, ALIGN_FORMAT if text else 0, text]
    return key_of("transcript", KEPT_FORMAT, [means, given])


def _kept(store: Store, key: str) -> tuple[Transcript, float | None] | None:
    """A transcript out of the store; anything odd is a miss."""
    from pydantic import TypeAdapter, ValidationError

    from variantgen.analyze.speech import Transcript

    held: Any = store.read_json("analyses", key)
    try:
        share = TypeAdapter(float | None).validate_python(held["found_share"])
        return TypeAdapter(Transcript).validate_python(held["transcript"]), share
    except (ValidationError, TypeError, KeyError):
        return None


def _hear(bench: _Bench, request: TranscribeRequest, track: SoundTrack, text: str) -> tuple[Transcript, float | None]:
    """What is said in a sound track: words as recognised, or those of `text`, at their settled times."""
    from variantgen.analyze import sound, speech

    name = track.path.name
    with bench.store.working_folder() as folder:
        samples = sound.decode_sound(
            bench.tool, track, folder, children=bench.children,
            on_progress=_share_of(bench.notify, f"reading the sound of {name}", track.seconds),
        )  # fmt: skip
        recogniser = bench.recogniser.loaded()
        heard = speech.hear(
            samples, recogniser, language=request.language, on_progress=_share_of(bench.notify, f"listening to {name}")
        )
        heard = replace(heard, model=bench.recogniser.model.name)
        return _timed(samples, heard, text, request.text, _share_of(bench.notify, f"timing the words of {name}"))


def _timed(
    samples: NDArray[np.int16], heard: Transcript, text: str, file: Path | None, on_progress: Callable[[float], None]
) -> tuple[Transcript, float | None]:
    from variantgen.analyze.align import LEAST_FOUND_SHARE, align_text
    from variantgen.analyze.sound import SPEECH_HZ
    from variantgen.analyze.word_times import settle

    words: tuple[Word, ...] = heard.words
    share = None
    if text:
        aligned = align_text(text, words, end_seconds=len(samples) / SPEECH_HZ)
        words, share = aligned.words, aligned.found_share
        if share < LEAST_FOUND_SHARE:
            raise UserError(f"--text {file}: only {share:.0%} of it is said in the sound; is it the text of this film?")
    settled = settle(samples, words, heard.language, on_progress=on_progress)
    return replace(heard, words=settled), share


def _share_of(notify: Notify, step: str, length: float = 1.0) -> Callable[[float], None]:
    return lambda done: notify(Progress(step, min(1.0, done / max(length, 0.1))))


# ---------------------------------------------------------------- telling and writing


def _tell(
    notify: Notify, master: Path, request: TranscribeRequest, transcript: Transcript, found_share: float | None
) -> None:
    if not transcript.words:
        notify(Note(f"{master.name}: nobody speaks in it; no captions were written", is_warning=True))
    elif not request.language and transcript.language_confidence < 1:
        sure = transcript.language_confidence
        notify(Note(f"{master.name}: spoken in {transcript.language} ({sure:.0%} sure)", is_warning=sure < 0.5))
    if found_share is not None and transcript.words:
        words = f"{master.name}: {found_share:.0%} of the text was found in the sound"
        doubt = "; where it was not, the times are guesses: look at them" if found_share < DOUBTFUL_SHARE else ""
        notify(Note(words + doubt, is_warning=bool(doubt)))


def _content(transcript: Transcript, cues: tuple[SourceCue, ...], kind: str) -> str:
    from variantgen.build.sidecar import sidecar_text

    if kind == "json":
        return json.dumps(transcript_json(transcript, cues), ensure_ascii=False, indent=1) + "\n"
    return sidecar_text(cues, kind, transcript.language)


def _write(file: Path, content: str) -> None:
    from variantgen.report.replacing import replace_text

    replace_text(file, content)

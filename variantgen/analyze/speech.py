"""Sound in, the words that are said in it out, each with its times: faster-whisper, gated by voice activity.

Long sound is heard in blocks cut at quiet places, so that memory does not grow with the film.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from variantgen.analyze.sound import SPEECH_HZ
from variantgen.analyze.speech_models import SpeechModel
from variantgen.errors import UserError, nearest
from variantgen.model import SecondsSpan, Word
from variantgen.phrasing.writing import SPACELESS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TRANSCRIPT_FORMAT = 1
"""Raised when the same sound and the same model would give other words or times."""
BLOCK_SECONDS = 600.0
"""Heard at a time; about 60 MB as the recogniser takes it, and as much again for its spectrum."""
LOOK_FOR_QUIET_SECONDS = 60.0
LEAST_WORD_SECONDS = 0.02
# Shorter silences are left in: the recogniser hears sentences, and cutting between words costs it their sense.
VOICE = {"min_silence_duration_ms": 500, "speech_pad_ms": 200}
LANGUAGE_SECONDS = 120.0
"""How much speech the language is told from, in windows of 30 s."""

OnProgress = Callable[[float], None]


@dataclass(frozen=True)
class Transcript:
    """What is said in one sound track: words in order, none overlapping, in seconds of the master.

    `language` is a BCP 47 tag, `language_confidence` (0-1) 1 where it was named and not told from the sound, `model`
    says who heard it.
    """

    language: str
    words: tuple[Word, ...]
    language_confidence: float = 1.0
    model: str = ""


def recogniser_identity() -> str:
    """Names what words depend on beside the sound, the model and the language, for keys in the store."""
    from importlib import metadata

    return f"transcript {TRANSCRIPT_FORMAT} faster-whisper {metadata.version('faster-whisper')}"


def load_recogniser(model: SpeechModel) -> Any:
    """The model, ready to hear (`faster_whisper.WhisperModel`). Raises UserError for files that are no model."""
    import ctranslate2
    from faster_whisper import WhisperModel

    # temperatures above 0 sample: the same sound must give the same words again
    ctranslate2.set_random_seed(0)
    place = model.folder
    try:
        # int8 costs no accuracy that could be measured here, and half the memory and time
        if place is not None:
            return WhisperModel(str(place), device="cpu", compute_type="int8", local_files_only=True)
        return WhisperModel(model.name, device="cpu", compute_type="int8", local_files_only=True, files=model.read())
    except (RuntimeError, ValueError, OSError) as error:
        raise UserError(f"--model {model.name}: cannot be loaded as a Whisper model ({_first_line(error)}).") from None


def hear(
    samples: NDArray[np.int16], recogniser: Any, *, language: str = "", on_progress: OnProgress | None = None
) -> Transcript:
    """The words said in mono sound at `SPEECH_HZ`; `language` is told from the speech where it is empty.

    `on_progress` is told the share that has been heard. Sound without speech gives no words. Raises UserError for a
    language that the model does not know.
    """
    code = _code(language, recogniser.supported_languages) if language else ""
    spoken = voice_spans(samples)
    if not spoken:
        return Transcript(language, ())
    confidence = 1.0
    if not code:
        code, confidence = _tell_language(samples, spoken, recogniser)
    words: list[Word] = []
    for start, end in blocks(samples):
        offset = start / SPEECH_HZ
        for segment in _segments(_as_floats(samples[start:end]), recogniser, code):
            words += _words_of(segment, offset)
            if on_progress:
                on_progress(min(1.0, (offset + segment.end) * SPEECH_HZ / len(samples)))
    if on_progress:
        on_progress(1.0)
    tag = language or {"jw": "jv"}.get(code, code)  # Whisper's Javanese is not that of BCP 47
    return Transcript(tag, in_order(words), confidence)


def _segments(block: NDArray[np.float32], recogniser: Any, code: str) -> Iterable[Any]:
    segments, _ = recogniser.transcribe(
        block,
        language=code,
        word_timestamps=True,
        vad_filter=True,
        vad_parameters=VOICE,
        # text that was heard wrongly once would otherwise be expected, and heard, again and again
        condition_on_previous_text=False,
    )
    return segments


def _words_of(segment: Any, offset_seconds: float) -> list[Word]:
    """A segment's words; what the recogniser told apart though no space is between (self, -made) is one."""
    words: list[Word] = []
    for heard in segment.words or ():
        text = heard.word.strip()
        start, end = float(heard.start) + offset_seconds, float(heard.end) + offset_seconds
        word = Word(start, end, text, round(float(heard.probability), 3))
        last = words[-1] if words and text and not heard.word[0].isspace() else None
        if last is None or SPACELESS.search(last.text[-1:]) or SPACELESS.search(text[:1]):
            words.append(word)
        else:
            sure = min(last.confidence, word.confidence)
            words[-1] = replace(last, end_seconds=end, text=last.text + text, confidence=sure)
    return words


def in_order(words: Iterable[Word]) -> tuple[Word, ...]:
    """Words in the order given, to the millisecond: no empty ones, none reaching into the next, none of no length."""
    kept = [word for word in words if word.text]
    tidy: list[Word] = []
    earliest = 0.0
    for word, after in zip_longest(kept, kept[1:]):
        start = round(max(word.start_seconds, earliest), 3)
        end = word.end_seconds if after is None else min(word.end_seconds, after.start_seconds)
        earliest = round(max(end, start + LEAST_WORD_SECONDS), 3)
        tidy.append(replace(word, start_seconds=start, end_seconds=earliest))
    return tuple(tidy)


# ---------------------------------------------------------------- language


def _code(language: str, known: Sequence[str]) -> str:
    """Whisper's code of a BCP 47 tag."""
    primary = language.replace("_", "-").partition("-")[0].lower()
    code = {"jv": "jw", "nb": "no", "fil": "tl"}.get(primary, primary)
    if code not in known:
        allowed = "only English (en)" if list(known) == ["en"] else ", ".join(sorted(known))
        raise UserError(f"--language {language}: the model does not know it; it knows {allowed}.{nearest(code, known)}")
    return code


def _tell_language(samples: NDArray[np.int16], spoken: Sequence[SecondsSpan], recogniser: Any) -> tuple[str, float]:
    import numpy as np

    if list(recogniser.supported_languages) == ["en"]:
        return "en", 1.0
    room, pieces = LANGUAGE_SECONDS, []
    for start, end in spoken:
        taken = min(end - start, room)
        pieces.append(samples[round(start * SPEECH_HZ) : round((start + taken) * SPEECH_HZ)])
        room -= taken
        if room <= 0:
            break
    speech = _as_floats(np.concatenate(pieces))
    code, confidence, _ = recogniser.detect_language(speech, language_detection_segments=round(LANGUAGE_SECONDS / 30))
    return str(code), round(float(confidence), 3)


# ---------------------------------------------------------------- blocks and voice


def blocks(samples: NDArray[np.int16], block_seconds: float = BLOCK_SECONDS) -> Iterator[tuple[int, int]]:
    """Spans of samples (half-open, without gaps) of at most `block_seconds`, cut where the last minute is quietest."""
    import numpy as np

    longest, hop = round(block_seconds * SPEECH_HZ), SPEECH_HZ // 10
    look = min(round(LOOK_FOR_QUIET_SECONDS * SPEECH_HZ), longest // 2)
    start = 0
    while len(samples) - start > longest:
        tail = samples[start + longest - look : start + longest].astype(np.float32)
        level = np.abs(tail[: look // hop * hop]).reshape(-1, hop).mean(axis=1)
        cut = start + longest - look + int(np.argmin(level)) * hop + hop // 2
        yield start, cut
        start = cut
    if len(samples) > start:
        yield start, len(samples)


def voice_spans(samples: NDArray[np.int16]) -> tuple[SecondsSpan, ...]:
    """Where somebody speaks, in seconds: Silero's voice activity detector, which travels in faster-whisper."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    spans: list[SecondsSpan] = []
    for start, end in blocks(samples):
        for found in get_speech_timestamps(_as_floats(samples[start:end]), VadOptions(**VOICE)):
            spans.append(((start + found["start"]) / SPEECH_HZ, (start + found["end"]) / SPEECH_HZ))
    return tuple(spans)


def _as_floats(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    import numpy as np

    return samples.astype(np.float32) / np.float32(32768)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]

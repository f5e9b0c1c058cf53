"""Transcripts as JSON: openai-whisper, faster-whisper, whisper.cpp and WhisperX, with words where they have times."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from typing import Any

from variantgen.analyze.captions.raw import RawCaptions, RawCue, Run, refuse_too_many
from variantgen.errors import UserError

_MAX_VALUES = 2_000_000
_SPECIAL_TOKEN = re.compile(r"\[_[A-Z]+_?\d*\]|<\|[^|<>]*\|>")
# A transcript of bare words becomes captions of two lines, cut where the voice rests.
_BARE_CUE_CHARACTERS = 84
_BARE_PAUSE_MS = 700
# OpenAI's service writes languages out.
_LANGUAGES = {
    "english": "en", "spanish": "es", "french": "fr", "german": "de", "italian": "it", "portuguese": "pt",
    "dutch": "nl", "russian": "ru", "ukrainian": "uk", "polish": "pl", "turkish": "tr", "arabic": "ar", "hebrew": "he",
    "hindi": "hi", "chinese": "zh", "japanese": "ja", "korean": "ko", "thai": "th", "vietnamese": "vi",
    "indonesian": "id", "swedish": "sv", "greek": "el", "czech": "cs",
}  # fmt: skip
_STAMP = re.compile(r"(\d{1,4}):(\d{1,2}):(\d{1,2})[.,](\d{3})")


def is_json(body: str) -> bool:
    """Whether the text opens as JSON and speaks of a transcript."""
    return body[:1] in ("{", "[") and re.search(r'"(?:segments|transcription|words|start)"\s*:', body) is not None


def read_whisper(body: str, name: str) -> RawCaptions:
    """Every segment of a transcript; raises UserError for JSON that is broken or holds none."""
    data = _parsed(body, name)
    segments, bare_words, language = _parts(data)
    refuse_too_many(len(segments), name)
    if not segments and bare_words:
        return RawCaptions(tuple(_cues_of_bare_words(_word_runs(bare_words))), language=language)
    if not segments:
        raise UserError(f'"{name}" is JSON without a transcript: it has no "segments", "transcription" or "words".')
    read = [cue for segment in segments if (cue := _segment(segment)) is not None]
    if bare_words and not any(cue.runs for cue in read):
        read = list(_given_words(read, _word_runs(bare_words)))
    return RawCaptions(tuple(read), language=language)


def _parsed(body: str, name: str) -> Any:
    if body.count("{") + body.count("[") + body.count(",") > _MAX_VALUES:
        raise UserError(f'"{name}" is JSON of more than {_MAX_VALUES} values, which no transcript is.')
    try:
        return json.loads(body, strict=False)
    except json.JSONDecodeError as error:
        raise UserError(f'"{name}" is broken JSON: {error.msg} at line {error.lineno}.') from None
    except (RecursionError, ValueError):
        raise UserError(
            f'"{name}" is JSON that nests too deep or holds a number too long; it is no transcript.'
        ) from None


def _parts(data: Any) -> tuple[list[Any], list[Any], str]:
    """Segments, words outside of segments, and the language."""
    if isinstance(data, list):
        return data, [], ""
    if not isinstance(data, dict):
        return [], [], ""
    result = data.get("result")
    language = data.get("language") or (result.get("language") if isinstance(result, dict) else "")
    segments: list[Any] = next(
        (data[key] for key in ("segments", "transcription") if isinstance(data.get(key), list)), []
    )
    words: list[Any] = next((data[key] for key in ("words", "word_segments") if isinstance(data.get(key), list)), [])
    return segments, words, _LANGUAGES.get(language.lower(), language) if isinstance(language, str) else ""


def _segment(segment: Any) -> RawCue | None:
    if not isinstance(segment, dict):
        return None
    start_ms, end_ms = _span(segment)
    text = segment.get("text")
    words, tokens = segment.get("words"), segment.get("tokens")
    runs = _word_runs(words) if isinstance(words, list) else _word_runs(tokens) if isinstance(tokens, list) else []
    if not isinstance(text, str):
        text = "".join(run.text for run in runs)
    if start_ms is None:
        start_ms = runs[0].start_ms if runs else None
    if start_ms is None:
        return None
    return RawCue(start_ms, end_ms, _SPECIAL_TOKEN.sub("", text), runs=tuple(runs))


def _span(entry: dict[str, Any]) -> tuple[int | None, int | None]:
    """Start and end in milliseconds from `start`/`end`, whisper.cpp's `offsets`, or its `timestamps`."""
    offsets, stamps = entry.get("offsets"), entry.get("timestamps")
    if isinstance(offsets, dict):
        return _number(offsets.get("from"), 1), _number(offsets.get("to"), 1)
    if isinstance(stamps, dict):
        return _stamp(stamps.get("from")), _stamp(stamps.get("to"))
    return _number(entry.get("start"), 1000), _number(entry.get("end"), 1000)


def _number(value: Any, scale: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e9 or math.isnan(value):
        return None
    return round(value * scale)


def _stamp(value: Any) -> int | None:
    match = _STAMP.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    hours, minutes, seconds, thousandths = map(int, match.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _word_runs(entries: Sequence[Any]) -> list[Run]:
    """Words (or whisper.cpp's tokens) as runs; one without times of its own gets what its neighbours leave."""
    known: list[tuple[int | None, int | None, str, float]] = []
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        text = entry.get("word", entry.get("text"))
        if not isinstance(text, str) or _SPECIAL_TOKEN.fullmatch(text.strip()):
            continue
        known.append((*_span(entry), text, _confidence(entry)))
    if not any(start is not None for start, *_ in known):
        return []
    return list(_filled(known))


def _confidence(entry: dict[str, Any]) -> float:
    value = next((entry[key] for key in ("probability", "score", "confidence", "p") if key in entry), 1.0)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return min(max(float(value), 0.0), 1.0) if is_number and abs(value) < 1e9 and not math.isnan(value) else 1.0


def _filled(known: Sequence[tuple[int | None, int | None, str, float]]) -> Iterator[Run]:
    groups = [(is_open, list(rows)) for is_open, rows in groupby(known, key=lambda row: row[0] is None)]
    last_ms = next(start for start, *_ in known if start is not None)
    for (is_open, rows), after in zip_longest(groups, groups[1:]):
        until_ms = max((after[1][0][0] or 0) if after else last_ms, last_ms)
        share_ms, from_ms = (until_ms - last_ms) / len(rows), last_ms
        for number, (start, end, text, confidence) in enumerate(rows):
            if is_open or start is None:
                start, end = round(from_ms + share_ms * number), round(from_ms + share_ms * (number + 1))
            last_ms = start if end is None else max(start, end)
            yield Run(start, last_ms, text, confidence)


def _cues_of_bare_words(runs: Iterable[Run]) -> Iterator[RawCue]:
    group: list[Run] = []
    for run in runs:
        length = sum(len(own.text.strip()) + 1 for own in group)
        is_full = length + len(run.text) > _BARE_CUE_CHARACTERS
        if group and (
            is_full or run.start_ms - group[-1].end_ms > _BARE_PAUSE_MS or group[-1].text.strip()[-1:] in ".?!…。？！"
        ):
            yield _cue_of(group)
            group = []
        group.append(run)
    if group:
        yield _cue_of(group)


def _cue_of(group: Sequence[Run]) -> RawCue:
    has_spaces = any(run.text[:1].isspace() or run.text[-1:].isspace() for run in group)
    text = ("" if has_spaces else " ").join(run.text for run in group)
    return RawCue(group[0].start_ms, group[-1].end_ms, text, runs=tuple(group))


def _given_words(cues: Sequence[RawCue], runs: Sequence[Run]) -> Iterator[RawCue]:
    """Words that stand beside the segments, handed to the segment in whose time their middle lies."""
    at = 0
    for cue, after in zip_longest(cues, cues[1:]):
        until_ms = after.start_ms if after is not None else None
        own = []
        while at < len(runs) and (until_ms is None or (runs[at].start_ms + runs[at].end_ms) / 2 < until_ms):
            own.append(runs[at])
            at += 1
        yield cue._replace(runs=tuple(own))

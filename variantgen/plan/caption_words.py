"""Words of captions in, cues of a variant out: only the words that are kept, broken anew on its frames (pure)."""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, pairwise

from variantgen.model import Cue, CueWord, Look, SourceCue, Word
from variantgen.phrasing import Limits, ShownCue, SpokenWord, guess_language, has_close_join, phrase_words, units_of
from variantgen.phrasing.lines import Room
from variantgen.plan.caption_lines import SPEAKER, Measure, fitting
from variantgen.presets.schema import Captions

KeptSpan = tuple[int, int, int]
"""Source start frame, source end frame, variant start frame: one kept span of a time map."""

# How welcome a break is where a cue of the source ended: an author's more than a recogniser's.
_HEARD_BONUS = 0.3
_AUTHORED_BONUS = 1.5
# A sign is not spoken, but the voice rests at it.
_SIGN_WEIGHT = 0.3


@dataclass(frozen=True)
class KeptWord:
    """A word that a variant keeps: which one it is, and its half-open frames there.

    `stretch` numbers the stretch of the variant it is in: kept spans that follow each other in the master.
    """

    cue: int
    word: int
    start_frame: int
    end_frame: int
    stretch: int


def place_words(
    cues: Sequence[SourceCue],
    *,
    time_map: Sequence[KeptSpan],
    frame_rate: Fraction,
    look: Look,
    width_px: float,
    measure: Measure,
    captions: Captions,
    language: str,
    taken_frames: Sequence[int] = (),
) -> tuple[Cue, ...]:
    """Cues made anew from the words of `cues` that the time map keeps; words without times share those of their cue.

    No cue goes over one of `taken_frames`, where captions of other making begin, nor over a cut that takes words
    away. `Cue.words` is filled where the look lights words.
    """
    stretches = stretches_of(time_map)
    bonuses = [_HEARD_BONUS if cue.words else _AUTHORED_BONUS for cue in cues]
    cues = [cue if cue.words else replace(cue, words=estimated_words(cue)) for cue in cues]
    kept = list(kept_words(cues, stretches, frame_rate))
    if not kept:
        return ()
    walls = {stretch[-1][2] + stretch[-1][1] - stretch[-1][0] for stretch in stretches}
    walls |= {*_cuts(cues, kept, stretches, frame_rate), *taken_frames}
    room = Room(width_px, measure(" ", look.font_size_px), captions.max_line_characters)
    shown = phrase_words(
        list(_spoken(cues, kept, bonuses)),
        limits=_limits(captions, look, frame_rate),
        room=room,
        measure=lambda text: measure(text, look.font_size_px),
        walls=sorted(walls),
        cut=lambda text: fitting(text, room, look.font_size_px, measure),
        language=language or guess_language(cue.text for cue in cues),
    )
    return tuple(_cue(one, cues[kept[one.first_word].cue].is_italic, look) for one in shown)


def _limits(captions: Captions, look: Look, frame_rate: Fraction) -> Limits:
    return Limits(
        ticks_per_second=float(frame_rate),
        max_lines=min(captions.max_lines, look.max_lines),
        letters_per_second=captions.characters_per_second,
        min_ticks=max(1, math.ceil(captions.min_seconds * frame_rate)),
        max_ticks=max(1, math.floor(captions.max_seconds * frame_rate)),
        # a few words at a time follow each other as they are spoken
        gap_ticks=0 if captions.look.max_words else captions.min_gap_frames,
        max_words=captions.look.max_words,
    )


def _cue(shown: ShownCue, is_italic: bool, look: Look) -> Cue:
    # a quick last word may begin in the gap before the next cue: it is lit in the cue's last frame
    words = tuple(CueWord(min(word.at, shown.end - 1), word.line, word.start, word.end) for word in shown.words)
    return Cue(shown.start, shown.end, shown.lines, is_italic, words if look.highlight_colour else ())


# ---------------------------------------------------------------- which words are kept


def stretches_of(time_map: Sequence[KeptSpan]) -> list[list[KeptSpan]]:
    """The spans of a time map, in the variant's order, as runs that go forward in the master and meet in the variant.

    Spans that meet in both are one.
    """
    stretches: list[list[KeptSpan]] = []
    for start, end, at in sorted(time_map, key=lambda span: span[2]):
        if end <= start:
            continue
        last = stretches[-1][-1] if stretches else None
        if last is None or start < last[1] or at != last[2] + last[1] - last[0]:
            stretches.append([(start, end, at)])
        elif start == last[1]:
            stretches[-1][-1] = (last[0], end, last[2])
        else:
            stretches[-1].append((start, end, at))
    return stretches


def kept_words(
    cues: Sequence[SourceCue], stretches: Sequence[Sequence[KeptSpan]], frame_rate: Fraction
) -> Iterator[KeptWord]:
    """The words that stay, in the variant's order: those of which at least half is heard in a stretch.

    A word without length stays where its instant does.
    """
    # whole numbers of a millionth of a second times the rate: exact, and quicker than fractions
    unit = frame_rate.denominator * 1_000_000
    for number, stretch in enumerate(stretches):
        spans = [(start * unit, end * unit, at * unit) for start, end, at in stretch]
        ends = [end for _start, end, _at in spans]
        for cue_number, cue in enumerate(cues):
            for word_number, word in enumerate(cue.words):
                start, end = (
                    round(seconds * 1_000_000) * frame_rate.numerator
                    for seconds in (word.start_seconds, word.end_seconds)
                )
                first = bisect_right(ends, start)
                if first < len(spans) and (frames := _kept_frames(start, max(start, end), spans[first:], unit)):
                    yield KeptWord(cue_number, word_number, *frames, number)


def _kept_frames(start: int, end: int, spans: Iterable[KeptSpan], unit: int) -> tuple[int, int] | None:
    """The frames of a word in the variant, or None where less than half of it is kept; all but them in units."""
    met: list[tuple[int, int, int]] = []
    for span_start, span_end, at in spans:
        if span_start > start and span_start >= end:
            break
        from_, until = max(start, span_start), min(end, span_end)
        if from_ < until or from_ == start == end:
            met.append((from_ - span_start + at, until - span_start + at, span_end - span_start + at))
    if not met or 2 * sum(until - from_ for from_, until, _end in met) < end - start:
        return None
    (from_, _until, first_end), (_from, until, last_end) = met[0], met[-1]
    start_frame = min(_nearest(from_, unit), first_end // unit - 1)
    return start_frame, max(min(_nearest(until, unit), last_end // unit), start_frame)


def _nearest(time: int, unit: int) -> int:
    return (2 * time + unit) // (2 * unit)


def _cuts(
    cues: Sequence[SourceCue],
    kept: Sequence[KeptWord],
    stretches: Sequence[Sequence[KeptSpan]],
    frame_rate: Fraction,
) -> Iterator[int]:
    """Frames of the variant where words were taken away: the first join after the word before them."""
    joins = [[at for _start, _end, at in stretch[1:]] for stretch in stretches]
    for before, after in zip(kept, [*kept[1:], None], strict=True):
        following = _place_after(cues, before)
        if after is not None and after.stretch == before.stretch:
            is_cut = (after.cue, after.word) != following
        elif following is not None:
            start_seconds = cues[following[0]].words[following[1]].start_seconds
            is_cut = start_seconds * frame_rate < stretches[before.stretch][-1][1]
        else:
            is_cut = False
        place = bisect_right(joins[before.stretch], before.start_frame)
        if is_cut and place < len(joins[before.stretch]):
            yield joins[before.stretch][place]


def _place_after(cues: Sequence[SourceCue], word: KeptWord) -> tuple[int, int] | None:
    """Cue and number of the word that follows one in the master."""
    if word.word + 1 < len(cues[word.cue].words):
        return word.cue, word.word + 1
    return next(((number, 0) for number in range(word.cue + 1, len(cues)) if cues[number].words), None)


def runs_of_kept(kept: Sequence[KeptWord]) -> list[list[KeptWord]]:
    """The kept words of one cue as runs between which nothing was taken away."""
    runs: list[list[KeptWord]] = []
    for word in kept:
        if runs and runs[-1][-1].stretch == word.stretch and runs[-1][-1].word + 1 == word.word:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


# ---------------------------------------------------------------- how words stand


def _spoken(cues: Sequence[SourceCue], kept: Sequence[KeptWord], bonuses: Sequence[float]) -> Iterator[SpokenWord]:
    places: dict[int, list[int]] = {}
    for before, word in zip([None, *kept], kept, strict=False):
        cue = cues[word.cue]
        if word.cue not in places:
            places[word.cue] = word_places(cue)
        own = places[word.cue]
        text = cue.words[word.word].text
        is_first = before is None or before.cue != word.cue
        yield SpokenWord(
            word.start_frame,
            word.end_frame,
            text,
            has_space=before is not None and _has_space(cues, before, word, own),
            is_opening=_opens_voice(cue, own, word.word)
            or (is_first and before is not None and cues[before.cue].is_italic != cue.is_italic),
            break_bonus=bonuses[word.cue] if is_first else 0.0,
        )


def word_places(cue: SourceCue) -> list[int]:
    """Where each word of a cue begins in its text; empty where the text is not that of the words."""
    places, at = [], 0
    for word in cue.words:
        at = cue.text.find(word.text, at)
        if at < 0:
            return []
        places.append(at)
        at += len(word.text)
    return places


def text_of_run(cue: SourceCue, first: int, end: int) -> str:
    """What is left of a cue's text when only its words from `first` up to `end` are; its lines stay."""
    if end - first == len(cue.words):
        return cue.text
    places = word_places(cue)
    if not places:
        words = cue.words[first:end]
        return words[0].text + "".join(
            word.text if has_close_join(before.text, word.text) else f" {word.text}" for before, word in pairwise(words)
        )
    stop = places[end] if end < len(places) else len(cue.text)
    return cue.text[places[first] if first else 0 : stop].strip()


def _has_space(cues: Sequence[SourceCue], before: KeptWord, word: KeptWord, places: Sequence[int]) -> bool:
    """Whether a space is written between two words: as in the cue they stand in, else as their script does."""
    words = cues[word.cue].words
    if places and (before.cue, before.word + 1) == (word.cue, word.word):
        between = cues[word.cue].text[places[before.word] + len(words[before.word].text) : places[word.word]]
        if "\n" not in between:
            return bool(between)
    return not has_close_join(cues[before.cue].words[before.word].text, words[word.word].text)


def _opens_voice(cue: SourceCue, places: Sequence[int], number: int) -> bool:
    """Whether a word is the dash, note or arrow at the head of a line that says: another speaks."""
    if not SPEAKER.match(cue.words[number].text):
        return False
    return not places or not cue.text[: places[number]].rpartition("\n")[2].strip()


def estimated_words(cue: SourceCue) -> tuple[Word, ...]:
    """The words of a cue that has no times for them, which share its time by their letters."""
    texts = [unit for word in cue.text.split() for unit in units_of(word)]
    ends = [*accumulate((sum(map(_weight, text)) for text in texts), initial=0.0)]
    share = (cue.end_seconds - cue.start_seconds) / max(ends[-1], _SIGN_WEIGHT)
    return tuple(
        Word(cue.start_seconds + start * share, cue.start_seconds + end * share, text, 0.0)
        for text, (start, end) in zip(texts, pairwise(ends), strict=True)
    )


def _weight(character: str) -> float:
    """How long a character takes to say: a wide one twice as long as another."""
    if not character.isalnum():
        return 0.0 if unicodedata.category(character)[0] == "M" else _SIGN_WEIGHT
    return 2.0 if unicodedata.east_asian_width(character) in "WF" else 1.0

"""Cues as they stand in a file in, cues that can be shown out, and one sentence about each kind of repair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise, zip_longest
from typing import NamedTuple

from variantgen.analyze.captions.plain import clean
from variantgen.analyze.captions.raw import MAX_CUE_CHARACTERS, RawCaptions, RawCue, Run, count_of
from variantgen.analyze.captions.words import letters_in, without_first_letters, words_of
from variantgen.analyze.cue_overlaps import without_overlaps
from variantgen.model import SourceCue

# Nobody's master is longer; a time beyond it is damage.
_LONGEST_MS = 100 * 3_600_000
# How long a cue without an end stands when nothing comes after it.
_OPEN_END_MS = 5_000
_HOUR_MS = 3_600_000
# A rolling file repeats a line in nearly every cue that follows at once; two alike in a dialogue are no such file.
_ROLLING_GAP_MS = 100
_ROLLING_PAIRS, _ROLLING_SHARE = 2, 0.6


class _Timed(NamedTuple):
    """A cue with clean text and possible times."""

    start_ms: int
    end_ms: int
    text: str
    is_italic: bool
    runs: tuple[Run, ...]


def mended(raw: RawCaptions, *, end_seconds: float | None = None) -> tuple[tuple[SourceCue, ...], tuple[str, ...]]:
    """The cues of `raw` in order, one at a time, inside 0 to `end_seconds` (the master's length, if known).

    Returns them with the notes of the reader and of every repair. No cues at all is possible.
    """
    notes = Counter[str]()
    cues = _possible_times(_clean(raw.cues, notes), notes)
    cues, moved = _from_the_masters_start(cues, end_seconds)
    cues = _inside(cues, end_seconds, notes)
    cues = _in_order(cues, notes)
    cues = _once_each(cues, notes)
    cues = _unrolled(cues, notes)
    shown = [_source_cue(cue, notes) for cue in cues]
    alone, overlap_notes = without_overlaps(shown)
    told = (_SENTENCES[kind](count) for kind, count in notes.items() if count)
    return alone, (*raw.notes, *moved, *told, *overlap_notes)


def _sentence(what: str) -> Callable[[int], str]:
    return lambda count: f"{count_of(count)} {what}"


_SENTENCES: dict[str, Callable[[int], str]] = {
    "undrawable": lambda count: f"{count_of(count, 'character')} that no font draws (controls, private use): left out.",
    "long": _sentence(f"longer than {MAX_CUE_CHARACTERS} characters: cut there."),
    "empty": _sentence("without text: left out."),
    "placed": _sentence("placed on the picture by the file: shown at the preset's place."),
    "impossible": _sentence("at impossible times (beyond 100 hours, or wholly before the start): left out."),
    "negative": _sentence("that began before 0: starts there now."),
    "reversed": _sentence("that ended before the start: times swapped."),
    "instant": _sentence("that lasted no time: left out."),
    "open": _sentence("without an end: shown until the next one, 5 s at most."),
    "past": _sentence("after the end of the master: left out."),
    "cut": _sentence("that outlasted the master: cut at its end."),
    "disorder": _sentence("out of order: sorted."),
    "twice": _sentence("that stood there twice: kept once."),
    "rolling": _sentence("that repeated the line above: each line is shown once."),
    "wordless": _sentence("whose word times contradict its text or times: shown without them."),
}


# ---------------------------------------------------------------- text


def _clean(raw: Iterable[RawCue], notes: Counter[str]) -> list[RawCue]:
    kept = []
    for cue in raw:
        text, removed = clean(cue.text)
        notes["undrawable"] += removed
        if not text:
            notes["empty"] += 1
            continue
        notes["placed"] += cue.is_placed
        if len(text) > MAX_CUE_CHARACTERS:
            notes["long"] += 1
            text = clean(text[:MAX_CUE_CHARACTERS])[0]
        runs = tuple(run._replace(text=clean(run.text)[0]) for run in cue.runs)
        kept.append(cue._replace(text=text, runs=runs))
    return kept


# ---------------------------------------------------------------- times


def _possible_times(cues: Sequence[RawCue], notes: Counter[str]) -> list[_Timed]:
    kept = []
    for cue, end_ms in zip(cues, _ends(cues, notes), strict=True):
        start_ms = cue.start_ms
        if end_ms < start_ms:
            notes["reversed"] += 1
            start_ms, end_ms = end_ms, start_ms
        if (start_ms < 0 and end_ms <= 0) or end_ms > _LONGEST_MS:
            notes["impossible"] += 1
        elif start_ms == end_ms:
            notes["instant"] += 1
        else:
            notes["negative"] += start_ms < 0
            kept.append(_Timed(max(start_ms, 0), end_ms, cue.text, cue.is_italic, cue.runs))
    return kept


def _ends(cues: Sequence[RawCue], notes: Counter[str]) -> list[int]:
    starts = [cue.start_ms for cue in cues]
    ends = []
    for cue, next_ms in zip_longest(cues, starts[1:]):
        if cue.end_ms is not None:
            ends.append(cue.end_ms)
            continue
        notes["open"] += 1
        latest_ms = cue.start_ms + _OPEN_END_MS
        ends.append(min(next_ms, latest_ms) if next_ms is not None and next_ms > cue.start_ms else latest_ms)
    return ends


def _from_the_masters_start(cues: list[_Timed], end_seconds: float | None) -> tuple[list[_Timed], tuple[str, ...]]:
    """Broadcast files count from 01:00:00 or 10:00:00; where that lies past the master, whole hours are taken off."""
    first_ms = min((cue.start_ms for cue in cues), default=0)
    hours = first_ms // _HOUR_MS
    if end_seconds is None or not hours or first_ms < end_seconds * 1000 or first_ms % _HOUR_MS >= end_seconds * 1000:
        return cues, ()
    moved = [_moved(cue, -hours * _HOUR_MS) for cue in cues]
    return moved, (f"its times count from {hours:02}:00:00, past the master's end: moved to the master's start.",)


def _moved(cue: _Timed, by_ms: int) -> _Timed:
    runs = tuple(run._replace(start_ms=run.start_ms + by_ms, end_ms=run.end_ms + by_ms) for run in cue.runs)
    return cue._replace(start_ms=cue.start_ms + by_ms, end_ms=cue.end_ms + by_ms, runs=runs)


def _inside(cues: Iterable[_Timed], end_seconds: float | None, notes: Counter[str]) -> list[_Timed]:
    if end_seconds is None:
        return list(cues)
    end_ms = int(end_seconds * 1000)
    kept = []
    for cue in cues:
        if cue.start_ms >= end_ms:
            notes["past"] += 1
            continue
        notes["cut"] += cue.end_ms > end_ms
        kept.append(cue._replace(end_ms=min(cue.end_ms, end_ms)))
    return kept


def _in_order(cues: list[_Timed], notes: Counter[str]) -> list[_Timed]:
    notes["disorder"] += sum(after.start_ms < before.start_ms for before, after in pairwise(cues))
    return sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))


def _once_each(cues: Iterable[_Timed], notes: Counter[str]) -> list[_Timed]:
    kept: dict[tuple[int, int, str], _Timed] = {}
    for cue in cues:
        same = kept.setdefault((cue.start_ms, cue.end_ms, cue.text), cue)
        if same is not cue:
            notes["twice"] += 1
            if cue.runs and not same.runs:
                kept[cue[:3]] = cue
    return list(kept.values())


# ---------------------------------------------------------------- rolling captions


def _unrolled(cues: list[_Timed], notes: Counter[str]) -> list[_Timed]:
    """Captions that scroll (YouTube's, live ones) say each line once, when it comes, and show it until the next."""
    if len(cues) < 2:
        return cues
    repeats = [0, *(_repeated_lines(before, after) for before, after in pairwise(cues))]
    touching = sum(after.start_ms - before.end_ms <= _ROLLING_GAP_MS for before, after in pairwise(cues))
    rolled = [
        count
        for count, cue in zip(repeats, cues, strict=True)
        if count and (count <= cue.text.count("\n") or _is_blink(cue))
    ]
    if len(rolled) < _ROLLING_PAIRS or len(rolled) < _ROLLING_SHARE * touching:
        return cues
    kept: list[_Timed] = []
    for count, cue in zip(repeats, cues, strict=True):
        lines = cue.text.split("\n")
        notes["rolling"] += bool(count)
        if count and kept and kept[-1].end_ms <= cue.start_ms + _ROLLING_GAP_MS and count == len(lines):
            kept[-1] = kept[-1]._replace(end_ms=max(kept[-1].end_ms, cue.end_ms))
        elif count < len(lines):
            runs = without_first_letters(cue.runs, letters_in("".join(lines[:count])))
            kept.append(cue._replace(text="\n".join(lines[count:]), runs=runs))
    return kept


def _is_blink(cue: _Timed) -> bool:
    return cue.end_ms - cue.start_ms <= _ROLLING_GAP_MS


def _repeated_lines(before: _Timed, after: _Timed) -> int:
    """How many lines at the head of `after` are the tail of `before`, where it follows at once."""
    if after.start_ms - before.end_ms > _ROLLING_GAP_MS:
        return 0
    old, new = before.text.split("\n")[-8:], after.text.split("\n")
    return next((n for n in range(min(len(old), len(new)), 0, -1) if old[-n:] == new[:n]), 0)


# ---------------------------------------------------------------- words


def _source_cue(cue: _Timed, notes: Counter[str]) -> SourceCue:
    words = words_of(cue.text, cue.runs, cue.start_ms, cue.end_ms) if cue.runs else ()
    notes["wordless"] += bool(cue.runs) and not words
    return SourceCue(cue.start_ms / 1000, cue.end_ms / 1000, cue.text, cue.is_italic, words)

"""Cues that overlap in time in, the same text one cue at a time out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest

from variantgen.model import SourceCue

# A shorter overlap is a cue held until the next has come, not two people speaking at once.
_HELD_SECONDS = 0.35
# Nearer starts or ends of two that stand together would only flicker.
_SNAP_SECONDS = 0.2
# More at once than any screen can show; older ones make way.
_MAX_AT_ONCE = 4


def without_overlaps(cues: Sequence[SourceCue]) -> tuple[tuple[SourceCue, ...], tuple[str, ...]]:
    """Give every moment one cue; `cues` come in order of their starts.

    A short overlap is trimmed from the earlier cue, its words with it. Where two really stand together, the shared
    time becomes a cue of both texts, and what is left of either keeps its text without word times: two voices have
    no one order of words. Returns the cues and a note when anything was changed.
    """
    joined = _repeats_joined(cues)
    overlaps = sum(a.end_seconds > b.start_seconds for a, b in pairwise(joined))
    if not overlaps:
        return tuple(joined), ()
    spread = _one_at_a_time(_snapped(_held_trimmed(joined)))
    noun = "caption that overlaps" if overlaps == 1 else "captions that overlap"
    return tuple(spread), (f"{overlaps} {noun} the next: trimmed, or shown together.",)


def _repeats_joined(cues: Iterable[SourceCue]) -> list[SourceCue]:
    """One cue for each run of overlapping cues of one text: ASS files draw glow and shadow as such layers."""
    joined: list[SourceCue] = []
    last_of_text: dict[tuple[str, bool], int] = {}
    for cue in cues:
        seen = last_of_text.get((cue.text, cue.is_italic))
        if seen is not None and joined[seen].end_seconds > cue.start_seconds:
            earlier = joined[seen]
            end_seconds = max(earlier.end_seconds, cue.end_seconds)
            joined[seen] = replace(earlier, end_seconds=end_seconds, words=earlier.words or cue.words)
            continue
        last_of_text[cue.text, cue.is_italic] = len(joined)
        joined.append(cue)
    return joined


def _held_trimmed(cues: Sequence[SourceCue]) -> list[SourceCue]:
    trimmed = []
    for cue, after in zip_longest(cues, cues[1:]):
        end_seconds = cue.end_seconds
        if after is not None and cue.start_seconds < after.start_seconds < end_seconds:
            overlap_seconds = min(end_seconds, after.end_seconds) - after.start_seconds
            shorter_seconds = min(end_seconds - cue.start_seconds, after.end_seconds - after.start_seconds)
            is_held = overlap_seconds <= min(_HELD_SECONDS, shorter_seconds / 2)
            if is_held and end_seconds <= after.end_seconds:
                end_seconds = after.start_seconds
        trimmed.append(_ending(cue, end_seconds))
    return trimmed


def _snapped(cues: Sequence[SourceCue]) -> list[SourceCue]:
    snapped: list[SourceCue] = []
    for cue in cues:
        start_seconds, end_seconds = cue.start_seconds, cue.end_seconds
        last = snapped[-1] if snapped else None
        if last and last.end_seconds > start_seconds:
            if start_seconds - last.start_seconds < _SNAP_SECONDS:
                start_seconds = last.start_seconds
            if abs(end_seconds - last.end_seconds) < _SNAP_SECONDS:
                end_seconds = last.end_seconds
        snapped.append(replace(cue, start_seconds=start_seconds, end_seconds=end_seconds))
    return snapped


def _ending(cue: SourceCue, end_seconds: float) -> SourceCue:
    """The cue made shorter, its words too."""
    if end_seconds == cue.end_seconds:
        return cue
    words = tuple(
        replace(
            word, start_seconds=min(word.start_seconds, end_seconds), end_seconds=min(word.end_seconds, end_seconds)
        )
        for word in cue.words
    )
    return replace(cue, end_seconds=end_seconds, words=words)


def _one_at_a_time(cues: Sequence[SourceCue]) -> list[SourceCue]:
    """Cut time at every start and end; each stretch shows all that stand in it, in order of their starts."""
    bounds = sorted({cue.start_seconds for cue in cues} | {cue.end_seconds for cue in cues})
    spread: list[SourceCue] = []
    standing: list[SourceCue] = []
    upcoming = 0
    for start, end in pairwise(bounds):
        standing = [cue for cue in standing if cue.end_seconds > start]
        while upcoming < len(cues) and cues[upcoming].start_seconds <= start:
            standing.append(cues[upcoming])
            upcoming += 1
        standing = standing[-_MAX_AT_ONCE:]
        if standing:
            _append(spread, _together(standing, start, end))
    return spread


def _together(standing: Sequence[SourceCue], start_seconds: float, end_seconds: float) -> SourceCue:
    alone = standing[0]
    if len(standing) == 1 and (alone.start_seconds, alone.end_seconds) == (start_seconds, end_seconds):
        return alone
    text = "\n".join(dict.fromkeys(cue.text for cue in standing))
    return SourceCue(start_seconds, end_seconds, text, all(cue.is_italic for cue in standing))


def _append(spread: list[SourceCue], cue: SourceCue) -> None:
    last = spread[-1] if spread else None
    is_same = last and (last.text, last.is_italic, last.end_seconds) == (cue.text, cue.is_italic, cue.start_seconds)
    if last and is_same and not last.words and not cue.words:
        spread[-1] = SourceCue(last.start_seconds, cue.end_seconds, cue.text, cue.is_italic)
    else:
        spread.append(cue)

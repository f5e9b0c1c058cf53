"""The gaps between words in, where each may be cut and how much of its rest is left out, in frames, out.

This is decided once for a master and is the same in all of its lengths, so that they share their spans.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor

from variantgen.model import SecondsSpan
from variantgen.plan.shorten.speech import Speech
from variantgen.plan.shorten.values import Material

LEAD_SECONDS = 0.08
"""Kept before a word: the breath of its first sound."""
TAIL_SECONDS = 0.12
"""Kept after a word at least: its last sound rings out later than recognisers say."""
INNER_REST_SECONDS = 0.25
SENTENCE_REST_SECONDS = 0.35
"""What is left of a pause inside a sentence and between two: short, and still a rest."""
LEAST_SAVING_SECONDS = 0.2
"""A pause is not shortened for less: each cut is seen."""
LEAST_QUIET_SECONDS = 0.1
QUIET_EDGE_SECONDS = 0.03
SHOT_SECONDS = 1.0
"""Sound or picture without words that lasts as long stands for itself."""
UNKNOWN_SHOT_SECONDS = 3.0
"""... and this long, where it is not known which gaps are quiet."""
EXACT = 1e-6
"""Seconds come as decimals: 4.4 s at 30 a second is frame 132 and not 133."""


@dataclass(frozen=True)
class Gap:
    """What lies between two words: `start_frame` to `end_frame` may be left out, in whole or from its end.

    Where both are equal nothing is left out, and the gap is cut there. `can_cut` is false where the words touch so
    closely that any cut would fall into one. `has_picture`: what could be left out is no pause but stands for itself.
    `seconds` is the whole gap, `filler` what is said in it.
    """

    start_frame: int
    end_frame: int
    seconds: float
    can_cut: bool = True
    has_picture: bool = False
    filler: str = ""


def gaps_of(material: Material, speech: Speech, held: tuple[SecondsSpan, ...] = ()) -> tuple[Gap, ...]:
    """The gap before each word and, last, the one after all: one more than there are words.

    Nothing inside the `held` spans is left out.
    """
    rate, total = material.rate, float(material.frames / material.rate)
    quiet = sorted((*material.pauses, *material.silences))
    dropped = [(mark.start_seconds, mark.end_seconds) for mark in material.marks if mark.kind == "drop"]
    gaps = []
    reached = 0.0
    for place in range(len(speech.words) + 1):
        is_last = place == len(speech.words)
        after = total if is_last else max(reached, speech.words[place].start_seconds)
        could = is_last or speech.words[place].start_seconds >= reached - EXACT
        first, last = ceil(reached * float(rate) - EXACT), floor(after * float(rate) + EXACT)
        if is_last:
            first, last = min(first, material.frames), material.frames
        if not could or first > last:
            # sentences that touch are cut at the frame nearest to their border, less than half a frame off
            at = min(material.frames, round(after * float(rate)))
            can_cut = could and speech.ends_sentence(place)
            gaps.append(Gap(at, at, after - reached, can_cut=can_cut, filler=speech.filler_before[place]))
        else:
            gap = _gap(material, speech, place, (reached, after), (first, last), quiet)
            gap = _held(gap, held, float(rate), (first, last))
            gaps.append(_dropped(gap, dropped, float(rate), (first, last)))
        if not is_last:
            reached = max(reached, min(total, speech.words[place].end_seconds))
    return tuple(gaps)


def _gap(
    material: Material,
    speech: Speech,
    place: int,
    seconds: SecondsSpan,
    frames: tuple[int, int],
    quiet: list[SecondsSpan],
) -> Gap:
    """A gap that can be cut: `seconds` from word to word, `frames` the first and last frame to cut at."""
    rate = float(material.rate)
    start, end = seconds
    length = end - start
    filler = speech.filler_before[place]
    is_edge = place in (0, len(speech.words))
    if filler:
        a, b = _around(material, speech, place, seconds)
    else:
        is_rest = speech.ends_sentence(place) and place > 0
        a, b = _left_out(seconds, quiet, SENTENCE_REST_SECONDS if is_rest else INNER_REST_SECONDS, is_edge=is_edge)
    a = 0.0 if place == 0 else a
    b = float(material.frames / material.rate) if place == len(speech.words) else b
    # margins are met or more; of a filler nothing stays
    first = floor(a * rate + EXACT) if filler else ceil(a * rate - EXACT)
    last = ceil(b * rate - EXACT) if filler else floor(b * rate + EXACT)
    first = min(max(first, frames[0]), frames[1])
    last = min(max(last, first), frames[1])
    first, last = (0, last) if place == 0 else (first, material.frames) if is_edge else (first, last)
    if filler:
        return Gap(first, last, length, filler=filler)
    has_picture = _stands_for_itself(seconds, (a, b), material, quiet, is_edge, speech, place)
    is_loud = bool(quiet) and not _near(quiet, seconds)
    if not is_edge and not has_picture and (is_loud or (last - first) / rate < LEAST_SAVING_SECONDS):
        first = last = _cut_place(material, frames, start + min(TAIL_SECONDS + LEAD_SECONDS, 0.6 * length))
    elif not is_edge or has_picture:
        first, last = _at_shots(material, frames, first, last)
    return Gap(first, last, length, has_picture=has_picture)


def _held(gap: Gap, held: tuple[SecondsSpan, ...], rate: float, frames: tuple[int, int]) -> Gap:
    """The gap with less left out: what reaches into it, of what a person wants kept, stays."""
    for start_seconds, end_seconds in held:
        start, end = floor(start_seconds * rate + EXACT), ceil(end_seconds * rate - EXACT)
        if gap.has_picture or end <= gap.start_frame or start >= gap.end_frame:
            continue
        if start > frames[0] and end < frames[1]:
            gap = replace(gap, has_picture=True)
        elif start <= frames[0]:
            gap = replace(gap, start_frame=min(end, gap.end_frame))
        else:
            gap = replace(gap, end_frame=max(start, gap.start_frame))
    return gap


def _dropped(gap: Gap, dropped: Sequence[SecondsSpan], rate: float, frames: tuple[int, int]) -> Gap:
    """The gap with more left out: neither a rest nor a lead reaches into what a person wants dropped."""
    for start_seconds, end_seconds in dropped:
        start, end = round(start_seconds * rate), round(end_seconds * rate)
        if frames[0] <= start <= frames[1]:
            gap = replace(gap, start_frame=min(gap.start_frame, start))
        if frames[0] <= end <= frames[1]:
            gap = replace(gap, end_frame=max(gap.end_frame, end))
    return gap


def _left_out(seconds: SecondsSpan, quiet: list[SecondsSpan], rest: float, *, is_edge: bool) -> SecondsSpan:
    """What of a gap is left out: its quiet, less the `rest` that stays; all but the margins where quiet is unknown."""
    start, end = seconds
    room_start, room_end = min(end, start + TAIL_SECONDS), max(start, end - LEAD_SECONDS)
    inside = [(max(a, start), min(b, end)) for a, b in _near(quiet, seconds)]
    inside = [(a, b) for a, b in inside if b - a >= LEAST_QUIET_SECONDS]
    if inside and not is_edge:
        a, b = max(inside, key=lambda span: span[1] - span[0])
        room_start, room_end = max(room_start, a + QUIET_EDGE_SECONDS), min(room_end, b - QUIET_EDGE_SECONDS)
    # what must stay of the rest stays after the word: sounds die away more slowly than they begin
    room_start += max(0.0, rest - (end - start - (room_end - room_start)))
    return (room_start, room_end) if room_end > room_start else (room_end, room_end)


def _near(quiet: list[SecondsSpan], seconds: SecondsSpan) -> list[SecondsSpan]:
    # spans are sorted by start and of few lengths: an hour before is far enough back for all but a silent film
    first = bisect_left(quiet, (seconds[0] - 60.0, 0.0))
    found = []
    for span in quiet[first:]:
        if span[0] >= seconds[1]:
            break
        if span[1] > seconds[0]:
            found.append(span)
    return found


def _stands_for_itself(
    seconds: SecondsSpan,
    left_out: SecondsSpan,
    material: Material,
    quiet: list[SecondsSpan],
    is_edge: bool,
    speech: Speech,
    place: int,
) -> bool:
    length = left_out[1] - left_out[0]
    if length < SHOT_SECONDS or not speech.ends_sentence(place):
        return False
    rate = float(material.rate)
    has_shot = any(seconds[0] <= shot / rate <= seconds[1] for shot in material.shot_starts if shot)
    if is_edge or not quiet:
        # a speaker who waits is no picture of its own; a title, a cutaway or a packshot is
        return has_shot and (is_edge or length >= UNKNOWN_SHOT_SECONDS)
    heard = sum(min(b, seconds[1]) - max(a, seconds[0]) for a, b in _near(quiet, seconds))
    return heard < 0.5 * length


def _around(material: Material, speech: Speech, place: int, seconds: SecondsSpan) -> SecondsSpan:
    """What is left out around a filler: all of it, and the pauses beside it down to the margins."""
    said = [word for word in material.words if seconds[0] - EXACT <= word.start_seconds < seconds[1] - EXACT]
    first = min((word.start_seconds for word in said), default=seconds[0])
    last = max((word.end_seconds for word in said), default=seconds[1])
    tail = SENTENCE_REST_SECONDS - LEAD_SECONDS if speech.ends_sentence(place) else TAIL_SECONDS
    return min(first, seconds[0] + tail), max(last, seconds[1] - LEAD_SECONDS)


def _cut_place(material: Material, frames: tuple[int, int], at_seconds: float) -> int:
    """The one frame to cut a short gap at: where a shot starts, else after the sound of the word before."""
    shots = material.shot_starts
    found = bisect_left(shots, frames[0])
    if found < len(shots) and frames[0] <= shots[found] <= frames[1]:
        return shots[found]
    return min(max(round(at_seconds * float(material.rate)), frames[0]), frames[1])


def _at_shots(material: Material, frames: tuple[int, int], first: int, last: int) -> tuple[int, int]:
    """Moves both ends to shot changes nearby, so that no few frames of another shot flash up."""
    reach = round(SENTENCE_REST_SECONDS * float(material.rate))
    shots = material.shot_starts
    for shot in shots[bisect_left(shots, frames[0] + 1) : bisect_left(shots, frames[1])]:
        if first - reach <= shot <= first + reach and shot <= last:
            first = shot
            break
    for shot in reversed(shots[bisect_left(shots, first + 1) : bisect_left(shots, frames[1])]):
        if last - reach <= shot <= last + reach:
            last = shot
            break
    return first, last

"""Cues of a captions file in, cues of a variant out: on its frames, in its lines (pure)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, pairwise, zip_longest
from typing import TypeVar

from variantgen.model import Cue, FrameSpan, Look, SourceCue, Word
from variantgen.phrasing import guess_language
from variantgen.plan.caption_case import cue_in_capitals
from variantgen.plan.caption_lines import Measure, screens
from variantgen.plan.caption_words import (
    KeptSpan,
    KeptWord,
    kept_words,
    place_words,
    runs_of_kept,
    stretches_of,
    text_of_run,
)
from variantgen.presets.schema import Captions

_Time = TypeVar("_Time", int, Fraction)

# Shorter than this nobody reads a caption, so a long one is not cut into more screens.
MIN_SCREEN_SECONDS = 0.7
# One frame of a caption is a flash, not a caption.
MIN_PIECE_FRAMES = 2
# About 45 letters: the eye finds the next line of a longer one late, however wide the picture.
_MAX_LINE_EM = 26
# Room a box needs beside its text, in parts of the font size.
_BOX_PADDING_EM = 0.4


def place_cues(
    cues: Sequence[SourceCue],
    *,
    time_map: Sequence[KeptSpan],
    frame_rate: Fraction,
    look: Look,
    canvas_width: int,
    measure: Measure,
    captions: Captions | None = None,
    language: str = "",
) -> tuple[Cue, ...]:
    """The cues as they stand on the variant's frames, lines broken; in order, never overlapping.

    `time_map` holds the kept spans at the variant's rate, `measure` gives the width in pixels of a text at a
    size, `captions` the limits and `language` the words that no line should end with. Cues whose words have times,
    and all cues where the look asks for words, are made anew from the words that are kept (`place_words`). The
    others are a person's: they keep their time. One with more text than `look.max_lines` hold is shown as several
    after each other; one too short for that keeps all its lines on one screen.
    """
    captions = captions or Captions()
    needs_words = bool(look.highlight_colour or captions.look.max_words)
    if look.is_upper:
        cues = [cue_in_capitals(cue, language) for cue in cues]
    language = language or guess_language(cue.text for cue in cues)
    authored = [(cue, span) for cue, span in _spans_of(cues, frame_rate) if not (needs_words or cue.words)]
    width_px = text_width_limit_px(look, canvas_width)
    placed = _authored_cues(authored, time_map, frame_rate, look, width_px, measure, captions, language)
    from_words = place_words(
        sorted((cue for cue in cues if needs_words or cue.words), key=_by_time),
        time_map=time_map, frame_rate=frame_rate, look=look, width_px=width_px, measure=measure,
        captions=captions, language=language, taken_frames=[cue.start_frame for cue in placed],
    )  # fmt: skip
    return tuple(sorted([*placed, *from_words], key=lambda cue: cue.start_frame))


def _authored_cues(
    spans: Iterable[tuple[SourceCue, FrameSpan]],
    time_map: Sequence[KeptSpan],
    frame_rate: Fraction,
    look: Look,
    width_px: float,
    measure: Measure,
    captions: Captions,
    language: str,
) -> list[Cue]:
    """Cues that keep their time: set on the master's frames, then cut by the time map."""
    min_frames = math.ceil(MIN_SCREEN_SECONDS * frame_rate)
    placed: list[Cue] = []
    for cue, (start_frame, end_frame) in spans:
        shown = screens(
            cue.text,
            width_px=width_px,
            size_px=look.font_size_px,
            max_lines=look.max_lines,
            max_screens=max(1, (end_frame - start_frame) // min_frames),
            measure=measure,
            max_letters=captions.max_line_characters,
            language=language,
        )
        shares = _shares(start_frame, end_frame, [_characters(lines) for lines in shown], min_frames)
        for lines, span in zip(shown, shares, strict=True):
            for start, end, shown_frames in _shown_pieces(span, time_map, keeps_shown=look.entrance != "none"):
                placed.append(Cue(start, end, lines, cue.is_italic, shown_frames=shown_frames))
    return placed


def text_width_limit_px(look: Look, canvas_width: int) -> float:
    """How wide a line of text may be: readable, and its outline, shadow and box inside the margins."""
    edge_px = look.outline_px + look.shadow_px
    if look.box_colour:
        edge_px = max(edge_px, _BOX_PADDING_EM * look.font_size_px)
    room_px = canvas_width - look.margin_left_px - look.margin_right_px - 2 * edge_px
    return max(1.0, min(room_px, _MAX_LINE_EM * look.font_size_px))


def part_cues(cues: Iterable[Cue], start_frame: int, end_frame: int, *, keeps_shown: bool = False) -> tuple[Cue, ...]:
    """The cues seen in frames `start_frame` up to `end_frame`, cut to them and counted from `start_frame`.

    Of words spoken before the part, at its frame 0, the last is still lit; those after it are left out.
    `keeps_shown` says of each cue how long it was seen before the part, for a look that lets cues enter.
    """
    return tuple(
        _part_of(cue, start_frame, end_frame, keeps_shown)
        for cue in cues
        if cue.start_frame < end_frame and cue.end_frame > start_frame
    )


def _part_of(cue: Cue, start_frame: int, end_frame: int, keeps_shown: bool) -> Cue:
    return replace(
        cue,
        start_frame=max(cue.start_frame, start_frame) - start_frame,
        end_frame=min(cue.end_frame, end_frame) - start_frame,
        words=tuple(
            replace(word, start_frame=max(word.start_frame - start_frame, 0))
            for word in cue.words
            if word.start_frame < end_frame
        ),
        shown_frames=cue.shown_frames + max(start_frame - cue.start_frame, 0) if keeps_shown else 0,
    )


def sidecar_cues(
    cues: Sequence[SourceCue], time_map: Sequence[KeptSpan], frame_rate: Fraction
) -> tuple[SourceCue, ...]:
    """The cues in the variant's seconds, for a captions file beside it; lines stay as they were.

    Words that were cut away leave the text where their times are known, and the cue is parted there.
    """
    placed: list[SourceCue] = []
    exact_map = [(Fraction(start), Fraction(end), Fraction(at)) for start, end, at in time_map]
    stretches = stretches_of(time_map)
    kept: dict[int, list[KeptWord]] = defaultdict(list)
    for word in kept_words(cues, stretches, frame_rate):
        kept[word.cue].append(word)
    for number, cue in enumerate(cues):
        if cue.words:
            placed.extend(_told_cues(cue, kept[number], stretches, frame_rate))
            continue
        start, end = (Fraction(second) * frame_rate for second in (cue.start_seconds, cue.end_seconds))
        for piece_start, piece_end in _kept_pieces((start, end), exact_map):
            start_seconds, end_seconds = (_seconds(frame, frame_rate) for frame in (piece_start, piece_end))
            placed.append(replace(cue, start_seconds=start_seconds, end_seconds=end_seconds))
    return tuple(sorted(placed, key=lambda cue: cue.start_seconds))


def _told_cues(
    cue: SourceCue, kept: Sequence[KeptWord], stretches: Sequence[Sequence[KeptSpan]], frame_rate: Fraction
) -> Iterator[SourceCue]:
    """What is kept of a cue whose words have times: one cue for each run of words that stayed together."""
    for run in runs_of_kept(kept):
        first, last = run[0], run[-1]
        from_seconds = cue.start_seconds if first.word == 0 else cue.words[first.word].start_seconds
        to_seconds = cue.end_seconds if last.word == len(cue.words) - 1 else cue.words[last.word].end_seconds
        span = (Fraction(from_seconds) * frame_rate, Fraction(to_seconds) * frame_rate)
        stretch = [(Fraction(start), Fraction(end), Fraction(at)) for start, end, at in stretches[first.stretch]]
        pieces = _kept_pieces(span, stretch, least=0)
        if not pieces:
            continue
        words = tuple(_told_word(cue.words[word.word], word, stretch, frame_rate) for word in run)
        yield replace(
            cue,
            start_seconds=_seconds(pieces[0][0], frame_rate),
            end_seconds=_seconds(pieces[-1][1], frame_rate),
            text=text_of_run(cue, first.word, last.word + 1),
            words=words,
        )


def _told_word(
    word: Word, kept: KeptWord, stretch: Sequence[tuple[Fraction, Fraction, Fraction]], frame_rate: Fraction
) -> Word:
    span = (Fraction(word.start_seconds) * frame_rate, Fraction(word.end_seconds) * frame_rate)
    at = Fraction(kept.start_frame)
    pieces = _kept_pieces(span, stretch, least=0) or [(at, at)]  # a word without length
    return replace(
        word, start_seconds=_seconds(pieces[0][0], frame_rate), end_seconds=_seconds(pieces[-1][1], frame_rate)
    )


def _seconds(frame: Fraction, frame_rate: Fraction) -> float:
    return round(float(frame / frame_rate), 3)


# ---------------------------------------------------------------- spans


def _by_time(cue: SourceCue) -> tuple[float, float]:
    return cue.start_seconds, cue.end_seconds


def _spans_of(cues: Sequence[SourceCue], frame_rate: Fraction) -> Iterator[tuple[SourceCue, FrameSpan]]:
    """Each cue with its frames, nearest to its seconds; a cue gives way to the next one."""
    ordered = sorted(cues, key=_by_time)
    starts = [_frame(cue.start_seconds, frame_rate) for cue in ordered]
    for cue, start_frame, next_start in zip_longest(ordered, starts, starts[1:]):
        end_frame = _frame(cue.end_seconds, frame_rate)
        if next_start is not None:
            end_frame = min(end_frame, next_start)
        if end_frame > start_frame:
            yield cue, (start_frame, end_frame)


def _frame(seconds: float, frame_rate: Fraction) -> int:
    return math.floor(Fraction(seconds) * frame_rate + Fraction(1, 2))


def _shares(start_frame: int, end_frame: int, weights: Sequence[int], min_frames: int) -> list[FrameSpan]:
    """A span cut by weights, each share at least `min_frames` where there is more than one."""
    if len(weights) <= 1:  # a lone screen may be shorter than `min_frames`
        return [(start_frame, end_frame)] * len(weights)
    free = end_frame - start_frame - min_frames * len(weights)
    total = sum(weights)
    bounds = [
        start_frame + min_frames * count + free * weight // total
        for count, weight in enumerate(accumulate(weights, initial=0))
    ]
    return list(pairwise(bounds))


def _characters(lines: Iterable[str]) -> int:
    return sum(len(line) for line in lines)


def _kept_pieces(
    span: tuple[_Time, _Time], time_map: Iterable[tuple[_Time, _Time, _Time]], least: int = MIN_PIECE_FRAMES
) -> list[tuple[_Time, _Time]]:
    """What a time map keeps of a source span, in the variant's frames; pieces that meet become one."""
    joined: list[tuple[_Time, _Time]] = []
    for start, end, _source in _pieces(span, time_map):
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [piece for piece in joined if piece[1] - piece[0] >= least]


def _shown_pieces(
    span: FrameSpan, time_map: Sequence[KeptSpan], *, keeps_shown: bool
) -> Iterator[tuple[int, int, int]]:
    """What a time map keeps of a cue's frames: start and end in the variant, and how long it was seen before.

    Where that counts (`keeps_shown`), pieces that meet at a cut which took frames away stay two, so that each
    frame shows what it showed in the master.
    """
    whole = _kept_pieces(span, time_map)
    if not keeps_shown:
        yield from ((start, end, 0) for start, end in whole)
        return
    for start, end in whole:
        joined: list[tuple[int, int, int]] = []
        for piece_start, piece_end, source in _pieces(span, time_map):
            if not start <= piece_start < end:
                continue
            if joined and source - piece_start == joined[-1][2] - joined[-1][0]:
                joined[-1] = (joined[-1][0], piece_end, joined[-1][2])
            else:
                joined.append((piece_start, piece_end, source))
        yield from ((piece_start, piece_end, source - span[0]) for piece_start, piece_end, source in joined)


def _pieces(
    span: tuple[_Time, _Time], time_map: Iterable[tuple[_Time, _Time, _Time]]
) -> list[tuple[_Time, _Time, _Time]]:
    """What a time map keeps of a source span: start and end in the variant, and the start in the source."""
    start, end = span
    return sorted(
        (max(start, kept_start) - kept_start + at, min(end, kept_end) - kept_start + at, max(start, kept_start))
        for kept_start, kept_end, at in time_map
        if max(start, kept_start) < min(end, kept_end)
    )

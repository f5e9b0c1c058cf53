"""The cut-downs of one master: what is known of it and the lengths asked for in, the spans to show out (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any

from variantgen.model import Analysis, CaptionTrack, FrameSpan, Master, SecondsSpan, Word
from variantgen.plan.caption_words import estimated_words
from variantgen.plan.crop_keys import first_showing
from variantgen.plan.framing.density import unpacked
from variantgen.plan.length import Cut, lengthened, limits_of, master_frames, seconds_told
from variantgen.plan.shorten import Ask, LengthMark, Material, Method, Shortening, explained, shorten_all
from variantgen.plan.speed import played_inside, played_spans
from variantgen.presets.schema import Preset

WHOLE = 1e-3
"""Of a frame: times in files are decimals."""
NEARLY_SHARE = 0.9
"""Of a length that was asked for: what is still that length, where no cut between sentences comes nearer."""


@dataclass(frozen=True)
class LengthWish:
    """What was asked of the length: seconds (none: what each placement takes), marks, and how to get there."""

    seconds: tuple[float, ...] = ()
    method: Method = "auto"
    marks: tuple[LengthMark, ...] = ()
    """What holds for every cut-down."""
    drops: tuple[SecondsSpan, ...] = ()
    """What is shown in no variant, also where none is cut to a length."""
    open_with: SecondsSpan | None = None
    end_with: SecondsSpan | None = None
    shown: tuple[SecondsSpan, ...] = ()
    """The spans of the master that an editor's timeline shows, in its order; empty: all of it."""

    @property
    def is_in_order(self) -> bool:
        """Whether a timeline shows its spans as they follow each other in the master, none twice."""
        return all(before[1] <= after[0] for before, after in pairwise(self.shown))

    @property
    def says_what(self) -> bool:
        """Whether anything was said of what to show, beside how long."""
        return bool(self.marks or self.drops or self.open_with or self.end_with or self.method != "auto")


@dataclass
class Shortener:
    """Cuts one master to lengths; each set of lengths is decided once, however many placements take it."""

    master: Master
    analysis: Analysis
    wish: LengthWish
    words: tuple[Word, ...] = ()
    has_own_times: bool = False
    language: str = ""
    _decided: dict[tuple[Fraction, tuple[Ask, ...]], tuple[Shortening | str, ...]] = field(default_factory=dict)
    _inside: dict[tuple[SecondsSpan, ...], dict[Any, Any]] = field(default_factory=dict)

    def cut(
        self, preset: Preset, rate: Fraction, seconds: float | None, title_frames: int, end_frames: int
    ) -> Cut | str:
        """What is shown for a length in seconds (None: what the placement takes), or the sentence why it cannot be."""
        cards = title_frames + end_frames
        least, most = limits_of(preset.length, rate)
        if seconds is None:
            assert most is not None
            # nobody asked for this length: nothing plays faster for its sake
            asks = [self._ask(most - cards, max(1, least - cards), Fraction(1))]
            return self._cut(self._of(rate, asks)[0], preset, rate, title_frames, end_frames)
        whole = floor(Fraction(seconds).limit_denominator(1000) * rate)
        if (most is not None and whole > most) or whole < least:
            limit = (
                f"at most {preset.length.max_seconds:g} s"
                if whole >= least
                else f"at least {preset.length.min_seconds:g} s"
            )
            return f"{seconds:g} s was asked for, and the placement takes {limit}"
        total = master_frames(self.master, rate)
        if total + cards < whole and not (self.wish.says_what or self.wish.shown):
            said = f"{seconds:g} s was asked for"
            return lengthened(preset.length, rate, total, (whole, whole), (title_frames, end_frames), said)
        asked = [floor(Fraction(length).limit_denominator(1000) * rate) - cards for length in self.wish.seconds]
        place = self.wish.seconds.index(seconds)
        speed = Fraction(preset.length.max_speed).limit_denominator(1000)
        return self._cut(self._nearest(rate, asked, place, speed), preset, rate, title_frames, end_frames)

    def inside(self, shown: tuple[SecondsSpan, ...]) -> dict[tuple[Fraction, tuple[Ask, ...]], Any]:
        """What was decided of some spans of the master alone."""
        return self._inside.setdefault(shown, {})

    def to_length(self, rate: Fraction, frames: int) -> Shortening | str:
        """What is shown in exactly `frames`, or nearly, at the master's own speed; or why there is no such cut."""
        return self._nearest(rate, [frames], 0, Fraction(1))

    def _nearest(self, rate: Fraction, targets: Sequence[int], place: int, speed: Fraction) -> Shortening | str:
        """The cut-down of one of several lengths: exact, or a little shorter where that saves a sentence."""
        exact = self._of(rate, [self._ask(target, target - 1, speed) for target in targets])[place]
        if not isinstance(exact, str) and not exact.breaks_sentences:
            return exact
        asks = [self._ask(target, max(1, ceil(target * NEARLY_SHARE)), speed) for target in targets]
        nearly = self._of(rate, asks)[place]
        # what is as broken may as well be exact
        is_better = not isinstance(nearly, str) and not nearly.breaks_sentences
        return nearly if is_better or isinstance(exact, str) else exact

    def _ask(self, target_frames: int, least_frames: int, max_speed: Fraction) -> Ask:
        wish = self.wish
        return Ask(
            max(0, target_frames), min(least_frames, max(0, target_frames)), wish.method, max_speed,
            open_with=wish.open_with, end_with=wish.end_with,
            hides_cuts_by_punch_in=True,
        )  # fmt: skip

    def _of(self, rate: Fraction, asks: Sequence[Ask]) -> tuple[Shortening | str, ...]:
        key = (rate, tuple(asks))
        if key not in self._decided:
            self._decided[key] = shorten_all(self.material(rate), asks)
        return self._decided[key]

    def _cut(
        self, made: Shortening | str, preset: Preset, rate: Fraction, title_frames: int, end_frames: int
    ) -> Cut | str:
        if isinstance(made, str):
            return made
        total = master_frames(self.master.played(made.speed), rate)
        spans = played_spans([(span.start_frame, span.end_frame) for span in made.kept], made.speed, total)
        # the same spans with and without: one decision serves placements of both kinds
        has_punches = preset.length.punch_in and preset.canvas is not None
        punched = tuple(played_inside(span.punched, made.speed) for span in made.kept) if has_punches else ()
        return Cut(
            spans, title_frames, end_frames, made.why, is_shortened=made.kept_frames < master_frames(self.master, rate),
            reasons=tuple(span.why for span in made.kept), punched_in=punched,
            told=tuple(explained(made, self.material(rate))), speed=made.speed,
        )  # fmt: skip

    def material(self, rate: Fraction) -> Material:
        """All that is known of the master, its frames counted at a rate."""
        master, measured = self.master, self.analysis
        shots = (first_showing(shot, master.frame_rate, rate) for shot in measured.shot_starts)
        seconds = max(1, ceil(master.duration_seconds))
        return Material(
            frames=master_frames(master, rate),
            rate=rate,
            words=self.words,
            pauses=measured.pauses,
            silences=measured.silences,
            shot_starts=tuple(sorted({0, *shots})),
            motion=_motion(measured, master, seconds),
            faces=_faces(measured, master, seconds),
            texts=_texts(measured, master, seconds),
            marks=(*self.wish.marks, *_hidden(self.wish, master.duration_seconds)),
            language=self.language,
        )


def shortener_of(master: Master, analysis: Analysis, wish: LengthWish, tracks: Sequence[CaptionTrack]) -> Shortener:
    """The shortener of a master whose first captions say what is spoken in it."""
    if not tracks:
        return Shortener(master, analysis, wish)
    cues = tracks[0].cues
    words = tuple(word for cue in cues for word in (cue.words or estimated_words(cue)))
    return Shortener(master, analysis, wish, words, any(cue.words for cue in cues), tracks[0].language)


def decided(
    shortener: Shortener,
    preset: Preset,
    rate: Fraction,
    seconds: float | None,
    plain: Cut | str,
    cards: tuple[int, int],
) -> Cut | str:
    """The cut of a variant: `plain` where nothing asks for more than the beginning of the master, else a cut-down."""
    wish = shortener.wish
    if wish.shown:
        whole = _as_edited(wish.shown, shortener.master, preset, rate, cards, "as the timeline cuts it")
        if seconds is None and whole is not None:
            return whole
        if not wish.is_in_order:
            return "the timeline shows its spans out of order, and such a cut cannot be made shorter"
        return shortener.cut(preset, rate, seconds, *cards)
    if seconds is not None:
        return shortener.cut(preset, rate, seconds, *cards)
    is_too_long = isinstance(plain, Cut) and plain.is_shortened
    if is_too_long and (shortener.has_own_times or wish.says_what) and wish.method != "trim":
        made = shortener.cut(preset, rate, None, *cards)
        return plain if isinstance(made, str) and not wish.says_what else made
    spans = _as_said(wish, shortener.master.duration_seconds)
    if spans and isinstance(plain, Cut):
        return _as_edited(spans, shortener.master, preset, rate, cards, "cut as it was asked") or plain
    return plain


def _as_said(wish: LengthWish, seconds: float) -> tuple[SecondsSpan, ...]:
    """The spans of a master without what is to be dropped, what opens and what ends it moved; empty: all as it is."""
    moved = [span for span in (wish.open_with, wish.end_with) if span]
    if not wish.drops and not moved:
        return ()
    spans, at = [], 0.0
    for start, end in sorted([*wish.drops, *moved, (seconds, seconds)]):
        if start > at:
            spans.append((at, start))
        at = max(at, end)
    return (*moved[: bool(wish.open_with)], *spans, *moved[bool(wish.open_with) :])


def frame_spans(master: Master, rate: Fraction, spans: Sequence[SecondsSpan]) -> tuple[FrameSpan, ...]:
    """Spans of the master in seconds as frames of a rate, half-open; one of less than a frame may be empty.

    A frame that begins outside of a span is not shown, at whatever rate: it may be another shot's. A time that is one
    of the rate's own frames stays that.
    """
    total, own = master_frames(master, rate), master.frame_rate

    def frame_at(at: float) -> int:
        nearest = round(at * rate)
        is_own = abs(at * float(rate) - nearest) < WHOLE
        return min(total, nearest if is_own else first_showing(round(at * own), own, rate))

    return tuple((frame_at(start), frame_at(end)) for start, end in spans)


def _as_edited(
    shown: Sequence[SecondsSpan], master: Master, preset: Preset, rate: Fraction, cards: tuple[int, int], why: str
) -> Cut | str | None:
    """A cut of spans that were decided elsewhere, frame for frame; a sentence where it is too short, None: too long."""
    spans = frame_spans(master, rate, shown)
    spans = tuple((start, end) for start, end in spans if start < end)
    least, most = limits_of(preset.length, rate)
    frames = sum(end - start for start, end in spans) + sum(cards)
    if not spans:
        return f"{why}, nothing of {master.name} is left"
    if frames < least:
        return (
            f"{why}, it is {seconds_told(frames, rate)}; the placement takes at least {preset.length.min_seconds:g} s"
        )
    if most is not None and frames > most:
        return None
    return Cut(spans, *cards, f"{why}, {seconds_told(frames, rate)}")


def _hidden(wish: LengthWish, seconds: float) -> list[LengthMark]:
    """What is never shown, and what a timeline does not show, as marks."""
    drops = [LengthMark("drop", *span) for span in wish.drops]
    if not wish.shown:
        return drops
    edges = [0.0, *(edge for span in wish.shown for edge in span), seconds]
    hidden = zip(edges[::2], edges[1::2], strict=True)
    return [*drops, *(LengthMark("drop", start, end) for start, end in hidden if end > start)]


def as_asked(wish: LengthWish, seconds: float | None) -> LengthWish:
    """The wish of one variant: its own length alone."""
    return replace(wish, seconds=() if seconds is None else (seconds,))


def _motion(measured: Analysis, master: Master, seconds: int) -> tuple[float, ...]:
    """How much moves in each second, as a share of what moves most."""
    if measured.interest is None:
        return ()
    import numpy as np

    maps = unpacked(measured.interest)
    moving = maps.motion[0].mean(axis=1)
    step_seconds = maps.step_frames / float(master.frame_rate)
    at = np.minimum((np.arange(len(moving)) * step_seconds).astype(int), seconds - 1)
    sums, counts = np.bincount(at, moving, seconds), np.bincount(at, minlength=seconds)
    values = sums / np.maximum(counts, 1)
    return tuple(float(value) for value in values / max(float(values.max()), 1e-9))


def _faces(measured: Analysis, master: Master, seconds: int) -> tuple[float, ...]:
    """1 for each second in which a face is seen."""
    seen = [0.0] * seconds
    for subject in measured.subjects:
        if subject.kind != "face":
            continue
        for box in subject.boxes:
            if box.confidence:
                seen[min(seconds - 1, int(box.frame / float(master.frame_rate)))] = 1.0
    return tuple(seen)


def _texts(measured: Analysis, master: Master, seconds: int) -> tuple[float, ...]:
    """1 for each second in which text stands in the picture, such as a title or a claim."""
    seen = [0.0] * seconds
    for subject in measured.subjects:
        if subject.kind == "text" and subject.boxes:
            first, last = (subject.boxes[at].frame / float(master.frame_rate) for at in (0, -1))
            for second in range(round(first), min(seconds, round(last))):
                seen[second] = 1.0
    return tuple(seen)

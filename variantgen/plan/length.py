"""How long a variant is and which frames of the master it shows (first form: cut at a pause, or loop)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from variantgen.model import Analysis, Card, FrameSpan, Master
from variantgen.plan.cards import card_seconds
from variantgen.presets.schema import Length, Preset, Video

STANDARD_RATES = tuple(
    Fraction(rate)
    for rate in ("10", "12", "15", "20", "24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60")
)
DECIMAL_SLACK = Fraction(5, 1000)
"""Preset files write 23.98, 29.97 and 59.94 for rates that no decimal holds."""
LEAST_BODY_SECONDS = 0.5
MOST_LOOPS = 20
SEARCH_SHARE = 0.25
"""A pause is looked for in this last share of the allowed length..."""
SEARCH_SECONDS = 6.0
"""...and not further back than this."""


@dataclass(frozen=True)
class PlacedCard:
    """A card that is shown before span number `before` of a cut (after the last: their count), and why."""

    before: int
    card: Card
    frames: int
    why: str


@dataclass(frozen=True)
class Cut:
    """The master's spans that a variant shows, its cards' lengths and the reason in words."""

    spans: tuple[FrameSpan, ...]
    title_frames: int
    end_frames: int
    why: str
    is_shortened: bool = False
    reasons: tuple[str, ...] = ()
    """Why each span is shown; empty where `why` says it all."""
    punched_in: tuple[tuple[FrameSpan, ...], ...] = ()
    """Of each span, the stretches that play a little larger to hide a cut inside a shot; empty: none of any."""
    told: tuple[str, ...] = ()
    """An editor's notes: a line for each span that is kept or dropped."""
    speed: Fraction = Fraction(1)
    """How much faster than the master it plays; the spans count its frames as so played."""
    cards: tuple[PlacedCard, ...] = ()
    """Between the spans, in order."""


def choose_rate(rate: Fraction, video: Video | None) -> Fraction:
    """The variant's rate: the master's own where the placement takes it, else a whole fraction or multiple of it."""
    if video is None:
        return rate
    most = exact_rate(video.max_frame_rate) if video.max_frame_rate else None
    least = exact_rate(video.min_frame_rate) if video.min_frame_rate else None
    chosen = rate
    if most is not None and chosen > most:
        divided = rate / ceil(rate / most)
        slower = [r for r in STANDARD_RATES if r <= most]
        chosen = divided if divided in STANDARD_RATES or not slower else max(slower)
    if least is not None and chosen < least:
        chosen = chosen * ceil(least / chosen)
        if most is not None and chosen > most:
            chosen = most
    return chosen


def exact_rate(rate: float) -> Fraction:
    """The rate that a decimal means: 29.97 is 30000/1001."""
    nearest = min(STANDARD_RATES, key=lambda standard: abs(standard - rate))
    return nearest if abs(nearest - rate) < DECIMAL_SLACK else Fraction(rate).limit_denominator(1001)


def master_frames(master: Master, rate: Fraction) -> int:
    """How many frames the master has at a variant's rate."""
    return master.frames if rate == master.frame_rate else max(1, floor(master.frames * rate / master.frame_rate))


def decide_length(
    master: Master, analysis: Analysis, preset: Preset, rate: Fraction, title: Card | None, end: Card | None
) -> Cut | str:
    """What is shown, or the sentence that says why the variant cannot be made."""
    length = preset.length
    total = master_frames(master, rate)
    title_frames, end_frames = cards_of(title, end, rate)
    cards = title_frames + end_frames
    least, most = limits_of(length, rate)
    if most is not None and total + cards > most:
        return _shortened(analysis, length, rate, total, most, least, title_frames, end_frames)
    if total + cards < least:
        said = f"the placement takes at least {length.min_seconds:g} s"
        return lengthened(length, rate, total, (least, most), (title_frames, end_frames), said)
    return Cut(((0, total),), title_frames, end_frames, f"the whole master, {seconds_told(total, rate)}")


def cards_of(title: Card | None, end: Card | None, rate: Fraction) -> tuple[int, int]:
    """How many frames the cards before and after the master last."""
    first, last = (round(card_seconds(card.text) * rate) if card else 0 for card in (title, end))
    return first, last


def limits_of(length: Length, rate: Fraction) -> tuple[int, int | None]:
    """The least and the most frames that a placement takes; None where there is no most."""
    most = None if length.max_seconds is None else floor(Fraction(length.max_seconds).limit_denominator(1000) * rate)
    least = 0 if length.min_seconds is None else ceil(Fraction(length.min_seconds).limit_denominator(1000) * rate)
    return least, most


def _shortened(
    analysis: Analysis,
    length: Length,
    rate: Fraction,
    total: int,
    most: int,
    least: int,
    title_frames: int,
    end_frames: int,
) -> Cut | str:
    if length.too_long == "refuse":
        return f"the master is {seconds_told(total, rate)} and the placement takes at most {length.max_seconds:g} s"
    body = most - title_frames - end_frames
    if body < LEAST_BODY_SECONDS * rate:
        return f"the cards leave no room for the master within the {length.max_seconds:g} s that the placement takes"
    end, at_pause = best_cut(analysis, rate, body, least=least - title_frames - end_frames)
    where = f"at a pause of {at_pause:.1f} s" if at_pause else "at the limit, for want of a pause near it"
    lengths = f"from {seconds_told(total, rate)} to {seconds_told(end, rate)}"
    why = f"cut {lengths} {where}; the placement takes {length.max_seconds:g} s"
    return Cut(((0, end),), title_frames, end_frames, why, is_shortened=True)


def best_cut(analysis: Analysis, rate: Fraction, limit: int, *, least: int = 0) -> tuple[int, float]:
    """The frame to end at, `least` to `limit`, and the length in seconds of the pause it lies in (0.0: none found).

    Longer pauses and later ones win; a second nearer to the limit is worth a tenth of a second of pause.
    """
    limit_seconds = float(limit / rate)
    earliest = limit_seconds - min(SEARCH_SHARE * limit_seconds, SEARCH_SECONDS)
    best, best_score, best_pause = limit, 0.0, 0.0
    for start, end in analysis.pauses:
        # a little of the pause is kept, so that the last word can ring out
        at = min(start + min(0.25, (end - start) / 2), limit_seconds)
        frame = min(limit, floor(Fraction(at) * rate))
        if at < earliest or frame < least or start >= limit_seconds:
            continue
        pause = end - start
        score = min(pause, 1.0) - 0.1 * (limit_seconds - at)
        if score > best_score or best_pause == 0.0:
            best, best_score, best_pause = frame, score, pause
    return best, best_pause


def lengthened(
    length: Length, rate: Fraction, total: int, limits: tuple[int, int | None], cards: tuple[int, int], said: str
) -> Cut | str:
    """A master of `total` frames made as long as the least of `limits`, by the placement's rule, or why it cannot be.

    `cards` are the frames of the title and the end card, `said` is who wants it so long.
    """
    (least, most), (title_frames, end_frames) = limits, cards
    short = f"the master is {seconds_told(total, rate)} and {said}"
    if length.too_short == "refuse":
        return short
    if length.too_short == "hold":
        if not end_frames:
            return f"{short}; the placement holds the end card so long, and there is none: add --end-card TEXT"
        held = (least if most is None else min(least, most)) - total - title_frames
        return Cut(((0, total),), title_frames, held, f"{short}: the end card is held for {seconds_told(held, rate)}")
    loops = ceil(Fraction(least - title_frames - end_frames, total))
    if loops > MOST_LOOPS:
        return f"{short}; that would be {loops} loops"
    whole = total * loops + title_frames + end_frames
    end = total if most is None else total - max(0, whole - most)
    spans = (*(((0, total),) * (loops - 1)), (0, end))
    return Cut(spans, title_frames, end_frames, f"{short}: shown {loops} times")


def seconds_told(frames: int, rate: Fraction) -> str:
    """A length as it is said: 12.3 s."""
    return f"{float(frames / rate):.1f} s"

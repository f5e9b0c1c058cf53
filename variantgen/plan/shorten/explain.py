"""A cut-down in, an editor's notes out: one line a span."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction

from variantgen.model import Word
from variantgen.plan.shorten.speech import ordered
from variantgen.plan.shorten.values import DroppedSpan, KeptSpan, Material, Shortening

QUOTED_WORDS = 4


def explained(shortening: Shortening, material: Material) -> list[str]:
    """The whole in one line, then each kept span as it plays, what is dropped before it above it.

    A line reads `keep  0:12.40-0:17.93  "We built it ... in a week."  the opening`; times are the master's.
    """
    words = ordered(material.words, float(material.frames / material.rate))
    middles = [(word.start_seconds + word.end_seconds) / 2 for word in words]
    lines = [shortening.why]
    pending = list(shortening.dropped)
    for span in shortening.kept:
        before = [gone for gone in pending if gone.start_frame < span.start_frame]
        pending = pending[len(before) :]
        lines += [_line(gone, material, words, middles) for gone in before]
        lines.append(_line(span, material, words, middles))
    return lines + [_line(gone, material, words, middles) for gone in pending]


def _line(span: KeptSpan | DroppedSpan, material: Material, words: Sequence[Word], middles: Sequence[float]) -> str:
    rate = float(material.rate)
    first, last = (bisect_left(middles, frame / rate) for frame in (span.start_frame, span.end_frame))
    verb = "keep" if isinstance(span, KeptSpan) else "drop"
    times = f"{timecode(span.start_frame, material.rate)}-{timecode(span.end_frame, material.rate)}"
    quoted = _quoted([word.text for word in words[first:last]])
    return "  ".join(part for part in (verb, times, quoted, span.why) if part)


def _quoted(texts: Sequence[str]) -> str:
    if not texts:
        return ""
    if len(texts) <= 2 * QUOTED_WORDS + 1:
        return f'"{" ".join(texts)}"'
    return f'"{" ".join(texts[:QUOTED_WORDS])} ... {" ".join(texts[-QUOTED_WORDS:])}"'


def timecode(frame: int, rate: Fraction) -> str:
    """Minutes, seconds and hundredths of a frame's time; hours where there are any.

    >>> timecode(372, Fraction(30))
    '0:12.40'
    """
    hundredths = round(frame * 100 / rate)
    minutes, seconds = divmod(hundredths // 100, 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{clock}:{seconds:02d}.{hundredths % 100:02d}"

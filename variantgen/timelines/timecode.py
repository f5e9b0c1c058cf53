"""Timecodes, rates and times of timeline files, exactly: text in, whole frames and fractions out, and back."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

SEPARATED = r"\d{1,2}[:;.,]\d{2}[:;.,]\d{2}[:;.,]\d{2,3}"
_TIMECODE = re.compile(r"(\d{1,2})[:;.,](\d{2})[:;.,](\d{2})([:;.,])(\d{2,3})")
_CLOCK = re.compile(r"(?:(\d{1,3})[:h])?(\d{1,4})[:m](\d{1,2}(?:[.,]\d{1,9})?)s?")
_SECONDS = re.compile(r"(\d{1,7}(?:[.,]\d{1,9})?)\s*(?:s|sec|seconds)?")
LOWEST_RATE, HIGHEST_RATE = 1, 300
DAY_SECONDS = 24 * 60 * 60
NTSC = Fraction(1000, 1001)


@lru_cache(maxsize=256)
def exact_rate(value: float | Fraction) -> Fraction | None:
    """The exact rate that a rounded one stands for (23.976 and 23.98 are 24000/1001), or None if it is no frame rate.

    Whole rates and whole rates x 1000/1001 (SMPTE ST 12-1) are told within 0.006 fps, as short forms are rounded to
    two decimals.
    """
    if not LOWEST_RATE <= value <= HIGHEST_RATE:  # also refuses nan
        return None
    rate = Fraction(value)
    whole = round(rate)
    if abs(rate - whole) < Fraction(1, 1000):
        return Fraction(whole)
    nearest_ntsc = max(1, round(rate / NTSC)) * NTSC
    if abs(rate - nearest_ntsc) < Fraction(6, 1000):
        return nearest_ntsc
    return rate.limit_denominator(1001)


def counted_rate(rate: Fraction) -> int:
    """How many frames a timecode counts in a second: 30 at 30000/1001."""
    return max(1, round(rate))


def can_drop(rate: Fraction) -> bool:
    """Whether drop-frame timecode exists at a rate: 29.97 and its multiples (SMPTE ST 12-1)."""
    return rate.denominator == 1001 and counted_rate(rate) % 30 == 0


def is_written_as_drop(text: str) -> bool:
    """Whether a timecode's last separator says drop-frame, as `01:00:00;02` does."""
    found = _TIMECODE.fullmatch(text.strip())
    return found is not None and found[4] in ";,"


def frames_of(text: str, rate: Fraction, *, is_drop: bool = False) -> int | None:
    """The frame that a timecode names, counted from 00:00:00:00, or None where it is no timecode at this rate.

    `is_drop` counts it as drop-frame, if the rate has such: two frame numbers (at 29.97) are skipped in every minute
    but each tenth.
    """
    found = _TIMECODE.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds, frames = (int(found[part]) for part in (1, 2, 3, 5))
    counted = counted_rate(rate)
    if minutes > 59 or seconds > 59 or frames >= counted:
        return None
    total = ((hours * 60 + minutes) * 60 + seconds) * counted + frames
    if is_drop and can_drop(rate):
        whole_minutes = hours * 60 + minutes
        total -= counted // 15 * (whole_minutes - whole_minutes // 10)
    return total


def timecode_of(frames: int, rate: Fraction, *, is_drop: bool = False) -> str:
    """A count of frames as hh:mm:ss:ff, or hh:mm:ss;ff where `is_drop`; ValueError from 24 hours on, or below zero."""
    counted, separator = counted_rate(rate), ":"
    if frames < 0:
        raise ValueError("a timecode cannot be negative")
    if is_drop and can_drop(rate):
        dropped, separator = counted // 15, ";"
        in_ten_minutes = counted * 600 - 9 * dropped
        tens, rest = divmod(frames, in_ten_minutes)
        late_minutes = max(0, rest - dropped) // (counted * 60 - dropped)
        frames += dropped * (9 * tens + late_minutes)
    seconds, frame = divmod(frames, counted)
    if seconds >= DAY_SECONDS:
        raise ValueError("a timecode ends at 24 hours")
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{separator}{frame:02}"


def seconds_of(text: str, rate: Fraction | None = None) -> Fraction | None:
    """Seconds from what people write: 12.5, 1:02, 1:02:03.5, and with a `rate` also timecodes (01:02:03:12).

    None where it is none of these.
    """
    text = text.strip()
    if _TIMECODE.fullmatch(text) and text.count(".") + text.count(",") == 0:
        frames = None if rate is None else frames_of(text, rate, is_drop=is_written_as_drop(text))
        return None if frames is None or rate is None else frames / rate
    if plain := _SECONDS.fullmatch(text):
        return Fraction(plain[1].replace(",", "."))
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    seconds = Fraction(found[3].replace(",", "."))
    minutes = int(found[2])
    if seconds >= 60 or (found[1] and minutes > 59):
        return None
    return int(found[1] or 0) * 3600 + minutes * 60 + seconds

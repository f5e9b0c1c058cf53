"""A date, with or without a time and a zone, as people and spreadsheets write it: ISO 8601 out, never a guess."""

from __future__ import annotations

import re
from datetime import date, datetime

_CLOCK = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
_TIME = rf"(?:[T ]+{_CLOCK}(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
_ZONE = r"(?P<zone> ?(?:[Zz]|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?"
_ISO = re.compile(rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{1,2}})-(?P<day>[0-9]{{1,2}}){_TIME}{_ZONE}")
_POINTS = re.compile(rf"(?P<day>[0-9]{{1,2}})\.(?P<month>[0-9]{{1,2}})\.(?P<year>[0-9]{{4}}){_TIME}{_ZONE}")
_SLASHES = re.compile(rf"(?P<one>[0-9]{{1,2}})/(?P<two>[0-9]{{1,2}})/(?P<year>[0-9]{{4}}){_TIME}{_ZONE}")
ALLOWED = "allowed is a date like 2026-11-03, with a time and a zone where they are known: 2026-11-03 18:00+01:00"


def plain_moment(text: str) -> str:
    """A moment in ISO 8601, its zone as it was given; a text that cannot be read stays as it is.

    03.11.2026 is a day first, as wherever points part a date; 11/03/2026 could be either, and stays.

    >>> plain_moment("3.11.2026 18:00 +01:00"), plain_moment("11/23/2026 6:05 PM"), plain_moment("11/03/2026")
    ('2026-11-03T18:00+01:00', '2026-11-23T18:05', '11/03/2026')
    """
    try:
        return _read(text.strip())
    except ValueError:
        return text.strip()


def moment_fault(text: str) -> str:
    """What is wrong with a moment, as a sentence that says what is allowed; empty where nothing is."""
    if not text:
        return ""
    try:
        _read(text)
    except ValueError as error:
        return f'value "{text}" {error}: {ALLOWED}.'
    return ""


def _read(text: str) -> str:
    if not text:
        return ""
    found = _ISO.fullmatch(text) or _POINTS.fullmatch(text) or _SLASHES.fullmatch(text)
    if found is None:
        raise ValueError("is no date")
    told = found.groupdict()
    try:
        day = date(int(told["year"]), *_month_and_day(told))
        clock = _clock(told)
        zone = _zone(told["zone"])
        if clock or not zone:
            datetime.fromisoformat(f"{day.isoformat()}{clock}{zone if clock else ''}")
    except ValueError as error:
        raise ValueError(str(error) if "could be" in str(error) else "is no date that there is") from None
    return f"{day.isoformat()}{clock}{zone if clock else ''}"


def _month_and_day(told: dict[str, str]) -> tuple[int, int]:
    if "one" not in told:
        return int(told["month"]), int(told["day"])
    one, two = int(told["one"]), int(told["two"])
    if one <= 12 and two <= 12 and one != two:
        raise ValueError("could be day and month or month and day")
    return (two, one) if one > 12 else (one, two)


def _clock(told: dict[str, str]) -> str:
    if told["hour"] is None:
        return ""
    hour = int(told["hour"])
    if told["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if told["half"] in "Pp" else 0)
    seconds = f":{told['second']}" if told["second"] else ""
    return f"T{hour:02}:{told['minute']}{seconds}"


def _zone(zone: str | None) -> str:
    plain = (zone or "").strip().upper()
    if plain in ("Z", "UTC", "GMT"):
        return "+00:00"
    digits = plain[1:].replace(":", "").ljust(4, "0")
    return f"{plain[0]}{digits[:2]}:{digits[2:]}" if plain else ""

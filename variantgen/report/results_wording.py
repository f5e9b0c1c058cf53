"""The numbers of a results report as people read them, each with the place in report.json that it comes from (pure)."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10
from typing import Any

NOTHING = "–"
_MOST_TIMES = 1000
Words = Callable[[float], str]


@dataclass(frozen=True)
class Shown:
    """A value of report.json in words; in a template it writes its exact value and its place as well."""

    text: str
    path: str
    value: Any

    @property
    def exact(self) -> str:
        """The value as report.json writes it."""
        return json.dumps(self.value)

    def __html__(self) -> str:
        """An element with `data-path` and `data-value`, without them where the report has no such place."""
        from markupsafe import escape

        kind = "none" if self.value is None else "n"
        where = f' data-path="{escape(self.path)}" data-value="{escape(self.exact)}"' if self.path else ""
        return f'<span class="{kind}"{where}>{escape(self.text)}</span>'


@dataclass(frozen=True)
class Place:
    """A value somewhere in the report; None, without a path, where the report does not have it."""

    value: Any
    path: str = ""

    def at(self, *keys: str | int) -> Place:
        """The place below this one, key by key; below nothing it is the place of that nothing."""
        found = self
        for key in keys:
            if found.value is not None:
                found = found._below(key)
        return found

    def _below(self, key: str | int) -> Place:
        is_there = key in self.value if isinstance(self.value, dict) else isinstance(key, int) and key < len(self.value)
        return Place(self.value[key], f"{self.path}.{key}".lstrip(".")) if is_there else Place(None)

    def each(self) -> list[Place]:
        """The places of a list's items; none where there is no list."""
        return [self.at(number) for number in range(len(self.value or ()))]

    def shown(self, words: Words) -> Shown:
        """The number here in words, a dash for none."""
        return Shown(NOTHING if self.number is None else words(self.number), self.path, self.value)

    @property
    def number(self) -> float | None:
        """The value where it is a number that can be drawn."""
        is_number = isinstance(self.value, (int, float)) and not isinstance(self.value, bool)
        return self.value if is_number and isfinite(self.value) else None

    @property
    def text(self) -> str:
        """The value as plain text, empty for none."""
        return "" if self.value is None else str(self.value)


# ---------------------------------------------------------------- figures of a metric


@dataclass(frozen=True)
class Measure:
    """How figures of one metric are written: alike in a column, so that they can be compared at a glance."""

    unit: str
    currency: str = ""
    decimals: int = 2

    @property
    def factor(self) -> int:
        """What a figure is multiplied by to be written."""
        return 100 if self.unit == "share" else 1

    @property
    def sign(self) -> str:
        """What stands behind every figure."""
        if self.unit.startswith("money"):
            return self.currency
        return {"share": "%", "seconds": "s"}.get(self.unit, "")

    @property
    def note(self) -> str:
        """What the sign does not tell, for the head of a column: `per 1000`."""
        if self.unit.startswith("money"):
            return self.unit.removeprefix("money").strip() if self.currency else self.unit
        return {"share": "", "seconds": ""}.get(self.unit, self.unit)

    @property
    def axis_note(self) -> str:
        """What ticks without a currency do not tell: `EUR per 1000`."""
        return f"{self.currency} {self.note}".strip() if self.unit.startswith("money") else self.note

    def words(self, figure: float) -> str:
        """A figure with its sign: `1.23 %`, `12.30 EUR`."""
        return f"{self.bare(figure)} {self.sign}".strip()

    def bare(self, figure: float) -> str:
        """A figure without its sign."""
        return _fixed(figure * self.factor, self.decimals)


def measure(unit: str, currency: str, figures: Iterable[float | None]) -> Measure:
    """The measure in which the largest of some figures has three digits; money never has fewer than its cents."""
    made = Measure(unit, currency)
    largest = max((abs(one) * made.factor for one in figures if one is not None), default=0.0)
    decimals = min(5, max(0, 2 - floor(log10(largest)))) if largest > 0 else 1
    if unit.startswith("money") and largest < 10_000:
        decimals = max(2, decimals)
    return Measure(unit, currency, decimals)


def _fixed(value: float, decimals: int) -> str:
    least = 10**-decimals
    if value and abs(value) < least / 2:
        return f"<{least:.{decimals}f}" if value > 0 else f">-{least:.{decimals}f}"
    return f"{value:,.{decimals}f}"


# ---------------------------------------------------------------- other numbers


def count_words(count: float) -> str:
    """A count, with its decimals where it has any: `21,066`, `3.5`."""
    return f"{round(count, 2):,.2f}".rstrip("0").rstrip(".")


def chance_words(chance: float) -> str:
    """A chance, which is never quite none or all: `83 %`, `0.4 %`, `> 99.9 %`."""
    if chance < 0.001:
        return "< 0.1 %"
    if chance > 0.999:
        return "> 99.9 %"
    return f"{chance:.1%}".replace("%", " %") if chance < 0.01 or chance > 0.99 else f"{chance:.0%}".replace("%", " %")


def share_words(share: float) -> str:
    """A share of a whole: `40 %`, `2.5 %`, `0 %`."""
    if 0 < share < 0.0005:
        return "< 0.1 %"
    return f"{100 * share:.{1 if share < 0.1 else 0}f}".removesuffix(".0") + " %"


def ratio_words(ratio: float) -> str:
    """A ratio: `1.27`; beyond a thousand times it is no more than that, as nothing but a missing count makes one."""
    if ratio > _MOST_TIMES:
        return f"> {_MOST_TIMES:,}"
    if ratio < 1 / _MOST_TIMES:
        return f"< {1 / _MOST_TIMES:g}"
    return f"{ratio:.3g}" if ratio < 0.01 else f"{ratio:.2f}"


def change_words(ratio: float) -> str:
    """A ratio as what it adds or takes: `+4.0 %`, `−3.0 %`."""
    percent = round(100 * (ratio - 1), 1)
    return f"{'+' if percent > 0 else '−' if percent < 0 else ''}{abs(percent):.1f} %"


def bare_change_words(ratio: float) -> str:
    """A ratio as what it adds or takes, where the sign follows: `−3.0`."""
    return change_words(ratio).removesuffix(" %")


def p_words(p_value: float) -> str:
    """A p-value: `0.012`, `< 0.001`."""
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def seconds_words(seconds: float) -> str:
    """A film's length: `14 s`, `14.5 s`."""
    return f"{seconds:.1f}".removesuffix(".0") + " s"


def date_words(day: str) -> str:
    """An ISO date as people read it, `2026-12-31` as `31 Dec 2026`; anything else as it stands."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    parts = day[:10].split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts) or not 1 <= int(parts[1]) <= 12:
        return day
    return f"{int(parts[2])} {months[int(parts[1]) - 1]} {parts[0]}"


def period_words(first: str, last: str) -> str:
    """Two ISO dates as a period, what they have in common told once: `1–14 Dec 2026`, `28 Nov – 3 Dec 2026`."""
    ends = [date_words(day).split(" ") for day in (first, last) if day]
    if len(ends) < 2 or ends[0] == ends[1] or len(ends[0]) != 3 or len(ends[1]) != 3:
        return " – ".join(dict.fromkeys(" ".join(end) for end in ends))
    start, end = ends
    if start[1:] == end[1:]:
        return f"{start[0]}–{' '.join(end)}"
    return f"{' '.join(start[:2] if start[2] == end[2] else start)} – {' '.join(end)}"


def sentence(words: str, names: Collection[str] = ()) -> str:
    """Words with a full stop at the end, and a capital at the start unless one of the names may stand there."""
    told = words.strip()
    first = told.split(" ", 1)[0].rstrip(",;:.")
    if first.isalpha() and first not in {name.split(" ", 1)[0] for name in names}:
        told = told[:1].upper() + told[1:]
    return told + ("" if not told or told.endswith((".", "!", "?")) else ".")


# ---------------------------------------------------------------- names


def key_of(number: int) -> str:
    """A short name for the n-th variant of a channel, from 0: A to Z, then AA."""
    return (key_of(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


def names_in(report: Place) -> set[str]:
    """Whatever is called by a name that must not be changed: channels, variants, the metric."""
    channels = report.at("channels").each()
    named = [report.at("metric"), *report.at("across", "variants").each()]
    named += [row for channel in channels for part in ("variants", "without") for row in channel.at(part).each()]
    told = [one.at(key).text for one in named for key in ("name", "id")]
    return {name for name in (*told, *(channel.at("channel").text for channel in channels)) if name}


def short_names(variants: Sequence[dict[str, Any]]) -> list[str]:
    """What tells variants of one channel apart: the levels in which they differ, else their names."""
    tables = [variant.get("levels") or {} for variant in variants]
    factors = list(dict.fromkeys(factor for table in tables for factor in table))
    differing = [factor for factor in factors if len({str(table.get(factor)) for table in tables}) > 1]
    told = [" · ".join(str(table[factor]) for factor in differing if factor in table) for table in tables]
    if all(told) and len(set(told)) == len(told):
        return told
    return [str(variant.get("name") or variant.get("id") or "") for variant in variants]

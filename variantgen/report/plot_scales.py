"""Where values stand in a plot: numbers in, axes with round ticks and percents along them out (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log, log10

_STEPS = (1, 2, 5, 10)
_ALIKE = 1e-6
_NEAR_NOUGHT = 0.25
"""A lowest value below this share of the highest brings nought onto the axis: little is lost, and ratios show."""
_LOG_TICKS: tuple[tuple[float, ...], ...] = (
    (0.98, 0.99, 1.0, 1.01, 1.02),
    (0.9, 0.95, 1.0, 1.05, 1.1),
    (0.8, 0.9, 1.0, 1.1, 1.25),
    (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0),
    (0.25, 0.5, 1.0, 2.0, 4.0),
    (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0),
    (0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0),
)
"""Ratios that people read as such, from the closest to the widest."""


@dataclass(frozen=True)
class Axis:
    """An axis from `low` to `high`, its ticks in rising order; a logarithmic one holds what is above nought."""

    low: float
    high: float
    ticks: tuple[float, ...]
    is_log: bool = False

    def percent(self, value: float) -> float:
        """How far along the axis a value stands, from 0 to 100; what lies beyond an end stands at that end."""
        at, low, high = (log(max(one, 1e-12)) if self.is_log else one for one in (value, self.low, self.high))
        return round(min(100.0, max(0.0, 100 * (at - low) / (high - low))), 3)

    def holds(self, value: float) -> bool:
        """Whether a value lies on the axis."""
        return self.low <= value <= self.high


def linear_axis(values: Iterable[float], *, most_steps: int = 6, is_from_nought: bool = False) -> Axis:
    """An axis that holds all finite values and begins and ends on a round tick; 0 to 1 where there are none.

    It begins at nought where it is asked to, or where the values come near it.
    """
    told = [value for value in values if isfinite(value)] or [0.0, 1.0]
    low, high = min(told), max(told)
    if low > 0 and (is_from_nought or low < _NEAR_NOUGHT * high):
        low = 0.0
    if high - low <= _ALIKE * max(abs(low), abs(high)):
        low, high = (0.0, 1.0) if not high else (min(0.0, 2 * low), max(0.0, 2 * high))
    ticks = nice_ticks(low, high, most_steps=most_steps)
    return Axis(ticks[0], ticks[-1], ticks)


def nice_ticks(low: float, high: float, *, most_steps: int = 6) -> tuple[float, ...]:
    """Multiples of 1, 2 or 5 times a power of ten around low..high, in at most so many steps.

    >>> nice_ticks(0.0107, 0.0153)
    (0.01, 0.011, 0.012, 0.013, 0.014, 0.015, 0.016)
    """
    exponent = floor(log10((high - low) / most_steps))
    while True:
        for step in _STEPS[:-1]:
            # powers of ten below one are divided by, as 10 ** -3 is no exact number
            size = step * 10**exponent if exponent >= 0 else step / 10**-exponent
            first, last = floor(low / size + 1e-9), ceil(high / size - 1e-9)
            if last - first <= most_steps:
                digits = max(0, -exponent)
                return tuple(round(number * size, digits) for number in range(first, last + 1))
        exponent += 1


def ratio_axis(values: Iterable[float]) -> Axis:
    """A logarithmic axis around 1 that holds all values; what is beyond a thousandfold stands at its end."""
    told = [value for value in values if isfinite(value) and value > 0]
    low, high = min([*told, 1.0]), max([*told, 1.0])
    ticks = next((row for row in _LOG_TICKS if row[0] <= low and high <= row[-1]), _LOG_TICKS[-1])
    # the end ticks that hold nothing go, so that one long interval to one side does not empty the other
    first = max((n for n, tick in enumerate(ticks) if tick <= low), default=0)
    last = min((n for n, tick in enumerate(ticks) if tick >= high), default=len(ticks) - 1)
    first, last = min(first, ticks.index(1.0) - 1), max(last, ticks.index(1.0) + 1)
    kept = ticks[first : last + 1]
    return Axis(kept[0], kept[-1], kept, is_log=True)


def decimals_between(ticks: Sequence[float], factor: float = 1.0) -> int:
    """How many decimals tell neighbouring ticks apart, once they are multiplied by `factor`."""
    gaps = [abs(after - before) * factor for before, after in zip(ticks, ticks[1:], strict=False)]
    return max(0, -floor(log10(min(gaps)) + 1e-9)) if gaps else 0


def spread(wanted: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Places for labels, each near where it is wanted, at least `gap` apart, within low..high as far as they fit.

    >>> spread([50, 52, 10], gap=14, low=0, high=100)
    [50, 64, 10]
    """
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    places = [min(max(one, low), high) for one in wanted]
    for before, after in zip(order, order[1:], strict=False):
        places[after] = max(places[after], places[before] + gap)
    # what was pushed past the end moves back, and pushes those before it
    limit = high
    for n in reversed(order):
        places[n] = max(low, min(places[n], limit))
        limit = places[n] - gap
    return places

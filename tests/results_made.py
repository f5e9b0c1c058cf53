"""Results that know their own truth: daily counts of variants with a given rate, days that vary by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from variantgen.results.counts import Arm, Cell

FIRST_DAY = date(2026, 10, 5)


def days_of(count: int) -> list[date]:
    """So many days in a row, from a Monday on."""
    return [FIRST_DAY + timedelta(days=n) for n in range(count)]


def daily_rates(rng: np.random.Generator, rate: float, spread: float, days: int) -> Any:
    """Rates of days around a mean (beta), with a relative standard deviation; all alike where that is 0."""
    if not spread:
        return np.full(days, rate)
    size = (1 - rate) / (rate * spread**2) - 1
    return rng.beta(rate * size, (1 - rate) * size, days)


def made_arms(
    rng: np.random.Generator, rates: Sequence[float], *, per_day: int = 2000, days: int = 14, spread: float = 0.0
) -> list[Arm]:
    """One arm for each true rate; each day of each arm has a rate of its own."""
    found = []
    for n, rate in enumerate(rates):
        hits = rng.binomial(per_day, daily_rates(rng, rate, spread, days))
        cells = tuple(Cell(float(hit), per_day, day, day) for hit, day in zip(hits, days_of(days), strict=True))
        found.append(Arm(f"v{n}", cells))
    return found

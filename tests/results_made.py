"""Results that know their own truth: daily counts of variants with a given rate, days that vary by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from variantgen.results.counts import Arm, Cell
from variantgen.results.effects import Observation

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
    rng: np.random.Generator,
    rates: Sequence[float],
    *,
    per_day: int = 2000,
    days: int = 14,
    spread: float = 0.0,
    swing: float = 0.0,
) -> list[Arm]:
    """One arm for each true rate. Days differ by `spread` for each arm by itself, by `swing` for all arms alike."""
    found = []
    together = daily_rates(rng, 0.02, swing, days) / 0.02
    for n, rate in enumerate(rates):
        today = np.minimum(daily_rates(rng, rate, spread, days) * together, 1.0)
        hits = rng.binomial(per_day, today)
        cells = tuple(Cell(float(hit), per_day, day, day) for hit, day in zip(hits, days_of(days), strict=True))
        found.append(Arm(f"v{n}", cells))
    return found


HOOKS = {"question": 0.0, "claim": 0.25, "joke": -0.1}
CALLS = {"shop": 0.0, "learn": 0.1}
FACTORS = {"hook": list(HOOKS), "cta": list(CALLS)}
TRUTHS = {("hook", "claim"): 0.25, ("hook", "joke"): -0.1, ("cta", "learn"): 0.1}
"""Log odds that each level adds to its factor's first one."""
CHANNELS = {"tiktok (paid)": -3.5, "instagram-reels (paid)": -2.8}
"""Log odds of the first levels together."""


def made_campaign(
    rng: np.random.Generator, *, per_day: int = 1500, days: int = 7, spread: float = 0.2
) -> list[Observation]:
    """Every hook with every call on two channels, their effects adding up, days varying."""
    found = []
    for channel, base in CHANNELS.items():
        for hook, hooked in HOOKS.items():
            for call, called in CALLS.items():
                rate = 1 / (1 + np.exp(-(base + hooked + called)))
                (arm,) = made_arms(rng, [rate], per_day=per_day, days=days, spread=spread)
                name = f"{hook}-{call}"
                found.append(Observation(channel, {"hook": hook, "cta": call}, replace(arm, variant=name)))
    return found


def fading_arm(rng: np.random.Generator, rate: float, per_day_change: float, *, days: int = 14) -> Arm:
    """An arm whose rate changes by a share every day, 5 000 a day, days varying a little."""
    cells = []
    for n, day in enumerate(days_of(days)):
        today = daily_rates(rng, rate * (1 + per_day_change) ** n, 0.1, 1)[0]
        cells.append(Cell(float(rng.binomial(5000, today)), 5000, day, day))
    return Arm("v", tuple(cells))

"""How honest the comparisons are: simulated campaigns whose truth is known, counted by what is said of them.

    python tests/bench/bench_results.py [--runs 1000] [--seed 1] [--parts abcde]

Prints, with seeds fixed,

  a  equal films, 2, 3, 6 and 12 of them, days that vary by more than chance, for all films alike or for each
     by itself: the share of runs with a "winner" at the planned look; 5 % at most is promised
  b  one film that is 30 % better among 2, 6 and 12: how often it is the winner (power), and how often another
     is (never, one hopes)
  c  main effects of hook and call over two channels, days varying: the share of 95 % intervals that hold
     the truth; 92 to 97 % is promised
  d  a film that loses 3 % a day, and one that does not: how often each is told to be falling
  e  whole reports of two channels whose films are equal, delivered unevenly, weekends poorer, one film a week late and
     one paused: the share with a winner on any channel, with a level proven, with a warning of Simpson's
     paradox; and the share of intervals of levels and of channels that hold the truth
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from results_made import FACTORS, TRUTHS, daily_rates, days_of, fading_arm, made_arms, made_campaign

from variantgen.campaign import Campaign
from variantgen.campaign.values import Factor, Level
from variantgen.results.counts import DayCounts
from variantgen.results.effects import main_effects
from variantgen.results.fatigue import trend
from variantgen.results.findings import findings
from variantgen.results.metrics import read_metrics
from variantgen.results.variants import CampaignVariant
from variantgen.results.verdicts import Look, compared

SETTINGS = (
    (14, 2000, 0.1, 0.2),
    (7, 2000, 0.1, 0.2),
    (14, 2000, 0.25, 0.0),
    (14, 20_000, 0.25, 0.0),
    (14, 2000, 0.0, 0.0),
)
"""Days, impressions per film and day, by how much a film's days differ by themselves, and all films' days together."""
LOOK = Look(read_on=date(2026, 12, 1), planned_on=date(2026, 12, 1))


def main() -> None:
    """Runs all parts, or those that are named, and prints their figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", default="abcde", help="which, by their letters")
    wanted = parser.parse_args()
    parts = {"a": equal_films, "b": better_films, "c": effects, "d": fatigue, "e": reports}
    for part in (parts[letter] for letter in wanted.parts):
        began = time.monotonic()
        part(wanted.runs, wanted.seed)
        print(f"   ({time.monotonic() - began:.0f} s)\n", flush=True)


def words(days: int, per_day: int, spread: float, swing: float) -> str:
    """A setting in words."""
    return f"{days:2} days of {per_day:6,}, which vary by {swing:.0%} together and {spread:.0%} each"


def verdicts(rates: list[float], runs: int, seed: int, **how: float) -> Counter[str]:
    """Verdicts by word; a winner that is not the first film is a "wrong winner"."""
    rng, found = np.random.default_rng(seed), Counter[str]()
    for run in range(runs):
        told = compared(made_arms(rng, rates, **how), look=LOOK, seed=run)  # type: ignore[arg-type]
        is_wrong = told.verdict == "winner" and told.arms[0].variant != "v0"
        found["wrong winner" if is_wrong else told.verdict] += 1
    return found


def equal_films(runs: int, seed: int) -> None:
    """Part a."""
    print(f"a  equal films at 2 %, {runs} runs each: any winner")
    for count in (2, 3, 6, 12):
        for days, per_day, spread, swing in SETTINGS:
            found = verdicts([0.02] * count, runs, seed, spread=spread, swing=swing, days=days, per_day=per_day)
            share = (found["winner"] + found["wrong winner"]) / runs
            print(f"   {count:2} films, {words(days, per_day, spread, swing)}: {share:6.1%}", flush=True)


def better_films(runs: int, seed: int) -> None:
    """Part b."""
    print(f"b  one film 30 % better than the others' 2 %, {runs} runs each: it wins, another wins")
    for count in (2, 6, 12):
        for days, per_day, spread, swing in (SETTINGS[0], (14, 8000, 0.1, 0.2), SETTINGS[2], SETTINGS[4]):
            rates = [0.026] + [0.02] * (count - 1)
            found = verdicts(rates, runs, seed, spread=spread, swing=swing, days=days, per_day=per_day)
            right, wrong = found["winner"] / runs, found["wrong winner"] / runs
            print(f"   {count:2} films, {words(days, per_day, spread, swing)}: {right:6.1%} {wrong:6.1%}", flush=True)


def effects(runs: int, seed: int) -> None:
    """Part c."""
    print(f"c  main effects, {runs} runs each: intervals that hold the truth")
    for spread, days in ((0.0, 7), (0.2, 7), (0.2, 14), (0.4, 14)):
        rng, held = np.random.default_rng(seed), Counter[tuple[str, str]]()
        for _ in range(runs):
            for one in main_effects(made_campaign(rng, spread=spread, days=days), FACTORS).levels:
                truth = np.exp(TRUTHS[one.factor, one.level])
                held[one.factor, one.level] += one.low <= truth <= one.high
        shares = ", ".join(f"{level} {held[factor, level] / runs:.1%}" for factor, level in TRUTHS)
        print(f"   {days:2} days that vary by {spread:.0%}: {shares}", flush=True)


def fatigue(runs: int, seed: int) -> None:
    """Part d."""
    print(f"d  14 days of 5 000 at 3 %, {runs} runs each: told to be falling")
    for change in (-0.03, 0.0):
        rng = np.random.default_rng(seed)
        falling = sum(trend(fading_arm(rng, 0.03, change)).movement == "falling" for _ in range(runs))
        print(f"   {change:+.0%} a day: {falling / runs:6.1%}", flush=True)


CHANNELS = {"tiktok (paid)": 0.02, "meta (paid)": 0.012}
FILMS = ({"hook": ["face", "question"]}, {"hook": ["face", "question", "claim"], "cta": ["film", "shop"]})


def reports(runs: int, seed: int) -> None:
    """Part e."""
    print(
        f"e  whole reports of equal films, {runs} runs each: any winner, proven, warned; intervals that hold the truth"
    )
    metrics = read_metrics()
    for levels in FILMS:
        for days, per_day, spread in ((14, 2000, 0.1), (21, 2000, 0.1), (14, 20_000, 0.25)):
            rng, found = np.random.default_rng(seed), Counter[str]()
            for run in range(runs):
                campaign, variants, rows = made_report(rng, levels, days, per_day, spread)
                count_report(findings(campaign, variants, rows, metrics, made_at="", seed=run).report, found)
            shares = ", ".join(f"{found[part] / runs:.1%}" for part in ("winner", "proven", "warned"))
            held = ", ".join(f"{found[part] / found[f'{part} told']:.1%} of {part}s" for part in ("level", "channel"))
            words = f"{len(variants) // 2} films, {days} days of {per_day:6,}, which vary by {spread:.0%} each"
            print(f"   {words}: {shares}; {held}", flush=True)


def made_report(
    rng: np.random.Generator, levels: dict[str, list[str]], days: int, per_day: int, spread: float
) -> tuple[Campaign, list[CampaignVariant], list[DayCounts]]:
    """A campaign of every level with every other on two channels, and what was counted of it."""
    variants, rows = [], []
    for channel, base in CHANNELS.items():
        together = daily_rates(rng, 0.02, 0.2, days) / 0.02
        for n, cell in enumerate(product(*levels.values())):
            preset, _, promotion = channel.rstrip(")").partition(" (")
            film = CampaignVariant(
                f"{preset}{n}", f"{preset}{n}", preset, promotion, dict(zip(levels, cell, strict=True))
            )
            variants.append(film)
            size, own = per_day * rng.lognormal(0, 0.4), daily_rates(rng, base, spread, days) * together
            for place, day in enumerate(days_of(days)):
                is_weekend = day.weekday() >= 5
                shown = rng.poisson(size * (1.4 if is_weekend else 1) * rng.lognormal(0, 0.2))
                clicks = rng.binomial(shown, min(1.0, own[place] * (0.7 if is_weekend else 1)))
                if (n == 1 and place < 7) or (n == 2 and 9 <= place < 13):
                    continue
                counts = {"impressions": float(shown), "clicks_link": float(clicks)}
                rows.append(DayCounts(film.id, channel, counts, day, day))
    factors = tuple(Factor(name, "piece", tuple(map(Level, of))) for name, of in levels.items())
    return Campaign("bench", "acquisition", (Path("film.mov"),), (), factors, ends=days_of(days)[-1]), variants, rows


def count_report(told: dict[str, Any], found: Counter[str]) -> None:
    """Counts what a report says that is not so."""
    found["winner"] += any(channel["verdict"] == "winner" for channel in told["channels"])
    found["warned"] += bool(told["across"]["warning"])
    odds = {channel: rate / (1 - rate) for channel, rate in CHANNELS.items()}
    for one in told["effects"]["levels"]:
        is_channel = one["factor"] == "channel"
        truth = odds[one["level"]] / odds[one["beside"]] if is_channel else 1.0
        part = "channel" if is_channel else "level"
        found[f"{part} told"] += 1
        found[part] += one["low"] <= truth <= one["high"]
    found["proven"] += any(one["is_proven"] for one in told["effects"]["levels"] if one["factor"] != "channel")


if __name__ == "__main__":
    main()

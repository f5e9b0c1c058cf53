"""Hand-made reports of results, as report.json holds them: rich, crowded, empty, refused, hostile."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

CTR: dict[str, Any] = {
    "name": "ctr_link",
    "definition": "impressions that became a click on the link",
    "note": "not CTR (all), which counts every tap",
    "numerator": ["clicks_link"],
    "denominator": ["impressions"],
    "unit": "share",
    "better": "more",
    "per": 1,
    "model": "proportion",
    "why": "the objective acquisition is judged by it, as the exports tell no leads",
}
CPA: dict[str, Any] = CTR | {
    "name": "cpa",
    "definition": "what a conversion cost",
    "note": "",
    "numerator": ["spend"],
    "denominator": ["conversions"],
    "unit": "money",
    "better": "less",
    "model": "cost",
    "why": "the campaign asks for it",
}
HOOK: dict[str, Any] = {
    "name": "hook_rate_2s",
    "definition": "impressions that became a view of 2 seconds",
    "unit": "share",
    "better": "more",
    "per": 1,
}
CPM: dict[str, Any] = {
    "name": "cpm",
    "definition": "what a thousand impressions cost",
    "unit": "money per 1000",
    "better": "less",
    "per": 1000,
}
FIRST = date(2026, 12, 1)


def report(**changed: Any) -> dict[str, Any]:
    """A report without channels, by a planned look."""
    made: dict[str, Any] = {
        "schema_version": 1,
        "kind": "performance",
        "campaign": "spring",
        "objective": "acquisition",
        "made_at": "2026-12-31T10:00:00+00:00",
        "look": {
            "read_on": "2026-12-31",
            "planned_on": "2026-12-31",
            "planned_per_variant": None,
            "is_planned": True,
            "is_interim": False,
        },
        "metric": CTR,
        "guards": [HOOK, CPM],
        "least_difference": 0.1,
        "is_randomised": False,
        "sources": [
            {
                "file": "TikTok-Ads-Spring-2026.csv",
                "profile": "tiktok-ads",
                "title": "TikTok Ads Manager",
                "first": "2026-12-01",
                "last": "2026-12-14",
                "rows": 56,
            }
        ],
        "channels": [],
        "effects": {"levels": [], "firsts": [], "aliased": [], "notes": []},
        "across": None,
        "unmatched": [],
        "notes": [],
    }
    return made | changed


def channel(name: str = "tiktok (paid)", **changed: Any) -> dict[str, Any]:
    """A channel without variants that has not enough data."""
    made: dict[str, Any] = {
        "channel": name,
        "currency": "EUR",
        "verdict": "not enough data",
        "sentence": "not enough data: about 12,400 more per variant and 3 more days",
        "reasons": ["the channel chose who saw which film, so this tells what was delivered, not the films alone"],
        "is_interim": False,
        "dispersion": 1.3,
        "more": {"per_variant": 12_400, "days": 3},
        "variants": [],
        "without": [],
    }
    return made | changed


def variant(
    name: str, rate: float, /, *, shown: int = 21_000, days: int = 14, seed: int = 1, **changed: Any
) -> dict[str, Any]:
    """A variant with clicks at a rate over some days, all of its counts and figures told."""
    rng = random.Random(f"{name} {seed}")
    by_day = []
    for number in range(days):
        base = max(1, round(shown / days * rng.uniform(0.8, 1.2)))
        clicks = sum(rng.random() < rate * (1 - 0.01 * number) for _ in range(base))
        day = FIRST + timedelta(days=number)
        by_day.append({"day": day.isoformat(), "numerator": clicks, "denominator": base, "figure": clicks / base})
    clicks, base = (sum(row[part] for row in by_day) for part in ("numerator", "denominator"))
    figure = clicks / base if base else None
    middle = 0.8 * (figure or 0.0) + 0.2 * rate
    reach = 1.96 * (middle / max(base, 1)) ** 0.5 * 1.2
    kept = [0.62, 0.41, 0.28, 0.16]
    made: dict[str, Any] = {
        "id": f"id-{name}",
        "name": f"spring-{name}",
        "levels": {},
        "seconds": 14.5,
        "counts": {
            "impressions": base,
            "clicks_link": clicks,
            "views_2s": round(base * 0.31),
            "spend": round(base * 0.0071, 2),
        },
        "first": FIRST.isoformat() if days else None,
        "last": (FIRST + timedelta(days=days - 1)).isoformat() if days else None,
        "days": days,
        "figure": figure,
        "estimate": {"value": middle, "low": middle - reach, "high": middle + reach},
        "chance_best": 0.1,
        "loss": 0.12,
        "shortfall": 0.31,
        "share_next": 0.1,
        "guards": {"hook_rate_2s": 0.31 + rng.uniform(-0.04, 0.04), "cpm": 7.1 + rng.uniform(-1, 1)},
        "retention": [
            {"at": at, "share": share * rng.uniform(0.8, 1.15)}
            for at, share in zip((0.25, 0.5, 0.75, 1.0), kept, strict=True)
        ],
        "retention_of": "plays",
        "by_day": by_day,
        "trend": {"movement": "no trend shown", "per_day": 0.991, "low": 0.973, "high": 1.009, "days": days},
    }
    return made | changed


def rich() -> dict[str, Any]:
    """Two channels, five and four variants, with everything a report can hold."""
    looks = [
        ("face", "shop now"),
        ("product", "shop now"),
        ("question", "learn more"),
        ("face", "learn more"),
        ("product", "learn more"),
    ]
    rates, chances = [0.0153, 0.0131, 0.0124, 0.0119, 0.0102], [0.964, 0.021, 0.011, 0.0036, 0.0004]
    paid = [
        variant(
            f"{hook}-{cta.replace(' ', '-')}-15s",
            rate,
            levels={"hook": hook, "cta": cta, "length": "15 s"},
            chance_best=chance,
            loss=loss,
            share_next=share,
        )
        for (hook, cta), rate, chance, loss, share in zip(
            looks, rates, chances, (0.0012, 0.14, 0.19, 0.22, 0.33), (0.55, 0.25, 0.1, 0.05, 0.05), strict=True
        )
    ]
    paid[0]["trend"] = {"movement": "falling", "per_day": 0.968, "low": 0.951, "high": 0.986, "days": 14}
    paid[3]["trend"] = {"movement": "not enough data", "per_day": None, "low": None, "high": None, "days": 5}
    for row in paid[3]["by_day"][4:7]:
        row["gone"] = True
    paid[3]["by_day"] = [row for row in paid[3]["by_day"] if "gone" not in row]
    organic = [
        variant(
            name,
            rate,
            seed=2,
            shown=6000,
            levels={"hook": name, "cta": "shop now", "length": "15 s"},
            chance_best=chance,
        )
        for name, rate, chance in (
            ("face", 0.021, 0.55),
            ("question", 0.02, 0.33),
            ("product", 0.019, 0.1),
            ("skit", 0.017, 0.02),
        )
    ]
    organic[3] |= {"retention": None, "retention_of": ""}
    return report(
        channels=[
            channel(
                verdict="winner",
                sentence="spring-face-shop-now-15s did better as delivered than the others (chance 96.4%)",
                more=None,
                variants=paid,
                without=[{"id": "id-late", "name": "spring-late-15s", "missing": ["clicks_link"]}],
            ),
            channel(
                "youtube-shorts (organic)",
                verdict="leading, not proven",
                sentence="spring-face leads as delivered, which is not proven (chance 55%)",
                reasons=["no look was planned, so nobody can win yet: say when the results are read, or at what size"],
                more=None,
                dispersion=None,
                currency="",
                variants=organic,
            ),
        ],
        effects={
            "levels": [
                effect("hook", "question", "face", 0.86, 0.78, 0.95, 0.004, 0.0121, True, False),
                effect("hook", "product", "face", 0.93, 0.85, 1.02, 0.12, 0.0131, False, False),
                effect("cta", "learn more", "shop now", 1.19, 1.08, 1.31, 0.0004, 0.0149, True, True),
            ],
            "firsts": [
                {"factor": "hook", "level": "face", "figure": 0.0141},
                {"factor": "cta", "level": "shop now", "figure": 0.0126},
            ],
            "aliased": ["length"],
            "notes": ["variants differ by more than their levels' sum explains: some levels may suit each other"],
        },
        across={
            "variants": [
                {"name": "hook=face, cta=shop now", "pooled": 0.0161, "adjusted": 0.0167, "chance_best": 0.97},
                {"name": "hook=product, cta=shop now", "pooled": 0.0163, "adjusted": 0.0144, "chance_best": 0.03},
            ],
            "warning": "hook=product, cta=shop now is ahead of hook=face, cta=shop now when channels are added up, "
            "and behind at one mix of channels: it went more to the channel on which everything does well",
        },
        unmatched=[
            {"what": "Spring_old_cut", "why": "no variant has this ad name, link or post", "rows": 14},
            {"what": "Christmas 2025", "why": "it ran before the campaign began", "rows": 3},
        ],
        notes=["two exports of tiktok overlap on 3 days: the later import counts"],
    )


def effect(
    factor: str,
    level: str,
    beside: str,
    ratio: float,
    low: float,
    high: float,
    p: float,
    figure: float,
    proven: bool,
    better: bool | None,
) -> dict[str, Any]:
    """A level beside its factor's first."""
    return {
        "factor": factor,
        "level": level,
        "beside": beside,
        "ratio": ratio,
        "low": low,
        "high": high,
        "p_value": p,
        "figure": figure,
        "is_proven": proven,
        "is_better": better,
    }


def crowded(count: int = 36) -> dict[str, Any]:
    """A channel of many variants."""
    hooks, ctas, lengths = (
        ("face", "product", "question", "skit"),
        ("shop now", "learn more", "none"),
        ("6 s", "15 s", "30 s"),
    )
    grid = [(hook, cta, length) for hook in hooks for cta in ctas for length in lengths]
    variants = []
    for number in range(count):
        hook, cta, length = grid[number % len(grid)]
        name = f"{hook}-{cta.replace(' ', '-')}-{length.replace(' ', '')}" + (
            f"-{number}" if number >= len(grid) else ""
        )
        rate = 0.016 - 0.00015 * number
        variants.append(
            variant(
                name,
                rate,
                shown=9000,
                levels={"hook": hook, "cta": cta, "length": length},
                chance_best=0.3 * 0.75**number,
            )
        )
    variants.sort(key=lambda one: -one["estimate"]["value"])
    return report(
        channels=[
            channel(
                verdict="leading, not proven",
                sentence="spring-face-shop-now-6s leads as delivered, which is not proven (chance 30%)",
                more=None,
                variants=variants,
            )
        ]
    )


def empty() -> dict[str, Any]:
    """Nothing was matched and no metric can be had."""
    return report(
        metric=None,
        guards=[],
        look={
            "read_on": None,
            "planned_on": None,
            "planned_per_variant": None,
            "is_planned": False,
            "is_interim": False,
        },
        unmatched=[{"what": "Spring_old_cut", "why": "no variant has this ad name, link or post", "rows": 14}],
        notes=["no export has what the objective acquisition is judged by: ctr_link, cpl"],
    )


def not_comparable() -> dict[str, Any]:
    """Lengths that a metric does not allow beside each other: figures as counted, nothing estimated."""
    unknown = {
        "estimate": None,
        "chance_best": None,
        "loss": None,
        "shortfall": None,
        "share_next": None,
        "trend": None,
    }
    return report(
        channels=[
            channel(
                "meta-reels (paid)",
                verdict="not comparable",
                sentence="not comparable; hold_rate means another thing for 6 s than for 30 s",
                reasons=["hold_rate means another thing for 6 s than for 30 s"],
                dispersion=None,
                more=None,
                variants=[
                    variant("short", 0.3, shown=900, seconds=6.0, **unknown),
                    variant("long", 0.2, shown=900, seconds=30.0, **unknown),
                ],
            )
        ]
    )


def not_enough() -> dict[str, Any]:
    """Two variants of a few days, one of them with nothing counted at all, at an interim look."""
    return report(
        look={
            "read_on": "2026-12-04",
            "planned_on": "2026-12-31",
            "planned_per_variant": 21_066,
            "is_planned": True,
            "is_interim": True,
        },
        channels=[
            channel(
                is_interim=True,
                variants=[
                    variant("a", 0.02, shown=400, days=4, share_next=0.5),
                    variant(
                        "b",
                        0.0,
                        shown=0,
                        days=0,
                        figure=None,
                        counts={"impressions": 0, "clicks_link": 0},
                        estimate={"value": 0.018, "low": 0.0004, "high": 0.09},
                        guards={"hook_rate_2s": None, "cpm": None},
                        retention=None,
                        trend=None,
                        share_next=0.5,
                    ),
                ],
            )
        ],
    )


def no_metric() -> dict[str, Any]:
    """Variants were matched and counted, and nothing of it makes a metric."""
    told = {"figure": None, "estimate": None, "chance_best": None, "loss": None, "shortfall": None, "share_next": None}
    told |= {"guards": {}, "retention": None, "retention_of": "", "by_day": [], "trend": None}
    variants = [variant(name, 0.01, shown=900, counts={"likes": 12}, **told) for name in ("a", "b")]
    reasons = ["no export has what the objective is judged by"]
    words = "not comparable; no export has what the objective is judged by"
    made = channel(
        verdict="not comparable", sentence=words, reasons=reasons, dispersion=None, more=None, variants=variants
    )
    return report(metric=None, guards=[], channels=[made])


HOSTILE = "</style></title><script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7 * 7 }}"
LONG = "spring-" + "a-very-long-name-that-somebody-gave-" * 6


def hostile() -> dict[str, Any]:
    """Names and levels that would be markup, and one that is very long."""
    levels = {HOSTILE: HOSTILE, "hook": LONG}
    return report(
        campaign=HOSTILE,
        objective=HOSTILE,
        channels=[
            channel(
                HOSTILE,
                sentence=HOSTILE,
                reasons=[HOSTILE],
                currency=HOSTILE,
                variants=[
                    variant("x", 0.02, name=HOSTILE, id=HOSTILE, levels=levels, shown=2000),
                    variant("y", 0.01, name=LONG, shown=2000),
                ],
                without=[{"id": HOSTILE, "name": HOSTILE, "missing": [HOSTILE]}],
            )
        ],
        effects={
            "levels": [effect(HOSTILE, HOSTILE, LONG, 1.2, 0.9, 1.6, 0.2, 0.02, False, None)],
            "firsts": [{"factor": HOSTILE, "level": LONG, "figure": 0.01}],
            "aliased": [HOSTILE],
            "notes": [HOSTILE],
        },
        across={
            "variants": [{"name": HOSTILE, "pooled": 0.1, "adjusted": 0.2, "chance_best": 0.5}],
            "warning": HOSTILE,
        },
        unmatched=[{"what": HOSTILE, "why": HOSTILE, "rows": 1}],
        sources=[{"file": HOSTILE, "profile": HOSTILE, "title": HOSTILE, "first": HOSTILE, "last": None, "rows": 1}],
        notes=[HOSTILE],
    )


def costs() -> dict[str, Any]:
    """Money per conversion in euros, less being better, one interval reaching very far."""
    rows = [("face", 18.4, 16.1, 21.3, 0.9), ("product", 24.9, 20.2, 31.0, 0.08), ("question", 39.5, 18.0, 412.0, 0.02)]
    variants = []
    for name, value, low, high, chance in rows:
        made = variant(
            name, 0.002, shown=30_000, estimate={"value": value, "low": low, "high": high}, chance_best=chance
        )
        for number, row in enumerate(made["by_day"]):
            row |= {"numerator": 60.5, "denominator": 3.0, "figure": value * (1 + 0.1 * (-1) ** number)}
        made |= {"figure": value * 1.06, "counts": {"spend": 1204.55, "conversions": 61.5}, "levels": {"hook": name}}
        variants.append(made)
    return report(
        objective="conversion",
        metric=CPA,
        is_randomised=True,
        channels=[
            channel(
                "meta-feed (paid)",
                verdict="no practical difference",
                sentence="no variant did better by as much as would matter",
                reasons=[],
                more=None,
                variants=variants,
            )
        ],
    )


ALL = {
    "rich": rich,
    "crowded": crowded,
    "over 50": lambda: crowded(60),
    "empty": empty,
    "no metric": no_metric,
    "not comparable": not_comparable,
    "not enough": not_enough,
    "hostile": hostile,
    "costs": costs,
    "bare": report,
}
"""What makes each report, by a name for a test."""

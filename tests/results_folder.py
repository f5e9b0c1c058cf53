"""A campaign's folder as a render leaves it, without films, and exports about its variants with known effects."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
from results_made import daily_rates, days_of

HOOKS, CALLS = ("face", "question"), ("film", "shop")
PAID, ORGANIC = ("tiktok", "paid"), ("youtube", "organic")
FILE = """\
schema_version = 1
name = "autumn"
objective = "acquisition"
masters = ["film.mov"]
channels = [{ preset = "tiktok", as = "paid" }, { preset = "youtube", as = "organic" }]
starts = 2026-10-05
ends = 2026-10-18
sequence = ["hook", "cta"]

[[factor]]
name = "hook"
levels = [{ name = "face", span = [0.0, 2.0] }, { name = "question", span = [4.0, 6.0] }]

[[factor]]
name = "cta"
levels = [{ name = "film", span = [8.0, 9.0] }, { name = "shop", card = "end", text = "Shop now" }]
"""


def campaign_folder_in(folder: Path, text: str = FILE) -> tuple[Path, Path]:
    """The campaign's file, and its output folder with campaign.json and posted.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    file, out = folder / "autumn.toml", folder / "out"
    file.write_text(text, "utf-8")
    out.mkdir()
    rows = [row(*one) for one in variants()]
    told = {"schema_version": 1, "campaign": "autumn", "variants": rows}
    (out / "campaign.json").write_text(json.dumps(told), "utf-8")
    posted = io.StringIO()
    writer = csv.writer(posted)
    writer.writerow(["id", "file", "preset", "channel", "as", "ad_name", "post_id", "posted_at"])
    for one in rows:
        post = video_of(one["id"]) if one["as"] == "organic" else ""
        name = one["file"].removesuffix(".mp4")
        writer.writerow([one["id"], one["file"], one["preset"], one["channel"], one["as"], name, post, ""])
    (out / "posted.csv").write_text(posted.getvalue(), "utf-8")
    return file, out


def variants() -> list[tuple[str, str, str, str, str]]:
    """(id, preset, as, hook, cta) of all of them."""
    cells = [(*channel, *levels) for channel in (PAID, ORGANIC) for levels in product(HOOKS, CALLS)]
    return [(f"b{2000 + n}xyz", *cell) for n, cell in enumerate(cells)]


def row(name: str, preset: str, as_: str, hook: str, cta: str) -> dict:
    """A variant's row of campaign.json."""
    return {
        "id": name, "file": f"autumn_{preset}_{as_}_{hook}-{cta}_{name}.mp4", "sha256": "", "preset": preset,
        "channel": preset, "as": as_, "levels": {"hook": hook, "cta": cta}, "master": "film.mov", "seconds": 8.0,
        "url": "", "specification": {"campaign": "autumn"},
    }  # fmt: skip


def video_of(name: str) -> str:
    """The film that a variant became on YouTube: eleven letters and digits."""
    return f"{name}vid"


def tiktok_export(
    effects: Mapping[str, float], *, days: int = 14, per_day: int = 4000, seed: int = 3, spread: float = 0.1
) -> str:
    """TikTok's export by day: clicks at 2 %, and more by what the variant's levels add to its log odds."""
    rng = np.random.default_rng(seed)
    head = (
        "Campaign name,Ad group name,Ad name,Ad ID,By Day,Currency,Cost,Impressions,Clicks (destination),Video views,"
    )
    lines = [head + "2-second video views,Video views at 25%,Video views at 50%,Video views at 75%,Video views at 100%"]
    for n, (name, preset, as_, hook, cta) in enumerate(variants()):
        if (preset, as_) != PAID:
            continue
        rate = 1 / (1 + np.exp(3.9 - effects.get(hook, 0) - effects.get(cta, 0)))
        for day, today in zip(days_of(days), daily_rates(rng, rate, spread, days), strict=True):
            clicks, plays = rng.binomial(per_day, today), per_day * 9 // 10
            seen = ",".join(str(plays * share // 100) for share in (40, 60, 40, 25, 20))
            ad = f"autumn_{name},{17800000000000000 + n}"
            lines.append(f"Autumn,All,{ad},{day},EUR,{per_day * 0.008:.2f},{per_day},{clicks},{plays},{seen}")
    return "\n".join([*lines, f"Total of {len(lines) - 1} results" + "," * 14]) + "\n"


def studio_export(views: int = 1000) -> str:
    """YouTube Studio's export: a row a film, the sums first; shares go up by ten from film to film."""
    lines = ["Content,Video title,Video publish time,Duration,Views,Watch time (hours),Likes,Comments added,Shares"]
    lines.append("Total,,,,9,9,9,9,9")
    films = [name for name, preset, *_ in variants() if preset == "youtube"]
    for n, name in enumerate(films):
        lines.append(f'{video_of(name)},A film,"Oct 5, 2026",8,{views},{views * 4 / 3600:.4f},30,5,{10 + 10 * n}')
    return "\n".join(lines) + "\n"

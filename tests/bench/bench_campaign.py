"""A campaign of 108 variants against an FFmpeg command for each; run by hand.

    python tests/bench/bench_campaign.py FILM [--subset 9] [--folder FOLDER]

FILM has 20 seconds or more. The commands cut, crop, scale, join and encode with the same x264 settings; they make a
card of a plain colour, set no loudness and verify nothing, so they do less. Wall and CPU seconds, one after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from variantgen.media.ffmpeg import find_ffmpeg
from variantgen.presets import load_preset

HOOKS = {"a": (0.0, 2.0), "b": (2.0, 4.0), "c": (4.0, 6.0), "card": None}
BODIES = {"long": (6.0, 10.8), "mid": (10.8, 14.0), "short": (14.0, 16.0)}
CTAS = {"x": (16.0, 18.0), "y": (18.0, 20.0), "card": None}
CANVASES = ("tiktok", "instagram-square", "youtube")
CARD_SECONDS = 2.0


def campaign_text(film: Path, call: str) -> str:
    """The campaign of 4 hooks, 3 bodies, 3 calls to action and 3 canvases."""

    def factor(name: str, levels: dict[str, tuple[float, float] | None], card: str, text: str) -> str:
        rows = [
            f'{{ name = "{level}", span = [{span[0]}, {span[1]}] }}'
            if span
            else f'{{ name = "{level}", card = "{card}", text = "{text}", seconds = {CARD_SECONDS} }}'
            for level, span in levels.items()
        ]
        return f'[[factor]]\nname = "{name}"\nlevels = [{", ".join(rows)}]\n'

    channels = ", ".join(f'{{ preset = "{name}", as = "organic" }}' for name in CANVASES)
    head = (
        f'schema_version = 1\nname = "bench"\nobjective = "acquisition"\nmasters = [{json.dumps(str(film))}]\n'
        f'channels = [{channels}]\nsequence = ["hook", "body", "cta"]\n'
    )
    return head + factor("hook", HOOKS, "hook", "Still?") + factor("body", BODIES, "", "") + factor(
        "cta", CTAS, "end", call
    )  # fmt: skip


def timed(words: list[str], **more: object) -> tuple[float, float, str]:
    """Wall and CPU seconds of a command, and what it said."""
    before, started = os.times(), time.monotonic()
    done = subprocess.run(words, capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload]
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - started, cpu, done.stdout


def rendered(file: Path, out: Path, store: Path) -> tuple[float, float, dict]:
    """Wall and CPU seconds of a campaign's render, and its report."""
    words = [sys.executable, "-m", "variantgen", "render", str(file), "-o", str(out), "--store", str(store), "--json"]
    wall, cpu, said = timed(words)
    return wall, cpu, json.loads(said.splitlines()[-1])


def own_command(film: Path, spans: list[tuple[float, float] | None], canvas: str, out: Path) -> list[str]:
    """One variant by one FFmpeg command."""
    preset = load_preset(canvas).preset
    width, height, video = preset.canvas.width, preset.canvas.height, preset.video
    words, chains = [str(find_ffmpeg(None).path), "-v", "error", "-y"], []
    for number, span in enumerate(spans):
        if span is None:
            words += ["-f", "lavfi", "-t", str(CARD_SECONDS), "-i", f"color=navy:s={width}x{height}:r=30"]
            words += ["-f", "lavfi", "-t", str(CARD_SECONDS), "-i", "anullsrc=r=48000:cl=stereo"]
        else:
            words += 2 * ["-ss", str(span[0]), "-t", str(span[1] - span[0]), "-i", str(film)]
        fit = f"crop='min(iw,ih*{width}/{height})':'min(ih,iw*{height}/{width})',scale={width}:{height},setsar=1,fps=30"
        chains.append(f"[{2 * number}:v]{fit}[v{number}];[{2 * number + 1}:a]aresample=48000[a{number}]")
    joined = "".join(f"[v{number}][a{number}]" for number in range(len(spans)))
    graph = ";".join([*chains, f"{joined}concat=n={len(spans)}:v=1:a=1[v][a]"])
    words += ["-filter_complex", graph, "-map", "[v]", "-map", "[a]", "-c:v", "libx264", "-preset", video.speed]
    words += ["-crf", str(video.quality), "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "192k"]
    return [*words, "-movflags", "+faststart", str(out)]


def main() -> None:
    """Prints what both ways take."""
    parser = argparse.ArgumentParser()
    parser.add_argument("film", type=Path)
    parser.add_argument("--subset", type=int, default=9)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="bench-campaign-"))
    folder.mkdir(parents=True, exist_ok=True)
    film, file = asked.film.resolve(), folder / "bench.toml"
    file.write_text(campaign_text(film, "Shop now"), "utf-8")
    wall, cpu, report = rendered(file, folder / "out", folder / "store")
    made = [v for v in report["variants"] if v["status"] == "made"]
    print(f"campaign: {len(made)} of {len(report['variants'])} made and verified, parts {report['parts']}")
    print(f"  {wall:.1f} s wall, {cpu:.1f} s CPU")
    file.write_text(campaign_text(film, "Buy today"), "utf-8")
    again_wall, _, again = rendered(file, folder / "out", folder / "store")
    print(f"one call changed: {again['parts']['encoded']} parts, {again_wall:.1f} s wall ({again_wall / wall:.2f})")
    cells = [(h, b, c, canvas) for h in HOOKS for b in BODIES for c in CTAS for canvas in CANVASES]
    chosen = random.Random(1).sample(cells, asked.subset)
    own_wall = own_cpu = 0.0
    for hook, body, cta, canvas in chosen:
        spans = [HOOKS[hook], BODIES[body], CTAS[cta]]
        one_wall, one_cpu, _ = timed(own_command(film, spans, canvas, folder / "own.mp4"))
        own_wall, own_cpu = own_wall + one_wall, own_cpu + one_cpu
    share = len(cells) / len(chosen)
    print(f"a command for each, from {len(chosen)}: {own_wall * share:.0f} s wall, {own_cpu * share:.0f} s CPU")
    print(f"ratio: {wall / (own_wall * share):.3f} wall, {cpu / (own_cpu * share):.3f} CPU")


if __name__ == "__main__":
    main()

"""What burning captions costs: the same part with captions and without them, in one run.

    python tests/bench/bench_captions.py MASTER [--repeat 5] [--seconds 5] [--ffmpeg PROGRAM]

Prints, for each style, CPU seconds (of this process and of FFmpeg) of encoding one 1080x1920 part with x264 medium at
crf 20 as the tiktok preset does, and their ratios to the part without captions: of the cheapest rounds, and the median
of the paired ones. Rounds alternate; a busy machine only ever adds. Windows tells no CPU seconds of children.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from variantgen.build.encode import Bench, encode_group
from variantgen.lettering import caption_extent, caption_fonts, caption_width_px
from variantgen.media.ffmpeg import Children, find_ffmpeg
from variantgen.media.probe import probe
from variantgen.model import Analysis, CaptionTrack, Part, SourceCue
from variantgen.plan import Wishes, make_plan
from variantgen.plan.parts import with_key
from variantgen.presets import load_preset
from variantgen.store import Store

STYLES = ("clean", "boxed", "karaoke", "pop", "broadcast")
TEXT = "Every caption stands where no button is, whoever made the film, and stays in step after each cut."


def cpu_seconds() -> float:
    """User and system seconds so far, of this process and of the children that it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def part_of(master_path: Path, style: str, seconds: float, text: str) -> Part:
    """The first part of a plan for tiktok, its captions in a style."""
    master = probe(master_path)
    preset = load_preset("tiktok", settings=(("captions.style", style), ("length.max_seconds", str(seconds)))).preset
    step = seconds / 3
    cues = tuple(SourceCue(n * step, (n + 1) * step - 0.1, text) for n in range(3))
    plan = make_plan(
        master, Analysis(master.frames, (0,)), [("tiktok", preset)], Wishes(captions=(CaptionTrack("en", cues),)),
        stem="film", ffmpeg_identity="bench", measure=caption_width_px, fonts_of=caption_fonts,
        extent_of=caption_extent,
    )  # fmt: skip
    return plan.parts[plan.variants[0].part_keys[0]]


def main() -> None:
    """Measures and prints."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("master", type=Path)
    words.add_argument("--seconds", type=float, default=5)
    words.add_argument("--repeat", type=int, default=5)
    words.add_argument("--ffmpeg")
    given = words.parse_args()
    parts = {style: part_of(given.master, style, given.seconds, TEXT) for style in STYLES}
    parts["emoji"] = part_of(given.master, "clean", given.seconds, TEXT + " 🎬👍🏽")
    parts["none"] = replace(parts["clean"], cues=(), look=None, fonts="")
    took: dict[str, list[float]] = {name: [] for name in parts}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "work").mkdir()
        bench = Bench(find_ffmpeg(given.ffmpeg), Store(folder / "store"), folder / "work", Children())
        films = {parts["none"].fingerprint: probe(given.master)}
        for turn in range(given.repeat + 1):
            for style, part in parts.items():
                fresh = with_key(part, f"round {turn}")
                before = cpu_seconds()
                encode_group(bench, films, [fresh])
                if turn:  # the first round lays out fonts and fills caches
                    took[style].append(cpu_seconds() - before)
    frames, rate = parts["none"].frames, Fraction(parts["none"].frame_rate)
    print(f"{frames} frames at {float(rate):g}, {bench.tool.version}")
    for style, seconds in took.items():
        paired = statistics.median(one / bare for one, bare in zip(seconds, took["none"], strict=True))
        print(f"{style:10} {min(seconds):6.2f} s  {min(seconds) / min(took['none']):5.3f}  {paired:5.3f}")


if __name__ == "__main__":
    main()

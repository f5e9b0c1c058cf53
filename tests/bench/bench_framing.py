"""What analysing a master costs: the survey's CPU beside one encode of the same span, in one run.

    python tests/bench/bench_framing.py MASTER [--seconds 60] [--repeat 3]

Prints CPU seconds (user + system, of this process and of FFmpeg) and their ratios to the first row:

  encode   one FFmpeg process: decode, crop to 9:16, scale to 1080x1920, x264 veryfast, no sound
  decode   one FFmpeg process that only decodes the picture
  survey   `variantgen.analyze.survey.survey`: decode, small frames, shots, bars, standing text, black, sound
  whole    the same with every detector of `variantgen.analyze.whole.analyse`

The span is copied out of the master first, without encoding. The rounds alternate and the cheapest of each counts: a
busy machine only ever adds. MASTER should be 1080p at 30 frames a second; then whole is at most 0.6. Windows does not
tell the CPU seconds of children.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from variantgen.analyze.survey import survey
from variantgen.analyze.whole import analyse
from variantgen.media.ffmpeg import find_ffmpeg
from variantgen.media.probe import probe


def cpu_seconds() -> tuple[float, float]:
    """User and system seconds so far, of this process and of the children that it has waited for."""
    times = os.times()
    return times.user + times.system, times.children_user + times.children_system


def cost(work: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds of some work in Python, and in FFmpeg."""
    before = cpu_seconds()
    work()
    after = cpu_seconds()
    return after[0] - before[0], after[1] - before[1]


def main() -> None:
    """Measures and prints."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("master", type=Path)
    words.add_argument("--seconds", type=float, default=60)
    words.add_argument("--repeat", type=int, default=3)
    given = words.parse_args()
    tool = find_ffmpeg(None)

    def ffmpeg(*args: object) -> None:
        subprocess.run([tool.path, "-nostdin", "-v", "error", "-y", *map(str, args)], check=True)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        span = folder / f"span{given.master.suffix}"
        ffmpeg("-i", given.master, "-t", given.seconds, "-c", "copy", span)
        master = probe(span)
        taken = 0

        def private() -> Path:
            nonlocal taken
            taken += 1
            made = folder / f"work{taken}"
            made.mkdir()
            return made

        crop = "crop=2*floor(ih*9/32):ih,scale=1080:1920"
        rows: dict[str, Callable[[], object]] = {
            "encode": lambda: ffmpeg(
                "-i", span, "-an", "-vf", crop, "-c:v", "libx264", "-preset", "veryfast", folder / "out.mp4"
            ),
            "decode": lambda: ffmpeg("-i", span, "-map", "0:v:0", "-f", "null", "-"),
            "survey": lambda: survey(tool, master, private()),
            "whole": lambda: analyse(tool, master, private()),
        }
        best: dict[str, tuple[float, float]] = {}
        for _ in range(given.repeat):
            for row, work in rows.items():
                best[row] = min(best.get(row, (1e9, 1e9)), cost(work), key=sum)
    print(f"{master.width}x{master.height} at {float(master.frame_rate):.3f}, {master.frames} frames")
    for row, (python, child) in best.items():
        ratio = (python + child) / sum(best["encode"])
        print(f"{row:8} {python + child:7.2f} s   Python {python:6.2f}   FFmpeg {child:6.2f}   ratio {ratio:.3f}")


if __name__ == "__main__":
    main()

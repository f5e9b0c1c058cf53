"""What a pack costs: variantgen beside one FFmpeg command a file, the bare encodes, and MoviePy.

    python tests/bench/bench_social.py MASTER [--captions FILE] [--pack social] [--repeat 3]

One run on one machine prints wall seconds, CPU seconds of all child processes, megabytes and ratios of

  a  `variantgen render`, store and output folder empty: plan, parts, sound, verifying, gallery
  b  the same files by one hand-written FFmpeg command each, as many at a time as there are processors:
     the same crop, scale and captions (the ASS is made once, outside the clock), the same encoder
     settings, AAC levelled by measure + gain (a span of sound is measured once, not once a file),
     faststart; nothing is verified
  c  the floor: every unique part encoded once from raw frames that are cropped, scaled and captioned
     outside the clock, as many at a time as there are processors; no sound, no joining, no verifying
  d  one 9:16 file without captions by MoviePy alone, beside variantgen making only that file
  e  a once more: everything is there already
  f  a once more after one caption line was changed (needs captions)

Canvases, crops, spans and encoder settings are read from `variantgen plan --json`. Placements whose
picture is not one cropped span of the master in one video file (GIF, blur, loops, cards) are left out
of all rows, and named. With `--repeat N` the rounds a, b, c alternate and the fastest of each counts:
a busy machine only ever slows a run. CPU seconds are 0 on Windows, which does not tell them of children.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from rivals import (
    Plan,
    by_hand,
    floor_commands,
    frame_count,
    is_comparable,
    moviepy_command,
    prepare_raw,
    refuse_wrong_frames,
    run,
    run_all,
    write_captions,
)

from variantgen.analyze.captions import find_captions
from variantgen.build.executors import default_workers
from variantgen.media.ffmpeg import find_ffmpeg


@dataclass(frozen=True)
class Cost:
    """What some work took; `megabytes` is what it wrote (1e6 bytes)."""

    wall_seconds: float
    cpu_seconds: float
    megabytes: float = 0.0


def timed(work: Callable[[], object]) -> Cost:
    """Wall seconds, and CPU seconds of the child processes that `work` started and waited for."""
    before, started = os.times(), time.perf_counter()
    work()
    wall, after = time.perf_counter() - started, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(wall, cpu)


def variantgen(*words: str | Path, folder: Path) -> str:
    """The standard output of a variantgen command; a refused placement (exit code 1) is no reason to stop."""
    command = [sys.executable, "-m", "variantgen", *map(str, words)]
    return run(command, folder, allowed=(0, 1)).stdout


def megabytes(files: Iterable[Path]) -> float:
    """Size of the files together, in units of 1e6 bytes."""
    return sum(file.stat().st_size for file in files) / 1e6


class Bench:
    """One master and one set of placements, made in every way; `folder` is private to the run."""

    def __init__(
        self,
        master: Path,
        captions: Path | None,
        placements: Sequence[str],
        settings: Sequence[str],
        folder: Path,
    ) -> None:
        self.master, self.folder, self.settings = master, folder, settings
        self.ffmpeg = str(find_ffmpeg().path)
        self.captions = ["--captions", str(captions)] if captions else []
        words: list[str | Path] = ["plan", master, *placements, *settings, *self.captions, "--store", "plans", "--json"]
        whole = json.loads(variantgen(*words, folder=folder))
        kept = [v for v in whole["variants"] if is_comparable(v)]
        others = [v for v in whole["variants"] if v not in kept]
        left_out = [each["preset"] for each in (*others, *whole["refusals"])]
        if not kept:
            sys.exit("none of these placements is one cropped span of the master in a video file; see --help")
        if left_out:
            print(f"left out: {', '.join(left_out)}")
        keys = {key for v in kept for key in v["pieces"][0]["parts"]}
        self.plan: Plan = {**whole, "variants": kept, "parts": {key: whole["parts"][key] for key in keys}}
        self.placements = [word for v in kept for word in ("-p", v["preset"])]

    def render(self, name: str, *extra: str, placements: Sequence[str] = ()) -> dict[str, Any]:
        """variantgen into `name`-out with the store `name`-store; returns the run's report."""
        wishes = [*(placements or self.placements), *self.settings, *(extra or self.captions)]
        words: list[str | Path] = [
            "render",
            self.master,
            *wishes,
            "--store",
            f"{name}-store",
            "-o",
            f"{name}-out",
            "--json",
        ]
        report = json.loads(variantgen(*words, folder=self.folder).splitlines()[-1])
        failed = [f"{v['file']}: {v['error']}" for v in report["variants"] if v["status"] == "failed"]
        if failed:
            sys.exit("not every variant was made:\n" + "\n".join(failed))
        return report

    def cold(self) -> Cost:
        """a: nothing is there yet."""
        for name in ("a-store", "a-out"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        cost = timed(lambda: self.render("a"))
        return self.with_size(cost, (self.folder / "a-out" / v["file"] for v in self.plan["variants"]))

    def hand(self) -> Cost:
        """b: one command a file."""
        folder = self.fresh("b")
        write_captions(self.plan, folder)
        cost = timed(lambda: by_hand(self.ffmpeg, self.master, self.plan, folder))
        for variant in self.plan["variants"]:
            refuse_wrong_frames(folder / variant["file"], variant["frames"])
        return self.with_size(cost, (folder / v["file"] for v in self.plan["variants"]))

    def floor(self) -> Cost:
        """c: every unique part from raw frames."""
        folder = self.fresh("c")
        write_captions(self.plan, folder)
        where = prepare_raw(self.ffmpeg, self.master, self.plan, folder)
        commands = floor_commands(self.ffmpeg, self.plan, where)
        cost = timed(lambda: run_all(commands, folder))
        for key, part in self.plan["parts"].items():
            refuse_wrong_frames(folder / f"{key}.mp4", frame_count(part))
        cost = self.with_size(cost, folder.glob("*.mp4"))
        shutil.rmtree(folder)  # raw frames are large
        return cost

    def moviepy(self) -> tuple[str, Cost, Cost] | None:
        """d: one 9:16 variant without captions, by variantgen alone and by MoviePy alone."""
        tall = [
            v for v in self.plan["variants"] if v["width"] * 16 == v["height"] * 9 and v["encode"]["codec"] == "h264"
        ]
        if not tall:
            return None
        variant, folder = tall[0], self.fresh("d")
        only = ["-p", variant["preset"]]
        ours = timed(lambda: self.render("d-ours", "--set", "captions.mode=none", placements=only))
        theirs = timed(lambda: run(moviepy_command(self.master, variant, variant["file"]), folder))
        made, made_by_moviepy = self.folder / "d-ours-out" / variant["file"], folder / variant["file"]
        return variant["preset"], self.with_size(ours, [made]), self.with_size(theirs, [made_by_moviepy])

    def again(self) -> tuple[Cost, dict[str, int]]:
        """e: a second time; the report's parts tell that nothing was encoded."""
        reports: list[dict[str, Any]] = []
        return timed(lambda: reports.append(self.render("a"))), reports[0]["parts"]

    def one_line_changed(self) -> tuple[Cost, dict[str, int]] | None:
        """f: the same after one caption line was changed."""
        if not self.captions:
            return None
        import pysubs2

        source = Path(self.captions[1])
        subtitles = pysubs2.load(str(source))
        subtitles[len(subtitles) // 2].text += "!"
        changed = self.folder / f"changed{source.suffix.lower()}"
        subtitles.save(str(changed))
        reports: list[dict[str, Any]] = []
        cost = timed(lambda: reports.append(self.render("a", "--captions", str(changed))))
        return cost, reports[0]["parts"]

    def fresh(self, name: str) -> Path:
        """An empty folder of the run."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    @staticmethod
    def with_size(cost: Cost, files: Iterable[Path]) -> Cost:
        """The cost with what was written."""
        return Cost(cost.wall_seconds, cost.cpu_seconds, megabytes(files))


def fastest(costs: Sequence[Cost]) -> Cost:
    """The quickest of several rounds."""
    return min(costs, key=lambda cost: cost.wall_seconds)


def row(name: str, cost: Cost, beside: Cost | None = None, note: str = "") -> None:
    """Prints one line of the table; its ratios are this row's cost divided by that of `beside`."""
    wall = f"{cost.wall_seconds / beside.wall_seconds:8.2f}" if beside and beside.wall_seconds else " " * 8
    cpu = f"{cost.cpu_seconds / beside.cpu_seconds:8.2f}" if beside and beside.cpu_seconds else " " * 8
    size = f"{cost.megabytes:8.1f}" if cost.megabytes else " " * 8
    spent = f"{cost.wall_seconds:8.2f}{cost.cpu_seconds:8.2f}"
    print(f"{name:<44}{spent}{size}{wall}{cpu}  {note}".rstrip(), flush=True)


def told(parts: dict[str, int]) -> str:
    """A report's part counts in words."""
    return f"{parts['encoded']} of {parts['unique']} parts encoded"


def show(bench: Bench, rounds: int) -> None:
    """Runs everything and prints the table."""
    master, plan = bench.plan["master"], bench.plan
    seconds = master["frames"] / Fraction(master["frame_rate"])
    print(
        f"{master['name']}: {master['width']}x{master['height']}, {float(seconds):.1f} s;"
        f" {len(plan['variants'])} variants, {len(plan['parts'])} unique parts;"
        f" {default_workers()} processors; FFmpeg {find_ffmpeg().version}"
    )
    titles = ("wall s", "cpu s", "MB", "x wall", "x cpu")
    print(f"{'':<44}{''.join(f'{title:>8}' for title in titles)}  x: this row by row a (MoviePy: by the row above)")
    turns = [(bench.cold(), bench.hand(), bench.floor()) for _ in range(rounds)]
    a, b, c = (fastest(costs) for costs in zip(*turns, strict=True))
    row("a  variantgen, cold", a)
    row("b  one FFmpeg command a file", b, a)
    row("c  floor: unique parts from raw frames", c, a)
    if (pair := bench.moviepy()) is not None:
        row(f"d  variantgen, only {pair[0]}", pair[1])
        row(f"d  MoviePy alone, only {pair[0]}", pair[2], pair[1])
    e, parts = bench.again()
    row("e  variantgen, second run", e, a, told(parts))
    if (changed := bench.one_line_changed()) is not None:
        row("f  variantgen, one caption line changed", changed[0], a, told(changed[1]))
    print(f"a/b  wall {a.wall_seconds / b.wall_seconds:.2f} (wanted: at most 0.50), cpu {ratio(a, b)}")
    print(f"a/c  wall {a.wall_seconds / c.wall_seconds:.2f} (wanted: at most 1.35), cpu {ratio(a, c)}")
    print(f"e    {e.wall_seconds:.2f} s (wanted: at most 2)")


def ratio(one: Cost, other: Cost) -> str:
    """CPU of one by CPU of the other."""
    return f"{one.cpu_seconds / other.cpu_seconds:.2f}" if other.cpu_seconds else "unknown"


def main() -> None:
    """Reads the command line and runs the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("master", type=Path)
    parser.add_argument("--pack", default="social")
    parser.add_argument("-p", "--preset", action="append", default=[], help="these instead of a pack")
    parser.add_argument("--captions", type=Path, help="default: the captions file beside MASTER")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="given to variantgen")
    parser.add_argument("--repeat", type=int, default=1, help="rounds of a, b and c")
    asked = parser.parse_args()
    if not asked.master.is_file():
        parser.error(f"{asked.master}: there is no such file")
    captions = asked.captions or find_captions(asked.master)
    placements = [word for name in asked.preset for word in ("-p", name)] or ["--pack", asked.pack]
    settings = [word for setting in asked.set for word in ("--set", setting)]
    with tempfile.TemporaryDirectory(prefix="variantgen-bench-") as folder:
        bench = Bench(asked.master.resolve(), captions and captions.resolve(), placements, settings, Path(folder))
        show(bench, max(1, asked.repeat))


if __name__ == "__main__":
    main()

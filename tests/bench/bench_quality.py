"""How good a 9:16 variant is for its bits: VMAF against its own uncompressed crop, beside x264 medium.

    python tests/bench/bench_quality.py CLIP... [--preset tiktok]

For each clip (10 s or less keep it quick) one line tells

  ours        kbit/s of the variant's picture, and VMAF (mean, 5th percentile of the frames) of the variant
              against the same frames cropped and scaled by the same filter chain and stored without loss
  x264        the same lossless frames by one x264 encode of the whole file: preset medium, default GOP, all
              other settings x264's own, at the CRF that gives the same mean VMAF; found by bisection until it is
              within 0.3, or until the steps are too small to matter (then the VMAF printed says how far off it is)
  ours/x264   what our bits cost beside those: 1.05 is 5 % more for the same VMAF

Captions are left out on both sides. VMAF is FFmpeg's libvmaf with the model that is built into it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from rivals import run

from variantgen.build.executors import default_workers
from variantgen.media.ffmpeg import capabilities, find_ffmpeg

WANTED_VMAF = 93.0
CLOSE_ENOUGH = 0.3
LEAST_CRF_STEP = 0.2
REFERENCE = "reference.mkv"


@dataclass(frozen=True)
class Quality:
    """One encode held against its reference; VMAF is 0 to 100."""

    kbps: float
    mean: float
    fifth_percentile: float


def make_variant(clip: Path, preset: str, folder: Path) -> dict[str, Any]:
    """Renders one captionless variant into `folder`/out and returns its plan."""
    wishes = [str(clip), "-p", preset, "--set", "captions.mode=none", "--store", "store"]
    command = [sys.executable, "-m", "variantgen"]
    run([*command, "render", *wishes, "-o", "out"], folder)
    plan: dict[str, Any] = json.loads(run([*command, "plan", *wishes, "--json"], folder).stdout)
    return plan


def make_reference(ffmpeg: str, clip: Path, plan: dict[str, Any], folder: Path) -> None:
    """The variant's frames through variantgen's own decoding, crop and scale, stored without loss."""
    from pydantic import TypeAdapter

    from variantgen.build.graph import parts_command
    from variantgen.media.probe import probe
    from variantgen.model import Part

    pieces = plan["variants"][0]["pieces"]
    if len(pieces) != 1 or pieces[0]["source"] != "master":
        sys.exit(f"{clip.name}: the variant is not one span of the master; choose a clip within the placement's limits")
    first = TypeAdapter(Part).validate_python(plan["parts"][pieces[0]["parts"][0]])
    whole = replace(first, start_frame=pieces[0]["start_frame"], end_frame=pieces[0]["end_frame"])
    args = parts_command(probe(clip), [whole], {whole.key: "unused.mp4"}, {})
    decoding = args[: args.index("-map") + 2]
    lossless = ["-c:v", "ffv1", "-level", "3", "-g", "1", "-slices", "4", "-fps_mode", "cfr"]
    frames = ["-r", str(whole.frame_rate), "-frames:v", str(whole.frames)]
    run([ffmpeg, "-v", "error", "-nostdin", "-y", *decoding, *lossless, *frames, REFERENCE], folder)


def quality(ffmpeg: str, file: str, plan: dict[str, Any], folder: Path) -> Quality:
    """Bitrate of a file's picture and its VMAF against the reference, frame by frame in order."""
    variant = plan["variants"][0]
    number = f"settb=AVTB,setpts=N/({variant['frame_rate']})/TB"
    graph = (
        f"[0:v]{number}[made];[1:v]{number}[wanted];"
        f"[made][wanted]libvmaf=log_fmt=json:log_path=vmaf.json:n_threads={default_workers()}"
    )
    command = ["-i", file, "-i", REFERENCE, "-filter_complex", graph, "-f", "null", "-"]
    run([ffmpeg, "-v", "error", "-nostdin", *command], folder)
    frames = [frame["metrics"]["vmaf"] for frame in json.loads((folder / "vmaf.json").read_text("utf-8"))["frames"]]
    if len(frames) != variant["frames"]:
        sys.exit(f"{file}: {len(frames)} frames were compared and the plan says {variant['frames']}")
    seconds = float(variant["frames"] / Fraction(variant["frame_rate"]))
    kbps = video_bytes(folder / file) * 8 / 1000 / seconds
    return Quality(kbps, sum(frames) / len(frames), sorted(frames)[len(frames) // 20])


def video_bytes(file: Path) -> int:
    """Bytes of the picture alone: sound and container do not count."""
    import av

    with av.open(str(file)) as container:
        return sum(packet.size for packet in container.demux(video=0))


def same_by_x264(ffmpeg: str, wanted: float, plan: dict[str, Any], folder: Path) -> tuple[float, Quality]:
    """The CRF of a plain x264 medium encode whose mean VMAF is `wanted`, and what that encode came to."""
    low, high = 1.0, 45.0  # a lower CRF is better
    best: tuple[float, Quality] | None = None
    crf = 20.0
    while True:
        encode = ["-c:v", "libx264", "-preset", "medium", "-crf", f"{crf:.2f}", "-pix_fmt", "yuv420p"]
        run([ffmpeg, "-v", "error", "-nostdin", "-y", "-i", REFERENCE, *encode, "x264.mp4"], folder)
        found = quality(ffmpeg, "x264.mp4", plan, folder)
        if best is None or abs(found.mean - wanted) < abs(best[1].mean - wanted):
            best = crf, found
        if abs(found.mean - wanted) <= CLOSE_ENOUGH or high - low < LEAST_CRF_STEP:
            return best
        low, high = (low, crf) if found.mean < wanted else (crf, high)
        crf = (low + high) / 2


def measure(clips: Sequence[Path], preset: str) -> None:
    """Prints the table, and how many clips reach the VMAF that is wanted."""
    ffmpeg = find_ffmpeg()
    if "libvmaf" not in capabilities(ffmpeg)["filters"]:
        sys.exit(f"FFmpeg {ffmpeg.version} ({ffmpeg.origin}) has no libvmaf; the one in imageio-ffmpeg has")
    titles = ("seconds", "kbit/s", "VMAF", "5th pc", "x264 CRF", "kbit/s", "VMAF", "ours/x264")
    print(f"{preset:<32}{''.join(f'{title:>10}' for title in titles)}", flush=True)
    means = []
    for clip in clips:
        with tempfile.TemporaryDirectory(prefix="variantgen-bench-") as name:
            folder = Path(name)
            plan = make_variant(clip, preset, folder)
            make_reference(str(ffmpeg.path), clip, plan, folder)
            variant = plan["variants"][0]
            ours = quality(str(ffmpeg.path), f"out/{variant['file']}", plan, folder)
            crf, theirs = same_by_x264(str(ffmpeg.path), ours.mean, plan, folder)
        means.append(ours.mean)
        seconds = float(variant["frames"] / Fraction(variant["frame_rate"]))
        print(
            f"{clip.name:<32}{seconds:>10.1f}{ours.kbps:>10.0f}{ours.mean:>10.2f}{ours.fifth_percentile:>10.2f}"
            f"{crf:>10.2f}{theirs.kbps:>10.0f}{theirs.mean:>10.2f}{ours.kbps / theirs.kbps:>10.2f}",
            flush=True,
        )
    reached = sum(mean >= WANTED_VMAF for mean in means)
    print(f"{reached} of {len(means)} clips reach VMAF {WANTED_VMAF:.0f}; the lowest is {min(means):.2f}")


def main() -> None:
    """Reads the command line and runs the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+", metavar="CLIP")
    parser.add_argument("--preset", default="tiktok", help="a 9:16 placement")
    asked = parser.parse_args()
    missing = [clip for clip in asked.clips if not clip.is_file()]
    if missing:
        parser.error(f"{missing[0]}: there is no such file")
    measure([clip.resolve() for clip in asked.clips], asked.preset)


if __name__ == "__main__":
    main()

"""Hand-made plans and results for the report tests: small, complete, and changed by keyword."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from variantgen.model import Check, Encode, Master, Piece, Plan, Refusal, Soundtrack, Variant, VariantResult
from variantgen.report import RunInfo

ENCODE = Encode("h264", 20, "medium", "high", 60)
PRESET_VALUES: dict[str, Any] = {
    "title": "TikTok",
    "channel": "tiktok",
    "container": "mp4",
    "canvas": {
        "width": 1080,
        "height": 1920,
        "fit": "crop",
        "safe_zone": {"top": 192, "right": 162, "bottom": 384, "left": 54},
    },
    "captions": {"mode": "burn", "margins": {"top": 192, "right": 216, "bottom": 480, "left": 108}},
}
GOOD_CHECKS = (
    Check("size", "1080x1920", "1080x1920", ok=True),
    Check("integrated loudness", "-14 LUFS ±1", "-14.2 LUFS", ok=True),
)


def master(name: str = "film") -> Master:
    """A master of 10 s at 30 fps."""
    return Master(
        Path("/somewhere/private/film.mp4"),
        name,
        "f" * 32,
        1920,
        1080,
        Fraction(30),
        300,
        10.0,
        0,
        "h264",
        "yuv420p",
    )


def variant(file: str = "film.tiktok.mp4", **changes: Any) -> Variant:
    """A vertical variant of 3 s in one piece, its sound included."""
    sound = Soundtrack("s" * 8, "f" * 32, 1, (), 48000, 2, 144000, "aac", 192, -14.0, 1.0, -1.0)
    made = Variant(
        id=file.rsplit(".", 1)[0],
        preset="tiktok",
        file=file,
        title="TikTok",
        container="mp4",
        width=1080,
        height=1920,
        frame_rate=Fraction(30000, 1001),
        frames=90,
        pieces=(Piece("master", 0, 90, "crop", ((0, 656, 0, 608, 1080),), "the whole film", ("aaaa",)),),
        cues=(),
        deliveries=(),
        soundtrack=sound,
        encode=ENCODE,
        preset_values=PRESET_VALUES,
        why=("cropped to 9:16 at the centre",),
        predicted_megabytes=1.5,
        fingerprint="f" * 32,
    )
    return replace(made, **changes)


def result(file: str = "film.tiktok.mp4", **changes: Any) -> VariantResult:
    """A made variant whose checks all passed."""
    made = VariantResult(
        id=file.rsplit(".", 1)[0],
        preset="tiktok",
        file=file,
        status="made",
        checks=GOOD_CHECKS,
        master="film",
        key="k" * 16,
        sha256="0" * 64,
        size_bytes=1_250_000,
        modified_ns=1,
    )
    return replace(made, **changes)


def plan(*variants: Variant, refusals: tuple[Refusal, ...] = ()) -> Plan:
    """A plan of the one master for these variants."""
    return Plan(master(), variants, {}, refusals)


def info(**changes: Any) -> RunInfo:
    """A run of 12.3 s that encoded 4 parts and found 8."""
    counts = {"planned": 12, "unique": 12, "encoded": 4, "reused": 8}
    return replace(
        RunInfo("0.1.0", "9.0.2", "ffmpeg-9.0.2-abc", "variantgen render film.mp4", 12.34, counts), **changes
    )

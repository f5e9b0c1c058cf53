"""How many megabytes a variant will have, roughly: for the table, and to warn of a size limit early."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from variantgen.model import Soundtrack
from variantgen.presets.schema import Preset

if TYPE_CHECKING:
    from variantgen.plan.parts import Pixels

# Bits per pixel at the middle quality of each codec, from our own renders of real footage; a guess, and told as one.
BITS_PER_PIXEL = {"h264": (0.075, 20), "h265": (0.045, 24), "av1": (0.035, 30), "vp9": (0.045, 30)}
ANIMATION_BITS_PER_PIXEL = {"gif": 1.5, "webp": 0.25}


def predicted_megabytes(
    preset: Preset, pixels: Pixels | None, frames: int, rate: Fraction, soundtrack: Soundtrack | None
) -> tuple[float, tuple[str, ...]]:
    """Megabytes (1e6 bytes), never above what a size limit or a peak bitrate allows, and words where a limit bites."""
    seconds = float(frames / rate)
    bits = (soundtrack.kbps * 1000.0 * seconds) if soundtrack else 0.0
    if pixels is not None and preset.video is not None:
        bits += _picture_bits(preset.video.codec, pixels, frames, seconds)
    megabytes = bits / 8e6
    limit = preset.file.max_megabytes
    if limit is None or megabytes <= limit:
        return round(megabytes, 2), ()
    return round(limit, 2), (f"about {megabytes:.0f} MB at full quality: lowered to stay under {limit:g} MB",)


def _picture_bits(codec: str, pixels: Pixels, frames: int, seconds: float) -> float:
    count = float(pixels.width * pixels.height * frames)
    if codec in ANIMATION_BITS_PER_PIXEL:
        return count * ANIMATION_BITS_PER_PIXEL[codec]
    per_pixel, middle = BITS_PER_PIXEL[codec]
    # six CRF steps halve the rate: x264's own rule of thumb
    bits = count * per_pixel * 2 ** ((middle - pixels.encode.quality) / 6)
    peak = pixels.encode.max_kbps
    return min(bits, peak * 1000.0 * seconds) if peak else bits

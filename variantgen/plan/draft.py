"""A preset turned into its draft: small and fast, for previews in CI."""

from __future__ import annotations

from typing import Any

from variantgen.presets.schema import Edges, Preset

DRAFT_SHORT_SIDE_PX = 360
FASTEST = {"h264": "veryfast", "h265": "ultrafast", "av1": "12", "vp9": "8"}


def as_draft(preset: Preset) -> Preset:
    """The same placement at about 360 px on the short side, coarser, with the encoder's fast setting."""
    if preset.canvas is None or preset.video is None:
        return preset
    canvas, captions = preset.canvas, preset.captions
    share = min(1.0, DRAFT_SHORT_SIDE_PX / min(canvas.width, canvas.height))

    def scaled(length: float, even: bool = False) -> int:
        return max(2, 2 * round(length * share / 2)) if even else round(length * share)

    def edges(whole: Edges) -> Edges:
        return Edges(**{side: scaled(value) for side, value in whole.model_dump().items()})

    size: dict[str, Any] = {"width": scaled(canvas.width, True), "height": scaled(canvas.height, True)}
    video: dict[str, Any] = {
        "speed": FASTEST.get(preset.video.codec, preset.video.speed),
        "quality": min(63, preset.video.quality + 8),
        "max_kbps": None,
    }
    text: dict[str, Any] = {
        "margins": edges(captions.margins),
        "font_size_px": max(12, scaled(captions.font_size_px)) if captions.font_size_px else None,
    }
    return preset.model_copy(
        update={
            "canvas": canvas.model_copy(update={**size, "safe_zone": edges(canvas.safe_zone)}),
            "video": preset.video.model_copy(update=video),
            "captions": captions.model_copy(update=text),
        }
    )

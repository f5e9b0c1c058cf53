"""Asks an FFmpeg, by a tiny render, whether its captions come out in bt601 colours on bt709 video (5.1 does)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from variantgen.media.ffmpeg import Tool, run

# Pure green: its luma is 173 in bt709 and 145 in bt601, studio range, so that 159 tells them apart.
_TRIAL = """[Script Info]
ScriptType: v4.00+
PlayResX: 64
PlayResY: 64
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment, BorderStyle, Outline, Shadow
Style: A,Inter,20,&H0000FF00,7,1,0,0

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.00,0:00:09.00,A,{\\pos(0,0)\\p1}m 0 0 l 64 0 64 64 0 64{\\p0}
"""
_BETWEEN_LUMAS = 159


@lru_cache(maxsize=4)
def turns_captions_bt601(tool: Tool, folder: Path) -> bool:
    """Whether the ass filter of this FFmpeg ignores that the video is bt709."""
    (folder / "trial.ass").write_text(_TRIAL, "utf-8")
    graph = (
        "color=black:s=64x64:r=25,format=yuv420p,"
        "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709,ass=trial.ass"
    )
    args = [
        "-f",
        "lavfi",
        "-i",
        graph,
        "-frames:v",
        "1",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "yuv420p",
        "trial.yuv",
    ]
    run(tool, args, doing="trying the captions' colours", folder=folder)
    return (folder / "trial.yuv").read_bytes()[32 * 64 + 32] < _BETWEEN_LUMAS

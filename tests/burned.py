"""Parts of captions in, the pictures that libass and the emoji overlays make of them out, on a plain ground."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from variantgen import fonts
from variantgen.build.ass import ass_text, emoji_lines
from variantgen.build.emoji import emoji_pictures
from variantgen.fonts.laying_out import lay_out_fonts
from variantgen.media.ffmpeg import find_ffmpeg
from variantgen.model import Cue, Encode, Look, Part

BT709 = "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"


def part_of(
    cues: Sequence[Cue],
    look: Look | None,
    frames: int,
    *,
    size: tuple[int, int],
    rate: Fraction = Fraction(30),
    language: str = "",
) -> Part:
    """A part of a canvas that carries nothing but cues."""
    encode = Encode("lossless", 0, "fast", "high", 60)
    return Part(
        "k", "master", "f", 0, frames, rate, *size, "crop", (), encode, tuple(cues), look, language=language
    )  # fmt: skip


def frames_of(part: Part, folder: Path, *, ffmpeg: Path | None = None, pixel_format: str = "gray", ground="black"):
    """The part's frames: an array of frame, row, column (and channel, for rgb24)."""
    folder.mkdir(parents=True, exist_ok=True)
    look = part.look
    texts = [(cue.text, look.is_bold, part.language, look.font_family) for cue in part.cues if look is not None]
    lay_out_fonts(folder / "fonts", texts)
    conf = fonts.fontconfig_text(folder / "fonts", cache_folder=folder / "cache")
    (folder / "fonts.conf").write_text(conf, encoding="utf-8")
    (folder / "c.ass").write_text(ass_text(part), encoding="utf-8", newline="\n")
    chain = f"scale=out_color_matrix=bt709:out_range=tv,format=yuv444p,{BT709},ass=c.ass:fontsdir=fonts"
    source = f"color={ground}:s={part.width}x{part.height}:r={part.frame_rate}"
    command = [str(ffmpeg or find_ffmpeg().path), "-v", "error", "-f", "lavfi", "-i", source]
    graph = f"[0]{chain}[v0]"
    pictures = emoji_pictures(emoji_lines(part), width=part.width, height=part.height)
    for number, picture in enumerate(pictures):
        (folder / f"{number}.png").write_bytes(picture.png)
        command += ["-i", f"{number}.png"]
        shown = f"between(n,{picture.start_frame},{picture.end_frame - 1})"
        graph += (
            f";[{number + 1}]scale=out_color_matrix=bt709:out_range=tv,format=yuva444p,{BT709}[p{number}]"
            f";[v{number}][p{number}]overlay={picture.x}:{picture.y}:format=yuv444:enable='{shown}'[v{number + 1}]"
        )
    command += ["-filter_complex", graph, "-map", f"[v{len(pictures)}]", "-frames:v", str(part.frames)]
    command += ["-pix_fmt", pixel_format, "-f", "rawvideo", "-"]
    environment = {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True, timeout=120)
    shape = (part.frames, part.height, part.width) + ((3,) if pixel_format == "rgb24" else ())
    return np.frombuffer(run.stdout, np.uint8).reshape(shape)


def ink_edges(frame, ground: int = 0) -> tuple[int, int, int, int]:
    """Left, top, right and bottom (after the last) of what differs from a plain ground."""
    inked = np.abs(frame.astype(int) - ground) > 24
    rows, columns = np.flatnonzero(inked.any(1)), np.flatnonzero(inked.any(0))
    assert rows.size, "nothing was drawn"
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1

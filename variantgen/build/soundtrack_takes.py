"""Spans of a file's sound in, the same on disk out: one decode from the start, in whatever order they are played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from variantgen.build.sample_files import BLOCK_SAMPLES, SampleFile
from variantgen.media.ffmpeg import Children, RawFrames, Tool, input_args, run


@dataclass(frozen=True)
class SoundSource:
    """One sound track of a file, to be heard at a rate and as so many channels; `index` counts all its streams."""

    path: Path
    index: int
    sample_rate: int
    channels: int

    @property
    def decoded(self) -> str:
        """FFmpeg's words for the track as samples counted from the file's start, silent before and after it."""
        layout = "stereo" if self.channels == 2 else "mono"
        return (
            f"[0:{self.index}]aresample={self.sample_rate}:async=1:first_pts=0,"
            f"aformat=sample_fmts=flt:channel_layouts={layout},apad"
        )

    def opened(self, samples: int) -> list[str]:
        """The file as FFmpeg's input, read to a second after `samples`: a resampler holds a little back."""
        return input_args(self.path, "-t", f"{samples / self.sample_rate + 1.0:.3f}")


def take(
    tool: Tool,
    source: SoundSource,
    spans: Sequence[tuple[int, int]],
    out: SampleFile,
    folder: Path,
    *,
    doing: str,
    children: Children | None = None,
) -> list[int]:
    """Writes spans of a source one after the other into `out`, in the order given; returns the place of each.

    Seeking is exact in few formats, so the file is decoded once from its start to the last sample that is wanted; each
    block of samples is put where the spans want it and forgotten.
    """
    import numpy as np

    places, at = [], 0
    for start, end in spans:
        places.append(at)
        at += end - start
    out.resize(at)
    ends = max((end for _, end in spans), default=0)
    if ends <= 0:
        return places
    waiting = sorted(((start, end, place) for (start, end), place in zip(spans, places, strict=True)), reverse=True)
    open_spans: list[tuple[int, int, int]] = []
    now = 0

    def put(raw: bytes) -> None:
        """Hands a block to every span that lies in it."""
        nonlocal now, open_spans
        block = np.frombuffer(raw, "<f4").reshape(-1, source.channels)
        after = now + len(block)
        while waiting and waiting[-1][0] < after:
            open_spans.append(waiting.pop())
        for start, end, place in open_spans:
            first, last = max(start, now), min(end, after)
            out.write(place + first - start, block[first - now : last - now])
        open_spans = [span for span in open_spans if span[1] > after]
        now = after

    whole = -(-ends // BLOCK_SAMPLES) * BLOCK_SAMPLES
    run(
        tool,
        [
            *source.opened(ends),
            "-filter_complex", f"{source.decoded},atrim=end_sample={whole}[out]", "-map", "[out]",
            "-c:a", "pcm_f32le", "-f", "f32le", "pipe:1",
        ],
        doing=doing,
        folder=folder,
        frames=RawFrames(BLOCK_SAMPLES * 4 * source.channels, source.sample_rate / BLOCK_SAMPLES, put),
        children=children,
    )  # fmt: skip
    return places

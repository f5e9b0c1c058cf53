"""The clips of a timeline and its sound in, one film out, by stream copy (PyAV): packet by packet, however long."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from variantgen.build.join import UnusablePart, _audio_packets
from variantgen.errors import ToolError


def join_clips(clips: Sequence[tuple[Path, int]], sound: Path | None, out: Path, *, frame_rate: Fraction) -> None:
    """Writes a .mov of the clips (files and the frames each must hold) in order, and the sound under them.

    The clips were encoded without frames that are shown out of order. Raises UnusablePart when one does not hold its
    frames, or has other headers than the first.
    """
    import av

    options = {"use_editlist": "0", "fflags": "+bitexact"}
    with av.open(str(out), "w", format="mov", options=options) as file:
        sources = [_video_packets(file, clips, frame_rate)]
        if sound is not None:
            sources.append(_audio_packets(file, sound, keep_priming=True))
        heads = [source for source in sources if next(source, None) is not None]
        for _, packet in heapq.merge(*heads, key=lambda row: row[0]):
            file.mux_one(packet)


def _video_packets(file: Any, clips: Sequence[tuple[Path, int]], rate: Fraction) -> Iterator[tuple[float, Any]]:
    """Yields one empty row once the stream exists, then (seconds, packet), each timed by its frame's number."""
    import av

    stream, header, number = None, b"", 0
    for position, (path, frames) in enumerate(clips):
        first = number
        try:
            source = av.open(str(path))
        except (av.FFmpegError, OSError):
            raise UnusablePart(position, path, "cannot be opened") from None
        with source:
            template = source.streams.video[0]
            if stream is None:
                stream = file.add_stream_from_template(template, opaque=True)
                stream.time_base = 1 / rate
                header = bytes(template.codec_context.extradata or b"")
                yield 0.0, None
            elif bytes(template.codec_context.extradata or b"") != header:
                raise UnusablePart(position, path, "has other headers than the first part")
            for packet in source.demux(template):
                if not packet.size:
                    continue
                packet.stream, packet.time_base = stream, 1 / rate
                packet.pts = packet.dts = number
                packet.duration = 1
                yield float(number / rate), packet
                number += 1
        if number - first != frames:
            raise UnusablePart(position, path, f"holds {number - first} of {frames} frames")


def refuse_short(path: Path, frames: int, name: str) -> None:
    """Counts a new clip's packets: an exit code of 0 is no proof that all frames are there. Raises ToolError."""
    import av

    try:
        with av.open(str(path)) as file:
            held = sum(1 for packet in file.demux(video=0) if packet.size)
    except (av.FFmpegError, OSError, IndexError) as error:
        raise ToolError(f"the clip of {name} cannot be read back ({type(error).__name__})") from None
    if held != frames:
        raise ToolError(f"the clip of {name} holds {held} of {frames} frames")

"""Parts and a soundtrack joined into one file by stream copy (PyAV): no pixel touched, every time a frame number."""

from __future__ import annotations

import heapq
import shutil
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from variantgen.build.marking import mark
from variantgen.build.text_track import text_packets
from variantgen.build.xmp import tags_of
from variantgen.errors import ToolError
from variantgen.model import CaptionDelivery, Identity

MUXER = {"mp4": "mp4", "mov": "mov", "webm": "webm", "m4a": "ipod", "mp3": "mp3", "wav": "wav"}


class UnusablePart(ToolError):
    """A part of the store does not hold what its key promises; it is to be made again."""

    def __init__(self, position: int, path: Path, why: str) -> None:
        super().__init__(f"joining: part {path.stem} {why}")
        self.position = position


def join(
    parts: Sequence[tuple[Path, int]],
    soundtrack: Path | None,
    out: Path,
    *,
    container: str,
    frame_rate: Fraction,
    edit_lists: bool = False,
    identity: Identity | None = None,
    text_tracks: Sequence[CaptionDelivery] = (),
) -> int:
    """Writes `out` and returns its number of video frames.

    `parts` are files with the frames each must hold; `text_tracks` are captions that become tracks of the file, the
    first one shown without asking. `identity` is written into the file, as tags and as XMP. Raises UnusablePart when
    a part does not hold its frames, or when its headers differ from the first one's, and UserError for captions that
    the container cannot carry.
    """
    if not parts and soundtrack is not None and container in ("mp3", "wav") and not text_tracks:
        shutil.copyfile(soundtrack, out)
        if identity is not None:
            mark(out, container, identity)
        return 0
    import av

    with av.open(str(out), "w", format=MUXER[container], options=_muxer_options(container, edit_lists)) as file:
        file.metadata.update(tags_of(identity) if identity is not None else {})
        sources: list[Iterator[tuple[float, Any]]] = []
        counter = [0]
        if parts:
            sources.append(_video_packets(file, parts, frame_rate, counter))
        if soundtrack is not None:
            sources.append(_audio_packets(file, soundtrack, keep_priming=edit_lists or container == "webm"))
        length = sum(frames for _, frames in parts) / frame_rate if parts else None
        sources += [
            text_packets(
                file, captions, container=container, rate=frame_rate, end_seconds=length, is_default=number == 0
            )
            for number, captions in enumerate(text_tracks)
        ]
        # All generators add their stream before the first packet is written, as the muxer demands.
        heads = [source for source in sources if next(source, None) is not None]
        for _, packet in heapq.merge(*heads, key=lambda row: row[0]):
            file.mux_one(packet)
    if identity is not None:
        mark(out, container, identity)
    return counter[0]


def _muxer_options(container: str, edit_lists: bool) -> dict[str, str]:
    if container not in ("mp4", "mov", "m4a"):
        return {"fflags": "+bitexact"}
    flags = "+faststart" if edit_lists else "+faststart+negative_cts_offsets"
    if container != "m4a":
        # keys of our own beside the title; players of music look for iTunes' list instead, which has no room for them
        flags += "+use_metadata_tags"
    return {"movflags": flags, "use_editlist": "1" if edit_lists else "0", "fflags": "+bitexact"}


def _video_packets(
    file: Any, parts: Sequence[tuple[Path, int]], rate: Fraction, counter: list[int]
) -> Iterator[tuple[float, Any]]:
    """Yields one empty row once the stream exists, then (seconds, packet) with times rewritten to frame numbers."""
    import av

    stream, header = None, b""
    time_base = 1 / rate
    for position, (path, frames) in enumerate(parts):
        try:
            source = av.open(str(path))
        except (av.FFmpegError, OSError):
            raise UnusablePart(position, path, "cannot be opened") from None
        with source:
            template = source.streams.video[0]
            if stream is None:
                stream = file.add_stream_from_template(template, opaque=True)
                stream.time_base = time_base
                header = bytes(template.codec_context.extradata or b"")
                yield 0.0, None
            elif bytes(template.codec_context.extradata or b"") != header:
                raise UnusablePart(position, path, "has other headers than the first part")
            packets = [p for p in source.demux(template) if p.size and p.pts is not None]
            if len(packets) != frames:
                raise UnusablePart(position, path, f"holds {len(packets)} of {frames} frames")
            yield from _renumbered(packets, stream, counter[0], rate)
            counter[0] += frames


def _renumbered(packets: Sequence[Any], stream: Any, first: int, rate: Fraction) -> Iterator[tuple[float, Any]]:
    """Packets in decoding order, shown at first, first + 1, ...: dts runs a reorder delay behind, as B-frames need."""
    shown = {pts: n for n, pts in enumerate(sorted(p.pts for p in packets))}
    for n, packet in enumerate(packets):
        pts = first + shown[packet.pts]
        dts = first + n - REORDER_FRAMES
        packet.stream = stream
        packet.time_base = 1 / rate
        packet.pts, packet.dts, packet.duration = pts, min(dts, pts), 1
        yield float((first + n) / rate), packet


REORDER_FRAMES = 4
"""No encoder of ours shows a frame more than this many frames after a later one was decoded."""


def _audio_packets(file: Any, soundtrack: Path, *, keep_priming: bool) -> Iterator[tuple[float, Any]]:
    """Yields one empty row, then (seconds, packet).

    Without edit lists nothing could tell a player to skip the encoder's priming, so those packets, which lie
    before time 0 and hold no sound of the programme, are left out: sound and picture both begin at 0.
    """
    import av

    with av.open(str(soundtrack)) as source:
        template = source.streams.audio[0]
        stream = file.add_stream_from_template(template, opaque=True)
        yield 0.0, None
        for packet in source.demux(template):
            if not packet.size or packet.pts is None or (packet.pts < 0 and not keep_priming):
                continue
            packet.stream = stream
            yield float(packet.pts * packet.time_base), packet

"""The boxes of an MP4 file (ISO/IEC 14496-12), as far as delivery rules ask about them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

MOST_BOXES = 100_000


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Type, first byte of the content and end of every box in a stretch of a file."""
    at = start
    for _ in range(MOST_BOXES):
        if at + 8 > end:
            return
        file.seek(at)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            size, head = struct.unpack(">Q", file.read(8))[0], 16
        elif size == 0:
            size = end - at
        if size < head or at + size > end:
            return
        yield kind.decode("latin-1"), at + head, at + size
        at += size


def is_faststart(path: Path) -> bool:
    """Whether the index (moov) comes before the media (mdat), so that playing can start at once."""
    with path.open("rb") as file:
        order = [kind for kind, _, _ in _boxes(file, 0, path.stat().st_size)]
    return "moov" in order and ("mdat" not in order or order.index("moov") < order.index("mdat"))


def has_edit_lists(path: Path) -> bool:
    """Whether any track carries an edit list."""
    with path.open("rb") as file:
        for kind, start, end in _boxes(file, 0, path.stat().st_size):
            if kind != "moov":
                continue
            tracks = [(a, b) for inner, a, b in _boxes(file, start, end) if inner == "trak"]
            if any(inner == "edts" for a, b in tracks for inner, _, _ in _boxes(file, a, b)):
                return True
    return False

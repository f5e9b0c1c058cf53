"""An identity into a file that is finished but for it: what no muxer writes, added without copying what is there.

A new container is a function and a row in MARKS. Each writes the XMP packet where that container keeps it, and the
tags where no muxer has written them: see the XMP specification, part 3 (storage in files).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from variantgen.build.xmp import tags_of, xmp_packet
from variantgen.model import Identity

XMP_BOX = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")
_GIF_TRAILER = b";"
_WEBP_HAS_XMP = 0x04
_ID3_HEAD_BYTES = 10
_ID3_PADDING = bytes(16)  # exiftool 12.57 takes a frame for broken that no other, and no padding, follows


def mark(path: Path, container: str, identity: Identity) -> None:
    """Adds the identity's XMP packet to a file, and its tags to one that no muxer tags; others stay as they are."""
    if container in MARKS:
        MARKS[container](path, identity)


def _mark_mp4(path: Path, identity: Identity) -> None:
    """A uuid box behind the media: the index stays in front, and no offset in it changes."""
    packet = xmp_packet(identity)
    with path.open("ab") as file:
        file.write(struct.pack(">I4s", 24 + len(packet), b"uuid") + XMP_BOX + packet)


def _mark_gif(path: Path, identity: Identity) -> None:
    """A comment and an application block before the trailer (GIF89a, sections 24 and 26)."""
    comment = f"variantgen:{identity.id}".encode()
    # the packet is not cut into sub-blocks: readers that do not know it skip along its bytes into this trailer
    trailer = bytes([1, *range(255, -1, -1), 0])
    with path.open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != _GIF_TRAILER:
            return
        file.seek(-1, os.SEEK_END)
        file.write(b"!\xfe" + bytes([len(comment)]) + comment + b"\0")
        file.write(b"!\xff\x0bXMP DataXMP" + xmp_packet(identity) + trailer + _GIF_TRAILER)


def _mark_webp(path: Path, identity: Identity) -> None:
    """An XMP chunk at the end, announced in the extended header (WebP container specification)."""
    with path.open("rb+") as file:
        head = bytearray(file.read(21))
        if head[12:16] != b"VP8X":
            return  # a still picture in the simple form has no place for it
        head[20] |= _WEBP_HAS_XMP
        _append_chunks(file, head, [(b"XMP ", xmp_packet(identity))])


def _mark_wav(path: Path, identity: Identity) -> None:
    """INFO tags and XMP as chunks at the end (RIFF; `_PMX` is XMP's name there)."""
    tags = tags_of(identity)
    info = b"INFO" + b"".join(
        _chunk(name, tags[key].encode() + b"\0")
        for name, key in ((b"INAM", "title"), (b"ICMT", "comment"))
        if key in tags
    )
    with path.open("rb+") as file:
        head = bytearray(file.read(12))
        if head[:4] == b"RIFF":  # RF64, beyond 4 GB, keeps its length elsewhere
            _append_chunks(file, head, [(b"LIST", info), (b"_PMX", xmp_packet(identity))])


def _append_chunks(file: BinaryIO, head: bytearray, chunks: list[tuple[bytes, bytes]]) -> None:
    file.seek(0, os.SEEK_END)
    for name, content in chunks:
        file.write(_chunk(name, content))
    head[4:8] = struct.pack("<I", file.tell() - 8)
    file.seek(0)
    file.write(head)


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _mark_mp3(path: Path, identity: Identity) -> None:
    """An ID3v2.4 tag in front, in place of the one that is there; the sound's frames are not touched."""
    tags = tags_of(identity)
    frames = _id3_frame(b"PRIV", b"XMP\0" + xmp_packet(identity))
    for key, value in tags.items():
        if key == "title":
            frames += _id3_frame(b"TIT2", b"\x03" + value.encode())
        elif key == "comment":
            frames += _id3_frame(b"COMM", b"\x03eng\0" + value.encode())
        else:
            frames += _id3_frame(b"TXXX", b"\x03" + key.encode() + b"\0" + value.encode())
    frames += _ID3_PADDING
    whole = path.read_bytes()
    start = _ID3_HEAD_BYTES + _from_syncsafe(whole[6:10]) if whole[:3] == b"ID3" else 0
    path.write_bytes(b"ID3\x04\0\0" + _syncsafe(len(frames)) + frames + whole[start:])


def _id3_frame(name: bytes, content: bytes) -> bytes:
    return name + _syncsafe(len(content)) + b"\0\0" + content


def _syncsafe(number: int) -> bytes:
    """Four bytes of seven bits, so that a tag never looks like sound (ID3v2.4, section 6.2)."""
    return bytes((number >> shift) & 0x7F for shift in (21, 14, 7, 0))


def _from_syncsafe(four: bytes) -> int:
    return sum(byte << shift for byte, shift in zip(four, (21, 14, 7, 0), strict=True))


MARKS: dict[str, Callable[[Path, Identity], None]] = {
    "mp4": _mark_mp4,
    "mov": _mark_mp4,
    "m4a": _mark_mp4,
    "gif": _mark_gif,
    "webp": _mark_webp,
    "wav": _mark_wav,
    "mp3": _mark_mp3,
}

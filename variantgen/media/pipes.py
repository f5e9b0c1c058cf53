"""The ends of a running FFmpeg's pipes: words counted, progress told, raw frames handed on, input fed."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

READY_FRAMES = 4
"""Frames that wait for a slower taker; then the pipe fills and FFmpeg waits too."""

# What -progress tells, https://ffmpeg.org/ffmpeg.html: lines of key=value, next to log lines that begin with "[".
_PROGRESS_KEYS = ("frame", "out_time_us", "total_size")


@dataclass
class Heard:
    """What a child has said so far, and when it last moved."""

    said: deque[str] = field(default_factory=lambda: deque(maxlen=60))
    errors: int = 0
    moved: float = field(default_factory=time.monotonic)
    faults: list[BaseException] = field(default_factory=list)
    _last: str = ""

    def move(self) -> None:
        """The child has just done something."""
        self.moved = time.monotonic()

    def progress(self, line: str) -> float | None:
        """Takes in one line of -progress; the seconds written so far where it tells them."""
        key, _, value = line.strip().partition("=")
        if key in _PROGRESS_KEYS and value != self._last:
            self._last = value
            self.move()
        # out_time_us may be N/A or hugely negative before the first packet
        return int(value) / 1e6 if key == "out_time_us" and value.isdigit() else None


def read_progress(pipe: BinaryIO, heard: Heard, on_progress: Callable[[float], None] | None) -> None:
    """Reads a pipe that holds -progress only, to its end."""
    for raw in pipe:
        seconds = heard.progress(raw.decode("ascii", "replace"))
        if seconds is not None and on_progress:
            on_progress(seconds)


def read_words(pipe: BinaryIO, heard: Heard) -> None:
    """Reads FFmpeg's log to its end; lines of -progress among it only count as movement."""
    for raw in pipe:
        line = raw.decode("utf-8", "replace").rstrip()
        if line and not line.startswith("[") and "=" in line.partition(" ")[0]:
            heard.progress(line)
        elif line:
            heard.said.append(line[:500])
            heard.errors += "[error]" in line


def feed(pipe: BinaryIO, chunks: Iterable[bytes], heard: Heard, kill: Callable[[], None]) -> None:
    """Writes chunks to a child's input and closes it; what goes wrong in making them is kept and ends the child."""
    try:
        for chunk in chunks:
            pipe.write(chunk)
            heard.move()
    except (BrokenPipeError, ConnectionResetError):
        pass  # FFmpeg has ended; its exit code tells why
    except BaseException as error:
        heard.faults.append(error)
        kill()
    finally:
        try:
            pipe.close()
        except OSError:
            pass


class FrameReader:
    """Raw frames read from a pipe in a thread of its own, a few ahead of whoever takes them."""

    def __init__(self, pipe: BinaryIO, frame_bytes: int) -> None:
        self._pipe, self._frame_bytes = pipe, frame_bytes
        self._ready: queue.Queue[bytes | None] = queue.Queue(READY_FRAMES)
        self._is_unwanted = threading.Event()
        self.thread = threading.Thread(target=self._read, daemon=True)

    def frames(self) -> Iterator[bytes | None]:
        """Every whole frame in order; None each second in which there is none yet."""
        while True:
            try:
                frame = self._ready.get(timeout=1.0)
            except queue.Empty:
                yield None
                continue
            if frame is None:
                return
            yield frame

    def close(self) -> None:
        """Nobody takes frames any more: what still comes is read and dropped, so that no thread waits for ever."""
        self._is_unwanted.set()
        while self.thread.is_alive():
            try:
                self._ready.get(timeout=0.05)
            except queue.Empty:
                pass

    def _read(self) -> None:
        # a frame cut short by the child's end is no frame
        while len(raw := self._pipe.read(self._frame_bytes)) == self._frame_bytes:
            if not self._is_unwanted.is_set():
                self._ready.put(raw)
        self._ready.put(None)

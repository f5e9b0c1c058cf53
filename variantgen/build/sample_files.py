"""Sound on disk as plain 32-bit floats, read and written anywhere in it: no memory grows with its length."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK_SAMPLES = 16384


class SampleFile:
    """A file of interleaved little-endian floats; positions and lengths count samples of one channel.

    What was never written reads as silence, beyond the end too. A new one is empty.
    """

    def __init__(self, path: Path, channels: int, *, is_new: bool = True) -> None:
        self.path, self.channels = path, channels
        self._file = path.open("w+b" if is_new else "r+b")

    def __enter__(self) -> SampleFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Writes out what is buffered; nothing may be read or written after it."""
        self._file.close()

    def flush(self) -> None:
        """Lets other processes see what was written."""
        self._file.flush()

    def drop(self) -> None:
        """Closes the file and removes it from the disk."""
        self.close()
        self.path.unlink(missing_ok=True)

    def read(self, at: int, samples: int) -> NDArray[np.float32]:
        """`samples` from `at` on, as samples x channels."""
        import numpy as np

        made = np.zeros((samples, self.channels), np.float32)
        self._file.seek(4 * self.channels * at)
        raw = self._file.read(4 * self.channels * samples)
        held = np.frombuffer(raw, "<f4")
        made.reshape(-1)[: len(held)] = held
        return made

    def write(self, at: int, sound: NDArray[np.float32]) -> None:
        """Puts samples x channels at a place, over what was there."""
        self._file.seek(4 * self.channels * at)
        self._file.write(sound.astype("<f4", copy=False).tobytes())

    def resize(self, samples: int) -> None:
        """Makes the file exactly so long, with silence where nothing was written."""
        self._file.truncate(4 * self.channels * samples)


def blocks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """(place, length) of stretches of at most BLOCK_SAMPLES that cover `start` to `end`."""
    for at in range(start, end, BLOCK_SAMPLES):
        yield at, min(BLOCK_SAMPLES, end - at)

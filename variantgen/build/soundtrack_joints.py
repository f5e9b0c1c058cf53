"""Stretches of sound in, one sound out: laid end to end, and crossfaded where one does not follow the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from variantgen.build.sample_files import SampleFile, blocks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

JOINT_SECONDS = 0.015
"""Of the crossfade at a cut: long enough for no click, too short to hear two words at once."""
FADE_SECONDS = 0.005
"""Where a source has nothing beyond the cut to cross into; 3 to 5 ms hide a step (measured on cut tones)."""
PLAIN_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Stretch:
    """A stretch of a sample file, with what its source has on both sides of it; all lengths in samples.

    `at` is where the stretch itself starts. With `goes_on` the next one follows it without a seam of its own.
    """

    file: SampleFile
    at: int
    samples: int
    before: int = 0
    after: int = 0
    goes_on: bool = False

    def beginning(self, samples: int) -> NDArray[np.float32]:
        """Its first samples, as far as there are so many."""
        return self.file.read(self.at, min(samples, self.samples))

    def ending(self, samples: int) -> NDArray[np.float32]:
        """Its last samples, as far as there are so many."""
        length = min(samples, self.samples)
        return self.file.read(self.at + self.samples - length, length)


def lay(
    stretches: Sequence[Stretch], out: SampleFile, *, joint_samples: int, fade_samples: int, is_bare: bool = False
) -> Stretch:
    """Lays stretches end to end into `out`, each in its own place to the sample; what is returned is the whole.

    Where two meet, a crossfade of up to `joint_samples` is centred on the joint and takes what both sources have
    beyond it; where one has too little, both fade by themselves. What lies before the first and after the last is
    laid too, unless `is_bare`.
    """
    first, last = stretches[0], stretches[-1]
    before, after = (0, 0) if is_bare else (first.before, last.after)
    at = start = before
    _copy(first.file, first.at - before, out, 0, before)
    # a joint half that was too short for its stretch would reach over the next joint
    halves = [_half(a, b, joint_samples, fade_samples) for a, b in zip(stretches, stretches[1:], strict=False)]
    for n, stretch in enumerate(stretches):
        head = halves[n - 1] if n else 0
        tail = halves[n] if n < len(halves) else 0
        _copy(stretch.file, stretch.at + head, out, at + head, stretch.samples - head - tail)
        at += stretch.samples
    at = start
    for n, (left, right) in enumerate(zip(stretches, stretches[1:], strict=False)):
        at += left.samples
        _join(left, right, out, at, halves[n], fade_samples)
    _copy(last.file, last.at + last.samples, out, at + last.samples, after)
    return Stretch(out, start, sum(s.samples for s in stretches), before, after, last.goes_on)


def joined(stretches: Sequence[Stretch], follows: Sequence[bool]) -> list[Stretch]:
    """The same stretches; where `follows` says so of one and the next, they meet without a seam."""
    return [replace(s, goes_on=f) for s, f in zip(stretches, (*follows, False), strict=True)]


def _half(left: Stretch, right: Stretch, joint_samples: int, fade_samples: int) -> int:
    """Half the crossfade's length, 0 where there is none."""
    if left.goes_on:
        return 0
    half = min(joint_samples // 2, left.after, right.before, left.samples // 2, right.samples // 2)
    return half if 2 * half >= min(fade_samples, joint_samples) else 0


def _join(left: Stretch, right: Stretch, out: SampleFile, at: int, half: int, fade_samples: int) -> None:
    if left.goes_on:
        return
    if half:
        ending = left.file.read(left.at + left.samples - half, 2 * half)
        out.write(at - half, crossfade(ending, right.file.read(right.at - half, 2 * half)))
        return
    for start, length, is_in in (
        (at - min(fade_samples, left.samples // 2), min(fade_samples, left.samples // 2), False),
        (at, min(fade_samples, right.samples // 2), True),
    ):
        if length:
            out.write(start, out.read(start, length) * _rise(length)[:: 1 if is_in else -1, None])


def crossfade(ending: NDArray[np.float32], beginning: NDArray[np.float32]) -> NDArray[np.float32]:
    """One sound into another of the same shape, at equal power.

    Sine and cosine keep the power of sounds that have nothing to do with each other; as far as the two are alike
    (a loop, room tone of one place) they are turned down by what they would add up to, or the joint would swell.
    Where they happen to add up to a larger step than either has by itself, as much of a plain (equal-gain) crossfade
    is taken as keeps it down.
    """
    import numpy as np

    rising = _rise(len(ending))[:, None]
    falling = rising[::-1]
    swell = np.sqrt(1 + 2 * max(0.0, _alike(ending, beginning)) * rising * falling)
    powerful = (ending * falling + beginning * rising) / swell
    plain = ending * falling**2 + beginning * rising**2
    most = max(_largest_step(ending), _largest_step(beginning))
    for share in PLAIN_SHARES:
        made = (1 - share) * powerful + share * plain
        if _largest_step(made) <= most:
            break
    return made.astype(np.float32)


def _alike(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The correlation of two sounds, -1 to 1; 0 where one is silent."""
    import numpy as np

    power = float(np.sqrt(np.sum(np.square(one, dtype=float)) * np.sum(np.square(other, dtype=float))))
    return float(np.sum(one * other, dtype=float)) / power if power > 0 else 0.0


def _largest_step(sound: NDArray[np.float32]) -> float:
    import numpy as np

    return float(np.abs(np.diff(sound, axis=0)).max(initial=0.0))


def _rise(samples: int) -> NDArray[np.float32]:
    """A quarter of a sine, from just above 0 to just below 1."""
    import numpy as np

    return np.sin((np.arange(samples) + 0.5) * (np.pi / 2 / max(1, samples))).astype(np.float32)


def _copy(source: SampleFile, source_at: int, out: SampleFile, out_at: int, samples: int) -> None:
    for place, length in blocks(0, samples):
        out.write(out_at + place, source.read(source_at + place, length))

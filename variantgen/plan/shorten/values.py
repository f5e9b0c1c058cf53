"""What goes into a cut-down and what comes out of it: plain values, frames at one exact rate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from variantgen.model import FrameSpan, SecondsSpan, Word

MarkKind = Literal["keep", "drop", "hook", "cta"]
Method = Literal["auto", "trim", "tighten", "highlights", "speed"]


@dataclass(frozen=True)
class LengthMark:
    """What a person said of a span of the master, in its seconds: keep it, drop it, it is the hook or the call."""

    kind: MarkKind
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class Material:
    """All that is known of a master when it is shortened; frames count at `rate`, seconds are the master's.

    `words` carry their punctuation; `pauses` and `silences` are those that were measured (none: not known). `motion`,
    `faces`, `texts` (that stand to be read) and `loudness_change` hold one value of 0 to 1 for each second, or
    nothing. `language` is a BCP 47 tag; empty: told from the words.
    """

    frames: int
    rate: Fraction
    words: tuple[Word, ...] = ()
    pauses: tuple[SecondsSpan, ...] = ()
    silences: tuple[SecondsSpan, ...] = ()
    shot_starts: tuple[int, ...] = (0,)
    motion: tuple[float, ...] = ()
    faces: tuple[float, ...] = ()
    texts: tuple[float, ...] = ()
    loudness_change: tuple[float, ...] = ()
    marks: tuple[LengthMark, ...] = ()
    language: str = ""


@dataclass(frozen=True)
class Ask:
    """One length that is asked for: `least_frames` to `target_frames`, both of the finished variant and both allowed.

    `open_with` and `end_with` are spans of the master, in seconds, that come first and last wherever they lie. With
    `keeps_order` false the marked hook and call to action are moved to the ends too.
    """

    target_frames: int
    least_frames: int = 0
    method: Method = "auto"
    max_speed: Fraction = Fraction(11, 10)
    keeps_order: bool = True
    open_with: SecondsSpan | None = None
    end_with: SecondsSpan | None = None
    hides_cuts_by_punch_in: bool = False


@dataclass(frozen=True)
class KeptSpan:
    """A span of the master that is shown, half-open, and why; `punched` stretches of it play larger, to hide a cut."""

    start_frame: int
    end_frame: int
    why: str
    punched: tuple[FrameSpan, ...] = ()


@dataclass(frozen=True)
class DroppedSpan:
    """A span of the master that is not shown, half-open, and why."""

    start_frame: int
    end_frame: int
    why: str


@dataclass(frozen=True)
class Shortening:
    """A cut-down: `kept` in playing order, `dropped` in the master's, together every frame of the master once.

    Everything plays `speed` times as fast; `why` is one sentence on the whole.
    """

    kept: tuple[KeptSpan, ...]
    dropped: tuple[DroppedSpan, ...]
    speed: Fraction = Fraction(1)
    why: str = ""
    breaks_sentences: bool = False
    """Whether some sentence is cut off, since no whole ones make the length."""

    @property
    def kept_frames(self) -> int:
        """How many frames of the master are shown."""
        return sum(span.end_frame - span.start_frame for span in self.kept)

    @property
    def variant_frames(self) -> int:
        """How many frames the variant lasts at its speed."""
        return int(self.kept_frames / self.speed)

"""What was measured in a master, and what was said about it beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FrameSpan = tuple[int, int]
SecondsSpan = tuple[float, float]
Rectangle = tuple[int, int, int, int]
SubjectKind = Literal["face", "person", "animal", "vehicle", "thing", "text"]


@dataclass(frozen=True)
class Loudness:
    """A programme's loudness by ITU-R BS.1770 (EBU R 128); `integrated_lufs` is None for silence."""

    integrated_lufs: float | None
    true_peak_dbtp: float | None
    range_lu: float = 0.0


@dataclass(frozen=True)
class SubjectBox:
    """Where a subject is in one frame: master frame, rectangle in the master's pixels, how sure (0-1).

    A confidence of 0 says that it is out of sight there.
    """

    frame: int
    x: float
    y: float
    w: float
    h: float
    confidence: float = 1.0


@dataclass(frozen=True)
class Subject:
    """One thing followed through one shot: its boxes in frame order, linear between them.

    `confidence` (0-1) is how sure it is there and what `kind` says; `activity` (0-1) how much of what moves in the
    shot, beside the camera, moves inside its boxes.
    """

    id: int
    kind: SubjectKind
    boxes: tuple[SubjectBox, ...]
    confidence: float = 1.0
    activity: float = 0.0


@dataclass(frozen=True)
class Interest:
    """Where a master moves and where it stands out, whoever that is: one look every `step_frames` from frame 0.

    `motion` and `standout` are base64 of zlib of uint8, looks x (columns + rows): equal steps over the width, then over
    the height. Each value is 255 times the square root of the share of its column (or row) that moves on its own, or
    whose colour the picture's border does not have.
    """

    step_frames: int
    columns: int
    rows: int
    motion: str
    standout: str


@dataclass(frozen=True)
class Clarity:
    """How sharp and how bright a master is, cell by cell: one look every `step_frames` from frame 0.

    `sharpness` and `light` are base64 of zlib of uint8, looks x rows x columns. Light is the mean of grey; sharpness is
    14 times the binary logarithm of 1 + the variance of the Laplacian, on frames of 480 px at most.
    """

    step_frames: int
    columns: int
    rows: int
    sharpness: str
    light: str


@dataclass(frozen=True)
class Analysis:
    """What was measured in a master; frames are at the master's own rate."""

    frames: int
    shot_starts: tuple[int, ...]
    pictures: tuple[Rectangle, ...] = ()
    """The active picture of each shot, without letterbox bars; empty: the whole frame always."""
    subjects: tuple[Subject, ...] = ()
    interest: Interest | None = None
    black: tuple[FrameSpan, ...] = ()
    pauses: tuple[SecondsSpan, ...] = ()
    silences: tuple[SecondsSpan, ...] = ()
    loudness: Loudness | None = None
    decode_errors: int = 0
    clarity: Clarity | None = None


@dataclass(frozen=True)
class Word:
    """One spoken (or written) word with its times in the master; `text` carries its punctuation, and no spaces."""

    start_seconds: float
    end_seconds: float
    text: str
    confidence: float = 1.0


@dataclass(frozen=True)
class SourceCue:
    """One caption of a captions file, in the master's time; `text` holds plain lines split by newline.

    `words` are those of the text, in order, where their own times are known; else empty.
    """

    start_seconds: float
    end_seconds: float
    text: str
    is_italic: bool = False
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class CaptionTrack:
    """All captions of one language: `language` is a BCP 47 tag or empty, `origin` the file or track they come from."""

    language: str
    cues: tuple[SourceCue, ...]
    origin: str = ""

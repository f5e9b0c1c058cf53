"""Every value that flows through variantgen, frozen: masters, analyses, plans, checks, events.

Frames are integers at one exact rate, spans are half-open, rectangles are x, y, w, h in the master's
upright square pixels, and what is in seconds says so in its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

Fit = Literal["crop", "blur", "pad"]
DynamicRange = Literal["sdr", "pq", "hlg"]
FrameSpan = tuple[int, int]
SecondsSpan = tuple[float, float]
CropKey = tuple[int, int, int, int, int]
"""A keyframe of a crop path: source frame, x, y, w, h."""

# ---------------------------------------------------------------- the master, as probed


@dataclass(frozen=True)
class Colour:
    """How a master's samples are to be read; values are FFmpeg's names."""

    matrix: str = "bt709"
    primaries: str = "bt709"
    transfer: str = "bt709"
    range: Literal["tv", "pc"] = "tv"
    is_tagged: bool = True


@dataclass(frozen=True)
class AudioTrack:
    """One sound track of a master; `index` counts all streams of the file."""

    index: int
    channels: int
    sample_rate: int
    codec: str
    language: str = ""
    title: str = ""
    is_default: bool = False


@dataclass(frozen=True)
class SubtitleTrack:
    """One subtitle track of a master; `position` counts subtitle streams only."""

    index: int
    position: int
    codec: str
    language: str = ""
    is_text: bool = True


@dataclass(frozen=True)
class Master:
    """A finished edit as it will be read: upright, square pixels, one exact frame rate.

    `width` and `height` are display pixels after rotation and pixel aspect are undone; `frames` counts frames
    after `fps=frame_rate` from the container's start.
    """

    path: Path
    name: str
    fingerprint: str
    width: int
    height: int
    frame_rate: Fraction
    frames: int
    duration_seconds: float
    video_index: int
    codec: str
    pixel_format: str
    bit_depth: int = 8
    pixel_aspect: Fraction = Fraction(1)
    rotation: int = 0
    is_variable_rate: bool = False
    max_gap_seconds: float = 0.0
    is_seekable: bool = True
    x264_build: int = 0
    """The x264 that made a 4:4:4 master, where its decoder needs to know; 0 elsewhere."""
    is_interlaced: bool = False
    has_alpha: bool = False
    dynamic_range: DynamicRange = "sdr"
    colour: Colour = field(default_factory=Colour)
    audio: AudioTrack | None = None
    audio_tracks: tuple[AudioTrack, ...] = ()
    subtitle_tracks: tuple[SubtitleTrack, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loudness:
    """A programme's loudness by ITU-R BS.1770 (EBU R 128); `integrated_lufs` is None for silence."""

    integrated_lufs: float | None
    true_peak_dbtp: float | None
    range_lu: float = 0.0


@dataclass(frozen=True)
class Analysis:
    """What was measured in a master; frames are at the master's own rate."""

    frames: int
    shot_starts: tuple[int, ...]
    black: tuple[FrameSpan, ...] = ()
    pauses: tuple[SecondsSpan, ...] = ()
    silences: tuple[SecondsSpan, ...] = ()
    loudness: Loudness | None = None
    decode_errors: int = 0


@dataclass(frozen=True)
class SourceCue:
    """One caption of a captions file, in the master's time; `text` holds plain lines split by newline."""

    start_seconds: float
    end_seconds: float
    text: str
    is_italic: bool = False


# ---------------------------------------------------------------- the plan


@dataclass(frozen=True)
class Look:
    """How burned captions look on one canvas; lengths in its pixels, colours as #rrggbb."""

    font_family: str
    font_size_px: int
    is_bold: bool
    colour: str
    outline_colour: str
    outline_px: float
    shadow_px: float
    margin_left_px: int
    margin_right_px: int
    margin_top_px: int
    margin_bottom_px: int
    max_lines: int
    position: Literal["bottom", "top", "middle"] = "bottom"
    box_colour: str = ""
    box_opacity: float = 0.0


@dataclass(frozen=True)
class Cue:
    """One caption on screen: frames of the variant (in a part: of the part), lines already broken."""

    start_frame: int
    end_frame: int
    lines: tuple[str, ...]
    is_italic: bool = False

    @property
    def text(self) -> str:
        """The lines as one string."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Card:
    """A scene that is not in the master, composed at the canvas's size."""

    kind: Literal["title", "end"]
    text: str
    margins_px: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Top, right, bottom, left: the card's text stays inside."""


@dataclass(frozen=True)
class Encode:
    """Settings of one video encode; two equal values give the same bits on the same FFmpeg."""

    codec: Literal["h264", "h265", "av1", "vp9", "lossless"]
    quality: int
    speed: str
    profile: str
    keyframe_frames: int
    max_kbps: int | None = None
    kbps: int | None = None
    """Set when a size limit asks for a bitrate; then it replaces `quality`."""
    threads: int = 1


@dataclass(frozen=True)
class Part:
    """Everything that shapes the pixels of one part; `key` is the hash of all the rest."""

    key: str
    source: Literal["master", "card"]
    fingerprint: str
    start_frame: int
    end_frame: int
    frame_rate: Fraction
    width: int
    height: int
    fit: Fit
    crop: tuple[CropKey, ...]
    encode: Encode
    cues: tuple[Cue, ...] = ()
    look: Look | None = None
    watermark: str = ""
    card: Card | None = None
    pad_colour: str = ""
    """Of the bars, as #rrggbb, where `fit` is pad."""

    @property
    def frames(self) -> int:
        """How many frames the part holds."""
        return self.end_frame - self.start_frame


@dataclass(frozen=True)
class Piece:
    """A span of the master (or a card) at its place in a variant; frames at the variant's rate."""

    source: Literal["master", "card"]
    start_frame: int
    end_frame: int
    fit: Fit = "crop"
    crop: tuple[CropKey, ...] = ()
    why: str = ""
    parts: tuple[str, ...] = ()
    card: Card | None = None

    @property
    def frames(self) -> int:
        """How many frames the piece adds to its variant."""
        return self.end_frame - self.start_frame


@dataclass(frozen=True)
class SoundPiece:
    """A span of the master's sound (or room tone under a card), in samples at the soundtrack's rate."""

    source: Literal["master", "card"]
    start_sample: int
    end_sample: int


@dataclass(frozen=True)
class Soundtrack:
    """A variant's whole sound: what it is made of, how loud, and how it is encoded."""

    key: str
    fingerprint: str
    track_index: int
    pieces: tuple[SoundPiece, ...]
    sample_rate: int
    channels: int
    samples: int
    codec: Literal["aac", "opus", "mp3", "pcm"]
    kbps: int
    target_lufs: float | None
    tolerance_lu: float
    max_true_peak_dbtp: float
    fade_in_seconds: float = 0.0
    fade_out_seconds: float = 0.0


@dataclass(frozen=True)
class Variant:
    """One output, decided down to the frame. `preset_values` is the resolved preset as plain data."""

    id: str
    preset: str
    file: str
    title: str
    container: Literal["mp4", "mov", "webm", "gif", "webp", "m4a", "mp3", "wav"]
    width: int
    height: int
    frame_rate: Fraction
    frames: int
    pieces: tuple[Piece, ...]
    cues: tuple[Cue, ...]
    sidecar_cues: tuple[SourceCue, ...]
    sidecar_format: str
    soundtrack: Soundtrack | None
    encode: Encode | None
    preset_values: dict[str, Any]
    why: tuple[str, ...]
    predicted_megabytes: float
    fingerprint: str

    @property
    def duration_seconds(self) -> float:
        """Length of the variant in seconds."""
        return float(self.frames / self.frame_rate)

    @property
    def part_keys(self) -> tuple[str, ...]:
        """Keys of the variant's parts in playing order."""
        return tuple(key for piece in self.pieces for key in piece.parts)


@dataclass(frozen=True)
class Refusal:
    """A variant that cannot be made as asked, and the sentence that says why."""

    preset: str
    master: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """What will be made of one master: pure data, the same on every machine."""

    master: Master
    variants: tuple[Variant, ...]
    parts: dict[str, Part]
    refusals: tuple[Refusal, ...] = ()


# ---------------------------------------------------------------- the finished file


@dataclass(frozen=True)
class Check:
    """One measured fact of a finished file held against what was wanted.

    An advice check tells when a practice value is missed; it never makes a variant fail.
    """

    name: str
    wanted: str
    measured: str
    ok: bool
    is_advice: bool = False
    note: str = ""


@dataclass(frozen=True)
class VariantResult:
    """What became of one variant."""

    id: str
    preset: str
    file: str
    status: Literal["made", "unchanged", "failed", "planned"]
    checks: tuple[Check, ...] = ()
    error: str = ""
    sidecars: tuple[str, ...] = ()
    master: str = ""
    key: str = ""
    sha256: str = ""
    size_bytes: int = 0
    modified_ns: int = 0

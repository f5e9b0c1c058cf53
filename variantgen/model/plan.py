"""What will be made, decided down to the frame."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from variantgen.model.analysis import SecondsSpan, SourceCue
from variantgen.model.brand import Brand
from variantgen.model.identity import Identity
from variantgen.model.master import Master

Fit = Literal["crop", "blur", "pad", "split"]
CropKey = tuple[int, float, float, int, int]
"""A keyframe of a crop path: source frame, x and y to a hundredth of a pixel, w, h (which never change in a shot)."""
Motion = Literal["still", "pan", "follow", "whole", "split"]


@dataclass(frozen=True)
class FramingMark:
    """What an editor decided for a span of master frames; it wins over every detector.

    `centres` are (master frame, x, y) of the window's centre as shares of the picture, linear between, held outside.
    `subject` names one to follow: a kind, or a subject's id as text.
    """

    start_frame: int
    end_frame: int
    centres: tuple[tuple[int, float, float], ...] = ()
    subject: str = ""
    fit: Fit | None = None


@dataclass(frozen=True)
class Look:
    """How burned captions look on one canvas; lengths in its pixels, colours as #rrggbb."""

    font_family: str
    """Inter, another family, or a font file's path."""
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
    box_shape: Literal["block", "line"] = "block"
    is_upper: bool = False
    highlight_colour: str = ""
    """Of the word being spoken; empty where words are not lit."""
    entrance: Literal["none", "pop"] = "none"


@dataclass(frozen=True)
class CueWord:
    """One word of a cue on screen: characters `start` to `end` of line `line`, spoken from `start_frame` on.

    It is lit until the next word's `start_frame`, or the cue's end.
    """

    start_frame: int
    line: int
    start: int
    end: int


@dataclass(frozen=True)
class Cue:
    """One caption on screen: frames of the variant (in a part: of the part), lines already broken."""

    start_frame: int
    end_frame: int
    lines: tuple[str, ...]
    is_italic: bool = False
    words: tuple[CueWord, ...] = ()
    """In order, where the look lights words; else empty."""
    rise_px: int = 0
    """How far above its look's own place it stands, in px of the canvas; below where negative."""
    shown_frames: int = 0
    """How long it has been on screen at `start_frame`, where the look has an entrance."""

    @property
    def text(self) -> str:
        """The lines as one string."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class CaptionDelivery:
    """Captions of one language that leave with a variant as text: a file beside it, or a track inside it.

    `form` is srt, vtt, ttml, ass, or mov_text for a track; `file` is empty for a track; times are the variant's.
    """

    form: str
    language: str
    cues: tuple[SourceCue, ...]
    file: str = ""


@dataclass(frozen=True)
class Card:
    """A scene that is not in the master, composed at the canvas's size."""

    kind: str
    """title, end, hook, quote, figure, split, or one that its brand has a template for."""
    text: str
    margins_px: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Top, right, bottom, left: the card's text stays inside."""
    brand: Brand | None = None
    """None where nothing was said of one."""
    template: str = ""
    """Where another draws it than its kind's own: the name of one, or `fingerprint:function`."""
    language: str = ""
    """It chooses between fonts for letters that several languages share."""
    fonts: str = ""
    """Names the fonts beside our own that draw it, by their content; empty where ours draw all."""


OVERLAY_SECONDS = {
    "headline": (Fraction(1, 2), Fraction(1, 6)),
    "lower-third": (Fraction(1, 2), Fraction(1, 6)),
    "call-to-action": (Fraction(2, 5), Fraction(1, 6)),
}
"""How long an overlay's entrance and exit take; one that is not here is still."""


@dataclass(frozen=True)
class Overlay:
    """A drawing laid over frames of a variant (in a part: of the part), at even x and y of its canvas.

    `width` and `height` are what it covers, `room` the width and height that it was laid out in. `before_frames` and
    `after_frames` are how long it has been seen at `start_frame` and will be after `end_frame`, as far as its
    entrance and exit ask.
    """

    template: str
    """headline, lower-third, call-to-action, logo, watermark."""
    text: str
    start_frame: int
    end_frame: int
    x: int
    y: int
    width: int
    height: int
    room: tuple[int, int]
    brand: Brand
    language: str = ""
    fonts: str = ""
    before_frames: int = 0
    after_frames: int = 0

    def moving_frames(self, rate: Fraction) -> tuple[int, int]:
        """How many frames its entrance and its exit take at a rate."""
        entrance, leaving = OVERLAY_SECONDS.get(self.template, (Fraction(0), Fraction(0)))
        return round(entrance * rate), round(leaving * rate)


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
    lower_crop: tuple[CropKey, ...] = ()
    """Of the window shown in the lower half, where `fit` is split; `crop` is then the upper one."""
    language: str = ""
    """Of the cues: it chooses between fonts for letters that several languages share."""
    fonts: str = ""
    """Names the fonts beside the caption font that draw the cues; empty where that one draws all."""
    speed: Fraction = Fraction(1)
    """How much faster than the master it plays; its frames count at its own rate, on the master so played."""
    overlays: tuple[Overlay, ...] = ()

    @property
    def frames(self) -> int:
        """How many frames the part holds."""
        return self.end_frame - self.start_frame


@dataclass(frozen=True)
class ShotFraming:
    """How one shot of a piece is framed and why; frames as in the piece.

    `lost_share` is the share of the shot's frames whose subject is not in the window; None where none was found.
    """

    start_frame: int
    end_frame: int
    motion: Motion
    why: str
    subjects: tuple[int, ...] = ()
    lost_share: float | None = None
    punch_in: float = 1.0
    """How much larger these frames play than the rest of their shot, to hide a cut inside it."""


@dataclass(frozen=True)
class Piece:
    """A span of the master (or a card) at its place in a variant.

    Frames count at the variant's rate, on the master as it plays at the variant's speed.
    """

    source: Literal["master", "card"]
    start_frame: int
    end_frame: int
    fit: Fit = "crop"
    crop: tuple[CropKey, ...] = ()
    why: str = ""
    parts: tuple[str, ...] = ()
    card: Card | None = None
    lower_crop: tuple[CropKey, ...] = ()
    framing: tuple[ShotFraming, ...] = ()

    @property
    def frames(self) -> int:
        """How many frames the piece adds to its variant."""
        return self.end_frame - self.start_frame


@dataclass(frozen=True)
class SoundPiece:
    """A span of the master's sound (or room tone under a card, or music), in samples at the soundtrack's rate.

    `samples` is how long it plays in the variant, where a speed makes that another length than the span's; else 0.
    """

    source: Literal["master", "card", "music"]
    start_sample: int
    end_sample: int
    samples: int = 0

    @property
    def played_samples(self) -> int:
        """How many samples the piece adds to its variant."""
        return self.samples or self.end_sample - self.start_sample


@dataclass(frozen=True)
class Music:
    """A music file, what was measured in it, and how it is to be used; its path travels beside it.

    `beats` are seconds from the file's start, empty where it has no steady beat. `loop_seconds` is the stretch that
    can be repeated, from a beat to a beat that sound alike; `sounding_seconds` leaves out silence at both ends.
    `level_db` is how far the music lies above the programme's loudness (negative: below), `duck_db` how much further
    it goes down under speech.
    """

    name: str
    fingerprint: str
    track_index: int
    seconds: float
    beats: tuple[float, ...] = ()
    loop_seconds: SecondsSpan | None = None
    sounding_seconds: SecondsSpan | None = None
    loudness_lufs: float | None = None
    level_db: float = -6.0
    duck_db: float = 12.0
    starts_at_seconds: float = 0.0
    ends: Literal["fade", "beat"] = "fade"


@dataclass(frozen=True)
class MusicBed:
    """The music under one variant, decided to the sample: `pieces` are spans of the music file in playing order.

    They meet in crossfades of `joint_samples`. The bed plays at `gain_db`, and `duck_db` lower in the spans `ducked`
    (samples of the variant, half-open). It has faded out at `end_sample`, over `fade_out_samples`.
    """

    fingerprint: str
    track_index: int
    pieces: tuple[SoundPiece, ...]
    gain_db: float
    duck_db: float
    ducked: tuple[tuple[int, int], ...]
    joint_samples: int
    end_sample: int
    fade_out_samples: int


@dataclass(frozen=True)
class Soundtrack:
    """A variant's whole sound: what it is made of, how loud, and how it is encoded.

    `track_index` is -1 where the master has no sound and only `music` is heard. The master's pieces play `speed` times
    as fast, at their pitch. `room_tone` are quiet spans of the master's sound, to be heard under cards.
    """

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
    speed: Fraction = Fraction(1)
    room_tone: tuple[tuple[int, int], ...] = ()
    music: MusicBed | None = None


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
    deliveries: tuple[CaptionDelivery, ...]
    soundtrack: Soundtrack | None
    encode: Encode | None
    preset_values: dict[str, Any]
    why: tuple[str, ...]
    predicted_megabytes: float
    fingerprint: str
    language: str = ""
    """Of the burned captions, or of all where there is one language; empty where it is not known."""
    length_seconds: float | None = None
    """The length that was asked for; None where the placement's own limits decided."""
    told: tuple[str, ...] = ()
    """An editor's notes on a cut-down: a line for each span that is kept or dropped."""
    speed: Fraction = Fraction(1)
    """How much faster than the master it plays, to fit its length."""
    identity: Identity | None = None
    """Of a campaign's variant, what its file says of itself; None is the id alone."""
    overlays: tuple[Overlay, ...] = ()

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

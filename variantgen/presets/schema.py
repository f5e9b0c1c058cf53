"""What a preset may say: the delivery rules of one placement, as pydantic models (pure, no files)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Px = Annotated[int, Field(ge=0, le=8192)]
Seconds = Annotated[float, Field(ge=0, le=86400)]


def _six_digits(colour: object) -> object:
    """#fc0 as #ffcc00, the way CSS reads it."""
    short = isinstance(colour, str) and len(colour) == 4 and colour[0] == "#"
    return "#" + "".join(digit * 2 for digit in colour[1:]) if short else colour  # type: ignore[index]


HexColour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$"), BeforeValidator(_six_digits)]
Confidence = Literal["official", "official-quoted", "third-party", "derived", "memory", "not-published"]

CODECS_OF_CONTAINER: dict[str, tuple[str, ...]] = {
    "mp4": ("h264", "h265", "av1"),
    "mov": ("h264", "h265"),
    "webm": ("vp9", "av1"),
    "gif": ("gif",),
    "webp": ("webp",),
}
AUDIO_OF_CONTAINER: dict[str, tuple[str, ...]] = {
    "mp4": ("aac",),
    "mov": ("aac", "pcm"),
    "webm": ("opus",),
    "m4a": ("aac",),
    "mp3": ("mp3",),
    "wav": ("pcm",),
}


TEXT_CONTAINERS = ("mp4", "mov", "m4a", "webm")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(_Table):
    """Where an outside limit comes from."""

    source: str = Field(min_length=3, description="address of the page, or a sentence naming the source")
    checked: date = Field(description="when the source was read")
    confidence: Confidence
    note: str = ""


class Edges(_Table):
    """Lengths from the four edges of the canvas, in its pixels."""

    top: Px = 0
    right: Px = 0
    bottom: Px = 0
    left: Px = 0


class Canvas(_Table):
    """The picture's size, and how a master of another shape is fitted into it."""

    width: int = Field(ge=16, le=8192, multiple_of=2)
    height: int = Field(ge=16, le=8192, multiple_of=2)
    fit: Literal["crop", "blur", "pad"] = "crop"
    pad_colour: HexColour = "#000000"
    safe_zone: Edges = Field(default=Edges(), description="what the channel's own interface covers")


class Framing(_Table):
    """What is done with shots whose subjects do not fit the canvas, and how much may be lost."""

    fallback: tuple[Literal["split", "blur", "pad"], ...] = Field(
        default=("split", "blur"), description="tried in this order for a shot that cannot be cropped well"
    )
    max_lost_share: float = Field(
        default=0.1, ge=0, le=1, description="share of frames whose subject may be out of the window"
    )


class Video(_Table):
    """How the picture is encoded."""

    codec: Literal["h264", "h265", "av1", "vp9", "gif", "webp"] = "h264"
    quality: int = Field(default=20, ge=0, le=63, description="CRF of the codec: lower is better and larger")
    speed: str = Field(default="medium", description="the encoder's own preset name or number")
    profile: str = "high"
    max_kbps: int | None = Field(default=None, ge=100, le=400_000, description="peak bitrate (VBV)")
    keyframe_seconds: float = Field(default=2.0, gt=0, le=10, description="longest closed GOP")
    min_frame_rate: float | None = Field(default=None, gt=0, le=240)
    max_frame_rate: float | None = Field(default=60, gt=0, le=240)
    edit_lists: bool = Field(default=False, description="false: the MP4 carries no edit list at all")
    faststart: bool = True


class Audio(_Table):
    """How the sound is mixed, levelled and encoded."""

    codec: Literal["aac", "opus", "mp3", "pcm"] = "aac"
    kbps: int = Field(default=192, ge=32, le=512)
    sample_rate: Literal[44100, 48000] = 48000
    channels: Literal[1, 2] = 2
    loudness_lufs: float | None = Field(default=-14.0, ge=-40, le=-5)
    tolerance_lu: float = Field(default=1.0, gt=0, le=5)
    max_true_peak_dbtp: float = Field(default=-1.0, ge=-12, le=0)
    loudness_is_advice: bool = Field(default=False, description="a practice value: missing it does not fail")


class Length(_Table):
    """How long a variant may be and what is done with a master that does not fit."""

    min_seconds: Seconds | None = None
    max_seconds: Seconds | None = None
    too_short: Literal["loop", "hold", "refuse"] = Field(
        default="refuse", description="shown again from the start, or the end card held until the length is reached"
    )
    too_long: Literal["cut", "refuse"] = "cut"
    fade_out_seconds: Seconds = Field(default=0.5, description="sound fade where the length was cut")
    max_speed: float = Field(
        default=1.1, ge=1, le=2, description="how much faster a variant may play, at its pitch, to fit a length"
    )
    punch_in: bool = Field(default=True, description="cuts inside a shot are hidden by a slightly larger picture")


class File(_Table):
    """Limits of the finished file."""

    max_megabytes: float | None = Field(default=None, gt=0, description="1 MB = 1 000 000 bytes")


class Style(_Table):
    """How captions look, on any canvas: lengths in ems (parts of the font size). The defaults are the style "clean"."""

    title: str = ""
    font: str = Field(
        default="Inter", min_length=1, description="a family that is installed, or a font file beside the style"
    )
    weight: Literal["regular", "bold"] = "bold"
    size: float = Field(default=0.0537, gt=0, le=0.5, description="font size as a share of the canvas's shorter side")
    case: Literal["as-written", "upper"] = "as-written"
    colour: HexColour = "#FFFFFF"
    outline_colour: HexColour = "#000000"
    outline: float = Field(default=0.069, ge=0, le=0.5)
    shadow: float = Field(default=0.026, ge=0, le=0.5)
    box_colour: Literal[""] | HexColour = Field(default="", description="a box behind the text; empty for none")
    box_opacity: float = Field(default=0.7, ge=0, le=1)
    box_shape: Literal["block", "line"] = Field(default="block", description="one box, or one for each line")
    highlight_colour: Literal[""] | HexColour = Field(default="", description="of the word being spoken; empty: none")
    entrance: Literal["none", "pop"] = "none"
    position: Literal["bottom", "top", "middle"] = "bottom"
    max_words: int | None = Field(default=None, ge=1, le=20, description="words on screen at once")
    max_lines: int | None = Field(default=None, ge=1, le=6, description="fewer lines than the placement allows")


CaptionForm = Literal["srt", "vtt", "ttml", "ass"]
CaptionForms = Annotated[tuple[CaptionForm, ...], Field(min_length=1)]
CaptionWay = Literal["burn", "sidecar", "embed"]
CaptionWays = Annotated[tuple[CaptionWay, ...], Field(min_length=1)]
# A file's name on any system, with the variant's own name in it so that no two are the same.
SIDECAR_NAME = (
    r'^([^{}<>:"/\\|?*\x00-\x1f]|\{(language|locale|format)\})*'
    r'\{file\}([^{}<>:"/\\|?*\x00-\x1f]|\{(language|locale|format)\})*$'
)


class Captions(_Table):
    """Whether and how captions are delivered, how they read, and the box that burned ones stay inside."""

    mode: Literal["burn", "sidecar", "embed", "both", "none"] | CaptionWays = Field(
        default="burn", description="one way or a list of them; both is burn and sidecar, embed a text track inside"
    )
    sidecar_format: CaptionForm | CaptionForms = "srt"
    sidecar_name: str = Field(
        default="{file}.{format}",
        pattern=SIDECAR_NAME,
        description="the channel's rule; {file} {language} (pt-BR) {locale} (pt_BR) {format}; with several"
        " languages and neither key, the language comes before the format",
    )
    sidecar_max_bytes: int | None = Field(default=None, ge=100)
    style: str = Field(default="clean", min_length=1, description="a style's name, or a file's path")
    look: Style = Field(default=Style(), description="the style's values; one given here wins over the style's")
    margins: Edges = Edges()
    font_size_px: int | None = Field(default=None, ge=12, le=400, description="instead of the style's share")
    max_lines: int = Field(default=3, ge=1, le=6)
    max_line_characters: int | None = Field(default=None, ge=5, le=100, description="a wide character counts for two")
    characters_per_second: float = Field(default=20, ge=5, le=60, description="reading speed of cues made from words")
    min_seconds: float = Field(default=0.833, gt=0, le=5)
    max_seconds: float = Field(default=7, gt=0, le=30)
    min_gap_frames: int = Field(default=2, ge=0, le=30)
    avoid: tuple[Literal["face", "text"], ...] = Field(
        default=("face", "text"), description="what burned captions move up or down for, inside their margins"
    )

    @property
    def ways(self) -> frozenset[str]:
        """The ways captions are delivered: burn, sidecar, embed; none of them where there are no captions."""
        if isinstance(self.mode, tuple):
            return frozenset(self.mode)
        return frozenset({"none": (), "both": ("burn", "sidecar")}.get(self.mode, (self.mode,)))

    @property
    def sidecar_formats(self) -> tuple[CaptionForm, ...]:
        """The forms of the files beside the variant, each once."""
        forms = self.sidecar_format if isinstance(self.sidecar_format, tuple) else (self.sidecar_format,)
        return tuple(dict.fromkeys(forms))


class Preset(_Table):
    """The delivery rules of one placement on one channel."""

    schema_version: Literal[1] = 1
    title: str = Field(min_length=1)
    channel: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    kind: Literal["organic", "ad", "broadcast", "owned", "audio"] = "organic"
    description: str = ""
    container: Literal["mp4", "mov", "webm", "gif", "webp", "m4a", "mp3", "wav"] = "mp4"
    canvas: Canvas | None = Field(default=None, description="absent: an audio-only placement")
    video: Video | None = None
    audio: Audio | None = Field(default=None, description="absent: a silent placement")
    length: Length = Length()
    file: File = File()
    captions: Captions = Captions(mode="none")
    framing: Framing = Framing()
    facts: dict[str, Fact] = Field(
        default_factory=dict, description="provenance of a value, by its dotted name, e.g. length.max_seconds"
    )

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Preset:
        faults = [*_container_faults(self), *_box_faults(self), *_caption_faults(self.captions), *_fact_faults(self)]
        if faults:
            raise ValueError("; ".join(faults))
        return self


# A value listed here is the channel's, not ours: when it is set it needs a fact.
OUTSIDE_LIMITS: tuple[str, ...] = (
    "length.min_seconds",
    "length.max_seconds",
    "file.max_megabytes",
    "video.max_kbps",
    "video.min_frame_rate",
    "video.max_frame_rate",
    "video.keyframe_seconds",
    "audio.loudness_lufs",
    "canvas.safe_zone",
    "canvas.width",
    "captions.sidecar_name",
    "captions.sidecar_max_bytes",
)


def value_at(preset: BaseModel, dotted: str) -> object:
    """The value at a dotted name; raises KeyError where the name leads nowhere."""
    node: object = preset
    for name in dotted.split("."):
        if isinstance(node, BaseModel) and name in type(node).model_fields:
            node = getattr(node, name)
        else:
            raise KeyError(dotted)
    return node


def _container_faults(preset: Preset) -> list[str]:
    has_picture = preset.canvas is not None and preset.video is not None
    if (preset.canvas is None) != (preset.video is None):
        return ["[canvas] and [video] come together: give both, or neither for an audio-only placement"]
    if not has_picture and preset.audio is None:
        return ["a preset needs a picture ([canvas] and [video]) or sound ([audio])"]
    faults = []
    if preset.video is not None:
        codecs = CODECS_OF_CONTAINER.get(preset.container, ())
        if preset.video.codec not in codecs:
            faults.append(
                f'container "{preset.container}" cannot carry video.codec "{preset.video.codec}"'
                f" (it carries: {', '.join(codecs) or 'no picture'})"
            )
    if "embed" in preset.captions.ways and preset.container not in TEXT_CONTAINERS:
        faults.append(f'container "{preset.container}" carries no text track: take "embed" out of captions.mode')
    if preset.audio is not None:
        codecs = AUDIO_OF_CONTAINER.get(preset.container, ())
        if preset.audio.codec not in codecs:
            faults.append(
                f'container "{preset.container}" cannot carry audio.codec "{preset.audio.codec}"'
                f" (it carries: {', '.join(codecs) or 'no sound'})"
            )
    return faults


def _box_faults(preset: Preset) -> list[str]:
    if preset.canvas is None:
        return []
    faults = []
    for name, edges in (
        ("canvas.safe_zone", preset.canvas.safe_zone),
        ("captions.margins", preset.captions.margins),
    ):
        if edges.left + edges.right >= preset.canvas.width or edges.top + edges.bottom >= preset.canvas.height:
            faults.append(f"{name} leaves no room on a {preset.canvas.width}x{preset.canvas.height} canvas")
    least, most = preset.length.min_seconds, preset.length.max_seconds
    if least is not None and most is not None and least > most:
        faults.append(f"length.min_seconds {least:g} is more than length.max_seconds {most:g}")
    return faults


def _caption_faults(captions: Captions) -> list[str]:
    faults = []
    if captions.min_seconds > captions.max_seconds:
        least, most = captions.min_seconds, captions.max_seconds
        faults.append(f"captions.min_seconds {least:g} is more than captions.max_seconds {most:g}")
    if len(captions.sidecar_formats) > 1 and "{format}" not in captions.sidecar_name:
        faults.append(
            f'captions.sidecar_name "{captions.sidecar_name}" gives the files of all formats one name:'
            " put {format} into it, or one format into captions.sidecar_format"
        )
    return faults


def _fact_faults(preset: Preset) -> list[str]:
    faults = []
    for dotted in preset.facts:
        try:
            value_at(preset, dotted)
        except KeyError:
            faults.append(f'facts."{dotted}" names no value of this preset')
    return faults

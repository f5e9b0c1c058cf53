"""A finished file in, its facts out: what a player will see and hear, never what the plan says (I/O)."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from variantgen.errors import UserError
from variantgen.media.boxes import has_edit_lists, is_faststart
from variantgen.media.caption_times import caption_times
from variantgen.media.ffmpeg import Children, Tool, guarded_input
from variantgen.media.languages import language_tag
from variantgen.media.metering import Reading, meter
from variantgen.media.probe import MATRIX, PRIMARIES, TRANSFER
from variantgen.model import Loudness, SecondsSpan
from variantgen.store import Store

MEASURE_FORMAT = 1
CONTAINER_OF_SUFFIX = {
    ".mp4": "mp4", ".mov": "mov", ".m4v": "mp4", ".webm": "webm", ".gif": "gif", ".webp": "webp",
    ".m4a": "m4a", ".mp3": "mp3", ".wav": "wav",
}  # fmt: skip


@dataclass(frozen=True)
class PictureFacts:
    """The picture of a finished file; `keyframe_gap` is the longest distance of keyframes in frames."""

    width: int
    height: int
    pixel_aspect: Fraction
    codec: str
    profile: str
    pixel_format: str
    colour: str
    frame_rate: Fraction
    is_constant_rate: bool
    frames: int
    start_seconds: float
    seconds: float
    keyframe_gap: int
    kbps: float
    reading: Reading = field(default_factory=Reading)


@dataclass(frozen=True)
class SoundFacts:
    """The sound of a finished file."""

    codec: str
    sample_rate: int
    channels: int
    start_seconds: float
    seconds: float
    kbps: float
    reading: Reading = field(default_factory=Reading)


@dataclass(frozen=True)
class CaptionFacts:
    """Captions that were delivered as text, read back: `file` beside the variant, or a track inside it if empty.

    `form` is srt, vtt, ttml, ass, or a track's codec; `language` the BCP 47 tag of what is written there, a track's
    without its region; `spans` the cues' seconds.
    """

    file: str
    form: str
    language: str
    spans: tuple[SecondsSpan, ...]
    size_bytes: int = 0


@dataclass(frozen=True)
class FileFacts:
    """Everything measured in one file."""

    container: str
    megabytes: float
    picture: PictureFacts | None
    sound: SoundFacts | None
    is_faststart: bool = True
    has_edit_lists: bool = False
    captions: tuple[CaptionFacts, ...] = ()
    """The file's own text tracks in their order, then the captions files measured beside it."""

    @property
    def seconds(self) -> float:
        """The file's length: its longest stream."""
        return max((s.seconds for s in (self.picture, self.sound) if s is not None), default=0.0)


def measure_file(
    path: Path,
    tool: Tool,
    store: Store,
    folder: Path,
    *,
    container: str = "",
    children: Children | None = None,
) -> FileFacts:
    """Measures a file. Streams are decoded once for each content: twelve files with the same picture, one decode.

    Raises UserError where the file is no media at all.
    """
    container = container or CONTAINER_OF_SUFFIX.get(path.suffix.lower(), "mp4")
    if container in ("gif", "webp"):
        return _measure_animation(path, container)
    import av

    guard = guarded_input(path)
    try:
        with av.open(guard.pop("filename"), options=_without_pixels(guard)) as file:
            streams = _Streams(file)
            streams.read(file)
    except (av.FFmpegError, IndexError) as error:
        raise UserError(f"{path}: cannot be read as media ({str(error).lower()}).") from None
    readings = _readings(path, tool, store, folder, streams, children)
    is_mp4 = container in ("mp4", "mov", "m4a")
    return FileFacts(
        container=container,
        megabytes=path.stat().st_size / 1e6,
        picture=streams.picture_facts(readings.get("video", Reading())),
        sound=streams.sound_facts(readings.get("audio", Reading())),
        is_faststart=is_faststart(path) if is_mp4 else True,
        has_edit_lists=has_edit_lists(path) if is_mp4 else False,
        captions=streams.caption_facts(),
    )


def measure_sidecar(path: Path, file: str, form: str, language: str) -> CaptionFacts:
    """Measures the captions file at `path` that is to be called `file`; ToolError where it cannot be read back."""
    content = path.read_bytes()
    return CaptionFacts(file, form, language, caption_times(content, form, file), len(content))


def _without_pixels(guard: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in guard.items() if key != "max_pixels"}


class _Streams:
    """One pass over a file's packets: times, keyframes, sizes, and a hash of each stream's content."""

    def __init__(self, file: Any) -> None:
        self.video = next((s for s in file.streams.video if s.width), None)
        self.audio = next(iter(file.streams.audio), None)
        self.texts = [s for s in file.streams.subtitles if _caption_form(s)]
        self.spans: dict[int, list[SecondsSpan]] = {stream.index: [] for stream in self.texts}
        self.times: list[int] = []
        self.keys: list[int] = []
        self.bytes = {"video": 0, "audio": 0}
        self.hashes = {"video": hashlib.sha256(), "audio": hashlib.sha256()}
        self.audio_span: list[Fraction] = []

    def read(self, file: Any) -> None:
        """Reads every packet once; the file must be open."""
        wanted = [s for s in (self.video, self.audio) if s is not None]
        if not wanted:
            raise IndexError("no picture and no sound")
        for kind, stream in (("video", self.video), ("audio", self.audio)):
            if stream is not None:
                context = stream.codec_context
                self.hashes[kind].update(
                    f"{context.name}|{stream.time_base}".encode() + bytes(context.extradata or b"")
                )
        self._texts = [(s.index, _caption_form(s), language_tag(s.metadata.get("language", ""))) for s in self.texts]
        for packet in file.demux([*wanted, *self.texts]):
            if not packet.size or packet.pts is None or packet.is_discard:
                continue
            kind = packet.stream.type
            if kind == "subtitle":
                self._take_cue(packet)
                continue
            self.bytes[kind] += packet.size
            self.hashes[kind].update(packet.pts.to_bytes(8, "big", signed=True))
            self.hashes[kind].update(packet)
            if kind == "video":
                self.times.append(packet.pts)
                if packet.is_keyframe:
                    self.keys.append(packet.pts)
            else:
                start = packet.pts * packet.time_base
                end = start + (packet.duration or 0) * packet.time_base
                self.audio_span = [min(start, self.audio_span[0]), end] if self.audio_span else [start, end]
        # what the stream objects know must be taken while the file is open
        self._picture = _picture_header(self.video) if self.video is not None else {}
        self._sound = _sound_header(self.audio) if self.audio is not None else {}
        self.index = {kind: s.index for kind, s in (("video", self.video), ("audio", self.audio)) if s is not None}

    def _take_cue(self, packet: Any) -> None:
        # timed text fills every gap with a sample of no letters: two bytes that give its length
        if packet.stream.codec_context.name == "mov_text" and not any(bytes(packet)[:2]):
            return
        start, end = (float(at * packet.time_base) for at in (packet.pts, packet.pts + (packet.duration or 0)))
        self.spans[packet.stream.index].append((start, end))

    def caption_facts(self) -> tuple[CaptionFacts, ...]:
        """The text tracks' facts."""
        return tuple(CaptionFacts("", form, code, tuple(self.spans[index])) for index, form, code in self._texts)

    def picture_facts(self, reading: Reading) -> PictureFacts | None:
        """The picture's facts with what decoding told; None without a picture."""
        if not self.times:
            return None
        pts = sorted(self.times)
        base, rate = self._picture.pop("time_base"), self._picture.pop("rate")
        steps = [b - a for a, b in zip(pts, pts[1:], strict=False)]
        # a container's clock rounds: one tick of spread is still constant
        is_constant = not steps or max(steps) - min(steps) <= 1
        place = {value: n for n, value in enumerate(pts)}
        marks = [*sorted(place[key] for key in self.keys), len(pts)]
        gaps = [b - a for a, b in zip(marks, marks[1:], strict=False)]
        seconds = float((pts[-1] - pts[0]) * base) + float(1 / rate)
        return PictureFacts(
            **self._picture,
            frame_rate=rate,
            is_constant_rate=is_constant,
            frames=len(pts),
            start_seconds=float(pts[0] * base),
            seconds=seconds,
            keyframe_gap=max(gaps, default=len(pts)),
            kbps=self.bytes["video"] * 8 / 1000 / seconds,
            reading=reading,
        )

    def sound_facts(self, reading: Reading) -> SoundFacts | None:
        """The sound's facts with what decoding told; None without sound."""
        if not self.audio_span:
            return None
        start, end = self.audio_span
        seconds = max(float(end - max(start, Fraction(0))), 1e-6)
        return SoundFacts(
            **self._sound,
            start_seconds=max(0.0, float(start)),
            seconds=seconds,
            kbps=self.bytes["audio"] * 8 / 1000 / seconds,
            reading=reading,
        )


def _caption_form(stream: Any) -> str:
    """The codec of a text track; empty for tracks of pictures and what nobody knows."""
    name = stream.codec_context.name if stream.codec_context is not None else ""
    return name if name in ("mov_text", "webvtt", "subrip", "srt", "ass", "ssa", "text", "ttml") else ""


def _picture_header(stream: Any) -> dict[str, Any]:
    context = stream.codec_context
    names = (
        MATRIX.get(int(context.colorspace), "unknown"),
        PRIMARIES.get(int(context.color_primaries), "unknown"),
        TRANSFER.get(int(context.color_trc), "unknown"),
        {1: "tv", 2: "pc"}.get(int(context.color_range), "unknown"),
    )
    return {
        "width": stream.width,
        "height": stream.height,
        "pixel_aspect": Fraction(stream.sample_aspect_ratio or 1),
        "codec": {"hevc": "h265", "libdav1d": "av1"}.get(context.name, context.codec.canonical_name),
        "profile": context.profile or "",
        "pixel_format": context.pix_fmt or "",
        "colour": "/".join(names),
        "time_base": stream.time_base,
        "rate": Fraction(stream.average_rate or stream.base_rate or 25),
    }


def _sound_header(stream: Any) -> dict[str, Any]:
    context = stream.codec_context
    return {
        "codec": "pcm" if context.name.startswith("pcm") else context.codec.canonical_name,
        "sample_rate": context.sample_rate,
        "channels": context.channels,
    }


def _readings(
    path: Path, tool: Tool, store: Store, folder: Path, streams: _Streams, children: Children | None
) -> dict[str, Reading]:
    """What decoding tells, from the store where the same stream was measured before."""
    keys = {
        kind: hashlib.sha256(f"{MEASURE_FORMAT}|{kind}|{streams.hashes[kind].hexdigest()}".encode()).hexdigest()[:32]
        for kind in streams.index
    }
    known = {kind: store.read_json("measures", key) for kind, key in keys.items()}
    missing = [kind for kind, value in known.items() if value is None]
    found = {kind: reading_from(value) for kind, value in known.items() if value is not None}
    if not missing:
        return found
    reading = meter(
        tool,
        path,
        folder,
        video_index=streams.index.get("video") if "video" in missing else None,
        audio_index=streams.index.get("audio") if "audio" in missing else None,
        children=children,
    )
    for kind in missing:
        store.write_json("measures", keys[kind], asdict(reading) | {"shot_scores": []})
        found[kind] = reading
    return found


def reading_from(value: dict[str, Any]) -> Reading:
    """A Reading out of its JSON form."""

    def spans(name: str) -> tuple[SecondsSpan, ...]:
        return tuple((float(a), float(b)) for a, b in value[name])

    loudness = Loudness(**value["loudness"]) if value["loudness"] else None
    return Reading(
        frames=int(value["frames"]),
        black=spans("black"),
        pauses=spans("pauses"),
        silences=spans("silences"),
        loudness=loudness,
    )


def _measure_animation(path: Path, container: str) -> FileFacts:
    """GIF and animated WebP, through Pillow: FFmpeg's own reader knows no animated WebP."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path, formats=[container.upper()]) as image:
            frames = getattr(image, "n_frames", 1)
            milliseconds = 0.0
            for n in range(frames):
                image.seek(n)
                image.load()
                milliseconds += float(image.info.get("duration", 0))
            width, height = image.size
    except (UnidentifiedImageError, OSError, EOFError, SyntaxError):
        raise UserError(f"{path}: cannot be read as {container.upper()}.") from None
    seconds = milliseconds / 1000
    rate = Fraction(frames / seconds).limit_denominator(1001) if seconds else Fraction(1)
    size = path.stat().st_size
    picture = PictureFacts(
        width, height, Fraction(1), container, "", "", "", rate, True, frames, 0.0, seconds, 1,
        size * 8 / 1000 / seconds if seconds else 0.0, Reading(frames=frames),
    )  # fmt: skip
    return FileFacts(container, size / 1e6, picture, None)

"""Still pictures out of a finished video file, for contact sheets and covers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

_PICTURE_SUFFIXES = (".gif", ".webp")
_MOST_DECODED_FRAMES = 900
"""A GOP is at most 10 s of 60 fps plus what B-frames reorder; more means that a file is not one of ours."""
_UNTAGGED = 2  # AVCOL_SPC_UNSPECIFIED


def frame_at(path: Path, fraction: float, *, early: float = 0.0) -> Image | None:
    """The frame shown at `fraction` (0..1) of a video, GIF or WebP, as RGB; None when it has none to show.

    `early` is how much sooner the frame may be, as a fraction of the length: the first one from there on is
    taken, which after a seek is mostly the keyframe and needs no further decoding.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        if path.suffix.lower() in _PICTURE_SUFFIXES:
            return _picture_frame(path, fraction)
        return _video_frame(path, fraction, early)
    # av's errors are OSError or ValueError by their kind; a broken GIF may also end early or be huge
    except (OSError, ValueError, EOFError, UnidentifiedImageError, Image.DecompressionBombError):
        return None


def _picture_frame(path: Path, fraction: float) -> Image:
    from PIL import Image

    with Image.open(path) as picture:
        count = getattr(picture, "n_frames", 1)
        picture.seek(min(count - 1, int(count * fraction)))
        return picture.convert("RGB")


def _video_frame(path: Path, fraction: float, early: float) -> Image | None:
    import av

    # file only: a playlist named .mp4 must not make us open what it names
    with av.open(f"file:{path}", options={"protocol_whitelist": "file"}) as container:
        if not container.streams.video:
            return None
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        start, length = _extent(container, stream)
        if length:
            container.seek(start + int(length * fraction), stream=stream)
        enough = start + int(length * max(0.0, fraction - early))
        shown = _last_until(container.decode(stream), start + int(length * fraction), enough)
        return _as_rgb(shown) if shown is not None else None


def _extent(container: Any, stream: Any) -> tuple[int, int]:
    # start and length in the stream's own time base; WebM tells its length only on the container
    length = stream.duration
    if length is None and container.duration:
        length = int(container.duration / 1_000_000 / stream.time_base)
    return stream.start_time or 0, length or 0


def _last_until(frames: Any, wanted: int, enough: int) -> Any:
    shown = None
    for count, frame in enumerate(frames):
        if shown is not None and (frame.pts is None or frame.pts > wanted or count > _MOST_DECODED_FRAMES):
            break
        shown = frame
        if frame.pts is not None and enough <= frame.pts <= wanted:
            break
    return shown


def _as_rgb(frame: Any) -> Image:
    from av.video.reformatter import Colorspace

    # PyAV follows the tag; an untagged frame would be read as bt601, and nothing of ours is that
    if frame.colorspace == _UNTAGGED:
        return frame.to_image(src_colorspace=Colorspace.ITU709)
    return frame.to_image()


def frames_in(path: Path, first: int, end: int, frame_rate: Fraction) -> Iterator[tuple[int, Image]]:
    """Frames `first` to before `end` of a finished video at a constant rate, numbered, as RGB; none where it has none.

    Decodes from the keyframe before them.
    """
    import av

    try:
        # file only: a playlist named .mp4 must not make us open what it names
        with av.open(f"file:{path}", options={"protocol_whitelist": "file"}) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            start = stream.start_time or 0
            assert stream.time_base is not None
            container.seek(start + int(first / frame_rate / stream.time_base), stream=stream)
            for frame in container.decode(stream):
                if frame.pts is None:
                    continue
                number = round((frame.pts - start) * stream.time_base * frame_rate)
                if number >= end:
                    return
                if number >= first:
                    yield number, _as_rgb(frame)
    # av's errors are OSError or ValueError by their kind; a file without picture has no stream 0
    except (OSError, ValueError, IndexError):
        return

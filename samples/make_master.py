"""Makes the sample master, a film that is drawn and spoken by code: a folder in, `harbour.mp4` out.

    python samples/make_master.py [FOLDER]

Beside the film stands `harbour.srt`, in time with its voice. Everything in it is made here and free to use.
"""

from __future__ import annotations

import os
import sys
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import harbour_shots as leaving
import harbour_shots_home as coming_home
import numpy as np
from harbour_drawing import HEIGHT
from harbour_sound import SAMPLE_RATE, score
from harbour_story import FRAME_RATE, FULL_SECONDS, Film, as_srt, plan_film

from variantgen.media.ffmpeg import find_ffmpeg, run

NAME = "harbour"
SHOTS: dict[str, Callable[[float], leaving.Paint]] = {
    "dawn": leaving.dawn,
    "captain": leaving.captain_close,
    "crossing": leaving.crossing,
    "sunset": coming_home.sunset,
    "night": coming_home.night,
    "arrival": coming_home.arrival,
}
# FFmpeg 9 writes the tags of the frames, older ones those of the options: both are given
_TAGS = "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
_BT709 = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]


def make_master(
    folder: Path,
    *,
    ffmpeg: Path | None = None,
    seconds: float = FULL_SECONDS,
    height: int = 1080,
    on_progress: Callable[[float], None] | None = None,
) -> Path:
    """Writes the film (16:9, 25 fps, H.264, stereo AAC) and its captions into `folder`; gives its path.

    `on_progress` is told the share done, 0..1. A film that is there already is left alone. Raises ValueError
    for a length or height that cannot be, UserError without a usable FFmpeg, ToolError when FFmpeg fails.
    """
    film = plan_film(seconds, height=height)
    path, captions = folder / f"{NAME}.mp4", folder / f"{NAME}.srt"
    if captions.exists() and _signature_of(path) == film.signature:
        return path
    folder.mkdir(parents=True, exist_ok=True)
    scratch = folder / f".{NAME}-{os.getpid()}"
    film_scratch, sound_scratch, text_scratch = (scratch.with_suffix(end) for end in (".mp4", ".wav", ".srt"))
    try:
        _write_sound(sound_scratch, film)
        text_scratch.write_text(as_srt(film.sentences), encoding="utf-8", newline="\n")
        tool = find_ffmpeg(str(ffmpeg) if ffmpeg else None)
        args = _encode_args(film, sound_scratch.name, film_scratch.name)
        run(tool, args, doing="making the sample master", folder=folder, feed=_frames(film, on_progress))
        text_scratch.replace(captions)
        film_scratch.replace(path)
    finally:
        for left in (film_scratch, sound_scratch, text_scratch):
            left.unlink(missing_ok=True)
    return path


def _signature_of(path: Path) -> str:
    """What a finished film says it is; empty for anything else."""
    import av

    if not path.exists():
        return ""
    try:
        with av.open(str(path)) as container:
            return str(container.metadata.get("comment", ""))
    except av.FFmpegError:
        return ""


def _write_sound(path: Path, film: Film) -> None:
    samples = np.round(score(film.sentences, film.seconds) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.tobytes())


def _frames(film: Film, on_progress: Callable[[float], None] | None) -> Iterator[bytes]:
    scale = film.height / HEIGHT
    for shot in film.shots:
        paint, count = SHOTS[shot.name](scale), shot.end_frame - shot.start_frame
        for k in range(count):
            picture = paint(k / FRAME_RATE, k / max(count - 1, 1))
            if picture.size != (film.width, film.height):
                picture = picture.resize((film.width, film.height))
            yield picture.tobytes()
            if on_progress:
                on_progress((shot.start_frame + k + 1) / film.frames)


def _encode_args(film: Film, sound: str, out: str) -> list[str]:
    return [
        *("-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", f"{film.width}x{film.height}"),
        *("-framerate", str(FRAME_RATE), "-i", "pipe:0", "-i", sound),
        *("-vf", f"scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setsar=1,{_TAGS}"),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "16", "-g", str(2 * FRAME_RATE)),
        *(*_BT709, "-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart"),
        *("-metadata", f"comment={film.signature}", "-metadata", "title=Harbour", out),
    ]  # fmt: skip


def _main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("samples-out")

    def show(share: float) -> None:
        print(f"\r{share:4.0%}", end="", file=sys.stderr, flush=True)

    path = make_master(folder, on_progress=show if sys.stderr.isatty() else None)
    print(path)


if __name__ == "__main__":
    _main()

"""The FFmpeg arguments of a framing preview: a small copy of a master under pictures that are drawn elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from variantgen.build.graph import BT709, SCALER_MATRIX, _args, _decoded_span, _tone_mapped
from variantgen.media.ffmpeg import guarded_input
from variantgen.model import Master

SOUND_KBPS = 96
QUALITY = 23


@dataclass(frozen=True)
class Proxy:
    """A small copy of a master: its rate, how many frames that makes, and the picture's size."""

    rate: Fraction
    frames: int
    width: int
    height: int


def preview_command(
    master: Master, proxy: Proxy, *, strip_px: int, video: str = "", stills: str = "", still_frames: Sequence[int] = ()
) -> list[str]:
    """Arguments that decode the whole master once, for a film, for stills, or for both.

    `video` is an MP4 of the small copy with `strip_px` more below it, the RGBA frames of standard input laid over
    all of it, and the master's sound. `stills` is a file of the raw rgb24 frames `still_frames`, one after the other.
    """
    import ffmpeg

    small = _small(master, proxy)
    branches = small.filter_multi_output("split", 2) if video and stills else [small, small]
    outputs = []
    if video:
        outputs.append(_video(master, proxy, branches[0], strip_px, video))
    if stills:
        chosen = "+".join(f"eq(n,{frame})" for frame in still_frames)
        picture = branches[1].filter("select", chosen)
        picture = picture.filter("scale", in_color_matrix="bt709", in_range="tv", out_range="pc").filter(
            "format", "rgb24"
        )
        outputs.append(ffmpeg.output(picture, stills, f="rawvideo", fps_mode="passthrough"))
    return _args(ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0])


def _small(master: Master, proxy: Proxy) -> Any:
    stream = _decoded_span(master, 0, proxy.frames, proxy.rate, Fraction(1))
    if master.dynamic_range != "sdr":
        stream = _tone_mapped(stream, master, proxy.width, proxy.height)
    else:
        stream = stream.filter(
            "scale", w=proxy.width, h=proxy.height, flags="area",
            in_color_matrix="auto" if master.has_alpha else SCALER_MATRIX.get(master.colour.matrix, "auto"),
            out_color_matrix="bt709", in_range="pc" if master.has_alpha else master.colour.range, out_range="tv",
        )  # fmt: skip
    return stream.filter("format", "yuv420p").filter("setsar", "1").filter("setparams", **BT709)


def _video(master: Master, proxy: Proxy, small: Any, strip_px: int, file: str) -> Any:
    import ffmpeg

    height = proxy.height + strip_px
    drawn = ffmpeg.input("pipe:0", f="rawvideo", pix_fmt="rgba", s=f"{proxy.width}x{height}", framerate=str(proxy.rate))
    drawn = drawn.filter("scale", out_color_matrix="bt709", out_range="tv").filter("format", "yuva420p")
    picture = small.filter("pad", proxy.width, height, 0, 0)
    picture = ffmpeg.overlay(picture, drawn, format="yuv420")
    streams = [picture]
    sound: dict[str, Any] = {}
    if master.audio is not None:
        guard = guarded_input(master.path)
        track = ffmpeg.input(guard.pop("filename"), **guard, vn=None)[str(master.audio.index)]
        streams.append(track.filter("aresample", **{"async": 1, "first_pts": 0}))
        sound = {"c:a": "aac", "b:a": f"{SOUND_KBPS}k", "ac": 2}
    return ffmpeg.output(
        *streams, file, **{
            "c:v": "libx264", "preset": "veryfast", "crf": QUALITY, "pix_fmt": "yuv420p", **sound,
            "r": str(proxy.rate), "fps_mode": "cfr", "frames:v": proxy.frames,
            "t": f"{float(proxy.frames / proxy.rate):.6f}", "movflags": "+faststart",
            "map_metadata": "-1", "map_chapters": "-1", "f": "mp4",
        },
    )  # fmt: skip

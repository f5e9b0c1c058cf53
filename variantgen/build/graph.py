"""Parts in, FFmpeg arguments out: the only place that knows filter syntax (ffmpeg-python describes, nothing runs)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from variantgen.build.window import moving_window
from variantgen.media.ffmpeg import guarded_input
from variantgen.model import CropKey, Encode, Master, Part

# accurate_rnd and bitexact make the scaler's result the same on every processor.
SCALE_FLAGS = "bicubic+accurate_rnd+bitexact"
BT709 = {"range": "tv", "colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709"}
LONGEST_LEAD_SECONDS = 30.0
"""How far back a varying-rate master is decoded to know which frame is showing where a part starts."""

# The scaler's own names of the matrices; what is missing here is read as the stream says.
SCALER_MATRIX = {
    "bt709": "bt709", "smpte170m": "smpte170m", "bt470bg": "bt470bg", "fcc": "fcc", "smpte240m": "smpte240m",
    "bt2020nc": "bt2020", "bt2020c": "bt2020",
}  # fmt: skip


@dataclass(frozen=True)
class Overlay:
    """A PNG with alpha laid over frames start_frame..end_frame-1 of a part, at even x and y of its canvas."""

    file: str
    x: int
    y: int
    start_frame: int
    end_frame: int


def parts_command(
    master: Master,
    parts: Sequence[Part],
    files: Mapping[str, str],
    ass_files: Mapping[str, str],
    *,
    fonts: str = "fonts",
    overlays: Mapping[str, Sequence[Overlay]] | None = None,
) -> list[str]:
    """Arguments of one process that decodes a span once and encodes every part of it.

    `parts` share the span, the rate and the speed. `files`, `ass_files` and `overlays` name outputs, captions and
    pictures by part key: plain names inside the working folder, so that no user's path ever enters a filter.
    """
    import ffmpeg

    first = parts[0]
    source = _decoded_span(master, first.start_frame, first.end_frame, first.frame_rate, first.speed)
    branches = _branches(source, len(parts))
    outputs = [
        ffmpeg.output(
            _captioned(
                _picture(master, part, branch), part, ass_files.get(part.key), fonts, (overlays or {}).get(part.key, ())
            ),
            files[part.key],
            **output_options(part),
        )
        for part, branch in zip(parts, branches, strict=True)
    ]
    return _args(ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0])


def _branches(stream: Any, count: int) -> list[Any]:
    if count == 1:
        return [stream]
    split = stream.filter_multi_output("split", count)
    return [split[n] for n in range(count)]


def card_command(part: Part, file: str) -> list[str]:
    """Arguments that encode raw rgb24 frames from standard input into a card's part."""
    import ffmpeg

    stream = ffmpeg.input(
        "pipe:0",
        f="rawvideo",
        pix_fmt="rgb24",
        s=f"{part.width}x{part.height}",
        framerate=str(part.frame_rate),
    )
    picture = _to_bt709(stream, part, "auto", "pc", part.width, part.height)
    # the same words as a master's part ends with: headers of one variant's parts must agree to the letter
    picture = picture.filter("setsar", "1").filter("setparams", **BT709)
    return _args(ffmpeg.output(picture, file, **output_options(part)))


def animation_command(joined: str, file: str, *, rate: Fraction, quality: int, is_webp: bool) -> list[str]:
    """Arguments that turn a joined lossless picture into one looping GIF or animated WebP.

    `quality` is WebP's 0-100; for a GIF it is the number of colours, 2-256.
    """
    import ffmpeg

    picture = ffmpeg.input(joined).video.filter("fps", fps=str(rate))
    if is_webp:
        options = {"c:v": "libwebp_anim", "quality": quality, "loop": 0, "compression_level": 4, "f": "webp"}
        return _args(ffmpeg.output(picture.filter("format", "yuv420p"), file, **options))
    branches = picture.filter_multi_output("split", 2)
    palette = branches[0].filter("palettegen", max_colors=quality, stats_mode="diff")
    drawn = ffmpeg.filter([branches[1], palette], "paletteuse", dither="bayer", bayer_scale=3, diff_mode="rectangle")
    return _args(ffmpeg.output(drawn, file, f="gif", loop=0))


def _args(node: Any) -> list[str]:
    import ffmpeg

    return [str(word) for word in ffmpeg.get_args(node)]


def lead_frames(master: Master, start_frame: int, rate: Fraction) -> int:
    """How many frames before a span are decoded too, so that the frame showing at its start is known.

    None for a steady master: every frame there has its own time. A varying one may have shown its frame long ago.
    """
    if not master.is_seekable:
        return start_frame
    if not master.is_variable_rate and rate == master.frame_rate:
        return 0
    lead = ceil(min(master.max_gap_seconds, LONGEST_LEAD_SECONDS) * rate) + 2
    return min(start_frame, lead)


def _decoded_span(master: Master, start: int, end: int, rate: Fraction, speed: Fraction) -> Any:
    """Frames start..end-1 at `rate` of the master at a speed, upright, square, progressive, opaque, from time 0."""
    import ffmpeg

    played = master.played(speed)
    lead = lead_frames(played, start, rate)
    first = start - lead
    options: dict[str, Any] = dict(guarded_input(master.path))
    name = options.pop("filename")
    if master.x264_build:
        options["x264_build"] = master.x264_build
    # Half a frame early: the seek is by time, and a time may round to either side of its frame.
    if first > 0:
        options["ss"] = f"{float((first - Fraction(1, 2)) * speed / rate):.6f}"
    # Enough input for the span, no more; tpad fills in should the master end a frame early.
    options["t"] = f"{float((end - first + 2) * speed / rate) + 1.0:.6f}"
    stream = ffmpeg.input(name, **options)[str(master.video_index)]
    if master.is_interlaced:
        stream = stream.filter("bwdif", mode="send_frame", deint="interlaced")
    shift = _clock_shift(played, first, rate)
    if shift or speed != 1:
        faster = f"*{speed.denominator}/{speed.numerator}" if speed != 1 else ""
        # rounded by hand: setpts cuts off what is behind the point, which moves a frame by a tick
        stream = stream.filter("setpts", f"round(PTS{faster}{float(shift / rate):+.9f}/TB)")
    stream = stream.filter("fps", fps=str(rate), start_time=0, round="near")
    stream = stream.filter("tpad", stop=2 * (end - start) + 2, stop_mode="clone")
    stream = stream.filter("trim", start_frame=lead, end_frame=lead + end - start)
    stream = stream.filter("setpts", f"round(N/({rate})/TB)")
    colour = master.colour
    stream = stream.filter(
        "setparams", range=colour.range, colorspace=colour.matrix, color_primaries=colour.primaries,
        color_trc=colour.transfer,
    )  # fmt: skip
    if master.has_alpha:
        # what is see-through becomes black: dropping the alpha plane would show hidden colours
        stream = stream.filter("format", "gbrap").filter("premultiply", inplace=1).filter("format", "gbrp")
    if master.pixel_aspect != 1:
        stream = stream.filter("scale", w=master.width, h=master.height, flags=SCALE_FLAGS).filter("setsar", "1")
    return stream


def _clock_shift(master: Master, first: int, rate: Fraction) -> Fraction:
    """What is added to every time before frames are picked, in frames.

    The half frame of the seek is taken back. Where the rate changes about a quarter is added: at half the rate every
    second frame lies exactly between two, and a tick of the container's clock would decide which one is shown. At
    24 to 30 a quarter itself would lie there, so it is half a step beside (`plan.crop_keys` reckons with the same).
    """
    seek = Fraction(-1, 2) if first > 0 else Fraction(0)
    if master.is_variable_rate:
        return seek + Fraction(1, 4)
    if rate == master.frame_rate:
        return seek
    steps = (rate / master.frame_rate).denominator
    return seek + Fraction(1, 2) - (steps // 4 + Fraction(1, 2)) / steps


def _picture(master: Master, part: Part, branch: Any) -> Any:
    """One canvas of a decoded span: fitted, scaled, bt709."""
    matrix = "auto" if master.has_alpha else SCALER_MATRIX.get(master.colour.matrix, "auto")
    source_range = "pc" if master.has_alpha else master.colour.range
    if part.fit == "crop":
        picture = _window(master, part, part.crop, branch, matrix, source_range, part.width, part.height)
    elif part.fit == "split":
        picture = _stacked(master, part, branch, matrix, source_range)
    else:
        picture = _whole(master, part, branch, matrix, source_range)
    return picture.filter("setsar", "1").filter("setparams", **BT709)


def _captioned(picture: Any, part: Part, ass_file: str | None, fonts: str, overlays: Sequence[Overlay]) -> Any:
    """A picture with its captions burned by libass, and over them the emoji that libass does not draw in colour."""
    import ffmpeg

    if ass_file is not None:
        picture = picture.filter("ass", ass_file, fontsdir=fonts)
    blend = "yuv444" if part.encode.codec == "lossless" else "yuv420"
    for one in overlays:
        drawn = ffmpeg.input(one.file).filter("scale", out_color_matrix="bt709", out_range="tv")
        drawn = drawn.filter("format", "yuva444p" if blend == "yuv444" else "yuva420p").filter("setparams", **BT709)
        shown = f"between(n,{one.start_frame},{one.end_frame - 1})"
        picture = ffmpeg.overlay(picture, drawn, x=one.x, y=one.y, format=blend, enable=shown)
    return picture


def _window(
    master: Master,
    part: Part,
    keys: Sequence[CropKey],
    branch: Any,
    matrix: str,
    source_range: str,
    width: int,
    height: int,
) -> Any:
    """What a window sees, still or moving, width x height large."""
    moving = moving_window(master, keys, part.start_frame, width, height)
    if moving is None:
        return _to_bt709(_cropped(master, keys[0], branch), part, matrix, source_range, width, height, master)
    cut = moving.cut(branch)
    return moving.trim(_to_bt709(cut, part, matrix, source_range, moving.scaled_width, moving.scaled_height, master))


def _cropped(master: Master, key: CropKey, branch: Any) -> Any:
    _, x, y, w, h = key
    if (x, y, w, h) == (0, 0, master.width, master.height):
        return branch
    return branch.filter("crop", w, h, int(x), int(y))


def _stacked(master: Master, part: Part, branch: Any, matrix: str, source_range: str) -> Any:
    """Two windows of one frame, the one above the other, each half as high as the canvas."""
    import ffmpeg

    upper = part.height // 4 * 2
    halves = branch.filter_multi_output("split", 2)
    windows = ((part.crop, upper), (part.lower_crop, part.height - upper))
    seen = [
        _window(master, part, keys, halves[number], matrix, source_range, part.width, height)
        for number, (keys, height) in enumerate(windows)
    ]
    return ffmpeg.filter(seen, "vstack", inputs=2)


def fitted_size(width: int, height: int, into_width: int, into_height: int) -> tuple[int, int]:
    """The largest even size of a width x height picture that lies inside another, its shape kept."""
    scale = min(Fraction(into_width, width), Fraction(into_height, height))
    even = [max(2, 2 * round(side * scale / 2)) for side in (width, height)]
    return min(even[0], into_width), min(even[1], into_height)


def _whole(master: Master, part: Part, branch: Any, matrix: str, source_range: str) -> Any:
    """The whole frame: over a blurred copy that fills the canvas, or over a plain colour."""
    import ffmpeg

    width, height = fitted_size(master.width, master.height, part.width, part.height)
    if (width, height) == (part.width, part.height):
        return _to_bt709(branch, part, matrix, source_range, width, height, master)
    x, y = (part.width - width) // 2, (part.height - height) // 2
    if part.fit == "pad":
        inside = _to_bt709(branch, part, matrix, source_range, width, height, master)
        return inside.filter("pad", part.width, part.height, x, y, color=part.pad_colour or "black")
    both = branch.filter_multi_output("split", 2)
    inside = _to_bt709(both[0], part, matrix, source_range, width, height, master)
    # Blurred at a quarter of the size: a tenth of the cost, and nobody can tell.
    small_width, small_height = (2 * ceil(side / 8) for side in (part.width, part.height))
    scale = max(Fraction(small_width, master.width), Fraction(small_height, master.height))
    cover_width, cover_height = (2 * ceil(side * scale / 2) for side in (master.width, master.height))
    behind = _to_bt709(both[1], part, matrix, source_range, cover_width, cover_height, master)
    behind = behind.filter("crop", small_width, small_height).filter("boxblur", max(2, small_width // 24), 2)
    behind = behind.filter("scale", w=part.width, h=part.height, flags=SCALE_FLAGS).filter("setsar", "1")
    behind = behind.filter("lutyuv", y="16+(val-16)*0.72")
    blend = "yuv444" if part.encode.codec == "lossless" else "yuv420"
    return ffmpeg.overlay(behind, inside.filter("setsar", "1"), x=x, y=y, format=blend)


def _to_bt709(
    stream: Any,
    part: Part,
    matrix: str,
    source_range: str,
    width: int,
    height: int,
    master: Master | None = None,
) -> Any:
    """Scaled to width x height and converted to 8-bit bt709, studio range; HDR is tone-mapped after the scaling."""
    pixel_format = "yuv444p" if part.encode.codec == "lossless" else "yuv420p"
    if master is not None and master.dynamic_range != "sdr":
        return _tone_mapped(stream, master, width, height).filter("format", pixel_format)
    scaled = stream.filter(
        "scale", w=width, h=height, flags=SCALE_FLAGS, in_color_matrix=matrix, out_color_matrix="bt709",
        in_range=source_range, out_range="tv",
    )  # fmt: skip
    return scaled.filter("format", pixel_format)


def _tone_mapped(stream: Any, master: Master, width: int, height: int) -> Any:
    """PQ or HLG to bt709 SDR: linear light at 100 nit, primaries, hable curve, then the SDR transfer."""
    tags = {"range": master.colour.range, "colorspace": "bt2020nc", "color_primaries": "bt2020"}
    transfer = "smpte2084" if master.dynamic_range == "pq" else "arib-std-b67"
    stream = stream.filter("scale", w=width, h=height, flags=SCALE_FLAGS).filter("format", "yuv420p10le")
    stream = stream.filter("setsar", "1").filter("setparams", **tags, color_trc=transfer)
    stream = stream.filter("zscale", t="linear", npl=100).filter("format", "gbrpf32le")
    stream = stream.filter("zscale", p="bt709").filter("tonemap", tonemap="hable", desat=0)
    return stream.filter("zscale", t="bt709", m="bt709", r="tv")


# ---------------------------------------------------------------- encoders


def output_options(part: Part) -> dict[str, Any]:
    """Options of a part's file: exactly its frames at its rate, video only, tagged bt709, joinable."""
    return {
        **ENCODERS[part.encode.codec](part.encode),
        "r": str(part.frame_rate), "fps_mode": "cfr", "frames:v": part.frames, "threads": part.encode.threads,
        "colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709", "color_range": "tv",
        "map_metadata": "-1", "map_chapters": "-1", "fflags": "+bitexact", "f": "mp4",
    }  # fmt: skip


def _rate_control(encode: Encode) -> dict[str, Any]:
    peak = {"maxrate": f"{encode.max_kbps}k", "bufsize": f"{2 * encode.max_kbps}k"} if encode.max_kbps else {}
    if encode.kbps is None:
        return {"crf": encode.quality, **peak}
    limit = min(encode.max_kbps or encode.kbps * 2, encode.kbps * 2)
    return {"b:v": f"{encode.kbps}k", "maxrate": f"{limit}k", "bufsize": f"{limit * 2}k"}


def _x264(encode: Encode) -> dict[str, Any]:
    # stitchable keeps headers independent of the content, so that parts share one set
    return {
        "c:v": "libx264", "preset": encode.speed, "profile:v": encode.profile, **_rate_control(encode),
        "g": encode.keyframe_frames, "bf": 2, "x264-params": "stitchable=1:open-gop=0", "pix_fmt": "yuv420p",
    }  # fmt: skip


def _x265(encode: Encode) -> dict[str, Any]:
    params = "open-gop=0:repeat-headers=0:info=0:log-level=error:frame-threads=1:pools=1"
    return {
        "c:v": "libx265", "preset": encode.speed, **_rate_control(encode), "g": encode.keyframe_frames,
        "x265-params": params, "tag:v": "hvc1", "pix_fmt": "yuv420p",
    }  # fmt: skip


def _svtav1(encode: Encode) -> dict[str, Any]:
    # SVT-AV1 takes a peak only beside a CRF, and a bitrate only without one
    rate = {"crf": encode.quality} if encode.kbps is None else {"b:v": f"{encode.kbps}k"}
    return {
        "c:v": "libsvtav1", "preset": encode.speed, **rate, "g": encode.keyframe_frames,
        "svtav1-params": "lp=1", "pix_fmt": "yuv420p",
    }  # fmt: skip


def _vp9(encode: Encode) -> dict[str, Any]:
    rate = {"crf": encode.quality, "b:v": 0} if encode.kbps is None else _rate_control(encode)
    return {
        "c:v": "libvpx-vp9", "deadline": "good", "cpu-used": encode.speed, **rate, "g": encode.keyframe_frames,
        "row-mt": 0, "pix_fmt": "yuv420p",
    }  # fmt: skip


def _lossless(encode: Encode) -> dict[str, Any]:
    return {
        "c:v": "libx264", "preset": "ultrafast", "qp": 0, "g": encode.keyframe_frames, "bf": 0,
        "x264-params": "stitchable=1:open-gop=0", "pix_fmt": "yuv444p",
    }  # fmt: skip


# A new codec is a function and a row here; the encoder it needs is named for `doctor` and the planner below.
ENCODERS = {"h264": _x264, "h265": _x265, "av1": _svtav1, "vp9": _vp9, "lossless": _lossless}
ENCODER_NAMES = {
    "h264": "libx264",
    "h265": "libx265",
    "av1": "libsvtav1",
    "vp9": "libvpx-vp9",
    "lossless": "libx264",
}

"""What the bench holds variantgen against: hand-written FFmpeg commands, bare encodes, MoviePy alone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from variantgen.build.executors import default_workers

SCALE = "flags=bicubic+accurate_rnd+bitexact:out_color_matrix=bt709:out_range=tv"
PEAK_MARGIN_DB = 0.3
AUDIO_ENCODERS = {"opus": "libopus", "mp3": "libmp3lame", "pcm": "pcm_s16le"}
Plan = dict[str, Any]
Command = Sequence[str]

# ---------------------------------------------------------------- running


def run(command: Command, folder: Path, *, allowed: Sequence[int] = (0,)) -> subprocess.CompletedProcess[str]:
    """Runs a command in `folder`; ends the bench with its last words when the exit code is not allowed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode not in allowed:
        sys.exit(f"exit code {done.returncode}: {' '.join(command)[:600]}\n{done.stderr[-1500:]}")
    return done


def run_all(commands: Iterable[Command], folder: Path) -> None:
    """Runs independent commands, as many at a time as there are processors."""
    with ThreadPoolExecutor(default_workers()) as pool:
        list(pool.map(partial(run, folder=folder), commands))


def frames_of(file: Path) -> int:
    """Number of video packets, which is the number of frames."""
    import av

    with av.open(str(file)) as container:
        return sum(1 for packet in container.demux(video=0) if packet.size)


def refuse_wrong_frames(file: Path, wanted: int) -> None:
    """Ends the bench where a file does not hold the planned frames: its time would be no comparison."""
    if (found := frames_of(file)) != wanted:
        sys.exit(f"{file.name} holds {found} frames and the plan says {wanted}")


# ---------------------------------------------------------------- what is compared


def is_comparable(variant: dict[str, Any]) -> bool:
    """Whether one plain command makes the variant: one cropped span of the master in a video file."""
    pieces = variant["pieces"]
    return (
        len(pieces) == 1
        and pieces[0]["source"] == "master"
        and pieces[0]["fit"] == "crop"
        and len(pieces[0]["crop"]) == 1
        and variant["encode"] is not None
        and variant["encode"]["codec"] != "lossless"
        and not variant["encode"]["kbps"]
    )


def encoder_args(part: dict[str, Any]) -> list[str]:
    """Encoder arguments of a part as variantgen gives them, at the plan's settings."""
    from variantgen.build.graph import ENCODERS
    from variantgen.model import Encode

    encode = Encode(**part["encode"])
    options = ENCODERS[encode.codec](encode)
    words = [word for name, value in options.items() for word in (f"-{name}", str(value))]
    return [*words, "-threads", str(encode.threads)]


def picture(plan: Plan, variant: dict[str, Any], ass_file: str) -> str:
    """The filter chain a person would write: crop, scale, captions."""
    _, x, y, w, h = variant["pieces"][0]["crop"][0]
    is_whole = (x, y, w, h) == (0, 0, plan["master"]["width"], plan["master"]["height"])
    chain = [] if is_whole else [f"crop={w}:{h}:{x}:{y}"]
    chain += [f"scale={variant['width']}:{variant['height']}:{SCALE}", "format=yuv420p", "setsar=1"]
    if plan["master"]["frame_rate"] != variant["frame_rate"]:
        chain.insert(0, f"fps={variant['frame_rate']}")
    return ",".join([*chain, f"ass={ass_file}:fontsdir=fonts"] if variant["cues"] else chain)


def span(variant: dict[str, Any]) -> list[str]:
    """Input options that read a variant's span of the master."""
    rate, piece = Fraction(variant["frame_rate"]), variant["pieces"][0]
    seek = ["-ss", f"{float(piece['start_frame'] / rate):.6f}"] if piece["start_frame"] else []
    return [*seek, "-t", f"{float(variant['frames'] / rate) + 0.5:.6f}"]


def write_captions(plan: Plan, folder: Path) -> None:
    """An ASS file a captioned variant, and the fonts beside it; made once, outside the clock."""
    from pydantic import TypeAdapter

    from variantgen.build.ass import ass_text
    from variantgen.fonts import fonts_folder
    from variantgen.model import Look, Part

    shutil.copytree(fonts_folder(), folder / "fonts", dirs_exist_ok=True)
    for variant in filter(lambda each: each["cues"], plan["variants"]):
        parts = [plan["parts"][key] for key in variant["pieces"][0]["parts"]]
        look = next(part["look"] for part in parts if part["look"])
        cues = [{**cue, "lines": cue["text"].split("\n")} for cue in variant["cues"]]
        whole = {**parts[0], "start_frame": 0, "end_frame": variant["frames"], "cues": cues, "look": look}
        for cue in cues:
            cue.pop("text")
        part = TypeAdapter(Part).validate_python(whole)
        assert isinstance(part.look, Look)
        (folder / f"{variant['preset']}.ass").write_text(ass_text(part), "utf-8")


# ---------------------------------------------------------------- b: one command a file


def by_hand(ffmpeg: str, master: Path, plan: Plan, folder: Path) -> None:
    """Every file of the plan by a command of its own, after one measurement of each span of sound."""
    sounds = {sound_key(v): v for v in plan["variants"] if v["soundtrack"]}
    with ThreadPoolExecutor(default_workers()) as pool:
        measured = pool.map(partial(loudness, ffmpeg, master, folder), sounds.values())
        levels = dict(zip(sounds, measured, strict=True))
    ordered = sorted(plan["variants"], key=lambda v: -v["width"] * v["height"] * v["frames"])
    run_all((hand_written(ffmpeg, master, plan, v, levels.get(sound_key(v))) for v in ordered), folder)


def sound_key(variant: dict[str, Any]) -> str:
    """Equal for variants that play the same sound of the master."""
    return json.dumps((variant["soundtrack"] or {}).get("pieces"))


def loudness(ffmpeg: str, master: Path, folder: Path, variant: dict[str, Any]) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP of a variant's span of the master."""
    track = variant["soundtrack"]["track_index"]
    command = [
        ffmpeg, "-hide_banner", "-nostats", *span(variant), "-i", str(master), "-map", f"0:{track}",
        "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-",
    ]  # fmt: skip
    said = run(command, folder).stderr
    found = [re.findall(rf"{name}:\s+(-?[\d.]+|-inf) (?:LUFS|dBFS)", said) for name in ("I", "Peak")]
    if not all(found):
        sys.exit(f"ebur128 told no loudness:\n{said[-800:]}")
    return float(found[0][-1]), float(found[1][-1])


def hand_written(
    ffmpeg: str, master: Path, plan: Plan, variant: dict[str, Any], level: tuple[float, float] | None
) -> list[str]:
    """One variant's command: picture and sound from the master, encoded into its final form."""
    part, track = plan["parts"][variant["pieces"][0]["parts"][0]], variant["soundtrack"]
    sound = ["-an"]
    if track is not None and level is not None:
        codec = AUDIO_ENCODERS.get(track["codec"], track["codec"])
        sound = [
            "-map", f"0:{track['track_index']}", "-af", levelling(track, *level), "-c:a", codec,
            "-b:a", f"{track['kbps']}k", "-ar", str(track["sample_rate"]), "-ac", str(track["channels"]),
        ]  # fmt: skip
    start = ["-movflags", "+faststart"] if variant["container"] in ("mp4", "mov") else []
    return [
        ffmpeg, "-v", "error", "-nostdin", "-y", *span(variant), "-i", str(master), "-map", "0:V:0",
        "-vf", picture(plan, variant, f"{variant['preset']}.ass"), *encoder_args(part),
        "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
        "-r", variant["frame_rate"], "-frames:v", str(variant["frames"]), *sound, *start, variant["file"],
    ]  # fmt: skip


def levelling(track: dict[str, Any], lufs: float, peak_dbtp: float) -> str:
    """Gain to the target, a limiter where that pushes peaks over the ceiling, and the exact length."""
    length = [f"aresample={track['sample_rate']}", "apad", f"atrim=end_sample={track['samples']}"]
    if track["target_lufs"] is None or lufs < -60:
        return ",".join(length)
    gain, ceiling = track["target_lufs"] - lufs, track["max_true_peak_dbtp"] - PEAK_MARGIN_DB
    words = [f"volume={gain:.2f}dB"]
    if peak_dbtp + gain > ceiling:
        words.append(f"alimiter=limit={10 ** (ceiling / 20):.5f}:level=disabled:latency=1")
    return ",".join([*words, *length])


# ---------------------------------------------------------------- c: the floor


def prepare_raw(ffmpeg: str, master: Path, plan: Plan, folder: Path) -> dict[str, tuple[Path, int]]:
    """Raw yuv420p frames for every part, outside the clock: part -> file and the byte where it begins."""
    where: dict[str, tuple[Path, int]] = {}
    for variant in plan["variants"]:
        keys = variant["pieces"][0]["parts"]
        if where.keys() >= set(keys):
            continue
        raw = folder / f"{variant['preset']}.yuv"
        command = [
            ffmpeg, "-v", "error", "-nostdin", "-y", *span(variant), "-i", str(master), "-map", "0:V:0",
            "-vf", picture(plan, variant, f"{variant['preset']}.ass"), "-r", variant["frame_rate"],
            "-frames:v", str(variant["frames"]), "-f", "rawvideo", raw.name,
        ]  # fmt: skip
        run(command, folder)
        at = 0
        if raw.stat().st_size != sum(raw_bytes(plan["parts"][key]) for key in keys):
            sys.exit(f"{raw.name} does not hold the planned {variant['frames']} frames")
        for key in keys:
            where.setdefault(key, (raw, at))
            at += raw_bytes(plan["parts"][key])
    return where


def frame_count(part: dict[str, Any]) -> int:
    """Frames of a part."""
    return int(part["end_frame"] - part["start_frame"])


def raw_bytes(part: dict[str, Any]) -> int:
    """Size of a part's frames as raw yuv420p."""
    return int(frame_count(part) * part["width"] * part["height"] * 3 // 2)


def floor_commands(ffmpeg: str, plan: Plan, where: dict[str, tuple[Path, int]]) -> list[Command]:
    """A command a unique part: raw frames in, encoded video out, the longest first."""
    parts = sorted((plan["parts"][key] for key in where), key=raw_bytes, reverse=True)
    commands: list[Command] = []
    for part in parts:
        raw, start = where[part["key"]]
        source = f"subfile,,start,{start},end,{start + raw_bytes(part)},,:{raw.name}"
        commands.append([
            ffmpeg, "-v", "error", "-nostdin", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p",
            "-video_size", f"{part['width']}x{part['height']}", "-framerate", part["frame_rate"],
            "-i", source, *encoder_args(part), "-f", "mp4", f"{part['key']}.mp4",
        ])  # fmt: skip
    return commands


# ---------------------------------------------------------------- d: MoviePy alone


def moviepy_alone(values: dict[str, Any]) -> None:
    """One file by MoviePy, as its documentation would have it written; runs in a process of its own."""
    from moviepy import VideoFileClip

    _, x, y, w, h = values["crop"]
    with VideoFileClip(values["master"]) as film:
        clip = film.subclipped(values["start_seconds"], min(film.duration, values["end_seconds"]))
        clip = clip.cropped(x1=x, y1=y, width=w, height=h).resized((values["width"], values["height"]))
        clip.write_videofile(
            values["out"], fps=values["fps"], codec="libx264", preset=values["speed"], audio_codec="aac",
            audio_bitrate=f"{values['audio_kbps']}k", logger=None,
            ffmpeg_params=[
                "-crf", str(values["quality"]), "-profile:v", values["profile"], "-movflags", "+faststart",
            ],
        )  # fmt: skip


def moviepy_command(master: Path, variant: dict[str, Any], out: str) -> list[str]:
    """The command that makes one variant with MoviePy alone."""
    rate, piece, encode = Fraction(variant["frame_rate"]), variant["pieces"][0], variant["encode"]
    values = {
        "master": str(master), "out": out, "crop": piece["crop"][0], "width": variant["width"],
        "height": variant["height"], "fps": float(rate), "speed": encode["speed"],
        "quality": encode["quality"], "profile": encode["profile"],
        "audio_kbps": (variant["soundtrack"] or {}).get("kbps", 192),
        "start_seconds": float(piece["start_frame"] / rate), "end_seconds": float(piece["end_frame"] / rate),
    }  # fmt: skip
    return [sys.executable, str(Path(__file__).resolve()), json.dumps(values)]


if __name__ == "__main__":
    moviepy_alone(json.loads(sys.argv[1]))

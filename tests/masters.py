"""Tiny masters that know their own truth: numbered frames, known pictures, sounds with clicks at known samples.

Every maker takes the folder to make its file in and gives the file back; what is there already is not made again.
Processes may share a folder: one of them makes a file, the others wait for it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
from filelock import FileLock

from variantgen.media.ffmpeg import find_ffmpeg

NTSC = Fraction(30000, 1001)
SAMPLE_RATE = 48000
STAMP_BITS = 14
DARK, LIGHT = 30, 220
BRAND = (224, 16, 16)

X264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "12", "-g", "60", "-threads", "2")


def tags(matrix: str, primaries: str, transfer: str, range_: str = "tv") -> tuple[str, ...]:
    """Words that only say how samples are to be read; newer FFmpegs would convert them for -colorspace."""
    words = f"range={range_}:colorspace={matrix}:color_primaries={primaries}:color_trc={transfer}"
    return ("-vf", f"setparams={words}")


TAGS_709 = tags("bt709", "bt709", "bt709")

# Kr and Kb of the luma equations, ITU-R BT.601, BT.709 and BT.2020.
LUMA = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}


def encode(
    path: Path,
    frames: Iterable[bytes],
    size: tuple[int, int],
    rate: Fraction,
    *,
    pixel_format: str = "gray",
    sound: np.ndarray | Sequence[np.ndarray] | None = None,
    sound_rate: int = SAMPLE_RATE,
    options: Sequence[str] = (*X264, "-pix_fmt", "yuv420p", *TAGS_709),
    sound_options: Sequence[str] = ("-c:a", "pcm_s16le"),
) -> Path:
    """A film of raw frames (width x height) and samples (shape: n, or n x channels; several arrays: several tracks)."""
    with _making(path) as scratch:
        if scratch is None:
            return path
        command = [str(find_ffmpeg().path), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", pixel_format]
        command += ["-s", f"{size[0]}x{size[1]}", "-r", str(rate), "-i", "pipe:0"]
        tracks = [] if sound is None else [sound] if isinstance(sound, np.ndarray) else list(sound)
        for number, track in enumerate(tracks):
            raw = path.with_name(f"{path.name}.{number}.f32")
            track.astype("<f4").tofile(raw)
            channels = 1 if track.ndim == 1 else track.shape[1]
            command += ["-f", "f32le", "-ar", str(sound_rate), "-ac", str(channels), "-i", str(raw)]
        maps = [word for number in range(len(tracks) + 1) for word in ("-map", str(number))]
        command += [*maps, *options, *(sound_options if tracks else ()), str(scratch)]
        child = subprocess.Popen(command, stdin=subprocess.PIPE)
        assert child.stdin is not None
        with child.stdin as pipe:
            for frame in frames:
                pipe.write(frame)
        assert child.wait() == 0, command
    return path


def remade(source: Path, path: Path, *words: str, before: Sequence[str] = ()) -> Path:
    """Another file out of a master, by FFmpeg's own words; `before` stands before the input."""
    with _making(path) as scratch:
        if scratch is not None:
            command = [find_ffmpeg().path, "-v", "error", "-y", *before, "-i", source, *words, scratch]
            subprocess.run(command, check=True)
    return path


@contextmanager
def _making(path: Path) -> Iterator[Path | None]:
    """Where to make a file that gets its name when it is whole; None where it is there, or another process made it."""
    with FileLock(path.with_name(f"{path.name}.lock")):
        if path.exists():
            yield None
            return
        scratch = path.with_name(f"making-{path.name}")
        yield scratch
        scratch.replace(path)


# ---------------------------------------------------------------- numbered frames


def stamp(number: int, width: int, height: int) -> np.ndarray:
    """A grey picture whose full-width bars spell `number`, lowest bit on top: any sideways crop keeps it readable."""
    rows = np.arange(height) * STAMP_BITS // height
    levels = np.where((number >> rows) & 1, LIGHT, DARK).astype(np.uint8)
    return np.repeat(levels[:, None], width, axis=1)


def read_stamp(luma: np.ndarray) -> int:
    """The number that a picture's bars spell, read in the middle of every bar."""
    height, width = luma.shape
    rows = ((np.arange(STAMP_BITS) + 0.5) * height / STAMP_BITS).astype(int)
    middle = luma[rows, width // 4 : width - width // 4].mean(axis=1)
    return int(((middle > (DARK + LIGHT) / 2) << np.arange(STAMP_BITS)).sum())


def stamped(
    folder: Path,
    frames: int,
    rate: Fraction = NTSC,
    *,
    size: tuple[int, int] = (160, 90),
    sound: np.ndarray | None = None,
    name: str = "",
    options: Sequence[str] = (*X264, "-pix_fmt", "yuv420p", *TAGS_709),
) -> Path:
    """A film of numbered frames 0, 1, 2...; with sound it is a .mov, so that the samples are kept as they are."""
    suffix = ".mp4" if sound is None else ".mov"
    path = folder / f"{name or 'stamped'}-{frames}-{float(rate):.3f}-{size[0]}x{size[1]}{suffix}"
    pictures = (stamp(number, *size).tobytes() for number in range(frames))
    return encode(path, pictures, size, rate, sound=sound, options=options)


# ---------------------------------------------------------------- known pictures


def planes(
    rgb: np.ndarray, *, matrix: str = "bt709", is_full: bool = False, bits: int = 8, is_444: bool = False
) -> bytes:
    """An RGB picture (h x w x 3, 0-255, already gamma-coded) as raw planar Y'CbCr, by the standards' own equations."""
    red, green, blue = (rgb[..., channel].astype(float) / 255 for channel in range(3))
    kr, kb = LUMA[matrix]
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    chroma = [(blue - luma) / (2 - 2 * kb), (red - luma) / (2 - 2 * kr)]
    if not is_444:
        height, width = luma.shape
        chroma = [plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)) for plane in chroma]
    scale = 2 ** (bits - 8)
    levels = (255, 0, 255, 128) if is_full else (219, 16, 224, 128)
    coded = [luma * levels[0] + levels[1], *(plane * levels[2] + levels[3] for plane in chroma)]
    kind = np.uint8 if bits == 8 else np.dtype("<u2")
    return b"".join(np.clip(np.round(plane * scale), 0, 256 * scale - 1).astype(kind).tobytes() for plane in coded)


def still(
    folder: Path,
    name: str,
    rgb: np.ndarray,
    *,
    matrix: str = "bt709",
    is_full: bool = False,
    is_444: bool = False,
    frames: int = 12,
    rate: Fraction = Fraction(25),
    tagged: Sequence[str] = TAGS_709,
    extra: Sequence[str] = (),
) -> Path:
    """A film that shows one picture."""
    height, width = rgb.shape[:2]
    pixel_format = "yuv444p" if is_444 else "yuv420p"
    one = planes(rgb, matrix=matrix, is_full=is_full, is_444=is_444)
    return encode(
        folder / f"{name}.mp4", [one] * frames, (width, height), rate,
        pixel_format=pixel_format, options=(*X264, "-pix_fmt", pixel_format, *tagged, *extra),
    )  # fmt: skip


def corners(width: int, height: int, *, stretch: float = 1.0) -> np.ndarray:
    """Red, green, blue and white corners on grey with a white disc in the middle, so that turns and stretches show.

    `stretch` is how many times wider a pixel is shown than it is high: the disc is round after that.
    """
    picture = np.full((height, width, 3), 96, np.uint8)
    h, w = height // 4, width // 4
    for rows, columns, colour in (
        (slice(0, h), slice(0, w), (224, 16, 16)),
        (slice(0, h), slice(width - w, width), (16, 200, 16)),
        (slice(height - h, height), slice(0, w), (16, 16, 224)),
        (slice(height - h, height), slice(width - w, width), (235, 235, 235)),
    ):
        picture[rows, columns] = colour
    y, x = np.mgrid[0:height, 0:width]
    radius = 0.2 * min(height, width * stretch)
    inside = ((x + 0.5 - width / 2) * stretch) ** 2 + (y + 0.5 - height / 2) ** 2 < radius**2
    picture[inside] = (235, 235, 235)
    return picture


def slope(width: int, height: int) -> np.ndarray:
    """A grey picture that grows lighter to the right, from 40 to 210: a level names its column."""
    x = np.broadcast_to(40 + 170 * np.arange(width)[None, :] / width, (height, width))
    return np.repeat(np.round(x)[..., None], 3, axis=2).astype(np.uint8)


def pq_code(nits: float) -> float:
    """The SMPTE ST 2084 signal, 0 to 1, of a luminance."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    power = (nits / 10000) ** m1
    return float(((c1 + c2 * power) / (1 + c3 * power)) ** m2)


def grey_patches(folder: Path, name: str, signals: Sequence[float], transfer: str) -> Path:
    """Grey columns of 32 px with the given signals (0-1), 10 bit, tagged bt2020 with `transfer`."""
    columns = np.repeat(np.asarray(signals) * 255, 32)
    rgb = np.repeat(np.broadcast_to(columns, (64, len(columns)))[..., None], 3, axis=2)
    return encode(
        folder / f"{name}.mp4", [planes(rgb, matrix="bt2020", bits=10)] * 6, (len(columns), 64), Fraction(25),
        pixel_format="yuv420p10le", options=(*X264, "-pix_fmt", "yuv420p10le", *tags("bt2020nc", "bt2020", transfer)),
    )  # fmt: skip


# ---------------------------------------------------------------- known sounds


def clicks(seconds: float, at_samples: Sequence[int], *, rate: int = SAMPLE_RATE, level: float = 0.6) -> np.ndarray:
    """Short clicks whose middle is at the given samples, over a soft tone."""
    count = round(seconds * rate)
    sound = 0.01 * np.sin(2 * np.pi * 220 * np.arange(count) / rate)
    for at in at_samples:
        sound[at - 1 : at + 2] += (level / 2, level, level / 2)
    return sound


def speech_like(
    seconds: float, *, level: float = 0.2, pauses: Sequence[tuple[float, float]] = (), seed: int = 7
) -> np.ndarray:
    """Syllables of noise and voice, four a second, over a noise floor that the pauses (in seconds) leave bare."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    voice = sum(np.sin(2 * np.pi * 140 * h * time) / h for h in range(1, 20))
    rustle = np.convolve(rng.standard_normal(len(time)), np.ones(6) / 6, "same")
    beat = np.clip(np.sin(2 * np.pi * 4 * time) + 0.3, 0, None) * (1 + 0.4 * np.sin(2 * np.pi * 0.4 * time))
    for start, end in pauses:
        beat[(time >= start) & (time < end)] = 0
    return level * beat * (voice / 3 + rustle / 2) + 0.0012 * rng.standard_normal(len(time))


def tone(seconds: float, hertz: float, *, level: float = 0.2) -> np.ndarray:
    """A sine."""
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE)


def heard(
    folder: Path, name: str, sound: np.ndarray | Sequence[np.ndarray], *, rate: int = SAMPLE_RATE, **values
) -> Path:
    """A film of a small moving picture (numbered frames, 10 a second) with a sound, as .mov with plain samples."""
    first = sound if isinstance(sound, np.ndarray) else sound[0]
    frames = round(len(first) / rate * 10)
    pictures = (stamp(number, 64, 36).tobytes() for number in range(frames))
    return encode(
        folder / f"{name}.mov", pictures, (64, 36), Fraction(10), sound=sound, sound_rate=rate, **values
    )  # fmt: skip

"""Finished files read back by other means than variantgen's own: frames, samples, loudness by the standard's text."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from masters import SAMPLE_RATE, read_stamp


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of a file's picture as it is coded."""
    with av.open(str(path)) as file:
        return file.streams.video[0].width, file.streams.video[0].height


def pictures(path: Path, ffmpeg: Path) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Y, Cb and Cr of every frame of a 4:2:0 file, as that FFmpeg decodes them."""
    width, height = size_of(path)
    command = [ffmpeg, "-v", "error", "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough"]
    command += ["-pix_fmt", "yuv420p", "-f", "rawvideo", "-"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert child.stdout is not None
    luma, chroma = width * height, (width // 2) * (height // 2)
    with child.stdout as pipe:
        while raw := pipe.read(luma + 2 * chroma):
            whole = np.frombuffer(raw, np.uint8)
            small = (height // 2, width // 2)
            first, second = luma, luma + chroma
            yield (
                whole[:first].reshape(height, width),
                whole[first:second].reshape(small),
                whole[second:].reshape(small),
            )
    assert child.wait() == 0


def numbers(path: Path, ffmpeg: Path) -> list[int]:
    """The number stamped on every frame."""
    return [read_stamp(luma) for luma, _, _ in pictures(path, ffmpeg)]


def numbers_and_hashes(path: Path, ffmpeg: Path) -> tuple[list[int], list[str]]:
    """The number stamped on every frame, and a hash of its samples as that FFmpeg decodes them."""
    seen = [(read_stamp(planes[0]), _hash(planes)) for planes in pictures(path, ffmpeg)]
    return [number for number, _ in seen], [value for _, value in seen]


def shown_at(path: Path) -> list[Fraction]:
    """The time in seconds that the file gives to every frame, in the order in which a decoder shows them."""
    with av.open(str(path)) as file:
        return [frame.pts * frame.time_base for frame in file.decode(video=0) if frame.pts is not None]


def part_hashes(path: Path) -> list[str]:
    """The same hashes by PyAV's decoder, without starting a process."""
    hashes = []
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            whole = frame.to_ndarray(format="yuv420p")
            h, w = frame.height, frame.width
            flat = whole.reshape(-1)
            y, u = h * w, (h // 2) * (w // 2)
            hashes.append(_hash((flat[:y], flat[y : y + u], flat[y + u :])))
    return hashes


def _hash(planes: tuple[np.ndarray, ...]) -> str:
    return hashlib.md5(b"".join(plane.tobytes() for plane in planes)).hexdigest()


def rgb(planes: tuple[np.ndarray, np.ndarray, np.ndarray]) -> np.ndarray:
    """What a player that follows the bt709 tag shows: h x w x 3, 0-255, by the standard's own equations."""
    luma = (planes[0].astype(float) - 16) / 219
    blue, red = (np.repeat(np.repeat((p.astype(float) - 128) / 224, 2, 0), 2, 1) for p in planes[1:])
    shown = (luma + 1.5748 * red, luma - 0.18732 * blue - 0.46812 * red, luma + 1.8556 * blue)
    return np.clip(np.stack(shown, axis=-1) * 255, 0, 255)


def middle_picture(path: Path, ffmpeg: Path) -> np.ndarray:
    """The RGB of the frame in the middle of a file."""
    frames = list(pictures(path, ffmpeg))
    return rgb(frames[len(frames) // 2])


# ---------------------------------------------------------------- sound


def samples(path: Path, ffmpeg: Path) -> np.ndarray:
    """All decoded samples, n x channels, at 48 kHz. Where the file says that sound starts late they are kept late."""
    with av.open(str(path)) as file:
        channels = file.streams.audio[0].codec_context.channels
    command = [ffmpeg, "-v", "error", "-i", path, "-map", "0:a:0", "-af", "aresample=async=1:first_pts=0"]
    command += ["-ar", str(SAMPLE_RATE), "-f", "f32le", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(raw, "<f4").reshape(-1, channels)


def click_positions(sound: np.ndarray, count: int) -> list[int]:
    """The samples at which the loudest `count` clicks are, in order."""
    level = np.abs(sound.mean(axis=1) if sound.ndim == 2 else sound).astype(float)
    found: list[int] = []
    for _ in range(count):
        at = int(level.argmax())
        found.append(at)
        level[max(0, at - 4800) : at + 4800] = 0
    return sorted(found)


def level_db(sound: np.ndarray) -> float:
    """RMS in dB of full scale."""
    return float(10 * np.log10(np.mean(np.square(sound, dtype=float)) + 1e-20))


def loudness_lufs(sound: np.ndarray) -> float:
    """Integrated loudness by ITU-R BS.1770-4, written from its text; -inf for silence."""
    weighted = _k_weighted(sound.astype(float))
    block, hop = round(0.4 * SAMPLE_RATE), round(0.1 * SAMPLE_RATE)
    starts = range(0, len(weighted) - block + 1, hop)
    powers = np.array([np.mean(weighted[s : s + block] ** 2, axis=0).sum() for s in starts])
    loud = powers[-0.691 + 10 * np.log10(powers + 1e-20) > -70]
    if not len(loud):
        return float("-inf")
    relative = -0.691 + 10 * np.log10(loud.mean()) - 10
    return float(-0.691 + 10 * np.log10(loud[-0.691 + 10 * np.log10(loud) > relative].mean()))


def _k_weighted(sound: np.ndarray) -> np.ndarray:
    # the two filters of the standard at 48 kHz, applied by their frequency response
    pre = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1, -1.69065929318241, 0.73248077421585))
    high = ((1.0, -2.0, 1.0), (1, -1.99004745483398, 0.99007225036621))
    length = len(sound) + SAMPLE_RATE
    z = np.exp(-2j * np.pi * np.arange(length // 2 + 1) / length)
    response = np.ones_like(z)
    for over, under in (pre, high):
        response *= np.polyval(over[::-1], z) / np.polyval(under[::-1], z)
    return np.fft.irfft(np.fft.rfft(sound, length, axis=0) * response[:, None], length, axis=0)[: len(sound)]


def true_peak_dbtp(sound: np.ndarray) -> float:
    """The highest sample at four times the rate, in dB of full scale."""
    spectrum = np.fft.rfft(sound, axis=0)
    fine = np.fft.irfft(spectrum, 4 * len(sound), axis=0) * 4
    return float(20 * np.log10(np.abs(fine).max() + 1e-12))

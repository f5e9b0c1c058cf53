"""Windows that move: as smooth as they are planned, sharp, in step with the cuts; and two of them in a split."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import masters
import numpy as np
import pytest
import readings
from made import part

from variantgen.build.encode import Bench, encode_group
from variantgen.media.ffmpeg import Children, find_ffmpeg
from variantgen.media.probe import probe
from variantgen.model import CropKey, Encode, Part
from variantgen.plan.crop_keys import first_showing, shown_frame, slice_keys, window_at
from variantgen.store import Store

pytestmark = pytest.mark.media

FAST = Encode("h264", 12, "superfast", "high", 60)
LOSSLESS = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-g", "30")
PERIOD = 64


def encoded(folder: Path, ffmpeg: Path, film: Path, *parts: Part) -> list[Path]:
    """The files of parts of a film, made as a run makes them."""
    folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(find_ffmpeg(str(ffmpeg)), Store(folder / "store"), folder, Children())
    master = probe(film)
    named = [
        replace(one, key=f"{number:032x}", fingerprint=master.fingerprint, frame_rate=one.frame_rate)
        for number, one in enumerate(parts)
    ]
    for one in named:
        path = bench.store.path("parts", one.key)
        path.unlink(missing_ok=True)
        encode_group(bench, {master.fingerprint: master}, [one])
    return [bench.store.path("parts", one.key) for one in named]


def shown(folder: Path, ffmpeg: Path, film: Path, one: Part) -> list[np.ndarray]:
    """Luma of every frame of a part."""
    (file,) = encoded(folder, ffmpeg, film, one)
    return [luma for luma, _, _ in readings.pictures(file, ffmpeg)]


# ---------------------------------------------------------------- smooth


def grating(folder: Path, frames: int, size: tuple[int, int], *, is_upright: bool = False) -> Path:
    """A film of one sine wave of luma and of chroma, 64 px long, kept bit by bit: a phase names a position."""
    width, height = size
    along = np.arange(height if is_upright else width)
    luma = 128 + 70 * np.sin(2 * np.pi * along / PERIOD)
    chroma = 128 + 60 * np.sin(2 * np.pi * (along[::2] + 0.5) / PERIOD)
    if is_upright:
        planes = (np.tile(luma[:, None], (1, width)), np.tile(chroma[:, None], (1, width // 2)))
    else:
        planes = (np.tile(luma, (height, 1)), np.tile(chroma, (height // 2, 1)))
    raw = b"".join(np.round(plane).astype(np.uint8).tobytes() for plane in (*planes, planes[1]))
    name = f"grating-{frames}-{width}x{height}-{is_upright}.mp4"
    options = (*LOSSLESS, "-pix_fmt", "yuv420p", *masters.TAGS_709)
    return masters.encode(folder / name, [raw] * frames, size, Fraction(30), pixel_format="yuv420p", options=options)


def position(planes: Sequence[np.ndarray], period: float, *, is_upright: bool) -> np.ndarray:
    """How far the grating of each frame is shifted, in samples of its plane."""
    rows = np.array([plane.mean(axis=1 if is_upright else 0) for plane in planes])
    rows -= rows.mean(axis=1, keepdims=True)
    at = np.arange(rows.shape[1])
    wave = (rows * np.hanning(len(at)) * np.exp(-2j * np.pi * at / period)).sum(axis=1)
    return np.unwrap(np.angle(wave)) * period / (2 * np.pi)


WINDOWS = {"9:16": (608, 1080, 1920), "1:1": (1080, 1080, 1080), "4:5": (864, 1080, 1350)}


@pytest.mark.parametrize("speed", [0.37, 3.7])
@pytest.mark.parametrize("shape", WINDOWS)
def test_a_moving_window_does_not_jitter(shelf, ffmpeg, tmp_path, shape, speed):
    """At a crawl and at a walk: within 0.3 px of the canvas (rms), chroma with luma, never a step backwards."""
    frames = 24
    film = grating(shelf, frames, (1920, 1080))
    width, out_width, out_height = WINDOWS[shape]
    begin, end = 101.0, round(101 + speed * (frames - 1), 2)
    path = ((0, begin, 0, width, 1080), (frames - 1, end, 0, width, 1080))
    one = part(end_frame=frames, width=out_width, height=out_height, crop=path, encode=FAST)
    (file,) = encoded(tmp_path, ffmpeg, film, one)
    luma, blue, _ = zip(*readings.pictures(file, ffmpeg), strict=True)
    scale = out_width / width
    seen = position(luma, PERIOD * scale, is_upright=False)
    off = seen - scale * np.linspace(begin, end, frames)
    slip = 2 * position(blue, PERIOD * scale / 2, is_upright=False) - seen
    assert np.std(off) <= 0.30
    assert np.std(slip) <= 0.05
    # the encoder moves a resting picture by up to this much
    assert np.diff(seen).min() >= -0.03


def test_a_window_moves_down_as_smoothly(shelf, ffmpeg, tmp_path):
    """The same for a wide window of a tall master."""
    frames, scale = 40, 960 / 540
    film = grating(shelf, frames, (540, 960), is_upright=True)
    path = ((0, 0, 51.3, 540, 304), (frames - 1, 0, 80.16, 540, 304))
    one = part(end_frame=frames, width=960, height=540, crop=path, encode=FAST)
    (file,) = encoded(tmp_path, ffmpeg, film, one)
    luma, blue, _ = zip(*readings.pictures(file, ffmpeg), strict=True)
    seen = position(luma, PERIOD * 540 / 304, is_upright=True)
    slip = 2 * position(blue, PERIOD * 540 / 304 / 2, is_upright=True) - seen
    assert np.std(seen - scale * np.linspace(51.3, 80.16, frames)) <= 0.30
    assert np.std(slip) <= 0.05
    assert np.diff(seen).min() >= -0.03


# ---------------------------------------------------------------- sharp


def texture(width: int, height: int, *, seed: int = 3) -> np.ndarray:
    """A coloured picture with detail of every size, as photographs have."""
    rng = np.random.default_rng(seed)
    y, x = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    fall = 1 / np.maximum(np.hypot(x, y), 1 / max(width, height))
    layers = []
    for _ in range(3):
        wave = np.fft.rfft2(rng.standard_normal((height, width))) * fall
        layer = np.fft.irfft2(wave, (height, width))
        layers.append(128 + 45 * layer / layer.std())
    grey = layers[0]
    return np.clip(np.stack([grey, 0.7 * grey + 0.3 * layers[1], 0.7 * grey + 0.3 * layers[2]], -1), 0, 255)


def cubic(samples: int, begin: float, length: float, shown_px: int) -> np.ndarray:
    """Weights (shown x samples) that enlarge `length` samples from `begin` on, by Keys' cubic of 1981, a = -0.6."""
    at = begin + (np.arange(shown_px) + 0.5) * length / shown_px - 0.5
    weights = np.zeros((shown_px, samples))
    rows = np.arange(shown_px)
    for tap in range(-1, 3):
        near = np.floor(at).astype(int) + tap
        t = np.abs(at - near)
        inner, outer = 1.4 * t**3 - 2.4 * t**2 + 1, -0.6 * (t**3 - 5 * t**2 + 8 * t - 4)
        np.add.at(weights, (rows, np.clip(near, 0, samples - 1)), np.where(t <= 1, inner, outer))
    return weights / weights.sum(axis=1, keepdims=True)


def test_a_moving_window_is_as_sharp_as_an_ideal_one(shelf, bundled, tmp_path):
    """VMAF of a part at the placements' usual quality against a crop calculated in floating point: 90 at least."""
    frames, width, size = 12, 404, (720, 1280)
    film = masters.still(shelf, "texture", texture(1280, 720), frames=frames)
    path = ((0, 300.0, 0, width, 720), (frames - 1, 318.7, 0, width, 720))
    usual = Encode("h264", 20, "medium", "high", 60)
    one = part(end_frame=frames, width=size[0], height=size[1], crop=path, encode=usual, frame_rate=Fraction(25))
    (file,) = encoded(tmp_path, bundled, film, one)
    ideal = b""
    down = [cubic(side, 0, side, shown_px) for side, shown_px in ((720, size[1]), (360, size[1] // 2))]
    for number, planes in enumerate(readings.pictures(film, bundled)):
        x = window_at(path, number)[0]
        across = [cubic(1280, x, width, size[0]), cubic(640, x / 2, width / 2, size[0] // 2)]
        for plane, which in zip(planes, (0, 1, 1), strict=True):
            ideal += np.clip(np.round(down[which] @ plane @ across[which].T), 0, 255).astype(np.uint8).tobytes()
    (tmp_path / "ideal.yuv").write_bytes(ideal)
    command = [bundled, "-v", "error", "-i", file, "-f", "rawvideo", "-s", f"{size[0]}x{size[1]}", "-r", "25"]
    command += ["-i", "ideal.yuv", "-lavfi", "libvmaf=log_fmt=json:log_path=vmaf.json", "-f", "null", "-"]
    subprocess.run(command, check=True, cwd=tmp_path)
    scores = [row["metrics"]["vmaf"] for row in json.loads((tmp_path / "vmaf.json").read_text())["frames"]]
    assert len(scores) == frames and min(scores) >= 90


STILL_MASTERS = {
    "hd": {},
    "sd": {"matrix": "bt601", "tagged": masters.tags("smpte170m", "smpte170m", "smpte170m")},
    "full range": {"is_full": True, "tagged": masters.tags("bt709", "bt709", "bt709", "pc")},
    "4:4:4": {"is_444": True},
}


def coloured(shelf: Path, name: str) -> Path:
    """A short film of the texture in one of the forms that masters come in."""
    rgb = texture(480, 270)
    if name in STILL_MASTERS:
        return masters.still(shelf, f"colour {name}", rgb, frames=8, **STILL_MASTERS[name])
    if name == "alpha":
        rgba = np.dstack([rgb, np.full(rgb.shape[:2], 200)]).astype(np.uint8)
        return masters.encode(
            shelf / "texture-alpha.mov", [rgba.tobytes()] * 8, (480, 270), Fraction(25),
            pixel_format="rgba", options=("-c:v", "png", "-pix_fmt", "rgba"),
        )  # fmt: skip
    if name == "pq":
        one = masters.planes(rgb * 0.7, matrix="bt2020", bits=10, is_444=True)
        options = (*masters.X264, "-pix_fmt", "yuv420p10le", *masters.tags("bt2020nc", "bt2020", "smpte2084"))
        return masters.encode(
            shelf / "texture-pq.mp4", [one] * 8, (480, 270), Fraction(25), pixel_format="yuv444p10le", options=options
        )  # fmt: skip
    wide = masters.still(shelf, "texture-444", rgb, is_444=True, frames=8)
    return masters.remade(wide, shelf / "texture-422.mov", "-c:v", "prores_ks", "-pix_fmt", "yuv422p10le")


@pytest.mark.parametrize("size", [(270, 480), (270, 270)], ids=["9:16", "1:1"])
@pytest.mark.parametrize("name", [*STILL_MASTERS, "4:2:2 10 bit", "alpha", "pq"])
def test_a_path_that_rests_shows_what_a_still_window_shows(shelf, either_studio, tmp_path, name, size):
    """The same picture in the same colours, from every kind of master, to one code value (rms) in each plane."""
    film = coloured(shelf, name)
    width = 152 if size[1] == 480 else 270
    rest = (200, 0, width, 270)
    still = part(
        end_frame=8, width=size[0], height=size[1], crop=((0, *rest),), encode=FAST, frame_rate=Fraction(25)
    )  # fmt: skip
    still = replace(still, encode=replace(FAST, quality=1))
    resting = replace(still, crop=((0, *rest), (6, *rest), (7, 203.1, *rest[1:])))
    first, second = encoded(tmp_path, either_studio.ffmpeg, film, still, resting)
    pairs = zip(*(list(readings.pictures(file, either_studio.ffmpeg))[:7] for file in (first, second)), strict=True)
    for one, other in pairs:
        for plane, other_plane in zip(one, other, strict=True):
            assert np.sqrt(np.mean((plane.astype(float) - other_plane) ** 2)) <= 1


# ---------------------------------------------------------------- in step


SLOPE_WIDTH, WINDOW_WIDTH = 320, 100


def numbered_slope(folder: Path, frames: int, rate: Fraction) -> Path:
    """Numbered frames in the upper half; below a slope whose level names the column."""
    slope = masters.slope(SLOPE_WIDTH, 90)[..., 0]
    grey = (np.vstack([masters.stamp(n, SLOPE_WIDTH, 90), slope]) for n in range(frames))
    raw = (masters.planes(np.repeat(picture[..., None], 3, axis=2)) for picture in grey)
    options = (*LOSSLESS, "-pix_fmt", "yuv420p", *masters.TAGS_709)
    return masters.encode(
        folder / f"slope-{frames}-{rate}.mp4", raw, (SLOPE_WIDTH, 180), rate, pixel_format="yuv420p", options=options
    )


def column_of(luma: np.ndarray, width: int, whole: int = SLOPE_WIDTH) -> float:
    """Where a window of `width` columns begins, by the slope of `whole` columns below the picture's middle."""
    rows = luma[luma.shape[0] * 6 // 10 : -8].astype(float).mean(axis=0)
    # studio range: black is 16 and white 235
    columns = ((rows - 16) * 255 / 219 - 40) * whole / 170
    scale = len(rows) / width
    inside = slice(8, -8)
    return float(np.mean((columns - ((np.arange(len(rows)) + 0.5) / scale - 0.5))[inside]))


@pytest.mark.parametrize(("master_rate", "cut"), [(30, 47), (60, 95), (24, 37)])
def test_a_window_jumps_with_the_cut(shelf, either_studio, tmp_path, master_rate, cut):
    """Before the cut one path, after it the other, frame by frame, over all part borders; joined they are the whole."""
    frames, rate = 100, Fraction(30)
    film = numbered_slope(shelf, frames * master_rate // 30 + 4, Fraction(master_rate))
    at = first_showing(cut, Fraction(master_rate), rate)
    size = (WINDOW_WIDTH, 180)
    path = ((0, 0, 0, *size), (9, 0, 0, *size), (at - 1, 41.37, 0, *size), (at, 220, 0, *size), (99, 171.9, 0, *size))
    whole = part(end_frame=frames, width=180, height=324, encode=Encode("lossless", 0, "ultrafast", "high444", 60))
    spans = ((0, 5), (5, at - 11), (at - 11, at + 10), (at + 10, frames))
    parts = [replace(whole, start_frame=a, end_frame=b, crop=slice_keys(path, a, b)) for a, b in (*spans, (0, frames))]
    assert [len(one.crop) for one in parts] == [1, 3, 4, 2, 5]
    files = encoded(tmp_path, either_studio.ffmpeg, film, *parts)
    seen = [[luma for luma, _, _ in readings.pictures(file, either_studio.ffmpeg)] for file in files]
    joined = [luma for part_frames in seen[:-1] for luma in part_frames]
    assert len(joined) == frames
    for n, luma in enumerate(joined):
        number = masters.read_stamp(luma[:162])
        assert number == shown_frame(n, Fraction(master_rate), rate)
        assert (number >= cut) == (n >= at)
        assert column_of(luma, WINDOW_WIDTH) == pytest.approx(window_at(path, n)[0], abs=0.3)
    for luma, whole_luma in zip(joined[5:], seen[-1][5:], strict=True):
        assert (luma == whole_luma).all()
    assert np.mean([np.abs(a.astype(int) - b).mean() for a, b in zip(joined[:5], seen[-1][:5], strict=True)]) < 1


def test_thousands_of_keys_are_followed(shelf, either_studio, tmp_path):
    """A path with five thousand keys is taken by FFmpeg and every window is where it should be."""
    frames = 5000
    film = masters.still(shelf, "long-slope", masters.slope(320, 36), frames=frames, rate=Fraction(30))
    path = tuple((n, round(100 + 90 * np.sin(n / 40) + n % 7 / 10, 2), 0, 20, 36) for n in range(frames))
    one = part(end_frame=frames, width=36, height=64, crop=path, encode=replace(FAST, speed="ultrafast", quality=4))
    seen = shown(tmp_path, either_studio.ffmpeg, film, one)
    assert len(seen) == frames
    found = np.array([column_of(luma, 20) for luma in seen])
    assert np.abs(found - [key[1] for key in path]).max() < 1.5
    assert not list(tmp_path.glob("*.graph"))


# ---------------------------------------------------------------- at the edges, and two at once


@pytest.mark.parametrize("size", [(320, 180), (321, 181)])
def test_a_window_reaches_both_edges(shelf, either_studio, tmp_path, size):
    """From the first column to the last, of an odd master too, without a step and without black."""
    frames = 30
    slope = masters.slope(*size)
    film = masters.still(shelf, f"edge-{size[0]}", slope, is_444=bool(size[0] % 2), frames=frames)
    last = size[0] - 102
    path = ((0, 0, 0, 102, 180), (frames - 1, last, 0, 102, 180))
    one = part(end_frame=frames, width=180, height=320, crop=path, encode=FAST, frame_rate=Fraction(25))
    for n, luma in enumerate(shown(tmp_path, either_studio.ffmpeg, film, one)):
        assert column_of(luma, 102, size[0]) == pytest.approx(last * n / (frames - 1), abs=0.6)


@pytest.mark.parametrize("size", [(320, 180), (321, 181)])
def test_nothing_dark_comes_in_at_the_edges(shelf, either_studio, tmp_path, size):
    """A light picture is as light to its last row and column wherever the window is: outside lies more of the same."""
    frames = 30
    light = np.full((size[1], size[0], 3), 225)
    film = masters.still(shelf, f"light-{size[0]}", light, is_444=bool(size[0] % 2), frames=frames)
    path = ((0, 0, 0, 102, 140), (frames - 1, size[0] - 102, size[1] - 140, 102, 140))
    one = part(end_frame=frames, width=180, height=246, crop=path, encode=FAST, frame_rate=Fraction(25))
    for luma in shown(tmp_path, either_studio.ffmpeg, film, one):
        assert np.abs(luma.astype(float) - (16 + 225 * 219 / 255)).max() <= 2


@pytest.mark.parametrize("fit_height", [320, 318])
def test_a_split_shows_two_windows(shelf, either_studio, tmp_path, fit_height):
    """The upper half is the one window, the lower the other, which moves; between them is no line."""
    frames = 20
    rgb = masters.slope(320, 180)
    film = masters.still(shelf, "slope-20", rgb, frames=frames)
    upper: tuple[CropKey, ...] = ((0, 20, 0, 100, 90),)
    lower: tuple[CropKey, ...] = ((0, 180, 20, 100, 90), (frames - 1, 199.5, 24.5, 100, 90))
    one = part(
        end_frame=frames, width=180, height=fit_height, fit="split", crop=upper, lower_crop=lower, encode=FAST,
        frame_rate=Fraction(25),
    )  # fmt: skip
    seen = shown(tmp_path, either_studio.ffmpeg, film, one)
    middle = fit_height // 4 * 2
    for n, luma in enumerate(seen):
        assert luma.shape == (fit_height, 180)
        assert column_of(luma[:middle], 100) == pytest.approx(20, abs=0.4)
        assert column_of(luma[middle:], 100) == pytest.approx(window_at(lower, n)[0], abs=0.5)
        rows = luma.astype(float).mean(axis=1)
        assert np.abs(np.diff(rows[:middle])).max() < 3 and np.abs(np.diff(rows[middle:])).max() < 3

"""A master surveyed in one decode: which small frames its watchers are shown, what is measured beside, how it ends."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import masters
import numpy as np
import pytest

from variantgen.analyze.survey import pq_levels, small_size, survey
from variantgen.errors import ToolError
from variantgen.media.ffmpeg import Cancelled, Children, RawFrames, Tool, find_ffmpeg, run
from variantgen.media.probe import probe
from variantgen.model import Analysis

pytestmark = pytest.mark.media


class Diary:
    """A watcher that copies what it is shown."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.pictures: list[np.ndarray] = []
        self.cuts: list[int] = []

    def take(self, frame_number: int, frame_bgr: np.ndarray, is_cut: bool) -> None:
        self.numbers.append(frame_number)
        self.pictures.append(frame_bgr.copy())
        if is_cut:
            self.cuts.append(frame_number)

    @property
    def stamps(self) -> list[int]:
        return [masters.read_stamp(picture[..., 1]) for picture in self.pictures]


def surveyed(master: Path, folder: Path, ffmpeg: Path | None = None) -> tuple[Analysis, Diary]:
    """A master's analysis, and what a watcher was shown meanwhile."""
    diary = Diary()
    private = folder / f"{master.stem}-survey"
    private.mkdir()
    return survey(find_ffmpeg(str(ffmpeg) if ffmpeg else None), probe(master), private, watchers=[diary]), diary


def rows(ffmpeg: Path, count: int, *words: str) -> list[str]:
    """Arguments that make `count` raw grey frames of 64x64, 10 a second, on the standard output."""
    source = ["-f", "lavfi", "-i", f"color=gray:s=64x64:r=10:d={count / 10},format=gray", *words]
    return [*source, "-f", "rawvideo", "pipe:1"]


# ---------------------------------------------------------------- which frames


def test_a_watcher_sees_every_frame_once_in_order(shelf, tmp_path, ffmpeg):
    """The numbers stamped on the small frames are 0, 1, 2... as many as the analysis counts; frame 0 starts a shot."""
    analysis, diary = surveyed(masters.stamped(shelf, 157), tmp_path, ffmpeg)
    assert diary.numbers == diary.stamps == list(range(157))
    assert analysis.frames == 157
    assert diary.cuts == list(analysis.shot_starts) and diary.cuts[0] == 0


def test_a_varying_rate_is_seen_at_the_masters_rate(shelf, tmp_path, ffmpeg):
    """Where frames are missing, the last one is shown again: frame n is what stands on the screen at n / rate."""
    kept = [n for n in range(150) if not (30 <= n < 90 and n % 3)]
    source = masters.stamped(shelf, 150, Fraction(30))
    words = ("-vf", "select='not(between(n,30,89)*mod(n,3))'", "-fps_mode", "vfr", *masters.X264)
    master = masters.remade(source, shelf / "survey-vfr.mp4", *words)
    assert probe(master).is_variable_rate
    _, diary = surveyed(master, tmp_path, ffmpeg)
    assert diary.stamps == [max(k for k in kept if k <= n) for n in range(150)]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_frames_are_seen_upright(shelf, tmp_path, ffmpeg, degrees):
    """A film whose header says to turn it is shown turned, in its turned shape."""
    upright = masters.corners(180, 320)
    lying = masters.still(shelf, f"s-lying{degrees}", np.ascontiguousarray(np.rot90(upright, -degrees // 90)))
    words = ("-c", "copy")
    turned = ("-display_rotation", str(degrees))
    master = masters.remade(lying, shelf / f"s-turned{degrees}.mp4", *words, before=turned)
    _, diary = surveyed(master, tmp_path, ffmpeg)
    picture = diary.pictures[5]
    assert picture.shape == (320, 180, 3)
    assert abs(picture[..., ::-1].astype(int) - upright).mean() < 8


@pytest.mark.parametrize(("width", "aspect"), [(240, "1.7778"), (480, "1.7778")])
def test_frames_have_square_pixels_and_blue_first(shelf, tmp_path, ffmpeg, width, aspect):
    """The disc in a stretched film is round, and its first corner is red in the last of the three channels."""
    picture = masters.corners(width, 180, stretch=320 / width)
    master = masters.still(shelf, f"s-wide{width}", picture, extra=("-aspect", aspect))
    _, diary = surveyed(master, tmp_path, ffmpeg)
    seen = diary.pictures[5].astype(int)
    assert seen.shape == (180, 320, 3)
    disc = seen[50:130, 90:230].min(axis=2) > 165
    assert disc.any(axis=0).sum() == pytest.approx(disc.any(axis=1).sum(), abs=3)
    assert seen[20, 20, 2] > 200 and seen[20, 20, 0] < 60


def test_small_frames_are_even_in_shape_and_never_larger():
    """480 pixels at most along the longer side, both even; a small master keeps its size."""
    still = replace(probe_stub(), width=1920, height=1080)
    assert small_size(still) == (480, 270)
    assert small_size(replace(still, width=1080, height=1920)) == (270, 480)
    assert small_size(replace(still, width=854, height=480)) == (480, 270)
    assert small_size(replace(still, width=321, height=181)) == (320, 180)
    assert small_size(replace(still, width=4000, height=10)) == (480, 2)


def probe_stub():
    """Any master: only its size matters here."""
    import made

    return made.master()


def test_hdr_frames_are_as_bright_as_sdr_ones(shelf, tmp_path, ffmpeg):
    """HDR10's diffuse white (203 nits) is seen as white, its middle grey in the middle, black as black."""
    signals = [masters.pq_code(nits) for nits in (0.01, 26, 203)]
    _, diary = surveyed(masters.grey_patches(shelf, "s-pq", signals, "smpte2084"), tmp_path, ffmpeg)
    dark, middle, white = (int(diary.pictures[2][32, 16 + 32 * n, 1]) for n in range(3))
    assert dark < 12 and 80 < middle < 120 and white > 235
    assert list(pq_levels()) == sorted(pq_levels())


# ---------------------------------------------------------------- what is measured beside


def test_black_is_told_to_the_end_of_the_film(shelf, tmp_path, ffmpeg):
    """A second of black in the middle and one at the end, to the frame; frames and sound are measured as before."""
    light, dark = np.full((90, 160), 128, np.uint8).tobytes(), np.full((90, 160), 16, np.uint8).tobytes()
    frames = [light] * 50 + [dark] * 25 + [light] * 50 + [dark] * 25
    sound = masters.tone(6, 440)
    path = shelf / "s-black.mov"
    master = masters.encode(path, frames, (160, 90), Fraction(25), sound=sound)
    analysis, _ = surveyed(master, tmp_path, ffmpeg)
    assert analysis.frames == 150
    assert analysis.black == ((50, 75), (125, 150))
    assert analysis.loudness is not None and analysis.loudness.integrated_lufs == pytest.approx(-17.7, abs=1)


def test_decode_errors_are_counted_and_frames_go_on(shelf, tmp_path, ffmpeg):
    """A film with flipped bytes is shown to its end, and its errors are told."""
    rng = np.random.default_rng(4)
    noise = (rng.integers(0, 255, (90, 160), np.uint8).tobytes() for _ in range(60))
    content = bytearray(masters.encode(shelf / "s-noise.mp4", noise, (160, 90), Fraction(25)).read_bytes())
    for at in rng.integers(len(content) // 4, len(content) * 3 // 4, 40):
        content[at] ^= 0xFF
    broken = tmp_path / "s-flipped.mp4"
    broken.write_bytes(content)
    analysis, diary = surveyed(broken, tmp_path, ffmpeg)
    assert analysis.decode_errors > 0
    assert diary.numbers == list(range(analysis.frames)) and analysis.frames >= 50


# ---------------------------------------------------------------- how it ends


class Fault(Exception):
    """What a watcher raises."""


def test_what_a_watcher_raises_ends_ffmpeg_and_is_raised(shelf, tmp_path, bundled):
    """No process and no thread of the survey is left, however much was still to come."""

    class Failing(Diary):
        def take(self, frame_number, frame_bgr, is_cut):
            if frame_number == 3:
                raise Fault("enough")

    children = Children()
    threads = threading.active_count()
    with pytest.raises(Fault, match="enough"):
        survey(
            find_ffmpeg(str(bundled)), probe(masters.stamped(shelf, 400)), tmp_path, watchers=[Failing()],
            children=children,
        )  # fmt: skip
    assert not children._running
    ends = time.monotonic() + 30  # a thread that was told to end still has to get its turn
    while threading.active_count() > threads and time.monotonic() < ends:
        time.sleep(0.01)
    assert threading.active_count() == threads


def test_cancelling_ends_a_survey(shelf, tmp_path, bundled):
    """Cancelled while frames come: the survey says so, and shows no frame after the few that were ready."""
    children = Children()

    class Cancelling(Diary):
        def take(self, frame_number, frame_bgr, is_cut):
            super().take(frame_number, frame_bgr, is_cut)
            children.cancel()

    diary = Cancelling()
    with pytest.raises(Cancelled):
        survey(
            find_ffmpeg(str(bundled)), probe(masters.stamped(shelf, 2000)), tmp_path, watchers=[diary],
            children=children,
        )  # fmt: skip
    assert 0 < len(diary.numbers) < 1900


def tool_of(path: Path) -> Tool:
    """A tool without asking its version."""
    return Tool(path, "0", "0", "test")


def test_frames_are_taken_in_the_calling_thread_and_progress_is_their_count(tmp_path, ffmpeg):
    """Each whole frame of a process's output once; progress in seconds comes from them."""
    seen: list[tuple[int, str]] = []
    told: list[float] = []
    frames = RawFrames(64 * 64, 10.0, lambda raw: seen.append((len(raw), threading.current_thread().name)))
    errors = run(tool_of(ffmpeg), rows(ffmpeg, 30), doing="t", folder=tmp_path, frames=frames, on_progress=told.append)
    assert errors == 0
    assert seen == [(64 * 64, threading.current_thread().name)] * 30
    assert told == pytest.approx([n / 10 for n in range(1, 31)])


def test_a_frame_cut_short_is_no_frame(tmp_path, ffmpeg):
    """Of an output whose length is no multiple of a frame, the rest is dropped."""
    seen: list[bytes] = []
    run(
        tool_of(ffmpeg), rows(ffmpeg, 10), doing="t", folder=tmp_path,
        frames=RawFrames(64 * 64 * 4, 10.0, seen.append),
    )  # fmt: skip
    assert [len(raw) for raw in seen] == [64 * 64 * 4] * 2


def test_no_frame_for_too_long_is_a_stall(tmp_path, ffmpeg):
    """A process that makes nothing is ended and told as a failure, not waited for."""
    waiting = ["-re", *rows(ffmpeg, 600, "-vf", "select=gte(n\\,500)")]
    with pytest.raises(ToolError, match="no progress"):
        run(
            tool_of(ffmpeg), waiting, doing="t", folder=tmp_path, frames=RawFrames(64 * 64, 10.0, lambda raw: None),
            stall_seconds=1.5,
        )  # fmt: skip


def test_a_slow_taker_holds_ffmpeg_back(tmp_path, ffmpeg):
    """However slow the taker, only a few frames wait for it in memory, and it is never taken for a stall."""
    made = tmp_path / "told.txt"
    counts: list[int] = []

    def take(raw: bytes) -> None:
        if len(counts) == 10:
            time.sleep(1.2)
            counts.append(made.read_text("ascii").count("frame:"))
        else:
            counts.append(0)

    # told as made: the filter's own file, flushed by every frame
    words = ("-vf", "scdet=threshold=100,metadata=print:file=told.txt:direct=1")
    run(
        tool_of(ffmpeg), rows(ffmpeg, 3000, *words), doing="t", folder=tmp_path,
        frames=RawFrames(64 * 64, 10.0, take), stall_seconds=1.0,
    )  # fmt: skip
    assert len(counts) == 3000
    assert 10 < counts[10] < 400

"""Covers of real files: chosen from the master's one decode, taken out of the finished variant."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import made
import masters
import numpy as np
import pytest

from variantgen.analyze import whole
from variantgen.analyze.clarity import COLUMNS, ROWS, ClarityWatcher
from variantgen.build.covers import cover_frame, sharpness_of
from variantgen.media.ffmpeg import find_ffmpeg
from variantgen.media.frames import frames_in
from variantgen.media.probe import probe
from variantgen.plan.covers import cover_choices, shot_around

pytestmark = pytest.mark.media

RATE = Fraction(30)
SIZE = (320, 180)
FOOTAGE = Path(__file__).resolve().parents[3] / "shared" / "footage"
needs_footage = pytest.mark.skipif(
    not (FOOTAGE / "people").is_dir(), reason="no recordings beside this checkout (../shared/footage)"
)


def focused_once(folder: Path, sharp: range, frames: int = 150) -> Path:
    """A textured picture that is out of focus but for some frames."""
    texture = np.random.default_rng(5).integers(40, 216, (SIZE[1] // 4, SIZE[0] // 4), dtype=np.uint8)
    focused = cv2.resize(texture, SIZE, interpolation=cv2.INTER_NEAREST)
    blurred = cv2.GaussianBlur(focused, (0, 0), 6)
    pictures = ((focused if number in sharp else blurred).tobytes() for number in range(frames))
    return masters.encode(folder / f"focused-{sharp.start}-{sharp.stop}.mp4", pictures, SIZE, RATE)


@pytest.mark.usefixtures("nobody_in_sight")
def test_the_frame_in_focus_becomes_the_cover(shelf, tmp_path, studio):
    """Of five seconds out of focus the fifth of a second that is sharp, from the file that was rendered."""
    sharp = range(88, 95)
    path = focused_once(shelf, sharp)
    film = probe(path)
    private = tmp_path / "survey"
    private.mkdir()
    measured, _ = whole.analyse(find_ffmpeg(), film, private)
    # the jump in focus may pass for a cut: a cover must be found beside it all the same
    measured = replace(measured, shot_starts=(0,))
    variant = made.variant_of(
        made.preset(canvas={"width": 160, "height": 90}, captions=None), film=film, measured=measured
    )
    rendered = studio.render(path).file
    choice = cover_choices(variant, film, measured)[0]
    assert choice.frame in sharp
    cover = cover_frame(rendered, choice.frame, shot_around(variant, film, measured, choice.frame), variant.frame_rate)
    soft = cover_frame(rendered, 20, (0, 40), variant.frame_rate)
    assert cover is not None and soft is not None
    assert sharpness_of(cover) > 20 * sharpness_of(soft)


def test_the_sharpest_frame_nearby_is_taken_and_none_of_another_shot(shelf):
    """Two frames beside the chosen one are tried; beyond the span none is, however sharp."""
    path = focused_once(shelf, range(88, 95))
    kept = cover_frame(path, 86, (0, 88), RATE)
    assert kept is not None
    for frame in (86, 93):
        near = cover_frame(path, frame, (0, 150), RATE)
        assert near is not None
        assert sharpness_of(near) > 20 * sharpness_of(kept)


@pytest.mark.parametrize("rate", [Fraction(30), masters.NTSC, Fraction(24)])
def test_frames_are_numbered_as_the_variant_counts_them(shelf, rate):
    """Each frame asked for is the one that bears its number, across keyframes and up to the end."""
    path = masters.stamped(shelf, 130, rate)
    for first, end in ((0, 3), (58, 63), (127, 140)):
        found = list(frames_in(path, first, end, rate))
        assert [number for number, _ in found] == list(range(first, min(end, 130)))
        assert [masters.read_stamp(np.asarray(picture.convert("L"))) for _, picture in found] == [n for n, _ in found]


def test_a_file_without_a_picture_has_no_cover(shelf, tmp_path):
    """Sound, or something that is no film, gives none; nothing is raised."""
    (tmp_path / "no.mp4").write_bytes(b"not a film")
    assert cover_frame(tmp_path / "no.mp4", 3, (0, 9), RATE) is None
    assert cover_frame(tmp_path / "missing.mp4", 3, (0, 9), RATE) is None


def test_a_watcher_tells_where_a_picture_is_sharp_and_bright():
    """The left half textured and dark, the right half plain and bright: cells say so; odd and tiny frames are fine."""
    import base64
    import zlib

    frame = np.full((180, 320, 3), 220, np.uint8)
    frame[:, :160] = np.random.default_rng(1).integers(0, 80, (180, 160, 1), dtype=np.uint8)
    watcher = ClarityWatcher(rate=8.0, frames=2)
    watcher.take(0, frame, True)
    watcher.take(1, frame[:, ::-1], False)
    told = watcher.finish()
    sharpness, light = (
        np.frombuffer(zlib.decompress(base64.b64decode(packed)), np.uint8).reshape(-1, ROWS, COLUMNS)
        for packed in (told.sharpness, told.light)
    )
    assert sharpness.shape == (2, ROWS, COLUMNS)
    assert sharpness[0, :, :5].min() > sharpness[0, :, 7:].max() and light[0, :, :5].max() < light[0, :, 7:].min()
    assert sharpness[1, :, 7:].min() > sharpness[1, :, :5].max()
    for size in ((2, 2), (7, 500), (501, 3)):
        small = ClarityWatcher(rate=30.0, frames=1)
        small.take(0, np.zeros((*size, 3), np.uint8), True)
        assert len(zlib.decompress(base64.b64decode(small.finish().light))) == ROWS * COLUMNS


def test_a_long_master_is_looked_at_less_often():
    """An hour has no more looks than five minutes."""
    assert ClarityWatcher(rate=30.0, frames=30 * 60).step_frames == 4
    hour = ClarityWatcher(rate=30.0, frames=30 * 3600)
    assert 30 * 3600 / hour.step_frames <= 2400


@needs_footage
def test_a_cover_of_a_recording_shows_its_face(tmp_path):
    """A person who speaks into the camera: the face is whole in the cover of an upright variant."""
    film = probe(FOOTAGE / "people" / "talking-head.mp4")
    private = tmp_path / "survey"
    private.mkdir()
    measured, complaint = whole.analyse(find_ffmpeg(), film, private)
    if complaint:
        pytest.skip(complaint)
    choice = cover_choices(made.variant_of(film=film, measured=measured), film, measured)[0]
    (face,) = choice.faces
    # the box has room for hair, which may touch an edge
    assert face[0] > -0.03 and face[1] > -0.03 and face[0] + face[2] < 1.03 and face[1] + face[3] < 1
    assert face[3] > 0.2

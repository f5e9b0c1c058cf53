"""A jump cut in a finished file: the picture changes its size there, by as much as was planned, and nowhere else."""

from __future__ import annotations

from fractions import Fraction

import masters
import numpy as np
import pytest
import readings

from variantgen.media.ffmpeg import Children
from variantgen.pipeline import Report, Request, make_plans

pytestmark = pytest.mark.media

SIZE, BOX = (640, 360), (240, 120, 160, 120)


def film(folder):
    """Eight seconds of one shot: a light box on a dark slope."""
    x, y, w, h = BOX
    rgb = masters.slope(*SIZE) // 4
    rgb[y : y + h, x : x + w] = 235
    return masters.still(folder, "a box of eight seconds", rgb, frames=200)


def box_px(luma: np.ndarray) -> tuple[float, float]:
    """Width and height of the light box, its edges' greys counted by their share."""
    dark, light = 40.0, float(np.percentile(luma, 99))
    shares = np.clip((luma.astype(float) - dark) / (light - dark), 0, 1)
    shares[shares < 0.25] = 0
    return float(np.sort(shares.sum(axis=1))[-20]), float(np.sort(shares.sum(axis=0))[-20])


@pytest.mark.parametrize("canvas", [(640, 360), (202, 360)], ids=["wide", "tall"])
def test_the_box_grows_at_the_jump(shelf, either_studio, nobody_in_sight, canvas) -> None:
    """The box measured in every frame: its planned size in each piece, another one on the two sides of each joint."""
    width, height = canvas
    placement = either_studio.placement(
        f"w{width}", canvas__width=width, canvas__height=height, length__max_seconds=30
    )  # fmt: skip
    wishes = {"lengths": (6.0,), "drop_spans": ((2.0, 2.8), (5.0, 5.6))}
    made = either_studio.render(film(shelf), placement, **wishes)
    request = Request(
        masters=(film(shelf),), presets=(str(placement),), store=either_studio.folder / "store",
        ffmpeg=str(either_studio.ffmpeg), **wishes,
    )  # fmt: skip
    (planned,) = make_plans(request, lambda event: None, Report(), Children())
    (variant,) = planned.plan.variants
    seen = np.array([box_px(luma) for luma, _, _ in readings.pictures(made.file, either_studio.ffmpeg)])
    assert len(seen) == variant.frames
    at, scales = 0, []
    for piece in variant.pieces:
        ((_, _, _, w, _),) = piece.crop
        expected = np.array(BOX[2:]) * width / w
        assert np.abs(seen[at : at + piece.frames] - expected).max() < 2.5
        scales.append(seen[at : at + piece.frames, 1].mean() / BOX[3])
        at += piece.frames
    assert len(scales) >= 3
    assert all(1.08 < max(pair) / min(pair) < 1.17 for pair in zip(scales, scales[1:], strict=False))
    assert made.result.status == "made"
    assert Fraction(variant.frames) / variant.frame_rate <= 6

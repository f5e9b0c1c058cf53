"""Captions move off the face that a real detector finds in a real recording, and only where they cover it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from variantgen.media.ffmpeg import Children
from variantgen.model import Cue, Look
from variantgen.pipeline import Planned, Report, Request, make_plans
from variantgen.plan.caption_places import clear_of
from variantgen.plan.crop_keys import window_at

pytestmark = pytest.mark.media

FOOTAGE = Path(__file__).resolve().parents[3] / "shared" / "footage"
needs_footage = pytest.mark.skipif(
    not (FOOTAGE / "people").is_dir(), reason="no recordings beside this checkout (../shared/footage)"
)
LOOK = Look("Inter", 58, True, "#FFFFFF", "#000000", 4, 1.5, 90, 90, 90, 130, 2)
HOME = {"bottom": (190.0, 800.0, 890.0, 950.0), "middle": (190.0, 445.0, 890.0, 595.0)}
"""Two lines on a square canvas of 1080 px."""


@pytest.fixture(scope="module")
def talking_head(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """One woman who talks to the camera, planned for a square."""
    request = Request(
        masters=(FOOTAGE / "people/talking-head.mp4",), presets=("instagram-square",),
        settings=(("length.min_seconds", "0"),), store=tmp_path_factory.mktemp("store"),
    )  # fmt: skip
    (item,) = make_plans(request, lambda _: None, Report(), Children())
    return item


def placed(item: Planned, position: str) -> tuple[Cue, ...]:
    """Captions of two seconds through the whole variant."""
    variant = item.plan.variants[0]
    cues = tuple(Cue(start, start + 55, ("a", "b")) for start in range(0, variant.frames - 55, 60))
    return clear_of(
        cues, pieces=variant.pieces, master=item.plan.master, analysis=item.analysis, frame_rate=variant.frame_rate,
        width=variant.width, height=variant.height, look=replace(LOOK, position=position), avoid=("face", "text"),
        extent=lambda _: HOME[position],
    )  # fmt: skip


def covered(item: Planned, box: tuple[float, float, float, float]) -> float:
    """The largest share of the surest face that a box on the canvas covers wherever the detector saw it."""
    variant = item.plan.variants[0]
    face = max((s for s in item.analysis.subjects if s.kind == "face"), key=lambda s: s.confidence)
    worst = 0.0
    for seen in face.boxes:
        x, y, w, _ = window_at(variant.pieces[0].crop, seen.frame)
        scale = variant.width / w
        left, top, wide, tall = (scale * side for side in (seen.x - x, seen.y - y, seen.w, seen.h))
        across = min(left + wide, box[2]) - max(left, box[0])
        down = min(top + tall, box[3]) - max(top, box[1])
        worst = max(worst, max(0.0, across) * max(0.0, down) / (wide * tall))
    return worst


@needs_footage
def test_captions_over_a_mouth_go_below_the_chin(talking_head) -> None:
    """In the middle of the picture they would cover her mouth: all of them stand below her face, inside the margins."""
    (rise,) = {cue.rise_px for cue in placed(talking_head, "middle")}
    left, top, right, bottom = HOME["middle"]
    assert covered(talking_head, HOME["middle"]) > 0.15
    assert covered(talking_head, (left, top - rise, right, bottom - rise)) < 0.01
    assert rise < 0 and bottom - rise <= 950


@needs_footage
def test_captions_that_cover_nobody_stay(talking_head) -> None:
    """At the bottom they are clear of her already."""
    assert covered(talking_head, HOME["bottom"]) == 0
    assert {cue.rise_px for cue in placed(talking_head, "bottom")} == {0}

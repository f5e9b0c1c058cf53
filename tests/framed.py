"""A made master of four shots with a moving box, what a detector would say of it, and a plan that follows it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import masters
import numpy as np
from made import master, plan_of, preset

from variantgen.framing_views import View, views_of
from variantgen.model import Analysis, CropKey, Master, Piece, ShotFraming, Subject, SubjectBox
from variantgen.pipeline import Planned
from variantgen.presets.schema import Preset

RATE = Fraction(25)
SIZE = (640, 360)
WINDOW = (202, 360)
SHOTS = ((0, 50), (50, 100), (100, 150), (150, 200))
BALL = (224, 60, 40)
# the ball's left edge in the first and last frame of each shot
PATHS = ((300, 300), (40, 500), (60, 60), (480, 480))
BALL_PX = 80


def ball_at(frame: int) -> float:
    """The left edge of the ball, in pixels of the master."""
    number = next(n for n, (start, end) in enumerate(SHOTS) if start <= frame < end)
    (start, end), (first, last) = SHOTS[number], PATHS[number]
    return first + (last - first) * (frame - start) / (end - 1 - start)


def film(folder: Path) -> Path:
    """Eight seconds: a red ball on a grey slope that is lighter in every shot."""
    slope = masters.slope(*SIZE)

    def picture(frame: int) -> bytes:
        rgb = np.clip(slope.astype(int) // 2 + 20 * (frame // 50), 0, 255).astype(np.uint8)
        left = round(ball_at(frame))
        rgb[140 : 140 + BALL_PX, left : left + BALL_PX] = BALL
        return masters.planes(rgb)

    pictures = (picture(frame) for frame in range(200))
    return masters.encode(
        folder / "ball.mov", pictures, SIZE, RATE, pixel_format="yuv420p", sound=masters.tone(8, 440)
    )  # fmt: skip


def analysis() -> Analysis:
    """One subject a shot, the ball, and a second one beside it in the third."""
    balls = tuple(
        Subject(number + 1, "person", tuple(_box(frame) for frame in sorted({*range(start, end, 5), end - 1})), 0.9)
        for number, (start, end) in enumerate(SHOTS)
    )
    other = Subject(9, "face", (SubjectBox(100, 480, 140, 80, 80), SubjectBox(149, 480, 140, 80, 80)), 0.7)
    return Analysis(frames=200, shot_starts=tuple(start for start, _ in SHOTS), subjects=(*balls, other))


def _box(frame: int) -> SubjectBox:
    return SubjectBox(frame, ball_at(frame), 140, BALL_PX, BALL_PX)


def _still(frame: int, x: float) -> CropKey:
    return (frame, x, 0, *WINDOW)


# The window is where the ball is, but in the last shot, which it loses; the third shot is split.
STILL, FOLLOW, UPPER, LOWER, LOST = (238, (0.0, 438.0), 0, 420, 200)
PIECES = (
    Piece(
        "master", 0, 100, "crop", (_still(0, STILL), _still(49, STILL), _still(50, FOLLOW[0]), _still(99, FOLLOW[1])),
        framing=(
            ShotFraming(0, 50, "still", "1 person stays in view from a still window", (1,), 0.0),
            ShotFraming(50, 100, "follow", "follows 2 person, who crosses the picture", (2,), 0.02),
        ),
    ),
    Piece(
        "master", 100, 150, "split", ((100, UPPER, 0, 405, 360),), lower_crop=((100, 235, 0, 405, 360),),
        framing=(ShotFraming(100, 150, "split", "3 person and 9 face are too far apart for one window", (3, 9), 0.0),),
    ),
    Piece(
        "master", 150, 200, "crop", (_still(150, LOST),),
        framing=(ShotFraming(150, 200, "still", "the marked centre", (4,), 0.9),),
    ),
)  # fmt: skip


MASTER = master(width=SIZE[0], height=SIZE[1], frame_rate=RATE, frames=200)


def planned(film: Master = MASTER, pieces: tuple[Piece, ...] = PIECES, *more: Preset) -> Planned:
    """A plan whose first variant, p0 (9:16), has these pieces; `more` presets are planned as they are."""
    placements = (preset(captions=None), *more)
    plan = plan_of(*placements, film=film, measured=analysis(), stem=film.path.stem)
    first, *others = plan.variants
    variants = (replace(first, pieces=pieces), *others)
    return Planned(replace(plan, variants=variants), analysis(), {f"p{n}": one for n, one in enumerate(placements)})


def view(item: Planned | None = None) -> View:
    """How the made master is framed for the first placement."""
    item = item or planned()
    return views_of(item.plan, item.analysis)[0]

"""The town of the last shot: a scale in, its houses and the flags above them out."""

from __future__ import annotations

import math

from harbour_drawing import Pen, Picture, Sprite, glow, mix, sky, smooth
from harbour_sprites import CORAL, CREAM, INK, MUSTARD, WOOD

# twelve houses for twelve placements: wall, roof, width, wall height
_HOUSES = (
    ("#f6c667", "#b4473a", 150, 250),
    ("#f2efe4", "#2f4a6d", 128, 320),
    ("#ee7f6a", "#7d3140", 168, 270),
    ("#8fc7b7", "#2f5d62", 140, 350),
    ("#fbe3b8", "#c65a3f", 158, 286),
    ("#e6614f", "#6d2a3c", 132, 376),
    ("#f9d98c", "#40566f", 172, 300),
    ("#7fb6cf", "#2f4a6d", 138, 360),
    ("#f7efe2", "#b4473a", 156, 280),
    ("#f0a35b", "#7b3b2f", 146, 334),
    ("#b7d7b0", "#3a6152", 162, 262),
    ("#ee8f86", "#7d3140", 150, 318),
)


def town(scale: float) -> Picture:
    """The still town on its quay, a full frame; water belongs below y 700."""
    still = sky(scale, [(0, "#ff9f87"), (260, "#ffc3a0"), (520, "#ffe9cd"), (700, "#fff6e4")])
    glow(still, 960, 330, 640, "#fffbe8", 0.65, scale)
    pen = Pen(1920, 1080, scale, ground=still, over=2)
    pen.polygon(
        [
            (0, 700),
            *smooth(
                [(0, 420), (240, 330), (520, 400), (900, 300), (1300, 390), (1620, 310), (1920, 380)],
                closed=False,
            ),
            (1920, 700),
        ],
        "#f3ab94",
    )
    pen.polygon(
        [
            (0, 700),
            *smooth([(0, 500), (360, 440), (760, 480), (1180, 410), (1560, 470), (1920, 430)], closed=False),
            (1920, 700),
        ],
        "#e58f86",
    )
    x = 36.0
    for number, (wall, roof, width, height) in enumerate(_HOUSES):
        _house(pen, x, width, height, wall, roof, number)
        x += width + 4
    pen.box(0, 664, 1920, 60, "#c9a58c")
    pen.box(0, 664, 1920, 10, "#efd3b8")
    for post in range(60, 1920, 150):
        pen.box(post, 640, 22, 80, WOOD, round_px=8)
        pen.box(post, 640, 22, 8, mix(WOOD, CREAM, 0.4), round_px=4)
    return pen.lift()


def _house(pen: Pen, x: float, width: float, height: float, wall: str, roof: str, number: int) -> None:
    top = 664 - height
    pen.box(x, top, width, height, wall)
    pen.box(x + width * 0.72, top, width * 0.28, height, INK, 0.07)
    if number % 3 == 1:
        steps = [
            (x - 4, top),
            (x - 4, top - 26),
            (x + width * 0.2, top - 26),
            (x + width * 0.2, top - 54),
            (x + width * 0.38, top - 54),
            (x + width * 0.38, top - 82),
        ]
        pen.polygon([*steps, *[(2 * x + width - px, py) for px, py in steps[::-1]]], roof)
    else:
        pen.polygon([(x - 9, top + 3), (x + width / 2, top - width * 0.52), (x + width + 9, top + 3)], roof)
        pen.box(x + width * 0.68, top - width * 0.45, 20, width * 0.3, mix(roof, INK, 0.3))
    for row in range(round(height / 92)):
        y = top + 34 + row * 84
        if y > 664 - 116:
            break
        for k in (0.16, 0.58):
            _window(pen, x + width * k, y, width * 0.26, lit=(row + number) % 4 == 0)
    pen.box(x + width * 0.38, 664 - 82, width * 0.25, 82, mix(roof, INK, 0.15), round_px=8)
    pen.disc(x + width * 0.57, 664 - 40, 4, MUSTARD)


def _window(pen: Pen, x: float, y: float, width: float, *, lit: bool) -> None:
    pen.box(x - 5, y - 5, width + 10, 58, "#fff8ea", round_px=4)
    pen.box(x, y, width, 48, "#ffd66b" if lit else "#3d5b78", round_px=2)
    pen.box(x + width / 2 - 2, y, 4, 48, "#fff8ea")
    pen.box(x - 8, y + 50, width + 16, 7, CORAL if lit else "#e7d6bd", round_px=3)


def bunting(frame: Picture, now: float, scale: float) -> None:
    """Twelve flags on a line that sways in the wind."""
    sprite = Pen(1960, 190, scale, over=2)
    line = [(k * 1960 / 48, 24 + 92 * math.sin(math.pi * k / 48) + 4 * math.sin(now * 2 + k * 0.5)) for k in range(49)]
    sprite.stroke(line, 4, INK)
    for k in range(12):
        x, y = line[2 + 4 * k]
        swing = 10 * math.sin(now * 3.1 + k * 1.1)
        colour = (CORAL, CREAM, "#2f7f93", MUSTARD)[k % 4]
        sprite.polygon([(x - 34, y), (x + 34, y), (x + swing, y + 72)], colour)
    Sprite.of(sprite, 0, 0, scale).stamp(frame, -20, 10)

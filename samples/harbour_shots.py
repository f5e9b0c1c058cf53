"""The first half of the sample film: dawn, captain, crossing; a scale in, a painter of moments out.

Each shot is a function `(scale) -> paint`, and `paint(now_seconds, share)` gives one frame, `share` running
0..1 through the shot. What stands still is drawn once.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from harbour_drawing import (
    Pen,
    Picture,
    Sprite,
    Wave,
    ease,
    glitter,
    glow,
    mix,
    reflect,
    sea,
    sky,
    smooth,
    veil,
)
from harbour_sprites import (
    CORAL,
    CREAM,
    INK,
    WOOD,
    Tint,
    boat,
    captain,
    cloud,
    gull,
    lighthouse,
    spyglass_arm,
)

Paint = Callable[[float, float], Picture]


def float_boat(
    frame: Picture, sprite: Sprite, wave: Wave, x: float, now: float, *, dip: float = 8
) -> tuple[float, float]:
    """Puts a boat on `wave` at x, riding the surface; gives its y and how far it leans, in degrees."""
    ahead, behind = wave.line(x + 60, now), wave.line(x - 60, now)
    lean = math.degrees(math.atan2(ahead - behind, 120)) * 0.8 + 1.6 * math.sin(now * 1.7)
    y = (ahead + behind) / 2 + dip
    sprite.stamp(frame, x, y, degrees=lean)
    return y, lean


def dawn(scale: float) -> Paint:
    """Wide: the boat leaves a bay with a lighthouse under a rising sun."""
    tint = Tint("#f7a58f", 0.16)
    ground, coast = _dawn_sky(scale), _dawn_coast(scale, tint)
    waves = [
        Wave(652, 3, 210, 14, "#f6b79f"),
        Wave(690, 5, 270, 24, "#e89c9b", "#ffd0b0"),
        Wave(742, 8, 360, 34, "#c0849f"),
        Wave(812, 11, 450, 46, "#9270a0", "#b88fb2"),
        Wave(900, 14, 560, 62, "#6a5a97"),
        Wave(996, 16, 680, 84, "#4d4a86", "#6d64a0"),
    ]
    hero = boat(scale, 0.62, tint)

    def paint(now: float, share: float) -> Picture:
        frame = ground.copy()
        rise = 560 - 62 * share
        veil(
            frame,
            (830, rise - 130, 260, 260),
            "#fff4d2",
            scale,
            lambda pen: pen.disc(130, 130, 122, "#ffffff"),
        )
        coast.stamp(frame, 0, 0)
        sea(frame, waves[:3], now, scale)
        glitter(frame, 960, 664, 815, 190, "#fff0c8", now, scale)
        x = 880 + 150 * share
        float_boat(frame, hero, waves[3], x, now)
        sea(frame, waves[3:4], now, scale)
        reflect(frame, 822, 84, (x - 210, x + 210), now, scale)
        sea(frame, waves[4:], now, scale)
        for k in range(4):
            gull(
                frame,
                700 + 150 * k + 46 * now + 30 * math.sin(k * 9),
                300 - 40 * (k % 3) - 8 * now,
                30 - 4 * k,
                now * 6 + k,
                "#574f8d",
                scale,
            )
        return frame

    return paint


def _dawn_sky(scale: float) -> Picture:
    still = sky(scale, [(0, "#5b62a8"), (230, "#a77fb4"), (430, "#f09a98"), (600, "#ffd3a1"), (660, "#ffe6b8")])
    for radius, strength in ((620, 0.5), (330, 0.45)):
        glow(still, 960, 520, radius, "#ffe9b5", strength, scale)
    behind = Pen(1920, 1080, scale, ground=still, over=2)
    for y, x, w in ((196, 300, 420), (236, 1330, 520), (300, 520, 300), (330, 1160, 260)):
        behind.box(x, y, w, 20, "#ffd9c4", 0.4, round_px=10)
        behind.box(x + w * 0.3, y + 26, w * 0.5, 13, "#ffd9c4", 0.28, round_px=6)
    return behind.lift()


def _dawn_coast(scale: float, tint: Tint) -> Sprite:
    shore = Pen(1920, 700, scale, over=2)
    shore.polygon(
        [
            (0, 700),
            *smooth([(0, 560), (190, 500), (420, 560), (640, 610), (820, 655)], closed=False),
            (820, 700),
        ],
        "#c58bab",
    )
    shore.polygon(
        [
            (1100, 700),
            *smooth([(1100, 655), (1330, 590), (1560, 480), (1760, 520), (1920, 470)], closed=False),
            (1920, 700),
        ],
        "#b981aa",
    )
    shore.polygon(
        [
            (1400, 700),
            *smooth([(1400, 662), (1540, 600), (1700, 590), (1920, 540)], closed=False),
            (1920, 700),
        ],
        "#8b659c",
    )
    _cottages(shore, tint)
    lighthouse(shore, 330, 596, 330, tint)
    shore.polygon(
        [
            (0, 700),
            *smooth([(0, 560), (160, 566), (300, 580), (430, 600), (560, 662)], closed=False),
            (560, 700),
        ],
        "#6d5490",
    )
    shore.polygon(
        [
            (1440, 700),
            *smooth([(1440, 664), (1560, 622), (1700, 606), (1920, 572)], closed=False),
            (1920, 700),
        ],
        "#735594",
    )
    return Sprite.of(shore, 0, 0, scale)


def _cottages(pen: Pen, tint: Tint) -> None:
    for x, foot, w, wall, roof in (
        (1530, 622, 84, CREAM, CORAL),
        (1640, 604, 100, "#ffd9b0", INK),
        (1768, 594, 90, CREAM, CORAL),
    ):
        pen.box(x, foot - 70, w, 90, tint(wall))
        pen.polygon([(x - 10, foot - 66), (x + w / 2, foot - 124), (x + w + 10, foot - 66)], tint(roof))
        for k in (0.2, 0.6):
            pen.box(x + w * k, foot - 48, w * 0.2, 26, "#ffe9a6")


def captain_close(scale: float) -> Paint:
    """Close: the captain takes up his spyglass and searches the horizon."""
    still = sky(scale, [(0, "#1f9fa8"), (380, "#6fcfc4"), (700, "#d8f3dc"), (760, "#f3fbe4")])
    glow(still, 1430, 260, 560, "#fffbe0", 0.55, scale)
    back = [cloud(scale, 1.0, "#f4fdf3", "#bfe8df"), cloud(scale, 1.5, "#ffffff", "#cdeee4")]
    waves = [
        Wave(742, 5, 260, 30, "#3fb3b5", "#9fe0d6"),
        Wave(790, 9, 380, 50, "#2b98a4"),
        Wave(850, 14, 520, 80, "#1f7f92", "#5fbcc0"),
    ]
    rig, rail = _close_rig(scale), _close_rail(scale)
    faces = [captain(scale), captain(scale, is_blinking=True)]
    arm = spyglass_arm(scale)
    high = 260  # his face stays clear of the captions of a vertical variant

    def paint(now: float, share: float) -> Picture:
        frame = still.copy()
        back[0].stamp(frame, 1560 - 25 * now, 560)
        back[1].stamp(frame, 1840 - 50 * now, 350)
        sea(frame, waves, now, scale)
        sway, bob = math.sin(now * 1.6), math.sin(now * 2.1)
        rig.stamp(frame, 452 + round(9 * sway), 1130 + round(6 * bob))
        _scarf(frame, 844 + 8 * sway, 800 - high + 9 * bob, now, scale)
        is_blinking = 0.42 < share < 0.47 or 0.16 < share < 0.2
        faces[is_blinking].stamp(frame, 914 + 8 * sway, 1080 - high + 9 * bob, degrees=1.1 * sway)
        lifted = ease((share - 0.12) / 0.22)
        search = 3 * math.sin((share - 0.3) * 7) * lifted
        arm.stamp(frame, 790 + 8 * sway, 846 - high + 9 * bob, degrees=84 - 84 * lifted + search)
        rail.stamp(frame, 960, 1080 + round(12 * bob))
        return frame

    return paint


def _close_rig(scale: float) -> Sprite:
    pen = Pen(520, 1220, scale, over=2)
    pen.polygon([(0, 0), (470, 0), (470, 900), (0, 846)], mix(CREAM, WOOD, 0.14))
    pen.polygon([*smooth([(330, 0), (290, 300), (300, 600), (340, 884)], closed=False), (470, 900), (470, 0)], CREAM)
    pen.polygon([(0, 250), (300, 214), (470, 194), (470, 394), (296, 418), (0, 462)], CORAL)
    pen.polygon([(0, 250), (295, 214), (290, 418), (0, 462)], mix(CORAL, INK, 0.16))
    for y in (620, 760):
        pen.stroke([(0, y), (470, y + 44)], 3, mix(CREAM, WOOD, 0.32))
    pen.stroke([(488, 1210), (488, -20)], 30, WOOD)
    pen.stroke([(480, 1210), (480, -20)], 7, mix(WOOD, CREAM, 0.25))
    pen.stroke([(490, 924), (-60, 862)], 24, mix(WOOD, INK, 0.1))
    return Sprite.of(pen, 488, 1210, scale)


def _close_rail(scale: float) -> Sprite:
    pen = Pen(2120, 240, scale, over=2)
    top = smooth([(0, 100), (500, 116), (1060, 112), (1600, 84), (2120, 26)], closed=False)
    pen.polygon([*top, (2120, 240), (0, 240)], CORAL)
    pen.polygon([*[(x, y + 96) for x, y in top], (2120, 240), (0, 240)], mix(CORAL, INK, 0.25))
    pen.stroke([(x, y + 10) for x, y in top], 30, CREAM)
    pen.stroke([(x, y + 27) for x, y in top], 5, mix(CREAM, WOOD, 0.4))
    return Sprite.of(pen, 1060, 200, scale)


def _scarf(frame: Picture, x: float, y: float, now: float, scale: float) -> None:
    def tail(pen: Pen) -> None:
        reach = [k / 8 for k in range(9)]
        middle = [(320 - 300 * r, 120 + 46 * r * math.sin(now * 7 - r * 5) - 22 * r) for r in reach]
        wide = [34 - 10 * r for r in reach]
        upper = [(px, py - w) for (px, py), w in zip(middle, wide, strict=True)]
        lower = [(px, py + w) for (px, py), w in zip(middle, wide, strict=True)]
        notch = (middle[8][0] + 34, middle[8][1])
        pen.polygon([*smooth(upper, closed=False), notch, *smooth(lower[::-1], closed=False)], "#ffffff")

    veil(frame, (x - 320, y - 120, 340, 250), mix(CORAL, INK, 0.12), scale, tail)


def crossing(scale: float) -> Paint:
    """The boat crosses the whole picture from left to right on a bright day, and a whale looks up."""
    ground = _crossing_ground(scale)
    clouds = [cloud(scale, 1.15, "#ffffff", "#cfe8f3"), cloud(scale, 0.7, "#f2fbff", "#c4e3f0")]
    waves = [
        Wave(628, 3, 230, 18, "#58bfd0"),
        Wave(664, 6, 300, 34, "#36a7c4", "#93dbe2"),
        Wave(722, 9, 380, 52, "#258fb6"),
        Wave(800, 13, 470, 76, "#1c77a5", "#5cb5d0"),
        Wave(890, 16, 600, 104, "#175f92"),
        Wave(990, 18, 720, 140, "#124a7c", "#2f7ba8"),
    ]
    hero = boat(scale, 0.82)
    whale = _whale(scale)

    def paint(now: float, share: float) -> Picture:
        frame = ground.copy()
        clouds[0].stamp(frame, 420 - 25 * now, 330)
        clouds[1].stamp(frame, 760 - 25 * now, 480)
        clouds[0].stamp(frame, 1650 - 25 * now, 270)
        sea(frame, waves[:2], now, scale)
        up = math.sin(math.pi * min(1.0, max(0.0, (share - 0.2) / 0.7)))
        whale.stamp(frame, 1560 - 60 * share, 900 - 190 * up, degrees=-4 + 6 * share)
        if 0.36 < share < 0.72:
            _spout(frame, 1525 - 60 * share, 742 - 190 * up, (share - 0.36) / 0.36, scale)
        sea(frame, waves[2:3], now, scale)
        x = 330 + 1240 * share
        float_boat(frame, hero, waves[3], x, now)
        sea(frame, waves[3:4], now, scale)
        reflect(frame, 812, 90, (x - 260, x + 260), now, scale)
        sea(frame, waves[4:], now, scale)
        for k in range(3):
            gull(
                frame,
                560 + 230 * k - 30 * now,
                250 + 70 * math.sin(k * 5 + 1),
                40 - 6 * k,
                now * 5 + 2 * k,
                "#ffffff",
                scale,
            )
        return frame

    return paint


def _crossing_ground(scale: float) -> Picture:
    still = sky(scale, [(0, "#2f8fd8"), (350, "#7cc4ee"), (560, "#cfeef5"), (620, "#fdf6dc")])
    glow(still, 960, 130, 520, "#fffbe0", 0.5, scale)
    pen = Pen(1920, 1080, scale, ground=still, over=2)
    pen.disc(960, 130, 66, "#fff6cf")
    pen.polygon(
        [
            (900, 640),
            *smooth([(900, 640), (1000, 580), (1110, 500), (1200, 560), (1310, 600), (1420, 640)], closed=False),
        ],
        "#8fc3cf",
    )
    pen.polygon([(1060, 640), *smooth([(1060, 640), (1150, 594), (1270, 580), (1420, 640)], closed=False)], "#6fae9f")
    pen.polygon([(60, 640), *smooth([(60, 640), (180, 590), (300, 572), (470, 640)], closed=False)], "#9fcdd6")
    return pen.lift()


def _whale(scale: float) -> Sprite:
    pen = Pen(520, 260, scale, over=3)
    pen.blob([(20, 150), (70, 70), (190, 30), (330, 60), (440, 130), (500, 200), (440, 260), (60, 260)], "#2d5a8e")
    pen.blob([(10, 190), (90, 165), (220, 190), (300, 250), (60, 265)], "#dff1f5")
    pen.disc(96, 138, 9, "#12294a")
    pen.disc(99, 135, 3, "#ffffff")
    pen.stroke(smooth([(24, 176), (70, 164), (120, 172)], closed=False), 5, "#12294a")
    return Sprite.of(pen, 200, 200, scale)


def _spout(frame: Picture, x: float, y: float, share: float, scale: float) -> None:
    height = 150 * math.sin(math.pi * share)

    def drops(pen: Pen) -> None:
        for side in (-1, -0.5, 0.5, 1):
            arc = [(90 + side * 74 * k / 8, 180 - height * math.sin(math.pi * 0.75 * k / 8) / 0.99) for k in range(9)]
            pen.stroke(smooth(arc, closed=False, steps=4), 7, "#ffffff")

    if height > 8:
        veil(frame, (x - 90, y - 180, 180, 190), "#f2fdff", scale, drops)

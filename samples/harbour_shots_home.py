"""The second half of the sample film: sunset, night, arrival; built like the shots of the first half."""

from __future__ import annotations

import math

import numpy as np
from harbour_drawing import (
    Pen,
    Picture,
    Sprite,
    Wave,
    ease,
    glitter,
    glow,
    halo,
    reflect,
    sea,
    sky,
    smooth,
    stamp_mask,
)
from harbour_shots import Paint, float_boat
from harbour_sprites import Tint, boat, gull, lighthouse
from harbour_town import bunting, town
from PIL import Image


def sunset(scale: float) -> Paint:
    """The boat sails from the middle off to the right, towards the edge of the picture."""
    tint = Tint("#b02a5c", 0.2)
    ground = _sunset_ground(scale)
    waves = [
        Wave(652, 3, 220, -16, "#ef7a4f"),
        Wave(686, 5, 290, -28, "#d3504f", "#ff9d5c"),
        Wave(740, 9, 380, -40, "#a93357"),
        Wave(812, 12, 470, -56, "#7f2459", "#c04a62"),
        Wave(900, 15, 590, -76, "#581b54"),
        Wave(992, 17, 700, -100, "#3c1548", "#6a2560"),
    ]
    hero = boat(scale, 0.78, tint)

    def paint(now: float, share: float) -> Picture:
        frame = ground.copy()
        sea(frame, waves[:3], now, scale)
        glitter(frame, 760, 662, 822, 200, "#ffdf94", now, scale)
        x = 930 + 640 * share**1.15
        float_boat(frame, hero, waves[3], x, now)
        sea(frame, waves[3:4], now, scale)
        reflect(frame, 824, 84, (x - 260, x + 260), now, scale)
        sea(frame, waves[4:], now, scale)
        for k in range(5):
            gull(
                frame,
                1080 + 84 * k + 34 * now,
                250 + 38 * abs(k - 2),
                26 - 2 * abs(k - 2),
                now * 6.4 - 0.7 * k,
                "#3d1450",
                scale,
            )
        return frame

    return paint


def _sunset_ground(scale: float) -> Picture:
    still = sky(scale, [(0, "#47195c"), (240, "#a12a66"), (450, "#ee5f4f"), (600, "#ffa94d"), (650, "#ffd27a")])
    for radius, strength in ((700, 0.34), (390, 0.5)):
        glow(still, 760, 640, radius, "#ffd98a", strength, scale)
    pen = Pen(1920, 1080, scale, ground=still, over=2)
    pen.disc(760, 640, 170, "#ffe6a3")
    for x, y, w, alpha in (
        (620, 560, 420, 0.9),
        (500, 604, 300, 0.9),
        (150, 330, 470, 0.5),
        (1240, 270, 480, 0.3),
        (1400, 420, 330, 0.5),
    ):
        pen.box(x, y, w, 15, "#d94b57" if y > 500 else "#ff8a66", alpha, round_px=7)
    pen.polygon(
        [(0, 680), *smooth([(0, 540), (120, 500), (250, 600), (420, 664)], closed=False), (420, 680)],
        "#8c2763",
    )
    pen.polygon(
        [
            (1610, 680),
            *smooth([(1610, 670), (1700, 640), (1760, 540), (1830, 520), (1920, 470)], closed=False),
            (1920, 680),
        ],
        "#7a225f",
    )
    for x, w, h in ((470, 54, 150), (560, 32, 84)):
        pen.polygon(
            [
                (x - w, 680),
                *smooth(
                    [(x - w, 680), (x - w * 0.5, 680 - h), (x + w * 0.4, 680 - h * 0.9), (x + w, 680)],
                    closed=False,
                ),
            ],
            "#5e1c59",
        )
    return pen.lift()


def night(scale: float) -> Paint:
    """A moonlit night: the lighthouse beam sweeps over the boat with its lantern."""
    tint = Tint("#16255c", 0.46)
    ground = _night_ground(scale)
    waves = [
        Wave(662, 3, 220, 14, "#24478a"),
        Wave(700, 5, 300, 24, "#1d3a79", "#4d78b8"),
        Wave(750, 8, 380, 34, "#183068"),
        Wave(816, 11, 470, 46, "#142757", "#37609f"),
        Wave(904, 14, 590, 60, "#101f48"),
        Wave(996, 16, 700, 80, "#0c183a", "#24447c"),
    ]
    hero, lamp = boat(scale, 0.74, tint), halo(150, 0.85, scale)
    stars, lantern = _stars(), _lantern(scale)

    def paint(now: float, share: float) -> Picture:
        frame = ground.copy()
        _twinkle(frame, stars, now, scale)
        _beam(frame, now, scale)
        sea(frame, waves[:3], now, scale)
        glitter(frame, 690, 672, 826, 130, "#dfe9ff", now, scale)
        x = 905 + 110 * share
        y, lean = float_boat(frame, hero, waves[3], x, now)
        lantern.stamp(frame, x, y, degrees=lean)
        turn = math.radians(lean)
        across, up = (
            -178 * math.cos(turn) + 120 * math.sin(turn),
            -120 * math.cos(turn) - 178 * math.sin(turn),
        )
        stamp_mask(frame, lamp, x + across - 150, y + up - 150, "#ffc964", scale)
        sea(frame, waves[3:4], now, scale)
        reflect(frame, 827, 84, (x - 250, x + 250), now, scale)
        sea(frame, waves[4:], now, scale)
        return frame

    return paint


def _night_ground(scale: float) -> Picture:
    still = sky(scale, [(0, "#0b1437"), (330, "#16275f"), (560, "#2b4f93"), (670, "#5b83bd")])
    glow(still, 690, 250, 430, "#9fbcf0", 0.5, scale)
    pen = Pen(1920, 1080, scale, ground=still, over=2)
    pen.disc(690, 250, 92, "#fdf6dc")
    for x, y, r in ((660, 224, 20), (722, 276, 28), (706, 208, 11), (650, 288, 13)):
        pen.disc(x, y, r, "#e9e0c4")
    pen.polygon(
        [(0, 690), *smooth([(0, 610), (220, 580), (420, 620), (640, 672)], closed=False), (640, 690)],
        "#1c3774",
    )
    rock = [
        (1010, 690),
        *smooth(
            [
                (1010, 676),
                (1110, 640),
                (1180, 600),
                (1290, 596),
                (1420, 630),
                (1580, 612),
                (1760, 640),
                (1920, 600),
            ],
            closed=False,
        ),
        (1920, 690),
    ]
    lighthouse(pen, 1226, 606, 350, Tint("#16255c", 0.42), light="#fff6cf")
    pen.polygon(rock, "#122455")
    return pen.lift()


def _lantern(scale: float) -> Sprite:
    """The lantern on its post at the stern; put where the boat is put."""
    pen = Pen(60, 110, scale, over=4)
    pen.stroke([(30, 50), (30, 104)], 6, "#2a2440")
    pen.box(16, 12, 28, 38, "#fff3c4", round_px=8)
    pen.box(14, 8, 32, 8, "#2a2440", round_px=3)
    pen.box(14, 46, 32, 7, "#2a2440", round_px=3)
    return Sprite.of(pen, 30 + 178, 30 + 120, scale)


def _stars() -> list[tuple[float, float, float, float]]:
    """x, y, radius and rhythm of each star; irrational steps look scattered, the same on every machine."""
    places = []
    for k in range(90):
        x, y = (k * 0.61803398 % 1) * 1920, (k * 0.75487766 % 1) ** 1.3 * 540
        if math.hypot(x - 690, y - 250) > 150 and not (1130 < x < 1330 and y > 120):
            places.append((x, y, 1.6 + (k * 7 % 5) * 0.55, k * 1.7))
    return places


def _twinkle(frame: Picture, stars: list[tuple[float, float, float, float]], now: float, scale: float) -> None:
    for x, y, radius, rhythm in stars:
        light = 0.62 + 0.38 * math.sin(now * 2.2 + rhythm)
        stamp_mask(frame, halo(2.4 * radius, round(light, 1), scale), x, y, "#fff7e0", scale)


def _beam(frame: Picture, now: float, scale: float) -> None:
    """Two opposite cones that turn: long and thin seen sideways, a bare glare when they face us."""
    turn = math.cos(now * 1.15 - 0.6)
    facing = 1 - abs(turn)
    small = scale * 0.25  # made small and enlarged, which keeps it soft and cheap
    width, height = round(1920 * small), round(452 * small)
    x = (np.arange(width) + 0.5) / small - 1226
    y = (np.arange(height) + 0.5)[:, None] / small - 226
    reach = np.abs(x) / (1500 * abs(turn) + 60)
    spread = 10 + np.abs(x) * (0.1 + 0.12 * facing)
    light = np.exp(-((y / spread) ** 2) * 1.6) * np.clip(1 - reach, 0, 1) * 0.62 * abs(turn) ** 0.5
    mask = Image.fromarray((light * 255).astype(np.uint8)).resize((frame.width, round(452 * scale)), 2)
    frame.paste((255, 243, 196), (0, 0), mask)
    glare = 130 + 110 * facing**2
    stamp_mask(frame, halo(round(glare), 0.9, scale), 1226 - glare, 226 - glare, "#fff3c4", scale)


def arrival(scale: float) -> Paint:
    """Morning: the boat glides into a town of twelve houses and comes to rest in the middle."""
    ground = town(scale)
    moored = [boat(scale, 0.3, Tint("#3f8f9b", 0.3)), boat(scale, 0.26, Tint("#ffffff", 0.3))]
    waves = [
        Wave(700, 3, 200, 12, "#5cc3b8"),
        Wave(738, 5, 270, 20, "#3fb0ae", "#a5e3d4"),
        Wave(800, 8, 360, 30, "#2d99a0"),
        Wave(878, 11, 460, 42, "#237f8c", "#6cc4bf"),
        Wave(960, 13, 560, 56, "#1c6878"),
    ]
    hero = boat(scale, 0.86)

    def paint(now: float, share: float) -> Picture:
        frame = ground.copy()
        bunting(frame, now, scale)
        sea(frame, waves[:1], now, scale)
        for k, place in enumerate((150, 345, 1530, 1760)):
            float_boat(frame, moored[k % 2], waves[1], place, now + k, dip=4)
        sea(frame, waves[1:3], now, scale)
        x = 380 + 590 * math.sin(math.pi / 2 * ease(min(1.0, share * 0.62 + 0.38)))
        float_boat(frame, hero, waves[3], x, now)
        sea(frame, waves[3:4], now, scale)
        reflect(frame, 888, 78, (x - 270, x + 270), now, scale)
        sea(frame, waves[4:], now, scale)
        for k in range(3):
            gull(frame, 430 + 420 * k + 26 * now, 150 + 50 * (k % 2), 32, now * 5.5 + 2 * k, "#ffffff", scale)
        return frame

    return paint

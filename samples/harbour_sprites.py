"""The cast of the sample film, boat to lighthouse: a scale and a tint in, sprites out."""

from __future__ import annotations

import math
from dataclasses import dataclass

from harbour_drawing import Pen, Picture, Sprite, mix, smooth, veil

INK, CREAM, CORAL, MUSTARD, WOOD = "#22304f", "#fff3dd", "#e8503f", "#f6b53c", "#8a5a3c"
SKIN, COAT, COAT_SHADE, BEARD = "#f3b78f", "#ffc53a", "#e89f22", "#fff8ec"


@dataclass(frozen=True)
class Tint:
    """The light of a shot: every colour of a sprite is moved by `share` towards `colour`."""

    colour: str = "#ffffff"
    share: float = 0.0

    def __call__(self, colour: str) -> str:
        return mix(colour, self.colour, self.share)


def boat(scale: float, size: float = 1, tint: Tint = Tint()) -> Sprite:
    """The little sailing boat, heading right; it stands on its waterline. `size` 1 is 640 units high."""
    pen = Pen(640 * size, 700 * size, scale, over=4)
    pen.unit *= size
    _rig(pen, tint)
    _sailor(pen, tint)
    _hull(pen, tint)
    return Sprite.of(pen, 320 * size, 634 * size, scale)


def _rig(pen: Pen, tint: Tint) -> None:
    main = [(296, 96), *smooth([(296, 96), (192, 250), (122, 372), (92, 462)], closed=False), (296, 478)]
    pen.polygon(main, tint(CREAM))
    shade = [(296, 96), *smooth([(296, 96), (236, 260), (196, 380), (178, 468)], closed=False), (296, 478)]
    pen.polygon(shade, tint(mix(CREAM, "#ffffff", 0.7)))
    pen.polygon([(140, 336), (296, 306), (296, 356), (116, 390)], tint(CORAL))
    jib = [(322, 136), *smooth([(322, 136), (424, 262), (506, 380), (548, 470)], closed=False), (330, 478)]
    pen.polygon(jib, tint(MUSTARD))
    lit = [(322, 136), *smooth([(322, 136), (374, 270), (410, 380), (424, 474)], closed=False), (330, 478)]
    pen.polygon(lit, tint(mix(MUSTARD, "#ffffff", 0.28)))
    pen.stroke([(309, 560), (309, 70)], 11, tint(WOOD))
    pen.stroke([(312, 488), (84, 476)], 9, tint(WOOD))
    pen.polygon([(309, 62), (382, 80), (309, 100)], tint(CORAL))


def _hull(pen: Pen, tint: Tint) -> None:
    sheer = smooth([(66, 548), (180, 566), (330, 566), (470, 548), (594, 506)], closed=False)
    keel = smooth([(594, 506), (560, 594), (478, 668), (330, 688), (180, 682), (104, 650), (66, 548)], closed=False)
    pen.polygon([*sheer, *keel], tint(CORAL))
    low = smooth([(566, 580), (478, 668), (330, 688), (180, 682), (104, 650), (90, 618)], closed=False)
    waist = smooth([(90, 618), (180, 632), (330, 634), (470, 620), (566, 580)], closed=False)
    pen.polygon([*waist, *low], tint(mix(CORAL, INK, 0.28)))
    pen.stroke([(x, y + 7) for x, y in sheer], 17, tint(CREAM))
    for x in (236, 312, 388):
        pen.disc(x, 604, 14, tint(CREAM))
        pen.disc(x, 604, 8, tint(INK))


def _sailor(pen: Pen, tint: Tint) -> None:
    pen.blob([(128, 560), (136, 510), (166, 490), (198, 510), (210, 562), (168, 580)], tint(COAT))
    pen.stroke([(190, 522), (222, 540)], 17, tint(COAT_SHADE))
    pen.disc(170, 474, 24, tint(SKIN))
    pen.blob([(152, 478), (158, 500), (174, 506), (192, 494), (194, 478), (174, 486)], tint(BEARD))
    pen.blob([(138, 462), (152, 440), (176, 436), (194, 448), (208, 464), (172, 458)], tint(INK))


def captain(scale: float, *, is_blinking: bool = False) -> Sprite:
    """The captain from the waist up, looking right; stands on the middle of his lower edge."""
    pen = Pen(620, 1060, scale, over=3)
    # his coat goes on below the waist, for the shots that show him standing high
    pen.polygon([(80, 700), (535, 700), (556, 1060), (58, 1060)], COAT)
    pen.polygon([(80, 700), (178, 700), (186, 1060), (58, 1060)], COAT_SHADE)
    pen.blob([(86, 790), (112, 560), (196, 462), (316, 440), (430, 474), (500, 570), (532, 790)], COAT)
    pen.blob([(86, 790), (112, 560), (176, 476), (190, 560), (176, 690), (180, 800)], COAT_SHADE)
    pen.stroke(smooth([(322, 500), (330, 610), (326, 760), (328, 1060)], closed=False), 6, COAT_SHADE)
    for y in (588, 672, 756, 840):
        pen.disc(366, y, 13, INK)
    pen.blob([(196, 470), (310, 436), (432, 470), (420, 520), (312, 542), (206, 516)], CORAL)
    _head(pen, is_blinking=is_blinking)
    return Sprite.of(pen, 310, 756, scale)


def _head(pen: Pen, *, is_blinking: bool) -> None:
    pen.disc(190, 318, 30, mix(SKIN, CORAL, 0.18))
    pen.blob([(186, 220), (300, 176), (424, 214), (446, 320), (412, 430), (306, 462), (208, 420), (178, 320)], SKIN)
    beard = [(184, 328), (236, 372), (300, 362), (360, 352), (424, 370), (452, 340), (456, 430), (404, 510)]
    pen.blob([*beard, (314, 540), (226, 500), (182, 420)], BEARD)
    pen.blob([(310, 384), (350, 372), (390, 384), (372, 408), (332, 410)], mix(CORAL, INK, 0.4))
    pen.blob(
        [(256, 362), (300, 344), (352, 356), (404, 344), (440, 366), (396, 386), (352, 374), (304, 388)],
        BEARD,
    )
    pen.blob([(346, 286), (396, 302), (410, 334), (382, 356), (344, 342)], mix(SKIN, CORAL, 0.32))
    pen.disc(266, 338, 25, mix(SKIN, CORAL, 0.3))
    for x in (294, 400):
        if is_blinking:
            pen.stroke(smooth([(x - 14, 292), (x, 299), (x + 14, 292)], closed=False), 6, INK)
        else:
            pen.disc(x, 291, 12, INK, tall=1.25)
            pen.disc(x + 4, 285, 4, "#ffffff")
    pen.stroke(smooth([(270, 258), (292, 247), (316, 256)], closed=False), 12, BEARD)
    pen.stroke(smooth([(380, 255), (402, 246), (424, 256)], closed=False), 12, BEARD)
    pen.blob([(176, 214), (192, 112), (306, 76), (420, 104), (452, 206), (312, 224)], INK)
    pen.blob([(168, 216), (312, 178), (470, 206), (472, 242), (316, 226), (178, 252)], mix(INK, "#ffffff", 0.16))
    pen.disc(318, 150, 31, MUSTARD)
    pen.stroke([(318, 132), (318, 168)], 6, INK)
    pen.stroke(smooth([(302, 154), (306, 166), (318, 170), (330, 166), (334, 154)], closed=False), 6, INK)


def spyglass_arm(scale: float) -> Sprite:
    """The captain's near arm with his spyglass, pointing right; turns about the shoulder."""
    pen = Pen(570, 560, scale, over=3)
    pen.stroke(smooth([(76, 424), (150, 486), (232, 478), (296, 380), (338, 262)], closed=False), 92, COAT)
    pen.stroke(smooth([(90, 462), (150, 512), (226, 508)], closed=False), 12, COAT_SHADE)
    pen.stroke([(332, 282), (340, 256)], 98, COAT_SHADE)
    pen.polygon([(280, 172), (410, 160), (410, 214), (280, 206)], mix(WOOD, INK, 0.25))
    pen.polygon([(400, 146), (524, 132), (524, 230), (400, 222)], WOOD)
    pen.polygon([(400, 146), (524, 132), (524, 152), (400, 162)], mix(WOOD, CREAM, 0.22))
    for x, y, h in ((262, 150, 74), (392, 142, 84), (516, 126, 110)):
        pen.box(x, y, 20, h, MUSTARD, round_px=5)
    pen.disc(344, 208, 45, SKIN)
    for x in (322, 348):
        pen.stroke(smooth([(x - 10, 182), (x + 2, 170), (x + 14, 182)], closed=False), 15, mix(SKIN, CORAL, 0.16))
    return Sprite.of(pen, 80, 420, scale)


def gull(frame: Picture, x: float, y: float, reach: float, beat: float, colour: str, scale: float) -> None:
    """A gull far off, drawn on `frame`: two wings of `reach` units, `beat` in radians."""
    lift = math.sin(beat) * 0.45

    def wings(pen: Pen) -> None:
        middle = reach + 6, reach + 4
        for side in (-1, 1):
            elbow = middle[0] + side * reach * 0.5, middle[1] - reach * (0.30 + lift * 0.5)
            tip = middle[0] + side * reach, middle[1] - reach * lift * 0.9
            pen.stroke(smooth([middle, elbow, tip], closed=False, steps=6), max(3.0, reach * 0.1), "#ffffff")

    veil(frame, (x - reach - 6, y - reach - 4, 2 * reach + 12, 2 * reach + 8), colour, scale, wings)


def cloud(scale: float, size: float, colour: str, shade: str) -> Sprite:
    """A flat-bottomed cloud about 560 `size` units wide."""
    pen = Pen(600 * size, 260 * size, scale, over=3)
    pen.unit *= size
    for x, y, r in ((150, 150, 80), (270, 110, 105), (390, 140, 90), (480, 175, 60), (90, 185, 50)):
        pen.disc(x, y, r, colour)
    pen.box(40, 180, 510, 60, colour, round_px=30)
    pen.box(110, 206, 330, 14, shade, round_px=7)
    return Sprite.of(pen, 300 * size, 240 * size, scale)


def lighthouse(pen: Pen, x: float, foot: float, height: float, tint: Tint, *, light: str = "#fff1b0") -> None:
    """Draws a striped lighthouse standing at x on the line `foot`."""
    wide = height * 0.15
    top = foot - height

    def edge(y: float) -> float:
        return wide * (0.58 + 0.42 * (y - top) / height)

    for k in range(5):
        upper, lower = top + height * k / 5, top + height * (k + 1) / 5
        corners = [
            (x - edge(upper), upper),
            (x + edge(upper), upper),
            (x + edge(lower), lower),
            (x - edge(lower), lower),
        ]
        paint = CORAL if k % 2 == 0 else CREAM
        pen.polygon(corners, tint(paint))
        right = [(x + edge(y) * 0.42, y) for y in (upper, lower)]
        pen.polygon([right[0], corners[1], corners[2], right[1]], tint(mix(paint, INK, 0.16)))
    pen.box(x - wide * 0.9, top - 10, wide * 1.8, 14, tint(INK), round_px=4)
    pen.box(x - wide * 0.42, top - 10 - wide, wide * 0.84, wide, light)
    pen.box(x - 3, top - 10 - wide, 6, wide, tint(INK))
    pen.polygon(
        [(x - wide * 0.62, top - 10 - wide), (x, top - 10 - wide * 1.9), (x + wide * 0.62, top - 10 - wide)],
        tint(INK),
    )
    pen.box(x - wide * 0.14, foot - height * 0.13, wide * 0.28, height * 0.13, tint(INK), round_px=3)

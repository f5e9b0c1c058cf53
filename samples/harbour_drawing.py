"""Brushes of the sample film: design units (1920x1080) and colours in, anti-aliased Pillow pictures out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1920, 1080
Point = tuple[float, float]
Picture = Image.Image


def rgb(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` as three numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(one: str, other: str, share: float) -> str:
    """`one` moved by `share` (0..1) towards `other`."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def ease(share: float) -> float:
    """0..1 in, 0..1 out, slow at both ends."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 14) -> list[Point]:
    """A Catmull-Rom curve through `points`."""
    count = len(points)
    curve: list[Point] = []
    for i in range(count if closed else count - 1):
        near = [points[(i + k) % count] if closed else points[min(max(i + k, 0), count - 1)] for k in (-1, 0, 1, 2)]
        curve += [_between(near, step / steps) for step in range(steps)]
    return curve if closed else [*curve, points[-1]]


def _between(near: Sequence[Point], t: float) -> Point:
    def axis(k: int) -> float:
        a, b, c, d = (point[k] for point in near)
        return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)

    return axis(0), axis(1)


class Pen:
    """Draws in design units on a picture kept larger than asked; `lift()` reduces it, which smooths edges.

    A `ground` colour makes an opaque picture on which translucent colours (`alpha` 0..1) blend; without
    one the picture starts clear and is for opaque shapes.
    """

    def __init__(self, width: float, height: float, scale: float, *, ground: Any = None, over: int = 3) -> None:
        self.size = max(1, math.ceil(width * scale)), max(1, math.ceil(height * scale))
        self.over = over
        self.unit = scale * over
        large = self.size[0] * over, self.size[1] * over
        if isinstance(ground, Image.Image):
            self.picture = ground.resize(large, Image.Resampling.BILINEAR)
        elif ground is None:
            self.picture = Image.new("RGBA", large)
        else:
            self.picture = Image.new("RGB", large, ground)
        self._draw = ImageDraw.Draw(self.picture, "RGBA")

    def polygon(self, points: Iterable[Point], colour: str, alpha: float = 1) -> None:
        """A filled polygon."""
        self._draw.polygon([(x * self.unit, y * self.unit) for x, y in points], fill=_ink(colour, alpha))

    def blob(self, points: Sequence[Point], colour: str, alpha: float = 1) -> None:
        """A filled smooth shape through `points`."""
        self.polygon(smooth(points), colour, alpha)

    def disc(self, x: float, y: float, radius: float, colour: str, alpha: float = 1, *, tall: float = 1) -> None:
        """A filled circle, or an ellipse `tall` times as high as wide."""
        box = [x - radius, y - radius * tall, x + radius, y + radius * tall]
        self._draw.ellipse([value * self.unit for value in box], fill=_ink(colour, alpha))

    def box(
        self, x: float, y: float, w: float, h: float, colour: str, alpha: float = 1, *, round_px: float = 0
    ) -> None:
        """A filled rectangle with corners rounded by `round_px`."""
        left, top = x * self.unit, y * self.unit
        edges = [left, top, left + max(0, w * self.unit - 1), top + max(0, h * self.unit - 1)]
        self._draw.rounded_rectangle(edges, radius=round_px * self.unit, fill=_ink(colour, alpha))

    def stroke(self, points: Sequence[Point], width: float, colour: str) -> None:
        """A line with round ends and joints."""
        places = [(x * self.unit, y * self.unit) for x, y in points]
        self._draw.line(places, fill=_ink(colour, 1), width=max(1, round(width * self.unit)))
        # a trace smaller, or rounding to pixels makes them stand out of the line like beads
        for x, y in points:
            self.disc(x, y, width * 0.485, colour)

    def lift(self) -> Picture:
        """The finished picture at its asked size."""
        return self.picture.reduce(self.over)


def _ink(colour: str, alpha: float) -> tuple[int, int, int, int]:
    return (*rgb(colour), round(255 * alpha))


def sky(scale: float, stops: Sequence[tuple[float, str]]) -> Picture:
    """A full picture of vertical colour `stops` (y in design units, colour), dithered against bands."""
    width, height = round(WIDTH * scale), round(HEIGHT * scale)
    rows = (np.arange(height) + 0.5) / scale
    places = [y for y, _ in stops]
    channels = [np.interp(rows, places, [rgb(colour)[k] for _, colour in stops]) for k in range(3)]
    grain = np.random.default_rng(7).uniform(-1.4, 1.4, (height, width, 1))
    shade = np.stack(channels, axis=-1)[:, None, :] + grain
    return Image.fromarray(np.clip(shade + 0.5, 0, 255).astype(np.uint8))


def glow(picture: Picture, x: float, y: float, radius: float, colour: str, strength: float, scale: float) -> None:
    """Lightens `picture` in place around a point, fading to nothing at `radius`."""
    stamp_mask(picture, halo(radius, strength, scale), x - radius, y - radius, colour, scale)


@lru_cache(maxsize=256)
def halo(radius: float, strength: float, scale: float) -> Picture:
    """A soft round mask."""
    side = max(2, round(2 * radius * scale))
    axis = (np.arange(side) + 0.5) / side * 2 - 1
    distance = np.hypot(axis[:, None], axis[None, :])
    fall = np.clip(1 - distance, 0, 1) ** 2 * 255 * strength
    noise = np.random.default_rng(11).uniform(0, 1, fall.shape)
    return Image.fromarray((fall + noise * (fall > 0)).clip(0, 255).astype(np.uint8))


def stamp_mask(picture: Picture, mask: Picture, x: float, y: float, colour: str, scale: float) -> None:
    """Puts `colour` through `mask` with its upper left corner at design point x, y."""
    picture.paste(rgb(colour), (round(x * scale), round(y * scale)), mask)


@dataclass(frozen=True)
class Sprite:
    """A clear picture and the design point in it that stands where it is put."""

    picture: Picture
    anchor_x: float
    anchor_y: float
    scale: float

    @classmethod
    def of(cls, pen: Pen, anchor_x: float, anchor_y: float, scale: float) -> Sprite:
        """What `pen` has drawn, without the clear margins that would only cost time."""
        picture = pen.lift()
        box = picture.getbbox() or (0, 0, 1, 1)
        # one clear pixel stays around it: turned edges blend with it
        box = (
            max(box[0] - 1, 0),
            max(box[1] - 1, 0),
            min(box[2] + 1, picture.width),
            min(box[3] + 1, picture.height),
        )
        return cls(picture.crop(box), anchor_x - box[0] / scale, anchor_y - box[1] / scale, scale)

    @cached_property
    def _weighted(self) -> Picture:
        """With colours multiplied by alpha, as turning wants them; Pillow would do it anew for each frame."""
        return self.picture.convert("RGBa")

    def stamp(self, frame: Picture, x: float, y: float, *, degrees: float = 0, zoom: float = 1) -> None:
        """Draws itself on `frame` at a design point, turned about its anchor, between pixels if need be."""
        w, h = self.picture.size
        ax, ay = self.anchor_x * self.scale, self.anchor_y * self.scale
        left, top = x * self.scale - ax, y * self.scale - ay
        if degrees == 0 and zoom == 1 and abs(left - round(left)) + abs(top - round(top)) < 0.05:
            frame.paste(self.picture, (round(left), round(top)), self.picture)
            return
        turn = math.radians(degrees)
        cos, sin = math.cos(turn) * zoom, math.sin(turn) * zoom
        corners = [((u - ax) * cos - (v - ay) * sin, (u - ax) * sin + (v - ay) * cos) for u in (0, w) for v in (0, h)]
        px, py = x * self.scale, y * self.scale
        left = max(0, math.floor(px + min(c[0] for c in corners)))
        top = max(0, math.floor(py + min(c[1] for c in corners)))
        right = min(frame.width, math.ceil(px + max(c[0] for c in corners)) + 1)
        bottom = min(frame.height, math.ceil(py + max(c[1] for c in corners)) + 1)
        if right <= left or bottom <= top:
            return
        cos, sin = cos / zoom**2, sin / zoom**2
        dx, dy = left - px, top - py
        back = (cos, sin, ax + cos * dx + sin * dy, -sin, cos, ay - sin * dx + cos * dy)
        size = right - left, bottom - top
        put = self._weighted.transform(size, Image.Transform.AFFINE, back, Image.Resampling.BILINEAR).convert("RGBA")
        frame.paste(put, (left, top), put)


def reflect(frame: Picture, above: float, depth: float, span: tuple[float, float], now: float, scale: float) -> None:
    """Mirrors what stands in `span` over the line `above` into the water below it, rippled and fading."""
    left, right = (round(max(0.0, min(float(WIDTH), x)) * scale) for x in span)
    line, rows = round(above * scale), round(depth * scale)
    if right - left < 2:
        return
    pixels = np.asarray(frame)
    down = np.arange(rows)
    shift = np.sin(down / (9 * scale) - now * 5) * (1.5 + down / max(rows, 1) * 9) * scale
    mirrored = pixels[np.clip(line - 1 - (down * 1.5).astype(int), 0, None)][:, left:right]
    columns = np.clip(np.arange(right - left)[None, :] + shift[:, None].round().astype(int), 0, right - left - 1)
    rippled = np.take_along_axis(mirrored, columns[:, :, None], axis=1)
    fade = (0.34 * (1 - down / rows))[:, None] * _feather(right - left)[None, :]
    mask = Image.fromarray((fade * 255).astype(np.uint8))
    frame.paste(Image.fromarray(rippled), (left, line), mask)


def _feather(width: int) -> np.ndarray:
    edge = max(1, width // 6)
    return np.clip(np.minimum(np.arange(width), np.arange(width)[::-1]) / edge, 0, 1)


@dataclass(frozen=True)
class Wave:
    """One band of water: its mean line, swing and length in design units, its drift in units a second."""

    y: float
    swing: float
    length: float
    drift: float
    colour: str
    crest: str = ""

    def line(self, x: Any, now: float) -> Any:
        """Height of the surface at x (a number or an array)."""
        turn = 2 * math.pi / self.length
        first = np.sin((x - self.drift * now) * turn)
        return self.y + self.swing * (0.7 * first + 0.3 * np.sin((x - 1.7 * self.drift * now) * turn * 2.3 + 1))


def pour(frame: Picture, wave: Wave, until: float, now: float, scale: float) -> None:
    """Paints one wave from its surface down to the design line `until`."""
    top = math.floor((wave.y - wave.swing - 2) * scale)
    strip = math.ceil(2 * (wave.swing + 6) * scale)
    surface = wave.line((np.arange(frame.width, dtype=np.float32) + 0.5) / scale, now) * scale - top
    depth = np.arange(1, strip + 1, dtype=np.float32)[:, None] - surface[None, :]
    frame.paste(rgb(wave.colour), (0, top), _coverage(depth))
    frame.paste(rgb(wave.colour), (0, top + strip, frame.width, max(top + strip, round(until * scale))))
    if wave.crest:
        frame.paste(rgb(wave.crest), (0, top), _coverage(np.minimum(depth, 1 + 3.2 * scale - depth)))


def _coverage(depth: np.ndarray) -> Picture:
    return Image.fromarray((np.clip(depth, 0, 1) * 255).astype(np.uint8))


def sea(frame: Picture, waves: Sequence[Wave], now: float, scale: float) -> None:
    """Paints `waves` from far to near."""
    for wave, after in zip(waves, [*waves[1:], None], strict=True):
        pour(frame, wave, HEIGHT if after is None else after.y + after.swing + 4, now, scale)


def veil(
    frame: Picture,
    box: tuple[float, float, float, float],
    colour: str,
    scale: float,
    draw: Callable[[Pen], None],
) -> None:
    """Puts `colour` on `frame` through the mask that `draw` makes inside `box` (x, y, w, h)."""
    x, y, w, h = box
    pen = Pen(w, h, scale, ground="#000000", over=2)
    draw(pen)
    stamp_mask(frame, pen.lift().getchannel("R"), x, y, colour, scale)


def glitter(
    frame: Picture, x: float, top: float, bottom: float, spread: float, colour: str, now: float, scale: float
) -> None:
    """Light on water below a sun or a moon: bars that widen towards the viewer and breathe."""

    def bars(pen: Pen) -> None:
        count = round((bottom - top) / 19)
        for k in range(count):
            share = k / count
            reach = spread * (0.25 + 0.75 * share) * (0.62 + 0.38 * math.sin(now * 2.6 + k * 2.4))
            middle = spread + 14 + math.sin(k * 5.3 + now * 0.9) * spread * 0.22
            thick = 3.5 + 4 * share
            pen.box(
                middle - reach,
                k * 19 + 4,
                2 * reach,
                thick,
                "#ffffff",
                0.9 - 0.45 * share,
                round_px=thick / 2,
            )

    veil(frame, (x - spread - 14, top, 2 * spread + 28, bottom - top), colour, scale, bars)

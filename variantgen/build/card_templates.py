"""How each kind of card is laid out: a text and a sheet go in, a scene comes out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from variantgen.build.boxed_lines import PITCH, BoxedText, boxed_lines, fit_boxed
from variantgen.build.brand import display_colour, mixed
from variantgen.build.card_backdrop import Point
from variantgen.build.card_layers import (
    Box,
    Layer,
    Side,
    pill,
    rising_lines,
    rounded,
    rule,
    settling_text,
    sliding,
    stacked,
    still_text,
)
from variantgen.build.card_type import FittedText, NoRoomError, fit_text
from variantgen.fonts.direction import is_rtl
from variantgen.fonts.glyphs import Typeface, Weight
from variantgen.model.brand import BRAND, Brand


@dataclass(frozen=True)
class Sheet:
    """What a scene is laid out on: the canvas in px, the box that text must stay inside, brand and language."""

    width: int
    height: int
    box: Box
    brand: Brand = BRAND
    language: str = ""

    @property
    def short_px(self) -> int:
        """The canvas's short side, by which everything is sized."""
        return min(self.width, self.height)

    def px(self, share: float, *, least: int = 2) -> int:
        """A share of the short side in pixels."""
        return max(least, round(share * self.short_px))

    def face(self, weight: Weight) -> Typeface:
        """The brand's typeface: that of headlines where it is heavy."""
        return Typeface(self.brand.font_of(is_heading=weight == "heavy"), weight, self.language)

    def fit(
        self,
        text: str,
        room: tuple[int, int],
        *,
        largest: float,
        weight: Weight = "heavy",
        is_centred: bool = False,
        line_limit: int = 5,
        pitch: float | None = None,
    ) -> FittedText:
        """The text at the largest size that fits a room (`card_type.fit_text`); NoRoomError where none does."""
        if min(room) < 1:
            raise NoRoomError
        return fit_text(
            text, room, short_px=self.short_px, largest=largest, face=self.face(weight), is_centred=is_centred,
            line_limit=line_limit, pitch=pitch,
        )  # fmt: skip

    def fit_boxed(self, text: str, room: tuple[int, int], *, largest: float, line_limit: int = 5) -> BoxedText:
        """The text as lines in boxes, at the largest size that fits a room; NoRoomError where none does."""
        return fit_boxed(
            lambda inner, size: self.fit(text, inner, largest=size, line_limit=line_limit, pitch=PITCH),
            room, largest=largest, short_px=self.short_px,
        )  # fmt: skip

    def inside(self, box: Box) -> Sheet:
        """The sheet with another box for text."""
        return replace(self, box=box)


@dataclass(frozen=True)
class Scene:
    """A card laid out on its canvas: the layers over the backdrop, and what is behind them.

    `light` is where the light wanders from and to, `ring` the rings' centre; `panels` are painted over the backdrop
    and under all layers, and may reach the canvas's edges.
    """

    light: tuple[Point, Point]
    ring: Point
    layers: tuple[Layer, ...]
    panels: tuple[Layer, ...] = ()


Template = Callable[[str, Sheet], Scene]
TITLE_LIGHT: tuple[Point, Point] = ((0.98, 0.0), (0.72, 0.14))
END_LIGHT: tuple[Point, Point] = ((0.3, 1.02), (0.5, 0.88))


def at_start(box: Box, width: int, *, is_rtl: bool) -> int:
    """Where in a box something begins that stands at the side where reading starts."""
    return box[0] + box[2] - width if is_rtl else box[0]


def title_scene(text: str, sheet: Sheet) -> Scene:
    """A headline that rises line by line under a rule; a subtitle follows an empty line."""
    (_, y, width, height), brand = sheet.box, sheet.brand
    head, _, small = text.partition("\n\n")
    rule_px, gap_px = sheet.px(0.012), sheet.px(0.055, least=4)
    subtitle = sheet.fit(small, (width, height // 4), largest=0.054, weight="regular") if small else None
    # the gap below each text is where its lines rise from
    below_px = round(gap_px * 1.25)
    around_px = rule_px + 2 * gap_px + (subtitle.height + below_px if subtitle else 0)
    headline = sheet.fit(head, (width, height - around_px), largest=0.165)
    y += (height - around_px - headline.height) // 2
    head_y, rtl = y + rule_px + gap_px, headline.is_rtl
    bar_px = min(width, sheet.px(0.16))
    layers = [
        rule((at_start(sheet.box, bar_px, is_rtl=rtl), y, bar_px, rule_px), brand.accent, span=(-0.4, 0.6), is_rtl=rtl),
        rising_lines(
            headline, (at_start(sheet.box, headline.width, is_rtl=rtl), head_y), brand.text, rise_px=gap_px, start=-0.45
        ),
    ]
    if subtitle:
        at = (at_start(sheet.box, subtitle.width, is_rtl=rtl), head_y + headline.height + below_px)
        layers.append(rising_lines(subtitle, at, brand.muted_text, rise_px=gap_px, start=0.15))
    return Scene(light=TITLE_LIGHT, ring=(1.0, 1.0), layers=tuple(layers))


PILL_CHARACTERS = 32
_ADDRESS = re.compile(r"\S*[@#./]\S*\w")


def end_scene(text: str, sheet: Sheet) -> Scene:
    """A centred headline that settles over a pill with the address, or over a bar where there is none."""
    (x, y, width, height), brand = sheet.box, sheet.brand
    head, address = _split_address(text)
    gap_px, pad_px = sheet.px(0.07, least=4), sheet.px(0.05)
    label = None
    accent_px = (min(width, sheet.px(0.14)), sheet.px(0.011, least=3))
    if address:
        label = sheet.fit(address, (width - 2 * pad_px, height // 4), largest=0.052, line_limit=1)
        accent_px = (label.width + 2 * pad_px, label.height + round(1.3 * label.size_px))
    around_px = gap_px + accent_px[1]
    headline = sheet.fit(head, (width, height - around_px), largest=0.15, is_centred=True)
    y += (height - around_px - headline.height) // 2
    below = (x + (width - accent_px[0]) // 2, y + headline.height + gap_px, *accent_px)
    layers = (
        settling_text(headline, (x + (width - headline.width) // 2, y), brand.text),
        pill(below, label, (brand.accent, brand.accent_text))
        if label
        else rule(below, brand.accent, span=(0.2, 1.0), is_centred=True),
    )
    return Scene(light=END_LIGHT, ring=(0.5, 1.1), layers=layers)


def _split_address(text: str) -> tuple[str, str]:
    """The headline, and a short last line if it is an address (a.com/b, @a) or follows an empty line."""
    head, _, last = text.rpartition("\n")
    stands_alone = head.endswith("\n") or _ADDRESS.fullmatch(last)
    if head and stands_alone and len(last) <= PILL_CHARACTERS:
        return head.rstrip(), last
    return text, ""


def hook_scene(text: str, sheet: Sheet) -> Scene:
    """Lines in boxes of the accent that open one after another; what follows an empty line stands plain below."""
    (_, y, width, height), brand = sheet.box, sheet.brand
    head, _, small = text.partition("\n\n")
    gap_px = sheet.px(0.05, least=4)
    below = sheet.fit(small, (width, height // 4), largest=0.058, weight="bold") if small else None
    under_px = below.height + 2 * gap_px if below else 0
    boxed = sheet.fit_boxed(head, (width, height - under_px), largest=0.15)
    y += (height - under_px - boxed.height) // 2
    rtl = boxed.text.is_rtl
    layers = [
        boxed_lines(
            boxed, (at_start(sheet.box, boxed.width, is_rtl=rtl), y), (brand.accent, brand.accent_text), start=-0.5
        )
    ]
    if below:
        at = (at_start(sheet.box, below.width, is_rtl=rtl), y + boxed.height + gap_px)
        layers.append(rising_lines(below, at, brand.muted_text, rise_px=gap_px, start=0.2))
    return Scene(light=((0.1, 0.05), (0.35, 0.2)), ring=(0.0, 1.0), layers=tuple(layers))


def quote_scene(text: str, sheet: Sheet) -> Scene:
    """Words between a large mark and the name of who said them, which follows an empty line."""
    (x, y, width, height), brand = sheet.box, sheet.brand
    words, _, name = text.partition("\n\n")
    gap_px, rule_px = sheet.px(0.045, least=4), sheet.px(0.008)
    mark = sheet.fit("\u201c", (width, height // 4), largest=0.36, line_limit=1)
    dash_px = (sheet.px(0.09), rule_px)
    room = (max(1, width - dash_px[0] - gap_px), height // 6)
    author = sheet.fit(name.replace("\n", ", "), room, largest=0.044, weight="bold", line_limit=2) if name else None
    under_px = 2 * gap_px + max(author.height if author else 0, rule_px)
    over_px = mark.height + gap_px
    said = sheet.fit(words, (width, height - over_px - under_px), largest=0.105, weight="bold", line_limit=7)
    y += (height - over_px - said.height - under_px) // 2
    rtl = said.is_rtl
    foot_y = y + over_px + said.height + 2 * gap_px
    dash_y = foot_y + ((author.height - rule_px) // 2 if author else 0)
    layers = [
        still_text(
            mark, (at_start(sheet.box, mark.width, is_rtl=rtl), y), display_colour(brand), span=(-0.3, 0.5)
        ),
        rising_lines(
            said, (at_start(sheet.box, said.width, is_rtl=rtl), y + over_px), brand.text, rise_px=gap_px, start=-0.35
        ),
        rule(
            (at_start(sheet.box, dash_px[0], is_rtl=rtl), dash_y, *dash_px), brand.accent, span=(0.2, 0.8), is_rtl=rtl
        ),
    ]  # fmt: skip
    if author:
        beside = dash_px[0] + gap_px
        at_x = x + width - beside - author.width if rtl else x + beside
        layers.append(still_text(author, (at_x, foot_y), brand.muted_text, span=(0.4, 1.0)))
    return Scene(light=((0.02, 0.1), (0.2, 0.3)), ring=(1.0, 0.0), layers=tuple(layers))


_FIGURE = re.compile(r"\s*(\S*\d\S*(?:\s?%)?)\s+(.*)", re.DOTALL)
_PERCENT = re.compile(r"\D*(\d{1,3}(?:[.,]\d+)?)\s?%\D*")


def figure_scene(text: str, sheet: Sheet) -> Scene:
    """A number as large as it can be over what it counts; a percentage fills a bar."""
    (x, y, width, height), brand = sheet.box, sheet.brand
    figure, words = _split_figure(text)
    gap_px, bar_px = sheet.px(0.055, least=4), sheet.px(0.022, least=4)
    meant = sheet.fit(words, (width, height // 3), largest=0.07, weight="bold", line_limit=4) if words else None
    under_px = gap_px + bar_px + (2 * gap_px + meant.height if meant else 0)
    number = sheet.fit(figure, (width, height - under_px), largest=0.46, line_limit=2)
    y += (height - number.height - under_px) // 2
    rtl = (meant or number).is_rtl
    track: Box = (x, y + number.height + gap_px, width, bar_px)
    percent = _PERCENT.fullmatch(figure)
    share = min(1.0, float(percent[1].replace(",", ".")) / 100) if percent else 0.18
    layers = [
        settling_text(
            number, (at_start(sheet.box, number.width, is_rtl=rtl), y), display_colour(brand), span=(-0.5, 0.5)
        ),
        _gauge(track, share, (mixed(brand.background[1], brand.text, 0.18) if percent else "", brand.accent), rtl),
    ]
    if meant:
        at = (at_start(sheet.box, meant.width, is_rtl=rtl), track[1] + bar_px + gap_px)
        layers.append(rising_lines(meant, at, brand.text, rise_px=gap_px, start=-0.1))
    return Scene(light=((0.9, 0.9), (0.7, 0.75)), ring=(0.0, 0.0), layers=tuple(layers))


def _split_figure(text: str) -> tuple[str, str]:
    """The number, which is the first line or the first word that holds one, and the rest."""
    first, _, rest = text.partition("\n")
    if rest:
        return first, rest.strip("\n").replace("\n\n", "\n")
    found = _FIGURE.fullmatch(text)
    return (found[1], found[2]) if found else (text, "")


def _gauge(box: Box, share: float, colours: tuple[str, str], is_rtl: bool) -> Layer:
    """A bar filled to a share, over a track where it has a colour."""
    radius_px = box[3] // 2
    length = max(box[3], round(box[2] * share))
    filled = (box[0] + box[2] - length if is_rtl else box[0], box[1], length, box[3])
    layers = [rounded(filled, colours[1], radius_px, span=(0.1, 1.0), is_rtl=is_rtl)]
    if colours[0]:
        layers.insert(0, rounded(box, colours[0], radius_px, span=(-0.4, 0.3), is_rtl=is_rtl))
    return stacked(box, layers)


_SENTENCE_END = re.compile(r"(?<=[.!?:\u2026\u3002\uff01\uff1f\u061f])\s*")


def split_scene(text: str, sheet: Sheet) -> Scene:
    """Two texts on two colours, parted by an empty line, a line break or a sentence's end: before and after."""
    brand = sheet.brand
    one, other = _two_texts(text)
    gap_px, is_tall, is_mirrored = sheet.px(0.07, least=4), sheet.height >= sheet.width, is_rtl(one)
    halves, panel = _halves(sheet, gap_px, is_tall=is_tall, is_mirrored=is_mirrored)
    room = (min(half[2] for half in halves), min(half[3] for half in halves) - gap_px)
    largest = 0.125
    for words in filter(None, (one, other)):
        # both in the size of the longer one, as far as that goes
        largest = min(largest, sheet.fit(words, room, largest=largest).size_px / sheet.short_px)
    layers = []
    colours = (brand.text, brand.accent_text)
    for words, box, colour, start in zip((one, other), halves, colours, (-0.5, 0.1), strict=True):
        if words:
            set_text = sheet.fit(words, (box[2], box[3] - gap_px), largest=largest)
            at = (
                at_start(box, set_text.width, is_rtl=set_text.is_rtl),
                box[1] + (box[3] - gap_px - set_text.height) // 2,
            )
            layers.append(rising_lines(set_text, at, colour, rise_px=gap_px, start=start))
    side: Side = "bottom" if is_tall else "left" if is_mirrored else "right"
    return Scene(
        light=((0.1, 0.0), (0.3, 0.1)), ring=(0.0, 0.0), layers=tuple(layers),
        panels=(sliding(panel, brand.accent, side=side),),
    )  # fmt: skip


def _halves(sheet: Sheet, gap_px: int, *, is_tall: bool, is_mirrored: bool) -> tuple[tuple[Box, Box], Box]:
    """The boxes of the two texts, and the half of the canvas that the second one stands on."""
    x, y, width, height = sheet.box
    if is_tall:
        middle = y + height // 2
        first, second = (x, y, width, middle - y - gap_px), (x, middle + gap_px, width, y + height - middle - gap_px)
        return (first, second), (0, middle, sheet.width, sheet.height - middle)
    middle = x + width // 2
    left, right = (x, y, middle - x - gap_px, height), (middle + gap_px, y, x + width - middle - gap_px, height)
    if is_mirrored:
        return (right, left), (0, 0, middle, sheet.height)
    return (left, right), (middle, 0, sheet.width - middle, sheet.height)


def _two_texts(text: str) -> tuple[str, str]:
    for parted in (text.split("\n\n", 1), text.split("\n", 1), _SENTENCE_END.split(text, maxsplit=1)):
        if len(parted) == 2 and all(part.strip() for part in parted):
            return parted[0].strip(), parted[1].strip()
    return text, ""


TEMPLATES: dict[str, Template] = {
    "title": title_scene,
    "end": end_scene,
    "hook": hook_scene,
    "quote": quote_scene,
    "figure": figure_scene,
    "split": split_scene,
}
"""How each kind of card is laid out.

To add one: (1) write a function that takes the cleaned text and the Sheet and returns a Scene; keep all layers
inside the sheet's box, size everything by the short side and fit text with `sheet.fit`. (2) Give it a row here, or
name its file in a brand's `[cards]` table. (3) Look at it on 9:16, 1:1, 4:5 and 16:9, in Arabic and Japanese too.
"""

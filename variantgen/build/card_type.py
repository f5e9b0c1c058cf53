"""Type for cards: a text and a room go in, the ink of its lines at the largest size that fits comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image, ImageFont

Measure = Callable[[str], float]
"""The width in pixels of a run of text."""

LINE_LIMIT = 5
CROWDED_LINE_LIMIT = 12
SMALLEST = 0.022
"""Of the canvas's short side: type below that is not read on a phone."""
LEAST_PX = 8
PITCH = {True: 1.12, False: 1.32}
"""Of the type size, from one baseline to the next, for bold and for regular type."""


class NoRoomError(Exception):
    """No readable size of type puts the text into its room."""


@dataclass(frozen=True)
class Line:
    """One line's ink (8-bit coverage), and where it rests in its text's box, in pixels."""

    ink: Image.Image
    left: int
    top: int


@dataclass(frozen=True)
class FittedText:
    """Lines at the size they fit; every pixel of ink lies inside `width` x `height`."""

    size_px: int
    width: int
    height: int
    lines: tuple[Line, ...]


def fit_text(
    text: str,
    room: tuple[int, int],
    *,
    short_px: int,
    largest: float,
    is_bold: bool = True,
    is_centred: bool = False,
    line_limit: int = LINE_LIMIT,
) -> FittedText:
    """The text at the largest size that fits `room`, a width and height in pixels.

    `largest` is a share of the canvas's short side. Whole words on few lines come first; then long words are
    broken; then it takes more lines. Line breaks in the text are kept. Raises NoRoomError where even the
    smallest readable type does not fit.
    """
    may_break = line_limit > 1
    crowded = CROWDED_LINE_LIMIT if may_break else line_limit
    tries = (
        (largest, largest * 0.68, min(3, line_limit), False),
        (largest, largest * 0.42, line_limit, False),
        (largest * 0.5, largest * 0.32, line_limit, may_break),
        (largest * 0.42, SMALLEST, crowded, may_break),
    )
    for size, least, most_lines, breaks in tries:
        size_px, least_px = max(LEAST_PX, size * short_px), max(LEAST_PX, least * short_px)
        while size_px >= least_px:
            lines = wrap(text, _font(round(size_px), is_bold), room[0], most_lines=most_lines, may_break=breaks)
            if lines:
                fitted = _drawn(lines, round(size_px), is_bold, is_centred)
                if fitted.width <= room[0] and fitted.height <= room[1]:
                    return fitted
            size_px *= 0.96
    raise NoRoomError


def wrap(text: str, font: ImageFont.FreeTypeFont, width_px: int, *, most_lines: int, may_break: bool) -> list[str]:
    """Lines no wider than `width_px`, of even lengths; none if that takes more than `most_lines`.

    A word that is wider than the column is broken if it may be; else there are no lines.
    """
    measure = lru_cache(maxsize=None)(font.getlength)  # shaping is slow, and columns are tried again and again
    if sum(measure(word) for word in text.split()) > width_px * most_lines:
        return []  # a whole page pasted by mistake is not taken apart letter by letter
    columns = []
    for line in text.split("\n"):
        words = line.split(" ")
        if may_break:
            words = [part for word in words for part in _broken(word, measure, width_px)]
        if any(measure(word) > width_px for word in words):
            return []
        columns.append(words)
    if sum(len(_greedy(words, measure, width_px)) for words in columns) > most_lines:
        return []
    return [line for words in columns for line in _even(words, measure, width_px)]


def _even(words: list[str], measure: Measure, width_px: int) -> list[str]:
    """Wrapped into the narrowest column that takes no more lines, so that no last word is left alone."""
    lines = _greedy(words, measure, width_px)
    low, high = max(round(measure(word)) for word in words), width_px
    while high - low > 8:
        middle = (low + high) // 2
        narrower = _greedy(words, measure, middle)
        if len(narrower) <= len(lines):
            lines, high = narrower, middle
        else:
            low = middle
    return lines


def _greedy(words: list[str], measure: Measure, width_px: int) -> list[str]:
    lines, length = [words[0]], measure(words[0])
    for word in words[1:]:
        length += measure(" ") + measure(word)
        if length <= width_px:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
            length = measure(word)
    return lines


def _broken(word: str, measure: Measure, width_px: int) -> list[str]:
    """A word in parts that fit; a hyphen is added only to plain words, as it would change an address."""
    hyphen = "-" if word.isalpha() else ""
    parts = []
    while measure(word) > width_px:
        count = next((n for n in range(len(word) - 1, 0, -1) if measure(word[:n] + hyphen) <= width_px), 0)
        if count == 0:
            break
        parts.append(word[:count] + hyphen)
        word = word[count:]
    return [*parts, word]


def _drawn(lines: list[str], size_px: int, is_bold: bool, is_centred: bool) -> FittedText:
    """Each line's ink; boxes are of ink and not of the font's metrics, so that margins hold to the pixel."""
    from PIL import Image, ImageDraw

    font = _font(size_px, is_bold)
    boxes = [[int(edge) for edge in font.getbbox(line or " ", anchor="ls")] for line in lines]
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    widths = [max(1, box[2] - box[0]) for box in boxes]
    pitch_px = round(size_px * PITCH[is_bold])
    drawn = []
    for number, (line, box) in enumerate(zip(lines, boxes, strict=True)):
        ink = Image.new("L", (widths[number], max(1, bottom - top)))
        ImageDraw.Draw(ink).text((-box[0], -top), line, fill=255, font=font, anchor="ls")
        left = (max(widths) - widths[number]) // 2 if is_centred else 0
        drawn.append(Line(ink, left, number * pitch_px))
    return FittedText(size_px, max(widths), drawn[-1].top + drawn[-1].ink.height, tuple(drawn))


@lru_cache(maxsize=128)
def _font(size_px: int, is_bold: bool) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    from variantgen.fonts import card_font_path, font_path

    return ImageFont.truetype(str(card_font_path() if is_bold else font_path(bold=False)), size_px)

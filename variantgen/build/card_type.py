"""Type for cards and overlays: a text and a room go in, its lines' ink at the largest size that fits comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from variantgen.build.type_ink import draw_ink, ink_bounds
from variantgen.fonts import inter_draws
from variantgen.fonts.direction import is_rtl
from variantgen.fonts.glyphs import Typeface, set_line
from variantgen.phrasing.writing import clusters, units_of

if TYPE_CHECKING:
    from PIL import Image

Measure = Callable[[str], float]
"""The width in pixels of a run of text."""
Token = tuple[str, str]
"""What stands between it and the token before (a space or nothing), and a piece of text that stays on one line."""

HEAVY = Typeface(weight="heavy")
LINE_LIMIT = 5
CROWDED_LINE_LIMIT = 12
SMALLEST = 0.022
"""Of the canvas's short side: type below that is not read on a phone."""
LEAST_PX = 8
PITCH = {"heavy": 1.12, "bold": 1.2, "regular": 1.32}
"""Of the type size, from one baseline to the next."""
CLEAR_EM = 0.06
"""Kept free between the deepest ink of one line and the highest of the next, whatever the script."""


class NoRoomError(Exception):
    """No readable size of type puts the text into its room."""


@dataclass(frozen=True)
class Line:
    """One line's ink (8-bit coverage, emoji as RGBA), and where it rests in its text's box, in pixels."""

    ink: Image.Image
    left: int
    top: int
    pictures: Image.Image | None = None


@dataclass(frozen=True)
class FittedText:
    """Lines at the size they fit; every pixel of ink lies inside `width` x `height`."""

    size_px: int
    width: int
    height: int
    lines: tuple[Line, ...]
    is_rtl: bool = False
    """Whether it is read from the right; then its lines end at the right."""


def fit_text(
    text: str,
    room: tuple[int, int],
    *,
    short_px: int,
    largest: float,
    face: Typeface = HEAVY,
    is_centred: bool = False,
    line_limit: int = LINE_LIMIT,
    pitch: float | None = None,
) -> FittedText:
    """The text at the largest size that fits `room`, a width and height in pixels.

    `largest` is a share of the canvas's short side, `pitch` of the type size. Whole words on few lines come first;
    then long words are broken; then it takes more lines. Line breaks in the text are kept. Raises NoRoomError where
    even the smallest readable type does not fit.
    """
    may_break = line_limit > 1
    crowded = CROWDED_LINE_LIMIT if may_break else line_limit
    tries = (
        (largest, largest * 0.68, min(3, line_limit), False),
        (largest, largest * 0.42, line_limit, False),
        (largest * 0.5, largest * 0.32, line_limit, may_break),
        (max(largest * 0.42, min(largest, 0.045)), SMALLEST, crowded, may_break),
    )
    for size, least, most_lines, breaks in tries:
        size_px, least_px = max(LEAST_PX, size * short_px), max(LEAST_PX, least * short_px)
        while size_px >= least_px:
            lines = wrap(text, face, round(size_px), room[0], most_lines=most_lines, may_break=breaks)
            rows = _Rows(lines, face, round(size_px), pitch or PITCH[face.weight]) if lines else None
            if rows and rows.width <= room[0] and rows.height <= room[1]:
                return rows.drawn(is_centred=is_centred)
            size_px *= 0.96
    raise NoRoomError


def wrap(text: str, face: Typeface, size_px: int, width_px: int, *, most_lines: int, may_break: bool) -> list[str]:
    """Lines no wider than `width_px`, of even lengths; none if that takes more than `most_lines`.

    A word that is wider than the column is broken if it may be; else there are no lines. Scripts without spaces
    break between their characters.
    """

    @cache
    def measure(piece: str) -> float:
        return set_line(piece, face).width_em * size_px

    if sum(measure(word) for word in text.split()) > width_px * most_lines:
        return []  # a whole page pasted by mistake is not taken apart letter by letter
    columns = []
    for line in text.split("\n"):
        tokens = list(_tokens(line))
        if may_break:
            tokens = [part for token in tokens for part in _broken(token, measure, width_px)]
        if any(measure(piece) > width_px for _, piece in tokens):
            return []
        columns.append(tokens)
    if sum(len(_greedy(tokens, measure, width_px)) for tokens in columns) > most_lines:
        return []
    return [line for tokens in columns for line in _even(tokens, measure, width_px)]


def _tokens(line: str) -> Iterator[Token]:
    for word in line.split(" "):
        for number, unit in enumerate(units_of(word)):
            yield ("" if number else " ", unit)


def _even(tokens: list[Token], measure: Measure, width_px: int) -> list[str]:
    """Wrapped into the narrowest column that takes no more lines, so that no last word is left alone."""
    lines = _greedy(tokens, measure, width_px)
    low, high = max(round(measure(piece)) for _, piece in tokens), width_px
    while high - low > 8:
        middle = (low + high) // 2
        narrower = _greedy(tokens, measure, middle)
        if len(narrower) <= len(lines):
            lines, high = narrower, middle
        else:
            low = middle
    return lines


def _greedy(tokens: list[Token], measure: Measure, width_px: int) -> list[str]:
    lines, length = [tokens[0][1]], measure(tokens[0][1])
    for space, piece in tokens[1:]:
        length += (measure(" ") if space else 0.0) + measure(piece)
        if length <= width_px:
            lines[-1] += space + piece
        else:
            lines.append(piece)
            length = measure(piece)
    return lines


def _broken(token: Token, measure: Measure, width_px: int) -> list[Token]:
    """A word in parts that fit; a hyphen is added only to plain words, as it would change an address."""
    space, word = token
    hyphen = "-" if word.isalpha() and inter_draws(word) else ""
    parts: list[Token] = []
    letters = list(clusters(word))
    while measure("".join(letters)) > width_px:
        count = next((n for n in range(len(letters) - 1, 0, -1) if _fits(letters[:n], hyphen, measure, width_px)), 0)
        if count == 0:
            break
        parts.append((space if not parts else "", "".join(letters[:count]) + hyphen))
        letters = letters[count:]
    return [*parts, (space if not parts else "", "".join(letters))]


def _fits(letters: list[str], hyphen: str, measure: Measure, width_px: int) -> bool:
    return measure("".join(letters) + hyphen) <= width_px


class _Rows:
    """Lines at a size; boxes are of ink and not of the font's metrics, so that margins hold to the pixel."""

    def __init__(self, lines: list[str], face: Typeface, size_px: int, pitch: float) -> None:
        self.size_px, self.is_rtl = size_px, is_rtl(" ".join(lines))
        self.lines = [set_line(line, face) for line in lines]
        self.bounds = [ink_bounds(line, size_px) for line in self.lines]
        self.top, self.bottom = min(b[1] for b in self.bounds), max(b[3] for b in self.bounds)
        self.widths = [max(1, right - left) for left, _, right, _ in self.bounds]
        self.pitch_px = max(round(size_px * pitch), self.bottom - self.top + round(size_px * CLEAR_EM))
        self.row_height = max(1, self.bottom - self.top)

    @property
    def width(self) -> int:
        return max(self.widths)

    @property
    def height(self) -> int:
        return (len(self.lines) - 1) * self.pitch_px + self.row_height

    def drawn(self, *, is_centred: bool) -> FittedText:
        """The lines as ink, one under the other."""
        from PIL import Image

        rows = []
        for number, line in enumerate(self.lines):
            ink = draw_ink(line, self.size_px)
            size = (self.widths[number], self.row_height)
            cover, pictures = Image.new("L", size), Image.new("RGBA", size) if ink.pictures else None
            cover.paste(ink.cover, (0, ink.top - self.top))
            if pictures and ink.pictures:
                pictures.paste(ink.pictures, (0, ink.top - self.top))
            free = self.width - self.widths[number]
            left = free // 2 if is_centred else free if self.is_rtl else 0
            rows.append(Line(cover, left, number * self.pitch_px, pictures))
        return FittedText(self.size_px, self.width, self.height, tuple(rows), self.is_rtl)

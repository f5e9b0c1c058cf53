"""A caption's text in, the screens that show it out: even lines that fit, no text lost (pure)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from variantgen.phrasing import Setting, Token, clusters, letters_in, units_of
from variantgen.phrasing.lines import Room
from variantgen.phrasing.writing import BETWEEN_CHARACTERS

Measure = Callable[[str, float], float]
"""Width in pixels of a text at a size; about that of its parts together, exactly that of a line as it is drawn."""

SPEAKER = re.compile(r"[-–—•♪#]|>>")
"""What opens the line of another voice."""
_HYPHENS = re.compile(r"(?<=[^\W\d_][-/–—])(?=\w\w)")
_MOST_TRIES = 4
_SENSE = 0.5


def screens(
    text: str,
    *,
    width_px: float,
    size_px: int,
    max_lines: int,
    max_screens: int,
    measure: Measure,
    max_letters: int | None = None,
    language: str = "",
) -> tuple[tuple[str, ...], ...]:
    """Set `text` as at most `max_screens` screens of lines no wider than `width_px` and `max_letters`.

    Lines the author broke are kept where they fit. Where `max_screens` of `max_lines` cannot hold the text,
    screens get more lines rather than losing any. Only a single character can be wider than `width_px`.
    """
    written = [line.strip() for line in text.split("\n") if line.strip()]
    most_letters = max_letters or math.inf
    if len(written) <= max_lines and all(
        letters_in(line) <= most_letters and measure(line, size_px) <= width_px for line in written
    ):
        return (tuple(written),) if written else ()
    room_px = width_px
    for _ in range(_MOST_TRIES):
        room = Room(room_px, measure(" ", size_px), max_letters)
        setting = _Screens(tuple(_tokens(written, room, size_px, measure)), room, language)
        bounds = setting.screen_bounds(max_lines, max_screens)
        shown = tuple(setting.lines(start, end) for start, end in pairwise(bounds))
        widest_px = max((measure(line, size_px) for lines in shown for line in lines), default=0.0)
        if widest_px <= width_px:
            break
        # letters that two scripts share are drawn in their neighbour's font, so a line may be wider than its words
        room_px *= min(0.98, width_px / widest_px)
    return shown


# ---------------------------------------------------------------- text to tokens


def _tokens(lines: Sequence[str], room: Room, size_px: int, measure: Measure) -> Iterator[Token]:
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        starts_line = number > 0 and SPEAKER.match(line) is not None
        words = line.split(" ")
        for place, word in enumerate(filter(None, words)):
            pieces = [
                (part, cut > 0)
                for unit in units_of(word)
                for cut, part in enumerate(fitting(unit, room, size_px, measure))
            ]
            for index, (piece, is_inside_word) in enumerate(pieces):
                is_word_end = index == len(pieces) - 1
                yield Token(
                    piece,
                    measure(piece, size_px),
                    letters_in(piece),
                    space_after=is_word_end and not _joins(piece, following, place == len(words) - 1),
                    starts_line=starts_line and place == 0 and index == 0,
                    is_inside_word=is_inside_word,
                )


def _joins(piece: str, following: str, is_line_end: bool) -> bool:
    """Whether an author's line break stands between two characters that take no space."""
    return is_line_end and bool(
        following and BETWEEN_CHARACTERS.match(piece[-1]) and BETWEEN_CHARACTERS.match(following[0])
    )


def fitting(unit: str, room: Room, size_px: int, measure: Measure) -> list[str]:
    """`unit` whole; where it alone is more than a line has room for, cut at its hyphens, else in even pieces."""
    width_px = measure(unit, size_px)
    if width_px <= room.width and letters_in(unit) <= (room.letters or math.inf):
        return [unit]
    parts = _HYPHENS.split(unit)
    if len(parts) > 1:
        return [piece for part in parts for piece in fitting(part, room, size_px, measure)]
    filled = _filled(unit, room, size_px, measure)
    widest_px = max(measure(cluster, size_px) for cluster in clusters(unit))
    even = replace(
        room,
        width=min(room.width, width_px / len(filled) + widest_px),
        letters=room.letters and min(room.letters, letters_in(unit) // len(filled) + 2),
    )
    pieces = _filled(unit, even, size_px, measure)
    return pieces if len(pieces) == len(filled) else filled


def _filled(unit: str, room: Room, size_px: int, measure: Measure) -> list[str]:
    most_letters = room.letters or math.inf
    pieces = [""]
    for cluster in clusters(unit):
        # as a whole: letters that join, as in Arabic, are not as wide as each of them alone
        longer = pieces[-1] + cluster
        if pieces[-1] and (letters_in(longer) > most_letters or measure(longer, size_px) > room.width):
            pieces.append(cluster)
        else:
            pieces[-1] = longer
    return pieces


# ---------------------------------------------------------------- tokens to screens


class _Screens(Setting):
    """Tokens, and the ways to break them into screens."""

    def lines(self, start: int, end: int) -> tuple[str, ...]:
        """The tokens as lines: no more than they need, and alike in length."""
        return tuple(self.text(a, b) for a, b in pairwise([start, *self.line_ends(start, end)]))

    def reach(self, start: int, max_lines: int) -> int:
        """How far a screen of `max_lines` that begins at `start` can go."""
        line_start, lines = start, 1
        for i in range(start, len(self.tokens)):
            if not self.fits(line_start, i + 1):
                lines, line_start = lines + 1, i
                if lines > max_lines:
                    return i
        return len(self.tokens)

    def reach_back(self, end: int, max_lines: int) -> int:
        """How early a screen of `max_lines` that stops at `end` can begin."""
        line_end, lines = end, 1
        for i in range(end - 1, -1, -1):
            must_break = i + 1 < line_end and self.tokens[i + 1].starts_line
            if must_break or not (i + 1 == line_end or self.is_room_for(i, line_end)):
                lines, line_end = lines + 1, i + 1
                if lines > max_lines:
                    return i + 1
        return 0

    def screen_bounds(self, max_lines: int, max_screens: int) -> list[int]:
        """Where screens begin and end: as few as the text needs, alike in length, ending with sentences."""
        count = self._screens_needed(max_lines)
        while count > max_screens:
            # The lines per screen that could do, or one more than did not.
            max_lines = max(max_lines + 1, -(-max_lines * (count - 1) // max(max_screens, 1)))
            count = self._screens_needed(max_lines)
        earliest = [len(self.tokens)]
        for _ in range(count - 1):
            earliest.append(self.reach_back(earliest[-1], max_lines))
        bounds = [0]
        for left in range(count, 1, -1):
            bounds.append(self._best_end(bounds[-1], earliest[left - 1], max_lines, left))
        return [*bounds, len(self.tokens)]

    def _screens_needed(self, max_lines: int) -> int:
        count, at = 0, 0
        while at < len(self.tokens):
            at, count = self.reach(at, max_lines), count + 1
        return count

    def _best_end(self, start: int, earliest: int, max_lines: int, screens_left: int) -> int:
        wanted = self.letters(start, len(self.tokens)) / screens_left
        candidates = range(max(earliest, start + 1), self.reach(start, max_lines) + 1)

        def cost(end: int) -> float:
            off = abs(self.letters(start, end) / max(wanted, 1) - 1)
            return off + _SENSE * self.costs[end] if end < len(self.tokens) else off

        return min(candidates, key=cost)

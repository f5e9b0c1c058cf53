"""Tokens in, lines out: as few as they need, even, and broken where a reader does not mind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from variantgen.phrasing.sense import PLAIN_COST, break_cost

# Beyond this the text is no caption any more and even lines are not worth the search.
_MAX_BALANCED_LINES = 12
# One in hundred of a line's width: two halves that differ by a letter are equal, and then the lower one is longer.
_BOTTOM_HEAVY = 0.01
_SENSE = 0.1
# A line more is worth it where it saves a break after "the" or inside a foreign word.
_SAVED_BADNESS = 0.9
_INSIDE_WORD_COST = 3.0


@dataclass(frozen=True)
class Token:
    """The least piece of text that stays on one line; `width` in the measure's unit, `letters` as `letters_in`."""

    text: str
    width: float
    letters: int
    space_after: bool
    starts_line: bool = False
    is_inside_word: bool = False
    """Whether it goes on with the word of the token before: a word too wide for a line."""


@dataclass(frozen=True)
class Room:
    """What a line may hold: a width in the measure's unit, and letters where they are counted."""

    width: float
    space: float
    """Width of a space."""
    letters: int | None = None


class Setting:
    """Tokens with their running widths, and the ways to break them into lines."""

    def __init__(self, tokens: Sequence[Token], room: Room, language: str = "") -> None:
        self.tokens = tokens
        self.room = room
        self.costs = break_costs(tokens, language)
        self._starts = tuple(accumulate((t.width + room.space * t.space_after for t in tokens), initial=0.0))
        self._letters = tuple(accumulate((t.letters + t.space_after for t in tokens), initial=0))

    def line_width(self, start: int, end: int) -> float:
        """Width of a line of the tokens from `start` up to `end`."""
        return self._starts[end] - self._starts[start] - self.room.space * self.tokens[end - 1].space_after

    def letters(self, start: int, end: int) -> int:
        """How many letters the tokens hold, spaces between them included."""
        return self._letters[end] - self._letters[start] - self.tokens[end - 1].space_after

    def fits(self, start: int, end: int) -> bool:
        """Whether the tokens may stand on one line; one token always may."""
        if end - start == 1:
            return True
        return self.is_room_for(start, end) and not self.tokens[end - 1].starts_line

    def is_room_for(self, start: int, end: int) -> bool:
        """Whether a line is wide enough for the tokens."""
        if self.room.letters is not None and self.letters(start, end) > self.room.letters:
            return False
        # A thousandth of a pixel of room for sums of floats.
        return self.line_width(start, end) <= self.room.width + 1e-3

    def text(self, start: int, end: int) -> str:
        """The tokens as they read on one line."""
        return "".join(t.text + " " * t.space_after for t in self.tokens[start:end]).strip()

    def filled(self, start: int, end: int) -> list[int]:
        """Line ends when each line from `start` takes what it can: as few lines as there can be."""
        ends: list[int] = []
        line_start = start
        for i in range(start, end):
            if not self.fits(line_start, i + 1):
                ends.append(i)
                line_start = i
        return [*ends, end]

    def line_ends(self, start: int, end: int, max_lines: int = 0) -> list[int]:
        """Where the lines of the tokens end: no more of them than they need, broken in the best way.

        One line more is taken where `max_lines` allow it and it saves a break that nobody wants.
        """
        ends = self.filled(start, end)
        if not 1 < len(ends) <= _MAX_BALANCED_LINES:
            return ends
        count = len(ends)
        ends = self._balanced(start, end, count)
        if count < max_lines and self.badness(ends) and end - start > count:
            more = self._balanced(start, end, count + 1)
            if self.badness(ends) - self.badness(more) >= _SAVED_BADNESS:
                return more
        return ends

    def badness(self, line_ends: Sequence[int]) -> float:
        """How much worse than plain ones the breaks between lines are; 0 where none is worse."""
        return sum(max(self.costs[place] - PLAIN_COST, 0.0) for place in line_ends[:-1])

    def _balanced(self, start: int, end: int, count: int) -> list[int]:
        """Line ends of least raggedness among all ways to set the tokens in `count` lines."""
        wanted = self.line_width(start, end) / count
        best: dict[int, tuple[float, list[int]]] = {start: (0.0, [])}
        for number in range(count):
            reached: dict[int, tuple[float, list[int]]] = {}
            for line_start, (cost, ends) in best.items():
                for line_end in range(line_start + 1, end + 1):
                    if not self.fits(line_start, line_end):
                        break
                    total = cost + self._raggedness(line_start, line_end, wanted, number)
                    if line_end < end:
                        total += _SENSE * self.costs[line_end]
                    if line_end not in reached or total < reached[line_end][0]:
                        reached[line_end] = (total, [*ends, line_end])
            best = reached
        return best[end][1]

    def _raggedness(self, start: int, end: int, wanted: float, number: int) -> float:
        off = (self.line_width(start, end) - wanted) / self.room.width
        return off * off - _BOTTOM_HEAVY * number * off


def break_costs(tokens: Sequence[Token], language: str) -> tuple[float, ...]:
    """What a break before each token costs (`break_cost`); before a voice of its own and before the first nothing."""
    costs = [0.0] * min(len(tokens), 1)
    for before, after in zip(tokens, tokens[1:], strict=False):
        if after.starts_line:
            costs.append(0.0)
        elif after.is_inside_word:
            costs.append(_INSIDE_WORD_COST)
        else:
            costs.append(break_cost(before.text, after.text, language))
    return tuple(costs)

"""A caption's text in, the screens that show it out: even lines that fit, no text lost (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

Measure = Callable[[str, float], float]
"""Width in pixels of a text at a size; a text must be as wide as its parts together."""

_SPEAKER = re.compile(r"[-–—•♪#]|>>")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]」』]*$")
_CLAUSE_END = re.compile(r"[,;:—–、，；：][\"'”’»)\]」』]*$")
_NEVER_FIRST = frozenset("、。，．・：；！？ー」』）〕］｝〉》】,.!?:;)]}%…〜～ぁぃぅぇぉっゃゅょァィゥェォッャュョ々")
_NEVER_LAST = frozenset("「『（〔［｛〈《【([{")
# Han, kana, their punctuation and full-width forms: scripts that break between any two characters.
_UNSPACED = re.compile(
    "[\u2e80-\u303f\u3040-\u30ff\u31c0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U00020000-\U0003fffd]"
)
_MOST_TRIES = 4
# Beyond this the text is no caption any more and even lines are not worth the search.
_MAX_BALANCED_LINES = 12


@dataclass(frozen=True)
class _Token:
    """The least piece of text that stays on one line."""

    text: str
    width_px: float
    space_after: bool
    starts_line: bool = False


def screens(
    text: str, *, width_px: float, size_px: int, max_lines: int, max_screens: int, measure: Measure
) -> tuple[tuple[str, ...], ...]:
    """Set `text` as at most `max_screens` screens of lines no wider than `width_px`.

    Lines the author broke are kept where they fit. Where `max_screens` of `max_lines` cannot hold the text,
    screens get more lines rather than losing any. Only a single character can be wider than `width_px`.
    """
    written = [line.strip() for line in text.split("\n") if line.strip()]
    if len(written) <= max_lines and all(measure(line, size_px) <= width_px for line in written):
        return (tuple(written),) if written else ()
    room_px = width_px
    for _ in range(_MOST_TRIES):
        setting = _Setting(tuple(_tokens(written, room_px, size_px, measure)), room_px, measure(" ", size_px))
        bounds = setting.screen_bounds(max_lines, max_screens)
        shown = tuple(setting.lines(start, end) for start, end in pairwise(bounds))
        widest_px = max((measure(line, size_px) for lines in shown for line in lines), default=0.0)
        if widest_px <= width_px:
            break
        # letters that two scripts share are drawn in their neighbour's font, so a line may be wider than its words
        room_px *= min(0.98, width_px / widest_px)
    return shown


# ---------------------------------------------------------------- text to tokens


def _tokens(lines: Sequence[str], width_px: float, size_px: int, measure: Measure) -> Iterator[_Token]:
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        starts_line = number > 0 and _SPEAKER.match(line) is not None
        words = line.split(" ")
        for place, word in enumerate(filter(None, words)):
            pieces = [part for unit in _units(word) for part in _fitting(unit, width_px, size_px, measure)]
            for index, piece in enumerate(pieces):
                is_word_end = index == len(pieces) - 1
                yield _Token(
                    piece,
                    measure(piece, size_px),
                    space_after=is_word_end and not _joins(piece, following, place == len(words) - 1),
                    starts_line=starts_line and place == 0 and index == 0,
                )


def _joins(piece: str, following: str, is_line_end: bool) -> bool:
    """Whether an author's line break stands between two characters that take no space."""
    return is_line_end and bool(following and _UNSPACED.match(piece[-1]) and _UNSPACED.match(following[0]))


def _units(word: str) -> Iterator[str]:
    """A word's unbreakable pieces: the word itself, or its characters in scripts without spaces."""
    start = 0
    for i in range(1, len(word)):
        before, after = word[i - 1], word[i]
        if not (_UNSPACED.match(before) or _UNSPACED.match(after)):
            continue
        if before in _NEVER_LAST or after in _NEVER_FIRST or _continues(before, after):
            continue
        yield word[start:i]
        start = i
    yield word[start:]


def _fitting(unit: str, width_px: float, size_px: int, measure: Measure) -> Iterator[str]:
    """`unit` whole, or cut between characters where it alone is wider than a line."""
    if measure(unit, size_px) <= width_px:
        yield unit
        return
    piece, piece_px = "", 0.0
    for cluster in _clusters(unit):
        cluster_px = measure(cluster, size_px)
        if piece and piece_px + cluster_px > width_px:
            yield piece
            piece, piece_px = "", 0.0
        piece, piece_px = piece + cluster, piece_px + cluster_px
    yield piece


def _clusters(text: str) -> Iterator[str]:
    start = 0
    for i in range(1, len(text)):
        if not _continues(text[i - 1], text[i]):
            yield text[start:i]
            start = i
    yield text[start:]


def _continues(before: str, after: str) -> bool:
    """Whether `after` is drawn onto `before`: an accent, a vowel sign, a joined emoji."""
    return before == "\u200d" or after == "\u200d" or unicodedata.category(after) in {"Mn", "Me", "Mc"}


# ---------------------------------------------------------------- tokens to lines


class _Setting:
    """Tokens with their running widths, and the ways to break them."""

    def __init__(self, tokens: tuple[_Token, ...], width_px: float, space_px: float) -> None:
        self.tokens = tokens
        self.width_px = width_px
        self.space_px = space_px
        self._starts = tuple(accumulate((t.width_px + space_px * t.space_after for t in tokens), initial=0.0))
        self._characters = tuple(accumulate((len(t.text) for t in tokens), initial=0))

    def line_px(self, start: int, end: int) -> float:
        """Width of a line of the tokens from `start` up to `end`."""
        return self._starts[end] - self._starts[start] - self.space_px * self.tokens[end - 1].space_after

    def fits(self, start: int, end: int) -> bool:
        """Whether the tokens may stand on one line; one token always may."""
        if end - start == 1:
            return True
        return self._is_room_for(start, end) and not self.tokens[end - 1].starts_line

    def _is_room_for(self, start: int, end: int) -> bool:
        # A thousandth of a pixel of room for sums of floats.
        return self.line_px(start, end) <= self.width_px + 1e-3

    def text(self, start: int, end: int) -> str:
        """The tokens as they read on one line."""
        return "".join(t.text + " " * t.space_after for t in self.tokens[start:end]).strip()

    def filled(self, start: int, end: int) -> list[int]:
        """Line ends when each line from `start` takes what it can."""
        ends: list[int] = []
        line_start = start
        for i in range(start, end):
            if not self.fits(line_start, i + 1):
                ends.append(i)
                line_start = i
        return [*ends, end]

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
            if must_break or not (i + 1 == line_end or self._is_room_for(i, line_end)):
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
        wanted = (self._characters[-1] - self._characters[start]) / screens_left
        candidates = range(max(earliest, start + 1), self.reach(start, max_lines) + 1)

        def cost(end: int) -> float:
            off = abs((self._characters[end] - self._characters[start]) / max(wanted, 1) - 1)
            return off - _worth_of_break(self.tokens, end)

        return min(candidates, key=cost)

    def lines(self, start: int, end: int) -> tuple[str, ...]:
        """The tokens as lines: no more than they need, and alike in length."""
        ends = self.filled(start, end)
        if 1 < len(ends) <= _MAX_BALANCED_LINES:
            ends = self._balanced(start, end, len(ends))
        return tuple(self.text(a, b) for a, b in pairwise([start, *ends]))

    def _balanced(self, start: int, end: int, count: int) -> list[int]:
        """Line ends of least raggedness among all ways to set the tokens in `count` lines."""
        wanted_px = self.line_px(start, end) / count
        best: dict[int, tuple[float, list[int]]] = {start: (0.0, [])}
        for _ in range(count):
            reached: dict[int, tuple[float, list[int]]] = {}
            for line_start, (cost, ends) in best.items():
                for line_end in range(line_start + 1, end + 1):
                    if not self.fits(line_start, line_end):
                        break
                    total = cost + self._raggedness(line_start, line_end, wanted_px)
                    if line_end < end:
                        total -= 0.12 * _worth_of_break(self.tokens, line_end)
                    if line_end not in reached or total < reached[line_end][0]:
                        reached[line_end] = (total, [*ends, line_end])
            best = reached
        return best[end][1]

    def _raggedness(self, start: int, end: int, wanted_px: float) -> float:
        return float(((self.line_px(start, end) - wanted_px) / self.width_px) ** 2)


def _worth_of_break(tokens: Sequence[_Token], end: int) -> float:
    """How welcome a break before token `end` is to a reader: after a sentence much, after "of" not at all."""
    if end >= len(tokens):
        return 0.0
    if tokens[end].starts_line:
        return 0.5
    before = tokens[end - 1]
    if _SENTENCE_END.search(before.text):
        return 0.5
    if _CLAUSE_END.search(before.text):
        return 0.25
    if not before.space_after:
        return -0.1 if not _UNSPACED.match(before.text[-1]) else 0.0
    return -0.15 if len(before.text) <= 2 and before.text.isalpha() else 0.0

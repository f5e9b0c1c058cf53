"""Spoken words in, cues out: broken at sense, balanced, readable in their time; a shortest path over all breaks."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise

from variantgen.phrasing.lines import Room, Setting, Token
from variantgen.phrasing.sense import CLAUSE_COST, PLAIN_COST, break_cost, ends_sentence
from variantgen.phrasing.writing import SPACELESS, is_inseparable, letters_in

# Netflix's Timed Text Style Guide: a cue may stay for half a second, and a shorter gap before the next is closed.
LINGER_SECONDS = 0.5
# A rest this long ends a cue always, but for a word that leans on the next ("he's ... in"), which waits longer; after
# a sentence a breath does.
LONG_PAUSE_SECONDS = 0.6
LEANING_PAUSE_SECONDS = 1.0
BREATH_SECONDS = 0.3
# Costs of the search, in breaks between any two words (`break_cost`).
_CUE, _FILL, _FAST, _SHORT, _BREATH, _FORCED = 0.6, 1.5, 6.0, 2.0, 0.5, 1e6
# Of a line that has to end badly, for each break above a plain one; and of parting a word between two cues.
_BAD_LINE, _PARTED_WORD = 0.5, 4.0
# Of a sentence or clause that ends inside a cue, in parts of what a break there is better than a plain one.
_PASSED, _PASSED_AMONG_FEW_WORDS = 0.4, 1.0
# Of a cue of a word or two out of a longer sentence; this many letters are no longer few.
_LONELY, _LONELY_LETTERS = 1.5, 20
_MOST_TRIES = 6
# Of a speaker who never rests, or captions without a full stop: to search them anew takes long.
_MANY_TOKENS = 300


@dataclass(frozen=True)
class SpokenWord:
    """A word and how it stands: `start` and `end` are ticks (frames, or milliseconds), the text has no spaces."""

    start: int
    end: int
    text: str
    has_space: bool = True
    """Whether a space is written before it."""
    is_opening: bool = False
    """Whether another voice begins with it, which asks for a cue of its own."""
    break_bonus: float = 0.0
    """How much an author who broke before it takes off the cost of a break."""


@dataclass(frozen=True)
class Limits:
    """What a cue may hold and how long it may stand; ticks as in the words."""

    ticks_per_second: float
    max_lines: int
    letters_per_second: float
    min_ticks: int
    max_ticks: int
    gap_ticks: int
    max_words: int | None = None


@dataclass(frozen=True)
class ShownWord:
    """Characters `start` to `end` of line `line`, spoken from tick `at` on."""

    at: int
    line: int
    start: int
    end: int


@dataclass(frozen=True)
class ShownCue:
    """One cue: half-open ticks, lines, where its words stand in them, and which of the words given it holds."""

    start: int
    end: int
    lines: tuple[str, ...]
    words: tuple[ShownWord, ...]
    first_word: int
    end_word: int


Measure = Callable[[str], float]
Cut = Callable[[str], Iterable[str]]


@dataclass(frozen=True)
class _Piece:
    """A word, or what of it has to stand on a line of its own, with what the search asks of it."""

    token: Token
    start: int
    end: int
    words: float
    first_word: int
    end_word: int
    is_hard: bool
    """Whether a cue must end before it."""
    bonus: float


def phrase_words(
    words: Sequence[SpokenWord],
    *,
    limits: Limits,
    room: Room,
    measure: Measure,
    walls: Sequence[int],
    cut: Cut = lambda text: (text,),
    language: str = "",
) -> tuple[ShownCue, ...]:
    """Every word once, in order, in cues that do not overlap and keep the limits.

    No cue crosses a tick of `walls`, which rise and end with the last tick there is; a word belongs to the stretch
    between two walls that it starts in. `measure` gives a line's width in the unit of `room`; `cut` parts a text
    that is too wide for a line. A cue starts with its first word, stays while it is read, half a second after its
    last word where there is room, and closes a shorter gap than that to `gap_ticks`. One that is read too fast has no
    room left. Only where more words start than there are ticks does a cue get more lines than `max_lines`.
    """
    if not words:
        return ()
    pieces = _in_order(list(_pieces(_ordered(words), limits, measure, walls, cut, language)), walls)
    search = _Search(pieces, limits, room, measure, walls, language)
    blocks = [number for number, piece in enumerate(pieces) if piece.is_hard or number == 0]
    return tuple(cue for start, end in pairwise([*blocks, len(pieces)]) for cue in search.cues(start, end, room))


# ---------------------------------------------------------------- words to pieces


def _ordered(words: Sequence[SpokenWord]) -> list[SpokenWord]:
    starts = accumulate((word.start for word in words), max)
    return [replace(word, start=start, end=max(word.end, start)) for word, start in zip(words, starts, strict=True)]


def _pieces(
    words: Sequence[SpokenWord], limits: Limits, measure: Measure, walls: Sequence[int], cut: Cut, language: str
) -> Iterator[_Piece]:
    hard = [False, *(_is_hard(a, b, limits, walls, language) for a, b in pairwise(words))]
    units = _units(words, hard)
    for (first, end), after in zip(units, [*units[1:], None], strict=True):
        unit = words[first:end]
        text = unit[0].text + "".join(" " * word.has_space + word.text for word in unit[1:])
        parts = tuple(cut(text))
        spans = _shares(unit[0].start, unit[-1].end, [letters_in(part) for part in parts])
        has_space = after is not None and words[after[0]].has_space
        for number, (part, span) in enumerate(zip(parts, spans, strict=True)):
            yield _Piece(
                Token(
                    part,
                    measure(part),
                    letters_in(part),
                    space_after=has_space and number == len(parts) - 1,
                    is_inside_word=number > 0,
                ),
                *span,
                words=0.0 if number else sum(map(_count, unit)),
                first_word=first,
                end_word=end,
                is_hard=hard[first] and number == 0,
                bonus=-_PARTED_WORD if number else _bonus(words, first, limits),
            )


def _is_hard(before: SpokenWord, after: SpokenWord, limits: Limits, walls: Sequence[int], language: str) -> bool:
    """Whether the cues before and after are told apart whatever else: a cut, another voice, a rest."""
    if after.is_opening or bisect_right(walls, before.start) < bisect_right(walls, after.start):
        return True
    pause = (after.start - before.end) / limits.ticks_per_second
    if pause > LONG_PAUSE_SECONDS:
        is_leaning = break_cost(before.text, after.text, language) > PLAIN_COST
        return not is_leaning or pause > LEANING_PAUSE_SECONDS
    return pause >= BREATH_SECONDS and ends_sentence(before.text, language)


def _units(words: Sequence[SpokenWord], hard: Sequence[bool]) -> list[tuple[int, int]]:
    """Words that no break may part, as spans: signs that stand apart go with their word."""
    starts = [0]
    for number, (before, after) in enumerate(pairwise(words), start=1):
        if hard[number] or not (_is_voice_sign(before) or is_inseparable(before.text, after.text)):
            starts.append(number)
    return list(pairwise([*starts, len(words)]))


def _is_voice_sign(word: SpokenWord) -> bool:
    return word.is_opening and not any(map(str.isalnum, word.text))


def _count(word: SpokenWord) -> float:
    """How many words it counts for: signs none, and a single letter of a script without spaces half a one."""
    if not any(map(str.isalnum, word.text)):
        return 0.0
    return 0.5 if len(word.text) == 1 and SPACELESS.match(word.text) else 1.0


def _bonus(words: Sequence[SpokenWord], number: int, limits: Limits) -> float:
    """What the author's break and the breath before a word take off the cost of a break there."""
    if number == 0:
        return 0.0
    breath = (words[number].start - words[number - 1].end) / limits.ticks_per_second
    return words[number].break_bonus + _BREATH * min(max(breath, 0.0) / BREATH_SECONDS, 1.0)


def _shares(start: int, end: int, weights: Sequence[int]) -> list[tuple[int, int]]:
    total = max(sum(weights), 1)
    return list(pairwise(start + (end - start) * weight // total for weight in accumulate(weights, initial=0)))


def _in_order(pieces: Sequence[_Piece], walls: Sequence[int]) -> list[_Piece]:
    """The pieces with starts that rise, each inside its own walls, wherever there are ticks enough for that."""
    ordered: list[_Piece] = []
    for stretch, members in groupby(pieces, key=lambda piece: bisect_right(walls, piece.start)):
        own = list(members)
        least = walls[stretch - 1] if stretch else 0
        last = walls[min(stretch, len(walls) - 1)]
        before = ordered[-1].start if ordered else -1
        starts = [max(piece.start - number, before + 1) for number, piece in enumerate(own)]
        rising = [start + number for number, start in enumerate(accumulate(starts, max))]
        for number, (piece, start) in enumerate(zip(own, rising, strict=True)):
            start = max(min(start, last - len(own) + number), least, before)
            is_told_apart = piece.is_hard and start > before
            ordered.append(replace(piece, start=start, end=max(piece.end, start), is_hard=is_told_apart))
            before = start
    return ordered


# ---------------------------------------------------------------- the search


class _Search:
    """The pieces of all blocks, and the cheapest way to break a block of them into cues."""

    def __init__(
        self,
        pieces: Sequence[_Piece],
        limits: Limits,
        room: Room,
        measure: Measure,
        walls: Sequence[int],
        language: str,
    ) -> None:
        self.pieces = pieces
        self.limits = limits
        self.room = room
        self.measure = measure
        self.language = language
        self.latest = [self._latest_end(number, walls) for number in range(len(pieces) + 1)]

    def _latest_end(self, end: int, walls: Sequence[int]) -> int:
        """Where a cue of the pieces up to `end` must be over: at the next wall, or the gap before the next cue."""
        if end == 0:
            return 0
        place = bisect_right(walls, self.pieces[end - 1].start)
        wall = walls[min(place, len(walls) - 1)]
        return min(wall, self.pieces[end].start - self.limits.gap_ticks) if end < len(self.pieces) else wall

    def cues(self, first: int, end: int, room: Room, tries: int = _MOST_TRIES) -> Iterator[ShownCue]:
        """The cues of the pieces from `first` up to `end`."""
        setting = Setting([piece.token for piece in self.pieces[first:end]], room, self.language)
        for a, b, ends in self._set(setting, first):
            widest = max(self.measure(setting.text(*line)) for line in pairwise([a, *ends]))
            if widest > self.room.width and tries and len(ends) < b - a:
                # letters that two scripts share are drawn in their neighbour's font: a line may be wider than its words
                less = replace(room, width=room.width * min(0.98, self.room.width / widest))
                yield from self.cues(first + a, first + b, less, tries - 1)
            else:
                yield self._shown(first + a, [first + place for place in ends], setting.letters(a, b))

    def _set(self, setting: Setting, first: int) -> list[tuple[int, int, list[int]]]:
        """The spans of the cues and where their lines end.

        To set the lines of every cue there could be takes long, so it is done for the cheapest ones; what bad lines
        cost is added, and the search made again until it takes only cues whose lines are known.
        """
        known: dict[tuple[int, int], list[int]] = {}
        bad: dict[tuple[int, int], float] = {}
        for _ in range(_MOST_TRIES if len(setting.tokens) < _MANY_TOKENS else 2):
            spans = self._cheapest(setting, first, bad)
            new = [span for span in spans if span not in known]
            for span in new:
                known[span] = setting.line_ends(*span, self.limits.max_lines)
                bad[span] = _BAD_LINE * setting.badness(known[span])
            if not any(bad[span] for span in new):
                break
        return [(*span, known[span]) for span in spans]

    def _cheapest(self, setting: Setting, first: int, bad: Mapping[tuple[int, int], float]) -> list[tuple[int, int]]:
        """The spans of the cues: a shortest path over all places that a cue may end at."""
        count = len(setting.tokens)
        best, back = [0.0] + [math.inf] * count, [0] * (count + 1)
        for start in range(count):
            if best[start] < math.inf:
                for end, cost in self._cues_from(setting, first, start, best):
                    total = best[start] + cost + bad.get((start, end), 0.0)
                    if total < best[end]:
                        best[end], back[end] = total, start
        ends = [count]
        while back[ends[-1]]:
            ends.append(back[ends[-1]])
        return list(pairwise([0, *reversed(ends)]))

    def _cues_from(
        self, setting: Setting, first: int, start: int, best: Sequence[float]
    ) -> Iterator[tuple[int, float]]:
        """Where a cue that begins with a token may end, and what it then costs; `best` says what is too much."""
        lines, line_start, words, passed, is_offered = 1, start, 0.0, 0.0, False
        count, limits, begin = len(setting.tokens), self.limits, self.pieces[first + start].start
        for end in range(start + 1, count + 1):
            piece = self.pieces[first + end - 1]
            words += piece.words
            if not setting.fits(line_start, end):
                lines, line_start = lines + 1, end - 1
            is_over = end > start + 1 and (
                lines > limits.max_lines
                or words > (limits.max_words or math.inf)
                or piece.end - begin > limits.max_ticks
            )
            if is_over and is_offered:
                return
            if end == count or self.pieces[first + end].start > piece.start:
                cost = passed + _FORCED * is_over
                yield end, self._cue_cost(setting, first, (start, end), words, cost, best[end] - best[start])
                is_offered = True
            if end < count and setting.costs[end] < CLAUSE_COST + 0.01:
                passed += (PLAIN_COST - setting.costs[end]) * (_PASSED_AMONG_FEW_WORDS if limits.max_words else _PASSED)

    def _cue_cost(
        self, setting: Setting, first: int, span: tuple[int, int], words: float, cost: float, most: float
    ) -> float:
        """`cost` and what a cue's fill, its time and the break after it cost; short of that where it is over `most`."""
        start, end = span
        limits = self.limits
        fill = setting.line_width(start, end) / (limits.max_lines * self.room.width)
        wanted_ticks = float(limits.min_ticks)
        if limits.max_words:
            share = words / limits.max_words
            fill, wanted_ticks = max(fill, share), max(wanted_ticks * min(share, 1.0), 1.0)
        cost += _CUE + _FILL * fill * fill
        if end < len(setting.tokens):
            cost += setting.costs[end] - self.pieces[first + end].bonus
        if cost >= most:
            return cost
        letters = setting.letters(start, end)
        ticks = self._end(first + start, first + end, letters) - self.pieces[first + start].start
        fast = max(letters * limits.ticks_per_second / (ticks * limits.letters_per_second) - 1, 0.0)
        short = max(1 - ticks / wanted_ticks, 0.0)
        if not limits.max_words and end - start < len(setting.tokens):
            cost += _LONELY * max(1 - letters / _LONELY_LETTERS, 0.0)
        return cost + _FAST * min(fast, 3.0) + _SHORT * short

    def _end(self, first: int, end: int, letters: int) -> int:
        """Where a cue of the pieces from `first` up to `end`, of so many letters, ends: `phrase_words` says how."""
        limits, start = self.limits, self.pieces[first].start
        linger = round(LINGER_SECONDS * limits.ticks_per_second)
        until = max(
            self.pieces[end - 1].end + linger,
            start + limits.min_ticks,
            start + math.ceil(letters * limits.ticks_per_second / limits.letters_per_second),
        )
        latest = self.latest[end]
        has_next = end < len(self.pieces)
        if until > latest or (has_next and self.pieces[end].start - until < linger):
            until = latest
        return max(min(until, start + limits.max_ticks), start + 1)

    def _shown(self, first: int, line_ends: Sequence[int], letters: int) -> ShownCue:
        lines, words = [], []
        for number, (a, b) in enumerate(pairwise([first, *line_ends])):
            line = ""
            for piece in self.pieces[a:b]:
                words.append(ShownWord(piece.start, number, len(line), len(line) + len(piece.token.text)))
                line += piece.token.text + " " * piece.token.space_after
            lines.append(line.rstrip(" "))
        return ShownCue(
            self.pieces[first].start,
            self._end(first, line_ends[-1], letters),
            tuple(lines),
            tuple(words),
            self.pieces[first].first_word,
            self.pieces[line_ends[-1] - 1].end_word,
        )

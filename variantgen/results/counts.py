"""What comparisons are made of: plain counts of a variant, on a channel, in a day (pure values)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

DERIVED = {"play_seconds": ("views",)}
"""What follows from counts and a film's length (`DayCounts.known`), and the counts that it follows from."""


@dataclass(frozen=True)
class DayCounts:
    """What one row of an export says about a variant; a count that the export has no column for is not in `counts`."""

    variant: str
    channel: str
    """As the campaign tells its channels apart, as in "tiktok (paid)"."""
    counts: Mapping[str, float] = field(hash=False)
    """Canonical name (impressions, clicks_link, watch_seconds, spend...) to a sum that may be added over days."""
    first_day: date | None = None
    last_day: date | None = None
    """Both inclusive; None where the export says nothing of time."""
    currency: str = ""
    length_seconds: float | None = None
    attribution: str = ""
    """The window in which a conversion counts, as the channel words it."""

    @cached_property
    def known(self) -> Mapping[str, float]:
        """The counts with what follows from them: `play_seconds`, all views at the film's whole length."""
        found = dict(self.counts)
        if self.length_seconds is not None and "views" in found:
            found.setdefault("play_seconds", found["views"] * self.length_seconds)
        return found


@dataclass(frozen=True)
class Cell:
    """A metric's numerator and denominator in one row: successes of trials, events of exposure, or two sums."""

    numerator: float
    denominator: float
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class Arm:
    """A variant (or a level) as one side of a comparison on one channel."""

    variant: str
    cells: tuple[Cell, ...]

    @property
    def numerator(self) -> float:
        """Of all cells together."""
        return sum(cell.numerator for cell in self.cells)

    @property
    def denominator(self) -> float:
        """Of all cells together."""
        return sum(cell.denominator for cell in self.cells)

    @property
    def rate(self) -> float | None:
        """As counted, without shrinking; None where there is nothing to divide by."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def days(self) -> int:
        """How many days the cells cover; 0 where they say nothing of time."""
        covered: set[int] = set()
        for cell in self.cells:
            if cell.first_day and cell.last_day:
                covered.update(range(cell.first_day.toordinal(), cell.last_day.toordinal() + 1))
        return len(covered)

    @property
    def daily(self) -> tuple[Cell, ...]:
        """The cells of a single day with anything in them, several of one day added up, in order of days."""
        sums: dict[date, tuple[float, float]] = {}
        for cell in self.cells:
            if cell.first_day and cell.first_day == cell.last_day and cell.denominator > 0:
                before = sums.get(cell.first_day, (0.0, 0.0))
                sums[cell.first_day] = (before[0] + cell.numerator, before[1] + cell.denominator)
        return tuple(Cell(*sums[day], day, day) for day in sorted(sums))


def by_channel(rows: Iterable[DayCounts]) -> dict[str, tuple[DayCounts, ...]]:
    """The rows of each channel, channels in the order in which they come."""
    found: dict[str, list[DayCounts]] = {}
    for row in rows:
        found.setdefault(row.channel, []).append(row)
    return {channel: tuple(its) for channel, its in found.items()}

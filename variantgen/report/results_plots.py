"""The plots of a results report as percents along their axes: places in report.json to values (pure).

All stand in percent of the plot's width and height, so that a plot fits any screen while its text keeps its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from variantgen.report.plot_scales import Axis, decimals_between, linear_axis, ratio_axis, spread
from variantgen.report.results_wording import Measure, Place, date_words

MOST_COLOURS = 6
"""Lines of one plot that can be told apart; of more, the first and the last by figure are drawn out."""
MOST_PANELS = 8
LINES_HEIGHT_PX = 240
"""The same in results.css."""
_LABEL_PX = 18
_BEYOND = 3.0
"""What reaches past so many times the highest figure is cut there, or it alone would be seen."""


@dataclass(frozen=True)
class Tick:
    """A mark of an axis, in percent along it."""

    at: float
    text: str
    is_minor: bool = False
    """Whether its text may go where there is little room."""


@dataclass(frozen=True)
class Bar:
    """A row of an interval plot: a dot with its interval, and a hollow mark; None is not drawn."""

    key: str
    name: str
    dot: float | None
    low: float | None
    high: float | None
    hollow: float | None
    is_cut: bool
    """Whether the interval goes on beyond the plot."""
    kind: str
    place: Place
    """What the row was made of."""


@dataclass(frozen=True)
class Intervals:
    """Rows of bars above one axis; `beside` is where they are held against, None without."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    beside: float | None = None


@dataclass(frozen=True)
class Line:
    """A variant's line: runs of "x,y" points without a gap, its points, and where its name stands (pixels down)."""

    key: str
    name: str
    runs: tuple[str, ...]
    points: tuple[tuple[float, float], ...]
    colour: int
    """0 is drawn in grey, 1 to MOST_COLOURS in a colour of its own."""
    label_px: float = 0.0

    @property
    def is_dashed(self) -> bool:
        """Whether it is dashed, as every second colour is: colour is not all there is."""
        return self.colour > 0 and self.colour % 2 == 0


@dataclass(frozen=True)
class Lines:
    """Lines over two axes, the grey ones first."""

    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    side_ticks: tuple[Tick, ...]
    title: str = ""
    key: str = ""


# ---------------------------------------------------------------- intervals


def figure_intervals(
    variants: Sequence[Place], names: Sequence[tuple[str, str]], measure: Measure, *, leads: bool
) -> Intervals | None:
    """A row a variant; None where none has a figure. `names` are their (key, name)s; the first `leads`."""
    values = [one.at("estimate", "value").number for one in variants]
    counted = [one.at("figure").number for one in variants]
    known = [value for value in (*values, *counted) if value is not None]
    if not known:
        return None
    ends = [one.at("estimate", end).number for one in variants for end in ("low", "high")]
    # a price of which no event was counted is an estimate only, and often far beyond the others
    limit = _BEYOND * (max((value for value in counted if value), default=0) or max(known))
    axis = linear_axis([min(value, limit) for value in (*known, *ends) if value is not None])
    bars = [
        _bar(one, name, axis, ("estimate", "value"), ("estimate",), ("figure",), "lead" if leads and not n else "")
        for n, (one, name) in enumerate(zip(variants, names, strict=True))
    ]
    return Intervals(tuple(bars), value_ticks(axis, measure))


def across_intervals(variants: Sequence[Place], measure: Measure) -> Intervals | None:
    """A row a variant of all channels: the dot at one mix, the hollow mark added up."""
    known = [one.at(part).number for one in variants for part in ("pooled", "adjusted")]
    told = [value for value in known if value is not None]
    if not told:
        return None
    axis = linear_axis(told)
    bars = [_bar(one, ("", one.at("name").text), axis, ("adjusted",), (), ("pooled",), "") for one in variants]
    return Intervals(tuple(bars), value_ticks(axis, measure))


def effect_intervals(levels: Sequence[Place]) -> Intervals | None:
    """A row a level: its ratio to the factor's first level, on a logarithmic axis around 1."""
    told = [one.at(part).number for one in levels for part in ("ratio", "low", "high")]
    if not levels:
        return None
    axis = ratio_axis([value for value in told if value is not None])
    bars = [
        _bar(one, ("", one.at("level").text), axis, ("ratio",), (), (), effect_kind(one), is_own=True) for one in levels
    ]
    ticks = tuple(Tick(axis.percent(tick), f"{tick:g}", n % 2 != axis.ticks.index(1.0) % 2) for n, tick in _each(axis))
    return Intervals(tuple(bars), ticks, beside=axis.percent(1.0))


def effect_kind(level: Place) -> str:
    """`better`, `worse` or `other` where an effect is proven, else `open`."""
    if not level.at("is_proven").value:
        return "open"
    return {True: "better", False: "worse"}.get(level.at("is_better").value, "other")


def _bar(
    place: Place,
    name: tuple[str, str],
    axis: Axis,
    dot: Sequence[str],
    interval: Sequence[str],
    hollow: Sequence[str],
    kind: str,
    *,
    is_own: bool = False,
) -> Bar:
    def at(*keys: str) -> float | None:
        number = place.at(*keys).number if keys else None
        return None if number is None else axis.percent(number)

    has_interval = bool(interval) or is_own
    high = place.at(*interval, "high").number if has_interval else None
    ends = [at(*interval, end) if has_interval else None for end in ("low", "high")]
    is_cut = high is not None and not axis.holds(high) and high > axis.high
    return Bar(*name, at(*dot), ends[0], ends[1], at(*hollow), is_cut, kind, place)


def value_ticks(axis: Axis, measure: Measure) -> tuple[Tick, ...]:
    """An axis' ticks in the metric's unit."""
    fitting = Measure(measure.unit, measure.currency, decimals_between(axis.ticks, measure.factor))
    return tuple(Tick(axis.percent(tick), _tick_text(tick, fitting), bool(n % 2)) for n, tick in _each(axis))


def _tick_text(tick: float, measure: Measure) -> str:
    # an amount's currency stands in the title: with it, ticks would run into each other
    return measure.bare(tick) if measure.unit.startswith("money") else measure.words(tick)


def _each(axis: Axis) -> list[tuple[int, float]]:
    return list(enumerate(axis.ticks))


# ---------------------------------------------------------------- lines


def drawn_out(variants: Sequence[Place], *, better: str) -> list[int]:
    """Which variants stand out where not all can: the one with the best figure, and the one with the worst."""
    figures = [_standing(one) for one in variants]
    known = [n for n, figure in enumerate(figures) if figure is not None]
    ranked = sorted(known, key=lambda n: figures[n] or 0.0, reverse=better != "less")
    return list(dict.fromkeys([*ranked[:1], *ranked[-1:]]))


def _standing(variant: Place) -> float | None:
    estimate = variant.at("estimate", "value").number
    return variant.at("figure").number if estimate is None else estimate


def retention_lines(
    variants: Sequence[Place], names: Sequence[tuple[str, str]], *, chosen: Sequence[int]
) -> Lines | None:
    """What share was still watching at each part of the film; None where no variant has it."""
    axis = Axis(0.0, 1.0, (0.0, 0.25, 0.5, 0.75, 1.0))
    told = [n for n, one in enumerate(variants) if one.at("retention").value]
    if not told:
        return None
    colours = _colours(told, chosen)
    lines = [
        _line(names[n], [[(0.0, 100.0), *_kept(variants[n], axis)]], axis_height=axis, colour=colours[n]) for n in told
    ]
    ticks = tuple(Tick(axis.percent(tick), f"{tick:.0%}".replace("%", " %")) for tick in axis.ticks)
    return Lines(_labelled(lines), ticks, ticks)


def _kept(variant: Place, axis: Axis) -> list[tuple[float, float]]:
    points = [(point.at("at").number, point.at("share").number) for point in variant.at("retention").each()]
    return sorted(
        (axis.percent(at), axis.percent(share)) for at, share in points if at is not None and share is not None
    )


def day_lines(
    variants: Sequence[Place], names: Sequence[tuple[str, str]], measure: Measure, *, chosen: Sequence[int]
) -> tuple[Lines, ...]:
    """The figure of each day: a panel a variant, or of many one plot; empty where nothing is told by day."""
    series = [_days(one) for one in variants]
    told = [n for n, points in enumerate(series) if points]
    days = sorted({day for points in series for day, _ in points})
    if not told or len(days) < 2:
        return ()
    axis = linear_axis([figure for points in series for _, figure in points], most_steps=4, is_from_nought=True)
    along = Axis(days[0], days[-1], tuple(days))
    runs = {n: _runs(series[n], along, axis) for n in told}
    side = value_ticks(axis, measure)
    if len(told) > MOST_PANELS:
        colours = _colours(told, chosen)
        lines = [_line(names[n], runs[n], axis_height=axis, colour=colours[n]) for n in told]
        return (Lines(_labelled(lines), _day_ticks(along, 4), side),)
    ticks = _day_ticks(along, 1)
    return tuple(
        Lines(
            tuple(
                _line(names[n], runs[n], axis_height=axis, colour=int(n == own))
                for n in sorted(told, key=lambda n, own=own: n == own)  # type: ignore[misc]
            ),
            ticks,
            side,
            names[own][1],
            names[own][0],
        )
        for own in told
    )


def _days(variant: Place) -> list[tuple[int, float]]:
    found: dict[int, float] = {}
    for row in variant.at("by_day").each():
        figure = row.at("figure").number
        try:
            day = date.fromisoformat(row.at("day").text)
        except ValueError:
            continue
        if figure is not None:
            found[day.toordinal()] = figure
    return sorted(found.items())


def _runs(points: Sequence[tuple[int, float]], along: Axis, axis: Axis) -> list[list[tuple[float, float]]]:
    """Points day by day; a day that is missing is missing, so a new run begins behind it."""
    runs: list[list[tuple[float, float]]] = []
    last = None
    for day, figure in points:
        if last is None or day != last + 1:
            runs.append([])
        runs[-1].append((along.percent(day), axis.percent(figure)))
        last = day
    return runs


def _day_ticks(along: Axis, steps: int) -> tuple[Tick, ...]:
    span = round(along.high - along.low)
    steps = min(steps, span)
    days = [round(along.low) + round(span * n / steps) for n in range(steps + 1)]
    texts = [date_words(date.fromordinal(day).isoformat()).rpartition(" ")[0] for day in days]
    return tuple(
        Tick(along.percent(day), text, bool(n % 2) and steps > 1)
        for n, (day, text) in enumerate(zip(days, texts, strict=True))
    )


def _colours(told: Sequence[int], chosen: Sequence[int]) -> dict[int, int]:
    shown = told if len(told) <= MOST_COLOURS else [n for n in chosen if n in told]
    return {n: shown.index(n) + 1 if n in shown else 0 for n in told}


def _line(
    name: tuple[str, str], runs: Sequence[Sequence[tuple[float, float]]], *, axis_height: Axis, colour: int
) -> Line:
    # pictures count from the top
    turned = [[(x, round(100 - y, 3)) for x, y in run] for run in runs]
    points = tuple(point for run in turned for point in run)
    return Line(
        *name, tuple(" ".join(f"{x:g},{y:g}" for x, y in run) for run in turned if len(run) > 1), points, colour
    )


def _labelled(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The grey lines, then the coloured ones with a place for each name that no other has."""
    coloured = [line for line in lines if line.colour]
    wanted = [line.points[-1][1] * LINES_HEIGHT_PX / 100 for line in coloured]
    places = spread(wanted, gap=_LABEL_PX, low=0.0, high=float(LINES_HEIGHT_PX))
    named = [
        Line(line.key, line.name, line.runs, line.points, line.colour, round(place, 1))
        for line, place in zip(coloured, places, strict=True)
    ]
    return (*(line for line in lines if not line.colour), *named)

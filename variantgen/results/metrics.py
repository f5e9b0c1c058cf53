"""What is counted of what: the table of metrics, a metric's figure from counts, and which must not be compared.

Counts alone are added up. Whatever an export tells as a rate is computed anew, as an average of rates is not a rate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from variantgen.errors import UserError, nearest
from variantgen.presets.fact_tables import Sourced, read_facts
from variantgen.results.counts import DERIVED, Arm, Cell, DayCounts
from variantgen.results.planning import Model
from variantgen.results.values import COUNTS

Kind = Literal["proportion", "rate", "cost", "mean", "told"]
PEOPLE = tuple(name for name, count in COUNTS.items() if count.unit == "people")
"""Counts of people: one who comes back on another day, or on another channel, is one; they are never added up."""
MONEY = tuple(name for name, count in COUNTS.items() if count.unit == "money")
_SAME_LENGTH_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class Metric(Sourced):
    """A figure that variants are judged by; its numerator and denominator are sums of canonical counts."""

    name: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    model: Kind
    unit: str
    better: Literal["more", "less", "neither"]
    definition: str
    exports: tuple[str, ...]
    """The profiles of exports that have both."""
    per: int = 1
    """What the figure is multiplied by to be read: 1000 of a CPM."""
    family: str = ""
    is_length_bound: bool = False

    @property
    def counts(self) -> tuple[str, ...]:
        """All counts that it needs."""
        return (*self.numerator, *self.denominator)

    @property
    def is_compared(self) -> bool:
        """Whether variants may be ranked by it; otherwise it is shown only."""
        return self.model != "told"

    @property
    def events(self) -> tuple[str, ...]:
        """The counts of what is hoped for: of a cost, what the money buys."""
        return self.denominator if self.model == "cost" else self.numerator

    @property
    def arm_model(self) -> Model:
        """How the arms of `arms` are compared: a cost as events per money."""
        if self.model == "told":
            raise ValueError(f"{self.name} is not compared")
        return "rate" if self.model == "cost" else self.model

    @property
    def is_more_better_of_arms(self) -> bool:
        """Whether more of what `arms` hold is better: of a cost they hold events per money."""
        return self.model == "cost" or self.better == "more"


@dataclass(frozen=True, kw_only=True)
class ObjectiveMetrics(Sourced):
    """What an objective is judged by, the best first, and what is shown beside it."""

    objective: str
    primary: tuple[str, ...]
    guards: tuple[str, ...] = ()


@dataclass(frozen=True)
class Metrics:
    """The table of metrics, and what objectives are judged by."""

    metrics: tuple[Metric, ...]
    objectives: tuple[ObjectiveMetrics, ...]

    def named(self, name: str) -> Metric:
        """The metric of this name; UserError where there is none."""
        found = {metric.name: metric for metric in self.metrics}
        if name not in found:
            raise UserError(
                f"metric: value {name!r} is not allowed: allowed is {', '.join(found)}.{nearest(name, found)}"
            )
        return found[name]

    def planned(self, name: str, file: Path | None) -> Metric:
        """The metric that a campaign file asks for in [results]; UserError that names the file where there is none."""
        try:
            return self.named(name)
        except UserError as error:
            raise UserError(f"{file}: results.{error}") from None

    def candidates(self, objective: str, counted: Collection[str]) -> tuple[Metric, ...]:
        """Every metric that an objective is judged by and these counts tell, the best first.

        UserError for an objective that the table does not name.
        """
        return tuple(one for one in self._of(objective, "primary") if set(one.counts) <= set(counted))

    def guards(self, objective: str, counted: Collection[str]) -> tuple[Metric, ...]:
        """What is shown beside the primary metric, as far as these counts tell it."""
        return tuple(metric for metric in self._of(objective, "guards") if set(metric.counts) <= set(counted))

    def _of(self, objective: str, part: Literal["primary", "guards"]) -> list[Metric]:
        found = {one.objective: one for one in self.objectives}
        if objective not in found:
            raise UserError(
                f"objective: value {objective!r} is not allowed: allowed is {', '.join(found)}."
                f"{nearest(objective, found)}"
            )
        return [self.named(name) for name in getattr(found[objective], part)]


def read_metrics() -> Metrics:
    """The tables of facts/metrics.toml; UserError with one line for every fault."""
    rows = read_facts("metrics", {"metric": Metric, "objective": ObjectiveMetrics})
    table = Metrics(rows["metric"], rows["objective"])
    faults = [
        f'facts/metrics.toml: {metric.name}: "{name}" is no count.{nearest(name, (*COUNTS, *DERIVED))}'
        for metric in table.metrics
        for name in metric.counts
        if name not in COUNTS and name not in DERIVED
    ]
    if faults:
        raise UserError("\n".join(faults))
    for objective in table.objectives:
        for name in (*objective.primary, *objective.guards):
            table.named(name)
    return table


# ---------------------------------------------------------------- figures


def counted_in(rows: Iterable[DayCounts]) -> set[str]:
    """The counts that every row has: what a metric of all of them may rest on."""
    known = [set(row.known) for row in rows]
    return set.intersection(*known) if known else set()


def figure(metric: Metric, rows: Sequence[DayCounts]) -> float | None:
    """The metric over some rows together, to be read in its unit; None where a count is missing or nothing is divided.

    Of several rows it is None too where it counts people: who was reached twice would be two. Raises UserError where
    money of two currencies would be added.
    """
    if not rows or not set(metric.counts) <= counted_in(rows) or (len(rows) > 1 and _has_people(metric)):
        return None
    _one_currency(metric, rows)
    above, below = (sum(_sum(row, names) for row in rows) for names in (metric.numerator, metric.denominator))
    return metric.per * above / below if below else None


def arms(metric: Metric, rows: Iterable[DayCounts]) -> tuple[Arm, ...]:
    """The variants of one channel as sides of a comparison, in the order in which they come.

    Rows that lack a count of the metric are left out. A cost is turned over: events are the numerator, as they vary
    and money does not; `reading` turns its rates back. Raises UserError where currencies differ.
    """
    told = [row for row in rows if set(metric.counts) <= set(row.known)]
    _one_currency(metric, told)
    cells: dict[str, list[Cell]] = {}
    for row in told:
        above, below = _sum(row, metric.numerator), _sum(row, metric.denominator)
        if metric.model == "cost":
            above, below = below, above
        cells.setdefault(row.variant, []).append(Cell(above, below, row.first_day, row.last_day))
    return tuple(Arm(variant, tuple(its)) for variant, its in cells.items())


def reading(metric: Metric, rate: float) -> float | None:
    """An arm's rate as the metric is read: per thousand, or money per event; None for money per nothing."""
    if metric.model == "cost":
        return metric.per / rate if rate else None
    return metric.per * rate


def _sum(row: DayCounts, names: Iterable[str]) -> float:
    known = row.known
    return sum(known[name] for name in names)


def _has_people(metric: Metric) -> bool:
    return any(name in PEOPLE for name in metric.counts)


def _one_currency(metric: Metric, rows: Iterable[DayCounts]) -> None:
    if any(name in MONEY for name in metric.counts):
        found = sorted({row.currency for row in rows})
        if len(found) > 1:
            named = ", ".join(currency or "(none)" for currency in found)
            raise UserError(f"{metric.name}: currencies {named} cannot be added up: import one currency at a time")


# ---------------------------------------------------------------- what must not be compared


def why_not_the_same(first: Metric, second: Metric) -> str:
    """Why figures of two metrics must not be held against each other; empty where they are one metric."""
    if first.name == second.name:
        return ""
    if first.family and first.family == second.family:
        return f"{first.name} and {second.name} are different metrics: {first.definition}; {second.definition}"
    return f"{first.name} and {second.name} are different metrics"


def why_not_comparable(metric: Metric, rows: Sequence[DayCounts]) -> tuple[str, ...]:
    """Why variants of one channel must not be ranked by a metric, as sentences; empty where they may."""
    told = []
    if not metric.is_compared:
        told.append(f"{metric.name} is shown and not compared: {metric.note or metric.definition}")
    if any(name in MONEY for name in metric.counts) and len({row.currency for row in rows}) > 1:
        told.append(f"money is in {', '.join(sorted({row.currency or '(none)' for row in rows}))}")
    if len({row.channel for row in rows}) > 1:
        told.append("the rows are of several channels, which are never pooled")
    windows = {row.attribution for row in rows}
    if any(name.startswith(("conversion", "lead")) for name in metric.counts) and len(windows) > 1:
        told.append(f"conversions count within different windows: {', '.join(sorted(w or '(none)' for w in windows))}")
    lengths = [row.length_seconds for row in rows if row.length_seconds is not None]
    if metric.is_length_bound and lengths and max(lengths) - min(lengths) > _SAME_LENGTH_SECONDS:
        told.append(f"{metric.name} means another thing for {min(lengths):g} s than for {max(lengths):g} s")
    return (*told, *_periods_apart(rows))


def _periods_apart(rows: Sequence[DayCounts]) -> list[str]:
    """A sentence where two variants have no day in common: one would be judged by its season."""
    spans: dict[str, list[int]] = {}
    for row in rows:
        if row.first_day and row.last_day:
            spans.setdefault(row.variant, []).extend((row.first_day.toordinal(), row.last_day.toordinal()))
    if len(spans) < 2:
        return []
    last_start, first_end = max(min(its) for its in spans.values()), min(max(its) for its in spans.values())
    return ["two variants have no day in common"] if last_start > first_end else []

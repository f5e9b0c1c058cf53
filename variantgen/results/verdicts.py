"""What can be said about the variants of one channel: their counts in, one of five verdicts out (pure).

A winner is only called at the look that was planned: who looks every day and stops at the first "significant" sees
one in every second comparison of equal films. Each channel is compared by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from typing import Literal

from variantgen.results.counts import Arm
from variantgen.results.planning import Model, size_per_arm
from variantgen.results.shrinkage import Posterior, dispersion, shrunk

Verdict = Literal["winner", "leading, not proven", "no practical difference", "not enough data", "not comparable"]

WINNING_CHANCE = 0.95
WINNING_CHANCE_OF_TWO = 0.96
"""Two arms tell little of how much arms vary: at 0.95, up to 5 % of 400 pairs of equal films had a winner."""
WINNING_LOSS = 0.01
"""Of the best's rate, on average, if the leader is chosen and is not the best."""
_NEARLY_ALL = 0.999
_EVEN = 0.5
"""Whose chance is less is likelier not the best."""
LEAST_TRIALS = 100
LEAST_EVENTS = 10
LEAST_DAYS = 7
"""A whole week, as weekdays differ."""
INTERESTING = 0.1
"""The smallest relative difference that is thought to matter, where nobody said another."""


@dataclass(frozen=True)
class Look:
    """When the one look at the results was planned, and when this one is made; None was not planned."""

    read_on: date | None = None
    planned_on: date | None = None
    planned_per_arm: float | None = None
    """Trials, or exposure, of each arm."""

    @property
    def is_planned(self) -> bool:
        """Whether somebody said beforehand when to look."""
        return self.planned_on is not None or self.planned_per_arm is not None


@dataclass(frozen=True)
class More:
    """What is missing before a verdict, of the arm that lacks most."""

    per_arm: int = 0
    days: int = 0
    trials: str = ""
    """What `per_arm` counts, as in "impressions"; of a cost it is money."""


@dataclass(frozen=True)
class Comparison:
    """A verdict and what it rests on; `arms` by their chance to be best, empty where not comparable."""

    channel: str
    metric: str
    verdict: Verdict
    arms: tuple[Posterior, ...] = ()
    counted: tuple[Arm, ...] = ()
    """As counted, in the order of `arms`."""
    dispersion: float | None = None
    """None where there were too few days to see it."""
    spread: float | None = None
    more: More | None = None
    reasons: tuple[str, ...] = ()
    """Why the verdict is no better, and what to bear in mind, as sentences."""
    is_interim: bool = False
    is_randomised: bool = False
    is_planned: bool = False
    """Somebody said beforehand when to look."""

    @property
    def is_settled(self) -> bool:
        """Whether this is the look that was planned, and there was enough to see at it, by days."""
        has_data = self.verdict not in ("not enough data", "not comparable") and self.dispersion is not None
        return has_data and self.is_planned and not self.is_interim

    @property
    def leader(self) -> Posterior | None:
        """The arm that is likeliest to be the best."""
        return self.arms[0] if self.arms else None

    @property
    def sentence(self) -> str:
        """The verdict in words, as strong as how the films were delivered allows."""
        leader = self.leader
        manner = "" if self.is_randomised else " as delivered"
        if self.verdict == "winner" and leader is not None:
            return f"{leader.variant} did better{manner} than the others (chance {_chance(leader.chance_best)})"
        if self.verdict == "leading, not proven" and leader is not None:
            if leader.chance_best < _EVEN:
                return (
                    f"no variant leads{manner}: {leader.variant} is ahead by little (chance {leader.chance_best:.0%})"
                )
            return f"{leader.variant} leads{manner}, which is not proven (chance {leader.chance_best:.0%})"
        if self.verdict == "no practical difference":
            return f"no variant did better{manner} by as much as would matter"
        if self.verdict == "not enough data" and self.more is not None:
            return f"not enough data: {_more_words(self.more)}"
        return next(iter(self.reasons), self.verdict)


def not_comparable(channel: str, metric: str, reasons: Sequence[str]) -> Comparison:
    """The verdict for arms that must not be held against each other; `reasons` say why."""
    return Comparison(channel, metric, "not comparable", reasons=tuple(reasons))


def compared(
    arms: Sequence[Arm],
    *,
    channel: str = "",
    metric: str = "",
    model: Model = "proportion",
    is_more_better: bool = True,
    look: Look | None = None,
    interesting: float = INTERESTING,
    is_randomised: bool = False,
    trials: str = "",
    seed: int = 7,
) -> Comparison:
    """The verdict on two arms or more of one channel, by one metric.

    `interesting` is the smallest relative difference that matters. `is_randomised`: the channel split its audience by
    chance and delivered all arms alike; otherwise the wording speaks of what was delivered, not of the films.
    `trials` is what the arms' denominators count, for words.
    """
    look = look or Look()
    fault = _fault(arms, model)
    if fault:
        return not_comparable(channel, metric, [fault])
    measured = dispersion(arms, model)
    found = shrunk(arms, model, is_more_better=is_more_better, scale=measured or 1.0, seed=seed)
    sign = -1 if is_more_better else 1
    order = sorted(range(len(arms)), key=lambda n: (-found.arms[n].chance_best, sign * found.arms[n].rate))
    more = _missing(arms, model, look, interesting, measured or 1.0)
    more = more and replace(more, trials=trials)
    is_interim = _is_interim(arms, look)
    verdict: Verdict = "not enough data" if more else _decided(found.arms, interesting)
    caps = [] if more else _caps(look, is_interim, measured)
    if verdict == "winner" and caps:
        verdict = "leading, not proven"
    return Comparison(
        channel,
        metric,
        verdict,
        tuple(found.arms[n] for n in order),
        tuple(arms[n] for n in order),
        measured,
        found.spread,
        more,
        (*caps, *_bearings(arms, is_randomised)),
        is_interim,
        is_randomised,
        look.is_planned,
    )


def _fault(arms: Sequence[Arm], model: Model) -> str:
    if len(arms) < 2:
        return "there is nothing to hold it against: fewer than two variants have this metric"
    return impossible(arms, model)


def impossible(arms: Sequence[Arm], model: Model) -> str:
    """What cannot be among the counts of these arms, as a sentence; empty where all can."""
    more = [arm.variant for arm in arms if model == "proportion" and arm.numerator > arm.denominator]
    if more:
        return f"{', '.join(more)}: more counted than there was to count, so a column means something else"
    less = [arm.variant for arm in arms if arm.numerator < 0 or arm.denominator < 0]
    if less:
        return f"{', '.join(less)}: less than nothing counted, as where followers were lost: that has no rate"
    return ""


# ---------------------------------------------------------------- gates


def _missing(arms: Sequence[Arm], model: Model, look: Look, interesting: float, scale: float) -> More | None:
    """What is lacking before anything may be said; None where nothing is."""
    events, base = sum(arm.numerator for arm in arms), sum(arm.denominator for arm in arms)
    pooled = events / base if base else 0.0
    fewest = min(arm.denominator for arm in arms)
    wanted = float(LEAST_TRIALS) if model == "proportion" else 0.0
    if pooled > 0 and model != "mean":
        wanted = max(wanted, LEAST_EVENTS / pooled)
    is_short = fewest < wanted or pooled == 0
    if look.planned_per_arm is not None and fewest < look.planned_per_arm:
        is_short, wanted = True, max(wanted, look.planned_per_arm)
    days = max(0, LEAST_DAYS - min(arm.days for arm in arms)) if any(arm.days for arm in arms) or model == "mean" else 0
    if not is_short and not days:
        return None
    if look.planned_per_arm is None and pooled > 0 and (model != "proportion" or pooled * (1 + interesting) < 1):
        wanted = max(wanted, size_per_arm(pooled, interesting, model=model, dispersion=scale))
    return More(max(0, ceil(wanted - fewest)), days)


def _is_interim(arms: Sequence[Arm], look: Look) -> bool:
    too_early = look.planned_on is not None and (look.read_on is None or look.read_on < look.planned_on)
    wanted = look.planned_per_arm
    return too_early or (wanted is not None and min(arm.denominator for arm in arms) < wanted)


def _caps(look: Look, is_interim: bool, measured: float | None) -> list[str]:
    """Why nobody may be called a winner yet, as sentences."""
    told = []
    has_no_days = is_interim and look.read_on is None and look.planned_on is not None
    if not look.is_planned:
        told.append("no look was planned, so nobody can win yet: say when the results are read, or at what size")
    if has_no_days:
        told.append(
            f"the export names no days, so whether it reaches the planned look, on {look.planned_on}, is not known,"
            " nor how much days vary: export it by day, or name its days with --period"
        )
    elif is_interim:
        until = f", and the exports end on {look.read_on}" if look.read_on and look.planned_on else ""
        told.append(f"this is an interim look: the planned one is on {look.planned_on}{until}")
    if measured is None and not has_no_days:
        told.append("the export does not tell days one by one, so how much they vary is not known: export it by day")
    return told


def _decided(arms: Sequence[Posterior], interesting: float) -> Verdict:
    # first, as with enough counts some film is always proven to be ahead, be it by a thousandth
    if all(arm.shortfall <= interesting for arm in arms):
        return "no practical difference"
    leader = max(arms, key=lambda arm: arm.chance_best)
    wanted = WINNING_CHANCE_OF_TWO if len(arms) == 2 else WINNING_CHANCE
    return "winner" if leader.chance_best >= wanted and leader.loss <= WINNING_LOSS else "leading, not proven"


# ---------------------------------------------------------------- words


def _bearings(arms: Sequence[Arm], is_randomised: bool) -> list[str]:
    """What a reader should bear in mind."""
    told = []
    if not is_randomised:
        told.append("the channel chose who saw which film, so this tells what was delivered, not the films alone")
    fewest, most = min(arm.denominator for arm in arms), max(arm.denominator for arm in arms)
    if most > 2 * fewest:
        told.append("one variant got more than twice as much as another, to other people perhaps")
    spans = {(min(days), max(days)) for arm in arms if (days := _ends(arm))}
    if len(spans) > 1:
        told.append("the variants did not run on the same days")
    return told


def _ends(arm: Arm) -> list[date]:
    return [day for cell in arm.cells for day in (cell.first_day, cell.last_day) if day]


def _chance(chance: float) -> str:
    """A winner's chance, which is never quite all."""
    return f"{chance:.1%}" if chance <= _NEARLY_ALL else f"above {_NEARLY_ALL:.1%}"


def _more_words(more: More) -> str:
    of = {"spend": " money spent"}.get(more.trials, f" {more.trials}" if more.trials else "")
    wanted = [f"about {more.per_arm:,} more{of} per variant"] if more.per_arm else []
    days = [f"{more.days} more {'day' if more.days == 1 else 'days'}"] if more.days else []
    return " and ".join([*wanted, *days]) or "nothing of it has happened yet, so how much more it takes is not known"

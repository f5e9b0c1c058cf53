"""What to try next: how sure we are in, shares of the next round and the combinations worth making out (pure, seeded).

Top-two Thompson sampling (Russo 2020): each turn goes to what looks best in one draw of what may be true, and every
other turn to what looks best in another draw, so that the runner-up is still put to the test. Each arm keeps a floor.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from variantgen.results.effects import Effects
from variantgen.results.verdicts import Comparison

Reason = Literal["likely best", "could be best"]
FLOOR = 0.05
"""Of the next round, for every arm that stays in."""
EXPLORED = 0.2
"""Of the combinations, those that are not known to be good but could be."""
HOPELESS = 0.01
"""A chance to be best below which an arm is let go."""
_SURE = 1.96
_DRAWS = 4000
_MOST_WEIGHED = 2000


@dataclass(frozen=True)
class Share:
    """How much of the next round an arm should get; 0 where it is let go."""

    variant: str
    share: float
    why: str


@dataclass(frozen=True)
class Trial:
    """A combination of levels that is worth making, by factor."""

    levels: tuple[tuple[str, str], ...]
    why: Reason
    chance_best: float | None
    """Among those that were weighed; None where it is the only one, which says nothing."""


@dataclass(frozen=True)
class NextLevels:
    """What a next campaign keeps of each factor, tries further and lets go."""

    factor: str
    kept: tuple[str, ...]
    """Proven: the best one, where the others are proven to be worse."""
    open: tuple[str, ...]
    """Not told apart yet, so worth another round."""
    dropped: tuple[str, ...]


# ---------------------------------------------------------------- arms


def next_shares(comparison: Comparison, *, floor: float = FLOOR) -> tuple[Share, ...]:
    """The shares of a comparison's arms, in its order; they add up to 1.

    Equal as long as there is not enough data. At a planned look an arm with a chance below HOPELESS is let go.
    Shares are half their chance to be best, half their chance to be best if the likeliest is not, above a floor.
    """
    arms = comparison.arms
    if not arms:
        return ()
    if comparison.verdict == "not enough data":
        return tuple(Share(arm.variant, 1 / len(arms), "not enough data, so all alike") for arm in arms)
    kept = [arm for arm in arms if arm.chance_best >= HOPELESS or not comparison.is_settled]
    chances = [arm.chance_best / sum(one.chance_best for one in kept) for arm in kept]
    wanted = [(own + _second(chances, n)) / 2 for n, own in enumerate(chances)]
    low = min(floor, 1 / len(kept))
    shares = {arm.variant: low + (1 - len(kept) * low) * want for arm, want in zip(kept, wanted, strict=True)}
    return tuple(
        Share(arm.variant, shares.get(arm.variant, 0.0), f"chance to be the best {arm.chance_best:.1%}") for arm in arms
    )


def _second(chances: Sequence[float], n: int) -> float:
    """The chance that a second draw, made until it differs from a first one, is this arm."""
    if len(chances) == 1:
        return 1.0
    return sum(first * chances[n] / (1 - first) for m, first in enumerate(chances) if m != n and first < 1)


# ---------------------------------------------------------------- levels


def next_levels(effects: Effects, *, is_more_better: bool = True) -> tuple[NextLevels, ...]:
    """What is proven of each factor: a level is let go when it is proven to be worse than the best one."""
    found = []
    for factor, levels in _of_factors(effects).items():
        behind = _behind_best(effects, factor, levels, is_more_better)
        best = next(level for level, (size, _) in behind.items() if size == 0)
        worse = tuple(level for level, (size, error) in behind.items() if size + _SURE * error < 0)
        rest = tuple(level for level in levels if level != best and level not in worse)
        found.append(NextLevels(factor, () if rest else (best,), (best, *rest) if rest else (), worse))
    return tuple(found)


def next_trials(
    effects: Effects,
    count: int,
    *,
    made: Collection[Mapping[str, str]] = (),
    choices: Sequence[Mapping[str, str]] | None = None,
    is_more_better: bool = True,
    explored: float = EXPLORED,
    seed: int = 7,
) -> tuple[Trial, ...]:
    """Up to `count` combinations of the factors' levels that were not `made` yet, the likeliest to be best first.

    A share of them is `explored`: those whose rate could be the highest, by the upper end of what may be true, and with
    levels that are proven to be worse only where nothing else is left. `choices` are weighed instead of all
    combinations; they may have factors of which no effect is known, and those alike in all others share a chance.
    """
    import numpy as np

    cells = _cells(effects, made) if choices is None else [tuple(one.items()) for one in choices]
    if not cells or not effects.columns or count < 1:
        return ()
    rows = np.array([[column in cell for column in effects.columns] for cell in cells])
    likes, of, shared = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    likes, of, shared = _most_promising(effects, likes, of.ravel(), shared, is_more_better)
    known = np.flatnonzero(of >= 0)
    cells, of = [cells[n] for n in known], of[known]
    draws = _drawn(effects, seed) @ likes.T.astype(float) * (1 if is_more_better else -1)
    chances = (np.bincount(draws.argmax(axis=1), minlength=len(likes)) / len(draws) / shared)[of]
    means, reach = draws.mean(axis=0)[of], np.quantile(draws, 0.9, axis=0)[of]
    explores = min(round(count * explored), max(0, min(count, len(cells)) - 1))
    likely = list(np.lexsort((np.arange(len(cells)), -means, -chances)))[: count - explores]
    worse = {
        (one.factor, level) for one in next_levels(effects, is_more_better=is_more_better) for level in one.dropped
    }
    doubtful = np.array([bool(worse & set(cell)) for cell in cells])
    hopeful = [n for n in np.lexsort((np.arange(len(cells)), -reach, doubtful)) if n not in likely][:explores]
    reasons: dict[int, Reason] = {**dict.fromkeys(likely, "likely best"), **dict.fromkeys(hopeful, "could be best")}
    is_alone = len(cells) == 1
    return tuple(Trial(cells[n], why, None if is_alone else float(chances[n])) for n, why in reasons.items())


def _cells(effects: Effects, made: Collection[Mapping[str, str]]) -> list[tuple[tuple[str, str], ...]]:
    """All combinations of the factors that have effects, without those that were made."""
    levels = _of_factors(effects)
    done = {tuple(one.get(name, "") for name in levels) for one in made}
    return [tuple(zip(levels, cell, strict=True)) for cell in product(*levels.values()) if cell not in done]


def _most_promising(effects: Effects, likes: Any, of: Any, shared: Any, is_more_better: bool) -> tuple[Any, Any, Any]:
    """Of very many kinds of combinations those that could be the highest; -1 in `of` for what is not weighed."""
    import numpy as np

    if len(likes) <= _MOST_WEIGHED:
        return likes, of, shared
    rows = likes.astype(float)
    error = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", rows, effects.covariance, rows), 0.0))
    reach = (1 if is_more_better else -1) * (rows @ effects.coefficients) + _SURE * error
    best = np.sort(np.argsort(-reach, kind="stable")[:_MOST_WEIGHED])
    place = np.full(len(likes), -1)
    place[best] = np.arange(len(best))
    return likes[best], place[of], shared[best]


def _of_factors(effects: Effects) -> dict[str, list[str]]:
    """The levels of each factor that has effects, its first level first."""
    found = {name: [first] for name, first, _ in effects.base_rates}
    for factor, level in effects.columns:
        found[factor].append(level)
    return found


def _drawn(effects: Effects, seed: int) -> Any:
    """Draws of what the coefficients may be, (draws, columns)."""
    import numpy as np

    rng = np.random.default_rng(seed)
    return rng.multivariate_normal(effects.coefficients, effects.covariance, size=_DRAWS, method="eigh")


def _behind_best(
    effects: Effects, factor: str, levels: Sequence[str], is_more_better: bool
) -> dict[str, tuple[float, float]]:
    """How far each level lies behind the factor's best (0 or less), and the standard error of that (logs)."""
    import numpy as np

    place = {level: n for n, (name, level) in enumerate(effects.columns) if name == factor}
    sign = 1 if is_more_better else -1
    value = {level: sign * float(effects.coefficients[place[level]]) if level in place else 0.0 for level in levels}
    best = max(levels, key=lambda level: value[level])
    found = {}
    for level in levels:
        contrast = np.zeros(len(effects.columns))
        for one, weight in ((level, 1.0), (best, -1.0)):
            if one in place and level != best:
                contrast[place[one]] = weight
        found[level] = value[level] - value[best], float(np.sqrt(max(contrast @ effects.covariance @ contrast, 0.0)))
    return found

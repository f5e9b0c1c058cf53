"""Balanced fractions of a factorial: candidate combinations in, those that tell every main effect apart out (pure).

A design is a table of whole numbers: a row for each combination, a column for each factor, its level in each cell.
Rows are added and exchanged one at a time, as Fedorov (Theory of Optimal Experiments, 1972) does, and two rows swap
their level of one factor, as in Xu (An algorithm for constructing orthogonal and nearly-orthogonal arrays with mixed
levels and small runs, Technometrics 44, 2002). What is made small is Xu's J2: how unequally levels, and then pairs of
levels, occur. Every step counts in whole numbers, so that all machines choose alike; a step that would lose an effect
is not taken. Since the sets of rows that tell parameters apart form a matroid, as many rows as there are parameters
always do where all candidates together do.
"""

from __future__ import annotations

import hashlib
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.int64]

MOST_POOLED = 4096
"""Candidates looked at for a row to exchange, where there are more."""
STARTS = 6
MOST_PASSES = 20
MANY_ROWS = 64
"""From here on two starts do, as chance evens out what an unlucky one left."""
MOST_SWAPPED = 256
"""Rows of a design whose levels are swapped: beyond, exchanges alone leave nothing worth the time."""
BALANCE_WEIGHT = 1_000_000
"""Of levels that occur unequally, against pairs of them: no pair outweighs a level."""
WORD_BYTES = 4
SEED = "variantgen fraction 1"
"""With the candidates' names all that chance hangs on: the same candidates give the same fraction everywhere."""


class Problem:
    """Candidates, with each one's place in the counts of all levels and of all pairs of levels."""

    def __init__(self, candidates: Table) -> None:
        # a level that no candidate has is no level here
        columns = [np.unique(column, return_inverse=True)[1].reshape(-1) for column in candidates.T]
        self.rows: Table = np.stack(columns, axis=1).astype(np.int64) if columns else candidates
        self.level_counts = [int(column.max()) + 1 for column in columns]
        places, weights, base = [], [], 0
        for first, first_count in enumerate(self.level_counts):
            places.append(base + columns[first])
            weights.append(np.full(first_count, BALANCE_WEIGHT * first_count))
            base += first_count
            for second in range(first + 1, len(columns)):
                size = first_count * self.level_counts[second]
                places.append(base + columns[first] * self.level_counts[second] + columns[second])
                weights.append(np.full(size, size))
                base += size
        self.places: Table = np.stack(places, axis=1)
        self.weights: Table = np.concatenate(weights)
        self.matrix = model_matrix(self.rows)
        counts = [1, *self.level_counts[:0:-1]]
        self.radix: Table = np.cumprod(np.array(counts, dtype=np.int64))[::-1]
        self.keys: Table = self.rows @ self.radix
        self.place_of = {int(key): place for place, key in enumerate(self.keys)}

    def rank(self, chosen: Table) -> int:
        """How many parameters the chosen candidates tell apart."""
        return _rank(self.matrix[chosen])

    def counts(self, chosen: Table) -> Table:
        """How often each level and each pair of levels occurs in the chosen candidates."""
        return np.bincount(self.places[chosen].reshape(-1), minlength=len(self.weights))

    def cost(self, chosen: Table) -> int:
        """How unequally levels and pairs occur: the weighted sum of squared counts, the least at equal ones."""
        return int(np.sum(self.weights * self.counts(chosen) ** 2))

    def least_cost(self, count: int) -> float:
        """The cost where every level and every pair of levels occurs equally often."""
        tables = len(self.level_counts) * (len(self.level_counts) - 1) // 2
        return count**2 * (BALANCE_WEIGHT * len(self.level_counts) + tables)

    def cost_of_adding(self, counts: Table, pool: Table) -> Table:
        """What each candidate of the pool adds to the cost, beside those counted."""
        return np.asarray((self.weights * (2 * counts + 1))[self.places[pool]].sum(axis=1))


def parameter_count(rows: Table) -> int:
    """How many numbers the main-effects model of these combinations has: one, and each factor's levels less one."""
    return 1 + sum(len(np.unique(column)) - 1 for column in rows.T)


def model_matrix(rows: Table) -> NDArray[np.float64]:
    """Rows x parameters: a column of ones, then each factor's contrasts, orthonormal where all levels occur equally.

    Helmert contrasts, scaled so that a full factorial X has X'X = (rows) I.
    """
    columns = [np.ones(len(rows))]
    for column in rows.T:
        levels, place = np.unique(column, return_inverse=True)
        count = len(levels)
        for step in range(1, count):
            contrast = np.zeros(count)
            contrast[:step], contrast[step] = 1.0, -float(step)
            columns.append((contrast * np.sqrt(count / (step * (step + 1))))[place.reshape(-1)])
    return np.stack(columns, axis=1)


def rank_of(rows: Table) -> int:
    """How many parameters of the main-effects model these combinations tell apart."""
    return _rank(model_matrix(rows)) if len(rows) else 0


def aliased_factors(rows: Table, of: Table | None = None) -> tuple[int, ...]:
    """The factors (columns) whose effects these combinations do not tell from the others'.

    `of` are the combinations that they were chosen from: levels that occur there and not here are lost too.
    """
    whole = rank_of(rows)
    lost = []
    for factor in range(rows.shape[1]):
        needed = len(np.unique((rows if of is None else of)[:, factor])) - 1
        if whole - rank_of(np.delete(rows, factor, axis=1)) < needed:
            lost.append(factor)
    return tuple(lost)


def efficiency(rows: Table) -> float:
    """The D-efficiency of a design, 0 to 1: |X'X|^(1/p) / n; 1 where it is balanced and orthogonal.

    Atkinson, Donev and Tobias, Optimum Experimental Designs, with SAS, 2007, section 11.2.
    """
    matrix = model_matrix(rows)
    sign, logarithm = np.linalg.slogdet(matrix.T @ matrix)
    return float(np.exp(logarithm / matrix.shape[1]) / len(rows)) if sign > 0 else 0.0


def is_orthogonal(rows: Table) -> bool:
    """Whether any two levels of different factors occur together equally often: then no effect blurs another."""
    problem = Problem(rows)
    counts = problem.counts(np.arange(len(rows)))
    return all(len(set(counts[problem.weights == weight])) == 1 for weight in np.unique(problem.weights))


def equal_count(level_counts: list[int], least: int, most: int, *, is_few: bool) -> int:
    """How many rows to take, from `least` to `most`: so many that all pairs of levels can occur equally often.

    The most such number, or `most` where there is none; where `is_few`, the least such number, or else one at which
    every level, or those of the largest factor, can occur equally often.
    """
    several = [count for count in level_counts if count > 1]
    pairs = lcm(*(one * other for i, one in enumerate(several) for other in several[i + 1 :]), *several)
    if is_few:
        sizes = (-(-least // step) * step for step in (pairs, lcm(*several), max(several, default=1)))
        return next((size for size in sizes if size <= most), most)
    return most // pairs * pairs if most // pairs * pairs >= least else most


def balanced_fraction(candidates: Table, names: list[str], count: int) -> Table:
    """The places of `count` candidates that tell every main effect apart and hold levels as equally as can be.

    `names` are what the candidates are called, so that the choice does not hang on their order. Where the count is
    below the number of parameters, or all candidates do not suffice, as many effects are kept as can be. Needs
    0 < count <= candidates.
    """
    digests = b"".join(hashlib.sha256(f"{SEED}\n{name}".encode()).digest()[: WORD_BYTES * STARTS] for name in names)
    orders = np.frombuffer(digests, dtype=">u4").reshape(len(names), STARTS).astype(np.int64)
    problem = Problem(candidates)
    best: tuple[Any, ...] | None = None
    for start in range(2 if count >= MANY_ROWS else STARTS):
        order = np.lexsort((np.array(names), orders[:, start]))
        chosen = _one_design(problem, order, count)
        score = (-problem.rank(chosen), problem.cost(chosen))
        if best is None or score < best[0]:
            best = (score, chosen)
        if best[0] == (-parameter_count(problem.rows), problem.least_cost(count)):
            break
    assert best is not None
    return np.sort(best[1])


def _rank(matrix: NDArray[np.float64]) -> int:
    return int(np.linalg.matrix_rank(matrix.T @ matrix, hermitian=True))


def _one_design(problem: Problem, order: Table, count: int) -> Table:
    pool = order[: max(MOST_POOLED, count)]
    chosen = _grown(problem, pool, count)
    chosen = _with_all_effects(problem, order, chosen)
    for _ in range(MOST_PASSES):
        before = problem.cost(chosen)
        chosen = _exchanged(problem, pool, chosen)
        chosen = _swapped(problem, chosen) if count <= MOST_SWAPPED else chosen
        if problem.cost(chosen) >= before:
            break
    return chosen


def _grown(problem: Problem, pool: Table, count: int) -> Table:
    """Rows added one by one, each the one that leaves levels and pairs the most equal."""
    counts = np.zeros(len(problem.weights), dtype=np.int64)
    is_free = np.ones(len(pool), dtype=bool)
    chosen = []
    for _ in range(count):
        costs = np.where(is_free, problem.cost_of_adding(counts, pool), np.iinfo(np.int64).max)
        place = int(np.argmin(costs))
        is_free[place] = False
        chosen.append(int(pool[place]))
        counts += np.bincount(problem.places[pool[place]], minlength=len(counts))
    return np.array(chosen, dtype=np.int64)


def _with_all_effects(problem: Problem, order: Table, chosen: Table) -> Table:
    """The design with rows that tell nothing new exchanged for such that do, until there are none."""
    matrix = problem.matrix
    while True:
        held = matrix[chosen]
        rank = problem.rank(chosen)
        spare = [i for i in range(len(chosen)) if problem.rank(np.delete(chosen, i)) == rank]
        basis = np.linalg.svd(held, full_matrices=False)[2][:rank]
        outside = matrix[order] - matrix[order] @ basis.T @ basis
        telling = order[np.linalg.norm(outside, axis=1) > 1e-6]
        if not spare or not len(telling):
            return chosen
        exchanges = []
        for i in spare:
            costs = problem.cost_of_adding(problem.counts(np.delete(chosen, i)), telling)
            place = int(np.argmin(costs))
            exchanges.append((problem.cost(np.delete(chosen, i)) + int(costs[place]), i, int(telling[place])))
        _, i, found = min(exchanges)
        chosen = chosen.copy()
        chosen[i] = found


def _exchanged(problem: Problem, pool: Table, chosen: Table) -> Table:
    """Each row in turn exchanged for the candidate that makes levels and pairs most equal."""
    chosen = chosen.copy()
    is_free = ~np.isin(pool, chosen)
    for i in range(len(chosen)):
        rest = problem.counts(np.delete(chosen, i))
        costs = np.where(is_free, problem.cost_of_adding(rest, pool), np.iinfo(np.int64).max)
        place = int(np.argmin(costs))
        trial = chosen.copy()
        trial[i] = pool[place]
        own = int(problem.cost_of_adding(rest, chosen[i : i + 1])[0])
        if is_free[place] and costs[place] < own and _keeps_effects(problem, chosen, trial):
            is_free[pool == chosen[i]] = True
            is_free[place] = False
            chosen = trial
    return chosen


def _swapped(problem: Problem, chosen: Table) -> Table:
    """Two rows at a time swap their level of one factor where that makes pairs of levels more equal."""
    for factor in range(len(problem.level_counts)):
        for i in range(len(chosen)):
            chosen = _swapped_once(problem, chosen, factor, i)
    return chosen


def _swapped_once(problem: Problem, chosen: Table, factor: int, i: int) -> Table:
    rows, keys = problem.rows[chosen], problem.keys[chosen]
    gains = _swap_costs(problem, rows, problem.counts(chosen), factor, i)
    taken = set(chosen.tolist())
    for j in np.argsort(gains, kind="stable"):
        if gains[j] >= 0:
            break
        shift = int((rows[j, factor] - rows[i, factor]) * problem.radix[factor])
        found = [problem.place_of.get(int(key), -1) for key in (keys[i] + shift, keys[j] - shift)]
        if -1 in found or found[0] == found[1] or taken & set(found):
            continue
        trial = chosen.copy()
        trial[[i, j]] = found
        if _keeps_effects(problem, chosen, trial):
            return trial
    return chosen


def _swap_costs(problem: Problem, rows: Table, counts: Table, factor: int, i: int) -> Table:
    """What the cost becomes less or more by when row i swaps its level of a factor with each other row."""
    costs = np.zeros(len(rows), dtype=np.int64)
    a, b = rows[i, factor], rows[:, factor]
    base = 0
    for first, first_count in enumerate(problem.level_counts):
        base += first_count
        for second in range(first + 1, len(problem.level_counts)):
            other_count = problem.level_counts[second]
            size = first_count * other_count
            if factor in (first, second):
                table = counts[base : base + size].reshape(first_count, other_count)
                table, other = (table, second) if factor == first else (table.T, first)
                mine, its = rows[i, other], rows[:, other]
                change = table[b, mine] - table[a, mine] + table[a, its] - table[b, its] + 2
                costs += np.where((mine != its) & (a != b), 2 * size * change, 0)
            base += size
    return costs


def _keeps_effects(problem: Problem, chosen: Table, trial: Table) -> bool:
    return problem.rank(trial) >= problem.rank(chosen)

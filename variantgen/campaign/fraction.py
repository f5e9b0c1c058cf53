"""The fraction of a campaign's matrix: which cells stand for all of them, or why none can (pure).

Effects are compared inside a channel, never across channels, whose figures do not mean the same. So a fraction tells
every main effect apart on each channel by itself where `max_variants` lets it; else over all channels together, each
channel a block of its own in the model; else it is refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from variantgen.campaign.values import Campaign, Cell
from variantgen.campaign.wording import channels_told, enumerated, file_of
from variantgen.errors import UserError

if TYPE_CHECKING:
    from variantgen.campaign.designs import Table

Grid = tuple[Cell, ...]


@dataclass(frozen=True)
class Fraction:
    """The cells taken on each channel, how they were chosen, and whether the channels tell effects only together."""

    grids: tuple[Grid, ...]
    words: str
    is_pooled: bool


def fraction_of(campaign: Campaign, grids: Sequence[Grid], most: int) -> Fraction:
    """The fraction of each channel's cells, at most `most` together; UserError where a main effect would be lost."""
    from variantgen.campaign import designs

    tables = [_table(grid) for grid in grids]
    needs = [designs.parameter_count(table) if len(table) else 0 for table in tables]
    is_whole = all(need == designs.rank_of(table) for need, table in zip(needs, tables, strict=True) if need)
    if is_whole and sum(needs) <= most:
        limits = shared_out(needs, [len(grid) for grid in grids], most)
        taken: dict[tuple[object, int], list[int]] = {}
        chosen = []
        for grid, table, need, limit in zip(grids, tables, needs, limits, strict=True):
            # channels with the same choice get the same variants
            key = (frozenset(cell.levels for cell in grid), limit)
            if key not in taken:
                taken[key] = _places(campaign, grid, table, need, limit)
            chosen.append(tuple(grid[place] for place in taken[key]))
        return Fraction(tuple(chosen), _words(campaign, grids, chosen, is_pooled=False), is_pooled=False)
    together = tuple(cell for grid in grids for cell in grid)
    table = _table(together, with_channels=True)
    need = designs.parameter_count(table)
    if need > designs.rank_of(table) and not is_whole:
        _refuse_exclusions(campaign, together)
    least = sum(needs) if need > designs.rank_of(table) else need
    if least > most:
        _refuse_number(campaign, together, most, least)
    picked = {together[place] for place in _places(campaign, together, table, need, most)}
    chosen = [tuple(cell for cell in grid if cell in picked) for grid in grids]
    return Fraction(tuple(chosen), _words(campaign, grids, chosen, is_pooled=True), is_pooled=True)


def effects_lost(cells: Grid, of: Grid | None = None) -> list[str]:
    """The factors whose main effects the cells do not tell from the others', channels compared with themselves only.

    `of` are the cells they were chosen from: a level that occurs only there is lost as well.
    """
    from variantgen.campaign import designs

    both = _table((*cells, *(of or ())), with_channels=True)
    names = sorted(factor for factor, _ in cells[0].levels)
    lost = designs.aliased_factors(both[: len(cells)], both[len(cells) :] if of else None)
    return [names[place - 1] for place in lost if place > 0]


def shared_out(least: Sequence[int], most: Sequence[int], whole: int) -> list[int]:
    """A share for each, as equal as its bounds let it be, together at most `whole` (which is at least all `least`).

    >>> shared_out([3, 3, 3], [4, 100, 100], 25)
    [4, 10, 10]
    """
    level = 0
    while level < max(most) and sum(_between(level + 1, *b) for b in zip(least, most, strict=True)) <= whole:
        level += 1
    return [_between(level, low, high) for low, high in zip(least, most, strict=True)]


def _between(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))


def _places(campaign: Campaign, grid: Grid, table: Table, need: int, limit: int) -> list[int]:
    """Which cells are taken, at most `limit`; all where they are no more and no fewer are asked for."""
    from variantgen.campaign import designs

    is_few = campaign.design == "fraction"
    if not grid or (len(grid) <= limit and not is_few):
        return list(range(len(grid)))
    level_counts = [len(set(column)) for column in table.T.tolist()]
    most = max(need, min(limit, len(grid) - 1)) if is_few else limit
    count = designs.equal_count(level_counts, need, most, is_few=is_few)
    if count >= len(grid):
        return list(range(len(grid)))
    is_one = len({cell.channel.name for cell in grid}) == 1
    names = [json.dumps(["" if is_one else cell.channel.name, sorted(cell.levels)]) for cell in grid]
    places = designs.balanced_fraction(table, names, count)
    if count < most and not is_few and not designs.is_orthogonal(table[places]):
        places = designs.balanced_fraction(table, names, most)  # fewer have gained nothing
    return [int(place) for place in places]


def _table(cells: Sequence[Cell], *, with_channels: bool = False) -> Table:
    """Cells x factors by name (before them the channel), as places among names in alphabetical order."""
    import numpy as np

    columns = [list(column) for column in zip(*([n for _, n in sorted(cell.levels)] for cell in cells), strict=True)]
    if with_channels:
        columns.insert(0, [cell.channel.name for cell in cells])
    places = [{name: place for place, name in enumerate(sorted(set(column)))} for column in columns]
    rows = [[place[name] for name in column] for place, column in zip(places, columns, strict=True)]
    return np.array(rows, dtype=np.int64).reshape(len(columns), len(cells)).T


def _refuse_exclusions(campaign: Campaign, together: Grid) -> NoReturn:
    raise UserError(
        f"{file_of(campaign)}: exclude: no fraction tells the effects of {enumerated(effects_lost(together))} apart:"
        " the exclusions and the channels' rules make them vary together even in the full matrix. Take one of them"
        ' out, or choose the variants yourself with design = "list".'
    )


def _refuse_number(campaign: Campaign, together: Grid, most: int, least: int) -> NoReturn:
    """Says which effects a fraction of `most` variants would lose, and that `least` would do (of each master)."""
    from variantgen.campaign import designs

    masters = max(1, len(campaign.masters))
    lost = [name for name, _ in sorted(together[0].levels)]
    if most:
        names = [json.dumps([cell.channel.name, sorted(cell.levels)]) for cell in together]
        places = designs.balanced_fraction(_table(together, with_channels=True), names, min(most, len(together)))
        lost = effects_lost(tuple(together[place] for place in places), together) or lost
    each = f", {least} for each of {masters} masters" if masters > 1 else ""
    raise UserError(
        f"{file_of(campaign)}: max_variants: value {campaign.max_variants} is too small: of {len(together) * masters}"
        f" possible variants, so few would alias the main effects of {enumerated(lost)}. A fraction needs at least"
        f" {least * masters}{each}: raise max_variants, or take factors, levels or channels out."
    )


def _words(campaign: Campaign, grids: Sequence[Grid], chosen: Sequence[Grid], *, is_pooled: bool) -> str:
    from variantgen.campaign import designs

    if is_pooled:
        tables = [_table([cell for grid in chosen for cell in grid], with_channels=True)]
        where = f"all {channels_told(campaign)} together, not each by itself, tell"
    else:
        tables = [_table(grid) for grid in chosen if grid]
        where = "each channel by itself tells" if len(tables) > 1 else "they tell"
    percent = int(100 * min(designs.efficiency(table) for table in tables) + 1e-9)
    is_orthogonal = all(designs.is_orthogonal(table) for table in tables)
    return (
        f"balanced fraction: {sum(map(len, chosen))} of {sum(map(len, grids))} variants; {where} every main effect"
        f" apart; {_balance(campaign, tables, is_pooled=is_pooled)};"
        f" {'orthogonal' if is_orthogonal else 'not quite orthogonal'} (D-efficiency {percent} %)"
    )


def _balance(campaign: Campaign, tables: list[Table], *, is_pooled: bool) -> str:
    import numpy as np

    names = [*(["channel"] if is_pooled else []), *sorted(factor.name for factor in campaign.factors)]
    spreads: dict[str, int] = {}
    for table in tables:
        for name, column in zip(names, table.T, strict=True):
            counts = np.unique(column, return_counts=True)[1]
            spreads[name] = max(spreads.get(name, 0), int(counts.max() - counts.min()))
    uneven = [f"{name} (by {spread})" for name, spread in spreads.items() if spread > 1]
    if uneven:
        return f"levels occur as equally often as rules and exclusions let them, least so those of {enumerated(uneven)}"
    return "levels occur equally often" + (", or once more" if any(spreads.values()) else "")

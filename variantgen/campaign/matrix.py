"""A campaign in; its matrix out: the variants to be, all combinations, a list or a fraction of them (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from math import prod

from variantgen.campaign.fraction import Grid, effects_lost, fraction_of
from variantgen.campaign.only import only_told
from variantgen.campaign.values import Campaign, Cell, Channel, Matrix, Rule
from variantgen.campaign.wording import channels_told, enumerated, file_of
from variantgen.errors import UserError

MOST_COMBINATIONS = 50_000
"""Of one channel: more are not listed, as nobody could look at what was chosen from them."""


def matrix_of(campaign: Campaign, only: Rule | None = None) -> Matrix:
    """Every variant of a campaign for each of its masters, channel by channel, levels in the file's order.

    `only` picks cells of the finished matrix: it never changes which fraction is taken. Raises UserError where the
    cells are too many, none is left, or a fraction would lose a main effect.
    """
    full_count = sum(_full_count(campaign, channel) for channel in campaign.channels)
    every = [_grid(campaign, channel) for channel in campaign.channels]
    grids = [tuple(cell for cell in grid if not _is_excluded(campaign, cell)) for grid in every]
    left = sum(map(len, grids))
    if not left:
        raise UserError(f"{file_of(campaign)}: exclude: the exclusions leave no variant at all; take one of them out.")
    matrix = _designed(campaign, grids)
    cells = tuple(cell for cell in matrix.cells if only is None or only.fits(cell))
    if only is not None and not cells:
        raise UserError(f"--only {only_told(only)}: no variant of {file_of(campaign)} is of that kind.")
    return replace(
        matrix,
        cells=cells,
        full_count=full_count,
        excluded_count=full_count - left,
        per_channel=tuple((c.name, sum(cell.channel == c for cell in cells)) for c in campaign.channels),
    )


def _allowed(campaign: Campaign, channel: Channel) -> list[list[str]]:
    """The names of each factor's levels that a channel gets, in the file's order."""
    return [
        [level.name for level in factor.levels if level.name in channel.only.get(factor.name, (level.name,))]
        for factor in campaign.factors
    ]


def _full_count(campaign: Campaign, channel: Channel) -> int:
    count = prod(len(names) for names in _allowed(campaign, channel))
    if count > MOST_COMBINATIONS:
        raise UserError(
            f"{file_of(campaign)}: factor: {count} combinations on {channel.name} are more than {MOST_COMBINATIONS}:"
            f" take factors or levels out, or give {channel.name} fewer of them with only = {{ ... }}."
        )
    return count


def _grid(campaign: Campaign, channel: Channel) -> Grid:
    names = [factor.name for factor in campaign.factors]
    return tuple(
        Cell(channel, tuple(zip(names, levels, strict=True))) for levels in product(*_allowed(campaign, channel))
    )


def _is_excluded(campaign: Campaign, cell: Cell) -> bool:
    return any(rule.fits(cell) for rule in campaign.exclusions)


def _designed(campaign: Campaign, grids: list[Grid]) -> Matrix:
    """The cells of the campaign's design, how they were chosen and what they cannot tell."""
    if campaign.design == "list":
        return _listed(campaign, grids)
    most = campaign.max_variants // max(1, len(campaign.masters))
    left = sum(map(len, grids))
    if campaign.design == "fraction" or left > most:
        fraction = fraction_of(campaign, grids, most)
        matrix = _as_matrix(campaign, fraction.grids, fraction.words, is_judged=False)
        return replace(matrix, is_fraction=True, is_pooled=fraction.is_pooled)
    factors = ", ".join(f"{factor.name} ({len(factor.levels)})" for factor in campaign.factors)
    words = (
        f"every combination of {factors} on {channels_told(campaign)}"
        if factors
        else f"one on {channels_told(campaign)}"
    )
    return _as_matrix(campaign, grids, f"full matrix: {words}")


def _listed(campaign: Campaign, grids: list[Grid]) -> Matrix:
    faults = [
        f"{file_of(campaign)}: variant[{number}]: picks no variant: the channels' rules and the exclusions leave none."
        for number, rule in enumerate(campaign.chosen, 1)
        if not any(rule.fits(cell) for grid in grids for cell in grid)
    ]
    picked = [tuple(cell for cell in grid if any(rule.fits(cell) for rule in campaign.chosen)) for grid in grids]
    count = sum(map(len, picked)) * max(1, len(campaign.masters))
    if count > campaign.max_variants:
        faults.append(
            f"{file_of(campaign)}: max_variants: value {campaign.max_variants} is less than the {count} variants of the"
            " list: raise it, or take some out."
        )
    if faults:
        raise UserError("\n".join(faults))
    return _as_matrix(campaign, picked, f"chosen list: {len(campaign.chosen)} rows on {channels_told(campaign)}")


def _as_matrix(campaign: Campaign, chosen: Sequence[Grid], words: str, *, is_judged: bool = True) -> Matrix:
    """The chosen cells; `is_judged` looks for effects that they cannot tell apart on a channel."""
    notes = []
    for channel, grid in zip(campaign.channels, chosen, strict=True):
        if not grid:
            notes.append(f"{channel.name} gets no variant")
        elif is_judged and campaign.factors and (lost := effects_lost(grid)):
            notes.append(f"on {channel.name} the effect of {enumerated(lost)} cannot be told from that of others")
    return Matrix(tuple(cell for grid in chosen for cell in grid), 0, 0, words, (), tuple(notes))

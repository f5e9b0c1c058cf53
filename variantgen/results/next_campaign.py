"""A campaign and its results in; what the next one keeps, lets go, drafts and makes out (pure, seeded).

Levels go only at the look that was planned. No combination comes again that a channel has had.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product, zip_longest

from variantgen.campaign.next_changes import DraftedLevel, Row
from variantgen.campaign.next_levels import Material, draft_of, draftable, is_seen_twice
from variantgen.campaign.values import Campaign, Cell, Channel, Level, Promotion, Rule
from variantgen.results.effects import Effects
from variantgen.results.known_levels import best_level, is_told, known_of, level_sizes, worse_levels
from variantgen.results.next_round import next_trials
from variantgen.results.verdicts import Comparison

MOST_TRIALS = 12
"""A channel, where nobody said how many: what a person can still look at."""
NEVER_TRIED = "new: never tried"
MADE = "made already: it stands here so that the list is not empty; put a new one in its place"
Levels = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class NextTrial:
    """A combination that a channel gets, and why."""

    channel: Channel
    levels: Levels
    why: str
    chance: float | None = None
    """To be the best of what was weighed for the channel; None where that was not weighed."""


@dataclass(frozen=True)
class NextPlan:
    """What the next campaign has."""

    dropped: Mapping[str, tuple[str, ...]] = field(hash=False)
    drafted: tuple[DraftedLevel, ...]
    trials: tuple[NextTrial, ...]
    known: Mapping[str, str] = field(hash=False)
    """A line for each factor."""
    short: Mapping[str, int] = field(hash=False)
    """How many more each channel (by name) should have had."""
    notes: tuple[str, ...]
    """For the file's head, and for whoever asked for it."""


@dataclass(frozen=True)
class _Weighing:
    """What combinations are weighed by."""

    effects: Effects
    is_told: bool
    is_more_better: bool
    seed: int


def next_plan(
    campaign: Campaign,
    made: Sequence[tuple[Channel, Mapping[str, str]]],
    counts: Mapping[str, int],
    *,
    comparisons: Mapping[str, Comparison],
    effects: Effects,
    is_more_better: bool = True,
    material: Material | None = None,
    seed: int = 7,
) -> NextPlan:
    """The plan of the campaign after one; `counts` is how many variants each channel (by name) should get.

    Without `material` no level is drafted, and `short` says where one would be needed.
    """
    weighing = _Weighing(effects, is_told(comparisons, effects), is_more_better, seed)
    is_settled = any(one.is_settled for one in comparisons.values())
    worse = worse_levels(campaign, effects, is_more_better=is_more_better) if weighing.is_told else {}
    dropped, notes = _let_go(campaign, worse) if is_settled else ({}, _kept_for_now(worse))
    rest = without_levels(campaign, dropped)
    trials, needs = [], {}
    for channel in rest.channels:
        had = {tuple(sorted(levels.items())) for where, levels in made if where.name == channel.name}
        free = [levels for levels in combinations(rest, channel) if tuple(sorted(levels)) not in had]
        chosen = _chosen(channel, free, counts.get(channel.name, 0), weighing)
        trials += chosen
        needs[channel.name] = counts.get(channel.name, 0) - len(chosen)
    drafted: tuple[DraftedLevel, ...] = ()
    if material is not None and any(needs.values()):
        drafted, more = _drafted(
            rest, campaign, needs, material, weighing, {pair for _, one in made for pair in one.items()}
        )
        trials += more
        needs = {name: need - sum(one.channel.name == name for one in more) for name, need in needs.items()}
    known = known_of(campaign, comparisons, effects, dropped, is_more_better=is_more_better)
    short = {name: need for name, need in needs.items() if need}
    order = [channel.name for channel in campaign.channels]
    trials.sort(key=lambda one: order.index(one.channel.name))
    return NextPlan(dropped, drafted, tuple(trials), known, short, (*notes, *_shortage(short, counts)))


def counts_of(campaign: Campaign, cells: Sequence[Cell], count: int | None) -> tuple[dict[str, int], tuple[str, ...]]:
    """How many variants each channel should get: `count`, or as many as it has now and no more than MOST_TRIALS.

    Never more than the campaign's max_variants in all; a note says where that holds some back.
    """
    now = {channel.name: sum(cell.channel == channel for cell in cells) for channel in campaign.channels}
    wanted = {name: min(has, MOST_TRIALS) if count is None else count for name, has in now.items()}
    most = campaign.max_variants // max(1, len(campaign.masters))
    found = dict.fromkeys(wanted, 0)
    for turn in range(max(wanted.values(), default=0)):
        for name, want in wanted.items():
            if turn < want and sum(found.values()) < most:
                found[name] += 1
    if found == wanted:
        return found, ()
    return found, (f"max_variants = {campaign.max_variants} holds some back: raise it for more",)


def rows_of(campaign: Campaign, trials: Sequence[NextTrial]) -> tuple[Row, ...]:
    """The trials as rows of the file, each combination once where its channels can be told in one row."""
    by_levels: dict[Levels, dict[str, NextTrial]] = {}
    for one in trials:
        by_levels.setdefault(one.levels, {})[one.channel.name] = one
    rows = []
    for levels, its in by_levels.items():
        for rule, names in _places(campaign, set(its), is_named=not levels):
            rows.append(Row(levels, _reason([its[name] for name in names]), rule.channels, rule.promotions))
    return tuple(rows)


def again_of(
    campaign: Campaign, dropped: Mapping[str, Collection[str]], effects: Effects, *, is_more_better: bool
) -> NextTrial:
    """The likeliest best of what may be made at all, though it was made: a list of variants must hold one."""
    rest = without_levels(campaign, dropped)
    channel, cells = next((one, cells) for one in rest.channels if (cells := combinations(rest, one)))
    return NextTrial(channel, _by_size(cells, _Weighing(effects, True, is_more_better, 0))[0], MADE)


# ---------------------------------------------------------------- what may be made


def combinations(campaign: Campaign, channel: Channel) -> list[Levels]:
    """Every combination of levels that a channel's rules and the exclusions leave, in the file's order."""
    names = [factor.name for factor in campaign.factors]
    allowed = [
        [level.name for level in factor.levels if level.name in channel.only.get(factor.name, (level.name,))]
        for factor in campaign.factors
    ]
    cells = (Cell(channel, tuple(zip(names, levels, strict=True))) for levels in product(*allowed))
    rules = [rule for rule in campaign.exclusions if rule.means(channel)]
    return [cell.levels for cell in cells if not any(rule.fits(cell) for rule in rules)]


def without_levels(campaign: Campaign, dropped: Mapping[str, Collection[str]]) -> Campaign:
    """The campaign without some levels of its factors; its rules may still name them."""
    factors = tuple(
        replace(f, levels=tuple(level for level in f.levels if level.name not in dropped.get(f.name, ())))
        for f in campaign.factors
    )
    return replace(campaign, factors=factors)


def _let_go(campaign: Campaign, worse: Mapping[str, Sequence[str]]) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The worse levels, but for those that leave a channel with nothing."""
    open_now = [channel for channel in campaign.channels if combinations(campaign, channel)]
    dropped: dict[str, tuple[str, ...]] = {}
    notes = []
    for factor, levels in worse.items():
        for level in levels:
            tried = {**dropped, factor: (*dropped.get(factor, ()), level)}
            rest = without_levels(campaign, tried)
            needing = [channel.name for channel in open_now if not combinations(rest, channel)]
            if needing:
                notes.append(f"{factor}: {level} did worse and stays: {', '.join(needing)} would have no variant left")
            else:
                dropped = tried
    return dropped, notes


def _kept_for_now(worse: Mapping[str, Sequence[str]]) -> list[str]:
    told = ", ".join(f"{level} ({factor})" for factor, levels in worse.items() for level in levels)
    return [f"worse so far and not let go before the planned look, with days to judge by: {told}"] if told else []


# ---------------------------------------------------------------- what is made


def _chosen(channel: Channel, free: Sequence[Levels], count: int, weighing: _Weighing) -> list[NextTrial]:
    """Up to `count` of the combinations with the reason: by what is known, else evenly."""
    if not weighing.is_told:
        return [NextTrial(channel, levels, NEVER_TRIED) for levels in balanced(free, count, weighing.seed)]
    found = next_trials(
        weighing.effects,
        count,
        choices=[dict(levels) for levels in shuffled(free, weighing.seed)],
        is_more_better=weighing.is_more_better,
        seed=weighing.seed,
    )
    return [
        NextTrial(channel, one.levels, one.why, one.chance_best if one.why == "likely best" else None) for one in found
    ]


def _drafted(
    rest: Campaign,
    campaign: Campaign,
    needs: Mapping[str, int],
    material: Material,
    weighing: _Weighing,
    had: Collection[tuple[str, str]],
) -> tuple[tuple[DraftedLevel, ...], list[NextTrial]]:
    """As few new levels as fill the need, each with the best of the other factors' levels."""
    drafts: list[DraftedLevel] = []
    queues: dict[str, list[list[Levels]]] = {name: [] for name in needs}
    for factor in draftable(campaign):
        if all(sum(map(len, queues[name])) >= need for name, need in needs.items()):
            break
        best = best_level(weighing.effects, rest.factor(factor.name), is_more_better=weighing.is_more_better)
        gone = {level for name, level in had if name == factor.name} - {level.name for level in factor.levels}
        draft = draft_of(factor, rest, material, best, gone)
        if draft is None:
            continue
        drafts.append(draft)
        for channel in rest.channels:
            if factor.kind != "caption_style" or channel.name in material.burning:
                queues[channel.name].append(_with_draft(rest, channel, draft, weighing))
    trials = []
    for channel in rest.channels:
        turns = [one for turn in zip_longest(*queues[channel.name]) for one in turn if one is not None]
        trials += [NextTrial(channel, levels, NEVER_TRIED) for levels in turns[: needs[channel.name]]]
    used = {pair for one in trials for pair in one.levels}
    return tuple(draft for draft in drafts if (draft.factor, draft.name) in used), trials


def _with_draft(rest: Campaign, channel: Channel, draft: DraftedLevel, weighing: _Weighing) -> list[Levels]:
    """The combinations of a channel with a new level, the best first; evenly where nothing is known."""
    factors = tuple(
        replace(factor, levels=(Level(draft.name),)) if factor.name == draft.factor else factor
        for factor in rest.factors
    )
    cells = combinations(replace(rest, factors=factors), channel)
    if draft.span is not None:
        others = [name for name in rest.sequence if name != draft.factor]
        cells = [
            levels
            for levels in cells
            if not is_seen_twice(draft.span, (rest.factor(name).level(dict(levels)[name]) for name in others))
        ]
    return _by_size(cells, weighing) if weighing.is_told else balanced(cells, MOST_TRIALS * 10, weighing.seed)


def _by_size(cells: Sequence[Levels], weighing: _Weighing) -> list[Levels]:
    sizes = level_sizes(weighing.effects)
    sign = 1 if weighing.is_more_better else -1
    return sorted(
        shuffled(cells, weighing.seed), key=lambda levels: -sign * sum(sizes.get(pair, 0.0) for pair in levels)
    )


def shuffled(cells: Sequence[Levels], seed: int) -> list[Levels]:
    """The same in an order that a seed decides."""
    import numpy as np

    return [cells[n] for n in np.random.default_rng(seed).permutation(len(cells))]


def balanced(cells: Sequence[Levels], count: int, seed: int) -> list[Levels]:
    """So many of the combinations that each level, and each pair of levels, comes about as often as any other."""
    import numpy as np

    order = shuffled(cells, seed)
    if not order:
        return []
    columns = [list(dict.fromkeys(levels)) for levels in zip(*order, strict=True)]
    rows = np.array(
        [[column.index(pair) for column, pair in zip(columns, levels, strict=True)] for levels in order], dtype=int
    ).reshape(len(order), -1)
    used = [np.zeros(len(column), dtype=int) for column in columns]
    is_free = np.ones(len(order), dtype=bool)
    found = []
    for _ in range(min(count, len(order))):
        load = sum((own[rows[:, n]] for n, own in enumerate(used)), np.zeros(len(order), dtype=int))
        chosen = int(np.argmin(np.where(is_free, load, np.iinfo(int).max)))
        is_free[chosen] = False
        found.append(order[chosen])
        for own, level in zip(used, rows[chosen], strict=True):
            own[level] += 1
    return found


# ---------------------------------------------------------------- words and rows


def _reason(trials: Sequence[NextTrial]) -> str:
    """Why a combination is made, for all its channels: "likely best: 27 to 38 %"."""
    told = []
    for why in dict.fromkeys(one.why for one in trials):
        chances = [round(100 * one.chance) for one in trials if one.why == why and one.chance is not None]
        low, high = min(chances, default=0), max(chances, default=0)
        span = f"{low} %" if low == high else f"{low} to {high} %"
        told.append(f"{why}: {span}" if high else why)
    return " / ".join(told)


def _shortage(short: Mapping[str, int], counts: Mapping[str, int]) -> list[str]:
    alike: dict[str, list[str]] = {}
    for name, need in short.items():
        alike.setdefault(f"{counts[name] - need} of {counts[name]}", []).append(name)
    return [
        f"{', '.join(names)}: {told} variants, as all else was made; add a level below for more"
        for told, names in alike.items()
    ]


def _places(campaign: Campaign, names: Collection[str], *, is_named: bool) -> Iterable[tuple[Rule, list[str]]]:
    """Rules that mean exactly the channels named, one where that can be, with the names that each is about."""
    wanted = [channel for channel in campaign.channels if channel.name in names]

    def means_only(rule: Rule, own: Sequence[Channel]) -> bool:
        return [channel for channel in campaign.channels if rule.means(channel)] == list(own)

    def about(own: Sequence[Channel]) -> Iterable[Rule]:
        presets = tuple(dict.fromkeys(channel.preset for channel in own))
        promotions: tuple[Promotion, ...] = tuple(dict.fromkeys(channel.as_ for channel in own))
        if not is_named:
            yield Rule(())
        yield Rule((), (), promotions)
        yield Rule((), presets)
        yield Rule((), presets, promotions)

    whole = next((rule for rule in about(wanted) if means_only(rule, wanted)), None)
    if whole is not None:
        return [(whole, [channel.name for channel in wanted])]
    parts = [[channel for channel in wanted if channel.as_ == as_] for as_ in dict.fromkeys(c.as_ for c in wanted)]
    return [(next(r for r in about(own) if means_only(r, own)), [c.name for c in own]) for own in parts]

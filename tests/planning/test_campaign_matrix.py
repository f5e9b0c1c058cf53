"""The matrix of a campaign: which variants there are, in full, as a list, or as a fraction that keeps every effect."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from variantgen.campaign import matrix_of, parse_only
from variantgen.campaign.designs import (
    aliased_factors,
    balanced_fraction,
    efficiency,
    equal_count,
    is_orthogonal,
    model_matrix,
    parameter_count,
    rank_of,
)
from variantgen.campaign.fraction import shared_out
from variantgen.campaign.values import Campaign, Cell, Channel, Factor, Level, Matrix, Rule
from variantgen.errors import UserError

MOST_POSSIBLE = 700
NAMES = ("hook", "body", "cta", "length", "offer")


def a_campaign(levels: dict[str, int], *, channels: tuple[str, ...] = ("tiktok",), **keys: object) -> Campaign:
    """A campaign of factors with levels a, b, c..."""
    factors = tuple(
        Factor(name, "other", tuple(Level("abcdefgh"[place]) for place in range(count)))
        for name, count in levels.items()
    )
    given = {"channels": tuple(Channel(preset, "paid") for preset in channels), "factors": factors, **keys}
    return Campaign("spring", "acquisition", (Path("film.mp4"),), **given)  # type: ignore[arg-type]


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    """Factor sets with rules, exclusions and every size limit."""
    names = draw(st.permutations(NAMES))[: draw(st.integers(1, 4))]
    levels = {name: draw(st.integers(1, 5)) for name in names}
    channels = ("tiktok", "youtube", "x")[: draw(st.integers(1, 3))]
    assume(np.prod(list(levels.values())) * len(channels) <= MOST_POSSIBLE)
    campaign = a_campaign(levels, channels=channels, max_variants=draw(st.integers(1, 60)))

    def some(name: str) -> tuple[str, ...]:
        return tuple(sorted(draw(st.sets(st.sampled_from("abcdefgh"[: levels[name]]), min_size=1, max_size=2))))

    excluded = []
    for _ in range(draw(st.integers(0, 3))):
        about = draw(st.permutations(names))[: draw(st.integers(1, 2))]
        where = draw(st.sampled_from([(), (channels[0],)]))
        excluded.append(Rule(tuple((name, some(name)) for name in about), where))
    ruled = draw(st.sampled_from([None, *names]))
    only = {ruled: some(ruled)} if ruled else {}
    first, *others = campaign.channels
    design = draw(st.sampled_from(["full", "fraction"]))
    return replace(campaign, channels=(replace(first, only=only), *others), exclusions=tuple(excluded), design=design)


def effects(cells: list[Cell], *, with_channels: bool) -> np.ndarray:
    """The main-effects model of cells, made without the code under test: a column for each level but one."""
    keys = [dict(cell.levels) | ({"channel": cell.channel.name} if with_channels else {}) for cell in cells]
    columns = [np.ones(len(cells))]
    for name in keys[0]:
        for level in sorted({key[name] for key in keys})[1:]:
            columns.append(np.array([key[name] == level for key in keys], dtype=float))
    return np.stack(columns, axis=1)


def possible(campaign: Campaign) -> list[Cell]:
    """Every cell that rules and exclusions leave, found the slow way."""
    found = []
    for channel in campaign.channels:
        for chosen in itertools.product(*(factor.levels for factor in campaign.factors)):
            cell = Cell(channel, tuple((f.name, lv.name) for f, lv in zip(campaign.factors, chosen, strict=True)))
            is_ruled = any(level not in channel.only.get(name, (level,)) for name, level in cell.levels)
            if not is_ruled and not any(
                (not rule.channels or channel.preset in rule.channels)
                and all(cell.level(name) in names for name, names in rule.levels)
                for rule in campaign.exclusions
            ):
                found.append(cell)
    return found


def parameters(cells: list[Cell], *, with_channels: bool) -> int:
    return effects(cells, with_channels=with_channels).shape[1]


def rank(cells: list[Cell], *, with_channels: bool) -> int:
    return int(np.linalg.matrix_rank(effects(cells, with_channels=with_channels)))


def on_channels(cells: list[Cell]) -> list[list[Cell]]:
    return [list(group) for _, group in itertools.groupby(cells, key=lambda cell: cell.channel.name)]


# ---------------------------------------------------------------- fractions


@settings(max_examples=120)
@given(campaigns())
def test_a_fraction_tells_every_main_effect_apart_or_is_refused(campaign: Campaign) -> None:
    """Rank by numpy, channel by channel or with the channels as blocks; refused only where no number would do."""
    every = possible(campaign)
    least = parameters(every, with_channels=True) if every else 0
    is_estimable = bool(every) and rank(every, with_channels=True) == least
    whole = [rank(one, with_channels=False) == parameters(one, with_channels=False) for one in on_channels(every)]
    of_each = sum(parameters(one, with_channels=False) for one in on_channels(every))
    try:
        matrix = matrix_of(campaign)
    except UserError as error:
        (line,) = str(error).splitlines()
        if every:
            assert line.startswith(('campaign "spring": max_variants: ', 'campaign "spring": exclude: '))
            is_enough = campaign.max_variants >= (of_each if all(whole) else least)
            assert not (is_enough and (all(whole) or is_estimable))
            assert not (is_estimable and campaign.max_variants >= least)
            needed = least if is_estimable else of_each
            assert ("exclude" in line) == (not is_estimable and not all(whole))
            assert "exclude" in line or f"at least {needed}:" in line
        return
    cells = list(matrix.cells)
    assert len(set(cells)) == len(cells) <= campaign.max_variants
    assert set(cells) <= set(every)
    assert cells == [cell for cell in every if cell in set(cells)], "in the campaign's order"
    if not matrix.is_fraction:
        assert cells == every
    elif matrix.is_pooled:
        assert rank(cells, with_channels=True) == least, "nothing is lost"
    else:
        for group, all_of_it in zip(on_channels(cells), on_channels(every), strict=True):
            needed = parameters(all_of_it, with_channels=False)
            assert rank(group, with_channels=False) == needed, "no level and no effect is lost on any channel"


@settings(max_examples=60)
@given(st.lists(st.integers(2, 5), min_size=1, max_size=4), st.integers(0, 40))
def test_levels_occur_equally_often_or_once_more(level_counts: list[int], more: int) -> None:
    """Without exclusions, any number from the least one on is balanced to one, and so are the channels."""
    every = int(np.prod(level_counts))
    campaign = a_campaign(dict(zip(NAMES, level_counts, strict=False)), channels=("tiktok", "youtube"))
    least = 2 + sum(level_counts) - len(level_counts)
    assume(least <= 2 * every)
    matrix = matrix_of(replace(campaign, max_variants=min(least + more, 2 * every)))
    groups = [list(matrix.cells)] if matrix.is_pooled else on_channels(list(matrix.cells))
    for group in groups:
        for factor in campaign.factors:
            counts = Counter(cell.level(factor.name) for cell in group)
            assert len(counts) == len(factor.levels)
            assert max(counts.values()) - min(counts.values()) <= 1
    on = [count for _, count in matrix.per_channel]
    assert max(on) - min(on) <= 1


@settings(max_examples=40)
@given(st.data())
def test_balance_is_the_best_there_is(data: st.DataObject) -> None:
    """In sets small enough to try all choices, none that keeps every effect is more balanced under exclusions."""
    full = np.array(list(itertools.product(range(2), range(3), range(2))), dtype=np.int64)
    left = sorted(data.draw(st.sets(st.integers(0, len(full) - 1), min_size=5, max_size=10)))
    rows = full[left]
    needed = parameter_count(rows)
    assume(rank_of(rows) == needed)
    count = data.draw(st.integers(needed, len(rows)))

    def unequal(chosen: np.ndarray) -> int:
        levels = [np.unique(column) for column in rows.T]
        counts = [[int((column == lv).sum()) for lv in found] for column, found in zip(chosen.T, levels, strict=True)]
        return sum(len(c) * sum(one**2 for one in c) for c in counts)

    choices = [rows[list(places)] for places in itertools.combinations(range(len(rows)), count)]
    best = min(unequal(choice) for choice in choices if rank_of(choice) == needed)
    chosen = rows[balanced_fraction(rows, [str(row) for row in rows.tolist()], count)]
    assert unequal(chosen) == best


def test_every_gap_in_a_small_factorial_keeps_its_effects() -> None:
    """Of every choice of combinations of three factors, as many as there are parameters tell all of them apart."""
    full = np.array(list(itertools.product(range(2), range(2), range(2))), dtype=np.int64)
    tried = 0
    for left in itertools.chain.from_iterable(itertools.combinations(range(8), size) for size in range(4, 9)):
        rows = full[list(left)]
        if rank_of(rows) == 4:
            chosen = rows[balanced_fraction(rows, [str(row) for row in rows.tolist()], 4)]
            assert rank_of(chosen) == 4, rows.tolist()
            tried += 1
    assert tried > 100


def test_channels_are_blocks_where_they_cannot_stand_alone() -> None:
    """Too few variants for each channel, enough for all: one fraction over the channels, balanced over them too."""
    campaign = a_campaign({"hook": 4, "body": 3, "cta": 3}, channels=("tiktok", "youtube", "x"), max_variants=20)
    matrix = matrix_of(campaign)
    assert matrix.is_pooled
    assert "all 3 channels together, not each by itself, tell every main effect apart" in matrix.design
    assert sorted(count for _, count in matrix.per_channel) == [6, 7, 7]
    assert rank(list(matrix.cells), with_channels=True) == 10
    alone = matrix_of(replace(campaign, max_variants=24))
    assert not alone.is_pooled
    assert "each channel by itself tells every main effect apart" in alone.design


def test_levels_that_channels_do_not_share_stay_their_own() -> None:
    """Hooks of one channel only are compared there: each channel's fraction tells its own levels apart."""
    channels = (Channel("tiktok", "paid", {"hook": ("a", "b")}), Channel("youtube", "paid", {"hook": ("c", "d")}))
    campaign = replace(a_campaign({"hook": 4, "body": 3, "cta": 3}), channels=channels, max_variants=20)
    matrix = matrix_of(campaign)
    assert picked(matrix, "channel", "hook") == {("tiktok", "a"), ("tiktok", "b"), ("youtube", "c"), ("youtube", "d")}
    assert not matrix.is_pooled
    with pytest.raises(UserError, match="at least 12: raise"):
        matrix_of(replace(campaign, max_variants=11))


def test_uneven_levels_are_told() -> None:
    """Where exclusions take most of a level away, the words name the factor."""
    gone = Rule((("hook", ("a",)), ("cta", ("a", "b", "c"))))
    matrix = matrix_of(a_campaign({"hook": 3, "body": 2, "cta": 4}, exclusions=(gone,), max_variants=15))
    assert "least so those of" in matrix.design
    assert "hook (by " in matrix.design


@given(campaigns())
@settings(max_examples=40)
def test_the_order_of_the_file_changes_nothing_but_the_order(campaign: Campaign) -> None:
    """Factors, levels, channels and exclusions in another order: the same variants, or the same refusal."""
    turned = replace(
        campaign,
        factors=tuple(replace(f, levels=f.levels[::-1]) for f in campaign.factors[::-1]),
        channels=campaign.channels[::-1],
        exclusions=campaign.exclusions[::-1],
    )

    def variants(one: Campaign) -> object:
        try:
            return {(cell.channel.name, frozenset(cell.levels)) for cell in matrix_of(one).cells}
        except UserError as error:
            return str(error).partition(", so few")[0].partition(" tells")[0]

    assert variants(turned) == variants(campaign)


@pytest.mark.parametrize(
    ("level_counts", "count", "least"),
    [
        ([2, 2, 2], 4, 1.0),
        ([2] * 7, 8, 1.0),
        ([2] * 11, 12, 1.0),
        ([3] * 4, 9, 1.0),
        ([2, 3, 3, 3, 3], 18, 1.0),
        ([5] * 5, 25, 1.0),
        ([4, 3, 3], 12, 0.98),
        ([4, 4, 4, 4], 60, 0.99),
    ],
)
def test_known_orthogonal_arrays_are_found(level_counts: list[int], count: int, least: float) -> None:
    """Where an orthogonal array exists it is found, up to L25; elsewhere the design comes near one."""
    rows = np.array(list(itertools.product(*map(range, level_counts))), dtype=np.int64)
    chosen = rows[balanced_fraction(rows, [str(row) for row in rows.tolist()], count)]
    assert efficiency(chosen) >= least - 1e-9
    assert is_orthogonal(chosen) == (least == 1.0)


def test_a_full_factorial_is_the_measure_of_efficiency() -> None:
    """X'X of a full factorial is its size times the unit matrix: an efficiency of 1, and half designs have less."""
    rows = np.array(list(itertools.product(range(2), range(3), range(4))), dtype=np.int64)
    matrix = model_matrix(rows)
    assert np.allclose(matrix.T @ matrix, len(rows) * np.eye(matrix.shape[1]))
    assert efficiency(rows) == pytest.approx(1)
    assert efficiency(rows[: len(rows) // 2 + 3]) < 0.95


def test_aliased_factors_are_those_that_vary_together() -> None:
    """Two columns that are the same are both aliased, a third one is not, and a level that is gone is lost."""
    rows = np.array([[0, 0, 0], [0, 0, 1], [1, 1, 0], [1, 1, 1]])
    assert aliased_factors(rows) == (0, 1)
    whole = np.array(list(itertools.product(range(2), range(3))))
    assert aliased_factors(whole[whole[:, 1] < 2], whole) == (1,)


def test_a_number_of_rows_lets_all_pairs_occur_equally_often() -> None:
    """The most multiple of all pairs' products that fits; the least where few are asked for."""
    assert equal_count([4, 3, 3], 8, 100, is_few=False) == 72
    assert equal_count([4, 3, 3], 8, 35, is_few=False) == 35
    assert equal_count([4, 3, 3], 8, 35, is_few=True) == 12
    assert equal_count([2, 2, 2], 4, 7, is_few=True) == 4
    assert shared_out([3, 3, 3], [4, 100, 100], 25) == [4, 10, 10]


def test_what_a_fraction_is_stands_in_words() -> None:
    """Size, what it tells, balance and orthogonality are one sentence."""
    campaign = a_campaign({"hook": 3, "body": 3, "cta": 3, "offer": 3}, max_variants=20)
    assert matrix_of(campaign).design == (
        "balanced fraction: 18 of 81 variants; they tell every main effect apart; levels occur equally often;"
        " orthogonal (D-efficiency 100 %)"
    )
    fewest = matrix_of(replace(campaign, design="fraction"))
    assert len(fewest.cells) == 9
    assert fewest.is_fraction


def test_a_refusal_names_what_is_lost_and_how_many_would_do() -> None:
    """Too small a number and exclusions that tie factors together are each one sentence."""
    campaign = a_campaign({"hook": 4, "cta": 3}, channels=("tiktok", "youtube"))
    with pytest.raises(UserError, match=r"max_variants: value 6 is too small: .*cta.* at least 7: raise"):
        matrix_of(replace(campaign, max_variants=6))
    tied = tuple(
        Rule((("hook", (hook,)), ("cta", tuple(set("abc") - {cta})))) for hook, cta in zip("abc", "abc", strict=True)
    )
    with pytest.raises(UserError, match=r"exclude: no fraction tells the effects of cta and hook apart"):
        matrix_of(replace(campaign, exclusions=(*tied, Rule((("hook", ("d",)),))), design="fraction"))


def test_channels_alike_get_the_same_fraction() -> None:
    """Two placements with the same choice are given the same variants, so that they share their parts."""
    campaign = a_campaign({"hook": 4, "body": 4, "cta": 4}, channels=("tiktok", "youtube"), max_variants=40)
    first, second = ({cell.levels for cell in group} for group in on_channels(list(matrix_of(campaign).cells)))
    assert first == second


def test_several_masters_share_the_limit() -> None:
    """The limit holds for all masters together: each gets the same, smaller fraction."""
    campaign = a_campaign({"hook": 4, "body": 3, "cta": 3}, max_variants=36)
    assert len(matrix_of(campaign).cells) == 36
    assert len(matrix_of(replace(campaign, masters=(Path("a"), Path("b")))).cells) == 18


# ---------------------------------------------------------------- full matrices and lists


def test_a_full_matrix_counts_channels_rules_and_exclusions() -> None:
    """Every combination of each channel's levels without the excluded ones, counted for each channel."""
    channels = (Channel("tiktok", "paid", {"hook": ("a", "b")}), Channel("youtube", "organic"))
    exclusion = Rule((("hook", ("a",)), ("cta", ("c",))), channels=("youtube",))
    campaign = replace(a_campaign({"hook": 3, "body": 2, "cta": 3}), channels=channels, exclusions=(exclusion,))
    matrix = matrix_of(campaign)
    assert list(matrix.cells) == possible(campaign)
    assert (matrix.full_count, matrix.excluded_count) == (12 + 18, 2)
    assert matrix.per_channel == (("tiktok (paid)", 12), ("youtube (organic)", 16))
    assert matrix.design == "full matrix: every combination of hook (3), body (2), cta (3) on 2 channels"
    assert matrix.notes == ()


def test_a_campaign_without_factors_is_one_variant_a_channel() -> None:
    """Nothing to try is a campaign too; more channels than may be made are refused."""
    campaign = a_campaign({}, channels=("tiktok", "youtube"))
    assert [cell.levels for cell in matrix_of(campaign).cells] == [(), ()]
    with pytest.raises(UserError, match="max_variants: value 1 is too small"):
        matrix_of(replace(campaign, max_variants=1))


def test_a_full_matrix_says_what_it_cannot_tell() -> None:
    """Exclusions that tie two factors together are a note beside a full matrix."""
    tied = tuple(Rule((("hook", (one,)), ("cta", (other,)))) for one, other in (("a", "b"), ("b", "a")))
    matrix = matrix_of(a_campaign({"hook": 2, "cta": 2}, exclusions=tied))
    assert matrix.notes == ("on tiktok (paid) the effect of cta and hook cannot be told from that of others",)


def test_a_list_holds_the_chosen_variants_and_no_others() -> None:
    """A row stands for every cell it fits; one that fits none, and more than max_variants, are refused."""
    rows = (Rule((("hook", ("a",)), ("cta", ("b",)))), Rule((("hook", ("b",)), ("body", ("a",)), ("cta", ("a",)))))
    campaign = a_campaign({"hook": 2, "body": 2, "cta": 2}, design="list", chosen=rows)
    assert [cell.levels for cell in matrix_of(campaign).cells] == [
        (("hook", "a"), ("body", "a"), ("cta", "b")),
        (("hook", "a"), ("body", "b"), ("cta", "b")),
        (("hook", "b"), ("body", "a"), ("cta", "a")),
    ]
    with pytest.raises(UserError, match=r"variant\[1\]: picks no variant"):
        matrix_of(replace(campaign, exclusions=(Rule((("hook", ("a",)),)),)))
    with pytest.raises(UserError, match="less than the 3 variants of the list"):
        matrix_of(replace(campaign, max_variants=2))


def test_too_many_combinations_are_refused_before_they_are_listed() -> None:
    """A matrix that nobody could look at is told by its size."""
    with pytest.raises(UserError, match="262144 combinations on tiktok"):
        matrix_of(a_campaign({f"factor-{place}": 8 for place in range(6)}))


def test_nothing_left_is_told() -> None:
    """Exclusions of everything leave no campaign."""
    with pytest.raises(UserError, match="leave no variant at all"):
        matrix_of(a_campaign({"hook": 2}, exclusions=(Rule((("hook", ("a", "b")),)),)))


# ---------------------------------------------------------------- --only


def picked(matrix: Matrix, *keys: str) -> set[tuple[str, ...]]:
    return {
        tuple(cell.channel.preset if key == "channel" else cell.level(key) for key in keys) for cell in matrix.cells
    }


def test_only_picks_cells_of_the_same_matrix() -> None:
    """Keys go together, values of one key are either-or, and a fraction stays the one that it was."""
    campaign = a_campaign({"hook": 4, "body": 3, "cta": 3}, channels=("tiktok", "youtube"), max_variants=40)
    whole = matrix_of(campaign)
    part = matrix_of(campaign, parse_only(["hook=a,b,channel=tiktok"], campaign))
    assert picked(part, "hook", "channel") == {("a", "tiktok"), ("b", "tiktok")}
    assert set(part.cells) < set(whole.cells)
    assert part.design == whole.design
    assert parse_only([], campaign) is None
    assert parse_only(["hook=a", "hook=b", "as=paid"], campaign) == Rule((("hook", ("a", "b")),), (), ("paid",))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("hok=a", 'no factor is named "hok": allowed are hook, body, channel, as. Did you mean "hook"?'),
        ("channel=tiktk", 'value "tiktk" is not allowed: allowed are tiktok. Did you mean "tiktok"?'),
        ("hook=z", 'value "z" is not allowed: allowed are a, b'),
        ("a", "is no key=value"),
        ("as=payed", 'Did you mean "paid"?'),
    ],
)
def test_only_of_something_unknown_is_told(words: str, told: str) -> None:
    """A key or a value that there is not names those that there are."""
    with pytest.raises(UserError) as caught:
        parse_only([words], a_campaign({"hook": 2, "body": 2}))
    assert told in str(caught.value)


def test_only_of_nothing_is_told() -> None:
    """A choice that exclusions have emptied is no empty success."""
    campaign = a_campaign({"hook": 2, "cta": 2}, exclusions=(Rule((("hook", ("a",)), ("cta", ("a",)))),))
    with pytest.raises(UserError, match="--only hook=a,cta=a: no variant"):
        matrix_of(campaign, parse_only(["hook=a,cta=a"], campaign))

"""Comparing variants: figures that are known from books and closed forms, the gates, and the five verdicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from results_made import days_of, made_arms

from variantgen.errors import UserError
from variantgen.results.across import across_channels
from variantgen.results.counts import Arm, Cell
from variantgen.results.delivery import split_p_value
from variantgen.results.planning import detectable_effect, size_per_arm
from variantgen.results.shrinkage import chance_better, chances_best, dispersion, log_evidence, shrunk
from variantgen.results.verdicts import Comparison, Look, compared

AT_THE_LOOK = Look(read_on=date(2026, 11, 1), planned_on=date(2026, 11, 1))

# Gelman and others, Bayesian Data Analysis, table 5.1: tumours of rats, 70 earlier groups and the current one
TUMOURS = [
    *((0, 20), (0, 20), (0, 20), (0, 20), (0, 20), (0, 20), (0, 20), (0, 19), (0, 19), (0, 19), (0, 19), (0, 18)),
    *((0, 18), (0, 17), (1, 20), (1, 20), (1, 20), (1, 20), (1, 19), (1, 19), (1, 18), (1, 18), (2, 25), (2, 24)),
    *((2, 23), (2, 20), (2, 20), (2, 20), (2, 20), (2, 20), (2, 20), (1, 10), (5, 49), (2, 19), (5, 46), (3, 27)),
    *((2, 17), (7, 49), (7, 47), (3, 20), (3, 20), (2, 13), (9, 48), (10, 50), (4, 20), (4, 20), (4, 20), (4, 20)),
    *((4, 20), (4, 20), (4, 20), (10, 48), (4, 19), (4, 19), (4, 19), (5, 22), (11, 46), (12, 49), (5, 20), (5, 20)),
    *((6, 23), (5, 19), (6, 22), (6, 20), (6, 20), (6, 20), (16, 52), (15, 47), (15, 46), (9, 24), (4, 14)),
]


def whole(variant: str, hits: float, base: float) -> Arm:
    """An arm without days."""
    return Arm(variant, (Cell(hits, base),))


def steady(variant: str, hits: float, base: float, days: int = 14) -> Arm:
    """An arm of so much every day."""
    return Arm(variant, tuple(Cell(hits, base, day, day) for day in days_of(days)))


# ---------------------------------------------------------------- known answers


@pytest.mark.parametrize(
    ("first", "second", "chance"),
    [((49, 100), (51, 100), 0.610770522688), ((120, 10_000), (150, 10_000), 0.966831922733), ((3, 9), (3, 9), 0.5)],
)
def test_the_chance_to_be_better_is_the_closed_forms(
    first: tuple[int, int], second: tuple[int, int], chance: float
) -> None:
    """Two flat priors, two counts: the chance that the second is better, to ten digits."""
    assert chance_better(first, second) == pytest.approx(chance, abs=1e-10)


def test_chances_to_be_best_add_up_for_arms_of_any_size() -> None:
    """Four trials beside ten million: the chances are those of draws, and together 1."""
    shapes = [(2.0, 3.0), (5e6, 5e6), (3.0, 400.0), (70.0, 60.0)]
    found = chances_best(shapes)
    draws = np.random.default_rng(5).beta(*np.array(shapes).T[:, None, :], size=(400_000, 4)).argmax(axis=1)
    assert sum(found) == pytest.approx(1, abs=1e-8)
    assert found == pytest.approx(np.bincount(draws, minlength=4) / len(draws), abs=0.003)


def test_the_rats_prior_is_the_books() -> None:
    """Bayesian Data Analysis, section 5.3: posterior means of alpha and beta near 2.40 and 14.3 on the book's grid."""
    hits, base = np.array(TUMOURS, dtype=float).T
    log_odds, log_size = (axis.ravel() for axis in np.meshgrid(np.linspace(-2.3, -1.3, 120), np.linspace(1, 5, 160)))
    size = np.exp(log_size)
    alpha = size / (1 + np.exp(-log_odds))
    beta = size - alpha
    # p(alpha, beta) ~ (alpha + beta)^(-5/2), with the grid's Jacobian alpha * beta
    density = log_evidence(hits, base, alpha, beta) - 2.5 * np.log(size) + np.log(alpha) + np.log(beta)
    weight = np.exp(density - density.max())
    assert len(hits) == 71
    assert (weight @ alpha) / weight.sum() == pytest.approx(2.40, abs=0.02)
    assert (weight @ beta) / weight.sum() == pytest.approx(14.3, abs=0.15)
    best = int(density.argmax())
    assert (log_odds[best], log_size[best]) == pytest.approx((-1.79, 2.74), abs=0.02)


def test_shrinking_moves_the_last_rats_to_the_others() -> None:
    """4 of 14 is not 0.286 beside 70 groups of about 0.14: the book has 0.21."""
    found = shrunk([whole(str(n), *pair) for n, pair in enumerate(TUMOURS)], "proportion")
    assert found.arms[-1].rate == pytest.approx(0.21, abs=0.012)
    assert found.arms[0].rate > 0.04
    assert found.draws.shape[1] == 71


def test_shrinking_a_few_events_per_money_agrees_with_shrinking_a_few_of_many() -> None:
    """Where events are rare, so many of a million trials and so many per million are one thing."""
    arms = [whole("a", 40, 1e6), whole("b", 60, 1e6), whole("c", 2, 1e5)]
    many, money = (shrunk(arms, model) for model in ("proportion", "rate"))
    for one, other in zip(many.arms, money.arms, strict=True):
        assert one.rate == pytest.approx(other.rate, rel=0.01)
        assert one.chance_best == pytest.approx(other.chance_best, abs=0.015)


def test_kidney_stones_turn_around() -> None:
    """Charig and others 1986: A is better for small and for large stones, and worse when they are added up."""
    stones = {
        "small": [whole("A", 81, 87), whole("B", 234, 270)],
        "large": [whole("A", 192, 263), whole("B", 55, 80)],
    }
    found = across_channels(stones)
    assert found is not None
    assert found.pooled == pytest.approx((0.780, 0.8257), abs=1e-3)
    assert found.adjusted == pytest.approx((0.8325, 0.7789), abs=1e-4)
    assert found.chance_best[0] == pytest.approx(0.938, abs=0.005)
    assert "Simpson" in found.warning and "B seems better than A" in found.warning
    even = across_channels(
        {"small": [whole("A", 80, 100), whole("B", 70, 100)], "large": [whole("A", 8, 10), whole("B", 7, 10)]}
    )
    assert even is not None and even.warning == ""


def test_an_uneven_split_is_told() -> None:
    """5 000 and 5 300 where halves were planned: chi-square 8.738, p 0.00312; as planned it is no surprise."""
    assert split_p_value([5000, 5300]) == pytest.approx(0.00312, abs=5e-6)
    assert split_p_value([5000, 5300], [50, 53]) == pytest.approx(1)


# ---------------------------------------------------------------- sizes


@pytest.mark.parametrize(
    ("base", "effect", "size"),
    [(0.02, 0.2, 21_066), (0.25, 0.1, 4_860), (0.02, 0.1, 80_637), (0.01, 0.2, 42_606), (0.002, 0.3, 99_634)],
)
def test_sizes_are_those_of_a_power_analysis(base: float, effect: float, size: int) -> None:
    """80 % power at 5 %, two-sided: what statsmodels' NormalIndPower gives, within 1 in 10 000."""
    assert size_per_arm(base, effect) == pytest.approx(size, rel=1e-4)


def test_an_effect_that_a_size_shows_needs_that_size() -> None:
    """detectable_effect is size_per_arm turned around, with dispersion and several comparisons too."""
    for kind in ({}, {"model": "rate"}, {"dispersion": 3.0, "comparisons": 5}):
        effect = detectable_effect(0.03, 40_000, **kind)  # type: ignore[arg-type]
        assert effect is not None
        assert size_per_arm(0.03, effect, **kind) == pytest.approx(40_000, abs=2)  # type: ignore[arg-type]
    assert detectable_effect(0.5, 3) is None


def test_days_that_vary_and_more_arms_ask_for_more() -> None:
    """Twice the dispersion is twice the size; each comparison more raises it."""
    assert size_per_arm(0.02, 0.2, dispersion=2) == pytest.approx(2 * size_per_arm(0.02, 0.2), rel=1e-4)
    assert size_per_arm(0.02, 0.2, comparisons=5) > size_per_arm(0.02, 0.2)


def test_impossible_plans_are_refused() -> None:
    """A rate of nothing, an effect beyond all, a power of 1: a sentence each."""
    for base, effect in ((0.0, 0.2), (1.2, 0.2), (0.6, 0.9), (0.1, 0.0)):
        with pytest.raises(UserError, match="is not allowed"):
            size_per_arm(base, effect)
    with pytest.raises(UserError, match="power: value 1"):
        size_per_arm(0.1, 0.1, power=1)


# ---------------------------------------------------------------- days


def test_dispersion_is_how_much_days_vary() -> None:
    """Days as chance has them: about 1 and never below; days that swing by half: what a beta-binomial has."""
    rng = np.random.default_rng(2)
    calm = dispersion(made_arms(rng, [0.02] * 40), "proportion")
    wild = dispersion(made_arms(rng, [0.02] * 40, spread=0.5), "proportion")
    assert calm is not None and 1 <= calm < 1.1
    size = 0.98 / (0.02 * 0.25) - 1
    assert wild == pytest.approx(1 + 1999 / (size + 1), rel=0.15)
    assert dispersion([whole("a", 5, 100), steady("b", 5, 100, days=2)], "proportion") is None
    assert dispersion([steady("a", 50, 100)], "proportion") == 1


def test_days_that_are_good_for_all_favour_nobody() -> None:
    """Where arms share their days evenly a common swing is left out; where one got other days' audiences it is not."""
    rng = np.random.default_rng(10)
    made = made_arms(rng, [0.02] * 12, swing=0.4)
    together, alone = dispersion(made, "proportion"), dispersion(made[:1], "proportion")
    assert together is not None and together < 1.2
    assert alone is not None and alone > 3
    early = replace(
        made[0],
        cells=tuple(replace(c, numerator=c.numerator * 2, denominator=c.denominator * 2) for c in made[0].cells[:7])
        + made[0].cells[7:],
    )
    uneven = dispersion([early, *made[1:]], "proportion")
    assert uneven is not None and uneven > 3


def test_a_mean_is_judged_in_any_unit() -> None:
    """Watched seconds or millions of them, the verdict is the same: a mean's own scale is in its dispersion."""
    rng = np.random.default_rng(4)
    seconds = [rng.gamma(50, rate / 50, 14) * 400 for rate in (12.0, 14.0)]
    told = []
    for unit in (1.0, 1e6):
        arms = [
            Arm(name, tuple(Cell(s / unit, 400.0, day, day) for s, day in zip(its, days_of(14), strict=True)))
            for name, its in zip("ab", seconds, strict=True)
        ]
        told.append(compared(arms, model="mean", look=AT_THE_LOOK))
    assert told[0].verdict == told[1].verdict == "winner"
    assert told[0].arms[0].loss == pytest.approx(told[1].arms[0].loss, abs=1e-4)


# ---------------------------------------------------------------- verdicts


def test_the_same_counts_have_the_same_verdict() -> None:
    """No chance in it: two runs are equal, another seed moves a figure and not the verdict."""
    arms = made_arms(np.random.default_rng(1), [0.02, 0.027])
    first = compared(arms, look=AT_THE_LOOK)
    assert first == compared(arms, look=AT_THE_LOOK)
    assert compared(arms, look=AT_THE_LOOK, seed=8).verdict == first.verdict


def verdict(*arms: Arm, look: Look = AT_THE_LOOK, **how: object) -> Comparison:
    """A comparison at the planned look."""
    return compared(arms, look=look, **how)  # type: ignore[arg-type]


def test_a_clear_winner_is_called_at_the_planned_look_only() -> None:
    """The same counts: a winner on the day that was planned, before it and without a plan a leader."""
    arms = steady("a", 60, 2000), steady("b", 40, 2000)
    early = Look(date(2026, 10, 25), date(2026, 11, 1))
    assert verdict(*arms).verdict == "winner"
    assert verdict(*arms, look=early).verdict == "leading, not proven"
    assert verdict(*arms, look=early).is_interim
    assert verdict(*arms, look=Look()).verdict == "leading, not proven"
    assert "no look was planned" in " ".join(verdict(*arms, look=Look()).reasons)


def test_a_winner_of_cost_has_less_to_pay() -> None:
    """More events per money win, and of a figure where less is better, the smaller one."""
    cheap, dear = steady("cheap", 60, 100.0), steady("dear", 40, 100.0)
    assert verdict(dear, cheap, model="rate").arms[0].variant == "cheap"
    found = verdict(dear, cheap, model="rate", is_more_better=False)
    assert (found.verdict, found.arms[0].variant) == ("winner", "dear")


def test_counts_without_days_prove_nothing() -> None:
    """How much days vary is not known, so the leader is not proven."""
    found = verdict(whole("a", 900, 30_000), whole("b", 600, 30_000))
    assert found.verdict == "leading, not proven"
    assert any("does not tell days one by one" in reason for reason in found.reasons)


@pytest.mark.parametrize(
    ("first", "second", "look"),
    [
        (steady("a", 1, 5), steady("b", 2, 5), AT_THE_LOOK),
        (steady("a", 0.5, 2000), steady("b", 0.6, 2000), AT_THE_LOOK),
        (steady("a", 60, 2000, days=5), steady("b", 40, 2000, days=5), AT_THE_LOOK),
        (steady("a", 60, 2000), steady("b", 40, 2000), Look(planned_per_arm=50_000)),
        (steady("a", 0, 2000), steady("b", 0, 2000), AT_THE_LOOK),
    ],
    ids=["trials", "events", "days", "plan", "nothing"],
)
def test_too_little_is_not_enough_and_says_how_much_more(first: Arm, second: Arm, look: Look) -> None:
    """Too few trials, too few events, less than a week, less than was planned, or nothing at all."""
    found = verdict(first, second, look=look)
    assert found.verdict == "not enough data"
    assert found.more is not None and (found.more.per_arm > 0 or found.more.days > 0 or not first.numerator)


def test_what_is_missing_is_what_was_planned() -> None:
    """50 000 were planned and 28 000 are there: 22 000 more; 5 days of 7: 2 more."""
    found = verdict(steady("a", 60, 2000), steady("b", 40, 2000), look=Look(planned_per_arm=50_000))
    assert found.more is not None and found.more.per_arm == 22_000 and "22,000 more" in found.sentence
    short = verdict(steady("a", 60, 2000, days=5), steady("b", 40, 2000, days=5))
    assert short.more is not None and short.more.days == 2 and "2 more days" in short.sentence
    last = verdict(steady("a", 60, 2000, days=6), steady("b", 40, 2000, days=6))
    assert last.sentence.endswith("1 more day")


def test_who_is_ahead_by_little_does_not_lead() -> None:
    """Of four alike, the first is likelier not the best; and an interim look says how far the exports reach."""
    arms = [steady(name, 40, 2000) for name in "abcd"]
    found = verdict(*arms, interesting=0.0001, look=Look(date(2026, 10, 18), date(2026, 10, 31)))
    assert found.verdict == "leading, not proven" and found.sentence.startswith("no variant leads as delivered")
    assert "2026-10-31, and the exports end on 2026-10-18" in found.reasons[0]


def test_equal_films_with_much_data_are_no_practical_difference() -> None:
    """Where no variant can lie behind by as much as matters, none is better."""
    arms = steady("a", 4000, 20_000), steady("b", 4005, 20_000), steady("c", 3990, 20_000)
    assert verdict(*arms).verdict == "no practical difference"
    assert verdict(*arms, interesting=0.0001).verdict == "leading, not proven"


def test_what_cannot_be_is_not_compared() -> None:
    """More clicks than impressions, or a variant with nothing beside it."""
    assert verdict(steady("a", 60, 50), steady("b", 4, 50)).verdict == "not comparable"
    assert verdict(steady("a", 6, 50)).verdict == "not comparable"


def test_words_are_as_strong_as_the_delivery_allows() -> None:
    """As delivered, unless the channel split its audience by chance."""
    arms = steady("a", 60, 2000), steady("b", 40, 2000)
    assert "did better as delivered" in verdict(*arms).sentence
    sure = verdict(steady("a", 160, 2000), steady("b", 40, 2000)).sentence
    assert sure.endswith("(chance above 99.9%)")
    assert "as delivered" not in verdict(*arms, is_randomised=True).sentence
    uneven = verdict(steady("a", 60, 2000), steady("b", 400, 20_000))
    assert any("twice as much" in reason for reason in uneven.reasons)


# ---------------------------------------------------------------- simulations; tests/bench/bench_results.py has more


@pytest.mark.parametrize("count", [2, 6])
def test_equal_films_seldom_have_a_winner(count: int) -> None:
    """60 comparisons of equal films whose days vary: at most 3 winners at the planned look."""
    rng = np.random.default_rng(20 + count)
    winners = sum(verdict(*made_arms(rng, [0.02] * count, spread=0.25)).verdict == "winner" for _ in range(60))
    assert winners <= 3


def test_a_film_that_is_better_by_a_half_is_found() -> None:
    """+50 % over a fortnight of 2 000 a day, days varying: the right one wins in 25 of 30 and no other ever."""
    rng = np.random.default_rng(31)
    found = [verdict(*made_arms(rng, [0.02, 0.02, 0.03], spread=0.25)) for _ in range(30)]
    winners = [one.arms[0].variant for one in found if one.verdict == "winner"]
    assert set(winners) == {"v2"} and len(winners) >= 25


def test_a_difference_that_does_not_matter_is_none() -> None:
    """A thousandth more of a milliard impressions is proven and practically nothing; a fifth more wins."""
    first = steady("a", 2e7, 1e9)
    assert verdict(first, steady("b", 2.002e7, 1e9)).verdict == "no practical difference"
    assert verdict(first, steady("b", 2.002e7, 1e9), interesting=0.0005).verdict == "winner"
    assert "(chance above 99.9%)" in verdict(first, steady("b", 2.4e7, 1e9)).sentence


def test_sums_that_are_alike_but_for_rounding_have_no_best() -> None:
    """Two films watched for as long, each day as the other, told to the last digit: neither is ahead."""
    found = verdict(*(steady(name, 4000 * (1 + more), 1000) for name, more in (("a", 0), ("b", 1e-15))), model="mean")
    assert found.verdict == "no practical difference"
    assert [arm.chance_best for arm in found.arms] == pytest.approx([0.5, 0.5], abs=0.02)


@pytest.mark.filterwarnings("error")
def test_rates_at_the_ends_are_told() -> None:
    """Everybody, nobody, and half: the best is who has all; two who have all share the chance."""
    alike = verdict(steady("a", 1000, 1000), steady("b", 1000, 1000))
    assert [arm.chance_best for arm in alike.arms] == pytest.approx([0.5, 0.5], abs=0.02)
    assert verdict(steady("a", 500, 1000), steady("b", 1000, 1000)).arms[0].variant == "b"
    nothing = verdict(steady("a", 0, 1000), steady("b", 0, 1000))
    assert nothing.sentence.endswith("nothing of it has happened yet, so how much more it takes is not known")


def test_less_than_nothing_has_no_rate() -> None:
    """Followers lost: not comparable, and not a number that nobody can read."""
    found = verdict(steady("a", -3, 1000), steady("b", 5, 1000), model="rate")
    assert found.verdict == "not comparable" and found.reasons[0].startswith("a: less than nothing counted")


def test_equal_films_turn_no_order() -> None:
    """Six equal films that channels delivered unevenly: of 30 such campaigns at most 3 are warned of."""
    rng, warned = np.random.default_rng(6), 0
    for _ in range(30):
        arms = {
            channel: [
                replace(made_arms(rng, [rate], per_day=int(2000 * rng.lognormal(0, 0.4)))[0], variant=name)
                for name in "abcdef"
            ]
            for channel, rate in (("x", 0.02), ("y", 0.012), ("z", 0.03))
        }
        found = across_channels(arms)
        warned += found is not None and found.warning != ""
    assert warned <= 3

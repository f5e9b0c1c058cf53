"""Metrics from counts, what a level did, films that people tire of, and what is tried next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from results_made import FACTORS, TRUTHS, daily_rates, days_of, fading_arm, made_arms, made_campaign

from variantgen.campaign.values import Objective
from variantgen.errors import UserError
from variantgen.presets.folders import built_in_folder
from variantgen.results.comparing import comparisons, effects_of, over_channels, trends_of
from variantgen.results.counts import DERIVED, Arm, Cell, DayCounts
from variantgen.results.effects import Observation, main_effects
from variantgen.results.fatigue import trend
from variantgen.results.logistic import fitted
from variantgen.results.metrics import (
    Metrics,
    arms,
    counted_in,
    figure,
    read_metrics,
    reading,
    why_not_comparable,
    why_not_the_same,
)
from variantgen.results.next_round import next_levels, next_shares, next_trials
from variantgen.results.profiles import profiles
from variantgen.results.values import COUNTS as CANONICAL
from variantgen.results.verdicts import Look, compared

DAY = date(2026, 10, 5)
AT_THE_LOOK = Look(read_on=date(2026, 11, 1), planned_on=date(2026, 11, 1))


@pytest.fixture(scope="module")
def table() -> Metrics:
    """The built-in metrics."""
    return read_metrics()


def row(variant: str = "a", channel: str = "meta", day: date = DAY, **counts: float) -> DayCounts:
    """One variant's day."""
    return DayCounts(variant, channel, counts, day, day, "EUR")


# ---------------------------------------------------------------- metrics

COUNTS = {
    "impressions": 2000.0,
    "reach": 800.0,
    "plays": 1600.0,
    "views": 1500.0,
    "views_2s": 900.0,
    "views_3s": 600.0,
    "views_15s": 150.0,
    "p25": 800.0,
    "p50": 400.0,
    "p75": 200.0,
    "p100": 100.0,
    "clicks_link": 40.0,
    "spend": 50.0,
    "clicks_all": 90.0,
    "conversions": 4.0,
    "conversion_value": 120.0,
    "likes": 30.0,
    "comments": 6.0,
    "shares": 9.0,
    "saves": 15.0,
    "watch_seconds": 8000.0,
    "leads": 5.0,
    "landing_page_views": 30.0,
    "views_trueview": 500.0,
    "follows": 3.0,
}
FIGURES = {
    "cpm": 25.0,
    "frequency": 2.5,
    "hook_rate_2s": 0.45,
    "hook_rate_3s": 0.3,
    "hold_rate": 0.25,
    "ctr_link": 0.02,
    "thruplay_rate": 0.075,
    "completion_rate_impressions": 0.05,
    "completion_rate_plays": 0.0625,
    "cpc": 1.25,
    "retention_25": 0.5,
    "retention_50": 0.25,
    "ctr_all": 0.045,
    "cpl": 10.0,
    "cpa": 12.5,
    "cvr_click": 0.1,
    "cvr_impression": 0.002,
    "roas": 2.4,
    "avg_watch_seconds": 5.0,
    "lp_view_rate": 0.75,
    "share_save_rate": 0.016,
    "engagement_rate_impressions": 0.03,
    "engagement_rate_views": 0.04,
    "subs_per_1k_views": 2.0,
    "comment_rate": 0.004,
    "cpv": 0.1,
    "vtr_trueview": 0.25,
    "share_rate": 0.006,
    "interaction_rate_impressions": 0.0225,
}


@pytest.mark.parametrize(("name", "expected"), FIGURES.items())
def test_a_metric_is_what_its_counts_make(table: Metrics, name: str, expected: float) -> None:
    """Reckoned by hand from one day's counts."""
    assert figure(table.named(name), [row(**COUNTS)]) == pytest.approx(expected)


def test_every_metric_and_objective_is_whole(table: Metrics) -> None:
    """Objectives are the campaigns' own, each with a metric to test; names are told once; costs are spend first."""
    from typing import get_args

    assert {one.objective for one in table.objectives} == set(get_args(Objective))
    assert len({metric.name for metric in table.metrics}) == len(table.metrics)
    assert all(table.named(one.primary[0]).is_compared for one in table.objectives)
    assert all((metric.model == "cost") <= (metric.numerator == ("spend",)) for metric in table.metrics)
    assert all(metric.exports and metric.definition and metric.source for metric in table.metrics)


def test_a_metric_names_the_exports_that_have_its_counts(table: Metrics) -> None:
    """Exactly those profiles whose columns hold all that it is made of; `views` where it needs views' whole length."""
    held = {
        name: {meaning.name for meanings in profile.columns.values() for meaning in meanings}
        for name, profile in profiles().items()
    }
    for metric in table.metrics:
        needs = {count for name in metric.counts for count in DERIVED.get(name, (name,))}
        assert needs <= set(CANONICAL)
        assert set(metric.exports) == {name for name, counts in held.items() if needs <= counts}, metric.name
        assert len(set(metric.exports)) == len(metric.exports)


def test_a_metric_of_no_count_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt count in one's own table would leave the metric out without a word."""
    facts = tmp_path / "presets" / "facts"
    facts.mkdir(parents=True)
    text = (built_in_folder() / "facts" / "metrics.toml").read_text("utf-8")
    (facts / "metrics.toml").write_text(text.replace('["landing_page_views"]', '["landing_pageviews"]'), "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r'lp_view_rate: "landing_pageviews".*Did you mean "landing_page_views"'):
        read_metrics()


def test_days_are_added_up_and_rates_never_averaged(table: Metrics) -> None:
    """10 of 100 and 10 of 900 are 2 %, not the mean of 10 % and 1.1 %."""
    rows = [row(clicks_link=10.0, impressions=100.0), row(clicks_link=10.0, impressions=900.0)]
    assert figure(table.named("ctr_link"), rows) == 0.02


def test_people_are_never_added_up(table: Metrics) -> None:
    """Frequency of a row is a figure, of two days it is not known: who was reached twice would be two."""
    metric = table.named("frequency")
    assert figure(metric, [row(impressions=90.0, reach=30.0)]) == 3
    assert figure(metric, [row(impressions=90.0, reach=30.0), row(impressions=90.0, reach=30.0)]) is None


def test_what_is_missing_is_not_nothing(table: Metrics) -> None:
    """Without the column there is no figure; with a 0 in it the figure is 0, and of no impressions none."""
    metric = table.named("ctr_link")
    assert figure(metric, [row(impressions=100.0)]) is None
    assert figure(metric, [row(impressions=100.0, clicks_link=0.0)]) == 0
    assert figure(metric, [row(impressions=0.0, clicks_link=0.0)]) is None
    rows = [row("a", impressions=100.0), row("b", impressions=100.0, clicks_link=3.0)]
    assert [arm.variant for arm in arms(metric, rows)] == ["b"]


def test_hooks_of_two_and_three_seconds_are_two_metrics(table: Metrics) -> None:
    """They share a name in talk and must not be held against each other; a metric may, against itself."""
    two, three = table.named("hook_rate_2s"), table.named("hook_rate_3s")
    assert "are different metrics" in why_not_the_same(two, three)
    assert "3 seconds" in why_not_the_same(two, three)
    assert why_not_the_same(two, two) == ""


@pytest.mark.parametrize(
    ("objective", "counted", "name"),
    [
        ("awareness", {"impressions", "views_3s"}, "hook_rate_3s"),
        ("awareness", {"impressions", "views_2s"}, "hook_rate_2s"),
        ("acquisition", {"impressions", "clicks_link"}, "ctr_link"),
        ("acquisition", {"impressions", "clicks_link", "leads", "spend"}, "cpl"),
        ("conversion", {"spend", "conversions"}, "cpa"),
        ("retention", {"watch_seconds", "play_seconds"}, "avg_percent_viewed"),
        ("credibility", {"shares", "saves", "views"}, "share_save_rate"),
        ("credibility", {"shares", "likes", "comments", "views"}, "share_rate"),
    ],
)
def test_the_objective_chooses_what_is_tested(table: Metrics, objective: str, counted: set[str], name: str) -> None:
    """The first of its metrics that the results have."""
    assert table.candidates(objective, counted)[0].name == name
    assert table.candidates(objective, {"likes"}) == ()


def test_unknown_names_are_refused_with_the_nearest(table: Metrics) -> None:
    """A metric and an objective that are misspelt."""
    with pytest.raises(UserError, match="ctr_link"):
        table.named("ctr_lnk")
    with pytest.raises(UserError, match="awareness"):
        table.candidates("awarenes", set())


def test_views_and_length_make_what_could_have_been_watched(table: Metrics) -> None:
    """200 views of a 30 s film that were watched for 3 000 s: half of it."""
    one = replace(row(views=200.0, watch_seconds=3000.0), length_seconds=30.0)
    assert figure(table.named("avg_percent_viewed"), [one]) == 0.5
    assert "play_seconds" in counted_in([one]) and "play_seconds" not in counted_in([row(views=200.0)])


def test_a_cost_is_compared_by_what_money_brought(table: Metrics) -> None:
    """4 leads for 20 are an arm of 0.2 per money, and read as 5 a lead; no lead has no cost."""
    metric = table.named("cpl")
    (arm,) = arms(metric, [row(spend=20.0, leads=4.0)])
    assert arm.rate == 0.2 and reading(metric, 0.2) == 5 and reading(metric, 0.0) is None
    assert metric.is_more_better_of_arms and metric.arm_model == "rate"


def test_money_of_two_currencies_is_not_added(table: Metrics) -> None:
    """Refused where it would be added, a reason where it would be compared."""
    rows = [row("a", spend=20.0, leads=4.0), replace(row("b", spend=20.0, leads=4.0), currency="USD")]
    with pytest.raises(UserError, match="EUR, USD"):
        figure(table.named("cpl"), rows)
    assert any("EUR, USD" in reason for reason in why_not_comparable(table.named("cpl"), rows))
    assert comparisons(table.named("cpl"), rows)[0].verdict == "not comparable"


def test_what_must_not_be_ranked_says_why(table: Metrics) -> None:
    """Other lengths of a length-bound metric, other windows of conversions, no day in common, a model's estimate."""
    short = replace(row("a", **COUNTS), length_seconds=6.0)
    long = replace(row("b", **COUNTS), length_seconds=30.0)
    assert "6 s" in why_not_comparable(table.named("hold_rate"), [short, long])[0]
    assert why_not_comparable(table.named("ctr_link"), [short, long]) == ()
    click, view = replace(short, attribution="7d click"), replace(long, attribution="1d view")
    assert "windows" in why_not_comparable(table.named("cpa"), [click, view])[0]
    assert why_not_comparable(table.named("ctr_link"), [click, view]) == ()
    later = row("b", day=date(2026, 11, 5), **COUNTS)
    assert "no day in common" in why_not_comparable(table.named("ctr_link"), [short, later])[0]
    assert "not compared" in why_not_comparable(table.named("roas"), [short])[0]


# ---------------------------------------------------------------- from rows to what can be said


def made_rows(rates: dict[tuple[str, str], float], *, per_day: float = 2000.0, days: int = 14) -> list[DayCounts]:
    """Daily clicks of (channel, variant), days varying, seed fixed."""
    rng = np.random.default_rng(6)
    return [
        row(variant, channel, day, impressions=per_day, clicks_link=float(rng.binomial(int(per_day), rate)))
        for (channel, variant), rate in rates.items()
        for day in days_of(days)
    ]


def test_each_channel_has_a_verdict_of_its_own(table: Metrics) -> None:
    """What wins on one channel may not on another, and no channel's counts are in another's verdict."""
    rates = {("meta", "a"): 0.03, ("meta", "b"): 0.02, ("tiktok", "a"): 0.01, ("tiktok", "b"): 0.018}
    found = comparisons(table.named("ctr_link"), made_rows(rates), look=AT_THE_LOOK)
    assert [(one.channel, one.verdict, one.arms[0].variant) for one in found] == [
        ("meta", "winner", "a"),
        ("tiktok", "winner", "b"),
    ]
    assert found[0].counted[0].denominator == 28_000


def test_delivery_that_turns_an_order_is_warned_of(table: Metrics) -> None:
    """a is better on both channels and ran where all do badly: added up, it seems worse."""
    metric = table.named("ctr_link")
    counts = {("meta", "a"): (81, 87), ("meta", "b"): (234, 270), ("x", "a"): (192, 263), ("x", "b"): (55, 80)}
    rows = [row(v, c, clicks_link=float(hits), impressions=float(n)) for (c, v), (hits, n) in counts.items()]
    found = over_channels(metric, rows)
    assert found is not None and "Simpson" in found.warning
    assert over_channels(metric, rows[:2]) is None
    assert over_channels(table.named("cpl"), rows) is None


def test_levels_are_judged_over_all_their_variants(table: Metrics) -> None:
    """From rows and each variant's levels to effects: the hook that clicks half as often again is proven to."""
    rates, levels = {}, {}
    for channel, base in (("meta", 0.02), ("x", 0.01)):
        for hook, more in (("joke", 1.0), ("claim", 1.5)):
            for call in ("shop", "learn"):
                rates[channel, f"{hook}-{call}"] = base * more
                levels[f"{hook}-{call}"] = {"hook": hook, "cta": call}
    found = effects_of(
        table.named("ctr_link"), made_rows(rates), levels, {"hook": ["joke", "claim"], "cta": ["shop", "learn"]}
    )
    hook, call = found.levels
    assert (hook.level, hook.beside, hook.is_proven, call.is_proven) == ("claim", "joke", True, False)
    assert hook.low < 1.5 < hook.high and 1.3 < hook.rate / found.base_rates[0][2] < 1.7
    # each call stood beside both hooks alike, so with it the metric is what its own rows have
    its = [one for one in made_rows(rates) if one.variant.endswith("-learn")]
    assert call.rate == pytest.approx(figure(table.named("ctr_link"), its), rel=0.03)
    told = trends_of(table.named("ctr_link"), made_rows(rates))
    assert {channel: len(its) for channel, its in told.items()} == {"meta": 4, "x": 4}


# ---------------------------------------------------------------- effects


def test_a_fit_is_statsmodels_fit() -> None:
    """Coefficients and standard errors of a quasi-binomial and a quasi-Poisson regression, to a millionth."""
    import statsmodels.api as statsmodels

    rng = np.random.default_rng(8)
    design = np.column_stack([np.ones(60), rng.integers(0, 2, 60), rng.normal(size=60)]).astype(float)
    base = rng.integers(500, 4000, 60).astype(float)
    hits = rng.binomial(base.astype(int), rng.beta(4, 100, 60)).astype(float)
    for model, family in (
        ("proportion", statsmodels.families.Binomial()),
        ("mean", statsmodels.families.Poisson()),
    ):
        theirs = statsmodels.GLM(hits / base, design, family=family, var_weights=base).fit(scale="X2", tol=1e-12)
        ours = fitted(np.zeros(60, dtype=int), design[:, 1:], hits, base, model)  # type: ignore[arg-type]
        assert ours.has_converged
        assert [*ours.rates, *ours.coefficients] == pytest.approx(theirs.params, abs=1e-6)
        assert np.sqrt(np.diag(ours.covariance)) == pytest.approx(theirs.bse[1:], rel=1e-6)


@pytest.mark.filterwarnings("ignore:cov_type not fully supported")
def test_strata_are_what_a_column_each_would_be() -> None:
    """Forty days with a rate of their own, by themselves and in clusters: statsmodels' fit with forty columns more."""
    import statsmodels.api as statsmodels

    rng = np.random.default_rng(18)
    strata = np.arange(120) % 40
    treated = rng.integers(0, 2, (120, 2)).astype(float)
    base = rng.integers(500, 4000, 120).astype(float)
    rates = rng.beta(4, 100, 40)[strata] * rng.uniform(0.6, 1.4, 120)
    hits = rng.binomial(base.astype(int), rates).astype(float)
    design = np.hstack([np.eye(40)[strata], treated])
    family = statsmodels.families.Binomial()
    model = statsmodels.GLM(hits / base, design, family=family, var_weights=base)
    theirs = model.fit(scale="X2", tol=1e-12)
    ours = fitted(strata, treated, hits, base, "proportion")
    assert [*ours.rates, *ours.coefficients] == pytest.approx(theirs.params, abs=1e-6)
    assert np.sqrt(np.diag(ours.covariance)) == pytest.approx(theirs.bse[40:], rel=1e-6)
    clustered = model.fit(cov_type="cluster", cov_kwds={"groups": strata, "use_correction": False}, tol=1e-12)
    by_day = fitted(strata, treated, hits, base, "proportion", clusters=strata)
    assert np.sqrt(np.diag(by_day.robust) * 39 / 40) == pytest.approx(clustered.bse[40:], rel=1e-6)


def test_a_two_by_two_fit_is_the_tables_odds() -> None:
    """Without anything else to tell, the odds ratio is that of the four counts."""
    day = days_of(1)[0]
    found = main_effects(
        [
            Observation("meta", {"hook": name}, Arm(name, (Cell(hits, 1000, day, day),)))
            for name, hits in (("joke", 100), ("claim", 150))
        ],
        {"hook": ["joke", "claim"]},
    )
    assert found.levels[0].ratio == pytest.approx((150 / 850) / (100 / 900), rel=1e-6)
    assert found.levels[0].rate == pytest.approx(0.15, rel=1e-6)


def test_standard_errors_are_those_of_books() -> None:
    """Two proportions: Woolf's error of log odds; rows that vary: what the days' own variance makes of a mean."""
    one, which = np.zeros(2, dtype=int), np.array([[0.0], [1.0]])
    two = fitted(one, which, np.array([100.0, 150.0]), np.array([1000.0, 1000.0]), "proportion")
    assert two.covariance[0, 0] == pytest.approx(1 / 100 + 1 / 900 + 1 / 150 + 1 / 850, rel=1e-6)
    hits = np.array([80.0, 100.0, 120.0, 180.0])
    which = np.repeat([[0.0], [1.0]], 4, axis=0)
    days = fitted(np.zeros(8, dtype=int), which, np.tile(hits, 2), np.full(8, 1000.0), "proportion")
    mean = hits.mean() / 1000
    assert days.dispersion == pytest.approx(((hits - hits.mean()) ** 2).sum() / 1000 / mean / (1 - mean) / 3)
    for found in (days.covariance, days.robust):
        assert found[0, 0] == pytest.approx(2 * (hits / 1000).var(ddof=1) / 4 / (mean * (1 - mean)) ** 2, rel=1e-6)


def test_a_level_whose_days_swing_more_has_a_wide_interval() -> None:
    """A small wild variant beside five large calm ones: of 80 intervals at least 68 hold the truth."""
    rng, held = np.random.default_rng(25), 0
    for _ in range(80):
        calm = made_arms(rng, [0.02] * 5, per_day=40_000)
        wild = made_arms(rng, [0.02], per_day=4_000, spread=0.5)[0]
        made = [Observation("meta", {"hook": name}, arm) for name, arm in (*(("a", arm) for arm in calm), ("b", wild))]
        (one,) = main_effects(made, {"hook": ["a", "b"]}).levels
        held += one.low <= 1 <= one.high
    assert held >= 68


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """95 % intervals of hooks and calls, days varying: 92 to 97 of 100 hold the truth."""
    rng, held, told = np.random.default_rng(12), 0, 0
    for _ in range(200):
        for one in main_effects(made_campaign(rng), FACTORS).levels:
            held += one.low <= np.exp(TRUTHS[one.factor, one.level]) <= one.high
            told += 1
    assert told == 600 and 0.92 <= held / told <= 0.97


def test_what_always_came_together_is_not_told_apart() -> None:
    """Each hook with its own call: neither has an effect to tell, and the third factor has."""
    rng, made = np.random.default_rng(3), []
    for hook, call in (("joke", "shop"), ("claim", "learn")):
        for style in ("bold", "thin"):
            (arm,) = made_arms(rng, [0.02])
            made.append(Observation("meta", {"hook": hook, "cta": call, "style": style}, arm))
    found = main_effects(made, {"hook": ["joke", "claim"], "cta": ["shop", "learn"], "style": ["bold", "thin"]})
    assert set(found.aliased) == {"hook", "cta"}
    assert [one.factor for one in found.levels] == ["style"]
    assert "cannot be told apart" in found.notes[0]


def test_levels_that_suit_each_other_are_noted_and_widen_the_intervals() -> None:
    """Where combinations differ by more than their levels' sum, many days do not pass for many variants."""
    rng, plain, mixed = np.random.default_rng(9), [], []
    for n, hook in enumerate(("a", "b", "c")):
        for m, call in enumerate(("p", "q", "r")):
            levels = {"hook": hook, "cta": call}
            plain.append(Observation("meta", levels, made_arms(rng, [0.02], per_day=8000)[0]))
            rate = 0.03 if n == m else 0.02
            mixed.append(Observation("meta", levels, made_arms(rng, [rate], per_day=8000)[0]))
    factors = {"hook": ["a", "b", "c"], "cta": ["p", "q", "r"]}
    assert main_effects(plain, factors).notes == ()
    found = main_effects(mixed, factors)
    assert any("suit each other" in note for note in found.notes)
    assert not any(one.is_proven for one in found.levels)


def test_a_good_day_for_all_is_no_variants_doing() -> None:
    """Days that swing together by half do not widen what is said of a hook."""
    rng = np.random.default_rng(15)
    calm, wild = (
        main_effects(
            [
                Observation("meta", {"hook": name}, replace(arm, variant=name))
                for name, arm in zip("ab", made_arms(rng, [0.02, 0.024], swing=swing), strict=True)
            ],
            {"hook": ["a", "b"]},
        ).levels[0]
        for swing in (0.0, 0.5)
    )
    assert wild.high / wild.low < 1.3 * calm.high / calm.low


# ---------------------------------------------------------------- fatigue


def test_a_film_that_fades_is_told_and_a_steady_one_is_not() -> None:
    """-4 % a day falls in 18 of 20; a steady rate in at most 2 of 40; +4 % rises."""
    rng = np.random.default_rng(17)
    assert sum(trend(fading_arm(rng, 0.03, -0.04)).movement == "falling" for _ in range(20)) >= 18
    assert sum(trend(fading_arm(rng, 0.03, 0.0)).movement == "falling" for _ in range(40)) <= 2
    found = trend(fading_arm(rng, 0.03, 0.05))
    assert found.movement == "rising"
    assert found.low is not None and found.high is not None and found.low < 1.05 < found.high
    assert found.first_third is not None and found.last_third is not None and found.first_third < found.last_third


def test_a_week_is_needed_to_see_a_film_fade() -> None:
    """Six days, or days without a click, say nothing."""
    rng = np.random.default_rng(18)
    assert trend(fading_arm(rng, 0.03, -0.2, days=6)).movement == "not enough data"
    still = Arm("v", tuple(Cell(0, 5000, day, day) for day in days_of(14)))
    assert trend(still).movement == "not enough data"


# ---------------------------------------------------------------- next


def test_shares_add_up_and_keep_a_floor() -> None:
    """The better, the more; at the planned look the hopeless are let go, before it or without one all keep a floor."""
    made = made_arms(np.random.default_rng(2), [0.02, 0.021, 0.02, 0.01])
    at_the_look = compared(made, look=AT_THE_LOOK)
    shares = {one.variant: one.share for one in next_shares(at_the_look, floor=0.05)}
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["v3"] == 0 and min(shares[name] for name in ("v0", "v1", "v2")) >= 0.05
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    for look in (Look(date(2026, 10, 20), date(2026, 11, 1)), Look()):
        early = next_shares(compared(made, look=look), floor=0.05)
        assert min(one.share for one in early) >= 0.05 and sum(one.share for one in early) == pytest.approx(1)


def test_shares_are_equal_while_there_is_not_enough() -> None:
    """Three clicks more say nothing yet."""
    found = compared(made_arms(np.random.default_rng(2), [0.02, 0.04], per_day=20), look=AT_THE_LOOK)
    assert [one.share for one in next_shares(found)] == [0.5, 0.5]


def test_proven_levels_are_kept_and_others_stay_open() -> None:
    """The claim is proven best and the others go; of the calls nothing is known, so both stay."""
    rng, made = np.random.default_rng(21), []
    for hook, more in (("joke", 1.0), ("claim", 1.6), ("question", 1.0)):
        for call in ("shop", "learn"):
            (arm,) = made_arms(rng, [0.02 * more])
            made.append(Observation("meta", {"hook": hook, "cta": call}, arm))
    effects = main_effects(made, {"hook": ["joke", "claim", "question"], "cta": ["shop", "learn"]})
    hook, call = next_levels(effects)
    assert (hook.kept, hook.open, set(hook.dropped)) == (("claim",), (), {"joke", "question"})
    assert (call.kept, set(call.open), call.dropped) == ((), {"shop", "learn"}, ())
    less = next_levels(effects, is_more_better=False)[0]
    assert less.dropped == ("claim",) and set(less.open) == {"joke", "question"}


def test_next_trials_are_new_and_the_same_for_a_seed() -> None:
    """Nothing that was made comes again; the likeliest comes first; the same seed chooses the same."""
    effects = main_effects(made_campaign(np.random.default_rng(22), days=14), FACTORS)
    made = [{"hook": "claim", "cta": "learn"}, {"hook": "claim", "cta": "shop"}]
    found = next_trials(effects, 3, made=made)
    assert len(found) == 3 and all(dict(one.levels) not in made for one in found)
    assert found == next_trials(effects, 3, made=made)
    best = next_trials(effects, 5)
    assert dict(best[0].levels)["hook"] == "claim" and best[0].chance_best > 0.3
    assert [one.why for one in best].count("could be best") == 1
    assert len({one.levels for one in best}) == 5
    everything = [{"hook": hook, "cta": call} for hook in FACTORS["hook"] for call in FACTORS["cta"]]
    assert next_trials(effects, 3, made=everything) == ()
    (only,) = next_trials(effects, 3, made=everything[1:])
    assert only.chance_best is None


def test_a_project_may_bring_its_own_metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """./presets/facts/metrics.toml stands in for the built-in one, and an objective without its metric is refused."""
    facts = tmp_path / "presets" / "facts"
    facts.mkdir(parents=True)
    own = 'source = "us"\nchecked = 2026-11-22\nconfidence = "memory"\n'
    (facts / "metrics.toml").write_text(
        f'[[objective]]\nobjective = "awareness"\nprimary = ["smiles"]\nguards = []\n{own}', "utf-8"
    )
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="smiles"):
        read_metrics()


def test_a_poor_weekend_at_the_end_is_no_fatigue() -> None:
    """A week from a Monday on, its weekend a third poorer and nothing else: at most 7 of 150 films seem to fall."""
    rng, falling = np.random.default_rng(2), 0
    for _ in range(150):
        rates = daily_rates(rng, 0.02, 0.2, 7)
        cells = tuple(
            Cell(float(rng.binomial(3000, rate * (0.65 if day.weekday() >= 5 else 1))), 3000, day, day)
            for day, rate in zip(days_of(7), rates, strict=True)
        )
        falling += trend(Arm("v", cells)).movement == "falling"
    assert falling <= 7


def test_a_few_large_days_are_few() -> None:
    """Three days of ten times the impressions decide, so the interval counts them and not all fourteen."""
    rng = np.random.default_rng(1)

    def held(great: int) -> float:
        made = []
        for name in "ab":
            sizes = [60_000 if n < great else 2000 for n in range(14)]
            hits = rng.binomial(sizes, daily_rates(rng, 0.02, 0.3, 14))
            cells = zip(hits, sizes, days_of(14), strict=True)
            made.append(
                Observation("x", {"hook": name}, Arm(name, tuple(Cell(float(h), n, d, d) for h, n, d in cells)))
            )
        (one,) = main_effects(made, {"hook": ["a", "b"]}).levels
        return one.low <= 1 <= one.high

    assert sum(held(3) for _ in range(200)) >= 176

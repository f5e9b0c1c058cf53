"""The next campaign: what is proven is kept, what is not is tried further, and nothing that was made is made again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from results_made import made_arms

from variantgen import campaigns, next_campaign
from variantgen.campaign import Campaign, Cell, Channel, Factor, Level, load_campaign, matrix_of
from variantgen.campaign.drafting import Footage
from variantgen.campaign.next_levels import Material, another_span, draft_of, example_of, shown_of
from variantgen.campaign.values import Rule
from variantgen.errors import UserError
from variantgen.results.effects import Effects, LevelEffect, Observation, main_effects
from variantgen.results.known_levels import known_of, worse_levels
from variantgen.results.next_campaign import (
    MADE,
    NextPlan,
    balanced,
    combinations,
    counts_of,
    next_plan,
    rows_of,
)
from variantgen.results.verdicts import Comparison, Look, compared

PLANNED = Look(read_on=date(2026, 12, 31), planned_on=date(2026, 12, 31))
NOTHING = Effects((), (), 1.0, (), ())
FOOTAGE = Footage(24.0, (0.0, 3.1, 5.2, 9.0, 12.8, 16.1, 19.6), ((1.2, 1.6), (7.0, 7.5), (20.9, 21.2)))
MATERIAL = Material(FOOTAGE, ("boxed", "clean", "karaoke"), frozenset({"tiktok (paid)"}))
TEXT = """\
name = "spring"
objective = "acquisition"
masters = ["film.mp4"]
channels = [{ preset = "tiktok", as = "paid" }, { preset = "instagram-reels", as = "paid" }]
sequence = ["hook", "body", "cta"]

[[factor]]
name = "hook"    # what stops the thumb
levels = [
  { name = "question", card = "hook", text = "Still cutting?" },
  { name = "promise", span = [0.0, 3.1] },    # from the first take
]

[[factor]]
name = "body"
levels = [{ name = "full", span = [5.2, 12.8] }, { name = "short", span = [5.2, 9.0] }]

[[factor]]
name = "cta"
levels = [{ name = "card", card = "end", text = "Shop now" }, { name = "film", span = [19.6, 24.0] }]
"""
WORSE_PROMISE = {("hook", "promise"): -0.5}


def written(folder: Path, text: str = TEXT, name: str = "spring.toml") -> Path:
    """A campaign file."""
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def results_of(
    campaign: Campaign,
    truths: Mapping[tuple[str, str], float],
    *,
    days: int = 14,
    look: Look = PLANNED,
    per_day: int = 3000,
) -> tuple[dict[str, Comparison], Effects]:
    """Comparisons and effects of the whole matrix, each level adding its truth (log odds) to what a channel has."""
    rng, comparisons, observations = np.random.default_rng(5), {}, []
    for channel in campaign.channels:
        levels = [dict(cell.levels) for cell in matrix_of(campaign).cells if cell.channel == channel]
        rates = [1 / (1 + np.exp(3.5 - sum(truths.get(pair, 0.0) for pair in one.items()))) for one in levels]
        arms = made_arms(rng, rates, per_day=per_day, days=days, spread=0.05)
        observations += [Observation(channel.name, one, arm) for one, arm in zip(levels, arms, strict=True)]
        comparisons[channel.name] = compared(arms, channel=channel.name, look=look)
    factors = {factor.name: [level.name for level in factor.levels] for factor in campaign.factors}
    return comparisons, main_effects(observations, factors)


def made_of(campaign: Campaign) -> list[tuple[Channel, dict[str, str]]]:
    """The whole matrix as it was made."""
    return [(cell.channel, dict(cell.levels)) for cell in matrix_of(campaign).cells]


def following(file: Path, comparisons: Mapping[str, Comparison], effects: Effects, **keys: object):
    """The next campaign of a file of which everything was made."""
    values = {"made": made_of(load_campaign(file)), "count": None, "is_more_better": True, **keys}
    return next_campaign.next_campaign(
        file, file.parent / "out", comparisons=comparisons, effects=effects, store=None, ffmpeg=None,
        notify=lambda event: None, **values,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _no_film(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known of a master, without one."""
    monkeypatch.setattr(campaigns, "footage_of", lambda *words, **values: FOOTAGE)


# ---------------------------------------------------------------- from a file to the next


def test_a_full_matrix_is_followed_by_drafts_with_the_best(tmp_path: Path) -> None:
    """The worse hook goes, the better one stays, and every variant has one thing that was never tried."""
    file = written(tmp_path)
    old = load_campaign(file)
    comparisons, effects = results_of(old, WORSE_PROMISE)
    found = following(file, comparisons, effects)
    assert found.dropped == {"hook": ("promise",)} and found.kept["hook"] == ("question",)
    assert found.name == "spring-2" and not found.is_empty and found.open == ("hook", "body", "cta")
    assert "# Known from spring.toml: question beats promise by " in found.text and "let go: promise" in found.text
    assert "# Known from spring.toml: not told apart yet" in found.text
    new = load_campaign(next_campaign.write_next(found))
    assert new.path == tmp_path / "spring.next.toml" and new.name == "spring-2"
    drafted = {(draft.factor, draft.name) for draft in found.drafted}
    cells = matrix_of(new).cells
    assert Counter(cell.channel.preset for cell in cells) == {"tiktok": 8, "instagram-reels": 8} or found.notes
    for cell in cells:
        assert len(drafted & set(cell.levels)) == 1
        assert ("hook", "question") in cell.levels or ("hook", "promise") not in cell.levels
    for cell in cells:
        spans = sorted(span for name, level in cell.levels for span in new.factor(name).level(level).spans)
        assert sum(max(0.0, one[1] - other[0]) for one, other in pairwise(spans)) <= 0.25 * 4.4


def test_masters_are_left_alone_where_enough_is_left_to_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of half a matrix the other half is made, likeliest first; no level is drafted, no film is opened."""
    monkeypatch.setattr(campaigns, "footage_of", None)
    file = written(tmp_path)
    old = load_campaign(file)
    comparisons, effects = results_of(old, {("hook", "promise"): 0.3, ("cta", "film"): 0.03})
    made = [one for one in made_of(old) if one[1]["body"] == "full"]
    found = following(file, comparisons, effects, made=made, count=2)
    assert not found.drafted and found.dropped == {"hook": ("question",)}
    assert [dict(row.levels) for row in found.trials] == [
        {"hook": "promise", "body": "short", "cta": "film"}, {"hook": "promise", "body": "short", "cta": "card"},
    ]  # fmt: skip
    for row in found.trials:
        assert row.why.startswith("likely best: ") and row.why.endswith(" %") and not row.channels


def test_nothing_is_let_go_before_the_planned_look(tmp_path: Path) -> None:
    """An interim look, none that was planned, no days, too little data: every level stays, and the head says why."""
    old = load_campaign(written(tmp_path))
    early = replace(PLANNED, read_on=date(2026, 12, 20))
    for look, keys in ((early, {}), (Look(), {}), (Look(planned_per_arm=10**6), {}), (PLANNED, {"days": 3})):
        comparisons, effects = results_of(old, WORSE_PROMISE, look=look, **keys)
        found = following(tmp_path / "spring.toml", comparisons, effects)
        assert not found.dropped and "promise" in found.kept["hook"]
        has_data = any(one.verdict != "not enough data" for one in comparisons.values())
        assert ("worse so far and not let go" in found.text) == has_data
        assert ("is ahead of promise" in found.text) == has_data and ("not enough data" in found.text) != has_data
    comparisons, effects = results_of(old, WORSE_PROMISE)
    monthly = {name: replace(one, dispersion=None) for name, one in comparisons.items()}
    assert not following(tmp_path / "spring.toml", monthly, effects).dropped
    assert following(tmp_path / "spring.toml", comparisons, effects).dropped


def test_without_results_what_is_new_is_tried_evenly(tmp_path: Path) -> None:
    """No comparison and no effect: every level as often as any other, and "no results" at each factor."""
    file = written(tmp_path)
    found = following(file, {}, NOTHING, made=[], count=4)
    assert found.text.count("# Known from spring.toml: no results") == 3 and not found.dropped
    assert {row.why for row in found.trials} == {"new: never tried"}
    told = Counter(pair for row in found.trials for pair in row.levels)
    assert set(told.values()) == {2} and len(told) == 6
    assert found == following(file, {}, NOTHING, made=[], count=4)


def test_where_nothing_can_be_drafted_the_file_says_what_to_do(tmp_path: Path) -> None:
    """Cards and labels are the editor's: the file loads, holds one variant that was made, and tells what is missing."""
    text = TEXT.partition("sequence")[0] + '[[factor]]\nname = "offer"\nlevels = ["ten", "gift"]\n'
    file = written(tmp_path, text)
    found = following(file, {}, NOTHING)
    assert found.is_empty and found.open == ("offer",) and [row.why for row in found.trials] == [MADE]
    assert "before it is rendered, fill in one of those below" in found.text
    assert '# { name = "new-offer", value = "what is new" },' in found.text
    cells = matrix_of(load_campaign(next_campaign.write_next(found))).cells
    assert len(cells) == 1


def test_what_the_editor_fills_in_is_made(tmp_path: Path) -> None:
    """The example level and its [[variant]], the # taken away, are a campaign that loads."""
    file = written(tmp_path)
    found = following(file, {}, NOTHING)
    lines = found.text.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("# [[variant]]"))
    lines[at:] = [line.removeprefix("# ") for line in lines[at:]]
    text = "\n".join(lines).replace('# { name = "new-hook"', '{ name = "new-hook"')
    new = load_campaign(written(tmp_path, text, "filled.toml"))
    assert new.factor("hook").level("new-hook").card == "hook"
    assert any(cell.level("hook") == "new-hook" for cell in matrix_of(new).cells)


def test_files_are_named_in_a_row_and_none_is_written_over(tmp_path: Path) -> None:
    """spring.toml, spring.next.toml, spring.next-2.toml; a file that is there stays, but where that is asked for."""
    file = written(tmp_path)
    found = following(file, {}, NOTHING)
    target = next_campaign.write_next(found)
    assert target.name == "spring.next.toml" and target.read_text("utf-8") == found.text
    target.write_text("mine", "utf-8")
    with pytest.raises(UserError, match=r"spring\.next\.toml: is there already"):
        next_campaign.write_next(found)
    assert target.read_text("utf-8") == "mine"
    with pytest.raises(UserError, match="is the campaign that the next one follows"):
        next_campaign.write_next(found, file, force=True)
    assert next_campaign.write_next(found, force=True).read_text("utf-8") == found.text
    second = following(target, {}, NOTHING)
    assert second.name == "spring-3" and next_campaign.next_path(target).name == "spring.next-2.toml"
    third = next_campaign.next_path(next_campaign.write_next(second))
    assert third.name == "spring.next-3.toml"
    assert following(file, {}, NOTHING).name == "spring-4"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [
        "spring.next-2.toml", "spring.next.toml", "spring.toml",
    ]  # fmt: skip


def test_what_does_not_load_is_not_written(tmp_path: Path) -> None:
    """A text that is no campaign is refused under the name that it would have had, and nothing is left."""
    found = following(written(tmp_path), {}, NOTHING)
    broken = replace(found, text=found.text.replace("objective", "objectiv"))
    with pytest.raises(UserError, match=r"spring\.next\.toml.*objectiv"):
        next_campaign.write_next(broken)
    assert [entry.name for entry in tmp_path.iterdir()] == ["spring.toml"]


# ---------------------------------------------------------------- what is let go


def by_hand(sizes: Mapping[tuple[str, str], float], firsts: Mapping[str, str], *, error: float = 0.02) -> Effects:
    """Effects of these log odds ratios, told apart by as much as the error says."""
    levels = tuple(
        LevelEffect(
            factor, level, firsts[factor], float(np.exp(size)), float(np.exp(size - 2 * error)),
            float(np.exp(size + 2 * error)), 0.0, 0.02 * float(np.exp(size)), abs(size) > 3 * error,
        )
        for (factor, level), size in sizes.items()
    )  # fmt: skip
    bases = tuple((factor, first, 0.02) for factor, first in firsts.items())
    return Effects(
        levels, bases, 1.0, (), (), tuple(sizes), np.array(list(sizes.values())), np.eye(len(sizes)) * error**2
    )


def labels(**levels: Sequence[str]) -> Campaign:
    """A campaign of labels."""
    factors = tuple(Factor(name, "other", tuple(map(Level, its))) for name, its in levels.items())
    return Campaign("spring", "acquisition", (Path("film.mp4"),), (Channel("tiktok", "paid"),), factors)


SETTLED = {"tiktok (paid)": Comparison("tiktok (paid)", "ctr", "leading, not proven", dispersion=1.0, is_planned=True)}


def test_only_what_is_proven_to_be_worse_is_worse() -> None:
    """Better or worse, by the metric's direction; a level that is not told apart from the best stays."""
    campaign = labels(hook=("a", "b", "c"), cta=("x", "y"))
    effects = by_hand({("hook", "b"): 0.3, ("hook", "c"): 0.28, ("cta", "y"): 0.01}, {"hook": "a", "cta": "x"})
    assert worse_levels(campaign, effects, is_more_better=True) == {"hook": ("a",)}
    assert worse_levels(campaign, effects, is_more_better=False) == {"hook": ("b", "c")}
    doubtful = replace(effects, levels=tuple(replace(one, is_proven=False) for one in effects.levels))
    assert worse_levels(campaign, doubtful, is_more_better=True) == {}


def test_languages_and_what_cannot_be_told_apart_are_never_let_go() -> None:
    """A language is for its audience; levels that always came with others' have no effect of their own."""
    campaign = labels(language=("en", "fr"), hook=("a", "b"))
    spoken = replace(campaign, factors=(replace(campaign.factors[0], kind="language"), campaign.factors[1]))
    effects = by_hand({("language", "fr"): -0.5, ("hook", "b"): -0.5}, {"language": "en", "hook": "a"})
    assert worse_levels(campaign, effects, is_more_better=True) == {"language": ("fr",), "hook": ("b",)}
    assert worse_levels(spoken, effects, is_more_better=True) == {"hook": ("b",)}
    assert worse_levels(spoken, replace(effects, aliased=("hook",)), is_more_better=True) == {}
    told = known_of(campaign, SETTLED, replace(effects, aliased=("hook",)), {}, is_more_better=True)
    assert told["hook"].startswith("cannot be told")


def test_a_channel_is_not_left_with_nothing() -> None:
    """A level that a channel's rules or the exclusions need stays, worse or not, and the note says who needs it."""
    campaign = labels(hook=("a", "b"), cta=("x", "y"))
    effects = by_hand({("hook", "b"): -0.5}, {"hook": "a"})
    needing = replace(campaign, channels=(Channel("tiktok", "paid"), Channel("x", "paid", {"hook": ("b",)})))
    found = planned(needing, effects)
    assert found.dropped == {} and "hook: b did worse and stays: x (paid) would have no variant left" in found.notes
    excluded = replace(campaign, exclusions=(Rule((("hook", ("a",)),)),))
    assert planned(excluded, effects).dropped == {}
    assert planned(campaign, effects).dropped == {"hook": ("b",)}


def planned(campaign: Campaign, effects: Effects, **keys: object) -> NextPlan:
    """The plan after a settled campaign of which nothing was made."""
    counts, _ = counts_of(campaign, matrix_of(campaign).cells, None)
    values = {"made": [], "counts": counts, "comparisons": SETTLED, "effects": effects, **keys}
    return next_plan(campaign, **values)  # type: ignore[arg-type]


def test_what_is_known_is_one_line_in_shares_of_the_metric() -> None:
    """Better first, both bounds; odds are told as rates; less is better where it is."""
    campaign = labels(hook=("a", "b", "c"), cta=("x", "y"), tone=("warm",))
    effects = by_hand({("hook", "b"): np.log(1.31), ("hook", "c"): 0.01, ("cta", "y"): -0.2}, {"hook": "a", "cta": "x"})
    told = known_of(campaign, SETTLED, effects, {"cta": ("y",)}, is_more_better=True)
    assert told["hook"] == "b beats a by 31 % (26 to 36 %); not told apart from a yet: c"
    assert told["cta"] == "x beats y by 22 % (17 to 27 %); let go: y"
    assert told["tone"] == "a single level, so there is nothing to tell apart"
    told = known_of(campaign, SETTLED, effects, {}, is_more_better=False)
    assert told["cta"] == "y beats x by 18 % less (15 to 21 %)"
    half = replace(effects, base_rates=(("hook", "a", 0.5), ("cta", "x", 0.5)))
    half = replace(half, levels=tuple(replace(one, rate=0.567) for one in half.levels[:1]))
    assert known_of(campaign, SETTLED, half, {}, is_more_better=True)["hook"].startswith("b beats a by 13 %")


# ---------------------------------------------------------------- what is made


def test_a_channel_gets_as_many_as_it_had_and_no_more_than_can_be_looked_at() -> None:
    """Twelve at most unless somebody says so, and never more than max_variants in all."""
    campaign = labels(hook="abcde", cta="vwxyz")
    cells = matrix_of(campaign).cells
    assert counts_of(campaign, cells, None) == ({"tiktok (paid)": 12}, ())
    assert counts_of(campaign, cells[:5], None) == ({"tiktok (paid)": 5}, ())
    assert counts_of(campaign, cells, 20) == ({"tiktok (paid)": 20}, ())
    two = replace(campaign, channels=(*campaign.channels, Channel("x", "paid")), masters=(Path("a"), Path("b")))
    counts, notes = counts_of(replace(two, max_variants=11), cells, 4)
    assert counts == {"tiktok (paid)": 3, "x (paid)": 2} and "max_variants = 11" in notes[0]


def test_a_combination_of_many_channels_is_one_row_that_means_just_them() -> None:
    """Rows name presets and promotions only where others are not meant, and never a channel too many."""
    channels = tuple(Channel(preset, as_) for preset in ("tiktok", "x") for as_ in ("paid", "organic"))
    campaign = replace(labels(hook=("a", "b")), channels=channels)
    everywhere = [one for channel in channels for one in planned(campaign, NOTHING).trials if one.channel == channel]
    assert [(row.channels, row.promotions) for row in rows_of(campaign, everywhere)] == [((), ()), ((), ())]
    for size in range(1, 16):
        chosen = [
            one for one in everywhere if size >> channels.index(one.channel) & 1 and one.levels == (("hook", "a"),)
        ]
        rows = rows_of(campaign, chosen)
        rules = [Rule((), row.channels, row.promotions) for row in rows]
        meant = [channel for channel in channels for rule in rules if rule.means(channel)]
        assert meant == [one.channel for one in chosen]
        assert len(rows) <= 2


@settings(max_examples=60)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(0, 30), st.integers(0, 99))
def test_unknown_levels_are_taken_evenly(sizes: list[int], count: int, seed: int) -> None:
    """Of all combinations, any number has each level as often as any other of its factor, give or take one."""
    campaign = labels(**{f"f{n}": "abcd"[:size] for n, size in enumerate(sizes)})
    cells = combinations(campaign, campaign.channels[0])
    found = balanced(cells, count, seed)
    assert len(found) == min(count, len(cells)) == len(set(found))
    for factor in campaign.factors:
        told = Counter(dict(levels)[factor.name] for levels in found)
        counts = [told[level.name] for level in factor.levels]
        assert max(counts) - min(counts) <= max(1, len(sizes) - 1)


# ---------------------------------------------------------------- drafts


def test_a_drafted_span_begins_where_the_film_changes_and_shows_what_was_not_tried() -> None:
    """About as long as the one it stands for, from a shot change or a pause's end, and elsewhere in the film."""
    assert another_span(FOOTAGE, 3.1, tried=[(0.0, 3.1)]) == (3.1, 6.2)
    assert another_span(FOOTAGE, 4.4, tried=[(19.6, 24.0)], near=19.6) == (12.8, 17.2)
    assert another_span(FOOTAGE, 4.0, tried=[(0.0, 3.1)], near=9.0) == (9.0, 12.8)
    body, film, card = [(3.0, 19.6)], [(19.6, 21.5)], ()
    assert another_span(FOOTAGE, 3.1, tried=[(0.0, 3.1)], beside=[[body]]) == (19.6, 22.7)
    assert another_span(FOOTAGE, 3.1, tried=[(0.0, 3.1)], beside=[[body], [film]]) == (21.2, 24.0)
    assert another_span(FOOTAGE, 3.1, tried=[(0.0, 3.1)], beside=[[body], [film, card]]) == (19.6, 22.7)
    assert another_span(FOOTAGE, 3.1, tried=[(0.0, 3.1)], beside=[[body], [[(19.0, 23.9)]]]) is None
    assert another_span(FOOTAGE, 24.0, tried=[(0.0, 24.0)]) is None
    assert another_span(Footage(10.0), 3.0, tried=[(0.0, 3.0)]) is None


@settings(max_examples=200)
@given(st.data())
def test_drafted_spans_lie_in_the_film_and_apart(data: st.DataObject) -> None:
    """Whatever the film: inside it, no longer than asked and not much shorter, mostly new, the same each time."""
    duration = data.draw(st.floats(2, 90))
    places = st.lists(st.floats(0, duration), max_size=8)
    cuts = tuple(sorted(data.draw(places)))
    pauses = tuple((start, min(start + 0.4, duration)) for start in data.draw(places))
    spans = st.lists(st.tuples(st.floats(0, duration), st.floats(0.5, 9)), max_size=3)
    tried = [(start, start + long) for start, long in data.draw(spans)]
    seconds = data.draw(st.floats(0.5, 30))
    film = Footage(duration, cuts, pauses)
    found = another_span(film, seconds, tried=tried)
    assert found == another_span(film, seconds, tried=tried[::-1])
    if found is None:
        return
    start, end = found
    assert 0 <= start < end <= duration and seconds * 0.8 - 0.03 <= end - start <= seconds + 0.011
    assert any(abs(start - place) <= 0.006 for place in (0.0, *cuts, *(end for _, end in pauses)))
    assert all(abs(start - first) > 0.49 for first, _ in tried)
    assert shown_of(found, tried) <= seconds / 2 + 0.03


def test_what_needs_no_words_is_drafted_and_nothing_else() -> None:
    """A style that was not tried, where captions are burned in; a length that the channels take; no text, no song."""
    style = Factor("caption_style", "caption_style", (Level("clean", value="clean"), Level("none", is_left_out=True)))
    length = Factor("length", "length", (Level("15s", length_seconds=15.0),))
    others = tuple(Factor(kind, kind, (Level("a", value="a"),)) for kind in ("music", "language", "other"))
    campaign = replace(labels(), factors=(style, length, *others))
    found = draft_of(style, campaign, MATERIAL, "clean")
    assert found is not None and (found.name, found.text) == ("boxed", '"boxed"')
    assert draft_of(style, campaign, replace(MATERIAL, burning=frozenset()), "clean") is None
    found = draft_of(length, campaign, MATERIAL, "15s")
    assert found is not None and (found.name, found.text) == ("6s", "6")
    assert draft_of(length, campaign, replace(MATERIAL, least_seconds=10.0), "15s") is None
    assert [draft_of(factor, campaign, MATERIAL, "a") for factor in others] == [None] * 3
    longer = replace(MATERIAL, footage=replace(FOOTAGE, duration_seconds=300.0))
    assert [draft_of(length, campaign, replace(longer, most_seconds=most), "15s").text for most in (30, 20)] == [
        "30",
        "6",
    ]


def test_what_was_drafted_in_an_earlier_round_is_not_drafted_again(tmp_path: Path) -> None:
    """A draft that did worse is gone from the file; that it was made once still tells."""
    file = written(tmp_path)
    comparisons, effects = results_of(load_campaign(file), WORSE_PROMISE)
    made = made_of(load_campaign(file))
    names = []
    for _ in range(3):
        found = following(file, comparisons, effects, made=made)
        (name,) = [draft.name for draft in found.drafted if draft.factor == "hook"]
        names.append(name)
        made.append((made[0][0], {"hook": name, "body": "full", "cta": "card"}))
    assert len(set(names)) == 3, names
    style = Factor("caption_style", "caption_style", (Level("clean", value="clean"),))
    found = draft_of(style, labels(), MATERIAL, "clean", {"boxed"})
    assert found is not None and found.name == "karaoke"
    longer = Factor("length", "length", (Level("15s", length_seconds=15.0),))
    assert draft_of(longer, labels(), MATERIAL, "15s", {"6s"}) is None


def test_a_length_leaves_room_for_the_pieces(tmp_path: Path) -> None:
    """No length is drafted that hook and card alone would fill, and none that the shortest pieces do not reach."""
    text = TEXT + '[[factor]]\nname = "length"\nlevels = [{ name = "whole", skip = true }]\n'
    campaign = load_campaign(written(tmp_path, text))
    assert draft_of(campaign.factor("length"), campaign, MATERIAL, "whole") is None
    longer = load_campaign(written(tmp_path, text.replace("12.8", "50.0").replace("9.0]", "45.0]")))
    film = replace(MATERIAL, footage=replace(FOOTAGE, duration_seconds=60.0))
    found = draft_of(longer.factor("length"), longer, film, "whole")
    assert found is not None and found.text == "30"


def test_examples_are_levels_that_load(tmp_path: Path) -> None:
    """What is left to be filled in would load as it is, of every kind of factor that has one."""
    more = '[[factor]]\nname = "head_line"\n'
    more += 'levels = [{ name = "a", overlay = "headline", text = "x" }, { name = "no", skip = true }]\n'
    more += '[[factor]]\nname = "music"\nlevels = ["a.mp3"]\n[[factor]]\nname = "offer"\nlevels = ["new-offer"]\n'
    more += '[[factor]]\nname = "length"\nlevels = [6]\n'
    campaign = load_campaign(written(tmp_path, TEXT + more))
    for factor in campaign.factors:
        example = example_of(factor)
        assert bool(example) == (factor.kind != "length")
        text = (TEXT + more).replace(f'name = "{factor.name}"', f'name = "{factor.name}"\n#', 1)
        text = (TEXT + more).partition(f'name = "{factor.name}"')
        tail = text[2].replace("levels = [", f"levels = [{example}, " if example else "levels = [", 1)
        new = load_campaign(written(tmp_path, "".join((*text[:2], tail)), "new.toml"))
        assert len(new.factor(factor.name).levels) == len(factor.levels) + bool(example)


# ---------------------------------------------------------------- whatever the campaign

NAMES = ("hook", "offer", "tone_of", "caption_style", "length")
STYLES = ("clean", "boxed", "karaoke", "pop", "bright")


def _levels(name: str, size: int) -> list[tuple[str, str, str]]:
    """(name, in a list, as a table) of a factor's levels."""
    if name == "caption_style":
        return [(one, f'"{one}"', f'value = "{one}"') for one in STYLES[:size]]
    if name == "length":
        return [(f"{one}s", f"{one}", f"length = {one}") for one in (6, 15, 20, 60)[:size]]
    if name == "hook":
        spans = [(f"h{n}", f"span = [{n}.0, {n + 2}.0]") for n in range(size)]
        return [(one, f'{{ name = "{one}", {span} }}', f'name = "{one}"\n{span}') for one, span in spans]
    return [(one, f'{{ name = "{one}" , value = "{one}#[" }}', f'value = "{one}"') for one in "abcd"[:size]]


@st.composite
def files(draw: st.DrawFn) -> str:
    """Campaign files: factors of every kind written in every way, rules, designs, comments in every place."""
    names = draw(st.permutations(NAMES))[: draw(st.integers(1, 3))]
    numbers = iter(range(100))

    def comment() -> str:
        return draw(st.sampled_from(["\n", f"    # kept {next(numbers)}\n"]))

    levels: dict[str, list[str]] = {}
    factors = ""
    for name in names:
        size = draw(st.integers(1, 4))
        said = _levels(name, size)
        levels[name] = [one for one, _, _ in said]
        factors += f'\n[[factor]]{comment()}name = "{name}"{comment()}'
        way = draw(st.sampled_from(["line", "lines", "tables"]))
        if way == "line":
            factors += f"levels = [{', '.join(one for _, one, _ in said)}]{comment()}"
        elif way == "lines":
            factors += "levels = [\n" + "".join(f"\t{one},\n" for _, one, _ in said) + "]" + comment()
        else:
            factors += "".join(f"\n[[factor.levels]]\n{one}\n" for _, _, one in said)
    return _file(draw, levels, factors, comment)


def _file(draw: st.DrawFn, levels: dict[str, list[str]], factors: str, comment) -> str:
    def some(name: str) -> str:
        chosen = sorted(draw(st.sets(st.sampled_from(levels[name]), min_size=1, max_size=2)))
        if len(chosen) == 1 and draw(st.booleans()):
            return f'"{chosen[0]}"'
        return "[" + ", ".join(f'"{one}"' for one in chosen) + "]"

    ruled = draw(st.sampled_from([None, *levels]))
    only = f", only = {{ {ruled} = {some(ruled)} }}" if ruled else ""
    others = draw(
        st.sampled_from(["", ', { preset = "x", as = "organic" }', ', { preset = "tiktok", as = "organic" }'])
    )
    top = f'name = "spring"{comment()}objective = "awareness"\nmasters = ["film.mp4"]\n'
    top += f'channels = [{{ preset = "tiktok", as = "paid"{only} }}{others}]{comment()}'
    top += draw(
        st.sampled_from(["", 'design = "full"\n', "max_variants = 30\n", "starts = 2026-12-01\nends = 2026-12-09\n"])
    )
    rules = ""
    for _ in range(draw(st.integers(0, 2))):
        about = draw(st.permutations(list(levels)))[: draw(st.integers(1, 2))]
        where = draw(st.sampled_from(["", 'channel = "tiktok"\n', 'as = "paid"\n']))
        rules += f"\n[[exclude]]{comment()}" + "".join(f"{name} = {some(name)}\n" for name in about) + where
    middle = draw(st.sampled_from([f"{factors}{rules}", f"{rules}{factors}"]))
    return f'{top}{middle}\n[posting]{comment()}title = "x"\n# kept at the end\n'


def _any_results(draw: st.DrawFn, campaign: Campaign) -> tuple[dict[str, Comparison], Effects]:
    told = [factor for factor in campaign.factors if len(factor.levels) > 1 and draw(st.integers(0, 3))]
    size = st.sampled_from([-0.6, -0.2, 0.0, 0.01, 0.3, 0.6])
    sizes = {(factor.name, level.name): draw(size) for factor in told for level in factor.levels[1:]}
    effects = by_hand(sizes, {f.name: f.levels[0].name for f in told}) if sizes else NOTHING
    verdict = draw(st.sampled_from(["leading, not proven", "not enough data", "not comparable"]))
    return {
        channel.name: Comparison(channel.name, "ctr", verdict, dispersion=1.0, is_planned=draw(st.booleans()))
        for channel in campaign.channels
    }, effects


@settings(max_examples=150)
@given(files(), st.data())
def test_any_campaign_has_a_next_one(tmp_path_factory: pytest.TempPathFactory, text: str, data: st.DataObject) -> None:
    """It loads; nothing comes that a channel had or must not have; what is kept and every comment is there."""
    folder = tmp_path_factory.mktemp("campaign")
    try:
        old = load_campaign(written(folder, text))
        cells = matrix_of(old).cells
    except UserError:
        assume(False)
    comparisons, effects = _any_results(data.draw, old)
    made = [(cell.channel, dict(cell.levels)) for cell in cells if data.draw(st.integers(0, 4))]
    count = data.draw(st.sampled_from([None, 1, 3]))
    found = following(folder / "spring.toml", comparisons, effects, made=made, count=count)
    assert found == following(folder / "spring.toml", comparisons, effects, made=made, count=count)
    new = load_campaign(next_campaign.write_next(found))
    matrix = matrix_of(new)
    _judge(old, new, matrix.cells, made, found)
    gone = {level for levels in found.dropped.values() for level in levels}
    for line in text.splitlines():
        if "# kept" in line and not (gone and "[[exclude]]" in line):
            assert line[line.index("# kept") :] in found.text, line
    wanted, _ = counts_of(old, cells, count)
    told = Counter(cell.channel.name for cell in matrix.cells)
    assert found.is_empty or all(told[name] <= most for name, most in wanted.items())


def _judge(old: Campaign, new: Campaign, cells: Sequence[Cell], made, found) -> None:
    """What holds of every next campaign."""
    drafted = {draft.factor: draft.name for draft in found.drafted}
    for factor in old.factors:
        kept = [level.name for level in factor.levels if level.name not in found.dropped.get(factor.name, ())]
        assert kept and [level.name for level in new.factor(factor.name).levels] == [
            *kept, *([drafted[factor.name]] if factor.name in drafted else []),
        ]  # fmt: skip
    channels = {channel.name: channel for channel in old.channels}
    had = {(channel.name, tuple(sorted(levels.items()))) for channel, levels in made}
    for cell in cells:
        was = Cell(channels[cell.channel.name], cell.levels)
        assert not any(rule.fits(was) for rule in old.exclusions)
        assert all(cell.level(name) in names for name, names in was.channel.only.items())
        assert found.is_empty or (cell.channel.name, tuple(sorted(cell.levels))) not in had
    assert len({(cell.channel.name, cell.levels) for cell in cells}) == len(cells) > 0
    assert sum(len(row.levels) > 0 for row in found.trials) <= len(cells)

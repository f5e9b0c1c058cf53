"""How long a variant is and at which rate: inside the placement's limits, or refused with the reason."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made import NTSC, analysis, master, plan_of, preset, variant_of

from variantgen.model import Analysis
from variantgen.plan.length import MOST_LOOPS, STANDARD_RATES, best_cut, choose_rate, master_frames
from variantgen.presets.schema import Video

RATE = Fraction(30)
FILM_RATES = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    NTSC,
    Fraction(30),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
)


def pauses(*spans: tuple[float, float]) -> Analysis:
    """An analysis that knows only pauses, in seconds."""
    return Analysis(frames=600, shot_starts=(0,), pauses=spans)


# ---------------------------------------------------------------- the rate


@pytest.mark.parametrize(
    ("rate", "least", "most", "expected"),
    [
        (NTSC, None, 60, NTSC),
        (NTSC, 23.976, 30, NTSC),
        (Fraction(24000, 1001), 23.976, 30, Fraction(24000, 1001)),
        (Fraction(60000, 1001), 23.976, 30, NTSC),
        (Fraction(60), 23.976, 30, Fraction(30)),
        (Fraction(50), None, 30, Fraction(25)),
        (Fraction(120), None, 60, Fraction(60)),
        (Fraction(120000, 1001), None, 60, Fraction(60000, 1001)),
        (Fraction(25), None, 12, Fraction(12)),
        (Fraction(24), None, 12, Fraction(12)),
        (Fraction(30), None, 15, Fraction(15)),
        (Fraction(90), None, 60, Fraction(60)),
        (Fraction(10), 23.976, 60, Fraction(30)),
        (Fraction(12), 25, 30, Fraction(30)),
        (Fraction(15), 23.976, 30, Fraction(30)),
        (Fraction(1000), None, 60, Fraction(60)),
    ],
)
def test_the_rate_is_the_masters_or_a_whole_share_of_it(
    rate: Fraction, least: float | None, most: float, expected: Fraction
) -> None:
    """Frames are dropped or doubled evenly where a standard rate allows it, and NTSC rates stay exact."""
    assert choose_rate(rate, Video(min_frame_rate=least, max_frame_rate=most)) == expected


@pytest.mark.parametrize("limit", [23.976, 29.97, 59.94])
def test_a_limit_written_as_a_decimal_means_the_exact_rate(limit: float) -> None:
    """A placement that says 29.97 takes 30000/1001 as it is."""
    exact = {23.976: Fraction(24000, 1001), 29.97: NTSC, 59.94: Fraction(60000, 1001)}[limit]
    assert choose_rate(exact, Video(max_frame_rate=limit)) == exact
    assert choose_rate(exact, Video(min_frame_rate=limit)) == exact


def test_a_sound_only_placement_keeps_the_masters_rate() -> None:
    """Without a picture nothing limits the rate."""
    assert choose_rate(Fraction(1000), None) == 1000


@given(
    rate=st.sampled_from(FILM_RATES) | st.fractions(Fraction(1, 2), 240, max_denominator=1001),
    least=st.none() | st.sampled_from((10, 15, 23.976, 24, 25, 30)),
    most=st.none() | st.sampled_from((30, 40, 50, 60, 120)),
)
def test_the_rate_lies_inside_the_limits(rate: Fraction, least: float | None, most: float | None) -> None:
    """Whatever the master's rate, the variant's is one that the placement takes; one it takes is not changed."""
    chosen = choose_rate(rate, Video(min_frame_rate=least, max_frame_rate=most))
    slack = Fraction(1, 20)
    assert chosen > 0
    assert most is None or chosen <= most
    assert least is None or chosen >= Fraction(least) - slack
    if (least is None or rate >= least) and (most is None or rate <= most):
        assert chosen == rate


@given(frames=st.integers(1, 10**6), rate=st.sampled_from(FILM_RATES), other=st.sampled_from(STANDARD_RATES))
def test_a_masters_frames_at_another_rate_never_reach_beyond_it(frames: int, rate: Fraction, other: Fraction) -> None:
    """At least one frame, and none that would begin after the master's end."""
    count = master_frames(master(frames=frames, frame_rate=rate), other)
    assert count >= 1
    assert count == 1 or count / other <= frames / rate


# ---------------------------------------------------------------- the cut


def test_the_whole_master_where_it_fits() -> None:
    """A master inside the limits is shown whole and nothing is faded."""
    variant = variant_of(preset(length={"max_seconds": 20, "min_seconds": 20}))
    assert [(p.start_frame, p.end_frame) for p in variant.pieces] == [(0, 600)]
    assert variant.soundtrack.fade_out_seconds == 0


@pytest.mark.parametrize(
    ("spans", "expected_seconds"),
    [
        ([], 10),
        ([(2, 3)], 10),
        ([(9, 9.6)], 9.25),
        ([(9.9, 12)], 10),
        ([(8, 8.3), (9, 9.6)], 9.25),
        ([(8, 8.9), (9.4, 9.6)], 8.25),
        ([(10, 11), (8, 8.4)], 8.2),
        ([(7.6, 7.8)], 7.7),
        ([(7.0, 7.4)], 10),
    ],
    ids=[
        "no pause",
        "too early",
        "near the limit",
        "over the limit",
        "the longer and later",
        "longer beats a little later",
        "one that begins at the limit is none",
        "in the last quarter",
        "before the last quarter",
    ],
)
def test_a_cut_lies_in_the_best_pause(spans: list[tuple[float, float]], expected_seconds: float) -> None:
    """The longest pause in the last quarter, nearer ones preferred, a little of it kept."""
    end, pause = best_cut(pauses(*spans), RATE, 300)
    assert abs(end - expected_seconds * 30) <= 1
    assert (pause > 0) == any(a < 10 and min(a + 0.25, (a + b) / 2) >= 7.5 for a, b in spans)


@given(
    spans=st.lists(st.tuples(st.floats(0, 100), st.floats(0.2, 3)), max_size=20),
    limit=st.integers(15, 3000),
    rate=st.sampled_from(FILM_RATES),
)
def test_a_cut_is_never_late_and_never_far_back(spans: list[tuple[float, float]], limit: int, rate: Fraction) -> None:
    """Whatever pauses there are, at most a quarter and six seconds are given up for one."""
    end, pause = best_cut(pauses(*sorted((a, a + length) for a, length in spans)), rate, limit)
    assert 0 < end <= limit
    assert float((limit - end) / rate) <= min(0.25 * float(limit / rate), 6) + float(1 / rate)
    assert pause > 0 or end == limit


def test_a_cut_is_said_and_faded() -> None:
    """Where the length was cut the plan says from what to what, and the sound fades."""
    variant = variant_of(preset(length={"max_seconds": 10}), measured=analysis(pauses=((9.0, 9.6),)))
    assert variant.frames == 277
    assert variant.soundtrack.fade_out_seconds == 0.5
    assert any("cut from 20.0 s to 9.2 s at a pause of 0.6 s" in why for why in variant.why)


def test_a_short_cut_fades_over_a_quarter_at_most() -> None:
    """The fade never swallows a short variant."""
    variant = variant_of(preset(length={"max_seconds": 1, "fade_out_seconds": 3}))
    assert variant.soundtrack.fade_out_seconds == 0.25


def test_a_cut_keeps_the_least_length() -> None:
    """A placement of exactly ten seconds is not cut at a pause that leaves nine."""
    exact = preset(length={"min_seconds": 10, "max_seconds": 10})
    assert variant_of(exact, measured=analysis(pauses=((9.0, 9.6),))).frames == 300


def test_too_long_can_be_refused() -> None:
    """A placement that wants no cut refuses, and the reason names both lengths."""
    plan = plan_of(preset(length={"max_seconds": 10, "too_long": "refuse"}))
    assert not plan.variants
    assert plan.refusals[0].reason == "the master is 20.0 s and the placement takes at most 10 s"


# ---------------------------------------------------------------- loops and cards


def test_a_short_master_is_looped_to_the_least_length() -> None:
    """As often as needed, the last round cut where the most is reached."""
    variant = variant_of(preset(length={"min_seconds": 50, "max_seconds": 55, "too_short": "loop"}))
    assert [(p.start_frame, p.end_frame) for p in variant.pieces] == [(0, 600), (0, 600), (0, 450)]


def test_loops_end_somewhere() -> None:
    """A one-frame master is not looped a thousand times."""
    plan = plan_of(preset(length={"min_seconds": 50, "too_short": "loop"}), film=master(frames=1))
    assert plan.refusals[0].reason.endswith("that would be 1500 loops")
    enough = preset(length={"min_seconds": MOST_LOOPS * 20, "too_short": "loop"})
    assert len(variant_of(enough).pieces) == MOST_LOOPS


def test_an_end_card_is_held_to_the_least_length() -> None:
    """It stands as long as is missing; without one the sentence says what to add."""
    held = preset(length={"min_seconds": 50, "too_short": "hold"})
    assert [piece.frames for piece in variant_of(held, end_card="Bye").pieces] == [600, 900]
    assert plan_of(held).refusals[0].reason.endswith("there is none: add --end-card TEXT")


def test_too_short_is_refused_by_default() -> None:
    """Nobody's film is looped without a preset that says so."""
    plan = plan_of(preset(length={"min_seconds": 50}))
    assert plan.refusals[0].reason == "the master is 20.0 s and the placement takes at least 50 s"


def test_cards_are_part_of_the_length() -> None:
    """Title and end card make room for themselves by cutting the master."""
    variant = variant_of(preset(length={"max_seconds": 20}), title="Hello", end_card="Bye")
    assert [piece.source for piece in variant.pieces] == ["card", "master", "card"]
    assert [piece.frames for piece in variant.pieces] == [60, 480, 60]


def test_cards_can_leave_no_room() -> None:
    """Two cards in a four-second placement are refused, not squeezed."""
    plan = plan_of(preset(length={"max_seconds": 4}), title="Hello", end_card="Bye")
    assert "the cards leave no room" in plan.refusals[0].reason


# ---------------------------------------------------------------- whatever is asked


@settings(max_examples=200, deadline=None)
@given(
    frames=st.integers(1, 4000),
    rate=st.sampled_from(FILM_RATES),
    least=st.none() | st.floats(0.5, 60).map(lambda x: round(x, 2)),
    more=st.none() | st.floats(0, 60).map(lambda x: round(x, 2)),
    short=st.sampled_from(("loop", "hold", "refuse")),
    long=st.sampled_from(("cut", "refuse")),
    spans=st.lists(st.tuples(st.floats(0, 150), st.floats(0.2, 3)), max_size=8),
    end_card=st.sampled_from(("", "Bye")),
)
@example(600, RATE, 10.0, 0.0, "refuse", "cut", [(9.0, 0.6)], "")
def test_a_length_inside_the_limits_or_a_reason(
    frames: int,
    rate: Fraction,
    least: float | None,
    more: float | None,
    short: str,
    long: str,
    spans: list[tuple[float, float]],
    end_card: str,
) -> None:
    """Every variant has a length that the placement takes and shows only frames of the master; else it says why."""
    most = None if more is None else (least or 0.5) + more
    film = master(frames=frames, frame_rate=rate)
    measured = analysis(film, pauses=tuple(sorted((a, a + length) for a, length in spans)))
    limits = {"min_seconds": least, "max_seconds": most, "too_short": short, "too_long": long}
    plan = plan_of(preset(length=limits), film=film, measured=measured, end_card=end_card)
    if plan.refusals:
        assert not plan.variants
        assert re_says_seconds(plan.refusals[0].reason)
        return
    (variant,) = plan.variants
    frame = 1 / variant.frame_rate
    assert most is None or variant.duration_seconds <= most + 1e-9
    assert least is None or variant.duration_seconds >= min(least, (most or least) - frame) - 1e-9
    assert sum(piece.frames for piece in variant.pieces) == variant.frames
    for piece in variant.pieces:
        assert 0 <= piece.start_frame < piece.end_frame
        assert piece.source == "card" or piece.end_frame <= master_frames(film, variant.frame_rate)


def re_says_seconds(reason: str) -> bool:
    """Whether a reason names a length in seconds."""
    return any(word.rstrip(",;") == "s" for word in reason.split())


def test_the_same_wishes_give_the_same_plan() -> None:
    """No clock, no chance: planning twice gives equal values."""
    film = replace(master(), notes=("a note",))
    assert plan_of(preset(), film=film, end_card="Bye") == plan_of(preset(), film=film, end_card="Bye")

"""Lengths as a factor of the plan: names, spans, sharing, refusals, and what an editor decided."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import made
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import analysis, master, preset

from variantgen.model import SourceCue, Word
from variantgen.plan.cutdowns import LengthWish
from variantgen.plan.shorten import LengthMark
from variantgen.plan.speed import played_spans

RATE = Fraction(25)
FILM = master(frame_rate=RATE, frames=25 * 120)
OPEN = preset(length={"max_seconds": None, "min_seconds": None})


def spoken(sentences: int = 24, words: int = 7, *, has_times: bool = True) -> tuple[SourceCue, ...]:
    """A sentence every five seconds: words of 0.4 s with 0.1 s between them, then a rest."""
    cues = []
    for number in range(sentences):
        at = number * 5.0
        said = [
            Word(
                at + 0.5 * n,
                at + 0.5 * n + 0.4,
                f"{'Word' if n == 0 else 'word'}{number}{'.' if n == words - 1 else ''}",
            )
            for n in range(words)
        ]
        text = " ".join(word.text for word in said)
        cues.append(
            SourceCue(said[0].start_seconds, said[-1].end_seconds, text, words=tuple(said) if has_times else ())
        )
    return tuple(cues)


def cut(*seconds: float, film=FILM, asked=OPEN, cues=(), **wishes):
    """The plan of one placement at some lengths."""
    return made.plan_of(asked, film=film, measured=analysis(film), length=LengthWish(seconds, **wishes), cues=cues)


def test_each_length_is_a_variant_with_its_own_name_and_id() -> None:
    """60 and 15 seconds of one placement are two files that nobody mixes up."""
    plan = cut(60, 15, cues=spoken())
    assert [variant.file for variant in plan.variants] == ["film_p0_60s.mp4", "film_p0_15s.mp4"]
    assert len({variant.id for variant in plan.variants}) == 2
    assert [round(variant.duration_seconds) for variant in plan.variants] == [60, 15]
    assert all(variant.told for variant in plan.variants)


@given(seconds=st.integers(8, 100))
def test_no_cut_lies_inside_a_word(seconds: int) -> None:
    """Whatever the length: a span begins and ends where nobody speaks."""
    cues = spoken()
    (variant,) = cut(seconds, cues=cues).variants
    words = [(word.start_seconds, word.end_seconds) for cue in cues for word in cue.words]
    for piece in variant.pieces:
        for frame in (piece.start_frame, piece.end_frame):
            at = float(frame * variant.speed / RATE)
            assert not any(start + 0.02 < at < end - 0.02 for start, end in words), (seconds, at)


@pytest.mark.parametrize("is_punched", [True, False])
def test_a_short_cut_is_made_of_the_parts_of_a_long_one(is_punched: bool) -> None:
    """60, 30, 15 and 6 seconds need hardly more frames than 60 alone, with larger pieces too."""
    asked = preset(length={"max_seconds": None, "min_seconds": None, "punch_in": is_punched})
    plan = cut(60, 30, 15, 6, asked=asked, cues=spoken())
    assert len(plan.variants) == 4
    for variant in plan.variants:
        assert any(shot.punch_in > 1 for piece in variant.pieces for shot in piece.framing) == is_punched
    encoded = sum(part.frames for part in plan.parts.values())
    assert encoded <= 1.3 * max(variant.frames for variant in plan.variants)


def test_a_length_beyond_the_master_follows_the_placements_rule() -> None:
    """Shown again, its card held, or refused: never shorter than asked without a word."""
    film = master(frame_rate=RATE, frames=25 * 12)
    looped, held, refused = (
        made.plan_of(
            preset(length={"max_seconds": None, "too_short": rule}), film=film, length=LengthWish((30,)), end_card=card
        )
        for rule, card in (("loop", ""), ("hold", "Bye"), ("refuse", "Bye"))
    )
    assert [piece.frames for piece in looped.variants[0].pieces] == [300, 300, 150]
    assert [piece.frames for piece in held.variants[0].pieces] == [300, 450]
    assert [one.reason for one in refused.refusals] == ["the master is 12.0 s and 30 s was asked for"]


def test_a_length_that_the_placement_does_not_take_is_refused() -> None:
    """The sentence names both lengths; the other one is made."""
    plan = cut(60, 15, asked=preset(length={"max_seconds": 30}), cues=spoken())
    assert [variant.file for variant in plan.variants] == ["film_p0_15s.mp4"]
    assert [refusal.reason for refusal in plan.refusals] == ["60 s was asked for, and the placement takes at most 30 s"]


@pytest.mark.parametrize(("kind", "is_shown"), [("keep", True), ("drop", False)])
def test_marks_decide(kind: str, is_shown: bool) -> None:
    """What is to be kept is in the shortest cut, what is to be dropped in none."""
    mark = LengthMark(kind, 60.0, 63.4)  # type: ignore[arg-type]
    for variant in cut(60, 15, cues=spoken(), marks=(mark,)).variants:
        shown = any(p.start_frame < 62 * RATE < p.end_frame for p in variant.pieces)
        assert shown == is_shown


def test_a_cut_opens_and_ends_with_what_was_asked_for() -> None:
    """The spans stand first and last, wherever they lie in the master."""
    (variant,) = cut(20, cues=spoken(), open_with=(80.0, 83.4), end_with=(5.0, 8.4)).variants
    first, last = variant.pieces[0], variant.pieces[-1]
    assert 79.5 <= first.start_frame / RATE <= 80.0
    assert 8.4 <= last.end_frame / RATE <= 10.0


def test_a_timelines_cut_is_kept_to_the_frame() -> None:
    """Spans in the editor's order, one of them earlier in the film than the one before it."""
    (variant,) = made.plan_of(OPEN, film=FILM, length=LengthWish(shown=((40.0, 44.0), (10.0, 12.0)))).variants
    assert [(p.start_frame, p.end_frame) for p in variant.pieces] == [(1000, 1100), (250, 300)]


def test_a_timelines_cut_is_shortened_from_what_it_shows() -> None:
    """Nothing comes back that the editor had left out, not a frame; order is kept."""
    shown = ((10.0, 40.0), (60.0, 100.0))
    (variant,) = made.plan_of(OPEN, film=FILM, length=LengthWish((15,), shown=shown), cues=spoken()).variants
    rate = RATE / variant.speed
    for piece in variant.pieces:
        assert any(start * rate - 1 <= piece.start_frame and piece.end_frame <= end * rate + 1 for start, end in shown)
    (refusal,) = made.plan_of(OPEN, film=FILM, length=LengthWish((15,), shown=shown[::-1]), cues=spoken()).refusals
    assert "out of order" in refusal.reason


def test_what_is_dropped_is_not_shown_without_a_length_either() -> None:
    """The rest stays whole, to the frame; what opens and what ends moves there; too little is refused."""
    drops = ((10.0, 20.0), (18.0, 30.0))
    (variant,) = made.plan_of(OPEN, film=FILM, length=LengthWish(drops=drops)).variants
    assert [(p.start_frame, p.end_frame) for p in variant.pieces] == [(0, 250), (750, 3000)]
    moved = LengthWish(drops=drops[:1], open_with=(60.0, 62.0), end_with=(5.0, 6.0))
    (variant,) = made.plan_of(OPEN, film=FILM, length=moved).variants
    frames = [(p.start_frame, p.end_frame) for p in variant.pieces]
    assert frames == [(1500, 1550), (0, 125), (150, 250), (500, 1500), (1550, 3000), (125, 150)]
    most = LengthWish(drops=((1.0, 120.0),))
    (refusal,) = made.plan_of(preset(length={"min_seconds": 3}), film=FILM, length=most).refusals
    assert "it is 1.0 s; the placement takes at least 3 s" in refusal.reason


def test_a_timelines_cut_at_half_the_rate_shows_no_frame_from_outside() -> None:
    """Of 50 frames a second every second one is shown, and only where the editor's spans show it."""
    film = replace(FILM, frame_rate=2 * FILM.frame_rate, frames=2 * FILM.frames)
    shown = ((4.02, 6.0), (10.0, 10.02), (20.02, 20.04), (30.02, 31.02))
    slow = made.preset(video={"max_frame_rate": 25})
    (variant,) = made.plan_of(slow, film=film, length=LengthWish(shown=shown)).variants
    assert [(p.start_frame, p.end_frame) for p in variant.pieces] == [(101, 150), (250, 251), (751, 776)]


def test_a_whole_sentence_is_worth_the_last_second() -> None:
    """Where no whole sentences come to the exact length, those that come near it are shown, none cut off."""
    cues = []
    for at in range(0, 110, 11):
        said = [
            Word(at + n / 2, at + n / 2 + 0.4, f"{'W' if n == 0 else 'w'}ord{'.' if n == 20 else ''}")
            for n in range(21)
        ]
        cues.append(SourceCue(float(at), at + 10.4, " ".join(word.text for word in said), words=tuple(said)))
    film = replace(FILM, frames=110 * 25, duration_seconds=110.0)
    (variant,) = cut(12, film=film, cues=tuple(cues)).variants
    assert "cut inside a sentence" not in " ".join(variant.why)
    assert 0.9 * 12 <= variant.duration_seconds < 12
    (variant,) = cut(14, film=film, cues=tuple(cues)).variants
    assert "cut inside a sentence" in " ".join(variant.why)
    assert variant.frames in (14 * 25, 14 * 25 - 1)


def test_a_placements_own_limit_cuts_sentences_only_where_words_have_times() -> None:
    """Known words choose sentences; without them the beginning is kept, as it was before."""
    short = preset(length={"max_seconds": 30, "min_seconds": None})
    known, plain = (
        made.plan_of(short, film=FILM, measured=analysis(FILM), cues=spoken(has_times=has)).variants[0]
        for has in (True, False)
    )
    assert known.told and not plain.told
    assert plain.pieces[0].start_frame == 0 and len(plain.pieces) == 1


# ---------------------------------------------------------------- speed


@given(
    spans=st.lists(st.tuples(st.integers(0, 2900), st.integers(2, 99)), min_size=1, max_size=12),
    percent=st.integers(100, 130),
)
def test_spans_played_faster_stay_at_their_place(spans: list[tuple[int, int]], percent: int) -> None:
    """However many: as long as all of them at that speed, each less than a frame beside its own, inside the master."""
    speed = Fraction(percent, 100)
    own = [(start, start + length) for start, length in spans]
    total = int(3000 / speed)
    played = played_spans(own, speed, total)
    assert sum(end - start for start, end in played) == int(sum(length for _, length in spans) / speed)
    for (start, end), (first, last) in zip(own, played, strict=True):
        assert 0 <= first < last <= total
        goes_on = any(end_before == start for _, end_before in own)
        assert abs(first - start / speed) < (len(own) + 1 if goes_on else 1)
        assert abs(last - end / speed) < (len(own) + 1 if goes_on else 1)


def test_faster_spans_that_meet_still_meet() -> None:
    """A cut without a hole stays one."""
    (_, first_end), (second, _) = played_spans([(0, 101), (101, 250)], Fraction(107, 100), 3000)
    assert first_end == second


def test_a_faster_variant_shows_the_same_and_shares_nothing_with_others() -> None:
    """The speed alone: all of it, its captions at their earlier times, parts that say their speed."""
    film = master(frame_rate=RATE, frames=25 * 22)
    cues = spoken(4)
    (faster,) = (plan := cut(20, film=film, cues=cues, method="speed")).variants
    (whole,) = cut(film=film, cues=cues).variants
    assert faster.speed == Fraction(11, 10) and faster.frames == 500 and whole.speed == 1
    assert [(piece.start_frame, piece.end_frame) for piece in faster.pieces] == [(0, 500)]
    assert {part.speed for part in plan.parts.values()} == {faster.speed}
    assert not set(faster.part_keys) & set(whole.part_keys)
    assert [cue.text for cue in faster.cues] == [cue.text for cue in whole.cues]
    starts = [cue.start_frame for cue in whole.cues]
    assert all(abs(cue.start_frame - start / 1.1) <= 1 for cue, start in zip(faster.cues, starts, strict=True))
    assert faster.soundtrack.speed == faster.speed
    assert abs(faster.soundtrack.pieces[0].end_sample - 22 * 48000) <= 1


def test_a_placement_bounds_the_speed() -> None:
    """Where it takes no faster play the master is not squeezed in, and the sentence says what was needed."""
    film = master(frame_rate=RATE, frames=25 * 22)
    steady = preset(length={"max_seconds": None, "min_seconds": None, "max_speed": 1.0})
    (refusal,) = cut(20, film=film, asked=steady, cues=spoken(4), method="speed").refusals
    assert "1.10 times the speed and at most 1.00 is allowed" in refusal.reason

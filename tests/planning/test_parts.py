"""Pieces divided into parts: cut at sensible places, shared wherever the pixels are the same."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import NTSC, analysis, cues, master, part, plan_of, preset, variant_of

from variantgen.model import Cue, Plan, SourceCue
from variantgen.plan.length import master_frames
from variantgen.plan.parts import LEAST_SECONDS, MOST_SECONDS, cut_points, encode_of, with_key

RATES = (Fraction(24000, 1001), Fraction(25), NTSC, Fraction(30), Fraction(12))
FAMILY = {"canvas": {"width": 1080, "height": 1920}}
MANY_SHOTS = (0, 40, 100, 160, 163, 250, 400, 410, 590)


def keys(plan: Plan) -> set[str]:
    """Every part of a plan."""
    assert set(plan.parts) == {key for variant in plan.variants for key in variant.part_keys}
    return set(plan.parts)


# ---------------------------------------------------------------- where the picture is cut


def test_shots_begin_parts() -> None:
    """A cut of the edit is a cut of the encode where both sides stay long enough."""
    film = master(frames=300)
    assert cut_points(film, analysis(film, shot_starts=(0, 90, 100, 200)), Fraction(30), ()) == (0, 90, 200, 300)


def test_long_shots_are_cut_into_even_steps() -> None:
    """Without any cut of the edit parts are alike in length, at most five seconds."""
    film = master(frames=600)
    assert cut_points(film, analysis(film), Fraction(30), ()) == (0, 150, 300, 450, 600)
    film = master(frames=601)
    assert cut_points(film, analysis(film), Fraction(30), ()) == (0, 120, 240, 361, 481, 601)


def test_shots_at_another_rate() -> None:
    """Shots are counted at the master's rate and cut at the variant's."""
    film = master(frames=600, frame_rate=Fraction(60))
    assert cut_points(film, analysis(film, shot_starts=(0, 240)), Fraction(30), ()) == (0, 120, 210, 300)


@settings(deadline=None)
@given(
    frames=st.integers(1, 5000),
    film_rate=st.sampled_from(RATES),
    rate=st.sampled_from(RATES),
    shots=st.lists(st.integers(0, 5000), max_size=40),
    borders=st.lists(st.integers(0, 5000), max_size=6),
)
def test_cut_points_hold_all_borders_and_keep_parts_to_size(
    frames: int, film_rate: Fraction, rate: Fraction, shots: list[int], borders: list[int]
) -> None:
    """Ascending from 0 to the end, every border among them; only borders make a part shorter than 1.5 s."""
    film = master(frames=frames, frame_rate=film_rate)
    total = master_frames(film, rate)
    inside = [border for border in borders if border <= total]
    measured = analysis(film, shot_starts=tuple(sorted({0, *(s for s in shots if s < frames)})))
    points = cut_points(film, measured, rate, inside)
    fixed = {0, total, *inside}
    assert points[0] == 0 and points[-1] == total
    assert list(points) == sorted(set(points))
    assert fixed <= set(points)
    least, most = ceil(LEAST_SECONDS * rate), ceil(MOST_SECONDS * rate)
    for start, end in pairwise(points):
        assert end - start <= most
        assert end - start >= least - 1 or {start, end} <= fixed
    assert points == cut_points(film, measured, rate, reversed(inside))


@settings(max_examples=60, deadline=None)
@given(
    frames=st.integers(20, 3000),
    rate=st.sampled_from(RATES),
    most=st.none() | st.integers(1, 60),
    least=st.none() | st.integers(20, 90),
    shots=st.lists(st.integers(0, 3000), max_size=20),
    end_card=st.sampled_from(("", "Bye")),
)
def test_parts_cover_each_piece_once_and_whole(
    frames: int, rate: Fraction, most: int | None, least: int | None, shots: list[int], end_card: str
) -> None:
    """Part after part, from the piece's first frame to its last, in order, without gap or overlap."""
    film = master(frames=frames, frame_rate=rate)
    measured = analysis(film, shot_starts=tuple(sorted({0, *(s for s in shots if s < frames)})))
    limits = {"max_seconds": most} if least is None else {"min_seconds": least, "too_short": "loop"}
    plan = plan_of(preset(length=limits), preset(), film=film, measured=measured, end_card=end_card)
    keys(plan)
    for variant in plan.variants:
        for piece in variant.pieces:
            made = [plan.parts[key] for key in piece.parts]
            assert made[0].start_frame == piece.start_frame
            assert made[-1].end_frame == piece.end_frame
            assert all(one.end_frame == next_one.start_frame for one, next_one in pairwise(made))
            assert all(one.frames > 0 and one.frame_rate == variant.frame_rate for one in made)
        assert sum(plan.parts[key].frames for key in variant.part_keys) == variant.frames


# ---------------------------------------------------------------- what is shared


def test_equal_pixels_are_encoded_once() -> None:
    """Two placements that ask for the same picture share every part, whatever their sound and their limits."""
    one = preset(**FAMILY)
    other = preset(**FAMILY, title="Other", audio={"loudness_lufs": -16.0}, file={"max_megabytes": 100})
    first, second = plan_of(one, other, cues=cues("Hello", "there")).variants
    assert first.part_keys == second.part_keys
    assert first.id != second.id


def test_a_placement_with_the_same_pixels_adds_no_part() -> None:
    """Adding it to a run encodes nothing."""
    one = preset(**FAMILY)
    other = preset(**FAMILY, length={"max_seconds": 60}, file={"max_megabytes": 8})
    assert keys(plan_of(one)) == keys(plan_of(one, other)) == keys(plan_of(other))


@pytest.mark.parametrize(
    "changes",
    [
        {"canvas": {"width": 1080, "height": 1080}},
        {"canvas": {"fit": "blur"}},
        {"video": {"quality": 24}},
        {"video": {"speed": "slow"}},
        {"video": {"max_kbps": 5000}},
        {"video": {"codec": "h265", "profile": "main"}},
        {"video": {"keyframe_seconds": 1}},
        {"video": {"max_frame_rate": 25}},
        {"captions": {"font_size_px": 70}},
        {"captions": {"mode": "none"}},
    ],
    ids=str,
)
def test_other_pixels_have_other_parts(changes: dict) -> None:
    """Size, fit, encoder, rate and captions each give every part another key."""
    film_cues = cues(*["Hello"] * 10)
    assert keys(plan_of(preset(), cues=film_cues)).isdisjoint(keys(plan_of(preset(**changes), cues=film_cues)))


def test_another_pad_colour_has_other_parts() -> None:
    """White bars are not black ones."""
    black, white = (
        preset(canvas={"width": 1080, "height": 1920, "fit": "pad", "pad_colour": colour})
        for colour in ("#000000", "#FFFFFF")
    )
    assert keys(plan_of(black)).isdisjoint(keys(plan_of(white)))


def test_a_look_matters_only_where_it_shows() -> None:
    """Parts without a caption are shared by placements whose captions look different."""
    one, other = preset(captions={"font_size_px": 58}), preset(captions={"font_size_px": 70})
    silent_after = (SourceCue(0, 2, "Hello"),)
    first, second = plan_of(one, other, cues=silent_after).variants
    assert first.part_keys[0] != second.part_keys[0]
    assert first.part_keys[1:] == second.part_keys[1:] != ()


def test_a_changed_caption_changes_only_the_parts_that_show_it() -> None:
    """One word of one line costs the parts whose frames hold that line, and no other."""
    before = (SourceCue(0, 2, "One"), SourceCue(4, 6.5, "Two"), SourceCue(12, 14, "Three"))
    after = (before[0], replace(before[1], text="Zwei"), before[2])
    one, other = (variant_of(cues=lines) for lines in (before, after))
    at = [part_key != other_key for part_key, other_key in zip(one.part_keys, other.part_keys, strict=True)]
    plan = plan_of(cues=before)
    shows = [
        plan.parts[key].start_frame < 195 and plan.parts[key].end_frame > 120 for key in plan.variants[0].part_keys
    ]
    assert at == shows
    assert sum(shows) == 2


@settings(max_examples=40, deadline=None)
@given(
    changed=st.integers(0, 9),
    seconds=st.floats(0.8, 2),
    shots=st.lists(st.integers(0, 599), max_size=8),
    most=st.none() | st.integers(5, 19),
)
def test_any_changed_caption_changes_only_the_parts_that_show_it(
    changed: int, seconds: float, shots: list[int], most: int | None
) -> None:
    """The same for any line, any cutting and any length."""
    measured = analysis(shot_starts=tuple(sorted({0, *shots})))
    lines = [f"line {n}" for n in range(10)]
    before = cues(*lines, seconds=seconds)
    lines[changed] = "another"
    asked = preset(length={"max_seconds": most})
    one = plan_of(asked, measured=measured, cues=before)
    other = plan_of(asked, measured=measured, cues=cues(*lines, seconds=seconds))
    held = [cue for cue in one.variants[0].cues if cue.text == f"line {changed}"]
    start = 0
    for key, other_key in zip(one.variants[0].part_keys, other.variants[0].part_keys, strict=True):
        end = start + one.parts[key].frames
        shows = any(cue.start_frame < end and cue.end_frame > start for cue in held)
        assert (key != other_key) == shows
        start = end


def test_a_short_cut_shares_its_beginning_with_the_long_one() -> None:
    """The ten-second cut is made of parts of the whole film, but for those about its end."""
    short, whole = preset(length={"max_seconds": 10}), preset()
    first, second = plan_of(short, whole, measured=analysis(shot_starts=MANY_SHOTS)).variants
    assert set(first.part_keys) <= set(second.part_keys)


def test_loops_encode_one_round() -> None:
    """A film shown three times is encoded once."""
    plan = plan_of(preset(length={"min_seconds": 60, "too_short": "loop"}, captions={"mode": "none"}))
    assert len(plan.variants[0].pieces) == 3
    assert len(keys(plan)) == len(plan.variants[0].pieces[0].parts)


def test_a_card_is_one_part_and_shared() -> None:
    """The end card of two lengths of a film is the same part; its text is in its key, the master is not."""
    short, whole = preset(length={"max_seconds": 10}), preset()
    plan = plan_of(short, whole, end_card="Bye")
    (first,), (second,) = (variant.pieces[-1].parts for variant in plan.variants)
    assert first == second
    assert plan_of(short, end_card="Bye now").variants[0].pieces[-1].parts != (first,)
    other_film = plan_of(short, end_card="Bye", film=master(fingerprint="e" * 32))
    assert other_film.variants[0].pieces[-1].parts == (first,)


def test_a_draft_shares_nothing_with_the_real_thing() -> None:
    """Watermarked pixels never end in a delivered file."""
    draft = plan_of(is_draft=True)
    assert keys(plan_of()).isdisjoint(keys(draft))
    assert {one.watermark for one in draft.parts.values()} == {"DRAFT"}


# ---------------------------------------------------------------- keys


@pytest.mark.parametrize(
    "changes",
    [
        {"fingerprint": "e" * 32},
        {"start_frame": 1},
        {"end_frame": 31},
        {"frame_rate": NTSC},
        {"width": 1082},
        {"height": 1918},
        {"fit": "blur"},
        {"crop": ((0, 654, 0, 608, 1080),)},
        {"encode": replace(part().encode, threads=2)},
        {"encode": replace(part().encode, kbps=900)},
        {"cues": (Cue(0, 3, ("Hello",)),)},
        {"cues": (Cue(0, 3, ("Hello",), is_italic=True),)},
        {"watermark": "DRAFT"},
    ],
    ids=str,
)
def test_everything_that_shapes_pixels_is_in_the_key(changes: dict) -> None:
    """A part's key changes with each of its values, and with nothing but them and FFmpeg."""
    assert with_key(replace(part(), **changes), "ffmpeg").key != with_key(part(), "ffmpeg").key
    assert with_key(replace(part(), key="x"), "ffmpeg") == with_key(part(), "ffmpeg")
    assert with_key(part(), "other ffmpeg").key != with_key(part(), "ffmpeg").key


@pytest.mark.parametrize(("rate", "expected"), [(NTSC, 59), (Fraction(25), 50), (Fraction(24000, 1001), 47)])
def test_keyframes_are_never_further_apart_than_the_placement_takes(rate: Fraction, expected: int) -> None:
    """Two seconds at 29.97 are 59 frames, not 60."""
    asked = preset()
    assert encode_of(asked.video, asked.canvas, rate).keyframe_frames == expected

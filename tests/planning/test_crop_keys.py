"""Crop paths as keyframes: cut anywhere they show the same windows, and equal windows are the same value."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import analysis, master, part, plan_of, preset, variant_of

from variantgen.model import CropKey, Piece, ShotFraming, Variant
from variantgen.plan.contract import plan_json
from variantgen.plan.crop_keys import (
    first_showing,
    resize_frames,
    settle,
    shown_frame,
    simplify,
    slice_keys,
    window_at,
)
from variantgen.plan.parts import Pixels, divide, encode_of

PAN = ((0, 100, 0, 608, 1080), (10, 100, 0, 608, 1080), (30, 140, 0, 608, 1080), (60, 140, 0, 608, 1080))
RATES = (Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(60))


def places(most: int) -> st.SearchStrategy[float]:
    """Pixels to a hundredth."""
    return st.integers(0, 100 * most).map(lambda hundredths: hundredths / 100)


@st.composite
def paths(draw: st.DrawFn, *, most_keys: int = 8) -> tuple[CropKey, ...]:
    """A path of one size with keys at any frames up to 200; neighbouring frames are jumps."""
    frames = sorted(draw(st.sets(st.integers(0, 200), min_size=1, max_size=most_keys)))
    # few different places, so that rests and straight runs come up
    spots = draw(st.lists(st.tuples(places(1312), places(40)), min_size=1, max_size=3))
    return tuple((frame, *draw(st.sampled_from(spots)), 608, 1040) for frame in frames)


def as_drawn(keys: tuple[CropKey, ...], start: int, end: int) -> list[tuple[float, float, int, int]]:
    """The window of every frame of a span."""
    return [window_at(keys, frame) for frame in range(start, end)]


# ---------------------------------------------------------------- one window


@pytest.mark.parametrize(
    ("frame", "x"), [(-5, 100), (0, 100), (10, 100), (11, 102), (15, 110), (29, 138), (30, 140), (60, 140), (99, 140)]
)
def test_a_window_lies_between_its_keys(frame: int, x: float) -> None:
    """Straight between two keys, held before the first and after the last."""
    assert window_at(PAN, frame) == (x, 0, 608, 1080)


def test_a_jump_has_nothing_between() -> None:
    """Two keys on neighbouring frames: the one window, then the other."""
    keys = ((0, 0, 0, 608, 1080), (49, 0, 0, 608, 1080), (50, 900, 0, 608, 1080), (99, 900, 0, 608, 1080))
    assert [window_at(keys, frame)[0] for frame in (48, 49, 50, 51)] == [0, 0, 900, 900]


# ---------------------------------------------------------------- slices


@settings(deadline=None)
@given(paths(), st.integers(0, 190), st.integers(1, 60))
def test_a_slice_shows_the_same_windows(keys: tuple[CropKey, ...], start: int, length: int) -> None:
    """To a ten-thousandth of a pixel, on every frame of the span; one that stands still to the nearest even pixels."""
    end = start + length
    part_keys = slice_keys(keys, start, end)
    wanted = as_drawn(keys, start, end)
    slack = 5.1e-5 if len(part_keys) > 1 else 1
    for seen, asked in zip(as_drawn(part_keys, start, end), wanted, strict=True):
        assert seen == pytest.approx(asked, abs=slack)
    assert part_keys[0][0] == start and all(start <= key[0] < end for key in part_keys)
    assert (len(part_keys) == 1) == (len(set(wanted)) == 1)
    if len(part_keys) == 1:
        assert part_keys[0][1] % 2 == 0 and part_keys[0][2] % 2 == 0
        assert part_keys[0][1] <= wanted[0][0] + 1 - 0.005


@st.composite
def bent_paths(draw: st.DrawFn) -> tuple[CropKey, ...]:
    """Keys at any frames whose windows have whole pixels on every frame between them."""
    at, x, keys = 0, draw(st.integers(200, 400)), []
    for _ in range(draw(st.integers(1, 7))):
        keys.append((at, x, 4, 608, 1040))
        length = draw(st.integers(1, 30))
        x += draw(st.integers(-4, 4)) * length
        at += length
    return tuple(keys)


@settings(deadline=None)
@given(bent_paths(), st.integers(0, 100), st.integers(1, 60))
def test_equal_windows_give_equal_slices(keys: tuple[CropKey, ...], start: int, length: int) -> None:
    """What the path does before and after the span, and keys that lie on a straight way, leave no trace."""
    end = start + length
    told = tuple((start + n, *window) for n, window in enumerate(as_drawn(keys, start, end)))
    # a key at every frame of the span, and something else outside it
    crowded = ((start - 9, 3.3, 4, 608, 1040), *told, (end, 1.1, 2, 608, 1040))
    assert slice_keys(crowded, start, end) == slice_keys(keys, start, end)


def test_still_slices_of_two_paths_are_one_value() -> None:
    """A rest is told by one key on even pixels, whichever way the window came and goes."""
    other = ((0, 900, 0, 608, 1080), (29, 500, 0, 608, 1080), (30, 140, 0, 608, 1080), (31, 140, 0, 608, 1080))
    assert slice_keys(PAN, 40, 50) == slice_keys(other, 40, 50) == ((40, 140, 0, 608, 1080),)
    assert slice_keys(((0, 13.0, 6.9, 608, 1040),), 5, 9) == ((5, 12, 6, 608, 1040),)


# ---------------------------------------------------------------- rests and sizes


@settings(deadline=None)
@given(paths())
def test_rests_stand_on_even_pixels(keys: tuple[CropKey, ...]) -> None:
    """Nothing moves by more than a pixel; rests are even after that, and settling again changes nothing."""
    settled = settle(keys, 0, 202)
    assert settle(settled, 0, 202) == settled
    for before, after in zip(keys, settled, strict=True):
        assert after[0] == before[0] and after[3:] == before[3:]
        assert abs(after[1] - before[1]) <= 1 and abs(after[2] - before[2]) <= 1
    shown = as_drawn(settled, 0, 202)
    for one, two in pairwise(shown):
        if one == two:
            assert one[0] % 2 == 0 and one[1] % 2 == 0


def test_frames_of_another_size_are_named() -> None:
    """The first frame of each new size, and no other key."""
    keys = ((0, 0, 0, 608, 1080), (40, 9, 0, 608, 1080), (41, 0, 140, 450, 800), (80, 0, 0, 608, 1080))
    assert resize_frames(keys) == {41, 80}
    assert resize_frames(PAN) == set()


# ---------------------------------------------------------------- fewer keys


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(-0.6, 0.6) | st.floats(-6, 6), min_size=2, max_size=150),
    st.sets(st.integers(1, 149), max_size=3),
    st.sampled_from((360, 1080, 2160)),
)
def test_a_simpler_path_is_near_the_full_one(steps: list[float], cuts: set[int], output_width: int) -> None:
    """No window moves by more than a quarter of the canvas's pixel, and both sides of a cut keep theirs."""
    x = 600.0
    windows = []
    for number, step in enumerate(steps):
        x = 100.0 if number in cuts else min(1312.0, max(0.0, x + step))
        windows.append((20 + number, round(x, 2), 0, 608, 1080))
    starts = {20 + cut for cut in cuts}
    keys = simplify(windows, output_width=output_width, shot_starts=starts)
    for at, *window in windows:
        assert abs(window_at(keys, at)[0] - window[0]) * output_width / 608 <= 0.25 + 1e-9
    exact = {key[0]: key[1] for key in keys}
    for cut in cuts & set(range(1, len(windows))):
        assert exact[20 + cut - 1] == windows[cut - 1][1] and exact[20 + cut] == windows[cut][1]


def test_straight_ways_need_two_keys() -> None:
    """A pan at one speed is its ends; a window that never moves is one key; a still shot beside another is two."""
    pan = [(n, 100 + 1.5 * n, 0, 608, 1080) for n in range(50)]
    assert simplify(pan, output_width=1080) == ((0, 100, 0, 608, 1080), (49, 173.5, 0, 608, 1080))
    still = [(n, 100.0, 0, 608, 1080) for n in range(50)]
    assert simplify(still, output_width=1080) == ((0, 100, 0, 608, 1080),)
    two = [*still[:20], *((n, 300.0, 0, 608, 1080) for n in range(20, 50))]
    assert [key[:2] for key in simplify(two, output_width=1080, shot_starts=(20,))] == [
        (0, 100), (19, 100), (20, 300), (49, 300),
    ]  # fmt: skip


def test_a_change_of_size_is_a_cut() -> None:
    """Where the window has another size nothing is drawn between, told of it or not."""
    windows = [(n, 50.0, 0, 608, 1080) if n < 10 else (n, 60.0, 140, 450, 800) for n in range(30)]
    keys = simplify(windows, output_width=1080)
    assert [key[0] for key in keys] == [0, 9, 10, 29]


# ---------------------------------------------------------------- other rates


@given(st.integers(0, 5000), st.sampled_from(RATES), st.sampled_from(RATES))
def test_a_shot_begins_where_its_first_frame_is_shown(frame: int, master_rate: Fraction, rate: Fraction) -> None:
    """The first frame of the variant that shows the shot, and none before it."""
    at = first_showing(frame, master_rate, rate)
    assert shown_frame(at, master_rate, rate) >= frame
    assert at == 0 or shown_frame(at - 1, master_rate, rate) < frame


@pytest.mark.parametrize(
    ("master_rate", "rate", "shown"),
    [(60, 30, [0, 2, 4, 6, 8]), (24, 30, [0, 1, 1, 2, 3]), (30, 30, [0, 1, 2, 3, 4]), (10, 30, [0, 0, 0, 1, 1])],
)
def test_which_frame_is_shown(master_rate: int, rate: int, shown: list[int]) -> None:
    """Every second one at half the rate; at a higher rate the one that has begun."""
    assert [shown_frame(n, Fraction(master_rate), Fraction(rate)) for n in range(5)] == shown


# ---------------------------------------------------------------- parts and the contract


def with_path(variant: Variant, *, fit: str = "crop", **values: object) -> Variant:
    """A variant whose one piece has another path."""
    (piece,) = variant.pieces
    return replace(variant, pieces=(replace(piece, fit=fit, **values),))  # type: ignore[arg-type]


def pixels_of(variant: Variant) -> Pixels:
    """The pixels of a plain 9:16 variant."""
    asked = preset(captions={"mode": "none", "margins": {}})
    assert asked.video and asked.canvas
    rate = variant.frame_rate
    return Pixels(rate, variant.width, variant.height, "crop", None, encode_of(asked.video, asked.canvas, rate), None)


def divided(*variants: Variant, shots: tuple[int, ...] = (0,)) -> tuple[tuple[Variant, ...], dict]:
    """Variants of the plain master divided into parts."""
    film = master()
    rows = [(variant, pixels_of(variant)) for variant in variants]
    return divide(film, analysis(film, shot_starts=shots), rows, "ffmpeg")


def test_parts_have_their_share_of_the_path() -> None:
    """Part after part, the windows of the piece; stills have one key."""
    keys = ((0, 100, 0, 608, 1080), (170, 100, 0, 608, 1080), (430, 621, 0, 608, 1080))
    (variant,), parts = divided(with_path(variant_of(), crop=keys))
    made = [parts[key] for key in variant.part_keys]
    assert [len(one.crop) for one in made] == [1, 3, 3, 1]
    for one in made:
        for frame in range(one.start_frame, one.end_frame):
            assert window_at(one.crop, frame) == pytest.approx(window_at(variant.pieces[0].crop, frame), abs=1e-4)


def test_parts_of_a_split_have_both_paths() -> None:
    """The lower window moves through the same parts."""
    lower = ((0, 800, 0, 720, 640), (599, 900, 0, 720, 640))
    (variant,), parts = divided(with_path(variant_of(), fit="split", crop=((0, 9, 0, 720, 640),), lower_crop=lower))
    for one in (parts[key] for key in variant.part_keys):
        assert one.fit == "split" and one.crop == ((one.start_frame, 8, 0, 720, 640),)
        for frame in (one.start_frame, one.end_frame - 1):
            assert window_at(one.lower_crop, frame) == pytest.approx(window_at(lower, frame), abs=1e-4)


def test_still_parts_are_shared_whatever_the_path_does_elsewhere() -> None:
    """Two paths that part ways late share what comes before."""
    one = with_path(variant_of(), crop=((0, 100, 0, 608, 1080), (400, 100, 0, 608, 1080), (500, 300, 0, 608, 1080)))
    other = with_path(variant_of(), crop=((0, 100, 0, 608, 1080), (400, 100, 0, 608, 1080), (500, 90, 0, 608, 1080)))
    (first, second), _ = divided(one, other)
    assert [a == b for a, b in zip(first.part_keys, second.part_keys, strict=True)] == [True, True, False, False]


def test_another_path_has_other_parts() -> None:
    """The path of either window is in the key."""
    base = part(fit="split", crop=((0, 0, 0, 608, 540),), lower_crop=((0, 0, 540, 608, 540),))
    from variantgen.plan.parts import with_key

    moved = replace(base, lower_crop=((0, 0, 540, 608, 540), (29, 8.25, 540, 608, 540)))
    assert len({with_key(one, "ffmpeg").key for one in (base, moved, replace(base, crop=moved.lower_crop))}) == 3


def test_no_part_reaches_over_a_change_of_size() -> None:
    """A shot without its bars has parts of its own, however short."""
    keys = ((0, 656, 0, 608, 1080), (99, 656, 0, 608, 1080), (100, 735, 140, 450, 800), (119, 735, 140, 450, 800),
            (120, 656, 0, 608, 1080))  # fmt: skip
    (variant,), parts = divided(with_path(variant_of(), crop=keys), shots=(0, 100, 120))
    made = [parts[key] for key in variant.part_keys]
    assert {100, 120} <= {one.start_frame for one in made}
    assert all(len(one.crop) == 1 for one in made)


def test_a_path_at_rest_is_told_as_it_is_shown() -> None:
    """The plan's path has its rests on the even pixels that are cut."""
    (variant,), _ = divided(with_path(variant_of(), crop=((0, 101.37, 0, 608, 1080),)))
    assert variant.pieces[0].crop == ((0, 102, 0, 608, 1080),)


def test_the_contract_tells_both_windows_and_the_framing() -> None:
    """A split has two paths, and every shot's framing stands beside them; a plain crop has neither."""
    plan = plan_of()
    plain = replace(plan.variants[0].pieces[0], framing=())
    told = plan_json(replace(plan, variants=(replace(plan.variants[0], pieces=(plain,)),)))["variants"][0]["pieces"][0]
    assert "lower_crop" not in told and "framing" not in told
    framing = (ShotFraming(0, 600, "split", "two speakers that do not fit", (3, 4), 0.05),)
    piece = replace(
        plan.variants[0].pieces[0], fit="split", framing=framing, crop=((0, 12.25, 0, 606, 540),),
        lower_crop=((0, 800, 0, 606, 540), (9, 810, 0, 606, 540)),
    )  # fmt: skip
    told = plan_json(replace(plan, variants=(replace(plan.variants[0], pieces=(piece,)),)))["variants"][0]["pieces"][0]
    assert told["fit"] == "split"
    assert told["crop"] == [[0, 12.25, 0, 606, 540]]
    assert told["lower_crop"] == [[0, 800, 0, 606, 540], [9, 810, 0, 606, 540]]
    assert told["framing"] == [
        {"start_frame": 0, "end_frame": 600, "motion": "split", "why": "two speakers that do not fit",
         "subjects": [3, 4], "lost_share": 0.05}
    ]  # fmt: skip


def test_an_empty_path_stays_empty() -> None:
    """Cards and whole pictures have no window."""
    assert slice_keys((), 0, 30) == settle((), 0, 30) == simplify((), output_width=1080) == ()
    assert resize_frames(Piece("card", 0, 30).crop) == set()

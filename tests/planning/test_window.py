"""How a moving window is cut twice: fine enough, inside the frame, near the path."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made import master, part

from variantgen.build.encode import LONGEST_GRAPH, with_graph_file
from variantgen.build.graph import parts_command
from variantgen.build.window import Vernier, crop_steps, fraction_vernier, moving_window, path_expression, vernier

EVEN = st.integers(8, 2160).map(lambda half: 2 * half)
SHAPES = [(608, 1080), (1080, 1080), (864, 1080), (1216, 1080), (2160, 1080), (404, 1080), (540, 1080), (360, 720)]


def cuts_of(length: int, shown_px: int, step_px: int) -> tuple[Vernier, Fraction]:
    """The cuts that an axis gets, and how many pixels of the canvas one of theirs is."""
    found = vernier(length, shown_px, step_px)
    if found is not None:
        return found, Fraction(1)
    found = fraction_vernier(length, shown_px, step_px)
    return found, Fraction(shown_px, found.shown_px)


@settings(deadline=None)
@given(EVEN, EVEN, st.sampled_from((2, 4)))
def test_two_cuts_reach_places_that_are_close(length: int, shown_px: int, step_px: int) -> None:
    """At most 0.7 px of the canvas apart, in a picture that is not stretched by more than a twentieth of a pixel."""
    assume(Fraction(1, 4) <= Fraction(shown_px, length) <= 6 and length >= 32)
    cuts, canvas_px = cuts_of(length, shown_px, step_px)
    assert cuts.coarseness_px * canvas_px <= Fraction(7, 10)
    assert cuts.stretch_px <= Fraction(1, 20)
    assert cuts.scaled_px % 2 == 0
    for share, offset in cuts.places:
        assert 0 <= share < 1 and offset % 2 == 0
        assert offset / cuts.ratio <= cuts.margin_px and offset + cuts.shown_px <= cuts.scaled_px


@pytest.mark.parametrize(("length", "shown_px"), SHAPES)
def test_known_shapes_cost_little(length: int, shown_px: int) -> None:
    """Usual windows need a margin of a few per cent, or move by a fraction where sizes are multiples."""
    cuts, canvas_px = cuts_of(length, shown_px, 2)
    assert (canvas_px != 1) == (Fraction(shown_px, length) in (Fraction(1, 2), 1, 2))
    assert cuts.margin_px <= 0.05 * length


def test_a_still_window_needs_nothing_of_this() -> None:
    """One key is rendered by the plain crop; an axis that rests on an even pixel has one cut."""
    assert moving_window(master(), ((0, 656, 0, 608, 1080),), 0, 1080, 1920) is None
    moving = moving_window(master(), ((0, 656, 0, 608, 1080), (9, 700, 0, 608, 1080)), 0, 1080, 1920)
    assert moving is not None and moving.down.cuts is None and moving.across.cuts is not None
    assert moving.scaled_height == 1920


def test_an_odd_rest_is_kept_while_the_other_axis_moves() -> None:
    """Two pixels would be lost by rounding."""
    moving = moving_window(master(), ((0, 656, 13, 400, 712), (9, 700, 13, 400, 712)), 0, 1080, 1920)
    assert moving is not None and moving.down.cuts is not None


@pytest.mark.parametrize(
    ("pixel_format", "steps"),
    [("yuv420p", (2, 2)), ("yuv422p10le", (2, 2)), ("yuv411p", (4, 2)), ("yuv410p", (4, 4)), ("gbrp", (2, 2))],
)
def test_where_a_crop_can_begin(pixel_format: str, steps: tuple[int, int]) -> None:
    """DV's chroma has one sample for four pixels."""
    assert crop_steps(pixel_format) == steps


def value_of(expression: str, n: int) -> float:
    """FFmpeg's expression, read as Python."""
    words = expression.replace("if(", "choose(").replace("inf", "1e18")
    return eval(words, {"choose": lambda c, a, b: a if c else b, "lt": lambda a, b: a < b, "n": n})


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 20000)), min_size=1, max_size=60))
def test_an_expression_goes_through_all_keys(steps: list[tuple[int, int]]) -> None:
    """Straight between neighbours, held outside, whatever the keys."""
    places, at = [], 0
    for gap, hundredths in steps:
        places.append((at, hundredths / 100))
        at += gap
    expression = path_expression(places)
    for (a, x), (b, y) in zip(places, places[1:], strict=False):
        for n in range(a, b):
            assert value_of(expression, n) == pytest.approx(x + (y - x) * (n - a) / (b - a), abs=1e-6)
    assert value_of(expression, at + 50) == places[-1][1]


def test_expressions_are_shallow() -> None:
    """Thousands of keys lie a dozen deep: FFmpeg takes 99."""
    expression = path_expression([(n, n * 37 % 400 + 0.5) for n in range(5000)])
    depth = deepest = 0
    for letter in expression:
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    assert deepest < 30


def test_rests_are_plain_numbers() -> None:
    """A window that rests, pans and rests is told in as many words."""
    told = path_expression([(0, 656), (10, 656), (30, 700.5), (90, 700.5)])
    assert told == "if(lt(n,10),656,if(lt(n,30),656+44.5*(n-10)/20,700.5))"


def test_a_long_graph_goes_into_a_file(tmp_path) -> None:
    """By the word that the version knows; a short one stays on the command line."""
    one = part(crop=tuple((n, float(n % 50), 0, 608, 1080) for n in range(3000)), end_frame=3000)
    args = parts_command(master(), [one], {one.key: "o.mp4"}, {})
    graph = args[args.index("-filter_complex") + 1]
    assert len(graph) > LONGEST_GRAPH
    for version, word in (
        ("5.1.9", "-filter_complex_script"),
        ("7.0.2", "-/filter_complex"),
        ("N-1", "-/filter_complex"),
    ):
        given_args = with_graph_file(args, version, tmp_path / "x.graph")
        assert given_args[given_args.index(word) + 1] == "x.graph"
        assert (tmp_path / "x.graph").read_text() == graph
        assert max(map(len, given_args)) < LONGEST_GRAPH
    short = parts_command(master(), [part()], {one.key: "o.mp4"}, {})
    assert with_graph_file(short, "9.0", tmp_path / "y.graph") == short

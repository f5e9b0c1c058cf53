"""Where the window looks: inside the master, even, of the canvas's shape, as near to the focus as it goes."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import master, plan_of, preset, variant_of

from variantgen.plan.contract import plan_json
from variantgen.plan.reframe import crop_rectangle

SHARE = st.floats(0, 1)
SIDE = st.integers(2, 8192)
CANVAS_SIDE = st.integers(8, 2160).map(lambda half: 2 * half)


@pytest.mark.parametrize(
    ("size", "canvas", "focus", "expected"),
    [
        ((1920, 1080), (1080, 1920), None, (656, 0, 608, 1080)),
        ((1920, 1080), (1080, 1920), (0.0, 0.5), (0, 0, 608, 1080)),
        ((1920, 1080), (1080, 1920), (1.0, 0.5), (1312, 0, 608, 1080)),
        ((1920, 1080), (1080, 1920), (0.25, 0.9), (176, 0, 608, 1080)),
        ((1920, 1080), (1080, 1080), None, (420, 0, 1080, 1080)),
        ((1920, 1080), (1080, 1350), None, (528, 0, 864, 1080)),
        ((1920, 1080), (1920, 1080), (0.1, 0.1), (0, 0, 1920, 1080)),
        ((1080, 1920), (1920, 1080), (0.5, 0.25), (0, 176, 1080, 608)),
        ((1921, 1081), (1280, 720), None, (0, 0, 1920, 1080)),
        ((2, 2), (1080, 1920), None, (0, 0, 2, 2)),
    ],
)
def test_windows_of_known_masters(
    size: tuple[int, int],
    canvas: tuple[int, int],
    focus: tuple[float, float] | None,
    expected: tuple[int, int, int, int],
) -> None:
    """The windows that an editor would draw by hand."""
    assert crop_rectangle(master(width=size[0], height=size[1]), *canvas, focus) == expected


@given(width=SIDE, height=SIDE, to_width=CANVAS_SIDE, to_height=CANVAS_SIDE, focus=st.tuples(SHARE, SHARE))
def test_a_window_lies_inside_and_is_even(
    width: int, height: int, to_width: int, to_height: int, focus: tuple[float, float]
) -> None:
    """Whatever the sizes and the focus, no pixel outside the master is asked for and chroma stays aligned."""
    window = crop_rectangle(master(width=width, height=height), to_width, to_height, focus)
    x, y, w, h = window
    assert 0 <= x < x + w <= width
    assert 0 <= y < y + h <= height
    assert [side % 2 for side in window] == [0, 0, 0, 0]


@given(width=SIDE, height=SIDE, to_width=CANVAS_SIDE, to_height=CANVAS_SIDE)
def test_a_window_has_the_canvas_shape_and_fills_the_master(
    width: int, height: int, to_width: int, to_height: int
) -> None:
    """It is as large as the master allows, and its shape is off by less than 2 px of either side."""
    _, _, w, h = crop_rectangle(master(width=width, height=height), to_width, to_height, None)
    shape = Fraction(to_width, to_height)
    assert abs(w - h * shape) <= 2 or abs(h - w / shape) <= 2 or min(w, h) == 2
    assert w >= width - 1 or h >= height - 1


@given(width=st.integers(64, 4096), height=st.integers(64, 4096), focus=st.tuples(SHARE, SHARE))
def test_the_focus_is_in_the_window_and_central_where_there_is_room(
    width: int, height: int, focus: tuple[float, float]
) -> None:
    """What `--focus` points at is kept, and in the middle unless the master ends first."""
    x, y, w, h = crop_rectangle(master(width=width, height=height), 1080, 1920, focus)
    for at, start, length, whole in ((focus[0] * width, x, w, width), (focus[1] * height, y, h, height)):
        assert start - 1 <= at <= start + length + 1
        is_at_an_edge = start <= 1 or start + length >= whole - 2
        assert is_at_an_edge or abs(start + length / 2 - at) <= 2


def test_the_focus_of_the_wishes_reaches_the_crop_path() -> None:
    """A focus at the left edge gives one keyframe there, held for the whole piece."""
    (piece,) = variant_of(focus=(0.0, 0.5)).pieces
    assert piece.crop == ((0, 0, 0, 608, 1080),)


@pytest.mark.parametrize("fit", ["blur", "pad"])
def test_only_a_crop_carries_a_crop(fit: str) -> None:
    """Fits that show the whole picture have no window, in the plan and in its JSON."""
    plan = plan_of(preset(canvas={"width": 1080, "height": 1920, "fit": fit}))
    (piece,) = plan.variants[0].pieces
    assert (piece.fit, piece.crop) == (fit, ())
    assert "crop" not in plan_json(plan)["variants"][0]["pieces"][0]


def test_the_wished_fit_wins_over_the_presets() -> None:
    """`--fit blur` holds for every placement."""
    variant = variant_of(preset(canvas={"width": 1080, "height": 1920, "fit": "pad"}), fit="blur")
    assert variant.pieces[0].fit == "blur"
    assert any("blurred copy" in why for why in variant.why)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((1920, 1080), "cropped to 9:16 from x 656: 32% of the picture is kept"),
        ((1080, 1920), "the whole picture, which has the canvas's shape"),
        ((640, 360), "enlarged 5.3 times, it will look soft"),
    ],
)
def test_the_framing_is_told(size: tuple[int, int], words: str) -> None:
    """An editor reads what is lost and what will look soft."""
    assert any(words in why for why in variant_of(film=master(width=size[0], height=size[1])).why)

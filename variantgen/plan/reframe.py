"""The largest window of a canvas's shape, and how a fit is told."""

from __future__ import annotations

from fractions import Fraction

from variantgen.model import Fit, Master

Window = tuple[int, int, int, int]
SOFT_SCALE = 2.0
"""Enlarging beyond this is told: the picture will look soft."""


def largest_window(width: int, height: int, shape: Fraction) -> tuple[int, int]:
    """Width and height, both even, of the largest window of a shape (width to height) inside a picture."""
    if Fraction(width, height) >= shape:
        window_height = _even(height)
        return min(_even(width), _even(round(window_height * shape))), window_height
    window_width = _even(width)
    return window_width, min(_even(height), _even(round(window_width / shape)))


def crop_rectangle(master: Master, width: int, height: int, focus: tuple[float, float] | None) -> Window:
    """The largest even window of the canvas's shape inside the master, x, y, w, h, as near to the focus as it goes."""
    window_width, window_height = largest_window(master.width, master.height, Fraction(width, height))
    x_focus, y_focus = focus or (0.5, 0.5)
    return (
        _place(x_focus, master.width, window_width),
        _place(y_focus, master.height, window_height),
        window_width,
        window_height,
    )


def _even(length: int) -> int:
    return max(2, length - length % 2)


def _place(share: float, whole: int, part: int) -> int:
    at = round(share * whole - part / 2)
    # even, because 4:2:0 chroma has no odd positions
    return 2 * (max(0, min(at, whole - part)) // 2)


def fit_words(
    master: Master, width: int, height: int, fit: Fit, window: Window | None, *, is_still: bool = True
) -> tuple[str, ...]:
    """The framing told as an editor would tell it."""
    if fit != "crop" or window is None:
        behind = "a blurred copy of itself" if fit == "blur" else "plain bars"
        return (f"the whole picture over {behind}",)
    x, y, w, h = window
    share = w * h / (master.width * master.height)
    words = []
    if share > 0.995:
        words.append("the whole picture, which has the canvas's shape")
    else:
        side = f" from x {x}" if w < master.width - 1 else f" from y {y}"
        place = side if is_still else ""
        words.append(f"cropped to {_ratio(width, height)}{place}: {share:.0%} of the picture is kept")
    scale = width / w
    if scale > SOFT_SCALE:
        words.append(f"enlarged {scale:.1f} times, it will look soft")
    return tuple(words)


def _ratio(width: int, height: int) -> str:
    shape = Fraction(width, height).limit_denominator(20)
    return f"{shape.numerator}:{shape.denominator}"

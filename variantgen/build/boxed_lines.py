"""Lines of type, each in a box of its own: the headline that reads on any picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from variantgen.build.card_layers import Box, Layer, Span, moved, rounded, stacked, stage, still_text
from variantgen.build.card_type import FittedText, NoRoomError

if TYPE_CHECKING:
    from PIL import Image

_PAD_X_EM, _PAD_Y_EM, _GAP_EM, _RADIUS_EM = 0.3, 0.19, 0.05, 0.14
PITCH = 1.36
_STEPS = (1.0, 0.75, 0.55, 0.4, 0.3)


@dataclass(frozen=True)
class BoxedText:
    """A fitted text with room for its boxes around it, in pixels."""

    text: FittedText
    pad_x: int
    pad_y: int
    width: int
    height: int


def fit_boxed(
    fit: Callable[[tuple[int, int], float], FittedText], room: tuple[int, int], *, largest: float, short_px: int
) -> BoxedText:
    """The text at the largest size at which it and its boxes fit a room.

    `fit(room, largest)` sets it, `largest` a share of the canvas's short side. NoRoomError where no size fits.
    """
    best: BoxedText | None = None
    # the boxes' room goes with the size, which is not known before the text is set
    for step in _STEPS:
        size_px = largest * step * short_px
        inner = (room[0] - 2 * round(_PAD_X_EM * size_px), room[1] - 2 * round(_PAD_Y_EM * size_px))
        try:
            text = fit(inner, largest * step)
        except NoRoomError:
            continue
        pad_x, pad_y = round(_PAD_X_EM * text.size_px), round(_PAD_Y_EM * text.size_px)
        if best is None or text.size_px > best.text.size_px:
            best = BoxedText(text, pad_x, pad_y, text.width + 2 * pad_x, text.height + 2 * pad_y)
        if text.size_px >= 0.75 * size_px:
            break
    if best is None:
        raise NoRoomError
    return best


def boxed_lines(boxed: BoxedText, at: tuple[int, int], colours: tuple[str, str], *, start: float) -> Layer:
    """Boxes that open one after another from the side where reading starts, then show their line.

    `colours` are the boxes' and the letters'; the layer is `boxed.width` x `boxed.height` large at `at`.
    """
    text = boxed.text
    layers: list[Layer] = []
    gap_px = max(1, round(_GAP_EM * text.size_px))
    row_px = text.lines[0].ink.height
    pad_y = boxed.pad_y
    if len(text.lines) > 1:
        pad_y = max(1, min(pad_y, (text.lines[1].top - text.lines[0].top - gap_px - row_px) // 2))
    delay = min(0.14, 0.5 / len(text.lines))
    for number, line in enumerate(text.lines):
        begin = start + number * delay
        box: Box = (line.left, boxed.pad_y + line.top - pad_y, line.ink.width + 2 * boxed.pad_x, row_px + 2 * pad_y)
        alone = FittedText(text.size_px, line.ink.width, row_px, (replace(line, left=0, top=0),), text.is_rtl)
        words = still_text(alone, (boxed.pad_x, pad_y), colours[1], span=(begin + 0.2, begin + 0.75))
        shape = rounded((0, 0, *box[2:]), colours[0], round(_RADIUS_EM * text.size_px), span=(begin, begin + 0.6),
                        is_rtl=text.is_rtl)  # fmt: skip
        layers.append(_opening(box, shape, words, span=(begin, begin + 0.6), is_rtl=text.is_rtl))
    return stacked((*at, boxed.width, boxed.height), [moved(layer, at) for layer in layers])


def _opening(box: Box, shape: Layer, words: Layer, *, span: Span, is_rtl: bool) -> Layer:
    """A box that opens, and its words as far as it is open."""
    whole = stacked((0, 0, *box[2:]), (shape, words))

    def paint(picture: Image.Image, progress: float) -> None:
        """Draws as much of it as is open."""
        from PIL import Image

        length = round(box[2] * stage(progress, *span))
        if length:
            clip = Image.new("L", box[2:])
            clip.paste(255, (box[2] - length if is_rtl else 0, 0, box[2] if is_rtl else length, box[3]))
            painted = picture.copy()
            whole.paint(painted, progress)
            picture.paste(painted, (0, 0), clip)

    return Layer(box, paint)

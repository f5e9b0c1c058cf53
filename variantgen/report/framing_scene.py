"""What one moment of a framing preview shows, and how it is drawn: subjects, the window, what lies outside darkened."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from variantgen.model import SubjectKind

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

KIND_COLOURS: dict[SubjectKind, str] = {
    "face": "#ffd166",
    "person": "#4cc9f0",
    "animal": "#80ed99",
    "vehicle": "#ff9f1c",
    "thing": "#ff7ab6",
    "text": "#c8b6ff",
}
WINDOW_COLOURS = ("#ffffff", "#ffb4a2")
"""Of the only or upper window, and of the lower one of a split."""
OUTSIDE = (0, 0, 0, 165)
INK, CLEAR = "#101214", (0, 0, 0, 0)
TAG_PX = 17

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class SceneBox:
    """A subject's box, x, y, w, h in the master's pixels; `is_framed` where the window is there for its sake."""

    id: int
    kind: SubjectKind
    confidence: float
    box: Box
    is_framed: bool = False

    @property
    def label(self) -> str:
        """`3 face 92%`: the number is what a framing file calls it by."""
        return f"{self.id} {self.kind} {self.confidence:.0%}"


@dataclass(frozen=True)
class Scene:
    """One frame of the master: windows (name, box), subjects, and the words below.

    No window and `is_used`: the whole picture is kept. Not `is_used`: the variant leaves this frame out.
    """

    heading: str
    why: str = ""
    windows: tuple[tuple[str, Box], ...] = ()
    subjects: tuple[SceneBox, ...] = ()
    is_used: bool = True


def draw_marks(scene: Scene, size: tuple[int, int], scale: float, *, height: int | None = None) -> Image:
    """A see-through RGBA picture of `size` to lay over a frame that was scaled by `scale`.

    With a `height` it is that high; what is below the frame is opaque, for words.
    """
    from PIL import Image, ImageDraw

    width, picture_height = size
    marks = Image.new("RGBA", (width, height or picture_height), INK)
    draw = ImageDraw.Draw(marks)
    is_cropped = bool(scene.windows) or not scene.is_used
    draw.rectangle((0, 0, width - 1, picture_height - 1), fill=OUTSIDE if is_cropped else CLEAR)
    windows = [(name, _scaled(box, scale, size)) for name, box in scene.windows]
    if scene.is_used and not windows:
        windows = [("", (0, 0, width - 1, picture_height - 1))]
    for _, box in windows:
        draw.rectangle(box, fill=CLEAR)
    for subject in sorted(scene.subjects, key=lambda one: one.is_framed):
        _draw_subject(draw, subject, _scaled(subject.box, scale, size), size)
    for (name, box), colour in zip(windows, WINDOW_COLOURS, strict=False):
        draw.rectangle(box, outline=INK, width=1)
        draw.rectangle((box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1), outline=colour, width=2)
        if name:
            _draw_tag(draw, name, (box[0] + 3, box[3] - TAG_PX - 2), colour, size)
    return marks


def _scaled(box: Box, scale: float, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """First and last pixel of a box on the small picture, inside it and never inside out."""
    x, y, w, h = (value * scale for value in box)
    left, top = max(0, min(round(x), size[0] - 4)), max(0, min(round(y), size[1] - 4))
    right, bottom = min(size[0], round(x + w)) - 1, min(size[1], round(y + h)) - 1
    return left, top, max(right, left + 3), max(bottom, top + 3)


def _draw_subject(draw: ImageDraw, subject: SceneBox, box: tuple[int, int, int, int], size: tuple[int, int]) -> None:
    colour = KIND_COLOURS[subject.kind]
    draw.rectangle(box, outline=colour, width=3 if subject.is_framed else 1)
    above = box[1] - TAG_PX
    top = above if above >= 0 else min(box[1], size[1] - TAG_PX)
    _draw_tag(draw, subject.label, (box[0], top), colour, size)


def _draw_tag(draw: ImageDraw, text: str, at: tuple[int, int], colour: str, size: tuple[int, int]) -> None:
    letters = _letters(text, 13, True)
    width = letters.width + 6
    x, y = max(0, min(at[0], size[0] - width)), at[1]
    draw.rectangle((x, y, x + width, y + TAG_PX - 1), fill=colour)
    draw.bitmap((x + 4, y), letters, fill=INK)


def write(draw: ImageDraw, at: tuple[int, int], text: str, size_px: int, colour: str, *, is_bold: bool) -> None:
    """Draws a line of text with its top left corner at a place; the same text twice is set once."""
    draw.bitmap(at, _letters(text, size_px, is_bold), fill=colour)


@lru_cache(maxsize=256)
def _letters(text: str, size_px: int, is_bold: bool) -> Image:
    from PIL import Image, ImageDraw

    face = font(size_px, is_bold=is_bold)
    letters = Image.new("L", (max(1, round(face.getlength(text)) + 2), size_px + size_px // 2))
    ImageDraw.Draw(letters).text((0, 0), text, fill=255, font=face)
    return letters


@lru_cache(maxsize=256)
def wrapped(text: str, size_px: int, width_px: float, most_lines: int, *, is_bold: bool = False) -> tuple[str, ...]:
    """The text in lines no wider than `width_px`; what does not fit ends in an ellipsis."""
    face = font(size_px, is_bold=is_bold)
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most_lines:
        line = words.pop(0)
        while words and face.getlength(f"{line} {words[0]}") <= width_px:
            line += " " + words.pop(0)
        lines.append(line)
    if words:
        lines[-1] += "…"
    return tuple(_clipped(line, face, width_px) for line in lines)


def _clipped(line: str, face: FreeTypeFont, width_px: float) -> str:
    if face.getlength(line) <= width_px:
        return line
    while line and face.getlength(line + "…") > width_px:
        line = line[:-1]
    return line.rstrip("… ") + "…"


@lru_cache(maxsize=16)
def font(size_px: int, *, is_bold: bool = False) -> FreeTypeFont:
    """The vendored face in a size."""
    from PIL import ImageFont

    from variantgen.fonts import font_path

    return ImageFont.truetype(str(font_path(bold=is_bold)), size_px)

"""The frames that are laid over a small copy of a master: marks on the picture, words in a strip below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from variantgen.report.framing_scene import Scene, draw_marks, font, wrapped, write

if TYPE_CHECKING:
    from PIL.Image import Image

STRIP_PX = 66
"""Below the picture: one bold line and two plain ones; even, as 4:2:0 needs it."""

_INSET_PX = 8
_TEXT, _FAINT = "#f2f3f5", "#b9c0c8"


def proxy_marks(
    scene_at: Callable[[int], Scene], frames: int, *, step: int, size: tuple[int, int], scale: float, badge: str
) -> Iterator[bytes]:
    """Raw RGBA pictures of width x (height + STRIP_PX), one for each of `frames` frames of the small copy.

    `scene_at` is asked for every `step`th frame of the master; `scale` is the small copy's size over the master's;
    `badge` stands at the right of the strip.
    """
    last: tuple[Scene, bytes] | None = None
    for frame in range(frames):
        scene = scene_at(frame * step)
        if last is None or last[0] != scene:
            last = scene, _drawn(scene, size, scale, badge).tobytes()
        yield last[1]


def _drawn(scene: Scene, size: tuple[int, int], scale: float, badge: str) -> Image:
    from PIL import ImageDraw

    width, height = size
    picture = draw_marks(scene, size, scale, height=height + STRIP_PX)
    draw = ImageDraw.Draw(picture)
    room = width - 2 * _INSET_PX
    badge = "".join(wrapped(badge, 15, room / 2, 1, is_bold=True))
    badge_width = round(font(15, is_bold=True).getlength(badge))
    write(draw, (width - badge_width - _INSET_PX, height + 4), badge, 15, _FAINT, is_bold=True)
    heading = "".join(wrapped(scene.heading, 15, room - badge_width - _INSET_PX, 1, is_bold=True))
    write(draw, (_INSET_PX, height + 4), heading, 15, _TEXT, is_bold=True)
    for row, line in enumerate(wrapped(scene.why, 14, room, 2)):
        write(draw, (_INSET_PX, height + 25 + 18 * row), line, 14, _FAINT, is_bold=False)
    return picture

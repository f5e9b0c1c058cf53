"""The framing sheet: shot by shot one to three frames of the master with the window drawn in, and why it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from variantgen.report.framing_scene import Scene, draw_marks, font, wrapped
from variantgen.report.replacing import replace_file

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

MOST_TILES = 60
COLUMNS = 4
TILE_PX = 540
"""A tile's longer side."""

_MARGIN_PX, _GAP_PX, _HEADING_PX, _ROW_GAP_PX = 40, 20, 84, 28
_LEAST_WIDTH_PX = 300
_LINE_PX = 23
_MOST_LINES = 4
_QUALITY = 88
_BACKGROUND, _TEXT, _FAINT, _BAD = "#101214", "#f2f3f5", "#aab2bb", "#ff7a7a"


@dataclass(frozen=True)
class Tile:
    """One frame of the master: its number, its moment, and what is drawn on it."""

    frame: int
    time: str
    scene: Scene


@dataclass(frozen=True)
class ShotTiles:
    """A shot on the sheet: one to three tiles side by side, its heading, and lines of text below.

    `warning` is the share of the shot that loses its subject, told in red; empty where that is fine.
    """

    heading: str
    words: tuple[str, ...]
    tiles: tuple[Tile, ...]
    warning: str = ""


@dataclass(frozen=True)
class _Place:
    shot: ShotTiles
    x: int
    y: int


def write_framing_sheet(
    path: Path,
    title: str,
    remark: str,
    shots: Sequence[ShotTiles],
    pictures: dict[int, Image],
    *,
    master_width: int,
) -> Path:
    """Draws the sheet as a JPEG; `pictures` are the tiles' frames by number, all of one size.

    Raises UserError when the file cannot be written.
    """
    sheet = _draw(title, remark, shots, pictures, master_width)
    return replace_file(path, lambda file: sheet.save(file, "JPEG", quality=_QUALITY, subsampling=0))


def _draw(title: str, remark: str, shots: Sequence[ShotTiles], pictures: dict[int, Image], master_width: int) -> Image:
    from PIL import Image, ImageDraw

    first = next(iter(pictures.values()))
    factor = TILE_PX / max(first.size)
    size = (max(1, round(first.width * factor)), max(1, round(first.height * factor)))
    cell = max(size[0], _LEAST_WIDTH_PX)
    places, height = _lay_out(shots, cell, size[1])
    right = max((place.x + _width(place.shot, cell) for place in places), default=0)
    width = _MARGIN_PX + max(right, _MARGIN_PX + 2 * cell + _GAP_PX)
    sheet = Image.new("RGB", (width, height), _BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    draw.text((_MARGIN_PX, 30), title, fill=_TEXT, font=font(28, is_bold=True))
    draw.text((_MARGIN_PX, 70), remark, fill=_FAINT, font=font(19))
    for place in places:
        for column, tile in enumerate(place.shot.tiles):
            picture = _marked(pictures[tile.frame], tile.scene, size, size[0] / master_width)
            sheet.paste(picture, (place.x + column * (cell + _GAP_PX), place.y))
        _draw_words(draw, place, cell, size[1])
    return sheet


def _lay_out(shots: Sequence[ShotTiles], cell: int, tile_height: int) -> tuple[list[_Place], int]:
    """Shots from left to right in rows of COLUMNS tiles, none broken over two rows; and the sheet's height."""
    places: list[_Place] = []
    y, column, row_height = _MARGIN_PX + _HEADING_PX, 0, 0
    for shot in shots:
        if column + len(shot.tiles) > COLUMNS:
            y, column, row_height = y + row_height + _ROW_GAP_PX, 0, 0
        places.append(_Place(shot, _MARGIN_PX + column * (cell + _GAP_PX), y))
        column += len(shot.tiles)
        row_height = max(row_height, tile_height + 44 + _LINE_PX * len(_lines(shot, cell)))
    return places, y + row_height + _MARGIN_PX


def _marked(picture: Image, scene: Scene, size: tuple[int, int], scale: float) -> Image:
    from PIL import Image

    small = picture.resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    small.alpha_composite(draw_marks(scene, size, scale))
    return small.convert("RGB")


def _width(shot: ShotTiles, cell: int) -> int:
    return len(shot.tiles) * cell + (len(shot.tiles) - 1) * _GAP_PX


def _lines(shot: ShotTiles, cell: int) -> list[tuple[str, str]]:
    """Text below a shot and its colour."""
    width = _width(shot, cell)
    warned = [(line, _BAD) for line in wrapped(shot.warning, 17, width, 2, is_bold=True)]
    return warned + [(line, _FAINT) for words in shot.words for line in wrapped(words, 17, width, _MOST_LINES)]


def _draw_words(draw: ImageDraw, place: _Place, cell: int, tile_height: int) -> None:
    bold, plain = font(19, is_bold=True), font(17)
    y = place.y + tile_height + 8
    for column, tile in enumerate(place.shot.tiles):
        x = place.x + column * (cell + _GAP_PX)
        if column == 0:
            draw.text((x, y), place.shot.heading, fill=_TEXT, font=bold)
        draw.text((x + cell, y + 2), tile.time, fill=_FAINT, font=plain, anchor="ra")
    for row, (line, colour) in enumerate(_lines(place.shot, cell)):
        face = font(17, is_bold=colour == _BAD)
        draw.text((place.x, y + 30 + _LINE_PX * row), line, fill=colour, font=face)

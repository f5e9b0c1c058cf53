"""The contact sheet: one thumbnail a picture variant, in rows by shape, as a PNG."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen.media.frames import frame_at
from variantgen.report import wording
from variantgen.report.replacing import replace_file
from variantgen.report.wording import Entry

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

FILE_NAME = "contact-sheet.png"

_WIDEST_PX = 2400
_MARGIN_PX = 40
_GAP_PX = 24
_LABEL_PX = 62
_HEADING_PX = 52
_THUMBNAIL_AREA_PX = 300 * 300
"""Every thumbnail has about this area, so that no shape outweighs another."""

_MOST_THUMBNAILS = 300
"""Keeps the sheet below what picture viewers open; a line says how many are left out."""

_WHERE = 0.4
_EARLY = 0.15
"""Frame at 40 % of the length, or at a keyframe from 25 % on: finding that one decodes a single frame."""

_LAYOUT_VERSION = 1
_DRAWN_FROM = "variantgen"
"""The PNG's text field that names what the sheet was drawn from."""

_BACKGROUND, _TILE, _BORDER = "#101214", "#1b1e22", "#2b3036"
_TEXT, _FAINT, _GOOD, _BAD = "#f2f3f5", "#9aa3ad", "#3ecf8e", "#ff5d5d"


@dataclass(frozen=True)
class _Place:
    """Where one thumbnail goes on the sheet, in pixels; its label stands below."""

    entry: Entry
    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True)
class _Layout:
    """The whole sheet in pixels."""

    width: int
    height: int
    headings: tuple[tuple[str, int], ...]
    places: tuple[_Place, ...]
    left_out: int


def write_contact_sheet(folder: Path, manifest: dict[str, Any]) -> Path:
    """Draw the sheet of everything in `folder`, unless the one that is there shows exactly that already."""
    path = folder / FILE_NAME
    entries = [entry for entry in manifest["variants"].values() if wording.has_picture(entry)]
    drawn_from = _identity(entries)
    if _shows(path, drawn_from):
        return path
    sheet = _draw(folder, _lay_out(entries))
    return replace_file(path, lambda file: sheet.save(file, "PNG", pnginfo=_text_field(drawn_from)))


def _identity(entries: list[Entry]) -> str:
    shown = [[entry["file"], entry.get("sha256"), *_label(entry), wording.is_failed(entry)] for entry in entries]
    return hashlib.sha256(json.dumps([_LAYOUT_VERSION, shown]).encode()).hexdigest()


def _shows(path: Path, drawn_from: str) -> bool:
    from PIL import Image

    try:
        with Image.open(path) as sheet:
            return sheet.info.get(_DRAWN_FROM) == drawn_from
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False


def _text_field(drawn_from: str) -> Any:
    from PIL.PngImagePlugin import PngInfo

    fields = PngInfo()
    fields.add_text(_DRAWN_FROM, drawn_from)
    return fields


def _lay_out(entries: list[Entry]) -> _Layout:
    shown = entries[:_MOST_THUMBNAILS]
    headings, places, y = [], [], _MARGIN_PX
    for name, word, rows in wording.by_shape(shown):
        headings.append((f"{word}  {name}", y))
        y += _HEADING_PX
        w, h = _thumbnail_size(rows[0]["width"] / rows[0]["height"])
        columns = max(1, (_WIDEST_PX - 2 * _MARGIN_PX + _GAP_PX) // (w + _GAP_PX))
        for number, entry in enumerate(rows):
            row, column = divmod(number, columns)
            places.append(_Place(entry, _MARGIN_PX + column * (w + _GAP_PX), y + row * (h + _LABEL_PX + _GAP_PX), w, h))
        y += -(-len(rows) // columns) * (h + _LABEL_PX + _GAP_PX) + _GAP_PX
    width = max((place.x + place.w for place in places), default=600) + _MARGIN_PX
    return _Layout(width, max(y, 200), tuple(headings), tuple(places), len(entries) - len(shown))


def _thumbnail_size(ratio: float) -> tuple[int, int]:
    # a banner or a ticker must neither leave the sheet nor vanish
    ratio = min(4.0, max(0.25, ratio))
    return round((_THUMBNAIL_AREA_PX * ratio) ** 0.5), round((_THUMBNAIL_AREA_PX / ratio) ** 0.5)


def _draw(folder: Path, layout: _Layout) -> Image:
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (layout.width, layout.height), _BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    for heading, y in layout.headings:
        draw.text((_MARGIN_PX, y + 4), heading, fill=_FAINT, font=_font(24, is_bold=True))
    for place in layout.places:
        _draw_thumbnail(sheet, draw, folder, place)
    if not layout.places:
        draw.text((_MARGIN_PX, _MARGIN_PX), "No picture variants.", fill=_FAINT, font=_font(24))
    if layout.left_out:
        said = f"{wording.plural(layout.left_out, 'variant')} more in gallery.html"
        draw.text((_MARGIN_PX, layout.height - _MARGIN_PX), said, fill=_FAINT, font=_font(22))
    return sheet


def _draw_thumbnail(sheet: Image, draw: ImageDraw, folder: Path, place: _Place) -> None:
    from PIL import ImageOps

    entry, box = place.entry, (place.x, place.y, place.x + place.w, place.y + place.h)
    picture = frame_at(folder / entry["file"], _WHERE, early=_EARLY) if wording.is_present(entry) else None
    draw.rectangle(box, fill=_TILE)
    if picture is not None:
        small = ImageOps.contain(picture, (place.w, place.h))
        sheet.paste(small, (place.x + (place.w - small.width) // 2, place.y + (place.h - small.height) // 2))
    else:
        said = "not made" if wording.is_failed(entry) else "no picture"
        middle = (place.x + place.w / 2, place.y + place.h / 2)
        draw.text(middle, said, fill=_FAINT, font=_font(20), anchor="mm")
    draw.rectangle((box[0], box[1], box[2] - 1, box[3] - 1), outline=_BORDER)
    _draw_label(draw, place)


def _draw_label(draw: ImageDraw, place: _Place) -> None:
    name, facts = _label(place.entry)
    y = place.y + place.h + 10
    _draw_mark(draw, place.x, y + 2, is_good=wording.is_present(place.entry))
    bold, plain = _font(19, is_bold=True), _font(16)
    draw.text((place.x + 30, y), _fitted(draw, name, bold, place.w - 30), fill=_TEXT, font=bold)
    draw.text((place.x, y + 28), _fitted(draw, facts, plain, place.w), fill=_FAINT, font=plain)


def _label(entry: Entry) -> tuple[str, str]:
    facts = [wording.size_on_screen(entry), wording.duration(entry)]
    facts += [f"{wording.megabytes(entry)} MB"] if wording.is_present(entry) else []
    name = " · ".join([entry["preset"], *entry.get("levels", {}).values()])
    return " ".join(name.split()), "  ".join(facts)


def _draw_mark(draw: ImageDraw, x: int, y: int, *, is_good: bool) -> None:
    # a tick and a cross, because red and green alone do not tell everyone
    draw.ellipse((x, y, x + 20, y + 20), fill=_GOOD if is_good else _BAD)
    if is_good:
        draw.line((x + 5, y + 10, x + 9, y + 14, x + 15, y + 6), fill=_BACKGROUND, width=3)
    else:
        draw.line((x + 6, y + 6, x + 14, y + 14), fill=_BACKGROUND, width=3)
        draw.line((x + 14, y + 6, x + 6, y + 14), fill=_BACKGROUND, width=3)


def _fitted(draw: ImageDraw, text: str, font: Any, width_px: int) -> str:
    if draw.textlength(text, font=font) <= width_px:
        return text
    while text and draw.textlength(text + "…", font=font) > width_px:
        text = text[:-1]
    return text + "…"


@lru_cache(maxsize=8)
def _font(size_px: int, *, is_bold: bool = False) -> FreeTypeFont:
    from PIL import ImageFont

    from variantgen.fonts import font_path

    return ImageFont.truetype(str(font_path(bold=is_bold)), size_px)

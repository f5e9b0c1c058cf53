"""Fonts that tests make: boxes of known widths under known characters, with a ligature and colour layers if wanted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen


def _box(width: int, height: int):
    pen = TTGlyphPen(None)
    corners = [(40, 0), (40, height), (width - 40, height), (width - 40, 0)]
    pen.moveTo(corners[0])
    for corner in corners[1:]:
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def make_font(
    path: Path,
    family: str,
    advances: Mapping[str, int],
    *,
    height: int = 700,
    ligatures: Mapping[str, str] | None = None,
    has_colours: bool = False,
) -> Path:
    """A font of 1000 units an em: each character a box as wide as its advance, less 40 units on both sides.

    A ligature `{"ab": "c"}` draws a and b in a row as c. With colours every glyph is red.
    """
    names = {character: f"u{ord(character):04X}" for character in advances}
    order = [".notdef", *names.values(), "layer"]
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap({ord(character): name for character, name in names.items()})
    widths = {".notdef": 600, "layer": 1000, **{names[c]: width for c, width in advances.items()}}
    builder.setupGlyf({name: _box(max(width, 100), height) for name, width in widths.items()})
    builder.setupHorizontalMetrics({name: (width, 40) for name, width in widths.items()})
    builder.setupHorizontalHeader(ascent=1200, descent=-400)
    builder.setupOS2(usWinAscent=1200, usWinDescent=400)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupPost()
    if has_colours:
        builder.setupCOLR({name: [("layer", 0)] for name in names.values()})
        builder.setupCPAL([[(1.0, 0.0, 0.0, 1.0)]])
    if ligatures:
        rules = [f"sub {' '.join(names[c] for c in parts)} by {names[whole]};" for parts, whole in ligatures.items()]
        addOpenTypeFeaturesFromString(builder.font, "feature ccmp {\n" + "\n".join(rules) + "\n} ccmp;")
    path.parent.mkdir(parents=True, exist_ok=True)
    builder.save(path)
    return path

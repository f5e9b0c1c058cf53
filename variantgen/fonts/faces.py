"""A font file in, the faces it holds out: names, weight, what they can draw (read by HarfBuzz, nothing decoded)."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

Origin = Literal["vendored", "user", "package", "system", "file"]
"""Where a face was found; `file`: a look names the file itself."""

SUFFIXES: Final = (".ttf", ".otf", ".ttc", ".otc")
BOLD: Final = 700
REGULAR: Final = 400
# usWidthClass of a face that is neither condensed nor expanded
_NORMAL_WIDTH = 5
_OUTLINE_TABLES = frozenset({"glyf", "CFF ", "CFF2"})
_COLOUR_TABLES = frozenset({"CBDT", "sbix"})
# Fonts that draw a box or nothing for every character there is.
_PLACEHOLDERS = ("lastresort", "last resort", "adobe blank", "adobeblank")


@dataclass(frozen=True)
class Face:
    """One face of a font file; `weights` is the range of its weight axis, the same twice where it has none."""

    path: Path
    index: int
    family: str
    weights: tuple[int, int]
    is_upright: bool
    is_normal_width: bool
    is_colour: bool
    needs_whole: bool
    """Shaped by tables that a subset loses (Apple's morx), so its file is used as it is."""
    origin: Origin = "system"

    def weight(self, *, is_bold: bool) -> int:
        """The weight this face is drawn in where bold (700) or regular (400) is wanted: the nearest it has."""
        return min(max(BOLD if is_bold else REGULAR, self.weights[0]), self.weights[1])

    @property
    def is_variable(self) -> bool:
        """Whether its weight is chosen and not given."""
        return self.weights[0] != self.weights[1]


def read_faces(path: Path, origin: Origin = "system") -> tuple[Face, ...]:
    """The usable faces of a font file: with outlines or colour pictures. What is no font has none."""
    import uharfbuzz as hb

    try:
        blob = hb.Blob.from_file_path(str(path))
        count = hb.Face(blob).count
        faces = [_face(hb.Face(blob, index), path, index, origin) for index in range(count)]
    except (OSError, ValueError, RuntimeError, MemoryError, hb.HarfBuzzError):
        return ()
    return tuple(face for face in faces if face is not None)


def _face(face: Any, path: Path, index: int, origin: Origin) -> Face | None:
    tables = set(face.table_tags)
    family = face.get_name(16) or face.get_name(1) or path.stem
    # layered colour (COLR) is only looked for in emoji fonts: a text font may have it for a logo
    is_colour = bool(tables & _COLOUR_TABLES) or ("COLR" in tables and "emoji" in family.lower())
    if not (is_colour or tables & _OUTLINE_TABLES) or "cmap" not in tables or not len(face.unicodes):
        return None
    if family.lower().lstrip(".").startswith(_PLACEHOLDERS):
        return None
    os2 = bytes(face.reference_table("OS/2").data) if "OS/2" in tables else b""
    weight, width = struct.unpack(">HH", os2[4:8]) if len(os2) >= 64 else (REGULAR, _NORMAL_WIDTH)
    selection = struct.unpack(">H", os2[62:64])[0] if len(os2) >= 64 else 0
    axes = {axis.tag: axis for axis in face.axis_infos}
    weights = (int(axes["wght"].min_value), int(axes["wght"].max_value)) if "wght" in axes else (weight, weight)
    return Face(
        path, index, family, weights,
        is_upright=not selection & 1 and "italic" not in (face.get_name(2) or "").lower(),
        is_normal_width=width == _NORMAL_WIDTH,
        is_colour=is_colour,
        needs_whole="morx" in tables and "GSUB" not in tables,
        origin=origin,
    )  # fmt: skip


@lru_cache(maxsize=2048)
def _harfbuzz_face(path: Path, index: int) -> Any:
    import uharfbuzz as hb

    return hb.Face(hb.Blob.from_file_path(str(path)), index)


def harfbuzz_face(face: Face) -> Any:
    """The face as HarfBuzz holds it; its file is mapped, not read."""
    return _harfbuzz_face(face.path, face.index)


@lru_cache(maxsize=2048)
def _code_points(path: Path, index: int) -> Any:
    return _harfbuzz_face(path, index).unicodes


def draws(face: Face, text: str) -> bool:
    """Whether the face has a glyph for every character of `text`."""
    held = _code_points(face.path, face.index)
    return all(ord(character) in held for character in text)


@lru_cache(maxsize=256)
def harfbuzz_font(face: Face, weight: int) -> Any:
    """The face at a weight, its scale one unit per font unit."""
    import uharfbuzz as hb

    font = hb.Font(harfbuzz_face(face))
    if face.is_variable:
        font.set_variations({"wght": float(weight)})
    return font


def features_left_out(text: str) -> tuple[str, ...]:
    """OpenType features that no text is measured or drawn with, so that it looks the same in every libass.

    `locl`: the face was chosen for its language, while libass takes all Han for Japanese and would change its shapes.
    `calt` in hangul: HarfBuzz applies it since 13 and did not before; it widens spaces.
    """
    return ("locl", "calt") if any("가" <= character <= "힣" for character in text) else ("locl",)


@lru_cache(maxsize=256)
def sha256_of(path: Path) -> str:
    """The digest of a font file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def forget_files() -> None:
    """Lets font files be read anew."""
    for remembered in (_harfbuzz_face, _code_points, harfbuzz_font, sha256_of):
        remembered.cache_clear()

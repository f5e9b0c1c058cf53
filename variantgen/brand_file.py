"""A brand file in, the brand and what it brings (pictures, card templates) out, or every complaint at once.

[brand]
background = ["#0A1420", "#12324A"]   # one colour, or two for a gradient
accent = "#FFB454"                    # what is left out follows from these two
text = "#FBF8F2"                      # also muted_text, accent_text and light
heading_font = "brand.ttf"            # a family, or a file beside this one
font = "Inter"

[brand.logo]
file = "logo.png"                     # PNG with alpha; WebP and JPEG do as well
share = 0.2                           # of the canvas's short side
corner = "top-right"
margin = 0.0                          # inside the safe zone, of the short side
opacity = 1.0
plate = false                         # true: on a plate of the background over the film

[brand.watermark]
text = "PREVIEW"                      # or file = "mark.png"

[brand.cards]
title = "hook"                        # a built-in template for --title, or
end = "cards.py:my_end"               # a function of a Python file beside this one, which is run
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from variantgen.errors import UserError, nearest
from variantgen.model.brand import BRAND, Brand, BrandPicture, Corner, Logo, Watermark
from variantgen.presets.reading import read_toml

if TYPE_CHECKING:
    from PIL import Image

PICTURES, TEMPLATES = "pictures", "templates"
"""Kinds of files in the store, as `build.brand_shelf` looks for them."""
LARGEST_BYTES = 20_000_000
LARGEST_PIXELS = 40_000_000
LONGEST_SIDE_PX = 2048
FORMATS = ("PNG", "WEBP", "JPEG")
CORNERS: tuple[str, ...] = get_args(Corner)
COLOURS = ("light", "accent", "text", "muted_text", "accent_text")
FONTS = ("heading_font", "font")
FONT_FILES = (".ttf", ".otf", ".ttc", ".otc")
PICTURE_KEYS = ("file", "share", "corner", "margin", "opacity")
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_FUNCTION = re.compile(r"(.+\.py):([A-Za-z_]\w*)")


@dataclass(frozen=True)
class BrandSource:
    """A brand, and the files that it brings: kind in the store, fingerprint, content."""

    brand: Brand
    files: tuple[tuple[str, str, bytes], ...] = ()


def load_brand(path: Path) -> BrandSource:
    """The brand of a TOML file: its table [brand], or the same keys at the top. UserError with a line for each fault.

    Paths in it begin at the file's folder. Python files that it names are read here and run when a card is drawn.
    """
    tables = read_toml(path)
    version = tables.pop("schema_version", 1)
    faults = [] if version == 1 else [f"{path}: schema_version: value {version} is not allowed: allowed is 1."]
    table = tables.pop("brand", None)
    if table is None:
        table, tables = tables, {}
    faults += [f"{path}: {key}: is not a known key: allowed are schema_version, brand." for key in tables]
    source, more = brand_of_table(table, str(path), path.parent)
    if faults + more:
        raise UserError("\n".join([*faults, *more]))
    return source


def brand_of_table(table: Any, where: str, folder: Path) -> tuple[BrandSource, list[str]]:
    """The brand of a `[brand]` table of any file, and what is wrong with it; `where` begins each complaint."""
    desk = _Desk(where, folder)
    if not isinstance(table, dict):
        return BrandSource(BRAND), [f"{where}: brand: is no table, as in [brand]"]
    desk.known(table, "", ("background", *COLOURS, *FONTS, "logo", "watermark", "cards"))
    colours = {key: desk.colour(table[key], key) for key in COLOURS if key in table}
    ground = desk.background(table.get("background"))
    brand = _coloured(ground, {key: colour for key, colour in colours.items() if colour})
    fonts = {key: desk.font(table.get(key), key) if key in table else "" for key in FONTS}
    brand = replace(brand, heading_font=fonts["heading_font"], font=fonts["font"])
    if isinstance(logo := desk.table(table, "logo"), dict):
        brand = replace(brand, logo=desk.logo(logo))
    if isinstance(mark := desk.table(table, "watermark"), dict):
        brand = replace(brand, watermark=desk.watermark(mark))
    if isinstance(cards := desk.table(table, "cards"), dict):
        brand = replace(brand, templates=tuple(sorted(desk.cards(cards))))
    if not desk.faults:
        from variantgen.build.brand import faint_faults

        desk.faults += [f"{where}: {fault}" for fault in faint_faults(brand)]
    return BrandSource(brand, tuple(desk.files)), desk.faults


def picture_of(path: Path, asked: str) -> tuple[BrandPicture, tuple[str, str, bytes]]:
    """A picture file as a brand holds it, and its content as a PNG for the store. UserError for what is none.

    It is cut to what is not clear in it, so that margins are those of the ink, and made no larger than is ever shown.
    """
    picture = _opened(path, asked)
    box = picture.getchannel("A").getbbox()
    if box is None:
        raise UserError(f"{asked} {path}: holds nothing that is not see-through")
    picture = picture.crop(box)
    if max(picture.size) > LONGEST_SIDE_PX:
        from PIL import Image

        scale = LONGEST_SIDE_PX / max(picture.size)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    # of the pixels: the same PNG written by another zlib has other bytes
    fingerprint = hashlib.sha256(f"{picture.size}".encode() + picture.tobytes()).hexdigest()[:32]
    file = io.BytesIO()
    picture.save(file, "PNG")
    return BrandPicture(fingerprint, *picture.size), (PICTURES, fingerprint, file.getvalue())


def _opened(path: Path, asked: str) -> Image.Image:
    """The picture of a file nobody vouches for: bounded in bytes and pixels, of a few formats only."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    if path.suffix.lower() in (".svg", ".svgz"):
        raise UserError(f"{asked} {path}: SVG cannot be read; export it as a PNG with a clear background, 1000 px wide")
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise UserError(f"{asked} {path}: is larger than {LARGEST_BYTES // 1_000_000} MB")
        with Image.open(path, formats=FORMATS) as file:
            if file.width * file.height > LARGEST_PIXELS:
                raise UserError(f"{asked} {path}: {file.width}x{file.height} pixels are too many; make it smaller")
            return ImageOps.exif_transpose(file).convert("RGBA")
    except UnidentifiedImageError:
        raise UserError(f"{asked} {path}: is no picture that can be read: allowed are PNG, WebP and JPEG") from None
    except (OSError, ValueError, SyntaxError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise UserError(f"{asked} {path}: cannot be read ({reason})") from None


# ---------------------------------------------------------------- one table at a time


class _Desk:
    """What reading a brand's tables works with: complaints and files come together here."""

    def __init__(self, where: str, folder: Path) -> None:
        self.where, self.folder = where, folder
        self.faults: list[str] = []
        self.files: list[tuple[str, str, bytes]] = []

    def fault(self, key: str, words: str) -> None:
        """A complaint about a key of the brand."""
        self.faults.append(f"{self.where}: brand.{key}: {words}")

    def wrong(self, key: str, value: Any, allowed: str, closest: str = "") -> None:
        """A complaint about a value."""
        shown = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else value
        self.fault(key, f"value {str(shown)[:60]} is not allowed: allowed is {allowed}.{closest}")

    def known(self, table: dict[str, Any], prefix: str, keys: tuple[str, ...]) -> None:
        for key in table:
            if key not in keys:
                words = f"is not a known key: allowed are {', '.join(keys)}.{nearest(key, keys)}"
                self.fault(f"{prefix}{key}", words)

    def table(self, table: dict[str, Any], key: str) -> dict[str, Any] | None:
        value = table.get(key)
        if value is not None and not isinstance(value, dict):
            self.wrong(key, value, f"a table, as in [brand.{key}]")
            return None
        return value

    def colour(self, value: Any, key: str) -> str:
        """A colour as #RRGGBB; empty where it is none."""
        if not isinstance(value, str) or not _COLOUR.fullmatch(value):
            self.wrong(key, value, "a colour, as in #FFB454")
            return ""
        digits = value[1:] if len(value) == 7 else "".join(digit * 2 for digit in value[1:])
        return f"#{digits.upper()}"

    def background(self, value: Any) -> tuple[str, str] | None:
        if value is None:
            return None
        wanted = value if isinstance(value, list) else [value]
        if len(wanted) not in (1, 2):
            self.wrong("background", value, "one colour, or two in a list")
            return None
        found = [self.colour(one, "background") for one in wanted]
        return (found[0], found[-1]) if all(found) else None

    def font(self, value: Any, key: str) -> str:
        """A family, or a font file's whole path."""
        from variantgen.fonts.library import chosen_face

        if not isinstance(value, str) or not value.strip():
            self.wrong(key, value, f"a family, or a file that ends in {', '.join(FONT_FILES)}")
            return ""
        font = str((self.folder / value).resolve()) if value.lower().endswith(FONT_FILES) else value
        try:
            chosen_face(font, is_bold=True)
        except UserError as error:
            self.fault(key, str(error))
        return font

    def number(self, table: dict[str, Any], key: str, prefix: str, least: float, most: float, usual: float) -> float:
        value = table.get(key, usual)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            self.wrong(prefix + key, value, f"a number from {least:g} to {most:g}")
            return usual
        return float(value)

    def corner(self, table: dict[str, Any], prefix: str, usual: str) -> Any:
        value = table.get("corner", usual)
        if value not in CORNERS:
            closest = nearest(value, CORNERS) if isinstance(value, str) else ""
            self.wrong(f"{prefix}corner", value, ", ".join(CORNERS), closest)
            return usual
        return value

    def picture(self, value: Any, key: str) -> BrandPicture | None:
        """The picture of a key's path, its file put with the others; None where it is wrong."""
        if not isinstance(value, str) or not value:
            self.wrong(key, value, "the path of a picture (PNG, WebP, JPEG)")
            return None
        try:
            picture, file = picture_of((self.folder / value).resolve(), f"brand.{key}")
        except UserError as error:
            self.faults.append(f"{self.where}: {error}")
            return None
        self.files.append(file)
        return picture

    def logo(self, table: dict[str, Any]) -> Logo | None:
        """The logo of its table; None where it is wrong."""
        self.known(table, "logo.", (*PICTURE_KEYS, "plate"))
        values = self._standing(table, "logo.", 0.04, Logo(BrandPicture("", 1, 1)))
        values["plate"] = table.get("plate", False)
        if not isinstance(values["plate"], bool):
            self.wrong("logo.plate", values["plate"], "true or false")
        if "file" not in table:
            self.fault("logo.file", "is missing: it holds the path of a picture (PNG, WebP, JPEG).")
            return None
        picture = self.picture(table["file"], "logo.file")
        return Logo(picture, **values) if picture else None

    def watermark(self, table: dict[str, Any]) -> Watermark | None:
        """The watermark of its table; None where it is wrong."""
        self.known(table, "watermark.", ("text", *PICTURE_KEYS))
        values = self._standing(table, "watermark.", 0.04, Watermark())
        if ("text" in table) == ("file" in table):
            self.fault("watermark", "has text or file, one of the two.")
            return None
        if "file" in table:
            picture = self.picture(table["file"], "watermark.file")
            return Watermark(picture=picture, **values) if picture else None
        if not isinstance(table["text"], str) or not table["text"].strip():
            self.wrong("watermark.text", table["text"], "a text")
            return None
        return Watermark(table["text"], **values)

    def _standing(self, table: dict[str, Any], prefix: str, least: float, usual: Logo | Watermark) -> dict[str, Any]:
        return {
            "share": self.number(table, "share", prefix, least, 1.0, usual.share),
            "corner": self.corner(table, prefix, usual.corner),
            "margin": self.number(table, "margin", prefix, 0.0, 0.3, usual.margin),
            "opacity": self.number(table, "opacity", prefix, 0.05, 1.0, usual.opacity),
        }

    def cards(self, table: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """(kind of card, template) of each row; a template's file is read into the files."""
        from variantgen.build.card_templates import TEMPLATES as BUILT_IN

        for kind, value in table.items():
            key = f"cards.{kind}"
            own = _FUNCTION.fullmatch(value) if isinstance(value, str) else None
            if own:
                fingerprint = self._template_file(own[1], own[2], key)
                if fingerprint:
                    yield kind, f"{fingerprint}:{own[2]}"
            elif value in BUILT_IN:
                yield kind, value
            else:
                closest = nearest(value, BUILT_IN) if isinstance(value, str) else ""
                self.wrong(key, value, f"{', '.join(BUILT_IN)}, or file.py:function", closest)

    def _template_file(self, name: str, function: str, key: str) -> str:
        path = (self.folder / name).resolve()
        try:
            content = path.read_bytes()
            names = _functions(content, str(path))
        except OSError as error:
            self.fault(key, f"{path}: cannot be read ({error.strerror or error})")
            return ""
        except (SyntaxError, ValueError) as error:
            self.fault(key, f"{path}: is no Python file ({error})")
            return ""
        if function not in names:
            self.fault(key, f"{path}: has no function {function}: it has {', '.join(names) or 'none'}.")
            return ""
        fingerprint = hashlib.sha256(content).hexdigest()[:32]
        self.files.append((TEMPLATES, fingerprint, content))
        return fingerprint


def _functions(content: bytes, name: str) -> list[str]:
    """The functions of a Python file; it is read and not run."""
    import ast

    return [node.name for node in ast.parse(content, name).body if isinstance(node, ast.FunctionDef)]


# ---------------------------------------------------------------- colours that follow from others


def _coloured(background: tuple[str, str] | None, given: dict[str, str]) -> Brand:
    """The brand of the colours that were given; what is left out follows from them, always readable."""
    from variantgen.build.brand import contrast_ratio, mixed

    ground, accent = background or BRAND.background, given.get("accent", BRAND.accent)

    def reads(colour: str, *grounds: str) -> float:
        return min(contrast_ratio(colour, one) for one in grounds)

    def first(grounds: Sequence[str], *colours: str) -> str:
        """The first that reads well, or the one that reads best."""
        return next((c for c in colours if reads(c, *grounds) >= 4.6), max(colours, key=lambda c: reads(c, *grounds)))

    text = given.get("text") or first(ground, BRAND.text, "#14171A", "#FFFFFF", "#000000")
    fainter = [mixed(text, ground[1], share) for share in (0.14, 0.07)]
    brand = replace(
        BRAND,
        background=ground,
        accent=accent,
        text=text,
        accent_text=given.get("accent_text") or first([accent], BRAND.accent_text, ground[0], "#FFFFFF", "#000000"),
        muted_text=given.get("muted_text")
        or first(ground, *([] if background else [BRAND.muted_text]), *fainter, text),
        light=given.get("light") or (mixed(ground[1], accent, 0.4) if background else BRAND.light),
    )
    return brand if "light" in given or background is None else _dimmed(brand)


def _dimmed(brand: Brand) -> Brand:
    """The brand with a light so faint that text keeps its contrast in it."""
    from variantgen.build.brand import faint_faults, mixed

    for share in (0.0, 0.3, 0.6, 0.8, 1.0):
        dimmed = replace(brand, light=mixed(brand.light, "#000000", share))
        if not faint_faults(dimmed):
            return dimmed
    return replace(brand, light="#000000")

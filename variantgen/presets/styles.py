"""Caption styles: a name or a path in, the look of captions out, and a preset's look made from its style.

A style is a TOML file with the keys of schema.Style. What it leaves out is as in the style "clean".
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen.errors import UserError
from variantgen.presets.folders import KEBAB, Origin, PresetSource, find_style, is_path
from variantgen.presets.reading import read_toml

if TYPE_CHECKING:
    from variantgen.presets.schema import Style

FONT_FILES = (".ttf", ".otf", ".ttc", ".otc")


@dataclass(frozen=True)
class NamedStyle:
    """A validated style, its name (the file's stem), its file, and where that was found."""

    name: str
    path: Path
    origin: Origin
    style: Style


def load_style(name_or_path: str, *, beside: Path | None = None) -> NamedStyle:
    """The style of a name or of a .toml path, its font file (where it names one) as a whole path.

    Names are looked for in the folder `styles` inside `beside` (where that is given), ./presets, the user's settings
    folder and the built-in one; a relative path starts at `beside`, or where the program runs. Raises UserError
    that holds one line for every fault.
    """
    from variantgen.presets.complaints import validated_style

    source = find_style(name_or_path, beside=beside)
    if not KEBAB.fullmatch(source.name):
        raise UserError(f'{source.path}: the name "{source.name}" is not allowed: allowed is kebab-case, like my-style')
    style = validated_style(read_toml(source.path), str(source.path))
    font, fault = _whole_font(style.font, source.path.parent)
    if fault:
        raise UserError(f"{source.path}: font: {fault}")
    return NamedStyle(source.name, source.path, source.origin, style.model_copy(update={"font": font}))


def apply_style(tables: dict[str, Any], preset: PresetSource, overridden: tuple[str, ...]) -> list[str]:
    """Fills the look of a preset's tables (changed in place) from the style they name; complaints about that style.

    `overridden` are the dotted keys that settings changed: a path among them starts where the program runs, and
    not at the preset's file.
    """
    captions = tables.get("captions")
    if not isinstance(captions, dict):
        return []
    wanted, own = captions.get("style", "clean"), captions.get("look", {})
    if not isinstance(wanted, str) or not isinstance(own, dict):
        return []  # validation complains about that
    try:
        values = _style_values(wanted, preset, is_set="captions.style" in overridden)
        own = own | _own_font(own, preset, is_set="captions.look.font" in overridden)
    except UserError as error:
        return str(error).splitlines()
    captions["look"] = values | own
    return []


def _style_values(wanted: str, preset: PresetSource, *, is_set: bool) -> dict[str, Any]:
    """What the style's file says, without its title: that is not part of how captions look."""
    # a preset that was found by its name gets the styles that any other gets by theirs
    starts_at_preset = not is_set if is_path(wanted) else preset.origin == "path"
    beside = preset.path.parent if starts_at_preset else None
    try:
        find_style(wanted, beside=beside)
    except UserError as error:
        place = "--set captions.style" if is_set else f"{preset.path}: captions.style"
        raise UserError(f"{place}: {error}") from None
    return load_style(wanted, beside=beside).style.model_dump(exclude={"title"}, exclude_unset=True)


def _own_font(own: dict[str, Any], preset: PresetSource, *, is_set: bool) -> dict[str, Any]:
    if not isinstance(own.get("font"), str):
        return {}
    font, fault = _whole_font(own["font"], Path() if is_set else preset.path.parent)
    if fault:
        raise UserError(f"{'--set captions.look.font' if is_set else f'{preset.path}: captions.look.font'}: {fault}")
    return {"font": font}


def _whole_font(font: str, folder: Path) -> tuple[str, str]:
    """A font file's path made whole from the folder of what names it, and what is wrong with it; a family as it is."""
    is_file = font.lower().endswith(FONT_FILES)
    if not is_file and "/" not in font and "\\" not in font:
        return font, ""
    if not is_file:
        allowed = f"a family, or a file that ends in {', '.join(FONT_FILES)}"
        return font, f'value "{font}" is not allowed: allowed is {allowed}'
    path = (folder / font).resolve()
    return str(path), "" if path.is_file() else f'value "{font}": there is no such font file ({path})'

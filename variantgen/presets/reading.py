"""A preset's name or path and settings in, the validated preset out, or every complaint in one error."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen.errors import UserError
from variantgen.presets.folders import KEBAB, find_preset

if TYPE_CHECKING:
    from variantgen.presets.schema import Preset


@dataclass(frozen=True)
class NamedPreset:
    """A validated preset, its name (the file's stem), its file, and the dotted keys that --set changed."""

    name: str
    path: Path
    preset: Preset
    overridden: tuple[str, ...] = ()


def load_preset(name_or_path: str, *, settings: Sequence[tuple[str, str]] = ()) -> NamedPreset:
    """The preset of a name or of a .toml path, with `settings` (dotted key, text) applied before validation.

    The values of the caption style that it (or a setting) names become its `captions.look`, but for those that it
    gives itself. Raises UserError that holds one line for every fault of the file and of the settings.
    """
    from variantgen.presets.complaints import validated
    from variantgen.presets.settings import apply_settings
    from variantgen.presets.styles import apply_style

    source = find_preset(name_or_path)
    tables, overridden, faults = apply_settings(read_toml(source.path), settings)
    if not KEBAB.fullmatch(source.name):
        faults.append(f'{source.path}: the name "{source.name}" is not allowed: allowed is kebab-case, like my-channel')
    faults += apply_style(tables, source, overridden)
    preset, more = validated(tables, str(source.path), overridden)
    if preset is None or faults:
        raise UserError("\n".join([*faults, *more]))
    return NamedPreset(source.name, source.path, preset, overridden)


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file; UserError with line and column where it is not TOML."""
    try:
        text = path.read_bytes().decode("utf-8-sig")  # Notepad writes a byte order mark, TOML knows none
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: is not UTF-8 text (byte {error.start})") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path}: is not valid TOML: {error}") from error

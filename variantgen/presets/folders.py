"""Where presets and caption styles live: the project's folder, the user's, then the built-in one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from variantgen.errors import UserError, nearest

Origin = Literal["project", "user", "built-in", "path"]

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PACKS_FILE = "packs.toml"
STYLES_FOLDER = "styles"
"""Inside each folder of presets: caption styles, one file each."""


@dataclass(frozen=True)
class PresetFolder:
    """A folder that is searched for presets and packs, or for styles."""

    path: Path
    origin: Origin


@dataclass(frozen=True)
class PresetSource:
    """A preset's or a style's file and where it was found; the name is the file's stem."""

    name: str
    path: Path
    origin: Origin


def preset_folders() -> tuple[PresetFolder, ...]:
    """The folders that exist, in the order they are searched."""
    import platformdirs

    built_in = built_in_folder()
    user = Path(platformdirs.user_config_dir("variantgen", appauthor=False)) / "presets"
    wanted = (
        PresetFolder(Path("presets"), "project"),
        PresetFolder(user, "user"),
        PresetFolder(built_in, "built-in"),
    )
    # run inside a checkout, ./presets is the built-in folder and not a project's own
    return tuple(
        folder
        for folder in wanted
        if folder.path.is_dir() and (folder.origin == "built-in" or not _is_same(folder.path, built_in))
    )


def built_in_folder() -> Path:
    """The presets that come with the install: inside the package in a wheel, at the top of a checkout."""
    package = Path(__file__).resolve().parents[1]
    bundled = package / "_bundled" / "presets"
    return bundled if bundled.is_dir() else package.parent / "presets"


def available_presets() -> tuple[PresetSource, ...]:
    """Every preset by name; one found in an earlier folder hides its namesakes in later ones."""
    return _sources(preset_folders())


def style_folders(beside: Path | None = None) -> tuple[PresetFolder, ...]:
    """The folders of styles that exist, in the order they are searched.

    `beside` is the folder of a preset that was named by its path: the styles there go before all others.
    """
    own = (PresetFolder(beside, "path"),) if beside is not None else ()
    wanted = [PresetFolder(folder.path / STYLES_FOLDER, folder.origin) for folder in (*own, *preset_folders())]
    return tuple(folder for folder in wanted if folder.path.is_dir())


def available_styles(beside: Path | None = None) -> tuple[PresetSource, ...]:
    """Every caption style by name; one found in an earlier folder hides its namesakes in later ones."""
    return _sources(style_folders(beside))


def _sources(folders: Iterable[PresetFolder]) -> tuple[PresetSource, ...]:
    found: dict[str, PresetSource] = {}
    for folder in folders:
        for path in sorted(folder.path.glob("*.toml")):
            if path.name != PACKS_FILE and path.is_file():
                found.setdefault(path.stem, PresetSource(path.stem, path, folder.origin))
    return tuple(found[name] for name in sorted(found))


def find_preset(name_or_path: str) -> PresetSource:
    """The preset of this name, or the file at this path; UserError with the nearest name where neither is."""
    if is_path(name_or_path):
        path = Path(name_or_path)
        if not path.is_file():
            raise UserError(f"{path}: there is no such preset file")
        return PresetSource(path.stem, path, "path")
    sources = {source.name: source for source in available_presets()}
    if name_or_path not in sources:
        raise UserError(
            f'no preset is named "{name_or_path}".{nearest(name_or_path, sources)}'
            ' "variantgen presets list" shows them all.'
        )
    return sources[name_or_path]


def find_style(name_or_path: str, *, beside: Path | None = None) -> PresetSource:
    """The style of this name, or the file at this path (from `beside`, where that is a folder).

    Raises UserError with the nearest name, and with all there are, where neither is.
    """
    if is_path(name_or_path):
        path = (beside or Path()) / name_or_path
        if not path.is_file():
            raise UserError(f"{path}: there is no such style file")
        return PresetSource(path.stem, path, "path")
    sources = {source.name: source for source in available_styles(beside)}
    if name_or_path not in sources:
        raise UserError(
            f'no caption style is named "{name_or_path}": allowed are {", ".join(sources)}, or a .toml file\'s path.'
            f"{nearest(name_or_path, sources)}"
        )
    return sources[name_or_path]


def is_path(name_or_path: str) -> bool:
    """Whether the words on the command line name a file and not a preset."""
    return name_or_path.lower().endswith(".toml") or "/" in name_or_path or "\\" in name_or_path


def _is_same(one: Path, other: Path) -> bool:
    return other.is_dir() and one.resolve() == other.resolve()

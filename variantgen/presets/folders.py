"""Where presets live: the project's folder, the user's, then the built-in one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from variantgen.errors import UserError, nearest

Origin = Literal["project", "user", "built-in", "path"]

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PACKS_FILE = "packs.toml"


@dataclass(frozen=True)
class PresetFolder:
    """A folder that is searched for presets and packs."""

    path: Path
    origin: Origin


@dataclass(frozen=True)
class PresetSource:
    """A preset file and where it was found; the name is the file's stem."""

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
    found: dict[str, PresetSource] = {}
    for folder in preset_folders():
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


def is_path(name_or_path: str) -> bool:
    """Whether the words on the command line name a file and not a preset."""
    return name_or_path.lower().endswith(".toml") or "/" in name_or_path or "\\" in name_or_path


def _is_same(one: Path, other: Path) -> bool:
    return other.is_dir() and one.resolve() == other.resolve()

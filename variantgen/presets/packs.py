"""Packs: named lists of presets, from packs.toml of the built-in, the user's and the project's folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from variantgen.errors import UserError, nearest
from variantgen.presets.folders import KEBAB, PACKS_FILE, available_presets, preset_folders
from variantgen.presets.reading import read_toml


def available_packs() -> dict[str, tuple[str, ...]]:
    """Every pack by name; a project's packs.toml goes before the user's, and that before the built-in one."""
    packs: dict[str, tuple[str, ...]] = {}
    for folder in reversed(preset_folders()):
        path = folder.path / PACKS_FILE
        if path.is_file():
            packs.update(check_packs_file(path))
    return packs


def load_pack(name: str) -> tuple[str, ...]:
    """The presets of a pack, in its order; UserError with the nearest name for a pack or a member unknown."""
    packs = available_packs()
    if name not in packs:
        raise UserError(f'no pack is named "{name}": allowed are {", ".join(packs)}.{nearest(name, packs)}')
    known = [source.name for source in available_presets()]
    missing = [member for member in packs[name] if member not in known]
    if missing:
        raise UserError("\n".join(f'pack "{name}": no preset is named "{m}".{nearest(m, known)}' for m in missing))
    return packs[name]


def expand(presets: Sequence[str], packs: Sequence[str]) -> tuple[str, ...]:
    """Single presets and then the members of packs, in the order given, each once."""
    names = [*presets, *(member for pack in packs for member in load_pack(pack))]
    return tuple(dict.fromkeys(names))


def check_packs_file(path: Path) -> dict[str, tuple[str, ...]]:
    """The packs of one packs.toml; UserError with every complaint about its form."""
    tables = read_toml(path)
    faults = [
        f"{path}: {key}: is not a known key: allowed is [packs].{nearest(key, ['packs'])}"
        for key in tables
        if key != "packs"
    ]
    packs = tables.get("packs", {})
    if not isinstance(packs, dict):
        raise UserError(f'{path}: packs: value {packs!r} is not allowed: allowed is a table of name = ["preset", ...]')
    for name, members in packs.items():
        if not KEBAB.fullmatch(name):
            faults.append(f'{path}: packs: the name "{name}" is not allowed: allowed is kebab-case, like my-pack')
        if not _is_list_of_names(members):
            faults.append(f"{path}: packs.{name}: value {members!r} is not allowed: allowed is a list of preset names")
    if faults:
        raise UserError("\n".join(faults))
    return {name: tuple(dict.fromkeys(members)) for name, members in packs.items()}


def _is_list_of_names(members: object) -> bool:
    return isinstance(members, list) and bool(members) and all(isinstance(m, str) and m for m in members)

"""The fonts of this machine in the order they are asked: the user's, installed font packages, the system's."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from variantgen.errors import UserError, nearest
from variantgen.fonts import CAPTION_FAMILY, is_caption_font
from variantgen.fonts.faces import BOLD, REGULAR, SUFFIXES, Face, Origin, draws, harfbuzz_face, read_faces

FONT_PACKAGES: Final = ("manimgx_fonts", "manimgx_fonts_cjk")
"""Packages of the extra `fonts`: Noto Sans of many scripts, and Noto Sans CJK; all OFL-1.1."""
EAST_ASIAN: Final = frozenset({"Hani", "Hira", "Kana", "Hang", "Bopo"})

# The face of a language of Han characters, as Noto's families end and as the systems' own are called.
_EAST_ASIAN_FAMILIES = {
    "ja": ("JP", "Hiragino Sans", "Yu Gothic UI", "Yu Gothic", "Meiryo"),
    "ko": ("KR", "Apple SD Gothic Neo", "Malgun Gothic"),
    "zh-Hans": ("SC", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei UI", "Microsoft YaHei"),
    "zh-Hant": ("TC", "PingFang TC", "Microsoft JhengHei UI", "Microsoft JhengHei"),
    "zh-HK": ("HK", "TC", "PingFang HK", "PingFang TC", "Microsoft JhengHei UI", "Microsoft JhengHei"),
}
# Readable faces of macOS and Windows that draw scripts Inter does not.
_KNOWN_FAMILIES = (
    "Segoe UI", "Nirmala UI", "Leelawadee UI", "Kohinoor Devanagari", "Kohinoor Bangla", "Kohinoor Telugu",
    "SF Arabic", "SF Hebrew", "Arial", "Arial Hebrew", "Geeza Pro", "Thonburi", "Tahoma", "Ebrima", "Segoe UI Symbol",
    "Apple Symbols", "Arial Unicode MS",
)  # fmt: skip
# Of signs that belong to no script, as notes of music.
_SYMBOL_FAMILIES = ("Noto Sans", "Noto Sans Symbols", "Noto Sans Symbols2", "Noto Sans Symbols 2", "Noto Sans Math")
_COLOUR_FAMILIES = ("Noto Color Emoji", "Apple Color Emoji", "Segoe UI Emoji")


def font_folders() -> tuple[tuple[Origin, Path], ...]:
    """The folders that exist, with whose they are; earlier ones win.

    VARIANTGEN_FONTS may name more, split as PATH is.
    """
    named = [Path(folder) for folder in os.environ.get("VARIANTGEN_FONTS", "").split(os.pathsep) if folder]
    user = [*named, user_folder()]
    wanted: list[tuple[Origin, Path]] = [("user", folder) for folder in user]
    wanted += [("package", folder) for folder in _package_folders()]
    wanted += [("system", folder) for folder in _system_folders()]
    return tuple((origin, folder) for origin, folder in wanted if folder.is_dir())


def _package_folders() -> Iterator[Path]:
    from importlib.util import find_spec

    for name in FONT_PACKAGES:
        spec = find_spec(name)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            yield Path(place)


def _system_folders() -> tuple[Path, ...]:
    home = Path.home()
    if sys.platform == "darwin":
        return (home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts"))
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", str(home / "AppData" / "Local"))
        return (Path(local) / "Microsoft/Windows/Fonts", Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts")
    data = os.environ.get("XDG_DATA_HOME", str(home / ".local/share"))
    return (Path(data) / "fonts", home / ".fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts"))


@lru_cache(maxsize=64)
def _faces_in(origin: Origin, folder: Path) -> tuple[Face, ...]:
    """Every usable face below a folder; about half a millisecond each, so only done where a text asks for it."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return tuple(face for path in files for face in read_faces(path, origin))


def forget_faces() -> None:
    """Lets the folders be read anew: for tests, and after a font was put there."""
    from variantgen.fonts import faces, runs

    for remembered in (_faces_in, face_for, chosen_face, colour_face, runs.runs_of):
        remembered.cache_clear()
    faces.forget_files()


def all_faces() -> Iterator[Face]:
    """The faces of all folders, folder by folder: a later folder is only read when it is reached."""
    for origin, folder in font_folders():
        yield from _faces_in(origin, folder)


def user_folder() -> Path:
    """The folder for fonts of the user's own, in the settings folder."""
    import platformdirs

    return Path(platformdirs.user_config_dir("variantgen", appauthor=False)) / "fonts"


@lru_cache(maxsize=64)
def chosen_face(font: str, *, is_bold: bool) -> Face | None:
    """The face that a look's `font` (a family, or a font file's path) asks for; None for the caption font.

    Of a family the upright face of normal width whose weight is nearest. A font that is not there raises UserError.
    """
    if is_caption_font(font):
        return None
    path = Path(font).expanduser()
    is_file = path.suffix.lower() in SUFFIXES
    faces = read_faces(path, "file") if is_file else _family(font)
    drawn = [face for face in faces if not face.is_colour]
    if not drawn:
        raise UserError(_unreadable(path) if is_file else _unknown_family(font))
    wanted = BOLD if is_bold else REGULAR

    def off(face: Face) -> tuple[bool, bool, int]:
        return not face.is_upright, not face.is_normal_width, abs(face.weight(is_bold=is_bold) - wanted)

    return min(drawn, key=off)


def _family(name: str) -> tuple[Face, ...]:
    """The faces of a family; of the first folder that has it. Its own name counts, or that of one of its styles."""
    asked = name.strip().casefold()
    for origin, folder in font_folders():
        faces = _faces_in(origin, folder)
        of_it = tuple(face for face in faces if face.family.casefold() == asked) or tuple(
            face for face in faces if asked in {(harfbuzz_face(face).get_name(n) or "").casefold() for n in (1, 4, 6)}
        )
        if of_it:
            return of_it
    return ()


def _unreadable(path: Path) -> str:
    fault = "is no font that can be read" if path.is_file() else "is not there"
    return f"{path}: {fault}; a style's font is a family, or a file that ends in {', '.join(SUFFIXES)}"


def _unknown_family(font: str) -> str:
    known = {CAPTION_FAMILY, *(face.family for face in all_faces() if not face.is_colour)}
    return (
        f'no font of this machine is called "{font}".{nearest(font, sorted(known))}'
        f" Put its file (.ttf, .otf) into {user_folder()}, or name a file's path in the style's font"
    )


@lru_cache(maxsize=512)
def face_for(characters: str, script: str, *, is_bold: bool, language: str) -> Face | None:
    """The face that draws `characters` (of one script) best, or None where no font here has them all.

    The user's fonts come first, then the extra's, then the system's; in each the Noto Sans of the script, other
    known families, other sans faces, the rest. `script` is an ISO 15924 code, `language` what `language_of` says.
    """
    wanted = _families(script, language)
    for origin in ("user", "package", "system"):
        faces = [
            face
            for owner, folder in font_folders()
            if owner == origin
            for face in _faces_in(owner, folder)
            if not face.is_colour
        ]
        faces.sort(key=lambda face: _rank(face, wanted, is_bold=is_bold))
        best = next((face for face in faces if draws(face, characters)), None)
        if best is not None:
            return best
    return None


def _rank(face: Face, wanted: tuple[str, ...], *, is_bold: bool) -> tuple[object, ...]:
    """Smallest is best; of equals the first by folder and path, so that the choice is the same on every run."""
    family = face.family.lstrip(".").removesuffix(" Variable")
    place = wanted.index(family) if family in wanted else len(wanted)
    words = family.lower().split()
    kind = ("mono" in words or "mono" in family.lower(), "serif" in words, "sans" not in words, "noto" not in words)
    off = abs(face.weight(is_bold=is_bold) - (700 if is_bold else 400))
    return (not face.is_upright, place, not face.is_normal_width, face.needs_whole, *kind, family, off,
            face.path.name, face.index)  # fmt: skip


def _families(script: str, language: str) -> tuple[str, ...]:
    from fontTools.unicodedata import script_name

    if script in EAST_ASIAN:
        others = [name for name in _EAST_ASIAN_FAMILIES if name != language]
        names = [name for key in (language, *others) for name in _EAST_ASIAN_FAMILIES.get(key, ())]
        return tuple(full for name in names for full in _east_asian_names(name))
    if script in ("Zyyy", "Zinh"):
        return (*_SYMBOL_FAMILIES, *_KNOWN_FAMILIES)
    return (f"Noto Sans {script_name(script).replace('_', ' ')}", "Noto Sans", *_KNOWN_FAMILIES)


def _east_asian_names(name: str) -> tuple[str, ...]:
    return (f"Noto Sans CJK {name}", f"Noto Sans {name}", f"Source Han Sans {name}") if len(name) == 2 else (name,)


@lru_cache(maxsize=1)
def colour_face() -> Face | None:
    """The colour emoji font: the user's own before Noto's, Apple's, Microsoft's, any other; None without one."""
    faces = [face for face in all_faces() if face.is_colour]
    known = {family: place for place, family in enumerate(_COLOUR_FAMILIES)}
    return min(
        faces,
        key=lambda face: (face.origin != "user", known.get(face.family, len(known)), str(face.path), face.index),
        default=None,
    )

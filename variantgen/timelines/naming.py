"""Names that timeline files give to media (paths of any system, URLs, clip names) taken apart, and given back."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote, unquote

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(//)?")
_DRIVE = re.compile(r"/?([A-Za-z]:[\\/].*)", re.DOTALL)


def local_path(name: str) -> str | None:
    """The path on this machine that a name or a file: URL may stand for, or None.

    Nothing that would ask another machine is a path: other schemes, file: URLs with a host, UNC paths.
    """
    scheme = _SCHEME.match(name)
    if scheme and not _DRIVE.match(name):
        if scheme[1].lower() != "file":
            return None
        host, slash, path = name[scheme.end() :].partition("/") if scheme[2] else ("", "", name[scheme.end() :])
        if host.lower() not in ("", "localhost"):
            return None
        name = unquote(slash + path)
        if drive := _DRIVE.fullmatch(name):
            name = drive[1]
    if not name or "\0" in name or len(name) > 4096 or name.replace("\\", "/").startswith("//"):
        return None
    return name


def last_name(name: str) -> str:
    """The file name at the end of a path or URL of any system; a plain clip name as it is."""
    if _SCHEME.match(name) and "//" in name:
        name = unquote(name)
    name = re.split(r"[\\/]", name.rstrip("\\/"))[-1] or name
    return name.replace("\0", "")[:255]


def url_of(path: Path) -> str:
    """A file: URL of an absolute path."""
    return path.absolute().as_uri()


def relative_url(path: Path, folder: Path) -> str | None:
    """How `folder` reaches a file inside it, as a URL without `./`, which Resolve links; None for one elsewhere."""
    try:
        inside = os.path.relpath(path.absolute(), folder.absolute())
    except ValueError:  # another drive of Windows
        return None
    return None if inside.startswith("..") else quote(inside.replace(os.sep, "/"))


def reel_of(stem: str, taken: set[str]) -> str:
    """A reel name for an EDL: at most eight of A-Z, 0-9 and _, not in `taken`."""
    plain = re.sub(r"[^A-Z0-9_]", "", stem.upper())[:8] or "MEDIA"
    plain = plain if plain not in ("AX", "BL", "BLACK", "BARS", "NONE") else plain + "_1"
    reel, number = plain, 1
    while reel in taken:
        number += 1
        reel = f"{plain[: 8 - len(str(number))]}{number}"
    return reel

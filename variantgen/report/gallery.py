"""The gallery: a manifest in, one page out that opens from disk and asks nothing of any network (pure)."""

from __future__ import annotations

import base64
import hashlib
from fractions import Fraction
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from variantgen.report import wording
from variantgen.report.templating import asset, template
from variantgen.report.wording import Entry

_TILES: tuple[tuple[float, int, int], ...] = ((0.7, 232, 2), (0.9, 272, 2), (1.2, 304, 1), (99.0, 400, 1))
"""Of a shape up to a width over height: a tile's width in CSS pixels, and how many go abreast on a phone."""

_PICTURE_CONTAINERS = ("gif", "webp")
_SOUND_CONTAINERS = ("m4a", "mp3", "wav")
_UNTOLD: Entry = {"why": [], "sidecars": [], "timelines": {}, "error": ""}
_UNTOLD_CHECK: Entry = {"name": "", "wanted": "", "measured": "", "ok": False, "is_advice": False, "note": ""}


def gallery_html(manifest: dict[str, Any]) -> str:
    """The page for the folder that holds `manifest`; files are linked relative to it."""
    entries = list(manifest["variants"].values())
    there = [entry for entry in entries if not wording.is_failed(entry)]
    style, script = asset("gallery.css"), asset("gallery.js")
    return template("gallery.html.j2").render(
        manifest=manifest,
        headline=wording.headline(manifest),
        masters=[str(master.get("name", "")) for master in manifest["masters"]],
        notes=[note for master in manifest["masters"] for note in master.get("notes", [])],
        failed=[_tile(entry) for entry in entries if wording.is_failed(entry)],
        refusals=manifest["refusals"],
        groups=[_group(*group) for group in wording.by_shape(there)],
        style=style,
        script=script,
        policy=_content_policy(script),
    )


def _content_policy(script: str) -> str:
    # Only our own script runs, and only files beside the page load, even if an escape were missing somewhere.
    # "file:" is there because 'self' does not match a page opened from disk in every browser.
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src 'self' file: data:; media-src 'self' file:; base-uri 'none'; form-action 'none'"
    )


def _group(name: str, word: str, entries: list[Entry]) -> dict[str, Any]:
    ratio = wording.shape(entries[0])[0] or 1.5
    _, width_px, abreast = next((row for row in _TILES if ratio <= row[0]), _TILES[-1])
    tiles = [_tile(entry) for entry in entries]
    return {
        "name": name,
        "word": word,
        "tile_width_px": width_px,
        "abreast_on_phone": abreast,
        "tiles": tiles,
    }


def _tile(entry: Entry) -> dict[str, Any]:
    # an entry of an earlier version, or of a variant that was never planned, may lack what is shown here
    entry = _UNTOLD | entry
    entry["checks"] = [_UNTOLD_CHECK | check for check in entry.get("checks", [])]
    return {
        "entry": entry,
        "title": " · ".join([entry.get("title") or entry["preset"], *entry.get("levels", {}).values()]),
        "kind": _kind(entry),
        "url": _address(entry["file"]),
        "ratio": f"{entry['width']} / {entry['height']}" if wording.has_picture(entry) else "16 / 5",
        "size": wording.size_on_screen(entry),
        "duration": wording.duration(entry),
        "megabytes": wording.megabytes(entry),
        "loudness": wording.loudness(entry),
        "tally": wording.tally(entry),
        "is_failed": wording.is_failed(entry),
        "sidecars": _sidecars(entry),
        "zones": _zones(entry.get("preset_values", {})),
        "pieces": _timeline(entry),
        "search": " ".join(_search_words(entry)).lower(),
    }


def _sidecars(entry: Entry) -> list[tuple[str, str]]:
    """What each file beside a variant is called on the page, a captions' language behind its name, and its address."""
    captions = entry.get("captions", ())
    languages = {row["file"]: row.get("language") for row in captions if isinstance(row.get("file"), str)}
    rows = []
    for sidecar in dict.fromkeys((*entry["sidecars"], *entry["timelines"])):
        language = languages.get(sidecar)
        rows.append((PurePath(sidecar).name + (f" ({language})" if language else ""), _address(sidecar)))
    return rows


def _kind(entry: Entry) -> str:
    if not wording.is_present(entry):
        return "none"
    container = entry.get("container") or PurePath(entry["file"]).suffix.lower().lstrip(".")
    if container in _PICTURE_CONTAINERS:
        return "picture"
    return "sound" if container in _SOUND_CONTAINERS else "video"


def _address(file: str) -> str:
    # "./" and the quoting keep a name such as javascript:x or //host/x a plain file beside the page
    # surrogateescape gives a name that is not UTF-8 back its own bytes
    return "./" + quote(PurePath(file).as_posix(), errors="surrogateescape")


def _search_words(entry: Entry) -> list[str]:
    names = [
        *entry.get("levels", {}).values(),
        entry["preset"],
        entry["file"],
        entry.get("title", ""),
        entry["status"],
        entry.get("master", ""),
    ]
    return [*names, *wording.shape(entry)[1:], wording.size_on_screen(entry)]


def _zones(preset_values: dict[str, Any]) -> dict[str, dict[str, float]]:
    """The edges to draw over the picture, in percent of it: `interface` and `captions`, where set."""
    canvas, captions = _table(preset_values, "canvas"), _table(preset_values, "captions")
    found = {"interface": _percent(canvas, _table(canvas, "safe_zone"))}
    mode = captions.get("mode")
    if mode in ("burn", "both") or (isinstance(mode, list) and "burn" in mode):
        found["captions"] = _percent(canvas, _table(captions, "margins"))
    return {name: edges for name, edges in found.items() if any(edges.values())}


def _percent(canvas: dict[str, Any], edges: dict[str, Any]) -> dict[str, float]:
    sides = {"top": "height", "right": "width", "bottom": "height", "left": "width"}
    # of the preset's canvas, which a draft is smaller than
    return {
        side: round(100 * _number(edges.get(side)) / (_number(canvas.get(along)) or 1.0), 3)
        for side, along in sides.items()
    }


def _table(values: dict[str, Any], name: str) -> dict[str, Any]:
    found = values.get(name)
    return found if isinstance(found, dict) else {}


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def _timeline(entry: Entry) -> list[dict[str, Any]]:
    """The pieces as they follow each other: where each starts in seconds and its share of the whole."""
    pieces = [piece for piece in entry.get("pieces", []) if _frames(piece) > 0]
    total = sum(_frames(piece) for piece in pieces)
    try:
        rate = Fraction(entry.get("frame_rate", ""))
    except (ValueError, ZeroDivisionError, TypeError):
        return []
    if rate <= 0:
        return []
    rows, start = [], 0
    for piece in pieces:
        rows.append(
            {
                "source": piece.get("source", ""),
                "why": piece.get("why", ""),
                "start_seconds": round(float(start / rate), 3),
                "seconds": round(float(_frames(piece) / rate), 2),
                "share": round(100 * _frames(piece) / total, 3),
            }
        )
        start += _frames(piece)
    return rows


def _frames(piece: dict[str, Any]) -> int:
    return int(_number(piece.get("end_frame")) - _number(piece.get("start_frame")))

"""The manifest: plans and results in, one plain dict out that every other report is drawn from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path, PureWindowsPath
from typing import Any

from variantgen.campaign.disclosure import changes_as_rows, changes_of, marks_of
from variantgen.model import CaptionDelivery, Master, Piece, Plan, Variant, VariantResult

SCHEMA_VERSION = 1
"""Of manifest.json: keys are added, never renamed or removed."""

FILE_NAME = "manifest.json"

# An absolute path in a command or a message: the folders of the machine that rendered are nobody's business.
# It starts a word, a quote or a value; a quoted one may hold spaces. An address (https://) never matches.
_QUOTED_FOLDERS = re.compile(
    r"""(?P<quote>["'])(?:file:)?(?:[A-Za-z]:[\\/]|\\\\|~?/)[^"'\n]*[\\/](?=[^"'\n]*(?P=quote))"""
)
_BARE_FOLDERS = re.compile(r"""(?<![^\s"'=(\[,])(?:file:)?(?:[A-Za-z]:[\\/]|\\\\|~?/)(?:[^\s"'\\/]+[\\/])+""")


@dataclass(frozen=True)
class RunInfo:
    """What a report says about the run itself; `parts` counts planned, unique, encoded and reused parts."""

    variantgen_version: str
    ffmpeg_version: str
    ffmpeg_identity: str
    command: str
    seconds: float
    parts: dict[str, int]


def manifest_of(
    plans: Sequence[Plan],
    results: Sequence[VariantResult],
    info: RunInfo,
    *,
    earlier: dict[str, Any],
    made_at: str,
) -> dict[str, Any]:
    """The manifest as plain data, holding no absolute path; `earlier` has been through `still_true`."""
    planned = {variant.file: (plan.master, variant) for plan in plans for variant in plan.variants}
    current = {result.file or result.id: _entry(result, *planned.get(result.file, (None, None))) for result in results}
    kept = {file: entry for file, entry in _entries(earlier) if file not in current}
    variants = current | kept
    return {
        "schema_version": SCHEMA_VERSION,
        "made_at": made_at,
        "run": asdict(info) | {"command": without_folders(info.command)},
        "masters": _masters(plans, earlier, variants.values()),
        "variants": variants,
        "refusals": _refusals(plans, results),
    }


def manifest_json(manifest: dict[str, Any]) -> str:
    """The manifest as the text of manifest.json."""
    # preset values may hold dates (when a fact was checked)
    return json.dumps(manifest, indent=1, ensure_ascii=False, default=str) + "\n"


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest in `folder`, or an empty dict when there is none or it is not one."""
    try:
        found = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("variants"), dict) else {}


def still_true(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """`manifest` with only the entries whose file is still in `folder` at the size that was verified."""
    kept = {file: entry | {"is_earlier": True} for file, entry in _entries(manifest) if _describes(folder, file, entry)}
    return manifest | {"variants": kept}


def without_folders(text: str) -> str:
    """`text` with every absolute path cut down to its last name.

    >>> without_folders("variantgen render /home/ada/film.mp4 -o out")
    'variantgen render film.mp4 -o out'
    """
    return _BARE_FOLDERS.sub("", _QUOTED_FOLDERS.sub(r"\g<quote>", text))


def _entries(manifest: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    # a manifest on disk may be anyone's work: an entry that would break a page or leave the folder is none
    found = manifest.get("variants")
    for file, entry in found.items() if isinstance(found, dict) else ():
        if isinstance(entry, dict) and _is_inside(file) and _is_sound(entry):
            yield file, entry


def _is_inside(file: str) -> bool:
    # a Windows path reads both kinds of slash, so one answer serves every system
    path = PureWindowsPath(file)
    return bool(file) and not path.anchor and ".." not in path.parts


_TYPES: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "preset": str,
    "title": str,
    "master": str,
    "container": str,
    "error": str,
    "status": str,
    "sha256": str,
    "width": int,
    "height": int,
    "size_bytes": int,
    "duration_seconds": (int, float),
    "checks": list,
    "sidecars": list,
    "timelines": dict,
    "captions": list,
    "pieces": list,
    "why": list,
    "preset_values": dict,
    "levels": dict,
    "changes": list,
}


def _is_sound(entry: dict[str, Any]) -> bool:
    of_type = all(isinstance(entry[name], kind) for name, kind in _TYPES.items() if name in entry)
    if not of_type:
        return False
    rows = [*entry.get("checks", ()), *entry.get("pieces", ()), *entry.get("captions", ())]
    words = [
        *entry.get("sidecars", ()),
        *entry.get("levels", {}).values(),
        *entry.get("timelines", {}).values(),
        *entry.get("why", ()),
    ]
    return all(isinstance(row, dict) for row in rows) and all(isinstance(word, str) for word in words)


def _describes(folder: Path, file: str, entry: dict[str, Any]) -> bool:
    try:
        size_bytes = (folder / file).stat().st_size
    except OSError:
        return False
    return entry.get("size_bytes", 0) in (0, size_bytes)


def _entry(result: VariantResult, master: Master | None, variant: Variant | None) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": result.id,
        "preset": result.preset,
        "file": result.file,
        "status": result.status,
        "master": master.name if master else result.master,
        "key": result.key,
        "sha256": result.sha256,
        "size_bytes": result.size_bytes,
        "modified_ns": result.modified_ns,
        "checks": [asdict(check) for check in result.checks],
        "error": without_folders(result.error),
        "sidecars": [Path(sidecar).as_posix() for sidecar in result.sidecars],
        "timelines": result.timelines,
        "is_earlier": False,
    }
    if variant and master:
        entry["changes"] = changes_as_rows(changes_of(variant, master, overlays=marks_of(variant)))
    return entry | (_planned(variant) if variant else {})


def _planned(variant: Variant) -> dict[str, Any]:
    return {
        "title": variant.title,
        "container": variant.container,
        "width": variant.width,
        "height": variant.height,
        "frame_rate": _rate(variant.frame_rate),
        "frames": variant.frames,
        "duration_seconds": round(variant.duration_seconds, 3),
        "predicted_megabytes": variant.predicted_megabytes,
        "why": list(variant.why),
        "pieces": [_piece(piece) for piece in variant.pieces],
        "language": variant.language,
        "captions": [_captions(delivery) for delivery in variant.deliveries if delivery.cues],
        "soundtrack": asdict(variant.soundtrack) if variant.soundtrack else None,
        "encode": asdict(variant.encode) if variant.encode else None,
        "preset_values": variant.preset_values,
        "levels": _levels(variant),
    }


def _levels(variant: Variant) -> dict[str, str]:
    """What a campaign's variant stands for: the level of each factor."""
    levels = variant.identity.specification.get("levels", {}) if variant.identity else {}
    return {factor: level["name"] for factor, level in levels.items()}


def _captions(delivery: CaptionDelivery) -> dict[str, Any]:
    """Captions that left as text; `file` is empty for a track inside the variant."""
    values = {"form": delivery.form, "language": delivery.language, "file": delivery.file}
    return values | {"cues": len(delivery.cues)}


def _piece(piece: Piece) -> dict[str, Any]:
    return {
        "source": piece.source,
        "start_frame": piece.start_frame,
        "end_frame": piece.end_frame,
        "fit": piece.fit,
        "why": piece.why,
        "parts": list(piece.parts),
    }


def _masters(plans: Sequence[Plan], earlier: dict[str, Any], entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    masters = [_master(plan.master) for plan in plans]
    known = {master["name"] for master in masters}
    missing = {entry["master"] for entry in entries if entry.get("master")} - known
    found = earlier.get("masters")
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    return masters + [row for row in rows if isinstance(row.get("name"), str) and row["name"] in missing]


def _master(master: Master) -> dict[str, Any]:
    return {
        "name": master.name,
        "fingerprint": master.fingerprint,
        "width": master.width,
        "height": master.height,
        "frame_rate": _rate(master.frame_rate),
        "frames": master.frames,
        "duration_seconds": round(master.duration_seconds, 3),
        "notes": [without_folders(note) for note in master.notes],
    }


def _refusals(plans: Sequence[Plan], results: Sequence[VariantResult]) -> list[dict[str, str]]:
    # a refusal that also came back as a failed result is told once, there
    told = {(result.preset, result.error) for result in results}
    refusals = [refusal for plan in plans for refusal in plan.refusals]
    return [
        {"preset": one.preset, "master": one.master, "reason": without_folders(one.reason)}
        for one in refusals
        if (one.preset, one.reason) not in told
    ]


def _rate(rate: Fraction) -> str:
    return f"{rate.numerator}/{rate.denominator}"

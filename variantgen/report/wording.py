"""A manifest's entries in words and figures for people, the same in every report (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Entry = dict[str, Any]

_KNOWN_SHAPES: tuple[tuple[float, str, str], ...] = (
    (9 / 16, "9:16", "Vertical"),
    (2 / 3, "2:3", "Tall"),
    (4 / 5, "4:5", "Portrait"),
    (1.0, "1:1", "Square"),
    (1.91, "1.91:1", "Landscape"),
    (4 / 3, "4:3", "Landscape"),
    (16 / 9, "16:9", "Landscape"),
)


@dataclass(frozen=True)
class Tally:
    """How the checks of one variant came out; advice is counted apart because it never fails a variant."""

    passed: int
    required: int
    advice_missed: int

    @property
    def text(self) -> str:
        """`13/14`, and what of the advice was missed."""
        missed = f" +{self.advice_missed} advice" if self.advice_missed else ""
        return f"{self.passed}/{self.required}{missed}"


def tally(entry: Entry) -> Tally:
    """The counts over one entry's checks."""
    checks = entry.get("checks", [])
    required = [bool(check.get("ok")) for check in checks if not check.get("is_advice")]
    missed = sum(1 for check in checks if check.get("is_advice") and not check.get("ok"))
    return Tally(sum(required), len(required), missed)


def headline(manifest: dict[str, Any]) -> str:
    """One sentence on what this run did: files, parts, time."""
    entries = this_run(manifest)
    counts = {status: sum(1 for entry in entries if entry["status"] == status) for status in ("made", "unchanged")}
    failed = sum(1 for entry in entries if is_failed(entry)) + len(manifest.get("refusals", []))
    parts = manifest["run"]["parts"]
    return (
        f"{counts['made']} made, {counts['unchanged']} unchanged, {failed} failed; "
        f"{plural(parts.get('encoded', 0), 'part')} encoded, {parts.get('reused', 0)} reused, "
        f"in {manifest['run']['seconds']:.1f} s."
    )


def this_run(manifest: dict[str, Any]) -> list[Entry]:
    """The entries that the manifest's own run decided on, without those kept from earlier ones."""
    return [entry for entry in manifest["variants"].values() if not entry.get("is_earlier")]


def is_failed(entry: Entry) -> bool:
    """Whether the entry's variant was wanted and is not there."""
    return entry["status"] == "failed"


def is_present(entry: Entry) -> bool:
    """Whether the entry's file is finished and in the folder."""
    return entry["status"] in ("made", "unchanged")


def has_picture(entry: Entry) -> bool:
    """Whether there is something to look at: false for audio-only variants."""
    return bool(entry.get("width") and entry.get("height"))


def shape(entry: Entry) -> tuple[float, str, str]:
    """Width over height, its name (`9:16`) and a word for it; (0, "", "Sound") without a picture."""
    if not has_picture(entry):
        return 0.0, "", "Sound"
    ratio = entry["width"] / entry["height"]
    for known in _KNOWN_SHAPES:
        if abs(ratio - known[0]) <= 0.02 * known[0]:
            return known
    return round(ratio, 2), f"{ratio:.2f}:1", "Landscape" if ratio > 1 else "Portrait"


def duration(entry: Entry) -> str:
    """The length as `15.0 s`, or `2:05.0` from a minute up; a dash when it is not known."""
    seconds = entry.get("duration_seconds")
    if seconds is None:
        return "–"
    tenths = round(seconds * 10)
    if tenths < 600:
        return f"{tenths / 10:.1f} s"
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"


def size_on_screen(entry: Entry) -> str:
    """The picture's size as `1080×1920`, or `sound`."""
    return f"{entry['width']}×{entry['height']}" if has_picture(entry) else "sound"


def megabytes(entry: Entry) -> str:
    """The file's size in MB of 1 000 000 bytes; a dash when there is no file."""
    size_bytes = entry.get("size_bytes", 0)
    if not size_bytes:
        return "–"
    return f"{size_bytes / 1_000_000:.2f}" if size_bytes < 10_000_000 else f"{size_bytes / 1_000_000:.1f}"


def loudness(entry: Entry) -> str:
    """What the loudness check measured, or a dash."""
    measured = (str(check.get("measured", "")) for check in entry.get("checks", []) if _is_loudness(check))
    return next(measured, "") or "–"


def missed_checks(entry: Entry) -> list[dict[str, Any]]:
    """The checks that made the entry's variant fail."""
    return [check for check in entry.get("checks", []) if not check.get("ok") and not check.get("is_advice")]


def by_shape(entries: Iterable[Entry]) -> list[tuple[str, str, list[Entry]]]:
    """Entries grouped as (name, word, entries): tallest shape first, sound last, in their order within."""
    groups: dict[tuple[float, str, str], list[Entry]] = {}
    for entry in entries:
        groups.setdefault(shape(entry), []).append(entry)
    ordered = sorted(groups.items(), key=lambda item: item[0][0] or 1e9)
    return [(name, word, rows) for (_, name, word), rows in ordered]


def plural(count: int, noun: str) -> str:
    """`1 part`, `2 parts`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _is_loudness(check: dict[str, Any]) -> bool:
    return "loudness" in str(check.get("name", "")).lower()

"""The cuts of finished variants, written beside them for an editor to go on with, and their captions.

What somebody has worked on since is never replaced: a file whose content is not what an earlier run wrote stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any

from variantgen.build.sidecar import shown_lines, sidecar_text
from variantgen.errors import UserError
from variantgen.events import Note, Notify, TimelinesDone
from variantgen.model import Plan, SourceCue, Variant, VariantResult
from variantgen.timelines import TimelineEdit, media_facts, timeline_text, write_text
from variantgen.timelines.from_plan import edit_of
from variantgen.timelines.tracing import traced

SUFFIXES = {"otio": ".otio", "edl": ".edl", "fcpxml": ".fcpxml", "fcp7": ".xml"}


def write_timelines(
    plans: Sequence[Plan],
    results: Sequence[VariantResult],
    kinds: Sequence[str],
    out: Path,
    notify: Notify,
    *,
    earlier: Mapping[str, Any] | None = None,
    is_forced: bool = False,
    conformed: Mapping[Path, TimelineEdit] = MappingProxyType({}),
) -> list[VariantResult]:
    """The results, each with its timelines: one a kind, and captions; what a kind cannot hold is told and left out.

    `earlier` is the manifest of the run before. Its timelines of a variant that is made anew show a cut that is gone:
    they are replaced or removed, unless they were changed since they were written and `is_forced` does not say so.
    `conformed` holds the timelines that masters' films were made of: what is written cuts their media.
    """
    planned = {variant.file: (plan, variant) for plan in plans for variant in plan.variants}
    shelf = _Shelf(out, notify, earlier or {}, is_forced, conformed)
    return [_with_timelines(result, planned, kinds, shelf) for result in results]


def _with_timelines(
    result: VariantResult, planned: Mapping[str, tuple[Plan, Variant]], kinds: Sequence[str], shelf: _Shelf
) -> VariantResult:
    if result.status not in ("made", "unchanged") or result.file not in planned:
        return result
    written: dict[str, str] = {}
    known = shelf.written_before(result.file)
    plan, variant = planned[result.file]
    if kinds and variant.width:
        written = _written(plan, variant, kinds, shelf, known)
    left = {name: digest for name, digest in known.items() if name not in written and name not in result.sidecars}
    if result.status == "made":
        shelf.remove(left)
        left = {}
    if written:
        shelf.notify(TimelinesDone(result.file, tuple(written)))
    return replace(result, timelines={**left, **written})


def _written(
    plan: Plan, variant: Variant, kinds: Sequence[str], shelf: _Shelf, known: Mapping[str, str]
) -> dict[str, str]:
    """The names and SHA-256 of the files that a variant's timelines are."""
    facts = media_facts(plan.master.path)
    captions = _captions(variant)
    note = f"captions, in this timeline's own time: {', '.join(captions)}" if captions else ""
    edit = edit_of(variant, plan.master, first_frame=facts.first_frame if facts else 0, note=note)
    if (whole := shelf.conformed.get(plan.master.path)) is not None:
        edit = traced(edit, whole)
    written: dict[str, str] = {}
    for kind in kinds:
        name = Path(variant.file).with_suffix(SUFFIXES[kind]).name
        try:
            written |= shelf.put(name, timeline_text(edit, kind, shelf.out.absolute()), known)
        except UserError as error:
            shelf.notify(Note(f"{name}: {error}", is_warning=True))
    if written:
        for name, text in captions.items():
            written |= shelf.put(name, text, known) if text else {}
    return written


def _captions(variant: Variant) -> dict[str, str]:
    """The captions file of each language by its name: its text, or nothing where it is delivered with the variant."""
    shown = {variant.language: _burned(variant)} if variant.cues else {}
    for delivery in variant.deliveries:
        shown.setdefault(delivery.language, delivery.cues)
    delivered = {one.language: one.file for one in variant.deliveries if one.form == "srt" and one.file}
    files = {}
    for number, (language, cues) in enumerate(shown.items()):
        cues = tuple(cue for cue in cues if shown_lines(cue))
        suffix = f".{language or number + 1}.srt" if len(shown) > 1 else ".srt"
        name = delivered.get(language) or Path(variant.file).with_suffix(suffix).name
        if cues:
            files[name] = "" if language in delivered else sidecar_text(cues, "srt", language)
    return files


def _burned(variant: Variant) -> tuple[SourceCue, ...]:
    rate = variant.frame_rate
    return tuple(
        SourceCue(float(cue.start_frame / rate), float(cue.end_frame / rate), cue.text, cue.is_italic)
        for cue in variant.cues
    )


class _Shelf:
    """The output folder, and what an earlier run left in it."""

    def __init__(
        self,
        out: Path,
        notify: Notify,
        earlier: Mapping[str, Any],
        is_forced: bool,
        conformed: Mapping[Path, TimelineEdit],
    ) -> None:
        self.out, self.notify, self.conformed = out, notify, conformed
        self._earlier, self._is_forced = earlier, is_forced

    def written_before(self, file: str) -> dict[str, str]:
        """The names and SHA-256 of an earlier run's timelines of a variant that are still there, changed or not."""
        entries = self._earlier.get("variants")
        entry = entries.get(file) if isinstance(entries, dict) else None
        held = entry.get("timelines") if isinstance(entry, dict) else None
        return {
            name: digest
            for name, digest in (held.items() if isinstance(held, dict) else ())
            if PurePath(name).name == name and isinstance(digest, str) and (self.out / name).is_file()
        }

    def put(self, name: str, text: str, known: Mapping[str, str]) -> dict[str, str]:
        """Writes a file where none is, or one that this tool wrote; its name and SHA-256, or nothing."""
        path, digest = self.out / name, _digest(text.encode("utf-8", "replace"))
        there = _digest_of(path)
        if there not in (None, digest, known.get(name)) and not self._is_forced:
            why = "it was changed since it was written" if name in known else "another run or program wrote it"
            self.notify(
                Note(
                    f"{name} is left as it is: {why} (--force replaces it)",
                    is_warning=True,
                )
            )
            return {name: known[name]} if name in known else {}
        if there != digest:
            write_text(path, text)
        return {name: digest}

    def remove(self, known: Mapping[str, str]) -> None:
        """Removes what shows a cut that is gone, unless somebody has worked on it."""
        for name, digest in known.items():
            if _digest_of(self.out / name) == digest:
                (self.out / name).unlink(missing_ok=True)
            else:
                self.notify(Note(f"{name} shows an earlier cut; it was changed since and stays", is_warning=True))


def _digest_of(path: Path) -> str | None:
    try:
        return _digest(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(f'"{path}" cannot be read: {error.strerror or error}.') from None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

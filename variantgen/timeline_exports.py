"""The cuts of finished variants, written beside them for an editor to go on with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from variantgen.errors import UserError
from variantgen.events import Note, Notify
from variantgen.model import Plan, VariantResult
from variantgen.timelines import TimelineEdit, media_facts, write_timeline
from variantgen.timelines.from_plan import edit_of
from variantgen.timelines.tracing import traced

SUFFIXES = {"otio": ".otio", "edl": ".edl", "fcpxml": ".fcpxml", "fcp7": ".xml"}


def write_timelines(
    plans: Sequence[Plan],
    results: Sequence[VariantResult],
    kinds: Sequence[str],
    out: Path,
    notify: Notify,
    conformed: Mapping[Path, TimelineEdit] = MappingProxyType({}),
) -> tuple[Path, ...]:
    """One file a variant that was made and a kind; what a kind cannot hold is told and left out.

    `conformed` holds the timelines that masters' films were made of: what is written cuts their media.
    """
    made = {result.file for result in results if result.status in ("made", "unchanged")}
    written = []
    for plan in plans:
        facts = media_facts(plan.master.path)
        first_frame = facts.first_frame if facts and facts.first_frame else 0
        for variant in plan.variants:
            if variant.file not in made or not variant.width:
                continue
            edit = edit_of(variant, plan.master, first_frame=first_frame)
            edit = traced(edit, conformed[plan.master.path]) if plan.master.path in conformed else edit
            for kind in kinds:
                path = (out / variant.file).with_suffix(SUFFIXES[kind])
                try:
                    write_timeline(edit, kind, path)
                    written.append(path)
                except UserError as error:
                    notify(Note(f"{path.name}: {error}", is_warning=True))
    return tuple(written)

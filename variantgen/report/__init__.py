"""What people look at after a render: manifest, gallery, contact sheet, summary and junit, in its folder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from variantgen.model import Plan, VariantResult
from variantgen.report.contact_sheet import write_contact_sheet
from variantgen.report.gallery import gallery_html
from variantgen.report.junit import junit_xml
from variantgen.report.manifest import RunInfo, manifest_json, manifest_of, read_manifest, still_true
from variantgen.report.replacing import replace_text
from variantgen.report.summary import summary_markdown

__all__ = ["RunInfo", "read_manifest", "write_reports"]


def write_reports(
    folder: Path,
    plans: Sequence[Plan],
    results: Sequence[VariantResult],
    info: RunInfo,
    *,
    earlier: dict[str, Any] | None = None,
) -> tuple[Path, ...]:
    """Write every report of a run into `folder` and return their paths, manifest first.

    `earlier` is the manifest that was in the folder before: its entries stay for files that are still there
    and that this run did not touch. Each report appears whole, under its name, or not at all.
    Raises UserError when the folder cannot be written.
    """
    kept = still_true(folder, earlier or {})
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = manifest_of(plans, results, info, earlier=kept, made_at=made_at)
    return (
        replace_text(folder / "manifest.json", manifest_json(manifest)),
        write_contact_sheet(folder, manifest),
        replace_text(folder / "gallery.html", gallery_html(manifest)),
        replace_text(folder / "summary.md", summary_markdown(manifest)),
        replace_text(folder / "junit.xml", junit_xml(manifest)),
    )

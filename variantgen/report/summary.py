"""The manifest as Markdown for the summary page of a CI job (pure)."""

from __future__ import annotations

import re
from typing import Any

from variantgen.report import wording
from variantgen.report.wording import Entry

_MARKS = re.compile(r"([\\`*_\[\]|~#!])")
_STATUS = {"made": "✅ made", "unchanged": "✅ unchanged", "failed": "❌ failed", "planned": "planned"}
_HEADER = """\
| variant | file | duration | size | MB | loudness | checks | status |
| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |
"""


def summary_markdown(manifest: dict[str, Any]) -> str:
    """What this run did: a sentence, a table of its variants, and the failed ones with their reasons."""
    entries = sorted(wording.this_run(manifest), key=lambda entry: not wording.is_failed(entry))
    table = _HEADER + "".join(_row(entry) for entry in entries) if entries else ""
    headline = f"### variantgen: {wording.headline(manifest)}"
    sections = [headline, table.rstrip(), _timelines(entries), _failures(manifest, entries)]
    return "\n\n".join(section for section in sections if section) + "\n"


def literal(text: object) -> str:
    """`text` as one line of Markdown that reads as it is written: no pipe, tag or emphasis takes effect."""
    line = " ".join(str(text).split())
    return _MARKS.sub(r"\\\1", line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def _row(entry: Entry) -> str:
    cells = (
        literal(entry["preset"]),
        literal(entry["file"]),
        wording.duration(entry),
        wording.size_on_screen(entry),
        wording.megabytes(entry),
        literal(wording.loudness(entry)),
        wording.tally(entry).text,
        _STATUS.get(entry["status"], literal(entry["status"])),
    )
    return f"| {' | '.join(cells)} |\n"


def _timelines(entries: list[Entry]) -> str:
    names = [literal(name) for entry in entries for name in entry.get("timelines", ())]
    return f"For an editor: {', '.join(names)}" if names else ""


def _failures(manifest: dict[str, Any], entries: list[Entry]) -> str:
    blocks = [_failure(entry) for entry in entries if wording.is_failed(entry)]
    blocks += [f"- **{literal(one['preset'])}**: {literal(one['reason'])}" for one in manifest["refusals"]]
    return "#### Not made\n\n" + "\n".join(blocks) if blocks else ""


def _failure(entry: Entry) -> str:
    lines = [f"- **{literal(entry['preset'])}** ({literal(entry['file'])}): {literal(entry['error'])}".rstrip(": ")]
    for check in wording.missed_checks(entry):
        wanted, measured = literal(check["wanted"]), literal(check["measured"])
        lines.append(f"  - {literal(check['name'])}: wanted {wanted}, measured {measured}")
    return "\n".join(lines)

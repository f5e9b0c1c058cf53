"""What goes with a campaign's finished variants: posted.csv, upload sheets, covers, labels and advice."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen.campaign import Campaign, Cell, Matrix, load_campaign
from variantgen.campaign.disclosure import (
    changes_as_rows,
    changes_of,
    label_facts,
    label_notes,
    marks_of,
    notes_as_rows,
)
from variantgen.campaign.links import landing_link, link_facts, utm_of_channel
from variantgen.campaign.posted import PostedRow, read_posted, update_posted
from variantgen.campaign.posting import texts_for
from variantgen.campaign.preflight import advice_as_rows, creative_rules, preflight
from variantgen.campaign.upload import Post, UploadFacts, cover_fact, sheet_files, sheets_of, upload_facts
from variantgen.errors import UserError
from variantgen.events import Note, Notify
from variantgen.model import Analysis, Master, Plan, Variant, VariantResult
from variantgen.report.replacing import replace_bytes

if TYPE_CHECKING:
    from variantgen.pipeline import Planned, Report, Request

POSTED_FILE, CAMPAIGN_FILE = "posted.csv", "campaign.json"
COVERS = "covers"
KINDS = {"paid": "ad", "organic": "organic"}


@dataclass(frozen=True)
class _Finished:
    """A variant that was made, with everything that is known of it."""

    variant: Variant
    plan: Plan
    analysis: Analysis
    cell: Cell
    preset: Any
    result: VariantResult
    url: str

    @property
    def master(self) -> Master:
        """What it was made of."""
        return self.plan.master

    @property
    def kind(self) -> Any:
        """As the tables of facts call it: organic or ad."""
        return KINDS[self.cell.channel.as_]


def write_campaign_files(
    request: Request, planned: Sequence[Planned], report: Report, notify: Notify
) -> tuple[Path, ...]:
    """Writes what belongs to the variants of a campaign that were made; the files' paths."""
    assert request.campaign is not None
    campaign, out = load_campaign(request.campaign), request.out
    finished = list(_finished(campaign, planned, report))
    if not finished:
        return ()
    facts = upload_facts()
    rows, posts, advised = [], [], 0
    covers: dict[Any, Path] = {}
    for one in finished:
        cover = _cover(one, facts, out, covers, notify)
        told = _told(campaign, one)
        advised += sum(row["verdict"] == "no" for row in told["advice"])
        rows.append({**told, "cover": cover})
        posts.append(_post(campaign, one, cover, tuple(note["says"] for note in told["labels"]), out))
    update_posted(out / POSTED_FILE, [_posted_row(one) for one in finished])
    sheets = sheets_of(posts, facts)
    files = {
        **sheet_files(sheets, campaign.name),
        CAMPAIGN_FILE: _json({"schema_version": 1, "campaign": campaign.name, "variants": [*_kept(out, rows), *rows]}),
    }
    for name, content in files.items():
        replace_bytes(out / name, content)
    complaints = [complaint for sheet in sheets for complaint in sheet.complaints if not complaint.is_advice]
    for words in dict.fromkeys(f"{complaint.channel}: {complaint.words}" for complaint in complaints):
        notify(Note(words, is_warning=True))
    if advised:
        notify(Note(f"{advised} points of advice in {CAMPAIGN_FILE} (creative rules of the channels, no checks)"))
    return (out / POSTED_FILE, *(out / name for name in files))


def campaign_status(campaign: Campaign, matrix: Matrix, out: Path) -> list[dict[str, str]]:
    """A row a variant that was made, posted or failed in the output folder, and one a cell that is missing there."""
    from variantgen.report import read_manifest

    posted = {row.id for row in read_posted(out / POSTED_FILE).rows if row.is_posted}
    held: dict[tuple[str, str, str], dict[str, str]] = {}
    states = read_manifest(out).get("variants", {})
    for row in campaign_rows(out):
        entry = states.get(row["file"], {})
        is_made = entry.get("status") in ("made", "unchanged") and (out / row["file"]).is_file()
        state = "posted" if row["id"] in posted else "made" if is_made else "missing"
        levels = ", ".join(f"{factor}={level}" for factor, level in row["levels"].items())
        held[row["preset"], row["as"], levels] = {"id": row["id"], "file": row["file"], "state": state}
    rows = []
    for cell in matrix.cells:
        levels = ", ".join(f"{factor}={level}" for factor, level in cell.levels)
        known = held.get((cell.channel.preset, cell.channel.as_, levels), {"id": "", "file": "", "state": "missing"})
        rows.append({"channel": cell.channel.name, "levels": levels, **known})
    return rows


def _kept(out: Path, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of earlier runs that this one did not make (--only): their files are there, or were posted."""
    made = {row["id"] for row in rows}
    posted = {row.id for row in read_posted(out / POSTED_FILE).rows if row.is_posted}
    others = [row for row in campaign_rows(out) if row["id"] not in made]
    return [row for row in others if row["id"] in posted or (out / row["file"]).is_file()]


def campaign_rows(out: Path) -> list[dict[str, Any]]:
    """The rows of campaign.json in an output folder, a variant each; none where it is not there or cannot be read."""
    try:
        told = json.loads((out / CAMPAIGN_FILE).read_bytes())
        return [row for row in told["variants"] if {"id", "file", "preset", "as", "levels"} <= row.keys()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


# ---------------------------------------------------------------- one variant


def _finished(campaign: Campaign, planned: Sequence[Planned], report: Report) -> Iterator[_Finished]:
    results = {result.file: result for result in report.results if result.status in ("made", "unchanged")}
    facts = link_facts()
    for item in planned:
        for variant in item.plan.variants:
            if variant.file not in results:
                continue
            cell, preset = item.cells[variant.id], item.preset_of(variant)
            yield _Finished(
                variant, item.plan, item.analysis, cell, preset, results[variant.file],
                _link(campaign, cell, preset.channel, variant.id, facts),
            )  # fmt: skip


def _link(campaign: Campaign, cell: Cell, channel: str, identity: str, facts: Any) -> str:
    url = cell.channel.url or campaign.url
    utm = utm_of_channel(facts, channel, cell.channel.as_, campaign=campaign.name, content=identity) if url else None
    return landing_link(url, utm, where=f"{campaign.path}: url").url if utm else url


def _posted_row(one: _Finished) -> PostedRow:
    stem = one.variant.file.rpartition(".")[0]
    return PostedRow(
        one.variant.id, one.variant.file, one.result.sha256, one.variant.preset, one.preset.channel,
        one.cell.channel.as_, stem, one.url,
    )  # fmt: skip


def _values(campaign: Campaign, one: _Finished) -> dict[str, str]:
    """What a posting text's placeholders stand for."""
    levels = {factor.name: factor.level(one.cell.level(factor.name)) for factor in campaign.factors}
    texts = {name: level.text_in(one.variant.language) or level.value for name, level in levels.items()}
    return {
        **texts,
        "campaign": campaign.name,
        "objective": campaign.objective,
        "channel": one.preset.channel,
        "preset": one.variant.preset,
        "language": one.variant.language,
        "url": one.url,
        "id": one.variant.id,
        "seconds": f"{one.variant.duration_seconds:.0f}",
    }


def _post(campaign: Campaign, one: _Finished, cover: str, labels: tuple[str, ...], out: Path) -> Post:
    texts = texts_for(
        campaign.posting, preset=one.variant.preset, channel=one.preset.channel, language=one.variant.language,
        values=_values(campaign, one),
    )  # fmt: skip
    captions = tuple((name, (out / name).stat().st_size) for name in one.result.sidecars if (out / name).is_file())
    return Post(
        one.variant.id, one.variant.file, one.variant.preset, one.preset.channel, one.kind, texts, one.url,
        one.variant.language, cover, captions, labels,
    )  # fmt: skip


def _told(campaign: Campaign, one: _Finished) -> dict[str, Any]:
    """A variant's row of campaign.json: what it is, what was done to it, which labels, which advice."""
    from variantgen.campaign.creative_measures import Creative

    variant = one.variant
    drawn = [overlay for overlay in variant.overlays if overlay.template in ("logo", "watermark")]
    changes = changes_of(variant, one.master, overlays=marks_of(variant))
    notes = label_notes(changes, one.preset.channel, label_facts(), kind=one.kind)
    rate = variant.frame_rate
    creative = Creative(
        campaign.objective, one.preset.channel, one.kind,
        brand_seconds=tuple((float(o.start_frame / rate), float(o.end_frame / rate)) for o in drawn) or None,
        calls=tuple(_calls(campaign, one)),
        overlay_texts=tuple(overlay.text for overlay in variant.overlays if overlay.text),
    )  # fmt: skip
    advice = preflight(variant, one.master, one.analysis, creative, creative_rules())
    return {
        "id": variant.id,
        "file": variant.file,
        "sha256": one.result.sha256,
        "preset": variant.preset,
        "channel": one.preset.channel,
        "as": one.cell.channel.as_,
        "levels": dict(one.cell.levels),
        "master": one.master.name,
        "seconds": round(variant.duration_seconds, 3),
        "url": one.url,
        "specification": variant.identity.specification if variant.identity else {},
        "changes": changes_as_rows(changes),
        "labels": notes_as_rows(notes),
        "advice": advice_as_rows(advice),
    }


def _calls(campaign: Campaign, one: _Finished) -> Iterator[str]:
    for factor in campaign.factors:
        if factor.name in ("cta", "call_to_action", "end"):
            text = factor.level(one.cell.level(factor.name)).text_in(one.variant.language)
            if text:
                yield text


def _cover(one: _Finished, facts: UploadFacts, out: Path, covers: dict[Any, Path], notify: Notify) -> str:
    """Makes a variant's cover, unless it is there already; its name in the output folder, empty for sound.

    `covers` are those of this run: variants that share the part in which a cover is found share the cover.
    """
    from variantgen.build.covers import cover_frame, cover_picture, save_cover
    from variantgen.plan.covers import cover_choices, shot_around

    choices = cover_choices(one.variant, one.master, one.analysis, most=1)
    if not choices:
        return ""
    fact = cover_fact(facts, preset=one.variant.preset, channel=one.preset.channel, kind=one.kind)
    name = f"{COVERS}/{one.variant.file.rpartition('.')[0]}.jpg"
    path = out / name
    if one.result.status == "unchanged" and path.is_file():
        return name
    choice = choices[0]
    size = (fact.width, fact.height) if fact else (0, 0)
    seen = (*_place(one, choice.frame), size)
    path.parent.mkdir(exist_ok=True)
    if seen in covers:
        shutil.copyfile(covers[seen], path)
        return name
    span = shot_around(one.variant, one.master, one.analysis, choice.frame)
    frame = cover_frame(out / one.variant.file, choice.frame, span, one.variant.frame_rate)
    if frame is None:
        return ""
    picture, _ = cover_picture(frame, size, faces=choice.faces)
    try:
        save_cover(picture, path, most_bytes=fact.most_bytes if fact else 0)
    except UserError as error:
        notify(Note(f"{name}: {error}", is_warning=True))
        return ""
    covers[seen] = path
    return name


def _place(one: _Finished, frame: int) -> tuple[str, int]:
    """The part that a frame of a variant lies in, and where in it."""
    for key in one.variant.part_keys:
        if frame < one.plan.parts[key].frames:
            return key, frame
        frame -= one.plan.parts[key].frames
    return one.variant.id, frame


# ---------------------------------------------------------------- files


def _json(told: dict[str, Any]) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n").encode()

"""What comes back to a campaign: exports into its folder's results, what they say out, as a report."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen.campaign import Campaign, Channel, load_campaign, matrix_of
from variantgen.campaign.posted import PostedRow, read_posted
from variantgen.campaign_files import POSTED_FILE, campaign_rows
from variantgen.errors import UserError
from variantgen.report.replacing import replace_text
from variantgen.results.variants import CampaignVariant

if TYPE_CHECKING:
    from variantgen.events import Notify
    from variantgen.next_campaign import NextCampaign
    from variantgen.results.counts import DayCounts
    from variantgen.results.findings import Findings
    from variantgen.results.profiles import Profile
    from variantgen.results.recognising import Recognition
    from variantgen.results.store import Imported
    from variantgen.results.values import Period

REPORT_FILE, PAGE_FILE = "report.json", "report.html"
MOST_UNMATCHED = 200
_ROUND = re.compile(r"(.+?)(?:-([0-9]{1,4}))?")


@dataclass(frozen=True)
class CampaignFolder:
    """A campaign and the folder that its variants were rendered to."""

    campaign: Campaign
    folder: Path
    variants: tuple[CampaignVariant, ...]
    """The campaign's own."""
    earlier: tuple[CampaignVariant, ...]
    """Of the rounds that it follows: spring and spring-2, of spring-3."""
    ids: frozenset[str]
    """Of every variant in the folder, other campaigns' too: one export often holds several campaigns."""
    posted: tuple[PostedRow, ...]

    @property
    def store(self) -> Path:
        """Where results are kept."""
        from variantgen.results.store import STORE_NAME

        return self.folder / STORE_NAME


def campaign_folder(file: Path, folder: Path) -> CampaignFolder:
    """The campaign of a file with what was rendered to a folder; UserError where nothing was."""
    campaign = load_campaign(file)
    rows, posted = campaign_rows(folder), read_posted(folder / POSTED_FILE).rows
    if not rows and not posted:
        raise UserError(
            f"{folder}: holds no campaign.json and no posted.csv: name the folder of campaign render with -o."
        )
    own = [row for row in rows if _campaign_of(row) in ("", campaign.name)]
    if not own and rows:
        others = ", ".join(sorted({_campaign_of(row) for row in rows}))
        raise UserError(f"{folder}: holds variants of {others}, and none of {campaign.name}: name its folder with -o.")
    made = {row["id"] for row in rows}
    variants = [*map(_variant, own), *(_posted_variant(row) for row in posted if row.id not in made)]
    unique = {variant.id: variant for variant in variants}
    earlier = tuple(_variant(row) for row in rows if _is_followed_by(_campaign_of(row), campaign.name))
    return CampaignFolder(campaign, folder, tuple(unique.values()), earlier, frozenset(made | unique.keys()), posted)


def _is_followed_by(other: str, name: str) -> bool:
    """Whether a campaign is an earlier round of another: spring of spring-2, as the next campaign's file is named."""
    first, second = (_ROUND.fullmatch(one) for one in (other, name))
    if not (first and second):
        return False
    return first[1] == second[1] and int(first[2] or 1) < int(second[2] or 1)


def _campaign_of(row: Mapping[str, Any]) -> str:
    told = row.get("specification")
    return str(told.get("campaign", "")) if isinstance(told, dict) else ""


def _variant(row: Mapping[str, Any]) -> CampaignVariant:
    seconds = row.get("seconds")
    return CampaignVariant(
        str(row["id"]), Path(str(row["file"])).stem, str(row["preset"]), str(row["as"]),
        {str(factor): str(level) for factor, level in dict(row["levels"]).items()},
        float(seconds) if isinstance(seconds, (int, float)) else None, str(row.get("master", "")),
        str(row.get("channel", "")),
    )  # fmt: skip


def _posted_variant(row: PostedRow) -> CampaignVariant:
    return CampaignVariant(row.id, row.ad_name or Path(row.file).stem or row.id, row.preset or row.channel, row.as_)


# ---------------------------------------------------------------- in


def recognised_export(
    path: Path, *, profile: str = "", mapping: Path | None = None, known: Mapping[str, Profile] | None = None
) -> tuple[Recognition, tuple[str, ...]]:
    """What an export was taken for, and that as lines to show before it is taken; UserError where nothing fits."""
    from variantgen.results.recognising import described, recognised

    found = recognised(path, profile=profile, mapping=mapping, known=known)
    return found, described(found)


def take_export(
    told: CampaignFolder, recognition: Recognition, *, period: Period | None = None, currency: str = ""
) -> Imported:
    """Takes a recognised export into the folder's results, all of it or nothing; UserError with what is wrong."""
    from variantgen.results.importing import import_export

    return import_export(recognition, told.store, ids=told.ids, posted=told.posted, period=period, currency=currency)


# ---------------------------------------------------------------- out


def results_of(told: CampaignFolder, *, metric: str = "") -> Findings:
    """What the results say. With a `metric` that the campaign file does not plan, nothing can win by it.

    Rows that had no variant are matched again first, as posted.csv may have been written since.
    """
    from variantgen.results.findings import findings
    from variantgen.results.importing import match_waiting
    from variantgen.results.metrics import read_metrics
    from variantgen.results.profiles import profiles
    from variantgen.results.sums import unmatched_of, variant_sums
    from variantgen.results.variants import day_counts

    if not told.store.is_file():
        raise UserError(
            f"{told.store}: is not there: take an export first, with variantgen results import EXPORT"
            f" --campaign {told.campaign.path} -o {told.folder}."
        )
    match_waiting(told.store, ids=told.ids, posted=told.posted)
    table = read_metrics()
    if told.campaign.results.metric:
        table.planned(told.campaign.results.metric, told.campaign.path)
    campaign, notes = _asked(told.campaign, metric)
    sums = list(variant_sums(told.store))
    posted_as = {name: profile.posted_as for name, profile in profiles().items()}
    rows, running = _of_this_round(day_counts(sums, (*told.variants, *told.earlier), posted_as), told)
    if running:
        notes = (*notes, f"of earlier rounds, held against these on the same days: {', '.join(running)}")
    if len({one.zone for one in sums}) > 1:
        notes = (*notes, "some exports tell days in UTC, others in the time of their account")
    if not rows:
        notes = (*notes, "no row of the exports is of this campaign's variants yet")
    return findings(
        campaign, _told_apart((*told.variants, *told.earlier)), rows, table,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        sources=_sources(told.store), unmatched=unmatched_of(told.store, MOST_UNMATCHED), notes=notes,
    )  # fmt: skip


def _told_apart(variants: Sequence[CampaignVariant]) -> tuple[CampaignVariant, ...]:
    """The variants, with their master among their levels where there are several: all else may be alike."""
    if len({one.master for one in variants if one.master}) < 2:
        return tuple(variants)
    return tuple(replace(one, levels={**one.levels, "master": one.master}) if one.master else one for one in variants)


def _of_this_round(rows: Sequence[DayCounts], told: CampaignFolder) -> tuple[tuple[DayCounts, ...], list[str]]:
    """The campaign's own rows, and those of earlier rounds' variants that ran on beside them; these variants' ids.

    What ran on counts from the first day of this campaign, on the channels that it is on, where the file says when that
    was.
    """
    own = {variant.id for variant in told.variants}
    channels = {row.channel for row in rows if row.variant in own}
    starts = told.campaign.starts
    kept = tuple(
        row
        for row in rows
        if row.variant in own
        or (row.channel in channels and starts is not None and row.first_day is not None and row.first_day >= starts)
    )
    return kept, list(dict.fromkeys(row.variant for row in kept if row.variant not in own))


def _sources(store: Path) -> list[dict[str, Any]]:
    """The files that were taken, each with its profile's title."""
    from variantgen.results.profiles import profiles
    from variantgen.results.sums import imports_of

    titles = {name: profile.title for name, profile in profiles().items()}
    return [
        {
            "file": f"{one.file}: {one.member}" if one.member else one.file,
            "profile": one.profile,
            "title": titles.get(one.profile, one.profile),
            "first": one.first.isoformat() if one.first else None,
            "last": one.last.isoformat() if one.last else None,
            "rows": one.rows,
        }
        for one in imports_of(store)
    ]


def _asked(campaign: Campaign, metric: str) -> tuple[Campaign, tuple[str, ...]]:
    """The campaign as it is judged by a metric: chosen after the results came in, none can be won by it."""
    if not metric or metric == campaign.results.metric:
        return campaign, ()
    plan = replace(campaign.results, metric=metric, read_on=None, per_variant=None)
    note = f"{metric} is not what the campaign file plans to judge by, so by it nothing is proven, only shown"
    return replace(campaign, results=plan, starts=None, ends=None), (note,)


def write_report(folder: Path, found: Findings) -> tuple[Path, Path]:
    """Writes report.html and report.json into a folder, each whole or not at all; their paths."""
    from variantgen.report.results_page import results_html

    text = json.dumps(found.report, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    page = results_html(found.report)
    return replace_text(folder / PAGE_FILE, page), replace_text(folder / REPORT_FILE, text)


def made_on(told: CampaignFolder) -> list[tuple[Channel, dict[str, str]]]:
    """The combinations that were made, in earlier rounds too, each with its channel; none of channels that are gone.

    Of an earlier round that was rendered into another folder, the campaign file beside this one says what they were.
    """
    channels = {channel.name: channel for channel in told.campaign.channels}
    every = [(f"{one.preset} ({one.as_})", dict(one.levels)) for one in (*told.earlier, *told.variants) if one.levels]
    for campaign in _rounds_beside(told.campaign):
        cells = ((cell.channel.name, dict(cell.levels)) for cell in matrix_of(campaign).cells)
        every += [one for one in cells if one not in every]
    known = [(channels.get(channel), levels) for channel, levels in every]
    return [(channel, levels) for channel, levels in known if channel is not None]


def _rounds_beside(campaign: Campaign) -> list[Campaign]:
    """The rounds that a campaign follows whose files lie in its folder; none that does not load."""
    from variantgen.next_campaign import campaigns_beside

    assert campaign.path is not None
    found = []
    for file, name in campaigns_beside(campaign.path):
        if not _is_followed_by(name, campaign.name):
            continue
        try:
            earlier = load_campaign(file)
            matrix_of(earlier)
        except UserError:
            continue
        found.append(earlier)
    return found


def next_round(
    told: CampaignFolder,
    *,
    count: int | None,
    store: Path | None,
    ffmpeg: str | None,
    notify: Notify,
    seed: int = 7,
) -> NextCampaign:
    """The campaign after this one, from what its results say; nothing is written. UserError where there are none."""
    from variantgen.next_campaign import next_campaign

    found = results_of(told)
    assert told.campaign.path is not None
    return next_campaign(
        told.campaign.path, told.folder, comparisons=found.comparisons, effects=found.effects,
        is_more_better=found.metric is None or found.metric.is_more_better_of_arms, made=made_on(told), count=count,
        store=store, ffmpeg=ffmpeg, notify=notify, told=found.told_for_next, seed=seed,
    )  # fmt: skip

"""A campaign file and what its results say in, the next campaign's file out: written whole, and it always loads."""

from __future__ import annotations

import json
import re
import secrets
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from variantgen.campaign import Campaign, Channel, load_campaign, matrix_of
from variantgen.campaign.next_changes import DraftedLevel, NextChanges, Row, next_name
from variantgen.campaign.next_file import next_text
from variantgen.campaign.next_levels import Material, draftable, example_of
from variantgen.campaign_files import CAMPAIGN_FILE
from variantgen.errors import UserError
from variantgen.events import Notify
from variantgen.report.replacing import replace_text
from variantgen.results.effects import Effects
from variantgen.results.next_campaign import NextPlan, again_of, counts_of, next_plan, rows_of
from variantgen.results.verdicts import Comparison

_EMPTY = (
    "nothing new can be made of these levels: before it is rendered, fill in one of those below and its [[variant]]"
)


@dataclass(frozen=True)
class NextCampaign:
    """The next campaign: its file's text, and what a person should be told of it."""

    path: Path
    """Of the campaign that it follows."""
    text: str
    name: str
    kept: Mapping[str, tuple[str, ...]]
    """Levels by factor."""
    dropped: Mapping[str, tuple[str, ...]]
    drafted: tuple[DraftedLevel, ...]
    trials: tuple[Row, ...]
    notes: tuple[str, ...]
    is_empty: bool = False
    """Nothing new can be made of what is there: a level has to be added before it is rendered."""
    open: tuple[str, ...] = ()
    """The factors that have room for one."""


def next_campaign(
    path: Path,
    out: Path,
    *,
    comparisons: Mapping[str, Comparison],
    effects: Effects,
    is_more_better: bool,
    made: Sequence[tuple[Channel, dict[str, str]]],
    count: int | None,
    store: Path | None,
    ffmpeg: str | None,
    notify: Notify,
    told: Sequence[str] = (),
    seed: int = 7,
) -> NextCampaign:
    """The campaign after that of `path`, in whose folder `out` it will be rendered (nothing is written).

    `comparisons` are by the campaign's channels; `is_more_better` is of what the effects count (for a cost: events per
    money, `Metric.is_more_better_of_arms`). `made` is what was made on each channel, in earlier rounds too; `count` is
    how many each should get (None: as many as now, at most MOST_TRIALS). Masters are read only where a level has to be
    drafted. `told` are sentences on the results, for the head of the file. Raises UserError for a campaign file that
    does not load.
    """
    campaign = load_campaign(path)
    counts, held_back = counts_of(campaign, matrix_of(campaign).cells, count)

    def planned(material: Material | None) -> NextPlan:
        return next_plan(
            campaign, made, counts, comparisons=comparisons, effects=effects, is_more_better=is_more_better,
            material=material, seed=seed,
        )  # fmt: skip

    plan = planned(None)
    if plan.short and draftable(campaign):
        plan = planned(_material(campaign, store, ffmpeg, notify))
    trials = plan.trials or (again_of(campaign, plan.dropped, effects, is_more_better=is_more_better),)
    name = next_name(campaign.name, {name for _, name in campaigns_beside(path)} | _names_in(out))
    examples = {factor.name: text for factor in campaign.factors if (text := example_of(factor))}
    notes = (*told, *plan.notes, *held_back, *(() if plan.trials else (_EMPTY,)))
    rows = rows_of(campaign, trials)
    changes = NextChanges(path.name, name, rows, plan.dropped, plan.drafted, plan.known, examples, notes)
    text = next_text(path.read_bytes().decode("utf-8-sig"), changes)
    kept = {f.name: tuple(lv.name for lv in f.levels if lv.name not in plan.dropped.get(f.name, ())) for f in
            campaign.factors}  # fmt: skip
    return NextCampaign(
        path, text, name, kept, plan.dropped, plan.drafted, rows, notes, not plan.trials, tuple(examples)
    )


def next_path(path: Path) -> Path:
    """Where the file after one lies: spring.next.toml beside spring.toml, spring.next-2.toml beside that."""
    found = re.fullmatch(r"(.+)\.next(?:-(\d+))?", path.stem)
    if not found:
        return path.with_name(f"{path.stem}.next.toml")
    return path.with_name(f"{found[1]}.next-{int(found[2] or 1) + 1}.toml")


def write_next(following: NextCampaign, target: Path | None = None, *, force: bool = False) -> Path:
    """Writes the next campaign's file, by default beside the one that it follows; its path.

    It is loaded under another name first, so that what stands there can be rendered. Raises UserError where a file is
    there already (unless `force`), or it cannot be written.
    """
    target = target or next_path(following.path)
    if target.resolve() == following.path.resolve():
        raise UserError(f"{target}: is the campaign that the next one follows: name another file.")
    if target.exists() and not force:
        raise UserError(f"{target}: is there already: name another file, or say --force to write over it.")
    trial = target.with_name(f".{target.stem}.{secrets.token_hex(4)}.toml")
    replace_text(trial, following.text)
    try:
        matrix_of(load_campaign(trial))
    except UserError as error:
        raise UserError(str(error).replace(str(trial), str(target))) from None
    finally:
        trial.unlink(missing_ok=True)
    return replace_text(target, following.text)


def campaigns_beside(path: Path) -> list[tuple[Path, str]]:
    """The campaign files in the folder of one, itself too, each with the campaign's name."""
    found = []
    for file in sorted(path.resolve().parent.glob("*.toml")):
        try:
            told = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(told.get("name"), str) and "objective" in told:
            found.append((file, told["name"]))
    return found


def _names_in(out: Path) -> set[str]:
    """The names of the campaigns that were rendered into a folder."""
    try:
        told = json.loads((out / CAMPAIGN_FILE).read_bytes())
        return {str(row["specification"]["campaign"]) for row in told["variants"]} | {str(told["campaign"])}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _material(campaign: Campaign, store: Path | None, ffmpeg: str | None, notify: Notify) -> Material:
    """What drafts are made of: places of the first master that all have, styles, and what the channels take."""
    from variantgen.campaigns import footage_of
    from variantgen.presets import load_preset
    from variantgen.presets.folders import available_styles

    presets = {one.name: load_preset(str(one.file or one.preset)).preset for one in campaign.channels}
    seen = [footage_of(path, notify, store=store, ffmpeg=ffmpeg) for path in campaign.masters]
    limits = [preset.length for preset in presets.values()]
    return Material(
        replace(seen[0], duration_seconds=min(one.duration_seconds for one in seen)),
        styles=tuple(style.name for style in available_styles() if style.origin == "built-in"),
        burning=frozenset(name for name, preset in presets.items() if "burn" in preset.captions.ways),
        least_seconds=max((limit.min_seconds or 0.0 for limit in limits), default=0.0),
        most_seconds=min((limit.max_seconds or float("inf") for limit in limits), default=float("inf")),
    )

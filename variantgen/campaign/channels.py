"""Channels, exclusions and chosen variants of a campaign file: tables in, values out, or what is wrong (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args
from urllib.parse import urlsplit

from variantgen.campaign.faults import Faults, Location, shown, unknown
from variantgen.campaign.known import Known
from variantgen.campaign.values import Channel, Promotion, Rule
from variantgen.errors import UserError, nearest
from variantgen.presets.folders import is_path

if TYPE_CHECKING:
    from variantgen.campaign import schema

Named = Mapping[str, "list[str] | None"]
"""Factor -> its levels' names, or None where they are not surely known."""
CHANNEL_KEY, PROMOTION_KEY = "channel", "as"


def channels_of(
    tables: Sequence[schema.Channel | None], named: Named, known: Known, folder: Path, faults: Faults
) -> tuple[Channel, ...]:
    """The channels in the file's order, packs expanded; one that is named by itself goes before a pack's member."""
    found: dict[tuple[str, Promotion], tuple[bool, Channel]] = {}
    for place, table in enumerate(tables):
        if table is None:
            continue
        here: Location = ("channels", place)
        only = {factor: _levels(names, factor, (*here, "only"), named, faults) for factor, names in table.only.items()}
        if table.url and (fault := address_fault(table.url)):
            faults.add((*here, "url"), fault)
        for preset in _presets(table, here, known, faults):
            try:
                as_ = table.as_ or known.promotion_of(preset)
                if table.as_ and is_path(preset):
                    known.promotion_of(preset)
            except UserError as error:
                faults.add((*here, "preset"), "; ".join(str(error).splitlines()))
                continue
            file = folder / preset if is_path(preset) else None
            channel = Channel(file.stem if file else preset, as_, only, table.url or "", file)
            key, is_single = (channel.preset, as_), table.pack is None
            if key in found and is_single and found[key][0]:
                faults.add(here, f"{channel.name} stands above: a channel is named once.")
            elif key not in found or is_single:
                found[key] = (is_single, channel)
    return tuple(channel for _, channel in found.values())


def _presets(table: schema.Channel, here: Location, known: Known, faults: Faults) -> Sequence[str]:
    if (table.preset is None) == (table.pack is None):
        faults.add(here, "names a preset or a pack, one of them.", is_about_all=True)
    elif table.pack is not None:
        if table.pack in known.packs:
            return known.packs[table.pack]
        faults.add((*here, "pack"), unknown("pack", table.pack, list(known.packs)))
    elif table.preset is not None and (is_path(table.preset) or table.preset in known.presets):
        return (table.preset,)
    elif table.preset in known.packs:
        faults.add((*here, "preset"), f'value {shown(table.preset)} is a pack: write pack = "{table.preset}".')
    else:
        told = f"no preset is named {shown(table.preset)}.{nearest(str(table.preset), known.presets)}"
        faults.add((*here, "preset"), f'{told} "variantgen presets list" shows them all.')
    return ()


def rules_of(
    tables: Sequence[dict[str, str | list[str]] | None],
    key: str,
    named: Named,
    known: Known,
    channels: Sequence[schema.Channel | None],
    faults: Faults,
) -> tuple[Rule, ...]:
    """The rules of [[exclude]] or [[variant]] tables."""
    presets = [
        p for c in channels if c is not None for p in ([c.preset] if c.preset else known.packs.get(c.pack or "", ()))
    ]
    presets = [Path(preset).stem if is_path(preset) else preset for preset in presets]
    every: dict[str, list[str] | None] = {**named, CHANNEL_KEY: presets, PROMOTION_KEY: list(get_args(Promotion))}
    rules = []
    for place, table in enumerate(tables):
        if table is None:
            continue
        here: Location = (key, place)
        if not table:
            faults.add(here, 'names nothing: give it factor = level, as in hook = "face".')
        held = {name: _levels(names, name, here, every, faults) for name, names in table.items()}
        rules.append(
            Rule(
                tuple((name, names) for name, names in held.items() if name in named),
                held.get(CHANNEL_KEY, ()),
                cast("tuple[Promotion, ...]", held.get(PROMOTION_KEY, ())),
            )
        )
    return tuple(rules)


def _levels(names: str | list[str], factor: str, here: Location, named: Named, faults: Faults) -> tuple[str, ...]:
    names = [names] if isinstance(names, str) else names
    if factor not in named:
        faults.add((*here, factor), unknown("factor", factor, list(named)))
    elif (allowed := named[factor]) is not None:
        for name in names:
            if name not in allowed:
                faults.add((*here, factor), unknown("level", name, allowed))
    return tuple(dict.fromkeys(names))


def address_fault(url: str) -> str:
    """What is wrong with a web address; an empty string where nothing is."""
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_whole = False
    if is_whole and not re.search(r"[\s\x00-\x1f]", url):
        return ""
    return f"value {shown(url)} is no web address: allowed is one like https://example.com/offer."

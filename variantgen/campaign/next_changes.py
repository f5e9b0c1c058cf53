"""What a next campaign's file has and the old one has not, as values, and what it is called (pure)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from variantgen.campaign.factors import LONGEST_NAME
from variantgen.model.analysis import SecondsSpan


@dataclass(frozen=True)
class DraftedLevel:
    """A level that nobody wrote: its name, and the value that stands for it in a list, as TOML."""

    factor: str
    name: str
    text: str
    span: SecondsSpan | None = None
    """Of the master, where it shows one."""


@dataclass(frozen=True)
class Row:
    """A combination to be made, for the channels (presets) and promotions named; none are all."""

    levels: tuple[tuple[str, str], ...]
    why: str
    channels: tuple[str, ...] = ()
    promotions: tuple[str, ...] = ()


@dataclass(frozen=True)
class NextChanges:
    """What the next campaign's file has and the old one has not; each mapping is by factor."""

    source: str
    """The old file's name."""
    name: str
    rows: tuple[Row, ...]
    dropped: Mapping[str, Collection[str]] = field(default_factory=dict, hash=False)
    drafted: tuple[DraftedLevel, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the results say, a line each."""
    examples: Mapping[str, str] = field(default_factory=dict, hash=False)
    """A level to be filled in, as TOML; it is written as a comment."""
    notes: tuple[str, ...] = ()


def next_name(name: str, taken: Collection[str] = ()) -> str:
    """The name of the campaign after one: spring, spring-2, spring-3; a year at the end is no count.

    >>> next_name("spring"), next_name("spring-2"), next_name("launch-2026")
    ('spring-2', 'spring-3', 'launch-2026-2')
    """
    found = re.fullmatch(r"(.*[^-])-([2-9]|[1-9]\d)", name)
    stem, number = (found[1], int(found[2])) if found else (name, 1)
    while True:
        number += 1
        ending = f"-{number}"
        told = stem[: LONGEST_NAME - len(ending)].rstrip("-") + ending
        if told not in taken:
            return told

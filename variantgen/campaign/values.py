"""A campaign as values: what it says, and the variants to be that it stands for (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from variantgen.model.analysis import SecondsSpan

Objective = Literal["awareness", "acquisition", "conversion", "retention", "credibility"]
Promotion = Literal["paid", "organic"]
FactorKind = Literal["piece", "caption_style", "length", "language", "music", "other"]
Design = Literal["full", "fraction", "list"]
Corner = Literal["top-left", "top-right", "bottom-left", "bottom-right"]
Moment = Literal["opening", "end"]
Texts = tuple[tuple[str, str], ...]
"""(language tag, text); the tag is empty for a text of every language."""


def text_in(texts: Texts, language: str) -> str:
    """The text of a language: its own tag's, then its language's without script and region, then that for all.

    An empty string where there is none of these.
    """
    held = dict(texts)
    return next((held[tag] for tag in (language, language.partition("-")[0], "") if tag in held), "")


@dataclass(frozen=True)
class Level:
    """One choice of a factor. What a piece is made of stands in `spans`, `card`, `overlay` or `length_seconds`.

    `value` is a caption style, a language's tag, a music file or a plain label, by the factor's kind.
    """

    name: str
    spans: tuple[SecondsSpan, ...] = ()
    """Of the master, half-open, played in this order."""
    card: str = ""
    """A card's template; `texts` stand on it."""
    overlay: str = ""
    """A template drawn over the picture, where `at` says; `texts` stand in it."""
    at: Moment = "opening"
    texts: Texts = ()
    seconds: float | None = None
    """How long the card or the overlay is shown; None is its template's own time."""
    length_seconds: float | None = None
    """Of the whole variant in a factor `length`, of this piece in another."""
    value: str = ""
    is_left_out: bool = False
    """The factor gives nothing to the variant: no such piece, no captions, no music, the master's own length."""

    @property
    def span(self) -> SecondsSpan | None:
        """The only span, or None where there are none or several."""
        return self.spans[0] if len(self.spans) == 1 else None

    @property
    def text(self) -> str:
        """The text of every language, or else the first one that is given."""
        return text_in(self.texts, "") or (self.texts[0][1] if self.texts else "")

    def text_in(self, language: str) -> str:
        """The text in a language (a BCP 47 tag); in none that is given, the first."""
        return text_in(self.texts, language) or self.text


@dataclass(frozen=True)
class Factor:
    """Something that variants differ in, and its choices."""

    name: str
    kind: FactorKind
    levels: tuple[Level, ...]

    def level(self, name: str) -> Level:
        """The level of this name; KeyError where there is none."""
        return {level.name: level for level in self.levels}[name]


@dataclass(frozen=True)
class Channel:
    """A placement that the campaign is delivered to, paid or organic.

    `only` holds the factor levels that it gets; a factor that is not in it comes with all its levels.
    """

    preset: str
    as_: Promotion
    only: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    url: str = ""
    """Instead of the campaign's."""
    file: Path | None = None
    """The preset's file, where the campaign names it by its path; else it is found by its name."""

    @property
    def name(self) -> str:
        """What tells it from the campaign's other channels, as in "tiktok (paid)"."""
        return f"{self.preset} ({self.as_})"


@dataclass(frozen=True)
class Rule:
    """Levels that are picked out together: a cell is meant when, for every factor here, it has one of the levels."""

    levels: tuple[tuple[str, tuple[str, ...]], ...]
    channels: tuple[str, ...] = ()
    """Preset names; empty for all channels."""
    promotions: tuple[Promotion, ...] = ()
    """Paid, organic; empty for both."""

    def means(self, channel: Channel) -> bool:
        """Whether it speaks of a channel's cells."""
        is_named = not self.channels or channel.preset in self.channels
        return is_named and (not self.promotions or channel.as_ in self.promotions)

    def fits(self, cell: Cell) -> bool:
        """Whether a cell is one of those meant."""
        held = dict(cell.levels)
        return self.means(cell.channel) and all(held.get(factor) in names for factor, names in self.levels)


@dataclass(frozen=True)
class Signing:
    """Where the user's certificate (a chain, PEM) and key for C2PA lie; neither is read here."""

    certificate: Path
    key: Path
    algorithm: str = "es256"
    timestamp_url: str = ""


@dataclass(frozen=True)
class ResultsPlan:
    """How results are read, as it was said beforehand; the look that is not named is on the campaign's last day."""

    metric: str = ""
    """Instead of the objective's own."""
    read_on: date | None = None
    per_variant: int | None = None
    """Trials that each variant is to get."""
    least_difference: float = 0.1
    """The smallest relative difference that matters."""
    is_randomised: bool = False
    """The channel splits its audience by chance and delivers all variants alike."""


@dataclass(frozen=True)
class Campaign:
    """A campaign file's contents, validated: paths are whole, packs are expanded, levels are told from one another."""

    name: str
    objective: Objective
    masters: tuple[Path, ...]
    channels: tuple[Channel, ...]
    factors: tuple[Factor, ...] = ()
    sequence: tuple[str, ...] = ()
    """The factors of pieces, in playing order; empty plays the master as it is."""
    url: str = ""
    starts: date | None = None
    ends: date | None = None
    languages: tuple[str, ...] = ()
    """BCP 47 tags; the first one is the campaign's own."""
    max_variants: int = 200
    """Of all masters and channels together."""
    design: Design = "full"
    exclusions: tuple[Rule, ...] = ()
    chosen: tuple[Rule, ...] = ()
    """The variants of a design "list"."""
    brand: dict[str, Any] = field(default_factory=dict, hash=False)
    """The table [brand] as written, as `brand_file` reads it; empty where there is none."""
    naming: str = ""
    """The template of names, as in "{campaign}_{channel}_{as}_{hook}-{body}-{cta}_{id}"."""
    posting: dict[str, Any] = field(default_factory=dict, hash=False)
    """Texts of the upload sheet as the file tells them: text, lists of words, and tables of these by preset."""
    signing: Signing | None = None
    results: ResultsPlan = ResultsPlan()
    path: Path | None = None
    """The campaign file."""

    def factor(self, name: str) -> Factor:
        """The factor of this name; KeyError where there is none."""
        return {factor.name: factor for factor in self.factors}[name]


@dataclass(frozen=True)
class Cell:
    """One variant to be: a channel, and a level of every factor in the campaign's order."""

    channel: Channel
    levels: tuple[tuple[str, str], ...]

    def level(self, factor: str) -> str:
        """The level's name of a factor; KeyError where the campaign has no such factor."""
        return dict(self.levels)[factor]


@dataclass(frozen=True)
class Matrix:
    """Every variant of a campaign, for each of its masters, and how they were chosen."""

    cells: tuple[Cell, ...]
    full_count: int
    """How many cells there are after the channels' rules and without exclusions."""
    excluded_count: int
    """How many of them exclusions took away."""
    design: str
    """How the cells were chosen, as a sentence."""
    per_channel: tuple[tuple[str, int], ...]
    """(channel's name, cells) in the campaign's order, channels without cells too."""
    notes: tuple[str, ...] = ()
    """What a reader of the results should know: effects that these cells cannot tell apart."""
    is_fraction: bool = False
    is_pooled: bool = False
    """A fraction that tells effects apart over all channels together only, not on each one by itself."""

"""What a campaign file may say, as pydantic models (pure, no files)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from variantgen.campaign.faults import WORDS
from variantgen.campaign.values import Corner, Design, Moment, Objective, Promotion
from variantgen.presets.schema import HexColour

NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"
FACTOR_NAME = r"^[a-z][a-z0-9]*([_-][a-z0-9]+)*$"
MOST_LEVELS = 100
LONGEST_TEXT = 2000


def _words(told: str) -> dict[str, Any]:
    return {WORDS: told}


Name = Annotated[
    str,
    Field(
        pattern=NAME,
        max_length=40,
        json_schema_extra=_words("lower-case letters and digits, hyphens between, like end-card (40 at most)"),
    ),
]
FactorName = Annotated[
    str,
    Field(
        pattern=FACTOR_NAME,
        max_length=40,
        json_schema_extra=_words("lower-case letters and digits, - or _ between, like hook or caption_style"),
    ),
]
Seconds = Annotated[float, Field(ge=0, le=86400)]
Time = Seconds | Annotated[str, Field(min_length=1, max_length=20)]
SPAN_WORDS = 'where it begins and ends, in seconds or as time, like [2, 14.5] or ["0:02", "1:02.5"]'
Span = Annotated[list[Time], Field(min_length=2, max_length=2, json_schema_extra=_words(SPAN_WORDS))]
# something to read in it, and of control characters only line breaks and tabs
Text = Annotated[
    str,
    Field(
        pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x08\x0b-\x1f\x7f]*$",
        max_length=LONGEST_TEXT,
        json_schema_extra=_words(f"text of 1 to {LONGEST_TEXT} characters"),
    ),
]
Share = Annotated[float, Field(gt=0, le=1)]
Names = Text | Annotated[list[Text], Field(min_length=1)]
NAMES_WORDS = 'a name or a list of names, like "face" or ["face", "question"]'


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _level_table(level: object) -> object:
    """A level written as "karaoke" or 15, as the table that it stands for."""
    if isinstance(level, str):
        return {"value": level}
    if isinstance(level, (int, float)) and not isinstance(level, bool):
        return {"length": level}
    return level


class Level(_Table):
    """One choice of a factor: what a piece is made of, or what a setting is."""

    name: Name = Field(default="", description="what it is called; names files and links", validate_default=False)
    span: Span | None = Field(default=None, description="of the master, half-open")
    spans: Annotated[list[Span], Field(min_length=1)] | None = Field(
        default=None, description="several of the master, played in this order"
    )
    card: Text | None = Field(default=None, description="a card's template, with text")
    overlay: Text | None = Field(default=None, description="a template drawn over the picture, with text")
    text: Text | dict[str, Text] | None = Field(
        default=None,
        description="what stands on the card or the overlay, or a table of it by language",
        json_schema_extra=_words('text, or a table of it by language, like { en = "Shop now", fr = "Acheter" }'),
    )
    at: Moment | None = Field(default=None, description="where the overlay lies; at the end for the last piece")
    seconds: float | None = Field(default=None, ge=0.5, le=60, description="how long the card or overlay is shown")
    length: float | None = Field(
        default=None, ge=1, le=86400, description="seconds: of the variant in a factor length, else of the piece"
    )
    value: Text | None = Field(default=None, description="caption style, language, music file, or a label")
    skip: bool = Field(default=False, description="true: this choice leaves the piece or the setting out")


class Factor(_Table):
    """Something that variants differ in, and its choices."""

    name: FactorName = Field(description="caption_style, length, language and music have a meaning of their own")
    levels: Annotated[
        list[
            Annotated[
                Level | None,
                BeforeValidator(_level_table),
                Field(json_schema_extra=_words(f"a table of {', '.join(Level.model_fields)}")),
            ]
        ],
        Field(min_length=1, max_length=MOST_LEVELS),
    ]


class Channel(_Table):
    """Where variants go: a preset or a pack of them, paid or organic."""

    preset: Text | None = Field(default=None, description="a placement, by name or by a .toml file's path")
    pack: Text | None = Field(default=None, description="a list of placements")
    as_: Promotion | None = Field(default=None, alias="as", description="else as the preset is meant")
    only: dict[str, Annotated[Names, Field(json_schema_extra=_words(NAMES_WORDS))]] = Field(
        default_factory=dict, description="the levels it gets: factor = level or levels"
    )
    url: Text | None = Field(default=None, description="instead of the campaign's")


class Logo(_Table):
    """A logo over every variant."""

    file: Text
    corner: Corner | None = None
    share: Share | None = Field(default=None, description="its width as a share of the canvas's shorter side")
    margin: float | None = Field(default=None, ge=0, le=0.5, description="a share of the shorter side")
    opacity: Share | None = None
    plate: bool = Field(default=False, description="on a plate of the background, where footage would swallow it")


class Watermark(_Table):
    """A faint text or picture over every variant."""

    text: Text | None = None
    file: Text | None = None
    corner: Corner | None = None
    share: Share | None = None
    margin: float | None = Field(default=None, ge=0, le=0.5)
    opacity: Share | None = None


class Brand(_Table):
    """What cards and overlays wear."""

    background: Annotated[list[HexColour], Field(min_length=1, max_length=2)] | None = Field(
        default=None, description="one colour, or two of a gradient"
    )
    light: HexColour | None = None
    accent: HexColour | None = None
    text: HexColour | None = None
    muted_text: HexColour | None = None
    accent_text: HexColour | None = None
    heading_font: Text | None = Field(default=None, description="a family that is installed, or a font file")
    font: Text | None = None
    logo: Logo | None = None
    watermark: Watermark | None = None
    cards: dict[str, Text] = Field(
        default_factory=dict, description="your own templates: kind of card = template, or file.py:function"
    )


class Naming(_Table):
    """How files are named."""

    template: Text = Field(description="keys in braces, {id} among them")


class Signing(_Table):
    """C2PA: the certificate and the key to sign with."""

    certificate: Text = Field(description="a chain in PEM")
    key: Text
    algorithm: Literal["es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519"] = "es256"
    timestamp_url: Text | None = None


class Results(_Table):
    """How the campaign's results are read, said before they come in."""

    metric: Text | None = Field(default=None, description="what variants are judged by, instead of the objective's own")
    read_on: date | None = Field(default=None, description="the one planned look at the results; else the day it ends")
    per_variant: int | None = Field(default=None, ge=1, description="how many trials each variant is to get")
    least_difference: float = Field(default=0.1, gt=0, le=10, description="the smallest relative one that matters")
    randomised: bool = Field(default=False, description="true: a split test of the channel's, by chance")


Picked = dict[str, Annotated[Names, Field(json_schema_extra=_words(NAMES_WORDS))]]
PICKED_WORDS = 'a table of factor = level or levels, like { hook = "face", cta = ["shop"] }'


class Campaign(_Table):
    """A campaign: what to make of which masters, for whom, and what to try."""

    schema_version: Literal[1] = 1
    name: Name = Field(description="stands in file names and in links")
    objective: Objective
    masters: Annotated[list[Text], Field(min_length=1)] = Field(description="films, from the campaign file's folder")
    channels: Annotated[list[Channel | None], Field(min_length=1, max_length=100)]
    url: Text | None = Field(default=None, description="the landing page")
    starts: date | None = None
    ends: date | None = None
    languages: Annotated[list[Text], Field(min_length=1)] | None = Field(
        default=None, description="tags like en or pt-BR; several make a factor language"
    )
    sequence: Annotated[list[Text], Field(min_length=1)] | None = Field(
        default=None, description="the factors of pieces, in playing order"
    )
    max_variants: int = Field(default=200, ge=1, le=10_000, description="of all masters and channels together")
    design: Design | None = Field(
        default=None, description="full (a balanced fraction above max_variants), fraction, or list"
    )
    factor: Annotated[list[Factor | None], Field(max_length=30)] = Field(default_factory=list)
    exclude: list[Annotated[Picked | None, Field(json_schema_extra=_words(PICKED_WORDS))]] = Field(
        default_factory=list, description="levels that do not go together; channel and as are keys too"
    )
    variant: list[Annotated[Picked | None, Field(json_schema_extra=_words(PICKED_WORDS))]] = Field(
        default_factory=list, description='the variants of design = "list"'
    )
    brand: Brand = Brand()
    naming: Naming | None = None
    posting: dict[str, Any] = Field(default_factory=dict, description="texts of the upload sheet")
    results: Results = Results()
    c2pa: Signing | None = None

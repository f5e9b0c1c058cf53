"""The factors of a campaign file in, the values that they stand for out, or what is wrong with them (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from variantgen.campaign.faults import Faults, Location, shown, unknown
from variantgen.campaign.known import Known
from variantgen.campaign.values import Factor, FactorKind, Level, Moment, Texts
from variantgen.errors import UserError, nearest
from variantgen.media.languages import language_tag
from variantgen.timelines.timecode import seconds_of

if TYPE_CHECKING:
    from variantgen.campaign import schema
    from variantgen.model.analysis import SecondsSpan

SETTINGS: tuple[FactorKind, ...] = ("caption_style", "length", "language", "music")
"""Factors whose name says what they are."""
PIECE_KEYS = ("span", "spans", "card", "overlay")
KEYS_OF: dict[FactorKind, tuple[str, ...]] = {
    "piece": ("span", "spans", "card", "overlay", "text", "at", "seconds", "length", "skip"),
    "caption_style": ("value", "skip"),
    "length": ("length", "skip"),
    "language": ("value",),
    "music": ("value", "skip"),
    "other": ("value", "skip"),
}
RESERVED = ("campaign", "channel", "as", "id", "preset", "master", "objective", "url")
LONGEST_NAME = 40
ENDING = "cta"
"""The factor whose overlays lie over the end, wherever it stands."""


@dataclass(frozen=True)
class Reader:
    """What is needed to read factors: the order of pieces, names that there are, languages, and where to complain."""

    sequence: Sequence[str]
    languages: Sequence[str]
    known: Known
    folder: Path
    faults: Faults


def factors_of(tables: Sequence[schema.Factor | None], reader: Reader) -> tuple[Factor, ...]:
    """The factors that can be told, faulty ones and faulty levels left out."""
    found: dict[str, Factor] = {}
    for place, table in enumerate(tables):
        if table is None:
            continue
        here: Location = ("factor", place)
        if table.name in RESERVED:
            reader.faults.add((*here, "name"), f"value {shown(table.name)} is not allowed: file names use it already.")
        elif table.name in found:
            told = f"a factor {shown(table.name)} stands above: put their levels into one."
            reader.faults.add((*here, "name"), told)
        else:
            kind = kind_of(table, reader.sequence)
            found[table.name] = Factor(table.name, kind, _levels(table, kind, here, reader))
    return tuple(found.values())


def kind_of(table: schema.Factor, sequence: Sequence[str]) -> FactorKind:
    """What a factor is: by its name, else a piece where it is in the sequence or a level holds one, else a label."""
    for kind in SETTINGS:
        if table.name == kind:
            return kind
    held = {key for level in table.levels if level is not None for key in level.model_fields_set}
    return "piece" if table.name in sequence or held & {*PIECE_KEYS, "length"} else "other"


def _levels(table: schema.Factor, kind: FactorKind, here: Location, reader: Reader) -> tuple[Level, ...]:
    is_last = len(reader.sequence) > 1 and table.name == reader.sequence[-1]
    at_end = is_last or table.name == ENDING
    levels: dict[str, Level] = {}
    for place, written in enumerate(table.levels):
        if written is None:
            continue
        at: Location = (*here, "levels", place)
        before = len(reader.faults.told)
        level = _level(written, kind, at, reader, "end" if at_end else "opening")
        is_sound = len(reader.faults.told) == before
        twin = next((other.name for other in levels.values() if is_sound and _is_same(other, level)), "")
        if level.name in levels:
            reader.faults.add((*at, "name"), f"a level {shown(level.name)} stands above: each needs a name of its own.")
        elif twin and kind != "other":
            reader.faults.add(at, f"says the same as {shown(twin)}: there would be nothing to compare.")
        else:
            levels[level.name] = level
    return tuple(levels.values())


def _is_same(one: Level, other: Level) -> bool:
    return replace(one, name="") == replace(other, name="")


def _level(written: schema.Level, kind: FactorKind, at: Location, reader: Reader, moment: Moment) -> Level:
    _wrong_keys(written, kind, at, reader.faults)
    if kind == "piece":
        _piece_faults(written, at, reader.known, reader.faults)
    elif not written.skip and kind != "other" and not (written.value or written.length):
        key = KEYS_OF[kind][0]
        told = f"says nothing: give it {key}{', or skip = true' if 'skip' in KEYS_OF[kind] else ''}."
        reader.faults.add(at, told, is_about_all=True)
    return Level(
        name=_name(written, at, reader.faults),
        spans=_spans(written, at, reader.faults),
        card=written.card or "",
        overlay=written.overlay or "",
        at=written.at or moment,
        texts=_texts(written.text, (*at, "text"), reader),
        seconds=written.seconds,
        length_seconds=written.length,
        value=_value(written.value or "", kind, (*at, "value"), reader),
        is_left_out=written.skip,
    )


def _wrong_keys(written: schema.Level, kind: FactorKind, at: Location, faults: Faults) -> None:
    told = "a piece" if kind == "piece" else "this factor" if kind == "other" else kind
    wrong = sorted(written.model_fields_set - {"name", *KEYS_OF[kind]})
    held = faults.value(at)
    if wrong and not isinstance(held, dict):
        faults.add(at, f"value {shown(held)} is no level of {told}: allowed is a table of {', '.join(KEYS_OF[kind])}.")
        return
    for key in wrong:
        allowed = ("name", *KEYS_OF[kind])
        closest = nearest(key, allowed)
        faults.add((*at, key), f"is no key of a level of {told}: allowed are {', '.join(allowed)}.{closest}")
    if written.skip and (more := sorted(written.model_fields_set - {"name", "skip", *wrong})):
        faults.add((*at, "skip"), f"leaves the factor out: take {', '.join(more)} out, or skip.")


def _piece_faults(written: schema.Level, at: Location, known: Known, faults: Faults) -> None:
    """What does not go together, and what is missing beside what is there."""
    given = set(written.model_fields_set)
    drawn = sorted(given & {"card", "overlay"})
    if not given - {"name"} or (given - {"name"} == {"skip"} and not written.skip):
        told = "says nothing: give it span, spans, card, overlay, length or skip = true."
        faults.add(at, told, is_about_all=True)
    if len(given & {"span", "spans"}) == 2:
        faults.add((*at, "spans"), "stands beside span: give one of them.", is_about_all=True)
    for key in sorted(given & {"span", "spans", "overlay", "length"} if "card" in given else ()):
        closest = ' Did you mean "seconds"?' if key == "length" else ""
        told = f"stands beside card, and a card is a whole piece: give one of them.{closest}"
        faults.add((*at, key), told, is_about_all=True)
    if drawn and "text" not in given:
        faults.add((*at, "text"), f"is missing: it is what stands on the {drawn[0]}.", is_about_all=True)
    for key in sorted(given & {"text", "seconds"} if not drawn else ()):
        told = "has nothing to stand on: give a card or an overlay beside it."
        faults.add((*at, key), told, is_about_all=True)
    if "at" in given and "overlay" not in given:
        faults.add((*at, "at"), "is for an overlay, and there is none.", is_about_all=True)
    for key, name, names in (("card", written.card, known.cards), ("overlay", written.overlay, known.overlays)):
        if name is not None and name not in names:
            faults.add((*at, key), unknown(f"template of {key}s", name, list(names)))


def _texts(written: str | dict[str, str] | None, at: Location, reader: Reader) -> Texts:
    """A text, or a table of it by language, as (tag, text) pairs."""
    if not isinstance(written, dict):
        return (("", written),) if written else ()
    found: dict[str, str] = {}
    for name, text in written.items():
        tag = language_tag(name)
        if not tag or tag in found:
            reason = "is no language" if not tag else f"is {tag} again"
            reader.faults.add((*at, name), f"{reason}: allowed are tags like en, fr or pt-BR.")
        found[tag] = text
    held = {*found, *(tag.partition("-")[0] for tag in found)}
    lacking = [tag for tag in reader.languages if not {tag, tag.partition("-")[0]} & held]
    if not written or lacking:
        reader.faults.add(at, f"lacks the language {', '.join(lacking)}." if lacking else "holds no text.")
    return tuple((tag, text) for tag, text in found.items() if tag)


def _spans(written: schema.Level, at: Location, faults: Faults) -> tuple[SecondsSpan, ...]:
    places: list[tuple[Location, Sequence[float | str]]] = []
    if written.span is not None:
        places.append(((*at, "span"), written.span))
    places += [((*at, "spans", place), span) for place, span in enumerate(written.spans or ())]
    spans = []
    for place, span in places:
        start, end = (moment_seconds(moment) for moment in span)
        if start is None or end is None:
            wrong = span[0] if start is None else span[1]
            faults.add(place, f'value {shown(wrong)} is no time: allowed are seconds, or text like "1:02.5".')
        elif end <= start:
            faults.add(place, f"value {shown(span)} is no span: it ends after it begins.")
        else:
            spans.append((start, end))
    return tuple(spans)


def moment_seconds(moment: float | str) -> float | None:
    """Seconds of 62.5, "62.5" or "1:02.5", to the microsecond; None for what is no time, or over a day."""
    seconds = seconds_of(moment) if isinstance(moment, str) else moment
    return round(float(seconds), 6) if seconds is not None and seconds <= 86400 else None


def _value(written: str, kind: FactorKind, at: Location, reader: Reader) -> str:
    if not written:
        return ""
    if kind == "language":
        if not language_tag(written):
            reader.faults.add(at, f"value {shown(written)} is no language: allowed are tags like en, fr or pt-BR.")
        return language_tag(written)
    if kind == "caption_style":
        try:
            reader.known.check_style(written)
        except UserError as error:
            reader.faults.add(at, "; ".join(str(error).splitlines()))
        except (OSError, ValueError) as error:
            reader.faults.add(at, f"value {shown(written)} is no style: {error}")
    return str(reader.folder / written) if kind == "music" else written


def _name(written: schema.Level, at: Location, faults: Faults) -> str:
    name = written.name or name_of(written.value if written.length is None else written.length)
    if not name:
        told = "is missing: it holds lower-case letters and digits, hyphens between, like end-card."
        faults.add((*at, "name"), told, is_about_all=True)
    return name


def name_of(value: str | float | None) -> str:
    """The name of a level that says a value, a file or a length in seconds alone; empty where none can be made.

    >>> name_of("songs/Été à Paris.mp3"), name_of(7.5)
    ('ete-a-paris', '7-5s')
    """
    if value is None or isinstance(value, str):
        value = value or ""
        return slug(PurePath(value.replace("\\", "/")).stem if re.search(r"\.\w{1,5}$", value) else value)
    return f"{value:g}s".replace(".", "-").replace("+", "")


def slug(text: str) -> str:
    """A text as a name: Latin letters without accents and digits, hyphens between; empty where there are none.

    >>> slug("Été à Paris")
    'ete-a-paris'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_NAME].strip("-")

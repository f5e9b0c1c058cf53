"""A campaign file in, the campaign it says out, or every complaint about it at once."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen.campaign.branding import brand_table, files_of, signing_of
from variantgen.campaign.channels import address_fault, channels_of, rules_of
from variantgen.campaign.factors import Reader, factors_of, name_of
from variantgen.campaign.faults import Faults, listed, schema, shown, unknown, validated
from variantgen.campaign.known import Known, known_from
from variantgen.campaign.values import (
    Campaign,
    Design,
    Factor,
    Level,
    ResultsPlan,
)
from variantgen.errors import UserError, nearest
from variantgen.media.languages import language_tag

if TYPE_CHECKING:
    from variantgen.campaign import schema as written

NAMING_KEYS = ("campaign", "channel", "as", "preset", "objective", "master", "language", "id")
"""What a name's template may hold beside the factors' names."""
SCHEMA_FILE = "campaign.schema.json"
_DEVICES = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
"""Names that Windows keeps for devices."""


def load_campaign(path: Path) -> Campaign:
    """The campaign of a file, its paths made whole from that file's folder.

    Raises UserError with one line for every fault. Whether the files that it names are there, `missing_files` says.
    """
    from variantgen.presets.reading import read_toml

    try:
        folder = path.resolve().parent
        return replace(campaign_of(read_toml(path), str(path), folder, known_from(folder)), path=path)
    except RecursionError:
        raise UserError(f"{path}: is not valid TOML: it is nested too deeply") from None


def campaign_of(tables: dict[str, Any], where: str, folder: Path, known: Known) -> Campaign:
    """The campaign of a file's tables; `where` begins every complaint, `folder` is where relative paths start."""
    faults = Faults(where, tables)
    said = validated(tables, faults)
    languages = _languages(said, faults)
    own = replace(known, cards=tuple(dict.fromkeys((*known.cards, *said.brand.cards))))
    reader = Reader(said.sequence or (), languages or _tags_in(said), own, folder, faults)
    factors = _with_languages(factors_of(said.factor, reader), languages)
    # what a faulty factor is called is no unknown name where another key uses it
    named = _names_in(tables, factors)
    campaign = Campaign(
        name=said.name,
        objective=said.objective,
        masters=_masters(said, folder, faults),
        channels=channels_of(said.channels, named, known, folder, faults),
        factors=factors,
        sequence=_sequence(said, factors, named, faults),
        url=said.url or "",
        starts=said.starts,
        ends=said.ends,
        languages=tuple(reader.languages),
        max_variants=said.max_variants,
        design=_design(said, faults),
        exclusions=rules_of(said.exclude, "exclude", named, known, said.channels, faults),
        chosen=rules_of(said.variant, "variant", named, known, said.channels, faults),
        brand=brand_table(said.brand, known, faults),
        naming=_naming(said, named, factors, faults),
        posting=said.posting,
        signing=signing_of(said.c2pa, folder, faults),
        results=_results(said.results),
    )
    _judge(campaign, faults)
    if faults.told:
        raise UserError("\n".join(faults.lines()))
    return campaign


def missing_files(campaign: Campaign) -> tuple[str, ...]:
    """A complaint for every file that the campaign names and that is not there."""
    where = str(campaign.path or campaign.name)
    music = [factor for factor in campaign.factors if factor.kind == "music"]
    wanted = [(f"masters[{place}]", path) for place, path in enumerate(campaign.masters, 1)]
    wanted += [(f"factor.music.levels.{lv.name}", Path(lv.value)) for f in music for lv in f.levels if lv.value]
    wanted += files_of(campaign.brand, campaign.path.resolve().parent if campaign.path else Path())
    if campaign.signing is not None:
        wanted += [("c2pa.certificate", campaign.signing.certificate), ("c2pa.key", campaign.signing.key)]
    return tuple(
        f"{where}: {key}: there is no file {path}{_beside(path)}" for key, path in wanted if not path.is_file()
    )


def schema_json() -> str:
    """The JSON schema of a campaign file as text, for editors (draft 7), the same on every machine."""
    told = {**_plain(schema()), "$schema": "http://json-schema.org/draft-07/schema#", "title": "variantgen campaign"}
    return json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _plain(node: Any) -> Any:
    """A schema without what only complaints use; a level may also be written as its value or its length alone."""
    if isinstance(node, list):
        return [_plain(inner) for inner in node if inner != {"type": "null"}]
    if not isinstance(node, dict):
        return node
    node = {key: _plain(inner) for key, inner in node.items() if key != "words" and (key, inner) != ("default", None)}
    if "levels" in node and "items" in node["levels"]:
        node["levels"]["items"]["anyOf"] += [{"type": "string"}, {"type": "number"}]
    return node


def _beside(path: Path) -> str:
    """The nearest name among the files of the folder in which one is missing."""
    try:
        return f".{nearest(path.name, sorted(entry.name for entry in path.parent.iterdir()))}"
    except OSError:
        return ": its folder cannot be read."


# ---------------------------------------------------------------- one key after the other


def _masters(said: written.Campaign, folder: Path, faults: Faults) -> tuple[Path, ...]:
    found: dict[Path, None] = {}
    for place, master in enumerate(said.masters):
        path = folder / master
        if path in found:
            faults.add(("masters", place), f"value {shown(master)} stands there twice.")
        found[path] = None
    return tuple(found)


def _languages(said: written.Campaign, faults: Faults) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for place, name in enumerate(said.languages or ()):
        tag = language_tag(name)
        if not tag or tag in found:
            reason = "is no language" if not tag else f"is {tag} again"
            faults.add(("languages", place), f"value {shown(name)} {reason}: allowed are tags like en, fr or pt-BR.")
        found[tag] = None
    return tuple(tag for tag in found if tag)


def _with_languages(factors: tuple[Factor, ...], languages: Sequence[str]) -> tuple[Factor, ...]:
    """Several languages are a factor too, where the file has none for them."""
    if len(languages) < 2 or any(factor.kind == "language" for factor in factors):
        return factors
    levels = tuple(Level(tag.lower(), value=tag) for tag in languages)
    return (*factors, Factor("language", "language", levels))


def _tags_in(said: written.Campaign) -> tuple[str, ...]:
    """The languages of a factor that chooses between them."""
    levels = [level for factor in said.factor if factor and factor.name == "language" for level in factor.levels]
    return tuple(filter(None, (language_tag(level.value or "") for level in levels if level is not None)))


def _names_in(tables: dict[str, Any], factors: Sequence[Factor]) -> dict[str, list[str] | None]:
    """Every factor's levels by name, faulty ones too; None for the levels of a factor where one has no name."""
    named: dict[str, list[str] | None] = {factor.name: [level.name for level in factor.levels] for factor in factors}
    raw = tables.get("factor")
    for table in raw if isinstance(raw, list) else ():
        if isinstance(table, dict) and isinstance(table.get("name"), str):
            levels = table.get("levels")
            names = [_name_in(level) for level in levels] if isinstance(levels, list) else [""]
            named[table["name"]] = list(dict.fromkeys(names)) if all(names) else None
    return named


def _name_in(level: object) -> str:
    if isinstance(level, dict):
        found = level.get("name", level.get("length", level.get("value")))
        return found if "name" in level and isinstance(found, str) else _name_in(found)
    return name_of(level) if isinstance(level, (str, int, float)) else ""


def _sequence(
    said: written.Campaign, factors: Sequence[Factor], named: dict[str, list[str] | None], faults: Faults
) -> tuple[str, ...]:
    pieces = {factor.name: factor for factor in factors if factor.kind == "piece"}
    whole = [
        name for name, factor in pieces.items() if any(lv.spans or lv.card or lv.length_seconds for lv in factor.levels)
    ]
    if said.sequence is None:
        return tuple(whole)
    settings = [factor.name for factor in factors if factor.kind not in ("piece", "other")]
    for place, name in enumerate(said.sequence):
        if name in settings:
            faults.add(("sequence", place), f"value {shown(name)} is no piece: a {name} holds for the whole variant.")
        elif name not in named:
            faults.add(("sequence", place), unknown("factor", name, list(named)))
        elif name in said.sequence[:place]:
            faults.add(("sequence", place), f"value {shown(name)} stands there twice.")
    is_sound = not any(location[0] == "sequence" for location in faults.told)
    for name in whole:
        if is_sound and name not in said.sequence:
            faults.add(("sequence",), f"leaves {shown(name)} out, whose levels are pieces: put it where it is played.")
    return tuple(name for name in said.sequence if name in pieces)


def _design(said: written.Campaign, faults: Faults) -> Design:
    if said.design == "list" and not said.variant:
        faults.add(("design",), 'value "list" asks for [[variant]] tables, and there is none.')
    if said.design in ("full", "fraction") and said.variant:
        faults.add(
            ("design",), f'value "{said.design}" stands beside [[variant]] tables: they are for design = "list".'
        )
    return said.design or ("list" if said.variant else "full")


def _naming(
    said: written.Campaign, named: dict[str, list[str] | None], factors: Sequence[Factor], faults: Faults
) -> str:
    if said.naming is None:
        levels = "-".join(f"{{{factor.name}}}" for factor in factors)
        return "_".join(part for part in ("{campaign}_{channel}_{as}", levels, "{id}") if part)
    template, at = said.naming.template, ("naming", "template")
    keys = re.findall(r"\{([^{}]*)\}", template)
    allowed = list(dict.fromkeys((*NAMING_KEYS, *named)))
    wrong = [key for key in keys if key not in allowed]
    if "{" in re.sub(r"\{[^{}]*\}", "", template) or "}" in re.sub(r"\{[^{}]*\}", "", template):
        faults.add(at, f"value {shown(template)} has a brace without its partner: keys are written like {{hook}}.")
    elif wrong:
        told = ", ".join(shown(f"{{{key}}}") for key in wrong)
        faults.add(at, f"knows no key {told}: allowed are {listed(allowed)}.{nearest(wrong[0], allowed)}")
    elif "id" not in keys:
        faults.add(at, f"value {shown(template)} lacks {{id}}, by which a variant is found again.")
    return template


def _results(said: written.Results) -> ResultsPlan:
    return ResultsPlan(
        said.metric or "", said.read_on, said.per_variant, said.least_difference, is_randomised=said.randomised
    )


def _judge(campaign: Campaign, faults: Faults) -> None:
    """What is right by itself and not together."""
    if _DEVICES.fullmatch(campaign.name):
        faults.add(("name",), f"value {shown(campaign.name)} is a device's name on Windows: choose another.")
    if campaign.url and (fault := address_fault(campaign.url)):
        faults.add(("url",), fault)
    if campaign.starts and campaign.ends and campaign.ends < campaign.starts:
        faults.add(("ends",), f"value {campaign.ends} lies before starts, {campaign.starts}.")
    if campaign.starts and campaign.results.read_on and campaign.results.read_on < campaign.starts:
        day = campaign.results.read_on
        faults.add(("results", "read_on"), f"value {day} lies before starts, {campaign.starts}.")

"""pydantic's errors in; sentences that name file, key, value, what is allowed and the nearest match out."""

from __future__ import annotations

import copy
from datetime import date
from typing import TYPE_CHECKING, Any

from variantgen.errors import UserError, nearest
from variantgen.presets import fields

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from variantgen.presets.schema import Preset, Style

Location = tuple[str, ...]
LONGEST_VALUE = 60
STYLE: Location = ("captions", "look")
"""Where a preset holds what a style file says: a style's keys are told by what is known of these."""

# for keys that a preset must have: right by themselves, and too roomy to disagree with any other key
STAND_INS: dict[str, Any] = {
    "title": "x",
    "channel": "x",
    "width": 8192,
    "height": 8192,
    "source": "xxx",
    "checked": date.min,
    "confidence": "memory",
}


def validated(tables: dict[str, Any], where: str, overridden: tuple[str, ...]) -> tuple[Preset | None, list[str]]:
    """The preset of these tables, or None and every complaint about them."""
    from pydantic import ValidationError

    from variantgen.presets.schema import Preset

    tables = _with_tuples(tables)
    faint = _faint_look(tables, where, overridden)
    try:
        preset = Preset.model_validate(tables, strict=True)
    except ValidationError as error:
        told = _complaints(error, where, overridden)
        faults = _disagreements(error) or _disagreements_of_the_rest(tables, list(told))
        return None, [*told.values(), *faint, *(f"{where}: {fault}" for fault in faults)]
    return (None, faint) if faint else (preset, [])


def validated_style(tables: dict[str, Any], where: str) -> Style:
    """The style of a style file's tables; UserError with every complaint about them."""
    from pydantic import ValidationError

    from variantgen.presets.contrast import contrast_faults
    from variantgen.presets.schema import Style

    try:
        style = Style.model_validate(tables, strict=True)
    except ValidationError as error:
        raise UserError("\n".join(_complaints(error, where, (), root=STYLE).values())) from None
    if faint := contrast_faults(style):
        raise UserError("\n".join(f"{where}: {fault}" for fault in faint))
    return style


def _faint_look(tables: dict[str, Any], where: str, overridden: tuple[str, ...]) -> list[str]:
    """Complaints about colours of a preset's look, each right by itself, that cannot be read on each other."""
    from pydantic import ValidationError

    from variantgen.presets.contrast import contrast_faults
    from variantgen.presets.schema import Style

    captions = tables.get("captions")
    try:
        faint = contrast_faults(Style.model_validate(captions.get("look", {}) if isinstance(captions, dict) else {}))
    except ValidationError:
        return []
    key = ".".join(STYLE)
    settings = [name for name in overridden if f"{name}.".startswith(f"{key}.")]
    place = f"--set {', '.join(settings)}" if settings else f"{where}: {key}"
    return [f"{place}: {fault}" for fault in faint]


def _with_tuples(value: Any) -> Any:
    """TOML's lists as the tuples that frozen models hold: strict validation takes nothing else."""
    if isinstance(value, dict):
        return {key: _with_tuples(inner) for key, inner in value.items()}
    return tuple(_with_tuples(inner) for inner in value) if isinstance(value, list) else value


def _complaints(
    error: ValidationError, where: str, overridden: tuple[str, ...], *, root: Location = ()
) -> dict[Location, str]:
    """A sentence for each place with a fault; `root` is where the tables stand in a preset."""
    told: dict[Location, str] = {}
    for fault in error.errors(include_url=False):
        location = _location(fault, root)
        if location and location not in told:
            key = _dotted(location)
            place = f"--set {key}" if key in overridden else f"{where}: {key}"
            told[location] = f"{place}: {_sentence(fault, location, root)}"
    return told


def _location(fault: ErrorDetails, root: Location) -> Location:
    """The key a fault is about: pydantic adds the branch of a union, which no file holds."""
    names = tuple(str(name) for name in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return names
    for length in range(len(names), 0, -1):
        if _is_known((*root, *names[:length])):
            return names[:length]
    return names


def _dotted(location: Location) -> str:
    return ".".join(f'"{name}"' if "." in name else name for name in location)


def _sentence(fault: ErrorDetails, location: Location, root: Location) -> str:
    return _unknown_key(location, root) if fault["type"] == "extra_forbidden" else _wrong_value(fault, location, root)


def _unknown_key(location: Location, root: Location) -> str:
    keys = fields.keys_of(fields.node_at((*root, *location[:-1])))
    closest = nearest(location[-1], keys)
    if not root:
        dotted = _dotted(location)
        closest = fields.same_name(dotted) or closest or fields.nearest_name(dotted)
    return f"is not a known key: allowed are {', '.join(keys)}.{closest}"


def _wrong_value(fault: ErrorDetails, location: Location, root: Location) -> str:
    node = fields.node_at((*root, *location))
    if fault["type"] == "missing":
        return f"is missing: it holds {fields.allowed(node)}."
    value = fault["input"]
    words = fields.words_allowed(node)
    wrong = next((word for word in value if word not in words), "") if isinstance(value, tuple) else value
    closest = nearest(wrong, words) if isinstance(wrong, str) else ""
    return f"value {_shown(value)} is not allowed: allowed is {fields.allowed(node)}.{closest}"


def _shown(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    text = f"[{', '.join(map(_shown, value))}]" if isinstance(value, tuple) else text
    text = {"True": "true", "False": "false"}.get(text, text)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."


def _disagreements(error: ValidationError) -> list[str]:
    """Faults between keys, each a sentence already."""
    sentences = [str(fault["ctx"]["error"]) for fault in error.errors() if not fault["loc"] and "ctx" in fault]
    return [part for sentence in sentences for part in sentence.split("; ")]


def _disagreements_of_the_rest(tables: dict[str, Any], faulty: list[Location]) -> list[str]:
    """Faults between the keys that are right by themselves; pydantic looks for none while one is wrong."""
    from pydantic import ValidationError

    from variantgen.presets.schema import Preset

    rest = copy.deepcopy(tables)
    for location in [*faulty, ("title",), ("channel",)]:
        _make_harmless(rest, location)
    try:
        Preset.model_validate(rest, strict=True)
    except ValidationError as error:
        # a key that was left out fell back to its default, so what is said about it is not the file's fault
        left_out = {_dotted(location) for location in faulty if _is_known(location)}
        return [fault for fault in _disagreements(error) if not any(name in fault for name in left_out)]
    return []


def _make_harmless(tables: dict[str, Any], location: Location) -> None:
    table: Any = tables
    for name in location[:-1]:
        table = table.get(name) if isinstance(table, dict) else None
    if isinstance(table, dict):
        table.pop(location[-1], None)
        if location[-1] in STAND_INS and _is_known(location):
            table[location[-1]] = STAND_INS[location[-1]]


def _is_known(location: Location) -> bool:
    try:
        fields.node_at(location)
    except KeyError:
        return False
    return True

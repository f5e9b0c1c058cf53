"""Texts that people and editors work with: the JSON schema, and a new preset's TOML made from another's."""

from __future__ import annotations

import copy
import json

from variantgen.errors import UserError
from variantgen.presets import fields
from variantgen.presets.folders import KEBAB, find_preset

SCHEMA_FILE = "preset.schema.json"
SCHEMA_LINE = f"#:schema ./{SCHEMA_FILE}"


def schema_json() -> str:
    """The JSON schema of a preset file as text, the same on every machine.

    Draft 7 is what the TOML editors read; nothing newer is used.
    """
    schema = {
        **copy.deepcopy(fields.schema()),
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "variantgen preset",
    }
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def new_preset_text(from_name: str, new_name: str) -> str:
    """The TOML text of the preset `from_name` with its comments, headed for a life as `new_name`."""
    if not KEBAB.fullmatch(new_name):
        raise UserError(f'the name "{new_name}" is not allowed: allowed is kebab-case, like my-channel')
    source = find_preset(from_name)
    body = source.path.read_text(encoding="utf-8-sig")
    lines = [line for line in body.splitlines() if not line.startswith("#:schema")]
    head = [SCHEMA_LINE, f"# {new_name}, made from {source.name}: change what differs, the facts with it."]
    return "\n".join([*head, *lines]) + "\n"

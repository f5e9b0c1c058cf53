"""Presets: names, paths and --set in, validated delivery rules out, or every complaint at once."""

from __future__ import annotations

from variantgen.presets.folders import PresetSource, available_presets
from variantgen.presets.packs import available_packs, check_packs_file, expand, load_pack
from variantgen.presets.provenance import unsourced_limits
from variantgen.presets.reading import NamedPreset, load_preset
from variantgen.presets.texts import new_preset_text, schema_json

__all__ = [
    "NamedPreset",
    "PresetSource",
    "available_packs",
    "available_presets",
    "check_packs_file",
    "expand",
    "load_pack",
    "load_preset",
    "new_preset_text",
    "schema_json",
    "unsourced_limits",
]

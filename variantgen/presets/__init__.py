"""Presets and caption styles: names, paths and --set in, validated rules out, or every complaint at once."""

from __future__ import annotations

from variantgen.presets.folders import PresetSource, available_presets, available_styles
from variantgen.presets.packs import available_packs, check_packs_file, expand, load_pack
from variantgen.presets.provenance import unsourced_limits
from variantgen.presets.reading import NamedPreset, load_preset
from variantgen.presets.styles import NamedStyle, load_style
from variantgen.presets.texts import new_preset_text, schema_json

__all__ = [
    "NamedPreset",
    "NamedStyle",
    "PresetSource",
    "available_packs",
    "available_presets",
    "available_styles",
    "check_packs_file",
    "expand",
    "load_pack",
    "load_preset",
    "load_style",
    "new_preset_text",
    "schema_json",
    "unsourced_limits",
]

"""Campaigns: one file that says what to make for whom, and every variant that follows from it."""

from __future__ import annotations

from variantgen.campaign.matrix import matrix_of
from variantgen.campaign.only import parse_only
from variantgen.campaign.reading import load_campaign, missing_files, schema_json
from variantgen.campaign.values import Campaign, Cell, Channel, Factor, Level, Matrix

__all__ = [
    "Campaign",
    "Cell",
    "Channel",
    "Factor",
    "Level",
    "Matrix",
    "load_campaign",
    "matrix_of",
    "missing_files",
    "parse_only",
    "schema_json",
]

"""The [brand] and [c2pa] tables of a campaign file: tables in, what they say out, or what is wrong with them (pure)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen.campaign.channels import address_fault
from variantgen.campaign.faults import Faults, shown
from variantgen.campaign.known import Known
from variantgen.campaign.values import Signing
from variantgen.errors import nearest

if TYPE_CHECKING:
    from variantgen.campaign import schema

FONT_FILES = (".ttf", ".otf", ".ttc", ".otc")


def brand_table(said: schema.Brand, known: Known, faults: Faults) -> dict[str, Any]:
    """The brand's table as it is written, its keys judged; colours and files are judged where it is read."""
    mark = said.watermark
    if mark is not None and (mark.text is None) == (mark.file is None):
        faults.add(("brand", "watermark"), "holds a text or a file, one of them.")
    for kind, wanted in said.cards.items():
        _judge_template(kind, wanted, known, faults)
    return said.model_dump(mode="json", exclude_none=True, exclude_defaults=True)


def signing_of(said: schema.Signing | None, folder: Path, faults: Faults) -> Signing | None:
    """Where the certificate and the key lie; None where nothing is to be signed."""
    if said is None:
        return None
    url = said.timestamp_url or ""
    if url and (fault := address_fault(url)):
        faults.add(("c2pa", "timestamp_url"), fault)
    return Signing(folder / said.certificate, folder / said.key, said.algorithm, url)


def files_of(table: dict[str, Any], folder: Path) -> list[tuple[str, Path]]:
    """The files that a brand's table names, made whole, each with its key."""
    named = [(f"brand.{key}.file", table.get(key, {}).get("file", "")) for key in ("logo", "watermark")]
    fonts = [(f"brand.{key}", table.get(key, "")) for key in ("font", "heading_font")]
    named += [(key, font) for key, font in fonts if font.lower().endswith(FONT_FILES)]
    return [(key, folder / name) for key, name in named if name]


def _judge_template(kind: str, wanted: str, known: Known, faults: Faults) -> None:
    """A kind of card is drawn by a built-in template, or by a function of the user's file."""
    file, colon, function = wanted.rpartition(":")
    if (colon and file.endswith(".py") and function.isidentifier()) or wanted in known.cards:
        return
    allowed = f"allowed are {', '.join(known.cards)}, or a function of yours, like cards.py:sale"
    told = f"value {shown(wanted)} is not allowed: {allowed}.{nearest(wanted, known.cards)}"
    faults.add(("brand", "cards", kind), told)

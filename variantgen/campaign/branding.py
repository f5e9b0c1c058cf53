"""The [brand] and [c2pa] tables of a campaign file: tables in, values out, or what is wrong with them (pure)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from variantgen.campaign.channels import address_fault
from variantgen.campaign.faults import Faults, shown
from variantgen.campaign.known import Known
from variantgen.campaign.values import CampaignBrand, CampaignLogo, CampaignWatermark, Signing
from variantgen.errors import nearest

if TYPE_CHECKING:
    from variantgen.campaign import schema

FONT_FILES = (".ttf", ".otf", ".ttc", ".otc")
COLOURS = ("light", "accent", "text", "muted_text", "accent_text")


def brand_of(said: schema.Brand, known: Known, folder: Path, faults: Faults) -> CampaignBrand:
    """The brand, its files made whole from the campaign's folder."""
    mark = said.watermark
    if mark is not None and (mark.text is None) == (mark.file is None):
        faults.add(("brand", "watermark"), "holds a text or a file, one of them.")
    return CampaignBrand(
        background=tuple(said.background or ()),
        **{key: getattr(said, key) or "" for key in COLOURS},
        heading_font=_font(said.heading_font or "", folder),
        font=_font(said.font or "", folder),
        logo=_logo(said.logo, folder) if said.logo else None,
        watermark=_watermark(mark, folder) if mark else None,
        cards=tuple((kind, _template(kind, said, known, folder, faults)) for kind in said.cards),
    )


def signing_of(said: schema.Signing | None, folder: Path, faults: Faults) -> Signing | None:
    """Where the certificate and the key lie; None where nothing is to be signed."""
    if said is None:
        return None
    url = said.timestamp_url or ""
    if url and (fault := address_fault(url)):
        faults.add(("c2pa", "timestamp_url"), fault)
    return Signing(folder / said.certificate, folder / said.key, said.algorithm, url)


def _font(name: str, folder: Path) -> str:
    is_file = name.lower().endswith(FONT_FILES) or "/" in name or "\\" in name
    return str(folder / name) if is_file else name


def _logo(logo: schema.Logo, folder: Path) -> CampaignLogo:
    return CampaignLogo(folder / logo.file, logo.corner, logo.share, logo.margin, logo.opacity)


def _watermark(mark: schema.Watermark, folder: Path) -> CampaignWatermark:
    file = folder / mark.file if mark.file else None
    return CampaignWatermark(mark.text or "", file, mark.corner, mark.share, mark.margin, mark.opacity)


def _template(kind: str, said: schema.Brand, known: Known, folder: Path, faults: Faults) -> str:
    """What draws a kind of card: a built-in template's name, or a function of the user's file."""
    wanted = said.cards[kind]
    file, colon, function = wanted.rpartition(":")
    if colon and file.endswith(".py") and function.isidentifier():
        return f"{folder / file}:{function}"
    if wanted not in known.cards:
        allowed = f"allowed are {', '.join(known.cards)}, or a function of yours, like cards.py:sale"
        told = f"value {shown(wanted)} is not allowed: {allowed}.{nearest(wanted, known.cards)}"
        faults.add(("brand", "cards", kind), told)
    return wanted

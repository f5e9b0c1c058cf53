"""What a campaign file may name: placements, packs, caption styles, templates of cards and overlays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from variantgen.campaign.values import Promotion
from variantgen.errors import UserError

CARDS = ("title", "end", "hook", "quote", "figure", "split")
OVERLAYS = ("headline", "lower-third", "call-to-action")


@dataclass(frozen=True)
class Known:
    """Names that there are.

    `promotion_of` says whether a preset (by name, or a .toml file from the campaign's folder) is meant for paid or
    organic posts, and `check_style` whether a caption style can be used; both raise UserError with the reason.
    """

    presets: tuple[str, ...]
    packs: dict[str, tuple[str, ...]]
    promotion_of: Callable[[str], Promotion]
    check_style: Callable[[str], None]
    cards: tuple[str, ...] = CARDS
    overlays: tuple[str, ...] = OVERLAYS


def known_from(folder: Path) -> Known:
    """What is installed, in the user's settings, in ./presets, and by its path in the campaign's own folder."""
    from variantgen.presets import available_packs, available_presets, load_preset, load_style
    from variantgen.presets.folders import is_path

    def promotion_of(preset: str) -> Promotion:
        found = load_preset(str(folder / preset) if is_path(preset) else preset)
        return "paid" if found.preset.kind == "ad" else "organic"

    def check_style(style: str) -> None:
        load_style(str(folder / style) if is_path(style) else style)

    try:
        packs = available_packs()
    except UserError:  # told where it is used: a faulty packs.toml of the user's is no fault of this file
        packs = {}
    return Known(tuple(source.name for source in available_presets()), packs, promotion_of, check_style)

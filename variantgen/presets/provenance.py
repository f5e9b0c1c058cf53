"""Which outside limits of a preset say where they come from (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel

    from variantgen.presets.schema import Preset


def unsourced_limits(preset: Preset) -> tuple[str, ...]:
    """Dotted names of the channel's limits that the preset sets without a fact naming their source."""
    from variantgen.presets.schema import OUTSIDE_LIMITS

    return tuple(name for name in OUTSIDE_LIMITS if _is_set(preset, name) and name not in preset.facts)


def _is_set(preset: Preset, dotted: str) -> bool:
    """Whether the file itself gives the value: a default of ours is no limit of the channel's."""
    from pydantic import BaseModel

    node: BaseModel | object = preset
    for name in dotted.split("."):
        if not isinstance(node, BaseModel) or name not in node.model_fields_set:
            return False
        node = getattr(node, name)
    return node is not None

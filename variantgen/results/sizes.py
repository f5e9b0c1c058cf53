"""How much a comparison needs before it is begun, for several differences at once: values of a table (pure)."""

from __future__ import annotations

from math import ceil
from typing import Any

from variantgen.results.planning import detectable_effect, size_per_arm
from variantgen.results.verdicts import LEAST_DAYS

EFFECTS = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
"""Relative rises that are told where nobody asks for one."""


def sizes(
    *,
    base: float,
    effect: float | None = None,
    variants: int = 2,
    per_day: float | None = None,
    have: float | None = None,
    dispersion: float = 1.0,
    power: float = 0.8,
    alpha: float = 0.05,
) -> dict[str, Any]:
    """The size of each variant for a relative effect, or for several; days where `per_day` is known.

    With `have` trials of each, the smallest rise that they show. The best of several variants is held against each
    other one, so alpha is shared out among them. Raises UserError for rates that cannot be.
    """
    asked = {"power": power, "alpha": alpha, "dispersion": dispersion, "comparisons": variants - 1}
    wanted = [effect] if effect is not None else [one for one in EFFECTS if base * (1 + one) < 1]
    rows = []
    for one in wanted:
        size = size_per_arm(base, one, **asked)  # type: ignore[arg-type]
        # a whole week at least, and whole weeks, as weekdays differ
        days = max(1, ceil(size / per_day / LEAST_DAYS)) * LEAST_DAYS if per_day else None
        rows.append(
            {"effect": one, "rate": base * (1 + one), "per_variant": size, "in_all": size * variants, "days": days}
        )
    shown = detectable_effect(base, have, **asked) if have else None  # type: ignore[arg-type]
    return {
        "schema_version": 1, "base": base, "variants": variants, "power": power, "alpha": alpha,
        "dispersion": dispersion, "sizes": rows, "have": have, "shows": shown,
    }  # fmt: skip

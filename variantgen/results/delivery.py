"""Whether arms were delivered as they were meant to be (pure): counts and planned shares in, a p value out."""

from __future__ import annotations

from collections.abc import Sequence

SUSPICIOUS = 0.001
"""Below it the split is not what was planned (Fabijan and others 2019 alarm below 0.0005 to 0.01)."""


def split_p_value(delivered: Sequence[float], planned: Sequence[float] | None = None) -> float:
    """How likely a split at least as uneven is by chance (chi-square); equal shares where none are planned."""
    from scipy.stats import chisquare

    total, shares = sum(delivered), planned or [1.0] * len(delivered)
    expected = [total * share / sum(shares) for share in shares]
    return float(chisquare(delivered, expected).pvalue)

"""A metric's figure as people read it: shares in percent, money with its currency, times in seconds (pure)."""

from __future__ import annotations

from math import floor, log10

_DIGITS = 3


def figure_words(value: float | None, unit: str, currency: str = "") -> str:
    """A figure in its unit with three significant digits, "-" for none.

    >>> figure_words(0.01234, "share"), figure_words(7.5, "money per 1000", "EUR"), figure_words(None, "share")
    ('1.23 %', '7.50 EUR', '-')
    """
    if value is None:
        return "-"
    if unit == "share":
        return f"{_rounded(100 * value)} %"
    if unit.startswith("money"):
        return f"{value:,.2f}" + (f" {currency}" if currency else "")
    return f"{_rounded(value)} s" if unit == "seconds" else _rounded(value)


def count_words(value: float | None) -> str:
    """A count with thousands apart, and decimals only where it has some.

    >>> count_words(12000), count_words(3.5), count_words(None)
    ('12,000', '3.50', '-')
    """
    if value is None:
        return "-"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _rounded(value: float) -> str:
    """Three significant digits, and no exponent."""
    if not value:
        return "0"
    decimals = max(0, _DIGITS - 1 - floor(log10(abs(value))))
    return f"{value:,.{min(decimals, 8)}f}"

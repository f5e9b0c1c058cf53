"""A metric's figure as people read it: shares in percent, money with its currency, times in seconds (pure)."""

from __future__ import annotations

from math import floor, log10

_DIGITS, _MOST_DECIMALS, _MOST_TIMES = 3, 6, 1000


def figure_words(value: float | None, unit: str, currency: str = "") -> str:
    """A figure in its unit with three significant digits, "-" for none.

    >>> figure_words(0.01234, "share"), figure_words(7.5, "money per 1000", "EUR"), figure_words(None, "share")
    ('1.23 %', '7.50 EUR', '-')
    >>> figure_words(1e-12, "share"), figure_words(1234.5, "seconds")
    ('< 0.000001 %', '1,234 s')
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


def ratio_words(ratio: float) -> str:
    """A ratio; beyond a thousand times it is no more than that, as nothing but a missing count makes one.

    >>> ratio_words(1.274), ratio_words(0.0042), ratio_words(1e13), ratio_words(1e-13)
    ('1.27', '0.0042', '> 1,000', '< 0.001')
    """
    if ratio > _MOST_TIMES:
        return f"> {_MOST_TIMES:,}"
    if ratio < 1 / _MOST_TIMES:
        return f"< {1 / _MOST_TIMES:g}"
    return f"{ratio:.3g}" if ratio < 0.01 else f"{ratio:.2f}"


def _rounded(value: float) -> str:
    """Three significant digits, and no exponent; what would be noughts only is told to be less than that."""
    if not value:
        return "0"
    decimals = min(_MOST_DECIMALS, max(0, _DIGITS - 1 - floor(log10(abs(value)))))
    least = 10**-decimals
    return f"< {least:.{decimals}f}" if 0 < value < least / 2 else f"{value:,.{decimals}f}"

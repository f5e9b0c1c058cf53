"""Identifiers that registries give to commercials: their form is held against the registry's rule, none is made here.

Only the registry knows whether an identifier was given away, and to whom.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from variantgen.errors import UserError, nearest

MOST_CUSTOM_CHARACTERS = 64
"""Google Campaign Manager 360 (API v3.4, UniversalAdId.value): letters, digits and _/\\- up to this many."""

_AD_ID = re.compile(r"[A-Z1-9][A-Z0-9]{3}[A-Z0-9]{7}[HD]?")
_CLOCK = re.compile(r"[A-Z]{3}/[A-Z]{4}(?:[0-9]{3}/(?P<short>[0-9]{3})|[0-9]{2}/(?P<long>[0-9]{4}))")
_ISCI = re.compile(r"[A-Z]{4}[0-9]{4}")
_EIDR = re.compile(r"10\.5240/(?:[0-9A-F]{4}-){5}[0-9A-Z]")
_CUSTOM = re.compile(rf"[A-Za-z0-9_/\\-]{{1,{MOST_CUSTOM_CHARACTERS}}}")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HD_HEIGHT_PX = 720


@dataclass(frozen=True)
class AdIdentifier:
    """A registered identifier as its registry writes it, and what does not fit the file that is to carry it."""

    kind: str
    text: str
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Kind:
    words: str
    normal: Callable[[str], str]
    form: re.Pattern[str]
    is_valid: Callable[[str], bool] = lambda text: True
    told: Callable[[str, float | None, int | None], tuple[str, ...]] = lambda text, seconds, height_px: ()


def checked_identifier(
    kind: str, text: str, *, where: str, seconds: float | None = None, height_px: int | None = None
) -> AdIdentifier:
    """The identifier in its registry's writing, with notes where it does not fit a film of this length and height.

    `where` begins the sentence of a complaint (`campaign.toml: ad_ids.ad-id`). Raises UserError for a kind unknown and
    for a text that no identifier of the kind can be. Capitals, blanks and hyphens that a registry does not mind are
    put right; nothing else is.
    """
    rule = KINDS.get(kind)
    if rule is None:
        raise UserError(
            f'{where}: "{kind}" is no kind of identifier: allowed are {", ".join(KINDS)}.{nearest(kind, KINDS)}'
        )
    normal = rule.normal(text.strip())
    if not rule.form.fullmatch(normal) or not rule.is_valid(normal):
        raise UserError(f'{where}: value "{text}" is no {kind}: {rule.words}.')
    return AdIdentifier(kind, normal, rule.told(normal, seconds, height_px))


def _capitals(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


def _eidr(text: str) -> str:
    return re.sub(r"(?i)^(?:https?://doi\.org/|doi:)", "", text).upper()


def _ad_id_told(text: str, seconds: float | None, height_px: int | None) -> tuple[str, ...]:
    if height_px is None:
        return ()
    if height_px >= HD_HEIGHT_PX and len(text) == 11:
        return (f"Ad-ID {text}: films in HD carry a 12th letter, H, and this one is {height_px} pixels high",)
    if height_px < HD_HEIGHT_PX and text.endswith("H") and len(text) == 12:
        return (f"Ad-ID {text}: H stands for HD, and this film is {height_px} pixels high",)
    return ()


def _clock_told(text: str, seconds: float | None, height_px: int | None) -> tuple[str, ...]:
    found = _CLOCK.fullmatch(text)
    assert found is not None
    said = int(found["short"] or found["long"])
    if seconds is None or round(seconds) == said:
        return ()
    return (f"clock number {text} says {said} s, and this film lasts {seconds:.2f} s",)


def _has_right_check(text: str) -> bool:
    """ISO 7064 Mod 37,36 over the characters after the prefix, hyphens left out (EIDR ID Format 1.51, section 2.2)."""
    product = 36
    *digits, check = list(text.partition("/")[2].replace("-", ""))
    for digit in digits:
        total = (product + _DIGITS.index(digit)) % 36 or 36
        product = total * 2 % 37
    return (product + _DIGITS.index(check)) % 36 == 1


KINDS: Mapping[str, _Kind] = {
    # support.ad-id.org 43000540378 and RFC 8107: 4 characters of prefix (no zero first), 7 of code, H for HD, D for 3D
    "ad-id": _Kind(
        "an Ad-ID is 4 letters or digits of the advertiser's prefix (not 0 first), 7 of code, and for HD or 3D films"
        " an H or D, like ABCD1234000H",
        _capitals, _AD_ID, told=_ad_id_told,
    ),
    # help.clearcast.co.uk (format AAA/ABCD001/030); long form of help.peach.me 7065475700625
    "clock-number": _Kind(
        "a clock number is the agency's 3 letters, 4 letters and 3 digits, and the seconds as 3 digits, like"
        " ABC/WXYZ001/030",
        lambda text: text.upper(), _CLOCK, told=_clock_told,
    ),
    # Ad-ID's forerunner: four letters of prefix, four digits
    "isci": _Kind("an ISCI code is 4 letters and 4 digits, like ABCD1234", _capitals, _ISCI),
    # EIDR ID Format 1.51, 5 October 2017
    "eidr": _Kind(
        "an EIDR is 10.5240/, five groups of 4 hexadecimal digits and a check character that fits them",
        _eidr, _EIDR, is_valid=_has_right_check,
    ),
    # ARPP.TV, Auditel Spot ID and others whose form no public page gives
    "other": _Kind(
        f"an identifier is 1 to {MOST_CUSTOM_CHARACTERS} letters, digits and _ / \\ -", lambda text: text, _CUSTOM
    ),
}  # fmt: skip
"""Kinds of identifiers; one more is a row."""

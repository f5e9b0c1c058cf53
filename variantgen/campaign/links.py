"""A landing page's address and what a campaign knows in, the address with its utm keys out; all else stays as written.

The address is taken apart by RFC 3986's own expression (appendix B): urllib, yarl and furl decode and encode again what
they split, and a percent encoding that a shop's signature was made of would come out another one.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote_plus

from variantgen.errors import UserError
from variantgen.presets.fact_tables import Sourced, read_facts

As = Literal["paid", "organic"]

UTM_KEYS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "utm_id")
"""The keys that are written, in this order (Google Analytics 4, "Collect campaign data with custom URLs")."""

CAREFUL_AD_NAME = 255
"""Characters, where facts that replace the built-in ones have no limit for every channel."""

_PARTS = re.compile(
    r"(?s)(?:(?P<scheme>[^:/?#]+):)?(?://(?P<site>[^/?#]*))?(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?"
)
_SITE = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\[\]]*)(?P<port>:[0-9]*)?")
_HOST_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?")

# what an ad platform fills in when the ad is clicked: Meta {{ad.id}}, Google {campaignid}, TikTok __CID_NAME__
_MACRO = re.compile(r"\{\{[\w.]+\}\}|\{\w+\}|__[A-Z0-9_]+?__")


@dataclass(frozen=True)
class Utm:
    """What a link says about where its visitors come from; `content` is the variant's id."""

    source: str
    medium: str
    campaign: str
    content: str
    term: str = ""
    id: str = ""


@dataclass(frozen=True)
class Link:
    """An address to post, and what was taken out of the one that was given, as sentences."""

    url: str
    told: tuple[str, ...] = ()


def landing_link(url: str, utm: Utm, *, where: str = "url") -> Link:
    """The address with exactly one of each utm key that has a value, behind the query that it had.

    Query, fragment and path keep their order and their writing; a host in another script is written as DNS has it
    (IDNA 2008), other letters as their UTF-8 in percent encoding, macros of ad platforms as they are. Keys of `utm`
    that the address had already are replaced and told. Raises UserError for what is no web address, for one with a
    user's name in it, and for a value that is missing.
    """
    parts = _parts_of(url, where)
    values = _utm_values(utm, where)
    query, told = _without_keys(parts["query"][1:], values)
    added = "&".join(f"{key}={value}" for key, value in values.items())
    joint = "&" if query and not query.endswith("&") else ""
    told += _told_of_fragment(parts["fragment"])
    whole = f"{parts['start']}{parts['path']}?{_ascii(query)}{joint}{added}{_ascii(parts['fragment'])}"
    return Link(whole, tuple(told))


def checked_address(url: str, *, where: str = "url") -> str:
    """The address as it would be posted, without a key added; UserError as for `landing_link`."""
    parts = _parts_of(url, where)
    return f"{parts['start']}{parts['path']}{_ascii(parts['query'])}{_ascii(parts['fragment'])}"


# ---------------------------------------------------------------- the address


def _parts_of(url: str, where: str) -> dict[str, str]:
    url = url.strip()
    wrong = f'{where}: value "{url}" is not allowed: '
    if found := re.search(r"[\s\x00-\x1f\x7f\\\ud800-\udfff]", url):
        raise UserError(f"{wrong}{found[0]!r} cannot stand in an address; a blank is written %20.")
    whole = _PARTS.fullmatch(url)
    assert whole is not None  # the expression takes any text
    scheme = (whole["scheme"] or "").lower()
    if scheme not in ("http", "https") or whole["site"] is None:
        raise UserError(f"{wrong}allowed is an address that begins with https:// or http://.")
    if "@" in whole["site"]:
        raise UserError(f"{wrong}it holds a user's name (before the @), which everybody would read: take it out.")
    start = f"{scheme}://{_site(whole['site'], wrong)}"
    rest = {name: whole[name] or "" for name in ("query", "fragment")}
    return {"start": start, "path": _ascii(whole["path"]), **rest}


def _site(site: str, wrong: str) -> str:
    found = _SITE.fullmatch(site)
    if found is None or not found["host"]:
        raise UserError(f"{wrong}no host stands behind the //.")
    port = found["port"] or ""
    if len(port) > 1 and not 0 < int(port[1:]) < 65536:
        raise UserError(f"{wrong}a port is a number from 1 to 65535, not {port[1:]}.")
    return _host(found["host"], wrong) + port


def _host(host: str, wrong: str) -> str:
    if host.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(host[1:-1])}]"
        except ValueError:
            raise UserError(f"{wrong}{host} is no IPv6 address.") from None
    plain = host.lower() if host.isascii() else _idna(host, wrong)
    if not _HOST_NAME.fullmatch(plain) or len(plain) > 253:
        raise UserError(f'{wrong}"{host}" is no host name.')
    return plain


def _idna(host: str, wrong: str) -> str:
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise UserError(f'{wrong}"{host}" is no host name ({error}); write it as DNS has it, xn--...') from None


def _ascii(text: str) -> str:
    """Letters that are no ASCII as the percent encoding of their UTF-8; everything else as it is."""
    return re.sub(r"[^\x00-\x7f]+", lambda found: quote(found[0]), text)


# ---------------------------------------------------------------- the keys


def _utm_values(utm: Utm, where: str) -> dict[str, str]:
    given = (utm.source, utm.medium, utm.campaign, utm.content, utm.term, utm.id)
    told = {key: _value(text) for key, text in zip(UTM_KEYS, given, strict=True)}
    missing = [key for key in UTM_KEYS[:4] if not told[key]]
    if missing:
        raise UserError(f"{where}: no value for {', '.join(missing)}: a link without it cannot be told from others.")
    return {key: value for key, value in told.items() if value}


def _value(text: str) -> str:
    """In lower case, as analytics tells capitals apart, and percent encoded; macros stay as they are."""
    text = unicodedata.normalize("NFC", text.strip())
    plain, macros = _MACRO.split(text), [*_MACRO.findall(text), ""]
    return "".join(quote(piece.lower(), safe="") + macro for piece, macro in zip(plain, macros, strict=True))


def _without_keys(query: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The query without the keys that get a value, and without the repetition of others that utm_ begins."""
    kept, told, seen = [], [], set()
    for piece in query.split("&"):
        key = unquote_plus(piece.partition("=")[0]).strip().lower()
        if key in values:
            told.append(f'"{piece}" gave way to {key}={values[key]}')
        elif key.startswith("utm_") and key in seen:
            told.append(f'"{piece}" was left out: {key} was there before it')
        else:
            kept.append(piece)
            seen.add(key)
    return "&".join(kept), told


def _told_of_fragment(fragment: str) -> list[str]:
    keys = sorted(set(re.findall(r"(?i)(?<![\w-])utm_[a-z_]+(?==)", fragment)))
    return [f"{', '.join(keys)} stands behind the #, where analytics does not look: it stays"] if keys else []


# ---------------------------------------------------------------- what a channel's links say


@dataclass(frozen=True, kw_only=True)
class Rule(Sourced):
    """Mediums (a regular expression over the whole of one, in lower case) by which analytics sorts visits."""

    name: Literal["paid", "display", "social", "video", "email", "audio"]
    medium: str


@dataclass(frozen=True, kw_only=True)
class Site(Sourced):
    """Sources that analytics knows as one sort of site."""

    name: Literal["social", "video"]
    utm_sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ChannelWords(Sourced):
    """What a channel's links say: `paid` and `organic` are their mediums."""

    name: str
    utm_source: str
    paid: str
    organic: str


@dataclass(frozen=True, kw_only=True)
class AdNameLimit(Sourced):
    """How many characters an ad's name may have on a channel; an empty one is any other."""

    channel: str
    most_characters: int


@dataclass(frozen=True)
class LinkFacts:
    """Everything that is known about links and ads' names (facts/links.toml)."""

    rules: dict[str, Rule]
    sites: dict[str, Site]
    channels: dict[str, ChannelWords]
    ad_names: dict[str, AdNameLimit]


def link_facts() -> LinkFacts:
    """The facts of the project's, the user's or the built-in folder; UserError with every fault of the file."""
    shapes = {"rule": Rule, "site": Site, "channel": ChannelWords, "ad_name": AdNameLimit}
    rows = read_facts("links", shapes)
    return LinkFacts(
        rules={row.name: row for row in rows["rule"]},
        sites={row.name: row for row in rows["site"]},
        channels={row.name: row for row in rows["channel"]},
        ad_names={row.channel: row for row in rows["ad_name"]},
    )


def utm_of_channel(
    facts: LinkFacts, channel: str, as_: As, *, campaign: str, content: str, term: str = "", id_: str = ""
) -> Utm | None:
    """What links of a channel (a preset's `channel`) say; None for one's own site, whose links are never tagged.

    A channel that the facts do not know gets its own name as source, and a medium that sorts it as paid or social.
    """
    if channel == "website":
        return None
    row = facts.channels.get(channel)
    source = row.utm_source if row else channel
    paid, organic = (row.paid, row.organic) if row else ("paid_other", "social")
    return Utm(source, paid if as_ == "paid" else organic, campaign, content, term, id_)


def analytics_group(facts: LinkFacts, source: str, medium: str) -> str:
    """The group in which Google Analytics 4 counts a visit, by its published rules as far as they concern us."""
    source, medium = source.lower(), medium.lower()
    site = next((site.name for site in facts.sites.values() if source in site.utm_sources), "")

    def fits(rule: str, *words: str) -> bool:
        return any(re.fullmatch(facts.rules[rule].medium, word) for word in words)

    if fits("paid", medium):
        return f"Paid {site.capitalize()}" if site else "Paid Other"
    if fits("display", medium):
        return "Display"
    if site == "social" or fits("social", medium):
        return "Organic Social"
    if site == "video" or fits("video", medium):
        return "Organic Video"
    if fits("email", source, medium):
        return "Email"
    return "Audio" if fits("audio", medium) else "Unassigned"


def most_ad_name_characters(facts: LinkFacts, channel: str) -> int:
    """How long an ad's name may be on a channel; the careful limit where a channel's own is not known."""
    row = facts.ad_names.get(channel) or facts.ad_names.get("")
    return row.most_characters if row else CAREFUL_AD_NAME

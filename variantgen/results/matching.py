"""Which variant a row's counts belong to: by the id in an ad's name or a link, by the post, by posted.csv. No guess.

A row that could be of two variants is of none: it is listed, and a person says which by posted.csv.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import parse_qsl, unquote, urlsplit

from variantgen.campaign.identity import ids_in
from variantgen.campaign.posted import PostedRow
from variantgen.errors import nearest
from variantgen.results.values import ResultRow

NAMELESS = "no id stands in the ad's name or link, and posted.csv has neither its name nor its post"
"""Why an ad is nobody's of which nothing says that it is another's."""
_ROUNDED = re.compile(r"[0-9][.,][0-9]+E\+?[0-9]+", re.IGNORECASE)
_VIDEO = re.compile(r"[\w-]{11}")


@dataclass(frozen=True)
class Match:
    """Whose counts a row holds: `variant` is empty where it is nobody's, and then `why` says why."""

    variant: str
    by: str = ""
    """"ad name", "ad group", "campaign", "link", "post id", "post url", "posted.csv"; "ad id" where it was renamed."""
    why: str = ""


@dataclass(frozen=True)
class Known:
    """A campaign's variants, ready to look up: `posts` by channel and post, `names` by an ad's whole name."""

    ids: frozenset[str]
    posts: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict, hash=False)
    names: dict[str, frozenset[str]] = field(default_factory=dict, hash=False)


def known_variants(ids: Collection[str], posted: Iterable[PostedRow] = ()) -> Known:
    """The campaign's ids and what people wrote in posted.csv, to match rows by."""
    posts: dict[tuple[str, str], set[str]] = {}
    names: dict[str, set[str]] = {}
    every = set(ids)
    for row in posted:
        every.add(row.id)
        for post in {row.post_id.strip(), plain_post(row.post_url), _post_in(row.post_url)} - {""}:
            posts.setdefault((row.channel, post), set()).add(row.id)
        for name in {row.ad_name, _stem(row.file)} - {""}:
            names.setdefault(name.casefold(), set()).add(row.id)
    return Known(
        frozenset(every),
        {key: frozenset(found) for key, found in posts.items()},
        {key: frozenset(found) for key, found in names.items()},
    )


def matched(row: ResultRow, known: Known, channels: Sequence[str]) -> Match:
    """The variant of a row; `channels` are those of presets that the export tells of (a profile's `posted_as`).

    Every way that leads to a variant has to lead to the same one; where they do not, or one way leads to two, the row
    stays without, and the reason says which they were.
    """
    ways = (
        ("ad name", _ids(row.ad_name, known)),
        ("ad group", _ids(row.ad_group, known)),
        ("campaign", _ids(row.campaign, known)),
        ("link", _ids(_utm_content(row.url), known) or _ids(row.url, known)),
        ("post id", _posts(row.content_id, known, channels)),
        (
            "post url",
            _posts(plain_post(row.post_url), known, channels) or _posts(_post_in(row.post_url), known, channels),
        ),
        ("posted.csv", known.names.get(row.ad_name.strip().casefold(), frozenset())),
    )
    told = [(way, found) for way, found in ways if found]
    every = frozenset().union(*(found for _, found in told))
    if len(every) == 1:
        return Match(next(iter(every)), told[0][0])
    if every:
        said = "; ".join(f"the {way} says {' and '.join(sorted(found))}" for way, found in told)
        return Match("", why=f"could be of several variants: {said}. Write its post into posted.csv, or rename the ad")
    return Match("", why=_why_not(row, known))


def is_rounded(text: str) -> bool:
    """Whether a spreadsheet made a rounded number of an id: 1.78E+16 is that of many posts."""
    return _ROUNDED.fullmatch(text) is not None


def _ids(text: str, known: Known) -> frozenset[str]:
    return frozenset(ids_in(text)) & known.ids if text else frozenset()


def _posts(post: str, known: Known, channels: Sequence[str]) -> frozenset[str]:
    if not post:
        return frozenset()
    return frozenset().union(*(known.posts.get((channel, post), frozenset()) for channel in channels))


def _why_not(row: ResultRow, known: Known) -> str:
    if is_rounded(row.content_id) or is_rounded(row.ad_id):
        return "its post's id was rounded by a spreadsheet: import the file as the channel gave it"
    others = [
        one
        for one in ids_in(f"{row.ad_name} {row.ad_group} {row.campaign} {row.url}")
        if any(letter.isdigit() for letter in one)
    ]
    if others:
        return f"{others[0]} is no variant of this campaign.{nearest(others[0], known.ids)}"
    # the same words for all of a kind, as a list of a thousand is grouped by them
    if row.ad_name:
        return NAMELESS
    if row.content_id or row.post_url:
        return "posted.csv has no such post"
    if row.campaign:
        return "no id stands in the campaign's name: export on the level of ads"
    return "it names no ad and no post: export on the level of ads"


# ---------------------------------------------------------------- links and posts


def _utm_content(url: str) -> str:
    try:
        pairs = parse_qsl(urlsplit(url).query) if url else []
    except ValueError:
        return ""
    return next((value for key, value in pairs if key.lower() == "utm_content"), "")


def plain_post(url: str) -> str:
    """A post's address without what varies between copies of it: scheme, www., query, a slash at its end.

    >>> plain_post("https://www.TikTok.com/@a/video/7301?lang=en"), plain_post("http://tiktok.com/@a/video/7301/")
    ('tiktok.com/@a/video/7301', 'tiktok.com/@a/video/7301')
    """
    try:
        parts = urlsplit(url.strip() if "//" in url else f"//{url.strip()}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if "." not in host:
        return ""
    for start in ("www.", "m.", "mobile."):
        host = host.removeprefix(start)
    if video := _youtube(host, parts.path, parts.query):
        return f"youtube.com/{video}"
    host = {"twitter.com": "x.com"}.get(host, host)
    path = unquote(parts.path).rstrip("/")
    path = re.sub(r"^/(?:reels?|p)/", "/p/", path) if host == "instagram.com" else path
    return f"{host}{path}" if path else ""


def _youtube(host: str, path: str, query: str) -> str:
    words = path.strip("/").split("/")
    if host == "youtu.be":
        found = words[0]
    elif host.removeprefix("studio.") == "youtube.com" and words[0] in ("shorts", "live", "video", "embed"):
        found = words[1] if len(words) > 1 else ""
    elif host == "youtube.com":
        found = dict(parse_qsl(query)).get("v", "")
    else:
        return ""
    return found if _VIDEO.fullmatch(found) else ""


def _post_in(url: str) -> str:
    """The post's id in its address: a film's of YouTube, or the digits at the end of a path of TikTok, X, LinkedIn."""
    plain = plain_post(url)
    if plain.startswith("youtube.com/"):
        return plain.partition("/")[2]
    found = re.search(r"(?<![0-9])[0-9]{8,25}$", plain)
    return found[0] if found else ""


def _stem(file: str) -> str:
    name = PureWindowsPath(file).name if "\\" in file else PurePosixPath(file).name
    return PurePosixPath(name).stem

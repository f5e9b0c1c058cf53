"""What a channel counted, as values: counts, sums and durations only, never a rate (pure).

A rate of an export is never kept: it cannot be added up, and channels divide by different things under one name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Promotion = Literal["paid", "organic", ""]
Unit = Literal["people", "times", "seconds", "money"]


@dataclass(frozen=True)
class Count:
    """One thing that is counted. What is not additive (people, a film's length) is never summed over rows."""

    name: str
    unit: Unit
    meaning: str
    is_additive: bool = True
    is_whole: bool = True
    """Whether only whole numbers can stand here."""
    can_be_negative: bool = False


def _counts() -> tuple[Count, ...]:
    parts, people = {"is_whole": False}, {"is_additive": False}
    return (
        Count("impressions", "times", "times an ad was shown"),
        Count("reach", "people", "people who were shown it", **people),
        Count("plays", "times", "times a film started to play"),
        Count("views", "times", "views, as the channel counts them"),
        Count("views_trueview", "times", "TrueView views: 30 s, all of a shorter film, or a click"),
        Count("engaged_views", "times", "YouTube's views without starts that were left at once"),
        Count("views_2s", "times", "plays of 2 s or longer"),
        Count("views_3s", "times", "plays of 3 s or longer"),
        Count("views_6s", "times", "plays of 6 s or longer"),
        Count("views_15s", "times", "plays of 15 s or longer, or of a shorter film whole (ThruPlay)"),
        Count("p25", "times", "plays that reached a quarter"),
        Count("p50", "times", "plays that reached the half"),
        Count("p75", "times", "plays that reached three quarters"),
        Count("p95", "times", "plays that reached 95 %"),
        Count("p100", "times", "plays that reached the end"),
        Count("watch_seconds", "seconds", "time that was watched in all", **parts),
        Count("video_seconds", "seconds", "how long the film is", **people, **parts),
        Count("clicks_all", "times", "clicks of any kind"),
        Count("clicks_link", "times", "clicks that lead to the landing page"),
        Count("landing_page_views", "times", "landing pages that were loaded"),
        Count("leads", "times", "forms that were sent", **parts),
        Count("conversions", "times", "conversions; some channels share one among several ads", **parts),
        Count("conversion_value", "money", "what the conversions were worth", **parts),
        Count("spend", "money", "what was paid", **parts),
        Count("likes", "times", "likes and other reactions"),
        Count("comments", "times", "comments and replies"),
        Count("shares", "times", "shares and reposts"),
        Count("saves", "times", "saves, bookmarks, favourites"),
        Count("follows", "times", "new followers; net where the channel says so", can_be_negative=True),
        Count("unique_viewers", "people", "people who watched", **people),
        Count("new_viewers", "people", "people who watched for the first time", **people),
        Count("returning_viewers", "people", "people who had watched before", **people),
        Count("thumbnail_impressions", "times", "times the thumbnail was shown; no impressions of an ad"),
        Count("thumbnail_clicks", "times", "clicks on the thumbnail"),
    )


COUNTS: dict[str, Count] = {count.name: count for count in _counts()}
"""By name, in the order in which they are stored."""

KEYS = ("account", "campaign", "ad_group", "ad_name", "ad_id", "content_id", "url", "post_url")
"""Texts that say whose counts a row holds, as the export writes them; empty where it has no such column.

`content_id` is the post's or the film's, `url` the landing page, `post_url` the post's own address.
"""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both counted; `zone` is "UTC", or empty where the export does not say."""

    first: date
    last: date
    zone: str = ""


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row of an export; `counts` holds what was told and nothing else: a count that is missing is no nought."""

    profile: str
    channel: str
    promotion: Promotion
    row: int
    """The line of the file that it begins on, from 1."""
    period: Period | None = None
    """None where neither the row, nor the file, nor the user says."""
    counts: dict[str, float] = field(default_factory=dict, hash=False)
    currency: str = ""
    """Three letters (ISO 4217); empty where no money is told, or none is named."""
    account: str = ""
    campaign: str = ""
    ad_group: str = ""
    ad_name: str = ""
    ad_id: str = ""
    content_id: str = ""
    url: str = ""
    post_url: str = ""
    parts: str = ""
    """What the row is one part of, where the export splits its rows: "age=18-24, gender=female"."""

    def count(self, name: str) -> float | None:
        """A count, None where it was not told; KeyError for a name that is none."""
        return self.counts.get(COUNTS[name].name)

"""Whose counts a row holds: ids in names and links, posts, posted.csv; what is nobody's and what is of several."""

from __future__ import annotations

from dataclasses import replace

import pytest

from variantgen.campaign.posted import PostedRow
from variantgen.results.matching import known_variants, matched, plain_post
from variantgen.results.values import ResultRow

ID, OTHER, THIRD = "b2015xyz", "c3026wvt", "d4037tsr"
TIKTOK = "https://www.tiktok.com/@us/video/7301234567890123456"
POSTED = (
    PostedRow(ID, file="tiktok/autumn_a.mp4", channel="tiktok", ad_name="autumn a", post_url=TIKTOK),
    PostedRow(OTHER, channel="youtube", post_url="https://youtu.be/dQw4w9WgXcQ?t=3", post_id="77"),
    PostedRow(THIRD, channel="x", post_id="1840000000000000001"),
)
KNOWN = known_variants([ID, OTHER, THIRD], POSTED)
ROW = ResultRow("p", "c", "paid", 2)


@pytest.mark.parametrize(
    ("told", "channel", "variant", "by"),
    [
        ({"ad_name": f"Autumn_{ID.upper()} - Copy 2"}, "tiktok", ID, "ad name"),
        ({"campaign": f"autumn_{THIRD}"}, "x", THIRD, "campaign"),
        ({"url": f"https://a.example/x?utm_source=q&utm_content={OTHER}#top"}, "tiktok", OTHER, "link"),
        ({"content_id": "dQw4w9WgXcQ"}, "youtube", OTHER, "post id"),
        ({"content_id": "1840000000000000001"}, "x", THIRD, "post id"),
        ({"post_url": "http://m.tiktok.com/@us/video/7301234567890123456/?lang=en"}, "tiktok", ID, "post url"),
        ({"post_url": "https://www.youtube.com/shorts/dQw4w9WgXcQ"}, "youtube", OTHER, "post url"),
        ({"post_url": "https://twitter.com/us/status/1840000000000000001"}, "x", THIRD, "post url"),
        ({"ad_name": "Autumn A"}, "tiktok", ID, "posted.csv"),
        ({"ad_name": "autumn_a"}, "tiktok", ID, "posted.csv"),
    ],
)
def test_a_row_is_joined_by_each_way(told: dict[str, str], channel: str, variant: str, by: str) -> None:
    """An id in the ad's name or the link, the post's id or address in any form, a name in posted.csv."""
    found = matched(replace(ROW, **told), KNOWN, (channel,))
    assert (found.variant, found.by) == (variant, by)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"ad_name": "final_v2"}, "no id stands in the ad's name"),
        ({"ad_name": "x_b2015xyw"}, "b2015xyw is no variant of this campaign"),
        ({"content_id": "1.84E+18"}, "rounded by a spreadsheet"),
        ({"content_id": "dQw4w9WgXcQ"}, "posted.csv has no such post"),  # of YouTube, and this is TikTok
        ({}, "names no ad and no post"),
    ],
)
def test_a_row_that_is_nobodys_says_why(told: dict[str, str], words: str) -> None:
    """What does not lead to a variant is never joined to the nearest one."""
    found = matched(replace(ROW, **told), KNOWN, ("tiktok",))
    assert found.variant == "" and words in found.why


@pytest.mark.parametrize(
    "told",
    [{"ad_name": f"{ID} or {OTHER}"}, {"ad_name": f"x_{ID}", "url": f"https://a.example/?utm_content={OTHER}"}],
)
def test_a_row_of_two_variants_is_of_none(told: dict[str, str]) -> None:
    """Two ids in a name, or a name and a link that contradict each other, are listed and not joined."""
    found = matched(replace(ROW, **told), KNOWN, ("tiktok",))
    assert found.variant == "" and ID in found.why and OTHER in found.why and "posted.csv" in found.why


def test_one_post_of_two_variants_is_of_none() -> None:
    """A post that stands twice in posted.csv is nobody's until that is put right."""
    known = known_variants([], [*POSTED, replace(POSTED[2], id=ID)])
    assert "several" in matched(replace(ROW, content_id="1840000000000000001"), known, ("x",)).why


@pytest.mark.parametrize("url", ["", "x", "http://[", "https://", "//", "https://youtu.be/", "mailto:a@b.c"])
def test_what_is_no_address_is_no_post(url: str) -> None:
    """Nothing stands for a post that is none."""
    assert plain_post(url) == ""

"""What an export tempts one to take: rates, prices, sums of others, counts of another thing under a good name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from exports_made import EVERY, GOOGLE_OLD, ID, LINKEDIN_CLICKS, META, SNAP, TIKTOK, TIKTOK_OLD, Made

from variantgen.results.counts import DayCounts
from variantgen.results.importing import import_export
from variantgen.results.metrics import figure, read_metrics
from variantgen.results.profiles import SHARES, profiles
from variantgen.results.reading import Reading, export_rows
from variantgen.results.recognising import described, recognised
from variantgen.results.store import STORE_NAME
from variantgen.results.sums import variant_sums
from variantgen.results.values import COUNTS, ResultRow

_RATE = re.compile(r"\b(ctr|cpc|cpm|cpv|ecpm|ecpc|cvr|rpm|roas|rate|frequency|cost per|cost /|avg|average|taux)\b")


def row_of(made: Made, folder: Path) -> ResultRow:
    """An export's one row."""
    (row,) = export_rows(recognised(made.write(folder)), Reading())
    return row


def why_left(made: Made, folder: Path) -> dict[str, str]:
    """The headers of an export that are left out, and why."""
    return dict(recognised(made.write(folder)).not_understood)


def test_no_rate_and_no_price_is_taken_for_a_count() -> None:
    """CTR, CPC, `Cost / conv.`, `Avg. CPC`: in no profile; what is a share becomes a count by the column it is of."""
    for name, profile in profiles().items():
        for header, meanings in profile.columns.items():
            taken = [one.name for one in meanings if one.name in COUNTS and one.unit not in SHARES]
            assert not (taken and _RATE.search(header)), (name, header)


def test_a_header_is_either_taken_or_left_out() -> None:
    """A profile that says both of one header would take what it warns of."""
    for name, profile in profiles().items():
        assert not set(profile.columns) & set(profile.known), name


@pytest.mark.parametrize("made", [META, TIKTOK_OLD])
def test_results_of_another_kind_in_each_campaign_are_not_taken(made: Made, tmp_path: Path) -> None:
    """`Results` are purchases here and video views there."""
    assert "of another kind in each campaign" in why_left(made, tmp_path)["Results"]
    assert 77 not in row_of(TIKTOK_OLD, tmp_path).counts.values()


def test_cost_is_what_was_paid_and_no_price(tmp_path: Path) -> None:
    """Beside `Avg. CPC` and `Cost / conv.`, in whatever order they stand."""
    header = "Campaign,Ad name,Cost / conv.,Avg. CPC,Cost,Impr.\n"
    text = f"{header}A,x_{ID},823,1.2,24.5,100\nA,y_{ID},1,2,0.5,100\n"
    path = tmp_path / "export.csv"
    path.write_text(text, "utf-8")
    assert [row.count("spend") for row in export_rows(recognised(path), Reading())] == [24.5, 0.5]


def test_clicks_are_those_that_lead_to_the_page(tmp_path: Path) -> None:
    """`Clicks to Landing Page` before `Clicks`, destination before all; what stands back says for what."""
    assert row_of(LINKEDIN_CLICKS, tmp_path).count("clicks_link") == 25
    assert why_left(LINKEDIN_CLICKS, tmp_path)["Clicks"] == '"Clicks to Landing Page" is taken for clicks_link'
    row = row_of(TIKTOK, tmp_path)
    assert (row.count("clicks_link"), row.count("clicks_all")) == (120, 150)


def test_what_was_not_paid_for_is_kept_apart(tmp_path: Path) -> None:
    """LinkedIn's viral spill-over is no part of an ad's counts."""
    told = why_left(LINKEDIN_CLICKS, tmp_path)
    assert {header for header in told if header.startswith("Viral")} == {
        "Viral Impressions", "Viral Reactions", "Viral Video Views",
    }  # fmt: skip
    assert all("unpaid" in why for header, why in told.items() if header.startswith("Viral"))


def test_engagements_and_sums_of_others_are_not_taken(tmp_path: Path) -> None:
    """They count the same click twice, or a like beside a view: in every fixture they stand among the headers left."""
    sums = ("engagements", "interactions", "total social actions", "reactions, comments and shares", "all conv.")
    seen = set()
    for profile in profiles().values():
        seen |= {header for header in profile.known if header in sums}
        assert not set(sums) & set(profile.columns)
    assert seen == set(sums)


def test_conversions_are_divided_by_clicks_and_not_by_impressions(tmp_path: Path) -> None:
    """TikTok's own CVR of 0.03 % is of impressions: 3 of 120 clicks are 2.5 %."""
    found = recognised(TIKTOK.write(tmp_path))
    import_export(found, tmp_path / STORE_NAME, ids=[ID])
    (one,) = variant_sums(tmp_path / STORE_NAME)
    rows = [DayCounts(one.variant, "tiktok (paid)", one.counts, one.first, one.last, one.currency)]
    assert figure(read_metrics().named("cvr_click"), rows) == 0.025
    assert "Conversion rate (CVR)" in dict(found.not_understood)


def test_a_fraction_is_no_percentage(tmp_path: Path) -> None:
    """LinkedIn's page export writes 24 % as 0.2396, as its mapping says; 24 % is 24 % there too."""
    mapping = tmp_path / "page.toml"
    mapping.write_text(
        'channel = "linkedin"\n[columns]\n"Post title" = "ad_name"\nImpressions = "impressions"\n'
        '"Click through rate (CTR)" = "clicks_link fraction impressions"\n',
        "utf-8",
    )
    path = tmp_path / "page.csv"
    path.write_text(
        f"Post title,Impressions,Click through rate (CTR)\nx_{ID},10000,0.2396\ny_{ID},10000,24%\n", "utf-8"
    )
    rows = export_rows(recognised(path, mapping=mapping), Reading())
    assert [row.count("clicks_link") for row in rows] == [2396, 2400]


def test_dashes_are_missing_in_every_column(tmp_path: Path) -> None:
    """`--`, ` --`, `-`, `—` and blanks leave a count out, and are no nought in what is added up."""
    row = row_of(GOOGLE_OLD, tmp_path)
    assert {"clicks_link", "p25", "conversions"}.isdisjoint(row.counts) and row.count("impressions") == 900


@pytest.mark.parametrize(
    "text", ["2026-10-03 00:00:00", "2026-10-03T00:00:00-0700", "2026-10-03T00:00:00Z", "Oct 3, 2026 12:00 AM"]
)
def test_a_day_that_is_written_with_midnight_is_that_day(text: str, tmp_path: Path) -> None:
    """Whatever its zone: the day is the account's own, and is not moved."""
    path = tmp_path / "export.csv"
    path.write_text(TIKTOK.text.replace("2026-10-03", f'"{text}"'), "utf-8")
    (row,) = export_rows(recognised(path), Reading())
    assert row.period is not None and str(row.period.first) == str(row.period.last) == "2026-10-03"


def test_views_that_clicks_made_are_not_views(tmp_path: Path) -> None:
    """Snapchat's 2 second views hold clicks: those by time only are taken, and its average of unknown views is not."""
    assert row_of(SNAP, tmp_path).count("views_2s") == 850
    told = why_left(SNAP, tmp_path)
    assert told["2 Second Video Views"] == "holds clicks too" and "does not count" in told["Avg View Time Millis"]


def test_a_thumbnails_impressions_are_no_ads(tmp_path: Path) -> None:
    """YouTube Studio's `Impressions` are of thumbnails, X's of posts: no metric of ads may divide by them."""
    for name in ("youtube-studio", "x-posts", "meta-business-suite", "tiktok-studio"):
        assert "impressions" not in row_of(EVERY[name], tmp_path).counts


def test_a_column_in_words_that_no_profile_knows_is_told(tmp_path: Path) -> None:
    """Meta's Italian `Costo per risultati`, or somebody's own column: left out, and shown before anything is taken."""
    path = tmp_path / "export.csv"
    path.write_text(META.text.replace("CTR (all)", "Costo per risultati"), "utf-8")
    found = recognised(path)
    assert ("Costo per risultati", "is not known") in found.not_understood
    assert any("Costo per risultati -> left out: is not known" in line for line in described(found))

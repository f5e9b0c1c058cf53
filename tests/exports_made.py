"""Exports as channels write them, made to the headers of their profiles: one for each, with what they hold."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path

ID, OTHER = "b2015xyz", "c3026wvt"


@dataclass(frozen=True)
class Made:
    """A file's text and its one row's counts; `encoding` and `ending` are of the file."""

    text: str
    counts: dict[str, float]
    currency: str = ""
    encoding: str = "utf-8"
    ending: str = ".csv"
    texts: dict[str, str] = field(default_factory=dict)
    first: str = ""
    last: str = ""
    zone: str = ""

    def write(self, folder: Path, name: str = "export") -> Path:
        """The file in a folder, in its encoding."""
        path = folder / f"{name}{self.ending}"
        path.write_bytes(self.text.encode(self.encoding))
        return path


def zipped(path: Path, members: dict[str, str]) -> Path:
    """A zip of texts, as YouTube Studio gives one."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def workbook(path: Path | io.BytesIO, text: str, *sheets: str) -> None:
    """A CSV's text as an Excel workbook, its numbers, shares, times and days typed; all sheets hold the same."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name in sheets or ("Sheet1",):
        sheet = book.create_sheet(name)
        for cells in csv.reader(io.StringIO(text)):
            sheet.append([typed(cell) for cell in cells])
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.endswith("%") and cell.value[0].isdigit():
                    cell.value, cell.number_format = float(cell.value[:-1]) / 100, "0.00%"
    book.save(path)


def typed(cell: str) -> object:
    """What a spreadsheet holds of a cell of an English export; None for a blank one."""
    if re.fullmatch(r"[0-9][0-9,]{0,19}", cell):
        return int(cell.replace(",", ""))
    if re.fullmatch(r"[0-9][0-9,]{0,19}\.[0-9]+", cell):
        return float(cell.replace(",", ""))
    if re.fullmatch(r"20[0-9]{2}-1[0-2]-[012][1-8]", cell):
        return datetime.fromisoformat(cell)
    if re.fullmatch(r"[0-9]:[0-5][0-9]:[0-5][0-9]", cell):
        return time.fromisoformat(f"0{cell}")
    return cell or None


META = Made(
    "Campaign name,Ad Set Name,Ad name,Day,Reporting starts,Reporting ends,Amount spent (EUR),Impressions,Reach,"
    "Frequency,CTR (all),Clicks (all),Link clicks,Landing page views,Video plays,2-second continuous video plays,"
    "3-second video plays,ThruPlays,Video plays at 25%,Video plays at 50%,Video plays at 75%,Video plays at 95%,"
    "Video plays at 100%,Video average play time,Post reactions,Purchases,Purchases conversion value,Results\n"
    ",,,,2026-10-01,2026-10-31,12.5,1000,800,1.25,4,40,20,15,900,700,500,200,450,300,200,160,150,0:00:07,9,2,99.9,2\n"
    f"Autumn,Set 1,autumn_{ID},2026-10-03,2026-10-01,2026-10-31,12.5,1000,800,1.25,4,40,20,15,900,700,500,200,450,"
    "300,200,160,150,0:00:07,9,2,99.9,2\n",
    {
        "spend": 12.5, "impressions": 1000, "reach": 800, "clicks_all": 40, "clicks_link": 20,
        "landing_page_views": 15, "plays": 900, "views_2s": 700, "views_3s": 500, "views_15s": 200, "p25": 450,
        "p50": 300, "p75": 200, "p95": 160, "p100": 150, "watch_seconds": 6300, "likes": 9, "conversions": 2,
        "conversion_value": 99.9,
    },
    "EUR", "utf-8-sig", first="2026-10-03", last="2026-10-03",
)  # fmt: skip
META_POSTS = Made(
    "Post ID,Account ID,Account username,Account name,Description,Duration (sec),Publish time,Permalink,Post type,"
    "Views,Reach,Likes,Shares,Follows,Comments,Saves\n"
    '18012345678901234,1,us,Us,"Two\nlines",15,10/03/2026 08:31,https://www.instagram.com/reel/Abc1/,IG reel,'
    "1200,1000,30,4,2,5,6\n",
    {"video_seconds": 15, "views": 1200, "reach": 1000, "likes": 30, "shares": 4, "follows": 2, "comments": 5,
     "saves": 6},
    texts={"content_id": "18012345678901234", "post_url": "https://www.instagram.com/reel/Abc1/", "account": "us"},
)  # fmt: skip
STUDIO = Made(
    "Content,Video title,Video publish time,Duration,Views,Engaged views,Watch time (hours),Subscribers,"
    "Average view duration,Average percentage viewed (%),Stayed to watch (%),Thumbnail impressions,"
    "Thumbnail click-through rate (%),Your estimated revenue (USD)\n"
    "Total,,,,56000,40000,31.5,12,0:00:04,62.1,70.2,2000,2.5,1.5\n"
    'dQw4w9WgXcQ,"Total war, told",\"Sep 28, 2026\",6,28000,20000,15.5,-3,0:00:02,62.1,70.2,1000,2.5,0.7\n',
    {
        "video_seconds": 6, "views": 28000, "engaged_views": 20000, "watch_seconds": 55800, "follows": -3,
        "thumbnail_impressions": 1000, "thumbnail_clicks": 25,
    },
    texts={"content_id": "dQw4w9WgXcQ"},
)  # fmt: skip
STUDIO_ENGLISH = Made(
    "Content,Video title,Video publish time,Duration,Engaged views,Views,Stayed to watch (%),Average view duration,"
    "Average percentage viewed (%)\n"
    "Total,,,,20000,28000,62.1,0:00:04,62.1\n"
    'dQw4w9WgXcQ,One,"Sep 28, 2026",6,"20,000","28,000",62.1,0:00:04,62.1\n',
    {"video_seconds": 6, "engaged_views": 20000, "views": 28000, "watch_seconds": 112000},
    texts={"content_id": "dQw4w9WgXcQ"},
)
STUDIO_FRENCH = Made(
    "Contenu,Titre de la vidéo,Heure de publication de la vidéo,Durée,Vues engagées,Vues,"
    "Ont continué de regarder (%),Durée moyenne de visionnage,Pourcentage moyen regardé (%)\n"
    'Total,,,,"20 000","28 000","62,1",0:00:04,"62,1"\n'
    'dQw4w9WgXcQ,Un,28 sept. 2026,6,"20 000","28\u202f000","62,1",0:00:04,"62,1"\n',
    STUDIO_ENGLISH.counts,
    texts={"content_id": "dQw4w9WgXcQ"},
)
API = Made(
    "day,video,views,engagedViews,estimatedMinutesWatched,averageViewDuration,averageViewPercentage,likes,comments,"
    "shares,subscribersGained\n2026-10-03,dQw4w9WgXcQ,100,90,50,30,60.5,7,1,2,3\n",
    {
        "views": 100, "engaged_views": 90, "watch_seconds": 3000, "likes": 7, "comments": 1, "shares": 2, "follows": 3,
    },
    first="2026-10-03", last="2026-10-03", texts={"content_id": "dQw4w9WgXcQ"},
)  # fmt: skip
GOOGLE = Made(
    'Ad performance report\n"October 1, 2026 - October 31, 2026"\n'
    "Ad state,Campaign,Ad group,Ad name,Video ID,Final URL,Currency code,Cost,Avg. CPC,Cost / conv.,Impr.,Clicks,CTR,"
    "TrueView views,TrueView view rate (In-stream),Video played to 25%,Video played to 50%,Video played to 75%,"
    "Video played to 100%,Conversions,Conv. value\n"
    f"Enabled,Autumn,Group,autumn_{ID},dQw4w9WgXcQ,https://a.example/?utm_content={ID},USD,\"1,234.50\",1.2,823,"
    '"1,000",12,1.20%,300,30.00%,40.00%,33.33%,20.00%,10.05%,1.50,90.00\n'
    'Total: Account, --, --, --, --, --,USD,"2,469.00",1.2,823,"2,000",24,1.20%,600,30.00%,40.00%,33.33%,20.00%,'
    "10.05%,3.00,180.00\n",
    {
        "spend": 1234.5, "impressions": 1000, "clicks_link": 12, "views_trueview": 300, "p25": 400, "p50": 333,
        "p75": 200,
        "p100": 100, "conversions": 1.5, "conversion_value": 90,
    },
    "USD", first="2026-10-01", last="2026-10-31",
)  # fmt: skip
GOOGLE = Made(GOOGLE.text.replace("10.05%", "10.00%"), GOOGLE.counts, "USD", first=GOOGLE.first, last=GOOGLE.last)
GOOGLE_EXCEL = Made(GOOGLE.text.replace(",", "\t").replace('"1\t', '"1,').replace('"2\t', '"2,').replace(
    '"October 1\t 2026 - October 31\t 2026"', '"October 1, 2026 - October 31, 2026"'),
    GOOGLE.counts, "USD", "utf-16", first=GOOGLE.first, last=GOOGLE.last)  # fmt: skip
TIKTOK = Made(
    "Campaign name,Ad group name,Ad name,Ad ID,By Day,Currency,Cost,Impressions,Reach,CPM,Clicks (destination),"
    "Clicks (all),Video views,2-second video views,6-second video views,6-second focused views,Video views at 25%,"
    "Video views at 50%,Video views at 75%,Video views at 100%,Average play time per video view,Paid likes,"
    "Conversions,Conversion rate (CVR)\n"
    f"Autumn,G,autumn_{ID},1790000000000001,2026-10-03,EUR,50.25,10000,-,5.02,120,150,9000,4000,1500,1600,3000,2000,"
    "1000,500,3.5,60,3,0.03%\n"
    "Total of 60 results,-,-,-,-,EUR,50.25,10000,-,5.02,120,150,9000,4000,1500,1600,3000,2000,1000,500,3.5,60,3,"
    "0.03%\n",
    {
        "spend": 50.25, "impressions": 10000, "clicks_link": 120, "clicks_all": 150, "plays": 9000, "views_2s": 4000,
        "views_6s": 1500, "p25": 3000, "p50": 2000, "p75": 1000, "p100": 500, "watch_seconds": 31500, "likes": 60,
        "conversions": 3,
    },
    "EUR", first="2026-10-03", last="2026-10-03", texts={"ad_id": "1790000000000001"},
)  # fmt: skip
TIKTOK_POSTS = Made(
    "Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views,Total play time,"
    "Average watch time,Watched full video,Add to favorites\n"
    "One,https://www.tiktok.com/@us/video/7301234567890123456,2026-10-03,1.2K,10,20,20000,1h 2m 3s,3.1s,0.31,5\n",
    {
        "likes": 1200, "comments": 10, "shares": 20, "views": 20000, "watch_seconds": 3723, "p100": 6200, "saves": 5,
    },
    texts={"post_url": "https://www.tiktok.com/@us/video/7301234567890123456"},
)  # fmt: skip
_LINKEDIN_HEAD = (
    "Start Date (in UTC),Account Name,Currency,Campaign Name,Creative Name,Ad ID,Click URL,Total Spent,Impressions,"
    "Clicks,Click Through Rate,Reactions,Viral Impressions,Conversions,Leads,Video Length (in Seconds),Video Plays,"
    "Video Views ,Video Views at 25%,Video Views at 50%,Video Views at 75%,Video Completions,Full Screen Plays"
)
_LINKEDIN_ROW = f'10/3/2026,Us,EUR,Autumn,autumn_{ID},77,,30.00,"2,000",25,1.25%,8,90,2,1,15,1500,800,700,500,300,250,9'
_LINKEDIN_COUNTS = {
    "spend": 30, "impressions": 2000, "clicks_link": 25, "likes": 8, "conversions": 2, "leads": 1, "video_seconds": 15,
    "plays": 1500, "views_2s": 800, "p25": 700, "p50": 500, "p75": 300, "p100": 250,
}  # fmt: skip
LINKEDIN = Made(
    "Campaign Performance Report (in UTC)\n\"Report Start: October 1, 2026, Report End: October 31, 2026\"\n\n"
    f"{_LINKEDIN_HEAD}\n{_LINKEDIN_ROW}\nTotal,,,,,,,30.00,\"2,000\",25,1.25%,8,90,2,1,,1500,800,700,500,300,250,9\n",
    _LINKEDIN_COUNTS, "EUR", first="2026-10-03", last="2026-10-03", zone="UTC",
)  # fmt: skip
LINKEDIN_OLD = Made(
    "Ad Performance Report (in UTC)\nReport Start: October 1, 2026, 12:00 AM\nReport End: October 31, 2026, 11:59 PM\n"
    "Date Generated: November 2, 2026, 9:00 AM\n\n"
    + f"{_LINKEDIN_HEAD}\n{_LINKEDIN_ROW}\n".replace('"2,000"', "2000").replace(",", "\t"),
    _LINKEDIN_COUNTS, "EUR", "utf-16-le", first="2026-10-03", last="2026-10-03", zone="UTC",
)  # fmt: skip
X = Made(
    "Time period,Campaign name,Spend,Impressions,Average frequency,Total audience reach,Clicks,Link clicks,Video views,"
    "3s/100% video views,Video played 25%,Video played 50%,Video played 75%,Video completions,6s video views,Purchases,"
    "Purchases - sale amount\n"
    f"2026-10-01 - 2026-10-31,autumn_{ID},20.5,5000,1.2,4000,70,50,2500,1500,2000,1500,900,600,1200,1,40\n",
    {
        "spend": 20.5, "impressions": 5000, "reach": 4000, "clicks_all": 70, "clicks_link": 50, "views_2s": 2500,
        "views_3s": 1500, "p25": 2000, "p50": 1500, "p75": 900, "p100": 600, "views_6s": 1200, "conversions": 1,
        "conversion_value": 40,
    },
    first="2026-10-01", last="2026-10-31",
)  # fmt: skip
X_POSTS = Made(
    "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Replies,Reposts,"
    "Profile visits,Detail Expands,URL Clicks,Hashtag Clicks,Permalink Clicks\n"
    '1840000000000000001,"Sat, Oct 3, 2026",Look,https://x.com/us/status/1840000000000000001,900,8,30,2,1,1,3,4,5,6,7,0,0\n',
    {"views": 900, "likes": 8, "saves": 2, "shares": 4, "follows": 1, "comments": 3, "clicks_link": 7},
    texts={"content_id": "1840000000000000001"},
)
SNAP = Made(
    "Campaign Id,Campaign Name,Ad Set Name,Creative Id,Ad Id,Ad Name,Start Time,End Time,Amount Spent,Paid Impressions,"
    "Paid eCPM,Clicks,Click Rate,Purchases,2 Second Video Views,2 Second Video Views (View Time Only),"
    "15 Second Video Views,Video Plays at 25%,Video Plays at 50%,Video Plays at 75%,Video Completions,"
    "Avg View Time Millis,Purchases Value\n"
    f"a,Autumn,S,c,d-1,autumn_{ID},2026-10-03 00:00:00,2026-10-04 00:00:00,9.99,3000,3.3,33,1.1,2,900,850,300,800,600,"
    "400,350,2100,55\n",
    {
        "spend": 9.99, "impressions": 3000, "clicks_link": 33, "conversions": 2, "views_2s": 850, "views_15s": 300,
        "p25": 800, "p50": 600, "p75": 400, "p100": 350, "conversion_value": 55,
    },
    first="2026-10-03", last="2026-10-03",
)  # fmt: skip
PINTEREST = Made(
    "Date,Campaign name,Campaign ID,Ad group name,Ad name,Ad ID,Spend in account currency,Impressions,Paid impressions,"
    "Earned impressions,Pin clicks,Outbound clicks,CTR,eCPC,Paid video played at 25%,Paid video played at 75%,"
    "Paid video played at 95%,Paid video played at 100%,Paid saves,Total conversions,Checkouts\n"
    f"10/03/2026,Autumn,1,G,autumn_{ID},2,7.5,1100,1000,100,40,20,2,0.375,400,200,150,140,12,5,1\n"
    "Total,,,,,,7.5,1100,1000,100,40,20,2,0.375,400,200,150,140,12,5,1\n",
    {
        "spend": 7.5, "impressions": 1000, "clicks_all": 40, "clicks_link": 20, "p25": 400, "p75": 200, "p95": 150,
        "p100": 140, "saves": 12, "conversions": 1,
    },
    first="2026-10-03", last="2026-10-03",
)  # fmt: skip

# ---------------------------------------------------------------- other forms that channels gave, or give elsewhere

META_FRENCH = Made(
    "Nom de la campagne;Nom de l’ensemble de publicités;Nom de la publicité;Jour;Montant dépensé (EUR);Impressions;"
    "Couverture;Clics sur un lien;Lectures de vidéo;Lectures de vidéo de 3 secondes;Lectures de vidéo à 25\u00a0%\n"
    f"Automne;Set 1;autumn_{ID};2026-10-03;1 234,50;1 000;800;20;900;500;450\n",
    {"spend": 1234.5, "impressions": 1000, "reach": 800, "clicks_link": 20, "plays": 900, "views_3s": 500, "p25": 450},
    "EUR", first="2026-10-03", last="2026-10-03",
)  # fmt: skip
FACEBOOK_POSTS = Made(
    "Post ID,Page ID,Page name,Title,Description,Duration (sec),Publish time,Is crosspost,Permalink,Post type,Views,"
    'Viewers,"Reactions, comments and shares",Reactions,Comments,Shares,Link clicks,Seconds viewed,'
    "Average seconds viewed\n"
    "122100000000000001,9,Us,One,,15,10/03/2026 08:31,0,https://www.facebook.com/reel/122100000000000001/,Reel,1200,"
    "1000,39,30,5,4,7,6000,5\n",
    {"video_seconds": 15, "views": 1200, "reach": 1000, "likes": 30, "comments": 5, "shares": 4, "clicks_link": 7,
     "watch_seconds": 6000},
    texts={"content_id": "122100000000000001", "account": "Us",
           "post_url": "https://www.facebook.com/reel/122100000000000001/"},
)  # fmt: skip
STUDIO_OLD = Made(
    "Video,Video title,Video publish time,Views,Watch time (hours),Subscribers,Subscribers gained,Subscribers lost,"
    "Impressions,Impressions click-through rate (%),RPM (USD),Estimated revenue (USD)\n"
    "Total,,,200,2,1,4,3,1000,4,0.5,9.9\n"
    'dQw4w9WgXcQ,One,"Sep 28, 2026",100,1,1,4,3,500,4,0.5,9.9\n',
    {"views": 100, "watch_seconds": 3600, "follows": 4, "thumbnail_impressions": 500, "thumbnail_clicks": 20},
    texts={"content_id": "dQw4w9WgXcQ"},
)
GOOGLE_OLD = Made(
    'Ad report\n"October 3, 2026 - October 3, 2026"\nCampaign,Ad name,Day,Currency code,Cost,Impr.,Interactions,Clicks,'
    "Views,View rate,Avg. CPV,Video played to 25%,Conversions,All conv.,Engagements\n"
    f"Autumn,autumn_{ID},2026-10-03,EUR,8.10,900, --,--,270,30%,0.03, --,—,4,-\n"
    "Total: Campaigns,,--,EUR,8.10,900, --,--,270,30%,0.03, --,—,4,-\n",
    {"spend": 8.1, "impressions": 900, "views_trueview": 270},
    "EUR", first="2026-10-03", last="2026-10-03",
)  # fmt: skip
TIKTOK_OLD = Made(
    "Campaign name,Ad group name,Ad name,Date,Cost (EUR),CPC (destination),Impressions,CTR (destination),"
    "Clicks (destination),6-second focused views,Results,Result rate,Average play time per user,Complete payment\n"
    f"Autumn,G,autumn_{ID},2026-10-03 00:00:00,50.25,0.42,10000,1.2,120,1600,77,0.77,9.5,3\n"
    "Total,-,-,-,50.25,0.42,10000,1.2,120,1600,77,0.77,9.5,3\n",
    {"spend": 50.25, "impressions": 10000, "clicks_link": 120, "conversions": 3},
    "EUR", first="2026-10-03", last="2026-10-03",
)  # fmt: skip
_TIKTOK_LINK = "https://www.tiktok.com/@us/video/7301234567890123456"
TIKTOK_POSTS_OLD = Made(
    "Time,Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views\n"
    f"2026-10-31,One,{_TIKTOK_LINK},2026-10-03,12,1,2,200\n",
    {"likes": 12, "comments": 1, "shares": 2, "views": 200},
    texts={"post_url": _TIKTOK_LINK},
)
TIKTOK_POSTS_SHORT = Made(
    "Video link,Video views,Favorites,Likes,Comments,Shares,New followers\n"
    f"{_TIKTOK_LINK},1.2K,5,30,1,2,3\n",
    {"views": 1200, "saves": 5, "likes": 30, "comments": 1, "shares": 2, "follows": 3},
    texts={"post_url": _TIKTOK_LINK},
)  # fmt: skip
LINKEDIN_CLICKS = Made(
    "Ad Performance Report (in UTC)\n\nStart Date (in UTC),Currency,Campaign Name,Creative Name,Ad ID,Total Spent,"
    "Impressions,Clicks,Clicks to Landing Page,Clicks to LinkedIn Page,Other Clicks,Click Through Rate,"
    "Total Engagements,Engagement Rate,Reactions,Viral Impressions,Viral Reactions,Viral Video Views ,Video Views \n"
    f"10/3/2026,EUR,Autumn,autumn_{ID},77,30,2000,40,25,10,5,2%,60,3%,8,900,70,600,800\n",
    {"spend": 30, "impressions": 2000, "clicks_link": 25, "likes": 8, "views_2s": 800},
    "EUR", first="2026-10-03", last="2026-10-03", zone="UTC",
)  # fmt: skip
SNAP_OLD = Made(
    "Campaign Name,Ad Name,Ad Id,Start Time,End Time,Amount Spent,Paid Impressions,Swipe Ups,Swipe Up Rate,"
    "2 Second Video Views,Video Completions\n"
    f"Autumn,autumn_{ID},d-1,2026-10-01T00:00:00.000-07:00,2026-11-01T00:00:00.000-07:00,9.99,3000,33,1.1,900,350\n",
    {"spend": 9.99, "impressions": 3000, "clicks_link": 33, "p100": 350},
    first="2026-10-01", last="2026-10-31",
)  # fmt: skip

EVERY = {
    "meta-ads": META, "meta-business-suite": META_POSTS, "youtube-studio": STUDIO, "youtube-api": API,
    "google-ads": GOOGLE, "tiktok-ads": TIKTOK, "tiktok-studio": TIKTOK_POSTS, "linkedin-ads": LINKEDIN, "x-ads": X,
    "x-posts": X_POSTS, "snapchat-ads": SNAP, "pinterest-ads": PINTEREST,
}  # fmt: skip
AGAIN = (
    ("google-ads", GOOGLE_EXCEL), ("google-ads", GOOGLE_OLD), ("linkedin-ads", LINKEDIN_OLD),
    ("linkedin-ads", LINKEDIN_CLICKS), ("meta-ads", META_FRENCH), ("meta-business-suite", FACEBOOK_POSTS),
    ("youtube-studio", STUDIO_OLD), ("tiktok-ads", TIKTOK_OLD), ("tiktok-studio", TIKTOK_POSTS_OLD),
    ("tiktok-studio", TIKTOK_POSTS_SHORT), ("snapchat-ads", SNAP_OLD),
)  # fmt: skip

"""The store of results: once each, whole or not at all, nothing counted twice, nothing lost."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from exports_made import EVERY, ID, META, OTHER, STUDIO
from stored_results import stored_rows

from variantgen.campaign.posted import PostedRow
from variantgen.errors import UserError
from variantgen.results.importing import import_export
from variantgen.results.matching import known_variants, matched
from variantgen.results.recognising import recognised
from variantgen.results.store import STORE_NAME, Imported, match_again
from variantgen.results.values import Period

HEAD = "Campaign name,Ad group name,Ad name,By Day,Currency,Cost,Impressions,Clicks (destination),Reach\n"
SPAN = Period(date(2026, 10, 1), date(2026, 10, 31))


def taken(folder: Path, text: str, name: str = "a.csv", **said: object) -> Imported:
    """A text as an export, taken into the folder's store."""
    path = folder / name
    path.write_text(text, "utf-8")
    return import_export(recognised(path), folder / STORE_NAME, ids=[ID, OTHER], **said)  # type: ignore[arg-type]


def line(day: str, clicks: int = 1, *, name: str = f"x_{ID}", group: str = "G", currency: str = "EUR") -> str:
    """One ad's day on TikTok."""
    return f"A,{group},{name},{day},{currency},1.50,100,{clicks},90\n"


def clicks(folder: Path) -> list[tuple[str, float | None]]:
    """Variants and their clicks that count, by day."""
    return [(stored.variant, stored.row.count("clicks_link")) for stored in stored_rows(folder / STORE_NAME)]


def test_every_channels_export_comes_back_as_it_was(tmp_path: Path) -> None:
    """Rows are kept with all that they held: counts, days, names, file and line."""
    for name, made in EVERY.items():
        folder = tmp_path / name
        folder.mkdir()
        found = recognised(made.write(folder))
        told = made.texts
        posted = [
            PostedRow(OTHER, channel=channel, post_id=told.get("content_id", ""), post_url=told.get("post_url", ""))
            for channel in found.profile.posted_as
        ]
        done = import_export(found, folder / STORE_NAME, ids=[ID], posted=posted, period=SPAN)
        (stored,) = stored_rows(folder / STORE_NAME)
        assert (done.taken, done.added, done.matched, done.unmatched) == (1, 1, 1, ())
        assert stored.variant == (ID if found.profile.promotion == "paid" else OTHER)
        assert stored.row.counts == pytest.approx(made.counts)
        assert stored.file == f"export{made.ending}" and stored.row.profile == name


def test_an_export_again_adds_nothing(tmp_path: Path) -> None:
    """The same file changes nothing, and neither does an older one that is named again after a newer one."""
    old, new = HEAD + line("2026-10-03", 5) + line("2026-10-04", 6), HEAD + line("2026-10-03", 7)
    assert taken(tmp_path, old).added == 2
    again = taken(tmp_path, old, "renamed.csv")
    assert (again.added, again.brought_up_to_date) == (0, 0) and "before" in again.notes[0]
    newer = taken(tmp_path, new, "b.csv")
    assert (newer.added, newer.brought_up_to_date) == (0, 1)
    assert taken(tmp_path, old).added == 0
    assert clicks(tmp_path) == [(ID, 7), (ID, 6)]


def test_an_ad_in_two_groups_is_added_up_once(tmp_path: Path) -> None:
    """Two rows of one key in one file are parts of a whole; reach is not added, and a missing part stays missing."""
    head = HEAD.replace("Ad group name,", "")
    rows = [line("2026-10-03", 5).replace(",G,", ","), line("2026-10-03", 7).replace(",G,", ",")]
    done = taken(tmp_path, head + "".join(rows))
    (stored,) = stored_rows(tmp_path / STORE_NAME)
    assert stored.row.counts == {"spend": 3, "impressions": 200, "clicks_link": 12}
    assert any("added to it" in note for note in done.notes)
    taken(tmp_path, head + rows[0] + rows[1].replace(",7,", ",--,"), "b.csv")
    assert clicks(tmp_path) == [(ID, None)]


def test_a_bad_file_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """Also one whose last line is wrong, when thousands before it were taken already."""
    taken(tmp_path, HEAD + line("2026-10-03", 5))
    before = (tmp_path / STORE_NAME).read_bytes()
    rows = "".join(line("2026-10-04", n % 50, name=f"n{n}_{ID}") for n in range(6000))
    with pytest.raises(UserError, match="line 6002"):
        taken(tmp_path, HEAD + rows + line("2026-10-99"), "b.csv")
    assert clicks(tmp_path) == [(ID, 5)]
    with sqlite3.connect(tmp_path / STORE_NAME) as store:
        assert store.execute("SELECT count(*) FROM imports").fetchone() == (1,)
    assert before


def test_a_bad_file_among_others_stops_none_of_them(tmp_path: Path) -> None:
    """Each is taken by itself: those before it stay, those after it come."""
    refused = 0
    for number, text in enumerate((line("2026-10-03", 5), line("2026-10-99"), line("2026-10-04", 6))):
        try:
            done = taken(tmp_path, HEAD + text + "Total,,,,,9,9,9,9\n", f"{number}.csv")
        except UserError:
            refused += 1
        else:
            assert len(done.left_out) == 1 and "line 3" in done.left_out[0] and done.notes
    assert refused == 1 and clicks(tmp_path) == [(ID, 5), (ID, 6)]


def test_another_currency_is_refused(tmp_path: Path) -> None:
    """The campaign's money is of one currency, over all its exports."""
    taken(tmp_path, HEAD + line("2026-10-03"))
    with pytest.raises(UserError, match="EUR and USD"):
        taken(tmp_path, HEAD + line("2026-10-04", currency="USD"), "b.csv")
    assert len(clicks(tmp_path)) == 1


def weekly(first: str, last: str, number: int) -> str:
    """An ad's span of days on Meta."""
    head = "Campaign name,Ad name,Reporting starts,Reporting ends,Amount spent (EUR),Impressions,Link clicks\n"
    return f"{head}A,x_{ID},{first},{last},1.5,100,{number}\n"


def test_a_span_that_holds_the_older_one_replaces_it(tmp_path: Path) -> None:
    """The first two weeks stand for the first one, and the older rows stay in the file."""
    taken(tmp_path, weekly("2026-10-01", "2026-10-07", 5))
    done = taken(tmp_path, weekly("2026-10-01", "2026-10-14", 9), "b.csv")
    assert done.replaced == 1 and clicks(tmp_path) == [(ID, 9)]
    with sqlite3.connect(tmp_path / STORE_NAME) as store:
        assert store.execute("SELECT count(*) FROM results").fetchone() == (2,)


def test_days_that_would_count_twice_are_refused(tmp_path: Path) -> None:
    """A span that overlaps with an older one and does not hold it tells what to export instead."""
    taken(tmp_path, weekly("2026-10-01", "2026-10-07", 5))
    with pytest.raises(UserError) as error:
        taken(tmp_path, weekly("2026-10-05", "2026-10-14", 9), "b.csv")
    assert "2026-10-05 to 2026-10-07 would count twice, as a.csv holds it too" in str(error.value)
    assert "export 2026-10-01 to 2026-10-14 in one file" in str(error.value)
    assert clicks(tmp_path) == [(ID, 5)]
    taken(tmp_path, weekly("2026-10-08", "2026-10-14", 4), "c.csv")
    assert clicks(tmp_path) == [(ID, 5), (ID, 4)]


def test_days_one_by_one_replace_their_sum(tmp_path: Path) -> None:
    """Also where the export by day names its ads by their ids, and the sum by their names."""
    taken(tmp_path, weekly("2026-10-03", "2026-10-04", 5))
    head = "Ad ID,Campaign name,Ad name,Day,Amount spent (EUR),Impressions,Link clicks\n"
    rows = "".join(f"9,A,x_{ID},2026-10-0{day},1,50,{day}\n" for day in (3, 4))
    assert taken(tmp_path, head + rows, "b.csv").replaced == 1
    assert clicks(tmp_path) == [(ID, 3), (ID, 4)]
    taken(tmp_path, weekly("2026-10-06", "2026-10-10", 5), "c.csv")
    with pytest.raises(UserError, match="count twice"):
        taken(tmp_path, head + f"9,A,x_{ID},2026-10-08,1,50,1\n", "d.csv")


def test_who_loses_days_is_told(tmp_path: Path) -> None:
    """A sum is newer and counts, but nothing can be proven by it; the older file says what became of it."""
    head = "Ad ID,Campaign name,Ad name,Day,Amount spent (EUR),Impressions,Link clicks\n"
    by_day = head + "".join(f"9,A,x_{ID},2026-10-0{day},1,50,{day}\n" for day in (3, 4))
    assert not any("single days" in note for note in taken(tmp_path, by_day).notes)
    done = taken(tmp_path, weekly("2026-10-03", "2026-10-04", 8), "b.csv")
    assert any("2 rows of single days gave way" in note for note in done.notes) and clicks(tmp_path) == [(ID, 8)]
    assert "2 of its rows gave way to newer ones, as of b.csv" in taken(tmp_path, by_day).notes[0]
    assert not any("single days" in note for note in taken(tmp_path, by_day + "\n", "c.csv").notes)


def test_parts_of_an_ad_do_not_count_beside_its_whole(tmp_path: Path) -> None:
    """An export split by age takes the place of the one that was not."""
    head = "Campaign name,Ad name,Age,Day,Amount spent (EUR),Impressions,Link clicks\n"
    taken(tmp_path, head.replace("Age,", "") + f"A,x_{ID},2026-10-03,1.5,100,5\n")
    done = taken(tmp_path, head + f"A,x_{ID},18-24,2026-10-03,1,60,3\nA,x_{ID},25-34,2026-10-03,.5,40,2\n", "b.csv")
    assert done.replaced == 1 and sorted(number for _, number in clicks(tmp_path) if number) == [2, 3]


def test_an_ad_that_was_renamed_is_the_same_ad(tmp_path: Path) -> None:
    """By its id; a rounded id is no id, as many ads share it."""
    head = "Ad ID,Campaign name,Ad name,Day,Amount spent (EUR),Impressions,Link clicks\n"
    taken(tmp_path, head + f"120001,A,x_{ID},2026-10-03,1,50,5\n")
    assert taken(tmp_path, head + f"120001,B,new_{ID},2026-10-03,1,50,6\n", "b.csv").brought_up_to_date == 1
    rounded = f"1.2E+17,A,y_{ID},2026-10-05,1,50,1\n1.2E+17,A,z_{ID},2026-10-05,1,50,2\n"
    assert taken(tmp_path, head + rounded, "c.csv").added == 2


def test_an_ad_whose_name_lost_its_id_is_known_by_its_own(tmp_path: Path) -> None:
    """Renamed in the channel, before or after: its days keep or get its variant, and no other ad does."""
    head = "Ad ID,Campaign name,Ad name,Day,Amount spent (EUR),Impressions,Link clicks\n"
    taken(tmp_path, head + "7,A,first draft,2026-10-02,1,50,4\n")
    taken(tmp_path, head + f"7,A,x_{ID},2026-10-03,1,50,5\n8,A,x_{OTHER},2026-10-03,1,50,1\n", "b.csv")
    rows = "7,A,best one,2026-10-03,1,50,6\n7,A,best one,2026-10-04,1,50,7\n8,A,x_c3026wvx,2026-10-03,1,50,2\n"
    done = taken(tmp_path, head + rows + "9,A,best one,2026-10-03,1,50,9\n", "c.csv")
    assert [number for name, number in clicks(tmp_path) if name == ID] == [4, 6, 7]
    assert [name for name, _ in clicks(tmp_path)].count(OTHER) == 0  # its name says another variant now
    assert (done.matched, sum(rows for *_, rows in done.unmatched)) == (2, 2)


def test_days_said_later_take_the_place_of_none(tmp_path: Path) -> None:
    """An export whose days were not said, and then were, counts once; the other way round it is refused."""
    posted = [PostedRow(ID, channel="youtube", post_id="dQw4w9WgXcQ")]
    taken(tmp_path, STUDIO.text, posted=posted)
    assert taken(tmp_path, STUDIO.text, posted=posted, period=SPAN).replaced == 1
    assert [stored.row.period for stored in stored_rows(tmp_path / STORE_NAME)] == [SPAN]
    with pytest.raises(UserError, match="--period"):
        taken(tmp_path, STUDIO.text + "\n", "b.csv", posted=posted)


def test_rows_of_nobody_are_kept_listed_and_joined_later(tmp_path: Path) -> None:
    """They are told with why; when posted.csv says whose they are, they are found again."""
    done = taken(tmp_path, HEAD + line("2026-10-03", name="final") + line("2026-10-04", name="final"))
    assert done.matched == 0 and done.unmatched[0][0] == "final" and done.unmatched[0][2] == 2
    assert clicks(tmp_path) == []
    known = known_variants([], [PostedRow(OTHER, channel="tiktok", ad_name="Final")])
    assert match_again(tmp_path / STORE_NAME, lambda row: matched(row, known, ("tiktok",))) == 2
    assert clicks(tmp_path) == [(OTHER, 1), (OTHER, 1)]


def test_a_file_that_is_no_store_is_left_alone(tmp_path: Path) -> None:
    """Somebody else's file of that name is told, and not written to."""
    (tmp_path / STORE_NAME).write_bytes(b"no database at all, but a text")
    with pytest.raises(UserError, match="no store of results"):
        taken(tmp_path, META.text)
    assert (tmp_path / STORE_NAME).read_bytes() == b"no database at all, but a text"

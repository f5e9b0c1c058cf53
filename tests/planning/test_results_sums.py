"""Sums over the store: what is added, what never is, and that a missing count stays missing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from exports_made import ID, OTHER

from variantgen.errors import UserError
from variantgen.results.importing import import_export
from variantgen.results.recognising import recognised
from variantgen.results.store import STORE_NAME
from variantgen.results.sums import ImportedFile, VariantSum, imports_of, unmatched_of, variant_sums

HEAD = "Campaign name,Ad group name,Ad name,By Day,Currency,Cost,Impressions,Clicks (destination),Reach\n"
DAY = date(2026, 10, 3)


def stored(folder: Path, *texts: str) -> Path:
    """A store of exports, taken one after another."""
    for number, text in enumerate(texts):
        path = folder / f"{number}.csv"
        path.write_text(text, "utf-8")
        import_export(recognised(path), folder / STORE_NAME, ids=[ID, OTHER])
    return folder / STORE_NAME


def line(group: str, clicks: str, *, name: str = f"x_{ID}", day: date = DAY, impressions: int = 100) -> str:
    """An ad group's day on TikTok."""
    return f"A,{group},{name},{day},EUR,1.50,{impressions},{clicks},90\n"


def test_rows_of_a_variants_day_are_added_up(tmp_path: Path) -> None:
    """Its ads and ad groups together, days and variants apart; reach of two rows is not known."""
    later = date(2026, 10, 4)
    path = stored(
        tmp_path,
        HEAD + line("G", "5") + line("H", "7", name=f"y_{ID}") + line("G", "2", day=later) + line("G", "9", name=OTHER),
    )
    common = (DAY, DAY, "", "EUR")
    both = {"impressions": 200, "clicks_link": 12, "spend": 3}
    alone = {"impressions": 100, "clicks_link": 2, "spend": 1.5, "reach": 90}
    assert list(variant_sums(path)) == [
        VariantSum(ID, "tiktok-ads", "paid", *common, 2, both),
        VariantSum(ID, "tiktok-ads", "paid", later, later, "", "EUR", 1, alone),
        VariantSum(OTHER, "tiktok-ads", "paid", *common, 1, alone | {"clicks_link": 9}),
    ]


def test_a_missing_count_is_never_beside_a_told_one(tmp_path: Path) -> None:
    """Clicks of one row would stand over the impressions of two: rows that tell other counts stay apart."""
    path = stored(tmp_path, HEAD + line("G", "5") + line("H", "--", impressions=900) + line("I", "0"))
    assert sorted((one.counts["impressions"], one.counts.get("clicks_link", -1)) for one in variant_sums(path)) == [
        (200, 5),
        (900, -1),
    ]


def test_rows_that_count_no_more_and_rows_of_nobody_are_in_no_sum(tmp_path: Path) -> None:
    """Replaced by a newer export, or of no variant."""
    head = "Campaign name,Ad name,Reporting starts,Reporting ends,Amount spent (EUR),Impressions,Link clicks\n"
    week = f"A,x_{ID},2026-10-01,2026-10-07,1.5,100,5\n"
    path = stored(
        tmp_path, head + week, head + week.replace("10-07", "10-14").replace(",5\n", ",9\n") + "A,x,,,1,1,1\n"
    )
    (only,) = variant_sums(path)
    assert (only.counts["clicks_link"], only.first, only.last) == (9, date(2026, 10, 1), date(2026, 10, 14))


def test_sources_and_what_is_nobodys_are_told(tmp_path: Path) -> None:
    """Each file with its days and rows, in the order of taking; unmatched ads by how many rows they have."""
    path = stored(
        tmp_path,
        HEAD + line("G", "5") + line("G", "5", name="final"),
        HEAD + "".join(line("G", "5", name="last", day=date(2026, 10, day)) for day in (5, 6, 7)),
    )
    assert imports_of(path) == (
        ImportedFile("0.csv", "", "tiktok-ads", DAY, DAY, 2),
        ImportedFile("1.csv", "", "tiktok-ads", date(2026, 10, 5), date(2026, 10, 7), 3),
    )
    assert [(what, rows) for what, _, rows in unmatched_of(path)] == [("last", 3), ("final", 1)]
    ((others, why, rows),) = unmatched_of(path, 1)
    assert (others, rows) == ("2 others", 4) and why


def test_before_any_import_there_is_nothing_to_add_up(tmp_path: Path) -> None:
    """It says what to do, and makes no empty store."""
    path = tmp_path / STORE_NAME
    for ask in (lambda: list(variant_sums(path)), lambda: imports_of(path), lambda: unmatched_of(path)):
        with pytest.raises(UserError, match="import an export first"):
            ask()
    assert not path.exists()

"""Exports that are Excel workbooks: the same counts as the CSV's, typed cells read in one way only, bombs refused."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from exports_made import EVERY, ID, META, META_FRENCH, STUDIO, TIKTOK, Made, workbook

from variantgen.errors import UserError
from variantgen.results import workbooks
from variantgen.results.importing import import_export
from variantgen.results.reading import Reading, export_rows
from variantgen.results.recognising import described, recognised
from variantgen.results.store import STORE_NAME
from variantgen.results.values import ResultRow


def rows_of(path: Path) -> list[ResultRow]:
    """An export's rows."""
    return list(export_rows(recognised(path), Reading()))


def refused(path: Path) -> str:
    """What is said of a workbook that is refused."""
    with pytest.raises(UserError) as error:
        rows_of(path)
    assert str(error.value).startswith(str(path))
    return str(error.value)


@pytest.mark.parametrize("name", ["meta-ads", "tiktok-ads", "x-ads", "google-ads", "youtube-studio", "pinterest-ads"])
def test_a_workbook_holds_what_its_csv_holds(name: str, tmp_path: Path) -> None:
    """Counts, days, currency and names; percentages that are typed as shares, durations that are typed as times."""
    made: Made = EVERY[name]
    workbook(tmp_path / "export.xlsx", made.text)
    assert rows_of(tmp_path / "export.xlsx") == rows_of(made.write(tmp_path))
    lines = described(recognised(tmp_path / "export.xlsx"))
    assert lines[0].startswith(f"{tmp_path / 'export.xlsx'}: Sheet1: ") and ", xlsx" in lines[1]


def test_typed_numbers_and_days_are_read_in_one_way_only(tmp_path: Path) -> None:
    """1.234 beside French headers is no 1234, and 3 October no 10 March: no cell is a guess."""
    path = tmp_path / "export.xlsx"
    text = META_FRENCH.text.replace("1 234,50", "1.234").replace("1 000", "1000").replace(";", ",")
    workbook(path, text)
    told = Reading()
    (row,) = export_rows(recognised(path), told)
    assert row.counts["spend"] == 1.234 and row.counts["impressions"] == 1000
    assert row.period is not None and row.period.first == datetime(2026, 10, 3).date()
    assert not [note for note in told.notes if note.startswith("no cell")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1200, "1200"), (0.5, "5e-1"), (1234.5, "12345e-1"), (-3, "-3"), (1e-7, "1e-7"), (1200.0, "1200"),
        (18012345678901234, "18012345678901234"), (1.80123456789012e16, "1.80123E+16"),
        (0.1 + 0.2, "30000000000000004e-17"),
    ],
)  # fmt: skip
def test_a_typed_number_needs_no_mark(value: float, text: str) -> None:
    """Figures and a power of ten; an id that the spreadsheet rounded is written as one."""
    assert workbooks._text(value, "General") == text
    assert workbooks._text(0.4, "0.00%") == "40%"


def test_an_id_that_was_rounded_is_nobodys(tmp_path: Path) -> None:
    """A post's id of 17 figures is saved from Excel as 1.80123456789012E+16: it is told, and joined to no variant."""
    path = tmp_path / "export.xlsx"
    workbook(path, TIKTOK.text.replace("1790000000000001", "18012345678901200.5").replace(f"autumn_{ID}", "x"))
    done = import_export(recognised(path), tmp_path / STORE_NAME, ids=[ID])
    assert done.matched == 0 and "rounded by a spreadsheet" in done.unmatched[0][1]


def test_blank_cells_at_the_end_are_missing_and_no_fault(tmp_path: Path) -> None:
    """A workbook keeps no blank cells: a line that ends early has all columns."""
    path = tmp_path / "export.xlsx"
    workbook(path, f"Campaign name,Ad name,By Day,Cost,Impressions,Clicks (destination)\nA,x_{ID},2026-10-03,1.5,9,\n")
    (row,) = rows_of(path)
    assert row.counts == {"spend": 1.5, "impressions": 9}


def test_of_two_sheets_that_are_alike_none_is_chosen(tmp_path: Path) -> None:
    """The user says which, by saving it; a sheet of something else is told and left out."""
    path = tmp_path / "export.xlsx"
    workbook(path, META.text, "Formatted", "Raw")
    assert "(Formatted, Raw): save the one that is" in refused(path)


def test_a_workbook_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken, far too large when unpacked, or with XML that defines its own: each is told before it is read."""
    path = tmp_path / "export.xlsx"
    workbook(path, STUDIO.text)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    def rewritten(name: str, content: bytes) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, held in {**parts, name: content}.items():
                archive.writestr(part, held)

    rewritten("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row")
    assert "broken workbook" in refused(path)
    rewritten("xl/styles.xml", b'<!DOCTYPE x [<!ENTITY a "b">]>' + parts["xl/styles.xml"])
    assert "defines its own XML" in refused(path)
    rewritten("xl/styles.xml", b" " * (workbooks.MOST_PART_BYTES + 1))
    assert "larger than any export" in refused(path)
    rewritten("xl/worksheets/sheet1.xml", parts["xl/worksheets/sheet1.xml"].replace(b'r="2"', b'r="99999999"'))
    assert "lines: export fewer days" in refused(path) or "broken workbook" in refused(path)
    workbook(path, STUDIO.text)
    monkeypatch.setattr(workbooks, "MOST_BYTES", 100)
    assert "larger than any export" in refused(path)

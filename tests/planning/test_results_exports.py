"""Channels' exports: each profile's own, made to its headers, gives exactly the counts that stand in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from exports_made import AGAIN, EVERY, META_FRENCH, STUDIO, STUDIO_ENGLISH, STUDIO_FRENCH, Made, zipped

from variantgen.results.profiles import profiles
from variantgen.results.reading import Reading, export_rows
from variantgen.results.recognising import described, recognised
from variantgen.results.values import COUNTS, ResultRow


def rows_of(path: Path, told: Reading | None = None) -> list[ResultRow]:
    """An export's rows, as it is recognised by itself."""
    return list(export_rows(recognised(path), told or Reading()))


@pytest.mark.parametrize(("name", "made"), [*EVERY.items(), *AGAIN])
def test_an_export_gives_the_counts_that_stand_in_it(name: str, made: Made, tmp_path: Path) -> None:
    """Recognised by its headers alone, its one row holds these counts, this currency and these days, no more."""
    path = made.write(tmp_path)
    found = recognised(path)
    (row,) = export_rows(found, Reading())
    assert found.profile.name == row.profile == name
    assert row.counts == pytest.approx(made.counts)
    assert all(isinstance(row.counts[count], int) for count in row.counts if COUNTS[count].is_whole)
    assert row.currency == made.currency
    assert (
        (str(row.period.first), str(row.period.last), row.period.zone) == (made.first, made.last, made.zone)
        if (made.first)
        else row.period is None
    )
    assert {key: getattr(row, key) for key in made.texts} == made.texts


def test_every_profile_has_an_export_here() -> None:
    """A profile that no fixture covers would be believed and never tried."""
    assert set(profiles()) == set(EVERY)


@pytest.mark.parametrize(("name", "made"), [*EVERY.items(), *AGAIN])
def test_no_column_of_a_known_export_is_unknown(name: str, made: Made, tmp_path: Path) -> None:
    """What a profile leaves out it leaves out for a reason, which is shown before the file is taken."""
    found = recognised(made.write(tmp_path))
    assert [header for header, why in found.not_understood if why == "is not known"] == []
    shown = described(found)
    assert found.profile.title in shown[0] and len(shown) >= 1 + len(found.columns)


def test_a_recognition_is_shown_before_it_is_taken(tmp_path: Path) -> None:
    """Whose export, in which language, where its headers are, what each column becomes in which unit, what does not."""
    lines = described(recognised(STUDIO.write(tmp_path)))
    assert "YouTube Studio in English: 14 of its 14 headers" in lines[0]
    assert lines[1] == "  headers on line 1, cells parted by commas, utf-8"
    assert "  Watch time (hours) -> watch_seconds (hours)" in lines
    average = "  Average view duration -> watch_seconds (average of views, where Watch time (hours) is empty)"
    assert average in lines
    assert "  Video title -> left out: describes the ad or the film, counts nothing" in lines
    lines = described(recognised(EVERY["google-ads"].write(tmp_path)))
    assert "headers on line 3" in lines[1] and 'after "Ad performance report / October 1, 2026' in lines[1]
    french = described(recognised(META_FRENCH.write(tmp_path)))
    assert "Meta Ads Manager in French" in french[0] and "  Montant dépensé (EUR) -> spend (EUR)" in french


@pytest.mark.parametrize(("name", "made"), EVERY.items())
def test_one_column_less_is_missing_and_not_nought(name: str, made: Made, tmp_path: Path) -> None:
    """A header that the file has not leaves its count out of the row, and all others as they were."""
    path = made.write(tmp_path)
    found = recognised(path)
    direct = [column for column in found.columns if column.meaning.name in COUNTS and not column.meaning.of]
    used = {"watch_seconds", *(column.meaning.of for column in found.columns)}
    gone = [column for column in direct if column.meaning.name not in used][-1]
    path.write_bytes(made.text.replace(gone.header, "Own column", 1).encode(made.encoding))
    (row,) = rows_of(path)
    assert row.count(gone.meaning.name) is None
    assert row.counts == pytest.approx({key: made.counts[key] for key in made.counts if key != gone.meaning.name})


def test_french_youtube_studio_equals_the_english_one(tmp_path: Path) -> None:
    """The same table in two languages is the same rows."""
    english = rows_of(STUDIO_ENGLISH.write(tmp_path, "english"))
    french = rows_of(STUDIO_FRENCH.write(tmp_path, "french"))
    assert english == french
    assert english[0].counts == STUDIO_ENGLISH.counts


@pytest.mark.parametrize("table", ["Table data.csv", "Informations relatives aux tableaux.csv"])
def test_of_a_studio_zip_the_table_is_read(table: str, tmp_path: Path) -> None:
    """Chart data and totals beside it are told and left out; the zip's name says the days."""
    members = {
        "Chart data.csv": "Date,Content,Video title,Views\n2026-10-03,dQw4w9WgXcQ,One,5\n",
        table: STUDIO.text,
        "Totals.csv": "Date,Views\n2026-10-03,5\n",
    }
    path = zipped(tmp_path / "Content 2026-10-01_2026-10-31 Us.zip", members)
    found = recognised(path)
    assert found.table.member == table
    (row,) = export_rows(found, Reading())
    assert row.counts == pytest.approx(STUDIO.counts)
    assert row.period is not None and (str(row.period.first), str(row.period.last)) == ("2026-10-01", "2026-10-31")
    assert "Chart data.csv" in "".join(found.notes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_encoding_and_separator_gives_the_same_rows(encoding: str, delimiter: str, tmp_path: Path) -> None:
    """What a spreadsheet saved it as changes nothing of what an export holds."""
    text = "Vidéo,Titre de la vidéo,Durée,Vues\ndQw4w9WgXcQ,Été,6,28000\n".replace(",", delimiter)
    (row,) = rows_of(replace(STUDIO, text=text, encoding=encoding).write(tmp_path))
    assert row.counts == {"video_seconds": 6, "views": 28000} and row.content_id == "dQw4w9WgXcQ"

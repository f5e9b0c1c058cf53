"""Traps of exports: totals, marks of decimals, percentages, currencies, days, files that are none."""

from __future__ import annotations

import zipfile
from datetime import date
from math import isfinite
from pathlib import Path

import pytest
from exports_made import EVERY, GOOGLE, ID, META, PINTEREST, STUDIO, TIKTOK, X, zipped
from hypothesis import given
from hypothesis import strategies as st

from variantgen.errors import UserError
from variantgen.results.numbers import Unreadable, day, day_order, is_nothing, mark_of, number, seconds
from variantgen.results.reading import Reading, export_rows
from variantgen.results.recognising import recognised
from variantgen.results.values import Period, ResultRow

TIKTOK_HEAD = "Campaign name,Ad name,By Day,Currency,Cost,Impressions,Clicks (destination),Video views\n"


def rows_of(path: Path, told: Reading | None = None, **said: object) -> list[ResultRow]:
    """An export's rows."""
    return list(export_rows(recognised(path), told or Reading(), **said))  # type: ignore[arg-type]


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """A file that holds a text."""
    path = folder / "export.csv"
    path.write_bytes(text.encode(encoding))
    return path


def refused(path: Path, **said: object) -> str:
    """What is said of an export that is refused."""
    with pytest.raises(UserError) as error:
        rows_of(path, **said)
    return str(error.value)


# ---------------------------------------------------------------- numbers, times, days


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1,200", ".", 1200), ("1.200", ",", 1200), ("12,50", ",", 12.5), ("28 000", ",", 28000),
        ("28\u202f000", ".", 28000), ("1'234.5", ".", 1234.5), ("12,34,567", ".", 1234567), ("$1,234.50", ".", 1234.5),
        ("12,50 €", ",", 12.5), ("US$3", ".", 3), ("EUR 3.5", ".", 3.5), ("-4", ".", -4), ("−4", ".", -4),
        ("(4.5)", ".", -4.5), ("40.00%", ".", 40), ("62,1 %", ",", 62.1), ("1.2K", ".", 1200), ("3M", ".", 3e6),
        ("1.2E+05", ".", 120000), (".5", ".", 0.5),
    ],
)  # fmt: skip
def test_numbers_are_read_in_every_form(text: str, mark: str, value: float) -> None:
    """Thousands, decimals, currencies and signs of any country, by the mark that parts its decimals."""
    assert number(text, mark) == pytest.approx(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["12,5", "1,2345", "1,23,4", "abc", "1.2.3", "", ".", "1e999", "٣", "9" * 30, "0x10"])
def test_what_is_no_number_is_refused(text: str) -> None:
    """12,5 with a decimal point is a mistake, and never 125."""
    with pytest.raises(Unreadable):
        number(text, ".")


def test_the_mark_is_told_by_the_cells_and_never_guessed() -> None:
    """1.200 alone tells nothing; beside 12,50 it is twelve hundred; a point and a comma contradict each other."""
    assert mark_of(["1.200", "7"]) is None
    assert mark_of(["1.200", "12,50"]) == ","
    assert mark_of(["1.2K"]) == "." and mark_of(["3,4M", "1.200"]) == ","
    assert mark_of(["1,234.5"]) == "." and mark_of(["1.234.567"]) == "," and mark_of(["0.125"]) == "."
    with pytest.raises(Unreadable):
        mark_of(["12,50", "12.50"])


@pytest.mark.parametrize(
    ("text", "value"),
    [("0:03:12", 192), ("3:12", 192), ("100:00:01", 360001), ("3m 12s", 192), ("1h 2m 3.5s", 3723.5), ("PT3M12S", 192),
     ("12.5", 12.5), ("12.5s", 12.5), ("1 h 5 min", 3900), ("0:00:07.250", 7.25)],
)  # fmt: skip
def test_durations_are_read_in_every_form(text: str, value: float) -> None:
    """Clocks, words, ISO 8601 and plain seconds."""
    assert seconds(text, ".") == pytest.approx(value)


@pytest.mark.parametrize("text", ["1:99", "1:61:00", "x", "PT", "::", "3 apples"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """Minutes and seconds end at 59."""
    with pytest.raises(Unreadable):
        seconds(text, ".")


@pytest.mark.parametrize(
    "text",
    ["2026-10-03", "20261003", "2026/10/03", "2026-10-03T08:31:00+00:00", "Oct 3, 2026", "Sat, Oct 3, 2026"[5:],
     "3 oct. 2026", "3. Oktober 2026", "03.10.2026", "10/03/2026", "10/03/2026 08:31", "October 3, 2026, 8:31 PM"],
)  # fmt: skip
def test_days_are_read_in_every_form(text: str) -> None:
    """Spelled in four languages or in figures, with a time behind or without."""
    assert day(text, "month-first") == date(2026, 10, 3)


def test_which_comes_first_is_told_by_the_column(tmp_path: Path) -> None:
    """10/03 is March where a cell of the column says 23/03, October where one says 10/23, and no guess at all else."""
    assert day_order(["10/03/2026", "23/03/2026"]) == "day-first"
    assert day_order(["10/03/2026", "10/23/2026"]) == "month-first"
    with pytest.raises(Unreadable):
        day("10/03/2026", "")
    rows = rows_of(written(tmp_path, PINTEREST.text + PINTEREST.text.splitlines()[1].replace("10/03", "23/10") + "\n"))
    assert [row.period.first for row in rows if row.period] == [date(2026, 3, 10), date(2026, 10, 23)]
    other = TIKTOK_HEAD + f"A,x_{ID},10/03/2026,EUR,1.5,10,1,5\n"
    assert "day and month or month and day" in refused(written(tmp_path, other))


@given(st.integers(0, 10**12), st.sampled_from([",", "."]))
def test_thousands_are_read_as_written(value: int, mark: str) -> None:
    """Whatever is written with groups of three comes back."""
    grouped = f"{value:,}".replace(",", "." if mark == "," else ",")
    assert number(grouped, mark) == value  # type: ignore[arg-type]


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_unreadable(text: str) -> None:
    """No cell brings anything but a number or a complaint."""
    for read in (lambda: number(text, "."), lambda: seconds(text, ","), lambda: day(text, "")):
        try:
            found = read()
        except Unreadable as error:
            assert str(error)
        else:
            assert isinstance(found, date) or isfinite(found)


@pytest.mark.parametrize("text", ["", "-", "--", "—", "n/a", "N/A", "<10", "< 1,000"])
def test_no_value_is_no_nought(text: str) -> None:
    """Dashes, blanks and floors of privacy say that a count is not known."""
    assert is_nothing(text) and not is_nothing("0")


# ---------------------------------------------------------------- rows


def test_a_total_is_left_out_and_listed(tmp_path: Path) -> None:
    """Sums at the end, at the beginning, or in rows without any name are no results, and are told."""
    for made in EVERY.values():
        told = Reading()
        rows_of(made.write(tmp_path), told)
        assert told.totals == len(told.left_out) == made.text.count("\nTotal") + (made is META)


def test_an_ad_may_be_called_total(tmp_path: Path) -> None:
    """A row with an ad's own name, or a film's id, is no sum because of a word in it."""
    text = TIKTOK_HEAD + f"Total,total recall {ID},2026-10-03,EUR,1.5,10,1,5\nTotal,-,-,EUR,1.5,10,1,5\n"
    assert len(rows_of(written(tmp_path, text))) == 1


def test_decimal_commas_with_semicolons(tmp_path: Path) -> None:
    """`12,50;1.200` is 12.5 and 1200."""
    text = TIKTOK_HEAD.replace(",", ";") + f"A;x_{ID};2026-10-03;EUR;12,50;1.200;7;1.000\n"
    (row,) = rows_of(written(tmp_path, text))
    assert row.counts == {"spend": 12.5, "impressions": 1200, "clicks_link": 7, "plays": 1000}


def test_two_ways_of_decimals_in_one_file_are_refused(tmp_path: Path) -> None:
    """A file that was glued together of two countries' exports cannot be read."""
    text = TIKTOK_HEAD + f'A,x_{ID},2026-10-03,EUR,"12,50",10,1,5\nA,y_{ID},2026-10-03,EUR,12.50,10,1,5\n'
    assert "cannot be told" in refused(written(tmp_path, text))


def test_a_percentage_is_of_its_own_row(tmp_path: Path) -> None:
    """40.00 % of 1 000 and 10 % of 9 000 are 400 and 900: never an average of percentages."""
    line = GOOGLE.text.splitlines()[3]
    other = line.replace('"1,000"', '"9,000"').replace("40.00%", "10.00%").replace(f"autumn_{ID}", "other")
    other = other.replace("33.33%", "9%").replace("20.00%", "8%").replace("10.00%,1.50", "7%,1.50")
    told = Reading()
    rows = rows_of(written(tmp_path, GOOGLE.text.replace(line, f"{line}\n{other}")), told)
    assert [row.count("p25") for row in rows] == [400, 900]
    assert any("percentages" in note for note in told.notes)


def test_a_share_above_all_is_refused(tmp_path: Path) -> None:
    """Of 140 % no count is made."""
    said = refused(written(tmp_path, GOOGLE.text.replace("40.00%", "140.00%")))
    assert 'line 4: column "Video played to 25%": value "140.00%"' in said


def test_more_clicks_than_impressions_are_left_out(tmp_path: Path) -> None:
    """A part that is more than its whole is another column than it seems: its row is listed with why."""
    told = Reading()
    text = TIKTOK_HEAD + f"A,x_{ID},2026-10-03,EUR,1,10,11,5\nA,y_{ID},2026-10-03,EUR,1,10,1,5\n"
    assert len(rows_of(written(tmp_path, text), told)) == 1
    assert "clicks_link (11) is more than impressions (10)" in told.left_out[0] and "line 2" in told.left_out[0]


def test_quarters_that_cross_are_told(tmp_path: Path) -> None:
    """Some channels count plays that skipped ahead: told, and kept as they are."""
    told = Reading()
    (row,) = rows_of(written(tmp_path, PINTEREST.text.replace(",400,200,150,140,", ",400,200,250,140,")), told)
    assert row.count("p95") == 250 and any("later quarter" in note for note in told.notes)


def test_every_wrong_cell_is_told_at_once_and_nothing_is_taken(tmp_path: Path) -> None:
    """File, line and column of each, up to twenty, and how many more there are."""
    bad = "".join(f"A,x_{ID},2026-13-03,EUR,abc,10,1,-5\n" for _ in range(10))
    said = refused(written(tmp_path, TIKTOK_HEAD + bad)).splitlines()
    assert len(said) == 22 and "and 10 more" in said[20] and "nothing of it was taken" in said[21]
    assert said[0].startswith(f"{tmp_path / 'export.csv'}: line 2: column ")
    assert {'"Cost"', '"By Day"', '"Video views"'} == {line.split("column ")[1].split(":")[0] for line in said[:20]}


def test_two_currencies_are_refused(tmp_path: Path) -> None:
    """In one column, or in two headers: money is not added across currencies."""
    text = TIKTOK_HEAD + f"A,x_{ID},2026-10-03,EUR,1,10,1,5\nA,y_{ID},2026-10-03,USD,1,10,1,5\n"
    assert "USD, and those before it in EUR" in refused(written(tmp_path, text))


def test_a_currency_is_the_headers_the_columns_or_the_users(tmp_path: Path) -> None:
    """X names none: it is what the user says, or missing."""
    path = X.write(tmp_path)
    assert [rows_of(path)[0].currency, rows_of(path, currency="GBP")[0].currency] == ["", "GBP"]
    told = Reading(), Reading()
    rows_of(path, told[0])
    rows_of(path, told[1], currency="GBP")
    assert ["--currency" in " ".join(one.notes) for one in told] == [True, False]
    assert rows_of(META.write(tmp_path), currency="GBP")[0].currency == "EUR"


def test_hidden_and_rounded_counts_are_told(tmp_path: Path) -> None:
    """<10 is missing, 1.2K is 1 200 and said to be rounded."""
    told = Reading()
    text = TIKTOK_HEAD + f"A,x_{ID},2026-10-03,EUR,1,1.2K,<10,5\n"
    (row,) = rows_of(written(tmp_path, text), told)
    assert row.count("clicks_link") is None and row.count("impressions") == 1200
    assert any("hidden" in note for note in told.notes) and any("rounded" in note for note in told.notes)


def test_rows_without_days_say_so_or_take_the_users(tmp_path: Path) -> None:
    """An export without days has none until somebody says them."""
    told = Reading()
    path = STUDIO.write(tmp_path)
    assert rows_of(path, told)[0].period is None and any("no day" in note for note in told.notes)
    span = Period(date(2025, 3, 1), date(2025, 4, 30))
    told = Reading()
    assert rows_of(path, told, period=span)[0].period == span
    assert any("2025-03-31 lies inside" in note for note in told.notes)  # Shorts' views count otherwise since


def test_an_export_that_ends_at_500_rows_says_so(tmp_path: Path) -> None:
    """YouTube Studio gives no more than 500 films, and does not tell."""
    rows = "".join(f"v{n:010},{n + 5}\n" for n in range(500))
    told = Reading()
    assert len(rows_of(written(tmp_path, "Content,Video title,Views\n" + rows.replace(",", ",t,")), told)) == 500
    assert any("500" in note for note in told.notes)


def test_rows_that_are_split_keep_their_parts(tmp_path: Path) -> None:
    """Ages and placements are kept beside the ad, and told."""
    told = Reading()
    head = "Campaign name,Ad name,Age,Gender,Day,Amount spent (EUR),Impressions\n"
    (row,) = rows_of(written(tmp_path, head + f"A,x_{ID},18-24,female,2026-10-03,1.5,10\n"), told)
    assert row.parts == "age=18-24, gender=female" and "split by age, gender" in told.notes[0]


def test_a_cell_too_many_is_told(tmp_path: Path) -> None:
    """A comma in a name without quotes would move every count by a column."""
    said = refused(written(tmp_path, TIKTOK_HEAD + f"A, or B,x_{ID},2026-10-03,EUR,1,10,1,5\n"))
    assert "line 2: has 9 cells, and the headers are 8" in said


def notes_of(path: Path) -> list[str]:
    """What is told beside the rows of an export."""
    told = Reading()
    rows_of(path, told)
    return told.notes


def test_what_is_left_out_is_told_in_words(tmp_path: Path) -> None:
    """Sums are counted, other rows told with their line and why, three at most; unknown columns by name."""
    bad = "".join(f"A,x_{ID},2026-10-03,EUR,1,10,{11 + n},5\n" for n in range(5))
    text = TIKTOK_HEAD + f"A,y_{ID},2026-10-03,EUR,1.5,10,1,5\n{bad}Total,,,,9,9,9,9\n"
    text = text.replace(",Video views\n", ",Video views,Mine\n").replace("5\n", "5,x\n")
    notes = notes_of(written(tmp_path, text))
    assert notes[0] == "left out as sums of the others, or of no ad: 1 row"
    assert notes[1].startswith("left out: line 3: clicks_link (11) is more than impressions (10)")
    assert notes[1].count("line ") == 3 and notes[1].endswith("; and 2 more")
    assert notes[2] == "columns that are not known: Mine"


def test_what_is_read_without_proof_is_told(tmp_path: Path) -> None:
    """Where no cell shows what parts decimals, or whether days come first, it says how one of them was read."""
    notes = notes_of(written(tmp_path, PINTEREST.text.replace("7.5", '"1,200"').replace("0.375", "")))
    assert 'no cell shows what parts decimals: "1,200" is read as 1200' in notes
    assert 'no cell shows whether days or months come first: "10/03/2026" is read as 2026-10-03' in notes
    proved = TIKTOK_HEAD + f'A,x_{ID},2026-10-03,EUR,1.5,"1,200",1,5\n'
    assert not [note for note in notes_of(written(tmp_path, proved)) if note.startswith("no cell")]


# ---------------------------------------------------------------- files


def test_a_file_without_known_headers_is_refused(tmp_path: Path) -> None:
    """It says what it found, what it knows, and how to say what the columns hold."""
    said = refused(written(tmp_path, "Farbe,Menge\nrot,3\n"))
    assert "Farbe, Menge" in said and "--mapping" in said and "meta-ads" in said


def test_two_profiles_that_fit_alike_are_asked_for(tmp_path: Path) -> None:
    """Headers of several channels' exports are no proof of one: the user says which."""
    path = written(tmp_path, f"Campaign name,Ad name,Ad ID,Impressions\nA,x_{ID},1,10\n")
    said = refused(path)
    assert "could be an export of" in said and "tiktok-ads" in said and "--profile" in said
    assert recognised(path, profile="tiktok-ads").profile.name == "tiktok-ads"
    with pytest.raises(UserError, match='Did you mean "tiktok-ads"'):
        recognised(path, profile="tiktokads")


def test_a_profile_that_is_named_is_not_forced_upon_anothers_export(tmp_path: Path) -> None:
    """Its days and its cost would be lost, and what was taken would count beside the same rows taken well."""
    path = TIKTOK.write(tmp_path)
    with pytest.raises(UserError, match=r"is an export of tiktok-ads: .* leave out --profile"):
        recognised(path, profile="meta-ads")
    assert recognised(path, profile="tiktok-ads").profile.name == "tiktok-ads"
    with pytest.raises(UserError, match="name one of them"):
        recognised(path, profile="tiktok-ads", mapping=tmp_path / "map.toml")


def test_a_mapping_file_reads_anything_else(tmp_path: Path) -> None:
    """Headers, units and shares of an export that no profile knows are the user's to say."""
    mapping = tmp_path / "reddit.toml"
    mapping.write_text(
        'channel = "reddit"\npromotion = "paid"\n[columns]\nName = "ad_name"\nDate = "day"\nShown = "impressions"\n'
        '"Spent, micro" = "spend micros"\nQuarter = "p25 percent impressions"\n',
        "utf-8",
    )
    path = written(tmp_path, f'Name,Date,Shown,"Spent, micro",Quarter\nx_{ID},2026-10-03,1000,2500000,40\n')
    (row,) = export_rows(recognised(path, mapping=mapping), Reading())
    assert row.counts == {"impressions": 1000, "spend": 2.5, "p25": 400} and row.channel == "reddit"
    mapping.write_text('chanel = "x"\n[columns]\nShown = "impresions"\n', "utf-8")
    with pytest.raises(UserError) as error:
        recognised(path, mapping=mapping)
    assert 'Did you mean "channel"' in str(error.value) and 'Did you mean "impressions"' in str(error.value)


def test_files_that_are_none_are_refused_with_a_sentence(tmp_path: Path) -> None:
    """Empty, a picture, a workbook, a zip without a table, a broken zip, a folder, quotes without end."""
    path = tmp_path / "export.csv"
    cases = {
        b"": "empty",
        b"\x89PNG\r\n\x1a\n\0\0\0\0": "no table",
        b"\0\0\0\x20ftypisom\0\0\2\0\x81": "no table",
        b"Ad name,Impressions\na,\0": "no text has",
        b"Ad name,Impressions\na,\x81\n": "is no text",
        b'{"a": 1}': "no table",
        b"PK\x03\x04junk": "broken zip",
    }
    for content, words in cases.items():
        path.write_bytes(content)
        assert words in refused(path), content
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    assert "broken workbook" in refused(path)
    assert "no table" in refused(zipped(path, {"a.txt.png": "x"}))
    assert "folder" in refused(tmp_path)
    path.write_bytes((TIKTOK_HEAD + '"A,x\n').encode())
    assert "no CSV" in refused(path)
    assert "cannot be read" in refused(tmp_path / "missing.csv")

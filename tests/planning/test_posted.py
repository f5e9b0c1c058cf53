"""posted.csv: what people wrote in a spreadsheet comes back, and no render takes any of it away."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variantgen.campaign.identity import specification_id
from variantgen.campaign.moments import moment_fault, plain_moment
from variantgen.campaign.posted import (
    COLUMNS,
    PEOPLES_COLUMNS,
    PostedLog,
    PostedRow,
    log_bytes,
    parsed_log,
    posted_rows,
    read_posted,
    update_posted,
    write_posted,
)
from variantgen.errors import UserError

IDS = [specification_id({"number": number}) for number in range(5)]
SHA = "0123456789abcdef" * 4


def row(number: int = 0, **values: str) -> PostedRow:
    """What a render says of a variant; `values` are laid over it."""
    made = PostedRow(
        id=IDS[number], file=f"spring_{IDS[number]}.mp4", sha256=SHA, preset="tiktok-ad", channel="tiktok", as_="paid",
        ad_name=f"spring_{IDS[number]}", url=f"https://x.com/?a=1,2&utm_content={IDS[number]}",
    )  # fmt: skip
    return replace(made, **values)


def complaints(text: str, known: tuple[str, ...] = ()) -> list[str]:
    """What is said of a file's text, a line each."""
    with pytest.raises(UserError) as caught:
        parsed_log(text.encode(), where="posted.csv", known=known)
    return str(caught.value).splitlines()


# ---------------------------------------------------------------- there and back

cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12)
hostile = st.sampled_from(
    ["=1+1", "'=1", "''-x", "+49", "-", "@a", "\tx", '"', ";", ",", "a\nb", "＝1", "12345678901234", "'"]
)
stripped = (cells | hostile).map(str.strip)
rows = st.builds(
    row,
    st.integers(0, 4),
    file=stripped,
    ad_name=stripped,
    url=stripped,
    post_id=st.sampled_from(["", "7301234567890123456", "-12345", "abc=1"]),
    posted_at=st.sampled_from(["", "2026-11-03", "2026-11-03T18:00+01:00"]),
    note=cells | hostile,
)


@settings(max_examples=300)
@given(st.lists(rows, max_size=4), st.sampled_from(",;\t"), st.permutations(COLUMNS))
def test_a_log_comes_back(rows: list[PostedRow], separator: str, columns: tuple[str, ...]) -> None:
    """Every cell of every row, in any order of columns and with any separator, formulas and quotes included."""
    log = PostedLog(tuple(rows), tuple(columns), separator)
    assert parsed_log(log_bytes(log), where="x") == log


@given(st.lists(rows, min_size=1, max_size=4))
def test_no_cell_is_a_formula_and_no_id_is_rounded(rows: list[PostedRow]) -> None:
    """What a spreadsheet opens begins no cell with a formula's sign, and holds no bare number of many digits."""
    text = log_bytes(PostedLog(tuple(rows))).decode("utf-8-sig")
    for line in csv.reader(io.StringIO(text, newline="")):
        assert not [cell for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))]
        assert not [cell for cell in line if cell.isdigit() and len(cell) > 11]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.encode("utf-8"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("cp1252"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: ("sep=,\n" + text).encode(),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode("utf-16"),
        lambda text: (text + ",,,\n\n,,,,\n").encode(),
        lambda text: text.replace("\n", ",,\n").encode(),
        lambda text: text.replace("id,", "ID ,").replace("post_id", "Post ID").encode(),
    ],
)
def test_what_spreadsheets_do_to_a_file_is_undone(change) -> None:
    """Encodings, separators, line ends, empty rows and columns, other capitals in the first row."""
    text = f"note,post_id,id,posted_at\nÉté,'7301234567890123456,{IDS[0].upper()},3.11.2026 18:00\n"
    log = parsed_log(change(text), where="x")
    assert log.rows == (PostedRow(IDS[0], note="Été", post_id="7301234567890123456", posted_at="2026-11-03T18:00"),)


def test_columns_of_their_own_stay() -> None:
    """A column that somebody added is there after the next render, in its place."""
    text = f"owner,id,post_id\nMaya,{IDS[0]},=9\n"
    log = posted_rows(parsed_log(text.encode(), where="x"), [row(0), row(1)])
    again = log_bytes(log).decode("utf-8-sig").splitlines()
    assert again[0].startswith("owner,id,post_id,") and again[1].startswith(f"Maya,{IDS[0]},'=9,")
    assert again[2].startswith(f",{IDS[1]},,")


# ---------------------------------------------------------------- after a render


@settings(max_examples=200)
@given(st.lists(rows, max_size=6), st.lists(st.builds(row, st.integers(0, 4), sha256=st.sampled_from([SHA, "f" * 64]))))
def test_a_render_loses_nothing(there: list[PostedRow], made: list[PostedRow]) -> None:
    """Rows stay in their order, people's cells and everything of what is posted stay, each variant has a row."""
    log = posted_rows(PostedLog(tuple(there)), made)
    assert len(log.rows) >= len(there)
    for before, after in zip(there, log.rows, strict=False):
        assert after.id == before.id
        assert all(getattr(after, name) == getattr(before, name) for name in PEOPLES_COLUMNS)
        assert after == before or not before.is_posted
    assert {row.id for row in made} <= {row.id for row in log.rows}
    assert posted_rows(log, made[-1:]) == posted_rows(posted_rows(log, made[-1:]), made[-1:])


def test_a_new_render_of_what_is_posted_gets_its_own_row() -> None:
    """What is out there stays told by the hash it had; the new file waits in a row of its own, and only in one."""
    posted = row(0, post_id="p1")
    new = row(0, sha256="f" * 64)
    log = posted_rows(PostedLog((posted,)), [new])
    assert log.rows == (posted, new)
    assert posted_rows(log, [new]).rows == (posted, new)
    assert posted_rows(PostedLog((posted,)), [row(0)]).rows == (posted,)


def test_a_row_that_waits_is_brought_up_to_date() -> None:
    """Its file, hash and link follow the render; a note that was written stays."""
    waiting = row(0, note="ask Maya", file="old.mp4")
    assert posted_rows(PostedLog((waiting,)), [row(0, sha256="f" * 64)]).rows == (
        row(0, sha256="f" * 64, note="ask Maya"),
    )


# ---------------------------------------------------------------- files


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails leaves the old file, and nothing beside it."""
    path = tmp_path / "posted.csv"
    update_posted(path, [row(0)])
    before = path.read_bytes()

    def fails(*args: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(UserError, match="open in a spreadsheet"):
        update_posted(path, [row(1)])
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["posted.csv"]


def test_a_file_that_cannot_be_read_is_not_written_over(tmp_path: Path) -> None:
    """A fault in it is told, and what people wrote stays for them to put right."""
    path = tmp_path / "posted.csv"
    path.write_text(f"id,posted_at\n{IDS[0]},yesterday\n", "utf-8")
    before = path.read_bytes()
    with pytest.raises(UserError, match="row 2: posted_at"):
        update_posted(path, [row(0)])
    assert path.read_bytes() == before


def test_no_file_is_an_empty_log(tmp_path: Path) -> None:
    """The first render begins one, which reads back."""
    path = tmp_path / "posted.csv"
    assert read_posted(path) == PostedLog()
    write_posted(path, PostedLog((row(0),)))
    assert read_posted(path, known=IDS).rows == (row(0),)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid,file,sha256,")


# ---------------------------------------------------------------- complaints


def test_all_faults_are_told_at_once() -> None:
    """One line a fault, each with the row, the column, what stands there and what is allowed."""
    text = "\n".join(
        [
            "id,sha256,as,post_id,posted_at",
            "1.23E+08,,,,",
            f"{IDS[0]},abc,payed,7.30123E+18,11/03/2026",
            f"{IDS[1]},,,7301234567890120000,2026-02-30",
            f"{IDS[2]},,,,soon,spare",
        ]
    )
    told = complaints(text)
    assert len(told) == 9 and all(line.startswith("posted.csv: row ") for line in told)
    assert 'row 2: id: value "1.23E+08"' in told[0]
    assert 'Did you mean "paid"' in told[2] and "rounded by a spreadsheet" in told[3] and "could be day" in told[4]
    assert "no date that there is" in told[6] and '"spare" stands in no column' in told[7] and "no date" in told[8]


def test_an_id_that_is_not_known_has_a_nearest() -> None:
    """A slip in an id is told with the id that it should be; zeros and ones may be written as letters."""
    wrong = IDS[0][:-1] + ("x" if IDS[0][-1] != "x" else "z")
    assert f'Did you mean "{IDS[0]}"' in complaints(f"id\n{wrong}\n", tuple(IDS))[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("file,post_id\na,b\n", 'no column is named "id"'),
        (f"id,note,Note\n{IDS[0]},a,b\n", 'two columns are named "note"'),
        (f"id,post_ids\n{IDS[0]},a\n", 'Did you mean "post_id"'),
        (f'id,note\n{IDS[0]},"a\n', "is no CSV"),
    ],
)
def test_a_file_that_says_nothing_clear_is_refused(text: str, told: str) -> None:
    """Columns that are missing, twice or misspelt, and quotes without an end."""
    assert told in complaints(text)[0]


def test_a_registered_identifier_has_its_registrys_form() -> None:
    """An Ad-ID or a clock number is taken as it was registered; one with a slip is told what it looks like."""
    for right in ("ABCD1234000H", "ABC/WXYZ001/030"):
        assert parsed_log(f"id,ad_id\n{IDS[0]},{right}\n".encode(), where="posted.csv").rows[0].ad_id == right
    assert "is no registered identifier: an Ad-ID is 4 letters" in complaints(f"id,ad_id\n{IDS[0]},ABCD12340\n")[0]


# ---------------------------------------------------------------- moments


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("2026-11-03", "2026-11-03"), ("2026-11-3", "2026-11-03"), ("2026-11-03 18:00", "2026-11-03T18:00"),
        ("2026-11-03T18:00:05.123Z", "2026-11-03T18:00:05+00:00"), ("2026-11-03 18:00 +0530", "2026-11-03T18:00+05:30"),
        ("2026-11-03 18:00-08", "2026-11-03T18:00-08:00"), ("03.11.2026 9:05", "2026-11-03T09:05"),
        ("23/11/2026", "2026-11-23"), ("11/23/2026 12:05 AM", "2026-11-23T00:05"), ("11/11/2026", "2026-11-11"),
        ("", ""),
    ],
)  # fmt: skip
def test_moments_are_read_as_people_write_them(text: str, plain: str) -> None:
    """The zone stays as it was given, none is added, and what was read reads back as itself."""
    assert plain_moment(text) == plain == plain_moment(plain)
    assert moment_fault(plain) == ""


@pytest.mark.parametrize(
    "text", ["11/03/2026", "2026-13-01", "2026-02-29", "2026-11-03 25:00", "45964.75", "today", "13:00 PM", "2026-11"]
)
def test_moments_that_are_none_are_told(text: str) -> None:
    """A date that could be two, or that there is not, stays as it is and is complained about."""
    assert plain_moment(text) == text
    assert text in moment_fault(text) and "2026-11-03 18:00+01:00" in moment_fault(text)

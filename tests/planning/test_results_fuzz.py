"""Exports that were cut, scrambled, glued together or filled with nonsense: read or refused, never half taken.

`VARIANTGEN_FUZZ=6000 pytest tests/planning/test_results_fuzz.py -s` runs as many files and prints how they went.
"""

from __future__ import annotations

import io
import os
import random
import sqlite3
import time
import zipfile
from pathlib import Path

import pytest
from exports_made import AGAIN, EVERY, ID, META, OTHER, Made, workbook
from stored_results import stored_rows

from variantgen.campaign.posted import PostedRow
from variantgen.errors import UserError
from variantgen.results.importing import import_export
from variantgen.results.profiles import Profile, profiles
from variantgen.results.recognising import described, recognised
from variantgen.results.store import STORE_NAME
from variantgen.results.sums import imports_of, unmatched_of, variant_sums
from variantgen.results.values import COUNTS

FILES = int(os.environ.get("VARIANTGEN_FUZZ", "2000"))
MADE = (*EVERY.values(), *(made for _, made in AGAIN))
POSTED = (PostedRow(OTHER, channel="youtube", post_id="dQw4w9WgXcQ"), PostedRow(OTHER, channel="x", post_id="1"))
BYTES = (b'"', b"\n", b"\r", b";", b"\xff\xfe", b"\xef\xbb\xbf", b"\0", b"Total", b",", b"\t", b"\xe9", b"PK\x03\x04")
CELLS = (
    "", " ", "-", "--", "0", "-5", "1e400", "NaN", "inf", "0x1F", "²", "٣", "９９", "=1+1", "<10", "1.2K", "12,5",
    "1.2.3", "9" * 400, "99999999999999999999", "1e15", "140%", "€", "(", "Total", "total of 3 results", "0000-01-01",
    "2026-02-30", "9999-12-31", "32/13/2026", "10/03/2026", "0:99:99", "PT", "1.78E+16", "a" * 200_000, '"', "'",
    "\u202e", "\ud83d", f"x_{ID} y_{OTHER}", "http://[", "https://a.example/?utm_content=%zz", "EURO", "usd", "\x1f",
)  # fmt: skip


def scrambled(chance: random.Random) -> bytes:
    """An export with one to six things wrong in it."""
    made: Made = chance.choice(MADE)
    lines = made.text.split("\n")
    for _ in range(chance.randint(0, 3)):
        spoil_lines(chance, lines)
    if chance.random() < 0.03:
        return damaged_workbook(chance, "\n".join(lines))
    encoding = chance.choice([*[made.encoding] * 6, "utf-8", "utf-16", "cp1252", "mac-roman"])
    content = bytearray("\n".join(lines).encode(encoding, "ignore"))
    if chance.random() < 0.1:
        content = bytearray(zip_of(chance, bytes(content)))
    for _ in range(chance.choice([0, 0, 1, 2, 4])):
        place = chance.randrange(len(content) + 1)
        match chance.randrange(4):
            case 0:
                content[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del content[place : place + chance.randint(1, 40)]
            case 2:
                content[place:place] = content[place : place + chance.randint(1, 200)]
            case _:
                content[place:place] = chance.choice(BYTES)
    return bytes(content)


def damaged_workbook(chance: random.Random, text: str) -> bytes:
    """The lines as an Excel workbook, some bytes of it changed."""
    file = io.BytesIO()
    clean = "".join(letter for letter in text if letter >= " " or letter == "\n")
    workbook(file, clean.encode("utf-8", "ignore").decode()[:30_000])
    content = bytearray(file.getvalue())
    for _ in range(chance.choice([0, 1, 5])):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


def spoil_lines(chance: random.Random, lines: list[str]) -> None:
    """A cell that holds nonsense, or a line doubled, moved, taken away or repeated at the end."""
    place = chance.randrange(len(lines))
    mark = chance.choice(",;\t")
    match chance.randrange(6):
        case 0 | 1 | 2:
            cells = lines[place].split(mark)
            cells[chance.randrange(len(cells))] = chance.choice(CELLS)
            lines[place] = mark.join(cells)
        case 3:
            lines.insert(chance.randrange(len(lines)), lines[place])
        case 4:
            del lines[place]
            lines.append("")
        case _:
            lines += lines[: place + 1]


def zip_of(chance: random.Random, content: bytes) -> bytes:
    """The export in a zip, beside another table or a picture."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        archive.writestr(chance.choice(["Table data.csv", "a/b.csv", "été.tsv"]), content)
        archive.writestr(chance.choice(["Totals.csv", "cover.png"]), b"Date,Views\n2026-10-03,5\n")
    return file.getvalue()


def held(store: Path) -> list[str]:
    """All that a store holds, as SQL."""
    with sqlite3.connect(store) as connection:
        return list(connection.iterdump())


@pytest.fixture(scope="module")
def known() -> dict[str, Profile]:
    """The built-in profiles, read once."""
    return profiles()


def test_a_spoilt_export_is_taken_whole_or_not_at_all(tmp_path: Path, known: dict[str, Profile]) -> None:
    """Nothing but a sentence comes of it; of a refused file nothing is stored; what is taken adds up and stays so."""
    chance = random.Random(11)
    first, store = tmp_path / "first.sqlite", tmp_path / STORE_NAME
    import_export(recognised(META.write(tmp_path), known=known), first, ids=[ID])
    clean, before = first.read_bytes(), held(first)
    taken, slowest = 0, 0.0
    for number in range(FILES):
        path = tmp_path / "export.csv"
        path.write_bytes(scrambled(chance))
        store.write_bytes(clean)
        began = time.perf_counter()
        try:
            found = recognised(path, known=known)
            assert all(isinstance(line, str) for line in described(found))
            done = import_export(found, store, ids=[ID, OTHER], posted=POSTED, currency=chance.choice(["", "EUR"]))
        except UserError as error:
            assert str(error).startswith(str(path)), (number, str(error))
            assert held(store) == before, number
        else:
            taken += 1
            check_taken(store, number)
            assert done.taken == imports_of(store)[-1].rows > 0
        slowest = max(slowest, time.perf_counter() - began)
    assert 0 < taken < FILES
    print(f"{FILES} spoilt exports: {taken} taken whole, {FILES - taken} refused; the slowest took {slowest:.2f} s")


def check_taken(store: Path, number: int) -> None:
    """What is kept can be read again, is no number that cannot be, and adds up to the same."""
    rows = [*stored_rows(store), *stored_rows(store, is_matched=False)]
    assert rows, number
    for stored in rows:
        for name, value in stored.row.counts.items():
            assert value >= 0 or COUNTS[name].can_be_negative, (number, name, value)
            assert value < 1e16 and (isinstance(value, int) or not COUNTS[name].is_whole), (number, name, value)
    sums = list(variant_sums(store))
    assert sum(one.rows for one in sums) + sum(rows for *_, rows in unmatched_of(store, 10**6)) == len(rows)
    for name in ("impressions", "views", "clicks_link"):
        one_by_one = sum(stored.row.counts.get(name, 0) for stored in rows if stored.variant)
        assert sum(one.counts.get(name, 0) for one in sums) == one_by_one

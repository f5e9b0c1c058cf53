"""Mangled timeline and marks files: an edit or one sentence, never anything else, and no other file is opened."""

from __future__ import annotations

import codecs
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import pytest

from variantgen.errors import UserError
from variantgen.timelines import (
    KINDS,
    TimelineEdit,
    TimelineMarker,
    TimelineMedia,
    clip_of,
    gap_of,
    marks_of,
    parse_timeline,
    read_marks,
    read_timeline,
    write_timeline,
)

FOOTAGE = Path(__file__).resolve().parents[3] / "shared" / "footage" / "timelines"
MANGLED = 500
SUFFIXES = {"otio": ".otio", "edl": ".edl", "fcpxml": ".fcpxml", "fcp7": ".xml"}
MARKS = {
    ".csv": "Marker Name\tDescription\tIn\tOut\nkeep\tx\t00:00:01:00\t00:00:02:00\n",
    ".toml": '[[mark]]\nstart = 1.5\nend = "0:10"\nkind = "drop"\nnote = "x"\n',
    ".txt": "0:00 Intro\n1:02:03 End\n",
}
SPLINTERS = (
    *(
        b"-1",
        b"99999999999999999999",
        b"1e999",
        b"NaN",
        b"null",
        b"\0",
        b"<",
        b">",
        b'"',
        b"}",
        b"[",
        b"\xff\xfe",
        b"0/0s",
    ),
    *(b"1/0s", b"23:59:59:24", b"file:///etc/passwd", b"//host/share/x.mov", b"../../../../etc/hosts.mov", b"&#0;"),
    *(b"\n", b"<!DOCTYPE x [", b"{}", b"-99999999999", b"30:00:00:00", b"Infinity", b";", b"\xc3", b"0"),
)

_watched: list[tuple[str, str]] | None = None


def _notice(event: str, args: tuple[object, ...]) -> None:
    if _watched is not None and (event == "open" or event.startswith(("socket.", "subprocess.", "os.system"))):
        _watched.append((event, str(args[0])))


sys.addaudithook(_notice)  # cannot be taken away again, so it looks only while a test says so


@contextmanager
def watched() -> Iterator[list[tuple[str, str]]]:
    """What is opened, connected to or started meanwhile."""
    global _watched
    _watched = noticed = []
    try:
        yield noticed
    finally:
        _watched = None


def seeds(folder: Path) -> list[tuple[str, bytes]]:
    """One written file of every kind, marks files, and the real timelines where they are."""
    pytest.importorskip("opentimelineio")
    rate = Fraction(30000, 1001)
    media = TimelineMedia(folder / "a.mov", ("a.mov",), rate, 900, 1800, 1920, 1080)
    clips = (clip_of(media, 10, 60, rate, note="crop x=1"), gap_of(9, rate, name="card"), clip_of(media, 70, 99, rate))
    edit = TimelineEdit("x", rate, clips, (TimelineMarker(3, "keep", 5, "red", "n"),), 0, True)
    for kind, suffix in SUFFIXES.items():
        write_timeline(edit, kind, folder / f"seed{suffix}")
    made = [(suffix, (folder / f"seed{suffix}").read_bytes()) for suffix in SUFFIXES.values()]
    real = [(path.suffix, path.read_bytes()) for path in sorted(FOOTAGE.glob("*"))] if FOOTAGE.is_dir() else []
    return [*made, *((suffix, text.encode()) for suffix, text in MARKS.items()), *real]


def mangled(content: bytes, chance: random.Random) -> bytes:
    """A few cuts, doublings, splinters and changed bytes."""
    for _ in range(chance.randint(1, 4)):
        at, other = sorted((chance.randrange(len(content) + 1), chance.randrange(len(content) + 1)))
        other = min(other, at + 400)
        way = chance.randrange(5)
        if way == 0:
            content = content[:at] + chance.choice(SPLINTERS) + content[at:]
        elif way == 1:
            content = content[:at] + content[other:]
        elif way == 2:
            content = content[:other] + content[at:other] * chance.randint(1, 9) + content[other:]
        elif way == 3:
            content = content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
        else:
            digits = [place for place, byte in enumerate(content) if 48 <= byte < 58] or [0]
            place = chance.choice(digits)
            content = content[:place] + chance.choice(SPLINTERS) + content[place + 1 :]
    return content


def outcome(path: Path) -> str:
    """`read`, or the sentence that refused it; timelines are also read without their media and written again."""
    try:
        if path.suffix in MARKS:
            read_marks(path, rate=Fraction(25), end_seconds=60.0)
        else:
            marks_of(parse_timeline(path, rate=Fraction(24) if path.suffix == ".edl" else None))
            read_timeline(path, facts_of=lambda _: None)
    except UserError as error:
        return str(error)
    return "read"


def written_again(path: Path) -> str:
    """`written` where what a file gives can be written in every form, or the sentence that refused it."""
    try:
        edit = parse_timeline(path, rate=Fraction(24) if path.suffix == ".edl" else None)
        for kind in KINDS:
            write_timeline(edit, kind, path.with_name("again"))
    except UserError as error:
        return str(error)
    return "written"


def test_mangled_files_give_an_edit_or_a_sentence(tmp_path: Path) -> None:
    """500 mangled files: nothing but UserErrors of one line comes out, and only the file itself is opened."""
    chance = random.Random(5)
    kinds = seeds(tmp_path)
    (tmp_path / "a.mov").touch()
    for encoding in ("cp1252", "utf-16", "utf-8-sig"):  # whatever is imported late is imported now
        codecs.lookup(encoding)
    for suffix, content in kinds:
        (tmp_path / f"whole{suffix}").write_bytes(content)
        outcome(tmp_path / f"whole{suffix}")
    read = written = 0
    for number in range(MANGLED):
        suffix, content = kinds[number % len(kinds)]
        path = tmp_path / f"mangled{suffix}"
        path.write_bytes(mangled(content, chance))
        with watched() as noticed:
            said = outcome(path)
        read += said == "read"
        again = written_again(path) if suffix not in MARKS else "written"
        written += again == "written"
        assert noticed == [("open", str(path))] * len(noticed)
        assert all(text and "\n" not in text and len(text) < 2500 for text in (said, again)), (said, again)
    assert 0 < read < MANGLED and 0 < written < MANGLED

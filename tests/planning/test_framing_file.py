"""The framing file: what it may say, every complaint at once, and what an export leaves for an editor."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import NTSC, master, preset, variant_of

from variantgen.errors import UserError
from variantgen.framing_file import FramingFile, framing_path, framing_text, is_edited, read_framing
from variantgen.model import FramingMark, Master, Subject, SubjectBox

FILM = master()  # 20 s at 30 frames a second
SUBJECTS = (
    Subject(3, "face", (SubjectBox(0, 0, 0, 9, 9), SubjectBox(100, 0, 0, 9, 9))),
    Subject(4, "animal", (SubjectBox(300, 0, 0, 9, 9),)),
)


def read(folder: Path, text: str, film: Master = FILM) -> FramingFile:
    """A framing file of this text, read."""
    path = folder / "film.framing.toml"
    path.write_text(text, "utf-8")
    return read_framing(path, film, SUBJECTS)


def complaints(folder: Path, text: str) -> list[str]:
    """What is said about a framing file, without its path."""
    with pytest.raises(UserError) as raised:
        read(folder, text)
    lines = str(raised.value).splitlines()
    assert all(line.startswith(f"{folder / 'film.framing.toml'}: ") for line in lines)
    return [line.removeprefix(f"{folder / 'film.framing.toml'}: ") for line in lines]


def span(words: str, start: float = 1, end: float = 2) -> str:
    """The only span of a file."""
    return f"[[span]]\nstart = {start}\nend = {end}\n{words}\n"


# ---------------------------------------------------------------- what it says


def test_every_word_of_a_framing_file_is_read(tmp_path):
    """Weights, a subject, a still centre, keys, a fit and frames all arrive, in the film's order."""
    found = read(
        tmp_path,
        "schema_version = 1\n[keep]\nface = 2\ntext = 0.5\n"
        '[[span]]\nstart_frame = 300\nend_frame = 310\nfit = "split"\nsubject = "4"\n'
        '[[span]]\nstart = 0\nend = 2\nsubject = "face"\n'
        "[[span]]\nstart = 2\nend = 4\nx = 0.25\n"
        "[[span]]\nstart = 4\nend = 6\nkeys = [{ at = 4, x = 0.1 }, { at = 6, x = 0.9, y = 0.4 }]\n",
    )
    assert found.keep == (("face", 2.0), ("text", 0.5))
    assert found.marks == (
        FramingMark(0, 60, subject="face"),
        FramingMark(60, 120, ((60, 0.25, 0.5),)),
        FramingMark(120, 180, ((120, 0.1, 0.5), (180, 0.9, 0.4))),
        FramingMark(300, 310, subject="4", fit="split"),
    )


def test_seconds_become_the_frames_of_the_masters_own_rate(tmp_path):
    """At 29.97 a span's edges are the frames nearest to its seconds."""
    film = master(frame_rate=NTSC, frames=599)
    (mark,) = read(tmp_path, span("x = 0.5", 10.01, 19.9867), film).marks
    assert (mark.start_frame, mark.end_frame) == (300, 599)


def test_a_rounded_length_is_no_complaint(tmp_path):
    """A span that ends with the film's length as people read it ends with the film."""
    film = master(frame_rate=NTSC, frames=597)  # 19.92 s
    (mark,) = read(tmp_path, span("x = 0.5", 0, 20.0), film).marks
    assert mark.end_frame == 597


def test_the_file_lies_beside_its_master():
    """film.framing.toml belongs to film.mp4, whatever dots its name has."""
    assert framing_path(Path("a") / "film.v2.mp4") == Path("a") / "film.v2.framing.toml"


# ---------------------------------------------------------------- complaints


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[kepp]\nface = 1", 'kepp: is not a known key: allowed are schema_version, keep, span. Did you mean "keep"?'),
        ("[keep]\nfase = 1", "keep, fase: is not a known key: allowed are face, person, animal, vehicle, thing, text."
         ' Did you mean "face"?'),
        ("[keep]\nface = 11", "keep, face: value 11 is not allowed: allowed is a number from 0 to 10."),
        ("schema_version = 2", "schema_version: value 2 is not allowed: allowed is 1."),
        (span('fit = "spilt"'), 'span 1, fit: value "spilt" is not allowed: allowed is crop, blur, pad, split.'
         ' Did you mean "split"?'),
        (span('subject = "fase"'), 'span 1: subject "fase" is not allowed: allowed are face, person, animal,'
         ' vehicle, thing, text, or the number of a subject on the sheet. Did you mean "face"?'),
        (span('subject = "4"'), 'span 1: subject "4" is not seen in this span: seen there: 3 (face).'),
        (span("subject = 3"), "span 1, subject: value 3 is not allowed: allowed is a kind of subject in quotes, or the"
         " number of one in quotes."),
        (span("x = 1.2"), "span 1, x: value 1.2 is not allowed: allowed is a number from 0 (left, top) to 1 (right,"
         " bottom)."),
        (span("x = nan"), "span 1, x: value nan is not allowed: allowed is a number from 0 (left, top) to 1 (right,"
         " bottom)."),
        (span("x = 0.5", 3, 2), "span 1: end 2 is not after start 3."),
        (span("x = 0.5", 3, 21), "span 1: end 21 is past the film's end: allowed is up to 20.000."),
        ("[[span]]\nstart = inf\nend = 2\nx = 0.5", "span 1, start: value inf is not allowed: allowed is seconds of the"
         " film, a number from 0."),
        ("[[span]]\nstart = 1\nx = 0.5", "span 1: end is missing: it holds seconds of the film, a number from 0;"
         " end_frame does as well."),
        ("[[span]]\nstart = 1\nstart_frame = 30\nend = 2\nx = 0.5",
         "span 1: start and start_frame both say where it starts: give one of them."),
        (span(""), "span 1: decides nothing: give subject, x and y, keys or fit."),
        (span('x = 0.5\nsubject = "face"'), "span 1: subject and x, y each say where the window looks: give one of"
         " them."),
        (span('x = 0.5\nfit = "blur"'), 'span 1: fit "blur" and x, y contradict each other: leave one out.'),
        (span("keys = [{ at = 1, y = 0.5 }]"), "span 1, keys 1, x: is missing: it holds a number from 0 (left, top) to"
         " 1 (right, bottom)."),
        (span("keys = [{ at = 1, x = 0.5, z = 1 }]"), "span 1, keys 1, z: is not a known key: allowed are at, x, y."),
        (span("keys = [{ at = 2.5, x = 0.5 }]"), "span 1: key 1 at 2.5 lies outside the span."),
        (span("keys = [{ at = 1.5, x = 0.5 }, { at = 1.2, x = 0.5 }]"),
         "span 1: key 2 at 1.2 is not later than the key before it."),
        (span("keys = []"), "span 1, keys: value [] is not allowed: allowed is one or more of { at = 4.2, x = 0.35,"
         " y = 0.5 }."),
        ("span = 3", "span: value 3 is not allowed: allowed is tables that each begin with [[span]]."),
    ],
)  # fmt: skip
def test_a_fault_is_a_sentence(tmp_path, text, said):
    """Key, value, what is allowed and the nearest word."""
    assert complaints(tmp_path, text) == [said]


def test_all_faults_are_told_at_once(tmp_path):
    """Faults of the file, of single spans and between spans come together, each once."""
    text = "[keep]\nfase = 1\n" + span('fit = "zoom"') + span("x = 0.5", 4, 8) + span("x = 0.5", 7, 9) + span("y = 7")
    said = complaints(tmp_path, text)
    assert [line.split(":")[0] for line in said] == [
        "keep, fase",
        "span 1, fit",
        "span 4, y",
        "span 2 and span 3 overlap at 7.000 s (frame 210)",
    ]


def test_a_span_inside_an_earlier_longer_one_overlaps_it(tmp_path):
    """It is not enough to look at the span just before."""
    said = complaints(tmp_path, span("x = 0.5", 0, 9) + span("x = 0.5", 1, 2) + span("x = 0.5", 3, 4))
    assert [line.split(" at ")[0] for line in said] == ["span 1 and span 2 overlap", "span 1 and span 3 overlap"]


def test_spans_may_touch(tmp_path):
    """Spans are half-open: one may begin in the frame where another ends."""
    assert len(read(tmp_path, span("x = 0.5", 0, 1) + span("x = 0.5", 1, 2)).marks) == 2


# ---------------------------------------------------------------- exports


@st.composite
def marks(draw: st.DrawFn, frames: int = 600) -> tuple[FramingMark, ...]:
    """Any marks that a file could hold, one after the other."""
    edges = sorted(draw(st.sets(st.integers(0, frames), min_size=2, max_size=8)))
    share = st.integers(0, 100_000).map(lambda n: n / 100_000)
    made = []
    for start, end in zip(edges, edges[1:], strict=False):
        frames_of_keys = sorted(draw(st.sets(st.integers(start, end - 1), min_size=1, max_size=4)))
        centres = tuple((frame, draw(share), draw(share)) for frame in frames_of_keys)
        kinds = [
            FramingMark(start, end, ((start, *centres[0][1:]),)),
            FramingMark(start, end, subject="person"),
            FramingMark(start, end, fit="blur"),
        ]
        made.append(draw(st.sampled_from(kinds if len(centres) == 1 else [FramingMark(start, end, centres)])))
    return tuple(made)


@given(marks=marks(), rate=st.sampled_from([Fraction(24), Fraction(25), NTSC, Fraction(60000, 1001), Fraction(240)]))
def test_what_is_written_is_what_is_read(tmp_path_factory, marks, rate):
    """Any marks survive writing and reading, at any rate, below any comment."""
    film = master(frame_rate=rate)
    path = tmp_path_factory.mktemp("framing") / "film.framing.toml"
    comments = ('why "it" is # there\nnew line\x00 \udcff', "", "[[span]]")
    spans = [(mark, comments[n % 3]) for n, mark in enumerate(marks)]
    path.write_text(framing_text(film, spans, [("face", 2.5)]), "utf-8")
    found = read_framing(path, film)
    assert (found.marks, found.keep) == (marks, (("face", 2.5),))


def test_an_export_knows_whether_it_was_edited(tmp_path):
    """Untouched, with other line ends or with a byte order mark it is ours; with one digit changed it is theirs."""
    path = tmp_path / "film.framing.toml"
    assert not is_edited(path)
    text = framing_text(FILM, [(FramingMark(0, 600, ((0, 0.25, 0.5),)), "Shot 1")])
    for same in (text, "\ufeff" + text.replace("\n", "\r\n")):
        path.write_bytes(same.encode("utf-8"))
        assert not is_edited(path)
    for other in (text.replace("0.25000", "0.35000"), text.split("\n", 1)[1], ""):
        path.write_bytes(other.encode("utf-8"))
        assert is_edited(path)


# ---------------------------------------------------------------- wishes


def test_framing_wishes_change_a_variants_id_and_their_absence_does_not():
    """Weights and marks are part of what a variant is; without any, ids are those from before there were any."""
    plain = variant_of(preset())
    ids = [
        plain.id,
        variant_of(preset(), keep=(("face", 2.0),)).id,
        variant_of(preset(), keep=(("face", 3.0),)).id,
        variant_of(preset(), marks=(FramingMark(0, 600, ((0, 0.2, 0.5),)),)).id,
    ]
    assert len(set(ids)) == len(ids)
    assert variant_of(preset(), keep=(), marks=()).id == plain.id

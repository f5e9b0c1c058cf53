"""Markers and files of marks: what they say is kept, dropped, opened with and ended on, in seconds of the master."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variantgen.errors import UserError
from variantgen.timelines import LengthMark, TimelineEdit, TimelineMarker, marks_of, read_marks
from variantgen.timelines.marks import WORDS, kind_in_words

RATE = Fraction(25)


def marks(tmp_path: Path, name: str, text: str, encoding: str = "utf-8", **more: object) -> tuple[LengthMark, ...]:
    """The marks of a file with this text."""
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return read_marks(path, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("KEEP", "keep"),
        ("drop: the cough", "drop"),
        ("[cut] this", "drop"),
        ("Hook 2", "hook"),
        ("call to action – shop", "cta"),
        ("#end card", "cta"),
        ("Open source basics", None),
        ("The end of the war", None),
        ("End of part one", None),
        ("Cutting edge", None),
        ("keepsake", None),
        ("Intro", None),
        ("", None),
    ],
)
def test_a_marker_is_what_its_first_word_says(text: str, kind: str | None) -> None:
    """A word counts alone, before a number or before a sign; inside of a sentence it is only a word."""
    assert kind_in_words(text) == kind


@given(st.text())
def test_no_text_breaks_the_words(text: str) -> None:
    """Any text has a kind of the table or none."""
    assert kind_in_words(text) in {None, *WORDS.values()}


def test_colours_speak_only_where_there_are_several() -> None:
    """One colour alone is the program's own; two are a choice, and words go before colours."""

    def kinds(*markers: tuple[str, str]) -> list[str]:
        made = tuple(TimelineMarker(at, name, 0, colour) for at, (name, colour) in enumerate(markers))
        return [mark.kind for mark in marks_of(TimelineEdit("x", RATE, (), made))]

    assert kinds(("a", "green"), ("b", "green")) == ["chapter", "chapter"]
    assert kinds(("a", "green"), ("b", "red"), ("hook", "red"), ("c", "yellow"), ("d", "blue"), ("e", "pink")) == [
        *("keep", "drop", "hook", "hook", "chapter", "cta"),
    ]


def test_a_timelines_markers_are_in_seconds_of_it() -> None:
    """A marker with a length is a span, one without a moment; name and note both stay."""
    markers = (TimelineMarker(50, "keep", 25, note="laugh"), TimelineMarker(10, "x"))
    assert marks_of(TimelineEdit("x", RATE, (), markers)) == (
        LengthMark("chapter", 0.4, None, "x"),
        LengthMark("keep", 2.0, 3.0, "keep: laugh"),
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_premieres_marker_list(tmp_path: Path, encoding: str) -> None:
    """Premiere's CSV, tabs and UTF-16, gives its marks; an equal out point is a moment."""
    text = (
        "Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\r\n"
        "keep\tLächeln\t00:00:10:05\t00:00:12:00\t00:00:01:20\tComment\r\n"
        "\tdrop: cough\t00:00:20:00\t00:00:20:00\t00:00:00:00\tComment\r\n"
        "\r\n"
    )
    assert marks(tmp_path, "m.csv", text, encoding, rate=RATE) == (
        LengthMark("keep", 10.2, 12.0, "keep: Lächeln"),
        LengthMark("drop", 20.0, None, "drop: cough"),
    )


def test_resolves_edit_index(tmp_path: Path) -> None:
    """Resolve's CSV with commas, colours and one-frame moments; the hour that its timeline starts at is taken off."""
    text = (
        "#,Reel,Match,V,C,Dur,Source In,Source Out,Record In,Record Out,Name,Comments,Color,Notes\n"
        "1,,,V1,C,00:00:00:01,01:00:02:00,01:00:02:01,01:00:02:00,01:00:02:01,Marker 1,,Green,a\n"
        '2,,,V1,C,00:00:02:00,01:00:04:00,01:00:06:00,01:00:04:00,01:00:06:00,Marker 2,"x, y",Red,b\n'
    )
    assert marks(tmp_path, "m.csv", text, rate=RATE, end_seconds=60.0) == (
        LengthMark("keep", 2.0, None, "Marker 1"),
        LengthMark("drop", 4.0, 6.0, "Marker 2: x, y"),
    )


def test_a_spreadsheet_with_plain_seconds(tmp_path: Path) -> None:
    """start;length;kind;note with decimal commas, as a German Excel writes it, needs no frame rate."""
    text = "start;length;kind;note\n1,5;2;keep;a\n0:10,25;;cta;b\n"
    assert marks(tmp_path, "m.csv", text) == (LengthMark("keep", 1.5, 3.5, "a"), LengthMark("cta", 10.25, None, "b"))


def test_toml_marks(tmp_path: Path) -> None:
    """[[mark]] tables give marks in order of time; a missing kind is what the note begins with."""
    text = (
        '[[mark]]\nstart = "1:02.5"\nend = 70\nkind = "keep"\nnote = "laugh"\n'
        '[[mark]]\nstart = 3\nnote = "hook: look"\n[[mark]]\nstart = "00:00:04:05"\n'
    )
    assert marks(tmp_path, "m.toml", text, rate=RATE) == (
        LengthMark("hook", 3.0, None, "hook: look"),
        LengthMark("chapter", 4.2, None, ""),
        LengthMark("keep", 62.5, 70.0, "laugh"),
    )


def test_youtube_chapters(tmp_path: Path) -> None:
    """Chapter lines among others are marks; the other lines are not."""
    text = (
        "My film\n\n0:00 Intro\n(1:02) - Keep calm\n1:02:03 Outro\nfollow us at 12:30pm daily\nCTA\n2:00:00 CTA: buy\n"
    )
    assert marks(tmp_path, "m.txt", text) == (
        LengthMark("chapter", 0.0, None, "Intro"),
        LengthMark("chapter", 62.0, None, "Keep calm"),
        LengthMark("chapter", 3723.0, None, "Outro"),
        LengthMark("cta", 7200.0, None, "CTA: buy"),
    )


def test_a_timeline_is_a_file_of_marks_too(tmp_path: Path) -> None:
    """Resolve's marker EDL needs the master's rate and gives its marks."""
    text = "001  001  V  C  00:00:02:00 00:00:02:01 00:00:02:00 00:00:02:01\n |C:ResolveColorRed |M:drop |D:50\n"
    assert marks(tmp_path, "m.edl", text, rate=RATE) == (LengthMark("drop", 2.0, 4.0, "drop"),)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("m.toml", '[[mark]]\nstart = 1\nkind = "kep"\n', "mark 1: kind is 'kep'; allowed .* Did you mean \"keep\""),
        ("m.toml", "[[mark]]\nstrt = 1\n", 'mark 1: strt is not a key; .* Did you mean "start"'),
        ("m.toml", "[[marks]]\nstart = 1\n", 'marks is not a key; .* Did you mean "mark"'),
        ("m.toml", "[[mark]]\nend = 1\n", "mark 1: start is missing"),
        ("m.toml", "[[mark]]\nstart = 5\nend = 1\n", "mark 1: ends at 1 s, before it starts at 5 s"),
        ("m.toml", "[[mark]]\nstart = -1\n", "mark 1: start is '-1'; allowed are seconds"),
        ("m.toml", "[[mark]]\nstart = nan\n", "mark 1: start is 'nan'"),
        ("m.toml", "mark", "is not valid TOML"),
        ("m.csv", "a,b\n1,2\n", "has no line of column names with a start"),
        ("m.csv", "start,kind\n1,kepe\n", 'line 2: kind is "kepe"'),
        ("m.csv", "in,out\n00:00:01:00,\n", 'line 2: "00:00:01:00" is a timecode in frames, and the frame rate'),
        ("m.csv", "in,out\nsoon,\n", 'line 2: "soon" is no time'),
        ("m.csv", "", "has no line of column names"),
        ("m.txt", "hello\n", "holds no marks"),
        ("m.txt", "0:75 Intro\n", '"0:75" is no time'),
        ("m.md", "0:00 Intro\n", "is no file of marks; these are: .toml, .csv"),
        (
            "m.txt",
            "0:00 a\n2:00 b\n",
            "1 of 2 marks lie outside of the film: one is at 120.0 s, the film ends at 60.0 s",
        ),
    ],
)
def test_a_slip_is_named_with_its_place(tmp_path: Path, name: str, text: str, said: str) -> None:
    """Every fault is one sentence with the file, the place and what is allowed."""
    with pytest.raises(UserError, match=said) as caught:
        marks(tmp_path, name, text, end_seconds=60.0)
    assert name in str(caught.value) and "\n" not in str(caught.value)

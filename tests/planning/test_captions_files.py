"""Captions files become plain cues, and cues captions files again."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variantgen.analyze.captions import find_captions, read_captions
from variantgen.build.sidecar import sidecar_text
from variantgen.errors import UserError
from variantgen.model import SourceCue

FOOTAGE = Path(__file__).parents[2].parent / "shared" / "footage"


def captions_file(folder: Path, content: str | bytes, name: str = "film.srt") -> Path:
    """A captions file of the given content, to the byte."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# ---------------------------------------------------------------- reading


def test_srt_loses_its_markup_and_keeps_its_words(tmp_path):
    """Tags, numbers and carriage returns go; braces that are text stay; NFC is made."""
    text = (
        "1\r\n00:00:01,000 --> 00:00:02,500\r\n{\\an8}<b>Cafe\u0301</b> {hello}\r\n"
        "<font color=red>a < b</font>\r\n"
        "\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n<i>All of it</i>\r\n"
    )
    first, second = read_captions(captions_file(tmp_path, text)).cues
    assert first == SourceCue(1.0, 2.5, "Caf\u00e9 {hello}\na < b")
    assert second == SourceCue(3.0, 4.0, "All of it", is_italic=True)


def test_vtt_names_notes_styles_and_entities(tmp_path):
    """A WebVTT cue is its own lines only, entities resolved, inline times and settings dropped."""
    text = (
        "WEBVTT - a title\n\nSTYLE\n::cue { color: red }\n\nNOTE not a caption\n\nintro\n"
        "00:01.000 --> 00:02.5 align:start position:10%\n"
        "<v Ann>Fish &amp; <00:01.500>chips&nbsp;&lt;3</v>\n\n"
        "outro\n01:00:00.000 --> 01:00:01.000\n<i>Bye</i>\n\nNOTE 00:00:01.000 and so on\n"
    )
    first, second = read_captions(captions_file(tmp_path, text, "film.vtt")).cues
    assert first == SourceCue(1.0, 2.5, "Fish & chips\u00a0<3")
    assert second == SourceCue(3600.0, 3601.0, "Bye", is_italic=True)


def test_ass_events_become_plain_text_and_drawings_go(tmp_path):
    """Override tags are taken out, escaped braces stay, comments and vector drawings are no captions."""
    text = (
        "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\n"
        "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold,"
        " Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow,"
        " Alignment, MarginL, MarginR, MarginV, Encoding\n"
        "Style: Slanted,Arial,20,&H0,&H0,&H0,&H0,0,-1,0,0,100,100,0,0,1,1,0,2,9,9,9,1\n\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\b1}One\\Ntwo \\{three\\}, four\n"
        "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\p1}m 0 0 l 9 9 0 9{\\p0}\n"
        "Comment: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,unseen\n"
        "Dialogue: 0,0:00:04.00,0:00:05.00,Slanted,,0,0,0,,leaning\n"
    )
    first, second = read_captions(captions_file(tmp_path, text, "film.ass")).cues
    assert first == SourceCue(1.0, 2.0, "One\ntwo {three}, four")
    assert second == SourceCue(4.0, 5.0, "leaning", is_italic=True)


@pytest.mark.parametrize(
    ("encoding", "is_noted"), [("utf-8", 0), ("utf-8-sig", 0), ("utf-16", 0), ("utf-16-le", 1), ("cp1252", 1)]
)
def test_encodings_are_told_apart(tmp_path, encoding, is_noted):
    """The same words come out of every encoding; guesses are said."""
    text = "1\n00:00:01,000 --> 00:00:02,000\nOù êtes-vous, señor?\n"
    file = read_captions(captions_file(tmp_path, text.encode(encoding)))
    assert file.cues[0].text == "Où êtes-vous, señor?"
    assert len(file.notes) == is_noted


def test_times_are_mended_and_said(tmp_path):
    """Reversed times are swapped, cues of no length or no text left out, order restored, each with a note."""
    text = (
        "1\n00:00:09,000 --> 00:00:08,000\nlast\n\n2\n00:00:03,000 --> 00:00:03,000\nblink\n\n"
        "3\n00:00:01,000 --> 00:00:02,000\nfirst\n\n4\n00:00:05,000 --> 00:00:06,000\n<i> </i>\n"
    )
    file = read_captions(captions_file(tmp_path, text))
    assert [(cue.start_seconds, cue.text) for cue in file.cues] == [(1.0, "first"), (8.0, "last")]
    assert len(file.notes) == 2 and "swapped" in file.notes[0] and "left out" in file.notes[1]


def test_overlaps_are_trimmed_or_shown_together(tmp_path):
    """A caption held a moment too long gives way; two that really stand together share the screen."""
    text = (
        "1\n00:00:01,000 --> 00:00:03,100\nheld\n\n2\n00:00:03,000 --> 00:00:05,000\nnext\n\n"
        "3\n00:00:10,000 --> 00:00:14,000\nlow\n\n4\n00:00:11,000 --> 00:00:13,000\nhigh\n"
    )
    file = read_captions(captions_file(tmp_path, text))
    assert [(cue.start_seconds, cue.end_seconds, cue.text) for cue in file.cues] == [
        (1.0, 3.0, "held"),
        (3.0, 5.0, "next"),
        (10.0, 11.0, "low"),
        (11.0, 13.0, "low\nhigh"),
        (13.0, 14.0, "low"),
    ]
    assert "overlap" in file.notes[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"just a letter to a friend\n", "not captions"),
        (b"\x00\x01\x02MZ\x00\x90", "not a text file"),
        (b"[Script Info]\n[Events]\nDialogue: 0,soon,later,Default,,0,0,0,,hi\n", "not valid ASS"),
        (b"WEBVTT\n\nNOTE nothing else\n", "no captions"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n\n", "no captions"),
    ],
)
def test_what_is_no_captions_file_is_one_sentence(tmp_path, content, words):
    """A user error names the file and says what it is instead, in one line."""
    with pytest.raises(UserError) as caught:
        read_captions(captions_file(tmp_path, content))
    assert "film.srt" in str(caught.value) and words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_files_and_folders_are_user_errors(tmp_path):
    """A path that leads nowhere or to a folder is the user's to change."""
    with pytest.raises(UserError, match="does not exist"):
        read_captions(tmp_path / "gone.srt")
    with pytest.raises(UserError, match="is a folder"):
        read_captions(tmp_path)


def test_captions_beside_a_master_are_found_by_its_name(tmp_path):
    """film.mp4 finds film.vtt, prefers film.srt, and takes nobody else's file."""
    master = tmp_path / "film.mp4"
    captions_file(tmp_path, "", "other.srt")
    assert find_captions(master) is None
    captions_file(tmp_path, "", "film.vtt")
    assert find_captions(master) == tmp_path / "film.vtt"
    captions_file(tmp_path, "", "film.srt")
    assert find_captions(master) == tmp_path / "film.srt"


@pytest.mark.skipif(not FOOTAGE.is_dir(), reason="the shared footage is not beside this checkout")
def test_real_subtitles_are_read_or_refused_in_one_line():
    """Every real captions file gives ordered cues that never overlap, or one sentence."""
    paths = [path for path in FOOTAGE.rglob("*") if path.suffix in {".srt", ".vtt", ".ass"}]
    assert len(paths) > 50
    for path in paths:
        try:
            cues = read_captions(path).cues
        except UserError as error:
            assert path.name in str(error) and "\n" not in str(error)
            continue
        assert all(cue.text.strip() and cue.start_seconds < cue.end_seconds for cue in cues)
        assert all(a.end_seconds <= b.start_seconds for a, b in pairwise(cues))
        assert not any(mark in cue.text for cue in cues for mark in ("-->", "</", "&nbsp;"))


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"WEBVTT\n\n", b"[Events]\n", b"1\n00:00:01,0 --> 0:0:2\n"]),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_cues_or_a_user_error(tmp_path_factory, content, opening):
    """No bytes whatever make the reader fail in another way."""
    path = captions_file(tmp_path_factory.mktemp("any"), opening + content)
    try:
        cues = read_captions(path).cues
    except UserError:
        return
    assert not any(ord(letter) < 32 and letter != "\n" for cue in cues for letter in cue.text)
    assert all(0 <= cue.start_seconds < cue.end_seconds for cue in cues)


# ---------------------------------------------------------------- files out


@pytest.mark.parametrize("form", ["srt", "vtt", "ass"])
def test_a_sidecar_reads_back_as_what_was_written(tmp_path, form):
    """Every format gives the same cues back, hostile letters included."""
    cues = (
        SourceCue(0.5, 1.25, "{\\p1} &amp; <b> 50% \\N", False) if form != "srt" else SourceCue(0.5, 1.25, "{hi} & 5%"),
        SourceCue(3661.04, 3662.5, "zwei\nZeilen – „so“", True),
    )
    path = captions_file(tmp_path, sidecar_text(cues, form), f"film.{form}")
    assert read_captions(path).cues == cues


def test_an_unknown_sidecar_format_is_refused():
    """The writer takes three formats and names them."""
    with pytest.raises(ValueError, match="srt, vtt, ass"):
        sidecar_text([], "txt")

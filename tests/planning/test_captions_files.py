"""Captions files become plain cues, and cues captions files again."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from captions_made import SRT
from hypothesis import given, settings
from hypothesis import strategies as st

from variantgen.analyze.captions import find_caption_files, find_captions, read_captions
from variantgen.analyze.captions.plain import balanced
from variantgen.build.sidecar import sidecar_text
from variantgen.errors import ToolError, UserError
from variantgen.media.caption_times import caption_times
from variantgen.model import CaptionTrack, SourceCue
from variantgen.plan.naming import locale_of, sidecar_file
from variantgen.presets.schema import Captions

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
    assert (first.start_seconds, first.end_seconds, first.text) == (1.0, 2.5, "Fish & chips\u00a0<3")
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
    """Reversed and negative times are mended, what cannot be shown is left out, order restored, each with a note."""
    text = (
        "1\n00:00:09,000 --> 00:00:08,000\nlast\n\n2\n00:00:03,000 --> 00:00:03,000\nblink\n\n"
        "3\n-00:00:01,000 --> 00:00:02,000\nfirst\n\n4\n00:00:05,000 --> 00:00:06,000\n<i> </i>\n\n"
        "5\n00:00:08,000 --> 00:00:09,000\nlast\n\n6\n-00:00:02,000 --> -00:00:01,000\nbefore\n\n"
        "7\n00:00:09,500 --> 00:00:12,000\ncut\n\n8\n00:00:11,000 --> 00:00:12,000\npast\n"
    )
    file = read_captions(captions_file(tmp_path, text), end_seconds=10.0)
    assert [(cue.start_seconds, cue.end_seconds, cue.text) for cue in file.cues] == [
        (0.0, 2.0, "first"),
        (8.0, 9.0, "last"),
        (9.5, 10.0, "cut"),
    ]
    told = (
        *("without text", "times swapped", "lasted no time", "began before 0", "wholly before the start"),
        *("outlasted the master", "after the end of the master", "out of order", "stood there twice"),
    )
    assert len(file.notes) == len(told)
    for words in told:
        assert sum(words in note and note.startswith("1 caption ") for note in file.notes) == 1, words


def test_captions_that_all_come_too_late_are_refused(tmp_path):
    """A file of another master says so instead of making a film without captions."""
    path = captions_file(tmp_path, "1\n00:01:00,000 --> 00:01:02,000\nhi\n")
    with pytest.raises(UserError, match=r"ends at 12\.0 s, the first begins at 60\.0 s"):
        read_captions(path, end_seconds=12.0)


def test_broadcast_hours_are_taken_off(tmp_path):
    """A file that counts from 10:00:00 fits a master of a minute, and keeps its times where the length is unknown."""
    path = captions_file(tmp_path, "1\n10:00:05,000 --> 10:00:06,500\nhi\n")
    assert read_captions(path).cues[0].start_seconds == 36005.0
    file = read_captions(path, end_seconds=60.0)
    assert (file.cues[0].start_seconds, file.cues[0].end_seconds) == (5.0, 6.5)
    assert "10:00:00" in file.notes[0]


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
    if os.name == "posix":
        with pytest.raises(UserError, match="no plain file"):
            read_captions(Path(os.devnull))


def test_captions_beside_a_master_are_found_by_its_name(tmp_path):
    """film.mp4 finds film.vtt, prefers film.srt, and takes nobody else's file."""
    master = tmp_path / "film.mp4"
    captions_file(tmp_path, "", "other.srt")
    assert find_captions(master) is None
    captions_file(tmp_path, "", "film.vtt")
    assert find_captions(master) == tmp_path / "film.vtt"
    captions_file(tmp_path, "", "film.srt")
    assert find_captions(master) == tmp_path / "film.srt"


def test_captions_of_several_languages_are_found(tmp_path):
    """Tags are brought into one form; what only looks like captions, or is another film's, is not taken."""
    master = tmp_path / "my.film.mp4"
    names = (
        *("my.film.en_us.srt", "my.film.fra.vtt", "my.film.fr.srt", "my.film.pt-BR.sdh.ttml", "my.film.cut.srt"),
        *("my.film.xyz.srt", "my.film.de.forced.srt", "my.srt", "my.film.info.json", "my.film.txt", "my.film.it.xml"),
    )
    for name in names:
        captions_file(tmp_path, '{"segments": []}' if name.endswith("json") else "<x/>", name)
    captions_file(tmp_path, '{"segments": []}', "my.film.ja.json")
    found = {language: path.name for language, path in find_caption_files(master).items()}
    assert found == {
        "en-US": "my.film.en_us.srt",
        "fr": "my.film.fr.srt",
        "ja": "my.film.ja.json",
        "pt-BR": "my.film.pt-BR.sdh.ttml",
    }
    assert find_captions(master) == tmp_path / "my.film.en_us.srt"
    captions_file(tmp_path, "", "my.film.ttml")
    assert find_captions(master) == tmp_path / "my.film.ttml"


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


# ---------------------------------------------------------------- hostile files and encodings


SPOKEN = {
    "windows-1250": ("cp1250", "Zażółć gęślą jaźń, proszę cię, chodźmy już stąd."),
    "windows-1251": ("cp1251", "Съешь же ещё этих мягких французских булок."),
    "windows-1252": ("cp1252", "Señor Müller, mañana."),
    "windows-1253": ("cp1253", "Άρα πού πηγαίνεις τώρα; Δεν ξέρω ακόμα. Άντε γεια."),
    "windows-1255": ("cp1255", "מה שלומך היום? אני בסדר גמור."),
    "windows-1256": ("cp1256", "كيف حالك اليوم يا صديقي؟ أنا بخير."),
    "ISO-8859-2": ("iso8859-2", "Příliš žluťoučký kůň úpěl ďábelské ódy."),
    "KOI8-R": ("koi8-r", "Съешь же ещё этих мягких французских булок."),
    "Shift-JIS": ("cp932", "もう遅いから、早く帰ろうよ。"),
    "EUC-JP": ("euc-jp", "もう遅いから、早く帰ろうよ。"),
    "ISO-2022-JP": ("iso2022-jp", "もう遅いから、早く帰ろうよ。"),
    "GB18030": ("gb18030", "你在干什么?我们走吧,时间不早了。"),
    "Big5": ("big5", "你在做什麼?我們走吧,時間不早了。"),
    "EUC-KR": ("cp949", "지금 뭐 하는 거야? 빨리 집에 가자."),
    "UTF-16-BE": ("utf-16-be", "Où êtes-vous, señor?"),
    "UTF-32-LE": ("utf-32-le", "Où êtes-vous, señor?"),
}


@pytest.mark.parametrize("encoding", SPOKEN)
def test_encodings_of_the_world_are_told_and_named(tmp_path, encoding):
    """A single short sentence is enough, and the note names what it was read as."""
    codec, sentence = SPOKEN[encoding]
    text = f"1\n00:00:01,000 --> 00:00:02,000\n{sentence}\n"
    file = read_captions(captions_file(tmp_path, text.encode(codec)))
    assert file.cues[0].text == sentence
    assert len(file.notes) == 1 and encoding in file.notes[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_that_name_themselves_need_no_note(tmp_path, encoding):
    """A BOM is believed."""
    assert read_captions(captions_file(tmp_path, SRT.encode(encoding))).cues[-1].text == "שלום 你好 🎉"


def test_letters_encoded_twice_are_mended(tmp_path):
    """UTF-8 that was taken for windows-1252 once too often is read as it was meant."""
    text = "1\n00:00:01,000 --> 00:00:02,000\nCafé – où ?\n".encode().decode("cp1252").encode()
    file = read_captions(captions_file(tmp_path, text))
    assert file.cues[0].text == "Café – où ?" and "twice" in file.notes[0]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("{hello} 50 % $(id) 'a' \"b\" a:b c\\d;[e]=f", "{hello} 50 % $(id) 'a' \"b\" a:b c\\d;[e]=f"),
        ("bell\x07 escape\x1b[31m red\x00", "bell escape[31m red"),
        ("turned \u202edrow round", "turned drow round"),
        ("kept \u202edrow\u202c fine", "kept \u202edrow\u202c fine"),
        ("\u202bשלום", "\u202bשלום\u202c"),
        ("stray\u2069 \u202cmarks", "stray marks"),
        ("\u2066open isolate", "\u2066open isolate\u2069"),
        ("new emoji \U0001fae8", "new emoji \U0001fae8"),
    ],
)
def test_hostile_text_is_text(tmp_path, line, shown):
    """What would steer a terminal, a renderer or the reading order is shown as letters or taken out."""
    assert read_captions(captions_file(tmp_path, f"1\n00:00:01,000 --> 00:00:02,000\n{line}\n")).cues[0].text == shown


@given(st.text("ab \u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", max_size=30))
@settings(max_examples=200)
def test_no_mark_of_direction_outlives_its_line(line):
    """Every opening mark has its closing one, in order, letters are untouched, and balancing twice changes nothing."""
    closers, opened = {"\u202c": "\u202a\u202b\u202d\u202e", "\u2069": "\u2066\u2067\u2068"}, []
    mended = balanced(line)
    for letter in mended:
        if letter in closers:
            assert opened and opened.pop() in closers[letter]
        elif letter not in "ab ":
            opened.append(letter)
    assert opened == []
    assert [c for c in mended if c in "ab "] == [c for c in line if c in "ab "]
    assert balanced(mended) == mended


def test_a_caption_is_ten_thousand_characters_at_most(tmp_path):
    """A longer one is cut with a note, and a file of too many captions refused."""
    file = read_captions(captions_file(tmp_path, "1\n00:00:01,000 --> 00:00:02,000\n" + "x" * 30_000))
    assert len(file.cues[0].text) == 10_000 and "longer than 10000" in file.notes[0]
    many = "00:00:01,000 --> 00:00:02,000\na\n" * 100_001
    with pytest.raises(UserError, match="more than 100000 captions"):
        read_captions(captions_file(tmp_path, many))


@pytest.mark.parametrize(
    ("content", "called"),
    [
        ("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/a.vtt\n", "a playlist"),
        ("<!DOCTYPE html><html></html>", "a web page"),
        ("{1}{25}hello\n", "MicroDVD"),
        ("{\\rtf1 hello}", "a rich-text document"),
        ('<tt><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><body/></tt>', "entities of its own"),
        ("<tt>" + "<span>" * 200, "60 elements deep"),
        ('{"segments": ' + "[" * 100_000, "nests too deep"),
        ('{"segments": [{"start": 1', "broken JSON"),
        ('{"words": 3}', "without a transcript"),
        ("[Events]\nDialogue: 0,soon,later,D,,0,0,0,,hi\n", "not valid ASS"),
    ],
)
def test_what_is_refused_is_named(tmp_path, content, called):
    """Nothing a file points to is followed, nothing swells; the sentence says what the file is."""
    with pytest.raises(UserError) as caught:
        read_captions(captions_file(tmp_path, content))
    assert called in str(caught.value) and "\n" not in str(caught.value)


# ---------------------------------------------------------------- files out

FORMS = ("srt", "vtt", "ttml", "ass")
HOSTILE = (
    "{\\p1}m 0 0 l 9 9{\\p0}", "a --> b 00:00:01.000 --> 00:00:02.000", "Tom & Jerry &amp; &#60;b&#62;",
    "<b>a</b> < b > c <3", "'single' \"double\" `back`", "50 % of $(id) c:\\dir\\file \\N \\h", "{y:i}low {braces}",
    "]]> <!-- x --> <?pi?>", "NOTE what\nSTYLE\n1", "[Events]\nDialogue: 0,0:00:09.00,0:00:10.00,Default,,0,0,0,,no",
    "x" * 10_000, "שלום עולם\nمرحبا\n你好 🎉 é",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_sidecar_reads_back_as_what_was_written(tmp_path, form):
    """Every form gives hostile text back as text, at its times; SRT, which has no escapes, with an arrow of one sign
    and marks that nobody sees."""
    cues = tuple(SourceCue(n + 0.5, n + 1.25, text, n % 2 > 0) for n, text in enumerate(HOSTILE))
    cues += (SourceCue(3661.04, 3662.5, "zwei\nZeilen – „so“", True),)
    read = read_captions(captions_file(tmp_path, sidecar_text(cues, form, "de"), f"film.{form}")).cues
    if form == "srt":
        read = tuple(replace(cue, text=cue.text.replace("\u2060", "").replace("→", "-->")) for cue in read)
    assert read == cues


@pytest.mark.parametrize("form", FORMS)
@given(st.lists(st.text(max_size=60) | st.sampled_from(HOSTILE), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_no_text_makes_or_breaks_a_cue(form, texts):
    """Whatever letters a caption has, its file holds each cue once, at its time, and nothing else."""
    cues = [SourceCue(n, n + 0.75, f"a{text}") for n, text in enumerate(texts)]
    content = sidecar_text(cues, form, "en").encode()
    assert caption_times(content, form, "film") == tuple((cue.start_seconds, cue.end_seconds) for cue in cues)


@pytest.mark.parametrize("form", FORMS)
def test_letters_that_are_none_stay_out_of_a_sidecar(tmp_path, form):
    """Control characters, surrogates and line ends of other systems: no form carries them, XML breaks on them."""
    cue = SourceCue(1.0, 2.0, "bell\x07 null\x00\r\nsecond\u2028third\ufeff \ud800\ufffe.")
    path = captions_file(tmp_path, sidecar_text([cue], form), f"film.{form}")
    assert read_captions(path).cues[0].text == "bell null\nsecond\nthird ."


@pytest.mark.parametrize("form", ["vtt", "ttml", "srt"])
def test_a_sidecar_is_written_shorter_only_where_it_must_be(tmp_path, form):
    """Under its limit nothing changes; over it every cue is still there, in fewer bytes, however small the limit."""
    cues = tuple(SourceCue(n, n + 0.5, f"line {n}") for n in (1, 2, 3601))
    plain = sidecar_text(cues, form)
    short = sidecar_text(cues, form, max_bytes=10)
    assert sidecar_text(cues, form, max_bytes=len(plain.encode())) == plain
    assert len(short) < len(plain)
    assert read_captions(captions_file(tmp_path, short, f"film.{form}")).cues == cues


def test_a_webvtt_file_at_its_shortest():
    """Hours go where there are none, and no line is spent on nothing."""
    short = sidecar_text([SourceCue(1.0, 2.5, "a"), SourceCue(3599.0, 3600.0, "b")], "vtt", max_bytes=10)
    assert short == "WEBVTT\n\n00:01.000 --> 00:02.500\na\n\n59:59.000 --> 01:00:00.000\nb\n"


@pytest.mark.parametrize("canvas", [(1080, 1920), (1920, 1080)])
def test_text_is_not_stretched_on_any_canvas(canvas):
    """ASS names the canvas it was made for and TTML sizes its letters by the shorter side: as tall on each."""
    cue = SourceCue(1.0, 2.0, "hi")
    ass = sidecar_text([cue], "ass", "pt-BR", canvas=canvas)
    assert f"PlayResX: {canvas[0]}\nPlayResY: {canvas[1]}\n" in ass and "Language: pt\n" in ass
    assert "Style: Default,Arial,70," in ass
    (percent,) = re.findall(r'fontSize="(\d+)%"', sidecar_text([cue], "ttml", canvas=canvas))
    assert int(percent) / 100 / 15 * canvas[1] == pytest.approx(0.0537 * 1080, rel=0.02)


def test_an_unknown_sidecar_format_is_refused():
    """The writer takes four forms and names them."""
    with pytest.raises(ValueError, match="srt, vtt, ttml, ass"):
        sidecar_text([], "txt")


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"1\n00:00:01,000 --> 00:00:02,000\nhi --> there\n", "srt"),
        (b"00:01.000 --> 00:02.000\nhi\n", "vtt"),
        (b'<tt xmlns="http://www.w3.org/ns/ttml"><p begin="1s" end="2s"/></tt>', "ttml"),
        (b"<tt><p>", "ttml"),
        (b"\xff\xfe", "srt"),
    ],
)
def test_a_broken_sidecar_is_not_taken_for_whole(content, form):
    """The reader that verifies a written file forgives nothing."""
    with pytest.raises(ToolError, match=r"film\.x cannot be read back"):
        caption_times(content, form, "film.x")


# ---------------------------------------------------------------- names of files out


def sidecar_names(
    rule: str, *languages: str, forms: tuple[str, ...] = ("srt",), file: str = "my.film.mp4"
) -> list[str]:
    """The names that a rule gives the captions files of one variant."""
    captions = Captions(sidecar_name=rule, sidecar_format=forms)
    tracks = [CaptionTrack(language, ()) for language in languages]
    return [sidecar_file(file, track.language, form, captions, tracks) for track in tracks for form in forms]


@pytest.mark.parametrize(
    ("rule", "languages", "forms", "names"),
    [
        ("{file}.{format}", ("en",), ("srt", "vtt"), ["my.film.srt", "my.film.vtt"]),
        ("{file}.{format}", ("en", "fr"), ("srt",), ["my.film.en.srt", "my.film.fr.srt"]),
        ("{file}.{format}", ("en", ""), ("srt",), ["my.film.en.srt", "my.film.srt"]),
        ("{file}.{locale}.{format}", ("pt-BR", "zh-Hant"), ("srt",), ["my.film.pt_BR.srt", "my.film.zh_TW.srt"]),
        ("{file}_{language}.{format}", ("",), ("vtt",), ["my.film.vtt"]),
        ("{file}.{locale}.{format}", ("en", "en-US"), ("srt",), ["my.film.en_US.srt", "my.film.en_US-2.srt"]),
        ("{file}.mp4", ("en",), ("srt",), ["my.film-2.mp4"]),
        ("{file}", ("en", "fr"), ("srt",), ["my.film.en", "my.film.fr"]),
    ],
)
def test_a_sidecar_is_named_by_the_channels_rule(rule, languages, forms, names):
    """Where a language is not known its part goes; where a rule gives one name twice, the later one is numbered."""
    assert sidecar_names(rule, *languages, forms=forms) == names


@given(
    st.sampled_from(["{file}.{format}", "{file}.{locale}.{format}", "{file}_{language}.{format}", "{file}.x.{format}"]),
    st.lists(st.sampled_from(["", "en", "en-US", "EN-us", "pt", "pt-BR", "zh", "zh-Hans"]), unique=True, min_size=1),
    st.lists(st.sampled_from(FORMS), unique=True, min_size=1).map(tuple),
)
def test_no_two_files_of_a_variant_have_one_name(rule, languages, forms):
    """Not even on a disk that takes capitals for small letters, and none takes the film's own."""
    names = [name.casefold() for name in sidecar_names(rule, *languages, forms=forms)]
    assert len({*names, "my.film.mp4"}) == len(names) + 1


@pytest.mark.parametrize(
    ("language", "locale"),
    [
        *(("en", "en_US"), ("en-GB", "en_GB"), ("fr", "fr_FR"), ("pt", "pt_BR"), ("ja", "ja_JP"), ("ar", "ar_AR")),
        *(("zh", "zh_CN"), ("zh-Hans", "zh_CN"), ("zh-Hant", "zh_TW"), ("zh-Hant-HK", "zh_HK"), ("sr-Latn", "sr_RS")),
        *(("es", "es_ES"), ("es-419", "es_LA"), ("yo", "yo"), ("", ""), ("af", "af_ZA"), ("zu", "zu_ZA")),
    ],
)
def test_a_locale_has_the_usual_country(language, locale):
    """A country that was said stays; a language without one gets the one it is mostly captioned for, if any."""
    assert locale_of(language) == locale

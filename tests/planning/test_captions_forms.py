"""Every form of captions file gives its cues, its words and its notes, whatever the file is called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from captions_made import BARE_WORDS, SAMPLES, WHISPER, WHISPER_CPP, WHISPERX, scc, stl

from variantgen.analyze.captions import SUFFIXES, read_captions
from variantgen.analyze.captions.embedded import _read_wvtt
from variantgen.media.subtitle_tracks import TrackSample
from variantgen.model import SourceCue


def captions_file(folder: Path, content: str | bytes, name: str = "film.srt") -> Path:
    """A captions file of the given content, to the byte."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("name", SAMPLES)
def test_every_form_is_read_whatever_its_name(tmp_path, name):
    """Content decides: under every suffix the same cues come out, and a wrong one is told."""
    right = read_captions(captions_file(tmp_path, SAMPLES[name], name))
    assert "Good" in right.cues[0].text or name == "rolling.vtt"
    assert not any("its name says" in note for note in right.notes)
    for suffix in SUFFIXES:
        other = read_captions(captions_file(tmp_path, SAMPLES[name], f"other{suffix}"))
        assert (other.cues, other.form) == (right.cues, right.form)
        assert other.notes in (right.notes, (f"is {right.form}, though its name says {suffix}.", *right.notes))
    assert any("its name says" in note for note in other.notes) == (not name.endswith(".json"))


def words(cue):
    """The words of a cue as (start, end, text), to the millisecond."""
    return [(round(word.start_seconds, 3), round(word.end_seconds, 3), word.text) for word in cue.words]


@pytest.mark.parametrize("name", ["film.vtt", "film.ass", "film.ssa", "film.ttml", "film.dfxp"])
def test_times_inside_a_caption_become_words(tmp_path, name):
    """Inline stamps, karaoke tags of every kind and timed spans give each word its time, syllables made whole."""
    cue = read_captions(captions_file(tmp_path, SAMPLES[name], name)).cues[0]
    ends = {"film.ass": (1.5, 2.2), "film.ssa": (1.5, 2.2)}.get(name, (1.5, 2.0))
    assert words(cue) == [(1.0, ends[0], "Good"), (ends[0], ends[1], "evening,"), (ends[1], 2.5, "everyone.")]


@pytest.mark.parametrize("text", [WHISPER, WHISPER_CPP, BARE_WORDS], ids=["whisper", "whisper.cpp", "words only"])
def test_transcripts_keep_their_words(tmp_path, text):
    """Every shape of Whisper's JSON gives the same words, tokens joined and special ones left out."""
    file = read_captions(captions_file(tmp_path, text, "film.json"))
    assert file.language == "en"
    assert file.cues[0].text == "Good evening, everyone."
    assert words(file.cues[0]) == [(1.0, 1.4, "Good"), (1.5, 1.9, "evening,"), (2.0, 2.5, "everyone.")]


def test_a_word_without_times_gets_what_its_neighbours_leave(tmp_path):
    """WhisperX gives numbers no times; they stand between the words before and after."""
    cue = read_captions(captions_file(tmp_path, WHISPERX, "film.json")).cues[0]
    assert words(cue) == [(1.0, 1.4, "Good"), (1.4, 2.0, "8"), (2.0, 2.5, "everyone.")]
    assert cue.words[0].confidence == 0.9


def test_words_of_scripts_without_spaces_are_cut_where_times_are(tmp_path):
    """Han and kana have a word for each time, closing marks with the word before them."""
    text = "[Script Info]\n[Events]\n"
    text += "Dialogue: 0,0:00:01.00,0:00:03.00,D,,0,0,0,,{\\k50}君{\\k50}の{\\k50}名{\\k20}。{\\k30}は\n"
    cue = read_captions(captions_file(tmp_path, text, "film.ass")).cues[0]
    assert words(cue) == [(1.0, 1.5, "君"), (1.5, 2.0, "の"), (2.0, 2.7, "名。"), (2.7, 3.0, "は")]


def test_words_stay_inside_their_caption_and_in_order(tmp_path):
    """Word times that run back or out of the caption are clipped; nonsense throughout leaves the text alone."""
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\n<00:00.500>a <00:02.000>b <00:01.500>c <00:02.500>d\n\n"
    text += "00:05.000 --> 00:06.000\n<00:09.000>e <00:09.500>f\n"
    file = read_captions(captions_file(tmp_path, text, "film.vtt"))
    assert words(file.cues[0]) == [(1.0, 2.0, "a"), (2.0, 2.0, "b"), (2.0, 2.5, "c"), (2.5, 3.0, "d")]
    assert (file.cues[1].text, file.cues[1].words) == ("e f", ())
    assert any("word times" in note for note in file.notes)


def test_words_of_captions_that_overlap(tmp_path):
    """A caption cut short takes its words along; where two stand together no caption has words, alone again it has."""
    text = "WEBVTT\n\n" + "".join(
        f"00:{start:06.3f} --> 00:{end:06.3f}\n<00:{start:06.3f}>{said} <00:{middle:06.3f}>{said}\n\n"
        for start, middle, end, said in (
            *((1.0, 2.0, 3.1, "held"), (3.0, 4.0, 5.0, "next"), (10.0, 11.0, 14.0, "low"), (11.0, 12.0, 13.0, "high")),
            *((20.0, 21.0, 22.0, "alone"), (30.0, 31.0, 34.0, "both"), (30.1, 31.0, 34.1, "near")),
        )
    )
    cues = read_captions(captions_file(tmp_path, text, "film.vtt")).cues
    assert words(cues[0]) == [(1.0, 2.0, "held"), (2.0, 3.0, "held")]
    assert [cue.text for cue in cues if cue.words] == ["held held", "next next", "alone alone"]
    assert cues[-1] == SourceCue(30.0, 34.0, "both both\nnear near")
    late = "WEBVTT\n\n00:01.000 --> 00:03.000\n<00:01.000>a <00:02.950>b\n\n00:02.900 --> 00:05.000\nc\n"
    first = read_captions(captions_file(tmp_path, late, "film.vtt")).cues[0]
    assert words(first) == [(1.0, 2.9, "a"), (2.9, 2.9, "b")]


def test_rolling_captions_say_each_line_once(tmp_path):
    """YouTube's lines are shown when they come, with their words, until the next; a dialogue of repeats is kept."""
    file = read_captions(captions_file(tmp_path, SAMPLES["rolling.vtt"], "film.vtt"))
    assert [(cue.start_seconds, cue.end_seconds, cue.text) for cue in file.cues] == [
        (0.0, 2.01, "hello there"),
        (2.01, 4.01, "second line here"),
        (4.01, 6.0, "the end"),
    ]
    assert words(file.cues[1]) == [(2.01, 2.5, "second"), (2.5, 3.0, "line"), (3.0, 4.0, "here")]
    spoken = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\nNo!\n\n" for n in range(1, 6))
    assert len(read_captions(captions_file(tmp_path, spoken)).cues) == 5


def test_ruby_keeps_its_base_and_places_go(tmp_path):
    """Furigana is dropped, and captions the file had placed are told."""
    file = read_captions(captions_file(tmp_path, SAMPLES["film.vtt"], "film.vtt"))
    assert file.cues[1].text == "漢字 & more"
    assert [note for note in file.notes if "placed" in note] == [
        "1 caption placed on the picture by the file: shown at the preset's place."
    ]


def test_ttml_times_add_up_and_spans_may_be_captions(tmp_path):
    """Times nest, styles are followed, and a paragraph without times gives each timed span a caption."""
    file = read_captions(captions_file(tmp_path, SAMPLES["film.ttml"], "film.ttml"))
    assert file.cues[1] == SourceCue(3.0, 4.0, "lean\nover", is_italic=True)
    spans = '<span begin="1s" end="2s">Tom & Jo&nbsp;!</span> <span begin="3s" end="4s">b</span>'
    text = f'<tt xml:lang="fr"><body><div><p>{spans}</p></div></body></tt>'
    file = read_captions(captions_file(tmp_path, text, "film.ttml"))
    assert file.cues == (SourceCue(1.0, 2.0, "Tom & Jo\u00a0!"), SourceCue(3.0, 4.0, "b"))
    assert file.language == "fr"


def test_broken_lines_of_scc_stl_and_ass_cost_only_themselves(tmp_path):
    """One bad line or block is left out and told; the captions around it stay."""
    damaged = {
        "film.scc": scc().replace("00:00:03:00", "00:00:0x:00").encode(),
        "film.stl": stl()[: 1024 + 128 + 60],
        "film.ass": SAMPLES["film.ass"].replace(b"0:00:03.00", b"soon"),
    }
    for name, content in damaged.items():
        file = read_captions(captions_file(tmp_path, content, name))
        assert [cue.text for cue in file.cues] == ["Good evening, everyone."], name
        assert any("left out" in note for note in file.notes if "drawing" not in note), name


def test_nothing_is_said_on_the_terminal(tmp_path):
    """ttconv's complaints about damaged files become notes, not lines on the user's screen."""
    text = SAMPLES["film.ttml"].replace(b'begin="0s" dur', b'begin="whenever" dur')
    path = captions_file(tmp_path, text, "film.ttml")
    assert any("made no sense" in note for note in read_captions(path).notes)
    code = (
        "import logging\nlogging.basicConfig()\nfrom pathlib import Path\nfrom variantgen.analyze.captions import *\n"
    )
    code += f"read_captions(Path({str(path)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_webvtt_in_mp4_samples_is_read():
    """The text of every cue box of a sample counts; gaps and other boxes do not."""

    def box(kind, content):
        return (len(content) + 8).to_bytes(4, "big") + kind + content

    payload = box(b"vttc", box(b"iden", b"1") + box(b"payl", "né".encode())) + box(b"vttc", box(b"payl", b"<i>b</i>"))
    raw, _ = _read_wvtt([TrackSample(1.0, 2.0, payload), TrackSample(2.0, 3.0, box(b"vtte", b""))], b"", "a track")
    assert [(cue.start_ms, cue.end_ms, cue.text, cue.is_italic) for cue in raw.cues] == [
        (1000, 2000, "né", False),
        (1000, 2000, "b", True),
    ]

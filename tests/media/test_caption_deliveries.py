"""Captions that leave as text: tracks inside the file and files beside it, read back from what was delivered."""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import av
import masters
import pytest
import ttconv.imsc.reader
from renders import SOUND, Made, Studio
from ttconv.style_properties import DirectionType, StyleProperties

from variantgen.analyze.captions import read_captions, read_track
from variantgen.build import sidecar
from variantgen.build.join import join
from variantgen.build.text_track import language_code, text_codec
from variantgen.caption_sources import CaptionWish
from variantgen.errors import UserError
from variantgen.media.boxes import has_edit_lists, is_faststart
from variantgen.media.subtitle_tracks import subtitle_tracks
from variantgen.model import CaptionDelivery, SourceCue

pytestmark = pytest.mark.media

RATE = Fraction(30000, 1001)
SMALL = {"canvas__width": 64, "canvas__height": 36}
HOSTILE = "{\\p1}m 0 0{\\p0} <b>&amp; 'x' \"y\" 50% \\N"
FRAMES = 89
"""Of a film that ends between two milliseconds: at 2.9696 s."""
# the second follows the first at once
ENGLISH = (
    SourceCue(0.0, 0.5, "Hello"),
    SourceCue(0.5, 1.001, f"{HOSTILE}\nzwei, 你好, שלום"),
    SourceCue(1.5, 2.0, "leaning", is_italic=True),
    SourceCue(2.5, 2.969, "the end"),
)
FRENCH = (SourceCue(0.5, 1.0, "Bonjour"),)


def vtt(cues: tuple[SourceCue, ...]) -> str:
    """A captions file in which every letter is the author's."""

    def row(cue: SourceCue) -> str:
        text = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = f"<i>{text}</i>" if cue.is_italic else text
        return f"00:00:{cue.start_seconds:06.3f} --> 00:00:{cue.end_seconds:06.3f}\n{text}\n\n"

    return "WEBVTT\n\n" + "".join(map(row, cues))


@pytest.fixture
def wishes(tmp_path: Path) -> dict[str, Any]:
    """English and Brazilian captions, the latter in French for brevity."""
    made = []
    for language, cues in (("en", ENGLISH), ("pt-BR", FRENCH)):
        path = tmp_path / f"{language}.vtt"
        path.write_text(vtt(cues), "utf-8")
        made.append(CaptionWish(language=language, file=path))
    return {"captions": tuple(made)}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, bundled: Path) -> Studio:
    """One studio for many tests, which write to folders of their own: the film is measured once."""
    return Studio(tmp_path_factory.mktemp("shop"), bundled)


@pytest.fixture(scope="module")
def either_shop(tmp_path_factory: pytest.TempPathFactory, ffmpeg: Path) -> Studio:
    """The same with each FFmpeg in turn."""
    return Studio(tmp_path_factory.mktemp("either"), ffmpeg)


def film(shelf: Path) -> Path:
    """Three seconds of picture and sound."""
    return masters.stamped(shelf, FRAMES, RATE, size=(64, 36), sound=masters.tone(2.97, 440), name="told")


def packets(path: Path, kind: str) -> list[tuple[Fraction, Fraction, bytes]]:
    """(start, length, bytes) of every packet of the first stream of a kind, in seconds."""
    with av.open(str(path)) as file:
        (stream, *_) = getattr(file.streams, kind)
        found = (packet for packet in file.demux(stream) if packet.pts is not None)
        return [(p.pts * p.time_base, (p.duration or 0) * p.time_base, bytes(p)) for p in found]


def told_by(ffmpeg: Path, path: Path, track: int) -> str:
    """A text track as an FFmpeg reads it, its times counted from the file's own start."""
    asked = [ffmpeg, "-v", "error", "-copyts", "-i", path, "-map", f"0:s:{track}", "-f", "webvtt", "-"]
    return subprocess.run(asked, check=True, capture_output=True, timeout=60).stdout.decode()


def embedded(shelf: Path, studio: Studio, wishes: dict[str, Any], **values: Any) -> Made:
    """The film with its captions inside."""
    values = {**SMALL, **SOUND, "captions__mode": "embed" if wishes else "none", **values}
    return studio.render(film(shelf), studio.placement(**values), out="told" if wishes else "bare", **wishes)


@pytest.mark.parametrize(("container", "edit_lists"), [("mp4", False), ("mov", True)])
def test_an_embedded_track_is_exact_and_changes_nothing_else(shelf, either_shop, ffmpeg, wishes, container, edit_lists):
    """Cues to the millisecond without a needless sample, languages told, and every other packet as without them."""
    values = {"container": container, "video__edit_lists": edit_lists}
    made = embedded(shelf, either_shop, wishes, **values)
    bare = embedded(shelf, either_shop, {}, **values).file
    for kind in ("video", "audio"):
        assert packets(made.file, kind) == packets(bare, kind)
    assert has_edit_lists(made.file) is edit_lists and is_faststart(made.file)
    samples = packets(made.file, "subtitles")
    shown = [row for row in samples if row[2][:2] != b"\0\0"]
    assert [round(float(start), 4) for start, _, _ in shown] == [cue.start_seconds for cue in ENGLISH]
    for (_, length, _), cue in zip(shown, ENGLISH, strict=True):
        assert float(length) == pytest.approx(cue.end_seconds - cue.start_seconds, abs=0.00005)
    assert len(samples) - len(shown) <= 3, "one sample for each gap, and one for the end"
    with av.open(str(made.file)) as file, av.open(str(bare)) as other:
        assert file.duration == other.duration
        assert [s.metadata.get("language") for s in file.streams.subtitles] == ["eng", "por"]
        assert {s.codec_context.codec_tag for s in file.streams.subtitles} == {"tx3g"}, "QuickTime's own is not Unicode"
        assert "pt-BR" in file.streams.subtitles[1].metadata["handler_name"]
    text = told_by(ffmpeg, made.file, 0)
    assert "00:00.500 --> 00:01.001" in text and "00:02.500 --> 00:02.969" in text and "<i>leaning</i>" in text
    assert "Bonjour" in told_by(ffmpeg, made.file, 1)


def test_a_track_adds_no_length(shelf, tmp_path):
    """A caption whose end was rounded up over the film's end is shown to the end, and the file is as long as before."""
    cues = (SourceCue(1.0, 2.0, "a"), SourceCue(2.5, round(float(FRAMES / RATE), 3), "b"))
    assert cues[1].end_seconds > FRAMES / RATE
    durations = []
    for tracks in ((), (CaptionDelivery("mov_text", "en", cues),)):
        out = tmp_path / f"{len(tracks)}.mp4"
        join([(film(shelf), FRAMES)], None, out, container="mp4", frame_rate=RATE, text_tracks=tracks)
        with av.open(str(out)) as file:
            durations.append(file.duration)
    assert durations[0] == durations[1]
    shown = [float(start + length) for start, length, text in packets(out, "subtitles") if text[:2] != b"\0\0"]
    assert shown == pytest.approx([2.0, float(FRAMES / RATE)], abs=0.00005)


@pytest.mark.parametrize("container", ["mp4", "webm"])
def test_an_embedded_track_reads_back_letter_for_letter(shelf, shop, wishes, container):
    """Our own reader finds in the track what was said in the file, hostile text and italics included."""
    webm = {"video__codec": "vp9", "video__speed": "8", "audio__codec": "opus"} if container == "webm" else {}
    made = embedded(shelf, shop, wishes, container=container, **webm)
    english, other = (read_track(made.file, track) for track in subtitle_tracks(made.file))
    assert english.cues == ENGLISH and english.language == "en"
    assert other.cues == FRENCH and other.language == "pt"
    with av.open(str(made.file)) as file:
        assert [stream.disposition.name for stream in file.streams.subtitles] == ["default", None]
    checks = {check.name: check for check in made.result.checks}
    assert checks["captions: tracks"].measured == "en: 4 cues, pt-BR: 1 cue"


def test_captions_files_and_film_come_out_together(shelf, shop, wishes):
    """Every language in every form beside the film, by the channel's rule, read back; the manifest lists them."""
    values = {"mode": ["sidecar", "embed"], "sidecar_format": ["srt", "vtt", "ttml", "ass"]}
    placement = shop.placement(
        **SMALL, **{f"captions__{key}": value for key, value in values.items()},
        captions__sidecar_name="{file}.{locale}.{format}",
    )  # fmt: skip
    made = shop.render(film(shelf), placement, out="together", **wishes)
    stem = made.file.stem
    names = [f"{stem}.{locale}.{form}" for locale in ("en_US", "pt_BR") for form in values["sidecar_format"]]
    assert list(made.result.sidecars) == names
    for name in names:
        cues = read_captions(made.out / name).cues
        wanted = ENGLISH if "en_US" in name else FRENCH
        assert [(cue.start_seconds, cue.end_seconds, cue.is_italic) for cue in cues] == [
            pytest.approx((cue.start_seconds, cue.end_seconds, cue.is_italic), abs=0.0051) for cue in wanted
        ]
        assert [cue.text.replace("\u2060", "") for cue in cues] == [cue.text for cue in wanted]
    (entry,) = json.loads((made.out / "manifest.json").read_text("utf-8"))["variants"].values()
    assert {"form": "ttml", "language": "pt-BR", "file": f"{stem}.pt_BR.ttml", "cues": 1} in entry["captions"]
    assert {"form": "mov_text", "language": "en", "file": "", "cues": 4} in entry["captions"]
    assert f"{stem}.pt_BR.ttml (pt-BR)" in (made.out / "gallery.html").read_text("utf-8")


def test_a_captions_file_over_the_channels_limit_fails_the_variant(shelf, shop, wishes):
    """It is written shorter first; where that is not enough, nothing of the variant is published and it says why."""
    placement = {**SMALL, "captions__mode": "sidecar", "captions__sidecar_format": "vtt"}
    long = len(vtt(ENGLISH).encode())
    one = {"captions": wishes["captions"][:1]}
    shorter = shop.placement(**placement, captions__sidecar_max_bytes=long - 9)
    tight = shop.render(film(shelf), shorter, out="tight", **one)
    (name,) = tight.result.sidecars
    text = (tight.out / name).read_text("utf-8")
    assert len(text.encode()) < long - 9 and "\n00:00.500 --> 00:01.001\n" in text
    assert read_captions(tight.out / name).cues == ENGLISH
    refused = shop.placement("refused", **placement, captions__sidecar_max_bytes=100)
    made = shop.render(film(shelf), refused, out="other", **one)
    assert made.result.status == "failed" and made.result.sidecars == ()
    assert "captions: bytes: wanted at most 100" in made.result.error and "shorten" in made.result.error
    assert not [path.name for path in made.out.iterdir() if path.suffix in (".mp4", ".vtt") or ".part" in path.name]


def test_captions_of_an_earlier_run_stay(shelf, shop, wishes):
    """A run in one language leaves the other language's file where it is."""
    placement = shop.placement(**SMALL, captions__mode="sidecar", captions__sidecar_name="{file}.{locale}.{format}")
    first = shop.render(film(shelf), placement, out="twice", **wishes)
    second = shop.render(film(shelf), placement, out="twice", captions=wishes["captions"][:1])
    assert len(first.result.sidecars) == 2 and len(second.result.sidecars) == 1
    assert all((second.out / name).is_file() for name in first.result.sidecars)


def test_a_variant_whose_captions_cannot_be_read_back_is_not_published(shelf, shop, wishes, monkeypatch):
    """What was written is measured, not believed: a cue that went missing fails the variant."""
    monkeypatch.setitem(sidecar._WRITERS, "srt", lambda cues, sheet: sidecar._srt(cues[:-1], sheet))
    made = shop.render(film(shelf), shop.placement(**SMALL, captions__mode="sidecar"), out="unread", **wishes)
    assert made.result.status == "failed" and "en.srt: 3 cues" in made.result.error
    assert not list(made.out.glob("*.srt"))


# ---------------------------------------------------------------- what the containers ask for


@pytest.mark.parametrize("container", ["gif", "webp", "mp3", "wav"])
def test_a_container_without_text_tracks_is_named(container):
    """The sentence says what carries one and what to change."""
    with pytest.raises(UserError, match=f"a {container} file carries no text track .*captions.mode"):
        text_codec(container)


@pytest.mark.parametrize(
    ("language", "code"), [("en", "eng"), ("pt-BR", "por"), ("zh-Hant", "zho"), ("de", "deu"), ("fil", "fil"), ("", "")]
)
def test_languages_are_told_in_three_letters(language, code):
    """ISO 639-2/T, which is what MP4 holds."""
    assert language_code(language) == code


def test_a_ttml_file_is_what_broadcasters_read():
    """ttconv, an implementation of IMSC of its own, finds the language, the region, the direction and the times."""
    text = sidecar.sidecar_text((*ENGLISH, SourceCue(3600.5, 3601.25, "שלום & <b>")), "ttml", "he", canvas=(1080, 1920))
    document = ttconv.imsc.reader.to_model(ElementTree.ElementTree(ElementTree.fromstring(text)))
    assert document.get_lang() == "he"
    (region,) = document.iter_regions()
    paragraphs = [one for one in document.get_body().dfs_iterator() if type(one).__name__ == "P"]
    assert [(p.get_begin(), p.get_end()) for p in paragraphs] == [
        *((Fraction(str(cue.start_seconds)) or None, Fraction(str(cue.end_seconds))) for cue in ENGLISH),
        (Fraction("3600.5"), Fraction("3601.25")),
    ]
    directions = [p.get_style(StyleProperties.Direction) for p in paragraphs]
    assert directions == [None] * 4 + [DirectionType.rtl]
    assert region.get_style(StyleProperties.Extent).width.value == 80

"""Which captions a master gets: named ones, several languages, what lies beside it, what it carries."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import masters
import pytest
from renders import Studio

from variantgen.caption_sources import CaptionWish, caption_tracks, caption_wish
from variantgen.errors import UserError
from variantgen.events import Note
from variantgen.media.ffmpeg import find_ffmpeg
from variantgen.media.probe import probe
from variantgen.model import CaptionTrack

pytestmark = pytest.mark.media


def srt(text: str) -> str:
    """A captions file of one cue from half a second to one and a half."""
    return f"1\n00:00:00,500 --> 00:00:01,500\n{text}\n"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Two seconds in a folder of its own."""
    (tmp_path / "film").mkdir()
    made = masters.stamped(tmp_path / "film", 60, Fraction(30))
    return made.rename(made.with_name("film.mp4"))


def found(film: Path, *words: str) -> tuple[tuple[CaptionTrack, ...], list[str]]:
    """The tracks that words of the command line give, and what was said about them."""
    notes: list[Note] = []
    tracks = caption_tracks(probe(film), [caption_wish(word) for word in words], notes.append)
    return tracks, [note.text for note in notes]


def with_subtitles(film: Path, *files: tuple[str, Path]) -> Path:
    """The film in a Matroska file with one subtitle track a (language, captions file)."""
    path = film.with_suffix(".mkv")
    inputs = [word for _, file in files for word in ("-i", str(file))]
    maps = [word for number in range(len(files) + 1) for word in ("-map", str(number))]
    tags = [w for n, (tag, _) in enumerate(files) for w in (f"-metadata:s:s:{n}", f"language={tag}")]
    asked = [
        str(find_ffmpeg(None).path),
        "-v",
        "error",
        "-i",
        str(film),
        *inputs,
        *maps,
        "-c",
        "copy",
        "-c:s",
        "srt",
        *tags,
        path,
    ]
    subprocess.run(asked, check=True, timeout=60)
    return path


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("film.srt", CaptionWish(file=Path("film.srt"))),
        ("fr=film.srt", CaptionWish("fr", Path("film.srt"))),
        ("pt_br=a=b.srt", CaptionWish("pt-BR", Path("a=b.srt"))),
        ("track:2", CaptionWish(track=2)),
        ("eng=track:1", CaptionWish("en", track=1)),
    ],
)
def test_words_name_a_file_or_a_track_and_perhaps_a_language(words: str, wish: CaptionWish) -> None:
    """What stands before the equals sign is a language; a name that has one inside keeps it."""
    assert caption_wish(words) == wish


def test_a_file_whose_name_has_an_equals_sign_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is there is never taken for a language and another file."""
    monkeypatch.chdir(tmp_path)
    Path("fr=film.srt").write_text(srt("Hello"), "utf-8")
    assert caption_wish("fr=film.srt") == CaptionWish(file=Path("fr=film.srt"))


@pytest.mark.parametrize(("words", "told"), [("xx=film.srt", "pt-BR=film.srt"), ("track:0", "count from 1")])
def test_what_is_no_language_or_track_is_refused(words: str, told: str) -> None:
    """The sentence shows how it is written."""
    with pytest.raises(UserError, match=told):
        caption_wish(words)


def test_captions_in_several_languages_keep_their_order_and_tags(film: Path) -> None:
    """Tags come from the command line, else from the file's name."""
    for name in ("a.srt", "film.pt-BR.srt"):
        (film.parent / name).write_text(srt(name), "utf-8")
    tracks, _ = found(film, f"en={film.parent / 'a.srt'}", str(film.parent / "film.pt-BR.srt"))
    assert [(track.language, track.cues[0].text) for track in tracks] == [("en", "a.srt"), ("pt-BR", "film.pt-BR.srt")]


@pytest.mark.parametrize(("first", "second", "told"), [("", "", "do not say"), ("fr=", "fr=", 'both in "fr"')])
def test_two_captions_of_one_language_are_refused(film: Path, first: str, second: str, told: str) -> None:
    """A variant has one language; two files that claim it are named both."""
    for name in ("a.srt", "b.srt"):
        (film.parent / name).write_text(srt(name), "utf-8")
    with pytest.raises(UserError, match=f"a.srt.*b.srt.*{told}"):
        found(film, f"{first}{film.parent / 'a.srt'}", f"{second}{film.parent / 'b.srt'}")


def test_of_several_files_beside_the_master_one_is_taken_and_the_others_told(film: Path) -> None:
    """Nobody's variants double because a translation lies there; the note says how to have them all."""
    for tag in ("en", "fr"):
        film.with_suffix(f".{tag}.srt").write_text(srt(tag), "utf-8")
    tracks, notes = found(film)
    assert [track.language for track in tracks] == ["en"]
    assert any("--captions en=film.en.srt --captions fr=film.fr.srt" in note for note in notes)


def test_a_masters_own_track_is_used_where_no_file_is(film: Path) -> None:
    """The first track of text, or the one that is named by its number."""
    for tag in ("en", "fr"):
        (film.parent / f"{tag}.txt").write_text(srt(f"in {tag}"), "utf-8")
    subtitled = with_subtitles(film, ("eng", film.parent / "en.txt"), ("fra", film.parent / "fr.txt"))
    tracks, notes = found(subtitled)
    assert [(track.language, track.cues[0].text) for track in tracks] == [("en", "in en")]
    assert any("subtitle track 1" in note and "track:N" in note for note in notes)
    tracks, _ = found(subtitled, "track:2")
    assert [(track.language, track.cues[0].text) for track in tracks] == [("fr", "in fr")]
    with pytest.raises(UserError, match="no subtitle track 3: it has 2"):
        found(subtitled, "track:3")


def test_han_characters_get_the_language_of_the_whole_text(film: Path) -> None:
    """A tag that leaves the shapes open is completed from the text; one that does not is kept."""
    file = film.parent / "a.srt"
    file.write_text(srt("繁體中文字幕"), "utf-8")
    assert [found(film, words + str(file))[0][0].language for words in ("", "zh=", "zh-TW=")] == [
        "zh-Hant",
        "zh-Hant",
        "zh-TW",
    ]


def test_each_burned_language_is_a_variant_and_files_lie_together(film: Path, tmp_path: Path, bundled: Path) -> None:
    """Two languages: two burned variants, one clean variant with two files; nobody's pictures are made twice."""
    for tag in ("en", "fr"):
        (film.parent / f"{tag}.srt").write_text(srt(f"Words in {tag}"), "utf-8")
    studio = Studio(tmp_path / "studio", bundled)
    burned = studio.placement("burned", captions__mode="burn", captions__font_size_px=14)
    clean = studio.placement("clean", captions__mode="sidecar")
    wishes = tuple(CaptionWish(tag, film.parent / f"{tag}.srt") for tag in ("en", "fr"))
    made = studio.render(film, burned, clean, captions=wishes)
    names = sorted(path.name for path in made.out.iterdir() if path.suffix in (".mp4", ".srt"))
    assert names == [
        "film_burned_en.mp4", "film_burned_fr.mp4", "film_clean.en.srt", "film_clean.fr.srt", "film_clean.mp4",
    ]  # fmt: skip
    assert "Words in fr" in (made.out / "film_clean.fr.srt").read_text("utf-8")
    assert len({result.sha256 for result in made.report.results}) == 3

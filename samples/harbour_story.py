"""The plan of the sample master: length and height in, its shots and spoken sentences out."""

from __future__ import annotations

from dataclasses import dataclass

FRAME_RATE = 25
FULL_SECONDS = 24.0
LEAST_SECONDS = 4.0
LEAST_PAUSE_SECONDS = 0.4

# name, seconds in the full-length film; every cut falls into a pause of the voice
_SHOTS = (
    ("dawn", 5.2),
    ("captain", 3.8),
    ("crossing", 3.8),
    ("sunset", 3.3),
    ("night", 3.5),
    ("arrival", 4.4),
)

# pause before it in seconds, seconds on screen, caption, sounds in ARPAbet (1 = stressed, comma = breath)
_SENTENCES = (
    (0.6, 1.5, "One film.", "W AH1 N F IH1 L M"),
    (0.5, 1.6, "Twelve places to show it.", "T W EH1 L V P L EY1 S AH Z T UW SH OW1 IH T"),
    (
        1.2,
        3.0,
        "Each has its own shape\nand its own rules.",
        "IY1 CH HH AE Z IH T S OW1 N SH EY1 P , AE N D IH T S OW1 N R UW1 L Z",
    ),
    (
        0.9,
        3.0,
        "So the picture is framed again,\nnot squeezed.",
        "S OW1 DH AH P IH1 K CH ER IH Z F R EY1 M D AH G EH1 N , N AA1 T S K W IY1 Z D",
    ),
    (0.8, 2.3, "Words keep clear of the buttons.", "W ER1 D Z K IY1 P K L IH1 R AH V DH AH B AH1 T AH N Z"),
    (
        0.9,
        2.8,
        "The sound stays level,\nnear and far.",
        "DH AH S AW1 N D S T EY1 Z L EH1 V AH L , N IH1 R AE N D F AA1 R",
    ),
    (
        0.7,
        2.8,
        "And every file is checked\non arrival.",
        "AE N D EH1 V R IY F AY1 L IH Z CH EH1 K T AA N AH R AY1 V AH L",
    ),
)


@dataclass(frozen=True)
class Shot:
    """One shot of the film: half-open frames at `FRAME_RATE`."""

    name: str
    start_frame: int
    end_frame: int


@dataclass(frozen=True)
class Sentence:
    """One spoken sentence and its caption; `sounds` are ARPAbet names between spaces."""

    start_seconds: float
    end_seconds: float
    text: str
    sounds: str


@dataclass(frozen=True)
class Film:
    """Everything that is decided before a pixel is drawn or a sample is sung."""

    width: int
    height: int
    frames: int
    shots: tuple[Shot, ...]
    sentences: tuple[Sentence, ...]

    @property
    def seconds(self) -> float:
        """Length of the film."""
        return self.frames / FRAME_RATE

    @property
    def signature(self) -> str:
        """What a finished file carries, so that it is made again only when it is another film."""
        return f"variantgen sample 2: {self.frames} frames, {self.width}x{self.height}"


def plan_film(seconds: float = FULL_SECONDS, *, height: int = 1080) -> Film:
    """The film stretched to `seconds` and `height` (16:9); raises ValueError for what it cannot be."""
    if seconds < LEAST_SECONDS:
        raise ValueError(f"seconds is {seconds:g}, the sample needs at least {LEAST_SECONDS:g}")
    if height < 90 or height % 2:
        raise ValueError(f"height is {height}, the sample needs an even number from 90 up")
    frames = round(seconds * FRAME_RATE)
    width = 2 * round(height * 16 / 9 / 2)
    return Film(width, height, frames, _place_shots(frames), _place_sentences(frames / FRAME_RATE))


def as_srt(sentences: tuple[Sentence, ...]) -> str:
    """The sentences as SubRip text."""
    return "\n".join(
        f"{number}\n{_clock(sentence.start_seconds)} --> {_clock(sentence.end_seconds)}\n{sentence.text}\n"
        for number, sentence in enumerate(sentences, start=1)
    )


def _place_shots(frames: int) -> tuple[Shot, ...]:
    shots, passed = [], 0.0
    for name, shot_seconds in _SHOTS:
        start = round(passed / FULL_SECONDS * frames)
        passed += shot_seconds
        shots.append(Shot(name, start, round(passed / FULL_SECONDS * frames)))
    return tuple(shots)


def _place_sentences(seconds: float) -> tuple[Sentence, ...]:
    """Sentences keep their pace, only pauses stretch and shrink; what no longer fits is not said."""
    sentences, now = [], 0.0
    for pause, spoken, text, sounds in _SENTENCES:
        now += max(pause * seconds / FULL_SECONDS, LEAST_PAUSE_SECONDS)
        if now + spoken > seconds:
            break
        sentences.append(Sentence(round(now, 3), round(now + spoken, 3), text, sounds))
        now += spoken
    return tuple(sentences)


def _clock(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02},{rest % 1000:03}"

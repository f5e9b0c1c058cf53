"""What each piece is worth to a viewer, in good seconds, and the reasons in an editor's words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from statistics import median

from variantgen.model import Word
from variantgen.plan.shorten.pieces import Candidates, Piece
from variantgen.plan.shorten.vocabulary import bare, carries_meaning

# A plain second is worth BASE; each reason adds at most its weight. Set by reading cut-downs, not measured.
BASE = 0.6
WEIGHTS = {
    "opening": 0.2, "close": 0.15, "topic": 0.35, "new": 0.2, "names": 0.12, "numbers": 0.15, "lively": 0.15,
    "faces": 0.2, "text": 0.3, "motion": 0.15, "answer": 0.1, "again": -0.5, "unclear": -0.2, "slight": -0.3,
    "wordless": -0.35,
}  # fmt: skip
TOLD = {
    "opening": "near the opening", "close": "near the close", "topic": "says what it is about",
    "new": "said nowhere else", "names": "names names", "numbers": "gives figures", "lively": "lively",
    "faces": "faces", "text": "text to read", "motion": "movement", "answer": "answers a question",
}  # fmt: skip
TOLD_AGAINST = {
    "again": "said again later", "unclear": "hard to understand", "slight": "says little", "wordless": "without words",
}  # fmt: skip
SAME_SHARE = 0.75
SAME_WORDS = 4
"""Sentences that share so much of at least so many words say the same; the later take is kept."""
UNSURE = 0.5
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True)
class Worth:
    """`points` are good seconds; `reasons` speak for the piece, the strongest first; `against` speak against it."""

    points: float
    reasons: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Transcript:
    sentences: dict[int, tuple[Word, ...]]
    topic: dict[int, float]
    new: dict[int, float]
    again: frozenset[int]
    words_a_second: float


def worths_of(candidates: Candidates) -> tuple[Worth, ...]:
    """The worth of each piece, in their order."""
    transcript = _read(candidates)
    return tuple(_worth(candidates, piece, transcript) for piece in candidates.pieces)


def _worth(candidates: Candidates, piece: Piece, transcript: _Transcript) -> Worth:
    rate = candidates.material.rate
    features = {**_place(candidates, piece), **_seen(candidates, piece)}
    if piece.has_words and candidates.speech.has_text:
        features |= _said(piece, transcript, float(piece.frames / rate))
    elif candidates.speech.words and not piece.has_words:
        features["wordless"] = 1.0
    shares = {name: WEIGHTS[name] * share for name, share in features.items() if share > 0}
    density = max(0.05, BASE + sum(shares.values()))
    ranked = sorted(shares, key=lambda name: -shares[name])
    reasons = tuple(TOLD[name] for name in ranked if name in TOLD and shares[name] >= 0.06)
    against = tuple(TOLD_AGAINST[name] for name in ranked if name in TOLD_AGAINST)
    return Worth(density * float(piece.frames / rate), reasons, against)


def _place(candidates: Candidates, piece: Piece) -> dict[str, float]:
    at = (piece.start_frame + piece.end_frame) / 2 / candidates.material.frames
    return {"opening": max(0.0, 1 - at / 0.15), "close": max(0.0, 1 - (1 - at) / 0.15)}


def _seen(candidates: Candidates, piece: Piece) -> dict[str, float]:
    material = candidates.material
    first = int(piece.start_frame / material.rate)
    last = max(first + 1, round(piece.end_frame / material.rate))
    means = {}
    for name, values in (
        ("faces", material.faces), ("text", material.texts), ("motion", material.motion),
        ("lively", material.loudness_change),
    ):  # fmt: skip
        inside = values[first:last]
        means[name] = sum(inside) / len(inside) if inside else 0.0
    return means


def _said(piece: Piece, transcript: _Transcript, seconds: float) -> dict[str, float]:
    words = transcript.sentences[piece.sentence]
    pace = len(words) and (piece.last_word - piece.first_word) / max(0.2, seconds)
    names = sum(
        word.text[:1].isupper() and len(bare(word.text)) > 1 and carries_meaning(bare(word.text)) for word in words[1:]
    )
    sure = sum(word.confidence for word in words) / len(words)
    return {
        "topic": transcript.topic[piece.sentence],
        "new": transcript.new[piece.sentence],
        "names": min(1.0, names / 2),
        "numbers": min(1.0, float(sum(bool(_NUMBER.search(word.text)) for word in words))),
        "lively": min(1.0, max(0.0, pace / max(0.1, transcript.words_a_second) - 1.0) * 2),
        "again": float(piece.sentence in transcript.again),
        "unclear": float(sure < UNSURE),
        "slight": float(sum(carries_meaning(bare(word.text)) for word in words) < 2),
    }


def _read(candidates: Candidates) -> _Transcript:
    """What the whole transcript tells of its sentences."""
    grouped: dict[int, list[Word]] = defaultdict(list)
    for word, sentence in zip(candidates.speech.words, candidates.speech.sentence_of, strict=True):
        grouped[sentence].append(word)
    sentences = {number: tuple(words) for number, words in grouped.items()}
    meant = {n: [b for word in words if carries_meaning(b := bare(word.text))] for n, words in sentences.items()}
    used = Counter(word for words in meant.values() for word in set(words))
    # topic: words that come back, rarer than all; new: words that do not (inverse document frequency)
    topic = {n: _mean([log(used[w]) for w in words]) for n, words in meant.items()}
    new = {n: _mean([log(len(sentences) / used[w]) for w in words]) for n, words in meant.items()}
    paces = [
        len(words) / max(0.2, words[-1].end_seconds - words[0].start_seconds) for words in sentences.values() if words
    ]
    return _Transcript(sentences, _ranks(topic), _ranks(new), _said_again(meant), median(paces) if paces else 2.5)


def _mean(values: Sequence[float]) -> float:
    # a sentence of one rare word is not richer than one of five
    return sum(values) / (len(values) + 2)


def _ranks(values: dict[int, float]) -> dict[int, float]:
    """Each value's place among all, 0 to 1; equal values have equal places."""
    order = sorted(values.values())
    last = max(1, len(order) - 1)
    return {key: (bisect_right(order, value) - 1) / last if value > order[0] else 0.0 for key, value in values.items()}


def _said_again(meant: dict[int, list[str]]) -> frozenset[int]:
    """Sentences of which a later one says the same."""
    later: dict[str, list[int]] = defaultdict(list)
    again = set()
    for number in sorted(meant, reverse=True):
        words = set(meant[number])
        if len(words) >= SAME_WORDS:
            shared = Counter(other for word in sorted(words) for other in later[word])
            again |= {
                number
                for other, count in shared.items()
                if count >= SAME_SHARE * max(len(words), len(set(meant[other])))
            }
            for word in words:
                later[word].append(number)
    return frozenset(again)

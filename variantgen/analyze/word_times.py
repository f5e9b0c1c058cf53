"""Words with rough times and the sound they are said in go in; the same words with true times come out.

Recognisers of speech know what was said better than when: they are off by a tenth to a third of a second, most of it
around pauses. English is aligned anew, sound by sound, where pocketsphinx is installed. In other languages (and where
that fails) a start that lies in silence moves to where the voice begins.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from variantgen.analyze.pronounce import plain, pronounce
from variantgen.analyze.sound import SPEECH_HZ
from variantgen.model import SecondsSpan, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TIMES_FORMAT = 1
"""Raised when the same words in the same sound would get other times."""
HOP_SECONDS = 0.01
WINDOW_SECONDS = 8.0
"""Aligned at a time, cut between words at pauses. Where that fails (noise in a long pause, a word that was not heard),
each side of the longest pause is tried alone, so that one mistake costs a few words and no more."""
LEAST_CUT_SECONDS = 0.1
"""A shorter pause cuts no window in two: the words on its sides share their sound."""
MARGIN_SECONDS = 0.35
"""Sound taken beside a window's rough times, which are off by about as much."""
MOST_OFF_SECONDS = 0.6
"""A word that alignment moves further than this was not found, and its window keeps its rough times."""
SILENCE_BELOW_DB = 30.0
"""Below the speech's loud level (95th percentile) by this much, nobody speaks."""
LEAST_SILENCE_SECONDS = 0.06
LEAST_VOICE_SECONDS = 0.05
"""What is left of a word at least when its start moves out of silence."""
# Narrower beams lose the way in speech that the model does not expect; these cost 0.05 s a second of sound. The best
# path through a lattice of words is for recognising: it drops words whose order is known.
SEARCH = {"beam": 1e-80, "pbeam": 1e-80, "wbeam": 1e-60, "bestpath": False}
FLOOR_SHARE = 0.01
"""Noise added to a window, as a share of its level: in the digital silence of a clean mix alignment loses its way (3 of
27 sentences found without it, 27 with it)."""

OnProgress = Callable[[float], None]


def has_aligner() -> bool:
    """Whether the package that aligns English sound by sound is installed."""
    return importlib.util.find_spec("pocketsphinx") is not None


def times_identity() -> str:
    """Names what times depend on beside the sound and the rough times, for keys in the store."""
    from importlib import metadata

    return f"times {TIMES_FORMAT} " + (f"pocketsphinx {metadata.version('pocketsphinx')}" if has_aligner() else "voice")


def settle(
    samples: NDArray[np.int16], words: Sequence[Word], language: str, *, on_progress: OnProgress | None = None
) -> tuple[Word, ...]:
    """The same words, in order, with the times at which they are said in mono sound at `SPEECH_HZ`."""
    from variantgen.analyze.speech import in_order

    if not words:
        return ()
    quiet = quiet_spans(samples)
    voiced = in_voice(words, quiet)
    if not _is_aligned(language):
        return in_order(voiced)
    settled: list[Word] = []
    aligner = _Aligner()
    for window in windows(voiced):
        settled += _aligned_in_parts(samples, window, aligner)
        if on_progress:
            on_progress(len(settled) / len(words))
    return in_order(in_voice(settled, quiet))


def _is_aligned(language: str) -> bool:
    return language.lower().partition("-")[0] == "en" and has_aligner()


# ---------------------------------------------------------------- silence


def quiet_spans(samples: NDArray[np.int16]) -> tuple[SecondsSpan, ...]:
    """Where the sound is far below the loud level of its own surroundings, in seconds."""
    import numpy as np

    hop = round(HOP_SECONDS * SPEECH_HZ)
    count = len(samples) // hop
    if not count:
        return ()
    level = np.empty(count, np.float32)
    step = 6000  # a minute at a time: the sound is a file on disk, and long
    for first in range(0, count, step):
        part = samples[first * hop : min(first + step, count) * hop].astype(np.float32).reshape(-1, hop)
        level[first : first + len(part)] = 20 * np.log10(np.sqrt((part**2).mean(axis=1)) + 1)
    is_quiet = np.zeros(count + 2, np.int8)
    for first in range(0, count, step):
        near = level[max(0, first - step) : first + 2 * step]
        is_quiet[first + 1 : min(first + step, count) + 1] = level[first : first + step] < (
            np.quantile(near, 0.95) - SILENCE_BELOW_DB
        )
    edges = np.flatnonzero(np.diff(is_quiet))
    spans = ((int(a) * HOP_SECONDS, int(b) * HOP_SECONDS) for a, b in zip(edges[::2], edges[1::2], strict=True))
    return tuple((a, b) for a, b in spans if b - a >= LEAST_SILENCE_SECONDS - 1e-9)


def in_voice(words: Sequence[Word], quiet: Sequence[SecondsSpan]) -> list[Word]:
    """Words that neither begin nor end in silence: a start moves on to the voice, an end back to it."""
    from bisect import bisect_right

    starts = [start for start, _ in quiet]
    moved = []
    for word in words:
        begin, end = word.start_seconds, word.end_seconds
        place = bisect_right(starts, begin) - 1
        if place >= 0 and begin < quiet[place][1] < end - LEAST_VOICE_SECONDS:
            begin = quiet[place][1]
        place = bisect_right(starts, end) - 1
        if place >= 0 and end <= quiet[place][1] and quiet[place][0] > begin:
            end = quiet[place][0]
        moved.append(replace(word, start_seconds=begin, end_seconds=end))
    return moved


# ---------------------------------------------------------------- English, sound by sound


def windows(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Words in runs of at most `WINDOW_SECONDS`, each cut at its longest pause."""
    rest = list(words)
    while rest:
        limit = rest[0].start_seconds + WINDOW_SECONDS
        inside = max(1, sum(word.end_seconds <= limit for word in rest))
        if inside < len(rest):
            # the later half only, or a pause at the beginning would make windows of one word
            cuts = range(max(1, inside // 2), inside + 1)
            inside = max(cuts, key=lambda n: rest[n].start_seconds - rest[n - 1].end_seconds)
        yield rest[:inside]
        rest = rest[inside:]


class _Aligner:
    """pocketsphinx with its own English model and dictionary, which takes in words that it lacks."""

    def __init__(self) -> None:
        from pocketsphinx import Decoder

        self._decoder = Decoder(lm=None, loglevel="FATAL", **SEARCH)
        self._tokens: dict[str, str] = {}

    def token(self, word: str) -> str:
        """The dictionary's name of a written word; empty for one that holds nothing to say."""
        if word not in self._tokens:
            name = plain(word)
            if not name or self._decoder.lookup_word(name) is None:
                sounds = pronounce(word, self._decoder.lookup_word)
                name = f"own{len(self._tokens)}" if sounds else ""
                if name:
                    self._decoder.add_word(name, sounds, True)
            self._tokens[word] = name
        return self._tokens[word]

    def spans(self, sound: bytes, tokens: Sequence[str]) -> list[SecondsSpan] | None:
        """The span of each token, in seconds of the sound; None where they were not found in it."""
        decoder: Any = self._decoder
        try:
            decoder.set_align_text(" ".join(tokens))
            decoder.start_utt()
            decoder.process_raw(sound, full_utt=True)
            decoder.end_utt()
            found = list(decoder.seg() or ())
        except RuntimeError:
            return None
        spans = [
            (one.start_frame * HOP_SECONDS, (one.end_frame + 1) * HOP_SECONDS)
            for one in found
            if not one.word.startswith(("<", "[", "(", "+"))
        ]
        return spans if len(spans) == len(tokens) else None


def _aligned_in_parts(samples: NDArray[np.int16], window: list[Word], aligner: _Aligner) -> list[Word]:
    """A window's words at their true times where alignment finds them, alone or together; else as they are."""
    found = _aligned(samples, window, aligner)
    if found is not None or len(window) < 2:
        return found or window
    pauses = [after.start_seconds - word.end_seconds for word, after in pairwise(window)]
    cut = pauses.index(max(pauses)) + 1
    if max(pauses) < LEAST_CUT_SECONDS:
        return window
    return [word for part in (window[:cut], window[cut:]) for word in _aligned_in_parts(samples, part, aligner)]


def _aligned(samples: NDArray[np.int16], window: Sequence[Word], aligner: _Aligner) -> list[Word] | None:
    """A window's words at their true times, or None. What holds nothing to say follows the word before it."""
    tokens = [aligner.token(word.text) for word in window]
    first = max(0, round((window[0].start_seconds - MARGIN_SECONDS) * SPEECH_HZ))
    last = min(len(samples), round((window[-1].end_seconds + MARGIN_SECONDS) * SPEECH_HZ))
    spans = aligner.spans(_on_a_floor(samples[first:last]), [token for token in tokens if token])
    if spans is None:
        return None
    offset, left = first / SPEECH_HZ, iter(spans)
    moved: list[Word] = []
    for word, token in zip(window, tokens, strict=True):
        if not token:
            at = moved[-1].end_seconds if moved else word.start_seconds
            moved.append(replace(word, start_seconds=at, end_seconds=at))
            continue
        start, end = next(left)
        if abs(start + offset - word.start_seconds) > MOST_OFF_SECONDS:
            return None
        moved.append(replace(word, start_seconds=start + offset, end_seconds=end + offset))
    return moved


def _on_a_floor(sound: NDArray[np.int16]) -> bytes:
    """The sound over a little noise, the same noise each time."""
    import numpy as np

    level = float(np.sqrt(np.mean(sound.astype(np.float32) ** 2))) if len(sound) else 0.0
    noise = np.random.default_rng(0).normal(0.0, max(1.0, FLOOR_SHARE * level), len(sound))
    return np.clip(sound + noise, -32768, 32767).astype("<i2").tobytes()

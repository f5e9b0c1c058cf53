"""Which stretches of a music file play under a variant, where they go down and how they end (pure)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction

from variantgen.model import Music, MusicBed, SecondsSpan, SoundPiece

OPEN_SECONDS = 0.8
"""In a pause this long the music comes up again; in a shorter one it would only pump."""
BEFORE_BEAT_SECONDS = 0.012
"""Music is cut so much before a beat: its attack comes whole from where it goes on, and hides the joint."""
BEAT_JOINT_SECONDS = 0.010
PLAIN_JOINT_SECONDS = 1.5
"""Of the crossfade of music without a beat."""
FADE_OUT_SECONDS = 1.5
LEAST_RING_SECONDS = 0.2
"""The last beat is heard at least so long..."""
RING_FADE_SHARE = 0.8
"""...and fades over this share of it, its attack left whole."""
QUIET_LUFS = -60.0


def spoken(
    pieces: Sequence[SoundPiece], pauses: Sequence[SecondsSpan], sample_rate: int, speed: Fraction = Fraction(1)
) -> tuple[tuple[int, int], ...]:
    """Where the programme is heard, in samples of the variant: the master's pieces less the pauses that are long there.

    A cut may join two pauses, or a pause and a card: what counts is how long they are together.
    """
    spans: list[tuple[int, int]] = []
    at = 0
    for piece in pieces:
        if piece.source == "master":
            spans += [(at + a, at + b) for a, b in _loud(piece, pauses, sample_rate, speed)]
        at += piece.played_samples
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start - merged[-1][1] < OPEN_SECONDS * sample_rate:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def _loud(piece: SoundPiece, pauses: Sequence[SecondsSpan], sample_rate: int, speed: Fraction) -> list[tuple[int, int]]:
    """A piece less its pauses, in samples from its own start in the variant."""
    now, loud = piece.start_sample, []
    for start, end in ((round(a * sample_rate), round(b * sample_rate)) for a, b in sorted(pauses)):
        if end <= now or start >= piece.end_sample:
            continue
        if start > now:
            loud.append((now, start))
        now = min(end, piece.end_sample)
    if now < piece.end_sample:
        loud.append((now, piece.end_sample))
    return [(round((a - piece.start_sample) / speed), round((b - piece.start_sample) / speed)) for a, b in loud]


def decide_music(
    music: Music,
    samples: int,
    *,
    sample_rate: int,
    ducked: tuple[tuple[int, int], ...] = (),
    programme_lufs: float | None = None,
) -> tuple[MusicBed, tuple[str, ...]]:
    """The bed under a variant of `samples` samples, and what is to be said of it.

    `programme_lufs` is the loudness that the music is set against; without one it plays as it is.
    """
    seconds = samples / sample_rate
    first, last = music.sounding_seconds or (0.0, music.seconds)
    joint = BEAT_JOINT_SECONDS if music.loop_seconds else min(PLAIN_JOINT_SECONDS, (last - first) / 4)
    spans = _spans(music, seconds, (first, last), joint)
    gain, level_words = _level(music, programme_lufs, is_ducked=bool(ducked))
    end, fade, ending = _ending(music, spans, seconds)
    bed = MusicBed(
        music.fingerprint, music.track_index, _in_samples(spans, samples, sample_rate), gain, music.duck_db, ducked,
        round(joint * sample_rate), min(samples, round(end * sample_rate)), round(fade * sample_rate),
    )  # fmt: skip
    words = f"music {music.name}"
    if len(spans) > 1:
        words += f" plays {len(spans)} times over" + (", joined on its beats" if music.loop_seconds else "")
    return bed, (f"{words}{level_words}; {ending}",)


def _level(music: Music, programme_lufs: float | None, *, is_ducked: bool) -> tuple[float, str]:
    """Its gain in dB, and that in words."""
    if music.loudness_lufs is None or programme_lufs is None or programme_lufs < QUIET_LUFS:
        return 0.0, ""
    words = f", {_below(music.level_db)}"
    words += f" and {music.duck_db:g} dB lower under speech" if is_ducked and music.duck_db else ""
    return round(programme_lufs + music.level_db - music.loudness_lufs, 2), words


def _below(level_db: float) -> str:
    if level_db == 0:
        return "as loud as the programme"
    return f"{abs(level_db):g} dB {'below' if level_db < 0 else 'above'} the programme"


def _spans(music: Music, seconds: float, sounding: SecondsSpan, joint: float) -> list[SecondsSpan]:
    """Stretches of the music file that last `seconds` together: one, or as many as it takes to repeat it."""
    first, last = sounding
    start = max(first, music.starts_at_seconds)
    start = start if start < last else first
    if start + seconds <= last:
        return [(start, start + seconds)]
    # both ends give a crossfade something to cross into
    loop_start, loop_end = first + joint / 2, last - joint / 2
    if music.loop_seconds is not None:
        loop_start, loop_end = (max(0.0, at - BEFORE_BEAT_SECONDS) for at in music.loop_seconds)
    spans, left = [], seconds
    while left > 1e-9:
        end = min(loop_end if start < loop_end else last, start + left)
        spans.append((start, end))
        left -= end - start
        start = loop_start
    return spans


def _ending(music: Music, spans: Sequence[SecondsSpan], seconds: float) -> tuple[float, float, str]:
    """Where the music ends in the variant, how long it fades before that, and both in words."""
    beats, at = [], 0.0
    for start, end in spans:
        beats += [at + beat - start for beat in music.beats if start <= beat < end]
        at += end - start
    # a beat so near the end would be cut off in its attack: it is left out, and the one before it is the last
    heard = bisect_right(beats, seconds - LEAST_RING_SECONDS)
    if music.ends == "beat" and heard:
        end = beats[heard] - BEFORE_BEAT_SECONDS if heard < len(beats) else seconds
        ring = end - beats[heard - 1]
        return end, ring * RING_FADE_SHARE, f"its last beat rings out over {ring:.1f} s"
    fade = min(FADE_OUT_SECONDS, seconds / 4)
    return seconds, fade, f"it fades out over the last {fade:.1f} s"


def _in_samples(spans: Sequence[SecondsSpan], samples: int, sample_rate: int) -> tuple[SoundPiece, ...]:
    """The same in samples of the music file; borders are rounded from the start, so that they add up to the variant."""
    made, at, reached = [], 0.0, 0
    for n, (start, end) in enumerate(spans):
        at += end - start
        until = samples if n == len(spans) - 1 else round(at * sample_rate)
        first = round(start * sample_rate)
        made.append(SoundPiece("music", first, first + until - reached))
        reached = until
    return tuple(made)

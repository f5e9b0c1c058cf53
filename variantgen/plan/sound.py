"""What a variant's soundtrack is made of, sample for sample, and how loud it is to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from variantgen.model import Analysis, Master, Music, MusicBed, Piece, SecondsSpan, SoundPiece, Soundtrack, Word
from variantgen.plan.keys import key_of
from variantgen.plan.length import Cut
from variantgen.plan.music import decide_music, spoken
from variantgen.presets.schema import Preset

SOUND_FORMAT = 3
"""Raised when the same plan would give other samples."""

AAC_FRAME_SAMPLES = 1024
WORD_MARGIN_SECONDS = 0.1
"""A word may begin so much earlier and ring so much longer than its times say."""
TONE_MARGIN_SECONDS = 0.08
"""Left out at both ends of a pause: a word still rings there, or a breath for the next is drawn."""
TONE_LEAST_SECONDS = 0.3
TONE_MOST_SECONDS = 3.0
MOST_TONES = 5


def decide_sound(
    master: Master,
    preset: Preset,
    pieces: Sequence[Piece],
    rate: Fraction,
    cut: Cut,
    *,
    analysis: Analysis | None = None,
    words: Sequence[Word] = (),
    music: Music | None = None,
    speed: Fraction = Fraction(1),
) -> tuple[Soundtrack | None, tuple[str, ...]]:
    """The soundtrack, or None with the reason in words.

    Piece borders are rounded to samples from the start, so no number of pieces makes sound and picture drift. At a
    `speed` the pieces' frames count on the master played that many times as fast. Under cards
    the pauses that `analysis` measured are heard, or those between `words`; outside of both music goes down.
    """
    if preset.audio is None:
        return None, ("silent: the placement plays without sound",)
    if master.audio is None and music is None:
        return None, ("silent: the master has no sound",)
    audio = preset.audio
    lengths = _heard(pieces)
    sound_pieces = _sound_pieces(lengths, rate, audio.sample_rate, speed) if master.audio else ()
    frames = sum(piece.frames for piece in pieces)
    samples = round(frames * audio.sample_rate / rate)
    fade = min(preset.length.fade_out_seconds, float(frames / rate) / 4) if cut.is_shortened and master.audio else 0.0
    quiet = quiet_spans(analysis.pauses if analysis else (), words, master.duration_seconds)
    bed, music_words = _bed(music, analysis, quiet, sound_pieces, samples, audio.sample_rate, speed)
    values = {
        "fingerprint": master.fingerprint,
        "track_index": master.audio.index if master.audio else -1,
        "pieces": sound_pieces,
        "sample_rate": audio.sample_rate,
        "channels": audio.channels,
        "samples": samples,
        "codec": audio.codec,
        "kbps": audio.kbps,
        "target_lufs": audio.loudness_lufs,
        "tolerance_lu": audio.tolerance_lu,
        "max_true_peak_dbtp": audio.max_true_peak_dbtp,
        "fade_in_seconds": _fade_in_seconds(preset),
        "fade_out_seconds": fade,
        "speed": speed,
        "room_tone": room_tone(quiet, sound_pieces, audio.sample_rate),
        "music": bed,
    }
    told = []
    if master.audio is None:
        told.append("the master has no sound: only the music is heard")
    elif master.audio.channels > audio.channels:
        told.append(f"{master.audio.channels} sound channels mixed down to {audio.channels}")
    if fade:
        told.append(f"sound fades out over the last {fade:.1f} s, because the length was cut")
    made = Soundtrack(key=key_of("soundtrack", SOUND_FORMAT, values), **values)  # type: ignore[arg-type]
    return made, (*told, *music_words)


def _heard(pieces: Sequence[Piece]) -> list[tuple[Piece, int]]:
    """Pieces as the ear has them, and their frames: where only the picture's fit changes, the sound goes on."""
    joined: list[tuple[Piece, int]] = []
    for piece in pieces:
        last, frames = joined[-1] if joined else (None, 0)
        if last and last.source == piece.source == "master" and last.end_frame == piece.start_frame:
            joined[-1] = (replace(last, end_frame=piece.end_frame), frames + piece.frames)
        else:
            joined.append((piece, piece.frames))
    return joined


def _sound_pieces(
    lengths: Sequence[tuple[Piece, int]], rate: Fraction, sample_rate: int, speed: Fraction
) -> tuple[SoundPiece, ...]:
    """Every piece in samples; what the master's pieces take of it is rounded from the start too."""
    made, at = [], 0
    for piece, frames in lengths:
        begin, end = (round(frame * sample_rate / rate) for frame in (at, at + frames))
        start = round(piece.start_frame * (speed if piece.source == "master" else 1) * sample_rate / rate)
        if piece.source == "card" or speed == 1:
            made.append(SoundPiece(piece.source, start, start + end - begin))
        else:
            taken = round(end * speed) - round(begin * speed)
            made.append(SoundPiece(piece.source, start, start + taken, end - begin))
        at += frames
    return tuple(made)


def quiet_spans(pauses: Sequence[SecondsSpan], words: Sequence[Word], end_seconds: float) -> tuple[SecondsSpan, ...]:
    """Where nobody speaks, in order: measured pauses, and, in rooms too loud for those, what lies between words."""
    spans, at = list(pauses), 0.0
    for word in sorted(words, key=lambda word: word.start_seconds):
        spans.append((at, word.start_seconds - WORD_MARGIN_SECONDS))
        at = max(at, word.end_seconds + WORD_MARGIN_SECONDS)
    if words:
        spans.append((at, end_seconds))
    merged: list[SecondsSpan] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def room_tone(
    quiet: Sequence[SecondsSpan], pieces: Sequence[SoundPiece], sample_rate: int
) -> tuple[tuple[int, int], ...]:
    """Where the room alone may be heard, in samples of the master: the longest quiet spans, none where no card is.

    Those before its last use are preferred, for less has to be decoded. The quietest is chosen when they are heard.
    """
    if not any(piece.source == "card" for piece in pieces):
        return ()
    last = max((piece.end_sample for piece in pieces if piece.source == "master"), default=0) / sample_rate
    found = []
    for start, end in quiet:
        start, end = start + TONE_MARGIN_SECONDS, end - TONE_MARGIN_SECONDS
        spare = max(0.0, end - start - TONE_MOST_SECONDS) / 2
        if end - start >= TONE_LEAST_SECONDS:
            found.append((start + spare, end - spare))
    early = [span for span in found if span[1] <= last]
    longest = sorted(early or found, key=lambda span: (span[0] - span[1], span[0]))[:MOST_TONES]
    return tuple((round(a * sample_rate), round(b * sample_rate)) for a, b in sorted(longest))


def _bed(
    music: Music | None,
    analysis: Analysis | None,
    quiet: Sequence[SecondsSpan],
    pieces: Sequence[SoundPiece],
    samples: int,
    sample_rate: int,
    speed: Fraction,
) -> tuple[MusicBed | None, tuple[str, ...]]:
    if music is None:
        return None, ()
    ducked = spoken(pieces, quiet, sample_rate, speed)
    loudness = analysis.loudness.integrated_lufs if analysis and analysis.loudness and pieces else None
    return decide_music(music, samples, sample_rate=sample_rate, ducked=ducked, programme_lufs=loudness)


def _fade_in_seconds(preset: Preset) -> float:
    """One AAC frame where the file may have no edit list, else none.

    The encoder's first packet is left out of such a file, and without it a decoder mirrors the second one into
    itself: up to 1.6 dB over every limit in a film that is loud from its first sample.
    """
    assert preset.audio is not None
    is_clipped = preset.audio.codec == "aac" and preset.video is not None and not preset.video.edit_lists
    return AAC_FRAME_SAMPLES / preset.audio.sample_rate if is_clipped else 0.0

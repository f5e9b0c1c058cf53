"""What a variant's soundtrack is made of, sample for sample, and how loud it is to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from variantgen.model import Master, Piece, SoundPiece, Soundtrack
from variantgen.plan.keys import key_of
from variantgen.plan.length import Cut
from variantgen.presets.schema import Preset

SOUND_FORMAT = 2
"""Raised when the same plan would give other samples."""


AAC_FRAME_SAMPLES = 1024


def decide_sound(
    master: Master, preset: Preset, pieces: Sequence[Piece], rate: Fraction, cut: Cut
) -> tuple[Soundtrack | None, tuple[str, ...]]:
    """The soundtrack, or None with the reason in words.

    Piece borders are rounded to samples from the start, so no number of pieces makes sound and picture drift.
    """
    if preset.audio is None:
        return None, ("silent: the placement plays without sound",)
    if master.audio is None:
        return None, ("silent: the master has no sound",)
    audio = preset.audio
    sound_pieces, at = [], 0
    for piece in heard(pieces):
        begin, end = (round(frame * audio.sample_rate / rate) for frame in (at, at + piece.frames))
        start = round(piece.start_frame * audio.sample_rate / rate)
        sound_pieces.append(SoundPiece(piece.source, start, start + end - begin))
        at += piece.frames
    fade = min(preset.length.fade_out_seconds, float(at / rate) / 4) if cut.is_shortened else 0.0
    samples = round(at * audio.sample_rate / rate)
    values = {
        "fingerprint": master.fingerprint,
        "track_index": master.audio.index,
        "pieces": tuple(sound_pieces),
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
    }
    words = []
    if master.audio.channels > audio.channels:
        words.append(f"{master.audio.channels} sound channels mixed down to {audio.channels}")
    if fade:
        words.append(f"sound fades out over the last {fade:.1f} s, because the length was cut")
    return Soundtrack(key=key_of("soundtrack", SOUND_FORMAT, values), **values), tuple(words)  # type: ignore[arg-type]


def heard(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces as the ear has them: where only the picture's fit changes, the sound goes on."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and last.source == piece.source == "master" and last.end_frame == piece.start_frame:
            joined[-1] = replace(last, end_frame=piece.end_frame)
        else:
            joined.append(piece)
    return joined


def _fade_in_seconds(preset: Preset) -> float:
    """One AAC frame where the file may have no edit list, else none.

    The encoder's first packet is left out of such a file, and without it a decoder mirrors the second one into
    itself: up to 1.6 dB over every limit in a film that is loud from its first sample.
    """
    assert preset.audio is not None
    is_clipped = preset.audio.codec == "aac" and preset.video is not None and not preset.video.edit_lists
    return AAC_FRAME_SAMPLES / preset.audio.sample_rate if is_clipped else 0.0

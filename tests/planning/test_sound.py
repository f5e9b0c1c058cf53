"""What a soundtrack is made of: every sample counted from the start, so that nothing drifts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import NTSC, STEREO, master, plan_of, preset, variant_of

from variantgen.model import Card, Piece
from variantgen.plan.length import Cut
from variantgen.plan.sound import decide_sound

RATES = (Fraction(24000, 1001), Fraction(24), Fraction(25), NTSC, Fraction(30), Fraction(60000, 1001), Fraction(12))
CARD = Card("end", "Bye")


def soundtrack_of(pieces: list[Piece], rate: Fraction, sample_rate: int = 48000):
    """The soundtrack of hand-made pieces at a rate."""
    cut = Cut(tuple((p.start_frame, p.end_frame) for p in pieces), 0, 0, "")
    made, _ = decide_sound(master(), preset(audio={"sample_rate": sample_rate}), pieces, rate, cut)
    assert made is not None
    return made


@given(
    lengths=st.lists(st.integers(1, 400), min_size=1, max_size=60),
    start=st.integers(0, 10**6),
    rate=st.sampled_from(RATES),
    sample_rate=st.sampled_from((44100, 48000)),
)
def test_pieces_add_up_to_the_soundtrack(lengths: list[int], start: int, rate: Fraction, sample_rate: int) -> None:
    """Piece by piece the samples add up to the whole, and each border lies within half a sample of its frame."""
    pieces = [Piece("master", start + 500 * n, start + 500 * n + frames) for n, frames in enumerate(lengths)]
    track = soundtrack_of(pieces, rate, sample_rate)
    assert sum(p.end_sample - p.start_sample for p in track.pieces) == track.samples
    frame = sample = 0
    for piece, sound in zip(pieces, track.pieces, strict=True):
        frame, sample = frame + piece.frames, sample + sound.end_sample - sound.start_sample
        assert abs(sample - frame * sample_rate / rate) <= Fraction(1, 2)
        assert abs(sound.start_sample - piece.start_frame * sample_rate / rate) <= Fraction(1, 2)


def test_the_sound_goes_on_where_only_the_fit_changes() -> None:
    """Two pieces that follow on one another in the master are one piece of sound; a cut between them makes two."""
    meeting = [Piece("master", 0, 50, "crop"), Piece("master", 50, 90, "blur")]
    assert len(soundtrack_of(meeting, Fraction(25), 48000).pieces) == 1
    assert len(soundtrack_of([meeting[0], Piece("master", 51, 90)], Fraction(25), 48000).pieces) == 2


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_thousand_pieces_do_not_drift(rate: Fraction) -> None:
    """After 1000 pieces of 7 frames the sound ends within a sample of the picture."""
    track = soundtrack_of([Piece("master", 7 * n, 7 * n + 7) for n in range(1000)], rate)
    assert abs(track.samples - 7000 * 48000 / rate) < 1


def test_cards_have_their_place_in_the_sound() -> None:
    """Room tone under a card is a piece of its own, as long as the card."""
    track = soundtrack_of([Piece("card", 0, 60, card=CARD), Piece("master", 30, 90)], Fraction(30))
    assert [(p.source, p.start_sample, p.end_sample) for p in track.pieces] == [
        ("card", 0, 96000),
        ("master", 48000, 144000),
    ]


@pytest.mark.parametrize(
    ("film", "asked", "words"),
    [
        (master(audio=None), preset(), "the master has no sound"),
        (master(), preset(audio=None), "the placement plays without sound"),
    ],
    ids=["silent master", "silent placement"],
)
def test_silence_has_a_reason(film, asked, words: str) -> None:
    """A variant without sound says which of the two had none."""
    variant = variant_of(asked, film=film)
    assert variant.soundtrack is None
    assert any(words in why for why in variant.why)


def test_sound_only_of_a_silent_master_is_refused() -> None:
    """A podcast of a silent film is no file at all."""
    podcast = preset(canvas=None, video=None, captions=None, container="m4a")
    plan = plan_of(podcast, film=master(audio=None))
    assert plan.refusals[0].reason == "the placement is sound only and the master has no sound"
    variant = variant_of(podcast)
    assert (variant.width, variant.encode, variant.part_keys) == (0, None, ())


def test_a_downmix_is_told() -> None:
    """5.1 that becomes stereo is said."""
    surround = replace(STEREO, channels=6)
    assert "6 sound channels mixed down to 2" in variant_of(film=master(audio=surround)).why


def test_equal_sound_is_made_once() -> None:
    """Placements of other shapes but the same loudness share a soundtrack; another loudness has its own."""
    wide = preset(canvas={"width": 1920, "height": 1080})
    loud = preset(audio={"loudness_lufs": -9.0})
    keys = [variant.soundtrack.key for variant in plan_of(preset(), wide, loud).variants]
    assert keys[0] == keys[1] != keys[2]

"""What a soundtrack is made of: every sample counted from the start, so that nothing drifts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import NTSC, STEREO, analysis, master, plan_of, preset, variant_of

from variantgen.model import Card, Loudness, Music, Piece, SoundPiece, Soundtrack, Word
from variantgen.plan.length import Cut
from variantgen.plan.music import BEFORE_BEAT_SECONDS, OPEN_SECONDS, decide_music, spoken
from variantgen.plan.sound import decide_sound, quiet_spans

RATES = (Fraction(24000, 1001), Fraction(24), Fraction(25), NTSC, Fraction(30), Fraction(60000, 1001), Fraction(12))
CARD = Card("end", "Bye")


def soundtrack_of(pieces: list[Piece], rate: Fraction, sample_rate: int = 48000, film=None, **values) -> Soundtrack:
    """The soundtrack of hand-made pieces at a rate."""
    cut = Cut(tuple((p.start_frame, p.end_frame) for p in pieces), 0, 0, "")
    made, _ = decide_sound(film or master(), preset(audio={"sample_rate": sample_rate}), pieces, rate, cut, **values)
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


# ---------------------------------------------------------------- speed


@given(lengths=st.lists(st.integers(1, 90), min_size=1, max_size=60), percent=st.integers(70, 150))
def test_at_a_speed_the_pieces_still_add_up(lengths: list[int], percent: int) -> None:
    """What plays adds up to the variant, what is taken of the master to the speed times that, cards untouched."""
    speed = Fraction(percent, 100)
    pieces = [Piece("master", 500 * n, 500 * n + frames) for n, frames in enumerate(lengths)]
    track = soundtrack_of([Piece("card", 0, 50, card=CARD), *pieces], NTSC, speed=speed)
    card, *spans = track.pieces
    assert card.played_samples == card.end_sample == round(50 * 48000 / NTSC)
    assert sum(p.played_samples for p in track.pieces) == track.samples
    taken = sum(p.end_sample - p.start_sample for p in spans)
    assert abs(taken - speed * (track.samples - card.played_samples)) <= 1
    assert all(p.start_sample == round(500 * n * speed * 48000 / NTSC) for n, p in enumerate(spans))


def test_another_speed_is_another_soundtrack() -> None:
    """The soundtrack knows its speed, and so does its key."""
    speeds = (Fraction(1), Fraction(21, 20), Fraction(11, 10))
    tracks = [soundtrack_of([Piece("master", 0, 300)], NTSC, speed=speed) for speed in speeds]
    assert tuple(track.speed for track in tracks) == speeds
    assert len({track.key for track in tracks}) == 3


# ---------------------------------------------------------------- room tone


def test_room_tone_comes_from_the_longest_pauses() -> None:
    """Inside pauses, clear of the words around them, of those before the last use; and only where there is a card."""
    pauses = tuple(
        (n * 2.0, n * 2.0 + length) for n, length in enumerate((0.3, 0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 0.6, 1.9))
    )
    measured = analysis(pauses=pauses)
    pieces = [Piece("master", 0, 480), Piece("card", 0, 60, card=CARD)]
    tones = soundtrack_of(pieces, Fraction(30), analysis=measured).room_tone
    starts = [start / 48000 for start, _ in tones]
    assert starts == pytest.approx([n * 2.0 + 0.08 for n in (2, 3, 4, 5, 6)], abs=1e-4)
    assert all(any(a < x / 48000 and y / 48000 < b for a, b in pauses) for x, y in tones)
    assert soundtrack_of(pieces[:1], Fraction(30), analysis=measured).room_tone == ()


def test_between_words_it_is_quiet_too() -> None:
    """Where a loud room has no measured pause, the words' own times tell where nobody speaks."""
    words = (Word(1.0, 2.0, "one"), Word(2.15, 3.0, "two"), Word(5.0, 6.0, "three."))
    between = [0.0, 0.9, 3.1, 4.9, 6.1, 8.0]
    assert [second for span in quiet_spans((), words, 8.0) for second in span] == pytest.approx(between)
    merged = [0.0, 1.2, 3.1, 4.9, 6.0, 8.0]
    spans = quiet_spans(((0.5, 1.2), (6.0, 6.5)), words, 8.0)
    assert [second for span in spans for second in span] == pytest.approx(merged)
    assert quiet_spans(((1.0, 2.0),), (), 8.0) == ((1.0, 2.0),)


# ---------------------------------------------------------------- music

RATE = 48000
BEATS = tuple(0.5 * n + 0.1 for n in range(60))
SONG = Music(
    "song.mp3", "a" * 32, 0, 30.0, BEATS, (4.1, 20.1), (0.1, 29.9), -10.0, level_db=-6.0, duck_db=12.0,
)  # fmt: skip
PLAIN = replace(SONG, beats=(), loop_seconds=None)


def bed_of(music: Music, seconds: float):
    """The bed under a variant of that length, without a programme."""
    return decide_music(music, round(seconds * RATE), sample_rate=RATE)[0]


@given(
    seconds=st.floats(0.5, 200),
    starts=st.floats(0, 40),
    beats=st.booleans(),
    ends=st.sampled_from(("fade", "beat")),
)
def test_the_music_is_as_long_as_the_variant(seconds: float, starts: float, beats: bool, ends) -> None:
    """To the sample, whatever is asked of it, from inside the file only, and never past its own end."""
    samples = round(seconds * RATE)
    music = replace(SONG if beats else PLAIN, starts_at_seconds=starts, ends=ends)
    bed, _ = decide_music(music, samples, sample_rate=RATE)
    assert sum(p.end_sample - p.start_sample for p in bed.pieces) == samples
    assert all(0 <= p.start_sample < p.end_sample <= 30 * RATE for p in bed.pieces)
    assert 0 < bed.fade_out_samples <= bed.end_sample <= samples


def test_a_loop_goes_from_beat_to_beat() -> None:
    """Where the music is too short it goes on from a beat to a beat, a moment before both attacks."""
    pieces = bed_of(SONG, 75).pieces
    assert len(pieces) == 5
    for left, right in zip(pieces, pieces[1:], strict=False):
        assert left.end_sample == pytest.approx((20.1 - BEFORE_BEAT_SECONDS) * RATE, abs=1)
        assert right.start_sample == pytest.approx((4.1 - BEFORE_BEAT_SECONDS) * RATE, abs=1)


def test_music_without_a_beat_crosses_over_slowly() -> None:
    """There is no beat to hide a joint behind: the crossfade is long, and finds music on both sides."""
    bed = bed_of(PLAIN, 75)
    reach = bed.joint_samples // 2
    assert bed.joint_samples >= RATE
    assert all(p.start_sample >= reach for p in bed.pieces[1:])
    assert all(p.end_sample + reach <= 29.95 * RATE for p in bed.pieces[:-1])


@given(seconds=st.floats(3, 120))
def test_music_that_ends_on_a_beat_lets_it_ring(seconds: float) -> None:
    """The last beat is heard at least 0.2 s, no other begins after it, and the rest of the variant is at most 0.2 s."""
    bed = bed_of(replace(SONG, ends="beat"), seconds)
    heard, at = [], 0
    for piece in bed.pieces:
        heard += [
            at + b * RATE - piece.start_sample for b in BEATS if piece.start_sample <= b * RATE < piece.end_sample
        ]
        at += piece.end_sample - piece.start_sample
    last = max(beat for beat in heard if beat < bed.end_sample - 1)
    assert bed.end_sample - last >= 0.18 * RATE
    assert bed.end_sample - bed.fade_out_samples > last
    assert at - bed.end_sample <= 0.22 * RATE
    assert bed_of(SONG, seconds).end_sample == at


def test_the_level_is_set_against_the_programme() -> None:
    """Six below a programme of -23 LUFS from a song of -10; a programme that is not known leaves it as it is."""
    bed, (words,) = decide_music(SONG, 10 * RATE, sample_rate=RATE, ducked=((0, RATE),), programme_lufs=-23.0)
    assert bed.gain_db == -19.0
    assert "6 dB below the programme and 12 dB lower under speech" in words
    assert bed_of(SONG, 10).gain_db == 0.0


@given(
    pauses=st.lists(st.tuples(st.floats(0, 19), st.floats(0.2, 3)), max_size=8),
    pieces=st.lists(st.tuples(st.integers(0, 800_000), st.integers(1, 200_000), st.booleans()), min_size=1, max_size=8),
)
def test_the_music_comes_up_in_long_pauses_only(pauses, pieces) -> None:
    """Spans in order with a long pause between any two, and every sound of the master lies in one of them."""
    known = tuple((start, start + length) for start, length in pauses)
    made = [SoundPiece("card" if card else "master", 0 if card else a, n if card else a + n) for a, n, card in pieces]
    spans = spoken(made, known, RATE)
    assert all(a < b for a, b in spans)
    assert all(b[0] - a[1] >= OPEN_SECONDS * RATE for a, b in zip(spans, spans[1:], strict=False))
    at = 0
    for piece in made:
        for sample in range(piece.start_sample, piece.end_sample, 997):
            is_quiet = piece.source == "card" or any(a - 1e-4 <= sample / RATE <= b + 1e-4 for a, b in known)
            place = at + sample - piece.start_sample
            assert is_quiet or any(a <= place < b for a, b in spans)
        at += piece.end_sample - piece.start_sample


def test_a_long_pause_is_open_and_a_short_one_is_not() -> None:
    """A second of pause opens, half a second does not; two halves that a cut brings together do; a card does."""
    talk = SoundPiece("master", 0, 10 * RATE)
    assert spoken([talk], ((2.0, 3.0), (5.0, 5.5)), RATE) == ((0, 2 * RATE), (3 * RATE, 10 * RATE))
    halves = [SoundPiece("master", 0, 3 * RATE), SoundPiece("master", 6 * RATE, 9 * RATE)]
    assert spoken(halves, ((2.5, 3.0), (6.0, 6.5)), RATE) == ((0, 2.5 * RATE), (3.5 * RATE, 6 * RATE))
    with_card = [halves[0], SoundPiece("card", 0, RATE), halves[1]]
    assert spoken(with_card, (), RATE) == ((0, 3 * RATE), (4 * RATE, 7 * RATE))
    fast = [SoundPiece("master", 0, 11 * RATE, 10 * RATE)]
    assert spoken(fast, ((2.2, 4.4),), RATE, Fraction(11, 10)) == ((0, 2 * RATE), (4 * RATE, 10 * RATE))


def test_the_key_knows_the_music() -> None:
    """Another file, level, start or ending is another soundtrack; another name of the same file is not."""
    pieces = [Piece("master", 0, 300)]
    measured = analysis(loudness=Loudness(-20.0, -3.0))

    def key(**changes: object) -> str:
        return soundtrack_of(pieces, NTSC, analysis=measured, music=replace(SONG, **changes)).key

    others = [
        {"fingerprint": "b" * 32},
        {"level_db": -3.0},
        {"duck_db": 6.0},
        {"starts_at_seconds": 2.0},
        {"ends": "beat"},
    ]
    keys = [key(), soundtrack_of(pieces, NTSC, analysis=measured).key, *(key(**other) for other in others)]
    assert len(set(keys)) == len(keys)
    assert key(name="copy.mp3") == key()


def test_a_silent_master_has_its_music() -> None:
    """The bed alone, as it is, and that is said; without music the variant stays silent."""
    track, words = decide_sound(
        master(audio=None), preset(), [Piece("master", 0, 300)], Fraction(30), Cut((), 0, 0, ""), music=SONG
    )
    assert track is not None and track.music is not None
    assert (track.pieces, track.track_index, track.samples) == ((), -1, 480000)
    assert (track.music.ducked, track.music.gain_db) == ((), 0.0)
    assert "only the music is heard" in words[0]

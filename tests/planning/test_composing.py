"""Variants put together from pieces: order, cards between, lengths, sharing, and the sentence where it cannot be."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from made import master, plan_of, preset

from variantgen.model import Card
from variantgen.plan.composing import Segment

RATE = Fraction(25)
FILM = master(frame_rate=RATE, frames=25 * 20)
OPEN = preset(length={"max_seconds": None, "min_seconds": None})
FACE = Segment("hook: face", spans=((0.0, 2.0),))
ASKED = Segment("hook: question", card=Card("title", "Still cutting by hand?"))
FULL = Segment("body: full", spans=((2.0, 14.0),), is_elastic=True)
SHORT = Segment("body: short", spans=((2.0, 6.0),), is_elastic=True)
SHOP = Segment("cta: shop", card=Card("end", "Shop now"), seconds=2.5)
FILMED = Segment("cta: film", spans=((14.0, 17.0),))


def pieces_of(*segments: Segment, asked=OPEN, **wishes):
    """The pieces of one composed variant as (source, start, end)."""
    (variant,) = plan_of(asked, film=FILM, composition=segments, **wishes).variants
    return [(piece.source, piece.start_frame, piece.end_frame) for piece in variant.pieces]


def test_pieces_play_in_their_order() -> None:
    """Cards before, between and after spans, each as long as asked; spans as written, to the frame."""
    assert pieces_of(FACE, FULL, SHOP) == [("master", 0, 50), ("master", 50, 350), ("card", 0, 62)]
    assert [source for source, _, _ in pieces_of(ASKED, SHORT, FILMED)] == ["card", "master", "master"]
    assert pieces_of(SHOP, FILMED, SHOP, FACE)[1:] == [("master", 350, 425), ("card", 0, 62), ("master", 0, 50)]


def test_every_piece_says_where_it_comes_from() -> None:
    """What is shown is told by the names that the campaign gave."""
    (variant,) = plan_of(OPEN, film=FILM, composition=(FACE, SHORT, SHOP)).variants
    assert [piece.why for piece in variant.pieces] == ["hook: face", "body: short", "cta: shop"]


def test_combinations_cost_their_pieces() -> None:
    """Two hooks, two bodies and two calls to action in eight variants need six pieces' frames, each once."""
    plans = [
        plan_of(OPEN, film=FILM, composition=(hook, body, cta))
        for hook in (FACE, ASKED)
        for body in (FULL, SHORT)
        for cta in (SHOP, FILMED)
    ]
    parts = {key: part for plan in plans for key, part in plan.parts.items()}
    wanted = sum(variant.frames for plan in plans for variant in plan.variants)
    assert sum(part.frames for part in parts.values()) < 0.6 * wanted
    assert sum(part.source == "card" for part in parts.values()) == 2


def test_the_elastic_piece_gives_way_to_a_length() -> None:
    """Hook and call to action stay whole; a length that leaves nothing, or that is not reached, is refused."""
    (variant,) = plan_of(OPEN, film=FILM, composition=(FACE, FULL, FILMED), length=lengths(9)).variants
    assert variant.frames == 225
    assert (variant.pieces[0].frames, variant.pieces[-1].frames) == (50, 75)
    for seconds, words in ((5, "nothing is left for body: full"), (30, "its pieces last 17.0 s and 30.0 s")):
        (refusal,) = plan_of(OPEN, film=FILM, composition=(FACE, FULL, FILMED), length=lengths(seconds)).refusals
        assert words in refusal.reason


def lengths(*seconds: float):
    """The wish for some lengths."""
    from variantgen.plan.cutdowns import LengthWish

    return LengthWish(seconds)


def test_a_placement_that_does_not_take_the_length_refuses_with_all_pieces() -> None:
    """The sentence says what each piece adds."""
    (refusal,) = plan_of(preset(length={"max_seconds": 10}), film=FILM, composition=(FACE, FULL, FILMED)).refusals
    told = "hook: face 2.0 s + body: full 12.0 s + cta: film 3.0 s make 17.0 s and the placement takes at most 10 s"
    assert refusal.reason == told


def test_a_span_beyond_the_master_is_refused() -> None:
    """With its seconds and the master's."""
    late = Segment("body: late", spans=((25.0, 30.0),))
    (refusal,) = plan_of(OPEN, film=FILM, composition=(late,)).refusals
    assert refusal.reason == "body: late is 25-30 s of the master, which is 20.0 s long"


@given(
    spans=st.lists(st.tuples(st.floats(0, 18), st.floats(0.2, 5)), min_size=1, max_size=5),
    cards=st.lists(st.integers(0, 5), max_size=3),
)
def test_frames_add_up(spans: list[tuple[float, float]], cards: list[int]) -> None:
    """However pieces are mixed: they last as long as the variant, in the order asked, inside the master."""
    segments: list[Segment] = [Segment(f"s{n}", spans=((a, a + length),)) for n, (a, length) in enumerate(spans)]
    for place in cards:
        segments.insert(min(place, len(segments)), SHOP)
    (variant,) = plan_of(OPEN, film=FILM, composition=tuple(segments)).variants
    assert sum(piece.frames for piece in variant.pieces) == variant.frames
    assert [piece.why for piece in variant.pieces] == [segment.name for segment in segments]
    assert all(0 <= p.start_frame < p.end_frame <= FILM.frames for p in variant.pieces if p.source == "master")
    assert variant.soundtrack is not None and variant.soundtrack.samples == round(variant.frames * 48000 / RATE)

"""How long a card stays is decided by its text alone."""

from __future__ import annotations

import pytest

from variantgen.plan.cards import card_seconds


@pytest.mark.parametrize("text", ["Go", "Thanks for watching", "", "word " * 400, "x" * 400])
def test_a_card_stays_two_to_three_seconds(text: str) -> None:
    """No text, however short or long, leaves the 2 to 3 seconds that a card may take."""
    assert 2.0 <= card_seconds(text) <= 3.0


def test_more_to_read_takes_longer() -> None:
    """Between the two limits, each added word adds time."""
    words = ["it", "is", "on", "me", "as", "we", "go", "up"]
    times = [card_seconds(" ".join(words[:count])) for count in (4, 5, 6, 7)]
    assert times == sorted(set(times))


def test_long_words_take_longer_than_short_ones() -> None:
    """As many words of more letters need more time."""
    assert card_seconds("Donaudampfschifffahrt kartenverkaufsstelle") > card_seconds("on it")


def test_a_line_break_reads_like_a_space() -> None:
    """Where the lines break, typed or as a shell passes it, does not change the time."""
    times = {card_seconds("aaa bbb ccc ddd eee")}
    times |= {card_seconds("aaa\nbbb\nccc\nddd\neee"), card_seconds(r"aaa\nbbb\nccc\nddd\neee")}
    assert len(times) == 1

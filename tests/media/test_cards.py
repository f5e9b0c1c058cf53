"""Cards: the frames that come out hold what was asked for, on every canvas."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from variantgen.build.brand import BRAND, contrast_ratio
from variantgen.build.card_backdrop import backdrop
from variantgen.build.card_layers import Layer
from variantgen.build.card_templates import TEMPLATES, Scene, Sheet
from variantgen.build.card_type import NoRoomError, fit_text
from variantgen.build.cards import ENTRANCE_SECONDS, LONGEST_ENTRANCE, card_frames, card_poster
from variantgen.errors import UserError
from variantgen.model import Card

RATE = Fraction(30)
CANVASES = [(540, 960), (720, 720), (960, 540), (600, 338), (320, 180)]
TEXTS = {
    "one word": "SALE",
    "a long word": "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    "an address": "See the whole conversation\nexample.com/a/talk",
    "many lines": "One\nTwo\nThree\nFour\nFive\nSix\nSeven",
    "a subtitle": "Summer in Lisbon\n\nFive days, one backpack and no plan at all, told in order",
    "a paragraph": "A card holds more words than anyone should put on it and still keeps them inside " * 2,
    "deep letters": "Ågå jpqy ĘŻÇ",
}


def rendered(card: Card, size: tuple[int, int], frames: int = 12, rate: Fraction = RATE) -> list[np.ndarray]:
    """The card's frames as arrays of height x width x 3."""
    made = card_frames(card, width=size[0], height=size[1], frame_rate=rate, frames=frames)
    return [np.frombuffer(frame, np.uint8).reshape(size[1], size[0], 3) for frame in made]


def drawn(frame: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Where a frame clearly differs from its background: type, rule, pill."""
    return np.abs(frame.astype(int) - background).max(axis=2) > 24


def background_of(
    kind: str,
    size: tuple[int, int],
    frames: int,
    *,
    margins: tuple[int, int, int, int] | None = None,
    rate: Fraction = RATE,
    has_panels: bool = True,
) -> list[np.ndarray]:
    """What is behind a card's layers in each of its frames, panels included."""
    end_seconds = (frames - 1) / float(rate)
    entrance_seconds = min(ENTRANCE_SECONDS, LONGEST_ENTRANCE * end_seconds)
    top, right, bottom, left = margins or (size[1] // 4, size[0] // 4, size[1] // 4, size[0] // 4)
    box = (left, top, size[0] - left - right, size[1] - top - bottom)
    scene = TEMPLATES[kind](".", Sheet(*size, box))
    at = backdrop(scene.light, scene.ring, BRAND, *size)
    found = []
    for n in range(frames):
        share = n / (frames - 1)
        picture = Image.fromarray(at(share * share * (3 - 2 * share)).copy())
        for panel in scene.panels if has_panels else ():
            x, y, w, h = panel.box
            under = picture.crop((x, y, x + w, y + h))
            panel.paint(under, min(1.0, n / float(rate) / entrance_seconds))
            picture.paste(under, (x, y))
        found.append(np.asarray(picture).astype(int))
    return found


@pytest.mark.parametrize("kind", list(TEMPLATES))
@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001), Fraction(60)])
def test_exactly_the_frames_asked_for(kind: str, rate: Fraction) -> None:
    """As many rgb24 frames come out as were asked for, each of the canvas's size."""
    made = card_frames(Card(kind, "Two lines\na.com"), width=160, height=90, frame_rate=rate, frames=73)
    assert [len(frame) for frame in made] == [160 * 90 * 3] * 73


@pytest.mark.parametrize("kind", list(TEMPLATES))
def test_the_same_card_gives_the_same_bytes(kind: str) -> None:
    """Made twice, a card has the same bytes in every frame."""
    digests = {
        hashlib.sha256(b"".join(frame.tobytes() for frame in rendered(Card(kind, "Again"), (320, 180)))).digest()
        for _ in range(2)
    }
    assert len(digests) == 1


@pytest.mark.media
@pytest.mark.parametrize("size", CANVASES)
@pytest.mark.parametrize("kind", list(TEMPLATES))
def test_no_ink_leaves_the_safe_box_in_any_frame(kind: str, size: tuple[int, int]) -> None:
    """Type, rule and pill stay inside the card's margins from the first frame to the last."""
    width, height = size
    top, right, bottom, left = margins = (height // 9, width // 8, height // 5, width // 11)
    backgrounds = background_of(kind, size, frames=4, margins=margins, rate=Fraction(2))
    outside = np.ones((height, width), bool)
    outside[top : height - bottom, left : width - right] = False
    for name, text in TEXTS.items():
        if kind == "figure" and size == (320, 180) and name == "many lines":
            continue  # a number of that length is refused: the test below
        for number, frame in enumerate(rendered(Card(kind, text, margins), size, frames=4, rate=Fraction(2))):
            ink = drawn(frame, backgrounds[number])
            assert not (ink & outside).any(), f"{name}, frame {number}"
        assert ink.any(), name


@pytest.mark.parametrize("text", ["", "   ", "\n\n", r"\n", "\u200b", "\t \u00a0"])
@pytest.mark.parametrize("kind", list(TEMPLATES))
def test_a_card_without_text_is_refused_at_once(kind: str, text: str) -> None:
    """Nothing to show is the user's mistake, told before any frame is asked for."""
    with pytest.raises(UserError, match="holds no text"):
        card_frames(Card(kind, text), width=320, height=180, frame_rate=RATE, frames=10)


def test_characters_that_no_font_has_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A character that would come out as an empty box is refused by its name."""
    monkeypatch.setattr("variantgen.fonts.runs.colour_face", lambda: None)
    monkeypatch.setattr("variantgen.fonts.runs.face_for", lambda *_args, **_values: None)
    with pytest.raises(UserError, match=r"U\+1F9FF, NAZAR AMULET"):
        card_frames(Card("title", "Lift off \U0001f9ff"), width=320, height=180, frame_rate=RATE, frames=10)


def test_more_text_than_can_be_read_is_refused_with_the_room_there_is() -> None:
    """Text that would need unreadably small type says how much there is and how large the room."""
    for text in ("word and " * 333 + "me", "x" * 2999):
        with pytest.raises(UserError, match=r"--end-card .*2999 characters do not fit the \d+x\d+ pixels"):
            card_frames(Card("end", text), width=320, height=180, frame_rate=RATE, frames=10)


def test_margins_that_leave_no_room_are_refused() -> None:
    """A safe zone that covers the canvas is told as such."""
    with pytest.raises(UserError, match="leaves no room"):
        card_frames(Card("end", "Hi", (90, 0, 90, 0)), width=320, height=180, frame_rate=RATE, frames=10)


def test_a_frame_is_made_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Taking one more frame of a long card paints one more frame, so none is held ahead of time."""
    painted: list[float] = []
    layer = Layer((0, 0, 8, 8), lambda picture, progress: painted.append(progress))
    monkeypatch.setitem(TEMPLATES, "title", lambda *_: Scene(((0.0, 0.0), (1.0, 1.0)), (0.0, 0.0), (layer,)))
    made = card_frames(Card("title", "Long"), width=64, height=64, frame_rate=RATE, frames=3000)
    next(made)
    after_one = len(painted)
    next(made)
    assert after_one < 5 and len(painted) == after_one + 1


@pytest.mark.parametrize("kind", list(TEMPLATES))
def test_the_card_moves_and_then_its_text_stands(kind: str) -> None:
    """Type differs between the first frame and the last, and no longer changes in the last quarter."""
    card, size = Card(kind, "Two lines\nexample.com"), (320, 180)
    backgrounds = background_of(kind, size, frames=40)
    inks = [drawn(frame, behind) for frame, behind in zip(rendered(card, size, 40), backgrounds, strict=True)]
    assert (inks[0] != inks[-1]).sum() > 100
    assert all((ink == inks[-1]).mean() > 0.999 for ink in inks[30:])


def test_the_first_frame_of_a_title_can_be_a_thumbnail() -> None:
    """The headline is already there in frame 0, over a background that is not black."""
    first, *_, last = rendered(Card("title", "Two chairs, one honest talk"), (540, 960), 40)
    bright = [(frame.min(axis=2) > 120).sum() for frame in (first, last)]
    assert bright[0] > 0.8 * bright[1]
    assert np.median(first.max(axis=2)) > 30


@pytest.mark.parametrize("kind", list(TEMPLATES))
def test_the_poster_is_the_last_frame(kind: str) -> None:
    """What stands at the end of a card of any length, one frame included, is its poster."""
    poster = card_poster(Card(kind, "Stay"), 320, 180).tobytes()
    for frames in (1, 2, 30):
        assert rendered(Card(kind, "Stay"), (320, 180), frames)[-1].tobytes() == poster


@pytest.mark.parametrize("kind", list(TEMPLATES))
@pytest.mark.parametrize("size", CANVASES)
def test_text_reads_on_every_background_it_can_stand_on(kind: str, size: tuple[int, int]) -> None:
    """Text and muted text keep WCAG AA, 4.5:1, even on the brightest pixel of the background."""
    for behind in background_of(kind, size, frames=3, has_panels=False):
        brightest = behind.reshape(-1, 3)[behind.sum(axis=2).argmax()]
        red, green, blue = (int(level) for level in brightest)
        for colour in (BRAND.text, BRAND.muted_text):
            assert contrast_ratio(colour, (red, green, blue)) >= 4.5


def test_the_pill_label_reads_on_the_pill() -> None:
    """The label's colour keeps 4.5:1 on the accent."""
    assert contrast_ratio(BRAND.accent_text, BRAND.accent) >= 4.5


def has_pill(text: str) -> bool:
    """Whether an end card of that text holds an area of accent larger than a bar."""
    accent = np.array([int(BRAND.accent[i : i + 2], 16) for i in (1, 3, 5)])
    poster = np.asarray(card_poster(Card("end", text), 540, 540)).astype(int)
    return bool((np.abs(poster - accent).max(axis=2) < 8).sum() > 2500)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Shop now\nexample.com", True),
        ("Shop now\n@example", True),
        (r"Shop now\nexample.com", True),
        ("Shop now\n\nOnly this week", True),
        ("Thanks for\nwatching", False),
        ("Thanks for\nwatching.", False),
        ("example.com", False),
    ],
)
def test_only_an_address_or_a_line_set_apart_gets_the_pill(text: str, wanted: bool) -> None:
    """A line break inside the headline stays one; an address or a line after an empty one is the pill."""
    assert has_pill(text) is wanted


def test_type_is_as_large_as_its_room_lets_it() -> None:
    """The same words are set larger where there is more room, and never larger than the most."""
    sizes = [
        fit_text("Summer in Lisbon", (width, 600), short_px=1080, largest=0.165).size_px
        for width in (300, 600, 900, 4000)
    ]
    assert sizes == sorted(sizes) and sizes[0] < sizes[1] < sizes[-1] == round(0.165 * 1080)


def test_line_breaks_are_kept_and_no_word_is_left_alone() -> None:
    """Given breaks stay, and wrapped lines come out of even length."""
    assert len(fit_text("One\nTwo", (2000, 800), short_px=1080, largest=0.1).lines) == 2
    even = fit_text("We went to the sea and back", (1200, 800), short_px=1080, largest=0.1)
    widths = [line.ink.width for line in even.lines]
    assert len(widths) == 2 and min(widths) > 0.75 * max(widths)


def test_a_word_is_broken_only_when_it_cannot_be_small_enough() -> None:
    """A long word is set smaller first; a longer one is broken into lines that fit."""
    assert len(fit_text("Donaudampfschifffahrt", (900, 800), short_px=1080, largest=0.165).lines) == 1
    broken = fit_text(TEXTS["a long word"], (700, 800), short_px=1080, largest=0.165)
    assert len(broken.lines) == 5 and broken.width <= 700
    assert broken.size_px > 75, "broken at a size to be read, not shrunk first"


@pytest.mark.parametrize("short_px", [200, 800])
def test_type_never_gets_too_small_to_read(short_px: int) -> None:
    """As text grows, type shrinks to 2.2 % of the short side or 8 pixels and is then refused, not shrunk."""
    sizes = []
    with pytest.raises(NoRoomError):
        for count in range(1, 200, 16):
            room = (short_px, short_px // 3)
            sizes.append(fit_text("word " * count + "end", room, short_px=short_px, largest=0.165).size_px)
    assert max(8, round(0.022 * short_px)) <= sizes[-1] < 0.25 * sizes[0]

"""Which frame makes a cover, where everything about the master is known; and what is drawn of it."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import made
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from subjects_made import subject

from variantgen.build.brand import BRAND, contrast_ratio, rgb
from variantgen.build.covers import LEAST_CONTRAST, cover_picture, save_cover, sharpness_of
from variantgen.errors import UserError
from variantgen.model import Analysis, Clarity, Variant
from variantgen.plan.covers import cover_choices, shot_around

STEP = 5
CELLS = 12
WIDE = {"canvas": {"width": 1920, "height": 1080}}


def clarity(
    sharp: Callable[[int], float] = lambda frame: 100.0,
    light: Callable[[int], float] = lambda frame: 120.0,
    frames: int = 600,
    cells: Callable[[int], np.ndarray] | None = None,
) -> Clarity:
    """A clarity whose sharpness (a variance) and light are told for each frame; `cells` for each cell."""
    numbers = range(0, frames, STEP)
    flat = np.ones((CELLS, CELLS))
    sharpness = np.stack([cells(n) if cells else flat * sharp(n) for n in numbers])
    coded = np.round(14 * np.log2(1 + sharpness)).clip(0, 255).astype(np.uint8)
    lights = np.stack([flat * light(n) for n in numbers]).astype(np.uint8)
    packed = [base64.b64encode(zlib.compress(values.tobytes())).decode() for values in (coded, lights)]
    return Clarity(STEP, CELLS, CELLS, *packed)


def chosen(variant: Variant | None = None, film: Any = None, **measured: Any) -> int:
    """The frame of a variant that makes its cover."""
    return best(variant, film, **measured).frame


def best(variant: Variant | None = None, film: Any = None, **measured: Any) -> Any:
    """The best choice."""
    found = cover_choices(variant or WHOLE, film or made.master(), made.analysis(film, **measured))
    return found[0]


WHOLE = made.variant_of(made.preset(**WIDE))


# ---------------------------------------------------------------- choosing


def test_the_one_sharp_frame_among_blurred_ones_is_chosen() -> None:
    """A face that is in focus once, and a master that is soft elsewhere."""
    face = subject(1, "face", (0, 600), (800, 200), size=(300, 400))
    only = clarity(lambda frame: 900.0 if frame == 370 else 20.0)
    assert chosen(clarity=only, subjects=(face,)) == 370
    assert chosen(clarity=only) == 370


def test_between_equal_frames_the_opening_one_is_chosen() -> None:
    """All frames alike: the first; a little sharper later is worth it."""
    assert chosen(clarity=clarity()) == 0
    assert chosen(clarity=clarity(lambda frame: 200.0 if frame == 400 else 100.0)) == 400


def test_a_face_is_preferred_and_a_large_whole_one_most() -> None:
    """Of frames as sharp as each other the one with a face; of faces the large one; a cut one less than a whole one."""
    here = subject(1, "face", (300, 340), (800, 200), size=(300, 400))
    small = subject(1, "face", (100, 140), (800, 200), size=(60, 80))
    assert 300 <= chosen(clarity=clarity(), subjects=(here,)) < 340
    assert 300 <= chosen(clarity=clarity(), subjects=(small, here)) < 340
    cut = subject(1, "face", (100, 140), (1770, 200), size=(300, 400))
    assert 300 <= chosen(clarity=clarity(), subjects=(cut, here)) < 340


def test_a_face_must_itself_be_sharp() -> None:
    """A sharp background behind a soft face is worth less than the other way about."""

    def cells(frame: int) -> np.ndarray:
        values = np.full((CELLS, CELLS), 20.0 if frame >= 300 else 400.0)
        values[2:6, 5:7] = 400.0 if frame >= 300 else 20.0
        return values

    face = subject(1, "face", (0, 600), (800, 200), size=(300, 340))
    assert chosen(clarity=clarity(cells=cells), subjects=(face,)) >= 300


def test_only_what_the_window_shows_counts() -> None:
    """Sharpness outside a 9:16 window does not make a cover of it."""

    def cells(frame: int) -> np.ndarray:
        values = np.full((CELLS, CELLS), 30.0)
        if frame == 200:
            values[:, :3] = 5000.0
        if frame == 400:
            values[:, 5:7] = 500.0
        return values

    assert chosen(made.variant_of(), clarity=clarity(cells=cells)) == 400
    assert chosen(WHOLE, clarity=clarity(cells=cells)) == 200


def test_dark_washed_out_and_faded_frames_are_no_covers() -> None:
    """However sharp they are: black, white, and the ends of shots, where dissolves are."""
    sharp = clarity(lambda frame: 900.0 if frame < 100 else 50.0, light=lambda f: 10.0 if f < 100 else 120.0)
    assert chosen(clarity=sharp) >= 100
    white = clarity(lambda frame: 900.0 if frame < 100 else 50.0, light=lambda f: 250.0 if f < 100 else 120.0)
    assert chosen(clarity=white) >= 100
    at_cut = clarity(lambda frame: 900.0 if frame in (295, 300) else 100.0)
    assert chosen(clarity=at_cut, shot_starts=(0, 300)) not in (295, 300)
    assert chosen(clarity=at_cut) in (295, 300)


def test_a_cover_keeps_clear_of_captions_that_change() -> None:
    """No frame in which a burned caption has just come or is about to go; one without is better than one with."""
    variant = made.variant_of(made.preset(**WIDE), cues=made.cues("one", "two", "three", seconds=1.0))
    starts = [cue.start_frame for cue in variant.cues]
    assert starts == [0, 30, 60]
    at_change = clarity(lambda frame: 900.0 if frame in (30, 35) else 100.0)
    assert chosen(variant, clarity=at_change) not in (30, 35)
    assert chosen(variant, clarity=clarity()) >= 90


def test_a_title_that_the_window_cuts_off_makes_no_cover() -> None:
    """Standing text of which a 9:16 window shows a part; the whole frame shows it whole, and opens with it."""
    title = subject(1, "text", (0, 300), (900, 500), size=(800, 100))
    assert chosen(made.variant_of(), clarity=clarity(), subjects=(title,)) >= 300
    assert chosen(WHOLE, clarity=clarity(), subjects=(title,)) == 0


def test_a_film_that_is_dark_or_captioned_throughout_has_a_cover() -> None:
    """What is kept clear of is given up before no cover is made."""
    variant = made.variant_of(made.preset(**WIDE), cues=made.cues(*["word"] * 10, seconds=2.0))
    dark = clarity(lambda frame: 100.0 + frame, light=lambda frame: 5.0)
    assert 0 <= chosen(variant, clarity=dark) < 600


def test_a_choice_is_made_without_clarity_and_of_cards_alone() -> None:
    """An analysis of an earlier version, a variant that shows no master, and one without a picture."""
    face = subject(1, "face", (300, 340), (800, 200), size=(300, 400))
    assert 300 <= chosen(subjects=(face,)) < 340
    card = made.variant_of(made.preset(**WIDE), title="Hello")
    card = replace(card, pieces=card.pieces[:1], frames=card.pieces[0].frames)
    assert card.frames // 2 < chosen(card) < card.frames
    sound = made.variant_of(made.preset(canvas=None, video=None, captions=None, container="m4a"))
    assert cover_choices(sound, made.master(), made.analysis()) == ()


def test_the_frame_is_the_variants_own_behind_cards_cuts_and_speed() -> None:
    """The master's sharp frame 400 stands elsewhere in a variant that opens with a card, skips, or plays faster."""
    sharp = clarity(lambda frame: 900.0 if frame == 400 else 20.0)
    titled = made.variant_of(made.preset(**WIDE), title="Hello")
    assert chosen(titled, clarity=sharp) == titled.pieces[0].frames + 400
    piece = WHOLE.pieces[0]
    cut = replace(WHOLE, pieces=(replace(piece, start_frame=390), replace(piece, end_frame=100)), frames=310)
    assert chosen(cut, clarity=sharp) == 10
    fast = replace(WHOLE, speed=Fraction(5, 4), pieces=(replace(piece, end_frame=480),), frames=480)
    assert chosen(fast, clarity=sharp) == 320
    half = made.variant_of(made.preset(**WIDE, video={"max_frame_rate": 15}))
    assert chosen(half, clarity=sharp) == 200


def test_several_choices_are_apart_and_in_order() -> None:
    """Three frames half a second apart or more, best first, each with its reason."""
    found = cover_choices(WHOLE, made.master(), made.analysis(clarity=clarity(lambda frame: 100 + frame)))
    assert len(found) == 3
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    frames = sorted(one.frame for one in found)
    assert all(b - a >= 15 for a, b in zip(frames, frames[1:], strict=False))
    assert all("s, sharpness" in one.why for one in found)


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 599), max_size=5),
    st.integers(0, 590),
    st.integers(1, 600),
    st.sampled_from([Fraction(1), Fraction(9, 8)]),
)
def test_every_choice_lies_inside_its_variant_and_shot(
    cuts: list[int], start: int, length: int, speed: Fraction
) -> None:
    """Whatever is shown of the master."""
    piece = replace(WHOLE.pieces[0], start_frame=start, end_frame=min(int(600 / speed), start + length))
    if piece.frames < 1:
        return
    variant = replace(WHOLE, pieces=(piece,), frames=piece.frames, speed=speed)
    measured = made.analysis(shot_starts=(0, *sorted(set(cuts))), clarity=clarity(lambda frame: 50 + frame % 90))
    found = cover_choices(variant, made.master(), measured)
    assert found
    for one in found:
        first, end = shot_around(variant, made.master(), measured, one.frame)
        assert 0 <= first <= one.frame < end <= variant.frames


def test_the_frames_beside_a_choice_are_of_its_shot_and_caption() -> None:
    """Where the sharpest of a few frames is taken, none is of another shot or with another caption."""
    variant = made.variant_of(made.preset(**WIDE), cues=made.cues("one", "two"))
    measured = made.analysis(shot_starts=(0, 45))
    assert shot_around(variant, made.master(), measured, 50) == (45, 60)
    assert shot_around(variant, made.master(), measured, 44) == (0, 45)
    assert shot_around(variant, made.master(), measured, 130) == (120, 600)


# ---------------------------------------------------------------- drawing

SIZES = [(1080, 1920), (1080, 1350), (1080, 1080), (1280, 720), (400, 300)]
MARGINS = (0.125, 0.28, 0.34, 0.11)


def picture(size: tuple[int, int], *, level: int | None = None) -> Image.Image:
    """A busy picture, or a plain one."""
    if level is not None:
        return Image.new("RGB", size, (level, level, level))
    noise = np.random.default_rng(3).integers(0, 256, (size[1] // 8, size[0] // 8, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


def test_a_cover_has_its_channels_size_without_stretching() -> None:
    """A circle in the frame stays a circle on a cover of another shape; 0 is the frame's own size."""
    frame = Image.new("RGB", (1080, 1920), "black")
    frame.paste((255, 255, 255), (440, 860, 640, 1060))
    cover, told = cover_picture(frame, (400, 300), faces=[(440 / 1080, 860 / 1920, 200 / 1080, 200 / 1920)])
    assert cover.size == (400, 300) and told is None
    left, top, right, bottom = cover.convert("L").point(lambda v: 255 * (v > 128)).getbbox() or (0, 0, 0, 0)
    assert abs((right - left) - (bottom - top)) <= 1 and right - left == pytest.approx(74, abs=2)
    assert cover_picture(frame, (0, 0))[0].size == (1080, 1920)


@pytest.mark.parametrize("left", [0.0, 0.35, 0.8])
def test_a_face_stays_in_a_cover_of_another_shape(left: float) -> None:
    """An upright cover of a wide frame is cut about the face, not about the middle."""
    frame = Image.new("RGB", (1920, 1080), "black")
    box = (left, 0.2, 0.15, 0.3)
    frame.paste((255, 0, 0), tuple(round(v) for v in (left * 1920, 216, (left + 0.15) * 1920, 540)))  # type: ignore[arg-type]
    cover, _ = cover_picture(frame, (1080, 1920), faces=[box])
    red = np.asarray(cover)[..., 0] > 128
    assert red.sum() == pytest.approx(0.15 * 1920 * 324 * (1920 / 1080) ** 2, rel=0.03)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "text", ["Shop now", "The day that we stopped cutting everything by hand", "Supercalifragilistic\nsale"]
)
def test_text_stays_in_the_safe_zone_and_can_be_read(size: tuple[int, int], text: str) -> None:
    """On a busy picture: no pixel of ink beyond the margins, and 4.5:1 against all but a fiftieth of what is behind."""
    frame = picture(size)
    plain, _ = cover_picture(frame, size)
    cover, told = cover_picture(frame, size, text=text, margins=MARGINS)
    assert told is not None and told.contrast >= LEAST_CONTRAST
    x, y, w, h = told.box
    top, right, bottom, left = MARGINS
    assert x >= left * size[0] and y >= top * size[1]
    assert x + w <= (1 - right) * size[0] + 1 and y + h <= (1 - bottom) * size[1] + 1
    # what is much brighter than before is ink: the shade is darker than most of a picture
    before, after = (np.asarray(one.convert("L")).astype(int) for one in (plain, cover))
    ys, xs = np.nonzero(after - before > 30)
    assert len(xs) and xs.min() >= x and xs.max() < x + w and ys.min() >= y and ys.max() < y + h


@pytest.mark.parametrize("level", [0, 128, 255])
def test_the_shade_is_no_darker_than_it_must_be(level: int) -> None:
    """None on black; on white just what 4.5:1 takes."""
    cover, told = cover_picture(picture((1080, 1080), level=level), (1080, 1080), text="Shop now")
    assert told is not None
    x, y, w, _ = told.box
    behind = np.asarray(cover)[y - 4, x : x + w].reshape(-1, 3).mean(axis=0)
    reached = contrast_ratio(tuple(int(v) for v in behind), BRAND.text)  # type: ignore[arg-type]
    assert reached >= 4.3
    assert reached <= 5.4 if level else tuple(np.asarray(cover)[y - 4, x]) != rgb(BRAND.text)


def test_text_gives_way_to_a_face() -> None:
    """A face at the foot sends the text to the head; one that fills the picture gets smaller text beside it."""
    size = (1080, 1920)
    low, high = (0.3, 0.6, 0.4, 0.35), (0.3, 0.05, 0.4, 0.35)
    at = [cover_picture(picture(size), size, faces=[face], text="Shop now")[1] for face in (low, high)]
    assert at[0] is not None and at[0].box[1] < 900
    assert at[1] is not None and at[1].box[1] > 900
    large = (0.1, 0.15, 0.8, 0.62)
    _, shown = cover_picture(picture(size), size, faces=[large], text="I cut my morning in half")
    assert shown is not None
    assert shown.box[1] > (0.15 + 0.62 - 0.04) * 1920 or shown.box[1] + shown.box[3] < (0.15 + 0.04) * 1920


def test_a_text_that_does_not_fit_or_cannot_be_drawn_is_refused() -> None:
    """One sentence that says so, before anything is drawn."""
    with pytest.raises(UserError, match="do not fit a cover of 400x300; shorten it"):
        cover_picture(picture((400, 300)), (400, 300), text="word " * 400)
    with pytest.raises(UserError, match="cannot draw: \U0001f9ff; remove"):
        cover_picture(picture((400, 300)), (400, 300), text="Hi \U0001f9ff")


def test_a_cover_is_as_light_as_its_channel_wants(tmp_path: Path) -> None:
    """Quality gives way until the bytes fit; what no quality reaches is refused, and no file is left behind."""
    cover = picture((1280, 720))
    path = tmp_path / "cover.jpg"
    free = save_cover(cover, path)
    assert free == path.stat().st_size
    assert save_cover(cover, path, most_bytes=free // 2) <= free // 2
    assert Image.open(path).size == (1280, 720) and Image.open(path).format == "JPEG"
    save_cover(cover, tmp_path / "cover.png")
    assert Image.open(tmp_path / "cover.png").format == "PNG"
    for name in ("small.jpg", "small.png"):
        with pytest.raises(UserError, match=f"{name}: a cover of 1280x720 weighs"):
            save_cover(cover, tmp_path / name, most_bytes=2000)
    (tmp_path / "folder.jpg").mkdir()
    with pytest.raises(OSError):
        save_cover(cover, tmp_path / "folder.jpg")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["cover.jpg", "cover.png", "folder.jpg"]


def test_sharpness_falls_with_blur() -> None:
    """What the frames beside a choice are compared by."""
    from PIL import ImageFilter

    sharp = picture((640, 360))
    blurred = [sharpness_of(sharp.filter(ImageFilter.GaussianBlur(radius))) for radius in (2, 5, 9)]
    assert sharpness_of(sharp) > blurred[0] > blurred[1] > blurred[2]


def test_clarity_survives_the_store() -> None:
    """An analysis with and without it reads back from JSON as it was."""
    from pydantic import TypeAdapter

    adapter = TypeAdapter(Analysis)
    for measured in (made.analysis(), made.analysis(clarity=clarity())):
        assert adapter.validate_python(adapter.dump_python(measured, mode="json")) == measured

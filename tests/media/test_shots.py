"""Shots, bars and standing text, found in small frames whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from variantgen.analyze.bars import BarFinder
from variantgen.analyze.shots import ShotFinder
from variantgen.analyze.standing_text import TextFinder
from variantgen.analyze.survey import survey
from variantgen.media.ffmpeg import find_ffmpeg
from variantgen.media.probe import probe
from variantgen.model import Subject

RATE = 25.0
SIZE = (480, 270)
FONTS = Path(__file__).resolve().parents[2] / "variantgen" / "fonts"
FOOTAGE = Path(__file__).resolve().parents[3] / "shared" / "footage"
needs_footage = pytest.mark.skipif(
    not (FOOTAGE / "shots").is_dir(), reason="no recordings beside this checkout (../shared/footage)"
)


# ---------------------------------------------------------------- made films


@lru_cache(maxsize=16)
def scene(seed: int, *, size: tuple[int, int] = SIZE) -> np.ndarray:
    """A picture of soft coloured shapes on a slope of light, three times as wide as the frame; a seed, a place."""
    rng = np.random.default_rng(seed)
    width, height = size[0] * 3, size[1]
    y, x = np.mgrid[0:height, 0:width]
    low, high = np.sort(rng.integers(20, 230, (2, 3)), axis=0)
    picture = low + (high - low) * ((x * rng.uniform(-1, 1) / width + y * rng.uniform(-1, 1) / height) % 1)[..., None]
    for _ in range(40):
        cx, cy, radius = rng.integers(0, width), rng.integers(0, height), rng.integers(10, 70)
        inside = (x - cx) ** 2 + (y - cy) ** 2 < radius**2
        picture[inside] = rng.integers(10, 245, 3)
    made = picture.astype(np.uint8)
    made.setflags(write=False)
    return made


def shot(seed: int, frames: int, *, pan_px: float = 0.0, noise: float = 2.0) -> list[np.ndarray]:
    """Frames of a place, the camera panning so many pixels a frame, with a sensor's noise."""
    wide = scene(seed)
    rng = np.random.default_rng(seed + 1000)
    made = []
    for n in range(frames):
        room = wide.shape[1] - SIZE[0]
        at = room - abs(round(n * pan_px) % (2 * room) - room)
        frame = wide[:, at : at + SIZE[0]].astype(np.float32) + rng.normal(0, noise, (SIZE[1], SIZE[0], 1))
        made.append(np.clip(frame, 0, 255).astype(np.uint8))
    return made


def mixed(one: np.ndarray, other: np.ndarray | int, share: float) -> np.ndarray:
    """So much of the other picture (or level) in one."""
    return np.clip(one * (1 - share) + np.asarray(other, np.float32) * share, 0, 255).astype(np.uint8)


def faded(frames: Sequence[np.ndarray], *, over: int, opens: bool, closes: bool) -> list[np.ndarray]:
    """A shot that comes out of black, goes into it, or both."""
    made = list(frames)
    for n in range(over):
        share = 1 - n / over
        if opens:
            made[n] = mixed(made[n], 0, share)
        if closes:
            made[-1 - n] = mixed(made[-1 - n], 0, share)
    return made


def starts_of(frames: Sequence[np.ndarray], rate: float = RATE) -> tuple[int, ...]:
    """What the finder says, asked when it is due for each frame as the survey does, and at the end: both must agree."""
    finder = ShotFinder(rate)
    due: list[int] = []
    for number, frame in enumerate(frames):
        finder.take(number, frame)
        asked = number - finder.delay_frames
        if asked >= 0 and finder.is_start(asked):
            due.append(asked)
    finder.finish()
    asked = max(0, len(frames) - finder.delay_frames)
    due += [number for number in range(asked, len(frames)) if finder.is_start(number)]
    assert tuple(due) == finder.shot_starts()
    return finder.shot_starts()


# ---------------------------------------------------------------- shots


@pytest.mark.parametrize("pan_px", [0.0, 6.0, 24.0])
def test_hard_cuts_are_found_to_the_frame(pan_px):
    """Eight shots of 12 to 40 frames, still, panned, and panned fast: their first frames and nothing else."""
    lengths = [25, 12, 40, 18, 33, 14, 29, 20]
    frames = [frame for seed, n in enumerate(lengths) for frame in shot(seed, n, pan_px=pan_px)]
    assert starts_of(frames) == tuple(int(n) for n in np.cumsum([0, *lengths[:-1]]))


def test_a_cut_out_of_fast_motion_is_found():
    """Both sides of the cut change as a whole from frame to frame; the cut stands out all the same."""
    frames = [*shot(7, 30, pan_px=70), *shot(8, 30), *shot(17, 30, pan_px=70)]
    assert starts_of(frames) == (0, 30, 60)


def flash(frames: list[np.ndarray]) -> None:
    """Two white frames that die away over three more."""
    for n, share in enumerate((1.0, 1.0, 0.6, 0.4, 0.2)):
        frames[40 + n] = mixed(frames[40 + n], 255, share)


def lights_out(frames: list[np.ndarray]) -> None:
    """The light goes down to half at once, and up again after a second."""
    frames[30:55] = [mixed(frame, 0, 0.5) for frame in frames[30:55]]


def lost(frames: list[np.ndarray]) -> None:
    """Two frames are lost, black in their place."""
    frames[33] = frames[34] = np.zeros_like(frames[0])


def title(frames: list[np.ndarray]) -> None:
    """A title and its bar appear over a third of the picture."""
    for n in range(30, len(frames)):
        frames[n][200:] = (40, 20, 200)
        frames[n] = written(frames[n], "BREAKING", 70, (20, 80))


def on_threes(frames: list[np.ndarray]) -> None:
    """Stop motion: every picture stands for three frames, and the next is far from it."""
    frames[:] = [frame for frame in shot(9, 27, pan_px=35) for _ in range(3)]


def whip(frames: list[np.ndarray]) -> None:
    """The camera is torn around within half a second."""
    wide, at = scene(9), 0.0
    for n in range(len(frames)):
        at += max(0.0, 90 - 15 * abs(n - 40))
        frames[n] = wide[:, round(at) : round(at) + SIZE[0]]


@pytest.mark.parametrize("effect", [flash, lights_out, lost, title, on_threes, whip], ids=lambda f: f.__name__)
def test_what_happens_inside_a_shot_is_no_cut(effect: Callable[[list[np.ndarray]], None]):
    """Flashes, switched lights, lost frames, titles, stop motion and whip pans leave one shot."""
    frames = shot(9, 80, pan_px=1.5)
    effect(frames)
    assert starts_of(frames) == (0,)


@pytest.mark.parametrize("black", [0, 5, 12])
def test_shots_that_fade_meet_in_the_middle_of_their_black(black):
    """Short black is one boundary, within its frames."""
    first, second = shot(1, 60), shot(2, 60)
    dark = [np.zeros_like(first[0])] * black
    frames = [
        *faded(first, over=15, opens=False, closes=True), *dark, *faded(second, over=15, opens=True, closes=False)
    ]  # fmt: skip
    found = starts_of(frames)
    assert len(found) == 2 and 57 <= found[1] <= 60 + black + 3


def test_long_black_is_a_shot_of_its_own():
    """Two seconds of black: the picture goes, the next comes, each a boundary within a fade's last or first frames."""
    first, second = shot(1, 50), shot(2, 50)
    frames = [
        *faded(first, over=12, opens=False, closes=True), *[np.zeros_like(first[0])] * 50,
        *faded(second, over=12, opens=True, closes=False),
    ]  # fmt: skip
    found = starts_of(frames)
    assert len(found) == 3
    assert 46 <= found[1] <= 51 and 99 <= found[2] <= 104


def test_a_night_scene_is_not_black():
    """A shot as dark as most fades' ends stays one shot, and its cuts are found, also next to a bright one."""
    dawn = [mixed(frame, 0, 0.96 - n / 1000) for n, frame in enumerate(shot(1, 60, pan_px=2))]
    night = [*dawn, *(mixed(frame, 0, 0.93) for frame in [*shot(2, 40), *shot(3, 60, pan_px=4)])]
    assert starts_of([*shot(4, 30), *night, *shot(5, 30)]) == (0, 30, 90, 130, 190)


@pytest.mark.parametrize("over", [10, 20, 30])
def test_a_dissolve_is_a_boundary(over):
    """Two still places dissolved into each other part within the dissolve."""
    first, second = shot(1, 70), shot(2, 70)
    between = [mixed(first[-over + n], second[n], (n + 1) / (over + 1)) for n in range(over)]
    found = starts_of([*first[:-over], *between, *second[over:]])
    assert len(found) == 2 and 70 - over <= found[1] <= 70


def test_a_shot_lasts_at_least_a_third_of_a_second():
    """Cuts every four frames are an effect: what is told lies at least 0.28 s apart."""
    frames = [*shot(1, 40), *[f for n in range(8) for f in shot(20 + n, 4)], *shot(2, 40)]
    found = starts_of(frames)
    assert found[0] == 0 and 40 in found
    assert min(b - a for a, b in pairwise(found)) >= 7


def test_memory_does_not_grow_with_the_film():
    """What the finder keeps after 600 frames is no more than after 200, but for the starts."""
    import pickle

    finder = ShotFinder(RATE)
    frames = shot(1, 50, pan_px=2)
    sizes = []
    for number in range(600):
        finder.take(number, frames[number % 50])
        if number in (200, 599):
            sizes.append(len(pickle.dumps([finder._glances, finder._standing_out, finder._adaptive._buffer])))
    assert sizes[1] <= sizes[0] * 1.02


@needs_footage
@pytest.mark.media
@pytest.mark.parametrize(
    ("name", "wanted", "is_complete"),
    [
        ("shots/bikes-6-shots.mp4", [(30, 30), (76, 76), (137, 137), (187, 187), (242, 242)], True),
        ("shots/fades.mp4", [(79, 88), (162, 171)], True),
        ("shots/testvideo.mp4", [(30, 30), (180, 180), (195, 215), (345, 357)], False),
        ("people/edited-spot-720p.mp4", [(n, n) for n in (223, 280, 316, 394, 484, 635)], False),
    ],
)
def test_cuts_of_real_films_are_found(tmp_path, name, wanted, is_complete):
    """Hard cuts within one frame, fades within theirs, nothing else where the truth is complete."""
    found = survey(find_ffmpeg(None), probe(FOOTAGE / name), tmp_path).shot_starts[1:]
    for first, last in wanted:
        assert [n for n in found if first - 1 <= n <= last + 1], f"none at {first}-{last}: {found}"
    assert len(found) == len(wanted) or not is_complete


ONE_SHOT = [
    *sorted((FOOTAGE / "davis").glob("*.mp4")),
    *(path for path in sorted((FOOTAGE / "people").glob("*.*")) if not path.name.startswith("edited")),
]


@needs_footage
@pytest.mark.media
@pytest.mark.parametrize("path", ONE_SHOT, ids=lambda path: path.stem)
def test_a_real_shot_is_one_shot_without_bars_or_text(tmp_path, path):
    """However fast its subject and its camera move: no cut; no bars, and fences and leaves are no text."""
    analysis = survey(find_ffmpeg(None), probe(path), tmp_path)
    assert analysis.shot_starts == (0,)
    assert analysis.pictures == ()
    assert analysis.subjects == ()


# ---------------------------------------------------------------- bars


def pictures_of(frames: Sequence[np.ndarray], starts: Sequence[int] = (0,)) -> tuple[tuple[int, int, int, int], ...]:
    """The pictures of a 1920x1080 master whose small frames these are."""
    finder = BarFinder(RATE)
    for number, frame in enumerate(frames):
        finder.take(number, frame, number in starts)
    return finder.pictures(1920, 1080)


def barred(frame: np.ndarray, *, top: float = 0, side: float = 0, level: int = 2) -> np.ndarray:
    """A frame with bars so many small pixels wide; a part of one is mixed, as scaling does."""
    made = frame.copy()
    height, width = frame.shape[:2]
    for size, length, axis in ((top, height, 0), (side, width, 1)):
        cover = np.clip(size - np.minimum(np.arange(length), np.arange(length)[::-1]), 0, 1)
        share = cover[:, None, None] if axis == 0 else cover[None, :, None]
        made = np.where(share > 0, made * (1 - share) + level * share, made).astype(np.uint8)
    return made


@pytest.mark.parametrize(("top", "side"), [(33.5, 0), (0, 60.25), (20, 30), (34.75, 0)])
def test_the_picture_lies_just_inside_its_bars(top, side):
    """Even, inside every bar, and by four of the master's pixels at most."""
    frames = [barred(frame, top=top, side=side) for frame in shot(1, 30, pan_px=3)]
    (x, y, w, h), = pictures_of(frames)  # fmt: skip
    for got, size, whole in ((x, side, 1920), (y, top, 1080), (1920 - x - w, side, 1920), (1080 - y - h, top, 1080)):
        assert got % 2 == 0
        assert (0 <= got - size * 4 <= 4) if size else got == 0, (x, y, w, h, whole)


def test_what_is_no_bar_is_kept():
    """A whole picture, a dark room with soft edges, a black floor, an uneven frame and a thin line give no bars."""
    whole = shot(1, 30)
    height = np.arange(SIZE[1])
    vignette = np.clip(np.minimum(height, height[::-1]) / 120, 0, 1)[:, None, None] ** 2
    dark_room = [(frame * vignette * 0.8).astype(np.uint8) for frame in whole]
    floor = [frame.copy() for frame in whole]
    for frame in floor:
        frame[200:] = 3
    uneven = [frame.copy() for frame in floor]
    for frame in uneven:
        frame[:20] = 3
    thin = [barred(frame, top=2) for frame in whole]
    for frames in (whole, dark_room, floor, uneven, thin):
        assert pictures_of(frames) == ()


def test_bars_that_the_picture_fills_once_are_none():
    """Black at its edges for most of a shot, light for a moment: a picture."""
    frames = [barred(frame, top=30) for frame in shot(1, 40)]
    frames[18:24] = shot(1, 6)
    assert pictures_of(frames) == ()


def test_each_shot_has_its_picture_and_a_dark_one_takes_the_usual():
    """A whole shot between letterboxed ones is whole; a night shot with them has the same bars."""
    boxed, whole = [barred(f, top=33) for f in shot(1, 25)], shot(2, 25)
    night = [barred(mixed(f, 0, 0.97), top=33) for f in shot(3, 25)]
    again = [barred(f, top=33) for f in shot(4, 25)]
    found = pictures_of([*boxed, *whole, *night, *again], (0, 25, 50, 75))
    assert found[1] == (0, 0, 1920, 1080)
    assert found[0] == found[2] == found[3] and found[0][3] < 820


# ---------------------------------------------------------------- standing text


def font_of(size_px: int) -> ImageFont.FreeTypeFont:
    """A font of the package, four times as large, for drawing with soft edges."""
    return ImageFont.truetype(str(sorted(FONTS.rglob("*.ttf"))[0]), size_px * 4)


def written(frame: np.ndarray, text: str, size_px: int, at: tuple[int, int]) -> np.ndarray:
    """A frame with white text in it, as a title renderer draws it."""
    mask = Image.new("L", (SIZE[0] * 4, SIZE[1] * 4))
    ImageDraw.Draw(mask).text((at[0] * 4, at[1] * 4), text, font=font_of(size_px), fill=255)
    share = np.asarray(mask.resize(SIZE, Image.Resampling.BOX), np.float32)[..., None] / 255
    return (frame * (1 - share) + 255 * share).astype(np.uint8)


def texts_of(frames: Sequence[np.ndarray], starts: Sequence[int] = (0,)) -> tuple[Subject, ...]:
    """Standing text, in the small frames' own pixels."""
    finder = TextFinder(RATE)
    for number, frame in enumerate(frames):
        finder.take(number, frame, number in starts)
    return finder.subjects(*SIZE)


def covers(subject: Subject, text: str, size_px: int, at: tuple[int, int]) -> bool:
    """Whether a subject's box is that of a written text, a few pixels more or less."""
    left, top, right, bottom = font_of(size_px).getbbox(text)
    box = (at[0] + left / 4, at[1] + top / 4, at[0] + right / 4, at[1] + bottom / 4)
    one = subject.boxes[0]
    return all(abs(a - b) <= 6 for a, b in zip((one.x, one.y, one.x + one.w, one.y + one.h), box, strict=True))


def test_a_logo_that_outlasts_cuts_is_text_in_each_shot():
    """Found in every shot that it stands in, for the whole of it, with ids from 0."""
    frames = [written(f, "NEWS 24", 16, (390, 14)) for seed in (1, 2, 3) for f in shot(seed, 60)]
    found = texts_of(frames, (0, 60, 120))
    assert [(s.boxes[0].frame, s.boxes[-1].frame) for s in found] == [(0, 59), (60, 119), (120, 179)]
    assert [s.id for s in found] == [0, 1, 2]
    assert all(s.kind == "text" and covers(s, "NEWS 24", 16, (390, 14)) for s in found)


def test_a_lower_third_in_a_still_scene_is_text_while_it_stands():
    """It appears and goes: its first and last frame are told to half a second."""
    plain = shot(5, 150)
    frames = [*plain[:40], *(written(f, "Jane Doe, Minister", 22, (30, 200)) for f in plain[40:110]), *plain[110:]]
    (found,) = texts_of(frames)
    assert covers(found, "Jane Doe, Minister", 22, (30, 200))
    assert 40 <= found.boxes[0].frame <= 53 and 96 <= found.boxes[-1].frame <= 122


def test_a_title_card_is_text():
    """Text on one flat tone needs no other witness."""
    card = np.full((SIZE[1], SIZE[0], 3), (120, 40, 20), np.uint8)
    (found,) = texts_of([written(card, "The end of the beginning", 26, (60, 120))] * 60)
    assert covers(found, "The end of the beginning", 26, (60, 120))


def fence(frame: np.ndarray) -> np.ndarray:
    """A picture with a picket fence across it."""
    made = frame.copy()
    made[150:200, ::8] = made[150:200, 1::8] = made[150:200, 2::8] = 235
    return made


def test_fences_are_no_text():
    """Upright strokes that stand still all through a shot, before a still camera and a moving one, are a fence."""
    still = [fence(frame) for frame in shot(6, 100)]
    wide = np.concatenate([fence(scene(7)[:, n * 480 : (n + 1) * 480]) for n in range(3)], axis=1)
    panned = [wide[:, 3 * n : 3 * n + 480] for n in range(100)]
    assert texts_of([*still, *panned], (0, 100)) == ()

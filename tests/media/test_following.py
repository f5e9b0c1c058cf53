"""From a master to a file: the window follows what matters and never moves across a cut."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import framed
import masters
import numpy as np
import pytest
from PIL import Image

from variantgen.media.ffmpeg import Children
from variantgen.pipeline import Report, Request, make_plans
from variantgen.plan.crop_keys import window_at

pytestmark = pytest.mark.media

FOOTAGE = Path(__file__).resolve().parents[3] / "shared" / "footage"
needs_footage = pytest.mark.skipif(
    not (FOOTAGE / "davis").is_dir(), reason="no recordings beside this checkout (../shared/footage)"
)
TALL = {"canvas__width": 202, "canvas__height": 360}


def red_share(path: Path) -> np.ndarray:
    """Of each frame, how much of the ball is in it (0-1): red pixels against the ball's area."""
    with av.open(str(path)) as film:
        pictures = np.stack([one.to_ndarray(format="rgb24").astype(int) for one in film.decode(video=0)])
    is_red = (pictures[..., 0] > 150) & (pictures[..., 1] < 120) & (pictures[..., 2] < 110)
    return is_red.sum(axis=(1, 2)) / framed.BALL_PX**2


def shot_picture(shot: int, left: float) -> bytes:
    """A ball at a place, before a background that differs from shot to shot."""
    rng = np.random.default_rng(shot)
    blocks = rng.integers(40, 150, (9, 16, 1)).repeat(40, axis=0).repeat(40, axis=1)
    rgb = np.repeat(blocks, 3, axis=2).astype(np.uint8)
    rgb[140 : 140 + framed.BALL_PX, round(left) : round(left) + framed.BALL_PX] = framed.BALL
    return masters.planes(rgb)


def test_what_moves_is_followed_without_any_detector(studio, tmp_path) -> None:
    """A ball that no detector knows stays in view where it stands and where it crosses, in the finished file."""
    places = [*(480.0 for _ in range(50)), *np.linspace(60, 460, 100), *(70.0 for _ in range(50))]
    film = masters.encode(
        tmp_path / "ball.mov",
        (shot_picture(0 if n < 50 else 1 if n < 150 else 2, place) for n, place in enumerate(places)),
        (640, 360), Fraction(25), pixel_format="yuv420p",
    )  # fmt: skip
    made = studio.render(film, studio.placement("tall", **TALL))
    shares = red_share(made.file)
    assert len(shares) == 200
    for start, end in ((0, 50), (50, 150), (150, 200)):
        assert shares[start:end].mean() > 0.9, (start, shares[start:end].round(2))
    assert next(check for check in made.result.checks if check.name == "framing").is_advice


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(50)])
def test_a_window_jumps_only_where_the_film_does(studio, tmp_path, rate) -> None:
    """On both sides of every cut the window is the one of its own shot, at half the rate too."""

    def picture(frame: int) -> bytes:
        shot = int(frame / rate)
        return shot_picture(shot, 40 if shot % 2 else 520)

    count = round(4 * rate)
    film = masters.encode(
        tmp_path / "cuts.mov", (picture(n) for n in range(count)), (640, 360), rate, pixel_format="yuv420p"
    )
    made = studio.render(film, studio.placement("tall", **TALL, video__max_frame_rate=25.0), fit="crop")
    shares = red_share(made.file)
    assert len(shares) == 100
    for cut in (25, 50, 75):
        assert shares[cut - 1] > 0.9 and shares[cut] > 0.9, (cut, shares[cut - 2 : cut + 2].round(2))


def planned(tmp_path: Path, name: str, *settings: tuple[str, str]):
    """The plan's only variant of a recording for TikTok, and the master."""
    request = Request(
        masters=(FOOTAGE / name,), presets=("tiktok",), store=tmp_path / "store",
        settings=(("length.min_seconds", "0"), *settings),
    )  # fmt: skip
    (item,) = make_plans(request, lambda _: None, Report(), Children())
    return item.plan.variants[0], item.plan.master


@needs_footage
def test_both_heads_of_an_interview_are_in_every_frame(tmp_path) -> None:
    """Heads at 0.39-0.44 and 0.66-0.67 of the width are inside one still window."""
    variant, master = planned(tmp_path, "people/two-seated-interview.mp4")
    windows = {window_at(piece.crop, f) for piece in variant.pieces for f in range(piece.start_frame, piece.end_frame)}
    assert len(windows) == 1
    x, _, w, _ = windows.pop()
    assert x < 0.388 * master.width and x + w > 0.68 * master.width


@needs_footage
@pytest.mark.parametrize("name", ["goat", "dog"])
def test_a_moving_animal_is_kept(tmp_path, name: str) -> None:
    """The window keeps nearly as much of the truth's mask as any window could, and moves softly."""
    variant, master = planned(tmp_path, f"davis/{name}.mp4")
    truth = [np.asarray(Image.open(f).convert("L")) > 0 for f in sorted((FOOTAGE / "davis/masks" / name).glob("*.png"))]
    keys = variant.pieces[0].crop
    kept, best, centres = [], [], []
    for frame, mask in enumerate(truth):
        x, _, w, _ = window_at(keys, frame)
        columns = np.concatenate([[0], np.cumsum(mask.sum(axis=0))])
        left, width = round(x), round(w)
        kept.append((columns[min(left + width, mask.shape[1])] - columns[left]) / columns[-1])
        best.append((columns[width:] - columns[:-width]).max() / columns[-1])
        centres.append(100 * (x + w / 2) / master.width)
    assert np.mean(kept) > np.mean(best) - 0.05
    assert np.abs(np.diff(centres, 2)).mean() < 0.04

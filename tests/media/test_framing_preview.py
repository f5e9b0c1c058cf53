"""The pictures of a framing: the small film and the sheet show the window where it is, and darken what is lost."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import av
import framed
import masters
import numpy as np
import pytest
from PIL import Image

from variantgen import framing_preview
from variantgen.events import Progress
from variantgen.framing_preview import PROXY_PX, frame
from variantgen.media.probe import probe
from variantgen.model import Piece
from variantgen.pipeline import Report, Request

pytestmark = pytest.mark.media

STRIP = framing_preview.STRIP_PX


@pytest.fixture
def draw(tmp_path, monkeypatch, ffmpeg):
    """`draw(item)`: the pictures of a planned master's views, and the events that were told."""

    def drawn(item, **wishes):
        monkeypatch.setattr(framing_preview, "make_plans", lambda *_: [item])
        events = []
        request = Request(
            masters=(item.plan.master.path,), out=tmp_path / "out", store=tmp_path / "store", ffmpeg=str(ffmpeg)
        )
        (one,) = frame(request, events.append, Report(), **wishes)
        return one, events

    return drawn


def frames_of(path) -> np.ndarray:
    """All frames of a film as RGB, frames x height x width x 3."""
    with av.open(str(path)) as film:
        return np.stack([one.to_ndarray(format="rgb24") for one in film.decode(video=0)])


def reds(picture: np.ndarray) -> np.ndarray:
    """Where a picture has the ball's own red, not darkened."""
    return (picture[..., 0] > 180) & (picture[..., 1] < 110) & (picture[..., 2] < 110)


def brightness(picture: np.ndarray, x: float) -> float:
    """The mean of a few pixels around a column, below the subjects."""
    return float(picture[300:340, max(0, round(x) - 4) : round(x) + 4].mean())


def test_the_small_film_shows_the_window_where_it_is(shelf, draw):
    """Frame by frame: as long as the master, the ball where it is, the window as it was, what is outside darkened."""
    film = framed.film(shelf)
    one, events = draw(framed.planned(probe(film)))
    (pictures,) = one.pictures
    shown, was = frames_of(pictures.video), frames_of(film)
    assert shown.shape == (200, 360 + STRIP, 640, 3)
    for number in (0, 49, 50, 51, 75, 99):
        left = framed.STILL if number < 50 else framed.FOLLOW[1] * (number - 50) / 49
        inside, right = left + framed.WINDOW[0] / 2, left + framed.WINDOW[0]
        assert abs(brightness(shown[number], inside) - brightness(was[number], inside)) < 4
        outside = right + 20 if right < 600 else left - 20
        assert brightness(shown[number], outside) < 0.5 * brightness(was[number], outside)
        columns = np.flatnonzero(reds(shown[number]).sum(axis=0) > 40)
        ball = framed.ball_at(number)
        # the box that is drawn around it covers a few pixels of the ball
        assert abs(columns.min() - ball) <= 5 and abs(columns.max() - ball - framed.BALL_PX) <= 5
        # the window's edge is a white line
        assert shown[number][330, max(1, round(left) - 1) : round(left) + 4].min(axis=1).max() > 150
    shares = [event.share for event in events if isinstance(event, Progress)]
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) > 10


def test_an_export_is_of_the_usual_windows(monkeypatch, tmp_path, bundled):
    """The windows of jump cuts are no framing of their shots: an export is planned without them, a look with them."""
    settings = []
    monkeypatch.setattr(framing_preview, "make_plans", lambda request, *_: settings.append(request.settings) or [])
    request = Request(masters=(tmp_path / "film.mp4",), out=tmp_path / "out", ffmpeg=str(bundled))
    for is_exported in (True, False):
        frame(request, print, Report(), is_exported=is_exported)
    assert settings == [(("length.punch_in", "false"),), ()]


def test_what_loses_its_subject_shows_it_in_the_dark(shelf, draw):
    """In the last shot the ball lies outside: no bright red is left of it."""
    one, _ = draw(framed.planned(probe(framed.film(shelf))))
    shown = frames_of(one.pictures[0].video)
    assert reds(shown[75]).sum() > 4000 and reds(shown[180]).sum() < 50


def test_the_small_film_has_the_masters_sound(shelf, draw):
    """The sound is the master's, and as long."""
    one, _ = draw(framed.planned(probe(framed.film(shelf))))
    with av.open(str(one.pictures[0].video)) as film:
        (track,) = film.streams.audio
        samples = np.concatenate([block.to_ndarray().ravel() for block in film.decode(track)])
        seconds = float(track.duration * track.time_base)
    assert seconds == pytest.approx(8.0, abs=0.1) and np.abs(samples).max() > 0.1


def test_the_sheet_shows_moving_shots_at_three_moments(shelf, draw):
    """A tile for a shot where nothing moves, three where the window does; what is lost is dark there too."""
    one, _ = draw(framed.planned(probe(framed.film(shelf))), has_video=False)
    (pictures,) = one.pictures
    assert pictures.video is None
    sheet = np.asarray(Image.open(pictures.sheet))
    # five balls of 80 px, drawn at 540 of 640, less the boxes around them: shot 1, three times shot 2, shot 3
    ball = (framed.BALL_PX * 540 / 640 - 4) ** 2
    assert reds(sheet).sum() == pytest.approx(5 * ball, rel=0.12)


def test_the_whole_picture_that_is_kept_is_not_darkened(shelf, draw):
    """Blurred or padded, nothing is lost: the frame is as bright as it was, out to its corners."""
    item = framed.planned(probe(framed.film(shelf)))
    pieces = tuple(replace(piece, fit="blur", crop=(), lower_crop=()) for piece in framed.PIECES)
    whole = replace(item.plan.variants[0], pieces=pieces)
    one, _ = draw(replace(item, plan=replace(item.plan, variants=(whole,))))
    shown, was = frames_of(one.pictures[0].video), frames_of(framed.film(shelf))
    for x in (12, 320, 628):
        assert abs(brightness(shown[120], x) - brightness(was[120], x)) < 4


@pytest.mark.parametrize("rate", [Fraction(50), Fraction(60000, 1001)], ids=str)
def test_a_fast_master_is_shown_at_half_its_rate(shelf, draw, rate):
    """Every second frame, from the first on, in a film as long as the master."""
    film = masters.stamped(shelf, 121, rate, size=(320, 180))
    one, _ = draw(framed.planned(probe(film), (Piece("master", 0, 121, "blur"),)))
    shown = frames_of(one.pictures[0].video)[:, :360, :, 0]
    assert [masters.read_stamp(picture) for picture in shown] == list(range(0, 121, 2))


def test_an_interrupted_drawing_leaves_no_half_file(shelf, draw, monkeypatch, tmp_path):
    """When drawing fails on the way nothing in the folder looks finished, and the working folder is gone."""
    calls = iter(range(50))

    def failing(*words):
        if next(calls) > 40:
            raise RuntimeError("on the way")
        return framed_scene(*words)

    framed_scene = framing_preview.scene_at
    monkeypatch.setattr(framing_preview, "scene_at", failing)
    with pytest.raises(RuntimeError, match="on the way"):
        draw(framed.planned(probe(framed.film(shelf))))
    assert list((tmp_path / "out").iterdir()) == []
    assert list((tmp_path / "store" / "work").iterdir()) == []


def test_the_small_copys_longer_side_is_the_same_for_tall_masters(shelf, draw):
    """A tall master is as long as a wide one is wide."""
    film = masters.stamped(shelf, 10, Fraction(25), size=(90, 160))
    one, _ = draw(framed.planned(probe(film), (Piece("master", 0, 10, "blur"),)))
    assert frames_of(one.pictures[0].video).shape[1:3] == (PROXY_PX + STRIP, PROXY_PX * 90 // 160)

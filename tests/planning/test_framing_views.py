"""Views of a plan: shots in master frames, any moment as a scene, and a path that survives being exported."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import framed
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import analysis, master, plan_of, preset

from variantgen.framing_file import framing_text, read_framing
from variantgen.framing_preview import _shot_tiles
from variantgen.framing_views import box_at, marks_of, scene_at, shot_at, views_of, windows_at
from variantgen.model import Card, FramingMark, Master, Piece, ShotFraming, Subject, SubjectBox

WIDE = preset(captions=None, canvas={"width": 1920, "height": 1080})


def view_of(film: Master, shot_starts: tuple[int, ...] = (0,), **tables):
    """The only view of a master as today's planner frames it."""
    measured = analysis(film, shot_starts=shot_starts)
    (view,) = views_of(plan_of(preset(**tables), film=film, measured=measured), measured)
    return view


def window_of(mark: FramingMark, film: Master, size: tuple[int, int], frame: int) -> tuple[float, float]:
    """Where a mark puts a window of a size: its centre, straight between keys and held outside, in the picture."""
    keys = mark.centres
    before = max((key for key in keys if key[0] <= frame), default=keys[0])
    after = min((key for key in keys if key[0] >= frame), default=keys[-1])
    share = (frame - before[0]) / (after[0] - before[0]) if after[0] > before[0] else 0.0
    centre = [before[n] + (after[n] - before[n]) * share for n in (1, 2)]
    whole = (film.width, film.height)
    return tuple(min(max(centre[n] * whole[n] - size[n] / 2, 0), whole[n] - size[n]) for n in (0, 1))


# ---------------------------------------------------------------- views and shots


def test_a_shape_is_shown_once_for_all_its_placements():
    """Two 9:16 placements share a view, another shape has its own, sound alone has none."""
    sound = preset(container="m4a", canvas=None, video=None, captions=None)
    plan = plan_of(preset(), preset(canvas={"width": 720, "height": 1280}), WIDE, sound)
    views = views_of(plan, analysis())
    assert [(view.label, view.presets) for view in views] == [("9x16", ("p0", "p1")), ("16x9", ("p2",))]


def test_placements_of_a_shape_that_are_framed_differently_have_views_of_their_own():
    """A 9:16 that is blurred is not told as one that is cropped; their names keep them apart."""
    views = views_of(plan_of(preset(), preset(canvas={"fit": "blur"})), analysis())
    assert [view.name for view in views] == ["film.9x16.p0", "film.9x16.p1"]


def test_the_view_is_of_the_variant_that_shows_most():
    """Of a short and a long placement of one shape the long one is drawn."""
    short = preset(length={"max_seconds": 6})
    (view,) = views_of(plan_of(short, preset()), analysis())
    assert view.variant.preset == "p1" and view.presets == ("p0", "p1")


def test_without_a_decided_framing_the_shots_are_the_masters():
    """A piece that nobody framed shot by shot is told by the master's shots, with its still window and no reason."""
    item = framed.planned(pieces=(replace(framed.PIECES[0], end_frame=150, framing=()),))
    view = framed.view(replace(item, analysis=analysis(shot_starts=(0, 30, 100, 160))))
    assert [(s.number, s.start_frame, s.end_frame) for s in view.shots] == [(1, 0, 30), (2, 30, 100), (3, 100, 150)]
    assert {(shot.framing.motion, shot.framing.why) for shot in view.shots} == {("still", "")}


def test_shots_are_told_in_master_frames_at_any_rate():
    """At half the master's rate shots still begin at the master's own cuts."""
    film = master(frame_rate=Fraction(60), frames=600)
    view = view_of(film, (0, 101, 300), video={"max_frame_rate": 30})
    assert view.variant.frame_rate == 30
    assert [(s.start_frame, s.end_frame) for s in view.shots] == [(0, 101), (101, 300), (300, 600)]


def test_a_window_never_looks_over_a_cut():
    """Between the last frame of a shot and the first of the next nothing lies between their windows."""
    film = replace(framed.MASTER, frame_rate=Fraction(50), frames=400)
    item = framed.planned()
    plan = replace(item.plan, master=film)
    measured = replace(item.analysis, frames=400, shot_starts=(0, 100, 200, 300), subjects=())
    (view,) = views_of(plan, measured)
    assert view.variant.frame_rate == 25
    xs = [windows_at(view, shot_at(view, frame), frame)[0][1][0] for frame in range(96, 104)]
    assert xs[:4] == [framed.STILL] * 4
    assert xs[4] == framed.FOLLOW[0] and xs[4:] == sorted(xs[4:])


def test_a_shot_that_loses_its_subject_is_among_the_losing():
    """More than the placement's share is losing, less is not."""
    assert [shot.number for shot in framed.view().losing] == [4]


# ---------------------------------------------------------------- scenes


@pytest.mark.parametrize("frame", [0, 49, 50, 75, 99])
def test_the_window_is_where_the_path_is(frame):
    """A scene's window is the path's, and its subject where the ball is."""
    scene = scene_at(framed.view(), frame)
    ((name, box),) = scene.windows
    x = framed.STILL if frame < 50 else framed.FOLLOW[1] * (frame - 50) / 49
    assert name == "" and box == pytest.approx((x, 0, *framed.WINDOW), abs=0.01)
    (subject,) = scene.subjects
    assert subject.box[0] == pytest.approx(framed.ball_at(frame), abs=0.01) and subject.is_framed


def test_a_split_has_two_windows_and_a_blur_none():
    """Both halves are named; what keeps the whole picture has no window and is used."""
    assert [name for name, _ in scene_at(framed.view(), 120).windows] == ["upper", "lower"]
    blurred = Piece("master", 0, 200, "blur", framing=(ShotFraming(0, 200, "whole", "too wide"),))
    scene = scene_at(framed.view(framed.planned(pieces=(blurred,))), 120)
    assert scene.windows == () and scene.is_used and scene.why == "too wide"


def test_what_the_variant_leaves_out_says_so():
    """Beyond the cut no window is drawn; cards and the second turn of a loop are not the master."""
    pieces = (
        Piece("card", 0, 50, card=Card("title", "Hello")),
        framed.PIECES[0],
        framed.PIECES[0],
    )
    view = framed.view(framed.planned(pieces=pieces))
    assert [(shot.start_frame, shot.end_frame) for shot in view.shots] == [(0, 50), (50, 100)]
    assert scene_at(view, 99).is_used and not scene_at(view, 100).is_used


def test_a_subject_is_only_where_it_was_seen():
    """Straight between two boxes, held for as long as detectors rest, nowhere before and after that."""
    subject = framed.analysis().subjects[-1]
    assert (box_at(subject, 99), box_at(subject, 150)) == (None, None)
    assert box_at(subject, 120) == box_at(subject, 152, 3) == (480, 140, 80, 80)
    assert box_at(subject, 153, 3) is None


# ---------------------------------------------------------------- tiles


@pytest.mark.parametrize(("shots", "tiles"), [(1, 3), (20, 60), (21, 21), (60, 60), (200, 60)])
def test_a_sheet_stays_readable_however_many_shots(shots, tiles):
    """Three tiles for a shot whose window moves, then one, then a sample of the shots with the first and the last."""
    length = 10
    keys = tuple((n, 40.0 * (n % length), 0, *framed.WINDOW) for n in range(shots * length))
    framing = tuple(ShotFraming(n * length, (n + 1) * length, "follow", "") for n in range(shots))
    film = replace(framed.MASTER, frames=shots * length)
    measured = analysis(film, shot_starts=tuple(range(0, shots * length, length)))
    item = framed.planned(pieces=(Piece("master", 0, shots * length, "crop", keys, framing=framing),))
    (view,) = views_of(replace(item.plan, master=film), measured)
    shown = _shot_tiles(view, 1, film.frames)
    assert sum(len(shot.tiles) for shot in shown) == tiles
    assert (shown[0].heading, shown[-1].heading) == ("Shot 1 · follow", f"Shot {shots} · follow")


def test_moving_windows_come_before_moving_subjects_on_a_full_sheet():
    """Where three tiles for all would be too many, shots with a still window get one and the others keep three."""
    framing = tuple(ShotFraming(n, n + 5, "still", "") for n in range(0, 200, 5))
    pieces = (
        replace(framed.PIECES[0], crop=(framed.PIECES[0].crop[0],), framing=framing[:20]),
        Piece("master", 100, 200, "crop", ((196, 0.0, 0, *framed.WINDOW), (199, 90.0, 0, *framed.WINDOW)),
              framing=framing[20:]),
    )  # fmt: skip
    measured = replace(framed.analysis(), shot_starts=tuple(range(0, 200, 5)))
    ball = Subject(1, "thing", tuple(SubjectBox(n, 90.0 * (n % 5), 0, 9, 9) for n in range(200)))
    (view,) = views_of(framed.planned(pieces=pieces).plan, replace(measured, subjects=(ball,)))
    assert [len(shot.tiles) for shot in _shot_tiles(view, 1, 200)] == [1] * 39 + [3]


# ---------------------------------------------------------------- exports


def test_an_export_holds_a_mark_a_shot_and_says_why():
    """Still shots get one centre, moving ones keys, a split its fit; the reasons and subjects are told."""
    rows = marks_of(framed.view())
    assert [(mark.start_frame, mark.end_frame, len(mark.centres), mark.fit) for mark, _ in rows] == [
        (0, 50, 1, None), (50, 100, 2, None), (100, 150, 0, "split"), (150, 200, 1, None),
    ]  # fmt: skip
    assert "follows 2 person, who crosses the picture" in rows[1][1] and "seen: 2 person 90%" in rows[1][1]


steps = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 2 * 438)), min_size=1, max_size=12)


@given(first=st.integers(0, 876), steps=steps, rate=st.sampled_from([(25, 25), (50, 25), (60, 30), (24, 24)]))
def test_an_export_gives_back_every_window(tmp_path_factory, first, steps, rate):
    """Read again, an exported path is within a pixel of the one that was exported, in every frame."""
    master_rate, variant_rate = (Fraction(one) for one in rate)
    keys = [(0, first / 2, 0, *framed.WINDOW)]
    for gap, x in steps:
        keys.append((keys[-1][0] + gap, x / 2, 0, *framed.WINDOW))
    frames = keys[-1][0] + 1
    film = replace(framed.MASTER, frame_rate=master_rate, frames=int(frames * master_rate / variant_rate))
    piece = Piece("master", 0, frames, "crop", tuple(keys), framing=(ShotFraming(0, frames, "follow", ""),))
    item = framed.planned(pieces=(piece,))
    variant = replace(item.plan.variants[0], frame_rate=variant_rate)
    plan = replace(item.plan, master=film, variants=(variant,))
    (view,) = views_of(plan, replace(item.analysis, frames=film.frames, shot_starts=(0,), subjects=()))
    path = tmp_path_factory.mktemp("export") / "film.framing.toml"
    path.write_text(framing_text(film, marks_of(view)), "utf-8")
    (mark,) = read_framing(path, film).marks
    for frame in range(film.frames):
        ((_, box),) = windows_at(view, view.shots[0], frame)
        assert window_of(mark, film, framed.WINDOW, frame) == pytest.approx(box[:2], abs=0.75)


def test_a_straight_path_needs_two_keys():
    """Keys on the way between others are left out of an export."""
    keys = tuple((n, 4.0 * n, 0, *framed.WINDOW) for n in range(100))
    piece = Piece("master", 0, 100, "crop", keys, framing=(ShotFraming(0, 100, "pan", ""),))
    ((mark, _),) = marks_of(framed.view(framed.planned(pieces=(piece,))))
    assert [frame for frame, _, _ in mark.centres] == [0, 99]


def test_a_rest_is_exported_as_a_rest():
    """Where the path stands still between two movements both ends keep their place to the last digit."""
    path = ((0, 100.0), (40, 100.4), (60, 100.4), (99, 180.0))
    keys = tuple((frame, x, 0, *framed.WINDOW) for frame, x in path)
    piece = Piece("master", 0, 100, "crop", keys, framing=(ShotFraming(0, 100, "pan", ""),))
    ((mark, _),) = marks_of(framed.view(framed.planned(pieces=(piece,))))
    xs = {frame: x for frame, x, _ in mark.centres}
    assert xs[40] == xs[60] != xs[0]


def test_an_export_makes_the_same_plan_again(tmp_path):
    """What is planned with the exported file has the windows of what was planned without it, in every frame."""
    film, measured = framed.MASTER, framed.analysis()
    placements = preset(captions=None, framing={"fallback": ["split"]})
    first = plan_of(placements, film=film, measured=measured)
    (before,) = views_of(first, measured)
    path = tmp_path / "film.framing.toml"
    path.write_text(framing_text(film, marks_of(before)), "utf-8")
    again = plan_of(placements, film=film, measured=measured, marks=read_framing(path, film).marks)
    (after,) = views_of(again, measured)
    assert [shot.piece.fit for shot in before.shots] == [shot.piece.fit for shot in after.shots]
    assert len({windows_at(before, shot_at(before, frame), frame) for frame in (0, 50, 99, 199)}) > 2
    for frame in range(film.frames):
        windows = [dict(windows_at(view, shot_at(view, frame), frame)) for view in (before, after)]
        assert windows[0].keys() == windows[1].keys()
        for name, box in windows[0].items():
            assert windows[1][name] == pytest.approx(box, abs=1)

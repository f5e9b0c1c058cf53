"""Runs that are ended at the wrong moment: nothing half-made under a final name, nothing lost, nobody left behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from killing import (
    Desk,
    are_gone,
    finished,
    hashes,
    is_encoding,
    kept_parts,
    kill_at,
    make_film,
    rubbish_in,
    workers_of,
    write_placements,
)
from renders import write_placement

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups to kill and no SIGINT to send"),
]


@pytest.fixture(scope="session")
def desk(shelf: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A film with four placements, and the truth of an undisturbed run."""
    folder = tmp_path_factory.mktemp("desk")
    desk = Desk(make_film(shelf), write_placements(folder / "placements"))
    desk.learn(folder)
    return desk


def wait_until_at_work(child: subprocess.Popen[str], place: Path, *, parts: int = 1) -> None:
    """Returns when the run has finished some parts and an encoder is running."""
    for _ in range(1200):
        assert child.poll() is None, "the run was over before it could be disturbed"
        if len(kept_parts(place)) >= parts and is_encoding(place):
            return
        time.sleep(0.02)
    raise AssertionError("the run never came to its encodes")


@pytest.mark.parametrize("turn", range(4))
def test_kill_9_at_any_moment_loses_and_spoils_nothing(desk, tmp_path, turn):
    """Files under final names are whole, no child is left, and the next run encodes only the rest."""
    # the first is killed while the film is measured; three more at moments spread over all that comes after
    share = random.Random(turn).uniform((turn - 1) / 3, turn / 3) if turn else 0.4
    seconds = share * (desk.encoding_seconds if turn else desk.seconds - desk.encoding_seconds)
    killed = kill_at(desk, desk.knowing(tmp_path) if turn else tmp_path, seconds)
    assert killed.is_fine, killed


def test_ctrl_c_ends_in_one_line_and_goes_on_from_there(desk, tmp_path):
    """SIGINT to the group, as a terminal sends it: exit 130, one line, no child, no torn file, parts kept."""
    child = desk.start(desk.knowing(tmp_path))
    wait_until_at_work(child, tmp_path, parts=2)
    os.killpg(child.pid, signal.SIGINT)
    _, err = child.communicate(timeout=20)
    assert child.returncode == 130, err
    assert len(err.strip().splitlines()) == 1 and "interrupted" in err
    assert are_gone(tmp_path)
    assert all(desk.truth[name] == value for name, value in hashes(tmp_path / "out").items())
    assert not rubbish_in(tmp_path)
    kept = len(kept_parts(tmp_path))
    report = finished(desk.start(tmp_path))
    assert kept >= 2 and report["parts"]["encoded"] == report["parts"]["unique"] - kept
    assert hashes(tmp_path / "out") == desk.truth


@pytest.fixture
def long_work(desk, tmp_path) -> Desk:
    """The same film for one placement whose only part takes far longer than a test would wait."""
    heavy = {"canvas__width": 1920, "canvas__height": 1080, "video__speed": "placebo", "length__max_seconds": 4}
    return replace(desk, placements=[write_placement(tmp_path / "heavy", "heavy", **heavy)])


def test_a_polite_end_is_an_interrupt_too(long_work, tmp_path):
    """SIGTERM to the program alone: exit 130, and the encoder in the middle of its part is ended at once."""
    child = long_work.start(long_work.knowing(tmp_path))
    wait_until_at_work(child, tmp_path, parts=0)
    child.terminate()
    _, err = child.communicate(timeout=20)
    assert child.returncode == 130 and "Traceback" not in err
    assert are_gone(tmp_path, seconds=2)
    assert not kept_parts(tmp_path), "it was ended, not waited for"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_kill_9_of_the_program_alone_takes_its_children_along(long_work, tmp_path):
    """An FFmpeg whose variantgen was killed does not go on encoding."""
    child = long_work.start(long_work.knowing(tmp_path))
    wait_until_at_work(child, tmp_path, parts=0)
    child.kill()
    child.communicate()
    assert are_gone(tmp_path, seconds=2), workers_of(tmp_path)


@pytest.mark.parametrize("folders", [("out", "out"), ("out", "other")], ids=["one folder", "two folders"])
def test_two_runs_at_once_do_not_harm_each_other(desk, tmp_path, folders):
    """On one store, into one folder or into two: both succeed, and the files are those of a single run."""
    # into one folder they come with an empty store, so that they measure the film at once too
    place = tmp_path if len(set(folders)) == 1 else desk.knowing(tmp_path)
    children = [desk.start(place, out=out) for out in folders]
    for child in children:
        finished(child)
    for out in set(folders):
        assert hashes(tmp_path / out) == desk.truth
        assert not list((tmp_path / out).glob(".variantgen-*"))

"""What the media tests share: a shelf of masters made once, the FFmpegs to try, a studio to render in."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from known import kept_in
from renders import Studio

from variantgen.analyze import whole
from variantgen.analyze.detectors import Detectors
from variantgen.media.ffmpeg import find_ffmpeg


@pytest.fixture(scope="session")
def shelf(run_folder: Path) -> Path:
    """The folder in which masters are made, once a test run."""
    folder = run_folder / "masters of media"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def _each_master_is_measured_once(run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A master that an earlier test has rendered is not measured again."""
    monkeypatch.setattr(whole, "analyse", kept_in(run_folder / "analyses", whole.analyse))


@pytest.fixture
def nobody_in_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Masters are measured without asking the detectors: numbered frames show nobody, and asking takes longest."""
    monkeypatch.setattr(whole, "load_detectors", lambda: Detectors(None, None))
    monkeypatch.setattr(whole, "detectors_identity", lambda: "no detectors")


@pytest.fixture(scope="session")
def bundled() -> Path:
    """The FFmpeg that is installed with variantgen."""
    return find_ffmpeg(None).path


@pytest.fixture(scope="session", params=["bundled", "system"])
def ffmpeg(request: pytest.FixtureRequest, bundled: Path) -> Path:
    """Both FFmpegs in turn: the one installed with variantgen, and one of the machine where there is one."""
    if request.param == "bundled":
        return bundled
    named = os.environ.get("VARIANTGEN_TEST_FFMPEG") or shutil.which("ffmpeg")
    if not named or Path(named).resolve() == bundled.resolve():
        pytest.skip("no second FFmpeg on this machine: install one (5.1 or newer), or set VARIANTGEN_TEST_FFMPEG")
    return Path(named)


@pytest.fixture
def studio(tmp_path: Path, bundled: Path) -> Studio:
    """A studio with the FFmpeg that is installed with variantgen."""
    return Studio(tmp_path, bundled)


@pytest.fixture
def either_studio(tmp_path: Path, ffmpeg: Path) -> Studio:
    """A studio with each FFmpeg in turn."""
    return Studio(tmp_path, ffmpeg)

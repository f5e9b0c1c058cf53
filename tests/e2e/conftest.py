"""What the end-to-end tests share: the commands as a user types them, and masters to type them for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import masters
import pytest
from known import kept_in
from renders import write_placement

from variantgen.analyze import whole
from variantgen.cli import main

SOUND = {"audio.codec": "aac"}


@dataclass(frozen=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The only line on stderr."""
        (line,) = self.err.strip().splitlines()
        return line


@pytest.fixture(scope="session")
def shelf(run_folder: Path) -> Path:
    """The folder in which masters are made, once a test run."""
    folder = run_folder / "masters of e2e"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def _each_master_is_measured_once(run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A master that an earlier test has rendered is not measured again."""
    monkeypatch.setattr(whole, "analyse", kept_in(run_folder / "analyses", whole.analyse))


@pytest.fixture(scope="session")
def film(shelf: Path) -> Path:
    """Six numbered seconds with a voice."""
    sound = masters.speech_like(6)
    return masters.stamped(shelf, 90, masters.Fraction(15), sound=sound, name="film")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store that nobody else knows."""
    return tmp_path / "store"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A placement of few pixels, with sound."""
    return write_placement(tmp_path / "placements", "tiny", **SOUND)


@pytest.fixture
def type_in(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Said]]:
    """`type_in("render", film, ...)`: the command line in this process; whatever it lets through is a fault."""
    before = signal.getsignal(signal.SIGTERM)

    def typed(*words: object) -> Said:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        said = capfd.readouterr()
        code = ended.value.code
        return Said(code if isinstance(code, int) else 0, said.out, said.err)

    yield typed
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`start("render", ...)`: the command line as a process of its own, in a process group of its own."""
    started: list[subprocess.Popen[str]] = []

    def begin(*words: object) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-m", "variantgen", *map(str, words)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        )  # fmt: skip
        started.append(child)
        return child

    yield begin
    for child in started:
        if child.poll() is None:
            child.kill()
        child.communicate()

"""A render that is ended by force at some moment: what it leaves is looked at, then the next run goes on."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import masters
import numpy as np
import psutil
from renders import SOUND, write_placement

CANVASES = {"wide": (160, 90), "square": (90, 90), "tall": (50, 90)}


def make_film(folder: Path) -> Path:
    """Eight seconds of noise, so that parts take a moment, in four shots, and a voice."""
    noise = np.random.default_rng(1)
    frames = (
        np.clip(noise.normal(60 + 130 * (n // 50 % 2), 12, (90, 160)), 0, 255).astype(np.uint8).tobytes()
        for n in range(200)
    )
    path = folder / "film.mov"
    return masters.encode(path, frames, (160, 90), masters.Fraction(25), sound=masters.speech_like(8))


def write_placements(folder: Path) -> list[Path]:
    """Four placements of three canvases, two with the same picture; slow enough to be caught at work."""
    slow = {"video__speed": "slow", **SOUND}
    made = [
        write_placement(folder, name, canvas__width=width, canvas__height=height, **slow)
        for name, (width, height) in CANVASES.items()
    ]
    return [*made, write_placement(folder, "quiet", **slow, audio__loudness_lufs=-23)]


@dataclass
class Desk:
    """A film, its placements, and the one way to render them in a process group of its own.

    `seconds` is how long an undisturbed run takes, `encoding_seconds` one that knows the film's analysis.
    """

    film: Path
    placements: list[Path]
    truth: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    encoding_seconds: float = 0.0
    analyses: Path | None = None

    def start(self, place: Path, *, out: str = "out") -> subprocess.Popen[str]:
        """Starts the render into a place that holds its store and its output folder."""
        words = [word for placement in self.placements for word in ("-p", str(placement))]
        command = [sys.executable, "-m", "variantgen", "render", str(self.film), *words, "--json"]
        command += ["-o", str(place / out), "--store", str(place / "store")]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}, preexec_fn=_heed_ctrl_c,
        )  # fmt: skip

    def learn(self, place: Path) -> None:
        """Two undisturbed runs: how long they take, and what every file is, byte for byte."""
        self.seconds = self._timed(place)
        self.truth = hashes(place / "out")
        assert len(self.truth) == len(self.placements)
        self.analyses = place / "store" / "analyses"
        self.encoding_seconds = self._timed(self.knowing(place / "again"))
        assert hashes(place / "again" / "out") == self.truth

    def _timed(self, place: Path) -> float:
        begun = time.monotonic()
        report = finished(self.start(place))
        assert all(variant["status"] == "made" for variant in report["variants"])
        return time.monotonic() - begun

    def knowing(self, place: Path) -> Path:
        """The place, with a store that holds the film's analysis and no part: its runs come to their encodes at once.

        After `learn` only.
        """
        assert self.analyses is not None
        shutil.copytree(self.analyses, place / "store" / "analyses")
        return place


def _heed_ctrl_c() -> None:
    """A shell lets what it starts with `&` ignore SIGINT, and that is handed down: tests, too, may be started so."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def finished(child: subprocess.Popen[str]) -> dict:
    """Waits for a run that has to succeed; its report."""
    out, err = child.communicate(timeout=300)
    assert child.returncode == 0, err
    return json.loads(out.splitlines()[-1])


def hashes(out: Path) -> dict[str, str]:
    """Every variant under its final name, and the hash of its bytes."""
    files = [path for path in out.glob("*.mp4") if not path.name.startswith(".")] if out.exists() else []
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def kept_parts(place: Path) -> set[str]:
    """Names of the parts in a store."""
    return {path.stem for path in (place / "store" / "parts").rglob("*.mp4")}


def is_encoding(place: Path) -> bool:
    """Whether an FFmpeg of a place has begun to write a part."""
    return any((place / "store" / "work").glob("*/*.mp4"))


def workers_of(place: Path) -> list[int]:
    """Processes that work inside a place: the FFmpegs of its store have their working folder there."""
    found = []
    for process in psutil.process_iter():
        try:
            is_ours = str(process.cwd()).startswith(str(place)) or str(place) in " ".join(process.cmdline())
            if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


def are_gone(place: Path, *, seconds: float = 5.0) -> bool:
    """Whether no process works in a place any more; the system takes a moment to end them."""
    for _ in range(int(seconds / 0.05)):
        if not workers_of(place):
            return True
        time.sleep(0.05)
    return False


@dataclass(frozen=True)
class Killed:
    """What one killed run left, and what the next one made of it."""

    after_seconds: float
    published: int
    is_any_wrong: bool
    is_child_left: bool
    kept: int
    encoded: int
    unique: int
    is_same_in_the_end: bool

    @property
    def is_fine(self) -> bool:
        """Nothing wrong under a final name, no child, no part encoded again; in the end the same files, no rubbish."""
        is_clean = not self.is_any_wrong and not self.is_child_left and self.is_same_in_the_end
        return is_clean and self.encoded == self.unique - self.kept


def kill_at(desk: Desk, place: Path, after_seconds: float) -> Killed:
    """Kills a render's whole process group after a time, looks at what is left, and lets the next run finish."""
    child = desk.start(place)
    try:
        child.wait(timeout=after_seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
    child.communicate()
    is_child_left = not are_gone(place)
    left, kept = hashes(place / "out"), kept_parts(place)
    manifest = place / "out" / "manifest.json"
    is_torn = manifest.exists() and not _is_json(manifest)
    report = finished(desk.start(place))
    return Killed(
        after_seconds, len(left), is_torn or any(desk.truth.get(name) != value for name, value in left.items()),
        is_child_left, len(kept), report["parts"]["encoded"], report["parts"]["unique"],
        hashes(place / "out") == desk.truth and not rubbish_in(place),
    )  # fmt: skip


def rubbish_in(place: Path) -> list[Path]:
    """What unfinished runs have left: half-made files and working folders."""
    return [*(place / "out").glob(".variantgen-*"), *(place / "store" / "work").iterdir()]


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_text("utf-8"))
    except ValueError:
        return False
    return True

"""The store: parts, soundtracks, analyses, the films of timelines: each addressed by what it was made from."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from variantgen.errors import UserError

SUFFIX = {
    "parts": ".mp4",
    "soundtracks": ".sound",
    "analyses": ".json",
    "measures": ".json",
    "music": ".json",
    "probes": ".json",
    "clips": ".mov",
    "conforms": ".mov",
}


STARTED = ".started"
"""A file in each working folder whose time is the run's start: the folder's own moves with every file made in it."""
LONGEST_RUN_SECONDS = 7 * 86400.0


@dataclass(frozen=True)
class Held:
    """What the store holds of one kind."""

    kind: str
    files: int
    bytes: int


def default_store() -> Path:
    """The store's place unless the user names one: VARIANTGEN_STORE or the user's cache folder."""
    from platformdirs import user_cache_dir

    return Path(os.environ.get("VARIANTGEN_STORE") or Path(user_cache_dir("variantgen")) / "store")


def _machine() -> str:
    """A short name of this machine, without the dashes that separate the parts of a folder's name."""
    return hashlib.sha256(platform.node().encode("utf-8", "replace")).hexdigest()[:8]


class Store:
    """One folder; a file appears in it whole or not at all, and a name says what it was made from."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, kind: str, key: str) -> Path:
        """Where the thing of that kind and key lies, present or not."""
        return self.root / kind / key[:2] / f"{key}{SUFFIX[kind]}"

    def find(self, kind: str, key: str) -> Path | None:
        """The finished file, marked as used now, or None."""
        path = self.path(kind, key)
        try:
            if path.stat().st_size == 0:
                return None
            os.utime(path)
        except OSError:
            return None
        return path

    def put(self, kind: str, key: str, made: Path) -> Path:
        """Moves a finished file in; `made` lies in a working folder of this store."""
        target = self.path(kind, key)
        target.parent.mkdir(parents=True, exist_ok=True)
        with made.open("rb+") as file:
            os.fsync(file.fileno())
        made.replace(target)
        return target

    def drop(self, kind: str, key: str) -> None:
        """Forgets a thing that turned out to be unusable."""
        self.path(kind, key).unlink(missing_ok=True)

    def read_json(self, kind: str, key: str) -> Any | None:
        """A JSON value, or None where it is missing or unreadable: anything odd is a miss."""
        try:
            return json.loads(self.path(kind, key).read_text("utf-8"))
        except (OSError, ValueError):
            return None

    def write_json(self, kind: str, key: str, value: Any) -> None:
        """Keeps a JSON value under a key."""
        target = self.path(kind, key)
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
        scratch.write_text(json.dumps(value), "utf-8")
        scratch.replace(target)

    @contextmanager
    def working_folder(self) -> Iterator[Path]:
        """A private folder for one run, inside the store so that moving out of it is one rename; gone afterwards."""
        folder = self.root / "work" / f"{_machine()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        try:
            folder.mkdir(parents=True)
            (folder / STARTED).touch()
        except OSError as error:
            raise UserError(f"--store {self.root}: cannot be written ({error.strerror}).") from None
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> None:
        """Removes this machine's working folders whose process has ended (a killed run leaves its own behind)."""
        import psutil

        for folder in self._work_folders():
            machine, pid, _ = [*folder.name.split("-"), "", ""][:3]
            # another machine's processes cannot be asked for: a shared store leaves their folders alone
            if machine == _machine() and not (pid.isdigit() and psutil.pid_exists(int(pid))):
                shutil.rmtree(folder, ignore_errors=True)

    def _work_folders(self) -> list[Path]:
        try:
            return [p for p in (self.root / "work").iterdir() if p.is_dir()]
        except OSError:
            return []

    # ------------------------------------------------------------ info and cleaning

    def info(self) -> tuple[Held, ...]:
        """Files and bytes of each kind."""
        rows = []
        for kind in SUFFIX:
            sizes = [size for _, size, _ in self._files(kind)]
            rows.append(Held(kind, len(sizes), sum(sizes)))
        return tuple(rows)

    def clean(self, max_bytes: int) -> tuple[int, int]:
        """Removes the longest unused files until at most `max_bytes` are left; returns files and bytes removed.

        What a run that is going on has used since it began is kept.
        """
        self.sweep()
        keep_after = min(self._starts(), default=time.time() + 1)
        files = sorted((row for kind in SUFFIX for row in self._files(kind)), key=lambda row: row[2])
        total = sum(size for _, size, _ in files)
        removed = freed = 0
        for path, size, used in files:
            if total - freed <= max_bytes:
                break
            if used < keep_after:
                path.unlink(missing_ok=True)
                removed, freed = removed + 1, freed + size
        return removed, freed

    def _starts(self) -> Iterator[float]:
        """When each run began that is going on; what another machine left behind long ago is none."""
        for folder in self._work_folders():
            try:
                started = (folder / STARTED).stat().st_mtime
            except OSError:
                continue  # it has ended meanwhile
            if started > time.time() - LONGEST_RUN_SECONDS:
                yield started

    def _files(self, kind: str) -> Iterator[tuple[Path, int, float]]:
        for path in (self.root / kind).glob(f"??/*{SUFFIX[kind]}"):
            try:
                stat = path.stat()
            except OSError:
                continue
            yield path, stat.st_size, stat.st_mtime

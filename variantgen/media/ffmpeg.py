"""Finds FFmpeg, asks what it can do and runs it with progress: the only module that starts processes."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, cast

from variantgen.errors import ToolError, UserError
from variantgen.media import pipes
from variantgen.media.pipes import FrameReader, Heard, read_progress, read_words

OLDEST_VERSION = (5, 1)
STALL_SECONDS = 120.0
"""Without any progress for this long a run is ended: FFmpeg has known deadlocks."""

# Containers an editor hands over. Playlists and concat scripts are left out on purpose: they read other files.
FORMAT_WHITELIST = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,avi,mxf,flv,asf,ogg,wav,w64,aiff,mp3,flac,aac,ac3,eac3,"
    "gif,apng,ivf,nut,yuv4mpegpipe,dv,gxf,lxf,caf,webp_pipe"
)
MAX_PIXELS = 8192 * 8192


@dataclass(frozen=True)
class Tool:
    """One FFmpeg binary: where it is, which version, and the hash that names its build."""

    path: Path
    version: str
    identity: str
    origin: str


class Cancelled(Exception):
    """A run was ended because the user or a sibling asked for it."""


def guarded_input(path: Path) -> dict[str, str]:
    """Input options that keep an untrusted file from reading anything but itself, and bound its picture."""
    return {
        "protocol_whitelist": "file",
        "format_whitelist": FORMAT_WHITELIST,
        "max_pixels": str(MAX_PIXELS),
        "filename": "file:" + str(path.resolve()),
    }


def input_args(path: Path, *extra: str) -> list[str]:
    """The same guard as command-line arguments, `-i` included; `extra` goes before it."""
    guard = guarded_input(path)
    name = guard.pop("filename")
    return [*(word for key, value in guard.items() for word in ("-" + key, value)), *extra, "-i", name]


# ---------------------------------------------------------------- finding


def find_ffmpeg(explicit: str | None = None) -> Tool:
    """The FFmpeg to use: `explicit` (or VARIANTGEN_FFMPEG), the one inside imageio-ffmpeg, then PATH.

    Raises UserError where the one asked for is missing or too old, or where there is none.
    """
    asked = explicit or os.environ.get("VARIANTGEN_FFMPEG", "")
    if asked:
        found = shutil.which(asked)
        if not found:
            raise UserError(f"--ffmpeg: no program at {asked}. Give the path of an ffmpeg, 5.1 or newer.")
        return _describe(Path(found), "asked for")
    bundled = _bundled_ffmpeg()
    if bundled is not None:
        return _describe(bundled, "imageio-ffmpeg")
    on_path = shutil.which("ffmpeg")
    if on_path:
        return _describe(Path(on_path), "PATH")
    raise UserError("no FFmpeg found. Install one: pip install imageio-ffmpeg")


def _bundled_ffmpeg() -> Path | None:
    # Looked up by file, not by importing imageio_ffmpeg, which starts processes of its own and takes 50 ms.
    from importlib.util import find_spec

    spec = find_spec("imageio_ffmpeg")
    if spec is None or spec.origin is None:
        return None
    names = sorted((Path(spec.origin).parent / "binaries").glob("ffmpeg-*"))
    return names[-1] if names else None


def _describe(path: Path, origin: str) -> Tool:
    stat = path.stat()
    version, identity = _read_identity(str(path), stat.st_size, stat.st_mtime_ns)
    numbers = version_numbers(version)
    if numbers and numbers < OLDEST_VERSION:
        raise UserError(f"{path}: FFmpeg {version} is too old; 5.1 or newer is needed.")
    return Tool(path, version, identity, origin)


def version_numbers(version: str) -> tuple[int, ...]:
    """`(5, 1)` of "5.1.9-0+deb12u1" or "n9.0.2"; empty for a build that names no number."""
    digits = version.lstrip("nN").split("-")[0].split(".")
    return tuple(int(d) for d in digits[:2] if d.isdigit())


@lru_cache(maxsize=8)
def _read_identity(path: str, size: int, modified_ns: int) -> tuple[str, str]:
    """Version and hash of a binary; remembered on disk, because hashing 170 MB takes a quarter second."""
    import json

    memo = _memo_file(path, size, modified_ns)
    try:
        version, identity = json.loads(memo.read_text("utf-8"))
        return str(version), str(identity)
    except (OSError, ValueError):
        pass
    try:
        said = subprocess.run([path, "-hide_banner", "-version"], capture_output=True, timeout=30, check=True)
        words = said.stdout.decode("utf-8", "replace").split()
        version = words[words.index("version") + 1]
    except (OSError, ValueError, IndexError, subprocess.SubprocessError) as error:
        raise UserError(f"{path} does not run as FFmpeg: {error}") from None
    with Path(path).open("rb") as file:
        identity = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    try:
        memo.parent.mkdir(parents=True, exist_ok=True)
        scratch = memo.with_name(f"{memo.name}.{os.getpid()}")
        scratch.write_text(json.dumps([version, identity]), "utf-8")
        scratch.replace(memo)
    except OSError:
        pass  # a read-only cache folder only costs the hashing again
    return version, identity


def _memo_file(path: str, size: int, modified_ns: int) -> Path:
    from platformdirs import user_cache_dir

    name = hashlib.sha256(f"{path}|{size}|{modified_ns}".encode()).hexdigest()[:24]
    return Path(user_cache_dir("variantgen")) / "ffmpeg" / f"{name}.json"


@lru_cache(maxsize=8)
def capabilities(tool: Tool) -> dict[str, frozenset[str]]:
    """`{"encoders": ..., "filters": ...}` as the binary lists them."""
    return {kind: frozenset(_listed(tool, kind)) for kind in ("encoders", "filters")}


def _listed(tool: Tool, kind: str) -> Iterable[str]:
    said = subprocess.run([str(tool.path), "-hide_banner", "-" + kind], capture_output=True, timeout=30)
    for line in said.stdout.decode("utf-8", "replace").splitlines():
        words = line.split()
        # a row is " V....D libx264  text" or " T.C scale  V->V  text"; headings have "=" in second place
        if len(words) >= 2 and words[1] != "=" and set(words[0]) <= set("VASFXBDTCN.|"):
            yield words[1]


# ---------------------------------------------------------------- running


class Children:
    """The processes of one run, so that an interrupt can end them all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self.is_cancelled = False

    def add(self, child: subprocess.Popen[bytes]) -> None:
        """Takes a child in; one that comes after `cancel` is killed at once."""
        with self._lock:
            self._running.add(child)
            if self.is_cancelled:
                child.kill()

    def remove(self, child: subprocess.Popen[bytes]) -> None:
        """Forgets a child that has ended."""
        with self._lock:
            self._running.discard(child)

    def cancel(self) -> None:
        """Kills every child and every later one."""
        with self._lock:
            self.is_cancelled = True
            for child in self._running:
                child.kill()


@dataclass(frozen=True)
class RawFrames:
    """Frames that FFmpeg writes to its standard output: how long each is, how many a second, and who takes them."""

    frame_bytes: int
    rate: float
    take: Callable[[bytes], None]


def run(
    tool: Tool,
    args: Sequence[str],
    *,
    doing: str,
    folder: Path,
    on_progress: Callable[[float], None] | None = None,
    feed: Iterable[bytes] | None = None,
    frames: RawFrames | None = None,
    environment: dict[str, str] | None = None,
    children: Children | None = None,
    stall_seconds: float = STALL_SECONDS,
) -> int:
    """Runs FFmpeg with `args` (inputs, graph, outputs) inside `folder`; returns how many errors it told of.

    A damaged input makes FFmpeg tell errors and go on: the count is for the caller to judge. `on_progress` is told the
    seconds written so far; `feed` is written to its standard input. With `frames` one of the outputs is raw video to
    `pipe:1`: each frame is taken in the calling thread, in order, while FFmpeg goes on making the next few; what the
    taker raises ends FFmpeg and is raised. Raises ToolError when it fails or stalls, UserError on a full disk,
    Cancelled after `children.cancel()`.
    """
    command = [
        str(tool.path), "-hide_banner", "-nostats", "-loglevel", "level+warning", "-y",
        *([] if feed is not None else ["-nostdin"]),
        "-progress", "pipe:1" if frames is None else "pipe:2", "-stats_period", "0.25", *args,
    ]  # fmt: skip
    children = children or Children()
    child = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.PIPE if feed is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,
    )
    children.add(child)
    heard = Heard()
    try:
        stalled = _attend(child, heard, on_progress, feed, frames, stall_seconds)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
        children.remove(child)
    if children.is_cancelled:
        raise Cancelled(doing)
    _raise_for(child.returncode, doing, command, "\n".join(heard.said), stalled)
    return heard.errors


def _attend(
    child: subprocess.Popen[bytes],
    heard: Heard,
    on_progress: Callable[[float], None] | None,
    feed: Iterable[bytes] | None,
    frames: RawFrames | None,
    stall_seconds: float,
) -> bool:
    """Reads both pipes to their ends, feeds the input, and ends a child that makes no progress; whether it did."""
    out, words = cast(BinaryIO, child.stdout), cast(BinaryIO, child.stderr)
    reader = FrameReader(out, frames.frame_bytes) if frames is not None else None
    threads = [
        reader.thread
        if reader
        else threading.Thread(target=read_progress, args=(out, heard, on_progress), daemon=True),
        threading.Thread(target=read_words, args=(words, heard), daemon=True),
    ]
    if feed is not None:
        threads.append(threading.Thread(target=pipes.feed, args=(child.stdin, feed, heard, child.kill), daemon=True))
    for thread in threads:
        thread.start()
    stalled = False
    if reader is not None and frames is not None:
        stalled = _take_frames(child, reader, frames, heard, on_progress, stall_seconds)
    while True:
        try:
            child.wait(timeout=1.0)
            break
        except subprocess.TimeoutExpired:
            stalled = stalled or _end_if_stalled(child, heard, stall_seconds)
    for thread in threads:
        thread.join(timeout=10)
    if heard.faults:
        raise heard.faults[0]
    return stalled


def _take_frames(
    child: subprocess.Popen[bytes],
    reader: FrameReader,
    frames: RawFrames,
    heard: Heard,
    on_progress: Callable[[float], None] | None,
    stall_seconds: float,
) -> bool:
    """Hands on every frame until there are no more; whether the child had to be ended for making none."""
    stalled = False
    count = 0
    try:
        for frame in reader.frames():
            if frame is None:
                stalled = stalled or _end_if_stalled(child, heard, stall_seconds)
                continue
            frames.take(frame)
            count += 1
            heard.move()
            if on_progress:
                on_progress(count / frames.rate)
    except BaseException:
        child.kill()
        raise
    finally:
        reader.close()
    return stalled


def _end_if_stalled(child: subprocess.Popen[bytes], heard: Heard, stall_seconds: float) -> bool:
    if time.monotonic() - heard.moved <= stall_seconds:
        return False
    child.kill()
    return True


def _raise_for(code: int, doing: str, command: Sequence[str], said: str, stalled: bool) -> None:
    if code == 0 and not stalled:
        return
    # 228 is ENOSPC in FFmpeg 7 and later; older ones only say it
    if code == 228 or "No space left on device" in said:
        raise UserError(f"{doing}: no space left on the disk. Free some, or choose another --store or -o.")
    reason = f"no progress for {STALL_SECONDS:.0f} s" if stalled else _last_words(said) or f"exit code {code}"
    raise ToolError(f"{doing}: FFmpeg failed", command=shlex.join(command), said=said + "\n" + reason)


def _last_words(said: str) -> str:
    errors = [line for line in said.splitlines() if "[error]" in line or "[fatal]" in line]
    return errors[0] if errors else ""


def _die_with_parent() -> None:  # pragma: no cover - runs in the child
    """Linux: the child is killed when the thread that started it ends, so kill -9 leaves nothing running."""
    if _PRCTL is not None:
        _PRCTL(1, signal.SIGKILL, 0, 0, 0)


def _load_prctl() -> Callable[..., int] | None:
    if sys.platform != "linux":
        return None
    import ctypes

    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return None
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    return prctl


# Bound before any fork: nothing may be imported or allocated between fork and exec in a threaded program.
_PRCTL = _load_prctl()

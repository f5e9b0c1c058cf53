"""The store: a thing is in it whole or not at all, and cleaning takes nothing from a run that is going on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from variantgen.errors import UserError
from variantgen.store import SUFFIX, Store

KEY = "ab" * 16
OTHER = "cd" * 16
NO_PROCESS = 999_999_999


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return Store(tmp_path / "store")


def put(store: Store, key: str, content: bytes = b"part", *, used_seconds_ago: float = 0) -> Path:
    """Puts a part in, last used so long ago."""
    with store.working_folder() as folder:
        (folder / "made").write_bytes(content)
        path = store.put("parts", key, folder / "made")
    used = time.time() - used_seconds_ago
    os.utime(path, (used, used))
    return path


def in_another_process(code: str, root: Path) -> subprocess.Popen[str]:
    """Another Python that runs `code` on the same store."""
    lines = (
        "import sys, time",
        "from pathlib import Path",
        "from variantgen.store import Store",
        f"store = Store(Path({str(root)!r}))",
        code,
    )
    whole = "\n".join(lines)
    return subprocess.Popen([sys.executable, "-c", whole], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)


# ---------------------------------------------------------------- putting and finding


def test_what_was_put_is_found(store: Store) -> None:
    """By kind and key, with its content, and under no other."""
    put(store, KEY)
    found = store.find("parts", KEY)
    assert found is not None and found.read_bytes() == b"part"
    assert store.find("soundtracks", KEY) is None
    assert store.find("parts", OTHER) is None


def test_an_empty_file_is_no_part(store: Store) -> None:
    """What a full disk leaves behind is not taken for a part."""
    put(store, KEY, b"")
    assert store.find("parts", KEY) is None


def test_a_dropped_part_is_gone(store: Store) -> None:
    """Dropping forgets it, and dropping twice is no fault."""
    put(store, KEY)
    store.drop("parts", KEY)
    store.drop("parts", KEY)
    assert store.find("parts", KEY) is None


def test_finding_counts_as_use(store: Store) -> None:
    """A part that was found just now outlives one that nobody asked for."""
    put(store, KEY, used_seconds_ago=1000)
    put(store, OTHER, used_seconds_ago=500)
    store.find("parts", KEY)
    store.clean(4)
    assert store.find("parts", KEY) is not None
    assert store.find("parts", OTHER) is None


@pytest.mark.parametrize("text", ["", "{", "\udcff", "[1"])
def test_odd_json_is_a_miss(store: Store, text: str) -> None:
    """A torn or foreign file is read as nothing, never as an error."""
    store.write_json("analyses", KEY, {"frames": 1})
    assert store.read_json("analyses", KEY) == {"frames": 1}
    store.path("analyses", KEY).write_text(text, "utf-8", errors="surrogateescape")
    assert store.read_json("analyses", KEY) is None


def test_a_working_folder_is_private_and_gone_afterwards(store: Store) -> None:
    """Two runs never share one, and nothing is left when they end, however they end."""
    with store.working_folder() as one, store.working_folder() as other:
        assert one != other and one.is_dir() and other.is_dir()
    with pytest.raises(RuntimeError), store.working_folder() as folder:
        (folder / "left").write_text("x")
        raise RuntimeError
    assert list((store.root / "work").iterdir()) == []


def test_a_store_that_cannot_be_written_is_the_users_to_mend(tmp_path: Path) -> None:
    """A file in the store's place gives one sentence that names the option."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="--store"), Store(tmp_path / "file").working_folder():
        pass


# ---------------------------------------------------------------- cleaning


def test_cleaning_takes_the_longest_unused_first(store: Store) -> None:
    """Down to the size that was asked for, and no further."""
    for number in range(5):
        put(store, f"{number:032x}", b"x" * 100, used_seconds_ago=1000 - number)
    assert store.clean(250) == (3, 300)
    assert [store.find("parts", f"{n:032x}") is not None for n in range(5)] == [False, False, False, True, True]
    assert store.clean(250) == (0, 0)


def test_info_counts_all_kinds(store: Store) -> None:
    """Files and bytes of each kind, also of those there are none of."""
    put(store, KEY, b"x" * 10)
    put(store, OTHER, b"x" * 5)
    rows = {held.kind: (held.files, held.bytes) for held in store.info()}
    assert rows == {**dict.fromkeys(SUFFIX, (0, 0)), "parts": (2, 15)}


def test_cleaning_keeps_what_a_run_has_used_since_it_began(store: Store) -> None:
    """A part found by a run is there until the run ends; one that it has not asked for may go."""
    put(store, KEY, used_seconds_ago=100)
    put(store, OTHER, used_seconds_ago=100)
    with store.working_folder():
        time.sleep(0.02)
        store.find("parts", KEY)
        assert store.clean(0) == (1, 4)
        assert store.find("parts", KEY) is not None
    assert store.clean(0) == (1, 4)


def test_cleaning_keeps_it_while_the_run_works(store: Store) -> None:
    """Files that the run makes in its own folder do not make it look younger."""
    put(store, KEY, used_seconds_ago=100)
    with store.working_folder() as folder:
        time.sleep(0.02)
        store.find("parts", KEY)
        time.sleep(0.02)
        (folder / "next-part.mp4").write_bytes(b"x")
        store.clean(0)
        assert store.find("parts", KEY) is not None


# ---------------------------------------------------------------- two processes


def test_sweeping_removes_only_what_dead_runs_left(store: Store) -> None:
    """A killed process's folder goes; that of a living one, ours or another's, stays."""
    code = "f = store.working_folder(); print(f.__enter__(), flush=True); sys.stdin.read()"
    killed, living = in_another_process(code, store.root), in_another_process(code, store.root)
    try:
        left, kept = (Path(process.stdout.readline().strip()) for process in (killed, living))
        killed.kill()
        killed.wait(timeout=30)
        with store.working_folder() as ours:
            store.sweep()
            assert [left.exists(), kept.exists(), ours.exists()] == [False, True, True]
    finally:
        living.kill()
        for process in (killed, living):
            process.communicate(timeout=30)


def test_sweeping_leaves_other_machines_alone(store: Store) -> None:
    """A run of another machine on a shared store cannot be asked whether it lives."""
    with store.working_folder() as ours:
        machine = ours.name.partition("-")[0]
        theirs = ours.with_name(f"{'0' * len(machine)}-{NO_PROCESS}-abcd")
        left = ours.with_name(f"{machine}-{NO_PROCESS}-abcd")
        theirs.mkdir()
        left.mkdir()
    store.sweep()
    assert [theirs.exists(), left.exists()] == [True, False]


def test_two_processes_put_the_same_part(store: Store) -> None:
    """Whoever comes first, readers see one whole part of one of them at every moment."""
    code = (
        f"for n in range(60):\n    with store.working_folder() as f:\n        (f / 'm').write_bytes(b'x' * 50_000)\n"
        f"        store.put('parts', '{KEY}', f / 'm')\n"
    )
    processes = [in_another_process(code, store.root) for _ in range(2)]
    sizes = set()
    while any(process.poll() is None for process in processes):
        found = store.find("parts", KEY)
        if found is not None:
            sizes.add(len(found.read_bytes()))
        time.sleep(0.001)
    assert [process.returncode for process in processes] == [0, 0]
    for process in processes:
        process.communicate(timeout=30)
    assert sizes | {len(store.find("parts", KEY).read_bytes())} == {50_000}
    assert store.info()[0].files == 1

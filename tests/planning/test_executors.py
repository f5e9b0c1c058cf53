"""Jobs run when what they need is there; a failure reaches those that need it and nobody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variantgen.build.executors import Job, LocalExecutor, Outcome, default_workers
from variantgen.media.ffmpeg import Children


class Fault(Exception):
    """What a failing job raises."""


def fail() -> None:
    """The work of a failing job."""
    raise Fault


def run(jobs: list[Job], workers: int = 2, on_done: Callable[[Outcome], Any] | None = None) -> dict[str, Outcome]:
    """Runs jobs; every outcome by its job's name, in the order in which they ended."""
    outcomes: dict[str, Outcome] = {}

    def note(outcome: Outcome) -> Any:
        assert outcome.job.name not in outcomes, "told twice"
        outcomes[outcome.job.name] = outcome
        return on_done(outcome) if on_done else None

    LocalExecutor(workers).run(jobs, note, Children())
    return outcomes


def job(
    name: str, *needs: str, work: Callable[[], Any] = lambda: None, gives: tuple[str, ...] = (), weight: float = 1.0
) -> Job:
    """A job that needs others by name."""
    return Job(name, work, frozenset(needs), frozenset(gives), weight)


@settings(max_examples=30, deadline=None)
@given(data=st.data(), count=st.integers(1, 12), workers=st.integers(1, 4))
def test_every_job_runs_once_and_after_its_needs(data: st.DataObject, count: int, workers: int) -> None:
    """Whatever hangs on what, each job starts when all that it needs has ended."""
    ended: list[str] = []
    jobs = []
    for number in range(count):
        needs = data.draw(st.sets(st.integers(0, number - 1))) if number else set()

        def work(name: str = str(number), needs: frozenset[str] = frozenset(map(str, needs))) -> str:
            assert needs <= set(ended)
            ended.append(name)
            return name

        jobs.append(job(str(number), *map(str, needs), work=work))
    outcomes = run(data.draw(st.permutations(jobs)), workers)
    assert sorted(ended) == sorted(outcomes) == sorted(str(n) for n in range(count))
    assert all(outcome.error is None and outcome.value == name for name, outcome in outcomes.items())


def test_a_group_gives_more_than_its_name() -> None:
    """Who needs a part waits for the group that gives it."""
    outcomes = run([job("variant", "part a", "part b"), job("group", gives=("part a", "part b"))])
    assert list(outcomes) == ["group", "variant"]
    assert outcomes["variant"].error is None


def test_heavy_jobs_start_first() -> None:
    """With one worker the heaviest ready job goes first, whatever the order of the list."""
    assert list(run([job("light"), job("heavy", weight=9), job("middle", weight=5)], 1)) == ["heavy", "middle", "light"]


def test_no_more_at_a_time_than_workers() -> None:
    """Three workers are used, and never a fourth."""
    lock, now, most = threading.Lock(), [0], [0]
    all_three = threading.Barrier(3, timeout=10)

    def work(is_first: bool) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        if is_first:
            all_three.wait()
        time.sleep(0.01)
        with lock:
            now[0] -= 1

    run([job(str(n), work=lambda n=n: work(n < 3), weight=9 - n) for n in range(9)], 3)
    assert most[0] == 3


# ---------------------------------------------------------------- failures


def test_a_failure_reaches_its_dependants_only() -> None:
    """Those that need the failed job fail with its error, untried; the others are made."""
    tried: list[str] = []
    outcomes = run(
        [
            job("bad", work=fail, gives=("part",)),
            job("needs bad", "bad", work=lambda: tried.append("needs bad")),
            job("needs part", "part", "good", work=lambda: tried.append("needs part")),
            job("good"),
            job("needs good", "good"),
        ]
    )
    assert {name for name, outcome in outcomes.items() if isinstance(outcome.error, Fault)} == {
        "bad",
        "needs bad",
        "needs part",
    }
    assert outcomes["needs good"].error is None
    assert tried == []


@pytest.mark.parametrize(
    "order",
    [
        ("a", "b", "c"),
        ("b", "a", "c"),
        ("c", "b", "a"),
    ],
)
def test_a_failure_goes_down_the_whole_chain(order: tuple[str, ...]) -> None:
    """Dependants of dependants fail for the same reason, in whatever order they were given."""
    chain = {"a": job("a", work=fail), "b": job("b", "a"), "c": job("c", "b")}
    outcomes = run([chain[name] for name in order])
    assert {name: type(outcome.error) for name, outcome in outcomes.items()} == dict.fromkeys("abc", Fault)


def test_a_need_that_nobody_gives_is_told() -> None:
    """A mistake in the jobs ends with an error that names it, not in waiting for ever."""
    outcomes = run([job("a", "nothing"), job("b")])
    assert "nothing" in str(outcomes["a"].error)
    assert outcomes["b"].error is None


def test_done_jobs_may_bring_new_ones() -> None:
    """What `on_done` returns is run too, also when it needs what is done already."""
    outcomes = run([job("a")], on_done=lambda done: [job("b", "a")] if done.job.name == "a" else None)
    assert list(outcomes) == ["a", "b"]


# ---------------------------------------------------------------- interrupts


class Spy(Children):
    """Children that tell whether they were cancelled, and let a waiting job go on then."""

    def __init__(self) -> None:
        super().__init__()
        self.cancelled = threading.Event()

    def cancel(self) -> None:
        """Remembers it."""
        super().cancel()
        self.cancelled.set()


@pytest.mark.parametrize("error", [KeyboardInterrupt, Fault])
def test_an_interrupt_cancels_and_starts_nothing_more(error: type[BaseException]) -> None:
    """Raised while others run: their processes are ended, waiting jobs never start, and the caller sees it."""
    children, started = Spy(), []

    def attend() -> None:
        started.append("attending")
        assert children.cancelled.wait(30)

    def interrupt(outcome: Outcome) -> None:
        raise error

    jobs = [
        job("attending", work=attend, weight=3),
        job("first", weight=2),
        job("later", work=lambda: started.append("later")),
    ]
    with pytest.raises(error):
        LocalExecutor(2).run(jobs, interrupt, children)
    assert children.is_cancelled
    assert started == ["attending"]


def test_there_is_always_a_worker() -> None:
    """At least one, on any machine."""
    assert default_workers() >= 1

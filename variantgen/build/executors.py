"""Jobs in, done jobs out: runs what is ready, as many at a time as there are workers.

A new executor (several machines, say) is a class with `run` and a row in EXECUTORS.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from variantgen.media.ffmpeg import Children


@dataclass(frozen=True)
class Job:
    """Work that may start once everything it needs is done; heavier jobs start first."""

    name: str
    work: Callable[[], Any]
    needs: frozenset[str] = frozenset()
    gives: frozenset[str] = frozenset()
    weight: float = 1.0


@dataclass(frozen=True)
class Outcome:
    """A job that ended: its value, or the exception that ended it (also when something it needs failed)."""

    job: Job
    value: Any = None
    error: BaseException | None = None


def default_workers() -> int:
    """As many processes at a time as this program may use processors."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # macOS and Windows
        return max(1, os.cpu_count() or 1)


class LocalExecutor:
    """Threads of this process, each attending one FFmpeg."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def run(self, jobs: Sequence[Job], on_done: Callable[[Outcome], Iterable[Job] | None], children: Children) -> None:
        """Runs all jobs and those that `on_done` returns; `on_done` is called in the calling thread.

        An interrupt kills the children, waits for the threads and is raised again.
        """
        waiting = list(jobs)
        done: set[str] = set()
        failed: dict[str, BaseException] = {}
        running: dict[Future[Any], Job] = {}
        pool = ThreadPoolExecutor(self.workers, thread_name_prefix="variantgen")
        try:
            while waiting or running:
                self._start(pool, waiting, done, failed, running, on_done)
                if not running:
                    continue
                finished, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
                for future in finished:
                    job = running.pop(future)
                    error = future.exception()
                    outcome = Outcome(job, None if error else future.result(), error)
                    if error is None:
                        done |= {job.name, *job.gives}
                    else:
                        failed.update(dict.fromkeys({job.name, *job.gives}, error))
                    waiting += on_done(outcome) or []
        except BaseException:
            children.cancel()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _start(
        self,
        pool: ThreadPoolExecutor,
        waiting: list[Job],
        done: set[str],
        failed: dict[str, BaseException],
        running: dict[Future[Any], Job],
        on_done: Callable[[Outcome], Iterable[Job] | None],
    ) -> None:
        """Hands ready jobs to free workers and reports those whose needs failed."""
        # again until nothing more fails: a job may stand before the one whose failure it inherits
        while broken := [(job, need) for job in waiting for need in sorted(job.needs & failed.keys())[:1]]:
            for job, need in broken:
                waiting.remove(job)
                failed.update(dict.fromkeys({job.name, *job.gives}, failed[need]))
                waiting += on_done(Outcome(job, error=failed[need])) or []
        ready = sorted((job for job in waiting if job.needs <= done), key=lambda job: -job.weight)
        for job in ready[: max(0, self.workers - len(running))]:
            waiting.remove(job)
            running[pool.submit(job.work)] = job
        if waiting and not running:
            stuck = waiting.pop(0)
            missing = ", ".join(sorted(stuck.needs - done))
            on_done(Outcome(stuck, error=RuntimeError(f"{stuck.name} needs {missing}, which no job gives")))


EXECUTORS = {"local": LocalExecutor}

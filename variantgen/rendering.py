"""Plans in, files out: what is missing is encoded, each variant is finished as soon as its parts are there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen import __version__
from variantgen.build.encode import Bench, encode_group, groups_of, weight_of
from variantgen.build.executors import EXECUTORS, Job, Outcome, default_workers
from variantgen.deliver import SCRATCH_PREFIX, Delivery, deliver, make_soundtrack, variant_key
from variantgen.errors import UserError, VariantgenError
from variantgen.events import Note, Notify, Progress, VariantDone
from variantgen.media.ffmpeg import Cancelled, Children, find_ffmpeg
from variantgen.model import Part, Variant, VariantResult
from variantgen.store import Store, default_store

if TYPE_CHECKING:
    from variantgen.pipeline import Planned, Report, Request

# In millions of encoded pixels, so that one bar can show encoding, sound and verifying.
SOUND_WEIGHT = 40.0
DELIVERY_WEIGHT = 30.0


def render_plans(
    request: Request,
    planned: list[Planned],
    report: Report,
    notify: Notify,
    children: Children,
    stack: ExitStack,
    started: float,
) -> None:
    """Fills the report and writes the output folder. Locks are released by `stack`."""
    from variantgen.report import RunInfo, read_manifest, write_reports
    from variantgen.timeline_exports import write_timelines

    tool = find_ffmpeg(request.ffmpeg)
    store = Store(request.store or default_store())
    variants = [(item, variant) for item in planned for variant in item.plan.variants]
    if not variants and not request.out.exists():
        return
    _prepare_folder(request.out, store, stack, notify)
    store.sweep()
    earlier = read_manifest(request.out)
    folder = stack.enter_context(store.working_folder())
    bench = Bench(tool, store, folder, children)
    _count(report, planned)
    todo = []
    for item, variant in variants:
        unchanged = None if request.is_forced else _unchanged(variant, request.out, earlier, item)
        if unchanged is None:
            todo.append((item, variant))
        else:
            report.results.append(unchanged)
            notify(VariantDone(unchanged))
    if todo:
        _Run(request, bench, report, notify).build(todo)
    # as planned, not as they happened to finish: the same run gives the same report
    order = {variant.file: place for place, (_, variant) in enumerate(variants)}
    report.results.sort(key=lambda result: order.get(result.file, len(order)))
    plans = [item.plan for item in planned]
    report.results = write_timelines(
        plans, report.results, request.timelines, request.out, notify, earlier=earlier, is_forced=request.is_forced,
        conformed={item.plan.master.path: item.conformed for item in planned if item.conformed is not None},
    )  # fmt: skip
    report.parts["reused"] = max(0, report.parts["unique"] - report.parts["encoded"])
    report.seconds = time.monotonic() - started
    info = RunInfo(__version__, tool.version, tool.identity, request.command, round(report.seconds, 2), report.parts)
    report.files = write_reports(request.out, plans, report.results, info, earlier=earlier)
    report.files += tuple(request.out / name for result in report.results for name in result.timelines)


def _prepare_folder(out: Path, store: Store, stack: ExitStack, notify: Notify) -> None:
    """Makes the output folder, waits for another run that is writing to it, and removes what a killed one left."""
    import hashlib

    from filelock import FileLock, Timeout

    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / f"{SCRATCH_PREFIX}write-test"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise UserError(f"-o {out}: cannot be written ({error.strerror}).") from None
    name = hashlib.sha256(str(out.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    locks = store.root / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    lock = FileLock(locks / f"{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        notify(Note(f"another run is writing to {out}; waiting for it"))
        lock.acquire()
    stack.callback(lock.release)
    for left in out.glob(f"{SCRATCH_PREFIX}*"):
        left.unlink(missing_ok=True)


def _count(report: Report, planned: list[Planned]) -> None:
    report.parts["planned"] = sum(len(v.part_keys) for item in planned for v in item.plan.variants)
    report.parts["unique"] = len({key for item in planned for key in item.plan.parts})


def _unchanged(variant: Variant, out: Path, earlier: dict[str, Any], item: Planned) -> VariantResult | None:
    """The finished file of an earlier run, when it is what would be made now and nobody has touched it."""
    from variantgen.model import Check

    entry = earlier.get("variants", {}).get(variant.file)
    if not entry or entry.get("status") not in ("made", "unchanged") or entry.get("key") != variant_key(variant):
        return None
    try:
        stat = (out / variant.file).stat()
        if (stat.st_size, stat.st_mtime_ns) != (entry["size_bytes"], entry["modified_ns"]):
            return None
        if not all((out / name).is_file() for name in entry["sidecars"]):
            return None
        checks = tuple(Check(**check) for check in entry["checks"])
    except (OSError, KeyError, TypeError):
        return None
    return VariantResult(
        variant.id, variant.preset, variant.file, "unchanged", checks, sidecars=tuple(entry["sidecars"]),
        master=item.plan.master.name, key=entry["key"], sha256=entry["sha256"], size_bytes=stat.st_size,
        modified_ns=stat.st_mtime_ns,
    )  # fmt: skip


class _Run:
    """One build: which jobs there are, how far they are, and what came of them."""

    def __init__(self, request: Request, bench: Bench, report: Report, notify: Notify) -> None:
        self.request, self.bench, self.report, self.notify = request, bench, report, notify
        self.lock = threading.Lock()
        self.total = self.done = self.told = 0.0
        self.partly: dict[str, float] = {}
        self.delivered: dict[str, tuple[Planned, Variant]] = {}
        """What each delivering job delivers, by the job's name."""

    def build(self, todo: list[tuple[Planned, Variant]]) -> None:
        """Runs every job that the variants still need."""
        workers = self.request.jobs or default_workers()
        jobs = [*self._part_jobs(todo, workers), *self._sound_jobs(todo)]
        coming = frozenset().union(*(job.gives for job in jobs))
        jobs += self._delivery_jobs(todo, coming)
        self.total = sum(job.weight for job in jobs)
        EXECUTORS["local"](workers).run(jobs, self._on_done, self.bench.children)

    def _part_jobs(self, todo: list[tuple[Planned, Variant]], workers: int) -> Iterable[Job]:
        wanted: dict[str, Part] = {}
        for item, variant in todo:
            wanted |= {key: item.plan.parts[key] for key in variant.part_keys}
        missing = [part for key, part in wanted.items() if not self._is_held("parts", key)]
        masters = {item.plan.master.fingerprint: item.plan.master for item, _ in todo}
        for number, group in enumerate(groups_of(missing, workers)):
            name, weight = f"parts {number}", weight_of(group)
            seconds = float(group[0].frames / group[0].frame_rate)
            work = partial(self._encode, masters, group, partial(self._on_progress, name, weight, seconds))
            yield Job(name, work, gives=frozenset(f"part {part.key}" for part in group), weight=weight)

    def _is_held(self, kind: str, key: str) -> bool:
        """Whether the store has it already, and the user did not ask for everything anew."""
        return not self.request.is_forced and self.bench.store.find(kind, key) is not None

    def _encode(self, masters: Any, group: tuple[Part, ...], on_progress: Callable[[float], None]) -> None:
        encode_group(self.bench, masters, group, on_progress=on_progress)
        self._note_encoded(len(group))

    def _note_encoded(self, count: int) -> None:
        with self.lock:
            self.report.parts["encoded"] += count

    def _sound_jobs(self, todo: list[tuple[Planned, Variant]]) -> Iterable[Job]:
        first = {v.soundtrack.key: (item, v) for item, v in reversed(todo) if v.soundtrack is not None}
        for key, (item, variant) in first.items():
            if not self._is_held("soundtracks", key):
                bed = variant.soundtrack.music if variant.soundtrack else None
                music = item.music.get(bed.fingerprint) if bed else None
                work = partial(make_soundtrack, self.bench, item.plan.master, variant, music)
                yield Job(f"sound {key}", work, gives=frozenset({f"sound {key}"}), weight=SOUND_WEIGHT)

    def _delivery_jobs(self, todo: list[tuple[Planned, Variant]], coming: frozenset[str]) -> Iterable[Job]:
        """One a variant; of what it needs it waits only for what other jobs of this run give."""
        for item, variant in todo:
            needs = {f"part {key}" for key in variant.part_keys}
            needs |= {f"sound {variant.soundtrack.key}"} if variant.soundtrack else set()
            preset = item.preset_of(variant)
            work = Delivery(
                self.bench, item.plan, item.analysis, variant, preset, self.request.out, self._note_encoded, item.sign
            )
            name = f"variant {variant.file}"
            self.delivered[name] = (item, variant)
            yield Job(name, partial(deliver, work), frozenset(needs & coming), weight=DELIVERY_WEIGHT)

    # ------------------------------------------------------------ telling

    def _on_progress(self, name: str, weight: float, length: float, seconds: float) -> None:
        with self.lock:
            self.partly[name] = weight * min(1.0, seconds / length)
        self._tell()

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self.told > 0.1 and self.total:
            self.told = now
            self.notify(Progress("rendering", min(1.0, (self.done + sum(self.partly.copy().values())) / self.total)))

    def _on_done(self, outcome: Outcome) -> None:
        with self.lock:
            self.partly.pop(outcome.job.name, None)
            self.done += outcome.job.weight
        if isinstance(outcome.error, (Cancelled, KeyboardInterrupt)):
            raise KeyboardInterrupt
        if outcome.error is not None and not isinstance(outcome.error, VariantgenError):
            raise outcome.error
        self._tell()
        if outcome.job.name not in self.delivered:
            return
        item, variant = self.delivered[outcome.job.name]
        if outcome.error is not None:
            result = VariantResult(
                variant.id, variant.preset, variant.file, "failed", error=str(outcome.error),
                master=item.plan.master.name, key=variant_key(variant),
            )  # fmt: skip
        else:
            result = replace(outcome.value, master=item.plan.master.name)
        self.report.results.append(result)
        self.notify(VariantDone(result))

"""Events drawn for people (rich, on stderr) or printed for programs (one JSON object a line, on stdout)."""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

from variantgen.events import Event, Note, Progress, TimelinesDone, VariantDone
from variantgen.model import VariantResult

if TYPE_CHECKING:
    from variantgen.pipeline import Report

MARKS = {"made": "[green]✓[/]", "unchanged": "[cyan]=[/]", "failed": "[red]✗[/]"}


class JsonTeller:
    """Prints events as they come; the last line is the report. Keys may be added in later versions, none removed."""

    def __init__(self) -> None:
        self._told = 0.0
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        if isinstance(event, Progress):
            now = time.monotonic()
            if now - self._told < 0.5:
                return
            self._told = now
            self._print({"event": "progress", "step": event.step, "share": round(event.share, 4)})
        elif isinstance(event, VariantDone):
            self._print({"event": "variant", **variant_json(event.result)})
        elif isinstance(event, TimelinesDone):
            self._print({"event": "timelines", "file": event.file, "timelines": list(event.names)})
        elif isinstance(event, Note):
            self._print({"event": "note", "text": event.text, "is_warning": event.is_warning})

    def report(self, report: Report) -> None:
        """The last line: everything that became of the run."""
        variants = [variant_json(result) for result in report.results]
        self._print(
            {
                "event": "report",
                "variants": variants,
                "parts": report.parts,
                "seconds": round(report.seconds, 2),
            }
        )

    def _print(self, value: dict[str, Any]) -> None:
        with self._lock:
            click.echo(json.dumps(value, ensure_ascii=False))


def variant_json(result: VariantResult) -> dict[str, Any]:
    """A variant's result in the words of the JSON contract."""
    checks = [asdict(check) for check in result.checks]
    return {
        "id": result.id, "preset": result.preset, "master": result.master, "file": result.file,
        "status": result.status, "checks": checks, "error": result.error, "sidecars": list(result.sidecars),
        "timelines": list(result.timelines),
    }  # fmt: skip


class ScreenTeller:
    """A progress bar with the time left on a terminal; plain lines for what matters elsewhere."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Bar

        self.console = Console(stderr=True, highlight=False)
        self._bar = Bar(
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
            TextColumn("left"), TimeRemainingColumn(), console=self.console, transient=True,
            disable=not self.console.is_terminal,
        )  # fmt: skip
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> ScreenTeller:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, event: Event) -> None:
        from rich.markup import escape

        if isinstance(event, Progress):
            if event.step not in self._tasks:
                self._tasks[event.step] = self._bar.add_task(escape(event.step), total=1.0)
            self._bar.update(self._tasks[event.step], completed=event.share)
        elif isinstance(event, VariantDone):
            result = event.result
            words = f" {escape(result.error)}" if result.error else ""
            self.console.print(
                f"{MARKS.get(result.status, ' ')} {escape(result.file or result.preset)}{words}",
                soft_wrap=True,
            )
        elif isinstance(event, TimelinesDone):
            self.console.print(f"  {escape(', '.join(event.names))}", style="dim", soft_wrap=True)
        elif isinstance(event, Note):
            mark, style = ("[yellow]![/]", "") if event.is_warning else (" ", "dim")
            self.console.print(f"{mark} {escape(event.text)}", style=style, soft_wrap=True)


def show_report(report: Report, out: Path) -> None:
    """What the run came to, and what to type next."""
    counts = {status: sum(r.status == status for r in report.results) for status in ("made", "unchanged", "failed")}
    words = ", ".join(f"{count} {status}" for status, count in counts.items() if count) or "nothing to make"
    parts = report.parts
    click.echo(f"{words} in {report.seconds:.1f} s; {parts['encoded']} parts encoded, {parts['reused']} reused")
    for result in report.results:
        missed = [check for check in result.checks if check.is_advice and not check.ok]
        for check in missed:
            click.echo(f"  {result.file}: {check.name} {check.measured}, advised {check.wanted}", err=True)
    if (out / "gallery.html").exists():
        gallery = out / "gallery.html"
        opener = {"darwin": "open", "win32": "start"}.get(sys.platform, "xdg-open")
        click.echo(f"Look at them:  {opener} {gallery}")

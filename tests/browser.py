"""A page as Chromium sees it, from disk and without a server."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def browse(page: Path, profile: Path, *more: str, milliseconds: int = 8000) -> tuple[str, str]:
    """The page's DOM after so long in Chromium, and what was said on its console; `more` are switches."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed, so the page cannot be opened in a browser here.")
    quiet = ["background-networking", "component-update", "sync", "gpu"]
    switches = ["--headless", "--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in quiet), *more]
    switches += [f"--virtual-time-budget={milliseconds}", "--enable-logging=stderr", "--dump-dom"]
    done = subprocess.run(
        [chromium, *switches, f"--user-data-dir={profile}", page.as_uri()],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=120,
        check=True,
    )
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)

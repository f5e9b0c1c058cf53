"""What was measured in a master during a test run, for the tests of that run that come later.

Measuring is most of what a render of a tiny film costs, and the same film is rendered by many tests. The first of them
measures it; what they all get is what `analyse` gave then, for the same master, FFmpeg and detectors.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from variantgen.media.ffmpeg import Tool
from variantgen.model import Analysis, Master


def kept_in(folder: Path, analyse: Callable[..., tuple[Analysis, str]]) -> Callable[..., tuple[Analysis, str]]:
    """`analyse`, but of a master that is known in `folder` it gives what it gave before; processes may share one."""
    from variantgen.analyze.whole import analysis_identity

    def known(tool: Tool, master: Master, place: Path, **values: Any) -> tuple[Analysis, str]:
        # a copy of a master under another name is the same master
        what = (analysis_identity(), tool.identity, replace(master, path=Path(), name=""))
        path = folder / hashlib.sha256(repr(what).encode("utf-8", "surrogateescape")).hexdigest()
        if path.exists():
            return pickle.loads(path.read_bytes())
        measured = analyse(tool, master, place, **values)
        folder.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f"{path.name}.{os.getpid()}")
        scratch.write_bytes(pickle.dumps(measured))
        scratch.replace(path)
        return measured

    return known

"""Renders with tiny placements, in this process: what a test asks for in, the report and its files out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from variantgen.caption_sources import CaptionWish
from variantgen.events import Event, Note
from variantgen.model import VariantResult
from variantgen.pipeline import Report, Request, render

PLACEMENT: dict[str, Any] = {
    "schema_version": 1,
    "title": "A tiny placement",
    "channel": "test",
    "container": "mp4",
    "canvas.width": 160,
    "canvas.height": 90,
    "video.codec": "h264",
    # the fastest setting that still gives the high profile
    "video.speed": "superfast",
    "video.quality": 16,
}
SOUND: dict[str, Any] = {"audio.codec": "aac", "audio.kbps": 192}


def write_placement(folder: Path, name: str, **values: Any) -> Path:
    """A placement file; `video__quality=30` sets `video.quality`."""
    wanted = {**PLACEMENT, **{key.replace("__", "."): value for key, value in values.items()}}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in wanted.items()), "utf-8")
    return path


@dataclass
class Made:
    """What became of one render."""

    report: Report
    out: Path
    notes: list[str] = field(default_factory=list)

    @property
    def result(self) -> VariantResult:
        """The only variant's result."""
        (result,) = self.report.results
        return result

    @property
    def file(self) -> Path:
        """The only variant's file; a variant that failed fails the test with its reason."""
        assert self.result.status in ("made", "unchanged"), self.result.error
        return self.out / self.result.file

    def files(self) -> dict[str, Path]:
        """Files by placement; a variant that failed fails the test with its reason."""
        assert self.report.is_complete, [result.error for result in self.report.results]
        return {result.preset: self.out / result.file for result in self.report.results}


@dataclass
class Studio:
    """A store, an output folder and an FFmpeg to render with."""

    folder: Path
    ffmpeg: Path

    def placement(self, name: str = "tiny", **values: Any) -> Path:
        """A placement file of this studio."""
        return write_placement(self.folder / "placements", name, **values)

    def render(self, master: Path, *placements: Path | str, out: str = "out", **wishes: Any) -> Made:
        """Renders a master; without placements for one tiny picture."""
        notes: list[str] = []

        def notify(event: Event) -> None:
            if isinstance(event, Note):
                notes.append(event.text)

        if isinstance(wishes.get("captions"), Path):
            wishes["captions"] = (CaptionWish(file=wishes["captions"]),)
        request = Request(
            masters=(master,),
            presets=tuple(str(p) for p in placements or (self.placement(),)),
            out=self.folder / out,
            store=self.folder / "store",
            ffmpeg=str(self.ffmpeg),
            **wishes,
        )
        return Made(render(request, notify), request.out, notes)

"""A master's whole analysis: the survey's measures and the subjects that its small frames show, in one decode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from variantgen.analyze.clarity import CLARITY_FORMAT, ClarityWatcher
from variantgen.analyze.detections import detectors_identity
from variantgen.analyze.detectors import load_detectors
from variantgen.analyze.subjects import SUBJECTS_FORMAT, SubjectWatcher
from variantgen.analyze.survey import SURVEY_FORMAT, survey
from variantgen.media.ffmpeg import Children, Tool
from variantgen.model import Analysis, Master


def analysis_identity() -> str:
    """Names everything that an analysis depends on beside the master and FFmpeg, for its key in the store."""
    return f"survey {SURVEY_FORMAT} subjects {SUBJECTS_FORMAT} clarity {CLARITY_FORMAT} {detectors_identity()}"


def analyse(
    tool: Tool,
    master: Master,
    folder: Path,
    *,
    on_progress: Callable[[float], None] | None = None,
    children: Children | None = None,
) -> tuple[Analysis, str]:
    """The analysis of a master and a sentence on what could not be looked for, empty when all could.

    Subjects are numbered from 1 in the order of their shots. `folder` is private to the call. Raises ToolError when the
    master cannot be decoded, UserError when a detector's model is damaged.
    """
    detectors = load_detectors()
    watcher = SubjectWatcher(detectors.find, rate=float(master.frame_rate), width=master.width, height=master.height)
    clarity = ClarityWatcher(rate=float(master.frame_rate), frames=master.frames)
    watchers = (watcher, clarity)
    measured = survey(tool, master, folder, watchers=watchers, on_progress=on_progress, children=children)
    subjects, interest = watcher.finish()
    everyone = sorted([*subjects, *measured.subjects], key=lambda s: (s.boxes[0].frame, s.kind == "text"))
    numbered = tuple(replace(subject, id=number) for number, subject in enumerate(everyone, 1))
    found = replace(measured, subjects=numbered, interest=interest, clarity=clarity.finish())
    return found, detectors.complaint

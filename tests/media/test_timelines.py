"""Timelines over real media files: what their headers say, and an edited export that comes back with its frames."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import masters
import numpy as np
import pytest

from variantgen.timelines import (
    MediaFacts,
    TimelineEdit,
    TimelineMedia,
    clip_of,
    gap_of,
    media_facts,
    read_timeline,
    write_timeline,
)

pytestmark = pytest.mark.media

SUFFIXES = {"otio": ".otio", "edl": ".edl", "fcpxml": ".fcpxml", "fcp7": ".xml"}
ONE_HOUR_DROP = 107_892


@pytest.fixture(scope="module")
def film(shelf: Path) -> Path:
    """Two hundred numbered frames at 29.97 whose timecode track begins at 01:00:00;00."""
    plain = masters.stamped(shelf, 200, sound=np.zeros(48000 * 7, np.float32), name="timecoded")
    return masters.remade(plain, shelf / "timecoded.mov", "-c", "copy", "-timecode", "01:00:00;00")


def test_a_files_header_tells_its_timecode(film: Path, shelf: Path) -> None:
    """Rate, length, timecode, size and sound are those that the file was made with; no media has none."""
    assert media_facts(film) == MediaFacts(masters.NTSC, 200, ONE_HOUR_DROP, 160, 90, True)
    silent = masters.stamped(shelf, 50, Fraction(25), name="silent")
    assert media_facts(silent) == MediaFacts(Fraction(25), 50, 0, 160, 90, False)
    (shelf / "text.mov").write_text("no film")
    assert media_facts(shelf / "text.mov") is None


@pytest.mark.parametrize("kind", SUFFIXES)
def test_an_edited_export_shows_the_frames_that_were_meant(film: Path, tmp_path: Path, kind: str) -> None:
    """Through each form and back, the numbers drawn into the frames are those of the cut."""
    if kind == "otio":
        pytest.importorskip("opentimelineio")
    media = TimelineMedia(film, (film.name,), masters.NTSC, 200, ONE_HOUR_DROP, 160, 90)
    clips = [clip_of(media, start, start + 3, masters.NTSC) for start in (120, 0, 197)]
    edit = TimelineEdit("x", masters.NTSC, (clips[0], gap_of(5, masters.NTSC), *clips[1:]), is_drop_frame=True)
    path = tmp_path / f"x{SUFFIXES[kind]}"
    write_timeline(edit, kind, path)
    back = read_timeline(path, search=[film.parent])
    numbers = [number for media_path, *span in back.spans if media_path for number in shown(media_path, *span)]
    assert numbers == [120, 121, 122, 0, 1, 2, 197, 198, 199]


def shown(path: Path, start: int, end: int) -> list[int]:
    """The numbers drawn into some frames of a stamped film."""
    with av.open(str(path)) as container:
        pictures = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    return [masters.read_stamp(picture) for picture in pictures[start:end]]

"""An export opened again: the cut of a variant goes out as timelines and comes back as a master, frame by frame."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import masters
import pytest

pytestmark = pytest.mark.e2e

KINDS = {"otio": ".otio", "edl": ".edl", "fcpxml": ".fcpxml", "fcp7": ".xml"}


@pytest.fixture(scope="session")
def timed(shelf: Path) -> Path:
    """Two hundred numbered frames at 29.97 with a voice, whose drop-frame timecode begins just before a minute."""
    plain = masters.stamped(shelf, 200, sound=masters.speech_like(7), name="timed plain")
    return masters.remade(plain, shelf / "timed.mov", "-c", "copy", "-timecode", "01:00:58;20")


def numbers(path: Path) -> list[int]:
    """The numbers drawn into a file's frames."""
    with av.open(str(path)) as container:
        return [masters.read_stamp(frame.to_ndarray(format="gray")) for frame in container.decode(video=0)]


def test_a_cut_goes_out_and_comes_back(
    timed: Path, tiny: Path, store: Path, tmp_path: Path, type_in: Callable[..., Any]
) -> None:
    """--timeline writes four kinds and the captions, --json names them, and each as a master shows the same frames."""
    pytest.importorskip("opentimelineio")
    (tmp_path / "words.srt").write_text("1\n00:00:05,000 --> 00:00:06,000\nHello\n", "utf-8")
    common = ("-p", tiny, "--store", store)
    said = type_in(
        "render", timed, *common, "-o", tmp_path / "out", "--length", "3", "--keep", "5-6.4", "--open-with", "0.5-1.5",
        "--drop", "2-4.5", "--captions", tmp_path / "words.srt", "--set", "captions.mode=burn",
        "--timeline", ",".join(KINDS), "--json",
    )  # fmt: skip
    assert said.code == 0, said.err
    events = [json.loads(line) for line in said.out.splitlines()]
    wanted = [*(f"timed_tiny_3s{suffix}" for suffix in KINDS.values()), "timed_tiny_3s.srt"]
    assert [event["timelines"] for event in events if event["event"] == "timelines"] == [wanted]
    assert events[-1]["variants"][0]["timelines"] == wanted
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert list(manifest["variants"]["timed_tiny_3s.mp4"]["timelines"]) == wanted

    shown = numbers(tmp_path / "out" / "timed_tiny_3s.mp4")
    assert 60 <= len(shown) <= 90 and any(b - a != 1 for a, b in zip(shown, shown[1:], strict=False))
    for kind, suffix in KINDS.items():
        out = tmp_path / f"back from {kind}"
        edited = tmp_path / "out" / f"timed_tiny_3s{suffix}"
        said = type_in("render", edited, *common, "-o", out, "--search", timed.parent)
        assert said.code == 0, said.err
        assert numbers(out / "timed_tiny_3s_tiny.mp4") == shown, kind
        assert ("its framing is left out" in said.err) == (kind != "edl")


def test_a_variant_that_is_there_gets_its_timeline(
    timed: Path, tiny: Path, store: Path, tmp_path: Path, type_in: Callable[..., Any]
) -> None:
    """Asked for later, a timeline is written beside a finished variant, and nothing is made again."""
    common = ("render", timed, "-p", tiny, "--store", store, "-o", tmp_path / "out")
    assert type_in(*common).code == 0
    assert not list((tmp_path / "out").glob("*.edl"))
    said = type_in(*common, "--timeline", "edl")
    assert (said.code, "1 unchanged" in said.out) == (0, True)
    assert (tmp_path / "out" / "timed_tiny.edl").read_text("utf-8").startswith("TITLE: ")
    assert "timed_tiny.edl" in said.err

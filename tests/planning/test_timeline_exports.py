"""Timelines beside finished variants: which files, whose captions, and that nobody's work is written over."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import reports
from made import cues, master, plan_of, preset, tracks

from variantgen.events import Event, Note, TimelinesDone
from variantgen.model import CaptionDelivery, CaptionTrack, Plan, VariantResult
from variantgen.report import write_reports
from variantgen.report.manifest import read_manifest
from variantgen.timeline_exports import write_timelines

KINDS = ("edl", "fcpxml", "fcp7")


class Run:
    """Runs into one folder, each with the manifest of the one before."""

    def __init__(self, out: Path) -> None:
        self.out, self.told = out, list[Event]()

    def __call__(
        self, plan: Plan, kinds: tuple[str, ...] = KINDS, *, status: str = "made", **more: Any
    ) -> VariantResult:
        """The result of the plan's only variant after its timelines were written and reported."""
        (variant,) = plan.variants
        (self.out / variant.file).write_bytes(b"film")
        sidecars = tuple(one.file for one in variant.deliveries if one.file)
        made = VariantResult(variant.id, variant.preset, variant.file, status, sidecars=sidecars, size_bytes=4)  # type: ignore[arg-type]
        earlier = read_manifest(self.out)
        self.told.clear()
        (result,) = write_timelines([plan], [made], kinds, self.out, self.told.append, earlier=earlier, **more)
        write_reports(self.out, [plan], [result], reports.info(), earlier=earlier)
        return result

    @property
    def notes(self) -> list[str]:
        """What was told in sentences."""
        return [event.text for event in self.told if isinstance(event, Note)]

    def named(self, *suffixes: str) -> list[str]:
        """The files of these kinds in the folder."""
        return sorted(path.name for path in self.out.iterdir() if path.name.endswith(suffixes))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A first run into an empty folder."""
    return Run(tmp_path)


def captioned(tmp_path: Path, mode: str = "burn", languages: tuple[str, ...] = ("en",), **more: Any) -> Plan:
    """One variant with three captions of 2 s each."""
    film = master(path=tmp_path / "nowhere.mp4", frame_rate=Fraction(25), frames=500)
    captions = tuple(CaptionTrack(language, cues("one", "two", "three")) for language in languages)
    one = preset(captions={"mode": mode, **more})
    return plan_of(one, film=film, captions=captions, stem="film")


def test_timelines_and_captions_stand_beside_the_variant(run: Run, tmp_path: Path) -> None:
    """One file a kind, and the burned captions in the variant's own time; the timelines name that file."""
    result = run(captioned(tmp_path))
    assert list(result.timelines) == ["film_p0.edl", "film_p0.fcpxml", "film_p0.xml", "film_p0.srt"]
    assert run.named(".edl", ".fcpxml", ".xml", ".srt") == sorted([*result.timelines, "junit.xml"])
    assert (tmp_path / "film_p0.srt").read_text("utf-8").startswith("1\n00:00:00,000 --> 00:00:02,000\none\n")
    for name in list(result.timelines)[:3]:
        assert "film_p0.srt" in (tmp_path / name).read_text("utf-8"), name
    assert TimelinesDone("film_p0.mp4", tuple(result.timelines)) in run.told


def test_captions_follow_the_cut(run: Run, tmp_path: Path) -> None:
    """A caption whose frames open the variant comes first, at 0 s."""
    film = master(path=tmp_path / "nowhere.mp4", frame_rate=Fraction(25), frames=500)
    from variantgen.plan.cutdowns import LengthWish

    plan = plan_of(
        preset(captions={"mode": "burn"}), film=film, captions=tracks(cues("one", "two", "three")),
        length=LengthWish(shown=((4.0, 8.0),)),
    )  # fmt: skip
    run(plan)
    assert (tmp_path / "film_p0.srt").read_text("utf-8").startswith("1\n00:00:00,000 --> 00:00:02,000\nthree\n")


def test_delivered_captions_are_named_and_not_written_twice(run: Run, tmp_path: Path) -> None:
    """An SRT that leaves with the variant anyway is the timeline's too."""
    plan = captioned(tmp_path, "sidecar")
    (delivery,) = plan.variants[0].deliveries
    result = run(plan)
    assert not any(name.endswith(".srt") for name in result.timelines)
    assert delivery.file in (tmp_path / "film_p0.edl").read_text("utf-8")


def test_tracks_inside_the_variant_become_a_file_a_language(run: Run, tmp_path: Path) -> None:
    """Embedded captions, which no timeline holds, get a file each."""
    result = run(captioned(tmp_path, "embed", ("en", "fr")))
    assert [name for name in result.timelines if name.endswith(".srt")] == ["film_p0.en.srt", "film_p0.fr.srt"]


def test_a_variant_without_captions_gets_no_file_of_them(run: Run, tmp_path: Path) -> None:
    """No cue, no file and no word; a cue without a letter is none."""
    plan = captioned(tmp_path)
    empty = replace(plan.variants[0], cues=(), deliveries=(CaptionDelivery("mov_text", "en", cues("\u200b\x00")),))
    silent = replace(plan, variants=(replace(empty, deliveries=(CaptionDelivery("vtt", "en", cues("\x01")),)),))
    result = run(silent)
    assert list(result.timelines) == ["film_p0.edl", "film_p0.fcpxml", "film_p0.xml"]
    assert "captions" not in (tmp_path / "film_p0.edl").read_text("utf-8")


def test_a_run_without_timelines_keeps_those_of_an_unchanged_variant(run: Run, tmp_path: Path) -> None:
    """They still show its cut, and the manifest goes on naming them."""
    plan = captioned(tmp_path)
    first = run(plan)
    second = run(plan, (), status="unchanged")
    assert second.timelines == first.timelines
    assert read_manifest(tmp_path)["variants"]["film_p0.mp4"]["timelines"] == first.timelines


def test_timelines_of_a_cut_that_is_gone_are_removed(run: Run, tmp_path: Path) -> None:
    """A variant that is made anew without timelines leaves none that shows another cut."""
    plan = captioned(tmp_path)
    run(plan)
    result = run(plan, ())
    assert result.timelines == {} and run.named(".edl", ".fcpxml", ".srt") == [] and run.notes == []


def test_an_editors_work_is_never_written_over(run: Run, tmp_path: Path) -> None:
    """A file that was changed since stays, by another run and by a removal, until --force says otherwise."""
    plan = captioned(tmp_path)
    first = run(plan)
    (tmp_path / "film_p0.fcpxml").write_text("an evening's work")
    second = run(plan)
    assert (tmp_path / "film_p0.fcpxml").read_text() == "an evening's work"
    assert run.notes == ["film_p0.fcpxml is left as it is: it was changed since it was written (--force replaces it)"]
    assert second.timelines == first.timelines
    run(plan, ())
    assert (tmp_path / "film_p0.fcpxml").read_text() == "an evening's work"
    assert run.notes == ["film_p0.fcpxml shows an earlier cut; it was changed since and stays"]
    run(plan, is_forced=True)
    assert (tmp_path / "film_p0.fcpxml").read_text().startswith("<?xml")


def test_another_programs_file_is_never_written_over(run: Run, tmp_path: Path) -> None:
    """A file of the same name that no earlier run wrote stays too."""
    (tmp_path / "film_p0.edl").write_text("TITLE: mine")
    result = run(captioned(tmp_path))
    assert (tmp_path / "film_p0.edl").read_text() == "TITLE: mine" and "film_p0.edl" not in result.timelines
    assert run.notes == ["film_p0.edl is left as it is: another run or program wrote it (--force replaces it)"]


def test_what_is_the_same_is_not_written_again(run: Run, tmp_path: Path) -> None:
    """A second run leaves the very files, so that no program thinks that they changed."""
    plan = captioned(tmp_path)
    run(plan)
    before = {path: path.stat().st_ino for path in tmp_path.glob("film_p0.*") if path.suffix != ".mp4"}
    run(plan)
    assert {path: path.stat().st_ino for path in before} == before


def test_a_manifest_of_someone_else_removes_nothing_outside(run: Run, tmp_path: Path) -> None:
    """A name that leads out of the folder is no timeline of ours, whatever the manifest says."""
    import hashlib
    import json

    outside = tmp_path.parent / "precious.txt"
    outside.write_text("precious")
    digest = hashlib.sha256(b"precious").hexdigest()
    held = {"variants": {"film_p0.mp4": {"timelines": {"../precious.txt": digest, "sub/x": 3}}}}
    (tmp_path / "manifest.json").write_text(json.dumps(held))
    run(captioned(tmp_path), ())
    assert outside.read_text() == "precious"


def test_reports_name_the_timelines(run: Run, tmp_path: Path) -> None:
    """Gallery, summary and manifest lead to them; a kind that cannot be is told and the others are there."""
    run(captioned(tmp_path))
    assert "film_p0.fcpxml" in (tmp_path / "gallery.html").read_text("utf-8")
    assert "For an editor: film\\_p0.edl" in (tmp_path / "summary.md").read_text("utf-8")


def test_a_sound_variant_has_no_timeline(run: Run, tmp_path: Path) -> None:
    """Where there is no picture there is nothing to open."""
    plan = captioned(tmp_path)
    sound = replace(plan.variants[0], width=0, height=0)
    assert run(replace(plan, variants=(sound,))).timelines == {}

"""Reports from hand-made plans and results: what they say, and that nothing hostile takes effect in them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
import reports

from variantgen.errors import UserError
from variantgen.model import Check, Piece, Refusal
from variantgen.report import read_manifest, write_reports

HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>|`*_.mp4"
MISSED = Check("file size", "≤ 4.0 MB", "5.2 MB", ok=False)
ADVICE = Check("true peak", "≤ -1 dBTP", "-0.4 dBTP", ok=False, is_advice=True, note="a practice value")


class Page(HTMLParser):
    """The tags of a page with their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keeps a text."""
        self.text += data

    def attributes(self, tag: str, name: str) -> list[str]:
        """The values of one attribute over all tags of a kind."""
        return [attrs[name] or "" for kind, attrs in self.tags if kind == tag and name in attrs]

    def count(self, tag: str) -> int:
        """How many tags of a kind there are."""
        return sum(1 for kind, _ in self.tags if kind == tag)


def page(folder: Path) -> Page:
    """The gallery of a folder."""
    return Page((folder / "gallery.html").read_text(encoding="utf-8"))


def test_every_report_is_written_and_nothing_else_stays(tmp_path):
    """The five reports are in the folder under their names, with no temporary file left."""
    paths = write_reports(tmp_path, [reports.plan(reports.variant())], [reports.result()], reports.info())
    expected = ["manifest.json", "contact-sheet.png", "gallery.html", "summary.md", "junit.xml"]
    assert [path.name for path in paths] == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(expected)


def test_manifest_holds_plan_result_and_run(tmp_path):
    """An entry joins what was planned with what was measured, at exact rates and in plain JSON."""
    planned = reports.variant(preset_values=reports.PRESET_VALUES | {"facts": {"x": {"checked": date(2025, 1, 2)}}})
    done = reports.result(sidecars=("film.tiktok.srt",))
    write_reports(tmp_path, [reports.plan(planned)], [done], reports.info())
    manifest = read_manifest(tmp_path)
    entry = manifest["variants"]["film.tiktok.mp4"]
    assert manifest["schema_version"] == 1
    assert manifest["run"]["parts"] == {"planned": 12, "unique": 12, "encoded": 4, "reused": 8}
    assert manifest["masters"][0]["name"] == "film"
    assert (entry["key"], entry["sha256"], entry["size_bytes"]) == (done.key, done.sha256, done.size_bytes)
    assert (entry["frame_rate"], entry["frames"], entry["duration_seconds"]) == ("30000/1001", 90, 3.003)
    assert entry["pieces"] == [
        {
            "source": "master",
            "start_frame": 0,
            "end_frame": 90,
            "fit": "crop",
            "why": "the whole film",
            "parts": ["aaaa"],
        }
    ]
    assert entry["encode"]["quality"] == 20 and entry["soundtrack"]["samples"] == 144000
    assert entry["preset_values"]["facts"]["x"]["checked"] == "2025-01-02"
    assert [check["name"] for check in entry["checks"]] == ["size", "integrated loudness"]
    assert entry["sidecars"] == ["film.tiktok.srt"]


@pytest.mark.parametrize(
    "command",
    [
        "variantgen render /home/zelda7/film.mp4 -o out",
        r"variantgen render C:\Users\zelda7\film.mp4 -o out",
        "variantgen render '/home/my zelda7/film.mp4' -o out",
        "variantgen render ~/zelda7/film.mp4 --captions=/home/zelda7/film.srt",
    ],
)
def test_no_report_tells_the_folders_of_the_machine(tmp_path, command):
    """Absolute paths of command, error and master are cut to their last name in every text report."""
    failed = reports.result(
        status="failed", error="FFmpeg could not read file:/home/zelda7/film.mp4, see https://a.org/b/c"
    )
    write_reports(tmp_path, [reports.plan(reports.variant())], [failed], reports.info(command=command))
    for name in ("manifest.json", "gallery.html", "summary.md", "junit.xml"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "zelda7" not in text and "somewhere" not in text, name
        assert "film.mp4" in text
        assert "https://a.org/b/c" in text


def test_entries_of_earlier_runs_stay_while_their_file_does(tmp_path):
    """An earlier entry stays for a file that is as it was, and goes for one gone, changed or outside."""
    old = reports.plan(*(reports.variant(f"{name}.mp4") for name in ("kept", "gone", "changed", "again")))
    made = [reports.result(f"{name}.mp4", size_bytes=4) for name in ("kept", "gone", "changed", "again")]
    write_reports(tmp_path, [old], made, reports.info())
    earlier = read_manifest(tmp_path)
    earlier["variants"]["../outside.mp4"] = earlier["variants"]["kept.mp4"]
    earlier["variants"]["broken.mp4"] = "not an entry"
    for name, content in (("kept", b"1234"), ("changed", b"longer"), ("again", b"1234"), ("broken", b"1234")):
        (tmp_path / f"{name}.mp4").write_bytes(content)
    (tmp_path.parent / "outside.mp4").write_bytes(b"1234")
    now = reports.result("again.mp4", sha256="1" * 64)
    write_reports(tmp_path, [reports.plan(reports.variant("again.mp4"))], [now], reports.info(), earlier=earlier)
    variants = read_manifest(tmp_path)["variants"]
    assert sorted(variants) == ["again.mp4", "kept.mp4"]
    assert variants["kept.mp4"]["is_earlier"] and not variants["again.mp4"]["is_earlier"]
    assert variants["again.mp4"]["sha256"] == "1" * 64
    assert "kept.mp4" in page(tmp_path).text
    assert "kept.mp4" not in (tmp_path / "summary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"variants": []}', "[" * 100_000, "\udcff"])
def test_a_broken_manifest_reads_as_none(tmp_path, content):
    """A manifest that is not one gives an empty dict, as an absent one does."""
    assert read_manifest(tmp_path) == {}
    (tmp_path / "manifest.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    assert read_manifest(tmp_path) == {}


@pytest.mark.parametrize(
    "field, value", [("checks", "x"), ("checks", [1]), ("width", "9"), ("why", [1]), ("status", None)]
)
def test_an_earlier_entry_of_wrong_types_is_dropped(tmp_path, field, value):
    """A hand-edited earlier manifest cannot break the run that follows it."""
    write_reports(
        tmp_path,
        [reports.plan(reports.variant("a.mp4"))],
        [reports.result("a.mp4", size_bytes=0)],
        reports.info(),
    )
    (tmp_path / "a.mp4").write_bytes(b"1")
    earlier = read_manifest(tmp_path)
    assert list(earlier["variants"]) == ["a.mp4"]
    earlier["variants"]["a.mp4"][field] = value
    write_reports(tmp_path, [], [], reports.info(), earlier=earlier)
    assert read_manifest(tmp_path)["variants"] == {}


def test_an_earlier_entry_may_lack_what_newer_ones_have(tmp_path):
    """A short entry of an older version still gets its place in the gallery."""
    (tmp_path / "a.mp4").write_bytes(b"1")
    short = {"variants": {"a.mp4": {"id": "a", "preset": "tiktok", "file": "a.mp4", "status": "made", "checks": [{}]}}}
    write_reports(tmp_path, [], [], reports.info(), earlier=short)
    assert page(tmp_path).attributes("video", "src") == ["./a.mp4#t=0.5"]


def test_hostile_words_are_only_words_in_the_gallery(tmp_path):
    """Markup in names, titles, checks, errors and reasons adds no tag and no handler to the page."""
    harmless = reports.plan(reports.variant("a.mp4"), reports.variant("b.mp4"), refusals=(Refusal("x", "film", "no"),))
    write_reports(
        tmp_path,
        [harmless],
        [reports.result("a.mp4"), reports.result("b.mp4", status="failed")],
        reports.info(),
    )
    before = page(tmp_path)
    check = Check(HOSTILE, HOSTILE, HOSTILE, ok=False, note=HOSTILE)
    pieces = (Piece("master", 0, 90, why="the whole film"),)
    hostile = [
        reports.variant(file, preset=HOSTILE, title=HOSTILE, why=(HOSTILE,), pieces=pieces)
        for file in (HOSTILE, "b" + HOSTILE)
    ]
    plan = replace(
        reports.plan(*hostile, refusals=(Refusal(HOSTILE, HOSTILE, 2 * HOSTILE),)),
        master=reports.master(HOSTILE),
    )
    results = [
        reports.result(HOSTILE, preset=HOSTILE, checks=(check,) * 2),
        reports.result("b" + HOSTILE, preset=HOSTILE, status="failed", error=HOSTILE, checks=(check,) * 2),
    ]
    write_reports(tmp_path, [plan], results, reports.info(command=HOSTILE))
    after = page(tmp_path)
    for tag in ("script", "img", "video", "a", "article"):
        assert after.count(tag) == before.count(tag), tag
    assert not [name for _, attributes in after.tags for name in attributes if name.startswith("on")]
    assert unquote(after.attributes("video", "src")[0]) == f"./{HOSTILE}#t=0.5"
    assert after.text.count(HOSTILE) >= 10


@pytest.mark.parametrize("file", ["javascript:alert(1).mp4", "//example.org/x.mp4", "data:text,x.mp4", "a#b?c%d.mp4"])
def test_links_lead_beside_the_page_whatever_the_name(tmp_path, file):
    """A file's link is a relative path with everything special in it quoted."""
    write_reports(tmp_path, [reports.plan(reports.variant(file))], [reports.result(file)], reports.info())
    (link,) = page(tmp_path).attributes("video", "src")
    assert link.startswith("./") and link.endswith("#t=0.5")
    assert not set(link.removesuffix("#t=0.5")) & set(":#? ")
    assert unquote(link.removesuffix("#t=0.5")).removeprefix("./").lstrip("/") == file.lstrip("/")


def test_a_name_that_is_not_utf8_is_still_reported(tmp_path):
    """A file name with a stray byte gets its reports, and a link to that very byte."""
    write_reports(
        tmp_path,
        [reports.plan(reports.variant("a\udcff.mp4"))],
        [reports.result("a\udcff.mp4")],
        reports.info(),
    )
    assert page(tmp_path).attributes("video", "src") == ["./a%FF.mp4#t=0.5"]
    assert ElementTree.parse(tmp_path / "junit.xml").getroot().get("tests") == "3"


def test_the_gallery_asks_nothing_of_a_network(tmp_path):
    """Every address in the page is relative or inline, and its policy allows no other."""
    write_reports(tmp_path, [reports.plan(reports.variant())], [reports.result()], reports.info())
    found = page(tmp_path)
    addresses = [value for _, attrs in found.tags for name, value in attrs.items() if name in ("src", "href", "poster")]
    assert addresses and all(address.startswith(("./", "data:,")) for address in addresses)
    html = (tmp_path / "gallery.html").read_text(encoding="utf-8")
    assert "@import" not in html and "url(" not in html and "fetch(" not in html
    assert "default-src 'none'" in found.attributes("meta", "content")[0]


def test_safe_zone_and_caption_box_are_drawn_in_percent_of_the_canvas(tmp_path):
    """The overlay's edges are the preset's, relative to its canvas; a preset without any gets none."""
    bare = reports.variant("bare.mp4", preset_values={"canvas": {"width": 1080, "height": 1920, "safe_zone": {}}})
    draft = reports.variant("draft.mp4", width=270, height=480)
    results = [reports.result("bare.mp4"), reports.result("draft.mp4")]
    write_reports(tmp_path, [reports.plan(bare, draft)], results, reports.info())
    styles = {
        attrs["class"]: attrs["style"]
        for tag, attrs in page(tmp_path).tags
        if "zone" in (attrs.get("class") or "") and "style" in attrs
    }
    assert styles["zone interface"] == "--t:10.0%;--r:15.0%;--b:20.0%;--l:5.0%"
    assert styles["zone captions"] == "--t:10.0%;--r:20.0%;--b:25.0%;--l:10.0%"
    classes = [attrs.get("class") for _, attrs in page(tmp_path).tags]
    assert classes.count("zone interface") == 1


def test_each_kind_of_file_gets_its_own_element(tmp_path):
    """Films play in video, GIF and WebP stand as images, sound plays in audio, a failed one in nothing."""
    files = {"a.webm": "webm", "b.gif": "gif", "c.webp": "webp", "d.mp3": "mp3", "e.mp4": "mp4"}
    planned = [reports.variant(file, container=container) for file, container in files.items()]
    results = [reports.result(file, status="failed" if file == "e.mp4" else "made") for file in files]
    write_reports(tmp_path, [reports.plan(*planned)], results, reports.info())
    found = page(tmp_path)
    assert found.attributes("video", "src") == ["./a.webm#t=0.5"]
    assert found.attributes("img", "src") == ["./b.gif", "./c.webp"]
    assert found.attributes("audio", "src") == ["./d.mp3"]


def test_failed_variants_come_first_with_their_sentence(tmp_path):
    """What was not made stands above what was, in gallery and summary."""
    planned = reports.plan(reports.variant("a.mp4"), reports.variant("b.mp4"))
    results = [reports.result("a.mp4"), reports.result("b.mp4", status="failed", error="It is too long.")]
    write_reports(tmp_path, [planned], results, reports.info())
    text = page(tmp_path).text
    assert text.index("It is too long.") < text.index("Vertical")
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert summary.index("b.mp4") < summary.index("a.mp4")


def test_summary_counts_and_escapes(tmp_path):
    """The headline counts this run; a hostile name stays inside its table cell."""
    planned = reports.plan(reports.variant("a|b`<b>.mp4"), refusals=(Refusal("bumper", "film", "Too long | by far."),))
    results = [reports.result("a|b`<b>.mp4", checks=(*reports.GOOD_CHECKS, ADVICE))]
    write_reports(tmp_path, [planned], results, reports.info())
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("### variantgen: 1 made, 0 unchanged, 1 failed; 4 parts encoded, 8 reused, in 12.3 s.\n")
    (row,) = [line for line in summary.splitlines() if line.startswith("| tiktok")]
    facts = "3.0 s | 1080×1920 | 1.25 | -14.2 LUFS | 2/2 +1 advice | ✅ made"
    assert row == f"| tiktok | a\\|b\\`&lt;b&gt;.mp4 | {facts} |"
    assert "- **bumper**: Too long \\| by far." in summary


def test_a_refusal_told_by_a_result_is_told_once(tmp_path):
    """A refusal that also came back as a failed result is one failure."""
    refused = Refusal("bumper", "film", "Too long.")
    told = reports.result("bumper.mp4", preset="bumper", status="failed", error="Too long.", checks=())
    write_reports(tmp_path, [reports.plan(refusals=(refused,))], [told], reports.info())
    assert "0 made, 0 unchanged, 1 failed" in (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert ElementTree.parse(tmp_path / "junit.xml").getroot().get("errors") == "1"


def test_junit_sorts_faults_into_failures_errors_and_skips(tmp_path):
    """A missed check fails, missed advice is skipped, any other reason is an error; the counts agree."""
    files = ("good.mp4", "missed.mp4", 'broken\x00\x1b<&".mp4')
    results = [
        reports.result(files[0], checks=(*reports.GOOD_CHECKS, ADVICE)),
        reports.result(files[1], status="failed", checks=(*reports.GOOD_CHECKS, MISSED), error="It is 5.2 MB."),
        reports.result(files[2], status="failed", checks=(), error="FFmpeg said \x07 no."),
    ]
    planned = reports.plan(*map(reports.variant, files), refusals=(Refusal("bumper", "film", "Too long."),))
    write_reports(tmp_path, [planned], results, reports.info())
    root = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["10", "1", "2", "1"]
    for suite in root:
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(count) == str(len(suite.findall(f"testcase/{tag}")))
    assert root.find(".//failure").get("message") == "wanted ≤ 4.0 MB, measured 5.2 MB"
    assert root.find(".//skipped").text == "a practice value"
    assert len(root.findall("testsuite")) == 4


def test_an_unwritable_folder_is_one_sentence(tmp_path):
    """A folder that cannot be written gives a UserError that names the file."""
    (tmp_path / "out").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(UserError, match=r"Cannot write the report .*manifest\.json"):
        write_reports(tmp_path / "out", [], [], reports.info())


def test_a_report_that_cannot_be_finished_leaves_the_old_one(tmp_path, monkeypatch):
    """When writing stops midway the earlier report stays whole and nothing lies beside it."""
    write_reports(tmp_path, [], [], reports.info())
    before = (tmp_path / "manifest.json").read_bytes()

    def full_disk(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(UserError, match="No space left"):
        write_reports(tmp_path, [reports.plan(reports.variant())], [reports.result()], reports.info())
    assert (tmp_path / "manifest.json").read_bytes() == before
    assert not list(tmp_path.glob("*.tmp")) and not list(tmp_path.glob(".*.tmp"))


def test_an_empty_run_still_gives_readable_reports(tmp_path):
    """Nothing made is told as such."""
    write_reports(tmp_path, [], [], reports.info())
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["variants"] == {}
    assert "0 made, 0 unchanged, 0 failed" in page(tmp_path).text

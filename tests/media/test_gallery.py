"""Gallery and contact sheet of real files: the sheet shows their pixels, a browser plays them from disk."""

from __future__ import annotations

import json
import re
import subprocess
from fractions import Fraction
from html import unescape
from pathlib import Path

import imageio_ffmpeg
import pytest
import reports
from browser import browse

from variantgen.media.frames import frame_at
from variantgen.report import write_reports

pytestmark = pytest.mark.media

RED, GREEN, BLUE = (200, 30, 30), (30, 170, 60), (40, 60, 200)
TALL = "it's tall & 100% #1; ü.mp4"


def render(path: Path, *, size: str, rate: str = "30", keyframe_frames: int = 30) -> Path:
    """A film of 3 s: one second each of red, green, blue."""
    colours = [f"color=c=0x{r:02x}{g:02x}{b:02x}:s={size}:r={rate}:d=1,format=gbrp" for r, g, b in (RED, GREEN, BLUE)]
    graph = ";".join(f"{colour}[c{number}]" for number, colour in enumerate(colours))
    graph += ";[c0][c1][c2]concat=n=3,"
    if path.suffix == ".gif":
        # its own palette: the usual one would dither what the tests compare
        graph += "split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=none"
        encode = []
    else:
        graph += "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
        encode = ["-g", str(keyframe_frames), "-sc_threshold", "0", "-colorspace", "bt709"]
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    # the name may hold anything, so FFmpeg is given a plain one
    plain = path.with_name("plain" + path.suffix)
    command = [ffmpeg, "-v", "error", "-y", "-filter_complex", graph, *encode, str(plain)]
    subprocess.run(command, check=True, timeout=60)
    return plain.rename(path)


def is_near(pixel: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    """Whether a pixel has about a colour."""
    return all(abs(one - other) <= 24 for one, other in zip(pixel, wanted, strict=True))


def colours_of(picture) -> dict[tuple[int, ...], int]:
    """How often each colour is in a picture."""
    return {colour: count for count, colour in picture.convert("RGB").getcolors(maxcolors=1 << 24)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """An output folder with a tall and a wide film, a GIF, one failed variant, and all reports."""
    out = tmp_path_factory.mktemp("out folder")
    sizes = {TALL: (180, 320), "wide.mp4": (320, 180), "loop.gif": (160, 160)}
    rates = {"wide.mp4": "30000/1001"}
    planned, results = [], []
    for file, (w, h) in sizes.items():
        path = render(out / file, size=f"{w}x{h}", rate=rates.get(file, "30"))
        changes = {
            "title": f"TikTok of {file}",
            "width": w,
            "height": h,
            "container": path.suffix[1:],
            "frame_rate": Fraction(30),
        }
        planned.append(reports.variant(file, **changes))
        results.append(reports.result(file, size_bytes=path.stat().st_size))
    planned.append(reports.variant("failed.mp4", title="TikTok of failed.mp4"))
    results.append(reports.result("failed.mp4", status="failed", error="It is too long.", sha256=""))
    write_reports(out, [reports.plan(*planned)], results, reports.info())
    return out


@pytest.mark.parametrize(
    "fraction, colour", [(0.0, RED), (0.32, RED), (0.35, GREEN), (0.65, GREEN), (0.68, BLUE), (1.0, BLUE)]
)
@pytest.mark.parametrize("file", [TALL, "wide.mp4", "loop.gif"])
def test_a_frame_is_the_one_at_its_fraction(folder, file, fraction, colour):
    """The frame is exactly the one shown then, in the colours that were encoded."""
    picture = frame_at(folder / file, fraction)
    assert picture is not None
    assert is_near(picture.getpixel((80, 80)), colour)


def test_an_early_frame_is_within_its_tolerance(tmp_path):
    """The first frame from `fraction - early` on is taken: a keyframe there, or one decoded on the way."""
    sparse = render(tmp_path / "sparse.mp4", size="160x160", keyframe_frames=90)
    dense = render(tmp_path / "dense.mp4", size="160x160", keyframe_frames=20)
    assert is_near(frame_at(sparse, 0.7).getpixel((9, 9)), BLUE)
    assert is_near(frame_at(sparse, 0.7, early=0.2).getpixel((9, 9)), GREEN)
    assert is_near(frame_at(dense, 0.7, early=0.2).getpixel((9, 9)), BLUE)


@pytest.mark.parametrize(
    "name", ["text.mp4", "text.gif", "text.webp", "empty.mp4", "absent.mp4", "absent.gif", "folder.mp4"]
)
def test_a_file_without_a_picture_gives_none(tmp_path, name):
    """What is not a film has no frame, and that is no error."""
    if name.startswith("text"):
        (tmp_path / name).write_text("ffconcat version 1.0\nfile film.mp4\n", encoding="utf-8")
    elif name.startswith("empty"):
        (tmp_path / name).touch()
    elif name.startswith("folder"):
        (tmp_path / name).mkdir()
    assert frame_at(tmp_path / name, 0.4) is None


def test_the_contact_sheet_shows_every_picture(folder):
    """The frame at 40 % of each file fills about one area, and the marks tell good from bad."""
    from PIL import Image

    with Image.open(folder / "contact-sheet.png") as sheet:
        colours = colours_of(sheet)
        assert sheet.width <= 2400
    green = sum(count for colour, count in colours.items() if is_near(colour, GREEN))
    assert green == pytest.approx(3 * 300 * 300, rel=0.05)
    marks = {name: colours.get(colour, 0) for name, colour in (("good", (62, 207, 142)), ("bad", (255, 93, 93)))}
    assert marks["good"] > 2 * marks["bad"] > 0


def test_the_contact_sheet_is_drawn_again_only_when_it_would_differ(tmp_path):
    """The same results leave the sheet alone; another file content or a damaged sheet draws it anew."""
    render(tmp_path / "a.mp4", size="160x90")
    planned = reports.plan(reports.variant("a.mp4", width=160, height=90))

    def sheet_time_ns(sha256: str) -> int:
        write_reports(tmp_path, [planned], [reports.result("a.mp4", sha256=sha256)], reports.info())
        return (tmp_path / "contact-sheet.png").stat().st_mtime_ns

    first = sheet_time_ns("0" * 64)
    assert sheet_time_ns("0" * 64) == first
    second = sheet_time_ns("1" * 64)
    assert second != first
    (tmp_path / "contact-sheet.png").write_bytes(b"damaged")
    assert sheet_time_ns("1" * 64) != second
    assert (tmp_path / "contact-sheet.png").stat().st_size > 1000


def test_many_variants_stay_on_a_sheet_of_bounded_width(tmp_path):
    """Forty variants wrap into rows no wider than 2400 pixels."""
    from PIL import Image

    files = [f"{number}.mp4" for number in range(40)]
    planned = reports.plan(*(reports.variant(file) for file in files))
    write_reports(tmp_path, [planned], [reports.result(file) for file in files], reports.info())
    with Image.open(tmp_path / "contact-sheet.png") as sheet:
        assert sheet.width <= 2400 and sheet.height > 1500


def test_the_gallery_opens_from_disk_and_its_films_load(folder, tmp_path):
    """In a browser, without a server: films tell their length, the switches are there, no complaint."""
    dom, console = browse(folder / "gallery.html", tmp_path / "profile")
    assert console == ""
    lengths = [float(seconds) for seconds in re.findall(r'<video[^>]* data-seconds="([\d.]+)"', dom)]
    assert lengths == pytest.approx([3.0, 3.003], abs=0.02)
    assert re.search(r'<button type="button" id="zones" aria-pressed="false"[^>]*>Safe zones', dom)
    assert re.search(r'<div class="bar" role="toolbar" aria-label="View">', dom), "the script did not run"
    assert ">4 variants</output>" in dom
    assert not re.search(r'class="unplayable">', dom)


def test_a_film_the_browser_cannot_play_says_so(tmp_path):
    """A file that does not load shows a sentence where its picture would be."""
    (tmp_path / "a.mp4").write_text("not a film", encoding="utf-8")
    write_reports(tmp_path, [reports.plan(reports.variant("a.mp4"))], [reports.result("a.mp4")], reports.info())
    dom, _ = browse(tmp_path / "gallery.html", tmp_path / "profile")
    assert re.search(r'<p class="unplayable">This browser cannot play this file', dom)


def test_a_script_that_is_not_the_gallerys_own_never_runs(tmp_path):
    """Even markup that got past the escaping is stopped by the page's policy, and the console tells."""
    write_reports(
        tmp_path,
        [reports.plan(reports.variant("a.gif", container="gif"))],
        [reports.result("a.gif")],
        reports.info(),
    )
    page = tmp_path / "gallery.html"
    injected = "<main><script>document.title = 'taken'</script>"
    page.write_text(page.read_text(encoding="utf-8").replace("<main>", injected), encoding="utf-8")
    dom, console = browse(page, tmp_path / "profile")
    assert "<title>taken" not in dom
    assert "Content Security Policy" in console


OPERATE = """
<script>
const said = {};
const titles = () => [...document.querySelectorAll(".tile:not([hidden]) h3")];
const shown = () => titles().map((title) => title.textContent);
const box = (selector) => document.querySelector(selector).getBoundingClientRect();
const press = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
said.hidden = box(".zones").width;
press("z");
said.picture = box(".stage.video").width;
said.right = box(".stage.video").right - box(".stage.video .zone-border").right;
document.getElementById("failed-only").click();
said.failed = shown();
press("f");
document.getElementById("filter").value = "9:16 tall";
document.getElementById("filter").dispatchEvent(new Event("input"));
said.filtered = shown();
said.groups = document.querySelectorAll(".group:not([hidden])").length;
document.title = JSON.stringify(said);
</script>
"""


def test_the_switches_and_the_filter_do_what_they_say(folder, tmp_path):
    """The overlay appears at the preset's edges, only failed ones or only matching ones stay."""
    html = (folder / "gallery.html").read_text(encoding="utf-8")
    html = re.sub(r"<meta http-equiv[^>]*>", "", html).replace("</body>", OPERATE + "</body>")
    operated = folder / "operated.html"
    operated.write_text(html, encoding="utf-8")
    dom, _ = browse(operated, tmp_path / "profile")
    operated.unlink()
    found = re.search(r"<title>(.*?)</title>", dom)
    assert found is not None
    said = json.loads(unescape(found.group(1)))
    assert said["hidden"] == 0
    assert said["right"] == pytest.approx(0.15 * said["picture"], abs=1)
    assert said["failed"] == ["TikTok of failed.mp4"]
    assert said["filtered"] == [f"TikTok of {TALL}"]
    assert said["groups"] == 1

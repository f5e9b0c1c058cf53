"""The page of results in a browser: it opens from disk without a word on the console, and fits a phone."""

from __future__ import annotations

import json
import re
from html import escape, unescape
from pathlib import Path

import browser
import pytest
import results_reports as made

from variantgen.report.results_page import results_html

pytestmark = pytest.mark.media

# Every look-up of a name is told, so that a request to any host would be seen.
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND"


def browse(page: Path, profile: Path, *, is_dark: bool = False) -> tuple[str, str]:
    """The page's DOM and console, without a network, in light or dark."""
    scheme = f"--blink-settings=preferredColorScheme={0 if is_dark else 1}"
    return browser.browse(page, profile, OFFLINE, scheme, "--window-size=1200,900", milliseconds=4000)


@pytest.mark.parametrize("name", ["rich", "hostile"])
def test_the_page_opens_from_disk_without_a_complaint(tmp_path, name):
    """In a browser, without a server: every number is there as it was written, nothing on the console."""
    html = results_html(made.ALL[name]())
    page = tmp_path / "results.html"
    page.write_text(html, encoding="utf-8")
    dom, console = browse(page, tmp_path / "profile")
    assert console == ""
    written, found = (re.findall(r'data-path="([^"]*)" data-value="([^"]*)"', text) for text in (html, dom))
    assert found == written and len(found) > 50
    assert "<script" not in dom and "<img" not in dom


def test_a_script_that_is_not_the_pages_never_runs(tmp_path):
    """Even markup that got past the escaping is stopped by the page's policy, and so is a picture from elsewhere."""
    html = results_html(made.rich())
    injected = "<main><script>document.title = 'taken'</script><img src='https://example.org/x.png'>"
    page = tmp_path / "results.html"
    page.write_text(html.replace("<main>", injected), encoding="utf-8")
    dom, console = browse(page, tmp_path / "profile")
    assert "<title>taken" not in dom
    assert console.count("Content Security Policy") == 2


MEASURE = """
<script>
addEventListener("load", () => {
  const page = document.querySelector("iframe").contentDocument;
  page.querySelectorAll("details").forEach((one) => (one.open = true));
  const boxes = (within, selector) => [...within.querySelectorAll(selector)]
    .map((one) => Object.assign(one.getBoundingClientRect(), { text: one.textContent }))
    .filter((box) => box.width && box.height);
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const plots = [...page.querySelectorAll("figure")];
  const texts = (plot) => [...boxes(plot, "svg text"), ...boxes(plot, ".names span, .values p")];
  const pairs = plots.flatMap((plot) => texts(plot).flatMap((a, n, all) => all.slice(n + 1).map((b) => [a, b])));
  const found = {
    width: page.documentElement.clientWidth,
    scrolled: page.documentElement.scrollWidth,
    plots: plots.length,
    overlapping: pairs.filter(([a, b]) => meet(a, b)).map(([a, b]) => [a.text, b.text]),
    outside: plots.flatMap((plot) => boxes(plot, "svg text, circle, .names span")
      .filter((box) => box.left < 0 || box.right > page.documentElement.clientWidth + 1)).map((box) => box.text),
    ink: page.defaultView.getComputedStyle(page.documentElement).color,
    paper: page.defaultView.getComputedStyle(page.documentElement).backgroundColor,
  };
  document.title = JSON.stringify(found);
});
</script>
"""


def measured(report: dict, folder: Path, *, width_px: int, is_dark: bool = False) -> dict:
    """What a browser measures of a report's page in a window of some width."""
    html = re.sub(r"<meta http-equiv[^>]*>", "", results_html(report))
    frame = f'<iframe style="width:{width_px}px;height:900px;border:0" srcdoc="{escape(html)}"></iframe>'
    page = folder / "framed.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><body>{frame}{MEASURE}</body>", encoding="utf-8")
    dom, _ = browse(page, folder / "profile", is_dark=is_dark)
    title = re.search(r"<title>(.*?)</title>", dom)
    assert title is not None
    return json.loads(unescape(title.group(1)))


@pytest.mark.parametrize("width_px", [360, 1200])
@pytest.mark.parametrize("name", ["rich", "crowded", "hostile", "costs", "not enough"])
def test_the_page_fits_and_no_labels_meet(tmp_path, name, width_px):
    """On a phone and on a desktop nothing makes the page scroll sideways, and no text of a plot covers another."""
    found = measured(made.ALL[name](), tmp_path, width_px=width_px)
    assert found["plots"] > 2
    assert found["scrolled"] == found["width"] == pytest.approx(width_px, abs=16)
    assert (found["overlapping"], found["outside"]) == ([], [])


def test_the_page_is_dark_where_people_want_it_dark(tmp_path):
    """Ink and paper change places with the system's setting."""

    def brightness(colour: str) -> float:
        return sum(map(int, re.findall(r"\d+", colour)[:3])) / 765

    for is_dark in (True, False):
        found = measured(made.costs(), tmp_path, width_px=800, is_dark=is_dark)
        assert (brightness(found["ink"]) > 0.8) == is_dark == (brightness(found["paper"]) < 0.2)

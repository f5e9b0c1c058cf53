"""The page of results, made of hand-made reports: its numbers are the report's, and nothing hostile takes effect."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
import results_reports as made
from hypothesis import given
from hypothesis import strategies as st

from variantgen.report import results_wording as wording
from variantgen.report.plot_scales import linear_axis, nice_ticks, ratio_axis, spread
from variantgen.report.results_channels import VERDICTS
from variantgen.report.results_page import results_html
from variantgen.report.results_plots import day_lines, drawn_out, figure_intervals, retention_lines
from variantgen.report.results_wording import Measure, Place, measure

VOID = {"meta", "link", "br", "img", "input"}


class Page(HTMLParser):
    """A page's elements with their attributes, the tags that they lie in, and their text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.open: list[str] = []
        self.elements: list[dict[str, Any]] = []
        self.stack: list[dict[str, Any]] = []
        self.feed(html)
        assert self.stack == [], "an element is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps an element."""
        element = {"tag": tag, "attrs": dict(attrs), "within": [one["tag"] for one in self.stack], "text": ""}
        self.elements.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps an element that has nothing in it."""
        within = [one["tag"] for one in self.stack]
        self.elements.append({"tag": tag, "attrs": dict(attrs), "within": within, "text": ""})

    def handle_endtag(self, tag: str) -> None:
        """Closes the element that is open."""
        assert self.stack.pop()["tag"] == tag

    def handle_data(self, data: str) -> None:
        """Adds text to every element that it lies in."""
        for element in self.stack:
            element["text"] += data

    def all(self, tag: str, **attrs: str) -> list[dict[str, Any]]:
        """The elements of a kind with these words in these attributes (`kind` for class)."""
        wanted = {name.replace("kind", "class"): words for name, words in attrs.items()}
        return [
            one
            for one in self.elements
            if one["tag"] == tag
            and all(set(words.split()) <= set((one["attrs"].get(name) or "").split()) for name, words in wanted.items())
        ]

    @property
    def shown(self) -> list[tuple[str, Any, str]]:
        """(place in report.json, exact value, text) of every number."""
        told = [one for one in self.elements if "data-path" in one["attrs"]]
        return [
            (one["attrs"]["data-path"], json.loads(one["attrs"]["data-value"]), one["text"].strip()) for one in told
        ]


def page(report: dict[str, Any]) -> Page:
    """The page of a report."""
    return Page(results_html(report))


def at(report: Any, path: str) -> Any:
    """The value at a path of keys with dots between them."""
    for key in path.split("."):
        report = report[int(key)] if isinstance(report, list) else report[key]
    return report


def numbers(report: Any, path: str = "") -> list[str]:
    """The paths of all numbers in a report."""
    if isinstance(report, dict):
        pairs = report.items()
    elif isinstance(report, list):
        pairs = enumerate(report)
    else:
        is_number = isinstance(report, (int, float)) and not isinstance(report, bool)
        return [path] if is_number else []
    return [found for key, value in pairs for found in numbers(value, f"{path}.{key}".lstrip("."))]


# ---------------------------------------------------------------- its numbers are the report's


@pytest.mark.parametrize("name", made.ALL)
def test_every_number_is_the_one_at_its_place(name):
    """What stands in data-value is the report's own value at data-path, exactly."""
    report = made.ALL[name]()
    shown = page(report).shown
    assert bool(shown)
    assert [(path, value) for path, value, _ in shown if at(report, path) != value] == []


@pytest.mark.parametrize("name", [name for name in made.ALL if name != "hostile"])
def test_no_number_of_the_report_is_left_out(name):
    """Every number that the report holds can be read on the page, but for how figures are to be multiplied."""
    report = made.ALL[name]()
    found = {path for path, _, _ in page(report).shown}
    silent = re.compile(
        r"schema_version|((channels\.\d+\.)?metric|guards\.\d+)\.per|.*\.retention\.\d+\.at|channels\.\d+\.more\..*"
    )
    nothing = {path for path in numbers(report) if path.endswith(".days") and at(report, path) == 0}
    missing = [path for path in numbers(report) if path not in found | nothing and not silent.fullmatch(path)]
    assert missing == []


@pytest.mark.parametrize("name", ["rich", "crowded", "costs", "not enough"])
def test_what_is_read_is_the_value_to_its_last_digit(name):
    """The text of a number is the value itself, in percent, or the change that a ratio is, rounded and no more."""
    wrong = []
    for path, value, text in page(made.ALL[name]()).shown:
        digits = re.fullmatch(r"([−+-]?)([\d,]+(?:\.(\d+))?)(?: (?:%|EUR|s))?", text)
        if digits is None:
            assert value is None or text[0] in "<>", (path, text)
            continue
        told = float(digits[2].replace(",", "")) * (-1 if digits[1] in ("−", "-") else 1)
        half = 0.5 * 10 ** -len(digits[3] or "") * (1 + 1e-6)
        meant = [100 * (value - 1)] if ".trend." in path and "days" not in path else [value, 100 * value]
        if not any(abs(told - one) <= half for one in meant):
            wrong.append((path, value, text))
    assert wrong == []


def test_figures_read_as_they_should():
    """A share is in percent, money in its currency, a chance never quite all."""
    texts = {path: text for path, _, text in page(made.rich()).shown}
    report = made.rich()
    value = report["channels"][0]["variants"][0]["estimate"]["value"]
    assert texts["channels.0.variants.0.estimate.value"] == f"{100 * value:.2f} %"
    assert texts["channels.0.variants.0.chance_best"] == "96 %"
    assert texts["channels.0.variants.4.chance_best"] == "< 0.1 %"
    assert texts["channels.0.variants.0.guards.cpm"].endswith(" EUR")
    assert texts["effects.levels.2.ratio"] == "1.19"
    costs = {path: text for path, _, text in page(made.costs()).shown}
    assert costs["channels.0.variants.2.estimate.high"] == "412.00 EUR"
    assert costs["channels.0.variants.0.counts.spend"] == "1,204.55"


def test_what_is_not_known_is_a_dash_and_no_nought():
    """A missing figure is told as missing, a count of nothing as 0."""
    texts = {path: text for path, _, text in page(made.not_enough()).shown}
    assert texts["channels.0.variants.1.figure"] == "–"
    assert texts["channels.0.variants.1.guards.cpm"] == "–"
    assert texts["channels.0.variants.1.counts.impressions"] == "0"


# ---------------------------------------------------------------- it opens anywhere and does nothing else


@pytest.mark.parametrize("name", made.ALL)
def test_the_page_asks_nothing_of_any_network(name):
    """No address but places on the page and the report beside it; no script, no picture, no frame."""
    found = page(made.ALL[name]())
    addresses = [one["attrs"][key] for one in found.elements for key in ("href", "src") if key in one["attrs"]]
    assert [one for one in addresses if not one.startswith(("#channel-", "./report.json", "data:,"))] == []
    assert {one["tag"] for one in found.elements} & {"script", "img", "iframe", "object", "base", "form"} == set()
    assert not re.search(r"url\(|@import|https?:", found.html)
    targets = {one["attrs"]["id"] for one in found.elements if "id" in one["attrs"]}
    assert {one.removeprefix("#") for one in addresses if one.startswith("#")} <= targets


def test_hostile_names_stay_text():
    """Markup in a name, a level, a currency or a note is shown as it is and makes no element."""
    found = page(made.hostile())
    assert [name for one in found.elements for name in one["attrs"] if name.startswith("on")] == []
    assert len(found.all("style")) == 1
    assert found.all("h1")[0]["text"] == made.HOSTILE
    assert found.all("h2")[0]["text"] == made.HOSTILE
    assert "49" not in found.all("h1")[0]["text"]
    assert found.html.count("<script") == 0


@pytest.mark.parametrize("name", made.ALL)
def test_every_plot_has_a_title_and_its_numbers_in_a_table(name):
    """An SVG is an image with a name of its own, in a section that has a table."""
    found = page(made.ALL[name]())
    plots = found.all("svg", role="img")
    assert bool(plots) == bool(made.ALL[name]()["channels"] and made.ALL[name]()["metric"])
    ids = [one["attrs"]["id"] for one in found.elements if "id" in one["attrs"]]
    assert len(ids) == len(set(ids))
    titles = {one["attrs"].get("id") for one in found.all("title") if one["within"][-1] == "svg"}
    assert {one["attrs"]["aria-labelledby"] for one in plots} == titles
    sections = re.findall(r"(?s)<section.*?</section>", found.html)
    assert all("<table" in section for section in sections if "<svg role" in section)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_verdict_has_a_word_a_sign_and_a_colour(verdict):
    """Each of the five is told by its own word and sign, and its badge has its own colour."""
    found = page(made.report(channels=[made.channel(verdict=verdict)]))
    badge = found.all("span", kind="badge")[0]
    kind, sign = VERDICTS[verdict]
    assert badge["text"].split() == [sign, *verdict.split()]
    assert badge["attrs"]["class"] == f"badge {kind}"
    assert f".badge.{kind} {{ --kind:" in found.html
    assert len({sign for _, sign in VERDICTS.values()}) == len(VERDICTS) == 5


def test_a_name_keeps_its_case_where_a_sentence_begins_with_it():
    """A verdict's sentence that begins with a variant stays as it is, another gets its capital."""
    found = page(made.report(channels=[made.channel(variants=[made.variant("x", 0.02, name="face")])]))
    assert found.all("p", kind="sentence")[0]["text"].startswith("Not enough data: about")
    led = page(made.report(channels=[made.channel(sentence="face leads", variants=[{"name": "face"}])]))
    assert led.all("p", kind="sentence")[0]["text"] == "face leads."


def test_what_lacks_a_figure_or_a_variant_is_listed():
    """Variants without counts and rows without a variant are told, with why."""
    text = page(made.rich()).all("main")[0]["text"]
    assert re.search(r"spring-late-15s\s+lacks clicks_link", text)
    assert re.search(r"Spring_old_cut\s*no variant has this ad name, link or post\s*14", text)
    assert "two exports of tiktok overlap on 3 days" in text.lower()


def test_nothing_matched_says_so():
    """A report without channels or metric has a sentence, no plot and no empty section."""
    found = page(made.empty())
    text = found.all("main")[0]["text"]
    assert "There is nothing to compare yet" in text and "none of the objective's metrics" in text
    assert [one["text"].split("\n")[0] for one in found.all("h2")] == [
        "Not matched to a variant 1",
        "Bear in mind",
        "Where the counts come from 1",
    ]


def test_counts_without_a_metric_are_still_told():
    """Where nothing can be judged there are no plots, and what was counted is there to read."""
    found = page(made.no_metric())
    assert found.all("svg", role="img") == []
    assert "nothing: no metric can be had" in found.all("dl", kind="facts")[0]["text"]
    assert "likes 12" in found.all("main")[0]["text"]


def test_the_simpson_warning_comes_before_the_channels():
    """Who reads only the top still learns that adding up misleads."""
    html = results_html(made.rich())
    assert html.index("when channels are added up") < html.index('id="channel-1"')


def test_more_than_fifty_variants_are_behind_a_click():
    """A list that would fill the page lies in details; fifty and fewer do not."""
    rows = page(made.crowded(60)).all("table", kind="variants")
    assert all("details" in one["within"] for one in rows)
    assert not any("details" in one["within"] for one in page(made.crowded(36)).all("table", kind="variants"))


# ---------------------------------------------------------------- plots


def places(report: dict[str, Any]) -> tuple[list[Place], list[tuple[str, str]]]:
    """The variants of a report's first channel, and their names."""
    variants = Place(report).at("channels", 0, "variants").each()
    return variants, [(wording.key_of(n), str(n)) for n in range(len(variants))]


def test_dots_stand_where_their_figures_are():
    """Along the axis dots keep the order and the proportions of estimates, each within its interval."""
    report = made.rich()
    plot = figure_intervals(*places(report), Measure("share"), leads=True)
    assert plot is not None
    values = [one["estimate"]["value"] for one in report["channels"][0]["variants"]]
    dots = [bar.dot for bar in plot.bars]
    scale = (dots[0] - dots[4]) / (values[0] - values[4])
    assert dots == pytest.approx([dots[0] + scale * (value - values[0]) for value in values], abs=0.01)
    assert all(bar.low < bar.dot < bar.high and not bar.is_cut for bar in plot.bars)
    assert [bar.kind for bar in plot.bars] == ["lead", "", "", "", ""]
    texts = {tick.text: tick.at for tick in plot.ticks}
    low, high = texts["1.0 %"], texts["1.4 %"]
    assert dots[0] == pytest.approx(low + (high - low) * (values[0] - 0.01) / 0.004, abs=0.01)


def test_an_interval_that_reaches_far_is_cut_and_marked():
    """One endless interval does not squeeze all others to a point."""
    plot = figure_intervals(*places(made.costs()), measure("money", "EUR", [18.4]), leads=False)
    assert plot is not None
    assert [bar.is_cut for bar in plot.bars] == [False, False, True]
    assert plot.bars[2].high == 100.0
    assert plot.bars[1].dot - plot.bars[0].dot > 4
    assert plot.ticks[0].text == "0"


def test_a_price_without_an_event_does_not_squeeze_the_others():
    """Nothing was sold for 335 EUR, so its estimate is 323 EUR: the others, at 6 and 8, still stand apart."""
    report = made.costs()
    for one, price in zip(report["channels"][0]["variants"], (6.0, 8.0, None), strict=True):
        value = price or 323.0
        one |= {"figure": price, "estimate": {"value": value, "low": value * 0.8, "high": value * 1.3}}
    plot = figure_intervals(*places(report), measure("money", "EUR", [323.0]), leads=False)
    assert plot is not None
    assert plot.bars[1].dot - plot.bars[0].dot > 5 and plot.bars[2].is_cut


def test_what_is_not_comparable_shows_counts_only():
    """Without estimates there are hollow marks, no dots and no intervals."""
    found = page(made.not_comparable())
    assert len(found.all("circle", kind="hollow")) == 2
    assert found.all("circle", kind="dot") == found.all("line", kind="range") == []
    heads = [one["text"] for one in found.all("th", scope="col")]
    assert not [head for head in heads if head.startswith(("Estimate", "Chance", "Next", "Trend"))]
    assert found.all("main")[0]["text"].count("hold_rate means another thing") == 2


def test_a_day_without_counts_breaks_the_line():
    """Three days that are missing leave a gap, they are not drawn at nought."""
    panels = day_lines(*places(made.rich()), Measure("share"), chosen=[0, 4])
    own = [panel.lines[-1] for panel in panels]
    assert [len(line.runs) for line in own] == [1, 1, 1, 2, 1]
    assert [len(line.points) for line in own] == [14, 14, 14, 11, 14]
    assert [line.colour for line in panels[0].lines] == [0, 0, 0, 0, 1]


def test_of_many_variants_the_best_and_the_worst_stand_out():
    """Thirty-six lines are one plot with two in colour, and every one is in the table."""
    report = made.crowded()
    variants, names = places(report)
    chosen = drawn_out(variants, better="more")
    assert chosen == [0, 35]
    (plot,) = day_lines(variants, names, Measure("share"), chosen=chosen)
    assert [line.key for line in plot.lines if line.colour] == ["A", "AJ"]
    assert len(plot.lines) == 36
    kept = retention_lines(variants, names, chosen=chosen)
    assert kept is not None and [line.key for line in kept.lines if line.colour] == ["A", "AJ"]
    table = results_html(report).partition('<table class="days">')[2].partition("</table>")[0]
    assert re.findall(r'<b class="key">(\w+)</b>', table) == [key for key, _ in names]


def test_less_is_better_of_a_cost():
    """The best of costs is the lowest."""
    assert drawn_out(places(made.costs())[0], better="less") == [0, 2]


def test_retention_begins_with_everybody_and_names_do_not_meet():
    """Each curve starts at 100 %, and the names at the curves' ends are a line apart."""
    plot = retention_lines(*places(made.rich()), chosen=[])
    assert plot is not None
    assert {line.points[0] for line in plot.lines} == {(0.0, 0.0)}
    assert {line.colour for line in plot.lines} == {1, 2, 3, 4, 5}
    labels = sorted(line.label_px for line in plot.lines)
    assert min(after - before for before, after in zip(labels, labels[1:], strict=False)) >= 18
    assert labels[0] >= 0 and labels[-1] <= 240


def test_effects_stand_on_a_log_axis_around_one():
    """A ratio and its inverse are equally far from the line at 1, and what is proven is marked."""
    levels = [
        made.effect("hook", "b", "a", 2.0, 1.5, 3.0, 0.01, 0.02, True, True),
        made.effect("hook", "c", "a", 0.5, 0.4, 1.2, 0.01, 0.02, False, False),
    ]
    found = page(made.report(effects={"levels": levels, "firsts": [], "aliased": [], "notes": []}))
    at_one = float(found.all("line", kind="beside")[0]["attrs"]["x1"].rstrip("%"))
    high, low = [float(dot["attrs"]["cx"].rstrip("%")) for dot in found.all("circle", kind="dot")]
    assert high - at_one == pytest.approx(at_one - low, abs=0.01)
    assert [one["attrs"]["class"] for one in found.all("g")] == ["bar better", "bar open"]
    assert "✓ proven better" in found.all("main")[0]["text"] and "○ not proven" in found.all("main")[0]["text"]


# ---------------------------------------------------------------- scales and words


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e6), st.integers(2, 9))
def test_ticks_are_round_few_and_around_the_values(low, width, most):
    """Ticks are evenly spaced by 1, 2 or 5 times a power of ten, no more than asked, from below to above."""
    ticks = nice_ticks(low, low + width, most_steps=most)
    gaps = [after - before for before, after in zip(ticks, ticks[1:], strict=False)]
    assert 1 <= len(gaps) <= most
    assert max(gaps) == pytest.approx(min(gaps), rel=1e-3)
    assert f"{gaps[0]:.1e}"[:3] in ("1.0", "2.0", "5.0")
    assert ticks[0] <= low + 1e-6 * width and ticks[-1] >= low + width - 1e-6 * width


@given(st.lists(st.floats(0, 240), min_size=1, max_size=12))
def test_labels_are_spread_within_the_plot(wanted):
    """Names keep their order and their distance, and stay inside where there is room for all."""
    places = spread(wanted, gap=16, low=0, high=240)
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    told = [places[n] for n in order]
    assert all(after - before >= 16 - 1e-9 for before, after in zip(told, told[1:], strict=False))
    assert min(places) >= 0 and max(places) <= 240


@given(st.lists(st.floats(1e-6, 1e6), max_size=6))
def test_a_ratio_axis_has_one_on_it(ratios):
    """1 is a tick with another on either side, and values stay on the plot."""
    axis = ratio_axis(ratios)
    assert axis.ticks[0] < 1.0 < axis.ticks[-1] and 1.0 in axis.ticks
    assert all(0 <= axis.percent(ratio) <= 100 for ratio in ratios)


@pytest.mark.parametrize(
    "values, ends",
    [([], (0, 1)), ([0.0], (0, 1)), ([3.0], (0, 6)), ([0.9, 1.0], (0.9, 1.0)), ([0.2, 1.0], (0, 1)), ([-2.0], (-4, 0))],
)
def test_a_linear_axis_of_few_values(values, ends):
    """Nothing, one value and equal ones have an axis too, and nought is on it where values come near it."""
    axis = linear_axis([*values, float("inf"), float("nan")])
    assert (axis.low, axis.high) == pytest.approx(ends)


@pytest.mark.parametrize(
    "unit, currency, figures, text",
    [
        ("share", "", [0.0123], "1.23 %"),
        ("share", "", [0.00041], "0.0410 %"),
        ("share", "", [0.5, 0.00001], "50.0 %"),
        ("money", "EUR", [12.3], "12.30 EUR"),
        ("money", "", [0.0123], "0.0123"),
        ("money per 1000", "USD", [1234.5], "1,234.50 USD"),
        ("seconds", "", [7.24], "7.24 s"),
        ("per 1000", "", [412.0], "412"),
        ("ratio", "", [3.2], "3.20"),
        ("share", "", [0.0], "0.0 %"),
    ],
)
def test_a_figure_in_its_unit(unit, currency, figures, text):
    """The largest figure of a column has three digits, money its cents."""
    assert measure(unit, currency, figures).words(figures[0]) == text


def test_a_figure_that_is_too_small_is_not_nought():
    """Beside large figures a tiny one is told to be less than the last digit."""
    assert measure("share", "", [0.5, 0.00001]).words(0.00001) == "<0.1 %"


@pytest.mark.parametrize(
    "words, value, text",
    [
        (wording.chance_words, 0.0004, "< 0.1 %"),
        (wording.chance_words, 1.0, "> 99.9 %"),
        (wording.chance_words, 0.9668, "97 %"),
        (wording.chance_words, 0.0036, "0.4 %"),
        (wording.share_words, 0.0, "0 %"),
        (wording.share_words, 0.025, "2.5 %"),
        (wording.share_words, 0.4, "40 %"),
        (wording.change_words, 0.97, "−3.0 %"),
        (wording.change_words, 1.0, "0.0 %"),
        (wording.count_words, 21066, "21,066"),
        (wording.count_words, 100.0, "100"),
        (wording.count_words, 3.5, "3.5"),
        (wording.ratio_words, 1e13, "> 1,000"),
        (wording.ratio_words, 1e-13, "< 0.001"),
        (wording.p_words, 0.0001, "< 0.001"),
        (wording.seconds_words, 14.0, "14 s"),
        (wording.date_words, "2026-12-31", "31 Dec 2026"),
        (wording.date_words, "soon", "soon"),
        (wording.key_of, 26, "AA"),
    ],
)
def test_numbers_in_words(words, value, text):
    """How each kind of number is written."""
    assert words(value) == text


@pytest.mark.parametrize(
    "first, last, text",
    [
        ("2026-12-01", "2026-12-14", "1–14 Dec 2026"),
        ("2026-11-28", "2026-12-03", "28 Nov – 3 Dec 2026"),
        ("2026-12-28", "2027-01-03", "28 Dec 2026 – 3 Jan 2027"),
        ("2026-12-01", "2026-12-01", "1 Dec 2026"),
        ("", "2026-12-01", "1 Dec 2026"),
        ("", "", ""),
    ],
)
def test_a_period_tells_what_is_common_once(first, last, text):
    """Month and year stand once where both ends share them."""
    assert wording.period_words(first, last) == text


def test_variants_are_called_by_what_differs():
    """Levels that all share are left out; where levels do not tell variants apart their names do."""
    face, other = {"hook": "face", "length": "15 s"}, {"hook": "product", "length": "15 s"}
    assert wording.short_names([{"levels": face}, {"levels": other}]) == ["face", "product"]
    assert wording.short_names([{"levels": face, "name": "a"}, {"levels": face, "name": "b"}]) == ["a", "b"]


def test_a_channel_of_another_metric_is_told_in_it():
    """Its metric with its definition stands under its name, its figures are in its own unit."""
    first, second = results_html(made.apart()).split('id="channel-2"')
    assert "Judged by avg_watch_seconds <code>watch_seconds / plays</code>: Seconds watched per play" in second
    assert "avg_watch_seconds" not in first.split('id="channel-1"')[1] and ">4.20 s<" in second


def test_a_film_that_people_tire_of_is_named():
    """A falling trend of what should rise says what it means."""
    assert results_html(made.rich()).count("people tire of it") == 1

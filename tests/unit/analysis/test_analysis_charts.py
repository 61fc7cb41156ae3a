"""Charts of results: what is drawn is what the table says, and what is suppressed is not drawn."""

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from scripts.locked import locked
from services.analysis.charts.canvas import FILLS, INK, PAPER, WIDTH
from services.analysis.charts.chart import Chart
from services.analysis.charts.figures import MOST_THEMES, charts
from services.analysis.charts.picture import charts_of
from services.analysis.report.page import page
from services.analysis.run import main
from services.shared.language import LANGUAGES, Language

ROOT = Path(__file__).parents[3]
WORDS = ROOT / "services" / "analysis" / "charts" / "words.json"
SVG = "{http://www.w3.org/2000/svg}"
MARGIN = 12
SUPPRESSED = {"ar": "محجوب", "en": "Suppressed"}
_STEERING = re.compile("[\u2066-\u2069]")
HOSTILE = (
    "<script>alert(1)</script>",
    "a & b ]]> <!-- -->",
    '"><img src=x onerror=1>',
    "nul \x00 bell \x07 escape \x1b[31m",
    "lone \ud800 surrogate \uffff",
    "\u202eturned\u202c \u2067left open",
    "$x^2$ \\frac{1}{2} $ % _ {",
    "two\nlines\tand\ra third",
    "حرف " * 75,
    "W" * 300,
)


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """The contract's example, with figures of every kind."""
    text = (ROOT / "services/analysis/contracts/examples/read_results.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)["200"]["both"]
    theme, group = found["themes"][0], found["participation"]["target_groups"][0]
    found["themes"] = [
        {**theme, "label": "buses", "size": 1250, "distinct": 400},
        {**theme, "size": 2000, "distinct": 30, "question_id": "q7"},
        {**theme, "label": "", "size": 60, "distinct": 60},
    ]
    found["by_channel"] = {"portal": 1800, "kiosk": 450}
    found["by_day"] = [
        {"day": "2026-12-01", "comments": 40, "distinct": 39},
        {"day": "2026-12-02", "comments": 400, "distinct": 50},
        {"day": "2026-12-05", "comments": 20, "distinct": 10},
    ]
    found["campaigns"][0]["by_day"] = [{"day": "2026-12-02", "comments": 350, "distinct": 1}]
    found["campaigns"].append({**found["campaigns"][0], "campaign_id": "second"})
    found["campaigns"][1]["by_day"] = [{"day": "2026-12-02", "comments": 7, "distinct": 2}]
    found["questions"][0] |= {"respondents": 1040, "suppressed": 2}
    found["questions"][0]["cells"] = [
        {"option": "yes", "count": 800, "percent": 76.9},
        {"option": "no", "count": 0, "percent": 0.0},
        {"option": "perhaps", "count": None, "percent": None},
        {"option": "later", "count": None, "percent": None},
        {"option": "partly", "count": 200, "percent": 19.2},
    ]
    women = {"participants": 30, "told": 100, "share": 0.3, "population_share": 0.5, "ratio": 0.6}
    far = {"participants": 60, "told": 100, "share": 0.6, "population_share": 0.24, "ratio": 2.5}
    found["participation"]["target_groups"] = [
        group,
        {**group, **women, "id": "women", "interval": [0.438, 0.792], "verdict": "under"},
        {**group, **far, "id": "old", "interval": [2.09, 2.88], "verdict": "over"},
        {**group, "id": "disabled", "asked_as": None},
        {**group, **women, "id": "farmers", "population_share": None, "ratio": None},
        {**group, "id": "sailors", "participants": 0, "told": 0},
    ]
    return found


@pytest.fixture(scope="module")
def pictures(results: dict[str, Any]) -> dict[str, str]:
    return charts_of(results)


def _chart(results: dict[str, Any], name: str, language: Language = "en") -> Chart:
    return next(chart for chart in charts(results, language) if chart.name == name)


def _texts(svg: str) -> list[str]:
    return [_plain(each.text or "") for each in ET.fromstring(svg).iter(f"{SVG}text")]


def _plain(text: str) -> str:
    return _STEERING.sub("", text)


def _told(svg: str) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """What is shown by pointing at each shape that stands for a figure, and its corners."""
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        title, path = group.find(f"{SVG}title"), group.find(f"{SVG}path")
        if title is not None and path is not None:
            numbers = [float(each) for each in re.findall(r"[\d.]+", path.attrib["d"])]
            yield _plain(title.text or ""), list(zip(numbers[::2], numbers[1::2], strict=True))


def _widths(svg: str) -> dict[str, float]:
    corners = {told: [x for x, _ in points] for told, points in _told(svg)}
    return {told: max(xs) - min(xs) for told, xs in corners.items()}


def test_every_kind_of_result_has_a_chart_in_both_languages(pictures: dict[str, str]) -> None:
    names = ("themes", "days", "channels", "languages", "question-1", "question-2", "participation")
    assert sorted(pictures) == sorted(f"{name}.{lang}.svg" for name in names for lang in LANGUAGES)


def test_a_chart_says_what_it_is_to_those_who_do_not_see_it(pictures: dict[str, str]) -> None:
    ids: list[str] = []
    for file, svg in pictures.items():
        root = ET.fromstring(svg)
        language = file.split(".")[1]
        title, desc = root[0], root[1]
        assert (title.tag, desc.tag) == (f"{SVG}title", f"{SVG}desc")
        assert root.attrib["role"] == "img"
        assert root.attrib["lang"] == language
        assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {desc.attrib['id']}"
        letters = r"[\u0621-\u064a]" if language == "ar" else "[a-z]"
        assert re.search(letters, title.text or "")
        assert len(re.findall(letters, desc.text or "")) > 20
        ids += [each.attrib["id"] for each in root.iter() if "id" in each.attrib]
    assert len(ids) == len(set(ids))


def test_every_reference_inside_a_chart_leads_somewhere(pictures: dict[str, str]) -> None:
    for svg in pictures.values():
        ids = {each.attrib["id"] for each in ET.fromstring(svg).iter() if "id" in each.attrib}
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= ids


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_and_the_drawing_have_the_same_figures(
    results: dict[str, Any], pictures: dict[str, str], language: Language
) -> None:
    for chart in charts(results, language):
        drawn = _texts(pictures[chart.file]) + [told for told, _ in _told(pictures[chart.file])]
        assert len(chart.head) == len(chart.table[0])
        for label, *cells in chart.table:
            assert any(label in text for text in drawn), label
            # What a question does not ask has no figure; the drawing says so once.
            figures = [cell for cell in cells if cell != "–"]
            if chart.by_day:
                said = [text.rpartition(": ")[2] for text in drawn if text.startswith(label)]
                assert [figure for figure in figures if figure != "0"] == [
                    figure for figure in said if figure not in ("0", label)
                ]
                continue
            for figure in figures:
                assert any(_plain(figure) in text for text in drawn), (chart.file, figure)
        of_table = " ".join(cell for row in chart.table for cell in row)
        for told, _ in _told(pictures[chart.file]):
            for figure in re.findall(r"\d[\d.,]*%?", told.rpartition(": ")[2]):
                assert figure in of_table


def test_a_bar_is_as_long_as_its_figure(pictures: dict[str, str]) -> None:
    widths = _widths(pictures["channels.en.svg"])
    assert widths["Portal: 1,800"] == pytest.approx(4 * widths["kiosk: 450"])
    widths = _widths(pictures["themes.ar.svg"])
    assert widths["buses: 1,250"] / widths["buses: 400"] == pytest.approx(1250 / 400)


def test_themes_come_by_size_both_ways_with_their_stability(
    results: dict[str, Any], pictures: dict[str, str]
) -> None:
    chart = _chart(results, "themes")
    assert [row.cells[:2] for row in chart.rows] == [
        ("2,000", "30"),
        ("1,250", "400"),
        ("60", "60"),
    ]
    assert chart.rows[2].label == "A theme without distinctive words"
    said = _texts(pictures["themes.en.svg"])
    assert said.count("Question: The comment's own text · Stability: Arabic: 0.91") == 2
    assert "Question: q7 · Stability: Arabic: 0.91" in said


def test_a_theme_has_the_title_that_an_officer_gave_it(results: dict[str, Any]) -> None:
    [theme, *_] = results["themes"]
    titled = [
        {**theme, "size": 9, "title": {"ar": "الحافلات", "en": "Bus routes"}},
        {**theme, "size": 8, "title": {"ar": "الطرق", "en": None}},
        {**theme, "size": 7, "title": None},
        {**theme, "size": 6},
    ]
    named = {
        language: [row.label for row in _chart({"themes": titled}, "themes", language).rows]
        for language in LANGUAGES
    }
    assert named["ar"] == ["الحافلات", "الطرق", "buses", "buses"]
    assert named["en"] == ["Bus routes", "buses", "buses", "buses"]


def test_of_very_many_themes_the_largest_are_drawn_and_the_others_counted(
    results: dict[str, Any],
) -> None:
    many = [{**results["themes"][0], "size": size} for size in range(1, MOST_THEMES + 8)]
    chart = _chart({"themes": many}, "themes")
    assert (len(chart.rows), chart.left_out) == (MOST_THEMES, 7)
    assert chart.rows[0].marks[0].value == MOST_THEMES + 7


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_suppressed_cell_is_said_and_not_drawn(
    pictures: dict[str, str], language: Language
) -> None:
    svg = pictures[f"question-1.{language}.svg"]
    drawn = {told.partition(": ")[0]: points for told, points in _told(svg)}
    assert drawn.keys() == {"yes", "no", "partly"}
    assert len({x for x, _ in drawn["no"]}) == 1
    texts = _texts(svg)
    assert texts.count(SUPPRESSED[language]) == 2
    assert texts.count("0 (0.0%)") == 1
    wholly = pictures[f"question-2.{language}.svg"]
    assert list(_told(wholly)) == []
    assert _texts(wholly).count(SUPPRESSED[language]) == 5
    assert SUPPRESSED[language] in _plain(ET.fromstring(wholly)[1].text or "")


def test_target_groups_lie_along_a_line_at_one(pictures: dict[str, str]) -> None:
    svg = pictures["participation.en.svg"]
    widths = _widths(svg)
    assert widths.keys() == {"women: 0.60 (0.44 – 0.79)", "old: 2.50 (2.09 – 2.88)"}
    unit = widths["old: 2.50 (2.09 – 2.88)"] / 2.5
    assert widths["women: 0.60 (0.44 – 0.79)"] == pytest.approx(0.6 * unit)
    dashed = [
        each for each in ET.fromstring(svg).iter(f"{SVG}path") if "dasharray" in str(each.attrib)
    ]
    upright = [re.findall(r"[\d.]+", each.attrib["d"])[0::2] for each in dashed]
    assert [float(x) for x in upright[-1]] == pytest.approx([MARGIN + unit] * 2, abs=1e-3)
    ends = [x for _, points in _intervals(svg) for x in points]
    assert ends == pytest.approx(
        [MARGIN + end * unit for end in (0.438, 0.792, 2.09, 2.88)], abs=1e-3
    )


def _intervals(svg: str) -> Iterator[tuple[float, tuple[float, float]]]:
    """Height and ends of every line in ink that is as thick as an interval's."""
    for path in ET.fromstring(svg).iter(f"{SVG}path"):
        if f"stroke: {INK}; stroke-width: 2" in path.attrib.get("style", ""):
            numbers = [float(each) for each in re.findall(r"[\d.]+", path.attrib["d"])]
            yield numbers[1], (min(numbers[::2]), max(numbers[::2]))


def test_a_group_without_a_ratio_says_why(results: dict[str, Any]) -> None:
    rows = {row.label: row for row in _chart(results, "participation").rows}
    assert {name: row.cells[0] for name, row in rows.items()} == {
        "youth": "Suppressed",
        "women": "0.60",
        "old": "2.50",
        "disabled": "Nothing asks for it",
        "farmers": "Population share not known",
        "sailors": "Nobody told",
    }
    drawn = [name for name, row in rows.items() if row.marks[0].value is not None]
    assert drawn == ["women", "old"]


def test_days_lie_in_their_place_in_time_and_show_what_campaigns_sent(
    pictures: dict[str, str],
) -> None:
    shapes = dict(_told(pictures["days.en.svg"]))
    middle = {
        told[:10]: sum(x for x, _ in points[:4]) / 4
        for told, points in shapes.items()
        if "All" in told
    }
    first, second, third = middle.values()
    assert third - second == pytest.approx(3 * (second - first), rel=1e-3)
    tops = {told: min(y for _, y in points) for told, points in shapes.items()}
    bottom = max(y for points in shapes.values() for _, y in points)
    height = bottom - tops["2026-12-02 · All: 400"]
    assert bottom - tops["2026-12-02 · Distinct texts: 50"] == pytest.approx(height * 50 / 400)
    letters = bottom - tops["2026-12-02 · In campaign letters: 357"]
    assert letters == pytest.approx(height * 357 / 400)
    assert not [told for told in shapes if told.startswith("2026-12-05 · In campaign")]


def test_arabic_reads_from_the_right(pictures: dict[str, str]) -> None:
    for file, svg in pictures.items():
        rtl = ".ar." in file
        root = ET.fromstring(svg)
        assert root.attrib["direction"] == ("rtl" if rtl else "ltr")
        starts = [
            float(each.attrib["x"])
            for each in root.iter(f"{SVG}text")
            if each.attrib["text-anchor"] == "start"
        ]
        assert (max if rtl else min)(starts) == (WIDTH - MARGIN if rtl else MARGIN)
        if "days" not in file:
            for _, points in _told(svg):
                assert points[0][0] == (WIDTH - MARGIN if rtl else MARGIN)
    first, *_, last = (points[0][0] for _, points in _told(pictures["days.ar.svg"]))
    assert first > last


def test_letters_stay_letters_in_a_font_that_the_reader_has(pictures: dict[str, str]) -> None:
    assert "المحاور حسب الحجم" in _texts(pictures["themes.ar.svg"])
    for svg in pictures.values():
        root = ET.fromstring(svg)
        assert root.attrib["font-family"].endswith("sans-serif")
        fonts = {each.attrib.get("font-family") for each in root.iter()} - {None}
        assert fonts == {root.attrib["font-family"]}
        assert "DejaVu" not in svg
        assert not set(re.findall(r"[\u0660-\u0669\u06f0-\u06f9]", "".join(_texts(svg))))


def test_colours_stand_out_and_are_not_alone(pictures: dict[str, str]) -> None:
    for colour in (INK, *(fill for fill, _ in FILLS)):
        assert (_light(PAPER) + 0.05) / (_light(colour) + 0.05) > 4.5
    assert len({stripes for _, stripes in FILLS}) == len(FILLS)
    striped = [told for told, svg in pictures.items() if "<pattern" in svg]
    assert {file.split(".")[0] for file in striped} == {"themes", "days"}


def _light(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_DIGEST = """
import hashlib, json, sys
from services.analysis.charts.picture import charts_of
found = json.dumps(charts_of(json.load(open(sys.argv[1]))))
print(hashlib.sha256(found.encode()).hexdigest())
"""


def test_the_same_results_give_the_same_bytes_whatever_a_user_has_set(
    results: dict[str, Any], pictures: dict[str, str], tmp_path: Path
) -> None:
    before = copy.deepcopy(results)
    assert charts_of(results) == pictures
    assert results == before
    (tmp_path / "results.json").write_text(json.dumps(results), "utf-8")
    (tmp_path / "matplotlibrc").write_text(
        "lines.linestyle: :\nhatch.linewidth: 7\nfont.size: 30\n"
    )
    said = set()
    for seed, setting in (("1", {}), ("2", {"MATPLOTLIBRC": str(tmp_path / "matplotlibrc")})):
        environment = {**os.environ, "PYTHONHASHSEED": seed, **setting}
        command = [sys.executable, "-c", _DIGEST, str(tmp_path / "results.json")]
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True
        )
        said.add(done.stdout)
    assert len(said) == 1


def test_nothing_that_people_wrote_breaks_a_chart(results: dict[str, Any]) -> None:
    hostile = copy.deepcopy(results)
    theme = hostile["themes"][0]
    hostile["themes"] = [
        {**theme, "label": text, "question_id": text, "title": {"ar": text, "en": None}}
        for text in HOSTILE
    ]
    hostile["by_channel"] = dict.fromkeys(HOSTILE, 5)
    hostile["by_language"] = dict.fromkeys(HOSTILE, 5)
    cell = hostile["questions"][0]["cells"][0]
    hostile["questions"] = [
        {**hostile["questions"][0], "question_id": text, "cells": [{**cell, "option": text}]}
        for text in HOSTILE
    ]
    group = hostile["participation"]["target_groups"][1]
    hostile["participation"]["target_groups"] = [{**group, "id": text} for text in HOSTILE]
    drawn = charts_of(hostile)
    tags: set[str] = set()
    for svg in drawn.values():
        root = ET.fromstring(svg.encode("utf-8"))
        tags |= {each.tag.removeprefix(SVG) for each in root.iter()}
        assert not any(len(text) > 200 for text in _texts(svg))
        assert "\u202e" not in svg
    assert tags == {"svg", "title", "desc", "g", "defs", "path", "text", "pattern", "rect"}
    assert "<script>alert(1)</script>" in _texts(drawn["themes.en.svg"])
    assert any("$x^2$ \\frac{1}{2}" in text for text in _texts(drawn["channels.ar.svg"]))
    html = page({**hostile, "themes": []}, digest="0", pictures=drawn)
    assert "<script" not in html


@pytest.mark.parametrize("participation", [None, {"by": {}, "target_groups": []}])
def test_where_there_is_nothing_there_is_no_chart(participation: dict[str, Any] | None) -> None:
    empty = {
        **dict.fromkeys(("themes", "by_day", "questions", "campaigns"), ()),
        "by_channel": {},
        "by_language": {},
        "participation": participation,
    }
    assert charts_of(empty) == {}
    assert charts_of({}) == {}


def test_days_and_channels_of_nothing_but_zeros_are_drawn() -> None:
    day = {"day": "2026-12-02", "comments": 0, "distinct": 0}
    drawn = charts_of({"by_day": [day], "by_channel": {"web": 0}})
    assert "0" in _texts(drawn["channels.en.svg"])
    assert "nan" not in "".join(drawn.values()).lower()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] and self.tags[-1] in ("td", "th"):
            self.cells[-1] += data.strip()


def test_the_report_has_each_chart_and_then_its_table(
    results: dict[str, Any], pictures: dict[str, str]
) -> None:
    html = page(results, digest="0", pictures=pictures)
    seen = _Page()
    seen.feed(html)
    order = [tag for tag in seen.tags if tag in ("svg", "details")]
    assert order == ["svg", "details"] * len(pictures)
    assert len(seen.ids) == len(set(seen.ids))
    assert not {"script", "img", "link", "iframe"} & set(seen.tags)
    assert "href=" not in html.replace('href="#en"', "")
    for language in LANGUAGES:
        for chart in charts(results, language):
            assert pictures[chart.file] in html
            for row in chart.table:
                cells = [_plain(cell) for cell in row]
                assert "\n".join(cells) in "\n".join(map(_plain, seen.cells)), row


def test_a_file_on_a_laptop_has_its_charts_beside_the_report(tmp_path: Path) -> None:
    file, out = tmp_path / "comments.csv", tmp_path / "out"
    file.write_text("text\n" + "\n".join(["More buses", "حافلات أكثر", "Trees"] * 4), "utf-8")
    assert main([str(file), "--text-column", "text", "--out", str(out)]) == 0
    results = json.loads((out / "results.json").read_bytes())
    written = {path.name: path.read_text("utf-8") for path in (out / "charts").iterdir()}
    assert written == charts_of(results)
    assert "languages.ar.svg" in written
    html = (out / "report.html").read_text("utf-8")
    assert all(svg in html for svg in written.values())


def test_only_who_draws_carries_what_draws() -> None:
    imported = "import sys, services.analysis.charts.picture; print('matplotlib' in sys.modules)"
    command = [sys.executable, "-c", imported]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert "matplotlib==" in locked("--only-group", "charts")
    for group in ("analysis", "intake", "outreach", "calendar"):
        assert "matplotlib==" not in locked("--only-group", group)
    assert "matplotlib==" not in locked("--no-dev")


def test_every_word_is_there_in_both_languages_and_used() -> None:
    words = json.loads(WORDS.read_text("utf-8"))
    code = "".join(path.read_text("utf-8") for path in WORDS.parent.glob("*.py"))
    for name, texts in words.items():
        assert texts.keys() == set(LANGUAGES)
        assert all(text.strip() for text in texts.values())
        assert name.startswith("name_") or re.search(f"[\"']{name}[\"']", code), name

"""Charts as accessible SVG: words in their place, a name, a description, a role."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET  # nosec B405

from services.analysis.charts.canvas import INK, PAPER
from services.analysis.charts.chart import Chart
from services.analysis.charts.drawing import drawn
from services.analysis.charts.figures import all_charts

SVG = "image/svg+xml"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_FONTS = "system-ui, sans-serif"
_TO_ID = re.compile(r"(?<=url\(#)")
_TOLD = re.compile(r"t(\d+)")
_SIZE = re.compile(r"font(?:-size)?: [^;]*?([0-9.]+)px")
_LEFT_OUT = ("metadata", "style")
"""The style would hold for all drawings of a page; it stands at the group instead."""
_JOINS = {"stroke-linejoin": "round", "stroke-linecap": "butt"}


def charts_of(results: Mapping[str, Any]) -> dict[str, str]:
    """SVG of every chart that results have figures for, by file name, e.g. ``themes.ar.svg``.

    The same results give the same text, to the byte.
    """
    return {chart.file: picture(chart) for chart in all_charts(results)}


def chart_of(results: Mapping[str, Any], file: str) -> str | None:
    """SVG of one chart by its file name; ``None`` if results have no such chart."""
    return next((picture(chart) for chart in all_charts(results) if chart.file == file), None)


def picture(chart: Chart) -> str:
    """SVG of a chart, as a file and as it may stand in a page beside others."""
    drawing, texts = drawn(chart)
    # What we have just drawn ourselves, from numbers alone.
    found = ET.fromstring(drawing)  # noqa: S314  # nosec B314
    name = f"{chart.name}-{chart.language}"
    root = ET.Element("svg", _attributes_of_root(chart, name, found.attrib["viewBox"]))
    for tag, text in (("title", chart.title), ("desc", chart.about)):
        ET.SubElement(root, tag, {"id": f"{name}-{tag}"}).text = text
    body = ET.SubElement(root, "g", _JOINS)
    body.extend(_copies(found, texts=texts, name=name))
    return ET.tostring(root, encoding="unicode") + "\n"


def _attributes_of_root(chart: Chart, name: str, view: str) -> dict[str, str]:
    _, _, width, height = view.split()
    return {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": view,
        "width": width,
        "height": height,
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-desc",
        "lang": chart.language,
        _XML_LANG: chart.language,
        "direction": "rtl" if chart.language == "ar" else "ltr",
        "font-family": _FONTS,
    }


def _copies(element: ET.Element, *, texts: Sequence[str], name: str) -> list[ET.Element]:
    """What is in an element, with its words, and with ids that no other drawing has."""
    kept = (child for child in element if _bare(child.tag) not in _LEFT_OUT)
    return [_copy(child, texts=texts, name=name) for child in kept]


def _copy(element: ET.Element, *, texts: Sequence[str], name: str) -> ET.Element:
    tag = _bare(element.tag)
    if tag == "text":
        copy = ET.Element(tag, _attributes_of_text(element))
        copy.text = texts[int(element.text or "")]
        return copy
    copy = ET.Element(tag, {key: _TO_ID.sub(f"{name}-", value) for key, value in element.items()})
    if "id" in element.attrib:
        copy.set("id", f"{name}-{element.attrib['id']}")
        if told := _TOLD.fullmatch(element.attrib["id"]):
            ET.SubElement(copy, "title").text = texts[int(told[1])]
    copy.extend(_copies(element, texts=texts, name=name))
    return copy


def _attributes_of_text(element: ET.Element) -> dict[str, str]:
    """Place, size and anchor, and an edge against the lines behind; the font is the reader's."""
    style = element.attrib["style"]
    size = _SIZE.search(style)
    return {
        "x": element.attrib["x"],
        "y": element.attrib["y"],
        "font-size": size[1] if size else "13",
        "text-anchor": "middle" if "text-anchor: middle" in style else "start",
        "fill": INK,
        "stroke": PAPER,
        "stroke-width": "3",
        "paint-order": "stroke",
    }


def _bare(name: str) -> str:
    return name.rpartition("}")[2]

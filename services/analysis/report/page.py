"""The report: one page in Arabic and English that needs neither script nor network."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from services.analysis.charts.figures import charts
from services.shared.language import LANGUAGES

_MOST = 50
"""Themes and campaigns on the page; ``results.json`` has all."""


def page(results: dict[str, Any], *, digest: str, pictures: Mapping[str, str]) -> str:
    """HTML of results (``results.json``), whose SHA-256 is told on it.

    Parameters
    ----------
    pictures : mapping
        The results' charts, as `services.analysis.charts.picture.charts_of` gives them; they stand
        in the page itself, each before the table that says the same.
    """
    words = json.loads(_file("words.json"))
    said = {lang: {name: each[lang] for name, each in words.items()} for lang in LANGUAGES}
    drawn = {lang: charts(results, lang) for lang in LANGUAGES}
    parts = {chart.part for each in drawn.values() for chart in each}
    shown = {"charts": drawn, "parts": parts, "pictures": pictures}
    return str(_template().render(results=results, digest=digest, most=_MOST, **shown, **said))


@cache
def _template() -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_file),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    return environment.get_template("page.html.j2")


def _file(name: str) -> str:
    return resources.files("services.analysis.report").joinpath(name).read_text(encoding="utf-8")

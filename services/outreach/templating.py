"""The templates of mails, pages and text messages; what becomes HTML is escaped."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from services.shared.lines import one_line


def render(template: str, **texts: Any) -> str:
    """Text of a template, e.g. ``render("mail/published.txt", …)``."""
    return str(_environment().get_template(template).render(texts))


@cache
def _environment() -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"one_line": one_line, "in_link": _in_link}
    return environment


def _in_link(address: str) -> str:
    """Mail address as ``mailto:`` has it: nothing in it begins a subject, a copy or a body."""
    return quote(address, safe="@")

"""The templates of mails, pages and text messages; what becomes HTML is escaped."""

from functools import cache
from pathlib import Path
from typing import Any


def render(template: str, **texts: Any) -> str:
    """Text of a template, e.g. ``render("mail/published.txt", …)``."""
    return str(_environment().get_template(template).render(texts))


@cache
def _environment() -> Any:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

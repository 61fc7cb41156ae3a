"""The templates of mails, pages and text messages; what becomes HTML is escaped."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from services.shared.lines import one_line


class TemplateFailed(Exception):
    """A template cannot be filled with what it was given: it must be put right first.

    Attributes
    ----------
    template : str
        Its name.
    """

    def __init__(self, template: str) -> None:
        self.template = template
        super().__init__(template)


def render(template: str, **texts: Any) -> str:
    """Text of a template, e.g. ``render("published.txt", …)``.

    Raises
    ------
    TemplateFailed
        If there is no such template, or it lacks something.
    """
    import jinja2

    try:
        return str(environment().get_template(template).render(texts))
    except jinja2.TemplateError as error:
        raise TemplateFailed(template) from error


@cache
def environment() -> Any:
    """The templates, as jinja2 has them."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"one_line": one_line, "in_link": _in_link}
    return made


def _in_link(address: str) -> str:
    """Mail address as ``mailto:`` has it: nothing in it begins a subject, a copy or a body."""
    return quote(address, safe="@")

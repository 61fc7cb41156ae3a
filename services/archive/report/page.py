"""The pages: an HTML report without script or network, a data card, the licence; Arabic first."""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from services.shared.language import LANGUAGES
from services.shared.lines import one_line

REPORT, CARD, LICENCE = "report.html", "DATACARD.md", "LICENCE.txt"
TEMPLATES = {REPORT: "page.html.j2", CARD: "datacard.md.j2", LICENCE: "licence.txt.j2"}
_MOST = 50
"""Themes in the report; ``results.json`` has all."""
_MARKS = re.compile(r"[\\`*_\[\]]")
_Words = Mapping[str, str]


def pages(told: Mapping[str, Any], *, head: Mapping[str, Any], licence_url: str) -> dict[str, str]:
    """Text of each page by its path.

    Parameters
    ----------
    told : mapping
        What there is to tell, as `services.archive.report.facts` reads it.
    head : mapping
        The record's header.
    """
    words = json.loads(_file("words.json"))
    said: dict[str, _Words] = {
        lang: {name: each[lang] for name, each in words.items()} for lang in LANGUAGES
    }
    card = _card(told, head=head, licence_url=licence_url)
    beside = {"head": head, "licence_url": licence_url, "most": _MOST, "card": card}
    given: dict[str, Any] = {**told, **said, **beside}
    return {path: _template(name).render(**given) for path, name in TEMPLATES.items()}


def _card(
    told: Mapping[str, Any], *, head: Mapping[str, Any], licence_url: str
) -> Callable[[_Words], list[tuple[str, str]]]:
    """What the data card says in a language, by heading."""
    topic = told["topic"]
    times, contact = topic.get("timetable", {}), topic.get("contact", {})

    def said(t: _Words) -> list[tuple[str, str]]:
        screened = t[topic.get("publication_mode", "pre")]
        edition = f"{t['edition']} {head['edition']}"
        return [
            (t["card_what"], t["card_what_text"]),
            (t["identifier"], f"{head['topic_id']} r{head['round']} ({edition})"),
            (t["agency"], topic["agency"]),
            *((t[name], instant(times.get(name, ""))) for name in ("opens_at", "closes_at")),
            (t["sealed_at"], instant(head["sealed_at"])),
            (t["collected"], f"{_asked_how(topic, t)} {t['collected_text']}"),
            (t["moderated_how"], f"{screened} {t['moderated_text']}"),
            (t["limits"], t["limits_text"]),
            (t["suppression"], t["suppression_text"]),
            (t["languages"], t["languages_text"]),
            (t["licence"], f"{licence_url} {t['licence_credit']}"),
            (t["contact"], str(contact.get("email", ""))),
            (t["verify"], t["verify_text"]),
        ]

    return said


def _asked_how(topic: Mapping[str, Any], t: _Words) -> str:
    """Who could take part, and under which name."""
    open_to, names = topic.get("participation", "open"), topic.get("author_names", "optional")
    named = t["names_none"] if names == "none" else t[names]
    return f"{t['participation']}: {t[open_to]}. {t['author_names']}: {named}."


def instant(text: str) -> str:
    """An RFC 3339 instant in UTC as people read it, to the minute."""
    return f"{text[:16].replace('T', ' ')} UTC" if text else ""


def percent(share: Any) -> str:
    """A share as a percentage; nothing where there is none."""
    return f"{100 * share:.1f} %" if isinstance(share, int | float) else ""


def inline(text: str) -> str:
    """A text in one line of Markdown, where HTML, links and emphasis would be obeyed."""
    plain = one_line(text).replace("&", "&amp;").replace("<", "&lt;")
    return _MARKS.sub(r"\\\g<0>", plain)


@cache
def _template(name: str) -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_file),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html.j2",)),
        # A topic that was withdrawn has neither results nor decision.
        undefined=jinja2.ChainableUndefined,
        trim_blocks=True,
    )
    environment.filters |= {
        "instant": instant,
        "percent": percent,
        "one_line": one_line,
        "inline": inline,
    }
    return environment.get_template(name)


def _file(name: str) -> str:
    return resources.files("services.archive.report").joinpath(name).read_text(encoding="utf-8")

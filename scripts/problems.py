"""Write docs/problems.md, the catalogue of problem types and codes; ``--check`` only compares.

``python -m scripts.problems [--check]``
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.generated import keep
from scripts.openapi.declared import ROOT
from scripts.openapi.raised import Raised, by_slug, catalogue, codes_told
from scripts.openapi.responses import problem_types, titles

TARGET = ROOT / "docs" / "problems.md"
_HEAD = """# Problems: what the API refuses, and what to do about it

Every refusal is a problem document (RFC 9457, `application/problem+json`) in the caller's language
(`Accept-Language`; Arabic unless English is preferred):

```json
{"type": "/problems/invalid", "title": "…", "status": 422, "code": "invalid", "detail": "…",
 "instance": "/v1/topics",
 "errors": [{"field": "/timetable/closes_at", "code": "before_opening", "message": "…"}]}
```

Programs go by `type` and `code`, which never change their meaning: `code` tells which case of the
type it is, and is the type's own name where there is nothing more to tell. `errors` has all the
faults at once (the first 500, should there be more), each with a JSON pointer into the body and a
code of its own; where a name in the body is no name but a text, the pointer ends before it. `GET
<type>`, e.g. `GET /problems/invalid`, tells what stands here. What the gateway refuses by itself
(no or a bad token where sign-in is required: 401; too many requests: 429; more than 10 MB: 413) has
the body `{"message": "…"}`. So has the firewall's 429, where one stands in front; what else it
stops is answered 403 with a page of CloudFront's.

This page is made from `services/shared/problem_types.json`, the services' `messages.json` and the
code that raises them: `python -m scripts.problems`.
"""
_COLUMNS = "| code | service | بالعربية | in English |\n|---|---|---|---|"


def page() -> str:
    """The catalogue as Markdown."""
    codes = by_slug(codes_told())
    sections = (
        "\n".join(_section(slug, entry, codes.get(slug, [])))
        for slug, entry in problem_types().items()
    )
    return "\n".join([_HEAD, *sections])


def _section(slug: str, entry: dict[str, Any], codes: list[Raised]) -> Iterator[str]:
    title = titles()[slug]
    yield f"## `/problems/{slug}` ({entry['status']})\n"
    for language in ("ar", "en"):
        told = f"**{title[language]}** {entry['meaning'][language]} {entry['advice'][language]}"
        yield f"{_escaped(told)}\n"
    if codes:
        yield _COLUMNS
        yield from (_row(each) for each in codes)
        yield ""


def _row(raised: Raised) -> str:
    texts = catalogue(raised.service)[raised.code]
    service = "all" if raised.service == "shared" else raised.service
    shown = (_escaped(texts[language]) for language in ("ar", "en"))
    return f"| `{raised.code}` | {service} | {' | '.join(shown)} |"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("{", "‹").replace("}", "›")


def main(arguments: list[str], *, target: Path = TARGET) -> int:
    """Write or check the catalogue; 1 if a check finds drift."""
    return keep(target, page(), arguments, program="scripts.problems")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

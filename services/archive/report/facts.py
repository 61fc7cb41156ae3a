"""What the report tells, read from the files of the record that it is part of."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.archive.bodies import Bodies, rows_of
from services.archive.model.paths import (
    COUNTS,
    DECISION,
    DECISIONS,
    DELIVERIES,
    REPORT,
    RESULTS,
    TIMELINE,
    TOPIC,
)
from services.archive.model.record import JSON_LINES
from services.archive.model.schemas import schema_path, table_path

_UNTOLD = {"comment_ids", "citing", "quotes", "variation", "by_day", "terms"}
"""Members of results of which the report says nothing; of millions of comments, most of them."""
_DOCUMENTS = {
    "topic": TOPIC,
    "counts": COUNTS,
    "moderation": REPORT,
    "results": RESULTS,
    "decision": DECISION,
}


def facts(files: Bodies) -> dict[str, Any]:
    """Documents and rows by name, and the files; what is not there is empty."""
    told = {name: _document(files, path) for name, path in _DOCUMENTS.items()}
    topic = told["topic"]
    questions = topic.get("questions", ())
    return {
        **told,
        "asked": {each["id"]: each["text"] for each in questions},
        "options": {each["id"]: _texts(each.get("options", ()), "text") for each in questions},
        "groups": _texts(topic.get("target_groups", ()), "label"),
        "timeline": list(_rows(files, TIMELINE)),
        "decisions": list(_rows(files, DECISIONS)),
        "deliveries": latest(_rows(files, DELIVERIES)),
        "files": list(_listed(files)),
    }


def latest(deliveries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of several outcomes of a notice, occasion and channel the later one, which holds."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in deliveries:
        found[tuple(row.get(name) for name in ("notice", "occasion", "channel"))] = row
    return list(found.values())


def _document(files: Bodies, path: str) -> dict[str, Any]:
    if path not in files:
        return {}
    return dict(json.loads(b"".join(files[path]()), object_pairs_hook=_told))


def _told(members: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in members if name not in _UNTOLD}


def _rows(files: Bodies, path: str) -> Iterator[dict[str, Any]]:
    return rows_of(files[path]) if path in files else iter(())


def _texts(entries: Iterable[Mapping[str, Any]], member: str) -> dict[str, Any]:
    return {entry["id"]: entry[member] for entry in entries}


def _listed(files: Bodies) -> Iterator[dict[str, str | None]]:
    for path in sorted(files):
        table = table_path(path) if path.endswith(JSON_LINES) else None
        yield {"path": path, "table": table, "schema": schema_path(path)}

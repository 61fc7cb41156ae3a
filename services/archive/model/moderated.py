"""Whether the report on moderation says of its cases what their rows do, counted again.

It is a check of `services.archive.model.soundness`: it says what it looked at, and raises `Broken`
at the first thing that is wrong. Where readers brought a case to the queue again its row has the
last decision alone, and the report counts each; then the rows are the least that it may say.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from services.archive.model.links import LOG
from services.archive.model.opened import Opened
from services.archive.model.reading import Broken
from services.archive.model.tallies import COUNTS

REPORT = "moderation/report.json"
_BY_LANGUAGE = ("outcomes", "decisions", "appeals", "repeats", "flagged", "withdrawn", "undecided")


def moderation(record: Opened) -> str:
    """The report adds up to its log, to the comments' counts, and by language to itself."""
    told = record.document(REPORT) if REPORT in record.names else None
    if not told or LOG not in record.names:
        return "0 figures"
    for name in ("topic_id", "round"):
        if told[name] != record.manifest[name]:
            raise Broken(REPORT, f"of another {name}, {told[name]}")
    rows = list(record.rows(LOG))
    again = bool(told["flagged"] or any(row["flags"] for row in rows))
    looked = 0
    for name, says, found in _figures(told, rows):
        looked += 1
        if says < found or (says > found and not again):
            raise Broken(REPORT, f"{name}: says {says}, the log has {found}")
    _comments_add_up(record, told["comments"])
    _languages_add_up(told)
    return f"{looked} figures"


def _figures(told: Mapping[str, Any], rows: list[dict[str, Any]]) -> Iterator[tuple[str, int, int]]:
    """Figures by name: what the report says, and what the rows come to."""
    cases = [row for row in rows if row["case_id"] is not None]
    decided = [row for row in cases if row["decision"] is not None]
    outcomes = told["outcomes"]
    ruled = sum(row["origin"] == "rules" for row in cases)
    yield "outcomes", outcomes["hold"] + outcomes["publish-and-review"], ruled
    yield "redact-and-publish", outcomes["redact-and-publish"], len(rows) - len(cases)
    yield "flagged", told["flagged"], sum(row["origin"] == "flags" for row in cases)
    yield "repeats", told["repeats"], sum(row["decided_by"] == "rules" for row in decided)
    doubts = Counter(code for row in rows if row["origin"] == "rules" for code in row["reasons"])
    yield from ((f"reason {code}", told["reasons"].get(code, 0), doubts[code]) for code in doubts)
    yield "reasons", sum(told["reasons"].values()), doubts.total()
    people = Counter(row["decision"] for row in decided if row["decided_by"] == "moderator")
    yield from ((verb, told["decisions"].get(verb, 0), people[verb]) for verb in sorted(people))
    yield "decisions", sum(told["decisions"].values()), people.total()
    grounds = Counter(row["reason_code"] for row in decided if row["decision"] != "publish")
    del grounds[None]
    yield from ((f"ground {code}", told["grounds"].get(code, 0), grounds[code]) for code in grounds)
    yield "grounds", sum(told["grounds"].values()), grounds.total()
    yield "appeals", told["appeals"]["lodged"], sum(row["appealed_at"] is not None for row in cases)
    settled = told["appeals"]["upheld"] + told["appeals"]["overturned"]
    yield "appeals settled", settled, sum(row["settled_at"] is not None for row in cases)


def _comments_add_up(record: Opened, told: Mapping[str, int]) -> None:
    counts = record.document(COUNTS)
    # What is still in screening the report does not count, as nobody looked at it.
    either_way = len(record.changed) + counts.get("screening", 0)
    for name, says in told.items():
        counted = counts.get(name, 0)
        if abs(says - counted) > either_way:
            raise Broken(REPORT, f"comments: says {says} {name}, {COUNTS} says {counted}")


def _languages_add_up(told: Mapping[str, Any]) -> None:
    for name in _BY_LANGUAGE:
        found: Counter[str] = Counter()
        for part in told["languages"].values():
            found.update(part[name] if isinstance(part[name], dict) else {"": part[name]})
        total = told[name] if isinstance(told[name], dict) else {"": told[name]}
        for key, says in total.items():
            if found[key] != says:
                label = f"{name} {key}".strip()
                raise Broken(REPORT, f"{label}: says {says}, its languages {found[key]}")

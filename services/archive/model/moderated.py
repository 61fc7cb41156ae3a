"""Whether the report on moderation says of its cases what their rows do, counted again.

It is a check of `services.archive.model.soundness`: it says what it looked at, and raises `Broken`
at the first thing that is wrong. Where readers brought a case to the queue again its row has the
last decision alone, and the report counts each; then the rows are the least that it may say.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from services.archive.model.opened import Opened
from services.archive.model.paths import COUNTS, LOG, REPORT
from services.archive.model.reading import Broken

_AGAIN = "brought back"
_BY_LANGUAGE = ("outcomes", "decisions", "appeals", "repeats", "flagged", "withdrawn", "undecided")


def moderation(record: Opened) -> str:
    """The report adds up to its log, to the comments' counts, and by language to itself."""
    told = record.document(REPORT) if REPORT in record.names else None
    if not told or LOG not in record.names:
        return "0 figures"
    for name in ("topic_id", "round"):
        if told[name] != record.manifest[name]:
            raise Broken(REPORT, f"of another {name}, {told[name]}")
    found = Counter(label for row in record.rows(LOG) for label in _counted(row))
    record.reading = REPORT
    says = dict(_told(told))
    flagged = found.pop(_AGAIN, 0)
    again = bool(told["flagged"] or flagged)
    for label in sorted({*says, *found}):
        figure = says.get(label, 0)
        if figure < found[label] or (figure > found[label] and not again):
            raise Broken(REPORT, f"{label}: says {figure}, the log has {found[label]}")
    _comments_add_up(record, told["comments"])
    _languages_add_up(told)
    return f"{len(says)} figures"


def _counted(row: Mapping[str, Any]) -> Iterator[str]:
    """Figures of the report in which a row counts."""
    if row["flags"]:
        yield _AGAIN
    if row["origin"] == "rules":
        yield from (f"reasons {code}" for code in row["reasons"])
    if row["case_id"] is None:
        yield "redact-and-publish"
        return
    yield "flagged" if row["origin"] == "flags" else "outcomes"
    if row["decision"] is not None:
        yield f"decisions {row['decision']}" if row["decided_by"] == "moderator" else "repeats"
        if row["decision"] != "publish" and row["reason_code"] is not None:
            yield f"grounds {row['reason_code']}"
    if row["appealed_at"] is not None:
        yield "appeals"
    if row["settled_at"] is not None:
        yield "appeals settled"


def _told(report: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The same figures, as the report says them."""
    outcomes, appeals = report["outcomes"], report["appeals"]
    yield "outcomes", outcomes["hold"] + outcomes["publish-and-review"]
    yield "redact-and-publish", outcomes["redact-and-publish"]
    yield "appeals", appeals["lodged"]
    yield "appeals settled", appeals["upheld"] + appeals["overturned"]
    yield from ((name, report[name]) for name in ("flagged", "repeats"))
    for name in ("reasons", "decisions", "grounds"):
        yield from ((f"{name} {key}", count) for key, count in report[name].items())


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

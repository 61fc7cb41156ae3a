"""Whether what files of a record say of each other is so.

Each function is a check of `services.archive.model.soundness`: it says what it looked at, and
raises `Broken` at the first thing that is wrong.
"""

from collections.abc import Mapping
from typing import Any

from services.archive.model.opened import Opened
from services.archive.model.paths import (
    CORRECTIONS,
    DECISION,
    DELIVERIES,
    DISPOSITIONS,
    LOG,
    NOTICES,
)
from services.archive.model.reading import Broken

_POSTED = frozenset({"web", "atom"})
_DECIDED = frozenset({"published", "rejected"})


def replies(record: Opened) -> str:
    """Each reply is to a comment of the record that came before it."""
    looked = 0
    for path in record.shards():
        for row in record.rows(path):
            parent_id = row.get("parent_id")
            if (row.get("kind") == "reply") != (parent_id is not None):
                raise Broken(path, f"comment {row['comment_id']}: a reply to nothing, or none")
            if parent_id is None:
                continue
            looked += 1
            if parent_id not in record.comments:
                why = f"comment {row['comment_id']} replies to {parent_id}, which is not there"
                raise Broken(path, why)
            if str(record.comments[parent_id].received_at) > row["received_at"]:
                why = f"comment {row['comment_id']} replies to {parent_id}, which came later"
                raise Broken(path, why)
    return f"{looked} replies"


def clauses(record: Opened) -> str:
    """Each clause that an answer cites is one of the decision."""
    decision = record.document(DECISION) if DECISION in record.names else {}
    known = {clause["id"] for clause in decision.get("clauses", [])}
    looked = 0
    for path in (DISPOSITIONS, CORRECTIONS):
        for row in record.rows(path):
            for clause_id in row.get("clause_ids", []):
                looked += 1
                if clause_id not in known:
                    raise Broken(path, f"clause {clause_id} is not in the decision")
    return f"{looked} clauses"


def cases(record: Opened) -> str:
    """Each comment in the log of moderation is in the record, and is as was decided of it last.

    What was decided while the record's files were gathered may be in one of the two files alone.
    """
    looked = 0
    for row in record.rows(LOG, "comment_id"):
        looked += 1
        found = record.comments.get(row["comment_id"])
        if found is None:
            raise Broken(LOG, f"comment {row['comment_id']} is not in the record")
        if found.status not in _DECIDED or row["comment_id"] in record.changed_late:
            continue
        decision = row.get("final_decision") or row.get("decision")
        if decision is not None and (decision == "reject") != (found.status == "rejected"):
            why = f"comment {row['comment_id']}: the decision was {decision}, it is {found.status}"
            raise Broken(LOG, why)
    return f"{looked} cases"


def notices(record: Opened) -> str:
    """Each notice that was delivered to page or feed is there, and each that is was delivered."""
    posted: set[tuple[str, ...]] = {
        (row["notice"], _occasion(row), row["channel"]) for row in record.rows(NOTICES)
    }
    told: set[tuple[str, ...]] = set()
    sent: set[tuple[str, ...]] = set()
    for row in record.rows(DELIVERIES):
        named = (row["notice"], row["occasion"], row["channel"])
        told.add(named)
        if row["outcome"] == "sent" and row["channel"] in _POSTED:
            sent.add(named)
        # Who complained was told all the same.
        if sum(row["reasons"].values()) > row["recipients"] + row["failed"] + row["unknown"]:
            raise Broken(DELIVERIES, f"{_shown(named)}: more reasons than people")
    for notice in sorted(posted - told):
        raise Broken(NOTICES, f"{_shown(notice)}: of no delivery")
    for notice in sorted(sent - posted):
        raise Broken(DELIVERIES, f"{_shown(notice)}: not among the notices")
    return f"{len(told)} deliveries"


def _occasion(notice: Mapping[str, Any]) -> str:
    """What tells a notice apart from others of its kind: the end of its id in the feed."""
    return str(notice["entry_id"]).rpartition(f"/{notice['notice']}")[2].removeprefix("/")


def _shown(named: tuple[str, ...]) -> str:
    return " ".join(each for each in named if each)

"""The items of the moderation table and their keys; for `store` alone.

``C#<case>``: ``case`` (the row, with the text; or a `tombstone`), ``A#<round>#<version>`` (audit,
one per decision). ``T#<topic>``: ``R#<round>`` (what the round was screened with).
``T#<topic>#<round>``:
``counts#<stripe>`` (counters, striped so that writers do not meet). ``T#<topic>#<round>#<stripe>``:
``L#<opened at>#<case>`` (log row of a case, no text), ``M#<comment>`` (log row of a comment that
the rules masked). Sparse index ``queue``: undecided cases under ``Q#<status>``, log rows of cases
under ``Q#decided#<topic>`` or ``Q#undecided#<topic>``, both by ``<opened at>#<case>``.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.moderation.events import ModerationDecided
from services.moderation.model.case import DONE, Case
from services.moderation.model.reasons import ReasonCode
from services.moderation.model.report import (
    counts_of_case,
    counts_of_redaction,
    counts_of_ruling,
    counts_of_withdrawal,
)
from services.moderation.model.ruling import Ruling
from services.shared import clock
from services.shared.events import audit
from services.shared.table import Item, Put, Update

ROW = "case"
STRIPES = 16
KEYS = frozenset({"pk", "sk", "queue_pk", "queue_sk"})


@dataclass(frozen=True, kw_only=True)
class Redaction:
    """A comment that the rules masked and published."""

    topic_id: str
    round: int
    comment_id: str
    codes: tuple[ReasonCode, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Items that are new together, and where what they count is added up."""

    puts: tuple[Put, ...]
    counts: Mapping[str, int]
    counts_pk: str
    stripe: int


def case_pk(case_id: str) -> str:
    """Partition of a case."""
    return f"C#{case_id}"


def round_pk(topic_id: str, round_: int) -> str:
    """Partition of a round's counters."""
    return f"T#{topic_id}#{round_:03d}"


def log_pk(topic_id: str, round_: int, stripe: int) -> str:
    """Partition of one stripe of a round's log."""
    return f"{round_pk(topic_id, round_)}#{stripe:02d}"


def counts_key(stripe: int) -> str:
    """Sort key of one stripe of a round's counters."""
    return f"counts#{stripe:02d}"


def queue_pk(status: str, topic_id: str | None = None) -> str:
    """Partition of the queue index."""
    return f"Q#{status}#{topic_id}" if topic_id else f"Q#{status}"


def place(case: Case) -> str:
    """Where a case stands in any queue: by its opening, oldest first."""
    return f"{clock.to_text(case.opened_at)}#{case.case_id}"


def tombstone(case_id: str, *, at: datetime) -> Put:
    """What stands in a case's place if its comment was withdrawn before it was opened."""
    return Put(item={"pk": case_pk(case_id), "sk": ROW, "withdrawn_at": clock.to_text(at)})


def case_of(item: Item) -> Case | None:
    """Case of its row; ``None`` if there is but a tombstone."""
    if "case_id" not in item:
        return None
    return Case.model_validate({name: v for name, v in item.items() if name not in KEYS})


def opened(case: Case) -> Entry:
    """What is written when a case is opened."""
    stripe = _stripe(case.comment_id)
    row = {
        "pk": case_pk(case.case_id),
        "sk": ROW,
        "queue_pk": queue_pk("open"),
        "queue_sk": place(case),
        **case.model_dump(mode="json"),
    }
    log = {
        "pk": log_pk(case.topic_id, case.round, stripe),
        "sk": f"L#{place(case)}",
        "queue_pk": queue_pk("undecided", case.topic_id),
        "queue_sk": place(case),
        "log": log_row(case),
    }
    return Entry(
        puts=(Put(item=row), Put(item=log)),
        counts=counts_of_case(case),
        counts_pk=round_pk(case.topic_id, case.round),
        stripe=stripe,
    )


def masked(redaction: Redaction) -> Entry:
    """What is written when the rules masked a comment."""
    stripe = _stripe(redaction.comment_id)
    at = clock.to_text(redaction.at)
    log = {
        "case_id": None,
        "comment_id": redaction.comment_id,
        "reasons": list(redaction.codes),
        "opened_at": at,
        "decided_at": at,
        "decision": "redact",
        "reason_code": redaction.codes[0],
        "decided_by": "rules",
        "withdrawn_at": None,
    }
    item = {
        "pk": log_pk(redaction.topic_id, redaction.round, stripe),
        "sk": f"M#{redaction.comment_id}",
        "log": log,
    }
    return Entry(
        puts=(Put(item=item),),
        counts=counts_of_redaction(redaction.codes),
        counts_pk=round_pk(redaction.topic_id, redaction.round),
        stripe=stripe,
    )


def changed(case: Case) -> Update:
    """Change of a case's row, if it still is as it was read; out of the queue once it is done."""
    fields = case.model_dump(mode="json")
    done = case.status in DONE
    if not done:
        fields["queue_pk"] = queue_pk(case.status)
    absent = tuple(name for name, value in fields.items() if value is None)
    return Update(
        pk=case_pk(case.case_id),
        sk=ROW,
        set={name: value for name, value in fields.items() if value is not None},
        remove=absent + (("queue_pk", "queue_sk") if done else ()),
        when={"version": case.version - 1},
    )


def ruled(case: Case, ruling: Ruling) -> tuple[Put, Update, Update]:
    """Audit item, log row and counters of a decision."""
    counts = counts_of_ruling(ruling, opened_at=case.opened_at)
    return _audit(case, ruling), _logged(case), _counted(case, counts)


def withdrawn(case: Case) -> tuple[Update, ...]:
    """Log row and counters of a withdrawal; a case that was decided stays counted as that."""
    counts = counts_of_withdrawal(case)
    return (_logged(case), _counted(case, counts)) if counts else (_logged(case),)


def _logged(case: Case) -> Update:
    return Update(
        pk=log_pk(case.topic_id, case.round, _stripe(case.comment_id)),
        sk=f"L#{place(case)}",
        set={"log": log_row(case), "queue_pk": queue_pk("decided", case.topic_id)},
    )


def _counted(case: Case, counts: Mapping[str, int]) -> Update:
    stripe = _stripe(case.comment_id)
    pk = round_pk(case.topic_id, case.round)
    return Update(pk=pk, sk=counts_key(stripe), add=counts)


def _audit(case: Case, ruling: Ruling) -> Put:
    event = ModerationDecided(
        case_id=case.case_id,
        comment_id=case.comment_id,
        decision=ruling.decision.decision,
        reason_code=ruling.decision.reason_code,
        spans=ruling.decision.spans,
    )
    return audit(
        event,
        pk=case_pk(case.case_id),
        version=case.version,
        topic_id=case.topic_id,
        round_=case.round,
        actor=ruling.by,
        at=ruling.at,
    )


def log_row(case: Case) -> dict[str, Any]:
    """What the record keeps of a case: ids, instants and codes; no text, no note, no person."""
    ruling = case.ruling
    return {
        "case_id": case.case_id,
        "comment_id": case.comment_id,
        "reasons": [reason.code for reason in case.reasons],
        "opened_at": clock.to_text(case.opened_at),
        "decided_at": clock.to_text(ruling.at) if ruling else None,
        "decision": ruling.decision.decision if ruling else None,
        "reason_code": ruling.decision.reason_code if ruling else None,
        "decided_by": "moderator" if ruling else None,
        "withdrawn_at": clock.to_text(case.withdrawn_at) if case.withdrawn_at else None,
    }


def _stripe(comment_id: str) -> int:
    return hashlib.sha256(comment_id.encode()).digest()[0] % STRIPES

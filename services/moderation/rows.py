"""The items of the moderation table and their keys; for `store` alone.

``C#<case>``: ``case`` (the row, with the text; or a `tombstone`), ``A#<round>#<version>`` (audit,
one per decision, undoing, appeal), ``F#<flagger>`` (a reader's flag). ``T#<topic>``: ``R#<round>``
(what the round was screened with), ``terms`` (the topic's own words), ``A#…`` (audit of these).
``T#<topic>#<round>``: ``counts#<stripe>`` (counters, striped so that writers do not meet).
``T#<topic>#<round>#<stripe>``: ``L#<opened at>#<case>`` (log row of a case, no text),
``M#<comment>`` (log row of a comment that the rules masked). ``S#<topic>#<round>#<text key>``:
``<case>`` (a case with that text), ``rejected`` (whether people reject it). Sparse index ``queue``:
cases that wait under ``Q#<status>``, log rows of cases under ``Q#decided#<topic>`` or
``Q#undecided#<topic>``, both by ``<opened at>#<case>``.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.moderation.model.case import DONE, RULES, Case
from services.moderation.model.counters import counts_of_case, counts_of_redaction
from services.moderation.model.doubts import speaks_for_repeats
from services.moderation.model.reasons import ReasonCode
from services.shared import clock
from services.shared.events import Actor, EventData, audit
from services.shared.table import Item, Put, Update

ROW = "case"
REJECTED = "rejected"
FLAG = "F#"
TERMS = "terms"
STRIPES = 16
_NOTHING_HAPPENED: Mapping[str, Any] = {
    "case_id": None,
    "origin": "rules",
    "flags": 0,
    "decided_at": None,
    "decision": None,
    "reason_code": None,
    "decided_by": None,
    "repeat_of": None,
    "appealed_at": None,
    "settled_at": None,
    "final_decision": None,
    "final_reason_code": None,
    "withdrawn_at": None,
}
KEYS = frozenset({"pk", "sk", "queue_pk", "queue_sk"})


@dataclass(frozen=True, kw_only=True)
class Redaction:
    """A comment that the rules masked and published."""

    topic_id: str
    round: int
    comment_id: str
    language: str
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


def topic_pk(topic_id: str) -> str:
    """Partition of what a topic has for itself, and of its rounds' versions."""
    return f"T#{topic_id}"


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


def text_pk(topic_id: str, round_: int, text_key: str) -> str:
    """Partition of the cases of a round with one text."""
    return f"S#{topic_id}#{round_:03d}#{text_key}"


def tombstone(case_id: str, *, at: datetime) -> Put:
    """What stands in a case's place if its comment was withdrawn before it was opened."""
    return Put(item={"pk": case_pk(case_id), "sk": ROW, "withdrawn_at": clock.to_text(at)})


def case_of(item: Item) -> Case | None:
    """Case of its row; ``None`` if there is but a tombstone."""
    if "case_id" not in item:
        return None
    return Case.model_validate({name: v for name, v in item.items() if name not in KEYS})


def opened(case: Case, *told: Put) -> Entry:
    """What is written when a case is opened, with what tells of it."""
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
    twin = {"pk": text_pk(*case.text_place), "sk": case.case_id}
    return Entry(
        puts=(Put(item=row), Put(item=log), *([Put(item=twin)] if case.text_key else []), *told),
        counts=counts_of_case(case),
        counts_pk=round_pk(case.topic_id, case.round),
        stripe=stripe,
    )


def masked(redaction: Redaction) -> Entry:
    """What is written when the rules masked a comment."""
    stripe = _stripe(redaction.comment_id)
    at = clock.to_text(redaction.at)
    log = {
        **_NOTHING_HAPPENED,
        "comment_id": redaction.comment_id,
        "reasons": list(redaction.codes),
        "opened_at": at,
        "decided_at": at,
        "decision": "redact",
        "reason_code": redaction.codes[0],
        "decided_by": "rules",
    }
    item = {
        "pk": log_pk(redaction.topic_id, redaction.round, stripe),
        "sk": f"M#{redaction.comment_id}",
        "log": log,
    }
    return Entry(
        puts=(Put(item=item),),
        counts=counts_of_redaction(redaction.codes, language=redaction.language),
        counts_pk=round_pk(redaction.topic_id, redaction.round),
        stripe=stripe,
    )


def changed(case: Case) -> Update:
    """Change of a case's row, if it still is as it was read; out of the queue once it is done."""
    fields = case.model_dump(mode="json")
    done = case.status in DONE
    if not done:
        fields |= {"queue_pk": queue_pk(case.status), "queue_sk": place(case)}
    absent = tuple(name for name, value in fields.items() if value is None)
    return Update(
        pk=case_pk(case.case_id),
        sk=ROW,
        set={name: value for name, value in fields.items() if value is not None},
        remove=absent + (("queue_pk", "queue_sk") if done else ()),
        when={"version": case.version - 1},
    )


def logged(case: Case) -> Update:
    """Log row of a case as it stands."""
    where = "decided" if case.status in DONE else "undecided"
    return Update(
        pk=log_pk(case.topic_id, case.round, _stripe(case.comment_id)),
        sk=f"L#{place(case)}",
        set={"log": log_row(case), "queue_pk": queue_pk(where, case.topic_id)},
    )


def counted(case: Case, counts: Mapping[str, int]) -> Update:
    """What a step of a case adds to the counters."""
    pk = round_pk(case.topic_id, case.round)
    return Update(pk=pk, sk=counts_key(_stripe(case.comment_id)), add=counts)


def audited(case: Case, event: EventData, *, by: Actor, at: datetime) -> Put:
    """Audit item of a step of a case, which carries its event."""
    return audit(
        event,
        pk=case_pk(case.case_id),
        version=case.version,
        topic_id=case.topic_id,
        round_=case.round,
        actor=by,
        at=at,
    )


def verdict(case: Case) -> list[Update]:
    """Whether people reject a text, so that its exact repeats need none of them again."""
    ruling = case.standing
    if not case.text_key or (ruling and ruling.by == RULES):
        return []
    is_rejection = ruling is not None and ruling.decision.decision == "reject"
    code = ruling.decision.reason_code if ruling and is_rejection else None
    # What is wrong with a name or an answer is not with a text that others write as well.
    rejected = not case.is_doubted_beside and speaks_for_repeats(case.text, code)
    standing = {
        "case_id": case.case_id,
        "rejected": rejected,
        "reason_code": code or "",
        "decided_by": ruling.by.id if ruling else "",
    }
    return [Update(pk=text_pk(*case.text_place), sk=REJECTED, set=standing)]


def log_row(case: Case) -> dict[str, Any]:
    """What the record keeps of a case: ids, instants and codes; no text, no note, no person."""
    row = {
        **_NOTHING_HAPPENED,
        "case_id": case.case_id,
        "comment_id": case.comment_id,
        "reasons": [reason.code for reason in case.reasons],
        "origin": case.origin,
        "flags": case.flags,
        "opened_at": clock.to_text(case.opened_at),
        "repeat_of": case.repeat_of,
    }
    if case.ruling:
        row |= {
            "decided_at": clock.to_text(case.ruling.at),
            "decision": case.ruling.decision.decision,
            "reason_code": case.ruling.decision.reason_code,
            "decided_by": "rules" if case.ruling.by == RULES else "moderator",
        }
    if case.appeal:
        row["appealed_at"] = clock.to_text(case.appeal.lodged_at)
    if case.appeal and case.appeal.ruling:
        row |= {
            "settled_at": clock.to_text(case.appeal.ruling.at),
            "final_decision": case.appeal.ruling.decision.decision,
            "final_reason_code": case.appeal.ruling.decision.reason_code,
        }
    if case.withdrawn_at:
        row["withdrawn_at"] = clock.to_text(case.withdrawn_at)
    return row


def _stripe(comment_id: str) -> int:
    return hashlib.sha256(comment_id.encode()).digest()[0] % STRIPES

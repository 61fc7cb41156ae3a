"""A case as moderators see it: where it stands, and all that a screen needs."""

from datetime import datetime
from typing import Any

from services.moderation.model.case import DONE, Case
from services.moderation.model.due_process import Appeal, appealable_until
from services.moderation.model.ruling import Ruling
from services.shared import clock

_SHOWN = (
    "text",
    "author_name",
    "answer_texts",
    "text_key",
    "kind",
    "language",
    "reasons",
    "versions",
    "origin",
    "severity",
    "flags",
    "repeat_of",
    "published",
    "opened_at",
    "waiting_since",
    "due_at",
)


def state(case: Case, *, at: datetime) -> dict[str, Any]:
    """Where a case stands, without what was written."""
    status = case.status_at(at)
    claim = case.claimed_until if status == "claimed" else None
    return {
        "case_id": case.case_id,
        "topic_id": case.topic_id,
        "round": case.round,
        "comment_id": case.comment_id,
        "status": status,
        "claimed_by": case.claimed_by if claim else None,
        "claimed_until": clock.to_text(claim) if claim else None,
        "decision": _decision(case.ruling),
        "appealable_until": _text(appealable_until(case.ruling)),
        "withdrawn_at": _text(case.withdrawn_at),
    }


def view(case: Case, *, at: datetime) -> dict[str, Any]:
    """A case as the API shows it: all that a moderator's screen needs."""
    document = case.model_dump(mode="json")
    return {
        **state(case, at=at),
        **{name: document[name] for name in _SHOWN},
        "earlier": _decision(case.former),
        "undone": _undone(case),
        "appeal": _appeal(case.appeal),
        "late": case.status not in DONE and at > case.due_at,
    }


def _appeal(appeal: Appeal | None) -> dict[str, Any] | None:
    if appeal is None:
        return None
    return {
        "statement": appeal.statement,
        "lodged_at": clock.to_text(appeal.lodged_at),
        "decision": _decision(appeal.ruling),
    }


def _undone(case: Case) -> dict[str, Any] | None:
    if case.undo is None:
        return None
    return {"reason": case.undo.reason, "by": case.undo.by.id, "at": clock.to_text(case.undo.at)}


def _decision(ruling: Ruling | None) -> dict[str, Any] | None:
    if ruling is None:
        return None
    decided = ruling.decision.model_dump(mode="json")
    return {**decided, "decided_by": ruling.by.id, "decided_at": clock.to_text(ruling.at)}


def _text(at: datetime | None) -> str | None:
    return clock.to_text(at) if at else None

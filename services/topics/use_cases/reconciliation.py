"""Operators ask services to make good what got lost."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.shared import clock
from services.shared.errors import Fault, Invalid
from services.shared.ids import ID_PATTERN
from services.topics.model.definition import Instant

Reconciled = Literal["topics", "comments", "moderation", "analysis", "outreach", "archive"]


class ReconcileRequest(BaseModel):
    """Body of a request to reconcile; see `services.shared.reconcile.Order`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: Reconciled
    action: Literal["reemit", "replay", "recount"]
    topic_id: str | None = Field(default=None, pattern=ID_PATTERN)
    round: int | None = Field(default=None, ge=1, le=999)
    since: Instant | None = None
    dry_run: bool = False
    cursor: str | None = None


def must_be_whole(request: ReconcileRequest) -> None:
    """Demand that a request says what to reconcile.

    Raises
    ------
    Invalid
        With everything that is missing.
    """
    faults = []
    if request.action == "recount" and request.service != "comments":
        faults.append(Fault(field="/service", code="not_allowed", values={"expected": "comments"}))
    if request.action == "recount" and request.round is None:
        faults.append(Fault(field="/round", code="missing"))
    needs_topic = request.action == "recount" or (
        request.action == "reemit" and request.since is None
    )
    if needs_topic and request.topic_id is None:
        faults.append(Fault(field="/topic_id", code="missing"))
    if faults:
        raise Invalid(faults=faults)


def order_of(request: ReconcileRequest, *, cursor: Any) -> dict[str, Any]:
    """Payload for the service's function."""
    return {
        "action": request.action,
        "topic_id": request.topic_id,
        "round": request.round,
        "since": clock.to_text(request.since) if request.since else None,
        "dry_run": request.dry_run,
        "cursor": cursor,
    }

"""analysis-consume: comments that need no answer, decisions that are public, rounds reopened."""

from typing import Any

from services.analysis.handlers import announced, changes, store, words
from services.analysis.model.change import Change
from services.analysis.use_cases import gate
from services.analysis.use_cases.note import forget, note
from services.analysis.use_cases.publish import publish
from services.shared import clock, consumer
from services.shared.events import Envelope


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Apply a batch of events; those that failed are named, to be delivered again."""
    return consumer.consume(event, context, handle=_handle)


def _handle(kind: str, envelope: Envelope) -> None:
    match kind:
        case "CommentWithdrawn":
            _note(envelope, status="withdrawn")
        case "CommentErased":
            _forget(envelope)
        case "CommentRejected":
            _note(envelope, status="rejected")
        case "CommentRestored":
            _note(envelope, status="published")
        case "DecisionAnnounced":
            publish(
                envelope.topic_id,
                envelope.round,
                occurred_at=envelope.occurred_at,
                at=clock.now(),
                store=store(),
                announced=announced(),
            )
        case "TopicReopened":
            gate.reopen(
                envelope.topic_id,
                envelope.round,
                occurred_at=envelope.occurred_at,
                store=store(),
            )
        case _:
            raise ValueError(f"no rule of ours asks for {kind}")


def _forget(envelope: Envelope) -> None:
    forget(
        envelope.topic_id,
        envelope.round,
        Change.model_validate({**envelope.data, "status": "erased"}),
        occurred_at=envelope.occurred_at,
        store=changes(),
        words=words(),
    )


def _note(envelope: Envelope, *, status: str) -> None:
    change = Change.model_validate({**envelope.data, "status": status})
    note(
        envelope.topic_id,
        envelope.round,
        change,
        occurred_at=envelope.occurred_at,
        store=changes(),
    )

"""analysis-consume: comments that were withdrawn or rejected need no answer any more."""

from typing import Any

from services.analysis.handlers import store
from services.analysis.model.change import Change
from services.analysis.use_cases.note import note
from services.shared import consumer
from services.shared.events import Envelope


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Note a batch of events; those that failed are named, to be delivered again."""
    return consumer.consume(event, context, handle=_handle)


def _handle(kind: str, envelope: Envelope) -> None:
    match kind:
        case "CommentWithdrawn":
            status = "withdrawn"
        case "CommentRejected":
            status = "rejected"
        case _:
            raise ValueError(f"no rule of ours asks for {kind}")
    change = Change.model_validate({**envelope.data, "status": status})
    note(
        envelope.topic_id,
        envelope.round,
        change,
        occurred_at=envelope.occurred_at,
        store=store(),
    )

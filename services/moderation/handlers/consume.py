"""moderation-consume: comments that their authors withdrew, or had erased."""

from typing import Any

from services.moderation.handlers import store
from services.moderation.use_cases.withdraw import withdraw
from services.shared import clock, consumer
from services.shared.events import Envelope


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Apply a batch of events; those that failed are named, to be delivered again."""
    return consumer.consume(event, context, handle=_handle)


def _handle(kind: str, envelope: Envelope) -> None:
    match kind:
        case "CommentWithdrawn" | "CommentErased":
            withdraw(
                envelope.topic_id,
                envelope.round,
                envelope.data["comment_id"],
                at=clock.from_text(envelope.occurred_at),
                store=store(),
            )
        case _:
            raise ValueError(f"no rule of ours asks for {kind}")

"""comments-consume: what moderation decided, and topics announced, closed or took up again."""

from typing import Any

from services.comments.handlers import retention, store, windows
from services.comments.use_cases.announce import note_announcement
from services.comments.use_cases.moderate import apply_moderation
from services.comments.use_cases.retain import note_end
from services.shared import clock, consumer
from services.shared.events import Envelope


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Apply a batch of events; those that failed are named, to be delivered again."""
    return consumer.consume(event, context, handle=_handle)


def _handle(kind: str, envelope: Envelope) -> None:
    match kind:
        case "ModerationDecided" | "ModerationUndone" | "CommentAppealed":
            apply_moderation(kind, envelope, store=store(), windows=windows(), at=clock.now())
        case "DecisionAnnounced":
            note_announcement(envelope, store=store())
        case "TopicClosed" | "TopicWithdrawn" | "TopicReopened":
            note_end(envelope, retention=retention())
        case _:
            raise ValueError(f"no rule of ours asks for {kind}")

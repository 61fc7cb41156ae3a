"""What happened to topics and inquiries becomes notices that are due."""

from typing import Any

from services.outreach.handlers import ask_topics, plan_store
from services.outreach.use_cases.plan import Planning, note_event
from services.shared import clock
from services.shared.consumer import consume
from services.shared.events import Envelope


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``outreach-consume``."""
    return consume(event, context, handle=_handle)


def _handle(kind: str, envelope: Envelope) -> None:
    planning = Planning(store=plan_store(), ask=ask_topics)
    note_event(kind, envelope, at=clock.now(), planning=planning)

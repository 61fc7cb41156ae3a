"""comments-relay: new comments and audit items on the table's stream become events."""

from typing import Any

from services.comments.settings import settings
from services.comments.store import is_comment, received_comment
from services.comments.use_cases.tell_received import received_events
from services.shared import stream
from services.shared.relay import outgoing, publish


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Publish the events of a stream batch."""
    changes = list(stream.changes(event))
    received = received_events(
        (change.sequence, received_comment(change.new))
        for change in changes
        if change.kind == "INSERT" and is_comment(change.new)
    )
    # In the stream's order: whatever fails, the stream repeats all that comes after it.
    place = {change.sequence: number for number, change in enumerate(changes)}
    messages = sorted([*received, *outgoing(event)], key=lambda message: place[message.sequence])
    return publish(messages, bus=settings().event_bus_name, source="tashawur.comments")

"""The moderation table's stream: decisions become events on the bus."""

from typing import Any

from services.moderation.settings import settings
from services.shared.relay import relay


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Publish the events of a stream batch."""
    return relay(event, bus=settings().event_bus_name, source="tashawur.moderation")

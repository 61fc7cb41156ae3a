"""The topics table's audit items become events."""

from typing import Any

from services.shared.relay import relay
from services.topics.settings import settings


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``topics-relay``."""
    return relay(event, bus=settings().event_bus_name, source="tashawur.topics")

"""The archive stream's audit items become events."""

from typing import Any

from services.archive.settings import settings
from services.shared.relay import relay


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``archive-relay``."""
    return relay(event, bus=settings().event_bus_name, source="tashawur.archive")

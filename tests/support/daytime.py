"""The time of day in which texts go out: nobody's telephone rings at night."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def until_ten(now: datetime) -> timedelta:
    """How long it is until the next ten in the morning in the topics' zone."""
    local = now.astimezone(ZoneInfo("Asia/Bahrain"))
    ten = local.replace(hour=10, minute=0, second=0, microsecond=0)
    return ten + timedelta(days=ten <= local) - local

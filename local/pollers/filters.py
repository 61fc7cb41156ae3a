"""FilterCriteria of an event-source mapping."""

import json
from typing import Any

from moto.events.models import EventPattern


class Filters:
    """Tells which records a mapping hands over.

    Parameters
    ----------
    criteria : dict, optional
        ``FilterCriteria`` of the mapping; all records pass without.
    """

    def __init__(self, criteria: dict[str, Any] | None) -> None:
        patterns = [entry["Pattern"] for entry in (criteria or {}).get("Filters", [])]
        self._patterns = [EventPattern.load(_text(pattern)) for pattern in patterns]

    def pass_(self, record: dict[str, Any]) -> bool:
        """Tell whether a record matches one of the patterns, or there are none."""
        if not self._patterns:
            return True
        flat = EventPattern._flatten_dict(record)
        return any(
            pattern._does_event_match(flat, pattern.get_pattern()) for pattern in self._patterns
        )


def _text(pattern: Any) -> str:
    return pattern if isinstance(pattern, str) else json.dumps(pattern)

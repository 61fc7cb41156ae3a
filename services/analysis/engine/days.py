"""Days on which comments came, where the topic is."""

from datetime import datetime, tzinfo

UNKNOWN = ""
"""Stands for the day of a comment that has no time, as in a table that has none."""


class Days(dict[str, str]):
    """Day (ISO 8601) of each minute (RFC 3339, UTC, cut to 16 characters), worked out once.

    Parameters
    ----------
    zone : tzinfo
        Where days begin.
    """

    def __init__(self, zone: tzinfo) -> None:
        super().__init__({UNKNOWN: UNKNOWN})
        self._zone = zone

    def of(self, received_at: str) -> str:
        """Day of an instant (RFC 3339, UTC), or `UNKNOWN`."""
        return self[received_at[:16]]

    def __missing__(self, minute: str) -> str:
        moment = datetime.fromisoformat(f"{minute}+00:00").astimezone(self._zone)
        self[minute] = day = moment.date().isoformat()
        return day

"""The one source of the time: always UTC, always aware.

Use cases take the instant as an argument; only handlers call `now`. The local stack puts its own
clock in with `use`, so that four weeks of consultation pass in seconds.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731


def now() -> datetime:
    """Present instant, UTC, to the millisecond (what the tables and events keep)."""
    instant = _source()
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def use(source: Callable[[], datetime]) -> None:
    """Read the time from `source` (aware, UTC) from now on."""
    global _source  # noqa: PLW0603
    _source = source


def to_text(instant: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, e.g. ``2026-11-24T09:30:00.000Z``; sorts as it reads."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def length_to_text(length: timedelta) -> str:
    """RFC 3339 duration, e.g. ``P365D`` or ``P10DT1M``: days at most, as a year has no length."""
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    exact = f"{seconds + length.microseconds / 1_000_000:f}".rstrip("0").rstrip(".")
    told = [(f"{hours}", "H"), (f"{minutes}", "M"), (exact, "S")]
    time = "".join(number + unit for number, unit in told if number != "0")
    return f"P{length.days}D" + (f"T{time}" if time else "")


def from_text(text: str) -> datetime:
    """Instant of an RFC 3339 text.

    Raises
    ------
    ValueError
        If the text is no RFC 3339 instant with an offset.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"no offset in {text!r}")
    return instant.astimezone(UTC)


def exact(text: str) -> str:
    """The text itself, if it is what `to_text` gives: then texts compare as instants do.

    Raises
    ------
    ValueError
        If it is no such instant, or written otherwise.
    """
    if to_text(from_text(text)) != text:
        raise ValueError("not in the form of services.shared.clock.to_text")
    return text

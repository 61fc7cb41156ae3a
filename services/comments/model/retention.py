"""Until when a round's contacts and demographics are kept."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from services.shared import clock


class Retention(BaseModel):
    """What is known of a round's end.

    Attributes
    ----------
    noted_at : str
        When that happened of which `until` follows; of two events the later counts.
    until : str or None
        Until when they are kept; ``None`` while the round goes on, or goes on again.
    deleted_at : str or None
        When their key was deleted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_id: str
    round: int
    noted_at: str
    until: str | None = None
    deleted_at: str | None = None

    def is_over(self, at: datetime) -> bool:
        """Tell whether the time has passed."""
        return self.until is not None and self.until <= clock.to_text(at)

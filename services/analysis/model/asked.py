"""A brief on record: what is asked of the next analysis of a round, by whom, since when."""

from pydantic import BaseModel, ConfigDict

from services.analysis.engine.brief import Brief


class Asked(BaseModel):
    """What officers ask of the next analysis of a round.

    Attributes
    ----------
    version : int
        How often it was changed; 0 where nobody asked for anything.
    actor_id, asked_at : str or None
        Account and instant (RFC 3339, UTC).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_id: str
    round: int
    version: int = 0
    brief: Brief = Brief()
    actor_id: str | None = None
    asked_at: str | None = None

"""Make a round's results public with its decision."""

from datetime import datetime

from services.analysis.announced_store import AnnouncedStore
from services.analysis.model.run import Run
from services.analysis.store import AnalysisStore
from services.shared.errors import TransientError


def publish(
    topic_id: str,
    round_: int,
    *,
    occurred_at: str,
    at: datetime,
    store: AnalysisStore,
    announced: AnnouncedStore,
) -> None:
    """Make public what the gate kept; told again, or late, an announcement changes nothing.

    Parameters
    ----------
    occurred_at : str
        When the decision was announced, RFC 3339 in UTC.

    Raises
    ------
    TransientError
        If the round has no run: no decision is announced without one, so that it must come. Or if
        the round changed at the same time.
    """
    run = store.run(topic_id, round_)
    if run is None:
        raise TransientError("announced before it was analysed")
    if _is_news(run, occurred_at):
        announced.announce(run, occurred_at=occurred_at, at=at)


def _is_news(run: Run, occurred_at: str) -> bool:
    """Whether it is the first announcement, or follows the gate that closed last."""
    if run.published_at is None:
        return True
    # One from before a reopening must not make public what was prepared since.
    closed_at = run.gate_passed_at
    return run.awaits_announcement and closed_at is not None and closed_at <= occurred_at

"""Make a round's results public with its decision."""

from datetime import datetime

from services.analysis.store import AnalysisStore
from services.shared.errors import TransientError


def publish(topic_id: str, round_: int, *, at: datetime, store: AnalysisStore) -> None:
    """Make the results public; the first time stands.

    Raises
    ------
    TransientError
        If the round has no run: no decision is announced without one, so that it must come.
    """
    run = store.run(topic_id, round_)
    if run is None:
        raise TransientError("announced before it was analysed")
    store.mark_published(run, at=at)

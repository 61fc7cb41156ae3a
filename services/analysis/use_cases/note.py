"""Note what became of a comment, whether or not its round is analysed yet."""

from services.analysis.model.change import Change
from services.analysis.store import AnalysisStore


def note(
    topic_id: str, round_: int, change: Change, *, occurred_at: str, store: AnalysisStore
) -> None:
    """Keep that a comment was withdrawn or rejected; the same change again changes nothing.

    A withdrawal takes the place of a rejection and never the other way round, in whatever order
    the two arrive: nothing rejects what its author has taken back.

    Parameters
    ----------
    occurred_at : str
        When it happened, RFC 3339 in UTC.
    """
    store.keep_change(topic_id, round_, change, occurred_at=occurred_at)

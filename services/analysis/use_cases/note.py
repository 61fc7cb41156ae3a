"""Note what became of a comment, whether or not its round is analysed yet."""

from services.analysis.change_store import ChangeStore
from services.analysis.model.change import Change


def note(
    topic_id: str, round_: int, change: Change, *, occurred_at: str, store: ChangeStore
) -> None:
    """Keep that a comment was withdrawn, rejected or restored; the same again changes nothing.

    Parameters
    ----------
    occurred_at : str
        When it happened, RFC 3339 in UTC.

    Raises
    ------
    TransientError
        If another change of the comment came in between.
    """
    store.keep_change(topic_id, round_, change, occurred_at=occurred_at)

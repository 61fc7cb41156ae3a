"""Note what became of a comment, whether or not its round is analysed yet."""

from services.analysis.change_store import ChangeStore
from services.analysis.model.change import Change
from services.analysis.words_store import WordsStore


def note(
    topic_id: str, round_: int, change: Change, *, occurred_at: str, store: ChangeStore
) -> None:
    """Keep what became of a comment; the same again changes nothing.

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


def forget(
    topic_id: str,
    round_: int,
    change: Change,
    *,
    occurred_at: str,
    store: ChangeStore,
    words: WordsStore,
) -> None:
    """Note that a comment was erased, and take its words out of the results of every run.

    Raises
    ------
    TransientError
        If another change of the comment came in between.
    """
    note(topic_id, round_, change, occurred_at=occurred_at, store=store)
    words.forget(topic_id, round_, keys=words.results_of(topic_id, round_))

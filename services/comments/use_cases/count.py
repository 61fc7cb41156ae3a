"""Count a round's comments."""

from services.comments.list_store import ListStore
from services.comments.model.comment import IN_REVIEW
from services.comments.store import CommentStore


def count(topic_id: str, round_: int, *, store: CommentStore) -> dict[str, int]:
    """How many comments a round has, by status.

    What is in screening is counted in the table first and the counters are read after: a comment
    that moves in between is counted as pending once too often, never not at all.

    Returns
    -------
    dict
        ``received published held rejected withdrawn in_review screening pending``; all 0 if the
        round never opened.
    """
    window = store.window(topic_id, round_)
    screening = store.in_screening(window) if window else 0
    sums = store.counts(topic_id, round_)
    return totals(sums, screening=screening)


def unanswered(topic_id: str, round_: int, *, store: CommentStore, lists: ListStore) -> int:
    """How many inquiries of a round, neither refused nor taken back, have no answer."""
    window = store.window(topic_id, round_)
    return lists.unanswered(window).all if window else 0


def totals(settled: dict[str, int], *, screening: int) -> dict[str, int]:
    """Totals of what has left screening and what has not."""
    return {
        **settled,
        "received": settled["received"] + screening,
        "screening": screening,
        "pending": screening + settled["held"] + settled[IN_REVIEW],
    }

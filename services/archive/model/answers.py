"""When the answers in a record are sound: every comment has one, or was excepted in public."""

from collections import Counter
from typing import Any

from services.archive.model.reading import Broken, Chunks, document_of, rows_of

_RESULTS_LIMIT = 512 * 1024 * 1024
"""Results list every member of every campaign: of five million comments, 150 MB."""
_DECISION = "topics/decision.json"
_DISPOSITIONS = "analysis/dispositions.jsonl"
_RESULTS = "analysis/results.json"
_TOPIC = "topics/topic.json"
_GONE = frozenset({"withdrawn", "erased"})
_EXCEPTED = "excepted"


def expect_answers(comments: dict[str, str], names: set[str], chunks: Chunks) -> None:
    """Check what became of each comment, and what the decision and the results say of it.

    Parameters
    ----------
    comments : dict
        Status by comment.
    names : set of str
        Paths of all files there are.
    chunks : callable
        Gives the bytes of a file.

    Raises
    ------
    Broken
        If a comment has no disposition, or two, or there is one for another comment; if more were
        excepted than an exception in the decision is for; if the results say otherwise.
    """
    outcomes = _outcomes(comments, names, chunks)
    topic = document_of(_TOPIC, chunks) if _TOPIC in names else None
    _all_are_answered(comments, outcomes, topic)
    counts = Counter(outcomes.values())
    exception = _exception(counts[_EXCEPTED], names, chunks)
    _answers_add_up(counts, exception, names, chunks)


def _outcomes(comments: dict[str, str], names: set[str], chunks: Chunks) -> dict[str, str]:
    """What became of each comment that was answered or excepted, by its id."""
    found: dict[str, str] = {}
    rows = rows_of(_DISPOSITIONS, chunks, "comment_id", "outcome") if _DISPOSITIONS in names else ()
    for row in rows:
        if row["comment_id"] in found:
            raise Broken(_DISPOSITIONS, f"comment {row['comment_id']} twice")
        if row["comment_id"] not in comments:
            raise Broken(_DISPOSITIONS, f"comment {row['comment_id']} is not in the record")
        found[row["comment_id"]] = row["outcome"]
    return found


def _all_are_answered(comments: dict[str, str], outcomes: dict[str, str], topic: Any) -> None:
    if isinstance(topic, dict) and topic.get("stage") == "withdrawn":
        return
    for comment_id, status in sorted(comments.items()):
        if status not in _GONE and comment_id not in outcomes:
            raise Broken(_DISPOSITIONS, f"comment {comment_id} has no disposition")


def _exception(excepted: int, names: set[str], chunks: Chunks) -> Any:
    """The exception by which comments have no answer; ``None`` if all have theirs."""
    if not excepted:
        return None
    decision = document_of(_DECISION, chunks) if _DECISION in names else None
    exception = decision.get("exception") if isinstance(decision, dict) else None
    limit = exception.get("outstanding") if isinstance(exception, dict) else None
    if type(limit) is not int:
        raise Broken(_DECISION, f"has no exception, and {excepted} comments were excepted")
    if excepted > limit:
        raise Broken(_DECISION, f"excepts {limit} comments, and {excepted} were excepted")
    return exception


def _answers_add_up(
    outcomes: Counter[str], exception: Any, names: set[str], chunks: Chunks
) -> None:
    """What the results say was answered, where they say so: older records do not."""
    results = document_of(_RESULTS, chunks, limit=_RESULTS_LIMIT) if _RESULTS in names else None
    told = results.get("answers") if isinstance(results, dict) else None
    if told is None:
        return
    if not isinstance(told, dict) or not isinstance(told.get("by_outcome"), dict):
        raise Broken(_RESULTS, "no counts of what was answered")
    counts = {**told["by_outcome"], "rejected": told.get("by_moderation")}
    counts[_EXCEPTED] = told.get(_EXCEPTED, 0)
    for outcome in sorted({*counts, *outcomes}):
        says = counts.get(outcome)
        if says != outcomes[outcome]:
            raise Broken(_RESULTS, f"says {says} {outcome}, there are {outcomes[outcome]}")
    if exception is not None and told.get("exception") != exception:
        raise Broken(_RESULTS, "its exception is not the one that the decision has")

"""When the answers in a record are sound: every comment has one, or was excepted in public.

They have to add up as they are by now, and as they were announced before they were corrected.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from services.archive.model.reading import Broken, Chunks, document_of, rows_of

_RESULTS_LIMIT = 512 * 1024 * 1024
"""Results list every member of every campaign: of five million comments, 150 MB."""
_CORRECTIONS = "analysis/corrections.jsonl"
_DECISION = "topics/decision.json"
_DISPOSITIONS = "analysis/dispositions.jsonl"
_RESULTS = "analysis/results.json"
_TOPIC = "topics/topic.json"
_GONE = frozenset({"withdrawn", "erased"})
_EXCEPTED = "excepted"
_OUTSTANDING = "outstanding"


@dataclass(frozen=True, kw_only=True)
class _Answers:
    """What became of comments.

    Attributes
    ----------
    outcomes : dict
        Of each comment that was answered or excepted, by its id.
    announced : Counter
        Comments by the outcome that was announced for them; those that had none, and have one
        since a correction, as ``outstanding``.
    corrected : int
        Comments that are answered otherwise than was announced.
    """

    outcomes: dict[str, str]
    announced: Counter[str]
    corrected: int


def expect_answers(comments: Mapping[str, str], names: Collection[str], chunks: Chunks) -> None:
    """Check what became of each comment, and what the decision and the results say of it.

    Parameters
    ----------
    comments : mapping
        Status by comment.
    names : collection of str
        Paths of all files there are.
    chunks : callable
        Gives the bytes of a file.

    Raises
    ------
    Broken
        If a comment has no disposition, or two, or there is one for another comment, or one that
        is corrected by no correction of the record; if more were excepted than an exception in the
        decision is for; if the results say otherwise, by now or as announced.
    """
    answers = _answers(comments, names, chunks)
    topic = document_of(_TOPIC, chunks) if _TOPIC in names else None
    _all_are_answered(comments, answers.outcomes, topic)
    exception = _exception(answers, names, chunks)
    _answers_add_up(answers, exception, names, chunks)


def _answers(comments: Mapping[str, str], names: Collection[str], chunks: Chunks) -> _Answers:
    corrections = _corrections(names, chunks)
    outcomes: dict[str, str] = {}
    announced: Counter[str] = Counter()
    corrected = 0
    rows = rows_of(_DISPOSITIONS, chunks, "comment_id", "outcome") if _DISPOSITIONS in names else ()
    for row in rows:
        comment_id, outcome = row["comment_id"], row["outcome"]
        if comment_id in outcomes:
            raise Broken(_DISPOSITIONS, f"comment {comment_id} twice")
        if comment_id not in comments:
            raise Broken(_DISPOSITIONS, f"comment {comment_id} is not in the record")
        outcomes[comment_id] = outcome
        if row.get("corrected") is None:
            announced[outcome] += 1
        else:
            announced[_before(row, corrections)] += 1
            corrected += 1
    return _Answers(outcomes=outcomes, announced=announced, corrected=corrected)


def _corrections(names: Collection[str], chunks: Chunks) -> dict[int, str]:
    """Outcome of each correction, by its version; records of before have none."""
    rows = rows_of(_CORRECTIONS, chunks, "outcome") if _CORRECTIONS in names else ()
    found: dict[int, str] = {}
    for row in rows:
        version = row.get("version")
        if type(version) is not int or version in found:
            raise Broken(_CORRECTIONS, f"version {version} is no version, or there twice")
        found[version] = row["outcome"]
    return found


def _before(row: Mapping[str, Any], corrections: Mapping[int, str]) -> str:
    """Outcome that was announced for a corrected comment."""
    told = row["corrected"]
    version = told.get("version") if isinstance(told, dict) else None
    if type(version) is not int or corrections.get(version) != row["outcome"]:
        why = f"comment {row['comment_id']} is not answered as a correction says"
        raise Broken(_DISPOSITIONS, why)
    before = told.get("before")
    outcome = before.get("outcome") if isinstance(before, dict) else _OUTSTANDING
    if not isinstance(outcome, str):
        why = f"comment {row['comment_id']} was announced without an outcome"
        raise Broken(_DISPOSITIONS, why)
    return outcome


def _all_are_answered(comments: Mapping[str, str], outcomes: dict[str, str], topic: Any) -> None:
    if isinstance(topic, dict) and topic.get("stage") == "withdrawn":
        return
    for comment_id, status in sorted(comments.items()):
        if status not in _GONE and comment_id not in outcomes:
            raise Broken(_DISPOSITIONS, f"comment {comment_id} has no disposition")


def _exception(answers: _Answers, names: Collection[str], chunks: Chunks) -> Any:
    """The exception in the decision; there must be one, for as many, if comments were excepted."""
    excepted = answers.announced[_EXCEPTED]
    decision = document_of(_DECISION, chunks) if _DECISION in names else None
    exception = decision.get("exception") if isinstance(decision, dict) else None
    limit: Any = exception.get("outstanding") if isinstance(exception, dict) else None
    if not excepted:
        return exception
    if type(limit) is not int:
        raise Broken(_DECISION, f"has no exception, and {excepted} comments were excepted")
    if excepted > limit:
        raise Broken(_DECISION, f"excepts {limit} comments, and {excepted} were excepted")
    return exception


def _answers_add_up(
    answers: _Answers, exception: Any, names: Collection[str], chunks: Chunks
) -> None:
    """What the results say was answered, where they say so: older records do not."""
    results = document_of(_RESULTS, chunks, limit=_RESULTS_LIMIT) if _RESULTS in names else None
    told = results.get("answers") if isinstance(results, dict) else None
    if told is None:
        return
    _compare(told, Counter(answers.outcomes.values()), "there are")
    is_excepting = told.get("exception") is not None
    if (is_excepting or answers.announced[_EXCEPTED]) and told.get("exception") != exception:
        raise Broken(_RESULTS, "its exception is not the one that the decision has")
    announced = told.get("announced")
    if announced is not None:
        were = _all_excepted(answers.announced) if is_excepting else answers.announced
        _compare(announced, were, "announced were")
    elif answers.corrected:
        raise Broken(_RESULTS, f"says nothing of what {answers.corrected} were answered before")


def _all_excepted(announced: Counter[str]) -> Counter[str]:
    """What was announced, where an exception was for all without an answer, corrected since too."""
    counts = Counter(announced)
    counts[_EXCEPTED] += counts.pop(_OUTSTANDING, 0)
    return counts


def _compare(told: Any, outcomes: Counter[str], verb: str) -> None:
    if not isinstance(told, dict) or not isinstance(told.get("by_outcome"), dict):
        raise Broken(_RESULTS, "no counts of what was answered")
    counts = {**told["by_outcome"], "rejected": told.get("by_moderation")}
    counts[_EXCEPTED] = told.get(_EXCEPTED, 0)
    if outcomes[_OUTSTANDING]:
        counts[_OUTSTANDING] = told.get(_OUTSTANDING)
    for outcome in sorted({*counts, *outcomes}):
        says = counts.get(outcome)
        if says != outcomes[outcome]:
            raise Broken(_RESULTS, f"says {says} {outcome}, {verb} {outcomes[outcome]}")

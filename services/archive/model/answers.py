"""When the answers in a record are sound: every comment has one, or it is told why it has none.

It was excepted in public, or moderation restored it after the announcement. The answers have to add
up as they are by now, and as they were announced before they were corrected.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.archive.model.opened import Opened
from services.archive.model.paths import CORRECTIONS, DECISION, DISPOSITIONS, RESULTS, TOPIC
from services.archive.model.reading import Broken

_GONE = frozenset({"withdrawn", "erased"})
_EXCEPTED = "excepted"
_OUTSTANDING = "outstanding"
_UNANSWERED = "unanswered"
"""What the row of a comment says that was restored and has no answer; it is outstanding."""


@dataclass(frozen=True, kw_only=True)
class _Answers:
    """What became of comments.

    Attributes
    ----------
    outcomes : dict
        Of each comment, by its id; of one without an answer ``outstanding``.
    announced : Counter
        Comments by the outcome that was announced for them; those that had none, also if they have
        one since a correction, as ``outstanding``.
    corrected : int
        Comments that are answered otherwise than was announced.
    """

    outcomes: dict[str, str]
    announced: Counter[str]
    corrected: int


def answers(record: Opened) -> str:
    """Check what became of each comment, and what the decision and the results say of it.

    Raises
    ------
    Broken
        If a comment has no row, or two, or there is one for another comment, or one that is
        corrected by no correction of the record; if more were excepted than an exception in the
        decision is for; if the results say otherwise, by now or as announced, or have another
        exception than the decision.
    """
    found = _answers(record)
    _all_have_their_row(record, found.outcomes)
    exception = _exception(record, found)
    _answers_add_up(record, found, exception)
    return f"{len(found.outcomes)} answers"


def _answers(record: Opened) -> _Answers:
    corrections = _corrections(record)
    outcomes: dict[str, str] = {}
    announced: Counter[str] = Counter()
    corrected = 0
    for row in record.rows(DISPOSITIONS, "comment_id", "outcome"):
        comment_id = row["comment_id"]
        outcome = _OUTSTANDING if row["outcome"] == _UNANSWERED else row["outcome"]
        if comment_id in outcomes:
            raise Broken(DISPOSITIONS, f"comment {comment_id} twice")
        if comment_id not in record.comments:
            raise Broken(DISPOSITIONS, f"comment {comment_id} is not in the record")
        outcomes[comment_id] = outcome
        if row.get("corrected") is None:
            announced[outcome] += 1
        else:
            announced[_before(row, corrections)] += 1
            corrected += 1
    return _Answers(outcomes=outcomes, announced=announced, corrected=corrected)


def _corrections(record: Opened) -> dict[int, str]:
    """Outcome of each correction, by its version; records of before have none."""
    found: dict[int, str] = {}
    for row in record.rows(CORRECTIONS, "outcome"):
        version = row.get("version")
        if type(version) is not int or version in found:
            raise Broken(CORRECTIONS, f"version {version} is no version, or there twice")
        found[version] = row["outcome"]
    return found


def _before(row: Mapping[str, Any], corrections: Mapping[int, str]) -> str:
    """Outcome that was announced for a corrected comment."""
    told = row["corrected"]
    version = told.get("version") if isinstance(told, dict) else None
    if type(version) is not int or corrections.get(version) != row["outcome"]:
        why = f"comment {row['comment_id']} is not answered as a correction says"
        raise Broken(DISPOSITIONS, why)
    before = told.get("before")
    outcome = before.get("outcome") if isinstance(before, dict) else _OUTSTANDING
    if not isinstance(outcome, str):
        why = f"comment {row['comment_id']} was announced without an outcome"
        raise Broken(DISPOSITIONS, why)
    return outcome


def _all_have_their_row(record: Opened, outcomes: dict[str, str]) -> None:
    topic = _document(record, TOPIC)
    if isinstance(topic, dict) and topic.get("stage") == "withdrawn":
        return
    for comment_id, comment in sorted(record.comments.items()):
        if comment.status not in _GONE and comment_id not in outcomes:
            raise Broken(DISPOSITIONS, f"comment {comment_id} has no disposition")


def _exception(record: Opened, answers: _Answers) -> Any:
    """The exception in the decision; there must be one, for as many, if comments were excepted."""
    decision = _document(record, DECISION)
    exception = decision.get("exception") if isinstance(decision, dict) else None
    _expect_excepted(answers.announced[_EXCEPTED], exception)
    return exception


def _expect_excepted(excepted: int, exception: Any) -> None:
    """Demand an exception for as many comments, if any were excepted."""
    limit: Any = exception.get("outstanding") if isinstance(exception, dict) else None
    if not excepted:
        return
    if type(limit) is not int:
        raise Broken(DECISION, f"has no exception, and {excepted} comments were excepted")
    if excepted > limit:
        raise Broken(DECISION, f"excepts {limit} comments, and {excepted} were excepted")


def _answers_add_up(record: Opened, answers: _Answers, exception: Any) -> None:
    """What the results say was answered, where they say so: older records do not."""
    results = _document(record, RESULTS)
    told = results.get("answers") if isinstance(results, dict) else None
    outcomes = Counter(answers.outcomes.values())
    if told is None:
        if outcomes[_OUTSTANDING]:
            why = f"says nothing of {outcomes[_OUTSTANDING]} comments without an answer"
            raise Broken(RESULTS, why)
        return
    _compare(told, outcomes, "there are")
    if told.get("exception") != exception:
        raise Broken(RESULTS, "its exception is not the one that the decision has")
    announced = told.get("announced")
    if announced is not None:
        were = _as_announced(announced, answers.announced, exception)
        _compare(announced, were, "announced were")
    elif answers.corrected:
        raise Broken(RESULTS, f"says nothing of what {answers.corrected} were answered before")


def _document(record: Opened, path: str) -> Any:
    return record.document(path) if path in record.names else None


def _as_announced(told: Any, announced: Counter[str], exception: Any) -> Counter[str]:
    """What was announced, as the results split those without an answer.

    A row does not say of a comment that is answered since a correction whether it had been excepted
    or was restored: by how many the results say more excepted than there are still, by so many
    fewer had been restored.
    """
    says = told.get(_EXCEPTED, 0) if isinstance(told, dict) else None
    if type(says) is not int or says < announced[_EXCEPTED]:
        return announced
    _expect_excepted(says, exception)
    answered_since = says - announced[_EXCEPTED]
    return (
        announced + Counter({_EXCEPTED: answered_since}) - Counter({_OUTSTANDING: answered_since})
    )


def _compare(told: Any, outcomes: Counter[str], verb: str) -> None:
    if not isinstance(told, dict) or not isinstance(told.get("by_outcome"), dict):
        raise Broken(RESULTS, "no counts of what was answered")
    counts = {**told["by_outcome"], "rejected": told.get("by_moderation")}
    counts |= {name: told.get(name, 0) for name in (_EXCEPTED, _OUTSTANDING)}
    for outcome in sorted({*counts, *outcomes}):
        says = counts.get(outcome)
        if says != outcomes[outcome]:
            raise Broken(RESULTS, f"says {says} {outcome}, {verb} {outcomes[outcome]}")

"""When what a record says was answered adds up, as it was announced and as it was corrected."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from services.archive.model.reading import Broken, Chunks, document, rows_of

DISPOSITIONS = "analysis/dispositions.jsonl"
_CORRECTIONS = "analysis/corrections.jsonl"
_RESULTS = "analysis/results.json"
_RESULTS_LIMIT = 512 * 1024 * 1024
"""Results list every member of every campaign: of five million comments, 150 MB."""
_NOTHING = "outstanding"


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What became of comments.

    Attributes
    ----------
    outcomes : dict
        Of each comment that was answered, by its id.
    announced : Counter
        Comments by the outcome that was announced for them.
    corrected : int
        Comments that are answered otherwise than was announced.
    """

    outcomes: dict[str, str]
    announced: Counter[str]
    corrected: int


def answers_in(comments: Mapping[str, str], names: Collection[str], chunks: Chunks) -> Answers:
    """What the dispositions say became of comments.

    Raises
    ------
    Broken
        If a comment is there twice or unknown, or corrected by what is no correction of the record.
    """
    corrections = _corrections(names, chunks)
    outcomes: dict[str, str] = {}
    announced: Counter[str] = Counter()
    corrected = 0
    rows = rows_of(DISPOSITIONS, chunks, "comment_id", "outcome") if DISPOSITIONS in names else ()
    for row in rows:
        comment_id, outcome = row["comment_id"], row["outcome"]
        if comment_id in outcomes:
            raise Broken(DISPOSITIONS, f"comment {comment_id} twice")
        if comment_id not in comments:
            raise Broken(DISPOSITIONS, f"comment {comment_id} is not in the record")
        outcomes[comment_id] = outcome
        if row.get("corrected") is None:
            announced[outcome] += 1
        else:
            announced[_before(row, corrections)] += 1
            corrected += 1
    return Answers(outcomes=outcomes, announced=announced, corrected=corrected)


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
        raise Broken(DISPOSITIONS, why)
    before = told.get("before")
    outcome = before.get("outcome") if isinstance(before, dict) else _NOTHING
    if not isinstance(outcome, str):
        why = f"comment {row['comment_id']} was announced without an outcome"
        raise Broken(DISPOSITIONS, why)
    return outcome


def answers_add_up(answers: Answers, names: Collection[str], chunks: Chunks) -> None:
    """Compare what the results say was answered, where they say so: older records do not.

    Raises
    ------
    Broken
        If they say other sums than the dispositions make, by now or as announced.
    """
    results = document(_RESULTS, chunks, limit=_RESULTS_LIMIT) if _RESULTS in names else None
    told = results.get("answers") if isinstance(results, dict) else None
    if told is None:
        return
    _compare(told, Counter(answers.outcomes.values()), "there are")
    announced = told.get("announced")
    if announced is not None:
        _compare(announced, answers.announced, "announced were")
    elif answers.corrected:
        raise Broken(_RESULTS, f"says nothing of what {answers.corrected} were answered before")


def _compare(told: Any, outcomes: Counter[str], verb: str) -> None:
    if not isinstance(told, dict) or not isinstance(told.get("by_outcome"), dict):
        raise Broken(_RESULTS, "no counts of what was answered")
    counts = {**told["by_outcome"], "rejected": told.get("by_moderation")}
    if outcomes[_NOTHING]:
        counts[_NOTHING] = told.get(_NOTHING)
    for outcome in sorted({*counts, *outcomes}):
        says = counts.get(outcome)
        if says != outcomes[outcome]:
            raise Broken(_RESULTS, f"says {says} {outcome}, {verb} {outcomes[outcome]}")

"""What results say of a stance before anything is counted, and which comments show it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from services.analysis.engine.brief import StanceBrief
from services.analysis.engine.learning import Lesson
from services.analysis.engine.statements import OWN
from services.analysis.model.comment import Question
from services.analysis.model.stances import OUTCOMES

CITED = 10


class Citation(NamedTuple):
    """A comment that shows a stance; the one with the least rank first."""

    rank: float
    comment_id: str


def cited(citations: Iterable[Citation]) -> list[Citation]:
    """The ten that show it best; of several shards as of one."""
    return sorted(citations)[:CITED]


def row_of(
    brief: StanceBrief, lessons: Mapping[str, Lesson], questions: Sequence[Question]
) -> dict[str, Any]:
    """Row of a question that stances were asked of, nothing counted yet."""
    row: dict[str, Any] = {
        "question_id": brief.question_id,
        "method": "answers",
        "reason": None,
        "options": brief.options,
        "labelled": 0,
        "labelled_by_stance": {},
        "repeated": 0,
        "ignored": 0,
        "score": None,
        "counts": None,
        "by_theme": [],
        "citing": {outcome: [] for outcome in OUTCOMES},
    }
    if brief.options is None:
        row |= _learned(brief, lessons[brief.question_id or OWN])
    else:
        row["reason"] = _unanswerable(brief.question_id, brief.options, questions)
    return {**row, "method": "refused"} if row["reason"] else row


def _learned(brief: StanceBrief, lesson: Lesson) -> dict[str, Any]:
    labelled = sum(lesson.labelled.values())
    return {
        "method": "learned",
        "reason": lesson.reason,
        "labelled": labelled,
        "labelled_by_stance": lesson.labelled,
        "repeated": lesson.repeated,
        "ignored": len(brief.labels) - labelled - lesson.repeated,
        "score": lesson.score.shown if lesson.score else None,
    }


def _unanswerable(
    question_id: str | None, options: Mapping[str, str], questions: Sequence[Question]
) -> str | None:
    """Why the options tell no stance."""
    question = next((each for each in questions if each.id == question_id), None)
    if question is None:
        return "question_unknown"
    if question.kind != "single":
        return "question_not_single"
    return None if set(options) <= set(question.choices) else "option_unknown"

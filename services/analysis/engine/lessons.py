"""Comments whose stance or theme officers told, and what is learned from them, by question."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.analysis.engine.agreement import Score
from services.analysis.engine.brief import Brief
from services.analysis.engine.learning import Example, Learned, Lesson, learn
from services.analysis.engine.parcel import Parcel
from services.analysis.engine.plan import Plan
from services.analysis.engine.statements import OWN, Statement, statements_of
from services.analysis.model.comment import ExportedComment

Said = Mapping[tuple[str, str], Statement]
"""Statements by question and comment."""
LEAST_LABELS = 40
"""Different texts that somebody labelled, below which no stance is learned."""


def labelled(published: Iterable[ExportedComment], plan: Plan) -> list[Statement]:
    """Statements of a shard whose stance or theme officers told."""
    told = {
        (stance.question_id or OWN, label.comment_id)
        for stance in plan.brief.stances
        for label in stance.labels
    } | {(each.question_id or OWN, each.comment_id) for each in plan.placed}
    ids = {comment_id for _, comment_id in told}
    return [
        statement
        for comment in published
        if comment.comment_id in ids
        for statement in statements_of(comment)
        if (statement.question_id, statement.comment_id) in told
    ]


def said_of(reads: Iterable[Mapping[str, Any]]) -> Said:
    """Those statements of all shards, by question and comment."""
    found = (Statement(*row) for read in reads for row in read["labelled"])
    return {(each.question_id, each.comment_id): each for each in found}


def lessons_of(said: Said, brief: Brief) -> dict[str, Lesson]:
    """What is learned of stances on each question whose labels the brief has."""
    lessons = {}
    for stance in brief.stances:
        if stance.options is None:
            name = stance.question_id or OWN
            texts = ((label, said.get((name, label.comment_id))) for label in stance.labels)
            examples = [Example(s.text, s.language, label.stance) for label, s in texts if s]
            lessons[name] = learn(examples, least=LEAST_LABELS)
    return lessons


def packed_lessons(lessons: Mapping[str, Lesson], *, kind: str) -> Parcel:
    """Lessons of a kind, by question, as columns and JSON."""
    learned = {f"{kind}{n}": each.learned for n, each in enumerate(lessons.values())}
    columns = {name: each.weights for name, each in learned.items() if each}
    return Parcel(columns, {name: _told(lesson) for name, lesson in lessons.items()})


def unpacked_lessons(parcel: Parcel, *, kind: str) -> dict[str, Lesson]:
    """The lessons that `packed_lessons` made a parcel of."""
    return {
        name: _lesson(told, parcel.arrays.get(f"{kind}{number}"))
        for number, (name, told) in enumerate(parcel.told.items())
    }


def _told(lesson: Lesson) -> dict[str, Any]:
    learned = lesson.learned and {
        "labels": lesson.learned.labels,
        "words": lesson.learned.words,
        "languages": sorted(lesson.learned.languages),
        "known": lesson.learned.known,
    }
    return {**vars(lesson), "score": lesson.score and vars(lesson.score), "learned": learned}


def _lesson(told: dict[str, Any], weights: Any) -> Lesson:
    score, learned = told["score"], told["learned"]
    return Lesson(
        labelled=told["labelled"],
        repeated=told["repeated"],
        reason=told["reason"],
        score=score and Score(**{**score, "interval": tuple(score["interval"])}),
        learned=learned
        and Learned(
            labels=tuple(learned["labels"]),
            words=learned["words"],
            weights=weights,
            languages=frozenset(learned["languages"]),
            known=learned["known"],
        ),
    )

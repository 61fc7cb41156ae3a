"""Comments whose stance or theme officers told, and what is learned from them, by question."""

from collections.abc import Iterable, Sequence

from services.analysis.engine.agreement import Score
from services.analysis.engine.brief import Brief
from services.analysis.engine.learning import Example, Learned, Lesson, learn
from services.analysis.engine.parcel import Parcel
from services.analysis.engine.plan import Plan
from services.analysis.engine.statements import OWN, Statement, statements_of
from services.analysis.model.comment import ExportedComment

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


def said_of(reads: Sequence[Parcel]) -> dict[tuple[str, str], Statement]:
    """Those statements of all shards, by question and comment."""
    found = (Statement(*row) for read in reads for row in read.told["labelled"])
    return {(each.question_id, each.comment_id): each for each in found}


def lessons_of(reads: Sequence[Parcel], brief: Brief) -> dict[str, Lesson]:
    """What is learned of stances on each question whose labels the brief has."""
    said = said_of(reads)
    lessons = {}
    for stance in brief.stances:
        if stance.options is None:
            name = stance.question_id or OWN
            texts = ((label, said.get((name, label.comment_id))) for label in stance.labels)
            examples = [Example(s.text, s.language, label.stance) for label, s in texts if s]
            lessons[name] = learn(examples, least=LEAST_LABELS)
    return lessons


def packed_lesson(lesson: Lesson) -> Parcel:
    """A lesson as a column and JSON."""
    told = {
        "labelled": lesson.labelled,
        "repeated": lesson.repeated,
        "reason": lesson.reason,
        "score": lesson.score and vars(lesson.score),
        "learned": None,
    }
    if lesson.learned is None:
        return Parcel({}, told)
    learned = vars(lesson.learned) | {"languages": sorted(lesson.learned.languages)}
    weights = learned.pop("weights")
    return Parcel({"weights": weights}, {**told, "learned": learned})


def unpacked_lesson(parcel: Parcel) -> Lesson:
    """The lesson that `packed_lesson` made a parcel of."""
    score, learned = parcel.told["score"], parcel.told["learned"]
    return Lesson(
        labelled=parcel.told["labelled"],
        repeated=parcel.told["repeated"],
        reason=parcel.told["reason"],
        score=score and Score(**{**score, "interval": tuple(score["interval"])}),
        learned=learned
        and Learned(
            labels=tuple(learned["labels"]),
            words=learned["words"],
            weights=parcel.arrays["weights"],
            languages=frozenset(learned["languages"]),
            known=learned["known"],
        ),
    )

"""Comments whose stance officers told, and what is learned from them, question by question."""

from collections.abc import Iterable, Sequence

from services.analysis.engine.learning import Example, Lesson, learn
from services.analysis.engine.parcel import Parcel
from services.analysis.engine.plan import Brief
from services.analysis.engine.statements import OWN, Statement, statements_of
from services.analysis.model.comment import ExportedComment

LEAST_LABELS = 40
"""Different texts that somebody labelled, below which no stance is learned."""


def labelled(published: Iterable[ExportedComment], brief: Brief) -> list[Statement]:
    """Statements of a shard whose stance the brief tells."""
    told = {
        (stance.question_id or OWN, label.comment_id)
        for stance in brief.stances
        for label in stance.labels
    }
    ids = {comment_id for _, comment_id in told}
    return [
        statement
        for comment in published
        if comment.comment_id in ids
        for statement in statements_of(comment)
        if (statement.question_id, statement.comment_id) in told
    ]


def lessons_of(reads: Sequence[Parcel], brief: Brief) -> dict[str, Lesson]:
    """What is learned of each question whose labels the brief has, from all shards."""
    found = (Statement(*row) for read in reads for row in read.told["labelled"])
    said = {(each.question_id, each.comment_id): each for each in found}
    lessons = {}
    for stance in brief.stances:
        if stance.options is None:
            name = stance.question_id or OWN
            texts = ((label, said.get((name, label.comment_id))) for label in stance.labels)
            examples = [Example(s.text, s.language, label.stance) for label, s in texts if s]
            lessons[name] = learn(examples, least=LEAST_LABELS)
    return lessons

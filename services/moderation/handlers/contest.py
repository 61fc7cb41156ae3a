"""Invoked by comments, which knows who is who: an author's appeal, a reader's flag."""

from typing import Annotated, Any

from pydantic import Field

from services.moderation.handlers import store
from services.moderation.handlers.screen import Comment, Round
from services.moderation.model.case import case_id
from services.moderation.model.doubts import Flag
from services.moderation.use_cases.decide import contest
from services.moderation.use_cases.flag import flag
from services.moderation.use_cases.screen import Submitted
from services.shared import clock
from services.shared.errors import Conflict
from services.shared.transient import transient_errors


class Appealed(Round):
    """An author's appeal."""

    comment_id: Annotated[str, Field(min_length=1)]
    statement: Annotated[str, Field(min_length=1)]


class Flagged(Round):
    """A reader's flag of a published comment."""

    comment: Comment
    flag: Flag


@transient_errors()
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take an appeal or a flag; ``refused`` is the code of what stands against it."""
    if "flag" in event:
        flagged = Flagged.model_validate(event)
        comment = Submitted(**flagged.comment.model_dump())
        flag(comment, flagged.flag, of=flagged.origin, at=clock.now(), store=store())
        return {"refused": None}
    return _appealed(Appealed.model_validate(event))


def _appealed(asked: Appealed) -> dict[str, Any]:
    identifier = case_id(asked.topic_id, asked.round, asked.comment_id)
    try:
        appeal = contest(identifier, asked.statement, at=clock.now(), store=store())
    except Conflict as error:
        return {"refused": error.code}
    if appeal is None:
        return {"refused": "nothing_to_appeal"}
    return {"refused": None, "lodged_at": clock.to_text(appeal.lodged_at)}

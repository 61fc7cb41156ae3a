"""Dispositions of comments, for the service that shows them."""

from typing import Annotated, Any

from pydantic import Field

from services.analysis.handlers import Round, announced, store
from services.analysis.use_cases import serve

MOST_COMMENTS = 100


class Question(Round):
    """Whose dispositions are asked for.

    Attributes
    ----------
    correction : int or None
        Correction by its version: asked for are the dispositions that it changed last.
    """

    comment_ids: Annotated[list[str], Field(max_length=MOST_COMMENTS)]
    correction: Annotated[int, Field(ge=1)] | None = None


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``analysis-serve``."""
    asked = Question.model_validate(event)
    return serve.dispositions(
        asked.topic_id,
        asked.round,
        asked.comment_ids,
        correction=asked.correction,
        store=store(),
        announced=announced(),
    )

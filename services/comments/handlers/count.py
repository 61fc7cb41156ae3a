"""comments-count: how many comments a round has, and how many are still pending."""

from typing import Any

from pydantic import BaseModel

from services.comments.handlers import lists, store
from services.comments.model.window import Round
from services.comments.use_cases.count import count, unanswered
from services.shared.transient import transient_errors


class CountRequest(BaseModel):
    """Payload: which round.

    Attributes
    ----------
    inquiries : bool
        Whether to count the inquiries that nobody has answered, and nothing else.
    settled : bool
        Whether to count only what has left screening, which is quick however large the round.
    """

    topic_id: str
    round: Round
    inquiries: bool = False
    settled: bool = False


@transient_errors()
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Count."""
    request = CountRequest.model_validate(event)
    if request.inquiries:
        waiting = unanswered(request.topic_id, request.round, store=store(), lists=lists())
        return {"unanswered": waiting}
    if request.settled:
        return store().counts(request.topic_id, request.round)
    return count(request.topic_id, request.round, store=store())

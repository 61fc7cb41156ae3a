"""comments-count: how many comments a round has, and how many are still pending."""

from typing import Any

from pydantic import BaseModel

from services.comments.handlers import lists, store
from services.comments.model.window import Round
from services.comments.use_cases.count import count, unanswered
from services.shared.transient import transient_errors


class CountRequest(BaseModel):
    """Payload: which round, and whether to count the inquiries that nobody has answered."""

    topic_id: str
    round: Round
    inquiries: bool = False


@transient_errors()
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Count."""
    request = CountRequest.model_validate(event)
    if request.inquiries:
        waiting = unanswered(request.topic_id, request.round, store=store(), lists=lists())
        return {"unanswered": waiting}
    return count(request.topic_id, request.round, store=store())

"""What SES tells of mails afterwards, from a queue: bounces and complaints."""

from typing import Any

from services.outreach.handlers import delivery_store, subscription_store, suppression_store
from services.outreach.model.feedback import Feedback
from services.outreach.use_cases.feedback import Books, note_feedback
from services.shared import clock
from services.shared.consumer import consume_messages


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``outreach-feedback``."""

    def note(message: dict[str, Any]) -> None:
        books = Books(
            deliveries=delivery_store(),
            subscriptions=subscription_store(),
            suppressions=suppression_store(),
        )
        note_feedback(Feedback.of(message), at=clock.now(), books=books)

    return consume_messages(event, context, handle=note)

"""comments-set_window: the workflow and the topics service set a round's collection window."""

from typing import Any

from services.comments.handlers import data_keys, store
from services.comments.model.window import WindowOrder
from services.comments.use_cases.set_window import set_window
from services.shared import clock
from services.shared.transient import transient_errors


@transient_errors()
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Set the window; the answer is the window as it stands then."""
    order = WindowOrder.model_validate(event)
    window = set_window(order, store=store(), data_keys=data_keys())
    return {
        "topic_id": window.topic_id,
        "round": window.round,
        "opens_at": clock.to_text(window.opens_at),
        "closes_at": clock.to_text(window.closes_at),
    }

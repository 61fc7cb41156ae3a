"""comments-screen: new comments on the table's stream are screened and published or held.

The event source mapping lets only INSERTs with ``status`` = ``screening`` through.
"""

from typing import Any

from services.comments.handlers import store, windows
from services.comments.settings import settings
from services.comments.store import is_comment, received_comment
from services.comments.use_cases.screen import screen
from services.shared import clock, stream
from services.shared.invoke import invoke


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Screen one batch; an error makes the stream deliver it again, and what is done stays done."""
    new = [
        received_comment(change.new)
        for change in stream.changes(event)
        if change.kind == "INSERT" and is_comment(change.new)
    ]
    screen(new, store=store(), windows=windows(), ask=_ask, now=clock.now)
    return {"batchItemFailures": []}


def _ask(payload: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = invoke(settings().moderation_screen_function_name, payload)
    return answer

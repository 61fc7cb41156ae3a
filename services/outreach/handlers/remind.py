"""Every hour: who is to be reminded that a collection closes, and what is to be gone on with."""

from typing import Any

from services.outreach.handlers import ask_topics, has_time, plan_store
from services.outreach.use_cases.plan import Planning, remind
from services.outreach.use_cases.unfinished import take_up
from services.shared import clock
from services.shared.consumer import consume_messages


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``outreach-remind``: the schedule's events, from a queue."""

    def sweep(_message: dict[str, Any]) -> None:
        planning = Planning(store=plan_store(), ask=ask_topics)
        at = clock.now()
        try:
            take_up(at=at, has_time=lambda: has_time(context), planning=planning)
        finally:
            remind(at=at, has_time=lambda: has_time(context), planning=planning)

    return consume_messages(event, context, handle=sweep)

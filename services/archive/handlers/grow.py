"""Every six hours: the trees of the rounds that collect take up what came, and heads are signed."""

from typing import Any

from services.archive.growing import grounds
from services.archive.use_cases.grow import grow_all
from services.shared import clock
from services.shared.consumer import consume_messages, has_time
from services.shared.observability import logger

_RESERVE_MILLISECONDS = 240_000
"""What a large round may take."""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``archive-grow``: the schedule's messages, from a queue."""

    def grow(_message: dict[str, Any]) -> None:
        at = clock.now()
        signed = grow_all(
            grounds(at),
            at=at,
            has_time=lambda: has_time(context, reserve=_RESERVE_MILLISECONDS),
        )
        logger("archive").info("heads_signed", heads=signed)

    return consume_messages(event, context, handle=grow)

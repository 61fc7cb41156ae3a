"""Every six hours: who takes part in the rounds that collect, and which groups stay away."""

from typing import Any

from services.comments.handlers import data_keys, looks, store
from services.comments.use_cases.inclusion import Lookout, look_at_all
from services.shared import clock
from services.shared.consumer import consume_messages, has_time
from services.shared.observability import logger

_RESERVE_MILLISECONDS = 20_000
"""What a look at one round may take."""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``comments-inclusion``: the schedule's messages, from a queue."""

    def look(_message: dict[str, Any]) -> None:
        lookout = Lookout(store=store(), looks=looks(), data_keys=data_keys())
        found = look_at_all(
            lookout,
            at=clock.now(),
            has_time=lambda: has_time(context, reserve=_RESERVE_MILLISECONDS),
        )
        if found:
            logger("comments").info("inclusion_gaps_found", rounds=found)

    return consume_messages(event, context, handle=look)

"""Every six hours: what people asked to be erased, as far as receipts did not do it at once."""

from typing import Any

from services.comments.erasure_store import ErasureStore
from services.comments.handlers import keyring, store, windows
from services.comments.settings import settings
from services.comments.use_cases.erase import Eraser
from services.comments.use_cases.forget import carry_out_all
from services.shared import clock
from services.shared.consumer import consume_messages
from services.shared.observability import logger
from services.shared.table import Table

_RESERVE_MILLISECONDS = 20_000
"""What a shard may take."""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``comments-forget``: the schedule's messages, from a queue."""

    def forget(_message: dict[str, Any]) -> None:
        done = carry_out_all(_eraser(), at=clock.now(), has_time=lambda: _has_time(context))
        if done:
            logger("comments").info("erasures_completed", requests=done)

    return consume_messages(event, context, handle=forget)


def _has_time(context: Any) -> bool:
    return bool(context.get_remaining_time_in_millis() > _RESERVE_MILLISECONDS)


def _eraser() -> Eraser:
    return Eraser(
        store=store(),
        requests=ErasureStore(Table(settings().comments_table_name)),
        windows=windows(),
        keyring=keyring(),
    )

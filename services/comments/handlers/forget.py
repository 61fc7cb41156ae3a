"""Every six hours: what people asked to be erased, and personal data whose time is over."""

from typing import Any

from services.comments.erasure_store import ErasureStore
from services.comments.handlers import keyring, retention, store, windows
from services.comments.settings import settings
from services.comments.use_cases.erase import Eraser
from services.comments.use_cases.forget import carry_out_all
from services.comments.use_cases.retain import delete_keys
from services.shared import clock
from services.shared.consumer import consume_messages, has_time
from services.shared.observability import logger
from services.shared.table import Table

_RESERVE_MILLISECONDS = 20_000
"""What a shard may take."""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``comments-forget``: the schedule's messages, from a queue."""

    def forget(_message: dict[str, Any]) -> None:
        at = clock.now()
        rounds = delete_keys(retention=retention(), store=store(), at=at)
        requests = carry_out_all(
            _eraser(), at=at, has_time=lambda: has_time(context, reserve=_RESERVE_MILLISECONDS)
        )
        if rounds or requests:
            logger("comments").info("forgotten", rounds=rounds, requests=requests)

    return consume_messages(event, context, handle=forget)


def _eraser() -> Eraser:
    return Eraser(
        store=store(),
        requests=ErasureStore(Table(settings().comments_table_name)),
        windows=windows(),
        keyring=keyring(),
    )

"""What got lost between the comments table and the bus is made good, a piece at a time."""

from collections.abc import Sequence
from typing import Any

from services.comments.count_store import CountStore
from services.comments.handlers import store
from services.comments.settings import settings
from services.comments.store import is_comment, received_comment
from services.comments.use_cases.recount import recount
from services.comments.use_cases.tell_received import received_events
from services.shared import clock
from services.shared.reconcile import Means, Order, audited, reconcile
from services.shared.relay import Outgoing
from services.shared.table import Item, Table
from services.shared.transient import transient_errors


@transient_errors()
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``comments-reconcile``."""
    order = Order.model_validate(event)
    if order.action == "recount":
        return _recount(order)
    return reconcile(order, _means(), at=clock.now())


def _recount(order: Order) -> dict[str, Any]:
    window = store().window(str(order.topic_id), order.round or 0)
    if window is None:
        # Before its window is set a round has no comment that could be counted.
        return {"action": "recount", "looked_at": 0, "done": 0, "drift": {}, "cursor": None}
    return recount(
        window,
        begun=order.cursor,
        dry_run=order.dry_run,
        at=clock.now(),
        store=store(),
        corrections=CountStore(Table(settings().comments_table_name)),
    )


def _told(items: Sequence[Item]) -> list[Outgoing]:
    """Events of audit items, and of comments, which are their own.

    The id of what tells of comments follows from their ids, so that it is another one than the
    first time where they come in another batch; its consumers go by the comments' ids.
    """
    comments = (("", received_comment(item)) for item in items if is_comment(item))
    return [*received_events(comments), *audited(items)]


def _means() -> Means:
    found = settings()
    readers = {
        found.comments_relay_mapping_id: found.comments_relay_function_name,
        found.comments_screen_mapping_id: found.comments_screen_function_name,
    }
    return Means(
        table=found.comments_table_name,
        bus=found.event_bus_name,
        source="tashawur.comments",
        parked_bucket=found.parked_bucket_name,
        readers=readers,
        told=_told,
    )

"""Set a round's collection window."""

from services.comments.data_keys import DataKeys
from services.comments.model.window import Window, WindowOrder, moved_window, opened_window
from services.comments.store import CommentStore
from services.shared.errors import TransientError
from services.shared.table import ConditionFailed

_ATTEMPTS = 3


def set_window(order: WindowOrder, *, store: CommentStore, data_keys: DataKeys) -> Window:
    """Write the window if the order is newer than what stands, and give what stands then.

    The first order of a round also fixes its shards and makes its data key.

    Raises
    ------
    TransientError
        If other orders got in between every time.
    """
    for _ in range(_ATTEMPTS):
        standing = store.window(order.topic_id, order.round)
        window = _changed(standing, order, data_keys)
        if window is None and standing is not None:
            return standing
        if window is not None and _written(window, standing, store):
            return window
    raise TransientError("other orders for the same window")


def _changed(standing: Window | None, order: WindowOrder, data_keys: DataKeys) -> Window | None:
    if standing is not None:
        return moved_window(standing, order)
    return opened_window(order, data_key=data_keys.generate(order.topic_id, order.round))


def _written(window: Window, standing: Window | None, store: CommentStore) -> bool:
    try:
        store.put_window(window, replaces=standing)
    except ConditionFailed:
        return False
    return True

"""Keep personal data for as long as the plan says, and no longer.

Contacts and demographics lie encrypted under their round's data key. Once that is deleted nobody
can read them, wherever copies of them are.
"""

from datetime import datetime

from services.comments.model.retention import Retention
from services.comments.retention_store import RetentionStore
from services.comments.store import CommentStore
from services.shared.errors import TransientError
from services.shared.events import Envelope
from services.shared.table import ConditionFailed


def note_end(envelope: Envelope, *, retention: RetentionStore) -> None:
    """Note until when a round's personal data is kept, or that the round was taken up again.

    Raises
    ------
    TransientError
        If another event of the round came in between.
    """
    standing = retention.of_round(envelope.topic_id, envelope.round)
    if standing and standing.noted_at >= envelope.occurred_at:
        return
    noted = Retention(
        topic_id=envelope.topic_id,
        round=envelope.round,
        noted_at=envelope.occurred_at,
        until=envelope.data.get("personal_data_until"),
    )
    try:
        retention.note(noted, replaces=standing)
    except ConditionFailed as error:
        raise TransientError("another end of the same round") from error


def delete_keys(*, retention: RetentionStore, store: CommentStore, at: datetime) -> int:
    """Delete the keys of all rounds whose time is over, and give how many; once each."""
    deleted = 0
    for ended in list(retention.ended()):
        if not ended.is_over(at):
            continue
        window = store.window(ended.topic_id, ended.round)
        try:
            if window is None or window.data_key is None:  # withdrawn before it ever opened
                retention.close(ended, at=at)
            else:
                retention.delete_key(ended, window, at=at)
                deleted += 1
        except ConditionFailed:
            continue  # it was taken up again, or somebody else was quicker
    return deleted

"""Note that a decision was announced."""

from services.comments.store import CommentStore
from services.shared.errors import TransientError
from services.shared.events import Envelope
from services.shared.table import ConditionFailed


def note_announcement(envelope: Envelope, *, store: CommentStore) -> None:
    """From now on the round's dispositions are shown beside its comments.

    Raises
    ------
    TransientError
        If the round has no window (yet).
    """
    try:
        store.note_announcement(envelope.topic_id, envelope.round, at=envelope.occurred_at)
    except ConditionFailed as error:
        raise TransientError("announced before it opened") from error

"""That authors were given what is held about them, in the comments table.

``Q#<access>`` / ``A#<r>#<v>``: audit item of one giving; `store` has the rest of the keys.
"""

from datetime import datetime

from services.comments.events import AccessGiven
from services.comments.model.window import Window
from services.shared.events import Actor, audit
from services.shared.table import Table

_AUTHOR = Actor(role="participant", id="author")


class AccessStore:
    """Records of access.

    Parameters
    ----------
    table : Table
        The comments table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def note_given(self, access_id: str, window: Window, *, comments: int, at: datetime) -> None:
        """Record that what is held about so many comments of a topic was given to their author.

        Not which ones: the trail is public in the end, and nobody is to learn by it which comments
        are one person's.
        """
        told = audit(
            AccessGiven(comments=comments),
            pk=f"Q#{access_id}",
            version=1,
            topic_id=window.topic_id,
            round_=window.round,
            actor=_AUTHOR,
            at=at,
        )
        self._table.write(told)

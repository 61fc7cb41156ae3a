"""Notices where people come to see them, in the outreach table; `store` writes them.

``pk = T#<topic>``, ``sk = N#<instant>#<round>#<notice>[#<occasion>]``: those on a topic's page. The
feeds' are entries as `store` has them.
"""

from collections.abc import Iterator

from services.outreach.model.delivery import Channel
from services.outreach.model.notice import Notice
from services.shared.table import Table

_NOTICE = "N#"


class NoticeStore:
    """Posted notices in DynamoDB.

    Parameters
    ----------
    table : Table
        The outreach table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def page(self, topic_id: str, *, after: str | None, limit: int) -> list[tuple[str, Notice]]:
        """Notices of a topic, newest first, each with its place in the list.

        Parameters
        ----------
        after : str, optional
            Place after which to begin.
        """
        pk = f"T#{topic_id}"
        start = {"pk": pk, "sk": _NOTICE + after} if after else None
        page = self._table.query(pk, prefix=_NOTICE, after=start, limit=limit, newest_first=True)
        return [
            (item["sk"].removeprefix(_NOTICE), Notice.model_validate(item)) for item in page.items
        ]

    def posted(self, topic_id: str, round_: int) -> Iterator[tuple[Channel, Notice]]:
        """Notices of a round with the channel that they stand on: the page's, then the feed's."""
        places: list[tuple[Channel, str, str]] = [
            ("web", f"T#{topic_id}", _NOTICE),
            ("atom", f"FEED#T#{topic_id}", ""),
        ]
        for channel, pk, prefix in places:
            for item in self._table.items(pk, prefix=prefix):
                notice = Notice.model_validate(item)
                if notice.round == round_:
                    yield channel, notice

"""Notices as they stand where people come to see them, in the outreach table; see `store`."""

from collections.abc import Iterator

from services.outreach.model.delivery import Channel
from services.outreach.model.notice import Notice
from services.shared.table import Table


class NoticeStore:
    """Posted notices in DynamoDB.

    Parameters
    ----------
    table : Table
        The outreach table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def posted(self, topic_id: str, round_: int) -> Iterator[tuple[Channel, Notice]]:
        """Notices of a round with the channel that they stand on: the page's, then the feed's."""
        for item in self._table.items(f"T#{topic_id}", prefix=f"N#{round_:03d}#"):
            yield "web", Notice.model_validate(item)
        for item in self._table.items(f"FEED#T#{topic_id}"):
            notice = Notice.model_validate(item)
            if notice.round == round_:
                yield "atom", notice

"""Notices on the pages of topics, in the outreach table; `store` writes them with their outcome.

``pk = T#<topic>``, ``sk = N#<instant>#<round>#<notice>[#<occasion>]``.
"""

from services.outreach.model.notice import Notice
from services.shared.table import Table

_NOTICE = "N#"


class NoticeStore:
    """Notices on topics' pages, in DynamoDB.

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

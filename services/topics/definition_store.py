"""Versions of the topics' definitions in the topics table.

``pk = T#<topic>``, ``sk = V#<round>#<version>``: the definition as the change of that version left
it. Kept beside the audit item of the change, as the row has the present definition alone.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.shared import clock
from services.shared.events import EventData
from services.shared.table import Put, Table
from services.topics import events
from services.topics.model.topic import Topic

_REDEFINING = (
    events.TopicDefined,
    events.TopicRevised,
    events.FurtherRoundOpened,
    events.PublicationBroughtForward,
    events.CollectionExtended,
    events.CollectionShortened,
)
"""Events of the changes after which a definition is another."""


class DefinitionStore:
    """Definitions in DynamoDB.

    Parameters
    ----------
    table : Table
        The topics table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def versions(self, topic_id: str, round_: int) -> Iterator[dict[str, Any]]:
        """Definitions of a round, oldest first: ``version``, ``at``, ``event``, ``definition``."""
        for item in self._table.items(f"T#{topic_id}", prefix=f"V#{round_:03d}#"):
            fields = {name: item[name] for name in ("version", "at", "definition")}
            # Not named ``event`` in the table: the relay publishes what has one.
            yield {**fields, "event": item["event_type"]}


def kept(topic: Topic, event: EventData, *, at: datetime) -> list[Put]:
    """What a change writes to keep its definition; nothing if it leaves it as it was."""
    if not isinstance(event, _REDEFINING):
        return []
    item = {
        "pk": f"T#{topic.topic_id}",
        "sk": f"V#{topic.round:03d}#{topic.version:08d}",
        "version": topic.version,
        "at": clock.to_text(at),
        "event_type": type(event).__name__,
        "definition": topic.definition.model_dump(mode="json", exclude_none=True),
    }
    return [Put(item=item)]

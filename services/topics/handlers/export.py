"""The topic's part of the record."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from services.shared import clock
from services.shared.transient import transient_errors
from services.topics.handlers import definition_store, store
from services.topics.settings import settings
from services.topics.use_cases.export import export_topic
from services.topics.use_cases.recorded import History


class Round(BaseModel):
    """Which round to export."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_id: str
    round: int


@transient_errors()
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``topics-export``."""
    round_ = Round.model_validate(event)
    topic = store().get(round_.topic_id)
    if topic is None or topic.round != round_.round:
        raise LookupError(f"no round {round_.round} of topic {round_.topic_id}")
    bucket = settings().exports_bucket_name
    history = History(topics=store(), definitions=definition_store())
    files = export_topic(topic, bucket=bucket, at=clock.now(), store=store(), history=history)
    return {"service": "topics", "files": [file.model_dump() for file in files]}

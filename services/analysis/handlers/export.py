"""The analysis's part of the record."""

from typing import Any

from services.analysis.handlers import Round, announced, answers, ask_topics, store
from services.analysis.settings import settings
from services.analysis.use_cases.export import export
from services.shared import clock
from services.shared.transient import transient_errors


class Gathered(Round):
    """Which round's record is gathered, and whether its decision was announced."""

    announced: bool


@transient_errors()
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``analysis-export``."""
    asked = Gathered.model_validate(event)
    files = export(
        asked.topic_id,
        asked.round,
        announced=asked.announced,
        bucket=settings().exports_bucket_name,
        at=clock.now(),
        store=store(),
        announcements=announced(),
        kept=answers(),
        ask_topics=ask_topics,
    )
    return {"service": "analysis", "files": [file.model_dump() for file in files]}

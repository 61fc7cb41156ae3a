"""Moderation's part of a round's record: the report and the log."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.moderation.handlers import reporting
from services.moderation.settings import settings
from services.moderation.use_cases.report import export_round
from services.shared.transient import transient_errors


class Round(BaseModel):
    """Which round."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic_id: Annotated[str, Field(min_length=1)]
    round: Annotated[int, Field(ge=1)]


@transient_errors()
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Write the files; writing them again gives the same bytes."""
    asked = Round.model_validate(event)
    files = export_round(
        asked.topic_id,
        asked.round,
        reporting=reporting(),
        bucket=settings().exports_bucket_name,
    )
    return {"service": "moderation", "files": [file.model_dump() for file in files]}

"""The delivery report: outreach's part of the record."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from services.outreach.handlers import delivery_store, part_store, plan_store
from services.outreach.settings import settings
from services.outreach.use_cases.export import export_deliveries
from services.outreach.use_cases.report import Books
from services.shared.transient import transient_errors


class Round(BaseModel):
    """Which round to export."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_id: str
    round: int


@transient_errors()
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Entry of ``outreach-export``."""
    round_ = Round.model_validate(event)
    file = export_deliveries(
        round_.topic_id,
        round_.round,
        bucket=settings().exports_bucket_name,
        books=Books(deliveries=delivery_store(), parts=part_store(), plans=plan_store()),
    )
    return {"service": "outreach", "files": [file.model_dump()]}

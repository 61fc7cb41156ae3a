"""The delivery report and the notices: outreach's part of the record."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from services.outreach.handlers import delivery_store, notice_store, part_store, plan_store
from services.outreach.settings import settings
from services.outreach.use_cases.export import export_deliveries
from services.outreach.use_cases.notices import export_notices
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
    of, bucket = (round_.topic_id, round_.round), settings().exports_bucket_name
    books = Books(deliveries=delivery_store(), parts=part_store(), plans=plan_store())
    deliveries = export_deliveries(*of, bucket=bucket, books=books)
    notices = export_notices(*of, bucket=bucket, store=notice_store())
    return {"service": "outreach", "files": [each.model_dump() for each in (deliveries, notices)]}

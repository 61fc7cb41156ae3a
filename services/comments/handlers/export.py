"""comments-export: a round's comments, for analysis or for the record."""

from typing import Any

from pydantic import BaseModel

from services.comments.handlers import store
from services.comments.model.window import Round
from services.comments.settings import settings
from services.comments.use_cases.export import Edition, export_for_analysis, export_for_record
from services.shared.transient import transient_errors


class ExportRequest(BaseModel):
    """Payload: which round, and for whom."""

    topic_id: str
    round: Round
    edition: Edition


@transient_errors()
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Export."""
    request = ExportRequest.model_validate(event)
    export = export_for_analysis if request.edition == "analysis" else export_for_record
    bucket = settings().exports_bucket_name
    return export(request.topic_id, request.round, store=store(), bucket=bucket)

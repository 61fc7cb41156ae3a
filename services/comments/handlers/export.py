"""comments-export: a round's comments, for analysis or for the record."""

from typing import Any

from pydantic import BaseModel

from services.comments.handlers import data_keys, store
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
    of, bucket = (request.topic_id, request.round), settings().exports_bucket_name
    if request.edition == "record":
        return export_for_record(*of, store=store(), bucket=bucket)
    return export_for_analysis(*of, store=store(), data_keys=data_keys(), bucket=bucket)

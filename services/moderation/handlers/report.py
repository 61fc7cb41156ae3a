"""The public moderation report of a topic."""

from typing import Any

from services.moderation.handlers import reporting
from services.moderation.model.report import FORMATS, as_csv
from services.moderation.settings import settings
from services.moderation.use_cases.report import public_report
from services.shared.http import Api, Request, Response

api = Api("moderation", settings)
_CACHED = {"Cache-Control": "public, max-age=60"}


@api.route("GET /v1/topics/{topic}/moderation-report")
def get_report(request: Request) -> Response:
    """Report of a round, the latest by default, as JSON or CSV."""
    wanted = request.one_of("format", FORMATS) or "json"
    document = public_report(request.path["topic"], request.round, reporting=reporting())
    if wanted == "json":
        return Response(body=document, headers=_CACHED)
    return Response(body=as_csv(document), headers=_CACHED, media_type="text/csv; charset=utf-8")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    return api.handle(event, context)

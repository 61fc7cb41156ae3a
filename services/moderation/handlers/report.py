"""The public moderation report of a topic."""

from typing import Any

from services.moderation.handlers import store
from services.moderation.settings import settings
from services.moderation.use_cases.report import public_report
from services.shared.http import Api, Request, Response
from services.shared.language import catalogue

api = Api("moderation", settings)
_CACHED = {"Cache-Control": "public, max-age=60"}


@api.route("GET /v1/topics/{topic}/moderation-report")
def get_report(request: Request) -> Response:
    """Report of a round, the latest by default."""
    document = public_report(
        request.path["topic"],
        request.round,
        method=catalogue("moderation")["moderation_method"],
        store=store(),
    )
    return Response(body=document, headers=_CACHED)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    return api.handle(event, context)

"""Officers and operators register the endpoints that partners' sites are told by."""

from typing import Any

from services.outreach.handlers import keyring, webhook_store
from services.outreach.model.webhook import WebhookRequest
from services.outreach.settings import settings
from services.outreach.use_cases.webhooks import (
    list_endpoints,
    must_act_for_somebody,
    register,
    remove,
)
from services.shared import clock
from services.shared.http import Api, Request, Response

api = Api("outreach", settings)
_BODY_LIMIT_BYTES = 8192


@api.route("POST /v1/webhooks")
def add(request: Request) -> Response:
    """Register an endpoint; its secret is in this answer and in no other."""
    must_act_for_somebody(request.caller)
    endpoint = register(
        request.parse(WebhookRequest, limit=_BODY_LIMIT_BYTES),
        caller=request.caller,
        at=clock.now(),
        store=webhook_store(),
    )
    body = endpoint.view() | {"secret": endpoint.secret(keyring().webhook)}
    return Response(status=201, body=body)


@api.route("GET /v1/webhooks")
def list_all(request: Request) -> Response:
    """The endpoints that the caller may see."""
    found = list_endpoints(caller=request.caller, store=webhook_store())
    return Response(body={"items": [endpoint.view() for endpoint in found], "next_cursor": None})


@api.route("DELETE /v1/webhooks/{webhook}")
def take_away(request: Request) -> Response:
    """Remove an endpoint."""
    remove(request.path["webhook"], caller=request.caller, at=clock.now(), store=webhook_store())
    return Response(status=204)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``outreach-webhooks``."""
    return api.handle(event, context)

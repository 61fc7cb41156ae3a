"""The moderators' queue: cases, claim, decision."""

from typing import Any, get_args

from services.moderation.handlers import store
from services.moderation.model.case import Status, view
from services.moderation.model.ruling import Decision
from services.moderation.settings import settings
from services.moderation.use_cases import decide as verbs
from services.moderation.use_cases.cases import Wanted, list_cases
from services.shared import clock, cursors, keys
from services.shared.errors import Malformed
from services.shared.http import Api, Request, Response

api = Api("moderation", settings)


@api.route("GET /v1/moderation/cases")
def get_cases(request: Request) -> Response:
    """One page of the queue."""
    status, topic_id = _status(request), request.query.get("topic") or None
    key = keys.purpose_key(keys.service_secret(settings().service_key_secret_arn), "cursor")
    scope = f"cases?status={status}&topic={topic_id or ''}"
    cursor = request.query.get("cursor")
    after = cursors.decode(cursor, key=key, scope=scope) if cursor else None
    at = clock.now()
    wanted = Wanted(status=status, topic_id=topic_id, covers=request.caller.covers)
    page = list_cases(wanted, after=after, at=at, store=store())
    following = cursors.encode(page.last, key=key, scope=scope) if page.last else None
    items = [view(case, at=at) for case in page.cases]
    return Response(body={"items": items, "next_cursor": following})


@api.route("POST /v1/moderation/cases/{case}/claim")
def post_claim(request: Request) -> Response:
    """Claim a case."""
    at = clock.now()
    case = verbs.claim(request.path["case"], caller=request.caller, at=at, store=store())
    return Response(body=view(case, at=at))


@api.route("POST /v1/moderation/cases/{case}/decision")
def post_decision(request: Request) -> Response:
    """Decide a case."""
    case_id, caller = request.path["case"], request.caller
    decision = request.parse(
        Decision, permit=lambda: verbs.known(case_id, caller=caller, store=store())
    )
    at = clock.now()
    case = verbs.decide(case_id, decision, caller=caller, at=at, store=store())
    return Response(body=view(case, at=at))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    return api.handle(event, context)


def _status(request: Request) -> Status:
    asked = request.query.get("status", "open")
    for status in get_args(Status):
        if status == asked:
            return status  # type: ignore[no-any-return]
    raise Malformed("bad_query", name="status")

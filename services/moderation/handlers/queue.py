"""The moderators' queue: cases, claim, decision, undoing, appeals."""

from collections.abc import Callable
from typing import Any

from services.moderation.handlers import store
from services.moderation.model.case import STATUSES, Case
from services.moderation.model.case_view import view
from services.moderation.model.doubts import SEVERITIES
from services.moderation.model.due_process import UndoOrder
from services.moderation.model.ruling import Decision, DecisionOrder
from services.moderation.settings import settings
from services.moderation.use_cases import decide as verbs
from services.moderation.use_cases.cases import Wanted, list_cases
from services.moderation.use_cases.decide import Act
from services.shared import clock, cursors, keys
from services.shared.errors import Malformed
from services.shared.http import LONGEST_ID, Api, Request, Response
from services.shared.language import LANGUAGES

api = Api("moderation", settings)


@api.route("GET /v1/moderation/cases")
def get_cases(request: Request) -> Response:
    """One page of the queue."""
    key = keys.purpose_key(keys.service_secret(settings().service_key_secret_arn), "cursor")
    wanted, at = _wanted(request), clock.now()
    cursor = request.query.get("cursor")
    after = cursors.decode(cursor, key=key, scope=wanted.scope) if cursor else None
    page = list_cases(wanted, after=after, at=at, store=store())
    following = cursors.encode(page.last, key=key, scope=wanted.scope) if page.last else None
    items = [view(case, at=at) for case in page.cases]
    return Response(body={"items": items, "next_cursor": following})


@api.route("POST /v1/moderation/cases/{case}/claim")
def post_claim(request: Request) -> Response:
    """Claim a case."""
    act = _act(request)
    return _shown(verbs.claim(request.path["case"], act, store=store()), act)


@api.route("POST /v1/moderation/cases/{case}/decision")
def post_decision(request: Request) -> Response:
    """Decide a case, and those with the very same text if that is wanted."""
    order, act = request.parse(DecisionOrder, permit=_permit(request)), _act(request)
    case = verbs.decide(request.path["case"], order.decided, act, store=store())
    alike = []
    if order.identical:
        alike = verbs.decide_twins(case, order.decided, act, store=store())
    return Response(body={**view(case, at=act.at), "identical": alike})


@api.route("POST /v1/moderation/cases/{case}/undo")
def post_undo(request: Request) -> Response:
    """Take a decision back."""
    order, act = request.parse(UndoOrder, permit=_permit(request)), _act(request)
    return _shown(verbs.undo(request.path["case"], order.reason, act, store=store()), act)


@api.route("POST /v1/moderation/appeals/{case}/decision")
def post_final_decision(request: Request) -> Response:
    """Decide an appeal."""
    decision, act = request.parse(Decision, permit=_permit(request)), _act(request)
    return _shown(verbs.settle(request.path["case"], decision, act, store=store()), act)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    return api.handle(event, context)


def _act(request: Request) -> Act:
    return Act(caller=request.caller, at=clock.now())


def _permit(request: Request) -> Callable[[], object]:
    return lambda: verbs.known(request.path["case"], caller=request.caller, store=store())


def _shown(case: Case, act: Act) -> Response:
    return Response(body=view(case, at=act.at))


def _wanted(request: Request) -> Wanted:
    assignee, topic_id = request.query.get("assignee"), request.query.get("topic") or None
    if topic_id and len(topic_id) > LONGEST_ID:
        raise Malformed("bad_query", name="topic")
    return Wanted(
        status=request.one_of("status", STATUSES) or "open",
        topic_id=topic_id,
        severity=request.one_of("severity", SEVERITIES),
        language=request.one_of("language", LANGUAGES),
        assignee=request.caller.subject if assignee == "me" else assignee,
        covers=request.caller.covers,
    )

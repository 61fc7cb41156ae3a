"""Everybody reads topics, plans, how a consultation went, and what this API promises."""

import hashlib
import json
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from services.shared import clock
from services.shared.errors import Malformed, NotFound
from services.shared.http import Api, Request, Response
from services.shared.identity import Caller
from services.shared.language import catalogue
from services.topics.handlers import page_of_topics, store
from services.topics.model.agencies import agencies
from services.topics.model.deadline import deadline
from services.topics.model.narrowing import Narrowing
from services.topics.model.plan import plans
from services.topics.model.proposal import CHOICES, proposed
from services.topics.model.topic import Topic
from services.topics.model.view import view
from services.topics.settings import settings
from services.topics.use_cases import read
from services.topics.use_cases.versions import decision_shown, decision_versions

api = Api("topics", settings)
_CONTRACT_FRESHNESS = {"Cache-Control": "public, max-age=300"}


@api.route("GET /v1/topics")
def list_topics(request: Request) -> Response:
    """At most 100 topics, newest first; while there is a cursor a page may be short or empty."""
    narrowing = Narrowing.of(request.query)
    topics, cursor = page_of_topics(request, scope=f"topics/{narrowing.scope}", narrowing=narrowing)
    at = clock.now()
    body = {"items": [view(topic, at=at) for topic in topics], "next_cursor": cursor}
    return Response(body=body, headers=_freshness(request.caller))


@api.route("GET /v1/topics/{topic}")
def read_topic(request: Request) -> Response:
    """One topic; its ETag is what an edit sends back in ``If-Match``."""
    topic, at = _topic(request), clock.now()
    headers = {"ETag": _tag(topic, at), **_freshness(request.caller)}
    if request.knows(headers["ETag"]):
        return Response(status=304, headers=headers)
    return Response(body=view(topic, at=at), headers=headers)


@api.route("GET /v1/topics/{topic}/timeline")
def read_timeline(request: Request) -> Response:
    """What happened to a topic, oldest first."""
    entries = read.timeline(_topic(request), caller=request.caller, store=store())
    return Response(body={"items": list(entries)}, headers=_freshness(request.caller))


@api.route("GET /v1/topics/{topic}/decision")
def read_decision(request: Request) -> Response:
    """The decision of the topic's round, or the version of it that is asked for."""
    topic, version = _topic(request), request.version
    decision = decision_shown(topic, version=version, caller=request.caller, store=store())
    headers = {"ETag": f'"{decision["version"]}"', **_freshness(request.caller)}
    return Response(body=decision, headers=headers)


@api.route("GET /v1/topics/{topic}/decision/versions")
def list_decision_versions(request: Request) -> Response:
    """The versions of the round's decision, oldest first."""
    found = decision_versions(_topic(request), caller=request.caller, store=store())
    body = {"items": [each.model_dump(mode="json") for each in found]}
    return Response(body=body, headers=_freshness(request.caller))


@api.route("GET /v1/plans")
def list_plans(request: Request) -> Response:
    """The plans in both languages; with type, importance or need, also the one that fits."""
    for name, value in request.query.items():
        if value not in CHOICES.get(name, ()):
            raise Malformed("bad_query", name=name)
    body: dict[str, Any] = {"items": [plan.model_dump(mode="json") for plan in plans().values()]}
    if request.query:
        rule = proposed(request.query)
        body["proposed"] = {"plan": rule.plan, "why": rule.why.model_dump()}
    return Response(body=body)


@api.route("GET /v1/agencies")
def list_agencies(_request: Request) -> Response:
    """The agencies that take part."""
    return Response(body={"items": agencies()})


@api.route("GET /v1/health")
def health(_request: Request) -> Response:
    """Whether the service and its table answer."""
    store().get("health")
    body = {"status": "ok", "stage": settings().stage, "time": clock.to_text(clock.now())}
    return Response(body=body)


@api.route("GET /openapi.json")
def read_contract(request: Request) -> Response:
    """The OpenAPI document of the whole API."""
    text, tag = _contract()
    headers = {"ETag": tag, **_CONTRACT_FRESHNESS}
    if request.knows(tag):
        return Response(status=304, headers=headers)
    return Response(body=text, headers=headers)


@api.route("GET /problems/{problem}")
def read_problem_type(request: Request) -> Response:
    """What a problem's ``type`` means, in both languages."""
    slug = request.path["problem"]
    entry = _problem_types().get(slug)
    if entry is None:
        raise NotFound
    body = {"type": f"/problems/{slug}", "title": catalogue("topics")[slug], **entry}
    return Response(body=body, headers=_CONTRACT_FRESHNESS)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``topics-read``, which also answers every address that is no route (404)."""
    return api.handle(event, context)


def _topic(request: Request) -> Topic:
    return read.readable_topic(
        request.path["topic"], round_=request.round, caller=request.caller, store=store()
    )


def _tag(topic: Topic, at: datetime) -> str:
    """ETag of what a topic's caller sees; while the version stays the same, this does not."""
    # The row of an earlier round does not change when its caller may know of the next one.
    parts: list[object] = [topic.version, topic.next_round] if topic.next_round else [topic.version]
    due = deadline(topic, at=at)
    if due is not None and due.announced_at is None:
        # Nor does a row change as the days go by until its decision is due.
        parts += ["late" if due.is_late else "due", due.days_overdue or due.days_left or 0]
    return f'"{"-".join(map(str, parts))}"'


def _freshness(caller: Caller) -> dict[str, str]:
    """Let caches keep what everybody sees for a short time, and nothing that staff see."""
    return {} if caller.subject else {"Cache-Control": "public, max-age=15"}


@cache
def _contract() -> tuple[str, str]:
    text = resources.files("services.topics").joinpath("openapi.json").read_text("utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return text, f'"{digest[:32]}"'


@cache
def _problem_types() -> dict[str, dict[str, Any]]:
    text = resources.files("services.shared").joinpath("problem_types.json").read_text("utf-8")
    return dict(json.loads(text))

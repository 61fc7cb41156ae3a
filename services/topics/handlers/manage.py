"""Officers and approvers define topics, move them on and record decisions."""

from typing import Any

from pydantic import RootModel

from services.shared import clock, ids
from services.shared.errors import PreconditionRequired
from services.shared.http import Api, Request, Response
from services.shared.invoke import invoke
from services.topics.handlers import store
from services.topics.model.decision import Decision
from services.topics.model.delay import Delay
from services.topics.model.exception import RequestedException
from services.topics.model.topic import Topic
from services.topics.model.view import deadline_view, view
from services.topics.settings import settings
from services.topics.use_cases import bell, read
from services.topics.use_cases.acts.shared import Counts, TransitionRequest
from services.topics.use_cases.decide import record_decision
from services.topics.use_cases.define import define_topic, edit_topic, must_act_for_an_agency
from services.topics.use_cases.delay import explain_delay
from services.topics.use_cases.exception import give_exception, take_back_exception
from services.topics.use_cases.transition import move_on

api = Api("topics", settings)


class Document(RootModel[dict[str, Any]]):
    """A definition as it came; the rules look at it as a whole, so that no fault hides another."""


@api.route("POST /v1/topics")
def define(request: Request) -> Response:
    """Define a topic."""
    must_act_for_an_agency(request.caller)
    topic = define_topic(
        request.parse(Document).root,
        caller=request.caller,
        topic_id=ids.random_id(),
        at=clock.now(),
        store=store(),
    )
    return _shown(topic, status=201, headers={"Location": f"/v1/topics/{topic.topic_id}"})


@api.route("PUT /v1/topics/{topic}")
def edit(request: Request) -> Response:
    """Replace the definition of a draft."""
    topic = _topic(request)
    version = request.if_match
    if version is None:
        raise PreconditionRequired
    edited = edit_topic(
        topic,
        request.parse(Document).root,
        version=version,
        caller=request.caller,
        at=clock.now(),
        store=store(),
    )
    return _shown(edited)


@api.route("POST /v1/topics/{topic}/transitions")
def transition(request: Request) -> Response:
    """Move a topic on."""
    topic = _topic(request)
    moved = move_on(
        topic,
        request.parse(TransitionRequest),
        caller=request.caller,
        counts=Counts(pending=_pending, outstanding=_outstanding),
        at=clock.now(),
        store=store(),
    )
    if bell.window_moved(topic, moved):
        bell.write_window(moved, set_window=_set_window)
    return _shown(moved, status=202)


@api.route("PUT /v1/topics/{topic}/decision")
def decide(request: Request) -> Response:
    """Record a version of the decision."""
    topic = record_decision(
        _topic(request),
        request.parse(Decision),
        version=request.if_match,
        caller=request.caller,
        at=clock.now(),
        store=store(),
    )
    decision = store().decision(topic, topic.decision_version)
    return Response(body=decision, headers={"ETag": f'"{topic.decision_version}"'})


@api.route("PUT /v1/topics/{topic}/decision/delay")
def explain(request: Request) -> Response:
    """Tell the public why the decision comes late."""
    at = clock.now()
    topic = explain_delay(
        _topic(request), request.parse(Delay), caller=request.caller, at=at, store=store()
    )
    return Response(body=deadline_view(topic, at=at))


@api.route("PUT /v1/topics/{topic}/decision/exception")
def make_exception(request: Request) -> Response:
    """Let the decision be announced though comments have no answer, and tell the public why."""
    topic = give_exception(
        _topic(request),
        request.parse(RequestedException),
        caller=request.caller,
        outstanding=_outstanding,
        at=clock.now(),
        store=store(),
    )
    return Response(body=topic.exception and topic.exception.model_dump(mode="json"))


@api.route("DELETE /v1/topics/{topic}/decision/exception")
def take_back(request: Request) -> Response:
    """Take the exception back."""
    take_back_exception(_topic(request), caller=request.caller, at=clock.now(), store=store())
    return Response(status=204)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Entry of ``topics-manage``."""
    return api.handle(event, context)


def _topic(request: Request) -> Topic:
    return read.staff_topic(request.path["topic"], caller=request.caller, store=store())


def _shown(topic: Topic, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    shown = view(topic, at=clock.now())
    etag = {"ETag": f'"{topic.version}"'}
    return Response(status=status, body=shown, headers=etag | (headers or {}))


def _pending(topic: Topic) -> int:
    payload = {"topic_id": topic.topic_id, "round": topic.round}
    return int(invoke(settings().comments_count_function_name, payload)["pending"])


def _outstanding(topic: Topic) -> dict[str, Any]:
    payload = {"topic_id": topic.topic_id, "round": topic.round}
    return dict(invoke(settings().analysis_gate_function_name, payload))


def _set_window(payload: dict[str, Any]) -> Any:
    return invoke(settings().comments_set_window_function_name, payload)

"""Requests of schemathesis, sent as one role after another about what exists on the scene."""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import schemathesis
from schemathesis.core.transport import Response
from schemathesis.engine import events, from_schema

from services.shared.permissions import BY_ROUTE
from tests.contract.scene import ROLES, Scene
from tests.support.contract import disagreements

SEED = 20261124
EXAMPLES = 4
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
schemathesis.serializer.alias("text/csv", "text/plain")
_EDIT = "PUT /v1/topics/{topic}"
WHO = [role for role, _agency in ROLES]


class Traffic:
    """Sends what schemathesis makes of a document: examples, edges of the schemas, random cases.

    Attributes
    ----------
    faults : list of str
        Answers that are not as described.
    answers : mapping
        How often each route answered with each status.
    callers : mapping
        Roles as which each route was called; ``None`` without a token.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._tokens = {role: scene.stack.token(role, agency) for role, agency in ROLES}
        self._turns: dict[str, Iterator[str | None]] = {}
        self._places: dict[str, Iterator[dict[str, Any]]] = {}
        self.faults: list[str] = []
        self.answers: dict[str, Counter[int]] = defaultdict(Counter)
        self.callers: dict[str, set[str | None]] = defaultdict(set)

    def run(self, document: dict[str, Any]) -> None:
        """Send everything, the same requests each time."""

        def before_call(context: Any, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
            self._prepare(case)

        def after_call(context: Any, case: schemathesis.Case, response: Response) -> None:
            self._look_at(case, response)

        schema = schemathesis.openapi.from_dict(document, config=self._config())
        for hook in (before_call, after_call):
            schemathesis.hook(hook)
        try:
            for event in from_schema(schema).execute():
                self.faults += _told(event)
        finally:
            for hook in (before_call, after_call):
                schemathesis.hooks.unregister(hook)

    def _config(self) -> schemathesis.Config:
        return schemathesis.Config.from_dict(
            {
                "seed": SEED,
                "base-url": self._scene.stack.url,
                "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
                "generation": {
                    "max-examples": EXAMPLES,
                    "deterministic": True,
                    "database": "none",
                },
                # A method that a path does not have is answered by the 404 of every other address.
                "phases": {"coverage": {"unexpected-methods": []}, "stateful": {"enabled": False}},
                # Takes the very body of `POST /v1/topics`, whose every edge is tried there.
                "operations": [
                    {
                        "include-name": _EDIT,
                        "phases": {"coverage": {"enabled": False}},
                        "generation": {"max-examples": 40},
                    }
                ],
            }
        )

    def _prepare(self, case: schemathesis.Case) -> None:
        route = case.operation.label
        who = next(self._turns.setdefault(route, _turns(route)))
        self.callers[route].add(who)
        if who:
            case.headers["Authorization"] = f"Bearer {self._tokens[who]}"
        if route not in self._places:
            self._places[route] = itertools.cycle(self._fitting(route))
        place = next(self._places[route])
        for name in case.path_parameters:
            case.path_parameters[name] = place.get(name, case.path_parameters[name])
        if "token" in case.query and "token" in place:
            case.query["token"] = place["token"]
        if "version" in place and (route == _EDIT or "If-Match" in case.headers):
            case.headers["If-Match"] = place["version"]
        if route == "POST /v1/receipts/check" and "receipt" in place:
            case.body = place["receipt"]
        if route.endswith("/confirmation") and case.method == "POST" and "code" in place:
            case.body = {"code": place["code"]}
        if route.endswith("/withdrawal") and "receipt_secret" in place:
            case.body = {"receipt_secret": place["receipt_secret"]}
        if route == "POST /v1/erasure-requests" and "topic" in place:
            case.body = {"topic_id": place["topic"]}
        if route == "POST /v1/access-requests" and "receipt_secret" in place:
            shown = {name: place[name] for name in ("comment_id", "receipt_secret")}
            case.body = {"topic_id": place["topic"], "comments": [shown]}

    def _fitting(self, route: str) -> list[dict[str, Any]]:
        """Places that have all that a route names, and one that has nothing."""
        named = set(re.findall(r"{(\w+)}", route)) | ({"version"} if route == _EDIT else set())
        return [place for place in self._scene.places() if named <= set(place) or not place]

    def _look_at(self, case: schemathesis.Case, response: Response) -> None:
        """Count the answer, and find what schemathesis lets pass: members that are not named."""
        route, status = case.operation.label, response.status_code
        self.answers[route][status] += 1
        headers = {name.lower(): values[0] for name, values in response.headers.items()}
        self.faults += disagreements(route, status=status, headers=headers, text=response.text)


def _turns(route: str) -> Iterator[str | None]:
    """Everybody once, then whoever may call the route every other time and the others in between.

    A route with nothing to vary is sent few requests, and everybody must have had a turn.
    """
    allowed = sorted(BY_ROUTE[route].roles) or [None]
    others = [role for role in (None, *WHO) if role not in allowed]
    pairs = zip(itertools.cycle(allowed), others, strict=False)
    in_between = itertools.cycle([who for pair in pairs for who in pair])
    return itertools.chain(allowed, others, in_between)


def _told(event: events.EngineEvent) -> Iterator[str]:
    """Failures and errors that an event of the engine tells."""
    if isinstance(event, events.FatalError):
        yield repr(event.exception)
    elif isinstance(event, events.NonFatalError):
        yield repr(event.value)
    elif isinstance(event, events.ScenarioFinished):
        for check in itertools.chain.from_iterable(event.recorder.checks.values()):
            if check.failure_info:
                failure = check.failure_info.failure
                yield f"{event.label}: {failure.title}: {failure.message[:300]}"

"""Whatever is sent to whichever route by whoever, the answer is as the OpenAPI document says.

schemathesis makes the requests: the document's examples, the edges of every schema, and some at
random, always the same ones. Ids that exist stand in for most of the invented ones, so that more is
met than "not found". What the gateway says by itself is described in the document, too.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from local.stack import LocalStack
from local.synth import assembly
from scripts.openapi.document import document
from services.shared.permissions import BY_ROUTE
from tests.contract.scene import ROLES, Scene
from tests.support.contract import disagreements

SEED = 20261124
EXAMPLES = 6
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
pytestmark = pytest.mark.xdist_group("whole-api")
WHO = [role for role, _agency in ROLES]


def _config() -> schemathesis.Config:
    config: dict[str, Any] = {
        "seed": SEED,
        "phases": {"coverage": {"unexpected-methods": []}, "stateful": {"enabled": False}},
    }
    return schemathesis.Config.from_dict(config)


SCHEMA = schemathesis.openapi.from_dict(document(), config=_config())


class Traffic:
    """Sends cases as one role after another, with ids of the scene in most of them."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._session = requests.Session()
        self._tokens = {role: scene.stack.token(role, agency) for role, agency in ROLES}
        self._turns: dict[str, Iterator[str | None]] = {}
        self._places: dict[str, Iterator[dict[str, str]]] = {}
        self.answers: dict[str, Counter[int]] = defaultdict(Counter)
        self.callers: dict[str, set[str | None]] = defaultdict(set)

    def send(self, case: schemathesis.Case) -> None:
        route = case.operation.label
        who = next(self._turns.setdefault(route, _turns(route)))
        self._name_what_exists(case, route)
        headers = {"Authorization": f"Bearer {self._tokens[who]}"} if who else {}
        response = case.call(base_url=self._scene.stack.url, session=self._session, headers=headers)
        self.answers[route][response.status_code] += 1
        self.callers[route].add(who)
        case.validate_response(response, checks=CHECKS)
        # What schemathesis lets pass: members that the document does not name.
        headers = {name.lower(): values[0] for name, values in response.headers.items()}
        status, text = response.status_code, response.text
        assert not disagreements(route, status=status, headers=headers, text=text)

    def _name_what_exists(self, case: schemathesis.Case, route: str) -> None:
        place = next(self._places.setdefault(route, itertools.cycle(self._scene.places())))
        for name in case.path_parameters or {}:
            case.path_parameters[name] = place.get(name, case.path_parameters[name])
        if "token" in (case.query or {}) and "token" in place:
            case.query["token"] = place["token"]
        if "If-Match" in (case.headers or {}) and "version" in place:
            case.headers["If-Match"] = place["version"]
        if route == "POST /v1/receipts/check" and "receipt" in place:
            case.body = place["receipt"]
        if route.endswith("/withdrawal") and "receipt_secret" in place:
            case.body = {"receipt_secret": place["receipt_secret"]}


def _turns(route: str) -> Iterator[str | None]:
    """Whoever may call the route every other time, and everybody else in between."""
    allowed = sorted(BY_ROUTE[route].roles) or [None]
    others = [role for role in (None, *WHO) if role not in allowed]
    return itertools.cycle(
        who for pair in zip(itertools.cycle(allowed), others, strict=False) for who in pair
    )


@pytest.fixture(scope="module")
def traffic() -> Iterator[Traffic]:
    with LocalStack(assembly(), speed=0) as stack:
        scene = Scene(stack)
        scene.play()
        yield Traffic(scene)


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(case: schemathesis.Case, traffic: Traffic) -> None:
    traffic.send(case)


def test_the_requests_came_from_everybody_and_met_more_than_refusals(traffic: Traffic) -> None:
    assert set(traffic.answers) == set(BY_ROUTE) - {"$default"}
    for route, callers in traffic.callers.items():
        assert callers == {None, *WHO} or BY_ROUTE[route].sign_in == "none", route
    refused_only = {route for route, answers in traffic.answers.items() if min(answers) >= 400}
    # Some succeed in a certain state only; `tests.support.calls` looks at their answers.
    assert len(refused_only) < len(traffic.answers) / 4, refused_only

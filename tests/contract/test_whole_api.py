"""Whatever is sent to whichever route by whoever, the answer is as the OpenAPI document says.

schemathesis makes the requests: the document's examples, the edges of every schema, and some at
random, always the same ones. Ids that exist stand in for most of the invented ones, so that more is
met than "not found". What the gateway says by itself is described in the document, too.
"""

import itertools
import os
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

SEED = 20261124
EXAMPLES = 6
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
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
        self._ids: dict[str, Iterator[str | None]] = {}
        self.sent: list[tuple[str, str | None, int]] = []

    def send(self, case: schemathesis.Case) -> None:
        route = case.operation.label
        who = next(self._turns.setdefault(route, _turns(route)))
        self._name_what_exists(case, route)
        headers = {"Authorization": f"Bearer {self._tokens[who]}"} if who else {}
        response = case.call(
            base_url=self._scene.stack.url, session=self._session, headers=headers
        )
        self.sent.append((route, who, response.status_code))
        case.validate_response(response, checks=CHECKS)

    def _name_what_exists(self, case: schemathesis.Case, route: str) -> None:
        known = {
            "topic": list(self._scene.topics.values()),
            "comment": [reply["comment_id"] for reply in self._scene.replies.values()],
            "case": self._scene.cases,
            "subscription": [self._scene.subscription["id"]],
        }
        for name in case.path_parameters or {}:
            turns = self._ids.setdefault(f"{route} {name}", itertools.cycle([*known.get(name, []), None]))
            case.path_parameters[name] = next(turns) or case.path_parameters[name]


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

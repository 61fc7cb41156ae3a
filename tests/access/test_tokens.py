"""Nobody is let in by a forged token, nor by more than a true one says, at either of the two doors:
the gateway's authorizer, and `services.shared.identity` where sign-in is optional."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from local.demo.client import Client
from local.stack import LocalStack
from services.shared import ids
from services.shared.permissions import PERMISSIONS
from tests.access.forgery import Forger
from tests.workflow.journey import Journey

SIGNED_IN = [permission for permission in PERMISSIONS if permission.sign_in != "none"]
_VARIABLE = re.compile(r"{\w+}")
pytestmark = pytest.mark.xdist_group("access tokens")


class AttackersSite:
    """Where an attacker's keys are to be had, for whoever follows a header of a token."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.keys: dict[str, Any] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(site.keys).encode())

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/jwks.json"


@pytest.fixture(scope="module")
def site() -> Iterator[AttackersSite]:
    standing = AttackersSite()
    thread = threading.Thread(target=standing.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield standing
    standing.server.shutdown()
    standing.server.server_close()


@pytest.fixture(scope="module")
def forger(stack: LocalStack, site: AttackersSite) -> Forger:
    made = Forger(stack.issuer, url=site.url)
    site.keys = made.attackers_jwks()
    return made


@pytest.fixture(scope="module")
def draft(stack: LocalStack) -> str:
    """Path of a draft of the agency ``health``."""
    return Journey(stack).defined().path


def test_a_true_token_opens_both_doors(stack: LocalStack, forger: Forger, draft: str) -> None:
    officer = Client(stack.url, token=forger.true())
    assert officer.get("/v1/webhooks").json == {"items": [], "next_cursor": None}
    assert officer.get(draft).json["stage"] == "draft"


def test_no_forged_token_opens_any_door(
    stack: LocalStack, forger: Forger, site: AttackersSite
) -> None:
    opened, tried = [], set()
    for name, token in forger.forged():
        client = Client(stack.url, token=_sendable(token))
        for permission in SIGNED_IN:
            method, _, path = permission.route.partition(" ")
            answer = client.ask(method, _VARIABLE.sub(ids.random_id(), path))
            tried.add(permission.sign_in)
            if answer.status != 401:
                opened.append(f"{name}: {permission.route} is {answer.status} {answer.text[:80]}")
    assert not opened, "\n".join(opened)
    assert tried == {"optional", "required"}
    assert site.asked == [], "somebody followed a header of a token"


def _sendable(token: str) -> str:
    assert token.isascii()
    return token[:60_000]


@pytest.mark.parametrize(
    "scheme", ["Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "bearer", "Token x", "Bearer a b"]
)
def test_no_other_way_of_signing_in_opens_a_door(
    stack: LocalStack, draft: str, scheme: str
) -> None:
    anyone = Client(stack.url)
    for path in ("/v1/webhooks", draft):
        answer = anyone.ask("GET", path, headers={"Authorization": scheme})
        assert answer.status == 401, path


NO_ROLES: dict[str, Any] = {
    "no groups": None,
    "none": [],
    "nothing": "",
    "empty brackets": "[]",
    "a bracket in the name": ["officer]", "agency.health"],
    "a bracket before the name": ["[officer", "agency.health"],
    "brackets in the name": ["[officer agency.health]"],
    "capitals": ["Officer", "agency.health"],
    "an unseen character": ["officer\u200b", "agency.health"],
    "a look-alike": ["оfficer", "agency.health"],
    "commas": ["x,officer", "agency.health"],
    "a tab": ["x\tofficer", "agency.health"],
    "a line break": ["x\nofficer", "agency.health"],
    "a text and no list": "officer,agency.health",
    "words and no list": "officer agency.health",
    "an object": {"officer": True, "agency.health": True},
    "lists in a list": [["officer"], ["agency.health"]],
    "a number": 7,
    "true": True,
    "a role of another's making": ["king", "admin", "*", "agency.health"],
    "an agency for a role": ["agency.officer", "agency.health"],
    "two agencies": ["officer", "agency.health", "agency.transport"],
    "two agencies, ours last": ["officer", "agency.transport", "agency.health"],
    "two agencies in one name": ["officer", "agency.health agency.transport"],
    "two agencies and all roles": [
        *("officer", "approver", "moderator", "senior_moderator", "auditor", "operator"),
        *("agency.health", "agency.transport"),
    ],
    "an agency without a name": ["officer", "auditor", "operator", "agency."],
}


@pytest.mark.parametrize("groups", NO_ROLES.values(), ids=NO_ROLES)
def test_what_does_not_say_that_somebody_is_staff_gives_nothing(
    stack: LocalStack, forger: Forger, draft: str, groups: Any
) -> None:
    client = Client(stack.url, token=forger.true(**{"cognito:groups": groups}))
    unknown = client.ask("GET", f"/v1/topics/{ids.random_id()}")
    found = client.ask("GET", draft)
    assert (found.status, unknown.status) == (404, 404)
    assert found.json["detail"] == unknown.json["detail"]
    assert client.ask("POST", f"{draft}/transitions", body={}).status in {403, 404}
    assert draft.rpartition("/")[2] not in client.get("/v1/topics").text
    seen = client.ask("GET", "/v1/ops/executions")
    assert seen.status == 403 or seen.json["items"] == []


def test_a_token_of_two_agencies_still_is_a_persons(stack: LocalStack, forger: Forger) -> None:
    groups = ["participant", "officer", "agency.health", "agency.transport"]
    person = Client(stack.url, token=forger.true(**{"cognito:groups": groups}))
    assert person.get("/v1/topics").status == 200


def test_an_agency_named_twice_is_one(stack: LocalStack, forger: Forger, draft: str) -> None:
    groups = ["officer", "agency.health", "agency.health"]
    officer = Client(stack.url, token=forger.true(**{"cognito:groups": groups}))
    assert officer.get(draft).json["stage"] == "draft"


def test_an_identity_token_has_the_persons_groups_and_no_others(
    stack: LocalStack, forger: Forger, draft: str
) -> None:
    # What users can write about themselves is in it; it must not be taken for a role.
    written = {"custom:role": "officer", "profile": "officer", "roles": ["officer"]}
    token = forger.true(token_use="id", client_id=None, **{"cognito:groups": None, **written})
    assert Client(stack.url, token=token).ask("GET", draft).status == 404
    assert Client(stack.url, token=token).ask("GET", "/v1/webhooks").status == 403


def test_whoever_submitted_a_topic_may_neither_approve_nor_return_it(
    stack: LocalStack, forger: Forger
) -> None:
    journey = Journey(stack).defined()
    hats = {"sub": "two-hats", "cognito:groups": ["officer", "approver", "agency.health"]}
    both = Client(stack.url, token=forger.true(**hats))
    path = f"{journey.path}/transitions"
    assert both.ask("POST", path, body={"action": "submit"}).status == 202
    stack.settle()
    for action in ("approve", "return"):
        answer = both.ask("POST", path, body={"action": action, "reason": "as it is"})
        assert (answer.status, answer.json["code"]) == (403, "own_topic"), action
    other = Client(stack.url, token=forger.true(**{**hats, "sub": "another"}))
    assert other.ask("POST", path, body={"action": "approve"}).status == 202

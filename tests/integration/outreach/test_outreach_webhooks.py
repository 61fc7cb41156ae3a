"""Partners' endpoints: registered by staff, told once, and never a way into our own network."""

import hashlib
import hmac
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.outreach import poster
from services.outreach.handlers import deliver, webhooks
from services.shared import aws
from services.shared.errors import TransientError
from tests.conftest import FixedClock
from tests.integration.outreach.outreach_scene import TOPIC_ID, TopicsService
from tests.integration.outreach.partner import HOST, PUBLIC, Partner, standing, with_status
from tests.support.calls import Answer, http, invoke, stream_records

OFFICER = ("officer", "agency.health")
URL = f"https://{HOST}/hook?site=1"
pytestmark = pytest.mark.usefixtures("account", "clock", "topics")


class Names:
    """DNS: what each name leads to, one answer after the other; the last one stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, **_: Any) -> list[Any]:
        self.asked.append(host)
        planned = self.answers.get(host, [])
        if not planned:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        found = planned.pop(0) if len(planned) > 1 else planned[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    found = Names()
    found.answers[HOST] = [[PUBLIC]]
    monkeypatch.setattr(poster.socket, "getaddrinfo", found)
    return found


@pytest.fixture
def partner(names: Names, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Partner]:
    with standing(tmp_path) as (server, trusting):
        monkeypatch.setattr(poster.socket, "create_connection", server.connect)
        monkeypatch.setattr(poster, "_tls", lambda: trusting)
        yield server


def register(url: str = URL, *, groups: tuple[str, ...] = ("operator",), **fields: Any) -> Answer:
    body = {"url": url, **fields}
    return http(webhooks.handler, "POST /v1/webhooks", body=body, groups=groups)


def listed(*groups: str) -> list[dict[str, Any]]:
    answer = http(webhooks.handler, "GET /v1/webhooks", groups=groups)
    return list(answer.json["items"])


def remove(webhook_id: str, *groups: str) -> int:
    path = {"webhook": webhook_id}
    route = "DELETE /v1/webhooks/{webhook}"
    return http(webhooks.handler, route, path=path, groups=groups).status


def send(notice: str = "published") -> dict[str, Any]:
    payload = {"topic_id": TOPIC_ID, "round": 1, "notice": notice, "channel": "webhook"}
    return dict(invoke(deliver.handler, payload))


def events(kind: str) -> list[dict[str, Any]]:
    from services.shared import stream

    changes = stream.changes({"Records": stream_records("outreach")})
    found = [change.new["event"] for change in changes if "event" in change.new]
    return [event for event in found if event["type"] == kind]


def outcome() -> dict[str, Any]:
    return dict(events("NoticeDelivered")[-1]["data"])


def test_a_registered_endpoint_gets_a_notice_that_it_can_verify(partner: Partner) -> None:
    secret = register().json["secret"]
    assert send() == {"channel": "webhook", "outcome": "sent", "recipients": 1}
    ((path, headers, body),) = partner.got
    assert path == "/hook?site=1"
    assert headers["Host"] == HOST
    signed = headers["Tashawur-Timestamp"].encode() + b"." + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["Tashawur-Signature"] == f"sha256={expected}"
    told = json.loads(body)
    assert told["notice"] == "published"
    assert told["topic_id"] == TOPIC_ID
    assert told["title"]["ar"].startswith("استشارة عامة جديدة")
    assert told["closes_at"] == "2026-12-28T21:00:00.000Z"


def test_a_notice_is_posted_once_however_often_it_is_asked_for(partner: Partner) -> None:
    register()
    assert send() == send()
    assert len(partner.got) == 1


def test_the_secret_is_shown_once_and_stored_nowhere(partner: Partner) -> None:
    secret = register().json["secret"]
    (endpoint,) = listed("operator")
    assert set(endpoint) == {"webhook_id", "url", "agency", "registered_at"}
    items = aws.client("dynamodb").scan(TableName="outreach")["Items"]
    assert secret not in json.dumps(items, default=str)
    again = register()
    assert again.status == 409
    assert secret not in again.text


def test_registering_anew_after_removal_gives_another_secret(partner: Partner) -> None:
    first = register().json
    assert [remove(first["webhook_id"], "operator") for _ in range(2)] == [204, 204]
    assert listed("operator") == []
    assert send()["recipients"] == 0
    second = register().json
    assert second["webhook_id"] == first["webhook_id"]
    assert second["secret"] != first["secret"]
    kinds = [len(events(kind)) for kind in ("WebhookRegistered", "WebhookRemoved")]
    assert kinds == [2, 1]
    assert "https://" not in str(events("WebhookRegistered"))


def test_an_officers_endpoint_is_for_the_own_agency_alone(
    partner: Partner, topics: TopicsService
) -> None:
    mine = register(groups=OFFICER).json
    assert mine["agency"] == "health"
    other = register(groups=("officer", "agency.works")).json
    assert listed(*OFFICER) == [{k: v for k, v in mine.items() if k != "secret"}]
    assert remove(other["webhook_id"], *OFFICER) == 404
    assert len(listed("operator")) == 2
    assert send()["recipients"] == 1
    refused = register("https://partner.example/b", groups=OFFICER, agency="works")
    assert [fault["code"] for fault in refused.json["errors"]] == ["other_agency"]
    assert register("https://partner.example/c", groups=("officer",)).status == 403


@pytest.mark.parametrize("role", ["participant", "approver", "moderator", "auditor"])
def test_nobody_else_may_register(partner: Partner, role: str) -> None:
    assert register(groups=(role,)).status == 403
    assert http(webhooks.handler, "POST /v1/webhooks", body={"url": URL}).status == 401


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["10.0.0.1"],
        ["192.168.0.1"],
        ["fd00:ec2::254"],
        ["::1"],
        [PUBLIC, "127.0.0.1"],
        [PUBLIC, "2606:4700:4700::1111", "fe80::1"],
    ],
)
def test_a_name_that_leads_inside_is_refused_at_registration(
    names: Names, addresses: list[str]
) -> None:
    names.answers[HOST] = [addresses]
    answer = register()
    assert answer.status == 422
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [
        ("/url", "webhook_not_public")
    ]
    assert listed("operator") == []


def test_every_fault_of_a_registration_is_told(names: Names) -> None:
    names.answers[HOST] = [["127.0.0.1"]]
    answer = register(groups=OFFICER, agency="works")
    assert {e["code"] for e in answer.json["errors"]} == {"other_agency", "webhook_not_public"}
    broken = register("http://partner.example/", agency="Not An Agency", colour="blue")
    assert {e["field"] for e in broken.json["errors"]} == {"/url", "/agency", "/colour"}


def test_a_name_that_nobody_knows_is_refused(names: Names) -> None:
    answer = register("https://unknown.example/")
    assert [e["code"] for e in answer.json["errors"]] == ["webhook_unresolved"]


def test_a_name_that_leads_inside_later_gets_nothing(names: Names, partner: Partner) -> None:
    register()
    names.answers[HOST] = [[PUBLIC, "169.254.169.254"]]
    assert send()["outcome"] == "failed"
    assert outcome()["reason"] == "not_public"
    assert partner.connected == []


def test_a_name_that_changes_between_check_and_use_leads_nowhere_else(
    names: Names, partner: Partner
) -> None:
    register()
    names.asked.clear()
    names.answers[HOST] = [[PUBLIC], ["127.0.0.1"]]
    assert send()["outcome"] == "sent"
    assert names.asked == [HOST]
    assert partner.connected == [PUBLIC]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(names: Names, partner: Partner, status: int) -> None:
    register()
    partner.answer = with_status(status, {"Location": "https://127.0.0.1/"})
    send()
    assert outcome()["reason"] == "redirected"
    assert (len(partner.got), partner.connected) == (1, [PUBLIC])


@pytest.mark.parametrize(("status", "reason"), [(400, "refused_by_endpoint"), (410, "gone")])
def test_an_endpoint_that_refuses_is_not_asked_again(
    partner: Partner, status: int, reason: str
) -> None:
    register()
    partner.answer = with_status(status)
    send()
    send()
    assert outcome()["reason"] == reason
    assert len(partner.got) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_endpoint_that_is_busy_is_tried_again_and_does_not_hold_the_others(
    partner: Partner, status: int
) -> None:
    register("https://partner.example/busy")
    register("https://partner.example/well")

    def answer(handler: Any) -> None:
        with_status(status if handler.path == "/busy" else 200)(handler)

    partner.answer = answer
    with pytest.raises(TransientError):
        send()
    assert sorted(path for path, _, _ in partner.got) == ["/busy", "/well"]
    partner.answer = with_status(200)
    assert send() == {"channel": "webhook", "outcome": "sent", "recipients": 2}
    assert [path for path, _, _ in partner.got][2:] == ["/busy"]


def test_an_endpoint_that_hangs_up_is_unknown_and_never_posted_to_again(partner: Partner) -> None:
    register()
    partner.answer = lambda handler: handler.connection.close()
    send()
    send()
    assert len(partner.got) == 1
    assert (outcome()["unknown"], outcome()["reason"]) == (1, "unknown")


def test_an_answer_that_never_ends_is_cut_off(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poster, "_EXCHANGE_SECONDS", 0.5)
    register()

    def drip(handler: Any) -> None:
        for _ in range(100):
            handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            handler.wfile.flush()
            time.sleep(0.05)

    partner.answer = drip
    began = time.monotonic()
    send()
    assert time.monotonic() - began < 3
    assert outcome()["unknown"] == 1


def test_a_long_answer_is_not_read_to_its_end(partner: Partner) -> None:
    written: list[int] = []

    def flood(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(1000):
            written.append(handler.wfile.write(b"x" * 65536))

    register()
    partner.answer = flood
    assert send()["outcome"] == "sent"
    assert sum(written) < 32 * 2**20


def test_a_certificate_of_another_name_is_refused(
    partner: Partner, names: Names, clock: FixedClock
) -> None:
    names.answers["other.example"] = [[PUBLIC]]
    register("https://other.example/")
    send()
    assert outcome()["reason"] == "bad_certificate"
    assert partner.got == []


def test_nothing_listens_and_later_something_does(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    register()

    def refuse(*_: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as away:
        away.setattr(poster.socket, "create_connection", refuse)
        with pytest.raises(TransientError):
            send()
    assert send()["recipients"] == 1
